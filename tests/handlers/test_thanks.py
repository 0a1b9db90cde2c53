"""Help is thanked for in the receiver's words, counted once, and passed on."""

from __future__ import annotations

from tests.town import Town, said


def balance(town: Town, name: str) -> str:
    """What somebody is told of their own balance."""
    return town.types(name, "/net thanks").splitlines()[0]


def test_a_thank_you_is_counted_once_however_it_is_said(town: Town) -> None:
    town.person("joe")
    shown = town.types("amina", "/net thanks @Joe for spotting the missing step")
    assert "> **Amina** to **Joe**: for spotting the missing step" in shown
    assert "neither been helped nor helped" in balance(town, "joe")
    assert "nobody else reads it" in town.presses("amina", "Only Joe")
    assert "nobody else reads it" in town.presses("amina", "Only Joe")
    thanked = [text for text in said(town.sees("joe")) if "thanks you" in text]
    assert (
        thanked
        == [
            "**Amina thanks you**, in Our network:\n\n> for spotting the missing step\n\n\n"
            "Nobody else reads it. There is nothing that you need to do."
        ]
        or len(thanked) == 1
    )
    assert "have been helped no times and helped others one time" in balance(town, "joe")
    assert "have been helped one time and helped others no times" in balance(town, "amina")
    ts = town.says("joe", "You missed a step.")
    town.reacts("amina", ts, "pray")
    assert "with an emoji" not in "".join(said(town.sees("amina")))
    told = town.types("amina", "/net thanks Joe for the same once more")
    assert told.startswith("You thanked Joe a moment ago:")
    town.presses("amina", "It's for something else")
    town.presses("amina", "Say it in the channel")
    assert "have been helped two times" in balance(town, "amina")
    assert said(town.hears)[-1] == "**Amina** to **Joe**: for the same once more"
    assert "Nobody else reads it" in town.types("joe", "/net thanks private 2")
    assert said(town.hears)[-1] == "_There was a thank-you here. It was taken back._"
