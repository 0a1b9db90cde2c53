"""Sample values for the prompts of offers."""

from __future__ import annotations

from datetime import date

from bot.storage.offers import Offer
from bot.storage.wanted import Wanted

UNTIL = date(2026, 9, 4)
NOTHING_MORE = {"is_resource": False, "resource": "", "how": "", "often": ""}
ROOM = {
    "is_resource": True,
    "resource": "A room",
    "how": "Leave it as you found it.",
    "often": "twice a week",
}


def _one(
    number: int, *, when: str = "", more: dict[str, object] | None = None
) -> dict[str, object]:
    words = "the big room at St Anne's" if more else "An hour to talk through audit data."
    return {
        "number": number,
        "name": "Rosa",
        "address": "fake:T1/U-rosa",
        "words": words,
        "short": words,
        "when": when,
        "until": UNTIL,
        **(more or NOTHING_MORE),
    }


ONE, TWO = _one(1), _one(2, when="on Thursdays")
THREE = _one(3, when="Tuesdays 2-4", more=ROOM)
BARE = _one(4, more={"is_resource": True, "resource": "", "how": "", "often": ""})
DRAFT = {"draft": '["An (hour)."]'}
HELD = [
    Offer(id=1, state="standing", words="An hour.", until=UNTIL),
    Offer(id=2, state="ended", words="A room.", until=UNTIL),
    Offer(id=3, state="withdrawn", words="", until=UNTIL),
]
WANTED_HELD = [
    Wanted(id=1, state="standing", words="A projector.", until=UNTIL),
    Wanted(id=2, state="ended", words="A quiet room.", until=UNTIL),
    Wanted(id=3, state="withdrawn", words="", until=UNTIL),
]
NONE_WANTED = {"wanted": [], "more": 0, "ended": []}
NO_OFFERS = {"offers": [], "more": 0, "mine": [], "ended": [], "wanted": NONE_WANTED, "me": ""}
LINE = {"number": 5, "words": "a projector", "short": "a projector", "until": UNTIL}
WANTED = {
    "wanted": [{**LINE, "is_own": False}, {**LINE, "is_own": True}],
    "more": 2,
    "ended": [LINE],
}


def _use(state: str, *, hours: str = "14:00 to 16:00", name: str = "Dan") -> dict[str, object]:
    return {
        "number": 7,
        "offer": 3,
        "words": "the big room at St Anne's",
        "short": "the big room at St Anne's",
        "owner": "Rosa",
        "owner_address": "fake:T1/U-rosa",
        "name": name,
        "address": "fake:T1/U-dan",
        "day": date(2026, 6, 16),
        "hours": hours,
        "what_for": "our family day",
        "state": state,
    }


ASKED, AGREED = _use("asked"), _use("agreed", hours="")
NAMED, USED = _use("suggested"), _use("used")
USES = [ASKED, AGREED]
AT_HOME = {"asked": [], "lent": [], "using": [], "wanted": []}

SAMPLES: dict[str, list[dict[str, object]]] = {
    "form": [{}],
    "use_form": [{**THREE, "owner": "Rosa"}, {**BARE, "owner": "Rosa"}],
    "another_form": [{**ASKED, "asker": "Dan"}],
    "line": [ONE, TWO, THREE],
    "resource": [THREE, BARE],
    "preview": [{**each, **DRAFT} for each in (ONE, TWO, THREE, BARE)],
    "fault": [{"fault": "Write a day to come, in the next two years, as in: until 31 July."}],
    "nothing": [{}],
    "enough": [{"most": 20}],
    "kept": [{"number": 1, "until": UNTIL}],
    "not_yours": [{}],
    "withdrawn": [{}],
    "still": [{**each, "network": "Frailty Friends"} for each in (ONE, TWO)],
    "who_how": [{}],
    "who": [
        {"typed": "audit", "offers": [ONE, TWO], "me": ""},
        {"typed": "a room", "offers": [THREE, BARE], "me": ""},
        {"typed": "audit", "offers": [], "me": ""},
    ],
    "list": [
        {**NO_OFFERS, "typed": ""},
        {**NO_OFFERS, "typed": "resources", "ended": [ONE]},
        {**NO_OFFERS, "typed": "", "wanted": WANTED},
        {**NO_OFFERS, "typed": "", "offers": [ONE, TWO, THREE]},
        {**NO_OFFERS, "typed": "audit", "offers": [ONE], "more": 3, "mine": [TWO], "ended": [ONE],
         "wanted": WANTED},
    ],
    "found": [TWO, THREE],
    "found_wanted": [LINE],
    "home": [
        {**AT_HOME, "offers": [], "more": 0},
        {**AT_HOME, "offers": [ONE, TWO], "more": 2},
        {"offers": [], "more": 0, "asked": [ASKED], "lent": USES, "using": [*USES, NAMED, USED],
         "wanted": [LINE, LINE]},
    ],
    "mydata": [
        {"offers": HELD, "wanted": [], "used": [], "asked": []},
        {"offers": [], "wanted": WANTED_HELD, "used": [ASKED, USED], "asked": USES},
    ],
    "may_they": USES,
    "asked": USES,
    "asked_before": [{"name": "Rosa", "day": date(2026, 6, 16)}],
    "agreed": [{**each, "is_owner": is_owner} for each in USES for is_owner in (True, False)],
    "another_time": USES,
    "suggested": USES,
    "cant_suggest": [{"reason": "Somebody has it that day.", "number": 7}],
    "not_this_time": [
        {**each, "is_taken": is_taken}
        for each in (ASKED, {**ASKED, "words": ""}) for is_taken in (True, False)
    ],
    "not_then": [{"reason": "It can be had: Tuesdays 2-4.", "number": 3}],
    "taken": [{**ASKED, "is_full": is_full} for is_full in (True, False)],
    "free_again": [AGREED, ASKED, {**ASKED, "name": ""}],
    "left": USES,
    "said_no": [{}],
    "nothing_asked": [{}],
    "not_there": [{}],
    "your_own": [{"number": 3}],
    "tomorrow": [{**each, "is_owner": is_owner} for each in USES for is_owner in (True, False)],
    "was_it_used": [{**each, "network": "Frailty Friends"} for each in USES],
    "used_kept": [{**AGREED, "to": to} for to in (0, 12)],
    "unused_kept": [{}],
    "not_yet": USES,
    "wanted": [WANTED, NONE_WANTED, {**WANTED, "more": 0, "ended": []}],
    "wanted_preview": [{"words": "a projector", "until": UNTIL, **DRAFT}],
    "wanted_enough": [{"most": 20}],
    "wanted_kept": [LINE],
    "wanted_still": [{**LINE, "network": "Frailty Friends"}],
    "wanted_off": [{}],
    "wanted_gone": [{}],
    "wanted_yours": [LINE],
    "somebody_could": [{**LINE, "name": "Joe", "address": "fake:T1/U-joe"}],
    "could_told": [{**LINE, "name": "Amina", "address": "fake:T1/U-amina"}],
}  # fmt: skip
