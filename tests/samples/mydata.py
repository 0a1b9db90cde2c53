"""Sample values for the prompts of what is held of somebody."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from bot.prompting import Words
from bot.storage.holdings import Fact, Held, Mark, Note, Occasion, Stay, Tending
from handlers.mydata import parts

_THEN = datetime(2026, 3, 2, 9, tzinfo=UTC)
_LATER = datetime(2026, 6, 5, 15, tzinfo=UTC)

_MUCH = Held(
    id="fake:T1/U-amina",
    name="Amina [Ward 4]",
    timezone="Europe/London",
    is_bot=False,
    is_external=True,
    is_guest=True,
    is_gone=False,
    is_uncounted=False,
    counted_since=_THEN,
    paused_until=_LATER,
    tends=(Tending("Frailty", _THEN),),
    channels=(Stay("frailty", _THEN, None, None), Stay("old", None, _LATER, _THEN)),
    messages=(Fact("frailty", _THEN, None, 24, 1.5, "asks"),),
    reactions=(Mark("frailty", _THEN, "bulb"), Mark("frailty", _LATER, "bulb")),
    taken_back=(Mark("frailty", _LATER, "wave"),),
    notes=(Note("Frailty", _LATER, "Half of us are *away*."),),
    occasions=(Occasion("energy.alert/1/2026-06-05/fake:T1/U-amina"),),
)
_LITTLE = replace(
    _MUCH,
    timezone=None,
    is_external=False,
    is_guest=False,
    is_uncounted=True,
    counted_since=None,
    paused_until=None,
    tends=(),
    channels=(),
    messages=(),
    reactions=(),
    taken_back=(),
    notes=(),
    occasions=(),
)
_ZONE = ZoneInfo("Europe/London")
_DAYS = {"first": date(2026, 3, 2), "last": date(2026, 6, 5), "zone": _ZONE}

SAMPLES: dict[str, list[dict[str, object]]] = {
    "held": [
        {"held": _MUCH, "sections": [Words(text="- One offer of help")], **_DAYS},
        {"held": _MUCH, "sections": [], **_DAYS, "last": date(2026, 3, 2)},
        {"held": _LITTLE, "sections": [], "first": None, "last": None, "zone": _ZONE},
    ],
    "home": [
        {"held": _MUCH, "is_uncounted": False},
        {"held": _LITTLE, "is_uncounted": True},
        {"held": None, "is_uncounted": False},
    ],
    "nothing": [{"is_uncounted": True}, {"is_uncounted": False}],
    "export": [
        {"document": parts(_MUCH, [])[0], "part": 1, "parts": 1},
        {"document": parts(_LITTLE, [])[0], "part": 2, "parts": 3},
    ],
    "sure": [
        {"held": _MUCH, "is_last_lead": True, "asked": 1},
        {"held": _MUCH, "is_last_lead": False, "asked": 1},
        {"held": _LITTLE, "is_last_lead": False, "asked": 1},
    ],
    "gone": [{"is_uncounted": True}, {"is_uncounted": False}],
    "kept": [{}],
    "uncounted": [{"is_known": True}, {"is_known": False}],
    "counted": [{"was_uncounted": True}, {"was_uncounted": False}],
    "unknown": [{"typed": "@bob"}],
}
