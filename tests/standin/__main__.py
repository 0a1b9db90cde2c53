"""The stand-in as a process of its own; one line of JSON says where it is."""

from __future__ import annotations

import argparse
import json
import sys
import threading
from pathlib import Path

from tests.standin.server import FaultPlan, Limits, StandIn


def main() -> None:
    """Serve until standard input ends or the process is killed."""
    asked = argparse.ArgumentParser(prog="python -m tests.standin")
    asked.add_argument("--port", type=int, default=0)
    asked.add_argument("--socket", action="store_true", help="Socket Mode instead of HTTP")
    asked.add_argument("--manifest", type=Path, help="the app's manifest, as JSON")
    asked.add_argument("--events-to", help="the app's request URL")
    asked.add_argument("--seed", type=int, default=0)
    asked.add_argument(
        "--rate", action="append", default=[], help="chat.postMessage:reset_after=0.1"
    )
    asked.add_argument("--fault-seconds", type=float, default=1.0)
    asked.add_argument("--speed", type=float, default=1.0)
    asked.add_argument("--patience", type=float, default=3.0)
    asked.add_argument("--in-flight", type=int, default=1)
    asked.add_argument("--no-limits", action="store_true")
    given = asked.parse_args()
    rates = {name: float(rate) for name, _, rate in (one.partition("=") for one in given.rate)}
    standin = StandIn(
        port=given.port,
        manifest=json.loads(given.manifest.read_text()) if given.manifest else None,
        socket=given.socket,
        limits=Limits(is_off=given.no_limits),
        faults=FaultPlan(seed=given.seed, rates=rates, seconds=given.fault_seconds),
        speed=given.speed,
        patience=given.patience,
        in_flight=given.in_flight,
    )
    with standin:
        if given.events_to:
            standin.calls_app_at(given.events_to)
        where = {
            "api": standin.api,
            "control": f"{standin.address}/_test/",
            "bot_token": standin.bot_token,
            "app_token": standin.app_token,
            "signing_secret": standin.signing_secret,
            "team": standin.world.team.id,
            "bot": standin.bot,
        }
        sys.stdout.write(json.dumps(where) + "\n")
        sys.stdout.flush()
        threading.Event().wait()


if __name__ == "__main__":
    main()
