"""Somebody asks for help: shown to them first, posted once, and a few are asked privately."""

from __future__ import annotations

import re

import pytest

from bot.domain.events import ActionTaken, FormSubmitted, PersonSeen, to_micros
from bot.ports import DeliveryError
from bot.storage import asks as stored
from bot.storage import places
from tests.town import MONDAY, Town, said


def asks_of(town: Town) -> list[str]:
    """What everybody is shown of asks."""
    shown = re.compile(r"\*\*\w+ asks\*\*|_There was an ask")
    return [text for text in said(town.hears) if shown.match(text)]


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
    town.app.work()
    town.app.deliver()
    if town.app.tell_outcomes():
        town.app.deliver()


def asks(town: Town, name: str, text: str, **answers: str) -> str:
    """Somebody asks for something, sees it, and posts it."""
    town.types(name, f"/net ask {text}")
    town.fills(name, **answers)
    told = town.presses(name, "Post it")
    settles(town)
    return told


def carries_on(town: Town, *, days: int) -> None:
    """Let days go by, and look at what nobody has taken up."""
    town.passes(days=days)
    town.runs("asks.carry_on")
    settles(town)


def talks(town: Town) -> None:
    """Amina's friends talk in one channel, others in another."""
    said_before = []
    for day in range(-4, 0):
        opened = town.message("amina", "How do you do it?", channel="frailty", hours=24 * day)
        said_before.append(opened)
        for hours, name in enumerate(("rosa", "dan"), 1):
            told = town.message(name, channel="frailty", thread=opened.ts, hours=24 * day + hours)
            said_before.append(told)
        for hours, name in enumerate(("joe", "sian")):
            said_before.append(town.message(name, channel="crews", hours=24 * day + hours))
    town.recounts(*said_before)


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
    assert town.sees("amina")[-1].text.startswith("**Did Joe's help land?**")
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


def test_nobody_learns_who_would_rather_not_and_nobody_is_asked_too_often(town: Town) -> None:
    talks(town)
    for number, what in enumerate(("a lift", "a chair"), 1):
        asks(town, "sian", what)
        town.types("rosa", f"/net ask help {number}")
    town.lead("priya")
    before = {name: len(town.sees(name)) for name in ("amina", "priya")}
    asks(town, "amina", "someone to read our falls leaflet by Friday")
    chosen = asked(town)
    assert "rosa" not in chosen, "she helped twice this month"
    assert chosen & {"joe", "sian"}, "somebody sees it from another corner"
    number = 3
    for name in sorted(chosen)[:2]:
        town.types(name, f"/net ask not {number}")
        assert "Nobody is told" in town.sees(name)[-1].text
    told = [
        *said(town.sees("amina"))[before["amina"] :],
        *said(town.sees("priya"))[before["priya"] :],
    ]
    shown = [*told, town.types("priya", "/tend"), town.types("amina", f"/net asks {number}")]
    shown += [town.types("amina", "/net mydata export"), town.types("priya", "/tend asks")]
    shown += [post.text for name in ("amina", "priya") for post in town.looks(name)]
    town.runs("digest.weekly")
    names = {name.capitalize() for name in chosen}
    words = "\n".join([*shown, *said(town.hears)[-2:]])
    assert not [name for name in names if name in words.replace("Sian asks", "")]
    decliner = sorted(chosen)[0]
    assert "what you answered isn't kept" in town.types(decliner, "/net mydata")
    assert "once a month at the most" in town.types(decliner, "/net ask me less often")
    assert "as often as others" in town.types(decliner, "/net ask me as usual")
    assert "nothing by that number that I asked" in town.types("tom", f"/net ask not {number}")


def test_what_nobody_takes_up_is_carried_on_by_working_days(town: Town) -> None:
    talks(town)
    names = ("helen", "tom", "eve", "kit")
    town.recounts(*(town.message(name, channel="crews", hours=-30) for name in names))
    asks(town, "amina", "an hour with a spreadsheet by 20 March", takes="an hour")
    first = asked(town, about="spreadsheet")
    assert len(first) == 3
    carries_on(town, days=1)
    assert len(asked(town, about="spreadsheet")) == 5, "two more after a working day"
    carries_on(town, days=2)
    word = town.sees("amina")[-1]
    assert word.text.startswith("Nobody has taken up yet what you asked")
    assert "Could it be half an hour instead?" in word.text
    town.presses("amina", "Make it smaller")
    town.fills("amina", words="half an hour with a spreadsheet")
    town.presses("amina", "Post it again")
    settles(town)
    assert [text.splitlines()[-1] for text in asks_of(town)] == [
        "half an hour with a spreadsheet"
    ] * 2, "once more below, and the first says the same"
    town.passes(days=1, hours=4)
    town.runs("digest.weekly")
    assert "**Open asks**" in "".join(said(town.hears))
    carries_on(town, days=3)
    town.passes(days=3)
    town.ticks()
    assert any("Keep it open, change it, or close it?" in text for text in said(town.sees("amina")))
    town.lead("priya")
    assert "half an hour with a spreadsheet" in "".join(p.text for p in town.looks("priya"))
    assert "half an hour with a spreadsheet" in town.types("priya", "/tend asks")
    assert "It's open, until Friday 20 March" in town.presses("amina", "Keep it open")
    assert town.types("amina", "/net ask close 1").startswith("Closed.")
    assert all("_Closed. Thank you" in text for text in asks_of(town))
    assert "until" in town.types("amina", "/net ask open 1")
    assert not any("_Closed" in text for text in asks_of(town))
    carries_on(town, days=28)
    assert "That ask is closed" in town.types("joe", "/net ask help 1"), "its day went by"
    assert "Nobody asks" not in town.types("priya", "/tend asks")
    assert "_Over._" in town.types("amina", "/net asks")


