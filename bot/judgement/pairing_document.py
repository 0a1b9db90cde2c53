"""Pairs people at once: one document of who takes part in, who meets whom out."""

from __future__ import annotations

from math import isfinite

from msgspec import Struct

from bot.judgement.pairing import LARGEST, Joining, Met, Round, pair

Id = str | int


class DocumentError(ValueError):
    """A document that holds nobody who could be paired."""


class MemberGiven(Struct, frozen=True, kw_only=True):
    """Somebody who takes part; `vector` is what they are interested in, `ties` whom they know.

    `hours` are the hours of the week's days, UTC, at which they work.
    """

    id: Id
    group: Id | None = None
    vector: list[float] | None = None
    ties: list[tuple[Id, float]] = []
    hours: list[int] = []


class PairsDocument(Struct, frozen=True, kw_only=True):
    """Who takes part in a round, who met in which round, and who never meets (`apart`)."""

    round: int
    members: list[MemberGiven]
    history: list[tuple[Id, Id, int]] = []
    size: int = 2
    apart: list[tuple[Id, Id]] = []


class _Numbers(dict[str, int]):
    """Our own number for each name, in the order in which they come; 7 and "7" are one."""

    def __missing__(self, name: str) -> int:
        return self.setdefault(name, len(self))


def judge_pairs(document: PairsDocument) -> list[list[Id]]:
    """Who meets whom. Whoever took part before, but not in the last round, comes first.

    Raises:
        DocumentError: somebody is named twice, groups are too small or large, or vectors differ.
    """
    _check(document)
    numbers = _Numbers()
    names = {numbers[str(one.id)]: one.id for one in document.members}
    groups = _Numbers()
    met: dict[tuple[int, int], int] = {}
    for a, b, when in document.history:
        two = _ordered(numbers[str(a)], numbers[str(b)])
        met[two] = max(when, met.get(two, when))
    sat_out = _sat_out(met)
    joining = [
        Joining(
            person=numbers[str(one.id)],
            group=None if one.group is None else groups[str(one.group)],
            interests=tuple(one.vector or ()),
            ties={numbers[str(other)]: weight for other, weight in one.ties},
            hours=frozenset(one.hours),
            sat_out=numbers[str(one.id)] in sat_out,
        )
        for one in document.members
    ]
    apart = [_ordered(numbers[str(a)], numbers[str(b)]) for a, b in document.apart]
    found: Round = pair(joining, met, seed=document.round, size=document.size, apart=apart)
    return [[names[person] for person in each] for each in found.groups]


def _ordered(a: int, b: int) -> tuple[int, int]:
    return min(a, b), max(a, b)


def _sat_out(met: Met) -> set[int]:
    """Who met somebody once, and nobody in the last round."""
    last = max(met.values(), default=0)
    ever = {person for two in met for person in two}
    return ever - {person for two, when in met.items() if when == last for person in two}


def _check(document: PairsDocument) -> None:
    ids = [str(one.id) for one in document.members]
    if len(set(ids)) < len(ids):
        twice = next(each for n, each in enumerate(ids) if each in ids[:n])
        raise DocumentError(f"member {twice!r} is named twice")
    if not 2 <= document.size <= LARGEST:
        raise DocumentError(f"groups are of two to {LARGEST}")
    vectors = [one.vector for one in document.members if one.vector]
    if len({len(each) for each in vectors}) > 1:
        raise DocumentError("the vectors differ in length")
    numbers = [x for each in vectors for x in each]
    numbers += [weight for one in document.members for _, weight in one.ties]
    if not all(map(isfinite, numbers)) or any(
        w < 0 for one in document.members for _, w in one.ties
    ):
        raise DocumentError("a vector or a tie is no number, or a tie is below zero")
