"""Read each day, tell leads of a change, and take what they say to it."""

from __future__ import annotations

from datetime import date, time, timedelta

from bot.context import Context, leads_only
from bot.domain.events import ActionTaken
from bot.domain.nudges import NudgeState
from bot.domain.phases import EnergyReading, Phase
from bot.domain.schedule import Daily
from bot.judgement.convening import proposed
from bot.judgement.limits import Kind
from bot.judgement.why import Why
from bot.storage import nudges, places, readings, talk
from handlers.energy.decide import Alert, Skip, decide, is_news, is_resting, worsened
from handlers.energy.pulse import Pulse
from handlers.energy.reading import bring_up_to_date, last_day
from handlers.energy.settings import Settings, feature, looked, pulse_on, values
from handlers.energy.taking import take

WHAT, ANSWERS = "energy.alert", "energy.answers"
News = tuple[str, Alert, Pulse]
"""Under which name it is kept that it was told, why it is, and what it tells."""
AT_ONCE = 2500
"""How many channels' days are read before others may write; a whole day at the least."""
_LATEST = timedelta(hours=20)
_REMEMBERED = timedelta(days=56)


@feature.job(lambda settings: Daily(at=time.fromisoformat(settings.read_at)), late=_LATEST)
def read(settings: Settings, ctx: Context) -> bool:
    """Read the days that have not been read yet, some at once; return whether there are more."""
    through = last_day(ctx)
    return bring_up_to_date(ctx, through=through, sensitivity=settings.factor, at_once=AT_ONCE)


@feature.job(lambda settings: Daily(at=time.fromisoformat(settings.tell_at)))
def tell(settings: Settings, ctx: Context) -> None:
    """Tell leads of a change that asks something of them; keep why where it doesn't."""
    today = talk.local_day(ctx.now, ctx.network)
    if not talk.is_working(ctx.session, ctx.network, today):
        return
    through = last_day(ctx)
    reading = readings.newest(ctx.session, ctx.network, through=through)
    if reading is None:
        return
    news = _news(ctx, reading, through) or _answers(ctx, reading, through, today)
    if news is None:
        return
    what, alert, pulse = news
    ctx.spoke(what, alert.reason)
    given = values(pulse, convening=_draft(ctx, pulse.why))
    for to in places.leads_of(ctx.session, ctx.network):
        key = f"{what}/{ctx.network.id}/{today}/{to}"
        ctx.say(to, "energy/alert", kind=Kind.TENDING, key=key, **given)


def _news(ctx: Context, reading: EnergyReading, through: date) -> News | None:
    """A change of phase that asks something of leads; why there is none is kept."""
    found: Alert | Skip | None = is_news(
        reading,
        alerted_on=_alerted_on(ctx, through),
        last_alert=readings.last_told(ctx.session, ctx.network, WHAT),
        now=ctx.now,
    )
    if found is None and _is_looked_back_on(ctx):
        found = Skip(reason=f"{reading.phase.value}: how the last one went is told today instead")
    if found is None:
        pulse = take(ctx, through=through)
        found = decide(pulse.phase, pulse.why, is_explained=pulse.told is not None)
        if isinstance(found, Alert):
            return WHAT, found, pulse
    readings.skip_once(ctx.session, ctx.network, WHAT, found.reason, now=ctx.now)
    return None


def _answers(ctx: Context, reading: EnergyReading, through: date, today: date) -> News | None:
    """That fewer are answered than usual, looked at once a week, whatever the phase is."""
    is_due = reading.phase is not Phase.UNKNOWN and _is_new_week(ctx, today)
    if not is_due or _is_looked_back_on(ctx):
        return None
    lately = readings.decisions(ctx.session, ctx.network, since=ctx.now - _REMEMBERED)
    told = [each for each in lately if each.what in (WHAT, ANSWERS) and each.did_speak]
    last_alert = told[0].at if told else None
    if is_resting(last_alert, now=ctx.now):
        return None
    pulse = take(ctx, through=through)
    found = worsened(
        pulse.phase,
        pulse.why,
        told=[each.reason for each in told],
        last_alert=last_alert,
        now=ctx.now,
    )
    return (ANSWERS, found, pulse) if found else None


def _is_looked_back_on(ctx: Context) -> bool:
    """Whether leads are told today of how something went, which says where they are now too.

    They have one message a day: what was promised for a date comes on it.
    """
    running = nudges.in_states(ctx.session, ctx.network, (NudgeState.POSTED, NudgeState.GATHERING))
    today = talk.local_day(ctx.now, ctx.network)
    return is_convening(ctx) and any(each.review_on <= today for each in running)


def _alerted_on(ctx: Context, through: date) -> date | None:
    since = through - timedelta(days=14)
    days = readings.timeline(ctx.session, ctx.network, since=since)
    alerts = [reading.day for reading in days if reading.is_alert and reading.day <= through]
    return alerts[-1] if alerts else None


def _is_new_week(ctx: Context, today: date) -> bool:
    """Whether *today* is the first working day of its week."""
    before = (today - timedelta(days=n) for n in range(1, today.weekday() + 1))
    return not any(map(talk.working_days(ctx.session, ctx.network), before))


def _draft(ctx: Context, why: Why) -> str | None:
    """The kind of convening that answers *why*, where convenings can be drafted here."""
    if not is_convening(ctx):
        return None
    kind = proposed(why)
    return kind.value if kind else None


def is_convening(ctx: Context) -> bool:
    """Whether convenings can be drafted here, and are followed."""
    return any(command.word == "convene" for command in ctx.gathered.commands)


@feature.action("leave")
@leads_only
def leave(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Leave it alone, on purpose, and say when it is looked at again."""
    look_again = date.fromisoformat(taken.value)
    day = last_day(ctx)
    reading = readings.newest(ctx.session, ctx.network, through=day)
    is_ebb = reading is not None and reading.phase in (Phase.EBB, Phase.STILL)
    by = places.person_at(ctx.session, ctx.member) if ctx.member else None
    is_new = not is_ebb or nudges.leave_alone(
        ctx.session, ctx.network, by=by, day=day, look_again=look_again, now=ctx.now
    )
    if is_new:
        reason = f"a lead chose to leave it; to be looked at again on {look_again}"
        ctx.skip("energy.left_alone", reason)
    is_followed = is_ebb and is_convening(ctx)
    ctx.reply("energy/left", day=look_again, is_new=is_new, is_followed=is_followed)


@feature.action("mistaken")
@leads_only
def mistaken(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Take a lead's word that this is no ebb."""
    ctx.skip(WHAT, "a lead said that this is no change at all")
    ctx.reply("energy/mistaken")


@feature.action("posts")
@leads_only
def show_posts(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Show the posts that an explanation rests on, as links."""
    looked(ctx, "posts")
    pulse = pulse_on(settings, ctx, date.fromisoformat(taken.value))
    ctx.reply("energy/posts", **values(pulse))
