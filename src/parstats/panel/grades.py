"""Grades: the names that an index gives to ranges of the overall score."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from parstats import errors
from parstats.panel.composite.framework_rows import read_grades, unattainable_grades
from parstats.panel.coverage import check_year, index_in
from parstats.panel.ranks import ranks
from parstats.reference import definitions, frameworks
from parstats.reference.definitions import Row

# Scores equal to this many decimals are the same score, as in `parstats.panel.ranks`.
_SAME = 9


def grades(scores: pd.DataFrame, year: int, thresholds: Any = None) -> pd.DataFrame:
    """Return the ranking of a year with the grade of each unit.

    Parameters
    ----------
    scores : pandas.DataFrame of one index (`parstats.load_scores`, `parstats.index_from`)
    year : int
    thresholds : dict, optional
        The least score of each grade by its name (or by (name_vi, name_en)). Without it those of
        the index: ``grades=`` of `parstats.index_from`, or ``reference/grades.csv``.

    Returns
    -------
    pandas.DataFrame: the columns of `parstats.panel.ranks`, grade_vi, grade_en (empty below the
        lowest grade) and at_least (where the grade begins).

    Raises
    ------
    InvalidRequest: if neither the index nor `thresholds` have grades, or no score can reach one
    InsufficientCoverage: if fewer than 90 % of the units have a score

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> table = grades(load_scores("PAPI"), 2024, {"A": 45, "B": 40})
    >>> table["grade_en"].value_counts().to_dict()
    {'B': 48, 'A': 12, '': 1}
    """
    index = index_in(scores)
    check_year(scores, year)
    rows = definitions.grade_rows(index) if thresholds is None else read_grades(thresholds)
    if not rows:
        raise errors.InvalidRequest(
            f"{index} has no grades; pass thresholds=, as {{'Tốt': 85, 'Khá': 70}}"
        )
    table = ranks(scores, year)
    totals = scores[(scores["year"] == year) & (scores["series"] == frameworks.top(index))]
    unattainable_grades(rows, float(totals["max_score"].max()))
    upwards, reached = _reached(rows, table["score"].to_numpy())
    for lang in ("vi", "en"):
        names = np.array(["", *(row[f"name_{lang}"] for row in upwards)])
        table[f"grade_{lang}"] = names[reached]
    least = [np.nan, *(float(row["at_least"]) for row in upwards)]
    return table.assign(at_least=np.array(least)[reached])


def grade_of(index: str, score: float) -> Row | None:
    """Return the grade that an index gives a score: at_least, name_vi, name_en.

    None if the index has no grades, or the score is below the lowest.

    >>> grade_of("PAPI", 45.0) is None
    True
    """
    upwards, reached = _reached(definitions.grade_rows(index), np.array([score]))
    return upwards[reached[0] - 1] if reached[0] else None


def _reached(rows: Sequence[Row], scores: np.ndarray) -> tuple[list[Row], np.ndarray]:
    """Return the grades from the lowest up, and how many of them each score reaches."""
    upwards = list(reversed(rows))
    least = np.round([float(row["at_least"]) for row in upwards], _SAME)
    return upwards, np.searchsorted(least, np.round(scores, _SAME), side="right")
