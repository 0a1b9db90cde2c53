"""How a feature plugs in: one object for each module of `handlers`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Generic, TypeVar

from msgspec import Struct

from bot import outbox
from bot.domain.events import Event, FormSubmitted
from bot.domain.schedule import Schedule
from bot.prompting import Words
from bot.storage.base import Base
from bot.storage.places import Person

S = TypeVar("S", bound=Struct)
H = TypeVar("H", bound=Callable[..., Any])

Check = Callable[[FormSubmitted, Any], Mapping[str, str]]
"""What is wrong with a form, by the field's name; empty where it may be taken."""


@dataclass(frozen=True, kw_only=True)
class Command:
    """A word after `/net` or `/tend`; "" is the bare command."""

    command: str
    word: str
    help: str
    examples: tuple[str, ...]
    aliases: tuple[str, ...]
    run: Callable[..., None]

    @property
    def typed(self) -> str:
        """How a person types it."""
        return f"/{self.command} {self.word}".rstrip()


@dataclass(frozen=True, kw_only=True)
class Shortcut:
    """Something to choose from a message's own menu; `name` is "<feature>.<name>"."""

    name: str
    label: str


@dataclass(frozen=True, kw_only=True)
class Sign:
    """Reactions that mean something: which emoji, by the settings, and what comes of one."""

    emoji: Callable[[Any], Sequence[str]]
    run: Callable[..., None]
    lasting: timedelta | None = None


