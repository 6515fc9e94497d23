"""Workbooks as grids of text: .xlsx by openpyxl, .xls, .xlsb and .ods by calamine.

Calamine reads the old and the binary forms, but shows neither formats of numbers, hidden columns
and fonts nor formulas without a saved value, and merged cells of .xls only; the result says so.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parstats.documents import calamine_process, limits
from parstats.documents.document import Cell, Document, Grid, Unread
from parstats.documents.grid import make_grid, without_merges
from parstats.documents.limits import LARGEST_TEXT, Deadline, refuse, refuse_cells
from parstats.documents.workbook_size import check_size
from parstats.errors import InvalidData

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

#: What calamine does not show of a workbook.
NOT_SHOWN = ("formats of numbers", "hidden columns", "fonts", "raised digits", "formulas")
RowReader = Callable[[str], list[tuple[Cell, ...]]]  # given what messages call the sheet
Area = tuple[int, int, int, int]  # first row and column, last row and column, counted from 0


def read(path: Path, name: str, form: str) -> Document:
    """Return each visible sheet of a workbook as a grid; merged cells are repeated.

    `form` is ".xlsx", ".xls", ".xlsb" or ".ods". A sheet that cannot be read is named and does not
    stop the others. Raises InvalidData if the file is no workbook, is damaged, or no sheet can be
    read.
    """
    reader = _read_xlsx if form == ".xlsx" else _read_others
    try:
        document = reader(path, name)
    except InvalidData:
        raise
    except Exception as error:  # damaged workbooks fail in many ways
        actual = f"a file that is no workbook or is damaged ({_reason(error)})"
        remedy = "open it in Excel or LibreOffice and save it again as .xlsx"
        refuse(name, actual, "a whole workbook", remedy)
    return document


def _reason(error: Exception) -> str:
    first = str(error).strip().splitlines()
    return first[0][:120] if first else type(error).__name__


def _read_xlsx(path: Path, name: str) -> Document:
    from openpyxl import load_workbook

    has_formulas = check_size(path, name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # styles and extensions that do not matter here
        values = load_workbook(path, data_only=True, rich_text=True)
        formulas = load_workbook(path, data_only=False) if has_formulas else values
    sheets: dict[str, RowReader] = {
        sheet.title: partial(_xlsx_rows, sheet, formulas[sheet.title])
        for sheet in values.worksheets
        if sheet.sheet_state == "visible"
    }
    document = _document(name, ".xlsx", sheets)
    hidden = {sheet.title: _hidden(sheet) for sheet in values.worksheets}
    tables = tuple(replace(grid, hidden=hidden[grid.sheet]) for grid in document.tables)
    return replace(document, tables=tables)


def _hidden(sheet: Worksheet) -> tuple[str, ...]:
    """Return the rows and columns with cells that a sheet does not show."""
    from openpyxl.utils import get_column_letter

    filled = [place for place, cell in sheet._cells.items() if cell.value is not None]
    rows = {row for row, about in sheet.row_dimensions.items() if about.hidden}
    columns = [(about.min, about.max) for about in sheet.column_dimensions.values() if about.hidden]
    return (
        *(f"row {row}" for row in sorted(rows & {row for row, _ in filled})),
        *(
            f"column {get_column_letter(column)}"
            for column in sorted({column for _, column in filled})
            if any(first <= column <= last for first, last in columns)
        ),
    )


def _document(
    name: str,
    form: str,
    sheets: Mapping[str, RowReader],
    not_shown: tuple[str, ...] = (),
) -> Document:
    """Return the sheets as grids; one that cannot be read does not stop the others."""
    grids: list[Grid] = []
    unread: list[Unread] = []
    refusals: list[InvalidData] = []
    deadline = Deadline(name)
    for title, rows_of in sheets.items():
        deadline.check(f"sheet {title}")
        location = f"{name}, sheet {title}"
        try:
            rows = without_merges(rows_of(location))
        except InvalidData as refusal:
            refusals.append(refusal)
            unread.append(Unread(f"sheet {title}", refusal.problems[0].actual))
            continue
        numbered = [(location, number, cells) for number, cells in enumerate(rows, 1)]
        grids.append(make_grid(location, title, numbered))
    if refusals and not any(grid.rows for grid in grids):
        raise InvalidData([problem for refusal in refusals for problem in refusal.problems])
    return Document(name, form, tables=tuple(grids), unread=tuple(unread), not_shown=not_shown)


def _xlsx_rows(sheet: Worksheet, formulas: Worksheet, location: str) -> list[tuple[Cell, ...]]:
    refuse_cells(location, sheet.max_row * sheet.max_column)
    cells: dict[tuple[int, int], Cell] = {}
    # Walking over the rows would make a cell of every empty place.
    for (row, column), cell in sheet._cells.items():
        if cell.value is not None:
            text, notes = _text_and_notes(cell.value, cell.number_format)
            cells[row - 1, column - 1] = Cell(
                (text,),
                number_format=str(cell.number_format or ""),
                notes=notes,
                is_number=calamine_process.is_number(cell.value),
            )
        elif (formula := formulas._cells.get((row, column))) and formula.data_type == "f":
            refuse(
                f"{location}, cell {cell.coordinate}",
                "a formula without a saved value",
                "a saved value",
                "open the workbook in Excel or LibreOffice and save it",
            )
    areas = [
        (area.min_row - 1, area.min_col - 1, area.max_row - 1, area.max_col - 1)
        for area in sheet.merged_cells.ranges
    ]
    return _rows(cells, areas, location)


def _read_others(path: Path, name: str) -> Document:
    command = [sys.executable, calamine_process.__file__, str(path), str(limits.MOST_CELLS)]
    process = subprocess.run(
        command,
        capture_output=True,
        check=False,
        timeout=limits.LONGEST_READING,
        env={**os.environ, "RUST_BACKTRACE": "0"},
    )
    if process.returncode:
        raise ValueError(_failure(process.stderr.decode(errors="replace")))
    sheets: dict[str, RowReader] = {
        sheet["name"]: partial(_calamine_rows, sheet) for sheet in json.loads(process.stdout)
    }
    merges = () if path.suffix.lower() == ".xls" else ("merged cells",)
    return _document(name, path.suffix.lower(), sheets, NOT_SHOWN + merges)


def _failure(message: str) -> str:
    """Return in a few words why the process ended."""
    if "memory allocation" in message or not message.strip():
        return "its last cell lies so far away that it takes too much memory"
    last = message.strip().splitlines()[-1]
    return last.partition(": ")[2] or last


def _calamine_rows(sheet: dict[str, Any], location: str) -> list[tuple[Cell, ...]]:
    refuse_cells(location, sheet["n_cells"])
    cells = {
        (row, column): Cell((text,), is_number=is_number)
        for row, column, text, is_number in sheet["cells"]
    }
    return _rows(cells, [tuple(area) for area in sheet["areas"]], location)


def _rows(
    cells: Mapping[tuple[int, int], Cell], areas: Sequence[Area], location: str
) -> list[tuple[Cell, ...]]:
    """Return cells by row and column, with the marks of merged areas."""
    _check_letters(cells, areas, location)
    grid = dict(cells)
    for top, left, bottom, right in areas:
        first = grid.get((top, left), Cell())
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                grid[row, column] = Cell(merged="left" if row == top else "up")
        grid[top, left] = Cell(
            first.paragraphs,
            n_rows=bottom - top + 1,
            n_columns=right - left + 1,
            number_format=first.number_format,
            is_number=first.is_number,
        )
    height = max((row for row, _ in grid), default=-1) + 1
    width = max((column for _, column in grid), default=-1) + 1
    return [
        tuple(grid.get((row, column), _EMPTY) for column in range(width)) for row in range(height)
    ]


_EMPTY = Cell()


def _text_and_notes(value: Any, number_format: str) -> tuple[str, tuple[str, ...]]:
    """Return the text of a cell, and the raised marks of notes in it."""
    from openpyxl.cell.rich_text import CellRichText, TextBlock

    if not isinstance(value, CellRichText):
        return _value_text(value, number_format), ()
    text, notes = "", []
    for part in value:
        if isinstance(part, TextBlock) and part.font.vertAlign == "superscript":
            notes.append(part.text)
        else:
            text += part.text if isinstance(part, TextBlock) else part
    return text, tuple(notes)


def _check_letters(
    cells: Mapping[tuple[int, int], Cell], areas: Sequence[Area], location: str
) -> None:
    """Refuse more text than a file may hold: cells share it, and merges repeat it."""
    n_letters = sum(len(cell.text) for cell in cells.values())
    for top, left, bottom, right in areas:
        text = cells.get((top, left), _EMPTY).text
        n_letters += len(text) * (bottom - top + 1) * (right - left + 1)
    if n_letters > LARGEST_TEXT:
        actual, expected = f"{n_letters:,} letters", f"at most {LARGEST_TEXT:,}"
        refuse(location, actual, expected, "cut the cells to what counts")


def _value_text(value: Any, number_format: str) -> str:
    """Format a cell as text; a percentage as it is shown."""
    if calamine_process.is_number(value) and "%" in (number_format or ""):
        return f"{round(100 * value, 10):.12g}%"
    return calamine_process.value_text(value)
