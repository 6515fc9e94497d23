"""A table of units by indicator, with its groups, units and grades, as a person saves it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from parstats import errors
from parstats.documents.document import Grid
from parstats.documents.reader import read_tables
from parstats.reference import labels

# Names that the sheets of a workbook may have; the first sheet holds the values.
_SHEETS = {
    "groups": ("groups", "criteria", "nhom", "tieu chi", "bo tieu chi"),
    "units": ("units", "don vi"),
    "grades": ("grades", "xep loai"),
}
# Headers in Vietnamese, as search keys, by what index_from calls the column.
_HEADERS = {
    "ma": "code",
    "ma tieu chi": "code",
    "ma don vi": "code",
    "tieu chi": "code",
    "chi tieu": "code",
    "nhom": "parent",
    "thuoc nhom": "parent",
    "nhom tieu chi": "parent",
    "linh vuc": "parent",
    "trong so": "weight",
    "chieu": "direction",
    "diem toi da": "max",
    "diem chuan": "max",
    "diem toi thieu": "min",
    "ten": "name",
    "ten don vi": "name",
    "ten tieu chi": "name",
    "ten tieng viet": "name_vi",
    "ten tieng anh": "name_en",
    "tu diem": "at_least",
    "xep loai": "name",
}
_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?")
# A decimal comma; with three digits behind it, it may be a mark of thousands.
_DECIMAL_COMMA = re.compile(r"-?\d+,(\d{1,2}|\d{4,})")
# A point and three digits: decimals, or a mark of thousands where decimals have a comma.
_THOUSANDS = re.compile(r"-?\d{1,3}\.\d{3}")
_NUMERIC = ("weight", "direction", "min", "max", "at_least")


@dataclass(frozen=True)
class IndexTable:
    """The tables of a file: values, and groups, units and grades where it has them."""

    values: pd.DataFrame
    groups: pd.DataFrame | None = None
    units: pd.DataFrame | None = None
    grades: dict[str, float] | None = None
    # Sheets that are none of these.
    other_sheets: tuple[str, ...] = ()
    # What messages call each table, and the row in its sheet of each row.
    places: Mapping[str, tuple[str, tuple[int, ...]]] = ()  # type: ignore[assignment]

    def located(self, error: errors.InvalidData) -> errors.InvalidData:
        """Return what is wrong with the places of the file in place of those of the tables."""
        problems = []
        for problem in error.problems:
            name, rows = self.places.get(problem.file, (problem.file, ()))
            position = None if problem.row is None else problem.row - 2
            is_row = position is not None and 0 <= position < len(rows)
            row = rows[position] if is_row and position is not None else problem.row
            problems.append(replace(problem, file=name, row=row))
        return errors.InvalidData(problems)


def read_index_table(
    path: Path, groups: Path | None = None, units: Path | None = None
) -> IndexTable:
    """Return the tables of a workbook or of CSV files.

    The first sheet holds the values; sheets called groups, units and grades the rest, unless files
    of their own do. A number may have a decimal comma. Raises InvalidData if a file cannot be read
    or a table has headers that are empty or twice.
    """
    grids = {"values": (grids_of := read_tables(path).tables)[0]}
    for grid in grids_of[1:]:
        for name, spellings in _SHEETS.items():
            if labels.search_key(grid.sheet) in spellings:
                grids.setdefault(name, grid)
    for name, file in (("groups", groups), ("units", units)):
        if file is not None:
            grids[name] = read_tables(file).tables[0]
    tables = {name: _frame(grid, name) for name, grid in grids.items()}
    grades = tables.get("grades")
    return IndexTable(
        tables["values"],
        tables.get("groups"),
        tables.get("units"),
        None if grades is None else _grades(grades, grids["grades"]),
        tuple(grid.sheet for grid in grids_of if grid not in grids.values()),
        {
            name: (_place(grid), tuple(row.number for row in grid.rows[1:]))
            for name, grid in grids.items()
        },
    )


def _place(grid: Grid) -> str:
    return grid.rows[0].location if grid.rows else grid.name


def _frame(grid: Grid, name: str) -> pd.DataFrame:
    header = list(grid.rows[0].cells)
    if name != "values":
        header = [_HEADERS.get(labels.search_key(cell), cell) for cell in header]
    problems = []
    for position, cell in enumerate(header):
        filled = any(row.cells[position] for row in grid.rows[1:])
        if not cell and filled:
            actual, remedy = f"no header of column {position + 1}", "write one"
            problems.append(_header_problem(grid, None, actual, remedy))
        elif cell and header.index(cell) != position:
            problems.append(_header_problem(grid, cell, "a header twice", "rename one"))
    problems += _thousands(grid, header)
    if problems:
        raise errors.InvalidData(problems)
    columns = {
        cell: _values([row.cells[position] for row in grid.rows[1:]])
        if name == "values" or cell in _NUMERIC
        else [row.cells[position] or None for row in grid.rows[1:]]
        for position, cell in enumerate(header)
        if cell
    }
    return pd.DataFrame(columns, dtype="object")


def _header_problem(grid: Grid, column: str | None, actual: str, remedy: str) -> errors.Problem:
    expected = "a header for each column, in the first row"
    return errors.Problem(_place(grid), grid.rows[0].number, column, actual, expected, remedy)


def _thousands(grid: Grid, header: list[str]) -> list[errors.Problem]:
    """Return numbers whose point may be a mark of thousands, as other decimals have a comma."""
    if not any(_DECIMAL_COMMA.fullmatch(cell) for row in grid.rows[1:] for cell in row.cells):
        return []
    expected = "a number, its decimals written as in the other cells"
    return [
        errors.Problem(
            _place(grid),
            row.number,
            column,
            repr(cell),
            expected,
            f"write {cell.replace('.', '')} or {cell.replace('.', ',').rstrip('0')}",
        )
        for row in grid.rows[1:]
        for column, cell in zip(header, row.cells, strict=True)
        if _THOUSANDS.fullmatch(cell)
    ]


def _values(cells: list[str]) -> list[object]:
    """Return the cells of a column, as numbers where they are.

    Percent signs are left out if every number of the column has one.
    """
    percents = [cell.removesuffix("%").rstrip() if cell.endswith("%") else None for cell in cells]
    numbers = [_number(cell, cell) for cell in cells]
    if not any(isinstance(number, float) for number in numbers):
        return [
            number if percent is None else _number(percent, written)
            for number, percent, written in zip(numbers, percents, cells, strict=True)
        ]
    return numbers


def _number(text: str, written: str) -> object:
    """Return a cell as a number if it is one, else what is written there, None if nothing is."""
    if not text:
        return None
    plain = text.replace("\N{MINUS SIGN}", "-")
    if _DECIMAL_COMMA.fullmatch(plain):
        plain = plain.replace(",", ".")
    return float(plain) if _NUMBER.fullmatch(plain) else written


def _grades(table: pd.DataFrame, grid: Grid) -> dict[str, float]:
    if not {"name", "at_least"} <= set(table):
        actual = f"the columns {', '.join(table)}"
        remedy = "head the columns name and at_least"
        raise errors.InvalidData([_header_problem(grid, None, actual, remedy)])
    return dict(zip(table["name"], table["at_least"], strict=True))
