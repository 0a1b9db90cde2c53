"""Sample values for the prompts of asks."""

from __future__ import annotations

from datetime import date

from bot.domain.asks import AskState
from bot.judgement.helping import Reason
from bot.storage.asks import Ask
from handlers.asks.telling import Source, Told

ASK = Told(
    name="Amina",
    words="Could someone read our two-page leaflet on getting up after a fall?",
    why="It goes to the printer on Monday.",
    due=date(2026, 6, 12),
    takes="20 minutes",
    kind="review",
    takes_several=False,
)
BARE = Told(
    name="Siân",
    words="A night-time telephone that gets answered.",
    why="",
    due=None,
    takes="",
    kind="information",
    takes_several=True,
)
SOURCE = Source("frailty", "fake:T1/C-frailty", 1718123456000100)

ROUND = Source("frailty", "fake:T1/C-frailty", 1718123456000100, is_round=True)


def _about(state: str, *, ask: Told = ASK, helpers: int = 0) -> dict[str, object]:
    names = ["Joe", "Dan", "Rosa"][:helpers]
    return {"number": 3, "state": state, "ask": ask, "helpers": names, "source": None}


OPEN, TAKEN = _about("open"), _about("taken", helpers=1)
BOTH = _about("taken", ask=BARE, helpers=2)
DONE = _about("done", helpers=1)
CLOSED = _about("closed", ask=BARE)
DRAFT, PARTLY, EXPIRED = _about("draft"), _about("partly"), _about("expired")
SAID = {"network": "Frailty Friends", "said": "plain English", "thought_of": ""}
PLACE = {"place": "fake:T1/C-asks", "ts": 1718123456000100}
NOWHERE = {"place": "", "ts": 0}
HELD = [
    Ask(id=number, state=state, words="Somebody to read a leaflet.")
    for number, state in enumerate(AskState, 1)
]

SAMPLES: dict[str, list[dict[str, object]]] = {
    "form": [{}],
    "head": [OPEN, CLOSED],
    "lines": [OPEN, {**OPEN, "source": SOURCE}, {**OPEN, "source": ROUND}, CLOSED],
    "preview": [
        {
            "ask": ASK,
            "source": source,
            "channel": "frailty-asks",
            "draft": '["A (leaflet)."]',
            "is_change": is_change,
            "is_again": is_again,
        }
        for is_change, is_again in ((False, False), (True, False), (False, True))
        for source in (SOURCE, ROUND)
    ],
    "fault": [{"fault": "Write a day from today on, as in: Friday, 14 June, in two weeks."}],
    "no_channel": [{}],
    "nothing": [{}],
    "kept": [{"number": 3}],
    "posted": [
        {"number": 3, "channel": "frailty-asks", "is_round": each, "may_swap": each}
        for each in (True, False)
    ],
    "over": [
        {"number": 3, "state": state} for state in ("deleted", "draft", "done", "closed", "missed")
    ],
    "changed": [{"number": 3, "is_again": is_again} for is_again in (True, False)],
    "post": [OPEN, {**OPEN, "source": SOURCE}, TAKEN, BOTH, DONE, CLOSED, PARTLY],
    "deleted_post": [{}],
    "unsaid": [{"number": 3}],
    "for_you": [
        *({**OPEN, **SAID, **PLACE, "reason": reason.value} for reason in Reason),
        {**CLOSED, **SAID, **NOWHERE, "reason": "around"},
        {**OPEN, **SAID, **PLACE, "reason": "", "thought_of": "Dan"},
    ],
    "own_ask": [{}],
    "covered": [TAKEN, BOTH],
    "somebody_helps": [
        {**each, "helper": "Joe", "address": "fake:T1/U-joe"} for each in (TAKEN, BOTH)
    ],
    "hand": [
        {"helper": "Joe", "address": "fake:T1/U-joe", "number": 7, **PLACE, "has_thanks": each}
        for each in (True, False)
    ],
    "hand_down": [{"helper": "Joe"}],
    "hand_seen": [{"name": "Amina", "address": "fake:T1/U-amina"}],
    "joined": [{**each, "address": "fake:T1/U-amina"} for each in (TAKEN, BOTH)],
    "passed_by": [{}],
    "not_asked": [{}],
    "seldom": [{"is_seldom": True}, {"is_seldom": False}],
    "not_on_it": [{}],
    "stepped_back": [{}],
    "open_again": [{**OPEN, "helper": helper} for helper in ("Joe", "")],
    "know_form": [{}],
    "nobody": [{"name": "Jo"}],
    "thought_of": [{"name": "Joe"}],
    "followed": [OPEN],
    "became": [DONE, CLOSED, PARTLY],
    "smaller": [
        {**OPEN, "network": "Frailty Friends", "days": 3, "less": less}
        for less in ("10 minutes", "")
    ],
    "what_now": [{**OPEN, "network": "Frailty Friends", "days": 5}],
    "not_yours": [{}],
    "kept_open": [OPEN, CLOSED],
    "closed": [CLOSED, DONE],
    "not_needed": [TAKEN],
    "taken_back": [{"name": "Amina"}],
    "deleted": [{}],
    "list": [
        {"asks": [], "more": 0, "typed": "", "mine": []},
        {"asks": [], "more": 0, "typed": "leaflets", "mine": [OPEN]},
        {"asks": [OPEN, CLOSED], "more": 0, "typed": "", "mine": []},
        {
            "asks": [OPEN, CLOSED],
            "more": 4,
            "typed": "leaflets",
            "mine": [DRAFT, OPEN, TAKEN, PARTLY, EXPIRED],
        },
    ],
    "one": [
        *(
            {**_about(state.value, helpers=1), "is_own": True, "is_on_it": False}
            for state in AskState
            if state != AskState.DELETED
        ),
        {**TAKEN, "is_own": False, "is_on_it": True},
        {**DONE, "is_own": False, "is_on_it": True},
        *({**each, "is_own": False, "is_on_it": False} for each in (OPEN, TAKEN, BOTH, DONE)),
        {**CLOSED, "is_own": False, "is_on_it": False},
    ],
    "none": [{"number": "7"}],
    "home": [
        {"mine": [], "helping": [], "fits": []},
        {
            "mine": [DRAFT, OPEN, TAKEN, PARTLY, EXPIRED],
            "helping": [TAKEN, BOTH],
            "fits": [{**OPEN, "said": "plain English"}],
        },
    ],
    "waiting": [{"asks": [OPEN, CLOSED]}, {"asks": []}],
    "catchup": [OPEN, CLOSED],
    "found": [DONE, _about("partly")],
    "digest": [
        {"asks": [OPEN], "total": 1, "wanted": [], "resources": []},
        {"asks": [OPEN, TAKEN, CLOSED], "total": 6, "wanted": ["a projector"], "resources": []},
        {"asks": [], "total": 0, "wanted": ["a projector", "a van"], "resources": ["a room"]},
    ],
    "mydata": [
        {"asks": HELD, "asked": [], "followed": [], "is_seldom": False},
        {
            "asks": [],
            "asked": [{"words": "Somebody to read a leaflet.", "at": date(2026, 6, 12)}],
            "followed": ["A room for twenty."],
            "is_seldom": True,
        },
    ],
}
