"""``animateur check``: whether all is well, for those who look after the bot."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any

import msgspec
import typer
from rich.table import Table
from sqlalchemy.orm import Session

from bot import inbox, outbox
from bot.cli.opening import (
    ConfigOption,
    JsonOption,
    Opened,
    engine_name,
    is_open_to_others,
    open_app,
    out,
    slack_settings,
)
from bot.domain.events import from_micros
from bot.platforms.slack.looking import Found, connection, look, serves
from bot.platforms.slack.refusals import TOKENS
from bot.storage import listening, occasions, pauses, places, schema, surroundings
from bot.storage.places import Network

LISTENING = timedelta(minutes=5)
"""Whoever holds a connection says so about once a minute; after that long, nobody does.

Where Slack sends requests, a silence may be Slack's own: there the bot itself is asked.
"""


def check(
    config: ConfigOption = None,
    json: JsonOption = False,
    offline: Annotated[
        bool, typer.Option("--offline", help="Ask nobody: look at settings and database alone.")
    ] = False,
) -> None:
    """Say whether all is well: settings, database, Slack, what is waiting, held or stuck.

    Ends with code 1 where a person should look at something.

    Examples:

        animateur check

        animateur check --offline --json
    """
    opened = open_app(config, level="error")
    found = examine(opened, asks=not offline)
    if json:
        typer.echo(msgspec.json.format(msgspec.json.encode(found), indent=2).decode())
    else:
        _tell(found)
    if found["look_at"]:
        raise typer.Exit(1)


def examine(opened: Opened, *, asks: bool = True) -> dict[str, Any]:
    """What there is to know about an installation, as plain values; *asks*: Slack too."""
    app, now = opened.app, opened.app.clock()
    with app.sessions.begin() as session:
        waiting, stuck = inbox.waiting(session)
        said, refused = outbox.counts(session), outbox.refused(session)
        stopped = _paused(session, pauses.EVERYBODY)
        is_here = surroundings.is_here(session, app.here, now=now)
        networks = [_network(session, network, now) for network in places.networks(session)]
    slack = _slack(opened, now) if asks else None
    return {
        "settings": str(opened.path) if opened.path else None,
        "features": [feature.name for feature in app.registry.features],
        "database": engine_name(str(opened.engine.url)),
        "version": schema.version(opened.engine),
        "is_a_copy": not is_here,
        "paused_since": stopped,
        "inbox": {"waiting": waiting, "set_aside": stuck},
        "outbox": said,
        "networks": networks,
        "slack": slack,
        "look_at": [
            *_of_the_machine(opened, is_here=is_here),
            *(slack["problems"] if slack else ()),
            *_of_pauses(stopped, networks),
            *_of_queues(stuck, said),
            *_of_tokens(refused),
        ],
    }


def _paused(session: Session, network_id: int) -> datetime | None:
    """Since when nothing is said in a network, or anywhere."""
    pause = pauses.paused(session, network_id=network_id)
    return None if pause is None else pause.since


def _network(session: Session, network: Network, now: datetime) -> dict[str, Any]:
    return {
        "name": network.name,
        "purpose": bool(network.purpose),
        "timezone": network.timezone,
        "channels": len(places.channels(session, network)),
        "leads": len(places.leads(session, network)),
        "held": len(outbox.held(session, network.id)),
        "paused_since": _paused(session, network.id),
        "not_listening": [
            [from_micros(begin), from_micros(end)]
            for begin, end in listening.gaps(session, network.workspace, now=now)
        ],
        "last_digest": getattr(occasions.last_run(session, network, "digest.weekly"), "slot", None),
    }


def _slack(opened: Opened, now: datetime) -> dict[str, Any] | None:
    """What a look at the workspace finds; None where none is connected."""
    settings = slack_settings(opened.sections)
    if not settings.secrets:
        return None
    found = look(settings, opens=False)
    problems = list(found.problems)
    heard = None
    if found.workspace is not None:
        heard = _heard(opened, found)
        is_new = heard is not None and now - heard <= LISTENING
        if not (is_new or (settings.mode == "http" and serves(settings))):
            problems += connection(settings)  # whoever listens needs the few there are
            problems.append(
                "Nobody has listened to Slack in the last minutes: start animateur run."
            )
        if found.channels == ():
            problems.append(f"I am in no channel yet: type /invite @{found.bot} in one.")
    return {
        "workspace": found.workspace,
        "bot": found.bot,
        "mode": settings.mode,
        "missing_scopes": list(found.missing),
        "needless_scopes": list(found.needless),
        "channels": None if found.channels is None else list(found.channels),
        "heard_until": heard,
        "problems": problems,
    }


def _heard(opened: Opened, found: Found) -> datetime | None:
    """Until when the workspace was listened to."""
    with opened.app.sessions.begin() as session:
        spans = listening.spans(session, f"slack:{found.team}")
    return from_micros(spans[-1][1]) if spans else None


def _of_the_machine(opened: Opened, *, is_here: bool) -> list[str]:
    found = []
    if is_open_to_others(opened.path):
        found.append(
            f"{opened.path} holds secrets, and others on this machine may read it: "
            f"chmod 600 {opened.path}"
        )
    if not is_here:
        found.append(
            "This database was copied or moved here, so nothing is said, nor heard in Socket Mode. "
            "If the bot that it comes from is off for good: animateur resume --here"
        )
    return found


def _of_pauses(everywhere: datetime | None, networks: list[dict[str, Any]]) -> list[str]:
    if everywhere is not None:
        return [f"Nothing is said since {everywhere:%-d %b %Y %H:%M} UTC: animateur resume"]
    return [
        f"Nothing is said in {each['name']} since {each['paused_since']:%-d %b %Y %H:%M} UTC: "
        "animateur resume"
        for each in networks
        if each["paused_since"] is not None
    ]


def _of_queues(stuck: int, said: Mapping[str, int]) -> list[str]:
    found = []
    if stuck:
        found.append(f"{stuck} events couldn't be handled: look for inbox.event_set_aside.")
    if held := said.get("ambiguous", 0):
        found.append(f"{held} posts may or may not have arrived: look before you post again.")
    if refused := said.get("failed", 0):
        found.append(f"{refused} posts were refused: look for outbox.refused.")
    return found


def _of_tokens(refused: Mapping[str, int]) -> list[str]:
    """What waits because a token is refused, which no patience mends."""
    return [
        f"{count} posts wait, because Slack refused them: {why}"
        for why, count in refused.items()
        if any(f"({word})" in why for word in TOKENS)
    ]


def _tell(found: dict[str, Any]) -> None:
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_row("Settings", found["settings"] or "none: every feature is on, by default")
    table.add_row("Features", ", ".join(found["features"]))
    table.add_row("Database", f"{found['database']}, version {found['version']}")
    if found["slack"] is not None:
        table.add_row("Slack", _line_of(found["slack"]))
    table.add_row("Came in", f"{found['inbox']['waiting']} waiting to be handled")
    counts = ", ".join(f"{count} {state}" for state, count in sorted(found["outbox"].items()))
    table.add_row("To say", counts or "nothing yet")
    for network in found["networks"]:
        leads = _count(network["leads"], "lead") if network["leads"] else "nobody tends it yet"
        table.add_row(network["name"], f"{_count(network['channels'], 'channel')}, {leads}")
        for begin, end in network["not_listening"][-3:]:
            table.add_row("", f"was not listening from {begin:%-d %b %Y} to {end:%-d %b %Y}")
    out.print(table, markup=False)
    for each in found["look_at"]:
        out.print(f"Look at this: {each}", style="bold", markup=False, soft_wrap=True)
    if not found["look_at"]:
        out.print("All is well.")


def _line_of(slack: dict[str, Any]) -> str:
    if slack["workspace"] is None:
        return "not connected"
    channels = slack["channels"]
    where = "" if channels is None else f", in {_count(len(channels), 'channel')}"
    way = "by a connection of mine" if slack["mode"] == "socket" else "by HTTP"
    return f"{slack['workspace']}, as {slack['bot']}, {way}{where}"


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
