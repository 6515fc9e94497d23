"""Ranks: one more than the number of provinces strictly above; ties share the best rank."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from parstats.arguments import keeps_index
from parstats.panel.coverage import check_year, index_in, needed, require_coverage
from parstats.panel.national_statistics import published_alternative
from parstats.panel.subset_marks import keeps_subset
from parstats.panel.units import (
    check_provinces,
    n_units,
    province_scores,
    unit_column,
    vintage_in,
    with_vintage,
)
from parstats.reference import frameworks
from parstats.reference import provinces as places
from parstats.reference.period_numbers import period_text

# Sums of published figures differ in the last bits by the order of addition; scores
# equal to this many decimals are the same score.
_SAME = 9


def rank_scores(scores: pd.Series) -> pd.Series:
    """Return the rank of each value, the highest first: 1 + number of values strictly above.

    Parameters
    ----------
    scores : pandas.Series of float; scores; a missing one gets no rank

    Examples
    --------
    >>> rank_scores(pd.Series([40.1, 46.0, 46.0, 39.0])).tolist()
    [3, 1, 1, 4]
    """
    return scores.round(_SAME).rank(method="min", ascending=False).astype("Int64")


def quartile(rank: int, n_ranked: int) -> int:
    """Return the quarter of the ranking that a rank lies in, 1 for the best.

    Examples
    --------
    >>> [quartile(rank, 61) for rank in (1, 16, 17, 61)]
    [1, 1, 2, 4]
    """
    return min(4, 1 + 4 * (rank - 1) // n_ranked)


def with_ranks(scores: pd.DataFrame) -> pd.DataFrame:
    """Add rank and n_ranked to a `Scores` table, for each series, year and vintage.

    Series with figures for fewer than 90 % of the units get neither.
    """
    keys = ["index", "year", "vintage", "unit_level", "series"]
    units = with_vintage(scores)
    groups = units.groupby(keys, sort=False)["score"]
    count = groups.transform("size")
    kinds = units[["index", "vintage"]].drop_duplicates()
    least = {
        (index, v): needed(n_units(index, int(v), scores))
        for index, v in kinds.itertuples(index=False)
    }
    pairs = pd.MultiIndex.from_frame(units[["index", "vintage"]])
    enough = count >= pd.Series(pairs.map(least), index=scores.index)
    rank = units["score"].round(_SAME).groupby([units[key] for key in keys], sort=False)
    ranked = rank.rank(method="min", ascending=False).astype("Int64")
    return scores.assign(rank=ranked.where(enough), n_ranked=count.astype("Int64").where(enough))


@keeps_index
@keeps_subset
def ranks(
    scores: pd.DataFrame,
    year: int,
    series: str | None = None,
    *,
    provinces: Iterable[str] | None = None,
) -> pd.DataFrame:
    """Return the ranking of the provinces in one series and year, on all of them or on a set.

    Parameters
    ----------
    scores : pandas.DataFrame of one index (`parstats.load_scores`)
    year : int
    series : str, optional; the overall index if not given
    provinces : iterable of str, optional
        Codes or names to rank among each other; those without a score are left out. Without it all
        provinces are ranked, which needs figures for 90 % of them; in a year that does not carry
        this, so does a set. A rank in a set that was put together from what happened to be printed
        says nothing of the country.

    Returns
    -------
    pandas.DataFrame: province, vintage, score, rank, n_ranked, quartile (1 the best quarter), best
        first; provinces that share a rank by code; without those that `to_vintage` made from a part
        of their members. Of an index of departments: unit in place of province. Of a table of
        `parstats.panel.only` or `without`: among its provinces, with ``subset``, which says so.

    Raises
    ------
    InsufficientCoverage: if fewer than 90 % of the provinces (of the set, see `provinces`) have a
        score; the message names what was published
    InvalidRequest: if provinces are to be ranked in an index of departments
    UnknownChoice: if the scores have no rows for that year
    VintageCrossed: if they hold scores of the 63 and of the 34 provinces

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> ranks(load_scores("PAPI"), 2023).head(1)[["province", "rank", "n_ranked"]].values.tolist()
    [['46', 1, 61]]
    """
    index = index_in(scores, allow_subset=True)
    series = frameworks.top(index) if series is None else frameworks.check_series(series, index)
    check_year(scores, year)
    vintage = vintage_in(scores, year)
    rows = province_scores(scores[(scores["year"] == year) & (scores["series"] == series)])
    what, n_total = (
        f"a ranking of {index} {period_text(year)} ({series})",
        n_units(index, vintage, scores),
    )
    if provinces is None:
        require_coverage(
            len(rows), n_total, what, lambda: published_alternative(index, year, series)
        )
    else:
        check_provinces(index, "ranking of named provinces")
        carried = len(rows) >= needed(n_total)
        requested = set(places.match_provinces(provinces, vintage=vintage))
        rows = rows[rows["province"].isin(requested)]
        if not carried:
            among = f"{what} among {len(requested)} provinces"
            require_coverage(
                len(rows), len(requested), among, lambda: published_alternative(index, year, series)
            )
    unit = unit_column(index)
    table = rows[[unit, "vintage", "score"]].assign(vintage=vintage)
    table["rank"] = rank_scores(table["score"])
    table["n_ranked"] = pd.array([len(table)] * len(table), dtype="Int64")
    table["quartile"] = [quartile(int(rank), len(table)) for rank in table["rank"]]
    return table.sort_values(["rank", unit]).reset_index(drop=True)
