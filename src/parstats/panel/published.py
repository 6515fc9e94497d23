"""Published national statistics: what to use where our own coverage carries nothing."""

from __future__ import annotations

import pandas as pd

from parstats import errors, frameworks, storage

_SHOWN = ("mean", "max", "min")


def load_statistics(index: str | None = None) -> pd.DataFrame:
    """National and regional statistics as published.

    Parameters
    ----------
    index : str, optional
        Keep one index.

    Returns
    -------
    pandas.DataFrame
        index, year, series, statistic (mean, max, min, n_increased, ...), region (code, empty for
        the country), value, unit, basis (printed, derived), source.

    Raises
    ------
    DataNotBuilt
        If `parstats build` has not been run.

    Examples
    --------
    >>> table = load_statistics("PAR INDEX").query("year == 2023 and region == ''")
    >>> float(table.set_index("statistic").loc["mean", "value"])
    86.98
    """
    table = storage.read_processed("statistics")
    if index is not None:
        table = table[table["index"] == frameworks.check_index(index)]
    return table.reset_index(drop=True)


def instead(index: str, year: int) -> str:
    """What can be used in place of a ranking or mean that the coverage does not carry.

    Examples
    --------
    >>> instead("PAR INDEX", 2023)
    'published for the country: mean 86.98, max 92.18, min 81.32 (parstats.load_statistics)'
    """
    try:
        table = load_statistics(index)
    except errors.DataNotBuilt:
        return ""
    own = (table["year"] == year) & (table["series"] == frameworks.top(index))
    national = table[own & (table["region"] == "")].set_index("statistic")["value"]
    shown = [f"{name} {national[name]:g}" for name in _SHOWN if name in national.index]
    if not shown:
        return "no national statistic of that year was found either"
    return f"published for the country: {', '.join(shown)} (parstats.load_statistics)"
