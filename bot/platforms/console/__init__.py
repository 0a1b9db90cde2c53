"""A place to talk that is made of a terminal: people type, and see what the bot says to whom."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import count
from pathlib import Path

from bot.domain.events import (
    ActionTaken,
    Batch,
    ChannelKind,
    ChannelSeen,
    CommandGiven,
    Event,
    FormSubmitted,
    HomeOpened,
    MemberJoined,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    PersonSeen,
    ReactionAdded,
    ReactionRemoved,
    ShortcutUsed,
    to_micros,
)
from bot.domain.ids import Address, ChannelId, MemberId, workspace_of
from bot.domain.posts import Button, Form, Home, Post
from bot.domain.topics import TopicsIn, none_followed
from bot.judgement.traits import Traits, traits
from bot.platforms.console.directory import (
    Directory,
    capital,
    harmless,
)
from bot.platforms.console.files import written
from bot.platforms.console.memory import Message, Opened, Said
from bot.ports import Check, Clock, DeliveryError, Receive, nothing_wrong

_NAMED = re.compile(r"(?<!\w)@(\w[\w-]*)")


class Console:
    """The platform: what people do goes in as events, what the bot says waits in `fresh`.

    Files that go with it are written into *folder*, where there is one.
    """

    name = "console"
    shares_out = False

    def __init__(
        self, *, clock: Clock, directory: Directory | None = None, folder: Path | None = None
    ) -> None:
        self.clock = clock
        self.folder = folder
        self.directory = directory or Directory()
        self.messages: list[Message] = []
        self.said: dict[str, Said] = {}
        self.fresh: list[Said] = []
        self.opened: list[Opened] = []
        self.homes: dict[MemberId, Home] = {}
        self._receive: Receive | None = None
        self._check: Check = nothing_wrong
        self._topics: TopicsIn = none_followed
        self._permits: dict[str, ChannelId] = {}
        self._last = 0
        self._unsent: list[Event] = []
        self._sitting = secrets.token_hex(4)
        self._acts = count(1)

    # What the core asks of a platform

    def start(
        self, receive: Receive, check: Check = nothing_wrong, topics: TopicsIn = none_followed
    ) -> None:
        """Pass on to *receive* what people do."""
        self._receive = receive
        self._check = check
        self._topics = topics
        self._tell(PersonSeen(member=self.directory.bot, name="Animateur", is_bot=True))

    def stop(self) -> None:
        """Pass on what is left, and nothing from here."""
        if self._unsent:
            self._tell()
        self._receive = None

    def post(self, post: Post, *, key: str) -> str:
        """Keep *post* where it can be seen, and return what it is called here.

        Raises:
            DeliveryError: there is no such person or channel here.
        """
        self._must_know(post.to)
        ts = self._instant()
        file = written(post.attachment, self.folder) if post.attachment else ""
        said = Said(name=f"{post.to}/{ts}", key=key, ts=ts, post=post, file=file)
        self.said[said.name] = said
        self.fresh.append(said)
        if post.only_for is None and post.to in self.directory.channels:
            self._overhear(ChannelId(post.to), ts, post.text)
        return said.name

    def update(self, message: str, post: Post) -> None:
        """Put *post* in the place of *message*, and show it again.

        Raises:
            DeliveryError: nothing of that name was said here since the sitting began.
        """
        said = self.said.get(message)
        if said is None:
            raise DeliveryError(f"There is no message {message} here any more.")
        said.post = post
        said.was_changed = True
        if said not in self.fresh:
            self.fresh.append(said)
        for mine in self.messages:
            if f"{mine.channel}/{mine.ts}" == message:
                mine.text = post.text

    def delete(self, message: str, to: Address) -> None:
        """Take *message* back; nobody sees it from here on."""
        said = self.said.pop(message, None)
        if said is not None:
            self.fresh = [each for each in self.fresh if each is not said]
            self.messages = [
                mine for mine in self.messages if f"{mine.channel}/{mine.ts}" != message
            ]

    def show(self, home: Home) -> None:
        """Keep *home* for when the member looks at it."""
        self.homes[home.member] = home

    def open(self, form: Form, *, member: MemberId, trigger: str) -> None:
        """Let *form* wait for *member*.

        Raises:
            DeliveryError: *trigger* permits nothing: it was used, or was never given.
        """
        channel = self._permits.pop(trigger, None)
        if channel is None:
            raise DeliveryError("A form can only be opened once, in answer to what somebody did.")
        self.opened.append(Opened(form=form, member=member, channel=channel))

    def find(self, to: Address, *, key: str, since: datetime) -> str | None:
        """What the post made for *key* is called here, where there is one since then."""
        earliest = to_micros(since)
        return next(
            (
                said.name
                for said in self.said.values()
                if said.key == key and said.post.to == to and said.ts >= earliest
            ),
            None,
        )

    # What people do

    def channel(self, name: str) -> ChannelId:
        """The channel called *name*, made where it is new; the first one is everybody's.

        Raises:
            NoName: *name* has no letter or digit.
        """
        channel = self.directory.channel(name)
        if channel not in self.directory.channels:
            is_main = not self.directory.channels
            self.directory.channels[channel] = shown = channel.rpartition("#")[2]
            kind = ChannelKind.PUBLIC
            self._tell(ChannelSeen(channel=channel, name=shown, kind=kind, is_main=is_main))
        return channel

    def comes(self, name: str, channel: ChannelId) -> MemberId:
        """The person called *name*, who joins *channel*; somebody new is made known first.

        Raises:
            NoName: *name* has no letter or digit, or is the bot's.
        """
        member = self.directory.member(name)
        events: list[Event] = []
        if member not in self.directory.people:
            self.directory.people[member] = shown = capital(name)
            events.append(PersonSeen(member=member, name=shown))
        at = self._instant()
        self._tell(*events, MemberJoined(channel=channel, member=member, at=at))
        return member

    def writes(
        self, member: MemberId, channel: ChannelId, text: str, *, thread: Message | None = None
    ) -> Message:
        """*member* writes *text* in *channel*, or in the conversation of the message *thread*."""
        text = harmless(text)
        message = Message(
            channel=thread.channel if thread else channel,
            ts=self._instant(),
            author=member,
            text=text,
            thread=(thread.thread or thread.ts) if thread else None,
        )
        self.messages.append(message)
        weighed = _weighed(text)
        self._tell(
            MessagePosted(
                channel=message.channel,
                ts=message.ts,
                author=member,
                thread=message.thread,
                length=weighed.length,
                worth=weighed.worth,
                asks=weighed.asks,
                topics=self._topics(self.directory.workspace, text),
            )
        )
        return message

    def edits(self, message: Message, text: str) -> None:
        """The author of *message* changes it to *text*."""
        message.text = harmless(text)
        weighed = _weighed(message.text)
        self._tell(
            MessageEdited(
                channel=message.channel,
                ts=message.ts,
                edited=self._instant(),
                length=weighed.length,
                worth=weighed.worth,
                asks=weighed.asks,
                topics=self._topics(self.directory.workspace, message.text),
            )
        )

    def deletes(self, message: Message) -> None:
        """The author of *message* takes it away; its words are forgotten here too."""
        message.text, message.is_gone = "", True
        message.reactions.clear()
        self._tell(MessageDeleted(channel=message.channel, ts=message.ts))

    def reacts(self, member: MemberId, message: Message, emoji: str) -> None:
        """*member* puts *emoji* (its name, as "bulb") on *message*."""
        who = message.reactions.setdefault(emoji, [])
        if member not in who:
            who.append(member)
        channel, ts = message.channel, message.ts
        self._tell(ReactionAdded(channel=channel, ts=ts, member=member, emoji=emoji))

    def unreacts(self, member: MemberId, message: Message, emoji: str) -> bool:
        """*member* takes *emoji* back from *message*; False where it isn't there."""
        who = message.reactions.get(emoji, [])
        if member not in who:
            return False
        who.remove(member)
        channel, ts = message.channel, message.ts
        self._tell(ReactionRemoved(channel=channel, ts=ts, member=member, emoji=emoji))
        return True

    def commands(self, member: MemberId, channel: ChannelId, command: str, text: str) -> None:
        """*member* types ``/command text`` in *channel*."""
        act = self._act(channel)
        self._tell(
            CommandGiven(
                id=act,
                command=command,
                text=harmless(text).strip(),
                channel=channel,
                member=member,
                at=self._instant(),
                trigger=act,
            )
        )

    def presses(self, member: MemberId, channel: ChannelId, said: Said, button: Button) -> None:
        """*member*, who is in *channel*, presses *button* of what the bot said."""
        is_here = said.post.to in self.directory.channels
        channel = ChannelId(said.post.to) if is_here else channel
        act = self._act(channel)
        self._tell(
            ActionTaken(
                id=act,
                action=button.action,
                value=button.value,
                channel=channel,
                member=member,
                at=self._instant(),
                message=said.name,
                trigger=act,
            )
        )

    def uses(self, member: MemberId, message: Message, shortcut: str) -> None:
        """*member* chooses *shortcut* ("<feature>.<name>") from the menu of *message*."""
        act = self._act(message.channel)
        self._tell(
            ShortcutUsed(
                id=act,
                shortcut=shortcut,
                channel=message.channel,
                ts=message.ts,
                member=member,
                at=self._instant(),
                trigger=act,
            )
        )

    def looks(self, member: MemberId, channel: ChannelId) -> None:
        """*member*, who is in *channel*, opens the bot's own page."""
        act = self._act(channel)
        self._tell(HomeOpened(id=act, member=member, channel=channel, at=self._instant()))

    def submits(self, opened: Opened, values: dict[str, str]) -> Mapping[str, str]:
        """The person for whom a form was opened sends it, a value for each of its fields.

        Returns what is wrong, by the field's name; then it wasn't sent, and is open still.
        """
        sent = FormSubmitted(
            id=self._act(opened.channel),
            form=opened.form.name,
            values={name: harmless(value) for name, value in values.items()},
            context=opened.form.context,
            channel=opened.channel,
            member=opened.member,
            at=self._instant(),
        )
        problems = self._check(sent)
        if not problems:
            if opened in self.opened:
                self.opened.remove(opened)
            self._tell(sent)
        return problems

    def drained(self) -> Sequence[Said]:
        """What was said or changed since last asked."""
        fresh, self.fresh = self.fresh, []
        return fresh

    def _act(self, channel: ChannelId) -> str:
        """A name for one act, which permits to open one form in answer."""
        act = f"{self.directory.workspace}/{self._sitting}/{next(self._acts)}"
        self._permits[act] = channel
        return act

    def _instant(self) -> int:
        """Now, in microseconds; later than any instant before, so that it can name a message."""
        self._last = max(to_micros(self.clock()), self._last + 1)
        return self._last

    def _must_know(self, to: Address) -> None:
        if workspace_of(to) != self.directory.workspace or not self.directory.names(to):
            raise DeliveryError(f"Nobody and nothing here is called {to}.")

    def _overhear(self, channel: ChannelId, ts: int, text: str) -> None:
        """What the bot says in a channel happens there too, and is told with what comes next."""
        bot = self.directory.bot
        self.messages.append(Message(channel=channel, ts=ts, author=bot, text=text))
        self._unsent.append(
            MessagePosted(channel=channel, ts=ts, author=bot, length=len(text), by_bot=True)
        )

    def _tell(self, *events: Event) -> None:
        told, self._unsent = (*self._unsent, *events), []
        if self._receive is not None:
            self._receive(Batch(events=told))


def _weighed(text: str) -> Traits:
    """What can be told from *text*, in which a name after an @ is somebody addressed."""
    return traits(_NAMED.sub(r"<@\1>", text))
