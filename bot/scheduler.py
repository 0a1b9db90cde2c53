"""APScheduler ticks; what is due, and whether it has been, the database says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, timedelta

import structlog
from apscheduler.schedulers.background import BackgroundScheduler

log = structlog.get_logger()

TICK = timedelta(seconds=30)


def ticking(tick: Callable[[], object]) -> BackgroundScheduler:
    """A scheduler, not yet started, that calls *tick* every 30 seconds from its start on.

    Its defaults drop what is a second late and let runs overlap; here a late tick is a tick,
    and a slow one is not joined by a second. One that fails is logged, and followed by the next.
    """

    def guarded() -> None:
        try:
            tick()
        except Exception:
            log.exception("tick.failed")

    scheduler = BackgroundScheduler(timezone=UTC)
    scheduler.add_job(
        guarded,
        "interval",
        seconds=TICK.total_seconds(),
        misfire_grace_time=None,
        coalesce=True,
        max_instances=1,
    )
    return scheduler
