"""Members change what they agreed on by consent: nothing passes over an objection, or silence."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from bot.domain.charter import Said, starter
from bot.domain.events import ChannelKind
from bot.domain.posts import Button, Post
from bot.feature import CatchUpItem, Since
from bot.ports import DeliveryError
from bot.storage import charter, places, proposals
from bot.storage.proposals import Proposal
from handlers import charter as agreeing
from handlers import digest, home, knowledge, mydata, network
from handlers import proposals as proposing
from tests.conftest import Community
from tests.town import Town

FEATURES = (
    network.feature,
    agreeing.feature,
    proposing.feature,
    knowledge.feature,
    digest.feature,
    mydata.feature,
    home.feature,
)
MEMBERS = ("sian", "rosa", "dan", "joe", "amina", "eve", "fay", "gus", "hal", "ida")
RULE = "Say who it came from. Credit people. Ask before quoting anyone outside."
WIDER = "Say who it came from. Credit people. Ask before quoting anyone, in here or outside."
NARROWER = "Say who it came from. Credit people. Ask before quoting anyone by name."
WHY = "Two of us found our words in a tool's summary."
DRAFT = {"tension": WHY, "part": "Rule 4", "wording": WIDER}


@pytest.fixture
def town(community: Community) -> Town:
    """A town that priya and tom tend, with a charter that ten members agreed to."""
    town = community(features=FEATURES)
    for name in ("priya", "tom"):
        town.lead(name)
    with town.sessions.begin() as session:
        here = places.networks(session)[0]
        first = charter.adopt(
            session,
            here,
            starter("Kinder first hours."),
            why="",
            is_material=True,
            took_part=None,
            effective_on=town.now.date(),
            review_on=None,
            proposal=None,
            now=town.now,
        )
    for name in MEMBERS:
        agrees(town, name, first.number)
    return town


def agrees(town: Town, name: str, number: int = 1, said: Said = Said.AGREED) -> None:
    town.joins(name)
    with town.sessions.begin() as session:
        here = places.networks(session)[0]
        person, version = places.person_at(session, town.person(name)), None
        version = charter.numbered(session, here, number)
        assert person is not None
        assert version is not None
        charter.acknowledge(session, here, person, version, said, now=town.now)


def comes(town: Town, days: int, *, talk: bool = False) -> None:
    """So many days pass, and it is a quarter past nine; people may *talk* on the last of them."""
    town.now = (town.now + timedelta(days=days)).replace(hour=9, minute=15)
    if talk:
        town.recounts(*(town.message(name, hours=-1) for name in MEMBERS * 2))
    town.runs("proposals.go_on")


def drafts(town: Town, name: str = "sian", **more: str) -> str:
    town.types(name, "/net propose")
    return town.fills(name, **{**DRAFT, **more})


def row(town: Town, number: int = 1) -> Proposal:
    here = town.network
    with town.sessions.begin() as session:
        found = proposals.numbered(session, here, number)
        assert found is not None
        return found


def newest(town: Town) -> Post:
    return [post for post in town.hears if "roposal" in post.text][-1]


def rule(town: Town, number: int = 4) -> str:
    here = town.network
    with town.sessions.begin() as session:
        found = charter.current(session, here)
        assert found is not None
        return found.charter.rules[number - 1]


def to_consent(town: Town, **more: str) -> None:
    """Siân's proposal comes to its consent round, which opens on a Thursday until the next."""
    drafts(town, **more)
    town.presses("sian", "Post it")
    comes(town, 4, talk=True)
    assert row(town).stage == "reactions"
    comes(town, 6, talk=True)
    assert row(town).stage == "consent"


