"""The visible sheets of .xlsx and .xls as they are shown: merged cells, percentages, dates.

Tables of scores are read by `parstats.documents.spreadsheet`, which keeps numbers in full. A plan
is read for its sentences, and a number as it stands in its cell. Formats and hidden rows of an .xls
are told by xlrd only; calamine, which reads its values, leaves them out.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from parstats.documents import header_roles, sheet_blocks
from parstats.documents.cell_formats import shown_date, shown_number
from parstats.documents.document import Cell, Document, Unread
from parstats.documents.limits import refuse, refuse_cells
from parstats.documents.paragraphs import cell
from parstats.documents.sheet_blocks import Sheet
from parstats.documents.workbook_size import check_size
from parstats.errors import InvalidData

Area = tuple[int, int, int, int]  # first row and column, last row and column, counted from 1
Places = Mapping[tuple[int, int], Cell]


def read(path: Path, form: str) -> Document:
    """Return the blocks of the sheets of an .xlsx or .xls.

    The page of a span is the number of the sheet, its lines are rows. What is hidden is left out
    and said. Raises InvalidData if it is no workbook, or has no text.
    """
    reader = _Sheets()
    take = _take_xls if form == ".xls" else _take_xlsx
    try:
        take(reader, path)
    except InvalidData:
        raise
    except Exception:  # damaged workbooks fail in many ways
        remedy = "open it in Excel or LibreOffice and save it again as .xlsx"
        refuse(path, f"a damaged {form}", "a whole one", remedy)
    return document(path, form, reader.sheets, reader.unread)


def document(
    path: Path, form: str, sheets: Sequence[Sheet], unread: Sequence[Unread] = ()
) -> Document:
    """Return the document that sheets make; refuses one without text."""
    blocks = sheet_blocks.blocks(list(map(_with_item_numbers, sheets)))
    if not blocks:
        refuse(path, "no text", "a plan document", "check that it is the right file")
    return Document(str(path), form, blocks=tuple(blocks), unread=tuple(unread))


def _with_item_numbers(sheet: Sheet) -> Sheet:
    """Return a sheet with "1.1", not "1,1", under the header of the numbers of items."""
    columns: set[int] = set()
    rows = []
    for number, row in sheet.rows:
        texts = [entry.text for entry in row]
        if header_roles.is_plan_header(texts):
            columns = {
                at for at, text in enumerate(texts) if header_roles.plan_role(text) == "number"
            }
        rows.append((number, tuple(_item(e) if at in columns else e for at, e in enumerate(row))))
    return replace(sheet, rows=tuple(rows))


def _item(entry: Cell) -> Cell:
    if not entry.is_number:
        return entry
    return replace(entry, paragraphs=tuple(text.replace(",", ".") for text in entry.paragraphs))


@dataclass
class _Sheets:
    """The sheets that were read, and what was left out."""

    sheets: list[Sheet] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)

    def add(
        self,
        name: str,
        cells: Places,
        areas: Iterable[Area],
        hidden: tuple[set[int], set[int]] = (set(), set()),
    ) -> None:
        """Add a sheet from its filled cells, merged areas, and hidden rows and columns."""
        number = len(self.sheets) + 1
        grid = _with_merges(cells, areas)
        hidden_rows, hidden_columns = hidden
        shown = {row for row, _ in cells} - hidden_rows
        last = max((column for _, column in grid), default=0)
        columns = [column for column in range(1, last + 1) if column not in hidden_columns]
        rows = tuple(
            (row, tuple(grid.get((row, column), Cell()) for column in columns))
            for row in sorted(shown)
        )
        self.sheets.append(Sheet(name, number, rows))
        for kind, places, axis in (("row", hidden_rows, 0), ("column", hidden_columns, 1)):
            if n := len({place[axis] for place in cells} & places):
                self.leave_out(name, f"hidden {kind}s: {n}")

    def leave_out(self, name: str, reason: str, kind: str = "hidden") -> None:
        """Note what of a sheet was not read."""
        self.unread.append(Unread(f"sheet {name}", reason, kind=kind))


def _with_merges(cells: Places, areas: Iterable[Area]) -> dict[tuple[int, int], Cell]:
    """Return cells with the marks of merged areas."""
    grid = dict(cells)
    for top, left, bottom, right in areas:
        first = grid.get((top, left), Cell())
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                grid[row, column] = Cell(merged="left" if row == top or column > left else "up")
        for row in range(top + 1, bottom + 1):
            grid[row, left] = Cell(merged="up")
        height, width = bottom - top + 1, right - left + 1
        grid[top, left] = replace(first, n_rows=height, n_columns=width)
    return grid


def _cell(value: Any, number_format: str) -> Cell:
    """Make a cell of a value as it is shown."""
    if isinstance(value, bool):
        return Cell(("x",) if value else ())
    if isinstance(value, int | float):
        return Cell(tuple(filter(None, [shown_number(value, number_format)])), is_number=True)
    if isinstance(value, datetime | date | time):
        return Cell((shown_date(value, number_format),))
    text = str(value)
    return (
        Cell()
        if text.startswith("#") and text.endswith(("!", "?", "A"))
        else cell(text.split("\n"))
    )


# .xlsx


def _take_xlsx(reader: _Sheets, path: Path) -> None:
    from openpyxl import load_workbook

    has_formulas = check_size(path, str(path))
    # Opened here, as openpyxl goes by the ending.
    with warnings.catch_warnings(), path.open("rb") as file:
        warnings.simplefilter("ignore")  # styles and extensions that do not matter here
        values = load_workbook(file, data_only=True, rich_text=True)
        formulas = load_workbook(file) if has_formulas else values
    for sheet in values.worksheets:
        if sheet.sheet_state != "visible":
            if sheet._cells:
                reader.leave_out(sheet.title, "hidden")
            continue
        refuse_cells(f"{path}, sheet {sheet.title}", sheet.max_row * sheet.max_column)
        cells = {
            place: _cell(_plain(entry.value), str(entry.number_format or ""))
            for place, entry in sheet._cells.items()
            if entry.value is not None
        }
        areas = [
            (area.min_row, area.min_col, area.max_row, area.max_col)
            for area in sheet.merged_cells.ranges
        ]
        reader.add(sheet.title, cells, areas, _hidden(sheet))
        unsaved = [
            entry.coordinate
            for place, entry in formulas[sheet.title]._cells.items()
            if entry.data_type == "f" and place not in cells
        ]
        if unsaved:
            place = f"{sheet.title}: {', '.join(unsaved[:5])}"
            reader.leave_out(place, "formulas without a saved value", "formula")


def _plain(value: Any) -> Any:
    """Return rich text without the raised marks of notes; other values as they are."""
    from openpyxl.cell.rich_text import CellRichText, TextBlock

    if not isinstance(value, CellRichText):
        return value
    return "".join(
        part.text if isinstance(part, TextBlock) else part
        for part in value
        if not (
            isinstance(part, TextBlock)
            and part.font.vertAlign == "superscript"
            and part.text.strip("()[] ").isdigit()
        )
    )


def _hidden(sheet: Any) -> tuple[set[int], set[int]]:
    """Return the rows and the columns that a sheet does not show."""
    rows = {row for row, about in sheet.row_dimensions.items() if about.hidden}
    columns = {
        column
        for about in sheet.column_dimensions.values()
        if about.hidden
        for column in range(about.min, min(about.max, sheet.max_column) + 1)
    }
    return rows, columns


# .xls


def _take_xls(reader: _Sheets, path: Path) -> None:
    import xlrd

    with xlrd.open_workbook(path, formatting_info=True, logfile=io.StringIO()) as book:
        for sheet in book.sheets():
            if sheet.visibility:
                if sheet.nrows:
                    reader.leave_out(sheet.name, "hidden")
                continue
            refuse_cells(f"{path}, sheet {sheet.name}", sheet.nrows * sheet.ncols)
            cells = {
                (row + 1, column + 1): shown
                for row in range(sheet.nrows)
                for column in range(sheet.row_len(row))
                if (shown := _xls_cell(book, sheet.cell(row, column))) is not None
            }
            areas = [
                (top + 1, left + 1, bottom, right)
                for top, bottom, left, right in sheet.merged_cells
            ]
            hidden_rows = {row + 1 for row, about in sheet.rowinfo_map.items() if about.hidden}
            hidden_columns = {at + 1 for at, about in sheet.colinfo_map.items() if about.hidden}
            reader.add(sheet.name, cells, areas, (hidden_rows, hidden_columns))


def _xls_cell(book: Any, entry: Any) -> Cell | None:
    import xlrd

    if entry.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK, xlrd.XL_CELL_ERROR):
        return None
    number_format = book.format_map[book.xf_list[entry.xf_index].format_key].format_str
    value = entry.value
    if entry.ctype == xlrd.XL_CELL_DATE:
        value = xlrd.xldate_as_datetime(value, book.datemode)
    elif entry.ctype == xlrd.XL_CELL_BOOLEAN:
        value = bool(value)
    return _cell(value, number_format)
