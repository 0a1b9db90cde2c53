"""What people write comes alive nowhere in Slack; a million cases: benchmarks/injection.py."""

from __future__ import annotations

from benchmarks.injection import fuzz
from bot.prompting import Plain


def test_nothing_that_people_write_comes_alive_and_nothing_of_ours_is_lost() -> None:
    fuzzing = fuzz(600)
    assert fuzzing.cases == 600
    assert fuzzing.injected == []
    assert fuzzing.lost == []


def test_the_same_words_taken_as_our_own_are_noticed() -> None:
    assert len(fuzz(240, value=Plain).injected) >= 20
