"""The part of a table on one page of a PDF."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from parstats.documents.document import Cell
from parstats.documents.grid import without_merges
from parstats.documents.pdf_lines import Edges, overlap

# Points (72 to the inch), by judgement; for tables that go on over pages of a report.
# How far the edges of a column may differ from page to page: one letter of body text.
_SAME_EDGE = 12.0
# How far the whole table may be shifted, as by a margin for binding: one inch.
_MARGIN = 72.0
# How far text may exceed the edge of a column without lines, as italics do.
_OVER = 2.0


@dataclass(frozen=True)
class TablePart:
    """A table, or its part on one page."""

    page: int  # the page, counted from 1
    # Position on the page, in points.
    top: float
    bottom: float
    # Left and right of each column: its lines, or where its text begins and ends.
    columns: tuple[Edges, ...]
    rows: tuple[tuple[Cell, ...], ...]  # cells by row and column
    ruled: bool  # whether it has lines

    @property
    def filled_rows(self) -> list[tuple[Cell, ...]]:
        """The rows that have text, a merged cell repeated in every place it covers."""
        rows = without_merges(self.rows)
        return [cells for cells in rows if any(cell.text for cell in cells)]

    def goes_on_in(self, other: TablePart) -> bool:
        """Return whether the other part is on the next page and has the same columns.

        >>> columns = ((50.0, 80.0), (80.0, 200.0))
        >>> row = (Cell(("1",)), Cell(("Hà Nội",)))
        >>> first = TablePart(1, 60.0, 800.0, columns, (row,), ruled=True)
        >>> first.goes_on_in(TablePart(2, 60.0, 90.0, columns, (row,), ruled=True))
        True
        """
        if other.page != self.page + 1:
            return False
        if self.ruled and other.ruled:
            return self.has_same_edges(other, shifted=_MARGIN, within=_SAME_EDGE)
        if len(self.columns) != len(other.columns):
            return False
        # Unruled columns are as wide as their text.
        both = [(min(a[0], b[0]), max(a[1], b[1])) for a, b in self._pairs(other)]
        is_disjoint = all(left[1] <= right[0] + _OVER for left, right in pairwise(both))
        return is_disjoint and all(overlap(a, b) for a, b in self._pairs(other))

    def has_same_edges(self, other: TablePart, *, shifted: float, within: float) -> bool:
        """Return whether the columns agree.

        The other part as a whole may lie up to `shifted` aside; each edge may then be off by
        `within`.
        """
        if len(self.columns) != len(other.columns):
            return False
        moved = other.columns[0][0] - self.columns[0][0]
        return abs(moved) <= shifted and all(
            abs(b[side] - moved - a[side]) <= within
            for a, b in self._pairs(other)
            for side in (0, 1)
        )

    def _pairs(self, other: TablePart) -> Iterator[tuple[Edges, Edges]]:
        return zip(self.columns, other.columns, strict=True)
