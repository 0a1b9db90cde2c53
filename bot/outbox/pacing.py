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
    cast,
    func,
    literal,
    or_,
    select,
    text,
)
from sqlalchemy.orm import Session

from bot.storage.base import Instant
from bot.storage.delivery import Outgoing, Pace


class Rate(NamedTuple):
    """One call each `every`, on average; `ahead` of it by so much time in a burst."""

    every: timedelta
    ahead: timedelta = timedelta(0)


def _per_minute(calls: int, *, burst: int) -> Rate:
    every = timedelta(minutes=1) / calls
    return Rate(every, (burst - 1) * every)


class Rates(NamedTuple):
    """How often one channel may be posted to, and each method be called in one workspace."""

    channel: Rate
    methods: Mapping[str, Rate]


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
    ),
}

_REST = select(Pace.not_before).where(Pace.scope == bindparam("scope"))
_KEPT = text(
    """INSERT INTO paces (scope, not_before) VALUES (:scope, :not_before)
    ON CONFLICT (scope) DO UPDATE SET not_before = excluded.not_before"""
).bindparams(bindparam("not_before", type_=Instant))

TURN = literal("turn/") + cast(func.coalesce(Outgoing.network_id, 0), String)
"""The scope of the turns of a row's network."""


def may_be_called() -> ColumnElement[bool]:
    """Whether a row's channel and method rest no longer at the time `now`."""
    scopes = or_(
        Pace.scope == Outgoing.workspace + "#" + Outgoing.method,
        and_(Outgoing.method == "post", Pace.scope == Outgoing.recipient),
    )
    return ~select(1).where(Pace.not_before > bindparam("now"), scopes).exists()


def take(
    session: Session, platform: str, workspace: str, method: str, to: str, now: datetime
) -> None:
    """Let what is about to be called rest for as long as its rate says."""
    rates = RATES.get(platform)
    if rates is None:
        return
    if method == "post":
        _rest(session, to, rates.channel, now)
    if method in rates.methods:
        _rest(session, f"{workspace}#{method}", rates.methods[method], now)


def _rest(session: Session, scope: str, rate: Rate, now: datetime) -> None:
    """One step of the generic cell rate algorithm (ITU-T I.371): a leaky bucket in one number."""
    earliest = now - rate.ahead
    keep(session, scope, max(_not_before(session, scope) or earliest, earliest) + rate.every)


def _not_before(session: Session, scope: str) -> datetime | None:
    return session.connection().scalar(_REST, {"scope": scope})


def hold_back(session: Session, workspace: str, method: str, until: datetime) -> None:
    """Let nobody call *method* in *workspace* before *until*: the platform asked for a pause."""
    scope = f"{workspace}#{method}"
    known = _not_before(session, scope)
    if known is None or known < until:
        keep(session, scope, until)


def keep(session: Session, scope: str, not_before: datetime) -> None:
    """Let *scope* rest until then."""
    session.connection().execute(_KEPT, {"scope": scope, "not_before": not_before})
