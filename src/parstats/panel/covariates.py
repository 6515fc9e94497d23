"""Figures of one's own beside the scores: matched by the names of units, joined by year."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from parstats import errors
from parstats.arguments import as_tuple
from parstats.documents.header_roles import YEAR, score_role
from parstats.documents.number_formats import has_percent_sign, read_numbers
from parstats.panel.coverage import index_in
from parstats.panel.office_sheets import (
    is_blank,
    is_total,
    missing_codes,
    refuse_blank_names,
    tidy_headers,
    years_of_dates,
)
from parstats.panel.units import unit_column, with_vintage
from parstats.reference import frameworks
from parstats.reference.provinces import match_provinces

# Places that a message names. By judgement: one line.
_NAMED = 5
# Share of the filled cells that are numbers from which a column is one of figures, and not of
# remarks in which some number stands. By judgement.
_MOSTLY = 0.5
# Headers with a year from which a table has the years side by side. By judgement: one may be a
# figure of a year.
_LEAST_YEAR_HEADERS = 2


def join_covariates(
    scores: pd.DataFrame,
    table: pd.DataFrame,
    *,
    columns: str | Iterable[str] | None = None,
    unit: str | None = None,
    year: str | None = None,
) -> pd.DataFrame:
    """Return figures of one's own for the units and years of the scores.

    Parameters
    ----------
    scores : pandas.DataFrame of one index (`parstats.load_scores`)
    table : pandas.DataFrame
        One row per unit and year: a column with names of the units, however they are spelt ("TP
        HCM", "Thua Thien-Hue", "BR-VT"), or their codes, one with years (or dates, of which the
        year counts), and columns of numbers. Blanks around headers, empty rows, and rows of the
        country or of regions are left out; the names of the latter stand in the ``attrs`` of the
        result, as ``left_out``.
        Numbers may be written as text, with a decimal comma or a decimal point, if a column shows
        which it is. Percent signs stand in all cells of a column, or in none: 8.2 % is read as 8.2.
    columns : str or iterable of str, optional
        Those to join. If not given, all columns of numbers: not those of remarks, in which most
        cells are words, nor those that are called as a series of the index is.
    unit, year : str, optional
        Columns of the names and of the years; found by their headers if not given.

    Returns
    -------
    pandas.DataFrame: one row per year and unit of the scores: year, vintage, province (of an index
        of departments: unit), and the columns; missing where the table has no figure.

    Raises
    ------
    InvalidRequest: if a column is not found, is joined twice, or no figure is of the scores' years
    InvalidData: if a unit and year has two rows, a row has no name or no year, a figure is no
        number, or looks like a code for a missing one (-9999)
    ProvinceNotMatched: with every name that is no unit of its year, and what it may be

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> grdp = pd.DataFrame({"Tỉnh": ["TP HCM", "BR-VT"], "Năm": 2024, "grdp": [7.2, 11.7]})
    >>> joined = join_covariates(load_scores("PAPI", years=2024), grdp)
    >>> joined.dropna()[["year", "province", "grdp"]].to_numpy().tolist()
    [[2024, '77', 11.7], [2024, '79', 7.2]]
    """
    index = index_in(scores)
    chosen = [name for name in (unit, year, *as_tuple(columns or ())) if isinstance(name, str)]
    table = _tidy(table, chosen)
    unit, year, names = figure_columns(table, columns, unit, year)
    if columns is None:
        names = _without_series(index, names)
    key = unit_column(index)
    _refuse_names(index, names)
    keys = with_vintage(scores)[["year", "vintage", key]].drop_duplicates(ignore_index=True)
    table, left_out = _rows_of_units(table, unit, names, set(keys[key]))
    years = _years(table[year], year)
    rows = table.assign(**{year: years})[years.isin(keys["year"])]
    if rows.empty:
        listed = ", ".join(map(str, sorted(set(years.tolist()))[:_NAMED]))
        raise errors.InvalidRequest(
            f"covariates: no row is of a year of the scores; the column {year} holds {listed}"
        )
    numbers = pd.DataFrame({name: _numbers(rows[name]) for name in names})
    codes = _codes(rows[[unit, year]], keys, key)
    joined = numbers.assign(**{"year": rows[year].astype("int64"), key: codes})
    _refuse_repeats(joined, rows[unit], key)
    order = ["year", "vintage", key]
    result = keys.merge(joined, on=["year", key], how="left")
    result = result.sort_values(order, ignore_index=True)
    result.attrs["left_out"] = left_out
    return result


def _tidy(table: pd.DataFrame, chosen: list[str]) -> pd.DataFrame:
    return tidy_headers(table, chosen) if isinstance(table, pd.DataFrame) else table


def _rows_of_units(
    table: pd.DataFrame, unit: str, names: tuple[str, ...], units: set[str]
) -> tuple[pd.DataFrame, list[str]]:
    """Return the rows of units, and the names of those of the country and of regions."""
    blank = table[unit].map(is_blank)
    empty = blank & table[list(names)].map(is_blank).all(axis=1)
    # Empty rows go last, so that the number of a row without a name is that of the sheet.
    refuse_blank_names(table.assign(**{unit: table[unit].where(~empty, "-")}), unit)
    total = ~empty & table[unit].map(lambda name: is_total(name, units))
    left_out = list(dict.fromkeys(table.loc[total, unit].astype(str)))
    return table[~(empty | total)].reset_index(drop=True), left_out


def figure_columns(
    table: pd.DataFrame,
    columns: str | Iterable[str] | None = None,
    unit: str | None = None,
    year: str | None = None,
) -> tuple[str, str, tuple[str, ...]]:
    """Return the columns of the names, of the years and of the figures of a table.

    >>> figure_columns(pd.DataFrame({"Tỉnh": ["Huế"], "Năm": [2024], "grdp": [8.2]}))
    ('Tỉnh', 'Năm', ('grdp',))
    """
    if not isinstance(table, pd.DataFrame):
        raise errors.InvalidRequest(
            f"covariates is {type(table).__name__}: expected a table with a column of names, one "
            "of years, and columns of numbers"
        )
    repeated = table.columns[table.columns.duplicated()].tolist()
    if repeated:
        raise errors.InvalidRequest(f"covariates: two columns are called {repeated[0]}; rename one")
    unit, year = _column(table, "unit", unit), _column(table, "year", year)
    return unit, year, _figures(table, columns, {unit, year})


def _column(table: pd.DataFrame, role: str, name: str | None) -> str:
    """Return the column of the names or of the years."""
    if name is not None:
        if name not in table:
            raise errors.UnknownChoice(f"column of covariates for the {role}", name, table.columns)
        return name
    roles = {"unit": ("province", "code"), "year": ("year",)}[role]
    by_role = {word: [c for c in table if score_role(str(c)) == word] for word in roles}
    matching = next((columns for columns in by_role.values() if columns), [])
    if len(matching) == 1:
        return str(matching[0])
    if role == "year" and not matching:
        _refuse_years_as_columns(table)
    what = "several" if matching else "no"
    lasting = (
        "; figures that stay the same, as an area or a distance, are repeated over the years by "
        "table.merge(pd.DataFrame({'year': range(2011, 2025)}), how='cross'), and enter where "
        "provinces are compared"
        if role == "year" and not matching
        else ""
    )
    raise errors.InvalidRequest(
        f"covariates: {what} columns look like that of the {role}"
        f"{' (' + ', '.join(map(str, matching)) + ')' if matching else ''}; "
        f"the columns are {', '.join(map(str, table.columns)) or 'none'}; name it: {role}=... in "
        f"panel.join_covariates, covariate_{role}=... in the drivers{lasting}"
    )


def _refuse_years_as_columns(table: pd.DataFrame) -> None:
    """Refuse a table with a column for each year, and say how it becomes one row per year."""
    wide = [name for name in table if YEAR.search(str(name))]
    if len(wide) < _LEAST_YEAR_HEADERS:
        return
    others = [name for name in table if name not in wide]
    shown = ", ".join(map(str, wide[:_NAMED])) + (", ..." if len(wide) > _NAMED else "")
    raise errors.InvalidRequest(
        f"covariates: the years stand side by side, as columns ({shown}); expected one row for "
        f"each unit and year. Turn the table with table.melt(id_vars={others!r}, "
        'var_name="year", value_name="figure"), whose column year then has to hold years alone'
    )


def _figures(
    table: pd.DataFrame, columns: str | Iterable[str] | None, used: set[str]
) -> tuple[str, ...]:
    if columns is None:
        rest = [name for name in table if name not in used and score_role(str(name)) != "code"]
        names = tuple(name for name in rest if _is_of_figures(table.loc[:, name]))
    else:
        names = as_tuple(columns)
        for name in names:
            if name not in table:
                raise errors.UnknownChoice("column of covariates", name, table.columns)
    if not names:
        raise errors.InvalidRequest(
            f"covariates: no column of numbers beside {', '.join(sorted(used))}; expected one or "
            f"more; the columns are {', '.join(map(str, table.columns))}"
        )
    return names


def _is_of_figures(values: pd.Series) -> bool:
    """Return whether a column holds numbers, and no remarks among which there are some."""
    filled = values.dropna()
    if filled.empty or pd.api.types.is_datetime64_any_dtype(values):
        return False
    if pd.api.types.is_numeric_dtype(values):
        return True
    reading = read_numbers([str(value) for value in filled])
    n_numbers = sum(value is not None for value in reading.values) + len(reading.ambiguous)
    return n_numbers >= max(1, _MOSTLY * len(filled))


def _without_series(index: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names that are none of a series; all of them, to be refused, if there is none."""
    series = frameworks.series()
    taken = set(series.loc[series["index"] == index, "series"])
    return tuple(name for name in names if name not in taken) or names


