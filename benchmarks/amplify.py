"""Compares what the digest would tell with what other rules would show, on real communities.

    python benchmarks/amplify.py [--exports FOLDER_OF_TAR_XZ] [--data FOLDER] [--resamples 1000]

Each ranker is asked at the end of each week (or four weeks, in small communities) for ten messages,
and is told only what was known then; the calendar is cut at three places, since what is true of one
cut may be luck. "Ours" is what ``animateur judge ideas`` answers; "ours, rested" is never given the
messages of those shown in the last eight weeks, as in the real digest.

What proves it right is what came later: others linked to it or quoted it, elsewhere or more than a
week afterwards (NDCG@10, "hidden" of messages with no more than the median attention, "after" where
only what came after the digest counts), or answered it after the digest, a week late or more.
Exports don't tell when a reaction was made. So reactions gained after the digest can't be told, and
those that count as known may hold later ones; one community has any. Peripheral: authors at or
below the median of messages in ninety days; new: five at most; Gini of times shown over all authors
of twelve digests; again: authors of the last digest. The mean over communities counts, with
95 % intervals by drawing each community's digests anew (bootstrap), the cuts together.
``--weights`` tries the weights that order a week one up and one down, and prints what leaving out
each community says. Mind that the weights were chosen on these very communities, among several
dozen sets of them: what "ours" reaches here is more than it will reach elsewhere.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest
from math import log2
from pathlib import Path
from statistics import fmean, median

import msgspec

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.amplify_communities import DAY, LATE, Community, Message, communities, unpack
from benchmarks.amplify_rivals import RIVALS
from bot.judgement import little_known
from bot.judgement.fairness import gini
from bot.judgement.little_known_document import History, IdeasDocument, MessageGiven, judge_ideas

K = 10
CUTS = 3
SECOND = 1_000_000
TOGETHER = 12  # digests
REST = 56 * DAY
FEWEST = 20  # messages: with fewer, there is no digest

Ranker = Callable[[IdeasDocument], Sequence[int | str]]
Figures = dict[str, list[float]]
WEIGHTS = {"LONGER": 1.0, "DEEP": 0.15, "LOUD": 0.5, "CROWDED": 0.15, "OPENS": 0.5}


class Digest(msgspec.Struct, frozen=True):
    """What was known at a digest's moment, and which messages later proved worth it."""

    now: int
    document: IdeasDocument
    messages: list[Message]
    truths: dict[str, frozenset[int]]


def digests(community: Community, cut: float = 0.0) -> Iterator[Digest]:
    """A community's digests, one after the other, first after a span and a *cut* of it."""
    messages, span = community.messages, community.days * DAY
    times = [one.ts for one in messages]
    written: dict[str, list[int]] = defaultdict(list)
    for one in messages:
        written[one.user].append(one.ts)
    now = times[0] + span + int(cut * span)
    while now <= times[-1] + span:
        low, high, since = (bisect_left(times, now - ago) for ago in (span, 0, 28 * DAY))
        if high - low >= FEWEST:
            heard: dict[str, set[str]] = defaultdict(set)
            for one in messages[since:high]:
                heard[one.channel].add(one.user)
            audience = {channel: len(people) for channel, people in heard.items()}
            yield _digest(messages[low:high], now, audience, written)
        now += span


def _digest(
    given: list[Message], now: int, audience: dict[str, int], written: dict[str, list[int]]
) -> Digest:
    found = [
        MessageGiven(
            id=place,
            channel=one.channel,
            user=one.user,
            ts=one.ts / SECOND,
            thread=one.conversation[1],
            text=one.text,
            is_reply=not one.opens,
            attention=len({who for at, who in one.answers if at < now} | one.reactions),
            author_90d=_within(written[one.user], now - 90 * DAY, now),
            audience_28d=audience[one.channel],
            length=len(one.text),
        )
        for place, one in enumerate(given)
    ]
    usual = median(one.attention or 0 for one in found)
    pointed = frozenset(place for place, one in enumerate(given) if one.pointed)
    after = frozenset(p for p in pointed if any(at >= now for at in given[p].pointed))
    late = frozenset(
        place
        for place, one in enumerate(given)
        if any(at >= now and at - one.ts > LATE for at, _ in one.answers)
    )
    hidden = frozenset(place for place, one in enumerate(found) if (one.attention or 0) <= usual)
    truths = {
        "ndcg": pointed,
        "hidden": pointed & hidden,
        "after": after,
        "hidden after": after & hidden,
        "late": late,
    }
    return Digest(now, IdeasDocument(now=now / SECOND, messages=found, k=K), given, truths)


