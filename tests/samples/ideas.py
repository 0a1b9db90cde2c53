"""Sample values for the prompts of little-known ideas."""

from datetime import UTC, datetime

REASONS: list[dict[str, object]] = [
    {"type": "marked", "people": 2, "groups": 0},
    {"type": "marked", "people": 1, "groups": 2},
    {"type": "unanswered"},
    {"type": "careful"},
    {"type": "fresh"},
    {"type": "noticed", "replied": 1, "reacted": 2},
    {"type": "noticed", "replied": 1, "reacted": 0},
    {"type": "noticed", "replied": 0, "reacted": 3},
    {"type": "noticed", "replied": 0, "reacted": 0},
]
_ASK = {
    "author": "Amina",
    "at": datetime(2026, 6, 30, 12, tzinfo=UTC),
    "channel": "frailty",
    "channel_id": "slack:T1/C1",
    "ts": 1,
    "reasons": REASONS[:2],
}

SAMPLES: dict[str, list[dict[str, object]]] = {
    "home": [
        {"emoji": ["bulb"], "is_lead": True},
        {"emoji": ["bulb", "seedling"], "is_lead": False},
    ],
    "marked": [{"outcome": each} for each in ("marked", "uncounted", "unknown")],
    "preview": [{"asks": [_ASK, _ASK]}],
    "reason": [{"reason": reason} for reason in REASONS],
}
