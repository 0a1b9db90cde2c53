"""The bot that most people would write, by the guides: Bolt, its WebClient, a table, no more."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path
from typing import Any

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from sqlalchemy import make_url


def live(told: dict[str, Any]) -> None:
    """Live until killed."""
    path = make_url(told["url"]).database
    assert path is not None
    database = sqlite3.connect(path, check_same_thread=False)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("CREATE TABLE IF NOT EXISTS said (channel TEXT, ts TEXT)")
    lock = threading.Lock()
    slack = told["slack"]
    client = WebClient(token=slack["bot_token"], base_url=slack["api"])
    app = App(client=client, signing_secret=slack["signing_secret"])

    @app.event("message")
    def heard(event: dict[str, Any], say: Any) -> None:
        if event.get("subtype") or event.get("bot_id"):
            return
        with lock:
            database.execute("INSERT INTO said VALUES (?, ?)", (event["channel"], event["ts"]))
            database.commit()
        key = f"echo/{event['channel']}/{event['ts']}"
        metadata = {"event_type": "plain_bot", "event_payload": {"key": key}}
        say(text="I heard you.", metadata=metadata)

    @app.command("/net")
    def typed(ack: Any, command: dict[str, Any], say: Any) -> None:
        ack()
        say(text=f"You said {command['text']}")

    if slack["mode"] == "socket":
        SocketModeHandler(app, slack["app_token"]).start()  # type: ignore[no-untyped-call]
    else:
        app.start(port=slack["port"], path="/slack/events")


def kept(path: Path) -> set[tuple[str, str]]:
    """The channel and ts of each message that it remembers."""
    database = sqlite3.connect(path)
    try:
        return set(database.execute("SELECT channel, ts FROM said"))
    finally:
        database.close()
