"""A convening is drafted, approved and posted once in its moment; what lapses or fails is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from bot.app import App
from bot.domain.events import ActionTaken, ChannelKind, FormSubmitted, to_micros
from bot.domain.nudges import ConveningKind, NudgeState
from bot.domain.posts import Post
from bot.judgement.outcomes import Outcome
from bot.ports import DeliveryError
from bot.storage import nudges
from bot.storage.base import connect
from bot.storage.nudges import Nudge
from bot.storage.rhythm import Decision
from handlers import calendar, convening, digest, energy, home, mydata, network
from tests.conftest import Community
from tests.databases import SqliteFiles, hurried
from tests.town import Town, as_settings, said

LONDON = ZoneInfo("Europe/London")
WEDNESDAY = datetime(2026, 3, 4, 10, tzinfo=UTC)


FEATURES = (
    network.feature,
    calendar.feature,
    energy.feature,
    convening.feature,
    digest.feature,
    mydata.feature,
    home.feature,
)
SECTIONS = as_settings({}, FEATURES)


@pytest.fixture
def town(community: Community) -> Town:
    """A town with what convenings need, and what tells of them."""
    return community(features=FEATURES)


@pytest.fixture
def tended(town: Town) -> Town:
    """A town that Tom and Priya tend, in which twelve people talk; a Monday morning."""
    town.lead("tom")
    town.lead("priya")
    chatter(town)
    return town


def chatter(town: Town) -> None:
    """Let the last week have been a lively one."""
    town.recounts(*(town.message(f"p{n % 12}", hours=-n) for n in range(1, 80)))


def drafts(
    town: Town, name: str = "tom", kind: str = "question-round wed 10:00", **how: str
) -> str:
    """Somebody types a kind, fills in the form as it is but for what is given, and sends it."""
    town.types(name, f"/tend convene {kind}")
    return town.fills(name, **how)


def posts(town: Town) -> list[Post]:
    """What the bot posted for leads."""
    return [post for post in town.hears if "osted for" in post.text]


def only(town: Town) -> Nudge:
    """The only nudge there is."""
    network = town.network
    with town.sessions.begin() as session:
        [nudge] = session.query(Nudge).filter_by(network_id=network.id).all()
        return nudge


def until(town: Town, moment: datetime) -> None:
    """Let time go by to *moment* while the bot does what falls due, at noon and at *moment*.

    Of a day of which something is expected, a story asks for the hours itself.
    """
    while town.now < moment:
        noon = town.now.replace(hour=12, minute=0)
        noon += timedelta(days=noon <= town.now)
        town.now = min(noon, moment)
        town.ticks()


# An hour at which people meet


@pytest.mark.both_databases
def test_a_call_with_an_hour_brings_a_file_and_stands_in_the_digest_until_it_is_over(
    tended: Town,
) -> None:
    for wrong, why in (
        ("soonish", "I don't know when that is"),
        ("wed 9:00 for 30 minutes", "at an hour after it is posted"),
        ("thu 10:00 for 999 minutes", "12 hours are the most"),
    ):
        assert why in drafts(tended, kind="call wed 10:00", meets=wrong)
    told = tended.fills("tom", meets="mon 9 march 14:00 for 45 minutes")
    assert "People meet on Monday 9 March, 14:00; the post has a file" in told
    tended.presses("tom", "Change it")
    values = {field.name: field.value for field in tended.forms[-1].fields}
    assert values["meets"] == "Monday 9 March 2026 14:00 for 45 minutes"
    tended.fills("tom")
    until(tended, WEDNESDAY + timedelta(minutes=1))
    [post] = posts(tended)
    assert "**Monday 9 March, 14:00** (Europe/London), 45 minutes." in post.text
    assert post.attachment is not None
    appointment = post.attachment.appointment
    assert appointment.title == "Half an hour together"
    assert (appointment.starts, appointment.minutes) == (datetime(2026, 3, 9, 14, tzinfo=UTC), 45)
    tended.app.work()
    shown = tended.types("tom", "/tend digest preview")
    assert "we meet on Monday 9 March at 14:00" in shown
    assert "we meet on Monday 9 March" in "".join(each.text for each in tended.looks("p1"))
    tended.types("tom", f"/tend nudges cancel {only(tended).id}")
    off = tended.hears[-1]
    assert off.text.startswith("**Called off**: call, Monday 9 March, 14:00")
    assert off.attachment is not None
    assert off.attachment.appointment.is_off
    assert off.attachment.appointment.uid == appointment.uid
    assert "we meet on" not in "".join(each.text for each in tended.looks("p1"))


# Drafting


def test_without_a_kind_every_kind_is_shown_in_a_line(tended: Town) -> None:
    told = tended.types("tom", "/tend convene")
    kinds = [kind.value for kind in ConveningKind if kind is not ConveningKind.LEAVE_IT]
    assert [kind for kind in kinds if f"`/tend convene {kind}`" in told] == kinds
    assert "I don't know" not in told
    assert "I don't know a kind called *party*" in tended.types("tom", "/tend convene party")


def test_the_form_proposes_words_a_moment_and_a_hope(tended: Town) -> None:
    tended.types("tom", "/tend convene question-round wed 10:00")
    form = tended.forms[-1]
    values = {field.name: field.value for field in form.fields}
    assert values["kind"] == "question round"
    assert values["channel"] == "#general"
    assert values["words"].startswith("Ten minutes, one question\n")
    assert "Tom gathers what we hear" in values["words"]
    assert values["when"] == "Wednesday 4 March 2026 10:00"
    assert values["review"] == "Wednesday 18 March 2026"
    assert values["hope"].startswith("five people who haven't spoken this month")
    assert values["next"] == "Schedule it"
    assert form.submit == "Go on"


def test_every_kind_has_a_post_that_works_untouched(tended: Town) -> None:
    kinds = [each for each in ConveningKind if each is not ConveningKind.LEAVE_IT]
    # two a week, each week an hour later: no three in any seven days, whatever the clocks do
    days = [
        WEDNESDAY + timedelta(weeks=n // 2, days=n % 2, hours=n // 2) for n in range(len(kinds))
    ]
    for kind, at in zip(kinds, days, strict=True):
        chatter(tended)
        assert "Scheduled" in drafts(tended, kind=f"{kind.value} {at.day} {at:%B} {at:%H:%M}")
        until(tended, at.replace(tzinfo=LONDON).astimezone(UTC))
        post = posts(tended)[-1]
        assert len(posts(tended)) == kinds.index(kind) + 1
        assert "_posted for Tom and Priya_" in post.text
        assert "in the thread below" in post.text.casefold()
        assert len(post.text) < 900


def test_without_a_moment_it_proposes_a_working_day_that_people_can_see_coming(
    tended: Town,
) -> None:
    tended.types("tom", '/tend calendar add "Half term" 4 Mar to 5 Mar quiet')
    tended.types("tom", "/tend convene call")
    [when] = [field.value for field in tended.forms[-1].fields if field.name == "when"]
    assert when == "Friday 6 March 2026 10:00"


def test_a_day_that_moves_takes_its_review_along_unless_somebody_chose_one(tended: Town) -> None:
    assert "I tell you on Friday 20 March how it went" in drafts(tended, when="fri 10:00")
    tended.types("priya", "/tend nudges change 1")
    told = tended.fills("priya", when="12 March 10:00")
    assert "I tell you on Thursday 26 March how it went" in told
    tended.types("priya", "/tend nudges change 1")
    told = tended.fills("priya", when="13 March 10:00", review="in three weeks")
    assert "I tell you on Monday 23 March how it went" in told
    tended.types("priya", "/tend nudges change 1")
    assert "Tuesday 24 March how it went" in tended.fills(
        "priya", when="16 March 10:00", review="24 March"
    )


def test_a_form_of_no_channel_is_not_opened(town: Town) -> None:
    town.opens("general", kind=ChannelKind.PRIVATE)
    assert "no open channel" in town.types("tom", "/tend convene call")
    assert town.forms == []


@pytest.fixture(scope="module")
def formed(sqlite_files: SqliteFiles) -> Town:
    """A town in which Tom has a form before him; nothing comes of what he sends to be checked."""
    town = Town(hurried(connect(sqlite_files.url())), features=FEATURES, sections=SECTIONS)
    town.lead("tom")
    town.types("tom", "/tend convene question-round wed 10:00")
    return town


def wrong(town: Town, **how: str) -> dict[str, str]:
    """What the form says beside its fields to whoever sends it so, before it is taken."""
    form = town.forms[-1]
    values = {field.name: field.value for field in form.fields} | how
    sent = FormSubmitted(
        id="checked",
        form=form.name,
        values=values,
        context=form.context,
        channel=town.place("general"),
        member=town.person("tom"),
        at=to_micros(town.now),
    )
    return dict(town.app.check(sent))


@pytest.mark.parametrize(
    ("field", "value", "fault"),
    [
        pytest.param("when", "soon", "I don't know when that is", id="no moment"),
        pytest.param("when", "wednesday", "At what time?", id="no time"),
        pytest.param(
            "when", "1 March 2026 10:00", "That has passed: it is Monday 2 March", id="past"
        ),
        pytest.param("when", "wed 18:00", "between 09:00 and 17:00", id="in the evening"),
        pytest.param("when", "sat 10:00", "at the weekend", id="on a Saturday"),
        pytest.param("when", "3 April 10:00", "a holiday", id="on Good Friday"),
        pytest.param("when", "1 October 10:00", "more than three months", id="far away"),
        pytest.param("review", "whenever", "I don't know when that is", id="no day to look"),
        pytest.param(
            "review", "tomorrow", "at least a day after", id="looked at before it is said"
        ),
        pytest.param("words", "x" * 2600, "too long for a post", id="too long"),
        pytest.param("words", " ", "Something has to be said", id="nothing to say"),
        pytest.param("kind", "party", "Choose one of the kinds", id="another kind"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(
    formed: Town, field: str, value: str, fault: str
) -> None:
    assert wrong(formed) == {}
    assert fault in wrong(formed, **{field: value})[field]


def test_a_declared_quiet_time_is_no_day_for_a_post(tended: Town) -> None:
    tended.types("tom", '/tend calendar add "Half term" 4 Mar to 6 Mar quiet')
    tended.types("tom", "/tend convene question-round wed 10:00")
    assert "in a quiet time" in wrong(tended)["when"]


def test_what_a_platform_did_not_check_is_not_taken_either(tended: Town) -> None:
    told = drafts(tended, when="wed 18:00")
    assert "between 09:00 and 17:00" in told
    until(tended, WEDNESDAY + timedelta(days=1))
    assert posts(tended) == []


# Approving and posting


def test_who_approves_comes_first_and_it_is_posted_once_in_its_moment(tended: Town) -> None:
    told = drafts(tended, "priya", words="One thing\nWhat is *one* thing?\n\n- A line is plenty")
    assert "Wednesday 4 March at 10:00" in told
    assert "posted for Priya and Tom" in told
    until(tended, WEDNESDAY - timedelta(minutes=1))
    assert posts(tended) == []
    until(tended, WEDNESDAY + timedelta(days=2))
    [post] = posts(tended)
    assert post.to == tended.place("general")
    assert post.text == (
        "**One thing** _posted for Priya and Tom_\nWhat is \\*one\\* thing?\n\n- A line is plenty"
    )
    assert only(tended).state == NudgeState.GATHERING


def test_words_of_one_line_have_no_heading(tended: Town) -> None:
    drafts(tended, words="What is one thing?")
    until(tended, WEDNESDAY)
    assert said(posts(tended)) == ["_Posted for Tom and Priya_\nWhat is one thing?"]


def test_a_draft_for_the_others_is_shown_to_them_and_one_of_them_approves(tended: Town) -> None:
    told = drafts(tended, next="Show it to the others first")
    assert "I show it to Priya" in told
    tended.ticks()
    [shown] = [post for post in tended.sees("priya") if "A draft for you" in post.text]
    assert "Tom drafted a question round" in shown.text
    assert "> Ten minutes, one question" in shown.text
    assert "posted for Priya and Tom" in tended.presses("priya", "Approve it")
    until(tended, WEDNESDAY)
    assert len(posts(tended)) == 1
    assert only(tended).approved_by != only(tended).drafted_by


def test_of_two_who_press_at_once_the_second_hears_who_was_first_and_when(tended: Town) -> None:
    drafts(tended, next="Show it to the others first")
    tended.ticks()
    tended.now += timedelta(minutes=12)
    assert "Scheduled" in tended.presses("tom", "Approve it")
    tended.now += timedelta(minutes=1)
    told = tended.presses("priya", "Approve it")
    assert "Tom scheduled it for Wednesday 4 March at 10:00, on Monday 2 March at 09:12" in told
    until(tended, WEDNESDAY + timedelta(days=1))
    assert len(posts(tended)) == 1


def test_a_double_click_approves_once(tended: Town) -> None:
    drafts(tended, next="Show it to the others first")
    tended.ticks()
    answers = [tended.presses("priya", "Approve it") for _ in range(2)]
    assert "Scheduled" in answers[0]
    assert "settled already: Priya scheduled it" in answers[1]
    until(tended, WEDNESDAY + timedelta(days=1))
    assert len(posts(tended)) == 1


def test_two_leads_with_the_same_idea_in_one_week_make_one_post(tended: Town) -> None:
    drafts(tended, "tom")
    told = drafts(tended, "priya", kind="question-round thu 10:00")
    assert "There is one already: Tom scheduled a question round" in told
    until(tended, WEDNESDAY + timedelta(days=3))
    assert len(posts(tended)) == 1


def test_another_kind_or_another_week_is_another_idea(tended: Town) -> None:
    assert "Scheduled" in drafts(tended)
    assert "Scheduled" in drafts(tended, kind="coffee-pairs thu 10:00")
    assert "Scheduled" in drafts(tended, kind="question-round 18 March 10:00")


def test_a_third_nudge_of_a_week_is_refused_at_once_and_not_on_the_day(tended: Town) -> None:
    drafts(tended)
    drafts(tended, kind="coffee-pairs thu 10:00")
    told = drafts(tended, kind="call fri 10:00")
    assert "Not scheduled yet" in told
    assert "the channel has had 2 nudges this week" in told
    assert "From Wednesday 11 March at 10:00 on I could" in told


def test_in_a_channel_where_most_would_be_mine_nothing_is_scheduled(town: Town) -> None:
    town.lead("tom")
    town.says("bob")
    assert "more than 15% of what is said there would be mine" in drafts(town)


def test_only_those_who_tend_draft_and_approve(tended: Town) -> None:
    drafts(tended, next="Show it to the others first")
    assert "for those who tend" in tended.types("bob", "/tend convene question-round")
    assert only(tended).state == NudgeState.AWAITING


# A question, before the others see it


def seen_first(town: Town) -> dict[str, str]:
    """Who was shown the question before the others, and what they read."""
    found = [post for post in town.platform.said if "before the others" in post.text]
    return {post.to.rpartition("U-")[2]: post.text for post in found}


def test_a_few_people_see_the_question_of_a_round_first_and_may_ask_not_to(tended: Town) -> None:
    tended.recounts(*(tended.message(f"q{n}", hours=-24 * 40) for n in range(6)))
    drafts(tended)
    until(tended, WEDNESDAY.replace(hour=9))
    first = seen_first(tended)
    assert len(first) == 3
    assert first.keys() <= {f"{letter}{n}" for letter in "pq" for n in range(12)}
    [text] = set(first.values())
    assert "at 10:00 today, for Tom and Priya" in text
    assert "> What is one small thing" in text
    assert "no need to answer" in text
    until(tended, WEDNESDAY)
    assert len(posts(tended)) == 1
    refuses = next(iter(first))
    assert "I show you no question first" in tended.presses(refuses, "Not for me")
    assert tended.presses(refuses, "Not for me")
    rounds = WEDNESDAY + timedelta(weeks=2)
    chatter(tended)
    for n in range(12):
        tended.says(f"p{n}", hours=24 * 13)
    drafts(tended, kind="question-round 18 March 10:00")
    until(tended, rounds.replace(hour=9))
    told = [post.to for post in tended.platform.said if "before the others" in post.text]
    assert len(told) == 6
    assert sum(to.endswith(f"U-{refuses}") for to in told) == 1


@pytest.mark.parametrize(
    ("kind", "people", "settings"),
    [
        pytest.param("call", 12, {}, id="a call is no round"),
        pytest.param("question-round", 7, {}, id="too few to draw from"),
        pytest.param("question-round", 12, {"first_word": 0}, id="switched off"),
    ],
)
def test_otherwise_everybody_sees_it_at_once(
    community: Community, kind: str, people: int, settings: dict[str, int]
) -> None:
    town = community(features=FEATURES, convening=settings)
    town.lead("tom")
    town.recounts(*(town.message(f"p{n % people}", hours=-n) for n in range(1, 60)))
    drafts(town, kind=f"{kind} wed 10:00")
    until(town, WEDNESDAY.replace(hour=9))
    assert seen_first(town) == {}
    until(town, WEDNESDAY)
    assert len(posts(town)) == 1


# Whatever happens on the way


def test_a_restart_a_minute_before_posts_exactly_once(tended: Town) -> None:
    drafts(tended)
    until(tended, datetime(2026, 3, 4, 9, 59, tzinfo=UTC))
    tended.app = restarted(tended)
    tended.now += timedelta(minutes=1)
    tended.ticks()
    tended.app = restarted(tended)
    tended.ticks()
    assert len(posts(tended)) == 1


def restarted(town: Town) -> App:
    """A new process on the same database."""
    app = App(
        sessions=town.sessions,
        platforms=[town.platform],
        sections=town.app.registry.sections,
        clock=lambda: town.now,
    )
    town.platform.start(app.hear, app.check)
    return app


@pytest.mark.parametrize(
    ("begins", "typed", "day"),
    [
        pytest.param(
            datetime(2026, 3, 23, 9, tzinfo=LONDON), "wed 1 apr", (4, 1), id="clocks go forward"
        ),
        pytest.param(
            datetime(2026, 10, 19, 9, tzinfo=LONDON), "tue 27 oct", (10, 27), id="clocks go back"
        ),
    ],
)
def test_a_clock_change_between_approval_and_post_moves_nothing(
    town: Town, begins: datetime, typed: str, day: tuple[int, int]
) -> None:
    town.now = begins.astimezone(UTC)
    town.lead("tom")
    chatter(town)
    drafts(town, kind=f"question-round {typed} 10:00")
    local = datetime(2026, *day, 10, tzinfo=LONDON)
    until(town, local.astimezone(UTC) - timedelta(hours=3))
    chatter(town)
    until(town, local.astimezone(UTC) - timedelta(minutes=1))
    assert posts(town) == []
    until(town, local.astimezone(UTC))
    assert len(posts(town)) == 1
    assert only(town).posted_at == local


def test_where_the_bot_was_down_for_too_long_nothing_is_posted_and_leads_hear_why_once(
    tended: Town,
) -> None:
    drafts(tended)
    until(tended, datetime(2026, 3, 4, 9, 50, tzinfo=UTC))
    tended.now = datetime(2026, 3, 4, 15, tzinfo=UTC)
    until(tended, datetime(2026, 3, 6, 17, tzinfo=UTC))
    assert posts(tended) == []
    for name in ("tom", "priya"):
        [told] = [post for post in tended.sees(name) if "Not posted" in post.text]
        assert "too late to be of use" in told.text
    assert only(tended).state == NudgeState.FAILED
    tended.presses("tom", "Draft it again")
    assert tended.forms[-1].fields[0].value == "question round"


def test_what_the_platform_refuses_is_told(tended: Town) -> None:
    drafts(tended)
    until(tended, datetime(2026, 3, 4, 9, 59, tzinfo=UTC))
    tended.platform.refusals = [DeliveryError("not_in_channel")]
    until(tended, WEDNESDAY)
    until(tended, WEDNESDAY + timedelta(days=1))
    assert any("not\\_in\\_channel" in post.text for post in tended.sees("tom"))
    assert only(tended).state == NudgeState.FAILED


def test_a_draft_that_nobody_approves_lapses_with_one_line(tended: Town) -> None:
    drafts(tended, next="Show it to the others first")
    until(tended, WEDNESDAY + timedelta(days=5))
    [told] = [post for post in tended.sees("priya") if "has lapsed" in post.text]
    assert "nobody approved it, and nothing was posted" in told.text
    assert posts(tended) == []
    assert "It lapsed" in tended.types("tom", f"/tend nudges approve {only(tended).id}")


def test_a_draft_whose_moment_passed_is_not_approved_any_more(tended: Town) -> None:
    drafts(tended, next="Show it to the others first")
    tended.now = WEDNESDAY + timedelta(minutes=1)
    told = tended.types("tom", f"/tend nudges approve {only(tended).id}")
    assert "The moment of this draft has passed" in told


# Changing and cancelling


def test_what_was_scheduled_is_changed_before_it_is_posted(tended: Town) -> None:
    drafts(tended)
    tended.types("priya", "/tend nudges change 1")
    told = tended.fills("priya", words="Another thing\nWhat is it?", when="thu 11:00")
    assert "Thursday 5 March at 11:00, posted for Priya and Tom" in told
    until(tended, datetime(2026, 3, 5, 11, tzinfo=UTC))
    until(tended, WEDNESDAY + timedelta(days=3))
    [post] = posts(tended)
    assert "Another thing" in post.text
    assert only(tended).posted_at == datetime(2026, 3, 5, 11, tzinfo=UTC)


def test_a_changed_one_may_wait_for_another_lead(tended: Town) -> None:
    drafts(tended)
    tended.types("tom", "/tend nudges change 1")
    tended.fills("tom", next="Show it to the others first")
    until(tended, WEDNESDAY + timedelta(days=1))
    assert posts(tended) == [], "it was approved in its earlier words only"


def test_what_is_scheduled_is_cancelled_by_whoever_tends(tended: Town) -> None:
    drafts(tended)
    assert "Cancelled" in tended.types("priya", "/tend nudges cancel 1")
    told = tended.presses("tom", "Cancel it")
    assert "settled already: Priya cancelled it" in told
    until(tended, WEDNESDAY + timedelta(days=1))
    assert posts(tended) == []
    assert not any("Not posted" in post.text for post in tended.sees("tom"))


def test_what_was_posted_by_mistake_goes_from_the_channel(tended: Town) -> None:
    drafts(tended)
    until(tended, WEDNESDAY)
    assert "goes from the channel" in tended.types("tom", "/tend nudges cancel 1")
    tended.ticks()
    assert tended.platform.deleted == [only(tended).message]


def test_what_was_posted_is_not_changed_any_more(tended: Town) -> None:
    drafts(tended)
    tended.types("tom", "/tend nudges change 1")
    until(tended, WEDNESDAY)
    told = tended.fills("tom", words="Too late", when="thu 10:00")
    assert "It was posted on Wednesday 4 March" in told
    assert "It was posted" in tended.types("tom", "/tend nudges change 1")


@pytest.mark.parametrize("typed", ["approve", "dance 1", "approve one"])
def test_what_cannot_be_understood_is_explained(tended: Town, typed: str) -> None:
    assert "`/tend nudges approve 3`" in tended.types("tom", f"/tend nudges {typed}")


def test_a_number_of_no_draft_is_told(tended: Town) -> None:
    assert "no such draft" in tended.types("tom", "/tend nudges approve 77")
    assert "no such draft" in tended.types("tom", "/tend nudges approve 7777777777777")


def test_the_list_shows_what_waits_is_scheduled_and_runs(tended: Town) -> None:
    assert "Nothing is drafted" in tended.types("tom", "/tend nudges")
    drafts(tended)
    drafts(tended, kind="coffee-pairs thu 10:00", next="Show it to the others first")
    told = tended.types("tom", "/tend nudges")
    assert "**Waiting for one of you**\n- 2: coffee pairs in" in told
    assert "drafted by Tom" in told
    assert "**Scheduled**\n- 1: question round in" in told
    until(tended, WEDNESDAY)
    assert "**Running**\n- 1: question round" in tended.types("tom", "/tend nudges")


def test_a_button_of_the_alert_opens_the_draft_and_its_reason_is_kept(tended: Town) -> None:
    for value, opened in (("show-and-tell/topic_spent", 1), ("party", 1)):
        tended.tells(
            ActionTaken(
                id=value,
                action="convening.draft",
                value=value,
                channel=tended.place("general"),
                member=tended.person("tom"),
                at=to_micros(tended.now),
                trigger="permit",
            )
        )
        assert len(tended.forms) == opened
    tended.fills("tom")
    assert only(tended).because == "topic_spent"


# How it went


@pytest.fixture
def ebbing(town: Town) -> Town:
    """Ten weeks in which twenty people talk each week, and two in which ten do; a Monday."""
    town.lead("tom")
    town.lead("priya")
    said = [
        town.message(f"p{n}", hours=-24 * 7 * week + 24 * (n % 5))
        for week in range(12, 0, -1)
        for n in range(20 if week > 2 else 10)
        for _ in range(2)
    ]
    town.recounts(*sorted(said, key=lambda each: each.ts))
    return town


def lively(town: Town, *, people: int = 18) -> None:
    """Let a round run: seven answer in the thread, questions come, and two weeks are lively."""
    nudge = only(town)
    for n, name in enumerate(("p3", "q1", "q2", "q3", "q4", "q5", "q6", "q6")):
        town.says(name, thread=int(nudge.message), hours=(n + 1) / 60)
    for n in range(3):
        ts = town.says(f"p{n}", "Has anybody tried this? What came of it?", hours=1)
        if n < 2:
            town.says("p9", "We did.", thread=ts, hours=1)
    for week in range(2):
        for n in range(people):
            town.says(f"p{n}", hours=24 * 7 * week + 24 * (n % 2) + 2)


def reviewed(town: Town, name: str = "tom") -> list[Post]:
    """The outcomes that somebody was told."""
    return [post for post in town.sees(name) if "How sure can we be" in post.text]


def test_on_its_date_leads_read_what_was_hoped_and_what_happened(ebbing: Town) -> None:
    drafts(ebbing, hope="five quieter people take part")
    until(ebbing, WEDNESDAY)
    lively(ebbing)
    until(ebbing, datetime(2026, 3, 18, 9, tzinfo=UTC))
    assert reviewed(ebbing) == []
    until(ebbing, datetime(2026, 3, 18, 12, tzinfo=UTC))
    [told] = reviewed(ebbing)
    assert told.text.startswith("**How the question round went** _posted on Wednesday 4 March")
    assert "*You hoped:* five quieter people take part" in told.text
    assert "Seven people took part, of whom **six** had not spoken" in told.text
    assert "Of three questions asked there since, two were answered by a person" in told.text
    assert "In the two weeks since, 24 and 18 people spoke each week" in told.text
    assert "energy often comes back on its own" in told.text
    assert "What I can't see" in told.text
    assert only(ebbing).state == NudgeState.REVIEWED
    until(ebbing, datetime(2026, 3, 27, 12, tzinfo=UTC))
    assert len(reviewed(ebbing)) == 1


@pytest.mark.parametrize(
    ("weeks", "words"),
    [
        pytest.param((18, 16), "spoke each week, as is usual (15 to 20", id="as is usual"),
        pytest.param((30, 16), "spoke each week, no fewer than usual (", id="more than usual"),
        pytest.param((12, 16), "the last of them as usual (", id="back again"),
        pytest.param((30, 12), "the last of them fewer than usual (", id="falling again"),
        pytest.param((13, 12), "spoke each week, fewer than usual (", id="fewer"),
    ],
)
def test_the_weeks_since_are_held_against_what_is_usual(
    town: Town, weeks: tuple[int, int], words: str
) -> None:
    found = Outcome(
        posted=WEDNESDAY.date(), weeks=weeks, low=15, high=20, is_usual=min(weeks) >= 15
    )
    told = town.app.prompts.render("convening/happened", outcome=found, few=5, reading=None)
    assert words in told.text


def test_what_leads_make_of_it_is_kept(ebbing: Town) -> None:
    drafts(ebbing)
    assert "That is for afterwards" in ebbing.types("tom", "/tend nudges worth 1")
    assert "That is for afterwards" in ebbing.types("tom", "/tend nudges learned 1 nothing")
    until(ebbing, datetime(2026, 3, 18, 12, tzinfo=UTC))
    assert "worth doing again" in ebbing.presses("priya", "Worth doing again")
    ebbing.presses("tom", "Add what you learned")
    assert "Mornings suit" in ebbing.fills("tom", text="Mornings suit the wards.")
    told = ebbing.types("tom", "/tend nudges")
    assert "**What we tried**\n- 1: question round, Wednesday 4 March" in told
    assert "worth doing again. *Mornings suit the wards.*" in told
    assert "not worth it" in ebbing.presses("tom", "Not worth it")
    assert "Typed" in ebbing.types("tom", "/tend nudges learned 1 Typed")
    assert only(ebbing).lesson == "Typed"


def test_an_ebb_left_alone_is_followed_and_told_of_beside_nudges(ebbing: Town) -> None:
    network = ebbing.network
    with ebbing.sessions.begin() as session:
        day = ebbing.now.date()
        nudges.leave_alone(
            session, network, by=None, day=day, look_again=day + timedelta(days=14), now=ebbing.now
        )
    until(ebbing, datetime(2026, 3, 17, 12, tzinfo=UTC))
    [told] = reviewed(ebbing)
    assert "Nobody chose anything then" in told.text
    assert "The one ebb that you left alone was not followed" in told.text
    assert "a few people spoke each week, fewer than usual" in told.text
    assert [button.label for button in told.buttons] == ["Add what you learned"]


def test_an_ebb_that_was_told_and_that_nobody_touched_was_left_alone(ebbing: Town) -> None:
    with ebbing.app.context(ebbing.network, occasion="test") as ctx:
        ctx.spoke("energy.alert", "ebb: few voices")
    until(ebbing, datetime(2026, 3, 17, 12, tzinfo=UTC))
    [told] = reviewed(ebbing)
    assert "the ebb that I told you of** _on Monday 2 March_" in told.text


@pytest.mark.parametrize(
    ("reason", "after"),
    [
        pytest.param("flow: growing", "", id="it was no ebb"),
        pytest.param("ebb: unknown", "a lead said that this is no change at all", id="so they say"),
    ],
)
def test_what_was_no_ebb_is_not_followed(ebbing: Town, reason: str, after: str) -> None:
    with ebbing.app.context(ebbing.network, occasion="test") as ctx:
        ctx.spoke("energy.alert", reason)
    if after:
        ebbing.now += timedelta(hours=1)
        with ebbing.app.context(ebbing.network, occasion="test") as ctx:
            ctx.skip("energy.alert", after)
    until(ebbing, datetime(2026, 3, 17, 12, tzinfo=UTC))
    assert reviewed(ebbing) == []


def test_after_six_without_effect_it_is_said_aloud(ebbing: Town) -> None:
    network = ebbing.network
    with ebbing.sessions.begin() as session:
        for n in range(5):
            session.add(past(network.id, ConveningKind.CALL, days=30 + n, livelier=n == 0))
    drafts(ebbing)
    until(ebbing, datetime(2026, 3, 18, 12, tzinfo=UTC))
    [told] = reviewed(ebbing)
    assert "In your last six nudges, one was followed by a livelier fortnight" in told.text
    assert "**No effect that I can see.**" in told.text
    assert "You could stop nudging for a while" in told.text


def past(network_id: int, kind: ConveningKind, *, days: int, livelier: bool) -> Nudge:
    """A nudge that was reviewed some days ago."""
    at = datetime(2026, 3, 2, 10, tzinfo=UTC) - timedelta(days=days)
    return Nudge(
        network_id=network_id,
        kind=kind.value,
        state=NudgeState.REVIEWED.value,
        starts_day=at.date(),
        starts_time=at.time(),
        review_on=at.date() + timedelta(days=14),
        lapses_on=at.date(),
        posted_at=at,
        outcome={"is_livelier": livelier},
        moved_at=at,
        created_at=at,
    )


# By lot


def opens(town: Town, value: str) -> None:
    """Tom presses the button of an alert that offers a draft."""
    town.tells(
        ActionTaken(
            id=f"{value}/{town.now}",
            action="convening.draft",
            value=value,
            channel=town.place("general"),
            member=town.person("tom"),
            at=to_micros(town.now),
            trigger="permit",
        )
    )


@pytest.fixture
def lotted(community: Community) -> Town:
    """A town that has agreed to leave half of its ebbs alone by lot."""
    town = community(features=FEATURES, convening={"hold_out": 0.5})
    town.lead("tom")
    chatter(town)
    with town.app.context(town.network, occasion="test") as ctx:
        ctx.spoke("energy.alert", "ebb: few voices")
    return town


def draws(town: Town, *, is_held: bool) -> None:
    """Let it be a minute at which the lot is as it's wanted."""
    while True:
        seed = f"{town.network.id}/1/{town.now:%Y-%m-%dT%H:%M:%S.%f}"
        if (Random(seed).random() < 0.5) is is_held:
            return
        town.now += timedelta(minutes=1)


