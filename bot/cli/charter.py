"""``animateur charter export`` and ``verify``: the charter's ledger, for anybody to check."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.opening import ConfigOption, NetworkOption, fail, open_app, out
from bot.domain import charter_ledger
from bot.domain.charter_ledger import Ledger
from bot.storage import charter

charter_app = typer.Typer(help="The charter's history, for anybody to check.", no_args_is_help=True)


@charter_app.command("export")
def export(
    to: Annotated[Path | None, typer.Option(help="The file to write; printed without.")] = None,
    network: NetworkOption = None,
    config: ConfigOption = None,
) -> None:
    """Write the whole ledger: every version and every acknowledgement, with nobody's name.

    Example:

        animateur charter export --to charter.jsonl
    """
    opened = open_app(config, level="warning")
    mine = opened.network(network)
    with opened.app.sessions.begin() as session:
        found = charter.ledger(session, mine)
    if not found.versions:
        fail("There is no charter yet. In Slack, whoever tends begins one: /tend charter start")
    document = charter_ledger.written(found)
    if to is None:
        typer.echo(document, nl=False)
    else:
        to.write_bytes(document)
        out.print(f"{_in_short(found)} are in {to}", markup=False)
    _fail_on(charter_ledger.verify(document))


@charter_app.command("verify")
def verify(
    file: Annotated[Path, typer.Argument(help="What animateur charter export has written.")],
    fingerprint: Annotated[
        str, typer.Option(help="One that you kept, or its beginning: it has to be in there.")
    ] = "",
) -> None:
    """Check a ledger, line by line; it needs neither the database nor the settings.

    /net charter history shows the fingerprints of the versions. Who kept one can tell later
    whether all before it is still the same.

    Example:

        animateur charter verify charter.jsonl --fingerprint 9f86d081884c7d65
    """
    try:
        document = file.read_bytes()
    except OSError as error:
        fail(f"{file} can't be read: {error.strerror}.", code=2)
    _fail_on(charter_ledger.verify(document, expected=fingerprint))
    found = charter_ledger.taken_from(document)
    out.print(f"It holds: the ledger of {found.network}, {_in_short(found)}.", markup=False)
    if found.versions:
        newest = charter_ledger.fingerprint(found.versions[-1])
        out.print(f"The newest version's fingerprint is {newest}", markup=False)


def _in_short(ledger: Ledger) -> str:
    counts = (len(ledger.versions), "version"), (len(ledger.acknowledgements), "acknowledgement")
    return " and ".join(f"{count:,} {noun}{'s' * (count != 1)}" for count, noun in counts)


def _fail_on(faults: list[str]) -> None:
    if faults:
        shown = "\n".join(faults[:20])
        more = f"\nAnd {len(faults) - 20:,} more." if len(faults) > 20 else ""
        fail(f"It does not hold.\n{shown}{more}")
