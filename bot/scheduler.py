"""APScheduler ticks; what is due, and whether it has been, the database says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, timedelta

from apscheduler.schedulers.background import BackgroundScheduler

TICK = timedelta(seconds=30)


def ticking(tick: Callable[[], object]) -> BackgroundScheduler:
    """A scheduler, not yet started, that calls *tick* every 30 seconds from its start on.

    Its defaults drop what is a second late and let runs overlap; here a late tick is a tick,
    and a slow one is not joined by a second.
    """
    scheduler = BackgroundScheduler(timezone=UTC)
    scheduler.add_job(
        tick,
        "interval",
        seconds=TICK.total_seconds(),
        misfire_grace_time=None,
        coalesce=True,
        max_instances=1,
    )
    return scheduler
