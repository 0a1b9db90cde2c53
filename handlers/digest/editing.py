"""Whoever makes up the week's digest: see it before, leave out, reword, skip, or send it now."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.context import Context
from bot.domain.events import ActionTaken, CommandGiven, FormSubmitted
from bot.domain.posts import Field
from bot.domain.schedule import Slot
from bot.domain.typed import shortened, simplified
from bot.feature import Period, Section
from bot.judgement.fairness import Fairness, Featured, fairness
from bot.judgement.limits import Kind
from bot.storage import editions, ideas, occasions, places, talk
from bot.storage.editions import Edition
from bot.storage.places import Person
from handlers.digest.feature import Settings, feature, newest_week, period_of
from handlers.digest.posting import JOB, compose, post, values

DAY = timedelta(days=1)
LONGEST = 300
WEEKS = 12


@feature.command(
    "tend",
    "digest",
    help="the next digest, as it would be posted",
    examples=(
        "/tend digest preview",
        "/tend digest preview 2026-W10",
        "/tend digest send",
        "/tend digest skip",
        "/tend digest fairness",
    ),
)
def tend_digest(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Show a lead the digest of this week or another, or do with this week's what they say."""
    typed = simplified(given.text).strip()
    if typed.lower() in ("send", "skip"):
        _do(settings, ctx, next_week(settings, ctx), typed.lower())
        return
    if typed.lower() == "fairness":
        ctx.reply("digest/fairness", found=_fairness(ctx), weeks=WEEKS)
        return
    if typed.lower().startswith("preview"):
        typed = typed[len("preview") :].strip()
    week = typed.upper() or next_week(settings, ctx)
    try:
        period = period_of(settings, week, is_preview=True)
    except ValueError:
        ctx.reply("digest/no_week", week=shortened(typed))
        return
    ctx.reply("digest/preview", **preview_values(settings, ctx, period))


