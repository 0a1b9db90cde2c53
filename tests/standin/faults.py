"""What goes wrong and when: a plan that is the same for the same seed, whatever the order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from random import Random
from threading import Lock

CALL_FAULTS = (
    "reset_before",
    "reset_after",
    "stall_before",
    "stall_after",
    "rate_limited",
    "error_before",
    "error_after",
    "slow",
)
EVENT_FAULTS = (
    "reset_before",
    "reset_after",
    "duplicate",
    "reorder",
    "delay",
    "drop",
    "disconnect",
    "half_open",
)


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing that goes wrong; `seconds` is how long a stall or delay is, or a Retry-After.

    "before" and "after" say whether it strikes before Slack took the request or after.
    """

    kind: str
    seconds: float = 1.0
    status: int = 503


@dataclass(frozen=True, kw_only=True)
class Struck:
    """A fault that happened: to the *nth* of *subject*, counted from 1."""

    subject: str
    nth: int
    fault: Fault


@dataclass
class FaultPlan:
    """Which calls and deliveries fail.

    `rates`: how likely each is, 0 to 1, by "<subject>:<fault>"; a subject is a method
    ("chat.postMessage"), "call" for any method, an event's type ("message"), "slash_commands",
    "interactive", or "event" for any delivery. `exactly`: (subject, n, fault) for the nth of it,
    from 1. Both may be changed while it runs.
    """

    seed: int = 0
    rates: Mapping[str, float] = field(default_factory=dict)
    exactly: Iterable[tuple[str, int, str | Fault]] = ()
    seconds: float = 1.0

    def __post_init__(self) -> None:
        self._lock = Lock()
        self._seen: Counter[str] = Counter()
        self.struck: list[Struck] = []
        self._exact: dict[tuple[str, int], Fault] = {}
        for subject, nth, kind in self.exactly:
            self.strikes(subject, nth, kind)
        for name in self.rates:
            _check(name.rpartition(":")[2])

    def strikes(self, subject: str, nth: int, kind: str | Fault) -> None:
        """Let the *nth* of *subject* fail, counted from the plan's beginning."""
        fault = kind if isinstance(kind, Fault) else Fault(kind=kind, seconds=self.seconds)
        _check(fault.kind)
        self._exact[subject, nth] = fault

    def strikes_next(self, subject: str, kind: str | Fault) -> None:
        """Let the next of *subject* fail."""
        with self._lock:
            self.strikes(subject, self._seen[subject] + 1, kind)

    def for_call(self, method: str) -> Fault | None:
        """What goes wrong with this call of *method*."""
        return self._draw((method, "call"), CALL_FAULTS)

    def for_event(self, kind: str) -> Fault | None:
        """What goes wrong with this delivery of a *kind* of event or interaction."""
        return self._draw((kind, "event"), EVENT_FAULTS)

    def _draw(self, subjects: tuple[str, ...], kinds: tuple[str, ...]) -> Fault | None:
        with self._lock:
            for subject in subjects:
                self._seen[subject] += 1
            if not self.rates and not self._exact:
                return None
            for subject in subjects:
                nth = self._seen[subject]
                fault = self._exact.get((subject, nth)) or self._by_chance(subject, nth, kinds)
                if fault:
                    self.struck.append(Struck(subject=subject, nth=nth, fault=fault))
                    return fault
        return None

    def _by_chance(self, subject: str, nth: int, kinds: tuple[str, ...]) -> Fault | None:
        chance = Random(f"{self.seed}/{subject}/{nth}")
        drawn = chance.random()
        for kind in kinds:
            drawn -= self.rates.get(f"{subject}:{kind}", 0.0)
            if drawn < 0:
                return Fault(kind=kind, seconds=self.seconds * (0.5 + chance.random()))
        return None

    def __str__(self) -> str:
        struck = ", ".join(f"{s.subject} {s.nth} {s.fault.kind}" for s in self.struck[-20:])
        return f"fault plan with seed {self.seed}; the last that struck: {struck or 'none'}"


def _check(kind: str) -> None:
    if kind not in CALL_FAULTS + EVENT_FAULTS:
        raise ValueError(f"there is no fault {kind!r}")
