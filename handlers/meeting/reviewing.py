"""Review trios: three people who each bring something unfinished, and read one another's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from bot.context import Context, with_draft
from bot.domain.drafts import carried
from bot.domain.events import ActionTaken
from bot.domain.identifiers import fault_in as identifier_in
from bot.domain.meeting import Brought, Cadence, MeetingKind, round_of, seed_of
from bot.domain.typed import number_of, simplified
from bot.judgement.pairing import pair
from bot.storage import asks, meeting, rather_not, reviews
from bot.storage.meeting import Meeting
from bot.storage.places import Person
from bot.storage.reviews import Piece
from handlers.meeting.feature import Settings, feature
from handlers.meeting.planning import free, joining
from handlers.meeting.telling import tell

TRIO = 3
LONGEST = 160
KEPT = timedelta(weeks=8)
"""How long somebody waits for two others; then they hear that nobody came."""
OFF = ("off", "no", "stop", "take back", "out")


def typed(ctx: Context, words: str) -> None:
    """Show what two others would read, or do as somebody typed after `/net meet trio`."""
    if simplified(words).casefold() in OFF:
        _take_back(ctx)
    else:
        _preview(ctx, " ".join(words.split()))


@feature.action("trio")
def from_ask(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Show what two others would read of an ask of the member's own."""
    ask = asks.numbered(ctx.session, ctx.network, number_of(taken.value))
    _preview(ctx, ask.words if ask is not None and ask.person_id == ctx.me.id else "")


def _preview(ctx: Context, words: str) -> None:
    if fault := _fault(words):
        ctx.reply("meeting/trio_how", fault=fault)
    else:
        draft = carried(Brought(words=words))
        ctx.reply("meeting/trio_preview", name=ctx.me.name, words=words, draft=draft)


def _fault(words: str) -> str:
    if not words:
        return "Say in a line what it is."
    if len(words) > LONGEST:
        return f"Say it in a line: {LONGEST} characters are the most."
    return identifier_in(words)


@feature.action("bring")
@with_draft(Brought)
def bring(brought: Brought, settings: Settings, ctx: Context) -> None:
    """Let the member wait for two others."""
    if _fault(brought.words):
        ctx.reply("bot/out_of_date")
        return
    reviews.bring(ctx.session, ctx.network, ctx.me, brought.words, now=ctx.now)
    ctx.reply("meeting/trio_waits", words=brought.words, day=settings.day.value.capitalize())


@feature.action("trio_off")
def press_off(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Take back what the member brings."""
    _take_back(ctx)


def _take_back(ctx: Context) -> None:
    is_gone = reviews.let_go(ctx.session, ctx.network, {ctx.me.id})
    ctx.reply("meeting/trio_off" if is_gone else "meeting/trio_how", fault="You bring nothing yet.")


# Three by three


def hold(settings: Settings, ctx: Context, today: date) -> None:
    """Once a week, put together by threes who wait; who is left over comes first next time."""
    week = round_of(today, weekday=settings.day.offset, cadence=Cadence.WEEKLY)
    waiting = reviews.waiting(ctx.session, ctx.network) if week else ()
    if not waiting or not ctx.once(f"meeting.trios/{ctx.network.id}/{week}"):
        return
    _let_old_go(ctx, [each for each in waiting if each[0].since <= ctx.now - KEPT])
    people = {person.id: (piece, person) for piece, person in free(ctx, waiting)}
    if len(people) < TRIO:
        return
    seed = seed_of(ctx.network.id, "trios", week)
    turn = [*people][: len(people) // TRIO * TRIO]
    _, joined = joining(ctx, {each: people[each][1] for each in turn}, first=())
    met = meeting.met(ctx.session, ctx.network)
    apart = rather_not.apart(ctx.session, ctx.network)
    found = pair(joined, met, seed=seed, size=TRIO, apart=apart)
    trios = [each for each in found.groups if len(each) >= TRIO]
    for nth, group in enumerate(trios):
        _bring_together(ctx, [people[each] for each in group], captain=group[(seed + nth) % TRIO])
    together = {each for group in trios for each in group}
    for piece, person in people.values():
        if person.id not in together:
            piece.sat_out = True
            key = f"meeting.trio_later/{week}/{person.id}"
            tell(ctx, person, "meeting/trio_later", key, words=piece.words)
    reviews.let_go(ctx.session, ctx.network, together)
    ctx.spoke("meeting.trios", f"trios of {week}, seed {seed}")


def _let_old_go(ctx: Context, old: Sequence[tuple[Piece, Person]]) -> None:
    for piece, person in old:
        key = f"meeting.trio_gone/{person.id}/{piece.since:%Y-%m-%d}"
        tell(ctx, person, "meeting/trio_gone", key, words=piece.words)
    reviews.let_go(ctx.session, ctx.network, {person.id for _, person in old})


def _bring_together(ctx: Context, group: Sequence[tuple[Piece, Person]], *, captain: int) -> None:
    held = meeting.bring_together(
        ctx.session,
        ctx.network,
        {person.id: piece.words for piece, person in group},
        kind=MeetingKind.REVIEW,
        captain=captain,
        at=ctx.now,
    )
    for _, person in group:
        tell(ctx, person, "meeting/trio", f"{held.key}/{person.id}", **_told(ctx, held, person))


def _told(ctx: Context, held: Meeting, person: Person) -> dict[str, Any]:
    """What one of them reads: who the others are, and what each brings."""
    brought = meeting.brought(ctx.session, held)
    captain = next((one.name for one, _ in brought if one.id == held.captain_id), "")
    return {
        "network": ctx.network.name,
        "others": [(one.name, one.ref, words) for one, words in brought if one.id != person.id],
        "mine": next(words for one, words in brought if one.id == person.id),
        "captain": "" if person.id == held.captain_id else captain,
        "is_yours": person.id == held.captain_id,
        "number": held.id,
    }


def unsay(ctx: Context, held: Meeting) -> None:
    """Let those who are left read no more of whoever is gone."""
    for person in meeting.partners(ctx.session, held):
        key = f"{held.key}/{person.id}"
        ctx.amend(key, person.address, "meeting/trio", **_told(ctx, held, person))
