"""A table of units by indicator, with its groups, units and grades, as a person saves it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from parstats import errors
from parstats.documents.document import Grid, Row
from parstats.documents.reader import read_tables
from parstats.panel.composite.hierarchy import text_code
from parstats.panel.composite.values_table import UNIT_HEADERS
from parstats.panel.composite.written_numbers import (
    column_numbers,
    has_decimal_comma,
    is_percentage,
    thousands_points,
    two_readings,
)
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
# Signs between the cells of a text file other than a comma.
_OTHER_SEPARATORS = (";", "\t", "|")
# Columns that a table must have, and what they may be headed in Vietnamese.
_NEEDED = {
    "groups": {"code": "Mã", "parent": "Nhóm"},
    "units": {"code": "Mã đơn vị", "name": "Tên đơn vị"},
    "grades": {"name": "Xếp loại", "at_least": "Từ điểm"},
}
_CALLED = {"groups": "a table of groups", "units": "a table of units", "grades": "grades"}
_NUMERIC = ("weight", "direction", "min", "max", "at_least")


@dataclass(frozen=True)
class Place:
    """Where a table was: what messages call it, the row of each of its rows, and its headers.

    ``headers`` gives the header as it is written by what `parstats.index_from` calls the column;
    ``hidden`` names rows and columns that a workbook does not show, though they count.
    """

    name: str
    rows: tuple[int, ...]
    headers: Mapping[str, str]
    hidden: tuple[str, ...] = ()


@dataclass(frozen=True)
class IndexTable:
    """The tables of a file: values, and groups, units and grades where it has them."""

    values: pd.DataFrame
    groups: pd.DataFrame | None = None
    units: pd.DataFrame | None = None
    grades: dict[str, float] | None = None
    # Sheets that are none of these.
    other_sheets: tuple[str, ...] = ()
    places: Mapping[str, Place] = field(default_factory=dict)

    def located(self, error: errors.InvalidData) -> errors.InvalidData:
        """Return what is wrong with the places of the file in place of those of the tables."""
        problems = []
        for problem in error.problems:
            place = self.places.get(problem.file, Place(problem.file, (), {}))
            position = None if problem.row is None else problem.row - 2
            is_row = position is not None and 0 <= position < len(place.rows)
            row = place.rows[position] if is_row and position is not None else problem.row
            column = place.headers.get(problem.column or "", problem.column)
            problems.append(replace(problem, file=place.name, row=row, column=column))
        return errors.InvalidData(problems)


def read_index_table(
    path: Path, groups: Path | None = None, units: Path | None = None, unit: str | None = None
) -> IndexTable:
    """Return the tables of a workbook or of CSV files.

    The first sheet holds the values; sheets called groups, units and grades the rest, unless files
    of their own do. A number may have a decimal comma; what is in the column of the units (`unit`,
    or one with a header of such a column) stays text. Raises InvalidData if a file cannot be read,
    a table has headers that are empty or twice or lacks a column, or a number has two readings.
    """
    document = read_tables(path)
    grids = {"values": document.tables[0]}
    separators = {"values": document.separator}
    for grid in document.tables[1:]:
        for name, spellings in _SHEETS.items():
            if labels.search_key(grid.sheet) in spellings:
                grids.setdefault(name, grid)
    for name, file in (("groups", groups), ("units", units)):
        if file is not None:
            other = read_tables(file)
            grids[name], separators[name] = other.tables[0], other.separator
    headers = {name: _headers(grid, name) for name, grid in grids.items()}
    tables: dict[str, pd.DataFrame] = {}
    for name in sorted(grids, key=lambda name: name == "values"):
        # What a column holds that the groups do not list does not matter.
        listed = (
            {text_code(code) for code in tables["groups"]["code"]} if "groups" in tables else ()
        )
        codes, numeric = _column_kinds(name, headers[name], text_code(unit), listed)
        separator = separators.get(name, separators["values"])
        tables[name] = _frame(grids[name], name, headers[name], separator, codes, numeric)
    grades = tables.get("grades")
    return IndexTable(
        tables["values"],
        tables.get("groups"),
        tables.get("units"),
        None if grades is None else dict(zip(grades["name"], grades["at_least"], strict=True)),
        tuple(grid.sheet for grid in document.tables if grid not in grids.values()),
        {
            name: Place(
                _place(grid),
                tuple(row.number for row in grid.rows[1:]),
                dict(zip(headers[name], grid.rows[0].cells, strict=True)),
                grid.hidden,
            )
            for name, grid in grids.items()
        },
    )


def _place(grid: Grid) -> str:
    return grid.rows[0].location if grid.rows else grid.name


def _headers(grid: Grid, name: str) -> list[str]:
    """Return the headers of a table, those other than of values as index_from calls them."""
    written = grid.rows[0].cells
    if name == "values":
        return list(written)
    return [_HEADERS.get(labels.search_key(cell), cell) for cell in written]


def _column_kinds(
    name: str, header: Sequence[str], unit: str, listed: Collection[str]
) -> tuple[list[int], list[int]]:
    """Return the positions of the columns with codes of a table, and of those with numbers."""
    if name != "values":
        return (
            [position for position, cell in enumerate(header) if cell == "code"],
            [position for position, cell in enumerate(header) if cell in _NUMERIC],
        )
    texts = [text_code(cell) for cell in header]
    codes = [
        position
        for position, text in enumerate(texts)
        if (text == unit if unit else text.casefold() in UNIT_HEADERS)
    ]
    numeric = [
        position
        for position, text in enumerate(texts)
        if position not in codes and (not listed or text in listed)
    ]
    return codes, numeric


def _header_problems(grid: Grid, name: str, header: Sequence[str]) -> list[errors.Problem]:
    """Return headers that are empty, twice or missing."""
    written = grid.rows[0].cells
    problems = []
    for position, cell in enumerate(header):
        filled = any(row.cells[position] for row in grid.rows[1:])
        if not cell and filled:
            actual, remedy = f"no header of column {position + 1}", "write one"
            problems.append(_header_problem(grid, None, actual, remedy))
        elif cell and header.index(cell) != position:
            first = written[header.index(cell)]
            actual = "a header twice" if first == written[position] else f"the same as {first}"
            problems.append(_header_problem(grid, written[position], actual, "rename one"))
    problems += [
        _header_problem(
            grid,
            None,
            f"the columns {', '.join(filter(None, written))}",
            f"add a column {column} (in Vietnamese {vietnamese})",
            f"{_CALLED[name]}, with a column {column}",
        )
        for column, vietnamese in _NEEDED.get(name, {}).items()
        if column not in header and not (column == "name" and {"name_vi", "name_en"} <= {*header})
    ]
    return problems


def _frame(
    grid: Grid,
    name: str,
    header: Sequence[str],
    separator: str,
    codes: Collection[int],
    numeric: Collection[int],
) -> pd.DataFrame:
    problems = _header_problems(grid, name, header)
    problems += _thousands(grid, grid.rows[0].cells, numeric, separator)
    if problems:
        raise errors.InvalidData(problems)
    columns: dict[str, list[object]] = {}
    for position, cell in enumerate(header):
        texts = [row.cells[position] for row in grid.rows[1:]]
        if not cell:
            continue
        if position in codes:
            columns[cell] = [_code(row, position) or None for row in grid.rows[1:]]
        elif name != "values" and cell == "weight":
            # A percentage is a share here, also where points are added up.
            columns[cell] = [text if "%" in text else column_numbers([text])[0] for text in texts]
        elif name == "values" or position in numeric:
            columns[cell] = column_numbers(texts)
        else:
            columns[cell] = [text or None for text in texts]
    if name != "values" and (wrong := list(_no_numbers(grid, header, columns))):
        raise errors.InvalidData(wrong)
    return pd.DataFrame(columns, dtype="object")


def _no_numbers(
    grid: Grid, header: Sequence[str], columns: Mapping[str, Sequence[object]]
) -> Iterator[errors.Problem]:
    """Yield cells of a table of groups or grades that are no numbers and have to be."""
    for cell, values in columns.items():
        column = grid.rows[0].cells[header.index(cell)]
        for row, value in zip(grid.rows[1:], values, strict=True):
            is_number = not isinstance(value, str) or (cell == "weight" and is_percentage(value))
            if cell in _NUMERIC and cell != "direction" and not is_number:
                readings = two_readings(str(value))
                remedy = f"write {readings}" if readings else "correct it, or leave the cell empty"
                place = (_place(grid), row.number, column)
                yield errors.Problem(*place, repr(value), "a number", remedy)


def _header_problem(
    grid: Grid,
    column: str | None,
    actual: str,
    remedy: str,
    expected: str = "a header for each column, in the first row",
) -> errors.Problem:
    return errors.Problem(_place(grid), grid.rows[0].number, column, actual, expected, remedy)


def _thousands(
    grid: Grid, header: Sequence[str], numeric: Collection[int], separator: str
) -> list[errors.Problem]:
    """Return numbers whose point may be a mark of thousands.

    It may where other cells have a decimal comma, in cells of text of a workbook, and in text files
    without a comma between the cells: a spreadsheet that writes decimals with a comma saves these.
    """
    rows = grid.rows[1:]
    columns = {position: [row.cells[position] for row in rows] for position in numeric}
    commas = any(has_decimal_comma(cell) for cells in columns.values() for cell in cells)
    decimal = "," if commas or separator in _OTHER_SEPARATORS else "."
    expected = "a number, its decimals written as in the other cells"
    problems = []
    for position, cells in columns.items():
        texts = [
            cell if commas or separator in _OTHER_SEPARATORS or _is_text(row, position) else ""
            for row, cell in zip(rows, cells, strict=True)
        ]
        problems += [
            errors.Problem(
                _place(grid),
                rows[found].number,
                header[position],
                repr(cells[found]),
                expected if commas else "a number that can be read in one way only",
                f"write {two_readings(cells[found], decimal)}",
            )
            for found in thousands_points(texts, sure=commas)
        ]
    return problems


def _is_text(row: Row, position: int) -> bool:
    """Return whether a cell of a workbook holds a text."""
    return bool(row.sources) and not row.sources[position].is_number


def _code(row: Row, position: int) -> str:
    """Return a code as it is shown: a workbook may show a number with zeros before it."""
    cell = row.cells[position]
    shown = row.sources[position].number_format if row.sources else ""
    return cell.zfill(len(shown)) if shown and not shown.strip("0") else cell
