"""The life of a simulated network, day after day, told as the events a platform would tell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from math import exp

from bot.domain.events import (
    ChannelKind,
    ChannelSeen,
    Event,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    PersonSeen,
)
from bot.domain.ids import ChannelId, MemberId
from bot.simulation.behaviour import Happening, Said, Scene, Town, conversations, first_post
from bot.simulation.dials import deaf_days, dials_on
from bot.simulation.diary import Diary, Told
from bot.simulation.phrases import Kind
from bot.simulation.plan import DAY, MINUTE, Bot, Channel, Plan, dice
from bot.simulation.planted import planted
from bot.simulation.roster import Resident, Roster, poisson

LONG = 400 * DAY
"""How long before the first day the first of its people came."""

Expected = defaultdict[date, list[Resident]]
"""Who of the newcomers means to write on which day."""


def simulate(plan: Plan) -> Iterator[Event]:
    """All events of the plan in the order of time; the same plan always gives the same ones."""
    for _, event, _ in tell(plan):
        yield event


def simulate_with_text(plan: Plan) -> Iterator[tuple[Event, str | None]]:
    """The same events, each message (posted or edited) with its text."""
    for _, event, text in tell(plan):
        yield event, text


def texts(plan: Plan) -> dict[tuple[ChannelId, int], str]:
    """The text of every message as it finally stands, by its channel and `ts`."""
    final: dict[tuple[ChannelId, int], str] = {}
    for _, event, text in tell(plan):
        if isinstance(event, MessagePosted | MessageEdited) and text is not None:
            final[event.channel, event.ts] = text
        elif isinstance(event, MessageDeleted):
            final.pop((event.channel, event.ts), None)
    return final


def text_of(plan: Plan, channel: ChannelId, ts: int) -> str | None:
    """The final text of one message, or None. Simulates anew: for many, use `texts`."""
    return texts(plan).get((channel, ts))


def tell(plan: Plan) -> Iterator[Told]:
    """All events with their moment and text, but those the bot was deaf to."""
    gaps = [
        (plan.midnight(gap.start), plan.midnight(gap.start + timedelta(days=gap.days)))
        for gap in deaf_days(plan)
    ]
    for told in Life(plan).until(plan.end):
        if not any(start <= told[0] < end for start, end in gaps):
            yield told


class Life:
    """A network's life as it is told day by day; from any day on it can go on in another way."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.today = plan, plan.start
        self._town, self._diary = Town(plan, Roster(plan)), Diary(plan)
        self._expected: Expected = defaultdict(list)
        self._has_begun = False

    def until(self, end: date) -> Iterator[Told]:
        """All that happens before *end*, from where the telling stopped last."""
        if not self._has_begun:
            self._has_begun = True
            yield from _beginnings(self._town, self._diary)
        while self.today < end:
            yield from self._day()

    def otherwise(self, plan: Plan) -> Life:
        """The same life up to today, to go on as *plan* has it.

        The plan may differ from this one in contexts that begin today or later, and in nothing
        else; then both together tell what the plan would have told alone.
        """
        other = Life(plan)
        named = other._town.roster.named

        def same(person: Resident) -> Resident:
            return named.get(person.name, person)

        other.today, other._has_begun = self.today, self._has_begun
        other._town.remember(self._town, same)
        other._diary.carry_over(self._diary, same)
        for day, people in self._expected.items():
            other._expected[day] = [same(person) for person in people]
        return other

    def _day(self) -> Iterator[Told]:
        plan, town, diary, day = self.plan, self._town, self._diary, self.today
        self.today = tomorrow = day + timedelta(days=1)
        for person in town.roster.joining(day):
            yield from diary.arrival(person, plan.midnight(day))
            _expect_first_posts(plan, self._expected, person, day)
        for happening in _day(town, day, self._expected.pop(day, [])):
            diary.write(happening)
        yield from diary.until(plan.midnight(tomorrow))
        for person in town.roster.leaving(tomorrow):
            yield from diary.farewell(person, plan.midnight(tomorrow))


