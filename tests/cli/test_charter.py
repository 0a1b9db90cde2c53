"""The charter's ledger goes out, and a stranger finds with sha256sum alone that it holds."""

from __future__ import annotations

import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.charter import Said, charter_of, starter
from bot.domain.ids import MemberId
from bot.storage import charter, places
from bot.storage.places import Newborn
from tests.cli.desk import ROOT, Desk

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
GUIDE = (ROOT / "docs" / "charter-ledger.md").read_text()


@pytest.fixture
def agreed(desk: Desk) -> Desk:
    """A desk whose network has two versions of its charter, and two who agree."""
    desk.types("migrate")
    first = starter("Kinder first hours.")
    then = charter_of(first.purpose, ['Say "who" it was.'], first.decides, first.keeps)
    with desk.sessions().begin() as session:
        newborn = Newborn(name="Frailty Friends", timezone="Europe/London", country="GB")
        network = places.network_of(session, "fake:T1", newborn=newborn, now=NOW)
        refs = [MemberId("fake:T1/U-ada"), MemberId("fake:T1/U-bob")]
        places.meet_people(session, refs, bots=frozenset())
        for each in (first, then):
            version = charter.adopt(
                session,
                network,
                each,
                why="So that it's fair.",
                is_material=True,
                took_part=None,
                effective_on=NOW.date(),
                review_on=None,
                proposal=None,
                now=NOW,
            )
            for ref in refs:
                person = places.person_at(session, ref)
                assert person is not None
                charter.acknowledge(session, network, person, version, Said.AGREED, now=NOW)
    return desk


def checked_by_a_stranger(folder: Path) -> str:
    """What the guide's own commands print."""
    commands = re.findall(r"```sh\n(lines=.*?)```", GUIDE, re.DOTALL)
    done = subprocess.run(
        ["sh", "-c", commands[0]], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout + done.stderr


def test_a_ledger_goes_out_and_holds_for_anybody(agreed: Desk) -> None:
    done = agreed.types("charter", "export", "--to", "charter.jsonl")
    assert done.output == "2 versions and 4 acknowledgements are in charter.jsonl\n"
    written = (agreed.folder / "charter.jsonl").read_bytes()
    assert agreed.types("charter", "export").stdout_bytes == written
    plain = re.sub(rb"[0-9a-f]{16,}", b"", written)  # chance may write a name in a digest
    for trace in (b"ada", b"bob", b"U-"):
        assert trace not in plain
    assert checked_by_a_stranger(agreed.folder) == ""
    agreed.database.unlink()
    told = agreed.types("charter", "verify", "charter.jsonl").output
    assert "ledger of Frailty Friends, 2 versions and 4 acknowledgements." in told
    found = re.search(r"fingerprint is\s+([0-9a-f]{64})", told)
    assert found is not None
    kept = agreed.types("charter", "verify", "charter.jsonl", "--fingerprint", found[1][:16])
    assert kept.exit_code == 0
    (agreed.folder / "charter.jsonl").write_bytes(written.replace(b"fair", b"fine", 1))
    assert checked_by_a_stranger(agreed.folder) == "nothing vouches for line 2\n"
    done = agreed.types("charter", "verify", "charter.jsonl")
    assert done.exit_code == 1
    assert "Line 3: version 2 does not follow on the line before it" in done.stderr
    broken = b"\n".join([*written.split(b"\n")[:1], *[b"{}"] * 40, b""])
    (agreed.folder / "charter.jsonl").write_bytes(broken)
    assert "more." in agreed.types("charter", "verify", "charter.jsonl").stderr


def test_what_cannot_be_done_is_said_in_a_sentence(desk: Desk) -> None:
    assert "can't be read" in desk.types("charter", "verify", "nothing.jsonl").stderr
    desk.types("migrate")
    with desk.sessions().begin() as session:
        newborn = Newborn(name="x", timezone="Europe/London", country="GB")
        places.network_of(session, "fake:T1", newborn=newborn, now=NOW)
    done = desk.types("charter", "export")
    assert "There is no charter yet." in done.stderr
    assert done.exit_code == 1
