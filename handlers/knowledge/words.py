"""The network's own words: look one up, say what one means, see them all."""

from __future__ import annotations

import re

from bot.context import Context
from bot.domain.events import ActionTaken, CommandGiven
from bot.domain.notes import Meaning, meaning_fault, meaning_of, term_of
from bot.domain.typed import number_of, shortened, simplified
from bot.storage import editions, glossary
from bot.storage.glossary import Term
from bot.storage.places import Person
from handlers.knowledge.feature import Settings, feature, view

_UNDO = re.compile(r"undo\s+(\S.*)", re.IGNORECASE)
SHOWN = 30


@feature.command(
    "net",
    "word",
    help="our own words: what one means, or all of them",
    examples=("/net word ECAT", "/net word ECAT = our kitchen aids", "/net word undo ECAT"),
    aliases=("words", "glossary", "define"),
)
def word(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Tell what a word means, keep what somebody says that it means, or list them all."""
    typed = simplified(given.text)
    if not view(ctx).sees_all:
        ctx.reply("knowledge/not_for_guests")
    elif not typed:
        known = glossary.every(ctx.session, ctx.network)
        ctx.reply("knowledge/words", words=[*map(_line, known[:SHOWN])], more=len(known) - SHOWN)
    elif found := _UNDO.fullmatch(typed):
        _undo(ctx, glossary.meaning(ctx.session, ctx.network, term_of(found[1])))
    elif (said := meaning_of(given.text)) is not None:
        keep(ctx, said)
    else:
        show(ctx, term_of(typed))


def _line(found: Term) -> tuple[str, str]:
    return found.term, found.means


def show(ctx: Context, term: str) -> None:
    """Tell what a word means, and who said so."""
    found = glossary.meaning(ctx.session, ctx.network, term)
    if found is None:
        ctx.reply("knowledge/no_word", term=shortened(term))
        return
    author = ctx.session.get_one(Person, found.person_id)
    ctx.reply("knowledge/word", term=found.term, means=found.means, name=author.name)


def keep(ctx: Context, said: Meaning) -> None:
    """Keep what the member says that a word means; the words before are shown, and come back."""
    if fault := meaning_fault(said):
        ctx.reply("knowledge/fault", fault=fault)
        return
    found = glossary.put(ctx.session, ctx.network, said, ctx.me, now=ctx.now)
    ctx.reply(
        "knowledge/word_kept",
        term=found.term,
        means=found.means,
        earlier=found.earlier,
        number=found.id,
    )


@feature.action("undo_word")
def press_undo(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Take back what somebody said that a word means."""
    _undo(ctx, glossary.numbered(ctx.session, ctx.network, number_of(taken.value)))


def _undo(ctx: Context, found: Term | None) -> None:
    if found is None:
        ctx.reply("knowledge/not_your_word", name="")
        return
    week, term = found.week, found.term
    author = ctx.session.get_one(Person, found.person_id)
    if not glossary.undo(ctx.session, found, ctx.me):
        ctx.reply("knowledge/not_your_word", name=author.name)
        return
    mend_week(ctx, week, term)
    kept = glossary.meaning(ctx.session, ctx.network, term)
    ctx.reply("knowledge/word_undone", term=term, means=kept.means if kept else "")


def mend_week(ctx: Context, week: str, because: str) -> None:
    """Let the digest that told a word's meaning be made anew without it."""
    if week and editions.is_closed(ctx.session, ctx.network, week):
        ctx.press("digest.mend", week, because=f"word {because}")
