"""The cast of the pictures: six people of a small network, and what they see in Slack.

A browser draws it: Debian's ``chromium`` has to be there.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from bot.domain.events import PersonSeen
from bot.domain.posts import Post
from bot.platforms.slack.blocks import to_message
from bot.storage import places
from bot.storage.base import connect
from bot.storage.schema import migrate
from docs import slack
from tests.town import MONDAY, Town

HERE = Path(__file__).parent
PEOPLE = {
    "amina": "Amina Yusuf",
    "dan": "Dan Okafor",
    "rosa": "Rosa Marsh",
    "sian": "Siân Lloyd",
    "joe": "Joe Tan",
    "priya": "Priya Nair",
}


@contextmanager
def frailty_friends() -> Iterator[Town]:
    """A town where they have talked for some weeks; on a Monday morning, Priya tends it."""
    with tempfile.TemporaryDirectory() as folder:
        engine = connect(f"sqlite:///{folder}/town.db")
        migrate(engine, now=MONDAY)
        town = Town(engine)
        people(town)
        yield town
        engine.dispose()


def people(town: Town) -> None:
    """Who they are, and that they have talked for some weeks."""
    town.opens("frailty", is_main=True)
    for name, whole in PEOPLE.items():
        town.person(name)
        town.tells(PersonSeen(member=town.person(name), name=whole))
    town.lead("priya")
    with town.sessions.begin() as session:
        places.networks(session)[0].name = "Frailty Friends"
    for week in range(1, 5):
        for n, name in enumerate([each for each in PEOPLE if each != "amina"] * 3):
            town.says(
                name, channel="frailty", at=MONDAY - timedelta(days=7 * week, minutes=-40 * n)
            )


def newest(town: Town, words: str) -> Post:
    """The last post to everybody with *words*."""
    return [post for post in town.hears if words in post.text][-1]


def draw(town: Town, post: Post, name: str) -> None:
    """Draw *post* as it is seen in Slack, at the town's time."""
    with town.app.context(town.network, occasion=f"pictures {name}") as ctx:
        channels = {each.ref: each.name for each in places.channels(ctx.session, ctx.network)}

    def called(address: str) -> str:
        channel, whole = channels.get(address), PEOPLE.get(address.rpartition("-")[2])
        return f"#{channel}" if channel else f"@{whole}" if whole else ""

    blocks = [block.to_dict() for block in to_message(post, called).blocks]
    names = {ref.rpartition("/")[2]: each for ref, each in channels.items()}
    here: datetime = town.now.astimezone(town.network.zone)
    shown = {"at": f"{here:%H:%M}", "blocks": blocks, "picture": ""}
    slack.picture(slack.page([shown], names), HERE / f"{name}.png")
