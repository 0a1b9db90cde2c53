"""The feature itself, its settings, and an offer in the words in which others read it."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

from msgspec import Struct

from bot.context import Context
from bot.domain.asks import HelpKind
from bot.domain.resources import Often, ResourceKind, often_of
from bot.domain.typed import number_of
from bot.feature import Feature
from bot.judgement.limits import PAUSED, QUIET, Kind
from bot.storage import offers
from bot.storage.offers import Offer, State
from bot.storage.places import Person

LASTING = timedelta(days=14)
SHORT = 40
"""Characters of what is offered that a button bears."""


class Settings(Struct, frozen=True, kw_only=True):
    """When those whose offers are about to end are asked whether they still stand."""

    ask_at: str = "10:20"

    def __post_init__(self) -> None:
        """Refuse what is no time of day."""
        time.fromisoformat(self.ask_at)


feature = Feature(
    "offers",
    Settings,
    writes="to ask whether an offer of yours still stands, and how something was that you used",
)


def shown(found: Offer, person: Person) -> dict[str, Any]:
    """What an offer of *person* is told with."""
    return {
        "number": found.id,
        "name": person.name,
        "address": person.ref,
        "words": found.words,
        "short": shortly(found.words),
        "when": found.when,
        "until": found.until,
        **as_resource(found.kind, found.resource, found.how, found.often),
    }


def as_resource(kind: str, resource: str, how: str, often: str) -> dict[str, Any]:
    """What is told of a resource beside its words."""
    is_resource = kind == HelpKind.RESOURCES
    sort = ResourceKind(resource).label if is_resource and resource else ""
    limit = (often_of(often) or Often()).words if is_resource else ""
    return {
        "is_resource": is_resource,
        "resource": sort,
        "how": how if is_resource else "",
        "often": limit,
    }


def shortly(words: str) -> str:
    """*words* as a button bears them."""
    return words if len(words) <= SHORT else f"{words[: SHORT - 1].rstrip()}…"


def own(ctx: Context, number: str) -> Offer | None:
    """The member's own offer of that number; None, and a word to them, where it isn't theirs."""
    found = offers.numbered(ctx.session, ctx.network, number_of(number))
    is_own = found is not None and found.person_id == ctx.me.id
    if found is None or not is_own or found.state == State.WITHDRAWN:
        ctx.reply("offers/not_yours")
        return None
    return found


def tell(ctx: Context, person: Person, prompt: str, key: str, **values: Any) -> None:
    """Tell somebody what their offer or their question led to; not in a pause or quiet hours."""
    if person.is_gone:
        return
    wait = ctx.foresee(person.address, Kind.WORD, at=ctx.now, about="offers")
    at = wait.until if wait is not None and wait.reason in (PAUSED, QUIET) else None
    ctx.say(person.address, prompt, kind=Kind.ANSWER, key=key, at=at, lasting=LASTING, **values)
