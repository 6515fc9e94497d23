"""The tables of a report as a workbook, a sheet each, their numbers as numbers.

A number has the digits that the page shows, so that workbook and page never disagree; those who
want all digits take them from the tables of the package (``parstats drivers -o FILE.xlsx``).
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from parstats import storage
from parstats.reference.labels import text
from parstats.reports.formats import page_content
from parstats.reports.formats.localized_numbers import Column, columns, read
from parstats.reports.formats.page_content import (
    Cards,
    Heading,
    Item,
    Paragraph,
    Part,
    Table,
    plain,
)
from parstats.reports.formats.zip_dates import dateless

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from parstats.reports.formats.report_info import About


# What Excel does not take in the name of a sheet.
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
# Characters of the name of a sheet; the limit of Excel.
_LONGEST = 31
# Largest width of a column in characters. By judgement: longer sentences wrap.
_WIDEST = 60
# Least width in characters. By judgement: a figure with its sign fits.
_NARROWEST = 8
# Font of administrative documents (Decree 30/2020/NĐ-CP).
_FONT = "Times New Roman"
# Points per line of a cell in that font.
_LINE = 16.0
# Widths of the columns of the first sheet, in characters.
_FRONT = (36, 18, 70)


def write(executed: NotebookNode, about: About) -> bytes:
    """Write the report's tables as .xlsx, with an overview on the first sheet."""
    from openpyxl import Workbook

    parts = page_content.report_parts(executed, about)
    tables = list(_headed(parts, about.title))
    names = _sheet_names([heading for heading, _ in tables], text("form.about", about.lang))
    book = Workbook()
    book.properties.title, book.properties.creator = about.title, "parstats"
    book.properties.language = about.lang
    front = book.active
    front.title = text("form.about", about.lang)
    _front(front, parts, _parameters(executed), list(zip(names, tables, strict=True)), about)
    for name, (_, table) in zip(names, tables, strict=True):
        _sheet(book.create_sheet(name), table, about.lang)
    buffer = io.BytesIO()
    book.save(buffer)
    return dateless(buffer.getvalue())


def _headed(parts: Sequence[Part], title: str) -> Iterator[tuple[str, Table]]:
    """Yield each table with its heading."""
    heading = title
    for part in parts:
        if isinstance(part, Heading):
            heading = plain(part.runs)
        elif isinstance(part, Table):
            yield heading, part


def _sheet_names(headings: Sequence[str], *reserved: str) -> list[str]:
    """Return the names that Excel takes: short, whole words, each only once whatever its case.

    >>> _sheet_names(["Strongest and weakest", "Strongest and weakest"])
    ['Strongest and weakest', 'Strongest and weakest 2']
    >>> _sheet_names(["Tỉnh đã lên kế hoạch gì, và kết quả ra sao"])
    ['Tỉnh đã lên kế hoạch gì, và kết']
    """
    names: list[str] = []
    used = {name.casefold() for name in reserved}
    for heading in headings:
        clean = " ".join(_FORBIDDEN.sub(" ", heading).split()) or "-"
        name, count = _cut(clean, _LONGEST), 1
        while name.casefold() in used:
            count += 1
            name = f"{_cut(clean, _LONGEST - len(str(count)) - 1)} {count}"
        used.add(name.casefold())
        names.append(name)
    return names


def _cut(text_value: str, longest: int) -> str:
    if len(text_value) <= longest:
        return text_value
    shortened = text_value[: longest + 1].rpartition(" ")[0] or text_value[:longest]
    return shortened.rstrip(" ,;.–-")


def _parameters(executed: NotebookNode) -> dict[str, Any]:
    """Return the parameters of the notebook, as recorded by the runner."""
    return dict(executed.metadata.get("papermill", {}).get("parameters", {}))


def _sheet(sheet: Any, table: Table, lang: str) -> None:
    """A table: headings in the first row, so that it can be filtered and read by programs."""
    from openpyxl.styles import PatternFill
    from openpyxl.utils import get_column_letter

    sheet_columns = columns(table, lang)
    widths = [_width(column) for column in sheet_columns]
    for position, (column, width) in enumerate(zip(sheet_columns, widths, strict=True), start=1):
        side = "right" if column.numeric else "left"
        head = sheet.cell(1, position)
        _entry(head, column.name, side=side)
        head.font, head.fill = _font(bold=True), PatternFill("solid", fgColor="EDF1F2")
        for row, entry in enumerate(column.entries, start=2):
            _entry(sheet.cell(row, position), entry.value, entry.form, side=side)
        sheet.column_dimensions[get_column_letter(position)].width = width
    rows = [
        [column.name, *(entry.displayed_rows for entry in column.entries)]
        for column in sheet_columns
    ]
    displayed_rows = zip(*rows, strict=True)
    row = 1
    for row, text_value in enumerate(displayed_rows, start=1):
        lines = max(_lines(value, width) for value, width in zip(text_value, widths, strict=True))
        sheet.row_dimensions[row].height = _LINE * lines + 2
    sheet.freeze_panes = "A2"
    if sheet_columns:
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(sheet_columns))}{row}"
    for number, note in enumerate(table.notes, start=row + 2):
        _line(sheet, plain(note), number, widths).font = _font(italic=True, color="586870")
    _paper(sheet, wide=sum(widths) > 100)


