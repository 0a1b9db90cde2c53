"""Draws how an idea travels: the question to its author, the digest, a catch-up, a story.

Run it by ``PYTHONPATH=. python docs/idea_pictures.py``. The story is lived by the real bot in a
small town; its posts are drawn as people see them in Slack.
"""

from __future__ import annotations

from docs.cast import draw, frailty_friends, newest
from tests.town import Town

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
    with frailty_friends() as town:
        town.passes(days=3)
        spoken(town)
        town.lives(hours=6.5)
        [question] = [post for post in town.sees("amina") if "next digest" in post.text]
        draw(town, question, "question")
        town.presses("amina", "Yes, with my name")
        town.fills("amina", words=PLAIN)
        town.types("rosa", "/net edit-digest")
        town.presses("rosa", "Reword the opening")
        town.fills("rosa", opening="A cup of tea this week, and a question to all of us.")
        town.lives(hours=20.5)
        draw(town, newest(town, "the week to"), "weekly")
        town.passes(days=3)
        town.types("sian", "/net catchup")
        draw(town, town.sees("sian")[-1], "catchup")
        town.types("dan", "/net story")
        town.fills("dan", **STORY)
        draw(town, town.sees("dan")[-1], "story")


def spoken(town: Town) -> None:
    """Amina says something in the depth of a thread, and two mark it; Siân's question is open."""
    thread = town.says("dan", "How do you decide in the bay?", channel="frailty", hours=-30)
    ts = town.says("amina", KETTLE, channel="frailty", thread=thread, hours=-29)
    town.says("joe", "Lovely.", channel="frailty", thread=thread, hours=-28)
    for name in ("sian", "rosa"):
        town.reacts(name, ts, channel="frailty")
    asked = town.says("sian", "Who answers the phone at night?", channel="frailty", hours=-20)
    town.says("rosa", "We do.", channel="frailty", thread=asked, hours=-2)


if __name__ == "__main__":
    main()
