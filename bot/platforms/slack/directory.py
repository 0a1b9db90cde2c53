"""Finds out who and what is here: the bot's channels and their members, at the start and later.

Of people only those are asked for who share a channel with the bot. Of a private channel that may
not be heard, and of people of other organisations, nothing is passed on but that they are that.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

import structlog
from msgspec.structs import replace

from bot.domain.events import (
    Batch,
    Bookmark,
    BotInvited,
    BotRemoved,
    ChannelKind,
    ChannelSeen,
    Event,
    MemberJoined,
    MemberLeft,
    to_micros,
)
from bot.domain.ids import ChannelId, MemberId
from bot.platforms.export.directory import EARLIEST, LATEST
from bot.platforms.export.rows import UserRow
from bot.platforms.slack.asking import Asker, Refused
from bot.platforms.slack.channels import kind_of
from bot.platforms.slack.inward import to_seen
from bot.platforms.slack.me import LONGEST_NAME, Lookup, Me, is_id
from bot.platforms.slack.shapes import BadPayload, ChannelInfo, shaped, whole
from bot.ports import Clock, Receive

log = structlog.get_logger()

TOGETHER = 500
"""Events passed on at once."""

FEW = 100
"""Up to that many people are asked for one by one, more of them by the whole list."""

UNSEEN = frozenset(("channel_not_found", "missing_scope", "method_not_supported_for_channel_type"))
"""What Slack answers about a channel that the bot may not look at."""

Row = TypeVar("Row", ChannelInfo, UserRow)
Recall = Callable[[str], str | None]
"""How far a source has been read: the position of the bookmark that came last with it."""


def nothing_read(_: str) -> str | None:
    """The memory of those who have none."""
    return None


@dataclass(frozen=True, kw_only=True)
class Memory:
    """What was passed on before, by this process or an earlier one.

    `channels` gives those that count now, of any workspace; `members` those in one of them.
    """

    channels: Callable[[], Sequence[ChannelSeen]] = tuple
    members: Callable[[ChannelId], Collection[MemberId]] = lambda _: ()


NOTHING = Memory()


def who_am_i(asker: Asker, *, private_channels: bool = False) -> Me:
    """The bot that a token belongs to.

    Raises:
        Refused: the token is no good.
        Stopped: it is time to stop.
    """
    told = asker.ask("auth.test")
    me = Me(
        team=str(told.get("team_id") or ""),
        user=str(told.get("user_id") or ""),
        bot=str(told.get("bot_id") or ""),
        enterprise=str(told.get("enterprise_id") or ""),
        private_channels=private_channels,
    )
    try:
        found = asker.ask("bots.info", bot=me.bot).get("bot")
        me.app = str((found if isinstance(found, dict) else {}).get("app_id") or "")
    except Refused as refusal:
        log.info("slack.app_unknown", why=str(refusal))
    return me


class Directory:
    """Asks Slack, passes on what it hears, and keeps *me* right.

    Two threads may use it: one for all that is asked about channels and single people
    (`see_channels`, `look_up`), so that no older answer comes after a newer one, and one for who
    is in the channels (`catch_up`, `meet`), which may take minutes.
    """

    def __init__(
        self,
        asker: Asker,
        me: Me,
        receive: Receive,
        *,
        clock: Clock,
        recall: Recall = nothing_read,
        memory: Memory = NOTHING,
    ) -> None:
        self._asker = asker
        self._me = me
        self._receive = receive
        self._clock = clock
        self._recall = recall
        self._memory = memory
        self._created: dict[str, int] = {}
        self._untold: set[str] = set()

    def see_channels(self) -> list[str]:
        """Learn which channels the bot is in, before anything is heard; return those that count.

        Of channels that counted before and are in the list no more, it finds out why: Slack may
        not have told that they were made private, or nobody was there to be told.

        Raises:
            Stopped: it is time to stop.
        """
        before = self._before()
        try:
            asked = to_micros(self._clock())
            listed = {info.id: self._see(info, asked) for info in self._channels()}
        except Refused as refusal:
            log.warning("slack.channels_unseen", why=str(refusal))
            before, listed = (), {}  # what isn't listed for want of a permission isn't closed
        for raw in before:
            if raw not in listed:
                self._look_at(raw)
        self._me.knows = True
        return [raw for raw, counts in listed.items() if counts]

    def look_up(self, lookup: Lookup) -> str | None:
        """Find out what an event left open; return Slack's id of a channel that is new to the bot.

        Raises:
            Stopped: it is time to stop.
        """
        if lookup.member:
            self._get_to_know((lookup.member,))
        if not lookup.channel or not (lookup.is_new or lookup.is_news or self._is_open(lookup)):
            return None
        return lookup.channel if self._look_at(lookup.channel) and lookup.is_new else None

    def catch_up(self, heard: Sequence[str]) -> None:
        """Learn who is in the channels of Slack's ids *heard*, in which the bot is at its start.

        Where no bookmark tells that it was there before, it has been invited without hearing of it.

        Raises:
            Stopped: it is time to stop.
        """
        asked = to_micros(self._clock())
        members = {raw: self._members(raw) for raw in heard}
        self._get_to_know(person for there in members.values() for person in there or ())
        for raw, there in members.items():
            if self._recall(self._source(raw)) is None:
                now = to_micros(self._clock())
                self._pass_on((BotInvited(channel=self._me.channel(raw), at=now),))
            self._joined(raw, there, asked)

    def meet(self, raw: str) -> None:
        """Learn who is in the channel of Slack's id *raw*, which the bot has just come into.

        Raises:
            Stopped: it is time to stop.
        """
        asked = to_micros(self._clock())
        there = self._members(raw)
        self._get_to_know(there or ())
        self._joined(raw, there, asked)

    def _is_open(self, lookup: Lookup) -> bool:
        """Whether nothing was found out about a channel since it was asked for."""
        place = self._me.places.get(lookup.channel or "")
        return place is None or place.kind is ChannelKind.UNKNOWN

    # Channels

    def _before(self) -> Sequence[str]:
        """Slack's ids of the channels that counted up to now; what was seen of them is noted."""
        me, counted = self._me, self._counted()
        me.note(
            seen
            for raw, seen in counted.items()
            if raw not in me.places and seen.kind is not ChannelKind.UNKNOWN
        )
        return [*dict.fromkeys([*counted, *(raw for raw in list(me.places) if me.hears(raw))])]

    def _counted(self) -> dict[str, ChannelSeen]:
        """The channels of this workspace that count, by Slack's ids of them."""
        start = f"{self._me.workspace}/"
        return {
            seen.channel.removeprefix(start): seen
            for seen in self._memory.channels()
            if seen.channel.startswith(start)
        }

    def _is_missed(self, raw: str) -> bool:
        """Whether anybody counts a channel that may not be heard."""
        return self._me.hears(raw) or (raw not in self._me.places and raw in self._counted())

    def _channels(self) -> Iterator[ChannelInfo]:
        private = ",private_channel" if self._me.private_channels else ""
        kinds = f"public_channel{private}"
        rows = self._asker.pages("users.conversations", "channels", types=kinds, **self._team())
        return (info for row in rows if (info := _in_shape(row, ChannelInfo)) is not None)

    def _look_at(self, raw: str) -> bool:
        """Ask for one channel; return whether the bot is in it and may hear it."""
        asked = to_micros(self._clock())
        try:
            answer = self._asker.ask("conversations.info", channel=raw)
        except Refused as refusal:
            if str(refusal) in UNSEEN:
                self._close(raw, ChannelKind.UNKNOWN)
            log.info("slack.channel_unseen", why=str(refusal))
            return False
        info = _in_shape(answer.get("channel"), ChannelInfo)
        if info is None:
            return False
        if info.is_member is False and info.id == raw and not info.is_archived:
            return self._lose(raw)  # an archived one has no members at all
        return self._see(info, asked)

    def _see(self, info: ChannelInfo, asked: int) -> bool:
        """Take in what Slack said of a channel when *asked*; return whether it counts."""
        kind, me = kind_of(info), self._me
        if kind is not ChannelKind.PUBLIC and not (
            kind is ChannelKind.PRIVATE and me.private_channels
        ):
            self._close(info.id, kind)
            return False
        before = me.places.get(info.id)
        seen = ChannelSeen(
            channel=me.channel(info.id),
            name=whole(info.name or info.id)[:LONGEST_NAME],
            named=max(asked, before.named if before else 0),
            kind=kind,
            is_main=bool(info.is_general),
            is_archived=bool(info.is_archived),
            is_shared=bool(info.is_ext_shared),
        )
        created = (info.created or 0) * 1_000_000
        self._created[info.id] = created if EARLIEST <= created <= LATEST else EARLIEST
        if before is None or replace(before, named=seen.named) != seen:
            self._pass_on((seen,))
        return not seen.is_shared

    def _close(self, raw: str, kind: ChannelKind) -> None:
        """Hear a channel no more: who knew it hears of that, and not what it is called now."""
        me = self._me
        if self._is_missed(raw):
            self._untold.add(raw)
        place = me.places.get(raw) or ChannelSeen(channel=me.channel(raw), name=raw)
        shut = replace(place, kind=kind)
        me.note((shut,))
        if raw in self._untold:
            self._pass_on((shut,))
            self._untold.discard(raw)

    def _lose(self, raw: str) -> bool:
        """The bot isn't in a channel, or no more."""
        if raw in self._me.places or self._is_missed(raw):
            at = to_micros(self._clock())
            self._pass_on((BotRemoved(channel=self._me.channel(raw), at=at),))
        return False

    def _source(self, raw: str) -> str:
        """What names the list of a channel's members in a bookmark."""
        return f"{self._me.channel(raw)}/members"

    def _team(self) -> dict[str, str]:
        """Which workspace is meant, where the app is a whole organisation's."""
        return {"team_id": self._me.team} if self._me.enterprise else {}

    # People

    def _members(self, raw: str) -> tuple[str, ...] | None:
        """Slack's ids of those in a channel; None where it doesn't tell."""
        try:
            found = self._asker.pages("conversations.members", "members", channel=raw)
            return tuple(row for row in found if isinstance(row, str) and is_id(row))
        except Refused as refusal:
            log.info("slack.members_unseen", why=str(refusal))
            return None

    def _joined(self, raw: str, there: Sequence[str] | None, asked: int) -> None:
        """Those who are in a channel: at first as if from its start, later as if from *asked* on.

        Slack doesn't tell since when; of those whose coming was heard the first time stays. Who was
        in it and is there no more has left.
        """
        me, source = self._me, self._source(raw)
        is_first = self._recall(source) is None
        at = self._created.get(raw, EARLIEST) if is_first else asked
        now = {me.member(person): person for person in there or ()}
        joins: list[Event] = [
            MemberJoined(channel=me.channel(raw), member=member, at=at)
            for member, person in now.items()
            if person != me.user and person not in me.external
        ]
        before = () if there is None else self._memory.members(me.channel(raw))
        left: list[Event] = [
            MemberLeft(channel=me.channel(raw), member=member, at=asked)
            for member in before
            if member not in now
        ]
        self._pass_on(joins + left, Bookmark(source=source, position=str(at)) if is_first else None)

    def _get_to_know(self, people: Iterable[str]) -> None:
        """Ask for those who aren't known yet."""
        missing = dict.fromkeys(raw for raw in people if raw not in self._me.people)
        if len(missing) > FEW:
            self._pass_on_people(self._listed(set(missing)))
        self._pass_on_people(self._asked(raw for raw in missing if raw not in self._me.people))

    def _listed(self, wanted: set[str]) -> Iterator[UserRow]:
        try:
            for row in self._asker.pages("users.list", "members", **self._team()):
                found = _in_shape(row, UserRow)
                if found is not None and found.id in wanted:
                    yield found
        except Refused as refusal:
            log.info("slack.people_unseen", why=str(refusal))

    def _asked(self, wanted: Iterable[str]) -> Iterator[UserRow]:
        for raw in wanted:
            try:
                found = _in_shape(self._asker.ask("users.info", user=raw).get("user"), UserRow)
            except Refused as refusal:
                log.info("slack.person_unseen", why=str(refusal))
                self._me.people.add(raw)  # nobody is asked for twice in vain
                continue
            if found is not None:
                yield found

    def _pass_on_people(self, rows: Iterator[UserRow]) -> None:
        while some := tuple(islice(rows, TOGETHER)):
            self._pass_on([to_seen(row, self._me) for row in some])

    def _pass_on(self, events: Sequence[Event], bookmark: Bookmark | None = None) -> None:
        """Pass *events* on, the last of them with the *bookmark*; then they are known."""
        for start in range(0, len(events) or 1, TOGETHER):
            some = tuple(events[start : start + TOGETHER])
            last = bookmark if start + TOGETHER >= len(events) else None
            if some or last:
                self._receive(Batch(events=some, bookmark=last))
                self._me.note(some)


def _in_shape(row: object, shape: type[Row]) -> Row | None:
    """A row as it should be; None where it isn't, which is told by its place only."""
    try:
        found = shaped(row, shape)
    except BadPayload as problem:
        log.warning("slack.bad_row", why=str(problem))
        return None
    return found if is_id(found.id) else None