def test_an_ebb_is_drawn_once_however_often_it_is_drafted_for(lotted: Town) -> None:
    draws(lotted, is_held=True)
    opens(lotted, "question-round")
    assert "By lot, this one is not posted" in lotted.fills("tom", when="wed 10:00")
    opens(lotted, "call")
    told = lotted.fills("tom", when="wed 11:00")
    assert "Scheduled" in told
    assert "Nothing is left to lot this time: this ebb is followed already" in told
    with lotted.sessions.begin() as session:
        assert session.query(Decision).filter_by(what="convening.lot").count() == 1
        lots = [(each.kind, each.lot) for each in session.query(Nudge).order_by(Nudge.id)]
    assert lots == [("question-round", "held"), ("leave-it", "held"), ("call", "")]


def test_by_lot_an_ebb_is_left_alone_and_whoever_approved_hears_it_at_once(lotted: Town) -> None:
    draws(lotted, is_held=True)
    opens(lotted, "question-round")
    told = lotted.fills("tom", when="wed 10:00")
    assert "By lot, this one is not posted" in told
    with lotted.sessions.begin() as session:
        [lot] = session.query(Decision).filter_by(what="convening.lot").all()
        assert "1 is left alone: 0." in lot.reason
        assert "1/1/2026-03-02T09:" in lot.reason, "so that anybody can draw it again"
    until(lotted, datetime(2026, 3, 18, 12, tzinfo=UTC))
    assert posts(lotted) == []
    [outcome] = reviewed(lotted)
    assert "after you left it alone" in outcome.text
    with lotted.sessions.begin() as session:
        held, left = session.query(Nudge).order_by(Nudge.id).all()
    assert (held.state, held.lot) == (NudgeState.CANCELLED, "held")
    assert (left.kind, left.lot, left.state) == ("leave-it", "held", NudgeState.REVIEWED)
    as_if_posted = datetime(2026, 3, 4, 10, tzinfo=UTC)
    assert (left.posted_at, left.review_on) == (as_if_posted, held.review_on)


