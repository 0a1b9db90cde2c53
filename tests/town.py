"""A small town to tell stories in: real people's verbs, a real App, a platform that remembers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.engine import Engine

from bot.app import App
from bot.config import Sections
from bot.domain.events import (
    ActionTaken,
    Batch,
    Bookmark,
    ChannelKind,
    ChannelSeen,
    CommandGiven,
    Event,
    FormSubmitted,
    HomeOpened,
    MemberJoined,
    MemberLeft,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    PersonSeen,
    ReactionAdded,
    ReactionRemoved,
    ShortcutUsed,
    to_micros,
)
from bot.domain.ids import ChannelId, MemberId
from bot.domain.posts import Button, Form, Home, Post
from bot.domain.schedule import Slot
from bot.domain.topics import TopicsIn, none_followed
from bot.feature import Feature
from bot.judgement.traits import traits
from bot.ports import Check, DeliveryError, Receive, nothing_wrong
from bot.prompting import Prompts
from bot.storage import occasions, places
from bot.storage.base import sessions_of
from bot.storage.places import Network
from handlers import FEATURES

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
"""When every story begins: 09:00 in London, in the ISO week 2026-W10."""

PROMPTS = Prompts()
"""The bot's own words, which are read once and not in every story."""


class FakePlatform:
    """A platform that remembers what it was asked to say, and is told what to refuse.

    `refusals` are raised, one each, by the next calls; a refusal that `may_have_arrived` is
    raised after the post was taken.
    """

    name = "fake"
    shares_out = False

    def __init__(self) -> None:
        self.receive: Receive | None = None
        self.check: Check = nothing_wrong
        self.said: list[Post] = []
        self.keys: list[str] = []
        self.opened: list[tuple[MemberId, Form]] = []
        self.deleted: list[str] = []
        self.homes: dict[MemberId, Home] = {}
        self.refusals: list[DeliveryError] = []
        self.is_mute = False

    def start(
        self, receive: Receive, check: Check = nothing_wrong, topics: TopicsIn = none_followed
    ) -> None:
        """Keep whom to tell."""
        self.receive = receive
        self.check = check

    def stop(self) -> None:
        """Forget whom to tell."""
        self.receive = None

    def post(self, post: Post, *, key: str) -> str:
        """Take *post*, under a name that tells its place among all posts."""
        refusal = self.refusals.pop(0) if self.refusals else None
        if refusal is None or refusal.may_have_arrived:
            self.said.append(post)
            self.keys.append(key)
        if refusal is not None:
            raise refusal
        return f"{len(self.said)}"

    def update(self, message: str, post: Post) -> None:
        """Put *post* in the place of an earlier one."""
        if self.refusals:
            raise self.refusals.pop(0)
        self.said[int(message) - 1] = post

    def delete(self, message: str, to: str) -> None:
        """Take an earlier post back."""
        if self.refusals:
            raise self.refusals.pop(0)
        self.deleted.append(message)

    def show(self, home: Home) -> None:
        """Keep what a member sees on the bot's own page."""
        if self.refusals:
            raise self.refusals.pop(0)
        self.homes[home.member] = home

    def open(self, form: Form, *, member: MemberId, trigger: str) -> None:
        """Show *form*, for which what the member did must have given a permit."""
        if self.refusals:
            raise self.refusals.pop(0)
        if not trigger:
            raise DeliveryError("there is no permit to open a form")
        self.opened.append((member, form))

    def find(self, to: str, *, key: str, since: datetime) -> str | None:
        """The name of the post that was made for *key*."""
        if self.is_mute:
            raise DeliveryError("the platform can't tell")
        return f"{self.keys.index(key) + 1}" if key in self.keys else None


