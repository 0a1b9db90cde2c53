"""The charter's versions and who agreed to them: nothing of it is ever changed, only added to.

Acknowledgements bear a token, and `charter_members` alone tells whose it is. Who is erased goes
from there; the ledger and its hashes stay whole, and nobody can be told from it any more.
"""

from __future__ import annotations

from bot.storage.charter.adopting import (
    adopt,
    current,
    last_material,
    numbered,
    take_turns,
    versions,
)
from bot.storage.charter.agreeing import (
    Acknowledged,
    Numbers,
    OwnLedger,
    Standing,
    acknowledge,
    agreed_to_some,
    everybody,
    forget,
    ledger,
    numbers,
    of_person,
    of_token,
    standing,
)
from bot.storage.charter.protecting import (
    close,
    protect,
    unprotect,
)
from bot.storage.charter.table import (
    CharterAcknowledgement,
    CharterClosing,
    CharterMember,
    CharterVersion,
)

__all__ = [
    "Acknowledged",
    "CharterAcknowledgement",
    "CharterClosing",
    "CharterMember",
    "CharterVersion",
    "Numbers",
    "OwnLedger",
    "Standing",
    "acknowledge",
    "adopt",
    "agreed_to_some",
    "close",
    "current",
    "everybody",
    "forget",
    "last_material",
    "ledger",
    "numbered",
    "numbers",
    "of_person",
    "of_token",
    "protect",
    "standing",
    "take_turns",
    "unprotect",
    "versions",
]
