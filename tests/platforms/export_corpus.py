"""Exports as they are found and as they are attacked: what makes each, and what to expect."""

from __future__ import annotations

import json
import os
import struct
import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bot.platforms.export import Limits

USERS = [
    {"id": "U1", "team_id": "T1", "name": "ada", "profile": {"display_name": "Ada"}},
    {"id": "U2", "team_id": "T1", "name": "ben", "profile": {"display_name": "Ben"}},
    {"id": "U9", "team_id": "T1", "name": "helper", "is_bot": True},
]
CHANNELS = [{"id": "C1", "name": "general", "is_general": True, "members": ["U1", "U2"]}]
DAY = "general/2024-05-06.json"
BASE = 1_715_000_000

Value = object
Files = dict[str, bytes]


def stamp(number: int) -> str:
    """The time of the message of this *number*, as an export writes it."""
    return f"{BASE + number}.000{number % 1000:03d}"


def said(number: int, **fields: Value) -> dict[str, Value]:
    """A message, whole and well."""
    return {
        "type": "message",
        "user": "U1" if number % 2 else "U2",
        "text": f"the rota of week {number}",
        "ts": stamp(number),
        **fields,
    }


def text(value: Value) -> bytes:
    """JSON as an export writes it."""
    return json.dumps(value, indent=4, ensure_ascii=False).encode()


def files(*records: Value, **more: bytes) -> Files:
    """An export of one day, with these *records*."""
    return {"users.json": text(USERS), "channels.json": text(CHANNELS), DAY: text(list(records))}


def raw(*records: bytes, before: bytes = b"[", after: bytes = b"]") -> Files:
    """An export of one day, whose records are given byte by byte."""
    return {**files(), DAY: before + b",".join(records) + after}


def packed(place: Path, found: Files, method: int = zipfile.ZIP_DEFLATED) -> Path:
    """A zip file of these files."""
    path = place / "export.zip"
    with zipfile.ZipFile(path, "w", method) as box:
        for name, data in found.items():
            box.writestr(zipfile.ZipInfo(name), data, compress_type=method)
    return path


def unpacked(place: Path, found: Files) -> Path:
    """A folder of these files."""
    root = place / "export"
    for name, data in found.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return root


@dataclass(frozen=True, kw_only=True)
class Case:
    """One export: how to make it in a folder, and what reading it must find.

    `bad` are the files, and numbers of records in them, that must be named; `error` is a part of
    the sentence that must refuse it as a whole.
    """

    says: str
    make: Callable[[Path], Path]
    good: int = 0
    bad: tuple[tuple[str, int | None], ...] = ()
    error: str | None = None
    include: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)
    channels: frozenset[str] | None = None


def of(found: Files) -> Callable[[Path], Path]:
    """Makes a zip file of *found*."""
    return lambda place: packed(place, found)


def in_folder(found: Files) -> Callable[[Path], Path]:
    """Makes a folder of *found*."""
    return lambda place: unpacked(place, found)


def between(*middle: bytes) -> Files:
    """An export whose day has a good message before and two after these bad records."""
    return raw(text(said(1)), *middle, text(said(2)), text(said(3)))


def bad_record(says: str, *middle: bytes, good: int = 3, **fields: object) -> Case:
    """A case of bad records between good ones: only they may be missing."""
    return Case(
        says=says,
        make=of(between(*middle)),
        good=good,
        bad=tuple((DAY, 1 + number) for number in range(len(middle))),
        **fields,  # type: ignore[arg-type]
    )


def odd_time(says: str, ts: bytes) -> Case:
    """A case of one message whose time is none."""
    return bad_record(says, b'{"type": "message", "user": "U1", "text": "x", "ts": ' + ts + b"}")


def patched(
    found: Files, change: Callable[[bytearray], None], method: int = zipfile.ZIP_STORED
) -> Callable[[Path], Path]:
    """Makes a zip file and then changes its bytes."""

    def make(place: Path) -> Path:
        path = packed(place, found, method)
        data = bytearray(path.read_bytes())
        change(data)
        path.write_bytes(data)
        return path

    return make


def _spoil_a_byte(data: bytearray) -> None:
    at = data.index(b"the rota of week 1")
    data[at] ^= 0x20


def _encrypt_all(data: bytearray) -> None:
    for mark, flags in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        at = -1
        while (at := data.find(mark, at + 1)) >= 0:
            data[at + flags] |= 1


