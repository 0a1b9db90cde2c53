"""What was written in open channels, who marked it, and who is new, out of the database."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.domain.events import ChannelKind, to_micros
from bot.judgement.responses import responses
from bot.storage import talk, threads
from bot.storage.places import Network
from tests.town import MONDAY, Town

pytestmark = pytest.mark.both_databases
WEEK = {"first": date(2026, 3, 2), "last": date(2026, 3, 8)}


def test_only_what_was_written_in_open_channels_on_those_days_is_told(town: Town) -> None:
    town.says("ada", at=MONDAY - timedelta(days=1))
    kept = town.says("ada", "A kettle in the bay.")
    town.says("ada", at=MONDAY + timedelta(days=7))
    town.opens("ward", kind=ChannelKind.PRIVATE)
    town.says("ada", channel="ward")
    town.deletes(town.says("ada"))
    with town.sessions.begin() as session:
        network = session.query(Network).one()
        (found,) = threads.written(session, network, **WEEK)
        assert (found.ts, found.length) == (kept, len("A kettle in the bay."))
        assert threads.names(session, [found.author]) == {found.author: "Ada"}
        assert [place.name for place in threads.open_channels(session, network).values()] == [
            "general"
        ]


def test_a_mark_counts_once_for_each_person(town: Town) -> None:
    ts = town.says("ada")
    for emoji in ("bulb", "star", "eyes"):
        town.reacts("bob", ts, emoji)
    with town.sessions.begin() as session:
        network = session.query(Network).one()
        assert len(threads.marks(session, network, ("bulb", "star"), **WEEK)) == 1
        assert threads.marks(session, network, ("seedling",), **WEEK) == []


def test_replies_and_reactions_are_found_by_their_message(town: Town) -> None:
    opening = town.says("ada")
    reply = town.says("bob", thread=opening, hours=1)
    town.says("cem", thread=opening, hours=2)
    town.reacts("eve", reply, "eyes")
    with town.sessions.begin() as session:
        network = session.query(Network).one()
        setting = talk.setting(session, network, **WEEK, now=town.now)
        spoken = threads.conversations(session, network, setting, **WEEK)
        arrivals = threads.arrivals(session, network)
        found = {ts: each for (_, ts), each in responses(spoken, arrivals).items()}
    assert (found[opening].opens, found[reply].opens) == (True, False)
    assert len(found[opening].replied) == 2
    assert (len(found[reply].replied), len(found[reply].reacted)) == (1, 1)
    assert found[reply].conversation == opening


@pytest.mark.both_databases
def test_when_some_came_is_told_as_when_all_came(town: Town) -> None:
    town.says("ada")
    town.says("bob", hours=24 * 20)
    town.joins("bob", at=MONDAY + timedelta(days=2))
    town.joins("eve", at=MONDAY + timedelta(days=1))
    with town.sessions.begin() as session:
        network = session.query(Network).one()
        whole = threads.arrivals(session, network)
        people = {*whole.wrote, *whole.joined}
        assert threads.arrivals_of(session, network, people) == whole
        for one in people:
            found = threads.arrivals_of(session, network, [one])
            assert found.begins == whole.begins
            assert (found.wrote.get(one), found.joined.get(one)) == (
                whole.wrote.get(one),
                whole.joined.get(one),
            )


def test_who_wrote_before_we_could_know_is_not_taken_for_new(town: Town) -> None:
    town.says("ada")
    town.says("bob", hours=24 * 13)
    late = town.says("cem", hours=24 * 20)
    town.joins("eve", at=MONDAY + timedelta(days=1))
    with town.sessions.begin() as session:
        network = session.query(Network).one()
        arrivals = threads.arrivals(session, network)
        since = threads.midnight(date(2026, 3, 2), network)
        new = arrivals.within(since, to_micros(MONDAY + timedelta(days=60)))
        assert sorted(threads.names(session, new).values()) == ["Cem", "Eve"]
        cem = next(one for one in new if arrivals.wrote.get(one) == late)
    assert arrivals.is_newcomer(cem, late, 40)
    assert not arrivals.is_newcomer(cem, late + 61 * 86_400_000_000, 40)
    assert arrivals.is_newcomer(cem, late + 61 * 86_400_000_000, 2)