def test_a_rule_is_changed_by_consent_after_an_objection_is_taken_up(town: Town) -> None:
    # a draft is shown to whoever writes it alone, and then to everybody, for questions
    shown = drafts(town)
    assert f"> *Now:* {RULE}" in shown
    assert "Ask before quoting **anyone, in here or** outside" in shown
    assert "I find no proposal" in town.types("dan", "/net proposals 1")
    assert town.hears == []
    town.presses("sian", "Post it")
    assert "is at the questions" in town.types("sian", "/net proposals 1 post")
    assert newest(town).text.startswith("**Questions first: a change to rule 4**")
    assert "until Thursday 5 March, 17:00" in newest(town).text
    comes(town, 3)
    assert row(town).stage == "questions", "Thursday isn't over"

    # anybody but its proposer may facilitate, and is named; how does it land?
    assert "can't facilitate it" in town.types("sian", "/net proposals 1 facilitate")
    town.presses("joe", "I could facilitate")
    assert "Joe facilitates" in newest(town).text
    assert "Joe facilitates proposal 1 already" in town.types("dan", "/net proposals 1 facilitate")
    comes(town, 1, talk=True)
    assert newest(town).text.startswith("**How does it land? A change to rule 4**")
    assert "this part of it is over" in town.hears[-2].text
    assert town.hears[-2].buttons == ()
    town.types("sian", "/net proposals 1 change")
    assert "That is how it reads now" in town.fills("sian", wording=WIDER)
    assert "Only you see this yet" in town.fills("sian", wording=f"{WIDER} Always.")
    assert "Always" not in newest(town).text
    town.presses("sian", "Post it")
    assert "in here or outside. **Always.**" in newest(town).text

    # a week after, the round: answers are counted and not named, and may be changed
    comes(town, 6, talk=True)
    consent = newest(town)
    assert "closes Thursday 19 March, 17:00" in consent.text
    assert "_Needed: two answers._" in consent.text
    assert "Noted:** you consent" in town.presses("dan", "Consent")
    assert "had said so already" in town.presses("dan", "Consent"), "a double click is one answer"
    assert "isn't your call" in town.types("eve", "/net proposals 1 not my call")
    assert "You proposed it" in town.presses("sian", "Consent")
    town.presses("rosa", "Consent, with a worry")
    town.fills("rosa", reason="Will anybody remember it?")
    assert "it counts" not in town.presses("fay", "Consent")
    assert "have answered" not in newest(town).text, "they are four"
    town.presses("gus", "Consent")
    assert "_Needed: two answers; 5 have come._" in newest(town).text
    town.presses("gus", "I object, because…")
    assert "needs a reason" in town.fills("gus", reason=" ")
    told = town.fills("gus", reason="Night staff can't ask anybody at three.")
    assert "> *One of us objects:* Night staff" in told
    assert "5 have come" in newest(town).text
    assert "Night staff" not in newest(town).text
    assert "> *Gus objects:*" in town.presses("gus", "With my name")
    assert "answer isn't there yet" in " ".join(post.text for post in town.looks("hal"))

    # Friday: an objection stands, so nothing is adopted
    comes(town, 7)
    assert rule(town) == RULE, "Thursday, 17:00, is still to come"
    comes(town, 1)
    assert rule(town) == RULE
    assert newest(town).text.startswith("**Somebody objects: a change to rule 4**")
    assert "> *Gus objects:* Night staff can't ask anybody at three." in newest(town).text
    assert "came too late to count" not in town.types("dan", "/net proposals 1 consent")
    assert "being made safe enough" in town.types("dan", "/net proposals 1 consent")
    assert any("Somebody objects" in post.text for post in town.sees("sian"))
    assert "Will anybody remember it?" in town.types("sian", "/net proposals 1")
    assert "remember" not in town.types("gus", "/net proposals 1")

    # other words, another round, in which everybody answers anew; what was pressed late is told so
    town.types("sian", "/net proposals 1 change")
    town.fills("sian", wording=NARROWER)
    town.presses("sian", "Post it")
    assert "Gus" not in town.hears[-2].text, "an objection that was taken up is gone"
    assert row(town).round == 2
    over = [post for post in town.hears if "this part of it is over" in post.text]
    assert [post.buttons for post in over] == [()] * 4
    for name in ("dan", "gus", "rosa"):
        town.presses(name, "Consent")
    comes(town, 10)
    assert rule(town) == NARROWER
    assert newest(town).text.startswith("**Agreed: a change to rule 4**")
    assert "version 2" in newest(town).text
    assert "5 of us took part" in newest(town).text
    here, found = town.network, row(town)
    with town.sessions.begin() as session:
        version = charter.current(session, here)
        assert version is not None
        kept = proposals.rounds(session, found)
        assert (version.proposal, version.why, version.is_material) == (1, WHY, True)
        assert version.review_on == (town.now + timedelta(days=184)).date()
        assert [each.outcome for each in kept] == ["integrate", "adopt"]
        assert [each.needed for each in kept] == [2, 2]
    assert "version 2 of our charter" in town.types("dan", "/net proposals decided")
    assert "agreed, since" in town.types("hal", "/net proposals 1 consent")
    comes(town, 40)
    town.runs("proposals.let_old_go")
    assert "proposals and answers" not in town.types("dan", "/net mydata")


