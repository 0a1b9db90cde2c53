"""What is due in a network, and doing it: each job once in every slot of its schedule."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence, Set
from datetime import datetime
from itertools import takewhile
from typing import Any, NamedTuple

import structlog
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from bot.context import Context
from bot.domain.schedule import Slot
from bot.feature import Feature, Job
from bot.registry import Registry
from bot.storage import occasions, places
from bot.storage.base import Sessions
from bot.storage.places import Network

log = structlog.get_logger()

LONG = 0.25
"""Seconds for which jobs keep others from writing, but for a single one that takes longer."""


Occasion = tuple[str, str]
"""The job and the slot, by their names."""


class Duty(NamedTuple):
    """A job of a network in one slot of its schedule."""

    network_id: int
    feature: Feature[Any]
    job: Job
    slot: Slot

    @property
    def occasion(self) -> Occasion:
        """What makes it one in its network."""
        return self.job.name, self.slot.name

    @property
    def name(self) -> str:
        """The same as one word: "digest.weekly/1/2026-W10"."""
        return f"{self.job.name}/{self.network_id}/{self.slot.name}"


def duties(registry: Registry, network: Network, now: datetime) -> Iterator[Duty]:
    """The newest slot of every job that is due at *now*, whether or not it has been done."""
    for feature, job, schedule in registry.plan(network):
        try:
            slot = schedule.latest(now=now, zone=network.zone)
        except Exception:  # of this job alone: the others have slots of their own
            log.exception("job.failed", job=job.name, network=network.id)
            continue
        if slot.due >= network.created_at:
            yield Duty(network.id, feature, job, slot)


class Failed(Exception):
    """What was to be done failed, and so did all that was done together with it."""

    def __init__(self, duty: Duty) -> None:
        super().__init__(duty.name)
        self.duty = duty


class Doing:
    """Does what is due, several jobs in one transaction while that is short.

    *context* makes what a job works with; *elapsed* gives seconds by a clock that nobody sets.
    """

    def __init__(
        self,
        sessions: Sessions,
        registry: Registry,
        context: Callable[[Session, Network, datetime, Duty], Context],
        elapsed: Callable[[], float],
    ) -> None:
        self._sessions, self._registry = sessions, registry
        self._context, self._elapsed = context, elapsed
        # what has been of each network's newest: it spares asking the database again
        self._settled: dict[int, frozenset[Occasion]] = {}

    def do_all(self, number: int, now: datetime) -> None:
        """Do what is due in the network of that *number*.

        What fails is undone with its occasion, and all that was done together with it is done once
        more without it: so it harms nothing else, and is due again.

        Raises:
            OperationalError: it is the database that fails, and the rest waits.
        """
        besides: set[Occasion] = set()
        is_more = True
        while is_more:
            try:
                is_more = self._do_some(number, now, besides)
            except Failed as error:
                log.error("handler.failed", what=error.duty.name, exc_info=error.__cause__)
                besides.add(error.duty.occasion)

    def _do_some(self, number: int, now: datetime, besides: Set[Occasion]) -> bool:
        """Do the first of what is due in one transaction; return whether there is more."""
        until = self._elapsed() + LONG
        settled = self._settled.get(number, frozenset())
        done = 0
        with self._sessions.begin() as session:
            network = places.network_numbered(session, number)
            newest = [*duties(self._registry, network, now)]
            due = [each for each in newest if each.occasion not in settled | besides]
            while done < len(due) and (not done or self._elapsed() < until):
                done += _pass_over(session, network, due[done:], now)
                if done < len(due):
                    ctx = self._context(session, network, now, due[done])
                    if _do(due[done], self._registry, ctx):
                        break
                    done += 1
        settled |= {duty.occasion for duty in due[:done]}
        self._settled[number] = settled & {duty.occasion for duty in newest}
        return done < len(due)


def _pass_over(session: Session, network: Network, due: Sequence[Duty], now: datetime) -> int:
    """Take what is first of *due* and finds nothing to do, as it is now; return how many.

    So jobs of which nothing has ever been, as most are in most networks, cost one query together.
    """
    if not due[0].job.while_any:
        return 0
    asked = {table for duty in due for table in duty.job.while_any}
    held = occasions.holding(session, network, asked)
    idle = list(
        takewhile(lambda duty: duty.job.while_any and held.isdisjoint(duty.job.while_any), due)
    )
    slots = [(duty.job.name, duty.slot) for duty in idle]
    occasions.pass_over(session, network, slots, now=now)
    return len(idle)


def _do(duty: Duty, registry: Registry, ctx: Context) -> bool:
    """Do it by itself: each finds what is, and nothing that another has seen.

    Returns whether there is more of it to do, for which its occasion is left open.
    """
    try:
        is_more = _run(duty, registry, ctx)
        if is_more:
            occasions.leave(ctx.session, ctx.network, *duty.occasion)
        ctx.session.flush()
    except OperationalError:
        raise
    except Exception as error:
        raise Failed(duty) from error
    ctx.session.expunge_all()
    ctx.session.add(ctx.network)
    return is_more


def _run(duty: Duty, registry: Registry, ctx: Context) -> bool:
    """Run it, unless somebody has; what is too late to be of use is noted, and left."""
    job, slot = duty.job, duty.slot
    if not occasions.begin(ctx.session, ctx.network, job.name, slot, now=ctx.now):
        return False
    if ctx.now - slot.due > job.late:
        ctx.skip(job.name, f"{slot.name} was missed: it was due at {slot.due:%d %b %H:%M} UTC")
        return False
    return job.run(registry.settings(duty.feature, ctx.network), ctx) is True
