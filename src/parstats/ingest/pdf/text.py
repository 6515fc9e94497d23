"""Letters of a PDF page joined to words, lines and rows.

Lengths are in points, seventy-two to the inch, from the upper left corner of the page. An em is
the size of the letters at hand.
"""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from parstats.ingest.tables.grid import clean

Item = dict[str, Any]  # a letter, word or line, as pdfplumber describes them
Span = tuple[float, float]  # left, right

# Em. A blank of Times or Arial has 0.25 to 0.28: two blanks or more part columns.
COLUMN_GAP = 0.5
# Em. More parts words; less is kerning. By judgement: below a narrow blank.
_LETTER_GAP = 0.15
# Em. Lines overlap less than this; a raised or lowered letter more. By judgement.
_LINE_STEP = 1 / 3


@dataclass(frozen=True)
class Phrase:
    """Text of one line, or of one row whose cells are several lines high, in one column."""

    # Position on the page, in points.
    left: float
    right: float
    first_width: float  # width of its first word
    text: str  # its words


@dataclass(frozen=True)
class Line:
    """Phrases side by side."""

    # Position on the page, in points.
    top: float
    bottom: float
    phrases: tuple[Phrase, ...]  # from left to right

    @property
    def middle(self) -> float:
        """Half-way between top and bottom."""
        return (self.top + self.bottom) / 2


def printed_once(chars: Iterable[Item]) -> list[Item]:
    """Drop letters printed twice, slightly shifted, which some files do for bold.

    >>> letter = {"text": "T", "size": 10, "x0": 50, "top": 20}
    >>> [char["x0"] for char in printed_once([letter, letter | {"x0": 50.3}, letter | {"x0": 56}])]
    [50, 56]
    """
    positions: dict[str, list[tuple[float, float]]] = defaultdict(list)
    unique_letters = []
    for char in chars:
        near = char["size"] / 10  # a second print for bold lies aside by less; letters by more
        x, y = char["x0"], char["top"]
        available = positions[char["text"]]
        if not any(abs(x - a) < near and abs(y - b) < near for a, b in available):
            available.append((x, y))
            unique_letters.append(char)
    return unique_letters


def direction(char: Item) -> str:
    """Return the direction of a letter's line; "askew" if oblique, as in a watermark.

    >>> direction({"matrix": (1, 0, 0, 1, 0, 0)}), direction({"matrix": (0, 9, -9, 0, 0, 0)})
    ('right', 'up')
    """
    a, b = char["matrix"][:2]
    if abs(b) < abs(a) / 10:
        return "right" if a > 0 else "left"
    if abs(a) < abs(b) / 10:
        return "up" if b > 0 else "down"
    return "askew"


def words(chars: Iterable[Item], leading: str = "right") -> list[Item]:
    """Return the words of one text direction in reading order.

    For `leading` ("right", "up", "down") see `direction`.
    """
    from pdfplumber.utils.text import extract_words

    chosen = [char for char in chars if direction(char) == leading]
    if not chosen:
        return []
    across, along, other = ("height", "x", "y") if leading == "right" else ("width", "y", "x")
    em = statistics.median(char[across] for char in chosen)
    words: list[Item] = extract_words(
        chosen,
        return_chars=True,
        char_dir_rotated="btt" if leading == "up" else "ttb",
        line_dir_rotated="ltr" if leading == "up" else "rtl",
        **{f"{along}_tolerance": _LETTER_GAP * em, f"{other}_tolerance": _LINE_STEP * em},
    )
    return words


def text(chars: Sequence[Item]) -> str:
    """Return the text of a cell on one line; turned text in reading order."""
    tokens = (word for leading in ("right", "up", "down") for word in words(chars, leading))
    return clean(" ".join(word["text"] for word in tokens))


def overlap(a: Span, b: Span) -> bool:
    """Return whether two spans have a part in common.

    >>> overlap((0, 10), (9, 20)), overlap((0, 10), (10, 20))
    (True, False)
    """
    return a[0] < b[1] and b[0] < a[1]


