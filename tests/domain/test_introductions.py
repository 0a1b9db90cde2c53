"""Two people are understood by their names, and the reason for an introduction is a sentence."""

from __future__ import annotations

import pytest

from bot.domain.introductions import LONGEST, Named, fault_in, two_in


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        pytest.param(
            "@Joe and @Rosa for the leaflet", Named("@Joe", "@Rosa", "for the leaflet"), id="two"
        ),
        pytest.param(
            "@Joe Bloggs to @Rosa Lee", Named("@Joe Bloggs", "@Rosa Lee", ""), id="whole names"
        ),
        pytest.param(
            "me with @Rosa because I begin", Named("me", "@Rosa", "because I begin"), id="myself"
        ),
        pytest.param(
            "<@U1|joe> with <@U2>, who both teach",
            Named("<@U1|joe>", "<@U2>", "who both teach"),
            id="as Slack writes mentions",
        ),
        pytest.param("I'm a nurse and new to @ward7", None, id="somebody's own introduction"),
        pytest.param("Joe and Rosa", None, id="names without a sign"),
        pytest.param("@Joe to me", Named("@Joe", "me", ""), id="another to myself"),
        pytest.param("me and me", None, id="nobody else"),
        pytest.param("@Joe", None, id="one alone"),
    ],
)
def test_two_people_are_named_each_with_a_sign(typed: str, found: Named | None) -> None:
    assert two_in(typed) == found


def test_a_reason_is_there_and_is_no_longer_than_a_sentence_or_two() -> None:
    assert "in a few words" in fault_in("")
    assert fault_in("x" * LONGEST) == ""
    assert "281 characters" in fault_in("x" * (LONGEST + 1))
