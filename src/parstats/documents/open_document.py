"""Texts (.odt) and spreadsheets (.ods) of LibreOffice and other programs: OpenDocument.

Read here, from the one part of the package that holds the words: the libraries at hand (odfpy,
odfdo) give the elements and leave numbers of lists, merged cells, revisions and text boxes to the
caller, which is all that is done here.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from lxml import etree

from parstats.documents import workbook_sheets
from parstats.documents.block_list import BlockList, is_frame
from parstats.documents.cell_formats import shown_date
from parstats.documents.document import Cell, Document, Unread
from parstats.documents.limits import DEEPEST, MOST_CELLS, refuse, refuse_cells
from parstats.documents.list_numbers import Level, ListNumbers
from parstats.documents.paragraphs import cell
from parstats.documents.sheet_blocks import Row, Sheet
from parstats.errors import InvalidData

_NAMES = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
_TEXT, _TABLE, _STYLE, _DRAW = (_NAMES % name for name in ("text", "table", "style", "drawing"))
_OFFICE = _NAMES % "office"
# Notes, remarks of readers, what was deleted, and names that fields stand for.
_LEFT_OUT = {
    f"{_TEXT}note",
    f"{_TEXT}tracked-changes",
    f"{_TEXT}hidden-text",
    f"{_TEXT}ruby-text",
    f"{_OFFICE}annotation",
    f"{_OFFICE}annotation-end",
    f"{_OFFICE}forms",
    f"{_DRAW}frame",
    f"{_DRAW}custom-shape",
}
_GROUPS = {
    f"{_TEXT}section",
    f"{_TABLE}table-header-rows",
    f"{_TABLE}table-rows",
    f"{_TABLE}table-row-group",
    f"{_TEXT}index-body",
}

# One point, not three digits after it: the decimal mark of a machine set to English.
_POINT = re.compile(r"^[^.,]*\d\.(?!\d{3}\b)\d+[^.,]*$")


def read(path: Path, form: str) -> Document:
    """Return the blocks of an .odt or .ods.

    Raises InvalidData if it is damaged, locked with a password, or has no text.
    """
    try:
        content, styles = _parts(path)
        body = content.find(f"{_OFFICE}body/{_OFFICE}{'text' if form == '.odt' else 'spreadsheet'}")
        if form == ".odt":
            reader = _Reader(_numbers(content, styles), _hidden_styles(content, styles))
            reader.take(body)
            blocks = reader.blocks.blocks
        else:
            sheets, unread = _sheets(path, body, _hidden_sheets(content))
    except InvalidData:
        raise
    except Exception:  # damaged packages fail in many ways
        remedy = "open it in LibreOffice and save it again"
        refuse(path, f"a damaged or locked {form}", "a whole one", remedy)
    if form == ".ods":
        return workbook_sheets.document(path, form, sheets, unread)
    if not blocks:
        refuse(path, "no text", "a plan document", "check that it is the right file")
    return Document(str(path), form, blocks=tuple(blocks))


def _parts(path: Path) -> tuple[Any, Any]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    with zipfile.ZipFile(path) as package:
        content = etree.fromstring(package.read("content.xml"), parser)
        styles = content
        if "styles.xml" in package.namelist():
            styles = etree.fromstring(package.read("styles.xml"), parser)
    return content, styles


def _hidden_styles(*roots: Any) -> set[str]:
    """Return the styles of words and paragraphs that are not shown."""
    return {
        style.get(f"{_STYLE}name")
        for root in roots
        for style in root.iter(f"{_STYLE}style")
        for about in style.iter(f"{_STYLE}text-properties")
        if about.get(f"{_TEXT}display") == "none"
    }


def _numbers(*roots: Any) -> ListNumbers:
    """Return the numbers of lists, by the styles of the document."""
    levels: dict[str, dict[int, Level]] = {}
    for root in roots:
        for style in (*root.iter(f"{_TEXT}list-style"), *root.iter(f"{_TEXT}outline-style")):
            levels[style.get(f"{_STYLE}name") or ""] = {
                int(level.get(f"{_TEXT}level") or 1) - 1: _level(level) for level in style
            }
    return ListNumbers(levels)


def _level(element: Any) -> Level:
    form = element.get(f"{_STYLE}num-format")
    if not element.tag.endswith(("-number", "outline-level-style")):
        return Level("bullet", "", 1)
    names = {"1": "decimal", "I": "upperRoman", "i": "lowerRoman", "A": "upperLetter"}
    depth = int(element.get(f"{_TEXT}level") or 1)
    shown = int(element.get(f"{_TEXT}display-levels") or 1)
    numbers = ".".join(f"%{level}" for level in range(depth - shown + 1, depth + 1))
    before, after = (element.get(f"{_STYLE}num-{name}") or "" for name in ("prefix", "suffix"))
    start = element.get(f"{_TEXT}start-value") or "1"
    kind = names.get(form, "lowerLetter" if form else "none")
    # Word's list as LibreOffice saves it: its pattern of numbers, as "%1%.%2%.".
    pattern = element.get(
        "{urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0}num-list-format"
    )
    text = pattern.replace("%%", "\0") if pattern else f"{before}{numbers}{after}"
    if pattern:
        for level in range(1, 11):
            text = text.replace(f"%{level}%", f"%{level}")
    return Level(kind, text, int(start) if start.isdigit() else 1)


@dataclass
class _Reader:
    """Goes through a text in its order."""

    numbers: ListNumbers
    hidden: set[str]
    blocks: BlockList = field(default_factory=BlockList)

    def take(self, parent: Any, depth: int = 0) -> None:
        """Add what stands under an element."""
        for element in parent:
            if element.tag == f"{_TABLE}table":
                self._table(element, depth)
            elif element.tag in _GROUPS:
                self.take(element, depth)
            else:
                for text, heading in self._lines(element, depth):
                    self.blocks.add_paragraph(text, heading)

    def _lines(self, element: Any, depth: int, number: str = "") -> Iterator[tuple[str, int]]:
        """Yield the lines of a paragraph, list, frame or table within a cell, and their depth."""
        if element.tag in (f"{_TEXT}p", f"{_TEXT}h"):
            yield from self._paragraph(element, depth, number)
        elif element.tag == f"{_TEXT}list":
            yield from self._list(element, depth, element.get(f"{_TEXT}style-name") or "", 0)
        elif element.tag in (f"{_DRAW}frame", f"{_DRAW}custom-shape", *_GROUPS):
            for part in _box_contents(element):
                yield from self._lines(part, depth + 1)
        elif element.tag == f"{_TABLE}table":
            for row in _rows(element):
                texts = (" ".join(line for line, _ in self._cell_lines(b, depth)) for b in row)
                yield "; ".join(filter(None, texts)), 0

    def _paragraph(self, element: Any, depth: int, number: str) -> Iterator[tuple[str, int]]:
        """Yield the lines of a paragraph, those of its text boxes before."""
        for box in _boxes(element) if depth < DEEPEST else ():
            for part in box:
                yield from self._lines(part, depth + 1)
        text = "".join(_pieces(element, self.hidden))
        if not text.strip():
            return
        is_heading = element.tag == f"{_TEXT}h"
        level = int(element.get(f"{_TEXT}outline-level") or 1) if is_heading else 0
        if is_heading and not number:
            number = self.numbers.next("Outline", level - 1)
        for line in f"{number}{text}".split("\n"):
            yield line, level

    def _list(self, element: Any, depth: int, style: str, level: int) -> Iterator[tuple[str, int]]:
        goes_on = element.get(f"{_TEXT}continue-numbering") == "true" or element.get(
            f"{_TEXT}continue-list"
        )
        if not level and not goes_on:
            self.numbers.restart(style)
        for item in element:
            first = item.tag == f"{_TEXT}list-item"
            start = item.get(f"{_TEXT}start-value") or ""
            for part in item:
                if part.tag == f"{_TEXT}list":
                    inner = part.get(f"{_TEXT}style-name") or style
                    yield from self._list(part, depth, inner, level + 1)
                    continue
                has_words = part.tag in (f"{_TEXT}p", f"{_TEXT}h") and "".join(
                    _pieces(part, self.hidden)
                )
                number = ""
                if first and has_words:
                    number = self.numbers.next(
                        style, level, int(start) if start.isdigit() else None
                    )
                    first = False
                yield from self._lines(part, depth, number)

    def _table(self, table: Any, depth: int) -> None:
        rows: list[Row] = []
        loose: list[str] = []
        nested: list[Any] = []
        above: dict[int, int] = {}
        for boxes in _rows(table):
            row: list[Cell] = []
            for box in boxes:
                lines = [line for line, _ in self._cell_lines(box, depth)]
                loose += lines
                inner = box.findall(f"{_TABLE}table")
                nested += inner if len(boxes) == 1 else ()
                row += _placed(box, lines, above, len(row))
            rows.append(tuple(row))
        if is_frame(rows) and not depth:
            for line in loose:
                self.blocks.add_paragraph(line)
        else:
            self.blocks.add_table(rows)
        for inner_table in nested if depth < DEEPEST else ():
            self._table(inner_table, depth + 1)

    def _cell_lines(self, box: Any, depth: int) -> Iterator[tuple[str, int]]:
        for part in box:
            yield from self._lines(part, depth + 1)


def _rows(table: Any) -> Iterator[list[Any]]:
    """Yield the cells of each row of a table, those under merged ones too."""
    for element in table:
        if element.tag in _GROUPS:
            yield from _rows(element)
        elif element.tag == f"{_TABLE}table-row":
            yield [
                box
                for box in element
                if box.tag in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
                for _ in range(min(_number(box, "number-columns-repeated"), 64))
            ]


def _placed(box: Any, lines: Sequence[str], above: dict[int, int], column: int) -> list[Cell]:
    """Return a cell; one covered by another says by which. `above` is how far cells reach down."""
    if box.tag == f"{_TABLE}covered-table-cell":
        from_above = above.get(column, 0)
        above[column] = max(from_above - 1, 0)
        return [Cell(merged="up" if from_above else "left")]
    n_rows, n_columns = _number(box, "number-rows-spanned"), _number(box, "number-columns-spanned")
    above[column] = n_rows - 1
    content = cell(lines)
    return [Cell(content.paragraphs, n_rows=n_rows, n_columns=n_columns)]


def _number(element: Any, name: str) -> int:
    value = element.get(f"{_TABLE}{name}") or "1"
    return max(int(value), 1) if value.isdigit() else 1


def _boxes(element: Any) -> Iterator[Any]:
    """Yield the contents of the text boxes fastened to a paragraph."""
    for child in element:
        if child.tag in (f"{_DRAW}frame", f"{_DRAW}custom-shape"):
            yield _box_contents(child)
        elif isinstance(child.tag, str) and child.tag not in _LEFT_OUT:
            yield from _boxes(child)


def _box_contents(element: Any) -> list[Any]:
    """Return the paragraphs in a frame or a drawn shape, or the parts of a group."""
    if element.tag == f"{_DRAW}frame":
        return [part for box in element.findall(f"{_DRAW}text-box") for part in box]
    return [part for part in element if isinstance(part.tag, str)]


def _pieces(element: Any, hidden: set[str]) -> Iterator[str]:
    """Yield the words of a paragraph without notes, deleted and hidden words."""
    if element.get(f"{_TEXT}style-name") in hidden:
        return
    yield element.text or ""
    for child in element:
        tag = child.tag
        if tag == f"{_TEXT}s":
            yield " " * min(int(child.get(f"{_TEXT}c") or 1), 99)
        elif tag == f"{_TEXT}tab":
            yield " "
        elif tag == f"{_TEXT}line-break":
            yield "\n"
        elif isinstance(tag, str) and tag not in _LEFT_OUT:
            yield from _pieces(child, hidden)
        yield child.tail or ""


# Spreadsheets.


def _hidden_sheets(content: Any) -> set[str]:
    """Return the styles of sheets that are not shown."""
    return {
        style.get(f"{_STYLE}name")
        for style in content.iter(f"{_STYLE}style")
        for about in style.iter(f"{_STYLE}table-properties")
        if about.get(f"{_TABLE}display") == "false"
    }


def _sheets(path: Path, body: Any, hidden: set[str]) -> tuple[list[Sheet], list[Unread]]:
    sheets: list[Sheet] = []
    unread: list[Unread] = []
    for table in body.findall(f"{_TABLE}table"):
        name = table.get(f"{_TABLE}name") or ""
        if table.get(f"{_TABLE}style-name") in hidden:
            unread.append(Unread(f"sheet {name}", "hidden", kind="hidden"))
            continue
        rows, n_hidden = _sheet_rows(path, table, name)
        if n_hidden:
            unread.append(Unread(f"sheet {name}", f"hidden rows: {n_hidden}", kind="hidden"))
        sheets.append(Sheet(name, len(sheets) + 1, tuple(rows)))
    return sheets, unread


def _sheet_rows(path: Path, table: Any, name: str) -> tuple[list[tuple[int, Row]], int]:
    """Return the rows with text of a sheet and their numbers, and how many of them are hidden."""
    rows: list[tuple[int, Row]] = []
    number = n_hidden = 0
    above: dict[int, int] = {}
    shown = _shown_columns(table)
    for element in table.iter(f"{_TABLE}table-row"):
        repeated = _number(element, "number-rows-repeated")
        cells = _sheet_cells(element, above, shown)
        if any(entry.text for entry in cells):
            refuse_cells(
                f"{path}, sheet {name}", len(cells) * (len(rows) + min(repeated, MOST_CELLS))
            )
            if element.get(f"{_TABLE}visibility") in ("collapse", "filter"):
                n_hidden += repeated
            else:
                rows += [(number + 1 + at, cells) for at in range(repeated)]
        number += repeated
    return rows, n_hidden


def _shown_columns(table: Any) -> list[bool]:
    return [
        column.get(f"{_TABLE}visibility") not in ("collapse", "filter")
        for column in table.iter(f"{_TABLE}table-column")
        for _ in range(min(_number(column, "number-columns-repeated"), 1024))
    ]


def _sheet_cells(row: Any, above: dict[int, int], shown: Sequence[bool]) -> Row:
    cells: list[Cell] = []
    boxes = [box for box in row if isinstance(box.tag, str)]
    while boxes and not any(True for _ in boxes[-1].iter(f"{_TEXT}p")):
        if boxes[-1].tag == f"{_TABLE}covered-table-cell":
            break
        boxes.pop()
    boxes = [
        box for box in boxes for _ in range(min(_number(box, "number-columns-repeated"), 1024))
    ]
    for box in boxes:
        cells += _placed(box, list(_shown_lines(box)), above, len(cells))
    numeric = {at for at, box in enumerate(boxes) if _value_type(box) == "float"}
    return tuple(
        replace(entry, is_number=at in numeric)
        for at, entry in enumerate(cells)
        if at >= len(shown) or shown[at]
    )


def _value_type(box: Any) -> str:
    return box.get(f"{_OFFICE}value-type") or ""


def _shown_lines(box: Any) -> Iterator[str]:
    """Yield the lines of a cell as shown, numbers and dates as offices here write them.

    A file holds them as the machine that saved it does: "97.5%", "06/30/24".
    """
    for part in box.findall(f"{_TEXT}p"):
        text = "".join(_pieces(part, set()))
        if _value_type(box) == "date" and (saved := box.get(f"{_OFFICE}date-value")):
            is_month = len(re.findall(r"\w+", text)) == 2
            text = shown_date(datetime.fromisoformat(saved), "my" if is_month else "dmy")
        elif _value_type(box) in ("float", "percentage", "currency") and _POINT.search(text):
            text = text.replace(".", ",")
        yield from text.split("\n")
