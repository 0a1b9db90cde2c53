"""Among whom somebody would like to meet people: everybody here, or those of a channel."""

from __future__ import annotations

from bot.context import Context
from bot.domain.events import ChannelKind
from bot.storage import circles, seeing
from bot.storage.circles import Circle
from bot.storage.places import Channel


def channel_called(ctx: Context, name: str) -> Channel | None:
    """The channel of that name which the member sees; of others they hear nothing."""
    seen = seeing.visible(ctx.session, ctx.network, ctx.me)
    found = [number for number, place in seen.items() if place.name.casefold() == name]
    return ctx.session.get(Channel, found[0]) if found else None


def circle_for(ctx: Context, name: str) -> Circle | None:
    """Where the member means to take part; None, and a word to them, where they can't.

    In a channel it takes part who is in it; in a private one, once somebody who tends set it up.
    """
    if not name:
        return circles.circle_of(ctx.session, ctx.network, None)
    channel = channel_called(ctx, name)
    if channel is None:
        ctx.reply("meeting/no_channel", channel=name)
        return None
    circle = circles.circle_of(ctx.session, ctx.network, channel)
    if channel.kind == ChannelKind.PRIVATE and not circle.is_named:
        ctx.reply("meeting/not_named", channel=channel.name)
    elif not circles.joined(ctx.session, circle, ctx.me):
        ctx.reply("meeting/not_there", channel=channel.name)
    else:
        return circle
    return None


def name_of(ctx: Context, circle: Circle) -> str:
    """What a circle's channel is called; "" where it is the whole network."""
    channel = ctx.session.get(Channel, circle.channel_id) if circle.channel_id else None
    return channel.name if channel is not None else ""
