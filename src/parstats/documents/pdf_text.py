"""PDF files read for their sentences: running text, and tables of measures with merged cells."""

from __future__ import annotations

import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from pdfplumber.page import Page

from parstats.documents import header_roles, pdf_headed
from parstats.documents.document import Block, Document, Span, Unread
from parstats.documents.limits import refuse
from parstats.documents.numbering import marker
from parstats.documents.pdf_pages import OCR, Legibility, Letter, open_pages
from parstats.documents.pdf_ruled import ruled_tables
from parstats.documents.pdf_words import (
    NEAR,
    TextLine,
    join_lines,
    text_lines,
    words,
    words_cell,
)
from parstats.documents.phrases import tidy
from parstats.documents.table_part import TablePart

_PAGE_NUMBER = re.compile(r"^\s*(?:-\s*)?\d{1,3}(?:\s*-)?\s*$|^Trang\s+\d+(?:\s*/\s*\d+)?$")
# Size of a footnote's letters as a share of those of the text: plans are set in 13 or 14 points,
# notes in 10 or 11 (11 / 13 = 0.85).
_SMALL = 0.86
# Columns of a frame for a letterhead or a signature; tables of measures have more. By judgement.
_FRAME_COLUMNS = 3


def read(path: Path) -> Document:
    """Read the blocks of a .pdf; spans number paragraphs and rows, with their page."""
    name = str(path)
    reader = _Reader()
    legibility = Legibility()
    for page, letters in open_pages(path, name):
        legibility.count(page)
        reader.take(page, letters)
    legibility.check(name)
    if not reader.blocks or legibility.is_scan:
        actual = "no text"
        if legibility.pictures:
            actual = "pictures of pages without text (a scan)"
        refuse(name, actual, "a PDF with text", OCR)
    blocks = tuple(
        replace(block, span=replace(block.span, line_start=position, line_end=position))
        for position, block in enumerate(reader.blocks, start=1)
    )
    unread = tuple(
        Unread(f"page {page}", "a picture without text", page) for page in legibility.pictures
    )
    return Document(name, ".pdf", blocks=blocks, unread=unread)


@dataclass
class _Reader:
    """Reads one page after the other."""

    blocks: list[Block] = field(default_factory=list)
    tables: int = 0
    edges: list[float] | None = None  # left edges of the columns of a table without lines

    def take(self, page: Page, letters: Sequence[Letter]) -> None:
        """Read a page from top to bottom."""
        tables = _ruled(page, letters)
        free = _outside(letters, tables)
        text_words, marks = words(free)
        number = page.page_number
        sizes = [letter["size"] for letter in letters if letter["text"].strip()]
        lines = _without_page_numbers(text_lines(text_words), page.height)
        if not tables and lines:
            lines = _without_notes(lines, statistics.median(sizes), marks, page)
        pieces: list[tuple[float, Any]] = [(table.top, table) for table in tables]
        pieces += [(line.top, line) for line in lines]
        pieces.sort(key=lambda piece: piece[0])
        run: list[TextLine] = []
        for _, piece in pieces:
            if isinstance(piece, TextLine):
                run.append(piece)
                continue
            self._prose(run, number)
            run = []
            self._table(piece, number)
        self._prose(run, number)

    # Tables with lines.

    def _table(self, part: TablePart, page: int) -> None:
        header = any(
            header_roles.is_plan_header([table_cell.text for table_cell in row])
            for row in part.rows
        )
        goes_on = bool(self.blocks) and bool(self.blocks[-1].cells)
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
                    breaks=row_index == 0 and goes_on,
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
        margin = max(line.right for line in lines)
        for text in join_lines(lines, margin):
            self._add_text(text, page)

    def _add_text(self, text: str, page: int) -> None:
        text = tidy(text)
        if not text:
            return
        above = self.blocks[-1] if self.blocks else None
        if (
            above is not None
            and above.text
            and above.span.page != page
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


def _without_page_numbers(lines: Sequence[TextLine], height: float) -> list[TextLine]:
    body_lines = list(lines)
    while body_lines and _PAGE_NUMBER.match(body_lines[-1].text):
        body_lines.pop()
    # Decree 30/2020/NĐ-CP puts the number at the head of the page: its top eighth, by judgement.
    while body_lines and _PAGE_NUMBER.match(body_lines[0].text) and body_lines[0].top < height / 8:
        body_lines.pop(0)
    return body_lines


def _without_notes(
    lines: Sequence[TextLine], size: float, marks: Sequence[Letter], page: Page
) -> list[TextLine]:
    """Drop the footnotes: small lines at the end of the page, from the first mark on.

    Small letters alone make no footnote: a list or a table may be set in them too.
    """
    small = len(lines)
    while small and lines[small - 1].size < _SMALL * size:
        small -= 1
    for position in range(max(small, 1), len(lines)):
        if _opens_note(lines[position - 1], lines[position], marks, page):
            return list(lines[:position])
    return list(lines)


def _opens_note(above: TextLine, line: TextLine, marks: Sequence[Letter], page: Page) -> bool:
    """Return whether a line opens a footnote: a raised number, a short rule, or a wide gap."""
    marked = any(
        mark["top"] < line.bottom
        and line.top < mark["bottom"]
        and 0 <= line.left - mark["x1"] < 2 * NEAR
        for mark in marks
    )
    ruled = any(
        above.bottom - NEAR < rule["top"] < line.top + NEAR
        and rule["width"] < page.width / 2
        and rule["height"] < NEAR
        for rule in (*page.lines, *page.rects)
    )
    # A note without mark and rule: in the last eighth, after one and a half lines of white.
    far = line.top > page.height * 7 / 8 and line.top - above.bottom > 1.5 * above.size
    return marked or ruled or far


def _carries_on(above: str, text: str) -> bool:
    """Return whether a paragraph continues the last one of the page before."""
    return not marker(text) and text[0].islower() and above[-1] not in ".;:!?/"
