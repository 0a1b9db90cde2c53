"""What is held of somebody's meetings: told to them alone, and let go of when they say so."""

from __future__ import annotations

from bot import outbox
from bot.context import Context
from bot.domain.meeting import MeetingKind
from bot.feature import Section
from bot.storage import circles, gatherings, meeting, rather_not, reviews
from bot.storage.gatherings import Gathering
from bot.storage.places import Person
from handlers.meeting import gathering, reviewing
from handlers.meeting.feature import Settings, feature


@feature.mydata
def held(settings: Settings, ctx: Context, person: Person) -> Section | None:
    """Whether they take part, whom they were to meet, and whom they would rather not."""
    taking_part = circles.taking_part_of(ctx.session, person)
    apart = rather_not.apart_of(ctx.session, person)
    meetings = [
        {
            "on": found.at,
            "how": found.kind,
            "brought": mine.brings,
            "others": [
                each.name for each in meeting.partners(ctx.session, found) if each.id != person.id
            ],
            "wrote_first": found.captain_id == person.id,
            "asked_at": found.asked_at,
            "reminded_at": found.reminded_at if found.captain_id == person.id else None,
            "found_each_other": found.is_begun,
            "meets_at": None if found.is_off else found.starts_at,
            "minutes": found.minutes,
            "came": mine.came,
        }
        for found, mine in meeting.held_of(ctx.session, person)
    ]
    called = gatherings.called_by(ctx.session, person)
    taken = gatherings.taken_by(ctx.session, person)
    piece = reviews.of_person(ctx.session, ctx.network, person)
    if not (taking_part or apart or meetings or called or taken or piece):
        return None
    facts = {
        "taking_part": [
            {
                "in": name,
                "since": each.since,
                "sat_out": each.sat_out,
                "wrote_first_at": each.led_at,
                "left_in_peace_since": each.eased_at,
            }
            for each, name in taking_part
        ],
        "meetings": meetings,
        "rather_not": [each.name for each in apart],
        "called": [_gathering(each) for each in called],
        "in_calendar": [_gathering(each) for each in taken],
        "brings_to_a_review": {"words": piece.words, "since": piece.since} if piece else None,
    }
    parts = [(each.since, name, each.eased_at) for each, name in taking_part]
    words = ctx.prompts.render(
        "meeting/mydata",
        parts=parts,
        meetings=meetings,
        apart=apart,
        called=called,
        taken=taken,
        piece=piece,
    )
    return Section(name="meeting", words=words, facts=facts)


def _gathering(found: Gathering) -> dict[str, object]:
    return {
        "about": found.about,
        "starts_at": found.starts_at,
        "minutes": found.minutes,
        "is_off": found.is_off,
    }


@feature.erase
def let_go(settings: Settings, ctx: Context, person: Person) -> None:
    """Let go of all of it, and of what was still to be said."""
    held = [each for each, _ in meeting.held_of(ctx.session, person)]
    for found in held:
        times = (f"/time/{nth}" for nth in range(1, found.sequence + 1))
        for end in ("", "/reminder", "/after", *times):
            outbox.retract(ctx.session, f"{found.key}/{person.id}{end}", now=ctx.now)
    meeting.forget(ctx.session, person)
    rather_not.forget(ctx.session, person)
    reviews.forget(ctx.session, person)
    for found in held:
        if found.kind == MeetingKind.REVIEW:
            reviewing.unsay(ctx, found)
    gathering.let_go(ctx, person)
