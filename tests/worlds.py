"""Worlds that differ only in what is not to be heard; what the bot says must be the same in all.

A world is twelve days of a Slack workspace, told through the door that real events come by:
the same talk in open channels, whatever its number, and beside it what differs: messages in a
private channel, in direct messages, in a channel shared with another organisation and in one that
is made private on the first morning; all that people of another organisation do and are called;
all that somebody does who isn't to be counted; and another workspace in the same database.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import msgspec
from sqlalchemy.engine import Engine

from bot.app import App
from bot.domain.events import (
    Batch,
    ChannelKind,
    ChannelSeen,
    CommandGiven,
    Event,
    FormSubmitted,
    HomeOpened,
    Listened,
    PersonSeen,
    to_micros,
)
from bot.domain.ids import ChannelId, MemberId
from bot.platforms.slack.inward import Me, read_envelope, to_events
from bot.storage.base import sessions_of
from tests.town import PROMPTS, FakePlatform

BEGIN = datetime(2026, 3, 2, 6, tzinfo=UTC)
DAYS, MINUTE = 12, timedelta(minutes=1)
NOON = timedelta(hours=7)
"""After the hour at which the day began, that the bot does what is due: at 13:00."""

OPEN, CLOSED, MADE_PRIVATE, SHARED = ("C1", "C2"), "C7", "C8", "C9"
EXTERNAL, UNCOUNTED, LEAD = ("U90", "U91"), "U80", "U1"
SENTENCES = (
    "Good morning to you all, it is a busy one on the ward today.",
    "Has anybody a short way of telling who could manage at home tonight?",
    "We keep a kettle, a chair and a set of steps in the bay and watch for five minutes: "
    "it tells more than the form does, and it costs nothing at all.",
    "Thank you, that helps.",
    "Does the new form work for you?",
    "Here is what we learnt last week; it is rough, and I would be glad of your view of it.",
)
ASKED = (
    ("net", ""),
    ("net", "pulse"),
    ("net", "help"),
    ("net", "mydata"),
    ("tend", "pulse"),
    ("tend", "why"),
    ("tend", "waiting"),
    ("tend", "log"),
    ("tend", 'calendar add "Summer" 20 Mar to 30 Mar quiet'),
    ("tend", "calendar"),
    ("tend", "digest preview 2026-W11"),
    ("tend", "pulse #falls"),
    ("tend", "pulse #nowhere"),
)

Timed = tuple[datetime, dict[str, Any]]


def said(visible: int, hidden: int, engine: Engine) -> list[bytes]:
    """All that the bot says in public and to its members, in the world of these two numbers."""
    world = World(engine)
    world.begins()
    told = sorted(
        [*talk(Random(f"talk {visible}")), *secrets(Random(f"secrets {hidden}"))],
        key=lambda each: each[0],
    )
    for day in range(DAYS):
        moment = BEGIN + timedelta(days=day) + NOON
        world.hears([each for at, each in told if world.now <= at < moment])
        world.elsewhere(Random(f"elsewhere {hidden} {moment}"))
        world.now = moment
        world.lives()
    world.asks()
    return world.said


class World:
    """The bot in workspace T1, and in T9, which is nobody's business."""

    def __init__(self, engine: Engine) -> None:
        self.now = BEGIN
        self.platform = FakePlatform()
        self.platform.name = "slack"
        sessions = sessions_of(engine)
        self.app = App(sessions=sessions, platforms=[self.platform], clock=lambda: self.now)
        self.app.prompts = PROMPTS
        self.me = Me(team="T1", user="UBOT", bot="BBOT", app="A1", knows=True)
        self.acts = 0
        self.others = 0

    def begins(self) -> None:
        """What the directory tells, and the choices that are the same in all worlds."""
        people = [PersonSeen(member=person(f"U{n}"), name=f"Person {n}") for n in range(1, 15)]
        strangers = [
            PersonSeen(member=person(each), name=each, is_external=True) for each in EXTERNAL
        ]
        channels = [
            ChannelSeen(channel=place("C1"), name="general", is_main=True),
            ChannelSeen(channel=place("C2"), name="falls"),
            ChannelSeen(channel=place(MADE_PRIVATE), name="rota"),
            ChannelSeen(channel=place(SHARED), name="friends", is_shared=True),
        ]
        self.tells(*channels, *people, *strangers)
        self.me.note([*channels, *people, *strangers])
        private = ChannelSeen(channel=place(CLOSED), name="board", kind=ChannelKind.PRIVATE)
        self.me.note([private])
        self.types(UNCOUNTED, "net", "mydata don't count me")
        self.types(LEAD, "tend", "settings")
        _, form = self.platform.opened[-1]
        values = {field.name: field.value for field in form.fields} | {"purpose": "Kinder."}
        self.fills(form.name, values)

    def hears(self, told: Sequence[dict[str, Any]]) -> None:
        """Envelopes come by the door that real ones come by."""
        events: list[Event] = []
        for envelope in told:
            found = to_events(read_envelope(msgspec.json.encode(envelope)), self.me)
            self.me.note(found)
            events += found
        at = to_micros(self.now)
        self.tells(Listened(workspace="slack:T1", since=at - 60_000_000, until=at), *events)

    def elsewhere(self, rng: Random) -> None:
        """Another workspace lives in the same database."""
        there = Me(team="T9", user="UBOT", bot="BBOT", app="A1", knows=True)
        there.note([ChannelSeen(channel=ChannelId("slack:T9/C1"), name="general")])
        events: list[Event] = []
        for number in range(rng.randrange(4)):
            at = self.now + MINUTE * number
            told = message(at, f"U{rng.randrange(9)}", "C1", rng.choice(SENTENCES), team="T9")
            events += to_events(read_envelope(msgspec.json.encode(told)), there)
        self.tells(*events)
        if rng.random() < 0.3:
            self.others += 1
            self.types("U1", "tend", f'calendar add "Away" {10 + self.others} Mar', team="T9")

    def lives(self) -> None:
        """Do what is due."""
        self.app.tick()

    def asks(self) -> None:
        """Whatever a member and a lead can ask for."""
        for command, text in ASKED:
            self.types(LEAD if command == "tend" else "U2", command, text)
        for member in ("U2", LEAD):
            self.acts += 1
            opened = HomeOpened(
                id=f"{self.acts}",
                member=person(member),
                channel=place(f"D{member}"),
                at=to_micros(self.now),
            )
            self.tells(opened)

    def tells(self, *events: Event) -> None:
        """Let the bot hear and answer."""
        self.app.hear(Batch(events=events))

    def types(self, member: str, command: str, text: str, *, team: str = "T1") -> None:
        """Somebody types a command."""
        self.acts += team == "T1"
        number = self.acts if team == "T1" else self.others
        self.tells(
            CommandGiven(
                id=f"{team} {number}",
                command=command,
                text=text,
                channel=ChannelId(f"slack:{team}/C1"),
                member=MemberId(f"slack:{team}/{member}"),
                at=to_micros(self.now),
                trigger="permit",
            )
        )

    def fills(self, form: str, values: dict[str, str]) -> None:
        """The lead sends a form."""
        self.acts += 1
        self.tells(
            FormSubmitted(
                id=f"T1 {self.acts}",
                form=form,
                values=values,
                context="",
                channel=place("C1"),
                member=person(LEAD),
                at=to_micros(self.now),
            )
        )

    @property
    def said(self) -> list[bytes]:
        """What was said in T1, in order, and the pages of those who looked at theirs."""
        posts = [post for post in self.platform.said if "slack:T1/" in post.to]
        seen = [post for post in posts if post.only_for != person(UNCOUNTED)]
        homes = [home for _, home in sorted(self.platform.homes.items())]
        return [msgspec.json.encode(each) for each in (*seen, *homes)]


