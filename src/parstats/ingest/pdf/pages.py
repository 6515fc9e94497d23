"""Tables of a PDF file as grids of text, put together over its pages."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from parstats.errors import InvalidData, Problem
from parstats.ingest.pdf import ruled as pdf_ruled
from parstats.ingest.pdf import unruled as pdf_unruled
from parstats.ingest.pdf.part import Part
from parstats.ingest.pdf.text import direction, joined, printed_once
from parstats.ingest.score_tables.header_meaning import years_in
from parstats.ingest.tables.grid import Grid, clean, make_grid

if TYPE_CHECKING:
    from pdfplumber.page import Page


# Share of letters without a known meaning (a font without its map) from which a file is refused.
# By judgement: stray symbols are fewer, a wrong font spoils whole pages.
_GARBLED = 0.02


def read(path: Path, name: str) -> list[Grid]:
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
    >>> (grid,) = read(path, "ranking.pdf")
    >>> grid.rows[1]
    Row(location='ranking.pdf, page 1', number=2, cells=('1', 'Ha Giang', '42'))
    """
    parts: list[Part] = []
    captions: dict[tuple[int, float], tuple[str, ...]] = {}
    pictures: list[int] = []
    letters = garbled = 0
    for page in _pages(path, name):
        letters += len(page.chars)
        garbled += sum(char["text"].startswith("(cid:") for char in page.chars)
        table_parts = _parts_on(page, parts[-1] if parts else None)
        captions |= _captions(page, table_parts)
        parts += table_parts
        if _is_picture(page):
            pictures.append(page.page_number)
    if garbled > _GARBLED * letters:
        continued_parts, expected = (
            "letters that the file gives no meaning",
            "text that can be copied out",
        )
        raise InvalidData([_file_problem(name, continued_parts, expected, _REMEDY_NO_TEXT)])
    grids = [
        replace(grid, captions=captions[chain[0].page, chain[0].top])
        for chain in _chains(parts, captions)
        if (grid := _grid(chain, name)) is not None
    ]
    if not grids:
        raise InvalidData([_nothing(name, pictures)])
    return grids


# The file and its pages.

_REMEDY_NO_TEXT = "make it text with OCR software first, or type the table into a spreadsheet"


def _file_problem(name: str, actual: str, expected: str, remedy: str) -> Problem:
    return Problem(name, None, None, actual, expected, remedy)


def _nothing(name: str, pictures: Sequence[int]) -> Problem:
    if not pictures:
        remedy = "check that it is the right file, or copy the table into a spreadsheet"
        return _file_problem(name, "no table", "a table in rows and columns", remedy)
    positions = f"{'page' if len(pictures) == 1 else 'pages'} {', '.join(map(str, pictures))}"
    actual = f"no table, and pictures without text on {positions} (a scan?)"
    return _file_problem(name, actual, "a table as text", _REMEDY_NO_TEXT)


def _pages(path: Path, name: str) -> Iterator[Page]:
    """Yield the pages, each read completely, so that errors in the file appear here."""
    import pdfplumber
    from pdfminer.pdfdocument import PDFPasswordIncorrect

    # It warns of every slip in a file that it can read all the same.
    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
    try:
        with path.open("rb") as file:
            if b"%PDF-" not in file.read(1024):
                remedy = "give the PDF itself, not a page that leads to it"
                raise InvalidData([_file_problem(name, "another kind of file", "a PDF", remedy)])
        with pdfplumber.open(path) as pdf:
            if not pdf.pages:
                raise ValueError("no pages")
            for page in pdf.pages:
                upright = _set_upright(page)
                _ = upright.objects, upright.edges
                yield upright
                upright.close()
    except InvalidData:
        raise
    except OSError as problem:
        reason = problem.strerror or str(problem)
        raise InvalidData(
            [_file_problem(name, reason, "a readable file", "check the path")]
        ) from None
    except Exception as problem:  # the parser has no error class for damaged files
        if any(isinstance(cause, PDFPasswordIncorrect) for cause in (problem, *problem.args)):
            remedy = "open it with the password and print it to a new PDF"
            error = _file_problem(
                name, "a file locked with a password", "one that opens without", remedy
            )
        else:
            remedy = "fetch it again, or open it and print it to a new PDF"
            error = _file_problem(name, "a damaged PDF", "a whole one", remedy)
        raise InvalidData([error]) from None