def _rename_local(data: bytearray) -> None:
    at = data.index(DAY.encode())
    data[at : at + len(DAY)] = b"private/2024-05-06.json"


def _misplace(data: bytearray) -> None:
    at = data.rindex(b"PK\1\2")
    data[at + 42 : at + 46] = struct.pack("<L", 3)


def _overlap(data: bytearray) -> None:
    first = data.index(b"PK\1\2")
    last = data.rindex(b"PK\1\2")
    data[last + 42 : last + 46] = data[first + 42 : first + 46]


def _longer(data: bytearray) -> None:
    at = data.rindex(b"PK\1\2")
    data[at + 24 : at + 28] = struct.pack("<L", struct.unpack_from("<L", data, at + 24)[0] + 5)


def _fewer(data: bytearray) -> None:
    at = data.rindex(b"PK\5\6")
    data[at + 10 : at + 12] = struct.pack("<H", 9)


def _bomb(place: Path) -> Path:
    return packed(place, {**files(said(1)), "general/2024-05-07.json": b" " * 2_000_000})


def _link_in_zip(place: Path) -> Path:
    path = packed(place, files(said(1)))
    link = zipfile.ZipInfo("general/2024-05-07.json")
    link.external_attr = (0o120777) << 16
    with zipfile.ZipFile(path, "a") as box:
        box.writestr(link, "/etc/passwd")
    return path


def _nul_name(place: Path) -> Path:
    name = "general/2024-05-07.json_x"
    path = packed(place, {**files(said(1)), name: text([said(2)])})
    data = path.read_bytes().replace(name.encode(), b"general/2024-05-07.json\0x")
    path.write_bytes(data)
    return path


def _link_out_of_folder(place: Path) -> Path:
    root = unpacked(place, files(said(1)))
    outside = place / "outside.json"
    outside.write_bytes(text([said(2)]))
    (root / "general" / "2024-05-07.json").symlink_to(outside)
    return root


def _link_within_folder(place: Path) -> Path:
    root = unpacked(place, files(said(1)))
    (root / "hidden.json").write_bytes(text([said(2)]))
    (root / "general" / "2024-05-07.json").symlink_to(root / "hidden.json")
    return root


def _pipe_in_folder(place: Path) -> Path:
    root = unpacked(place, files(said(1)))
    os.mkfifo(root / "general" / "2024-05-07.json")
    return root


def _cut(place: Path) -> Path:
    path = packed(place, files(said(1)))
    path.write_bytes(path.read_bytes()[:-30])
    return path


def _after_something(place: Path) -> Path:
    path = packed(place, files(said(1), said(2)))
    path.write_bytes(b"#!/bin/sh\nexit\n" + path.read_bytes())
    return path


def _twice_in_zip(place: Path) -> Path:
    path = packed(place, files(said(1)))
    with zipfile.ZipFile(path, "a") as box, _quietly():
        box.writestr(DAY, text([said(2)]))
    return path


def _quietly() -> object:
    import warnings

    class Quiet(warnings.catch_warnings):
        def __enter__(self) -> None:  # type: ignore[override]
            super().__enter__()
            warnings.simplefilter("ignore")

    return Quiet()


def _plain_file(place: Path) -> Path:
    path = place / "export.txt"
    path.write_text("this is no export")
    return path


def _quine_like(place: Path) -> Path:
    inner = packed(place, files(said(5))).read_bytes()
    return packed(place, {**files(said(1)), "general/export.zip": inner, "more.zip": inner})


def _bzip(place: Path) -> Path:
    path = packed(place, files(said(1)))
    with zipfile.ZipFile(path, "a", zipfile.ZIP_BZIP2) as box:
        box.writestr("general/2024-05-07.json", text([said(2)]))
    return path


def _streamed_zip(place: Path) -> Path:
    """Written to a pipe: sizes follow each entry's bytes, as Slack's own server does it."""

    class Pipe:
        def __init__(self, path: Path) -> None:
            self.file = path.open("wb")

        def write(self, data: bytes) -> int:
            return self.file.write(data)

        def flush(self) -> None:
            self.file.flush()

    path = place / "export.zip"
    pipe = Pipe(path)
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as box:  # type: ignore[arg-type]
        for name, data in files(said(1), said(2)).items():
            box.writestr(name, data)
    pipe.file.close()
    return path


