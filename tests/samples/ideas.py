"""Sample values for the prompts of little-known ideas."""

from datetime import UTC, date, datetime

from msgspec import structs

from bot.domain.ideas import IdeaState
from bot.domain.ids import ChannelId
from bot.domain.tries import Planned, TryState
from bot.storage.ideas import Idea, Source
from bot.storage.tries import Try
from handlers.ideas.shelf import Shown
from handlers.ideas.telling import Told

REASONS: list[dict[str, object]] = [
    {"type": "marked", "people": 2, "groups": 0},
    {"type": "marked", "people": 1, "groups": 2},
    {"type": "unanswered"},
    {"type": "careful"},
    {"type": "fresh"},
    {"type": "noticed", "replied": 1, "reacted": 2},
    {"type": "noticed", "replied": 1, "reacted": 0},
    {"type": "noticed", "replied": 0, "reacted": 3},
    {"type": "noticed", "replied": 0, "reacted": 0},
]
WORDS = "Watch someone make a cup of tea in the bay before deciding about tonight."
SOURCE = Source(channel="frailty", address=ChannelId("slack:T1/C1"), ts=1, edited=0)
AT = datetime(2026, 6, 30, 12, tzinfo=UTC)
_ASK = {
    "author": "Amina",
    "at": AT,
    "channel": "frailty",
    "channel_id": "slack:T1/C1",
    "ts": 1,
    "reasons": REASONS[:2],
}
_ABOUT: dict[str, object] = {
    "network": "Frailty Friends",
    "number": 3,
    "source": SOURCE,
    "written": AT,
    "reasons": REASONS[:1],
    "answer_by": datetime(2026, 7, 3, 9, tzinfo=UTC),
    "is_named": True,
    "is_told": False,
}
_TOLD = Told(
    number=3, words=WORDS, name="Amina", source=SOURCE, was_edited=False, reasons=REASONS[:1]
)
_UNNAMED = Told(number=4, words=WORDS, name="", source=None, was_edited=False, reasons=[])
_EDITED = Told(number=5, words=WORDS, name="Bo", source=SOURCE, was_edited=True, reasons=REASONS)
_STATES = [state.value for state in IdeaState]


def _idea(number: int, state: str) -> Idea:
    words = WORDS if state in ("agreed", "featured") else ""
    return Idea(id=number, state=state, plain_words=words, is_named=bool(number % 2))


def _try(state: TryState, *, is_named: bool) -> Try:
    day = date(2026, 7, 31)
    return Try(
        state=state.value,
        words="" if is_named else "a tea round",
        hope="" if state is TryState.KEPT else "fewer falls",
        who="Dan",
        place="the car",
        review_on=day,
        is_named=is_named,
        shelf="named",
        id=1,
    )


_IDEAS = [_idea(number, state) for number, state in enumerate(_STATES, 1)]
_ABOUT_TRY: dict[str, object] = {
    "network": "Frailty Friends",
    "number": 1,
    "state": "planned",
    "what": "",
    "hope": "",
    "who": "Dan and the night crew",
    "place": "the rapid-response car",
    "is_named": True,
    "is_of_idea": True,
    "told_on": AT,
    "source": SOURCE,
    "shelf": "named",
    "since": AT,
    "review_on": date(2026, 7, 31),
    "again_on": date(2026, 9, 28),
    "is_last": False,
    "has_stories": True,
}
_OWN_TRY = {
    **_ABOUT_TRY,
    "what": "flask and steps",
    "hope": "fewer lifts",
    "who": "",
    "place": "",
    "is_of_idea": False,
    "told_on": None,
    "source": None,
    "shelf": "private",
    "has_stories": False,
}
_SHOWN = Shown(
    number=1,
    what="flask and steps",
    name="Dan",
    who="",
    place="",
    hope="fewer lifts",
    state="planned",
    review_on=date(2026, 7, 31),
)
_DONE = [
    structs.replace(_SHOWN, state="kept", who="Dan", place="the car", what=""),
    structs.replace(_SHOWN, state="changed", name="", hope=""),
    structs.replace(_SHOWN, state="stopped", name="Siân"),
]
_TRY = {"who": "Dan and the night crew", "place": "the rapid-response car", "number": 1}

