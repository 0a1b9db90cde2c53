"""What people type: two names, an answer, or nothing to see what waits."""

from __future__ import annotations

import re

from bot.context import Context, with_draft
from bot.domain.events import CommandGiven
from bot.domain.introductions import Typed, two_in
from bot.domain.notes import Answer
from bot.domain.typed import shortened, simplified
from bot.storage import introductions
from handlers.introductions import answering, holding, proposing
from handlers.introductions.feature import Settings, feature

_ACT = re.compile(r"(yes|no|not now|withdraw|take back)\s*#?(\d{0,9})[\s.!]*", re.IGNORECASE)


@feature.command(
    "net",
    "connect",
    help="introduce two people who should meet: each is asked alone, and hears if both say yes",
    examples=(
        "/net connect @Joe and @Rosa for the falls leaflet that both work on",
        "/net connect me with @Rosa because I begin in her old job",
        "/net connect",
    ),
    aliases=("connections",),
)
def connect(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Show what waits, take an answer, or show what two people would read."""
    first = (given.mentions,) if given.mentions is not None else ()
    take(ctx, Typed(text=given.text, mentions=(*first, *given.others)))


@feature.action("typed")
@with_draft(Typed)
def handed_on(typed: Typed, settings: Settings, ctx: Context) -> None:
    """Take what was typed after another word, as in `/net introduce @Joe to @Rosa`."""
    take(ctx, typed)


def take(ctx: Context, typed: Typed) -> None:
    """Do what somebody typed."""
    text = " ".join(typed.text.split())
    if not text:
        _show(ctx)
    elif found := _ACT.fullmatch(simplified(text)):
        _act(ctx, found[1].casefold(), found[2])
    elif named := two_in(text):
        proposing.propose(ctx, named, typed.mentions)
    else:
        ctx.reply("introductions/unclear", typed=shortened(text))


def _act(ctx: Context, word: str, number: str) -> None:
    if word in ("withdraw", "take back"):
        proposing.withdraw(ctx, number)
    else:
        answering.answer(ctx, number, Answer.YES if word == "yes" else Answer.NO)


def _show(ctx: Context) -> None:
    me = ctx.me
    waits = introductions.to_answer(ctx.session, ctx.network, me, now=ctx.now)
    mine = introductions.thought_of(ctx.session, ctx.network, me, now=ctx.now)
    ctx.reply(
        "introductions/state",
        waits=[holding.as_asked(ctx, each, me) for each in waits],
        mine=[holding.as_thought(ctx, each) for each in mine],
    )
