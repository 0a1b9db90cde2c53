"""What asks come to in a simulated network over half a year, with the bot's matching and without.

    python benchmarks/giving.py [--seeds 20] [--asked 0.4] [--tie 1.0]

The network is the one of the demo (`bot.simulation`: some 140 people of nine organisations, who
come, go and answer each other); asks are put into it at random. Five lives of each network are
compared, with the same people, talk, asks and draws of chance: an ask is only posted; three people
are asked privately as well, drawn by lot; up to three are, by the very functions that the bot uses
(`bot.judgement.helping`), both at most twice a month each; half of all take part in fortnightly
coffee pairs (`bot.judgement.pairing`); and both.

What people do is an assumption, not a finding: `Assumed` says all of it. That being asked moves
people more than reading a post does, and that a tie does, is what the bot builds on; how much, the
simulator only supposes. So the last two blocks show what is left when being asked privately moves
nobody more than reading does (``--asked 0``, of strangers), and when no meeting leaves a tie
(``--tie 0``). Figures are means over the seeds, with the standard error of the difference to the
first life. The first four weeks are for the network to be known, and aren't counted.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from random import Random
from statistics import fmean, stdev

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bot.domain.events import MessagePosted
from bot.judgement.corners import homes
from bot.judgement.fairness import gini
from bot.judgement.helping import Candidate, Wanted, suggest
from bot.judgement.helping_history import History
from bot.judgement.pairing import Joining, pair, pairs_in
from bot.judgement.talk import Said
from bot.simulation import frailty_friends, simulate
from bot.simulation.plan import DAY
from bot.simulation.roster import Resident, Roster

WARM, MONTH = 4, 4  # weeks
SUBJECTS = (
    "falls", "continence", "nutrition", "delirium", "discharge", "medicines", "transport",
    "carers", "audit", "plain English", "funding", "dementia",
)  # fmt: skip
MOST_HELPERS, MOST_ASKED, CAP = 2, 3, 2
NOBODY, BY_LOT, BY_THE_BOT = "nobody", "by lot", "by the bot"
LIVES = {
    "posted alone": (NOBODY, False),
    "asked by lot": (BY_LOT, False),
    "asked by the bot": (BY_THE_BOT, False),
    "coffee pairs": (NOBODY, True),
    "bot and pairs": (BY_THE_BOT, True),
}


@dataclass(frozen=True, kw_only=True)
class Assumed:
    """How people of the simulation behave; every share is of 1.

    `asks` are a person's in a week. A post is read by `reads_tied` of those who have a tie with
    the asker, and by `reads` of the others. Who knows of the subject and reads it helps somebody
    they have a tie with, or a stranger, that often; who is asked privately is moved by that much
    `more`. `says` of what people know they have offered in words. People of one organisation have
    a tie, and those who had to do with each other in the talk. Of two in a pair that many `meet`,
    and a tie is left in `kept` of all meetings, and `alike` more where they know of the same (as
    in the prototype that the bot's pairs were first measured with); an answer leaves a tie in
    `thanked` of all.
    """

    asks: float = 0.05
    reads: float = 0.2
    reads_tied: float = 0.6
    tied: float = 0.4
    stranger: float = 0.15
    more: float = 0.4
    says: float = 0.35
    joins_pairs: float = 0.5
    meet: float = 0.7
    kept: float = 0.25
    alike: float = 0.35
    thanked: float = 0.3


@dataclass(kw_only=True)
class Outcome:
    """What came of one life."""

    asks: int = 0
    answered: int = 0
    exchanges: int = 0
    across: int = 0
    ties: int = 0
    helped: Counter[int] = field(default_factory=Counter)

    def figures(self, people: int) -> dict[str, float]:
        """Shares and counts, as they are printed."""
        busiest = sum(count for _, count in self.helped.most_common(10))
        return {
            "asks answered": self.answered / max(1, self.asks),
            "exchanges": self.exchanges,
            "hands": len(self.helped),
            "across groups": self.across,
            "new ties across": self.ties,
            "share across": self.across / max(1, self.exchanges),
            "by the busiest ten": busiest / max(1, self.exchanges),
            "Gini of helping": gini([*self.helped.values(), *[0] * (people - len(self.helped))]),
        }


class World:
    """One network with its talk: the same for each of its lives."""

    def __init__(self, seed: int, assumed: Assumed) -> None:
        """Let the simulated people live, and draw what each knows."""
        self.seed, self.assumed = seed, assumed
        self.plan = frailty_friends(seed, contexts=())
        self.people: Sequence[Resident] = Roster(self.plan).people
        self.number = {each.id: n for n, each in enumerate(self.people)}
        self.channel = {self.plan.channel_id(c.name): n for n, c in enumerate(self.plan.channels)}
        self.start = self.plan.midnight(self.plan.start)
        self.talk: dict[int, list[Said]] = defaultdict(list)
        for event in simulate(self.plan):
            if isinstance(event, MessagePosted) and event.author in self.number:
                self.talk[self.week_of(event.ts)].append(self._said(event))
        groups = {group: n for n, group in enumerate(self.plan.groups)}
        self.group = [groups[each.group] for each in self.people]
        self.knows = [self._known(n) for n in range(len(self.people))]
        self.says = [
            tuple(each for each in sorted(known) if self.chance("says", n, each) < assumed.says)
            for n, known in enumerate(self.knows)
        ]
        self.pairs = {
            n for n in range(len(self.people)) if self.chance("pairs", n) < assumed.joins_pairs
        }

    def _said(self, event: MessagePosted) -> Said:
        return Said(
            channel=self.channel[event.channel],
            ts=event.ts,
            author=self.number[event.author],
            thread=event.thread,
            is_bot=False,
            asks=event.asks,
        )

    def _known(self, person: int) -> frozenset[str]:
        """Two or three subjects: what one's own organisation knows of, and something else."""
        lot = Random(f"{self.seed}/knows/{person}")
        own = self.group[person] % len(SUBJECTS)
        near = [SUBJECTS[(own + n) % len(SUBJECTS)] for n in range(3)]
        return frozenset([lot.choice(near), lot.choice(near), lot.choice(SUBJECTS)])

    def chance(self, *what: object) -> float:
        """A draw from 0 to 1 that is the same in each life."""
        return Random(f"{self.seed}/{'/'.join(map(str, what))}").random()

    def week_of(self, ts: int) -> int:
        """The week of an instant, from 0."""
        return (ts - self.start) // (7 * DAY)

    def here(self, week: int) -> list[int]:
        """Who is in the network in the middle of that week."""
        day = self.plan.start + timedelta(weeks=week, days=3)
        return [n for n, each in enumerate(self.people) if each.is_here(day)]

    def asks(self, week: int) -> Iterator[tuple[int, str]]:
        """Who asks in that week, and of which subject, which they know nothing of."""
        for person in self.here(week):
            if self.chance("asks", week, person) < self.assumed.asks:
                lot = Random(f"{self.seed}/subject/{week}/{person}")
                yield person, lot.choice([s for s in SUBJECTS if s not in self.knows[person]])


class Life:
    """One life of a world: with private questions in one way or not, with coffee pairs or not."""

    def __init__(self, world: World, *, asked: str, holds_pairs: bool) -> None:
        """Begin it."""
        self.world, self.asked, self.holds_pairs = world, asked, holds_pairs
        self.history = History()
        self.wrote: Counter[tuple[int, int]] = Counter()
        self.ties: set[frozenset[int]] = set()
        self.met: dict[tuple[int, int], int] = {}
        self.sat_out: set[int] = set()
        self.busy: dict[int, list[int]] = defaultdict(list)
        self.outcome = Outcome()

    def live(self) -> Outcome:
        """All its weeks."""
        for week in range(self.world.plan.weeks):
            for one in self.world.talk[week]:
                self.history.hear(one)
                self.wrote[one.author, one.channel] += 1
            if week >= WARM:
                corners = homes(self.wrote)
                if self.holds_pairs and week % 2 == 0:
                    self._pair(week, corners)
                for asker, subject in self.world.asks(week):
                    self._ask(week, asker, subject, corners)
        group = self.world.group
        self.outcome.ties = sum(len({group[n] for n in tie}) > 1 for tie in self.ties)
        return self.outcome

    def _knows_each_other(self, one: int, other: int) -> bool:
        """Whether there is a tie: colleagues, or they talked with each other, met, or helped."""
        if self.world.group[one] == self.world.group[other] or frozenset((one, other)) in self.ties:
            return True
        return self.history.near(one).get(other, 0.0) >= 1

    def _pair(self, week: int, corners: dict[int, int]) -> None:
        world, assumed = self.world, self.world.assumed
        joining = [
            Joining(
                person=n,
                group=corners.get(n),
                ties=self.history.near(n),
                sat_out=n in self.sat_out,
            )
            for n in world.here(week)
            if n in world.pairs
        ]
        found = pair(joining, self.met, seed=world.seed * 100 + week)
        self.sat_out = set(found.left_out)
        for one, other in pairs_in(found.groups):
            self.met[one, other] = week
            kept = assumed.kept + assumed.alike * bool(world.knows[one] & world.knows[other])
            if world.chance("meets", one, other) < assumed.meet * kept:
                self.ties.add(frozenset((one, other)))

    def _ask(self, week: int, asker: int, subject: str, corners: dict[int, int]) -> None:
        asked = self._asked(week, asker, subject, corners)
        for who in asked:
            self.busy[who].append(week)
        helpers: list[int] = []
        for who in [*asked, *(n for n in self._in_any_order(week, asker) if n not in asked)]:
            if len(helpers) < MOST_HELPERS and self._helps(week, asker, who, subject, who in asked):
                helpers.append(who)
        self.outcome.asks += 1
        self.outcome.answered += bool(helpers)
        for who in helpers:
            self._count(week, asker, who)

    def _in_any_order(self, week: int, asker: int) -> list[int]:
        others = [n for n in self.world.here(week) if n != asker]
        Random(f"{self.world.seed}/order/{week}/{asker}").shuffle(others)
        return others

    def _asked(self, week: int, asker: int, subject: str, corners: dict[int, int]) -> list[int]:
        """Who is asked privately; they count as asked for a month, whatever they answer."""
        if self.asked == NOBODY:
            return []
        candidates = [
            Candidate(
                person=n,
                says=self.world.says[n],
                group=corners.get(n),
                asked=sum(each > week - MONTH for each in self.busy[n]),
                cap=CAP,
            )
            for n in self.world.here(week)
        ]
        if self.asked == BY_LOT:
            free = [c.person for c in candidates if c.asked < c.cap and c.person != asker]
            lot = Random(f"{self.world.seed}/lot/{week}/{asker}")
            return lot.sample(free, min(MOST_ASKED, len(free)))
        at = self.world.start + (week + 1) * 7 * DAY
        wanted = Wanted(
            words=f"somebody who knows about {subject}",
            asker=asker,
            at=at,
            channel=2,
            group=corners.get(asker),
        )
        found = suggest(
            wanted, candidates, self.history, seed=week * 1_000 + asker, at_most=MOST_ASKED
        )
        return [each.person for each in found]

    def _helps(self, week: int, asker: int, who: int, subject: str, is_asked: bool) -> bool:
        world, assumed = self.world, self.world.assumed
        if subject not in world.knows[who]:
            return False
        is_tied = self._knows_each_other(who, asker)
        share = assumed.reads_tied if is_tied else assumed.reads
        if not is_asked and world.chance("reads", week, asker, who) >= share:
            return False
        base = assumed.tied if is_tied else assumed.stranger
        moved = base + (1 - base) * assumed.more if is_asked else base
        return world.chance("helps", week, asker, who) < moved

    def _count(self, week: int, asker: int, who: int) -> None:
        world, outcome = self.world, self.outcome
        outcome.exchanges += 1
        outcome.helped[who] += 1
        outcome.across += world.group[who] != world.group[asker]
        if world.chance("thanked", week, asker, who) < world.assumed.thanked:
            self.ties.add(frozenset((asker, who)))


def compare(title: str, assumed: Assumed, seeds: int) -> None:
    """Print the four lives beside each other."""
    print(f"\n{title}")
    found: dict[str, list[dict[str, float]]] = defaultdict(list)
    for seed in range(1, seeds + 1):
        world = World(seed, assumed)
        for name, (asked, holds_pairs) in LIVES.items():
            life = Life(world, asked=asked, holds_pairs=holds_pairs)
            found[name].append(life.live().figures(len(world.people)))
    first = found["posted alone"]
    print(f"  {'':20}" + "".join(f"{name:>20}" for name in LIVES))
    for figure in first[0]:
        cells = [_told(found[name], first, figure) for name in LIVES]
        print(f"  {figure:20}" + "".join(f"{cell:>20}" for cell in cells), flush=True)


def _told(mine: Sequence[dict[str, float]], first: Sequence[dict[str, float]], figure: str) -> str:
    """The mean of a figure, and how sure its difference to the first life is."""
    mean = fmean(each[figure] for each in mine)
    differences = [a[figure] - b[figure] for a, b in zip(mine, first, strict=True)]
    told = f"{mean:.2f}" if mean <= 1 else f"{mean:.0f}"
    if mine is first or len(mine) < 2:
        return told
    error = stdev(differences) / len(mine) ** 0.5
    digits = 2 if mean <= 1 else 1
    return f"{told} ({fmean(differences):+.{digits}f} ±{error:.{digits}f})"


def main() -> None:
    """Print the comparison."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--asked", type=float, help="how much being asked moves people")
    parser.add_argument("--tie", type=float, help="a factor on the ties that meetings leave")
    asked = parser.parse_args()
    usual = Assumed()
    if asked.asked is not None or asked.tie is not None:
        factor = 1.0 if asked.tie is None else asked.tie
        more = usual.more if asked.asked is None else asked.asked
        own = replace(usual, more=more, kept=usual.kept * factor, alike=usual.alike * factor)
        compare(f"being asked moves by {more}, ties x{factor}", own, asked.seeds)
        return
    compare("as assumed", usual, asked.seeds)
    compare("being asked moves nobody more than reading", replace(usual, more=0.0), asked.seeds)
    compare("no meeting leaves a tie", replace(usual, kept=0.0, alike=0.0), asked.seeds)


if __name__ == "__main__":
    main()
