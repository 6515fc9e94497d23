"""One province in every sub-dimension of a year, and the provinces whose profile is nearest."""

from __future__ import annotations

import numpy as np
import pandas as pd

from parstats import errors
from parstats.arguments import keeps_index, old_names
from parstats.panel.change import change, empty_change
from parstats.panel.coverage import check_year, complete_levels, index_in, require_coverage
from parstats.panel.national_statistics import published_alternative
from parstats.panel.reshape import wide
from parstats.panel.units import (
    about_province,
    check_provinces,
    has_regions,
    n_units,
    province_scores,
    vintage_in,
    with_vintage,
)
from parstats.reference import frameworks
from parstats.reference import provinces as places
from parstats.reference.period_numbers import period_text
from parstats.reference.provinces import match_province


@keeps_index
def profile(
    scores: pd.DataFrame, province: str, year: int, *, level: str | None = None
) -> pd.DataFrame:
    """Return a province's score, percentile, region and change by series.

    Parameters
    ----------
    scores : pandas.DataFrame of one index (`parstats.load_scores`)
    province : str; code or name
    year : int
    level : {"criterion", "dimension"}, optional; by default the lowest that the scores carry

    Returns
    -------
    pandas.DataFrame: one row per series the province has a score in, in the order of the framework:
        series, parent, vintage, score, max_score (points), share_of_scale (0-1), percentile (0-100:
        share of the other provinces with a lower score, ties counting half), median_country and
        median_region (points), percentile_region (median percentile of the provinces of its region,
        itself included), n_provinces, n_region, percentile_change and score_change since the year
        before (missing without figures or across a break), comparable, break_en, break_vi,
        is_filled (whether a unit of an own index was not assessed by it: the figures fill the gap).
        Empty if the province has no data that year, or (without `level`) the scores carry the
        overall score only.

    Raises
    ------
    InsufficientCoverage: if a series has figures for fewer than 90 % of the provinces
    InvalidRequest: if the index grades departments

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> table = profile(load_scores("PAPI"), "20", 2024)
    >>> len(table), bool(table["percentile"].between(0, 100).all())
    (28, True)
    """
    index, vintage = index_in(scores), vintage_in(scores, check_year(scores, year))
    check_provinces(index, "profile")
    province = places.match_province(province, vintage=vintage)
    scores = with_vintage(province_scores(scores))
    if level is None:
        carried = complete_levels(scores, year)
        if carried == ("index",):
            return _empty()
        level = carried[-1] if carried else "criterion"
    frameworks.check_level(level, ("dimension", "criterion"))
    matrix = wide(scores, year, level=level)
    fewest = int(matrix.notna().sum().min()) if len(matrix.columns) else 0
    what = f"percentiles of {index} {period_text(year)} ({level})"
    require_coverage(fewest, n_units(index, vintage), what, published_alternative(index, year))
    if province not in matrix.index:
        return _empty()
    percentiles = _percentiles(matrix)
    region = [
        code
        for code in matrix.index
        if has_regions(index)
        and places.by_code(vintage)[code].region == places.by_code(vintage)[province].region
    ]
    province_values = matrix.loc[province].dropna()
    year_series = frameworks.in_year(index, year, level).set_index("series")
    year_series = year_series.loc[province_values.index]
    spread = year_series["max_points"] - year_series["min_points"]
    table = pd.DataFrame(
        {
            "parent": year_series["parent"],
            "vintage": vintage,
            "score": province_values,
            "max_score": year_series["max_points"],
            "share_of_scale": (province_values - year_series["min_points"]) / spread,
            "percentile": percentiles.loc[province, province_values.index],
            "median_country": matrix[province_values.index].median(),
            "median_region": matrix.loc[region, province_values.index].median(),
            "percentile_region": percentiles.loc[region, province_values.index].median(),
            "n_provinces": matrix[province_values.index].notna().sum(),
            "n_region": matrix.loc[region, province_values.index].notna().sum(),
        }
    )
    table = _with_change(table, scores, province, year, level, percentiles)
    table["is_filled"] = table["series"].isin(_filled(scores, index, province, year))
    return about_province(table, province)


def _filled(scores: pd.DataFrame, index: str, province: str, year: int) -> list[str]:
    """Return the criteria by which a unit of an own index was not assessed: figures fill in."""
    if frameworks.index_info(index).unit_level != "unit" or "origin" not in scores:
        return []
    rows = scores[(scores["province"] == province) & (scores["year"] == year)]
    filled = (rows["level"] == "criterion") & (rows["origin"] == "derived")
    return list(rows.loc[filled, "series"])


def _percentiles(matrix: pd.DataFrame) -> pd.DataFrame:
    """Return the share of the other provinces below, in percent, ties counting half."""
    below = matrix.rank(method="average") - 1
    return 100 * below / (matrix.notna().sum() - 1)