def _set_upright(page: Page) -> Page:
    """Turn a page upright, so that most of its text runs to the right."""
    leads = Counter(map(direction, page.chars)).most_common(1)
    turn = {"up": 90, "left": 180, "down": 270}.get(leads[0][0], 0) if leads else 0
    if not turn:
        return page
    page.close()
    sheet = page.page_obj
    sheet.rotate = sheet.attrs["Rotate"] = (sheet.rotate + turn) % 360
    return type(page)(page.pdf, sheet, page.page_number, page.initial_doctop)


def _is_picture(page: Page) -> bool:
    """Return whether one image fills more than half of the page."""
    areas = (
        (image["x1"] - image["x0"]) * (image["bottom"] - image["top"]) for image in page.images
    )
    return max(areas, default=0) > page.width * page.height / 2


def _parts_on(page: Page, before: Part | None) -> list[Part]:
    """Return the tables from top to bottom; `before` is the last one of the earlier pages.

    Lines are the surest sign of a table, then the edges of shaded cells, unless only a small part
    of a table is shaded, and then the gaps between columns.
    """
    chars = printed_once(page.chars)
    unruled = None
    for shaded in (False, True):
        ruled = [
            part
            for part in pdf_ruled.find(page, chars, shaded=shaded)
            if len(part.rows) > 1 or (before is not None and before.goes_on_in(part))
        ]
        if shaded:
            unruled = pdf_unruled.find(chars, page.page_number, before)
        if ruled and (unruled is None or _height(ruled) >= _height(unruled)):
            return ruled
    return unruled or []


def _captions(page: Page, parts: Sequence[Part]) -> dict[tuple[int, float], tuple[str, ...]]:
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


def _height(parts: Sequence[Part]) -> float:
    return sum(part.bottom - part.top for part in parts)


# From tables to grids.


def _chains(
    parts: Sequence[Part], captions: Mapping[tuple[int, float], tuple[str, ...]]
) -> list[list[Part]]:
    """Group the parts of tables that continue over pages."""
    chains: list[list[Part]] = []
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


def _begins(first: Part, part: Part, captions: Mapping[tuple[int, float], tuple[str, ...]]) -> bool:
    """Return whether a part with the same header starts a new table, for another year."""
    before, columns_under = (
        {year for text in captions[table_part.page, table_part.top] for year in years_in(text)}
        for table_part in (first, part)
    )
    return bool(columns_under) and columns_under != before and first.rows[0] == part.rows[0]


def _grid(parts: Sequence[Part], name: str) -> Grid | None:
    """The parts of a table as one grid, without blank columns; None if too little is left."""
    rows: list[tuple[str, int, tuple[str, ...]]] = []
    for part in parts:
        location = f"{name}, page {part.page}"
        added = [(location, number, cells) for number, cells in enumerate(part.rows, start=1)]
        if rows:
            first = _shared_head(parts[0].rows, part.rows)
            if first < len(added) and _is_rest(added[first][2], rows[-1][2]):
                rest = added.pop(first)[2]
                above, number, begun = rows[-1]
                rows[-1] = above, number, joined([begun, rest])
        rows += added
    filled = [any(column) for column in zip(*(cells for _, _, cells in rows), strict=True)]
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


def _is_rest(cells: Sequence[str], above: Sequence[str]) -> bool:
    """Return whether a row is the rest of the one above, cut in two by the end of the page.

    It is if only one cell has text, it is not the first, and there is text to continue.
    """
    # A long criterion or note is the cell that a page cuts; the first column holds the number.
    filled = [column for column, cell in enumerate(cells) if cell]
    if len(filled) != 1 or filled[0] == 0:
        return False
    return bool(above[filled[0]]) and any(map(str.isalpha, cells[filled[0]]))
