"""Turn a prompt's name and its values into words, buttons and forms.

A prompt is Jinja2 over a small Markdown. A line of ``[Label](button:feature.action/value)`` makes
buttons, bold for the first choice. A form's prompt has ``# title``, a ``## name: label`` for each
field with its hint below, and ``[Save](submit)``; what stands under the title is read before them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from msgspec.structs import replace

from bot.domain.posts import Button, Field, Form

if TYPE_CHECKING:  # many a command says nothing
    from jinja2 import BaseLoader, Environment

_BUTTON = re.compile(
    r"(\*\*)?(?<!\\)\[((?:\\.|[^\\\]])+)\]\(button:([\w.-]+)(?:/((?:\\.|[^\\)])*))?\)(?:\*\*)?"
)
_SUBMIT = re.compile(r"(?<!\\)\[((?:\\.|[^\\\]])+)\]\(submit\)")
_MARKS = re.compile(r"([\\`*_\[\]<>~|#])")
_MARKED = re.compile(r"\\([\\`*_\[\]<>~|#()])")
_BREAKS = ("\n", "\r", "\t", "\u2028", "\u2029")
_JOINER = "\u200d"
_PICTURES = "\u2190-\u2bff\U0001f000-\U0001faff"
_JOINT = re.compile(f"(?<=[\ufe0f{_PICTURES}]){_JOINER}(?=[{_PICTURES}])")
_BREAKING = str.maketrans({sign: quote(sign) for sign in ' \n\r\t()<>\\"`'})


class PromptError(Exception):
    """A prompt that can't be turned into words: its name, and what is wrong with it."""


@dataclass(frozen=True, kw_only=True)
class Words:
    """What a prompt says, and what it offers to press."""

    text: str
    buttons: tuple[Button, ...] = ()


class Plain(str):
    """Text that is Markdown already, and goes into a prompt as it is."""


def neutral(text: str) -> str:
    """*text* that somebody wrote, with nothing in it that formats, mentions, links or hides.

    What joins two pictures into one, as those of a family, stays.
    """
    kept = _JOINER.join(map(_seen, _JOINT.split(text)))
    return _MARKS.sub(r"\\\1", kept)


def _seen(text: str) -> str:
    """*text* without what nobody sees."""
    return "".join(
        " " if character in _BREAKS else character
        for character in text
        if character in _BREAKS or unicodedata.category(character) not in ("Cc", "Cf", "Cs")
    )


def carried(text: str) -> Plain:
    """*text* that somebody wrote, as the value of a button: nothing in it ends that value."""
    return Plain(re.sub(r"([()])", r"\\\1", neutral(text)))


def _plain(markdown: str) -> str:
    """What `neutral` was given, for where no Markdown is read: labels, titles, values."""
    return _MARKED.sub(r"\1", markdown)


def _finalize(value: object) -> object:
    if isinstance(value, Words):
        return value.text
    if isinstance(value, Plain | int | float):
        return value
    return neutral(str(value))


def mention(name: str, address: str) -> Plain:
    """A person or channel by *name*, which each platform turns into its own kind of mention."""
    return Plain(f"[{neutral(name)}](to:{address.translate(_BREAKING)})")


def link(label: str, target: str) -> Plain:
    """A link to a page, or to a message as "message:<channel>/<ts>"."""
    return Plain(f"[{neutral(label)}]({target.translate(_BREAKING)})")


def listed(items: Sequence[object], last: str = "and") -> Plain:
    """ "a, b and c"."""
    words = [str(_finalize(item)) for item in items]
    if len(words) < 2:
        return Plain("".join(words))
    return Plain(f"{', '.join(words[:-1])} {last} {words[-1]}")


_SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def count(number: float, noun: str, plural: str = "") -> str:
    """ "three people", "1 person" as it would be written: small numbers in words."""
    whole = round(number)
    word = _SMALL[whole] if 0 <= whole < len(_SMALL) else f"{whole:,}"
    return f"{word} {noun if whole == 1 else plural or noun + 's'}"