def _zip64(place: Path) -> Path:
    """Every size and place in the large form, as where there are more than 4 GiB."""
    path = packed(place, files(said(1), said(2)))
    data = path.read_bytes()
    end = data.rindex(b"PK\5\6")
    count, size, start = struct.unpack_from("<HLL", data, end + 10)
    heads, at = b"", start
    while at < start + size:
        name, extra, comment = struct.unpack_from("<3H", data, at + 28)
        packed_size, full = struct.unpack_from("<2L", data, at + 20)
        head = bytearray(data[at : at + 46 + name])
        where = struct.unpack_from("<L", head, 42)[0]
        head[20:28], head[42:46] = b"\xff" * 8, b"\xff" * 4
        large = struct.pack("<2H3Q", 1, 24, full, packed_size, where)
        other = struct.pack("<2H", 0x7875, 3) + b"abc"
        head[30:32] = struct.pack("<H", len(large) + len(other))
        heads += bytes(head) + other + large
        at += 46 + name + extra + comment
    record = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, len(heads), start)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, start + len(heads), 1)
    last = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    path.write_bytes(data[:start] + heads + record + locator + last)
    return path


def _spoiled(place: Path) -> Path:
    """A packed large day with bytes changed in its middle."""
    path = packed(place, {**files(), DAY: text(many(2_000))})
    data = bytearray(path.read_bytes())
    at = data.index(DAY.encode()) + len(DAY) + 50
    data[at : at + 40] = b"\xff" * 40
    path.write_bytes(data)
    return path


def many(count: int) -> list[dict[str, Value]]:
    """This many messages of one day."""
    return [said(number, blocks=[{"a": '}],[{\\"'}]) for number in range(count)]


def _large_with_one_broken() -> Files:
    records = [text(record) for record in many(400)]
    records[200] = records[200].replace(b'"ts": "', b'"ts": ')
    return raw(*records)


SMALL = Limits(whole=4_000, chunk=2_000, record=3_000)

PRIVATE = {
    **files(said(1)),
    "groups.json": text([{"id": "G1", "name": "board"}, {"id": "G2", "name": "pay"}]),
    "dms.json": text([{"id": "D0000001", "members": ["U1", "U2"]}]),
    "mpims.json": text([{"id": "G3", "name": "mpdm-ada--ben-1"}]),
    "board/2024-05-06.json": text([said(10), said(11)]),
    "pay/2024-05-06.json": text([said(12)]),
    "D0000001/2024-05-06.json": text([said(13)]),
    "mpdm-ada--ben-1/2024-05-06.json": text([said(14)]),
}

BAD_UTF8 = b'{"type": "message", "user": "U1", "text": "caf\xe9", "ts": "1715000099.000000"}'
SJIS = '{"type": "message", "user": "U1", "text": "ソ表能", "ts": "1715000099.000000"}'.encode(
    "shift-jis"
)
DEEP = (
    b'{"type": "message", "ts": "1715000099.000000", "x": ' + b"[" * 99_999 + b"]" * 99_999 + b"}"
)
DEEP_OPEN = b'{"type": "message", "ts": "1715000099.000000", "x": ' + b"[" * 99_999

