"""Ask two people, each alone, whether they would like to meet; tell both once both said yes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot import outbox
from bot.context import Context
from bot.domain.ids import workspace_of
from bot.domain.introductions import HEARD_BY, LAPSES, Origin, State
from bot.domain.meeting import MeetingKind
from bot.domain.membership import MembershipState
from bot.domain.notes import Answer
from bot.domain.offers import OfferState
from bot.judgement.limits import Kind
from bot.storage import introductions, meeting, membership, offers, rather_not, sparing, sponsors
from bot.storage.introductions import Introduction
from bot.storage.places import Person

OF_THE_BOT = (Origin.BRIDGE, Origin.HELPER)
"""Where nobody named the two, so that each is thought of once in four weeks at the most."""


def is_there(ctx: Context, person: Person) -> bool:
    """Whether *person* is one of us, and can be written to at all."""
    if person.is_bot or person.is_gone or person.is_external or person.is_uncounted:
        return False
    if workspace_of(person.address) != ctx.network.workspace:
        return False
    is_sponsor = sponsors.is_sponsor(ctx.session, ctx.network, person.address)
    if is_sponsor and not membership.is_in(ctx.session, ctx.network, person):
        return False
    stands = membership.standing(ctx.session, ctx.network, person)
    return stands is None or stands.state != MembershipState.LEFT


def hears_by(ctx: Context, person: Person) -> datetime | None:
    """When *person* can be asked; None where that isn't soon, or they aren't to be asked."""
    wait = ctx.foresee(person.address, Kind.WORD, at=ctx.now, about="introductions")
    at = ctx.now if wait is None else wait.until
    return at if at is not None and at <= ctx.now + HEARD_BY else None


def may_meet(ctx: Context, one: Person, other: Person) -> bool:
    """Whether the two may be asked about each other, as far as each has told."""
    two = {(one.id, other.id), (other.id, one.id)}
    if not two.isdisjoint(rather_not.apart(ctx.session, ctx.network)):
        return False
    return not sparing.is_spared(ctx.session, ctx.network, one, other, now=ctx.now)


def begin(
    ctx: Context,
    origin: Origin,
    one: Person,
    other: Person,
    *,
    by: Person | None = None,
    words: str = "",
) -> Introduction | None:
    """Ask the two, or whichever of them didn't ask for it; None where nobody is asked.

    Whoever thought of it can't tell the one from the other.
    """
    resting = membership.resting(ctx.session, ctx.network)
    mine = by.id if by is not None and origin is Origin.OWN else None
    asked = [each for each in (one, other) if each.id != mine]
    heard = [None if each.id in resting else hears_by(ctx, each) for each in asked]
    times = [each for each in heard if each is not None]
    is_silent = len(times) < len(asked) or not may_meet(ctx, one, other)
    is_silent = is_silent or introductions.are_linked(ctx.session, ctx.network, one, other)
    if is_silent and origin in OF_THE_BOT:
        return None
    found = introductions.begin(
        ctx.session,
        ctx.network,
        one,
        other,
        origin=origin,
        until=(ctx.now if is_silent else max(times)) + LAPSES,
        now=ctx.now,
        by=by,
        words=words,
        is_silent=is_silent,
    )
    if found is None or is_silent:
        return None
    for each in asked:
        _ask(ctx, found, each, other if each is one else one)
    return found


def _ask(ctx: Context, found: Introduction, person: Person, other: Person) -> None:
    if found.origin in OF_THE_BOT:
        sparing.take_turn(ctx.session, ctx.network, person, now=ctx.now)
    ctx.say(
        person.address,
        "introductions/question",
        kind=Kind.WORD,
        key=found.asked(person.id),
        lasting=HEARD_BY,
        network=ctx.network.name,
        **about(ctx, found, other),
    )


def about(ctx: Context, found: Introduction, other: Person) -> dict[str, Any]:
    """What one of two is told of an introduction to *other*; of a shared helper's, no name."""
    by = ctx.session.get(Person, found.by_id) if found.by_id else None
    return {
        "number": found.id,
        "origin": found.origin,
        "other": "" if found.origin == Origin.HELPER else other.name,
        "ref": other.ref,
        "by": by.name if by else "",
        "words": found.words,
        "offer": offered(ctx, other) if found.origin == Origin.BRIDGE else "",
        "until": found.until.astimezone(ctx.network.zone),
    }


