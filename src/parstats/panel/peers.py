"""Provinces whose profile comes nearest."""

from __future__ import annotations

import pandas as pd

from parstats import errors
from parstats.panel.coverage import check_year, index_of, levels_carried, require_coverage
from parstats.panel.published import instead
from parstats.panel.units import check_provinces, n_units, vintage_of
from parstats.panel.wide import wide
from parstats.provinces import match_province


def peers(scores: pd.DataFrame, province: str, year: int, n: int = 5) -> pd.DataFrame:
    """Nearest provinces by profile, whatever their rank.

    Parameters
    ----------
    scores : pandas.DataFrame
        Scores of one index (`parstats.load_scores`).
    province : str
        Code or name.
    year : int
        The year.
    n : int
        How many.

    Returns
    -------
    pandas.DataFrame
        province, vintage, distance (root mean squared difference of z scores over all
        sub-dimensions, or dimensions if the scores carry no lower level, in standard deviations),
        score (overall, points), rank; nearest first. Empty if the province has no complete data
        that year, or the scores carry the overall score only.

    Raises
    ------
    InvalidRequest
        If `n` is below 1, or the index grades departments.
    InsufficientCoverage
        If fewer than 90 % of the provinces have all sub-dimensions.

    Notes
    -----
    Euclidean distance (`sklearn.neighbors.NearestNeighbors`) on sub-dimensions standardised over
    the complete provinces of the year, so every sub-dimension counts alike; one in which all
    provinces are equal adds nothing. Near means alike in shape; it says nothing about why.

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> table = peers(load_scores("PAPI"), "20", 2024, n=3)
    >>> len(table), bool(table["distance"].is_monotonic_increasing)
    (3, True)
    """
    if n < 1:
        raise errors.InvalidRequest(f"n is {n}: expected at least one peer")
    index, vintage = index_of(scores), vintage_of(scores, check_year(scores, year))
    check_provinces(index, "peers")
    province = match_province(province, vintage=vintage)
    carried = levels_carried(scores, year)
    level = carried[-1] if carried else "criterion"
    points = wide(scores, year, level=level, complete=True)
    of = n_units(index, vintage)
    require_coverage(len(points), of, f"peers in {index} {year}", lambda: instead(index, year))
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

    count = min(n, len(matrix) - 1)
    search = NearestNeighbors(n_neighbors=count + 1).fit(matrix.to_numpy())
    distances, places = search.kneighbors(matrix.loc[[province]].to_numpy())
    nearest = pd.DataFrame(
        {
            "province": matrix.index[places[0]],
            "vintage": vintage,
            "distance": distances[0] / len(matrix.columns) ** 0.5,
        }
    )
    nearest = nearest[nearest["province"] != province].head(count)
    rows = scores[(scores["year"] == year) & (scores["level"] == "index")]
    totals = rows[["province", "score", "rank"]]
    return nearest.merge(totals, on="province", how="left").reset_index(drop=True)