RECORDS = [
    odd_time("a time that is missing a value", b"null"),
    odd_time("a time that is a whole number", b"1715000099"),
    odd_time("a time that is a fraction", b"1715000099.000100"),
    odd_time("a time that is not a number (NaN)", b"NaN"),
    odd_time("a time that is infinite", b"Infinity"),
    odd_time("a time that says nan", b'"nan"'),
    odd_time("a time that is a word", b'"yesterday"'),
    odd_time("a time with an underscore in it", b'"17150000_9.000000"'),
    odd_time("a time in other digits", '"１７１５００００９９.000000"'.encode()),
    odd_time("a time before there was such a thing", b'"0000000001.000000"'),
    odd_time("a time in the far future", b'"9999999999.000000"'),
    odd_time("a time with five thousand digits", b'"' + b"9" * 5_000 + b'"'),
    odd_time("a time of five thousand digits that is a number", b"9" * 5_000),
    odd_time("a time below zero", b'"-715000099.000000"'),
    bad_record("a record without a time", b'{"type": "message", "user": "U1", "text": "x"}'),
    bad_record("a record that is a number", b"17"),
    bad_record("a record that is nothing", b"null"),
    bad_record("a record that is a text", b'"a } text ] {"'),
    bad_record("three bad records in a row", b"1", b'"x"', b'{"ts": 1}'),
    bad_record("a text that is a number", text(said(9, text=12))),
    bad_record("an author that is a list", text(said(9, user=["U1"]))),
    bad_record("a record with a letter that is not UTF-8", BAD_UTF8),
    bad_record("a record in Shift-JIS whose letters hold backslashes", SJIS),
    bad_record("a record nested a hundred thousand deep", DEEP),
    bad_record("a record nested deep and never closed", DEEP_OPEN),
    bad_record(
        "a record whose quote is never closed", b'{"type": "message", "text": "abc, "ts": "1"}'
    ),
    bad_record(
        "a record with a comma too many", b'{"type": "message",, "ts": "1715000099.000000"}'
    ),
    bad_record("a record that stops in the middle", b'{"type": "message", "text": "abc'),
    Case(
        says="a day that stops in the middle of its last record",
        make=of(raw(text(said(1)), text(said(2)), text(said(3))[:40], after=b"")),
        good=2,
        bad=((DAY, 2),),
    ),
    Case(
        says="a day that stops right after a record",
        make=of(raw(text(said(1)), text(said(2)), after=b"")),
        good=2,
        bad=((DAY, None),),
    ),
    Case(
        says="a day with a comma after its last record",
        make=of(raw(text(said(1)), text(said(2)), b"")),
        good=2,
        bad=((DAY, None),),
    ),
    Case(
        says="a day made of two lists stuck together",
        make=of({**files(), DAY: text([said(1)]) + text([said(2)])}),
        good=2,
        bad=((DAY, None),),
    ),
    Case(says="an empty day", make=of({**files(), DAY: b""}), bad=((DAY, None),)),
    Case(says="a day of nothing but an empty list", make=of({**files(), DAY: b"[]"})),
    Case(says="a day that is no list", make=of({**files(), DAY: b'{"a": 1}'}), bad=((DAY, None),)),
    Case(
        says="a day that is a web page",
        make=of({**files(), DAY: b"<html>sign in</html>"}),
        bad=((DAY, None),),
    ),
    Case(
        says="a day in Latin-1, of which the plain records are kept",
        make=of({**files(), DAY: b"[" + BAD_UTF8 + b"," + text(said(1)) + b"]"}),
        good=1,
        bad=((DAY, 0),),
    ),
]

