"""Those who tend silence the bot, let it speak again, and settle what is in doubt."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import make_url, select

from bot import outbox
from bot.domain.events import Batch, CommandGiven, to_micros
from bot.domain.posts import Post
from bot.judgement.limits import Kind
from bot.outbox import ABANDONED
from bot.ports import DeliveryError
from bot.storage import pauses
from bot.storage.base import connect
from bot.storage.delivery import Outgoing
from bot.storage.rhythm import Decision
from tests.town import Town, said


@pytest.fixture
def tended(town: Town) -> Town:
    """A town that Ada tends, and in which people talk."""
    town.lead("ada")
    town.recounts(*(town.message("bob") for _ in range(60)))
    return town


def queue(
    town: Town, key: str, *, to: str = "C-general", kind: Kind = Kind.NUDGE, text: str = "Hello"
) -> None:
    """Queue something that is due now."""
    with town.sessions.begin() as session:
        outbox.enqueue(
            session,
            outbox.Saying(post=Post(to=f"fake:T1/{to}", text=text)),  # type: ignore[arg-type]
            key=key,
            network_id=town.network.id,
            due_at=town.now,
            expires_at=town.now + timedelta(hours=6),
            kind=kind,
        )


def doubt(town: Town, key: str, **how: str) -> None:
    """Say something whose answer never comes, on a platform that can't tell."""
    town.platform.is_mute = True
    queue(town, key, **how)  # type: ignore[arg-type]
    town.platform.refusals = [DeliveryError("no answer", may_have_arrived=True)]
    town.app.deliver()
    town.now += ABANDONED + timedelta(seconds=1)
    town.app.recover()
    town.app.deliver()


def state(town: Town, key: str) -> str:
    """What became of *key*."""
    with town.sessions.begin() as session:
        return session.scalars(select(Outgoing.state).where(Outgoing.key == key)).one()


def page(town: Town, name: str) -> str:
    """What somebody sees on the bot's own page."""
    return "\n".join(part.text for part in town.platform.homes[town.person(name)].parts)


def decisions(town: Town) -> list[str]:
    """Why things were or weren't said."""
    with town.sessions.begin() as session:
        return list(session.scalars(select(Decision.reason).order_by(Decision.id)))


# Silence


def test_a_lead_silences_everything_but_answers_to_those_who_tend(tended: Town) -> None:
    assert "I am silent from now on" in tended.types("ada", "/tend pause all")
    queue(tended, "nudge")
    assert tended.types("bob", "/net help") == ""
    tended.app.deliver()
    assert tended.hears == []
    assert "/tend pause" in tended.types("ada", "/tend help")
    assert "paused already" in tended.types("ada", "/tend pause all")
    assert "I speak again" in tended.types("ada", "/tend resume")
    assert said(tended.hears) == ["Hello"]
    assert "/net help" in tended.sees("bob")[-1].text, "it still makes sense"
    assert decisions(tended)[:2] == ["a lead asked me to be silent", "a lead let me speak again"]


def test_what_comes_too_late_during_a_silence_is_not_said_after_it(tended: Town) -> None:
    tended.types("ada", "/tend pause all")
    queue(tended, "nudge")
    tended.passes(hours=6)
    tended.app.deliver()
    assert state(tended, "nudge") == "expired"
    tended.types("ada", "/tend resume")
    assert tended.hears == []


def test_only_those_who_tend_can_silence_it(tended: Town) -> None:
    assert "for those who tend" in tended.types("bob", "/tend pause all")
    queue(tended, "nudge")
    tended.app.deliver()
    assert said(tended.hears) == ["Hello"]


def test_while_nobody_tends_anybody_may_and_is_answered(town: Town) -> None:
    assert "I am silent" in town.types("bob", "/tend pause all")
    assert "I speak again" in town.types("cleo", "/tend resume")
    assert "wasn't paused" in town.types("cleo", "/tend resume")


def test_a_bare_pause_says_what_it_would_do_and_does_nothing(tended: Town) -> None:
    assert "/tend pause all" in tended.types("ada", "/tend pause")
    queue(tended, "nudge")
    tended.app.deliver()
    assert said(tended.hears) == ["Hello"]


def test_a_lead_can_not_lift_what_the_operator_paused(tended: Town) -> None:
    with tended.sessions.begin() as session:
        pauses.pause_all(session, "the operator", tended.now)
    assert "only they can lift that" in tended.types("ada", "/tend resume")
    queue(tended, "nudge")
    tended.app.deliver()
    assert tended.hears == []
    with tended.sessions.begin() as session:
        assert pauses.resume_all(session)
    tended.app.deliver()
    assert said(tended.hears) == ["Hello"]


