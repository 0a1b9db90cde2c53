"""Somebody asks for help: shown to them first, posted once, and a few are asked privately."""

from __future__ import annotations

from tests.town import Town, said


def asks_of(town: Town) -> list[str]:
    """What everybody is shown of asks."""
    return [text for text in said(town.hears) if "asks**" in text or "There was an ask" in text]


def asked(town: Town, *, about: str = "leaflet") -> set[str]:
    """Who was asked privately, and still sees it."""
    gone = {int(number) for number in town.platform.deleted}
    return {
        post.to.rpartition("U-")[2]
        for number, post in enumerate(town.platform.said, 1)
        if "I can help" in [each.label for each in post.buttons]
        and "/U-" in post.to
        and about in post.text
        and number not in gone
    }


def settles(town: Town) -> None:
    """Let what was posted be known, and what comes of that be said."""
    town.ticks()
    town.ticks()


def asks(town: Town, name: str, text: str, **answers: str) -> str:
    """Somebody asks for something, sees it, and posts it."""
    town.types(name, f"/net ask {text}")
    town.fills(name, **answers)
    told = town.presses(name, "Post it")
    settles(town)
    return told


def talks(town: Town) -> None:
    """Amina's friends talk in one channel, others in another."""
    for day in range(-20, 0):
        ts = town.says("amina", "How do you do that?", channel="frailty", hours=24 * day)
        town.says("rosa", "Like this.", channel="frailty", thread=ts, hours=24 * day + 1)
        town.says("dan", "Or so.", channel="frailty", thread=ts, hours=24 * day + 2)
        town.says("joe", "Good morning.", channel="crews", hours=24 * day)
        town.says("sian", "Good morning.", channel="crews", hours=24 * day + 1)


def test_an_ask_is_shown_first_posted_once_and_taken_up(town: Town) -> None:
    talks(town)
    town.opens("frailty-asks")
    town.types("amina", "/net ask someone to read our falls leaflet by Friday")
    form = town.forms[-1]
    assert {field.name: field.value for field in form.fields} == {
        "words": "someone to read our falls leaflet",
        "why": "",
        "due": "Friday 6 March 2026",
        "takes": "",
        "kind": "A review: somebody to read or look at something",
        "several": "No, one person is enough",
    }
    shown = town.fills("amina", why="It goes to the printer on Monday.", takes="20 min")
    assert shown.startswith("_Only you see this, and nothing is kept until you post it._ In #frail")
    assert asks_of(town) == []
    town.presses("amina", "Post it")
    settles(town)
    assert "I find" not in town.presses("amina", "Post it")
    settles(town)
    assert asks_of(town) == [
        "**Amina asks** · about 20 minutes · by Friday 6 March\n\n"
        "someone to read our falls leaflet\n*Why:* It goes to the printer on Monday."
    ]
    assert [each.label for each in town.hears[-1].buttons] == [
        "I can help", "I know someone", "Follow",
    ]  # fmt: skip
    assert town.hears[-1].to.endswith("C-frailty-asks")
    assert len(asked(town)) == 3
    assert asked(town) & {"joe", "sian"}
    told = town.types("joe", "/net ask help 1")
    assert told.startswith("Thank you. I've told [Amina](to:fake:T1/U-amina)")
    assert town.sees("amina")[-1].text.startswith("**Joe can help** with what you asked:")
    settles(town)
    assert "Joe is on it, thank you." in asks_of(town)[0]
    assert asked(town) <= {"joe"}, "nobody need answer any more"
    assert town.types("rosa", "/net ask help 1").startswith("Joe is on it, so it's covered.")
