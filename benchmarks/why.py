"""How often the why is right on simulated networks whose truth is known; run it by hand.

`python benchmarks/why.py [seeds] [first seed] [context …]` plants one context at a time, asks for
the why three to four weeks later, and counts how often the truth came first or in the top two.
The day the phase began is told, or estimated from the weeks alone. An undeclared pressure differs
in nothing from an ebb without a cause, so "unknown" is what should come first there.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from zoneinfo import ZoneInfo

from bot.domain.events import MemberJoined, MemberLeft, MessageDeleted, MessagePosted, ReactionAdded
from bot.domain.phases import Phase
from bot.judgement.talk import Came, Period, Reacted, Said, Setting
from bot.judgement.why import explain
from bot.simulation import Plan, frailty_friends, simulate
from bot.simulation import contexts as c
from bot.simulation.frailty import DAN, JOE, PRIYA, ROSA, START, TOM

EBB, FLOW, STEADY = Phase.EBB, Phase.FLOW, Phase.STEADY
LENGTH = 56
WEEKS_BEFORE = 17


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One simulated history and what is asked of it; `truth` is the code that should come first."""

    truth: str
    plan: Plan
    start: date
    until: date
    phase: Phase
    channel: str = ""
    quiet: tuple[Period, ...] = ()
    gatherings: tuple[Period, ...] = ()


@dataclass(frozen=True, kw_only=True)
class History:
    """What storage would hand over."""

    said: list[Said]
    reacted: list[Reacted]
    setting: Setting
    channels: dict[str, int]


def trial(name: str, seed: int) -> Trial:
    """The history of one kind and seed; the context begins on some weekday of the 18th week."""
    rng = Random(f"{name}/{seed}")
    start = START + timedelta(weeks=WEEKS_BEFORE, days=rng.randrange(5))
    days, weeks_after = LENGTH, rng.choice((3, 4))
    lead_opens = 0.2
    contexts: tuple[c.Context, ...]
    quiet: tuple[Period, ...] = ()
    gatherings: tuple[Period, ...] = ()
    phase, channel = EBB, ""
    match name:
        case "ordinary":
            contexts, phase = (), STEADY
        case "unknown":
            contexts = (c.Ebb(start=start, days=days, factor=0.45, ramp=4),)
        case "quiet_season":
            contexts = (c.QuietSeason(start=start, days=21),)
            last = start + timedelta(days=20)
            quiet, weeks_after = (Period(name="Holiday", first=start, last=last),), 2
        case "after_gathering":
            day = start - timedelta(days=3)
            lift = c.GatheringLift(start=day - timedelta(days=7), days=10, gathering=day)
            contexts = (lift, c.AfterGathering(start=start, days=14))
            gatherings = (Period(name="June day", first=day, last=day, kind="gathering"),)
            weeks_after = 2
        case "pressure" | "pressure_undeclared":
            contexts = (c.Pressure(start=start, days=days),)
            if name == "pressure":
                last = start + timedelta(days=40)
                quiet = (Period(name="Winter", first=start, last=last, kind="pressure"),)
        case "key_voice":
            contexts = (c.KeyVoiceQuiet(start=start, days=days, who=DAN),)
        case "few_voices":
            contexts = (c.FewVoices(start=start, days=days),)
        case "newcomers":
            contexts, phase = (c.NewcomersUnanswered(start=start, days=days),), STEADY
        case "newcomers_in_an_ebb":
            first = start - timedelta(days=14)
            contexts = (
                c.NewcomersUnanswered(start=first, days=70),
                c.Ebb(start=start, days=days, factor=0.6, ramp=4),
            )
        case "asks_waiting":
            contexts, phase = (c.AsksWaiting(start=start, days=days),), STEADY
        case "asks_waiting_in_an_ebb":
            contexts = (
                c.AsksWaiting(start=start, days=days),
                c.Ebb(start=start, days=days, factor=0.6),
            )
        case "topic_spent":
            contexts = (c.TopicSpent(start=start, days=days),)
        case "difference":
            channel = "frailty"
            contexts = (c.Difference(start=start, days=days, channel=channel, between=(ROSA, JOE)),)
        case "moved":
            channel = "frailty"
            contexts = (c.Moved(start=start, days=days, channel=channel, to="frailty-homes"),)
        case "lead_absent":
            lead_opens = 0.65
            contexts = (c.LeadAbsent(start=start, days=days),)
        case "bot_noise":
            contexts = (c.BotNoise(start=start, days=days),)
        case "decline":
            begin = START + timedelta(weeks=9)
            contexts = (c.StructuralDecline(start=begin, days=119),)
            start, weeks_after = begin + timedelta(days=21), 13
        case "gathering_lift":
            day = start + timedelta(days=7)
            contexts = (c.GatheringLift(start=start, days=10, gathering=day),)
            gatherings = (Period(name="June day", first=day, last=day, kind="gathering"),)
            phase, weeks_after = FLOW, 1
        case "shared_concern":
            channel, phase, weeks_after = "frailty", FLOW, 1
            contexts = (c.SharedConcern(start=start, days=14, channel=channel),)
        case "new_arrivals":
            contexts, phase = (c.NewArrivals(start=start, days=days),), FLOW
        case "one_voice_burst":
            channel, phase, weeks_after = "frailty", FLOW, 2
            contexts = (c.OneVoiceBurst(start=start, days=21, channel=channel, who=TOM),)
        case "growing":
            begin = START + timedelta(weeks=12)
            contexts = (c.Growing(start=begin, days=98),)
            start, phase, weeks_after = begin + timedelta(days=28), FLOW, 7
        case _:
            raise SystemExit(f"There is no context called {name}.")
    plan = frailty_friends(seed, contexts=contexts)
    plan = replace(plan, habits=replace(plan.habits, lead_opens=lead_opens))
    until = start + timedelta(days=7 * weeks_after)
    until += timedelta(days=6 - until.weekday())
    return Trial(
        truth=name.split("_in_an")[0].removesuffix("_undeclared"),
        plan=plan,
        start=start,
        until=min(until, plan.end - timedelta(days=1)),
        phase=phase,
        channel=channel,
        quiet=quiet,
        gatherings=gatherings,
    )


