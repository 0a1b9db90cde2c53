"""Sample values for the prompts of flags."""

from bot.domain.flags import Matter
from bot.storage.flags import Flag, Lesson
from bot.storage.places import Person
from handlers.flags.feature import Shown

OPEN = Shown(
    number=3,
    who="Ben",
    words="It got sharp this morning.",
    message="fake:T1/C-general/1",
    is_waiting=True,
    is_open=True,
    noted=(),
)
TAKEN = Shown(
    number=4,
    who="Ada",
    words="Somebody was talked over.",
    message="",
    is_waiting=False,
    is_open=True,
    noted=(Matter.WORD.words, Matter.CHARTER.words),
)
GONE = Shown(number=5, who="", words="", message="", is_waiting=False, is_open=False, noted=())
_KEPT = [Flag(id=3, words="It got sharp this morning."), Flag(id=5, words="")]
_LESSONS = [Lesson(id=2, words="We wanted the same."), Lesson(id=1, words="Ask first.")]

SAMPLES: dict[str, list[dict[str, object]]] = {
    "form": [{}],
    "nobody": [{"leads": [Person(name="Ada")]}, {"leads": []}],
    "fault": [{"fault": "Write a line, so that they know what it is about."}],
    "choose_again": [{}],
    "kept": [{"number": 3, "hearers": ["Ada"]}, {"number": 3, "hearers": ["Ada", "Bob"]}],
    "waits": [{"network": "Frailty Friends"}],
    "home": [{}],
    "one": [{"flag": OPEN}, {"flag": GONE}],
    "list": [
        {"heard": [OPEN, TAKEN], "mine": []},
        {"heard": [], "mine": [OPEN, TAKEN, GONE]},
        {"heard": [], "mine": []},
    ],
    "ladder": [{"number": 3, "who": "Ben"}],
    "taken_up": [{"name": "Ada"}],
    "taken_already": [{"name": "Bob"}],
    "closed": [{"name": "Ada"}],
    "put_away": [{}],
    "withdrawn": [{}],
    "not_yours": [{}],
    "no_other": [{"name": "@Rosalind"}],
    "no_words": [{"number": 3}],
    "asked_both": [{"matter": each, "writer": "Ben", "other": "Cy"} for each in Matter],
    "agree": [
        {
            "by": "Ada",
            "other": "Cy",
            "matter": each,
            "words": "We wanted the same.",
            "number": 7,
            "is_first": is_first,
        }
        for each, is_first in (
            (Matter.WORD, True),
            (Matter.ROUND, False),
            (Matter.LEARNED, False),
        )
    ],
    "answered": [
        {"is_yes": is_yes, "is_last": is_last}
        for is_yes, is_last in ((False, True), (True, True), (True, False))
    ],
    "nothing_to_answer": [{}],
    "not_agreed": [{"matter": Matter.ROUND}],
    "agreed": [
        {"matter": each, "is_hearer": is_hearer}
        for each in (Matter.WORD, Matter.ROUND, Matter.LEARNED)
        for is_hearer in (True, False)
    ],
    "unheard": [{}],
    "learned": [{"lessons": _LESSONS, "mine": [2]}, {"lessons": [], "mine": []}],
    "lesson_gone": [{"is_gone": True}, {"is_gone": False}],
    "mydata": [
        {"flags": _KEPT, "asked": 1, "lessons": ["We wanted the same."]},
        {"flags": [], "asked": 2, "lessons": []},
    ],
}
