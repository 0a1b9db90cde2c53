"""What people do with words: write, answer, change, delete, react."""

from __future__ import annotations

import uuid

from tests.standin import speaking
from tests.standin.office import Office
from tests.standin.reading import Reading, read_ephemeral, read_message
from tests.standin.world import Channel, Json, Message, Person

Where = str | Channel
Who = str | Person
Which = str | Message
"""A message, or its ts (the newest that has it), or "<channel id>/<ts>"."""


class Talking(Office):
    """The verbs of talk. A person or channel is given by name, by id, or as it is."""

    def message(self, which: Which) -> Message:
        """The message of that ts, or "<channel id>/<ts>".

        Raises:
            KeyError: there is none.
        """
        if isinstance(which, Message):
            return which
        where, _, ts = which.rpartition("/")
        channels = [self.world.channel(where)] if where else list(self.world.channels.values())
        for channel in channels:
            if ts in channel.messages:
                return channel.messages[ts]
        raise KeyError(f"there is no message {which!r}")

    def writes(
        self, who: Who, where: Where, text: str, *, files: list[Json] | None = None
    ) -> Message:
        """Somebody writes in a channel they are in.

        Raises:
            KeyError: they aren't in it, or it is archived.
        """
        return self._write(who, where, text, None, "file_share" if files else None, files)

    def replies(
        self,
        who: Who,
        to: Which,
        text: str,
        *,
        broadcast: bool = False,
        files: list[Json] | None = None,
    ) -> Message:
        """Somebody answers in a message's thread, if they like also to the channel."""
        parent = self.message(to)
        thread = parent.thread_ts or parent.ts
        subtype = "thread_broadcast" if broadcast else "file_share" if files else None
        return self._write(who, parent.channel, text, thread, subtype, files)

    def _write(
        self,
        who: Who,
        where: Where,
        text: str,
        thread: str | None,
        subtype: str | None,
        files: list[Json] | None,
    ) -> Message:
        with self.world.lock:
            person, channel = self.world.person(who), self.world.channel(where)
            if person not in channel.members or channel.is_archived:
                raise KeyError(f"{person.name} can't write in {channel.name or channel.id}")
            message = Message(
                self.world.next_ts(), channel, person, text, thread, subtype, files=files
            )
            message.blocks = speaking.rich_text(text)
            message.client_msg_id = str(uuid.uuid4())
            return speaking.put(self, message)

    def bot_writes(
        self, who: Who, where: Where, text: str, *, thread: Which | None = None
    ) -> Message:
        """Another app says something, in the old way (`bot_message`)."""
        with self.world.lock:
            person, channel = self.world.person(who), self.world.channel(where)
            ts = self.message(thread).ts if thread else None
            message = Message(self.world.next_ts(), channel, person, text, ts, "bot_message")
            message.more = {"username": person.real_name}
            return speaking.put(self, message)

    def writes_to_bot(self, who: Who, text: str) -> Message:
        """Somebody writes to the app where they are alone with it."""
        with self.world.lock:
            channel = self.world.direct(self.world.person(who), self.app.bot)
        return self.writes(who, channel, text)

    def edits(self, which: Which, text: str) -> Message:
        """Its author changes a message."""
        with self.world.lock:
            message = self.message(which)
            blocks = speaking.rich_text(text)
            speaking.change(self, message, by=message.user, text=text, blocks=blocks)
            return message

    def unfurls(self, which: Which) -> Message:
        """Slack adds a preview to a message's link: `message_changed`, but nobody edited it."""
        with self.world.lock:
            message = self.message(which)
            attachments = [{"id": 1, "title": "A page", "from_url": "https://example.org/"}]
            speaking.change(self, message, by=None, attachments=attachments)
            return message

    def deletes(self, which: Which) -> None:
        """A message is deleted, by its author or an admin."""
        with self.world.lock:
            speaking.remove(self, self.message(which))

    def purges(self, which: Which) -> None:
        """A message goes by the workspace's retention: nobody is told."""
        with self.world.lock:
            message = self.message(which)
            self.world.see("vanished", message, at=self.world.next_ts())
            del message.channel.messages[message.ts]

    def reacts(self, who: Who, to: Which, emoji: str) -> bool:
        """Somebody puts an emoji on a message; False where theirs is there already."""
        with self.world.lock:
            return speaking.react(
                self, self.message(to), emoji.strip(":"), self.world.person(who), added=True
            )

    def unreacts(self, who: Who, to: Which, emoji: str) -> bool:
        """Somebody takes their emoji back."""
        with self.world.lock:
            return speaking.react(
                self, self.message(to), emoji.strip(":"), self.world.person(who), added=False
            )

    def sees(self, who: Who, where: Where | None = None) -> list[Reading]:
        """What *who* can read now, oldest first: everywhere, or in one place."""
        with self.world.lock:
            person = self.world.person(who)
            places = [self.world.channel(where)] if where else list(self.world.channels.values())
            found = [
                read_message(self.world, message)
                for channel in places
                if person in channel.members and not channel.is_deleted
                for message in channel.messages.values()
                if not message.is_tombstone
            ]
            found += [
                read_ephemeral(self.world, shown, self.app.bot.id)
                for shown in self.world.ephemerals
                if shown.user is person and shown.channel in places
            ]
            return sorted(found, key=lambda reading: reading.ts)
