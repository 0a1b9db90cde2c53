"""Tells whether a written export is what Slack would have written of the same network."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import date
from functools import lru_cache
from itertools import takewhile
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from bot.domain.events import (
    Event,
    MemberJoined,
    MemberLeft,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    PersonSeen,
    ReactionAdded,
)
from bot.simulation import frailty_friends, large_network, simulate, texts, write_export
from bot.simulation.life import tell
from bot.simulation.records import slack_id, slack_ts, written

PLAN = replace(frailty_friends(3), weeks=6)
Record = dict[str, Any]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("export") / "new"
    write_export(PLAN, target)
    return target


@pytest.fixture(scope="module")
def records(folder: Path) -> dict[str, list[Record]]:
    return {
        channel.name: [x for day in sorted(channel.iterdir()) for x in json.loads(day.read_bytes())]
        for channel in folder.iterdir()
        if channel.is_dir()
    }


@lru_cache(maxsize=1)
def events() -> list[Event]:
    return list(simulate(PLAN))


def standing() -> list[MessagePosted]:
    gone = {(x.channel, x.ts) for x in events() if isinstance(x, MessageDeleted)}
    said = [x for x in events() if isinstance(x, MessagePosted)]
    assert gone
    return [x for x in said if (x.channel, x.ts) not in gone]


def is_message(record: Record) -> bool:
    return record.get("subtype") in (None, "bot_message")


def test_every_message_that_stands_is_there_once(records: dict[str, list[Record]]) -> None:
    names = {PLAN.channel_id(channel.name): channel.name for channel in PLAN.channels}
    ours = Counter((names[x.channel], slack_ts(x.ts)) for x in standing())
    theirs = Counter((n, x["ts"]) for n, found in records.items() for x in found if is_message(x))
    assert theirs == ours


def test_texts_and_authors_are_those_that_were_told(records: dict[str, list[Record]]) -> None:
    final = texts(PLAN)
    by_ts = {x["ts"]: x for found in records.values() for x in found}
    for post in standing():
        record = by_ts[slack_ts(post.ts)]
        assert record["text"] == final[post.channel, post.ts]
        assert record.get("user", record.get("bot_id")) == slack_id(post.author)


def test_the_first_message_of_a_conversation_counts_its_answers(
    records: dict[str, list[Record]],
) -> None:
    for found in records.values():
        openers = {x["ts"]: x for x in found if "replies" in x}
        answers = [x for x in found if x.get("thread_ts", x["ts"]) != x["ts"]]
        assert answers
        assert Counter(x["thread_ts"] for x in answers) == {
            ts: x["reply_count"] for ts, x in openers.items()
        }
        for opener in openers.values():
            assert opener["thread_ts"] == opener["ts"]
            assert opener["latest_reply"] == opener["replies"][-1]["ts"]
            assert set(opener["reply_users"]) == {x["user"] for x in opener["replies"]}
        for answer in answers:
            assert answer["parent_user_id"] == openers[answer["thread_ts"]]["user"]


def test_reactions_and_edits_are_with_their_message(records: dict[str, list[Record]]) -> None:
    every = [x for found in records.values() for x in found]
    names = {(x.channel, x.ts) for x in standing()}
    marks = [x for x in events() if isinstance(x, ReactionAdded) and (x.channel, x.ts) in names]
    written_marks = sum(mark["count"] for x in every for mark in x.get("reactions", []))
    assert written_marks == len(marks)
    edits = {slack_ts(x.ts) for x in events() if isinstance(x, MessageEdited)}
    assert {x["ts"] for x in every if "edited" in x} == edits


def test_those_who_came_and_went_have_a_line(records: dict[str, list[Record]]) -> None:
    start = PLAN.midnight(PLAN.start)
    came = sum(isinstance(x, MemberJoined) and x.at >= start for x in events())
    went = sum(isinstance(x, MemberLeft) for x in events())
    kinds = Counter(x.get("subtype") for found in records.values() for x in found)
    assert (kinds["channel_join"], kinds["channel_leave"]) == (came, went)


def test_people_and_channels_are_listed(folder: Path) -> None:
    users = json.loads((folder / "users.json").read_bytes())
    channels = json.loads((folder / "channels.json").read_bytes())
    groups = json.loads((folder / "groups.json").read_bytes())
    assert "Siân Pryce" in {user["real_name"] for user in users}
    assert sum(user["is_bot"] for user in users) == len(PLAN.bots)
    assert [x["name"] for x in channels if x["is_general"]] == ["general"]
    assert [x["name"] for x in groups] == ["frailty-leads"]
    ids = {user["id"] for user in users}
    assert all(set(channel["members"]) <= ids for channel in channels)
    assert len(channels[0]["members"]) > 100


def test_each_file_holds_its_own_local_day_in_order(folder: Path) -> None:
    for path in (folder / "frailty").iterdir():
        stamps = [x["ts"] for x in json.loads(path.read_bytes())]
        assert stamps == sorted(stamps)
        days = {PLAN.day_of(round(float(ts) * 1e6)) for ts in stamps}
        assert days == {date.fromisoformat(path.stem)}


def test_a_zip_holds_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    write_export(PLAN, tmp_path / "there" / "export.zip")
    with ZipFile(tmp_path / "there" / "export.zip") as archive:
        packed = {name: archive.read(name) for name in archive.namelist()}
    loose = {x.relative_to(folder).as_posix(): x.read_bytes() for x in folder.rglob("*.json")}
    assert packed == loose


def test_json_is_written_as_slack_writes_it() -> None:
    assert written([{"at": "a/b", "who": "Siân 💡"}]) == (
        b'[\n    {\n        "at": "a\\/b",\n        "who": "Si\\u00e2n \\ud83d\\udca1"\n    }\n]'
    )


def test_however_many_people_there_are_they_have_come_by_the_first_day() -> None:
    plan = large_network(1_000_000)
    before = takewhile(lambda told: not isinstance(told[1], MessagePosted), tell(plan))
    people = [at for at, event, _ in before if isinstance(event, PersonSeen)]
    assert len(people) > 2500
    assert people == sorted(people)
    assert people[-1] <= plan.midnight(plan.start)


def test_a_large_network_has_about_the_size_asked_for() -> None:
    plan = large_network(4_000, weeks=4)
    said = sum(isinstance(event, MessagePosted) for _, event, _ in tell(plan))
    assert said == pytest.approx(4_000, rel=0.15)
    assert len(plan.channels) == 60