def test_by_lot_the_other_is_posted_and_both_are_told_of_together(lotted: Town) -> None:
    network = lotted.network
    draws(lotted, is_held=False)
    opens(lotted, "question-round")
    assert "Scheduled" in lotted.fills("tom", when="wed 10:00")
    assert only(lotted).because == "few_voices"
    with lotted.sessions.begin() as session:
        for n in range(4):
            each = past(network.id, ConveningKind.LEAVE_IT, days=30 + n, livelier=False)
            each.lot = "held"
            each.outcome = {"posted": "2026-01-01", "before": 10, "after": 11, "usual": 20}
            session.add(each)
    until(lotted, datetime(2026, 3, 18, 12, tzinfo=UTC))
    [outcome] = reviewed(lotted)
    assert "*By lot:*" in outcome.text
    assert "four were left alone" in outcome.text
    assert "It isn't known yet whether a nudge changes anything" in outcome.text


def test_once_an_ebb_was_left_alone_a_change_of_mind_is_no_trial(lotted: Town) -> None:
    network, day = lotted.network, lotted.now.date()
    with lotted.sessions.begin() as session:
        again = day + timedelta(days=14)
        nudges.leave_alone(session, network, by=None, day=day, look_again=again, now=lotted.now)
    draws(lotted, is_held=True)
    opens(lotted, "question-round")
    assert "this ebb is followed already" in lotted.fills("tom", when="wed 10:00")
    with lotted.sessions.begin() as session:
        assert session.query(Decision).filter_by(what="convening.lot").count() == 0
        assert {each.lot for each in session.query(Nudge).all()} == {""}


