"""Year-to-year dynamics of series, fitted to the panel, and simulated panels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from parstats import errors
from parstats.remedies.association.panel_layout import Layout

Floats = NDArray[np.float64]
IntArray = NDArray[np.int64]
Flags = NDArray[np.bool_]

#: Tells which cells of a year are treated: columns of the year, baselines, previous changes.
Targeting = Callable[[IntArray, Floats, Floats], Floats]


@dataclass(frozen=True)
class Drawn:
    """One panel drawn from the dynamics."""

    # As in the cells; shape (provinces, positions)
    change: Floats
    baseline: Floats
    previous_change: Floats
    treatment: Floats  # 1 where targeted; shape (provinces, positions)


@dataclass(frozen=True)
class Dynamics:
    r"""Model of the standing of a series given its previous standing and change.

    .. math:: z_{pst} = \gamma_{st} + b_s z_{ps,t-1} + d_s \Delta z_{ps,t-1} + e_{pst}

    Attributes
    ----------
    layout : Layout; the cells it was fitted to
    intercept : numpy.ndarray, shape (positions,); Gamma
    slopes : numpy.ndarray, shape (2, positions); b and d of the position's series
    residual : numpy.ndarray, shape (provinces, positions); e; 0 where there is no cell
    before : numpy.ndarray of int, shape (positions,)
        Position of the same series in the year before; -1 where there is none.
    """

    layout: Layout
    intercept: Floats
    slopes: Floats
    residual: Floats
    before: IntArray

    def complete_provinces(self) -> IntArray:
        """Return the provinces with a cell at every position, whose residuals and starts are drawn.

        Raises InsufficientData if there are fewer than two.
        """
        complete = np.flatnonzero(self.layout.blocks.present.all(axis=1))
        if len(complete) < 2:
            raise errors.InsufficientData(
                "fewer than two provinces have figures in every series and year: "
                "no panel can be drawn; choose fewer years"
            )
        return complete

    def drawn(self, rng: np.random.Generator, targeting: Targeting, effect: float) -> Drawn:
        """Draw a panel.

        `targeting` says which cells of a year are treated, given its columns, the baselines and
        previous changes. `effect` is added to the standing of treated cells and lasts as the slopes
        let it.

        Each province gets the residuals of a province drawn with replacement, as a whole block of
        all years and series, and the standing before the first year of another. Cells that are
        missing are missing where they were.
        """
        blocks, complete = self.layout.blocks, self.complete_provinces()
        provinces = len(blocks.present)
        shock_provinces, start = rng.choice(complete, provinces), rng.choice(complete, provinces)
        baseline, previous = blocks.covariates[0][start], blocks.covariates[1][start]
        shocks = self.residual[shock_provinces]
        return self._rolled(baseline, previous, shocks, targeting, effect)

    def with_effect(self, targeting: Targeting, effect: float) -> Drawn:
        """Plant an effect in simulated treated cells of the real panel.

        For `targeting` and `effect` see `drawn`.
        """
        blocks = self.layout.blocks
        baseline, previous = blocks.covariates[0].copy(), blocks.covariates[1].copy()
        return self._rolled(baseline, previous, self.residual, targeting, effect)

    def _rolled(
        self,
        baseline: Floats,
        previous: Floats,
        shocks: Floats,
        targeting: Targeting,
        effect: float,
    ) -> Drawn:
        """Go through the years; a year starts where the one before ended, where there is one."""
        years = self.layout.positions["year"].to_numpy()
        standing, treatment = np.zeros(baseline.shape), np.zeros(baseline.shape)
        for year in np.unique(years):
            positions = np.flatnonzero(years == year)
            goes_on = positions[self.before[positions] >= 0]
            earlier = self.before[goes_on]
            # Where the real panel has a gap in the year before, its own start is kept.
            available = self.layout.blocks.present[:, earlier]
            baseline[:, goes_on] = np.where(available, standing[:, earlier], baseline[:, goes_on])
            previous[:, goes_on] = np.where(
                available, standing[:, earlier] - baseline[:, earlier], previous[:, goes_on]
            )
            treatment[:, positions] = targeting(
                positions, baseline[:, positions], previous[:, positions]
            )
            standing[:, positions] = (
                self.intercept[positions]
                + self.slopes[0, positions] * baseline[:, positions]
                + self.slopes[1, positions] * previous[:, positions]
                + shocks[:, positions]
                + effect * treatment[:, positions]
            )
        return Drawn(standing - baseline, baseline, previous, treatment)


def fit(layout: Layout) -> Dynamics:
    """Fit the dynamics to cells.

    Least squares, series by series, over cells of whatever state.

    >>> from parstats.panel import load_scores
    >>> from parstats.remedies import outcomes
    >>> from parstats.remedies.association.panel_layout import panel_layout
    >>> cells = outcomes(load_scores("PAPI"), 2024).assign(state="background")
    >>> dynamics = fit(panel_layout(cells))
    >>> bool(((dynamics.slopes[0] > 0) & (dynamics.slopes[0] < 1.2)).all())
    True
    """
    blocks, positions = layout.blocks, layout.positions
    present = blocks.present
    standing = blocks.outcome + blocks.covariates[0]
    values = np.concatenate([standing[None], blocks.covariates])
    n = np.maximum(present.sum(axis=0), 1)
    averages = np.where(present, values, 0.0).sum(axis=1) / n
    centred = np.where(present, values - averages[:, None, :], 0.0)
    slopes = np.zeros((2, len(positions)))
    for series in np.unique(blocks.series):
        in_series = blocks.series == series
        rows = present[:, in_series]
        x, y = centred[1:, :, in_series][:, rows], centred[0][:, in_series][rows]
        slopes[:, in_series] = np.linalg.lstsq(x.T, y, rcond=None)[0][:, None]
    intercept = averages[0] - (slopes * averages[1:]).sum(axis=0)
    residual = np.where(
        present, standing - intercept - (slopes[:, None, :] * blocks.covariates).sum(axis=0), 0.0
    )
    keys = list(positions[["index", "series", "year"]].itertuples(index=False, name=None))
    position_by_key = {key: at for at, key in enumerate(keys)}
    before = [position_by_key.get((index, series, year - 1), -1) for index, series, year in keys]
    return Dynamics(layout, intercept, slopes, residual, np.array(before, dtype=np.int64))
