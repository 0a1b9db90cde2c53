"""Whether what somebody offers is what somebody else needs: how many words that matter they share.

Not how alike the two sentences are: an offer of three words may fit an ask of thirty. Words are
compared by their first letters, as in `bot.judgement.likeness`; those that every second ask holds
("somebody", "an hour", "would like") don't count, and abbreviations ("CPR") do.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from math import log

from bot.judgement.likeness import stems

FITS = 0.15
"""From here on one fits the other: a word shared of six."""

_EVERYWHERE = """
    about above across after again against along already also although always anybody anyone
    anything around because been before behind being below between both come could does doing done
    down during each either else even ever every everybody everyone everything find first from
    gave gets getting give given giving glad gladly going gone good great have having help helped
    helpful helping here herself himself hour hours into itself just keep kind know known last
    later less like little long look looking made make making many maybe might minute minutes month
    months more most much must need needed needs never next nobody none nothing offer offers often
    once only other others ours over people perhaps person please quite rather really said same
    says seen shall share should show since small some somebody someone something soon spare still
    such sure take taken taking talk team tell than thank thanks that their them then there these
    they thing things think this those though through time times today together tomorrow under
    until upon used using very want wanted week weeks well went were what when where whether which
    while whole whom whose will willing with within without work working works would write year
    years your yours yourself monday tuesday wednesday thursday friday saturday sunday
"""
COMMON = frozenset(stems(_EVERYWHERE))

_ABBREVIATION = re.compile(r"\b[A-Z][A-Z0-9]{1,3}\b")


def fits(wanted: str, sayings: Sequence[str]) -> list[float]:
    """How well each of *sayings* fits what is *wanted*: 0 (not at all) to 1.

    It is the share that both hold of the words of the shorter one, those that few sayings hold
    weighing more.
    """
    short = {each.casefold() for text in (wanted, *sayings) for each in _ABBREVIATION.findall(text)}
    one, *others = (_words(text, short) for text in (wanted, *sayings))
    held = Counter(word for words in others for word in words)
    rarity = {word: log(1 + (1 + len(others)) / (1 + held[word])) for word in one.union(*others)}

    def weight(words: frozenset[str]) -> float:
        return sum(rarity[word] for word in sorted(words))

    return [
        weight(one & words) / min(weight(one), weight(words)) if one and words else 0.0
        for words in others
    ]


def _words(text: str, short: set[str]) -> frozenset[str]:
    abbreviated = (word for word in re.findall(r"\w+", text.casefold()) if word in short)
    return frozenset(stems(text)).difference(COMMON).union(abbreviated)
