"""Series of a framework that a table does not have, though it has most of their level."""

from __future__ import annotations

import pandas as pd

from parstats.reference import frameworks

# A table that lacks more than this share of the series of a level is one of some. By judgement.
_MOST_ABSENT = 0.5


def remarks(table: pd.DataFrame) -> list[str]:
    """Return a line for the years and levels that lack a few series.

    `table` has the columns year and series, all of one index of provinces or departments.

    >>> names = frameworks.in_year("PAPI", 2024, "criterion")["series"]
    >>> names = names[names != "papi.environment.water_quality"]
    >>> remarks(pd.DataFrame({"year": 2024, "series": names}))
    ['2024: no figures of papi.environment.water_quality (one of 28 of its level)']
    """
    years_by_gap: dict[tuple[tuple[str, ...], int], list[str]] = {}
    index = frameworks.series().set_index("series")["index"]
    for year, rows in table.groupby("year"):
        present = set(rows["series"])
        for name in sorted({index[series] for series in present & set(index.index)}):
            if frameworks.index_info(name).unit_level == "unit":
                continue
            for _, level in frameworks.in_year(name, int(year)).groupby("level", sort=False):
                absent = tuple(series for series in level["series"] if series not in present)
                if absent and len(absent) < _MOST_ABSENT * len(level):
                    years_by_gap.setdefault((absent, len(level)), []).append(str(year))
    return [
        f"{', '.join(years)}: no figures of {', '.join(absent)} "
        f"({'one' if len(absent) == 1 else len(absent)} of {n_series} of "
        f"{'its' if len(absent) == 1 else 'their'} level)"
        for (absent, n_series), years in years_by_gap.items()
    ]