class Town:
    """People who talk, a bot among them, and a clock that moves when it is told to.

    People and channels go by their bare names ("ada", "general") and are there at their first
    mention. What happens is heard by the bot at once; what it says in answer is said at once.
    Times that are not given are now.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        sections: Sections | None = None,
        features: Sequence[Feature[Any]] = FEATURES,
        now: datetime = MONDAY,
        workspace: str = "fake:T1",
    ) -> None:
        self.now = now
        self.workspace = workspace
        self.platform = FakePlatform()
        self.sessions = sessions_of(engine)
        self.app = App(
            sessions=self.sessions,
            platforms=[self.platform],
            sections=sections,
            features=features,
            clock=lambda: self.now,
        )
        if self.app.prompts.own is None:
            self.app.prompts = PROMPTS
        self.platform.start(self.app.hear, self.app.check)
        self._known: set[str] = set()
        self._taken: set[tuple[str, int]] = set()
        self._acts = 0
        self.opens("general", is_main=True)

    # Names

    def person(self, name: str) -> MemberId:
        """The id of *name*, whom the platform has introduced."""
        member = MemberId(f"{self.workspace}/U-{name}")
        if member not in self._known:
            self._known.add(member)
            self.tells(PersonSeen(member=member, name=name.capitalize()))
        return member

    def place(self, channel: str) -> ChannelId:
        """The id of *channel*, which is an open one if nothing else was said of it."""
        address = ChannelId(f"{self.workspace}/C-{channel}")
        return address if address in self._known else self.opens(channel)

    # What happens

    def tells(self, *events: Event) -> None:
        """Let the bot hear *events* as they are, and answer."""
        self.app.hear(Batch(events=events))

    def recounts(self, *events: Event) -> None:
        """Let the bot read *events* in bulk, as from an export: quick, for long histories."""
        mark = Bookmark(source=f"{self.workspace}/history", position=f"{self._acts}")
        self.app.receive(Batch(events=events, bookmark=mark))

    def opens(
        self, channel: str, *, kind: ChannelKind = ChannelKind.PUBLIC, is_main: bool = False
    ) -> ChannelId:
        """A channel is there, or is changed."""
        address = ChannelId(f"{self.workspace}/C-{channel}")
        self._known.add(address)
        self.tells(ChannelSeen(channel=address, name=channel, kind=kind, is_main=is_main))
        return address

    def joins(self, name: str, channel: str = "general", *, at: datetime | None = None) -> None:
        """Somebody comes into a channel."""
        when = to_micros(at or self.now)
        self.tells(MemberJoined(channel=self.place(channel), member=self.person(name), at=when))

    def leaves(self, name: str, channel: str = "general", *, at: datetime | None = None) -> None:
        """Somebody goes out of a channel."""
        when = to_micros(at or self.now)
        self.tells(MemberLeft(channel=self.place(channel), member=self.person(name), at=when))

    def message(
        self,
        name: str,
        text: str = "Good morning to you all.",
        *,
        channel: str = "general",
        thread: int | None = None,
        hours: float = 0,
        at: datetime | None = None,
    ) -> MessagePosted:
        """What `says` tells the bot, for `recounts` and `tells`; the bot doesn't hear of it yet."""
        place = self.place(channel)
        ts = to_micros((at or self.now) + timedelta(hours=hours))
        while (place, ts) in self._taken:
            ts += 1
        self._taken.add((place, ts))
        seen = traits(text)
        return MessagePosted(
            channel=place,
            ts=ts,
            author=self.person(name),
            thread=thread,
            length=seen.length,
            worth=seen.worth,
            asks=seen.asks,
            topics=self.app.topics_in(self.workspace, text),
        )

    def says(
        self,
        name: str,
        text: str = "Good morning to you all.",
        *,
        channel: str = "general",
        thread: int | None = None,
        hours: float = 0,
        at: datetime | None = None,
    ) -> int:
        """Somebody writes, *hours* after *at* (negative: before); returns the message's `ts`.

        *thread* is the `ts` of the conversation's first message.
        """
        message = self.message(name, text, channel=channel, thread=thread, hours=hours, at=at)
        self.tells(message)
        return message.ts

    def edits(self, ts: int, text: str, *, channel: str = "general") -> None:
        """A message's author changes it."""
        seen = traits(text)
        self.tells(
            MessageEdited(
                channel=self.place(channel),
                ts=ts,
                edited=to_micros(self.now),
                length=seen.length,
                worth=seen.worth,
                asks=seen.asks,
                topics=self.app.topics_in(self.workspace, text),
            )
        )

    def deletes(self, ts: int, *, channel: str = "general") -> None:
        """A message goes."""
        self.tells(MessageDeleted(channel=self.place(channel), ts=ts))

    def reacts(self, name: str, ts: int, emoji: str = "bulb", *, channel: str = "general") -> None:
        """Somebody puts an emoji on a message."""
        place, member = self.place(channel), self.person(name)
        self.tells(ReactionAdded(channel=place, ts=ts, member=member, emoji=emoji))

    def unreacts(
        self, name: str, ts: int, emoji: str = "bulb", *, channel: str = "general"
    ) -> None:
        """Somebody takes their emoji back."""
        place, member = self.place(channel), self.person(name)
        self.tells(ReactionRemoved(channel=place, ts=ts, member=member, emoji=emoji))

    # What people do with the bot

    def types(
        self, name: str, command: str, *, channel: str = "general", mentions: str = ""
    ) -> str:
        """Somebody types "/net …" or "/tend …"; returns what they alone were told in answer.

        *mentions* is whom the platform's own mention in it names.
        """
        word, _, text = command.removeprefix("/").partition(" ")
        return self._does(
            name,
            CommandGiven(
                id=self._act(),
                command=word,
                text=text,
                channel=self.place(channel),
                member=self.person(name),
                at=to_micros(self.now),
                trigger="permit",
                mentions=self.person(mentions) if mentions else None,
            ),
        )

    def presses(self, name: str, label: str) -> str:
        """Somebody presses the button with that label on the newest post, or else on their page.

        Returns what they alone were told in answer.
        """
        member = self.person(name)
        for number, post in reversed(list(enumerate(self.platform.said, 1))):
            pressed = next((each for each in post.buttons if each.label == label), None)
            if pressed is not None and self._is_shown(post, member):
                place = post.to if "/C-" in post.to else self.place("general")
                return self._does(name, self._press(member, pressed, place, f"{number}"))
        for part in self.platform.homes[member].parts if member in self.platform.homes else ():
            pressed = next((each for each in part.buttons if each.label == label), None)
            if pressed is not None:
                return self._does(name, self._press(member, pressed, f"{self.workspace}/D-{name}"))
        shown = [each.label for post in self.platform.said for each in post.buttons]
        raise AssertionError(f"{name} sees no button {label!r}, of {shown}")

    def presses_old(self, name: str, button: Button) -> str:
        """Somebody presses *button* of a post as they saw it, whatever has become of it since."""
        place = self.place("general")
        return self._does(name, self._press(self.person(name), button, place))

    def _press(self, member: MemberId, button: Button, place: str, message: str = "") -> Event:
        return ActionTaken(
            id=self._act(),
            action=button.action,
            value=button.value,
            channel=ChannelId(place),
            member=member,
            at=to_micros(self.now),
            message=message,
            trigger="permit",
        )

    def fills(self, name: str, /, *, channel: str = "general", **values: str) -> str:
        """Somebody fills in the form that was opened last for them, and sends it.

        What isn't given stays as the form proposed it. Returns what they alone were told.
        """
        member = self.person(name)
        form = next(form for who, form in reversed(self.platform.opened) if who == member)
        known = {field.name: field for field in form.fields}
        assert values.keys() <= known.keys(), f"{form.name} asks {[*known]}, not {[*values]}"
        for field in form.fields:
            chosen = values.setdefault(field.name, field.value)
            assert not field.options or chosen in ("", *field.options), f"{chosen!r} is no choice"
        return self._does(
            name,
            FormSubmitted(
                id=self._act(),
                form=form.name,
                values=values,
                context=form.context,
                channel=self.place(channel),
                member=member,
                at=to_micros(self.now),
            ),
        )

    def uses(self, name: str, shortcut: str, ts: int, *, channel: str = "general") -> str:
        """Somebody chooses "ideas.worth_hearing" from a message's menu; returns the answer."""
        return self._does(
            name,
            ShortcutUsed(
                id=self._act(),
                shortcut=shortcut,
                channel=self.place(channel),
                ts=ts,
                member=self.person(name),
                at=to_micros(self.now),
                trigger="permit",
            ),
        )

    def looks(self, name: str) -> list[Post]:
        """Somebody opens the bot's own page; returns its parts, as they alone see them."""
        member = self.person(name)
        self.platform.homes.pop(member, None)
        alone = ChannelId(f"{self.workspace}/D-{name}")
        at = to_micros(self.now)
        self.tells(HomeOpened(id=self._act(), member=member, channel=alone, at=at))
        return [*self.platform.homes[member].parts]

    def lead(self, name: str) -> None:
        """Let somebody tend the network from now on."""
        member = self.person(name)
        with self.sessions.begin() as session:
            person = places.person_at(session, member)
            assert person is not None
            network = places.networks(session)[0]
            places.make_lead(session, network, person, now=self.now)

    def _act(self) -> str:
        self._acts += 1
        return f"act-{self._acts}"

    def _does(self, name: str, act: Event) -> str:
        before = len(self.platform.said)
        self.tells(act)
        told = [post for post in self.platform.said[before:] if post.only_for == self.person(name)]
        return "\n\n".join(post.text for post in told)

    # Time

    def passes(self, *, weeks: float = 0, days: float = 0, hours: float = 0) -> None:
        """Let time go by, while the bot sleeps: nothing that falls due meanwhile is done."""
        self.now += timedelta(weeks=weeks, days=days, hours=hours)

    def lives(self, *, weeks: float = 0, days: float = 0, hours: float = 0) -> None:
        """Let time go by hour by hour, while the bot does what falls due."""
        until = self.now + timedelta(weeks=weeks, days=days, hours=hours)
        while self.now < until:
            self.now = min(self.now + timedelta(hours=1), until)
            self.app.tick()

    def ticks(self) -> None:
        """Let the bot do what is due now."""
        self.app.tick()

    def runs(self, job: str) -> None:
        """Let the bot run *job* ("digest.weekly") now, due or not, and say what it has to say.

        It is a run of the newest slot: last week's where this week's is still to come.
        """
        feature, found = self.app.registry.job(job)
        network = self.network
        settings = self.app.settings(feature, network)
        newest = found.schedule(settings).latest(now=self.now, zone=network.zone)
        slot = Slot(self.now, newest.name)
        occasion = f"{job}/{network.id}/{slot.name}"
        with self.app.context(network, occasion=occasion, slot=slot) as ctx:
            wanted = found.while_any
            if not wanted or occasions.holding(ctx.session, network, wanted):
                found.run(settings, ctx)
        self.app.deliver()

    # What came of it

    @property
    def network(self) -> Network:
        """The town's network, as it is in the database now."""
        with self.sessions.begin() as session:
            return places.networks(session)[0]

    @property
    def hears(self) -> list[Post]:
        """What everybody in a channel was shown, in the order of saying."""
        return [post for post in self.platform.said if post.only_for is None and "/C-" in post.to]

    def sees(self, name: str) -> list[Post]:
        """What somebody alone was shown, wherever it was, in the order of saying."""
        member = self.person(name)
        return [post for post in self.platform.said if member in (post.only_for, post.to)]

    @property
    def forms(self) -> list[Form]:
        """The forms that were opened, for whomever."""
        return [form for _, form in self.platform.opened]

    @staticmethod
    def _is_shown(post: Post, member: MemberId) -> bool:
        return member in (post.only_for, post.to) if post.only_for or "/C-" not in post.to else True


def said(posts: Sequence[Post]) -> list[str]:
    """The words of *posts*: ``said(town.hears) == ["Good morning"]``."""
    return [post.text for post in posts]


def as_settings(given: dict[str, dict[str, Any] | None], on: Sequence[Feature[Any]]) -> Sections:
    """Sections in which every feature is on, but for those given as None."""
    sections: dict[str, dict[str, Any]] = {feature.name: {} for feature in on}
    for name, section in given.items():
        if section is None:
            del sections[name]
        else:
            sections[name] = section
    return sections
