"""Numbers as people write them in cells of text: percent signs, decimal commas, thousands."""

from __future__ import annotations

import re
from collections.abc import Sequence

_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?")
# A decimal comma; with three digits behind it, it may be a mark of thousands.
_DECIMAL_COMMA = re.compile(r"-?\d+,(\d{1,2}|\d{4,})")
# A sign and three digits: decimals, or thousands. A number that begins with 0 is less than 1.
_THOUSANDS = re.compile(r"-?[1-9]\d{0,2}[.,]\d{3}")
# Thousands for certain: several marks of one kind, blanks, or another mark before decimals.
_SURE_THOUSANDS = re.compile(
    r"(?P<whole>-?[1-9]\d{0,2}(?:(?:\.\d{3}){2,}|(?:,\d{3}){2,}|(?: \d{3})+))"
    r"|(?P<point>-?[1-9]\d{0,2}(?:\.\d{3})+),(?P<after_comma>\d+)"
    r"|(?P<comma>-?[1-9]\d{0,2}(?:,\d{3})+)\.(?P<after_point>\d+)"
)


def has_decimal_comma(text: str) -> bool:
    """Return whether a cell is a number that can only have a decimal comma.

    >>> has_decimal_comma("1,5"), has_decimal_comma("1,500")
    (True, False)
    """
    return bool(_DECIMAL_COMMA.fullmatch(text))


def thousands_points(cells: Sequence[str], *, sure: bool = False) -> list[int]:
    """Return the positions of cells whose point may be a mark of thousands.

    All numbers with a point in the column are to look so, unless other cells make it `sure` that
    decimals have a comma.

    >>> thousands_points(["700", "1.500"]), thousands_points(["12.5", "1.500"])
    ([1], [])
    """
    cells = [_plain(cell) for cell in cells]
    with_point = [position for position, cell in enumerate(cells) if "." in cell]
    like = [position for position in with_point if _THOUSANDS.fullmatch(cells[position])]
    numbers = [position for position in with_point if _NUMBER.fullmatch(cells[position])]
    return like if sure or like == numbers else []


def two_readings(text: str, decimal: str = ".") -> str:
    """Return how to write a number with thousands parted, both ways if it has two readings.

    Empty for a cell that is no such number.

    >>> two_readings("1,500"), two_readings("2.250", ","), two_readings("1.5")
    ('1500 or 1.5', '2250 or 2,25', '')
    >>> two_readings("1.500.000"), two_readings("1 500"), two_readings("1.500,25")
    ('1500000', '1500', '1500.25')
    """
    text = _plain(text)
    if match := _SURE_THOUSANDS.fullmatch(text):
        whole = re.sub("[., ]", "", match["whole"] or match["point"] or match["comma"])
        digits = match["after_comma"] or match["after_point"]
        return whole + (decimal + digits if digits else "")
    if not _THOUSANDS.fullmatch(text):
        return ""
    whole, _, digits = text.replace(",", ".").partition(".")
    digits = digits.rstrip("0")
    return f"{whole}{text[-3:]} or {whole}{decimal + digits if digits else ''}"


def is_percentage(text: str) -> bool:
    """Return whether a cell is a number with a percent sign.

    >>> is_percentage("37,5 %"), is_percentage("most%")
    (True, False)
    """
    (number,) = column_numbers([text])
    return text.endswith("%") and isinstance(number, float)


def _plain(text: str) -> str:
    return text.replace("\N{MINUS SIGN}", "-")


def column_numbers(cells: Sequence[str]) -> list[object]:
    """Return the cells of a column, as numbers where they are; None for empty ones.

    Percent signs are left out if every number of the column has one.

    >>> column_numbers(["15%", "25 %", "3,5%", ""]), column_numbers(["1,5", "KĐG"])
    ([15.0, 25.0, 3.5, None], [1.5, 'KĐG'])
    """
    percents = [cell.removesuffix("%").rstrip() if cell.endswith("%") else None for cell in cells]
    numbers = [_number(cell, cell) for cell in cells]
    if not any(isinstance(number, float) for number in numbers):
        return [
            number if percent is None else _number(percent, written)
            for number, percent, written in zip(numbers, percents, cells, strict=True)
        ]
    return numbers


def _number(text: str, written: str) -> object:
    """Return a cell as a number if it is one, else what is written there, None if nothing is."""
    if not text:
        return None
    plain = _plain(text)
    if _DECIMAL_COMMA.fullmatch(plain):
        plain = plain.replace(",", ".")
    return float(plain) if _NUMBER.fullmatch(plain) else written
