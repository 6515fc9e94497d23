"""Change between two years, with the breaks that lie between."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Literal, get_args

import pandas as pd

from parstats import errors
from parstats.panel.coverage import check_year, index_in, needed
from parstats.panel.standardise import METHODS, Method, standardise
from parstats.panel.units import (
    check_provinces,
    n_units,
    province_scores,
    same_vintage,
    with_vintage,
)
from parstats.reference import frameworks
from parstats.reference.period_numbers import period_kind, period_text
from parstats.reference.provinces import is_unchanged

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
    previous = year_before(scores, year) if previous is None else previous
    if previous == year:
        raise errors.InvalidRequest(f"cannot compare {period_text(year)} with itself")
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
            f"{index} {period_text(previous)} and {period_text(year)} cannot be compared in {method} for: {names}; "
            "leave these out, or pass on_break='blank' or 'keep'"
        )
    difference = table["value"] - table["value_previous"]
    table["change"] = difference if on_break == "keep" else difference.where(~crossed)
    return table.assign(year=year, previous=previous)[list(_COLUMNS)].reset_index(drop=True)


def year_before(scores: pd.DataFrame, year: int) -> int:
    """Return the year before, or refuse with the last before it that has figures.

    >>> from parstats.panel import load_scores
    >>> year_before(load_scores("PAPI"), 2024)
    2023
    """
    years = sorted(int(other) for other in scores["year"].unique())
    before = check_year(scores, year) - 1
    if before in years:
        return before
    kind, earlier = period_kind(year), [other for other in years if other < year]
    last = f"; the last before is {period_text(earlier[-1])}" if earlier else ", nor of any earlier"
    remedy = f": pass previous={earlier[-1]}" if earlier else ""
    raise errors.InvalidRequest(
        f"no figures of the {kind} before ({period_text(before)}){last}{remedy}"
    )


@dataclass(frozen=True)
class UsualChange:
    """How far a province usually moves from one year to the next, beside the others.

    Attributes
    ----------
    points : float; the share `level` of changes lies between minus and plus this many points;
        missing without any
    level : float; share of the changes
    n_changes, n_provinces : int; changes that it is from, and provinces
    """

    points: float
    level: float
    n_changes: int
    n_provinces: int


def usual_change(scores: pd.DataFrame, *, level: float = 0.8) -> UsualChange:
    r"""Return how far overall scores of provinces with unchanged borders move in a year.

    A yardstick for a change across the merger of 2025: the mean of two or three samples of a survey
    moves less than one sample, so calculated scores would make it too short.

    Parameters
    ----------
    scores : pandas.DataFrame of one index, all years (`parstats.load_scores`)
    level : float; share of the changes that the range holds, between 0 and 1

    Returns
    -------
    UsualChange

    Raises
    ------
    InvalidRequest: if the level is not between 0 and 1, or the index grades departments

    Notes
    -----
    With :math:`y_{it}` the overall score, the change is
    :math:`(y_{it} - \bar y_t) - (y_{i,t-1} - \bar y_{t-1})`, the mean over the provinces with a
    score in both years: what all gain or lose together is no change of place. Pairs of years that
    do not compare, in level or ranking, or in which fewer than 90 % of the provinces have a score,
    are left out. The range is the `level` quantile of the
    absolute changes: no distribution is assumed. Whether next year's change is alike nobody knows.

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> usual = usual_change(load_scores("PAPI", years=range(2011, 2025), level="index"))
    >>> usual.n_provinces, usual.n_changes, round(usual.points, 1)
    (11, 75, 1.6)
    """
    if not 0 < level < 1:
        raise errors.InvalidRequest(f"level is {level}: expected a share between 0 and 1, as 0.8")
    index = index_in(scores)
    check_provinces(index, "usual_change")
    totals = with_vintage(province_scores(scores[scores["series"] == frameworks.top(index)]))
    changes = [
        _unchanged_deviations(totals[totals["vintage"] == vintage], year)
        for vintage, years in totals.groupby("vintage")["year"].unique().items()
        for year in years
        if year - 1 in years and _is_comparable(index, int(year))
    ]
    pooled = pd.concat([part for part in changes if len(part)] or [pd.Series(dtype="float64")])
    points = float(pooled.abs().quantile(level))
    return UsualChange(points, level, len(pooled), pooled.index.nunique())


def _is_comparable(index: str, year: int) -> bool:
    """Return whether overall score and ranking of an index compare with the year before."""
    top = pd.Series([frameworks.top(index)])
    broken = frameworks.breaks_between(index, year, year - 1, affects="ranking")
    return bool(frameworks.comparable(top, year, year - 1).iloc[0]) and broken.empty


def _unchanged_deviations(totals: pd.DataFrame, year: int) -> pd.Series:
    """Return changes less their mean, of the provinces whose borders did not change, by code."""
    by_year = totals.pivot(index="province", columns="year", values="score")
    difference = (by_year[year] - by_year[year - 1]).dropna()
    vintage = int(totals["vintage"].iloc[0])
    # The mean of the few provinces that a newspaper names is no mean of the country.
    if len(difference) < needed(n_units(str(totals["index"].iloc[0]), vintage)):
        return difference.head(0)
    return (difference - difference.mean())[lambda d: d.index.map(partial(is_unchanged, vintage))]


def empty_change() -> pd.DataFrame:
    """Return the table of `change` without rows, for a year that has none before it."""
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in _COLUMNS.items()})
