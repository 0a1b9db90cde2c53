"""The feature itself, so that each of its parts can plug into it."""

from __future__ import annotations

from msgspec import Struct

from bot.context import Context
from bot.domain.flags import OPEN, FlagState, Matter
from bot.feature import Feature
from bot.storage import flags
from bot.storage.flags import Flag


class Settings(Struct, frozen=True, kw_only=True):
    """Nothing to set: a flag is held for 90 days, and for those alone whom its writer chose."""


feature = Feature(
    "flags",
    Settings,
    writes="to ask whether something may be noted of a talk that you had",
)


class Shown(Struct, frozen=True, kw_only=True):
    """A flag as the prompts have it: `who` is its other side, `noted` what both agreed to."""

    number: int
    who: str
    words: str
    message: str
    is_waiting: bool
    is_open: bool
    noted: tuple[str, ...]


def shown(ctx: Context, flag: Flag, who: str) -> Shown:
    """*flag*, with *who* is its other side."""
    return Shown(
        number=flag.id,
        who=who,
        words=flag.words,
        message=flag.message,
        is_waiting=flag.state == FlagState.WAITING,
        is_open=flag.state in OPEN,
        noted=tuple(Matter(each.matter).words for each in flags.agreed(ctx.session, flag)),
    )
