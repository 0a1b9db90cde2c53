"""A zipped export, read entry by entry without unpacking, and without trusting what it says.

The list at the end of the file is read here rather than by `zipfile`: that keeps 0.5 KiB for each
entry, opens one ten times slower, and unpacks two of its methods without any bound.
Format: PKWARE, APPNOTE.TXT 6.3.10, sections 4.3 and 4.4.
"""

from __future__ import annotations

import hashlib
import os
import zlib
from array import array
from collections.abc import Iterator
from pathlib import Path
from struct import Struct as Layout

from bot.platforms.export.box import Limits, Listing, Unreadable, danger, is_junk
from bot.platforms.export.report import ExportError

_END = Layout("<4s4H2LH")
_END64_PLACE = Layout("<4sLQL")
_END64 = Layout("<4sQ2H2L4Q")
_CENTRAL = Layout("<4s6H3L5H2L")
_LOCAL = Layout("<4s5H3L2H")
_STORED, _DEFLATED = 0, 8
_ENCRYPTED, _UTF8 = 0x1, 0x800
_LINK = 0o120000
_NO_COMMENT = 65_535 + _END.size

CUT = "{} is cut short or isn't a zip file: download it again."
BOMB = "{} holds far more than it weighs ({}): this is no export, and it is left alone."


