"""Coverage: provinces with data, the number a result needs, and results ruled out."""

from __future__ import annotations

import math
from collections.abc import Callable
from numbers import Integral
from typing import Any

import pandas as pd

from parstats import errors
from parstats.arguments import old_names
from parstats.panel.carried_definition import take_up
from parstats.panel.load import absent_year_remedy
from parstats.panel.national_statistics import load_statistics
from parstats.panel.subset_marks import refuse_subset, subset_in
from parstats.panel.units import n_units, province_scores, unit_column, vintage_in
from parstats.reference import frameworks, provinces
from parstats.reference.period_numbers import period_kind, period_value

# Share of the units with complete data from which ranks, drivers and means are given. By judgement:
# 57 of 63 provinces; the missing ones are no sample (docs/data.md).
MINIMUM_SHARE = 0.9


def needed(n_units: int) -> int:
    """Return the least number of complete units needed for ranks, drivers and means.

    >>> needed(63)
    57
    """
    return math.ceil(MINIMUM_SHARE * n_units - 1e-9)


@old_names(have="n_complete", instead="alternative", of="n_units")
def require_coverage(
    n_complete: int, n_units: int, result: str, alternative: str | Callable[[], str] = ""
) -> None:
    """Refuse a result for which too few units have data.

    Parameters
    ----------
    n_complete, n_units : int; units with complete data, and units that exist
    result : str; what is asked for, as "a ranking of PAPI 2024"
    alternative : str or callable, optional; to use in its place; called only if it is needed

    Raises
    ------
    InsufficientCoverage: if `n_complete` is below 90 % of `n_units`

    Examples
    --------
    >>> require_coverage(61, 63, "a ranking of PAPI 2024")
    """
    if n_complete < needed(n_units):
        alternative_text = alternative if isinstance(alternative, str) else alternative()
        raise errors.InsufficientCoverage(
            result,
            n_complete=n_complete,
            n_required=needed(n_units),
            n_units=n_units,
            alternative=alternative_text,
        )


def index_in(scores: pd.DataFrame, *, allow_subset: bool = False) -> str:
    """Return the name of the one index the scores are of.

    Parameters
    ----------
    scores : pandas.DataFrame of `parstats.load_scores`
    allow_subset : bool; take a part of the provinces or series too (`parstats.panel.only`)

    Raises
    ------
    InvalidRequest: if there are no scores, or scores of several indices, or of an index that is
        neither known nor defined by the table, or of a part of the provinces or series

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> index_in(load_scores("PAPI", years=2024))
    'PAPI'
    """
    if not allow_subset:
        refuse_subset(scores)
    subset_in(scores)
    indices = scores["index"].unique()
    if len(indices) != 1:
        have = ", ".join(map(str, indices)) or "none"
        raise errors.InvalidRequest(
            f"scores of one index are needed, these are of: {have}; "
            "load them with load_scores(index)"
        )
    return take_up(scores, str(indices[0]))


def check_year(scores: pd.DataFrame, year: Any) -> int:
    """Return the year if the scores have rows for it.

    Raises
    ------
    UnknownChoice: if they do not; the message lists the years they hold
    InvalidRequest: if a quarter or month is given as text

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> check_year(load_scores("PAPI"), 2024)
    2024
    """
    available_years = sorted(int(year_) for year_ in scores["year"].unique())
    if year in available_years:
        return int(year)
    index = index_in(scores, allow_subset=True)
    if isinstance(year, str) and period_kind(available_years[0]) != "year":
        raise errors.InvalidRequest(
            f"the year of {index} is the text {year!r}: expected its number, which "
            f"panel.parse_period({year!r}) gives"
        )
    actual = period_value(int(year)) if isinstance(year, Integral) else year
    remedy = absent_year_remedy(index, int(year)) if isinstance(year, Integral) else ""
    what = f"year of {index}"
    raise errors.UnknownChoice(what, actual, map(period_value, available_years), remedy)


def complete_provinces(scores: pd.DataFrame, year: int) -> list[str]:
    """Return the units that have every figure the index needs in a year, in order of code.

    Of PAPI every sub-dimension, of an index whose totals are published the overall score.

    Parameters
    ----------
    scores : pandas.DataFrame of one index (`parstats.load_scores`)
    year : int

    Raises
    ------
    VintageCrossed: if the year holds scores of the 63 and of the 34 provinces, whose codes overlap

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> codes = complete_provinces(load_scores("PAPI"), 2024)
    >>> len(codes), "26" in codes
    (61, False)
    """
    rows = province_scores(scores[scores["year"] == year])
    if rows.empty:
        return []
    vintage_in(rows, year)
    index = index_in(rows)
    level = frameworks.index_info(index).coverage_level
    year_series = frameworks.in_year(index, year, level)["series"]
    counts = rows[rows["series"].isin(year_series)].groupby(unit_column(index))["series"].nunique()
    return sorted(counts.index[counts == len(year_series)])


