"""Sample values for the prompts of the question that a digest asks."""

from bot.storage.questions import Question
from bot.storage.upshots import Upshot

WORDS = "Which of our words would baffle a newcomer?"
_MINE = [
    Question(id=1, words=WORDS, is_named=True, week=""),
    Question(id=2, words="What takes far too long?", is_named=False, week="2026-W10"),
]
_TOLD = [
    Upshot(question_id=3, words="Our glossary has CGA now.", week="2026-W10"),
    Upshot(question_id=4, words="The form is one page.", week=""),
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
        {"count": 0, "mine": [], "asked": []},
        {"count": 1, "mine": _MINE[:1], "asked": _MINE[1:]},
        {"count": 3, "mine": _MINE, "asked": []},
    ],
    "digest": [{"words": WORDS, "name": "Rosa"}, {"words": WORDS, "name": ""}],
    "did": [
        {
            "number": 3,
            "question": WORDS,
            "words": "our glossary has *CGA* (and four more) now.",
            "name": "Rosa",
            "network": "Frailty Friends",
        }
    ],
    "did_kept": [{"number": 3}],
    "not_open": [{}],
    "you_said": [
        {"told": [{"question": WORDS, "words": "our glossary has CGA now.", "name": "Rosa"}]}
    ],
    "mydata": [
        {"questions": _MINE, "told": []},
        {"questions": [], "told": _TOLD},
        {"questions": _MINE, "told": _TOLD[:1]},
    ],
    "own": [{}],
}
