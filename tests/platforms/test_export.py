"""A Slack export becomes events: who said something where, and never what."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.events import (
    Batch,
    ChannelKind,
    ChannelSeen,
    Event,
    MemberJoined,
    MemberLeft,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    PersonSeen,
    ReactionAdded,
)
from bot.platforms.export import ExportError, Limits, Report, open_export
from bot.platforms.export.directory import LATEST
from bot.platforms.export.messages import Translator, to_micros
from tests.platforms.export_corpus import (
    BASE,
    CHANNELS,
    DAY,
    SMALL,
    USERS,
    Files,
    files,
    many,
    packed,
    said,
    stamp,
    text,
    unpacked,
)

ROOT = Path(__file__).parents[2]


def at(number: int) -> int:
    """The time of the message of this *number*, in microseconds."""
    return (BASE + number) * 1_000_000 + number % 1000


def read(path: Path, report: Report | None = None, **choices: object) -> list[Event]:
    """All events of the export at *path*."""
    with open_export(path, **choices) as export:  # type: ignore[arg-type]
        batches = export.batches(report=report if report is not None else Report())
        return [event for batch in batches for event in batch.events]


def only(kind: type[Event], events: list[Event]) -> list[Event]:
    return [event for event in events if isinstance(event, kind)]


def from_day(place: Path, *records: object, report: Report | None = None) -> list[Event]:
    """The events of a day of these *records*, without those of who and where."""
    opening = (PersonSeen, ChannelSeen)
    events = read(packed(place, files(*records)), report)
    listed = {f"slack:T1/{user}" for user in ("U1", "U2")}
    return [
        event
        for event in events
        if not (isinstance(event, opening) and event not in bots_of(events))
        and not (isinstance(event, MemberJoined) and event.member in listed)
    ]


def bots_of(events: list[Event]) -> list[PersonSeen]:
    return [
        e for e in events if isinstance(e, PersonSeen) and not e.member.startswith("slack:T1/U")
    ]


def test_a_message_is_a_fact_without_its_words(tmp_path: Path) -> None:
    words = "Does anybody know a canary that sings about the rota of the night staff?"
    (event,) = from_day(tmp_path, said(1, text=words, thread_ts=stamp(0)))
    assert event == MessagePosted(
        channel="slack:T1/C1",
        ts=at(1),
        author="slack:T1/U1",
        thread=at(0),
        length=len(words),
        worth=pytest.approx(-0.16),
        asks=True,
    )
    assert "canary" not in repr(event)


@pytest.mark.parametrize(
    ("record", "author", "by_bot"),
    [
        pytest.param(said(1), "U1", False, id="a person"),
        pytest.param(said(1, subtype="me_message"), "U1", False, id="a person, of themselves"),
        pytest.param(said(1, subtype="thread_broadcast"), "U1", False, id="a reply to everybody"),
        pytest.param(
            said(1, subtype="file_share", bot_id=None, username="bot", upload=True),
            "U1",
            False,
            id="a person who shared a file, as years ago",
        ),
        pytest.param(
            said(1, user=None, subtype="file_comment", comment={"user": "U2", "comment": "so!"}),
            "U2",
            False,
            id="a person who wrote under a file",
        ),
        pytest.param(said(1, user="U404"), "U404", False, id="a person whom no list knows"),
        pytest.param(said(1, user="U9"), "U9", True, id="a bot, by the list of people"),
        pytest.param(said(1, user="USLACKBOT"), "USLACKBOT", True, id="Slack's own bot"),
        pytest.param(said(1, bot_id="B7", app_id="A7"), "U1", True, id="an app in a person's name"),
        pytest.param(said(1, user=None, bot_id="B7"), "B7", True, id="an app without a person"),
        pytest.param(said(1, user=None, text=""), "unknown", True, id="nobody at all"),
    ],
)
def test_a_message_has_an_author(record: object, author: str, by_bot: bool, tmp_path: Path) -> None:
    (event,) = from_day(tmp_path, record)
    assert isinstance(event, MessagePosted)
    assert (event.author, event.by_bot) == (f"slack:T1/{author}", by_bot)


def test_an_app_is_introduced_by_the_name_it_posts_under_once(tmp_path: Path) -> None:
    post = {"user": None, "subtype": "bot_message", "bot_id": "B7", "username": "Feed"}
    events = from_day(tmp_path, said(1, **post), said(2, **post))
    assert only(PersonSeen, events) == [PersonSeen(member="slack:T1/B7", name="Feed", is_bot=True)]
    assert [event.author for event in only(MessagePosted, events)] == ["slack:T1/B7"] * 2


def test_a_bare_name_always_gives_the_same_author(tmp_path: Path) -> None:
    post = {"user": None, "username": "Ada from the old forum"}
    events = from_day(tmp_path, said(1, **post), said(2, **post), said(3, user=None, username="B"))
    first, second, third = (event.author for event in only(MessagePosted, events))
    assert first == second != third
    assert first.startswith("slack:T1/name-")
    assert not any(event.by_bot for event in only(MessagePosted, events))


def test_a_reaction_counts_for_each_who_gave_it_known_or_not(tmp_path: Path) -> None:
    report = Report()
    thumbs = {"name": "+1", "users": ["U2", "U404"], "count": 3}
    _, *given = from_day(tmp_path, said(1, reactions=[thumbs]), report=report)
    assert given == [
        ReactionAdded(channel="slack:T1/C1", ts=at(1), member=f"slack:T1/{who}", emoji="+1")
        for who in ("U2", "U404")
    ]
    assert report.reactions == 2
    assert report.odd == {"a reaction that counts more people than it names": 1}


def test_who_came_and_went_is_told(tmp_path: Path) -> None:
    came = {"type": "message", "subtype": "channel_join", "user": "U5", "ts": stamp(1)}
    went = {"type": "message", "subtype": "channel_leave", "user": "U5", "ts": stamp(2)}
    assert from_day(tmp_path, came, went) == [
        MemberJoined(channel="slack:T1/C1", member="slack:T1/U5", at=at(1)),
        MemberLeft(channel="slack:T1/C1", member="slack:T1/U5", at=at(2)),
    ]


def test_a_member_whose_coming_was_not_seen_was_there_from_the_start(tmp_path: Path) -> None:
    came = {"type": "message", "subtype": "channel_join", "user": "U2", "ts": stamp(1)}
    channel = {**CHANNELS[0], "created": 1_600_000_000}
    found = {**files(came), "channels.json": text([channel])}
    joins = only(MemberJoined, read(packed(tmp_path, found)))
    assert [(event.member, event.at) for event in joins] == [
        ("slack:T1/U2", at(1)),
        ("slack:T1/U1", 1_600_000_000_000_000),
    ]


def test_the_members_of_a_channel_without_days_are_known_too(tmp_path: Path) -> None:
    quiet = {"id": "C2", "name": "quiet", "created": "1600000000", "members": ["U2"]}
    found = {**files(said(1)), "channels.json": text([*CHANNELS, quiet])}
    joins = only(MemberJoined, read(packed(tmp_path, found)))
    assert ("slack:T1/C2", "slack:T1/U2", 1_600_000_000_000_000) in [
        (event.channel, event.member, event.at) for event in joins
    ]


def test_a_deleted_message_is_gone_and_its_replies_stay(tmp_path: Path) -> None:
    stone = said(1, subtype="tombstone", hidden=True, thread_ts=stamp(1), user="USLACKBOT")
    reply = said(2, thread_ts=stamp(1))
    note = said(3, subtype="message_deleted", hidden=True, deleted_ts=stamp(0))
    gone, kept, also = from_day(tmp_path, stone, reply, note)
    assert gone == MessageDeleted(channel="slack:T1/C1", ts=at(1))
    assert isinstance(kept, MessagePosted)
    assert kept.thread == at(1)
    assert also == MessageDeleted(channel="slack:T1/C1", ts=at(0))


def test_a_record_of_a_change_brings_the_new_text(tmp_path: Path) -> None:
    new = {"ts": stamp(1), "text": "is that so?", "edited": {"ts": stamp(5)}}
    change = said(6, subtype="message_changed", hidden=True, message=new)
    lost = said(7, subtype="message_changed", hidden=True, message={"text": "x"})
    report = Report()
    (event,) = from_day(tmp_path, change, lost, report=report)
    assert event == MessageEdited(
        channel="slack:T1/C1", ts=at(1), edited=at(5), length=11, asks=True
    )
    assert (report.edited, report.ignored) == (1, {"message_changed": 1})


def test_what_is_no_message_is_counted_by_its_kind(tmp_path: Path) -> None:
    report = Report()
    records = [
        said(1, subtype="channel_topic"),
        said(2, subtype="channel_topic"),
        said(3, subtype="pinned_item"),
        said(4, hidden=True),
        said(5, type="user_typing"),
    ]
    assert from_day(tmp_path, *records, report=report) == []
    assert report.ignored == {
        "channel_topic": 2,
        "pinned_item": 1,
        "hidden": 1,
        "type user_typing": 1,
    }


def test_a_name_is_what_people_call_themselves_and_never_their_address(tmp_path: Path) -> None:
    users = [
        {"id": "U1", "team_id": "T1", "profile": {"display_name": "Ada", "email": "a@x.org"}},
        {"id": "U2", "team_id": "T1", "profile": {"display_name": "", "real_name": "Ben B"}},
        {"id": "U3", "team_id": "T1", "name": "cleo", "tz": "Europe/Paris", "deleted": True},
        {"id": "U4", "team_id": "T1", "name": "dan@x.org", "profile": {"email": "dan@x.org"}},
        {"id": "U5", "team_id": "T2", "real_name": "Eve", "is_stranger": True},
        {"id": "U6", "team_id": "T1", "name": "robot", "is_bot": True},
    ]
    found = {**files(), "users.json": text(users)}
    assert only(PersonSeen, read(packed(tmp_path, found))) == [
        PersonSeen(member="slack:T1/U1", name="Ada"),
        PersonSeen(member="slack:T1/U2", name="Ben B"),
        PersonSeen(member="slack:T1/U3", name="cleo", is_gone=True, timezone="Europe/Paris"),
        PersonSeen(member="slack:T1/U4", name="U4"),
        PersonSeen(member="slack:T1/U5", name="Eve", is_external=True),
        PersonSeen(member="slack:T1/U6", name="robot", is_bot=True),
    ]


@pytest.mark.parametrize(
    ("flags", "kind"),
    [
        pytest.param({}, ChannelKind.PUBLIC, id="a channel of the public list is public"),
        pytest.param({"is_ext_shared": True}, ChannelKind.UNKNOWN, id="shared, and no word more"),
        pytest.param(
            {"is_ext_shared": True, "is_private": False}, ChannelKind.PUBLIC, id="shared, in public"
        ),
        pytest.param({"is_private": True}, ChannelKind.PRIVATE, id="private in the public list"),
        pytest.param({"is_im": True}, ChannelKind.DIRECT, id="direct in the public list"),
    ],
)
def test_flags_may_only_close_a_channel(
    flags: dict[str, bool], kind: ChannelKind, tmp_path: Path
) -> None:
    found = {**files(said(1)), "channels.json": text([{**CHANNELS[0], **flags}])}
    path = packed(tmp_path, found)
    (seen,) = only(ChannelSeen, read(path, include=("general",)))
    assert seen.kind is kind
    closed = kind in (ChannelKind.PRIVATE, ChannelKind.DIRECT)
    assert len(only(MessagePosted, read(path))) == (0 if closed else 1)


def test_private_channels_are_counted_and_never_named(tmp_path: Path) -> None:
    found: Files = {
        **files(said(1)),
        "groups.json": text([{"id": "G1", "name": "redundancies"}, {"id": "G2", "name": "pay"}]),
        "dms.json": text([{"id": "D0000001"}]),
        "redundancies/2024-05-06.json": b"broken",
        "redundancies/2024-05-07.json": b" " * 2_000_000,
        "D0000002/2024-05-06.json": text([said(7)]),
    }
    report = Report()
    events = read(packed(tmp_path, found), report)
    assert report.left_out == (
        "2 private channels, 2 direct conversations left out: "
        "name them with --include to bring them in"
    )
    assert len(only(MessagePosted, events)) == 1
    told = repr(events) + repr(report).replace("..\\\\redundancies", "")
    assert "redundancies" not in told
    assert "D000000" not in told
    assert [aside.file for aside in report.set_aside] == ["(in a private channel)"]


def test_nothing_is_said_of_private_channels_where_there_are_none() -> None:
    assert Report().left_out == ""
    assert Report(private_channels=1, direct_conversations=0).left_out.startswith(
        "1 private channel, 0 direct conversations left out"
    )


def test_a_name_to_include_that_is_not_there_is_told(tmp_path: Path) -> None:
    report = Report()
    read(packed(tmp_path, files(said(1))), report, include=("bord",))
    assert report.notes == ["nothing called bord was found to include"]


@pytest.mark.parametrize(
    ("found", "workspace", "team"),
    [
        pytest.param(files(said(1)), "T7", "T1", id="as most people's records say"),
        pytest.param(
            {"channels.json": text(CHANNELS), DAY: text([said(1, team="T5")])},
            "T7",
            "T5",
            id="as a message says",
        ),
        pytest.param(
            {"channels.json": text(CHANNELS), DAY: text([said(1)])}, "T7", "T7", id="as asked"
        ),
        pytest.param(
            {"channels.json": text(CHANNELS), DAY: text([said(1)])},
            None,
            "export",
            id="by a name of its own",
        ),
    ],
)
def test_the_workspace_is_named(
    found: Files, workspace: str | None, team: str, tmp_path: Path
) -> None:
    (event,) = only(MessagePosted, read(packed(tmp_path, found), workspace=workspace))
    assert event.author == f"slack:{team}/U1"


@pytest.mark.at_length
def test_reading_can_stop_anywhere_and_go_on(tmp_path: Path) -> None:
    came = {"type": "message", "subtype": "channel_join", "user": "U2", "ts": stamp(2)}
    found = {
        **files(came, *many(1200)[3:]),
        "general/2024-05-07.json": text(many(26_000)[1500:]),
        "other/2024-05-06.json": text(many(1200)),
    }
    path = packed(tmp_path, found)
    limits = Limits(whole=100_000, chunk=50_000)
    with open_export(path, limits=limits) as export:
        batches = list(export.batches(report=Report()))
    assert len(batches) > 3
    assert all(len(batch.events) <= 12_000 for batch in batches)
    everything = [event for batch in batches for event in batch.events]
    done: list[Event] = []
    for batch in batches:
        done += batch.events
        assert done + resumed(path, batch, limits) == everything


def resumed(path: Path, batch: Batch, limits: Limits) -> list[Event]:
    """What a new run reads after *batch*."""
    assert batch.bookmark is not None
    report = Report()
    with open_export(path, limits=limits) as export:
        assert export.source == batch.bookmark.source
        rest = list(export.batches(after=batch.bookmark.position, report=report))
        assert report.bytes_before + report.bytes_read <= export.total_bytes
    assert report.resumed
    return [event for batch in rest for event in batch.events]


@pytest.mark.parametrize("after", ["", "x", "99:0", "-1:0", "1:1:1", "people:x"])
def test_a_bookmark_of_something_else_is_refused(after: str, tmp_path: Path) -> None:
    with open_export(packed(tmp_path, files(said(1)))) as export:
        batches = export.batches(after=after, report=Report())
        with pytest.raises(ExportError, match="start from its beginning"):
            next(batches)


def test_another_export_has_another_name_and_the_same_one_the_same(tmp_path: Path) -> None:
    places = [tmp_path / name for name in "abcd"]
    for place in places:
        place.mkdir()
    first = packed(places[0], files(said(1)))
    again = packed(places[1], files(said(1)))
    other = packed(places[2], files(said(2)))
    folder = unpacked(places[3], files(said(1)))

    def source(path: Path, **choices: object) -> str:
        with open_export(path, **choices) as export:  # type: ignore[arg-type]
            return export.source

    assert source(first) == source(again)
    assert len({source(first), source(other), source(first, include=("a",)), source(folder)}) == 4
    before = source(folder)
    os.utime(folder / DAY, (1, 1))
    assert source(folder) != before


def test_what_comes_from_the_future_is_set_aside(tmp_path: Path) -> None:
    report = Report()
    events = read(packed(tmp_path, files(said(1), said(5))), report, latest=at(3))
    assert [event.ts for event in only(MessagePosted, events)] == [at(1)]
    assert [(aside.file, aside.index) for aside in report.set_aside] == [(DAY, 1)]


def test_the_report_counts_what_was_read(tmp_path: Path) -> None:
    report = Report()
    root = said(1, reply_count=1, thread_ts=stamp(1))
    read(packed(tmp_path, files(root, said(2, thread_ts=stamp(1)), said(3), said(3))), report)
    assert (report.messages, report.threads, report.repeated) == (3, 1, 1)
    assert (report.people, report.channels, report.files) == (len(USERS), 1, 1)
    assert (report.first, report.last) == (at(1), at(3))
    assert report.bytes_read > 0
    assert not report.resumed


def test_a_flood_of_bad_records_is_counted_and_the_first_are_named(tmp_path: Path) -> None:
    report = Report()
    from_day(tmp_path, *(said(n, ts="soon", subtype=f"s{n}") for n in range(500)), report=report)
    assert report.total_set_aside == 500
    assert len(report.set_aside) == 200
    for number in range(500):
        report.ignore(f"kind {number}")
        report.note(f"note {number}")
    assert len(report.ignored) == 101
    assert report.ignored["others"] == 400
    assert len(report.notes) == 200


def test_a_made_up_number_of_people_takes_no_more_room() -> None:
    reader = Translator("T1", set(), Report(), LATEST)
    for number in range(60_000):
        assert reader.person(f"U{number}") == f"slack:T1/U{number}"
    assert len(reader._members) <= 50_000


@given(st.integers(1_104_537_600_000_000, 4_102_444_800_000_000))
def test_a_time_is_read_exactly(micros: int) -> None:
    assert to_micros(f"{micros // 1_000_000}.{micros % 1_000_000:06d}") == micros


@given(st.text(max_size=20) | st.from_regex(r"\A[0-9._e+-]{1,20}\Z"))
def test_what_is_read_as_a_time_is_one(written: str) -> None:
    micros = to_micros(written)
    if micros is not None:
        assert re.fullmatch(r"[0-9]{1,10}(\.[0-9]{1,6})?", written)
        assert 1_104_537_600_000_000 <= micros <= 4_102_444_800_000_000


@given(data=st.data())
def test_no_damage_to_a_day_stops_the_reading(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    day = bytearray(text(many(6)))
    for _ in range(data.draw(st.integers(1, 4))):
        at_byte = data.draw(st.integers(0, len(day) - 1))
        day[at_byte : at_byte + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    place = tmp_path_factory.mktemp("damaged")
    for limits in (Limits(), SMALL):
        report = Report()
        path = packed(place, {**files(), DAY: bytes(day)})
        posted = only(MessagePosted, read(path, report, limits=limits))
        assert len(posted) <= 6
        assert len(posted) == report.messages


@given(data=st.data())
def test_no_damage_to_a_zip_does_worse_than_refuse_it(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = packed(tmp_path_factory.mktemp("damaged"), files(*many(5)))
    box = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        box[data.draw(st.integers(0, len(box) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(box)
    events: list[Event] = []
    with contextlib.suppress(ExportError):
        events = read(path)
    assert len(only(MessagePosted, events)) in (0, 5)


def test_a_large_export_is_read_within_a_few_mebibytes(tmp_path: Path) -> None:
    records = text(many(15_000))
    found = {**files(), DAY: records, "other/2024-05-06.json": records}
    path = packed(tmp_path, found)
    script = (
        "import resource, sys\n"
        "from bot.platforms.export import Report, open_export\n"
        "def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "before, report = peak(), Report()\n"
        "with open_export(sys.argv[1]) as export:\n"
        "    for batch in export.batches(report=report): pass\n"
        "print(report.messages, peak() - before)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", script, str(path)],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    messages, grown = map(int, run.stdout.split())
    assert messages == 30_000
    assert grown < 15 * 1024 * (1 if sys.platform == "linux" else 1024)
