"""Exports of real communities are read without loss, where they are at hand.

``ANIMATEUR_REAL_EXPORTS`` names a folder of them, unpacked or as ``.tar.xz``. They are nobody's to
pass on, so they are in no repository, and without them these tests are skipped.
"""

from __future__ import annotations

import os
import tarfile
from pathlib import Path

import pytest

from bot.domain.events import MessagePosted
from bot.platforms.export import Report, open_export
from tests.real_exports.recount import recount

BESIDE = Path(__file__).parents[3] / "shared" / "data"
HOME = Path(os.environ.get("ANIMATEUR_REAL_EXPORTS") or BESIDE)
WANTED = "set ANIMATEUR_REAL_EXPORTS to a folder of real exports to run this"


def at_hand() -> list[Path]:
    """Unpacked exports, or those still packed where none of that name is unpacked."""
    if not HOME.is_dir():
        return []
    folders = [path.parent for path in sorted(HOME.glob("*/channels.json"))]
    unpacked = {path.name for path in folders}
    tars = sorted(HOME.glob("*.tar.xz"))
    return folders + [path for path in tars if path.name.removesuffix(".tar.xz") not in unpacked]


@pytest.mark.at_length
@pytest.mark.skipif(not at_hand(), reason=WANTED)
@pytest.mark.parametrize(
    "number", [pytest.param(n, id=f"export {n + 1}") for n in range(max(1, len(at_hand())))]
)
def test_a_real_export_is_read_without_loss(
    number: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = at_hand()[number]
    if folder.is_file():
        place = tmp_path_factory.mktemp("real")
        with tarfile.open(folder) as tar:
            tar.extractall(place, filter="data")
        folder = next(place.rglob("channels.json")).parent
    report = Report()
    authors: set[str] = set()
    with open_export(folder) as export:
        for batch in export.batches(report=report):
            authors |= {event.author for event in batch.events if isinstance(event, MessagePosted)}
    counted = recount(folder)
    told = {name: getattr(report, name) for name in counted if name != "authors"}
    assert {**told, "authors": len(authors)} == counted
    assert report.set_aside == []
