"""A day's counts are what a plain recount finds, whenever its messages arrive."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

import pytest

from bot.domain.events import MessagePosted, PersonSeen, from_micros, to_micros
from bot.storage import days, holdings, places
from bot.storage.days import Counts
from bot.storage.places import Network, Newborn
from tests.town import MONDAY, Town

LONDON = ZoneInfo("Europe/London")
TODAY = date(2026, 3, 2)
HOUR = 3_600_000_000


def closed(town: Town, *, through: date = TODAY) -> date | None:
    """Close the days; the first that was counted."""
    with town.sessions.begin() as session:
        return days.close_days(
            session, session.query(Network).order_by(Network.id).limit(1).one(), through=through
        )


def of_network(town: Town) -> dict[date, Counts]:
    with town.sessions.begin() as session:
        network = session.query(Network).order_by(Network.id).limit(1).one()
        return days.network_days(session, network, since=date(2000, 1, 1))


def of_channels(town: Town) -> dict[date, dict[str, Counts]]:
    with town.sessions.begin() as session:
        network = session.query(Network).order_by(Network.id).limit(1).one()
        names = {each.id: each.name for each in places.channels(session, network)}
        found = days.channel_days(session, network, since=date(2000, 1, 1))
        return {
            day: {names[number]: counts for number, counts in counted.items()}
            for day, counted in found.items()
        }


def test_one_person_in_two_channels_is_one_person_of_the_network(town: Town) -> None:
    town.says("ada")
    town.says("ada", channel="ward")
    town.says("bob", channel="ward", hours=1)
    closed(town)
    assert of_channels(town) == {TODAY: {"general": Counts(1, 1, 1), "ward": Counts(2, 2, 2)}}
    assert of_network(town) == {TODAY: Counts(3, 2, 3)}


def test_a_conversation_is_a_thread_in_which_something_was_said(town: Town) -> None:
    first = town.says("ada")
    for name in ("bob", "cem", "ada"):
        town.says(name, thread=first, hours=1)
    town.says("cem", hours=2)
    town.says("bob", thread=first, hours=24)
    town.passes(days=2)
    closed(town, through=TODAY + timedelta(days=1))
    assert of_network(town) == {
        TODAY: Counts(5, 3, 2),
        TODAY + timedelta(days=1): Counts(1, 1, 1),
    }


@pytest.mark.parametrize(
    ("minutes", "conversations"),
    [
        pytest.param([0], 1, id="one message"),
        pytest.param([0, 44, 88], 1, id="never 45 minutes of silence"),
        pytest.param([0, 44.99], 1, id="not quite 45 minutes"),
        pytest.param([0, 45], 2, id="45 minutes of silence"),
        pytest.param([0, 10, 60, 70, 200], 3, id="three spells"),
    ],
)
def test_where_nobody_uses_threads_silence_ends_a_conversation(
    town: Town, minutes: list[float], conversations: int
) -> None:
    for minute in minutes:
        town.says("ada", hours=minute / 60)
    closed(town)
    assert of_network(town)[TODAY].conversations == conversations


def test_a_channel_counts_threads_from_the_day_of_the_first_one(town: Town) -> None:
    """What is counted of a day never changes by what happens on later ones."""
    for minute in (0, 10, 20):
        town.says("ada", hours=minute / 60)
    closed(town)
    before = of_network(town)
    thread = town.says("bob", hours=24)
    town.says("cem", hours=24.1)
    town.says("ada", thread=thread, hours=24.2)
    closed(town, through=TODAY + timedelta(days=1))
    assert of_network(town) == before | {TODAY + timedelta(days=1): Counts(3, 3, 2)}
    assert before == {TODAY: Counts(3, 1, 1)}


def test_a_flat_channel_beside_one_with_threads_stays_flat(town: Town) -> None:
    first = town.says("ada", channel="ward")
    town.says("bob", channel="ward", thread=first)
    for minute in (1, 2, 3):
        town.says("ada", hours=minute / 60)
    closed(town)
    assert of_channels(town)[TODAY]["general"].conversations == 1


def test_bots_the_deleted_and_the_uncounted_are_left_out(town: Town) -> None:
    town.says("ada")
    message = town.message("rota")
    fields = {name: getattr(message, name) for name in message.__struct_fields__}
    town.tells(MessagePosted(**{**fields, "by_bot": True}))
    town.tells(PersonSeen(member=town.person("robo"), name="Robo", is_bot=True))
    town.says("robo")
    town.deletes(town.says("bob"))
    town.says("cem")
    with town.sessions.begin() as session:
        holdings.stop_counting(session, town.person("cem"))
    town.says("cem", hours=1)
    closed(town)
    assert of_network(town) == {TODAY: Counts(1, 1, 1)}


def test_midnight_is_where_people_are(town: Town) -> None:
    """In summer London's day begins at 23:00 UTC."""
    for minute in (22 * 60 + 59, 23 * 60):
        town.says("ada", at=datetime(2026, 7, 1, tzinfo=UTC) + timedelta(minutes=minute))
    closed(town, through=date(2026, 7, 3))
    assert of_network(town) == {
        date(2026, 7, 1): Counts(1, 1, 1),
        date(2026, 7, 2): Counts(1, 1, 1),
    }


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        pytest.param(date(2026, 3, 28), 24, id="the day before the clocks go forward"),
        pytest.param(date(2026, 3, 29), 23, id="the short day"),
        pytest.param(date(2026, 10, 25), 25, id="the long day"),
    ],
)
def test_a_day_of_a_clock_change_is_whole(town: Town, day: date, hours: int) -> None:
    begin = days.midnight(day, LONDON)
    assert days.midnight(day + timedelta(days=1), LONDON) - begin == hours * HOUR
    for ts in range(begin, begin + hours * HOUR, HOUR):
        town.says("ada", at=from_micros(ts))
    town.says("bob", at=from_micros(begin - 1))
    town.says("bob", at=from_micros(begin + hours * HOUR))
    closed(town, through=day + timedelta(days=2))
    assert of_network(town)[day] == Counts(hours, 1, hours)
    assert len(of_network(town)) == 3


