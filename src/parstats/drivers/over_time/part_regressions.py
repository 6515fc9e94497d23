"""One regression for each part of a score, and the tests of all parts together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from parstats.drivers.over_time.identities import require_provinces
from parstats.reference import frameworks
from parstats.stats.detectable_effect import minimum_detectable_effect
from parstats.stats.panel_regression import (
    PanelRegression,
    cr2_errors,
    partial_r2,
    wild_statistics,
    wild_weights,
)
from parstats.stats.randomization.step_down import romano_wolf

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class PartRegression:
    """The regression of a part; none if the part has no slope."""

    series: str
    regression: PanelRegression | None
    column: int  # the part among the regressors
    # Numbers of the provinces among all provinces of all parts, by cluster of the regression.
    provinces: NDArray[np.int64]
    n_years: int
    first: int
    last: int


def part_table(
    parts: Sequence[PartRegression], ci_level: float, n_draws: int, seed: int
) -> pd.DataFrame:
    """Return one row per part: slope, CR2 error, and a p-value adjusted for testing all parts.

    Adjusted by Romano and Wolf's step-down over the largest t statistics of one wild bootstrap by
    province, which draws the same weight for a province in all regressions.
    """
    estimable = [part for part in parts if part.regression is not None]
    n_provinces = max((int(part.provinces.max()) + 1 for part in estimable), default=0)
    if estimable:
        require_provinces(n_provinces, "slopes of parts")
    weights = wild_weights(n_provinces, n_draws, seed) if estimable else np.zeros((0, 0))
    observed, drawn, rows = [], [], []
    for part in parts:
        rows.append(_row(part, ci_level))
        if part.regression is not None:
            t, under_zero = wild_statistics(
                part.regression, part.column, weights[:, part.provinces]
            )
            observed.append(t)
            drawn.append(under_zero)
    table = pd.DataFrame(rows)
    table["p_adjusted"] = np.nan
    if estimable:
        adjusted = romano_wolf(np.array(observed), np.column_stack(drawn))
        table.loc[table["coefficient"].notna(), "p_adjusted"] = adjusted
    parents = frameworks.series().set_index("series")["parent"]
    table.insert(1, "parent", parents.reindex(table["series"]).to_numpy())
    return table.assign(ci_level=ci_level, n_draws=n_draws)


def _row(part: PartRegression, ci_level: float) -> dict[str, object]:
    row: dict[str, object] = {"series": part.series}
    fit, column = part.regression, part.column
    names = ("coefficient", "se", "t", "df", "p", "ci_low", "ci_high", "partial_r2", "mde")
    row |= dict.fromkeys(names, np.nan)
    counts = {"n_cells": 0, "n_provinces": 0}
    if fit is not None:
        standard_errors = cr2_errors(fit)
        slope, se, df = fit.slopes[column], standard_errors.se[column], standard_errors.df[column]
        half = stats.t.ppf(0.5 + ci_level / 2, df) * se
        mde = minimum_detectable_effect(se, df, ci_level=1 - ci_level)
        p = 2 * stats.t.sf(abs(slope / se), df)
        values = (slope, se, slope / se, df, p, slope - half, slope + half)
        row |= dict(zip(names, (*values, partial_r2(fit, column), mde), strict=True))
        counts = {"n_cells": len(fit.outcome), "n_provinces": fit.n_clusters}
    return row | counts | {"n_years": part.n_years, "first": part.first, "last": part.last}
