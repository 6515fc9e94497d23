"""Dimension scores and totals from sub-dimensions: plain sums, or nothing."""

from __future__ import annotations

import pandas as pd

from parstats import frameworks

_KEYS = ["index", "year", "vintage", "unit_level", "province", "unit"]


def add_totals(criteria: pd.DataFrame) -> pd.DataFrame:
    """Sum sub-dimensions to dimensions and dimensions to the index.

    Parameters
    ----------
    criteria : pandas.DataFrame
        Rows of sub-dimensions: index, year, vintage, unit_level, province, unit, series, score.

    Returns
    -------
    pandas.DataFrame
        The same columns, with rows of dimensions and of the index added. A unit that lacks a
        sub-dimension gets no row for that dimension, nor for the index.

    Notes
    -----
    A PAPI dimension is the plain sum of its sub-dimensions and the index the plain sum of the
    dimensions; sums of 376 province-years 2011-2016 equal the totals of the official workbook.
    """
    dimensions = _sum_to_parents(criteria)
    return pd.concat([criteria, dimensions, _sum_to_parents(dimensions)], ignore_index=True)


def _sum_to_parents(parts: pd.DataFrame) -> pd.DataFrame:
    held = frameworks.by_year().reset_index()[["series", "year", "parent"]]
    expected = held.groupby(["parent", "year"])["series"].nunique().rename("n_expected")
    placed = pd.merge(parts, held, on=["series", "year"], how="left", validate="many_to_one")
    sums = placed.groupby([*_KEYS, "parent"], as_index=False).agg(
        score=("score", "sum"), n_parts=("series", "nunique")
    )
    sums = sums.merge(expected.reset_index(), on=["parent", "year"], how="left")
    whole = sums[sums["n_parts"] == sums["n_expected"]]
    return whole.rename(columns={"parent": "series"})[[*_KEYS, "series", "score"]]