def test_the_day_that_is_not_over_is_not_counted(town: Town) -> None:
    town.says("ada", at=MONDAY - timedelta(days=1))
    town.says("ada")
    assert closed(town, through=TODAY - timedelta(days=1)) == TODAY - timedelta(days=1)
    assert list(of_network(town)) == [TODAY - timedelta(days=1)]
    assert closed(town) == TODAY
    assert closed(town) is None
    assert len(of_network(town)) == 2


def test_a_late_message_has_its_days_counted_again(town: Town) -> None:
    for n in range(6):
        town.says("ada", at=MONDAY - timedelta(days=n))
    closed(town)
    before = of_network(town)
    late = MONDAY - timedelta(days=3, hours=2)
    town.says("bob", at=late)
    assert closed(town) == late.date()
    assert of_network(town) == before | {late.date(): Counts(2, 2, 2)}


def test_another_networks_days_are_left_alone(town: Town) -> None:
    town.says("ada")
    with town.sessions.begin() as session:
        newborn = Newborn(name="Others", timezone="Asia/Tokyo", country="JP")
        other = places.network_of(session, "fake:T2", newborn=newborn, now=town.now)
        session.add(places.Channel(ref="fake:T2/C1", network_id=other.id, name="x"))
        session.flush()
        assert days.close_days(session, other, through=TODAY) is None
        assert days.network_days(session, other, since=TODAY) == {}
        assert days.first_day(session, other) is None
        assert days.newest_message(session, other) is None
    assert closed(town) == TODAY


def test_the_first_day_and_the_newest_message(town: Town) -> None:
    town.says("ada", at=MONDAY - timedelta(days=9))
    town.says("ada", at=datetime(2026, 3, 1, 23, 30, tzinfo=UTC))
    closed(town)
    with town.sessions.begin() as session:
        network = session.query(Network).one()
        assert days.first_day(session, network) == TODAY - timedelta(days=9)
        assert days.newest_message(session, network) == date(2026, 3, 1)


