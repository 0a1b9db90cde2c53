"""Who meets whom for a coffee: people who haven't met, see things differently, and can get on.

A pair is worth more where its two are of different groups, share interests, are two or three
acquaintances apart, know few people and don't know each other (after Granovetter 1973 and Rajkumar
and others 2022, https://doi.org/10.1126/science.abl4476: moderately weak ties carry most). The
best set of pairs is a matching of greatest weight (Galil 1986,
https://doi.org/10.1145/6462.6502), among those who never met.

Who is left over joins a pair as its third. Where that would make people meet again although
somebody is left whom they don't know, they sit out this once, two at most; nobody does so twice
running. Exclusions hold always.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import combinations
from random import Random

from msgspec import Struct

from bot.judgement.arrays import Bools
from bot.judgement.pairing_graph import Board, Joining, lay_out, matching

__all__ = ["Joining", "Met", "Round", "pair", "pairs_in"]

CHUNK = 700
"""People matched at once: of more, a lot decides who may meet whom this time."""

SIT_OUT = 2
LARGEST = 5
Met = Mapping[tuple[int, int], int]
"""When two met last: the lower number first, and the round's number."""


class Round(Struct, frozen=True, kw_only=True):
    """Who meets whom, and who sits out this time."""

    groups: tuple[tuple[int, ...], ...]
    left_out: tuple[int, ...]


def pair(
    joining: Sequence[Joining],
    met: Met,
    *,
    seed: int,
    size: int = 2,
    apart: Collection[tuple[int, int]] = (),
) -> Round:
    """Who meets whom in a round: pairs (and trios of the odd one), or groups of *size* or one less.

    *met* tells who met before and when; *apart* are pairs that never meet, in either order. The
    same arguments have the same answer, in whatever order people are given; of two, three or more
    people everybody has a place unless exclusions stand against it, or nobody is left whom they
    don't know. *size* is from two to five.
    """
    if not 2 <= size <= LARGEST:
        raise ValueError(f"groups of {size}")
    lot = Random(seed)
    people = sorted(joining, key=lambda one: one.person)
    lot.shuffle(people)
    groups: list[tuple[int, ...]] = []
    left: list[int] = []
    for nth, some in enumerate(_chunks(people)):
        board = lay_out(some, met, apart, seed=seed * CHUNK + nth)
        places, out = _paired(board) if size == 2 else _grouped(board, lot, size)
        groups += [tuple(sorted(some[n].person for n in each)) for each in places]
        left += [some[n].person for n in out]
    return Round(groups=tuple(sorted(groups)), left_out=tuple(sorted(left)))


def _chunks(people: list[Joining]) -> Iterator[list[Joining]]:
    number = max(1, -(-len(people) // CHUNK))
    for nth in range(number):
        yield people[nth::number]


def _paired(board: Board) -> tuple[list[list[int]], list[int]]:
    pairs = matching(board)
    rest = _left(board, pairs)
    groups = [list(each) for each in pairs]
    if not board.is_scarce:
        rest = _as_thirds(board, groups, rest, board.free)
    out = _sitting_out(board, rest)
    rest = [n for n in rest if n not in out]
    return _again(board, groups, rest, out)


def _left(board: Board, groups: Sequence[Sequence[int]]) -> list[int]:
    """Who has no place, those who sat out last time first."""
    placed = {n for each in groups for n in each}
    rest = [n for n in range(board.size) if n not in placed]
    return sorted(rest, key=lambda n: (not board.first[n], n))


def _as_thirds(board: Board, groups: list[list[int]], rest: Sequence[int], may: Bools) -> list[int]:
    """Let each join the pair that suits best, of those who *may* meet; who still has no place."""
    still = []
    for n in rest:
        fits = [each for each in groups if len(each) == 2 and may[n, each].all()]
        if fits:
            max(fits, key=lambda each: (board.worth[n, each].sum(), -each[0])).append(n)
        else:
            still.append(n)
    return still


def _sitting_out(board: Board, rest: Sequence[int]) -> list[int]:
    """Who sits out, rather than meet somebody again while there are others to get to know."""
    may = [n for n in rest if not board.first[n] and board.free[n].any()]
    return may[:SIT_OUT]


def _again(
    board: Board, groups: list[list[int]], rest: Sequence[int], out: list[int]
) -> tuple[list[list[int]], list[int]]:
    """Let the rest meet again whom they met longest ago: each other, or as the third of a pair."""
    may, waiting = board.may, list(rest)
    while waiting:
        n = waiting.pop(0)
        others = [m for m in waiting if may[n, m]]
        pairs = [each for each in groups if len(each) == 2 and may[n, each].all()]
        if others:
            other = max(others, key=lambda m: (board.age[n, m], board.worth[n, m], -m))
            waiting.remove(other)
            groups.append([n, other])
        elif pairs:
            max(pairs, key=lambda each: (board.age[n, each].min(), -each[0])).append(n)
        elif trios := [(m, each) for each in groups if len(each) == 3 for m in each if may[n, m]]:
            other, trio = max(trios, key=lambda two: (board.age[n, two[0]], -two[0]))
            trio.remove(other)
            groups.append([n, other])
        elif sitting := [m for m in out if may[n, m]]:
            out.remove(sitting[0])
            groups.append([n, sitting[0]])
        else:
            out.append(n)
    return groups, out


def _grouped(board: Board, lot: Random, size: int) -> tuple[list[list[int]], list[int]]:
    """Groups of *size* or one less: founders by lot, and one more for each at a time."""
    number = max(1, -(-board.size // size))
    order = sorted(range(board.size), key=lambda n: (not board.first[n], lot.random()))
    groups, rest = [[n] for n in order[:number]], order[number:]
    while rest:
        grown = _grow(board, groups, rest, board.free, size)
        grown = grown or _grow(board, groups, rest, board.may, size)
        if not grown:
            break
        rest = [n for n in rest if n not in grown]
    alone = [each[0] for each in groups if len(each) == 1]
    return [each for each in groups if len(each) > 1], [*rest, *alone]


def _grow(
    board: Board, groups: list[list[int]], rest: Sequence[int], may: Bools, size: int
) -> set[int]:
    """Let each group take in one person more who *may* meet all in it; who found a place."""
    smallest = min(len(each) for each in groups)
    open_to = [each for each in groups if len(each) < size]
    edges = [
        (g, len(open_to) + k, _suits(board, n, each) - LARGEST * (len(each) - smallest))
        for g, each in enumerate(open_to)
        for k, n in enumerate(rest)
        if may[n, each].all()
    ]
    found = set()
    for a, b in board.matched(len(open_to) + len(rest), edges):
        open_to[a].append(rest[b - len(open_to)])
        found.add(rest[b - len(open_to)])
    return found


def _suits(board: Board, n: int, group: Sequence[int]) -> float:
    return float(board.worth[n, group].mean()) + 2.0 * bool(board.first[n])


def pairs_in(groups: Sequence[Sequence[int]]) -> Iterator[tuple[int, int]]:
    """All pairs of people who meet in *groups*, the lower number first."""
    for each in groups:
        yield from combinations(sorted(each), 2)
