"""``animateur pause``, ``resume``, ``migrate`` and ``backup``: to look after what there is."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Engine

from bot import outbox
from bot.app import utcnow
from bot.cli.opening import ConfigOption, engine_of, fail, open_app, out, settings
from bot.storage import pauses, schema, surroundings
from bot.storage.base import connect, sessions_of


def pause(config: ConfigOption = None) -> None:
    """Say nothing more, at once, in any network, until animateur resume.

    I go on listening and reading, and those who tend get answers still. What would have been said
    meanwhile waits as long as it is of use. /tend pause all does the same from Slack.

    Example:

        animateur pause
    """
    opened = open_app(config, level="warning")
    with opened.app.sessions.begin() as session:
        is_new = pauses.pause_all(session, "the operator", opened.app.clock())
    out.print("From now on nothing is said." if is_new else "Nothing is said, as before.")
    out.print("To speak again: animateur resume")


def resume(
    here: Annotated[
        bool, typer.Option("--here", help="This database was copied or moved, and is the one now.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Speak again, after animateur pause or /tend pause all.

    A database that was copied or moved keeps quiet, for the bot that it comes from may speak too.
    Once that one is off for good, --here says that this is the one. What waits to be said is then
    looked for before it is said.

    Examples:

        animateur resume

        animateur resume --here               after the database was moved
    """
    opened = open_app(config, level="warning")
    app, now = opened.app, opened.app.clock()
    with app.sessions.begin() as session:
        if not here and not surroundings.is_here(session, app.here, now=now):
            fail(
                "This database was copied or moved here. If the bot that it comes from is off for "
                "good: animateur resume --here"
            )
        was_paused = pauses.resume_all(session)
        if here:
            outbox.speak_from(session, app.here, now=now)
    out.print("I speak again." if was_paused or here else "I wasn't paused; nothing changes.")


def migrate(config: ConfigOption = None) -> None:
    """Bring the database to this version. Every other command does it too, when it starts.

    Example:

        animateur migrate --config /etc/animateur/config.toml
    """
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
    """Copy a SQLite database as it is at one moment, its log included; the copy keeps quiet."""
    connection = engine.raw_connection()  # our transactions begin by themselves; this can't be one
    try:
        connection.cursor().execute("VACUUM INTO ?", (str(target),)).close()
    finally:
        connection.close()
    made = connect(f"sqlite:///{target}")
    with sessions_of(made).begin() as session:
        surroundings.mark_copy(session, now=utcnow())
    made.dispose()
