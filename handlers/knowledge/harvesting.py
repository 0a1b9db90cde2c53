"""From a conversation to a draft of a note, which its author alone sees until they share it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.context import Context
from bot.domain.events import ActionTaken, CommandGiven, FormSubmitted, ShortcutUsed
from bot.domain.ideas import pointed_to
from bot.domain.ids import Address, ChannelId
from bot.domain.notes import Answer, NoteState, note_faults
from bot.domain.posts import Field
from bot.domain.typed import number_of, simplified
from bot.storage import notes, places, seeing
from bot.storage.notes import Note, Source
from handlers.knowledge import helping, sharing
from handlers.knowledge.feature import Settings, feature

NAMED, UNNAMED = "With my name", "Without my name"
_ACT = re.compile(
    r"(share|change|drop|withdraw|take back|yes|no)\s+#?(\d{1,9})[\s.]*", re.IGNORECASE
)


@feature.command(
    "net",
    "harvest",
    help="turn a conversation into a short note that others can find",
    examples=(
        "/net harvest https://example.slack.com/archives/C012AB3CD/p1718123456000100",
        "/net harvest share 3",
        "/net harvest withdraw 3",
        "/net harvest",
    ),
    aliases=("harvests",),
)
def harvest(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Begin a note of a conversation, do with one's own what was typed, or show one's own."""
    typed = simplified(given.text)
    link = pointed_to(given.points_to or given.text)
    if found := _ACT.fullmatch(typed):
        _ACTS[found[1].casefold()](ctx, settings, found[2])
    elif link is not None:
        begin(ctx, link.channel, link.ts)
    else:
        _show_own(ctx)


def _show_own(ctx: Context) -> None:
    mine = notes.of_person(ctx.session, ctx.me)
    shown = [
        each
        for each in mine
        if each.network_id == ctx.network.id and each.state != NoteState.WITHDRAWN
    ]
    ctx.reply("knowledge/own", notes=shown[-10:])


@feature.shortcut("harvest", label="Harvest this thread")
def harvest_this(used: ShortcutUsed, settings: Settings, ctx: Context) -> None:
    """Begin a note of the conversation that a message is in."""
    begin(ctx, used.channel, used.ts)


