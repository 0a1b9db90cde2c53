"""``animateur import``: a Slack workspace export goes through the very same door as live events."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.table import Table
from sqlalchemy.orm import Session

from bot import inbox
from bot.app import App, utcnow
from bot.cli.opening import ConfigOption, JsonOption, err, fail, open_app, out
from bot.domain.events import from_micros, to_micros
from bot.judgement.coverage import heard_spans
from bot.platforms.export import Export, ExportError, Report, open_export
from bot.storage import days, listening, places
from bot.storage.places import Network

TOMORROW = timedelta(days=1)


def import_(
    path: Annotated[Path, typer.Argument(help="The export: a zip file, or its folder.")],
    workspace: Annotated[
        str | None, typer.Option(help="The workspace's id, where the export names none.")
    ] = None,
    include: Annotated[
        list[str] | None,
        typer.Option(help="A private channel or conversation to bring in, by name; repeatable."),
    ] = None,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Bring in a Slack workspace export: who wrote where and when, never what.

    Doing it twice changes nothing, and one that was interrupted goes on where it was.

    Examples:

        animateur import export.zip

        animateur import export/ --include leads-room
    """
    opened = open_app(config, level="warning")
    latest = to_micros(utcnow() + TOMORROW)
    try:
        with open_export(path, workspace=workspace, include=include or (), latest=latest) as export:
            report = bring_in(opened.app, export, quiet=json)
    except ExportError as error:
        fail(str(error))
    if json:
        typer.echo(msgspec.json.format(msgspec.json.encode(_as_json(report)), indent=2).decode())
    else:
        tell(report)


def bring_in(app: App, export: Export, *, quiet: bool = False) -> Report:
    """Read all of *export* that was not read before, with a bar where somebody watches."""
    report = Report()
    with app.sessions.begin() as session:
        after = inbox.position_of(session, export.source)
    with _bar(export.total_bytes) if err.is_terminal and not quiet else nullcontext() as show:
        for batch in export.batches(after=after, report=report):
            app.receive(batch)
            if show:
                show(report.bytes_before + report.bytes_read)
    keep_listening(app, f"slack:{export.team}")
    return report


@contextmanager
def _bar(total: int) -> Iterator[Callable[[int], None]]:
    """A bar of *total* bytes, which shows how many of them are done."""
    from rich import progress as rich

    columns = (
        rich.TextColumn("Reading"),
        rich.BarColumn(),
        rich.DownloadColumn(),
        rich.TransferSpeedColumn(),
        rich.TimeRemainingColumn(),
    )
    with rich.Progress(*columns, console=err, transient=True) as progress:
        task = progress.add_task("", total=total)
        yield lambda done: progress.update(task, completed=done)


def keep_listening(app: App, workspace: str) -> None:
    """What was read tells of its whole span, but for gaps that no silence could explain."""
    with app.sessions.begin() as session:
        for network in places.networks(session):
            if network.workspace == workspace:
                for since, until in _heard(session, network):
                    listening.listened(session, workspace, since=since, until=until)


def _heard(session: Session, network: Network) -> list[tuple[int, int]]:
    """The spans of what was read and isn't known yet to have been listened to."""
    newest = days.newest_message(session, network)
    if newest is None:
        return []
    days.close_days(session, network, through=newest)
    known = listening.spans(session, network.workspace)
    counts = days.network_days(session, network, since=date.min)
    unheard = [day for day in counts if not days.is_heard(day, network.zone, known)]
    if not unheard:
        return []
    messages = {day: count.messages for day, count in counts.items()}
    return [
        (days.midnight(first, network.zone), days.midnight(last + TOMORROW, network.zone))
        for first, last in heard_spans(messages, first=min(unheard), last=max(unheard))
    ]


def tell(report: Report) -> None:
    """Say what was read, what was left out, and what was set aside and why."""
    table = Table(show_header=False, box=None, pad_edge=False)
    rows = {
        "Messages": f"{report.messages:,}",
        "People": f"{report.people:,}",
        "Channels": f"{report.channels:,}",
        "Conversations in threads": f"{report.threads:,}",
        "Reactions": f"{report.reactions:,}",
        "From, to": _span(report),
    }
    for label, value in rows.items():
        table.add_row(label, value)
    if report.resumed:
        out.print("This run went on from where an earlier one was; it counts what it read itself.")
    out.print(table)
    if report.left_out:
        out.print(f"\n{report.left_out}.", markup=False)
    for note in report.notes[:10]:
        out.print(note, markup=False)
    _tell_set_aside(report)
    out.print("\nNext: [bold]animateur pulse[/bold], or [bold]animateur digest preview[/bold]")


def _span(report: Report) -> str:
    if report.first is None or report.last is None:
        return "nothing new"
    return f"{from_micros(report.first):%-d %B %Y}, {from_micros(report.last):%-d %B %Y}"


def _tell_set_aside(report: Report) -> None:
    if not report.total_set_aside:
        return
    out.print(f"\nSet aside, because it couldn't be read ({report.total_set_aside}):")
    for each in report.set_aside[:20]:
        where = each.file if each.index is None else f"{each.file}, record {each.index + 1}"
        out.print(f"  {where}: {each.reason}", markup=False)
    if report.total_set_aside > 20:
        out.print(f"  and {report.total_set_aside - 20} more; --json lists them.")


def _as_json(report: Report) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(report)
    for name in ("first", "last"):
        value = getattr(report, name)
        found[name] = from_micros(value).isoformat() if value is not None else None
    return found
