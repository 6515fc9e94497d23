"""Numbers and bullets of items, and their depth."""

from __future__ import annotations

import re
from dataclasses import dataclass

from parstats.documents import bullets

_ROMAN = r"(?:X{0,3}(?:IX|IV|V?I{1,3}|V|X))"
_DOTTED = r"\d{1,2}(?:\.\d{1,2}){1,4}"
_NUMBER = re.compile(rf"^({_ROMAN}|{_DOTTED}|\d{{1,2}}|[A-HĐ]|[a-zđ])\s*[.):]?$")
#: A figure that an item may begin with, after its number: "100% xã", "02 lớp", "34/34 xã". No
#: points or times, nor a figure alone, which with the number before it is one: "1. 2", "8. 5 điểm".
FIGURE = (
    r"(?!(?:19|20)\d\d\b)\d{1,4}(?:[.,]\d{1,3})*(?:\s*/\s*\d{1,3})?\s*"
    r"(?:%|phần\ trăm|(?!(?:điểm|năm|tháng|ngày|giờ|đến|và)\b)[^\W\d_]{2})"
)
_MARKER = re.compile(
    rf"""^(?:
        (?P<article>Điều\s+\d{{1,2}})\s*[.:]
      | (?P<number>{_ROMAN}|[A-HĐ]|{_DOTTED}|\d{{1,2}})\s*[.)]
          (?:\s*(?=[^\s\d.)])|\s+(?={FIGURE})|(?=100\s*%))
      | (?P<bare>{_DOTTED})\s+(?=\S)(?!(?:điểm|(?:19|20)\d\d)\b)
      | (?P<letter>[a-zđ])\s*\)\s*(?=\S)
      | \(\s*(?P<inside>\d{{1,2}}|[a-zđ]|[ivx]{{1,4}})\s*\)\s*(?=\S)
      | (?P<plus>{bullets.SECOND_MARK})
      | (?P<bullet>{bullets.MARK})
    )""",
    re.VERBOSE,
)

#: The title of an appendix, as "Phụ lục 1" or "Biểu số II".
APPENDIX = re.compile(
    r"^\W*(?:phụ\s+(?:lục|biểu)(?:\s+(?:số\s*)?[\dIVX]{1,4})?|biểu\s+số\s+[\dIVX]{1,4})\b",
    re.IGNORECASE,
)

#: Depths: the smaller the number, the higher the heading. The order is that in which plans nest
#: them: A, I, 1, 1.1, a), "-", "+", plain text.
LETTER = 1  # A, B and parts
ROMAN = 2  # I, II
#: Dotted numbers are one deeper per dot, up to 1.1.1.1.1, which leaves 4 to 7 free for them.
DIGIT = 3
SMALL = 9  # a), b)
BULLET = 10  # "-"
PLUS = 11  # "+"
TEXT = 12  # no mark


@dataclass(frozen=True, slots=True)
class Marker:
    """The number or bullet of an item, without signs around, and its depth."""

    number: str
    depth: int
    rest: str


def is_number(text: str) -> bool:
    """Return whether a cell holds only an item number.

    >>> [is_number(text) for text in ("IV", "2.1.3", "7.", "a)", "2024", "100%", "")]
    [True, True, True, True, False, False, False]
    """
    return _NUMBER.match(text) is not None


def bare(number: str) -> str:
    """Strip the sign after a number."""
    return number.rstrip(".):( ").strip()


def number_depth(number: str) -> int:
    """Return the depth of an item by its number.

    >>> [number_depth(number) for number in ("A", "II", "3", "3.1", "3.1.2", "b")]
    [1, 2, 3, 4, 5, 9]
    """
    number = bare(number)
    if re.fullmatch(_ROMAN, number):
        return ROMAN
    if number[:1].isdigit():
        return DIGIT + number.count(".")
    return LETTER if number.isupper() else SMALL


def marker(text: str) -> Marker | None:
    """Parse the number or bullet a paragraph begins with; None if there is none.

    >>> marker("2.1. Rà soát thủ tục")
    Marker(number='2.1', depth=4, rest='Rà soát thủ tục')
    >>> marker("1.2. 02 lớp tập huấn").rest, marker("1. 2"), marker("1.500 hồ sơ")
    ('02 lớp tập huấn', None, None)
    >>> marker("+ Niêm yết").depth - marker("- Công khai").depth
    1
    >>> marker("02 sáng kiến") is None
    True
    """
    match = _MARKER.match(text)
    if match is None:
        return None
    rest = text[match.end() :].strip()
    if match["article"]:
        return Marker(match["article"], LETTER, rest)
    if match["bullet"]:
        return Marker("", BULLET, rest)
    if match["plus"]:
        return Marker("", PLUS, rest)
    number = match["number"] or match["bare"] or match["letter"] or match["inside"]
    return Marker(
        number, SMALL if match["letter"] or match["inside"] else number_depth(number), rest
    )


def is_child(number: str, parent: str) -> bool:
    """Return whether a number belongs under another, as 3.1 under 3.

    >>> is_child("3.1", "3"), is_child("4", "3"), is_child("1", "II")
    (True, False, True)
    """
    if not number or not parent:
        return False
    depth, above = number_depth(number), number_depth(parent)
    if above >= DIGIT and depth < SMALL:
        return bare(number).startswith(f"{bare(parent)}.")
    return depth > above


def roman_value(number: str) -> int:
    """Return a Roman number as a figure, 0 if it is none.

    >>> roman_value("IV"), roman_value("A")
    (4, 0)
    """
    if not re.fullmatch(_ROMAN, number):
        return 0
    values = [{"I": 1, "V": 5, "X": 10}[letter] for letter in number]
    return sum(
        -v if any(later > v for later in values[position + 1 :]) else v
        for position, v in enumerate(values)
    )
