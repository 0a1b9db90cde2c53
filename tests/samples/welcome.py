"""Sample values for the prompts about newcomers and unanswered posts."""

from datetime import UTC, datetime

from bot.storage.threads import Place
from bot.storage.watches import ResponseWatch, WatchAsk

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

_MOMENT = datetime(2026, 6, 9, 9, tzinfo=UTC)
_PLACE = Place("frailty", "slack:T1/C1")

SAMPLES: dict[str, list[dict[str, object]]] = {
    "catchup": [{"name": "Dan", "place": _PLACE, "ts": 1, "at": datetime(2026, 6, 9, tzinfo=UTC)}],
    "first_posts": [{"posts": [_POST], "minutes": 3}, {"posts": [_POST, _POST], "minutes": 6}],
    "declined": [{}],
    "hello": [
        {
            "name": "Amina",
            "network": "Frailty Friends",
            "number": 3,
            "place": _PLACE,
            "ts": 1,
            "words": words,
            "reason": reason,
            "said": "home assessment" if reason == "offer" else "",
        }
        for words, reason in (
            ("How do you tell in the first hour whether somebody can go home?", "offer"),
            ("", "there"),
            ("", "around"),
        )
    ],
    "hello_closed": [{}],
    "mydata": [
        {"watched": [], "asked": [WatchAsk(answer="not now", asked_at=_MOMENT)]},
        {
            "watched": [
                ResponseWatch(is_introduction=True, words="How do you tell?", started_at=_MOMENT),
                ResponseWatch(
                    is_introduction=False,
                    words="",
                    started_at=_MOMENT,
                    asked_at=_MOMENT,
                    closed_at=_MOMENT,
                ),
            ],
            "asked": [WatchAsk(answer="", asked_at=_MOMENT)],
        },
    ],
    "not_asked": [{}],
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
