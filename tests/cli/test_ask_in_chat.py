"""An ask in the terminal: posted, taken up, thanked for in her own words, and deleted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.events import MessagePosted, to_micros
from bot.domain.ids import ChannelId
from bot.platforms.console.directory import WORKSPACE, member_id
from bot.storage.base import sessions_of
from tests.cli.desk import Desk
from tests.cli.seat import Seat

pytestmark = pytest.mark.at_length

TUESDAY = datetime(2026, 6, 9, 8, tzinfo=UTC)
"""Nine in London, where it is summer."""
GENERAL = ChannelId(f"{WORKSPACE}/#general")
LEAFLET = "someone to read our heron leaflet"
CANARY = "heron"


def past() -> list[MessagePosted]:
    """A few people have talked for a week."""
    first = to_micros(TUESDAY - timedelta(weeks=1))
    return [
        MessagePosted(
            channel=GENERAL, ts=first + n * 7_200_000_000, author=member_id(who), length=40
        )
        for n, who in enumerate(("dan", "rosa", "joe") * 8)
    ]


def lived(seat: Seat) -> Iterator[str]:
    """Amina asks; Joe helps after Rosa would rather not; Amina thanks him, and deletes it all."""
    seat.hears(past())
    yield "/as amina"
    yield f"/net ask {LEAFLET} by Friday"
    yield from (LEAFLET, ".", "It goes to the printer.", ".", "", "20 min", "", "")
    yield seat.button("Post it")
    yield "/time +1h"
    yield "/as rosa"
    yield "/net ask not 1"
    yield "/as joe"
    yield seat.button("I can help")
    yield "/as amina"
    yield "/time +6d"
    yield "/net thanks @Joe for spotting the heron step"
    yield seat.button("Only Joe")
    yield "/net thanks @Joe for spotting the heron step"
    yield "/net thanks"
    yield "/as joe"
    yield "/net thanks"
    yield "/as amina"
    yield "/net ask delete 1"
    yield "/net mydata delete"
    yield seat.button("Delete everything")
    yield "/as tom"
    yield "/net asks"
    yield "/as joe"
    yield "/net thanks"


def test_an_ask_is_answered_thanked_for_and_deleted_without_a_trace(desk: Desk) -> None:
    desk.types("migrate")
    engine = desk.engine()
    seat = Seat(sessions_of(engine), TUESDAY)
    try:
        shown = seat.sits("priya", lived)
    finally:
        engine.dispose()
    asked, _, rest = shown.partition("Nobody is told")
    assert "nothing is kept until you post it" in asked
    assert "Amina asks · about 20 minutes · by Friday 12 June" in asked
    assert "Joe is on it, thank you." in rest
    assert "Amina thanks you" in rest
    assert "You thanked Joe a moment ago" in rest
    assert "You have been helped one time and helped others no times." in rest
    assert "You have been helped no times and helped others one time." in rest
    after = rest.rpartition("Everything")[2] if "Everything" in rest else rest
    assert "Nothing is open now." in after
    assert "helped others one time" in after.rpartition("You are Joe now.")[2]
    assert CANARY.encode() not in desk.bytes()
