"""What can befall a simulated network: each context of an ebb or a flow as a frozen value.

All have a `start`, a length in `days`, and where it makes sense the `channel` they are limited to
(empty for all). `kind` is the name of the context in the product's list. What each does to people's
behaviour is in `bot.simulation.dials`; conversations that a context brings with it, word for word,
are in `bot.simulation.planted`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import ClassVar


@dataclass(frozen=True, kw_only=True)
class Ebb:
    """Fewer people say something, for no reason that can be seen; slowly over `ramp` days."""

    start: date
    days: int
    factor: float = 0.5
    ramp: int = 0
    channel: str = ""
    kind: ClassVar[str] = "unknown"


@dataclass(frozen=True, kw_only=True)
class Flow:
    """More is said, and by more people, for no reason that can be seen."""

    start: date
    days: int
    factor: float = 2.0
    ramp: int = 0
    channel: str = ""
    kind: ClassVar[str] = "unknown"


@dataclass(frozen=True, kw_only=True)
class QuietSeason:
    """Holidays: few are there, but who writes is answered as usual."""

    start: date
    days: int
    factor: float = 0.3
    channel: str = ""
    kind: ClassVar[str] = "quiet_season"


@dataclass(frozen=True, kw_only=True)
class GatheringLift:
    """The days around a gathering on `gathering` are lively."""

    start: date
    days: int
    gathering: date
    factor: float = 1.9
    channel: str = ""
    kind: ClassVar[str] = "gathering_lift"


@dataclass(frozen=True, kw_only=True)
class AfterGathering:
    """The lull after a gathering: back to the level before it, or a little below."""

    start: date
    days: int
    factor: float = 0.75
    channel: str = ""
    kind: ClassVar[str] = "after_gathering"


@dataclass(frozen=True, kw_only=True)
class Pressure:
    """Everybody is busy elsewhere: all groups and channels are low alike, answers least."""

    start: date
    days: int
    factor: float = 0.5
    channel: str = ""
    kind: ClassVar[str] = "pressure"


@dataclass(frozen=True, kw_only=True)
class KeyVoiceQuiet:
    """One person falls quiet, and nobody takes up what they used to answer."""

    start: date
    days: int
    who: str
    factor: float = 0.08
    channel: str = ""
    kind: ClassVar[str] = "key_voice"


@dataclass(frozen=True, kw_only=True)
class FewVoices:
    """As much is said as ever, but `share` of it by the `voices` most active people."""

    start: date
    days: int
    voices: int = 3
    share: float = 0.65
    channel: str = ""
    kind: ClassVar[str] = "few_voices"


@dataclass(frozen=True, kw_only=True)
class NewcomersUnanswered:
    """People new to the network write, and hardly anybody answers or reacts."""

    start: date
    days: int
    answered: float = 0.12
    channel: str = ""
    kind: ClassVar[str] = "newcomers"


@dataclass(frozen=True, kw_only=True)
class AsksWaiting:
    """Questions go unanswered, and pile up."""

    start: date
    days: int
    answered: float = 0.12
    channel: str = ""
    kind: ClassVar[str] = "asks_waiting"


@dataclass(frozen=True, kw_only=True)
class NoAsks:
    """People offer and tell, but hardly anybody asks."""

    start: date
    days: int
    factor: float = 0.12
    channel: str = ""
    kind: ClassVar[str] = "no_asks"


@dataclass(frozen=True, kw_only=True)
class TopicSpent:
    """Hardly anything new is begun; old conversations tail off."""

    start: date
    days: int
    openings: float = 0.3
    late: float = 2.0
    channel: str = ""
    kind: ClassVar[str] = "topic_spent"


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A long, quick exchange between two people on the first day, and then others fall silent."""

    start: date
    days: int
    channel: str
    between: tuple[str, str]
    exchanges: int = 14
    factor: float = 0.25
    kind: ClassVar[str] = "difference"


@dataclass(frozen=True, kw_only=True)
class Moved:
    """`share` of the conversations of `channel` are held in the channel `to` instead."""

    start: date
    days: int
    channel: str
    to: str
    share: float = 0.7
    kind: ClassVar[str] = "moved"


@dataclass(frozen=True, kw_only=True)
class LeadAbsent:
    """Leads begin much less; with members who seldom begin (`Habits.lead_opens`), all falls."""

    start: date
    days: int
    factor: float = 0.2
    channel: str = ""
    kind: ClassVar[str] = "lead_absent"


@dataclass(frozen=True, kw_only=True)
class BotNoise:
    """The bots post `factor` times as much as usual, and people fall back from it."""

    start: date
    days: int
    factor: float = 6.0
    people: float = 0.65
    ramp: int = 21
    channel: str = ""
    kind: ClassVar[str] = "bot_noise"


