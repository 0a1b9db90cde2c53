"""Kills the bot again and again while Slack fails too, and counts what was lost or said twice.

    PYTHONPATH=. python benchmarks/faults.py --kills 1000
    PYTHONPATH=. python benchmarks/faults.py --mutants
    PYTHONPATH=. python benchmarks/faults.py --plain --kills 200
    PYTHONPATH=. python benchmarks/faults.py --table --kills 200
    PYTHONPATH=. python benchmarks/faults.py --weeks 8

A campaign is some forty lives of the bot in one database, beside a Slack that stands in
(``tests/standin``) with people who talk. Each life ends by kill -9, at any moment or at a named
failpoint; connections are reset before and after a call was taken, answers are lost, events come
twice and out of order. Then the stand-in's own history is compared with the database.
``--plain`` lets a bot live there as the guides of Bolt would have it, ``--table`` both by the
same seeds; ``--mutants`` puts known bugs into ours, one at a time, each of which has to be seen
by the count that is meant for it, where the same seed without a bug shows nothing. ``--weeks``
lets weeks of some seconds pass, with one post due in each.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from tests.databases import PostgresServer, SqliteFiles, postgresql
from tests.rig import weeks
from tests.rig.campaign import Campaign, Plan
from tests.rig.judging import Outcome
from tests.rig.mutants import MUTANTS
from tests.rig.nursery import Nursery

PLENTY = 10_000


class Rig:
    """All that campaigns need, for as long as the `with` lasts."""

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

    def campaigns(self, plan: Plan, kills: int) -> Iterator[tuple[int, Outcome]]:
        """Campaigns until there were so many kills, each with a seed of its own."""
        done = 0
        for seed in range(plan.seed, plan.seed + PLENTY):
            if done >= kills:
                return
            outcome = self.run(replace(plan, seed=seed))
            done += outcome.kills
            yield seed, outcome


def line(name: str, outcome: Outcome) -> str:
    """What came of it, in a row of the table."""
    return (
        f"{name:28} {outcome.kills:6} {outcome.acknowledged:8} {outcome.posts:7}"
        f" {len(outcome.lost):6} {len(outcome.doubled):8} {len(outcome.dropped):8}"
        f" {outcome.ambiguous:10} {len(outcome.wrong):6}"
    )


HEAD = (
    f"{'':28} {'kills':>6} {'acked':>8} {'posts':>7} {'lost':>6} {'doubled':>8} {'dropped':>8}"
    f" {'ambiguous':>10} {'wrong':>6}"
)


def judge(rig: Rig, plan: Plan, kills: int, name: str) -> Outcome:
    """Campaign after campaign, and the sum of them."""
    total = Outcome()
    for seed, outcome in rig.campaigns(plan, kills):
        total.add(outcome)
        if plan.bot == "ours" and not outcome.is_well:
            print(f"  seed {seed}: {outcome.findings[:5]}")
        print(line(f"{name}, so far", total), end="\r", flush=True)
    print(line(name, total))
    return total


TRIES = 3
"""Campaigns in which a bug has to be seen."""


def judge_mutants(rig: Rig, plan: Plan) -> int:
    """Each bug in turn, until it is seen as it should be; how many weren't."""
    plan, seeds = replace(plan, seconds_to_settle=8), range(plan.seed, plan.seed + TRIES)
    sound = {seed: rig.run(replace(plan, seed=seed)) for seed in seeds}
    for seed, outcome in sound.items():
        print(f"{line(f'no mutant, seed {seed}', outcome)}  {(outcome.findings or ['clean'])[0]}")
    caught = 0
    for name, mutant in MUTANTS.items():
        total, seen = Outcome(), False
        for seed in seeds:
            total.add(outcome := rig.run(replace(plan, seed=seed, mutant=name)))
            # what is found without it as well says nothing of it
            seen = bool(getattr(outcome, mutant.seen_by)) and not getattr(
                sound[seed], mutant.seen_by
            )
            if seen:
                break
        caught += seen
        verdict = f"caught: {mutant.seen_by}" if seen else f"NOT CAUGHT: {mutant.seen_by}"
        print(f"{line(name, total)}  {verdict}")
        print(f"  {mutant.what}; {(getattr(total, mutant.seen_by) or ['-'])[0]}", flush=True)
    clean = sum(outcome.is_well for outcome in sound.values())
    print(f"mutants caught: {caught} of {len(MUTANTS)}; without any, {clean} of {TRIES} are clean")
    return len(MUTANTS) - caught + TRIES - clean


def judge_weeks(rig: Rig, seed: int, number: int) -> int:
    """So many weeks, of some seconds each, and then with the bug; how much was amiss."""
    outcome = rig.run_weeks(seed, number)
    print(line(f"{number} weeks", outcome), outcome.findings[:3])
    broken = rig.run_weeks(seed, number, mutant="cron_decides")
    print(line(f"{number} weeks, cron_decides", broken), broken.findings[:3])
    print(f"weeks' mutant {'caught: dropped' if broken.dropped else 'NOT CAUGHT: dropped'}")
    return len(outcome.findings) + (not broken.dropped)


COLUMNS = ("kills", "acknowledged", "lost", "posts", "doubled", "dropped", "ambiguous", "wrong")


def markdown(rows: dict[str, Outcome]) -> str:
    """The table of the README."""
    lines = ["| | " + " | ".join(COLUMNS) + " |", "|---" + "|---:" * len(COLUMNS) + "|"]
    for name, outcome in rows.items():
        found = [getattr(outcome, column) for column in COLUMNS]
        cells = [f"{len(each) if isinstance(each, list) else each:,}" for each in found]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def judge_both(rig: Rig, plan: Plan, kills: int) -> int:
    """Ours and the plain bot by the same seeds, as a table in Markdown; what ours did amiss."""
    ours = judge(rig, plan, kills, "animateur")
    plain = judge(rig, replace(plan, bot="plain"), kills, "plain Bolt bot")
    print(f"\n{markdown({'Animateur': ours, 'plain Bolt bot': plain})}\n")
    return len(ours.findings)


def main() -> None:
    """Carry out what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mode", choices=("http", "socket"), default="http")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--kind", action="store_true", help="let nothing fail but the bot")
    parser.add_argument("--plain", action="store_true", help="a plain Bolt bot instead of ours")
    parser.add_argument("--mutants", action="store_true", help="put known bugs back in")
    parser.add_argument("--weeks", type=int, default=0, help="let so many weeks pass instead")
    parser.add_argument("--table", action="store_true", help="ours beside the plain bot")
    given = parser.parse_args()
    plan = Plan(seed=given.seed, mode=given.mode)
    if given.kind:
        plan = replace(plan, rates={})
    begin = time.monotonic()
    with Rig("sqlite" if given.plain or given.table else given.database) as rig:
        print(HEAD)
        if given.mutants:
            bad = judge_mutants(rig, plan)
        elif given.weeks:
            bad = judge_weeks(rig, given.seed, given.weeks)
        elif given.table:
            bad = judge_both(rig, plan, given.kills)
        elif given.plain:
            bad = 0
            judge(rig, replace(plan, bot="plain", longest=1.5), given.kills, "plain Bolt bot")
        else:
            bad = not judge(rig, plan, given.kills, f"animateur, {given.database}").is_well
    print(f"{time.monotonic() - begin:.0f} s, seed {given.seed}, {given.mode}")
    raise SystemExit(bool(bad))


if __name__ == "__main__":
    main()
