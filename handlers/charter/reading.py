"""Read the charter, in the place where one is or as a form, and answer it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from bot.context import Context
from bot.domain.charter import Said
from bot.domain.events import ActionTaken, CommandGiven, FormSubmitted
from bot.domain.posts import Field
from bot.domain.typed import shortened, simplified
from bot.storage import charter, proposals
from bot.storage.charter import CharterVersion, Standing
from handlers.charter import answering, changing
from handlers.charter.feature import Settings, answers, feature

IN, QUESTION, LOOKING = "I'm in", "I have a question", "Just looking for now"
CHOICES: Mapping[str, Said] = {
    IN: Said.AGREED,
    QUESTION: Said.WANTS_TO_TALK,
    LOOKING: Said.OBSERVES,
}
"""The three answers, in the order of the form."""

SAID: Mapping[str, Said] = {
    **dict.fromkeys(("agree", "in", "i'm in", "im in", "yes", "fine", "i agree"), Said.AGREED),
    **dict.fromkeys(("ask", "question", "talk", "i have a question"), Said.WANTS_TO_TALK),
    **dict.fromkeys(("look", "looking", "just looking", "observe"), Said.OBSERVES),
    **dict.fromkeys(("take back", "withdraw", "revoke", "no longer"), Said.REVOKED),
}
"""What can be typed instead of pressed."""

_DIFF = re.compile(r"(?:diff|changes?|changed|compare)((?:\s+(?:and\s+|to\s+)?v?\d{1,6}){0,2})")
_SUGGEST = ("suggest", "suggest a change", "propose")


@feature.command(
    "net",
    "charter",
    help="our rules: read them, agree or not, and see what changed",
    examples=(
        "/net charter",
        "/net charter agree",
        "/net charter ask",
        "/net charter look",
        "/net charter take back",
        "/net charter history",
        "/net charter diff",
        "/net charter diff 2 3",
    ),
    aliases=("rules", "rules-of-engagement"),
)
def read_or_answer(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Show the charter, or what was typed of it."""
    typed = simplified(given.text).casefold().strip(" .?!")
    if not typed or typed in ("show", "read"):
        show(ctx)
    elif typed in SAID:
        answering.answer(ctx, SAID[typed], None)
    elif typed == "history":
        changing.show_history(ctx)
    elif found := _DIFF.fullmatch(typed):
        changing.show_difference(ctx, *map(int, re.findall(r"\d+", found[1])))
    elif typed in ("later", "not now"):
        ctx.reply("charter/later")
    elif typed in _SUGGEST and answers(ctx, "propose"):
        ctx.press("proposals.suggest", "", because="typed")
    else:
        ctx.reply("charter/unclear", typed=shortened(given.text))


def show(ctx: Context) -> None:
    """Show the newest version, and how the member stands to it."""
    version = charter.current(ctx.session, ctx.network)
    if version is None:
        ctx.reply("charter/none", network=ctx.network, may_tend=ctx.may_tend)
        return
    ctx.reply("charter/charter", **values(ctx, version))


def values(ctx: Context, version: CharterVersion) -> dict[str, Any]:
    """What the charter is shown with."""
    standing = charter.standing(ctx.session, ctx.network, ctx.me)
    may_suggest = answers(ctx, "propose")
    return {
        "network": ctx.network,
        "version": version,
        "standing": standing,
        "is_new": is_new_to(ctx, standing),
        "may_suggest": may_suggest,
        "underway": _underway(ctx) if may_suggest else 0,
    }


def is_new_to(ctx: Context, standing: Standing | None) -> bool:
    """Whether there is something in the charter that they haven't agreed to: no small words."""
    material = charter.last_material(ctx.session, ctx.network)
    agreed = standing.agreed if standing else None
    return material is not None and (agreed or 0) < material.number


def _underway(ctx: Context) -> int:
    return len(proposals.about_charter(ctx.session, ctx.network))


@feature.action("show")
def show_again(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Show the whole charter in the place where somebody asks for it."""
    show(ctx)


@feature.action("read")
def read(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Open the charter as a form with the three answers; where no form can be opened, show it."""
    version = charter.current(ctx.session, ctx.network)
    if version is None or not ctx.trigger:
        show(ctx)
        return
    ctx.ask(
        "charter/form",
        name="charter.answer",
        fields=(Field(name="answer", options=(*CHOICES,), is_required=True),),
        context=f"{version.number}",
        **values(ctx, version),
    )


@feature.form("answer")
def take_answer(submitted: FormSubmitted, settings: Settings, ctx: Context) -> None:
    """Take the answer that somebody chose under the charter."""
    said = CHOICES.get(submitted.values.get("answer", ""))
    if said is None:
        ctx.reply("charter/later")
    else:
        answering.answer(ctx, said, submitted.context)


def _button(said: Said) -> Callable[[ActionTaken, Settings, Context], None]:
    def answer(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
        answering.answer(ctx, said, taken.value)

    return answer


for _name, _said in (
    ("agree", Said.AGREED),
    ("ask", Said.WANTS_TO_TALK),
    ("look", Said.OBSERVES),
):
    feature.action(_name)(_button(_said))


@feature.action("revoke")
def take_back(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Take back that one agreed; also pressed when somebody leaves, and then told nothing."""
    answering.answer(ctx, Said.REVOKED, None, is_told=taken.value == "tell")


@feature.action("later")
def later(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Not now, and no reason is asked."""
    ctx.reply("charter/later")
