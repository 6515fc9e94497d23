"""One coefficient tested: by exchanges of provinces, or by region and year where regions copy."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats
from threadpoolctl import threadpool_limits

from parstats import errors
from parstats.remedies.association.decisions import Decisions, decisions
from parstats.remedies.association.hypotheses import Hypothesis, everything, targeted
from parstats.remedies.association.panel_layout import Specification, panel_layout
from parstats.stats.detectable_effect import minimum_detectable_effect
from parstats.stats.randomization.cluster_variance import ClusterRobust, cr2
from parstats.stats.randomization.design import Design, Draws, Exchanges, exchangeable
from parstats.stats.randomization.panel_blocks import Floats, Projections
from parstats.stats.randomization.significance import (
    observed_statistic,
    randomization_test,
    statistics,
)


@dataclass(frozen=True)
class Tested:
    """A coefficient with interval and p-value, and its statistics under exchanges."""

    figures: dict[str, float | int | str]
    design: Design
    draws: Draws
    observed: float
    drawn: Floats  # shape (draws,)

    @property
    def copied(self) -> bool:
        """Whether the decision is one of the region, and its cluster region and year."""
        return self.figures["inference"] == "region_years"


def fitted(hypothesis: Hypothesis) -> Design | None:
    """Fit the model of a hypothesis; none where the treatment has no variation of its own."""
    projections = hypothesis.projections
    try:
        if hypothesis.held.shape[-1]:
            projections = projections.joined(hypothesis.held)
        return Design(projections, hypothesis.regressor)
    except errors.InsufficientData:
        return None  # told as "no_contrast" in the row


def decided(hypothesis: Hypothesis) -> Decisions:
    """Count the decisions behind the cells of a hypothesis."""
    layout = hypothesis.layout
    everything = layout.treatment(targeted(layout.cells))
    return decisions(layout, everything, layout.treatment(hypothesis.chosen) > 0)


def tested(hypothesis: Hypothesis, design: Design, exchanges: Exchanges, ci_level: float) -> Tested:
    """Test one coefficient.

    The exchange of provinces serves where each decides for itself; where provinces of a region copy
    each other, the t law with clusters of region and year does.
    """
    draws = design.draws(exchanges)
    decided_by = decided(hypothesis)
    treated = (hypothesis.regressor != 0).any(axis=1)
    if decided_by.copied:
        figures = _by_region_year(design, decided_by, ci_level)
    else:
        figures = _by_exchange(design, draws, ci_level, bool(exchangeable_all(design, treated)))
    drawn = statistics(draws.numerators, draws.scores)
    figures |= {"adjusted_association": design.estimate}
    return Tested(figures, design, draws, observed_statistic(design), drawn)


def exchangeable_all(design: Design, treated: np.ndarray) -> bool:
    """Return whether every treated province can change places with another."""
    return bool(exchangeable(design.blocks)[treated].all())


def _by_exchange(
    design: Design, draws: Draws, ci_level: float, everyone: bool
) -> dict[str, float | int | str]:
    robust = cr2(design)
    result = randomization_test(design, draws, ci_level)
    # Provinces that stay put in every draw add nothing to the spread of the draws.
    spread = result.spread if everyone else np.nanmax([result.spread, robust.se])
    return {
        **_robust_figures(robust),
        "ci_low": result.ci_low,
        "ci_high": result.ci_high,
        "p": result.p,
        "mde": _mde(float(spread), robust.df),
        "inference": "exchange",
    }


def _by_region_year(
    design: Design, decided_by: Decisions, ci_level: float
) -> dict[str, float | int | str]:
    robust = cr2(design, decided_by.clusters)
    reach = float(stats.t.ppf((1 + ci_level) / 2, robust.df)) * robust.se
    return {
        **_robust_figures(robust),
        "ci_low": design.estimate - reach,
        "ci_high": design.estimate + reach,
        "p": robust.p,
        "mde": _mde(robust.se, robust.df) if math.isfinite(robust.se) else math.nan,
        "inference": "region_years",
    }


def _robust_figures(robust: ClusterRobust) -> dict[str, float | int | str]:
    return {"se": robust.se, "df": robust.df, "p_clustered": robust.p}


def _mde(spread: float, df: float) -> float:
    # One targeted province leaves no degree of freedom; at least one is needed to tell.
    return minimum_detectable_effect(spread, max(df, 1.0) if math.isfinite(df) else 1.0)


def information(cells: pd.DataFrame, specification: Specification) -> float:
    """Return the sum of squares of being targeted that nothing else in the model explains."""
    layout = panel_layout(cells, specification)
    # Several threads would wait for each other: see `estimate`.
    with threadpool_limits(1, "blas"):
        design = fitted(everything(layout, Projections.build(layout.blocks)))
    return 0.0 if design is None else design.information
