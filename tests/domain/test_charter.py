"""A charter is plain lines that anybody can hash, and no change of its ledger goes unnoticed."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.charter import (
    How,
    Piece,
    Said,
    charter_of,
    difference,
    fault_in,
    in_short,
    line_of,
    read,
    starter,
)
from bot.domain.charter_ledger import (
    AcknowledgementLine,
    Ledger,
    VersionLine,
    fingerprint,
    line,
    taken_from,
    verify,
    written,
)

FIRST = starter("Kinder first hours.")


def rules_changed(*rules: str) -> tuple[str, ...]:
    """What changed of the first charter's rules, as (part, how)."""
    after = charter_of(FIRST.purpose, rules, FIRST.decides, FIRST.keeps)
    return tuple(f"{each.part} {each.how}" for each in difference(FIRST, after))


def test_the_canonical_text_is_a_line_for_each_part() -> None:
    found = charter_of(
        " Kinder\n hours ", ["Be kind.", " ", "Cafe\u0301 at\u200b nine"], "By x", "y"
    )
    assert found.text == (
        "Purpose: Kinder hours\nRule 1: Be kind.\nRule 2: Café at nine\n"
        "How we decide: By x\nWhat the bot keeps: y\n"
    )
    assert fault_in(FIRST) == ""


@given(st.lists(st.text(), max_size=5), st.text(), st.text())
def test_what_was_written_down_is_read_as_it_was(
    rules: list[str], purpose: str, keeps: str
) -> None:
    made = charter_of(purpose, rules, "Rule 1: by consent", keeps)
    assert read(made.text) == made
    assert line_of(line_of(purpose)) == line_of(purpose)
    made.text.encode()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param(
            "Purpose: a\nRule 2: b\nHow we decide: c\nWhat the bot keeps: d\n", id="a gap"
        ),
        pytest.param("Purpose: a\nHow we decide: c\nWhat the bot keeps: d", id="no last LF"),
        pytest.param("Purpose: a  b\nHow we decide: c\nWhat the bot keeps: d\n", id="two blanks"),
    ],
)
def test_what_is_no_canonical_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"no charter|not a charter"):
        read(text)


@pytest.mark.parametrize(
    ("found", "fault"),
    [
        pytest.param(charter_of("", ["a"], "b", "c"), "what can you only do", id="no purpose"),
        pytest.param(charter_of("a", [], "b", "c"), "at least one rule", id="no rule"),
        pytest.param(charter_of("a", ["x"] * 10, "b", "c"), "10 rules", id="ten rules"),
        pytest.param(charter_of("a", ["x"], "", "c"), "how you decide", id="no way to decide"),
        pytest.param(charter_of("a", ["x" * 401], "b", "c"), "401", id="a long rule"),
    ],
)
def test_a_charter_that_nobody_could_agree_to_says_why(found: object, fault: str) -> None:
    assert fault in fault_in(found)  # type: ignore[arg-type]


def test_a_difference_is_told_part_by_part_and_word_by_word() -> None:
    rules = FIRST.rules
    assert rules_changed(*rules) == ()
    assert rules_changed("Be kind.", *rules) == ("Rule 1 new",)
    assert rules_changed(*rules[1:]) == ("Rule 1 gone",)
    assert rules_changed(*rules[:5], "No names.", "Rest.") == ("Rule 6 changed", "Rule 7 new")
    after = charter_of("Kinder and safer first hours.", rules, "By vote.", FIRST.keeps)
    purpose, decides = difference(FIRST, after)
    assert purpose.before == (Piece("Kinder", True), Piece("first hours.", True))
    assert purpose.after == (
        Piece("Kinder", True),
        Piece("and safer", False),
        Piece("first hours.", True),
    )
    assert decides.how is How.CHANGED
    assert in_short((purpose, decides)) == "Purpose changed, How we decide changed"


# The ledger


def ledger(*said: str) -> Ledger:
    """A ledger of three versions; everybody agrees to the one that there is by then."""
    versions: list[VersionLine] = []
    acknowledgements: list[AcknowledgementLine] = []
    for number in (1, 2, 3):
        versions.append(
            VersionLine(
                version=number,
                agreed="2026-03-04T10:00:00Z",
                takes_effect="2026-03-04",
                review="2026-09-04" if number > 1 else "",
                material=True,
                took_part=7 if number > 1 else None,
                why='Somebody said: "why?" Ã' if number > 1 else "",
                changed="Rule 1 changed" if number > 1 else "",
                before=fingerprint(versions[-1]) if versions else "",
                charter=charter_of("Kinder.", [f"Rule of {number}"], "By consent.", "Few.").text,
            )
        )
        for who in said:
            acknowledgements.append(
                AcknowledgementLine(
                    acknowledgement=len(acknowledgements) + 1,
                    who=who,
                    said=Said.AGREED,
                    version=number,
                    charter=fingerprint(versions[-1]),
                    on="2026-03-05",
                    before=fingerprint(acknowledgements[-1]) if acknowledgements else "",
                )
            )
    return Ledger(
        network="Frailty Friends",
        versions=tuple(versions),
        acknowledgements=tuple(acknowledgements),
    )


