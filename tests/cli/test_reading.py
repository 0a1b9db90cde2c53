"""`animateur pulse` and `digest preview`: words for a person, facts for a program, a chart."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import pytest

from tests.cli.desk import Desk


def words_of(text: str) -> str:
    """*text* without the line ends that a narrow screen puts in."""
    return " ".join(text.split())


def test_the_pulse_says_where_we_are_why_and_what_cant_be_seen(settled: Desk) -> None:
    done = settled.types("pulse")

    shown = words_of(done.stdout)
    assert done.exit_code == 0
    assert done.stderr == ""
    assert shown.startswith("-- only you see this -- Our network")
    assert "What I can't see: calls, corridor conversations" in shown
    assert "\x1b" not in done.stdout


def test_for_a_program_the_pulse_is_facts(settled: Desk) -> None:
    told = settled.json("pulse", "--weeks", "6")

    assert told["network"] == "Our network"
    assert told["channel"] is None
    assert told["phase"] in ("flow", "steady", "ebb", "still", "unknown")
    assert len(told["weeks"]) == 6
    assert [week["first"] for week in told["weeks"]] == sorted(w["first"] for w in told["weeks"])


def test_one_channel_has_a_pulse_of_its_own(settled: Desk) -> None:
    of_all = settled.json("pulse")
    of_one = settled.json("pulse", "--channel", "#Frailty-Asks")

    assert of_one["channel"] == "frailty-asks"
    assert of_one["weeks"] != of_all["weeks"]
    assert "frailty-asks" in settled.types("pulse", "--channel", "frailty-asks").stdout


def test_an_unknown_channel_is_refused_with_those_there_are(desk: Desk, export: Path) -> None:
    desk.types("import", export, "--include", "frailty-leads")
    assert (1,) in desk.rows("SELECT count(*) FROM channels WHERE name = 'frailty-leads'")

    for name in ("frailty-leads", "nowhere"):
        done = desk.types("pulse", "--channel", name)

        told = words_of(done.stderr)
        assert done.exit_code == 2
        assert told.startswith(f"There is no open channel called {name}. There are: ")
        assert "frailty-homes" in told
        assert "frailty-leads" not in told.replace(f"called {name}", "")
        assert done.stdout == ""


@pytest.mark.parametrize("weeks", ["3", "201", "many"])
def test_too_few_and_too_many_weeks_are_refused(weeks: str, settled: Desk) -> None:
    done = settled.types("pulse", "--weeks", weeks)

    assert done.exit_code == 2
    assert "Traceback" not in done.output


def test_the_run_chart_goes_into_a_file(settled: Desk) -> None:
    for name in ("chart.png", "chart.svg"):
        done = settled.types("pulse", "--chart", name)

        assert done.exit_code == 0
        assert done.stdout.endswith(f"The run chart is in {name}\n")
    picture = (settled.folder / "chart.png").read_bytes()
    assert struct.unpack(">II", picture[16:24])[0] >= 1000
    drawing = (settled.folder / "chart.svg").read_text()
    assert "Our network: people who spoke each week" in drawing
    assert len(drawing) > 10_000


def test_a_chart_and_facts_go_together(settled: Desk) -> None:
    done = settled.types("pulse", "--json", "--chart", "chart.png")

    assert json.loads(done.stdout)["network"] == "Our network"
    assert (settled.folder / "chart.png").exists()


def test_another_kind_of_chart_is_refused(settled: Desk) -> None:
    done = settled.types("pulse", "--chart", "chart.pdf")

    assert done.exit_code == 2
    assert words_of(done.stderr) == "A chart is drawn as .png or .svg, not as chart.pdf."
    assert not (settled.folder / "chart.pdf").exists()


@pytest.mark.parametrize("words", [("pulse",), ("digest", "preview")])
def test_where_nothing_is_yet_it_says_what_to_type(words: tuple[str, ...], desk: Desk) -> None:
    done = desk.types(*words)

    assert done.exit_code == 1
    assert words_of(done.stderr) == (
        "There is nothing here yet. Bring in an export with: animateur import PATH"
    )


def test_where_there_are_several_networks_it_asks_which(settled: Desk) -> None:
    engine = settled.engine()
    with engine.begin() as connection:
        connection.exec_driver_sql(
            """
            INSERT INTO networks
            (workspace, name, purpose, timezone, country, settings, created_at)
            SELECT 'slack:T9', 'Night staff', '', timezone, country, settings, created_at
            FROM networks
            """
        )
    engine.dispose()

    for words in (("pulse",), ("pulse", "--network", "nobody's")):
        done = settled.types(*words)
        assert done.exit_code == 2
        assert words_of(done.stderr) == (
            "Say which network with --network. There are: Our network, Night staff."
        )
    assert settled.json("pulse", "--network", "our NETWORK")["network"] == "Our network"


def test_a_past_week_has_its_digest(settled: Desk) -> None:
    told = settled.json("digest", "preview", "--week", "2025-W12")

    assert (told["week"], told["first"], told["last"]) == ("2025-W12", "2025-03-14", "2025-03-20")
    assert "where we are" in [section["name"] for section in told["sections"]]
    shown = settled.types("digest", "preview", "--week", "2025-W12")
    assert shown.exit_code == 0
    assert shown.stdout.startswith("-- only you see this --")


def test_without_a_week_it_is_the_newest_that_was_heard(settled: Desk) -> None:
    newest = settled.json("digest", "preview")

    assert newest["week"] == "2025-W14"
    assert newest["last"] >= "2025-03-30"


@pytest.mark.parametrize("week", ["2026-W54", "W10", "yesterday", ""])
def test_a_week_that_is_none_is_refused(week: str, settled: Desk) -> None:
    done = settled.types("digest", "preview", f"--week={week or ' '}")

    assert done.exit_code == 2
    assert words_of(done.stderr).endswith("A week is written as 2026-W10.")
    assert done.stdout == ""


EVERY = [
    (),
    ("demo",),
    ("import",),
    ("pulse",),
    ("digest",),
    ("digest", "preview"),
    ("chat",),
    ("run",),
    ("check",),
    ("migrate",),
    ("backup",),
]


@pytest.mark.parametrize("words", EVERY, ids=lambda words: " ".join(words) or "animateur")
def test_every_command_explains_itself(words: tuple[str, ...], desk: Desk) -> None:
    done = desk.types(*words, "--help")

    assert done.exit_code == 0
    assert len(done.stdout) > 100
    # these take nothing but --config and --json, or only name what is below them
    plain = {(), ("digest",), ("check",), ("migrate",)}
    assert words in plain or "animateur " + " ".join(words) in done.stdout


def test_the_version_is_said(desk: Desk) -> None:
    done = desk.types("--version")

    assert done.exit_code == 0
    assert done.stdout.startswith("animateur 0.")


def test_a_command_that_isnt_there_is_wrongly_asked(desk: Desk) -> None:
    assert desk.types("puls").exit_code == 2
    assert desk.types().exit_code == 2
