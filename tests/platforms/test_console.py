"""A terminal is a place to talk: what is typed is understood, and what is shown can be read."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput
from rich.console import Console as Screen

from bot.domain.appointments import Appointment
from bot.domain.charts import RunChart
from bot.domain.events import (
    ActionTaken,
    Batch,
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
    ShortcutUsed,
)
from bot.domain.ids import Address, MemberId
from bot.domain.posts import Attachment, Button, Field, Form, Home, Image, Post
from bot.platforms.console import Console
from bot.platforms.console.clock import MovableClock
from bot.platforms.console.directory import BOT, NoName, harmless, member_id
from bot.platforms.console.drawing import audience, show
from bot.platforms.console.files import written
from bot.platforms.console.lines import Keyboard, Words
from bot.platforms.console.sitting import Sitting, Surroundings
from bot.platforms.console.typed import (
    Becomes,
    Commands,
    Deletes,
    Edits,
    Enters,
    Looks,
    Moves,
    Presses,
    Quits,
    Reacts,
    Replies,
    Says,
    Typed,
    Unclear,
    emoji_sign,
    understood,
)

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

NAMES = {"x:1/U1": "@Amina", "x:1/C1": "#frailty"}


def names(address: str) -> str:
    return NAMES.get(address, "")


# What is typed


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        pytest.param("Good morning", Says("Good morning"), id="plain words are said"),
        pytest.param("  3 of us came  ", Says("3 of us came"), id="words that begin with a number"),
        pytest.param("- one thing", Says("- one thing"), id="a point of a list"),
        pytest.param("-Priya", Says("-Priya"), id="a signature"),
        pytest.param("+44 20 7946 0000", Says("+44 20 7946 0000"), id="a telephone number"),
        pytest.param("help me please", Says("help me please"), id="a call for help to others"),
        pytest.param("...", Says("..."), id="dots"),
        pytest.param("/say 1", Says("1"), id="a number said all the same"),
        pytest.param("/say /net", Says("/net"), id="a command said all the same"),
        pytest.param("1", Presses(1), id="a number presses"),
        pytest.param("9" * 50, Presses(999999999), id="an endless number"),
        pytest.param(">3 I can help", Replies(3, "I can help"), id="a reply"),
        pytest.param("> #3  I can", Replies(3, "I can"), id="a reply with spaces"),
        pytest.param("+bulb", Reacts("bulb", None), id="an emoji by its name"),
        pytest.param("+💡 3", Reacts("bulb", 3), id="an emoji as itself"),
        pytest.param("+❤️", Reacts("heart", None), id="an emoji with a selector"),
        pytest.param("+🚀", Reacts("rocket", None), id="a less common emoji as itself"),
        pytest.param("+:pray: 2", Reacts("pray", 2), id="an emoji between colons"),
        pytest.param("+1", Reacts("+1", None), id="a thumb"),
        pytest.param("+1 2", Reacts("+1", 2), id="a thumb on a message"),
        pytest.param("-bulb 3", Reacts("bulb", 3, is_back=True), id="an emoji taken back"),
        pytest.param("/edit 3 see you", Edits(3, "see you"), id="an edit"),
        pytest.param("/delete #3", Deletes(3), id="a deletion"),
        pytest.param("/net", Commands("net", ""), id="the bare command"),
        pytest.param("/NET ask  a thing", Commands("net", "ask  a thing"), id="a command, shouted"),
        pytest.param("/tend pulse", Commands("tend", "pulse"), id="a lead's command"),
        pytest.param("/as Ada Lovelace", Becomes("Ada Lovelace"), id="another person"),
        pytest.param("/in #frailty", Enters("#frailty"), id="another channel"),
        pytest.param("/time", Moves(None), id="what time it is"),
        pytest.param("/time +3d", Moves(timedelta(days=3)), id="three days"),
        pytest.param("/time 1w, 2 days and 3h", Moves(timedelta(days=9, hours=3)), id="a sum"),
        pytest.param("/time 30 minutes", Moves(timedelta(minutes=30)), id="minutes"),
        pytest.param("/help", Looks("help"), id="help"),
        pytest.param("?", Looks("help"), id="a question mark"),
        pytest.param("help", Looks("help"), id="help without a slash"),
        pytest.param("/who", Looks("who"), id="who"),
        pytest.param("/history", Looks("history"), id="history"),
        pytest.param("quit", Quits(), id="quit without a slash"),
        pytest.param("/exit", Quits(), id="exit"),
    ],
)
def test_a_line_is_understood(line: str, meant: Typed) -> None:
    assert understood(line) == meant


@pytest.mark.parametrize(
    ("line", "advice"),
    [
        pytest.param("/nett ask", "`/net`", id="a slip in a command"),
        pytest.param("/histroy", "`/history`", id="another slip"),
        pytest.param("/xyzzy", "`/help`", id="nothing like it"),
        pytest.param("/", "`/help`", id="a slash alone"),
        pytest.param("+blub", "`+bulb`", id="a slip in an emoji"),
        pytest.param("+xyzzyxyzzy", "`+bulb`", id="no emoji at all"),
        pytest.param("> hello", "`>3 I can help`", id="a reply to nothing"),
        pytest.param("/edit the thing", "`/edit 3", id="an edit of nothing"),
        pytest.param("/edit 3", "`/edit 3", id="an edit without words"),
        pytest.param("/delete", "`/delete 3`", id="a deletion of nothing"),
        pytest.param("/delete 3 4", "`/delete 3`", id="a deletion of two"),
        pytest.param("/say", "`/say 1`", id="nothing to say"),
        pytest.param("/time soon", "`/time +3d`", id="an unclear time"),
        pytest.param("/time -3d", "never backwards", id="a time gone by"),
        pytest.param("/time 9999w", "12 weeks", id="too far"),
    ],
)
def test_what_is_not_understood_is_answered_with_the_nearest(line: str, advice: str) -> None:
    meant = understood(line)

    assert isinstance(meant, Unclear)
    assert advice in meant.advice


@given(st.text(min_size=1))
def test_whatever_is_typed_means_something(line: str) -> None:
    assert understood(harmless(line)) is not None


def test_an_emoji_nobody_knows_is_shown_by_its_name() -> None:
    assert (emoji_sign("bulb"), emoji_sign("our_own")) == ("💡", "our_own")


# Names


def test_a_name_leads_to_the_same_person_however_it_is_written() -> None:
    assert len({member_id(name) for name in ("Siân", "sia\u0302n", " @SIÂN ", "Si\u200bân")}) == 1


@pytest.mark.parametrize("name", ["", "  ", "!!!", "@", "\x1b[31m"[:1], "animateur", "@Animateur"])
def test_a_name_needs_a_letter_and_is_not_the_bots(name: str) -> None:
    with pytest.raises(NoName):
        member_id(name)


# What is shown


def drawn(post: Post, *, width: int = 80, reader: MemberId | None = None, tty: bool = False) -> str:
    out = io.StringIO()
    screen = Screen(file=out, width=width, force_terminal=tty, color_system=None)
    screen.print(show(post, names, reader=reader))
    return out.getvalue()


@pytest.mark.parametrize(
    ("to", "only_for", "reader", "said"),
    [
        pytest.param("x:1/C1", None, "x:1/U1", "#frailty · everyone sees this", id="a channel"),
        pytest.param("x:1/C1", "x:1/U1", "x:1/U1", "only you see this", id="only you"),
        pytest.param(
            "x:1/C1", "x:1/U1", "x:1/U2", "only Amina sees this, in #frailty", id="only another"
        ),
        pytest.param("x:1/U1", "x:1/U1", None, "only Amina sees this", id="only another, alone"),
        pytest.param("x:1/U1", None, "x:1/U1", "direct message to you", id="a message to you"),
        pytest.param(
            "x:1/U1", None, None, "Amina would see this (direct message)", id="to another"
        ),
        pytest.param("x:1/C9", None, None, "C9 · everyone sees this", id="a place without a name"),
    ],
)
def test_a_post_says_who_sees_it(
    to: str, only_for: str | None, reader: str | None, said: str
) -> None:
    post = Post(to=MemberId(to), text="x", only_for=MemberId(only_for) if only_for else None)

    assert audience(post, names, reader=MemberId(reader) if reader else None) == said


WEEK = """\
# The week
**A steady week.** [Amina](to:x:1/U1) asked in [frailty](to:x:1/C1):
> Has anyone a *quick* way?
> I can wait.
- [Open it](message:x:1/C1/17)
- [Read more](https://example.org/a)
  1. `one_thing` \\*plain\\*"""


def test_a_file_is_written_where_a_person_can_open_it_and_its_change_beside_it(
    tmp_path: Path,
) -> None:
    now = datetime(2026, 3, 2, 9, tzinfo=UTC)
    console = Console(clock=lambda: now, folder=tmp_path / "files")
    ada = console.comes("ada", console.channel("general"))
    files = []
    for sequence in (0, 1):
        coffee = Appointment(
            uid="0123456789@a",
            title="A coffee",
            starts=now,
            minutes=20,
            made=now,
            sequence=sequence,
        )
        post = Post(
            to=ada, text="Friday", attachment=Attachment(name="coffee.ics", appointment=coffee)
        )
        files.append(console.said[console.post(post, key=f"k{sequence}")].file)
    assert [Path(file).name for file in files] == ["coffee-01234567-0.ics", "coffee-01234567-1.ics"]
    assert all(Path(file).read_bytes().startswith(b"BEGIN:VCALENDAR") for file in files)
    assert "File: coffee.ics" in drawn(post)
    again = Attachment(name="a.ics", appointment=coffee)
    assert written(again, None) == ""
    assert "not written" in written(again, tmp_path / "files" / "coffee-01234567-0.ics")


def test_markdown_is_drawn_as_plain_lines_where_nobody_watches() -> None:
    post = Post(
        to=MemberId("x:1/C1"),
        text=WEEK,
        buttons=(Button(label="I can help", action="a.b"), Button(label="Not\nnow", action="a.c")),
        image=Image(chart=RunChart(title="Weeks", weeks=()), alt="A run chart"),
    )

    assert drawn(post).splitlines() == [
        "-- #frailty · everyone sees this --",
        "  The week",
        "  A steady week. @Amina asked in #frailty:",
        "",
        "  │ Has anyone a quick way?",
        "  │ I can wait.",
        "  • Open it (a message in #frailty)",
        "  • Read more (https://example.org/a)",
        "    1. one_thing *plain*",
        "  Picture: A run chart",
        "",
        "  [I\xa0can\xa0help]   [Not\xa0now]",
        "",
    ]


def test_a_post_has_a_frame_of_at_most_eighty_columns_on_a_screen() -> None:
    post = Post(to=MemberId("x:1/C1"), text="word " * 60 + "夜勤" * 60)

    for width, widest in ((200, 80), (80, 80), (40, 40)):
        lines = drawn(post, width=width, tty=True).splitlines()
        assert lines[0].startswith("╭─ #frailty")
        assert {Screen().measure(line).maximum for line in lines} == {widest}


def test_a_post_without_words_says_so() -> None:
    assert "(nothing)" in drawn(Post(to=MemberId("x:1/C1"), text=" \n"))


# A sitting


class Notebook:
    """A house around a sitting that notes what happens, and answers as it was told to."""

    def __init__(self) -> None:
        self.clock = MovableClock(lambda: NOW)
        self.console = Console(clock=self.clock)
        self.events: list[Event] = []
        self.answers: dict[str, Callable[[Event], object]] = {}
        self.looked: Callable[[Event], object] = lambda _: None
        self.at: dict[datetime, Post] = {}
        self.leads: set[MemberId] = set()
        self.unmovable = ""
        self.shortcuts: dict[str, str] = {}
        self.problems: list[dict[str, str]] = []
        self.console.start(self.hear, self.check)

    def hear(self, batch: Batch) -> None:
        for event in batch.events:
            self.events.append(event)
            if isinstance(event, HomeOpened):
                self.looked(event)
            name = getattr(event, "text", "") or getattr(event, "action", "")
            if (answer := self.answers.get(name)) is not None:
                answer(event)

    def check(self, _: FormSubmitted) -> dict[str, str]:
        return self.problems.pop(0) if self.problems else {}

    def tick(self) -> None:
        for due in [due for due in self.at if due <= self.clock()]:
            self.console.post(self.at.pop(due), key=str(due))

    def says(self, to: Address, text: str, **more: object) -> str:
        return self.console.post(Post(to=to, text=text, **more), key=text)  # type: ignore[arg-type]

    def of(self, kind: type[Event]) -> list[Event]:
        return [event for event in self.events if isinstance(event, kind)]


class Script:
    """Lines to be typed, one after the other; "^C" is the key Ctrl-C."""

    def __init__(self, *lines: str) -> None:
        self.lines: Iterator[str] = iter(lines)
        self.prompts: list[str] = []

    def read(self, prompt: str) -> str | None:
        self.prompts.append(prompt)
        line = next(self.lines, None)
        if line == "^C":
            raise KeyboardInterrupt
        return line

    read_answer = read


@pytest.fixture
def house() -> Notebook:
    return Notebook()


def sit(house: Notebook, *lines: str) -> str:
    """Ada sits down in #general and types *lines*; return what the screen shows."""
    out = io.StringIO()
    general = house.console.channel("general")
    sitting = Sitting(
        house.console,
        lines=Script(*lines),
        screen=Screen(file=out, width=80, highlight=False),
        clock=house.clock,
        around=Surroundings(
            tick=house.tick,
            leads=lambda: house.leads,
            zone=lambda: ZoneInfo("Asia/Tokyo"),
            unmovable=house.unmovable,
            shortcuts=house.shortcuts,
        ),
        member=house.console.comes("ada", general),
        channel=general,
    )
    sitting.run()
    return out.getvalue()


def test_a_person_is_welcomed_and_seen_off(house: Notebook) -> None:
    shown = sit(house, "", "   ")

    assert shown.startswith("You are Ada, in #general.")
    assert "never the words" in shown
    assert shown.endswith("Goodbye. Your messages are forgotten now.\n")


def test_people_and_channels_are_made_known_when_they_are_new(house: Notebook) -> None:
    sit(house, "/as bob", "/in #frailty", "/as BOB", "/in frailty", "/as Ada")

    people = [event.name for event in house.of(PersonSeen) if isinstance(event, PersonSeen)]
    channels = [event for event in house.of(ChannelSeen) if isinstance(event, ChannelSeen)]
    assert people == ["Animateur", "Ada", "Bob"]
    assert [(each.name, each.is_main) for each in channels] == [
        ("general", True),
        ("frailty", False),
    ]
    assert len(house.of(MemberJoined)) >= 3


def test_messages_replies_and_reactions_are_numbered_and_remembered(house: Notebook) -> None:
    shown = sit(
        house, "Hello", ">1 Hello yourself", "/in #frailty", ">2 and again", "+bulb 1", "/as bob",
        "+1", "+bulb 1", "-bulb 1", "-bulb 1", "/history",
    )  # fmt: skip

    assert "message 2, a reply to 1" in shown
    assert "💡 is off message 1" in shown
    assert "There is no 💡 of yours on message 1." in shown
    assert shown.splitlines()[-4:-1] == [
        "1  Ada in #general: Hello  💡 Ada",
        "2  Ada in #general, a reply to 1: Hello yourself",
        "3  Ada in #general, a reply to 1: and again  👍 Bob",
    ]


def test_only_its_author_changes_a_message_or_takes_it_back(house: Notebook) -> None:
    shown = sit(
        house, "Hello", "/as bob", "/edit 1 Bye", "/delete 1", "/as ada", "/edit 1 Bye",
        "/history", "/delete 1", "/history", "+bulb 1", ">1 what?", "+bulb",
    )  # fmt: skip

    assert shown.count("Message 1 is Ada's, and only they can change it. /as Ada") == 2
    assert "1  Ada in #general: Bye" in shown
    assert "1  Ada in #general: (taken back)" in shown
    assert shown.count("Message 1 was taken back.") == 2
    assert "There is no message to react to yet." in shown
    assert [len(house.of(kind)) for kind in (MessageEdited, MessageDeleted)] == [1, 1]
    assert house.of(ReactionAdded) == []


def test_a_message_that_is_not_there_is_named(house: Notebook) -> None:
    shown = sit(house, "+bulb 4", "Hello", "/delete 4", "/edit 0 x")

    assert "There is no message 4. There are none yet" in shown
    assert "There is no message 4. They go from 1 to 1" in shown
    assert "There is no message 0." in shown


def test_history_begins_empty_and_shortens_what_is_long(house: Notebook) -> None:
    shown = sit(house, "/history", "x" * 500, "/history")

    assert "Nothing has been said in this sitting yet." in shown
    assert "x" * 300 not in shown.replace("\n", "").replace(" ", "")
    assert "…" in shown


def test_who_is_here_is_told_without_any_number(house: Notebook) -> None:
    house.leads = {member_id("priya")}

    shown = sit(house, "/as priya", "/as ada", "/as", "/in")

    assert "People: Ada (you), Priya (tends)" in shown
    assert "Channels: #general" in shown
    assert "/in #frailty takes you" in shown


def test_somebody_new_with_a_name_much_like_anothers_is_pointed_out(house: Notebook) -> None:
    shown = sit(house, "/as priya", "/as pryia", "/as !!!")

    assert "If you meant Priya: /as Priya" in shown
    assert "A name needs at least one letter or digit." in shown


ASKS = (
    Button(label="I can help", action="asks.can", value="7", is_primary=True),
    Button(label="Not this time", action="asks.cannot", value="7"),
)


def test_a_button_is_pressed_by_its_number(house: Notebook) -> None:
    def answer(_: Event) -> None:
        house.says(house.console.channel("general"), "Ada asks", buttons=ASKS)
        house.says(member_id("ada"), "And you?", buttons=(Button(label="Go", action="x.go"),))

    house.answers["ask"] = answer

    shown = sit(house, "/net ask", "3", "2", "4", "0")

    assert "[1\xa0I\xa0can\xa0help]   [2\xa0Not\xa0this\xa0time]" in shown
    assert "[3\xa0Go]" in shown
    pressed = [event for event in house.of(ActionTaken) if isinstance(event, ActionTaken)]
    assert [(each.action, each.value) for each in pressed] == [("x.go", ""), ("asks.cannot", "7")]
    assert shown.count("The buttons are 1 to 3. To say") == 2
    assert house.of(MessagePosted)[0].by_bot  # type: ignore[union-attr]


def test_what_has_no_buttons_can_not_be_pressed(house: Notebook) -> None:
    house.answers["one"] = lambda _: house.says(member_id("ada"), "?", buttons=ASKS[:1])

    shown = sit(house, "7", "/net one", "7")

    assert "There are no buttons to press. To say 7 to everybody: /say 7" in shown
    assert "1 is the only button. To say 7 to everybody: /say 7" in shown


def test_a_button_goes_when_its_post_is_changed(house: Notebook) -> None:
    def answer(_: Event) -> None:
        name = house.says(house.console.channel("general"), "Ada asks", buttons=ASKS)
        house.answers["asks.can"] = lambda _: house.console.update(
            name, Post(to=house.console.channel("general"), text="Ada is **helped**")
        )

    house.answers["ask"] = answer

    shown = sit(house, "/net ask", "1", "2", "/history")

    assert "everyone sees this · changed --\n  Ada is helped\n" in shown
    assert "That button is no longer there: the message has changed since." in shown
    assert len(house.of(ActionTaken)) == 1
    assert "1  Animateur in #general: Ada is helped" in shown


def test_a_shortcut_is_chosen_from_a_message_s_menu(house: Notebook) -> None:
    house.shortcuts = {"ideas.worth_hearing": "Worth hearing", "asks.ask": "Turn into an ask"}
    shown = sit(
        house, "one", "two", "/menu 1", "/menu 1 worth", "/menu 2 2", "/menu 2 3", "/menu 9"
    )
    used = [event for event in house.of(ShortcutUsed) if isinstance(event, ShortcutUsed)]
    first, second = house.console.messages
    assert [(event.shortcut, event.ts) for event in used] == [
        ("ideas.worth_hearing", first.ts),
        ("asks.ask", second.ts),
    ]
    assert "The menu of message 1:\n  1  Worth hearing\n  2  Turn into an ask\n" in shown
    assert "There is no message 9" in shown
    assert all(event.trigger for event in used)


def test_where_nothing_can_be_chosen_the_menu_says_so(house: Notebook) -> None:
    assert "No message has a menu here." in sit(house, "one", "/menu 1")
    assert "Whose menu? As in /menu 3." in sit(house, "/menu")


def test_one_s_own_page_is_shown_with_its_buttons(house: Notebook) -> None:
    def show(event: Event) -> None:
        assert isinstance(event, HomeOpened)
        more = Button(label="See all", action="mydata.show")
        parts = ("Where we are.", "What I hold.")
        posts = [Post(to=event.member, text=text, only_for=event.member) for text in parts]
        last = Post(to=event.member, text="That is all.", buttons=(more,), only_for=event.member)
        house.console.show(Home(member=event.member, parts=(*posts, last)))

    assert "I have no page for you yet." in sit(house, "/home")
    house.looked = show
    shown = sit(house, "/home", "1")
    assert "Where we are.\n\n  What I hold.\n\n  That is all.\n\n  [1\xa0See\xa0all]" in shown
    assert [event.action for event in house.of(ActionTaken) if isinstance(event, ActionTaken)] == [
        "mydata.show"
    ]


def test_what_another_would_see_waits_until_one_becomes_that_other(house: Notebook) -> None:
    house.console.comes("Bob", house.console.channel("general"))
    house.answers["ask"] = lambda _: house.says(member_id("bob"), "Help Ada?", buttons=ASKS)

    shown = sit(house, "/net ask", "1", "/as bob", "1", "/as ada", "/as bob")

    assert "-- Bob would see this (direct message) --\n  Help Ada?" in shown
    assert "[I\xa0can\xa0help]   [Not\xa0this\xa0time]\n  /as Bob to press these" in shown
    assert "There are no buttons to press." in shown
    assert shown.count("-- direct message to you --\n  Help Ada?") == 1
    taken = house.of(ActionTaken)
    assert [event.member for event in taken if isinstance(event, ActionTaken)] == [member_id("bob")]


def test_the_bots_own_posts_in_channels_can_be_answered_but_not_changed(house: Notebook) -> None:
    house.answers["x"] = lambda _: house.says(house.console.channel("general"), "A week")

    shown = sit(house, "/net x", ">1 thanks", "+bulb 1", "/delete 1", "/history")

    assert "Message 1 is Animateur's, and only they can change it.\n" in shown
    assert "1  Animateur in #general: A week  💡 Ada" in shown
    assert "2  Ada in #general, a reply to 1: thanks" in shown
    bots, hers = house.of(MessagePosted)
    assert isinstance(bots, MessagePosted)
    assert isinstance(hers, MessagePosted)
    assert (bots.author, bots.by_bot, hers.thread) == (BOT, True, bots.ts)


def test_time_passes_hour_by_hour_and_shows_when_things_came(house: Notebook) -> None:
    house.at[NOW + timedelta(hours=5, minutes=30)] = Post(
        to=house.console.channel("general"), text="The digest"
    )

    shown = sit(house, "/time", "/time +1d", "/time +1d")

    assert "It is Monday 2 March, 18:00. /time +1d lets a day pass." in shown
    assert "-- Tuesday 3 March, 00:00 · #general · everyone sees this --\n  The digest" in shown
    assert "It is Tuesday 3 March, 18:00 now.\n" in shown
    assert "It is Wednesday 4 March, 18:00 now. Nothing was said in between." in shown


def test_time_stands_still_where_others_live_by_it(house: Notebook) -> None:
    house.unmovable = "Others live by this clock."

    shown = sit(house, "/time +1d")

    assert "Others live by this clock." in shown
    assert house.clock() == NOW


def test_time_can_be_stopped(house: Notebook) -> None:
    hours = iter(range(3))

    def tick() -> None:
        if next(hours, None) is None:
            raise KeyboardInterrupt

    house.tick = tick  # type: ignore[method-assign]

    assert "Stopped there.\nIt is Monday 2 March, 22:00 now." in sit(house, "/time +1d")


def test_time_goes_only_forward() -> None:
    with pytest.raises(ValueError, match="forward"):
        MovableClock(lambda: NOW).move(timedelta(hours=-1))


def test_a_key_pressed_to_interrupt_leaves_nothing_behind(house: Notebook) -> None:
    shown = sit(house, "^C", "Hello", "quit", "never said")

    assert "Ctrl-D or /quit leaves." in shown
    assert len(house.of(MessagePosted)) == 1


def test_help_fits_a_screen_and_says_where_one_is(house: Notebook) -> None:
    shown = sit(house, "/in #frailty", "/help", "/nett")

    lesson = shown[shown.index("Talking\n") : shown.index("That is no command")]
    assert "to everybody in #frailty" in lesson
    assert len(lesson.splitlines()) <= 24
    assert max(map(len, lesson.splitlines())) <= 80


# Forms

FORM = Form(
    name="asks.ask",
    title="Ask for \\*help\\*",
    text="Our **rules** first.",
    fields=(
        Field(name="what", label="What would help?", hint="In a *line*.", is_required=True),
        Field(name="why", label="Why?", value="It\nmatters", is_long=True),
        Field(name="kind", label="Kind", value="time", options=("time", "skills", "a review")),
    ),
    submit="Ask",
    context="7",
)


def fill(house: Notebook, *answers: str) -> tuple[str, list[dict[str, str]]]:
    """Fill in FORM with *answers*; return the screen, and the values of what was sent."""

    def answer(event: Event) -> None:
        assert isinstance(event, CommandGiven)
        house.console.open(FORM, member=event.member, trigger=event.trigger)

    house.answers["ask"] = answer
    shown = sit(house, "/net ask", *answers)
    return shown, [
        each.values for each in house.of(FormSubmitted) if isinstance(each, FormSubmitted)
    ]


@pytest.mark.parametrize(
    ("answers", "what", "why", "kind"),
    [
        pytest.param(("a", "", ""), "a", "It\nmatters", "time", id="Enter keeps what is there"),
        pytest.param(("", " ", "a", "", ""), "a", "It\nmatters", "time", id="needed, asked again"),
        pytest.param(("a", "b", "", "c", ".", "2"), "a", "b\n\nc", "skills", id="lines, a number"),
        pytest.param(("a", "-", "A Rev"), "a", "", "a review", id="emptied, and begun words"),
        pytest.param(("/net asks", "a", "", ""), "a", "It\nmatters", "time", id="no command"),
        pytest.param(("a", "/back", "b", "-", "-"), "b", "", "", id="back to the first"),
        pytest.param(("/back", "a", "", "/back", "", "SKILLS"), "a", "It\nmatters", "skills",
                     id="back from where one can't, and from the last"),
        pytest.param(("-", "", "9", "x", "1"), "-", "It\nmatters", "time", id="a wrong number"),
        pytest.param(("a", ".", ""), "a", "", "time", id="a full stop at once"),
    ],
)  # fmt: skip
def test_a_form_is_asked_question_by_question(
    house: Notebook, answers: tuple[str, ...], what: str, why: str, kind: str
) -> None:
    shown, sent = fill(house, *answers)

    assert sent == [{"what": what, "why": why, "kind": kind}]
    assert "Sent: Ask" in shown
    assert "Our rules first." in shown


def test_a_form_that_can_not_be_taken_asks_again_where_it_is_wrong(house: Notebook) -> None:
    house.problems = [{"what": "Not so short."}, {"what": "Still so.", "": "Nor this."}]
    shown, sent = fill(house, "a", "-", "1", "b", "a longer one")
    assert sent == [{"what": "a longer one", "why": "", "kind": "time"}]
    assert shown.count("Nothing was sent yet. Please look at this again:") == 2
    for words in ("Not so short.", "Still so.", "Nor this.", "Enter keeps: b."):
        assert words in shown


def test_a_form_that_can_not_be_taken_can_be_given_up(house: Notebook) -> None:
    house.problems = [{"what": "Not so short."}] * 3
    shown, sent = fill(house, "a", "", "", "b", "/cancel")
    assert sent == []
    assert "Nothing was sent, and nothing has changed." in shown


def test_a_form_says_what_it_is_and_how_to_answer(house: Notebook) -> None:
    shown, _ = fill(house, "", "/as bob", "a", "", "skils", "2")

    assert "Ask for *help*" in shown
    assert "1 of 3 · What would help?\nIn a line." in shown
    assert "This one needs an answer." in shown
    assert "That is for outside this form. /cancel leaves it; then type that again." in shown
    assert "Enter keeps: It / matters. - alone empties it. As many lines as you like" in shown
    assert "  1  time\n  2  skills\n  3  a review\nEnter keeps: time." in shown
    assert "Please choose by its number, 1 to 3. Did you mean skills?" in shown


@pytest.mark.parametrize(
    "answers",
    [
        pytest.param(("/cancel",), id="at once"),
        pytest.param(("a", "b", "/CANCEL"), id="in the middle of lines"),
        pytest.param(("a", "^C"), id="by Ctrl-C"),
        pytest.param(("a",), id="by leaving"),
    ],
)
def test_a_form_that_is_stopped_sends_nothing(house: Notebook, answers: tuple[str, ...]) -> None:
    shown, sent = fill(house, *answers)

    assert sent == []
    assert "Nothing was sent, and nothing has changed." in shown
    assert shown.endswith("Your messages are forgotten now.\n")


# A keyboard


def test_a_keyboard_gives_lines_until_its_end() -> None:
    with create_pipe_input() as keys:
        keyboard = Keyboard({}, source=keys, screen=DummyOutput())
        keys.send_text("/net help\rhi\r\x04")

        assert keyboard.read("› ") == "/net help"
        assert keyboard.read_answer("› ") == "hi"
        assert keyboard.read("› ") is None


def test_a_keyboard_remembers_what_was_said_but_no_answers() -> None:
    with create_pipe_input() as keys:
        keyboard = Keyboard({}, source=keys, screen=DummyOutput())
        keys.send_text("said\ranswered\r")

        keyboard.read("› ")
        keyboard.read_answer("› ")

        assert keyboard.history.get_strings() == ["said"]


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        pytest.param("/", ["/net", "/tend", "/as"], id="the words themselves first"),
        pytest.param("/NE", ["/net"], id="in any case"),
        pytest.param("/net ", ["/net help", "/net pulse"], id="the words after one"),
        pytest.param("/net p", ["/net pulse"], id="the beginning of one"),
        pytest.param("net", [], id="nothing without a slash"),
        pytest.param("/net pulse", [], id="nothing more to add"),
    ],
)
def test_words_after_a_slash_are_completed(typed: str, offered: list[str]) -> None:
    words = Words(dict.fromkeys(("/net", "/tend", "/as", "/net help", "/net pulse"), "does it"))

    found = words.get_completions(Document(typed), CompleteEvent())

    assert [each.text for each in found] == offered
