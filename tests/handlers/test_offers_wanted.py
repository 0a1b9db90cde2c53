"""What we could use: a list that anybody adds to, told in a digest's line, and *I could* on it."""

from __future__ import annotations

import pytest

from bot.ports import DeliveryError
from handlers import asks, digest, home, knowledge, mydata, network, offers, thanks
from tests.conftest import Community
from tests.town import Town, said

FEATURES = (
    network.feature,
    asks.feature,
    offers.feature,
    thanks.feature,
    knowledge.feature,
    digest.feature,
    mydata.feature,
    home.feature,
)


@pytest.fixture
def town(community: Community) -> Town:
    """A town in which Amina has put a projector on the list; a Monday morning."""
    town = community(features=FEATURES)
    for name in ("amina", "joe", "dan"):
        town.joins(name)
    shown = town.types("amina", "/net could use a projector for the ward meetings until 1 June")
    assert "> a projector for the ward meetings" in shown
    assert "Nothing is on the list" in town.types("joe", "/net could-use")
    town.presses("amina", "Put it on the list")
    town.presses("amina", "Put it on the list")
    return town


def test_a_line_is_on_the_list_once_told_in_the_digest_and_somebody_could_provide_it(
    town: Town,
) -> None:
    for shown in (town.types("joe", "/net offers"), town.types("joe", "/net could-use")):
        assert shown.count("a projector") == 1
        assert "Amina" not in shown
    assert "We could use" in town.types("joe", "/net find projector")
    assert "What we could use" in "".join(post.text for post in town.looks("joe"))
    town.passes(weeks=1)
    town.runs("digest.weekly")
    assert "*We could use:* a projector for the ward meetings." in said(town.hears)[-1]
    assert "I've told [Amina]" in town.types("joe", "/net could-use could 1")
    assert "I've told [Amina]" in town.types("joe", "/net could-use could 1")
    told = [text for text in said(town.sees("amina")) if "Joe could provide" in text]
    assert len(told) == 1
    town.presses("joe", "Offer it to all")
    assert [each.value for each in town.forms[-1].fields][:3] == [
        "a projector for the ward meetings",
        "Resources: a room, data, kit, a little money",
        "Kit to borrow",
    ]
    town.fills("joe", often="3 hours a week")
    town.presses("joe", "Offer it")
    assert "_3 hours a week._" in town.types("dan", "/net who a projector")
    town.passes(weeks=1)
    town.runs("digest.weekly")
    assert "*New to use:* a projector" in said(town.hears)[-1]
    assert "We could use" not in said(town.hears)[-1], "it was told before"
    town.types("joe", "/net offer change 1")
    town.fills("joe", words="a beamer for everybody")
    town.presses("joe", "Offer it")
    assert "*New to use:* a beamer" in said(town.hears)[-1]
    assert "on the list yourself" in town.types("amina", "/net could-use could 1")
    town.presses("amina", "We have it now")
    assert "nothing on the list" in town.types("joe", "/net could-use could 1")
    assert "nothing on the list" in town.types("joe", "/net could-use offer 1")
    assert "We could use" not in town.types("joe", "/net find projector")
    assert "We could use" not in "".join(said(town.hears)), "the digest that told it is mended"
    assert "its words are deleted" in town.types("amina", "/net mydata")


def test_a_line_is_asked_after_before_it_ends_and_renewed(town: Town) -> None:
    assert "nothing on the list by that number, or not by you" in town.types(
        "joe", "/net could-use have 1"
    )
    town.passes(days=85, hours=2)
    town.runs("offers.look_after")
    town.runs("offers.look_after")
    assert sum("**Could we still use this?**" in text for text in said(town.sees("amina"))) == 1
    town.passes(days=8)
    town.runs("offers.look_after")
    assert "Yours, and ended" in town.types("amina", "/net could-use")
    assert "Nothing is on the list" in town.types("joe", "/net could-use")
    assert "until" in town.presses("amina", "Yes, half a year more")
    assert "1: a projector" in town.types("joe", "/net could-use")
    assert "a projector" in town.types("joe", "/net find projector")
    assert "Nothing was kept" in town.types("joe", "/net could-use " + "a van " * 50)
    for number in range(20):
        town.types("dan", f"/net could-use van {number}")
        town.presses("dan", "Put it on the list")
    town.types("dan", "/net could-use one more")
    assert "20 lines of yours" in town.presses("dan", "Put it on the list")
    town.types("amina", "/net mydata delete")
    town.presses("amina", "Delete everything")
    assert "a projector" not in town.types("joe", "/net could-use")
    assert "a projector" not in town.types("joe", "/net find projector")


def test_what_a_digest_could_not_tell_the_next_one_does(town: Town) -> None:
    town.passes(weeks=1)
    town.platform.refusals.append(DeliveryError("channel_not_found"))
    town.runs("digest.weekly")
    town.app.tell_outcomes()
    town.passes(weeks=1)
    town.runs("digest.weekly")
    assert "*We could use:* a projector" in said(town.hears)[-1]
