"""Write an ask: the form, what others would read of it, and then its post; or keep a draft."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from bot.context import Context, with_draft
from bot.domain.asks import (
    USUAL,
    AskState,
    Draft,
    HelpKind,
    as_words,
    faults_in,
    kind_of,
    minutes_of,
    smaller,
)
from bot.domain.drafts import carried
from bot.domain.events import ActionTaken, FormSubmitted, ShortcutUsed, from_micros
from bot.domain.offers import likely_kind
from bot.domain.posts import Field
from bot.domain.typed import number_of
from bot.prompting import day
from bot.storage import asks, places, threads
from bot.storage.asks import Ask
from handlers.asks import carrying, dates, posting, telling
from handlers.asks.feature import Settings, feature, found, own

SEVERAL = "Yes, as many as like"
ONE = "No, one person is enough"


def write(ctx: Context, typed: str, *, source: str = "") -> None:
    """Open the form, with what was typed in its places."""
    words, due = dates.cut_day(typed, now=ctx.now_there)
    minutes = dates.takes(words)
    kind = likely_kind(words) if words else HelpKind.TIME
    draft = Draft(words=words, due=due, minutes=minutes, kind=kind, source=source)
    open_form(ctx, draft)


def open_form(ctx: Context, draft: Draft) -> None:
    """Open the form, with what *draft* has in it."""
    due = draft.due or ctx.now_there.date() + USUAL
    labels = tuple(kind.label for kind in HelpKind)
    several = SEVERAL if draft.takes_several else ONE
    fields = (
        Field(name="words", value=draft.words, is_required=True, is_long=True),
        Field(name="why", value=draft.why, is_long=True),
        Field(name="due", value=f"{day(due)} {due.year}", is_required=True),
        Field(name="takes", value=as_words(draft.minutes)),
        Field(name="kind", value=draft.kind.label, options=labels, is_required=True),
        Field(name="several", value=several, options=(ONE, SEVERAL), is_required=True),
    )
    again = "again" if draft.is_again else "-"
    context = f"{draft.number} {draft.source or '-'} {again} {ctx.network.timezone}"
    ctx.ask("asks/form", name="asks.ask", fields=fields, context=context)


def drafted(submitted: FormSubmitted) -> tuple[Draft, datetime]:
    """What somebody wrote, and when it was there; minutes are -1 where they are unclear."""
    number, source, again, zone = (submitted.context.split(" ", 3) + [""] * 4)[:4]
    now = from_micros(submitted.at).astimezone(ZoneInfo(zone or "UTC"))
    given = {name: " ".join(value.split()) for name, value in submitted.values.items()}
    minutes = minutes_of(given.get("takes", ""))
    return Draft(
        words=given.get("words", ""),
        why=given.get("why", ""),
        due=dates.day_of(given.get("due", ""), now=now),
        minutes=-1 if minutes is None else minutes,
        kind=kind_of(given.get("kind", "")),
        takes_several=given.get("several") == SEVERAL,
        number=number_of(number),
        source="" if source == "-" else source,
        is_again=again == "again",
    ), now


def faults(submitted: FormSubmitted, settings: Settings) -> Mapping[str, str]:
    """What is wrong with an ask, by the field's name."""
    draft, now = drafted(submitted)
    return faults_in(draft, today=now.date())


@feature.form("ask", check=faults)
def preview(submitted: FormSubmitted, settings: Settings, ctx: Context) -> None:
    """Show whoever wrote it what others would read; nothing is kept yet."""
    draft, now = drafted(submitted)
    if wrong := faults_in(draft, today=now.date()):
        ctx.reply("asks/fault", fault=next(iter(wrong.values())))
        return
    channel = telling.channel_for(ctx, settings)
    if channel is None:
        ctx.reply("asks/no_channel")
        return
    ask = found(ctx, f"{draft.number}") if draft.number else None
    ctx.reply(
        "asks/preview",
        ask=telling.as_told(draft, ctx.me.name),
        source=telling.source_of(ctx, draft.source),
        channel=channel.name,
        draft=carried(draft),
        is_change=ask is not None and ask.state != AskState.DRAFT and not draft.is_again,
        is_again=draft.is_again,
    )


