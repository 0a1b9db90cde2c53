"""An ask as everybody sees it: posted by its asker's own press, and made anew as things change."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from bot.context import Context
from bot.domain.asks import AskState
from bot.domain.ids import ChannelId
from bot.judgement.limits import Kind
from bot.outbox import Outdated, Said, Unsaid, ref_of
from bot.storage import asks, editions
from bot.storage.asks import Ask
from bot.storage.places import Channel, Person
from handlers.asks import matching, telling
from handlers.asks.feature import Settings, feature

LASTING = timedelta(days=2)


def post(ctx: Context, ask: Ask) -> None:
    """Post an ask, which its asker has seen as it will be."""
    _say(ctx, ask, ask.key)


def post_again(ctx: Context, ask: Ask) -> bool:
    """Post it for the second and last time; False where that was done before."""
    is_first = asks.post_again(ctx.session, ask)
    if is_first:
        _say(ctx, ask, ask.key_again)
    return is_first


def _say(ctx: Context, ask: Ask, key: str) -> None:
    channel = telling.place_of(ctx, ask)
    if channel is not None:
        given = telling.about(ctx, ask)
        ctx.say(
            channel.address,
            "asks/post",
            kind=Kind.ANSWER,
            key=key,
            lasting=LASTING,
            quotes=_quotes(given["source"]) or [_self(channel, ask)],
            **given,
        )


def _quotes(source: telling.Source | None) -> list[str]:
    return [ref_of(ChannelId(source.address), source.ts)] if source else []


def _self(channel: Channel, ask: Ask) -> str:
    """What makes the outbox tell what became of the post, where it quotes nothing else."""
    return f"{channel.ref}/{ask.key}"


def mend(ctx: Context, ask: Ask) -> None:
    """Make the posts of *ask* anew."""
    channel = telling.place_of(ctx, ask)
    if channel is None:
        return
    is_gone = ask.state == AskState.DELETED
    given = {} if is_gone else telling.about(ctx, ask)
    quotes = [] if is_gone else _quotes(given["source"])
    for key in (ask.key, ask.key_again) if ask.is_again else (ask.key,):
        prompt = "asks/deleted_post" if is_gone else "asks/post"
        ctx.amend(key, channel.address, prompt, quotes=quotes, **given)


@feature.on(Said)
def note_said(event: Said, settings: Settings, ctx: Context) -> None:
    """An ask is there for all to see: now a few are asked privately."""
    ask = asks.keyed(ctx.session, ctx.network, event.key)
    if ask is not None and ask.state in (AskState.OPEN, AskState.TAKEN):
        asks.note_post(ctx.session, ask, event.key, _ts(event.message))
        if event.key == ask.key and ask.state == AskState.OPEN:
            matching.ask_privately(ctx, ask, at_most=matching.FIRST)


def _ts(message: str) -> int | None:
    """The time of a message (microseconds) in what its platform calls it; None if it isn't told."""
    name = message.rpartition("/")[2]
    whole, _, part = name.partition(".")
    if not whole.isdecimal():
        return None
    return int(whole) * 10**6 + int(part.ljust(6, "0")[:6]) if part.isdecimal() else int(whole)


@feature.on(Unsaid)
def note_unsaid(event: Unsaid, settings: Settings, ctx: Context) -> None:
    """What could not be posted is a draft again, and its asker is told."""
    ask = asks.keyed(ctx.session, ctx.network, event.key)
    if ask is None or event.key != ask.key or not ask.person_id or ask.state != AskState.OPEN:
        return
    asker, key = ctx.session.get_one(Person, ask.person_id), f"{ask.key}/unsaid"
    draft = asks.redraft(ctx.session, ask, now=ctx.now)
    ctx.say(asker.address, "asks/unsaid", kind=Kind.ANSWER, key=key, number=draft.id)
    ctx.skip("asks.post", event.reason)


@feature.on(Outdated)
def follow_source(event: Outdated, settings: Settings, ctx: Context) -> None:
    """The message that an ask was made from was changed or deleted: the ask points nowhere then."""
    ask = asks.keyed(ctx.session, ctx.network, event.key)
    if ask is not None and ask.state != AskState.DELETED:
        mend(ctx, ask)


def mend_digests(ctx: Context, weeks: Iterable[str], because: str) -> None:
    """Let the digests of *weeks* be made anew."""
    for week in weeks:
        if editions.is_closed(ctx.session, ctx.network, week):
            ctx.press("digest.mend", week, because=because)
