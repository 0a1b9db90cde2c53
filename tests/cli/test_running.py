"""`animateur run`, `check`, `pause` and the like: what those who look after the bot rely on."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import signal
import socket
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from bot.app import App
from bot.domain.events import Batch, ChannelSeen
from bot.domain.ids import ChannelId
from bot.platforms.slack.serving import Serving
from bot.storage.base import connect as open_database
from bot.storage.base import sessions_of
from tests.cli.desk import Desk, dump
from tests.platforms.slack.answering import APP, BOT, SIGNING, Slack, no, ok

pytestmark = pytest.mark.at_length

NOW = "2025-03-30 12:00:00.000000"
Statement = str


def words_of(text: str) -> str:
    """*text* without the line ends that a narrow screen puts in."""
    return " ".join(text.split())


def put(desk: Desk, *statements: Statement) -> None:
    """Change the database behind the bot's back."""
    connection = sqlite3.connect(desk.database)
    with connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


def outgoing(state: str, number: int = 1) -> Statement:
    """A post in the outbox, in *state*."""
    return f"""
        INSERT INTO outbox
        (key, network_id, kind, platform, workspace, method, call, recipient, payload, state,
         due_at, expires_at, attempts, is_awaited, about)
        VALUES ('k{number}', 1, 'nudge', 'slack', 'slack:T1', 'post', 'post', 'slack:T1/C1',
                x'00', '{state}', '{NOW}', '{NOW}', 1, 0, '')
    """


def incoming(error: str | None) -> Statement:
    """An event in the inbox that could not be handled, or was not yet."""
    why = f"'{error}'" if error else "NULL"
    return f"INSERT INTO inbox (payload, received_at, error) VALUES (x'00', '{NOW}', {why})"


# check


def test_where_all_is_well_it_says_so(settled: Desk) -> None:
    done = settled.types("check")

    shown = words_of(done.stdout)
    assert done.exit_code == 0
    assert "none: every feature is on, by default" in shown
    assert "5 channels, nobody tends it yet" in shown
    assert "To say nothing yet" in shown
    assert shown.endswith("All is well.")


def test_for_a_program_it_is_plain_values(settled: Desk) -> None:
    told = settled.json("check")

    assert told["settings"] is None
    assert told["database"].endswith("x.db")
    assert told["inbox"] == {"waiting": 0, "set_aside": 0}
    assert told["look_at"] == []
    [network] = told["networks"]
    assert (network["name"], network["channels"], network["leads"]) == ("Our network", 5, 0)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        pytest.param(
            outgoing("ambiguous"),
            "1 posts may or may not have arrived: look before you post again.",
            id="a post that may have arrived",
        ),
        pytest.param(
            incoming("ValueError"),
            "1 events couldn't be handled: look for inbox.event_set_aside.",
            id="an event set aside",
        ),
        pytest.param(
            outgoing("failed"),
            "1 posts were refused: look for outbox.refused.",
            id="a post refused",
        ),
    ],
)
def test_what_a_person_should_look_at_makes_it_end_with_one(
    change: Statement, sentence: str, settled: Desk
) -> None:
    put(settled, change)

    done = settled.types("check")
    for_programs = settled.types("check", "--json")

    assert done.exit_code == for_programs.exit_code == 1
    assert f"Look at this: {sentence}" in words_of(done.stdout)
    assert "All is well" not in done.stdout
    assert f'"{sentence}"' in for_programs.stdout


def test_what_only_waits_is_counted_and_well(settled: Desk) -> None:
    put(settled, incoming(None), outgoing("pending"), outgoing("sent", 2))

    done = settled.types("check")

    assert done.exit_code == 0
    assert "1 waiting to be handled" in done.stdout
    assert "1 pending, 1 sent" in done.stdout


def test_what_waits_for_a_token_is_told_but_not_what_waits_for_a_pause(settled: Desk) -> None:
    token = "My token was revoked: reinstall the app. (token_revoked)"
    put(
        settled,
        *(outgoing("pending", number) for number in (1, 2, 3)),
        f"UPDATE outbox SET error = '{token}' WHERE key IN ('k1', 'k2')",
        "UPDATE outbox SET error = 'Slack asks for a pause of 30 seconds.' WHERE key = 'k3'",
    )

    done = settled.types("check")

    assert done.exit_code == 1
    told = f"Look at this: 2 posts wait, because Slack refused them: {token}"
    assert told in words_of(done.stdout)
    assert "a pause" not in done.stdout


