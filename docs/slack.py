"""Draws what the bot says as people see it in Slack: blocks into a page, that into a picture."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from PIL import Image, ImageChops

BROWSER = "chromium"
SHARP = 2
WIDE, HIGH = 700, 3000


def page(messages: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> str:
    """A page with *messages*: their `blocks` (Block Kit), `at` (as a clock shows it), `picture`."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True
    )
    environment.filters["from_hex"] = _from_hex
    return environment.get_template("slack.html.j2").render(messages=messages, names=names)


def _from_hex(codes: str) -> str:
    return "".join(chr(int(code, 16)) for code in codes.split("-"))


def picture(html: str, target: Path) -> None:
    """Take a picture of a page, as large as what is on it."""
    with tempfile.TemporaryDirectory() as folder:
        source, shot = Path(folder) / "page.html", Path(folder) / "page.png"
        source.write_text(html, "utf-8")
        subprocess.run(
            [
                BROWSER,
                *("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"),
                f"--force-device-scale-factor={SHARP}",
                f"--window-size={WIDE},{HIGH}",
                f"--screenshot={shot}",
                source.as_uri(),
            ],
            check=True,
            capture_output=True,
        )
        with Image.open(shot) as taken:
            whole = taken.convert("RGB")
    white = Image.new("RGB", whole.size, (255, 255, 255))
    shown = whole.crop(ImageChops.difference(whole, white).getbbox())
    shown.quantize(64).save(target, optimize=True)
