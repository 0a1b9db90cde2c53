"""The charter's ledger: a line for each version and acknowledgement, bound together by hashes.

Each line is JSON and is hashed as it stands, with the LF that ends it. A version names the hash of
the version before, an acknowledgement that of the one before and of the version that it is for;
the last line names that of the first line and of the newest of each kind.
`docs/charter-ledger.md` says how anybody can check it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import TypeVar

import msgspec
from msgspec import Struct

from bot.domain.charter import Said, read

FORMAT = 1

R = TypeVar("R", bound=Struct)

_VERSION, _ACKNOWLEDGEMENT = b'{"version":', b'{"acknowledgement":'


class VersionLine(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is hashed of a version; days as 2026-03-04, "" for none.

    `took_part` is None where fewer than five did. `charter` is the canonical text, `before` the
    hash of the version before, "" of the first.
    """

    version: int
    agreed: str
    takes_effect: str
    review: str
    material: bool
    took_part: int | None
    why: str
    changed: str
    before: str
    charter: str


class AcknowledgementLine(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is hashed of an acknowledgement: what the bearer of the token `who` said, on which day.

    `charter` is the hash of the version, `before` that of the acknowledgement before.
    """

    acknowledgement: int
    who: str
    said: Said
    version: int
    charter: str
    on: str
    before: str


class Head(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The ledger's first line: whose it is."""

    ledger: str
    format: int


class Seal(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The ledger's last line: how many lines of each kind, and the hash of the last; "" of none.

    `first_line` is the hash of the ledger's first line.
    """

    first_line: str
    versions: int
    newest_version: str
    acknowledgements: int
    newest_acknowledgement: str


class Ledger(Struct, frozen=True, kw_only=True):
    """A whole ledger."""

    network: str
    versions: tuple[VersionLine, ...]
    acknowledgements: tuple[AcknowledgementLine, ...]


def line(record: Struct) -> bytes:
    """*record* as it stands in the ledger, with its LF."""
    return msgspec.json.encode(record) + b"\n"


def fingerprint(record: VersionLine | AcknowledgementLine) -> str:
    """The SHA-256 of a record's line, in hexadecimal."""
    return _hash(line(record))


def _hash(text: bytes) -> str:
    return sha256(text).hexdigest()


def written(ledger: Ledger) -> bytes:
    """*ledger* as a document of JSON lines, in UTF-8."""
    records = (*ledger.versions, *ledger.acknowledgements)
    head = Head(ledger=ledger.network, format=FORMAT)
    seal = Seal(
        first_line=_hash(line(head)),
        versions=len(ledger.versions),
        newest_version=_newest(ledger.versions),
        acknowledgements=len(ledger.acknowledgements),
        newest_acknowledgement=_newest(ledger.acknowledgements),
    )
    return b"".join(map(line, (head, *records, seal)))


def taken_from(document: bytes) -> Ledger:
    """The ledger that a document holds in which `verify` finds nothing wrong.

    Raises:
        msgspec.MsgspecError: there is something wrong with it.
    """
    first, *lines, _ = document.removesuffix(b"\n").split(b"\n")
    versions = [each for each in lines if each.startswith(_VERSION)]
    said = lines[len(versions) :]
    return Ledger(
        network=msgspec.json.decode(first, type=Head).ledger,
        versions=tuple(msgspec.json.decode(each, type=VersionLine) for each in versions),
        acknowledgements=tuple(
            msgspec.json.decode(each, type=AcknowledgementLine) for each in said
        ),
    )


def _newest(records: Sequence[VersionLine] | Sequence[AcknowledgementLine]) -> str:
    return fingerprint(records[-1]) if records else ""


# Checking


def verify(document: bytes, *, expected: str = "") -> list[str]:
    """What is wrong with a ledger, in plain English, each with its line; nothing if it holds.

    *expected* is a fingerprint that somebody kept, or the beginning of one (from 8 signs on): it
    has to be there. Without one, a ledger that was forged as a whole can't be told from a true one.
    """
    *lines, rest = document.split(b"\n")
    if len(lines) < 2 or rest:
        return ["The file is cut off: a ledger ends with its seal, and an empty line after it."]
    faults: list[str] = []
    head = _read(Head, lines[0], 1, faults)
    if head is not None and head.format != FORMAT:
        faults.append(f"Line 1: this is format {head.format}; this program reads {FORMAT}.")
    seal = _read(Seal, lines[-1], len(lines), faults)
    cut = next(
        (at for at, each in enumerate(lines[1:-1], 1) if each.startswith(_ACKNOWLEDGEMENT)),
        len(lines) - 1,
    )
    versions = _Chain("version", faults)
    for number, each in enumerate(lines[1:cut], 2):
        record = _read(VersionLine, each, number, faults)
        versions.follow(number, each, (record.version, record.before) if record else None)
        faults += _version_faults(record, number)
    acknowledgements = _Chain("acknowledgement", faults)
    for number, each in enumerate(lines[cut:-1], cut + 1):
        said = _read(AcknowledgementLine, each, number, faults)
        acknowledgements.follow(number, each, (said.acknowledgement, said.before) if said else None)
        faults += _acknowledgement_faults(said, number, versions.hashes)
    faults += _seal_faults(seal, _hash(lines[0] + b"\n"), versions, acknowledgements)
    if expected and not faults:
        faults += _unexpected(expected, (*versions.hashes, *acknowledgements.hashes))
    return faults


class _Chain:
    """Lines of one kind, each of which names the one before."""

    def __init__(self, kind: str, faults: list[str]) -> None:
        self.kind = kind
        self.faults = faults
        self.hashes: list[str] = []

    def follow(self, at: int, text: bytes, told: tuple[int, str] | None) -> None:
        """Take the next line, and say where it doesn't follow on the one before."""
        before = self.hashes[-1] if self.hashes else ""
        number = len(self.hashes) + 1
        self.hashes.append(_hash(text + b"\n"))
        if told is None:
            return
        if told[0] != number:
            self.faults.append(
                f"Line {at}: {self.kind} {told[0]} stands where {self.kind} {number} belongs: "
                "one is missing, twice there, or in the wrong place."
            )
        if told[1] != before:
            self.faults.append(
                f"Line {at}: {self.kind} {told[0]} does not follow on the line before it: "
                "one of the two was changed."
            )


def _read(kind: type[R], text: bytes, at: int, faults: list[str]) -> R | None:
    """A line as a record; None, and a fault, where it isn't one exactly as the bot writes it."""
    try:
        record = msgspec.json.decode(text, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        faults.append(f"Line {at}: this is not a line of a ledger, or not in its place.")
        return None
    if line(record) != text + b"\n":
        faults.append(f"Line {at}: it is not written as the bot writes it.")
    return record


def _version_faults(record: VersionLine | None, at: int) -> Iterator[str]:
    if record is not None:
        try:
            read(record.charter)
        except ValueError:
            yield f"Line {at}: version {record.version} holds no charter."


def _acknowledgement_faults(
    record: AcknowledgementLine | None, at: int, versions: Sequence[str]
) -> Iterator[str]:
    if record is None:
        return
    known = versions[record.version - 1] if 0 < record.version <= len(versions) else ""
    if record.charter != known:
        yield (
            f"Line {at}: acknowledgement {record.acknowledgement} is for another version "
            f"{record.version} than this ledger's."
        )


def _seal_faults(
    seal: Seal | None, first_line: str, versions: _Chain, acknowledgements: _Chain
) -> Iterator[str]:
    if seal is None:
        return
    if seal.first_line != first_line:
        yield "Line 1: it is not the line that the seal was made for."
    told = (
        (versions, seal.versions, seal.newest_version),
        (acknowledgements, seal.acknowledgements, seal.newest_acknowledgement),
    )
    for chain, count, newest in told:
        if count != len(chain.hashes):
            yield f"The seal counts {count} {chain.kind}s; here are {len(chain.hashes)}."
        elif newest != (chain.hashes[-1] if chain.hashes else ""):
            yield f"The seal names another newest {chain.kind} than this ledger's last."


SHORTEST = 8


def _unexpected(expected: str, hashes: Sequence[str]) -> Iterator[str]:
    wanted = "".join(expected.split()).casefold()
    if len(wanted) < SHORTEST:
        yield f"Give at least {SHORTEST} signs of the fingerprint that you kept."
    elif not any(each.startswith(wanted) for each in hashes):
        yield "The fingerprint that you kept is not in this ledger: it was written anew since."
