"""PDF files: running text, ruled tables with their merged cells, tables without lines."""

from __future__ import annotations

import logging
import re
import statistics
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parstats.plans.documents.blocks import Block, Cell, cell
from parstats.plans.documents.refusals import refuse
from parstats.plans.records import Span
from parstats.plans.text import columns
from parstats.plans.text.numbering import is_number, marker
from parstats.plans.text.words import tidy

if TYPE_CHECKING:
    from pdfplumber.page import Page


Word = dict[str, Any]
Box = tuple[float, float, float, float]  # left, top, right, bottom; points from the upper left

# Pages. By judgement: the longest published plans have about 200; reading takes time per page.
_MOST_PAGES = 1500
# Share of letters without a known meaning (a font without its map) from which a file is refused.
# By judgement: stray symbols are fewer, a wrong font spoils whole pages.
_GARBLED = 0.02
_PAGE_NUMBER = re.compile(r"^\s*(?:-\s*)?\d{1,3}(?:\s*-)?\s*$|^Trang\s+\d+(?:\s*/\s*\d+)?$")
_OPENING = re.compile(r"^(?:(?:căn cứ|phụ lục|nơi nhận)\b|\((?:kèm|ban hành))", re.IGNORECASE)
# Letters per page without text that a scan may have: signing software prints a line about the
# digital signature. By judgement; a page of text has over 1,000.
_FEW_LETTERS = 200
# Size of a footnote's letters as a share of those of the text: plans are set in 13 or 14 points,
# notes in 10 or 11 (11 / 13 = 0.85).
_SMALL = 0.86
# The same for the raised mark of a footnote; word processors set it at about two thirds.
_RAISED = 0.75
# Points. Edges this near are one, marks this near belong to the word; pdfplumber takes the same to
# snap lines.
_NEAR = 3.0
# Lines of the header of a table without lines. By judgement: headers of narrow columns wrap.
_HEADER_LINES = 5
# Em. Rows of a table without lines are further apart; less is the white between a cell's lines.
_ROW_GAP = 0.4


def read(path: Path) -> list[Block]:
    """Read the blocks of a .pdf; spans number paragraphs and rows, with their page."""
    import pdfplumber
    from pdfminer.pdfdocument import PDFPasswordIncorrect

    from parstats.plans.documents.light_page import LightPage

    # It warns of every slip in a file that it can read all the same.
    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
    reader = _Reader()
    try:
        with pdfplumber.open(path) as pdf:
            if not pdf.pages:
                raise ValueError("no pages")
            if len(pdf.pages) > _MOST_PAGES:
                reader.pages = len(pdf.pages)
            else:
                for sheet in pdf.pages:
                    page = LightPage(pdf, sheet.page_obj, sheet.page_number, sheet.initial_doctop)
                    reader.take(page)
                    page.close()
    except Exception as problem:  # the parser has no error class for damaged files
        if any(isinstance(cause, PDFPasswordIncorrect) for cause in (problem, *problem.args)):
            remedy = "open it with the password and print it to a new PDF"
            refuse(path, "a file locked with a password", "one that opens without", remedy)
        remedy = "fetch it again, or open it and print it to a new PDF"
        refuse(path, "a damaged or cut off PDF", "a whole one", remedy)
    if reader.pages > _MOST_PAGES:
        actual, expected = f"{reader.pages:,} pages", f"at most {_MOST_PAGES:,}"
        refuse(path, actual, expected, "cut it to the plan itself")
    if reader.garbled > _GARBLED * reader.letters:
        actual = "letters that the file gives no meaning"
        refuse(path, actual, "text that can be copied out", "make it text with OCR software first")
    if not reader.blocks or reader.letters < _FEW_LETTERS * len(reader.pictures):
        _refuse_scan(path, reader)
    return reader.numbered()


def _refuse_scan(path: Path, reader: _Reader) -> None:
    remedy = "make it text with OCR software first (ocrmypdf -l vie in.pdf out.pdf)"
    if reader.pictures:
        refuse(path, "pictures of pages without text (a scan)", "a PDF with text", remedy)
    refuse(path, "no text", "a PDF with text", remedy)


