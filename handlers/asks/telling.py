"""An ask in the words in which others read it, wherever they do."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from bot.context import Context
from bot.domain.asks import ROUND, AskState, Draft, HelpKind, as_words
from bot.domain.events import ChannelKind
from bot.domain.typed import number_of
from bot.storage import exchanges, places, rounds
from bot.storage.activity import DELETED, Message
from bot.storage.asks import Ask
from bot.storage.places import Channel, Person
from handlers.asks.feature import Settings

ENDING = "asks"
"""What the name of a channel ends with that is for asks."""


class Told(NamedTuple):
    """An ask as it is told: whose it is, its words, and by when."""

    name: str
    words: str
    why: str
    due: date | None
    takes: str
    kind: str
    takes_several: bool


class Source(NamedTuple):
    """The message that an ask was made from."""

    channel: str
    address: str
    ts: int
    is_round: bool = False


def channel_for(ctx: Context, settings: Settings) -> Channel | None:
    """Where asks are posted: where the settings say, in one that is called so, or the main one."""
    is_open = [
        each
        for each in places.channels(ctx.session, ctx.network)
        if each.kind == ChannelKind.PUBLIC and not each.is_archived
    ]
    wanted = settings.channel.removeprefix("#").casefold()
    named = [each for each in is_open if each.name.casefold() == wanted]
    named += [each for each in is_open if not wanted and each.name.casefold().endswith(ENDING)]
    return named[0] if named else places.main_channel(ctx.session, ctx.network)


def as_told(ask: Draft | Ask, name: str) -> Told:
    """*ask* of somebody of that *name*, as it is told."""
    return Told(
        name=name,
        words=ask.words,
        why=ask.why,
        due=ask.due_on if isinstance(ask, Ask) else ask.due,
        takes=as_words(ask.minutes),
        kind=HelpKind(ask.kind).value,
        takes_several=ask.takes_several,
    )


def source_of(ctx: Context, source: str) -> Source | None:
    """The message that *source* is (`Draft.source`); None where it is gone or closed."""
    place, _, ts = source.partition("/")
    if place == ROUND:
        return _round(ctx, number_of(ts))
    if not ts:
        return None
    channel = ctx.session.get(Channel, int(place))
    message = ctx.session.get(Message, (int(place), int(ts)), populate_existing=True)
    if channel is None or channel.kind != ChannelKind.PUBLIC or channel.is_closed:
        return None
    if message is None or message.flags & DELETED:
        return None
    return Source(channel.name, channel.ref, int(ts))


def _round(ctx: Context, number: int) -> Source | None:
    """The post of the round of that number, while it is there."""
    found = rounds.posted(ctx.session, ctx.network, number)
    channel = ctx.session.get(Channel, found.channel_id) if found and found.channel_id else None
    if found is None or not found.ts or channel is None or channel.is_closed:
        return None
    message = ctx.session.get(Message, (channel.id, found.ts), populate_existing=True)
    is_gone = message is not None and message.flags & DELETED
    return None if is_gone else Source(channel.name, channel.ref, found.ts, is_round=True)


def about(ctx: Context, ask: Ask) -> dict[str, Any]:
    """What the post of *ask* is made from."""
    asker = ctx.session.get(Person, ask.person_id) if ask.person_id else None
    return {
        "number": ask.id,
        "state": AskState(ask.state).value,
        "ask": as_told(ask, asker.name if asker else ""),
        "helpers": [each.name for each in exchanges.helpers(ctx.session, ask)],
        "source": source_of(ctx, ask.source),
    }


def place_of(ctx: Context, ask: Ask) -> Channel | None:
    """The channel that *ask* was posted in."""
    return ctx.session.get(Channel, ask.channel_id) if ask.channel_id else None
