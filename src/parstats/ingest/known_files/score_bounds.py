"""Checks of series, and of scores against the scale of their series."""

from __future__ import annotations

import pandas as pd

from parstats import schema
from parstats.ingest.known_files.typed_cells import Cells
from parstats.reference import frameworks


def check_series(
    cells: Cells, years: pd.Series, index: str, *, levels: tuple[str, ...] = ()
) -> pd.DataFrame:
    """Note rows whose series the index does not have, or not in that year.

    `years` is missing where no year could be read; `levels` are those allowed in such a file, all
    if empty. Returns min_points and max_points by row, missing where unknown.
    """
    series = cells.table["series"]
    series_table = frameworks.series()
    series_table = series_table[series_table["index"] == index]
    allowed = series_table[series_table["level"].isin(levels)] if levels else series_table
    good = series.isin(allowed["series"])
    index_series = set(series_table["series"])
    cells.report(
        ~good,
        "series",
        lambda row: _expected(series.at[row], allowed["series"], index_series, index),
    )
    keys = pd.MultiIndex.from_arrays([series, years], names=["series", "year"])
    year_series = frameworks.by_year()[["min_points", "max_points", "framework"]].reindex(keys)
    year_series = year_series.set_axis(series.index)
    cells.report(
        good & years.notna() & year_series["framework"].isna(),
        "series",
        lambda row: (
            f"a series that {index} held in {years.at[row]}",
            f"mend the year or the series; see reference/frameworks/{frameworks.slug(index)}.csv",
        ),
    )
    return year_series[["min_points", "max_points"]]


def _expected(
    actual: str, allowed: pd.Series, series_table: set[str], index: str
) -> tuple[str, str]:
    from rapidfuzz import process

    if actual in series_table:
        return "the series of a sub-dimension", "delete the row: totals are derived from its parts"
    location = f"reference/frameworks/{frameworks.slug(index)}.csv"
    near = process.extractOne(actual, list(allowed), score_cutoff=70)
    return f"a series of {location}", f"perhaps {near[0]}" if near else f"see {location}"


def check_bounds(
    cells: Cells, scores: pd.Series, years: pd.Series, scale: pd.DataFrame, column: str = "score"
) -> None:
    """Note scores outside the scale of their series.

    A score may lie `parstats.schema.models.MINIMUM_TOLERANCE` below the derived minimum of its
    scale, which is published rounded to two decimals.
    """
    series = cells.table["series"]
    for bound, limit, wrong in (
        ("most", "max_points", scores > scale["max_points"] + schema.MAXIMUM_TOLERANCE),
        ("least", "min_points", scores < scale["min_points"] - schema.MINIMUM_TOLERANCE),
    ):
        cells.report(
            wrong,
            column,
            lambda row, bound=bound, limit=limit: (  # type: ignore[misc]
                f"at {bound} {scale.at[row, limit]:.4g} points ({series.at[row]}, {years.at[row]})",
                "check the figure and its column in the source",
            ),
        )
