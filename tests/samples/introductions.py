"""Sample values for the prompts of introductions."""

from __future__ import annotations

from datetime import date

from bot.domain.introductions import Origin
from bot.judgement.bridging import Came

UNTIL = date(2026, 6, 12)
WORDS = "Both of you work on a leaflet [about falls]"
ROSA = {
    "number": 3,
    "origin": "member",
    "other": "Rosa [ward 7]",
    "ref": "fake:T1/U-rosa",
    "by": "Amina",
    "words": WORDS,
    "offer": "",
    "until": UNTIL,
    "said": "",
}
BARE = {**ROSA, "by": "", "words": ""}
ASKED = [
    ROSA,
    *({**BARE, "origin": each.value} for each in Origin),
    {**ROSA, "origin": "own"},
    {**BARE, "origin": "bridge", "by": "Priya", "offer": "an hour on audit data"},
    {**BARE, "origin": "helper", "other": ""},
]
DRAFT = '[7,9,"for (that)."]'
MADE = {**ROSA, "is_first": True, "is_by": False, "meeting": 7}
ONE = {"name": "maternity", "ref": "fake:T1/C-maternity"}
OTHER = {"name": "care-homes", "ref": "fake:T1/C-care-homes"}
FOUND = {
    "one": ONE,
    "other": OTHER,
    "is_none": True,
    "offers": ["audit data", "a room [of 20]"],
    "value": "3/4",
    "ask": "3/4/1/2",
}
EARLIER = [{"names": ["maternity", "care-homes"], "came": each.value} for each in Came]
BRIDGE = {"found": FOUND, "earlier": [], "weeks": 12, "has_drafts": True}
THOUGHT = {"number": 3, "names": ["Joe", "Rosa"], "words": WORDS, "until": UNTIL}
NOTHING_HELD = {
    "asked": [],
    "introduced": [],
    "thought_of": [],
    "bot_thought_of_you_at": [],
}
OWN = {"other": "Joe", "said": "yes", "until": UNTIL, "your_own": True, "words": WORDS}

SAMPLES: dict[str, list[dict[str, object]]] = {
    "question": [{"network": "Frailty Friends", **each} for each in ASKED],
    "line": [{"each": each} for each in ASKED],
    "home": [{"waits": [ROSA]}, {"waits": ASKED[-3:]}],
    "state": [
        {"waits": [], "mine": []},
        {"waits": ASKED[:2], "mine": [THOUGHT, {**THOUGHT, "names": ["you", "Rosa"]}]},
    ],
    "preview": [
        {"asked": asked, "by": "Amina", "words": WORDS, "draft": DRAFT}
        for asked in (["Joe", "Rosa"], ["Rosa"])
    ],
    "form": [{"names": ["Joe", "you"]}],
    "asking": [{"asked": asked, "number": 3} for asked in (["Joe", "Rosa"], ["Rosa"])],
    "enough": [{"most": 3}],
    "fault": [{"fault": "Say in a few words why."}],
    "nobody": [{"name": "@rosa"}],
    "one_and_the_same": [{}],
    "unclear": [{"typed": "perhaps"}],
    "nothing": [{}],
    "not_yours": [{}],
    "withdrawn": [{}],
    "not_asked": [{}],
    "noted": [{**ROSA, "said": said} for said in ("yes", "no")],
    "answered": [ROSA, ASKED[-1]],
    "both": [ROSA],
    "made": [
        MADE,
        {**MADE, "is_first": False, "is_by": True, "meeting": 0},
        *({**MADE, **BARE, "origin": each.value, "is_first": False} for each in Origin),
        {**MADE, **BARE, "offer": "an hour on audit data"},
        {**MADE, "by": ""},
    ],
    "lapsed": [{}],
    "mydata": [
        {**NOTHING_HELD, "bot_thought_of_you_at": [UNTIL]},
        {
            **NOTHING_HELD,
            "asked": [
                OWN,
                {**OWN, "your_own": False, "said": "no"},
                {**OWN, "your_own": False, "said": "", "other": ""},
            ],
            "introduced": [{"other": "Joe", "at": UNTIL, "words": each} for each in ("", WORDS)],
            "thought_of": [THOUGHT, {**THOUGHT, "words": ""}],
        },
    ],
    "bridge": [
        BRIDGE,
        {**BRIDGE, "found": {**FOUND, "is_none": False}, "has_drafts": False},
        {**BRIDGE, "found": {**FOUND, "offers": [], "ask": ""}, "earlier": EARLIER},
        {**BRIDGE, "found": None, "earlier": EARLIER[:1]},
        {**BRIDGE, "found": None},
    ],
    "came": [{"each": each} for each in EARLIER],
    "bridge_came": [{"network": "Frailty Friends", **each} for each in EARLIER],
    "bridge_asked": [{}],
    "bridge_nobody": [{}],
    "bridge_set_aside": [{}],
    "bridge_unclear": [{"typed": "perhaps"}],
}
