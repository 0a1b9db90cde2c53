"""Sample values for the prompts of what a member hears unasked."""

from datetime import UTC, datetime

from handlers.pausing import Subject

_IDEAS = Subject(name="ideas", words="to ask whether an idea of yours may be told", is_wanted=True)
_TENDING = Subject(name="tending", words="about what you tend", is_wanted=False)
_CARD: dict[str, object] = {
    "is_paused": False,
    "until": None,
    "how_often": "weekly",
    "hours": "",
    "opens": "09:00",
    "closes": "17:00",
    "subjects": [_IDEAS, _TENDING],
}
_DAY = datetime(2026, 9, 1, tzinfo=UTC)

_STANDS: list[dict[str, object]] = [
    _CARD,
    {**_CARD, "is_paused": True, "until": _DAY, "hours": "17:30-08:30"},
    {**_CARD, "is_paused": True, "how_often": "monthly", "subjects": [_IDEAS]},
    {**_CARD, "how_often": "monthly", "hours": "17:30-08:30"},
    {**_CARD, "how_often": "never"},
]

SAMPLES: dict[str, list[dict[str, object]]] = {
    "card": _STANDS,
    "home": _STANDS,
    "form": [{}],
    "mydata": [
        {"how_often": "monthly", "hours": "17:30-08:30", "unwanted": ["ideas", "tending"]},
        {"how_often": "never", "hours": "", "unwanted": []},
        {"how_often": "weekly", "hours": "", "unwanted": ["ideas"]},
    ],
    "often": [{"how_often": each} for each in ("weekly", "monthly", "never")],
    "paused": [
        {"is_paused": True, "until": _DAY, "was_paused": False},
        {"is_paused": True, "until": _DAY.replace(hour=9), "was_paused": False},
        {"is_paused": True, "until": None, "was_paused": False},
        {"is_paused": False, "until": None, "was_paused": True},
        {"is_paused": False, "until": None, "was_paused": False},
    ],
    "quiet": [
        {"hours": "17:30-08:30", "is_always": False},
        {"hours": "08:00-18:00", "is_always": True},
        {"hours": "", "is_always": False},
    ],
    "switched": [{"words": _IDEAS.words, "is_wanted": each} for each in (True, False)],
    "unclear": [{"typed": "x", "what": each} for each in ("pause", "quiet", "messages")],
}
