"""What the bot does: one module for each feature, in the order of work."""

from __future__ import annotations

from typing import Any

from bot.feature import Feature
from handlers import help, network  # noqa: A004 - the word that everybody knows

FEATURES: tuple[Feature[Any], ...] = (
    network.feature,
    help.feature,
)
