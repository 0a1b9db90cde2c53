"""What is due is done once; what has nothing to do is passed over, and costs one query together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from msgspec import Struct
from sqlalchemy import Table, UniqueConstraint

from bot import logs
from bot.context import Context
from bot.domain.schedule import Daily, Slot
from bot.feature import Feature, Job
from bot.storage import places, readings
from bot.storage.rhythm import SenseNote
from handlers import FEATURES
from tests.conftest import Community
from tests.town import MONDAY, Town


class Nothing(Struct, frozen=True):
    """No settings."""


Told = Callable[..., Town]
CONDITIONAL = [job for feature in FEATURES for job in feature.jobs if job.while_any]


def notes(ctx: Context, text: str) -> None:
    """Somebody says something that is kept."""
    found = places.people_of(ctx.session, ctx.network.workspace)
    readings.note(ctx.session, ctx.network, found[0], text, now=ctx.now)


@pytest.fixture
def ran() -> list[str]:
    """The days on which notes were counted."""
    return []


@pytest.fixture
def told(community: Community, ran: list[str]) -> Told:
    """A town that counts its notes each morning, while there are any."""

    def make(note_on: str = "") -> Town:
        noting: Feature[Nothing] = Feature("noting", Nothing)
        six = Daily(at=time(6))

        @noting.job(lambda _: six)
        def write(settings: Nothing, ctx: Context) -> None:
            if ctx.slot is not None and ctx.slot.name == note_on:
                notes(ctx, "a quiet spring")

        @noting.job(lambda _: six, while_any=(SenseNote,))
        def count(settings: Nothing, ctx: Context) -> None:
            assert ctx.slot is not None
            ran.append(ctx.slot.name)

        town = community(features=[noting])
        town.says("ada")
        town.passes(days=1)
        return town

    return make


@pytest.mark.both_databases
def test_a_job_that_found_nothing_waits_for_its_next_slot(told: Told, ran: list[str]) -> None:
    town = told()
    town.ticks()
    with town.app.context(town.network, occasion="by hand") as ctx:
        notes(ctx, "half term")
    town.ticks()
    assert ran == []

    town.passes(days=1)
    town.ticks()
    town.ticks()

    assert ran == ["2026-03-04"]


def test_a_job_sees_what_another_did_at_the_same_time(told: Told, ran: list[str]) -> None:
    town = told("2026-03-03")
    town.ticks()
    assert ran == ["2026-03-03"]


@pytest.mark.both_databases
def test_a_job_that_fails_is_undone_alone_and_tried_again(
    community: Community, capfd: pytest.CaptureFixture[str]
) -> None:
    logs.configure("error", as_json=True)
    trying: Feature[Nothing] = Feature("trying", Nothing)
    six, fails, ran = Daily(at=time(6)), [True], []

    @trying.job(lambda _: six)
    def before(settings: Nothing, ctx: Context) -> None:
        ran.append("before")
        ctx.spoke("before", "it was six")

    @trying.job(lambda _: six)
    def fail(settings: Nothing, ctx: Context) -> None:
        ctx.spoke("fail", "it was six")
        if fails:
            raise RuntimeError("not today")

    @trying.job(lambda _: six)
    def after(settings: Nothing, ctx: Context) -> None:
        ctx.spoke("after", "it was six")

    town = community(features=[trying])
    town.says("ada")
    town.passes(days=1)
    town.ticks()
    assert decided(town) == ["after", "before"]
    (line,) = capfd.readouterr().err.splitlines()
    assert '"what": "trying.fail/1/2026-03-03"' in line
    assert '"error_type": "RuntimeError"' in line

    fails.clear()
    ran.clear()
    town.ticks()
    assert decided(town) == ["after", "before", "fail"]
    assert ran == []


@pytest.mark.both_databases
def test_what_a_job_did_before_the_rest_of_it_is_kept(community: Community) -> None:
    slow: Feature[Nothing] = Feature("slow", Nothing)
    six, parts = Daily(at=time(6)), iter(range(1, 5))

    @slow.job(lambda _: six)
    def first(settings: Nothing, ctx: Context) -> None:
        ctx.spoke("first", "it was six")

    @slow.job(lambda _: six)
    def some(settings: Nothing, ctx: Context) -> bool:
        part = next(parts)
        ctx.spoke(f"part {part}", "it was six")
        if part == 3:
            raise RuntimeError("not today")
        return part < 4

    @slow.job(lambda _: six)
    def last(settings: Nothing, ctx: Context) -> None:
        ctx.spoke("last", "it was six")

    town = community(features=[slow])
    town.says("ada")
    town.passes(days=1)
    town.ticks()
    assert decided(town) == ["first", "last", "part 1", "part 2"]
    town.ticks()
    town.ticks()
    assert decided(town) == ["first", "last", "part 1", "part 2", "part 4"]


def test_a_job_without_a_next_time_holds_nobody_up(
    community: Community, capfd: pytest.CaptureFixture[str]
) -> None:
    class Never(Struct, frozen=True):
        def latest(self, *, now: datetime, zone: ZoneInfo) -> Slot:
            raise OverflowError("there is no such day")

    logs.configure("error", as_json=True)
    lost: Feature[Nothing] = Feature("lost", Nothing)

    @lost.job(lambda _: Never())  # type: ignore[arg-type, return-value]
    def wait(settings: Nothing, ctx: Context) -> None:
        """Nobody gets here."""

    @lost.job(lambda _: Daily(at=time(6)))
    def go_on(settings: Nothing, ctx: Context) -> None:
        ctx.spoke("go on", "it was six")

    town = community(features=[lost])
    town.says("ada")
    town.passes(days=1)
    town.ticks()
    assert decided(town) == ["go on"]
    assert "lost.wait" in capfd.readouterr().err


def decided(town: Town) -> list[str]:
    """What was decided, by name."""
    with town.sessions.begin() as session:
        found = readings.decisions(session, town.network, since=MONDAY)
    return sorted(each.what for each in found)


@pytest.mark.parametrize("job", CONDITIONAL, ids=lambda job: job.name)
def test_whether_a_job_has_anything_to_do_is_looked_up_by_network(job: Job) -> None:
    for each in job.while_any:
        table = each.__table__
        assert isinstance(table, Table)
        uniques = [one for one in table.constraints if isinstance(one, UniqueConstraint)]
        keys: list[Any] = [*table.indexes, *uniques, table.primary_key]
        first = [next(iter(key.columns)).name for key in keys]
        assert "network_id" in first, f"{table.name} has no index that begins with its network"
