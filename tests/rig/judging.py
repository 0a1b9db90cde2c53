"""What came of a campaign, by the stand-in's own history and by our database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, NullPool, create_engine, text
from sqlalchemy.engine import make_url

from tests.rig import hearing, plain
from tests.rig.doings import CANARY, FORGED, SECRET
from tests.rig.hearing import messages_to, micros
from tests.standin.deliveries import Delivery
from tests.standin.limits import Violation
from tests.standin.server import StandIn

KINDS = ("lost", "doubled", "dropped", "unlisted", "wrong", "unclear")
"""What a promise can be broken by."""

FAILURES = ("slack.request_failed", "slack.envelope_failed", "handler.failed")
"""What a sound bot never logs, whatever happens to it."""

NOTING = 1.0
"""Seconds after which who was asked to wait has surely noted it, on a machine with much to do."""


@dataclass(kw_only=True)
class Outcome:
    """What came of it; empty lists are what a bot promises.

    `lost`: acknowledged but not kept. `doubled`: said more than once. `dropped`: to be said, and
    neither said nor listed for a person. `ambiguous`: how many may have arrived; those for all to
    see that no person is asked about are `unlisted`. `wrong`: anything else that must not be.
    `unclear`: why this shows nothing either way, as where the machine had no time for it.
    `injected`: how often each fault struck, beside the kills, and `deaths`: when a bot was found
    dead, by the time of Slack.
    """

    kills: int = 0
    at_failpoints: Counter[str] = field(default_factory=Counter)
    injected: Counter[str] = field(default_factory=Counter)
    deaths: list[float] = field(default_factory=list)
    acknowledged: int = 0
    posts: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    ambiguous: int = 0
    unlisted: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    unclear: list[str] = field(default_factory=list)

    @property
    def is_well(self) -> bool:
        """Whether every promise was kept."""
        return not self.findings

    @property
    def findings(self) -> list[str]:
        """Each broken promise, after the name of its kind."""
        return [f"{kind}: {each}" for kind in KINDS for each in getattr(self, kind)]

    def add(self, other: Outcome) -> None:
        """Count another campaign's outcome into this one."""
        self.kills += other.kills
        self.at_failpoints += other.at_failpoints
        self.injected += other.injected
        self.acknowledged += other.acknowledged
        self.posts += other.posts
        self.ambiguous += other.ambiguous
        for name in KINDS:
            getattr(self, name).extend(getattr(other, name))


def rows(url: str, statement: str) -> list[Any]:
    """What *statement* finds in the database at *url*."""
    with _engine(url).connect() as connection:
        return list(connection.execute(text(statement)))


@lru_cache(1)
def _engine(url: str) -> Engine:
    """One that leaves no connection behind: it is asked again and again, so it isn't made anew."""
    return create_engine(url, poolclass=NullPool)


def judge(outcome: Outcome, slack: StandIn, channels: Sequence[str], url: str, log: Path) -> None:
    """Count into *outcome* what became of our bot's promises."""
    _Judge(outcome, slack, channels, url, log).judge()


def judge_plain(outcome: Outcome, slack: StandIn, channels: Sequence[str], url: str) -> None:
    """Count into *outcome* what became of those promises with a plain bot."""
    path = make_url(url).database
    assert path is not None
    messages, said = messages_to(slack, channels), _said(outcome, slack)
    kept = plain.kept(Path(path))
    outcome.acknowledged = len(messages)
    outcome.lost = [f"{channel}/{ts}" for channel, ts in messages if (channel, ts) not in kept]
    keys = [f"echo/{channel}/{ts}" for channel, ts in messages]
    outcome.dropped = [key for key in keys if key not in said]


def _said(outcome: Outcome, slack: StandIn) -> Mapping[str, int]:
    """How often each occasion was said."""
    said = Counter(post.key.partition("|")[0] for post in slack.posts if post.key)
    outcome.posts = said.total()
    outcome.doubled = [f"{key}: {times}" for key, times in said.items() if times > 1]
    return said


def _is_typed(delivery: Delivery, text: str) -> bool:
    return delivery.kind == "slash_commands" and delivery.payload["text"].startswith(text)


