"""Sample values for the prompts of help."""

from bot.registry import Registry
from handlers import FEATURES

_ALL = Registry(FEATURES, None).gathered.commands
_NET = [each for each in _ALL if each.command == "net"]

SAMPLES: dict[str, list[dict[str, object]]] = {
    "first": [
        {"first": _NET[:2], "rest": _NET[2:], "is_lead": is_lead} for is_lead in (True, False)
    ],
    "commands": [
        {"commands": _NET, "is_lead": True},
        {"commands": [each for each in _ALL if each.command == "tend"], "is_lead": False},
    ],
}
