"""Sheets of a workbook as paragraphs and rows of tables, for plans that were written in one.

A sheet has no paragraphs: a title, a letterhead, a note is a row with one filled cell, or with
several under which no columns run. A table begins at the header that names its columns, and ends
before the rows that only say something about it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from parstats.documents import header_roles
from parstats.documents.bullets import MARK
from parstats.documents.document import Block, Cell, Span
from parstats.documents.numbering import APPENDIX, is_number
from parstats.documents.phrases import key, named, starts, tidy

# Rows of a table whose header says nothing of measures, and cells that each has. By judgement: a
# letterhead or a signature has two texts side by side.
_FEWEST_ROWS = 3
_FEWEST_CELLS = 3
_NOTE = re.compile(r"^\W*(?:ghi chú|chú thích|lưu ý|nguồn)\b", re.IGNORECASE)

Row = tuple[Cell, ...]


@dataclass(frozen=True)
class Sheet:
    """What a visible sheet shows.

    Attributes
    ----------
    name : str; its name
    number : int; its place among the visible sheets, from 1
    rows : tuple of (int, tuple of Cell); each with its number as the workbook counts
    """

    name: str
    number: int
    rows: tuple[tuple[int, Row], ...]


def blocks(sheets: Sequence[Sheet]) -> list[Block]:
    """Return the blocks of all sheets; the page of a span is the sheet, its line the row.

    >>> cells = [("Tiêu chí", "Giải pháp", "Chủ trì"), ("Y tế", "Sửa trạm", "Sở Y tế")]
    >>> rows = [(n, tuple(Cell((text,)) for text in row)) for n, row in enumerate(cells, 3)]
    >>> title = (1, (Cell(("DANH MỤC",)), Cell(), Cell()))
    >>> sheet = Sheet("Sheet1", 1, (title, *rows))
    >>> [(block.span.line_start, block.text or block.cells[0].text) for block in blocks([sheet])]
    [(1, 'DANH MỤC'), (3, 'Tiêu chí'), (4, 'Y tế')]
    """
    reader = _Reader()
    for sheet in sheets:
        reader.read(sheet)
    return reader.blocks


@dataclass
class _Reader:
    blocks: list[Block] = field(default_factory=list)
    tables: int = 0

    def read(self, sheet: Sheet) -> None:
        rows = [(number, row) for number, row in _trimmed(sheet.rows) if _texts(row)]
        begun = len(self.blocks)
        at = loose = 0
        while at < len(rows):
            height = _header_height([row for _, row in rows[at:]])
            if not height:
                at += 1
                continue
            self._loose(rows[loose:at], sheet.number)
            end = at + _table_length(rows[at:], height)
            self._table(rows[at:end], sheet.number)
            at = loose = end
        self._loose(rows[loose:], sheet.number)
        self._name(sheet, begun)

    def _loose(self, rows: Sequence[tuple[int, Row]], page: int) -> None:
        """Add rows that no header of measures stands over: tables of other things, and text."""
        wide = [at for at, (_, row) in enumerate(rows) if len(_texts(row)) >= _FEWEST_CELLS]
        if len(wide) < _FEWEST_ROWS:
            self._paragraphs(rows, page)
            return
        self._paragraphs(rows[: wide[0]], page)
        self._table(rows[wide[0] : wide[-1] + 1], page)
        self._paragraphs(rows[wide[-1] + 1 :], page)

    def _table(self, rows: Sequence[tuple[int, Row]], page: int) -> None:
        self.tables += 1
        for number, row in rows:
            span = Span(number, number, page)
            self.blocks.append(Block(span, cells=row, table=self.tables, tells_merges=True))

    def _paragraphs(self, rows: Sequence[tuple[int, Row]], page: int) -> None:
        for lines in _side_by_side(rows):
            for number, texts in lines:
                is_item = len(texts) == 2 and is_number(texts[0])
                joined = [f"{texts[0].rstrip('.')}. {texts[1]}"] if is_item else texts
                span = Span(number, number, page)
                self.blocks += [Block(span, text=tidy(text)) for text in joined if text.strip()]

    def _name(self, sheet: Sheet, begun: int) -> None:
        """Put the name of a sheet above its table, if it tells what its titles do not."""
        name = tidy(sheet.name.replace("_", " "))
        written = " ".join(block.text for block in self.blocks[begun:] if block.text)
        indices = named(name, "index")
        is_appendix = APPENDIX.match(name) and key(name) not in key(written)
        if not is_appendix and (not indices or set(indices) == set(named(written, "index"))):
            return
        at = next((n for n in range(begun, len(self.blocks)) if self.blocks[n].cells), begun)
        if at < len(self.blocks):
            span = self.blocks[at].span
            self.blocks.insert(at, Block(replace(span, line_end=span.line_start), name, heading=1))


def _side_by_side(rows: Sequence[tuple[int, Row]]) -> Iterable[list[tuple[int, list[str]]]]:
    """Yield rows of text; where two texts stand side by side over rows, one column at a time.

    So stand agency and motto, number and date, receivers and signature.
    """
    groups: list[tuple[tuple[int, ...], list[tuple[int, Row]]]] = []
    for number, row in rows:
        places = tuple(column for column, cell in enumerate(row) if cell.text)
        is_pair = len(places) == 2 and not is_number(row[places[0]].text)
        if groups and is_pair and groups[-1][0] == places:
            groups[-1][1].append((number, row))
        else:
            groups.append((places if is_pair else (), [(number, row)]))
    for places, group in groups:
        for column in places:
            yield [(number, list(row[column].paragraphs)) for number, row in group]
        if not places:
            yield [(number, [p for cell in row for p in cell.paragraphs]) for number, row in group]


def _trimmed(rows: Iterable[tuple[int, Row]]) -> list[tuple[int, Row]]:
    """Return rows without the columns that are empty in all of them."""
    numbered = list(rows)
    width = max((len(row) for _, row in numbered), default=0)
    filled = [
        column
        for column in range(width)
        if any(column < len(row) and (row[column].text) for _, row in numbered)
    ]
    empty = Cell()
    return [
        (number, tuple(row[column] if column < len(row) else empty for column in filled))
        for number, row in numbered
    ]


def _texts(row: Row) -> list[str]:
    return [cell.text for cell in row if cell.text]


def _header_height(rows: Sequence[Row]) -> int:
    """Return how many of the first rows are the header of a table of measures; 0 if none."""
    texts = _texts(rows[0])
    if len(texts) < 2 or any(map(_counts, texts)):
        return 0
    if header_roles.is_plan_header(texts):
        return 1
    if len(rows) < 2 or not any(map(header_roles.plan_role, texts)):
        return 0
    above = ""
    stacked = []
    for upper, lower in zip(rows[0], rows[1], strict=True):
        above = above if upper.merged == "left" else upper.text
        stacked.append(lower.text or above)
    is_second = not header_roles.is_plan_header(_texts(rows[1]))
    return 2 if is_second and header_roles.is_plan_header(stacked) else 0


def _counts(text: str) -> bool:
    return text.strip("()").isdigit()


def _table_length(rows: Sequence[tuple[int, Row]], height: int) -> int:
    """Return how many rows belong to the table that the first ones head.

    It ends before another header with its title, and before what is said below it.
    """
    end = len(rows)
    for at in range(height + 1, len(rows)):
        if _header_height([row for _, row in rows[at:]]) and not _is_repeated(rows, at, height):
            end = at
            break
    blank = [at for at in range(height, end) if rows[at][0] > rows[at - 1][0] + 1]
    last = end
    while last > height and _is_aside(rows[last - 1][1], is_apart=any(b < last for b in blank)):
        last -= 1
    ends = [at for at in range(height, last) if _closes(rows[at][1])]
    return min([last, *ends])


def _is_repeated(rows: Sequence[tuple[int, Row]], at: int, height: int) -> bool:
    """Return whether a header is that of the first row once more."""
    return _texts(rows[at][1]) == _texts(rows[0][1]) and at >= height


def _is_aside(row: Row, *, is_apart: bool) -> bool:
    """Return whether the last row of a table is none of it: one text in it, no number.

    Under a gap, or where the text stands in the first column or over most columns.
    """
    texts = _texts(row)
    if len(texts) != 1 or any(cell.merged == "up" for cell in row):
        return len(texts) > 1 and is_apart and _closes(row)
    across = sum(cell.merged == "left" for cell in row) * 2 >= len(row) - 1
    return is_apart or across or bool(row[0].text) or re.match(MARK, texts[0]) is not None


def _closes(row: Row) -> bool:
    """Return whether a row says who signs or receives the plan, or what its words mean."""
    texts = _texts(row)
    first = key(texts[0])
    if len(texts) == 1 and (_NOTE.match(texts[0]) or APPENDIX.match(texts[0])):
        return True
    return len(texts) <= 2 and any(
        starts(key(text), "end", meaning)
        for text in (texts[0], texts[-1])
        for meaning in ("receivers", "signature")
        if first
    )
