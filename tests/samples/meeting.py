"""Sample values for the prompts of coffee pairs."""

from __future__ import annotations

from datetime import UTC, date, datetime

from bot.domain.meeting import Cadence, Came, MeetingKind
from bot.storage.gatherings import Gathering
from bot.storage.places import Person
from bot.storage.reviews import Piece
from handlers.meeting.tending import Foreseen

ROSA, JOE = ("Rosa", "fake:T1/U-rosa"), ("Joe [ward 7]", "fake:T1/U-joe")
HERE = {"place": "", "circle": 1}
PAIR = {
    "network": "Frailty Friends",
    "others": [ROSA],
    "captain": "",
    "are_apart": True,
    "are_new": True,
    "number": 7,
    **HERE,
}
WORK = [(*ROSA, "a plan for night calls"), (*JOE, "two pages on thirst")]
TRIO = {
    "network": "Frailty Friends",
    "others": WORK,
    "mine": "our falls leaflet",
    "captain": "Rosa",
    "is_yours": False,
    "number": 7,
}
WHEN = [{"day": "Tuesday", "cadence": each.value} for each in Cadence]
STATE = {"takes_part": True, "is_eased": False, "places": [""], **WHEN[1]}
STATES: list[dict[str, object]] = [
    STATE,
    {**STATE, "places": ["", "frailty"], **WHEN[0]},
    {**STATE, "takes_part": False, "places": [], **WHEN[2]},
    {**STATE, "is_eased": True},
]
MET = {
    "on": date(2026, 6, 2),
    "how": "coffee",
    "others": ["Rosa"],
    "brought": "",
    "came": "",
    "meets_at": None,
}
AT = datetime(2026, 6, 4, 10, 0, tzinfo=UTC)
TIME = {
    "others": ["Rosa"],
    "by": "Rosa",
    "starts": AT,
    "minutes": 20,
    "is_change": False,
    "is_off": False,
    "number": 7,
    "how": "coffee",
}
CALLED = {
    "about": "Falls at night",
    "starts": AT,
    "zone": "Europe/London",
    "minutes": 45,
    "by": "Ada",
}
LINE = {
    "about": "falls at night",
    "place": "frailty",
    "ref": "fake:T1/C-frailty",
    "starts": AT,
    "number": 7,
}
TENDED = {**HERE, "rhythm": "fortnightly, on Tuesday, in pairs"}
ROUND = {"name": "2026-W24", "due": date(2026, 6, 9), "seed": 4711, "is_lately": False, **TENDED}
SIX = Foreseen(people=7, sizes=[(2, 2), (3, 1)], across=2, is_somebody_out=False)