def test_the_page_of_those_who_tend_says_that_it_is_silent(tended: Town) -> None:
    tended.types("ada", "/tend pause all")
    tended.types("ada", "/net home")
    assert "I am paused" in page(tended, "ada")


# Posts in doubt


@pytest.mark.both_databases
def test_what_may_have_arrived_is_put_before_those_who_tend(tended: Town) -> None:
    doubt(tended, "nudge", text="**A question** for [all](https://example.org)\n\nand more")
    (told,) = tended.sees("ada")
    assert "A post of mine may or may not have arrived" in told.text
    assert "#general" in told.text
    assert "2 March at 09:00: *A question for all*" in told.text
    assert [button.label for button in told.buttons] == ["It's there", "Post it again", "Leave it"]
    tended.now += ABANDONED + timedelta(seconds=1)
    tended.ticks()
    assert len(tended.sees("ada")) == 1, "they are told once"


@pytest.mark.parametrize(
    ("label", "answer", "becomes", "heard"),
    [
        pytest.param("It's there", "it has been said", "sent", 1, id="it is there"),
        pytest.param("Post it again", "I'll say it again", "sent", 2, id="it is posted again"),
        pytest.param("Leave it", "I leave it unsaid", "expired", 1, id="it is left"),
    ],
)
def test_one_press_settles_it(
    tended: Town, label: str, answer: str, becomes: str, heard: int
) -> None:
    doubt(tended, "nudge")
    assert answer in tended.presses("ada", label)
    assert (state(tended, "nudge"), len(tended.hears)) == (becomes, heard)
    assert "settled already" in tended.presses("ada", label)
    assert len(tended.hears) == heard
    assert "Nothing of mine is in doubt" in tended.types("ada", "/tend held")


@pytest.mark.parametrize(
    ("label", "answer", "becomes"),
    [
        pytest.param("It's gone now", "then it's gone", "expired", id="deleted by hand"),
        pytest.param("Try again", "try again now", "sent", id="tried again"),
    ],
)
def test_a_post_that_has_to_go_and_can_not_be_changed_is_put_before_those_who_tend(
    tended: Town, label: str, answer: str, becomes: str
) -> None:
    queue(tended, "nudge")
    tended.app.deliver()
    with tended.sessions.begin() as session:
        gone = Post(to=tended.place("general"), text="withdrawn")
        outbox.amend(session, "nudge", gone, now=tended.now)
    tended.platform.refusals = [DeliveryError("too late"), DeliveryError("not mine")]
    tended.app.deliver()
    tended.ticks()
    (told,) = tended.sees("ada")
    assert "A post of mine has to go" in told.text
    assert "may or may not" not in told.text
    assert "(to:fake:T1/C-general), Monday 2 March at 09:00" in told.text
    assert [button.label for button in told.buttons] == ["It's gone now", "Try again"]
    assert answer in tended.presses("ada", label)
    assert state(tended, "nudge#1") == becomes
    assert tended.platform.deleted == (["1"] if becomes == "sent" else [])


def test_posts_in_doubt_and_posts_that_have_to_go_are_told_of_together(tended: Town) -> None:
    queue(tended, "nudge")
    tended.app.deliver()
    with tended.sessions.begin() as session:
        gone = Post(to=tended.place("general"), text="withdrawn")
        outbox.amend(session, "nudge", gone, now=tended.now)
    tended.platform.refusals = [DeliveryError("too late"), DeliveryError("not mine")]
    tended.app.deliver()
    doubt(tended, "another", text="A question")
    told = tended.sees("ada")[-1].text
    assert "A post of mine may or may not have arrived" in told
    assert "A post of mine has to go" in told
    assert told.count("(has to go)") == 1


def test_nobody_else_settles_it(tended: Town) -> None:
    doubt(tended, "nudge")
    said_to_ada = tended.sees("ada")[-1]
    tended.platform.said.append(
        Post(to=tended.place("general"), text="", buttons=said_to_ada.buttons)
    )
    tended.platform.keys.append("copied")
    assert "for those who tend" in tended.presses("bob", "It's there")
    assert state(tended, "nudge") == "ambiguous"


