"""Sample values for the prompts of the charter."""

from datetime import UTC, date, datetime

from bot.domain.charter import Charter, Said, charter_of, difference, starter
from bot.storage.charter import (
    Acknowledged,
    CharterAcknowledgement,
    CharterVersion,
    Numbers,
    OwnLedger,
    Standing,
)
from bot.storage.places import Network, Person
from handlers.charter.beginning import RULES

NETWORK = Network(
    name="Frailty Friends",
    purpose="Together we can make the first hour of a frail person's crisis kinder and safer.",
    timezone="Europe/London",
)
FIRST = starter(NETWORK.purpose)
CHANGED = charter_of(
    NETWORK.purpose,
    (
        *FIRST.rules[:3],
        "Say who it came from. Credit people. Ask before quoting anyone outside, and before any "
        "AI tool is given what they wrote.",
        "Be kind",
    ),
    FIRST.decides,
    FIRST.keeps,
)
PRIYA, AMINA = (Person(name=name, ref=f"fake:T1/U-{name}") for name in ("Priya", "Amina"))


def _version(number: int, of: Charter = FIRST, took_part: int | None = 31) -> CharterVersion:
    return CharterVersion(
        number=number,
        canonical=of.text,
        agreed_at=datetime(2026, 6, 26, 9, tzinfo=UTC),
        effective_on=date(2026, 6, 26),
        review_on=date(2026, 12, 26) if number > 1 else None,
        is_material=number < 4,
        took_part=took_part,
        why="Two of us found our words in a tool's summary." if number > 1 else "",
        changed="Rule 4 changed" if number > 1 else "",
        sha256="0a1b2c3d" * 8,
    )


def _stands(said: Said, agreed: int | None) -> Standing:
    day = date(2026, 5, 4)
    return Standing("9f2c01", said, 3, day, agreed, day if agreed else None)


V1, V3, V4 = _version(1, took_part=None), _version(3), _version(4, CHANGED)
AGREED, OBSERVES = _stands(Said.AGREED, 3), _stands(Said.OBSERVES, None)
_SHOWN: list[dict[str, object]] = [
    {"version": V3, "standing": None, "is_new": True, "underway": 2, "may_suggest": True},
    {"version": V3, "standing": OBSERVES, "is_new": True, "underway": 0, "may_suggest": False},
    {"version": V4, "standing": AGREED, "is_new": True, "underway": 1, "may_suggest": True},
    {"version": V3, "standing": AGREED, "is_new": False, "underway": 0, "may_suggest": True},
]
SHOWN = [{"network": NETWORK, **each} for each in _SHOWN]
_ASKED: dict[str, object] = {
    "network": NETWORK,
    "newest": V4,
    "agreed": 3,
    "changes": difference(FIRST, CHANGED),
    "until": date(2026, 7, 24),
}
ASKED = [{**_ASKED, "version": V4}, {**_ASKED, "version": V1}]
_TOLD: dict[str, object] = {"network": NETWORK, "version": V1}
_SAID = [
    CharterAcknowledgement(number=number, said=said.value, version=2, said_on=date(2026, 5, 4))
    for number, said in enumerate(Said, 1)
]


def _stand(members: int, agreed: int, **more: object) -> dict[str, object]:
    numbers = Numbers(members=members, agreed=agreed)
    return {
        "network": NETWORK,
        "newest": V3,
        "version": V3,
        "numbers": numbers,
        "talk": [],
        "few": 5,
        **more,
    }


SAMPLES: dict[str, list[dict[str, object]]] = {
    "on": [],
    "rules": [{"charter": each} for each in (FIRST, CHANGED)],
    "charter": SHOWN,
    "form": [{**each, "names": RULES} for each in SHOWN],
    "none": [{"network": NETWORK, "may_tend": each} for each in (True, False)],
    "unclear": [{"typed": "what"}],
    "later": [{}],
    "said/agreed": [{"version": V3, "is_first": each} for each in (True, False)],
    "said/wants_to_talk": [
        {"leads": [PRIYA, AMINA], "still_agrees": 3},
        {"leads": [], "still_agrees": None},
    ],
    "said/observes": [{}],
    "said/revoked": [{}],
    "changed_meanwhile": [{"version": V4}],
    "nothing_to_take_back": [{}],
    "talk": [{"who": AMINA, "version": V3, "network": NETWORK}],
    "history": [
        {"network": NETWORK, "versions": [V4, V3, V1], "more": 2},
        {"network": NETWORK, "versions": [V1], "more": 0},
    ],
    "changes": [{"changes": difference(FIRST, CHANGED)}, {"changes": difference(CHANGED, FIRST)}],
    "difference": [
        {
            "older": V1,
            "newer": V4,
            "changes": difference(FIRST, CHANGED),
            "may_suggest": True,
        },
        {"older": V1, "newer": V3, "changes": (), "may_suggest": False},
    ],
    "no_version": [{"newest": 1}, {"newest": 4}],
    "there_already": [{}],
    "first": [{"names": RULES}],
    "not_adopted": [{"fault": "A charter needs at least one rule."}],
    "adopted": [
        {**_TOLD, "leads": [PRIYA], "channel": channel, "has_more_steps": has_more}
        for channel, has_more in (("frailty", False), ("frailty", True), ("", True), ("", False))
    ],
    "announced": [{**_TOLD, "leads": [PRIYA]}, {**_TOLD, "leads": []}],
    "announcing": [{"channel": "frailty", "is_queued": each} for each in (True, False)],
    "not_announced": [{}],
    "stands": [
        _stand(140, 97, talk=[Acknowledged(AMINA, AGREED)], may_suggest=True),
        _stand(140, 137, newest=V4, may_suggest=True),
        _stand(3, 3, version=V1, may_suggest=False),
    ],
    "changed": ASKED,
    "reminded": ASKED,
    "renewal": [{"network": NETWORK, "newest": V3, "agreed": 3, "since": date(2026, 5, 4)}],
    "review": [{"network": NETWORK, "version": V3, "may_suggest": each} for each in (True, False)],
    "home": [
        {"version": None, "standing": None, "is_new": False},
        {"version": V3, "standing": None, "is_new": True},
        {"version": V3, "standing": OBSERVES, "is_new": True},
        {"version": V4, "standing": AGREED, "is_new": True},
        {"version": V3, "standing": AGREED, "is_new": False},
    ],
    "mydata": [
        {"ledgers": [OwnLedger(NETWORK, "9f2c01d2aa10b3c4", _SAID)]},
        {"ledgers": [OwnLedger(NETWORK, f"9f2c01d2aa10b3c{n}", _SAID) for n in (4, 5)]},
    ],
}
