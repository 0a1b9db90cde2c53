"""An unpacked export: a folder of folders, of which no link leads out."""

from __future__ import annotations

import hashlib
import os
from array import array
from collections.abc import Iterator
from pathlib import Path

from bot.platforms.export.box import Limits, Listing, Unreadable, is_junk
from bot.platforms.export.report import ExportError

DEPTH = 3  # folders deep: an export may lie in a folder of its own


class FolderBox:
    """The files of a folder, with all that lies in its folders."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self.listing = Listing()
        self.refused: list[tuple[str, str]] = []
        self._root = os.path.realpath(path)
        self._limits = limits
        self._changed = array("q")
        try:
            self._walk("", DEPTH)
        except OSError as error:
            raise ExportError(f"{path} can't be read: {error.strerror}.") from error

    def fingerprint(self) -> bytes:
        digest = hashlib.blake2b(digest_size=16)
        listing = self.listing
        for number in listing.in_order():
            line = f"{listing.path(number)}\0{listing.size[number]}\0{self._changed[number]}\n"
            digest.update(line.encode("utf-8", "surrogateescape"))
        return digest.digest()

    def read(self, number: int) -> bytes:
        size = self.listing.size[number] + 1  # one more, to see that it hasn't grown
        try:
            file = os.open(f"{self._root}/{self.listing.path(number)}", os.O_RDONLY)
            try:
                data = os.read(file, size)
                while len(data) >= size and (more := os.read(file, size)):
                    data, size = data + more, size + len(more)
            finally:
                os.close(file)
        except OSError as error:
            raise Unreadable(f"can't be read: {error.strerror}") from error
        return data

    def chunks(self, number: int, size: int) -> Iterator[bytes]:
        try:
            with open(os.path.join(self._root, self.listing.path(number)), "rb") as file:
                while chunk := file.read(size):
                    yield chunk
        except OSError as error:
            raise Unreadable(f"can't be read: {error.strerror}") from error

    def close(self) -> None:
        pass

    def _walk(self, folder: str, depth: int) -> None:
        with os.scandir(os.path.join(self._root, folder)) as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                path = f"{folder}/{entry.name}" if folder else entry.name
                if not is_junk(path):
                    self._take(entry, path, depth)

    def _take(self, entry: os.DirEntry[str], path: str, depth: int) -> None:
        if entry.is_symlink() and not self._within(entry.path):
            self.refused.append((path, "a link that leads out of the folder"))
        elif entry.is_dir():
            if depth > 1 and not entry.is_symlink():
                try:
                    self._walk(path, depth - 1)
                except OSError as error:
                    self.refused.append((path, f"can't be read: {error.strerror}"))
        elif entry.is_file():
            stat = entry.stat()
            self.listing.add(path, stat.st_size)
            self._changed.append(stat.st_mtime_ns)
            if len(self.listing) > self._limits.entries:
                raise ExportError(
                    f"More than {self._limits.entries:,} files lie in {self._root}: "
                    "bring it in in parts, a few channel folders at a time."
                )
        elif path.endswith(".json"):
            self.refused.append((path, "not an ordinary file"))

    def _within(self, path: str) -> bool:
        return os.path.commonpath([self._root, os.path.realpath(path)]) == self._root
