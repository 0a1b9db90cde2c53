"""What an explanation is made of: possible reasons with their evidence, and those ruled out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from bot.domain.phases import Sureness
from bot.judgement.weeks import Post

Number = int | float | str


class Context(StrEnum):
    """The reasons that channel data can show."""

    ORDINARY = "ordinary"
    QUIET_SEASON = "quiet_season"
    AFTER_GATHERING = "after_gathering"
    PRESSURE = "pressure"
    KEY_VOICE = "key_voice"
    FEW_VOICES = "few_voices"
    NEWCOMERS = "newcomers"
    ASKS_WAITING = "asks_waiting"
    NO_ASKS = "no_asks"
    TOPIC_SPENT = "topic_spent"
    DIFFERENCE = "difference"
    MOVED = "moved"
    LEAD_ABSENT = "lead_absent"
    BOT_NOISE = "bot_noise"
    PURPOSE_MET = "purpose_met"
    DECLINE = "decline"
    UNKNOWN = "unknown"
    GATHERING_LIFT = "gathering_lift"
    SHARED_CONCERN = "shared_concern"
    NEW_ARRIVALS = "new_arrivals"
    HELPING = "helping"
    ONE_VOICE_BURST = "one_voice_burst"
    HEATED = "heated"
    GROWING = "growing"


@dataclass(frozen=True, kw_only=True, slots=True)
class Hypothesis:
    """One possible reason. `evidence` holds plain numbers for a text, never a person's id.

    Evidence names people by number only where they are five or more.
    """

    code: Context
    sureness: Sureness
    evidence: Mapping[str, Number] = field(default_factory=dict)
    posts: tuple[Post, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class RuledOut:
    """A reason that doesn't fit, with a code for what speaks against it."""

    code: Context
    reason: str
    evidence: Mapping[str, Number] = field(default_factory=dict)


Finding = Hypothesis | RuledOut


@dataclass(frozen=True, kw_only=True, slots=True)
class Why:
    """At most two hypotheses, the surest and most specific first; `leave_it` makes that the advice.

    `look_again` is when the bot should look once more, whatever is done.
    """

    hypotheses: tuple[Hypothesis, ...]
    ruled_out: tuple[RuledOut, ...]
    leave_it: bool
    look_again: date
