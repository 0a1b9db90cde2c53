"""Sample values for the prompts about the bot's own voice."""

from datetime import UTC, datetime

from handlers.tending import Shown

_DIGEST = Shown(
    number=3,
    channel="general",
    ref="slack:T1/C1",
    is_private=False,
    at=datetime(2026, 3, 6, 12, tzinfo=UTC),
    about="Frailty Friends: the week to 5 March",
    is_stuck=False,
)
_WORD = Shown(
    number=4,
    channel="",
    ref="",
    is_private=True,
    at=datetime(2026, 3, 6, 14, 30, tzinfo=UTC),
    about="",
    is_stuck=False,
)
_STUCK = Shown(
    number=5,
    channel="general",
    ref="slack:T1/C1",
    is_private=False,
    at=datetime(2026, 3, 6, 15, tzinfo=UTC),
    about="",
    is_stuck=True,
)

SAMPLES: dict[str, list[dict[str, object]]] = {
    "copy": [{}],
    "held": [
        {"posts": [], "more": 0},
        {"posts": [_DIGEST], "more": 0},
        {"posts": [_WORD], "more": 0},
        {"posts": [_DIGEST, _WORD], "more": 7},
        {"posts": [_STUCK], "more": 0},
        {"posts": [_STUCK, _STUCK], "more": 1},
        {"posts": [_DIGEST, _STUCK], "more": 0},
    ],
    "home": [
        {"is_paused": True, "held": 0},
        {"is_paused": False, "held": 1},
        {"is_paused": True, "held": 2},
    ],
    "pause_how": [{}],
    "paused": [{"was_paused": False}, {"was_paused": True}],
    "resumed": [
        {"was_paused": True, "is_paused": False},
        {"was_paused": False, "is_paused": False},
        {"was_paused": True, "is_paused": True},
    ],
    "settled": [
        {"is_new": False, "verdict": "there"},
        *(
            {"is_new": True, "verdict": each}
            for each in ("there", "again", "leave", "done", "retry")
        ),
    ],
    "settled_in": [{"was_copy": True}, {"was_copy": False}],
}