def test_several_may_help_and_whoever_cannot_after_all_may_say_so(town: Town) -> None:
    talks(town)
    asks(town, "amina", "two to read our leaflet", several="Yes, as many as like")
    town.types("joe", "/net ask help 1")
    town.types("joe", "/net ask help 1")
    assert "would welcome a second pair of eyes" in town.types("dan", "/net ask help 1")
    assert "I've told" in town.presses("dan", "Count me in")
    assert "Joe and Dan are on it" in asks_of(town)[-1]
    assert "open to others again" in town.presses("dan", "I can't after all")
    assert "Joe is on it" in asks_of(town)[-1]
    assert "nothing by that number" in town.types("dan", "/net ask back 1")
    member = town.person("joe")
    town.tells(PersonSeen(member=member, name="Joe", is_gone=True))
    town.runs("asks.carry_on")
    assert "Joe can't after all" in town.sees("amina")[-1].text
    assert "on it" not in asks_of(town)[-1]
    assert "your own ask" in town.types("amina", "/net ask help 1")
    town.types("dan", "/net ask help 1")
    town.types("dan", "/net mydata delete")
    town.presses("dan", "Delete everything")
    assert "Whoever was going to help can't after all" in town.sees("amina")[-1].text
    town.types("rosa", "/net ask help 1")
    assert town.types("amina", "/net ask close 1").startswith("Closed.")
    assert "doesn't need help any more" in town.sees("rosa")[-1].text


def test_an_ask_that_is_deleted_leaves_a_number_alone(town: Town) -> None:
    talks(town)
    asks(town, "amina", "someone to read our falls leaflet by Friday")
    town.types("rosa", "/net ask follow 1")
    town.passes(days=4, hours=3)
    town.runs("digest.weekly")
    assert "Amina: someone to read our falls leaflet" in said(town.hears)[-1]
    town.types("joe", "/net ask help 1")
    assert town.types("amina", "/net ask delete 1").startswith("Deleted, with its words")
    settles(town)
    shown = "".join(said(town.hears))
    assert "leaflet" not in shown
    assert "There was an ask here" in shown
    assert "took back the ask" in town.sees("joe")[-1].text
    assert "Nothing is open" in town.types("dan", "/net asks")
    assert "no ask by the number 1" in town.types("dan", "/net asks 1")
    assert "leaflet" not in town.types("amina", "/net mydata export")
    with town.sessions.begin() as session:
        network = places.networks(session)[0]
        counted = stored.counted(session, network, since=MONDAY, until=town.now)
        (left,) = stored.opened(session, network, until=town.now)
    assert counted == (1, 1)
    assert (left.person_id, left.words, left.why) == (None, "", "")
    assert "no ask of yours" in town.types("amina", "/net ask open 1")


def test_a_draft_is_kept_for_its_asker_alone_until_it_is_posted(town: Town) -> None:
    town.types("amina", "/net ask a room by the end of next week")
    assert town.forms[-1].fields[2].value == "Friday 13 March 2026"
    town.fills("amina", words="A room.")
    assert town.presses("amina", "Keep it for later").startswith("Kept for you alone.")
    assert "no ask by the number 1" in town.types("joe", "/net asks 1")
    assert "A draft" in town.types("amina", "/net asks")
    assert "A draft" in "".join(post.text for post in town.looks("amina"))
    town.types("amina", "/net ask draft 1")
    town.fills("amina", due="next Thurs")
    town.presses("amina", "Post it")
    settles(town)
    assert asks_of(town)[0].startswith("**Amina asks** · by Thursday 12 March")
    town.types("amina", "/net ask change 1")
    town.fills("amina", words="A room with a window.", due="in a fortnight")
    assert "Changed where it stands" in town.presses("amina", "Change it")
    assert "A room with a window." in asks_of(town)[0]
    assert "by Monday 16 March" in asks_of(town)[0]
    assert "no ask of yours" in town.types("joe", "/net ask change 1")


def test_an_ask_from_a_message_points_to_it_until_that_goes(town: Town) -> None:
    ts = town.says("dan", "How does anybody do that?")
    town.uses("amina", "asks.turn_into_ask", ts)
    town.fills("amina", words="Somebody who has done that.")
    town.presses("amina", "Post it")
    settles(town)
    assert "About [this message in \\#general]" in asks_of(town)[0]
    town.deletes(ts)
    settles(town)
    assert "this message" not in asks_of(town)[0]
    town.reacts("joe", len(town.platform.said), "raising_hand")
    number = next(n for n, p in enumerate(town.platform.said, 1) if p.text in asks_of(town))
    town.reacts("joe", number, "raising_hand")
    settles(town)
    assert "Joe is on it" in asks_of(town)[0]


