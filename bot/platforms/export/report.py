"""What an import has read, left out and set aside, to be told at the end."""

from __future__ import annotations

from msgspec import Struct, field

KEPT = 200  # entries of what was set aside are listed; all are counted


class ExportError(Exception):
    """An export can't be read at all; the message says why, and what to do."""


class SetAside(Struct, frozen=True):
    """One thing that couldn't be read: its file, where in the file (None: all of it), and why."""

    file: str
    index: int | None
    reason: str


class Report(Struct, kw_only=True):
    """Counts of one run of reading; times are in microseconds since 1970 UTC.

    After a resumed start (`resumed`) the counts cover what this run read; `bytes_before` is what
    earlier runs had read. Private channels are counted, never named.
    """

    messages: int = 0
    people: int = 0
    channels: int = 0
    threads: int = 0
    reactions: int = 0
    joined: int = 0
    left: int = 0
    edited: int = 0
    deleted: int = 0
    repeated: int = 0
    files: int = 0
    first: int | None = None
    last: int | None = None
    bytes_read: int = 0
    bytes_before: int = 0
    resumed: bool = False
    private_channels: int = 0
    direct_conversations: int = 0
    ignored: dict[str, int] = field(default_factory=dict)
    """Records that are no messages, by kind: ``channel_topic``, ``pinned_item``."""
    odd: dict[str, int] = field(default_factory=dict)
    """What was taken in although something about it was strange, by what it was."""
    notes: list[str] = field(default_factory=list)
    set_aside: list[SetAside] = field(default_factory=list)
    """The first of what couldn't be read; `reasons` counts them all."""
    reasons: dict[str, int] = field(default_factory=dict)

    def put_aside(self, file: str, index: int | None, reason: str) -> None:
        """Name what couldn't be read; what it said is not repeated."""
        self.reasons[reason] = self.reasons.get(reason, 0) + 1
        if len(self.set_aside) < KEPT:
            file = file.encode("utf-8", "replace").decode()
            self.set_aside.append(SetAside(file, index, reason))

    def ignore(self, kind: str) -> None:
        """Count a record that is no message."""
        _count(self.ignored, kind)

    def wonder(self, what: str) -> None:
        """Count something strange that did no harm."""
        _count(self.odd, what)

    def note(self, text: str) -> None:
        """Keep a sentence for the reader, once."""
        if text not in self.notes and len(self.notes) < KEPT:
            self.notes.append(text)

    def saw(self, first: int, last: int) -> None:
        """Widen the span of time that messages were read from."""
        self.first = first if self.first is None else min(self.first, first)
        self.last = last if self.last is None else max(self.last, last)

    @property
    def total_set_aside(self) -> int:
        """How many things couldn't be read."""
        return sum(self.reasons.values())

    @property
    def left_out(self) -> str:
        """A sentence about private conversations that were not read; empty where there are none."""
        if not self.private_channels and not self.direct_conversations:
            return ""
        return (
            f"{_many(self.private_channels, 'private channel')}, "
            f"{_many(self.direct_conversations, 'direct conversation')} left out: "
            "name them with --include to bring them in"
        )


def _count(counts: dict[str, int], kind: str) -> None:
    """Count *kind*; the hundredth new kind and later ones are counted together."""
    kind = kind[:60]
    if kind not in counts and len(counts) >= 100:
        kind = "others"
    counts[kind] = counts.get(kind, 0) + 1


def _many(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
