"""Sample values for the prompts of the weekly digest."""

from datetime import date

from bot.domain.schedule import Weekday
from bot.feature import Period, Section
from bot.prompting import Words
from bot.storage.places import Channel, Network
from handlers.digest import Settings

_SECTIONS = [
    Section(name="where we are", words=Words(text="*Where we are:* a steady week."), facts={}),
    Section(name="new", words=Words(text="**New with us:** a few people."), facts={}),
]
_WEEK: dict[str, object] = {
    "network": Network(id=1, name="Frailty Friends"),
    "period": Period(name="2026-W10", first=date(2026, 2, 27), last=date(2026, 3, 5)),
    "sections": _SECTIONS,
    "is_late": False,
}
_PREVIEW: dict[str, object] = {
    **_WEEK,
    "channel": Channel(id=1, ref="slack:T1/C1", name="general"),
    "settings": Settings(day=Weekday.FRIDAY),
}

SAMPLES: dict[str, list[dict[str, object]]] = {
    "no_week": [{"week": "next"}],
    "preview": [_PREVIEW, {**_PREVIEW, "channel": None}, {**_PREVIEW, "sections": []}],
    "withdrawn": [_WEEK],
    "weekly": [_WEEK, {**_WEEK, "is_late": True}, {**_WEEK, "sections": _SECTIONS[:1]}],
}
