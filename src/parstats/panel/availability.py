"""What is there of every province, index and year, and what the gaps forbid."""

from __future__ import annotations

import pandas as pd

from parstats import frameworks, provinces
from parstats.panel.coverage import coverage, needed
from parstats.panel.published import load_statistics

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
