"""What a document contains: paragraphs, and rows and cells of tables, with their place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

#: Left, top, right and bottom on the page, in points from its upper left corner.
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Span:
    """Position in the document.

    Lines count from 1: lines of the text in .txt and .md, rows of the sheet in workbooks, and in
    other forms the running number of the block. `page` is the page of the first line in .pdf, the
    number of the sheet among the visible ones in workbooks, and None in other forms.
    """

    line_start: int
    line_end: int
    page: int | None = None

    @property
    def place(self) -> tuple[int, int]:
        """Page and first line, in the order of the document.

        >>> Span(3, 3, page=2).place > Span(9, 9, page=1).place
        True
        """
        return self.page or 0, self.line_start


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table, with what its form says of it.

    Attributes
    ----------
    paragraphs : tuple of str; each on one line; a bullet keeps its sign
    merged : str
        "" for a separate cell, "up" for the rest of a cell that begins in a row above, "left" for
        the rest of one that begins further left.
    n_rows, n_columns : int; how many rows and columns it covers
    box : tuple of float, optional; its position on the page of a PDF
    size : float, optional; size of its letters in points, in a PDF
    number_format : str; of a workbook, as "0.00%"
    is_number : bool; whether a workbook holds a number there, not a text
    notes : tuple of str; raised marks of notes that are no part of its text
    """

    paragraphs: tuple[str, ...] = ()
    merged: str = ""
    n_rows: int = 1
    n_columns: int = 1
    box: Box | None = None
    size: float | None = None
    number_format: str = ""
    notes: tuple[str, ...] = ()
    is_number: bool = False

    @property
    def text(self) -> str:
        """All of it on one line."""
        return " ".join(self.paragraphs)


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, or a row of a table.

    Attributes
    ----------
    span : Span; its position
    text : str; a paragraph, on one line; "" for a row
    cells : tuple of Cell; cells of a row; empty for a paragraph
    table : int; number of the table a row belongs to; 0 for a paragraph
    heading : int; depth of a heading that the document marks as one, 0 if it does not
    breaks : bool; whether a row is the first on its page: it may be the rest of the row before
    tells_merges : bool
        Whether the document itself says which cells are merged; else an empty cell may be one.
    """

    span: Span
    text: str = ""
    cells: tuple[Cell, ...] = ()
    table: int = 0
    heading: int = 0
    breaks: bool = False
    tells_merges: bool = False


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
    # What the form says of each cell, where it says something; the same object in every cell that
    # a merged one covers.
    sources: tuple[Cell, ...] = ()
    # Cells that the row has in a text with separators, empty ones at its end too; 0 elsewhere.
    n_written: int = 0


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
    hidden: tuple[str, ...] = ()  # rows and columns that an .xlsx does not show, as "row 3"

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self.rows[0].cells) if self.rows else 0

    def column(self, position: int) -> Iterator[str]:
        """Yield the cells of one column, counted from 0."""
        return (row.cells[position] for row in self.rows)


@dataclass(frozen=True, slots=True)
class Unread:
    """A part of a document that could not be read, or not surely: its place, as "page 3", and why.

    `kind` is "picture", "table", "hidden" or "formula", as far as people are told what to do. Of a
    page read from its picture it is "recognised", and what is unsure there: "quarter" (numerals
    read in two ways), "header" (fewer cells than below), "column" (its header means nothing),
    "rule" (inferred under a stamp), "unsure" (hard to read) or "language" (a lesser model); the
    place then quotes it.
    """

    place: str
    reason: str
    page: int | None = None
    kind: str = ""


@dataclass(frozen=True)
class Document:
    """What was read from a file.

    Attributes
    ----------
    name : str; what messages call the file
    form : str; its ending in small letters, as ".pdf"
    blocks : tuple of Block; paragraphs and rows in their order, where it was read as a text
    tables : tuple of Grid; tables, where it was read for them
    unread : tuple of Unread; what could not be read
    n_pages : int, optional; pages of the file, where its form has pages
    separator : str; the sign between the cells of a text table
    decoded_from : str; the old or damaged encoding that its text was decoded from; else empty
    not_shown : tuple of str
        What the form, or the library that reads it, does not show: "hidden columns", "fonts",
        "raised digits", "formulas".
    """

    name: str
    form: str
    blocks: tuple[Block, ...] = ()
    tables: tuple[Grid, ...] = ()
    unread: tuple[Unread, ...] = ()
    not_shown: tuple[str, ...] = ()
    decoded_from: str = ""
    separator: str = ""
    n_pages: int | None = None
