"""Other ways to pair people, made anew from the rules that their projects publish, to compare.

Each is told who takes part, of which group they are, and who met in which round; it answers groups.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from random import Random

import rustworkx

Met = Mapping[tuple[int, int], int]
Groups = list[list[int]]
COOLDOWN = 10  # rounds
RECENCY = 12  # rounds


def shuffle(people: Sequence[int], _: Met, __: int, lot: Random) -> Groups:
    """Any order, two by two; the odd one joins the last pair."""
    order = lot.sample(people, len(people))
    groups = [order[n : n + 2] for n in range(0, len(order) - 1, 2)]
    if len(order) % 2:
        groups[-1].append(order[-1])
    return groups


def icebreaker(people: Sequence[int], _: Met, __: int, lot: Random) -> Groups:
    """Icebreaker for Microsoft Teams: any order, two by two; the odd one is left out."""
    order = lot.sample(people, len(people))
    return [order[n : n + 2] for n in range(0, len(order) - 1, 2)]


def yelp_beans(people: Sequence[int], met: Met, now: int, lot: Random) -> Groups:
    """Yelp's beans: a matching of pairs who didn't meet for ten rounds; the rest are told so."""
    order = lot.sample(people, len(people))
    graph = rustworkx.PyGraph(multigraph=False)
    graph.add_nodes_from(order)
    for a, b in combinations(range(len(order)), 2):
        last = met.get((min(order[a], order[b]), max(order[a], order[b])), now - COOLDOWN)
        if now - last >= COOLDOWN:
            graph.add_edge(a, b, 1)
    found = rustworkx.max_weight_matching(graph, weight_fn=int)
    return [[order[a], order[b]] for a, b in sorted(found)]


def slack_sup(people: Sequence[int], met: Met, now: int, lot: Random) -> Groups:
    """Slack-sup with groups of two: whoever comes next and didn't meet for twelve weeks.

    Those for whom nobody is left go together all the same; the odd one joins the last pair.
    """
    waiting = lot.sample(people, len(people))
    groups, alone = [], []
    while waiting:
        one = waiting.pop(0)
        for other in waiting:
            last = met.get((min(one, other), max(one, other)), now - RECENCY)
            if now - last >= RECENCY:
                waiting.remove(other)
                groups.append([one, other])
                break
        else:
            alone.append(one)
    groups += [alone[n : n + 2] for n in range(0, len(alone) - 1, 2)]
    if len(alone) % 2:
        groups[-1].append(alone[-1])
    return groups


def greedy(people: Sequence[int], met: Met, _: int, lot: Random) -> Groups:
    """Each in turn with whom they met longest ago, never if that can be; an odd one is a third."""
    waiting = lot.sample(people, len(people))
    groups = []
    while len(waiting) > 1:
        one = waiting.pop()
        other = min(waiting, key=lambda two: met.get((min(one, two), max(one, two)), -1))
        waiting.remove(other)
        groups.append([one, other])
    if waiting:
        groups[-1] += waiting
    return groups


RIVALS = {
    "random shuffle": shuffle,
    "Icebreaker": icebreaker,
    "Yelp beans": yelp_beans,
    "slack-sup": slack_sup,
    "greedy": greedy,
}
