"""Sample values for the prompts of what somebody may have missed."""

from datetime import UTC, date, datetime

from bot.domain.posts import Button
from bot.feature import CatchUpItem
from bot.prompting import Words
from bot.storage.threads import Place

_AT = datetime(2026, 6, 9, 12, tzinfo=UTC)
_PLACE = Place("frailty", "slack:T1/C1")
_ITEM = CatchUpItem(
    words=Words(text="Dan answered in your thread."),
    why="you began that thread",
    about="slack:T1/C1/1",
    weight=5.0,
    at=_AT,
)
_PRESSABLE = CatchUpItem(
    words=Words(
        text="*Watch the kettle.*",
        buttons=(Button(label="We could try idea 3", action="ideas.could_try", value="3"),),
    ),
    why="a digest told it while you were away",
    about="idea/3",
    weight=3.0,
    at=_AT,
)
_THREAD = {"names": ["Dan"], "more": 0, "place": _PLACE, "ts": 1, "newest": _AT, "is_own": True}
_CARD = {
    "first": date(2026, 6, 2),
    "is_cut": False,
    "is_short": True,
    "longest": 90,
    "is_uncounted": False,
}

SAMPLES: dict[str, list[dict[str, object]]] = {
    "card": [
        {**_CARD, "items": [_ITEM, _PRESSABLE]},
        {**_CARD, "items": [_ITEM], "is_cut": True},
        {**_CARD, "items": [], "is_short": False},
        {**_CARD, "items": [], "is_uncounted": True, "is_cut": True},
    ],
    "home": [{}],
    "thread": [
        _THREAD,
        {**_THREAD, "names": ["Dan", "Eve", "Cem"], "is_own": False},
        {**_THREAD, "names": ["Dan", "Eve"], "more": 4},
    ],
    "unclear": [{"typed": "the *kettle*"}],
}
