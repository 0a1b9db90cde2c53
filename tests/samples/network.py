"""Sample values for the prompts of the network itself."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.storage.changes import SettingChange
from bot.storage.places import Network, Person

_NETWORK = Network(
    name="Frailty", purpose="Safer discharge", timezone="Europe/London", country="GB"
)

_WORDS = ("ask", "offer", "idea", "thanks", "catchup", "home")


def _change(number: int, what: str, before: str, after: str) -> SettingChange:
    at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    return SettingChange(id=number, at=at, what=what, before=before, after=after)


_PURPOSE = _change(3, "purpose", "Safer discharge", "A kinder first hour")
_ZONE = _change(4, "timezone", "", "Asia/Tokyo")

SAMPLES: dict[str, list[dict[str, object]]] = {
    "card": [
        {"network": _NETWORK, "leads": [Person(name="Ada")], "words": ["", *_WORDS]},
        {"network": Network(name="New", purpose=""), "leads": [], "words": [""]},
    ],
    "arrival": [
        {"network": _NETWORK, "leads": [Person(name="Ada"), Person(name="Bob")]},
        {"network": Network(name="New", purpose=""), "leads": []},
    ],
    "home": [
        {"network": _NETWORK, "leads": [Person(name="Ada")]},
        {"network": Network(name="New", purpose=""), "leads": []},
    ],
    "kept": [{"network": _NETWORK, "is_first": True}, {"network": _NETWORK, "is_first": False}],
    "not_kept": [{"problem": each} for each in ("purpose", "name", "timezone", "country")],
    "settings": [{"is_in_charter": each} for each in (True, False)],
    "changed": [
        {"changes": [_PURPOSE], "name": "Ada", "number": 3},
        {"changes": [_PURPOSE, _ZONE], "name": "", "number": 4},
    ],
    "changes": [
        {"changes": [(_ZONE, ""), (_PURPOSE, "Ada")], "zone": ZoneInfo("Europe/London")},
        {"changes": [], "zone": ZoneInfo("Europe/London")},
    ],
    "ask": [{}],
    "asked": [
        {"person": Person(name="Bo", ref="fake:T1/U-bo"), "change": _ZONE, "words": "Why Tokyo?"}
    ],
    "passed_on": [{"leads": [Person(name="Ada"), Person(name="Bob")]}],
    "not_asked": [
        {"is_known": False, "has_words": True},
        {"is_known": True, "has_words": False},
        {"is_known": True, "has_words": True},
    ],
    "mydata": [{"changes": 1}, {"changes": 12}],
}
