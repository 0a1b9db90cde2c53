"""Compares whom the bot would ask with whom other rules would, on real communities.

    python benchmarks/matching.py [--exports FOLDER_OF_TAR_XZ] [--data FOLDER] [--queries 400]
        [--members 100000 --messages 2000000]

A question is a message with a question mark that opens a conversation and was answered within a
week; who answered it first, up to three people, is the truth. "Ours" is what ``animateur judge
helpers`` answers; "no names" is the same where no question says whom it is for, and "no words"
where nobody's words are known, as in the bot itself, which keeps none. Everybody is told only what
was written before the question. MRR is the mean of 1 / (place of the first who answered); hit@5
whether one of them is among the first five. For the tail, the ten who answered most in all are
taken out of truth and answers: it tells whether those are found who aren't asked anyway.

The mean over communities counts, beside the ratio to "top in channel", with 95 % intervals by
drawing each community's questions anew (bootstrap). Communities with fewer than fifty questions
are told of and left out of the mean. Mind that who answered is not all who could have helped.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from statistics import fmean, quantiles

import msgspec
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.amplify_communities import DAY, Community, Message, communities, unpack
from benchmarks.matching_rivals import RIVALS, Listener
from bot.judgement.helping import scores
from bot.judgement.helping_document import (
    HelpersDocument,
    MessageHeard,
    Question,
    judge_helpers,
)
from bot.judgement.helping_history import History
from bot.judgement.helping_words import Words
from bot.judgement.talk import Said

WEEK = 7 * DAY
FIRST = 3
BUSIEST = 10
FEWEST = 50
SECOND = 1_000_000
BASE = "top in channel"
NAMES = ("MRR", "hit@5", "tail MRR", "tail hit@5")
Asked = tuple[Message, frozenset[str]]
Answers = dict[str, list[str]]


def questions(community: Community, most: int) -> list[Asked]:
    """Questions of a community, and who first answered each; at most so many, drawn by lot."""
    talks: dict[tuple[str, int], list[Message]] = defaultdict(list)
    for one in community.messages:
        talks[one.conversation].append(one)
    found = []
    for opening, *rest in talks.values():
        late = opening.ts + WEEK
        others = dict.fromkeys(o.user for o in rest if o.user != opening.user and o.ts <= late)
        if opening.opens and others and any(sign in opening.text for sign in "?？"):
            found.append((opening, frozenset(list(others)[:FIRST])))
    found = random.Random(1).sample(found, min(most, len(found)))
    return sorted(found, key=lambda each: (each[0].ts, each[0].channel))


def busiest(community: Community) -> frozenset[str]:
    """The ten who took part in most conversations of others."""
    opened: dict[tuple[str, int], str] = {}
    told = {(one.conversation, one.user) for one in community.messages}
    for one in community.messages:
        opened.setdefault(one.conversation, one.user)
    helped = Counter(user for talk, user in sorted(told) if opened[talk] != user)
    return frozenset(user for user, _ in helped.most_common(BUSIEST))


def document(community: Community, asked: Sequence[Asked]) -> HelpersDocument:
    """What ``animateur judge helpers`` would be given."""
    messages = [
        MessageHeard(
            id=f"{one.channel}/{one.ts}",
            channel=one.channel,
            user=one.user,
            ts=one.ts / SECOND,
            thread=f"{one.channel}/{one.conversation[1]}" if one.threaded else None,
            is_reply=not one.opens,
            text=one.text,
        )
        for one in community.messages
    ]
    queries = [
        Question(
            id=name(one), channel=one.channel, user=one.user, ts=one.ts / SECOND, text=one.text
        )
        for one, _ in asked
    ]
    return HelpersDocument(messages=messages, queries=queries)


def name(one: Message) -> str:
    """What a question is called."""
    return f"{one.channel}/{one.ts}"


def ours(given: HelpersDocument) -> Answers:
    """What ``animateur judge helpers`` answers."""
    return {key: [str(each) for each in people] for key, people in judge_helpers(given).items()}


def without(given: HelpersDocument, *, words: bool) -> HelpersDocument:
    """The same without anybody's words, or else without whom a question mentions."""

    def text(one: Question) -> str:
        told = one.text or ""
        return " ".join(re.findall(r"<@[^>|\s]+", told)) if words else re.sub("<@", "<#", told)

    queries = [msgspec.structs.replace(one, text=text(one)) for one in given.queries]
    return msgspec.structs.replace(given, queries=queries)


def rivals(community: Community, asked: Sequence[Asked]) -> dict[str, Answers]:
    """What the others answer."""
    found: dict[str, Answers] = defaultdict(dict)
    listener, heard = Listener(), 0
    for one, _ in asked:
        while community.messages[heard].ts < one.ts:
            listener.hear(community.messages[heard])
            heard += 1
        for rule, rival in RIVALS.items():
            told = {who: s for who, s in rival(listener, one).items() if s > 0 and who != one.user}
            found[rule][name(one)] = sorted(told, key=lambda who: -told[who])
    return found


def judged(asked: Sequence[Asked], answers: Answers, busy: frozenset[str]) -> list[list[float]]:
    """MRR, hit@5 and the same of the tail (nan where nobody of the tail answered), each."""
    found = []
    for one, truth in asked:
        shown = answers[name(one)]
        tail = [who for who in shown if who not in busy]
        found.append([*_found(shown, truth), *_found(tail, truth - busy)])
    return found


def _found(shown: Sequence[str], truth: frozenset[str]) -> tuple[float, float]:
    if not truth:
        return float("nan"), float("nan")
    place = next((n for n, who in enumerate(shown, start=1) if who in truth), 0)
    return (1 / place if place else 0.0), float(0 < place <= 5)


