"""What every test may ask for: a database of its own, and a town to tell its story in.

``pytest --database=postgresql`` runs every story on PostgreSQL; without it they run on SQLite,
and only those marked ``both_databases`` on each of the two.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import nullcontext
from typing import Any, Protocol

import pytest
from hypothesis import settings
from sqlalchemy.engine import Engine

from bot import logs
from bot.feature import Feature
from bot.storage.base import Sessions, connect, sessions_of
from handlers import FEATURES
from tests.counting import not_counting
from tests.databases import PostgresServer, SqliteFiles, hurried, postgresql
from tests.nursery import Nursery
from tests.town import Town, as_settings

settings.register_profile("brief", max_examples=50)
settings.load_profile("brief")  # over what is the default on this machine, or under CI

BACKENDS = ("sqlite", "postgresql")
Databases = SqliteFiles | PostgresServer


class Community(Protocol):
    """Makes a town; a section's settings by its name, None to switch that feature off."""

    def __call__(
        self, *, features: Sequence[Feature[Any]] = FEATURES, **sections: dict[str, Any] | None
    ) -> Town: ...


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the whole suite run on another database."""
    parser.addoption("--database", choices=BACKENDS, help="run every test that needs one on this")


def pytest_configure(config: pytest.Config) -> None:
    """Say what the marks mean."""
    config.addinivalue_line("markers", "both_databases: runs on SQLite and on PostgreSQL")
    config.addinivalue_line(
        "markers", "at_length: does so much that counting lines meanwhile would double its time"
    )


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What runs on PostgreSQL, and on SQLite too, is covered there."""
    for item in items:
        if "[postgresql" in item.name:
            item.add_marker(pytest.mark.at_length)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Count no lines in a test marked ``at_length``, nor in what it is the first to ask for.

    What it goes through is covered by shorter tests; where it isn't, coverage is to say so.
    """
    is_at_length = item.get_closest_marker("at_length")
    with not_counting() if is_at_length else nullcontext():
        return (yield)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a test marked ``both_databases`` each of the two, unless one was asked for."""
    if "databases" not in metafunc.fixturenames:
        return
    if metafunc.definition.get_closest_marker("both_databases") is None:
        return
    chosen = metafunc.config.getoption("--database")
    metafunc.parametrize("databases", [chosen] if chosen else BACKENDS, indirect=True)


@pytest.fixture(autouse=True)
def logging_as_the_bot_does() -> None:
    """Log to this test's own standard error, whatever another test has set."""
    logs.configure("error", as_json=True)


@pytest.fixture(scope="session")
def sqlite_files(tmp_path_factory: pytest.TempPathFactory) -> SqliteFiles:
    """SQLite, for the whole run."""
    return SqliteFiles(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """PostgreSQL, for the whole run."""
    with postgresql() as server:
        yield server


@pytest.fixture
def databases(request: pytest.FixtureRequest) -> Databases:
    """Where this test's databases come from."""
    default = request.config.getoption("--database") or "sqlite"
    backend = getattr(request, "param", default)
    name = {"sqlite": "sqlite_files", "postgresql": "postgres_server"}[backend]
    found: Databases = request.getfixturevalue(name)
    return found


@pytest.fixture
def only_on_sqlite(databases: Databases) -> None:
    """Skip a test of what SQLite alone does."""
    if isinstance(databases, PostgresServer):
        pytest.skip("this is how SQLite fails")


@pytest.fixture
def database(databases: Databases) -> Iterator[str]:
    """The URL of a database of this test's own, with all tables and nothing in them."""
    url = databases.url()
    yield url
    databases.drop(url)


@pytest.fixture
def empty_database(databases: Databases) -> Iterator[str]:
    """The URL of a database of this test's own, in which no table was made yet."""
    url = databases.empty()
    yield url
    databases.drop(url)


@pytest.fixture
def engine(database: str) -> Iterator[Engine]:
    """The way into this test's database."""
    engine = hurried(connect(database))
    yield engine
    engine.dispose()


@pytest.fixture
def sessions(engine: Engine) -> Sessions:
    """Sessions on this test's database."""
    return sessions_of(engine)


@pytest.fixture
def community(databases: Databases) -> Iterator[Community]:
    """Makes towns: ``community(digest={"day": "friday"}, why=None)``; others by default."""
    made: list[tuple[str, Engine]] = []

    def make(
        *, features: Sequence[Feature[Any]] = FEATURES, **sections: dict[str, Any] | None
    ) -> Town:
        url = databases.url()
        engine = hurried(connect(url))
        made.append((url, engine))
        return Town(engine, sections=as_settings(sections, features), features=features)

    yield make
    for url, engine in made:
        engine.dispose()
        databases.drop(url)


@pytest.fixture
def town(community: Callable[[], Town]) -> Town:
    """A town with every feature on, by its defaults."""
    return community()


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """Raises processes that may be killed."""
    found = Nursery()
    yield found
    found.stop()
