"""A quiet newcomer's idea in Slack: asked for, told with her yes alone, tried, and taken back."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import make_url, select

from bot import inbox, logs
from bot.app import App
from bot.cli.importing import keep_listening
from bot.domain.events import Batch, Bookmark, MessagePosted, to_micros
from bot.domain.ids import ChannelId, MemberId
from bot.live import Live
from bot.platforms.slack.line import Pace
from bot.platforms.slack.platform import Slack
from bot.platforms.slack.settings import SlackSettings
from bot.storage import listening, places
from bot.storage.base import Sessions
from bot.storage.delivery import Outgoing
from tests.cli.desk import Desk
from tests.standin.limits import Limits
from tests.standin.reading import Reading
from tests.standin.rules import block_problems, too_long
from tests.standin.server import StandIn
from tests.standin.world import Message

pytestmark = pytest.mark.at_length

TUESDAY = datetime(2026, 6, 9, 8, tzinfo=UTC)
"""Nine in London, where it is summer."""
THURSDAY, FRIDAY = timedelta(days=2, hours=6, minutes=1), timedelta(days=3, hours=3, minutes=1)
"""A minute past 15:00 on Thursday, and past 12:00 on Friday, from Tuesday on."""
MORNING = timedelta(days=3, hours=1, minutes=11)
"""A minute past 10:10 on Friday."""
WEEK = timedelta(weeks=1)
HASTY = Pace(ping_every=0.5, deaf_after=5.0, connecting=2.0, leaving=0.5, longest_wait=0.2)

LOUD = tuple(f"Bo{n}" for n in range(9))
FANS = tuple(f"Fan{n}" for n in range(31))
QUIET = ("Amina", "Sian", "Joe", "Rosa", "Mina", "Nia")
EVERYBODY = ("Priya", "Dan", *QUIET, *LOUD, *FANS)
OTHERS = tuple(name for name in EVERYBODY if name not in QUIET)

MAY_I, PLAIN = "May it go in the next digest", "What would you like others to know?"
CANARY = "heron"
"""In every word that nobody may find afterwards."""
ORIGINAL = (
    "We keep a kettle, a chair and a set of heron steps in the bay and just watch for five minutes:"
    " whoever can make tea can go home tonight, and we have not been wrong more than once or twice."
)
POPULAR = "Here is what we learned from half a year of heron handovers:\n" + "- write it\n" * 60
DEPENDS = "It depends on who is there, and on what the night was like."
WATCH = "Watch someone make a cup of tea in the bay for five minutes before deciding about tonight."
JUG = "A jug with a lid gets twice as much drunk."


class Clock:
    """Goes as time does, and may be moved forward."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        self.moved = timedelta()

    def __call__(self) -> datetime:
        return TUESDAY + self.moved + timedelta(seconds=time.monotonic() - self.began)

    def goes_to(self, moment: datetime) -> None:
        """It is *moment* now."""
        self.moved += max(timedelta(), moment - self())


def once(true: Callable[[], object], instead: Callable[[], object]) -> None:
    """Wait until something is *true*; with what there is *instead*."""
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end, instead()
        time.sleep(0.02)


