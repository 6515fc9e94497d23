"""The plain table: types of measures, and the change of the series they were meant for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from parstats import errors
from parstats.arguments import check_integer, check_share, keeps_index
from parstats.remedies.association.hypotheses import (
    TYPE_COLUMNS,
    part_labels,
    targeted,
    type_table,
)
from parstats.remedies.association.like_cells import expected_changes
from parstats.remedies.association.panel_layout import COMPARED, Layout, panel_layout
from parstats.remedies.few_plans.placed_sets import PlacedSets, correlation

By = Literal["measure_type", "coarse_group", "series", "dimension"]
BY: tuple[str, ...] = get_args(By)
COLUMNS = {
    **dict.fromkeys(("by", "value"), "str"),
    **dict.fromkeys(("n_plans", "n_provinces", "n_cells"), "int64"),
    **dict.fromkeys(
        ("change", "expected", "residual", "ci_low", "ci_high", "correlation"), "float64"
    ),
    "n_draws": "int64",
}
#: Value of the row for all of them.
ALL = "all"


@keeps_index
def measure_outcomes(
    cells: pd.DataFrame,
    *,
    by: By = "measure_type",
    n_draws: int = 1_999,
    seed: int = 0,
    ci_level: float = 0.95,
) -> pd.DataFrame:
    """Tabulate the later change of the series that each type of measure was meant for.

    It describes the plans that were read, one or many. It is no estimate of what a type does, has
    no p-value and no verdict; for those see `parstats.remedies.estimate`, which needs more plans.

    Parameters
    ----------
    cells : pandas.DataFrame of `parstats.remedies.exposure`
    by : {"measure_type", "coarse_group", "series", "dimension"}
    n_draws, seed : int; number of draws behind the intervals, and seed
    ci_level : float; of the intervals

    Returns
    -------
    pandas.DataFrame: first the row "all" of all targeted cells, then one for each type (cells with
        measures of several types count in each), series or dimension: by; value; n_plans;
        n_provinces; n_cells; change (mean, in standard deviations of the series and year);
        expected (mean change of like cells that nobody is known to target: the prediction from
        baseline, previous change and history, fitted to those cells); residual (change less
        expected, where both are known); ci_low, ci_high (of the residual: the same sets of series
        and years placed on other provinces); correlation (of having the type with the residual,
        among all targeted cells; missing where fewer than five are, or all or none have it);
        n_draws.

    Raises
    ------
    InsufficientData, InvalidRequest: if no cell is targeted, or none tells its type; if cells or
        options are not as described

    Notes
    -----
    The expectation has no effect of a province and year, so a good year of the whole province is in
    the residual: plans that leave nothing aside, and plans of which the rest is unknown, have
    nothing else to be held against. The interval leaves out the error of the expectation itself,
    which is small as all provinces make it.

    Examples
    --------
    >>> from parstats.panel import load_measures, load_plans, load_scores
    >>> from parstats.remedies import exposure
    >>> cells = exposure(load_scores("PAPI"), load_measures("PAPI"), load_plans("PAPI"))
    >>> table = measure_outcomes(cells, by="coarse_group", n_draws=99)
    >>> table[["value", "n_plans", "n_cells"]].head(2).values.tolist()
    [['all', 3, 17], ['citizen_voice', 1, 4]]
    """
    if by not in BY:
        raise errors.UnknownChoice("by", by, BY)
    check_integer("n_draws", n_draws, 19)
    check_integer("seed", seed, 0)
    check_share("ci_level", ci_level)
    layout = panel_layout(cells)
    chosen = targeted(layout.cells)
    if not chosen.any():
        raise errors.InsufficientData("no cell is targeted: there is nothing to describe")
    residuals = cell_residuals(layout)
    placed = PlacedSets.draw(
        spread(layout, residuals), layout.provinces["vintage"].to_numpy(), n_draws, seed, ci_level
    )
    rows = [
        _row(layout, residuals, placed, own) | {"by": by, "value": value, "n_draws": n_draws}
        for value, own in _subsets(layout.cells, by, chosen)
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)


def cell_residuals(layout: Layout) -> NDArray[np.float64]:
    """Return the change of each cell less that of like cells that nobody is known to target."""
    compared = layout.cells["state"].isin(COMPARED).to_numpy() & ~targeted(layout.cells)
    change = layout.cells["change"].to_numpy(dtype=np.float64)
    return np.asarray(change - expected_changes(layout.cells, compared), dtype=np.float64)


def spread(layout: Layout, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return values of the cells by province and position, missing where there is no cell."""
    result = np.full(layout.blocks.outcome.shape, np.nan)
    result[layout.row, layout.column] = values
    return result


def _subsets(
    cells: pd.DataFrame, by: By, chosen: NDArray[np.bool_]
) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    yield ALL, chosen
    if by in TYPE_COLUMNS:
        column = TYPE_COLUMNS[by]
        if column in cells and not cells.loc[chosen, column].fillna("").any():
            return  # no measure tells its type: the row for all is what there is to describe
        table = type_table(cells, by)
        yield from ((str(name), table[name].to_numpy()) for name in table)
        return
    labels = part_labels(cells, by)
    values = dict.fromkeys(label for label in labels[chosen] if label)
    yield from ((str(value), chosen & (labels == value)) for value in values)


def _row(
    layout: Layout,
    residuals: NDArray[np.float64],
    placed: PlacedSets,
    own: NDArray[np.bool_],
) -> dict[str, Any]:
    part = layout.cells[own]
    plans = part["plans"] if "plans" in part else pd.Series(dtype="str")
    in_array = np.zeros(placed.residuals.shape, dtype=bool)
    in_array[layout.row[own], layout.column[own]] = True
    residual, low, high = placed.mean(in_array)
    known = np.isfinite(residuals[own])
    change = part["change"].to_numpy(dtype=np.float64)
    chosen = targeted(layout.cells)
    return {
        "n_plans": len({name for names in plans for name in names.split(";") if name}),
        "n_provinces": len(part[["vintage", "province"]].drop_duplicates()),
        "n_cells": len(part),
        "change": float(change.mean()),
        "expected": float((change[known]).mean() - residual) if known.any() else float("nan"),
        **{"residual": residual, "ci_low": low, "ci_high": high},
        "correlation": correlation(own[chosen], residuals[chosen]),
    }
