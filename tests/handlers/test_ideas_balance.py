"""Over twenty weeks those are told of who are heard less than most, nobody twice in eight."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random

import pytest

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


def week_of_talk(town: Town, monday: datetime, rng: Random) -> int:
    """Some speak often and some seldom, and each may say what is worth hearing.

    A lead's post has forty reactions; its ts is returned.
    """
    said = []
    for nth, name in enumerate(PEOPLE):
        for _ in range(max(1, 14 - nth)):
            at = monday - timedelta(days=2) + timedelta(hours=rng.uniform(0, 90))
            said.append(town.message(name, at=at))
        if rng.random() < 0.3:
            at = monday + timedelta(hours=rng.uniform(1, 60))
            said.append(town.message(name, WORTH, at=at))
    town.recounts(*said)
    popular = town.says(LEAD, WORTH, at=monday, hours=2)
    for n in range(40):
        town.reacts(f"fan{n}", popular, "heart")
    return popular


def everybody_answers(town: Town, rng: Random) -> None:
    """Most say yes to what they were asked lately, some say no, and some nothing."""
    with town.sessions.begin() as session:
        asked = session.query(Idea).filter_by(state="asked").all()
        numbers = [(idea.id, idea.person_id) for idea in asked]
    for number, person in numbers:
        name = PEOPLE_BY_ID.setdefault(person, who(town, person))
        answer = rng.choice(["yes", "yes", "without", "no", ""])
        if answer:
            town.types(name, f"/net idea {answer} {number} consented {number}")
        CONSENTED[number] = answer in ("yes", "without")


PEOPLE_BY_ID: dict[int, str] = {}
CONSENTED: dict[int, bool] = {}


def who(town: Town, person: int) -> str:
    """The bare name of a person's number."""
    with town.sessions.begin() as session:
        return session.get_one(Person, person).ref.rpartition("U-")[2]


@pytest.mark.at_length
def test_twenty_weeks_belong_to_those_who_are_heard_less(community: Community) -> None:
    PEOPLE_BY_ID.clear()
    CONSENTED.clear()
    town, rng = community(features=(network.feature, ideas.feature, digest.feature)), Random(5)
    popular = []
    for n in range(WEEKS):
        monday = MONDAY + timedelta(weeks=n)
        town.now = monday
        popular.append(week_of_talk(town, monday, rng))
        town.now = monday + THURSDAY
        town.ticks()
        everybody_answers(town, rng)
        town.now = monday + FRIDAY
        town.ticks()
        town.ticks()
    with town.sessions.begin() as session:
        told = [idea for idea in session.query(Idea) if idea.week]
        found = [(idea.id, idea.person_id, idea.week, idea.is_less_heard) for idea in told]
        assert not {idea.ts for idea in told} & set(popular)
    assert len(found) >= WEEKS / 2
    assert sum(quiet for *_, quiet in found) * 2 >= len(found)
    assert all(CONSENTED[number] for number, *_ in found)
    weeks = sorted((person, int(week[-2:])) for _, person, week, _ in found)
    pairs = pairwise(weeks)
    assert all(a[0] != b[0] or b[1] - a[1] >= 8 for a, b in pairs)
    posted = "\n".join(post.text for post in town.hears)
    assert Counter(
        f"**consented {number}**" in posted or f": consented {number}**" in posted
        for number, *_ in found
    ) == {True: len(found)}
    assert not any(f"consented {number}*" in posted for number, ok in CONSENTED.items() if not ok)


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
