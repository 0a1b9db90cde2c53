"""Half a year later the facts are gone, and the counts, the newcomers and the promises are not."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from bot import outbox
from bot.domain.events import ChannelKind, ChannelMoved, MessagePosted, PersonSeen, from_micros
from bot.domain.ids import ChannelId, MemberId
from bot.domain.posts import Home, Post
from bot.domain.schedule import Slot
from bot.outbox import Kind, Saying, Showing, ref_of
from bot.storage import days, occasions, places, talk
from bot.storage.activity import Message, Reaction
from bot.storage.base import Base
from bot.storage.days import Counts
from bot.storage.delivery import HandledAct, Incoming, Occurrence, Outgoing, Quote
from bot.storage.ideas import Idea
from bot.storage.places import Presence
from bot.storage.retention import KEPT
from tests.storage.test_days import closed, of_channels, of_network
from tests.town import Town

TODAY = date(2026, 3, 2)
DAY = timedelta(days=1)


def nights_pass(town: Town, count: float = 1) -> None:
    """Some days go by, and after the last of them the bot tidies up."""
    town.app.tell_outcomes()
    town.passes(days=count)
    town.runs("network.let_go")


def rows(town: Town, table: type[Base]) -> int:
    with town.sessions.begin() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def keys(town: Town) -> set[str]:
    with town.sessions.begin() as session:
        return {*session.scalars(select(Outgoing.key))}


def queue(town: Town, key: str, *, kind: Kind = Kind.NOTICE, quotes: tuple[str, ...] = ()) -> None:
    """Let something be said now."""
    network, place = town.network, town.place("general")
    with town.sessions.begin() as session:
        outbox.enqueue(
            session,
            Saying(post=Post(to=place, text=key)),
            key=key,
            network_id=network.id,
            due_at=town.now,
            expires_at=town.now + DAY,
            kind=kind,
            quotes=quotes,
        )
    town.app.deliver()


@pytest.mark.both_databases
def test_no_fact_is_held_for_longer_than_180_days(town: Town) -> None:
    first = town.says("ada")
    town.reacts("bob", first)
    nights_pass(town, 170)
    assert (rows(town, Message), rows(town, Reaction)) == (1, 1)
    for _ in range(9):
        nights_pass(town)
    assert town.now - from_micros(first) < KEPT
    assert (rows(town, Message), rows(town, Reaction)) == (0, 0)


def test_it_happens_every_night_by_itself(town: Town) -> None:
    town.says("ada")
    town.passes(days=179, hours=15)
    town.ticks()
    assert rows(town, Message) == 0


def test_what_is_younger_stays(town: Town) -> None:
    for day in range(30):
        town.says("bob", at=town.now + timedelta(days=day))
    nights_pass(town, 200)
    with town.sessions.begin() as session:
        oldest = session.scalars(select(func.min(Message.ts))).one()
    assert rows(town, Message) == 8
    assert town.now - from_micros(oldest) == timedelta(days=178)


@pytest.mark.both_databases
def test_the_counts_of_days_stay_whatever_is_heard_afterwards(town: Town) -> None:
    first = town.says("ada")
    town.says("bob", thread=first)
    old = town.now
    town.says("cem", at=town.now + 100 * DAY)
    nights_pass(town, 200)
    assert of_network(town) == {TODAY: Counts(2, 2, 1), TODAY + 100 * DAY: Counts(1, 1, 1)}
    town.says("dan", at=old)
    town.deletes(first)
    town.says("eve", at=town.now - 20 * DAY)
    closed(town, through=TODAY + 200 * DAY)
    counted = of_network(town)
    assert counted[TODAY] == Counts(2, 2, 1)
    assert counted[TODAY + 180 * DAY] == Counts(1, 1, 1)
    nights_pass(town)
    assert of_channels(town)[TODAY] == {"general": Counts(2, 2, 1)}
    assert rows(town, Message) == 2


def test_days_that_nobody_counted_are_counted_first(town: Town) -> None:
    for channel in ("general", "ward"):
        town.says("ada", channel=channel)
    nights_pass(town, 400)
    assert of_network(town) == {TODAY: Counts(2, 1, 2)}


@pytest.mark.both_databases
def test_whoever_wrote_long_ago_is_no_newcomer(town: Town) -> None:
    long_ago = town.says("ada")
    town.joins("bob")
    nights_pass(town, 200)
    again, first = town.says("ada"), town.says("bob")
    assert again > long_ago
    network, people = town.network, [town.person("ada"), town.person("bob")]
    with town.sessions.begin() as session:
        ids = places.known_people(session, people)
        ada, bob = (ids[person].number for person in people)
        assert talk.first_seen(session, network) == {ada: long_ago, bob: first}
        joined, left = talk.came_and_went(session, network)
    assert [each.member for each in joined] == [bob]
    assert left == []


def test_the_first_of_all_first_words_is_the_one_that_stays(town: Town) -> None:
    first = town.says("ada")
    town.says("ada", at=town.now + 20 * DAY)
    for _ in range(3):
        nights_pass(town, 100)
    with town.sessions.begin() as session:
        assert session.scalars(select(Presence.wrote)).all() == [first]


def test_members_are_shown_when_they_first_wrote_and_can_have_that_deleted(town: Town) -> None:
    town.says("ada")
    nights_pass(town, 200)
    assert "#general (you first wrote there on Monday 2 March 2026)" in town.types(
        "ada", "/net mydata"
    )
    assert '"2026-03-02T09:00:00Z"' in town.types("ada", "/net mydata export")
    town.types("ada", "/net mydata")
    town.types("ada", "/net mydata delete")
    town.presses("ada", "Delete everything")
    assert rows(town, Presence) == 0


@pytest.mark.both_databases
def test_a_channel_that_knew_threads_goes_on_to_know_them(town: Town) -> None:
    first = town.says("ada")
    town.says("bob", thread=first)
    later = town.now + 190 * DAY
    for hours in (0, 1, 2):
        town.says("ada", at=later, hours=hours / 10)
    nights_pass(town, 200)
    closed(town, through=TODAY + 199 * DAY)
    assert of_network(town)[TODAY + 190 * DAY] == Counts(3, 1, 3)


@pytest.mark.both_databases
def test_a_channel_that_is_made_private_is_taken_out_of_days_of_long_ago(town: Town) -> None:
    for name, channel in (("ada", "general"), ("ada", "ward"), ("bob", "ward"), ("cem", "ward")):
        town.says(name, channel=channel)
    town.says("dan", channel="ward", at=town.now + DAY)
    nights_pass(town, 200)
    assert of_network(town) == {TODAY: Counts(4, 3, 2), TODAY + DAY: Counts(1, 1, 1)}
    town.opens("ward", kind=ChannelKind.PRIVATE)
    assert of_network(town) == {TODAY: Counts(1, 1, 1)}
    assert of_channels(town) == {TODAY: {"general": Counts(1, 1, 1)}}


def test_old_days_outlive_that_a_network_is_counted_again(town: Town) -> None:
    town.says("ada")
    town.says("eve")
    town.says("bob", at=town.now + 190 * DAY)
    nights_pass(town, 200)
    eve = town.person("eve")
    town.says("eve")
    town.tells(PersonSeen(member=eve, name="Eve", is_external=True))
    closed(town, through=TODAY + 200 * DAY)
    assert of_network(town) == {TODAY: Counts(2, 2, 1), TODAY + 190 * DAY: Counts(1, 1, 1)}


def test_a_channel_under_a_new_name_keeps_its_old_days(town: Town) -> None:
    first = town.says("ada", channel="ward")
    town.says("ada", channel="ward", thread=first)
    nights_pass(town, 200)
    new = town.opens("bay")
    town.says("ada", channel="bay")
    town.tells(ChannelMoved(channel=town.place("ward"), became=new))
    assert of_channels(town)[TODAY] == {"bay": Counts(2, 1, 1)}
    with town.sessions.begin() as session:
        assert session.scalars(select(Presence.wrote)).all() == [first]


def test_facts_of_channels_that_do_not_count_go_too(town: Town) -> None:
    town.says("ada", channel="ward")
    place = town.place("ward")
    town.says("bob")
    closed(town)
    with town.sessions.begin() as session:
        channel = places.channel_at(session, place)
        assert channel is not None
        channel.network_id = None
    nights_pass(town, 200)
    assert rows(town, Message) == 0


def test_what_another_workspace_holds_is_not_touched(town: Town) -> None:
    town.says("ada")
    author = MemberId("fake:T2/U-zoe")
    town.tells(MessagePosted(channel=ChannelId("fake:T2/C-x"), ts=1, author=author, length=3))
    nights_pass(town, 200)
    assert rows(town, Message) == 1


# What was said


@pytest.mark.both_databases
def test_how_a_post_went_is_held_for_half_a_year_and_an_answer_for_a_month(town: Town) -> None:
    town.types("ada", "/net")
    queue(town, "notice")
    answers = keys(town) - {"notice"}
    nights_pass(town, 29)
    assert keys(town) == {*answers, "notice"}
    nights_pass(town, 2)
    assert keys(town) == {"notice"}
    nights_pass(town, 148)
    assert keys(town) == {"notice"}
    nights_pass(town, 3)
    assert keys(town) == set()


def test_a_post_stays_as_long_as_it_may_have_to_change(town: Town) -> None:
    ts = town.says("ada")
    queue(town, "digest", quotes=(ref_of(town.place("general"), ts),))
    place = town.place("general")
    quoted = (ref_of(place, ts),)
    with town.sessions.begin() as session:
        words = Post(to=place, text="other words")
        assert outbox.amend(session, "digest", words, now=town.now, quotes=quoted)
    town.app.deliver()
    nights_pass(town, 400)
    assert keys(town) == {"digest", "digest#1"}
    with town.sessions.begin() as session:
        assert outbox.amend(session, "digest", Post(to=place, text="gone"), now=town.now)
    assert rows(town, Quote) == 0
    nights_pass(town)
    assert [post.text for post in town.hears] == ["gone"]
    nights_pass(town)
    assert keys(town) & {"digest", "digest#1"} == set()


def test_what_is_not_settled_stays(town: Town) -> None:
    queue(town, "stuck")
    with town.sessions.begin() as session:
        session.scalars(select(Outgoing)).one().state = "ambiguous"
    nights_pass(town, 400)
    assert keys(town) == {"stuck"}


def test_names_of_acts_and_events_that_failed_go_after_half_a_year(town: Town) -> None:
    town.types("ada", "/net")
    with town.sessions.begin() as session:
        session.add(Incoming(payload=b"x", received_at=town.now, error="it failed"))
    assert rows(town, HandledAct) == 1
    nights_pass(town, 179)
    assert (rows(town, HandledAct), rows(town, Incoming)) == (1, 1)
    nights_pass(town, 2)
    assert (rows(town, HandledAct), rows(town, Incoming)) == (0, 0)


def test_when_jobs_ran_is_known_for_half_a_year(town: Town) -> None:
    network, slot = town.network, Slot(due=town.now, name="long ago")
    with town.sessions.begin() as session:
        assert occasions.begin(session, network, "any.job", slot, now=town.now)
        assert not occasions.begin(session, network, "any.job", slot, now=town.now)
    known = rows(town, Occurrence)
    nights_pass(town, 179)
    assert rows(town, Occurrence) >= known
    nights_pass(town, 2)
    with town.sessions.begin() as session:
        assert session.get(Occurrence, (network.id, "any.job", slot.name)) is None


def test_a_page_that_was_shown_is_settled_like_an_answer(town: Town) -> None:
    member = town.person("ada")
    network = town.network
    with town.sessions.begin() as session:
        outbox.enqueue(
            session,
            Showing(home=Home(member=member, parts=())),
            key="page",
            network_id=network.id,
            due_at=town.now,
            expires_at=town.now + DAY,
        )
    town.app.deliver()
    nights_pass(town, 31)
    assert keys(town) == set()


def test_a_night_on_which_nothing_is_old_changes_nothing(town: Town) -> None:
    town.says("ada")
    nights_pass(town)
    network = town.network
    assert network.kept_from is None
    with town.sessions.begin() as session:
        assert days.first_day(session, network) is None  # nobody has counted yet


def test_that_somebody_was_asked_is_forgotten_with_their_message_and_what_was_told_is_not(
    town: Town,
) -> None:
    town.person("amina")
    with town.sessions.begin() as session:
        network = places.networks(session)[0]
        author = places.person_at(session, town.person("amina"))
        assert author is not None
        for state in ("refused", "lapsed", "withdrawn", "gone", "agreed", "featured"):
            session.add(
                Idea(
                    network_id=network.id,
                    person_id=author.id,
                    state=state,
                    created_at=town.now,
                )
            )
    nights_pass(town, 179)
    assert rows(town, Idea) == 6
    nights_pass(town, 2)
    with town.sessions.begin() as session:
        assert {*session.scalars(select(Idea.state))} == {"agreed", "featured"}