def person(raw: str) -> MemberId:
    """A person of T1."""
    return MemberId(f"slack:T1/{raw}")


def place(raw: str) -> ChannelId:
    """A channel of T1."""
    return ChannelId(f"slack:T1/{raw}")


def talk(rng: Random) -> Iterator[Timed]:
    """What everybody may hear: a small network, with threads, sparks and newcomers."""
    chance = rng.uniform(0.15, 0.7)
    written: list[tuple[datetime, str]] = []
    for day in range(DAYS):
        for number in range(1, rng.choice([6, 10, 13])):
            at = BEGIN + timedelta(days=day, hours=3, minutes=rng.randrange(540), seconds=number)
            if rng.random() > chance:
                continue
            user, channel = f"U{number}", rng.choice(OPEN)
            earlier = [ts for ts, there in written if there == channel and ts < at]
            thread = rng.choice(earlier) if earlier and rng.random() < 0.5 else None
            written.append((at, channel))
            yield at, message(at, user, channel, rng.choice(SENTENCES), thread=thread)
            if rng.random() < 0.3:
                later = at + MINUTE * rng.randrange(1, 90)
                emoji = rng.choice(["bulb", "wave", "heart"])
                yield later, reaction(later, f"U{rng.randrange(1, 13)}", channel, at, emoji)
            if rng.random() < 0.1:
                later = at + MINUTE * rng.randrange(90, 500)
                yield later, changed(later, user, channel, at, rng.choice([None, SENTENCES[0]]))
    for day in range(1, 10, 4):
        at = BEGIN + timedelta(days=day, hours=2)
        yield at, joined(at, f"U{10 + day // 4}", "C1")
        asked = at + MINUTE
        yield asked, message(asked, f"U{10 + day // 4}", "C1", SENTENCES[1])


