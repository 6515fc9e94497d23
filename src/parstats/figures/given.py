"""Tables that figures are given: refused by name where nothing true can be drawn from them."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from parstats import errors


def require(
    table: pd.DataFrame, columns: Sequence[str], source: str, *, once: Sequence[str] = ()
) -> None:
    """Refuse a table that lacks columns, has no rows, or has two rows where one is drawn.

    Parameters
    ----------
    table : pandas.DataFrame
        The table.
    columns : sequence of str
        Columns it must have.
    source : str
        What gives such a table, for the message.
    once : sequence of str
        Columns that together may stand only once; not checked if empty.

    Raises
    ------
    InvalidRequest
        If it is not such a table.

    Examples
    --------
    >>> require(pd.DataFrame({"rank": [1]}), ["rank"], "panel.ranks")
    >>> require(pd.DataFrame({"rank": []}), ["rank"], "panel.ranks")
    Traceback (most recent call last):
    ...
    parstats.errors.InvalidRequest: nothing to draw: the table has no rows; expected panel.ranks
    """
    missing = [name for name in columns if name not in table]
    if missing:
        raise errors.InvalidRequest(
            f"cannot draw: the table has no column {', '.join(missing)}; expected {source}"
        )
    if table.empty:
        raise errors.InvalidRequest(f"nothing to draw: the table has no rows; expected {source}")
    twice = table[table.duplicated(list(once))] if once else table.head(0)
    if len(twice):
        found = ", ".join(f"{name} {twice[name].iloc[0]}" for name in once)
        raise errors.InvalidRequest(
            f"cannot draw: two rows for {found}; expected one, as in {source}: "
            "keep the rows of one index, region and level"
        )