@feature.action("harvest")
def harvest_that(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Begin a note of the conversation "<channel>/<ts>" that a post points to."""
    channel, _, ts = taken.value.rpartition("/")
    begin(ctx, ChannelId(channel), int(ts) if ts.isdecimal() else 0)


def begin(ctx: Context, channel: Address, ts: int) -> None:
    """Open the form of a note; a draft that the member made of it already is in it."""
    source = _source(ctx, channel, ts)
    if source is None:
        return
    before = notes.draft_of(ctx.session, ctx.me, source)
    _ask(ctx, before, f"thread {source.address} {source.thread}")


def _source(ctx: Context, address: Address, ts: int) -> Source | None:
    """The conversation, if the member may look into it; None, and a word to them, if not."""
    channel = places.channel_at(ctx.session, address)
    visible = seeing.visible(ctx.session, ctx.network, ctx.me)
    source = None
    if channel is not None and channel.id in visible:
        source = notes.source_at(ctx.session, channel, ts)
    if source is None:
        ctx.reply("knowledge/unknown_thread")
    return source


def _ask(ctx: Context, before: Note | None, context: str) -> None:
    given = before or Note(title="", learned="", puzzle="", is_named=True)
    name = NAMED if given.is_named else UNNAMED
    fields = (
        Field(name="title", value=given.title, is_required=True),
        Field(name="learned", value=given.learned, is_required=True, is_long=True),
        Field(name="puzzle", value=given.puzzle),
        Field(name="name", value=name, options=(NAMED, UNNAMED), is_required=True),
    )
    ctx.ask("knowledge/form", name="knowledge.note", fields=fields, context=context)


def faults(submitted: FormSubmitted, settings: Settings) -> Mapping[str, str]:
    """What is wrong with a note, by the field's name."""
    given = _given(submitted)
    return note_faults(given["title"], given["learned"], given["puzzle"])


def _given(submitted: FormSubmitted) -> dict[str, Any]:
    values = submitted.values
    lines = (" ".join(line.split()) for line in values.get("learned", "").strip().splitlines())
    return {
        "title": simplified(values.get("title", "")),
        "learned": "\n".join(line for line in lines if line),
        "puzzle": simplified(values.get("puzzle", "")),
        "is_named": values.get("name", UNNAMED) == NAMED,
    }


@feature.form("note", check=faults)
def take_note(submitted: FormSubmitted, settings: Settings, ctx: Context) -> None:
    """Keep a draft and show it; of what others see already, change the words there."""
    given, (kind, _, rest) = _given(submitted), submitted.context.partition(" ")
    note = own(ctx, rest) if kind == "note" else _draft(ctx, *rest.rpartition(" ")[::2])
    if note is None or not notes.reword(ctx.session, ctx.network, note, **given):
        return
    if note.state == NoteState.SHARED:
        sharing.mend(ctx, note)
        ctx.reply("knowledge/changed", number=note.id)
    else:
        preview(ctx, settings, note)


def _draft(ctx: Context, channel: str, ts: str) -> Note | None:
    """The member's draft of a conversation, made where there is none yet."""
    source = _source(ctx, ChannelId(channel), int(ts) if ts.isdecimal() else 0)
    if source is None:
        return None
    before = notes.draft_of(ctx.session, ctx.me, source)
    if before is not None:
        return before
    made = Note(
        network_id=ctx.network.id,
        channel_id=source.channel,
        thread=source.thread,
        person_id=ctx.me.id,
        created_at=ctx.now,
    )
    return notes.keep(ctx.session, made)


def preview(ctx: Context, settings: Settings, note: Note) -> None:
    """Show the author what everybody would see; not who can be asked, which tells who pauses."""
    ctx.reply(
        "knowledge/preview",
        number=note.id,
        has_others=bool(helping.others(ctx, note)),
        **sharing.about(ctx, note),
    )


def own(ctx: Context, number: str) -> Note | None:
    """The note of that number, if it is the member's own; None, and a word to them, if not."""
    note = notes.numbered(ctx.session, ctx.network, number_of(number))
    if note is None or note.person_id != ctx.me.id or note.state == NoteState.WITHDRAWN:
        ctx.reply("knowledge/not_yours")
        return None
    return note


# What its author does with it


@feature.action("share")
def press_share(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Post a draft where its conversation is."""
    share(ctx, settings, taken.value)


@feature.action("change")
def press_change(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Open a note's words again."""
    change(ctx, settings, taken.value)


@feature.action("drop")
def press_drop(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Forget a draft."""
    withdraw(ctx, settings, taken.value)


@feature.action("withdraw")
def press_withdraw(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Take a note back."""
    withdraw(ctx, settings, taken.value)


def share(ctx: Context, settings: Settings, number: str) -> None:
    """Post the member's draft; who wrote in the conversation is asked once it is there."""
    note = own(ctx, number)
    if note is None:
        return
    source = _source(ctx, notes.source_of(ctx.session, note).address, note.thread)
    if source is None:
        return
    sharing.post(ctx, note)
    ctx.reply("knowledge/shared", number=note.id, channel=source.name, address=source.address)


def change(ctx: Context, settings: Settings, number: str) -> None:
    """Open the words of the member's note again."""
    note = own(ctx, number)
    if note is not None:
        _ask(ctx, note, f"note {note.id}")


def withdraw(ctx: Context, settings: Settings, number: str) -> None:
    """Delete the words of the member's note, wherever they are."""
    note = own(ctx, number)
    if note is None:
        return
    if notes.let_go(ctx.session, note):
        ctx.reply("knowledge/dropped")
    elif notes.withdraw(ctx.session, ctx.network, note):
        is_mended = sharing.mend(ctx, note)
        helping.settle_all(ctx, note)
        ctx.reply("knowledge/taken_back", is_mended=is_mended)


def _yes(ctx: Context, settings: Settings, number: str) -> None:
    helping.take(ctx, number, Answer.YES)


def _no(ctx: Context, settings: Settings, number: str) -> None:
    helping.take(ctx, number, Answer.NO)


_ACTS = {
    "share": share,
    "change": change,
    "drop": withdraw,
    "withdraw": withdraw,
    "take back": withdraw,
    "yes": _yes,
    "no": _no,
}
