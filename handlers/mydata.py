"""Everything that is held of somebody, told to them alone; and their say over it.

``/net mydata export`` gives the same as JSON, one line of it to a post. A document that is too
long for one post comes in parts, each of which is a document of its own; together they are
complete. What is in it:

- ``you``: what the platform says of you, and your choices; null where it says nothing.
- ``features``: what single features hold of you, by the name of what they hold.
- ``tends``, ``channels``, ``messages``, ``reactions``, ``taken_back``, ``notes``, ``occasions``:
  tables, each with its ``columns`` and ``rows``, which are explained in `bot.storage.holdings`.
  Parts differ in their rows; only the first has ``features``.
- ``part``, ``parts``: which part this is, and of how many.

Times are in UTC. No message's words are in it, because none are held.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import msgspec
from msgspec import Struct

from bot import inbox, outbox
from bot.context import Context
from bot.domain.events import ActionTaken, CommandGiven, MessageDeleted, from_micros, to_micros
from bot.domain.typed import shortened, simplified
from bot.feature import Feature, Section
from bot.storage import holdings, places
from bot.storage.holdings import Fact, Held, Mark, Note, Occasion, Stay, Tending
from bot.storage.places import Person

TABLES: Mapping[str, type[Any]] = {
    "tends": Tending,
    "channels": Stay,
    "messages": Fact,
    "reactions": Mark,
    "taken_back": Mark,
    "notes": Note,
    "occasions": Occasion,
}
LONGEST = 2800
"""Characters of a part: what every platform shows in one piece."""
ASKED = timedelta(hours=1)
"""How long the question whether to delete stands."""


class Settings(Struct, frozen=True, kw_only=True):
    """Nothing to set: everybody has a say over what is held of them."""


feature = Feature("mydata", Settings)


@feature.command(
    "net",
    "mydata",
    help="everything I hold about you, and your say over it",
    examples=(
        "/net mydata",
        "/net mydata export",
        "/net mydata delete",
        "/net mydata don't count me",
        "/net mydata count me",
    ),
    aliases=("my-data", "privacy"),
)
def mydata(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Tell members what is held of them, or do with it what they say; never of anybody else."""
    match _wish(given.text):
        case "":
            _tell(ctx)
        case "export":
            _export(ctx, 1)
        case "delete":
            _ask(ctx)
        case "dont count me":
            _stop_counting(given, ctx)
        case "count me":
            _count_again(given, ctx)
        case _:
            ctx.reply("mydata/unknown", typed=shortened(given.text))


def _wish(text: str) -> str:
    """What was typed, without the ways in which people write it."""
    words = simplified(text).casefold()
    plain = "".join(sign for sign in words if sign not in "'.").replace("do not ", "dont ")
    return {"all": "", "erase": "delete", "forget me": "delete"}.get(plain, plain)


def _gather(ctx: Context) -> tuple[Held, Sequence[Section]] | None:
    """What is held of the asker, by storage and by features; None where nothing is."""
    assert ctx.member is not None, "a member asks"
    person = places.person_at(ctx.session, ctx.member)
    if person is None:
        return None
    return holdings.held(ctx.session, person), ctx.gathered.mydata(ctx, person)


def _tell(ctx: Context) -> None:
    found = _gather(ctx)
    if found is None:
        _say_nothing(ctx)
        return
    held, sections = found
    days = [fact.at.astimezone(ctx.network.zone).date() for fact in held.messages]
    ctx.reply(
        "mydata/held",
        held=held,
        sections=[section.words for section in sections],
        first=days[0] if days else None,
        last=days[-1] if days else None,
        zone=ctx.network.zone,
    )


def _say_nothing(ctx: Context) -> None:
    assert ctx.member is not None, "a member asks"
    ctx.reply("mydata/nothing", is_uncounted=holdings.is_uncounted(ctx.session, ctx.member))


@feature.home_section(order=90)
def in_short(settings: Settings, ctx: Context) -> Section | None:
    """On the bot's own page: how much is held of whoever looks at it, and their say over it."""
    assert ctx.member is not None, "a member looks"
    person = places.person_at(ctx.session, ctx.member)
    held = holdings.held(ctx.session, person) if person else None
    is_uncounted = holdings.is_uncounted(ctx.session, ctx.member)
    words = ctx.prompts.render("mydata/home", held=held, is_uncounted=is_uncounted)
    return Section(name="what I hold about you", words=words, facts={})


