"""Which messages deserve more ears than they had: worth times how little they were attended to.

The worth is a log-odds sum. Its static part comes with each message (`bot.judgement.traits`); what
can only be told beside a week's other messages is added here. How new a message's words are is no
part of it, so no words need to be kept: fitted to three of four communities and tried on the
fourth, it added nothing to length. What orders a week besides worth was chosen by hand on these
same four, so ``benchmarks/amplify.py`` flatters it. Marks were too rare to train on at all.

What more people than usual attended to stands back, whatever it is worth; so does, a little, who
writes most. Marks don't count there: they ask for more ears.

Under-exposure follows Biega, Gummadi and Weikum, "Equity of attention" (SIGIR 2018,
https://doi.org/10.1145/3209978.3210063), as a ratio shrunk towards 1.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import accumulate
from math import ceil, exp, fsum, log
from operator import attrgetter
from statistics import median
from types import MappingProxyType

from msgspec import Struct

SHORTEST = 40  # characters: shorter messages were never in the training set

OPENS = 1.00
LENGTH = 0.33  # for each 600 characters, 2.5 times at most
LENGTH_UNIT = 600
LENGTH_MOST = 2.5
LENGTH_RANK = 0.23
MARK = 0.90  # each person who marked it, three at most
MARKS_MOST = 3
GROUP = 0.40  # each group but the author's that they come from, two at most
GROUPS_MOST = 2
INTERCEPT = -6.0  # about one message in two hundred is pointed to later

# What orders a week besides worth, as log-odds.
LONGER = 1.27  # times the length rank: the rank of novelty, which it goes with, weighed 1.85
DEEP = -0.15  # times log(1 + messages before it in its conversation)
LOUD = -0.30  # times the rank of its author by messages written
CROWDED = 0.25  # what is left of a score where more attended to it than to most

AUDIENCE_BASE, AUDIENCE_SLOPE = 0.15, 0.60
PRIOR = 2.0  # people: how strongly the ratio of attention is drawn towards 1
HEARD_LATELY = 0.35
EXPOSED = 0.20  # for each time that its author was featured
MOST_EXPOSED = 60

POOL = 200  # at least; and as many times what is to be chosen
POOL_EACH = 20
PER_CHANNEL = 3
FAIR = 0.25  # a place is kept for what has this share of the best score at least

WORTHWHILE = 1.2  # log-odds: an opening of plain words reaches 1.0
KNOWN_TO = 3  # people: up to here nothing is well known
KNOWN_SHARE = 0.25  # of those who write in the channel
LONG = 300  # characters
LONG_RANK = 0.75


class Candidate(Struct, frozen=True, kw_only=True, gc=False):
    """A message that could be heard by more people; all counts are of distinct other people.

    `conversation` is the `ts` of its thread's first message, its own where it `opens` one.
    `attention` counts all who responded to it: `replied` answered, `marked` chose the emoji for
    "worth hearing" (some may be both), and `reacted` did no more than put another emoji on it.
    `groups` is how many corners of the network but the author's the marks come from, 0 where that
    isn't known (`bot.judgement.corners`).
    `audience` wrote in the channel in four weeks. `earlier` messages came before it in its
    conversation. `voice` is how many messages its author wrote lately (ninety days, or as many as
    are looked at; the same for all), 0 for everybody where that isn't known.
    """

    channel: int
    ts: int
    author: int
    conversation: int
    opens: bool
    length: int
    worth: float
    attention: int = 0
    replied: int = 0
    marked: int = 0
    reacted: int = 0
    groups: int = 0
    audience: int = 0
    is_newcomer: bool = False
    earlier: int = 0
    voice: int = 0


class Marked(Struct, frozen=True, kw_only=True, tag="marked"):
    """So many people marked it as worth hearing, in so many other corners (0: not known)."""

    people: int
    groups: int


class Unanswered(Struct, frozen=True, kw_only=True, tag="unanswered"):
    """It opened a conversation, and nobody has answered."""


class Careful(Struct, frozen=True, kw_only=True, tag="careful"):
    """It is among the longest of its week."""


class Noticed(Struct, frozen=True, kw_only=True, tag="noticed"):
    """No more than so many people replied, and so many others only reacted."""

    replied: int
    reacted: int


class Fresh(Struct, frozen=True, kw_only=True, tag="fresh"):
    """It comes from somebody new."""


Reason = Marked | Unanswered | Careful | Noticed | Fresh


class Rated(Struct, frozen=True, kw_only=True, gc=False):
    """A candidate beside the others of its week: `worth` in log-odds, the rest 0 to 1.

    `length_rank` is the share of candidates that are no longer; `under` says how little attention
    it got (.5: as much as expected); `score` is what they are ordered by.
    """

    candidate: Candidate
    worth: float
    length_rank: float
    under: float
    score: float

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why it is worth hearing, and why it is little known; the strongest first."""
        one = self.candidate
        found: list[Reason] = []
        is_unanswered = one.opens and not one.replied
        if one.marked:
            found.append(Marked(people=one.marked, groups=one.groups))
        if is_unanswered:
            found.append(Unanswered())
        if one.length >= LONG and self.length_rank >= LONG_RANK:
            found.append(Careful())
        if one.reacted or not is_unanswered:
            found.append(Noticed(replied=one.replied, reacted=one.reacted))
        if one.is_newcomer:
            found.append(Fresh())
        return tuple(found)