GOOD = [
    Case(
        says="a day with a byte order mark",
        make=of({**files(), DAY: b"\xef\xbb\xbf" + text([said(1), said(2)])}),
        good=2,
    ),
    Case(
        says="a day in UTF-16 with its mark",
        make=of({**files(), DAY: text([said(1)]).decode().encode("utf-16")}),
        good=1,
    ),
    Case(
        says="half a character in a text",
        make=of(
            raw(
                text(said(1)),
                b'{"type":"message","user":"U1","text":"\\ud83d","ts":"1715000099.0"}',
            )
        ),
        good=2,
    ),
    Case(
        says="a line break inside a text",
        make=of(raw(b'{"type":"message","user":"U1","text":"a\nb","ts":"1715000099.000000"}')),
        good=1,
    ),
    Case(
        says="numbers of five thousand digits where nobody looks",
        make=of(raw(text(said(1))[:-2] + b',"x":' + b"9" * 5_000 + b"}", text(said(2)))),
        good=2,
    ),
    Case(
        says="not-a-numbers where nobody looks",
        make=of(raw(text(said(1))[:-2] + b',"x":NaN}', text(said(2)))),
        good=2,
    ),
    Case(
        says="reactions, threads and files in shapes that aren't known",
        make=of(
            files(
                said(1, reactions={"a": 1}),
                said(2, reactions=[{"users": 3}]),
                said(3, thread_ts=12, files="x", edited=True, username=5),
                said(4, thread_ts="soon"),
            )
        ),
        good=4,
    ),
    Case(says="a text that is missing", make=of(files(said(1, text=None), said(2))), good=2),
    Case(
        says="records out of order, and one there twice",
        make=of(files(said(3), said(1), said(2), said(1))),
        good=3,
    ),
    Case(
        says="the same day in two files of one zip",
        make=_twice_in_zip,
        good=2,
    ),
    Case(
        says="an export in a folder of its own inside the zip",
        make=of({f"my export/{name}": data for name, data in files(said(1)).items()}),
        good=1,
    ),
    Case(says="an unpacked export", make=in_folder(files(said(1), said(2))), good=2),
    Case(says="a link that stays within the folder", make=_link_within_folder, good=2),
    Case(says="a zip written to a pipe", make=_streamed_zip, good=2),
    Case(says="a zip in the large form (Zip64)", make=_zip64, good=2),
    Case(says="a zip with something in front of it", make=_after_something, good=2),
    Case(says="zips inside the zip are not opened", make=_quine_like, good=1),
    Case(
        says="what a Mac leaves in a zip",
        make=of(
            {**files(said(1)), "__MACOSX/general/._2024-05-06.json": b"\0\1", ".DS_Store": b""}
        ),
        good=1,
    ),
    Case(
        says="an export without lists",
        make=of({DAY: text([said(1)]), "meetup/2024-05-06.json": text([said(2)])}),
        good=2,
        channels=frozenset({"general", "meetup"}),
    ),
    Case(
        says="channels whose names differ by one hyphen",
        make=of(
            {
                "users.json": text(USERS),
                "channels.json": text([{"id": "C1", "name": "m"}, {"id": "C2", "name": "m-"}]),
                "m/2024-05-06.json": text([said(1)]),
                "m-/2024-05-06.json": text([said(2)]),
            }
        ),
        good=2,
        channels=frozenset({"m", "m-"}),
    ),
    Case(
        says="a folder under a channel's earlier name",
        make=of(
            {
                "users.json": text(USERS),
                "channels.json": text([{"id": "C1", "name": "b", "previous_names": ["a"]}]),
                "a/2024-05-06.json": text([said(1)]),
                "b/2024-05-07.json": text([said(2)]),
            }
        ),
        good=2,
        channels=frozenset({"b"}),
    ),
    Case(
        says="a name written in two normal forms",
        make=of(
            {
                "users.json": text(USERS),
                "channels.json": text([{"id": "C1", "name": "café"}]),
                unicodedata.normalize("NFD", "café") + "/2024-05-06.json": text([said(1)]),
                unicodedata.normalize("NFC", "café") + "/2024-05-06.json": text([said(2)]),
            }
        ),
        good=2,
        channels=frozenset({"café"}),
    ),
    Case(
        says="folders that differ only in their case",
        make=of({**files(said(1)), "General/2024-05-06.json": text([said(2)])}),
        good=2,
        channels=frozenset({"general", "General"}),
    ),
    Case(
        says="private conversations, which stay out",
        make=of(PRIVATE),
        good=1,
        channels=frozenset({"general"}),
    ),
    Case(
        says="a private channel that was asked for by name",
        make=of(PRIVATE),
        include=("board",),
        good=3,
        channels=frozenset({"general", "board"}),
    ),
    Case(
        says="a direct conversation that was asked for by id",
        make=of(PRIVATE),
        include=("D0000001",),
        good=2,
        channels=frozenset({"general", "D0000001"}),
    ),
    Case(
        says="a day too large to be held",
        make=of({**files(), DAY: text(many(400))}),
        good=400,
        limits=SMALL,
    ),
]

LISTS = [
    Case(
        says="a list of people that can't be read",
        make=of({**files(said(1)), "users.json": b"oops"}),
        good=1,
        bad=(("users.json", None),),
    ),
    Case(
        says="a person without an id among the people",
        make=of({**files(said(1)), "users.json": text([{"name": "x"}, *USERS])}),
        good=1,
        bad=(("users.json", 0),),
    ),
    Case(
        says="a list of channels that can't be read",
        make=of({**files(said(1)), "channels.json": b"{"}),
        good=1,
        bad=(("channels.json", None),),
    ),
    Case(
        says="a list of private channels that can't be read: what isn't public stays out",
        make=of({**PRIVATE, "groups.json": b"oops"}),
        good=1,
        bad=(("groups.json", None),),
        channels=frozenset({"general"}),
    ),
    Case(
        says="a channel listed as public and as private is private",
        make=of({**files(said(1)), "groups.json": text([{"id": "C1", "name": "general"}])}),
        good=0,
        channels=frozenset(),
    ),
]

