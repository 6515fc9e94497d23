"""Tables that a caller hands over: refused by name where nothing true can be computed from them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from numbers import Integral

import pandas as pd

from parstats import errors


def require(table: pd.DataFrame, columns: Sequence[str], name: str, source: str) -> None:
    """Refuse a table that lacks columns.

    Parameters
    ----------
    table : pandas.DataFrame
        The table.
    columns : sequence of str
        Columns it must have.
    name, source : str
        What the table is called, and what gives such a one, for the message.

    Raises
    ------
    InvalidRequest
        If a column is missing; the message names it.

    Examples
    --------
    >>> require(pd.DataFrame({"plan": []}), ["plan"], "plans", "load_plans")
    """
    missing = [column for column in columns if column not in table]
    if missing:
        raise errors.InvalidRequest(
            f"the table {name} has no column {', '.join(missing)}; "
            f"expected a table as {source} gives it"
        )


def once(table: pd.DataFrame, keys: Sequence[str], name: str) -> None:
    """Refuse a table that says the same thing twice, as two registers put together may.

    Raises
    ------
    InvalidRequest
        If two rows agree in all `keys`; the message shows the first such case.

    Examples
    --------
    >>> once(pd.DataFrame({"plan": ["a", "b"]}), ["plan"], "plans")
    """
    twice = table.loc[table.duplicated(list(keys)), list(keys)]
    if len(twice):
        found = ", ".join(f"{key} {value!r}" for key, value in twice.iloc[0].items())
        raise errors.InvalidRequest(
            f"the table {name} has {len(twice)} rows that repeat another: {found}; expected one "
            f"row each; keep one with drop_duplicates({list(keys)})"
        )


def as_years(years: int | Iterable[int] | None) -> set[int] | None:
    """Years as a set; None for all.

    Examples
    --------
    >>> as_years(2024), as_years(None)
    ({2024}, None)
    """
    if years is None:
        return None
    return {int(years)} if isinstance(years, int | Integral) else {int(year) for year in years}
