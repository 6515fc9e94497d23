"""Scores as a matrix: a row a province, a column a series."""

from __future__ import annotations

import pandas as pd

from parstats import frameworks
from parstats.panel.coverage import index_of
from parstats.panel.units import unit_column, vintage_of, whole


def wide(
    scores: pd.DataFrame,
    year: int,
    *,
    level: str = "criterion",
    complete: bool = False,
    values: str = "score",
) -> pd.DataFrame:
    """One year's scores as a matrix.

    Parameters
    ----------
    scores : pandas.DataFrame
        Scores of one index (`parstats.load_scores`).
    year : int
        The year.
    level : str
        Which series become columns: "criterion", "dimension", "index", ...
    complete : bool
        Keep only provinces that have all of them.
    values : str
        The column that fills the matrix.

    Returns
    -------
    pandas.DataFrame
        Index: province codes in order (names of departments for an index of departments);
        columns: series in the order of the framework. A missing figure is NaN.

    Raises
    ------
    VintageCrossed
        If the year holds scores of the 63 and of the 34 provinces.

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> wide(load_scores("PAPI"), 2024, complete=True).shape
    (61, 28)
    """
    index = index_of(scores)
    vintage_of(scores, year)
    rows = scores[(scores["year"] == year) & (scores["level"] == frameworks.check_level(level))]
    rows = whole(rows) if complete else rows
    order = frameworks.in_year(index, year, level)["series"].tolist()
    matrix = rows.pivot(index=unit_column(index), columns="series", values=values).reindex(
        columns=order
    )
    matrix = matrix.sort_index()
    return matrix.dropna() if complete else matrix
