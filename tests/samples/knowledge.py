"""Sample values for the prompts of notes, of the network's own words, and of finding them."""

from datetime import UTC, datetime

from bot.domain.ids import ChannelId
from bot.domain.notes import Answer, NoteState
from bot.prompting import Plain
from bot.storage.glossary import Term
from bot.storage.helping import NoteHelper
from bot.storage.notes import Note, Source

AT = datetime(2026, 6, 30, 12, tzinfo=UTC)
SOURCE = Source(
    channel=1, name="frailty", address=ChannelId("slack:T1/C1"), thread=1, is_there=True
)
_GONE = SOURCE._replace(is_there=False)
_ABOUT: dict[str, object] = {
    "title": "Falls at night",
    "lines": ["Lights by the bed help more than rails.", "Ask who gets up at night, and why."],
    "puzzle": "What about those who can't ring?",
    "author": "Rosa",
    "helpers": ["Bo", "Cem"],
    "source": SOURCE,
    "begun": AT,
}
_BARE = {**_ABOUT, "puzzle": "", "author": "", "helpers": [], "source": _GONE}
_ASKED: dict[str, object] = {
    "number": 3,
    "network": "Frailty Friends",
    "author": "Rosa",
    "source": SOURCE,
    "begun": AT,
    "is_there": True,
}
_MEANS = "our kitchen aids: kettle, chair and steps"


def _note(number: int, state: NoteState) -> Note:
    is_there = state is not NoteState.WITHDRAWN
    return Note(
        id=number,
        state=state.value,
        title="Falls at night" if is_there else "",
        learned="Lights help." if is_there else "",
        puzzle="Who rings?" if number % 2 and is_there else "",
        is_named=bool(number % 2),
    )


_NOTES = [_note(number, state) for number, state in enumerate((*NoteState, NoteState.SHARED))]
_TERM = Term(id=1, term="ECAT", means=_MEANS)

SAMPLES: dict[str, list[dict[str, object]]] = {
    "form": [{}],
    "note": [_ABOUT, _BARE, {**_ABOUT, "helpers": []}, {**_ABOUT, "author": ""}],
    "by": [_ABOUT, _BARE, {**_ABOUT, "helpers": []}, {**_ABOUT, "author": ""}],
    "preview": [
        {**_ABOUT, "number": 3, "has_others": True},
        {**_BARE, "number": 3, "has_others": False},
    ],
    "shared": [{"number": 3, "channel": "frailty", "address": "slack:T1/C1"}],
    "changed": [{"number": 3}],
    "dropped": [{}],
    "taken_back": [{"is_mended": True}, {"is_mended": False}],
    "withdrawn": [{}],
    "ask_helper": [_ASKED, {**_ASKED, "author": ""}],
    "answered": [
        {**_ASKED, "answer": answer.value, "is_there": is_there}
        for answer in Answer
        for is_there in (True, False)
    ],
    "not_asked": [{}],
    "not_yours": [{}],
    "not_for_guests": [{}],
    "unknown_thread": [{}],
    "own": [{"notes": []}, {"notes": [_NOTES[0], _NOTES[1]]}],
    "hit": [
        {**_ABOUT, "number": 3, "shared": AT},
        {**_BARE, "number": 3, "shared": None},
    ],
    "hits": [
        {
            "typed": "falls",
            "found": [Plain("**Falls at night**, a note by Rosa.")],
            "buttons": [Plain("[1: Read it](button:knowledge.read/3)")],
        }
    ],
    "nothing": [{"typed": "zebras"}],
    "newest": [{"found": []}, {"found": [Plain("**Falls at night**, a note by Rosa.")]}],
    "no_note": [{}],
    "find_form": [{}],
    "home": [{}],
    "words": [
        {"words": [], "more": -30},
        {"words": [("ECAT", _MEANS)], "more": -29},
        {"words": [("ECAT", _MEANS)] * 30, "more": 4},
    ],
    "word": [{"term": "ECAT", "means": _MEANS, "name": "Rosa"}],
    "no_word": [{"term": "ECAT"}],
    "word_kept": [
        {"term": "ECAT", "means": _MEANS, "earlier": earlier, "number": 3}
        for earlier in ("", "a kitchen")
    ],
    "word_undone": [{"term": "ECAT", "means": means} for means in ("", _MEANS)],
    "not_your_word": [{"name": "Rosa"}, {"name": ""}],
    "fault": [{"fault": "Write the word, an equals sign and what it means."}],
    "glosses": [{"glosses": [_TERM]}, {"glosses": [_TERM, _TERM]}],
    "mydata": [
        {
            "notes": _NOTES,
            "helped": [NoteHelper(note_id=3, answer=answer.value) for answer in Answer],
            "words": [_TERM],
        },
        {"notes": [], "helped": [], "words": [_TERM]},
    ],
}
