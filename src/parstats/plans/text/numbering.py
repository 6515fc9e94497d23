"""Numbers and signs before items: what they are, and how deep they stand."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ROMAN = r"(?:X{0,3}(?:IX|IV|V?I{1,3}|V|X))"
_DOTTED = r"\d{1,2}(?:\.\d{1,2}){1,4}"
_NUMBER = re.compile(rf"^({_ROMAN}|{_DOTTED}|\d{{1,2}}|[A-HĐ]|[a-zđ])\s*[.):]?$")
_MARKER = re.compile(
    rf"""^(?:
        (?P<article>Điều\s+\d{{1,2}})\s*[.:]
      | (?P<number>{_ROMAN}|[A-HĐ]|{_DOTTED}|\d{{1,2}})\s*[.)]\s*(?=[^\s\d.)])
      | (?P<bare>{_DOTTED})\s+(?=\S)
      | (?P<letter>[a-zđ])\s*\)\s*(?=\S)
      | \(\s*(?P<inside>\d{{1,2}}|[a-zđ]|[ivx]{{1,4}})\s*\)\s*(?=\S)
      | (?P<bullet>[-–—•▪●·*])\s*(?=\S)
      | (?P<plus>\+)\s*(?=\S)
    )""",
    re.VERBOSE,
)

#: Depths: the smaller the number, the higher the heading. Dotted numbers stand at DIGIT + dots.
LETTER, ROMAN, DIGIT, SMALL, BULLET, PLUS, TEXT = 1, 2, 3, 9, 10, 11, 12


@dataclass(frozen=True, slots=True)
class Marker:
    """What stands before an item: its number as printed without signs around, and its depth."""

    number: str
    depth: int
    rest: str


def is_number(text: str) -> bool:
    """Whether a cell holds nothing but an item's number.

    Examples
    --------
    >>> [is_number(text) for text in ("IV", "2.1.3", "7.", "a)", "2024", "100%", "")]
    [True, True, True, True, False, False, False]
    """
    return _NUMBER.match(text) is not None


def bare(number: str) -> str:
    """A number without the sign after it."""
    return number.rstrip(".):( ").strip()


def number_depth(number: str) -> int:
    """How deep an item with this number stands.

    Examples
    --------
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
    """The number or sign a paragraph begins with; None if there is none.

    Examples
    --------
    >>> marker("2.1. Rà soát thủ tục")
    Marker(number='2.1', depth=4, rest='Rà soát thủ tục')
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
    """Whether a number stands under another by its form, as 3.1 under 3.

    Examples
    --------
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
    """A Roman number as a figure, 0 if it is none.

    Examples
    --------
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
