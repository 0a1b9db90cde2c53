"""Help is thanked for in the receiver's words, counted once, asked after, and passed on."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from bot.domain.asks import AskState, Draft
from bot.domain.exchanges import ExchangeState
from bot.storage import asks, exchanges, giving, places
from tests.town import Town, said


def balance(town: Town, name: str) -> str:
    """What somebody is told of their own balance."""
    return town.types(name, "/net thanks").splitlines()[0]


def words_to(town: Town, name: str, beginning: str) -> list[str]:
    """What somebody was told that begins so."""
    return [text for text in said(town.sees(name)) if text.startswith(beginning)]


def helps(town: Town, giver: str, receiver: str, words: str = "a leaflet to be read") -> int:
    """Somebody has taken up an ask, that day; returns the ask's number."""
    for name in (giver, receiver):
        town.person(name)
    with town.sessions.begin() as session:
        network = places.networks(session)[0]
        channel = places.main_channel(session, network)
        asker = places.person_at(session, town.person(receiver))
        helper = places.person_at(session, town.person(giver))
        assert channel is not None
        assert asker is not None
        assert helper is not None
        due = town.now.date()
        ask = asks.post(session, network, asker, Draft(words=words, due=due), channel, now=town.now)
        exchanges.begin(session, ask, helper, now=town.now)
        asks.move(session, ask, AskState.TAKEN, answered_at=town.now)
        return ask.id


def landed(town: Town, number: int) -> None:
    """The help with an ask landed, and was settled then."""
    with town.sessions.begin() as session:
        network = places.networks(session)[0]
        ask = asks.numbered(session, network, number)
        assert ask is not None
        for each in exchanges.of_ask(session, ask):
            exchanges.settle(session, each, ExchangeState.DONE, now=town.now)
        asks.move(session, ask, AskState.DONE, closed_at=town.now)


def test_a_thank_you_is_counted_once_however_it_is_said(town: Town) -> None:
    town.person("joe")
    shown = town.types("amina", "/net thanks @Joe for spotting the missing step")
    assert "> **Amina** to **Joe**: for spotting the missing step" in shown
    assert "neither been helped nor helped" in balance(town, "joe")
    assert "nobody else reads it" in town.presses("amina", "Only Joe")
    assert "nobody else reads it" in town.presses("amina", "Only Joe")
    (word,) = words_to(town, "joe", "**Amina thanks you**")
    assert "> for spotting the missing step" in word
    assert "Nobody else reads it." in word
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
    assert said(town.hears)[-1] == "**Thank you.** **Amina** to **Joe**: for the same once more"
    assert "Nobody else reads it" in town.types("joe", "/net thanks private 2")
    assert said(town.hears)[-1] == "_There was a thank-you here. It was taken back._"
    assert "for spotting" in town.types("joe", "/net thanks")
    assert "nothing of yours" in town.types("dan", "/net thanks private 2")


def test_an_emoji_offers_to_say_what_for_once_a_week(town: Town) -> None:
    ts = town.says("joe", "You missed a step.")
    town.reacts("amina", ts, "pray")
    town.reacts("amina", town.says("joe", "And another."), "pray")
    town.reacts("joe", ts, "pray")
    assert len(words_to(town, "amina", "You thanked Joe with an emoji.")) == 1
    assert words_to(town, "joe", "You thanked") == []
    town.presses("amina", "Write a line")
    shown = town.fills("amina", words="for the step", audience="Only them")
    assert "> **Amina** to **Joe**: for the step" in shown
    town.presses("amina", "Write it differently")
    town.fills("amina", words="for both steps")
    town.presses("amina", "Only Joe")
    assert "for both steps" in town.types("joe", "/net thanks")
    town.uses("dan", "thanks.say_thanks", ts)
    assert town.forms[-1].title == "Thank Joe"
    assert "To thank somebody" in town.uses("joe", "thanks.say_thanks", ts)
    town.looks("dan")
    assert "To thank somebody" in town.presses("dan", "Thank somebody")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        pytest.param("@Nobody for that", 'nobody here called "@Nobody"', id="nobody of that name"),
        pytest.param("Amina for that", "to yourself", id="oneself"),
        pytest.param("gibberish", 'nobody here called "gibberish"', id="no name at all"),
        pytest.param("Joe for " + "x" * 300, "280 are the most", id="too many words"),
        pytest.param("yes 7", "nothing of yours", id="an ask that isn't there"),
        pytest.param("missed 7", "nothing of yours", id="what didn't happen, of no ask"),
        pytest.param("going 7", "nothing of yours", id="what goes on, of no ask"),
        pytest.param("for 7", "nothing of yours", id="how no ask went"),
        pytest.param("fine 7", "nothing of yours", id="nothing that came of nothing"),
    ],
)
def test_what_cannot_be_thanked_for_is_said_so(town: Town, typed: str, told: str) -> None:
    town.person("joe")
    assert told in town.types("amina", f"/net thanks {typed}")


