"""Live a network's past again: its events and its jobs, in the order of time, at full speed."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.app import App
from bot.cli import importing
from bot.domain.events import (
    ActionTaken,
    Batch,
    Bookmark,
    CommandGiven,
    Event,
    FormSubmitted,
    MemberJoined,
    MemberLeft,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    ReactionAdded,
    ReactionRemoved,
    from_micros,
    to_micros,
)
from bot.domain.ids import Address, MemberId
from bot.domain.posts import Form, Home, Post
from bot.domain.schedule import Daily, Hourly, Weekly
from bot.storage import days, listening, places
from bot.storage.places import Network

DAY = timedelta(days=1)
HALF_AN_HOUR = timedelta(minutes=30)
CHUNK = 5000


@dataclass(frozen=True, kw_only=True)
class Heard:
    """Something the bot said, and when; `first` is what it was then, where it was changed since."""

    at: datetime
    post: Post
    key: str
    first: Post | None = None


@dataclass(kw_only=True)
class Stage:
    """A platform on which nobody answers: it keeps what the bot says, for an audience."""

    name: str
    now: datetime
    heard: list[Heard] = field(default_factory=list)
    shares_out: bool = False

    def start(self, receive: object, check: object = None, topics: object = None) -> None:
        """Nothing happens here of itself."""

    def stop(self) -> None:
        """Nothing happens here of itself."""

    def post(self, post: Post, *, key: str) -> str:
        """Keep *post*."""
        self.heard.append(Heard(at=self.now, post=post, key=key))
        return f"{post.to}/{len(self.heard)}"

    def update(self, message: str, post: Post) -> None:
        """Keep the new words in the place of the old."""
        number = int(message.rpartition("/")[2]) - 1
        old = self.heard[number]
        self.heard[number] = replace(old, post=post, first=old.first or old.post)

    def delete(self, message: str, to: Address) -> None:
        """Nothing is taken back here."""

    def show(self, home: Home) -> None:
        """Nobody is here to look at it."""

    def open(self, form: Form, *, member: MemberId, trigger: str) -> None:
        """Nobody is here to fill it in."""

    def find(self, to: Address, *, key: str, since: datetime) -> str | None:
        """The post made for *key*."""
        for number, heard in enumerate(self.heard, 1):
            if heard.key == key:
                return f"{to}/{number}"
        return None

    def clock(self) -> datetime:
        """The moment that is being lived again."""
        return self.now


def moment(event: Event) -> int:
    """When *event* happened, in microseconds; 0 for what has no time of its own."""
    match event:
        case MessageEdited(edited=at) | MemberJoined(at=at) | MemberLeft(at=at):
            return at
        case CommandGiven(at=at) | ActionTaken(at=at) | FormSubmitted(at=at):
            return at
        case MessagePosted() | MessageDeleted() | ReactionAdded() | ReactionRemoved():
            return event.ts
        case _:
            return 0


def by_day(events: Sequence[Event], zone: ZoneInfo) -> Iterator[tuple[date, Sequence[Event]]]:
    """Events in the order of time as local days, one after another, empty ones too."""
    times = [moment(event) for event in events]
    if not times:
        return
    day = from_micros(times[0]).astimezone(zone).date()
    start = 0
    while start < len(events):
        stop = bisect_left(times, days.midnight(day + DAY, zone), start)
        yield day, events[start:stop]
        start, day = stop, day + DAY


def prepare(app: App, stage: Stage, events: Sequence[Event]) -> Sequence[Event]:
    """Make known all that was so before the first message; return the rest, in order of time."""
    timed = sorted(events, key=moment)
    first = next((n for n, event in enumerate(timed) if isinstance(event, MessagePosted)), None)
    if first is None:
        return ()
    stage.now = from_micros(moment(timed[first])) - DAY
    app.receive(Batch(events=tuple(timed[:first])))
    return timed[first:]


def catch_up(
    app: App, stage: Stage, network: Network, events: Sequence[Event], *, until: int
) -> None:
    """Take in what was long ago, as an import would: nothing is said of it.

    It was listened to up to the moment *until* (microseconds), from where on it is lived.
    """
    if not events:
        return
    for start in range(0, len(events), CHUNK):
        stage.now = from_micros(moment(events[start]))
        part = tuple(events[start : start + CHUNK])
        app.receive(Batch(events=part, bookmark=Bookmark(source="replay", position=str(start))))
    importing.keep_listening(app, network.workspace)
    stage.now = from_micros(until)
    with app.sessions.begin() as session:
        session.get_one(Network, network.id).created_at = stage.now  # nothing was due before
        spans = listening.spans(session, network.workspace)
        listening.listened(session, network.workspace, since=spans[-1][1], until=until)


def local_day(event: Event, network: Network) -> date:
    """The network's date when *event* happened."""
    return from_micros(moment(event)).astimezone(network.zone).date()


def live(
    app: App,
    stage: Stage,
    network: Network,
    events: Sequence[Event],
    *,
    deaf: Sequence[tuple[date, date]] = (),
) -> Iterator[date]:
    """Live every day: its events come in, its jobs run at their times. Yields each day at its end.

    What is due within half an hour is done at one time, the last of these, as by a process that
    looks every half hour; hourly work is done whenever anything is, and at its last hour. On the
    *deaf* days, first and last included, nobody listened.
    """
    for day, happened in by_day(events, network.zone):
        times = [moment(event) for event in happened]
        midnight = from_micros(days.midnight(day + DAY, network.zone))
        is_deaf = any(first <= day <= last for first, last in deaf)
        start = 0
        for due in (*_together(_dues(app, network, day)), midnight):
            stop = bisect_left(times, to_micros(due), start)
            stage.now = due
            if start < stop and not is_deaf:
                app.receive(Batch(events=tuple(happened[start:stop])))
            start = stop
            if not is_deaf:
                _listened(app, network, day, until=to_micros(due))
            if due != midnight:
                app.tick()
        yield day


def _listened(app: App, network: Network, day: date, *, until: int) -> None:
    with app.sessions.begin() as session:
        since = days.midnight(day, network.zone)
        listening.listened(session, network.workspace, since=since, until=until)


def _dues(app: App, network: Network, day: date) -> list[datetime]:
    """When jobs are due on a local day."""
    monday = day - timedelta(days=day.weekday())
    found = set()
    for feature, job in app.registry.jobs():
        match job.schedule(app.settings(feature, network)):
            case Weekly() as weekly:
                slots = [weekly.slot(monday, network.zone)]
            case Daily() as daily:
                slots = [daily.slot(day, network.zone)]
            case Hourly() as hourly:
                slots = hourly.slots(day, network.zone)[-1:]
        found |= {slot.due for slot in slots}
    return sorted(due for due in found if due.astimezone(network.zone).date() == day)


def _together(dues: Sequence[datetime]) -> list[datetime]:
    """The last of those that are due within half an hour of each other, again and again."""
    found: list[datetime] = []
    begun = None
    for due in dues:
        if begun is not None and due - begun <= HALF_AN_HOUR:
            found[-1] = due
        else:
            found.append(due)
            begun = due
    return found


def only_network(app: App) -> Network:
    """The network that the events made."""
    with app.sessions.begin() as session:
        return places.networks(session)[0]
