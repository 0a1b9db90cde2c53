"""What a member hands over by `/net idea`: their own words, a mark on a message, or an answer."""

from __future__ import annotations

import re

from bot.context import Context
from bot.domain.events import ActionTaken, CommandGiven
from bot.domain.ideas import TOLD, Link, fault_in, pointed_to
from bot.domain.ideas import IdeaState as State
from bot.domain.typed import simplified
from bot.storage import ideas, threads
from bot.storage.ideas import Idea
from handlers.ideas import answering, choosing, noticing
from handlers.ideas.feature import Settings, feature

_ANSWER = re.compile(r"(yes|without|no|withdraw|take back)\s+#?(\d{1,9})\b[\s:,.]*", re.IGNORECASE)
MOST = 10


@feature.command(
    "net",
    "idea",
    help="something worth hearing: your own words, or a link to a message",
    examples=(
        "/net idea watch someone make tea before deciding",
        "/net idea https://example.slack.com/archives/C012AB3CD/p1718123456000100",
        "/net idea withdraw 3",
        "/net idea",
    ),
    aliases=("ideas", "spark"),
)
def idea(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Take an answer, a mark or an idea of one's own; alone, show what there is of the member's."""
    typed = answering.plain(given.text)
    if not typed:
        show_own(ctx, settings)
    elif found := _ANSWER.match(simplified(typed)):
        _answer(ctx, found[1].casefold(), found[2], typed)
    elif (link := pointed_to(given.points_to or given.text)) is not None:
        _mark(ctx, link)
    else:
        offer(ctx, typed)


def offer(ctx: Context, words: str) -> None:
    """Show a member what others would read of *words*, to put into the digest or not."""
    if fault := fault_in(words):
        ctx.reply("ideas/fault", fault=fault)
    else:
        ctx.reply("ideas/offer", words=words, name=ctx.me.name, network=ctx.network.name)


def _answer(ctx: Context, what: str, number: str, typed: str) -> None:
    match what:
        case "yes" | "without":
            words = re.sub(r"^\S+\s+#?\d+[\s:,.]*", "", typed)
            answering.take_yes(ctx, number, words, is_named=what == "yes")
        case _:
            mine = answering.own(ctx, number)
            if mine is not None and what == "no" and mine.state not in TOLD:
                answering.refuse(ctx, mine)
                ctx.reply("ideas/settled", state=mine.state)
            elif mine is not None:
                answering.take_back(ctx, mine)


def _mark(ctx: Context, link: Link) -> None:
    """Mark the message that somebody points to; its author is asked like any other."""
    assert ctx.member is not None, "a member types"
    what = threads.mark(ctx.session, link.channel, link.ts, ctx.member, emoji=noticing.MARK)
    ctx.reply("ideas/marked", outcome=what.value)


def show_own(ctx: Context, settings: Settings) -> None:
    """Show what waits for the member, and what became of their ideas; nobody else sees it."""
    mine = ideas.of_person(ctx.session, ctx.network, ctx.me)
    shown = [each for each in mine if each.state in (State.ASKED, *TOLD)][-MOST:]
    ctx.reply("ideas/own", ideas=shown, emoji=list(settings.spark))


@feature.action("put_named")
def put_named(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Keep somebody's own idea for the digest, with their name."""
    put(ctx, settings, taken.value, is_named=True)


@feature.action("put_unnamed")
def put_unnamed(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Keep somebody's own idea for the digest, without their name."""
    put(ctx, settings, taken.value, is_named=False)


@feature.action("not_yet")
def not_yet(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Keep nothing."""
    ctx.reply("ideas/not_yet")


def put(ctx: Context, settings: Settings, words: str, *, is_named: bool) -> None:
    """Keep *words* that a member handed over; one of each member waits at a time."""
    words = answering.plain(words)
    if fault := fault_in(words):
        ctx.reply("ideas/fault", fault=fault)
        return
    ideas.take_turns(ctx.session, ctx.network)
    person = ctx.me
    mine = ideas.of_person(ctx.session, ctx.network, person)
    waits = next((each for each in mine if each.state == State.AGREED and not each.week), None)
    if waits is not None:
        ctx.reply("ideas/one_waits", words=waits.plain_words, number=waits.id)
        return
    heard = ideas.voices(ctx.session, ctx.network, now=ctx.now)
    quiet = choosing.voices(ctx, settings).less_heard
    kept = Idea(
        network_id=ctx.network.id,
        person_id=person.id,
        state=State.AGREED.value,
        reasons=[],
        is_less_heard=person.id in quiet or person.id not in heard,
        plain_words=words,
        is_named=is_named,
        answered_at=ctx.now,
        created_at=ctx.now,
    )
    answering.say_kept(ctx, ideas.keep(ctx.session, kept))
