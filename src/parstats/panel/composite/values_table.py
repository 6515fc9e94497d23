"""Values of units by indicator, as a person holds them, checked and brought into one form."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from parstats import errors
from parstats.panel.composite.hierarchy import text_code
from parstats.panel.composite.written_numbers import (
    column_numbers,
    thousands_points,
    two_readings,
)
from parstats.reference import labels
from parstats.reference.period_numbers import period_kind
from parstats.reference.periods import parse_period, period_remedy

# Headers that say what a column is without being asked.
UNIT_HEADERS = ("unit", "code", "đơn vị", "mã", "tên đơn vị", "mã đơn vị")
PERIOD_HEADERS = ("year", "period", "quarter", "month", "năm", "kỳ", "quý", "tháng")
# Headers of columns that stand beside the indicators in tables of results.
_NO_INDICATORS = {
    *UNIT_HEADERS,
    *PERIOD_HEADERS,
    *("stt", "tt", "no", "no.", "rank", "hạng", "xếp hạng", "thứ hạng"),
    *("total", "total score", "tổng", "tổng số", "tổng cộng", "tổng điểm", "điểm tổng"),
}
# What rows that are no unit are called in tables of results.
_NO_UNITS = re.compile(
    r"tổng( số| cộng)?( ?[:(\d].*)?|(điểm )?(trung bình|bình quân)|điểm (tối đa|tối thiểu|chuẩn)"
    r"|(cao|thấp) nhất|total|average|mean|maximum|max|minimum|min|maximum points"
)
# A size that no figure has; beyond it differences overflow.
_LARGEST = 1e100
#: Cells that say that an indicator was not assessed for a unit, as against forgotten.
NOT_ASSESSED = ("không đánh giá", "kđg", "not assessed")
_FILE = "values"


@dataclass(frozen=True)
class Values:
    """Values of units by indicator: one row per unit and period, NaN where there is none.

    ``rows`` says where each row was (the header is row 1), ``units`` and ``periods`` what it is
    of, ``unit_column`` what the column of the units is called.
    """

    numbers: pd.DataFrame
    units: tuple[str, ...]
    periods: tuple[int, ...]
    rows: tuple[int, ...]
    unit_column: str = "unit"

    def unit_problem(self, row: int, actual: str, expected: str, remedy: str) -> Any:
        """Return what is wrong with the unit of a row, with its place."""
        return errors.Problem(_FILE, self.rows[row], self.unit_column, actual, expected, remedy)

    def problem(self, row: int, column: str, actual: str, expected: str, remedy: str) -> Any:
        """Return what is wrong with a cell, with its place."""
        where = f"{actual} for {self.units[row]}"
        return errors.Problem(_FILE, self.rows[row], column, where, expected, remedy)


def read_values(
    values: Any, *, unit: str | None, year: Any, listed: Collection[str] = ()
) -> Values:
    """Return the values of units by indicator, checked.

    `values` is a table of units by indicators, a dict of columns, or a dict of such tables by year.
    `unit` is the column that names the units (else one called unit or code, else the index of the
    table); `year` the column that tells the period (else one called year or period), or the period
    that all rows are of. Columns that are not `listed` are left out, if any is. Raises
    InvalidRequest if that is no such table, and InvalidData if cells are no numbers, or units have
    no name or stand twice.

    >>> table = pd.DataFrame({"a": [1, 2]}, index=["x", "y"])
    >>> read_values(table, unit=None, year=2024).units
    ('x', 'y')
    """
    table = _table(values, unit)
    if table.empty:
        raise errors.InvalidRequest(
            f"the values have {len(table)} rows and {len(table.columns)} columns: expected a row "
            "for each unit and a column for each indicator"
        )
    table.columns = pd.Index([text_code(column) for column in table.columns])
    twice = table.columns[table.columns.duplicated()].unique().tolist()
    if twice:
        raise errors.InvalidData(
            [
                errors.Problem(_FILE, 1, name, "two columns of that name", "one", "rename one")
                for name in twice
            ]
        )
    table, units, unit_column = _pop_units(table, unit)
    table, periods = _periods(table, year)
    # Without any that is listed, whoever reads the groups says which columns they name.
    table = table[[name for name in table if name in listed] or list(table)]
    if not len(table.columns):
        raise errors.InvalidRequest(
            "the values have no column but that of the units: add indicators"
        )
    rows = tuple(range(2, len(table) + 2))
    _check_units(units, periods, rows, unit_column)
    numbers = _numbers(table, units, rows)
    return Values(numbers, tuple(units), tuple(periods), rows, unit_column)


def refuse_headers(values: Values, listed: Collection[str]) -> None:
    """Refuse columns such as a rank or a total that are not `listed` as indicators.

    >>> table = pd.DataFrame({"STT": [1, 2], "a": [1, 2]}, index=["x", "y"])
    >>> refuse_headers(read_values(table, unit=None, year=2024), [])
    Traceback (most recent call last):
    ...
    parstats.errors.InvalidData: 1 problem found
    values, row 1, column STT: found the header 'STT'; expected an indicator; delete the column; ...
    """
    remedy = "delete the column; if it is an indicator, list all indicators in the groups"
    problems = [
        errors.Problem(_FILE, 1, name, f"the header {name!r}", "an indicator", remedy)
        for name in values.numbers
        if name not in listed and name.casefold() in _NO_INDICATORS
    ]
    if problems:
        raise errors.InvalidData(problems)


def refuse_summaries(values: Values) -> None:
    """Refuse rows such as a total or a mean, which would count as units.

    >>> table = pd.DataFrame({"a": [1, 2]}, index=["x", "Tổng cộng"])
    >>> refuse_summaries(read_values(table, unit=None, year=2024))
    Traceback (most recent call last):
    ...
    parstats.errors.InvalidData: 1 problem found
    values, row 3, column unit: found 'Tổng cộng'; expected a unit; delete the row; ...
    """
    remedy = "delete the row; if it is a unit, list all units (units)"
    problems = [
        values.unit_problem(row, repr(code), "a unit", remedy)
        for row, code in enumerate(values.units)
        if _NO_UNITS.fullmatch(code.casefold())
    ]
    if problems:
        raise errors.InvalidData(problems)


def _table(values: Any, unit: str | None) -> pd.DataFrame:
    """Return a copy of the values as one table, with unit and year as columns if they are known."""
    if isinstance(values, Mapping):
        parts = list(values.values())
        if parts and all(isinstance(part, pd.DataFrame) for part in parts):
            tables = {text_code(key): _table(part, unit) for key, part in values.items()}
            values = pd.concat(tables, names=["year"]).reset_index(level="year")
            return values.reset_index(drop=True)
        try:
            values = pd.DataFrame(dict(values))
        except ValueError as error:
            raise errors.InvalidRequest(
                f"the values are a dict that makes no table ({error}): expected columns of one "
                "length by name, or tables by year"
            ) from error
    if not isinstance(values, pd.DataFrame):
        raise errors.InvalidRequest(
            f"values is {type(values).__name__}: expected a table of units by indicators "
            "(pandas.DataFrame), or a dict of its columns"
        )
    if values.columns.nlevels > 1:
        raise errors.InvalidRequest(
            f"the values have {values.columns.nlevels} rows of headers: expected one, the "
            "indicators; what stands above them goes into groups"
        )
    named = unit is not None and unit in values
    if named or any(str(name).casefold() in UNIT_HEADERS for name in values.columns):
        in_index = [n for n in values.index.names if str(n).casefold() in PERIOD_HEADERS]
        return values.reset_index(level=in_index).reset_index(drop=True) if in_index else values
    if isinstance(values.index, pd.MultiIndex) or not _is_numbering(values.index):
        names = [
            name if str(name).casefold() in PERIOD_HEADERS else unit or "unit"
            for name in values.index.names
        ]
        return values.rename_axis(names).reset_index()
    return values


def _is_numbering(index: pd.Index) -> bool:
    return isinstance(index, pd.RangeIndex) or list(index) == list(range(len(index)))


def _pop_units(table: pd.DataFrame, column: str | None) -> tuple[pd.DataFrame, list[str], str]:
    """Take the column of the units out of a table; return what is left, the units and its name."""
    if column is None:
        named = [name for name in table.columns if name.casefold() in UNIT_HEADERS]
        texts = [name for name in table.columns if pd.api.types.is_string_dtype(table[name])]
        if not named:
            raise errors.InvalidRequest(
                "no column says which units the values are of; pass unit="
                + (f", perhaps {texts[0]!r}" if texts else ", or make them the index of the table")
            )
        if len(named) > 1:
            raise errors.InvalidRequest(
                f"the columns {' and '.join(named)} both say which units the values are of: "
                "expected one; delete the other (names of units by code go into units)"
            )
        column = named[0]
    column = text_code(column)
    if column not in table:
        raise errors.UnknownChoice("column of the values", column, table.columns)
    return table.drop(columns=column), [text_code(cell) for cell in table[column]], column


def _periods(table: pd.DataFrame, year: Any) -> tuple[pd.DataFrame, list[int]]:
    named = [name for name in table.columns if name.casefold() in PERIOD_HEADERS]
    if isinstance(year, str) and text_code(year) in table:
        named = [text_code(year)]
    elif year is not None:
        return table, [parse_period(year)] * len(table)
    if len(named) > 1:
        raise errors.InvalidRequest(
            f"the columns {' and '.join(named)} both say when the values are of: expected one; "
            "join them, as 2025-Q3 or 2025-07, and delete the other"
        )
    if not named:
        raise errors.InvalidRequest(
            "no column year or period says when the values are of; pass year=, as 2024, '2025-Q3' "
            "or '2025-07', or the name of the column"
        )
    numbers, problems = [], []
    for row, cell in enumerate(table[named[0]]):
        try:
            numbers.append(parse_period(text_code(cell)))
        except errors.InvalidRequest:
            expected = "a year, quarter or month, as 2025, 2025-Q3 or 2025-07"
            actual, remedy = repr(text_code(cell)), period_remedy(cell)
            problems.append(errors.Problem(_FILE, row + 2, named[0], actual, expected, remedy))
    if problems:
        raise errors.InvalidData(problems)
    kinds = {period_kind(number) for number in numbers}
    if len(kinds) > 1:
        mixed = " and ".join(f"{kind}s" for kind in sorted(kinds))
        raise errors.InvalidRequest(
            f"the column {named[0]} holds {mixed}: expected periods of one length; make an "
            "index of each"
        )
    return table.drop(columns=named[0]), numbers


def _check_units(
    units: Sequence[str], periods: Sequence[int], rows: Sequence[int], column: str
) -> None:
    problems = []
    first: dict[tuple[str, int], int] = {}
    spellings: dict[str, str] = {}
    for code, period, row in zip(units, periods, rows, strict=True):
        if not code:
            remedy = "name it, or delete the row"
            problems.append(
                errors.Problem(_FILE, row, column, "no unit", "its code or name", remedy)
            )
        elif (code, period) in first:
            actual = f"{code} again, as in row {first[code, period]}"
            expected = "one row for each unit and period"
            remedy = "keep one, or tell the periods apart"
            problems.append(errors.Problem(_FILE, row, column, actual, expected, remedy))
        elif spellings.setdefault(code.casefold(), code) != code:
            actual = f"{code}, elsewhere written {spellings[code.casefold()]}"
            remedy = "write it alike, or give two units names that differ"
            problems.append(errors.Problem(_FILE, row, column, actual, "one spelling", remedy))
        first.setdefault((code, period), row)
    if problems:
        raise errors.InvalidData(problems)
    if len(set(units)) < 2:
        raise errors.InvalidRequest(
            f"the values are of {len(set(units))} unit ({units[0]}): an index compares at least two"
        )


def _numbers(table: pd.DataFrame, units: Sequence[str], rows: Sequence[int]) -> pd.DataFrame:
    columns, problems = {}, []
    for name in table.columns:
        cells = table[name]
        if pd.api.types.is_bool_dtype(cells):
            cells = cells.astype("float64")
        elif cells.dtype.kind in "mMc":  # dates and such are no figures, though they convert
            cells = cells.astype(str)
        cells, texts = _without_percents(cells), _texts(cells)
        problems += [
            _no_number(str(name), texts[row], units[row], rows[row])
            for row in thousands_points(texts)
        ]
        numbers = pd.to_numeric(cells, errors="coerce").astype("float64").to_numpy()
        silent = [
            isinstance(cell, str) and (not cell.strip() or is_not_assessed(cell)) for cell in cells
        ]
        wrong = ~(np.abs(numbers) < _LARGEST) & ~(cells.isna().to_numpy() | np.array(silent))
        problems += [
            _no_number(str(name), cells.iloc[row], units[row], rows[row])
            for row in map(int, np.flatnonzero(wrong))
        ]
        columns[name] = np.where(np.isfinite(numbers), numbers, np.nan)
    if problems:
        raise errors.InvalidData(problems)
    return pd.DataFrame(columns)


def _texts(cells: pd.Series) -> list[str]:
    """Return the texts of a column, empty for cells that are none."""
    return [cell.strip() if isinstance(cell, str) else "" for cell in cells]


def _without_percents(cells: pd.Series) -> pd.Series:
    """Return a column as numbers if all that it holds are percentages written as text."""
    texts = ["" if is_not_assessed(text) else text for text in _texts(cells)]
    count = sum(map(bool, texts))
    is_all = count and all(text.endswith("%") for text in texts if text)
    if not is_all or pd.to_numeric(cells, errors="coerce").notna().any():
        return cells
    return pd.Series(column_numbers(texts), index=cells.index, dtype="object")


def _no_number(column: str, cell: Any, unit: str, row: int) -> errors.Problem:
    text = str(cell).strip()
    comma = text.replace(" ", "").replace(",", ".")
    remedy = "correct it, or leave the cell empty"
    if readings := two_readings(text):
        remedy = f"write {readings}"
    elif text.count(",") == 1 and comma.replace(".", "", 1).lstrip("-").isdigit():
        remedy = f"write {comma}, with a decimal point"
    elif text.endswith("%"):
        remedy = "write all cells of the column with a percent sign, or none"
    elif isinstance(cell, str):
        remedy = f"{remedy}; {NOT_ASSESSED[0]!r} says that it was not assessed"
    return errors.Problem(_FILE, row, column, f"{text!r} for {unit}", "a number", remedy)


def is_not_assessed(text: str) -> bool:
    """Return whether a cell says that an indicator was not assessed for the unit.

    >>> is_not_assessed("Không đánh giá"), is_not_assessed("0")
    (True, False)
    """
    return labels.search_key(text) in {labels.search_key(form) for form in NOT_ASSESSED}
