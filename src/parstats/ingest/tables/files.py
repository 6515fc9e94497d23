"""Opening a file of any kind as grids of text: CSV, Excel workbook, PDF."""

from __future__ import annotations

import csv
import io
import warnings
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

from parstats.errors import InvalidData, Problem
from parstats.ingest.pdf import pages as pdf_pages
from parstats.ingest.tables.grid import Grid, make_grid

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet


# A comma also occurs inside numbers and names: of two that part rows evenly, it is not the one.
_SEPARATORS = ("\t", ";", "|", ",")
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_REFUSED_ENDINGS = {
    ".xls": "open it in Excel or LibreOffice and save it as .xlsx",
    ".ods": "open it in LibreOffice and save it as .xlsx",
    ".doc": "save it as PDF, or copy the table into a spreadsheet",
    ".docx": "copy the table into a spreadsheet and save it as .xlsx",
    ".html": "copy the table into a spreadsheet and save it as .xlsx",
    ".json": "save it as CSV",
    ".parquet": "save it as CSV",
}


def read_grids(path: Path, name: str | None = None) -> list[Grid]:
    """Return the tables of a file as text, with the place of every row.

    Takes .csv, .tsv or .txt (comma, semicolon, tab or bar between the cells; UTF-8, UTF-16 or
    Windows-1258), .xlsx or .xlsm (each visible sheet is a grid) and .pdf. Every grid has at least
    one row. `name` is what messages call the file. Raises InvalidData if it cannot be read as what
    its ending says, or holds nothing.
    """
    name = name or str(path)
    ending = path.suffix.lower()
    readers: dict[str, Callable[[Path, str], list[Grid]]] = {
        ".csv": _read_text,
        ".tsv": _read_text,
        ".txt": _read_text,
        ".xlsx": _read_workbook,
        ".xlsm": _read_workbook,
        ".pdf": _read_pdf,
    }
    if ending not in readers:
        remedy = _REFUSED_ENDINGS.get(ending, "save it as .xlsx or as CSV")
        raise _refusal(name, f"a file of the kind {ending or 'without ending'}", remedy)
    try:
        grids = readers[ending](path, name)
    except OSError as error:
        raise _refusal(name, error.strerror or str(error), "check the path") from None
    filled = [grid for grid in grids if grid.rows]
    if not filled:
        raise _refusal(name, "nothing in it", "check the file")
    return filled


def _refusal(name: str, actual: str, remedy: str) -> InvalidData:
    expected = "a table as CSV, .xlsx or PDF"
    return InvalidData([Problem(name, None, None, actual, expected, remedy)])


def _read_text(path: Path, name: str) -> list[Grid]:
    content = path.read_bytes()
    if content[:2] == b"PK":
        raise _refusal(name, "a workbook with the ending of a text file", "rename it to .xlsx")
    text = _decoded(content, name)
    separator = _separator(text)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        numbered = [(name, number, cells) for number, cells in enumerate(rows, 1)]
    except csv.Error as error:
        raise _refusal(name, f"cells that cannot be parted ({error})", "save it again") from None
    return [make_grid(name, "", numbered)]


def _decoded(content: bytes, name: str) -> str:
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return content.decode(encoding, errors="replace")
    if b"\x00" in content[:4096]:
        raise _refusal(name, "a binary file", "save the table as CSV in UTF-8")
    for encoding in ("utf-8", "cp1258"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _refusal(name, "text in an unknown encoding", "save it as CSV in UTF-8")


def _separator(text: str) -> str:
    """Return the separator that splits most of the first rows into the same number of cells."""
    lines = [line for line in text.splitlines() if line.strip()][:40]

    def evenness(separator: str) -> tuple[int, int]:
        widths = [len(cells) for cells in csv.reader(lines, delimiter=separator)]
        usual = max(set(widths), key=widths.count) if widths else 1
        return (widths.count(usual) if usual > 1 else 0, usual)

    return max(_SEPARATORS, key=evenness)


def _read_pdf(path: Path, name: str) -> list[Grid]:

    return pdf_pages.read(path, name)


def _read_workbook(path: Path, name: str) -> list[Grid]:

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # styles and extensions that do not matter here
            values = load_workbook(path, data_only=True)
            formulas = load_workbook(path, data_only=False)
    except (BadZipFile, InvalidFileException, KeyError, ValueError) as error:
        actual = f"a file that is no workbook or is damaged ({error})"
        raise _refusal(name, actual, "open it in Excel and save it again as .xlsx") from None
    sheets = [sheet for sheet in values.worksheets if sheet.sheet_state == "visible"]
    return [_sheet(sheet, formulas[sheet.title], name) for sheet in sheets]


def _sheet(sheet: Worksheet, formulas: Worksheet, name: str) -> Grid:
    location = f"{name}, sheet {sheet.title}"
    texts: dict[tuple[int, int], str] = {}
    for row in sheet.iter_rows():
        for cell in row:
            if cell.value is not None:
                texts[cell.row, cell.column] = _cell_text(cell.value, cell.number_format)
            elif formulas.cell(cell.row, cell.column).data_type == "f":
                raise _refusal(
                    f"{location}, cell {cell.coordinate}",
                    "a formula without a saved value",
                    "open the workbook in Excel or LibreOffice and save it",
                )
    for area in sheet.merged_cells.ranges:
        text = texts.get((area.min_row, area.min_col), "")
        for row_number in range(area.min_row, area.max_row + 1):
            for column in range(area.min_col, area.max_col + 1):
                texts[row_number, column] = text
    height = max((row for row, _ in texts), default=0)
    width = max((column for _, column in texts), default=0)
    rows = [
        (location, row, [texts.get((row, column), "") for column in range(1, width + 1)])
        for row in range(1, height + 1)
    ]
    return make_grid(location, sheet.title, rows)


def _cell_text(value: Any, number_format: str) -> str:
    """Format a cell as text, numbers in full and with a decimal point."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        if "%" in (number_format or ""):
            return f"{round(100 * value, 10):.12g}%"
        return f"{value:.15g}" if isinstance(value, float) else str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)
