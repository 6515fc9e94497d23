"""Association of the dose of a plan with the change, among targeted cells."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from parstats import errors
from parstats.arguments import check_integer, check_share, keeps_index, require_columns
from parstats.remedies.association.hypotheses import Hypothesis, targeted
from parstats.remedies.association.panel_layout import Layout, Specification, panel_layout
from parstats.remedies.association.testing import Tested, decided, fitted, tested
from parstats.remedies.association.verdict import direction, verdict
from parstats.stats.randomization.design import exchangeable, exchanges
from parstats.stats.randomization.panel_blocks import Projections
from parstats.stats.randomization.step_down import romano_wolf

#: Measures of the dose: the share of the plan's lead units that lead a measure for the series; the
#: number of measures for it.
MEASURES = ("dose", "n_measures")
COLUMNS = (
    *("value", "dose_mean", "dose_sd", "adjusted_association", "direction", "se", "df", "ci_low"),
    *("ci_high", "p", "p_adjusted", "p_clustered", "inference", "n_plans", "n_provinces"),
    *("n_decisions", "n_exchangeable", "n_cells", "mde", "n_draws", "verdict", "reason"),
)


@keeps_index
def dose_response(
    cells: pd.DataFrame,
    *,
    specification: Specification = "history",
    n_draws: int = 1_999,
    seed: int = 0,
    ci_level: float = 0.95,
) -> pd.DataFrame:
    """Estimate the association of the dose with the change, among targeted cells.

    The model is that of `parstats.remedies.estimate` with the dose of the targeted cells, less its
    mean and in its own standard deviations, beside being targeted at all: by how many standard
    deviations of the series and year cells with one standard deviation more of the dose changed
    more than other targeted cells. Targeted cells of which no dose is known have an effect of their
    own and tell nothing.

    Parameters
    ----------
    cells : pandas.DataFrame of `parstats.remedies.exposure`
    specification, n_draws, seed, ci_level
        As in `parstats.remedies.estimate`.

    Returns
    -------
    pandas.DataFrame: a row for each of `MEASURES`, by itself: value; dose_mean and dose_sd (over
        the targeted cells where it is known, which is where it is above 0); adjusted_association
        (of one dose_sd) and all else as in `parstats.remedies.estimate`. p_adjusted is for both
        rows. Counts are of the cells with a known dose.

    Raises
    ------
    InsufficientData, InvalidRequest: if no cell is targeted; if cells or options are not as
        described

    Notes
    -----
    A larger dose may answer to a worse standing, which is held as far as the history tells. Of few
    provinces the verdict is that data are insufficient, as in `parstats.remedies.estimate`.

    Examples
    --------
    >>> from parstats.panel import load_measures, load_plans, load_scores
    >>> from parstats.remedies import exposure
    >>> cells = exposure(load_scores("PAPI"), load_measures("PAPI"), load_plans("PAPI"))
    >>> dose_response(cells, n_draws=99)[["value", "n_cells", "reason"]].values.tolist()
    [['dose', 11, 'few_provinces'], ['n_measures', 11, 'few_provinces']]
    """
    check_integer("n_draws", n_draws, 19)
    check_integer("seed", seed, 0)
    check_share("ci_level", ci_level)
    layout = panel_layout(cells, specification)
    require_columns(cells, MEASURES, "cells", "parstats.remedies.exposure")
    if not targeted(layout.cells).any():
        raise errors.InsufficientData("no cell is targeted: there is no dose")
    with threadpool_limits(1, "blas"):
        projections = Projections.build(layout.blocks)
        drawn = exchanges(layout.blocks, n_draws, np.random.default_rng(seed))
        results: dict[str, tuple[dict[str, Any], Tested | None]] = {}
        for name in MEASURES:
            hypothesis, figures = _hypothesis(layout, projections, name)
            design = fitted(hypothesis) if figures["dose_sd"] > 0 else None
            result = None if design is None else tested(hypothesis, design, drawn, ci_level)
            results[name] = figures | ({} if result is None else result.figures), result
    return _table(results, n_draws)


def _hypothesis(
    layout: Layout, projections: Projections, name: str
) -> tuple[Hypothesis, dict[str, Any]]:
    """Ask for one measure of the dose; return the counts and its mean and spread as well."""
    dose = layout.cells[name].to_numpy(dtype=np.float64)
    known = targeted(layout.cells) & np.isfinite(dose) & (dose > 0)
    average, spread = (
        (float(dose[known].mean()), float(dose[known].std()))
        if known.any()
        else (
            math.nan,
            math.nan,
        )
    )
    scaled = np.zeros(len(dose))
    if spread > 0:
        scaled[known] = (dose[known] - average) / spread
    unknown = targeted(layout.cells) & ~known
    held = [layout.treatment(targeted(layout.cells))]
    if unknown.any():
        held.append(layout.treatment(unknown))
    hypothesis = Hypothesis(
        *(name, "part", layout, projections, known, layout.spread(scaled)),
        np.stack(held, axis=-1),
    )
    return hypothesis, {"dose_mean": average, "dose_sd": spread} | _counts(hypothesis, known)


def _counts(hypothesis: Hypothesis, known: NDArray[np.bool_]) -> dict[str, Any]:
    layout = hypothesis.layout
    part = layout.cells[known]
    plans = part["plans"] if "plans" in part else pd.Series(dtype="str")
    rows = np.unique(layout.row[known])
    return {
        "n_plans": len({name for names in plans for name in names.split(";") if name}),
        "n_provinces": len(rows),
        "n_decisions": decided(hypothesis).n_decisions,
        "n_exchangeable": int(exchangeable(layout.blocks)[rows].sum()),
        "n_cells": int(known.sum()),
    }


def _table(results: dict[str, tuple[dict[str, Any], Tested | None]], n_draws: int) -> pd.DataFrame:
    available = [(name, result) for name, (_, result) in results.items() if result is not None]
    adjusted: dict[str, float] = {}
    if available:
        p = romano_wolf(
            np.array([result.observed for _, result in available]),
            np.stack([result.drawn for _, result in available], axis=1),
        )
        adjusted = {name: float(value) for (name, _), value in zip(available, p, strict=True)}
        for name, result in available:
            if result.copied:
                # Exchanges of provinces do not hold here: Bonferroni over the rows.
                adjusted[name] = min(1.0, float(result.figures["p"]) * len(available))
    rows = []
    for name, (figures, _) in results.items():
        p_adjusted = adjusted.get(name, math.nan)
        judged = verdict(
            *(figures["n_provinces"], figures["n_exchangeable"], figures.get("mde", math.nan)),
            p_adjusted,
            n_decisions=figures["n_decisions"],
        )
        way = direction(figures.get("adjusted_association", math.nan), judged[0])
        rows.append(
            figures
            | {"value": name, "p_adjusted": p_adjusted, "direction": way, "n_draws": n_draws}
            | dict(zip(("verdict", "reason"), judged, strict=True))
        )
    return pd.DataFrame(rows, columns=list(COLUMNS))
