"""Scores as a matrix of provinces by series; dimension scores and totals from criteria."""

from __future__ import annotations

import pandas as pd

from parstats.panel.coverage import index_in
from parstats.panel.subset_marks import subset_in
from parstats.panel.units import province_scores, unit_column, vintage_in
from parstats.reference import frameworks


def wide(
    scores: pd.DataFrame,
    year: int,
    *,
    level: str = "criterion",
    complete: bool = False,
    values: str = "score",
) -> pd.DataFrame:
    """Return one year's scores as a matrix.

    Parameters
    ----------
    scores : pandas.DataFrame of one index (`parstats.load_scores`)
    year : int
    level : str; which series become columns: "criterion", "dimension", "index", ...
    complete : bool; keep only provinces that have all of them
    values : str; the column that fills the matrix

    Returns
    -------
    pandas.DataFrame: index: province codes in order (names of departments for an index of
        departments); columns: series in the order of the framework. A missing figure is NaN.

    Raises
    ------
    VintageCrossed: if the year holds scores of the 63 and of the 34 provinces

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> wide(load_scores("PAPI"), 2024, complete=True).shape
    (61, 28)
    """
    index = index_in(scores, allow_subset=True)
    vintage_in(scores, year)
    rows = scores[(scores["year"] == year) & (scores["level"] == frameworks.check_level(level))]
    rows = province_scores(rows) if complete else rows
    order = frameworks.in_year(index, year, level)["series"].tolist()
    if subset_in(scores):
        order = [name for name in order if name in set(scores["series"])]
    matrix = rows.pivot(index=unit_column(index), columns="series", values=values).reindex(
        columns=order
    )
    matrix = matrix.sort_index()
    return matrix.dropna() if complete else matrix


_KEYS = ["index", "year", "vintage", "unit_level", "province", "unit"]


def add_totals(criteria: pd.DataFrame) -> pd.DataFrame:
    """Sum sub-dimensions to dimensions and dimensions to the index.

    Parameters
    ----------
    criteria : pandas.DataFrame
        Rows of sub-dimensions: index, year, vintage, unit_level, province, unit, series, score.

    Returns
    -------
    pandas.DataFrame: the same columns, with rows of dimensions and of the index added. A unit that
        lacks a sub-dimension gets no row for that dimension, nor for the index.

    Notes
    -----
    A PAPI dimension is the plain sum of its sub-dimensions and the index the plain sum of the
    dimensions; sums of 376 province-years 2011-2016 equal the totals of the official workbook.
    """
    dimensions = _sum_to_parents(criteria)
    return pd.concat([criteria, dimensions, _sum_to_parents(dimensions)], ignore_index=True)


def _sum_to_parents(parts: pd.DataFrame) -> pd.DataFrame:
    year_series = frameworks.by_year().reset_index()[["series", "year", "parent"]]
    expected = year_series.groupby(["parent", "year"])["series"].nunique().rename("n_expected")
    placed = pd.merge(parts, year_series, on=["series", "year"], how="left", validate="many_to_one")
    sums = placed.groupby([*_KEYS, "parent"], as_index=False, dropna=False).agg(
        score=("score", "sum"), n_parts=("series", "nunique")
    )
    sums = sums.merge(expected.reset_index(), on=["parent", "year"], how="left")
    complete = sums[sums["n_parts"] == sums["n_expected"]]
    return complete.rename(columns={"parent": "series"})[[*_KEYS, "series", "score"]]
