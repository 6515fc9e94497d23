"""Tables of a PDF file as grids of text, put together over its pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from pdfplumber.page import Page

from parstats.documents.document import Cell, Document, Grid, Unread
from parstats.documents.grid import clean, make_grid
from parstats.documents.header_roles import years_in
from parstats.documents.limits import refuse
from parstats.documents.pdf_lines import joined
from parstats.documents.pdf_pages import OCR, Legibility, Letter, open_pages
from parstats.documents.pdf_ruled import ruled_tables
from parstats.documents.pdf_unruled import unruled_tables
from parstats.documents.table_part import TablePart

Captions = Mapping[tuple[int, float], tuple[str, ...]]  # lines above a table, by page and top


def read(path: Path, name: str) -> Document:
    """Read every table of a PDF file.

    In the order of the pages, from top to bottom. What continues on the next page with the same
    columns is one grid; a header repeated there is still among its rows. Rows are numbered from 1
    on each page. A merged cell is repeated in every cell it covers. The lines above a table are its
    captions. `name` is what messages call the file. Raises InvalidData if it is no PDF, damaged or
    locked with a password, holds pictures of pages or letters without meaning instead of text, or
    has no table.

    >>> import tempfile
    >>> from fpdf import FPDF
    >>> path = Path(tempfile.mkdtemp()) / "ranking.pdf"
    >>> document = FPDF()
    >>> document.set_font("helvetica")
    >>> document.add_page()
    >>> with document.table([["TT", "Province", "Rank"], ["1", "Ha Giang", "42"]]):
    ...     pass
    >>> _ = document.output(str(path))
    >>> (grid,) = read(path, "ranking.pdf").tables
    >>> row = grid.rows[1]
    >>> row.location, row.number, row.cells
    ('ranking.pdf, page 1', 2, ('1', 'Ha Giang', '42'))
    """
    parts: list[TablePart] = []
    captions: dict[tuple[int, float], tuple[str, ...]] = {}
    legibility = Legibility()
    for page, letters in open_pages(path, name):
        legibility.count(page)
        page_parts = _parts_on(page, letters, parts[-1] if parts else None)
        captions |= _captions(page, page_parts)
        parts += page_parts
    legibility.check(name)
    grids = tuple(
        replace(grid, captions=captions[chain[0].page, chain[0].top])
        for chain in _chains(parts, captions)
        if (grid := _grid(chain, name)) is not None
    )
    if not grids:
        _refuse_no_table(name, legibility.pictures)
    unread = tuple(
        Unread(f"page {page}", "a picture without text", page) for page in legibility.pictures
    )
    return Document(name, ".pdf", tables=grids, unread=unread)


def _refuse_no_table(name: str, pictures: Sequence[int]) -> None:
    if not pictures:
        remedy = "check that it is the right file, or copy the table into a spreadsheet"
        refuse(name, "no table", "a table in rows and columns", remedy)
    pages = f"{'page' if len(pictures) == 1 else 'pages'} {', '.join(map(str, pictures))}"
    actual = f"no table, and pictures without text on {pages} (a scan?)"
    refuse(name, actual, "a table as text", f"{OCR}, or type the table into a spreadsheet")


def _parts_on(page: Page, letters: Sequence[Letter], before: TablePart | None) -> list[TablePart]:
    """Return the tables from top to bottom; `before` is the last one of the earlier pages.

    Lines are the surest sign of a table, then the edges of shaded cells, unless only a small part
    of a table is shaded, and then the gaps between columns.
    """
    unruled = None
    for shaded in (False, True):
        ruled = [
            part
            for part in ruled_tables(page, letters, shaded=shaded, lists=True)
            if _has_columns(part)
            and (len(part.filled_rows) > 1 or (before is not None and before.goes_on_in(part)))
        ]
        if shaded:
            unruled = unruled_tables(letters, page.page_number, before)
        if ruled and (unruled is None or _height(ruled) >= _height(unruled)):
            return ruled
    return unruled or []


def _has_columns(part: TablePart) -> bool:
    """Return whether at least two columns have text."""
    texts = [[cell.text for cell in row] for row in part.filled_rows]
    return sum(map(any, zip(*texts, strict=True))) >= 2


def _captions(page: Page, parts: Sequence[TablePart]) -> dict[tuple[int, float], tuple[str, ...]]:
    """Return the lines between each table and the one before, by page and top."""
    captions = {}
    above = page.bbox[1]
    for part in parts:
        top = min(part.top, page.bbox[3])
        text = ""
        if top - above > 1:
            text = page.crop((page.bbox[0], above, page.bbox[2], top)).extract_text()
        captions[part.page, part.top] = tuple(filter(None, map(clean, text.splitlines())))
        above = max(above, min(part.bottom, page.bbox[3]))
    return captions


def _height(parts: Sequence[TablePart]) -> float:
    return sum(part.bottom - part.top for part in parts)


def _chains(parts: Sequence[TablePart], captions: Captions) -> list[list[TablePart]]:
    """Group the parts of tables that continue over pages."""
    chains: list[list[TablePart]] = []
    for part in parts:
        if (
            chains
            and chains[-1][-1].goes_on_in(part)
            and not _begins(chains[-1][0], part, captions)
        ):
            chains[-1].append(part)
        else:
            chains.append([part])
    return chains


def _begins(first: TablePart, part: TablePart, captions: Captions) -> bool:
    """Return whether a part with the same header starts a new table, for another year."""
    before, years = (
        {year for text in captions[table_part.page, table_part.top] for year in years_in(text)}
        for table_part in (first, part)
    )
    headers = [_texts(table_part.filled_rows[:1]) for table_part in (first, part)]
    return bool(years) and years != before and headers[0] == headers[1]


def _texts(rows: Sequence[Sequence[Cell]]) -> list[list[str]]:
    return [[cell.text for cell in row] for row in rows]


def _grid(parts: Sequence[TablePart], name: str) -> Grid | None:
    """The parts of a table as one grid, without blank columns; None if too little is left."""
    rows: list[tuple[str, int, tuple[Cell, ...]]] = []
    for part in parts:
        location = f"{name}, page {part.page}"
        added = [(location, number, cells) for number, cells in enumerate(part.filled_rows, 1)]
        if rows:
            first = _shared_head(_texts(parts[0].filled_rows), _texts(part.filled_rows))
            if first < len(added) and _is_rest(added[first][2], rows[-1][2]):
                rest = added.pop(first)[2]
                above, number, begun = rows[-1]
                rows[-1] = above, number, joined([begun, rest])
        rows += added
    by_column = zip(*(cells for _, _, cells in rows), strict=True)
    filled = [any(cell.text for cell in column) for column in by_column]
    grid_rows = [
        (location, number, [cell for cell, keep in zip(cells, filled, strict=True) if keep])
        for location, number, cells in rows
    ]
    grid = make_grid(name, "", grid_rows)
    return grid if grid.width > 1 and len(grid.rows) > 1 else None


def _shared_head(first: Sequence[object], second: Sequence[object]) -> int:
    """Return the number of rows with which both begin."""
    for count, (a, b) in enumerate(zip(first, second, strict=False)):
        if a != b:
            return count
    return min(len(first), len(second))


def _is_rest(cells: Sequence[Cell], above: Sequence[Cell]) -> bool:
    """Return whether a row is the rest of the one above, cut in two by the end of the page.

    It is if only one cell has text, it is not the first, and there is text to continue.
    """
    # A long criterion or note is the cell that a page cuts; the first column holds the number.
    filled = [column for column, cell in enumerate(cells) if cell.text]
    if len(filled) != 1 or filled[0] == 0:
        return False
    return bool(above[filled[0]].text) and any(map(str.isalpha, cells[filled[0]].text))
