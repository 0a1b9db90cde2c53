"""The weekly digest comes once a week, or says why not; who tends can see it before."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.posts import Post
from bot.storage.rhythm import Decision
from handlers import digest, energy, network
from tests.conftest import Community
from tests.town import Town

NAMES = ("bob", "cem", "dia", "eve", "fay", "gus", "hal")


@pytest.fixture
def town(community: Community) -> Town:
    """A town with nothing but energy in its digest; ada tends it, and people speak each day."""
    town = community(features=(network.feature, energy.feature, digest.feature))
    town.lead("ada")
    return town


def talks(town: Town, *, weeks: int = 1) -> None:
    """Seven people speak on each working day of the week before and of the *weeks* to come."""
    messages = [
        town.message(name, at=town.now + timedelta(days=7 * week + day, hours=n))
        for week in range(-1, weeks)
        for day in range(5)
        for n, name in enumerate(NAMES)
    ]
    town.recounts(*messages)


def digests(town: Town) -> list[Post]:
    return [post for post in town.hears if "the week to" in post.text]


def decisions(town: Town) -> list[tuple[bool, str]]:
    with town.sessions.begin() as session:
        rows = session.query(Decision).where(Decision.what.in_(("digest", "digest.weekly")))
        return [(row.did_speak, row.reason) for row in rows.order_by(Decision.id)]


def test_there_is_exactly_one_digest_a_week(town: Town) -> None:
    talks(town, weeks=3)
    town.lives(weeks=3)
    assert [post.to for post in digests(town)] == [town.place("general")] * 3
    assert [post.text.splitlines()[0].rpartition("week to ")[2] for post in digests(town)] == [
        "Thursday 5 March**",
        "Thursday 12 March**",
        "Thursday 19 March**",
    ]
    assert decisions(town) == [(True, f"2026-W{week}") for week in (10, 11, 12)]


def test_a_digest_tells_of_the_seven_days_before_it(town: Town) -> None:
    talks(town)
    town.lives(days=4, hours=2, weeks=0)
    assert digests(town) == []
    town.lives(hours=2)
    (post,) = digests(town)
    assert "Seven" not in post.text
    assert "7 of us spoke" in post.text
    assert "a little late" not in post.text
    assert not any(name.capitalize() in post.text for name in NAMES)
