"""How far the figures of one year carry: a comparison of provinces, or only one province's own."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from parstats import errors, frameworks
from parstats.panel.coverage import complete_provinces, index_of, needed
from parstats.panel.units import check_provinces, n_units, vintage_of


@dataclass(frozen=True)
class Reach:
    """How many provinces a year has figures of, and how many a comparison needs.

    Attributes
    ----------
    index, year, vintage : str, int, int
        What it is about; the vintage is the set of provinces.
    n_complete : int
        Provinces with every figure the index needs (see `parstats.panel.complete_provinces`).
    n_rank_only : int
        Further provinces of which only a rank of the overall index was printed.
    needed, n_of : int
        Complete provinces that ranks, means and drivers need, and provinces that exist.
    """

    index: str
    year: int
    vintage: int
    n_complete: int
    n_rank_only: int
    needed: int
    n_of: int

    @property
    def carries_ranking(self) -> bool:
        """Whether enough provinces are complete for ranks, means and drivers."""
        return self.n_complete >= self.needed


def reach(scores: pd.DataFrame, printed: pd.DataFrame, year: int) -> Reach:
    """What the figures of a year carry, refusing nothing: for pages that say what is missing.

    Parameters
    ----------
    scores : pandas.DataFrame
        Scores of one index (`parstats.load_scores`).
    printed : pandas.DataFrame
        As `parstats.load_printed` gives it; a year may have printed ranks and no scores.
    year : int
        The year.

    Returns
    -------
    Reach

    Raises
    ------
    UnknownChoice
        If nothing of the year is known, neither a score nor a printed rank.
    InvalidRequest
        If the index grades departments.

    Examples
    --------
    >>> from parstats.panel import load_printed, load_scores
    >>> found = reach(load_scores("PAR INDEX"), load_printed(), 2015)
    >>> found.n_complete, found.n_rank_only, found.needed, found.carries_ranking
    (0, 1, 57, False)
    """
    index = index_of(scores)
    check_provinces(index, "reach")
    told = printed[(printed["index"] == index) & (printed["unit_level"] == "province")]
    known = sorted({*map(int, scores["year"]), *map(int, told["year"])})
    if year not in known:
        raise errors.UnknownChoice(f"year of {index}", year, known)
    vintage = vintage_of(scores, year)
    told = told[(told["year"] == year) & (told["vintage"] == vintage)]
    ranked = told[(told["series"] == frameworks.top(index)) & told["rank_printed"].notna()]
    complete = complete_provinces(scores, year)
    of = n_units(index, vintage)
    return Reach(
        index=index,
        year=year,
        vintage=vintage,
        n_complete=len(complete),
        n_rank_only=len({*ranked["province"]} - {*complete}),
        needed=needed(of),
        n_of=of,
    )