def test_without_an_ebb_or_a_charter_that_says_so_nothing_is_drawn(
    lotted: Town, tended: Town
) -> None:
    draws(lotted, is_held=True)
    assert "Scheduled" in drafts(lotted), "a lead's own idea answers no ebb"
    opens(tended, "question-round/few_voices")
    assert "Scheduled" in tended.fills("tom", when="wed 10:00")
    assert only(tended).lot == only(lotted).lot == ""


# By standing permission


def alerted(town: Town, reason: str = "ebb: few voices") -> None:
    """Leads were told of a change, this morning."""
    with town.app.context(town.network, occasion="test") as ctx:
        ctx.spoke("energy.alert", reason)


def test_what_a_lead_permits_is_scheduled_by_itself_and_told_before(tended: Town) -> None:
    assert "From now on I schedule" in tended.types("tom", "/tend nudges allow question round")
    assert "permitted already" in tended.types("priya", "/tend nudges allow question-round")
    assert "question round: Tom permits it" in tended.types("priya", "/tend nudges")
    alerted(tended)
    until(tended, datetime(2026, 3, 3, 12, tzinfo=UTC))
    [told] = [post for post in tended.sees("priya") if "standing permission" in post.text]
    assert "Wednesday 4 March at 10:00" in told.text
    assert posts(tended) == []
    until(tended, WEDNESDAY)
    [post] = posts(tended)
    assert "posted for Tom and Priya" in post.text
    assert (only(tended).because, only(tended).drafted_by) == ("few_voices", None)