def complete_levels(scores: pd.DataFrame, year: int) -> tuple[str, ...]:
    """Return the levels at which every series of a year has figures of 90 % of the units.

    Parameters
    ----------
    scores : pandas.DataFrame of one index (`parstats.load_scores`)
    year : int

    Returns
    -------
    tuple of str: those of "index", "dimension" and "criterion" that hold, in this order.

    Raises
    ------
    UnknownChoice: if the scores have no rows for the year
    VintageCrossed: if the year holds scores of the 63 and of the 34 provinces, whose codes overlap

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> complete_levels(load_scores("PAPI"), 2024)
    ('index', 'dimension', 'criterion')
    >>> complete_levels(load_scores("PAR INDEX"), 2023)
    ()
    """
    index = index_in(scores)
    vintage = vintage_in(scores, check_year(scores, year))
    rows = province_scores(scores[scores["year"] == year])
    counts = rows.groupby("series")[unit_column(index)].nunique()
    least = needed(n_units(index, vintage))
    carried = []
    for level in ("index", "dimension", "criterion"):
        year_series = frameworks.in_year(index, year, level)["series"]
        if len(year_series) and counts.reindex(year_series, fill_value=0).min() >= least:
            carried.append(level)
    return tuple(carried)


def coverage(scores: pd.DataFrame) -> pd.DataFrame:
    """Tabulate available and missing data by index, year and set of provinces.

    Parameters
    ----------
    scores : pandas.DataFrame of `parstats.load_scores`, of one index or several

    Returns
    -------
    pandas.DataFrame: one row per index, year and vintage: index, year, vintage, framework, level
        (what is counted: PAPI's sub-dimensions, the overall score of an index whose totals are
        published), n_series (that the framework holds at that level), n_provinces (with any
        figure), n_complete (with all), n_units (that exist), share_complete, n_cells,
        n_cells_expected, incomplete (codes that lack some figure), absent (codes without any),
        carries_ranking (whether 90 % are complete).

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> table = coverage(load_scores("PAPI")).set_index("year")
    >>> table.loc[2024, ["n_series", "n_complete", "n_units"]].tolist()
    [28, 61, 63]
    >>> bool(coverage(load_scores("SIPAS"))["carries_ranking"].any())
    False
    """
    groups = scores.groupby(["index", "year", "vintage"], sort=False, dropna=False)
    return pd.DataFrame([_covered(part, int(key[1])) for key, part in groups])


def _covered(part: pd.DataFrame, year: int) -> dict[str, object]:
    index = index_in(part)
    vintage = vintage_in(part, year)
    level = frameworks.index_info(index).coverage_level
    cells = part[part["level"] == level]
    unit, n_total = unit_column(index), n_units(index, vintage)
    year_series = frameworks.in_year(index, year, level)
    complete = complete_provinces(part, year)
    present = sorted(part[unit].unique())
    all_codes = sorted(provinces.by_code(vintage)) if unit == "province" else []
    return {
        "index": index,
        "year": year,
        "vintage": vintage,
        "framework": frameworks.framework_in_year(index, year),
        "level": level,
        "n_series": len(year_series),
        "n_provinces": len(present),
        "n_complete": len(complete),
        "n_units": n_total,
        "share_complete": len(complete) / n_total,
        "n_cells": len(cells),
        "n_cells_expected": len(year_series) * n_total,
        "incomplete": [code for code in present if code not in complete],
        "absent": [code for code in all_codes if code not in present],
        "carries_ranking": len(complete) >= needed(n_total),
    }


_STATISTICS = ("mean", "max", "min")
# From nothing to everything; the order is that of the colours in the figure.
STATES = ("nothing", "rank", "parts", "total", "complete")


