"""Sample values for the prompts of leading."""

from datetime import date

from handlers.leading.showing import Shown

ADA = Shown(name="Ada", since=date(2026, 3, 2), ends_on=date(2026, 9, 2))
BOB = Shown(name="Bob", since=date(2026, 4, 1), ends_on=date(2026, 10, 1))
_HERE = {"network": "Frailty Friends"}
_ROLES = ("instead", "beside", "alternative")

SAMPLES: dict[str, list[dict[str, object]]] = {
    "asked": [{"name": "Rosa", "role": role, "until": date(2026, 9, 2)} for role in _ROLES],
    "question": [
        {"lead": "Ada", "role": role, "months": 6, "number": 3, **_HERE} for role in _ROLES
    ],
    "answered": [
        {"state": state, "role": role, **_HERE}
        for state, role in (("declined", "beside"), ("taken", "alternative"), ("taken", "instead"))
    ],
    "settled": [{"state": state, **_HERE} for state in ("taken", "declined", "lapsed")],
    "heard": [
        {"name": "Rosa", "state": "declined", "role": "beside"},
        *({"name": "Rosa", "state": "taken", "role": role} for role in _ROLES),
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
            **_HERE,
        },
        {
            "leads": [ADA],
            "alternative": "",
            "is_lead": True,
            "asked": "Rosa",
            "asks_you": False,
            **_HERE,
        },
        {
            "leads": [],
            "alternative": "",
            "is_lead": False,
            "asked": "",
            "asks_you": True,
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
        {"terms": [date(2026, 9, 2)], "asked": 2, "is_alternative": False},
        {"terms": [], "asked": 0, "is_alternative": True},
    ],
}
