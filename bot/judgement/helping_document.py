"""Judges who could help with many questions at once: messages and questions in, people out.

Each question is answered from the messages before it, by the very sum that suggests whom to ask;
what people wrote takes the place of what they offered, since a document tells no offers.
"""

from __future__ import annotations

from collections.abc import Iterator
from heapq import nlargest
from math import isfinite
from operator import itemgetter
from typing import Annotated

from msgspec import Meta, Struct

from bot.judgement.helping import mentions_in, scores
from bot.judgement.helping_history import History
from bot.judgement.helping_words import Words, words_of
from bot.judgement.talk import Said

SECOND = 1_000_000
AT_MOST = 100
"""People told of each question."""

LATEST = 1e11  # seconds since 1970: what is later was given in another unit
Seconds = Annotated[float, Meta(ge=0, le=LATEST)]
Id = str | int


class DocumentError(ValueError):
    """A document that holds no questions that could be judged."""


class MessageHeard(Struct, frozen=True, kw_only=True):
    """A message; `ts` in seconds since 1970, `thread` the id or `ts` of its thread's first one."""

    id: Id
    channel: Id
    user: Id
    ts: Seconds
    thread: Id | float | None = None
    is_reply: bool = False
    text: str | None = ""


class Question(Struct, frozen=True, kw_only=True):
    """What somebody asked; it may stand among the messages, too, under the same id."""

    id: Id
    channel: Id
    user: Id
    ts: Seconds
    text: str | None = ""


class HelpersDocument(Struct, frozen=True, kw_only=True):
    """Messages of a network, and questions asked in it, in any order."""

    messages: list[MessageHeard]
    queries: list[Question]


class _Names(dict[str, int]):
    """Our own number for each name, in the order in which they come; 7 and "7" are one."""

    def __missing__(self, name: str) -> int:
        return self.setdefault(name, len(self))


class _Hearing:
    """What has been heard of a document so far."""

    def __init__(self) -> None:
        self.people = _Names()
        self.channels = _Names()
        self.names: list[Id] = []
        self.history = History()
        self.words = Words()
        self._talks: dict[tuple[int, str], int] = {}

    def person(self, name: Id) -> int:
        number = self.people[str(name)]
        if number == len(self.names):
            self.names.append(name)
        return number

    def hear(self, one: MessageHeard) -> None:
        author, channel = self.person(one.user), self.channels[str(one.channel)]
        at = round(one.ts * SECOND)
        began = self._began(one, channel, at)
        self.history.hear(Said(channel, at, author, began, False, False))
        self.words.add(words_of(one.text or ""), author=author, at=at)

    def _began(self, one: MessageHeard, channel: int, at: int) -> int | None:
        """When a message's thread began, None where it stands in none."""
        if one.thread is not None:
            return self._talks.setdefault((channel, str(one.thread)), at)
        for name in (str(one.id), str(one.ts), f"{one.ts:.6f}"):
            self._talks.setdefault((channel, name), at)
        return None

    def answer(self, asked: Question) -> list[Id]:
        """The likeliest to help, the best first."""
        asker, text = self.person(asked.user), asked.text or ""
        channel, at = self.channels[str(asked.channel)], round(asked.ts * SECOND)
        votes = self.words.votes(words_of(text), asker=asker, at=at)
        named = {self.person(name) for name in mentions_in(text)} - {asker}
        people = self.history.people(channel=channel, asker=asker) | votes.keys() | named
        order = sorted(people)
        known = self.history.facts(order, channel=channel, asker=asker, at=at)
        found = scores(dict(zip(order, known, strict=True)), words=votes, named=named)
        best = nlargest(AT_MOST, found.items(), key=itemgetter(1))
        return [self.names[person] for person, score in best if score > 0]


def judge_helpers(document: HelpersDocument) -> dict[str, list[Id]]:
    """For each question's id, who is likely to help: at most a hundred people, the best first.

    Raises:
        DocumentError: two questions have the same id, or a time is no number.
    """
    _check(document)
    return {str(asked.id): people for asked, people in _answers(document)}


def _answers(document: HelpersDocument) -> Iterator[tuple[Question, list[Id]]]:
    """Each question's answer from the messages before it, in order of time."""
    hearing = _Hearing()
    messages = sorted(document.messages, key=lambda one: (one.ts, str(one.channel), str(one.id)))
    heard = 0
    for asked in sorted(document.queries, key=lambda one: (one.ts, str(one.id))):
        while heard < len(messages) and messages[heard].ts < asked.ts:
            hearing.hear(messages[heard])
            heard += 1
        yield asked, hearing.answer(asked)


def _check(document: HelpersDocument) -> None:
    ids = [str(asked.id) for asked in document.queries]
    if len(set(ids)) < len(ids):
        twice = next(each for n, each in enumerate(ids) if each in ids[:n])
        raise DocumentError(f"query {twice!r} is named twice")
    times = [one.ts for one in document.messages] + [one.ts for one in document.queries]
    if not all(map(isfinite, times)):
        raise DocumentError("a time is no number")
