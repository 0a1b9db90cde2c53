"""What is true in the stand-in's workspace: who is there, what was said, and who saw it when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import RLock
from typing import Any

Json = dict[str, Any]
Clock = Callable[[], datetime]


@dataclass(eq=False)
class Team:
    """A workspace: ours, or another organisation's that shares a channel with us."""

    id: str
    name: str
    domain: str


@dataclass(eq=False)
class Person:
    """Somebody with an account: a human, or the user behind a bot."""

    id: str
    name: str
    team: Team
    real_name: str
    display_name: str
    tz: str = "Europe/London"
    title: str = ""
    email: str = ""
    bot_id: str = ""
    app_id: str = ""
    is_gone: bool = False
    is_guest: bool = False
    is_admin: bool = False
    updated: int = 0

    @property
    def is_bot(self) -> bool:
        """Whether an app speaks for this account."""
        return bool(self.bot_id)


@dataclass(eq=False)
class Message:
    """One message as it stands; `subtype` None for an ordinary one."""

    ts: str
    channel: Channel
    user: Person
    text: str = ""
    thread_ts: str | None = None
    subtype: str | None = None
    blocks: list[Json] | None = None
    attachments: list[Json] | None = None
    files: list[Json] | None = None
    metadata: Json | None = None
    edited: Json | None = None
    client_msg_id: str | None = None
    is_tombstone: bool = False
    reactions: dict[str, list[Person]] = field(default_factory=dict)
    more: Json = field(default_factory=dict)

    @property
    def key(self) -> str | None:
        """The occasion that a post of the app says it was made for."""
        payload = (self.metadata or {}).get("event_payload") or {}
        return payload.get("key")


@dataclass(eq=False)
class Channel:
    """A place to talk: `kind` is "public", "private", "im" or "mpim"."""

    id: str
    name: str
    kind: str
    creator: Person
    created: int
    members: list[Person] = field(default_factory=list)
    messages: dict[str, Message] = field(default_factory=dict)
    teams: list[Team] = field(default_factory=list)
    previous_names: list[str] = field(default_factory=list)
    topic: str = ""
    purpose: str = ""
    is_archived: bool = False
    is_deleted: bool = False
    is_general: bool = False

    def thread(self, ts: str) -> list[Message]:
        """The answers below the message at *ts*, oldest first."""
        return [m for m in self.messages.values() if m.thread_ts == ts and m.ts != ts]


@dataclass(frozen=True, kw_only=True)
class Sight:
    """One moment for one pair of eyes: `what` is "appeared", "changed" or "vanished"."""

    at: str
    who: str
    what: str
    channel: str
    ts: str
    text: str
    is_ephemeral: bool = False


@dataclass(eq=False, kw_only=True)
class Post:
    """Something that the app said: where, by which method, how it changed, and who saw it.

    `key` is `metadata.event_payload.key`; `seen_by` counts each person's appearances of it.
    """

    key: str | None
    channel: str
    ts: str
    method: str
    only_for: str | None = None
    thread_ts: str | None = None
    versions: list[str] = field(default_factory=list)
    seen_by: dict[str, int] = field(default_factory=dict)
    is_gone: bool = False


@dataclass(eq=False)
class Ephemeral:
    """What only one person sees, until they reload."""

    ts: str
    channel: Channel
    user: Person
    text: str
    blocks: list[Json] | None = None
    thread_ts: str | None = None


@dataclass(eq=False)
class View:
    """A modal or a home page as somebody has it before them; `state` is what they filled in."""

    id: str
    person: Person
    payload: Json
    hash: str
    root: str
    previous: str | None = None
    state: Json = field(default_factory=dict)