def _entry(cell: Any, value: float | str | None, form: str = "", *, side: str = "left") -> None:
    """Put a value into a cell; words stay words, even those that look like a formula."""
    from openpyxl.styles import Alignment

    cell.value = value
    cell.font = _font()
    if isinstance(value, str):
        cell.data_type = "s"
        cell.alignment = Alignment(horizontal=side, vertical="top", wrap_text=True, indent=1)
    else:
        cell.number_format = form or "General"
        cell.alignment = Alignment(horizontal=side, vertical="top", indent=1)


def _font(**look: Any) -> Any:
    from openpyxl.styles import Font

    return Font(name=_FONT, **{"size": 12, **look})


def _lines(text_value: str, width: float) -> int:
    """Return how many lines words take in a column of so many characters."""
    return max(math.ceil(len(text_value) / (width - 1)), 1)


def _width(column: Column) -> float:
    displayed_rows = [entry.displayed_rows for entry in column.entries]
    longest = max((len(text_value) for text_value in displayed_rows), default=0)
    token = max((len(token) for token in column.name.split()), default=0)
    return float(min(max(longest, token + 3, len(column.name) / 2, _NARROWEST), _WIDEST) + 3)


def _paper(sheet: Any, *, wide: bool) -> None:
    """A4, as wide as the page, the headings repeated."""
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.orientation = "landscape" if wide else "portrait"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"


def _front(
    sheet: Any,
    parts: Sequence[Part],
    parameters: dict[str, Any],
    tables: Sequence[tuple[str, tuple[str, Table]]],
    about: About,
) -> None:
    """Title, the figures at the head of the page, parameters, version, sheets, notes."""
    lang = about.lang
    for letter, width in zip("ABC", _FRONT, strict=True):
        sheet.column_dimensions[letter].width = width
    _entry(sheet["A1"], _title(parts) or about.title)
    sheet["A1"].font = _font(bold=True, size=14)
    sheet.merge_cells("A1:C1")
    for text_value in _opening(parts):
        _line(sheet, text_value)
    _cards(sheet, parts, lang)
    _heading(sheet, text("form.parameters", lang))
    version_entry = {text("form.version", lang): f"parstats {storage.version()}"}
    for name, value in {**parameters, **version_entry}.items():
        row = sheet.max_row + 1
        _entry(sheet.cell(row, 1), name)
        _entry(sheet.cell(row, 2), value if isinstance(value, int | float) else str(value))
    _heading(sheet, text("form.sheets", lang))
    for name, (heading, _) in tables:
        cell = _line(sheet, heading)
        cell.hyperlink, cell.font = f"#'{name}'!A1", _font(color="01665E", underline="single")
    if not tables:
        _line(sheet, text("form.no_tables", lang))
    for part in _closing(parts):
        if isinstance(part, Heading):
            _heading(sheet, plain(part.runs))
        else:
            _line(sheet, plain(part.runs))
    _paper(sheet, wide=True)
    sheet.page_setup.fitToHeight, sheet.print_title_rows = 1, None


def _title(parts: Sequence[Part]) -> str:
    return next((plain(part.runs) for part in parts if isinstance(part, Heading)), "")


def _opening(parts: Sequence[Part]) -> Iterator[str]:
    """Return the page's text between title and first section, warnings included."""
    for part in parts[1:]:
        if isinstance(part, Heading):
            return
        inner = part.parts if isinstance(part, page_content.Box) else (part,)
        yield from (
            plain(element.runs) for element in inner if isinstance(element, Paragraph | Item)
        )


def _closing(parts: Sequence[Part]) -> list[Heading | Paragraph | Item]:
    """Return the last section, if it holds words only: notes and sources."""
    starts = [position for position, part in enumerate(parts) if isinstance(part, Heading)]
    last = parts[starts[-1] :] if len(starts) > 1 else []
    text_value = [part for part in last if isinstance(part, Heading | Paragraph | Item)]
    return text_value if len(text_value) == len(last) else []


def _heading(sheet: Any, text_value: str) -> None:
    """A heading under an empty row."""
    _line(sheet, text_value, sheet.max_row + 2).font = _font(bold=True)


def _line(sheet: Any, text_value: str, row: int = 0, widths: Sequence[float] = _FRONT) -> Any:
    """Write a sentence over all columns, as high as it needs; below the last row if `row` is 0."""
    cell = sheet.cell(row or sheet.max_row + 1, 1)
    _entry(cell, text_value)
    if len(widths) > 1:
        last = len(widths)
        sheet.merge_cells(start_row=cell.row, end_row=cell.row, start_column=1, end_column=last)
    sheet.row_dimensions[cell.row].height = _LINE * _lines(text_value, sum(widths))
    return cell


def _cards(sheet: Any, parts: Sequence[Part], lang: str) -> None:
    """The figures at the head of the page: what, how much, and a remark."""
    cards = [card for part in parts if isinstance(part, Cards) for card in part.cards]
    row = sheet.max_row + 1
    for label, value, note in cards:
        row += 1
        entry = read(value, lang)
        _entry(sheet.cell(row, 1), label)
        _entry(sheet.cell(row, 2), entry.value, entry.form, side="right")
        _entry(sheet.cell(row, 3), note)
        sheet.cell(row, 2).font = _font(bold=True)
        lines = max(_lines(label, _FRONT[0]), _lines(note, _FRONT[2]))
        sheet.row_dimensions[row].height = _LINE * lines
