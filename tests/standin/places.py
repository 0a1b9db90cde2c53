"""What people do with places and with themselves: come, go, rename, archive, share."""

from __future__ import annotations

from tests.standin import membership, speaking
from tests.standin.payloads import channel_json, user_json
from tests.standin.talking import Talking, Where, Who
from tests.standin.world import Channel, Json, Person, Team


class Places(Talking):
    """The verbs of membership and of channels' life."""

    def person(
        self, name: str, *, team: str | None = None, joins: bool = False, **more: object
    ) -> Person:
        """Somebody who is here from the start, or who *joins* the workspace now (`team_join`).

        `team` is another organisation's name; *more*: `tz`, `title`, `email`, `is_guest`.
        """
        with self.world.lock:
            home = self.other_team(team) if team else self.world.team
            handle = name.casefold().replace(" ", ".")
            person = Person(self.world.make_id("U"), handle, home, name, name.split(" ")[0])
            person.updated = int(self.world.now())
            for field, value in more.items():
                setattr(person, field, value)
            self.world.people[person.id] = person
            if joins:
                event = {
                    "type": "team_join",
                    "user": self._user(person),
                    "cache_ts": person.updated,
                }
                self.tell(event)
            return person

    def another_bot(self, name: str) -> Person:
        """Another app's user."""
        person = self.person(name)
        person.bot_id, person.app_id = self.world.make_id("B"), self.world.make_id("A")
        return person

    def other_team(self, name: str) -> Team:
        """Another organisation."""
        for team in self.world.teams.values():
            if team.name == name:
                return team
        team = Team(self.world.make_id("T"), name, name.casefold().replace(" ", "-"))
        self.world.teams[team.id] = team
        return team

    def _user(self, person: Person) -> Json:
        with_email = bool(person.email) and self.app.may("users:read.email")
        return user_json(person, ours=self.world.team, with_email=with_email)

    def channel(
        self,
        name: str,
        *members: Who,
        kind: str = "public",
        bot: bool = False,
        general: bool = False,
        announced: bool = False,
    ) -> Channel:
        """A channel with these *members* from the start, with the app in it if *bot*.

        It was there before: nothing is told, unless *announced* (`channel_created`).
        """
        with self.world.lock:
            people = [self.world.person(one) for one in members]
            people += [self.app.bot] if bot else []
            creator = people[0] if people else self.app.bot
            made = Channel(
                self.world.make_id("C"), name, kind, creator, int(self.world.now()), people
            )
            made.is_general = general
            made.teams = [t for t in {p.team for p in people} if t is not self.world.team]
            self.world.channels[made.id] = made
            if announced:
                whole = channel_json(made, world=self.world, me=self.app.bot)
                self.tell({"type": "channel_created", "channel": whole}, made)
            return made

    def joins(self, who: Who, where: Where) -> None:
        """Somebody comes into a channel."""
        with self.world.lock:
            membership.enter(self, self.world.channel(where), self.world.person(who))

    def invites(self, who: Who, whom: Who, where: Where) -> None:
        """Somebody takes somebody else into a channel."""
        with self.world.lock:
            inviter = self.world.person(who)
            membership.enter(self, self.world.channel(where), self.world.person(whom), inviter)

    def invites_bot(self, who: Who, where: Where) -> None:
        """Somebody takes the app into a channel."""
        self.invites(who, self.app.bot, where)

    def removes_bot(self, who: Who, where: Where) -> None:
        """Somebody takes the app out of a channel."""
        with self.world.lock:
            by = self.world.person(who)
            membership.leave(self, self.world.channel(where), self.app.bot, by)

    def leaves(self, who: Who, where: Where) -> None:
        """Somebody leaves a channel."""
        with self.world.lock:
            membership.leave(self, self.world.channel(where), self.world.person(who))

    def _life(self, where: Channel, what: str, **more: object) -> None:
        """An event of the channel's life: `channel_…` or, where it is private, `group_…`."""
        kind = "channel" if where.kind == "public" else "group"
        self.tell({"type": f"{kind}_{what}", "channel": where.id} | more, where)

    def renames(self, where: Where, name: str) -> None:
        """A channel gets another name."""
        with self.world.lock:
            channel = self.world.channel(where)
            old, channel.name = channel.name, name
            channel.previous_names.insert(0, old)
            known = {
                "id": channel.id,
                "name": name,
                "name_normalized": name,
                "created": channel.created,
                "is_channel": channel.kind == "public",
                "is_mpim": False,
            }
            self._life(channel, "rename", channel=known)
            kind = "channel" if channel.kind == "public" else "group"
            text = f'has renamed the channel from "{old}" to "{name}"'
            by = channel.creator
            speaking.notice(self, channel, by, f"{kind}_name", text, name=name, old_name=old)

    def archives(self, where: Where) -> None:
        """A channel is closed; everybody may still read it."""
        with self.world.lock:
            channel = self.world.channel(where)
            by = channel.creator
            speaking.notice(self, channel, by, "channel_archive", "archived the channel")
            channel.is_archived = True
            self._life(channel, "archive", user=by.id, is_moved=0)

    def unarchives(self, where: Where) -> None:
        """A channel is opened again; an app has to be invited anew."""
        with self.world.lock:
            channel = self.world.channel(where)
            channel.is_archived = False
            by = "user" if channel.kind == "public" else "actor_id"
            self._life(channel, "unarchive", **{by: channel.creator.id})
            speaking.notice(
                self, channel, channel.creator, "channel_unarchive", "un-archived the channel"
            )

    def removes_channel(self, where: Where) -> None:
        """A channel is deleted, with all that was said in it."""
        with self.world.lock:
            channel = self.world.channel(where)
            at = self.world.next_ts()
            for message in channel.messages.values():
                self.world.see("vanished", message, at=at)
            channel.is_deleted = True
            by = channel.creator.id
            more = {} if channel.kind == "public" else {"date_deleted": int(float(at))}
            self._life(channel, "deleted", actor_id=by, **more)

    def converts_to_private(self, where: Where, *, told: bool = True) -> None:
        """A public channel becomes private: all that tells of it is a message's subtype.

        Nowhere documented (Netflix/dispatch#560); whoever heard of the public channel's messages
        hears of it here, unless it isn't *told*.
        """
        with self.world.lock:
            channel = self.world.channel(where)
            text = "made this channel private. Now, it can only be viewed or joined by invitation."
            if told:
                speaking.notice(self, channel, channel.creator, "channel_convert_to_private", text)
            channel.kind = "private"

    def converts_to_public(self, where: Where) -> None:
        """A private channel becomes public."""
        with self.world.lock:
            channel = self.world.channel(where)
            channel.kind = "public"
            text = "made this channel public."
            speaking.notice(self, channel, channel.creator, "channel_convert_to_public", text)

    def shares(self, where: Where, team: str) -> None:
        """A channel is shared with another organisation."""
        with self.world.lock:
            channel, other = self.world.channel(where), self.other_team(team)
            channel.teams.append(other)
            self.tell(
                {"type": "channel_shared", "connected_team_id": other.id, "channel": channel.id},
                channel,
            )

    def unshares(self, where: Where, team: str) -> None:
        """A channel is no longer shared with that organisation, whose people leave it."""
        with self.world.lock:
            channel, other = self.world.channel(where), self.other_team(team)
            channel.teams.remove(other)
            for person in [p for p in channel.members if p.team is other]:
                channel.members.remove(person)
            event = {
                "type": "channel_unshared",
                "previously_connected_team_id": other.id,
                "channel": channel.id,
                "is_ext_shared": bool(channel.teams),
            }
            self.tell(event, channel)

    def moves(self, where: Where) -> Channel:
        """A channel gets another id; it can still be asked for by the old."""
        with self.world.lock:
            channel = self.world.channel(where)
            old, channel.id = channel.id, self.world.make_id("C")
            self.world.moved[old] = channel.id
            self.world.channels = {c.id: c for c in self.world.channels.values()}
            event = {"type": "channel_id_changed", "old_channel_id": old}
            self.tell(event | {"new_channel_id": channel.id}, channel)
            return channel

    def changes_profile(self, who: Who, **changes: object) -> None:
        """Somebody changes `real_name`, `display_name`, `tz`, `title` or `email`."""
        with self.world.lock:
            person = self.world.person(who)
            for field, value in changes.items():
                setattr(person, field, value)
            self._changed(person)

    def deactivates(self, who: Who) -> None:
        """Somebody's account is closed."""
        with self.world.lock:
            person = self.world.person(who)
            person.is_gone = True
            for channel in self.world.channels.values():
                if person in channel.members and channel.kind in ("public", "private"):
                    channel.members.remove(person)
            self._changed(person)

    def _changed(self, person: Person) -> None:
        person.updated = int(self.world.now())
        for kind in ("user_change", "user_profile_changed"):
            self.tell({"type": kind, "user": self._user(person), "cache_ts": person.updated})
