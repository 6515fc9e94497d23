"""Sheets of a workbook in the look of office documents."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from parstats.figures.sheet import SheetColumn, sheet_columns
from parstats.figures.zip_dates import dateless

if TYPE_CHECKING:
    from parstats.figures.table import Table


# Largest width of a column in characters. By judgement: longer sentences wrap.
_WIDEST = 60
# Least width in characters. By judgement: a figure with its sign fits.
_NARROWEST = 8
# Font of administrative documents (Decree 30/2020/NĐ-CP).
_FONT = "Times New Roman"
# Points per line of a cell in that font.
_LINE = 16.0


def table_workbook(table: Table) -> bytes:
    """Return a workbook with a table as its only sheet; the same table gives the same bytes."""
    from openpyxl import Workbook

    book = Workbook()
    book.active.title = (table.id or "table")[:31]
    book.properties.creator, book.properties.language = "parstats", table.lang
    fill_sheet(book.active, table)
    return file_content(book)


def file_content(book: Any) -> bytes:
    """Return a workbook as the bytes of its file, without the day of writing."""
    buffer = io.BytesIO()
    book.save(buffer)
    return dateless(buffer.getvalue())


def fill_sheet(sheet: Any, table: Table) -> None:
    """Write a table: headings in the first row, so that programs can filter and read it."""
    from openpyxl.styles import PatternFill
    from openpyxl.utils import get_column_letter

    columns = sheet_columns(table)
    widths = [_width(column) for column in columns]
    for position, (column, width) in enumerate(zip(columns, widths, strict=True), start=1):
        side = "right" if column.numeric else "left"
        head = sheet.cell(1, position)
        write_cell(head, column.heading, side=side)
        head.font, head.fill = font(bold=True), PatternFill("solid", fgColor="EDF1F2")
        for row, entry in enumerate(column.entries, start=2):
            write_cell(sheet.cell(row, position), entry.value, entry.number_format, side=side)
        sheet.column_dimensions[get_column_letter(position)].width = width
    lines = [
        [_lines(text_value, width) for text_value in _texts(c)]
        for c, width in zip(columns, widths, strict=True)
    ]
    for row, counts in enumerate(zip(*lines, strict=True), start=1):
        sheet.row_dimensions[row].height = _LINE * max(counts) + 2
    sheet.freeze_panes = "A2"
    last = len(table.data) + 1
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{last}"
    notes = [*table.notes, *filter(None, [table.source])]
    for row, note in enumerate(notes, start=last + 2):
        write_line(sheet, note, row, widths).font = font(italic=True, color="586870")
    set_paper(sheet, wide=sum(widths) > 100)


def write_cell(
    cell: Any, value: Any, number_format: str = "General", *, side: str = "left"
) -> None:
    """Put a value into a cell; words stay words, even those that look like a formula."""
    from openpyxl.styles import Alignment

    cell.value = value
    cell.font = font()
    if isinstance(value, str):
        cell.data_type = "s"
        cell.alignment = Alignment(horizontal=side, vertical="top", wrap_text=True, indent=1)
    else:
        cell.number_format = number_format
        cell.alignment = Alignment(horizontal=side, vertical="top", indent=1)


def write_line(sheet: Any, text_value: str, row: int, widths: Sequence[float]) -> Any:
    """Write a sentence over columns of these widths, as high as it needs; return its cell."""
    cell = sheet.cell(row, 1)
    write_cell(cell, text_value)
    if len(widths) > 1:
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(widths))
    set_height(sheet, row, [text_value], [sum(widths)])
    return cell


def set_height(sheet: Any, row: int, text_value: Sequence[str], widths: Sequence[float]) -> None:
    """Make a row as high as the longest of its words needs, in columns of these widths."""
    lines = [_lines(*pair) for pair in zip(text_value, widths, strict=True)]
    sheet.row_dimensions[row].height = _LINE * max(lines)


def set_paper(sheet: Any, *, wide: bool) -> None:
    """Print on A4, as wide as the page, the headings repeated."""
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.orientation = "landscape" if wide else "portrait"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"


def font(**look: Any) -> Any:
    """Return the font of a cell."""
    from openpyxl.styles import Font

    return Font(name=_FONT, **{"size": 12, **look})


def _texts(column: SheetColumn) -> list[str]:
    return [column.heading, *(entry.displayed for entry in column.entries)]


def _lines(text_value: str, width: float) -> int:
    """Return how many lines words take in a column of so many characters."""
    return max(math.ceil(len(text_value) / (width - 1)), 1)


def _width(column: SheetColumn) -> float:
    longest = max((len(entry.displayed) for entry in column.entries), default=0)
    token = max((len(token) for token in column.heading.split()), default=0)
    return float(min(max(longest, token + 3, len(column.heading) / 2, _NARROWEST), _WIDEST) + 3)
