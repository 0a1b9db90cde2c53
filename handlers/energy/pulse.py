"""A pulse: where a network or channel is, and why that might be, for words and for programs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from bot.domain.phases import EnergyReading, Phase, Sureness
from bot.judgement.few import FEW
from bot.judgement.usual import Usual
from bot.judgement.weeks import WeekMeasures
from bot.judgement.why import Context as Reason
from bot.judgement.why import Why
from bot.storage.places import Channel, Network
from bot.storage.rhythm import CalendarEntry

FEWEST_VOICES = 8


@dataclass(frozen=True, kw_only=True)
class Told:
    """Somebody's own explanation, which outranks the bot's."""

    text: str
    by: str
    on: date


@dataclass(frozen=True, kw_only=True)
class Gap:
    """Local days, first and last, on which the bot was not listening."""

    first: date
    last: date


@dataclass(frozen=True, kw_only=True)
class Pulse:
    """A reading with all that explains it. `weeks` are of seven days and end on its day.

    `anew` is since when people called something else usual; `earlier` is what was usual before,
    and since when. `whole` has, by its first day, how many spoke in the whole network in each week
    in which a channel's own number would tell of a few who spoke elsewhere.
    """

    network: Network
    channel: Channel | None
    channels: Sequence[Channel]
    reading: EnergyReading
    weeks: Sequence[WeekMeasures]
    voices: Usual | None
    exchanges: Usual | None
    full_week: Usual | None
    calendar: Sequence[CalendarEntry]
    told: Told | None
    gap: Gap | None
    explain: Callable[[], Why]
    earlier: Sequence[tuple[date, Usual]] = ()
    anew: date | None = None
    whole: Mapping[date, int] = field(default_factory=dict)

    def told_voices(self, week: WeekMeasures) -> int:
        """How many spoke, as far as that may be told: a few are told as four.

        Where the number would tell of a few who spoke elsewhere, it is the whole network's.
        """
        return self.whole.get(week.first, max(week.voices, FEW - 1))

    @cached_property
    def why(self) -> Why:
        """Why that might be; worked out when somebody asks."""
        return self.explain()

    @property
    def week(self) -> WeekMeasures | None:
        """The newest complete week."""
        return self.weeks[-1] if self.weeks else None

    @property
    def usuals(self) -> Sequence[tuple[date, Usual]]:
        """What is usual in a full week, and since when: what was usual before comes first."""
        if self.full_week is None or not self.weeks:
            return self.earlier
        return (*self.earlier, (self.anew or self.weeks[0].first, self.full_week))

    @property
    def phase(self) -> Phase:
        """The reading's phase."""
        return self.reading.phase

    @property
    def is_too_small(self) -> bool:
        """Whether fewer than about eight people speak in a usual week: no ebb can be told there."""
        return self.full_week is not None and self.full_week.centre < FEWEST_VOICES

    @property
    def sureness(self) -> Sureness:
        """How sure the phase is: likely from 0.5, clear from 0.8 (as calibration was measured)."""
        if self.reading.probability > 0.8:
            return Sureness.CLEAR
        return Sureness.LIKELY if self.reading.probability > 0.5 else Sureness.POSSIBLE

    @property
    def low_weeks(self) -> int:
        """How many of the newest weeks in a row lay in the lower part of the usual range."""
        if self.full_week is None:
            return 0
        edge = self.full_week.centre - (self.full_week.centre - self.full_week.low) / 3
        run = 0
        for week in reversed(self.weeks):
            if week.working_days == 0 or week.voices * 5 / week.working_days >= edge:
                break
            run += 1
        return run

    @property
    def exchanges_too(self) -> bool:
        """Whether the second witness, exchanges, leans the same way as the phase."""
        if self.exchanges is None or self.week is None:
            return False
        lean = self.week.exchanges - self.exchanges.centre
        reach = self.exchanges.high if lean > 0 else self.exchanges.low
        is_far = abs(lean) * 3 >= abs(reach - self.exchanges.centre)
        return is_far and (lean > 0) is (self.phase is Phase.FLOW)

    @property
    def is_worth_a_look(self) -> bool:
        """Whether something asks for people though the network is steady."""
        nothing = (Reason.ORDINARY, Reason.UNKNOWN)
        return self.phase is Phase.STEADY and self.why.hypotheses[0].code not in nothing

    @property
    def has_posts(self) -> bool:
        """Whether there are posts that an explanation rests on."""
        return any(hypothesis.posts for hypothesis in self.why.hypotheses)

    def channel_named(self, number: int) -> Channel | None:
        """One of the network's channels, by our own number."""
        return next((channel for channel in self.channels if channel.id == number), None)
