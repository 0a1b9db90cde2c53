"""What may befall a network, one thing at a time, to ask for the why and see whether it is found.

A seed decides the network (the demo's, a calm circle or a wide one) and the half-year and the
country it lives in. `tests/whys_lived.py` lives these trials.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

import holidays as public_holidays

from bot.domain.phases import Phase
from bot.judgement.talk import Period
from bot.judgement.why.answers import FEWEST_POSTS
from bot.simulation import Plan, calm_circle, frailty_friends, wide_network
from bot.simulation import contexts as c
from bot.simulation.circles import moved_to
from bot.simulation.frailty import DAN, JOE, ROSA, TOM

EBB, FLOW, STEADY = Phase.EBB, Phase.FLOW, Phase.STEADY
DAYS = 56
WEEKS_BEFORE = 17
NETWORKS = (frailty_friends, calm_circle, wide_network)
COUNTRIES = ("GB", "DE", "US", "FR")
MAIN, SIDE = "frailty", "frailty-homes"
MEMBERS_LEAD = 0.65
"""The share of openings by leads, in a network where members seldom begin."""


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What befalls the network, and what is asked: why is it in *phase* after the day *until*?

    `truth` is the code that should come first. `weeks` is how long the phase has lasted by then;
    where fewer than `first_posts` of newcomers came since it began, it is asked a week later, and
    again, while what befell it lasts: a reason of which nobody has come to harm is none yet.
    """

    truth: str
    contexts: tuple[c.Context, ...] = ()
    phase: Phase = EBB
    weeks: tuple[int, ...] = (3, 4)
    since: date | None = None
    channel: str = ""
    quiet: tuple[Period, ...] = ()
    gatherings: tuple[Period, ...] = ()
    lead_opens: float | None = None
    knows_elsewhere: bool = False
    first_posts: int = 0


def plan_of(seed: int) -> Plan:
    """The network of a seed in its half-year, with nothing befalling it; all are in its channel."""
    rng = Random(f"{seed}/whys")
    start = date(2023, 1, 2) + timedelta(weeks=rng.randrange(156))
    country = rng.choice(COUNTRIES)
    found = public_holidays.country_holidays(country, years=[start.year, start.year + 1])
    end = start + timedelta(weeks=30)
    days = tuple(sorted(day for day in found if start <= day < end))
    plan = NETWORKS[seed % len(NETWORKS)](seed, contexts=())
    channels = (replace(ch, share=1.0) if ch.name == MAIN else ch for ch in plan.channels)
    return moved_to(replace(plan, channels=tuple(channels)), start, days)


