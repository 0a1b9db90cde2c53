"""Over twenty weeks those are told of who are heard less than most, nobody twice in eight."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random
from statistics import median

import pytest

from bot.domain.events import MessagePosted, ReactionAdded, to_micros
from bot.feature import Period
from bot.judgement.fairness import less_heard
from bot.storage.ideas import Idea
from bot.storage.places import Person
from handlers import digest, ideas, network
from tests.conftest import Community
from tests.town import MONDAY, Town

WEEKS = 20
PEOPLE = [f"p{n}" for n in range(24)]
LEAD = PEOPLE[0]
WORTH = (
    "Here is what we learned from half a year of handovers at night:\n"
    + "- write down the three things that the morning must know\n" * 6
)
THURSDAY, FRIDAY = timedelta(days=3, hours=6.5), timedelta(days=4, hours=4)
VOICE = timedelta(days=90)


class Life:
    """Twenty weeks of a town, with a tally of its own of who said how much, and who agreed."""

    def __init__(self, town: Town, seed: int) -> None:
        self.town, self.rng = town, Random(seed)
        self.said: list[MessagePosted] = []
        self.popular: list[int] = []
        self.consented: dict[int, bool] = {}

    def talks(self, monday: datetime) -> None:
        """Some speak often and some seldom, and each may say what is worth hearing."""
        said = []
        for nth, name in enumerate(PEOPLE):
            for _ in range(max(1, 14 - nth)):
                at = monday - timedelta(days=2) + timedelta(hours=self.rng.uniform(0, 90))
                said.append(self.town.message(name, at=at))
            if self.rng.random() < 0.3:
                at = monday + timedelta(hours=self.rng.uniform(1, 60))
                said.append(self.town.message(name, WORTH, at=at))
        self.said += said
        self.town.recounts(*said)

    def applauds(self, monday: datetime) -> None:
        """The lead says something, and forty people put a heart on it."""
        post = self.town.message(LEAD, WORTH, at=monday, hours=2)
        hearts = [
            ReactionAdded(
                channel=post.channel, ts=post.ts, member=self.town.person(f"fan{n}"), emoji="heart"
            )
            for n in range(40)
        ]
        self.said.append(post)
        self.popular.append(post.ts)
        self.town.recounts(post, *hearts)

    def would_ask(self) -> list[int]:
        """Of which messages the authors would be asked now."""
        today = self.town.now.date()
        period = Period(name="any", first=today - timedelta(days=6), last=today)
        with self.town.app.context(self.town.network, occasion="look") as ctx:
            chosen = ideas.choosing.choose(ideas.Settings(), ctx, period, at_most=3)
            return [each.candidate.ts for each in chosen]

    def answers(self) -> None:
        """Most say yes to what they were asked lately, some say no, and some nothing."""
        with self.town.sessions.begin() as session:
            asked = session.query(Idea).filter_by(state="asked").all()
            names = {each.id: session.get_one(Person, each.person_id).name for each in asked}
        for number, name in names.items():
            answer = self.rng.choice(["yes", "yes", "without", "no", ""])
            if answer:
                self.town.types(name.lower(), f"/net idea {answer} {number} consented {number}")
            self.consented[number] = answer in ("yes", "without")

    def is_less_heard(self, name: str, at: datetime) -> bool:
        """Whether somebody had written less than most by then, in ninety days, by my own count."""
        since, until = to_micros(at - VOICE), to_micros(at)
        voices = Counter(each.author for each in self.said if since <= each.ts < until)
        return voices[self.town.person(name.lower())] < median(voices.values())


@pytest.mark.at_length
def test_twenty_weeks_belong_to_those_who_are_heard_less(community: Community) -> None:
    town = community(features=(network.feature, ideas.feature, digest.feature))
    life = Life(town, seed=5)
    for n in range(WEEKS):
        monday = town.now = MONDAY + timedelta(weeks=n)
        life.talks(monday)
        town.now = monday + THURSDAY
        before = life.would_ask() if n % 4 == 3 else []
        life.applauds(monday)
        after = life.would_ask() if before else []
        assert life.popular[-1] not in after
        assert len(after) >= len(before), "and it takes nobody's place"
        town.ticks()
        life.answers()
        town.now = monday + FRIDAY
        town.ticks()
        town.ticks()
    with town.sessions.begin() as session:
        rows = session.query(Idea, Person.name).join(Person, Person.id == Idea.person_id)
        told = [
            (idea.id, name, idea.ts, idea.asked_at, idea.featured_at)
            for idea, name in rows
            if idea.week and idea.asked_at and idea.featured_at
        ]
        assert len(told) == session.query(Idea).filter(Idea.week != "").count()
    assert len(told) >= WEEKS / 2
    quiet = [name for _, name, _, asked_at, _ in told if life.is_less_heard(name, asked_at)]
    assert len(quiet) * 2 >= len(told)
    times: dict[str, list[datetime]] = {}
    for _, name, _, _, featured_at in told:
        times.setdefault(name, []).append(featured_at)
    pairs = [pair for each in times.values() for pair in pairwise(sorted(each))]
    assert all(later - earlier >= timedelta(weeks=8) for earlier, later in pairs)
    assert not {ts for _, _, ts, _, _ in told} & {*life.popular}
    posted = "\n".join(post.text for post in town.hears)
    assert {number for number, *_ in told} <= {n for n, ok in life.consented.items() if ok}
    for number, is_agreed in life.consented.items():
        assert is_agreed or f"consented {number}*" not in posted
    assert all(f"consented {number}**" in posted for number, *_ in told)


@pytest.mark.parametrize(
    ("messages", "expected"),
    [
        pytest.param({}, set(), id="nobody wrote"),
        pytest.param({1: 3, 2: 3, 3: 3}, set(), id="all alike"),
        pytest.param({1: 1, 2: 5, 3: 9, 4: 0}, {1}, id="who wrote nothing isn't there"),
        pytest.param({1: 1, 2: 2, 3: 3, 4: 4}, {1, 2}, id="half of them"),
    ],
)
def test_below_the_median_are_those_who_are_heard_less(
    messages: dict[int, int], expected: set[int]
) -> None:
    assert less_heard(messages) == expected
