"""Sample values for the prompts of the weekly digest."""

from datetime import UTC, date, datetime

from bot.domain.schedule import Weekday
from bot.feature import Period, Section
from bot.judgement.fairness import Featured, fairness
from bot.prompting import Plain, Words
from bot.storage.places import Channel, Network
from handlers.digest import Settings

MESSAGES = {n: n + 1 for n in range(20)}
_SECTIONS = [
    Section(name="where we are", words=Words(text="*Where we are:* a steady week."), facts={}),
    Section(name="new", words=Words(text="**New with us:** a few people."), facts={}),
]
_WEEK: dict[str, object] = {
    "network": Network(id=1, name="Frailty Friends"),
    "period": Period(name="2026-W10", first=date(2026, 2, 27), last=date(2026, 3, 5)),
    "sections": _SECTIONS,
    "is_late": False,
    "opening": "",
    "editor": "",
    "buttons": [Plain("[Ask Amina](button:ideas.ask_author/3)")],
}
_PREVIEW: dict[str, object] = {
    **_WEEK,
    "channel": Channel(id=1, ref="slack:T1/C1", name="general"),
    "settings": Settings(day=Weekday.FRIDAY),
    "is_skipped": False,
    "is_open": True,
    "told": [3, 4],
    "is_changed": True,
}

_EDITED = {**_WEEK, "is_late": True, "opening": "Good morning.", "editor": "Rosa"}

SAMPLES: dict[str, list[dict[str, object]]] = {
    "no_week": [{"week": "next"}],
    "preview": [
        _PREVIEW,
        {**_PREVIEW, "channel": None, "is_open": False},
        {**_PREVIEW, "sections": []},
        {**_PREVIEW, "is_skipped": True, "is_changed": False, "told": []},
    ],
    "withdrawn": [_WEEK],
    "weekly": [_WEEK, _EDITED, {**_WEEK, "sections": _SECTIONS[:1]}],
    "form": [{}],
    "taken": [{"editor": "Rosa", "is_made": False}, {"editor": "", "is_made": True}],
    "not_for_guests": [{}],
    "skipped": [{"is_skipped": True}, {"is_skipped": False}],
    "nothing": [{}],
    "sent": [{"until": None}, {"until": datetime(2026, 6, 30, 9, tzinfo=UTC)}],
    "counted": [{"is_first": True}, {"is_first": False}],
    "fairness": [
        {"found": fairness([Featured(author=n) for n in range(6)], MESSAGES), "weeks": 12},
        {"found": fairness([], MESSAGES), "weeks": 12},
    ],
    "use": [
        {"useful": 9, "total": 9, "is_exact": True, "is_most": True},
        {"useful": 9, "total": 11, "is_exact": False, "is_most": True},
        {"useful": 2, "total": 11, "is_exact": False, "is_most": False},
    ],
    "mydata": [
        {"made": ["2026-W10"], "answered": [], "asked": []},
        {"made": [], "answered": ["2026-W10", "2026-W11"], "asked": ["2026-W12"]},
    ],
    "none_waits": [{"number": 3, "week": "2026-W10"}],
    "no_item": [{"number": 0}, {"number": 1}, {"number": 3}],
    "no_word": [{"word": "dance", "command": "/net edit-digest"}],
    "fault": [{"fault": "300 characters are the most."}],
    "editor": [
        {"editor": "Rosa", "asked": "", "is_lead": True},
        {"editor": "", "asked": "Rosa", "is_lead": True},
        {"editor": "", "asked": "", "is_lead": False},
    ],
    "nobody": [{"name": "Nobody"}],
    "not_reached": [{"name": "Rosa"}],
    "editor_asked": [{"name": "Rosa", "is_new": True}, {"name": "Rosa", "is_new": False}],
    "ask_editor": [
        {
            "lead": "Ada",
            "network": "Frailty Friends",
            "due": datetime(2026, 3, 6, 12, tzinfo=UTC),
            "week": "2026-W10",
        }
    ],
    "editor_settled": [{"is_yes": True}, {"is_yes": False}],
}
