"""A workspace that shows the bot out leaves no row behind, and may begin anew."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations

import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import Engine

from bot import inbox, logs
from bot.domain.events import (
    BotInvited,
    BotUninstalled,
    ChannelSeen,
    Event,
    FormSubmitted,
    Listened,
    MessagePosted,
    PersonSeen,
    to_micros,
)
from bot.domain.ids import ChannelId, MemberId
from bot.judgement.limits import Kind
from bot.storage import schema
from bot.storage.delivery import HandledAct, Incoming
from bot.storage.leaving import OF_NOBODY, leave
from bot.storage.places import Network
from tests.town import MONDAY, Town

HOUR = 3_600_000_000
AT = to_micros(MONDAY) + HOUR
GONE = BotUninstalled(workspace="fake:T1", at=AT)


def left(town: Town) -> dict[str, int]:
    """How many rows are in each table that has any, but for those of nobody."""
    with town.sessions.begin() as session:
        counts = {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in schema.metadata.sorted_tables
        }
    return {name: count for name, count in counts.items() if count and name not in OF_NOBODY}


def lives(town: Town) -> None:
    """Something of every kind."""
    town.types("ada", "/tend settings")
    town.fills("ada", purpose="Safer discharge for everybody.")
    town.types("ada", '/tend calendar add "Summer" 22 Jul to 30 Aug quiet')
    town.types("ada", "/tend why half of us are away")
    for days in range(-10, 0):
        ts = town.says("ada", hours=24 * days)
        town.says("bob", "Does anybody know?", thread=ts, hours=24 * days + 1)
        town.reacts("bob", ts)
    town.joins("ada")
    town.tells(BotInvited(channel=town.place("general"), at=to_micros(town.now)))
    town.tells(Listened(workspace="fake:T1", since=1, until=to_micros(town.now)))
    town.runs("energy.read")
    with town.app.context(town.network, occasion="test") as ctx:
        later = ctx.now + timedelta(days=1)
        ctx.once(f"test/{town.person('ada')}")
        ctx.say(town.place("general"), "bot/failed", kind=Kind.NUDGE, key="later", at=later)
    with town.sessions.begin() as session:
        stuck = f'{{"type":"MessagePosted","channel":"{town.place("general")}"}}'.encode()
        session.add(Incoming(payload=stuck, received_at=town.now, error="ValueError"))


@pytest.mark.both_databases
def test_nothing_is_left_of_a_workspace_and_everything_of_its_neighbour(
    town: Town, engine: Engine
) -> None:
    lives(town)
    before = left(town)
    assert len(before) > 12
    there = Town(town.sessions.kw["bind"], workspace="fake:T10")
    there.says("ada")
    there.joins("ada")
    neighbours = {"channels": 1, "messages": 1, "networks": 1, "people": 1, "presences": 1}
    town.passes(hours=1)
    town.tells(GONE)
    assert left(town) == neighbours
    town.ticks()
    assert town.hears[-1].text.startswith("**I am here now")
    del there, engine


def test_how_much_went_is_logged_and_no_word_of_what(
    town: Town, capfd: pytest.CaptureFixture[str]
) -> None:
    lives(town)
    logs.configure("info", as_json=True)
    town.tells(GONE)
    err = capfd.readouterr().err
    assert '"event": "workspace.left"' in err
    assert '"messages": 20' in err
    assert "Safer" not in err


@pytest.mark.both_databases
def test_what_comes_late_brings_nothing_back(town: Town) -> None:
    late: list[Event] = [
        MessagePosted(channel=town.place("general"), ts=AT - HOUR, author=town.person("ada")),
        FormSubmitted(
            id="late",
            form="network.settings",
            values={},
            context="",
            channel=town.place("general"),
            member=town.person("ada"),
            at=AT,
        ),
        Listened(workspace="fake:T1", since=1, until=AT),
        BotInvited(channel=town.place("general"), at=AT - 1),
        GONE,
    ]
    town.says("ada")
    town.tells(GONE)
    for event in late:
        town.tells(event)
    town.tells(*late, *late)
    assert left(town) == {}


@pytest.mark.both_databases
def test_whatever_came_before_in_one_batch_goes_too(town: Town) -> None:
    ada, general = town.person("ada"), town.place("general")
    known: list[Event] = [
        PersonSeen(member=ada, name="Ada"),
        ChannelSeen(channel=general, name="general"),
        MessagePosted(channel=general, ts=AT - 1, author=ada),
    ]
    for order in permutations(known):
        town.tells(*order, GONE)
        assert left(town) == {}


@pytest.mark.both_databases
def test_who_is_taken_in_again_starts_clean_and_an_old_farewell_means_nothing(town: Town) -> None:
    lives(town)
    town.passes(hours=1)
    town.tells(GONE)
    town.passes(hours=1)
    again = MemberId("fake:T1/U-bea")
    place = ChannelId("fake:T1/C-general")
    town.tells(
        ChannelSeen(channel=place, name="general"),
        PersonSeen(member=again, name="Bea"),
        MessagePosted(channel=place, ts=to_micros(town.now), author=again),
    )
    expected = {"channels": 1, "messages": 1, "networks": 1, "people": 1}
    assert left(town) == expected
    town.tells(GONE)
    town.tells(GONE)
    assert left(town) == expected
    with town.sessions.begin() as session:
        assert session.scalars(select(Network.purpose)).all() == [""]


def test_what_failed_earlier_in_other_workspaces_is_still_looked_at(town: Town) -> None:
    with town.sessions.begin() as session:
        for there in ("fake:T1/C-1", "fake:T10/C-1"):
            payload = f'{{"channel":"{there}"}}'.encode()
            session.add(Incoming(payload=payload, received_at=MONDAY, error="ValueError"))
    town.tells(GONE)
    with town.sessions.begin() as session:
        assert inbox.waiting(session) == (0, 1)


def test_every_table_tells_which_rows_are_of_one_workspace(town: Town) -> None:
    """A new table that doesn't is named by the error."""
    with town.sessions.begin() as session:
        session.add(HandledAct(key="welcome.watch/fake:T1/C-1/7", at=MONDAY))
        assert leave(session, "fake:T1")["handled_acts"] == 1
        assert leave(session, "fake:T1") == {}
