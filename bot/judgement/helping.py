"""Who could help with an ask: who offered such a thing, helps in such places, and isn't overasked.

Each signal is a number from 0 to 1 (a count as ln(1 + count) over the largest), and a person's
score is their weighted sum. The same sum judges the documents of ``animateur judge helpers``, where
the words of messages take the place of those of offers; the bot itself keeps no such words.

Of three who are asked, two are likely to help, and the third is likely among those who don't
already help with most things: else a few would be asked each time, and the others never.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import StrEnum
from hashlib import blake2b
from math import exp, log1p
from types import MappingProxyType

from msgspec import Struct

from bot.judgement.fitting import FITS, fits
from bot.judgement.helping_history import Facts, History

# What each signal weighs. Set by hand, in round numbers: fitted to three of four communities at a
# time, by likelihood, they came out alike and did no better on the fourth. Only who is named, and
# who offered such a thing, comes before all others.
NAMED = 10.0
OFFERED = 10.0
WORDS = 0.7
COUNTED = (1.5, 1.5, 1.5, 0.5)  # helped here, helped, wrote here, took part in the asker's talk
SEEN = 2.0
SEEN_HERE = 1.0
SPARED = 8.0  # less, the nearer somebody is to their cap: help is to go through many hands

STEEP = 5.0  # a count weighs as ln(1 + 5 count): one is far more than none
FADES, FADES_HERE = 30.0, 14.0  # days without a message: having been seen falls to a third
BUSIEST = 10
BUSIEST_SHARE = 4  # of few, the busiest are a quarter at most
AT_MOST = 3
CAP = 2  # times in a month

_MENTION = re.compile(r"<@([^>|\s]+)")

NOTHING: Mapping[int, float] = MappingProxyType({})


class Reason(StrEnum):
    """Why somebody is asked; the strongest is told."""

    NAMED = "named"  # the ask mentions them
    ONLY_OFFER = "only offer"  # nobody else offered, or follows, anything of the kind
    OFFER = "offer"  # what they offered or follow fits
    ANSWERED_YOU = "answered you"  # they helped this asker before
    HELPS_HERE = "helps here"  # they help others in the ask's channel
    HELPS = "helps"  # they help others elsewhere
    KNOWS_THE_PLACE = "knows the place"  # they write in the ask's channel
    OTHER_GROUP = "other group"  # they see it from another group
    AROUND = "around"  # they write in the network


class Wanted(Struct, frozen=True, kw_only=True):
    """An ask: its words, who asks and from which group, in which channel, when (microseconds UTC).

    `channel` and `group` are None where they aren't known; a group is any number that stands for a
    corner of the network (`bot.judgement.corners.homes`) or a team that people declared. `named`
    are the people whom the words mention.
    """

    words: str
    asker: int
    at: int
    channel: int | None = None
    group: int | None = None
    named: tuple[int, ...] = ()


class Candidate(Struct, frozen=True, kw_only=True):
    """Somebody who may be asked, as far as they said so themselves.

    `says` are their offers and the topics they follow, in their words. `group` as in `Wanted`.
    `asked` is how often they helped, or were asked, this month: the oftener, the later they come,
    and at `cap` they are left in peace.
    """

    person: int
    says: tuple[str, ...] = ()
    group: int | None = None
    asked: int = 0
    cap: int = CAP


class Suggestion(Struct, frozen=True, kw_only=True):
    """Somebody to ask, and why: `said` is the offer or topic that fits, where that is why."""

    person: int
    reason: Reason
    said: str | None = None
    is_other_group: bool = False


class Standing(Struct, frozen=True, kw_only=True):
    """A candidate with what speaks for them."""

    one: Candidate
    facts: Facts
    fit: float
    said: str | None
    score: float


def suggest(
    wanted: Wanted,
    candidates: Sequence[Candidate],
    history: History,
    *,
    seed: int,
    besides: Collection[int] = (),
    at_most: int = AT_MOST,
) -> list[Suggestion]:
    """At most three people to ask privately, the likeliest first; none rather than anybody.

        suggest(
            Wanted(words=ask.words, asker=ask.person_id, at=to_micros(now), channel=…, group=…),
            [Candidate(person=…, says=("plain English", "proof-reading"), group=…, asked=1), …],
            History.of(talk.said(session, network, since=…, until=…)),  # half a year is plenty
            seed=ask.id,
            besides={who was asked before, or declined},
        )

    Pass as candidates all who can be asked: no bots, nobody who left, rests, is paused or away.
    The asker, those *besides* and those at their cap are passed over. Of three, two are the
    likeliest and one the likeliest outside the ten busiest helpers (a quarter of few people). Where
    all would come from the asker's own group, the best of another group takes the last place.
    Nobody is suggested for whom nothing speaks. The same arguments have the same answer; *seed*
    decides between equals.
    """
    free = [
        one
        for one in candidates
        if one.person != wanted.asker and one.person not in besides and one.asked < one.cap
    ]
    ranked = _ranked(wanted, free, history, seed)
    chosen = _mixed(ranked, at_most)
    chosen = _with_other_group(chosen, ranked, wanted, at_most)
    offers = sum(each.fit >= FITS for each in ranked)
    return [
        Suggestion(
            person=each.one.person,
            reason=_reason(each, wanted, is_only=offers == 1),
            said=each.said if each.fit >= FITS else None,
            is_other_group=_is_other(each, wanted),
        )
        for each in chosen
    ]


def scores(
    facts: Mapping[int, Facts],
    *,
    offered: Mapping[int, float] = NOTHING,
    words: Mapping[int, float] = NOTHING,
    named: Collection[int] = (),
) -> dict[int, float]:
    """The score of everybody in *facts*: above 0 where anything speaks for them.

    *offered* is how well what they offered fits the ask, *words* how well what they wrote does,
    both from 0 to 1; *named* are those whom the ask mentions.
    """
    best = max(offered.values(), default=0.0) or 1.0
    most = [max((each[n] for each in facts.values()), default=0.0) for n in range(len(COUNTED))]
    units = [w / log1p(STEEP * top) if top else 0.0 for w, top in zip(COUNTED, most, strict=True)]
    here, helped, wrote, near = units
    return {
        person: NAMED * (person in named)
        + OFFERED * offered.get(person, 0.0) / best
        + WORDS * words.get(person, 0.0)
        + here * log1p(STEEP * each.helped_here)
        + helped * log1p(STEEP * each.helped)
        + wrote * log1p(STEEP * each.wrote_here)
        + near * log1p(STEEP * each.together)
        + SEEN * exp(-each.idle / FADES)
        + SEEN_HERE * exp(-each.idle_here / FADES_HERE)
        for person, each in facts.items()
    }


def mentions_in(words: str) -> list[str]:
    """Whom *words* mention, by what their platform calls them."""
    return _MENTION.findall(words)


def named_in(words: str, people: Iterable[tuple[int, str, str]]) -> tuple[int, ...]:
    """Whom of *people*, by number, platform's id and name, the words mention: "<@U1>" or "@Joe"."""
    ids, plain = mentions_in(words), words.casefold()
    return tuple(
        number
        for number, called, name in people
        if called in ids
        or (name and re.search(rf"@{re.escape(name.casefold())}(?!\w)", plain) is not None)
    )


