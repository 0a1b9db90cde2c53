"""What is due in a network, and doing it: each job once in every slot of its schedule."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from bot.context import Context
from bot.domain.schedule import Slot
from bot.feature import Feature, Job
from bot.registry import Registry
from bot.storage import occasions
from bot.storage.places import Network


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
    for feature, job, schedule in registry.plan(network):
        slot = schedule.latest(now=now, zone=network.zone)
        if slot.due >= network.created_at:
            yield Duty(network.id, feature, job, slot)


def pass_over(session: Session, network: Network, due: deque[Duty], now: datetime) -> list[Duty]:
    """Take away from the head of *due* what finds nothing to do, as it is now; return it.

    So jobs of which nothing has ever been, as most are in most networks, cost one query together.
    """
    passed: list[Duty] = []
    if not due[0].job.while_any:
        return passed
    asked = {table for duty in due for table in duty.job.while_any}
    held = occasions.holding(session, network, asked)
    while due and due[0].job.while_any and held.isdisjoint(due[0].job.while_any):
        passed.append(due.popleft())
    slots = [(duty.job.name, duty.slot) for duty in passed]
    occasions.pass_over(session, network, slots, now=now)
    return passed


def do(duty: Duty, registry: Registry, ctx: Context) -> None:
    """Do it, unless somebody has; what is too late to be of use is noted, and left."""
    job, slot = duty.job, duty.slot
    if not occasions.begin(ctx.session, ctx.network, job.name, slot, now=ctx.now):
        return
    if ctx.now - slot.due > job.late:
        ctx.skip(job.name, f"{slot.name} was missed: it was due at {slot.due:%d %b %H:%M} UTC")
        return
    job.run(registry.settings(duty.feature, ctx.network), ctx)
