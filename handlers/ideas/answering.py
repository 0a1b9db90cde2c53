"""Take an author's answer: with their name, without it, in their own words, no, or not any more."""

from __future__ import annotations

from collections.abc import Mapping

from bot.context import Context
from bot.domain.events import ActionTaken, FormSubmitted
from bot.domain.ideas import TAKEN_OUT, TOLD, fault_in
from bot.domain.ideas import IdeaState as State
from bot.domain.posts import Field
from bot.domain.typed import number_of
from bot.outbox import ref_of
from bot.storage import ideas, places
from bot.storage.ideas import Idea
from handlers.ideas import asking
from handlers.ideas.feature import Settings, feature

NAMED, UNNAMED = "With my name", "Without my name"


def own(ctx: Context, number: str) -> Idea | None:
    """The idea of that number, if it is the member's own; None, and a word to them, if not."""
    person = places.person_at(ctx.session, ctx.member) if ctx.member else None
    idea = ideas.numbered(ctx.session, ctx.network, number_of(number))
    if idea is None or person is None or idea.person_id != person.id:
        ctx.reply("ideas/not_yours")
        return None
    return idea


def open_to_answer(ctx: Context, idea: Idea) -> bool:
    """Whether its author may say yes, or change what they said; else they are told why not."""
    if idea.state == State.ASKED and idea.answer_by and idea.answer_by <= ctx.now:
        ideas.move(ctx.session, idea, State.LAPSED)
        asking.settle(ctx, idea)
    if idea.state in (State.ASKED, *TOLD):
        return True
    ctx.reply("ideas/settled", state=idea.state)
    return False


@feature.action("yes")
def yes(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Ask for the plain words, with the author's name below."""
    _ask_words(ctx, taken.value, NAMED)


@feature.action("unnamed")
def unnamed(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Ask for the plain words, without a name."""
    _ask_words(ctx, taken.value, UNNAMED)


@feature.action("reword")
def reword(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Ask for other words, and whether with a name."""
    _ask_words(ctx, taken.value, "")


def _ask_words(ctx: Context, number: str, choice: str) -> None:
    idea = own(ctx, number)
    if idea is None or not open_to_answer(ctx, idea):
        return
    before = NAMED if idea.is_named or idea.state == State.ASKED else UNNAMED
    source = ideas.source_of(ctx.session, idea)
    words = Field(
        name="words",
        value=idea.plain_words,
        is_required=True,
        is_long=True,
        of=ref_of(source.address, source.ts) if source else "",
    )
    name = Field(name="name", value=before, options=(NAMED, UNNAMED), is_required=True)
    ctx.ask(
        "ideas/form",
        name="ideas.agree",
        fields=(words,) if choice else (words, name),
        context=f"{idea.id}/{choice}",
        choice=choice,
    )


def faults(submitted: FormSubmitted, settings: Settings) -> Mapping[str, str]:
    """What is wrong with the plain words, beside them."""
    fault = fault_in(plain(submitted.values.get("words", "")))
    return {"words": fault} if fault else {}


def plain(words: str) -> str:
    """*words* as they are kept: in one line."""
    return " ".join(words.split())


@feature.form("agree", check=faults)
def agree(submitted: FormSubmitted, settings: Settings, ctx: Context) -> None:
    """Keep what an author agrees to: these words, with or without their name, in the digest."""
    number, _, choice = submitted.context.partition("/")
    words = plain(submitted.values.get("words", ""))
    take_yes(ctx, number, words, is_named=(choice or submitted.values.get("name")) == NAMED)


def take_yes(ctx: Context, number: str, words: str, *, is_named: bool) -> None:
    """Keep an author's yes to *words*; the digest that tells them already is made anew."""
    idea = own(ctx, number)
    if idea is None or not open_to_answer(ctx, idea):
        return
    if fault := fault_in(words):
        ctx.reply("ideas/fault", fault=fault)
        return
    kept = {"plain_words": words, "is_named": is_named, "answered_at": ctx.now}
    if not ideas.move(ctx.session, idea, State.AGREED, **kept):
        ideas.reword(ctx.session, idea, words=words, is_named=is_named)
        asking.mend(ctx, idea)
    asking.settle(ctx, idea)
    say_kept(ctx, idea)


def say_kept(ctx: Context, idea: Idea) -> None:
    """Show the author what the digest would tell, and how to take it back."""
    person = places.person_at(ctx.session, ctx.member) if ctx.member else None
    ctx.reply(
        "ideas/kept",
        words=idea.plain_words,
        name=person.name if person and idea.is_named else "",
        number=idea.id,
        is_told=idea.state == State.FEATURED,
    )


@feature.action("no")
def no(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Take a no; nobody is told, and the question itself gives way to a word that it was heard."""
    idea = own(ctx, taken.value)
    if idea is not None and not refuse(ctx, idea):
        ctx.reply("ideas/settled", state=idea.state)


def refuse(ctx: Context, idea: Idea) -> bool:
    """Keep that its author would rather not, as a bare fact; False where that was settled before.

    A yes is taken back.
    """
    if idea.state in TOLD:
        take_back(ctx, idea)
        return True
    if not ideas.move(ctx.session, idea, State.REFUSED, answered_at=ctx.now):
        return False
    asking.settle(ctx, idea)
    return True


@feature.action("withdraw")
def withdraw(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Take a yes back, at any time."""
    idea = own(ctx, taken.value)
    if idea is not None:
        take_back(ctx, idea)


def take_back(ctx: Context, idea: Idea) -> None:
    """Delete the words, and let the digest that tells them be made anew."""
    was_told = bool(idea.week)
    if ideas.move(ctx.session, idea, State.WITHDRAWN):
        asking.settle(ctx, idea)
        asking.mend(ctx, idea)
        ctx.reply("ideas/withdrawn", was_told=was_told)
    elif idea.state in TAKEN_OUT:
        ctx.reply("ideas/withdrawn", was_told=was_told)
    else:
        ctx.reply("ideas/settled", state=idea.state)
