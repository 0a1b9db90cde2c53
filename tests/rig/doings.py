"""What goes on while bots live and die: people who talk and type, and one who forges."""

from __future__ import annotations

import json
import threading
import urllib.request
from collections.abc import Callable, Sequence
from contextlib import suppress
from random import Random

from bot.app import utcnow
from tests.rig.features import LABEL
from tests.standin.server import StandIn
from tests.standin.world import Message

CANARY = "the heron flies over ward seven"
SECRET = "nobody outside may know of the merger"
PEOPLE = ("Ada", "Bo", "Cai", "Dee")
PASSER_BY = "Eve"
"""Comes and goes."""

HOSTILE = (
    "<!channel>",
    "<@U1|<!here>>",
    "&lt;!everyone&gt;",
    "<https://evil.example|https://nhs.uk>",
    "*_`~ <!subteam^S1> `",
    "[here](https://evil.example)",
)
WHISPER = "only-for-dee-"
FORGED = "1500000000.000666"


class Until(threading.Thread):
    """Something that somebody goes on doing until told to stop."""

    def __init__(self, chance: Random, is_up: Callable[[], bool]) -> None:
        super().__init__(daemon=True)
        self.chance = chance
        self.is_up = is_up
        self.is_over = threading.Event()
        self.left = 0
        """How often it may still be done: a bot that waits for the machine must not fall behind."""
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
                if self.left and (self.is_up() or self.chance.random() < 0.1):
                    self.left -= 1
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
        self.names = 0

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
        elif drawn < 0.26:
            self._react(who, message)
        elif drawn < 0.30:
            slack.writes("Ada", "private", SECRET)
        elif drawn < 0.34:
            slack.writes_to_bot("Bo", SECRET)
        elif drawn < 0.40:
            self._come_or_go(where)
        elif drawn < 0.42:
            self.names += 1
            slack.renames(where, f"renamed-{self.names}")

    def _react(self, who: str, message: Message) -> None:
        self.slack.reacts(who, message, "bulb")
        if self.chance.random() < 0.3:
            self.slack.unreacts(who, message, "bulb")

    def _come_or_go(self, where: str) -> None:
        person = self.slack.world.person(PASSER_BY)
        if person in self.slack.world.channel(where).members:
            self.slack.leaves(person, where)
        else:
            self.slack.joins(person, where)


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
        self.whispers = 0

    def act(self) -> None:
        """Type one, look at the bot's page, or fill in a form."""
        drawn, where = self.chance.random(), self.channels[0]
        if drawn < 0.5:
            self.slack.types("Dee", "/net", f"echo {self.chance.choice(HOSTILE)}", where)
        elif drawn < 0.75:
            self.whispers += 1
            self.slack.types("Dee", "/net", f"hush {WHISPER}{self.whispers}.", where)
        elif drawn < 0.85:
            self.slack.opens_home("Dee")
        elif self.slack.types("Dee", "/net", "form", where).ok:
            self._fill_in()

    def _fill_in(self) -> None:
        """Wait for the form for a while, as people do."""
        for _ in range(20):
            if self.slack.modal("Dee") is not None:
                self.slack.submits("Dee", {LABEL: "as it was"})
                return
            self.is_over.wait(0.02)


class Forging(Until):
    """Somebody who isn't Slack."""

    def __init__(
        self,
        slack: StandIn,
        channel: str,
        port: int,
        chance: Random,
        is_up: Callable[[], bool],
    ) -> None:
        super().__init__(chance, is_up)
        self.slack = slack
        self.port = port
        self.channel = channel

    def pause(self) -> float:
        """Seconds until the next try."""
        return 0.1

    def act(self) -> None:
        """Send a message that nobody wrote."""
        event = {
            "type": "message",
            "channel": self.channel,
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
