"""What came of a campaign, by the stand-in's own history and by our database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from bot.storage.activity import DELETED, EDITED
from tests.rig import plain
from tests.rig.doings import CANARY, FORGED, SECRET
from tests.standin.server import StandIn

KINDS = ("lost", "doubled", "dropped", "unlisted", "wrong", "unclear")
"""What a promise can be broken by."""


@dataclass(kw_only=True)
class Outcome:
    """What came of it; empty lists are what a bot promises.

    `lost`: acknowledged but not kept. `doubled`: said more than once. `dropped`: to be said, and
    neither said nor listed for a person. `ambiguous`: how many may have arrived; those that no
    person is asked about are `unlisted`. `wrong`: anything else that must not be. `unclear`: why
    this shows nothing either way, as where the machine had no time for it.
    """

    kills: int = 0
    at_failpoints: Counter[str] = field(default_factory=Counter)
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
        self.acknowledged += other.acknowledged
        self.posts += other.posts
        self.ambiguous += other.ambiguous
        for name in KINDS:
            getattr(self, name).extend(getattr(other, name))


def rows(url: str, statement: str) -> list[Any]:
    """What *statement* finds in the database at *url*."""
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            return list(connection.execute(text(statement)))
    finally:
        engine.dispose()


def judge(outcome: Outcome, slack: StandIn, channels: Sequence[str], url: str, log: Path) -> None:
    """Count into *outcome* what became of our bot's promises."""
    _Judge(outcome, slack, channels, url, log).judge()


def judge_plain(outcome: Outcome, slack: StandIn, channels: Sequence[str], url: str) -> None:
    """Count into *outcome* what became of those promises with a plain bot."""
    path = make_url(url).database
    assert path is not None
    messages, said = _messages(slack, channels), _said(outcome, slack)
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


def _acknowledged(slack: StandIn, *types: str) -> Iterator[dict[str, Any]]:
    """The events of these types that the bot said it had."""
    for delivery in slack.deliveries.all:
        event = delivery.payload.get("event", {})
        if delivery.state == "acknowledged" and event.get("type") in types:
            yield event


def _messages(slack: StandIn, channels: Sequence[str]) -> list[tuple[str, str]]:
    """The channel and ts of each acknowledged message of a person in one of *channels*."""
    places = {slack.world.channel(name).id for name in channels}
    return [
        (event["channel"], event["ts"])
        for event in _acknowledged(slack, "message")
        if not event.get("subtype") and event.get("bot_id") is None and event["channel"] in places
    ]


def _micros(ts: str) -> int:
    return int(ts.replace(".", ""))