def _with_change(
    table: pd.DataFrame,
    scores: pd.DataFrame,
    province: str,
    year: int,
    level: str,
    percentiles: pd.DataFrame,
) -> pd.DataFrame:
    rows = scores[scores["level"] == level]
    rows = rows[rows["vintage"] == vintage_in(scores, year)]
    earlier = bool((rows["year"] == year - 1).any())
    changes = change(rows, year) if earlier else empty_change()
    province_changes = changes[changes["province"] == province].set_index("series")
    comparable = province_changes["comparable"].reindex(table.index)
    before = wide(rows, year - 1, level=level) if earlier else rows.head(0)
    moved = pd.Series(np.nan, index=table.index)
    if province in before.index:
        then = _percentiles(before).loc[province].reindex(table.index)
        ranking_break = bool(province_changes["ranking_break"].any())
        year_series = comparable.eq(True) & (not ranking_break)
        moved = (percentiles.loc[province, table.index] - then).where(year_series)
    return (
        table.assign(
            score_change=province_changes["change"].reindex(table.index),
            percentile_change=moved,
            comparable=comparable.astype("boolean"),
            break_en=province_changes["break_en"].reindex(table.index).fillna(""),
            break_vi=province_changes["break_vi"].reindex(table.index).fillna(""),
        )
        .rename_axis("series")
        .reset_index()
    )


def _empty() -> pd.DataFrame:
    numbers = [
        "score",
        "max_score",
        "share_of_scale",
        "percentile",
        "median_country",
        "median_region",
        "percentile_region",
        "n_provinces",
        "n_region",
        "score_change",
        "percentile_change",
    ]
    columns = {
        "series": "str",
        "parent": "str",
        "vintage": "int64",
        **dict.fromkeys(numbers, "float64"),
    }
    columns |= {"comparable": "boolean", "break_en": "str", "break_vi": "str"}
    columns["is_filled"] = "bool"
    return pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in columns.items()})


@old_names(n="n_neighbours")
def peers(scores: pd.DataFrame, province: str, year: int, n_neighbours: int = 5) -> pd.DataFrame:
    """Return the nearest provinces by profile, whatever their rank.

    Parameters
    ----------
    scores : pandas.DataFrame of one index (`parstats.load_scores`)
    province : str; code or name
    year : int
    n_neighbours : int

    Returns
    -------
    pandas.DataFrame: province, vintage, distance (root mean squared difference of z scores over all
        sub-dimensions, or dimensions if the scores carry no lower level, in standard deviations),
        score (overall, points), rank; nearest first. Empty if the province has no complete data
        that year, or the scores carry the overall score only.

    Raises
    ------
    InvalidRequest: if `n_neighbours` is below 1, or the index grades departments
    InsufficientCoverage: if fewer than 90 % of the provinces have all sub-dimensions

    Notes
    -----
    Euclidean distance (`sklearn.neighbors.NearestNeighbors`) on sub-dimensions standardised over
    the complete provinces of the year, so every sub-dimension counts alike; one in which all
    provinces are equal adds nothing. Near means alike in shape; it says nothing about why.

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> table = peers(load_scores("PAPI"), "20", 2024, n_neighbours=3)
    >>> len(table), bool(table["distance"].is_monotonic_increasing)
    (3, True)
    """
    if n_neighbours < 1:
        raise errors.InvalidRequest(f"n_neighbours is {n_neighbours}: expected at least one peer")
    index, vintage = index_in(scores), vintage_in(scores, check_year(scores, year))
    check_provinces(index, "peers")
    province = match_province(province, vintage=vintage)
    carried = complete_levels(scores, year)
    level = carried[-1] if carried else "criterion"
    points = wide(scores, year, level=level, complete=True)
    n_total = n_units(index, vintage)
    require_coverage(
        len(points),
        n_total,
        f"peers in {index} {period_text(year)}",
        lambda: published_alternative(index, year),
    )
    spread = points.std(ddof=0)
    matrix = (points - points.mean()) / spread.where(spread > 0, 1.0)
    if level == "index" or province not in matrix.index:
        return pd.DataFrame(
            {
                "province": pd.Series(dtype="str"),
                "vintage": pd.Series(dtype="int64"),
                "distance": pd.Series(dtype="float64"),
                "score": pd.Series(dtype="float64"),
                "rank": pd.Series(dtype="Int64"),
            }
        )
    from sklearn.neighbors import NearestNeighbors

    count = min(n_neighbours, len(matrix) - 1)
    search = NearestNeighbors(n_neighbors=count + 1).fit(matrix.to_numpy())
    distances, neighbour_rows = search.kneighbors(matrix.loc[[province]].to_numpy())
    nearest = pd.DataFrame(
        {
            "province": matrix.index[neighbour_rows[0]],
            "vintage": vintage,
            "distance": distances[0] / len(matrix.columns) ** 0.5,
        }
    )
    nearest = nearest[nearest["province"] != province].head(count)
    rows = scores[(scores["year"] == year) & (scores["level"] == "index")]
    totals = rows[["province", "score", "rank"]]
    return nearest.merge(totals, on="province", how="left").reset_index(drop=True)
