"""A message is the same whether Slack sends it, its history holds it or an export brought it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.events import ChannelSeen, Event
from bot.domain.ids import ChannelId
from bot.platforms.export.directory import LATEST, SLACKBOT
from bot.platforms.export.messages import POSTED, Translator
from bot.platforms.export.report import Report
from bot.platforms.export.rows import Row
from bot.platforms.slack.inward import read_envelope, to_events
from bot.platforms.slack.me import Me

PAYLOADS = Path(__file__).parent / "payloads"
ME = Me(
    team="T1",
    user="UBOT",
    bots={SLACKBOT, "U7"},
    places={"C2": ChannelSeen(channel=ChannelId("slack:T1/C2"), name="falls")},
)


def live(message: dict[str, Any]) -> tuple[Event, ...]:
    """What becomes of a message that Slack sends."""
    event = message | {"channel": "C2", "channel_type": "channel"}
    envelope = {"type": "event_callback", "team_id": "T1", "event": event}
    return to_events(read_envelope(json.dumps(envelope).encode()), ME)


def exported(message: dict[str, Any]) -> tuple[Event, ...]:
    """What becomes of the same message in an export."""
    translator = Translator("T1", {SLACKBOT, "U7", "UBOT"}, Report(), LATEST)
    translator.enter("C2")
    translator.take([msgspec.convert(message, Row)], 0, "falls/2025-05-05.json")
    return translator.drain()


RECORDED = [
    "message",
    "message_in_thread",
    "message_thread_broadcast",
    "message_file_share",
    "message_me",
    "message_bot",
    "message_app",
    "message_own",
    "message_huddle",
    "message_changed",
    "message_deleted",
    "message_topic",
    "message_replied",
]


@pytest.mark.parametrize("name", RECORDED)
def test_a_recorded_message_is_the_same_by_either_door(name: str) -> None:
    message = json.loads((PAYLOADS / f"{name}.json").read_text())["event"]
    for key in ("channel", "channel_type", "event_ts"):
        message.pop(key, None)
    assert live(message) == exported(message)


def test_a_message_whose_answers_outlive_it_is_gone_by_either_door() -> None:
    change = json.loads((PAYLOADS / "message_changed_tombstone.json").read_text())["event"]
    tombstone = change["message"]
    assert live(change) == exported(tombstone) == live(tombstone)


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """One of the *values*, or null."""
    return st.none() | values


IDS = st.sampled_from(["U2", "U3", "U7", "UBOT", SLACKBOT])
STAMPS = st.integers(1_200_000_000_000_000, 1_900_000_000_000_000).map(
    lambda n: f"{n // 1_000_000}.{n % 1_000_000:06}"
)
TEXTS = st.text(max_size=200) | st.sampled_from(["Has anybody built this?", "<@U2> thanks!", ""])
MESSAGES = st.fixed_dictionaries(
    {"type": st.just("message"), "ts": STAMPS, "text": maybe(TEXTS)},
    optional={
        "user": maybe(IDS),
        "subtype": maybe(
            st.sampled_from(
                [*sorted(kind for kind in POSTED if kind), "", "channel_topic", "bot_add"]
            )
        ),
        "thread_ts": maybe(STAMPS),
        "bot_id": maybe(st.sampled_from(["B9", ""])),
        "username": maybe(st.sampled_from(["Rota", "", "é\u0301😀"])),
        "hidden": maybe(st.booleans()),
        "comment": maybe(
            st.fixed_dictionaries({}, optional={"user": maybe(IDS), "comment": maybe(TEXTS)})
        ),
    },
)


@pytest.mark.at_length
@settings(max_examples=400, deadline=None)
@given(message=MESSAGES)
def test_any_message_is_the_same_by_either_door(message: dict[str, Any]) -> None:
    assert live(message) == exported(message)