def test_what_was_for_one_person_is_named_without_its_words_and_without_them(tended: Town) -> None:
    tended.person("bob")
    doubt(tended, "word", to="U-bob", text="Nobody has answered you yet", kind=Kind.WORD)
    told = tended.sees("ada")[-1]
    assert "A message to one person" in told.text
    assert "answered you" not in told.text
    assert "bob" not in told.text.lower()


def test_what_those_who_tend_were_told_in_doubt_is_not_told_of_in_turn(tended: Town) -> None:
    doubt(tended, "alert", to="U-ada", kind=Kind.TENDING)
    tended.passes(days=1)
    tended.app.deliver()
    assert [post.text for post in tended.sees("ada")] == ["Hello"]
    assert "may or may not have arrived" in tended.types("ada", "/tend held")


def test_several_are_told_of_at_once_and_the_rest_is_counted(tended: Town) -> None:
    tended.platform.is_mute = True
    for number in range(7):
        queue(tended, f"answer/{number}", kind=Kind.ANSWER, text=f"Part {number}")
    lost = DeliveryError("no answer", may_have_arrived=True)
    tended.platform.refusals = [lost] * 7
    tended.app.deliver()
    tended.now += ABANDONED + timedelta(seconds=1)
    tended.ticks()
    (told,) = tended.sees("ada")
    assert "And 2 more" in told.text
    assert [button.label for button in told.buttons][:4] == [
        "1: It's there", "1: Post it again", "1: Leave it", "2: It's there",
    ]  # fmt: skip
    tended.types("ada", "/net home")
    assert "seven posts" in page(tended, "ada")


def test_its_leads_room_hears_of_it_where_there_is_one(tended: Town) -> None:
    room, network = tended.place("leads"), tended.network
    with tended.sessions.begin() as session:
        session.merge(network).leads_room = room
    doubt(tended, "nudge")
    assert [post.to for post in tended.hears] == [tended.place("general"), room]


# A copy of the database


def clone(town: Town, tmp_path: Path) -> Town:
    """Another one, with a copy of the database that was made while the first one runs."""
    with town.sessions.begin() as session:
        path = Path(make_url(str(session.get_bind().engine.url)).database or "")
    for suffix in ("", "-wal"):
        source = Path(f"{path}{suffix}")
        if source.exists():
            shutil.copyfile(source, tmp_path / f"copy.db{suffix}")
    copied = Town(connect(f"sqlite:///{tmp_path / 'copy.db'}"), now=town.now)
    copied.platform.said.clear()
    return copied


@pytest.mark.usefixtures("only_on_sqlite")
def test_a_copy_says_nothing_until_a_lead_says_that_it_is_the_only_one(
    tended: Town, tmp_path: Path
) -> None:
    tended.ticks()  # as at every start: from now on it knows where it is
    queue(tended, "said by the first one")
    queue(tended, "a whisper", to="U-bob", kind=Kind.WORD)
    copied = clone(tended, tmp_path)
    tended.app.deliver()
    assert said(tended.hears) == ["Hello"]
    queue(copied, "nudge")
    for _ in range(3):
        copied.ticks()
    assert copied.platform.said == []
    assert copied.types("bob", "/net help") == ""
    assert "moved, copied or restored" in copied.types("ada", "/tend resume")
    assert "I speak again, from here" in copied.presses("ada", "I am the only one")
    assert "I speak already" in copied.presses("ada", "I am the only one")
    assert copied.hears == []
    copied.platform.keys[:1] = ["said by the first one"]  # as the platform still knows
    copied.now += timedelta(seconds=1)
    copied.ticks()
    copied.ticks()
    assert state(copied, "said by the first one") == "sent"
    assert said(copied.hears) == ["Hello"], "the new one alone"
    copied.sessions.kw["bind"].dispose()


@pytest.mark.usefixtures("only_on_sqlite")
def test_what_was_asked_before_a_copy_was_made_is_answered_by_the_first_one_alone(
    tended: Town, tmp_path: Path
) -> None:
    tended.ticks()
    asked = CommandGiven(
        id="asked-1",
        command="tend",
        text="help",
        channel=tended.place("general"),
        member=tended.person("ada"),
        at=to_micros(tended.now),
        trigger="permit",
    )
    tended.app.accept(Batch(events=(asked,)))
    copied = clone(tended, tmp_path)
    tended.ticks()
    assert [post.only_for for post in tended.platform.said] == [tended.person("ada")]
    copied.app.deliver()  # before it has handled what it found
    copied.ticks()
    assert copied.platform.said == []
    assert "moved, copied or restored" in copied.types("ada", "/tend resume")
    copied.sessions.kw["bind"].dispose()