@dataclass(frozen=True, kw_only=True)
class PurposeMet:
    """What people came for is nearly done: asks are closed as met, few new ones are opened."""

    start: date
    days: int
    factor: float = 0.65
    ramp: int = 21
    asks: float = 0.25
    channel: str = ""
    kind: ClassVar[str] = "purpose_met"


@dataclass(frozen=True, kw_only=True)
class StructuralDecline:
    """For months fewer come than go, newcomers write less, and the energy sinks slowly."""

    start: date
    days: int
    factor: float = 0.5
    ramp: int = 70
    joins: float = 0.15
    leaves: float = 3.0
    channel: str = ""
    kind: ClassVar[str] = "decline"


@dataclass(frozen=True, kw_only=True)
class SharedConcern:
    """One conversation catches everybody: about `daily` answers a working day, by many people."""

    start: date
    days: int
    channel: str
    daily: float = 55.0
    kind: ClassVar[str] = "shared_concern"


@dataclass(frozen=True, kw_only=True)
class NewArrivals:
    """`factor` times as many people come as usual, and they speak."""

    start: date
    days: int
    factor: float = 8.0
    channel: str = ""
    kind: ClassVar[str] = "new_arrivals"


@dataclass(frozen=True, kw_only=True)
class Helping:
    """Asks and answers both rise."""

    start: date
    days: int
    factor: float = 1.7
    channel: str = ""
    kind: ClassVar[str] = "helping"


@dataclass(frozen=True, kw_only=True)
class Heated:
    """Long, quick exchanges between two people, about `daily` a working day; onlookers take sides.

    Each exchange has about `length` messages; the others talk as they always do.
    """

    start: date
    days: int
    channel: str
    between: tuple[str, str]
    daily: float = 1.2
    length: int = 18
    kind: ClassVar[str] = "heated"


@dataclass(frozen=True, kw_only=True)
class OneVoiceBurst:
    """One person writes `daily` messages a working day; the others do as they always do."""

    start: date
    days: int
    channel: str
    who: str
    daily: float = 30.0
    kind: ClassVar[str] = "one_voice_burst"


@dataclass(frozen=True, kw_only=True)
class Growing:
    """More people come, and more is said, rising over all the `days` and staying so."""

    start: date
    days: int
    factor: float = 1.8
    joins: float = 2.0
    channel: str = ""
    kind: ClassVar[str] = "growing"


@dataclass(frozen=True, kw_only=True)
class CoverageGap:
    """The bot hears nothing: what happened on these days is not passed on."""

    start: date
    days: int
    channel: str = ""
    kind: ClassVar[str] = "coverage_gap"


@dataclass(frozen=True, kw_only=True)
class LittleKnownIdea:
    """A long, well-made answer deep in a conversation, by somebody seldom heard.

    `begins` opens the conversation, `sparks` (people of other groups) put 💡 on the idea,
    and one person, `answers`, replies to it.
    """

    start: date
    channel: str
    who: str
    begins: str
    answers: str
    sparks: tuple[str, ...]
    days: int = 1
    kind: ClassVar[str] = "little_known"


@dataclass(frozen=True, kw_only=True)
class PopularPost:
    """A short post by somebody well known that draws `reactions` and many answers."""

    start: date
    channel: str
    who: str
    reactions: int = 40
    days: int = 1
    emoji: tuple[str, ...] = field(default=("heart", "clap", "tada", "thumbsup"))
    kind: ClassVar[str] = "popular"


Context = (
    Ebb
    | Flow
    | QuietSeason
    | GatheringLift
    | AfterGathering
    | Pressure
    | KeyVoiceQuiet
    | FewVoices
    | NewcomersUnanswered
    | AsksWaiting
    | NoAsks
    | TopicSpent
    | Difference
    | Moved
    | LeadAbsent
    | BotNoise
    | PurposeMet
    | StructuralDecline
    | SharedConcern
    | NewArrivals
    | Helping
    | Heated
    | OneVoiceBurst
    | Growing
    | CoverageGap
    | LittleKnownIdea
    | PopularPost
)


def is_on(context: Context, day: date) -> bool:
    """Whether *day* lies in the context's days."""
    return context.start <= day < context.start + timedelta(days=context.days)


def strength(start: date, ramp: int, day: date) -> float:
    """How far a slow change has come on *day*: from 0 to 1, once `ramp` days have passed."""
    passed = (day - start).days + 1
    return max(0.0, min(1.0, passed / (ramp + 1)))