def nth(number: int) -> str:
    """ "third" for 3; "14th" for 14."""
    words = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
    if 0 < number < len(words):
        return words[number]
    ending = "th" if 10 < number % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def day(value: date) -> str:
    """ "Friday 14 June"."""
    return f"{value:%A} {value.day} {value:%B}"


def sentence(text: str) -> str:
    """*text* with a capital at its beginning."""
    capital = text[:1].upper() + text[1:]
    return Plain(capital) if isinstance(text, Plain) else capital


class Prompts:
    """The bot's words; an organisation may put its own in the place of any prompt."""

    def __init__(self, own: Path | None = None) -> None:
        self.own = own

    @cached_property
    def environment(self) -> Environment:
        """Jinja2 with our filters, made when there is something to say."""
        import jinja2

        loaders: list[BaseLoader] = [jinja2.PackageLoader("prompts", ".")]
        if self.own is not None:
            loaders.insert(0, jinja2.FileSystemLoader(self.own))
        made = jinja2.Environment(
            loader=jinja2.ChoiceLoader(loaders),
            undefined=jinja2.StrictUndefined,
            autoescape=False,  # this is Markdown: `finalize` neutralises every value
            finalize=_finalize,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        made.filters |= {"listed": listed, "count": count}
        made.filters |= {"day": day, "sentence": sentence, "nth": nth, "carried": carried}
        made.globals |= {"mention": mention, "link": link}
        return made

    def names(self) -> list[str]:
        """Every prompt there is: "digest/weekly"."""
        found = self.environment.list_templates(extensions=["j2"])
        return [name.removesuffix(".md.j2") for name in found]

    def render(self, prompt: str, **values: object) -> Words:
        """The words of *prompt*.

        Raises:
            PromptError: there is no such prompt, or a value that it needs is missing.
        """
        text = self._render(prompt, values)
        buttons = tuple(
            Button(
                label=_plain(label), action=action, value=_plain(value or ""), is_primary=bool(bold)
            )
            for bold, label, action, value in _BUTTON.findall(text)
        )
        plain = _BUTTON.sub("", text) if buttons else text
        return Words(text=re.sub(r"\n(?:[ \t]*\n){2,}", "\n\n", plain).strip(), buttons=buttons)

    def form(
        self,
        prompt: str,
        *,
        name: str,
        fields: Sequence[Field],
        context: str = "",
        **values: object,
    ) -> Form:
        """The form of *prompt*, whose labels and hints go with *fields* of the same names.

        Raises:
            PromptError: as `render`, or a field has no label.
        """
        head, *parts = re.split(r"^## ", self._render(prompt, values), flags=re.MULTILINE)
        title, _, text = head.partition("\n")
        labels: dict[str, tuple[str, str]] = {}
        for part in parts:
            asked, _, hint = part.partition("\n")
            field, _, label = asked.partition(":")
            hint = _SUBMIT.sub("", hint)
            labels[field.strip()] = (_plain(label.strip()), _plain(hint.strip()))
        submit = _SUBMIT.search(parts[-1] if parts else head)
        missing = [field.name for field in fields if field.name not in labels]
        if missing or submit is None:
            raise PromptError(f"{prompt} lacks {', '.join(missing) or '[a word](submit)'}")
        return Form(
            name=name,
            title=_plain(title.strip().lstrip("# ")),
            fields=tuple(
                replace(field, label=labels[field.name][0], hint=labels[field.name][1])
                for field in fields
            ),
            submit=_plain(submit[1]),
            context=context,
            text=_SUBMIT.sub("", text).strip(),
        )

    def _render(self, prompt: str, values: Mapping[str, object]) -> str:
        from jinja2 import TemplateError

        try:
            return self.environment.get_template(f"{prompt}.md.j2").render(values).strip()
        except TemplateError as error:
            raise PromptError(f"{prompt}: {error or type(error).__name__}") from error
        except (TypeError, ValueError, AttributeError, ArithmeticError, RecursionError) as error:
            raise PromptError(f"{prompt}: {type(error).__name__} in its template") from error
