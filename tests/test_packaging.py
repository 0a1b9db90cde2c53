"""What is shipped: the wheel holds all it needs and nothing else, and the locks hold every hash."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from email.message import Message
from email.parser import Parser
from pathlib import Path

import pytest
from typer.testing import CliRunner

import bot
from bot.cli import app

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
LOCKS = ["requirements.lock", "requirements-dev.lock"]
PIN = re.compile(r"^(?P<name>[a-z0-9._-]+)==(?P<version>\S+)", re.M)


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel as it would be shipped, built without any network."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)]
    subprocess.run([*build, str(ROOT)], check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return zipfile.ZipFile(built)


@pytest.fixture(scope="session")
def shipped(wheel: zipfile.ZipFile) -> set[str]:
    return set(wheel.namelist())


@pytest.fixture(scope="session")
def label(wheel: zipfile.ZipFile) -> Message:
    """The wheel's own metadata."""
    return Parser().parsestr(about(wheel, "METADATA"))


def about(wheel: zipfile.ZipFile, name: str) -> str:
    return wheel.read(f"animateur-{bot.__version__}.dist-info/{name}").decode()


def files_under(room: str) -> set[str]:
    return {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / room).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.mark.parametrize(
    "room",
    [
        pytest.param("prompts", id="every prompt"),
        pytest.param("bot/migrations", id="every migration"),
        pytest.param("bot", id="every file of the bot"),
        pytest.param("handlers", id="every feature"),
    ],
)
def test_the_wheel_holds(room: str, shipped: set[str]) -> None:
    there = files_under(room)

    assert there != set()
    assert there - shipped == set()


def test_the_wheel_holds_nothing_that_is_not_the_product(shipped: set[str]) -> None:
    rooms = {name.partition("/")[0] for name in shipped}

    assert rooms == {"bot", "handlers", "prompts", f"animateur-{bot.__version__}.dist-info"}


def test_the_wheel_has_the_version_that_the_bot_says_it_has(label: Message) -> None:
    assert label["Version"] == bot.__version__


def test_the_wheel_carries_its_licence(label: Message, shipped: set[str]) -> None:
    assert label["License-Expression"] == "Apache-2.0"
    assert any(name.endswith("/licenses/LICENSE") for name in shipped)


def test_the_wheel_brings_the_command(wheel: zipfile.ZipFile) -> None:
    assert "animateur = bot.cli:main" in about(wheel, "entry_points.txt")


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_registry(lock: str) -> None:
    text = (ROOT / lock).read_text()

    assert re.findall(r".*(?:://|--index|--find-links| @ ).*", text) == []


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_dependency_has_a_hash(lock: str) -> None:
    blocks = re.split(r"\n(?=[a-z0-9])", (ROOT / lock).read_text())
    pinned = [block for block in blocks if PIN.match(block)]
    bare = [block.split()[0] for block in pinned if "--hash=sha256:" not in block]

    assert len(pinned) > 20
    assert bare == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_every_dependency_that_is_declared(lock: str) -> None:
    declared = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["postgres"]]
    wanted = {re.split(r"[\[<>=,; ]", dependency)[0] for dependency in declared}

    assert wanted - {name for name, _ in pins(lock)} == set()


def test_developers_run_what_is_shipped() -> None:
    """The developers' lock holds every pin of the other one, so tests speak for the product."""
    assert pins("requirements.lock") - pins("requirements-dev.lock") == set()


def pins(lock: str) -> set[tuple[str, str]]:
    return {(pin["name"], pin["version"]) for pin in PIN.finditer((ROOT / lock).read_text())}


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_every_link_to_a_file_leads_somewhere(page: str) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", (ROOT / page).read_text())

    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_commands_of_the_container_and_the_procfile_exist() -> None:
    commands = re.findall(r"animateur (\w+)", (ROOT / "Procfile").read_text())
    container = re.findall(r'"animateur", "(\w+)"', (ROOT / "Dockerfile").read_text())

    assert commands == ["migrate", "run"]
    assert container == ["run"]
    assert [name for name in {*commands, *container} if not explains_itself(name)] == []


def explains_itself(command: str) -> bool:
    return CliRunner().invoke(app, [command, "--help"]).exit_code == 0
