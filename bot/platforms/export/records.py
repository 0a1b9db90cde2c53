"""Lists of records in JSON files of any size, where one bad record costs only itself.

A good file is decoded in one go. Where that fails, the list is cut into its records by their
brackets, and each is tried alone; where even the brackets are broken, reading goes on at the next
place that looks like the beginning of a record and proves to be one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Generator, Iterable, Iterator
from typing import Generic, TypeVar

import msgspec
from msgspec import Struct

from bot.platforms.export.box import Limits, Unreadable
from bot.platforms.export.brackets import (
    element_end,
    element_spans,
    is_orderly,
    next_element,
)

T = TypeVar("T")
Bad = Callable[[int | None, str], None]  # the record's number in its file, and why

_START = re.compile(rb"[\[\]}\"\w]\s*,\s*(?=\{)|\n\s*(?=\{)")
_NUMBER = re.compile(r"\$\[\d+\]\.?")

_WINDOW = 2**16  # a record that is found again after damage is at most this long
_INDENTED = b"\n    },\n"  # between two records, as Slack itself writes them
_GUESSES = 8
_TRIES = 256  # places tried after damage, in one block


class Block(Struct, Generic[T]):
    """Good records in a row: `first` is the number of the first, `elements` how many there were."""

    rows: list[T]
    first: int
    elements: int


class Records(Generic[T]):
    """Reads lists of one kind of record. `proof` tells a found-again record from its parts."""

    def __init__(self, kind: type[T], limits: Limits, proof: Callable[[T], bool]) -> None:
        self._kind = kind
        self._limits = limits
        self._proof = proof
        self._mendings = 0
        self._astray = False
        self._many = msgspec.json.Decoder(list[kind])  # type: ignore[valid-type]
        self._one = msgspec.json.Decoder(kind)

    def whole(self, data: bytes, bad: Bad) -> Iterator[Block[T]]:
        """The records of a file that is here as a whole."""
        data, self._astray = _unmarked(data), False
        try:
            rows = self._many.decode(data)
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
            yield from self._apart(data, bad, _reason(error))
        else:
            yield Block(rows, 0, len(rows))

    def stream(self, chunks: Iterable[bytes], bad: Bad) -> Iterator[Block[T]]:
        """The records of a file too large to be held.

        Raises:
            Unreadable: as *chunks* does, after the records that were complete until then.
        """
        self._astray = False
        buffer, number, lost, empty = b"", 0, False, True
        failure: list[Unreadable] = []
        for chunk in _until_failure(chunks, failure):
            buffer = buffer + chunk if buffer or not empty else _unmarked(chunk)
            empty = empty and not buffer.strip()
            start = self._found_again(buffer, 0, [_TRIES]) if lost else next_element(buffer, 0)
            lost = start is None
            buffer = buffer[-_WINDOW:] if start is None else buffer[start:]
            rows, end = ([], 0) if lost else self._ahead(buffer)
            if rows:
                self._astray = False
                yield Block(rows, number, len(rows))
                number, buffer = number + len(rows), buffer[end:]
                continue
            spans = [] if lost else list(element_spans(buffer))
            if spans:
                elements, end = yield from self._block(buffer, spans, number, bad)
                number, buffer = number + elements, buffer[end:]
            if not lost and len(buffer) > self._limits.record:
                bad(number, "longer than any message, or damaged so that its end can't be found")
                number, lost = number + 1, True
        if failure:
            spans = [] if lost else list(element_spans(buffer))
            if spans:
                yield from self._block(buffer, spans, number, bad)
            raise failure[0]
        if empty:
            bad(None, "empty")
        elif not lost:
            yield from self._singly(buffer, number, bad)

    def _ahead(self, data: bytes) -> tuple[list[T], int]:
        """The records up to the last comma that proves to stand between two, and its place.

        What ends at a comma inside a record isn't JSON, so what can be decoded ends between two.
        """
        end = len(data)
        for _ in range(_GUESSES):
            end = data.rfind(_INDENTED if _INDENTED in data[-_WINDOW:] else b"},", 0, end)
            if end <= 0:
                break
            stop = data.index(b"}", end) + 1
            try:
                return self._many.decode(b"[" + data[:stop] + b"]"), stop
            except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
                continue
        return [], 0

    def _block(
        self, data: bytes, spans: list[tuple[int, int]], number: int, bad: Bad
    ) -> Generator[Block[T], None, tuple[int, int]]:
        whole, end = (
            b"[" + b",".join([data[start:end] for start, end in spans]) + b"]",
            spans[-1][1],
        )
        try:
            rows = self._many.decode(whole)
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
            return (yield from self._singly(data, number, bad, end))
        yield Block(rows, number, len(rows))
        return len(rows), end

    def _apart(self, data: bytes, bad: Bad, why: str) -> Iterator[Block[T]]:
        """The records of a file that as a whole can't be decoded."""
        start = data.lstrip()[:1]
        if start != b"[":
            bad(None, "not a list of records" if start else "empty")
            return
        wrong: list[str] = []

        def noted(index: int | None, reason: str) -> None:
            wrong.append(reason)
            bad(index, reason)

        mended = self._mendings
        yield from self._singly(data, 0, noted)
        if not wrong and mended == self._mendings:
            bad(None, f"all its records were read, but the file is damaged: {why}")

    def _singly(
        self, data: bytes, number: int, bad: Bad, until: int | None = None
    ) -> Generator[Block[T], None, tuple[int, int]]:
        """Record by record; what can't be read is told, and the next one found.

        Returns how many elements there were, and where reading stopped.
        """
        until = len(data) if until is None else until
        first, start, stop, tries = number, next_element(data, 0), 0, [_TRIES]
        while start < until:
            end = element_end(data, start)
            stop = end if end > 0 else len(data)
            row, why, broken = self._record(data[start:stop])
            if row is not None:
                yield Block([row], number, 1)
                self._astray = False
            elif self._astray:
                number -= 1  # a piece of the damaged record before it
            else:
                bad(number, why)
            if row is None and (broken or end < 0):
                again = self._found_again(data, start + 1, tries)
                orderly = end > 0 and is_orderly(data, end)
                if again is not None and (again < stop or not orderly):
                    stop, orderly = again, True
                self._astray = not orderly
            start = next_element(data, stop)
            number += 1
        return number - first, stop

    def _record(self, raw: bytes) -> tuple[T | None, str, bool]:
        """One record, or why not, and whether its end is in doubt."""
        try:
            return self._one.decode(raw), "", False
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
            why = _reason(error)
        try:
            raw.decode()
        except UnicodeDecodeError:
            why = "not written in UTF-8"
        try:
            loose = json.loads(raw.decode("utf-8", "replace"), strict=False)
        except json.JSONDecodeError:
            return None, why, True
        except (RecursionError, ValueError):
            return None, why, False
        if why == "not written in UTF-8":
            return None, why, False
        return self._mended(loose, why)

    def _mended(self, loose: object, why: str) -> tuple[T | None, str, bool]:
        """A record as a more patient reader takes it, with only its optional fields missing."""
        if not isinstance(loose, dict):
            return None, "not a record", False
        fields = {key: _clean(value) for key, value in loose.items() if key in _OPTIONAL}
        fields |= {key: _clean(value) for key, value in loose.items() if key in _NEEDED}
        for _ in range(len(fields) + 1):
            try:
                row = msgspec.convert(fields, self._kind)
                self._mendings += 1
                return row, "", False
            except msgspec.ValidationError as error:
                named = re.search(r"\$\.(\w+)", str(error))
                if named is None or named[1] not in _OPTIONAL:
                    return None, _reason(error), False
                del fields[named[1]]
        return None, why, False

    def _found_again(self, data: bytes, start: int, tries: list[int]) -> int | None:
        """Where the next record begins that can be read and is no part of another."""
        for place in _START.finditer(data, start):
            if tries[0] <= 0:
                return None
            tries[0] -= 1
            begin = place.end()
            stop = element_end(data, begin, min(len(data), begin + _WINDOW))
            if stop > 0:
                row = self._record(data[begin:stop])[0]
                if row is not None and self._proof(row):
                    return begin
        return None


