"""Kills the bot again and again while Slack fails too, and counts what was lost or said twice.

    PYTHONPATH=. python benchmarks/faults.py --kills 1000 --mode both --jobs 2
    PYTHONPATH=. python benchmarks/faults.py --mutants
    PYTHONPATH=. python benchmarks/faults.py --plain --kills 200
    PYTHONPATH=. python benchmarks/faults.py --table --kills 200
    PYTHONPATH=. python benchmarks/faults.py --weeks 8
    PYTHONPATH=. python benchmarks/faults.py --faults full,jump,freeze --kills 200

A campaign is some forty lives of the bot in one database, beside a Slack that stands in
(``tests/standin``) with people who talk. Each life ends by kill -9, at any moment or at a named
failpoint. Beside that Slack fails: connections are reset before and after a call was taken, answers
are lost, late, or never come, it asks for pauses, and events come twice, late, out of order or not
at all; lines break, or stay open and dead. And so does the machine: a bot stands still for a while
(freeze), another takes its place meanwhile (replace), its disk is full (full), its clock jumps by
minutes or hours, forward or back (jump). ``--faults`` says which of them may happen (by default
all) and ``--kind`` that none does; how often each really did stands below. Then the stand-in's own
history is compared with the database.
``--plain`` lets a bot live there as the guides of Bolt would have it, ``--table`` both by the
same seeds; ``--mutants`` puts known bugs into ours, one at a time, each of which has to be seen
by the count that is meant for it, where the same seed without a bug shows nothing. ``--weeks``
lets weeks of some seconds pass, with one post due in each.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Collection
from dataclasses import replace

from tests.rig.judging import Outcome
from tests.rig.lives import LIKELY
from tests.rig.mutants import MUTANTS, WEEKLY
from tests.rig.plan import KINDS, Plan
from tests.rig.rig import Rig, campaigns, runs

EVERY = (*KINDS, *LIKELY)


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


def judge(plan: Plan, given: Given, name: str) -> Outcome:
    """Campaign after campaign, a line for each, and the sum of them."""
    total = Outcome()
    found = campaigns(given.database, plan, given.modes, given.kills, given.jobs)
    for number, (each, outcome) in enumerate(found, start=1):
        total.add(outcome)
        if plan.bot == "ours" and not outcome.is_well:
            print(f"  {each.mode}, seed {each.seed}: {outcome.findings[:5]}")
        print(line(f"{name}, {number}", total), flush=True)
    print(f"killed at: {tally(total.at_failpoints)}")
    print(f"beside that: {tally(total.injected)}")
    return total


def tally(counts: Counter[str]) -> str:
    """How often each was, the most frequent first."""
    return ", ".join(f"{name} {number:,}" for name, number in counts.most_common()) or "nothing"


def only(plan: Plan, faults: Collection[str]) -> Plan:
    """*plan*, in which nothing goes wrong but *faults* and the bot's deaths."""
    rates = {name: rate for name, rate in plan.rates.items() if name.partition(":")[2] in faults}
    befalls = {name: likely for name, likely in plan.faults.items() if name in faults}
    return replace(plan, rates=rates, faults=befalls)


TRIES = 3
"""Campaigns in which a bug has to be seen."""

BUSY = 400
"""How often everybody does something there while a bot lives: many have much to be wrong about."""


def mutated(plan: Plan, name: str) -> Plan:
    """*plan* with a bug, and with what shows it."""
    mutant = MUTANTS[name]
    rates = {**plan.rates, **mutant.rates}
    found = replace(plan, mutant=name, rates=rates, failpoint=mutant.failpoint)
    found = replace(found, faults=mutant.faults, slowness=mutant.slowness)
    return replace(found, copied=mutant.copied, mode=mutant.mode or plan.mode)


def judge_mutants(plan: Plan, given: Given) -> int:
    """Each bug until it is seen as it should be, by seed after seed; how many weren't."""
    seeds = range(plan.seed, plan.seed + TRIES)
    plan = replace(plan, lives=10, acts=BUSY, longest=2.0, faults={})
    sound = {
        each.seed: outcome
        for each, outcome in runs(
            given.database, [replace(plan, seed=seed) for seed in seeds], given.jobs
        )
    }
    for seed, outcome in sorted(sound.items()):
        print(f"{line(f'no mutant, seed {seed}', outcome)}  {(outcome.findings or ['clean'])[0]}")
    missing = [name for name in MUTANTS if given.only in name]
    number = len(missing)
    for seed in seeds:
        plans = [mutated(replace(plan, seed=seed), name) for name in missing]
        for each, outcome in runs(given.database, plans, given.jobs):
            mutant = MUTANTS[each.mutant]
            found = getattr(outcome, mutant.seen_by)
            # what is found without it as well says nothing of it
            is_seen = mutant.is_seen(outcome) and not mutant.is_seen(sound[seed])
            verdict = f"caught: {mutant.seen_by}" if is_seen else f"not seen yet: {mutant.seen_by}"
            print(f"{line(each.mutant, outcome)}  {verdict}")
            print(f"  {mutant.what}; {(found or ['-'])[0]}", flush=True)
            if is_seen:
                missing.remove(each.mutant)
    clean = sum(outcome.is_well for outcome in sound.values())
    print(f"mutants caught: {number - len(missing)} of {number}; not: {missing or 'none'}")
    print(f"without any, {clean} of {TRIES} are clean")
    return len(missing) + TRIES - clean