def test_a_form_that_is_sent_late_or_wrong_changes_nothing_and_says_why(town: Town) -> None:
    drafts(town)
    town.presses("sian", "Change it")
    late = town.forms[-1]
    town.presses("sian", "Post it")
    assert "is at the questions" in town.fills("sian", **{**DRAFT, "wording": NARROWER})
    assert late.name == "proposals.draft"
    assert "can't be done" in town.types("sian", "/net proposals 1 change")
    comes(town, 4, talk=True)
    town.presses("sian", "Change it")
    for words, fault in (
        ("", "word for word"),
        (WIDER, "That is how it reads now."),
        (RULE, "That is what stands there now."),
        ("x" * 1_001, "characters are the most"),
        ("x" * 900, "characters are the most"),
    ):
        assert fault in town.fills("sian", wording=words), fault
        assert "Nothing was changed." in town.sees("sian")[-1].text
    assert "How does it land" in newest(town).text
    assert "Only you see this" in town.fills("sian", wording=f" {NARROWER} ")
    assert "by name" not in newest(town).text, "nobody else sees it before it is posted"
    comes(town, 6, talk=True)
    assert row(town).stage == "consent"
    assert "is in its consent round" in town.fills("sian", wording=RULE)
    town.types("sian", "/net proposals 1 take back")
    assert "it is taken back" in town.fills("sian", wording=NARROWER)
    assert rule(town) == RULE


def test_where_one_person_alone_tends_their_own_wording_needs_everybody(town: Town) -> None:
    agrees(town, "priya")
    with town.sessions.begin() as session:
        tom = places.person_at(session, town.person("tom"))
        assert tom is not None
        session.query(places.Lead).filter_by(person_id=tom.id).delete()
    drafts(town, "priya")
    assert "somebody else who tends the network" in town.presses("priya", "It's only wording")
    assert "I find no proposal" in town.types("sian", "/net proposals 1 agree")
    assert "for" in town.types("priya", "/net proposals 1 agree")
    assert row(town).stage == "draft"


def test_small_wording_passes_in_a_week_if_a_lead_agrees_and_nobody_objects(town: Town) -> None:
    drafts(town, part="Something else, not our charter")
    assert "Only a change of our charter" in town.types("sian", "/net proposals 1 minor")
    drafts(town)
    assert "Priya and Tom" in town.presses("sian", "It's only wording")
    [asked] = [post for post in town.sees("priya") if "takes it for a small change" in post.text]
    assert "in here" not in asked.text, "what a draft says is for those who look at it"
    assert "I find no proposal" in town.types("dan", "/net proposals 2 agree")
    assert "in here or" in town.presses("tom", "Have a look")
    town.presses("tom", "Only wording, I agree")
    assert newest(town).text.startswith("**Only wording: a change to rule 4**")
    assert "Sian and Tom take this for a small change" in newest(town).text
    comes(town, 8)
    assert rule(town) == WIDER, "nobody answered, and nobody objected"
    here = town.network
    with town.sessions.begin() as session:
        version = charter.current(session, here)
        assert version is not None
        assert not version.is_material
    drafts(town, wording=NARROWER)
    town.types("sian", "/net proposals 3 only wording")
    assert "tell its proposer" in town.types("tom", "/net proposals 3 needs a round")
    assert any("more than wording" in post.text for post in town.sees("sian"))
    assert "I find no proposal" in town.types("tom", "/net proposals 3 agree"), "it was said"
    town.types("sian", "/net proposals 3 minor")
    town.types("priya", "/tend charter minor 3")
    town.ticks()
    town.types("dan", "/net proposals 3 object because, it's more than that")
    comes(town, 8)
    assert rule(town) == WIDER
    town.presses("dan", "I withdraw my objection")
    assert row(town, 3).stage == "consent", "what somebody objected to needs everybody's answers"
    assert not row(town, 3).is_minor
    comes(town, 8)
    assert newest(town).text.startswith("**More time")