NAMES = (
    "ordinary",
    "unknown",
    "quiet_season",
    "after_gathering",
    "pressure",
    "pressure_undeclared",
    "key_voice",
    "few_voices",
    "newcomers",
    "newcomers_in_an_ebb",
    "asks_waiting",
    "asks_waiting_in_an_ebb",
    "topic_spent",
    "difference",
    "moved",
    "lead_absent",
    "bot_noise",
    "decline",
    "gathering_lift",
    "shared_concern",
    "new_arrivals",
    "one_voice_burst",
    "growing",
)


def history(one: Trial) -> History:
    """The trial's events as the rows that the judgement takes (private channels left out)."""
    plan = one.plan
    ids: dict[str, int] = {}
    hidden = {plan.channel_id(ch.name) for ch in plan.channels if ch.for_leads}

    def number(name: str) -> int:
        return ids.setdefault(name, len(ids) + 1)

    said: dict[tuple[int, int], Said] = {}
    reacted: list[Reacted] = []
    joined: dict[int, int] = {}
    left: dict[int, int] = {}
    for event in simulate(plan):
        match event:
            case MessagePosted() if event.channel not in hidden:
                channel = number(event.channel)
                said[channel, event.ts] = Said(
                    channel,
                    event.ts,
                    number(event.author),
                    event.thread,
                    event.by_bot,
                    event.asks,
                )
            case MessageDeleted():
                said.pop((number(event.channel), event.ts), None)
            case ReactionAdded() if event.channel not in hidden:
                reacted.append(Reacted(number(event.channel), event.ts, number(event.member)))
            case MemberJoined():
                joined.setdefault(number(event.member), event.at)
            case MemberLeft():
                left[number(event.member)] = event.at
    begins = plan.midnight(plan.start)
    first_seen = {who: at for who, at in joined.items() if at < begins}
    for row in sorted(said.values(), key=lambda row: row.ts):
        first_seen.setdefault(row.author, row.ts)
    setting = Setting(
        tz=ZoneInfo(plan.time_zone),
        leads=frozenset(number(plan.member_id(name)) for name in (PRIYA, TOM)),
        first_seen=first_seen,
        joined=[Came(who, at) for who, at in joined.items()],
        left=[Came(who, at) for who, at in left.items()],
        holidays=dict.fromkeys(plan.holidays, "Bank holiday"),
        quiet=one.quiet,
        gatherings=one.gatherings,
    )
    channels = {ch.name: number(plan.channel_id(ch.name)) for ch in plan.channels}
    return History(said=list(said.values()), reacted=reacted, setting=setting, channels=channels)


def answer(one: Trial, held: History, *, told: bool) -> list[str]:
    """The codes of the hypotheses, best first, with how sure they are."""
    why = explain(
        held.said,
        held.reacted,
        held.setting,
        until=one.until,
        phase=one.phase,
        since=one.start if told else None,
        channel=held.channels[one.channel] if one.channel else None,
    )
    return [f"{found.code}" for found in why.hypotheses]


def main(seeds: int, first: int, names: Sequence[str]) -> None:
    """Print, for each context, how often it came first and in the top two."""
    totals: Counter[str] = Counter()
    print(f"{'context':24} {'since told':>14} {'since estimated':>16}   taken for (told)")
    for name in names:
        count: Counter[str] = Counter()
        mistaken: Counter[str] = Counter()
        for seed in range(first, first + seeds):
            one = trial(name, seed)
            held = history(one)
            for way, told in (("told", True), ("guess", False)):
                codes = answer(one, held, told=told)
                count[f"{way} first"] += codes[0] == one.truth
                count[f"{way} two"] += one.truth in codes
                if told and codes[0] != one.truth:
                    mistaken[codes[0]] += 1
        totals.update(count)
        _line(name, count, seeds, dict(mistaken))
    _line("all", totals, seeds * len(names), {})


def _line(name: str, count: Counter[str], of: int, mistaken: dict[str, int]) -> None:
    ways = (
        f"{count[f'{w} first'] / of:7.0%}{count[f'{w} two'] / of:7.0%}" for w in ("told", "guess")
    )
    print(f"{name:24} {'   '.join(ways)}   {mistaken or ''}", flush=True)


if __name__ == "__main__":
    wanted = [*sys.argv[1:], *("20", "1")[len(sys.argv) - 1 :]]
    main(int(wanted[0]), int(wanted[1]), wanted[2:] or NAMES)
