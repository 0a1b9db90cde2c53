"""Suggest when to meet: everybody who is to meet hears of it, with a file for their calendars."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.context import Context
from bot.domain.appointments import Appointment, uid_of
from bot.domain.events import ActionTaken, FormSubmitted, from_micros
from bot.domain.meeting import MeetingKind
from bot.domain.moments import moment_of
from bot.domain.posts import Attachment, Field
from bot.domain.typed import number_of, shortened
from bot.judgement.limits import Kind
from bot.storage import arranging, meeting
from bot.storage.meeting import Meeting
from bot.storage.places import Person
from handlers.meeting.feature import Settings, feature
from handlers.meeting.planning import zone_of
from handlers.meeting.telling import tell

USUAL: Mapping[str, int] = {
    MeetingKind.COFFEE: 20,
    MeetingKind.INTRODUCTION: 20,
    MeetingKind.REVIEW: 30,
}
LENGTHS = ("15", "20", "30", "45", "60")
SHORTEST, LONGEST = 5, 240
FARTHEST = timedelta(days=92)
MOST = 8
"""So often a time is named anew; after that they had better talk to each other."""
UNCLEAR = "I don't know when that is. Write it as in: thursday, tomorrow, 14 June; and 10:00."
PAST, FAR = "That has passed.", "That is more than three months away."
SOON = "Not all of you would hear of it before: it isn't within their working hours until then."
LONG = f"From {SHORTEST} minutes to {LONGEST // 60} hours, please."
_LENGTH = re.compile(r"\s*(?:\bfor\b)?\s*(\d{1,3})\s*(?:min(?:ute)?s?)\b")


@feature.action("when")
def ask_when(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Open the form for when to meet."""
    held = _mine(ctx, number_of(taken.value))
    if held is None:
        return
    zone = zone_of(ctx, ctx.me)
    before = held.starts_at.astimezone(zone) if held.starts_at and not held.is_off else None
    length = str(held.minutes or USUAL[held.kind])
    ctx.ask(
        "meeting/when",
        name="meeting.when",
        context=f"{held.id} {held.sequence} {zone.key}",
        fields=(
            Field(name="day", value=f"{before:%d/%m/%Y}" if before else "", is_required=True),
            Field(name="time", value=f"{before:%H:%M}" if before else "", is_required=True),
            Field(name="minutes", value=length, options=_lengths(length), is_required=True),
        ),
        others=_names(ctx, held),
        zone=zone.key,
    )


def _lengths(length: str) -> tuple[str, ...]:
    return LENGTHS if length in LENGTHS else (length, *LENGTHS)


def check_when(submitted: FormSubmitted, settings: Settings) -> Mapping[str, str]:
    """What is wrong with the time that somebody suggests."""
    values = submitted.values
    zone = ZoneInfo(submitted.context.split(" ")[2])
    now = from_micros(submitted.at).astimezone(zone)
    found = understood(f"{values.get('day', '')} {values.get('time', '')}", now=now)
    minutes = number_of(values.get("minutes", ""))
    wrong = {} if isinstance(found, datetime) else {"day": found}
    return wrong if SHORTEST <= minutes <= LONGEST else {**wrong, "minutes": LONG}


@feature.form("when", check=check_when)
def take_when(submitted: FormSubmitted, settings: Settings, ctx: Context) -> None:
    """Keep when they are to meet."""
    number, _, rest = submitted.context.partition(" ")
    held = _mine(ctx, number_of(number))
    words = f"{submitted.values.get('day', '')} {submitted.values.get('time', '')}"
    if held is not None:
        seen = number_of(rest.partition(" ")[0])
        _suggest(ctx, held, seen, words, number_of(submitted.values.get("minutes", "")))


def suggest_typed(ctx: Context, words: str) -> None:
    """Suggest what somebody typed, "thu 10:00 for 30 minutes", for their newest meeting."""
    held = _mine(ctx, meeting.newest(ctx.session, ctx.network, ctx.me))
    if held is None:
        return
    length = _LENGTH.search(words)
    minutes = int(length[1]) if length else held.minutes or USUAL[held.kind]
    said = f"{words[: length.start()]} {words[length.end() :]}" if length else words
    _suggest(ctx, held, held.sequence, said, minutes)


def understood(words: str, *, now: datetime) -> datetime | str:
    """The instant that *words* mean by the clock of *now*, or what is wrong with them."""
    moment = moment_of(words, now=now)
    if moment is None or moment.at is None:
        return UNCLEAR
    starts = datetime.combine(moment.day, moment.at, now.tzinfo).astimezone(UTC)
    if starts <= now:
        return PAST
    return starts if starts - now <= FARTHEST else FAR


