"""Sample values for the prompts of the question that a digest asks."""

from bot.storage.questions import Question

WORDS = "Which of our words would baffle a newcomer?"
_MINE = [
    Question(id=1, words=WORDS, is_named=True, week=""),
    Question(id=2, words="What takes far too long?", is_named=False, week="2026-W10"),
]

SAMPLES: dict[str, list[dict[str, object]]] = {
    "offer": [{"words": f"{WORDS} (Really)", "name": "Rosa", "network": "Frailty Friends"}],
    "fault": [{"fault": "That question waits for its digest already."}],
    "nothing": [{}],
    "kept": [
        {"number": 3, "before": 0, "is_named": True},
        {"number": 3, "before": 1, "is_named": False},
        {"number": 3, "before": 2, "is_named": False},
    ],
    "withdrawn": [{"was_asked": True}, {"was_asked": False}],
    "not_yours": [{}],
    "list": [
        {"count": 0, "mine": []},
        {"count": 1, "mine": _MINE[:1]},
        {"count": 3, "mine": _MINE},
    ],
    "digest": [{"words": WORDS, "name": "Rosa"}, {"words": WORDS, "name": ""}],
    "mydata": [{"questions": _MINE}],
    "own": [{}],
}
