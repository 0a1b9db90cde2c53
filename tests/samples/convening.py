"""Sample values for the prompts about convening."""

from __future__ import annotations

from datetime import UTC, date, datetime

from msgspec.structs import replace

from bot.domain.nudges import CONVENINGS, ConveningKind, NudgeState
from bot.domain.phases import Direction, EnergyReading, Phase
from bot.judgement.convening import LINES
from bot.judgement.evidence import Evidence, Verdict
from bot.judgement.outcomes import Outcome, Record
from bot.judgement.rounds import Tally
from bot.prompting import Plain
from bot.storage.places import Person
from bot.storage.standing import Permission
from handlers.convening.showing import Shown, lines

READINGS = [
    EnergyReading(
        day=date(2026, 6, 23),
        phase=phase,
        direction=Direction.LEVEL,
        probability=0.9,
        since=since,
    )
    for phase, since in (
        (Phase.STEADY, None),
        (Phase.EBB, date(2026, 5, 20)),
        (Phase.STILL, date(2026, 6, 20)),
    )
]

DRAFT = Shown(
    number=3,
    kind="question round",
    one="a question round",
    channel="frailty",
    ref="slack:T1/C1",
    state=NudgeState.AWAITING.value,
    day=date(2026, 6, 10),
    time="10:00",
    hope="five people who haven't spoken this month take part",
    who_for="everybody",
    review_on=date(2026, 6, 24),
    by="Tom",
    approver="",
    moved_by="Tom",
    moved_at=datetime(2026, 6, 8, 9, 12, tzinfo=UTC),
    short="",
    verdict="",
    lesson="",
    meets=None,
    minutes=0,
)
MEETS = {"meets": datetime(2026, 6, 11, 14, 0, tzinfo=UTC), "minutes": 45}
NAMELESS = replace(DRAFT, by="", moved_by="", who_for="", hope="")
SCHEDULED = replace(DRAFT, state=NudgeState.SCHEDULED.value, approver="Priya", moved_by="Priya")
POSTED = replace(SCHEDULED, state=NudgeState.POSTED.value)
REVIEWED = replace(
    POSTED,
    state=NudgeState.REVIEWED.value,
    short="a livelier fortnight",
    verdict="worth doing again",
    lesson="Mornings suit the wards.",
)
LEFT = replace(REVIEWED, kind="ebb left alone", hope="", channel="", ref="", verdict="", lesson="")
EVIDENCE = [
    Evidence(verdict=Verdict.HELPS, nudged=9, left_alone=8, ratio=1.4, low=1.1, high=1.8),
    Evidence(verdict=Verdict.HARMS, nudged=9, left_alone=8, ratio=0.7, low=0.5, high=0.9),
    Evidence(verdict=Verdict.TOO_SMALL, nudged=40, left_alone=41, ratio=1, low=0.9, high=1.1),
    Evidence(verdict=Verdict.NOT_YET_KNOWN, nudged=1, left_alone=1, more=4),
    Evidence(verdict=Verdict.NOT_YET_KNOWN, nudged=5, left_alone=0),
]
PERMITTED = Permission(
    ConveningKind.QUESTION_ROUND, Person(name="Tom"), datetime(2026, 6, 1, 9, tzinfo=UTC)
)
IN_STATE = {state: replace(SCHEDULED, state=state.value) for state in NudgeState}
RULE = "Rule 3: Share it rough. Half-finished is as welcome as success."
NOTHING: dict[str, object] = {
    "awaiting": [],
    "scheduled": [],
    "running": [],
    "reviewed": [],
    "permissions": [],
}

OUTCOME = Outcome(
    posted=date(2026, 6, 10),
    weeks=(19, 21),
    low=15,
    high=27,
    is_livelier=True,
    is_usual=True,
    took_part=22,
    new_voices=9,
    asked=18,
    answered=16,
)
OUTCOMES = [
    OUTCOME,
    replace(OUTCOME, took_part=3, asked=1, answered=1, weeks=(3, 2, 9), is_usual=False),
    replace(OUTCOME, took_part=0, asked=2, answered=0, weeks=(9,), low=None, is_usual=None),
    replace(OUTCOME, took_part=8, in_thread=False, new_voices=0, weeks=()),
    replace(OUTCOME, took_part=None, deaf=True, left=6, left_before=0, uncounted=2),
    replace(OUTCOME, new_voices=2, is_usual=None, uncounted=7),
    replace(OUTCOME, left=1, left_before=5, weeks=(2, 3)),
]
RECORDS = [
    Record(nudged=nudged, nudged_livelier=up, left=left, left_livelier=came)
    for nudged, up, left, came in (
        (6, 4, 4, 3),
        (6, 2, 4, 4),
        (6, 1, 1, 0),
        (1, 1, 0, 0),
        (0, 0, 0, 0),
        (2, 0, 1, 1),
        (3, 1, 2, 1),
        (0, 0, 3, 0),
    )
]

