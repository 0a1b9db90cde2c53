"""What people ask for, offer and call is on their page, in the digest and in mydata, and goes."""

from __future__ import annotations

import pytest

from handlers import (
    asks,
    convening,
    digest,
    energy,
    introductions,
    meeting,
    mydata,
    network,
    offers,
    thanks,
)
from handlers import home as page
from tests.conftest import Community
from tests.town import Town

FEATURES = (
    network.feature,
    energy.feature,
    convening.feature,
    asks.feature,
    offers.feature,
    thanks.feature,
    meeting.feature,
    introductions.feature,
    digest.feature,
    mydata.feature,
    page.feature,
)
NAMES = ("amina", "joe", "rosa", "cy", "dan", "eve", "tom")
ON_HER_PAGE = {
    "an ask": "read our leaflet",
    "an ask in a round": "a lift to the fair",
    "an offer": "an hour on audit data",
    "a resource": "the big room",
    "what we could use": "a projector",
    "a meeting": "You take part: on a Tuesday",
    "a review": "a plan for nights",
    "a gathering": "Falls at night, in",
    "a convening": "Call in [\\#general]",
}
IN_THE_DIGEST = {
    "an ask": "read our leaflet",
    "an ask in a round": "a lift to the fair",
    "a resource": "the big room",
    "what we could use": "a projector",
    "a round of pairs": "Coffee pairs on Tuesday 10 March",
    "a gathering": "Falls at night, in",
    "a convening": "Call in [\\#general]",
}
OF_HERS = {
    **{what: words for what, words in ON_HER_PAGE.items() if what != "a convening"},
    "a meeting": "You take part since",
    "a gathering": "You called a gathering for Monday 9 March: falls at night",
    "an introduction": "You thought of Joe and Rosa: for the falls leaflet",
    "thanks": "for spotting the step",
}


@pytest.fixture
def town(community: Community) -> Town:
    """A town on a Wednesday in which Amina has done all that anybody can do for others."""
    town = community(features=FEATURES, meeting={"cadence": "weekly"})
    town.lead("tom")
    for name in NAMES:
        town.joins(name)
        town.types(name, "/net meet pairs on")
    town.recounts(*(town.message(NAMES[n % 6], hours=-n) for n in range(1, 90)))
    for kind in ("asks-round wed 10:00", "call next monday 11:00"):
        town.types("tom", f"/tend convene {kind}")
        town.fills("tom")
    for typed, agreed in (
        ("/net offer an hour on audit data", "Offer it"),
        ("/net offer the big room at St Anne's, Tuesdays 2-4 until 1 Sept", "Offer it"),
        ("/net could use a projector for the ward meetings until 1 June", "Put it on the list"),
        ("/net connect @Joe and @Rosa for the falls leaflet", "Ask them both"),
        ("/net meet about falls at night next monday 10:00", "Call it"),
        ("/net meet trio a plan for nights", "Bring it"),
        ("/net thanks @Dan for spotting the step", "Say it in the digest"),
    ):
        town.types("amina", typed)
        town.presses("amina", agreed)
    for typed in ("someone to read our leaflet by 20 march", "in the round a lift to the fair"):
        if "round" in typed:
            town.lives(days=2, hours=2)
        town.types("amina", f"/net ask {typed}")
        town.fills("amina")
        town.presses("amina", "Post it")
    return town


def shown(town: Town, name: str) -> str:
    return "".join(post.text for post in town.looks(name))


def missing(expected: dict[str, str], where: str) -> list[str]:
    return [what for what, words in expected.items() if words not in where]


def test_all_of_it_is_where_people_look_and_all_of_hers_goes_when_she_says_so(town: Town) -> None:
    assert missing(ON_HER_PAGE, shown(town, "amina")) == []
    assert "for the falls leaflet" in shown(town, "joe"), "an introduction waits on his page"
    preview = town.types("tom", "/tend digest preview")
    assert missing(IN_THE_DIGEST, preview) == []
    assert "an hour on audit data" not in preview, "an offer is for whoever looks for it"
    assert "Rosa" not in preview.partition("**Meet one another**")[2]
    assert missing(OF_HERS, town.types("amina", "/net mydata")) == []
    town.types("amina", "/net mydata delete")
    town.presses("amina", "Delete everything")
    town.ticks()
    hers = {what: words for what, words in OF_HERS.items() if what != "a gathering"}
    everywhere = shown(town, "joe") + town.types("tom", "/tend digest preview")
    assert missing(hers, everywhere) == [*hers]
    assert missing({"a gathering": "alls at night"}, everywhere) == ["a gathering"]
    left = town.types("amina", "/net mydata")
    assert missing(hers, left) == [*hers]
