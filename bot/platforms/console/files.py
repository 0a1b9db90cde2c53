"""Writes the files that go with what the bot says, so that a person can open them."""

from __future__ import annotations

from pathlib import Path

from bot.domain.posts import Attachment
from bot.platforms.calendars import ics


def written(attachment: Attachment, folder: Path | None) -> str:
    """Where *attachment* was written, each change beside what came before; "" without a folder."""
    if folder is None:
        return ""
    appointment = attachment.appointment
    stem, _, ending = attachment.name.rpartition(".")
    name = f"{stem}-{appointment.uid[:8]}-{appointment.sequence}.{ending}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / name
        path.write_bytes(ics(appointment))
    except OSError as error:
        return f"{attachment.name} (not written: {error.strerror})"
    return str(path)
