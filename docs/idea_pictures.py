"""Draws how an idea travels: the question to its author, the digest, a catch-up, a story.

Run it by ``PYTHONPATH=. python docs/idea_pictures.py``. The story is lived by the real bot in a
small town; its posts are drawn as people see them in Slack, by a browser: Debian's ``chromium`` has
to be there.
"""

from __future__ import annotations

import tempfile
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
KETTLE = (
    "We keep a kettle, a chair and a set of steps in the bay and just watch for five minutes: "
    "whoever can make tea can go home."
)
PLAIN = "Watch someone make a cup of tea in the bay for five minutes before deciding about tonight."
STORY = {
    "did": "We put a flask and a set of steps in the rapid-response car, with 14 people.",
    "learned": "Five minutes of watching told us more than our list of forty questions.",
    "changed": "We ask for tea first, and for the list only if that worries us.",
    "result": "Three people stayed at home who would have gone in.",
    "sure": "Several of us saw it",
}


def main() -> None:
    """Live the story, and draw what people see of it."""
    with tempfile.TemporaryDirectory() as folder:
        engine = connect(f"sqlite:///{folder}/town.db")
        migrate(engine, now=MONDAY)
        town = Town(engine)
        people(town)
        town.passes(days=3)
        spoken(town)
        town.lives(hours=6.5)
        [question] = [post for post in town.sees("amina") if "next digest" in post.text]
        draw(town, question, "question")
        town.presses("amina", "Yes, with my name")
        town.fills("amina", words=PLAIN)
        town.types("rosa", "/net edit-digest")
        town.lives(hours=20.5)
        draw(town, newest(town, "the week to"), "weekly")
        town.passes(days=3)
        town.types("sian", "/net catchup")
        draw(town, town.sees("sian")[-1], "catchup")
        town.types("dan", "/net story")
        town.fills("dan", **STORY)
        draw(town, town.sees("dan")[-1], "story")


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


def spoken(town: Town) -> None:
    """Amina says something in the depth of a thread, and two mark it; Siân's question is open."""
    thread = town.says("dan", "How do you decide in the bay?", channel="frailty", hours=-30)
    ts = town.says("amina", KETTLE, channel="frailty", thread=thread, hours=-29)
    town.says("joe", "Lovely.", channel="frailty", thread=thread, hours=-28)
    for name in ("sian", "rosa"):
        town.reacts(name, ts, channel="frailty")
    asked = town.says("sian", "Who answers the phone at night?", channel="frailty", hours=-20)
    town.says("rosa", "We do.", channel="frailty", thread=asked, hours=-2)


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


if __name__ == "__main__":
    main()
