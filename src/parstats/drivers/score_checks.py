"""Checks of the scores that a driver is called with: a table of one index, with sound numbers."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from parstats import errors
from parstats.panel.coverage import index_in
from parstats.panel.units import unit_column, with_vintage
from parstats.reference import frameworks
from parstats.reference import provinces as places
from parstats.schema import MAXIMUM_TOLERANCE, MINIMUM_TOLERANCE

_COLUMNS = ("index", "year", "vintage", "level", "series", "score")
# Points. No index has scores of this size; sums of larger ones lose the ninth decimal, to which
# ranks are compared.
_LARGEST = 1e6
# Places that a message names. By judgement: one line.
_NAMED = 3


def require_table(scores: pd.DataFrame, *, allow_subset: bool = False) -> str:
    """Return the name of the index, if the scores are a table of one index from `load_scores`.

    Raises InvalidRequest if they are no table, lack a column, hold years that are no whole numbers,
    or are of no index or of several; without `allow_subset` also if they hold a part of the
    provinces or series (`parstats.panel.only`).

    >>> from parstats.panel import load_scores
    >>> require_table(load_scores("PAPI"))
    'PAPI'
    >>> require_table(load_scores("PAPI").drop(columns="score"))
    Traceback (most recent call last):
    parstats.errors.InvalidRequest: the table of scores lacks the column score; ...
    """
    if not isinstance(scores, pd.DataFrame):
        raise errors.InvalidRequest(
            f"scores is {type(scores).__name__}: expected the table that load_scores(index) gives"
        )
    missing = [name for name in _COLUMNS if name not in scores]
    if not missing:
        index = index_in(scores, allow_subset=allow_subset)
        missing = [name for name in (unit_column(index),) if name not in scores]
    if missing:
        raise errors.InvalidRequest(
            f"the table of scores lacks the column {', '.join(missing)}; pass it as "
            "load_scores(index) gives it"
        )
    if not pd.api.types.is_integer_dtype(scores["year"]):
        raise errors.InvalidRequest(
            f"the column year of the scores is {scores['year'].dtype}: expected whole numbers; "
            "scores.astype({'year': int}) turns text into them"
        )
    return index


def check_scores(rows: pd.DataFrame) -> pd.DataFrame:
    """Check scores and return the rows with a score.

    The rows are of one index. Raises InvalidData if a score is no number, infinite or absurdly
    large, stands twice, or is of a province that does not exist; the message names the first places
    and what to do.

    >>> from parstats.panel import load_scores
    >>> scores = load_scores("PAPI", years=2024)
    >>> len(check_scores(scores)) == len(scores)
    True
    >>> check_scores(pd.concat([scores, scores]))
    Traceback (most recent call last):
    parstats.errors.InvalidData: 1 problem found
    scores, column score: found ... rows ...
    """
    numbers = pd.to_numeric(rows["score"], errors="coerce").astype("float64")
    problems = list(_problems(rows, numbers))
    if problems:
        raise errors.InvalidData(problems)
    has_score = numbers.notna()
    return (
        rows.assign(score=numbers)[has_score] if not has_score.all() else rows.assign(score=numbers)
    )


def _problems(rows: pd.DataFrame, numbers: pd.Series) -> Iterator[errors.Problem]:
    unit = unit_column(index_in(rows, allow_subset=True)) if len(rows) else "province"
    key_columns = ["year", "vintage", unit, "series"]
    problems = {
        "score": (
            (numbers.isna() & rows["score"].notna(), "no numbers", "numbers", "correct these"),
            (
                numbers.abs() > _LARGEST,
                "infinite or above a million points",
                "scores in points",
                "correct these",
            ),
            (
                _off_scale(rows, numbers),
                "off the scale of their series",
                "scores between the least and the most points of the series and year",
                "correct these, or divide them if they are on another scale",
            ),
            (
                rows.duplicated(key_columns) & numbers.notna(),
                "second scores of the same province, series and year",
                "one score each",
                "keep one: scores.drop_duplicates(...)",
            ),
        ),
        unit: ((_unknown(rows, unit), "no provinces", "codes of provinces", "see load_provinces"),),
    }
    for column, checks in problems.items():
        for wrong, what, expected, remedy in checks:
            if wrong.any():
                names = rows.loc[wrong, ["year", unit, "series"]].head(_NAMED)
                named = "; ".join(" ".join(map(str, row)) for row in names.itertuples(index=False))
                count = int(np.count_nonzero(wrong))
                more = ", ..." if count > _NAMED else ""
                actual = f"{count} rows that are {what} ({named}{more})"
                yield errors.Problem("scores", None, column, actual, expected, remedy)


def _off_scale(rows: pd.DataFrame, numbers: pd.Series) -> pd.Series:
    """Return the rows with a score below the least or above the most points of their series.

    These are in the table (min_score, max_score), or else those that are published.
    """
    if {"min_score", "max_score"} <= set(rows.columns):
        low, high = rows["min_score"], rows["max_score"]
    else:
        bounds = frameworks.by_year()[["min_points", "max_points"]]
        keys = pd.MultiIndex.from_arrays([rows["series"], rows["year"]])
        low, high = (bounds[name].reindex(keys).to_numpy() for name in bounds)
    under, over = numbers < low - MINIMUM_TOLERANCE, numbers > high + MAXIMUM_TOLERANCE
    return (under | over) & (numbers.abs() <= _LARGEST)


def _unknown(rows: pd.DataFrame, unit: str) -> pd.Series:
    """Return the rows of provinces that the vintage does not have."""
    if unit != "province":
        return pd.Series(False, index=rows.index)
    rows = with_vintage(rows)
    available = {(code, v) for v in rows["vintage"].unique() for code in places.by_code(int(v))}
    pairs = rows[["province", "vintage"]].drop_duplicates()
    strange = [row for row in pairs.itertuples(index=False, name=None) if row not in available]
    if not strange:
        return pd.Series(False, index=rows.index)
    wrong = pd.MultiIndex.from_frame(rows[["province", "vintage"]]).isin(strange)
    return pd.Series(wrong, index=rows.index)
