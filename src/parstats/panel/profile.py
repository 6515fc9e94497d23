"""Where a province stands in every sub-dimension of a year, against country and region."""

from __future__ import annotations

import numpy as np
import pandas as pd

from parstats import frameworks
from parstats import provinces as places
from parstats.panel.change import change, empty_change
from parstats.panel.coverage import check_year, index_of, levels_carried, require_coverage
from parstats.panel.published import instead
from parstats.panel.units import check_provinces, n_units, vintage_of, whole
from parstats.panel.wide import wide


def profile(
    scores: pd.DataFrame, province: str, year: int, *, level: str | None = None
) -> pd.DataFrame:
    """Profile of a province: score, percentile, region, and change since the year before.

    Parameters
    ----------
    scores : pandas.DataFrame
        Scores of one index (`parstats.load_scores`).
    province : str
        Code or name.
    year : int
        The year.
    level : {"criterion", "dimension"}, optional
        Which series; the lowest level that the scores carry if not given.

    Returns
    -------
    pandas.DataFrame
        A row a series the province has a score in, in the order of the framework: series, parent,
        vintage, score, max_score (points), share_of_scale (0-1), percentile (0-100: share of the
        other provinces with a lower score, ties counting half), median_country and median_region
        (points), percentile_region (median percentile of the provinces of its region, itself
        included), n_provinces, n_region, percentile_change and score_change since the year before
        (missing without figures or across a break), comparable, break_en, break_vi. Empty if the
        province has no data that year, or (without `level`) the scores carry the overall score
        only.

    Raises
    ------
    InsufficientCoverage
        If a series has figures for fewer than 90 % of the provinces.
    InvalidRequest
        If the index grades departments.

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> table = profile(load_scores("PAPI"), "20", 2024)
    >>> len(table), bool(table["percentile"].between(0, 100).all())
    (28, True)
    """
    index, vintage = index_of(scores), vintage_of(scores, check_year(scores, year))
    check_provinces(index, "profile")
    province = places.match_province(province, vintage=vintage)
    scores = whole(scores)
    if level is None:
        carried = levels_carried(scores, year)
        if carried == ("index",):
            return _empty()
        level = carried[-1] if carried else "criterion"
    frameworks.check_level(level, ("dimension", "criterion"))
    matrix = wide(scores, year, level=level)
    fewest = int(matrix.notna().sum().min()) if len(matrix.columns) else 0
    what = f"percentiles of {index} {year} ({level})"
    require_coverage(fewest, n_units(index, vintage), what, instead(index, year))
    if province not in matrix.index:
        return _empty()
    percentiles = _percentiles(matrix)
    region = [
        code
        for code in matrix.index
        if places.by_code(vintage)[code].region == places.by_code(vintage)[province].region
    ]
    own = matrix.loc[province].dropna()
    held = frameworks.in_year(index, year, level).set_index("series")
    held = held.loc[own.index]
    spread = held["max_points"] - held["min_points"]
    table = pd.DataFrame(
        {
            "parent": held["parent"],
            "vintage": vintage,
            "score": own,
            "max_score": held["max_points"],
            "share_of_scale": (own - held["min_points"]) / spread,
            "percentile": percentiles.loc[province, own.index],
            "median_country": matrix[own.index].median(),
            "median_region": matrix.loc[region, own.index].median(),
            "percentile_region": percentiles.loc[region, own.index].median(),
            "n_provinces": matrix[own.index].notna().sum(),
            "n_region": matrix.loc[region, own.index].notna().sum(),
        }
    )
    return _with_change(table, scores, province, year, level, percentiles)


def _percentiles(matrix: pd.DataFrame) -> pd.DataFrame:
    """Share of the other provinces below, in percent, ties counting half."""
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
    rows = rows[rows["vintage"] == vintage_of(scores, year)]
    earlier = bool((rows["year"] == year - 1).any())
    changes = change(rows, year) if earlier else empty_change()
    own = changes[changes["province"] == province].set_index("series")
    comparable = own["comparable"].reindex(table.index)
    before = wide(rows, year - 1, level=level) if earlier else rows.head(0)
    moved = pd.Series(np.nan, index=table.index)
    if province in before.index:
        then = _percentiles(before).loc[province].reindex(table.index)
        ranking_break = bool(own["ranking_break"].any())
        held = comparable.eq(True) & (not ranking_break)
        moved = (percentiles.loc[province, table.index] - then).where(held)
    return (
        table.assign(
            score_change=own["change"].reindex(table.index),
            percentile_change=moved,
            comparable=comparable.astype("boolean"),
            break_en=own["break_en"].reindex(table.index).fillna(""),
            break_vi=own["break_vi"].reindex(table.index).fillna(""),
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
    return pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in columns.items()})
