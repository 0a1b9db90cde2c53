"""Coming in: greeted in working hours, left in peace, and introduced by one's own word alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.drafts import carried
from bot.domain.events import ActionTaken, ChannelKind, MemberJoined, PersonSeen, to_micros
from bot.domain.membership import Introduction
from bot.domain.posts import Post
from bot.storage import asks, membership, offers, places, watches
from bot.storage import charter as ledger
from bot.storage.places import Network, Person
from handlers import charter, home, joining, mydata, network, pausing, welcome
from tests.conftest import Community
from tests.town import Town

FEATURES = (
    network.feature,
    joining.feature,
    welcome.feature,
    pausing.feature,
    mydata.feature,
    home.feature,
)
HELLO, CHECK_IN, REMINDER = "Welcome to Frailty", "any use to you yet", "one small thing"
QUESTION = "Has anyone found a quick way to tell who could manage at home tonight?"
PURPOSE = "Together we make the first hour kinder and safer."


def set_up(town: Town) -> Town:
    """Ada tends a network that is set up, and has known its people for half a year."""
    town.lead("ada")
    with town.sessions.begin() as session:
        here = session.query(Network).one()
        here.name, here.purpose = "Frailty Friends", PURPOSE
        here.created_at = town.now - timedelta(days=200)
    long_ago = town.now - timedelta(days=190)
    general, names = town.place("general"), ("ada", "bob", "cem", "eva")
    came = [
        MemberJoined(channel=general, member=town.person(name), at=to_micros(long_ago))
        for name in names
    ]
    wrote = [town.message(name, at=long_ago + timedelta(days=10)) for name in names]
    town.recounts(*came, *wrote)
    return town


@pytest.fixture
def town(community: Community) -> Town:
    return set_up(community(features=FEATURES))


def heard(town: Town, name: str, words: str) -> list[Post]:
    return [post for post in town.sees(name) if words in post.text]


def state(town: Town, name: str) -> str:
    with town.sessions.begin() as session:
        person = session.query(Person).filter_by(ref=town.person(name)).one()
        here = places.networks(session)[0]
        found = membership.standing(session, here, person)
        return found.state if found else "none"


def shown(town: Town, name: str) -> str:
    """What `/net mydata` shows of somebody."""
    return town.types(name, "/net mydata")


@pytest.mark.both_databases
def test_who_joins_late_on_friday_is_greeted_once_on_monday_at_nine(town: Town) -> None:
    town.now = datetime(2026, 3, 6, 21, 40, tzinfo=UTC)
    town.opens("random")
    town.joins("amina")
    town.joins("amina", "random")
    for hours in (1, 12, 24, 22):
        town.passes(hours=hours)
        town.ticks()
    assert heard(town, "amina", HELLO) == []
    town.now = datetime(2026, 3, 9, 9, tzinfo=UTC)
    town.ticks()
    [hello] = heard(town, "amina", HELLO)
    assert "Frailty Friends, Amina." in hello.text
    assert PURPOSE in hello.text
    assert "we are 5 people" in hello.text.casefold()
    assert "for Ada" in hello.text
    assert "you came into #general" in hello.text
    assert [each.label for each in hello.buttons] == ["I'm in", "Look around first"]
    assert "I said hello" in shown(town, "amina")
    town.passes(days=8)
    town.ticks()
    assert len(heard(town, "amina", HELLO)) == 1


def test_the_greeting_goes_by_the_newcomers_own_clock(town: Town) -> None:
    member = town.person("kiri")
    town.tells(PersonSeen(member=member, name="Kiri", timezone="Asia/Tokyo"))
    town.now = datetime(2026, 3, 3, 12, tzinfo=UTC)  # nine in the evening there
    town.joins("kiri")
    for hours in (1, 10):
        town.passes(hours=hours)
        town.ticks()
        assert heard(town, "kiri", HELLO) == []
    town.passes(hours=1)
    town.ticks()
    assert len(heard(town, "kiri", HELLO)) == 1


def test_nobody_is_greeted_but_who_comes_while_the_bot_is_there(town: Town) -> None:
    late, guest = town.person("late"), town.person("guest")
    town.tells(PersonSeen(member=guest, name="Guest", is_external=True))
    long_ago, before = town.now - timedelta(days=10), town.now - timedelta(days=400)
    general = town.place("general")
    town.tells(
        MemberJoined(channel=general, member=late, at=to_micros(long_ago)),
        MemberJoined(channel=general, member=guest, at=to_micros(town.now)),
        MemberJoined(channel=general, member=town.person("old"), at=to_micros(before)),
    )
    town.joins("bob", "random")
    town.says("fay", at=town.now - timedelta(days=3))
    town.joins("fay", "random")
    town.lead("gil")
    town.joins("gil")
    assert [state(town, name) for name in ("late", "old", "bob", "fay", "gil")] == ["none"] * 5
    town.passes(days=1)
    town.ticks()
    assert not any(HELLO in post.text for post in town.platform.said)


def test_before_the_network_is_set_up_nobody_is_greeted(community: Community) -> None:
    town = community(features=FEATURES)
    town.joins("amina")
    town.passes(days=1)
    town.ticks()
    assert town.platform.said == []


@pytest.mark.parametrize("way", ["button", "typed", "charter"])
def test_who_looks_around_is_never_written_to_again(town: Town, way: str) -> None:
    town.joins("amina")
    town.ticks()
    if way == "button":
        answer = town.presses("amina", "Look around first")
        assert "I won't ask you again" in answer
        assert "#general" in answer
    elif way == "typed":
        town.types("amina", "/net join look")
    else:
        pressed = ActionTaken(
            id="charter",
            action="joining.observes",
            value="",
            channel=town.place("general"),
            member=town.person("amina"),
            at=0,
        )
        town.tells(pressed)
    assert state(town, "amina") == "observing"
    before = len(town.sees("amina"))
    for _ in range(3):
        town.passes(days=14, hours=1)
        town.ticks()
    assert len(town.sees("amina")) == before
    assert "you look around" in shown(town, "amina")
    assert town.types("amina", "/net join in").startswith("**Good to have you")
    assert state(town, "amina") == "member"


@pytest.mark.both_databases
def test_an_offer_and_an_ask_become_an_introduction_that_she_posts_herself(town: Town) -> None:
    town.joins("amina")
    town.presses("amina", "I'm in")
    assert state(town, "amina") == "member"
    town.types("amina", "/net join first")
    assert "943" not in town.fills("amina", offer="ring 943 476 5919")
    kept = town.fills("amina", offer="a walk-through of our kitchen test", ask=QUESTION)
    assert "kept for you alone" in kept
    with town.sessions.begin() as session:
        here = places.networks(session)[0]
        [(offer, who)] = offers.standing(session, here)
        assert (offer.words, who.name) == ("a walk-through of our kitchen test", "Amina")
        [ask] = asks.of_person(session, here, who)
        assert (ask.words, ask.state) == (QUESTION, "draft")
    town.presses("amina", "Show me a draft")
    values = {field.name: field.value for field in town.forms[-1].fields}
    assert values == {"who": "", "question": QUESTION, "offer": offer.words}
    preview = town.fills("amina", who="I'm Amina, an occupational therapist (nights).")
    assert "Only you see this" in preview
    assert town.hears == []
    town.presses("amina", "Change it")
    town.fills("amina", who="I'm Amina (nights).")
    assert "in your name" in town.presses("amina", "Post it")
    [post] = town.hears
    assert post.text.startswith(f"**Hello from [Amina](to:{town.person('amina')})**")
    assert "I'm Amina (nights)." in post.text
    assert f"**My question:** {QUESTION}" in post.text
    assert "once is enough" in town.presses("amina", "Post it")
    assert len(town.hears) == 1
    mine = shown(town, "amina")
    assert "you introduced yourself" in mine
    assert QUESTION in mine
    town.passes(hours=1)
    town.ticks()
    assert "goes from the channel" in town.presses("amina", "Take it back")
    assert town.platform.deleted != []
    assert "There is no introduction" in town.types("amina", "/net introduce take back")
    assert "once is enough" not in town.presses("amina", "Post it"), "now she may write another"


def test_both_boxes_and_the_introduction_may_stay_empty(town: Town) -> None:
    town.joins("amina")
    town.types("amina", "/net join yes")
    town.presses("amina", "Not now")
    town.types("amina", "/net join first")
    assert "Nothing was kept, and that is fine." in town.fills("amina")
    assert "no reason is needed" in town.presses("amina", "No thanks")
    town.types("amina", "/net introduce I'm new")
    assert town.forms[-1].fields[0].value == "I'm new"
    assert "A line is enough" in town.fills("amina", who="", question="")
    assert "Could it be shorter" in town.fills(
        "amina", who='"' * 500, question='"' * 500, offer='"' * 500
    )
    assert town.hears == []
    assert town.types("amina", "/net join sideways").startswith("I don't know what sideways")
    assert "no reason" in town.types("amina", "/net join later")
    assert "the way in" in town.types("amina", "/net join sideways")


def test_nothing_can_be_posted_where_there_is_no_open_channel(community: Community) -> None:
    town = set_up(community(features=FEATURES))
    town.types("bob", "/net introduce")
    town.fills("bob", who="I'm Bob.", question="Who else?")
    town.opens("general", kind=ChannelKind.PRIVATE, is_main=True)
    assert "no open channel" in town.presses("bob", "Post it")
    assert "no open channel" in town.types("bob", "/net introduce")
    assert "no open channel" in town.presses("bob", "Change it")


def test_a_fortnight_later_she_is_asked_once_and_a_month_later_reminded_once(town: Town) -> None:
    for name in ("amina", "dan", "eli", "kim"):
        town.joins(name)
    town.passes(hours=1)
    town.ticks()
    for name in ("amina", "dan", "eli"):
        town.types(name, "/net join in")
    town.types("eli", "/net join first")
    town.fills("eli", offer="ten minutes")
    for days in (13, 1, 1):
        town.passes(days=days)
        town.ticks()
    for name in ("amina", "dan", "eli", "kim"):
        assert len(heard(town, name, CHECK_IN)) == 1
    assert "stays between you and me" in town.presses("amina", "Not yet")
    assert "won't ask again" in town.types("dan", "/net useful leave me be")
    assert "Good to know" in town.types("eli", "/net useful yes")
    assert "Type one of these" in town.types("kim", "/net useful perhaps")
    assert "you said: not yet" in shown(town, "amina")
    assert "amina" not in str(town.sees("ada")).casefold(), "nobody else hears what they said"
    for days in (14, 1, 1):
        town.passes(days=days)
        town.ticks()
    told = {name for name in ("amina", "dan", "eli", "kim") if heard(town, name, REMINDER)}
    assert told == {"amina"}
    for days in (12, 28):
        town.passes(days=days)
        town.ticks()
    assert len(heard(town, "amina", REMINDER)) == 1
    assert len(heard(town, "amina", CHECK_IN)) == 1


def test_who_rests_hears_nothing_and_comes_back_when_it_is_over(town: Town) -> None:
    town.joins("amina")
    town.ticks()
    town.types("amina", "/net join in")
    assert "I don't know until when" in town.types("amina", "/net rest until the cows come home")
    assert "Until Wednesday 18 March nothing" in town.types("amina", "/net rest until 18 March")
    assert "Until Friday 20 March" in town.types("amina", "/net rest until 20 March")
    assert "You are resting" in "".join(part.text for part in town.looks("amina"))
    assert "you rest" in shown(town, "amina")
    before = len(town.sees("amina"))
    for days in (14, 1, 1):
        town.passes(days=days)
        town.ticks()
    assert len(town.sees("amina")) == before, "what is due in a rest isn't said in it"
    town.passes(days=2)
    town.ticks()
    assert state(town, "amina") == "member"
    assert "Nothing comes from me" in town.types("bob", "/net rest")
    assert "Welcome back" in town.presses("bob", "I'm back")
    assert "You are not resting" in town.types("bob", "/net back")
    assert "You are not resting" in town.types("bob", "/net rest over")


@pytest.mark.parametrize("way", ["command", "channel"])
def test_who_leaves_takes_everything_along_and_who_comes_again_begins_anew(
    town: Town, way: str
) -> None:
    town.joins("amina")
    town.passes(hours=1)
    town.ticks()
    town.types("amina", "/net join in")
    town.types("amina", "/net join first")
    town.fills("amina", offer="ten minutes")
    town.types("amina", "/net introduce")
    town.fills("amina", who="I'm Amina.", question=QUESTION)
    town.presses("amina", "Post it")
    town.types("amina", "/net useful not yet")
    if way == "command":
        assert "nobody is asked why" in town.types("amina", "/net leave")
        assert "You have left" in town.presses("amina", "Leave")
        town.leaves("amina")
    else:
        town.leaves("amina")
        town.ticks()
    assert state(town, "amina") == "left"
    assert town.platform.deleted != []
    with town.sessions.begin() as session:
        assert offers.standing(session, places.networks(session)[0]) == []
    held = shown(town, "amina")
    assert "you left" in held
    assert QUESTION not in held
    assert "not yet" not in held
    town.passes(weeks=2)
    town.joins("amina")
    town.passes(hours=1)
    town.ticks()
    assert len(heard(town, "amina", HELLO)) == 2
    assert state(town, "amina") == "invited"
    assert "not yet" not in shown(town, "amina")


def test_who_left_by_command_and_stays_in_the_channel_is_left_in_peace(town: Town) -> None:
    town.now += timedelta(hours=12)  # at night
    town.joins("amina")
    town.types("amina", "/net leave yes")
    town.opens("random")
    town.joins("amina", "random")
    town.passes(days=1)
    town.ticks()
    assert state(town, "amina") == "left"
    assert heard(town, "amina", HELLO) == [], "it still waited to be said"
    assert HELLO in town.types("amina", "/net join")
    assert state(town, "amina") == "invited"
    assert "Hand that on first" in town.types("ada", "/net leave")
    assert "Hand that on first" in town.types("ada", "/net leave yes")


def test_where_there_is_a_charter_being_in_begins_with_it_and_leaving_takes_it_back(
    community: Community,
) -> None:
    town = set_up(community(features=(*FEATURES, charter.feature)))
    town.types("ada", "/tend charter start")
    town.fills("ada")
    town.joins("amina")
    [hello] = heard(town, "amina", HELLO)
    assert "six rules, two minutes" in hello.text
    assert [each.label for each in hello.buttons] == ["Read the charter", "Look around first"]
    assert "begins with our charter" in town.types("amina", "/net join in")
    assert "begins with our charter" in town.types("amina", "/net join in")
    assert state(town, "amina") == "invited"
    town.presses("amina", "Read the charter")
    town.fills("amina", answer="I'm in")
    assert state(town, "amina") == "member"
    assert len(heard(town, "amina", "Good to have you with us")) == 1
    town.types("amina", "/net join first")
    assert "Nothing was kept" in town.fills("amina", offer="x" * 201)
    assert "six rules" in town.types("amina", "/net join")
    town.types("amina", "/net leave yes")
    with town.sessions.begin() as session:
        person = session.query(Person).filter_by(ref=town.person("amina")).one()
        stands = ledger.standing(session, places.networks(session)[0], person)
        assert stands is not None
        assert stands.agreed is None


def test_who_is_new_sees_the_way_in_on_the_bots_page(town: Town) -> None:
    town.joins("amina")
    assert any("You are new here." in part.text for part in town.looks("amina"))
    assert not any("You are new here." in part.text for part in town.looks("bob"))


def test_nothing_is_left_of_who_is_erased_not_even_the_introduction(town: Town) -> None:
    town.joins("amina")
    town.types("amina", "/net introduce")
    town.fills("amina", who="I'm Amina.", question=QUESTION)
    town.presses("amina", "Post it")
    [post] = town.hears
    town.passes(hours=1)
    town.ticks()
    town.types("amina", "/net mydata delete")
    town.presses("amina", "Delete everything")
    town.ticks()
    assert town.platform.deleted == [str(town.platform.said.index(post) + 1)]
    with town.sessions.begin() as session:
        assert session.query(membership.Membership).all() == []
        assert session.query(watches.ResponseWatch).all() == []


def test_only_what_she_was_shown_is_posted_and_once(town: Town) -> None:
    town.types("bob", "/net introduce")  # he has been here for half a year, and may as well
    town.fills("bob", who="I'm Bob, on nights.", question=QUESTION)
    town.presses("bob", "Post it")
    town.presses("bob", "Post it")
    assert len([post for post in town.hears if "Hello from" in post.text]) == 1
    assert state(town, "bob") == "member"
    forged = [
        carried(Introduction(who="Me.", question="Who?", offer="Ring 020 7946 0018")),
        carried(Introduction(who="", question="Who?")),
        "nothing of ours",
    ]
    for n, value in enumerate(forged):
        act = ActionTaken(
            id=f"forged{n}",
            action="joining.post",
            value=value,
            channel=town.place("general"),
            member=town.person("cem"),
            at=to_micros(town.now),
            trigger="permit",
        )
        town.tells(act)
        assert "from an earlier version of me" in town.sees("cem")[-1].text
    assert len([post for post in town.hears if "Hello from" in post.text]) == 1
    town.types("cem", "/net introduce")
    assert "500 are the most" in town.fills("cem", who="x" * 501, question=QUESTION)