def rank(
    candidates: Iterable[Candidate],
    *,
    heard_lately: Collection[int] = (),
    exposure: Mapping[int, float] = MappingProxyType({}),
) -> list[Rated]:
    """All candidates of a week (40 characters and more), the best first.

    *heard_lately* are the authors whose ideas were in the last four digests; *exposure* is how
    often each author's were, over as long as the caller counts, for what is not ruled out anyway.
    The order doesn't depend on that of the candidates: ties go to the earlier message, then the
    lower channel.
    """
    order = attrgetter("ts", "channel")
    given = sorted((one for one in candidates if one.length >= SHORTEST), key=order)
    lengths = _shares(one.length for one in given)
    voices = _shares(one.voice for one in given)
    usual = median([_unasked(one) for one in given]) if given else 0
    late = frozenset(heard_lately)
    rated = []
    for one, people in zip(given, _expected(given), strict=True):
        length_rank = lengths[one.length]
        worth = _worth(one, length_rank)
        ratio = (one.attention + PRIOR) / (people + PRIOR)
        under = 1 / (1 + ratio**2)
        odds = worth + LONGER * length_rank + DEEP * log(1 + one.earlier) + LOUD * voices[one.voice]
        score = under**0.5 / (1 + exp(-odds - INTERCEPT))
        score *= CROWDED if _unasked(one) > usual else 1.0
        score *= HEARD_LATELY if one.author in late else 1.0
        score *= EXPOSED ** min(MOST_EXPOSED, exposure.get(one.author, 0.0))
        rated.append(
            Rated(candidate=one, worth=worth, length_rank=length_rank, under=under, score=score)
        )
    return sorted(rated, key=attrgetter("score"), reverse=True)


def _shares(values: Iterable[int]) -> dict[int, float]:
    """For each of *values*, the share of them that are no greater."""
    counts = sorted(Counter(values).items())
    upto = [*accumulate(count for _, count in counts)]
    return {value: up / upto[-1] for (value, _), up in zip(counts, upto, strict=True)}


def _unasked(one: Candidate) -> int:
    """How many attended to it without asking that others hear it too."""
    return one.attention - one.marked


def _worth(one: Candidate, length_rank: float) -> float:
    return (
        one.worth
        + OPENS * one.opens
        + LENGTH * min(LENGTH_MOST, one.length / LENGTH_UNIT)
        + LENGTH_RANK * length_rank
        + MARK * min(MARKS_MOST, one.marked)
        + GROUP * min(GROUPS_MOST, one.groups)
    )


def _expected(given: Sequence[Candidate]) -> list[float]:
    """The attention that each could expect from its audience, scaled to the week's mean."""
    raw = [AUDIENCE_BASE + AUDIENCE_SLOPE * log(1 + one.audience) for one in given]
    total = fsum(raw)
    scale = sum(one.attention for one in given) / total if total else 0.0
    return [each * scale for each in raw]


def places(candidates: Iterable[Candidate], *, at_most: int) -> int:
    """How many to choose: of few authors no more than half, or all would be told of each time."""
    authors = {one.author for one in candidates if one.length >= SHORTEST}
    return min(at_most, ceil(len(authors) / 2))


def is_little_known(rated: Rated) -> bool:
    """Whether it is worth anybody's time at all, and not well known already.

    Even the best of a week may be small talk, and the only message of a week may be the one that
    everybody saw; an order alone doesn't tell.
    """
    one = rated.candidate
    is_known = one.attention > max(KNOWN_TO, KNOWN_SHARE * one.audience)
    return not is_known and (one.marked > 0 or rated.worth >= WORTHWHILE)


def choose(ranked: Sequence[Rated], *, at_most: int, featured: Collection[int] = ()) -> list[Rated]:
    """The best of *ranked*, one of each author and conversation and three of each channel at most.

    Of two or more, all but the first keep a place each for a newcomer, for somebody who is not
    among those ever *featured*, and for what was marked in other corners of the network: where none
    is among them, the best such one takes the last place that can be spared, if it is worth at
    least a quarter of the best. One may well be all three.
    """
    pool = ranked[: max(POOL, POOL_EACH * at_most)]
    chosen = _pick(pool, at_most)
    fair = FAIR * pool[0].score if pool else 0.0
    told = frozenset(featured)
    kinds: tuple[Callable[[Rated], bool], ...] = (
        lambda each: each.candidate.is_newcomer,
        lambda each: each.candidate.author not in told,
        lambda each: each.candidate.groups > 0,
    )
    for nth, is_kind in enumerate(kinds):
        if not any(map(is_kind, chosen)):
            such = [each for each in pool if is_kind(each) and each.score >= fair]
            chosen = _with_one(chosen, such, kept=kinds[:nth])
    return chosen


def _with_one(
    chosen: list[Rated], such: list[Rated], *, kept: Sequence[Callable[[Rated], bool]]
) -> list[Rated]:
    """*chosen* with the first of *such* that can take a place of theirs, never the first place.

    Nobody goes who is the only one of a kind that is *kept*.
    """
    for out in reversed(chosen[1:]):
        others = [each for each in chosen if each is not out]
        is_spared = all(any(map(kind, others)) or not kind(out) for kind in kept)
        found = _pick([*others, *such], len(chosen)) if is_spared else others
        if len(found) > len(others):
            return found
    return chosen


def _pick(pool: Sequence[Rated], at_most: int) -> list[Rated]:
    authors: set[int] = set()
    conversations: set[tuple[int, int]] = set()
    channels: Counter[int] = Counter()
    chosen: list[Rated] = []
    for each in pool:
        one = each.candidate
        place = (one.channel, one.conversation)
        if len(chosen) == at_most:
            break
        if one.author in authors or place in conversations:
            continue
        if channels[one.channel] == PER_CHANNEL:
            continue
        authors.add(one.author)
        conversations.add(place)
        channels[one.channel] += 1
        chosen.append(each)
    return chosen
