"""Asks the questions of a form one after the other; until the last answer, nothing is sent."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from bot.domain.posts import Field, Form
from bot.platforms.console.directory import harmless
from bot.platforms.console.drawing import words
from bot.platforms.console.lines import Lines
from bot.platforms.markdown import Names

MARK = "  › "
ELSEWHERE = ("/net", "/tend", "/help", "/home", "/as", "/in", "/who", "/time", "/quit")
"""What is no answer: who types it has forgotten that they are filling in a form."""


class Cancelled(Exception):
    """The person would rather not."""


class Back(Exception):
    """The person wants the question before this one again."""


@dataclass(frozen=True, kw_only=True)
class Asker:
    """Puts questions on `screen` and takes the answers from `lines`."""

    lines: Lines
    screen: Console
    names: Names

    def fill(self, form: Form) -> dict[str, str] | None:
        """An answer for each field of *form*, or None where the person stopped."""
        self._say("")
        self.screen.print(words(f"**{form.title}**", self.names))
        if form.text:
            self.screen.print(words(form.text, self.names))
        self._say("Enter keeps what is there; /back goes back; /cancel stops, and nothing is sent.")
        answers = {field.name: field.value for field in form.fields}
        return self._answers(form, range(len(form.fields)), answers, {})

    def again(
        self, form: Form, answers: Mapping[str, str], problems: Mapping[str, str]
    ) -> dict[str, str] | None:
        """The *answers* with new ones for the fields that have *problems*; None as for `fill`."""
        self._say("")
        self._say("Nothing was sent yet. Please look at this again:")
        places = [place for place, field in enumerate(form.fields) if field.name in problems]
        elsewhere = [text for name, text in problems.items() if name not in answers]
        for text in elsewhere:
            self._say(harmless(text))
        return self._answers(form, places or range(len(form.fields)), dict(answers), problems)

    def _answers(
        self,
        form: Form,
        places: Sequence[int],
        answers: dict[str, str],
        problems: Mapping[str, str],
    ) -> dict[str, str] | None:
        at = 0
        try:
            while at < len(places):
                field = form.fields[places[at]]
                problem = problems.get(field.name, "")
                try:
                    answers[field.name] = self._answer(
                        form, places[at], answers[field.name], problem
                    )
                    at += 1
                except Back:
                    at = max(0, at - 1)
        except (Cancelled, KeyboardInterrupt):
            self._say("Nothing was sent, and nothing has changed.")
            return None
        return answers

    def _answer(self, form: Form, place: int, value: str, problem: str) -> str:
        field = form.fields[place]
        self._say("")
        if problem:
            self.screen.print(Text(harmless(problem), style="bold"))
        self.screen.print(
            words(f"{place + 1} of {len(form.fields)} · **{field.label}**", self.names)
        )
        if field.hint:
            self.screen.print(words(field.hint, self.names))
        for number, option in enumerate(field.options, start=1):
            self.screen.print(Text(f"  {number}  {harmless(option)}"))
        self._say(_ways(field, value))
        while True:
            answer = self._typed(field, value)
            if answer is None:
                continue
            if answer.strip() or not field.is_required:
                return answer
            self._say("This one needs an answer. /cancel stops without sending anything.")

    def _typed(self, field: Field, value: str) -> str | None:
        """What was answered; None where it was no answer yet."""
        line = self._line()
        if not line.strip():
            return value
        if line.strip() == "-" and not field.is_required:
            return ""
        if field.options:
            return self._chosen(field, line.strip())
        return self._several(line) if field.is_long else line.strip()

    def _several(self, line: str) -> str:
        """Lines up to one that is only a full stop."""
        lines = []
        while line.strip() != ".":
            lines.append(line)
            line = self._line()
        return "\n".join(lines).strip()

    def _chosen(self, field: Field, line: str) -> str | None:
        """The option that was meant by its number or its words."""
        if line.isascii() and line.isdigit() and 0 < int(line[:9]) <= len(field.options):
            return field.options[int(line[:9]) - 1]
        low = {option.casefold(): option for option in field.options}
        begun = [option for option in low if option.startswith(line.casefold())]
        if line.casefold() in low or len(begun) == 1:
            return low.get(line.casefold()) or low[begun[0]]
        near = difflib.get_close_matches(line.casefold(), low, 1, cutoff=0.5)
        meant = f" Did you mean {harmless(low[near[0]])}?" if near else ""
        self._say(f"Please choose by its number, 1 to {len(field.options)}.{meant}")
        return None

    def _line(self) -> str:
        while True:
            line = self.lines.read_answer(MARK)
            typed = "/cancel" if line is None else line.strip().casefold()
            if line is None or typed == "/cancel":
                raise Cancelled
            if typed == "/back":
                raise Back
            if typed.partition(" ")[0] not in ELSEWHERE:
                return line
            self._say("That is for outside this form. /cancel leaves it; then type that again.")

    def _say(self, text: str) -> None:
        self.screen.print(Text(text, style="dim"))


def _ways(field: Field, value: str) -> str:
    """How this question can be answered, in a line."""
    shown = harmless(value).replace("\n", " / ")
    ways = [f"Enter keeps: {shown}" if value else "" if field.is_required else "Enter skips this."]
    if value and not field.is_required:
        ways.append("- alone empties it.")
    if field.options:
        ways.append("Type a number.")
    elif field.is_long:
        ways.append("As many lines as you like; a full stop alone on a line ends it.")
    return " ".join(way if way.endswith((".", "?", "!", "…")) else f"{way}." for way in ways if way)
