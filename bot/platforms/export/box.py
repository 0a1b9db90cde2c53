"""What an export lies in, a zip file or a folder, read without ever writing anything out."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator
from typing import Protocol

from msgspec import Struct


class Limits(Struct, frozen=True, kw_only=True):
    """What an export may ask of this machine; sizes are in bytes."""

    entries: int = 400_000
    total: int = 256 * 2**30
    ratio: int = 250
    """How many times its packed size a file may be; honest exports stay below forty."""
    ratio_from: int = 2**20
    """Smaller files may be packed as tightly as they like."""
    whole: int = 2**20
    """A file up to this size is read in one piece, a larger one in chunks."""
    chunk: int = 2**18
    record: int = 2 * 2**20
    """One record is at most this long."""


class Unreadable(Exception):
    """One file of the export can't be read; the message is the reason, in a few words."""


class Listing:
    """The names and sizes of an export's files, kept small: there may be hundreds of thousands.

    A file is known by its number. `folder` is "" at the top.
    """

    def __init__(self) -> None:
        self.folders: list[str] = []
        self.folder = array("L")
        self.name: list[str] = []
        self.size = array("Q")
        self._numbers: dict[str, int] = {}
        self._names: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self.name)

    def add(self, path: str, size: int) -> None:
        """Take in a file by its *path* in the export, with slashes."""
        folder, _, name = path.rpartition("/")
        number = self._numbers.setdefault(folder, len(self.folders))
        if number == len(self.folders):
            self.folders.append(folder)
        self.folder.append(number)
        self.name.append(self._names.setdefault(name, name))
        self.size.append(size)

    def in_order(self) -> Iterator[int]:
        """The numbers of all files by folder and name; those of one name as they were taken in."""
        inside = [array("L") for _ in self.folders]
        for number, folder in enumerate(self.folder):
            inside[folder].append(number)
        for folder in sorted(range(len(inside)), key=self.folders.__getitem__):
            yield from sorted(inside[folder], key=self.name.__getitem__)

    def path(self, number: int) -> str:
        """The path of a file in the export."""
        folder = self.folders[self.folder[number]]
        return f"{folder}/{self.name[number]}" if folder else self.name[number]


class Box(Protocol):
    """A zip file or a folder."""

    listing: Listing
    refused: list[tuple[str, str]]
    """Paths that are not read for safety's sake, each with the reason."""

    def fingerprint(self) -> bytes:
        """What changes whenever a file of the export does."""
        ...

    def read(self, number: int) -> bytes:
        """All of a file.

        Raises:
            Unreadable: it can't be had, or isn't what the export says it is.
        """
        ...

    def chunks(self, number: int, size: int) -> Iterator[bytes]:
        """A file in pieces of about *size* bytes.

        Raises:
            Unreadable: as for `read`; the pieces until then were good.
        """
        ...

    def close(self) -> None:
        """Let go of the file."""


_JUNK = re.compile(r"(^|/)(__MACOSX/|\.DS_Store$|\._[^/]*$|Thumbs\.db$|desktop\.ini$)")


def is_junk(path: str) -> bool:
    """Whether *path* is what an operating system leaves in folders and zip files."""
    return _JUNK.search(path) is not None


def danger(path: str) -> str | None:
    """Why a file of this name isn't touched, or None where the name is harmless."""
    if "\0" in path:
        return "a NUL in its name"
    if "\\" in path:
        return "a backslash in its name: pack the export again with forward slashes"
    if path.startswith("/"):
        return "its name starts at the root of the disk"
    if len(path) > 1 and path[1] == ":" and path[0].isalpha():
        return "its name starts with a drive letter"
    if ".." in path.split("/"):
        return "its name leads out of the export"
    return None
