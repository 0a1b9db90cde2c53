"""Sample values for the prompts of the network itself."""

from bot.storage.places import Network, Person

_NETWORK = Network(
    name="Frailty", purpose="Safer discharge", timezone="Europe/London", country="GB"
)

SAMPLES: dict[str, list[dict[str, object]]] = {
    "card": [
        {"network": _NETWORK, "leads": [Person(name="Ada")], "catches_up": True},
        {"network": Network(name="New", purpose=""), "leads": [], "catches_up": False},
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
    "settings": [{}],
}
