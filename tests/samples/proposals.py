"""Sample values for the prompts of proposals."""

from datetime import UTC, date, datetime
from typing import Any

from msgspec.structs import replace

from bot.prompting import Plain
from bot.storage.places import Person
from bot.storage.proposals import Answer, Proposal
from handlers.proposals.showing import Objection, Shown

_NOW = datetime(2026, 6, 18, 9, 10, tzinfo=UTC)
_UNTIL = datetime(2026, 6, 25, 17, tzinfo=UTC)
_OBJECTIONS = (
    Objection(nth=1, reason="Night staff can't ask.", name="Rosa", is_disputed=True, settled=""),
    Objection(nth=2, reason="It is too vague.", name="", is_disputed=False, settled=""),
)
SHOWN = Shown(
    number=3,
    what="a change to rule 4",
    stage="questions",
    is_charter=True,
    is_out=False,
    is_minor=False,
    before="Say who it came from. Credit people.",
    wording=Plain("Say who it came from. Credit people. **Ask before quoting.**"),
    cut=(),
    changes=None,
    tension="Two of us found our words in a tool's summary.",
    proposer="Siân",
    facilitator="",
    leads=(),
    until=_UNTIL,
    is_over=False,
    settled=None,
    review=date(2026, 12, 18),
    months=6,
    round=0,
    needed=12,
    answered=0,
    is_extended=False,
    objections=(),
    took_part=0,
    version=0,
)
QUESTIONS = SHOWN
DRAFT = replace(SHOWN, stage="draft", until=None)
REACTIONS = replace(SHOWN, stage="reactions", facilitator="Rosa", changes=Plain("**Ask** first."))
CONSENT = replace(SHOWN, stage="consent", round=1, answered=14, facilitator="Rosa")
LATER = replace(CONSENT, is_extended=True, answered=0, proposer="", tension="")
MINOR = replace(CONSENT, is_minor=True, leads=("Priya",))
INTEGRATE = replace(CONSENT, stage="integrate", until=None, objections=_OBJECTIONS)
ADOPTED = replace(CONSENT, stage="adopted", until=None, settled=_NOW, took_part=31, version=4)
DECISION = replace(
    ADOPTED,
    is_charter=False,
    what="a decision",
    before="",
    wording=Plain("We meet on the first Monday."),
    took_part=0,
    version=0,
)
PARKED = replace(CONSENT, stage="parked", until=None, is_out=True)
WITHDRAWN = replace(
    DECISION, stage="withdrawn", wording=Plain(""), tension="", settled=_NOW, proposer=""
)
_STAGES = (DRAFT, QUESTIONS, REACTIONS, CONSENT, INTEGRATE, ADOPTED, PARKED, WITHDRAWN)
_ALL: list[dict[str, object]] = [{"shown": each} for each in _STAGES]
_ONE: dict[str, object] = {"may": set(), "fault": "", "mine": "", "helpers": [], "worries": []}
_TOLD: dict[str, object] = {"shown": REACTIONS, "network": "Frailty Friends"}
_ANSWER: dict[str, object] = {
    "shown": CONSENT,
    "reason": "",
    "name": "",
    "counts": True,
    "has_charter": True,
}
_LEADS = [Person(name="Priya"), Person(name="Tom")]


def _proposal(number: int, stage: str, wording: str = "We meet on Mondays.") -> Proposal:
    return Proposal(id=number, stage=stage, wording=wording, tension="Nobody knows when.")


