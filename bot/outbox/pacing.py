"""How fast a platform may be called: kept in the database, so that all processes obey together."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import (
    ColumnElement,
    String,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import Session

from bot.domain.events import EPOCH
from bot.domain.ids import platform_of
from bot.outbox.utterances import FINDABLE, Saying, Utterance, method_of
from bot.storage.base import Instant, execute_rows, stored
from bot.storage.delivery import Outgoing, Pace


class Rate(NamedTuple):
    """One call each `every`, on average; `ahead` of it by so much time in a burst."""

    every: timedelta
    ahead: timedelta = timedelta(0)


def _per_minute(calls: int, *, burst: int) -> Rate:
    """At most so many calls in any minute, even in one that begins with a burst."""
    every = timedelta(minutes=1) / (calls - burst)
    return Rate(every, (burst - 1) * every)


class Rates(NamedTuple):
    """How often one channel may be posted to, and each method be called in one workspace.

    `whispering` is how the ids of places begin in which something can be said to one person alone;
    anywhere else that is a post like any other.
    """

    channel: Rate
    methods: Mapping[str, Rate]
    whispering: tuple[str, ...]


RATES: Mapping[str, Rates] = {
    # https://docs.slack.dev/apis/web-api/rate-limits: chat.postMessage about one a second in a
    # channel and several hundred a minute; chat.update and chat.delete tier 3, the others tier 4
    "slack": Rates(
        channel=Rate(timedelta(seconds=1)),
        methods={
            "post": _per_minute(240, burst=8),
            "whisper": _per_minute(100, burst=20),
            "update": _per_minute(50, burst=10),
            "delete": _per_minute(50, burst=10),
            "show": _per_minute(100, burst=20),
            "open": _per_minute(100, burst=20),
        },
        whispering=("C", "G"),
    ),
}

GRAVE = timedelta(minutes=5)
"""A platform that asks for so long a pause, or refuses our token, is left alone altogether."""

EVERYTHING = "*"

LONGEST = timedelta(days=1)
"""No rest is longer; one that ends later was noted by a clock that was wrong."""

_REST = select(Pace.not_before).where(Pace.scope == bindparam("scope"))
_KEPT = """
INSERT INTO paces (scope, not_before) VALUES (?, ?)
ON CONFLICT (scope) DO UPDATE SET not_before = excluded.not_before
"""

TURN = literal("turn/") + cast(func.coalesce(Outgoing.network_id, 0), String)
"""The scope of the turns of a row's network."""


def call_of(utterance: Utterance) -> str:
    """What a platform counts *utterance* as: its method, but for a whisper where none can be."""
    method = method_of(utterance)
    if isinstance(utterance, Saying) and method == "whisper":
        rates = RATES.get(platform_of(utterance.post.to))
        place = utterance.post.to.partition("/")[2]
        if rates is not None and not place.startswith(rates.whispering):
            return FINDABLE
    return method


def moments(now: datetime) -> Mapping[str, datetime]:
    """The values that `may_be_called` and `last_turn` ask for."""
    return {"now": now, "furthest": now + LONGEST}


def last_turn(pace: type[Pace]) -> ColumnElement[datetime]:
    """When a row's network had its last turn, by *pace*, which is joined on `TURN`."""
    is_past = pace.not_before <= bindparam("now")
    return case((is_past, pace.not_before), else_=bindparam("epoch", EPOCH, Instant))


def may_be_called() -> ColumnElement[bool]:
    """Whether a row's channel and method rest no longer at the time `now`."""
    scopes = or_(
        Pace.scope == Outgoing.workspace + "#" + Outgoing.call,
        Pace.scope == Outgoing.workspace + "#" + EVERYTHING,
        and_(Outgoing.call == FINDABLE, Pace.scope == Outgoing.recipient),
    )
    rests = and_(Pace.not_before > bindparam("now"), Pace.not_before <= bindparam("furthest"))
    return ~select(1).where(rests, scopes).exists()


def take(session: Session, outgoing: Outgoing, now: datetime) -> None:
    """Let what is about to be called rest for as long as its rate says."""
    rates = RATES.get(outgoing.platform)
    if rates is None:
        return
    call = outgoing.call
    if call == FINDABLE:
        _rest(session, outgoing.recipient, rates.channel, now)
    if call in rates.methods:
        _rest(session, f"{outgoing.workspace}#{call}", rates.methods[call], now)


def _rest(session: Session, scope: str, rate: Rate, now: datetime) -> None:
    """One step of the generic cell rate algorithm (ITU-T I.371): a leaky bucket in one number."""
    earliest = now - rate.ahead
    known = _not_before(session, scope, now)
    keep(session, scope, max(known or earliest, earliest) + rate.every)


def _not_before(session: Session, scope: str, now: datetime) -> datetime | None:
    found = session.connection().scalar(_REST, {"scope": scope})
    return None if found is None or found > now + LONGEST else found


def rests(session: Session, workspace: str, call: str, now: datetime) -> bool:
    """Whether *call* is to be left alone in *workspace* now."""
    untils = [_not_before(session, f"{workspace}#{each}", now) for each in (call, EVERYTHING)]
    return any(until is not None and until > now for until in untils)


def hold_back(
    session: Session, workspace: str, call: str, wait: timedelta, *, now: datetime
) -> None:
    """Let nobody make *call* in *workspace* for so long: the platform asked for a pause.

    One of `GRAVE` length is kept by every call there.
    """
    scope = f"{workspace}#{EVERYTHING if wait >= GRAVE else call}"
    until = now + min(wait, LONGEST)
    known = _not_before(session, scope, now)
    if known is None or known < until:
        keep(session, scope, until)


def keep(session: Session, scope: str, not_before: datetime) -> None:
    """Let *scope* rest until then."""
    execute_rows(session, _KEPT, [(scope, stored(not_before))])