def _beginnings(town: Town, diary: Diary) -> Iterator[Told]:
    """Channels and people as they are when the simulation starts; people came long before."""
    plan, start = town.plan, town.plan.midnight(town.plan.start)
    there = [person for person in town.roster.people if person.joins is None]
    long_ago, apart = start - LONG, min(DAY // 4, LONG // (len(there) + 1))
    for channel in plan.channels:
        kind = ChannelKind.PRIVATE if channel.for_leads else ChannelKind.PUBLIC
        seen = ChannelSeen(
            channel=plan.channel_id(channel.name),
            name=channel.name,
            kind=kind,
            is_main=channel.is_main,
        )
        yield long_ago, seen, None
    for number, bot in enumerate(plan.bots):
        machine = _machine(plan, number, bot)
        yield long_ago, PersonSeen(member=machine.id, name=bot.name, is_bot=True), None
    for n, person in enumerate(there):
        yield from diary.arrival(person, long_ago + (n + 1) * apart)


def _day(town: Town, day: date, newcomers: list[Resident]) -> Iterator[Happening]:
    """What happens on *day* in all channels, in no order."""
    plan = town.plan
    yield from planted(plan, town.roster, day)
    shock = exp(dice(plan, "week", (day - plan.start).days // 7).gauss(0, plan.habits.unrest))
    pace = shock * plan.weekdays[day.weekday()]
    if day in plan.holidays:
        pace *= 0.15
    for channel in plan.channels:
        scene = _scene(town, day, channel)
        for newcomer in newcomers:
            if channel.name == _home(plan, newcomer):
                yield from first_post(scene, newcomer)
        if scene.room.people:
            yield from conversations(scene, *_expected(scene, pace))
        yield from _machines(scene)


def _scene(town: Town, day: date, channel: Channel) -> Scene:
    plan = town.plan
    room, dials = town.roster.room(channel, day), dials_on(plan, day, channel)
    return Scene(town, day, channel, room, dials, dice(plan, channel.name, day))


def _expected(scene: Scene, pace: float) -> tuple[float, float]:
    """How many conversations begin today, and how many late answers come."""
    habits, channel = scene.town.plan.habits, scene.channel
    at_first = scene.town.roster.room(channel, scene.town.plan.start).voice
    rate = channel.rate * pace * scene.room.voice / at_first if at_first else 0.0
    size = 1 + habits.answered * habits.answers
    openings = rate * (1 - habits.late) / size * scene.dials.openings
    return openings, rate * (habits.late * scene.dials.openings + scene.dials.late)


def _machines(scene: Scene) -> Iterator[Happening]:
    plan = scene.town.plan
    for number, bot in enumerate(plan.bots):
        if bot.channel == scene.channel.name and plan.is_working_day(scene.day):
            rng = dice(plan, "bot", number, scene.day)
            for _ in range(poisson(rng, bot.per_day * scene.dials.bots)):
                at = scene.midnight + rng.randrange(7 * 60, 18 * 60) * MINUTE | 1
                author = _machine(plan, number, bot)
                yield Said(at, bot.channel, author, None, Kind.BOT, rng.getrandbits(128))


def _machine(plan: Plan, number: int, bot: Bot) -> Resident:
    return Resident(
        id=MemberId(f"{plan.prefix}/B{number + 1}"),
        name=bot.name,
        group="",
        voice=0.0,
        is_lead=False,
        joins=None,
        leaves=None,
        channels=frozenset({bot.channel}),
    )


def _home(plan: Plan, person: Resident) -> str:
    """The channel in which a newcomer first writes: the liveliest of theirs."""
    theirs = [channel for channel in plan.channels if channel.name in person.channels]
    return max(theirs, key=lambda channel: channel.rate).name if theirs else ""


def _expect_first_posts(plan: Plan, expected: Expected, person: Resident, day: date) -> None:
    """Most newcomers write within three days, and twice more within two weeks."""
    rng = dice(plan, "newcomer", person.id)
    if rng.random() < plan.habits.introduces:
        for soon, late in ((0, 2), (3, 6), (7, 13)):
            post = day + timedelta(days=rng.randint(soon, late))
            while not plan.is_working_day(post):
                post += timedelta(days=1)
            expected[post].append(person)
