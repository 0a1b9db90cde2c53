"""``animateur judge``: the judgements themselves, from a document on standard input, for checking.

They are the functions that the handlers use; nothing is opened, asked or kept.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import NoReturn, TypeVar

import msgspec
import typer
from msgspec.json import Decoder

from bot.judgement import helping_document, little_known_document, pairing_document
from bot.judgement.energy.interface import (
    DocumentError,
    EnergyDocument,
    judge_crowds,
    judge_energy,
)
from bot.judgement.helping_document import HelpersDocument, judge_helpers
from bot.judgement.little_known_document import IdeasDocument, judge_ideas
from bot.judgement.pairing_document import PairsDocument, judge_pairs

Document = TypeVar("Document")

FAULTS = (
    DocumentError,
    helping_document.DocumentError,
    little_known_document.DocumentError,
    pairing_document.DocumentError,
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
    _answer(judge_energy, Decoder(EnergyDocument))


@judge_app.command("crowds")
def crowds() -> None:
    """Say of daily counts on which days a one-off event drew far more people than is usual.

    The document is that of [bold]judge energy[/bold]; the answer: {"C1": [120]}.

    Example:

        animateur judge crowds < counts.json
    """
    _answer(judge_crowds, Decoder(EnergyDocument))


@judge_app.command("ideas")
def ideas() -> None:
    """Choose, of a week's messages, those that deserve more ears than they had.

    The document: {"now": 1767600000, "k": 5, "messages": [{"id": "a", "channel": "C1",
    "user": "U1", "ts": 1767500000.5, "thread": "a", "text": "Here is how we …",
    "is_reply": false, "attention": 1, "author_90d": 4, "audience_28d": 30, "length": 240}],
    "history": {"author_exposure": {"U2": 1}}}. Times are seconds since 1970; what is later than
    "now" is not looked at. "attention" counts the other people who answered or reacted,
    "author_90d" what its author wrote in ninety days, "audience_28d" who wrote in its channel in
    four weeks, "author_exposure" how often each was featured. All but id, channel, user and ts may
    be left out; "reactions" and "quoted" may be there and change nothing.

    The answer: {"ranked": ["a"]}: at most k, one of each author, and of few authors half.

    Example:

        animateur judge ideas < week.json
    """
    _answer(judge_ideas, Decoder(IdeasDocument, strict=False))


@judge_app.command("helpers")
def helpers() -> None:
    """Say of questions who could help, from what was written before each.

    The document: {"messages": [{"id": "a", "channel": "C1", "user": "U1", "ts": 1767500000.5,
    "thread": "a", "is_reply": false, "text": "How do I …"}], "queries": [{"id": "q",
    "channel": "C1", "user": "U2", "ts": 1767600000, "text": "Does anybody know …"}]}. Times are
    seconds since 1970; "thread" is the id or the time of the first message of a thread, or any
    name that its messages share. Texts and threads may be left out.

    The answer: {"q": ["U1"]}: at most a hundred people, the likeliest first.

    Example:

        animateur judge helpers < questions.json
    """
    _answer(judge_helpers, Decoder(HelpersDocument, strict=False))


@judge_app.command("pairs")
def pairs() -> None:
    """Say who meets whom for a coffee, so that nobody meets again while others are new to them.

    The document: {"round": 3, "members": [{"id": "a", "group": "ward", "vector": [0.2, 0.9],
    "ties": [["b", 4]]}], "history": [["a", "c", 2]]}. "vector" is what somebody is interested in,
    "ties" whom they have to do with, "history" who met in which round. "size" may be 2 to 5,
    "apart" names pairs who never meet, and a member's "hours" those at which they work, UTC.

    The answer: [["a", "b"], ["c", "d", "e"]]. Who sits out this time is in none of these.

    Example:

        animateur judge pairs < members.json
    """
    _answer(judge_pairs, Decoder(PairsDocument, strict=False))


def _answer(judge: Callable[[Document], object], decoder: Decoder[Document]) -> None:
    text = sys.stdin.buffer.read()
    try:
        answer = judge(decoder.decode(text))
    except (msgspec.DecodeError, *FAULTS) as error:
        _refuse(str(error))
    sys.stdout.buffer.write(msgspec.json.encode(answer) + b"\n")


def _refuse(reason: str) -> NoReturn:
    typer.echo(f"This document can't be judged: {reason.rstrip('.')}.", err=True)
    raise typer.Exit(2)
