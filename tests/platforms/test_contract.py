"""What every platform keeps, whatever it is made of: one suite, and a stage for each platform."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta
from typing import Literal, Protocol

import msgspec
import pytest
from rich.console import Console as Screen

from bot.domain.events import (
    ActionTaken,
    Batch,
    CommandGiven,
    Event,
    FormSubmitted,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    ReactionAdded,
    ReactionRemoved,
    to_micros,
)
from bot.domain.ids import ChannelId, MemberId, platform_of, workspace_of
from bot.domain.posts import Button, Field, Form, Post
from bot.platforms.console import Console
from bot.platforms.console.drawing import show
from bot.platforms.console.memory import Message as Typed
from bot.platforms.export.messages import to_micros as to_ts
from bot.platforms.slack.platform import Slack
from bot.platforms.slack.settings import SlackSettings
from bot.ports import DeliveryError, Platform
from bot.prompting import link, mention, neutral
from tests.standin.limits import Limits
from tests.standin.reading import Reading, Rendering
from tests.standin.server import StandIn
from tests.standin.world import Json, Message

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Stage(Protocol):
    """A platform with Ada and Bob in the channel "general", and what they see and do there.

    `events` is all that was passed on. A message is known by its `ts`, a post by its name.
    """

    platform: Platform
    events: list[Event]
    ada: MemberId
    bob: MemberId
    general: ChannelId

    def sees(self, member: MemberId) -> list[str]:
        """What *member* could read of the bot's posts now, oldest first, as it is drawn."""
        ...

    def is_live(self, drawn: str) -> list[str]:
        """The mentions, links and control sequences that would work in what was drawn."""
        ...

    def writes(self, member: MemberId, text: str, *, thread: int | None = None) -> int: ...
    def edits(self, ts: int, text: str) -> None: ...
    def deletes(self, ts: int) -> None: ...
    def reacts(self, member: MemberId, ts: int, emoji: str) -> None: ...
    def unreacts(self, member: MemberId, ts: int, emoji: str) -> None: ...
    def commands(self, member: MemberId, command: str, text: str) -> None: ...
    def presses(self, member: MemberId, name: str, label: str) -> None: ...
    def submits(self, member: MemberId, values: dict[str, str]) -> None:
        """*member* sends the form that was opened for them last."""
        ...


