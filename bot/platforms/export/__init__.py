"""Reads a Slack export, zipped or unpacked, as batches of events, whatever its state."""

from __future__ import annotations

from bot.platforms.export.box import Limits
from bot.platforms.export.reader import Export, open_export
from bot.platforms.export.report import ExportError, Report, SetAside

__all__ = ["Export", "ExportError", "Limits", "Report", "SetAside", "open_export"]
