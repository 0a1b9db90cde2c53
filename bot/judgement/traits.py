"""What can be told from a message's words alone, worked out as it arrives, so no words are kept.

The weights are the static part of a logistic score of "will somebody else point to this later?",
trained on one open community's messages; that of paragraphs was rounded from a fit to four others.
Length, and its place in its conversation, come in later, when a week's messages are compared.
"""

from __future__ import annotations

import re

from msgspec import Struct

SHORTEST = 40  # characters: what is shorter was never in the training set, and is worth nothing

LIST = 0.60
PARAGRAPHS = 0.50
LINK = 0.47
MENTION = 0.22  # each, two at most; so for the words of making, proposing and asking
MADE = 0.20
CODE = 0.17
PROPOSE = 0.10
ASK = -0.16
TALK = -0.72  # times the share of words that are small talk
QUOTE = -0.82
MOST = 2


class Traits(Struct, frozen=True):
    """`length` in characters; `worth` a log-odds sum; `asks` whether it holds a question."""

    length: int
    worth: float
    asks: bool


_OPENERS = (
    "how how's what what's why who who's whose where which does did can could is are has"
    " anyone anybody"
)
OPENERS = frozenset(_OPENERS.split())

_ENDINGS = ("", "!", ",", ".", "?", ":", "!!", "...")


def _words(text: str) -> frozenset[str]:
    """The words of *text*, each also as it looks before punctuation: quicker than stripping."""
    return frozenset(word + ending for word in text.split() for ending in _ENDINGS)


_MADE = _words("made built wrote created released published launched guide tutorial here's")
_PROPOSE = _words("idea ideas propose proposal suggest suggestion")
_ASK = _words("how why what where which who anyone anybody")
_TALK = _words(
    "hi hello hey thanks thank thx cheers welcome congrats congratulations lol haha hehe yes yeah"
    " yep ok okay nice cool great awesome sorry bye morning evening weekend good glad happy"
)
_HINTS = _words("here could")  # where these stand, a phrase may: "here is", "we could"
_KINDS = {
    **dict.fromkeys(_HINTS, 0.0),
    **dict.fromkeys(_TALK, TALK),
    **dict.fromkeys(_ASK, ASK),
    **dict.fromkeys(_PROPOSE, PROPOSE),
    **dict.fromkeys(_MADE, MADE),
}
_TELLING = frozenset(_KINDS)

_BULLET = re.compile(r"\n(?:[-*•] |1\. |2[.)] |・)")

# Japanese has no spaces to split at: these are looked for anywhere.
_JA_ASK = ("ですか", "ますか", "でしょうか", "ませんか")
_JA_MADE = ("作りました", "作ってみ", "公開しました", "書きました", "まとめました")
_JA_PROPOSE = ("提案", "アイデア", "したらどう")
_JA_TALK = ("ありがとう", "よろしくお願い", "こんにちは", "はじめまして", "おめでとう")
_JA_WORD = 4  # characters in a word, about
_JA_ANY = re.compile(
    f"[{''.join({each[0] for each in (*_JA_ASK, *_JA_MADE, *_JA_PROPOSE, *_JA_TALK)})}]"
)

# Each alternative stops at its own opening sign, so that a run of them is read only once.
_ADDRESSED = re.compile(r"(?:<@[^<>]*>[\s,:]*)+")
# What is no prose is stepped over; the last one is a question's sign.
_ASKED = re.compile(
    rf"```.*?```|`[^`]*`|<[^<>]*>|https?://\S+|([?？]|{'|'.join(_JA_ASK)})", re.DOTALL
)


def traits(text: str) -> Traits:
    """Length, static worth and question of a message's *text* as the platform writes it."""
    length = len(text)
    if length < SHORTEST:
        return Traits(length, 0.0, _asks(text))
    low = text.lower()
    words = low.split()
    found = _TELLING.intersection(words)
    worth = _wording(low, words, found) if found else 0.0
    if "<" in low or "\n" in low or "`" in low or "/" in low or low[0] in ">&":
        return Traits(length, worth + _signs(low), _asks(text))
    if low.isascii():
        return Traits(length, worth, "?" in low or (not OPENERS.isdisjoint(words[:1])))
    return Traits(length, worth + _japanese(low), _asks(text))


def _asks(text: str) -> bool:
    """Whether a question stands in *text*, outside links and code."""
    if text.startswith("<@"):
        text = _ADDRESSED.sub("", text, count=1)
    if text[:12].lower().partition(" ")[0] in OPENERS:
        return True
    if "?" not in text and (text.isascii() or ("？" not in text and "か" not in text)):
        return False
    if "<" in text or "`" in text or "://" in text:
        return any(found.lastindex for found in _ASKED.finditer(text))
    return "?" in text or "？" in text or any(map(text.__contains__, _JA_ASK))


def _signs(low: str) -> float:
    """What the look of a text is worth: paragraphs, lists, links, mentions, code, quotes."""
    worth = 0.0
    if "://" in low:
        worth += LINK
    if "@" in low:
        worth += MENTION * min(MOST, low.count("<@") + low.count("@**"))
    if "`" in low:
        worth += CODE
    if "\n" in low:
        worth += PARAGRAPHS * ("\n\n" in low) + LIST * (_BULLET.search(low) is not None)
    if _quotes(low):
        worth += QUOTE
    return worth if low.isascii() else worth + _japanese(low)


def _quotes(low: str) -> bool:
    """Whether *low* repeats or points to another message."""
    if low.startswith((">", "&gt;")):
        return True
    if "\n" in low and ("\n&gt;" in low or "\n>" in low):
        return True
    return ("/archives/" in low and "://" in low) or ("`" in low and "```quote" in low)


def _wording(low: str, words: list[str], found: frozenset[str]) -> float:
    """What the telling words that were *found* are worth: made, proposed, asked, small talk."""
    made = proposed = asked = talk = 0
    for word in found:
        kind = _KINDS[word]
        if kind is TALK:
            talk += words.count(word)
        elif kind is ASK:
            asked += 1
        elif kind is MADE:
            made += 1
        elif kind is PROPOSE:
            proposed += 1
    if "here " in low:
        made += ("here is" in low) + ("here are" in low)
    proposed += ("what if" in low) + ("we could" in low) + ("how about" in low) + ("why not" in low)
    small = TALK * (talk / len(words)) if talk else 0.0
    return _weighed(made, proposed, asked) + small if made or proposed or asked else small


def _weighed(made: int, proposed: int, asked: int) -> float:
    """What so many of each are worth: beyond two of a kind no more."""
    return _WEIGHED[made if made < MOST else MOST][proposed if proposed < MOST else MOST][
        asked if asked < MOST else MOST
    ]


_SOME = range(MOST + 1)
_WEIGHED = [
    [[MADE * made + PROPOSE * proposed + ASK * asked for asked in _SOME] for proposed in _SOME]
    for made in _SOME
]


def _japanese(low: str) -> float:
    """The same of Japanese wording, which has no spaces."""
    if _JA_ANY.search(low) is None:
        return 0.0
    made = sum(map(low.__contains__, _JA_MADE))
    proposed = sum(map(low.__contains__, _JA_PROPOSE))
    asked = sum(map(low.__contains__, _JA_ASK))
    talk = sum(map(low.count, _JA_TALK)) * _JA_WORD / len(low)
    return _weighed(made, proposed, asked) + TALK * min(1.0, talk)
