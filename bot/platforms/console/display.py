"""The screen of whoever sits at the terminal: what was said is shown once, its buttons numbered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo
from itertools import islice

from rich.console import Console as Screen
from rich.text import Text

from bot.domain.events import from_micros
from bot.domain.ids import MemberId
from bot.domain.posts import Button
from bot.platforms.console import Console
from bot.platforms.console.clock import MovableClock
from bot.platforms.console.directory import harmless
from bot.platforms.console.drawing import Drawing, audience
from bot.platforms.console.memory import Said

SHOWN_AGAIN = 3  # posts whose buttons still wait for somebody


class Display:
    """What a reader sees; `buttons` are those on the screen, whose numbers count from 1."""

    def __init__(
        self, console: Console, screen: Screen, clock: MovableClock, zone: Callable[[], tzinfo]
    ) -> None:
        self.console = console
        self.screen = screen
        self.clock = clock
        self.zone = zone
        self.buttons: list[tuple[Said, Button]] = []
        self._pressed: set[tuple[MemberId, str]] = set()

    def note(self, text: str) -> None:
        """Say something beside the talk, of the terminal itself."""
        self.screen.print(Text(harmless(text), style="dim"))

    def time(self, instant: datetime) -> str:
        """A moment in the network's own time."""
        local = instant.astimezone(self.zone())
        return f"{local:%A} {local.day} {local:%B, %H:%M}"

    def pressable(self, number: int) -> tuple[Said, Button] | None:
        """The post and button of that number, or None after saying why there is none."""
        if not self.buttons:
            self.note(f"There are no buttons to press. To say {number} to everybody: /say {number}")
            return None
        if not 0 < number <= len(self.buttons):
            count = len(self.buttons)
            offered = "1 is the only button" if count == 1 else f"The buttons are 1 to {count}"
            self.note(f"{offered}. To say {number} to everybody: /say {number}")
            return None
        said, button = self.buttons[number - 1]
        if button not in said.post.buttons:
            self.note("That button is no longer there: the message has changed since.")
            return None
        return said, button

    def presses(self, reader: MemberId, said: Said) -> None:
        """Show it to *reader* no more when they come back."""
        self._pressed.add((reader, said.name))

    def show_new(self, reader: MemberId) -> bool:
        """Show what was said since; its buttons become 1, 2, 3… Return whether there was any."""
        fresh = self.console.drained()
        offered = [said for said in fresh if said.post.buttons and self._may_press(reader, said)]
        if offered:
            self.buttons = []
        for said in fresh:
            numbers: range = range(0)
            if said in offered:
                first = len(self.buttons) + 1
                numbers = range(first, first + len(said.post.buttons))
                self.buttons += [(said, button) for button in said.post.buttons]
            self.screen.print(self._drawing(reader, said, numbers))
        return bool(fresh)

    def turn_to(self, reader: MemberId) -> None:
        """Next show the newest posts whose buttons *reader* hasn't pressed yet."""
        self.buttons = []
        waiting = (
            said
            for said in reversed(self.console.said.values())
            if said.post.buttons
            and self._may_press(reader, said)
            and (reader, said.name) not in self._pressed
            and said not in self.console.fresh
        )
        self.console.fresh[:0] = reversed(list(islice(waiting, SHOWN_AGAIN)))

    def _may_press(self, reader: MemberId, said: Said) -> bool:
        post = said.post
        if post.only_for is not None:
            return post.only_for == reader
        return post.to == reader or post.to in self.console.directory.channels

    def _drawing(self, reader: MemberId, said: Said, numbers: range) -> Drawing:
        names = self.console.directory.names
        title = audience(said.post, names, reader=reader)
        if said.was_changed:
            title += " · changed"
        if self.clock.ahead:
            title = f"{self.time(from_micros(said.ts))} · {title}"
        note = ""
        if said.post.buttons and not numbers:
            other = self.console.directory.person(said.post.only_for or said.post.to)
            note = f"/as {other} to press these"
        return Drawing(
            post=said.post, title=title, names=names, numbers=numbers, note=note, file=said.file
        )