@pytest.mark.parametrize(
    ("hours", "is_heard"),
    [
        pytest.param([(0, 24)], True, id="the whole day"),
        pytest.param([(-50, 18)], True, id="three quarters"),
        pytest.param([(0, 17.9)], False, id="a little less"),
        pytest.param([(0, 9), (10, 19)], True, id="three quarters in two spans"),
        pytest.param([(-9, 0), (24, 50)], False, id="before and after it"),
        pytest.param([], False, id="never"),
    ],
)
def test_a_day_was_heard_where_three_quarters_of_it_were(
    hours: list[tuple[float, float]], is_heard: bool
) -> None:
    begin = days.midnight(TODAY, LONDON)
    spans = [(begin + int(since * HOUR), begin + int(until * HOUR)) for since, until in hours]
    assert days.is_heard(TODAY, LONDON, spans) is is_heard


def recounted(messages: Sequence[MessagePosted], zone: ZoneInfo) -> dict[date, dict[str, Counts]]:
    """The same counts by another way: every message looked at alone, "" for the network."""
    groups: dict[tuple[date, str], list[MessagePosted]] = defaultdict(list)
    for message in sorted(messages, key=lambda each: each.ts):
        day = datetime.fromtimestamp(message.ts // 10**6, zone).date()
        groups[day, message.channel.rpartition("/C-")[2]].append(message)
    found: dict[date, dict[str, Counts]] = defaultdict(dict)
    people: dict[date, set[str]] = defaultdict(set)
    for (day, channel), said in sorted(groups.items()):
        threaded = [
            message.ts
            for message in messages
            if message.thread and message.channel.endswith(f"/C-{channel}")
        ]
        starts = days.midnight(day + timedelta(days=1), zone)
        if threaded and min(threaded) < starts:
            talks = len({message.thread or message.ts for message in said})
        else:
            silences = [b.ts - a.ts >= 45 * 60 * 10**6 for a, b in pairwise(said)]
            talks = 1 + sum(silences)
        authors = {message.author for message in said}
        found[day][channel] = Counts(len(said), len(authors), talks)
        people[day] |= authors
    for day, counted in found.items():
        whole = (sum(each.messages for each in counted.values()), len(people[day]))
        talks = sum(each.conversations for each in counted.values())
        counted[""] = Counts(*whole, talks)
    return dict(found)


@pytest.mark.parametrize("seed", range(4))
def test_the_counts_are_those_of_a_plain_recount_in_whatever_parts_they_come(
    town: Town, seed: int
) -> None:
    rng = Random(seed)
    begin = datetime(2026, 3, 20, tzinfo=UTC)  # and over the change of the clocks
    told: list[MessagePosted] = []
    heads: dict[str, list[int]] = defaultdict(list)
    for minutes in sorted(rng.sample(range(14 * 24 * 60), 300)):
        channel = rng.choice(["general", "ward", "hall"])
        is_answer = channel != "hall" and heads[channel] and minutes > 4 * 24 * 60
        thread = rng.choice(heads[channel][-5:]) if is_answer and rng.random() < 0.5 else None
        name = rng.choice(["ada", "bob", "cem", "dia", "eve"])
        at = begin + timedelta(minutes=minutes)
        told.append(town.message(name, channel=channel, thread=thread, at=at))
        if thread is None:
            heads[channel].append(told[-1].ts)
    late = set(rng.sample(range(300), 30))
    for day in range(15):
        moment = to_micros(begin + timedelta(days=day))
        begun = moment - 24 * HOUR
        town.recounts(*(m for n, m in enumerate(told) if begun <= m.ts < moment and n not in late))
        closed(town, through=(begin + timedelta(days=day - 1)).date())
    town.recounts(*(told[n] for n in late))
    closed(town, through=date(2026, 4, 4))
    expected = recounted(told, LONDON)
    assert of_channels(town) == {
        day: {name: counts for name, counts in counted.items() if name}
        for day, counted in expected.items()
    }
    assert of_network(town) == {day: counted[""] for day, counted in expected.items()}
