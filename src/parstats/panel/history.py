"""One province through the years, with the country beside it."""

from __future__ import annotations

import pandas as pd

from parstats import frameworks
from parstats.panel.coverage import index_of, needed
from parstats.panel.units import check_provinces, n_units, whole
from parstats.provinces import check_vintage, match_province


def history(
    scores: pd.DataFrame, province: str, series: str | None = None, *, vintage: int | str = 63
) -> pd.DataFrame:
    """Score and rank of a province in every year of an index.

    Parameters
    ----------
    scores : pandas.DataFrame
        Scores of one index, all years (`parstats.load_scores`).
    province : str
        Code or name.
    series : str, optional
        The series; the overall index if not given.
    vintage : {63, 34}
        Which set of provinces the code or name is of; years of the other set are left out.

    Returns
    -------
    pandas.DataFrame
        A row a year with scores of the series: year, vintage, framework, comparable_group, score,
        rank, n_ranked (missing where the province has no score), median, quartile_1, quartile_3
        (of all provinces with a score, in points; missing where fewer than 90 % have one),
        max_score, rank_break (ranks compare badly with the year before). Scores that `to_vintage`
        made from a part of the members are missing here.

    Raises
    ------
    InvalidRequest
        If the index grades departments.

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> table = history(load_scores("PAPI"), "22").set_index("year")
    >>> bool(table.loc[2018, "score"] > 0), int(table.loc[2022, "rank"])
    (False, 1)
    """
    index = index_of(scores)
    check_provinces(index, "history")
    series = frameworks.top(index) if series is None else frameworks.check_series(series, index)
    vintage = check_vintage(vintage)
    province = match_province(province, vintage=vintage)
    rows = whole(scores[(scores["series"] == series) & (scores["vintage"] == vintage)])
    by_year = rows.groupby("year")["score"]
    enough = by_year.size() >= needed(n_units(index, vintage))
    parts = {"quartile_1": 0.25, "median": 0.5, "quartile_3": 0.75}
    country = pd.DataFrame(
        {name: by_year.quantile(part).where(enough) for name, part in parts.items()}
    )
    own = rows[rows["province"] == province].set_index("year")[["score", "rank", "n_ranked"]]
    known = frameworks.by_year().loc[series][["framework", "comparable_group", "max_points"]]
    table = country.join(own).join(known.rename(columns={"max_points": "max_score"}))
    ranking = frameworks.breaks().query("affects == 'ranking'")
    table["rank_break"] = table.index.isin(ranking.loc[ranking["index"] == index, "year"])
    table.insert(0, "vintage", vintage)
    return table.reset_index()
