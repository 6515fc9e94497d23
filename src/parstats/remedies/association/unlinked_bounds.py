"""What measures that are linked to no series may do to the estimate."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from parstats import errors
from parstats.arguments import check_integer, check_share
from parstats.remedies.association.estimate import estimate
from parstats.remedies.association.hypotheses import everything, targeted
from parstats.remedies.association.panel_layout import panel_layout
from parstats.remedies.association.testing import fitted
from parstats.stats.randomization.panel_blocks import Floats, Projections

_PLAN = ["index", "vintage", "level", "province", "year"]
_FIGURES = ("adjusted_association", "ci_low", "ci_high", "n_cells", "n_provinces")
# Rounds of choosing cells and fitting again; the choice stays after two or three. By judgement.
_ROUNDS = 5


def unlinked_bounds(
    cells: pd.DataFrame, *, n_draws: int = 1_999, seed: int = 0, ci_level: float = 0.95
) -> pd.DataFrame:
    """Return the estimate if unlinked measures concern no open cell, and the worst they could do.

    A measure that is linked to no series may be about any cell that its plan does not name. Each is
    taken to concern one of them, or none: the bounds let it be the cell that went up most, or down
    most, beyond what the model expects. They are no intervals: they say how far figures are open
    until the measures are linked (`parstats.remedies.unlinked_measures` says which first).

    Parameters
    ----------
    cells : pandas.DataFrame of `parstats.remedies.exposure`
    n_draws, seed, ci_level : as in `parstats.remedies.estimate`

    Returns
    -------
    pandas.DataFrame
        Three rows: case ("none": as `parstats.remedies.estimate`; "lowest", "highest"),
        adjusted_association, ci_low, ci_high, n_cells (targeted), n_provinces, n_unlinked (measures
        that may concern an open cell), n_open (open cells).

    Raises
    ------
    InsufficientData, InvalidRequest: as `parstats.remedies.estimate`

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> from parstats.remedies import outcomes
    >>> from parstats.remedies.simulation.simulate import made_up_cells
    >>> cells = made_up_cells(outcomes(load_scores("PAPI"), 2024).query("level == 'criterion'"))
    >>> open_cells = cells.assign(n_unlinked=(cells["state"] == "not_targeted").astype(int))
    >>> table = unlinked_bounds(open_cells, n_draws=99).set_index("case")["adjusted_association"]
    >>> bool(table["lowest"] < table["none"] < table["highest"])
    True
    """
    check_integer("n_draws", n_draws, 19)
    check_share("ci_level", ci_level)
    if "n_unlinked" not in cells:
        raise errors.InvalidRequest(
            "the cells lack n_unlinked; make them with parstats.remedies.exposure"
        )
    cells = cells.reset_index(drop=True)
    is_open = ((cells["state"] == "not_targeted") & (cells["n_unlinked"] > 0)).to_numpy()
    per_plan = cells[is_open].groupby(_PLAN)["n_unlinked"].max()
    counts = {"n_unlinked": int(per_plan.sum()), "n_open": int(is_open.sum())}
    records = []
    for case, sign in (("none", 0), ("lowest", -1), ("highest", 1)):
        moved = cells if sign == 0 else _worst(cells, is_open, sign)
        row = estimate(moved, n_draws=n_draws, seed=seed, ci_level=ci_level).iloc[0]
        records.append({"case": case} | {name: row[name] for name in _FIGURES} | counts)
    return pd.DataFrame(records)


def _worst(cells: pd.DataFrame, is_open: NDArray[np.bool_], sign: int) -> pd.DataFrame:
    """Return the cells with the open ones targeted that move the estimate most."""
    moved = cells
    for _ in range(_ROUNDS):
        rest = pd.Series(sign * _unexplained(moved), cells.index)[is_open]
        place = rest.groupby([cells.loc[is_open, name] for name in _PLAN]).rank(
            method="first", ascending=False
        )
        # Only what moves the estimate the way that is asked for.
        chosen = place.index[(place <= cells.loc[is_open, "n_unlinked"]) & (rest > 0)]
        state = cells["state"].copy()
        state[chosen] = "targeted"
        if (state == moved["state"]).all():
            break
        moved = cells.assign(state=state)
    return moved


def _unexplained(cells: pd.DataFrame) -> Floats:
    """Return what the model does not expect of each cell, being targeted left out of it."""
    layout = panel_layout(cells)
    if not targeted(layout.cells).any():
        raise errors.InsufficientData("no cell is targeted: there is nothing to estimate")
    design = fitted(everything(layout, Projections.build(layout.blocks)))
    if design is None:
        return np.full(len(cells), math.nan)
    left = design.residuals + design.estimate * design.remainder
    return np.asarray(left[layout.row, layout.column], dtype=np.float64)
