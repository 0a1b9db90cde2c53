"""Counts what lies in an unpacked export with nothing but the json module, to check the importer.

It shares no code with the importer, holds all in memory and stops at the first bad record.
Run it as ``python tests/real_exports/recount.py FOLDER``.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path

SAID = {None, "thread_broadcast", "file_share", "file_comment", "me_message", "bot_message"}


def recount(folder: Path) -> dict[str, object]:
    """What the importer's report should say of the export in *folder*; times in microseconds."""
    counts: Counter[str] = Counter()
    times: set[tuple[str, Decimal]] = set()
    authors: set[str] = set()
    for path in folder.glob("*/*.json"):
        for record in json.loads(path.read_text(encoding="utf-8")):
            kind = record.get("subtype")
            counts[{"channel_join": "joined", "channel_leave": "left"}.get(kind, "other")] += 1
            counts["deleted"] += kind == "tombstone"
            if kind not in SAID or record.get("hidden"):
                continue
            times.add((path.parent.name, Decimal(record["ts"])))
            author = record.get("user") or record.get("comment", {}).get("user")
            authors.add(author or record.get("bot_id") or "unknown")
            counts["threads"] += record.get("thread_ts") == record["ts"]
            counts["reactions"] += sum(len(one["users"]) for one in record.get("reactions", []))
    instants = [int(time * 1_000_000) for _, time in times]
    return {
        "messages": len(times),
        "authors": len(authors),
        "people": len(json.loads((folder / "users.json").read_text(encoding="utf-8"))),
        "channels": len(json.loads((folder / "channels.json").read_text(encoding="utf-8"))),
        "first": min(instants),
        "last": max(instants),
        **{name: counts[name] for name in ("threads", "reactions", "joined", "left", "deleted")},
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(recount(Path(sys.argv[1])), indent=2) + "\n")