def test_what_too_few_answer_gets_more_time_once_and_is_parked_then(town: Town) -> None:
    to_consent(town)
    for name in ("dan", "gus"):
        town.types(name, "/net proposals 1 not my call")
    comes(town, 8)
    assert newest(town).text.startswith("**More time: a change to rule 4**")
    assert "a few answers" not in newest(town).text
    assert rule(town) == RULE, "silence isn't consent, and nor is: not my call"
    town.now = town.now.replace(hour=23)
    assert "Noted" in town.presses("amina", "Not my call"), "night staff may answer at night"
    comes(town, 10)
    assert newest(town).text.startswith("**Parked: a change to rule 4**")
    assert "take it up" in newest(town).text
    assert any("so it is parked" in post.text for post in town.sees("sian"))
    assert "for whoever proposed it" in town.types("dan", "/net proposals 1 take up")
    assert "Your draft" in town.types("sian", "/net proposals 1 take up")
    town.types("sian", "/net proposals 1 post")
    assert newest(town).text.startswith("**Questions first"), "it is posted anew"
    assert "The questions are over" in town.types("sian", "/net proposals 1 questions over")
    assert "taken back" not in town.types("sian", "/net proposals 1 withdraw objection")
    assert "words of proposal 1 are deleted" in town.types("sian", "/net proposals 1 take back")
    town.ticks()
    assert not any("in here or" in post.text for post in town.hears)
    assert "its words are deleted" in town.types("sian", "/net mydata")
    assert "I find no proposal" in town.types("dan", "/net proposals 1")


def test_a_disputed_objection_is_decided_on_by_who_facilitates_and_never_by_the_bot(
    town: Town,
) -> None:
    to_consent(town)
    assert "Priya facilitates" in newest(town).text, "nobody offered, so a lead does"
    for name in ("dan", "rosa"):
        town.types(name, f"/net proposals 1 {'worry about time' if name == 'dan' else 'consent'}")
    for name in ("gus", "priya"):
        agrees(town, name)
        town.types(name, f"/net proposals 1 object because {name} is against it")
    comes(town, 8)
    assert "> *One of us objects:* gus is against it" in newest(town).text
    assert "no objection of that number" in town.types("sian", "/net proposals 1 dispute 3")
    assert "decides on a disputed" in town.types("dan", "/net proposals 1 set aside 1")
    assert "asked Tom" in town.types("sian", "/net proposals 1 dispute 1"), "not who objects"
    assert "for whoever proposed it" in town.types("gus", "/net proposals 1 dispute 1")
    assert "isn't for you to decide" in town.types("tom", "/net proposals 1 set aside 2")
    town.types("tom", "/net proposals 1 uphold 1")
    assert any("has to be taken up" in post.text for post in town.sees("sian"))
    assert rule(town) == RULE
    for nth in (1, 2):
        town.types("sian", f"/net proposals 1 dispute {nth}")
        assert "is disputed" in town.types("tom", "/net proposals 1")
        town.presses("tom", f"Set {nth} aside")
    assert any("doesn't stand in its way" in post.text for post in town.sees("gus"))
    assert rule(town) == WIDER, "the answers of the round count"
    assert newest(town).text.startswith("**Agreed")


def test_an_answer_counts_once_one_agrees_and_until_the_round_closes(town: Town) -> None:
    to_consent(town)
    town.joins("zoe")
    told = town.types("zoe", "/net proposals 1 object because nobody asked us")
    assert "counts as soon as you agree to our charter" in told
    agrees(town, "zed", said=Said.OBSERVES)
    town.types("zed", "/net proposals 1 object because I only look")
    for name in ("dan", "rosa"):
        town.presses(name, "Consent")
    agrees(town, "zoe")
    shown = town.types("zoe", "/net charter")
    assert "quoting anyone outside" in shown
    assert "in here" not in shown, "who joins meanwhile reads what holds now"
    assert "`/net proposals`" in shown
    town.now = (town.now + timedelta(days=7)).replace(hour=17, minute=0)
    assert "came too late to count" in town.presses("eve", "Consent")
    assert "came too late" in town.types("zoe", "/net proposals 1 consent")
    comes(town, 1)
    assert "nobody asked us" in newest(town).text
    assert "I only look" not in newest(town).text


