"""Draws the README's pictures anew, from the demo's network.

Run it by ``PYTHONPATH=. python docs/pictures.py``. Posts are drawn as people see them in Slack, by
a browser: Debian's ``chromium`` has to be there.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

from bot.app import App
from bot.context import Context
from bot.domain.ids import MemberId
from bot.domain.posts import Post
from bot.judgement.convening import proposed
from bot.platforms.charts import draw
from bot.platforms.slack.blocks import to_message
from bot.prompting import Words
from bot.storage import places
from bot.storage.base import connect, sessions_of
from docs import slack
from handlers import energy

HERE = Path(__file__).parent
TOLD = date(2026, 6, 17)
"""The day up to which the alert of the demo's lasting ebb is read."""


def main() -> None:
    """Live the demo, and draw its alert and run chart."""
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / "demo.db"
        live = [sys.executable, "-m", "bot", "demo", "--weeks", "1", "--keep", str(kept)]
        subprocess.run(live, check=True, stdout=subprocess.DEVNULL)
        app = App(sessions=sessions_of(connect(f"sqlite:///{kept}")))
        with app.sessions.begin() as session:
            [network] = places.networks(session)
        with app.context(network, occasion="pictures") as ctx:
            telling = app.settings(energy.feature, network)
            pulse = energy.pulse_on(telling, ctx, TOLD)
            fitting = proposed(pulse.why)
            given = energy.values(pulse, convening=fitting.value if fitting else None)
            alert = ctx.prompts.render("energy/alert", **given)
            picture(ctx, alert, "09:05", HERE / "alert.png")
            newest = energy.pulse_of(telling, ctx)
            draw(energy.run_chart(newest, weeks=26), HERE / "chart.svg")


def picture(ctx: Context, words: Words, at: str, target: Path) -> None:
    """Draw a post to a lead."""
    channels = {each.ref: each.name for each in places.channels(ctx.session, ctx.network)}

    def called(address: str) -> str:
        person = places.person_at(ctx.session, MemberId(address))
        name = channels.get(address)
        return f"#{name}" if name else f"@{person.name}" if person else ""

    lead = places.leads(ctx.session, ctx.network)[0].address
    post = Post(to=lead, text=words.text, buttons=words.buttons)
    blocks = [block.to_dict() for block in to_message(post, called).blocks]
    names = {ref.rpartition("/")[2]: name for ref, name in channels.items()}
    slack.picture(slack.page([{"at": at, "blocks": blocks, "picture": ""}], names), target)


if __name__ == "__main__":
    main()
