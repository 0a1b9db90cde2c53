"""Sample values for the prompts of help."""

from bot.registry import Registry
from handlers import FEATURES

_ALL = Registry(FEATURES, None).gathered.commands

SAMPLES: dict[str, list[dict[str, object]]] = {
    "commands": [
        {"commands": [each for each in _ALL if each.command == "net"], "is_lead": True},
        {"commands": [each for each in _ALL if each.command == "tend"], "is_lead": False},
    ],
}