def _suggest(ctx: Context, held: Meeting, seen: int, words: str, minutes: int) -> None:
    starts = understood(words, now=ctx.now.astimezone(zone_of(ctx, ctx.me)))
    if isinstance(starts, str) or not SHORTEST <= minutes <= LONGEST:
        why = starts if isinstance(starts, str) else LONG
        ctx.reply("meeting/unclear_time", typed=shortened(words), why=why)
        return
    if starts <= _heard_by_all(ctx, held):
        ctx.reply("meeting/unclear_time", typed=shortened(words), why=SOON)
        return
    is_change = held.starts_at is not None and not held.is_off
    if seen >= MOST:
        ctx.reply("meeting/often_enough")
    elif arranging.suggest(ctx.session, held, seen=seen, starts_at=starts, minutes=minutes):
        _tell_all(ctx, held, is_change=is_change)
    else:
        ctx.session.refresh(held)
        _say_where_it_stands(ctx, held)


def _heard_by_all(ctx: Context, held: Meeting) -> datetime:
    """By when everybody who is to meet can have heard of a time: in their own working hours."""
    others = (each for each in meeting.partners(ctx.session, held) if each.id != ctx.me.id)
    return max((ctx.opens(each.address) or ctx.now for each in others), default=ctx.now)


@feature.action("call_off")
def press_call_off(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Call the time off, by a button."""
    call_off(ctx, number_of(taken.value))


def call_off(ctx: Context, number: int) -> None:
    """Let the time that was named not hold any more, and tell whoever was to be there."""
    held = _mine(ctx, number)
    if held is None:
        return
    if arranging.call_off(ctx.session, held):
        _tell_all(ctx, held, is_change=False)
    else:
        _say_where_it_stands(ctx, held)


@feature.action("found")
def found_each_other(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Keep that they found each other: nobody is reminded."""
    held = _mine(ctx, number_of(taken.value))
    if held is not None:
        arranging.note_begun(ctx.session, held)
        ctx.reply("meeting/found")


def _mine(ctx: Context, number: int) -> Meeting | None:
    """The member's own meeting of that number; None, and a word to them, where it isn't."""
    held = arranging.theirs(ctx.session, ctx.network, number, ctx.me)
    if held is None:
        ctx.reply("meeting/no_meeting")
    return held


def _names(ctx: Context, held: Meeting) -> list[str]:
    return [each.name for each in meeting.partners(ctx.session, held) if each.id != ctx.me.id]


def _say_where_it_stands(ctx: Context, held: Meeting) -> None:
    at = held.starts_at if held.starts_at and not held.is_off else None
    ctx.reply(
        "meeting/stands", at=at.astimezone(zone_of(ctx, ctx.me)) if at else None, number=held.id
    )


def _tell_all(ctx: Context, held: Meeting, *, is_change: bool) -> None:
    """Tell everybody when they meet, by their own clocks, with the file; whoever said so at once.

    What was to be said of an earlier time, and wasn't yet, isn't.
    """
    people, me = meeting.partners(ctx.session, held), ctx.me
    ctx.session.refresh(held)
    name = "review.ics" if held.kind == MeetingKind.REVIEW else "coffee.ics"
    file = Attachment(name=name, appointment=_appointment(ctx, held, people))
    for person in people:
        values: dict[str, Any] = {
            "others": [each.name for each in people if each.id != person.id],
            "by": "" if person.id == me.id else me.name,
            "starts": file.appointment.starts.astimezone(zone_of(ctx, person)),
            "minutes": held.minutes,
            "is_change": is_change,
            "is_off": held.is_off,
            "number": held.id,
            "how": held.kind,
        }
        key = f"{held.key}/{person.id}/time/{held.sequence}"
        if person.id == me.id:
            ctx.say(
                person.address,
                "meeting/time",
                kind=Kind.ANSWER,
                key=key,
                attachment=file,
                **values,
            )
        else:
            tell(ctx, person, "meeting/time", key, attachment=file, **values)
    ctx.reply("meeting/told", others=_names(ctx, held), is_off=held.is_off)


def _appointment(ctx: Context, held: Meeting, people: Sequence[Person]) -> Appointment:
    assert held.starts_at is not None, "somebody named a time"
    names = [each.name for each in people]
    title = ctx.prompts.render("meeting/title", names=names, how=held.kind).text
    return Appointment(
        uid=uid_of(ctx.network.workspace, ctx.network.created_at.isoformat(), held.key),
        title=title,
        about=ctx.prompts.render("meeting/about", network=ctx.network.name, how=held.kind).text,
        starts=held.starts_at,
        minutes=held.minutes,
        made=ctx.now,
        sequence=held.sequence - 1,
        is_off=held.is_off,
    )