def _within(times: list[int], since: int, until: int) -> int:
    return bisect_left(times, until) - bisect_left(times, since)


def ndcg(shown: Sequence[int], truth: frozenset[int]) -> float:
    """Normalised discounted cumulative gain of the first ten."""
    gain = sum(1 / log2(place + 2) for place, one in enumerate(shown) if one in truth)
    return gain / sum(1 / log2(place + 2) for place in range(min(K, len(truth))))


def ours(document: IdeasDocument) -> Sequence[int | str]:
    """What ``animateur judge ideas`` answers."""
    return judge_ideas(document).ranked


def judged(
    cuts: Sequence[Sequence[Digest]], ranker: Ranker, *, rested: bool = False
) -> list[Figures]:
    """What came of a community's digests; those of the same weeks in all cuts are one."""
    runs = [_judged(given, ranker, rested=rested) for given in cuts]
    return [_together(each) for each in zip_longest(*runs, fillvalue={})]


def _together(figures: Sequence[Figures]) -> Figures:
    found: Figures = defaultdict(list)
    for one in figures:
        for name, values in one.items():
            found[name] += values
    return dict(found)


def _judged(given: Sequence[Digest], ranker: Ranker, *, rested: bool = False) -> list[Figures]:
    """What came of each digest of a community, in order."""
    told: Counter[str] = Counter()
    shown_at: dict[str, int] = {}
    before: set[str] = set()
    recent: list[tuple[set[str], list[str]]] = []
    found: list[Figures] = []
    for digest in given:
        document = msgspec.structs.replace(
            digest.document, history=History(author_exposure=dict(told))
        )
        if rested:
            left = [m for m in document.messages if _has_rested(m, shown_at, digest.now)]
            document = msgspec.structs.replace(document, messages=left)
        shown = [int(each) for each in ranker(document)][:K]
        people = [digest.messages[each].user for each in shown]
        figures = {name: [ndcg(shown, t)] for name, t in digest.truths.items() if t}
        activity = [digest.document.messages[each].author_90d or 0 for each in shown]
        usual = median(one.author_90d or 0 for one in digest.document.messages)
        if shown:
            figures["peripheral"] = [fmean(each <= usual for each in activity)]
            figures["new"] = [fmean(each <= 5 for each in activity)]
            figures["again"] = [fmean(each in before for each in people)]
        recent.append(({one.user for one in digest.messages}, people))
        if len(recent) == TOGETHER or digest is given[-1]:
            times = Counter(who for _, each in recent for who in each)
            active = set().union(*(each for each, _ in recent))
            figures["gini"] = [gini(times[who] for who in active)]
            recent = []
        found.append(figures)
        told.update(people)
        shown_at.update(dict.fromkeys(people, digest.now))
        before = set(people)
    return found


def _has_rested(one: MessageGiven, shown_at: dict[str, int], now: int) -> bool:
    return now - shown_at.get(str(one.user), now - REST - 1) > REST


NAMES = (
    *("ndcg", "hidden", "after", "hidden after", "late"),
    *("peripheral", "new", "gini", "again"),
)


def macro(found: Sequence[Sequence[Figures]], name: str) -> float:
    """The mean over communities of the mean over the digests that have it."""
    each = [[x for one in digests for x in one.get(name, ())] for digests in found]
    return fmean(fmean(values) for values in each if values)