def test_it_names_leads_and_the_days_nobody_listened(settled: Desk) -> None:
    end = settled.rows("SELECT max(until) FROM listening")[0][0]
    day = 86_400_000_000
    put(
        settled,
        f"INSERT INTO leads (network_id, person_id, since) VALUES (1, 1, '{NOW}')",
        f"""INSERT INTO listening (workspace, since, until)
            SELECT workspace, {end + 3 * day}, {end + 9 * day} FROM networks""",
    )

    shown = words_of(settled.types("check").stdout)

    assert "5 channels, 1 lead" in shown
    assert "was not listening from " in shown
    first, last = settled.json("check")["networks"][0]["not_listening"]
    assert first[1] < last[0] < last[1]  # nobody has been listening since then


# pause and resume


def paused(desk: Desk) -> int:
    """How many pauses there are."""
    return len(desk.rows("SELECT * FROM pauses"))


def test_a_pause_holds_until_it_is_lifted_however_often_each_is_typed(settled: Desk) -> None:
    first, second = settled.types("pause"), settled.types("pause")

    assert words_of(first.stdout).startswith("From now on nothing is said.")
    assert words_of(second.stdout) == "Nothing is said, as before. To speak again: animateur resume"
    assert paused(settled) == 1

    lifted, again = settled.types("resume"), settled.types("resume")

    assert words_of(lifted.stdout) == "I speak again."
    assert words_of(again.stdout) == "I wasn't paused; nothing changes."
    assert paused(settled) == 0
    assert [each.exit_code for each in (first, second, lifted, again)] == [0] * 4


def test_to_resume_lifts_what_those_who_tend_have_paused_too(settled: Desk) -> None:
    put(settled, f"INSERT INTO pauses (network_id, by, since) VALUES (1, 'a lead', '{NOW}')")

    settled.types("resume")

    assert paused(settled) == 0


# A copy keeps quiet


@pytest.fixture
def copied(settled: Desk) -> Desk:
    """A desk that works on a copy of another's database, in which a post waits."""
    settled.types("check")  # as whoever runs it does at some time: it then knows where it is
    put(settled, outgoing("pending"))
    settled.types("backup", "copy.db")
    settled.environment["ANIMATEUR_BOT_DATABASE"] = f"sqlite:///{settled.folder / 'copy.db'}"
    settled.database = settled.folder / "copy.db"
    return settled


def test_a_copy_says_that_it_is_one_and_will_not_speak(copied: Desk) -> None:
    checked, resumed = copied.types("check"), copied.types("resume")

    assert (checked.exit_code, resumed.exit_code) == (1, 1)
    for said in (checked.stdout, resumed.stderr):
        assert "This database was copied or moved here" in words_of(said)
        assert words_of(said).endswith("animateur resume --here")


def test_told_that_it_is_the_one_a_copy_speaks_but_looks_first_for_what_waits(
    copied: Desk,
) -> None:
    done = copied.types("resume", "--here")

    assert done.exception is None, done.output
    assert words_of(done.stdout) == "I speak again."
    told = copied.types("check", "--json").stdout
    assert '"is_a_copy": false' in told
    assert copied.rows("SELECT state FROM outbox") == [("ambiguous",)]


def test_a_database_that_was_moved_is_taken_for_a_copy(settled: Desk) -> None:
    settled.types("check")
    elsewhere = settled.folder / "elsewhere.db"
    settled.database.rename(elsewhere)

    done = settled.types("check", ANIMATEUR_BOT_DATABASE=f"sqlite:///{elsewhere}")

    assert done.exit_code == 1
    assert "This database was copied or moved here" in words_of(done.stdout)


# Settings


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        pytest.param(
            b"[digest]\ndya = 'friday'\n", "[digest] has no 'dya'; did you mean 'day'?", id="typo"
        ),
        pytest.param(b"[digest\n", "config.toml is not TOML: ", id="no TOML"),
        pytest.param(b"[bot]\nnetwork = '\xff'\n", "is not UTF-8 text", id="no text"),
        pytest.param(b"[bot]\nlog_level = 'loud'\n", "[bot] ", id="a level that is none"),
        pytest.param(None, "There is no config.toml. Copy config.example.toml", id="no file"),
    ],
)
@pytest.mark.parametrize("command", ["check", "migrate"])
def test_a_wrong_setting_is_told_in_a_sentence(
    command: str, written: bytes | None, problem: str, desk: Desk
) -> None:
    if written is not None:
        (desk.folder / "config.toml").write_bytes(written)

    done = desk.types(command, "--config", "config.toml")

    if command == "migrate" and written is not None and b"digest]" in written:
        assert done.exit_code == 0  # it reads of the settings only where the database is
        return
    assert done.exit_code == 2
    assert problem in words_of(done.stderr)
    assert "Traceback" not in done.output
    assert done.stdout == ""


