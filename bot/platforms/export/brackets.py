"""Finds where the records of a JSON list begin and end by their brackets, decoding nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

_GAP = re.compile(rb"[\s,\[\]]*+")
# All up to the next bracket: strings are stepped over whole.
_BRACKET = re.compile(rb'[^{}\[\]"]*+(?:"(?:[^"\\]++|\\.)*+"[^{}\[\]"]*+)*+([{}\[\]])', re.DOTALL)
_OTHER = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[^\s,\[\]{}"]++')
_NEXT = re.compile(rb"\s*(?:,\s*\{|\]?\s*\Z)")


def element_spans(data: bytes) -> Iterator[tuple[int, int]]:
    """Start and end of each complete element of the list in *data*."""
    at = 0
    while (start := next_element(data, at)) < len(data):
        at = element_end(data, start)
        if at < 0 or (at == len(data) and data[start] not in b"{"):
            return
        yield start, at


def element_end(data: bytes, start: int, stop: int | None = None) -> int:
    """Where the element that begins at *start* ends; -1 where it doesn't before *stop*."""
    stop = len(data) if stop is None else stop
    if data[start : start + 1] not in (b"{", b"["):
        other = _OTHER.match(data, start, stop)
        return other.end() if other else start + 1
    depth, at = 0, start
    while found := _BRACKET.match(data, at, stop):
        at = found.end()
        depth += 1 if data[at - 1] in b"{[" else -1
        if depth <= 0:
            return at
    return -1


def next_element(data: bytes, at: int) -> int:
    """Where the next element begins."""
    found = _GAP.match(data, at)
    return found.end() if found else at


def is_orderly(data: bytes, end: int) -> bool:
    """Whether after *end* comes what comes after a record: the next, or the end of the list."""
    return _NEXT.match(data, end) is not None
