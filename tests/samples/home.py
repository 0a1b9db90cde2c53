"""Sample values for the prompts of the bot's own page."""

from datetime import UTC, datetime

_AT = datetime(2026, 3, 2, 9, 5, tzinfo=UTC)

SAMPLES: dict[str, list[dict[str, object]]] = {
    "foot": [{"at": _AT, "is_lead": True}, {"at": _AT, "is_lead": False}],
    "shown": [{}],
}
