"""How people behave: who opens a conversation, who answers it and when, who marks it.

A person is drawn by their usual voice, and then either shows up or does not. So when somebody
falls quiet, what they would have said is missing, and nobody else says it for them.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import exp, log
from random import Random
from typing import NamedTuple

from bot.simulation.dials import Dials
from bot.simulation.phrases import Kind
from bot.simulation.plan import DAY, MINUTE, Channel, Plan
from bot.simulation.roster import Resident, Room, Roster, poisson

EMOJI = ("thumbsup", "heart", "clap", "pray", "eyes", "tada", "seedling", "bulb")
EMOJI_WEIGHTS = (40, 22, 12, 12, 6, 5, 2, 1.5)
LATE_AFTER, LATE_UNTIL = 14 * DAY, 28 * DAY


class Said(NamedTuple):
    """A message to be: `chance` decides its words, `thread` is its conversation's first ts."""

    ts: int
    channel: str
    author: Resident
    thread: int | None
    kind: Kind
    chance: int


class Marked(NamedTuple):
    """A reaction to be, at `at`."""

    at: int
    said: Said
    member: Resident
    emoji: str


class Changed(NamedTuple):
    """An edit or, with `deleted`, a deletion to be, at `at`."""

    at: int
    said: Said
    deleted: bool


Happening = Said | Marked | Changed


class Opening(NamedTuple):
    """What the town remembers of the beginning of a conversation."""

    ts: int
    author: Resident


@dataclass
class Town:
    """What people remember from day to day: conversations, and how newcomers were treated."""

    plan: Plan
    roster: Roster
    openings: dict[str, deque[Opening]] = field(
        default_factory=lambda: defaultdict(lambda: deque(maxlen=400))
    )
    spoken: Counter[Resident] = field(default_factory=Counter)
    discouraged: set[Resident] = field(default_factory=set)

    def is_new(self, person: Resident) -> bool:
        """Whether this is one of somebody's first three posts."""
        return person.joins is not None and self.spoken[person] < 3

    def remember(self, other: Town, same: Callable[[Resident], Resident]) -> None:
        """Take over what another town remembers, whose people *same* knows here."""
        for channel, openings in other.openings.items():
            self.openings[channel].extend(Opening(x.ts, same(x.author)) for x in openings)
        self.spoken.update({same(person): count for person, count in other.spoken.items()})
        self.discouraged.update(map(same, other.discouraged))


@dataclass(frozen=True)
class Scene:
    """One day in one channel: the people, how they behave today, and its own random numbers."""

    town: Town
    day: date
    channel: Channel
    room: Room
    dials: Dials
    rng: Random

    @property
    def midnight(self) -> int:
        """When the day begins."""
        return self.town.plan.midnight(self.day)


def conversations(scene: Scene, openings: float, late: float) -> Iterator[Happening]:
    """All that an ordinary day brings, of which *openings* and *late* answers are expected."""
    for _ in range(poisson(scene.rng, openings)):
        yield from _conversation(scene)
    for _ in range(poisson(scene.rng, late)):
        yield from _late_answer(scene)


def first_post(scene: Scene, newcomer: Resident) -> Iterator[Happening]:
    """A newcomer introduces themselves, or later says a second and a third thing."""
    is_first = scene.town.spoken[newcomer] == 0
    if newcomer in scene.town.discouraged and scene.rng.random() < 0.5:
        return
    if scene.rng.random() < scene.dials.newcomers_write:
        yield from _begun_by(scene, newcomer, Kind.INTRODUCTION if is_first else Kind.ASK)


def _conversation(scene: Scene) -> Iterator[Happening]:
    who = _opener(scene)
    if who is not None:
        asks = scene.rng.random() < scene.channel.asks * scene.dials.asks
        offers = scene.rng.random() < 0.15
        kind = Kind.ASK if asks else Kind.OFFER if offers else Kind.SHARE
        yield from _begun_by(scene, who, kind)


def _opener(scene: Scene) -> Resident | None:
    """Who begins, or None where the one who would have begun doesn't."""
    rng, room, dials = scene.rng, scene.room, scene.dials
    by_lead = rng.random() < scene.town.plan.habits.lead_opens
    who = rng.choice(room.leads) if by_lead and room.leads else _somebody(scene)
    if who.is_lead and rng.random() >= dials.leads_open:
        return None
    return who if _shows_up(scene, who) else None


def _somebody(scene: Scene) -> Resident:
    if scene.dials.carried and scene.rng.random() < scene.dials.carried:
        return scene.rng.choice(scene.room.loudest[: scene.dials.carriers])
    return scene.room.anyone(scene.rng)


def _shows_up(scene: Scene, who: Resident) -> bool:
    usual = scene.dials.people.get(who.name, 1.0)
    discouraged = 0.4 if who in scene.town.discouraged else 1.0
    return scene.rng.random() < usual * discouraged


