"""A season is known by last year's weeks even when nothing but the totals of days is left."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from bot.domain.phases import Phase
from bot.judgement.why import Context
from bot.storage import places, retention
from bot.storage.places import Network
from bot.storage.rhythm import CalendarEntry
from handlers import energy
from handlers.energy.lastyear import people_a_year_ago
from tests.town import MONDAY, Town

YESTERDAY = MONDAY.date() - timedelta(days=1)
WEEKS, PEOPLE = 66, 14
SEASON = {1, 2, 3, 53, 54, 55}
"""Weeks ago in which few spoke."""
OFF = MONDAY.date() - timedelta(weeks=58)


def lives(town: Town) -> None:
    """More than a year, of which all but the last half is let go of but for its totals."""
    rng = Random(8)
    town.recounts(
        *(
            town.message(f"person{one}", at=at, hours=8 * rng.random())
            for back in range(7 * WEEKS, 0, -1)
            if (at := town.now - timedelta(days=back)).weekday() in (1, 3)
            for one in range(PEOPLE)
            if rng.random() < (0.25 if (back + 6) // 7 in SEASON else 0.9)
        )
    )
    with town.sessions.begin() as session:
        network = session.get_one(Network, town.network.id)
        session.add(
            CalendarEntry(
                network_id=network.id,
                name="A week off",
                first=OFF,
                last=OFF + timedelta(days=6),
                kind="quiet",
            )
        )
        retention.let_go(session, network, now=town.now)


def test_the_same_weeks_of_last_year_are_known_by_the_totals_of_their_days(town: Town) -> None:
    lives(town)
    with town.app.context(town.network, occasion="test") as ctx:
        [general] = places.channels(ctx.session, ctx.network)
        ago = people_a_year_ago(ctx, through=YESTERDAY, channel=None)
        assert ago == people_a_year_ago(ctx, through=YESTERDAY, channel=general.id)
        assert people_a_year_ago(ctx, through=YESTERDAY, channel=general.id + 1) == {}
        assert people_a_year_ago(ctx, through=date(2020, 1, 5), channel=None) == {}
        pulse = energy.pulse_of(energy.Settings(), ctx)
        assert pulse.phase is Phase.EBB
        assert pulse.why.hypotheses[0].code is Context.QUIET_SEASON
        assert pulse.why.hypotheses[0].evidence["usual_share"] == 0.23
    low = [MONDAY.date() - timedelta(weeks=back) for back in (53, 54, 55)]
    assert OFF not in ago
    assert all(ago[week] < 3 for week in low)
    assert all(ago[week] > 4 for week in ago if week not in low and week > OFF)
