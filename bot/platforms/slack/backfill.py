"""Reads what was said in a channel before the bot came, a page at a time, as if it were said now.

Newest first, back to some days ago, with the answers of each thread on the way. How far it came is
committed together with what was read, so it goes on there after a stop; read twice, it is the same.
Answers to threads that are older than that are not found: Slack lists them nowhere.
https://docs.slack.dev/reference/methods/conversations.history
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

import structlog
from msgspec import Struct
from msgspec.structs import replace

from bot.domain.events import (
    Batch,
    Bookmark,
    ChannelKind,
    Event,
    MemberJoined,
    MemberLeft,
    MessagePosted,
    ReactionAdded,
    to_micros,
)
from bot.platforms.export.messages import JOINED, LEFT
from bot.platforms.export.messages import to_micros as stamp_to_micros
from bot.platforms.export.rows import Reaction
from bot.platforms.slack.asking import PAGE, Answer, Asker, Refused, next_cursor
from bot.platforms.slack.directory import Recall, nothing_read
from bot.platforms.slack.inward import to_events
from bot.platforms.slack.me import Me
from bot.platforms.slack.shapes import BadPayload, Envelope, Told, shaped
from bot.ports import Clock, Receive

log = structlog.get_logger()

DONE = "done"


class Past(Struct):
    """What a message of the past tells besides itself."""

    reactions: list[Reaction] | None = None
    reply_count: int | None = None


class Backfill:
    """Reads the last *days* of channels. It belongs to one thread; *days* of 0 read nothing."""

    def __init__(
        self,
        asker: Asker,
        me: Me,
        receive: Receive,
        *,
        days: int,
        clock: Clock,
        recall: Recall = nothing_read,
    ) -> None:
        self._asker = asker
        self._me = me
        self._receive = receive
        self._days = days
        self._clock = clock
        self._recall = recall
        self._positions: dict[str, str] = {}

    def step(self, raw: str) -> bool:
        """Read one page of the channel of Slack's id *raw*; return whether there is more.

        Raises:
            Stopped: it is time to stop; what was read of the page will be read again.
        """
        if self._days <= 0 or not self._me.hears(raw):
            return False
        position = self._position(raw)
        oldest, _, latest = position.partition(" ")
        if latest == DONE:
            return False
        try:
            page = self._read(raw, "conversations.history", oldest=oldest, latest=latest)
            messages = _messages(page)
        except Refused as refusal:
            log.info("slack.past_unseen", why=str(refusal))
            messages, page = (), {}
        for ts in _threads(messages):
            self._thread(raw, ts, position)
        stamps = [ts for ts in map(_ts, messages) if ts]
        has_more = bool(page.get("has_more")) and bool(stamps)
        self._pass_on(raw, messages, f"{oldest} {min(stamps) if has_more else DONE}")
        return has_more

    def _position(self, raw: str) -> str:
        """From when on it reads, and until when: what is read is left out, if more is wanted."""
        found = self._positions.get(raw) or self._recall(self._source(raw))
        begin = to_micros(self._clock() - timedelta(days=self._days))
        if found is None:
            return f"{_stamp(begin)} "
        oldest, _, latest = found.partition(" ")
        border = stamp_to_micros(oldest) or 0
        if latest == DONE and begin < border:
            return f"{_stamp(begin)} {_stamp(border + 1)}"  # Slack leaves out both ends
        return found

    def _thread(self, raw: str, ts: str, position: str) -> None:
        """Pass on the answers to a message, page by page, without having come any further.

        One that Slack won't show, as it is gone meanwhile, is no reason to read no more.
        """
        cursor = ""
        while True:
            try:
                page = self._read(raw, "conversations.replies", ts=ts, cursor=cursor)
            except Refused as refusal:
                log.info("slack.thread_unseen", why=str(refusal))
                return
            self._pass_on(raw, _messages(page), position)
            following = next_cursor(page)
            if not following or following == cursor:
                return
            cursor = following

    def _read(self, raw: str, method: str, **given: str) -> Answer:
        named = {name: value for name, value in given.items() if value}
        return self._asker.ask(method, channel=raw, limit=PAGE, **named)

    def _pass_on(self, raw: str, messages: Sequence[Mapping[str, object]], position: str) -> None:
        events = tuple(event for found in messages for event in self._events(raw, found))
        bookmark = Bookmark(source=self._source(raw), position=position)
        self._receive(Batch(events=events, bookmark=bookmark))
        self._positions[raw] = position

    def _source(self, raw: str) -> str:
        return f"{self._me.channel(raw)}/history"

    def _events(self, raw: str, found: Mapping[str, object]) -> Iterator[Event]:
        """What a message of the past becomes: the same as when it was written."""
        try:
            told, past = shaped(found, Told), shaped(found, Past)
            told = replace(told, type="message", channel=raw, channel_type=self._type(raw))
            envelope = Envelope(type="event_callback", team_id=self._me.team, event=told)
            events = to_events(envelope, self._me)
            yield from events
            if told.subtype in JOINED or told.subtype in LEFT:
                yield from self._presence(raw, told)
            if events and isinstance(events[-1], MessagePosted):
                yield from self._reactions(events[-1], past.reactions or ())
        except BadPayload as problem:
            log.warning("slack.bad_past", why=str(problem))

    def _type(self, raw: str) -> str:
        place = self._me.places[raw]
        return "channel" if place.kind is ChannelKind.PUBLIC else "group"

    def _presence(self, raw: str, told: Told) -> Iterator[Event]:
        """Who came and went, of which Slack wrote a line into the channel."""
        at = stamp_to_micros(told.ts) if told.ts else None
        user = told.user
        if at is None or not isinstance(user, str) or user in self._me.external:
            return
        if user == self._me.user or self._me.places[raw].is_shared:
            return
        kind = MemberJoined if told.subtype in JOINED else MemberLeft
        yield kind(channel=self._me.channel(raw), member=self._me.member(user), at=at)

    def _reactions(self, posted: MessagePosted, found: Sequence[Reaction]) -> Iterator[Event]:
        for reaction in found:
            for user in reaction.users:
                if user not in self._me.external:
                    yield ReactionAdded(
                        channel=posted.channel,
                        ts=posted.ts,
                        member=self._me.member(user),
                        emoji=reaction.name,
                    )


def _stamp(micros: int) -> str:
    """An instant as Slack writes it."""
    return f"{micros // 1_000_000}.{micros % 1_000_000:06}"


def _messages(page: Answer) -> Sequence[Mapping[str, object]]:
    found = page.get("messages")
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []


def _threads(messages: Sequence[Mapping[str, object]]) -> list[str]:
    """The first messages of threads among *messages*."""
    return [ts for row in messages if row.get("reply_count") and (ts := _ts(row))]


def _ts(row: Mapping[str, object]) -> str | None:
    ts = row.get("ts")
    return ts if isinstance(ts, str) and stamp_to_micros(ts) is not None else None
