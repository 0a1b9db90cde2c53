"""A rule is changed by consent in Slack, over a clock change, by a bot that is started anew."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot import logs
from bot.domain import charter_ledger
from bot.domain.charter import Said
from bot.domain.events import Batch, Bookmark, MessagePosted, to_micros
from bot.domain.ids import ChannelId
from bot.storage import charter, places, proposals
from bot.storage.base import Sessions
from bot.storage.charter import CharterVersion
from bot.storage.places import Network
from tests.platforms.slack.test_journey_of_a_newcomer import OLD, Ward
from tests.platforms.slack.test_journey_of_an_idea import Clock, once
from tests.standin.limits import Limits
from tests.standin.server import StandIn

pytestmark = pytest.mark.at_length

DAY = timedelta(days=1)
TUESDAY = datetime(2026, 10, 13, 8, 12, tzinfo=UTC)
"""Twelve past nine in London, where summer time ends on Sunday the 25th."""
REACTIONS = TUESDAY + 6 * DAY
CONSENT = TUESDAY + 10 * DAY
OVER = datetime(2026, 11, 2, 9, 12, tzinfo=UTC)
AGAIN = datetime(2026, 11, 10, 9, 12, tzinfo=UTC)
TENSION, CHANGE, PART = (
    "What is the tension?",
    "What change, word for word?",
    "What would it change?",
)
WHY = "Two of us found our words in a tool's summary."
OLD_RULE = "Ask before quoting anyone outside"
WORDS = "Say who it came from. Credit people. Ask before quoting anyone, or giving it to any tool."
LATER = "Say who it came from. Credit people. Ask before quoting it outside, or giving it a tool."
HARM = "A night shift can't ask anybody at three."


class Council(Ward):
    """The same ward, whose members agreed to the charter."""

    def agrees(self, name: str) -> None:
        """Somebody agrees to the charter as it is."""
        with self.sessions.begin() as session:
            here = session.query(Network).one()
            places.meet_people(session, [self.member(name)], bots=frozenset())
            person = places.person_at(session, self.member(name))
            version = charter.current(session, here)
            assert person is not None
            assert version is not None
            charter.acknowledge(session, here, person, version, Said.AGREED, now=self.clock())

    def talks_until(self, moment: datetime) -> None:
        """People talk as they do, and then it is *moment*; the bot was started anew before."""
        self.starts_anew()
        place = ChannelId(f"{self.workspace}/{self.slack.world.channel('frailty').id}")
        said = tuple(
            MessagePosted(
                channel=place, ts=to_micros(moment) - n * 9_000_000_000, author=self.member(who)
            )
            for n, who in enumerate(OLD * 4, 1)
        )
        mark = Bookmark(source=f"{self.workspace}/past", position=f"{moment}")
        self.app.receive(Batch(events=said, bookmark=mark))
        self.is_on(moment)

    def types(self, who: str, text: str) -> None:
        assert self.slack.types(who, "/net", text, "frailty").ok

    @property
    def version(self) -> CharterVersion:
        with self.sessions.begin() as session:
            found = charter.current(session, session.query(Network).one())
            assert found is not None
            return found


@pytest.fixture
def council(sessions: Sessions, only_on_sqlite: None) -> Iterator[Council]:
    """It is a Tuesday in October, and the bot listens."""
    clock = Clock()
    logs.configure("error", as_json=True)
    with StandIn(clock=clock, socket=True, speed=100.0, limits=Limits(is_off=True)) as slack:
        for name in (*OLD, "Amina"):
            slack.person(name)
        slack.channel("frailty", *OLD, bot=True)
        found = Council(slack, sessions, clock)
        found.is_settled()
        for name in OLD:
            found.agrees(name)
        found.clock.goes_to(TUESDAY)
        found.live.start()
        assert slack.waits_for_socket()
        once(found.knows_all, dict)
        try:
            yield found
        finally:
            found.live.stop()


def test_an_objection_is_taken_up_a_rule_is_changed_and_members_are_asked_anew(
    council: Council,
) -> None:
    slack = council.slack
    council.is_on(TUESDAY)

    # a draft, seen by nobody else, from under the charter; a patient's number is refused
    council.types("Sian", "charter")
    council.opens("Sian", "how we work together", "Suggest a change")
    filled = {TENSION: WHY, PART: "Rule 4", CHANGE: "Ask 943 476 5919 before quoting."}
    assert "NHS number" in slack.submits("Sian", filled).errors["wording"]
    assert slack.submits("Sian", {**filled, CHANGE: WORDS}).errors == {}
    council.reads("Sian", "This is what everybody would read")
    assert council.seen("Dan", WHY) == []
    council.starts_anew()
    council.presses("Sian", "This is what everybody would read", "Post it")
    questions = council.reads("Dan", "Questions first: a change to rule 4")
    assert "until Friday 16 October, 17:00" in questions.text
    council.presses("Rosa", "Questions first", "I could facilitate")
    council.reads("Dan", "Rosa facilitates")

    # on Monday reactions, and on Friday the round, over a weekend in which the clocks go back
    council.talks_until(REACTIONS)
    council.reads("Dan", "How does it land? A change to rule 4")
    council.talks_until(CONSENT)
    consent = council.reads("Dan", "Consent round: a change to rule 4")
    assert "closes Friday 30 October, 17:00" in consent.text
    assert "Needed: two answers" in consent.text
    assert consent.buttons[:4] == (
        "Consent",
        "Consent, with a worry",
        "I object, because…",
        "Not my call",
    )
    for who in ("Dan", "Dan", "Joe"):
        council.presses(who, "Consent round", "Consent")
    council.reads("Dan", "You had said so already")
    council.starts_anew()
    council.opens("Tom", "Consent round", "I object, because…")
    reason = {"What harm would it do?": HARM, "With your name?": "With my name"}
    assert slack.submits("Tom", reason).errors == {}
    council.reads("Tom", f"Tom objects: {HARM}")
    assert council.seen("Dan", HARM) == []

    # who joins meanwhile reads what holds now, and that it is being talked about
    slack.joins("Amina", "frailty")
    council.types("Amina", "charter")
    now = council.reads("Amina", "how we work together")
    assert OLD_RULE in now.text
    assert "/net proposals" in now.text

    # on Friday at five it is over, by the clock that holds by then, and on Monday all hear of it
    council.is_on(datetime(2026, 10, 30, 16, 58, tzinfo=UTC))
    council.presses("Joe", "Consent round", "Not my call")
    council.reads("Joe", "Your answer is changed")
    council.is_on(datetime(2026, 10, 30, 17, 1, tzinfo=UTC))
    council.presses("Priya", "Consent round", "Consent")
    council.reads("Priya", "came too late to count")
    council.talks_until(OVER)
    stands = council.reads("Dan", "Somebody objects: a change to rule 4")
    assert f"Tom objects: {HARM}" in stands.text
    assert council.version.number == 1

    # other words, another round; now it passes
    council.types("Sian", "proposals 1 change")
    once(lambda: slack.modal("Sian"), lambda: council.seen("Sian")[-3:])
    assert slack.submits("Sian", {"How would it read?": LATER}).errors == {}
    council.presses("Sian", "Only you see this yet", "Post it")
    council.reads("Dan", "closes Monday 9 November, 17:00")
    for who in ("Tom", "Dan", "Joe"):
        council.presses(who, "closes Monday 9 November", "Consent")
        council.reads(who, "You can change it until Monday 9 November")
    assert council.seen("Dan", HARM) == [], "what was taken up is nobody's objection any more"
    council.talks_until(AGAIN)
    agreed = council.reads("Dan", "Agreed: a change to rule 4")
    assert "version 2" in agreed.text
    assert LATER in agreed.text.replace("*", "")

    # the history holds, and names nobody; members are asked anew, and not who proposed it alone
    version = council.version
    assert version.charter.rules[3] == LATER
    assert (version.number, version.why, version.is_material) == (2, WHY, True)
    assert f"{version.review_on}" == "2027-05-10"
    with council.sessions.begin() as session:
        here = session.query(Network).one()
        document = charter_ledger.written(charter.ledger(session, here))
        [found] = proposals.decided(session, here, at_most=9)
        outcomes = [each.outcome for each in proposals.rounds(session, found)]
    assert outcomes == ["integrate", "adopt"]
    assert charter_ledger.verify(document) == []
    assert not any(name.encode() in document for name in OLD)
    council.is_on(AGAIN + timedelta(hours=1))
    council.is_on(AGAIN + timedelta(hours=1, minutes=2))
    for who in ("Dan", "Tom", "Priya"):
        council.reads(who, "changed")
    council.types("Dan", "charter agree")
    council.reads("Dan", "version 2")
