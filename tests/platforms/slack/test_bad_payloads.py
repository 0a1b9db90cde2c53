"""Whatever comes, translation gives events or says that it can't; and never anybody's words."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.events import ChannelKind, ChannelSeen, Event
from bot.domain.ids import ChannelId
from bot.platforms.slack.acts import to_act
from bot.platforms.slack.inward import read_envelope, to_events, to_lookups
from bot.platforms.slack.me import Me
from bot.platforms.slack.shapes import BadPayload

PAYLOADS = {
    path.stem: json.loads(path.read_text())
    for path in sorted((Path(__file__).parent / "payloads").glob("*.json"))
}
CANARY = "a quetzal in the kitchen"
LOST = object()
STRANGE: list[object] = [
    LOST,
    None,
    5,
    -1,
    1.1,
    10**20,
    10**400,
    True,
    "",
    "1.1",
    "NaN",
    str(10**20),
    "C2/../T2",
    "\ud800",
    "\0",
    "x" * 70_000,
    [],
    [None],
    ["x"],
    {},
    {"id": 5},
    {"id": "C2"},
]


def somebody() -> Me:
    """The bot, where it hears as much as it ever may."""
    me = Me(team="T1", user="UBOT", bot="BBOT", app="A1", private_channels=True)
    for raw, kind in (("C2", ChannelKind.PUBLIC), ("C7", ChannelKind.PRIVATE)):
        me.note([ChannelSeen(channel=ChannelId(f"slack:T1/{raw}"), name=raw, kind=kind)])
    return me


ME = somebody()


def translate(payload: object) -> tuple[Event, ...]:
    """Everything that reads a payload, reading it; () where it says that it can't."""
    found: tuple[Event, ...] = ()
    if isinstance(payload, dict):
        with suppress(BadPayload):
            act = to_act(payload, ME, at=1_746_418_574_000_000)
            found = () if act is None else (act,)
        with suppress(BadPayload):
            envelope = read_envelope(payload)
            to_lookups(envelope, ME)
            found += to_events(envelope, ME)
    assert all(isinstance(event, Event) for event in found)
    return found


def as_sent(payload: object) -> bytes:
    """A payload as it travels."""
    return json.dumps(payload).encode()


