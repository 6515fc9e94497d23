"""Workbooks read by calamine in a process of their own, as a script: prints the sheets as JSON.

Calamine makes room for every place up to the last cell of a sheet, and ends the whole process where
there is none; a file whose last cell lies far away must not end the caller's.
"""

from __future__ import annotations

import contextlib
import json
import sys
from datetime import date, datetime
from typing import Any

#: Bytes that the process may take. By judgement: the largest sheet that is read takes a quarter.
MEMORY = 2 * 2**30


def value_text(value: Any) -> str:
    """Format a cell as text, numbers in full and with a decimal point.

    >>> value_text(1.5), value_text(True), value_text(date(2023, 5, 1))
    ('1.5', 'TRUE', '2023-05-01')
    """
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return f"{value:.15g}"
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)


def is_number(value: Any) -> bool:
    """Return whether a cell holds a number.

    >>> is_number(1.5), is_number(True), is_number("1")
    (True, False, False)
    """
    return isinstance(value, int | float) and not isinstance(value, bool)


def main(path: str, most_cells: int) -> None:
    """Print a list of the visible sheets: name, number of cells, cells, merged areas."""
    from python_calamine import CalamineWorkbook, SheetVisibleEnum

    book = CalamineWorkbook.from_path(path)
    sheets = []
    for about in book.sheets_metadata:
        if about.visible != SheetVisibleEnum.Visible:
            continue
        sheet = book.get_sheet_by_name(about.name)
        n_cells = sheet.total_height * sheet.total_width
        cells = []
        if n_cells <= most_cells:
            cells = [
                (row, column, value_text(value), is_number(value))
                for row, values in enumerate(sheet.to_python(skip_empty_area=False))
                for column, value in enumerate(values)
                if value is not None and value != ""
            ]
        areas = [(*first, *last) for first, last in sheet.merged_cell_ranges or ()]
        sheets.append({"name": about.name, "n_cells": n_cells, "cells": cells, "areas": areas})
    json.dump(sheets, sys.stdout)


if __name__ == "__main__":
    with contextlib.suppress(ImportError, ValueError, OSError):  # there is none on Windows
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    main(sys.argv[1], int(sys.argv[2]))
