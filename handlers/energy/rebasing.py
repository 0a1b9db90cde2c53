"""Let those who tend say that another range is usual from a day on, and take it back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from bot.context import Context, leads_only
from bot.domain.events import ActionTaken, CommandGiven
from bot.domain.moments import moment_of
from bot.domain.typed import shortened, simplified
from bot.judgement.few import FEW
from bot.judgement.weeks import WeekMeasures
from bot.storage import places, talk, usuals
from bot.storage.rhythm import Rebase
from handlers.energy.reading import last_day
from handlers.energy.settings import Settings, feature, pulse_of
from handlers.energy.taking import FEWEST_WEEKS, usual_of

LEAST = timedelta(days=14)
MOST = timedelta(days=182)
PROPOSED = timedelta(days=56)


@feature.command(
    "tend",
    "rebase",
    help="this is our new usual",
    examples=("/tend rebase", "/tend rebase since 4 May", "/tend rebase undo"),
)
def rebase(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Show what would change, and ask; or take the newest back."""
    words = simplified(given.text).casefold()
    if words in ("undo", "back", "take back"):
        _undo(ctx)
        return
    today = talk.local_day(ctx.now, ctx.network)
    pulse = pulse_of(settings, ctx)
    proposed = max(pulse.reading.since or today - PROPOSED, today - MOST)
    since = _past_day(words, ctx.now_there) if words else min(proposed, today - LEAST)
    if since is None or not today - MOST <= since <= today - LEAST:
        ctx.reply("energy/rebase_how", typed=shortened(given.text), is_day=since is not None)
        return
    after = [week for week in pulse.weeks if week.first >= since]
    ctx.reply(
        "energy/rebase",
        since=since,
        old=pulse.full_week,
        new=usual_of(pulse.weeks[:-1], since=since),
        weeks=len(after),
        enough=FEWEST_WEEKS,
        centre=_middle(after),
        few=FEW,
    )


def _past_day(words: str, now: datetime) -> date | None:
    """The day that was meant: the newest such day that is past."""
    text = words.removeprefix("since ").removeprefix("from ")
    found = moment_of(text, now=now)
    if found is None:
        return None
    day = found.day
    if day > now.date() and day - now.date() <= timedelta(days=7):
        return day - timedelta(days=7)
    while day > now.date():
        day = _a_year_before(day)
    return day


def _a_year_before(day: date) -> date:
    return date(day.year - 1, day.month, min(day.day, 28) if day.month == 2 else day.day)


def _middle(weeks: Sequence[WeekMeasures]) -> int | None:
    """How many people spoke in a middling week of these, if there were any."""
    counts = sorted(week.voices for week in weeks if week.working_days and not week.deaf)
    return counts[len(counts) // 2] if counts else None


@feature.action("rebase")
@leads_only
def begin_anew(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Take a lead's word for what is usual, from that day on; once, however often it is pressed."""
    since = date.fromisoformat(taken.value)
    lately = usuals.told(ctx.session, ctx.network, since=ctx.now - usuals.UNDOABLE)
    if (before := _standing(lately, since)) is not None:
        found, name = before
        ctx.reply("energy/rebased", since=since, by=name, at=found.at, was_so=True, until=None)
        return
    usuals.rebase(
        ctx.session,
        ctx.network,
        since=since,
        reads_from=last_day(ctx),
        by=places.person_at(ctx.session, taken.member),
        now=ctx.now,
    )
    pulse_of(settings, ctx)
    until = talk.local_day(ctx.now + usuals.UNDOABLE, ctx.network)
    ctx.spoke("energy.rebase", f"a lead said that another usual began on {since}")
    ctx.reply("energy/rebased", since=since, by=None, at=ctx.now, was_so=False, until=until)


def _standing(
    told: Sequence[tuple[Rebase, str | None]], since: date
) -> tuple[Rebase, str | None] | None:
    held = (each for each in told if each[0].undone_at is None and each[0].since == since)
    return next(held, None)


@feature.action("keep_usual")
@leads_only
def keep_usual(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Change nothing."""
    ctx.reply("energy/usual_kept")


@feature.action("undo_rebase")
@leads_only
def undo_rebase(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Take the newest new usual back."""
    _undo(ctx)


def _undo(ctx: Context) -> None:
    undone = usuals.undo(ctx.session, ctx.network, now=ctx.now)
    if undone is not None:
        ctx.spoke("energy.rebase", "a lead took the new usual back")
    ctx.reply("energy/rebase_undone", since=undone.since if undone else None)