def test_settings_of_this_folder_are_found_by_themselves(desk: Desk) -> None:
    (desk.folder / "config.toml").write_text("[energy]\n\n[digest]\nday = 'monday'\n")

    told = desk.json("check")

    assert told["settings"] == "config.toml"
    assert "digest" in told["features"]
    assert "ideas" not in told["features"]


def test_a_database_that_cant_be_opened_is_told_in_a_sentence(desk: Desk) -> None:
    done = desk.types("check", ANIMATEUR_BOT_DATABASE=f"sqlite:///{desk.folder}/no/where.db")

    assert done.exit_code == 1
    told = words_of(done.stderr)
    assert told.startswith("The database ")
    assert told.endswith("can't be opened: unable to open database file.")
    assert "Traceback" not in done.output


# migrate


def test_a_database_is_brought_to_this_version_once(desk: Desk) -> None:
    first, second = desk.types("migrate"), desk.types("migrate")

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert words_of(first.stdout).startswith("The database is of version ")
    assert words_of(second.stdout) == words_of(first.stdout).rstrip(".") + ", as before."


@pytest.mark.parametrize(
    "words", [("migrate",), ("check",), ("pulse",)], ids=lambda words: words[0]
)
def test_a_later_version_is_left_alone(words: tuple[str, ...], desk: Desk) -> None:
    desk.types("migrate")
    put(desk, "UPDATE alembic_version SET version_num = '9999'")
    before = dump(desk.database)

    done = desk.types(*words)

    assert done.exit_code == 1
    assert words_of(done.stderr).startswith("The database is of version 9999, which this program")
    assert "restore an earlier backup." in words_of(done.stderr)
    assert dump(desk.database) == before


# backup


def test_the_copy_is_whole_and_opens(settled: Desk) -> None:
    done = settled.types("backup", "copy.db")

    assert done.exit_code == 0
    assert words_of(done.stdout) == "The copy is in copy.db"
    copy = settled.folder / "copy.db"
    original, copied = dump(settled.database), dump(copy)
    assert original.pop("surroundings") != copied.pop("surroundings")
    assert copied == original
    opened = settled.types("pulse", ANIMATEUR_BOT_DATABASE=f"sqlite:///{copy}")
    assert opened.stdout == settled.types("pulse").stdout


def test_a_copy_made_while_somebody_writes_is_of_one_moment(settled: Desk) -> None:
    put(settled, "CREATE TABLE pairs (left INTEGER, right INTEGER)")
    stop = threading.Event()

    def write() -> None:
        connection = sqlite3.connect(settled.database, timeout=30)
        number = 0
        while not stop.is_set():
            number += 1
            with connection:
                connection.execute("INSERT INTO pairs VALUES (?, 0)", (number,))
                connection.execute("UPDATE pairs SET right = left WHERE left = ?", (number,))
            time.sleep(0.001)
        connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        done = [settled.types("backup", f"copy{number}.db") for number in range(4)]
    finally:
        stop.set()
        writer.join()

    assert [each.exit_code for each in done] == [0] * 4
    counts = []
    for number in range(4):
        copy = sqlite3.connect(settled.folder / f"copy{number}.db")
        assert copy.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert copy.execute("SELECT count(*) FROM pairs WHERE left <> right").fetchone() == (0,)
        [count] = copy.execute("SELECT count(*) FROM pairs").fetchone()
        counts.append(count)
        copy.close()
    assert counts == sorted(counts)
    assert counts[-1] > counts[0]


def test_a_file_that_is_there_already_is_never_written_over(settled: Desk) -> None:
    (settled.folder / "copy.db").write_text("dear")

    done = settled.types("backup", "copy.db")

    assert done.exit_code == 2
    assert words_of(done.stderr) == "copy.db is there already; choose another name."
    assert (settled.folder / "copy.db").read_text() == "dear"


def test_a_copy_into_no_folder_is_told_in_a_sentence(settled: Desk) -> None:
    done = settled.types("backup", "nowhere/copy.db")

    assert done.exit_code == 1
    assert words_of(done.stderr).startswith("The copy can't be made in nowhere/copy.db: ")
    assert "Traceback" not in done.output


