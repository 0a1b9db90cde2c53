"""The scheduler only ticks: late, slow and failing ticks are followed by the next."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.scheduler import TICK, ticking
from tests.conftest import Databases
from tests.nursery import Nursery


def test_it_ticks_for_ever_though_a_tick_may_fail() -> None:
    ticked = threading.Semaphore(0)

    def tick() -> None:
        ticked.release()
        raise RuntimeError("this one fails")

    scheduler = ticking(tick)
    (job,) = scheduler.get_jobs()
    assert (job.misfire_grace_time, job.coalesce, job.max_instances) == (None, True, 1)
    job.reschedule("interval", seconds=0.05)
    scheduler.start()
    try:
        for _ in range(3):
            assert ticked.acquire(timeout=10)
    finally:
        scheduler.shutdown()


def test_it_ticks_every_half_minute() -> None:
    scheduler = ticking(lambda: None)
    (job,) = scheduler.get_jobs()
    assert job.trigger.interval == TICK
    assert str(scheduler.timezone) == str(UTC)


@pytest.mark.both_databases
def test_two_processes_that_tick_at_once_post_once_a_week(
    databases: Databases, nursery: Nursery, tmp_path: Path
) -> None:
    url, said = databases.url(), tmp_path / "said"
    assert nursery.lives("inbox", url=url, acknowledged=str(tmp_path / "told")) == [0]
    moments = [
        datetime(2026, 3, day, hour, tzinfo=UTC).isoformat()
        for day in (2, 6, 7, 13, 16, 20, 26)
        for hour in (0, 11, 12, 13)
    ]
    assert nursery.lives("ticking", url=url, said=str(said), moments=moments, twins=2) == [0, 0]
    weeks = sorted(key for key in said.read_text().split() if key.startswith("weekly/"))
    assert weeks == [f"weekly/1/2026-W{week}" for week in (10, 11, 12)]
    databases.drop(url)
