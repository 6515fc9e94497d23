"""Change between two years, with the breaks that lie between."""

from __future__ import annotations

from typing import Literal, get_args

import pandas as pd

from parstats import errors
from parstats.panel.coverage import check_year, index_in
from parstats.panel.standardise import METHODS, Method, standardise
from parstats.panel.units import province_scores, same_vintage
from parstats.reference import frameworks

OnBreak = Literal["blank", "keep", "raise"]
ON_BREAK: tuple[str, ...] = get_args(OnBreak)

_COLUMNS = {
    **dict.fromkeys(("year", "previous"), "int64"),
    **dict.fromkeys(("province", "unit", "series", "level"), "str"),
    **dict.fromkeys(("value", "value_previous", "change"), "float64"),
    "comparable": "bool",
    **dict.fromkeys(("break_en", "break_vi"), "str"),
    "ranking_break": "bool",
}

# A change of scale does not break a series that has been rescaled or standardised.
_BASIS: dict[str, frameworks.Basis] = {
    "points": "points",
    "share_of_scale": "share_of_scale",
    "z": "share_of_scale",
}


def common_provinces(scores: pd.DataFrame, year: int, previous: int) -> list[str]:
    """Return the provinces with an overall score in both years, in order of code.

    Raises
    ------
    VintageCrossed: if one year is of the 63 provinces and the other of the 34

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> len(common_provinces(load_scores("PAPI"), 2024, 2023))
    59
    """
    same_vintage(scores, year, previous)
    totals = province_scores(scores[scores["level"] == "index"])
    now = set(totals.loc[totals["year"] == year, "province"])
    return sorted(now & set(totals.loc[totals["year"] == previous, "province"]))


def change(
    scores: pd.DataFrame,
    year: int,
    previous: int | None = None,
    *,
    method: Method = "points",
    strict: bool = False,
    on_break: OnBreak = "blank",
) -> pd.DataFrame:
    """Return the change of every series and province between two years.

    A change that crosses a break in the meaning or scale of its series is not a change of
    anything; it is left blank and flagged unless asked for.

    Parameters
    ----------
    scores : pandas.DataFrame of one index (`parstats.load_scores`)
    year : int; the later year
    previous : int, optional; the earlier year; the year before if not given
    method : {"points", "share_of_scale", "z"}; what is compared; see `parstats.panel.standardise`
    strict : bool; use the strictest reading, by which no series compares across 2016, 2018 and 2021
    on_break : {"blank", "keep", "raise"}
        What to do with a pair that crosses a break: leave ``change`` missing, compute it all the
        same, or refuse.

    Returns
    -------
    pandas.DataFrame: one row per series and province with figures in both years: year, previous,
        province, unit (a department, else empty), series, level, value, value_previous, change,
        comparable (no break between), break_en and break_vi (what happened), ranking_break (whether
        ranks of the two years compare badly, as in 2020-2021). Without provinces that `to_vintage`
        made from a part of their members in one of the years.

    Raises
    ------
    BreakCrossed: with ``on_break="raise"``, if a pair crosses a break; the message names the series
    UnknownChoice, VintageCrossed: if an option is unknown; if one year is of the 63 provinces and
        the other of the 34

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> scores = load_scores("PAPI", years=[2020, 2021])
    >>> table = change(scores, 2021)
    >>> law = table[table["series"] == "papi.services.law_and_order"]
    >>> bool(law["comparable"].any()), int(law["change"].notna().sum()), bool(law["ranking_break"].all())
    (False, 0, True)
    """
    for what, value, allowed in (("method", method, METHODS), ("on_break", on_break, ON_BREAK)):
        if value not in allowed:
            raise errors.UnknownChoice(what, value, allowed)
    previous = year - 1 if previous is None else previous
    if previous == year:
        raise errors.InvalidRequest(f"cannot compare {year} with itself")
    check_year(scores, year)
    check_year(scores, previous)
    same_vintage(scores, year, previous)
    # A mean over other members than the year before is no change of the province.
    both = province_scores(scores[scores["year"].isin([year, previous])])
    valued = standardise(both, method)
    keys = ["province", "unit", "series"]
    now = valued[valued["year"] == year][[*keys, "index", "level", "value"]]
    then = valued[valued["year"] == previous][[*keys, "value"]]
    table = now.merge(then, on=keys, suffixes=("", "_previous"), validate="one_to_one")
    basis: frameworks.Basis = "strict" if strict else _BASIS[method]
    table["comparable"] = frameworks.comparable(table["series"], year, previous, basis)
    crossed = ~table["comparable"]
    for name, break_text in frameworks.break_texts(table["series"], year, previous).items():
        table[name] = break_text.where(crossed, "")
    index = index_in(scores)
    between = frameworks.breaks_between(index, year, previous, affects="ranking")
    table["ranking_break"] = len(between) > 0
    if on_break == "raise" and crossed.any():
        names = ", ".join(sorted(table.loc[crossed, "series"].unique()))
        raise errors.BreakCrossed(
            f"{index} {previous} and {year} cannot be compared in {method} for: {names}; "
            "leave these out, or pass on_break='blank' or 'keep'"
        )
    difference = table["value"] - table["value_previous"]
    table["change"] = difference if on_break == "keep" else difference.where(~crossed)
    return table.assign(year=year, previous=previous)[list(_COLUMNS)].reset_index(drop=True)


def empty_change() -> pd.DataFrame:
    """Return the table of `change` without rows, for a year that has none before it."""
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in _COLUMNS.items()})