def _ranked(
    wanted: Wanted, free: Sequence[Candidate], history: History, seed: int
) -> list[Standing]:
    """All for whom anything speaks, the likeliest first."""
    likes = _likes(wanted.words, free)
    people = [one.person for one in free]
    known = history.facts(people, channel=wanted.channel, asker=wanted.asker, at=wanted.at)
    facts = dict(zip(people, known, strict=True))
    offered = {person: like for person, (like, _) in likes.items() if like >= FITS}
    found = scores(facts, offered=offered, named=wanted.named)
    standing = [
        Standing(
            one=one,
            facts=facts[one.person],
            fit=likes.get(one.person, (0.0, None))[0],
            said=likes.get(one.person, (0.0, None))[1],
            score=found[one.person] - SPARED * one.asked / one.cap,
        )
        for one in free
        if found[one.person] > 0
    ]
    return sorted(standing, key=lambda each: (-each.score, _lot(seed, each.one.person)))


def _likes(words: str, free: Sequence[Candidate]) -> Mapping[int, tuple[float, str | None]]:
    """How well what each said fits the ask, where it does at all, and which saying it was."""
    sayings = [(one.person, said) for one in free for said in one.says]
    if not sayings:
        return MappingProxyType({})
    found: dict[int, tuple[float, str | None]] = {}
    fit = fits(words, [said for _, said in sayings])
    for (person, said), like in zip(sayings, fit, strict=True):
        if like > found.get(person, (0.0, None))[0]:
            found[person] = like, said
    return found


def _lot(seed: int, person: int) -> bytes:
    return blake2b(f"{seed}/{person}".encode(), digest_size=8).digest()


def _mixed(ranked: Sequence[Standing], at_most: int) -> list[Standing]:
    """The likeliest, and in the last place of three the likeliest who isn't among the busiest."""
    if at_most < AT_MOST:
        return list(ranked[:at_most])
    helped = sorted((each for each in ranked if each.facts.helped), key=lambda x: -x.facts.helped)
    busiest = {each.one.person for each in helped[: min(BUSIEST, len(ranked) // BUSIEST_SHARE)]}
    chosen = list(ranked[: at_most - 1])
    rest = ranked[at_most - 1 :]
    tail = next((each for each in rest if each.one.person not in busiest), None)
    return [*chosen, tail] if tail else list(ranked[:at_most])


def _with_other_group(
    chosen: list[Standing], ranked: Sequence[Standing], wanted: Wanted, at_most: int
) -> list[Standing]:
    """*chosen*, with somebody of another group in the last place where all are of the asker's."""
    if len(chosen) < 2 or any(_is_other(each, wanted) for each in chosen):
        return chosen
    other = next((each for each in ranked if _is_other(each, wanted)), None)
    return [*chosen[: at_most - 1], other] if other else chosen


def _is_other(each: Standing, wanted: Wanted) -> bool:
    return None not in (each.one.group, wanted.group) and each.one.group != wanted.group


def _reason(each: Standing, wanted: Wanted, *, is_only: bool) -> Reason:
    facts = each.facts
    if each.one.person in wanted.named:
        return Reason.NAMED
    if each.fit >= FITS:
        return Reason.ONLY_OFFER if is_only else Reason.OFFER
    if facts.answered:
        return Reason.ANSWERED_YOU
    if facts.helped_here:
        return Reason.HELPS_HERE
    if facts.helped:
        return Reason.HELPS
    if facts.wrote_here:
        return Reason.KNOWS_THE_PLACE
    return Reason.OTHER_GROUP if _is_other(each, wanted) else Reason.AROUND
