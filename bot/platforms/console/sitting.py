"""One person at the terminal: takes what they type, and shows what they and others would see."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta, tzinfo

from rich.console import Console as Screen

from bot.domain.events import to_micros
from bot.domain.ids import ChannelId, MemberId
from bot.domain.posts import Post
from bot.platforms.console import Console, manual
from bot.platforms.console.clock import MovableClock
from bot.platforms.console.directory import NoName, harmless
from bot.platforms.console.display import Display
from bot.platforms.console.drawing import words
from bot.platforms.console.forms import Asker
from bot.platforms.console.history import history
from bot.platforms.console.lines import Lines
from bot.platforms.console.memory import Message, Said
from bot.platforms.console.typed import (
    Becomes,
    Chooses,
    Commands,
    Deletes,
    Edits,
    Enters,
    Looks,
    Moves,
    Presses,
    Quits,
    Reacts,
    Replies,
    Says,
    Typed,
    Unclear,
    emoji_sign,
    understood,
)
from bot.platforms.markdown import plain
from bot.prompting import neutral

HOUR = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What a sitting needs of the house around it.

    `tick` does what is due; `leads` are those who tend; `zone` is the network's;
    `unmovable` says why time may not be moved here, or nothing; `shortcuts` are what a message's
    menu offers, each label by its name.
    """

    tick: Callable[[], object]
    leads: Callable[[], Collection[MemberId]]
    zone: Callable[[], tzinfo]
    unmovable: str = ""
    shortcuts: Mapping[str, str] = field(default_factory=dict)


