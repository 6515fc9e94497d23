"""Periods of an index as whole numbers that follow each other: years, quarters or months.

Every table counts time in its column ``year``. A year is its own number; a quarter is the number of
quarters since the year 0, a month that of months since the year 0: the period before is always one
less, across the end of a year too, and a number alone says what it counts.
"""

from __future__ import annotations

import re

PER_YEAR = {"year": 1, "quarter": 4, "month": 12}
# Numbers of quarters and months of the years 1000 to 2999 lie between these.
_FIRST_QUARTER, _FIRST_MONTH = 4000, 12000
_TEXT = re.compile(r"([1-2][0-9]{3})(?:-Q([1-4])|-(0[1-9]|1[0-2]))?")


def period_kind(number: int) -> str:
    """Return what a number counts: "year", "quarter" or "month".

    >>> period_kind(2025), period_kind(8102), period_kind(24306)
    ('year', 'quarter', 'month')
    """
    if number < _FIRST_QUARTER:
        return "year"
    return "quarter" if number < _FIRST_MONTH else "month"


def year_and_part(number: int) -> tuple[int, int]:
    """Return the year of a period, and which quarter or month of it (from 1).

    >>> year_and_part(8102), year_and_part(24306), year_and_part(2025)
    ((2025, 3), (2025, 7), (2025, 1))
    """
    year, part = divmod(number, PER_YEAR[period_kind(number)])
    return year, part + 1


def period_text(number: int) -> str:
    """Return a period as text that sorts by time: 2025, 2025-Q3, 2025-07.

    >>> period_text(8102), period_text(24306), period_text(2025)
    ('2025-Q3', '2025-07', '2025')
    """
    year, part = year_and_part(number)
    written = {"year": "", "quarter": f"-Q{part}", "month": f"-{part:02d}"}
    return f"{year}{written[period_kind(number)]}"


def period_value(number: int) -> int | str:
    """Return a year as a number, a quarter or a month as text: how a person would write it.

    >>> period_value(2024), period_value(8102)
    (2024, '2025-Q3')
    """
    return number if period_kind(number) == "year" else period_text(number)


def period_of_text(text: str) -> int | None:
    """Return the number of a period as `period_text` writes it, None if the text is none.

    >>> period_of_text("2025-Q3"), period_of_text("2025-07"), period_of_text("2025")
    (8102, 24306, 2025)
    """
    match = _TEXT.fullmatch(text)
    if match is None:
        return None
    year, quarter, month = (int(part or 0) for part in match.groups())
    if quarter or month:
        return year * PER_YEAR["quarter" if quarter else "month"] + (quarter or month) - 1
    return year