def test_who_is_erased_leaves_no_word_but_what_the_network_agreed(town: Town) -> None:
    to_consent(town)
    town.types("gus", "/net proposals 1 object because of the copper kettle")
    town.types("gus", "/net proposals 1 with my name")
    town.types("rosa", "/net proposals 1 facilitate")
    for name in ("dan", "eve", "ida"):
        town.presses(name, "Consent")
    comes(town, 8)
    assert "copper kettle" in newest(town).text
    assert "copper kettle" in town.types("gus", "/net mydata")
    for name in ("gus", "rosa"):
        erases(town, name)
    assert "copper kettle" not in newest(town).text
    assert "Gus" not in newest(town).text
    assert "Rosa" not in newest(town).text
    town.presses("sian", "Have a look")
    town.types("sian", "/net proposals 1 change")
    town.fills("sian", wording=NARROWER)
    town.types("sian", "/net proposals 1 post")
    drafts(town, "dan", wording="The red jug stays.")
    town.types("dan", "/net proposals 2 post")
    assert "red jug" in newest(town).text
    erases(town, "dan")
    assert not any("red jug" in post.text for post in town.hears)
    assert "I find no proposal" in town.types("eve", "/net proposals 2")
    for name in ("eve", "ida"):
        town.types(name, "/net proposals 1 consent")
    comes(town, 10)
    assert rule(town) == NARROWER
    erases(town, "sian")
    assert rule(town) == NARROWER, "these are the network's own words by now"
    assert not any("Sian" in post.text for post in town.hears)
    assert "version 2" in town.types("eve", "/net proposals decided")
    assert "was decided" in " ".join(post.text for post in town.hears)


def erases(town: Town, name: str) -> None:
    town.types(name, "/net mydata delete")
    town.presses(name, "Delete everything")
    town.ticks()


def test_anything_else_is_decided_so_too_and_found_and_looked_at_again(town: Town) -> None:
    town.types("sian", "/net propose that we meet on first Mondays")
    assert town.forms[-1].fields[2].value == "we meet on first Mondays"
    shown = town.fills("sian", tension="Nobody knows when.", review="In three months")
    assert "It's only wording" not in [b.label for b in town.sees("sian")[-1].buttons], shown
    assert "Only a change of our charter" in town.types("sian", "/net proposals 1 minor")
    town.types("sian", "/net proposals 1 post")
    comes(town, 4)
    assert row(town).stage == "questions", "there is no room in so quiet a channel"
    assert "questions, whose time is over: it goes on soon" in town.types("dan", "/net proposals")
    comes(town, 4)
    assert row(town).stage == "reactions", "and a decision doesn't wait for ever"
    comes(town, 10)
    assert "Proposal 1, a decision" in digest_of(town)
    assert "What is proposed" in " ".join(post.text for post in town.looks("dan"))
    for name in ("dan", "rosa", "eve"):
        town.types(name, "/net proposals 1 consent")
    assert "consent round" in town.types("ida", "/net proposals")
    comes(town, 10)
    assert row(town).stage == "adopted"
    assert "*we meet on first Mondays*" in town.types("dan", "/net proposals decided")
    assert "Agreed:** we meet on first Mondays" in town.types("dan", "/net find first mondays")
    assert "Agreed on" in digest_of(town)
    comes(town, 93)
    comes(town, 1)
    told = [post for post in town.platform.said if "To be looked at again" in post.text]
    assert {post.to for post in told} == {town.person("priya"), town.person("tom")}
    assert len(told) == 2
    assert "we meet on" in town.types("dan", "/net proposals decided")
    erases(town, "sian")
    assert "we meet on first Mondays" in town.types("dan", "/net find first mondays")


def digest_of(town: Town) -> str:
    return town.types("priya", "/tend digest preview")