class ConsoleStage:
    """The terminal's stage."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.console = Console(clock=lambda: NOW)
        self.platform: Platform = self.console
        self.console.start(self._hear)
        self.general = self.console.channel("general")
        self.ada = self.console.comes("Ada", self.general)
        self.bob = self.console.comes("Bob", self.general)

    def _hear(self, batch: Batch) -> None:
        self.events += batch.events

    def sees(self, member: MemberId) -> list[str]:
        return [
            self._drawn(said.post, member)
            for said in self.console.said.values()
            if (said.post.only_for or member) == member
            and said.post.to in (member, *self.console.directory.channels)
        ]

    def _drawn(self, post: Post, member: MemberId) -> str:
        screen = Screen(file=io.StringIO(), force_terminal=True, width=80, color_system="truecolor")
        screen.print(show(post, self.console.directory.names, reader=member))
        assert isinstance(screen.file, io.StringIO)
        return screen.file.getvalue()

    def is_live(self, drawn: str) -> list[str]:
        """The terminal knows no mentions; colours are rich's own."""
        unstyled = re.sub(r"\x1b\[[\d;]*m", "", drawn)
        return re.findall(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", unstyled)

    def writes(self, member: MemberId, text: str, *, thread: int | None = None) -> int:
        first = self._message(thread) if thread is not None else None
        return self.console.writes(member, self.general, text, thread=first).ts

    def _message(self, ts: int) -> Typed:
        return next(message for message in self.console.messages if message.ts == ts)

    def edits(self, ts: int, text: str) -> None:
        self.console.edits(self._message(ts), text)

    def deletes(self, ts: int) -> None:
        self.console.deletes(self._message(ts))

    def reacts(self, member: MemberId, ts: int, emoji: str) -> None:
        self.console.reacts(member, self._message(ts), emoji)

    def unreacts(self, member: MemberId, ts: int, emoji: str) -> None:
        self.console.unreacts(member, self._message(ts), emoji)

    def commands(self, member: MemberId, command: str, text: str) -> None:
        self.console.commands(member, self.general, command, text)

    def presses(self, member: MemberId, name: str, label: str) -> None:
        said = self.console.said[name]
        button = next(each for each in said.post.buttons if each.label == label)
        self.console.presses(member, self.general, said, button)

    def submits(self, member: MemberId, values: dict[str, str]) -> None:
        opened = next(each for each in reversed(self.console.opened) if each.member == member)
        self.console.submits(opened, values)


class Overheard(Slack):
    """Slack, and what the bot asked it to say last."""

    asked = ""

    def post(self, post: Post, *, key: str) -> str:
        self.asked = post.text
        return super().post(post, key=key)

    def was_asked_for(self, address: str) -> bool:
        """Whether a link to *address* was in the bot's own Markdown."""
        return bool(re.search(rf"(?<!\\)\]\({re.escape(address)}\)", self.asked))


class SlowClock:
    """A clock on which a millisecond passes whenever somebody looks at it."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now


class SlackStage:
    """A stand-in Slack, reached by a socket or by requests: a new channel of an old *town*."""

    def __init__(self, town: StandIn, clock: SlowClock, mode: Literal["socket", "http"]) -> None:
        self.events: list[Event] = []
        self.town = town
        self.clock = clock
        self.people = [self.town.person("Ada"), self.town.person("Bob")]
        self.place = self.town.channel("general", *self.people, bot=True)
        settings = SlackSettings(
            bot_token=self.town.bot_token,
            app_token=self.town.app_token,
            signing_secret=self.town.signing_secret,
            mode=mode,
            port=0,
            api=self.town.api,
        )
        workspace = f"slack:{self.town.world.team.id}"
        self.general = ChannelId(f"{workspace}/{self.place.id}")
        self.ada, self.bob = (MemberId(f"{workspace}/{one.id}") for one in self.people)
        self.slack = Overheard(settings, clock=clock)
        self.platform: Platform = self.slack
        self.slack.start(self._hear)
        self.town.calls_app_at(f"http://127.0.0.1:{self.slack.port}/slack/events")
        self.drawn: dict[str, Rendering] = {}
        self.earlier = len(town.deliveries.all)

    def leave(self) -> None:
        """Make the town as small as it was."""
        with self.town.world.lock:
            del self.town.world.channels[self.place.id]
            for person in self.people:
                del self.town.world.people[person.id]

    def _hear(self, batch: Batch) -> None:
        """Keep what is of here: an earlier test's messages may be heard again."""
        here = (None, self.general, self.ada, self.bob)
        self.events += (each for each in batch.events if getattr(each, "channel", None) in here)

    def _settled(self) -> None:
        """What was done has arrived, as long as anybody listens."""
        sent = self.town.deliveries
        if self.slack.is_running:
            assert sent.wait(lambda: all(d.state != "waiting" for d in sent.all[self.earlier :]), 5)

    def sees(self, member: MemberId) -> list[str]:
        world = self.town.world
        seen = []
        for each in self.town.sees(_raw(member)):
            if each.author == self.town.bot:
                drawn = Rendering(world)
                for block in self._blocks(each):
                    drawn.block(block)
                seen.append("\n".join((*drawn.parts, *drawn.buttons)))
                self.drawn[seen[-1]] = drawn
        return seen

    def _blocks(self, seen: Reading) -> list[Json]:
        if seen.is_ephemeral:
            whispered = self.town.world.ephemerals
            return next(each.blocks or [] for each in whispered if each.ts == seen.ts)
        return self.town.message(f"{seen.channel}/{seen.ts}").blocks or []

    def is_live(self, drawn: str) -> list[str]:
        """Mentions and links that nobody meant, and signs that turn writing round."""
        read = self.drawn[drawn]
        mentions = [each for each in read.mentions if each != _raw(self.ada)]
        links = [each for each in read.links if not self.slack.was_asked_for(each)]
        turned = re.findall(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", drawn)
        return mentions + links + turned

    def writes(self, member: MemberId, text: str, *, thread: int | None = None) -> int:
        who = _raw(member)
        if thread is None:
            said = self.town.writes(who, self.place, text)
        else:
            said = self.town.replies(who, self._message(thread), text)
        self._settled()
        return _ts(said)

    def _message(self, ts: int) -> Message:
        return next(each for each in self.place.messages.values() if _ts(each) == ts)

    def edits(self, ts: int, text: str) -> None:
        self.clock.now += timedelta(seconds=1)  # Slack tells of edits to the second
        self.town.edits(self._message(ts), text)
        self._settled()

    def deletes(self, ts: int) -> None:
        self.town.deletes(self._message(ts))
        self._settled()

    def reacts(self, member: MemberId, ts: int, emoji: str) -> None:
        self.town.reacts(_raw(member), self._message(ts), emoji)
        self._settled()

    def unreacts(self, member: MemberId, ts: int, emoji: str) -> None:
        self.town.unreacts(_raw(member), self._message(ts), emoji)
        self._settled()

    def commands(self, member: MemberId, command: str, text: str) -> None:
        assert self.town.types(_raw(member), f"/{command}", _whole(text), self.place).ok

    def presses(self, member: MemberId, name: str, label: str) -> None:
        assert self.town.presses(_raw(member), name, label).ok

    def submits(self, member: MemberId, values: dict[str, str]) -> None:
        sent = {name: _whole(value) for name, value in values.items()}
        assert self.town.submits(_raw(member), sent).ok


def _ts(said: Message) -> int:
    ts = to_ts(said.ts)
    assert ts is not None
    return ts


def _raw(address: str) -> str:
    return address.rpartition("/")[2]


def _whole(text: str) -> str:
    """*text* as a browser sends it, which knows no half characters."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


Mode = Literal["socket", "http"]


class Towns:
    """One stand-in for each way in: to make one takes longer than a test."""

    def __init__(self, open_ones: ExitStack) -> None:
        self.open_ones = open_ones
        self.clock = SlowClock()
        self.made: dict[Mode, StandIn] = {}

    def stage(self, mode: Mode) -> SlackStage:
        if mode not in self.made:
            town = StandIn(clock=self.clock, socket=mode == "socket", limits=Limits(is_off=True))
            self.made[mode] = self.open_ones.enter_context(town)
        return SlackStage(self.made[mode], self.clock, mode)


STAGES = ["console", "slack by socket", "slack by requests"]


@pytest.fixture(scope="module")
def towns() -> Iterator[Towns]:
    """The stand-ins of this module, each of which is made when it is first asked for."""
    with ExitStack() as open_ones:
        yield Towns(open_ones)


@pytest.fixture(params=STAGES)
def stage(request: pytest.FixtureRequest, towns: Towns) -> Iterator[Stage]:
    if request.param == "console":
        console = ConsoleStage()
        yield console
        console.platform.stop()
    else:
        slack = towns.stage("socket" if request.param == "slack by socket" else "http")
        yield slack
        slack.platform.stop()
        slack.leave()


def newest(stage: Stage, kind: type[Event]) -> Event:
    return next(event for event in reversed(stage.events) if isinstance(event, kind))


def permit(stage: Stage, member: MemberId) -> str:
    """A permit to open a form, as it comes with what a person does."""
    stage.commands(member, "net", "ask")
    given = newest(stage, CommandGiven)
    assert isinstance(given, CommandGiven)
    return given.trigger


ASK = Form(
    name="asks.ask",
    title="Ask for help",
    fields=(
        Field(name="what", label="What would help?", is_required=True),
        Field(name="why", label="Why does it matter?", is_long=True),
        Field(name="kind", label="Kind", value="time", options=("time", "skills")),
    ),
    submit="Ask",
    context="ask/7",
)


# What the bot says


def test_a_post_to_a_channel_is_seen_by_everybody_there_once(stage: Stage) -> None:
    stage.platform.post(Post(to=stage.general, text="A steady week."), key="digest/1")

    for member in (stage.ada, stage.bob):
        assert sum("A steady week." in drawn for drawn in stage.sees(member)) == 1


def test_a_post_is_found_by_its_key_and_only_where_and_since_it_was_said(stage: Stage) -> None:
    name = stage.platform.post(Post(to=stage.general, text="A steady week."), key="digest/1")
    find = stage.platform.find

    assert find(stage.general, key="digest/1", since=NOW - HOUR) == name
    assert find(stage.general, key="digest/2", since=NOW - HOUR) is None
    assert find(stage.general, key="digest/1", since=NOW + HOUR) is None
    with suppress(DeliveryError):  # or it can't tell
        assert find(stage.ada, key="digest/1", since=NOW - HOUR) is None


def test_two_posts_have_two_names(stage: Stage) -> None:
    post = Post(to=stage.general, text="Hello.")

    assert stage.platform.post(post, key="a") != stage.platform.post(post, key="b")


def test_a_post_only_for_one_person_is_seen_by_that_one(stage: Stage) -> None:
    stage.platform.post(Post(to=stage.general, text="Only you.", only_for=stage.ada), key="k")

    assert any("Only you." in drawn for drawn in stage.sees(stage.ada))
    assert not any("Only you." in drawn for drawn in stage.sees(stage.bob))


def test_a_direct_message_is_seen_by_that_one(stage: Stage) -> None:
    stage.platform.post(Post(to=stage.bob, text="Between us."), key="k")

    assert any("Between us." in drawn for drawn in stage.sees(stage.bob))
    assert not any("Between us." in drawn for drawn in stage.sees(stage.ada))


def test_an_update_takes_the_place_of_what_was_there(stage: Stage) -> None:
    name = stage.platform.post(Post(to=stage.general, text="Before."), key="k")

    stage.platform.update(name, Post(to=stage.general, text="After."))

    seen = "".join(stage.sees(stage.ada))
    assert "After." in seen
    assert "Before." not in seen


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda address: f"{address}-gone", id="unknown here"),
        pytest.param(lambda address: address.replace("/", "-other/", 1), id="another workspace"),
    ],
)
def test_what_can_go_nowhere_is_refused_for_good(
    stage: Stage, change: Callable[[str], str]
) -> None:
    nowhere = ChannelId(change(stage.general))

    with pytest.raises(DeliveryError) as refusal:
        stage.platform.post(Post(to=nowhere, text="Hello?"), key="k")

    assert refusal.value.retry_in is None
    assert not refusal.value.may_have_arrived


def test_a_change_to_what_was_never_said_is_refused(stage: Stage) -> None:
    with pytest.raises(DeliveryError):
        stage.platform.update("no such message", Post(to=stage.general, text="After."))


def test_addresses_lead_to_the_platform_they_come_from(stage: Stage) -> None:
    addresses = (stage.ada, stage.bob, stage.general)

    assert {platform_of(address) for address in addresses} == {stage.platform.name}
    assert len({workspace_of(address) for address in addresses}) == 1


# Buttons and forms


def test_a_button_comes_back_with_its_value_and_who_pressed_it_where(stage: Stage) -> None:
    can = Button(label="I can help", action="asks.can", value="ask/7|ünï", is_primary=True)
    cannot = Button(label="Not this time", action="asks.cannot", value="ask/7")
    name = stage.platform.post(
        Post(to=stage.general, text="Ada asks.", buttons=(can, cannot)), key="k"
    )

    stage.presses(stage.bob, name, "I can help")

    taken = newest(stage, ActionTaken)
    assert isinstance(taken, ActionTaken)
    assert (taken.action, taken.value) == ("asks.can", "ask/7|ünï")
    assert (taken.member, taken.channel, taken.message) == (stage.bob, stage.general, name)
    assert taken.trigger != ""


def test_each_press_is_an_act_of_its_own(stage: Stage) -> None:
    button = Button(label="Go", action="x.go")
    name = stage.platform.post(Post(to=stage.general, text="?", buttons=(button,)), key="k")

    stage.presses(stage.bob, name, "Go")
    stage.presses(stage.bob, name, "Go")

    ids = [event.id for event in stage.events if isinstance(event, ActionTaken)]
    assert len(ids) == len(set(ids)) == 2


def test_buttons_and_their_labels_are_seen(stage: Stage) -> None:
    button = Button(label="Go", action="x.go", value="hidden-value")
    stage.platform.post(Post(to=stage.general, text="?", buttons=(button,)), key="k")

    assert "Go" in stage.sees(stage.ada)[-1]
    assert "hidden-value" not in stage.sees(stage.ada)[-1]


def test_a_form_comes_back_with_its_context_and_values(stage: Stage) -> None:
    stage.platform.open(ASK, member=stage.ada, trigger=permit(stage, stage.ada))
    values = {"what": "a reader", "why": "line one\nline two", "kind": "skills"}

    stage.submits(stage.ada, values)

    sent = newest(stage, FormSubmitted)
    assert isinstance(sent, FormSubmitted)
    assert (sent.form, sent.context, sent.values) == ("asks.ask", "ask/7", values)
    assert (sent.member, sent.channel) == (stage.ada, stage.general)


def test_a_form_opens_only_with_a_permit_and_a_permit_only_once(stage: Stage) -> None:
    trigger = permit(stage, stage.ada)
    stage.platform.open(ASK, member=stage.ada, trigger=trigger)

    for spent in (trigger, "made up", ""):
        with pytest.raises(DeliveryError) as refusal:
            stage.platform.open(ASK, member=stage.ada, trigger=spent)
        assert refusal.value.retry_in is None


# What people do


def test_a_command_comes_with_the_rest_of_what_was_typed(stage: Stage) -> None:
    stage.commands(stage.ada, "net", "ask someone to read  our leaflet by Friday")

    given = newest(stage, CommandGiven)
    assert isinstance(given, CommandGiven)
    assert (given.command, given.text) == ("net", "ask someone to read  our leaflet by Friday")
    assert (given.member, given.channel) == (stage.ada, stage.general)
    assert given.at >= to_micros(NOW)


def test_a_message_comes_with_what_can_be_told_of_it_and_without_its_words(stage: Stage) -> None:
    text = "Has anyone found a quick way to tell who could manage at home tonight?"

    ts = stage.writes(stage.ada, text)

    posted = newest(stage, MessagePosted)
    assert isinstance(posted, MessagePosted)
    assert (posted.channel, posted.ts, posted.author) == (stage.general, ts, stage.ada)
    assert posted.thread in (None, ts)
    assert posted.asks
    assert posted.length == len(text)
    assert not posted.by_bot
    assert "manage at home" not in repr(stage.events)


def test_a_reply_belongs_to_the_conversation_and_so_does_a_reply_to_it(stage: Stage) -> None:
    first = stage.writes(stage.ada, "A question?")

    reply = stage.writes(stage.bob, "An answer.", thread=first)
    stage.writes(stage.ada, "Thank you.", thread=reply)

    threads = [event.thread for event in stage.events if isinstance(event, MessagePosted)]
    assert threads[1:] == [first, first]


def test_messages_follow_each_other_though_the_clock_stands_still(stage: Stage) -> None:
    written = [stage.writes(stage.ada, "again") for _ in range(5)]

    assert written == sorted(set(written))


def test_an_edit_comes_with_what_can_be_told_of_the_new_words(stage: Stage) -> None:
    ts = stage.writes(stage.ada, "A statement.")

    stage.edits(ts, "A question, is it?")

    edited = newest(stage, MessageEdited)
    assert isinstance(edited, MessageEdited)
    assert (edited.channel, edited.ts, edited.asks) == (stage.general, ts, True)
    assert edited.length == len("A question, is it?")
    assert edited.edited > ts


def test_a_deletion_comes(stage: Stage) -> None:
    ts = stage.writes(stage.ada, "Never mind.")

    stage.deletes(ts)

    assert newest(stage, MessageDeleted) == MessageDeleted(channel=stage.general, ts=ts)


def test_a_reaction_comes_and_is_taken_back(stage: Stage) -> None:
    ts = stage.writes(stage.ada, "Watch the kettle.")

    stage.reacts(stage.bob, ts, "bulb")
    stage.unreacts(stage.bob, ts, "bulb")

    on_it = (stage.general, ts, stage.bob, "bulb")
    for kind in (ReactionAdded, ReactionRemoved):
        event = newest(stage, kind)
        assert isinstance(event, kind)
        assert (event.channel, event.ts, event.member, event.emoji) == on_it


def test_nothing_is_passed_on_once_it_was_stopped(stage: Stage) -> None:
    stage.platform.stop()
    before = len(stage.events)

    stage.writes(stage.ada, "Hello?")

    assert len(stage.events) == before


# Hostile, long, empty and foreign text

HOSTILE = [
    pytest.param("\x1b[31mred\x1b[0m", id="colours"),
    pytest.param("\x1b]8;;https://evil.example\x07click\x1b]8;;\x07", id="a terminal's link"),
    pytest.param("\x1b]0;title\x07\x1b[2J\x1b[H", id="a new title and a cleared screen"),
    pytest.param("\x9b31mred \x90q\x9c", id="control signs of eight bits"),
    pytest.param("a\rb\x08\x08\x00c\x7f", id="return, backspace, NUL and delete"),
    pytest.param("\u202egnp.exe\u2066x\u2069", id="writing that turns round"),
    pytest.param("<!channel> <!here|x> <!subteam^S1> <@U1|<!channel>>", id="mentions of Slack"),
    pytest.param("@channel @here <at>Ada</at> @everyone", id="mentions of others"),
    pytest.param("<https://evil.example|https://good.example>", id="a link with a false face"),
    pytest.param("[Click](https://evil.example) [Ada](to:x:y/z)", id="links in Markdown"),
    pytest.param("&lt;!channel&gt; &amp;lt;", id="signs escaped already"),
    pytest.param("```\n<!channel>\n``` `<!here>`", id="out of a block of code"),
    pytest.param("[bold red]x[/] [link=https://evil.example]y[/link]", id="marks of rich"),
    pytest.param("{{7*7}} ${x} %n '; --", id="templates and shells"),
    pytest.param("e" + "\u0301" * 1000, id="a thousand accents"),
    pytest.param("\ud83d half", id="half a pair"),
    pytest.param("👩‍👩‍👧‍👦 Siân 夜勤 ﬁ ١٢٣", id="letters and pictures of the world"),
]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_people_wrote_has_no_power_in_a_post(stage: Stage, text: str) -> None:
    words = f"{neutral(text)} said {mention(text, stage.ada)} {link(text, 'https://ok.example')}"

    stage.platform.post(Post(to=stage.general, text=words), key="k")

    assert "said" in stage.sees(stage.bob)[-1]
    assert stage.is_live(stage.sees(stage.bob)[-1]) == []


@pytest.mark.parametrize("text", HOSTILE)
def test_not_even_what_nobody_neutralised_steers_the_reader(stage: Stage, text: str) -> None:
    button = Button(label=text, action="x.y", value="z")

    stage.platform.post(Post(to=stage.general, text=text, buttons=(button,)), key="k")

    assert stage.is_live(stage.sees(stage.bob)[-1]) == []


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_is_typed_arrives(stage: Stage, text: str) -> None:
    ts = stage.writes(stage.ada, text)
    stage.edits(ts, text)
    stage.commands(stage.ada, "net", text)
    stage.platform.open(ASK, member=stage.ada, trigger=permit(stage, stage.ada))
    stage.submits(stage.ada, {"what": text, "why": "", "kind": "time"})

    assert isinstance(newest(stage, MessagePosted), MessagePosted)
    assert isinstance(newest(stage, FormSubmitted), FormSubmitted)
    assert b"FormSubmitted" in msgspec.json.encode(stage.events)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param(" \n\n ", id="blanks"),
        pytest.param("word " * 800, id="four thousand characters"),
        pytest.param("x" * 40_000, id="forty thousand characters without a space"),
        pytest.param("- point\n" * 2_000, id="two thousand points"),
        pytest.param("**bold *and " * 2_000, id="marks that never close"),
    ],
)
def test_a_post_of_any_length_arrives_or_is_refused_in_words(stage: Stage, text: str) -> None:
    refusals = []
    try:
        stage.platform.post(Post(to=stage.general, text=text), key="k")
    except DeliveryError as refusal:
        refusals.append(str(refusal))
    name = stage.platform.find(stage.general, key="k", since=NOW - HOUR)

    assert all(refusals)
    assert (name is None) == bool(refusals)
    assert refusals or stage.sees(stage.ada)[-1].strip() != ""
