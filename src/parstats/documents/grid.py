"""Tables as text, before their columns are interpreted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from parstats.documents.document import Cell, Grid, Row
from parstats.documents.phrases import tidy


def make_grid(name: str, sheet: str, rows: Iterable[tuple[str, int, Sequence[str | Cell]]]) -> Grid:
    """Make a grid from rows of any length: cleaned, padded, without blank rows.

    Each row is given as place, number and cells, texts or cells of a document; for `name` and
    `sheet` see `Grid`.

    >>> grid = make_grid("a.csv", "", [("a.csv", 1, ["TT", " Tỉnh "]), ("a.csv", 2, ["", ""])])
    >>> [row.cells for row in grid.rows]
    [('TT', 'Tỉnh')]
    """
    cleaned = [
        Row(
            location,
            number,
            tuple(clean(cell.text if isinstance(cell, Cell) else cell) for cell in cells),
            tuple(cell for cell in cells if isinstance(cell, Cell)),
        )
        for location, number, cells in rows
    ]
    filled = [row for row in cleaned if any(row.cells)]
    width = max((len(row.cells) for row in filled), default=0)
    return Grid(name, sheet, tuple(_padded(row, width) for row in filled))


def _padded(row: Row, width: int) -> Row:
    missing = width - len(row.cells)
    sources = row.sources + (Cell(),) * missing if row.sources else ()
    return Row(row.location, row.number, row.cells + ("",) * missing, sources)


def without_merges(rows: Sequence[Sequence[Cell]]) -> list[tuple[Cell, ...]]:
    """Return rows of cells with a merged cell repeated in every place that it covers.

    >>> wide = [[Cell(("Điểm",), n_columns=2), Cell(merged="left")], [Cell(("2022",)), Cell()]]
    >>> [[cell.text for cell in row] for row in without_merges(wide)]
    [['Điểm', 'Điểm'], ['2022', '']]
    """
    repeated: list[tuple[Cell, ...]] = []
    for row in rows:
        cells: list[Cell] = []
        for column, cell in enumerate(row):
            if cell.merged == "left" and cells:
                cells.append(cells[-1])
            elif cell.merged == "up" and repeated and column < len(repeated[-1]):
                cells.append(repeated[-1][column])
            else:
                cells.append(cell)
        repeated.append(tuple(cells))
    return repeated


def clean(text: object) -> str:
    r"""Clean the text of a cell: NFC, no-break spaces and line breaks as single blanks.

    >>> clean("Thừa Thiên\nHuế "), clean(None)
    ('Thừa Thiên Huế', '')
    """
    if text is None or text == "":
        return ""
    return tidy(str(text))