def test_proposals_follow_a_charter_that_changes_and_those_it_overtakes_are_drafts(
    town: Town,
) -> None:
    drafts(town, part="Take out rule 1", wording="")
    drafts(town, "dan")
    drafts(town, "eve", wording=NARROWER)
    drafts(town, "ida", part="Rule 2", wording="We are peers.")
    for number, name in enumerate(("sian", "dan", "eve", "ida"), 1):
        town.types(name, f"/net proposals {number} post")
    comes(town, 4, talk=True)
    comes(town, 6, talk=True)
    for _ in range(3):
        comes(town, 4)
    rounds = [row(town, number).stage for number in (1, 2, 3, 4)]
    assert rounds == ["consent"] * 4
    for number in (1, 2):
        for name in ("joe", "amina"):
            town.types(name, f"/net proposals {number} consent")
    town.types("joe", "/net proposals 4 object because of the word")
    comes(town, 8)
    assert rule(town, 3) == WIDER, "rule 4 is rule 3 since the first is out"
    assert row(town, 3).stage == "draft"
    assert row(town, 3).before == WIDER
    assert any("it is your draft again" in post.text for post in town.sees("eve"))
    assert any("Proposal 3 is a draft again" in post.text for post in town.hears)
    assert row(town, 4).part == "rule/1"
    assert "Not yet" not in town.types("eve", "/net proposals 3 post")
    assert f"*Now:* {WIDER}".split(" in ")[0] in newest(town).text


def test_two_may_help_to_draft_and_who_leaves_is_stood_in_for(town: Town) -> None:
    drafts(town)
    assert "I find nobody" in town.types("sian", "/net proposals 1 with zed")
    town.types("sian", "/net proposals 1 with @Dan")
    town.types("sian", "/net proposals 1 with x", mentions="eve")
    assert "Two people can" in town.types("sian", "/net proposals 1 with @ida")
    town.presses("dan", "Have a look")
    town.presses("dan", "Change it")
    assert NARROWER.split(" by")[0] in town.fills("dan", wording=NARROWER).replace("**", "")
    assert "for whoever proposed it" in town.types("dan", "/net proposals 1 post")
    assert "nobody is told" in town.presses("eve", "Not this time")
    assert "I find no proposal" in town.types("eve", "/net proposals 1")
    assert "draft along" in town.types("dan", "/net mydata")
    town.types("sian", "/net proposals 1 post")
    town.types("joe", "/net proposals 1 facilitate")
    comes(town, 4, talk=True)
    comes(town, 6, talk=True)
    town.types("gus", "/net proposals 1 object because it is late")
    town.leaves("sian")
    comes(town, 8)
    town.types("joe", "/net proposals 1 change")
    town.fills("joe", wording=WIDER)
    town.types("joe", "/net proposals 1 post")
    assert row(town).round == 2
    town.types("ida", "/net proposals 1 object because")
    town.fills("ida", reason="still late")
    comes(town, 10)
    assert row(town).stage == "integrate"
    comes(town, 30)
    assert newest(town).text.startswith("**Parked"), "nobody went on with it"


def test_a_stage_whose_post_nobody_could_see_begins_anew(town: Town) -> None:
    drafts(town)
    town.platform.refusals.append(DeliveryError("the channel is gone"))
    town.presses("sian", "Post it")
    before = len(town.platform.said)
    comes(town, 4, talk=True)
    assert row(town).stage == "questions"
    assert row(town).revision == 1
    assert newest(town).text.startswith("**Questions first")
    assert "until Wednesday 11 March" in newest(town).text
    assert len(town.platform.said) == before + 1


def test_what_is_pressed_too_late_or_twice_changes_nothing(town: Town) -> None:
    to_consent(town)
    town.types("gus", "/net proposals 1 object because it is late")
    town.presses("ida", "I object, because…")
    comes(town, 8)
    assert "being made safe enough" in town.fills("ida", reason="too late")
    town.types("sian", "/net proposals 1 change")
    town.fills("sian", wording=NARROWER)
    old = town.forms[-1].name
    town.types("sian", "/net proposals 1 post")
    assert "came too late" in presses_of_round(town, "dan", "1"), "of an earlier round"
    assert "can't be done with proposal 1 now" in town.fills("sian", wording=WIDER), old
    assert "closes" in newest(town).text
    assert [each.about for each in waits_for(town, "dan")] == ["proposal/1"]
    assert waits_for(town, "sian") == []
    town.types("dan", "/net proposals 1 consent")
    assert waits_for(town, "dan") == []
    assert "You don't object" in town.types("dan", "/net proposals 1 with my name")
    assert "600 characters" in town.types("dan", f"/net proposals 1 worry {'x' * 601}")
    town.types("joe", "/net proposals 1 not my call")
    town.types("rosa", "/net proposals 1 object")
    town.fills("rosa", reason="Nobody asked.", name="With my name")
    comes(town, 10)
    assert "> *Rosa objects:* Nobody asked." in newest(town).text
    assert "Your draft" not in town.types("sian", "/net proposals 1 post")
    town.types("rosa", "/net proposals 1 withdraw")
    assert rule(town) == NARROWER
    assert [each.about for each in waits_for(town, "dan")] == ["proposal/1"], "it was decided"


