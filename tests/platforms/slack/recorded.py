"""Payloads in the shapes that Slack documents, and how the bot of a small workspace hears them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from bot.domain.events import (
    ChannelKind,
    ChannelSeen,
    Event,
    MessagePosted,
)
from bot.domain.ids import ChannelId, MemberId
from bot.judgement.traits import traits
from bot.platforms.slack.inward import (
    Lookup,
    Me,
    read_envelope,
    to_events,
    to_lookups,
)

PAYLOADS = Path(__file__).parent / "payloads"
FALLS, NEW_PLACE, SHARED = ChannelId("slack:T1/C2"), ChannelId("slack:T1/C3"), "slack:T1/C6"
ADA, ROSA, BOT = MemberId("slack:T1/U2"), MemberId("slack:T1/U3"), MemberId("slack:T1/UBOT")
TS = 1_746_418_574_223_589
TEXT = "Has anybody tried the new leaflet on the ward? We could compare notes on Thursday."
WEIGHED = traits(TEXT)


def somebody(*, private_channels: bool = False, **more: Any) -> Me:
    """The bot in a workspace where it is in an open, a private and a shared channel."""
    me = Me(
        team="T1",
        user="UBOT",
        bot="BBOT",
        app="A1",
        private_channels=private_channels,
        knows=True,
        people={"U2", "U3", "U9", "UBOT"},
        **more,
    )
    me.note(
        [
            ChannelSeen(channel=FALLS, name="falls"),
            ChannelSeen(channel=ChannelId(SHARED), name="with-friends", is_shared=True),
            ChannelSeen(
                channel=ChannelId("slack:T1/C7"), name="committee", kind=ChannelKind.PRIVATE
            ),
        ]
    )
    return me


def payload(name: str, **changes: object) -> dict[str, Any]:
    """A payload of Slack's, with *changes* to its event."""
    found: dict[str, Any] = json.loads((PAYLOADS / f"{name}.json").read_text())
    if changes:
        found["event"] |= changes
    return found


def heard(found: dict[str, Any] | str, me: Me | None = None) -> tuple[Event, ...]:
    """What becomes of a payload, by its name or as it is."""
    whole = payload(found) if isinstance(found, str) else found
    return to_events(read_envelope(json.dumps(whole).encode()), me or somebody())


def asked(found: dict[str, Any] | str, me: Me | None = None) -> tuple[Lookup, ...]:
    """What has to be asked after a payload."""
    whole = payload(found) if isinstance(found, str) else found
    return to_lookups(read_envelope(whole), me or somebody())


def posted(**changes: Any) -> MessagePosted:
    """Ada's message, with *changes*."""
    whole: dict[str, Any] = {
        "channel": FALLS,
        "ts": TS,
        "author": ADA,
        "length": WEIGHED.length,
        "worth": WEIGHED.worth,
        "asks": WEIGHED.asks,
    }
    return MessagePosted(**whole | changes)


def bare(author: str, text: str, **changes: Any) -> MessagePosted:
    """A message of other words."""
    found = traits(text)
    facts = {"length": found.length, "worth": found.worth, "asks": found.asks}
    return posted(author=MemberId(f"slack:T1/{author}"), **facts | changes)
