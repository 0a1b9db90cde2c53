"""Draws what came of a nudge: the question round as everybody sees it, and the look back at it.

Run it by ``PYTHONPATH=. python docs/nudge_pictures.py``. The story is lived by the real bot in a
small town; its posts are drawn as people see them in Slack.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from bot.domain.posts import Post
from docs.cast import draw, frailty_friends, newest
from tests.town import MONDAY, Town

DAY = timedelta(days=1)
LONDON = ZoneInfo("Europe/London")
PEOPLE, SELDOM = 30, 8
"""Those who talk, of whom the last few have said nothing of late."""
LIVELY, LOW = 0.25, 0.12
WHEN, REVIEW = MONDAY.date() + 2 * DAY, MONDAY.date() + 16 * DAY


def main() -> None:
    """Live the story, and draw what people see of it."""
    with frailty_friends() as town:
        town.lead("dan")
        town.opens("general", is_main=False)
        month, low = MONDAY.date() - 35 * DAY, MONDAY.date() - 14 * DAY
        talks(town, month - 98 * DAY, month - DAY, chance=LIVELY, people=PEOPLE)
        talks(town, month, low - DAY, chance=LIVELY, people=PEOPLE - SELDOM)
        talks(town, low, MONDAY.date() - DAY, chance=LOW, people=PEOPLE - SELDOM)
        town.types("priya", "/tend convene question-round wed 10:00")
        town.fills("priya", review=f"{REVIEW}")
        lives(town, datetime.combine(WHEN, time(10), LONDON))
        post = newest(town, "osted for")
        draw(town, post, "round")
        answered(town, post)
        talks(town, WHEN + DAY, REVIEW - DAY, chance=LIVELY, people=PEOPLE)
        lives(town, datetime.combine(REVIEW, time(12), LONDON))
        told = [each for each in town.sees("priya") if "How the question round" in each.text][-1]
        draw(town, told, "outcome")


def talks(town: Town, first: date, last: date, *, chance: float, people: int) -> None:
    """Each of so many people speaks with that chance on each working day."""
    rng = Random(f"{first}")
    days = [first + n * DAY for n in range((last - first).days + 1)]
    town.recounts(
        *(
            town.message(
                f"p{who}", channel="frailty", at=datetime.combine(day, time(11, who), LONDON)
            )
            for day in days
            if day.weekday() < 5
            for who in range(people)
            if rng.random() < chance
        )
    )


def answered(town: Town, post: Post) -> None:
    """Many answer, some of whom had said nothing of late; three ask, and two of them are told."""
    thread = town.platform.said.index(post) + 1
    for who in range(12, PEOPLE):
        town.says(f"p{who}", channel="frailty", thread=thread, hours=0.1 * who)
    for hours in (3, 4, 5):
        asked = town.says("p9", "Who has tried it?", channel="frailty", hours=hours)
        if hours < 5:
            town.says("p3", "We have.", channel="frailty", thread=asked, hours=hours + 0.5)


def lives(town: Town, until: datetime) -> None:
    """Noons go by, and the hour itself; the bot does what falls due."""
    while town.now < until:
        noon = town.now.replace(hour=12, minute=0)
        noon += DAY * (noon <= town.now)
        town.now = min(noon, until)
        town.ticks()


if __name__ == "__main__":
    main()
