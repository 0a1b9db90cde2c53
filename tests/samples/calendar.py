"""Sample values for the prompts of the calendar."""

from datetime import date

from bot.storage.rhythm import CalendarEntry

_DAY = CalendarEntry(
    id=1, name="Network day", kind="gathering", first=date(2026, 3, 11), last=date(2026, 3, 11)
)
_SUMMER = CalendarEntry(
    id=2, name="Summer", kind="quiet", first=date(2026, 7, 22), last=date(2026, 8, 30)
)

SAMPLES: dict[str, list[dict[str, object]]] = {
    "added": [{"entry": _DAY}, {"entry": _SUMMER}],
    "list": [{"entries": {}}, {"entries": {1: _DAY, 2: _SUMMER}}],
    "not_added": [{"problem": each} for each in ("kind", "day", "order", "number", "shape")],
    "catchup": [{"entry": _DAY}, {"entry": _SUMMER}],
    "coming": [{"entries": [_DAY, _SUMMER]}],
    "removed": [{"entry": _DAY}],
}
