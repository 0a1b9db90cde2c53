"""What every test of a command may ask for: a desk to type at, an export, and one imported."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.simulation import write_export
from tests.cli.desk import Desk, Hazard, short_plan


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A folder and a database of this test's own, in which nothing is yet."""
    return Desk(tmp_path)


@pytest.fixture(scope="session")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A simulated export of some weeks, as a folder."""
    target = tmp_path_factory.mktemp("export") / "export"
    write_export(short_plan(), target)
    return target


@pytest.fixture(scope="session")
def imported(export: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database into which that export was brought; a test copies it before it writes."""
    first = Desk(tmp_path_factory.mktemp("imported"))
    brought = first.types("import", export)
    assert brought.exit_code == 0, brought.output
    return first.database


@pytest.fixture
def settled(desk: Desk, imported: Path) -> Desk:
    """A desk whose database holds the imported export."""
    for path in imported.parent.glob("x.db*"):
        shutil.copy(path, desk.folder / path.name)
    return desk


@pytest.fixture(scope="module")
def hazard() -> Iterator[Hazard]:
    """Types commands that may be killed."""
    found = Hazard()
    yield found
    found.stop()
