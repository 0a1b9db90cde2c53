"""One campaign: people talk, bots are killed, Slack fails; then what is true is counted."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from bot.app import utcnow
from bot.storage.activity import DELETED
from tests.rig import failpoints, plain
from tests.rig.nursery import Nursery
from tests.standin.faults import FaultPlan
from tests.standin.limits import Limits
from tests.standin.server import StandIn

CANARY = "the heron flies over ward seven"
SECRET = "nobody outside may know of the merger"
PEOPLE = ("Ada", "Bo", "Cai", "Dee")
FAULTS = {
    "call:reset_before": 0.02,
    "call:reset_after": 0.04,
    "call:error_before": 0.02,
    "call:error_after": 0.04,
    "call:rate_limited": 0.02,
    "event:reset_before": 0.02,
    "event:reset_after": 0.05,
    "event:duplicate": 0.05,
    "event:reorder": 0.03,
}
FIRST = "auth.test"  # a bot that can't even begin teaches nothing


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What to try: *lives* of a bot, each killed within *longest* seconds of listening.

    `bot` is "ours" or "plain"; `mutant` is a bug to put back in; half of the deaths are at a
    failpoint, as far as the bot has any.
    """

    seed: int
    lives: int = 40
    longest: float = 1.0
    bot: str = "ours"
    mutant: str = ""
    mode: str = "http"
    is_kind: bool = False
    """Nothing fails but the bot itself."""
    seconds_to_settle: float = 25.0


@dataclass(kw_only=True)
class Outcome:
    """What came of it; empty lists are what a bot promises.

    `lost`: acknowledged but not kept. `doubled`: said more than once. `dropped`: to be said, and
    neither said nor listed for a person. `ambiguous`: listed. `wrong`: anything else that must
    not be, in a sentence.
    """

    kills: int = 0
    at_failpoints: Counter[str] = field(default_factory=Counter)
    acknowledged: int = 0
    posts: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    ambiguous: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def is_well(self) -> bool:
        """Whether every promise was kept."""
        return not (self.lost or self.doubled or self.dropped or self.wrong)

    def add(self, other: Outcome) -> None:
        """Count another campaign's outcome into this one."""
        self.kills += other.kills
        self.at_failpoints += other.at_failpoints
        self.acknowledged += other.acknowledged
        self.posts += other.posts
        self.ambiguous += other.ambiguous
        for name in ("lost", "doubled", "dropped", "wrong"):
            getattr(self, name).extend(getattr(other, name))


HOSTILE = (
    "<!channel>",
    "<@U1|<!here>>",
    "&lt;!everyone&gt;",
    "<https://evil.example|https://nhs.uk>",
    "*_`~ <!subteam^S1> `",
    "[here](https://evil.example)",
)
FORGED = "1500000000.000666"


class Until(threading.Thread):
    """Something that somebody goes on doing until told to stop."""

    def __init__(self, chance: Random, is_up: Callable[[], bool]) -> None:
        super().__init__(daemon=True)
        self.chance = chance
        self.is_up = is_up
        self.is_over = threading.Event()
        self.failure: Exception | None = None

    def pause(self) -> float:
        """Seconds until it is done once more."""
        return self.chance.uniform(0.005, 0.03)

    def act(self) -> None:
        """Do it once."""
        raise NotImplementedError

    def run(self) -> None:
        """Go on."""
        try:
            while not self.is_over.wait(self.pause()):
                # what happens while nobody listens is mostly lost on the way, and teaches little
                if self.is_up() or self.chance.random() < 0.1:
                    self.act()
        except Exception as failure:
            self.failure = failure

    def stop(self) -> None:
        """Do it no more."""
        self.is_over.set()
        self.join(10)
        if self.failure is not None:
            raise self.failure


class Talk(Until):
    """People who talk."""

    def __init__(
        self,
        slack: StandIn,
        channels: Sequence[str],
        chance: Random,
        is_up: Callable[[], bool],
    ) -> None:
        super().__init__(chance, is_up)
        self.slack = slack
        self.channels = channels

    def act(self) -> None:
        """Write, and now and then change one's mind."""
        slack, chance = self.slack, self.chance
        who, where = chance.choice(PEOPLE), chance.choice(self.channels)
        message = slack.writes(who, where, f"{CANARY}, {chance.random()}?")
        drawn = chance.random()
        if drawn < 0.08:
            slack.edits(message, f"{CANARY}, I mean {chance.random()}.")
        elif drawn < 0.16:
            slack.deletes(message)
        elif drawn < 0.24:
            slack.reacts(who, message, "bulb")
        elif drawn < 0.30:
            slack.writes("Ada", "private", SECRET)
        elif drawn < 0.34:
            slack.writes_to_bot("Bo", SECRET)


