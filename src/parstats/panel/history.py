"""One province through the years, with the country beside it."""

from __future__ import annotations

import pandas as pd

from parstats import frameworks
from parstats.panel.coverage import index_of
from parstats.provinces import match_province


def history(scores: pd.DataFrame, province: str, series: str | None = None) -> pd.DataFrame:
    """Score and rank of a province in every year of an index.

    Parameters
    ----------
    scores : pandas.DataFrame
        Scores of one index, all years (`parstats.load_scores`).
    province : str
        Code or name.
    series : str, optional
        The series; the overall index if not given.

    Returns
    -------
    pandas.DataFrame
        A row a year in which the series existed: year, framework, comparable_group, score, rank,
        n_ranked (missing where the province has no score), median, quartile_1, quartile_3 (of all
        provinces with a score, in points), max_score, rank_break (ranks compare badly with the
        year before).

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> table = history(load_scores("PAPI"), "22").set_index("year")
    >>> bool(table.loc[2018, "score"] > 0), int(table.loc[2022, "rank"])
    (False, 1)
    """
    index = index_of(scores)
    series = frameworks.top(index) if series is None else frameworks.check_series(series, index)
    province = match_province(province)
    rows = scores[scores["series"] == series]
    country = rows.groupby("year")["score"].quantile([0.25, 0.5, 0.75]).unstack()
    country.columns = pd.Index(["quartile_1", "median", "quartile_3"])
    own = rows[rows["province"] == province].set_index("year")[["score", "rank", "n_ranked"]]
    known = frameworks.by_year().loc[series][["framework", "comparable_group", "max_points"]]
    table = country.join(own).join(known.rename(columns={"max_points": "max_score"}))
    ranking = frameworks.breaks().query("affects == 'ranking'")
    table["rank_break"] = table.index.isin(ranking.loc[ranking["index"] == index, "year"])
    return table.reset_index()
