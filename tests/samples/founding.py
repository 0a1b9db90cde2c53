"""Sample values for the prompts of a network's first run."""

from datetime import date

from bot.domain.founding import Step
from bot.storage.places import Network, Person
from bot.storage.rhythm import CalendarEntry
from bot.storage.threads import Place

_NETWORK = Network(
    name="Frailty Friends",
    purpose="Together we can make the first hour of a frail person's crisis kinder and safer.",
    timezone="Europe/London",
    country="GB-ENG",
)
_BARE = Network(name="Our network", purpose="", timezone="Europe/London", country="GB")
_PRIYA, _TOM = Person(name="Priya", ref="slack:T1/U2"), Person(name="Tom", ref="slack:T1/U3")
_SUMMER = CalendarEntry(name="Summer", first=date(2026, 7, 22), last=date(2026, 8, 30))
_HOURS = {"step": Step.HOURS, "opens": "09:00", "closes": "17:00"}
_NOTICE = ["**I am here now, for Our network.**", "", "- What I keep of this channel"]
_NOBODY = {"sponsor": "", "asked": ""}
_HELEN, _ASKED = {**_NOBODY, "sponsor": "Helen"}, {**_NOBODY, "asked": "Helen"}

SAMPLES: dict[str, list[dict[str, object]]] = {
    "channels": [
        {"step": Step.CHANNELS, "notice": _NOTICE, "channels": []},
        {
            "step": Step.CHANNELS,
            "notice": _NOTICE,
            "channels": [Place("frailty", "slack:T1/C1"), Place("ward 3", "slack:T1/C2")],
        },
    ],
    "channels_form": [{}],
    "picked": [
        {"there": [Place("frailty", "slack:T1/C1")], "wanted": ["frailty-asks", "ward"]},
        {"there": [Place(n, f"slack:T1/{n}") for n in ("C1", "C2")], "wanted": []},
        {"there": [], "wanted": ["frailty"]},
    ],
    "charter": [
        {"step": Step.CHARTER, "has_charter": True, "is_on": True},
        {"step": Step.CHARTER, "has_charter": False, "is_on": True},
        {"step": Step.CHARTER, "has_charter": False, "is_on": False},
    ],
    "fault": [{"fault": "What is this network called?"}],
    "finished": [
        {"network": _BARE, "has_charter": False, "leads": [], **_NOBODY},
        {
            "network": _NETWORK,
            "has_charter": True,
            "sponsor": "Helen",
            "asked": "",
            "leads": [_PRIYA],
        },
        {
            "network": _NETWORK,
            "has_charter": True,
            "sponsor": "",
            "asked": "Helen",
            "leads": [_PRIYA, _TOM],
        },
    ],
    "hours": [
        {**_HOURS, "network": _NETWORK, "quiet": []},
        {**_HOURS, "network": _BARE, "quiet": [_SUMMER]},
    ],
    "hours_form": [{}],
    "in_charter": [{}],
    "purpose": [
        {"step": Step.PURPOSE, "network": _BARE, "is_first": True},
        {"step": Step.PURPOSE, "network": _NETWORK, "is_first": False},
    ],
    "purpose_form": [{}],
    "sponsor": [
        {"step": Step.SPONSOR, "sponsor": "", "is_on": True},
        {"step": Step.SPONSOR, "sponsor": "Helen", "is_on": True},
        {"step": Step.SPONSOR, "sponsor": "", "is_on": False},
    ],
    "unclear": [{"typed": "sideways"}],
}
