"""What each reason rests on, as its prompts get it: with all that may be there, and with the least.

Taken into `tests/samples/energy.py` for the prompts `energy/why/…` and `energy/do/…`.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.phases import Sureness
from bot.judgement.why import Context, Hypothesis, RuledOut
from bot.judgement.why.hypothesis import Number

POSTS = ((1, 1_781_000_000_000_000), (7, 2))

EVIDENCE: Mapping[Context, list[dict[str, Number]]] = {
    Context.ORDINARY: [{}],
    Context.UNKNOWN: [{}],
    Context.QUIET_SEASON: [{"working_days": 8, "full_days": 10}, {"name": "Easter", "in_days": 4}],
    Context.AFTER_GATHERING: [{"name": "Network day", "days_ago": 9, "weeks_ago": 1}],
    Context.PRESSURE: [
        {"name": "Inspection"},
        {"channels": 4, "channels_seen": 5},
        {"elsewhere": 0.61},
    ],
    Context.KEY_VOICE: [{"explained": 0.63, "others": 0.95}],
    Context.FEW_VOICES: [{"feels_like": 4.2, "usually": 9.4, "messages": 0.9}],
    Context.NEWCOMERS: [
        {"posts": 9, "unanswered": 6, "weeks": 4, "usual_share": 0.85},
        {"posts": 9, "unanswered": 6, "weeks": 4},
    ],
    Context.ASKS_WAITING: [
        {"asks": 9, "waiting": 5},
        {"asks": 24, "waiting": 12, "kept": True, "median_days": 6.5},
    ],
    Context.NO_ASKS: [
        {"asks": 0, "usual_asks": 6, "weeks": 3, "offers": 12},
        {"asks": 1, "usual_asks": 9, "weeks": 6, "offers": 3},
    ],
    Context.TOPIC_SPENT: [{"fresh": 0.2, "usually_fresh": 0.7, "starts": 4.0, "usual_starts": 9.0}],
    Context.DIFFERENCE: [{"messages": 14, "days_ago": 8, "left": 0.4}],
    Context.MOVED: [
        {"channel": 2, "same_people": 0.6, "total": 0.9, "voices_there": 14},
        {"channel": 99, "same_people": 0.6, "total": 0.9},
    ],
    Context.LEAD_ABSENT: [{"lead_starts": 1.2, "usual_lead_starts": 6.4, "usual_share": 0.6}],
    Context.BOT_NOISE: [{"bot_posts": 9.0, "usual_bot_posts": 2.0, "bot_share": 0.3}],
    Context.PURPOSE_MET: [
        {
            "done": 17,
            "closed": 20,
            "weeks": 8,
            "asks": 2,
            "usual_asks": 11,
            "results": 3,
            "answers": 31,
            "nearly": "most",
        },
        {"done": 1, "closed": 1, "weeks": 8, "asks": 0, "usual_asks": 5, "results": 0},
        {
            "done": 4,
            "closed": 5,
            "weeks": 8,
            "asks": 1,
            "usual_asks": 5,
            "results": 1,
            "answers": 9,
            "nearly": "few",
        },
    ],
    Context.DECLINE: [
        {"weeks_low": 12, "level": 0.6, "more_went": True, "left": 9},
        {"weeks_low": 11, "level": 0.7, "more_went": False},
    ],
    Context.GATHERING_LIFT: [{"name": "Network day", "in_days": -3}],
    Context.SHARED_CONCERN: [
        {"share": 0.5, "messages": 60, "voices": 31},
        {"share": 0.5, "messages": 60},
    ],
    Context.NEW_ARRIVALS: [
        {"share": 0.4, "times": 3.4, "posts": 11, "answered": 9, "newcomers": 12},
        {"share": 0.4, "times": 3.4, "posts": 0, "answered": 0},
    ],
    Context.HELPING: [
        {"hands": 14, "weeks": 3, "asks": 9, "usual_asks": 4, "ring": 3},
        {"weeks": 3, "asks": 9, "usual_asks": 4, "ring": 3},
    ],
    Context.ONE_VOICE_BURST: [{"messages": 1.6, "voices": 1.0, "effective_voices": 0.7}],
    Context.HEATED: [
        {"exchanges": 9, "messages": 150, "share": 0.4},
        {"exchanges": 1, "messages": 40, "share": 0.3},
    ],
    Context.GROWING: [{"weeks": 7, "voices": 1.3}],
}

RULED_OUT = tuple(
    RuledOut(code=code, reason=reason)
    for code, reason in (
        (Context.NO_ASKS, "few_asks_are_usual"),
        (Context.NO_ASKS, "people_ask"),
        (Context.PURPOSE_MET, "new_asks_come"),
        (Context.PURPOSE_MET, "purpose_is_ahead"),
        (Context.HELPING, "no_more_help_than_usual"),
        (Context.HEATED, "they_are_little_of_it"),
    )
)


def hypotheses(code: Context) -> list[Hypothesis]:
    """The reason with each evidence, without posts and with some."""
    return [
        Hypothesis(code=code, sureness=Sureness.LIKELY, evidence=evidence, posts=posts)
        for evidence in EVIDENCE[code]
        for posts in ((), POSTS)
    ]


def samples(**values: object) -> dict[str, list[dict[str, object]]]:
    """The values of each reason's two prompts, with other *values* beside them."""
    return {
        f"{folder}/{code.value}": [
            {"hypothesis": one, "e": one.evidence, **values} for one in hypotheses(code)
        ]
        for code in Context
        for folder in ("why", "do")
    }
