"""Whatever people type, they are answered, in plain English, and nothing breaks."""

from __future__ import annotations

import os
import re
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.events import FormSubmitted
from bot.domain.typed import LONGEST, SHOWN, shortened, simplified, storable, word_of
from bot.registry import Registry
from bot.storage import readings
from handlers import FEATURES
from tests.town import Town

COMMANDS = [command.typed for feature in FEATURES for command in feature.commands]

BROKE = "went wrong on my side"

HOSTILE = {
    "nothing": "",
    "one sign": "x",
    "four thousand": "x" * 4_000,
    "a megabyte": "word " * 200_000,
    "a zero byte": "a\0b",
    "control signs": "\x01\x1b[31mred\x7f\x85\x9b",
    "half an emoji": "\ud83d ask",
    "turned round": "\u202egnihtyna \u2066x\u2069",
    "hidden blanks": "a\u200bs\u2060k\ufeff",
    "a family": "👩‍👩‍👧‍👦 👨🏽‍⚕️",
    "marks upon marks": "e" + "\u0301" * 1_000,
    "full-width": "ａｄｄ　２２　Ｊｕｌ",
    "composed": "Sia\u0302n",
    "a broadcast": "<!channel> <!here|x> <!subteam^S1>",
    "a mention in a mention": "<@U1|<!channel>>",
    "a link in a link": "<https://evil.example|https://good.example>",
    "escaped twice": "&lt;!channel&gt; &amp;lt;",
    "fences": "```\n` `` ``` ~~~",
    "templates": "{{7*7}} {% for x in y %} ${jndi:ldap://x} %n%s",
    "SQL": "'; DROP TABLE messages; --",
    "a shell": "$(rm -rf /) `id` | cat",
    "quotes left open": '"summer 22 Jul to 30 Aug ‘quiet',
    "ten thousand words": " ".join("x" for _ in range(1_000)),
    "no day": "add Summer 31/02 to 30 Feb quiet",
    "no hour": "2026-02-30T24:00 0000-00-00 9999-12-31 2026-W99",
    "the last day": 'add "End" 9999-12-31 to 9999-12-31 quiet',
    "no number": "1e999 NaN -0 ² ٣ Ⅷ remove 99999999999999999999",
    "a regex's nightmare": "(a+)+$ " + "a" * 900 + "!",
    "blanks": "add " + " " * 2_500 + "22 Jul",
    "another workspace": "slack:T9/C9 fake:T9/U-eve <#C9|theirs> <@W012> U012",
    "buttons": "**[Press](button:mydata.delete/1)** [x](submit) [y](to:fake:T1/U-eve)",
    "lines": "one\ntwo\r\n# three\n> four\n- five\u2028six",
}


STEP = int(os.environ.get("STEP", "3"))


@pytest.mark.at_length
def test_whatever_is_typed_is_answered_and_breaks_nothing(town: Town) -> None:
    """Every command, and every text, a third of all pairs of them; STEP=1 tries all."""
    town.lead("priya")
    pairs = product(enumerate(COMMANDS), enumerate(HOSTILE.values()))
    chosen = [f"{command} {text}" for (m, command), (n, text) in pairs if (m + n) % STEP == 0]
    for typed in chosen:
        forms = len(town.forms)
        answer = town.types("priya", typed)
        assert answer or len(town.forms) > forms, typed[:80]
        assert BROKE not in answer, typed[:80]
        assert len(answer) < 12_000, typed[:80]
    assert town.hears == []


@pytest.mark.at_length
@pytest.mark.both_databases
def test_whatever_is_put_into_a_form_is_answered(town: Town) -> None:
    town.types("priya", "/tend settings")
    for text in HOSTILE.values():
        sent = text[:LONGEST]
        answer = town.fills("priya", name=sent, purpose=sent)
        assert answer.startswith(("Kept.", "Nothing was kept")), text[:80]
        assert "/net help" in town.types("priya", "/net"), text[:80]


