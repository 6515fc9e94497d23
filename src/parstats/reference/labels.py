"""Labels in Vietnamese and English, number formats and sorting of names.

The texts live in ``reference/labels.csv``; a text may hold ``{fields}``.
"""

from __future__ import annotations

import math
import re
import unicodedata
from decimal import ROUND_HALF_UP, Context, Decimal

from parstats import errors
from parstats.reference import csv_tables
from parstats.reference.editions import cached

LANGUAGES = ("vi", "en")

# Letters in Vietnamese dictionary order; a tone only decides between words equal without it.
_LETTERS = {letter: position for position, letter in enumerate("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz")}
_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
_NON_ALPHANUMERIC = re.compile(r"[^a-z0-9]+")
MINUS = "\u2212"
# As many digits as the largest number of a computer has.
_ROUNDING = Context(prec=400, rounding=ROUND_HALF_UP)


def check_language(lang: str) -> str:
    """Return `lang` if texts exist in it.

    Raises
    ------
    UnknownChoice: if it is neither "vi" nor "en"

    Examples
    --------
    >>> check_language("vi")
    'vi'
    """
    if lang not in LANGUAGES:
        raise errors.UnknownChoice("language", lang, LANGUAGES)
    return lang


@cached
def _texts() -> dict[str, dict[str, str]]:
    return {
        row["key"]: {lang: row[lang] for lang in LANGUAGES} for row in csv_tables.rows("labels")
    }


def text(key: str, lang: str, /, **fields: object) -> str:
    """Return one text in one language, with its fields filled in.

    Parameters
    ----------
    key : str; key of the text in ``reference/labels.csv``
    lang : {"vi", "en"}
    **fields
        Values of the ``{fields}`` in the text.

    Raises
    ------
    KeyError: if there is no such text: a mistake in the code, not in the data

    Examples
    --------
    >>> text("table.province", "vi")
    'Tỉnh, thành phố'
    """
    template = _texts()[key][check_language(lang)]
    return template.format(**fields) if fields else template


def number(
    value: float | Decimal,
    lang: str,
    decimals: int = 2,
    *,
    sign: bool = False,
    grouped: bool = True,
) -> str:
    """Format a number: decimal comma in Vietnamese, point in English.

    Halves are rounded away from zero and digits after the fifteenth do not count, as in
    spreadsheets: a number formatted in a workbook is that of the page.

    Parameters
    ----------
    value : float; the number; a missing one (NaN) is written as an en dash
    lang : {"vi", "en"}
    decimals : int; digits after the decimal mark
    sign : bool; write a plus before positive numbers too, but for one that rounds to zero
    grouped : bool; mark thousands, as all but years do

    Examples
    --------
    >>> number(-1234.5, "vi", 1), number(0.25, "en", sign=True), number(float("nan"), "vi")
    ('−1.234,5', '+0.25', '–')
    >>> number(86.5, "en", 0), number(2024, "vi", 0, grouped=False)
    ('87', '2024')
    """
    check_language(lang)
    if value is None or math.isnan(value):
        return "\u2013"
    if math.isinf(value):
        return (MINUS if value < 0 else "+" if sign else "") + "\u221e"
    rounded = Decimal(f"{value:.15g}").quantize(Decimal(1).scaleb(-decimals), context=_ROUNDING)
    written = f"{abs(rounded):{',' if grouped else ''}.{decimals}f}"
    if lang == "vi":
        written = written.translate(str.maketrans(",.", ".,"))
    if rounded == 0:
        return written
    return (MINUS if rounded < 0 else "+" if sign else "") + written


def plain(value: str) -> str:
    """Return a text in lower case without diacritics, with d for đ.

    Examples
    --------
    >>> plain("Đắk Lắk")
    'dak lak'
    """
    lowered = value.casefold().replace("đ", "d")
    decomposed = unicodedata.normalize("NFD", lowered)
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def search_key(value: str) -> str:
    """Return a search key: lower case, no diacritics, single spaces.

    Examples
    --------
    >>> search_key("Đắk Lắk"), search_key("TP. HCM")
    ('dak lak', 'tp hcm')
    """
    return _NON_ALPHANUMERIC.sub(" ", plain(value)).strip()


@cached
def _abbreviations() -> tuple[re.Pattern[str], dict[str, str]]:
    long = {row["short"].upper(): row["long"] for row in csv_tables.rows("abbreviations")}
    shorts = sorted(map(re.escape, long), key=len, reverse=True)
    return re.compile(rf"(?<!\w)({'|'.join(shorts)})(?!\w)"), long


def expanded(value: str) -> str:
    """Expand the abbreviations of Vietnamese offices in a text.

    Only capitals count as an abbreviation; see ``reference/abbreviations.csv``.

    Examples
    --------
    >>> expanded("Cải cách TTHC")
    'Cải cách thủ tục hành chính'
    """
    pattern, long = _abbreviations()
    return pattern.sub(lambda match: long[match[1]], value)


def collation_key(name: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return a sort key in Vietnamese order: a before ă before â, d before đ, tones last.

    Examples
    --------
    >>> sorted(["Đà Nẵng", "Điện Biên", "Cần Thơ", "Cao Bằng", "Hà Nội"], key=collation_key)
    ['Cao Bằng', 'Cần Thơ', 'Đà Nẵng', 'Điện Biên', 'Hà Nội']
    """
    letters: list[int] = []
    tones: list[int] = []
    for char in unicodedata.normalize("NFC", name.casefold()):
        parts = unicodedata.normalize("NFD", char)
        tone = next((_TONES[part] for part in parts if part in _TONES), 0)
        base = unicodedata.normalize("NFC", "".join(p for p in parts if p not in _TONES))
        letters.append(_LETTERS.get(base, -1))
        tones.append(tone)
    return tuple(letters), tuple(tones)
