"""Figures of one's own beside the scores: matched by the names of units, joined by year."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from parstats import errors
from parstats.arguments import as_tuple
from parstats.documents.header_roles import score_role
from parstats.panel.coverage import index_in
from parstats.panel.units import unit_column, with_vintage
from parstats.reference import frameworks
from parstats.reference.provinces import match_provinces

# Places that a message names. By judgement: one line.
_NAMED = 5


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
        HCM", "Thua Thien-Hue", "BR-VT"), or their codes, one with years, and columns of numbers.
    columns : str or iterable of str, optional; those to join; all columns of numbers if not given
    unit, year : str, optional
        Columns of the names and of the years; found by their headers if not given.

    Returns
    -------
    pandas.DataFrame: one row per year and unit of the scores: year, vintage, province (of an index
        of departments: unit), and the columns; missing where the table has no figure.

    Raises
    ------
    InvalidRequest: if a column is not found, is joined twice, or no figure is of the scores' years
    InvalidData: if a unit and year has two rows, or a figure is no number
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
    unit, year, names = figure_columns(table, columns, unit, year)
    table = table.reset_index(drop=True)
    years = _years(table[year], year)
    key = unit_column(index)
    _refuse_names(index, names)
    keys = with_vintage(scores)[["year", "vintage", key]].drop_duplicates(ignore_index=True)
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
    return keys.merge(joined, on=["year", key], how="left").sort_values(order, ignore_index=True)


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
    what = "several" if matching else "no"
    raise errors.InvalidRequest(
        f"covariates: {what} columns look like that of the {role}"
        f"{' (' + ', '.join(map(str, matching)) + ')' if matching else ''}; "
        f"the columns are {', '.join(map(str, table.columns)) or 'none'}; name it: {role}=... in "
        f"panel.join_covariates, covariate_{role}=... in the drivers"
    )


def _figures(
    table: pd.DataFrame, columns: str | Iterable[str] | None, used: set[str]
) -> tuple[str, ...]:
    if columns is None:
        rest = [name for name in table if name not in used and score_role(str(name)) != "code"]
        names = tuple(
            name for name in rest if pd.to_numeric(table[name], errors="coerce").notna().any()
        )
    else:
        names = as_tuple(columns)
        for name in names:
            if name not in table:
                raise errors.UnknownChoice("column of covariates", name, table.columns)
    repeated = table.columns[table.columns.duplicated()].tolist()
    if repeated:
        raise errors.InvalidRequest(f"covariates: two columns are called {repeated[0]}; rename one")
    if not names:
        raise errors.InvalidRequest(
            f"covariates: no column of numbers beside {', '.join(sorted(used))}; expected one or "
            "more"
        )
    return names


def _refuse_names(index: str, names: tuple[str, ...]) -> None:
    """Refuse columns with the name of a series, or of what the result has anyway."""
    series = frameworks.series()
    used = {"year", "vintage", "province", "unit"} | set(
        series.loc[series["index"] == index, "series"]
    )
    if clash := [name for name in names if name in used]:
        raise errors.InvalidRequest(
            f"covariates: the column {clash[0]} has the name of a column or series of {index}; "
            "rename it, or name the columns to join"
        )


def _years(values: pd.Series, name: str) -> pd.Series:
    years = pd.to_numeric(values, errors="coerce")
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


def _refuse_grouped(values: pd.Series) -> None:
    """Refuse texts that are thousands to the one and decimals to the other, as 2.509."""
    texts = values[[isinstance(value, str) for value in values]].astype("str").str.strip()
    grouped = texts[texts.str.fullmatch(r"[-−]?\d{1,3}([.,]\d{3})+")]
    if len(grouped):
        raise errors.InvalidData(
            [
                errors.Problem(
                    "covariates",
                    None,
                    str(values.name),
                    f"{len(grouped)} cells that may be thousands or decimals "
                    f"({', '.join(map(repr, grouped[:_NAMED]))})",
                    "numbers, or texts without separators of thousands",
                    "write 2509 or 2.5090, whichever is meant",
                )
            ]
        )


def _numbers(values: pd.Series) -> pd.Series:
    _refuse_grouped(values)
    numbers = pd.to_numeric(values, errors="coerce").astype("float64")
    wrong = values[(numbers.isna() & values.notna()) | np.isinf(numbers)]
    if len(wrong):
        raise errors.InvalidData(
            [
                errors.Problem(
                    "covariates",
                    None,
                    str(values.name),
                    f"{len(wrong)} cells that are no numbers "
                    f"({', '.join(map(repr, wrong[:_NAMED]))})",
                    "numbers with a decimal point, or empty cells",
                    "read the file with decimal=',' if its mark is a comma, or correct these",
                )
            ]
        )
    return numbers


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
