"""Sheets of statistics offices: totals among the units, stray blanks, codes for gaps."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

import numpy as np
import pandas as pd

from parstats import errors
from parstats.reference import provinces
from parstats.reference.labels import search_key

# Names of rows that add up units, as `search_key` writes them: of the country, and of regions as
# the English yearbooks of the Statistics Office call them. Other names of regions are those of
# `provinces.match_region`.
_TOTALS = frozenset(
    (
        *("ca nuoc", "toan quoc", "tong so", "tong cong", "total", "whole country", "viet nam"),
        *("vietnam", "the whole country", "country", "national", "northern midlands and mountains"),
        *("northern midlands and mountain areas", "northern midlands and mountain area"),
        *("north central and central coastal areas", "north central and central coastal area"),
    )
)
# Codes that programs write for a missing figure.
_CODES = (-99.0, -999.0, -9999.0, -99999.0, 999.0, 9999.0, 99999.0)
# Times the range of the other figures that a code lies beyond it. By judgement: a figure of the
# largest city may be twice the range of the others beyond theirs.
_FAR = 3.0
# Places that a message names. By judgement: one line.
_NAMED = 5


def tidy_headers(table: pd.DataFrame, keep: Iterable[str] = ()) -> pd.DataFrame:
    """Return a table whose headers have no blanks around them and single ones inside.

    Headers to `keep` stay as they are, as a caller has written them.

    >>> tidy_headers(pd.DataFrame({" GRDP  growth ": [8.2]})).columns.tolist()
    ['GRDP growth']
    """
    kept = set(keep)
    return table.rename(
        columns={
            name: " ".join(name.split())
            for name in table.columns
            if isinstance(name, str) and name not in kept
        }
    )


def years_of_dates(values: pd.Series) -> pd.Series:
    """Return dates as their years; other values as they are.

    >>> years_of_dates(pd.Series(pd.to_datetime(["2024-12-31"]))).tolist()
    [2024]
    """
    if pd.api.types.is_datetime64_any_dtype(values):
        return values.dt.year
    if values.dtype == object:
        return values.map(lambda value: value.year if isinstance(value, date) else value)
    return values


def is_total(name: object, units: Collection[str] = ()) -> bool:
    """Return whether a name is that of the country or of a region, and of none of the units.

    >>> [is_total(name) for name in ("CẢ NƯỚC", "Đồng bằng sông Hồng - Red River Delta", "Hà Nội")]
    [True, True, False]
    """
    written = str(name)
    if written in units:
        return False
    names = [part for part in written.replace("/", " - ").split(" - ") if part.strip()]
    return bool(names) and all(_adds_up_units(part) for part in names)


def _adds_up_units(name: str) -> bool:
    if search_key(name) in _TOTALS:
        return True
    # A code as "SE" may be an abbreviation of a unit.
    if name.strip() in provinces.REGIONS:
        return False
    try:
        provinces.match_region(name)
    except errors.UnknownChoice:
        return False
    return True


def refuse_blank_names(table: pd.DataFrame, unit: str) -> None:
    """Refuse rows without a name, by their number from 1, the first row under the headers."""
    blank = [is_blank(name) for name in table[unit]]
    if not any(blank):
        return
    rows = np.flatnonzero(blank) + 1
    shown = ", ".join(map(str, rows[:_NAMED])) + (", ..." if len(rows) > _NAMED else "")
    raise errors.InvalidData(
        [
            errors.Problem(
                "covariates",
                None,
                unit,
                f"{len(rows)} rows of figures without a name (row {shown}, from 1 under the "
                "headers)",
                "a name in each row",
                "write the names, or leave the rows out; table.ffill() fills merged cells",
            )
        ]
    )


def is_blank(name: object) -> bool:
    """Return whether a cell holds nothing.

    >>> [is_blank(cell) for cell in (None, float("nan"), "  ", "Huế")]
    [True, True, True, False]
    """
    return (not isinstance(name, str) and bool(pd.isna(name))) or not str(name).strip()


def missing_codes(numbers: pd.Series) -> pd.Series:
    """Return the figures that look like a code for a missing one, far from all others.

    >>> missing_codes(pd.Series([7.2, 8.1, -9999.0, 6.5])).tolist()
    [-9999.0]
    >>> missing_codes(pd.Series([7200.0, 8100.0, 9999.0, 6500.0])).tolist()
    []
    """
    is_code = numbers.isin(_CODES)
    others = numbers[~is_code].dropna()
    if not is_code.any() or others.empty:
        return numbers[:0]
    low, high = float(others.min()), float(others.max())
    reach = _FAR * max(high - low, abs(high))
    # Where no other figure is below zero, one that is needs no distance to be strange.
    below = numbers < (0 if low >= 0 else low - reach)
    return numbers[is_code & (below | (numbers > high + reach))]
