"""What is still to happen in a simulated network, told in the order of time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from heapq import heappop, heappush
from itertools import count

from bot.domain.events import (
    Event,
    MemberJoined,
    MemberLeft,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    PersonSeen,
    ReactionAdded,
)
from bot.domain.ids import MemberId
from bot.judgement.traits import traits
from bot.simulation.behaviour import Changed, Happening, Marked, Said
from bot.simulation.phrases import Kind, words
from bot.simulation.plan import Plan
from bot.simulation.roster import Resident

Told = tuple[int, Event, str | None]
"""When it happened (microseconds since 1970 UTC), the event, and a message's text."""
POSTSCRIPT = " Edited: a word was missing."


class Diary:
    """Happenings go in as they come about, events come out when their moment has come."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._ids = {channel.name: plan.channel_id(channel.name) for channel in plan.channels}
        self._to_come: list[tuple[int, int, Happening]] = []
        self._moments: set[tuple[str, int]] = set()
        self._serial = count()
        self._inside: defaultdict[str, set[MemberId]] = defaultdict(set)

    def write(self, happening: Happening) -> None:
        """Put in what will happen. Of two messages at one moment in a channel, one isn't said."""
        if isinstance(happening, Said):
            moment = happening.channel, happening.ts
            if moment in self._moments:
                return
            self._moments.add(moment)
        at = happening.ts if isinstance(happening, Said) else happening.at
        heappush(self._to_come, (at, next(self._serial), happening))

    def carry_over(self, other: Diary, same: Callable[[Resident], Resident]) -> None:
        """Write down all that is in another diary, of the people that *same* knows here."""
        for at, _, happening in sorted(other._to_come):
            heappush(self._to_come, (at, next(self._serial), _of(happening, same)))
        self._moments |= other._moments
        for channel, members in other._inside.items():
            self._inside[channel] |= members

    def until(self, end: int) -> Iterator[Told]:
        """Everything before *end* (microseconds since 1970 UTC), in order."""
        while self._to_come and self._to_come[0][0] < end:
            at, _, happening = heappop(self._to_come)
            match happening:
                case Said():
                    self._moments.discard((happening.channel, at))
                    yield from self._coming_in(happening, at)
                    yield self._posted(happening)
                case Marked():
                    yield self._marked(happening)
                case Changed():
                    yield self._changed(happening)

    def arrival(self, person: Resident, at: int) -> Iterator[Told]:
        """Somebody is seen for the first time, and comes into their channels."""
        zone = self.plan.time_zone
        yield at, PersonSeen(member=person.id, name=person.name, timezone=zone), None
        for channel in self.plan.channels:
            if channel.name in person.channels:
                yield self._joined(channel.name, person.id, at)

    def farewell(self, person: Resident, at: int) -> Iterator[Told]:
        """Somebody goes out of all channels they are in."""
        for channel in self.plan.channels:
            if person.id in self._inside[channel.name]:
                self._inside[channel.name].discard(person.id)
                place = self._ids[channel.name]
                yield at, MemberLeft(channel=place, member=person.id, at=at), None

    def _coming_in(self, said: Said, at: int) -> Iterator[Told]:
        """Who writes where they are not (the conversation has moved) comes in first."""
        is_outside = said.author.id not in self._inside[said.channel]
        if is_outside and said.kind is not Kind.BOT and said.author.is_here(self.plan.day_of(at)):
            yield self._joined(said.channel, said.author.id, at - 1)

    def _joined(self, channel: str, member: MemberId, at: int) -> Told:
        self._inside[channel].add(member)
        return at, MemberJoined(channel=self._ids[channel], member=member, at=at), None

    def _posted(self, said: Said) -> Told:
        text = words(said.kind, said.chance)
        seen = traits(text)
        event = MessagePosted(
            channel=self._ids[said.channel],
            ts=said.ts,
            author=said.author.id,
            thread=said.thread,
            length=seen.length,
            worth=seen.worth,
            asks=seen.asks,
            by_bot=said.kind is Kind.BOT,
        )
        return said.ts, event, text

    def _marked(self, marked: Marked) -> Told:
        event = ReactionAdded(
            channel=self._ids[marked.said.channel],
            ts=marked.said.ts,
            member=marked.member.id,
            emoji=marked.emoji,
        )
        return marked.at, event, None

    def _changed(self, changed: Changed) -> Told:
        channel, ts = self._ids[changed.said.channel], changed.said.ts
        if changed.deleted:
            return changed.at, MessageDeleted(channel=channel, ts=ts), None
        text = words(changed.said.kind, changed.said.chance) + POSTSCRIPT
        seen = traits(text)
        event = MessageEdited(
            channel=channel,
            ts=ts,
            edited=changed.at,
            length=seen.length,
            worth=seen.worth,
            asks=seen.asks,
        )
        return changed.at, event, text


def _of(happening: Happening, same: Callable[[Resident], Resident]) -> Happening:
    """The same happening with the people that *same* knows."""
    if isinstance(happening, Said):
        return happening._replace(author=same(happening.author))
    said = happening.said._replace(author=same(happening.said.author))
    if isinstance(happening, Marked):
        return happening._replace(said=said, member=same(happening.member))
    return happening._replace(said=said)
