"""Who asks where we are is shown it in words and in a picture, and others can see who looked."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.domain.charts import alt_text
from bot.domain.nudges import OPEN
from bot.domain.phases import Phase
from bot.judgement.convening import proposed
from bot.judgement.why import Context
from bot.storage import nudges, places, readings
from bot.storage.activity import ChannelDay
from bot.storage.places import Channel, Network
from handlers import FEATURES as ALL
from handlers import energy
from tests.conftest import Community
from tests.ebbs import ENDS, FADES, FEATURES, START, chatter, decisions, ebb, mornings
from tests.town import Town


@pytest.fixture
def ebbing(community: Community) -> Town:
    """A town that ada tends, and that fades at the beginning of December; it is November."""
    return ebb(community(features=FEATURES))


# The run chart


def test_a_lead_who_asks_gets_the_run_chart_in_their_own_messages(ebbing: Town) -> None:
    mornings(ebbing, 9)
    told = ebbing.types("ada", "/tend pulse")
    assert told.endswith("The run chart is in your messages with me.")
    [picture] = [post for post in ebbing.platform.said if post.image is not None]
    assert picture.to == ebbing.person("ada")
    assert picture.only_for is None, "an answer that fades can hold no picture"
    assert picture.image is not None
    chart = picture.image.chart
    assert picture.image.alt == alt_text(chart)
    assert 12 <= len(chart.weeks) <= 26
    assert "people who spoke each week" in chart.title
    [band] = chart.bands
    assert f"{round(band.low)} to {round(band.high)} is usual" in picture.image.alt


@pytest.mark.parametrize(
    ("typed", "title", "weeks"),
    [
        pytest.param("/tend pulse 6", "Our network", 6, id="six weeks"),
        pytest.param("/tend pulse #general 6 weeks", "#general", 6, id="of a channel"),
        pytest.param("/tend pulse general", "#general", 13, id="a channel alone"),
        pytest.param("/tend pulse 1", "Our network", 4, id="fewer than show anything"),
    ],
)
def test_the_chart_is_of_the_channel_and_the_weeks_that_were_asked_for(
    ebbing: Town, typed: str, title: str, weeks: int
) -> None:
    mornings(ebbing, 1)
    ebbing.types("ada", typed)
    [chart] = [post.image.chart for post in ebbing.platform.said if post.image is not None]
    assert chart.title.startswith(title.replace("Our network", ebbing.network.name))
    assert len(chart.weeks) == weeks


def test_a_chart_says_how_far_back_it_goes_where_more_was_asked_for(ebbing: Town) -> None:
    mornings(ebbing, 1)
    ebbing.types("ada", "/tend pulse")
    assert "13 weeks. A low week" in pictured(ebbing)
    assert "further back" not in pictured(ebbing)
    ebbing.types("ada", "/tend pulse 52")
    assert "There is no more: the first that I know of is from Monday 1 September" in pictured(
        ebbing
    )


def test_a_chart_goes_back_as_far_as_it_is_known_who_wrote(ebbing: Town) -> None:
    ebbing.now = datetime(2026, 3, 20, 10, tzinfo=UTC)
    ebbing.recounts(*chatter(ebbing, date(2025, 12, 22), date(2026, 3, 19), chance=0.6))
    ebbing.runs("network.let_go")
    ebbing.types("ada", "/tend pulse 52")
    assert "25 weeks" in pictured(ebbing)
    assert "I forget that after 180 days" in pictured(ebbing)


def pictured(town: Town) -> str:
    """The words beside the newest picture."""
    return [post.text for post in town.platform.said if post.image is not None][-1]


def test_where_there_is_hardly_a_week_there_is_no_chart(community: Community) -> None:
    town = community(features=FEATURES)
    town.lead("ada")
    town.says("bob", at=town.now - timedelta(days=9))
    assert "run chart" not in town.types("ada", "/tend pulse")
    assert [post for post in town.platform.said if post.image is not None] == []


def test_a_chart_counts_no_few_people(community: Community) -> None:
    town = community(features=FEATURES)
    town.lead("ada")
    town.now = datetime(2025, 12, 10, 12, tzinfo=town.now.tzinfo)
    town.recounts(*chatter(town, START, date(2025, 12, 9), chance=0.5, people=("p1", "p2", "p3")))
    town.types("ada", "/tend pulse")
    [image] = [post.image for post in town.platform.said if post.image is not None]
    assert {count for _, count in image.chart.weeks} == {4}
    assert "fewer than 5" in image.alt


def test_public_holidays_are_marked_in_the_chart_and_told_in_its_words(ebbing: Town) -> None:
    with ebbing.sessions.begin() as session:
        session.query(Network).one().country = "US"
    mornings(ebbing, 9)
    ebbing.types("ada", "/tend pulse")
    [image] = [post.image for post in ebbing.platform.said if post.image is not None]
    days = [span.first for span in image.chart.spans if span.kind == "holiday"]
    assert days == [date(2025, 10, 13), date(2025, 11, 11), date(2025, 11, 27)]
    assert "Public holidays are marked: 13 October 2025, 11 November" in image.alt


def test_members_who_ask_get_words_and_no_picture(ebbing: Town) -> None:
    mornings(ebbing, 9)
    ebbing.types("p1", "/net pulse")
    assert [post for post in ebbing.platform.said if post.image is not None] == []


# Who looked


def test_everybody_can_see_who_of_those_who_tend_looked_at_what(ebbing: Town) -> None:
    assert "nobody looked" in ebbing.types("p1", "/net looked")
    mornings(ebbing, 1)
    for typed in ("/tend pulse", "/tend pulse #general", "/tend why", "/tend log"):
        ebbing.types("ada", typed)
    told = ebbing.types("p1", "/net looked")
    assert [line for line in told.splitlines() if line.startswith("- ")] == [
        "- Monday 1 December, 10:00: Ada, the log",
        "- Monday 1 December, 10:00: Ada, the reasons",
        "- Monday 1 December, 10:00: Ada, the pulse of \\#general",
        "- Monday 1 December, 10:00: Ada, the pulse",
    ]
    ebbing.passes(days=31)
    assert "nobody looked" in ebbing.types("p1", "/net looked")


def test_a_look_at_what_waits_is_kept_like_the_others(town: Town) -> None:
    town.person("ada")
    town.lead("ada")
    town.types("ada", "/tend waiting")
    assert "Monday 2 March, 09:00: Ada, the posts that wait" in town.types("bob", "/net looked")


def test_who_looked_is_theirs_to_see_and_goes_with_them_and_with_time(community: Community) -> None:
    town = ebb(community())
    mornings(town, 1)
    town.types("ada", "/tend pulse")
    assert "- That you looked at what is for those who tend: one time" in town.types(
        "ada", "/net mydata"
    )
    assert '"what":"pulse"' in town.types("ada", "/net mydata export")
    town.passes(days=181)
    town.lead("bea")
    town.types("bea", "/tend log")
    assert "you looked" not in town.types("ada", "/net mydata")
    town.types("bea", "/net mydata delete")
    town.presses("bea", "Delete everything")
    assert "Bea" not in town.types("p1", "/net looked")


# To leave it


def test_an_ebb_that_is_left_alone_is_followed_until_the_day_that_was_told(ebbing: Town) -> None:
    mornings(ebbing, 9)
    ebbing.presses("ada", "Leave it")
    with ebbing.sessions.begin() as session:
        mine = session.query(Network).one()
        [kept] = nudges.in_states(session, mine, OPEN)
        ada = places.person_at(session, ebbing.person("ada"))
        assert ada is not None
        assert (kept.kind, kept.drafted_by) == ("leave-it", ada.id)
    [(_, reason)] = decisions(ebbing, "energy.left_alone")
    assert reason.endswith(f"{kept.review_on}")
    assert "left alone already" in ebbing.presses("ada", "Leave it")
    assert len(decisions(ebbing, "energy.left_alone")) == 1


def test_where_convenings_can_be_drafted_an_alert_offers_one(community: Community) -> None:
    town = ebb(community(features=ALL))
    mornings(town, 9)
    [alert] = [post for post in town.sees("ada") if "**What you could do**" in post.text]
    drafts = [button for button in alert.buttons if button.action == "convening.draft"]
    assert bool(drafts) is ("A draft is ready" in alert.text)
    if any(command.word == "convene" for each in ALL for command in each.commands):
        with town.app.context(town.network, occasion="x") as ctx:
            why = energy.pulse_of(energy.Settings(), ctx).why
        kind = proposed(why)
        assert [button.value for button in drafts] == ([kind] if kind else [])


# Elsewhere


def elsewhere(town: Town, *, falls: bool) -> None:
    """Another network's six channels in the same workspace, which fall with ours or don't."""
    with town.sessions.begin() as session:
        mine = session.query(Network).one()
        other = Network(
            workspace=mine.workspace, name="Falls", timezone="Europe/London", country="GB-ENG",
            settings={}, purpose="", created_at=town.now,
        )  # fmt: skip
        session.add(other)
        session.flush()
        for n in range(6):
            end = datetime(2025, 12, 31, tzinfo=town.now.tzinfo)
            channel = Channel(
                ref=f"{mine.workspace}/C-f{n}", network_id=other.id, name=f"f{n}", kind="public",
                counted_to=int(end.timestamp() * 1e6),
            )  # fmt: skip
            session.add(channel)
            session.flush()
            day = START
            while day <= ENDS:
                people = 2 if falls and day >= FADES else 8
                session.add(ChannelDay(
                    channel_id=channel.id, day=day, people=people, messages=people * 2,
                    conversations=people,
                ))  # fmt: skip
                day += timedelta(days=1)


def reasons(town: Town) -> tuple[set[Context], set[Context]]:
    with town.app.context(town.network, occasion="x") as ctx:
        pulse = energy.pulse_of(energy.Settings(), ctx)
        assert pulse.phase is Phase.EBB
        return (
            {each.code for each in pulse.why.hypotheses},
            {each.code for each in pulse.why.ruled_out if each.reason == "elsewhere_as_usual"},
        )


def test_a_lull_of_the_whole_workspace_is_told_from_our_own(community: Community) -> None:
    town = ebb(community(features=FEATURES))
    elsewhere(town, falls=True)
    mornings(town, 12)
    found, _ = reasons(town)
    assert Context.PRESSURE in found
    assert not any(post for post in town.sees("ada") if "**What you could do**" in post.text)
    assert any("pressure: best left alone" in reason for _, reason in decisions(town))
    assert "busy elsewhere" in town.types("p1", "/net pulse"), "members hear of it, too"


def test_where_it_is_as_usual_elsewhere_the_lull_is_ours(community: Community) -> None:
    town = ebb(community(features=FEATURES))
    elsewhere(town, falls=False)
    mornings(town, 12)
    found, ruled_out = reasons(town)
    assert Context.PRESSURE not in found
    assert ruled_out == {Context.PRESSURE}


def test_of_other_networks_only_counts_by_channel_are_looked_at(community: Community) -> None:
    town = ebb(community(features=FEATURES))
    elsewhere(town, falls=False)
    town.says("bob", channel="ours", at=town.now - timedelta(days=2))
    mornings(town, 1)
    with town.sessions.begin() as session:
        mine = session.query(Network).order_by(Network.id).first()
        assert mine is not None
        given: dict[str, Any] = {"since": date(2025, 11, 27), "until": date(2025, 11, 29)}
        found = readings.people_elsewhere(session, mine, **given)
        assert [sorted(each.values()) for each in found.values()] == [[8] * 6] * 3
        ours = places.channel_at(session, town.place("ours"))
        general = places.channel_at(session, town.place("general"))
        assert ours is not None
        assert general is not None
        beside = readings.people_elsewhere(session, mine, **given, beside=general.id)
        assert beside[date(2025, 11, 28)][ours.id] == 1
        assert general.id not in beside[date(2025, 11, 28)]
        assert ours.id not in beside[date(2025, 11, 27)]
