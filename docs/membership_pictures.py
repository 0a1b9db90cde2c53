"""Draws how people come in and agree on their rules: the greeting, and a round of consent.

Run it by ``PYTHONPATH=. python docs/membership_pictures.py``. The story is lived by the real bot in
a small town; its posts are drawn as people see them in Slack.
"""

from __future__ import annotations

from bot.storage import places
from docs.cast import PEOPLE, draw, frailty_friends, newest

PURPOSE = (
    "Together we can make the first hour of a frail person's crisis kinder and safer; none of us "
    "owns that hour alone."
)
CHANGE = {
    "tension": "Two of us found our words in a tool's summary.",
    "part": "Rule 4",
    "wording": "Say who it came from. Credit people. Ask before quoting anyone outside, and before "
    "any AI tool is given what they wrote.",
}


def main() -> None:
    """Live the story, and draw what people see of it."""
    with frailty_friends() as town:
        with town.sessions.begin() as session:
            places.networks(session)[0].purpose = PURPOSE
        town.types("priya", "/tend charter start")
        town.fills("priya")
        for name in PEOPLE:
            if name != "amina":
                town.types(name, "/net charter agree")
        town.lives(days=1)
        town.joins("amina")
        town.lives(days=1)
        draw(town, town.sees("amina")[-1], "greeting")
        town.types("amina", "/net charter agree")
        town.types("sian", "/net propose")
        town.fills("sian", **CHANGE)
        town.presses("sian", "Post it")
        for _ in range(14):
            town.lives(days=1)
            for n, name in enumerate([*PEOPLE] * 8):
                town.says(name, hours=n / 60 - 1)
        draw(town, newest(town, "Consent round"), "consent")


if __name__ == "__main__":
    main()