@feature.action("show")
def show(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Tell whoever pressed what is held of them."""
    _tell(ctx)


@feature.action("export")
def export(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Give another part of a long document."""
    _export(ctx, int(taken.value) if taken.value.isdecimal() else 1)


def _export(ctx: Context, number: int) -> None:
    found = _gather(ctx)
    if found is None:
        _say_nothing(ctx)
        return
    documents = parts(*found)
    number = min(max(number, 1), len(documents))
    ctx.reply("mydata/export", document=documents[number - 1], part=number, parts=len(documents))


def parts(held: Held, sections: Sequence[Section], *, longest: int = LONGEST) -> list[str]:
    """Everything as JSON documents of about *longest* characters, each on a line of its own.

    A row that is longer than that has a part to itself.
    """
    whole: dict[str, Any] = msgspec.to_builtins(held)
    rows = [(table, row) for table in TABLES for row in whole.pop(table)]
    features = {section.name: msgspec.to_builtins(section.facts) for section in sections}
    lasting = {"you": whole}
    first = lasting | {"features": features}
    empty = len(_document(lasting, [], 1000, 1000))
    shares: list[list[tuple[str, Any]]] = [[]]
    room = longest - len(_document(first, [], 1000, 1000))
    for table, row in rows:
        length = len(_json(row)) + 1
        if length > room and shares != [[]]:
            shares.append([])
            room = longest - empty
        shares[-1].append((table, row))
        room -= length
    return [
        _document(first if number == 1 else lasting, share, number, len(shares))
        for number, share in enumerate(shares, 1)
    ]


def _document(
    values: Mapping[str, object], share: Sequence[tuple[str, Any]], number: int, total: int
) -> str:
    tables = {
        name: {"columns": kind._fields, "rows": [row for table, row in share if table == name]}
        for name, kind in TABLES.items()
    }
    return _json(dict(values) | tables | {"part": number, "parts": total})


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))  # in ASCII, so that no sign is lost on the way


def _ask(ctx: Context) -> None:
    found = _gather(ctx)
    if found is None:
        _say_nothing(ctx)
        return
    leads = places.leads(ctx.session, ctx.network)
    ctx.reply(
        "mydata/sure",
        held=found[0],
        is_last_lead=[lead.ref for lead in leads] == [ctx.member],
        asked=to_micros(ctx.now),
    )


@feature.action("delete")
def delete(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Let go of everything, if the question was asked lately; a second press does nothing."""
    person = places.person_at(ctx.session, taken.member)
    if person is None:
        _say_nothing(ctx)
    elif not taken.value.isdecimal() or from_micros(int(taken.value)) < ctx.now - ASKED:
        _ask(ctx)
    else:
        _take_back(ctx, person)
        ctx.gathered.erase(ctx, person)
        holdings.erase(ctx.session, taken.member, now=ctx.now)
        is_uncounted = holdings.is_uncounted(ctx.session, taken.member)
        ctx.reply("mydata/gone", is_uncounted=is_uncounted)


def _take_back(ctx: Context, person: Person) -> None:
    """Let what points to messages of theirs be mended, as if they had deleted those messages."""
    gone = outbox.quoted_from(ctx.session, person)
    events = [MessageDeleted(channel=channel, ts=ts) for channel, ts in gone]
    inbox.follow_up(ctx.session, events, now=ctx.now)


@feature.action("keep")
def keep(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Change nothing."""
    ctx.reply("mydata/kept")


def _stop_counting(given: CommandGiven, ctx: Context) -> None:
    person = places.person_at(ctx.session, given.member)
    if person is not None:
        _take_back(ctx, person)
    holdings.stop_counting(ctx.session, given.member)
    is_known = person is not None
    ctx.reply("mydata/uncounted", is_known=is_known)


def _count_again(given: CommandGiven, ctx: Context) -> None:
    was_uncounted = holdings.is_uncounted(ctx.session, given.member)
    if was_uncounted:
        holdings.count_again(ctx.session, given.member, now=ctx.now)
    ctx.reply("mydata/counted", was_uncounted=was_uncounted)
