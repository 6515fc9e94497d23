"""Standings: scores less the mean of their year, in standard deviations, over the years."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, get_args

import pandas as pd

from parstats import errors
from parstats.arguments import as_tuple
from parstats.panel.coverage import index_in, needed
from parstats.panel.units import n_units, province_scores, unit_column, with_vintage
from parstats.reference import frameworks
from parstats.reference.period_numbers import period_text

Breaks = Literal["all", "ranking"]
BREAKS: tuple[str, ...] = get_args(Breaks)

# Standard deviations of what is the same for all but for rounding.
_NO_SPREAD = 1e-9


def standings(
    scores: pd.DataFrame,
    *,
    series: str | Iterable[str] | None = None,
    level: str | None = None,
    breaks: Breaks = "all",
) -> pd.DataFrame:
    """Return the standing of every unit in every series and year, and which years compare.

    Parameters
    ----------
    scores : pandas.DataFrame of one index (`parstats.load_scores`)
    series : str or iterable of str, optional; all of the scores if not given
    level : str, optional; keep the series of one level: "index", "dimension", "criterion", ...
    breaks : {"all", "ranking"}
        What ends a run: whatever changed in what the series measures (as a share of its scale), or
        only what makes ranks of two years compare badly (PAPI 2021).

    Returns
    -------
    pandas.DataFrame: one row per series, year and unit: index, series, parent, level, year,
        vintage, province (of an index of departments: unit), score, standing (score less the mean
        over the units of that year, in their standard deviations, ddof 0), run. Years of one series
        with the same number in ``run`` follow one another without a break, and are of one set of
        provinces. Series and years with scores of under 90 % of the units, or without any
        spread, are left out, and so end a run.

    Raises
    ------
    InsufficientCoverage: if no series has scores of 90 % of the units in any year
    InvalidRequest: if the scores are no table of one index, or hold none of the series
    UnknownChoice: if a series, the level or the sort of breaks does not exist

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> name = "papi.services.public_health"
    >>> table = standings(load_scores("PAPI"), series=name)
    >>> table.groupby("run")["year"].agg(["min", "max"]).to_numpy().tolist()
    [[2011, 2020], [2021, 2024]]
    """
    if breaks not in BREAKS:
        raise errors.UnknownChoice("sort of breaks", breaks, BREAKS)
    index = index_in(scores)
    rows = with_vintage(province_scores(scores)).dropna(subset=["score"])
    if level is not None:
        rows = rows[rows["level"] == frameworks.check_level(level)]
    if series is not None:
        names = [frameworks.check_series(name, index) for name in as_tuple(series)]
        rows = rows[rows["series"].isin(names)]
    if rows.empty:
        raise _none_held(index, scores, series, level)
    groups = rows.groupby(["series", "year", "vintage"], sort=False)["score"]
    spread = groups.transform(lambda score: score.std(ddof=0))
    units = {vintage: n_units(index, int(vintage)) for vintage in rows["vintage"].unique()}
    enough = groups.transform("size") >= rows["vintage"].map(units).map(needed)
    if not enough.any():
        raise _too_few(index, rows, units)
    standing = (rows["score"] - groups.transform("mean")) / spread
    rows = rows.assign(index=index, standing=standing)[enough & (spread > _NO_SPREAD)]
    years = rows[["series", "year", "vintage"]].drop_duplicates()
    rows = rows.merge(
        years.assign(run=_runs(index, years, breaks)), on=["series", "year", "vintage"]
    )
    rows["parent"] = rows["series"].map(frameworks.series().set_index("series")["parent"])
    order = {name: place for place, name in enumerate(frameworks.series()["series"])}
    rows = rows.assign(position=rows["series"].map(order))
    unit = unit_column(index)
    rows = rows.sort_values(["position", "year", unit], kind="stable", ignore_index=True)
    head = ["index", "series", "parent", "level", "year", "vintage", unit]
    return rows[[*head, "score", "standing", "run"]]


def _none_held(
    index: str, scores: pd.DataFrame, series: str | Iterable[str] | None, level: str | None
) -> errors.InvalidRequest:
    """Return the error that there is no score of what is needed, with the levels there are."""
    needed_level = f" of the level {level!r}" if level is not None else ""
    names = [] if series is None else list(as_tuple(series))
    named = f" of {', '.join(names[:3])}{', ...' if len(names) > 3 else ''}" if names else ""
    levels = ", ".join(dict.fromkeys(scores.dropna(subset=["score"])["level"].astype(str)))
    return errors.InvalidRequest(
        f"the scores of {index} hold no score{needed_level}{named}, which is needed here; they "
        f"hold the levels {levels or '(none)'}; pass all that load_scores({index!r}) gives, or "
        "take another level, other series or another index"
    )


def _too_few(index: str, rows: pd.DataFrame, units: dict[int, int]) -> errors.InsufficientCoverage:
    """Return the error that no series is covered, with the best covered one."""
    counts = rows.groupby(["vintage", "series", "year"])["score"].size()
    vintage, series, year = counts.idxmax()
    return errors.InsufficientCoverage(
        f"standings of {index}",
        n_complete=int(counts.max()),
        n_required=needed(units[vintage]),
        n_units=units[vintage],
        alternative=f"the most are of {series} {period_text(int(year))}",
    )


def _runs(index: str, years: pd.DataFrame, breaks: Breaks) -> pd.Series:
    """Return the number of the run of each series, year and vintage, from 0 within a series."""
    ordered = years.sort_values(["series", "year", "vintage"], kind="stable")
    previous = ordered.groupby("series")[["year", "vintage"]].shift()
    follows = (ordered["year"] - previous["year"] == 1) & (
        ordered["vintage"] == previous["vintage"]
    )
    for year in ordered.loc[follows, "year"].unique():
        at = follows & (ordered["year"] == year)
        years_apart = (int(year), int(year) - 1)
        broken = len(frameworks.breaks_between(index, *years_apart, affects="ranking")) > 0
        same = frameworks.comparable(ordered.loc[at, "series"], *years_apart, "share_of_scale")
        follows[at] = (same | (breaks == "ranking")) & (not broken)
    run = (~follows).groupby(ordered["series"]).cumsum() - 1
    return run.reindex(years.index)
