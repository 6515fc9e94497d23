"""How many provinces have data, how many a result needs, and what the gaps forbid."""

from __future__ import annotations

import math
from collections.abc import Callable

import pandas as pd

from parstats import errors
from parstats.panel.national_statistics import load_statistics
from parstats.panel.units import n_units, unit_column, vintage_of, whole
from parstats.reference import frameworks, provinces

MINIMUM_SHARE = 0.9


def needed(of: int) -> int:
    """Least number of complete units, out of `of`, that carries ranks, drivers and means.

    Examples
    --------
    >>> needed(63)
    57
    """
    return math.ceil(MINIMUM_SHARE * of - 1e-9)


def require_coverage(
    have: int, of: int, result: str, instead: str | Callable[[], str] = ""
) -> None:
    """Refuse a result that too few units carry.

    Parameters
    ----------
    have, of : int
        Units with complete data, and units that exist.
    result : str
        What is asked for, as "a ranking of PAPI 2024".
    instead : str or callable, optional
        What can be used in its place; a function is called only if it is needed.

    Raises
    ------
    InsufficientCoverage
        If `have` is below 90 % of `of`.

    Examples
    --------
    >>> require_coverage(61, 63, "a ranking of PAPI 2024")
    """
    if have < needed(of):
        told = instead if isinstance(instead, str) else instead()
        raise errors.InsufficientCoverage(result, have=have, need=needed(of), of=of, instead=told)


def index_of(scores: pd.DataFrame) -> str:
    """Name of the one index the scores are of.

    Raises
    ------
    InvalidRequest
        If there are no scores, or scores of several indices.

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> index_of(load_scores("PAPI", years=2024))
    'PAPI'
    """
    found = scores["index"].unique()
    if len(found) != 1:
        have = ", ".join(map(str, found)) or "none"
        raise errors.InvalidRequest(
            f"scores of one index are needed, these are of: {have}; "
            "load them with load_scores(index)"
        )
    return str(found[0])


def check_year(scores: pd.DataFrame, year: int) -> int:
    """Return the year if the scores hold anything of it.

    Raises
    ------
    UnknownChoice
        If they do not; the message lists the years they hold.

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> check_year(load_scores("PAPI"), 2024)
    2024
    """
    known = sorted(int(found) for found in scores["year"].unique())
    if year not in known:
        raise errors.UnknownChoice(f"year of {index_of(scores)}", year, known)
    return year


def complete_provinces(scores: pd.DataFrame, year: int) -> list[str]:
    """Units that have every figure the index needs in a year, in order of code.

    Of PAPI every sub-dimension, of an index whose totals are published the overall score.

    Parameters
    ----------
    scores : pandas.DataFrame
        Scores of one index (`parstats.load_scores`).
    year : int
        The year.

    Raises
    ------
    VintageCrossed
        If the year holds scores of the 63 and of the 34 provinces, whose codes overlap.

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> codes = complete_provinces(load_scores("PAPI"), 2024)
    >>> len(codes), "26" in codes
    (61, False)
    """
    rows = whole(scores[scores["year"] == year])
    if rows.empty:
        return []
    vintage_of(rows, year)
    index = index_of(rows)
    level = frameworks.about(index).coverage_level
    held = frameworks.in_year(index, year, level)["series"]
    counts = rows[rows["series"].isin(held)].groupby(unit_column(index))["series"].nunique()
    return sorted(counts.index[counts == len(held)])


def levels_carried(scores: pd.DataFrame, year: int) -> tuple[str, ...]:
    """Levels at which every series of a year has figures of 90 % of the units.

    Parameters
    ----------
    scores : pandas.DataFrame
        Scores of one index (`parstats.load_scores`).
    year : int
        The year.

    Returns
    -------
    tuple of str
        Those of "index", "dimension" and "criterion" that hold, in this order.

    Raises
    ------
    UnknownChoice
        If the scores hold nothing of the year.
    VintageCrossed
        If the year holds scores of the 63 and of the 34 provinces, whose codes overlap.

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> levels_carried(load_scores("PAPI"), 2024)
    ('index', 'dimension', 'criterion')
    >>> levels_carried(load_scores("PAR INDEX"), 2023)
    ()
    """
    index = index_of(scores)
    vintage = vintage_of(scores, check_year(scores, year))
    rows = whole(scores[scores["year"] == year])
    counts = rows.groupby("series")[unit_column(index)].nunique()
    least = needed(n_units(index, vintage))
    carried = []
    for level in ("index", "dimension", "criterion"):
        held = frameworks.in_year(index, year, level)["series"]
        if len(held) and counts.reindex(held, fill_value=0).min() >= least:
            carried.append(level)
    return tuple(carried)


def coverage(scores: pd.DataFrame) -> pd.DataFrame:
    """What is there and what is missing, by index, year and set of provinces.

    Parameters
    ----------
    scores : pandas.DataFrame
        Scores (`parstats.load_scores`), of one index or several.

    Returns
    -------
    pandas.DataFrame
        A row an index, year and vintage: index, year, vintage, framework, level (what is counted:
        PAPI's sub-dimensions, the overall score of an index whose totals are published), n_series
        (that the framework holds at that level), n_provinces (with any figure), n_complete (with
        all), n_of (that exist), share_complete, n_cells, n_cells_expected, incomplete (codes that
        lack some figure), absent (codes without any), carries_ranking (whether 90 % are
        complete).

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> table = coverage(load_scores("PAPI")).set_index("year")
    >>> table.loc[2024, ["n_series", "n_complete", "n_of"]].tolist()
    [28, 61, 63]
    >>> bool(coverage(load_scores("SIPAS"))["carries_ranking"].any())
    False
    """
    groups = scores.groupby(["index", "year", "vintage"], sort=False)
    return pd.DataFrame([_covered(part, *key) for key, part in groups])


