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


def helped(town: Town) -> None:
    """Joe has said that he can help Amina with her leaflet."""
    asks(town, "amina", "someone to read our falls leaflet by Friday", takes="20 min")
    town.types("joe", "/net ask help 1")
    settles(town)


def test_whoever_asked_is_asked_the_day_after_whether_it_landed_and_thanks_in_her_words(
    town: Town,
) -> None:
    helped(town)
    town.types("dan", "/net ask follow 1")
    town.passes(days=7)
    town.runs("thanks.ask_after")
    town.runs("thanks.ask_after")
    assert town.sees("amina")[-1].text.startswith("Did the help of Joe land")
    town.presses("amina", "Yes, thank Joe")
    shown = town.fills(
        "amina", words="for spotting the step we'd missed", audience="Everybody, in the next digest"
    )
    assert "**Amina** to **Joe**: for spotting the step" in shown
    town.presses("amina", "Say it in the digest")
    settles(town)
    assert "Answered, with thanks to Joe" in asks_of(town)[-1]
    assert "answered, by Joe" in town.sees("dan")[-1].text
    assert "helped one time" in town.types("amina", "/net thanks")
    assert "Amina asked:" in town.types("rosa", "/net find leaflet")
    ts = town.says("joe", "You missed a step.")
    town.reacts("amina", ts, "pray")
    assert "a moment ago" in town.types("amina", "/net thanks @Joe for spotting the step")
    assert "helped one time" in town.types("amina", "/net thanks"), "it counts once"
    town.passes(days=1)
    town.runs("digest.weekly")
    digest = said(town.hears)[-1]
    assert '**Thank you**\n- Amina to Joe: "for spotting the step we\'d missed"' in digest
    town.types("amina", "/net mydata delete")
    town.presses("amina", "Delete everything")
    settles(town)
    assert "Thank you" not in said(town.hears)[-1]
    assert "Amina" not in "".join(said(town.hears))
    assert "helped others one time" in town.types("joe", "/net thanks")