@dataclass(frozen=True, kw_only=True)
class Job:
    """Something to do in every slot of a schedule, once for each network.

    There is nothing to do while every table of `while_any` holds nothing of the network; none
    named: there always may be. Where `run` returns True it has more to do.
    """

    name: str
    schedule: Callable[[Any], Schedule]
    run: Callable[..., object]
    late: timedelta
    while_any: tuple[type[Base], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Section:
    """A feature's part of a shared post: its words, and the same as plain facts for programs.

    `quotes` are the messages that it quotes or points to (`outbox.ref_of`). `take` is called once
    the digest that holds it is made up, so that no other digest tells the same.
    """

    name: str
    words: Words
    facts: Mapping[str, object]
    quotes: tuple[str, ...] = ()
    take: Callable[[], None] | None = None


@dataclass(frozen=True, kw_only=True)
class Period:
    """The local days that a digest tells of, first and last included; `name` is its ISO week.

    A preview is for those who tend: it says what would be asked of whom before it is posted.
    """

    name: str
    first: date
    last: date
    is_preview: bool = False


@dataclass(frozen=True, kw_only=True)
class Since:
    """For whom a catch-up is made, and from when on: `at` is the instant, `person` whose it is."""

    at: datetime
    person: Person


@dataclass(frozen=True, kw_only=True)
class CatchUpItem:
    """One thing that mattered to somebody: its words with one button at most, and why they see it.

    `why` ends the sentence "You see this because". `about` names what it is about, so that it is
    told once though two features know of it: a message's `outbox.ref_of`, or "idea/3". Heavier
    ones come first (about 1 to 5), of equal ones the newest, by `at`. `facts` are the same for
    programs; `quotes` are the messages that it points to (`outbox.ref_of`).
    """

    words: Words
    why: str
    about: str
    weight: float
    at: datetime
    facts: Mapping[str, object] = field(default_factory=dict)
    quotes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CatchUpPart:
    """What a feature knows of that may have mattered to somebody, and its place among equals."""

    order: int
    compose: Callable[..., Sequence[CatchUpItem]]


@dataclass(frozen=True, kw_only=True)
class DigestPart:
    """Where a feature's section stands in the digest."""

    order: int
    compose: Callable[..., Section | None]


@dataclass(frozen=True, kw_only=True)
class HomePart:
    """Where a feature's section stands on the bot's own page, and whether leads alone see it."""

    order: int
    for_leads: bool
    compose: Callable[..., Section | None]


@dataclass(frozen=True)
class Feature(Generic[S]):
    """What a feature hears, and what it adds to shared places; on when its section exists.

    `writes` is what it may write to one member unasked, in words that follow "I write to you":
    "to ask whether an idea of yours may be told". Whoever doesn't want it switches it off.
    """

    name: str
    settings: type[S]
    writes: str = ""
    hears: list[tuple[type[Any], Callable[..., None], timedelta | None]] = field(
        default_factory=list
    )
    commands: list[Command] = field(default_factory=list)
    actions: dict[str, Callable[..., None]] = field(default_factory=dict)
    forms: dict[str, Callable[..., None]] = field(default_factory=dict)
    checks: dict[str, Check] = field(default_factory=dict)
    shortcuts: dict[str, Callable[..., None]] = field(default_factory=dict)
    menu: list[Shortcut] = field(default_factory=list)
    signs: list[Sign] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)
    digest_parts: list[DigestPart] = field(default_factory=list)
    home_parts: list[HomePart] = field(default_factory=list)
    catchup_parts: list[CatchUpPart] = field(default_factory=list)
    finders: dict[str, Callable[..., Words | None]] = field(default_factory=dict)
    holdings: list[Callable[..., Section | None]] = field(default_factory=list)
    erasers: list[Callable[..., None]] = field(default_factory=list)

    def on(
        self, *kinds: type[Event | outbox.Notice], lasting: timedelta | None = None
    ) -> Callable[[H], H]:
        """Hear events of *kinds*: ``(event, settings, ctx)``.

        With *lasting*, what happened (`at`) longer ago than that may pass unheard: an import tells
        of years.
        """

        def register(run: H) -> H:
            self.hears.extend((kind, run, lasting) for kind in kinds)
            return run

        return register

    def command(
        self,
        command: str,
        word: str,
        *,
        help: str,  # noqa: A002 - the word that everybody knows
        examples: Sequence[str] = (),
        aliases: Sequence[str] = (),
    ) -> Callable[[H], H]:
        """Answer ``/command word …``: ``(given, settings, ctx)``; `given.text` is the rest."""

        def register(run: H) -> H:
            self.commands.append(
                Command(
                    command=command,
                    word=word,
                    help=help,
                    examples=tuple(examples),
                    aliases=tuple(aliases),
                    run=run,
                )
            )
            return run

        return register

    def action(self, name: str) -> Callable[[H], H]:
        """Answer the button "<feature>.<name>": ``(taken, settings, ctx)``."""
        return _into(self.actions, f"{self.name}.{name}")

    def form(self, name: str, *, check: Check | None = None) -> Callable[[H], H]:
        """Take the form "<feature>.<name>": ``(submitted, settings, ctx)``.

        *check* is asked before it is taken, while whoever sent it waits: ``(submitted, settings)``
        gives what is wrong, by the field's name, in plain English. It looks at nothing else.
        """
        if check is not None:
            self.checks[f"{self.name}.{name}"] = check
        return _into(self.forms, f"{self.name}.{name}")

    def shortcut(self, name: str, *, label: str) -> Callable[[H], H]:
        """Answer "<feature>.<name>" in a message's menu: ``(used, settings, ctx)``."""
        self.menu.append(Shortcut(name=f"{self.name}.{name}", label=label))
        return _into(self.shortcuts, f"{self.name}.{name}")

    def emoji(
        self, of: Callable[[S], Sequence[str]], *, lasting: timedelta | None = None
    ) -> Callable[[H], H]:
        """Hear of reactions with one of these emoji: ``(reaction, settings, ctx)``.

        With *lasting*, reactions to messages older than that may pass unheard.
        """

        def register(run: H) -> H:
            self.signs.append(Sign(emoji=of, run=run, lasting=lasting))
            return run

        return register

    def job(
        self,
        schedule: Callable[[S], Schedule],
        *,
        late: timedelta = timedelta(hours=20),
        while_any: Sequence[type[Base]] = (),
    ) -> Callable[[H], H]:
        """Run in every slot of *schedule*, at the most *late*: ``(settings, ctx)``.

        Nobody else can write meanwhile, so what may take long is done some at once: where it
        returns True, what it did is committed, and it is run again after whoever waits.

        With *while_any*, only while one of these tables holds anything of the network: what is
        about asks has nothing to do where nobody asked. It costs next to nothing then.
        """

        def register(run: H) -> H:
            job = Job(
                name=f"{self.name}.{run.__name__}",
                schedule=schedule,
                run=run,
                late=late,
                while_any=tuple(while_any),
            )
            self.jobs.append(job)
            return run

        return register

    def digest_section(self, *, order: int) -> Callable[[H], H]:
        """Give a section of the weekly digest, or None: ``(settings, ctx, period)``."""

        def register(compose: H) -> H:
            self.digest_parts.append(DigestPart(order=order, compose=compose))
            return compose

        return register

    def home_section(self, *, order: int, for_leads: bool = False) -> Callable[[H], H]:
        """Give a section of the bot's own page, or None: ``(settings, ctx)``."""

        def register(compose: H) -> H:
            self.home_parts.append(HomePart(order=order, for_leads=for_leads, compose=compose))
            return compose

        return register

    def catchup_section(self, *, order: int) -> Callable[[H], H]:
        """Give what mattered to one person, an item each: ``(settings, ctx, since)``.

        Nothing of a channel that they can't see (`bot.storage.seeing`).
        """

        def register(compose: H) -> H:
            self.catchup_parts.append(CatchUpPart(order=order, compose=compose))
            return compose

        return register

    def finds(self, kind: str) -> Callable[[H], H]:
        """Show what was found as *kind* (`bot.storage.finding`): ``(settings, ctx, number)``.

        It gives what it is, in a line or two with one button at most, as the member may see it;
        None where it is gone, or not for them.
        """

        def register(run: H) -> H:
            self.finders[kind] = run
            return run

        return register

    def mydata(self, tell: H) -> H:
        """Tell what is held of a person, or None: ``(settings, ctx, person)``."""
        self.holdings.append(tell)
        return tell

    def erase(self, run: H) -> H:
        """Let go of what is held of a person: ``(settings, ctx, person)``."""
        self.erasers.append(run)
        return run


def _into(table: dict[str, Callable[..., None]], name: str) -> Callable[[H], H]:
    def register(run: H) -> H:
        table[name] = run
        return run

    return register
