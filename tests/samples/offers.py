"""Sample values for the prompts of offers."""

from __future__ import annotations

from datetime import date

from bot.storage.offers import Offer

UNTIL = date(2026, 9, 4)


def _one(number: int, *, when: str = "") -> dict[str, object]:
    return {
        "number": number,
        "name": "Rosa",
        "address": "fake:T1/U-rosa",
        "words": "An hour to talk through audit data.",
        "when": when,
        "until": UNTIL,
    }


ONE, TWO = _one(1), _one(2, when="on Thursdays")
DRAFT = {"draft": '["An (hour)."]'}
HELD = [
    Offer(id=1, state="standing", words="An hour.", until=UNTIL),
    Offer(id=2, state="ended", words="A room.", until=UNTIL),
    Offer(id=3, state="withdrawn", words="", until=UNTIL),
]
NO_OFFERS = {"offers": [], "more": 0, "mine": [], "ended": []}

SAMPLES: dict[str, list[dict[str, object]]] = {
    "form": [{}],
    "line": [ONE, TWO],
    "preview": [{**ONE, **DRAFT}, {**TWO, **DRAFT}],
    "fault": [{"fault": "Write a day to come, in the next two years, as in: until 31 July."}],
    "nothing": [{}],
    "enough": [{"most": 20}],
    "kept": [{"number": 1, "until": UNTIL}],
    "not_yours": [{}],
    "withdrawn": [{}],
    "still": [{**each, "network": "Frailty Friends"} for each in (ONE, TWO)],
    "who_how": [{}],
    "who": [{"typed": "audit", "offers": [ONE, TWO]}, {"typed": "audit", "offers": []}],
    "list": [
        {**NO_OFFERS, "typed": ""},
        {**NO_OFFERS, "typed": "resources", "ended": [ONE]},
        {"typed": "", "offers": [ONE, TWO], "more": 0, "mine": [], "ended": []},
        {"typed": "audit", "offers": [ONE], "more": 3, "mine": [TWO], "ended": [ONE]},
    ],
    "home": [{"offers": [], "more": 0}, {"offers": [ONE, TWO], "more": 2}],
    "mydata": [{"offers": HELD}],
}
