"""A conversation becomes a note that others find, by the names of those alone who agreed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import make_url, select

from bot.domain.events import ChannelKind, PersonSeen
from bot.domain.posts import Post
from bot.ports import DeliveryError
from bot.storage.base import truncate_log
from bot.storage.finding import Finding
from bot.storage.notes import Note
from handlers import digest, home, ideas, knowledge, mydata, network
from tests.conftest import Community
from tests.town import Town

FEATURES = (
    network.feature,
    ideas.feature,
    knowledge.feature,
    digest.feature,
    mydata.feature,
    home.feature,
)
TITLE = "Falls at night"
CANARY = "Copper lights by the bed help more than rails."
QUESTION = "made a note from a thread"


@pytest.fixture
def town(community: Community) -> Town:
    """A town on Monday that ada tends."""
    town = community(features=FEATURES)
    town.lead("ada")
    return town


def thread(town: Town, *, channel: str = "general") -> int:
    """Bob asks something, and Cem, Eve and others answer."""
    town.tells(PersonSeen(member=town.person("helper"), name="Helper", is_bot=True))
    town.tells(PersonSeen(member=town.person("far"), name="Far", is_external=True))
    first = town.says("bob", "What helps at night?", channel=channel, hours=-3)
    for hours, name in ((-2.5, "cem"), (-2, "rosa"), (-1.9, "helper"), (-1.8, "far"), (-1, "eve")):
        town.says(name, "This helped us.", channel=channel, thread=first, hours=hours)
    return first


def harvest(town: Town, ts: int, *, channel: str = "general", **more: str) -> str:
    """Rosa makes a draft, and sees it."""
    town.uses("rosa", "knowledge.harvest", ts, channel=channel)
    words = {"title": TITLE, "learned": CANARY, "puzzle": "Who rings?", **more}
    return town.fills("rosa", channel=channel, **words)


def shares(town: Town) -> None:
    """Rosa shares her draft, and those who can be asked are asked."""
    town.presses("rosa", "Share it")
    town.ticks()


def notes(town: Town) -> list[Post]:
    """The notes, as they stand in channels."""
    return [post for post in town.hears if "**Note:" in post.text or "a note here" in post.text]


def asked(town: Town, name: str) -> list[Post]:
    """What somebody was asked."""
    return [post for post in town.sees(name) if QUESTION in post.text]


def bytes_hold(town: Town, words: str) -> bool:
    """Whether *words* are in the database, in any column or byte of its files."""
    engine = town.sessions.kw["bind"]
    with town.sessions.begin() as session:
        rows = [*session.scalars(select(Note.learned)), *session.scalars(select(Finding.terms))]
    if engine.dialect.name != "sqlite":
        return any(words.casefold() in row.casefold() for row in rows)
    truncate_log(town.sessions)
    path = make_url(str(engine.url)).database
    files = [Path(f"{path}{end}") for end in ("", "-wal")]
    held = b"".join(file.read_bytes() for file in files if file.exists())
    return words.casefold().encode() in held.lower()


def test_a_thread_becomes_a_note_that_names_those_who_agree_and_others_find_it(town: Town) -> None:
    first = thread(town)
    reply = town.says("eve", thread=first, hours=-0.5)
    shown = harvest(town, reply)
    assert "Only you see this" in shown
    assert CANARY in shown
    assert "I ask others who wrote in the thread" in shown
    assert notes(town) == []
    assert town.types("fay", "/net find falls") != ""
    assert "found nothing" in town.types("fay", "/net find falls")

    shares(town)
    town.presses("rosa", "Share it")
    [note] = notes(town)
    assert note.to == town.place("general")
    assert "Written by Rosa. Made from [a thread of Monday 2 March]" in note.text
    assert f"message:fake:T1/C-general/{first}" in note.text
    assert [len(asked(town, name)) for name in ("bob", "cem", "eve", "rosa", "far")] == [
        1, 1, 1, 0, 0,
    ]  # fmt: skip
    assert CANARY not in asked(town, "bob")[0].text

    town.presses("bob", "Yes, with my name")
    town.presses("cem", "No thanks")
    assert "doesn't name you" in town.sees("cem")[0].text
    town.types("eve", "/net harvest yes 1")
    [note] = notes(town)
    assert "Written by Rosa, with help from Bob and Eve." in note.text
    assert "says that you helped" in town.sees("bob")[0].text

    town.passes(days=60)
    found = town.types("fay", "/net find fall at nig")
    assert "**Falls at night**, a note by Rosa with Bob and Eve, Monday 2 March 2026" in found
    assert CANARY in town.presses("fay", "Read it")
    assert CANARY in town.types("fay", "/net note 1")
    assert TITLE in town.types("fay", "/net notes")

    town.types("bob", "/net harvest no 1")
    assert "with help from Eve." in notes(town)[0].text


def test_what_its_author_takes_back_is_gone_from_everywhere(town: Town) -> None:
    harvest(town, thread(town))
    shares(town)
    town.presses("bob", "Yes, with my name")
    assert bytes_hold(town, "copper")
    assert "its words are deleted" in town.presses("rosa", "Take it back")
    [note] = notes(town)
    assert note.text == "_There was a note here. Whoever wrote it has taken it back._"
    assert "found nothing" in town.types("fay", "/net find copper")
    assert "no such note" in town.types("fay", "/net note 1")
    assert "isn't shared any more" in town.types("bob", "/net harvest yes 1")
    assert town.types("cem", "/net harvest yes 1") != ""
    assert "Bob" not in notes(town)[0].text
    assert "no note of yours" in town.types("rosa", "/net harvest withdraw 1")
    assert "you took it back" in town.types("rosa", "/net mydata")
    town.passes(days=31)
    town.runs("knowledge.let_go")
    assert "took it back" not in town.types("rosa", "/net mydata")
    town.ticks()
    assert not bytes_hold(town, "copper")


def test_a_draft_is_its_author_s_alone_until_it_is_shared_changed_or_dropped(town: Town) -> None:
    first = thread(town)
    harvest(town, first, name="Without my name")
    assert "no note of yours" in town.types("bob", "/net harvest share 1")
    assert "no such note" in town.types("bob", "/net note 1")
    town.uses("rosa", "knowledge.harvest", first)
    assert {field.name: field.value for field in town.forms[-1].fields}["title"] == TITLE
    town.presses("rosa", "Change it")
    assert "Lamps" in town.fills("rosa", title="Lamps")
    assert "a draft: `/net harvest share 1`" in town.types("rosa", "/net harvest")
    town.types("rosa", "/net harvest share 1")
    town.ticks()
    assert "**Note: Lamps**" in notes(town)[0].text
    assert "Written by one of us." in notes(town)[0].text
    assert "**One of us made a note" in asked(town, "bob")[0].text

    town.types("rosa", "/net harvest change 1")
    assert "has its new words" in town.fills("rosa", learned="Ask who gets up.\n\nAnd why.")
    assert "Ask who gets up.\n\nAnd why." in notes(town)[0].text
    assert "found nothing" in town.types("fay", "/net find copper")
    assert "Lamps" in town.types("fay", "/net find get up")
    assert "shared: `/net harvest change 1`" in town.types("rosa", "/net harvest")

    harvest(town, first)
    assert "Nobody saw it" in town.presses("rosa", "Drop it")
    harvest(town, first)
    town.passes(days=31)
    town.runs("knowledge.let_go")
    assert "draft" not in town.types("rosa", "/net harvest")


def test_no_note_is_made_of_what_one_can_t_see_nor_where_others_read_along(town: Town) -> None:
    town.opens("ward", kind=ChannelKind.PRIVATE)
    town.joins("rosa", "ward")
    town.joins("bob", "ward")
    first = thread(town, channel="ward")
    link = f"message:fake:T1/C-ward/{first}"
    assert "I can't make a note of that" in town.types("fay", f"/net harvest {link}")
    assert "I can't make a note of that" in town.types("rosa", f"/net harvest {link}9")
    town.types("rosa", f"/net harvest {link}", channel="ward")
    town.fills("rosa", channel="ward", title=TITLE, learned=CANARY)
    shares(town)
    assert notes(town)[0].to == town.place("ward")
    assert TITLE in town.types("bob", "/net find copper lights")
    assert "found nothing" in town.types("fay", "/net find copper lights")
    assert "no such note" in town.types("fay", "/net note 1")
    for typed in ("/net find copper lights", "/net note 1"):
        assert "for the people of" in town.types("far", typed)
    town.leaves("bob", "ward")
    assert "found nothing" in town.types("bob", "/net find copper lights")

    elsewhere = thread(town)
    town.joins("guest")
    town.tells(PersonSeen(member=town.person("guest"), name="Guest", is_guest=True))
    harvest(town, elsewhere)
    shares(town)
    assert TITLE in town.types("guest", "/net find copper")
    town.leaves("guest")
    assert "found nothing" in town.types("guest", "/net find copper")


def test_a_note_whose_thread_s_beginning_was_deleted_says_so(town: Town) -> None:
    first = thread(town)
    harvest(town, first)
    shares(town)
    town.deletes(first)
    [note] = notes(town)
    assert "began with has been deleted since" in note.text
    assert "message:" not in note.text
    assert CANARY in note.text
    assert "that was deleted" in town.types("fay", "/net find falls")


def test_what_is_held_is_shown_to_its_own_people_and_goes_with_them(town: Town) -> None:
    harvest(town, thread(town))
    shares(town)
    town.presses("bob", "Yes, with my name")
    town.types("rosa", "/net word ECAT = our copper kettle")
    held = town.types("rosa", "/net mydata")
    assert CANARY in held
    assert "ECAT: our copper kettle" in held
    assert "you said yes, so it says that you helped" in town.types("bob", "/net mydata")
    assert "you were asked, and have not answered" in town.types("cem", "/net mydata")
    exported = town.types("bob", "/net mydata export").replace("\\", "")
    assert '"named_in":[{"note":1,"answer":"yes"' in exported

    town.types("bob", "/net mydata delete")
    town.presses("bob", "Delete everything")
    assert "Bob" not in notes(town)[0].text
    town.types("rosa", "/net mydata delete")
    town.presses("rosa", "Delete everything")
    assert "has taken it back" in notes(town)[0].text
    assert "found nothing" in town.types("fay", "/net find copper")
    assert "Nobody has told me" in town.types("fay", "/net word ECAT")
    town.ticks()
    assert not bytes_hold(town, "copper")


@pytest.mark.parametrize(
    ("given", "field", "says"),
    [
        pytest.param({"title": "x" * 81}, "title", "80 are the most", id="a long title"),
        pytest.param({"title": " "}, "title", "a few words", id="no title"),
        pytest.param({"learned": " "}, "learned", "in your own words", id="no words"),
        pytest.param(
            {"learned": "Mr Smith, NHS no 943 476 5919"}, "learned", "NHS number", id="a patient"
        ),
    ],
)
@pytest.mark.usefixtures("only_on_sqlite")
def test_what_is_wrong_with_a_note_is_said_beside_it(
    town: Town, given: dict[str, str], field: str, says: str
) -> None:
    from bot.domain.events import FormSubmitted

    values = {"title": TITLE, "learned": CANARY, "puzzle": "", "name": "", **given}
    form = FormSubmitted(
        id="f", form="knowledge.note", values=values, context="", at=0,
        channel=town.place("general"), member=town.person("rosa"),
    )  # fmt: skip
    assert says in town.app.check(form)[field]


def test_ideas_are_found_once_a_digest_told_them_and_not_after_they_are_taken_back(
    town: Town,
) -> None:
    town.types("amina", "/net idea Watch the copper kettle before deciding")
    town.presses("amina", "Put it in the digest, with my name")
    assert "found nothing" in town.types("fay", "/net find kettle")
    town.passes(days=4, hours=4)
    town.runs("digest.weekly")
    town.ticks()
    found = town.types("fay", "/net find kettle")
    assert "**Watch the copper kettle before deciding** An idea of Amina, told Friday 6" in found
    town.types("amina", "/net idea withdraw 1")
    assert "found nothing" in town.types("fay", "/net find kettle")
    assert "In plain" not in town.types("fay", "/net find")
    assert town.forms[-1].name == "knowledge.find"
    assert "nothing on" in town.fills("fay", words="kettle")


def test_what_leads_nowhere_is_answered_in_a_sentence(town: Town) -> None:
    first = thread(town)
    town.tells(PersonSeen(member=town.person("cem"), name="Cem", is_gone=True))
    harvest(town, first)
    town.platform.refusals.append(DeliveryError("no such channel"))
    shares(town)
    assert "a draft: `/net harvest share 1`" in town.types("rosa", "/net harvest")
    assert "found nothing" in town.types("rosa", "/net find copper")
    assert asked(town, "bob") == []
    town.types("rosa", "/net harvest share 1")
    town.ticks()
    assert len(notes(town)) == len(asked(town, "bob")) == 1
    assert asked(town, "cem") == []
    town.deletes(first)
    for name in ("bob", "cem", "rosa", "eve"):
        town.tells(PersonSeen(member=town.person(name), name=name, is_external=name == "rosa"))
    assert "for the people of" in town.uses("rosa", "knowledge.harvest", first)
    for typed in ("/net harvest yes 9999999", "/net harvest no 77"):
        assert "no note of that number" in town.types("fay", typed)
    assert "no such note" in town.types("fay", "/net note 9999999999")
    assert "no note of yours" in town.types("fay", "/net harvest change 77")
    [home] = [part for part in town.looks("fay") if "**What we know**" in part.text]
    town.presses("fay", home.buttons[0].label)
    assert town.forms[-1].name == "knowledge.find"


# The network's own words


def test_a_word_is_explained_by_anybody_reworded_by_anybody_and_taken_back(town: Town) -> None:
    assert "Nobody has explained a word" in town.types("rosa", "/net word")
    assert "Nobody has told me" in town.types("rosa", "/net word ECAT?")
    kept = town.types("rosa", "/net word ECAT = our kitchen aids")
    assert "**ECAT** means: our kitchen aids" in kept
    assert "_In Rosa's words." in town.types("bob", "/net word ecat")
    reworded = town.types("bob", "/net word Ecat means kettle, chair and steps")
    assert "_Before, it said: our kitchen aids_" in reworded
    assert "in Bob's words by now" in town.types("rosa", "/net word undo ECAT")
    assert "It means again: our kitchen aids" in town.presses("bob", "Undo")
    assert "- **Ecat**: our kitchen aids" in town.types("bob", "/net words")
    assert "explained nowhere now" in town.types("rosa", "/net word undo ecat")
    assert "no such word" in town.types("rosa", "/net word undo ecat")
    assert "equals sign" in town.types("rosa", "/net word ECAT =")
    assert "300 are the most" in town.types("rosa", f"/net word ECAT = {'x' * 301}")
    assert "40 are the most" in town.types("rosa", f"/net word {'x' * 41} = y")
    town.tells(PersonSeen(member=town.person("far"), name="Far", is_external=True))
    assert "for the people of" in town.types("far", "/net word ECAT = y")
    assert "for the people of" in town.types("far", "/net word")


def digest_of(town: Town, author: str) -> str:
    """Somebody hands in an idea, and Friday comes: the digest that tells it."""
    town.says(author, at=town.now - timedelta(days=1))
    town.types(author, "/net idea TEA for everybody who waits, says our zebra")
    town.presses(author, "Put it in the digest, with my name")
    town.passes(days=4, hours=4)
    town.runs("digest.weekly")
    town.passes(days=2, hours=20)
    return town.hears[-1].text


def test_a_digest_explains_a_word_when_it_first_uses_it_and_again_after_twelve_weeks(
    town: Town,
) -> None:
    town.types("rosa", "/net word TEA = the evening round at the bed")
    town.types("rosa", "/net word Zebra: a patient whom nobody expects")
    first = digest_of(town, "amina")
    assert "Our words: **TEA** is the evening round at the bed; **Zebra** is a patient" in first
    assert "Our words" not in digest_of(town, "bob")
    town.passes(weeks=11)
    assert "**TEA** is the evening" in digest_of(town, "cem")
    town.types("rosa", "/net word undo TEA")
    town.ticks()
    assert "Our words: **Zebra** is" in town.hears[-1].text
