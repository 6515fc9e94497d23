"""What every driver asks of the table of scores before it computes with it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from parstats import errors
from parstats import provinces as places
from parstats.panel.coverage import index_of
from parstats.panel.units import unit_column

_COLUMNS = ("index", "year", "vintage", "level", "series", "score")
# No index has scores of this size; sums of larger ones lose the digits that ranks are told by.
_LARGEST = 1e6
# Places that a message names.
_NAMED = 3


def require_table(scores: pd.DataFrame) -> str:
    """Name of the index, if the scores are a table of one index as `load_scores` gives it.

    Parameters
    ----------
    scores : pandas.DataFrame
        Scores.

    Raises
    ------
    InvalidRequest
        If they are no table, lack a column, hold years that are no whole numbers, or are of no
        index or of several.

    Examples
    --------
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
    lacking = [name for name in _COLUMNS if name not in scores]
    if not lacking:
        index = index_of(scores)
        lacking = [name for name in (unit_column(index),) if name not in scores]
    if lacking:
        raise errors.InvalidRequest(
            f"the table of scores lacks the column {', '.join(lacking)}; pass it as "
            "load_scores(index) gives it"
        )
    if not pd.api.types.is_integer_dtype(scores["year"]):
        raise errors.InvalidRequest(
            f"the column year of the scores is {scores['year'].dtype}: expected whole numbers; "
            "scores.astype({'year': int}) turns text into them"
        )
    return index


def sound(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of scores fit to compute with; those without a score are left out.

    Parameters
    ----------
    rows : pandas.DataFrame
        Scores of one index.

    Raises
    ------
    InvalidData
        If a score is no number, infinite or absurdly large, stands twice, or is of a province that
        does not exist; the message names the first places and what to do.

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> scores = load_scores("PAPI", years=2024)
    >>> len(sound(scores)) == len(scores)
    True
    >>> sound(pd.concat([scores, scores]))
    Traceback (most recent call last):
    parstats.errors.InvalidData: 1 problem found
    scores, column score: found ... rows ...
    """
    numbers = pd.to_numeric(rows["score"], errors="coerce").astype("float64")
    problems = list(_problems(rows, numbers))
    if problems:
        raise errors.InvalidData(problems)
    kept = numbers.notna()
    return rows.assign(score=numbers)[kept] if not kept.all() else rows.assign(score=numbers)


def _problems(rows: pd.DataFrame, numbers: pd.Series) -> Iterator[errors.Problem]:
    unit = unit_column(index_of(rows)) if len(rows) else "province"
    place = ["year", "vintage", unit, "series"]
    found = {
        "score": (
            (numbers.isna() & rows["score"].notna(), "no numbers", "numbers", "correct these"),
            (
                numbers.abs() > _LARGEST,
                "infinite or above a million points",
                "scores in points",
                "correct these",
            ),
            (
                rows.duplicated(place) & numbers.notna(),
                "second scores of the same province, series and year",
                "one score each",
                "keep one: scores.drop_duplicates(...)",
            ),
        ),
        unit: ((_unknown(rows, unit), "no provinces", "codes of provinces", "see load_provinces"),),
    }
    for column, checks in found.items():
        for wrong, what, expected, remedy in checks:
            if wrong.any():
                names = rows.loc[wrong, ["year", unit, "series"]].head(_NAMED)
                named = "; ".join(" ".join(map(str, row)) for row in names.itertuples(index=False))
                count = int(np.count_nonzero(wrong))
                more = ", ..." if count > _NAMED else ""
                told = f"{count} rows that are {what} ({named}{more})"
                yield errors.Problem("scores", None, column, told, expected, remedy)


def _unknown(rows: pd.DataFrame, unit: str) -> pd.Series:
    """Rows of provinces that the vintage does not have."""
    if unit != "province":
        return pd.Series(False, index=rows.index)
    known = {(code, v) for v in rows["vintage"].unique() for code in places.by_code(int(v))}
    pairs = rows[["province", "vintage"]].drop_duplicates()
    strange = [row for row in pairs.itertuples(index=False, name=None) if row not in known]
    if not strange:
        return pd.Series(False, index=rows.index)
    wrong = pd.MultiIndex.from_frame(rows[["province", "vintage"]]).isin(strange)
    return pd.Series(wrong, index=rows.index)
