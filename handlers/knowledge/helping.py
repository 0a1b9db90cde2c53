"""Who wrote in a note's conversation is asked once whether it may say that they helped."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from bot import outbox
from bot.context import Context
from bot.domain.events import ActionTaken, from_micros
from bot.domain.notes import Answer, NoteState
from bot.domain.typed import number_of
from bot.judgement.limits import Kind
from bot.outbox import Said, Unsaid
from bot.storage import helping, notes
from bot.storage.helping import NoteHelper
from bot.storage.notes import Note
from bot.storage.places import Person
from handlers.knowledge import sharing
from handlers.knowledge.feature import Settings, feature

LASTING = timedelta(days=14)


def others(ctx: Context, note: Note) -> Sequence[Person]:
    """Who else wrote there."""
    author = ctx.session.get_one(Person, note.person_id)
    source = notes.source_of(ctx.session, note)
    return helping.wrote_in(ctx.session, source, besides=author)


def to_ask(ctx: Context, settings: Settings, note: Note) -> Sequence[Person]:
    """Who else wrote there, and can be asked before the note is old."""
    return [each for each in others(ctx, note) if _may_hear(ctx, each)][: settings.helpers]


def _may_hear(ctx: Context, person: Person) -> bool:
    """Whether *person* can be asked soon: not while they pause."""
    wait = ctx.foresee(person.address, Kind.WORD, at=ctx.now, about="knowledge")
    return wait is None or (wait.until is not None and wait.until < ctx.now + LASTING)


def ask(ctx: Context, settings: Settings, note: Note) -> None:
    """Ask each of them, once; no answer is a no."""
    for person in to_ask(ctx, settings, note):
        helper = helping.ask(ctx.session, note, person, now=ctx.now)
        if helper is not None:
            ctx.say(
                person.address,
                "knowledge/ask_helper",
                kind=Kind.WORD,
                key=helper.key,
                lasting=LASTING,
                **about(ctx, note),
            )


def about(ctx: Context, note: Note) -> dict[str, Any]:
    """What the question is made from: where it was, and nothing that the note says."""
    author = ctx.session.get_one(Person, note.person_id)
    return {
        "number": note.id,
        "network": ctx.network.name,
        "author": author.name if note.is_named else "",
        "source": notes.source_of(ctx.session, note),
        "begun": from_micros(note.thread).astimezone(ctx.network.zone),
        "is_there": note.state == NoteState.SHARED,
    }


@feature.action("yes")
def yes(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Be named; the question itself says so then."""
    _press(ctx, taken.value, Answer.YES)


@feature.action("no")
def no(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Not be named, or not any more; nobody is told that they were asked."""
    _press(ctx, taken.value, Answer.NO)


def _press(ctx: Context, number: str, said: Answer) -> None:
    helper = _take(ctx, number, said)
    if helper is not None and not _settle(ctx, helper):
        _reply(ctx, helper)


def take(ctx: Context, number: str, said: Answer) -> None:
    """Take what the member typed: the question is changed, and they are told here too."""
    helper = _take(ctx, number, said)
    if helper is not None:
        _settle(ctx, helper)
        _reply(ctx, helper)


def _take(ctx: Context, number: str, said: Answer) -> NoteHelper | None:
    """Keep what the member says to being named; None, and a word to them, if nobody asked."""
    note = notes.numbered(ctx.session, ctx.network, number_of(number))
    helper = helping.asked(ctx.session, note, ctx.me) if note is not None else None
    if note is None or helper is None:
        ctx.reply("knowledge/not_asked")
        return None
    was_named = helper.answer == Answer.YES
    helping.answer(ctx.session, helper, said)
    if was_named != (said is Answer.YES) and note.state == NoteState.SHARED:
        sharing.mend(ctx, note)
    return helper


def _settle(ctx: Context, helper: NoteHelper) -> bool:
    """Put what came of it in the place of the question; False where that is too old."""
    person = ctx.session.get_one(Person, helper.person_id)
    return ctx.amend(helper.key, person.address, "knowledge/answered", **_said(ctx, helper))


def _reply(ctx: Context, helper: NoteHelper) -> None:
    ctx.reply("knowledge/answered", **_said(ctx, helper))


def _said(ctx: Context, helper: NoteHelper) -> dict[str, Any]:
    return {"answer": helper.answer, **about(ctx, ctx.session.get_one(Note, helper.note_id))}


@feature.on(Said)
def note_said(event: Said, settings: Settings, ctx: Context) -> None:
    """A note was posted: now those who wrote in its conversation can see what they are asked of."""
    note = notes.keyed(ctx.session, ctx.network, event.key)
    if note is not None and note.state == NoteState.SHARED:
        ask(ctx, settings, note)


@feature.on(Unsaid)
def note_unsaid(event: Unsaid, settings: Settings, ctx: Context) -> None:
    """What could not be posted is a draft again."""
    note = notes.keyed(ctx.session, ctx.network, event.key)
    if note is not None:
        notes.unshare(ctx.session, ctx.network, note)
        ctx.skip("knowledge.note", event.reason)


def settle_all(ctx: Context, note: Note) -> None:
    """The note is not to be seen any more: whoever has not answered need not."""
    for helper in helping.helpers(ctx.session, note):
        if helper.answer == Answer.NONE:
            outbox.retract(ctx.session, helper.key, now=ctx.now)
        else:
            _settle(ctx, helper)