SAMPLES: dict[str, list[dict[str, Any]]] = {
    "lines": [{"shown": each} for each in (QUESTIONS, REACTIONS, LATER, PARKED, DECISION)],
    "who": [
        {"shown": QUESTIONS, "is_over": False},
        {"shown": REACTIONS, "is_over": False},
        {"shown": replace(QUESTIONS, proposer=""), "is_over": False},
    ],
    "when": [{"shown": CONSENT}],
    "until": [{"shown": CONSENT}, {"shown": replace(CONSENT, is_over=True)}],
    "where": _ALL,
    "post": [
        {"shown": each, "is_over": is_over}
        for each in (
            QUESTIONS,
            REACTIONS,
            CONSENT,
            LATER,
            MINOR,
            INTEGRATE,
            replace(INTEGRATE, proposer=""),
        )
        for is_over in (False, True)
    ],
    "post_withdrawn": [{"number": 3}],
    "post_back": [{"number": 3}],
    "post_decided": [{"number": 3}],
    "adopted": [{"shown": ADOPTED}, {"shown": DECISION}],
    "parked": [{"shown": PARKED}],
    "more_time": [{"shown": replace(CONSENT, is_extended=True)}],
    "overtaken_all": [{"shown": DRAFT}, {"shown": replace(DRAFT, proposer="")}],
    "form": [{}],
    "form_words": [{}],
    "form_object": [{}],
    "form_worry": [{}],
    "suggest": [{}],
    "fault": [{"fault": "That is how it reads now."}],
    "gone": [{}],
    "how": [{"typed": "3 sing"}],
    "no_channel": [{}],
    "not_yours": [
        {"shown": CONSENT, "act": "change the words"},
        {"shown": INTEGRATE, "act": "decide on a disputed objection"},
    ],
    "elsewhere": _ALL,
    "late": [{"shown": ADOPTED}, {"shown": CONSENT}],
    "answered": [
        {**_ANSWER, "taken": "new", "stance": "consent"},
        {**_ANSWER, "taken": "same", "stance": "not my call"},
        {**_ANSWER, "taken": "changed", "stance": "worry", "reason": "Too long."},
        {**_ANSWER, "taken": "new", "stance": "object", "reason": "It harms.", "counts": False},
        {**_ANSWER, "taken": "new", "stance": "object", "reason": "It harms.", "name": "Rosa"},
        {**_ANSWER, "taken": "own", "stance": "consent"},
    ],
    "no_objection": [{"shown": CONSENT}],
    "one": [
        *({**_ONE, **each} for each in _ALL),
        {
            **_ONE,
            "shown": DRAFT,
            "may": {"post", "change", "call_minor", "invite", "withdraw"},
            "helpers": ["Dan"],
            "fault": "That is what stands there now.",
        },
        {**_ONE, "shown": DRAFT, "may": {"agree_minor"}},
        {**_ONE, "shown": CONSENT, "may": {"answer", "facilitate"}},
        {**_ONE, "shown": CONSENT, "may": {"answer"}, "mine": "worry"},
        {**_ONE, "shown": QUESTIONS, "may": {"facilitate", "move_on"}},
        {
            **_ONE,
            "shown": INTEGRATE,
            "worries": ["Too long."],
            "may": {"dispute", "rule", "reconsider", "park"},
        },
        {**_ONE, "shown": PARKED, "may": {"take_up", "withdraw"}},
    ],
    "posted": [{"shown": QUESTIONS}, {"shown": CONSENT}],
    "moved_on": [{"shown": REACTIONS}],
    "words": [{"shown": REACTIONS, "words": "Ask."}, {"shown": INTEGRATE, "words": "Ask."}],
    "words_posted": [{}],
    "reconsidered": [{"shown": INTEGRATE}],
    "disputed": [{"shown": INTEGRATE, "name": "Tom"}],
    "nobody_to_decide": [{}],
    "which": [{"shown": INTEGRATE}],
    "not_disputed": [{}],
    "decided_on": [{"shown": INTEGRATE, "is_set_aside": each} for each in (True, False)],
    "facilitates": [
        {"shown": REACTIONS, "is_new": True},
        {"shown": REACTIONS, "is_new": False},
        {"shown": QUESTIONS, "is_new": False},
    ],
    "is_parked": [{"shown": PARKED}],
    "taken_up": [{"shown": DRAFT}],
    "withdrawn": [{"number": 3}],
    "minor_asked": [{"shown": DRAFT, "leads": _LEADS}],
    "not_minor": [{"shown": DRAFT}],
    "not_called_minor": [{"number": 3}],
    "full_said": [{}],
    "nobody": [{"name": "Zed", "number": 3}, {"name": "", "number": 3}],
    "invited": [{"name": "Dan", "number": 3}],
    "enough_help": [{"shown": DRAFT}],
    "left": [{"number": 3}],
    "help_asked": [_TOLD, {**_TOLD, "shown": replace(DRAFT, proposer="")}],
    "is_it_minor": [{"shown": DRAFT}],
    "needs_round": [_TOLD],
    "please_decide": [_TOLD],
    "was_set_aside": [_TOLD],
    "was_upheld": [_TOLD],
    "overtaken": [_TOLD],
    "closed": [
        {**_TOLD, "outcome": "integrate", "has_worries": True},
        {**_TOLD, "outcome": "park", "has_worries": False},
        {**_TOLD, "outcome": "adopt", "has_worries": True},
    ],
    "reviews": [{"decided": [DECISION]}, {"decided": [DECISION, DECISION]}],
    "list": [
        {
            "proposals": [CONSENT, replace(DECISION, stage="integrate")],
            "drafts": [DRAFT],
            "parked": [PARKED],
            "has_decided": True,
        },
        {"proposals": [], "drafts": [], "parked": [], "has_decided": False},
        {"proposals": [], "drafts": [], "parked": [], "has_decided": True},
    ],
    "decided": [{"decided": [ADOPTED, DECISION]}, {"decided": []}],
    "short": [{"shown": each} for each in (ADOPTED, DECISION, CONSENT)],
    "home": [{"rows": [(CONSENT, True), (INTEGRATE, False)]}],
    "digest": [
        {"proposals": [CONSENT, INTEGRATE], "decided": [ADOPTED, DECISION]},
        {"proposals": [], "decided": [ADOPTED]},
    ],
    "mydata": [
        {
            "mine": [
                (_proposal(1, "draft"), "a decision"),
                (_proposal(2, "adopted"), "a new rule"),
                (_proposal(3, "withdrawn", ""), "a decision"),
                (_proposal(4, "consent", ""), "taking out rule 2"),
            ],
            "parts": [(_proposal(5, "consent"), "facilitator"), (_proposal(6, "draft"), "helper")],
            "answers": [
                Answer(proposal_id=5, stance="object", reason="It harms."),
                Answer(proposal_id=6, stance="consent", reason=""),
            ],
        },
    ],
}
