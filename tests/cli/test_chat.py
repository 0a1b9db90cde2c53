"""`animateur chat`, as a person or a script uses it: a real process, a real database."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import chdir
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
import structlog
import typer
from msgspec import Struct
from rich.console import Console as Screen
from sqlalchemy import select
from typer.testing import CliRunner, Result

from bot.app import App
from bot.cli.chat import Room
from bot.cli.chat import chat as chat_command
from bot.context import Context
from bot.domain.events import ActionTaken, CommandGiven
from bot.domain.schedule import Daily
from bot.feature import Feature
from bot.judgement.limits import Kind
from bot.platforms.console import Console
from bot.platforms.console.clock import MovableClock
from bot.platforms.console.lines import Piped
from bot.storage import listening, places
from bot.storage.activity import BOT, Message
from bot.storage.base import Sessions
from bot.storage.places import Newborn

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CHAT = "import typer; from bot.cli.chat import chat; typer.run(chat)"


def process(
    folder: Path, *options: str, typed: bytes, **more: str
) -> subprocess.CompletedProcess[bytes]:
    """Run the command in *folder* as a process of its own; lines go in by a pipe."""
    return subprocess.run(
        [sys.executable, "-c", CHAT, *options],
        input=typed,
        capture_output=True,
        check=False,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), **more},
    )


Chat = Callable[..., Result]


@pytest.fixture
def chat(tmp_path: Path) -> Iterator[Chat]:
    """Runs the command in a folder of its own, within this process."""
    command = typer.Typer()
    command.command()(chat_command)

    def run(*options: str, typed: str = "", **more: str) -> Result:
        return CliRunner(env=more).invoke(command, options, input=typed)

    with chdir(tmp_path):
        yield run
    structlog.reset_defaults()


def test_a_person_talks_through_a_pipe_and_their_words_stay_out_of_the_database(
    tmp_path: Path,
) -> None:
    typed = (
        b"the heron flies at noon\n/edit 1 the heron flew at nine\n>1 a second heron\n+bulb\n/net\n"
    )

    talked = process(tmp_path, "--as", "ada", typed=typed)

    shown = talked.stdout.decode()
    assert talked.returncode == 0, talked.stderr.decode()
    assert talked.stderr == b""
    assert "Ada #general › the heron flies at noon\nmessage 1\n" in shown
    assert "-- only you see this --\n  Our network\n" in shown
    assert "\x1b" not in shown
    assert shown.endswith("Goodbye. Your messages are forgotten now.\n")
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"heron" not in kept
    assert b"general" in kept


def test_the_next_sitting_knows_who_and_where_people_were(chat: Chat) -> None:
    chat("--as", "priya", "--lead", "--channel", "#frailty", typed="/as ada\n/in second\n")

    shown = chat("--as", "tom", typed="/who\n/tend settings\n/cancel\n").stdout

    assert "You are Tom, in #frailty." in shown
    assert "People: Priya (tends), Ada, Tom (you)\nChannels: #frailty, #second\n" in shown
    assert "is for those who tend the network: Priya." in shown


def test_without_a_name_one_is_whoever_is_logged_in(chat: Chat) -> None:
    assert "You are Siân Ellis, in" in chat(USER="siân ellis").stdout


def test_bytes_that_are_no_text_and_a_screen_without_signs_do_no_harm(tmp_path: Path) -> None:
    typed = b"\xff\xfe \x1b[2J\x00\n/net \xff\n"

    talked = process(tmp_path, "--as", "ada", typed=typed, PYTHONIOENCODING="ascii")

    assert talked.returncode == 0, talked.stderr.decode()
    assert b"message 1" in talked.stdout
    assert b"\x1b" not in talked.stdout


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        pytest.param(("--as", "!!!"), "needs at least one letter", id="a name without letters"),
        pytest.param(("--as", "animateur"), "the bot's own name", id="the bot's name"),
        pytest.param(("--as", "a", "--channel", "#"), "channel's name", id="no channel"),
        pytest.param(("--config", "none.toml"), "none.toml", id="no settings there"),
    ],
)
def test_what_is_wrongly_asked_is_answered_in_a_sentence(
    chat: Chat, options: tuple[str, ...], problem: str
) -> None:
    talked = chat(*options)

    assert talked.exit_code == 2
    assert problem in " ".join(talked.stderr.split())
    assert talked.stdout == ""


def test_help_has_examples(chat: Chat) -> None:
    assert "animateur chat --as priya --lead" in chat("--help").stdout


# In one process, with a feature of its own and a clock that stands still


class Settings(Struct, frozen=True, kw_only=True):
    """Nothing to set."""


toy = Feature("network", Settings)


@toy.command("net", "knock", help="knock on the door", examples=("/net knock",))
def knock(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Reply, with something to press."""
    ctx.reply("toy/knock", who=given.text)