def test_it_is_cancelled_by_anybody_who_tends(tended: Town) -> None:
    tended.types("tom", "/tend nudges allow question-round")
    alerted(tended)
    until(tended, datetime(2026, 3, 3, 12, tzinfo=UTC))
    assert "Cancelled" in tended.presses("priya", "Cancel it")
    until(tended, WEDNESDAY + timedelta(days=1))
    assert posts(tended) == []


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        pytest.param("allow call", "ebb: few voices", id="another kind is permitted"),
        pytest.param("allow question-round", "ebb: pressure", id="nothing answers it"),
        pytest.param("disallow question-round", "ebb: few voices", id="it was taken back"),
        pytest.param("allow party", "ebb: few voices", id="of no such kind"),
    ],
)
def test_without_a_permission_nothing_is_scheduled(tended: Town, typed: str, reason: str) -> None:
    if typed.startswith("disallow"):
        tended.types("tom", "/tend nudges allow question-round")
    tended.types("tom", f"/tend nudges {typed}")
    alerted(tended, reason)
    until(tended, datetime(2026, 3, 3, 12, tzinfo=UTC))
    assert "**Scheduled**" not in tended.types("tom", "/tend nudges")


def test_a_second_of_the_same_kind_is_not_scheduled_beside_the_first(tended: Town) -> None:
    tended.types("tom", "/tend nudges allow question-round")
    drafts(tended)
    alerted(tended)
    until(tended, datetime(2026, 3, 3, 12, tzinfo=UTC))
    assert only(tended).drafted_by is not None


