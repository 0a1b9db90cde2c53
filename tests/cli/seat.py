"""A seat in front of the terminal: a story is typed there, line by line, by who reads along."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from rich.console import Console as Screen

from bot.app import App
from bot.cli.chat import Room
from bot.cli.importing import keep_listening
from bot.domain.events import Batch, Bookmark, MessagePosted, to_micros
from bot.platforms.console import Console
from bot.platforms.console.clock import MovableClock
from bot.platforms.console.directory import WORKSPACE
from bot.storage import listening
from bot.storage.base import Sessions
from tests.town import PROMPTS

Story = Callable[["Seat"], Iterator[str]]


class Seat:
    """One sitting: a process with a screen, and somebody in front of it, who tends the network."""

    def __init__(self, sessions: Sessions, now: datetime) -> None:
        clock = MovableClock(lambda: now)
        self.console = Console(clock=clock)
        self.app = App(sessions=sessions, platforms=[self.console], clock=clock)
        self.app.prompts = PROMPTS
        self.clock = clock
        self.out = io.StringIO()
        self.room = Room(self.app, self.console, clock)

    def sits(self, name: str, story: Story) -> str:
        """*name* types what *story* gives, line by line; returns all that the screen showed."""
        typed = Typed(story(self), self.out)
        screen = Screen(file=self.out, width=200, highlight=False)
        sitting = self.room.sit(name, "", lines=typed, screen=screen)
        self.room.make_lead(sitting.member)
        sitting.run()
        self.room.leave()
        return self.out.getvalue()

    def hears(self, said: Sequence[MessagePosted]) -> None:
        """The bot takes in what people said, and listened all the while."""
        mark = Bookmark(source=f"{WORKSPACE}/past", position=f"{said[0].ts}")
        self.app.receive(Batch(events=tuple(said), bookmark=mark))
        keep_listening(self.app, WORKSPACE)
        with self.app.sessions.begin() as session:
            until = to_micros(self.clock())
            listening.listened(session, WORKSPACE, since=said[0].ts, until=until)

    def button(self, label: str) -> str:
        """The number of the newest button with that label."""
        words = label.replace(" ", r"\s")
        return str(re.findall(rf"\[(\d+)\s{words}\]", self.out.getvalue())[-1])


class Typed:
    """Lines that are thought of one by one, with a look at the screen before each."""

    def __init__(self, story: Iterator[str], out: io.StringIO) -> None:
        self.story, self.out = story, out

    def read(self, prompt: str) -> str | None:
        line = next(self.story, None)
        self.out.write(f"{prompt}{line}\n")
        return line

    def read_answer(self, prompt: str) -> str | None:
        return self.read(prompt)
