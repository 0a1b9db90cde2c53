"""A rule is changed by consent in the terminal: typed alone, one sitting for each stage."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.charter import starter
from bot.storage import charter, places
from bot.storage.base import Sessions
from tests.cli.seat import Seat

pytestmark = pytest.mark.at_length

TUESDAY = datetime(2026, 10, 13, 8, 12, tzinfo=UTC)
"""Twelve past nine in London, where summer time ends on Sunday the 25th."""
TENISH, DAY = TUESDAY + timedelta(hours=1), timedelta(days=1)
PEOPLE = ("sian", "dan", "joe", "rosa", "tom")
WORDS = "Say who it came from. Credit people. Ask before quoting anyone at all."
LATER = "Say who it came from. Credit people. Ask before quoting anyone by name."


def begins(seat: Seat) -> Iterator[str]:
    """Five people agree to the charter; Siân drafts, and posts what she saw."""
    for name in PEOPLE:
        yield from (f"/as {name}", "/net charter agree")
    yield from ("/as sian", "/net propose")
    yield from ("Our words were in a tool's summary.", ".", "4", WORDS, ".", "")
    yield "/as dan"
    yield "/net proposals 1"
    yield "/as sian"
    yield "/net proposals 1 post"
    yield from ("/as rosa", "/net proposals 1 facilitate")


def asks(seat: Seat) -> Iterator[str]:
    """The questions are over: how does it land?"""
    yield "/time +1m"


def answers(seat: Seat) -> Iterator[str]:
    """The round opens; the clocks went back meanwhile; Tom objects, and says his name."""
    yield "/time +1m"
    yield from ("/as dan", "/net proposals 1 consent", "/net proposals 1 consent")
    yield from ("/as joe", "/net proposals 1 worry nobody remembers it")
    yield from ("/as tom", "/net proposals 1 object because nobody can ask at three")
    yield "/net proposals 1 with my name"


def closes(seat: Seat) -> Iterator[str]:
    """An objection stands; Siân finds other words, which all answer to anew."""
    yield "/time +1m"
    yield from ("/as sian", "/net proposals 1", "/net proposals 1 change", LATER, ".")
    yield "/net proposals 1 post"
    for name in ("dan", "joe", "tom"):
        yield from (f"/as {name}", "/net proposals 1 consent")


def ends(seat: Seat) -> Iterator[str]:
    """It is agreed, and too late to object; everybody reads the new rule."""
    yield "/time +1m"
    yield from ("/as joe", "/net proposals 1 object because it is late")
    yield from ("/net proposals decided", "/net charter", "/net mydata")


def test_a_proposal_goes_its_way_in_five_sittings(sessions: Sessions) -> None:
    has_charter(Seat(sessions, TUESDAY), sessions)
    days = (0, 9, 20, 28, 36)
    stories = zip(days, (begins, asks, answers, closes, ends), strict=True)
    shown = [Seat(sessions, TENISH + n * DAY).sits("priya", story) for n, story in stories]
    begun, landed, answered, objected, agreed = shown
    assert "I find no proposal of that number" in begun
    assert "Questions first: a change to rule 4" in begun
    assert "Rosa facilitates" in begun
    assert "How does it land? A change to rule 4" in landed
    assert "Consent round: a change to rule 4" in answered
    assert "You had said so already" in answered
    assert "Tom objects: nobody can ask at three" in answered
    assert "Somebody objects: a change to rule 4" in objected
    assert "nobody remembers it" in objected.partition("/net proposals 1\n")[2]
    assert "Agreed: a change to rule 4" in agreed
    assert "it is agreed, since" in agreed
    assert LATER in agreed.partition("/net charter\n")[2].replace("\n  ", " ")
    assert "you answered worry, because: nobody remembers it" in agreed


def has_charter(seat: Seat, sessions: Sessions) -> None:
    """The network is there, with a charter that nobody agreed to yet."""
    seat.sits("priya", lambda _: iter(()))
    with sessions.begin() as session:
        charter.adopt(
            session,
            places.networks(session)[0],
            starter("Kinder hours."),
            why="",
            is_material=True,
            took_part=None,
            effective_on=TUESDAY.date(),
            review_on=None,
            proposal=None,
            now=TUESDAY,
        )