# Fields without which a message is still a message.
_MAY_LACK = (
    "reactions username hidden comment message edited deleted_ts thread_ts bot_id"
    " profile tz members previous_names created is_general is_archived is_stranger deleted"
)
_MUST_FIT = (
    "ts text user subtype type id name real_name team_id is_bot is_private is_im is_mpim"
    " is_ext_shared is_pending_ext_shared team"
)
_OPTIONAL = frozenset(_MAY_LACK.split())
_NEEDED = frozenset(_MUST_FIT.split())


def _until_failure(chunks: Iterable[bytes], failure: list[Unreadable]) -> Iterator[bytes]:
    """The *chunks* that can be had; why there are no more of them goes into *failure*."""
    try:
        yield from chunks
    except Unreadable as error:
        failure.append(error)


def _unmarked(data: bytes) -> bytes:
    """*data* in UTF-8 without the mark some tools put first; UTF-16 is known by its own mark."""
    if data.startswith(b"\xef\xbb\xbf"):
        return data[3:]
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace").encode("utf-8", "replace")
    return data


def _clean(value: object) -> object:
    """A text without halves of characters, which no database takes."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return value


def _reason(error: Exception) -> str:
    """Why decoding failed, in words that repeat nothing of the record."""
    if isinstance(error, RecursionError):
        return "nested too deeply"
    if isinstance(error, UnicodeDecodeError):
        return "not written in UTF-8"
    text = str(error)
    if isinstance(error, msgspec.ValidationError):
        return _NUMBER.sub("", text.replace("`", "").replace("$.", ""))
    return re.sub(r" \(byte \d+\)", "", text)
