"""Whoever makes up the week's digest: swap, leave out, reword, skip, or send it now."""

from __future__ import annotations

from bot.context import Context
from bot.domain.events import ActionTaken, FormSubmitted
from bot.domain.posts import Field
from bot.domain.schedule import Slot
from bot.judgement.limits import Kind
from bot.storage import editions, ideas, occasions, places
from bot.storage.editions import Edition
from bot.storage.places import Person
from handlers.digest.feature import Settings, feature, period_of
from handlers.digest.posting import JOB, compose, post, room
from handlers.digest.previewing import next_week, preview_values, show

LONGEST = 300
TOO_LONG = f"{LONGEST} characters are the most."


def me(ctx: Context) -> Person | None:
    """Whoever does this, if they are one of the network; None, and a word to them, if not."""
    if ctx.me.is_external or ctx.me.is_bot:
        ctx.reply("digest/not_for_guests")
        return None
    return ctx.me


def claimed(settings: Settings, ctx: Context, week: str) -> Edition | None:
    """The edition, made up by the member from now on; None, and a word to them, if it can't be."""
    person = me(ctx)
    if person is None:
        return None
    if week != next_week(settings, ctx):
        ctx.reply("bot/out_of_date")
        return None
    ideas.take_turns(ctx.session, ctx.network)
    edition = editions.begin(ctx.session, ctx.network, week)
    if editions.claim(ctx.session, edition, person, may_take_over=ctx.is_lead):
        return edition
    say_taken(ctx, edition)
    return None


def say_taken(ctx: Context, edition: Edition) -> None:
    """Say who makes it up, or that it is made."""
    editor = editions.editor_of(ctx.session, edition)
    is_made = edition.composed_at is not None
    ctx.reply("digest/taken", editor=editor.name if editor else "", is_made=is_made)


# Its items


@feature.action("swap")
def press_swap(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Put the next idea in the place of this one."""
    week, _, number = taken.value.partition("/")
    if number.isdecimal():
        swap(settings, ctx, week, int(number))


def swap(settings: Settings, ctx: Context, week: str, number: int) -> None:
    """Let the next idea that waits take the place of idea *number*, which waits on; if one does."""
    edition = claimed(settings, ctx, week)
    if edition is None:
        return
    before = edition.swapped
    edition.swapped = sorted({*before, number})
    ctx.session.flush()
    shown = preview_values(settings, ctx, period_of(settings, week, is_preview=True))
    if number not in before and room(shown["sections"]):
        edition.swapped = before
        ctx.session.flush()
        ctx.reply("digest/none_waits", number=number, week=week)
    else:
        ctx.reply("digest/preview", **shown)


@feature.action("leave_out")
def press_leave_out(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Leave an idea for another week; its author's yes stands."""
    week, _, number = taken.value.partition("/")
    if number.isdecimal():
        leave_out(settings, ctx, week, int(number))


def leave_out(settings: Settings, ctx: Context, week: str, number: int) -> None:
    """Leave idea *number* for another week, with nothing in its place."""
    edition = claimed(settings, ctx, week)
    if edition is not None:
        edition.left_out = sorted({*edition.left_out, number})
        ctx.session.flush()
        show(settings, ctx, week)


@feature.action("put_back")
def press_put_back(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Leave nothing out."""
    put_back(settings, ctx, taken.value)


def put_back(settings: Settings, ctx: Context, week: str) -> None:
    """Leave nothing out, and swap nothing."""
    edition = claimed(settings, ctx, week)
    if edition is not None:
        edition.left_out, edition.swapped = [], []
        ctx.session.flush()
        show(settings, ctx, week)


# Its editor's own line


@feature.action("opening")
def press_opening(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Ask for the editor's own first line."""
    ask_opening(settings, ctx, taken.value)


def ask_opening(settings: Settings, ctx: Context, week: str) -> None:
    """Open the form for the editor's own first line."""
    edition = claimed(settings, ctx, week)
    if edition is not None:
        field = Field(name="opening", value=edition.opening, is_long=True)
        ctx.ask("digest/form", name="digest.opening", fields=(field,), context=week)


def _faults(submitted: FormSubmitted, _: Settings) -> dict[str, str]:
    is_long = len(submitted.values.get("opening", "")) > LONGEST
    return {"opening": TOO_LONG} if is_long else {}


@feature.form("opening", check=_faults)
def take_opening(submitted: FormSubmitted, settings: Settings, ctx: Context) -> None:
    """Keep the editor's own first line, or none."""
    put_opening(settings, ctx, submitted.context, submitted.values.get("opening", ""))


def put_opening(settings: Settings, ctx: Context, week: str, line: str) -> None:
    """Keep the editor's own first *line*, or none."""
    line = " ".join(line.split())
    if len(line) > LONGEST:
        ctx.reply("digest/fault", fault=TOO_LONG)
        return
    edition = claimed(settings, ctx, week)
    if edition is not None:
        edition.opening = line
        ctx.session.flush()
        show(settings, ctx, week)


# When it goes


@feature.action("skip")
def press_skip(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Let this week go by, or not after all."""
    skip(settings, ctx, taken.value)


def skip(settings: Settings, ctx: Context, week: str) -> None:
    """Let *week* go by without a digest; done twice, it comes after all."""
    edition = claimed(settings, ctx, week)
    if edition is not None:
        edition.is_skipped = not edition.is_skipped
        ctx.session.flush()
        ctx.reply("digest/skipped", is_skipped=edition.is_skipped, week=week)


@feature.action("send")
def press_send(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Send it now instead of at its time."""
    send(settings, ctx, taken.value)


def send(settings: Settings, ctx: Context, week: str) -> None:
    """Take this week's slot, so that nobody else does, and post it."""
    edition = claimed(settings, ctx, week)
    if edition is None:
        return
    period = period_of(settings, week)
    channel = places.main_channel(ctx.session, ctx.network)
    if channel is None or not compose(ctx, period):
        ctx.reply("digest/nothing")
        return
    if not occasions.begin(ctx.session, ctx.network, JOB, Slot(ctx.now, week), now=ctx.now):
        ctx.reply("digest/taken", editor="", is_made=True)
        return
    wait = ctx.foresee(channel.address, Kind.DIGEST, at=ctx.now)
    post(ctx, period, due=ctx.now)
    until = wait.until.astimezone(ctx.network.zone) if wait and wait.until else None
    ctx.reply("digest/sent", until=until)
