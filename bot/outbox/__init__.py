"""Say each thing once: handlers enqueue in their transaction, `deliver` speaks afterwards.

Everything that the bot says goes through here, and so all that holds for it is in one place: one
occasion, one post; the platform's pace; the limits of `bot.judgement.limits`; the switch that
silences it; and what becomes of a post that may or may not have arrived.
"""

from __future__ import annotations

from bot.judgement.limits import Kind, Limits, Wait
from bot.outbox.doubts import recover, seen, speak_from
from bot.outbox.holding import Held, HeldPost, Verdict, held, settle_held
from bot.outbox.open import EVERYTHING, Open, what_is_open
from bot.outbox.outcomes import Said, Unsaid, outcomes
from bot.outbox.queue import (
    amend,
    counts,
    enqueue,
    refused,
    retract,
    said_to,
)
from bot.outbox.quotes import (
    Outdated,
    Quoting,
    outdated,
    quoted_by,
    quoted_from,
    quoting,
    ref_of,
)
from bot.outbox.situation import foresee, opens
from bot.outbox.speaking import deliver
from bot.outbox.utterances import Asking, Changing, Removing, Saying, Showing, Utterance
from bot.outbox.watching import ABANDONED, DOUBTFUL, Watch

Notice = Held | Outdated | Said | Unsaid
"""What features can hear of the bot's own posts."""

__all__ = [
    "ABANDONED",
    "DOUBTFUL",
    "EVERYTHING",
    "Asking",
    "Changing",
    "Held",
    "HeldPost",
    "Kind",
    "Limits",
    "Notice",
    "Open",
    "Outdated",
    "Quoting",
    "Removing",
    "Said",
    "Saying",
    "Showing",
    "Unsaid",
    "Utterance",
    "Verdict",
    "Wait",
    "Watch",
    "amend",
    "counts",
    "deliver",
    "enqueue",
    "foresee",
    "held",
    "opens",
    "outcomes",
    "outdated",
    "quoted_by",
    "quoted_from",
    "quoting",
    "recover",
    "ref_of",
    "refused",
    "retract",
    "said_to",
    "seen",
    "settle_held",
    "speak_from",
    "what_is_open",
]
