"""Other ways to say who could help, as simple as they are common, for a comparison."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Mapping
from math import log, sqrt
from random import Random

from benchmarks.amplify_communities import DAY, Message
from bot.judgement.helping_words import Words, words_of

LATELY = 45 * DAY
Scores = Mapping[str, float]


class Listener:
    """All that the rivals count, of messages heard in order of time."""

    def __init__(self) -> None:
        """Begin with nothing heard."""
        self.people: dict[str, int] = {}
        self.wrote: Counter[str] = Counter()
        self.late: deque[Message] = deque()
        self.helped: dict[str, Counter[str]] = defaultdict(Counter)
        self.talks: dict[tuple[str, int], set[str]] = {}
        self.profiles: dict[str, Counter[str]] = defaultdict(Counter)
        self.sizes: Counter[str] = Counter()
        self.words = Words()

    def hear(self, one: Message) -> None:
        """Count one message more."""
        number = self.people.setdefault(one.user, len(self.people))
        self.wrote[one.user] += 1
        self.late.append(one)
        people = self.talks.setdefault(one.conversation, {one.user})
        if one.user not in people:
            people.add(one.user)
            self.helped[one.channel][one.user] += 1
        words = words_of(one.text)
        self.words.add(words, author=number, at=one.ts)
        for word in words:
            before = self.profiles[word][one.user]
            self.profiles[word][one.user] = before + 1
            self.sizes[one.user] += 2 * before + 1

    def chance(self, asked: Message) -> Scores:
        """Any order at all, the same each time."""
        return dict.fromkeys(Random(asked.ts).sample(list(self.people), len(self.people)), 1.0)

    def most_active(self, asked: Message) -> Scores:
        """Who wrote most in forty-five days."""
        while self.late and self.late[0].ts < asked.ts - LATELY:
            self.wrote[self.late.popleft().user] -= 1
        return self.wrote

    def top_in_channel(self, asked: Message) -> Scores:
        """Who took part in most conversations of others in the channel."""
        return self.helped[asked.channel]

    def tf_idf(self, asked: Message) -> Scores:
        """Whose words are most like the question's: the cosine of all they wrote to it."""
        found: dict[str, float] = defaultdict(float)
        for word, times in Counter(words_of(asked.text)).items():
            holders = self.profiles.get(word, Counter())
            rarity = log(1 + len(self.people) / len(holders)) if holders else 0.0
            for person, count in holders.items():
                found[person] += times * count * rarity**2 / sqrt(self.sizes[person])
        return found

    def bm25(self, asked: Message) -> Scores:
        """Who wrote the messages most like the question."""
        names = list(self.people)
        votes = self.words.votes(words_of(asked.text), asker=-1, at=asked.ts)
        return {names[person]: vote for person, vote in votes.items()}


RIVALS = {
    "random": Listener.chance,
    "most active": Listener.most_active,
    "top in channel": Listener.top_in_channel,
    "TF-IDF": Listener.tf_idf,
    "BM25": Listener.bm25,
}