@feature.command(
    "net",
    "edit-digest",
    help="make up this week's digest: anybody may",
    examples=("/net edit-digest",),
    aliases=("editdigest",),
)
def edit_digest(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Show whoever asks this week's digest, with what they may do about it."""
    if _editor(ctx) is None:
        ctx.reply("digest/not_for_guests")
    else:
        _show(settings, ctx, next_week(settings, ctx))


def _fairness(ctx: Context) -> Fairness:
    """How the digests of the last weeks shared out exposure: of the network, never of a person."""
    told = ideas.told_since(ctx.session, ctx.network, ctx.now - timedelta(weeks=WEEKS))
    featured = [
        Featured(
            author=each.person_id,
            channel=each.channel_id,
            is_newcomer=any(reason["type"] == "fresh" for reason in each.reasons),
        )
        for each in told
        if each.featured_at is not None
    ]
    return fairness(featured, ideas.voices(ctx.session, ctx.network, now=ctx.now))


def next_week(settings: Settings, ctx: Context) -> str:
    """The ISO week of the next digest; on the day of one, of that one."""
    return newest_week(settings, talk.local_day(ctx.now, ctx.network) - DAY)


def preview_values(settings: Settings, ctx: Context, period: Period) -> dict[str, Any]:
    """What the preview's prompt is made from."""
    sections = compose(ctx, period)
    edition = editions.of_week(ctx.session, ctx.network, period.name)
    is_next = period.name == next_week(settings, ctx)
    return {
        **values(ctx, period, sections),
        "channel": places.main_channel(ctx.session, ctx.network),
        "settings": settings,
        "is_skipped": bool(edition and edition.is_skipped),
        "is_open": is_next and not (edition and edition.composed_at),
        "told": _told(sections),
        "left_out": bool(edition and edition.left_out),
    }


def _told(sections: list[Section]) -> list[int]:
    """The numbers of the ideas that would be told, in their order."""
    return [
        each["number"]
        for section in sections
        for each in section.facts.get("ideas", [])  # type: ignore[attr-defined]
    ]


def _show(settings: Settings, ctx: Context, week: str) -> None:
    period = period_of(settings, week, is_preview=True)
    ctx.reply("digest/preview", **preview_values(settings, ctx, period))


def _editor(ctx: Context) -> Person | None:
    """Whoever does this, if they are one of the network."""
    assert ctx.member is not None, "somebody does it"
    places.meet_people(ctx.session, [ctx.member], bots=frozenset())
    person = places.person_at(ctx.session, ctx.member)
    return None if person is None or person.is_external or person.is_bot else person


def _claimed(settings: Settings, ctx: Context, week: str) -> Edition | None:
    """The edition, made up by the member from now on; None, and a word to them, if it can't be."""
    person = _editor(ctx)
    if person is None:
        ctx.reply("digest/not_for_guests")
        return None
    if week != next_week(settings, ctx):
        ctx.reply("bot/out_of_date")
        return None
    edition = editions.begin(ctx.session, ctx.network, week)
    if editions.claim(ctx.session, edition, person, may_take_over=ctx.is_lead):
        return edition
    editor = editions.editor_of(ctx.session, edition)
    ctx.reply(
        "digest/taken",
        editor=editor.name if editor else "",
        is_made=edition.composed_at is not None,
    )
    return None


@feature.action("leave_out")
def leave_out(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Leave an idea for another week; its author's yes stands."""
    week, _, number = taken.value.partition("/")
    edition = _claimed(settings, ctx, week)
    if edition is not None and number.isdecimal():
        edition.left_out = sorted({*edition.left_out, int(number)})
        ctx.session.flush()
        _show(settings, ctx, week)


@feature.action("put_back")
def put_back(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Leave nothing out."""
    edition = _claimed(settings, ctx, taken.value)
    if edition is not None:
        edition.left_out = []
        ctx.session.flush()
        _show(settings, ctx, taken.value)


@feature.action("opening")
def ask_opening(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Ask for the editor's own first line."""
    edition = _claimed(settings, ctx, taken.value)
    if edition is not None:
        field = Field(name="opening", value=edition.opening, is_long=True)
        ctx.ask("digest/form", name="digest.opening", fields=(field,), context=taken.value)


def _faults(submitted: FormSubmitted, _: Settings) -> dict[str, str]:
    is_long = len(submitted.values.get("opening", "")) > LONGEST
    return {"opening": f"{LONGEST} characters are the most."} if is_long else {}


@feature.form("opening", check=_faults)
def take_opening(submitted: FormSubmitted, settings: Settings, ctx: Context) -> None:
    """Keep the editor's own first line, or none."""
    edition = _claimed(settings, ctx, submitted.context)
    if edition is not None:
        line = " ".join(submitted.values.get("opening", "").split())
        edition.opening = line[:LONGEST]
        ctx.session.flush()
        _show(settings, ctx, submitted.context)


@feature.action("skip")
def skip(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Let this week go by, or not after all."""
    _do(settings, ctx, taken.value, "skip")


@feature.action("send")
def send(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Send it now instead of at its time."""
    _do(settings, ctx, taken.value, "send")


def _do(settings: Settings, ctx: Context, week: str, what: str) -> None:
    edition = _claimed(settings, ctx, week)
    if edition is None:
        return
    if what == "skip":
        edition.is_skipped = not edition.is_skipped
        ctx.session.flush()
        ctx.reply("digest/skipped", is_skipped=edition.is_skipped, week=week)
    else:
        _send(settings, ctx, edition)


def _send(settings: Settings, ctx: Context, edition: Edition) -> None:
    """Take this week's slot, so that nobody else does, and post it."""
    period = period_of(settings, edition.week)
    channel = places.main_channel(ctx.session, ctx.network)
    if channel is None or not compose(ctx, period):
        ctx.reply("digest/nothing")
        return
    slot = Slot(ctx.now, edition.week)
    if not occasions.begin(ctx.session, ctx.network, JOB, slot, now=ctx.now):
        ctx.reply("digest/taken", editor="", is_made=True)
        return
    wait = ctx.foresee(channel.address, Kind.DIGEST, at=ctx.now)
    post(ctx, period, due=ctx.now)
    until = wait.until.astimezone(ctx.network.zone) if wait and wait.until else None
    ctx.reply("digest/sent", until=until)
