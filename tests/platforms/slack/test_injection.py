"""What people write comes alive nowhere in Slack; a million cases: benchmarks/injection.py."""

from __future__ import annotations

from datetime import UTC, datetime

from benchmarks.injection import PAGE, SITE, fuzzing, known
from bot.platforms.slack.blocks import MORE, to_message
from bot.prompting import Plain
from tests.standin.reading import rendered
from tests.standin.world import World


def test_nothing_that_people_write_comes_alive_and_nothing_of_ours_is_lost() -> None:
    with fuzzing() as run:
        run.run(600)
    assert run.cases == 600
    assert run.injected == []
    assert run.lost == []


def test_the_same_words_taken_as_our_own_are_noticed() -> None:
    with fuzzing(value=Plain) as run:
        run.run(240)
    assert len(run.injected) >= 20


def test_somebody_else_reads_no_more_into_it() -> None:
    town = World(lambda: datetime(2026, 3, 2, tzinfo=UTC))
    with fuzzing(seed=2) as run:
        for number in range(60):
            message = to_message(run.post(run.words(number)), known, site=SITE)
            blocks = [block.to_dict() for block in message.blocks]
            seen = rendered(town, message.text, blocks)
            assert len(seen.buttons) == 2
            assert set(seen.mentions) <= {"U1"}
            assert set(seen.links) <= {PAGE, f"{SITE}/archives/C2/p1746418574223589"}
            assert MORE in message.text or (len(seen.mentions), len(seen.links)) == (1, 2)