def interval(found: Sequence[Sequence[Figures]], name: str, resamples: int) -> tuple[float, float]:
    """The 95 % interval of `macro`, by drawing each community's digests anew."""
    draw = random.Random(name)
    each = [[one[name] for one in digests if name in one] for digests in found]
    means = sorted(
        fmean(
            fmean(x for values in draw.choices(clusters, k=len(clusters)) for x in values)
            for clusters in each
            if clusters
        )
        for _ in range(resamples)
    )
    return means[int(0.025 * resamples)], means[int(0.975 * resamples)]


Cuts = list[list[Digest]]


def table(given: dict[str, Cuts], resamples: int) -> None:
    """Print each ranker's figures, and ours in each community."""
    rankers: dict[str, tuple[Ranker, bool]] = {
        name: (lambda document, rule=rule: [one.id for one in rule(document)][:K], False)  # type: ignore[misc]
        for name, rule in RIVALS.items()
    }
    rankers |= {"ours": (ours, False), "ours, rested": (ours, True)}
    print(f"{'':18}" + "".join(f"{name:>21}" for name in NAMES))
    base = 0.0
    for name, (ranker, rested) in rankers.items():
        by_name = {each: judged(d, ranker, rested=rested) for each, d in given.items()}
        found = list(by_name.values())
        cells = [(macro(found, each), *interval(found, each, resamples)) for each in NAMES]
        print(f"{name:18}" + "".join(f"   {a:.3f} ({b:.3f}-{c:.3f})" for a, b, c in cells))
        base = base or cells[1][0]
        each = [(where, macro([f], "hidden")) for where, f in by_name.items() if has(f, "hidden")]
        told = ", ".join(f"{where} {value:.3f}" for where, value in each)
        print(f"{'':18}   hidden is {cells[1][0] / base:.1f} times chance: {told}", flush=True)


def has(found: Sequence[Figures], name: str) -> bool:
    """Whether any digest has that figure."""
    return any(name in one for one in found)


def tried_weights(given: dict[str, Cuts]) -> None:
    """Print hidden NDCG@10 with each weight up and down, and with each community left out."""
    for weight, step in WEIGHTS.items():
        usual = getattr(little_known, weight)
        for value in (usual - step, usual, usual + step):
            setattr(little_known, weight, value)
            found = {name: judged(each, ours, rested=True) for name, each in given.items()}
            told = {name: figures for name, figures in found.items() if has(figures, "hidden")}
            without = [
                fmean(macro([f], "hidden") for n, f in told.items() if n != left) for left in told
            ]
            mean = macro(list(told.values()), "hidden")
            print(f"{weight:8} {value:6.2f}  {mean:.3f}  without one: ", end="")
            print(", ".join(f"{x:.3f}" for x in without), flush=True)
        setattr(little_known, weight, usual)


def main() -> None:
    """Read the communities and print the comparison."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--exports", type=Path, default=Path("exports"))
    parser.add_argument("--data", type=Path, default=Path("/tmp/data"))
    parser.add_argument("--resamples", type=int, default=1_000)
    parser.add_argument("--weights", action="store_true", help="try other weights, too")
    asked = parser.parse_args()
    begin = time.process_time()
    if asked.exports.is_dir():
        asked.data.mkdir(parents=True, exist_ok=True)
        unpack(asked.exports, asked.data)
    if not asked.data.is_dir():
        print("There are no exports of communities here: nothing to compare on.")
        return
    given = {
        each.name: [list(digests(each, cut / CUTS)) for cut in range(CUTS)]
        for each in communities(asked.data)
    }
    for name, (each, *_) in given.items():
        told = ", ".join(f"{sum(bool(d.truths[t]) for d in each)} with {t}" for t in NAMES[:5])
        print(f"{name}: {len(each)} digests; {told}")
    table(given, asked.resamples)
    if asked.weights:
        tried_weights(given)
    print(f"{time.process_time() - begin:.0f} s of CPU")


if __name__ == "__main__":
    main()
