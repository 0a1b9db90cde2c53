"""What is held of somebody's notes, words and answers; how it goes; and what is let go in time."""

from __future__ import annotations

from datetime import time

from bot.context import Context
from bot.domain.events import from_micros
from bot.domain.notes import Answer, NoteState
from bot.domain.schedule import Daily
from bot.feature import Section
from bot.storage import glossary, notes
from bot.storage import helping as naming
from bot.storage.places import Network, Person
from handlers.knowledge import helping, sharing
from handlers.knowledge.feature import Settings, feature
from handlers.knowledge.words import mend_week


@feature.mydata
def held(settings: Settings, ctx: Context, person: Person) -> Section | None:
    """The notes somebody made, what they said to those of others, and the words they explained."""
    mine = notes.of_person(ctx.session, person)
    helped = naming.helped_by(ctx.session, person)
    words = glossary.of_person(ctx.session, person)
    if not (mine or helped or words):
        return None
    facts: dict[str, object] = {
        "notes": [
            {
                "number": each.id,
                "state": each.state,
                "title": each.title,
                "learned": each.learned,
                "puzzle": each.puzzle,
                "is_named": each.is_named,
                "conversation_at": from_micros(each.thread),
                "shared_at": each.shared_at,
            }
            for each in mine
        ],
        "named_in": [
            {"note": each.note_id, "answer": each.answer, "asked_at": each.asked_at}
            for each in helped
        ],
        "words": [{"term": each.term, "means": each.means} for each in words],
    }
    shown = ctx.prompts.render("knowledge/mydata", notes=mine, helped=helped, words=words)
    return Section(name="notes", words=shown, facts=facts)


@feature.erase
def forget(settings: Settings, ctx: Context, person: Person) -> None:
    """Let go of all of it; what was posted is made anew without it."""
    for note in notes.of_person(ctx.session, person):
        network = ctx.session.get_one(Network, note.network_id)
        if notes.withdraw(ctx.session, network, note):
            sharing.mend(ctx, note)
            helping.settle_all(ctx, note)
    for helper in naming.helped_by(ctx.session, person):
        was_named = helper.answer == Answer.YES
        naming.answer(ctx.session, helper, Answer.NO)
        other = notes.numbered(ctx.session, ctx.network, helper.note_id)
        if was_named and other is not None and other.state == NoteState.SHARED:
            sharing.mend(ctx, other)
    naming.forget(ctx.session, person)
    notes.forget(ctx.session, person)
    for week in glossary.forget(ctx.session, person):
        mend_week(ctx, week, "erased")


@feature.job(lambda settings: Daily(at=time(4, 20)))
def let_go(settings: Settings, ctx: Context) -> None:
    """Let go of drafts that nobody shared, and of what stayed of notes that were taken back."""
    notes.let_old_go(ctx.session, ctx.network, now=ctx.now)