@pytest.mark.both_databases
def test_an_explanation_keeps_its_words_but_for_what_no_database_keeps(town: Town) -> None:
    town.lead("priya")
    town.types("priya", "/tend why Siân’s “half” term — 半分\0 👩‍⚕️")
    with town.sessions.begin() as session:
        notes = readings.notes(session, town.network, since=town.now.replace(year=2000))
    assert [note.text for note, _ in notes] == ["Siân’s “half” term — 半分 👩‍⚕️"]


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("/net HELP", id="shouted"),
        pytest.param("/net    help  ", id="with many blanks"),
        pytest.param("/net \u00a0 help", id="with a blank that doesn't break"),
        pytest.param("/net /net help", id="with the command typed twice"),
        pytest.param("/net /help", id="with another slash"),
        pytest.param("/net net help", id="with the command and no slash"),
        pytest.param("/net ｈｅｌｐ", id="on a Japanese keyboard"),
        pytest.param("/net “help”", id="in a phone's quotes"),
        pytest.param("/net help?", id="as a question"),
        pytest.param("/net he\u200blp", id="with something that hides"),
    ],
)
def test_help_is_given_however_it_is_typed(town: Town, typed: str) -> None:
    assert town.types("ada", typed).startswith("**To begin with**")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        pytest.param("add “Summer” 22 Jul to 30 Aug QUIET", "Added: **Summer**", id="a phone"),
        pytest.param("ADD summer ２２　Jul　to　３０　Aug", "Added: **summer**", id="full-width"),
        pytest.param('add "Summer" 22 Jul – 30 Aug quiet', "Added: **Summer**", id="a dash"),
        pytest.param("Remove １", "Taken out: ", id="taken out again"),
    ],
)
def test_the_calendar_understands_other_keyboards(town: Town, typed: str, expected: str) -> None:
    town.types("ada", '/tend calendar add "First" 22 Jul quiet')
    assert town.types("ada", f"/tend calendar {typed}").startswith(expected)


def test_a_digest_is_asked_for_in_any_case(town: Town) -> None:
    assert "2026\\-W10" in town.types("ada", "/tend digest PREVIEW 2026-w10").replace("-", "\\-")


def test_an_unknown_word_is_said_back_in_short(town: Town) -> None:
    answer = town.types("ada", "/net " + "colourless green ideas " * 100)
    assert "colourless green ideas" in answer
    assert answer.count("colourless") < 5
    assert answer.count("- `/net") == 3


def test_what_is_too_long_says_so(town: Town) -> None:
    answer = town.types("ada", "/tend why " + "x" * 4_000)
    assert answer.startswith("That is longer than I can take in at once: 3000 characters")


@pytest.mark.parametrize(
    "typed",
    [
        "/net idea ask 943 476 5919 how she makes tea",
        "/tend why Mrs Okafor, born 12/03/1941, was with us",
        '/tend calendar add "ring 07700 900123" 22 Jul',
        "/net colourless 07700 900123",
    ],
)
def test_nothing_that_looks_like_a_patients_identifier_is_taken_or_said_back(
    town: Town, typed: str
) -> None:
    answer = town.types("ada", typed)
    assert answer.startswith("This looks like ")
    assert answer.endswith("Nothing was kept or changed.")
    assert not re.search(r"\d", answer)


def test_no_form_takes_a_patients_identifier_and_each_says_so_beside_the_field(town: Town) -> None:
    town.types("ada", "/tend settings")
    [form] = town.forms
    values = {field.name: field.value for field in form.fields} | {"purpose": "See 9434765919."}
    sent = FormSubmitted(
        id="1",
        form=form.name,
        values=values,
        context=form.context,
        channel=town.place("general"),
        member=town.person("ada"),
        at=0,
    )
    assert [*town.platform.check(sent)] == ["purpose"]
    assert "an NHS number" in town.fills("ada", purpose="See 9434765919.")
    assert "9434765919" not in town.network.purpose


# The words themselves


@given(st.text())
def test_what_is_made_plain_is_plain(text: str) -> None:
    plain = simplified(text)
    assert plain == simplified(plain)
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]|  ", plain)
    assert storable(storable(text)) == storable(text)
    storable(text).encode()


REGISTRY = Registry(FEATURES, None)


@given(st.text(), st.sampled_from(["net", "tend"]))
def test_a_word_and_the_rest_are_all_that_was_typed(text: str, command: str) -> None:
    word, rest = word_of(text, command)
    assert text.strip().endswith(rest)
    assert word == word.casefold()
    REGISTRY.nearest(command, text)


@given(st.text(min_size=SHOWN))
def test_what_is_said_back_is_short(text: str) -> None:
    assert len(shortened(text)) <= SHOWN
    assert "\n" not in shortened(text)
