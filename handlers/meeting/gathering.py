"""Call a gathering in a channel: shown first, posted once, and in anybody's calendar at a press."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from bot import outbox
from bot.context import Context, with_draft
from bot.domain.appointments import Appointment, uid_of
from bot.domain.drafts import carried
from bot.domain.events import ActionTaken
from bot.domain.gatherings import LONGEST, MOST, USUAL, Called, length_in, splits
from bot.domain.identifiers import fault_in as identifier_in
from bot.domain.meeting import parted
from bot.domain.posts import Attachment
from bot.domain.typed import number_of, shortened
from bot.judgement.limits import Kind
from bot.storage import gatherings, places, seeing
from bot.storage.gatherings import Gathering
from bot.storage.places import Channel, Person
from handlers.meeting import times
from handlers.meeting.among import channel_called
from handlers.meeting.feature import Settings, feature
from handlers.meeting.planning import zone_of
from handlers.meeting.sharing import mend_digests
from handlers.meeting.telling import tell

LASTING = timedelta(hours=12)


def call_typed(ctx: Context, typed: str) -> None:
    """Show what "falls at night on thu 10:00 for an hour in #frailty" would look like."""
    words, minutes = length_in(typed)
    words, name = parted(words)
    main = places.main_channel(ctx.session, ctx.network)
    channel = channel_called(ctx, name) if name else main
    if channel is None:
        ctx.reply("meeting/no_channel", channel=name)
        return
    now, why = ctx.now.astimezone(zone_of(ctx, ctx.me)), times.UNCLEAR
    for about, when in splits(words):
        starts = times.understood(when, now=now)
        if isinstance(starts, datetime):
            length = minutes or USUAL
            _preview(
                ctx, Called(about=about, starts=starts, minutes=length, channel=channel.id), channel
            )
            return
        why = starts if starts != times.UNCLEAR else why
    ctx.reply("meeting/gathering_how", typed=shortened(typed), why=why)


def _preview(ctx: Context, called: Called, channel: Channel) -> None:
    if why := _fault(called):
        ctx.reply("meeting/gathering_how", typed=shortened(called.about), why=why)
        return
    ctx.reply(
        "meeting/gathering_preview",
        draft=carried(called),
        place=channel.name,
        **_told(ctx, called.about, called.starts, called.minutes, ctx.me),
    )


def _fault(called: Called) -> str:
    if len(called.about) > LONGEST:
        return f"Say in a line what it is about: {LONGEST} characters are the most."
    is_fine = times.SHORTEST <= called.minutes <= times.LONGEST
    return identifier_in(called.about) or ("" if is_fine else times.LONG)


def _told(
    ctx: Context, about: str, starts: datetime, minutes: int, by: Person | None
) -> dict[str, Any]:
    """A gathering as its prompts have it, by the network's own clock."""
    zone = ctx.network.zone
    return {
        "about": about,
        "starts": starts.astimezone(zone),
        "zone": zone.key,
        "minutes": minutes,
        "by": by.name if by else "",
    }


@feature.action("call")
@with_draft(Called)
def call(called: Called, settings: Settings, ctx: Context) -> None:
    """Call it: posted in its channel, once."""
    me = ctx.me
    is_seen = called.channel in seeing.visible(ctx.session, ctx.network, me)
    if _fault(called) or not is_seen or called.starts <= ctx.now:
        ctx.reply("bot/out_of_date")
        return
    if len(gatherings.coming(ctx.session, ctx.network, me, now=ctx.now)) >= MOST:
        ctx.reply("meeting/gathering_enough", most=MOST)
        return
    found = gatherings.call(ctx.session, ctx.network, me, called)
    channel = gatherings.channel_of(ctx.session, found) if found else None
    if found is None or channel is None:
        ctx.reply("meeting/gathering_already")
        return
    told = _told(ctx, found.about, found.starts_at, found.minutes, me)
    ctx.say(
        channel.address,
        "meeting/gathering",
        kind=Kind.ANSWER,
        key=found.key,
        lasting=LASTING,
        number=found.id,
        **told,
    )
    ctx.reply("meeting/gathering_called", place=channel.name, number=found.id)


@feature.action("nothing")
def nothing(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Keep nothing."""
    ctx.reply("meeting/nothing")


@feature.action("calendar")
def put_in_calendar(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Give the member the file of a gathering, in their own messages."""
    found = gatherings.numbered(ctx.session, ctx.network, number_of(taken.value))
    seen = seeing.visible(ctx.session, ctx.network, ctx.me)
    if found is None or found.is_off or found.channel_id not in seen:
        ctx.reply("meeting/gathering_gone")
        return
    me = ctx.me
    gatherings.take(ctx.session, found, me)
    ctx.say(
        me.address,
        "meeting/gathering_file",
        kind=Kind.ANSWER,
        key=f"{ctx.occasion}/file",
        attachment=_file(ctx, found),
        about=found.about,
        starts=found.starts_at.astimezone(zone_of(ctx, me)),
        minutes=found.minutes,
        is_off=False,
    )
    ctx.reply("meeting/gathering_sent")


def call_off_newest(ctx: Context) -> None:
    """Call off the member's next gathering, as they typed."""
    mine = gatherings.coming(ctx.session, ctx.network, ctx.me, now=ctx.now)
    _call_off(ctx, mine[0] if mine else None)


@feature.action("gathering_off")
def press_off(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Call a gathering of one's own off, by a button."""
    found = gatherings.numbered(ctx.session, ctx.network, number_of(taken.value))
    _call_off(ctx, found if found is not None and found.person_id == ctx.me.id else None)


def _call_off(ctx: Context, found: Gathering | None) -> None:
    if found is None or not gatherings.call_off(ctx.session, found):
        ctx.reply("meeting/gathering_gone")
        return
    ctx.session.refresh(found)
    channel = gatherings.channel_of(ctx.session, found)
    if channel is not None:
        told = _told(ctx, found.about, found.starts_at, found.minutes, ctx.me)
        ctx.amend(found.key, channel.address, "meeting/gathering_off", **told)
    mend_digests(ctx, found)
    for person in gatherings.takers(ctx.session, found):
        tell(
            ctx,
            person,
            "meeting/gathering_file",
            f"{found.key}/{person.id}/off",
            attachment=_file(ctx, found),
            about=found.about,
            starts=found.starts_at.astimezone(zone_of(ctx, person)),
            minutes=found.minutes,
            is_off=True,
        )
    ctx.reply("meeting/gathering_is_off")


def _file(ctx: Context, found: Gathering) -> Attachment:
    return Attachment(
        name="gathering.ics",
        appointment=Appointment(
            uid=uid_of(ctx.network.workspace, ctx.network.created_at.isoformat(), found.key),
            title=found.about,
            about=ctx.network.name,
            starts=found.starts_at,
            minutes=found.minutes,
            made=ctx.now,
            sequence=int(found.is_off),
            is_off=found.is_off,
        ),
    )


def let_go(ctx: Context, person: Person) -> None:
    """Take back what *person* called, and let go of what they have in their calendar."""
    for found in gatherings.called_by(ctx.session, person):
        outbox.retract(ctx.session, found.key, now=ctx.now)
        mend_digests(ctx, found)
    gatherings.forget(ctx.session, person)