def secrets(rng: Random) -> Iterator[Timed]:
    """What nobody else may notice: who, where, how much and what all differ."""
    converted = BEGIN + timedelta(minutes=30)
    yield converted, event(
        converted, "message", subtype="channel_convert_to_private", channel=MADE_PRIVATE,
        channel_type="group", user="U1", ts=stamp(converted),
    )  # fmt: skip
    yield converted, event(converted, "channel_converted_to_private", channel=MADE_PRIVATE)
    for number in range(rng.randrange(20, 120)):
        at = BEGIN + timedelta(minutes=rng.randrange(1, DAYS * 1440), microseconds=number)
        text = f"{rng.choice(SENTENCES)} {rng.random()}"
        yield at, rng.choice(_SECRETS)(at, rng, text)
    yield from others(rng)


def others(rng: Random) -> Iterator[Timed]:
    """What those do who are of elsewhere, or aren't to be counted."""
    for number in range(rng.randrange(20, 80)):
        at = BEGIN + timedelta(minutes=rng.randrange(31, DAYS * 1440), microseconds=number + 500)
        user, channel = rng.choice([*EXTERNAL, UNCOUNTED]), rng.choice(OPEN)
        team = "T5" if user in EXTERNAL else "T1"
        text = f"{rng.choice(SENTENCES)} {rng.random()}"
        yield at, message(at, user, channel, text, user_team=team)
        later = at + MINUTE
        what = rng.randrange(5)
        if what == 0:
            yield later, reaction(later, user, channel, at, rng.choice(["bulb", "wave"]))
        elif what == 1:
            yield later, changed(later, user, channel, at, rng.choice([None, text[:20]]))
        elif what == 2:
            yield later, joined(later, user, channel, team=team)
        elif what == 3:
            name = f"Name {rng.random()}"
            row = {"id": user, "team_id": team, "name": name, "is_stranger": team != "T1"}
            yield later, event(later, "user_change", user=row)


