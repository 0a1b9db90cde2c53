"""Draws the README's pictures anew, from the demo's network: ``python docs/pictures.py``."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from io import StringIO
from pathlib import Path

from rich.console import Console

from bot.app import App
from bot.cli.reading import printer
from bot.domain.posts import Post
from bot.platforms.charts import draw
from bot.storage import places
from bot.storage.base import connect, sessions_of
from handlers import digest, energy

HERE = Path(__file__).parent
WEEK = "2026-W27"


def main() -> None:
    """Live the demo, and draw its last reading, run chart and digest."""
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / "demo.db"
        live = [sys.executable, "-m", "bot", "demo", "--weeks", "1", "--keep", str(kept)]
        subprocess.run(live, check=True, stdout=subprocess.DEVNULL)
        app = App(sessions=sessions_of(connect(f"sqlite:///{kept}")))
        with app.sessions.begin() as session:
            [network] = places.networks(session)
        with app.context(network, occasion="pictures") as ctx:
            pulse = energy.pulse_of(app.settings(energy.feature, network), ctx)
            reading = ctx.prompts.render("energy/pulse", **energy.values(pulse))
            draw(energy.run_chart(pulse, weeks=26), HERE / "chart.svg")
            settings = app.settings(digest.feature, network)
            period = digest.period_of(settings, WEEK, is_preview=True)
            values = digest.preview_values(settings, ctx, period)
            weekly = ctx.prompts.render("digest/preview", **values)
            lead = places.leads(ctx.session, network)[0].address
            for name, words in (("reading", reading), ("digest", weekly)):
                post = Post(to=lead, text=words.text, only_for=lead)
                picture(printer(ctx)(post, reader=lead), HERE / f"{name}.svg")


def picture(drawing: object, target: Path) -> None:
    """Draw what a terminal shows into an SVG file that needs nothing from elsewhere."""
    console = Console(record=True, width=84, file=StringIO(), force_terminal=True)
    console.print(drawing)
    svg = console.export_svg(title="animateur", unique_id=target.stem)
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    target.write_text("\n".join(line.rstrip() for line in svg.splitlines()) + "\n", "utf-8")


if __name__ == "__main__":
    main()
