"""Sample values for the prompts of coffee pairs."""

from __future__ import annotations

from datetime import date

from bot.domain.meeting import Cadence, Came
from bot.storage.places import Person

ROSA, JOE = ("Rosa", "fake:T1/U-rosa"), ("Joe [ward 7]", "fake:T1/U-joe")
PAIR = {"network": "Frailty Friends", "others": [ROSA], "captain": "", "are_apart": True}
WHEN = [{"day": "Tuesday", "cadence": each.value} for each in Cadence]
MET = {"on": date(2026, 6, 2), "others": ["Rosa"], "came": ""}

SAMPLES: dict[str, list[dict[str, object]]] = {
    "state": [
        *({"takes_part": is_in, "apart": [], **each} for each in WHEN for is_in in (True, False)),
        {"takes_part": True, "apart": ["Cy", "Ben"], **WHEN[0]},
    ],
    "joined": [{"is_new": is_new, **WHEN[1]} for is_new in (True, False)],
    "left": [{}],
    "pair": [
        PAIR,
        {**PAIR, "captain": "Rosa", "are_apart": False},
        {**PAIR, "others": [ROSA, JOE], "captain": "Joe [ward 7]"},
    ],
    "alone": [{"network": "Frailty Friends"}],
    "did_you": [{"others": ["Rosa"], "number": 7}, {"others": ["Rosa", "Joe"], "number": 7}],
    "noted": [{"came": each.value} for each in Came],
    "no_meeting": [{}],
    "apart": [{"name": "Cy", "is_not": is_not} for is_not in (True, False)],
    "nobody": [{"typed": ""}, {"typed": "@cy"}],
    "unclear": [{"typed": "perhaps"}],
    "home": [{"takes_part": is_in, **WHEN[1]} for is_in in (True, False)],
    "mydata": [
        {"since": date(2026, 5, 4), "meetings": [], "apart": []},
        {
            "since": None,
            "meetings": [MET, {**MET, "others": [], "came": "later"}],
            "apart": [Person(name="Cy", ref="fake:T1/U-cy")],
        },
    ],
}
