"""The network's calendar: quiet times, gatherings and pressure, so that an ebb has its reasons."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from msgspec import Struct

from bot.context import Context
from bot.domain.events import CommandGiven
from bot.domain.typed import simplified
from bot.feature import CatchUpItem, Feature, Section, Since
from bot.storage import talk
from bot.storage.rhythm import CalendarEntry

KINDS = ("quiet", "gathering", "pressure")
SYNONYMS = {"event": "gathering", "holiday": "quiet", "busy": "pressure"}

_ADD = re.compile(
    r"""add\s+(?:["“”](?P<quoted>[^"“”]+)["“”]|'(?P<single>[^']+)'|(?P<plain>[^"“”]+?))\s+
        (?P<first>\d{4}-\d\d-\d\d|\d{1,2}\s+[A-Za-z]{3,9}(?:\s+\d{4})?)
        (?:\s+(?:to|until|-|–)\s+
           (?P<last>\d{4}-\d\d-\d\d|\d{1,2}\s+[A-Za-z]{3,9}(?:\s+\d{4})?))?
        (?:\s+(?P<kind>[A-Za-z]+))?\s*$""",
    re.VERBOSE | re.IGNORECASE,
)


_NUMBER = re.compile(r"[0-9]{1,9}$")
HALF_A_YEAR = timedelta(days=183)
AHEAD = timedelta(weeks=4)
SOON = timedelta(weeks=2)
WEIGHT = 2.4


class Settings(Struct, frozen=True, kw_only=True):
    """Nothing to set."""


feature = Feature("calendar", Settings)


@feature.home_section(order=40)
def coming_up(settings: Settings, ctx: Context) -> Section | None:
    """On the bot's own page: what is in the calendar of the next four weeks."""
    today = talk.local_day(ctx.now, ctx.network)
    known = talk.calendar(ctx.session, ctx.network)
    coming = [each for each in known if each.last >= today and each.first <= today + AHEAD]
    if not coming:
        return None
    words = ctx.prompts.render("calendar/coming", entries=coming)
    return Section(name="coming up", words=words, facts={"entries": len(coming)})


@feature.catchup_section(order=50)
def soon(settings: Settings, ctx: Context, since: Since) -> list[CatchUpItem]:
    """Gatherings of the next fortnight, which are for everybody."""
    today = talk.local_day(ctx.now, ctx.network)
    gatherings = [
        each
        for each in talk.calendar(ctx.session, ctx.network)
        if each.kind == "gathering" and each.last >= today and each.first <= today + SOON
    ]
    return [
        CatchUpItem(
            words=ctx.prompts.render("calendar/catchup", entry=each),
            why="it is soon, and for all of us",
            about=f"calendar/{each.id}",
            weight=WEIGHT,
            at=ctx.now,
        )
        for each in gatherings
        if not since.person.is_guest
    ]


@feature.command(
    "tend",
    "calendar",
    help="quiet times and gatherings, which explain ebbs and flows",
    examples=('/tend calendar add "Summer" 22 Jul to 30 Aug quiet', "/tend calendar remove 2"),
)
def calendar(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Show the calendar, add to it or take from it."""
    today = talk.local_day(ctx.now, ctx.network)
    text = simplified(given.text)
    word = text.partition(" ")[0].casefold()
    if word == "add":
        _add(text, today, ctx)
    elif word in ("remove", "delete"):
        _remove(text.partition(" ")[2], ctx)
    else:
        since = today - timedelta(weeks=4)
        shown = {n: entry for n, entry in _numbered(ctx).items() if entry.last >= since}
        ctx.reply("calendar/list", entries=shown)


def _numbered(ctx: Context) -> dict[int, CalendarEntry]:
    """The network's entries in order of time, numbered in the order in which they were added.

    The database's own numbers would tell how much other networks have in their calendars.
    """
    entries = talk.calendar(ctx.session, ctx.network)
    numbers = {each.id: n for n, each in enumerate(sorted(entries, key=lambda e: e.id), 1)}
    return {numbers[each.id]: each for each in entries}


def _add(text: str, today: date, ctx: Context) -> None:
    found = parse(text, today=today)
    if isinstance(found, str):
        ctx.reply("calendar/not_added", problem=found)
        return
    found.network_id = ctx.network.id
    ctx.session.add(found)
    ctx.session.flush()
    ctx.reply("calendar/added", entry=found)


def _remove(number: str, ctx: Context) -> None:
    entry = _numbered(ctx).get(int(number)) if _NUMBER.match(number) else None
    if entry is None:
        ctx.reply("calendar/not_added", problem="number")
        return
    ctx.session.delete(entry)
    ctx.reply("calendar/removed", entry=entry)


def parse(text: str, *, today: date) -> CalendarEntry | str:
    """What ``add "Summer" 22 Jul to 30 Aug quiet`` means, or the word for what is wrong with it.

    A day without a year is the next such day, or one of the last four weeks.
    """
    match = _ADD.match(text)
    if match is None:
        return "shape"
    kind = (match["kind"] or "quiet").lower()
    kind = SYNONYMS.get(kind, kind)
    if kind not in KINDS:
        return "kind"
    first = _day(match["first"], today - timedelta(weeks=4))
    last = first and (_day(match["last"], first) if match["last"] else first)
    if first is None or last is None:
        return "day"
    rolled_over = match["last"] and not match["last"][-4:].isdecimal() and "-" not in match["last"]
    if last < first or (rolled_over and last - first > HALF_A_YEAR):
        return "order"
    name = (match["quoted"] or match["single"] or match["plain"]).strip()
    return CalendarEntry(name=name, kind=kind, first=first, last=last) if name else "shape"


def _day(text: str, earliest: date) -> date | None:
    """A day as people write it; without a year, the first such day from *earliest* on."""
    text = re.sub(r"\bsept\b", "Sep", text, flags=re.IGNORECASE)
    for shape in ("%Y-%m-%d", "%d %b %Y", "%d %B %Y"):
        for year in ("", f" {earliest.year}", f" {earliest.year + 1}"):
            try:
                found = datetime.strptime(f"{text}{year} +0000", f"{shape} %z").date()
            except ValueError:
                continue
            if found >= earliest or not year:
                return found
    return None
