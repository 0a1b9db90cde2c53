"""A network of thirty people, written week by week, to ask for the why of what befalls it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from bot.domain.phases import Phase
from bot.judgement.weeks import Came, Reacted, Said, Setting
from bot.judgement.why import Why, explain

LONDON = ZoneInfo("Europe/London")
MONDAY = date(2026, 1, 5)
WEEKS = 24
TURN = 20
UNTIL = MONDAY + timedelta(weeks=WEEKS, days=-1)
SINCE = MONDAY + timedelta(weeks=TURN)
MAIN, SIDE, THIRD, FOURTH = 1001, 1002, 1003, 1004
PEOPLE = tuple(range(1, 31))
LEADS = (1, 2)
BOT, STAR, GUESTS = 900, 3, 2000


@dataclass(frozen=True, kw_only=True)
class Mood:
    """How a week goes in one channel; `voices` speak, each opening is answered by `answers`."""

    openings: int = 14
    voices: tuple[int, ...] = PEOPLE
    answers: int = 3
    answered: float = 1.0
    asks: float = 0.5
    asks_answered: float = 1.0
    lead_share: float = 0.0
    star_answers: float = 0.0
    old_thread: int = 0
    bots: int = 1
    guests: int = 1
    guests_answered: float = 1.0


USUAL = Mood()
Story = Callable[[int], Mood]


@dataclass
class Hamlet:
    """A network of thirty people, written week by week; deterministic."""

    said: list[Said] = field(default_factory=list)
    reacted: list[Reacted] = field(default_factory=list)
    seen: dict[int, int] = field(default_factory=lambda: dict.fromkeys((*PEOPLE, BOT), 0))
    joined: list[Came] = field(default_factory=list)
    left: list[Came] = field(default_factory=list)
    first: tuple[int, int] | None = None

    def live(self, stories: Mapping[int, Story], weeks: int = WEEKS) -> Hamlet:
        for channel, story in stories.items():
            rng, begun = Random(channel), None
            for week in range(weeks):
                self._week(rng, channel, week, story(week))
                begun = begun or self.said[0]
                for n in range(story(week).old_thread):
                    at = moment(7 * week + n % 5, 16 + n % 50 / 60)
                    self._say(channel, at, rng.choice(story(week).voices), begun.ts)
        return self

    def _week(self, rng: Random, channel: int, week: int, mood: Mood) -> None:
        for n in range(mood.openings):
            leads = rng.random() < mood.lead_share
            who = rng.choice(LEADS) if leads else rng.choice(mood.voices)
            asks = rng.random() < mood.asks
            chance = mood.answered * (mood.asks_answered if asks else 1.0)
            self._converse(
                rng, channel, moment(7 * week + n % 5, 9 + n * 0.3), who, asks, chance, mood
            )
        for n in range(mood.guests):
            who = GUESTS + week * 20 + n
            at = moment(7 * week + n % 3, 14 + n / 10)
            self.seen.setdefault(who, at)
            self.joined.append(Came(who, at))
            self._converse(rng, channel, at, who, False, mood.guests_answered, mood)
        for n in range(mood.bots):
            self.said.append(
                Said(channel, moment(7 * week + n % 5, 8 + n / 60), BOT, None, True, False)
            )

    def _converse(
        self, rng: Random, channel: int, at: int, who: int, asks: bool, chance: float, mood: Mood
    ) -> None:
        self._say(channel, at, who, None, asks)
        if rng.random() < chance:
            for n in range(mood.answers):
                star = rng.random() < mood.star_answers
                other = STAR if star else rng.choice([v for v in mood.voices if v != who])
                self._say(channel, at + (n + 1) * 600_000_000, other, at)

    def _say(self, channel: int, at: int, who: int, to: int | None, asks: bool = False) -> None:
        self.said.append(Said(channel, at, who, to, False, asks))

    def quarrel(self, channel: int, week: int, lines: int = 12) -> None:
        at = moment(7 * week, 20)
        for n in range(lines):
            self._say(channel, at + n * 240_000_000, 4 + n % 2, at if n else None)

    def why(self, phase: Phase = Phase.EBB, **changes: object) -> Why:
        known: dict[str, object] = {"until": UNTIL, "since": SINCE, "channel": None}
        known |= {"elsewhere": None, "year_ago": None}
        asked = {name: changes.pop(name, value) for name, value in known.items()}
        explained = changes.pop("explained", ())
        setting = Setting(
            tz=LONDON,
            leads=frozenset(LEADS),
            first_seen=self.seen,
            joined=self.joined,
            left=self.left,
            **changes,  # type: ignore[arg-type]
        )
        return explain(
            self.said,
            self.reacted,
            setting,
            phase=phase,
            explained=explained,  # type: ignore[arg-type]
            **asked,  # type: ignore[arg-type]
        )


def moment(day: int, hour: float) -> int:
    midnight = datetime.combine(MONDAY + timedelta(days=day), datetime.min.time(), tzinfo=LONDON)
    return round(midnight.timestamp() * 1e6) + round(hour * 3.6e9)


def turning(then: Mood, usual: Mood = USUAL, at: int = TURN) -> Story:
    """As usual up to the week *at*, and *then*."""
    return lambda week: then if week >= at else usual


def town(then: Mood = USUAL, usual: Mood = USUAL, at: int = TURN) -> Hamlet:
    return Hamlet().live({MAIN: turning(then, usual, at)})
