"""Asks in a round: put on the list by a button, and 🙋 on a reply tells whoever wrote it."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from typing import Any

from bot import outbox
from bot.context import Context
from bot.domain.asks import ROUND, Draft
from bot.domain.events import ActionTaken, ReactionAdded, ReactionRemoved, to_micros
from bot.domain.ids import MemberId
from bot.domain.schedule import Daily
from bot.domain.typed import number_of
from bot.judgement.corners import homes
from bot.judgement.limits import Kind
from bot.outbox import Outdated, ref_of
from bot.storage import asks, belonging, places, rounds, threads
from bot.storage.activity import DELETED, Message
from bot.storage.nudges import Nudge
from bot.storage.places import Channel, Person
from bot.storage.rounds import Reply
from handlers.asks import helping, writing
from handlers.asks.feature import Settings, feature

AT_HOME = timedelta(days=90)
LASTING = timedelta(days=2)
HAND = "hand"


@feature.action("for_round")
def press_for_round(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Open the form for an ask that goes on the list of a round."""
    found = rounds.posted(ctx.session, ctx.network, number_of(taken.value))
    writing.open_form(ctx, Draft(words="", source=_source(found)))


def write(ctx: Context, typed: str) -> None:
    """Open the form with what was typed in its places, for the round that is on now."""
    newest = next(iter(rounds.running(ctx.session, ctx.network)), None)
    writing.write(ctx, typed, source=_source(newest))


def _source(found: Nudge | None) -> str:
    return f"{ROUND}/{found.id}" if found else ""


# A hand for what somebody wrote in the thread


@feature.emoji(lambda settings: settings.help)
def raise_hand(reaction: ReactionAdded, settings: Settings, ctx: Context) -> None:
    """Take up the ask that a raised hand was put on, or tell who asked in a round's thread."""
    channel = places.channel_at(ctx.session, reaction.channel)
    if channel is None:
        return
    theirs = replace(ctx, member=reaction.member, where=reaction.channel)
    ask = asks.posted_at(ctx.session, channel, reaction.ts)
    reply = None if ask else rounds.reply_at(ctx.session, ctx.network, channel, reaction.ts)
    if (ask is None and reply is None) or theirs.me.is_bot or theirs.me.is_external:
        return
    if ask is not None:
        helping.take_up(theirs, f"{ask.id}")
    elif reply is not None:
        offer(theirs, channel, *reply)


def offer(ctx: Context, channel: Channel, found: Nudge, reply: Reply) -> None:
    """Tell whoever asked that the member can help; only a thank-you makes more of it."""
    if reply.author.id == ctx.me.id:
        return
    given: dict[str, Any] = {
        "helper": ctx.me.name,
        "address": ctx.me.ref,
        "number": ctx.me.id,
        "place": channel.ref,
        "ts": reply.ts,
        "has_thanks": ctx.understands("/net thanks"),
    }
    key, quotes = _key(found, reply.ts, ctx.me), [ref_of(channel.address, reply.ts)]
    is_new = ctx.say(
        reply.author.address,
        "asks/hand",
        kind=Kind.ANSWER,
        key=key,
        lasting=LASTING,
        quotes=quotes,
        **given,
    )
    if not is_new:
        ctx.amend(key, reply.author.address, "asks/hand", quotes=quotes, **given)
    ctx.reply("asks/hand_seen", name=reply.author.name, address=reply.author.ref)


def _key(found: Nudge, ts: int, helper: Person) -> str:
    return f"{ROUND}/{found.id}/{HAND}/{ts}/{helper.id}"


@feature.on(ReactionRemoved)
def lower_hand(removed: ReactionRemoved, settings: Settings, ctx: Context) -> None:
    """Take it back that somebody can help, as they took their hand back."""
    if removed.emoji not in settings.help:
        return
    channel = places.channel_at(ctx.session, removed.channel)
    reply = rounds.reply_at(ctx.session, ctx.network, channel, removed.ts) if channel else None
    helper = places.person_at(ctx.session, removed.member)
    if reply is not None and helper is not None:
        found, (ts, author) = reply
        ctx.amend(_key(found, ts, helper), author.address, "asks/hand_down", helper=helper.name)


@feature.on(Outdated)
def follow_reply(event: Outdated, settings: Settings, ctx: Context) -> None:
    """What somebody asked in a thread was deleted: nobody need help with it any more."""
    word, _, rest = event.key.partition("/")
    number, _, what = rest.partition("/")
    if word != ROUND or not what.startswith(f"{HAND}/"):
        return
    found = rounds.posted(ctx.session, ctx.network, number_of(number))
    ts = int(what.split("/")[1])
    message = found and ctx.session.get(Message, (found.channel_id, ts), populate_existing=True)
    if not message or message.flags & DELETED:
        outbox.retract(ctx.session, event.key, now=ctx.now)


def help_named(ctx: Context, name: str, mentioned: MemberId | None) -> bool:
    """Do what a raised hand does, for somebody by name; False where they asked in no round."""
    person = belonging.somebody(ctx.session, ctx.network, name, mentioned)
    for found in rounds.running(ctx.session, ctx.network) if person else ():
        reply = rounds.reply_of(ctx.session, found, person) if person else None
        channel = ctx.session.get(Channel, found.channel_id) if found.channel_id else None
        if reply is not None and channel is not None:
            offer(ctx, channel, found, reply)
            return True
    return False


# What it came to


@feature.job(lambda settings: Daily(at=time.fromisoformat(settings.look_at)), while_any=(Nudge,))
def count(settings: Settings, ctx: Context) -> None:
    """Keep how many asked in each round that runs, until those who tend look back on it."""
    found = rounds.running(ctx.session, ctx.network)
    if not found:
        return
    since = to_micros(ctx.now - AT_HOME)
    groups = homes(threads.wrote_where(ctx.session, ctx.network, since=since))
    for each in found:
        counted = rounds.tally(ctx.session, ctx.network, each, settings.help, groups)
        rounds.keep_tally(ctx.session, each, counted)
