"""Makes a Slack export of about SIZE invented messages, always the same one for a size.

    python benchmarks/generate_export.py 200000 /tmp/export.zip

PATH is a .zip file, or else a folder: about 20,000 day files in 60 channels, whatever the size.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from bot.simulation.export import write_export
from bot.simulation.large import large_network


def main() -> None:
    """Read the command line, write the export, and say how long it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("size", type=int, help="about how many messages")
    parser.add_argument("path", type=Path, help="a .zip file, or a folder to fill")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    if asked.path.exists() and (asked.path.is_file() or any(asked.path.iterdir())):
        parser.error(f"{asked.path} is there already")
    write_export(large_network(asked.size, seed=asked.seed), asked.path)
    sys.stdout.write(f"{asked.path}: {time.process_time():.1f} s of CPU\n")


if __name__ == "__main__":
    main()
