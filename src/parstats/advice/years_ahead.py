"""Whether the year after a baseline is measured like it, by the frameworks that are known."""

from __future__ import annotations

import pandas as pd

from parstats.reference import frameworks


def next_year_breaks(index: str, year: int) -> bool:
    """Return whether it is known that an index is measured in another way the year after.

    >>> [year for year in range(2011, 2025) if next_year_breaks("PAPI", year)]
    [2015, 2017, 2018, 2019, 2020, 2021]
    """
    top = frameworks.top(index)
    return not all(next_year_compares(index, top, measure, year) for measure in ("score", "rank"))


def next_year_compares(index: str, series: str, measure: str, year: int) -> bool:
    """Return whether the year after is measured alike, as far as its framework is known.

    Scores have to compare in points, ranks as `parstats.reference.frameworks.rank_breaks` says.

    >>> [next_year_compares("PAPI", "papi", "score", year) for year in (2017, 2023, 2024)]
    [False, True, True]
    >>> [next_year_compares("PAPI", "papi", "rank", year) for year in (2019, 2020)]
    [True, False]
    """
    if year + 1 > frameworks.years(index)[1]:
        return True
    if measure in ("score", "score_change"):
        return bool(frameworks.comparable(pd.Series([series]), year + 1, year).all())
    if series == frameworks.top(index):
        return year + 1 not in frameworks.rank_breaks(index)
    same = bool(frameworks.comparable(pd.Series([series]), year + 1, year, "share_of_scale").all())
    return same and not len(frameworks.breaks_between(index, year + 1, year, affects="ranking"))