class Typing(Until):
    """Somebody who types commands, and means no good."""

    def __init__(
        self,
        slack: StandIn,
        channels: Sequence[str],
        chance: Random,
        is_up: Callable[[], bool],
    ) -> None:
        super().__init__(chance, is_up)
        self.slack = slack
        self.channels = channels

    def act(self) -> None:
        """Type one."""
        text = f"echo {self.chance.choice(HOSTILE)}"
        self.slack.types("Dee", "/net", text, self.channels[0])


class Forging(Until):
    """Somebody who isn't Slack."""

    def __init__(
        self, slack: StandIn, port: int, chance: Random, is_up: Callable[[], bool]
    ) -> None:
        super().__init__(chance, is_up)
        self.slack = slack
        self.port = port

    def pause(self) -> float:
        """Seconds until the next try."""
        return 0.1

    def act(self) -> None:
        """Send a message that nobody wrote."""
        event = {
            "type": "message",
            "channel": self.slack.world.channel("room-0").id,
            "channel_type": "channel",
            "user": self.slack.world.person("Ada").id,
            "text": CANARY,
            "ts": FORGED,
            "event_ts": FORGED,
        }
        team = self.slack.world.team.id
        whole = {"type": "event_callback", "event_id": "Ev0", "team_id": team, "event": event}
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/slack/events",
            data=json.dumps(whole).encode(),
            headers={
                "Content-Type": "application/json",
                "X-Slack-Request-Timestamp": str(int(utcnow().timestamp())),
                "X-Slack-Signature": "v0=" + "0" * 64,
            },
        )
        with suppress(OSError):
            urllib.request.urlopen(request, timeout=1).close()


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


