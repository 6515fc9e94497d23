"""Overall score and rank of one province, in a year and over the years."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from parstats import errors
from parstats.arguments import keeps_index, old_names
from parstats.panel.change import common_provinces
from parstats.panel.coverage import index_in, needed
from parstats.panel.grades import grade_of
from parstats.panel.ranks import quartile, ranks
from parstats.panel.units import (
    about_province,
    check_provinces,
    has_regions,
    n_units,
    province_scores,
    vintage_in,
    with_vintage,
)
from parstats.panel.vintages import backcast, is_calculated
from parstats.reference import frameworks
from parstats.reference import provinces as places
from parstats.reference.definitions import Row
from parstats.reference.provinces import check_vintage, match_province


@dataclass(frozen=True)
class Overall:
    """Overall standing of a province.

    Attributes
    ----------
    index, year, province, vintage : str, int, str, int
        What it is about; the vintage is the set of provinces the code is of.
    score : float or None; overall score in points; None without complete data
    max_score : float; highest possible score
    rank, n_ranked : int or None; rank computed by parstats, and of how many
    quartile : int or None; 1 for the best quarter of the ranked provinces to 4 for the last
    grade : dict or None
        The grade that an index of one's own gives the score: at_least (points), name_vi, name_en.
    tolerance : float; distance in points that counts as close
    n_close : int or None; how many other provinces lie within that distance
    rank_close_best, rank_close_worst : int or None
        Best and worst rank among the province and those close to it.
    median : float; median of all provinces with a score, in points
    previous : int or None
        The year it is compared with; None if there is none of the same set of provinces.
    last_before : int or None
        The newest year before the year before, where that one has no figures.
    score_previous, rank_previous, n_ranked_previous : float, int, int or None
        The same for the year before, among all provinces ranked then.
    n_common, rank_common, rank_common_previous : int or None
        Both years ranked again on the provinces that have a score in both.
    rank_printed, rank_printed_previous : int or None
        Ranks printed in the press, where one was found.
    n_members : int; provinces that it was made of in July 2025; 1 for one of the 63
    is_calculated_previous : bool
        Whether the ranking of the year before is one that nobody published, of provinces that were
        63 then (`parstats.panel.backcast`).
    level_breaks, ranking_breaks : pandas.DataFrame
        Breaks of the index between the two years (rows of `parstats.reference.frameworks.breaks`).
    """

    index: str
    year: int
    province: str
    vintage: int
    score: float | None
    max_score: float
    rank: int | None
    n_ranked: int | None
    quartile: int | None
    grade: Row | None
    tolerance: float
    n_close: int | None
    rank_close_best: int | None
    rank_close_worst: int | None
    median: float
    previous: int | None
    last_before: int | None
    score_previous: float | None
    rank_previous: int | None
    n_ranked_previous: int | None
    n_common: int | None
    rank_common: int | None
    rank_common_previous: int | None
    rank_printed: int | None
    rank_printed_previous: int | None
    n_members: int
    is_calculated_previous: bool
    level_breaks: pd.DataFrame
    ranking_breaks: pd.DataFrame

    @property
    def change(self) -> float | None:
        """Change of score since the year before, in points, across breaks too; None if unknown."""
        if self.score is None or self.score_previous is None:
            return None
        return self.score - self.score_previous

    @property
    def rank_change(self) -> int | None:
        """Places gained since the year before on the common provinces; negative: lost."""
        if self.rank_common is None or self.rank_common_previous is None:
            return None
        return self.rank_common_previous - self.rank_common


@old_names(within="tolerance")
def overall(scores: pd.DataFrame, province: str, year: int, *, tolerance: float = 0.25) -> Overall:
    """Return the overall standing of a province in one year.

    Parameters
    ----------
    scores : pandas.DataFrame
        Scores of one index (`parstats.load_scores`); the year before is used if it is there. For
        one of the 34, the years of the 63 join in after `parstats.panel.backcast`.
    province : str; code or name
    year : int
    tolerance : float
        Provinces this close in points count as neighbours. Sampling errors are not published, so
        this is a plain reading aid, not a confidence band.

    Raises
    ------
    InsufficientCoverage: if the year has figures for fewer than 90 % of the provinces
    InvalidRequest: if the index grades departments

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> lang_son = overall(load_scores("PAPI"), "20", 2024)
    >>> lang_son.n_ranked, lang_son.n_common
    (61, 59)
    """
    index = index_in(scores)
    check_provinces(index, "overall")
    vintage = vintage_in(scores, year)
    province = places.match_province(province, vintage=vintage)
    table = ranks(scores, year)
    top = frameworks.in_year(index, year, "index").iloc[0]
    province_rows = table[table["province"] == province]
    score = float(province_rows["score"].iloc[0]) if len(province_rows) else None
    scores = with_vintage(scores)
    totals = scores[(scores["series"] == frameworks.top(index)) & (scores["vintage"] == vintage)]
    previous = year - 1 if (totals["year"] == year - 1).any() else None
    between = (
        frameworks.breaks_between(index, year, previous)
        if previous is not None
        else frameworks.breaks().head(0)
    )
    between = between[between["series"] == frameworks.top(index)]
    return Overall(
        index=index,
        year=year,
        province=province,
        vintage=vintage,
        score=score,
        max_score=float(top["max_points"]),
        grade=None if score is None else grade_of(index, score),
        tolerance=tolerance,
        median=float(table["score"].median()),
        previous=previous,
        last_before=_last_before(totals, year) if previous is None else None,
        rank_printed=_printed(totals, province, year),
        rank_printed_previous=_printed(totals, province, previous),
        n_members=len(places.members(province)) if vintage == 34 else 1,
        is_calculated_previous=previous is not None and is_calculated(totals, previous),
        level_breaks=between[between["affects"] == "level"].reset_index(drop=True),
        ranking_breaks=between[between["affects"] == "ranking"].reset_index(drop=True),
        **_among(table, province, tolerance),
        **_before(scores, province, year, previous),
    )


def _last_before(totals: pd.DataFrame, year: int) -> int | None:
    earlier = totals.loc[totals["year"] < year, "year"]
    return int(earlier.max()) if len(earlier) else None


def _among(table: pd.DataFrame, province: str, tolerance: float) -> dict[str, int | None]:
    province_rows = table[table["province"] == province]
    if province_rows.empty:
        keys = ("rank", "n_ranked", "quartile", "n_close", "rank_close_best", "rank_close_worst")
        return dict.fromkeys(keys)
    rank, count = int(province_rows["rank"].iloc[0]), len(table)
    close = table[(table["score"] - province_rows["score"].iloc[0]).abs() <= tolerance + 1e-9]
    return {
        "rank": rank,
        "n_ranked": count,
        "quartile": quartile(rank, count),
        "n_close": len(close) - 1,
        "rank_close_best": int(close["rank"].min()),
        "rank_close_worst": int(close["rank"].max()),
    }


def _before(scores: pd.DataFrame, province: str, year: int, previous: int | None) -> dict[str, Any]:
    empty: dict[str, Any] = dict.fromkeys(
        (
            "score_previous",
            "rank_previous",
            "n_ranked_previous",
            "n_common",
            "rank_common",
            "rank_common_previous",
        )
    )
    if previous is None:
        return empty
    try:
        then = ranks(scores, previous)
    except errors.InsufficientCoverage:
        return empty  # too few provinces then to rank one
    common = common_provinces(scores, year, previous)
    rows = empty | {"n_common": len(common)}
    province_rows = then[then["province"] == province]
    if len(province_rows):
        rows["score_previous"] = float(province_rows["score"].iloc[0])
        rows["rank_previous"] = int(province_rows["rank"].iloc[0])
        rows["n_ranked_previous"] = len(then)
    if province in common:
        for key, which in (("rank_common", year), ("rank_common_previous", previous)):
            again = ranks(scores, which, provinces=common).set_index("province")
            rows[key] = int(again.loc[province, "rank"])
    return rows


def _printed(totals: pd.DataFrame, province: str, year: int | None) -> int | None:
    rows = totals[(totals["province"] == province) & (totals["year"] == year)]["rank_printed"]
    return int(rows.iloc[0]) if len(rows) and pd.notna(rows.iloc[0]) else None


@keeps_index
def history(
    scores: pd.DataFrame,
    province: str,
    series: str | None = None,
    *,
    vintage: int | str | None = None,
) -> pd.DataFrame:
    """Return the score and rank of a province in every year of an index.

    Parameters
    ----------
    scores : pandas.DataFrame of one index, all years (`parstats.load_scores`)
    province : str; code or name
    series : str, optional; the overall index if not given
    vintage : {64, 63, 34}, optional
        Which set of provinces the code or name is of; that of the newest scores if not given. For
        one of the 34, earlier years are calculated where that is right (`parstats.panel.backcast`).

    Returns
    -------
    pandas.DataFrame: one row per year with scores of the series: year, vintage, framework,
        comparable_group, score, rank, n_ranked (missing where the province has no score), median,
        quartile_1, quartile_3 (of all provinces with a score, in points; missing where fewer than
        90 % have one), max_score, rank_break (ranks compare badly with the year before:
        `parstats.frameworks.rank_breaks`; never in the first year),
        calculated (the score is a mean of provinces that merged later), rank_calculated (so are
        scores that the rank is among). Neither was published.

    Raises
    ------
    InvalidRequest: if the index grades departments
    ProvinceNotMatched: if that set has no such province; the message names the one it became

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> scores = load_scores("PAPI", level="index")
    >>> table = history(scores, "22", vintage=63).set_index("year")
    >>> bool(table.loc[2018, "score"] > 0), int(table.loc[2022, "rank"])
    (False, 1)
    >>> table = history(scores, "Lào Cai", vintage=34)
    >>> int(table["score"].notna().sum()), bool(table["calculated"].all())
    (14, True)
    """
    index = index_in(scores)
    check_provinces(index, "history")
    series = frameworks.top(index) if series is None else frameworks.check_series(series, index)
    scores = with_vintage(scores)
    if vintage is None or not has_regions(index):
        vintage = vintage_in(scores, int(scores["year"].max()))
    vintage = check_vintage(vintage)
    province = match_province(province, vintage=vintage)
    rows = province_scores(backcast(scores[scores["series"] == series], vintage))
    by_year = rows.groupby("year")["score"]
    enough = by_year.size() >= needed(n_units(index, vintage))
    parts = {"quartile_1": 0.25, "median": 0.5, "quartile_3": 0.75}
    country = pd.DataFrame(
        {name: by_year.quantile(part).where(enough) for name, part in parts.items()}
    )
    province_rows = rows[rows["province"] == province].set_index("year")
    series_table = frameworks.by_year().loc[series][["framework", "comparable_group", "max_points"]]
    table = country.join(province_rows[["score", "rank", "n_ranked"]]).join(
        series_table.rename(columns={"max_points": "max_score"})
    )
    table["rank_break"] = table.index.isin(frameworks.rank_breaks(index)) & (
        table.index > table.index.min()
    )
    table["calculated"] = table.index.isin(province_rows.index[province_rows["calculated"]])
    table["rank_calculated"] = [is_calculated(rows, int(year)) for year in table.index]
    table.insert(0, "vintage", vintage)
    return about_province(table.reset_index(), province)