SAMPLES: dict[str, list[dict[str, object]]] = {
    "state": [{**each, "apart": apart} for each in STATES for apart in ([], ["Cy", "Ben"])],
    "joined": [
        {"is_new": is_new, "place": place, **WHEN[1]}
        for is_new in (True, False)
        for place in ("", "frailty")
    ],
    "left": [{"place": ""}, {"place": "frailty"}],
    "back": [{}],
    "no_channel": [{"channel": "frailty"}],
    "not_named": [{"channel": "ward-7"}],
    "not_there": [{"channel": "frailty"}],
    "pair": [
        PAIR,
        {**PAIR, "captain": "Rosa", "are_apart": False, "place": "frailty"},
        {**PAIR, "others": [ROSA, JOE], "captain": "Joe [ward 7]", "are_new": False},
    ],
    "trio": [TRIO, {**TRIO, "others": WORK[:1], "captain": "", "is_yours": True}],
    "trio_how": [{"fault": "Say in a line what it is."}],
    "trio_preview": [{"name": "Ada", "words": "our falls leaflet", "draft": '["our leaflet"]'}],
    "trio_waits": [{"words": "our falls leaflet", "day": "Tuesday"}],
    "trio_off": [{}],
    "trio_later": [{"words": "our falls leaflet"}],
    "trio_gone": [{"words": "our falls leaflet"}],
    "alone": [
        {"network": "Frailty Friends", **HERE},
        {"network": "Frailty Friends", **HERE, "place": "frailty"},
    ],
    "reminder": [{"others": ["Rosa", "Joe"], "number": 7}],
    "found": [{}],
    "did_you": [{"others": ["Rosa"], "number": 7}, {"others": ["Rosa", "Joe"], "number": 7}],
    "noted": [
        {"came": each.value, "is_round": is_round} for each in Came for is_round in (True, False)
    ],
    "eased_out": [
        {"network": "Frailty Friends", "place": ""},
        {"network": "Frailty Friends", "place": "frailty"},
    ],
    "no_meeting": [{}],
    "when": [{"others": ["Rosa"], "zone": "Europe/London"}],
    "unclear_time": [{"typed": "soonish", "why": "I don't know when that is."}],
    "often_enough": [{}],
    "time": [
        TIME,
        {**TIME, "by": "", "is_change": True, "others": ["Rosa", "Joe [ward 7]"]},
        {**TIME, "is_off": True, "how": "review"},
        {**TIME, "is_off": True, "by": ""},
    ],
    "told": [{"others": ["Rosa"], "is_off": False}, {"others": ["Rosa", "Joe"], "is_off": True}],
    "stands": [{"at": AT, "number": 7}, {"at": None, "number": 7}],
    "title": [{"names": ["Ada", "Rosa"], "how": each.value} for each in MeetingKind],
    "about": [{"network": "Frailty Friends", "how": each.value} for each in MeetingKind],
    "coming": [
        {"called": [LINE], "due": date(2026, 6, 9)},
        {"called": [], "due": date(2026, 6, 9)},
        {"called": [LINE], "due": None},
    ],
    "soon": [{"called": [LINE]}, {"called": [LINE, {**LINE, "about": "a [walk]", "number": 8}]}],
    "gathering": [{**CALLED, "number": 7}],
    "gathering_off": [CALLED],
    "nothing": [{}],
    "gathering_preview": [
        {**CALLED, "place": "frailty", "draft": '["Falls (at night)","2026-06-04T10:00:00Z",45,2]'}
    ],
    "gathering_called": [{"place": "frailty", "number": 7}],
    "gathering_how": [{"typed": "falls soon", "why": "I don't know when that is."}],
    "gathering_enough": [{"most": 3}],
    "gathering_already": [{}],
    "gathering_gone": [{}],
    "gathering_file": [
        {"about": "Falls", "starts": AT, "minutes": 45, "is_off": is_off}
        for is_off in (True, False)
    ],
    "gathering_sent": [{}],
    "gathering_is_off": [{}],
    "apart": [{"name": "Cy", "is_not": is_not} for is_not in (True, False)],
    "nobody": [{"typed": ""}, {"typed": "@cy"}],
    "unclear": [{"typed": "perhaps"}],
    "home": [
        *({**each, "brings": ""} for each in STATES),
        {**STATE, "brings": "our falls leaflet"},
    ],
    "mydata": [
        {
            "parts": [(date(2026, 5, 4), "", None), (date(2026, 5, 4), "frailty", AT)],
            "meetings": [],
            "apart": [],
            "called": [Gathering(about="Falls", starts_at=AT, is_off=True)],
            "taken": [],
            "piece": None,
        },
        {
            "parts": [],
            "meetings": [
                {**MET, "meets_at": AT},
                {**MET, "others": [], "came": "later", "how": "introduction"},
                {**MET, "how": "review", "brought": "our falls leaflet"},
            ],
            "apart": [Person(name="Cy", ref="fake:T1/U-cy")],
            "called": [],
            "taken": [Gathering(about="Falls", starts_at=AT, is_off=False)],
            "piece": Piece(words="our falls leaflet", since=AT),
        },
    ],
    "tended": [
        {**TENDED, "people": 12, "last": date(2026, 5, 26), "seed": 4711, "due": date(2026, 6, 9)},
        {
            **TENDED,
            "people": 0,
            "last": None,
            "seed": 0,
            "due": date(2026, 6, 9),
            "place": "frailty",
        },
    ],
    "changed": [{**TENDED}, {**TENDED, "place": "frailty"}],
    "settings": [{"place": ""}, {"place": "frailty"}],
    "tend_unclear": [{"typed": "sometimes"}],
    "preview": [
        {**ROUND, "foreseen": SIX},
        {
            **ROUND,
            "foreseen": Foreseen(people=9, sizes=[(4, 2)], across=0, is_somebody_out=True),
            "place": "frailty",
        },
        {**ROUND, "foreseen": None, "is_lately": True},
    ],
    "held_now": [
        {**TENDED, "at": AT, "is_new": True, "due": date(2026, 6, 23)},
        {**TENDED, "at": AT, "is_new": False, "due": date(2026, 6, 23)},
        {**TENDED, "at": None, "is_new": False, "due": date(2026, 6, 23)},
    ],
}
