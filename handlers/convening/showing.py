"""Nudges as prompts have them: names and channels in the place of numbers, times of the network."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from msgspec import Struct

from bot.context import Context
from bot.domain.nudges import ConveningKind
from bot.prompting import Plain, neutral
from bot.storage import charter, places, threads
from bot.storage.nudges import Nudge
from bot.storage.places import Person


class Shown(Struct, frozen=True, kw_only=True):
    """A nudge for words; `channel` is "" of an ebb that was left alone, `by` where nobody is named.

    Times are of the network's own clock.
    """

    number: int
    kind: str
    one: str
    channel: str
    ref: str
    state: str
    day: date
    time: str
    hope: str
    who_for: str
    review_on: date
    by: str
    approver: str
    moved_by: str
    moved_at: datetime
    short: str
    verdict: str
    lesson: str
    meets: datetime | None
    minutes: int


def rule_for(ctx: Context, nudge: Nudge) -> str:
    """The rule of our charter that stands above *nudge*'s words, each in its turn; or ""."""
    is_on = ctx.understands("/net charter")
    version = charter.current(ctx.session, ctx.network) if is_on else None
    if version is None:
        return ""
    rules = version.charter.rules
    number = nudge.id % len(rules)
    return f"Rule {number + 1}: {rules[number]}"


def shown(ctx: Context, found: Iterable[Nudge]) -> list[Shown]:
    """*found* as prompts have them, in the same order."""
    nudges = [*found]
    channels = {each.id: each for each in places.channels(ctx.session, ctx.network)}
    people = {who for each in nudges for who in (each.drafted_by, each.approved_by, each.moved_by)}
    names = threads.names(ctx.session, {who for who in people if who is not None})
    return [
        Shown(
            number=each.id,
            kind=ConveningKind(each.kind).called,
            one=ConveningKind(each.kind).one,
            channel=channels[each.channel_id].name if each.channel_id in channels else "",
            ref=channels[each.channel_id].ref if each.channel_id in channels else "",
            state=each.state,
            day=each.starts_day,
            time=f"{each.starts_time:%H:%M}",
            hope=each.hope,
            who_for=each.who_for,
            review_on=each.review_on,
            by=names.get(each.drafted_by or 0, ""),
            approver=names.get(each.approved_by or 0, ""),
            moved_by=names.get(each.moved_by or 0, ""),
            moved_at=each.moved_at.astimezone(ctx.network.zone),
            short=str(each.outcome.get("short", "")),
            verdict=each.verdict,
            lesson=each.lesson,
            meets=each.meets_at.astimezone(ctx.network.zone) if each.meets_at else None,
            minutes=each.minutes,
        )
        for each in nudges
    ]


def one(ctx: Context, nudge: Nudge) -> Shown:
    """*nudge* as prompts have it."""
    return shown(ctx, [nudge])[0]


def lines(text: str, *, quoted: bool = False) -> Plain:
    """What somebody wrote as they wrote it, line by line, with nothing in it that formats."""
    mark = "> " if quoted else ""
    return Plain("\n".join(mark + neutral(line) for line in text.strip().splitlines()))


LONGEST_HEADING = 80


def parted(words: str) -> tuple[str, Plain]:
    """The heading of *words*, their first line unless it is long or all there is, and the rest."""
    head, _, rest = words.strip().partition("\n")
    if not rest.strip() or len(head) > LONGEST_HEADING:
        return "", lines(words)
    return head.strip(), lines(rest)


def signers(ctx: Context, approver: Person | None) -> Sequence[str]:
    """For whom it is posted: who approved it, then whoever else tends."""
    tending = places.leads(ctx.session, ctx.network)
    first = [approver.name] if approver is not None else []
    return [*first, *(each.name for each in tending if each.name not in first)]
