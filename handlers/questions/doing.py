"""You said, we did: what came of what people answered, told once by whoever saw to it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.context import Context
from bot.domain.events import ActionTaken
from bot.domain.identifiers import fault_in as identifier_in
from bot.domain.typed import number_of
from bot.feature import Period, Section
from bot.storage import editions, upshots
from bot.storage.places import Person
from bot.storage.questions import Question
from bot.storage.upshots import Upshot
from handlers.questions.feature import Settings, feature

LONGEST = 280


def open_to_answer(ctx: Context) -> Sequence[Question]:
    """What digests asked lately, of which nobody has told yet what came."""
    return upshots.untold(ctx.session, ctx.network, now=ctx.now)


def preview(ctx: Context, number: str, words: str) -> None:
    """Show the member what the next digest would say."""
    if asked := _asked(ctx, number, words):
        ctx.reply(
            "questions/did",
            number=asked.id,
            question=asked.words,
            words=words,
            name=ctx.me.name,
            network=ctx.network.name,
        )


def _asked(ctx: Context, number: str, words: str) -> Question | None:
    """The question of that number, if this may be told of it; else None, and a word to them."""
    found = next((q for q in open_to_answer(ctx) if q.id == number_of(number)), None)
    if found is None:
        ctx.reply("questions/not_open")
    elif len(words) > LONGEST:
        fault = f"That is {len(words)} characters. {LONGEST} are the most: one change."
        ctx.reply("questions/fault", fault=fault)
        return None
    return found


@feature.action("tell_did")
def tell(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Keep it for the next digest, once, with the name of who tells it."""
    number, _, words = taken.value.partition("/")
    if not words or identifier_in(words):
        ctx.reply("bot/out_of_date")
    elif asked := _asked(ctx, number, words):
        is_first = upshots.keep(ctx.session, asked, ctx.me, words, now=ctx.now)
        ctx.reply("questions/did_kept" if is_first else "questions/not_open", number=asked.id)


@feature.action("undo_did")
def take_back(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Take it back."""
    undo(ctx, taken.value)


def undo(ctx: Context, number: str) -> None:
    """Delete what the member told; a digest that told it is made anew without it."""
    found = upshots.of_question(ctx.session, ctx.network, number_of(number))
    if found is None or found.person_id != ctx.me.id:
        ctx.reply("questions/not_yours")
        return
    if found.week:
        ctx.press("digest.mend", found.week, because=f"upshot/{found.id}")
    ctx.reply("questions/withdrawn", was_asked=bool(found.week))
    upshots.let_go(ctx.session, found)


@feature.digest_section(order=85)
def you_said(settings: Settings, ctx: Context, period: Period) -> Section | None:
    """What came of what people answered, shortly before the next question."""
    told = upshots.of_week(ctx.session, ctx.network, period.name)
    if not told and not editions.is_closed(ctx.session, ctx.network, period.name):
        told = upshots.waiting(ctx.session, ctx.network)
    if not told:
        return None
    return Section(
        name="you said, we did",
        words=ctx.prompts.render("questions/you_said", told=[_shown(ctx, each) for each in told]),
        facts={"told": [each.words for each in told]},
        take=lambda: upshots.take(ctx.session, told, period.name),
    )


def _shown(ctx: Context, told: Upshot) -> dict[str, str]:
    asked = ctx.session.get_one(Question, told.question_id)
    name = ctx.session.get_one(Person, told.person_id).name
    return {"question": asked.words, "words": told.words, "name": name}