@dataclass(frozen=True, slots=True)
class _Line:
    """Words side by side, and their position."""

    words: tuple[Word, ...]
    size: float

    @property
    def text(self) -> str:
        return tidy(" ".join(word["text"] for word in self.words))

    @property
    def left(self) -> float:
        return float(self.words[0]["x0"])

    @property
    def right(self) -> float:
        return float(max(word["x1"] for word in self.words))

    @property
    def top(self) -> float:
        return float(min(word["top"] for word in self.words))

    @property
    def bottom(self) -> float:
        return float(max(word["bottom"] for word in self.words))


@dataclass
class _Reader:
    """Reads one page after the other."""

    blocks: list[Block] = field(default_factory=list)
    pictures: list[int] = field(default_factory=list)
    letters: int = 0
    garbled: int = 0
    pages: int = 0
    tables: int = 0
    unruled: list[float] | None = None  # left edges of the columns of a table without lines

    def numbered(self) -> list[Block]:
        """Return the blocks with their running numbers."""
        table = [
            replace(block, span=replace(block.span, line_start=position, line_end=position))
            for position, block in enumerate(self.blocks, start=1)
        ]
        if self.pictures:
            end = len(table) + 1
            position = Span(end, end, self.pictures[0])
            table.append(Block(position, unread=tuple(self.pictures)))
        return table

    def take(self, page: Page) -> None:
        """Read a page from top to bottom."""
        self.pages += 1
        page = _upright(page)
        chars = page.chars
        self.letters += len(chars)
        self.garbled += sum(char["text"].startswith("(cid:") for char in chars)
        if not chars:
            if page.images or page.curves or page.rects:
                self.pictures.append(page.page_number)
            return
        words, marks = _words(page)
        if not words:
            return
        tables = _ruled(page)
        free = [word for word in words if not any(_inside(word, box) for box, _ in tables)]
        size = statistics.median(word["size"] for word in words)
        lines = _without_page_numbers(_lines(free), page.height)
        if not tables:
            lines = _without_notes(lines, size, marks, page)
        pieces: list[tuple[float, Any]] = [(box[1], (box, cells)) for box, cells in tables]
        pieces += [(line.top, line) for line in lines]
        pieces.sort(key=lambda piece: piece[0])
        run: list[_Line] = []
        for _, piece in pieces:
            if isinstance(piece, _Line):
                run.append(piece)
                continue
            self._prose(run, page.page_number)
            run = []
            box, cells = piece
            self._table(box, cells, words, page.page_number)
        self._prose(run, page.page_number)

    # Tables with lines.

    def _table(self, box: Box, cells: Sequence[Box], words: Sequence[Word], page: int) -> None:
        rows = _grid(box, cells, words)
        header = any(columns.is_header([table_cell.text for table_cell in row]) for row in rows)
        goes_on = bool(self.blocks) and bool(self.blocks[-1].cells)
        if not header and not goes_on and len(rows[0]) <= 3:
            # A frame for a letterhead or a signature: agency and motto, receivers and signer.
            for text in (
                text for row in rows for table_cell in row for text in table_cell.paragraphs
            ):
                self._add_text(text, page)
            return
        if not goes_on:
            self.tables += 1
        self.unruled = None
        for row_index, row in enumerate(rows):
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

    def _prose(self, lines: Sequence[_Line], page: int) -> None:
        rest = list(lines)
        while rest:
            table = self._unruled_at(rest)
            if table is None:
                self._paragraphs(rest, page)
                return
            first, last, edges = table
            self._paragraphs(rest[:first], page)
            self._unruled_rows(rest[first:last], edges, page)
            rest = rest[last:]

    def _paragraphs(self, lines: Sequence[_Line], page: int) -> None:
        if not lines:
            return
        self.unruled = None
        margin = max(line.right for line in lines)
        for text in _joined(lines, margin):
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

    def _unruled_at(self, lines: Sequence[_Line]) -> tuple[int, int, list[float]] | None:
        """Find an unruled table: its first and last line and left column edges."""
        if self.unruled is not None and self.blocks and self.blocks[-1].cells:
            last = _table_end(lines, 0, self.unruled)
            if last and not _header_height(lines):
                return 0, last, self.unruled
        for first in range(len(lines)):
            height = _header_height(lines[first:])
            if height:
                edges = _header_edges(lines[first : first + height]) or []
                return first, _table_end(lines, first + height, edges), edges
        return None

    def _unruled_rows(self, lines: Sequence[_Line], edges: list[float], page: int) -> None:
        goes_on = self.unruled is not None
        if not goes_on:
            self.tables += 1
        right = max(line.right for line in lines)
        header = _header_height(lines)
        edges = _settled(lines[header:], edges)
        rows = [_split_all(lines[:header], edges)] if header else []
        rows += [_split_all(row_lines, edges) for row_lines in _row_lines(lines[header:], edges)]
        for row_index, row in enumerate(rows):
            sides = [*edges[1:], right]
            cells_ = tuple(
                cell(_paragraph_lines(_lines(words), side))
                for words, side in zip(row, sides, strict=True)
            )
            self.blocks.append(
                Block(
                    Span(0, 0, page),
                    cells=cells_,
                    table=self.tables,
                    breaks=row_index == 0 and goes_on,
                )
            )
        self.unruled = edges


