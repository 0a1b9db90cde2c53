"""What members read is understood at about the age of twelve, every prompt of it."""

from __future__ import annotations

import pytest

from tests.reading import grade, sentences, syllables
from tests.test_prompts import NAMES, PROMPTS, samples

TWELVE = 7
"""The school year of those who are twelve."""
ENOUGH = 30
"""Words of which a formula can tell anything: a line has too few."""


@pytest.mark.parametrize("feature", sorted({name.partition("/")[0] for name in NAMES}))
def test_all_that_a_feature_says_is_read_at_twelve(feature: str) -> None:
    """Each prompt with all its sample values; all of them together are easier still."""
    said = {name: spoken_by(name) for name in NAMES if name.partition("/")[0] == feature}
    years = {name: grade(words) for name, words in said.items() if is_enough(words)}
    assert {name: year for name, year in years.items() if round(year) > TWELVE} == {}
    assert grade("\n\n".join(said.values())) <= 5


def spoken_by(name: str) -> str:
    return "\n\n".join(PROMPTS.render(name, **values).text for values in samples(name))


def is_enough(words: str) -> bool:
    return sum(map(len, sentences(words))) >= ENOUGH


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        pytest.param("See the cat. It sat on the mat. The dog ran.", -3, 1, id="a first reader"),
        pytest.param(
            "The Australian platypus is seemingly a hybrid of a mammal and reptilian creature.",
            10,
            13.5,
            id="an encyclopaedia, of year 11.3 by the formula",
        ),
        pytest.param(
            "Organisational stakeholders are responsible for the operationalisation of appropriate "
            "accountability arrangements, notwithstanding the aforementioned considerations.",
            20,
            40,
            id="what nobody should have to read",
        ),
        pytest.param("Type `/net internationalisation` now.", -3, 3, id="what is typed isn't read"),
    ],
)
def test_the_formula_tells_easy_from_hard(text: str, least: float, most: float) -> None:
    assert least <= grade(text) <= most


@pytest.mark.parametrize(
    ("word", "number"),
    [("cat", 1), ("charter", 2), ("agreed", 2), ("table", 2), ("asked", 1), ("everybody", 5)],
)
def test_syllables_are_counted_about_right(word: str, number: int) -> None:
    assert syllables(word) == number
