"""Series that plans only keep up: how many did not fall, beside like cells."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from parstats import errors
from parstats.arguments import check_integer, check_share, keeps_index
from parstats.remedies.association.like_cells import expected_changes, position_numbers
from parstats.remedies.association.panel_layout import panel_layout
from parstats.remedies.cells.exposure import exposure
from parstats.remedies.cells.plan_years import Timing
from parstats.remedies.few_plans.measure_table import ALL, spread
from parstats.remedies.few_plans.placed_sets import PlacedSets

Floats = NDArray[np.float64]

COLUMNS = {
    "value": "str",
    **dict.fromkeys(("n_plans", "n_provinces", "n_cells"), "int64"),
    **dict.fromkeys(("share_kept", "expected_share", "difference", "ci_low", "ci_high"), "float64"),
    "n_draws": "int64",
}
# Cells with which a kept-up cell is held: of provinces that no plan that was read speaks of.
_LIKE = ("background", "not_targeted")


@keeps_index
def maintained_outcomes(
    scores: pd.DataFrame,
    measures: pd.DataFrame,
    plans: pd.DataFrame,
    *,
    timing: Timing = "fieldwork",
    formal_only: bool = True,
    n_draws: int = 1_999,
    seed: int = 0,
    ci_level: float = 0.95,
) -> pd.DataFrame:
    r"""Tabulate how many of the series that plans only keep up did not fall.

    A cell is kept where its standing did not fall from the year before, :math:`\Delta z \ge 0`. Its
    expected share is that of like cells: the share of cells that nobody is known to target, of the
    same series and year, that would have been kept from where this one stood,

    .. math:: P_{pst} = \frac{1}{n} \sum_j 1[\hat\mu_{pst} + e_{jst} \ge 0]

    with :math:`\hat\mu` the change expected from baseline, previous change and history and e the
    residuals of those cells.

    Parameters
    ----------
    scores, measures, plans, timing, formal_only
        As in `parstats.remedies.exposure`.
    n_draws, seed : int; number of draws behind the intervals, and seed
    ci_level : float; of the intervals

    Returns
    -------
    pandas.DataFrame: the row "all" and, of several indices, a row for each: value, n_plans,
        n_provinces, n_cells, share_kept, expected_share, difference, ci_low and ci_high (of the
        difference: the same sets of series and years placed on other provinces), n_draws. What
        stands high tends to fall, so the expected share is often below one half.

    Raises
    ------
    InsufficientData: if no cell is only kept up
    InvalidRequest, UnknownChoice: as `parstats.remedies.exposure`

    Notes
    -----
    It describes, and is no estimate of an effect: what a plan keeps up was chosen.

    Examples
    --------
    >>> from parstats.panel import load_measures, load_plans, load_scores
    >>> maintained_outcomes(load_scores("PAPI"), load_measures(), load_plans())
    Traceback (most recent call last):
    parstats.errors.InsufficientData: no series with an outcome is only kept up by a plan
    """
    check_integer("n_draws", n_draws, 19)
    check_integer("seed", seed, 0)
    check_share("ci_level", ci_level)
    cells = exposure(scores, measures, plans, timing=timing, formal_only=formal_only)
    if not (cells["state"] == "maintained").any():
        raise errors.InsufficientData("no series with an outcome is only kept up by a plan")
    layout = panel_layout(cells)
    cells = layout.cells
    kept = (cells["change"] >= 0).to_numpy(dtype=np.float64)
    expected = expected_shares(cells, cells["state"].isin(_LIKE).to_numpy())
    placed = PlacedSets.draw(
        spread(layout, kept - expected),
        layout.provinces["vintage"].to_numpy(),
        n_draws,
        seed,
        ci_level,
    )
    rows = []
    for value, own in _subsets(cells):
        in_array = np.zeros(placed.residuals.shape, dtype=bool)
        in_array[layout.row[own], layout.column[own]] = True
        rows.append(
            _row(cells, own, kept, placed.mean(in_array)) | {"value": value, "n_draws": n_draws}
        )
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)


def expected_shares(cells: pd.DataFrame, reference: NDArray[np.bool_]) -> Floats:
    """Return the share of reference cells that would not fall from where each cell stood."""
    expected = expected_changes(cells, reference)
    residuals = cells["change"].to_numpy(dtype=np.float64) - expected
    positions = position_numbers(cells)
    shares = np.full(len(cells), np.nan)
    for position in np.unique(positions):
        at = positions == position
        errors_there = np.sort(residuals[at & reference])
        known = at & np.isfinite(expected)
        if len(errors_there):
            fallen = np.searchsorted(errors_there, -expected[known], side="left")
            shares[known] = 1 - fallen / len(errors_there)
    return shares


def _subsets(cells: pd.DataFrame) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    maintained = (cells["state"] == "maintained").to_numpy()
    yield ALL, maintained
    indices = cells.loc[maintained, "index"].unique()
    if len(indices) > 1:
        for index in indices:
            yield str(index), maintained & (cells["index"] == index).to_numpy()


def _row(
    cells: pd.DataFrame,
    own: NDArray[np.bool_],
    kept: Floats,
    difference: tuple[float, float, float],
) -> dict[str, Any]:
    part = cells[own]
    mean, low, high = difference
    share = float(kept[own].mean())
    return {
        "n_plans": len({name for names in part["plans"] for name in names.split(";") if name}),
        "n_provinces": len(part[["vintage", "province"]].drop_duplicates()),
        "n_cells": len(part),
        **{"share_kept": share, "expected_share": share - mean, "difference": mean},
        **{"ci_low": low, "ci_high": high},
    }