def presses_of_round(town: Town, name: str, number: str) -> str:
    """Somebody presses a button of a round that is over, in a window that wasn't drawn anew."""
    post = next(post for post in reversed(town.platform.said) if post.buttons)
    old = Button(label="Old", action="proposals.consent", value=f"1/{number}")
    town.platform.said.append(replace(post, buttons=(old,), only_for=town.person(name)))
    return town.presses(name, "Old")


def waits_for(town: Town, name: str) -> list[CatchUpItem]:
    """What of proposals is in somebody's catch-up of an hour."""
    with town.app.context(town.network, occasion=f"catching up {town.now} {name}") as ctx:
        person = places.person_at(ctx.session, town.person(name))
        assert person is not None
        since = Since(at=town.now - timedelta(hours=1), person=person)
        return proposing.sharing.meanwhile(proposing.Settings(), ctx, since)


def test_nothing_is_posted_where_nobody_could_read_it(community: Community) -> None:
    town = community(features=FEATURES)
    town.opens("general", kind=ChannelKind.PRIVATE)
    town.types("sian", "/net propose that we meet")
    town.fills("sian", tension="Nobody knows when.")
    assert "There is no open channel yet" in town.types("sian", "/net proposals 1 post")
    assert "Only a change of our charter" in town.types("sian", "/net proposals 1 minor")
    town.types("sian", "/net proposals 1 change")
    assert "Your draft" in town.fills("sian", wording="We meet on Mondays.")
    comes(town, 1)
    town.opens("ward")
    for name in MEMBERS[:3]:
        town.joins(name, "ward")
    town.types("sian", "/net proposals 1 post")
    assert "can't be done" in town.fills("sian", wording="We don't.")
    assert row(town).wording == "We meet on Mondays."
    town.types("sian", "/net proposals 1 questions over")
    for days in (4, 4):
        comes(town, days)
    assert row(town).stage == "consent"
    town.types("dan", "/net proposals 1 object because of Mondays")
    comes(town, 8)
    assert "Nobody is here who could decide" in town.types("sian", "/net proposals 1 dispute 1")
    assert "Parked" in town.types("sian", "/net proposals 1 park")


FAULTS: tuple[tuple[dict[str, str], str], ...] = (
    ({"tension": " "}, "what is in the way"),
    ({"wording": ""}, "word for word"),
    ({"wording": "x" * 401}, "400 characters"),
    ({"tension": "x" * 601}, "600 characters"),
    ({"wording": RULE}, "what stands there now"),
    ({"wording": "See 943 476 5919."}, "NHS number"),
)


def test_what_is_wrong_with_a_draft_is_said(town: Town) -> None:
    for given, fault in FAULTS:
        assert fault in drafts(town, **given)
    assert "Not yet" in town.types("sian", "/net proposals 1 post")
    assert town.hears == []


def test_whatever_is_typed_is_answered_kindly(town: Town) -> None:
    assert "Nothing is proposed" in town.types("dan", "/net proposals")
    assert "Nothing was decided" in town.types("dan", "/net proposals decided")
    assert "I don't know what to do" in town.types("dan", "/net proposals sing")
    assert "I find no proposal" in town.types("dan", "/net proposals 9 consent")
    drafts(town)
    assert "Your drafts" in town.types("sian", "/net proposals")
    assert "I don't know" in town.types("sian", "/net propose 1 sing")
    assert "only you" in town.types("sian", "/net propose 1")
    town.types("sian", "/net proposals 1 post")
    assert "You don't object" not in town.types("dan", "/net proposals 1 with my name")
    for typed, told in (("round 1", "By typing"), ("edit", "Proposed here"), ("review", "Nothing")):
        town.types("priya", f"/tend charter {typed}")
        town.ticks()
        assert told in town.sees("priya")[-1].text
    town.types("dan", "/net charter suggest")
    town.ticks()
    assert town.forms[-1].name == "proposals.draft"
    assert town.forms[-1].fields[1].value == "Rule 1"
