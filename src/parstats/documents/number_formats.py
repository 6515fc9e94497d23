"""Numbers and ranks as tables write them, in Vietnamese and in English.

A comma and a point change their parts between the two languages, so no cell is read by itself: the
whole column shows which of them is the decimal mark; what stays unclear is not read.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from parstats.documents.grid import clean
from parstats.errors import UnknownChoice
from parstats.reference import labels

_MISSING_PHRASES = (
    "không có",
    "không có dữ liệu",
    "không có số liệu",
    "chưa có",
    "chưa công bố",
    "kxđ",
    "không xếp hạng",
    "no data",
)
_SIGNS = (".", "..", "...", "…", "-", "--", "---", "‐", "‑", "‒", "–", "—", "―", "−", "-/-")
_MISSING_TERMS = ("", "n/a", "#n/a", "na", "nan", "null", "none", "x")

MISSING: frozenset[str] = frozenset(
    (*_SIGNS, *_MISSING_TERMS, *_MISSING_PHRASES, *map(labels.plain, _MISSING_PHRASES))
)
"""Marks of a missing figure, in lower case, with and without diacritics."""

_MARKS = (",", ".")
_DIGITS, _THREE = "[0-9]+", "[0-9]{3}"
_POWER = "[eE][+-]?[0-9]{1,3}"
_MINUSES = "−–-"  # the hyphen last, for the sets of the expressions below


def _form(decimal: str, thousands: str, scientific: str) -> re.Pattern[str]:
    """Return the pattern of numbers with a decimal mark and a mark for thousands."""
    grouped = rf"[1-9][0-9]{{0,2}}(?P<mark>[{thousands} '’]){_THREE}(?:(?P=mark){_THREE})*"
    plain = rf"(?:{grouped}|{_DIGITS})?(?:[{decimal}]{_DIGITS})?"
    return re.compile(f"{scientific}{_POWER}|{plain}")


# Only programs write powers of ten, and with a point.
_FORMS = {",": _form(",", ".", _DIGITS), ".": _form(".", ",", rf"{_DIGITS}(?:\.{_DIGITS})?")}
_TO_FLOAT = {",": str.maketrans(",", ".", ". '’"), ".": str.maketrans("", "", ", '’")}

_FOOTNOTE_SIGN = "[*†‡⁰¹²³⁴-⁹]"
_LETTER = r"\([A-Za-zĐđ]\)|\[[A-Za-zĐđ]\]|\([*†‡]{1,3}\)|\[[*†‡]{1,3}\]"
_SQUARE, _ROUND = r"\[[0-9]{1,2}\]", r"\([0-9]{1,2}\)"
_BRACKETED = f"(?:{_ROUND}|{_SQUARE}|{_LETTER})"
_NOTE = f"(?: ?(?:{_FOOTNOTE_SIGN}|{_BRACKETED}))*+"
# "(3)-1" is a sum of columns rather than a note and a number below zero.
_NOTE_BEFORE = f"(?:(?:{_FOOTNOTE_SIGN}|{_BRACKETED}(?! ?[+{_MINUSES}])) ?)*+"
_PERCENT = "(?P<percent>(?i:%|phần trăm|phan tram|percent))"
_UNIT = f"(?: ?(?:{_PERCENT}|(?i:điểm|diem|points?|pts)))?"
_WRITTEN = re.compile(
    f"{_NOTE_BEFORE}(?P<sign>[+{_MINUSES}])?"
    f"(?P<body>[0-9.,](?:[0-9., '’]*[0-9])?(?:{_POWER})?)"
    f"{_NOTE}{_UNIT}{_NOTE}"
)

_COUNT = "0{0,3}[1-9][0-9]{0,3}"
_RANK_NOTE = f"(?: ?(?:{_FOOTNOTE_SIGN}|{_SQUARE}|{_LETTER}))*+"
# Three noughts after a mark might be thousands.
_RANK = re.compile(
    f"(?:{_FOOTNOTE_SIGN} ?)*+(?:(?i:(?:x[ếe]p )?(?:h[ạa]ng|th[ứu])|rank|#) ?)?"
    rf"(?P<rank>{_COUNT})(?:(?P<ordinal>(?i:st|nd|rd|th))|[.,]0{{1,2}})?"
    rf"(?: ?/ ?(?P<of>{_COUNT})| ?\((?P<bracketed>{_COUNT})\))?{_RANK_NOTE}"
)


@dataclass(frozen=True)
class Reading:
    """A column of numbers as read.

    Attributes
    ----------
    values : tuple of (float or None)
        By cell; None where the figure is missing, not readable or ambiguous. A percentage is not
        divided by 100.
    unreadable : tuple of int
        Places, from 0, of cells that are neither a number nor a mark of a missing figure.
    decimal : str
        The decimal mark the column was read with, "," or "."; empty if no cell shows it, or if
        the cells contradict each other.
    percent : bool; whether a percent sign (or the word) is in at least half of the readable cells
    ambiguous : tuple of int
        Places of cells whose value depends on the decimal mark where nothing decides it.
    """

    values: tuple[float | None, ...]
    unreadable: tuple[int, ...]
    decimal: str
    percent: bool
    ambiguous: tuple[int, ...]


@dataclass(frozen=True)
class RankReading:
    """A column of ranks as read."""

    ranks: tuple[int | None, ...]  # by cell; None where the rank is missing or not readable
    n_units: tuple[int | None, ...]  # how many were ranked, where the cell says so
    # Places, from 0, of cells that are neither a rank nor a mark of a missing figure.
    unreadable: tuple[int, ...]


@dataclass(frozen=True)
class _Number:
    """One cell: its value by decimal mark, of the marks it can be read with."""

    by_mark: dict[str, float]
    percent: bool

    @property
    def doubtful(self) -> bool:
        """Whether the value depends on the decimal mark."""
        return len(set(self.by_mark.values())) > 1

    def value(self, mark: str) -> float | None:
        """The value if `mark` is the decimal mark; if that is unknown, the only value there is."""
        if mark:
            return self.by_mark.get(mark)
        return None if self.doubtful else next(iter(self.by_mark.values()))


def read_numbers(
    cells: Sequence[str],
    *,
    low: float | None = None,
    high: float | None = None,
    decimal: str | None = None,
) -> Reading:
    """Read a column of numbers with one decimal mark, found from all its cells together.

    `low` and `high`, the ends of the scale, only choose between two readings of the column: a value
    beyond them is returned all the same. With a known decimal mark ("," or ".", else UnknownChoice)
    a cell that cannot be read with it is unreadable.

    "3,456" is a little more than three or some thousands. A cell that can be read in one way only,
    as "3,45", "0,123", "1.234,5" or "1 234,567", shows the decimal mark of the column. If two such
    cells contradict each other, only cells of this kind are read. If there are none, the mark is
    the one with which every cell lies on the scale, if the other does not do as well.

    >>> read_numbers(["41,83", "1.234", "–2,5 *", "n/a"]).values
    (41.83, 1234.0, -2.5, None)
    >>> read_numbers(["87,115 %", "91,020 %"], low=0, high=100).values
    (87.115, 91.02)
    >>> read_numbers(["87,115", "12"])
    Reading(values=(None, 12.0), unreadable=(), decimal='', percent=False, ambiguous=(0,))
    """
    if decimal is not None and decimal not in _MARKS:
        raise UnknownChoice("decimal mark", decimal, _MARKS)
    texts = [clean(cell) for cell in cells]
    numbers = {position: number for position, text in enumerate(texts) if (number := _number(text))}
    mark = decimal or _decimal_mark(list(numbers.values()), low, high)
    values = {position: number.value(mark) for position, number in numbers.items()}
    ambiguous = {position for position, number in numbers.items() if number.doubtful and not mark}
    read = {position for position, value in values.items() if value is not None} | ambiguous
    percents = sum(numbers[position].percent for position in read)
    return Reading(
        values=tuple(values.get(position) for position in range(len(texts))),
        unreadable=_unread(texts, read),
        decimal=mark,
        percent=bool(read) and 2 * percents >= len(read),
        ambiguous=tuple(sorted(ambiguous)),
    )


def has_percent_sign(cell: str) -> bool:
    """Return whether a cell is a number with a percent sign, or the word.

    >>> [has_percent_sign(cell) for cell in ("8,2 %", "8.2 percent", "8.2", "100 % of them")]
    [True, True, False, False]
    """
    number = _number(clean(cell))
    return number is not None and number.percent


def _number(text: str) -> _Number | None:
    written = _WRITTEN.fullmatch(text)
    if not written:
        return None
    sign = -1 if written["sign"] and written["sign"] in _MINUSES else 1
    readings = {mark: _magnitude(written["body"], mark) for mark in _MARKS}
    by_mark = {mark: sign * size for mark, size in readings.items() if math.isfinite(size)}
    return _Number(by_mark, bool(written["percent"])) if by_mark else None


def _magnitude(body: str, mark: str) -> float:
    """Return the number in `body` if `mark` is the decimal mark; not finite if it is none."""
    return float(body.translate(_TO_FLOAT[mark])) if _FORMS[mark].fullmatch(body) else math.inf


def _decimal_mark(numbers: list[_Number], low: float | None, high: float | None) -> str:
    """Return the decimal mark of a column; empty if undetermined or contradictory."""
    certain_marks = {
        mark for number in numbers if len(number.by_mark) == 1 for mark in number.by_mark
    }
    if not certain_marks:
        lowest = -math.inf if low is None else low
        highest = math.inf if high is None else high
        doubtful = [number.by_mark for number in numbers if number.doubtful]
        certain_marks = {
            mark
            for mark in _MARKS
            if all(lowest <= by_mark[mark] <= highest for by_mark in doubtful)
        }
    return certain_marks.pop() if len(certain_marks) == 1 else ""


def _unread(texts: Sequence[str], read: set[int]) -> tuple[int, ...]:
    """Return the positions of texts that are neither numbers nor marks of a missing figure."""
    return tuple(
        position
        for position, text in enumerate(texts)
        if position not in read and text.lower() not in MISSING
    )


def read_ranks(cells: Sequence[str]) -> RankReading:
    """Read a column of ranks, with or without the number of those ranked.

    A number in round brackets, as in "12 (63)", is that of those ranked. Were it a footnote or the
    rank of the year before, it would differ from row to row or be less than some rank of the
    column; such cells are unreadable.

    >>> read_ranks(["12/63", "Hạng 3", "1st", "-", "12-15"])
    RankReading(ranks=(12, 3, 1, None, None), n_units=(63, None, None, None, None), unreadable=(4,))
    >>> read_ranks(["1 (2)", "2 (1)"]).unreadable
    (0, 1)
    """
    texts = [clean(cell) for cell in cells]
    matches = {position: match for position, text in enumerate(texts) if (match := _rank(text))}
    if not _brackets_hold_the_ranked(list(matches.values())):
        matches = {position: match for position, match in matches.items() if not match["bracketed"]}
    ranks = {position: int(match["rank"]) for position, match in matches.items()}
    n_units = {position: _ranked(match) for position, match in matches.items()}
    return RankReading(
        ranks=tuple(ranks.get(position) for position in range(len(texts))),
        n_units=tuple(n_units.get(position) for position in range(len(texts))),
        unreadable=_unread(texts, set(ranks)),
    )


def _rank(text: str) -> re.Match[str] | None:
    """Return the parts of a rank, if `text` is one."""
    match = _RANK.fullmatch(text)
    if not match:
        return None
    rank, n_units = int(match["rank"]), int(match["of"] or match["rank"])
    right = match["ordinal"] is None or match["ordinal"].lower() == _ordinal(rank)
    return match if right and rank <= n_units else None


def _brackets_hold_the_ranked(matches: Sequence[re.Match[str]]) -> bool:
    """Return whether round brackets hold the number ranked: all the same, no rank above it."""
    bracketed = {int(match["bracketed"]) for match in matches if match["bracketed"]}
    greatest = max((int(match["rank"]) for match in matches), default=0)
    return len(bracketed) <= 1 and min(bracketed, default=greatest) >= greatest


def _ranked(match: re.Match[str]) -> int | None:
    written = match["of"] or match["bracketed"]
    return int(written) if written else None


def _ordinal(rank: int) -> str:
    if rank % 100 in (11, 12, 13):
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(rank % 10, "th")