# Pages.


def _upright(page: Page) -> Page:
    """Turn a page upright, so that most of its text runs to the right."""
    turned = Counter(
        "up" if char["matrix"][1] > 0 else "down"
        for char in page.chars
        if abs(char["matrix"][0]) < abs(char["matrix"][1])
    )
    # Annexes with wide tables are turned; a stamp in the margin is not most of the letters.
    if not turned or turned.total() * 2 < len(page.chars):
        return page
    turn = 90 if turned["up"] >= turned["down"] else 270
    page.close()
    sheet = page.page_obj
    sheet.rotate = sheet.attrs["Rotate"] = (sheet.rotate + turn) % 360
    return type(page)(page.pdf, sheet, page.page_number, page.initial_doctop)


def _words(page: Page) -> tuple[list[Word], list[Word]]:
    """Return the words, and apart from them the marks of footnotes."""
    from pdfplumber.utils.text import extract_words

    from parstats.plans.documents.light_page import printed_once

    letters = printed_once(page.chars)
    # Points: less than a blank of 13-point text (3.3) apart, and a mark raised by more than 2.5 is
    # a separate word.
    words = extract_words(letters, x_tolerance=1.5, y_tolerance=2.5, extra_attrs=["size"])
    unmarked: list[Word] = []
    marks: list[Word] = []
    for word in words:
        (marks if _is_mark(word, words) else unmarked).append(word)
    return unmarked, marks


def _is_mark(word: Word, words: Sequence[Word]) -> bool:
    """Return whether a number is set much smaller than the word next to it."""
    if not word["text"].strip("()[]").isdigit():
        return False
    middle = (word["top"] + word["bottom"]) / 2
    return any(
        word["size"] < _RAISED * other["size"]
        and other["top"] - word["size"] / 2 < middle < other["bottom"]
        and min(abs(word["x0"] - other["x1"]), abs(other["x0"] - word["x1"])) < _NEAR
        for other in words
    )


def _without_page_numbers(lines: Sequence[_Line], height: float) -> list[_Line]:
    body_lines = list(lines)
    while body_lines and _PAGE_NUMBER.match(body_lines[-1].text):
        body_lines.pop()
    # Decree 30/2020/NĐ-CP puts the number at the head of the page: its top eighth, by judgement.
    while body_lines and _PAGE_NUMBER.match(body_lines[0].text) and body_lines[0].top < height / 8:
        body_lines.pop(0)
    return body_lines


def _without_notes(
    lines: Sequence[_Line], size: float, marks: Sequence[Word], page: Page
) -> list[_Line]:
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


