"""Draws how help is asked for and given: the ask, who is asked privately, the thanks.

Run it by ``PYTHONPATH=. python docs/help_pictures.py``. The story is lived by the real bot in a
small town; its posts are drawn as people see them in Slack.
"""

from __future__ import annotations

from docs.cast import draw, frailty_friends, newest
from tests.town import Town

ASK = {
    "words": "Could someone read our leaflet for families on getting up after a fall? I want to "
    "know where a worried daughter would get lost.",
    "why": "It goes to the printer on Monday.",
    "takes": "20 minutes",
}
THANKS = "for spotting the step that we had missed"


def main() -> None:
    """Live the story, and draw what people see of it."""
    with frailty_friends() as town:
        town.types("joe", "/net offer reading leaflets for families in plain English")
        town.presses("joe", "Offer it")
        town.types("amina", "/net ask someone to read our leaflet for families by Friday")
        town.fills("amina", **ASK)
        town.presses("amina", "Post it")
        settles(town)
        draw(town, newest(town, "Amina Yusuf asks"), "ask")
        town.lives(hours=1)
        draw(town, town.sees("joe")[-1], "asked")
        town.presses("joe", "I can help")
        town.lives(days=7, hours=3)
        town.presses("amina", "Yes, thank Joe Tan")
        town.fills("amina", words=THANKS, audience="Everybody, in the channel")
        town.presses("amina", "Say it in the channel")
        settles(town)
        draw(town, newest(town, THANKS), "thanks")


def settles(town: Town) -> None:
    """Let what was posted be known, and what comes of that be said."""
    town.app.work()
    town.app.deliver()
    if town.app.tell_outcomes():
        town.app.deliver()


if __name__ == "__main__":
    main()