def _in_private(at: datetime, rng: Random, text: str) -> dict[str, Any]:
    user = f"U{rng.randrange(1, 20)}"
    channel = rng.choice([CLOSED, MADE_PRIVATE])
    return message(at, user, channel, text, channel_type="group")


def _alone(at: datetime, rng: Random, text: str) -> dict[str, Any]:
    kind = rng.choice(["im", "mpim"])
    user, there = f"U{rng.randrange(1, 20)}", f"D{rng.randrange(9)}"
    return message(at, user, there if kind == "im" else "G9", text, channel_type=kind)


def _shared(at: datetime, rng: Random, text: str) -> dict[str, Any]:
    told = message(at, f"U{rng.randrange(1, 20)}", SHARED, text)
    return told | {"is_ext_shared_channel": True}


def _reacts_in_private(at: datetime, rng: Random, text: str) -> dict[str, Any]:
    return reaction(at, f"U{rng.randrange(1, 20)}", rng.choice([CLOSED, MADE_PRIVATE]), at, "bulb")


def _joins_private(at: datetime, rng: Random, text: str) -> dict[str, Any]:
    return joined(at, f"U{rng.randrange(1, 20)}", CLOSED, kind="G")


_SECRETS = (_in_private, _alone, _shared, _reacts_in_private, _joins_private)

# Envelopes, as Slack sends them


def stamp(at: datetime) -> str:
    """A message's name in Slack."""
    micros = to_micros(at)
    return f"{micros // 1_000_000}.{micros % 1_000_000:06}"


def event(at: datetime, kind: str, *, team: str = "T1", **values: Any) -> dict[str, Any]:
    """An envelope of the Events API."""
    return {
        "type": "event_callback",
        "team_id": team,
        "api_app_id": "A1",
        "event_id": f"Ev{to_micros(at)}{kind}",
        "event_time": to_micros(at) // 1_000_000,
        "event": {"type": kind, "event_ts": stamp(at), **values},
    }


def message(
    at: datetime,
    user: str,
    channel: str,
    text: str,
    *,
    thread: datetime | None = None,
    channel_type: str = "channel",
    team: str = "T1",
    user_team: str = "",
) -> dict[str, Any]:
    """Somebody writes."""
    more = {"thread_ts": stamp(thread)} if thread else {}
    if user_team:
        more["user_team"] = user_team
    return event(
        at, "message", user=user, channel=channel, channel_type=channel_type, ts=stamp(at),
        text=text, team=team, **more,
    )  | {"team_id": team}  # fmt: skip


def changed(
    at: datetime, user: str, channel: str, ts: datetime, text: str | None
) -> dict[str, Any]:
    """Somebody changes what they wrote, or takes it away."""
    shared: dict[str, Any] = {"channel": channel, "channel_type": "channel"}
    shared |= {"ts": stamp(at), "hidden": True}
    before = {"type": "message", "user": user, "text": "…", "ts": stamp(ts)}
    if text is None:
        gone: dict[str, Any] = {"deleted_ts": stamp(ts), "previous_message": before}
        return event(at, "message", subtype="message_deleted", **shared, **gone)
    edited = {"user": user, "ts": stamp(at)}
    now = {**before, "text": text, "edited": edited}
    return event(
        at, "message", subtype="message_changed", message=now, previous_message=before, **shared
    )


def reaction(at: datetime, user: str, channel: str, ts: datetime, emoji: str) -> dict[str, Any]:
    """Somebody puts an emoji on a message."""
    item = {"type": "message", "channel": channel, "ts": stamp(ts)}
    return event(at, "reaction_added", user=user, reaction=emoji, item=item, item_user="U1")


def joined(
    at: datetime, user: str, channel: str, *, kind: str = "C", team: str = "T1"
) -> dict[str, Any]:
    """Somebody comes into a channel."""
    return event(
        at, "member_joined_channel", user=user, channel=channel, channel_type=kind
    )  | {"event_team": team}  # fmt: skip