def _refuse_names(index: str, names: tuple[str, ...]) -> None:
    """Refuse columns with the name of a series, or of what the result has anyway."""
    series = frameworks.series()
    used = {"year", "vintage", "province", "unit"} | set(
        series.loc[series["index"] == index, "series"]
    )
    if clash := [name for name in names if name in used]:
        raise errors.InvalidRequest(
            f"covariates: the column {clash[0]} has the name of a column or series of {index}, so "
            "that it cannot be told which of them is meant; rename it, or leave it out of the "
            "columns to join"
        )


def _years(values: pd.Series, name: str) -> pd.Series:
    years = pd.to_numeric(years_of_dates(values), errors="coerce")
    wrong = values[years.isna() | (years % 1 != 0)]
    if len(wrong):
        raise errors.InvalidData(
            [
                errors.Problem(
                    "covariates",
                    None,
                    name,
                    f"{len(wrong)} rows without a year ({', '.join(map(repr, wrong[:_NAMED]))})",
                    "a year in each row",
                    "correct these",
                )
            ]
        )
    return years.astype("int64")


def _numbers(values: pd.Series) -> pd.Series:
    """Return the figures of a column; those in text with the decimal mark that the column shows."""
    name = str(values.name)
    is_text = np.array([isinstance(value, str) for value in values], dtype=bool)
    numbers = pd.to_numeric(values.where(~is_text), errors="coerce").astype("float64")
    texts = values[is_text].astype("str")
    reading = read_numbers(texts.tolist())
    numbers[is_text] = [np.nan if value is None else value for value in reading.values]
    if reading.ambiguous:
        _refuse_cells(
            name,
            texts.iloc[list(reading.ambiguous)],
            "cells that may be thousands or decimals",
            "numbers, or texts that show which mark is that of decimals",
            "write 2509 or 2.5090, whichever is meant",
        )
    _refuse_mixed_percents(name, values, numbers)
    strange = texts.iloc[list(reading.unreadable)]
    no_number = values[~is_text & ((numbers.isna() & values.notna()) | np.isinf(numbers))]
    if len(wrong := pd.concat([strange, no_number])):
        _refuse_cells(
            name, wrong, "cells that are no numbers", "numbers or empty cells", "correct these"
        )
    if len(codes := missing_codes(numbers)):
        _refuse_cells(
            name,
            codes,
            "cells that look like a code for a missing figure, far from all others",
            "empty cells where a figure is missing",
            "empty them, as table.replace(-9999, float('nan')) does; a true figure of this size "
            "may be given in another unit",
        )
    with_comma, with_point = (texts[texts.str.contains(mark, regex=False)] for mark in ",.")
    if not reading.decimal and len(with_comma) and len(with_point):
        fewer = min(with_comma, with_point, key=len)
        _refuse_cells(
            name,
            fewer,
            "cells with another decimal mark than the others",
            "numbers with one decimal mark, a comma or a point, in the whole column",
            "write all of them with the same mark; pandas.read_csv(..., decimal=',') reads a file "
            "with commas",
        )
    return numbers


