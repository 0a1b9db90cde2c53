"""What goes on while bots live and die: people who talk and type, and one who forges."""

from __future__ import annotations

import json
import threading
import urllib.request
from collections.abc import Callable, Sequence
from contextlib import suppress
from random import Random

from bot.app import utcnow
from tests.standin.server import StandIn

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
        elif drawn < 0.40:
            self._come_or_go(where)

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
