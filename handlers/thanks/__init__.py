"""Thanks, in the receiver's words; what each has given and got; and help that is passed on."""

from __future__ import annotations

from handlers.thanks import following, ledger, saying, settling, spreading
from handlers.thanks.feature import Settings, feature

__all__ = ["Settings", "feature", "following", "ledger", "saying", "settling", "spreading"]