def lines(words: Iterable[Item], em: float, columns: Sequence[Span] | None = None) -> list[Line]:
    """Group words into lines; words that overlap in height share a line.

    `em` is the size of the letters. `columns` divide a line into phrases; wide gaps do if not
    given.
    """
    groups: list[list[Item]] = []
    bottom = float("-inf")
    for word in sorted(words, key=lambda word: word["top"]):
        if groups and bottom - word["top"] > _LINE_STEP * em:
            groups[-1].append(word)
            bottom = max(bottom, word["bottom"])
        else:
            groups.append([word])
            bottom = word["bottom"]
    text_lines = []
    for group in groups:
        parts = _between_gaps(group, em) if columns is None else _by_column(group, columns)
        top, bottom = min(word["top"] for word in group), max(word["bottom"] for word in group)
        text_lines.append(Line(top, bottom, tuple(map(_phrase, parts))))
    return text_lines


def _between_gaps(group: Sequence[Item], em: float) -> list[list[Item]]:
    parts: list[list[Item]] = []
    right = float("-inf")
    for word in sorted(group, key=lambda word: word["x0"]):
        if word["x0"] - right < COLUMN_GAP * em:
            parts[-1].append(word)
            right = max(right, word["x1"])
        else:
            parts.append([word])
            right = word["x1"]
    return parts


def _by_column(group: Sequence[Item], columns: Sequence[Span]) -> list[list[Item]]:
    middles = [((word["x0"] + word["x1"]) / 2, word) for word in group]
    parts = ([word for x, word in middles if left <= x < right] for left, right in columns)
    return [part for part in parts if part]


def _phrase(part: Sequence[Item]) -> Phrase:
    first = min(part, key=lambda word: (word["top"], word["x0"]))
    return Phrase(
        min(word["x0"] for word in part),
        max(word["x1"] for word in part),
        first["x1"] - first["x0"],
        text([char for word in part for char in word["chars"]]),
    )


def under(phrase: Phrase, columns: Sequence[Span]) -> list[int]:
    """Return the columns of a phrase: those it overlaps, or the nearest.

    >>> columns = [(0, 20), (50, 90), (120, 150)]
    >>> under(Phrase(60, 130, 25, "Chỉ số"), columns), under(Phrase(22, 30, 8, "TT"), columns)
    ([1, 2], [0])
    """
    columns_under = (phrase.left, phrase.right)
    touched = [column for column, span in enumerate(columns) if overlap(columns_under, span)]
    return touched or [
        min(range(len(columns)), key=lambda column: abs(sum(columns[column]) - sum(columns_under)))
    ]


def rows(
    lines: Sequence[Line], columns: Sequence[Span], em: float, *, framed: bool
) -> list[tuple[str, ...]]:
    """Return texts by row and column; continuation lines are joined to their row.

    `em` is the size of the letters. Unless all lines are known to be of the table (`framed`), those
    of one phrase before the first row and after the last are a title or a note, and left out.
    """
    homes: dict[int, list[Line]] = defaultdict(list)
    for line, home in zip(
        lines, _Homes(lines, columns, em, framed=framed).line_rows(), strict=True
    ):
        homes[home].append(line)
    inside = [position for position in homes if framed or len(lines[position].phrases) > 1]
    return [
        joined([_cells(line, columns) for line in homes[position]])
        for position in sorted(homes)
        if inside and min(inside) <= position <= max(inside)
    ]