def places(found: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path to every value in a payload."""
    inside: list[tuple[Any, object]] = []
    if isinstance(found, dict):
        inside = list(found.items())
    elif isinstance(found, list):
        inside = list(enumerate(found))
    for key, value in inside:
        yield (*path, key)
        yield from places(value, (*path, key))


def put(found: dict[str, Any], path: tuple[Any, ...], value: object) -> dict[str, Any]:
    """A payload with *value* at *path*."""
    changed = copy.deepcopy(found)
    inside = changed
    for key in path[:-1]:
        inside = inside[key]
    if value is not LOST:
        inside[path[-1]] = value
    else:
        del inside[path[-1]]
    return changed


_FIELDS = (
    "type event team_id authorizations event_time event_id user user_id channel channel_id ts"
    " text channel_type subtype hidden thread_ts message previous_message deleted_ts edited"
    " item reaction inviter bot_id username metadata event_payload key message_ts tokens bot"
    " tab id name tz profile minute_rate_limited actions action_id value action_ts trigger_id"
    " command container team callback_id event_ts view old_channel_id new_channel_id"
    " is_ext_shared user_team"
)
LOOKED_AT = frozenset(_FIELDS.split())


# One payload of each kind: the others of a kind have the same fields.
OF_EACH_KIND = {
    (event.get("type"), event.get("subtype"), found.get("type")): name
    for name, found in PAYLOADS.items()
    for event in [found.get("event", {})]
}


@pytest.mark.parametrize("name", OF_EACH_KIND.values())
def test_any_field_may_be_strange(name: str) -> None:
    for path in places(PAYLOADS[name]):
        if path[-1] in LOOKED_AT or path[-1] == 0:
            for value in STRANGE:
                for event in translate(put(PAYLOADS[name], path, value)):
                    msgspec.json.decode(msgspec.json.encode(event))


RAW = [
    pytest.param(b"", id="nothing"),
    pytest.param(b"{", id="half an object"),
    pytest.param(b"null", id="null"),
    pytest.param(b"1", id="a number"),
    pytest.param(b"[]", id="a list"),
    pytest.param(b'"event"', id="a word"),
    pytest.param(b"[" * 200_000, id="a pit"),
    pytest.param(b'{"a":' * 200_000, id="a pit of objects"),
    pytest.param(b'{"event_time":1' + b"0" * 5_000 + b"}", id="a number without an end"),
    pytest.param(b'{"type":"event_callback\xff', id="not UTF-8, and half an object"),
    pytest.param("{}".encode("utf-16"), id="UTF-16"),
    pytest.param(b"\xef\xbb\xbf{", id="a mark and half an object"),
    pytest.param(b'{"type":"event_callback","event":null}', id="no event"),
    pytest.param(b'{"type":"event_callback","authorizations":"x"}', id="no authorizations"),
    pytest.param(b'{"type":"event_callback","event_time":NaN}', id="no number"),
    pytest.param(b'{"event_time":1e999,"type":"app_rate_limited"}', id="infinity"),
]


@pytest.mark.parametrize("raw", RAW)
def test_what_is_no_envelope_is_refused_by_name(raw: bytes) -> None:
    with pytest.raises(BadPayload):
        to_events(read_envelope(raw), ME)


@pytest.mark.parametrize(
    "ts", ["1.1", "", "NaN", "Infinity", "1e9", str(10**20), "-1746418574.223589", "1746418574.2 "]
)
def test_a_message_has_a_time_that_makes_sense(ts: str) -> None:
    message = put(PAYLOADS["message"], ("event", "ts"), ts)
    with pytest.raises(BadPayload):
        to_events(read_envelope(message), ME)


def test_of_a_key_that_is_there_twice_the_last_counts() -> None:
    raw = as_sent(PAYLOADS["message"]).replace(b'"user": "U2"', b'"user": "U3", "user": "U2"', 1)
    assert to_events(read_envelope(raw), ME) == to_events(read_envelope(PAYLOADS["message"]), ME)


def test_a_message_with_half_an_emoji_is_counted() -> None:
    raw = as_sent(put(PAYLOADS["message"], ("event", "text"), "well done \ud83d"))
    (posted,) = to_events(read_envelope(raw), ME)
    assert posted.length == len("well done x")  # type: ignore[union-attr]


def test_a_type_that_nobody_knows_is_nothing() -> None:
    for kind in ("", "message_", "shared_channel_invite_received", "é" * 1_000):
        assert to_events(read_envelope(put(PAYLOADS["message"], ("event", "type"), kind)), ME) == ()
        assert to_events(read_envelope(put(PAYLOADS["message"], ("type",), kind)), ME) == ()


WORDY = frozenset(("text", "title", "topic", "status_text", "pretext", "fallback", "real_name"))


@pytest.mark.parametrize("name", [name for name in PAYLOADS if name != "command"])
def test_no_words_come_out(name: str) -> None:
    whole = PAYLOADS[name]
    for path in places(whole):
        if path[-1] in WORDY and isinstance(whole_at(whole, path), str):
            if "user" in path:
                continue  # what people call themselves is no secret
            whole = put(whole, path, CANARY)
    assert CANARY not in repr(translate(whole))


def whole_at(found: Any, path: tuple[Any, ...]) -> object:
    """What is at *path*."""
    for key in path:
        found = found[key]
    return found


SCRAPS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=20)
    | st.sampled_from(["C2", "U2", "T1", "message", "message_changed", "1746418574.223589"]),
    lambda inside: (
        st.lists(inside, max_size=3)
        | st.dictionaries(st.sampled_from(sorted(LOOKED_AT)), inside, max_size=6)
    ),
    max_leaves=12,
)


@settings(max_examples=100, deadline=None)
@given(name=st.sampled_from(sorted(PAYLOADS)), scraps=SCRAPS, data=st.data())
def test_whatever_is_put_into_a_payload_it_is_an_event_or_refused(
    name: str, scraps: object, data: st.DataObject
) -> None:
    path = data.draw(st.sampled_from(list(places(PAYLOADS[name]))))
    translate(put(PAYLOADS[name], path, scraps))


@settings(max_examples=100, deadline=None)
@given(scraps=SCRAPS)
def test_whatever_comes_is_an_event_or_refused(scraps: object) -> None:
    with suppress(BadPayload):
        to_events(read_envelope(as_sent(scraps)), ME)
    translate({"type": "event_callback", "team_id": "T1", "event": scraps})


SAID = [n for n, found in PAYLOADS.items() if found.get("event", {}).get("type") == "message"]
CLOSED = [
    pytest.param({"channel": "D5", "channel_type": "im"}, id="between two"),
    pytest.param({"channel": "G5", "channel_type": "mpim"}, id="among a few"),
    pytest.param({"channel": "C8", "channel_type": "group"}, id="in private"),
    pytest.param({"channel": "C8", "channel_type": "canvas"}, id="nobody knows where"),
    pytest.param({"user": "U8", "team": "T8"}, id="by a stranger"),
    pytest.param({"user": "U8", "user_team": "T8"}, id="by a stranger in a channel of ours"),
]


@pytest.mark.parametrize("closed", CLOSED)
@settings(max_examples=40, deadline=None)
@given(
    changes=st.dictionaries(st.sampled_from(["subtype", "text", "thread_ts", "username"]), SCRAPS),
    name=st.sampled_from(SAID),
)
def test_whatever_is_said_in_private_or_by_strangers_nothing_of_it_comes_out(
    closed: dict[str, str], name: str, changes: dict[str, object]
) -> None:
    listening = Me(team="T1", user="UBOT", bot="BBOT", app="A1")
    event = PAYLOADS[name]["event"] | changes | closed
    for inside in ("message", "previous_message"):
        if isinstance(event.get(inside), dict):
            event[inside] = event[inside] | closed
    with suppress(BadPayload):
        assert to_events(read_envelope(PAYLOADS[name] | {"event": event}), listening) == ()


@settings(max_examples=100, deadline=None)
@given(raw=st.binary(max_size=200))
def test_no_bytes_whatever_do_worse_than_be_refused(raw: bytes) -> None:
    with suppress(BadPayload):
        read_envelope(raw)
