"""PDF files read for their sentences: running text, and tables of measures with merged cells."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from pdfplumber.page import Page

from parstats.documents import header_roles, missed_tables, pdf_headed
from parstats.documents.document import Block, Document, Span, Unread
from parstats.documents.limits import refuse
from parstats.documents.numbering import marker
from parstats.documents.pdf_columns import reading_order
from parstats.documents.pdf_margins import (
    without_notes,
    without_page_numbers,
    without_running_heads,
)
from parstats.documents.pdf_pages import RECOGNISE, Legibility, Letter, open_pages
from parstats.documents.pdf_ruled import ruled_tables, tables_of_boxes
from parstats.documents.pdf_words import (
    TextLine,
    join_lines,
    text_lines,
    words,
    words_cell,
)
from parstats.documents.phrases import tidy
from parstats.documents.scan_file import Scan, mended_together
from parstats.documents.scan_headers import repeated_headers, unknown_headers
from parstats.documents.scan_page import ScannedPage
from parstats.documents.table_part import TablePart

# Columns of a frame for a letterhead or a signature; tables of measures have more. By judgement.
_FRAME_COLUMNS = 3
_NOT_RECOGNISED = "scan it anew, upright, in 300 dpi and black on white"


def read(path: Path, *, ocr: bool = False) -> Document:
    """Read the blocks of a .pdf; spans number paragraphs and rows, with their page.

    With `ocr` pages that are pictures are recognised, which takes some seconds each.
    """
    name = str(path)
    legibility = Legibility()
    sheets: list[_Sheet] = []
    unread: list[Unread] = []
    with Scan(path, ocr=ocr) as scan:
        for page, letters in open_pages(path, name):
            recognised = scan.read(page)
            if recognised is not None:
                sheets.append(_scanned(recognised))
                unread += recognised.unread
                continue
            legibility.count(page)
            sheets.append(_sheet(page, letters))
            if not sheets[-1].tables and scan.misses_table(page):
                unread.append(missed_tables.on_page(page.page_number))
    legibility.check(name, RECOGNISE)
    sheets = _mended(sheets)
    unread += _unknown_columns(sheets)
    blocks = _blocks(sheets)
    if not blocks or (legibility.is_scan and not ocr):
        actual = "no text"
        if legibility.pictures:
            actual = "pictures of pages without text (a scan)"
        refuse(name, actual, "a PDF with text", _NOT_RECOGNISED if ocr else RECOGNISE)
    unread += [
        Unread(f"page {page}", "a picture without text", page, "picture")
        for page in legibility.pictures
    ]
    return Document(name, ".pdf", blocks=blocks, unread=tuple(unread), n_pages=len(sheets))


def of_recognised(pages: Sequence[ScannedPage], name: str) -> Document:
    """Return the document of pages that were recognised before."""
    sheets = _mended([_scanned(page) for page in pages])
    unread = [*(part for page in pages for part in page.unread), *_unknown_columns(sheets)]
    return Document(name, ".pdf", blocks=_blocks(sheets), unread=tuple(unread), n_pages=len(pages))


@dataclass(frozen=True)
class _Sheet:
    """What is printed on a page: its tables with lines, and the lines of text outside of them."""

    number: int
    height: float
    tables: Sequence[TablePart]
    lines: Sequence[TextLine]
    recognised: bool = False


def _blocks(sheets: Sequence[_Sheet]) -> tuple[Block, ...]:
    """Return what stands on the pages, numbered from 1."""
    reader = _Reader()
    lines_by_page = without_running_heads([(sheet.lines, sheet.height) for sheet in sheets])
    for sheet, lines in zip(sheets, lines_by_page, strict=True):
        reader.take(replace(sheet, lines=lines))
    return tuple(
        replace(block, span=replace(block.span, line_start=position, line_end=position))
        for position, block in enumerate(reader.blocks, start=1)
    )


def _sheet(page: Page, letters: Sequence[Letter]) -> _Sheet:
    tables = _ruled(page, letters)
    text_words, marks = words(_outside(letters, tables))
    lines = without_page_numbers(text_lines(text_words), page.height)
    if not tables and lines:
        sizes = [letter["size"] for letter in letters if letter["text"].strip()]
        lines = without_notes(lines, statistics.median(sizes), marks, page)
    return _Sheet(page.page_number, page.height, tables, lines)


def _scanned(page: ScannedPage) -> _Sheet:
    letters = page.letters()
    tables = tables_of_boxes(page.tables, letters, page.number)
    lines = text_lines(words(_outside(letters, tables))[0])
    return _Sheet(page.number, page.height, tables, without_page_numbers(lines, page.height), True)


def _mended(sheets: Sequence[_Sheet]) -> list[_Sheet]:
    """Return the sheets, the tables of recognised ones mended by what they say together."""
    recognised = [sheet.tables for sheet in sheets if sheet.recognised]
    tables = iter(repeated_headers(mended_together(recognised)))
    return [replace(sheet, tables=next(tables)) if sheet.recognised else sheet for sheet in sheets]


def _unknown_columns(sheets: Sequence[_Sheet]) -> list[Unread]:
    return [
        unknown
        for sheet in sheets
        if sheet.recognised
        for unknown in unknown_headers(sheet.number, sheet.tables)
    ]


@dataclass
class _Reader:
    """Reads one page after the other."""

    blocks: list[Block] = field(default_factory=list)
    tables: int = 0
    edges: list[float] | None = None  # left edges of the columns of a table without lines
    is_new_column: bool = False  # whether the next text is the first of a further column

    def take(self, sheet: _Sheet) -> None:
        """Read a page from top to bottom."""
        pieces: list[tuple[float, Any]] = [(table.top, table) for table in sheet.tables]
        pieces += [(line.top, line) for line in sheet.lines]
        pieces.sort(key=lambda piece: piece[0])
        run: list[TextLine] = []
        for _, piece in pieces:
            if isinstance(piece, TextLine):
                run.append(piece)
                continue
            self._prose(run, sheet.number)
            run = []
            self._table(piece, sheet.number)
        self._prose(run, sheet.number)

    # Tables with lines.

    def _table(self, part: TablePart, page: int) -> None:
        header = any(
            header_roles.is_plan_header([table_cell.text for table_cell in row])
            for row in part.rows
        )
        goes_on = bool(self.blocks) and bool(self.blocks[-1].cells)
        is_new_page = goes_on and self.blocks[-1].span.page != page
        if not header and not goes_on and len(part.columns) <= _FRAME_COLUMNS:
            # A frame for a letterhead or a signature: agency and motto, receivers and signer.
            for row in part.rows:
                for table_cell in row:
                    for text in table_cell.paragraphs:
                        self._add_text(text, page)
            return
        if not goes_on:
            self.tables += 1
        self.edges = None
        for row_index, row in enumerate(part.rows):
            if any(table_cell.text or table_cell.merged for table_cell in row):
                block = Block(
                    Span(0, 0, page),
                    cells=row,
                    table=max(self.tables, 1),
                    breaks=row_index == 0 and is_new_page,
                    tells_merges=True,
                )
                self.blocks.append(block)

    # Running text, and tables without lines.

    def _prose(self, lines: Sequence[TextLine], page: int) -> None:
        rest = list(lines)
        while rest:
            table = self._headed_at(rest)
            if table is None:
                self._paragraphs(rest, page)
                return
            first, last, edges = table
            self._paragraphs(rest[:first], page)
            self._headed_rows(rest[first:last], edges, page)
            rest = rest[last:]

    def _paragraphs(self, lines: Sequence[TextLine], page: int) -> None:
        if not lines:
            return
        self.edges = None
        for position, part in enumerate(reading_order(lines)):
            self.is_new_column = position > 0
            margin = max(line.right for line in part)
            for text in join_lines(part, margin):
                self._add_text(text, page)
        self.is_new_column = False

    def _add_text(self, text: str, page: int) -> None:
        text = tidy(text)
        if not text:
            return
        above = self.blocks[-1] if self.blocks else None
        is_first, self.is_new_column = self.is_new_column, False
        if (
            above is not None
            and above.text
            and (above.span.page != page or is_first)
            and _carries_on(above.text, text)
        ):
            self.blocks[-1] = replace(above, text=f"{above.text} {text}")
            return
        self.blocks.append(Block(Span(0, 0, page), text=text))

    def _headed_at(self, lines: Sequence[TextLine]) -> tuple[int, int, list[float]] | None:
        """Find a table without lines: its first and last line and left column edges."""
        if self.edges is not None and self.blocks and self.blocks[-1].cells:
            last = pdf_headed.table_end(lines, 0, self.edges)
            if last and not pdf_headed.header_height(lines):
                return 0, last, self.edges
        for first in range(len(lines)):
            height = pdf_headed.header_height(lines[first:])
            if height:
                edges = pdf_headed.header_edges(lines[first : first + height]) or []
                return first, pdf_headed.table_end(lines, first + height, edges), edges
        return None

    def _headed_rows(self, lines: Sequence[TextLine], edges: list[float], page: int) -> None:
        goes_on = self.edges is not None
        if not goes_on:
            self.tables += 1
        right = max(line.right for line in lines)
        edges, rows = pdf_headed.rows(lines, edges)
        for row_index, row in enumerate(rows):
            sides = [*edges[1:], right]
            cells = tuple(
                words_cell(cell_words, side) for cell_words, side in zip(row, sides, strict=True)
            )
            self.blocks.append(
                Block(
                    Span(0, 0, page),
                    cells=cells,
                    table=self.tables,
                    breaks=row_index == 0 and goes_on,
                )
            )
        self.edges = edges


def _ruled(page: Page, letters: Sequence[Letter]) -> list[TablePart]:
    """Return the ruled tables of more than one cell; edges of shaded cells where there is no line.

    Lists in a box are not taken apart: cells of plans hold wrapped sentences.
    """
    for shaded in (False, True):
        parts = [
            part
            for part in ruled_tables(page, letters, shaded=shaded, lists=False)
            if len(part.rows) * len(part.columns) > 1
        ]
        if parts:
            return parts
    return []


def _outside(letters: Sequence[Letter], tables: Sequence[TablePart]) -> list[Letter]:
    """Return the letters that are in none of the tables."""
    if not tables or not letters:
        return list(letters)
    x = np.array([(letter["x0"] + letter["x1"]) / 2 for letter in letters])
    y = np.array([(letter["top"] + letter["bottom"]) / 2 for letter in letters])
    inside = np.zeros(len(letters), dtype=bool)
    for part in tables:
        left, right = part.columns[0][0], part.columns[-1][1]
        inside |= (left <= x) & (x <= right) & (part.top <= y) & (y <= part.bottom)
    return [letter for letter, is_inside in zip(letters, inside, strict=True) if not is_inside]


def _carries_on(above: str, text: str) -> bool:
    """Return whether a paragraph continues the last one of the page before."""
    return not marker(text) and text[0].islower() and above[-1] not in ".;:!?/"
