"""Sample values for the prompts of leading."""

from datetime import date

from bot.domain.leading import PROMISE
from bot.storage.sponsors import Sponsor
from handlers.leading.showing import Shown, Supporting

ADA = Shown(name="Ada", since=date(2026, 3, 2), ends_on=date(2026, 9, 2))
BOB = Shown(name="Bob", since=date(2026, 4, 1), ends_on=date(2026, 10, 1))
_HERE = {"network": "Frailty Friends"}
HELEN = Supporting(name="Helen", since=date(2026, 3, 2), ends_on=date(2027, 3, 2), promised=PROMISE)
_LASTING = Sponsor(promised=PROMISE, ends_on=date(2027, 3, 2))
_ROLES = ("instead", "beside", "alternative")
_ALL = (*_ROLES, "sponsor")

SAMPLES: dict[str, list[dict[str, object]]] = {
    "asked": [{"name": "Rosa", "role": role, "until": date(2026, 9, 2)} for role in _ALL],
    "question": [
        {"lead": "Ada", "role": role, "months": 6, "number": 3, **_HERE} for role in _ROLES
    ],
    "answered": [
        {"state": state, "role": role, **_HERE}
        for state, role in (
            ("declined", "beside"),
            ("taken", "alternative"),
            ("taken", "instead"),
            ("taken", "sponsor"),
        )
    ],
    "settled": [
        {"state": state, "promise": promise, **_HERE}
        for state, promise in (("taken", ""), ("taken", PROMISE), ("declined", ""), ("lapsed", ""))
    ],
    "heard": [
        {"name": "Rosa", "state": "declined", "role": "beside"},
        *({"name": "Rosa", "state": "taken", "role": role} for role in _ALL),
    ],
    "taken": [
        {"name": "Rosa", "before": "Ada", "others": ["Bob"], **_HERE},
        {"name": "Rosa", "before": "", "others": [], **_HERE},
    ],
    "alternative": [{"name": "Joe", "before": "", "others": [], **_HERE}],
    "goes_on": [{"name": "Ada", "until": date(2026, 9, 2), **_HERE}],
    "stopped": [{"name": "Ada", "others": others, **_HERE} for others in (["Bob"], ["Bob", "Cy"])],
    "ended": [{"name": "Ada", "others": others, **_HERE} for others in (["Bob"], ["Bob", "Cy"])],
    "carried_on": [{"until": date(2026, 9, 2)}],
    "stepped_down": [{"leads": ["Bob"]}, {"leads": ["Bob", "Cy"]}],
    "last_one": [{}],
    "untended": [{}],
    "nobody": [{"name": "Rosalind"}],
    "tends_already": [{"name": "Bob", "is_you": False}, {"name": "Ada", "is_you": True}],
    "one_at_a_time": [{"name": "Rosa"}],
    "nothing_asked": [{}],
    "taken_back": [{}],
    "nothing_to_answer": [{}],
    "too_late": [{"name": "Ada"}],
    "form": [_HERE],
    "leads": [
        {
            "leads": [ADA, BOB],
            "alternative": "Joe",
            "is_lead": True,
            "asked": "",
            "asks_you": False,
            "sponsor": HELEN,
            **_HERE,
        },
        {
            "leads": [ADA],
            "alternative": "",
            "is_lead": True,
            "asked": "Rosa",
            "asks_you": False,
            "sponsor": None,
            **_HERE,
        },
        {
            "leads": [],
            "alternative": "",
            "is_lead": False,
            "asked": "",
            "asks_you": True,
            "sponsor": None,
            **_HERE,
        },
    ],
    "reminder": [
        {
            "since": date(2026, 3, 2),
            "ends_on": date(2026, 9, 2),
            "others": others,
            "months": 6,
            "is_over": is_over,
            **_HERE,
        }
        for others, is_over in ((["Bob"], False), ([], False), ([], True))
    ],
    "mydata": [
        {"terms": [date(2026, 9, 2)], "asked": 2, "is_alternative": False, "supported": ()},
        {"terms": [], "asked": 0, "is_alternative": True, "supported": ()},
        {"terms": [], "asked": 1, "is_alternative": False, "supported": [_LASTING]},
    ],
    "sponsor": [
        {"sponsor": sponsor, "asked": asked, **_HERE}
        for sponsor, asked in ((HELEN, ""), (None, "Helen"), (HELEN, "Sam"), (None, ""))
    ],
    "sponsor_form": [{"is_lead": True}, {"is_lead": False}],
    "sponsor_question": [
        {"lead": "Ada", "purpose": purpose, "promise": PROMISE, "number": 3, **_HERE}
        for purpose in ("Together we make the first hour kinder.", "")
    ],
    "sponsor_taken": [{"name": "Helen", "before": before, **_HERE} for before in ("", "Sam")],
    "sponsor_gone": [{"name": "Helen", **_HERE}],
    "sponsor_let_go": [{"name": "Helen"}, {"name": ""}],
    "sponsor_ended": [{"because": each, **_HERE} for each in ("followed", "over", "leads")],
    "sponsor_stopped": [_HERE],
    "sponsor_carried_on": [{"until": date(2027, 3, 2), **_HERE}],
    "sponsor_followed": [{"name": "Sam"}],
    "sponsor_follows": [{"sponsor": "Helen", "name": "Sam", "number": 7, **_HERE}],
    "sponsor_reminder": [{"ends_on": date(2027, 3, 2), **_HERE}],
    "sponsor_apart": [{"name": "Ada", **_HERE}],
    "sponsor_already": [{"name": "Helen", **_HERE}],
    "not_sponsor": [{}],
}
