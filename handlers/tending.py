"""What leads do with the bot's own voice: silence it, let it speak, settle what is in doubt."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from bot import outbox
from bot.context import Context, leads_only
from bot.domain.events import ActionTaken, CommandGiven
from bot.feature import Feature, Section
from bot.judgement.limits import Kind
from bot.outbox import Held, HeldPost, Verdict
from bot.storage import pauses, places, surroundings, talk


class Settings(Struct, frozen=True, kw_only=True):
    """Nothing to set: those who tend can always silence the bot."""


feature = Feature("tending", Settings, writes="about what waits for those who tend")

AT_ONCE = 5  # three buttons each, which every platform can still show
_NUMBER = re.compile(r"[0-9]{1,9}$")
TELLABLE = timedelta(days=4)


class Shown(Struct, frozen=True, kw_only=True):
    """A held post as the prompts have it; `at` is in the network's own time zone."""

    number: int
    channel: str
    ref: str
    is_private: bool
    at: datetime
    about: str
    is_stuck: bool


@feature.command(
    "tend",
    "pause",
    help="silence me, everywhere in this network",
    examples=("/tend pause all",),
    aliases=("stop", "silence"),
)
def pause(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Say nothing more in this network, from this moment on."""
    if given.text.strip().lower() not in ("all", "everything"):
        ctx.reply("tending/pause_how")
        return
    is_new = pauses.pause_all(ctx.session, "a lead", ctx.now, network_id=ctx.network.id)
    if is_new:
        ctx.skip("tending.pause", "a lead asked me to be silent")
    ctx.reply("tending/paused", was_paused=not is_new)


@feature.command(
    "tend",
    "resume",
    help="let me speak again",
    examples=("/tend resume",),
    aliases=("unpause",),
)
def resume(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Speak again; a copy asks first whether there is another one."""
    if _is_copy(ctx):
        ctx.reply("tending/copy")
        return
    was_paused = pauses.resume_all(ctx.session, network_id=ctx.network.id)
    if was_paused:
        ctx.spoke("tending.pause", "a lead let me speak again")
    is_paused = pauses.paused(ctx.session, network_id=ctx.network.id) is not None
    ctx.reply("tending/resumed", was_paused=was_paused, is_paused=is_paused)


def _is_copy(ctx: Context) -> bool:
    return not surroundings.is_here(ctx.session, ctx.here, now=ctx.now)


@feature.action("settle")
@leads_only
def settle(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Take a lead's word that there is no other one, and speak from here."""
    was_copy = _is_copy(ctx)
    if was_copy:
        outbox.speak_from(ctx.session, ctx.here, now=ctx.now)
        ctx.spoke("tending.copy", "a lead said that this is the only one of me")
    ctx.reply("tending/settled_in", was_copy=was_copy)


@feature.command(
    "tend",
    "held",
    help="posts of mine that may or may not have arrived",
    examples=("/tend held",),
    aliases=("doubts",),
)
def show_held(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Show what only a person can settle, with what can be done about it."""
    held = outbox.held(ctx.session, ctx.network.id)
    ctx.reply("tending/held", posts=_shown(ctx, held[:AT_ONCE]), more=len(held[AT_ONCE:]))


@feature.on(Held)
def put_before_leads(event: Held, settings: Settings, ctx: Context) -> None:
    """Put what only a person can settle before those who tend, all in one message."""
    held = outbox.held(ctx.session, ctx.network.id)
    today = talk.local_day(ctx.now, ctx.network)
    for to in places.leads_of(ctx.session, ctx.network):
        ctx.say(
            to,
            "tending/held",
            kind=Kind.TENDING,
            key=f"tending.held/{ctx.network.id}/{today}/{to}",
            lasting=TELLABLE,
            posts=_shown(ctx, held[:AT_ONCE]),
            more=len(held[AT_ONCE:]),
        )


def _shown(ctx: Context, held: Sequence[HeldPost]) -> list[Shown]:
    found = []
    for post in held:
        channel = None if post.is_private else places.channel_at(ctx.session, post.to)
        found.append(
            Shown(
                number=post.number,
                channel=channel.name if channel else "",
                ref="" if post.is_private else post.to,
                is_private=channel is None,
                at=post.at.astimezone(ctx.network.zone),
                about=post.about,
                is_stuck=post.is_stuck,
            )
        )
    return found


@feature.action("there")
@leads_only
def is_there(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Take a lead's word that a post arrived."""
    _settle("there", taken, ctx)


@feature.action("again")
@leads_only
def post_again(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Post again what didn't arrive."""
    _settle("again", taken, ctx)


@feature.action("leave")
@leads_only
def leave_it(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Leave a post unsaid."""
    _settle("leave", taken, ctx)


@feature.action("done")
@leads_only
def is_done(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Take a lead's word that what had to go is gone."""
    _settle("leave", taken, ctx, saying="done")


@feature.action("retry")
@leads_only
def try_again(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Try once more to take back what has to go."""
    _settle("again", taken, ctx, saying="retry")


def _settle(verdict: Verdict, taken: ActionTaken, ctx: Context, *, saying: str = "") -> None:
    number = int(taken.value) if _NUMBER.match(taken.value) else 0
    is_new = outbox.settle_held(ctx.session, number, ctx.network.id, verdict, ctx.now)
    ctx.reply("tending/settled", is_new=is_new, verdict=saying or verdict)


@feature.home_section(order=5, for_leads=True)
def home(settings: Settings, ctx: Context) -> Section | None:
    """Say on a lead's page that the bot is silent, or in doubt."""
    is_paused = pauses.paused(ctx.session, network_id=ctx.network.id) is not None
    held = len(outbox.held(ctx.session, ctx.network.id))
    if not is_paused and not held:
        return None
    words = ctx.prompts.render("tending/home", is_paused=is_paused, held=held)
    return Section(name="tending", words=words, facts={"is_paused": is_paused, "held": held})
