"""``animateur judge``: the judgements themselves, from a document on standard input, for checking.

They are the functions that the handlers use; nothing is opened, asked or kept.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import NoReturn

import msgspec
import typer

from bot.judgement.energy.interface import (
    DocumentError,
    EnergyDocument,
    judge_crowds,
    judge_energy,
)

judge_app = typer.Typer(
    help="Judge a JSON document from standard input, to check what the bot would say.",
    no_args_is_help=True,
)


@judge_app.command("energy")
def energy() -> None:
    """Say of daily counts where they ebb and flow, and on which day that was first sure enough.

    The document: {"start": "2026-01-05", "holidays": ["2026-04-03"], "series": ["C1"],
    "counts": [[12, 9, ...]], "people": [[5, 4, ...]]}. There is a row for each series and a number
    for each day; null where nobody was listening. "people" may be left out, or "counts" may.
    "stats" may hold more: n messages, p people, a conversations with a message that day.

    The answer: {"C1": {"alerts": [{"day": 120, "kind": "ebb"}], "phase": ["normal", ...]}}. Day 0
    is the start, and what is said of a day rests on that day and earlier ones.

    Example:

        animateur judge energy < counts.json
    """
    _answer(judge_energy)


@judge_app.command("crowds")
def crowds() -> None:
    """Say of daily counts on which days a one-off event drew far more people than is usual.

    The document is that of [bold]judge energy[/bold]; the answer: {"C1": [120]}.

    Example:

        animateur judge crowds < counts.json
    """
    _answer(judge_crowds)


def _answer(judge: Callable[[EnergyDocument], object]) -> None:
    text = sys.stdin.buffer.read()
    try:
        answer = judge(msgspec.json.decode(text, type=EnergyDocument))
    except (msgspec.DecodeError, DocumentError) as error:
        _refuse(str(error))
    sys.stdout.buffer.write(msgspec.json.encode(answer) + b"\n")


def _refuse(reason: str) -> NoReturn:
    typer.echo(f"This document can't be judged: {reason.rstrip('.')}.", err=True)
    raise typer.Exit(2)