class Frailty:
    """A workspace of some fifty people, and a bot that listens to it over a socket."""

    def __init__(self, slack: StandIn, sessions: Sessions, clock: Clock) -> None:
        self.slack, self.sessions, self.clock = slack, sessions, clock
        settings = SlackSettings(
            bot_token=slack.bot_token, app_token=slack.app_token, api=slack.api, mode="socket"
        )
        self.app = App(
            sessions=sessions,
            platforms=[Slack(settings, clock=clock, pace=HASTY)],
            clock=clock,
        )
        self.live = Live(self.app)

    @property
    def workspace(self) -> str:
        """How the bot calls the workspace."""
        return f"slack:{self.slack.world.team.id}"

    def has_talked(self) -> None:
        """Nine people talk a lot since three weeks; Priya tends the network."""
        place = ChannelId(f"{self.workspace}/{self.slack.world.channel('frailty').id}")
        people = [MemberId(f"{self.workspace}/{self.slack.world.person(n).id}") for n in LOUD]
        first = to_micros(TUESDAY - 3 * WEEK)
        said = tuple(
            MessagePosted(channel=place, ts=first + n * 7_200_000_000, author=who, length=40)
            for n, who in enumerate(people * 20)
        )
        mark = Bookmark(source=f"{self.workspace}/past", position="1")
        self.app.receive(Batch(events=said, bookmark=mark))
        keep_listening(self.app, self.workspace)
        with self.sessions.begin() as session:
            until = to_micros(self.clock())
            listening.listened(session, self.workspace, since=first, until=until)
            network = places.network_holding(session, place)
            assert network is not None
            network.name = "Frailty Friends"
            priya = MemberId(f"{self.workspace}/{self.slack.world.person('Priya').id}")
            places.meet_people(session, [priya], bots=frozenset())
            person = places.person_at(session, priya)
            assert person is not None
            places.make_lead(session, network, person, now=self.clock())

    def says_in_depth(self, who: str, *marked_by: str) -> Message:
        """Somebody replies deep in a thread, one replies to that, and some mark it with a bulb."""
        thread = self.slack.writes("Bo1", "frailty", "How do you decide in the bay?")
        for n in range(3):
            self.slack.replies(
                f"Bo{n}", thread, "It depends on who is there, and on what the night was like."
            )
        said = self.slack.replies(who, thread, ORIGINAL)
        self.slack.replies("Bo4", thread, "Lovely.")
        for name in marked_by:
            self.slack.reacts(name, said, "bulb")
        assert self.slack.settles()
        return said

    def is_on(self, moment: datetime) -> None:
        """It is *moment*: what falls due is done, and arrives."""
        assert self.slack.settles(30)
        once(lambda: not any(self.unread()), self.unread)
        self.clock.goes_to(moment)
        self.app.tick()
        self.app.tick()
        once(lambda: not self.waiting(), self.waiting)

    def unread(self) -> tuple[int, int]:
        """What came and is not handled yet: another thread is at it."""
        with self.sessions.begin() as session:
            return inbox.waiting(session)

    def waiting(self) -> list[str]:
        """What is due and not said yet: another thread is saying it."""
        with self.sessions.begin() as session:
            due = select(Outgoing.key).where(
                Outgoing.state.in_(("pending", "sending")), Outgoing.due_at <= self.clock()
            )
            return [*session.scalars(due)]

    def reads(self, who: str, text: str) -> Reading:
        """The newest that *who* can read with *text* in it, once it is there."""
        once(lambda: self.seen(who, text), lambda: self.seen(who)[-4:])
        return self.seen(who, text)[-1]

    def seen(self, who: str, text: str = "") -> list[Reading]:
        """All that *who* can read now with *text* in it."""
        return [each for each in self.slack.sees(who) if text in each.text]

    def presses(self, who: str, on: str, label: str) -> None:
        """Somebody presses a button on what they can read with *on* in it."""
        assert self.slack.presses(who, self.reads(who, on).ts, label).ok

    def opens(self, who: str, on: str, label: str) -> None:
        """Somebody presses a button that opens a form."""
        self.presses(who, on, label)
        once(lambda: self.slack.modal(who), lambda: self.seen(who)[-4:])

    def agrees(self, who: str, label: str, words: str) -> None:
        """Somebody says yes to the bot's question, in their own plain words."""
        self.opens(who, MAY_I, label)
        assert self.slack.submits(who, {PLAIN: words}).errors == {}
        self.reads(who, words)

    def has_asked(self, *names: str) -> None:
        """Wait until these have the bot's question before them, and nobody else has."""
        once(lambda: self._asked() == {*names}, self._asked)

    def _asked(self) -> set[str]:
        return {who for who in EVERYBODY if self.seen(who, MAY_I)}

    def digest(self, day: str) -> Reading:
        """The digest of the week to *day* as everybody reads it; Slack takes it as it is."""
        found = self.reads("Bo8", f"the week to {day}")
        blocks = self.slack.message(found.ts).blocks or []
        assert block_problems(blocks, surface="message") == []
        assert not too_long(blocks)
        return found

    def stored(self) -> bytes:
        """Every byte of the database's files."""
        with self.sessions.begin() as session:
            path = make_url(str(session.get_bind().engine.url)).database
        found = [Path(f"{path}{suffix}") for suffix in ("", "-wal")]
        return b"".join(each.read_bytes() for each in found if each.exists())


@pytest.fixture
def frailty(sessions: Sessions, only_on_sqlite: None) -> Iterator[Frailty]:
    """It is Tuesday, and the bot listens."""
    clock = Clock()
    logs.configure("debug", as_json=True)
    with StandIn(clock=clock, socket=True, speed=100.0, limits=Limits(is_off=True)) as slack:
        for name in EVERYBODY:
            slack.person(name)
        slack.channel("frailty", *EVERYBODY, bot=True)
        found = Frailty(slack, sessions, clock)
        found.has_talked()
        found.live.start()
        assert slack.waits_for_socket()
        try:
            yield found
        finally:
            found.live.stop()
            logs.configure("error", as_json=True)