SAMPLES: dict[str, list[dict[str, object]]] = {
    "catchup": [
        {"number": 3, "words": WORDS, "name": "Amina", "source": SOURCE},
        {"number": 3, "words": WORDS, "name": "", "source": None},
    ],
    "home": [
        {"emoji": ["bulb"], "is_lead": True},
        {"emoji": ["bulb", "seedling"], "is_lead": False},
    ],
    "marked": [{"outcome": each} for each in ("marked", "uncounted", "unknown")],
    "noted": [{"outcome": each} for each in ("marked", "uncounted", "unknown")],
    "reason": [{"reason": reason} for reason in REASONS],
    "where": [_ABOUT],
    "ask": [{**_ABOUT, "reasons": each} for each in (REASONS, *([one] for one in REASONS))],
    "own_form": [{}],
    "form": [{"choice": each} for each in ("With my name", "Without my name", "")],
    "said_yes": [
        _ABOUT,
        {**_ABOUT, "is_named": False, "is_told": True},
        {**_ABOUT, "source": None, "written": None},
    ],
    "said_no": [_ABOUT],
    "lapsed": [_ABOUT],
    "taken_back": [_ABOUT],
    "source_gone": [_ABOUT],
    "kept": [
        {"words": WORDS, "name": "Amina", "number": 3, "is_told": False},
        {"words": WORDS, "name": "", "number": 3, "is_told": True},
    ],
    "settled": [{"state": state} for state in _STATES],
    "withdrawn": [{"was_told": True}, {"was_told": False}],
    "not_yours": [{}],
    "fault": [{"fault": "Write a sentence: what would you like others to know?"}],
    "offer": [{"words": WORDS, "name": "Amina", "network": "Frailty Friends"}],
    "not_yet": [{}],
    "one_waits": [{"words": WORDS, "number": 3}],
    "own": [
        {"ideas": [_IDEAS[1], _IDEAS[2], _IDEAS[3]], "emoji": ["bulb"]},
        {"ideas": [], "emoji": ["bulb", "star"]},
    ],
    "signs": [{"emoji": ["bulb", "seedling", "star"]}],
    "digest": [
        {"items": [_TOLD], "gone": [], "asks": []},
        {"items": [_TOLD, _UNNAMED, _EDITED], "gone": ["gone", "withdrawn"], "asks": [_ASK]},
        {"items": [], "gone": ["withdrawn"], "asks": []},
        {"items": [], "gone": [], "asks": [_ASK, {**_ASK, "author": "Bo", "reasons": REASONS}]},
    ],
    "mydata": [
        {
            "ideas": [(idea, "frailty" if idea.id % 2 else "") for idea in _IDEAS],
            "tries": [_try(each, is_named=each is TryState.KEPT) for each in TryState],
        },
        {"ideas": [], "tries": [_try(TryState.PLANNED, is_named=True)]},
        {"ideas": [(_IDEAS[0], "frailty")], "tries": []},
    ],
    "no_longer": [{}],
    "ask_author": [
        {"name": "Amina", "address": "slack:T1/U1", "source": SOURCE},
        {"name": "Amina", "address": "slack:T1/U1", "source": None},
    ],
    "try_form": [{}],
    "trying": [
        _ABOUT_TRY,
        {**_ABOUT_TRY, "is_named": False, "shelf": "unnamed", "source": None},
        _OWN_TRY,
    ],
    "trying_already": [{}],
    "tried_before": [{"number": 3}],
    "tried_kept": [_ABOUT_TRY, {**_ABOUT_TRY, "is_named": False, "has_stories": False}],
    "author_news": [
        {
            "network": "Frailty Friends",
            "news": [
                {**_TRY, "name": name, "state": state}
                for name in ("Dan", "")
                for state in ("before", "planned", "kept", "changed", "stopped")
            ],
        }
    ],
    **{
        prompt: [_ABOUT_TRY, _OWN_TRY]
        for prompt in ("what_tried", "what_happened", "try_answers", "did")
    },
    "and_now": [
        {**each, "state": s} for each in (_ABOUT_TRY, _OWN_TRY) for s in ("not_yet", "kept")
    ],
    "later": [
        {**_ABOUT_TRY, "state": "not_yet", "is_last": True},
        {**_OWN_TRY, "state": "not_yet", "is_last": True},
        {**_OWN_TRY, "state": "not_yet"},
        _ABOUT_TRY,
    ],
    "not_your_try": [{}],
    "try_settled": [
        {**each, "state": state.value} for each in (_ABOUT_TRY, _OWN_TRY) for state in TryState
    ],
    "try_offer": [
        {
            "found": Planned("flask and steps", date(2026, 7, 31), hope),
            "name": "Dan",
            "typed": "flask (and steps) until 2026-07-31",
            "has_day": bool(hope),
        }
        for hope in ("", "fewer lifts")
    ],
    "try_nothing": [{}],
    "try_taken_back": [{"was_told": True}, {"was_told": False}],
    "on_shelf": [{"each": each} for each in (_SHOWN, *_DONE)],
    "outcome": [{"each": each} for each in _DONE],
    "shelf": [
        {"running": [_SHOWN], "done": _DONE, "mine": []},
        {"running": [], "done": _DONE[:1], "mine": []},
        {
            "running": [],
            "done": [],
            "mine": [
                {**_ABOUT_TRY, "state": state, "shelf": shelf, "what": what}
                for state, shelf, what in (
                    ("planned", "named", "a tea round"),
                    ("asked", "unnamed", ""),
                    ("not_yet", "private", ""),
                    ("kept", "named", ""),
                    ("changed", "named", ""),
                    ("stopped", "named", ""),
                )
            ],
        },
    ],
    "tried_digest": [{"done": _DONE}],
    "found": [
        {"words": WORDS, "name": name, "told": AT, "source": source}
        for name, source in (("Amina", SOURCE), ("Amina", None), ("", None))
    ],
}