@feature.action("write")
def press_write(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Open the form with nothing in it."""
    write(ctx, "")


@feature.action("rewrite")
@with_draft(Draft)
def rewrite(draft: Draft, settings: Settings, ctx: Context) -> None:
    """Open the form again with what was written."""
    open_form(ctx, draft)


@feature.action("nothing")
def nothing(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Keep nothing."""
    ctx.reply("asks/nothing")


@feature.action("keep_draft")
@with_draft(Draft)
def keep_draft(draft: Draft, settings: Settings, ctx: Context) -> None:
    """Keep an ask for its asker alone."""
    mine = asks.of_person(ctx.session, ctx.network, ctx.me)
    same = (each for each in mine if (each.state, each.words) == (AskState.DRAFT, draft.words))
    kept = next(same, None) or asks.draft(
        ctx.session, ctx.network, ctx.me, draft.words, now=ctx.now
    )
    asks.change(ctx.session, kept, draft)
    ctx.reply("asks/kept", number=kept.id)


@feature.action("post")
@with_draft(Draft)
def post(draft: Draft, settings: Settings, ctx: Context) -> None:
    """Post an ask, once; or change one that is posted."""
    channel = telling.channel_for(ctx, settings)
    if channel is None:
        ctx.reply("asks/no_channel")
        return
    if wrong := faults_in(draft, today=ctx.now_there.date()):
        ctx.reply("asks/fault", fault=next(iter(wrong.values())))
        return
    ask = found(ctx, f"{draft.number}") if draft.number else None
    if ask is not None and ask.person_id == ctx.me.id and ask.state != AskState.DRAFT:
        _change(ctx, ask, draft)
        return
    asks.take_turns(ctx.session, ctx.network)
    twin = asks.twin(ctx.session, ctx.network, ctx.me, draft.words)
    if twin is None:
        twin = asks.post(ctx.session, ctx.network, ctx.me, draft, channel, now=ctx.now)
        posting.post(ctx, twin)
    may_swap = ctx.understands("/net meet")
    ctx.reply(
        "asks/posted",
        number=twin.id,
        channel=channel.name,
        is_round=bool(twin.round_id),
        may_swap=may_swap and twin.kind == HelpKind.REVIEW,
    )


def _change(ctx: Context, ask: Ask, draft: Draft) -> None:
    """Let an ask say something else, where it stands, or once more below."""
    if ask.state not in (AskState.OPEN, AskState.TAKEN):
        ctx.reply("asks/over", state=ask.state, number=ask.id)
        return
    asks.change(ctx.session, ask, draft)
    is_again = draft.is_again and posting.post_again(ctx, ask)
    carrying.settle_questions(ctx, ask)
    posting.mend(ctx, ask)
    ctx.reply("asks/changed", number=ask.id, is_again=is_again)


# From elsewhere


@feature.shortcut("turn_into_ask", label="Turn into an ask")
def turn(used: ShortcutUsed, settings: Settings, ctx: Context) -> None:
    """Open the form for an ask that points to a message."""
    place = places.channel_at(ctx.session, used.channel)
    is_open = place is not None and place.id in threads.open_channels(ctx.session, ctx.network)
    source = f"{place.id}/{used.ts}" if place is not None and is_open else ""
    open_form(ctx, Draft(words="", source=source))


@feature.action("finish")
def finish(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Open the form for a draft of the member's own, or to change what is posted."""
    change(ctx, taken.value)


@feature.action("change")
def press_change(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Open the form for an ask of the member's own."""
    change(ctx, taken.value)


def change(ctx: Context, number: str) -> None:
    """Open the form for an ask of the member's own."""
    ask = own(ctx, number)
    if ask is not None:
        open_form(ctx, _as_draft(ctx, ask))


@feature.action("smaller")
def make_smaller(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Open the form for asking about half of it, to be posted once more."""
    ask = own(ctx, taken.value)
    if ask is not None:
        draft = _as_draft(ctx, ask)
        open_form(ctx, replace(draft, minutes=smaller(draft.minutes), is_again=not ask.is_again))


def _as_draft(ctx: Context, ask: Ask) -> Draft:
    today = ctx.now_there.date()
    return Draft(
        words=ask.words,
        why=ask.why,
        due=ask.due_on if ask.due_on and ask.due_on >= today else None,
        minutes=ask.minutes,
        kind=HelpKind(ask.kind),
        takes_several=ask.takes_several,
        number=ask.id,
        source=ask.source,
    )
