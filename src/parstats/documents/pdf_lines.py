"""Lines of a table without rules, and their phrases joined to rows.

Lengths are in points, seventy-two to the inch, from the upper left corner of the page. An em is
the size of the letters at hand.
"""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from parstats.documents.document import Box, Cell
from parstats.documents.pdf_pages import Letter
from parstats.documents.pdf_words import LINE_STEP, text_lines

Edges = tuple[float, float]  # left and right

# Em. A blank of Times or Arial has 0.25 to 0.28: two blanks or more part columns.
COLUMN_GAP = 0.5


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


def overlap(a: Edges, b: Edges) -> bool:
    """Return whether two spans have a part in common.

    >>> overlap((0, 10), (9, 20)), overlap((0, 10), (10, 20))
    (True, False)
    """
    return a[0] < b[1] and b[0] < a[1]


def lines(words: Iterable[Letter], em: float, columns: Sequence[Edges] | None = None) -> list[Line]:
    """Group words into lines; words that overlap in height share a line.

    `em` is the size of the letters. `columns` divide a line into phrases; wide gaps do if not
    given.
    """
    groups: list[list[Letter]] = []
    bottom = float("-inf")
    for word in sorted(words, key=lambda word: word["top"]):
        if groups and bottom - word["top"] > LINE_STEP * em:
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


def _between_gaps(group: Sequence[Letter], em: float) -> list[list[Letter]]:
    parts: list[list[Letter]] = []
    right = float("-inf")
    for word in sorted(group, key=lambda word: word["x0"]):
        if word["x0"] - right < COLUMN_GAP * em:
            parts[-1].append(word)
            right = max(right, word["x1"])
        else:
            parts.append([word])
            right = word["x1"]
    return parts


def _by_column(group: Sequence[Letter], columns: Sequence[Edges]) -> list[list[Letter]]:
    middles = [((word["x0"] + word["x1"]) / 2, word) for word in group]
    parts = ([word for x, word in middles if left <= x < right] for left, right in columns)
    return [part for part in parts if part]


def _phrase(part: Sequence[Letter]) -> Phrase:
    first = min(part, key=lambda word: (word["top"], word["x0"]))
    return Phrase(
        min(word["x0"] for word in part),
        max(word["x1"] for word in part),
        first["x1"] - first["x0"],
        " ".join(line.text for line in text_lines(part)),
    )


def under(phrase: Phrase, columns: Sequence[Edges]) -> list[int]:
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
    lines: Sequence[Line], columns: Sequence[Edges], em: float, *, framed: bool
) -> list[tuple[Cell, ...]]:
    """Return cells by row and column; continuation lines are joined to their row.

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
        self, lines: Sequence[Line], columns: Sequence[Edges], em: float, *, framed: bool
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


def _cells(line: Line, columns: Sequence[Edges]) -> list[Cell]:
    cells = [Cell()] * len(columns)
    for phrase in line.phrases:
        box = (phrase.left, line.top, phrase.right, line.bottom)
        for column in under(phrase, columns):
            cells[column] = _join_cells([cells[column], Cell((phrase.text,), box=box)])
    return cells


def joined(parts: Sequence[Sequence[Cell]]) -> tuple[Cell, ...]:
    """Join several rows to one, column by column.

    >>> rows = [[Cell(("46",)), Cell(("Thừa Thiên",))], [Cell(), Cell(("Huế",))]]
    >>> [cell.text for cell in joined(rows)]
    ['46', 'Thừa Thiên Huế']
    """
    return tuple(map(_join_cells, zip(*parts, strict=True)))


def _join_cells(cells: Sequence[Cell]) -> Cell:
    filled = [cell for cell in cells if cell.text]
    if len(filled) < 2:
        return filled[0] if filled else cells[0]
    boxes = [cell.box for cell in filled if cell.box is not None]
    sides = list(zip(*boxes, strict=True))
    box: Box | None = None
    if boxes:
        box = (min(sides[0]), min(sides[1]), max(sides[2]), max(sides[3]))
    notes = tuple(note for cell in filled for note in cell.notes)
    text = " ".join(cell.text for cell in filled)
    return Cell((text,), box=box, size=filled[0].size, notes=notes)