class Campaign:
    """Carries a plan out, in a folder of its own; *template* is a database to begin with."""

    def __init__(self, plan: Plan, nursery: Nursery, folder: Path, url: str) -> None:
        self.plan = plan
        self.nursery = nursery
        self.url = url
        self.log = folder / "log.txt"
        self.chance = Random(plan.seed)
        self.outcome = Outcome()
        faults = {} if plan.is_kind else dict(FAULTS)
        self.slack = StandIn(
            socket=plan.mode == "socket",
            limits=Limits(is_off=True),
            faults=FaultPlan(plan.seed, rates=faults, seconds=0.3),
            speed=100,
            in_flight=8,
        )
        self.port = free_port()
        self.channels = [f"room-{number}" for number in range(12)]
        self.copies: list[int] = []

    def told(self, **more: object) -> dict[str, Any]:
        """What a bot is told."""
        slack = self.slack
        return {
            "url": self.url,
            "log": str(self.log),
            "tick": 0.15,
            "abandoned": 0.4,
            "mutant": self.plan.mutant,
            "slack": {
                "bot_token": slack.bot_token,
                "app_token": slack.app_token,
                "signing_secret": slack.signing_secret,
                "mode": self.plan.mode,
                "port": self.port,
                "api": slack.api,
            },
            **more,
        }

    def run(self) -> Outcome:
        """Do it all, and count."""
        with self.slack as slack:
            self._furnish()
            if self.plan.mode == "http":
                slack.calls_app_at(f"http://127.0.0.1:{self.port}/slack/events")
            doings = self._doings()
            for each in doings:
                each.start()
            for _ in range(self.plan.lives):
                self._one_life()
            pid = self.nursery.bears(self.plan.bot, self.told())
            time.sleep(0.5)
            for each in doings:
                each.stop()
            slack.faults.rates = {}
            self._settle()
            stop = signal.SIGTERM if self.plan.bot == "ours" else signal.SIGKILL
            os.kill(pid, stop)
            ended = self.nursery.reaps(pid)
            if self.plan.bot == "ours" and ended != 0:
                self.outcome.wrong.append(f"the last bot ended with {ended}, not in peace")
            self._count()
        return self.outcome

    def _doings(self) -> Sequence[Until]:
        slack, seed, is_up = self.slack, self.plan.seed, self._is_up
        doings: list[Until] = [Talk(slack, self.channels, Random(seed), is_up)]
        doings.append(Typing(slack, self.channels, Random(seed + 1), is_up))
        if self.plan.mode == "http":
            doings.append(Forging(slack, self.port, Random(seed + 2), is_up))
        return doings

    def _is_up(self) -> bool:
        """Whether the bot listens."""
        if self.plan.mode == "socket":
            return bool(self.slack.sockets.open)
        with socket.socket() as line:
            return line.connect_ex(("127.0.0.1", self.port)) == 0

    def _furnish(self) -> None:
        slack = self.slack
        for name in PEOPLE:
            slack.person(name)
        for name in self.channels:
            slack.channel(name, *PEOPLE, bot=True)
        slack.channel("private", *PEOPLE, kind="private", bot=True)

    def _one_life(self) -> None:
        plan, chance = self.plan, self.chance
        more: dict[str, object] = {}
        if plan.bot == "ours" and chance.random() < 0.5:
            name = chance.choice(failpoints.NAMES)
            most = 120 if name == "before_statement" else 12
            more = {"failpoint": name, "nth": chance.randint(1, most)}
        if plan.bot == "ours" and chance.random() < 0.2:
            self._copy()
        pid = self.nursery.bears(plan.bot, self.told(**more))
        if chance.random() < 0.85:  # the others die before they have really begun
            self._wait(lambda: self._is_up() or not _is_alive(pid), 10)
        lifetime = chance.uniform(0.02, plan.longest) if not more else plan.longest
        self._wait(lambda: not _is_alive(pid), lifetime)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        ended = self.nursery.reaps(pid)
        if ended == -signal.SIGKILL:
            self.outcome.kills += 1
            self.outcome.at_failpoints[str(more.get("failpoint", "any moment"))] += 1
        self._end_copies()
        if ended not in (0, -signal.SIGKILL) and plan.bot == "ours":
            self.outcome.wrong.append(f"a bot ended with {ended}")

    def _wait(self, true: Callable[[], bool], seconds: float) -> None:
        """Wait until something is *true*, or the time is over."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and not true():
            time.sleep(0.005)

    def _copy(self) -> None:
        """Let a bot live on a copy of the database, as after a restored backup: it has no say."""
        path = make_url(self.url).database
        if not self.url.startswith("sqlite") or path is None:
            return
        copy = Path(f"{path}.copy-{self.outcome.kills}-{len(self.outcome.at_failpoints)}")
        for suffix in ("", "-wal"):
            if Path(path + suffix).exists():
                shutil.copyfile(path + suffix, f"{copy}{suffix}")
        told = self.told(url=f"sqlite:///{copy}")
        told["slack"] |= {"port": free_port()}
        self.copies.append(self.nursery.bears("ours", told))

    def _end_copies(self) -> None:
        for pid in self.copies:
            os.kill(pid, signal.SIGKILL)
            self.nursery.reaps(pid)
        self.copies = []

    def _settle(self) -> None:
        """Wait until Slack has nothing more to tell, and the bot nothing more to say."""
        until = time.monotonic() + self.plan.seconds_to_settle
        self.slack.settles(self.plan.seconds_to_settle)
        quiet, before = 0, -1
        while time.monotonic() < until and quiet < 8:
            time.sleep(0.15)
            now = len(self.slack.calls)
            waits = self._waiting() if self.plan.bot == "ours" else 0
            quiet = quiet + 1 if now == before and not waits else 0
            before = now

    def _waiting(self) -> int:
        rows = self._rows("SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending')")
        rows += self._rows("SELECT count(*) FROM inbox WHERE error IS NULL")
        return sum(int(count) for (count,) in rows)

    def _rows(self, statement: str) -> list[Any]:
        engine = create_engine(self.url)
        try:
            with engine.connect() as connection:
                return list(connection.execute(text(statement)))
        finally:
            engine.dispose()

    # What is true

    def _count(self) -> None:
        acknowledged = self._acknowledged()
        self.outcome.acknowledged = len(acknowledged)
        said = Counter(post.key.partition("|")[0] for post in self.slack.posts if post.key)
        self.outcome.posts = sum(said.values())
        self.outcome.doubled = [f"{key}: {times}" for key, times in said.items() if times > 1]
        if self.plan.bot == "plain":
            self._count_plain(acknowledged, said)
        else:
            self._count_ours(acknowledged, said)

    def _acknowledged(self) -> dict[tuple[str, str], str]:
        """Messages of people whose delivery was acknowledged: their channel and ts, and text."""
        open_channels = {self.slack.world.channel(name).id for name in self.channels}
        found = {}
        for delivery in self.slack.deliveries.all:
            event = delivery.payload.get("event", {})
            is_plain = event.get("type") == "message" and not event.get("subtype")
            is_heard = delivery.state == "acknowledged" and event.get("bot_id") is None
            if is_plain and is_heard and event["channel"] in open_channels:
                found[event["channel"], event["ts"]] = event["text"]
        return found

    def _count_plain(
        self, acknowledged: Mapping[tuple[str, str], str], said: Mapping[str, int]
    ) -> None:
        path = make_url(self.url).database
        assert path is not None
        kept = plain.kept(Path(path))
        self.outcome.lost = [f"{c}/{ts}" for c, ts in acknowledged if (c, ts) not in kept]
        self.outcome.dropped = [
            f"{c}/{ts}" for c, ts in acknowledged if f"echo/{c}/{ts}" not in said
        ]

    def _count_ours(
        self, acknowledged: Mapping[tuple[str, str], str], said: Mapping[str, int]
    ) -> None:
        outcome, team = self.outcome, self.slack.world.team.id
        kept = {
            (ref.rpartition("/")[2], ts): flags
            for ref, ts, flags in self._rows(
                "SELECT c.ref, m.ts, m.flags FROM messages m JOIN channels c ON c.id = m.channel_id"
            )
        }
        for channel, ts in acknowledged:
            if (channel, int(ts.replace(".", ""))) not in kept:
                outcome.lost.append(f"{channel}/{ts}")
        states = dict(self._rows("SELECT key, state FROM outbox"))
        outcome.ambiguous = sum(state == "ambiguous" for state in states.values())
        for channel, ts in acknowledged:
            key = f"echo/slack:{team}/{channel}/{ts.replace('.', '')}"
            if said.get(key, 0) == 0 and states.get(key) != "ambiguous":
                outcome.dropped.append(f"{key}: {states.get(key, 'never queued')}")
        self._look_at_changes(kept)
        self._look_for_what_must_not_be(kept)

    def _look_at_changes(self, kept: Mapping[tuple[str, int], int]) -> None:
        """What was heard to be deleted, is; the reactions that were heard are there."""
        for delivery in self.slack.deliveries.all:
            event = delivery.payload.get("event", {})
            if delivery.state != "acknowledged" or event.get("subtype") != "message_deleted":
                continue
            at = (event["channel"], int(event["deleted_ts"].replace(".", "")))
            if at in kept and not kept[at] & DELETED:
                self.outcome.wrong.append(f"{at} was deleted, and is counted")

    def _look_for_what_must_not_be(self, kept: Mapping[tuple[str, int], int]) -> None:
        wrong, world = self.outcome.wrong, self.slack.world
        if any(ts == int(FORGED.replace(".", "")) for _, ts in kept):
            wrong.append("a forged message was kept")
        for reading in self.slack.sees("Ada"):
            if reading.key and (reading.mentions or reading.links):
                wrong.append(f"{reading.key} mentions or links what we never wrote")
        if b"database is locked" in (self.log.read_bytes() if self.log.exists() else b""):
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
        for name, data in self._files():
            for phrase in (CANARY, SECRET):
                if phrase.encode() in data:
                    wrong.append(f"{name} holds people's words")
            for token in (self.slack.bot_token, self.slack.signing_secret):
                if token.encode() in data:
                    wrong.append(f"{name} holds a secret")

    def _files(self) -> list[tuple[str, bytes]]:
        found = [("the log", self.log.read_bytes() if self.log.exists() else b"")]
        path = make_url(self.url).database
        if self.url.startswith("sqlite") and path is not None:
            for suffix in ("", "-wal"):
                file = Path(path + suffix)
                found.append((f"the database{suffix}", file.read_bytes() if file.exists() else b""))
        return found


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
