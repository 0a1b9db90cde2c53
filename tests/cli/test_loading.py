"""What a command loads: no more than it needs, so that none pays for the others."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import COMMANDS, app
from tests.cli.desk import ROOT, Desk

HEAVY = {
    "alembic",
    "apscheduler",
    "holidays",
    "matplotlib",
    "numpy",
    "prompt_toolkit",
    "slack_bolt",
    "sqlalchemy.dialects.postgresql",
    "uvicorn",
}

RUN = """
import json, sys
from bot.cli import main
sys.argv = ["animateur", *sys.argv[1:]]
try:
    main()
except SystemExit as end:
    print(json.dumps([end.code or 0, sorted(sys.modules)]))
"""


def loaded_by(desk: Desk, *words: object) -> set[str]:
    """The modules that a process holds after a command that went well."""
    done = subprocess.run(
        [sys.executable, "-c", RUN, *map(str, words)],
        capture_output=True,
        text=True,
        check=True,
        cwd=desk.folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **desk.environment},
    )
    code, modules = json.loads(done.stdout.splitlines()[-1])
    assert code == 0, done.stderr
    return set(modules)


def test_an_import_loads_nothing_that_only_other_commands_need(desk: Desk, export: Path) -> None:
    loaded = loaded_by(desk, "import", export)
    assert "bot.platforms.export.reader" in loaded
    assert loaded & HEAVY == set()


def test_help_shows_every_command_in_the_order_of_the_door() -> None:
    told = CliRunner().invoke(app, ["--help"]).stdout
    places = [told.index(f"│ {name} ") for name in COMMANDS]
    assert places == sorted(places)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_says_what_it_does(name: str) -> None:
    told = CliRunner().invoke(app, [name, "--help"])
    assert told.exit_code == 0
    assert f"Usage: animateur {name} " in told.stdout


def test_a_mistyped_command_is_met_with_the_nearest_one() -> None:
    done = CliRunner().invoke(app, ["imprt"])
    assert done.exit_code == 2
    assert "Did you mean 'import'?" in " ".join(done.stderr.split())