def test_what_came_of_help_is_the_receivers_own_word(town: Town) -> None:
    number = helps(town, "joe", "amina")
    town.passes(days=1, hours=2)
    town.runs("thanks.ask_after")
    town.runs("thanks.ask_after")
    assert len(words_to(town, "amina", "**Did Joe's help land?**")) == 1
    assert "I ask again after Tuesday 10 March" in town.presses("amina", "Still going")
    town.passes(days=9)
    town.runs("thanks.ask_after")
    assert len(words_to(town, "amina", "**Did Joe's help land?**")) == 2
    assert "kept as landed in part" in town.presses("amina", "Partly")
    assert town.forms[-1].title == "Thank Joe"
    assert "helped others one time" in balance(town, "joe")
    assert "nobody is told" in town.types("amina", f"/net thanks missed {number}")
    assert "neither been helped" in balance(town, "joe")
    assert "neither been helped" in balance(town, "amina")
    assert "nothing to tell of" in town.types("amina", f"/net thanks yes {number}")
    assert "nothing to tell of" in town.types("amina", f"/net thanks for {number}")
    assert "It's open, until" in town.presses("amina", "Ask once more")
    assert "Joe" not in town.types("joe", "/net mydata").partition("Help that you gave")[2]


def test_thanks_alone_say_that_it_landed(town: Town) -> None:
    number = helps(town, "joe", "amina")
    town.types("amina", "/net thanks @Joe for reading it")
    town.presses("amina", "Say it in the digest")
    assert "answered already" in town.types("dan", f"/net ask help {number}")
    assert "helped one time" in balance(town, "amina")
    town.types("amina", f"/net thanks yes {number}")
    assert "helped one time" in balance(town, "amina")
    assert "You helped Amina (it landed): *for reading it*" in town.types("joe", "/net mydata")
    assert '"thanks":"for reading it"' in town.types("joe", "/net mydata export")
    town.passes(days=4, hours=4)
    town.runs("digest.weekly")
    assert '- Amina to Joe: "for reading it"' in said(town.hears)[-1]
    town.presses("amina", "Keep it between us")
    assert "for reading it" not in said(town.hears)[-1], "the digest is made anew"
    town.types("amina", "/net mydata delete")
    town.presses("amina", "Delete everything")
    assert "helped others one time" in balance(town, "joe")
    assert "for reading it" not in town.types("joe", "/net mydata")


def test_help_is_passed_on_once_and_asked_after_twice(town: Town) -> None:
    landed(town, helps(town, "joe", "amina"))
    town.person("dan")
    with town.sessions.begin() as session:
        network = places.networks(session)[0]
        channel = places.main_channel(session, network)
        dan = places.person_at(session, town.person("dan"))
        assert channel is not None
        assert dan is not None
        for words in ("kitchen aids in the bay", "a lift"):
            due = (town.now + timedelta(days=200)).date()
            given = Draft(words=words, due=due)
            asks.post(session, network, dan, given, channel, now=town.now)
    town.passes(days=5)
    town.runs("thanks.follow_up")
    assert words_to(town, "amina", "You were helped") == []
    town.passes(days=2, hours=2)
    town.runs("thanks.follow_up")
    town.passes(days=7)
    town.runs("thanks.follow_up")
    (word,) = words_to(town, "amina", "You were helped")
    assert "Dan is asking:\n\n> kitchen aids in the bay" in word
    assert "kitchen aids" in town.presses("amina", "Have a look")
    assert "Nothing is kept of it" in town.presses("amina", "Not now")
    town.passes(days=21)
    town.runs("thanks.follow_up")
    town.runs("thanks.follow_up")
    assert len(words_to(town, "amina", "Some weeks ago you were helped")) == 1
    assert "in about two months" in town.presses("amina", "Nothing yet")
    town.passes(days=63)
    town.runs("thanks.follow_up")
    assert len(words_to(town, "amina", "A while ago you were helped")) == 1
    assert "I won't ask again" in town.presses("amina", "Nothing, and that's fine")
    town.passes(days=63)
    town.runs("thanks.follow_up")
    assert len(words_to(town, "amina", "A while ago you were helped")) == 1
    assert "nothing of yours" in town.types("dan", "/net thanks later 1")


