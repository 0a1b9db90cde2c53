"""The feature itself, its settings, and an offer in the words in which others read it."""

from __future__ import annotations

from datetime import time
from typing import Any

from msgspec import Struct

from bot.feature import Feature
from bot.storage.offers import Offer
from bot.storage.places import Person


class Settings(Struct, frozen=True, kw_only=True):
    """When those whose offers are about to end are asked whether they still stand."""

    ask_at: str = "10:20"

    def __post_init__(self) -> None:
        """Refuse what is no time of day."""
        time.fromisoformat(self.ask_at)


feature = Feature("offers", Settings, writes="to ask whether an offer of yours still stands")


def shown(found: Offer, person: Person) -> dict[str, Any]:
    """What an offer of *person* is told with."""
    return {
        "number": found.id,
        "name": person.name,
        "address": person.ref,
        "words": found.words,
        "when": found.when,
        "until": found.until,
    }
