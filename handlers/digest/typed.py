"""What can be typed about the digest: what its buttons do, and what those who tend may ask."""

from __future__ import annotations

from collections.abc import Callable

from bot.context import Context
from bot.domain.events import CommandGiven
from bot.domain.typed import shortened, simplified
from handlers.digest import editing
from handlers.digest.feature import Settings, feature, period_of
from handlers.digest.inviting import ask_editor, say_who
from handlers.digest.posting import compose, told
from handlers.digest.previewing import next_week, preview_values, show
from handlers.digest.shares import show_fairness

Edit = Callable[[Settings, Context, str, int], None]
"""Something to do to one idea: of which week, and which number."""


@feature.command(
    "net",
    "edit-digest",
    help="make up this week's digest: anybody may",
    examples=(
        "/net edit-digest",
        "/net edit-digest swap 2",
        "/net edit-digest leave 2",
        "/net edit-digest put back",
        "/net edit-digest opening Good morning from the ward.",
        "/net edit-digest skip",
        "/net edit-digest send",
    ),
    aliases=("editdigest",),
)
def edit_digest(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Show whoever asks this week's digest, with what they may do about it; or do that."""
    if editing.me(ctx) is None:
        return
    if not simplified(given.text):
        show(settings, ctx, next_week(settings, ctx))
    elif not _do(settings, ctx, given.text):
        ctx.reply("digest/no_word", word=shortened(given.text), command="/net edit-digest")


@feature.command(
    "tend",
    "digest",
    help="the next digest, as it would be posted",
    examples=(
        "/tend digest preview",
        "/tend digest preview 2026-W10",
        "/tend digest editor @Rosa",
        "/tend digest editor",
        "/tend digest swap 2",
        "/tend digest send",
        "/tend digest skip",
        "/tend digest fairness",
    ),
)
def tend_digest(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Show a lead the digest of this week or another, or do with this week's what they say."""
    word, _, rest = simplified(given.text).partition(" ")
    if word.lower() == "fairness":
        show_fairness(ctx)
    elif word.lower() == "editor" and rest:
        ask_editor(settings, ctx, rest, given.mentions)
    elif word.lower() == "preview" or not word:
        _show_week(settings, ctx, rest)
    elif not _do(settings, ctx, given.text):
        _show_week(settings, ctx, simplified(given.text))


def _show_week(settings: Settings, ctx: Context, typed: str) -> None:
    try:
        week = typed.upper() or next_week(settings, ctx)
        period = period_of(settings, week, is_preview=True)
    except ValueError:
        ctx.reply("digest/no_week", week=shortened(typed))
        return
    ctx.reply("digest/preview", **preview_values(settings, ctx, period))


def _do(settings: Settings, ctx: Context, typed: str) -> bool:
    """Do what an editor typed; False where it is none of their words."""
    week = next_week(settings, ctx)
    word, _, rest = simplified(typed).partition(" ")
    match word.lower():
        case "swap":
            _with_item(settings, ctx, rest, editing.swap)
        case "leave":
            _with_item(settings, ctx, rest, editing.leave_out)
        case "put":
            editing.put_back(settings, ctx, week)
        case "opening" if rest:
            editing.put_opening(settings, ctx, week, " ".join(typed.split()).partition(" ")[2])
        case "opening":
            editing.ask_opening(settings, ctx, week)
        case "skip":
            editing.skip(settings, ctx, week)
        case "send":
            editing.send(settings, ctx, week)
        case "editor":
            say_who(settings, ctx)
        case _:
            return False
    return True


def _with_item(settings: Settings, ctx: Context, typed: str, do: Edit) -> None:
    """Do it to the idea that stands at the place in the preview that somebody typed."""
    week = next_week(settings, ctx)
    shown = told(compose(ctx, period_of(settings, week, is_preview=True)))
    place = typed.rpartition(" ")[2].strip("#.,:")
    nth = int(place) if place.isdecimal() and len(place) < 3 else 0
    if 1 <= nth <= len(shown):
        do(settings, ctx, week, shown[nth - 1])
    else:
        ctx.reply("digest/no_item", number=len(shown))
