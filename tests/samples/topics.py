"""Sample values for the prompts of topics that people follow."""

from datetime import UTC, datetime

from bot.storage.threads import Place
from bot.storage.topics import Following

_AT = datetime(2026, 6, 9, 12, tzinfo=UTC)
_FALLS = Following(1, "fall", "falls", _AT)
_HIPS = Following(2, "hip fracture", "hip *fractures*", _AT)
_FOUND = {
    "topic": "falls",
    "name": "Dan",
    "others": 0,
    "place": Place("frailty", "slack:T1/C1"),
    "ts": 1,
    "at": _AT,
}

SAMPLES: dict[str, list[dict[str, object]]] = {
    "catchup": [_FOUND, {**_FOUND, "others": 3}],
    "fault": [{"fault": "Write a word or two, as in: falls, hip fracture."}],
    "followed": [{"name": "falls", "is_new": True}, {"name": "falls", "is_new": False}],
    "form": [{}],
    "how": [{"typed": "falls"}],
    "list": [{"topics": []}, {"topics": [_FALLS, _HIPS]}],
    "mydata": [
        {"following": [("Frailty", _FALLS)], "wrote": {}},
        {"following": [], "wrote": {"fall": 3}},
        {"following": [("Frailty", _FALLS)], "wrote": {"fall": 1, "hip fracture": 2}},
    ],
    "unfollowed": [{"name": "falls", "was_there": True}, {"name": "falls", "was_there": False}],
}
