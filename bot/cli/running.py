"""``animateur run``, ``check``, ``migrate`` and ``backup``: for those who look after the bot."""

from __future__ import annotations

import signal
import sqlite3
from pathlib import Path
from threading import Event
from typing import Annotated, Any

import msgspec
import structlog
import typer
from rich.table import Table
from sqlalchemy import Engine

from bot import inbox, outbox
from bot.app import utcnow
from bot.cli.opening import (
    ConfigOption,
    JsonOption,
    Opened,
    engine_name,
    engine_of,
    fail,
    open_app,
    out,
    settings,
)
from bot.domain.events import from_micros
from bot.scheduler import ticking
from bot.storage import listening, occasions, places, schema

log = structlog.get_logger()


def run(config: ConfigOption = None) -> None:
    """Keep time: do what is due for every network, until stopped.

    Stop it with Ctrl-C or SIGTERM at any moment: nothing is lost, nothing is said twice.

    Example:

        animateur run --config /etc/animateur/config.toml
    """
    opened = open_app(config)
    stopped = Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stopped.set())
    held = opened.app.recover()
    opened.app.tick()
    scheduler = ticking(opened.app.tick)
    scheduler.start()
    log.info(
        "run.started", features=[each.name for each in opened.app.registry.features], held=held
    )
    stopped.wait()
    scheduler.shutdown()
    log.info("run.stopped")


def check(config: ConfigOption = None, json: JsonOption = False) -> None:
    """Say whether all is well: settings, database, what is waiting or stuck.

    Ends with code 1 where a person should look at something.
    """
    opened = open_app(config, level="error")
    found = examine(opened)
    if json:
        typer.echo(msgspec.json.format(msgspec.json.encode(found), indent=2).decode())
    else:
        _tell(found)
    if found["look_at"]:
        raise typer.Exit(1)


def examine(opened: Opened) -> dict[str, Any]:
    """What there is to know about an installation, as plain values."""
    app = opened.app
    with app.sessions.begin() as session:
        waiting, stuck = inbox.waiting(session)
        said = outbox.counts(session)
        networks = [
            {
                "name": network.name,
                "purpose": bool(network.purpose),
                "timezone": network.timezone,
                "channels": len(places.channels(session, network)),
                "leads": len(places.leads(session, network)),
                "not_listening": [
                    [from_micros(begin), from_micros(end)]
                    for begin, end in listening.gaps(session, network.workspace)
                ],
                "last_digest": getattr(
                    occasions.last_run(session, network, "digest.weekly"), "slot", None
                ),
            }
            for network in places.networks(session)
        ]
    look_at = []
    if stuck:
        look_at.append(f"{stuck} events couldn't be handled: look for inbox.event_set_aside")
    if held := said.get("ambiguous", 0):
        look_at.append(f"{held} posts may or may not have arrived: look before you post again")
    if refused := said.get("failed", 0):
        look_at.append(f"{refused} posts were refused: look for outbox.refused")
    return {
        "settings": str(opened.path) if opened.path else None,
        "features": [feature.name for feature in app.registry.features],
        "database": engine_name(str(opened.engine.url)),
        "version": schema.version(opened.engine),
        "inbox": {"waiting": waiting, "set_aside": stuck},
        "outbox": said,
        "networks": networks,
        "look_at": look_at,
    }


def _tell(found: dict[str, Any]) -> None:
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_row("Settings", found["settings"] or "none: every feature is on, by default")
    table.add_row("Features", ", ".join(found["features"]))
    table.add_row("Database", f"{found['database']}, version {found['version']}")
    table.add_row("Came in", f"{found['inbox']['waiting']} waiting to be handled")
    counts = ", ".join(f"{count} {state}" for state, count in sorted(found["outbox"].items()))
    table.add_row("To say", counts or "nothing yet")
    for network in found["networks"]:
        leads = f"{network['leads']} leads" if network["leads"] else "nobody tends it yet"
        table.add_row(network["name"], f"{network['channels']} channels, {leads}")
        for begin, end in network["not_listening"][-3:]:
            table.add_row("", f"was not listening from {begin:%-d %b %Y} to {end:%-d %b %Y}")
    out.print(table, markup=False)
    for each in found["look_at"]:
        out.print(f"Look at this: {each}.", style="bold")
    if not found["look_at"]:
        out.print("All is well.")


def migrate(config: ConfigOption = None) -> None:
    """Bring the database to this version. Every other command does it too, when it starts."""
    _, sections = settings(config)
    engine = engine_of(sections)
    before = schema.version(engine)
    try:
        schema.migrate(engine, now=utcnow())
    except schema.SchemaError as error:
        fail(str(error))
    after = schema.version(engine)
    out.print(f"The database is of version {after}" + (", as before." if before == after else "."))


def backup(
    target: Annotated[Path, typer.Argument(help="The file to make; it must not be there yet.")],
    config: ConfigOption = None,
) -> None:
    """Make a whole copy of the database, also while the bot runs.

    Example:

        animateur backup animateur-2026-03-09.db
    """
    _, sections = settings(config)
    engine = engine_of(sections)
    if engine.dialect.name != "sqlite":
        fail("This database is PostgreSQL: make the copy with pg_dump.", code=2)
    if target.exists():
        fail(f"{target} is there already; choose another name.", code=2)
    try:
        copy(engine, target)
    except sqlite3.Error as error:
        fail(f"The copy can't be made in {target}: {error}.")
    out.print(f"The copy is in {target}", markup=False)


def copy(engine: Engine, target: Path) -> None:
    """Copy a SQLite database as it is at one moment, its log included."""
    connection = engine.raw_connection()  # our transactions begin by themselves; this can't be one
    try:
        connection.cursor().execute("VACUUM INTO ?", (str(target),)).close()
    finally:
        connection.close()
