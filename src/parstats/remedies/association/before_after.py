"""Change before and after a plan, and the part explained by regression to the mean."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from parstats import errors
from parstats.arguments import check_integer, keeps_index, old_names
from parstats.remedies.association.like_cells import expected_changes
from parstats.remedies.association.panel_layout import Layout

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Naive:
    """Means over the targeted cells, in standard deviations of the series and year."""

    before_after: float  # mean change
    # Mean change less the mean change of the other cells of the same province and year that are not
    # targeted; missing where no province has any.
    within: float
    # Mean change of cells that stood and had moved alike, and were not targeted; missing where
    # there is none.
    expected: float


def naive(layout: Layout, treatment: Floats, expected: Floats) -> Naive:
    r"""Compute the before/after change of targeted cells, and the change expected by baseline.

    `treatment`, shape (provinces, positions), is 1 where a cell is targeted; `expected` is that of
    `expected_of_others`, which is the same for all treatments. Neither of the first
    two results is an estimate of anything a plan did: the worst improve anyway.

    ``expected`` is the prediction of a regression of the change on a mean a series and year and on
    what was known before, among the cells that are compared and not targeted
    (`parstats.remedies.association.like_cells`; Barnett, van der Pols and Dobson 2005, Int. J.
    Epidemiol. 34:215-220).
    """
    blocks = layout.blocks
    targeted = treatment > 0
    other = blocks.estimation_sample & ~(
        layout.treatment(np.ones(len(layout.cells), dtype=bool)) > 0
    )
    change = np.where(blocks.present, blocks.outcome, 0.0)
    within = _less_peer_mean(change, targeted, other, blocks.group)
    predicted = expected[targeted[layout.row, layout.column]]
    return Naive(
        _mean(change[targeted]),
        _mean(within[np.isfinite(within)]),
        _mean(predicted[np.isfinite(predicted)]),
    )


def expected_of_others(layout: Layout) -> Floats:
    """Return the change that each cell would have like cells that are compared and not targeted."""
    compared = layout.blocks.estimation_sample[layout.row, layout.column]
    return expected_changes(layout.cells, compared & (layout.cells["state"] != "targeted"))


def _mean(values: Floats) -> float:
    return float(values.mean()) if values.size else float("nan")


def _less_peer_mean(
    change: Floats, targeted: NDArray[np.bool_], other: NDArray[np.bool_], group: NDArray[np.int64]
) -> Floats:
    """Return each targeted cell's change less the mean of its province and year."""
    result = np.full(change.shape, np.nan)
    for label in np.unique(group):
        in_group = group == label
        n = other[:, in_group].sum(axis=1, keepdims=True)
        sums = np.where(other[:, in_group], change[:, in_group], 0.0).sum(axis=1, keepdims=True)
        mean = np.divide(sums, n, out=np.full(sums.shape, np.nan), where=n > 0)
        result[:, in_group] = np.where(targeted[:, in_group], change[:, in_group] - mean, np.nan)
    return result


COLUMNS = {
    **dict.fromkeys(("kind",), "str"),
    "place": "int64",
    **dict.fromkeys(("baseline", "change", "change_q25", "change_q75"), "float64"),
    **dict.fromkeys(("n_cells", "n_provinces"), "int64"),
}
_PROVINCE_YEAR = ["index", "vintage", "province", "year"]


@old_names(groups="n_groups", lowest="n_lowest")
@keeps_index
def mean_reversion(cells: pd.DataFrame, *, n_groups: int = 10, n_lowest: int = 8) -> pd.DataFrame:
    """Mean change by baseline, over all provinces, and of the lowest cells of each province.

    Parameters
    ----------
    cells : pandas.DataFrame of `parstats.remedies.outcomes`, of one level
    n_groups : int; groups of equal size by baseline
    n_lowest : int
        Cells of each province and year with the lowest baselines, as a plan that answers to the
        figures would choose them.

    Returns
    -------
    pandas.DataFrame: one row per group: kind ("by_baseline", or "lowest" for the lowest cells of
        each province and year), place (of the group, the lowest baselines first; 0 for "lowest"),
        baseline and change (means, in standard deviations of the series and year), change_q25 and
        change_q75 (the middle half of the cells), n_cells, n_provinces.

    Raises
    ------
    InsufficientData, InvalidRequest: if there are fewer cells than groups; if cells or options are
        not as described

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> from parstats.remedies import outcomes
    >>> cells = outcomes(load_scores("PAPI"), 2024).query("level == 'criterion'")
    >>> table = mean_reversion(cells)
    >>> bool(table["change"].iloc[0] > 0 > table["change"].iloc[9])
    True
    """
    n_groups, n_lowest = (
        check_integer("n_groups", n_groups, 2),
        check_integer("n_lowest", n_lowest, 1),
    )
    missing = [
        name for name in (*_PROVINCE_YEAR, "level", "baseline", "change") if name not in cells
    ]
    if missing:
        raise errors.InvalidRequest(
            f"the cells lack {', '.join(missing)}; make them with parstats.remedies.outcomes"
        )
    if cells["level"].nunique() > 1:
        raise errors.InvalidRequest("the cells are of several levels: choose one, as 'criterion'")
    if len(cells) < n_groups:
        raise errors.InsufficientData(f"{len(cells)} cells cannot be parted into {n_groups} groups")
    order = cells["baseline"].rank(method="first").to_numpy() - 1
    group = np.minimum((order * n_groups / len(cells)).astype(int), n_groups - 1)
    records = [_row("by_baseline", at + 1, cells[group == at]) for at in range(n_groups)]
    baseline_rank = cells.groupby(_PROVINCE_YEAR)["baseline"].rank(method="first")
    records.append(_row("lowest", 0, cells[baseline_rank <= n_lowest]))
    return pd.DataFrame(records, columns=list(COLUMNS)).astype(COLUMNS)


def _row(kind: str, position: int, group_cells: pd.DataFrame) -> tuple[object, ...]:
    low, high = group_cells["change"].quantile([0.25, 0.75])
    averages = (group_cells["baseline"].mean(), group_cells["change"].mean())
    return (
        kind,
        position,
        *averages,
        low,
        high,
        len(group_cells),
        group_cells["province"].nunique(),
    )