def test_an_idea_is_told_with_consent_alone_tried_and_taken_back_without_a_trace(
    frailty: Frailty, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    slack = frailty.slack

    # Tuesday: three quiet people say something deep in a thread; the lead's post has forty hearts
    for who in ("Amina", "Sian", "Joe"):
        frailty.says_in_depth(who, "Dan", "Bo5")
    popular = slack.writes("Priya", "frailty", POPULAR)
    for who in (*FANS, *LOUD):
        slack.reacts(who, popular, "heart")
    frailty.is_on(TUESDAY + THURSDAY)
    frailty.has_asked("Amina", "Sian", "Joe")
    question = frailty.reads("Amina", MAY_I)
    assert question.text.startswith(
        "Two people marked your message of Tuesday in #frailty as worth"
    )
    assert "Friday 12 June, 09:00" in question.text
    assert question.buttons == (
        "Yes, with my name",
        "Yes, without my name",
        "Let me reword it",
        "No thanks",
    )

    # Joe says no, Siân yes without her name, Amina yes, and puts it in other words
    frailty.presses("Joe", MAY_I, "No thanks")
    frailty.reads("Joe", "Nobody is told")
    frailty.agrees("Sian", "Yes, without my name", JUG)
    frailty.opens("Amina", MAY_I, "Let me reword it")
    assert ORIGINAL in f"{slack.modal('Amina')}", "it begins with her own words"
    refused = slack.submits("Amina", {PLAIN: "The heron in bed 4, 943 476 5919, made tea."})
    assert "looks like an NHS number" in refused.errors["words"]
    assert slack.submits("Amina", {PLAIN: "Watch the heron kettle."}).ok
    frailty.reads("Amina", "Watch the heron kettle.")
    frailty.opens("Amina", "You said yes", "Let me reword it")
    assert slack.submits("Amina", {PLAIN: WATCH}).ok
    frailty.reads("Amina", WATCH)

    # Friday: the digest has hers and Siân's, and nothing of the popular post
    frailty.is_on(TUESDAY + FRIDAY)
    told = frailty.digest("Thursday 11 June")
    assert WATCH in told.text
    assert JUG in told.text
    assert CANARY not in told.text
    assert "Amina" in told.text
    assert not any(name in told.text for name in ("Sian", "Joe", "Priya"))
    assert "Why it's here: marked as worth hearing by two people" in told.text

    # its buttons: ask her, try it, say that one has tried it
    frailty.presses("Dan", WATCH, next(b for b in told.buttons if "Ask Amina" in b))
    assert any("/archives/" in link for link in frailty.reads("Dan", "in its thread").links)
    frailty.opens("Dan", WATCH, button(told, "We could try this", WATCH))
    assert slack.submits("Dan", {"Who of you?": "Dan, nights", "Where?": "the car"}).ok
    frailty.reads("Dan", "ask you what happened")
    frailty.presses("Bo3", WATCH, button(told, "We've tried something like it", WATCH))
    frailty.presses("Bo3", "May its author hear", "Yes, with my name")
    frailty.reads("Bo3", "The author hears that it was you")

    # the week after: Rosa doesn't answer, Mina's message goes before posting; Amina hears who tries
    frailty.clock.goes_to(TUESDAY + WEEK)
    frailty.says_in_depth("Rosa", "Dan", "Bo5")
    mina, nia = (frailty.says_in_depth(who, "Dan", "Bo5") for who in ("Mina", "Nia"))
    frailty.is_on(TUESDAY + WEEK + THURSDAY)
    frailty.has_asked("Rosa", "Mina", "Nia")
    frailty.agrees("Mina", "Yes, with my name", "Mina's heron jug.")
    frailty.agrees("Nia", "Yes, with my name", "Ask the heron who cooks.")
    slack.deletes(mina)
    frailty.is_on(TUESDAY + WEEK + MORNING)
    news = frailty.reads("Amina", "News of your idea").text
    assert "Dan would like to try it (Dan, nights, the car)." in news
    assert "Bo3 has tried something like it." in news
    frailty.is_on(TUESDAY + WEEK + FRIDAY)
    second = frailty.digest("Thursday 18 June")
    assert second.ts != told.ts
    assert "Ask the heron who cooks." in second.text
    assert "Mina" not in second.text
    assert "Rosa" not in second.text
    frailty.has_asked()

    # Nia's message goes after it was posted; Amina says other words, and then takes it all back
    slack.deletes(nia)
    frailty.opens("Amina", "You said yes", "Let me reword it")
    assert slack.submits("Amina", {PLAIN: "The heron's kettle."}).ok
    frailty.reads("Bo8", "The heron's kettle.")
    frailty.presses("Amina", "You said yes", "Take it back")
    frailty.is_on(TUESDAY + WEEK + FRIDAY + timedelta(hours=2))
    [first, last] = frailty.seen("Bo8", "the week to")
    assert "One idea was withdrawn at its author's request." in first.text
    assert JUG in first.text
    assert "One idea was taken out: the message it came from is gone." in last.text

    # nothing of it is anywhere: nobody reads it any more, and neither does a program
    bot = [each for who in OTHERS for each in slack.sees(who) if each.author == slack.bot]
    assert not any(CANARY in each.text + each.fallback for each in bot)
    assert not any("Nia" in each.text for each in bot)
    assert CANARY.encode() not in frailty.stored()
    assert JUG.encode() in frailty.stored()
    url = frailty.sessions.kw["bind"].url.render_as_string()
    for words in (("pulse",), ("digest", "preview"), ("check",)):
        printed = Desk(tmp_path).types(*words, "--json", ANIMATEUR_BOT_DATABASE=url)
        assert printed.stdout.startswith("{"), printed.output
        assert CANARY not in printed.output
    out, err = capfd.readouterr()
    assert CANARY not in out + err
    assert slack.limits.violations == []


def button(digest: Reading, label: str, words: str) -> str:
    """The label of the button below *words*: where there are several ideas, it bears a number."""
    before = digest.text.partition(words)[0].rstrip().splitlines()[-1:]
    found = [each for each in digest.buttons if label in each]
    return found[0] if len(found) == 1 else next(e for e in found if before and e[:2] in before[0])
