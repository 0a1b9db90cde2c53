"""Two years of why: phases with people's words first, what was said, and what was left unsaid."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.nudges import ConveningKind, NudgeState
from bot.domain.phases import Phase, Sureness
from bot.judgement.why import Context, Hypothesis, Why
from bot.storage import nudges, readings
from bot.storage.nudges import Nudge
from bot.storage.places import Network
from bot.storage.rhythm import Decision, Reading
from handlers.energy import timeline
from handlers.energy.decide import Alert, worsened
from tests.conftest import Community
from tests.ebbs import FEATURES
from tests.town import Town

NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)


@pytest.fixture
def town(community: Community) -> Town:
    """A town that ada tends, with readings of half a year: steady, an ebb in May, steady again."""
    made = community(features=FEATURES)
    made.lead("ada")
    made.now = NOW
    with made.sessions.begin() as session:
        mine = session.query(Network).one()
        for n in range(180):
            day = date(2026, 1, 1) + timedelta(days=n)
            phase = Phase.EBB if date(2026, 5, 4) <= day <= date(2026, 5, 24) else Phase.STEADY
            session.add(
                Reading(
                    network_id=mine.id,
                    channel_id=0,
                    day=day,
                    phase=phase.value,
                    direction="level",
                    probability=0.9,
                )
            )
    return made


def decided(town: Town, at: datetime, reason: str, *, what: str, did_speak: bool) -> None:
    with town.sessions.begin() as session:
        mine = session.query(Network).one()
        session.add(
            Decision(network_id=mine.id, at=at, what=what, did_speak=did_speak, reason=reason)
        )


def spells(town: Town) -> list[timeline.Spell]:
    with town.app.context(town.network, occasion="x") as ctx:
        return timeline.spells(ctx, date(2025, 1, 1))


def test_a_phase_is_told_with_its_days_the_newest_first(town: Town) -> None:
    assert [(each.phase, each.first, each.last) for each in spells(town)] == [
        (Phase.STEADY, date(2026, 5, 25), date(2026, 6, 29)),
        (Phase.EBB, date(2026, 5, 4), date(2026, 5, 24)),
        (Phase.STEADY, date(2026, 1, 1), date(2026, 5, 3)),
    ]


def test_people_s_words_stand_with_the_phase_that_they_explain_and_come_first(town: Town) -> None:
    town.now = datetime(2026, 5, 1, 9, tzinfo=UTC)
    town.types("ada", "/tend why the wards are full")
    town.now = datetime(2026, 5, 12, 9, tzinfo=UTC)
    town.types("ada", "/tend why and two of us moved")
    town.types("ada", '/tend calendar add "Network day" 2026-05-06 gathering')
    decided(
        town, datetime(2026, 5, 7, 9, tzinfo=UTC), "ebb: newcomers", what="energy.alert",
        did_speak=True,
    )  # fmt: skip
    town.now = NOW
    told = town.types("ada", "/tend log")
    spell = told.partition("**Ebb**, 4 May to 24 May 2026\n")[2].partition("\n\n")[0]
    assert spell.splitlines() == [
        "- Ada, 1 May: *the wards are full*",
        "- Ada, 12 May: *and two of us moved*",
        "- Gathering: Network day",
        "- Said, 7 May: ebb: newcomers",
    ]


def test_what_was_left_unsaid_is_told_once_for_a_reason_that_came_again(town: Town) -> None:
    for day in (10, 11, 12):
        at = datetime(2026, 6, day, 9, tzinfo=UTC)
        decided(town, at, "steady: ordinary", what="energy.alert", did_speak=False)
    at = datetime(2026, 6, 13, 9, tzinfo=UTC)
    decided(town, at, "nothing to tell", what="digest.weekly", did_speak=False)
    newest = spells(town)[0]
    assert [(each.on.day, each.about, each.reason) for each in newest.told] == [
        (10, "", "steady: ordinary"),
        (13, "digest", "nothing to tell"),
    ]
    told = town.types("ada", "/tend log")
    assert "- Left unsaid, 10 Jun: steady: ordinary" in told
    assert "- Left unsaid (digest), 13 Jun: nothing to tell" in told


def test_what_was_tried_stands_in_the_log_and_what_was_left_alone_does_not(town: Town) -> None:
    with town.sessions.begin() as session:
        mine = session.query(Network).one()
        day = date(2026, 5, 13)
        for kind, verdict in ((ConveningKind.QUESTION_ROUND, "worth doing again"),
                              (ConveningKind.LEAVE_IT, "")):  # fmt: skip
            nudges.keep(
                session,
                Nudge(
                    network_id=mine.id, kind=kind.value, state=NudgeState.REVIEWED.value,
                    starts_day=day, starts_time=NOW.time(), review_on=day, lapses_on=day,
                    verdict=verdict, moved_at=NOW, created_at=NOW,
                ),
            )  # fmt: skip
    told = town.types("ada", "/tend log")
    assert "- Question round (worth doing again)" in told.partition("**Ebb**")[2]
    assert "eave it" not in told


def test_a_year_can_be_asked_for(town: Town) -> None:
    assert "**Ebb**" in town.types("ada", "/tend log 2026")
    assert town.types("ada", "/tend log 2024").startswith("Nothing has been read")


def test_a_very_long_explanation_is_not_told_in_full(town: Town) -> None:
    town.types("ada", "/tend why " + "because " * 200)
    [word] = spells(town)[0].words
    assert len(word.text) <= timeline.LONGEST
    assert word.text.endswith("…")


def test_a_log_of_very_many_phases_says_what_it_leaves_out(town: Town) -> None:
    with town.sessions.begin() as session:
        for row in session.query(Reading).filter(Reading.day < date(2026, 2, 10)):
            row.phase = (Phase.FLOW if row.day.day % 2 else Phase.STEADY).value
    assert "earlier spells not shown: `/tend log 2025` shows a year." in town.types(
        "ada", "/tend log"
    )


def test_why_nothing_was_said_of_a_steady_day_is_kept_once(community: Community) -> None:
    town = community(features=FEATURES)
    town.lead("ada")
    with town.sessions.begin() as session:
        mine = session.query(Network).one()
        for n in range(1, 9):
            day = town.now.date() - timedelta(days=n)
            session.add(
                Reading(
                    network_id=mine.id, channel_id=0, day=day, phase=Phase.STEADY.value,
                    direction="level", probability=0.9,
                )
            )  # fmt: skip
    town.runs("energy.tell")
    town.runs("energy.tell")
    with town.sessions.begin() as session:
        kept = readings.decisions(session, town.network, since=town.now - timedelta(days=1))
        assert [each.reason for each in kept] == ["steady: ordinary variation, nothing to say"]


# Who isn't answered any more is told, whatever the phase


def because(code: Context, sureness: Sureness = Sureness.LIKELY, **evidence: float) -> Why:
    return Why(
        hypotheses=(Hypothesis(code=code, sureness=sureness, evidence=evidence),),
        ruled_out=(),
        leave_it=False,
        look_again=date(2026, 7, 13),
    )


def newcomers(unanswered: int, *, of: int, usually: float = 0.85) -> Why:
    return because(
        Context.NEWCOMERS,
        Sureness.POSSIBLE,
        posts=of,
        unanswered=unanswered,
        usual_share=usually,
    )


@pytest.mark.parametrize(
    ("why", "told", "rested", "expected"),
    [
        pytest.param(newcomers(6, of=7), [], 15, "steady: newcomers", id="newcomers"),
        pytest.param(because(Context.ASKS_WAITING), [], None, "steady: asks waiting", id="asks"),
        pytest.param(newcomers(6, of=7), [], 13, None, id="an alert came this fortnight"),
        pytest.param(newcomers(6, of=7), ["ebb: newcomers"], 20, None, id="they were told of it"),
        pytest.param(
            newcomers(6, of=7), ["ebb: few voices"], 20, "steady: newcomers",
            id="they were told of something else",
        ),
        pytest.param(newcomers(3, of=5), [], None, None, id="it may be chance"),
        pytest.param(newcomers(5, of=7, usually=0.5), [], None, None, id="it is usual here"),
        pytest.param(
            because(Context.ASKS_WAITING, Sureness.POSSIBLE), [], None, None, id="only possible"
        ),
        pytest.param(because(Context.ORDINARY), [], None, None, id="ordinary"),
        pytest.param(because(Context.MOVED), [], None, None, id="no matter of answers"),
    ],
)  # fmt: skip
def test_leads_are_told_of_answers_that_fail_whatever_the_phase(
    why: Why, told: list[str], rested: int | None, expected: str | None
) -> None:
    last = None if rested is None else NOW - timedelta(days=rested)
    found = worsened(Phase.STEADY, why, told=told, last_alert=last, now=NOW)
    assert found == (None if expected is None else Alert(reason=expected))
