"""Published figures of the country, a row a year: what may stand beside one province's score."""

from __future__ import annotations

import pandas as pd

from parstats import frameworks
from parstats.panel.published import load_statistics

STATISTICS = ("mean", "max", "min")


def national(index: str) -> pd.DataFrame:
    """Mean, highest and lowest overall score of the country, as published.

    Parameters
    ----------
    index : str
        The index.

    Returns
    -------
    pandas.DataFrame
        A row a year with any of them: year, mean, max, min (points; missing where none was found),
        and of each its basis and source (mean_basis, mean_source, ...; empty where it is missing).

    Raises
    ------
    DataNotBuilt
        If `parstats build` has not been run.
    UnknownChoice
        If the index does not exist.

    Examples
    --------
    >>> table = national("SIPAS").set_index("year")
    >>> table.loc[2022, ["mean", "max", "min"]].tolist()
    [80.08, 87.59, 72.54]
    """
    table = load_statistics(index)
    of_country = (table["region"] == "") & table["statistic"].isin(STATISTICS)
    table = table[of_country & (table["series"] == frameworks.top(frameworks.check_index(index)))]
    found = pd.DataFrame(index=pd.Index(sorted(table["year"].unique()), name="year"))
    for name in STATISTICS:
        rows = table[table["statistic"] == name].set_index("year")
        found[name] = rows["value"].reindex(found.index)
        for about in ("basis", "source"):
            found[f"{name}_{about}"] = rows[about].reindex(found.index).fillna("")
    return found.reset_index()
