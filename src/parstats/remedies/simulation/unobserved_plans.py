"""Sensitivity of the estimate to plans of other provinces that were not read."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from scipy.special import expit

from parstats import errors
from parstats.arguments import as_tuple, check_number, old_names
from parstats.remedies.association.estimate import estimate
from parstats.remedies.association.panel_layout import Layout, panel_layout
from parstats.remedies.association.targeting_rule import log_odds
from parstats.stats.randomization.design import Design
from parstats.stats.randomization.panel_blocks import Floats, Projections

# Shares of the other provinces that may have unread plans: none to all. By judgement.
SHARES: tuple[float, ...] = (0.0, 0.25, 0.5, 1.0)


@old_names(draws="n_draws", shares="hidden_shares")
def unobserved_plans(
    cells: pd.DataFrame,
    hidden_shares: Iterable[float] = SHARES,
    *,
    n_draws: int = 1_999,
    seed: int = 0,
) -> pd.DataFrame:
    r"""Return estimate and interval under assumed shares of unread plans.

    Provinces whose plans we have not read count as provinces without plans. Where some of them
    have plans like those we read, which target like cells and do the same, the comparison holds
    cells that are targeted too and the estimate is too close to zero:

    .. math:: E[\hat\tau] = \tau \left(1 + h \frac{\sum_{i \in B} \tilde D_i e_i}
              {\sum_i \tilde D_i^2}\right) = \tau (1 - h a)

    with h the share, B the background cells, :math:`\tilde D` the treatment without fixed effects
    and slopes, and e the share of cells with the same history that the plans we read target.

    Parameters
    ----------
    cells : pandas.DataFrame of `parstats.remedies.exposure`
    hidden_shares : iterable of float; shares h, from 0 to 1
    n_draws, seed : int; see `parstats.remedies.estimate`

    Returns
    -------
    pandas.DataFrame
        One row per share: unobserved_share, attenuation (1 - h a; above 0), adjusted_association,
        ci_low and ci_high, each divided by it. The p-value does not depend on the share.

    Raises
    ------
    InsufficientData: if nothing can be estimated, or the plans leave no cell untargeted to tell
        what they target
    InvalidRequest: if a share is not between 0 and 1

    Notes
    -----
    e is the chance that the rule learned from the plans gives a cell: see
    `parstats.remedies.association.targeting_rule.log_odds`. Plans that target without regard to the
    figures of the past do not attenuate: their targets are taken out with the fixed effects.

    Examples
    --------
    >>> from parstats.panel import load_measures, load_plans, load_scores
    >>> from parstats.remedies import exposure
    >>> cells = exposure(load_scores("PAPI"), load_measures("PAPI"), load_plans("PAPI"))
    >>> unobserved_plans(cells, n_draws=99)
    Traceback (most recent call last):
    ...
    parstats.errors.InsufficientData: plans tell too little of what they leave untargeted: ...
    """
    requested = [
        check_number("hidden_shares", value, "from 0 to 1") for value in as_tuple(hidden_shares)
    ]
    if not requested or not all(0 <= value <= 1 for value in requested):
        raise errors.InvalidRequest(f"hidden_shares are {requested}: expected numbers from 0 to 1")
    layout = panel_layout(cells)
    chance = _chance(layout)
    row = estimate(cells, n_draws=n_draws, seed=seed).iloc[0]
    if row["reason"] == "no_contrast" or pd.isna(row["adjusted_association"]):
        raise errors.InsufficientData("nothing can be estimated from these cells")
    treatment = layout.treatment(np.ones(len(layout.cells), dtype=bool))
    design = Design(Projections.build(layout.blocks), treatment)
    lost = _lost(layout, design, chance)
    figures = ["adjusted_association", "ci_low", "ci_high"]
    return pd.DataFrame(
        [
            {"unobserved_share": share, "attenuation": 1 - share * lost}
            | {name: float(row[name]) / (1 - share * lost) for name in figures}
            for share in requested
        ]
    )


def attenuation(layout: Layout, design: Design) -> float:
    """Return the share of the association lost if all others have unread plans.

    The design is fitted to the layout. Raises InsufficientData if the plans that were read leave no
    cell untargeted.
    """
    return _lost(layout, design, _chance(layout))


def _lost(layout: Layout, design: Design, chance: Floats) -> float:
    state = layout.cells["state"]
    background = layout.spread((state == "background").to_numpy(dtype=np.float64)) > 0
    pulled = float((design.remainder * chance)[background].sum())
    return -pulled / design.information


def _chance(layout: Layout) -> Floats:
    """Return the share of similar cells that the plans read target."""
    odds = log_odds(layout.cells)
    if odds is None:
        raise errors.InsufficientData(
            "plans tell too little of what they leave untargeted: targets of unread plans are "
            "unknown"
        )
    return layout.spread(expit(odds))