# run


def lives_for(seconds: float) -> Thread:
    """Begin to wait until `run` listens to signals, and tell it to stop *seconds* later."""
    before = {name: signal.getsignal(name) for name in (signal.SIGINT, signal.SIGTERM)}

    def stop_it() -> None:
        until = time.monotonic() + 60
        while signal.getsignal(signal.SIGTERM) == before[signal.SIGTERM]:
            if time.monotonic() > until:
                return
            time.sleep(0.01)
        time.sleep(seconds)
        os.kill(os.getpid(), signal.SIGTERM)

    stopper = Thread(target=stop_it)
    stopper.start()
    return stopper


@pytest.fixture(autouse=True)
def _signals() -> Iterator[None]:
    """Let this process hear signals as before, whatever a test made of it."""
    before = {name: signal.getsignal(name) for name in (signal.SIGINT, signal.SIGTERM)}
    yield
    for name, handler in before.items():
        signal.signal(name, handler)


def events_of(logged: str) -> list[str]:
    """The events of a log."""
    return [json.loads(line)["event"] for line in logged.splitlines()]


def test_a_process_keeps_time_until_it_is_told_to_stop(settled: Desk) -> None:
    process = settled.starts("run")
    try:
        assert process.stderr is not None
        alone, started = process.stderr.readline(), process.stderr.readline()
        process.send_signal(signal.SIGTERM)
        said, logged = process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()

    assert process.returncode == 0
    assert events_of(alone + started + logged) == ["run.alone", "run.started", "run.stopped"]
    assert "No Slack is connected, so I only keep time: animateur setup slack" in alone
    assert said == ""


def test_it_stops_within_this_process_too(settled: Desk) -> None:
    stopper = lives_for(0.1)  # which may be before it has begun
    done = settled.types("run")
    stopper.join()

    assert done.exit_code == 0
    told = events_of(done.stderr)
    assert [each for each in told if each != "run.started"] == ["run.alone", "run.stopped"]


@pytest.fixture
def slack() -> Iterator[Slack]:
    """A Slack that says yes to everything, until a test makes it say otherwise."""
    found = Slack()
    yield found
    found.stop()


def connect(desk: Desk, api: str, **more: object) -> None:
    """Let the settings name a workspace."""
    written = {"bot_token": BOT, "app_token": APP, "signing_secret": SIGNING, "api": api, **more}
    lines = [f"{name} = {json.dumps(value)}" for name, value in written.items()]
    path = desk.folder / "config.toml"
    path.write_text("\n".join(["[slack]", *lines, ""]))
    path.chmod(0o600)


def test_a_token_that_slack_refuses_ends_it_with_a_sentence(desk: Desk, slack: Slack) -> None:
    slack.answers["auth.test"] = [no("invalid_auth")]
    connect(desk, slack.api)

    done = desk.types("run")

    assert done.exit_code == 1
    told = words_of(done.stderr)
    assert "[slack] Slack doesn't know my token" in told
    assert told.endswith("Look closer with: animateur check")
    assert "Traceback" not in done.output
    assert BOT not in done.output


def test_settings_that_others_may_read_are_pointed_at(desk: Desk, slack: Slack) -> None:
    slack.answers["auth.test"] = [no("invalid_auth")]
    connect(desk, slack.api)
    (desk.folder / "config.toml").chmod(0o644)

    done = desk.types("run")

    assert "config.toml holds secrets that others may read: chmod 600" in done.stderr


def test_a_port_that_is_taken_ends_it_with_a_sentence(desk: Desk, slack: Slack) -> None:
    slack.answers["bots.info"] = [ok(bot={"app_id": "A1"})]
    connect(desk, slack.api, mode="http", port=slack.server.server_port)

    done = desk.types("run")

    assert done.exit_code == 1
    port = slack.server.server_port
    assert words_of(done.stderr) == (
        f"Somebody else listens at 127.0.0.1, port {port}: stop them, or set another port in "
        "[slack]."
    )


def test_a_host_that_is_none_of_ours_ends_it_with_a_sentence(desk: Desk, slack: Slack) -> None:
    slack.answers["bots.info"] = [ok(bot={"app_id": "A1"})]
    connect(desk, slack.api, mode="http", host="192.0.2.1")

    done = desk.types("run")

    assert done.exit_code == 1
    assert words_of(done.stderr).startswith("I can't listen at 192.0.2.1, port 3000: ")
    assert words_of(done.stderr).endswith("Set host and port in [slack].")


