"""Reading the name of a period: a year, a quarter or a month."""

from __future__ import annotations

import re
from typing import Any

from parstats import errors
from parstats.reference import labels
from parstats.reference.period_numbers import PER_YEAR

_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
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


def parse_period(written: Any) -> int:
    """Return the number of a year, a quarter or a month.

    Raises
    ------
    InvalidRequest: if it is none, or not of the years 1000 to 2999

    Examples
    --------
    >>> parse_period(2025), parse_period("2025-Q3"), parse_period("Quý III/2025")
    (2025, 8102, 8102)
    >>> parse_period("2025-07"), parse_period("Tháng 7/2025")
    (24306, 24306)
    """
    text = labels.search_key(str(written))
    for kind, form in _FORMS:
        match = form.fullmatch(text)
        if match is None or not 1000 <= int(match["year"]) < 3000:
            continue
        part_text = match.groupdict().get("part") or "1"
        part = _ROMAN.get(part_text) or int(part_text)
        if 1 <= part <= PER_YEAR[kind]:
            return int(match["year"]) * PER_YEAR[kind] + part - 1
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
