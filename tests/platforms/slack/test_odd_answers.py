"""Whatever Slack's Web API answers, the directory and the backfill take what makes sense of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl

import pytest
from slack_sdk import WebClient

from bot.domain.events import ChannelSeen, MemberJoined, MemberLeft, MessagePosted, PersonSeen
from bot.domain.ids import ChannelId, MemberId
from bot.platforms.slack.asking import Asker, Refused
from bot.platforms.slack.backfill import DONE, Backfill
from bot.platforms.slack.directory import Directory, Memory, who_am_i
from bot.platforms.slack.me import Lookup, Me
from tests.platforms.slack.pastime import Kept, Pastime, learn, look_up

Answers = dict[str, Callable[[dict[str, str]], object]]


@contextmanager
def answering(answers: Answers) -> Iterator[WebClient]:
    """A client of a server that answers each method as told, and all others with `ok` alone."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            size = int(self.headers.get("Content-Length", 0))
            query = self.path.partition("?")[2] + "&" + self.rfile.read(size).decode()
            method = self.path.partition("?")[0].rpartition("/")[2]
            found = answers.get(method, lambda _: {"ok": True})(dict(parse_qsl(query)))
            body = found if isinstance(found, bytes) else json.dumps(found).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its own name
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield WebClient("xoxb-1", base_url=f"http://127.0.0.1:{server.server_port}/", timeout=5)
    finally:
        server.shutdown()
        server.server_close()


def directory_of(client: WebClient, kept: Kept) -> Directory:
    """A directory that knows nothing."""
    time = Pastime()
    asker = Asker(client, wait=time.wait, elapsed=time.elapsed)
    return Directory(asker, Me(team="T1", user="UBOT"), kept, clock=time, recall=lambda _: None)


FALLS = {"id": "C2", "name": "falls", "is_private": False, "created": 1_740_000_000}
ODD_ROWS: list[object] = [None, 5, "C3", [], {}, {"id": None}, {"id": ""}, {"id": "C 3"}, {"id": 5}]


def listing(*rows: object) -> Answers:
    """A workspace of these channels, with Ada and oddities in each."""
    return {
        "users.conversations": lambda _: {"ok": True, "channels": [*ODD_ROWS, *rows]},
        "conversations.members": lambda _: {"ok": True, "members": [None, 5, "", "U 2", "U2"]},
        "users.info": lambda _: {"ok": True, "user": {"id": "U2", "name": "ada"}},
    }


def test_rows_that_make_no_sense_are_passed_over() -> None:
    kept = Kept()
    with answering(listing(FALLS)) as client:
        assert learn(directory_of(client, kept)) == ("C2",)
    assert [seen.name for seen in kept.of(ChannelSeen)] == ["falls"]
    assert [seen.name for seen in kept.of(PersonSeen)] == ["ada"]
    assert len(kept.of(MemberJoined)) == 1


@pytest.mark.parametrize(
    "channel",
    [
        pytest.param({"id": "C2", "name": "falls"}, id="doesn't say whether it is private"),
        pytest.param(FALLS | {"is_private": True}, id="is private"),
        pytest.param(FALLS | {"is_group": True}, id="is a group"),
        pytest.param(FALLS | {"is_im": True}, id="is a direct message"),
        pytest.param(FALLS | {"is_mpim": True}, id="is a conversation of a few"),
        pytest.param(FALLS | {"is_private": "no"}, id="says so in a word"),
    ],
)
def test_a_channel_that_is_not_surely_open_is_not_told_of(channel: dict[str, object]) -> None:
    kept = Kept()
    with answering(listing(channel)) as client:
        assert learn(directory_of(client, kept)) == ()
    assert kept.batches == []


@pytest.mark.parametrize("found", [None, [], "x", {"id": "C 2"}, {}])
def test_a_lookup_that_gets_an_odd_answer_tells_nothing(found: object) -> None:
    kept = Kept()
    answers: Answers = {
        "conversations.info": lambda _: {"ok": True, "channel": found},
        "users.info": lambda _: {"ok": True, "user": found},
    }
    with answering(answers) as client:
        directory = directory_of(client, kept)
        assert look_up(directory, Lookup(channel="C2", member="U2", is_new=True)) is None
    assert kept.batches == []


def test_a_list_without_an_end_ends() -> None:
    def endless(_: dict[str, str]) -> object:
        return {"ok": True, "channels": [FALLS], "response_metadata": {"next_cursor": "again"}}

    kept = Kept()
    with answering(listing() | {"users.conversations": endless}) as client:
        learn(directory_of(client, kept))
    assert len(kept.of(ChannelSeen)) == 1


def test_half_an_answer_is_asked_for_again() -> None:
    halves = [b'{"ok": tr', b"", b"<html>", b"[]", b"[1]"]

    def at_last(_: dict[str, str]) -> object:
        return halves.pop() if halves else {"ok": True, "team_id": "T1", "user_id": "UBOT"}

    time = Pastime()
    with answering({"auth.test": at_last}) as client:
        me = who_am_i(Asker(client, wait=time.wait, elapsed=time.elapsed))
    assert (me.team, me.user, me.app) == ("T1", "UBOT", "")
    assert len(time.waited) == 5


def test_a_bot_that_may_not_ask_about_itself_has_no_app() -> None:
    def refused(_: dict[str, str]) -> object:
        return {"ok": False, "error": "missing_scope"}

    answers: Answers = {
        "auth.test": lambda _: {"ok": True, "team_id": "T1"},
        "bots.info": refused,
        "users.list": refused,
    }
    with answering(answers) as client:
        assert who_am_i(Asker(client)).app == ""
        with pytest.raises(Refused, match="missing_scope"):
            Asker(client).ask("users.list")


