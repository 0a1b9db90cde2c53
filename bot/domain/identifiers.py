"""Words that could tell who a patient is: NHS numbers, dates of birth, telephone numbers.

Shapes are all that is looked for, to stop a slip of the fingers. That an age, a place or a story
gives somebody away is for people to notice.
"""

from __future__ import annotations

import re

from bot.domain.typed import simplified

NHS_NUMBER, BIRTH, TELEPHONE = "an NHS number", "somebody's date of birth", "a telephone number"
LATEST = 2012
"""A later date beside a name is more likely to be a meeting's, unless it is said to be a birth."""
BESIDE = 60
"""Characters before and after a date in which a name is beside it."""

_ADDRESS = re.compile(r"(?:\w+://|www\.|message:)\S+", re.IGNORECASE)
_BOOK = re.compile(r"\bISBN(?:-10)?:? ?[\dX -]+", re.IGNORECASE)
"""A book's number has the very check digit that an NHS number has."""
_TEN = re.compile(
    r"(?<![\w£$€#+.,/-])(?:\d{10}|\d{3}[ ./-]{1,3}\d{3}[ ./-]{1,3}\d{4}|\d(?: \d){9})"
    r"(?![\w/]|[.,-]\d)"
)
_SAID_TO_BE = re.compile(
    r"\bNHS (?:no|nr|num|number|id|#)\b[ .:=#-]*(?:is |was )?\d{3}[ -]?\d{3}[ -]?\d{4}(?!\d)",
    re.IGNORECASE,
)
_TELEPHONES = re.compile(
    r"(?<![\w£$€#+.,/-])(?:"
    r"\(?0[17]\d{3}\)?[ .-]?\d{3}[ .-]?\d{3}"
    r"|\(?02\d\)?[ .-]?\d{4}[ .-]?\d{4}"
    r"|\(?01\d\d\)?[ .-]?\d{3}[ .-]?\d{4}"
    r"|(?:1[ .-])?(?:\([2-9]\d\d\) ?|[2-9]\d\d[.-])[2-9]\d\d[ .-]\d{4}"
    r"|(?:\+|00)[1-9](?:[ .()-]{0,2}\d){9,14}"
    r")(?![\w/]|[.,-]\d)"
)
_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_DAY = (
    r"(?<![\w.,/-])(?:\d{1,2}[./-]\d{1,2}[./-](?:(?P<a>\d{4})|\d\d)|(?P<b>\d{4})-\d\d-\d\d"
    rf"|\d{{1,2}}(?:st|nd|rd|th)? (?:of )?(?:{_MONTHS})[a-z]*\.?,? (?P<c>\d{{4}})"
    rf"|(?:{_MONTHS})[a-z]*\.? \d{{1,2}}(?:st|nd|rd|th)?,? (?P<d>\d{{4}}))(?![\w/]|[.,-]\d)"
)
_DATE = re.compile(_DAY, re.IGNORECASE)
_BORN = re.compile(
    r"(?:\b(?:dob|d\.o\.b|date of birth|birthday|born)\b[ .:=(-]{0,3}(?:(?:is|was|on|of) ){0,2})$",
    re.IGNORECASE,
)
_NAME = r"[A-Z][^\W\d_A-Z][\w'-]*"
_NAMES = rf"(?:{_NAME},? [A-Z][\w'-]+|[A-Z]{{2,}},? {_NAME})"
_TITLED = r"(?:Mr|Mrs|Ms|Miss|Mx|Master)\.? (?:[A-Z][\w'.-]* ?){1,3}"
_GAP = r"[ ,;:()-]{1,4}"


def fault_in(words: str) -> str:
    """What in *words* looks like a patient's identifier, and what to do, in a sentence; or ""."""
    text = _ADDRESS.sub(" ", simplified(words))
    what = _looks_like(text)
    if not what:
        return ""
    return (
        f"This looks like {what}. Please leave it out: nothing here may tell who a patient is. "
        "If it is something else, put it another way."
    )


def _looks_like(text: str) -> str:
    numbers = (re.sub(r"\D", "", each) for each in _TEN.findall(_BOOK.sub(" ", text)))
    if _SAID_TO_BE.search(text) or any(is_nhs_number(each) for each in numbers):
        return NHS_NUMBER
    if any(_is_birth(text, each) for each in _DATE.finditer(text)):
        return BIRTH
    return TELEPHONE if _TELEPHONES.search(text) else ""


def is_nhs_number(digits: str) -> bool:
    """Whether ten *digits* end in the check digit of an NHS number.

    The first nine count ten times down to twice; the tenth brings the sum to a multiple of eleven
    (NHS Data Dictionary, "NHS NUMBER").
    """
    total = sum(int(digit) * weight for digit, weight in zip(digits, range(10, 0, -1), strict=True))
    return total % 11 == 0 and len(set(digits)) > 1


def _is_birth(text: str, date: re.Match[str]) -> bool:
    """Whether the *date* is said to be a birth, or stands beside somebody's name."""
    before, after = text[: date.start()][-BESIDE:], text[date.end() :][:BESIDE]
    if _BORN.search(before) or re.match(r"[ ,)-]{0,3}\(?(?:dob|d\.o\.b)\b", after, re.IGNORECASE):
        return True
    year = next((int(each) for each in date.groups() if each), 0)
    if re.search(rf"\b{_TITLED}{_GAP}$|\b{_TITLED}$", before):
        return year <= LATEST
    is_figures = text[date.start()].isdigit() and date["c"] is None
    is_beside = re.search(rf"\b{_NAMES}{_GAP}$", before) or re.match(rf"{_GAP}{_NAMES}\b", after)
    return bool(is_beside and is_figures and 1900 <= year <= LATEST)
