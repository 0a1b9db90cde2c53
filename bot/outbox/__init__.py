"""Say each thing once: handlers enqueue in their transaction, `deliver` speaks afterwards.

Everything that the bot says goes through here, and so all that holds for it is in one place: one
occasion, one post; the platform's pace; the limits of `bot.judgement.limits`; the switch that
silences it; and what becomes of a post that may or may not have arrived.
"""

from __future__ import annotations

from bot.judgement.limits import Kind, Limits
from bot.outbox.doubts import (
    ABANDONED,
    DOUBTFUL,
    Held,
    HeldPost,
    Verdict,
    held,
    recover,
    seen,
    settle_held,
    speak_from,
)
from bot.outbox.queue import (
    amend,
    counts,
    enqueue,
    said_to,
)
from bot.outbox.quotes import Outdated, Quoting, outdated, quoted_by, quoting, ref_of
from bot.outbox.speaking import deliver
from bot.outbox.utterances import Asking, Changing, Removing, Saying, Showing, Utterance

__all__ = [
    "ABANDONED",
    "DOUBTFUL",
    "Asking",
    "Changing",
    "Held",
    "HeldPost",
    "Kind",
    "Limits",
    "Outdated",
    "Quoting",
    "Removing",
    "Saying",
    "Showing",
    "Utterance",
    "Verdict",
    "amend",
    "counts",
    "deliver",
    "enqueue",
    "held",
    "outdated",
    "quoted_by",
    "quoting",
    "recover",
    "ref_of",
    "said_to",
    "seen",
    "settle_held",
    "speak_from",
]