SAMPLES: dict[str, list[dict[str, object]]] = {
    **{
        kind.value: [{"lead": Plain("Tom"), "has_meetings": each} for each in (True, False)]
        for kind in CONVENINGS
    },
    "called_off": [{"nudge": replace(POSTED, **MEETS), "zone": "Europe/London"}],
    "allowed": [
        {"kind": ConveningKind.QUESTION_ROUND, "is_new": each} for each in (True, False)
    ],
    "already": [
        {"nudge": each}
        for each in (NAMELESS, *(IN_STATE[state] for state in (NudgeState.SCHEDULED,)), DRAFT)
    ]
    + [{"nudge": IN_STATE[NudgeState.CANCELLED]}, {"nudge": POSTED}],
    "awaiting": [
        {"nudge": each, "quoted": lines("One?\nWhat?", quoted=True), "after": after, "rule": rule}
        for each, after, rule in ((DRAFT, "", RULE), (NAMELESS, "", ""), (NAMELESS, "May", RULE))
    ],
    "cancelled": [{"nudge": SCHEDULED, "was_said": said} for said in (True, False)],
    "cant_then": [
        {"nudge": DRAFT, "reason": "the channel has had 2 nudges this week", "until": until}
        for until in (datetime(2026, 6, 12, 9, tzinfo=UTC), None)
    ],
    "catchup": [{"nudge": SCHEDULED}, {"nudge": replace(SCHEDULED, who_for="")}],
    "coming": [
        {"scheduled": [SCHEDULED], "meetings": []},
        {"scheduled": [SCHEDULED, replace(SCHEDULED, who_for="")], "meetings": []},
        {"scheduled": [], "meetings": [replace(POSTED, **MEETS)]},
    ],
    "for_you": [{"awaiting": [DRAFT]}, {"awaiting": [DRAFT, NAMELESS]}],
    "failed": [{"nudge": SCHEDULED, "reason": "not_in_channel"}],
    "faults": [{"faults": ["That has passed.", "At what time?"]}],
    "form": [
        {"is_change": each, "opens": "09:00", "closes": "17:00", "zone": "Europe/London"}
        for each in (True, False)
    ],
    "gone": [{}],
    "kept": [{"nudge": DRAFT, "others": others} for others in (["Priya"], [])],
    "kinds": [
        {
            "kinds": CONVENINGS,
            "lines": {kind.value: LINES[kind] for kind in CONVENINGS},
            "unknown": unknown,
        }
        for unknown in ("", "party")
    ],
    "lapsed": [{"nudges": [DRAFT]}, {"nudges": [DRAFT, NAMELESS]}],
    "mydata": [
        {"held": [{"nudge": DRAFT, "roles": ("drafted", "approved")}], "permitted": []},
        {"held": [{"nudge": LEFT, "roles": ("judged",)}], "permitted": [PERMITTED]},
    ],
    "no_channel": [{}],
    "nudges": [
        NOTHING,
        {**NOTHING, "awaiting": [DRAFT, NAMELESS]},
        {**NOTHING, "scheduled": [SCHEDULED, replace(SCHEDULED, approver="")]},
        {**NOTHING, "running": [POSTED, replace(LEFT, state="gathering")]},
        {**NOTHING, "reviewed": [REVIEWED, LEFT]},
        {
            "awaiting": [DRAFT],
            "scheduled": [SCHEDULED],
            "running": [POSTED],
            "reviewed": [REVIEWED],
            "permissions": [PERMITTED],
        },
    ],
    "nudges_how": [{}],
    "by_permission": [
        {
            "nudge": SCHEDULED,
            "by": "Tom",
            "since": date(2026, 6, 1),
            "quoted": lines("One question", quoted=True),
        }
    ],
    "forbidden": [
        {"kind": ConveningKind.QUESTION_ROUND, "was_there": each} for each in (True, False)
    ],
    "by_lot": [{"evidence": each} for each in EVIDENCE],
    "held_out": [{"nudge": SCHEDULED, "look_again": date(2026, 6, 24)}],
    "first_word": [
        {
            "nudge": SCHEDULED,
            "names": ["Priya", "Tom"],
            "quoted": lines("One question", quoted=True),
        }
    ],
    "not_first": [{}],
    "happened": [
        {"outcome": each, "few": 5, "reading": reading}
        for each in OUTCOMES for reading in (None, *READINGS)
    ],
    "how_sure": [{"record": each} for each in RECORDS],
    "judged": [{"nudge": REVIEWED}],
    "learn": [{}],
    "learned": [{"nudge": REVIEWED}],
    "not_reviewed": [{"nudge": POSTED}],
    "outcome": [
        {"nudge": nudge, "outcome": OUTCOME, "record": record, "few": 5, "evidence": lots,
         "reading": READINGS[0], "round": Tally(12, 7) if lots else None, **how}
        for record, lots in zip(RECORDS, [*EVIDENCE, None, None, None], strict=True)
        for nudge, how in (
            (REVIEWED, {"is_left": False, "was_chosen": True}),
            (replace(NAMELESS, channel="", ref=""), {"is_left": False, "was_chosen": False}),
            (LEFT, {"is_left": True, "was_chosen": True}),
            (LEFT, {"is_left": True, "was_chosen": False}),
        )
    ],
    "passed": [{"nudge": DRAFT}],
    "post": [
        {"heading": "One question", "body": lines("What?"), "names": ["Tom", "Priya"], "rule": "",
         "round": 3, "meets": None},
        {"heading": "", "body": lines("What?"), "names": ["Tom"], "rule": RULE, "round": 0,
         "zone": "Europe/London", **MEETS},
    ],
    "round": [
        {"round": Tally(asked, across)}
        for asked, across in ((0, 0), (4, 2), (9, 9), (12, 0), (12, 3), (12, 7), (12, 9))
    ],
    "scheduled": [
        {"nudge": SCHEDULED, "names": ["Priya", "Tom"], "is_undrawn": is_undrawn, "rule": rule}
        for is_undrawn, rule in ((False, RULE), (True, ""))
    ],
    "settled": [
        {"nudge": each}
        for each in (POSTED, REVIEWED, IN_STATE[NudgeState.LAPSED], IN_STATE[NudgeState.FAILED],
                     IN_STATE[NudgeState.DRAFTED])
    ],
    "tried": [{"reviewed": [REVIEWED, LEFT, replace(NAMELESS, short="")]}],
    "twin": [{"nudge": each} for each in (DRAFT, SCHEDULED, POSTED, NAMELESS)],
}  # fmt: skip
