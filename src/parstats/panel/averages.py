"""Means and spread over the country or its regions, beside published figures."""

from __future__ import annotations

import pandas as pd

from parstats import errors
from parstats.panel.coverage import check_year, index_in, needed, require_coverage
from parstats.panel.national_statistics import load_statistics, published_alternative
from parstats.panel.units import check_provinces, has_regions, n_units, province_scores, vintage_in
from parstats.reference import frameworks
from parstats.reference import provinces as places
from parstats.reference.period_numbers import period_text

BY = ("country", "region")


def averages(
    scores: pd.DataFrame, year: int, series: str | None = None, *, by: str = "country"
) -> pd.DataFrame:
    """Return the unweighted mean, median and spread of a series over the country or each region.

    Parameters
    ----------
    scores : pandas.DataFrame of one index of provinces (`parstats.load_scores`)
    year : int
    series : str, optional; the overall index if not given
    by : {"country", "region"}; over what

    Returns
    -------
    pandas.DataFrame: region (code, empty for the country), n, n_units, coverage, mean, sd (ddof 1),
        median, min, max (points), mean_published (missing where none was found, and for scores of a
        year turned into another set of provinces by `to_vintage`: what was published is of the old
        set and its regions). By region, the figures are missing where fewer than 90 % of its
        provinces have a score.

    Raises
    ------
    InsufficientCoverage: if fewer than 90 % of the provinces have a score; by region, if that is so
        in every one; the message names the published statistic
    UnknownChoice: if the scores have no rows for that year, or an option is unknown
    InvalidRequest: by region, if the index grades departments

    Notes
    -----
    Published national means may be weighted or come from other data: PAPI 2021 printed 42.269, the
    plain mean of 60 provinces is 42.408.

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> table = averages(load_scores("PAPI"), 2021)
    >>> int(table["n"].iloc[0]), float(table["mean"].round(3).iloc[0])
    (60, 42.408)
    """
    if by not in BY:
        raise errors.UnknownChoice("way to group", by, BY)
    index = index_in(scores)
    series = frameworks.top(index) if series is None else frameworks.check_series(series, index)
    vintage = vintage_in(scores, check_year(scores, year))
    same_units = vintage == places.vintage_in_year(year)
    rows = province_scores(scores[(scores["year"] == year) & (scores["series"] == series)])
    regions = {code: province.region for code, province in places.by_code(vintage).items()}
    what = f"a mean of {index} {period_text(year)} ({series})"
    if by == "country":
        require_coverage(
            len(rows),
            n_units(index, vintage),
            what,
            lambda: published_alternative(index, year, series),
        )
        table = _described(rows.assign(region=""), {"": n_units(index, vintage)})
    else:
        check_provinces(index, "means by region")
        if not has_regions(index):
            raise errors.InvalidRequest(
                f"means by region: the units of {index} are no provinces and lie in no regions; "
                "use by='country'"
            )
        counts = pd.Series(list(regions.values())).value_counts().to_dict()
        table = _described(rows.assign(region=rows["province"].map(regions)), counts)
        if table["mean"].isna().all():
            n_total = n_units(index, vintage)
            raise errors.InsufficientCoverage(
                f"means of {index} {period_text(year)} ({series}) by region",
                n_complete=len(rows),
                n_required=needed(n_total),
                n_units=n_total,
                alternative=published_alternative(
                    index, year, series, by="region" if same_units else "country"
                ),
            )
    published = _published(table["region"], index, year, series)
    return table.assign(mean_published=published if same_units else float("nan"))


def _described(rows: pd.DataFrame, counts: dict[str, int]) -> pd.DataFrame:
    table = rows.groupby("region")["score"].agg(
        n="size", mean="mean", sd="std", median="median", min="min", max="max"
    )
    table = table.reindex([code for code in ("", *places.REGIONS) if code in counts])
    table["n"] = table["n"].fillna(0).astype("int64")
    table.insert(1, "n_units", [counts[code] for code in table.index])
    table.insert(2, "coverage", table["n"] / table["n_units"])
    enough = table["n"] >= table["n_units"].map(needed)
    figures = ["mean", "sd", "median", "min", "max"]
    table[figures] = table[figures].where(enough)
    return table.rename_axis("region").reset_index()


def _published(regions: pd.Series, index: str, year: int, series: str) -> pd.Series:
    try:
        table = load_statistics(index)
    except errors.DataNotBuilt:
        return pd.Series(float("nan"), index=regions.index)
    is_series_mean = (
        (table["year"] == year) & (table["series"] == series) & (table["statistic"] == "mean")
    )
    return regions.map(table[is_series_mean].set_index("region")["value"])