def test_a_member_may_think_of_somebody_who_is_then_asked_privately(town: Town) -> None:
    town.person("joe")
    asks(town, "amina", "someone to read our falls leaflet")
    town.presses("dan", "I know someone")
    assert "nobody here called" in town.fills("dan", who="Jonas")
    assert "If Joe can hear of it now" in town.fills("dan", who="@Joe")
    assert "Dan thought of you." in town.sees("joe")[-1].text
    town.types("rosa", "/net ask suggest 1 Joe")
    assert sum("thought of you" in text for text in said(town.sees("joe"))) == 1
    assert "Nobody is told" in (town.presses("joe", "Not this time") or town.sees("joe")[-1].text)
    town.types("amina", "/net ask close 1")
    assert "closed" in town.types("dan", "/net ask suggest 1 Joe")
    assert "closed" in town.types("dan", "/net ask follow 1")


def test_what_fits_a_member_is_shown_to_them_and_why(town: Town) -> None:
    town.types("rosa", "/net offer reading leaflets in plain English")
    town.presses("rosa", "Offer it")
    asks(town, "amina", "someone to read our falls leaflet in plain English")
    asks(town, "dan", "a lift to the station")
    assert "nobody else here has offered" in "".join(said(town.sees("rosa")))
    assert "a lift" not in town.types("rosa", "/net asks for me")
    assert "plain English" in town.types("rosa", "/net asks for me")
    assert "a lift" in town.types("rosa", "/net asks #lift")
    assert "Nothing that is open fits" in town.types("rosa", "/net asks #xyz")
    assert "falls leaflet" in "".join(post.text for post in town.looks("rosa"))
    town.says("rosa", hours=-48)
    assert "falls leaflet" in town.types("rosa", "/net catchup 7")
    assert "falls leaflet" in town.types("rosa", "/net asks 1")


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        pytest.param({"words": "x" * 300}, "280 are the most", id="too many words"),
        pytest.param({"due": "yesterday"}, "Write a day", id="a day that has gone by"),
        pytest.param({"takes": "ages"}, "how long it would take", id="a time that is none"),
        pytest.param({"why": "NHS 943 476 5919"}, "NHS number", id="a patient's number"),
    ],
)
def test_what_is_wrong_with_an_ask_is_said_kindly(
    town: Town, answers: dict[str, str], told: str
) -> None:
    town.types("amina", "/net ask a hand")
    assert told in town.fills("amina", **answers)
    assert town.hears == []


def test_what_could_not_be_posted_is_a_draft_again(town: Town) -> None:
    town.types("amina", "/net ask a hand")
    town.fills("amina")
    town.platform.refusals.append(DeliveryError("the channel is archived"))
    town.presses("amina", "Post it")
    settles(town)
    assert "have kept it for you as a draft" in town.sees("amina")[-1].text
    assert "A draft" in town.types("amina", "/net asks")
    town.presses("amina", "Take it up")
    town.fills("amina")
    town.presses("amina", "Post it")
    settles(town)
    assert len(asks_of(town)) == 1


def test_what_whoever_left_asked_is_closed(town: Town) -> None:
    asks(town, "amina", "a hand")
    town.tells(PersonSeen(member=town.person("amina"), name="Amina", is_gone=True))
    carries_on(town, days=1)
    assert "_Closed" in asks_of(town)[0]
    assert "Nothing is open" in town.types("joe", "/net asks")


def test_a_form_is_checked_while_whoever_sent_it_waits(town: Town) -> None:
    at = to_micros(MONDAY)
    wrong = {
        "asks.ask": {"words": "", "due": "yesterday", "takes": "ages"},
        "thanks.thanks": {"words": ""},
        "offers.offer": {"words": "", "until": "yesterday"},
    }
    for form, values in wrong.items():
        sent = FormSubmitted(
            id=form,
            form=form,
            values=values,
            context="0 Europe/London" if form == "offers.offer" else "0 - - Europe/London",
            channel=town.place("general"),
            member=town.person("amina"),
            at=at,
        )
        assert {*town.platform.check(sent)} == {*values}


def test_what_no_button_carried_is_out_of_date(town: Town) -> None:
    for feature in ("asks", "offers", "thanks"):
        for action in ("rewrite", {"asks": "post", "offers": "make", "thanks": "say"}[feature]):
            pressed = ActionTaken(
                id=f"{feature}/{action}",
                action=f"{feature}.{action}",
                value="nonsense",
                channel=town.place("general"),
                member=town.person("amina"),
                at=to_micros(MONDAY),
                trigger="permit",
            )
            town.tells(pressed)
            assert "out of date" in town.sees("amina")[-1].text or town.forms == []
    assert town.hears == []