def offered(ctx: Context, person: Person) -> str:
    """The newest of what *person* offers to everybody; or ""."""
    mine = offers.of_person(ctx.session, ctx.network, person)
    standing = [each.words for each in mine if each.state == OfferState.STANDING]
    return standing[-1] if standing else ""


def two_of(ctx: Context, found: Introduction) -> tuple[Person, Person]:
    """The two whom it is about."""
    one, other = (ctx.session.get_one(Person, each) for each in found.two)
    return one, other


def make(ctx: Context, found: Introduction) -> bool:
    """Tell both of each other, where both said yes, are here, and can hear of it soon.

    They hear of it at the same hour, so that neither has to wait for the other's word.
    """
    one, other = two_of(ctx, found)
    if not (is_there(ctx, one) and is_there(ctx, other)):
        return False
    times = [ctx.opens(each.address) for each in (one, other)]
    at = max((each for each in times if each is not None), default=ctx.now)
    if None in times or at > ctx.now + HEARD_BY:
        return False
    if not introductions.make(ctx.session, found, now=ctx.now):
        return False
    if ctx.understands("/net meet"):
        _bring_together(ctx, found, at)
    for person, to in ((one, other), (other, one)):
        outbox.retract(ctx.session, found.asked(person.id), now=ctx.now)
        ctx.say(
            person.address,
            "introductions/made",
            kind=Kind.ANSWER,
            key=found.told(person.id),
            at=at,
            lasting=HEARD_BY,
            **_told(ctx, found, person, to),
        )
    return True


def _bring_together(ctx: Context, found: Introduction, at: datetime) -> None:
    """Let them suggest a time, be reminded and asked whether they met, as others who meet are."""
    held = meeting.bring_together(
        ctx.session,
        ctx.network,
        dict.fromkeys(found.two, ""),
        kind=MeetingKind.INTRODUCTION,
        captain=_first(found),
        at=at,
    )
    found.meeting_id = held.id
    ctx.session.flush()


def _first(found: Introduction) -> int:
    """Who writes first: whoever asked for it, else one by lot."""
    mine = found.by_id if found.origin == Origin.OWN else None
    return mine or found.two[found.id % 2]


def _told(ctx: Context, found: Introduction, person: Person, other: Person) -> dict[str, Any]:
    return {
        **about(ctx, found, other),
        "other": other.name,
        "offer": offered(ctx, other),
        "is_first": person.id == _first(found),
        "is_by": found.by_id in found.two,
        "meeting": found.meeting_id or 0,
    }


def unsay(ctx: Context, found: Introduction) -> None:
    """Let nobody read any more who thought of an introduction that was made, nor why."""
    introductions.settle(ctx.session, found)
    one, other = two_of(ctx, found)
    for person, to in ((one, other), (other, one)):
        values = _told(ctx, found, person, to)
        ctx.amend(found.told(person.id), person.address, "introductions/made", **values)


def take_back(ctx: Context, found: Introduction) -> None:
    """Ask nobody any more: the questions go, wherever they are."""
    for person in found.two:
        if found.said(person) != Answer.NO:  # else it has gone already
            outbox.retract(ctx.session, found.asked(person), now=ctx.now)
    introductions.drop(ctx.session, found)


def lapse(ctx: Context, found: Introduction) -> None:
    """Let a question be over; who didn't answer hears that nothing is asked of them."""
    one, other = two_of(ctx, found)
    for person in (one, other) if not found.only_for else ():
        key = found.asked(person.id)
        if found.said(person.id) != Answer.NONE:
            continue
        if membership.waiting(ctx.session, [key]):
            outbox.retract(ctx.session, key, now=ctx.now)
        else:
            ctx.amend(key, person.address, "introductions/lapsed")
    if found.state == State.ASKING and not found.only_for:
        sparing.spare(ctx.session, ctx.network, one, other, now=ctx.now)
    introductions.drop(ctx.session, found)
