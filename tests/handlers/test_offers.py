"""Somebody offers what they would gladly give: found by their own words, renewed by one tap."""

from __future__ import annotations

import pytest

from tests.town import Town, said

AUDIT = "/net offer an hour on audit data until 30 March"


def test_an_offer_is_shown_first_found_by_its_words_and_kept_once(town: Town) -> None:
    shown = town.types("rosa", AUDIT)
    assert "> **Rosa:** an hour on audit data" in shown
    assert "It stands until Monday 30 March 2026." in shown
    assert "Nobody has offered anything on audit yet." in town.types("dan", "/net who audit")
    town.presses("rosa", "Offer it")
    town.presses("rosa", "Offer it")
    assert town.types("dan", "/net who audit").startswith(
        "**Who has offered help with audit**, in their own words\n"
        "- [Rosa](to:fake:T1/U-rosa): an hour on audit data"
    )
    assert town.types("dan", "/net offers").count("audit data") == 1
    assert "audit data" not in town.types("dan", "/net offers resources")
    assert "audit data" in town.types("rosa", "/net offers time")
    assert "Type a word or two" in town.types("dan", "/net who")
    assert "no offer of yours" in town.types("dan", "/net offer withdraw 1")
    assert "an hour on audit data" in "".join(post.text for post in town.looks("rosa"))
    assert "an hour on audit data" in town.types("rosa", "/net mydata")
    assert "words are deleted" in town.types("rosa", "/net offer withdraw 1")
    assert "no offer of yours" in town.types("rosa", "/net offer renew 1")
    assert "audit data" not in town.types("rosa", "/net mydata")


def test_an_offer_is_asked_after_before_it_ends_and_renewed_by_one_tap(town: Town) -> None:
    town.types("rosa", AUDIT)
    town.presses("rosa", "Offer it")
    town.types("joe", "/net offer a room for twenty until 30 March")
    town.presses("joe", "Offer it")
    town.passes(days=20, hours=2)
    assert "Does this still stand" not in "".join(said(town.sees("rosa")))
    town.passes(days=1)
    town.runs("offers.look_after")
    town.runs("offers.look_after")
    assert sum("Does this still stand" in text for text in said(town.sees("rosa"))) == 1
    assert "until Monday 21 September 2026" in town.presses("rosa", "Yes, half a year more")
    town.passes(days=10)
    town.runs("offers.look_after")
    assert "Nobody has offered" in town.types("dan", "/net who room"), "it was not renewed"
    assert "audit data" in town.types("dan", "/net who audit")
    assert "`/net offer renew 2`" in town.types("joe", "/net offers")
    assert "stands until" in town.types("joe", "/net offer renew 2")
    town.passes(weeks=60)
    town.runs("offers.look_after")
    town.passes(weeks=27)
    town.runs("offers.look_after")
    assert "renew" not in town.types("joe", "/net offers"), "half a year later it is gone"


def test_an_offer_is_written_and_changed_in_a_form(town: Town) -> None:
    town.types("rosa", "/net offer")
    assert "Nothing was kept" in town.fills("rosa", words="An hour.", until="yesterday")
    town.fills("rosa", words="A room for twenty people.", when="after four", until="1 June")
    town.presses("rosa", "Change it")
    assert town.forms[-1].fields[2].value == "after four"
    town.fills("rosa", when="on Fridays")
    assert "I ask you a week before" in town.presses("rosa", "Offer it")
    assert "A room for twenty people. _(on Fridays)_" in town.types("dan", "/net who rooms")
    town.types("rosa", "/net offer change 1")
    town.fills("rosa", words="A room for thirty people.")
    town.presses("rosa", "Offer it")
    listed = town.types("dan", "/net offers")
    assert "thirty" in listed
    assert "twenty" not in listed
    assert "Nothing was kept" in town.presses("rosa", "Not now")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        pytest.param("/net offer " + "an hour " * 40, "200 are the most", id="too many words"),
        pytest.param("/net offer a room until yesterday", "A room", id="a day that has gone by"),
        pytest.param("/net offer change 9", "no offer of yours", id="an offer that isn't there"),
    ],
)
def test_what_cannot_be_offered_is_said_so(town: Town, typed: str, told: str) -> None:
    assert told.casefold() in town.types("rosa", typed).casefold()


def test_whoever_is_erased_offers_nothing_any_more(town: Town) -> None:
    town.types("rosa", AUDIT)
    town.presses("rosa", "Offer it")
    town.types("rosa", "/net mydata delete")
    town.presses("rosa", "Delete everything")
    assert "Nobody has offered" in town.types("dan", "/net who audit")