def test_whoever_told_a_story_is_not_asked_again_what_came_of_it(town: Town) -> None:
    landed(town, helps(town, "joe", "amina"))
    town.passes(days=35)
    town.runs("thanks.follow_up")
    town.presses("amina", "Tell the story")
    town.fills("amina", did="A leaflet that daughters read.", learned="Shorter is kinder.")
    town.presses("amina", "Share it")
    town.passes(days=63)
    town.runs("thanks.follow_up")
    assert words_to(town, "amina", "A while ago") == []


def test_totals_are_told_of_whole_weeks_and_of_no_fewer_than_five(town: Town) -> None:
    names = ("ada", "ben", "cy", "dee", "eli", "fay")
    for giver, receiver in pairwise(names[:4]):
        landed(town, helps(town, giver, receiver, words=f"something for {receiver}"))
        town.passes(hours=1)
    town.passes(weeks=1)
    assert "All of us" not in town.types("ada", "/net thanks"), "four took part"
    town.passes(days=-6)
    for giver, receiver in pairwise(names[3:]):
        landed(town, helps(town, giver, receiver, words=f"something for {receiver}"))
        town.passes(hours=1)
    assert "All of us" not in town.types("ada", "/net thanks"), "the week isn't over"
    town.passes(days=6)
    told = town.types("ada", "/net thanks")
    assert (
        "**All of us**, in the four weeks to Sunday 8 March: 5 asks, all of them answered, and "
        "6 people gave or got help. Help was passed on five times in a row." in told
    )
    assert told.startswith("_Only you see this._ You have been helped no times and helped others")
    with town.sessions.begin() as session:
        network = places.networks(session)[0]
        ledger = giving.ledger_of(session, network, now=town.now)
    assert ledger is not None
    assert len(ledger.helped) == len(ledger.asks) == 5
    assert all(each.done for each in ledger.asks)


def test_what_nobody_told_of_is_closed_in_time_and_may_be_thanked_for_later(town: Town) -> None:
    number = helps(town, "joe", "amina")
    town.passes(days=20)
    town.runs("asks.carry_on")
    assert "Joe is on it" in town.types("dan", f"/net asks {number}")
    town.passes(days=10)
    town.runs("asks.carry_on")
    assert "Closed." in town.types("dan", f"/net asks {number}")
    town.types("amina", "/net thanks @Joe for reading it")
    town.presses("amina", "Only Joe")
    assert "Answered, with thanks to Joe." in town.types("dan", f"/net asks {number}")
    assert "helped one time" in balance(town, "amina")


def test_an_emoji_of_long_ago_asks_nobody_for_words(town: Town) -> None:
    old, new = town.says("joe", hours=-24 * 8), town.says("joe", hours=-1)
    town.reacts("amina", old, "pray")
    assert town.sees("amina") == []
    town.reacts("amina", new, "pray")
    assert "Joe" in town.sees("amina")[-1].text


@pytest.mark.parametrize("wish", ["/net messages thanks off", "/net messages never", "/net pause"])
def test_an_emoji_asks_nobody_for_words_who_wants_to_hear_nothing(town: Town, wish: str) -> None:
    town.types("amina", wish)
    before = len(town.sees("amina"))
    town.reacts("amina", town.says("joe", hours=-1), "pray")
    assert len(town.sees("amina")) == before


def test_nothing_is_said_to_who_has_everything_deleted_meanwhile(town: Town) -> None:
    town.person("joe")
    town.types("amina", "/net thanks @Joe for spotting the missing step")
    town.types("joe", "/net mydata delete")
    town.presses("joe", "Delete everything")
    before = len(town.hears)
    for label in ("Say it in the channel", "Only Joe", "Write it differently"):
        assert "earlier version of me" in town.presses("amina", label), label
    assert len(town.hears) == before
    assert "neither been helped nor helped" in balance(town, "amina")
    assert words_to(town, "joe", "**Amina thanks you**") == []