def ebbs(start: date, plan: Plan) -> dict[str, Trial]:
    """The reasons of an ebb that begins on *start*, and steadiness without one."""

    def last(days: int) -> date:
        return start + timedelta(days=days - 1)

    gathered = start - timedelta(days=3)
    day = Period(name="June day", first=gathered, last=gathered, kind="gathering")
    lift = c.GatheringLift(start=gathered - timedelta(days=7), days=10, gathering=gathered)
    before = start - timedelta(days=14)
    fading = start - timedelta(weeks=8)
    quarrel = c.Difference(start=start, days=DAYS, channel=MAIN, between=(ROSA, JOE))
    waiting = c.AsksWaiting(start=start, days=DAYS)
    no_asks = c.NoAsks(start=start, days=DAYS)
    return {
        "ordinary": Trial(truth="ordinary", phase=STEADY),
        "unknown": Trial(
            truth="unknown", contexts=(c.Ebb(start=start, days=DAYS, factor=0.45, ramp=4),)
        ),
        "quiet_season": Trial(
            truth="quiet_season",
            contexts=(c.QuietSeason(start=start, days=21),),
            quiet=(Period(name="Holiday", first=start, last=last(21)),),
            weeks=(2,),
        ),
        "after_gathering": Trial(
            truth="after_gathering",
            contexts=(lift, c.AfterGathering(start=start, days=14)),
            gatherings=(day,),
            weeks=(2,),
        ),
        "pressure": Trial(
            truth="pressure",
            contexts=(c.Pressure(start=start, days=DAYS),),
            quiet=(Period(name="Winter", first=start, last=last(41), kind="pressure"),),
        ),
        "pressure_undeclared": Trial(
            truth="pressure",
            contexts=(c.Pressure(start=start, days=DAYS),),
            knows_elsewhere=True,
        ),
        "key_voice": Trial(
            truth="key_voice", contexts=(c.KeyVoiceQuiet(start=start, days=DAYS, who=DAN),)
        ),
        "few_voices": Trial(truth="few_voices", contexts=(c.FewVoices(start=start, days=DAYS),)),
        "newcomers": Trial(
            truth="newcomers",
            contexts=(c.NewcomersUnanswered(start=start, days=DAYS),),
            phase=STEADY,
            weeks=(4, 5),
            first_posts=FEWEST_POSTS,
        ),
        "newcomers_in_an_ebb": Trial(
            truth="newcomers",
            contexts=(
                c.NewcomersUnanswered(start=before, days=DAYS + 14),
                c.Ebb(start=start, days=DAYS, factor=0.6, ramp=4),
            ),
            first_posts=FEWEST_POSTS,
        ),
        "asks_waiting": Trial(truth="asks_waiting", contexts=(waiting,), phase=STEADY),
        "asks_waiting_in_an_ebb": Trial(
            truth="asks_waiting",
            contexts=(waiting, c.Ebb(start=start, days=DAYS, factor=0.6)),
        ),
        "no_asks": Trial(truth="no_asks", contexts=(no_asks,), phase=STEADY),
        "no_asks_in_an_ebb": Trial(
            truth="no_asks", contexts=(no_asks, c.Ebb(start=start, days=DAYS, factor=0.7))
        ),
        "topic_spent": Trial(truth="topic_spent", contexts=(c.TopicSpent(start=start, days=DAYS),)),
        "difference": Trial(truth="difference", contexts=(quarrel,), channel=MAIN),
        "moved": Trial(
            truth="moved",
            contexts=(c.Moved(start=start, days=DAYS, channel=MAIN, to=SIDE),),
            channel=MAIN,
        ),
        "lead_absent": Trial(
            truth="lead_absent",
            contexts=(c.LeadAbsent(start=start, days=DAYS),),
            lead_opens=MEMBERS_LEAD,
        ),
        "bot_noise": Trial(truth="bot_noise", contexts=(c.BotNoise(start=start, days=DAYS),)),
        "purpose_met": Trial(
            truth="purpose_met", contexts=(c.PurposeMet(start=start, days=DAYS),), weeks=(5, 6)
        ),
        "decline": Trial(
            truth="decline",
            contexts=(c.StructuralDecline(start=fading, days=119),),
            since=fading + timedelta(days=21),
            weeks=(13,),
        ),
    }


def flows(start: date, plan: Plan) -> dict[str, Trial]:
    """The reasons of a flow that begins on *start*."""
    gathering = start + timedelta(days=7)
    day = Period(name="June day", first=gathering, last=gathering, kind="gathering")
    size = sum(channel.rate for channel in plan.channels if channel.name == MAIN) / 26
    rising = start - timedelta(weeks=5)
    return {
        "gathering_lift": Trial(
            truth="gathering_lift",
            contexts=(c.GatheringLift(start=start, days=10, gathering=gathering),),
            gatherings=(day,),
            phase=FLOW,
            weeks=(1,),
        ),
        "shared_concern": Trial(
            truth="shared_concern",
            contexts=(c.SharedConcern(start=start, days=14, channel=MAIN, daily=55 * size),),
            phase=FLOW,
            weeks=(1,),
            channel=MAIN,
        ),
        "new_arrivals": Trial(
            truth="new_arrivals", contexts=(c.NewArrivals(start=start, days=DAYS),), phase=FLOW
        ),
        "helping": Trial(
            truth="helping", contexts=(c.Helping(start=start, days=DAYS),), phase=FLOW
        ),
        "one_voice_burst": Trial(
            truth="one_voice_burst",
            contexts=(
                c.OneVoiceBurst(start=start, days=21, channel=MAIN, who=TOM, daily=30 * size),
            ),
            phase=FLOW,
            weeks=(2,),
            channel=MAIN,
        ),
        "heated": Trial(
            truth="heated",
            contexts=(
                c.Heated(start=start, days=21, channel=MAIN, between=(ROSA, JOE), daily=1.2 * size),
            ),
            phase=FLOW,
            weeks=(2,),
            channel=MAIN,
        ),
        "growing": Trial(
            truth="growing",
            contexts=(c.Growing(start=rising, days=98),),
            since=rising + timedelta(days=28),
            phase=FLOW,
            weeks=(7,),
        ),
    }


NAMES = (*ebbs(date(2026, 1, 5), plan_of(0)), *flows(date(2026, 1, 5), plan_of(0)))
