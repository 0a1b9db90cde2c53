"""A town with an ebb: sixteen people who talk, and fade at the beginning of December."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random

from bot.domain.events import MessagePosted
from bot.storage.base import Sessions
from bot.storage.places import Network
from bot.storage.rhythm import Decision
from handlers import calendar, digest, energy, network
from tests.counting import not_counting
from tests.town import Town

FEATURES = (network.feature, energy.feature, calendar.feature, digest.feature)
PEOPLE = tuple(f"p{n}" for n in range(16))
START, FADES, ENDS = date(2025, 9, 1), date(2025, 12, 1), date(2025, 12, 19)


def chatter(
    town: Town, first: date, last: date, *, chance: float, people: Sequence[str] = PEOPLE
) -> list[MessagePosted]:
    """Each of *people* speaks with this chance on each working day."""
    rng = Random(f"{first}/{chance}")
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [
        town.message(name, at=datetime(day.year, day.month, day.day, 10, n, tzinfo=UTC))
        for day in days
        if day.weekday() < 5
        for n, name in enumerate(people)
        if rng.random() < chance
    ]


def ebb(town: Town, *, until: date = ENDS, chance: float = 0.12) -> Town:
    """Let *town*, which ada tends, talk since September and fade; it is still November.

    From then on each person speaks with *chance* on each working day.
    """
    town.lead("ada")
    town.now = datetime(2025, 11, 30, 12, tzinfo=UTC)
    with town.sessions.begin() as session:
        session.query(Network).one().created_at = town.now
    usually = chatter(town, START, FADES - timedelta(days=1), chance=0.6)
    with not_counting():
        town.recounts(*usually, *chatter(town, FADES, until, chance=chance))
    return town


def mornings(town: Town, number: int) -> None:
    """Let *number* mornings come, on each of which the bot does what is due."""
    for _ in range(number):
        town.now = town.now.replace(hour=10, minute=0) + timedelta(days=1)
        town.ticks()


def ninth(town: Town) -> None:
    """Let it be the ninth morning, on which the ebb is told; nothing was done on those before."""
    town.passes(days=8)
    mornings(town, 1)


def decisions(town: Town, what: str = "energy.alert") -> list[tuple[bool, str]]:
    """What was decided of *what*, and why, oldest first."""
    return decisions_of(town.sessions, what)


def decisions_of(sessions: Sessions, what: str = "energy.alert") -> list[tuple[bool, str]]:
    """The same, from a database."""
    with sessions.begin() as session:
        rows = session.query(Decision).filter_by(what=what).order_by(Decision.id)
        return [(row.did_speak, row.reason) for row in rows]