def test_a_permission_goes_with_whoever_gave_it(tended: Town) -> None:
    tended.types("tom", "/tend nudges allow question-round")
    assert "You permit me" in tended.types("tom", "/net mydata")
    tended.types("tom", "/net mydata delete")
    tended.presses("tom", "Delete everything")
    assert "permits it" not in tended.types("priya", "/tend nudges")
    assert "wasn't permitted" in tended.types("priya", "/tend nudges disallow question-round")


def test_by_lot_what_is_permitted_is_left_alone_too(lotted: Town) -> None:
    lotted.types("tom", "/tend nudges allow question-round")
    until(lotted, datetime(2026, 3, 4, 12, tzinfo=UTC))
    with lotted.sessions.begin() as session:
        kinds = {(each.kind, each.lot) for each in session.query(Nudge).all()}
    assert ("question-round", "posted") in kinds or ("leave-it", "held") in kinds


# After a quiet time


@pytest.mark.parametrize(
    ("last", "drafted"),
    [
        pytest.param("13 Mar", "*Half term* is over, so I drafted a welcome back", id="a week"),
        pytest.param("12 Mar", "", id="four days"),
    ],
)
def test_after_a_week_off_leads_find_a_draft_that_welcomes_people_back(
    tended: Town, last: str, drafted: str
) -> None:
    tended.types("tom", f'/tend calendar add "Half term" 9 Mar to {last} quiet')
    until(tended, datetime(2026, 3, 16, 12, tzinfo=UTC))
    assert not any("A draft for you" in post.text for post in tended.sees("priya"))
    chatter(tended)
    until(tended, datetime(2026, 3, 18, 12, tzinfo=UTC))
    found = [post.text for post in tended.sees("priya") if "A draft for you" in post.text]
    assert [drafted in text for text in found] == ([True] if drafted else [])
    if drafted:
        assert "lapses, and nothing is posted" in found[0]
        assert "posted for Priya and Tom" in tended.presses("priya", "Approve it")
        assert (only(tended).drafted_by, only(tended).because) == (None, "")
    until(tended, datetime(2026, 3, 19, 10, tzinfo=UTC))
    assert len(posts(tended)) == len(found)


