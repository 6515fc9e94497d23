"""What a workbook shows of a number or a date, by the format of its cell, as offices here write it.

A decimal comma and days before months, whatever the settings of the machine that saved the file:
no workbook holds those.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date, datetime, time

# What a format has besides digits: colours and conditions, the width of a letter, fillers.
_ASIDE = re.compile(r"\[[^\]]{0,99}\]|_.|\*.")
_LITERAL = re.compile(r'"([^"]{0,255})"|\\(.)')
_DIGITS = re.compile(r"[#0?](?:[#0?., ]*[#0?])?")
_DATE = re.compile(r"[dmyhs]", re.IGNORECASE)
#: Letters of a number in full; more are noise of binary fractions.
_PRECISE = 12


@dataclass(frozen=True)
class _Shape:
    """A format for numbers: what stands before and after, and digits after the comma."""

    before: str
    after: str
    decimals: int | None
    least: int  # digits before the comma

    @property
    def factor(self) -> float:
        return 100.0 if "%" in self.after + self.before else 1.0


def shown_number(value: float, number_format: str = "General") -> str:
    """Return a number as a workbook shows it, with a decimal comma.

    >>> shown_number(0.95, "0%"), shown_number(97.5), shown_number(0.1 + 0.2), shown_number(7)
    ('95%', '97,5', '0,3', '7')
    >>> shown_number(2, "00"), shown_number(80, '0.0" điểm"'), shown_number(6200, "#,##0")
    ('02', '80,0 điểm', '6200')
    """
    if not math.isfinite(value):
        return ""
    shape = _shape(number_format, negative=value < 0)
    number = value * shape.factor
    if shape.decimals is None:
        written = f"{number:.{_PRECISE}g}"
        if "e" in written:
            written = f"{number:.0f}" if abs(number) >= 1 else f"{number:.{_PRECISE}f}"
    else:
        # Half away from nought, as workbooks round; decimal fractions lie a little off.
        nudge = math.copysign(1e-9, number)
        written = f"{number + nudge:.{shape.decimals}f}"
    sign, digits = ("-", written[1:]) if written.startswith("-") else ("", written)
    whole, _, fraction = digits.partition(".")
    fraction = f",{fraction}" if fraction else ""
    return f"{sign}{shape.before}{whole.zfill(shape.least)}{fraction}{shape.after}".strip()


def _shape(number_format: str, *, negative: bool) -> _Shape:
    sections = number_format.split(";")
    section = sections[1] if negative and len(sections) > 1 else sections[0]
    bare = _ASIDE.sub("", section)
    # Words in quotes are kept apart, as they may hold signs of formats.
    digits = _DIGITS.search(_LITERAL.sub(lambda match: " " * len(match[0]), bare))
    if digits is None:
        return _Shape("", "%" if "%" in bare else "", None, 1)
    before, after = (_words(part) for part in (bare[: digits.start()], bare[digits.end() :]))
    whole, _, decimals = digits[0].partition(".")
    return _Shape(before.lstrip("-"), after, _n_decimals(decimals), max(whole.count("0"), 1))


def _n_decimals(decimals: str) -> int | None:
    """Return how many decimals are always shown; None where as many as there are."""
    return None if "#" in decimals or "?" in decimals else len(decimals)


def _words(part: str) -> str:
    return _LITERAL.sub(lambda match: match[1] or match[2] or "", part).replace("E+", "")


def shown_date(value: date | datetime | time, number_format: str = "") -> str:
    """Return a date as offices here write it, as exactly as its format shows it.

    >>> shown_date(date(2024, 6, 30)), shown_date(date(2024, 6, 1), "mmm-yy")
    ('30/06/2024', '06/2024')
    """
    if isinstance(value, time):
        return value.strftime("%H:%M")
    letters = _LITERAL.sub("", _ASIDE.sub("", number_format)).lower() or "dmy"
    if not _DATE.search(letters):
        letters = "dmy"
    has_year, has_month, has_day = (letter in letters for letter in "ymd")
    if not has_year and not has_month and not has_day:
        return value.strftime("%H:%M")
    if has_year and not has_day:
        return value.strftime("%m/%Y" if has_month else "%Y")
    return value.strftime("%d/%m/%Y" if has_year else "%d/%m")
