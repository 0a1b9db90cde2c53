"""Reads what a person types: editing and completion on a terminal, plain lines from a pipe."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from typing import Protocol, TextIO

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.history import DummyHistory, InMemoryHistory
from prompt_toolkit.input import Input
from prompt_toolkit.output import Output

from bot.platforms.console.directory import harmless


class Lines(Protocol):
    """Where the next line comes from."""

    def read(self, prompt: str) -> str | None:
        """The next line, or None at the end.

        Raises:
            KeyboardInterrupt: the person pressed Ctrl-C.
        """
        ...

    def read_answer(self, prompt: str) -> str | None:
        """A line that answers a question: it is neither remembered nor completed."""
        ...


class Piped:
    """Lines of a stream. Each is written out after its prompt, so that the answers make sense."""

    def __init__(self, stream: TextIO, out: TextIO) -> None:
        self.stream = stream
        self.out = out

    def read(self, prompt: str) -> str | None:
        line = self.stream.readline()
        if not line:
            return None
        line = line.rstrip("\r\n")
        self.out.write(f"{prompt}{harmless(line)}\n")
        self.out.flush()
        return line

    def read_answer(self, prompt: str) -> str | None:
        return self.read(prompt)


class Words(Completer):
    """Completes what begins with a slash; `known` has what can be typed, and what it does."""

    def __init__(self, known: Mapping[str, str]) -> None:
        self.known = known

    def get_completions(
        self, document: Document, complete_event: CompleteEvent
    ) -> Iterable[Completion]:
        typed = document.text_before_cursor
        if not typed.startswith("/"):
            return
        for words, meaning in self.known.items():
            if words.startswith(typed.casefold()) and words != typed:
                if " " in words and " " not in typed:
                    continue
                yield Completion(words, start_position=-len(typed), display_meta=meaning)


class Keyboard:
    """A terminal: editing, completion, and a history that lives as long as the sitting."""

    def __init__(
        self, known: Mapping[str, str], *, source: Input | None = None, screen: Output | None = None
    ) -> None:
        self.history = InMemoryHistory()  # never a file: what people type is theirs
        self._talk: PromptSession[str] = PromptSession(
            history=self.history,
            completer=Words(known),
            complete_while_typing=True,
            reserve_space_for_menu=5,
            input=source,
            output=screen,
        )
        self._answers: PromptSession[str] = PromptSession(
            history=DummyHistory(), input=source, output=screen
        )

    def read(self, prompt: str) -> str | None:
        return self._ask(self._talk, prompt)

    def read_answer(self, prompt: str) -> str | None:
        return self._ask(self._answers, prompt)

    def _ask(self, session: PromptSession[str], prompt: str) -> str | None:
        try:
            return session.prompt(prompt)
        except EOFError:
            return None


def lines_from_here(known: Mapping[str, str]) -> Lines:
    """The keyboard where somebody sits at one, else the lines of standard input."""
    if sys.stdin.isatty() and sys.stdout.isatty():
        return Keyboard(known)
    return Piped(sys.stdin, sys.stdout)