class World:
    """Everything that is true, and the one line of time it became true in.

    `lock` is held by whoever reads or changes it: people act in one thread, the app in another.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.lock = RLock()
        self._last_micros = 0
        self._made = 0
        self.team = Team(self.make_id("T"), "Stand-in", "stand-in")
        self.teams: dict[str, Team] = {self.team.id: self.team}
        slackbot = Person("USLACKBOT", "slackbot", self.team, "Slackbot", "Slackbot")
        self.people: dict[str, Person] = {slackbot.id: slackbot}
        self.channels: dict[str, Channel] = {}
        self.moved: dict[str, str] = {}
        self.posts: list[Post] = []
        self._posts: dict[tuple[str, str], Post] = {}
        self.sights: list[Sight] = []
        self.ephemerals: list[Ephemeral] = []
        self.homes: dict[str, View] = {}
        self.modals: dict[str, list[View]] = {}
        self.shown_modals: list[View] = []
        self.files: dict[str, Json] = {}
        self.happenings: list[Json] = []

    def make_id(self, prefix: str) -> str:
        """A new id of Slack's kind, the same in every run."""
        self._made += 1
        return f"{prefix}0{self._made:09X}"

    def now(self) -> float:
        """Seconds since 1970 by the stand-in's clock."""
        return self.clock().timestamp()

    def next_ts(self) -> str:
        """The next moment, as Slack writes it; never the same twice, never earlier."""
        since = self.clock().astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
        micros = (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
        self._last_micros = max(micros, self._last_micros + 1)
        return f"{self._last_micros // 1_000_000}.{self._last_micros % 1_000_000:06d}"

    def happened(self, what: str, **details: object) -> None:
        """Write a line of the true history."""
        self.happenings.append(
            {"n": len(self.happenings), "at": self.now(), "what": what} | details
        )

    def person(self, who: str | Person) -> Person:
        """The account of that name or id.

        Raises:
            KeyError: there is nobody of that name.
        """
        if isinstance(who, Person):
            return who
        if who in self.people:
            return self.people[who]
        found = [
            p for p in self.people.values() if who.casefold() in (p.name, p.real_name.casefold())
        ]
        if not found:
            raise KeyError(f"nobody here is called {who!r}")
        return found[0]

    def channel(self, where: str | Channel) -> Channel:
        """The channel of that name or id, also by an id that it had before.

        Raises:
            KeyError: there is none.
        """
        if isinstance(where, Channel):
            return where
        where = self.moved.get(where, where)
        if where in self.channels:
            return self.channels[where]
        found = [c for c in self.channels.values() if c.name == where.removeprefix("#")]
        if not found:
            raise KeyError(f"no channel here is called {where!r}")
        return found[-1]

    def direct(self, *people: Person) -> Channel:
        """Where these talk alone, made at need."""
        wanted = set(people)
        for channel in self.channels.values():
            if channel.kind in ("im", "mpim") and set(channel.members) == wanted:
                return channel
        kind, prefix = ("im", "D") if len(wanted) <= 2 else ("mpim", "G")
        name = "" if kind == "im" else "mpdm-" + "--".join(p.name for p in people) + "-1"
        made = Channel(self.make_id(prefix), name, kind, people[0], int(self.now()), list(people))
        self.channels[made.id] = made
        return made

    def add(self, message: Message) -> None:
        """Put *message* where everybody in its channel sees it."""
        message.channel.messages[message.ts] = message
        self.see("appeared", message)

    def see(self, what: str, message: Message, *, at: str | None = None) -> None:
        """Note that everybody in the channel saw *message* appear, change or vanish."""
        moment = at or message.ts
        for person in message.channel.members:
            if not person.is_bot:
                self.show(person, what, message, moment)

    def show(self, person: Person, what: str, message: Message | Ephemeral, at: str) -> None:
        """Note that *person* saw it."""
        self.sights.append(
            Sight(
                at=at,
                who=person.id,
                what=what,
                channel=message.channel.id,
                ts=message.ts,
                text=message.text,
                is_ephemeral=isinstance(message, Ephemeral),
            )
        )
        post = self.post_of(message.channel, message.ts)
        if post and what == "appeared":
            post.seen_by[person.id] = post.seen_by.get(person.id, 0) + 1

    def remember(self, post: Post) -> None:
        """Keep for good what the app said."""
        self.posts.append(post)
        self._posts[post.channel, post.ts] = post

    def post_of(self, channel: Channel, ts: str) -> Post | None:
        """What the app said at *ts*, if it was the app."""
        return self._posts.get((channel.id, ts))
