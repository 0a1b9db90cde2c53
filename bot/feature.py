"""How a feature plugs in: one object for each module of `handlers`, and what it works with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import wraps
from itertools import count
from typing import Any, Generic, TypeVar, cast

from msgspec import Struct
from sqlalchemy.orm import Session

from bot import outbox
from bot.domain.events import Event, FormSubmitted
from bot.domain.ids import Address, MemberId
from bot.domain.posts import Field, Form, Home, Image, Post
from bot.domain.schedule import Schedule, Slot
from bot.judgement.limits import Kind
from bot.prompting import Prompts, Words
from bot.storage import occasions, places
from bot.storage.places import Network, Person
from bot.storage.rhythm import Decision
from bot.storage.surroundings import Here

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


@dataclass(frozen=True, kw_only=True)
class Job:
    """Something to do in every slot of a schedule, once for each network."""

    name: str
    schedule: Callable[[Any], Schedule]
    run: Callable[..., None]
    late: timedelta


@dataclass(frozen=True, kw_only=True)
class Section:
    """A feature's part of a shared post: its words, and the same as plain facts for programs.

    `quotes` are the messages that it quotes or points to (`outbox.ref_of`).
    """

    name: str
    words: Words
    facts: Mapping[str, object]
    quotes: tuple[str, ...] = ()


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
    """What a feature hears, and what it adds to shared places; on when its section exists."""

    name: str
    settings: type[S]
    hears: list[tuple[type[Any], Callable[..., None]]] = field(default_factory=list)
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
    holdings: list[Callable[..., Section | None]] = field(default_factory=list)
    erasers: list[Callable[..., None]] = field(default_factory=list)

    def on(self, *kinds: type[Event | outbox.Held | outbox.Outdated]) -> Callable[[H], H]:
        """Hear events of *kinds*: ``(event, settings, ctx)``."""

        def register(run: H) -> H:
            self.hears.extend((kind, run) for kind in kinds)
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

    def emoji(self, of: Callable[[S], Sequence[str]]) -> Callable[[H], H]:
        """Hear of reactions with one of these emoji: ``(reaction, settings, ctx)``."""

        def register(run: H) -> H:
            self.signs.append(Sign(emoji=of, run=run))
            return run

        return register

    def job(
        self, schedule: Callable[[S], Schedule], *, late: timedelta = timedelta(hours=20)
    ) -> Callable[[H], H]:
        """Run in every slot of *schedule*, at the most *late*: ``(settings, ctx)``."""

        def register(run: H) -> H:
            name = f"{self.name}.{run.__name__}"
            self.jobs.append(Job(name=name, schedule=schedule, run=run, late=late))
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


def leads_only(run: H) -> H:
    """For a button or a form of leads: whoever it is by then, ask again whether they may."""

    @wraps(run)
    def checked(act: object, settings: object, ctx: Context) -> None:
        if ctx.may_tend:
            run(act, settings, ctx)
        else:
            ctx.refuse()

    return cast(H, checked)


@dataclass(frozen=True, kw_only=True)
class Gathered:
    """What all features add to shared places, ready to be asked."""

    digest: Callable[[Context, Period], Sequence[Section]]
    mydata: Callable[[Context, Person], Sequence[Section]]
    erase: Callable[[Context, Person], None]
    home: Callable[[Context], Sequence[Section]]
    commands: Sequence[Command]
    shortcuts: Sequence[Shortcut]


@dataclass(frozen=True, kw_only=True)
class Context:
    """One event or one job run: its instant, its transaction, its network, and the bot's verbs.

    `occasion` names it: replies are keyed by it. A job's run has its `slot`. `member` and `where`
    are whose act it is, and in which place; `trigger` is the permit to open a form; `is_lead`
    whether the member tends here. `here` is where this process finds its database.
    """

    now: datetime
    session: Session
    network: Network
    prompts: Prompts
    gathered: Gathered
    occasion: str
    slot: Slot | None = None
    member: MemberId | None = None
    where: Address | None = None
    trigger: str = ""
    is_lead: bool = False
    here: Here = field(default_factory=dict)
    numbers: count[int] = field(default_factory=count)

    def say(
        self,
        to: Address,
        prompt: str,
        *,
        kind: Kind,
        key: str,
        at: datetime | None = None,
        lasting: timedelta = timedelta(days=1),
        image: Image | None = None,
        quotes: Sequence[str] = (),
        **values: object,
    ) -> bool:
        """Queue *prompt* for *to*, once for each *key*; too late to be of use after *lasting*.

        *kind* decides when and how often it may be said (`bot.judgement.limits`): it may wait for
        the next working day, or not be said at all. *quotes* are the messages (`outbox.ref_of`)
        that it quotes or points to; when one goes, the post has to be amended.
        """
        words = self.prompts.render(prompt, **values)
        due_at = at or self.now
        return outbox.enqueue(
            self.session,
            outbox.Saying(post=Post(to=to, text=words.text, buttons=words.buttons, image=image)),
            key=key,
            network_id=self.network.id,
            due_at=due_at,
            expires_at=due_at + lasting,
            kind=kind,
            quotes=quotes,
        )

    def room_for(self, to: Address, kind: Kind) -> bool:
        """Whether *to* has had nothing of *kind* today, nor is about to have."""
        today = datetime.combine(
            self.now.astimezone(self.network.zone).date(), time(0), self.network.zone
        )
        return not outbox.said_to(self.session, to, kind, since=today.astimezone(UTC))

    def amend(
        self, key: str, to: Address, prompt: str, *, quotes: Sequence[str] = (), **values: object
    ) -> bool:
        """Put *prompt* in the place of what was queued for *to* under *key*, said yet or not."""
        words = self.prompts.render(prompt, **values)
        post = Post(to=to, text=words.text, buttons=words.buttons)
        return outbox.amend(self.session, key, post, now=self.now, quotes=quotes)

    def reply(self, prompt: str, *, image: Image | None = None, **values: object) -> None:
        """Answer the member where they are, so that only they see it."""
        assert self.member is not None, "there is nobody to reply to"
        words = self.prompts.render(prompt, **values)
        post = Post(
            to=self.where or self.member,
            text=words.text,
            buttons=words.buttons,
            image=image,
            only_for=self.member,
        )
        self._enqueue_now(outbox.Saying(post=post))

    def ask(
        self,
        prompt: str,
        *,
        name: str,
        fields: Sequence[Field],
        context: str = "",
        **values: object,
    ) -> None:
        """Open the form of *prompt* for the member."""
        assert self.member is not None, "there is nobody to ask"
        form: Form = self.prompts.form(prompt, name=name, fields=fields, context=context, **values)
        self._enqueue_now(outbox.Asking(form=form, member=self.member, trigger=self.trigger))

    def update(self, message: str, to: Address, prompt: str, **values: object) -> None:
        """Put *prompt* in the place of an earlier *message*."""
        words = self.prompts.render(prompt, **values)
        post = Post(to=to, text=words.text, buttons=words.buttons)
        self._enqueue_now(outbox.Changing(message=message, post=post))

    def show(self, parts: Sequence[Words]) -> None:
        """Put *parts* on the bot's own page, as the member alone sees it, one below the other."""
        assert self.member is not None, "there is nobody to show it to"
        posts = (
            Post(to=self.member, text=words.text, buttons=words.buttons, only_for=self.member)
            for words in parts
        )
        home = Home(member=self.member, parts=tuple(posts))
        self._enqueue_now(outbox.Showing(home=home))

    @property
    def now_there(self) -> datetime:
        """The instant, by the network's own clock."""
        return self.now.astimezone(self.network.zone)

    @property
    def may_tend(self) -> bool:
        """Whether the member may do what leads do: a lead, or anybody until there is one."""
        return self.is_lead or not places.leads(self.session, self.network)

    def refuse(self) -> None:
        """Tell the member that this is for those who tend, and who they are."""
        self.reply("bot/leads_only", leads=places.leads(self.session, self.network))

    def once(self, key: str) -> bool:
        """Whether what *key* names happens for the first time; from now on it doesn't."""
        return occasions.first_time(self.session, key, now=self.now)

    def skip(self, what: str, reason: str) -> None:
        """Keep why nothing was said of *what*: the answer to "why didn't it speak?"."""
        self._decided(what, reason, did_speak=False)

    def spoke(self, what: str, reason: str) -> None:
        """Keep why something was said."""
        self._decided(what, reason, did_speak=True)

    def _decided(self, what: str, reason: str, *, did_speak: bool) -> None:
        self.session.add(
            Decision(
                network_id=self.network.id,
                at=self.now,
                what=what,
                did_speak=did_speak,
                reason=reason,
            )
        )

    def _enqueue_now(self, utterance: outbox.Utterance) -> None:
        outbox.enqueue(
            self.session,
            utterance,
            key=f"{self.occasion}/{next(self.numbers)}",
            network_id=self.network.id,
            due_at=self.now,
            expires_at=self.now + timedelta(minutes=10),
        )
