"""An ebb in the terminal, from the alert to what came of it, as a person types through it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from bot.domain.ids import ChannelId
from bot.platforms.console.directory import WORKSPACE, member_id
from bot.storage.base import Sessions
from tests.cli.seat import Seat
from tests.fading import (
    DAY,
    LIVELY,
    MONDAY,
    NEWCOMERS,
    ROUND,
    recounted,
    sixteen_weeks,
    spoke,
    talk,
)

pytestmark = pytest.mark.at_length

SUNDAY = datetime(2026, 10, 18, 17, tzinfo=UTC)
GENERAL = ChannelId(f"{WORKSPACE}/#general")
PEOPLE = tuple(member_id(name) for name in ("tom", "priya", *(f"bo{n}" for n in range(14))))
NEW = tuple(f"mo{n}" for n in range(5))


def drafted(seat: Seat) -> Iterator[str]:
    """Sixteen weeks have passed; Tom reads the alert, changes the draft, approves, and goes."""
    newcomers = [member_id(f"new{n}") for n in range(NEWCOMERS)]
    past = sixteen_weeks(GENERAL, PEOPLE, newcomers)
    seat.hears(past)
    yield "/time +16h"
    shown = " ".join(seat.out.getvalue().split())
    assert [phrase for phrase in recounted(past) if phrase not in shown] == [], shown
    yield seat.button("See the draft")
    yield from ("", "")  # the kind and the channel stay
    yield from ("One question", "What do you wish you had known?", ".")
    yield "28 October 10:00"
    yield from ("", "", "", "11 November", "")  # nobody meets; who it is for and the hope stay
    seat.hears(talk(GENERAL, PEOPLE, MONDAY, ROUND - DAY, chance=0.4))
    yield "/time +9d"
    yield "/time +59m"
    yield "/quit"


def test_an_ebb_is_answered_by_a_round_that_is_posted_once_and_looked_back_on(
    sessions: Sessions,
) -> None:
    shown = Seat(sessions, SUNDAY).sits("tom", drafted)

    assert "Scheduled: question round in #general, Wednesday 28 October at 10:00" in shown
    assert "It is Wednesday 28 October, 09:59 now." in shown
    assert "osted for Tom" not in shown.partition("Scheduled:")[2].partition("\n")[2]

    after = talk(GENERAL, PEOPLE, ROUND + DAY, date(2026, 11, 10), chance=LIVELY)

    def answered(seat: Seat) -> Iterator[str]:
        yield "/time +1m"
        yield "/time +1h"
        for name in ("priya", "bo0", "bo1", *NEW):
            yield f"/as {name}"
            yield ">1 It is this."
        seat.hears(after)
        yield "/as tom"
        yield "/time +2w"
        yield seat.button("Worth doing again")

    again = Seat(sessions, SUNDAY).sits("tom", answered)

    assert shown.count("What do you wish you had known?") == 1
    assert again.count("What do you wish you had known?") == 1
    assert "-- Wednesday 28 October, 10:00 · #general" in again
    told = " ".join(again.partition("How the question round went")[2].split())
    assert "Eight people took part, of whom five had not spoken" in told
    first, second = spoke(after, ROUND) + len(NEW), spoke(after, ROUND + 7 * DAY)
    assert f"In the two weeks since, {first} and {second} people spoke each week" in told
    assert "Wednesday 11 November" in again
    assert "Noted: worth doing again" in again


def test_an_ebb_left_alone_brings_no_post_and_a_look_on_its_date(sessions: Sessions) -> None:
    def left(seat: Seat) -> Iterator[str]:
        past = sixteen_weeks(GENERAL, PEOPLE, [member_id(f"new{n}") for n in range(NEWCOMERS)])
        seat.hears(past)
        yield "/time +16h"
        yield seat.button("Leave it")
        seat.hears(talk(GENERAL, PEOPLE, MONDAY, date(2026, 11, 2), chance=LIVELY))
        yield "/time +2w"
        yield "/time +1h"

    shown = Seat(sessions, SUNDAY).sits("tom", left)

    assert "osted for Tom" not in shown
    before, _, told = shown.partition("How it went after you left it alone")
    assert "-- Monday 2 November" in before.splitlines()[-2]
    assert "In the two weeks since" in told
