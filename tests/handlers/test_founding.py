"""A network's first run: five steps, each skipped, answered or come back to; defaults work too."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bot.domain.events import BotInvited, to_micros
from bot.domain.founding import Quiet, quiet_of
from bot.storage import talk
from handlers import calendar, charter, founding, joining, leading, network, welcome
from tests.conftest import Community
from tests.town import Town

FEATURES = (
    network.feature,
    founding.feature,
    calendar.feature,
    joining.feature,
    welcome.feature,
)
PURPOSE = "Together we make the first hour kinder."
ENDS = "It will be eight weeks before I can tell your usual."
HELLO = "**Welcome to"


@pytest.fixture
def town(community: Community) -> Town:
    return community(features=FEATURES)


def newest(town: Town, name: str) -> str:
    return town.sees(name)[-1].text


def test_a_bare_tend_begins_the_first_run_and_each_step_leads_to_the_next(town: Town) -> None:
    town.tells(BotInvited(channel=town.place("frailty"), at=to_micros(town.now)))
    notice = town.hears[-1].text
    town.types("ada", "/tend")
    assert "Let's set this network up" in newest(town, "ada")
    town.presses("ada", "Write it")
    assert "enough" in town.fills("ada", name="Frailty", purpose="x" * 601)
    channels = town.fills("ada", name="Frailty Friends", purpose=PURPOSE)
    assert "2 of 5" in channels
    assert "#frailty" in channels
    for line in notice.splitlines()[3:]:
        assert line in channels, "the notice is shown word for word, before it is posted"
    town.presses("ada", "Pick channels")
    picked = town.fills("ada", channels="#frailty, #asks and #asks")
    assert "](to:fake:T1/C-frailty) already." in picked
    assert picked.count("In #asks: `/invite @Animateur`") == 1
    assert "Charters are switched off" in town.presses("ada", "Go on")
    assert "Europe/London" in town.presses("ada", "Go on")
    town.presses("ada", "Change it")
    assert "I don't know" in town.fills("ada", country="ZZ", timezone="UTC")
    assert "Summer: 22 Jul" in town.fills("ada", quiet="when it is warm")
    sponsor = town.fills("ada", timezone="Asia/Tokyo", country="jp", quiet="Rest: 3 Mar to 5 Mar")
    assert "5 of 5" in sponsor
    assert "Sponsors are switched off" in sponsor
    end = town.presses("ada", "Go on")
    assert ENDS in end
    assert "Until then I'll count answers to newcomers, not energy." in end
    assert "Ada tends it" in end
    assert "sponsor" not in end
    here = town.network
    assert (here.name, here.purpose) == ("Frailty Friends", PURPOSE)
    assert (here.timezone, here.country) == ("Asia/Tokyo", "JP")
    with town.sessions.begin() as session:
        [entry] = talk.calendar(session, here)
        assert (entry.name, entry.last) == ("Rest", date(2026, 3, 5))
    assert "Nothing is waiting" in town.types("ada", "/tend")
    assert "Ada" in town.types("bob", "/tend start")
    assert "of 5" not in newest(town, "bob")


def test_it_works_untouched_and_newcomers_are_greeted_from_then_on(town: Town) -> None:
    town.joins("eva")
    town.types("ada", "/tend start")
    assert ENDS in town.presses("ada", "Plain defaults")
    assert "It has no purpose yet" in newest(town, "ada")
    assert (town.network.name, town.network.purpose) == ("Our network", "")
    assert (town.network.timezone, town.network.country) == ("Europe/London", "GB")
    town.types("ada", "/tend")
    assert "Nothing is waiting" in newest(town, "ada")
    town.passes(hours=1)
    town.joins("dia")
    assert [post.text[:10] for post in town.sees("dia")] == [HELLO[:10]]
    assert town.sees("eva") == [], "who founds a network isn't new in it"


def test_every_step_can_be_skipped_typed_and_taken_again(town: Town) -> None:
    assert "1 of 5" in town.types("ada", "/tend start purpose")
    assert "2 of 5" in town.types("ada", "/tend start skip")
    assert "3 of 5" in town.types("ada", "/tend start not now")
    assert "4 of 5" in town.types("ada", "/tend start charter skip")
    assert "Nothing was kept" in town.types("ada", "/tend start hours whenever")
    assert "5 of 5" in town.types("ada", "/tend start hours Summer: 22 Jul to 30 Aug")
    assert "22 July" in town.types("ada", "/tend start hours")
    assert "5 of 5" in town.types("ada", "/tend start hours Summer: 22 Jul to 30 Aug")
    with town.sessions.begin() as session:
        assert len(talk.calendar(session, town.network)) == 1
    assert "2 of 5" in town.types("ada", "/tend start channels ,")
    assert "- In #ward" in town.types("ada", "/tend start channels general #ward")
    assert ENDS in town.types("ada", "/tend start sponsor no")
    assert ENDS in town.types("ada", "/tend start skip")
    assert ENDS in town.types("ada", f"/tend start purpose {PURPOSE}")
    assert town.network.purpose == PURPOSE
    assert "601" not in town.types("ada", "/tend start purpose " + "x" * 601)
    assert town.network.purpose == PURPOSE
    assert "I don't know the step" in town.types("ada", "/tend start sideways")
    assert ENDS in town.types("ada", "/tend start done")
    assert ENDS in town.types("ada", "/tend start")


def test_once_it_is_set_up_a_change_is_told_and_a_charters_purpose_changes_by_consent(
    community: Community,
) -> None:
    town = community(features=(*FEATURES, charter.feature))
    town.types("ada", f"/tend start purpose {PURPOSE}")
    for name in ("ada", "bob", "cem"):
        for n in range(5):
            town.says(name, hours=-n)
    before = len(town.hears)
    town.types("ada", "/tend start purpose We make the last hour kinder.")
    assert "last hour" in town.hears[before].text
    town.types("ada", "/tend start charter")
    town.presses("ada", "See the six rules")
    town.fills("ada")
    assert "by consent" in town.types("ada", f"/tend start purpose {PURPOSE}")
    assert "1 of 5" in town.types("ada", "/tend start purpose")
    assert "by consent" in town.presses("ada", "Write it")
    assert town.network.purpose == "We make the last hour kinder."


def test_a_sponsor_is_asked_in_the_first_run_and_is_none_before_their_yes(
    community: Community,
) -> None:
    town = community(features=(*FEATURES, leading.feature))
    town.person("helen")
    town.types("ada", "/tend start purpose skip")
    assert "You need none." in town.types("ada", "/tend start sponsor")
    assert "1 of 5" not in town.presses("ada", "Name somebody")
    assert "I ask Helen whether they would be your sponsor" in town.fills("ada", name="Helen")
    assert "Helen is asked whether they would be your sponsor" in town.types(
        "ada", "/tend start done"
    )
    town.presses("helen", "Yes, I promise that")
    assert "Helen is your sponsor, and promised in writing" in town.types("ada", "/tend start done")
    assert "Helen is your sponsor" in town.types("ada", "/tend start sponsor")
    again = town.types("ada", "/tend start sponsor @helen", mentions="helen")
    assert "Helen is the sponsor of Our network already" in again


def test_after_a_first_charter_the_first_run_goes_on_with_the_next_step(
    community: Community,
) -> None:
    town = community(features=(*FEATURES, charter.feature))
    town.types("ada", "/tend start purpose skip")
    town.presses("ada", "Go on")
    town.presses("ada", "See the six rules")
    town.fills("ada", purpose=PURPOSE)
    assert "4 of 5" in town.presses("ada", "Go on setting up")
    town.types("ada", "/tend start done")
    assert "charter is `/net charter`" in newest(town, "ada")


def test_buttons_of_another_time_do_no_harm(town: Town) -> None:
    town.types("ada", "/tend start purpose")
    town.presses("ada", "Skip this")
    town.types("ada", "/tend start sponsor")
    assert ENDS not in town.presses("ada", "Skip this")
    town.types("ada", "/tend start done")
    assert "of 5" not in town.types("bob", "/tend")
    town.presses("ada", "Skip this")
    assert ENDS in town.types("ada", "/tend start done")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Summer: 22 Jul to 30 Aug", Quiet("Summer", date(2026, 7, 22), date(2026, 8, 30))),
        (
            '"Winter break", 20 Dec - 4 Jan',
            Quiet("Winter break", date(2026, 12, 20), date(2027, 1, 4)),
        ),
        ("Eid: 20 March until 20 March", Quiet("Eid", date(2026, 3, 20), date(2026, 3, 20))),
        ("Summer", None),
        ("Summer: the 40th to the 50th", None),
        ("Summer: 3 Aug to whenever", None),
        ("Summer: 3 Aug 2026 to 2 Aug 2026", None),
    ],
)
def test_a_quiet_time_is_read_as_it_is_written(text: str, found: Quiet | None) -> None:
    assert quiet_of(text, now=datetime(2026, 3, 2, 9, tzinfo=UTC)) == found
