"""Sample values for the prompts about coming in, taking part, resting and leaving."""

from datetime import UTC, datetime

from bot.domain.drafts import carried
from bot.domain.membership import Introduction, Use
from bot.storage.places import Network, Person
from bot.storage.threads import Place

_MOMENT = datetime(2026, 6, 9, 9, tzinfo=UTC)
_NETWORK = Network(
    name="Frailty Friends",
    purpose="Together we can make the first hour of a frail person's crisis kinder and safer.",
)
_BARE = Network(name="Our network", purpose="")
_AMINA = Person(name="Amina", ref="slack:T1/U1")
_LEADS = [Person(name="Priya", ref="slack:T1/U2"), Person(name="Tom", ref="slack:T1/U3")]
_PLACE = Place("frailty", "slack:T1/C1")
_WORDS = {
    "person": _AMINA,
    "who": "I'm Amina, an occupational therapist; I started on the frailty unit in May.",
    "question": "Has anyone found a quick way to tell whether someone could manage at home?",
    "offer": "a walk-through of our kitchen assessment",
    "channel": "frailty",
}
_DRAFT = carried(Introduction(who="I'm Amina (OT)", question="How do you tell?"))
_STOOD = {
    "network": "Frailty Friends",
    "state": "invited",
    "joined_at": None,
    "moved_at": _MOMENT,
    "welcomed_at": None,
    "introduced_at": None,
    "checked_at": None,
    "use": "",
    "reminded_at": None,
    "rests_until": None,
}

SAMPLES: dict[str, list[dict[str, object]]] = {
    "answered": [{"use": use, "may_ask": True, "leads": _LEADS} for use in Use]
    + [{"use": Use.NOT_YET, "may_ask": False, "leads": []}],
    "back": [{"was_resting": True}, {"was_resting": False}],
    "check_in": [{"network": _NETWORK}],
    "fault": [{"fault": "That was too long."}],
    "first": [{}],
    "first_kept": [
        {"offer": "", "wanted": "", "is_introduced": True},
        {"offer": "an hour on Thursdays", "wanted": "a form for nights", "is_introduced": False},
    ],
    "form": [{"channel": "frailty"}],
    "greeting": [
        {
            "network": _NETWORK,
            "name": "Amina",
            "people": 140,
            "leads": _LEADS,
            "rules": 6,
            "channel": "frailty",
        },
        {"network": _BARE, "name": "", "people": 0, "leads": [], "rules": 0, "channel": ""},
        {"network": _NETWORK, "name": "", "people": 0, "leads": [], "rules": 0, "channel": "a"},
    ],
    "hand_on_first": [{}],
    "home": [
        {"is_resting": True, "until": _MOMENT, "rules": 6},
        {"is_resting": True, "until": None, "rules": 0},
        {"is_resting": False, "until": None, "rules": 6},
        {"is_resting": False, "until": None, "rules": 0},
    ],
    "introduced": [{"is_now": True, "channel": "frailty"}, {"is_now": False, "channel": "frailty"}],
    "introduction": [_WORDS, {**_WORDS, "offer": ""}],
    "later": [{}],
    "leave": [{"network": _NETWORK}],
    "left": [{"network": _NETWORK}],
    "look": [
        {"channels": [_PLACE], "rules": 6},
        {"channels": [], "rules": 0},
    ],
    "mydata": [
        {"stands": [_STOOD]},
        {
            "stands": [
                {
                    **_STOOD,
                    "state": "member",
                    "joined_at": _MOMENT,
                    "introduced_at": _MOMENT,
                    "checked_at": _MOMENT,
                    "use": "not yet",
                    "reminded_at": _MOMENT,
                }
            ]
        },
    ],
    "nowhere": [{}],
    "preview": [{**_WORDS, "draft": _DRAFT}, {**_WORDS, "offer": "", "draft": _DRAFT}],
    "read_first": [{}],
    "reminder": [{"network": _NETWORK}],
    "rest_unclear": [{"typed": "the cows come home"}],
    "resting": [{"until": _MOMENT}, {"until": None}],
    "unclear": [{"typed": "sideways"}],
    "useful_how": [{}],
    "welcomed": [{"may_offer": True}, {"may_offer": False}],
    "withdrawn": [{"was_there": True}, {"was_there": False}],
}