class ZipBox:
    """The files of a zip file, by number."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self.listing = Listing()
        self.refused: list[tuple[str, str]] = []
        self.encrypted = 0
        self._path = path
        self._limits = limits
        self._place, self._packed, self._sum = array("Q"), array("Q"), array("L")
        self._method = array("B")
        try:
            self._file = os.open(path, os.O_RDONLY)
        except OSError as error:
            raise ExportError(f"{path} can't be read: {error.strerror}.") from error
        try:
            self._list()
        except BaseException:
            self.close()
            raise

    def fingerprint(self) -> bytes:
        digest = hashlib.blake2b(digest_size=16)
        listing = self.listing
        for number in listing.in_order():
            line = f"{listing.path(number)}\0{listing.size[number]}\0{self._sum[number]}\n"
            digest.update(line.encode("utf-8", "surrogateescape"))
        return digest.digest()

    def read(self, number: int) -> bytes:
        size, packed = self.listing.size[number], self._packed[number]
        data = os.pread(self._file, packed, self._start(number))
        if len(data) != packed:
            raise Unreadable("the zip file ends in the middle of it")
        if self._method[number] == _DEFLATED:
            unpack = zlib.decompressobj(-15)
            try:
                data = unpack.decompress(data, size + 1)
            except zlib.error as error:
                raise Unreadable("damaged: it can't be unpacked") from error
        if len(data) != size:
            raise Unreadable("it isn't as long as the zip file says")
        if zlib.crc32(data) != self._sum[number]:
            raise Unreadable("damaged: its checksum is wrong")
        return data

    def chunks(self, number: int, size: int) -> Iterator[bytes]:
        found, checksum = 0, 0
        for chunk in self._unpacked(number, size):
            found += len(chunk)
            if found > self.listing.size[number]:
                raise Unreadable("it isn't as long as the zip file says")
            checksum = zlib.crc32(chunk, checksum)
            yield chunk
        if found != self.listing.size[number]:
            raise Unreadable("it isn't as long as the zip file says")
        if checksum != self._sum[number]:
            raise Unreadable("damaged: its checksum is wrong")

    def close(self) -> None:
        os.close(self._file)

    def _unpacked(self, number: int, size: int) -> Iterator[bytes]:
        place, left = self._start(number), self._packed[number]
        unpack = zlib.decompressobj(-15) if self._method[number] == _DEFLATED else None
        while left:
            data = os.pread(self._file, min(left, size), place)
            if not data:
                raise Unreadable("the zip file ends in the middle of it")
            place, left = place + len(data), left - len(data)
            if unpack is None:
                yield data
                continue
            try:
                while data:
                    yield unpack.decompress(data, size)
                    data = unpack.unconsumed_tail
            except zlib.error as error:
                raise Unreadable("damaged: it can't be unpacked") from error
        while unpack is not None and (rest := unpack.decompress(b"", size)):
            yield rest

    def _start(self, number: int) -> int:
        """Where the packed bytes of an entry begin, if its own header agrees with the list."""
        place = self._place[number]
        head = os.pread(self._file, _LOCAL.size, place)
        if len(head) < _LOCAL.size or head[:4] != b"PK\3\4":
            raise Unreadable("the zip file's list points to the wrong place")
        fields = _LOCAL.unpack(head)
        name = os.pread(self._file, fields[9], place + _LOCAL.size)
        if _decoded(name) != self._full(number) or fields[3] != self._method[number]:
            raise Unreadable("the zip file's list and the entry itself disagree")
        return place + _LOCAL.size + int(fields[9]) + int(fields[10])

    def _full(self, number: int) -> str:
        return self.listing.path(number)

    def _list(self) -> None:
        length = os.fstat(self._file).st_size
        count, size, place, shift = self._end(length)
        if count > self._limits.entries or size > self._limits.entries * 512:
            raise ExportError(
                f"{self._path} holds {count:,} files, more than the {self._limits.entries:,} that "
                "are read at once: unpack it and bring in a few channel folders at a time."
            )
        spans = array("Q")
        found = sum(self._entry(head, shift, spans) for head in self._heads(place + shift, size))
        if found != count:
            raise ExportError(CUT.format(self._path))
        self._weigh(spans)

    def _end(self, length: int) -> tuple[int, int, int, int]:
        """Number of entries, length and place of their list, and what comes before the zip."""
        tail = os.pread(self._file, _NO_COMMENT, max(0, length - _NO_COMMENT))
        at = tail.rfind(b"PK\5\6")
        if at < 0 or len(tail) - at < _END.size:
            raise ExportError(CUT.format(self._path))
        _, _, _, _, count, size, place, _ = _END.unpack_from(tail, at)
        end = max(0, length - _NO_COMMENT) + at
        locator = os.pread(self._file, _END64_PLACE.size, max(0, end - _END64_PLACE.size))
        if locator[:4] == b"PK\6\7" and len(locator) == _END64_PLACE.size:
            found = os.pread(self._file, _END64.size, _END64_PLACE.unpack(locator)[2])
            if len(found) == _END64.size and found[:4] == b"PK\6\6":
                count, size, place = _END64.unpack(found)[7:]
                end = _END64_PLACE.unpack(locator)[2]
        shift = end - size - place
        if shift < 0:
            raise ExportError(CUT.format(self._path))
        return count, size, place, shift

    def _heads(self, place: int, size: int) -> Iterator[tuple[tuple[int, ...], bytes, bytes]]:
        """The fields, name and extra fields of every entry in the list, read in pieces."""
        buffer, at, end = b"", 0, place + size
        while True:
            if len(buffer) - at < 2**17 and place < end:
                more = os.pread(self._file, min(2**20, end - place), place)
                buffer, at, place = buffer[at:] + more, 0, place + len(more) if more else end
            if len(buffer) - at < _CENTRAL.size or buffer[at : at + 4] != b"PK\1\2":
                return
            fields = _CENTRAL.unpack_from(buffer, at)
            name = at + _CENTRAL.size
            extra = name + fields[10]
            at = extra + fields[11] + fields[12]
            if at > len(buffer):
                return
            yield fields[1:], buffer[name:extra], buffer[extra : extra + fields[11]]

    def _entry(
        self, head: tuple[tuple[int, ...], bytes, bytes], shift: int, spans: array[int]
    ) -> bool:
        """Take in one entry of the list, or say why not."""
        fields, raw, extra = head
        flags, method, checksum = fields[2], fields[3], fields[6]
        packed, size, place = _large(fields[7], fields[8], fields[15], extra)
        path = _decoded(raw)
        spans.append(place + shift)
        spans.append(place + shift + _LOCAL.size + len(raw) + packed)
        if path.endswith("/") or is_junk(path):
            return True
        reason = danger(path) or self._unfit(flags, method, fields[14] >> 16, packed, size)
        if reason:
            self.refused.append((path.replace("\0", "␀"), reason))
            return True
        self.listing.add(path, size)
        self._place.append(place + shift)
        self._packed.append(packed)
        self._sum.append(checksum)
        self._method.append(method)
        return True

    def _unfit(self, flags: int, method: int, mode: int, packed: int, size: int) -> str | None:
        if mode & 0o170000 == _LINK:
            return "a link, not a file"
        if flags & _ENCRYPTED:
            self.encrypted += 1
            return "encrypted"
        if method not in (_STORED, _DEFLATED):
            return "packed in a way that exports don't use"
        if size > self._limits.ratio_from and size > self._limits.ratio * packed:
            return f"{size // max(packed, 1):,} times as large unpacked as packed"
        if method == _STORED and packed != size:
            return "it isn't as long as the zip file says"
        return None

    def _weigh(self, spans: array[int]) -> None:
        """Refuse a file whose entries share bytes, or hold more than any export would."""
        total = sum(self.listing.size)
        if total > self._limits.total:
            raise ExportError(BOMB.format(self._path, f"{total / 2**30:,.0f} GiB unpacked"))
        last = 0
        for start in sorted(range(0, len(spans), 2), key=spans.__getitem__):
            if spans[start] < last:
                raise ExportError(BOMB.format(self._path, "entries that share their bytes"))
            last = spans[start + 1]


def _decoded(raw: bytes) -> str:
    """A name as people meant it; many tools write UTF-8 without saying so."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("cp437")


def _large(packed: int, size: int, place: int, extra: bytes) -> tuple[int, int, int]:
    """Sizes and place of an entry, from the Zip64 extra field where they are too large."""
    at = 0
    while at + 4 <= len(extra):
        kind, length = (
            int.from_bytes(extra[at : at + 2], "little"),
            extra[at + 2] + 256 * extra[at + 3],
        )
        if kind == 1:
            values = [
                int.from_bytes(extra[start : start + 8], "little")
                for start in range(at + 4, min(at + 4 + length, len(extra)), 8)
            ]
            values.reverse()
            size = values.pop() if size == 0xFFFFFFFF and values else size
            packed = values.pop() if packed == 0xFFFFFFFF and values else packed
            place = values.pop() if place == 0xFFFFFFFF and values else place
        at += 4 + length
    return packed, size, place