# In shared places


def page(town: Town, name: str) -> str:
    """What somebody sees on the bot's own page."""
    return "\n".join(part.text for part in town.looks(name))


def test_leads_see_on_their_page_what_waits_and_what_was_tried(ebbing: Town) -> None:
    assert "What we tried" not in page(ebbing, "priya")
    drafts(ebbing, next="Show it to the others first", hope="somebody new speaks")
    seen = page(ebbing, "priya")
    assert "**For you:** approve a draft, about 2 minutes" in seen
    assert "drafted by Tom" in seen
    assert "For you" not in page(ebbing, "bob")
    assert "Scheduled" in ebbing.presses("priya", "Approve it")
    until(ebbing, datetime(2026, 3, 18, 12, tzinfo=UTC))
    assert "Hoped: somebody new speaks. Happened: no livelier" in page(ebbing, "priya")
    assert "What we tried" not in page(ebbing, "bob")


def test_everybody_sees_what_is_coming_on_their_page_and_in_the_digest(ebbing: Town) -> None:
    drafts(ebbing, kind="call", when="10 March 10:00")
    assert "Call in" in page(ebbing, "bob")
    until(ebbing, datetime(2026, 3, 6, 14, tzinfo=UTC))
    [digest] = [post for post in ebbing.hears if "the week to" in post.text]
    assert "**Together soon**\n- Call in" in digest.text
    until(ebbing, datetime(2026, 3, 10, 10, tzinfo=UTC))
    assert "Together soon" not in page(ebbing, "bob")


def test_what_somebody_drafted_is_theirs_to_see_and_their_name_to_take_off(tended: Town) -> None:
    assert "convenings" not in tended.types("tom", "/net mydata")
    drafts(tended)
    told = tended.types("tom", "/net mydata")
    assert "you drafted, approved and last changed it" in told
    exported = tended.types("tom", "/net mydata export")
    assert "Ten minutes, one question" in exported.replace("\\", "")
    tended.types("tom", "/net mydata delete")
    tended.presses("tom", "Delete everything")
    assert only(tended).approved_by is None
    until(tended, WEDNESDAY)
    assert len(posts(tended)) == 1, "the network keeps it"
