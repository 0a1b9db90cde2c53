"""Find what the network knows: notes, ideas and whatever else was handed over, by a few words."""

from __future__ import annotations

from bot.context import Context
from bot.domain.events import ActionTaken, CommandGiven, FormSubmitted
from bot.domain.notes import NoteState
from bot.domain.posts import Button, Field
from bot.domain.typed import number_of, shortened, simplified
from bot.feature import Section
from bot.prompting import Plain, Words, carried, neutral
from bot.storage import finding, notes, seeing
from handlers.knowledge import sharing
from handlers.knowledge.feature import Settings, feature, view

LOOKED_AT = 40
"""Hits that are looked at for some that the member may see."""


@feature.command(
    "net",
    "find",
    help="find notes and ideas by a few words",
    examples=("/net find falls at night", "/net find kettle"),
    aliases=("search", "look"),
)
def find(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Show the best of what the member may see; alone, ask what they look for."""
    typed = simplified(given.text)
    if typed:
        show(ctx, settings, typed)
    else:
        _ask(ctx)


@feature.action("look")
def look(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Ask what somebody looks for."""
    _ask(ctx)


def _ask(ctx: Context) -> None:
    words = Field(name="words", is_required=True)
    ctx.ask("knowledge/find_form", name="knowledge.find", fields=(words,))


@feature.form("find")
def take_words(submitted: FormSubmitted, settings: Settings, ctx: Context) -> None:
    """Show what was found, as the command does."""
    show(ctx, settings, simplified(submitted.values.get("words", "")))


def show(ctx: Context, settings: Settings, typed: str) -> None:
    """Show the best of what was found; where there is nothing, what to do instead."""
    seen = view(ctx)
    hits = finding.find(ctx.session, ctx.network, typed, LOOKED_AT, view=seen)
    found: list[Words] = []
    for hit in hits:
        words = ctx.gathered.found(ctx, hit.kind, hit.number)
        if words is not None and len(found) < settings.at_most:
            found.append(words)
    if not found:
        ctx.reply("knowledge/nothing", typed=shortened(typed))
        return
    buttons = [
        _written(button, f"{nth}: " if len(found) > 1 else "")
        for nth, words in enumerate(found, 1)
        for button in words.buttons
    ]
    ctx.reply("knowledge/hits", typed=shortened(typed), found=found, buttons=buttons)


def _written(button: Button, nth: str) -> Plain:
    """*button* as a prompt writes it, told apart by its place, since hits have alike ones."""
    label, value = neutral(nth + button.label), carried(button.value)
    return Plain(f"[{label}](button:{button.action}/{value})")


@feature.finds(notes.KIND)
def found_note(settings: Settings, ctx: Context, number: int) -> Words | None:
    """A note, in a line."""
    note = notes.numbered(ctx.session, ctx.network, number)
    if note is None or note.state != NoteState.SHARED or note.channel_id not in view(ctx).channels:
        return None
    at = note.shared_at.astimezone(ctx.network.zone) if note.shared_at else None
    return ctx.prompts.render(
        "knowledge/hit", number=note.id, shared=at, **sharing.about(ctx, note)
    )


# One note, and the newest


@feature.command(
    "net",
    "note",
    help="the newest notes, or one of them whole",
    examples=("/net note", "/net note 3"),
    aliases=("notes",),
)
def note(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Show a note whole, or the newest in a line each."""
    number = simplified(given.text).lstrip("#")
    if number:
        read(ctx, number)
        return
    channels = seeing.visible(ctx.session, ctx.network, ctx.me)
    newest = notes.newest(ctx.session, ctx.network, channels, at_most=settings.at_most)
    shown = [found_note(settings, ctx, each.id) for each in newest]
    ctx.reply("knowledge/newest", found=[each for each in shown if each is not None])


@feature.action("read")
def press_read(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Show a note whole."""
    read(ctx, taken.value)


def read(ctx: Context, number: str) -> None:
    """Show a note whole, if the member may see it."""
    found = notes.numbered(ctx.session, ctx.network, number_of(number))
    channels = view(ctx).channels
    if found is None or found.state != NoteState.SHARED or found.channel_id not in channels:
        ctx.reply("knowledge/no_note")
    else:
        ctx.reply("knowledge/note", **sharing.about(ctx, found))


@feature.home_section(order=45)
def on_home(settings: Settings, ctx: Context) -> Section | None:
    """On the bot's own page: where to look for what the network knows."""
    return Section(name="what we know", words=ctx.prompts.render("knowledge/home"), facts={})
