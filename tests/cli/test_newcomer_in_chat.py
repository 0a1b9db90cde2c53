"""A network is set up in the terminal, and a newcomer comes in: every step typed or pressed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.events import MessagePosted, to_micros
from bot.domain.ids import ChannelId
from bot.platforms.console.directory import WORKSPACE, member_id
from bot.storage.base import Sessions
from tests.cli.seat import Seat, Story

pytestmark = pytest.mark.at_length

THURSDAY = datetime(2026, 6, 11, 8, tzinfo=UTC)
"""Nine in London, where it is summer."""
GENERAL = ChannelId(f"{WORKSPACE}/#general")
PURPOSE = "Together we make the first hour kinder and safer."
QUESTION = "Has anyone a quick kitchen test for tonight?"
ENDS = "It will be eight weeks before I can tell your usual."


def past() -> list[MessagePosted]:
    """Joe has asked and Rosa has answered now and then, for a month."""
    found = []
    for n in range(8):
        ts = to_micros(THURSDAY - timedelta(days=32 - 3 * n))
        joe, rosa = member_id("joe"), member_id("rosa")
        found.append(MessagePosted(channel=GENERAL, ts=ts, author=joe, length=40, asks=True))
        found.append(MessagePosted(channel=GENERAL, ts=ts + 1, thread=ts, author=rosa, length=40))
    return found


def founds(seat: Seat) -> Iterator[str]:
    """Priya goes through the first run, partly by typing."""
    seat.hears(past())
    yield from ("/as rosa", "/as priya")
    yield "/tend"
    yield seat.button("Write it")
    yield from ("Frailty Friends", PURPOSE, ".")
    yield seat.button("Pick channels")
    yield "#general, #wards"
    yield seat.button("Go on")
    yield seat.button("See the six rules")
    yield from [""] * 20
    yield "/tend start charter skip"
    yield "/tend start hours Summer: 22 Jul to 30 Aug"
    yield "/tend start sponsor no"


def joins(seat: Seat) -> Iterator[str]:
    """Amina and Nia come in at 21:40."""
    yield from ("/as amina", "/as nia", "/time +1m")


def is_greeted(seat: Seat) -> Iterator[str]:
    """On Monday at nine Nia looks around, and Amina is in."""
    yield "/time +1m"
    yield from ("/as nia", "/net join look")
    yield from ("/as amina", "/net charter agree", "/net join first")
    yield from ("a walk-through of our kitchen test", QUESTION, ".")


def introduces(seat: Seat) -> Iterator[str]:
    """She sees her introduction and posts it; two who fit are asked; Dan answers, unasked."""
    yield from ("/as amina", "/net introduce")
    yield from ("I'm Amina, an occupational therapist.", ".", "", "")
    yield seat.button("Post it")
    yield "/time +5h"
    yield from ("/as dan", ">1 We do it with a kettle.", "/time +1h")


def goes(seat: Seat) -> Iterator[str]:
    """She sees what is held, rests, comes back, leaves, and comes in again."""
    yield from ("/as amina", "/net mydata", "/net useful not yet")
    yield from ("/net rest two weeks", "/net back", "/net leave yes", "/net join")


def test_a_network_is_set_up_and_a_newcomer_comes_in_step_by_step(sessions: Sessions) -> None:
    def seen(now: datetime, story: Story) -> str:
        return " ".join(Seat(sessions, now).sits("priya", story).split())

    shown = seen(THURSDAY, founds)
    assert "Let's set this network up" in shown
    assert "I am here now, for Frailty Friends." in shown
    assert ENDS in shown

    monday = THURSDAY + timedelta(days=4)
    assert "Welcome to" not in seen(THURSDAY + timedelta(hours=36, minutes=40), joins)
    shown = seen(monday - timedelta(minutes=1), is_greeted)
    assert "Welcome to Frailty Friends, Amina." in shown
    assert "Welcome to Frailty Friends, Nia." in shown
    assert "six rules, two minutes" in shown
    assert "I won't ask you again" in shown
    assert "Good to have you with us." in shown
    assert "kept for you alone until you post it" in shown

    before, _, posted = seen(monday, introduces).partition("Only you see this")
    assert "Hello from" not in before
    assert "It is in #general, in your name." in posted
    assert posted.count("Hello from @Amina") == 1

    asking, _, after = posted.partition(" › >1 ")
    assert asking.count("is waiting for an answer in #general") == 2
    assert QUESTION in asking
    assert after.count("has had an answer since") == 2

    shown = seen(monday + timedelta(hours=7), goes)
    assert "you are in" in shown
    assert "you introduced yourself on Monday 15 June" in shown
    assert "it stays between you and me" in shown
    assert "Rest well." in shown
    assert "Welcome back." in shown
    assert "You have left Frailty Friends." in shown
    assert "Welcome to Frailty Friends, Amina." in shown
