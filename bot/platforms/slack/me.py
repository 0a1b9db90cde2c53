"""What the translation must know of the bot itself, and of the people and channels about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache, partial

from msgspec import Struct, field
from msgspec.structs import replace

from bot.domain.events import BotRemoved, ChannelKind, ChannelMoved, ChannelSeen, Event, PersonSeen
from bot.domain.ids import ChannelId, MemberId
from bot.domain.topics import none_followed
from bot.platforms.export.directory import SLACKBOT
from bot.platforms.slack.shapes import BadPayload

LONGEST_ID = 64
LONGEST_NAME = 200
"""Characters that are kept of the name of a person or a channel."""


class NotYet(BadPayload):
    """Whether this may be heard isn't known yet: it must come again, after `to_lookups`."""


class Lookup(Struct, frozen=True, kw_only=True):
    """What an event leaves open, to be asked of Slack: a channel or a person, by Slack's ids.

    `is_new`: the bot has just come into the channel, and wants to know who is there. `is_news`:
    something became of the channel, so what is known of it is out of date.
    """

    channel: str | None = None
    member: str | None = None
    is_new: bool = False
    is_news: bool = False


class Me(Struct, kw_only=True):
    """The bot in one workspace: `team`, `user`, `bot`, `app` and `enterprise` are Slack's own ids.

    `places` is what was last seen of each channel, by Slack's id of it, private ones included;
    `shut` are those of them that were heard before they were closed. `external` are people of other
    organisations, `bots` are bots, `people` everybody known, all by Slack's ids. `knows` tells that
    the bot's channels were all learnt; `about` tells which followed topics some words name. One
    thread may read while another writes: each is changed in one step.
    """

    team: str
    user: str = ""
    bot: str = ""
    app: str = ""
    enterprise: str = ""
    private_channels: bool = False
    knows: bool = False
    places: dict[str, ChannelSeen] = field(default_factory=dict)
    shut: set[str] = field(default_factory=set)
    external: set[str] = field(default_factory=set)
    bots: set[str] = field(default_factory=lambda: {SLACKBOT})
    people: set[str] = field(default_factory=set)
    about: Callable[[str], tuple[str, ...]] = partial(none_followed, "")

    @property
    def workspace(self) -> str:
        """This workspace, as the start of all its addresses."""
        return f"slack:{self.team}"

    def channel(self, raw: str | None) -> ChannelId:
        """The address of a channel of Slack's id *raw*.

        Raises:
            BadPayload: that is no id.
        """
        return ChannelId(_address(self.team, raw))

    def member(self, raw: str | None) -> MemberId:
        """The address of a person of Slack's id *raw*.

        Raises:
            BadPayload: that is no id.
        """
        return MemberId(_address(self.team, raw))

    def hears(self, raw: str | None, channel_type: str | None = None) -> bool:
        """Whether what happens in a channel may be counted; the most private word is believed.

        *channel_type* is what an event says of it: "channel", "group", "im", "mpim".
        """
        place = self.places.get(raw or "")
        if channel_type is None:
            return place is not None and self._may_hear(place.kind)
        if channel_type == "channel":
            return place is None or self._may_hear(place.kind)
        if channel_type == "group" and self.private_channels:
            return place is None or place.kind in (ChannelKind.PUBLIC, ChannelKind.PRIVATE)
        return False

    def is_foreign(self, *teams: str | None) -> bool:
        """Whether any of the *teams* that are named is another organisation's."""
        for team in teams:  # noqa: SIM110 - a third of the time of any()
            if team and team != self.team and team != self.enterprise:
                return True
        return False

    def note(self, events: Iterable[Event]) -> None:
        """Remember what *events* tell of people and channels."""
        for event in events:
            match event:
                case ChannelSeen():
                    self._note_place(event)
                case BotRemoved():
                    self.places.pop(_raw(event.channel), None)
                case ChannelMoved():
                    self._note_move(_raw(event.channel), event)
                case PersonSeen():
                    self._note_person(event)

    def beware(self, events: Iterable[Event]) -> None:
        """Remember what must not be heard any more: at once, and whatever becomes of *events*."""
        for event in events:
            if isinstance(event, ChannelSeen) and not self._is_open(event):
                self._note_place(event)
            elif isinstance(event, PersonSeen) and event.is_external:
                self.external.add(_raw(event.member))

    def confirm(self, events: Sequence[Event]) -> tuple[ChannelSeen, ...]:
        """Remember *events*, now that they are committed; return what they tell too openly.

        Between their translation and now a channel may have been closed. An event that was older
        than that doesn't open it: only Slack's own answer about the channel, by `note`, does.
        """
        closed = {
            id(event): place
            for event in events
            if isinstance(event, ChannelSeen)
            and (place := self.places.get(_raw(event.channel))) is not None
            and self._is_open(event)
            and not self._is_open(place)
        }
        self.note(event for event in events if id(event) not in closed)
        return tuple(place for place in closed.values() if not self._may_hear(place.kind))

    def _note_place(self, seen: ChannelSeen) -> None:
        raw = _raw(seen.channel)
        if self._may_hear(seen.kind):
            self.shut.discard(raw)
        elif self.hears(raw):
            self.shut.add(raw)
        before = self.places.get(raw, seen)
        last = before.called(seen.name, seen.named)
        self.places[raw] = replace(seen, name=last.name, named=last.named)

    def _note_move(self, raw: str, move: ChannelMoved) -> None:
        if raw in self.shut:
            self.shut.add(_raw(move.became))
        if (place := self.places.pop(raw, None)) is not None:
            self.places[_raw(move.became)] = replace(place, channel=move.became)

    def _is_open(self, place: ChannelSeen) -> bool:
        return self._may_hear(place.kind) and not place.is_shared

    def _note_person(self, seen: PersonSeen) -> None:
        raw = _raw(seen.member)
        self.people.add(raw)
        if seen.is_bot:
            self.bots.add(raw)
        if seen.is_external:
            self.external.add(raw)
        else:
            self.external.discard(raw)

    def _may_hear(self, kind: ChannelKind) -> bool:
        return kind is ChannelKind.PUBLIC or (kind is ChannelKind.PRIVATE and self.private_channels)


def is_id(raw: str) -> bool:
    """Whether *raw* looks like one of Slack's ids."""
    return 0 < len(raw) <= LONGEST_ID and raw.isascii() and raw.isalnum()


def _raw(address: str) -> str:
    return address.rpartition("/")[2]


@lru_cache(100_000)
def _address(team: str, raw: str | None) -> str:
    if not raw or not is_id(raw):
        raise BadPayload("an id that is none")
    return f"slack:{team}/{raw}"
