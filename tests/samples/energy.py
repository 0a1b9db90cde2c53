"""Sample values for the prompts about energy: pulses of every phase, and every reason for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from bot.domain.phases import Direction, EnergyReading, Phase, Sureness
from bot.judgement.usual import Usual
from bot.judgement.weeks import WeekMeasures
from bot.judgement.why import Context, Hypothesis, RuledOut, Why
from bot.storage.places import Channel, Network, Person
from bot.storage.rhythm import Look
from handlers.energy import values
from handlers.energy.pulse import Gap, Pulse, Told
from handlers.energy.timeline import Decided, Spell, Word
from tests import why_samples

SUNDAY = date(2026, 6, 14)
NETWORK = Network(id=1, name="Frailty Friends", timezone="Europe/London")
FRAILTY = Channel(id=1, ref="slack:T1/C1", name="frailty", kind="public")
HOMES = Channel(id=2, ref="slack:T1/C2", name="homes", kind="public")
TOLD = Told(text="Half of us are at the conference.", by="Priya", on=date(2026, 6, 10))
GAP = Gap(first=date(2026, 6, 8), last=date(2026, 6, 10))
USUAL = Usual(centre=40, low=34, high=46)
USUAL = Usual(centre=40, low=34, high=46)
POST = (1, 1_781_000_000_000_000)


def week(first: date, voices: int, *, working_days: int = 5) -> WeekMeasures:
    """A week in which *voices* people spoke."""
    return WeekMeasures(
        first=first,
        days=7,
        working_days=working_days,
        deaf=False,
        voices=voices,
        messages=3 * voices,
        contributions=3 * voices,
        exchanges=2 * voices,
        openings=voices,
        answered=voices,
        first_answer_hours=2.0,
        asks=2,
        newcomer_openings=0,
        newcomer_answered=0,
        effective_voices=float(voices),
        top_three=0.3,
        starts=voices,
        lead_starts=1,
        freshness=0.8,
        joined=0,
        left=0,
        first_posters=0,
        newcomer_voices=0,
        bot_posts=0,
        waiting=0,
        unanswered=(),
        newcomers_waiting=(),
        channel_voices={1: voices},
    )


def why(*found: Hypothesis, ruled_out: Sequence[RuledOut] = (), leave_it: bool = False) -> Why:
    """An explanation; of nothing known where none is given."""
    unknown = Hypothesis(code=Context.UNKNOWN, sureness=Sureness.POSSIBLE)
    return Why(
        hypotheses=found or (unknown,),
        ruled_out=tuple(ruled_out),
        leave_it=leave_it,
        look_again=date(2026, 6, 29),
    )


def pulse(
    phase: Phase = Phase.STEADY,
    *,
    probability: float = 0.9,
    voices: Sequence[int] = (40, 38, 41, 39, 40, 42, 38, 40, 39, 40),
    usual: Usual | None = USUAL,
    full_week: Usual | None = USUAL,
    explained: Why | None = None,
    working_days: int = 5,
    day: date = SUNDAY,
    channel: Channel | None = None,
    told: Told | None = None,
    gap: Gap | None = None,
) -> Pulse:
    """The pulse of an invented network."""
    begins = [day - timedelta(days=7 * n + 6) for n in reversed(range(len(voices)))]
    weeks = [week(first, spoke) for first, spoke in zip(begins, voices, strict=True)]
    if weeks:
        weeks[-1] = week(begins[-1], voices[-1], working_days=working_days)
    return Pulse(
        network=NETWORK,
        channel=channel,
        channels=[FRAILTY, HOMES],
        reading=EnergyReading(
            day=day, phase=phase, direction=Direction.LEVEL, probability=probability
        ),
        weeks=weeks,
        voices=usual,
        exchanges=usual,
        full_week=full_week,
        calendar=[],
        told=told,
        gap=gap,
        explain=lambda: explained or why(),
    )


NEWCOMERS = Hypothesis(
    code=Context.NEWCOMERS,
    sureness=Sureness.LIKELY,
    evidence={"posts": 9, "unanswered": 6, "weeks": 4, "usual_share": 0.85},
    posts=(POST, (7, 2)),
)
SEASON = Hypothesis(
    code=Context.QUIET_SEASON,
    sureness=Sureness.LIKELY,
    evidence={"working_days": 8, "full_days": 10},
)
FALLING = (40, 38, 41, 39, 40, 42, 38, 40, 25, 20)
SMALL = Usual(centre=5, low=2, high=9)
SEEN: tuple[tuple[Context, str], ...] = (
    (Context.NEWCOMERS, "newcomers_are_answered"),
    (Context.NEWCOMERS, "few_first_posts"),
    (Context.ASKS_WAITING, "few_waiting"),
    (Context.ASKS_WAITING, "no_more_than_usual"),
    (Context.QUIET_SEASON, "no_quiet_days"),
    (Context.QUIET_SEASON, "low_in_full_weeks_too"),
    (Context.QUIET_SEASON, "not_low_last_year"),
    (Context.AFTER_GATHERING, "no_gathering"),
    (Context.AFTER_GATHERING, "gathering_long_past"),
    (Context.AFTER_GATHERING, "below_the_level_before"),
    (Context.GATHERING_LIFT, "no_gathering"),
    (Context.PRESSURE, "not_everywhere"),
    (Context.PRESSURE, "elsewhere_as_usual"),
    (Context.PRESSURE, "answers_fell"),
    (Context.KEY_VOICE, "the_busiest_are_here"),
    (Context.KEY_VOICE, "explains_too_little"),
    (Context.FEW_VOICES, "small_network"),
    (Context.FEW_VOICES, "many_voices"),
    (Context.FEW_VOICES, "as_many_people"),
    (Context.FEW_VOICES, "all_fell_alike"),
    (Context.TOPIC_SPENT, "fresh_threads"),
    (Context.TOPIC_SPENT, "new_threads_start"),
    (Context.DIFFERENCE, "no_long_exchange"),
    (Context.DIFFERENCE, "long_exchanges_are_usual"),
    (Context.DIFFERENCE, "no_silence_after"),
    (Context.DIFFERENCE, "other_channels_fell_too"),
    (Context.MOVED, "no_channel_rose"),
    (Context.MOVED, "other_people_there"),
    (Context.LEAD_ABSENT, "members_start"),
    (Context.LEAD_ABSENT, "leads_still_start"),
    (Context.BOT_NOISE, "bot_as_usual"),
    (Context.DECLINE, "too_short_a_history"),
    (Context.DECLINE, "not_long_enough"),
    (Context.NEW_ARRIVALS, "few_newcomers"),
    (Context.SHARED_CONCERN, "no_one_thread"),
    (Context.SHARED_CONCERN, "few_voices_in_it"),
    (Context.GROWING, "not_long_enough"),
    (Context.ONE_VOICE_BURST, "more_people_too"),
)
RULED_OUT = [RuledOut(code=code, reason=reason) for code, reason in SEEN]
RULED_OUT.append(
    RuledOut(code=Context.AFTER_GATHERING, reason="gathering_long_past", evidence={"weeks_ago": 7})
)

STEADY = pulse()
UNANSWERED = pulse(explained=why(NEWCOMERS))
SURE = pulse(Phase.EBB, voices=FALLING, explained=why(NEWCOMERS, ruled_out=RULED_OUT[4:9]))
LIKELY = pulse(Phase.EBB, probability=0.7, voices=FALLING, explained=why(SEASON, leave_it=True))
POSSIBLE = pulse(Phase.EBB, probability=0.4, voices=FALLING)
FLOW = pulse(Phase.FLOW, voices=(*FALLING[:-2], 55, 60))
FLOW_PERHAPS = pulse(Phase.FLOW, probability=0.4, voices=(*FALLING[:-2], 55, 60))
STILL = pulse(Phase.STILL, voices=(*FALLING[:-4], 3, 2, 1, 1))
EARLY = pulse(Phase.UNKNOWN, voices=(9, 12), usual=None, full_week=None)
NOTHING = pulse(Phase.UNKNOWN, voices=(), usual=None, full_week=None, gap=GAP)
TOO_SMALL = pulse(Phase.UNKNOWN, voices=(4, 5, 4, 6, 4), usual=SMALL, full_week=SMALL)
WITH_WORD = pulse(Phase.EBB, voices=FALLING, told=TOLD)
DEAF_DAY = pulse(gap=Gap(first=GAP.last, last=GAP.last))
WITH_GAP = pulse(gap=GAP, day=date(2026, 6, 17), working_days=4)
IN_HOLIDAYS = pulse(Phase.EBB, voices=FALLING, working_days=0, usual=Usual(centre=0, low=0, high=0))
OF_CHANNEL = pulse(Phase.EBB, voices=FALLING, channel=FRAILTY)

_ALL = (
    STEADY, UNANSWERED, SURE, LIKELY, POSSIBLE, FLOW, FLOW_PERHAPS, STILL,
    EARLY, TOO_SMALL, WITH_WORD, WITH_GAP, DEAF_DAY, IN_HOLIDAYS, OF_CHANNEL,
)  # fmt: skip
_TOLD_OF = (UNANSWERED, SURE, LIKELY, POSSIBLE, FLOW, FLOW_PERHAPS, STILL, WITH_WORD)
_LEADS = [
    Person(id=1, ref="slack:T1/U1", name="Priya"),
    Person(id=2, ref="slack:T1/U2", name="Tom"),
]


KINDS = ("question-round", "asks-round", "coffee-pairs", "harvest", "call", "welcome-back")


def _each(pulses: Sequence[Pulse]) -> list[dict[str, object]]:
    return [values(each) for each in pulses]


def _evidence(
    *shown: dict[str, object], posts: tuple[tuple[int, int], ...] = ()
) -> list[dict[str, object]]:
    hypothesis = Hypothesis(code=Context.UNKNOWN, sureness=Sureness.POSSIBLE, posts=posts)
    return [{"e": each, "hypothesis": hypothesis, "pulse": SURE} for each in shown]


_AT = datetime(2026, 6, 10, 9, tzinfo=UTC)
_LOOKS = ("pulse", "pulse of #frailty", "why", "posts", "log")
_SAID = Decided(on=_AT.date(), did_speak=True, reason="ebb: newcomers")
_UNSAID = Decided(on=_AT.date(), did_speak=False, reason="no week", about="digest")
_SPELLS = [
    Spell(
        phase=Phase.EBB,
        first=date(2026, 6, 1),
        last=date(2026, 6, 20),
        words=[Word(on=_AT.date(), by="Tom", text="The rota changed.")],
        marks=["gathering: Network day", "question round"],
        decided=[_SAID, _UNSAID],
    ),
    Spell(
        phase=Phase.UNKNOWN,
        first=date(2026, 1, 5),
        last=date(2026, 1, 5),
        words=(),
        marks=(),
        decided=(),
    ),
]
_USUAL = {"since": date(2026, 5, 4), "weeks": 9, "enough": 8, "few": 5}

SAMPLES: dict[str, list[dict[str, object]]] = {
    "alert": [values(each, convening=kind) for each in _TOLD_OF for kind in (None, *KINDS)],
    "ask_why": [{}],
    "cant_see": [{}],
    "do": [{"hypothesis": NEWCOMERS}],
    "digest": _each([*_ALL, pulse(Phase.STEADY, voices=(4, 3))]),
    "headline": _each(_ALL),
    "home": _each(_ALL),
    "chart": [
        {"pulse": each, "weeks": 25, "is_short": is_short, "since": since, "kept": 180}
        for each, is_short, since in (
            (STEADY, False, None),
            (OF_CHANNEL, True, None),
            (STEADY, True, date(2026, 1, 5)),
        )
    ],
    "held": [{"looks": 1}, {"looks": 12}],
    "left": [
        {"day": date(2026, 6, 29), "is_new": is_new, "is_followed": is_followed}
        for is_new in (True, False)
        for is_followed in (True, False)
    ],
    "log": [
        {"spells": _SPELLS, "more": -3, "each": 4},
        {"spells": _SPELLS, "more": 3, "each": 1},
        {"spells": [], "more": -14, "each": 4},
    ],
    "looked": [
        {"looks": [(Look(at=_AT, what=what), "Tom") for what in _LOOKS], "zone": NETWORK.zone},
        {"looks": [], "zone": NETWORK.zone},
    ],
    "rebase": [
        {**_USUAL, "old": USUAL, "new": SMALL, "centre": 5},
        {**_USUAL, "old": None, "new": None, "centre": 3},
        {**_USUAL, "old": USUAL, "new": None, "centre": 12},
        {**_USUAL, "old": USUAL, "new": None, "centre": None},
    ],
    "rebase_how": [{"typed": "soon", "is_day": False}, {"typed": "today", "is_day": True}],
    "rebase_undone": [{"since": date(2026, 5, 4)}, {"since": None}],
    "rebased": [
        {"since": date(2026, 5, 4), "by": by, "at": _AT, "was_so": was_so, "until": SUNDAY}
        for by in ("Tom", None)
        for was_so in (True, False)
    ],
    "usual_kept": [{}],
    "mistaken": [{}],
    "no_channel": [
        {"name": "#ward", "channels": [FRAILTY, HOMES]},
        {"name": "#ward", "channels": []},
    ],
    "note_kept": [{"text": "Half of us are at the conference."}],
    "options": [values(each, convening=kind) for each in _TOLD_OF for kind in (None, *KINDS)],
    "numbers": _each([*_ALL, NOTHING]),
    "posts": _each([SURE, POSSIBLE]),
    "pulse": _each([*_ALL, NOTHING]),
    "reasons": _each(_TOLD_OF),
    "ruled_out": [{"each": each, "e": each.evidence} for each in RULED_OUT],
    "week": _each([*_ALL, pulse(voices=(9, 3)), pulse(usual=None)]),
    "why/after_gathering": _evidence({"name": "Network day", "days_ago": 9, "weeks_ago": 1}),
    "why/asks_waiting": _evidence({"asks": 9, "waiting": 5}, {"asks": 30, "waiting": 12}),
    "why/bot_noise": _evidence({"bot_posts": 9.0, "usual_bot_posts": 2.0, "bot_share": 0.3}),
    "why/decline": _evidence(
        {"weeks_low": 12, "level": 0.6, "joined": 2, "left": 9},
        {"weeks_low": 11, "level": 0.7, "joined": 9, "left": 2, "voices": 12},
    ),
    "why/difference": _evidence({"messages": 14, "days_ago": 8, "left": 0.4}),
    "why/few_voices": _evidence({"feels_like": 4.2, "usually": 9.4, "messages": 0.9}),
    "why/gathering_lift": _evidence({"name": "Network day", "in_days": -3}),
    "why/growing": _evidence({"weeks": 7, "voices": 1.3}),
    "why/key_voice": [
        *_evidence({"explained": 0.63, "others": 0.95}),
        *_evidence({"explained": 1.0, "others": 0.95}, posts=(POST,)),
    ],
    "why/lead_absent": _evidence(
        {"lead_starts": 1.2, "usual_lead_starts": 6.4, "usual_share": 0.6}
    ),
    "why/moved": _evidence(
        {"fall": 9.0, "rise": 8.0, "channel": 2, "same_people": 0.6, "total": 0.9},
        {"fall": 9.0, "rise": 8.0, "channel": 99, "same_people": 0.6, "total": 0.9},
    ),
    "why/new_arrivals": _evidence(
        {"share": 0.4, "times": 3.4, "posts": 11, "answered": 9, "newcomers": 12},
        {"share": 0.4, "times": 3.4, "posts": 0, "answered": 0},
    ),
    "why/newcomers": _evidence(
        {"posts": 9, "unanswered": 6, "weeks": 4, "usual_share": 0.85},
        {"posts": 9, "unanswered": 6, "weeks": 4, "usual_share": None},
    ),
    "why/one_voice_burst": _evidence({"messages": 1.6, "voices": 1.0, "effective_voices": 0.7}),
    "why/ordinary": _evidence({}),
    "why/pressure": _evidence(
        {"name": "Inspection"}, {"channels": 4, "channels_seen": 5}, {"elsewhere": 0.6}
    ),
    "why/quiet_season": _evidence(
        {"working_days": 8, "full_days": 10},
        {"name": "Good Friday", "in_days": 4},
        {"usual_share": 0.6},
    ),
    "why/shared_concern": _evidence(
        {"share": 0.5, "messages": 60, "voices": 31}, {"share": 0.5, "messages": 60}
    ),
    "why/topic_spent": _evidence(
        {"fresh": 0.2, "usually_fresh": 0.7, "starts": 4.0, "usual_starts": 9.0}
    ),
    "why/unknown": _evidence({}),
    "words": [{**values(each), "leads": leads} for each in _ALL for leads in (_LEADS, [])],
}
SAMPLES |= why_samples.samples(pulse=SURE)
SAMPLES["ruled_out"] += [{"each": each, "e": each.evidence} for each in why_samples.RULED_OUT]