def table(figures: dict[str, dict[str, list[list[float]]]], resamples: int) -> None:
    """Print each rule's figures: the mean over communities, its ratio to the base, and each."""
    counted = [where for where, rows in figures[BASE].items() if len(rows) >= FEWEST]
    arrays = {rule: {w: np.array(rows[w]) for w in rows} for rule, rows in figures.items()}
    draw = np.random.default_rng(1)
    picks = {
        w: draw.integers(0, len(arrays[BASE][w]), (resamples, len(arrays[BASE][w])))
        for w in counted
    }
    drawn = {
        rule: np.mean([np.nanmean(a[w][picks[w]], axis=1) for w in counted], axis=0)
        for rule, a in arrays.items()
    }
    for rule, each in arrays.items():
        mean = np.mean([np.nanmean(each[w], axis=0) for w in counted], axis=0)
        base = np.mean([np.nanmean(arrays[BASE][w], axis=0) for w in counted], axis=0)
        low, high = np.quantile(drawn[rule], [0.025, 0.975], axis=0)
        less, more = np.quantile(drawn[rule] / drawn[BASE], [0.025, 0.975], axis=0)
        print(f"{rule}")
        for n, figure in enumerate(NAMES):
            own = ", ".join(f"{w} {np.nanmean(each[w][:, n]):.3f}" for w in each)
            print(
                f"  {figure:11} {mean[n]:.3f} ({low[n]:.3f}-{high[n]:.3f})"
                f"   x{mean[n] / base[n]:.2f} ({less[n]:.2f}-{more[n]:.2f})   {own}"
            )


def invented(members: int, messages: int) -> Iterator[tuple[Said, list[str]]]:
    """Messages of a made-up network: a few write most, words are as rare as in any language."""
    draw = np.random.default_rng(3)
    people = (members * draw.random(messages) ** 3).astype(int).tolist()
    channels = (400 * draw.random(messages) ** 2).astype(int).tolist()
    answers = (draw.random(messages) < 0.6).tolist()
    words = [f"w{n}" for n in range(200_000)]
    told = np.minimum(200_000 * draw.random((messages, 12)) ** 6, 199_999).astype(int)
    opened: dict[int, int] = {}
    for n in range(messages):
        at = 1_700_000_000_000_000 + n * 20 * SECOND
        channel = channels[n]
        thread = opened[channel] if answers[n] and channel in opened else at
        opened[channel] = thread
        said = Said(channel, at, people[n], thread, False, False)
        yield said, [words[each] for each in told[n].tolist()]


def latency(members: int, messages: int, queries: int = 400) -> None:
    """Print how long one question takes in a large network."""
    history, words = History(), Words()
    asks: list[tuple[Said, list[str]]] = []
    begin = time.process_time()
    for said, told in invented(members, messages):
        history.hear(said)
        words.add(told, author=said.author, at=said.ts)
        if len(asks) < queries and said.author % 97 == 0:
            asks.append((said, told))
    built = time.process_time() - begin
    at = said.ts
    took = [_seconds(history, words, one, at) for one in _warm(asks)]
    print(
        f"{members:,} members, {messages:,} messages: a question takes "
        f"{1e3 * fmean(took):.1f} ms (p95 {1e3 * quantiles(took, n=20)[-1]:.1f}); "
        f"hearing one message {1e6 * built / messages:.0f} us"
    )


def _warm(
    asks: Iterable[tuple[Said, list[str]]],
) -> Iterator[tuple[Said, list[str]]]:
    """Each once; the first twice, since what is made once is no part of a question."""
    for n, one in enumerate(asks):
        yield one
        if not n:
            yield one


def _seconds(history: History, words: Words, one: tuple[Said, list[str]], at: int) -> float:
    said, told = one
    begin = time.process_time()
    votes = words.votes(told, asker=said.author, at=at)
    people = sorted(history.people(channel=said.channel, asker=said.author) | votes.keys())
    known = history.facts(people, channel=said.channel, asker=said.author, at=at)
    found = scores(dict(zip(people, known, strict=True)), words=votes)
    sorted(found, key=found.__getitem__, reverse=True)
    return time.process_time() - begin


def main() -> None:
    """Read the communities and print the comparison."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--exports", type=Path, default=Path("exports"))
    parser.add_argument("--data", type=Path, default=Path("/tmp/data"))
    parser.add_argument("--queries", type=int, default=1_000_000, help="of each community")
    parser.add_argument("--resamples", type=int, default=1_000)
    parser.add_argument("--members", type=int, default=0, help="measure how long a question takes")
    parser.add_argument("--messages", type=int, default=2_000_000)
    asked = parser.parse_args()
    if asked.members:
        latency(asked.members, asked.messages)
        return
    if asked.exports.is_dir():
        asked.data.mkdir(parents=True, exist_ok=True)
        unpack(asked.exports, asked.data)
    if not asked.data.is_dir():
        print("There are no exports of communities here: nothing to compare on.")
        return
    figures: dict[str, dict[str, list[list[float]]]] = defaultdict(dict)
    for community in communities(asked.data):
        given = questions(community, asked.queries)
        told = document(community, given)
        answers = rivals(community, given)
        answers["ours"] = ours(told)
        answers["ours, no names"] = ours(without(told, words=False))
        answers["ours, no words"] = ours(without(told, words=True))
        print(f"{community.name}: {len(given)} questions", flush=True)
        busy = busiest(community)
        for rule, each in answers.items():
            figures[rule][community.name] = judged(given, each, busy)
    table(figures, asked.resamples)


if __name__ == "__main__":
    main()