def _covered(part: pd.DataFrame, index: str, year: int, vintage: int) -> dict[str, object]:
    level = frameworks.about(index).coverage_level
    cells = part[part["level"] == level]
    unit, of = unit_column(index), n_units(index, vintage)
    held = frameworks.in_year(index, year, level)
    complete = complete_provinces(part, year)
    present = sorted(part[unit].unique())
    every = sorted(provinces.by_code(vintage)) if unit == "province" else []
    return {
        "index": index,
        "year": int(year),
        "vintage": int(vintage),
        "framework": frameworks.framework_of(index, year),
        "level": level,
        "n_series": len(held),
        "n_provinces": len(present),
        "n_complete": len(complete),
        "n_of": of,
        "share_complete": len(complete) / of,
        "n_cells": len(cells),
        "n_cells_expected": len(held) * of,
        "incomplete": [code for code in present if code not in complete],
        "absent": [code for code in every if code not in present],
        "carries_ranking": len(complete) >= needed(of),
    }


_SHOWN = ("mean", "max", "min")
# From nothing to everything; the order is that of the colours in the figure.
STATES = ("nothing", "rank", "parts", "total", "complete")


def availability(scores: pd.DataFrame, printed: pd.DataFrame) -> pd.DataFrame:
    """State of the figures of every province in every year of each index.

    Parameters
    ----------
    scores : pandas.DataFrame
        Scores of one index or several (`parstats.load_scores`).
    printed : pandas.DataFrame
        As `parstats.load_printed` gives it.

    Returns
    -------
    pandas.DataFrame
        A row an index, year and province of the year's vintage, from the first year with any
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
    """
    cells = scores[scores["unit_level"] == "province"]
    ranks = printed[printed["index"].isin(cells["index"].unique())]
    ranks = ranks[ranks["unit_level"] == "province"]
    found = []
    for index, part in cells.groupby("index", sort=False):
        known = ranks[ranks["index"] == index]
        years = sorted({*part["year"], *known["year"]})
        span = range(years[0], years[-1] + 1)
        found += [_of_year(str(index), year, part, known) for year in span]
    return pd.concat(found, ignore_index=True) if found else _states([])


def _of_year(index: str, year: int, scores: pd.DataFrame, printed: pd.DataFrame) -> pd.DataFrame:
    rows = scores[scores["year"] == year]
    vintages = rows["vintage"].unique()
    vintage = int(vintages[0]) if len(vintages) == 1 else provinces.vintage_of_year(year)
    rows = rows[rows["vintage"] == vintage]
    dimensions = frameworks.in_year(index, year, "dimension")["series"]
    total = set(rows.loc[rows["level"] == "index", "province"])
    counts = rows[rows["series"].isin(dimensions)].groupby("province")["series"].nunique()
    whole = set(counts.index[counts == len(dimensions)]) if len(dimensions) else set()
    ranked = set(printed.loc[printed["year"] == year, "province"])
    states = []
    for code in provinces.by_code(vintage):
        if code in total:
            state = "complete" if code in whole else "total"
        elif code in set(rows["province"]):
            state = "parts"
        else:
            state = "rank" if code in ranked else "nothing"
        states.append((index, year, vintage, code, state))
    return _states(states)


def _states(rows: list[tuple[str, int, int, str, str]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["index", "year", "vintage", "province", "state"])


def limits(scores: pd.DataFrame) -> pd.DataFrame:
    """Years whose gaps forbid a ranking, drivers, means and z scores, and what to use instead.

    Parameters
    ----------
    scores : pandas.DataFrame
        Scores of one index or several (`parstats.load_scores`).

    Returns
    -------
    pandas.DataFrame
        A row an index and year of `parstats.panel.coverage`: index, year, vintage, n_complete,
        needed, n_of, carries_ranking, without_total (codes that get no overall score), and
        published mean, max and min of the country where one was found, each with its basis
        (mean_basis: printed, derived from a printed change, inferred, ...).

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> table = limits(load_scores("PAR INDEX")).set_index("year")
    >>> int(table.loc[2023, "needed"]), float(table.loc[2023, "mean"])
    (57, 86.98)
    """
    table = coverage(scores)
    table["needed"] = table["n_of"].map(needed)
    table["without_total"] = [
        sorted([*row.incomplete, *row.absent]) for row in table.itertuples(index=False)
    ]
    published = load_statistics()
    national = published[(published["region"] == "")]
    tops = {index: frameworks.top(index) for index in table["index"].unique()}
    keys = pd.MultiIndex.from_arrays([table["index"].map(tops), table["year"]])
    for name in _SHOWN:
        figures = national[national["statistic"] == name].set_index(["series", "year"])
        table[name] = figures["value"].reindex(keys).to_numpy()
        table[f"{name}_basis"] = figures["basis"].reindex(keys).fillna("").to_numpy()
    columns = ["index", "year", "vintage", "n_complete", "needed", "n_of", "carries_ranking"]
    shown = [column for name in _SHOWN for column in (name, f"{name}_basis")]
    return table[[*columns, "without_total", *shown]]
