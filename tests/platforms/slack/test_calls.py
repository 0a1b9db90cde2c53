"""What people in the stand-in see of what the calls say, with the manifest's scopes alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.appointments import Appointment
from bot.domain.charts import RunChart
from bot.domain.ids import ChannelId, MemberId
from bot.domain.posts import Attachment, Button, Home, Image, Post
from bot.platforms.calendars import ics
from bot.platforms.slack.manifest import manifest, to_json
from bot.platforms.slack.web import Calls
from bot.platforms.slack.wire import to_client
from bot.ports import DeliveryError
from tests.standin.faults import Fault
from tests.standin.limits import Limits
from tests.standin.server import StandIn

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BEFORE = NOW - timedelta(minutes=1)


@pytest.fixture
def slack() -> Iterator[StandIn]:
    asked = json.loads(to_json(manifest(mode="socket")))
    with StandIn(clock=lambda: NOW, manifest=asked, limits=Limits(is_off=True)) as slack:
        slack.person("Ada")
        slack.person("Bo")
        slack.channel("general", "Ada", "Bo", bot=True)
        slack.channel("elsewhere", "Ada", "Bo")
        yield slack


@pytest.fixture
def calls(slack: StandIn) -> Calls:
    workspace = f"slack:{slack.world.team.id}"
    client = to_client(slack.bot_token, slack.api, reading=1)
    return Calls(client=client, workspace=workspace, site="https://town.slack.com/")


def place(slack: StandIn, name: str) -> ChannelId:
    return ChannelId(f"slack:{slack.world.team.id}/{slack.world.channel(name).id}")


def member(slack: StandIn, name: str) -> MemberId:
    return MemberId(f"slack:{slack.world.team.id}/{slack.world.person(name).id}")


def read(slack: StandIn, who: str) -> list[str]:
    return [seen.text for seen in slack.sees(who)]


def test_a_post_is_seen_by_everybody_there_with_its_mention_and_its_button(
    slack: StandIn, calls: Calls
) -> None:
    ada = member(slack, "Ada")
    text = f"Thanks, [Ada](to:{ada})! See [this](https://a.b/c), <!channel>."
    post = Post(to=place(slack, "general"), text=text, buttons=(Button(label="Ok", action="a.b"),))
    calls.post(post, key="k")
    (seen,) = slack.sees("Bo")
    assert seen.text == "Thanks, @Ada! See this, <!channel>."
    assert (seen.mentions, seen.links) == ((ada.rpartition("/")[2],), ("https://a.b/c",))
    assert (seen.buttons, seen.key) == (("Ok",), "k")


def test_a_post_is_changed_and_taken_back(slack: StandIn, calls: Calls) -> None:
    general = place(slack, "general")
    name = calls.post(Post(to=general, text="Hello"), key="k")
    calls.update(name, Post(to=general, text="Hello again"))
    assert read(slack, "Bo") == ["Hello again"]
    assert calls.find(general, key="k", since=BEFORE) == name, "it lost its key"
    calls.delete(name, general)
    calls.delete(name, general)
    assert read(slack, "Bo") == []
    assert calls.find(general, key="k", since=BEFORE) is None


def test_a_word_with_one_person_is_theirs_alone_and_can_be_changed(
    slack: StandIn, calls: Calls
) -> None:
    ada = member(slack, "Ada")
    name = calls.post(Post(to=ada, text="Hello"), key="k")
    calls.update(name, Post(to=ada, text="Hello, Ada"))
    assert (read(slack, "Ada"), read(slack, "Bo")) == (["Hello, Ada"], [])


@pytest.mark.parametrize("where", ["general", "elsewhere"])
def test_an_answer_reaches_the_asker_alone_wherever_they_asked(
    slack: StandIn, calls: Calls, where: str
) -> None:
    ada = member(slack, "Ada")
    calls.post(Post(to=place(slack, where), text="For you", only_for=ada), key="k")
    assert (read(slack, "Ada"), read(slack, "Bo")) == (["For you"], [])


def test_an_answer_lost_in_a_talk_between_two_others_reaches_the_asker(
    slack: StandIn, calls: Calls
) -> None:
    world = slack.world
    talk = world.direct(world.person("Ada"), world.person("Bo"))
    to = ChannelId(f"slack:{world.team.id}/{talk.id}")
    calls.post(Post(to=to, text="For you", only_for=member(slack, "Ada")), key="k")
    assert (read(slack, "Ada"), read(slack, "Bo")) == (["For you"], [])


@pytest.mark.parametrize(
    ("fault", "has_arrived"),
    [
        pytest.param("reset_after", True, id="after it was taken"),
        pytest.param("error_after", True, id="an error after it was taken"),
        pytest.param("reset_before", False, id="before it was taken"),
        pytest.param("error_before", False, id="an error before it was taken"),
        pytest.param(Fault(kind="stall_after", seconds=1.5), True, id="a long silence"),
    ],
)
def test_a_post_in_doubt_is_found_if_and_only_if_it_is_there(
    slack: StandIn, calls: Calls, fault: str | Fault, has_arrived: bool
) -> None:
    general = place(slack, "general")
    slack.faults.strikes_next("chat.postMessage", fault)
    with pytest.raises(DeliveryError) as failed:
        calls.post(Post(to=general, text="Hello"), key="k")
    assert failed.value.may_have_arrived
    assert len(slack.said("k")) == has_arrived
    assert (calls.find(general, key="k", since=BEFORE) is not None) == has_arrived


def test_a_pause_is_as_long_as_slack_says(slack: StandIn, calls: Calls) -> None:
    slack.faults.strikes_next("chat.postMessage", Fault(kind="rate_limited", seconds=42))
    with pytest.raises(DeliveryError) as failed:
        calls.post(Post(to=place(slack, "general"), text="Hello"), key="k")
    assert failed.value.retry_in == timedelta(seconds=42)
    assert slack.posts == []


def test_a_picture_is_shown_where_the_app_may_send_one_and_told_where_not(
    slack: StandIn, calls: Calls
) -> None:
    image = Image(chart=RunChart(title="Weeks", weeks=()), alt="Five weeks")
    post = Post(to=place(slack, "general"), text="Hello", image=image)
    slack.app.scopes.remove("files:write")
    calls.post(post, key="k")
    slack.app.scopes.append("files:write")
    calls.post(post, key="l")
    assert [text.replace("\n", " ") for text in read(slack, "Bo")] == [
        "Hello  Picture: Five weeks",
        "Hello  [Five weeks]",
    ]


def test_a_run_chart_comes_to_one_person_alone_as_a_picture(slack: StandIn, calls: Calls) -> None:
    weeks = tuple((date(2026, 1, 5) + timedelta(weeks=n), 9 + n) for n in range(5))
    image = Image(chart=RunChart(title="Weeks", weeks=weeks), alt="Five weeks, rising")
    calls.post(Post(to=member(slack, "Ada"), text="Your chart", image=image), key="k")
    assert [text.replace("\n", " ") for text in read(slack, "Ada")] == [
        "Your chart  [Five weeks, rising]"
    ]
    assert read(slack, "Bo") == []
    [kept] = slack.world.files.values()
    assert kept["content"].startswith(b"\x89PNG")
    assert kept["file"]["alt_txt"] == "Five weeks, rising"


COFFEE = Attachment(
    name="coffee.ics",
    appointment=Appointment(
        uid="u@a", title="A coffee", starts=NOW + timedelta(days=1), minutes=20, made=NOW
    ),
)


def test_a_file_follows_its_message_to_that_one_person_and_below_it_in_a_channel(
    slack: StandIn, calls: Calls
) -> None:
    ada, general = member(slack, "Ada"), place(slack, "general")
    calls.post(Post(to=ada, text="Friday at ten", attachment=COFFEE), key="k")
    calls.post(Post(to=general, text="It fades", attachment=COFFEE, only_for=ada), key="l")
    assert read(slack, "Ada")[::2] == ["Friday at ten", "It fades"], "each said once"
    assert read(slack, "Bo") == [], "what fades can hold no file: it comes to her alone"
    calls.post(Post(to=general, text="Thursday", attachment=COFFEE), key="m")
    assert "Thursday" in read(slack, "Bo")
    kept = [*slack.world.files.values()]
    assert [each["file"]["name"] for each in kept] == ["coffee.ics"] * 3
    assert all(each["content"] == ics(COFFEE.appointment) for each in kept)


def test_a_message_whose_file_cannot_be_sent_is_said_once_all_the_same(
    slack: StandIn, calls: Calls
) -> None:
    slack.faults.strikes_next("files.getUploadURLExternal", Fault(kind="rate_limited", seconds=9))
    calls.post(Post(to=member(slack, "Ada"), text="Friday", attachment=COFFEE), key="k")
    slack.app.scopes.remove("files:write")
    calls.post(Post(to=member(slack, "Ada"), text="Thursday", attachment=COFFEE), key="l")
    assert read(slack, "Ada") == ["Friday", "Thursday"]


def test_the_own_page_is_seen_by_its_reader(slack: StandIn, calls: Calls) -> None:
    ada = member(slack, "Ada")
    calls.show(
        Home(member=ada, parts=(Post(to=ada, text="# Yours"), Post(to=ada, text="Two asks")))
    )
    assert "Two asks" in str(slack.home_of("Ada"))


def test_nothing_is_called_that_the_manifest_does_not_allow(slack: StandIn, calls: Calls) -> None:
    general, ada = place(slack, "general"), member(slack, "Ada")
    calls.post(Post(to=general, text="Hello"), key="k")
    calls.post(Post(to=general, text="Hello", only_for=ada), key="l")
    calls.find(general, key="k", since=BEFORE)
    with pytest.raises(DeliveryError, match="may not read"):
        calls.find(ada, key="k", since=BEFORE)
    assert slack.scopes_used == {"chat:write", "channels:history", "metadata.message:read"}
