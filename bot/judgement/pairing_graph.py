"""What each pair of people is worth, who may meet, and the matching of greatest weight."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from msgspec import Struct

from bot.judgement.arrays import Bools, Floats, np

OTHER_GROUP = 1.0
INTERESTS = 1.0
FRIEND_OF_FRIEND = 0.5
NEED = 0.4
KNOWN = -0.8
OVERLAP = 0.2
NOISE = 0.02
WAITED = 1_000.0  # who sat out comes before all others
ENOUGH = 4  # hours
DENSE = 150  # people: with more, only the best pairs of each are looked at
EACH, BY_LOT = 22, 8
UNIT = 1_000


class Joining(Struct, frozen=True, kw_only=True):
    """Somebody who takes part in a round.

    `group` is where they are at home, None where that isn't known. `interests` point anywhere, the
    same number of them for all, or are empty. `ties` say how often they had to do with others (by
    their numbers). `hours` are the hours of the week's days, UTC, at which they work; empty where
    that isn't known. `sat_out` says that they did in the last round.
    """

    person: int
    group: int | None = None
    interests: tuple[float, ...] = ()
    ties: Mapping[int, float] = {}
    hours: frozenset[int] = frozenset()
    sat_out: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Board:
    """People by their places: `worth` of each pair, who `may` meet and who never did (`free`).

    `age` is how many rounds ago they met, at least 1 (a large number: never). `first` are those who
    sat out last time.
    """

    worth: Floats
    may: Bools
    free: Bools
    age: Floats
    first: Bools

    @property
    def size(self) -> int:
        """How many people there are."""
        return len(self.first)

    @property
    def is_scarce(self) -> bool:
        """Whether people know more than half of those they could meet: trios would cost too much.

        Up to there a matching leaves nobody over (Dirac 1952, of an even number).
        """
        return bool(2 * self.free.sum() < self.may.sum())

    @staticmethod
    def matched(number: int, edges: Sequence[tuple[int, int, float]]) -> list[tuple[int, int]]:
        """The matching of most pairs and then greatest weight among *edges* of *number* places."""
        import rustworkx

        graph = rustworkx.PyGraph(multigraph=False)
        graph.add_nodes_from([None] * number)
        graph.add_edges_from([(a, b, round(UNIT * weight)) for a, b, weight in edges])
        found = rustworkx.max_weight_matching(graph, max_cardinality=True, weight_fn=int)
        return sorted((min(pair), max(pair)) for pair in found)


def matching(board: Board) -> list[tuple[int, int]]:
    """The pairs of greatest worth of those who never met, as many as there can be."""
    free = board.free
    worth = board.worth + WAITED * (board.first[:, None].astype(float) + board.first[None, :])
    wanted = np.triu(free if board.size <= DENSE else _kept(free, worth), 1)
    rows, columns = np.nonzero(wanted)
    weights = worth[rows, columns].tolist()
    return board.matched(
        board.size, list(zip(rows.tolist(), columns.tolist(), weights, strict=True))
    )


def _kept(free: Bools, worth: Floats) -> Bools:
    """Of each person's pairs the best, and some that are as good as by lot."""
    number = len(free)
    values = np.where(free, worth, -np.inf)
    kept = np.zeros_like(free)
    rows = np.arange(number)[:, None]
    kept[rows, np.argpartition(-values, EACH, axis=1)[:, :EACH]] = True
    others = (rows + 1 + np.arange(BY_LOT)[None, :] * (number // BY_LOT)) % number  # a lot shuffled
    kept[rows, others] = True
    return np.asarray((kept | kept.T) & free)


def lay_out(
    joining: Sequence[Joining],
    met: Mapping[tuple[int, int], int],
    apart: Collection[tuple[int, int]],
    *,
    seed: int,
) -> Board:
    """The board of these people."""
    number = len(joining)
    place = {one.person: n for n, one in enumerate(joining)}
    may = _shared_hours(joining) > 0
    np.fill_diagonal(may, False)
    for a, b in apart:
        if a in place and b in place:
            may[place[a], place[b]] = may[place[b], place[a]] = False
    age = np.full((number, number), np.inf)
    newest = max(met.values(), default=0) + 1
    for (a, b), when in _among(met, place):
        age[place[a], place[b]] = age[place[b], place[a]] = max(1, newest - when)
    return Board(
        worth=_worth(joining, place, seed),
        may=may,
        free=np.asarray(may & np.isinf(age)),
        age=age,
        first=np.array([one.sat_out for one in joining], dtype=bool),
    )


def _among(
    met: Mapping[tuple[int, int], int], place: Mapping[int, int]
) -> Iterable[tuple[tuple[int, int], int]]:
    return ((pair, when) for pair, when in met.items() if pair[0] in place and pair[1] in place)


def _worth(joining: Sequence[Joining], place: Mapping[int, int], seed: int) -> Floats:
    number = len(joining)
    known = _ties(joining, place)
    need = _need(joining)
    groups = np.array([-1 - n if one.group is None else one.group for n, one in enumerate(joining)])
    noise = np.random.default_rng(abs(seed)).random((number, number))
    near = known > 0
    return np.asarray(
        OTHER_GROUP * (groups[:, None] != groups[None, :])
        + INTERESTS * _alike(joining)
        + FRIEND_OF_FRIEND * (_reached(near) & ~near)
        + NEED * (need[:, None] + need[None, :])
        + KNOWN * np.log1p(known)
        + OVERLAP * np.minimum(_shared_hours(joining), ENOUGH) / ENOUGH
        + NOISE * (noise + noise.T) / 2
    )


def _ties(joining: Sequence[Joining], place: Mapping[int, int]) -> Floats:
    known = np.zeros((len(joining), len(joining)))
    for n, one in enumerate(joining):
        for other, weight in one.ties.items():
            if other in place and place[other] != n:
                m = place[other]
                known[n, m] = known[m, n] = max(known[n, m], weight)
    return known


def _need(joining: Sequence[Joining]) -> Floats:
    """How much somebody needs to get to know people: 1 where they know nobody."""
    ties = np.array([float(len(one.ties)) for one in joining])
    usual = float(np.median(ties)) if len(ties) else 0.0
    return np.asarray(1.0 / (1.0 + ties / max(usual, 1.0)))


def _alike(joining: Sequence[Joining]) -> Floats:
    """The cosine of their interests, 0 where either has none."""
    longest = max((len(one.interests) for one in joining), default=0)
    if not longest:
        return np.zeros((len(joining), len(joining)))
    table = np.zeros((len(joining), longest))
    for n, one in enumerate(joining):
        table[n, : len(one.interests)] = one.interests
    sizes = np.linalg.norm(table, axis=1, keepdims=True)
    table /= np.where(sizes > 0, sizes, 1.0)
    return np.asarray(table @ table.T)


def _reached(near: Bools) -> Bools:
    """Who is two or three acquaintances away, by way of people who take part."""
    step = near.astype(np.float32)
    two = step @ step > 0
    return np.asarray(two | (two.astype(np.float32) @ step > 0))


def _shared_hours(joining: Sequence[Joining]) -> Floats:
    """How many working hours two share; enough where one's aren't known."""
    at = {hour: n for n, hour in enumerate(sorted(frozenset().union(*(o.hours for o in joining))))}
    table = np.zeros((len(joining), max(1, len(at))), dtype=np.float32)
    for n, one in enumerate(joining):
        table[n, [at[hour] for hour in one.hours]] = 1
    told = np.asarray(table.any(axis=1))
    shared = np.where(told[:, None] & told[None, :], table @ table.T, ENOUGH)
    return np.asarray(shared, dtype=float)
