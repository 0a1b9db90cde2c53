"""Sample values for the prompts about newcomers and unanswered posts."""

from datetime import UTC, datetime

from bot.storage.threads import Place

_POST = {
    "channel": "frailty",
    "ref": "slack:T1/C1",
    "ts": 1,
    "at": datetime(2026, 6, 9, tzinfo=UTC),
    "asks": True,
    "is_first": True,
    "days": 1,
}
_OLD = {**_POST, "is_first": False, "days": 3}

_PLACE = Place("frailty", "slack:T1/C1")

SAMPLES: dict[str, list[dict[str, object]]] = {
    "catchup": [{"name": "Dan", "place": _PLACE, "ts": 1, "at": datetime(2026, 6, 9, tzinfo=UTC)}],
    "first_posts": [{"posts": [_POST], "minutes": 3}, {"posts": [_POST, _POST], "minutes": 6}],
    "home": [
        {"posts": [_POST], "more": 0, "minutes": 3},
        {"posts": [_POST, _OLD], "more": 2, "minutes": 6},
    ],
    "new": [{"people": None}, {"people": 7}],
    "unanswered": [{"posts": [_POST], "more": 0}, {"posts": [_POST, _OLD], "more": 4}],
    "withdrawn": [{}],
    "waiting": [
        {"posts": [], "more": 0, "minutes": 0, "days": 14, "is_tended": False},
        {"posts": [_POST, _OLD], "more": 2, "minutes": 6, "days": 14, "is_tended": True},
    ],
}