def judge_weeks(given: Given) -> int:
    """So many weeks, of some seconds each, and then with the bug; how much was amiss."""
    number, bad = given.weeks, 0
    with Rig(given.database) as rig:
        outcome = rig.run_weeks(given.seed, number)
        print(line(f"{number} weeks", outcome), outcome.findings[:3], flush=True)
        for name, mutant in WEEKLY.items():
            broken = rig.run_weeks(given.seed, number, mutant=name)
            is_seen = mutant.is_seen(broken)
            print(line(f"{number} weeks, {name}", broken), broken.findings[:3])
            print(f"weeks' mutant {'caught' if is_seen else 'NOT CAUGHT'}: {mutant.seen_by}")
            bad += not is_seen
    return len(outcome.findings) + bad


COLUMNS = ("kills", "acknowledged", "lost", "posts", "doubled", "dropped", "ambiguous", "wrong")


def markdown(rows: dict[str, Outcome]) -> str:
    """The table of the README."""
    lines = ["| | " + " | ".join(COLUMNS) + " |", "|---" + "|---:" * len(COLUMNS) + "|"]
    for name, outcome in rows.items():
        found = [getattr(outcome, column) for column in COLUMNS]
        cells = [f"{len(each) if isinstance(each, list) else each:,}" for each in found]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def judge_both(plan: Plan, given: Given) -> int:
    """Ours and the plain bot by the same seeds, as a table in Markdown; what ours did amiss."""
    ours = judge(plan, given, "animateur")
    plain = judge(replace(plan, bot="plain"), given, "plain Bolt bot")
    print(f"\n{markdown({'Animateur': ours, 'plain Bolt bot': plain})}\n")
    return len(ours.findings)


class Given(argparse.Namespace):
    """What the command line asks for."""

    kills: int
    seed: int
    jobs: int
    mode: str
    database: str
    kind: bool
    faults: str
    plain: bool
    mutants: bool
    only: str
    weeks: int
    table: bool

    @property
    def modes(self) -> tuple[str, ...]:
        """One, or both in turn."""
        return ("http", "socket") if self.mode == "both" else (self.mode,)

    @property
    def drawn(self) -> tuple[str, ...]:
        """What may go wrong."""
        return () if self.kind else tuple(each for each in self.faults.split(",") if each)


def asked() -> Given:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1, help="so many campaigns at once")
    parser.add_argument("--mode", choices=("http", "socket", "both"), default="http")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--kind", action="store_true", help="let nothing fail but the bot")
    parser.add_argument("--faults", default=",".join(EVERY), help="which, of: %(default)s")
    parser.add_argument("--plain", action="store_true", help="a plain Bolt bot instead of ours")
    parser.add_argument("--mutants", action="store_true", help="put known bugs back in")
    parser.add_argument("--only", default="", help="only those with this in their name")
    parser.add_argument("--weeks", type=int, default=0, help="let so many weeks pass instead")
    parser.add_argument("--table", action="store_true", help="ours beside the plain bot")
    given = parser.parse_args(namespace=Given())
    if given.plain or given.table:
        given.database = "sqlite"
    if unknown := set(given.drawn) - set(EVERY):
        parser.error(f"there is no fault {', '.join(unknown)}")
    return given


def main() -> None:
    """Carry out what the command line asks for."""
    given = asked()
    plan = only(Plan(seed=given.seed, mode=given.modes[0]), given.drawn)
    begin = time.monotonic()
    print(HEAD, flush=True)
    if given.mutants:
        bad = judge_mutants(plan, given)
    elif given.weeks:
        bad = judge_weeks(given)
    elif given.table:
        bad = judge_both(plan, given)
    elif given.plain:
        bad = 0
        judge(replace(plan, bot="plain", longest=1.5), given, "plain Bolt bot")
    else:
        bad = not judge(plan, given, f"animateur, {given.database}").is_well
    print(f"{time.monotonic() - begin:.0f} s, seed {given.seed}, {given.mode}")
    raise SystemExit(bool(bad))


if __name__ == "__main__":
    main()
