"""How cells came back to the mean, with plans or without: what a before and after leaves out."""

from __future__ import annotations

import numpy as np
import pandas as pd

from parstats import errors
from parstats.inference.options import whole_number

COLUMNS = {
    **dict.fromkeys(("kind",), "str"),
    "place": "int64",
    **dict.fromkeys(("baseline", "change", "change_low", "change_high"), "float64"),
    **dict.fromkeys(("n_cells", "n_provinces"), "int64"),
}
_PROVINCE_YEAR = ["index", "vintage", "province", "year"]


def rebound(cells: pd.DataFrame, *, groups: int = 10, lowest: int = 8) -> pd.DataFrame:
    """Mean change by baseline, over all provinces, and of the lowest cells of each province.

    Parameters
    ----------
    cells : pandas.DataFrame
        As `parstats.remedies.changes` gives them, of one level.
    groups : int
        Groups of equal size by baseline.
    lowest : int
        Cells of each province and year with the lowest baselines, as a plan that answers to the
        figures would choose them.

    Returns
    -------
    pandas.DataFrame
        A row a group: kind ("by_baseline", or "lowest" for the lowest cells of each province and
        year), place (of the group, the lowest baselines first; 0 for "lowest"), baseline and change
        (means, in standard deviations of the series and year), change_low and change_high (the
        middle half of the cells), n_cells, n_provinces.

    Raises
    ------
    InsufficientData
        If there are fewer cells than groups.
    InvalidRequest
        If cells or options are not as described.

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> from parstats.remedies import changes
    >>> cells = changes(load_scores("PAPI"), 2024).query("level == 'criterion'")
    >>> table = rebound(cells)
    >>> bool(table["change"].iloc[0] > 0 > table["change"].iloc[9])
    True
    """
    groups, lowest = whole_number("groups", groups, 2), whole_number("lowest", lowest, 1)
    missing = [
        name for name in (*_PROVINCE_YEAR, "level", "baseline", "change") if name not in cells
    ]
    if missing:
        raise errors.InvalidRequest(
            f"the cells lack {', '.join(missing)}; make them with parstats.remedies.changes"
        )
    if cells["level"].nunique() > 1:
        raise errors.InvalidRequest("the cells are of several levels: choose one, as 'criterion'")
    if len(cells) < groups:
        raise errors.InsufficientData(f"{len(cells)} cells cannot be parted into {groups} groups")
    order = cells["baseline"].rank(method="first").to_numpy() - 1
    group = np.minimum((order * groups / len(cells)).astype(int), groups - 1)
    records = [_row("by_baseline", at + 1, cells[group == at]) for at in range(groups)]
    place = cells.groupby(_PROVINCE_YEAR)["baseline"].rank(method="first")
    records.append(_row("lowest", 0, cells[place <= lowest]))
    return pd.DataFrame(records, columns=list(COLUMNS)).astype(COLUMNS)


def _row(kind: str, place: int, own: pd.DataFrame) -> tuple[object, ...]:
    low, high = own["change"].quantile([0.25, 0.75])
    means = (own["baseline"].mean(), own["change"].mean())
    return (kind, place, *means, low, high, len(own), own["province"].nunique())