@toy.action("open")
def open_(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Say to everybody that the door is open."""
    assert ctx.where is not None
    ctx.say(ctx.where, "toy/opened", kind=Kind.ANSWER, key=f"opened/{taken.id}", value=taken.value)


@toy.job(lambda settings: Daily(at=time(8)), late=timedelta(hours=2))
def wake(settings: Settings, ctx: Context) -> None:
    """Wake everybody."""
    main = places.main_channel(ctx.session, ctx.network)
    assert main is not None
    ctx.say(main.address, "toy/wake", kind=Kind.ANSWER, key=ctx.occasion)


class Seat:
    """A room in which Ada sits, and types."""

    def __init__(self, sessions: Sessions, prompts: Path) -> None:
        self.clock = MovableClock(lambda: NOW)
        self.console = Console(clock=self.clock)
        self.app = App(
            sessions=sessions,
            platforms=[self.console],
            sections={"bot": {"prompts": str(prompts)}, "network": {}},
            features=[toy],
            clock=self.clock,
        )
        self.room = Room(self.app, self.console, self.clock)

    def types(self, *lines: str) -> str:
        """What the screen shows of a sitting."""
        out = io.StringIO()
        typed = Piped(io.StringIO("".join(f"{line}\n" for line in lines)), out)
        screen = Screen(file=out, width=80, highlight=False)
        self.room.sit("ada", "", lines=typed, screen=screen).run()
        self.room.leave()
        return out.getvalue()


@pytest.fixture
def prompts(tmp_path: Path) -> Path:
    words = {
        "knock": "**{{ who }}** knocks.\n**[Open](button:network.open/7)** [Wait](button:toy.no)",
        "opened": "The door is open ({{ value }}).",
        "wake": "Good morning.",
    }
    folder = tmp_path / "prompts" / "toy"
    folder.mkdir(parents=True)
    for name, text in words.items():
        (folder / f"{name}.md.j2").write_text(text)
    return folder.parent


@pytest.fixture
def seat(sessions: Sessions, prompts: Path) -> Seat:
    return Seat(sessions, prompts)


def test_what_the_bot_answers_comes_at_once_and_its_buttons_can_be_pressed(seat: Seat) -> None:
    shown = seat.types("/net knock *Bob*", "1", "2")

    assert "-- only you see this --\n  *Bob* knocks.\n\n  [1\xa0Open]   [2\xa0Wait]\n" in shown
    assert "-- #general · everyone sees this --\n  The door is open (7).\n" in shown
    assert "That button is from an earlier version of me" in shown


def test_scheduled_things_happen_once_each_while_time_passes(
    seat: Seat, sessions: Sessions
) -> None:
    shown = seat.types("/time +3d", "/time +2h")

    assert shown.count("Good morning.") == 3
    assert "-- Tuesday 3 March, 08:00 · #general" in shown
    with sessions.begin() as session:
        spans = listening.spans(session, "console:here")
    assert len(spans) == 1
    assert spans[0][1] - spans[0][0] >= timedelta(days=3, hours=2) // timedelta(microseconds=1)


def test_time_goes_on_from_where_it_had_come(seat: Seat, sessions: Sessions, prompts: Path) -> None:
    seat.types("/time +3d")

    again = Seat(sessions, prompts)

    assert "It is Thursday 5 March, 09:00." in again.types("/time")
    assert again.types("/time +1d").count("Good morning.") == 1


def test_time_stands_still_where_another_network_lives(
    seat: Seat, sessions: Sessions, prompts: Path
) -> None:
    seat.types("/time +3d")
    newborn = Newborn(name="Frailty Friends", timezone="Europe/London", country="GB")
    with sessions.begin() as session:
        places.network_of(session, "slack:T1", newborn=newborn, now=NOW)

    shown = Seat(sessions, prompts).types("/time", "/time +1d")

    assert "It is Monday 2 March, 09:00." in shown
    assert "Time can't be moved here: Frailty Friends lives in the same database" in shown
    assert "Good morning." not in shown


def test_what_can_be_typed_is_offered_for_completion(seat: Seat) -> None:
    words = seat.room.words()

    assert words["/net knock"] == "knock on the door"
    assert "/history" in words


def test_one_is_made_a_lead_and_the_door_for_leads_opens(seat: Seat) -> None:
    general = seat.console.channel("general")
    priya = seat.console.comes("priya", general)

    seat.room.make_lead(priya)
    seat.room.make_lead(priya)

    assert seat.room.leads() == {priya}


def test_what_the_bot_says_in_a_channel_is_counted_as_the_bots(
    seat: Seat, sessions: Sessions
) -> None:
    seat.types("/net knock Bob", "1", "Thank you")

    with sessions.begin() as session:
        messages = session.scalars(select(Message).order_by(Message.ts)).all()

    assert [message.flags & BOT for message in messages] == [BOT, 0]