LARGE = [
    Case(
        says="a day too large to be held, with one record whose quotes are broken",
        make=of(_large_with_one_broken()),
        good=399,
        bad=((DAY, 200),),
        limits=SMALL,
    ),
    Case(
        says="a record that is longer than any message, in a day too large to be held",
        make=of(
            raw(*map(text, many(50)), text(said(60, x="y" * 20_000)), *map(text, many(90)[51:]))
        ),
        good=89,
        bad=((DAY, 50),),
        limits=SMALL,
    ),
    Case(
        says="a large day that stops in the middle",
        make=of({**files(), DAY: text(many(400))[:-300]}),
        good=398,
        bad=((DAY, 398),),
        limits=SMALL,
    ),
    Case(
        says="a large day of which one byte has changed",
        make=patched({**files(), DAY: text(many(100))}, _spoil_a_byte),
        good=100,
        bad=((DAY, None),),
        limits=SMALL,
    ),
    Case(
        says="a large day that isn't as long as the zip's list says",
        make=patched({**files(), DAY: text(many(100))}, _longer, zipfile.ZIP_DEFLATED),
        bad=((DAY, None),),
        good=100,
        limits=SMALL,
    ),
    Case(
        says="a large day that can't be unpacked",
        make=_spoiled,
        bad=((DAY, None),),
        limits=SMALL,
    ),
    Case(
        says="a large file of blanks",
        make=of({**files(), DAY: b" " * 9_000}),
        bad=((DAY, None),),
        limits=SMALL,
    ),
]

NEXT = "general/2024-05-07.json"
ATTACKS = [
    *(
        Case(
            says=says,
            make=of({**files(said(1)), name: text([said(2)])}),
            good=1,
            bad=((name, None),),
        )
        for says, name in (
            ("a name that leads out of the export", "../general/2024-05-07.json"),
            ("a name that leads out in its middle", "general/../../2024-05-07.json"),
            ("a name at the root of the disk", "/general/2024-05-07.json"),
            ("a name with a drive letter", "C:/general/2024-05-07.json"),
            ("a name with backslashes", "..\\general\\2024-05-07.json"),
        )
    ),
    Case(says="a name with a NUL", make=_nul_name, good=1, bad=((NEXT + "␀x", None),)),
    Case(says="a link in the zip", make=_link_in_zip, good=1, bad=((NEXT, None),)),
    Case(says="a link out of the folder", make=_link_out_of_folder, good=1, bad=((NEXT, None),)),
    Case(says="a pipe in the folder", make=_pipe_in_folder, good=1, bad=((NEXT, None),)),
    Case(says="a file packed a thousand times", make=_bomb, good=1, bad=((NEXT, None),)),
    Case(says="a file packed in a rare way", make=_bzip, good=1, bad=((NEXT, None),)),
    Case(
        says="a byte that has changed",
        make=patched(files(said(1)), _spoil_a_byte),
        bad=((DAY, None),),
    ),
    Case(
        says="an entry that calls itself otherwise than the zip's list does",
        make=patched(files(said(1)), _rename_local),
        bad=((DAY, None),),
    ),
    Case(
        says="an entry that isn't where the zip's list says",
        make=patched(files(said(1)), _misplace),
        error="share their bytes",
    ),
    Case(
        says="an entry that isn't as long as the zip's list says",
        make=patched(files(said(1)), _longer),
        bad=((DAY, None),),
    ),
    Case(
        says="entries that share their bytes",
        make=patched(files(said(1)), _overlap),
        error="share their bytes",
    ),
    Case(
        says="a list shorter than it says", make=patched(files(said(1)), _fewer), error="cut short"
    ),
    Case(
        says="a zip that needs a password",
        make=patched(files(said(1)), _encrypt_all),
        error="encrypted",
    ),
    Case(says="a zip cut short", make=_cut, error="cut short"),
    Case(says="a file that is no zip", make=_plain_file, error="zip file"),
    Case(says="a zip of other things", make=of({"a/b.txt": b"x"}), error="no Slack export"),
    Case(says="an empty folder", make=lambda place: place, error="no Slack export"),
    Case(says="nothing there", make=lambda place: place / "gone", error="There is no"),
    Case(
        says="more files than are read at once",
        make=of(files(said(1))),
        limits=Limits(entries=2),
        error="bring in a few",
    ),
    Case(
        says="more files in a folder than are read at once",
        make=in_folder(files(said(1))),
        limits=Limits(entries=2),
        error="a few channel folders",
    ),
    Case(
        says="more bytes than any export holds",
        make=of(files(said(1))),
        limits=Limits(total=100),
        error="far more than it weighs",
    ),
]

CASES = [*RECORDS, *GOOD, *LISTS, *LARGE, *ATTACKS]
