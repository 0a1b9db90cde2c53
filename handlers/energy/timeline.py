"""Two years of why in five minutes: phases with what people said of them, and what was decided."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from itertools import groupby

from msgspec import Struct

from bot.context import Context
from bot.domain.events import CommandGiven
from bot.domain.nudges import SAID, ConveningKind
from bot.domain.phases import Phase
from bot.domain.typed import simplified
from bot.feature import Section
from bot.storage import looks, nudges, readings, talk, usuals
from bot.storage.places import Network, Person
from handlers.energy.settings import Settings, feature, looked

BACK = timedelta(days=730)
LOOKED_BACK = timedelta(days=30)
SHOWN = 14
EACH, OTHERS = 4, 2
MOST_LOOKS = 25
LONGEST = 300
BEFORE = timedelta(days=14)
"""An explanation may come a little before the phase is sure: it is told with the phase."""


class Word(Struct, frozen=True, kw_only=True):
    """What somebody said of it."""

    on: date
    by: str
    text: str


class Decided(Struct, frozen=True, kw_only=True):
    """What was decided and why; `about` is whose affair it is where it isn't the energy's."""

    on: date
    did_speak: bool
    reason: str
    about: str = ""


class Spell(Struct, frozen=True, kw_only=True):
    """Days in one phase, with what was said of it, what happened, and what was decided."""

    phase: Phase
    first: date
    last: date
    words: Sequence[Word]
    marks: Sequence[str]
    decided: Sequence[Decided]

    @property
    def told(self) -> list[Decided]:
        """The newest decisions about the energy, and a few of others, oldest first."""
        own = [each for each in self.decided if not each.about][-EACH:]
        others = [each for each in self.decided if each.about][-OTHERS:]
        return sorted([*own, *others], key=lambda each: each.on)


def spells(ctx: Context, since: date) -> list[Spell]:
    """The phases from *since* on, newest first, each with its story."""
    days = readings.timeline(ctx.session, ctx.network, since=since)
    runs = [[*run] for _, run in groupby(days, key=lambda reading: reading.phase)]
    words, marks, decided = _words(ctx, since), _marks(ctx, since), _decided(ctx, since)
    found = []
    for run in reversed(runs):
        first, last, is_newest = run[0].day, run[-1].day, run is runs[-1]
        until = ctx.now_there.date() + timedelta(days=1) if is_newest else last + timedelta(days=1)
        is_told_of = run[0].phase not in (Phase.STEADY, Phase.UNKNOWN)
        begin = first - BEFORE if is_told_of else first
        spell = Spell(
            phase=run[0].phase,
            first=first,
            last=last,
            words=[words.pop(n) for n in _within([w.on for w in words], begin, until)],
            marks=[marks.pop(n)[1] for n in _within([m[0] for m in marks], first, until)],
            decided=[decided.pop(n) for n in _within([d.on for d in decided], first, until)],
        )
        found.append(spell)
    return found


def _within(days: Sequence[date], first: date, last: date) -> list[int]:
    """Which of *days* lie there; from the end, so that they can be taken out one by one."""
    return [n for n in reversed(range(len(days))) if first <= days[n] <= last]


def _words(ctx: Context, since: date) -> list[Word]:
    """Newest first."""
    kept = readings.notes(ctx.session, ctx.network, since=_begin(since, ctx.network))
    return [
        Word(on=talk.local_day(note.at, ctx.network), by=name, text=_cut(note.text))
        for note, name in kept
    ]


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1].rstrip()}…"


def _decided(ctx: Context, since: date) -> list[Decided]:
    """Newest first; what was decided several times in a row is told once, with its first day."""
    kept = readings.decisions(ctx.session, ctx.network, since=_begin(since, ctx.network))
    found = []
    for _, run in groupby(kept, key=lambda each: (each.did_speak, each.reason)):
        first = [*run][-1]
        about = first.what.partition(".")[0]
        found.append(
            Decided(
                on=talk.local_day(first.at, ctx.network),
                did_speak=first.did_speak,
                reason=first.reason,
                about="" if about == feature.name else about,
            )
        )
    return found


def _marks(ctx: Context, since: date) -> list[tuple[date, str]]:
    """What was in the calendar, what was tried, and what was called usual; newest first."""
    session, network = ctx.session, ctx.network
    found = [
        (entry.first, f"{entry.kind}: {entry.name}") for entry in talk.calendar(session, network)
    ]
    for nudge in nudges.in_states(session, network, SAID):
        if nudge.kind != ConveningKind.LEAVE_IT:
            judged = f" ({nudge.verdict})" if nudge.verdict else ""
            found.append((nudge.starts_day, f"{ConveningKind(nudge.kind).called}{judged}"))
    for rebase, name in usuals.told(session, network, since=_begin(since, network)):
        day = talk.local_day(rebase.at, network)
        begins = f"{rebase.since.day} {rebase.since:%B %Y}"
        undone = ", taken back" if rebase.undone_at else ""
        found.append(
            (day, f"{name or 'somebody'} said that another usual began on {begins}{undone}")
        )
    return sorted((mark for mark in found if mark[0] >= since), reverse=True)


def _begin(day: date, network: Network) -> datetime:
    return datetime.combine(day, time(), network.zone)


@feature.command(
    "tend",
    "log",
    help="where we have been and why, what I said, and what I left unsaid",
    examples=("/tend log", "/tend log 2025"),
)
def log(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Show the phases of two years, or of one, with people's words and my decisions."""
    looked(ctx, "log")
    today = talk.local_day(ctx.now, ctx.network)
    year = simplified(given.text)
    since = today - BACK
    told = spells(ctx, since)
    if len(year) == 4 and year.isdecimal():
        told = [each for each in told if each.first.year <= int(year) <= each.last.year]
    ctx.reply("energy/log", spells=told[:SHOWN], more=len(told) - SHOWN, each=EACH)


@feature.command("net", "looked", help="who of those who tend looked at what, and when")
def show_looks(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Show everybody what those who tend have opened in the last month."""
    since = ctx.now - LOOKED_BACK
    found = looks.looks(ctx.session, ctx.network, since=since, most=MOST_LOOKS)
    ctx.reply("energy/looked", looks=found, zone=ctx.network.zone)


@feature.mydata
def held(settings: Settings, ctx: Context, person: Person) -> Section | None:
    """What somebody who tends looked at, which everybody may see."""
    mine = looks.looks_of(ctx.session, person)
    if not mine:
        return None
    words = ctx.prompts.render("energy/held", looks=len(mine))
    facts = {"looks": [{"at": look.at.isoformat(), "what": look.what} for look in mine]}
    return Section(name="what you looked at", words=words, facts=facts)
