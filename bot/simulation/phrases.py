"""What people of a simulated network write: plain invented sentences, put together by chance.

Only what is meant to ask holds a question mark. Nothing here is about a real person or place.
"""

from __future__ import annotations

import re
from enum import StrEnum


class Kind(StrEnum):
    """What somebody means to do with a message."""

    ASK = "ask"
    SHARE = "share"
    OFFER = "offer"
    INTRODUCTION = "introduction"
    ANSWER = "answer"
    ASK_BACK = "ask back"
    THANKS = "thanks"
    LATE = "late"
    BOT = "bot"
    HEAT = "heat"
    IDEA = "idea"
    POPULAR = "popular"


_TOPICS = """
the falls leaflet
the frailty score
the discharge letter
the night phone number
the huddle
medicines review
the hydration round
the same-day clinic
the handover sheet
the carers' café
the walking aids
the transport form
the front-door screen
the ward round
the home visit list
the delirium poster
the respect form
the memory box
the chair exercises
the befriending line
the winter plan
the virtual ward
the care plan
the call-back list
the audit
the kitchen test
the pressure mattress order
the step-down beds
the weekend rota
the community response car
"""
TOPICS = tuple(_TOPICS.strip().splitlines())
_PLACES = """
the front door
our ward
the day unit
two of the homes
the ambulance bay
the surgery
the village hall
the outpatient corridor
the community team
the hospice
the east side
the discharge lounge
clinic three
the charity shop café
the out-of-hours hub
"""
PLACES = tuple(_PLACES.strip().splitlines())
_WHEN = """
this week
since Monday
for a month now
last Thursday
over the weekend
before Easter
on nights
in the first hour
after lunch
at the last huddle
for the third time
in the mornings
"""
WHEN = tuple(_WHEN.strip().splitlines())
_FOUND = """
it saves about ten minutes a person
families said it helped
fewer people came back
nobody used the second page
the porters liked it most
it only works with two of us
it fell over on the bank holiday
we stopped after a week
the phone was engaged half the time
people sat out of bed sooner
the letter went to the wrong place twice
we need a smaller one
the GPs asked for it too
volunteers took it on
the night staff changed it and made it better
it was calmer than I expected
one line was enough
we lost the key
"""
FOUND = tuple(_FOUND.strip().splitlines())
_MAKERS = """
a checklist
a one-page guide
a poster
a short form
a rota
a phone card
a map
a story board
a drawing
a training half-hour
a bag with the right things in it
a small spreadsheet
"""
MAKERS = tuple(_MAKERS.strip().splitlines())

