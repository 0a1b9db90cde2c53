"""A life told up to a day goes on in another way exactly as if it had been told so alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.domain.events import MessagePosted
from bot.simulation import calm_circle, frailty_friends, simulate, wide_network
from bot.simulation import contexts as c
from bot.simulation.circles import moved_to
from bot.simulation.frailty import AMINA, DAN, ROSA
from bot.simulation.life import Life, tell
from bot.simulation.plan import Plan

DAY = date(2026, 2, 11)  # a Wednesday
PLAIN = replace(frailty_friends(3, contexts=()), weeks=9)


@pytest.mark.parametrize(
    "context",
    [
        pytest.param(c.KeyVoiceQuiet(start=DAY, days=20, who=DAN), id="somebody falls quiet"),
        pytest.param(c.NewArrivals(start=DAY, days=20), id="many come"),
        pytest.param(c.StructuralDecline(start=DAY, days=30), id="many go"),
        pytest.param(c.OneVoiceBurst(start=DAY, days=9, channel="frailty", who=ROSA), id="planted"),
    ],
)
def test_a_branch_and_its_trunk_are_the_whole_life(context: c.Context) -> None:
    plan = replace(PLAIN, contexts=(context,))
    trunk = Life(PLAIN)
    told = list(trunk.until(DAY))
    told += trunk.otherwise(plan).until(plan.end)
    assert told == list(tell(plan))


def test_a_trunk_goes_on_as_it_would_have_without_branches() -> None:
    trunk = Life(PLAIN)
    told = list(trunk.until(DAY))
    branch = trunk.otherwise(replace(PLAIN, contexts=(c.Ebb(start=DAY, days=20),)))
    assert len(list(branch.until(PLAIN.end))) < len(rest := list(trunk.until(PLAIN.end)))
    assert told + rest == list(tell(PLAIN))


def posts_and_voices(plan: Plan) -> tuple[float, float]:
    """Messages of people in a week, and how many people wrote them: means of six weeks."""
    posts: Counter[int] = Counter()
    voices: dict[int, set[str]] = {}
    for event in simulate(replace(plan, weeks=6)):
        if isinstance(event, MessagePosted) and not event.by_bot:
            week = (plan.day_of(event.ts) - plan.start).days // 7
            posts[week] += 1
            voices.setdefault(week, set()).add(event.author)
    return sum(posts.values()) / 6, sum(map(len, voices.values())) / 6


def test_a_calm_circle_is_small_and_a_wide_network_is_large() -> None:
    posts, voices = posts_and_voices(calm_circle())
    assert 130 < posts < 220
    assert 25 < voices <= 45
    posts, voices = posts_and_voices(wide_network())
    assert 500 < posts < 900
    assert 180 < voices < 280


def test_a_network_in_another_half_year_has_its_people_and_its_own_holidays() -> None:
    start, holiday = date(2027, 6, 7), date(2027, 6, 9)
    plan = moved_to(PLAIN, start, (holiday,))
    [amina] = [person for person in plan.people if person.name == AMINA]
    assert amina.joins == start + timedelta(weeks=4)
    days = Counter(
        plan.day_of(event.ts)
        for event in simulate(replace(plan, weeks=1))
        if isinstance(event, MessagePosted) and not event.by_bot
    )
    assert days[holiday] < days[holiday - timedelta(days=1)] / 2
    assert min(days) == start