def _refuse_mixed_percents(name: str, values: pd.Series, numbers: pd.Series) -> None:
    """Refuse percents beside plain numbers, which may be shares: 8.2 % beside 0.107."""
    known = values[numbers.notna()]
    is_percent = np.array([has_percent_sign(str(value)) for value in known], dtype=bool)
    if is_percent.any() and not is_percent.all():
        signs, plain = known[is_percent], known[~is_percent]
        fewer = min(signs, plain, key=len)
        _refuse_cells(
            name,
            fewer,
            f"cells {'with' if fewer is signs else 'without'} a percent sign beside others "
            f"{'without' if fewer is signs else 'with'} one",
            "percent signs in all cells, which are then read as 8.2 for 8.2 %, or in none",
            "write all of them as percents, or all as shares: a plain 0.107 may be 10.7 % or 0.1 %",
        )


def _refuse_cells(name: str, cells: pd.Series, what: str, expected: str, remedy: str) -> None:
    shown = ", ".join(map(repr, cells[:_NAMED]))
    found = f"{len(cells)} {what} ({shown})"
    raise errors.InvalidData([errors.Problem("covariates", None, name, found, expected, remedy)])


def _codes(rows: pd.DataFrame, keys: pd.DataFrame, key: str) -> pd.Series:
    """Return the codes of the names, year by year: a name may be of a former province."""
    unit, year = rows.columns
    codes = pd.Series("", index=rows.index, dtype="object")
    problems: dict[str, errors.ProvinceNotMatched] = {}
    for number, part in rows.groupby(year):
        year_keys = keys[keys["year"] == number]
        if key == "unit":
            known = set(year_keys[key])
            strange = [str(name) for name in part[unit] if str(name) not in known]
            if strange:
                raise errors.UnknownChoice("unit of the covariates", strange[0], sorted(known))
            codes[part.index] = part[unit].astype(str)
            continue
        vintage = int(year_keys["vintage"].iloc[0])
        try:
            codes[part.index] = match_provinces(part[unit].tolist(), vintage=vintage)
        except errors.ProvinceNotMatched as error:
            problems.setdefault(str(error), error)
    if problems:
        message = f"covariates, column {unit}: {'; '.join(problems)}"
        first = next(iter(problems.values()))
        raise errors.ProvinceNotMatched(first.name, [], message)
    return codes


def _refuse_repeats(joined: pd.DataFrame, written: pd.Series, key: str) -> None:
    twice = joined.duplicated(["year", key], keep=False)
    if not twice.any():
        return
    place = joined[twice].iloc[0]
    same = twice & (joined["year"] == place["year"]) & (joined[key] == place[key])
    raise errors.InvalidData(
        [
            errors.Problem(
                "covariates",
                None,
                str(written.name),
                f"{int(twice.sum())} rows of a unit and year that have another ({place['year']}: "
                f"{', '.join(map(repr, written[same]))} are all {place[key]})",
                "one row for each unit and year",
                "keep one of them, or add them up",
            )
        ]
    )
