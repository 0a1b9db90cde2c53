"""A thousand lost lines: ``python benchmarks/reconnects.py [--times 1000]``, against a stand-in.

Lines are cut, or given notice of and closed soon after (10 or 50 ms), one after the other. After
each something is said, and must arrive. What is counted in the end: messages that
never came, and tasks, threads, files and memory that were left behind.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import sys
import threading
import time
from pathlib import Path

import structlog

sys.path.insert(0, str(Path(__file__).parents[1]))

from bot.app import utcnow
from bot.domain.events import Batch, Event, MessagePosted
from bot.platforms.slack.line import Pace
from bot.platforms.slack.platform import Slack
from bot.platforms.slack.settings import SlackSettings
from bot.platforms.slack.socket import SocketMode
from tests.standin.limits import Limits
from tests.standin.server import StandIn

HASTY = Pace(ping_every=1.0, deaf_after=3.0, connecting=5.0, leaving=0.5, longest_wait=0.5)
PATIENCE = 10.0


class Count:
    """What there is of everything that could be left behind."""

    def __init__(self, slack: Slack, town: StandIn) -> None:
        gc.collect()
        assert slack.serving is not None
        self.tasks = len(asyncio.all_tasks(slack.serving.loop))
        self.threads = threading.active_count()
        self.files = len(os.listdir("/proc/self/fd"))
        self.lines = len(town.sockets.open)
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        self.megabytes = pages * os.sysconf("SC_PAGE_SIZE") / 1e6

    def __str__(self) -> str:
        return (
            f"{self.tasks} tasks, {self.threads} threads, {self.files} files, {self.lines} lines, "
            f"{self.megabytes:.1f} MB"
        )


def lose(town: StandIn, number: int) -> None:
    """Lose every line there is, in one way or another."""
    match number % 3:
        case 0:
            town.cuts_sockets()
        case 1:
            town.disconnects("refresh_requested", close_after=0.01)
        case _:
            town.disconnects("warning", close_after=0.05)


def waits(slack: Slack, lines: int) -> float:
    """The seconds until the bot has laid so many *lines* in all."""
    assert slack.serving is not None
    way = slack.serving.way
    assert isinstance(way, SocketMode)
    begin = time.monotonic()
    while way.laid < lines:
        if time.monotonic() - begin > PATIENCE:
            raise SystemExit(f"no line for {PATIENCE:.0f} s")
        time.sleep(0.001)
    return time.monotonic() - begin


def main() -> None:
    """Lose lines, and count."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=1000)
    times = parser.parse_args().times
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    heard: list[Event] = []

    def receive(batch: Batch) -> None:
        heard.extend(each for each in batch.events if isinstance(each, MessagePosted))

    with StandIn(socket=True, speed=600.0, limits=Limits(is_off=True)) as town:
        town.person("Ada")
        town.channel("general", "Ada", bot=True)
        settings = SlackSettings(
            bot_token=town.bot_token, app_token=town.app_token, api=town.api, mode="socket"
        )
        slack = Slack(settings, clock=utcnow, pace=HASTY)
        slack.start(receive)
        town.writes("Ada", "general", "Number none")
        town.settles()
        took = []
        for number in range(times):
            if number in (20, times // 2):
                print(f"{number:5}: {Count(slack, town)}", flush=True)
            lose(town, number)
            town.writes("Ada", "general", f"Number {number}")
            took.append(waits(slack, number + 2))
            if not town.settles(PATIENCE):
                raise SystemExit(f"number {number} never arrived")
        time.sleep(1)
        print(f"{times:5}: {Count(slack, town)}")
        lost = times + 1 - len({repr(each) for each in heard})
        states = {each.state for each in town.deliveries.all}
        took.sort()
        print(
            f"lost {lost} of {times + 1}; deliveries {', '.join(sorted(states))}; a new line after "
            f"{took[len(took) // 2] * 1000:.0f} ms (worst {took[-1] * 1000:.0f} ms)"
        )
        slack.stop()


if __name__ == "__main__":
    main()
