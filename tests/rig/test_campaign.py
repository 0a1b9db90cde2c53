"""Nothing acknowledged is lost and nothing said twice, whenever the bot is killed; bugs are seen.

``KILLS=200 pytest tests/rig`` kills that many bots in each mode instead of some, and as many
again on PostgreSQL; ``benchmarks/faults.py`` kills thousands, and puts every known bug back in.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import PostgresServer
from tests.rig import weeks
from tests.rig.campaign import Campaign
from tests.rig.judging import Outcome
from tests.rig.mutants import MUTANTS, UNHEARD
from tests.rig.nursery import Nursery
from tests.rig.plan import Plan

pytestmark = pytest.mark.at_length

KILLS = int(os.environ.get("KILLS", "0"))
LIVES = 40 if KILLS else 6
"""Of the bots in one database."""


@pytest.fixture(scope="module")
def rig() -> Iterator[Nursery]:
    """Raises bots that may be killed."""
    found = Nursery()
    yield found
    found.stop()


@pytest.mark.parametrize("mode", ["http", "socket"])
def test_nothing_is_lost_and_nothing_said_twice_whenever_the_bot_is_killed(
    mode: str, rig: Nursery, database: str, tmp_path: Path
) -> None:
    outcome = campaign(
        rig, database, tmp_path, Plan(seed=1, mode=mode, lives=LIVES, longest=0.4, speed=400)
    )

    assert outcome.findings == []
    assert outcome.kills >= LIVES // 2
    assert outcome.acknowledged > 10
    assert outcome.posts > 10


@pytest.mark.skipif(not KILLS, reason="KILLS=200 kills so many")
@pytest.mark.parametrize("mode", ["http", "socket"])
def test_nothing_is_lost_and_nothing_said_twice_in_hundreds_of_kills(
    mode: str, rig: Nursery, postgres_server: PostgresServer, tmp_path: Path
) -> None:
    total = Outcome()
    for seed in range(2, 2 + KILLS):
        if total.kills >= KILLS:
            break
        (folder := tmp_path / str(seed)).mkdir()
        url = postgres_server.url()
        total.add(campaign(rig, url, folder, Plan(seed=seed, mode=mode, lives=LIVES)))
        postgres_server.drop(url)

    assert total.findings == []
    assert total.kills >= KILLS


@pytest.mark.parametrize(
    ("name", "rates"),
    [
        pytest.param("acknowledges_first", {}, id="acknowledging before keeping"),
        pytest.param(
            "says_again_in_doubt",
            {"chat.postMessage:error_after": 0.5, **UNHEARD},
            id="repeating in doubt",
            marks=pytest.mark.skipif(not KILLS, reason="KILLS=200 shows one more bug"),
        ),
    ],
)
def test_a_known_bug_is_seen(
    name: str, rates: dict[str, float], rig: Nursery, database: str, tmp_path: Path
) -> None:
    plan = Plan(seed=1, mutant=name, rates=rates, lives=3, longest=0.5)

    outcome = campaign(rig, database, tmp_path, plan)

    assert MUTANTS[name].is_seen(outcome)


@pytest.mark.parametrize(
    ("mutant", "is_sound"),
    [
        pytest.param("", True, id="each has its post"),
        pytest.param("cron_decides", False, id="unless a scheduler's memory decides"),
    ],
)
def test_in_a_week_that_a_bot_partly_sleeps_through(
    mutant: str, is_sound: bool, rig: Nursery, database: str, tmp_path: Path
) -> None:
    outcome = weeks.run(rig, tmp_path, database, seed=5, weeks=1, mutant=mutant)

    assert (outcome.findings == []) is is_sound
    assert bool(outcome.dropped) is not is_sound


def campaign(rig: Nursery, url: str, folder: Path, plan: Plan) -> Outcome:
    """What came of it."""
    return Campaign(plan, rig, folder, url).run()
