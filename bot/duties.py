"""What is due in a network, and doing it: each job once in every slot of its schedule."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

import structlog

from bot.context import Context
from bot.domain.schedule import Slot
from bot.feature import Feature, Job
from bot.registry import Registry
from bot.storage import occasions
from bot.storage.places import Network

log = structlog.get_logger()


class Duty(NamedTuple):
    """A job of a network in one slot of its schedule."""

    network_id: int
    feature: Feature[Any]
    job: Job
    slot: Slot

    @property
    def occasion(self) -> tuple[int, str, str]:
        """What makes it one: the network, the job, the slot."""
        return self.network_id, self.job.name, self.slot.name

    @property
    def name(self) -> str:
        """The same as one word: "digest.weekly/1/2026-W10"."""
        return f"{self.job.name}/{self.network_id}/{self.slot.name}"


def duties(registry: Registry, network: Network, now: datetime) -> Iterator[Duty]:
    """The newest slot of every job that is due at *now*, whether or not it has been done."""
    for feature, job in registry.jobs():
        try:
            schedule = job.schedule(registry.settings(feature, network))
            slot = schedule.latest(now=now, zone=network.zone)
        except Exception:
            log.exception("job.failed", job=job.name, network=network.id)
        else:
            if slot.due >= network.created_at:
                yield Duty(network.id, feature, job, slot)


def do(duty: Duty, registry: Registry, ctx: Context) -> None:
    """Do it, unless somebody has; what is too late to be of use is noted, and left."""
    job, slot = duty.job, duty.slot
    if not occasions.begin(ctx.session, ctx.network, job.name, slot, now=ctx.now):
        return
    if ctx.now - slot.due > job.late:
        ctx.skip(job.name, f"{slot.name} was missed: it was due at {slot.due:%d %b %H:%M} UTC")
        return
    job.run(registry.settings(duty.feature, ctx.network), ctx)