def availability(
    scores: pd.DataFrame, printed: pd.DataFrame, *, least_missing: float = 0.0
) -> pd.DataFrame:
    """Tabulate the state of the figures by index, year and province.

    Parameters
    ----------
    scores, printed : pandas.DataFrame
        Scores of one index or several (`parstats.load_scores`); result of `parstats.load_printed`.
    least_missing : float
        Leave out indices of which less than this share of the rows lacks an overall score.

    Returns
    -------
    pandas.DataFrame
        One row per index, year and province of the year's vintage, from the first year with any
        figure to the last: index, year, vintage, province, state: "complete" (overall score and
        every dimension), "total" (overall score without all its parts), "parts" (some parts, no
        overall score), "rank" (a printed rank only) or "nothing". Indices of departments are left
        out; scores of another set of provinces than that of the year are, too, if both are there.

    Examples
    --------
    >>> from parstats.panel import load_printed, load_scores
    >>> table = availability(load_scores("SIPAS"), load_printed())
    >>> table[table["year"] == 2016]["state"].unique().tolist()
    ['nothing']
    >>> table = availability(load_scores(None), load_printed(), least_missing=0.1)
    >>> "PAPI" in set(table["index"]), "SIPAS" in set(table["index"])
    (False, True)
    """
    refuse_subset(scores, "panel.availability")
    cells = scores[scores["unit_level"] == "province"]
    ranks = printed[printed["index"].isin(cells["index"].unique())]
    ranks = ranks[ranks["unit_level"] == "province"]
    rows = []
    for index, part in cells.groupby("index", sort=False):
        available = ranks[ranks["index"] == index]
        years = sorted({*part["year"], *available["year"]})
        span = range(years[0], years[-1] + 1)
        rows += [_year_availability(str(index), year, part, available) for year in span]
    table = pd.concat(rows, ignore_index=True) if rows else _states([])
    lacks_total = ~table["state"].isin(["total", "complete"])
    share_missing = lacks_total.groupby(table["index"]).transform("mean")
    return table[share_missing >= least_missing].reset_index(drop=True)


def _year_availability(
    index: str, year: int, scores: pd.DataFrame, printed: pd.DataFrame
) -> pd.DataFrame:
    rows = scores[scores["year"] == year]
    vintages = rows["vintage"].unique()
    vintage = int(vintages[0]) if len(vintages) == 1 else provinces.vintage_in_year(year)
    rows = rows[rows["vintage"] == vintage]
    dimensions = frameworks.in_year(index, year, "dimension")["series"]
    total = set(rows.loc[rows["level"] == "index", "province"])
    counts = rows[rows["series"].isin(dimensions)].groupby("province")["series"].nunique()
    complete = set(counts.index[counts == len(dimensions)]) if len(dimensions) else set()
    ranked = set(printed.loc[printed["year"] == year, "province"])
    states = []
    for code in provinces.by_code(vintage):
        if code in total:
            state = "complete" if code in complete else "total"
        elif code in set(rows["province"]):
            state = "parts"
        else:
            state = "rank" if code in ranked else "nothing"
        states.append((index, year, vintage, code, state))
    return _states(states)


def _states(rows: list[tuple[str, int, int, str, str]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["index", "year", "vintage", "province", "state"])


def coverage_limits(scores: pd.DataFrame) -> pd.DataFrame:
    """List years with too little data for rankings, drivers, means and z scores.

    Parameters
    ----------
    scores : pandas.DataFrame of one index or several (`parstats.load_scores`)

    Returns
    -------
    pandas.DataFrame: one row per index and year of `parstats.panel.coverage`: index, year, vintage,
        n_complete, needed, n_units, carries_ranking, without_total (codes that get no overall
        score), and published mean, max and min of the country where one was found, each with its
        basis (mean_basis: printed, derived from a printed change, inferred, ...).

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> table = coverage_limits(load_scores("PAR INDEX")).set_index("year")
    >>> int(table.loc[2023, "needed"]), float(table.loc[2023, "mean"])
    (57, 86.98)
    """
    table = coverage(scores)
    table["needed"] = table["n_units"].map(needed)
    table["without_total"] = [
        sorted([*row.incomplete, *row.absent]) for row in table.itertuples(index=False)
    ]
    published = load_statistics()
    national = published[(published["region"] == "")]
    tops = {index: frameworks.top(index) for index in table["index"].unique()}
    keys = pd.MultiIndex.from_arrays([table["index"].map(tops), table["year"]])
    for name in _STATISTICS:
        figures = national[national["statistic"] == name].set_index(["series", "year"])
        table[name] = figures["value"].reindex(keys).to_numpy()
        table[f"{name}_basis"] = figures["basis"].reindex(keys).fillna("").to_numpy()
    columns = ["index", "year", "vintage", "n_complete", "needed", "n_units", "carries_ranking"]
    display_text = [column for name in _STATISTICS for column in (name, f"{name}_basis")]
    return table[[*columns, "without_total", *display_text]]
