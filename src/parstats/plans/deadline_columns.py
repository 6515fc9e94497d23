"""Deadlines of measures as dates: columns beside the words of the plan."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from parstats.plans.facts import deadlines

if TYPE_CHECKING:
    import pandas as pd


def dated(measures: pd.DataFrame, years: Mapping[str, int | None]) -> pd.DataFrame:
    """Measures with their deadlines read.

    Parameters
    ----------
    measures : pandas.DataFrame
        With the columns plan and deadline.
    years : mapping
        Year of each plan, for "Quý II" and "Trong năm".

    Returns
    -------
    pandas.DataFrame
        A copy with ``deadline_start`` and ``deadline_end``, ISO dates (only an end for a day), and
        ``deadline_rule``, what has no date; each is empty where there is none.

    Examples
    --------
    >>> import pandas as pd
    >>> held = pd.DataFrame({"plan": ["p", "p"], "deadline": ["Quý II", "Thường xuyên"]})
    >>> dated(held, {"p": 2024})[["deadline_start", "deadline_end"]].values.tolist()
    [['2024-04-01', '2024-06-30'], ['', '']]
    """
    import pandas as pd

    each = zip(measures["plan"], measures["deadline"], strict=True)
    read = [_read(said, _year(years.get(plan))) for plan, said in each]
    columns = {
        f"deadline_{part}": pd.Series(
            [getattr(one, part) for one in read], index=measures.index, dtype="str"
        )
        for part in ("start", "end", "rule")
    }
    return measures.assign(**columns)


def _read(said: str, year: int | None) -> deadlines.Deadline:
    """A deadline of a document, or a day as people code and correct it: 2024-12-31."""
    try:
        return deadlines.Deadline("date", end=date.fromisoformat(said.strip()).isoformat())
    except ValueError:
        return deadlines.parse(said, year)


def _year(year: int | None) -> int | None:
    import pandas as pd

    return None if year is None or pd.isna(year) else int(year)
