"""What a bot should have kept of what it said it had, by the stand-in's own history."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bot.storage.activity import DELETED, EDITED
from tests.standin.server import StandIn

if TYPE_CHECKING:
    from tests.rig.judging import Outcome

Rows = Callable[[str], list[Any]]
Kept = Mapping[tuple[str, int], int]
"""The flags of each message, by its channel and time."""


def acknowledged(slack: StandIn, *types: str) -> Iterator[dict[str, Any]]:
    """The events of these types that the bot said it had."""
    for delivery in slack.deliveries.all:
        event = delivery.payload.get("event", {})
        if delivery.state == "acknowledged" and event.get("type") in types:
            yield event


def messages_to(slack: StandIn, channels: Sequence[str]) -> list[tuple[str, str]]:
    """The channel and ts of each acknowledged message of a person in one of *channels*."""
    places = {slack.world.channel(name).id for name in channels}
    return [
        (event["channel"], event["ts"])
        for event in acknowledged(slack, "message")
        if not event.get("subtype") and event.get("bot_id") is None and event["channel"] in places
    ]


def micros(ts: str) -> int:
    """A message's ts in microseconds, as the database has it."""
    return int(ts.replace(".", ""))


def judge(
    outcome: Outcome, slack: StandIn, channels: Sequence[str], rows: Rows, kept: Kept
) -> None:
    """Count into *outcome* what is missing in the database, or not as it should be."""
    _messages(outcome, slack, channels, kept)
    _reactions(outcome, slack, rows, kept)
    _comings_and_goings(outcome, slack, rows)
    _names(outcome, slack, channels, rows)


def _messages(outcome: Outcome, slack: StandIn, channels: Sequence[str], kept: Kept) -> None:
    """Messages are there; edited ones are known to be, and deleted ones are gone."""
    found = messages_to(slack, channels)
    outcome.lost += [f"{c}/{ts}" for c, ts in found if (c, micros(ts)) not in kept]
    for event in acknowledged(slack, "message"):
        if event["channel"] not in channels:
            continue
        if event.get("subtype") == "message_deleted":
            at = (event["channel"], micros(event["deleted_ts"]))
            if not kept.get(at, 0) & DELETED:
                outcome.lost.append(f"the deletion of {at}")
        elif event.get("subtype") == "message_changed" and event["message"].get("edited"):
            at = (event["channel"], micros(event["message"]["ts"]))
            is_ours = event["message"].get("bot_id") is not None
            if not is_ours and not kept.get(at, 0) & (EDITED | DELETED):
                outcome.lost.append(f"the edit of {at}")


def _newest(
    slack: StandIn, types: Sequence[str], about: Callable[[Mapping[str, Any]], Any]
) -> Iterator[tuple[Any, str]]:
    """What it is about and its type, of the newest event about it that was acknowledged."""
    newest: dict[Any, tuple[int, str, str]] = {}
    for delivery in slack.deliveries.all:
        event = delivery.payload.get("event", {})
        if event.get("type") in types:
            found = (micros(event["event_ts"]), event["type"], delivery.state)
            newest[about(event)] = max(newest.get(about(event), found), found)
    for each, (_, kind, state) in newest.items():
        if state == "acknowledged":
            yield each, kind


def _reactions(outcome: Outcome, slack: StandIn, rows: Rows, kept: Kept) -> None:
    """They are there, or taken back, or went with their message."""
    found = {
        (place.rpartition("/")[2], ts, member.rpartition("/")[2], emoji)
        for place, ts, member, emoji in rows(
            "SELECT c.ref, r.ts, p.ref, r.emoji FROM reactions r"
            " JOIN channels c ON c.id = r.channel_id JOIN people p ON p.id = r.person_id"
        )
    }

    def about(event: Mapping[str, Any]) -> tuple[str, int, str, str]:
        item = event["item"]
        return (item["channel"], micros(item["ts"]), event["user"], event["reaction"])

    for each, kind in _newest(slack, ("reaction_added", "reaction_removed"), about):
        is_gone = kind == "reaction_removed" or kept.get(each[:2], 0) & DELETED
        if is_gone and each in found:
            outcome.wrong.append(f"a reaction taken back stays at {each[:2]}")
        elif not is_gone and each not in found:
            outcome.lost.append(f"a reaction to {each[:2]}")


def _comings_and_goings(outcome: Outcome, slack: StandIn, rows: Rows) -> None:
    """Whose newest coming or going was acknowledged is known to be there, or not."""
    there = {
        (place.rpartition("/")[2], member.rpartition("/")[2]): left is None
        for place, member, left in rows(
            'SELECT c.ref, p.ref, s."left" FROM presences s'
            " JOIN channels c ON c.id = s.channel_id JOIN people p ON p.id = s.person_id"
        )
    }
    types = ("member_joined_channel", "member_left_channel")
    for each, kind in _newest(slack, types, lambda event: (event["channel"], event["user"])):
        if there.get(each) is not (kind == "member_joined_channel"):
            outcome.lost.append(f"{kind} of {each}")


def _names(outcome: Outcome, slack: StandIn, channels: Sequence[str], rows: Rows) -> None:
    """Channels are called what they are called now: a start asks for it.

    What Slack never told of since the last start, nobody can know.
    """
    known = {ref.rpartition("/")[2]: name for ref, name in rows("SELECT ref, name FROM channels")}
    untold = {
        event["channel"]["id"]
        for delivery in slack.deliveries.all
        if (event := delivery.payload.get("event", {})).get("type") == "channel_rename"
        and delivery.state != "acknowledged"
        and micros(event["event_ts"]) > max(outcome.deaths, default=0) * 1_000_000
    }
    for channel in channels:
        name = slack.world.channel(channel).name
        if known.get(channel, name) != name and channel not in untold:
            outcome.wrong.append(f"{channel} is {name}, and is called {known[channel]}")
