"""What can be typed: `/net propose`, and `/net proposals` with a number and what to do with it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.context import Context
from bot.domain.events import ActionTaken, CommandGiven
from bot.domain.proposals import PUBLIC, Part, Stage
from bot.domain.typed import number_of, shortened, simplified
from bot.storage import proposals
from handlers.proposals import drafting
from handlers.proposals.acting import numbered, perform, view
from handlers.proposals.feature import Settings, feature
from handlers.proposals.showing import shown

SHOWN = 10

WORDS: Mapping[str, str] = {
    "questions over": "move_on",
    "end questions": "move_on",
    "withdraw objection": "reconsider",
    "withdraw my objection": "reconsider",
    "without my name": "unnamed",
    "with my name": "named",
    "not my call": "not_mine",
    "i object": "object",
    "only wording": "minor",
    "set aside": "set_aside",
    "take up": "take_up",
    "take back": "withdraw",
    "needs a round": "full",
    "consent": "consent",
    "worry": "worry",
    "object": "object",
    "post": "post",
    "change": "change",
    "minor": "minor",
    "agree": "agree",
    "full": "full",
    "with": "invite",
    "invite": "invite",
    "facilitate": "facilitate",
    "dispute": "dispute",
    "uphold": "uphold",
    "park": "park",
    "withdraw": "withdraw",
}
"""What is typed after a number, and whose deed it is; of two that fit the longer comes first."""

_NUMBERED = re.compile(r"#?(\d{1,9})\b[\s:,.]*(.*)", re.DOTALL)
_BECAUSE = re.compile(r"^[\s,:;.-]*(?:because|that)?[\s,:;]+", re.IGNORECASE)


@feature.command(
    "net",
    "propose",
    help="propose a change of our charter, or anything that we should decide together",
    examples=("/net propose", "/net propose that we meet on the first Monday of each month"),
    aliases=("proposal", "suggest"),
)
def propose(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Open the form; further words are what is proposed. With a number it is `/net proposals`."""
    if _NUMBERED.fullmatch(simplified(given.text)):
        show_proposals(given, settings, ctx)
        return
    words = re.sub(r"^that\s+", "", given.text.strip(), flags=re.IGNORECASE)
    drafting.open_form(ctx, wording=words)


@feature.command(
    "net",
    "proposals",
    help="what is proposed and decided here; answer with its number and what you say",
    examples=(
        "/net proposals",
        "/net proposals 3",
        "/net proposals 3 consent",
        "/net proposals 3 object because night staff would not hear of it",
        "/net proposals decided",
    ),
    aliases=("decisions",),
)
def show_proposals(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Show what there is, one of it, or what was decided; or do as somebody types."""
    typed = simplified(given.text)
    found = _NUMBERED.fullmatch(typed)
    if typed.casefold().strip(" .") in ("decided", "decisions", "adopted"):
        decided(ctx)
    elif found is None and typed:
        ctx.reply("proposals/how", typed=shortened(given.text))
    elif found is None:
        listed(ctx)
    elif not found[2]:
        proposal = numbered(ctx, found[1])
        if proposal is not None:
            view(ctx, proposal)
    else:
        _do(ctx, settings, given, found[1], found[2])


def _do(ctx: Context, settings: Settings, given: CommandGiven, number: str, typed: str) -> None:
    for words, name in WORDS.items():
        rest = typed[len(words) :]
        if not typed.casefold().startswith(words) or rest[:1].isalnum():
            continue
        more = _BECAUSE.sub("", f" {rest} ").strip()
        if name == "invite" and given.mentions is not None:
            more = given.mentions
        elif name in ("object", "worry") and more.isdecimal():
            more = f"{more}."  # a reason, and not a round's number
        elif name in ("consent", "not_mine"):
            more = ""
        is_theirs = name == "withdraw" and _objects(ctx, number)
        perform(ctx, settings, "reconsider" if is_theirs else name, number, more)
        return
    ctx.reply("proposals/how", typed=shortened(typed))


def _objects(ctx: Context, number: str) -> bool:
    """Whether it is their objection that the member would take back, and no proposal of theirs."""
    proposal = proposals.numbered(ctx.session, ctx.network, number_of(number))
    if proposal is None:
        return False
    parts = proposals.parts_of(ctx.session, ctx.network, proposal, ctx.me)
    return Part.OBJECTOR in parts and Part.PROPOSER not in parts


def listed(ctx: Context) -> None:
    """Show what everybody may see, and the member's own drafts."""
    known = proposals.in_stages(ctx.session, ctx.network, (*PUBLIC, Stage.PARKED))
    mine = [
        each
        for each in proposals.of_person(ctx.session, ctx.me)
        if each.network_id == ctx.network.id and each.stage == Stage.DRAFT
    ]
    newest = proposals.decided(ctx.session, ctx.network, at_most=1)
    ctx.reply(
        "proposals/list",
        proposals=[shown(ctx, each) for each in known if each.stage != Stage.PARKED][:SHOWN],
        parked=[shown(ctx, each) for each in known if each.stage == Stage.PARKED][:SHOWN],
        drafts=[shown(ctx, each) for each in mine][:SHOWN],
        has_decided=bool(newest),
    )


def decided(ctx: Context) -> None:
    """Show what was decided, and when it is looked at again."""
    found = proposals.decided(ctx.session, ctx.network, at_most=SHOWN)
    ctx.reply("proposals/decided", decided=[shown(ctx, each) for each in found])


@feature.action("tend")
def tend(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """`/tend charter edit`, `round`, `minor` and `review`, with a number or without."""
    word, _, rest = simplified(taken.value).partition(" ")
    number = rest.strip(" #.")
    if word.casefold() == "review":
        decided(ctx)
    elif not number:
        listed(ctx)
    elif word.casefold() == "minor":
        perform(ctx, settings, "agree", number, "")
    elif (proposal := numbered(ctx, number)) is not None:
        view(ctx, proposal)