@dataclass
class _Judge:
    outcome: Outcome
    slack: StandIn
    channels: Sequence[str]
    url: str
    log: Path

    def judge(self) -> None:
        messages, said = messages_to(self.slack, self.channels), _said(self.outcome, self.slack)
        self.outcome.acknowledged = len(messages)
        if not messages:
            self.outcome.unclear.append("nothing was acknowledged, so nothing is shown")
        kept = {
            (ref.rpartition("/")[2], ts): flags
            for ref, ts, flags in self._rows(
                "SELECT c.ref, m.ts, m.flags FROM messages m JOIN channels c ON c.id = m.channel_id"
            )
        }
        hearing.judge(self.outcome, self.slack, self.channels, self._rows, kept)
        self._look_for_answers(messages, said)
        self._look_for_whispers()
        self._look_for_what_must_not_be(kept)
        self._look_for_words_and_secrets()

    def _rows(self, statement: str) -> list[Any]:
        return rows(self.url, statement)

    def _look_for_answers(
        self, messages: Sequence[tuple[str, str]], said: Mapping[str, int]
    ) -> None:
        """Each message and command has one answer, or one that a person is asked about."""
        outcome, team = self.outcome, self.slack.world.team.id
        states = dict(self._rows("SELECT key, state FROM outbox"))
        keys = [f"echo/slack:{team}/{channel}/{micros(ts)}" for channel, ts in messages]
        keys += [
            f"typed/slack:{delivery.payload['trigger_id']}"
            for delivery in self.slack.deliveries.all
            if delivery.state == "acknowledged" and _is_typed(delivery, "echo ")
        ]
        keys += [
            f"filled/slack:{delivery.payload['view']['id']}/{delivery.payload['view']['hash']}"
            for delivery in self.slack.deliveries.all
            if delivery.state == "acknowledged" and delivery.name == "view_submission"
        ]
        for key in keys:
            if said.get(key, 0) == 0 and key not in states and not key.startswith("echo/"):
                outcome.lost.append(key)  # an act leaves no other trace than its answer
            elif said.get(key, 0) == 0 and states.get(key) != "ambiguous":
                outcome.dropped.append(f"{key}: {states.get(key, 'never queued')}")
        outcome.ambiguous = sum(state == "ambiguous" for state in states.values())
        unlisted = self._rows(
            "SELECT key, claimed_at FROM outbox"
            " WHERE state = 'ambiguous' AND held_at IS NULL AND method = 'post'"
        )
        outcome.unlisted = [f"{key}: {claimed}" for key, claimed in unlisted]

    def _look_for_whispers(self) -> None:
        """Each is seen once; one whose moment passed is let go, for nobody could ask about it."""
        seen = [each.text for each in self.slack.sees("Dee") if each.is_ephemeral]
        states = dict(self._rows("SELECT key, state FROM outbox"))
        for delivery in self.slack.deliveries.all:
            if delivery.state != "acknowledged" or not _is_typed(delivery, "hush "):
                continue
            word = delivery.payload["text"].partition(" ")[2]
            times = sum(word in text for text in seen)
            state = states.get(f"act/slack:{delivery.payload['trigger_id']}/0")
            if times > 1:
                self.outcome.doubled.append(f"{word} {times}")
            elif state is None:
                self.outcome.lost.append(word)
            elif times == 0 and state not in ("ambiguous", "expired"):
                self.outcome.dropped.append(f"{word} {state}")

    def _look_for_what_must_not_be(self, kept: Mapping[tuple[str, int], int]) -> None:
        wrong, world = self.outcome.wrong, self.slack.world
        if any(ts == micros(FORGED) for _, ts in kept):
            wrong.append("a forged message was kept")
        for reading in self.slack.sees("Ada"):
            if reading.key and (reading.mentions or reading.links):
                wrong.append(f"{reading.key} mentions or links what we never wrote")
        logged = self._logged()
        if b"database is locked" in logged:
            wrong.append("the database was locked")
        wrong += [f"it logged {each}" for each in FAILURES if f'"{each}"'.encode() in logged]
        stuck = self._rows("SELECT count(*) FROM inbox WHERE error IS NOT NULL")[0][0]
        if stuck:
            wrong.append(f"{stuck} events were set aside")
        private = world.channel("private").id
        if any(channel == private for channel, _ in kept):
            wrong.append("a private channel's messages were kept")
        if early := sum(map(self._is_too_early, self.slack.limits.violations)):
            wrong.append(f"{early} posts came inside a Retry-After")

    def _is_too_early(self, violation: Violation) -> bool:
        """Whether a post came though it was known that it must wait.

        Nobody knows who was killed before they could note it, as far as one can see; nor does a
        clock that jumped.
        """
        asked, noted = violation.asked, violation.asked + NOTING
        was_killed = any(asked <= death <= noted for death in self.outcome.deaths)
        is_post = violation.method.startswith("chat.")
        return is_post and not was_killed and not self.outcome.injected["jump"]

    def _look_for_words_and_secrets(self) -> None:
        for name, data in self._files():
            if any(phrase.encode() in data for phrase in (CANARY, SECRET)):
                self.outcome.wrong.append(f"{name} holds people's words")
            secrets = (self.slack.bot_token, self.slack.app_token, self.slack.signing_secret)
            if any(token.encode() in data for token in secrets):
                self.outcome.wrong.append(f"{name} holds a secret")

    def _logged(self) -> bytes:
        return self.log.read_bytes() if self.log.exists() else b""

    def _files(self) -> Iterator[tuple[str, bytes]]:
        yield "the log", self._logged()
        path = make_url(self.url).database
        if self.url.startswith("sqlite") and path is not None:
            for suffix in ("", "-wal"):
                file = Path(path + suffix)
                yield f"the database{suffix}", file.read_bytes() if file.exists() else b""
