"""Both estimators beside each other, and whether they agree."""

from __future__ import annotations

import pandas as pd

from parstats.arguments import old_names
from parstats.remedies.association.estimate import estimate
from parstats.remedies.association.hypotheses import TYPE_COLUMNS, By
from parstats.remedies.association.matched import matched_estimate

COLUMNS: tuple[str, ...] = (
    *("by", "value", "naive", "adjusted_association", "adjusted_ci_low", "adjusted_ci_high"),
    *("matched_association", "matched_ci_low", "matched_ci_high", "difference", "agree"),
    *("n_provinces", "n_cells", "n_matched", "adjusted_verdict", "adjusted_reason"),
    *("matched_verdict", "matched_reason"),
)


@old_names(draws="n_draws", level="ci_level", neighbours="n_neighbours")
def compare_estimators(
    cells: pd.DataFrame,
    *,
    by: By | None = None,
    n_neighbours: int = 5,
    caliper: float | None = None,
    n_draws: int = 1_999,
    seed: int = 0,
    ci_level: float = 0.95,
) -> pd.DataFrame:
    """Compare the adjusted with the matched association of being targeted.

    The adjusted one rests on the change going with the history in straight lines, the matched one
    on plans choosing by the rule they show; so that they agree says something, if not that either
    is right. Where they do not, neither should be reported alone. Types of measures are compared
    one at a time: see `parstats.remedies.estimate` for the model with all of them.

    Parameters
    ----------
    cells, by, n_draws, seed, ci_level
        As in `parstats.remedies.estimate`.
    n_neighbours, caliper
        As in `parstats.remedies.matched_estimate`.

    Returns
    -------
    pandas.DataFrame: one row per value of `by`: by, value, naive (mean before/after change: no
        estimate), adjusted_association, adjusted_ci_low, adjusted_ci_high, matched_association,
        matched_ci_low, matched_ci_high, difference (matched less adjusted), agree (each lies in the
        other's interval; missing where one has none, of which adjusted_reason or matched_reason
        gives), n_provinces and n_cells (targeted), n_matched (cells with a match), and verdict and
        reason of both.

    Raises
    ------
    InsufficientData, InvalidRequest: if no cell is targeted, or there is no cell; if cells or
        options are not as described

    Examples
    --------
    >>> from parstats.panel import load_measures, load_plans, load_scores
    >>> from parstats.remedies import exposure
    >>> scores = load_scores("PAPI", years=[2022, 2023, 2024])
    >>> cells = exposure(scores, load_measures("PAPI"), load_plans("PAPI"))
    >>> compare_estimators(cells, n_draws=99)[["n_cells", "n_matched", "agree"]].values.tolist()
    [[11, 11, <NA>]]
    """
    near = matched_estimate(
        cells, by=by, n_neighbours=n_neighbours, caliper=caliper, ci_level=ci_level
    )
    by_type = by in TYPE_COLUMNS
    adjusted = estimate(
        cells, by=by, separately=by_type, n_draws=n_draws, seed=seed, ci_level=ci_level
    )
    if by_type:
        adjusted = adjusted[adjusted["model"] == "one_at_a_time"]
    table = adjusted.rename(columns=_named("adjusted")).merge(
        near.rename(columns=_named("matched") | {"n_cells": "n_matched"}),
        on=["by", "value"],
        validate="one_to_one",
        suffixes=("", "_of_matched"),
    )
    table["difference"] = table["matched_association"] - table["adjusted_association"]
    inside = table["matched_association"].between(
        table["adjusted_ci_low"], table["adjusted_ci_high"]
    )
    inside &= table["adjusted_association"].between(
        table["matched_ci_low"], table["matched_ci_high"]
    )
    bounds = ["adjusted_ci_low", "adjusted_ci_high", "matched_ci_low", "matched_ci_high"]
    table["agree"] = inside.astype("boolean").mask(table[bounds].isna().any(axis=1))
    return table[list(COLUMNS)]


def _named(estimator: str) -> dict[str, str]:
    ends = {"ci_low": f"{estimator}_ci_low", "ci_high": f"{estimator}_ci_high"}
    return ends | {name: f"{estimator}_{name}" for name in ("verdict", "reason")}