class _Homes:
    """Assigns each line to the line that fills most columns of its row, or to itself.

    Lines go on with one that is nearer to them than rows are to each other. Where all are equally
    far, a line goes on with the one above if its first word had no room there.
    """

    def __init__(
        self, lines: Sequence[Line], columns: Sequence[Span], em: float, *, framed: bool
    ) -> None:
        self.found, self.columns, self.em, self.framed = lines, columns, em, framed
        self.stands = [[under(phrase, columns) for phrase in line.phrases] for line in lines]
        self.full = [
            line_index
            for line_index, columns_under in enumerate(self.stands)
            if len(columns_under) * 2 > len(columns)
        ]
        middles = [line.middle for line in lines]
        self.gaps = [0.0, *(b - a for a, b in pairwise(middles))]  # to the line above
        steps = [middles[b] - middles[a] for a, b in pairwise(self.full)]
        # Without two full lines to measure: single line spacing. Lines of a wrapped cell are
        # nearer than rows; 0.8, by judgement, leaves room for uneven rows.
        self.step = statistics.median(steps) if steps else 1.25 * em
        self.near = 0.8 * self.step
        self.homes = list(range(len(lines)))

    def line_rows(self) -> list[int]:
        """Return the home of each line."""
        if self.full:
            self._before(self.full[0])
            self._after(self.full[-1])
        for above, below in pairwise(self.full):
            self._between(above, below)
        return self.homes

    def _before(self, below: int) -> None:
        for line_index in range(below - 1, -1, -1):
            # A title is at the left margin or further off.
            columns_under = self.framed or not self._starts_at_margin(line_index)
            if not (columns_under and self._is_loose(line_index)):
                break
            # Above the first row: a header wraps at line spacing, a title is further off.
            if self.gaps[line_index + 1] >= min(self.near, 1.35 * self.em):
                break
            self.homes[line_index] = below

    def _after(self, above: int) -> None:
        for line_index in range(above + 1, len(self.found)):
            gap = self.gaps[line_index]
            columns_under = (
                self.framed or not self._starts_at_margin(line_index) or gap < self.em
            )  # not a note
            if not (columns_under and self._is_loose(line_index)):
                break
            if gap >= self.near and not self._had_no_room(line_index):
                break
            self.homes[line_index] = above

    def _between(self, above: int, below: int) -> None:
        gaps = self.gaps[above + 1 : below + 1]
        # An eighth of an em, by judgement, is unevenness of print.
        widest = max(gaps) - self.em / 8
        even = min(gaps) >= widest
        near = min(self.near, widest)
        for line_index in range(above + 1, below):
            goes_on = self._had_no_room(line_index) if even else self.gaps[line_index] < near
            if not (goes_on and self._is_loose(line_index)):
                break
            self.homes[line_index] = above
        for line_index in range(below - 1, above, -1):
            if even or self.gaps[line_index + 1] >= near or not self._is_loose(line_index):
                break
            self.homes[line_index] = below

    def _is_loose(self, line_index: int) -> bool:
        """Return whether a line can continue a row: each phrase in one column, few filled."""
        return line_index not in self.full and all(
            len(columns_under) == 1 for columns_under in self.stands[line_index]
        )

    def _starts_at_margin(self, line_index: int) -> bool:
        return 0 in self.stands[line_index][0]

    def _had_no_room(self, line_index: int) -> bool:
        """Return whether a word of a line would not have fitted into the line above."""
        if self.gaps[line_index] > self.step + self.em / 4:
            return False
        for phrase, columns_under in zip(
            self.found[line_index].phrases, self.stands[line_index], strict=True
        ):
            left, right = self.columns[columns_under[0]]
            room = right - left - phrase.first_width - self.em / 4
            above = zip(
                self.found[line_index - 1].phrases, self.stands[line_index - 1], strict=True
            )
            if any(columns_under[0] in touched and p.right - p.left > room for p, touched in above):
                return True
        return False


def _cells(line: Line, columns: Sequence[Span]) -> list[str]:
    cells = [""] * len(columns)
    for phrase in line.phrases:
        for column in under(phrase, columns):
            cells[column] = f"{cells[column]} {phrase.text}".strip()
    return cells


def joined(parts: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Join several rows to one, column by column.

    >>> joined([["46", "Thừa Thiên"], ["", "Huế"]])
    ('46', 'Thừa Thiên Huế')
    """
    return tuple(" ".join(filter(None, column)) for column in zip(*parts, strict=True))