def _opens_note(above: _Line, line: _Line, marks: Sequence[Word], page: Page) -> bool:
    """Return whether a line opens a footnote: a raised number, a short rule, or a wide gap."""
    marked = any(
        mark["top"] < line.bottom
        and line.top < mark["bottom"]
        and 0 <= line.left - mark["x1"] < 2 * _NEAR
        for mark in marks
    )
    ruled = any(
        above.bottom - _NEAR < rule["top"] < line.top + _NEAR
        and rule["width"] < page.width / 2
        and rule["height"] < _NEAR
        for rule in (*page.lines, *page.rects)
    )
    # A note without mark and rule: in the last eighth, after one and a half lines of white.
    far = line.top > page.height * 7 / 8 and line.top - above.bottom > 1.5 * above.size
    return marked or ruled or far


def _lines(words: Sequence[Word]) -> list[_Line]:
    """Group words into lines, from top to bottom."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda word: ((word["top"] + word["bottom"]) / 2, word["x0"])):
        middle = (word["top"] + word["bottom"]) / 2
        if rows:
            last = rows[-1][0]
            # Half a letter's height: lines of a cell in a smaller size overlap those beside it
            # less.
            if abs(middle - (last["top"] + last["bottom"]) / 2) < 0.5 * (
                last["bottom"] - last["top"]
            ):
                rows[-1].append(word)
                continue
        rows.append([word])
    return [
        _Line(
            tuple(sorted(row, key=lambda word: word["x0"])),
            float(statistics.median(word["size"] for word in row)),
        )
        for row in rows
    ]


def _paragraph_lines(lines: Sequence[_Line], right: float) -> list[str]:
    """Return the paragraphs of a cell; lines wrapped for want of room are joined."""
    return _joined(lines, right - _NEAR)


def _joined(lines: Sequence[_Line], margin: float) -> list[str]:
    """Join lines to paragraphs; one ends where the next word would still have fitted."""
    texts: list[str] = []
    above: _Line | None = None
    steps = sorted(b.top - a.top for a, b in pairwise(lines) if b.top > a.top)
    # The lower quartile: most lines follow within a paragraph, the rest are paragraphs apart.
    usual = steps[len(steps) // 4] if steps else 0.0
    for line in lines:
        if above is not None and not _starts_paragraph(above, line, margin, usual):
            texts[-1] += f" {line.text}"
        else:
            texts.append(line.text)
        above = line
    return texts


def _starts_paragraph(above: _Line, line: _Line, margin: float, usual: float) -> bool:
    if marker(line.text) or _OPENING.match(line.text):
        return True
    # White between paragraphs; Decree 30/2020/NĐ-CP asks for at least 6 points on 13 to 14.
    if line.top - above.top > 1.25 * usual and not line.text[0].islower():
        return True
    # A first line set in by more than a letter, as plans do (1 to 1.27 cm).
    if line.left - above.left > 1.5 * line.size and above.text[-1] in ".;:":
        return True
    first = line.words[0]
    # Em; a blank of Times New Roman has 0.25, and justified text stretches it.
    blank = 0.35 * above.size
    fits = above.right + blank + (first["x1"] - first["x0"]) < margin - 1
    if not fits:
        return False
    # A word that would have fitted: the writer ended the line.
    return not line.text[0].islower()


def _carries_on(above: str, text: str) -> bool:
    """Return whether a paragraph continues the last one of the page before."""
    return not marker(text) and text[0].islower() and above[-1] not in ".;:!?/"


# Lines between cells.


def _ruled(page: Page) -> list[tuple[Box, list[Box]]]:
    """Return the ruled tables with their cells, from top to bottom."""
    if not (page.lines or page.rects or page.curves):
        return []
    table = [
        (_box(table.bbox), [_box(table_cell) for table_cell in table.cells])
        for table in page.find_tables()
        if len(table.cells) > 1
    ]
    return sorted(table, key=lambda pair: pair[0][1])


def _box(edges: Sequence[float]) -> Box:
    left, top, right, bottom = edges
    return float(left), float(top), float(right), float(bottom)


def _grid(box: Box, cells: Sequence[Box], words: Sequence[Word]) -> list[tuple[Cell, ...]]:
    """Return the rows of a ruled table; covered places are marked as merged."""
    xs = _edges(x for table_cell in cells for x in (table_cell[0], table_cell[2]))
    ys = _edges(y for table_cell in cells for y in (table_cell[1], table_cell[3]))
    box_content: dict[Box, list[Word]] = defaultdict(list)
    for word in words:
        if _inside(word, box):
            container = next(
                (table_cell for table_cell in cells if _inside(word, table_cell)), None
            )
            if container is not None:
                box_content[container].append(word)
    grid: dict[tuple[int, int], Cell] = {}
    for table_cell in cells:
        first, first_column = _edge_index(ys, table_cell[1]), _edge_index(xs, table_cell[0])
        for row in range(first, _edge_index(ys, table_cell[3])):
            for column in range(first_column, _edge_index(xs, table_cell[2])):
                grid[row, column] = Cell(merged="left" if row == first else "up")
        grid[first, first_column] = cell(
            _paragraph_lines(_lines(box_content[table_cell]), table_cell[2])
        )
    rows = [
        tuple(grid.get((row, column), Cell()) for column in range(len(xs) - 1))
        for row in range(len(ys) - 1)
    ]
    return _without_slivers(rows, xs)


def _edges(values: Any) -> list[float]:
    """Return the edges in order; those nearer than a line is wide are one."""
    edges: list[float] = []
    for value in sorted(values):
        if not edges or value - edges[-1] > _NEAR:
            edges.append(value)
    return edges


def _edge_index(edges: Sequence[float], value: float) -> int:
    return min(range(len(edges)), key=lambda position: abs(edges[position] - value))


def _inside(word: Word, box: Box) -> bool:
    x, y = (word["x0"] + word["x1"]) / 2, (word["top"] + word["bottom"]) / 2
    return bool(box[0] <= x <= box[2] and box[1] <= y <= box[3])


def _without_slivers(rows: list[tuple[Cell, ...]], xs: Sequence[float]) -> list[tuple[Cell, ...]]:
    """Return the rows without columns too narrow for a letter."""
    wide_columns = [
        column for column in range(len(xs) - 1) if xs[column + 1] - xs[column] > 2 * _NEAR
    ]
    return [tuple(row[column] for column in wide_columns) for row in rows]


# No lines between cells.


def _phrases(line: _Line) -> list[list[Word]]:
    """Split the words of a line at gaps wider than a blank."""
    parts = [[line.words[0]]]
    for word in line.words[1:]:
        # Em; a justified line stretches its blanks, columns are further apart. By judgement.
        if word["x0"] - parts[-1][-1]["x1"] > 0.7 * line.size:
            parts.append([word])
        else:
            parts[-1].append(word)
    return parts


def _header_height(lines: Sequence[_Line]) -> int:
    """Return how many of the first lines are the header of a table; 0 if there is none."""
    near = 1
    while near < min(len(lines), _HEADER_LINES) and _near(lines[near - 1], lines[near]):
        near += 1
    if near < _HEADER_LINES and _header_edges(lines[:near]):
        return near
    return next((h for h in range(1, near) if _header_edges(lines[:h])), 0)


def _near(above: _Line, line: _Line) -> bool:
    return line.top - above.bottom <= _ROW_GAP * line.size


def _header_edges(lines: Sequence[_Line]) -> list[float] | None:
    """Return the left edges of columns, if lines are the header of a table of measures."""
    if not lines:
        return None
    spans: list[list[Any]] = []  # left, right, words
    for line in lines:
        for phrase in _phrases(line):
            left, right = phrase[0]["x0"], phrase[-1]["x1"]
            text = [word["text"] for word in phrase]
            over = [span for span in spans if span[0] < right and left < span[1]]
            if len(over) > 1:
                return None
            if over:
                over[0][0], over[0][1] = min(over[0][0], left), max(over[0][1], right)
                over[0][2] += text
            else:
                spans.append([left, right, text])
    spans.sort(key=lambda span: span[0])
    if not columns.is_header([" ".join(span[2]) for span in spans]):
        return None
    return [span[0] - _NEAR for span in spans]


def _table_end(lines: Sequence[_Line], first: int, edges: Sequence[float]) -> int:
    """Return where the lines set in columns end: at one that runs over the gaps."""
    for position in range(first, len(lines)):
        line = lines[position]
        if (
            position > first
            and _header_height(lines[position:])
            and not _is_repeated(lines, position, edges)
        ):
            return position
        if len(_phrases(line)) > 1:
            continue
        # The title of a group, in capitals (up to 25 words, by judgement) or numbered, may run over
        # the columns; other text does so only after the table.
        crossed = sum(line.left < edge + _NEAR < line.right for edge in edges[1:])
        text = line.text
        if (
            crossed > 1
            and not (text.isupper() and len(text.split()) < 25)
            and not is_number(text.split()[0])
        ):
            return position
        if _OPENING.match(text) or (crossed and _opens_section(lines, position)):
            return position
    return len(lines)


def _opens_section(lines: Sequence[_Line], position: int) -> bool:
    """Return whether a line over several columns is a heading of the text after the table.

    Number and title of a group have their own columns, with the next row under them.
    """
    item_marker = marker(lines[position].text)
    below = lines[position + 1 : position + 3]
    return bool(item_marker and item_marker.number) and not any(
        len(_phrases(line)) > 1 for line in below
    )


def _is_repeated(lines: Sequence[_Line], position: int, edges: Sequence[float]) -> bool:
    """Return whether a header further down is of the same table."""
    repeated_edges = (
        _header_edges(lines[position : position + _header_height(lines[position:])]) or []
    )
    return len(repeated_edges) == len(edges)


def _split(line: _Line, edges: Sequence[float]) -> list[list[Word]]:
    """Return the words of a line by column."""
    cells: list[list[Word]] = [[] for _ in edges]
    for phrase in _phrases(line):
        x0 = phrase[0]["x0"]
        column = max(bisect_right(edges, x0 + 1) - 1, 0)
        cells[column] += phrase
    return cells


def _split_all(lines: Sequence[_Line], edges: Sequence[float]) -> list[list[Word]]:
    """Return the words of several lines by column."""
    cells: list[list[Word]] = [[] for _ in edges]
    for line in lines:
        for column, words in enumerate(_split(line, edges)):
            cells[column] += words
    return cells


def _settled(lines: Sequence[_Line], edges: list[float]) -> list[float]:
    """Return the left edges of columns from the body, as headers may be centred.

    Those of the header are kept where the text below does not show as many columns.
    """
    spans: list[list[float]] = []
    for left, right in sorted(
        (phrase[0]["x0"], phrase[-1]["x1"])
        for line in lines
        if len(_phrases(line)) > 2
        for phrase in _phrases(line)
    ):
        if spans and left < spans[-1][1] + 1:
            spans[-1][1] = max(spans[-1][1], right)
        else:
            spans.append([left, right])
    return [span[0] - _NEAR for span in spans] if len(spans) == len(edges) else edges


def _row_lines(lines: Sequence[_Line], edges: Sequence[float]) -> list[list[_Line]]:
    """Group lines into rows, which are further apart than the lines of a cell.

    Where they do not, a row begins at its number.
    """
    rows: list[list[_Line]] = []
    bottom = 0.0
    for line in lines:
        if not rows or line.top - bottom > _ROW_GAP * line.size:
            rows.append([])
        rows[-1].append(line)
        bottom = max(bottom, line.bottom)
    return [part for row in rows for part in _at_numbers(row, edges)]


def _at_numbers(row: list[_Line], edges: Sequence[float]) -> list[list[_Line]]:
    """Split a row with several numbers in its first column."""
    starts = []
    for position, line in enumerate(row):
        first = " ".join(word["text"] for word in _split(line, edges)[0])
        if first and is_number(first):
            starts.append(position)
    if len(starts) < 2:
        return [row]
    cuts = [0, *starts[1:], len(row)] if starts[0] == 0 else [0, *starts, len(row)]
    return [row[a:b] for a, b in pairwise(cuts)]
