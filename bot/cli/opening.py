"""Open what every command needs: the settings, the logs, the database, the app."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from bot import config, logs
from bot.app import App, utcnow
from bot.config import ConfigError, Sections
from bot.platforms.slack.settings import SECRETS, SlackSettings
from bot.ports import Clock, Platform
from bot.storage import places, schema
from bot.storage.base import connect, sessions_of
from bot.storage.places import Network
from handlers import FEATURES

DEFAULT = Path("config.toml")

ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", help="The settings; config.toml of this folder if there is one."),
]
NetworkOption = Annotated[
    str | None, typer.Option("--network", help="Which network, where there are several.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def fail(message: str, *, code: int = 1) -> NoReturn:
    """End with one clear sentence on standard error. Codes: 1 it didn't work, 2 wrongly asked."""
    err.print(message, style="red", markup=False, soft_wrap=True)
    raise typer.Exit(code)


@dataclass(frozen=True, kw_only=True)
class Opened:
    """An installation, opened."""

    app: App
    engine: Engine
    sections: Sections | None
    path: Path | None

    def network(self, name: str | None) -> Network:
        """The one network there is, or the one of that *name*."""
        with self.app.sessions.begin() as session:
            known = places.networks(session)
        if not known:
            fail("There is nothing here yet. Bring in an export with: animateur import PATH")
        if name is None and len(known) == 1:
            return known[0]
        found = [network for network in known if network.name.casefold() == (name or "").casefold()]
        if len(found) != 1:
            names = ", ".join(network.name for network in known)
            fail(f"Say which network with --network. There are: {names}.", code=2)
        return found[0]


def settings(path: Path | None) -> tuple[Path | None, Sections | None]:
    """The settings' file and its sections; neither where there is no file."""
    if path is None and DEFAULT.exists():
        path = DEFAULT
    if path is not None and not path.exists():
        fail(f"There is no {path}. Copy config.example.toml and change what you need.", code=2)
    try:
        return path, config.load(path, os.environ)
    except ConfigError as error:
        fail(str(error), code=2)


def bot_settings(sections: Sections | None) -> config.BotSettings:
    """The installation's own settings."""
    try:
        return config.section(config.BotSettings, "bot", (sections or {}).get("bot", {}))
    except ConfigError as error:
        fail(str(error), code=2)


def slack_settings(sections: Sections | None) -> SlackSettings:
    """How to reach Slack; without a bot_token it isn't connected."""
    try:
        return config.section(SlackSettings, "slack", (sections or {}).get("slack", {}))
    except ConfigError as error:
        fail(str(error), code=2)


def is_open_to_others(path: Path | None) -> bool:
    """Whether the settings' file holds secrets that others on this machine may read."""
    if path is None or os.name != "posix":
        return False
    held = config.load(path, {}) or {}
    return any(held.get("slack", {}).get(name) for name in SECRETS) and bool(
        path.stat().st_mode & 0o077
    )


def engine_of(sections: Sections | None) -> Engine:
    """The database that the settings name.

    A folder that is missing, or a server that doesn't answer, ends the command with a sentence.
    """
    bot = bot_settings(sections)
    try:
        engine = connect(bot.database)
        engine.connect().close()
    except (SQLAlchemyError, ImportError) as error:
        reason = getattr(error, "orig", None) or error
        fail(f"The database {engine_name(bot.database)} can't be opened: {reason}.")
    return engine


def engine_name(url: str) -> str:
    """A database's address without its password."""
    return url if url.startswith("sqlite") else url.rpartition("@")[2]


def open_app(
    path: Path | None,
    *,
    platforms: Sequence[Platform] = (),
    clock: Clock = utcnow,
    level: str | None = None,
) -> Opened:
    """Open the installation, its database brought to this version."""
    found, sections = settings(path)
    bot = bot_settings(sections)
    secrets = slack_settings(sections).secrets
    try:
        logs.configure(level or bot.log_level, as_json=not err.is_terminal, secrets=secrets)
        engine = engine_of(sections)
        schema.migrate(engine, now=clock())
        app = App(
            sessions=sessions_of(engine),
            platforms=platforms,
            sections=sections,
            features=FEATURES,
            clock=clock,
            elapsed=monotonic,
        )
    except (ConfigError, ValueError) as error:
        fail(str(error), code=2)
    except schema.SchemaError as error:
        fail(str(error))
    return Opened(app=app, engine=engine, sections=sections, path=found)
