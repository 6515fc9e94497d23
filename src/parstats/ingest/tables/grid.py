"""A table as text, before its columns are interpreted."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

# Signs without width that copying from pages and documents leaves in cells.
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))


@dataclass(frozen=True)
class Row:
    """One row of a grid."""

    # Position of the row, as messages call it: "scores.xlsx, sheet 2011_PAPI" or "ranking.pdf,
    # page 2".
    location: str
    number: int  # row in that place: as a spreadsheet numbers it, or counted from 1 on the page
    # Texts, NFC, blanks at the ends removed and blanks inside made single; "" where empty. A merged
    # cell is repeated in every cell it covers.
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Grid:
    """A table of text cells; all rows have the same length."""

    # The file and the sheet, as messages call them; name of the sheet, empty for files without.
    name: str
    sheet: str
    rows: tuple[Row, ...]  # the rows, blank ones left out
    # Texts above the table, outside of it, as on the page of a PDF.
    captions: tuple[str, ...] = ()
    # Texts above all tables of the sheet, for one below or beside another.
    titles: tuple[str, ...] = ()
    column_offset: int = 0  # columns of the sheet left of the table

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self.rows[0].cells) if self.rows else 0

    def column(self, position: int) -> Iterator[str]:
        """Yield the cells of one column, counted from 0."""
        return (row.cells[position] for row in self.rows)


def make_grid(name: str, sheet: str, rows: Sequence[tuple[str, int, Sequence[str]]]) -> Grid:
    """Make a grid from rows of any length: cleaned, padded, without blank rows.

    Each row is given as place, number and cells; for `name` and `sheet` see `Grid`.

    >>> grid = make_grid("a.csv", "", [("a.csv", 1, ["TT", " Tỉnh "]), ("a.csv", 2, ["", ""])])
    >>> [row.cells for row in grid.rows]
    [('TT', 'Tỉnh')]
    """
    cleaned = [(location, number, tuple(map(clean, cells))) for location, number, cells in rows]
    filled = [row for row in cleaned if any(row[2])]
    width = max((len(cells) for _, _, cells in filled), default=0)
    return Grid(
        name,
        sheet,
        tuple(
            Row(location, number, cells + ("",) * (width - len(cells)))
            for location, number, cells in filled
        ),
    )


def clean(text: object) -> str:
    r"""Clean the text of a cell: NFC, no-break spaces and line breaks as single blanks.

    >>> clean("Thừa Thiên\nHuế "), clean(None)
    ('Thừa Thiên Huế', '')
    """
    if text is None:
        return ""
    return " ".join(unicodedata.normalize("NFC", str(text)).translate(_INVISIBLE).split())
