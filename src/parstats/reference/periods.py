"""Periods of an index: years, quarters or months, as whole numbers that follow each other.

Every table counts time in its column ``year``. A year is its own number; a quarter is the number of
quarters since the first of 1970, a month that of months since January 1970 (as
`pandas.Period.ordinal`): the period before is always one less, across the end of a year too, and
a number does not depend on which periods a table holds.
"""

from __future__ import annotations

import re
from typing import Any

from parstats import errors
from parstats.reference import labels

KINDS = ("year", "quarter", "month")
_BEFORE = 1970
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_PER_YEAR = {"year": 1, "quarter": 4, "month": 12}
_FORMS = (
    ("year", re.compile(r"(?:nam )?(?P<year>\d{4})(?: 0)?")),
    ("quarter", re.compile(r"(?P<year>\d{4}) ?q(?:uarter)? ?(?P<part>[1-4])")),
    (
        "quarter",
        re.compile(r"(?:q|quy|qui|quarter) ?(?P<part>[1-4]|i{1,3}|iv) (?:nam )?(?P<year>\d{4})"),
    ),
    ("month", re.compile(r"(?P<year>\d{4}) (?P<part>\d{1,2})")),
    ("month", re.compile(r"(?:thang |month |t ?)?(?P<part>\d{1,2}) (?:nam )?(?P<year>\d{4})")),
)

_MONTHS = re.compile(r"\b\d+ (thang|months?)\b|\bh[12]\b|nua nam|half")


def parse_period(written: Any) -> tuple[str, int]:
    """Return the kind of a period ("year", "quarter" or "month") and its number.

    Raises
    ------
    InvalidRequest: if it is none

    Examples
    --------
    >>> parse_period(2025), parse_period("2025-Q3"), parse_period("Quý III/2025")
    (('year', 2025), ('quarter', 222), ('quarter', 222))
    >>> parse_period("2025-07"), parse_period("Tháng 7/2025")
    (('month', 666), ('month', 666))
    """
    text = labels.search_key(str(written))
    for kind, form in _FORMS:
        match = form.fullmatch(text)
        if match is None:
            continue
        part_text = match.groupdict().get("part") or "1"
        part = _ROMAN.get(part_text) or int(part_text)
        if 1 <= part <= _PER_YEAR[kind]:
            return kind, period_number(kind, int(match["year"]), part)
    raise errors.InvalidRequest(
        f"{written!r} is no period: expected a year, a quarter or a month, as 2025, 2025-Q3 or "
        f"2025-07; {period_remedy(written)}"
    )


def period_remedy(written: Any) -> str:
    """Return what to do about a text that is no period.

    >>> period_remedy("6 tháng đầu năm 2025")
    'name several months by the last quarter or month in them, as 2025-Q2 or 2025-06'
    """
    if _MONTHS.search(labels.search_key(str(written))):
        return "name several months by the last quarter or month in them, as 2025-Q2 or 2025-06"
    return "correct it"


def period_number(kind: str, year: int, part: int = 1) -> int:
    """Return the number of a period: of a quarter (`part` 1 to 4) or month (1 to 12) of a year.

    >>> period_number("quarter", 2025, 3), period_number("year", 2025)
    (222, 2025)
    """
    return year if kind == "year" else (year - _BEFORE) * _PER_YEAR[kind] + part - 1


def period_text(number: int, kind: str = "year") -> str:
    """Return a period as text that sorts by time: 2025, 2025-Q3, 2025-07.

    >>> period_text(222, "quarter"), period_text(666, "month"), period_text(2025)
    ('2025-Q3', '2025-07', '2025')
    """
    if kind == "year":
        return str(number)
    year, part = divmod(number, _PER_YEAR[kind])
    written = f"Q{part + 1}" if kind == "quarter" else f"{part + 1:02d}"
    return f"{year + _BEFORE}-{written}"
