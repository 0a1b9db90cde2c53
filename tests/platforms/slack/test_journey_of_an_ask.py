"""Amina asks for help in Slack: three are asked quietly, Joe helps, and she thanks him once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot import inbox
from bot.app import App
from bot.cli.importing import keep_listening
from bot.domain.events import Batch, Bookmark, MessagePosted, to_micros
from bot.domain.ids import ChannelId, MemberId
from bot.live import Live
from bot.platforms.slack.platform import Slack
from bot.platforms.slack.settings import SlackSettings
from bot.storage.base import Sessions
from bot.storage.delivery import Outgoing
from bot.storage.places import Person
from tests.platforms.slack.test_journey_of_an_idea import HASTY, TUESDAY, Clock, once
from tests.standin.limits import Limits
from tests.standin.reading import Reading
from tests.standin.rules import block_problems
from tests.standin.server import StandIn

pytestmark = pytest.mark.at_length

FRAILTY, CREWS = ("Amina", "Rosa", "Dan", "Bo"), ("Joe", "Sian", "Kit")
EVERYBODY = (*FRAILTY, *CREWS, "Priya")
LEAFLET = "Could someone read our two-page leaflet on getting up after a fall?"
WHAT, WHY, TAKES = "What would help?", "Why does it matter?", "About how long would it take?"


class Frailty:
    """A workspace with two corners, and a bot that listens to it over a socket."""

    def __init__(self, slack: StandIn, sessions: Sessions, clock: Clock) -> None:
        self.slack, self.sessions, self.clock = slack, sessions, clock
        self.begins()

    def begins(self) -> None:
        """A process begins to listen."""
        settings = SlackSettings(
            bot_token=self.slack.bot_token,
            app_token=self.slack.app_token,
            api=self.slack.api,
            mode="socket",
        )
        platform = Slack(settings, clock=self.clock, pace=HASTY)
        self.app = App(sessions=self.sessions, platforms=[platform], clock=self.clock)
        self.live = Live(self.app)

    def begins_again(self) -> None:
        """The process ends, and another takes its place."""
        self.live.stop()
        self.begins()
        self.live.start()
        assert self.slack.waits_for_socket()

    def has_talked(self) -> None:
        """Two corners have talked for two weeks."""
        workspace = f"slack:{self.slack.world.team.id}"
        said: list[MessagePosted] = []
        for channel, names in (("frailty", FRAILTY), ("crews", CREWS)):
            place = ChannelId(f"{workspace}/{self.slack.world.channel(channel).id}")
            for n in range(28):
                who = MemberId(f"{workspace}/{self.slack.world.person(names[n % len(names)]).id}")
                ts = to_micros(TUESDAY - timedelta(days=14) + n * timedelta(hours=12))
                said.append(MessagePosted(channel=place, ts=ts, author=who, length=40))
        mark = Bookmark(source=f"{workspace}/past", position="1")
        said.sort(key=lambda each: each.ts)
        self.app.receive(Batch(events=tuple(said), bookmark=mark))
        keep_listening(self.app, workspace)

    def known(self) -> set[str]:
        """Whom the bot knows by name."""
        with self.sessions.begin() as session:
            return {*session.scalars(select(Person.name))}

    def is_on(self, moment: datetime) -> None:
        """It is *moment*: what falls due is done, and arrives."""
        self.clock.goes_to(moment)
        self.settles()

    def settles(self) -> None:
        """Let all that came be handled, and what is due be said."""
        assert self.slack.settles(30)
        once(lambda: not any(self.unread()), self.unread)
        for _ in range(3):  # what was said is told of, and may bring more to say
            self.app.tick()
            once(lambda: not self.waiting(), self.waiting)

    def unread(self) -> tuple[int, int]:
        """What came and is not handled yet."""
        with self.sessions.begin() as session:
            return inbox.waiting(session)

    def waiting(self) -> list[str]:
        """What is due and not said yet."""
        with self.sessions.begin() as session:
            due = select(Outgoing.key).where(
                Outgoing.state.in_(("pending", "sending")), Outgoing.due_at <= self.clock()
            )
            return [*session.scalars(due)]

    def seen(self, who: str, text: str = "") -> list[Reading]:
        """All that *who* can read now with *text* in it."""
        return [each for each in self.slack.sees(who) if text in each.text]

    def reads(self, who: str, text: str) -> Reading:
        """The newest that *who* can read with *text* in it, once it is there."""
        once(lambda: self.seen(who, text), lambda: self.seen(who)[-4:])
        return self.seen(who, text)[-1]

    def presses(self, who: str, on: str, label: str) -> None:
        """Somebody presses a button on what they can read with *on* in it."""
        assert self.slack.presses(who, self.reads(who, on).ts, label).ok

    def opens(self, who: str, on: str, label: str) -> None:
        """Somebody presses a button that opens a form."""
        self.presses(who, on, label)
        once(lambda: self.slack.modal(who), lambda: self.seen(who)[-4:])

    def asked(self) -> set[str]:
        """Who has the private question before them."""
        return {who for who in EVERYBODY if self.seen(who, "Only a few people are asked")}


@pytest.fixture
def frailty(sessions: Sessions, only_on_sqlite: None) -> Iterator[Frailty]:
    """It is Tuesday, and the bot listens."""
    clock = Clock()
    with StandIn(clock=clock, socket=True, speed=100.0, limits=Limits(is_off=True)) as slack:
        for name in EVERYBODY:
            slack.person(name)
        slack.channel("frailty", *EVERYBODY, bot=True)
        slack.channel("frailty-asks", *EVERYBODY, bot=True)
        slack.channel("crews", *CREWS, bot=True)
        found = Frailty(slack, sessions, clock)
        found.has_talked()
        found.live.start()
        assert slack.waits_for_socket()
        once(lambda: found.known() >= {*EVERYBODY}, found.known)
        try:
            yield found
        finally:
            found.live.stop()


def test_an_ask_is_answered_thanked_for_once_and_deleted(frailty: Frailty) -> None:
    slack = frailty.slack

    # the form has what she typed; a patient's number stops it kindly; she sees it before others do
    assert slack.types("Amina", "/net", "ask someone to read our leaflet by Friday", "frailty").ok
    once(lambda: slack.modal("Amina"), lambda: frailty.seen("Amina"))
    refused = slack.submits("Amina", {WHAT: "For the lady with 943 476 5919."})
    assert "looks like an NHS number" in refused.errors["words"]
    given = {WHAT: LEAFLET, WHY: "It goes to the printer on Monday.", TAKES: "20 minutes"}
    assert slack.submits("Amina", given).ok
    shown = frailty.reads("Amina", "nothing is kept until you post it")
    assert not frailty.seen("Dan", LEAFLET)
    assert shown.buttons == ("Post it", "Write it differently", "Keep it for later", "Not now")
    slack.presses("Amina", shown.ts, "Post it")
    frailty.presses("Amina", "nothing is kept until you post it", "Post it")
    frailty.settles()
    post = frailty.reads("Bo", "Amina asks")
    assert len(frailty.seen("Bo", "Amina asks")) == 1, "a double click posts once"
    assert "about 20 minutes · by Friday 12 June" in post.text
    assert post.buttons == ("I can help", "I know someone", "Follow")
    assert block_problems(slack.message(post.ts).blocks or [], surface="message") == []

    # three are asked quietly, one of another corner at least; Joe puts a hand up on the post
    once(frailty.asked, lambda: frailty.seen("Joe"))
    first = frailty.asked()
    assert len(first) == 3
    assert first & {*CREWS}
    shy = sorted(first - {"Joe"})[0]
    frailty.presses(shy, "Only a few people are asked", "Not this time")
    frailty.reads(shy, "Nobody is told")
    frailty.begins_again()
    frailty.presses("Bo", "Amina asks", "Follow")
    slack.reacts("Joe", post.ts, "raising_hand")
    frailty.settles()
    frailty.reads("Amina", "Joe can help")
    frailty.reads("Joe", "that you can help, so write to each other")
    once(lambda: "Joe is on it, thank you." in frailty.reads("Bo", "Amina asks").text, dict)
    frailty.presses("Bo", "Amina asks", "Follow")
    assert slack.types("Dan", "/net", "ask help 1", "frailty").ok
    frailty.reads("Dan", "Joe is on it, so it's covered.")
    assert frailty.asked() <= {"Joe"}, "nobody need answer any more"

    # on Monday she is asked once whether it landed; she thanks him in her words, and with an emoji
    frailty.is_on(TUESDAY + timedelta(days=6, hours=1, minutes=31))
    frailty.begins_again()
    frailty.opens("Amina", "Did Joe's help land?", "Yes, thank Joe")
    words = {
        "What for, in your own words?": "for spotting the step we'd missed",
        "Who may read it?": "Everybody, in the channel",
    }
    assert slack.submits("Amina", words).ok
    frailty.presses("Amina", "nothing is kept until you say it", "Say it in the channel")
    frailty.reads("Bo", "for spotting the step we'd missed")
    frailty.settles()
    said = slack.writes("Joe", "frailty", "You missed a step.")
    slack.reacts("Amina", said, "pray")
    frailty.settles()
    assert slack.types("Amina", "/net", "thanks", "frailty").ok
    frailty.reads("Amina", "You have been helped one time and helped others no times.")
    frailty.reads("Bo", "was answered, by Joe")
    once(lambda: "with thanks to Joe" in frailty.reads("Dan", "Amina asks").text, dict)

    # nobody else learns who would rather not; deleted, the ask is gone wherever it stood
    told = [each.text for who in ("Amina", "Priya") for each in frailty.seen(who)]
    assert not any(shy in text and "rather" in text for text in told)
    assert slack.types("Amina", "/net", "ask delete 1", "frailty").ok
    frailty.settles()
    once(lambda: not frailty.seen("Bo", LEAFLET), lambda: frailty.seen("Bo", LEAFLET))
    frailty.reads("Bo", "There was an ask here. It was taken back.")
    assert slack.limits.violations == []
