"""Where campaigns are run: databases, a nursery and folders; several of each where asked for."""

from __future__ import annotations

import multiprocessing
import tempfile
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from itertools import count, cycle, islice
from pathlib import Path
from typing import Any

from tests.databases import PostgresServer, SqliteFiles, postgresql
from tests.rig import weeks
from tests.rig.campaign import Campaign
from tests.rig.judging import Outcome
from tests.rig.nursery import Nursery
from tests.rig.plan import Plan


class Rig:
    """All that campaigns need, for as long as the `with` lasts; a backend as pytest names it."""

    def __init__(self, backend: str) -> None:
        self.backend = backend
        self.stack = ExitStack()

    def __enter__(self) -> Rig:
        self.nursery = Nursery()
        self.stack.callback(self.nursery.stop)
        folder = self.stack.enter_context(tempfile.TemporaryDirectory(prefix="animateur-rig-"))
        self.folder = Path(folder)
        if self.backend == "sqlite":
            self.databases: SqliteFiles | PostgresServer = SqliteFiles(self.folder)
        else:
            self.databases = self.stack.enter_context(postgresql())
        return self

    def __exit__(self, *_: object) -> None:
        self.stack.close()

    def run(self, plan: Plan) -> Outcome:
        """One campaign, in a folder and a database of its own."""
        url = self.databases.empty() if plan.bot == "plain" else self.databases.url()
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        try:
            return Campaign(plan, self.nursery, folder, url).run()
        finally:
            self.databases.drop(url)

    def run_weeks(self, seed: int, number: int, mutant: str = "") -> Outcome:
        """So many weeks of some seconds each, in a database of their own."""
        url, folder = self.databases.url(), Path(tempfile.mkdtemp(dir=self.folder))
        try:
            return weeks.run(self.nursery, folder, url, seed=seed, weeks=number, mutant=mutant)
        finally:
            self.databases.drop(url)


def runs(
    backend: str, plans: Iterable[Plan], jobs: int
) -> Generator[tuple[Plan, Outcome], None, None]:
    """Carry *plans* out, *jobs* at a time in processes of their own; whichever is done first.

    A plan is only taken when its turn has come, so there may be any number of them.
    """
    if jobs == 1:
        with Rig(backend) as rig:
            for plan in plans:
                yield plan, rig.run(plan)
        return
    context = multiprocessing.get_context("spawn")
    asked, told = context.SimpleQueue(), context.SimpleQueue()
    workers = [context.Process(target=_work, args=(backend, asked, told)) for _ in range(jobs)]
    for worker in workers:
        worker.start()
    left, under_way = iter(plans), 0
    try:
        while True:
            for plan in islice(left, jobs - under_way):
                asked.put(plan)
                under_way += 1
            if not under_way:
                return
            done, outcome = told.get()
            under_way -= 1
            if isinstance(outcome, Exception):
                raise outcome
            yield done, outcome
    finally:
        for _ in workers:
            asked.put(None)
        for _ in range(under_way):  # nobody can end before what they tell is read
            told.get()
        for worker in workers:
            worker.join()


def _work(backend: str, asked: Any, told: Any) -> None:
    """Carry out what is asked for, until it is nothing."""
    with Rig(backend) as rig:
        while (plan := asked.get()) is not None:
            try:
                told.put((plan, rig.run(plan)))
            except Exception as error:
                told.put((plan, error))


def campaigns(
    backend: str, plan: Plan, modes: Sequence[str], kills: int, jobs: int
) -> Iterator[tuple[Plan, Outcome]]:
    """Campaigns until there were so many kills, each with a seed of its own, in turn by *modes*."""
    done = 0
    plans = (
        replace(plan, seed=seed, mode=mode)
        for seed, mode in zip(count(plan.seed), cycle(modes), strict=False)
    )
    with closing(runs(backend, plans, jobs)) as found:
        for each, outcome in found:
            done += outcome.kills
            yield each, outcome
            if done >= kills:
                return