class Sitting:
    """A person in a channel, in front of a screen."""

    def __init__(
        self,
        console: Console,
        *,
        lines: Lines,
        screen: Screen,
        clock: MovableClock,
        around: Surroundings,
        member: MemberId,
        channel: ChannelId,
    ) -> None:
        self.console = console
        self.lines = lines
        self.screen = screen
        self.clock = clock
        self.around = around
        self.member = member
        self.channel = channel
        self.display = Display(console, screen, clock, around.zone)
        self.asker = Asker(lines=lines, screen=screen, names=console.directory.names)

    def run(self) -> None:
        """Talk until the person leaves."""
        self._say(manual.WELCOME)
        self._show_new()
        while (line := self._next()) is not None:
            if not line.strip():
                continue
            typed = understood(harmless(line))
            if isinstance(typed, Quits):
                break
            try:
                self._do(typed)
            except NoName as problem:
                self._note(str(problem))
            self._show_new()
            self._ask_forms()
        self._note(manual.GOODBYE)

    def _next(self) -> str | None:
        """The next line; a Ctrl-C only drops what was being typed."""
        prompt = f"{self._me} {self.console.directory.names(self.channel)} › "
        while True:
            try:
                return self.lines.read(prompt)
            except KeyboardInterrupt:
                self._note("Ctrl-D or /quit leaves.")

    def _do(self, typed: Typed) -> None:
        match typed:
            case Says(text=text):
                self._wrote(self.console.writes(self.member, self.channel, text))
            case Replies(number=number, text=text):
                self._reply(number, text)
            case Reacts():
                self._react(typed)
            case Edits(number=number, text=text):
                if message := self._own(number):
                    self.console.edits(message, text)
                    self._note(f"Message {number} is changed.")
            case Deletes(number=number):
                if message := self._own(number):
                    self.console.deletes(message)
                    self._note(f"Message {number} is gone.")
            case Presses(number=number):
                self._press(number)
            case Commands(command=command, text=text):
                self.console.commands(self.member, self.channel, command, text)
            case _:
                self._look_or_go(typed)

    def _look_or_go(self, typed: Typed) -> None:
        match typed:
            case Becomes(name=name):
                self._become(name)
            case Enters(name=name):
                self._enter(name)
            case Moves(by=by):
                self._let_pass(by)
            case Looks(at="history"):
                self.screen.print(history(self.console))
            case Looks(at="who"):
                self._who()
            case Looks(at="home"):
                self._look_at_home()
            case Chooses(number=number, wanted=wanted):
                self._menu(number, wanted)
            case Looks():
                place = self.console.directory.names(self.channel)
                self.screen.print(manual.lesson(harmless(place)))
            case Unclear(advice=advice):
                self._say(advice)

    # Messages

    def _wrote(self, message: Message, *, to: int | None = None) -> None:
        number = self.console.messages.index(message) + 1
        self._note(f"message {number}, a reply to {to}" if to else f"message {number}")

    def _reply(self, number: int, text: str) -> None:
        if (first := self._message(number)) is not None:
            self._wrote(
                self.console.writes(self.member, self.channel, text, thread=first), to=number
            )

    def _react(self, typed: Reacts) -> None:
        number = typed.number or self._last_number()
        if number is None:
            self._note("There is no message to react to yet.")
            return
        message = self._message(number)
        if message is None:
            return
        sign = emoji_sign(typed.emoji)
        if not typed.is_back:
            self.console.reacts(self.member, message, typed.emoji)
            self._note(f"{sign} on message {number}")
        elif self.console.unreacts(self.member, message, typed.emoji):
            self._note(f"{sign} is off message {number}")
        else:
            self._note(f"There is no {sign} of yours on message {number}.")

    def _last_number(self) -> int | None:
        numbers = range(len(self.console.messages), 0, -1)
        return next((n for n in numbers if not self.console.messages[n - 1].is_gone), None)

    def _message(self, number: int) -> Message | None:
        """Message *number*, or None after saying why there is none."""
        messages = self.console.messages
        if not 0 < number <= len(messages):
            known = f"They go from 1 to {len(messages)}" if messages else "There are none yet"
            self._note(f"There is no message {number}. {known}: /history lists them.")
            return None
        if messages[number - 1].is_gone:
            self._note(f"Message {number} was taken back.")
            return None
        return messages[number - 1]

    def _menu(self, number: int, wanted: str) -> None:
        """Choose from message *number*'s own menu, or say what is in it."""
        message = self._message(number)
        if message is None:
            return
        chosen = self._chosen(wanted) if wanted else None
        if chosen is not None:
            self.console.uses(self.member, message, chosen)
            return
        offered = self.around.shortcuts
        if not offered:
            self._note("No message has a menu here.")
            return
        lines = [f"  {place}  {harmless(label)}" for place, label in enumerate(offered.values(), 1)]
        self._note("\n".join([f"The menu of message {number}:", *lines]))
        self._note(f"/menu {number} 1 chooses the first.")

    def _chosen(self, wanted: str) -> str | None:
        """The shortcut meant by its place in the menu, or by how its label begins."""
        offered = [*self.around.shortcuts]
        if wanted.isascii() and wanted.isdigit():
            place = int(wanted[:9])
            return offered[place - 1] if 0 < place <= len(offered) else None
        labels = self.around.shortcuts.items()
        low = wanted.casefold()
        return next((name for name, label in labels if label.casefold().startswith(low)), None)

    def _look_at_home(self) -> None:
        """Show the bot's own page as this member sees it, its buttons to press."""
        self.console.looks(self.member, self.channel)
        home = self.console.homes.get(self.member)
        if home is None:
            self._note("I have no page for you yet.")
            return
        whole = Post(
            to=self.member,
            text="\n\n".join(part.text for part in home.parts),
            buttons=tuple(button for part in home.parts for button in part.buttons),
            only_for=self.member,
        )
        shown = Said(name="", key="", ts=to_micros(self.clock()), post=whole)
        self.console.fresh.append(shown)

    def _own(self, number: int) -> Message | None:
        message = self._message(number)
        if message is None or message.author == self.member:
            return message
        directory = self.console.directory
        author = directory.person(message.author)
        turn = "" if message.author == directory.bot else f" /as {author} makes you {author}."
        self._note(f"Message {number} is {author}'s, and only they can change it.{turn}")
        return None

    # Buttons and forms

    def _press(self, number: int) -> None:
        if (found := self.display.pressable(number)) is not None:
            said, button = found
            self.display.presses(self.member, said)
            self.console.presses(self.member, self.channel, said, button)

    def _ask_forms(self) -> None:
        while self.console.opened:
            opened = self.console.opened.pop(0)
            answers = self.asker.fill(opened.form)
            while answers is not None and (problems := self.console.submits(opened, answers)):
                answers = self.asker.again(opened.form, answers, problems)
            if answers is not None:
                self._note(f"Sent: {plain(opened.form.submit, self.console.directory.names)}")
            self._show_new()

    # Who, where and when

    @property
    def _me(self) -> str:
        return self.console.directory.person(self.member)

    def _become(self, name: str) -> None:
        if not name:
            self._who()
            self._note("/as bob makes you Bob.")
            return
        directory = self.console.directory
        is_new = directory.member(name) not in directory.people
        near = directory.nearest_person(name) if is_new else None
        self.member = self.console.comes(name, self.channel)
        self._note(f"You are {self._me} now{', who has just joined' if is_new else ''}.")
        if near is not None:
            self._note(f"If you meant {near}: /as {near}")
        self.display.turn_to(self.member)

    def _enter(self, name: str) -> None:
        if not name:
            here = ", ".join(f"#{each}" for each in self.console.directory.channels.values())
            self._note(f"Channels: {here}. /in #frailty takes you to #frailty.")
            return
        known = len(self.console.directory.channels)
        self.channel = self.console.channel(name)
        self.member = self.console.comes(self._me, self.channel)
        is_new = len(self.console.directory.channels) > known
        shown = self.console.directory.names(self.channel)
        self._note(f"You are in {shown} now{', a new channel' if is_new else ''}.")

    def _let_pass(self, by: timedelta | None) -> None:
        """Live through *by*, hour by hour, and show what happens at which time."""
        if by is None:
            self._note(f"It is {self.display.time(self.clock())}. /time +1d lets a day pass.")
            return
        if self.around.unmovable:
            self._note(self.around.unmovable)
            return
        end = self.clock() + by
        did_happen = False
        try:
            while (left := end - self.clock()) > timedelta():
                self.clock.move(min(HOUR, left))
                self.around.tick()
                did_happen |= self._show_new()
        except KeyboardInterrupt:
            self._note("Stopped there.")
        self._note(
            f"It is {self.display.time(self.clock())} now."
            f"{'' if did_happen else ' Nothing was said in between.'}"
        )

    def _who(self) -> None:
        leads = self.around.leads()
        names = []
        for member, name in self.console.directory.people.items():
            traits = ["you"] * (member == self.member) + ["tends"] * (member in leads)
            names.append(f"{name} ({', '.join(traits)})" if traits else name)
        channels = [f"#{each}" for each in self.console.directory.channels.values()]
        self._note(f"People: {', '.join(names)}")
        self._note(f"Channels: {', '.join(channels)}")

    def _show_new(self) -> bool:
        return self.display.show_new(self.member)

    def _note(self, text: str) -> None:
        self.display.note(text)

    def _say(self, text: str) -> None:
        """Put the terminal's own Markdown *text* on the screen."""
        place = self.console.directory.names(self.channel)
        text = text.replace("{person}", neutral(self._me)).replace("{channel}", neutral(place))
        self.screen.print(words(text, self.console.directory.names))
