"""Sample values for the prompts of thanks."""

from __future__ import annotations

from datetime import date

SAID = {
    "number": 3,
    "name": "Amina",
    "whom": "Joe",
    "words": "for spotting the step we'd missed",
    "audience": "private",
}
IN_CHANNEL, IN_DIGEST = {**SAID, "audience": "channel"}, {**SAID, "audience": "digest"}
DRAFT = '[7,"for (that)."]'
ALL = {"private": DRAFT, "channel": DRAFT, "digest": DRAFT}
LANDED = {
    "number": 3,
    "network": "Frailty Friends",
    "words": "Somebody to read our leaflet.",
    "state": "taken",
}
TOTALS = {
    "last": date(2026, 3, 8),
    "asked": 23,
    "answered": 12,
    "all_answered": False,
    "people": 31,
    "across": "about half",
    "chain": 3,
}
LITTLE = {**TOTALS, "asked": 0, "answered": 0, "across": "", "chain": 1}

SAMPLES: dict[str, list[dict[str, object]]] = {
    "form": [{"whom": "Joe"}],
    "line": [SAID],
    "preview": [
        {**SAID, "drafts": ALL, "draft": DRAFT},
        {**SAID, "drafts": {"digest": DRAFT}, "draft": DRAFT},
    ],
    "fault": [{"fault": "Say in a few words what for, as in: for spotting the step."}],
    "nobody": [{"name": "Jo"}],
    "yourself": [{}],
    "already": [{"name": "Joe", "words": "for that.", "draft": DRAFT}],
    "nothing": [{}],
    "said": [
        {"name": "Joe", "number": 3, "audience": audience}
        for audience in ("private", "channel", "digest")
    ],
    "offer": [{"name": "Joe", "to": 7}],
    "how": [{}],
    "for_you": [{**each, "network": "Frailty Friends"} for each in (SAID, IN_CHANNEL, IN_DIGEST)],
    "post": [IN_CHANNEL],
    "private": [{}],
    "taken_out": [{}],
    "digest": [{"thanks": [IN_DIGEST, IN_DIGEST]}],
    "home": [{"got": 0, "gave": 0}, {"got": 2, "gave": 1}],
    "ledger": [
        {"got": 0, "gave": 0, "thanks": [], "network": None},
        {"got": 2, "gave": 1, "thanks": [SAID, {**SAID, "name": ""}], "network": TOTALS},
        {"got": 2, "gave": 1, "thanks": [], "network": LITTLE},
        {"got": 1, "gave": 0, "thanks": [], "network": {**TOTALS, "all_answered": True}},
    ],
    "landed": [{**LANDED, "helpers": names} for names in (["Joe"], ["Joe", "Dan"], [])],
    "nobody_yet": [{}],
    "landed_kept": [
        {"state": state, "number": 3, "helpers": helpers}
        for state in ("done", "partly")
        for helpers in ([], [{"name": "Joe", "to": 7}])
    ],
    "missed": [{"number": 3}],
    "going": [{"until": date(2026, 6, 19)}],
    "not_yours": [{}],
    "pass_it_on": [
        {
            "network": "Frailty Friends",
            "name": "Dan",
            "words": "Kitchen aids in the bay?",
            "number": 4,
            "exchange": 3,
        }
    ],
    "not_now": [{}],
    "came_of_it": [
        {
            "network": "Frailty Friends",
            "words": "Somebody to read our leaflet.",
            "number": 3,
            "is_again": is_again,
            "has_stories": has_stories,
        }
        for is_again in (True, False)
        for has_stories in (True, False)
    ],
    "followed": [
        {"said": "fine", "is_last": False},
        {"said": "not_yet", "is_last": False},
        {"said": "not_yet", "is_last": True},
    ],
    "mydata": [
        {
            "exchanges": [
                {**SAID, "state": "done", "gave": True},
                {**SAID, "state": "partly", "gave": False, "words": ""},
                {**SAID, "state": "under_way", "gave": True, "name": "", "words": ""},
                {**SAID, "state": "done", "gave": False, "whom": ""},
            ]
        }
    ],
}
