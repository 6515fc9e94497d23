"""Names beside the codes of any result table."""

from __future__ import annotations

from typing import Any

import pandas as pd

from parstats import errors
from parstats.reference import definitions, frameworks, labels
from parstats.reference import provinces as places

# Columns of codes that result tables have, by what they are codes of.
_SERIES = ("series", "parent", "other", "other_parent", "series_1", "series_2", "scale")
_PROVINCES = ("province", "rival")
_INDICES = ("index", "index_1", "index_2")


def with_names(
    table: pd.DataFrame, lang: str = "vi", *, vintage: int | str | None = None
) -> pd.DataFrame:
    """Return a table with the name beside each code of a province, series, region or index.

    Parameters
    ----------
    table : pandas.DataFrame
        Any table of parstats. Columns that hold no codes stay as they are.
    lang : {"vi", "en"}
    vintage : {64, 63, 34}, optional
        Set of provinces of a table without a column ``vintage``; if not given, that of its year.

    Returns
    -------
    pandas.DataFrame
        A copy, with a column such as ``province_name``, ``series_name``, ``parent_name``,
        ``region_name`` or ``index_name`` after that of the codes; empty where the code is. A table
        that has them already gets those of the language.

    Raises
    ------
    InvalidRequest: if it is no table, or it cannot be told which set of provinces its codes are of
    UnknownChoice: if the language or the vintage does not exist

    Examples
    --------
    >>> from parstats.panel import load_scores, ranks
    >>> first = with_names(ranks(load_scores("PAPI"), 2024)).head(1)
    >>> first[["province", "province_name", "rank"]].values.tolist()
    [['22', 'Quảng Ninh', 1]]
    """
    lang = labels.check_language(lang)
    if not isinstance(table, pd.DataFrame):
        raise errors.InvalidRequest(
            f"with_names: the table is of type {type(table).__name__}; expected a table of "
            "parstats (of a result with several tables, one of them)"
        )
    named = table.copy()
    for column in [name for name in table.columns if name in _PROVINCES]:
        names = _province_names(table, column, lang, vintage)
        _put_beside(named, column, names)
    codes = dict.fromkeys(_SERIES, _series_name) | {"region": _region_name}
    codes |= dict.fromkeys(_INDICES, _index_name)
    for column in [name for name in table.columns if name in codes]:
        by_code = {code: codes[column](code, lang) for code in table[column].unique()}
        _put_beside(named, column, table[column].map(by_code))
    return named


def _put_beside(table: pd.DataFrame, column: str, names: pd.Series) -> None:
    name = f"{column}_name"
    if name in table:
        table[name] = names
    else:
        table.insert(int(table.columns.get_loc(column)) + 1, name, names)


def _series_name(code: Any, lang: str) -> str:
    """Return the name of a series; what is none, as the name of a scale, stays as it is."""
    if pd.isna(code) or not code:
        return ""
    try:
        return frameworks.series_name(str(code), lang)
    except errors.UnknownChoice:
        return str(code)


def _region_name(code: object, lang: str) -> str:
    return labels.text(f"region.{code}", lang) if code in places.REGIONS else ""


def _index_name(code: object, lang: str) -> str:
    return _series_name(frameworks.top(str(code)), lang) if code else ""


def _province_names(
    table: pd.DataFrame, column: str, lang: str, vintage: int | str | None
) -> pd.Series:
    vintages = _vintages(table, vintage)
    pairs = list(zip(table[column], vintages, strict=True))
    names: dict[tuple[object, int | None], str] = {}
    for code, row_vintage in dict.fromkeys(pairs):
        if pd.isna(code) or not code:
            names[code, row_vintage] = ""
            continue
        sets = [row_vintage] if row_vintage is not None else list(places.VINTAGES)
        matches = {places.by_code(s)[code].names[lang] for s in sets if code in places.by_code(s)}
        if len(matches) != 1:
            why = "is of another province in each" if matches else "is of no province"
            raise errors.InvalidRequest(
                f"with_names: the code {code!r} of the column {column} {why} of the sets "
                f"{', '.join(map(str, sets))}: add the column vintage, or pass vintage=63 or 34"
            )
        names[code, row_vintage] = matches.pop()
    return pd.Series([names[pair] for pair in pairs], index=table.index, dtype="str")


def _vintages(table: pd.DataFrame, vintage: int | str | None) -> list[int | None]:
    """Return the set of units of each row, None where neither table nor caller tells."""
    otherwise = None if vintage is None else places.check_vintage(vintage)
    unit_sets = {
        name: definitions.unit_set_of_index(str(name))
        for name in (table["index"].unique() if "index" in table else ())
        if frameworks.index_info(str(name)).unit_level == "unit"
    }
    rows = pd.DataFrame(
        {
            "unit_set": table["index"].map(unit_sets) if unit_sets else None,
            "vintage": table.get("vintage"),
            "year": table.get("year", table.attrs.get("year")),
        },
        index=table.index,
    )
    return [
        _vintage(unit_set, row_vintage, year, otherwise)
        for unit_set, row_vintage, year in rows.itertuples(index=False, name=None)
    ]


def _vintage(unit_set: Any, row_vintage: Any, year: Any, otherwise: int | None) -> int | None:
    for number in (unit_set, row_vintage):
        if not pd.isna(number):
            return int(number)
    if otherwise is None and not pd.isna(year):
        return places.vintage_in_year(int(year))
    return otherwise
