"""What can be typed about flags: what their buttons do, and what both sides are asked."""

from __future__ import annotations

import re

from bot.context import Context
from bot.domain.events import CommandGiven
from bot.domain.flags import Matter
from bot.domain.typed import simplified
from bot.storage import flags
from handlers.flags import agreeing, hearing, writing
from handlers.flags.feature import Settings, feature

MOST = 10
_DO = re.compile(r"(take|close|withdraw|agree|disagree)\s+#?(\d{1,9})[\s.]*", re.IGNORECASE)
_LADDER = "|".join(each.value for each in Matter if each is not Matter.LEARNED)
_NOTE = re.compile(rf"#?(\d{{1,9}})\s+({_LADDER})\s+(.+)", re.IGNORECASE)
_LEARNED = re.compile(r"#?(\d{1,9})\s+learned\s+(@?[^:]+?)\s*:\s*(.*)", re.IGNORECASE)
_TAKE_BACK = re.compile(r"(?:take back|withdraw)\s+#?(\d{1,9})[\s.]*", re.IGNORECASE)


@feature.command(
    "net",
    "flags",
    help="what you flagged, and what others flagged to you alone",
    examples=(
        "/net flags",
        "/net flags take 3",
        "/net flags 3 word @Bob",
        "/net flags 3 round @Bob",
        "/net flags 3 learned @Bob: we both wanted the same thing",
        "/net flags close 3",
    ),
)
def show_flags(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Show what there is for the member, or do what they say."""
    typed = simplified(given.text)
    if found := _DO.fullmatch(typed):
        _do(ctx, found[1].casefold(), int(found[2]))
    elif found := _LEARNED.fullmatch(typed):
        who = given.mentions
        agreeing.propose(ctx, int(found[1]), Matter.LEARNED, found[2], who, found[3])
    elif found := _NOTE.fullmatch(typed):
        matter = Matter(found[2].casefold())
        agreeing.propose(ctx, int(found[1]), matter, found[3], given.mentions)
    else:
        hearing.show(ctx)


def _do(ctx: Context, word: str, number: int) -> None:
    match word:
        case "take":
            hearing.take(ctx, number)
        case "close":
            hearing.close(ctx, number)
        case "withdraw":
            writing.withdraw(ctx, number)
        case _:
            agreeing.answer(ctx, number, is_yes=word == "agree")


@feature.command(
    "net",
    "learned",
    help="what we learned of differences, in words that both sides agreed to",
    examples=("/net learned", "/net learned take back 3"),
)
def show_learned(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Show what was learned here; either side can take it back."""
    me = ctx.me
    if found := _TAKE_BACK.fullmatch(simplified(given.text)):
        gone = flags.take_back_lesson(ctx.session, me, int(found[1]))
        ctx.reply("flags/lesson_gone", is_gone=gone)
        return
    lessons = flags.lessons(ctx.session, ctx.network, most=MOST)
    mine = [each.id for each in flags.lessons_of(ctx.session, me)]
    ctx.reply("flags/learned", lessons=lessons, mine=mine)
