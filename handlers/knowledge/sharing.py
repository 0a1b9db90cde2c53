"""A note as everybody sees it: posted once, and made anew whenever something of it changes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.context import Context
from bot.domain.events import from_micros
from bot.domain.notes import NoteState
from bot.judgement.limits import Kind
from bot.outbox import Outdated, ref_of
from bot.storage import helping, notes
from bot.storage.notes import Note
from bot.storage.places import Person
from handlers.knowledge.feature import Settings, feature

LASTING = timedelta(days=2)


def about(ctx: Context, note: Note) -> dict[str, Any]:
    """What the words of a note are made from, by the names of those alone who agreed."""
    source = notes.source_of(ctx.session, note)
    author = ctx.session.get_one(Person, note.person_id)
    return {
        "title": note.title,
        "lines": note.learned.splitlines(),
        "puzzle": note.puzzle,
        "author": author.name if note.is_named else "",
        "helpers": helping.named(ctx.session, note),
        "source": source,
        "begun": from_micros(note.thread).astimezone(ctx.network.zone),
    }


def post(ctx: Context, note: Note) -> bool:
    """Post a draft in the channel that its conversation is in; False where it was before."""
    source = notes.source_of(ctx.session, note)
    if not notes.share(ctx.session, ctx.network, note, now=ctx.now):
        return False
    return ctx.say(
        source.address,
        "knowledge/note",
        kind=Kind.ANSWER,
        key=note.key,
        lasting=LASTING,
        quotes=[ref_of(source.address, source.thread)],
        **about(ctx, note),
    )


def mend(ctx: Context, note: Note) -> bool:
    """Make the post of *note* anew; False where it is too old to be changed."""
    source = notes.source_of(ctx.session, note)
    if note.state == NoteState.WITHDRAWN:
        return ctx.amend(note.key, source.address, "knowledge/withdrawn")
    quotes = [ref_of(source.address, source.thread)] if source.is_there else []
    return ctx.amend(note.key, source.address, "knowledge/note", quotes=quotes, **about(ctx, note))


@feature.on(Outdated)
def follow(event: Outdated, settings: Settings, ctx: Context) -> None:
    """The conversation's beginning was deleted: the note says so, and points nowhere."""
    note = notes.keyed(ctx.session, ctx.network, event.key)
    if note is not None and note.state == NoteState.SHARED:
        mend(ctx, note)
