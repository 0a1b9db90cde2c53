"""What the judgements are made from: who said what when, who came and went, which days work."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.domain.events import MessagePosted, PersonSeen, to_micros
from bot.judgement.talk import Came, Reacted, Said
from bot.storage import listening, places, talk
from bot.storage.places import Network
from bot.storage.rhythm import CalendarEntry
from tests.town import MONDAY, Town

NOW = to_micros(MONDAY)
DAY = 24 * 3_600_000_000


def number(town: Town, name: str) -> int:
    """Our own number for somebody, or for a channel."""
    with town.sessions.begin() as session:
        person = places.person_at(session, town.person(name))
        assert person is not None
        return person.id


def test_what_was_said_is_told_in_the_order_of_time_without_the_deleted(town: Town) -> None:
    early = town.says("bob", at=MONDAY - timedelta(days=1))
    first = town.says("ada", "Does anybody know a form for the night?")
    town.says("bob", channel="ward", hours=2, thread=None)
    answer = town.says("bob", hours=1, thread=first)
    town.deletes(town.says("cem", hours=1))
    town.tells(PersonSeen(member=town.person("robo"), name="Robo", is_bot=True))
    town.says("robo", hours=3)
    message = town.message("rota", hours=4)
    fields = {name: getattr(message, name) for name in message.__struct_fields__}
    town.tells(MessagePosted(**{**fields, "by_bot": True}))
    town.says("ada", at=MONDAY + timedelta(days=1))
    with town.sessions.begin() as session:
        network = session.query(Network).one()
        found = talk.said(session, network, since=NOW, until=NOW + DAY)
        whole = talk.said(session, network, since=0, until=NOW + 2 * DAY)
    ada, bob = number(town, "ada"), number(town, "bob")
    assert [(each.author, each.is_bot, each.asks) for each in found] == [
        (ada, False, True),
        (bob, False, False),
        (bob, False, False),
        (number(town, "robo"), True, False),
        (number(town, "rota"), True, False),
    ]
    assert found[1] == Said(found[0].channel, answer, bob, first, False, False)
    assert found[2].channel != found[0].channel
    assert [each.ts for each in whole] == sorted(each.ts for each in whole)
    assert whole[0].ts == early
    assert len(whole) == 7


def test_a_person_reacts_once_and_a_bot_never(town: Town) -> None:
    ts = town.says("ada")
    old = town.says("ada", at=MONDAY - timedelta(days=1))
    town.tells(PersonSeen(member=town.person("robo"), name="Robo", is_bot=True))
    for name, emoji in (("bob", "bulb"), ("bob", "star"), ("robo", "eyes"), ("cem", "eyes")):
        town.reacts(name, ts, emoji)
    town.reacts("bob", old)
    with town.sessions.begin() as session:
        network = session.query(Network).one()
        found = talk.reacted(session, network, since=NOW, until=NOW + DAY)
    assert sorted(found) == sorted(
        Reacted(found[0].channel, ts, number(town, name)) for name in ("bob", "cem")
    )


def test_people_come_once_and_have_left_when_they_left_every_channel(town: Town) -> None:
    town.joins("ada", "general", at=MONDAY)
    town.joins("ada", "ward", at=MONDAY - timedelta(days=3))
    town.leaves("ada", "general", at=MONDAY + timedelta(days=1))
    town.joins("bob", "general", at=MONDAY)
    town.joins("bob", "ward", at=MONDAY)
    town.leaves("bob", "ward", at=MONDAY + timedelta(days=1))
    town.leaves("bob", "general", at=MONDAY + timedelta(days=2))
    with town.sessions.begin() as session:
        joined, left = talk.came_and_went(session, session.query(Network).one())
    ada, bob = number(town, "ada"), number(town, "bob")
    assert sorted(joined) == [Came(ada, NOW - 3 * DAY), Came(bob, NOW)]
    assert left == [Came(bob, NOW + 2 * DAY)]


def test_somebody_is_first_seen_with_their_first_message_anywhere(town: Town) -> None:
    town.says("ada")
    first = town.says("ada", channel="ward", at=MONDAY - timedelta(days=9))
    with town.sessions.begin() as session:
        seen = talk.first_seen(session, session.query(Network).one())
    assert seen == {number(town, "ada"): first}


@pytest.mark.parametrize(
    ("day", "country", "works"),
    [
        pytest.param(date(2026, 3, 2), "GB", True, id="a Monday"),
        pytest.param(date(2026, 3, 7), "GB", False, id="a Saturday"),
        pytest.param(date(2026, 4, 3), "GB", False, id="Good Friday"),
        pytest.param(date(2026, 4, 6), "GB-ENG", False, id="Easter Monday in England"),
        pytest.param(date(2026, 4, 6), "GB-SCT", True, id="Easter Monday in Scotland"),
        pytest.param(date(2026, 3, 11), "GB", False, id="declared quiet"),
        pytest.param(date(2026, 3, 18), "GB", True, id="a gathering"),
        pytest.param(date(2026, 3, 25), "GB", True, id="a day of pressure"),
    ],
)
def test_a_working_day_is_one_on_which_people_are_there(
    town: Town, day: date, country: str, works: bool
) -> None:
    with town.sessions.begin() as session:
        network = session.query(Network).one()
        network.country = country
        for first, kind in ((11, "quiet"), (18, "gathering"), (25, "pressure")):
            on = date(2026, 3, first)
            session.add(
                CalendarEntry(network_id=network.id, name=kind, kind=kind, first=on, last=on)
            )
        session.flush()
        assert talk.is_working(session, network, day) is works
        setting = talk.setting(session, network, first=day, last=day, now=MONDAY)
        assert setting.works(day) is works
        assert [each.kind for each in setting.gatherings] == ["gathering"]
        assert [each.kind for each in setting.quiet] == ["quiet", "pressure"]


def test_the_setting_knows_leads_and_when_nobody_listened(town: Town) -> None:
    town.lead("ada")
    with town.sessions.begin() as session:
        network = session.query(Network).one()
        for since in (0, 3):
            begin = NOW + since * DAY
            listening.listened(session, network.workspace, since=begin, until=begin + DAY)
        setting = talk.setting(
            session, network, first=MONDAY.date(), last=MONDAY.date(), now=MONDAY
        )
    assert setting.deaf == [(NOW + DAY, NOW + 3 * DAY)]
    assert setting.leads == {number(town, "ada")}


@pytest.mark.parametrize(
    ("country", "is_known"),
    [("GB", True), ("GB-ENG", True), ("GB-XYZ", False), ("ZZ", False), ("", False)],
)
def test_a_country_is_known_with_its_parts(country: str, is_known: bool) -> None:
    assert talk.knows_country(country) is is_known
