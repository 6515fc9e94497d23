"""How a spreadsheet shows a number by its number format."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal


def excel_display(value: float | str | None, number_format: str, lang: str) -> str:
    """The text of a cell in a spreadsheet of a language; only what our formats use is known."""
    if not isinstance(value, int | float | Decimal):
        return value or ""
    if number_format == "General":
        return str(value)
    positive, negative, zero = re.findall(r'(?:"[^"]*"|[^;"])+', number_format)
    section = positive if value > 0 else negative if value < 0 else zero
    if re.fullmatch(r'"[^"]*"', section):  # words instead of the number
        return section.strip('"')
    before, digits, after = re.fullmatch(
        r'((?:"[^"]*"|\+)*)([#,]*0(?:\.0+)?)((?:"[^"]*")*)', section
    ).groups()
    places = len(digits.partition(".")[2])
    # Fifteen digits count; halves are rounded away from zero.
    rounded = Decimal(f"{abs(value):.15g}").quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    written = f"{rounded:{',' if '#,##0' in digits else ''}.{places}f}"
    if lang == "vi":
        written = written.translate(str.maketrans(",.", ".,"))
    return f"{before}{written}{after}".replace('"', "")
