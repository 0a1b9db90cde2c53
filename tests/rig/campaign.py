"""One campaign: people talk, bots are killed, Slack fails; then what is true is counted."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy.engine import make_url

from bot.app import utcnow
from tests.rig import judging
from tests.rig.dial import Skew
from tests.rig.doings import PASSER_BY, PEOPLE, Forging, Talk, Typing, Until
from tests.rig.judging import Outcome, rows
from tests.rig.lives import JUMPS, Life, draw, draw_plain
from tests.rig.machine import Machine
from tests.rig.nursery import Nursery
from tests.rig.plan import OF_LINES, Plan
from tests.rig.processes import is_alive, send, state
from tests.standin.faults import FaultPlan
from tests.standin.limits import Limits
from tests.standin.server import StandIn

STOPPING = 120.0
"""Seconds in which a bot has to stop when it is asked to: the machine may have much else to do."""

BEGINNING = 30.0
"""Seconds in which a bot has to listen, or its life is over; the last one has six times as long."""

FAILING = 10.0
"""Seconds for which Slack goes on failing after nobody says anything any more, at most."""

ABANDONED = 1.5
"""Seconds after which a claim's owner is taken for dead; Slack takes less over anything here.

It is more where the machine has much else to do, and bots wait for their turn on it."""

LATER = 1.25
"""How many times as long as the slowest call its owner is waited for, at least."""

EASY = 3.0
"""Tasks for each processor with which a machine is still quick enough for that."""

TAKING_OVER = 10.0
"""Seconds in which a bot has to settle what another has left half said, at most."""

LONGEST = 20
"""How many times its patience a campaign waits for quiet, whatever still goes on."""


LOOK, GLANCE = 0.1, 0.01
"""Seconds from one look at what goes on to the next."""


def hardship() -> float:
    """How many times as long as usual things take on a machine that has so much to do as now."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1) / EASY)


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
        self.machine = Machine(url, Skew(folder / "skew"), self.outcome.injected)
        self.ahead = timedelta(0)
        """Of the true time: in the end, all that wrong clocks wrote must have its time."""
        self.hardship = hardship()
        rates = dict(plan.rates)
        if plan.mode == "http":
            rates |= dict.fromkeys(OF_LINES, 0.0)
        self.slack = StandIn(
            clock=lambda: utcnow() + self.ahead,
            socket=plan.mode == "socket",
            limits=Limits(is_off=True),
            faults=FaultPlan(plan.seed, rates=rates, seconds=plan.slowness * self.hardship),
            speed=plan.speed,
            in_flight=8,
            ping_every=0.5,
        )
        self.port = free_port()
        self.channels: list[str] = []
        """Their ids: names change."""
        self.copies: list[int] = []

    def told(self, **more: object) -> dict[str, Any]:
        """What a bot is told."""
        slack = self.slack
        return {
            "url": self.url,
            "log": str(self.log),
            "tick": 0.15,
            "abandoned": max(ABANDONED, LATER * self.plan.slowness) * self.hardship,
            "mutant": self.plan.mutant,
            "skew": str(self.log.parent / "skew"),
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
                for each in doings:
                    each.left = round(self.plan.acts ** self.chance.random())
                self._live(self._life())
            if self.outcome.injected["jump"]:
                self.ahead = max(JUMPS) + timedelta(seconds=30)
                self.machine.skew.jumps_to(self.ahead)
            self._last_life(doings)
            self._judge()
        return self.outcome

    def _last_life(self, doings: Sequence[Until]) -> None:
        """Let a bot live until there is nothing left to tell it and to say, and end in peace."""
        for each in doings:
            each.left = self.plan.acts
        pid = self.nursery.bears(self.plan.bot, self.told())
        self._wait(lambda: self._is_up() or not is_alive(pid), 6 * BEGINNING)
        time.sleep(0.5)
        for each in doings:
            each.stop()
        # most is said with time to do it in
        self._wait(lambda: not self._waiting(), FAILING, every=LOOK)
        self.slack.faults.rates = {}
        self._settle(pid)
        send(pid, signal.SIGTERM if self.plan.bot == "ours" else signal.SIGKILL)
        # one that doesn't stop must not hold up the rig
        self._wait(lambda: not is_alive(pid), STOPPING)
        send(pid, signal.SIGKILL)
        ended = self.nursery.reaps(pid)
        if self.plan.bot == "ours" and ended != 0:
            found = self.outcome.unclear if ended == -signal.SIGKILL else self.outcome.wrong
            found.append(f"the last bot ended with {ended}, not in peace")

    def _judge(self) -> None:
        for struck in self.slack.faults.struck:
            side = "call" if struck.subject == "call" or "." in struck.subject else "event"
            self.outcome.injected[f"{side}:{struck.fault.kind}"] += 1
        if self.plan.bot == "plain":
            judging.judge_plain(self.outcome, self.slack, self.channels, self.url)
        else:
            judging.judge(self.outcome, self.slack, self.channels, self.url, self.log)

    def _doings(self) -> Sequence[Until]:
        slack, seed, is_up = self.slack, self.plan.seed, self._is_up
        doings: list[Until] = [Talk(slack, self.channels, Random(seed), is_up)]
        doings.append(Typing(slack, self.channels, Random(seed + 1), is_up))
        if self.plan.mode == "http":
            doings.append(Forging(slack, self.channels[0], self.port, Random(seed + 2), is_up))
        return doings

    def _is_up(self) -> bool:
        """Whether the bot listens."""
        if self.plan.mode == "socket":
            sockets = self.slack.sockets
            return bool(set(sockets.open) - sockets.silent)
        with socket.socket() as line:
            return line.connect_ex(("127.0.0.1", self.port)) == 0

    def _furnish(self) -> None:
        slack = self.slack
        for name in (*PEOPLE, PASSER_BY):
            slack.person(name)
        for number in range(12):
            self.channels.append(slack.channel(f"room-{number}", *PEOPLE, bot=True).id)
        slack.channel("private", *PEOPLE, kind="private", bot=True)

    def _life(self) -> Life:
        plan = self.plan
        if plan.bot != "ours":
            return draw_plain(self.chance, longest=plan.longest)
        is_sqlite = self.url.startswith("sqlite")
        return draw(
            self.chance,
            longest=plan.longest,
            faults={
                name: likely for name, likely in plan.faults.items() if is_sqlite or name != "full"
            },
            failpoint=plan.failpoint,
            copied=plan.copied if is_sqlite else 0.0,
        )

    def _live(self, life: Life) -> None:
        """Let a bot live so, and die; sooner or later a wrong clock is put right."""
        # never less than before: who stood still by then may still believe in its claim
        self.hardship = max(self.hardship, hardship())
        if life.is_copied:
            self._copy()
        pid = self.nursery.bears(self.plan.bot, self.told(**life.told))
        if life.waits:
            self._wait(lambda: self._is_up() or not is_alive(pid), BEGINNING)
        self._wait(lambda: not is_alive(pid), life.seconds / 2)
        self._befall(pid, life)
        self._wait(lambda: not is_alive(pid), life.seconds / 2)
        if life.is_asked:
            send(pid, signal.SIGTERM)
            self._wait(lambda: not is_alive(pid), STOPPING)
        self._end(pid, life)
        if life.jump is not None and life.only_when_dead:
            self.machine.jumps(life.jump)
        elif self.chance.random() < 0.5:
            self.machine.skew.jumps_to(timedelta(0))
        self._end_copies()
        if self.slack.sockets.silent:  # nobody is there to notice
            self.slack.cuts_sockets()
        self._wait(lambda: not self._is_up(), 1)  # until Slack knows that a socket's end is gone

    def _end(self, pid: int, life: Life) -> None:
        """Kill it, if it is still there."""
        send(pid, signal.SIGKILL)
        ended = self.nursery.reaps(pid)
        self.outcome.deaths.append(self.slack.world.now())
        if ended == -signal.SIGKILL:
            self.outcome.kills += 1
            self.outcome.at_failpoints[life.name] += 1
        expected = (0, -signal.SIGKILL, -signal.SIGTERM)  # the latter before it could do better
        if ended not in expected and self.plan.bot == "ours":
            self.outcome.wrong.append(f"a bot ended with {ended}")

    def _befall(self, pid: int, life: Life) -> None:
        """Let happen to it what is to."""
        if not is_alive(pid):
            return
        if life.is_replaced:
            self._replace(pid, life)
        elif life.frozen:
            self.machine.freezes(pid, life.frozen)
        elif life.room is not None:
            self.machine.fills_up(pid, life.room, life.seconds)
        elif life.jump is not None and not life.only_when_dead:
            self.machine.jumps(life.jump)

    def _replace(self, pid: int, life: Life) -> None:
        """Let it stand still while another takes over all that it has begun, and then go on."""
        send(pid, signal.SIGUSR1)
        self._wait(lambda: state(pid) in "TZ", BEGINNING)
        if state(pid) != "T":
            return
        self.outcome.injected["replace"] += 1
        claimed = self._claimed()
        told = self.told()
        told["slack"] |= {"port": free_port()}  # it only speaks
        other = self.nursery.bears("ours", told)
        self._wait(lambda: not claimed & self._claimed(), self.hardship * TAKING_OVER, every=LOOK)
        send(pid, signal.SIGCONT)
        self._wait(lambda: not is_alive(pid), life.seconds)
        self._end(other, life)

    def _wait(self, true: Callable[[], bool], seconds: float, every: float = GLANCE) -> None:
        """Wait until something is *true*, or the time is over, looking *every* so many seconds.

        It is counted in looks: where the whole machine was stopped for a while, so were the bots.
        """
        for _ in range(round(seconds / every)):
            if true():
                return
            time.sleep(every)

    def _copy(self) -> None:
        """Let a bot live on a copy of the database, as after a restored backup: it has no say."""
        path = make_url(self.url).database
        if not self.url.startswith("sqlite") or path is None:
            return
        if not rows(self.url, "SELECT value FROM surroundings"):
            return  # no bot has found it anywhere yet, so there is nothing to be a copy of
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

    def _settle(self, pid: int) -> None:
        """Wait until Slack has nothing more to tell, and the bot nothing more to say.

        However long that takes, as long as there is progress: others may need the machine.
        """
        still = looks = quiet = 0
        before = (-1, -1, -1)
        while quiet < 5 and is_alive(pid):
            time.sleep(LOOK)
            now = (len(self.slack.calls), self.slack.deliveries.waiting, self._waiting())
            is_still = now == before
            quiet = quiet + 1 if is_still and not any(now[1:]) and self._is_up() else 0
            before, looks, still = now, looks + 1, still + 1 if is_still else 0
            if max(still, looks / LONGEST) * LOOK > self.plan.patience:
                why = f"no end: {now[1]} to be told, {now[2]} to be done"
                found = self.outcome.wrong if self.slack.sockets.silent else self.outcome.unclear
                found.append(why)
                return

    def _claimed(self) -> set[tuple[str, str]]:
        """What somebody has begun to say, and when."""
        found = rows(self.url, "SELECT key, claimed_at FROM outbox WHERE state = 'sending'")
        return {(key, str(claimed)) for key, claimed in found}

    def _waiting(self) -> int:
        """How much our bot has still to handle or to say."""
        if self.plan.bot != "ours":
            return 0
        found = rows(
            self.url,
            "SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending')"
            " OR (state = 'ambiguous' AND held_at IS NULL AND method = 'post')"
            " UNION ALL SELECT count(*) FROM inbox WHERE error IS NULL",
        )
        return sum(int(count) for (count,) in found)
