"""Relative change of a province between two years."""

from __future__ import annotations

import pandas as pd

from parstats import errors
from parstats.arguments import keeps_index
from parstats.drivers.overall_weights import (
    OverallWeights,
    has_overall_weights,
    overall_weights,
)
from parstats.drivers.score_checks import check_scores, require_table
from parstats.drivers.score_matrix import lowest_level
from parstats.panel import check_year, common_provinces, index_in, wide
from parstats.panel.units import about_province, vintage_in
from parstats.reference import frameworks
from parstats.reference.period_numbers import period_text
from parstats.reference.provinces import match_province


@keeps_index
def relative_change(
    scores: pd.DataFrame, province: str, year: int, previous: int | None = None
) -> pd.DataFrame:
    r"""Split a province's change of score less the mean change of all provinces by series.

    Parameters
    ----------
    scores : pandas.DataFrame of one index (`parstats.load_scores`)
    province : str; code or name
    year : int; the later year
    previous : int, optional; the earlier year; the year before if not given

    Returns
    -------
    pandas.DataFrame: one row per series held in either year, in the order of the framework: series,
        parent, change (points of the province), mean_change (points, mean over the common
        provinces, itself included), relative_change (their difference), comparable (series and
        scale the same in both years), break_en, break_vi, n_common, vintage. The series are the
        lowest that add up to the overall score: sub-dimensions of PAPI, fields of the PAR INDEX.
        Where they add up by no rule (SIPAS), their weights are found from the scores, and the last
        series is the rest (`parstats.drivers.shares`). Empty if the province lacks one of them in
        one of the years, if too few have them all to find the weights, or if one year is of the 63
        provinces and the other of the 34. ``relative_change`` adds up exactly to the change of the
        province's total less the mean change of the totals.

    Raises
    ------
    InvalidData: if a score is not a number, is infinite or duplicated, or is of a province that
        does not exist
    InvalidRequest: if the two years are the same, or the scores are no table of one index
    UnknownChoice: if the scores hold nothing of the later year

    Notes
    -----
    With :math:`d_{jt} = x_{ijt} - \bar x_{jt}`, the deviation of province i from the mean of
    the provinces that have a total in both years, the row of series j is
    :math:`d_{jt} - d_{j,t-1}`. A series that the framework holds in one of the years only
    has a deviation of zero in the other, so the sum stays exact across changes of framework; such
    rows, and series whose meaning or scale changed, are not comparable and are flagged.
    This is arithmetic: it says which series the movement came through, not what caused it.

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> table = relative_change(load_scores("PAPI"), "72", 2024)
    >>> len(table), bool(table["comparable"].all())
    (28, True)
    """
    require_table(scores)
    previous = check_year(scores, year) - 1 if previous is None else previous
    if previous == year:
        raise errors.InvalidRequest(f"cannot compare {period_text(year)} with itself")
    all_years, scores = scores, check_scores(scores[scores["year"].isin((year, previous))])
    vintage = vintage_in(scores, year)
    if vintage_in(scores, previous) != vintage:
        return _empty()
    province = match_province(province, vintage=vintage)
    now, weights = _parts(scores, all_years, year)
    if weights is not None and not _same_framework(scores, year, previous):
        weights = None
    then, _ = _parts(scores, all_years, previous, like=weights)
    available = now.index.intersection(then.index)
    common = [code for code in common_provinces(scores, year, previous) if code in available]
    if province not in common:
        return _empty()
    now, then = now.loc[common], then.loc[common]
    order = frameworks.series()
    order = order[order["series"].isin([*now.columns, *then.columns])].set_index("series")
    index = index_in(scores)
    rest = f"{frameworks.top(index)}.{frameworks.REST}"
    if rest in now or rest in then:
        order.loc[rest, "parent"] = frameworks.top(index)
    province_change = now.loc[province].reindex(order.index, fill_value=0.0)
    province_change -= then.loc[province].reindex(order.index, fill_value=0.0)
    mean = now.mean().reindex(order.index, fill_value=0.0)
    mean -= then.mean().reindex(order.index, fill_value=0.0)
    table = order[["parent"]].assign(
        change=province_change, mean_change=mean, relative_change=province_change - mean
    )
    table = table.reset_index()
    table["comparable"] = frameworks.comparable(table["series"], year, previous)
    is_rest = table["series"] == rest
    table.loc[is_rest, "comparable"] = bool(table.loc[~is_rest, "comparable"].all())
    table = table.join(frameworks.break_texts(table["series"], year, previous))
    return about_province(table.assign(n_common=len(common), vintage=vintage), province)


def _same_framework(scores: pd.DataFrame, year: int, previous: int) -> bool:
    index = index_in(scores)
    now, then = (frameworks.framework_in_year(index, each) for each in (year, previous))
    return now == then


def _parts(
    scores: pd.DataFrame,
    all_years: pd.DataFrame,
    year: int,
    like: OverallWeights | None = None,
) -> tuple[pd.DataFrame, OverallWeights | None]:
    """Points of the provinces that have all parts of the overall score, and the weights.

    No provinces and no weights if the parts make up no overall score that is known.
    """
    index = index_in(scores)
    level = lowest_level(index, year)
    matrix = wide(scores, year, level=level, complete=True)
    if not has_overall_weights(scores, matrix, index, year, level):
        return matrix.head(0), None
    weights = overall_weights(all_years, matrix, index, year, level, like=like)
    return weights.points(matrix, index), weights


def _empty() -> pd.DataFrame:
    types = {"series": "str", "parent": "str"}
    types |= dict.fromkeys(("change", "mean_change", "relative_change"), "float64")
    types |= {
        "comparable": "bool",
        "break_en": "str",
        "break_vi": "str",
        "n_common": "int64",
        "vintage": "int64",
    }
    return pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in types.items()})
