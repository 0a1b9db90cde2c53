"""What could tell who a patient is is noticed, and ordinary ideas are let be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.identifiers import BIRTH, NHS_NUMBER, TELEPHONE, fault_in, is_nhs_number


@pytest.mark.parametrize(
    ("words", "what"),
    [
        # the example of the NHS Data Dictionary
        pytest.param("She is 943 476 5919, in bed 4.", NHS_NUMBER, id="an NHS number as printed"),
        pytest.param("see 9434765919", NHS_NUMBER, id="in one go"),
        pytest.param("943-476-5919 again", NHS_NUMBER, id="with dashes"),
        pytest.param("943–476–5919", NHS_NUMBER, id="with other dashes"),
        pytest.param("(943\u00a0476\u00a05919)", NHS_NUMBER, id="with other blanks"),
        pytest.param("９４３ ４７６ ５９１９", NHS_NUMBER, id="in wide digits"),
        pytest.param("9 4 3 4 7 6 5 9 1 9", NHS_NUMBER, id="digit by digit"),
        pytest.param("NHS no. 943 476 5918", NHS_NUMBER, id="said to be one, and mistyped"),
        pytest.param("DOB 12/03/1941 fell at night", BIRTH, id="a date of birth"),
        pytest.param("d.o.b.: 12.3.41", BIRTH, id="in short"),
        pytest.param("his date of birth is 3 May 1938", BIRTH, id="in words"),
        pytest.param("born on 3rd of May, 1938", BIRTH, id="born on a day"),
        pytest.param("1938-05-03 (DOB)", BIRTH, id="said afterwards"),
        pytest.param("Mrs Okafor, 12/03/41, made tea", BIRTH, id="a title, a name and a day"),
        pytest.param("Mr. A. Lund (March 12, 1941)", BIRTH, id="a title and an initial"),
        pytest.param("Joan Smith 12/03/1941", BIRTH, id="a name and a day"),
        pytest.param("SMITH, Joan (12.03.1941)", BIRTH, id="as on a wristband"),
        pytest.param("1941-03-12 Joan Smith", BIRTH, id="a day and a name"),
        pytest.param("ring her on 07700 900123", TELEPHONE, id="a mobile"),
        pytest.param("07700900123", TELEPHONE, id="a mobile in one go"),
        pytest.param("ring (020) 7946 0958", TELEPHONE, id="London"),
        pytest.param("0161 496 0000.", TELEPHONE, id="Manchester"),
        pytest.param("01632 960 001", TELEPHONE, id="the country"),
        pytest.param("+44 (0)20 7946 0958", TELEPHONE, id="London from abroad"),
        pytest.param("0044 7700 900123", TELEPHONE, id="with noughts"),
        pytest.param("+353 1 496 0000", TELEPHONE, id="Dublin"),
        pytest.param("call (415) 555-0132", TELEPHONE, id="San Francisco"),
        pytest.param("415-555-0132", TELEPHONE, id="San Francisco with dashes"),
        pytest.param("1 415 555 0132 or +1 415 555 0132", TELEPHONE, id="from abroad"),
    ],
)
def test_what_looks_like_an_identifier_is_named_and_not_said_back(words: str, what: str) -> None:
    fault = fault_in(words)
    assert fault.startswith(f"This looks like {what}. Please leave it out")
    assert not any(sign.isdigit() for sign in fault)


@pytest.mark.parametrize(
    "words",
    [
        "We tried it with 14 people in 2024, and nine went home.",
        "Tuesdays 10:00-12:00, or 10.00 - 12.00, in room 301",
        "from 5 July to 30 Aug 2026, and again on 2026-09-01",
        "NICE CG161 and NG249 say so; see https://www.nice.org.uk/guidance/9434765919",
        "version 1.12.24 and 10.2.0.1941",
        "grant 9434765918, grant 943 476 5918",
        "£9434765919 or #9434765919, invoice AB9434765919 and 9434765919/2",
        "ISBN 0-306-40615-2, ISBN-10: 0306406152",
        "Ring 999 or 111; the Silver Line is 0800 4 70 80 90, and Samaritans 116 123.",
        "up from 1 200 000 to +10 000 000, 2019-2020 and 2024/25",
        "the Winter Plan 12/03/2026 and the Winter Plan, 1 December 2019",
        "Priya Shah on 12/03/2026: show and tell",
        "Dr Patel speaks on 12 March 2026",
        "an idea that was born in 2019 on the night shift",
        "0000000000 and 000 000 0000",
        "/net idea message:slack:T1/C012AB3CD/1718123456000100",
        "1718123456.000100",
        "bloods at 06:00, obs every 4 h, 500 mg 3 times a day for 10 days",
        "",
    ],
)
def test_ordinary_words_are_let_be(words: str) -> None:
    assert fault_in(words) == ""


@given(st.from_regex(r"[1-9]\d{8}", fullmatch=True))
def test_of_ten_numbers_that_begin_alike_one_at_most_is_an_nhs_number(nine: str) -> None:
    alike = [digit for digit in "0123456789" if is_nhs_number(nine + digit)]
    assert len(alike) <= 1
    for digit in alike:
        written = f"{nine[:3]} {nine[3:6]} {nine[6:]}{digit}"
        assert NHS_NUMBER in fault_in(f"she is {written} here")
        assert NHS_NUMBER in fault_in(written.replace(" ", ""))
        for n in range(9):
            other = nine[:n] + str((int(nine[n]) + 1) % 10) + nine[n + 1 :]
            assert not is_nhs_number(other + digit), "one wrong digit is noticed"


@given(st.text(max_size=200))
def test_anything_can_be_looked_at(words: str) -> None:
    assert fault_in(words) == "" or fault_in(words).endswith("put it another way.")
