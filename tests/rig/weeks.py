"""Weeks of some seconds each, in which the bot is killed: one post a week, no more and no less."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import create_engine, text

from tests.rig.judging import Outcome
from tests.rig.nursery import Nursery
from tests.standin.limits import Limits
from tests.standin.server import StandIn

BEGIN = datetime(2026, 3, 2, 9, tzinfo=UTC)
WEEK = timedelta(days=7)
DUE = timedelta(days=4, hours=3)
"""When in a week the post is due: on Friday at noon."""
SECONDS = 5.0
"""How long a week lasts."""
MISSED = 1.0
"""A bot that dies so soon before the post is due isn't there when it is."""


def run(nursery: Nursery, folder: Path, url: str, *, seed: int, weeks: int, mutant: str) -> Outcome:
    """Let *weeks* pass, in which the bot is dead for a while; often when the post is due."""
    outcome, chance = Outcome(), Random(seed)
    since, speed = time.monotonic(), WEEK.total_seconds() / SECONDS

    def clock() -> datetime:
        return BEGIN + timedelta(seconds=(time.monotonic() - since) * speed)

    with StandIn(clock=clock, limits=Limits(is_off=True)) as slack:
        slack.person("Ada")
        room = slack.channel("room", "Ada", bot=True)
        told: dict[str, Any] = {
            "url": url,
            "log": str(folder / "log.txt"),
            "tick": 0.02,
            "abandoned": 0.4 * speed,
            "mutant": mutant,
            "begin": BEGIN.isoformat(),
            "since": since,
            "speed": speed,
            "room": f"slack:{slack.world.team.id}/{room.id}",
            "slack": {
                "bot_token": slack.bot_token,
                "signing_secret": slack.signing_secret,
                "mode": "http",
                "api": slack.api,
            },
        }
        while clock() < BEGIN + weeks * WEEK:
            pid = nursery.bears("weeks", told)
            until_due = _until_due(clock()) / speed
            time.sleep(min(chance.uniform(0.8, 2.5), until_due))
            os.kill(pid, signal.SIGKILL)
            nursery.reaps(pid)
            outcome.kills += 1
            if (until_due := _until_due(clock()) / speed) < MISSED:
                time.sleep(until_due + 0.1)
            time.sleep(chance.uniform(0.0, 0.5))
        pid = nursery.bears("weeks", told)
        time.sleep(2.5)
        os.kill(pid, signal.SIGKILL)
        nursery.reaps(pid)
        said = Counter(post.key for post in slack.posts)
        _count(outcome, said, _states(url), weeks)
    return outcome


def _until_due(now: datetime) -> float:
    """Seconds until a post is due that the bot is to sleep through, in every second week."""
    number, done = divmod(now - BEGIN, WEEK)
    is_overslept = number % 2 == 0 and done < DUE
    return (DUE - done).total_seconds() if is_overslept else WEEK.total_seconds()


def _states(url: str) -> dict[str, str]:
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            return dict(list(connection.execute(text("SELECT key, state FROM outbox"))))
    finally:
        engine.dispose()


def _count(outcome: Outcome, said: Counter[str | None], states: dict[str, str], weeks: int) -> None:
    outcome.posts = said.total()
    for number in range(weeks):
        year, week, _ = (BEGIN + number * WEEK).isocalendar()
        key = f"weekly/{year}-W{week:02}"
        if said[key] > 1:
            outcome.doubled.append(f"{key}: {said[key]}")
        elif said[key] == 0 and states.get(key) == "ambiguous":
            outcome.ambiguous += 1
        elif said[key] == 0:
            outcome.dropped.append(f"{key}: {states.get(key, 'never queued')}")
