"""Weeks that pass in seconds, in which the bot is killed: one post a week, no more and no less."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import create_engine, text

from tests.rig.dial import BEGIN, Dial
from tests.rig.judging import Outcome
from tests.rig.nursery import Nursery
from tests.standin.limits import Limits
from tests.standin.server import StandIn

WEEK = timedelta(days=7)
DUE = timedelta(days=4, hours=3)
"""When in a week the post is due: on Friday at noon."""
MOMENT = timedelta(hours=6)
"""What passes between two looks of a bot at what is due, which take no longer than they must."""
LIFE = (4, 14)
"""How many such moments a bot lives."""
DEATH = timedelta(hours=16)
"""How long there is no bot then, at most."""
MISSED = timedelta(hours=34)
"""A bot that dies so soon before the post is due isn't there when it is."""
STARTING = 120.0
"""Seconds in which a bot has to look for the first time: the machine may have much else to do."""


def run(nursery: Nursery, folder: Path, url: str, *, seed: int, weeks: int, mutant: str) -> Outcome:
    """Let *weeks* pass, in which the bot is dead for a while; often when the post is due."""
    outcome, chance, dial = Outcome(), Random(seed), Dial(folder / "dial")
    with StandIn(clock=dial.now, limits=Limits(is_off=True)) as slack:
        slack.person("Ada")
        room = slack.channel("room", "Ada", bot=True)
        told: dict[str, Any] = {
            "url": url,
            "log": str(folder / "log.txt"),
            "tick": 0.005,
            "abandoned": timedelta(hours=13).total_seconds(),
            "mutant": mutant,
            "dial": str(folder / "dial"),
            "room": f"slack:{slack.world.team.id}/{room.id}",
            "slack": {
                "bot_token": slack.bot_token,
                "signing_secret": slack.signing_secret,
                "mode": "http",
                "api": slack.api,
            },
        }
        while dial.now() < BEGIN + weeks * WEEK:
            _live(nursery, told, dial, chance, outcome)
            if (until_due := _until_due(dial.now())) < MISSED:
                dial.passes(until_due + timedelta(hours=3))
            dial.passes(chance.random() * DEATH)
        # what is due may be in doubt first, until its claim is abandoned
        _live(nursery, told, dial, chance, outcome, moments=10)
        said = Counter(post.key for post in slack.posts)
        _count(outcome, said, _states(url), weeks)
    return outcome


def _live(
    nursery: Nursery,
    told: dict[str, Any],
    dial: Dial,
    chance: Random,
    outcome: Outcome,
    moments: int = 0,
) -> None:
    """Let a bot live for so many *moments*, or until the post is due that it is to miss."""
    pid = nursery.bears("weeks", told)
    is_there = dial.waits(2, STARTING)
    for _ in range(moments or chance.randint(*LIFE)):
        if not moments and _until_due(dial.now()) <= MOMENT:
            break
        dial.passes(MOMENT)
        is_there = is_there and dial.waits(2, STARTING)
    dial.passes(MOMENT)
    time.sleep(chance.uniform(0.0, 0.02))  # it may be at anything now
    os.kill(pid, signal.SIGKILL)
    nursery.reaps(pid)
    outcome.kills += 1
    if not is_there:
        outcome.unclear.append("a bot had no time to look at what is due")


def _until_due(now: datetime) -> timedelta:
    """How long until a post is due that the bot is to sleep through, in every second week."""
    number, done = divmod(now - BEGIN, WEEK)
    is_overslept = number % 2 == 0 and done < DUE
    return DUE - done if is_overslept else WEEK


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
