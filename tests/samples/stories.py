"""Sample values for the prompts of stories."""

from bot.domain.audiences import Audience
from bot.storage.stories import Story
from handlers.stories.sharing import Told

TOLD = Told(
    did="We put a flask and a set of steps in the car.",
    learned="People show more with a cup in their hand than we ask.",
    changed="We ask for tea before we ask for a history.",
    result="Three people stayed at home who would have gone in.",
    sure="Several of us saw it",
    name="Dan",
)
SHORT = Told(
    did="A tea round.",
    learned="It takes a quiet bay.",
    changed="",
    result="",
    sure="It's a hunch",
    name="",
)
COUNTED = Told(
    did="A jug.",
    learned="Red is seen.",
    changed="Red jugs.",
    result="",
    name="Siân",
    sure="We counted, before and after",
)


def _story(number: int, state: str, audiences: list[str]) -> Story:
    lines = {"did": "A jug.", "learned": "Red is seen.", "changed": "", "result": ""}
    is_shared = state == "shared"
    return Story(
        id=number,
        state=state,
        audiences=audiences,
        is_named=number % 2 == 1,
        week="2026-W10" if number == 1 else "",
        **(lines if is_shared else dict.fromkeys(lines, "")),
    )


_STORIES = [
    _story(1, "shared", ["network"]),
    _story(2, "shared", ["network", "sponsor"]),
    _story(3, "withdrawn", []),
]
_AUTHOR: dict[str, object] = {
    "who": "Dan and the night crew",
    "place": "the car",
    "network": "Frailty Friends",
}

SAMPLES: dict[str, list[dict[str, object]]] = {
    "lines": [{"told": each} for each in (TOLD, SHORT, COUNTED)],
    "form": [{}],
    "preview": [
        {"told": TOLD, "audiences": tuple(Audience), "draft": '["A (jug)."]', "is_named": True},
        {"told": SHORT, "audiences": (Audience.NETWORK,), "draft": "[]", "is_named": False},
    ],
    "short": [{"told": each} for each in (TOLD, SHORT)],
    "fault": [{"fault": "Write a sentence; the lines after it may stay empty."}],
    "nothing": [{}],
    "shared": [
        {"number": 3, "audiences": (Audience.NETWORK,)},
        {"number": 3, "audiences": tuple(Audience)},
    ],
    "narrowed": [
        {"number": 3, "taken": Audience.PUBLIC, "audiences": tuple(Audience)[:2]},
        {"number": 3, "taken": Audience.SPONSOR, "audiences": ()},
    ],
    "withdrawn": [{"was_told": True}, {"was_told": False}],
    "not_yours": [{}],
    "not_your_try": [{}],
    "author": [
        {"told": TOLD, **_AUTHOR},
        {"told": SHORT, **_AUTHOR, "who": "", "place": ""},
    ],
    "author_withdrawn": [_AUTHOR],
    "digest": [{"told": TOLD}, {"told": None}],
    "home": [{"told": TOLD}, {"told": None}],
    "list": [
        {"stories": [TOLD, SHORT], "mine": []},
        {"stories": [], "mine": _STORIES[:2]},
    ],
    "mydata": [{"stories": _STORIES}],
}
