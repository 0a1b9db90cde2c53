"""Finds an export's lists and days among its files, and puts the days in the order of reading."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.platforms.export.box import Box, Listing
from bot.platforms.export.directory import LISTS, Channel, Directory
from bot.platforms.export.report import Report

_DAY = re.compile(r"\d{4}-\d\d-\d\d.*\.json")
_TOP = frozenset((*LISTS, "users.json"))
NOT_AN_EXPORT = (
    "{} holds no channels.json and no folders with days in them, so it is no Slack export: "
    "give the zip file as Slack made it, or the folder it was unpacked into."
)
ENCRYPTED = "{} is encrypted: unpack it with its password, and give the folder instead."


def find_root(listing: Listing) -> str:
    """The folder an export lies in, "" for the top: its lists are there, its channels below."""
    lists = [
        listing.folders[listing.folder[number]]
        for number, name in enumerate(listing.name)
        if name in _TOP
    ]
    if lists:
        return min(lists, key=lambda folder: (folder.count("/") + bool(folder), folder))
    days = {
        listing.folders[listing.folder[number]].rpartition("/")[0]
        for number, name in enumerate(listing.name)
        if _DAY.fullmatch(name)
    }
    return days.pop() if len(days) == 1 else ""


def find_lists(box: Box, root: str, report: Report) -> dict[str, int]:
    """The numbers of the lists at the top of the export, by name."""
    listing = box.listing
    found: dict[str, int] = {}
    for number, name in enumerate(listing.name):
        if name not in _TOP or listing.folders[listing.folder[number]] != root:
            continue
        if name in found:
            report.put_aside(name, None, "there twice: only the first was read")
        found.setdefault(name, number)
    if "channels.json" not in found:
        report.note("there is no channels.json: channels are named after their folders")
    return found


def find_days(
    box: Box, root: str, directory: Directory, report: Report
) -> tuple[list[int], list[Channel]]:
    """The numbers of the files to read, in order, and for each its channel."""
    listing = box.listing
    _tell_refused(box, root, directory, report)
    homes = [_home(folder, root) for folder in listing.folders]
    holds_days = [False] * len(homes)
    for number, name in enumerate(listing.name):
        if _DAY.fullmatch(name):
            holds_days[listing.folder[number]] = True
    channels = [
        directory.of_folder(home, report) if home and holds else None
        for home, holds in zip(homes, holds_days, strict=True)
    ]
    found: dict[tuple[str, str], list[int]] = {}
    for number in listing.in_order():
        channel, name = channels[listing.folder[number]], listing.name[number]
        if channel is not None and _DAY.fullmatch(name):
            found.setdefault((channel.name, channel.id), []).append(number)
        elif name.endswith(".zip"):
            report.note("zip files inside the export were not opened")
    # a channel that was renamed may have two folders
    days = [day for _, mine in sorted(found.items()) for day in sorted(mine, key=_by_name(listing))]
    return days, [channel for day in days if (channel := channels[listing.folder[day]])]


def _by_name(listing: Listing) -> Callable[[int], tuple[str, int]]:
    return lambda number: (listing.name[number], number)


def is_encrypted(box: Box) -> bool:
    """Whether nothing could be read because a password is wanted."""
    return any(reason == "encrypted" for _, reason in box.refused)


def _home(folder: str, root: str) -> str:
    """The name of a channel's folder, "" for a folder elsewhere."""
    if root:
        folder = folder.removeprefix(f"{root}/") if folder.startswith(f"{root}/") else ""
    return "" if "/" in folder else folder


def _tell_refused(box: Box, root: str, directory: Directory, report: Report) -> None:
    """Name what safety forbids to read, but no private channel."""
    for path, reason in box.refused:
        folder, _, name = path.rpartition("/")
        if name in LISTS and name != "channels.json":
            directory.blind = True
        home = _home(folder, root)
        if home and directory.is_private(home):
            path = "(in a private channel)"
        report.put_aside(path, None, reason)
