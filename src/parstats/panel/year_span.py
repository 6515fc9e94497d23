"""Years as a person writes them: 2018-2024, or 2019,2023-2024."""

from __future__ import annotations

import re

from parstats import errors

_PART = re.compile(r"(\d{4})(?:\s*[-–]\s*(\d{4}))?")


def year_span(words: str | int) -> list[int] | None:
    """Years that words name; None for all, if there are none.

    Parameters
    ----------
    words : str or int
        Years and spans of years with commas between.

    Raises
    ------
    InvalidRequest
        If the words are anything else, or a span ends before it begins.

    Examples
    --------
    >>> year_span("2018-2020, 2024"), year_span(2024), year_span("")
    ([2018, 2019, 2020, 2024], [2024], None)
    """
    text = str(words).strip()
    if not text:
        return None
    years: set[int] = set()
    for part in text.split(","):
        found = _PART.fullmatch(part.strip())
        first, last = (found[1], found[2] or found[1]) if found else ("1", "0")
        if int(last) < int(first):
            raise errors.InvalidRequest(
                f"years {text!r}: expected years and spans of years, as 2018-2024 or 2019,2023-2024"
            )
        years.update(range(int(first), int(last) + 1))
    return sorted(years)
