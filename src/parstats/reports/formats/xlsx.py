"""The tables of a report, and the data of its figures, as a workbook, a sheet each.

A number has all its digits, in the unit of the page, and is shown as the page shows it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from parstats import storage
from parstats.figures.boxes import Cards
from parstats.figures.sheet import number_entry
from parstats.figures.table import Table
from parstats.figures.workbook import (
    file_content,
    fill_sheet,
    font,
    set_height,
    set_paper,
    write_cell,
    write_line,
)
from parstats.reference.labels import text
from parstats.reports.formats.notebook_content import report_parts
from parstats.reports.formats.page_content import Box, Figure, Heading, Item, Paragraph, Part, plain

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from parstats.reports.formats.report_info import About


# What Excel does not take in the name of a sheet.
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
# Characters of the name of a sheet; the limit of Excel.
_LONGEST = 31
# Widths of the columns of the first sheet, in characters.
_FRONT = (36, 18, 70)


def write(executed: NotebookNode, about: About) -> bytes:
    """Write the report's tables as .xlsx, with an overview on the first sheet."""
    from openpyxl import Workbook

    parts = report_parts(executed, about)
    tables = list(_headed(parts, about.title))
    names = _sheet_names([heading for heading, _ in tables], text("form.about", about.lang))
    book = Workbook()
    book.properties.title, book.properties.creator = about.title, "parstats"
    book.properties.language = about.lang
    front = book.active
    front.title = text("form.about", about.lang)
    _front(front, parts, _parameters(executed), list(zip(names, tables, strict=True)), about)
    for name, (_, table) in zip(names, tables, strict=True):
        fill_sheet(book.create_sheet(name), table)
    return file_content(book)


def _headed(parts: Sequence[Part], title: str) -> Iterator[tuple[str, Table]]:
    """Yield each table, and what each figure draws, with its heading."""
    heading = title
    for part in parts:
        if isinstance(part, Heading):
            heading = plain(part.runs)
        elif isinstance(part, Table):
            yield heading, part
        elif isinstance(part, Figure) and part.table is not None:
            yield text("form.figure_data", part.table.lang, heading=heading), part.table


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


def _front(
    sheet: Any,
    parts: Sequence[Part],
    parameters: dict[str, Any],
    tables: Sequence[tuple[str, tuple[str, Table]]],
    about: About,
) -> None:
    """Title, the figures at the head of the page, parameters, version, sheets, notes, source."""
    lang = about.lang
    for letter, width in zip("ABC", _FRONT, strict=True):
        sheet.column_dimensions[letter].width = width
    write_cell(sheet["A1"], _title(parts) or about.title)
    sheet["A1"].font = font(bold=True, size=14)
    sheet.merge_cells("A1:C1")
    for text_value in _opening(parts):
        _line(sheet, text_value)
    _cards(sheet, parts)
    _heading(sheet, text("form.parameters", lang))
    version_entry = {text("form.version", lang): f"parstats {storage.version()}"}
    for name, value in {**parameters, **version_entry}.items():
        row = sheet.max_row + 1
        write_cell(sheet.cell(row, 1), name)
        write_cell(sheet.cell(row, 2), value if isinstance(value, int | float) else str(value))
    _heading(sheet, text("form.sheets", lang))
    for name, (heading, _) in tables:
        cell = _line(sheet, heading)
        cell.hyperlink, cell.font = f"#'{name}'!A1", font(color="01665E", underline="single")
    if not tables:
        _line(sheet, text("form.no_tables", lang))
    for part in _closing(parts):
        if isinstance(part, Heading):
            _heading(sheet, plain(part.runs))
        else:
            _line(sheet, plain(part.runs))
    if about.source:
        write_line(sheet, about.source, sheet.max_row + 2, _FRONT).font = font(italic=True)
    set_paper(sheet, wide=True)
    sheet.page_setup.fitToHeight, sheet.print_title_rows = 1, None


def _title(parts: Sequence[Part]) -> str:
    return next((plain(part.runs) for part in parts if isinstance(part, Heading)), "")


def _opening(parts: Sequence[Part]) -> Iterator[str]:
    """Return the page's text between title and first section, warnings included."""
    for part in parts[1:]:
        if isinstance(part, Heading):
            return
        inner = part.parts if isinstance(part, Box) else (part,)
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
    write_line(sheet, text_value, sheet.max_row + 2, _FRONT).font = font(bold=True)


def _line(sheet: Any, text_value: str) -> Any:
    """A sentence below the last row."""
    return write_line(sheet, text_value, sheet.max_row + 1, _FRONT)


def _cards(sheet: Any, parts: Sequence[Part]) -> None:
    """The figures at the head of the page: what, how much, and a remark."""
    cards = [(card, part.lang) for part in parts if isinstance(part, Cards) for card in part.cards]
    for row, (card, lang) in enumerate(cards, start=sheet.max_row + 2):
        entry = number_entry(card.value, card.number, lang)
        write_cell(sheet.cell(row, 1), card.label)
        write_cell(sheet.cell(row, 2), entry.value, entry.number_format, side="right")
        write_cell(sheet.cell(row, 3), card.note)
        sheet.cell(row, 2).font = font(bold=True)
        set_height(sheet, row, (card.label, card.note), (_FRONT[0], _FRONT[2]))