BANK: dict[Kind, tuple[str, ...]] = {
    Kind.SHARE: (
        "We tried {topic} in {place} {when}: {found}.",
        "A small thing from {place}: {found}.",
        "Notes from {place} {when}. {Topic} came up again.",
        "We have {maker} for {topic} now, and {found}.",
        "Rough and half-finished, but here is {maker} for {topic}.",
        "It didn't work: {topic} in {place}, and {found}.",
        "Good talk with the team in {place} about {topic}.",
        "Just to say that {topic} moves to {place} {when}.",
        "Three of us looked at {topic} {when}.",
        "Somebody in {place} made {maker}, and {found}.",
    ),
    Kind.ASK: (
        "Has anyone tried {topic} in {place}?",
        "Who looks after {topic} where you are?",
        "Could someone read {maker} about {topic} by Friday?",
        "How do you do {topic} {when}?",
        "Does anybody have {maker} for {topic} that I could borrow?",
        "What do you say to families about {topic}?",
        "Is there a better way to do {topic} in {place}?",
        "Would two people look at {topic} with me {when}?",
    ),
    Kind.OFFER: (
        "I can give an hour on {topic} if that helps anybody.",
        "Happy to show {maker} we use in {place}.",
        "There is room for two in our session on {topic}.",
        "We have spare copies of {maker} for {topic}, please take them.",
    ),
    Kind.INTRODUCTION: (
        "Hello, I'm new here and work in {place}.",
        "Hello everyone, I joined this week and spend most days in {place}.",
        "Good morning, new here. I came for {topic}.",
    ),
    Kind.ANSWER: (
        "Yes, we do that in {place} and {found}.",
        "We have {maker} for it, I'll send it over.",
        "Not yet, but {place} tried {topic} {when}.",
        "In {place} {found}.",
        "Ask the people in {place}, they know {topic} well.",
        "That is how it went for us: {found}.",
        "I would start with {maker} and keep it small.",
        "Same here {when}.",
        "We do it differently: {topic} first, then the rest.",
        "I'll bring {maker} to the huddle.",
    ),
    Kind.ASK_BACK: (
        "How long did it take you?",
        "Was that in {place}?",
        "Did {topic} come first?",
        "And what did the families say?",
    ),
    Kind.THANKS: (
        "Thank you, that helps.",
        "Thanks both, I'll try it {when}.",
        "That is just what I needed for {topic}, thank you.",
        "Brilliant, thanks.",
    ),
    Kind.LATE: (
        "Coming back to this: {found}.",
        "A late word on {topic}: we still use it in {place}.",
        "Still true {when}.",
    ),
    Kind.BOT: (
        "Reminder: {topic}, today in {place}.",
        "3 new entries about {topic} in the library.",
        "The rota for {place} has changed.",
    ),
    Kind.HEAT: (
        "I don't think that is what was agreed about {topic}.",
        "With respect, {place} sees this every night and you don't.",
        "That isn't fair on the team in {place}.",
        "We went over {topic} {when}, and I said so then.",
        "It is not as simple as {maker}.",
    ),
    Kind.IDEA: (
        "We keep a kettle, a chair and a set of steps in the bay and just watch for five minutes "
        "before we decide about tonight.\n\nHere is how we do it:\n• ask the person to make a cup "
        "of tea, as they would at home\n• say nothing and don't help unless they are about to "
        "fall\n• note three things: how they stand up, where they put their hands, and whether "
        "they finish what they began\n• ask the daughter or the crew what surprised them\n\nSince "
        "we do this, two in five people we would have kept have gone home the same day, and none "
        "of them came back that week. It costs nothing. I wrote a one-page guide with drawings, "
        "and we could try it in the ambulance with a flask.",
    ),
    Kind.POPULAR: ("We won the award. So proud of every one of you. Cake in the seminar room.",),
}
LONGER: dict[Kind, tuple[int, ...]] = {
    Kind.SHARE: (0, 1, 1, 2, 2, 3, 4),
    Kind.ASK: (0, 1, 1, 2),
    Kind.INTRODUCTION: (0, 1),
    Kind.ANSWER: (0, 0, 0, 1, 1, 2),
    Kind.HEAT: (0, 1, 2),
}
"""How many further sentences a message has before (asks) or after (others) its main one."""


def words(kind: Kind, chance: int) -> str:
    """The text of a message of that *kind*; the same *chance* gives the same text."""
    lot = _Lot(chance)
    main = lot.sentence(kind)
    further = kind if kind in (Kind.ANSWER, Kind.HEAT) else Kind.SHARE
    lengths = LONGER.get(kind, (0,))
    more = [lot.sentence(further) for _ in range(lengths[lot.below(len(lengths))])]
    sentences = [*more, main] if kind is Kind.ASK else [main, *more]
    if kind is Kind.INTRODUCTION:
        sentences.append(lot.sentence(Kind.ASK))
    return " ".join(sentences)


class _Lot:
    """Draws from a large number, a little of it at a time."""

    def __init__(self, chance: int) -> None:
        self.left = chance

    def below(self, count: int) -> int:
        self.left, n = divmod(self.left, count)
        return n

    def sentence(self, kind: Kind) -> str:
        forms = _FORMS[kind]
        form, blanks = forms[self.below(len(forms))]
        return form % tuple([blank[self.below(len(blank))] for blank in blanks])


def _form(sentence: str) -> tuple[str, tuple[tuple[str, ...], ...]]:
    """A sentence with its blanks as ``%s``, and what may be put in each."""
    blanks = tuple(BLANKS[name] for name in re.findall(r"{(\w+)}", sentence))
    return re.sub(r"{\w+}", "%s", sentence), blanks


BLANKS = {
    "topic": TOPICS,
    "Topic": tuple(topic[0].upper() + topic[1:] for topic in TOPICS),
    "place": PLACES,
    "when": WHEN,
    "found": FOUND,
    "maker": MAKERS,
}
_FORMS = {kind: tuple(_form(sentence) for sentence in bank) for kind, bank in BANK.items()}
