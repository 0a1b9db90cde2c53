"""The arrows of the house: the contracts hold, and a violation of each one is noticed."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
CONTRACTS = {
    contract["id"]: contract
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"][
        "contracts"
    ]
}


def floors() -> list[list[str]]:
    """The layers from the top, each a list of the rooms that share it."""
    return [
        [room.strip(" ()") for room in layer.split("|")] for layer in CONTRACTS["layers"]["layers"]
    ]


def sources(*rooms: str) -> Iterator[Path]:
    for room in rooms:
        yield from sorted((ROOT / room).rglob("*.py"))


def lint_imports(house: Path, *contracts: str) -> subprocess.CompletedProcess[str]:
    chosen = [word for contract in contracts for word in ("--contract", contract)]
    return subprocess.run(
        [BIN / "lint-imports", "--no-cache", *chosen],
        cwd=house,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the source tree in which a test may do what it likes."""
    return copy_house(tmp_path)


def copy_house(to: Path) -> Path:
    for room in ("bot", "handlers"):
        shutil.copytree(ROOT / room, to / room, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", to)
    return to


def plant(house: Path, importer: str, imported: str) -> str:
    """Make a module import another, and return the arrow as import-linter would report it."""
    place = house.joinpath(*importer.split("."))
    if place.is_dir():
        importer, place = f"{importer}.planted", place / "planted"
    with place.with_suffix(".py").open("a") as module:
        module.write(f"\nimport {imported}\n")
    return f"{importer} -> {imported}"


def arrows_in(answer: subprocess.CompletedProcess[str]) -> set[str]:
    """The imports that import-linter complained of; none when it did not fail."""
    complaints = answer.stdout if answer.returncode == 1 else ""
    return {" -> ".join(arrow) for arrow in re.findall(r"(\S+) -> (\S+)", complaints)}


def test_every_contract_holds() -> None:
    answer = lint_imports(ROOT)

    assert answer.returncode == 0, answer.stdout
    assert f"{len(CONTRACTS)} kept, 0 broken" in answer.stdout


def test_every_room_has_its_floor_and_every_floor_its_room() -> None:
    rooms = {
        f"bot.{path.stem}"
        for path in (ROOT / "bot").iterdir()
        if path.name not in ("__init__.py", "__pycache__")
        and (path.suffix == ".py" or any(path.glob("*.py")))
    }

    assert {room for floor in floors() for room in floor} == rooms | {"handlers"}


def test_no_room_may_look_up_to_the_floor_above_it(house: Path) -> None:
    arrows = [
        plant(house, importer, imported)
        for above, below in pairwise(floors())
        for imported in above
        for importer in below
    ]
    answer = lint_imports(house, "layers")

    assert set(arrows) - arrows_in(answer) == set()


def test_rooms_that_share_a_floor_do_not_know_each_other(house: Path) -> None:
    arrows = [plant(house, *floor[:2]) for floor in floors() if len(floor) > 1]
    answer = lint_imports(house, "layers")

    assert arrows != []
    assert set(arrows) - arrows_in(answer) == set()


PLANTED = [
    pytest.param("platforms", "handlers", "slack_sdk", id="a feature that speaks Slack"),
    pytest.param("platforms", "bot.app", "slack_bolt", id="Bolt in the composition root"),
    pytest.param("platforms", "bot.storage", "microsoft_teams", id="Teams in the storage"),
    pytest.param("platforms", "bot.cli", "prompt_toolkit", id="a console outside the platforms"),
    pytest.param("domain", "bot.domain", "numpy", id="numpy in the domain"),
    pytest.param("domain", "bot.domain", "sqlalchemy", id="a table in the domain"),
    pytest.param("judgement", "bot.judgement", "sqlalchemy", id="a query in a judgement"),
    pytest.param("judgement", "bot.judgement", "jinja2", id="a template in a judgement"),
    pytest.param("judgement", "bot.judgement", "apscheduler", id="a schedule in a judgement"),
    pytest.param("judgement", "bot.judgement", "slack_sdk", id="Slack in a judgement"),
    pytest.param("sql", "handlers", "sqlalchemy", id="a query in a feature"),
    pytest.param("sql", "bot.platforms", "sqlalchemy", id="a query in a platform"),
    pytest.param("sql", "bot.platforms", "sqlite3", id="a database of a platform's own"),
]


@pytest.fixture(scope="session")
def broken(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """For each contract, the arrows it reports once all its violations have been planted."""
    found = {}
    for contract in sorted({str(case.values[0]) for case in PLANTED}):
        house = copy_house(tmp_path_factory.mktemp(contract))
        for case in PLANTED:
            if case.values[0] == contract:
                plant(house, str(case.values[1]), str(case.values[2]))
        found[contract] = arrows_in(lint_imports(house, contract))
    return found


@pytest.mark.parametrize(("contract", "importer", "imported"), PLANTED)
def test_a_planted_violation_is_caught(
    broken: dict[str, set[str]], contract: str, importer: str, imported: str
) -> None:
    arrow = f"{importer} -> {imported}"

    assert {arrow, arrow.replace(" ", ".planted ", 1)} & broken[contract] != set()


def test_a_feature_that_imports_another_is_caught(house: Path) -> None:
    (house / "handlers" / "neighbour.py").touch()
    arrow = plant(house, "handlers", "handlers.neighbour")
    answer = lint_imports(house, "features")

    assert arrow in arrows_in(answer)


def test_a_violation_is_planted_for_every_contract() -> None:
    planted = {case.values[0] for case in PLANTED}

    assert planted | {"layers", "features"} == set(CONTRACTS)


def test_the_platforms_themselves_may_use_their_sdk(house: Path) -> None:
    plant(house, "bot.platforms", "slack_sdk")
    answer = lint_imports(house, "platforms")

    assert answer.returncode == 0, answer.stdout


def test_the_domain_knows_the_standard_library_and_msgspec_alone() -> None:
    known = sys.stdlib_module_names | {"msgspec", "bot"}
    strangers = {
        name
        for path in sources("bot/domain")
        for node in ast.walk(ast.parse(path.read_text()))
        for name in imported_packages(node)
        if name not in known
    }

    assert strangers == set()


def imported_packages(node: ast.AST) -> list[str]:
    match node:
        case ast.Import(names=names):
            return [alias.name.partition(".")[0] for alias in names]
        case ast.ImportFrom(module=str(module)):
            return [module.partition(".")[0]]
    return []


@pytest.mark.parametrize(
    ("code", "rule"),
    [
        pytest.param(
            "from datetime import UTC, datetime\n\nSEEN = datetime.now(UTC)\n",
            "TID251",
            id="the time now, zone and all",
        ),
        pytest.param(
            "from datetime import datetime\n\nSEEN = datetime.now()\n", "DTZ005", id="a naive time"
        ),
        pytest.param(
            "import datetime as dt\n\nSEEN = dt.datetime.utcnow()\n", "TID251", id="UTC, naively"
        ),
        pytest.param(
            "from datetime import date\n\nSEEN = date.today()\n", "TID251", id="today's date"
        ),
        pytest.param("import time\n\nSEEN = time.time()\n", "TID251", id="seconds since 1970"),
        pytest.param(
            "from time import time_ns\n\nSEEN = time_ns()\n", "TID251", id="nanoseconds since 1970"
        ),
        pytest.param(
            "from sqlalchemy import func\n\nSEEN = func.now()\n",
            "TID251",
            id="the database's clock",
        ),
    ],
)
def test_a_planted_clock_read_is_caught(code: str, rule: str) -> None:
    answer = ruff(code)

    assert answer.returncode == 1
    assert f" {rule} " in answer.stdout


def test_a_time_that_is_an_argument_is_welcome() -> None:
    code = (
        '"""A door sign."""\n\nfrom datetime import datetime\n\n\n'
        "def late(now: datetime) -> bool:\n    return now.hour > 22\n"
    )

    assert ruff(code).returncode == 0


def ruff(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [BIN / "ruff", "check", "--output-format=concise", "--stdin-filename=bot/planted.py", "-"],
        cwd=ROOT,
        input=code,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_clock_is_read_in_one_place() -> None:
    excused = [
        path.relative_to(ROOT).as_posix()
        for path in sources("bot", "handlers", "tests", "benchmarks")
        for line in path.read_text().splitlines()
        if re.search(r"# (ruff: )?noqa(?!: (?!.*(DTZ|TID251)))", line)
    ]

    assert excused == ["bot/app.py"]


def test_no_query_asks_the_database_what_time_it_is() -> None:
    clock = re.compile(r"CURRENT_(TIMESTAMP|DATE|TIME)|(date|time|strftime)\([^)\n]*'now'", re.I)
    asking = [path.name for path in sources("bot", "handlers") if clock.search(path.read_text())]

    assert asking == []


def test_every_file_begins_with_a_door_sign() -> None:
    nameless = [
        path.relative_to(ROOT).as_posix()
        for path in sources("bot", "handlers", "tests", "benchmarks")
        if not re.match(r'"""\S.+\w', path.read_text())
    ]

    assert nameless == []


def test_nothing_is_left_for_later_in_the_text() -> None:
    later = re.compile(r"\b(" + "TO" + "DO|" + "FIX" + "ME|" + "XX" + r"X)\b")
    rooms = (ROOT / room for room in ("bot", "handlers", "prompts", "tests", "benchmarks"))
    texts = [path for room in rooms for path in room.rglob("*") if path.suffix in (".py", ".j2")]

    assert [path.name for path in texts if later.search(path.read_text())] == []