def _begun_by(scene: Scene, who: Resident, kind: Kind) -> Iterator[Happening]:
    """A conversation from its first message to its last answer."""
    town, rng = scene.town, scene.rng
    moves = rng.random() < scene.dials.moved
    channel = scene.dials.moved_to if moves else scene.channel.name
    at = scene.midnight + _moment(town.plan, rng)
    first = said(rng, at, channel, who, None, kind)
    is_answered = rng.random() < _chance_of_answer(scene, first)
    is_new = town.is_new(who)
    if is_new and not is_answered:
        town.discouraged.add(who)
    town.spoken[who] += 1
    town.openings[channel].append(Opening(first.ts, who))
    answers = list(_answers(scene, first)) if is_answered else []
    heeded = scene.dials.newcomers_answered if is_new else 1.0
    for message in (first, *answers):
        is_first = message is first
        yield message
        yield from _aftermath(
            scene, message, may_go=not (is_first and answers), heeded=heeded if is_first else 1.0
        )


def _chance_of_answer(scene: Scene, first: Said) -> float:
    habits, dials = scene.town.plan.habits, scene.dials
    asked = dials.asks_answered if first.kind is Kind.ASK else 1.0
    if scene.town.is_new(first.author):
        return habits.newcomers_answered * dials.newcomers_answered * asked
    return habits.answered * dials.answered * asked


def _answers(scene: Scene, first: Said) -> Iterator[Said]:
    """The answers to *first*: by others, and now and then by the one who began."""
    plan, rng, habits = scene.town.plan, scene.rng, scene.town.plan.habits
    at, delay = first.ts, habits.first_answer
    for n in range(1 + _geometric(rng, max(habits.answers * scene.dials.answers - 1, 0.0))):
        comes_back = n > 0 and rng.random() < habits.comes_back
        who = first.author if comes_back else _answerer(scene, first.author)
        at = decent(plan, at + round(delay * exp(rng.gauss(0, 1.1)) * MINUTE), rng)
        delay = habits.next_answer
        if who is None or not _shows_up(scene, who):
            if n == 0 and rng.random() < 0.6:
                return  # nobody takes up what they used to answer
            continue
        thanks = Kind.THANKS if comes_back else Kind.ANSWER
        kind = Kind.ASK_BACK if rng.random() < 0.08 else thanks
        yield said(rng, at, first.channel, who, first.ts, kind)


def _answerer(scene: Scene, opener: Resident) -> Resident | None:
    for _ in range(4):
        who = _somebody(scene)
        if who is not opener:
            return who
    return None


def _late_answer(scene: Scene) -> Iterator[Happening]:
    """Somebody comes back to a conversation of two to four weeks ago."""
    at = scene.midnight + _moment(scene.town.plan, scene.rng)
    old = [
        opening
        for opening in scene.town.openings[scene.channel.name]
        if LATE_AFTER < at - opening.ts < LATE_UNTIL
    ]
    if old:
        # A few long-running conversations draw most of what comes late.
        opening = old[int(len(old) * scene.rng.random() ** 3)]
        who = _answerer(scene, opening.author)
        if who is not None and _shows_up(scene, who):
            late = said(scene.rng, at, scene.channel.name, who, opening.ts, Kind.LATE)
            yield late
            yield from _aftermath(scene, late, may_go=True)


def _aftermath(
    scene: Scene, message: Said, *, may_go: bool, heeded: float = 1.0
) -> Iterator[Happening]:
    """Reactions to *message* (*heeded* of the usual), and the second thoughts of its author."""
    rng, habits = scene.rng, scene.town.plan.habits
    marked = set()
    for _ in range(poisson(rng, habits.reactions * scene.dials.reactions * heeded)):
        who = scene.room.anyone(rng)
        if who is not message.author and who not in marked:
            marked.add(who)
            (emoji,) = rng.choices(EMOJI, EMOJI_WEIGHTS)
            at = message.ts + round(rng.expovariate(1 / 90) * MINUTE) + MINUTE
            yield Marked(at, message, who, emoji)
    if rng.random() < habits.edited:
        yield Changed(message.ts + rng.randrange(1, 15) * MINUTE, message, deleted=False)
    elif may_go and rng.random() < habits.deleted:
        yield Changed(message.ts + rng.randrange(16, 300) * MINUTE, message, deleted=True)


def said(rng: Random, at: int, channel: str, who: Resident, thread: int | None, kind: Kind) -> Said:
    """A message at about *at*; its `ts` is odd, those of planted messages are even."""
    return Said((at + rng.randrange(MINUTE)) | 1, channel, who, thread, kind, rng.getrandbits(128))


def decent(plan: Plan, ts: int, rng: Random) -> int:
    """*ts*, or the next morning at which people usually look again."""
    day = plan.day_of(ts)
    hour = (ts - plan.midnight(day)) / (60 * MINUTE)
    if hour >= 22 or hour < 7:
        day += timedelta(days=1 if hour >= 22 else 0)
    elif plan.is_working_day(day) or rng.random() < 0.3:
        return ts
    while not plan.is_working_day(day):
        day += timedelta(days=1)
    return plan.midnight(day) + round((7.5 + rng.expovariate(1.0)) * 60 * MINUTE)


def _moment(plan: Plan, rng: Random) -> int:
    """A time of day at which people write, in microseconds after midnight."""
    (hour,) = rng.choices(range(24), plan.hours)
    return (hour * 60 + rng.randrange(60)) * MINUTE


def _geometric(rng: Random, mean: float) -> int:
    """A count with that *mean* in which small is likely and large possible."""
    return int(log(1 - rng.random()) / log(mean / (1 + mean))) if mean > 0 else 0
