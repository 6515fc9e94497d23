"""How many provinces have data, and how many a result needs."""

from __future__ import annotations

import math

import pandas as pd

from parstats import errors, frameworks

MINIMUM_SHARE = 0.9


def needed(of: int) -> int:
    """Least number of complete units, out of `of`, that carries ranks, drivers and means.

    Examples
    --------
    >>> needed(63)
    57
    """
    return math.ceil(MINIMUM_SHARE * of - 1e-9)


def require_coverage(have: int, of: int, result: str, instead: str = "") -> None:
    """Refuse a result that too few units carry.

    Parameters
    ----------
    have, of : int
        Units with complete data, and units that exist.
    result : str
        What is asked for, as "a ranking of PAPI 2024".
    instead : str, optional
        What can be used in its place.

    Raises
    ------
    InsufficientCoverage
        If `have` is below 90 % of `of`.

    Examples
    --------
    >>> require_coverage(61, 63, "a ranking of PAPI 2024")
    """
    if have < needed(of):
        raise errors.InsufficientCoverage(
            result, have=have, need=needed(of), of=of, instead=instead
        )


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
    """Provinces that have every sub-dimension of a year, in order of code.

    Parameters
    ----------
    scores : pandas.DataFrame
        Scores of one index (`parstats.load_scores`).
    year : int
        The year.

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> codes = complete_provinces(load_scores("PAPI"), 2024)
    >>> len(codes), "26" in codes
    (61, False)
    """
    rows = scores[(scores["year"] == year) & (scores["level"] == "criterion")]
    if rows.empty:
        return []
    held = frameworks.in_year(rows["index"].iloc[0], year, "criterion")["series"]
    counts = rows[rows["series"].isin(held)].groupby("province")["series"].nunique()
    return sorted(counts.index[counts == len(held)])


def coverage(scores: pd.DataFrame) -> pd.DataFrame:
    """What is there and what is missing, by index and year.

    Parameters
    ----------
    scores : pandas.DataFrame
        Scores (`parstats.load_scores`).

    Returns
    -------
    pandas.DataFrame
        A row an index and year: framework, n_series (sub-dimensions the framework holds),
        n_provinces (with any figure), n_complete (with all), n_of (that exist), share_complete,
        n_cells, n_cells_expected, incomplete (codes that lack some figure), absent (codes without
        any), carries_ranking (whether 90 % are complete).

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> table = coverage(load_scores("PAPI")).set_index("year")
    >>> table.loc[2024, ["n_series", "n_complete", "n_of"]].tolist()
    [28, 61, 63]
    """
    from parstats import provinces

    every = sorted(provinces.by_code())
    rows = []
    for (index, year), part in scores[scores["level"] == "criterion"].groupby(["index", "year"]):
        present = sorted(part["province"].unique())
        complete = complete_provinces(part, int(year))
        held = frameworks.in_year(str(index), int(year), "criterion")
        rows.append(
            {
                "index": index,
                "year": int(year),
                "framework": frameworks.framework_of(str(index), int(year)),
                "n_series": len(held),
                "n_provinces": len(present),
                "n_complete": len(complete),
                "n_of": len(every),
                "share_complete": len(complete) / len(every),
                "n_cells": len(part),
                "n_cells_expected": len(held) * len(every),
                "incomplete": [code for code in present if code not in complete],
                "absent": [code for code in every if code not in present],
                "carries_ranking": len(complete) >= needed(len(every)),
            }
        )
    return pd.DataFrame(rows)