@dataclass
class _Judge:
    outcome: Outcome
    slack: StandIn
    channels: Sequence[str]
    url: str
    log: Path

    def judge(self) -> None:
        messages, said = _messages(self.slack, self.channels), _said(self.outcome, self.slack)
        self.outcome.acknowledged = len(messages)
        if not messages:
            self.outcome.unclear.append("nothing was acknowledged, so nothing is shown")
        kept = {
            (ref.rpartition("/")[2], ts): flags
            for ref, ts, flags in self._rows(
                "SELECT c.ref, m.ts, m.flags FROM messages m JOIN channels c ON c.id = m.channel_id"
            )
        }
        self._look_for_what_was_heard(messages, kept)
        self._look_for_reactions(kept)
        self._look_for_comings_and_goings()
        self._look_for_answers(messages, said)
        self._look_for_what_must_not_be(kept)
        self._look_for_words_and_secrets()

    def _rows(self, statement: str) -> list[Any]:
        return rows(self.url, statement)

    def _look_for_what_was_heard(
        self, messages: Sequence[tuple[str, str]], kept: Mapping[tuple[str, int], int]
    ) -> None:
        """Messages are there; edited ones are known to be, and deleted ones are gone."""
        lost = self.outcome.lost
        places = {self.slack.world.channel(name).id for name in self.channels}
        lost += [f"{c}/{ts}" for c, ts in messages if (c, _micros(ts)) not in kept]
        for event in _acknowledged(self.slack, "message"):
            if event["channel"] not in places:
                continue
            if event.get("subtype") == "message_deleted":
                at = (event["channel"], _micros(event["deleted_ts"]))
                if not kept.get(at, 0) & DELETED:
                    lost.append(f"the deletion of {at}")
            elif event.get("subtype") == "message_changed" and event["message"].get("edited"):
                at = (event["channel"], _micros(event["message"]["ts"]))
                is_ours = event["message"].get("bot_id") is not None
                if not is_ours and not kept.get(at, 0) & (EDITED | DELETED):
                    lost.append(f"the edit of {at}")

    def _look_for_reactions(self, kept: Mapping[tuple[str, int], int]) -> None:
        """Nobody takes a reaction back here, and a deleted message's go with it."""
        found = {
            (place.rpartition("/")[2], ts, member.rpartition("/")[2], emoji)
            for place, ts, member, emoji in self._rows(
                "SELECT c.ref, r.ts, p.ref, r.emoji FROM reactions r"
                " JOIN channels c ON c.id = r.channel_id JOIN people p ON p.id = r.person_id"
            )
        }
        for event in _acknowledged(self.slack, "reaction_added"):
            at = (event["item"]["channel"], _micros(event["item"]["ts"]))
            is_gone = kept.get(at, 0) & DELETED
            if not is_gone and (*at, event["user"], event["reaction"]) not in found:
                self.outcome.lost.append(f"a reaction to {at}")

    def _look_for_comings_and_goings(self) -> None:
        """Whose newest coming or going was acknowledged is known to be there, or not."""
        newest: dict[tuple[str, str], tuple[int, str, str]] = {}
        for delivery in self.slack.deliveries.all:
            event = delivery.payload.get("event", {})
            if event.get("type") in ("member_joined_channel", "member_left_channel"):
                at = (event["channel"], event["user"])
                found = (_micros(event["event_ts"]), event["type"], delivery.state)
                newest[at] = max(newest.get(at, found), found)
        there = {
            (place.rpartition("/")[2], member.rpartition("/")[2]): left is None
            for place, member, left in self._rows(
                'SELECT c.ref, p.ref, s."left" FROM presences s'
                " JOIN channels c ON c.id = s.channel_id JOIN people p ON p.id = s.person_id"
            )
        }
        for at, (_, kind, state) in newest.items():
            is_there = kind == "member_joined_channel"
            if state == "acknowledged" and there.get(at) is not is_there:
                self.outcome.lost.append(f"{kind} of {at}")

    def _look_for_answers(
        self, messages: Sequence[tuple[str, str]], said: Mapping[str, int]
    ) -> None:
        """Each message and command has one answer, or one that a person is asked about."""
        outcome, team = self.outcome, self.slack.world.team.id
        states = dict(self._rows("SELECT key, state FROM outbox"))
        keys = [f"echo/slack:{team}/{channel}/{_micros(ts)}" for channel, ts in messages]
        keys += [
            f"typed/slack:{delivery.payload['trigger_id']}"
            for delivery in self.slack.deliveries.all
            if delivery.kind == "slash_commands" and delivery.state == "acknowledged"
        ]
        for key in keys:
            if said.get(key, 0) == 0 and key not in states and key.startswith("typed/"):
                outcome.lost.append(key)  # a command leaves no other trace than its answer
            elif said.get(key, 0) == 0 and states.get(key) != "ambiguous":
                outcome.dropped.append(f"{key}: {states.get(key, 'never queued')}")
        outcome.ambiguous = sum(state == "ambiguous" for state in states.values())
        unlisted = self._rows(
            "SELECT key, claimed_at FROM outbox WHERE state = 'ambiguous' AND held_at IS NULL"
        )
        outcome.unlisted = [f"{key}: {claimed}" for key, claimed in unlisted]

    def _look_for_what_must_not_be(self, kept: Mapping[tuple[str, int], int]) -> None:
        wrong, world = self.outcome.wrong, self.slack.world
        if any(ts == _micros(FORGED) for _, ts in kept):
            wrong.append("a forged message was kept")
        for reading in self.slack.sees("Ada"):
            if reading.key and (reading.mentions or reading.links):
                wrong.append(f"{reading.key} mentions or links what we never wrote")
        if b"database is locked" in self._logged():
            wrong.append("the database was locked")
        stuck = self._rows("SELECT count(*) FROM inbox WHERE error IS NOT NULL")[0][0]
        if stuck:
            wrong.append(f"{stuck} events were set aside")
        private = world.channel("private").id
        if any(channel == private for channel, _ in kept):
            wrong.append("a private channel's messages were kept")
        # a bot that was killed has forgotten what it asked; what it was to say, it has not
        early = [each for each in self.slack.limits.violations if each.method.startswith("chat.")]
        if early:
            wrong.append(f"{len(early)} posts came inside a Retry-After")

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