WHOLE = ledger("9f01", "9f02", "9f03")
DOCUMENT = written(WHOLE)
LINES = DOCUMENT.split(b"\n")[:-1]


def with_lines(lines: Sequence[bytes]) -> bytes:
    return b"".join(each + b"\n" for each in lines)


def test_a_ledger_that_nobody_touched_holds() -> None:
    assert verify(DOCUMENT) == []
    assert verify(written(Ledger(network="x", versions=(), acknowledgements=()))) == []
    assert taken_from(DOCUMENT) == WHOLE
    assert len(LINES) == 1 + 3 + 9 + 1


def test_no_byte_can_be_changed() -> None:
    document = written(ledger("9f01"))
    versions = document.index(b'{"version":'), document.index(b'{"acknowledgement":')
    for at in range(len(document)):
        if versions[0] <= at < versions[1] or at % 5 == 0:
            forged = bytearray(document)
            forged[at] ^= (1, 0x20, 0x80)[at % 3]
            assert verify(bytes(forged)) != [], at
    for at in range(0, len(document), 29):
        assert verify(document[:at] + document[at + 1 :]) != [], at
        assert verify(document[:at] + b" " + document[at:]) != [], at
        assert verify(document[:at]) != [], at


@given(st.data())
def test_no_line_can_be_left_out_doubled_moved_or_replaced(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(LINES) - 1))
    to = data.draw(st.integers(0, len(LINES) - 1).filter(lambda each: each != at))
    rest = [*LINES[:at], *LINES[at + 1 :]]
    for lines in (
        rest,
        [*LINES[:at], LINES[at], *LINES[at:]],
        [*rest[:to], LINES[at], *rest[to:]],
        [*LINES[:at], LINES[to], *LINES[at + 1 :]],
    ):
        assert verify(with_lines(lines)) != []


@pytest.mark.parametrize(
    ("at", "what", "fault"),
    [
        pytest.param(2, {"charter": "Be good.\n"}, "Line 3: version 2 holds no", id="no charter"),
        pytest.param(5, {"charter": "0" * 64}, "is for another version 1", id="a forged hash"),
        pytest.param(5, {"version": 9}, "is for another version 9", id="no such version"),
        pytest.param(6, {"before": "0" * 64}, "Line 7: acknowledgement 3 does not", id="no link"),
        pytest.param(6, {"acknowledgement": 4}, "stands where acknowledgement 3", id="a gap"),
        pytest.param(13, {"versions": 4}, "The seal counts 4 versions; here are 3", id="the count"),
        pytest.param(13, {"newest_version": ""}, "names another newest version", id="the newest"),
        pytest.param(13, {"first_line": ""}, "Line 1: it is not the line", id="another's seal"),
        pytest.param(0, {"format": 2}, "Line 1: this is format 2", id="a later format"),
    ],
)
def test_what_is_wrong_is_said_in_plain_words(at: int, what: dict[str, object], fault: str) -> None:
    forged = {**msgspec.json.decode(LINES[at]), **what}
    found = verify(with_lines([*LINES[:at], msgspec.json.encode(forged), *LINES[at + 1 :]]))
    assert any(fault in each for each in found), found


def test_of_a_ledger_written_anew_only_a_fingerprint_tells() -> None:
    kept = fingerprint(WHOLE.versions[0])
    forged = written(ledger("9f01"))
    assert verify(forged) == []
    assert verify(forged, expected=kept) == [], "the versions are the same"
    gone = fingerprint(WHOLE.acknowledgements[-1])
    assert verify(DOCUMENT, expected=f"{gone[:8]} {gone[8:16].upper()}") == []
    assert "written anew" in verify(forged, expected=gone)[0]
    assert "at least 8 signs" in verify(DOCUMENT, expected=kept[:7])[0]


def test_a_line_that_says_the_same_in_other_words_is_found() -> None:
    spaced = LINES[1].replace(b'"version":1', b'"version": 1')
    assert (
        "not written as the bot writes it" in verify(with_lines([LINES[0], spaced, *LINES[2:]]))[0]
    )
    assert line(WHOLE.versions[0]) == LINES[1] + b"\n"
    assert "cut off" in verify(b"")[0]