def test_no_secret_is_at_rest_but_in_the_settings(desk: Desk, slack: Slack) -> None:
    slack.answers["bots.info"] = [ok(bot={"app_id": "A1"})]
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    connect(desk, slack.api, mode="http", port=port)

    stopper = lives_for(1)
    done = desk.types("run")
    stopper.join()

    kept = {path.name: path.read_bytes() for path in desk.folder.iterdir()}
    holding = [
        name
        for name, content in {**kept, "log": done.output.encode()}.items()
        if any(secret.encode() in content for secret in (BOT, APP, SIGNING))
    ]
    assert "run.stopped" in done.stderr
    assert "x.db" in kept
    assert holding == ["config.toml"]


def waiting(desk: Desk) -> tuple[int, str]:
    """Run until it waits for Slack, and stop it: its code, and all that it logged."""
    process = desk.starts("run")
    try:
        assert process.stderr is not None
        first = process.stderr.readline()
        process.send_signal(signal.SIGTERM)
        _, rest = process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()
    return process.returncode, first + rest


def test_while_slack_is_out_of_reach_it_waits_and_can_be_stopped(desk: Desk, slack: Slack) -> None:
    slack.stop()
    connect(desk, slack.api)

    code, logged = waiting(desk)

    assert code == 0
    assert events_of(logged) == ["run.waits", "run.stopped"]
    told = json.loads(logged.splitlines()[0])["says"]
    assert told.startswith("Slack can't be reached (")
    assert told.endswith("I try again in 10 seconds.")
    assert BOT not in logged


def test_slack_is_left_alone_for_as_long_as_it_asks(desk: Desk, slack: Slack) -> None:
    slack.answers["auth.test"] = [
        (429, {"Retry-After": "37"}, '{"ok": false, "error": "ratelimited"}')
    ]
    connect(desk, slack.api)

    code, logged = waiting(desk)

    assert code == 0
    assert "I try again in 37 seconds." in logged
    assert [each for each, _, _ in slack.asked].count("auth.test") == 1


def fails_inside() -> Thread:
    """Begin to wait until what listens to Slack is there, and let its event loop fail."""

    def fail() -> None:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            for serving in [each for each in gc.get_objects() if isinstance(each, Serving)]:
                if serving.is_open:
                    for task in asyncio.all_tasks(serving.loop):
                        serving.loop.call_soon_threadsafe(task.cancel)
                    return
            time.sleep(0.05)

    failing = Thread(target=fail)
    failing.start()
    return failing


def test_who_hears_slack_no_more_ends_so_that_it_is_started_again(desk: Desk, slack: Slack) -> None:
    slack.answers["bots.info"] = [ok(bot={"app_id": "A1"})]
    connect(desk, slack.api, mode="http", port=0)

    failing = fails_inside()
    done = desk.types("run")
    failing.join()

    assert done.exit_code == 1
    events = [line for line in done.stderr.splitlines() if line.startswith("{")]
    assert "slack.stopped" in events_of("\n".join(events))
    assert "I don't hear Slack any more" in words_of(done.stderr)


def test_what_became_of_a_channel_while_nobody_ran_is_found_out_at_the_start(
    desk: Desk, slack: Slack
) -> None:
    desk.types("migrate")
    falls = ChannelSeen(channel=ChannelId("slack:T1/C9"), name="falls")
    engine = open_database(f"sqlite:///{desk.database}")
    App(sessions=sessions_of(engine), features=[]).receive(Batch(events=(falls,)))
    engine.dispose()
    private = {"id": "C9", "name": "secret", "is_private": True, "is_member": True}
    slack.answers["users.conversations"] = [ok(channels=[])]
    slack.answers["conversations.info"] = [ok(channel=private)]
    slack.answers["bots.info"] = [ok(bot={"app_id": "A1"})]
    connect(desk, slack.api, mode="http", port=0)

    process = desk.starts("run")
    try:
        assert process.stderr is not None
        assert any("run.started" in line for line in process.stderr)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()

    assert desk.rows("SELECT name, kind, is_closed FROM channels") == [("falls", "private", 1)]


def test_a_process_ends_with_its_code_and_no_traceback(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[bot]\nnetwrok = 'x'\n")

    process = desk.starts("run")
    said, problem = process.communicate(timeout=60)

    assert process.returncode == 2, problem
    assert words_of(problem) == "[bot] has no 'netwrok'; did you mean 'network'?"
    assert said == ""