def test_a_whole_organisations_app_says_which_workspace_it_means() -> None:
    asked: list[dict[str, str]] = []

    def channels(given: dict[str, str]) -> object:
        asked.append(given)
        return {"ok": True, "channels": []}

    with answering({"users.conversations": channels}) as client:
        time = Pastime()
        asker = Asker(client, wait=time.wait, elapsed=time.elapsed)
        learn(Directory(asker, Me(team="T1", enterprise="E1"), Kept(), clock=time))
    assert asked[0]["team_id"] == "T1"


ODD_MESSAGES: list[object] = [
    None,
    5,
    {},
    {"type": "message", "ts": 5, "user": "U2"},
    {"type": "message", "ts": "1.1", "user": "U2"},
    {"type": "message", "ts": "1746418575.000001", "user": 5},
    {"type": "message", "ts": "1746418575.000002", "user": "U2", "reactions": "bulb"},
    {"type": "message", "ts": "1746418575.000003", "subtype": "channel_join", "user": None},
    {"type": "message", "ts": "x", "subtype": "channel_join", "user": "U3"},
    {"type": "message", "ts": "1746418575.000004", "subtype": "channel_join", "user": "UBOT"},
    {"type": "message", "ts": "1746418574.223589", "user": "U2", "text": "hello"},
]


def test_a_past_that_makes_little_sense_is_read_to_its_end() -> None:
    kept, time = Kept(), Pastime()
    me = Me(team="T1", user="UBOT")
    me.note([ChannelSeen(channel=ChannelId("slack:T1/C2"), name="falls")])
    pages: list[object] = [
        {"ok": True, "messages": ODD_MESSAGES, "has_more": True},
        {"ok": True, "messages": "none", "has_more": True},
    ]
    with answering({"conversations.history": lambda _: pages.pop(0)}) as client:
        asker = Asker(client, wait=time.wait, elapsed=time.elapsed)
        past = Backfill(asker, me, kept, days=9_999, clock=time)
        assert past.step("C2") is True
        assert past.step("C2") is False
    assert [seen.ts for seen in kept.of(MessagePosted)] == [1_746_418_574_223_589]
    assert kept.of(MemberJoined) == []
    assert kept.bookmarks["slack:T1/C2/history"].endswith(DONE)


def counted(time: Pastime, answers: Answers) -> Kept:
    """What is passed on where "falls" and Ada in it were known before Slack gave *answers*."""
    kept, me = Kept(), Me(team="T1", user="UBOT")
    falls = ChannelSeen(channel=ChannelId("slack:T1/C2"), name="falls")
    memory = Memory(channels=lambda: [falls], members=lambda _: [MemberId("slack:T1/U2")])
    with answering(answers) as client:
        asker = Asker(client, wait=time.wait, elapsed=time.elapsed)
        recall = {"slack:T1/C2/members": "1"}.get
        learn(Directory(asker, me, kept, clock=time, recall=recall, memory=memory))
    return kept


FALLS = {"id": "C2", "name": "falls", "is_private": False}


def test_an_archived_channel_has_no_members_and_was_not_left() -> None:
    info = FALLS | {"is_member": False, "is_archived": True}
    answers: Answers = {
        "users.conversations": lambda _: {"ok": True, "channels": []},
        "conversations.info": lambda _: {"ok": True, "channel": info},
    }
    (seen,) = counted(Pastime(), answers).events
    assert isinstance(seen, ChannelSeen)
    assert (seen.channel, seen.name, seen.is_archived) == ("slack:T1/C2", "falls", True)


@pytest.mark.parametrize(
    ("answer", "left"),
    [
        pytest.param({"ok": False, "error": "missing_scope"}, 0, id="it doesn't tell"),
        pytest.param({"ok": True, "members": ["UBOT"]}, 1, id="it tells"),
    ],
)
def test_only_where_slack_tells_who_is_there_somebody_has_left(answer: object, left: int) -> None:
    answers: Answers = {
        "users.conversations": lambda _: {"ok": True, "channels": [FALLS]},
        "conversations.members": lambda _: answer,
    }
    assert len(counted(Pastime(), answers).of(MemberLeft)) == left


def test_a_thread_that_is_gone_meanwhile_ends_nothing() -> None:
    kept, time = Kept(), Pastime()
    me = Me(team="T1", user="UBOT")
    me.note([ChannelSeen(channel=ChannelId("slack:T1/C2"), name="falls")])
    stamps = ["1746418575.000002", "1746418574.000001", "1746418573.000001"]
    pages: list[object] = [
        {
            "ok": True,
            "messages": [{"type": "message", "ts": ts, "user": "U2", "reply_count": 1}],
            "has_more": ts != stamps[-1],
        }
        for ts in stamps
    ]
    answers: Answers = {
        "conversations.history": lambda _: pages.pop(0),
        "conversations.replies": lambda _: {"ok": False, "error": "thread_not_found"},
    }
    with answering(answers) as client:
        asker = Asker(client, wait=time.wait, elapsed=time.elapsed)
        past = Backfill(asker, me, kept, days=9_999, clock=time)
        assert [past.step("C2") for _ in stamps] == [True, True, False]
    assert len(kept.of(MessagePosted)) == 3
