"""Adjusted association of being targeted with the change of a series."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
from joblib import Parallel, cpu_count, delayed
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from parstats import errors
from parstats.arguments import check_integer, check_share, keeps_index, old_names
from parstats.remedies.association.before_after import naive
from parstats.remedies.association.panel_layout import Layout, panel_layout
from parstats.remedies.association.verdict import verdict
from parstats.stats.detectable_effect import minimum_detectable_effect
from parstats.stats.randomization.cluster_variance import cr2
from parstats.stats.randomization.design import Design, exchangeable, exchanges
from parstats.stats.randomization.panel_blocks import Projection, Projections
from parstats.stats.randomization.reassignment import reassignment_statistics
from parstats.stats.randomization.significance import (
    Inverted,
    observed_statistic,
    randomization_test,
    statistics,
)
from parstats.stats.randomization.step_down import omnibus, romano_wolf

By = Literal["measure_type", "coarse_group", "index"]
BY: tuple[str, ...] = get_args(By)
COLUMNS: tuple[str, ...] = (
    *("by", "value", "adjusted_association", "se", "df", "ci_low", "ci_high", "p", "p_adjusted"),
    *("p_clustered", "p_assignment", "naive", "naive_within", "expected", "n_plans", "n_provinces"),
    *("n_exchangeable", "n_cells", "n_compared", "mde", "omnibus_p", "omnibus_p_all", "n_draws"),
    *("verdict", "reason"),
)
# Draws for `p_assignment`, which is only compared with `p`: steps of 0.005 are enough.
_ASSIGNMENTS = 199
# Rows estimated at a time; each holds tables of some ten megabytes. By judgement.
_AT_ONCE = 4


@old_names(draws="n_draws", level="ci_level")
@keeps_index
def estimate(
    cells: pd.DataFrame,
    *,
    by: By | None = None,
    n_draws: int = 1_999,
    seed: int = 0,
    ci_level: float = 0.95,
) -> pd.DataFrame:
    r"""Estimate the adjusted association of being targeted with the change in the series.

    Estimand: by how many standard deviations of the series and year the cells targeted in the plans
    we read changed more than like cells of provinces whose plans we have not read. It is an
    association under the assumptions below, not the effect of a plan; where unread plans target the
    same cells it is biased towards zero (`unobserved_plans`).

    .. math:: \Delta z_{pst} = \alpha_{pt} + \gamma_{st} + \beta_s z_{ps,t-1}
              + \delta_s \Delta z_{ps,t-1} + \tau D_{pst} + \varepsilon_{pst}

    with :math:`\alpha` an effect of each province and year (and index and level), :math:`\gamma`
    one of each series and year, and slopes of each series on the baseline and on the previous
    change, so that targeting what is low, or what fell, does not pass for an effect. Cells that are
    maintained or unknown do not enter.

    Parameters
    ----------
    cells : pandas.DataFrame of `parstats.remedies.exposure`
    by : {"measure_type", "coarse_group", "index"}, optional
        A row for each type of measure, coarse group of types, or index; one row for all if not
        given. In a row for a type, D is 1 for cells with a measure of that type, and cells targeted
        without one have a separate indicator.
    n_draws, seed : int; number of reassignments and seed
    ci_level : float; of the intervals

    Returns
    -------
    pandas.DataFrame
        One row per value of `by`: by, value, adjusted_association (tau, in standard deviations), se
        (CR2, clustered by province; missing where it cannot be estimated, as from one province),
        df, ci_low and ci_high (the randomization test inverted), p (randomization test), p_adjusted
        (Romano-Wolf over the rows), p_clustered (t law with se and df), p_assignment (whole
        treatments exchanged instead of residuals, cells of unknown state taken as not targeted; for
        comparison), naive (mean before/after change: no estimate), naive_within (against the same
        province's other cells: no estimate), expected (mean change of cells not targeted that stood
        and had moved alike), n_plans, n_provinces, n_exchangeable (targeted provinces that another
        is present in the same cells as), n_cells (targeted), n_compared, mde (minimum detectable
        effect: power 80 %, from the spread of the estimate over the reassignments), omnibus_p and
        omnibus_p_all (whether there is anything in any row, by the largest statistic and by all),
        n_draws, verdict and reason (see `parstats.remedies.association.verdict`).
        Where a row cannot be estimated its figures are missing and the reason says why.

    Raises
    ------
    InsufficientData, InvalidRequest: if no cell is targeted, or there is no cell; if cells or
        options are not as described

    Notes
    -----
    The default p-value is from a randomization test after Freedman and Lane (1983): residuals of
    the model without D are exchanged between provinces present in the same cells, all years and
    series together; the statistic is the cluster-robust t (MacKinnon and Webb 2020, J. Econom.
    218:435-450). It assumes that, given baselines, previous changes and the fixed effects, the
    provinces' residuals are exchangeable. Its size, power and coverage on made-up plans are in
    ``docs/remedies.md``.

    Examples
    --------
    >>> from parstats.panel import load_measures, load_plans, load_scores
    >>> from parstats.remedies import exposure
    >>> cells = exposure(load_scores("PAPI"), load_measures("PAPI"), load_plans("PAPI"))
    >>> estimate(cells, n_draws=99)[["n_provinces", "verdict", "reason"]].values.tolist()
    [[1, 'insufficient_data', 'few_provinces']]
    """
    if by is not None and by not in BY:
        raise errors.UnknownChoice("by", by, BY)
    check_integer("n_draws", n_draws, 19)
    check_share("ci_level", ci_level)
    check_integer("seed", seed, 0)
    layout = panel_layout(cells)
    if not (layout.cells["state"] == "targeted").any():
        raise errors.InsufficientData("no cell is targeted: there is nothing to estimate")
    rows = _rows(layout, by)
    # Thousands of small products: several threads take longer over them than one.
    with threadpool_limits(1, "blas"):
        calls = (delayed(_Row.build)(row, n_draws, seed, ci_level) for row in rows)
        results = Parallel(n_jobs=min(_AT_ONCE, cpu_count()), prefer="threads")(calls)
        return _table(rows, results, by, n_draws)


@dataclass(frozen=True)
class _Hypothesis:
    """One requested row: which cells count as treated, and in which panel."""

    value: str
    layout: Layout
    chosen: NDArray[np.bool_]
    projections: Callable[[], Projections]


def _rows(layout: Layout, by: By | None) -> list[_Hypothesis]:
    cells = layout.cells
    if by == "index":
        return [
            _index_hypothesis(cells, index)
            for index in sorted(cells.loc[_targeted(cells), "index"].unique())
        ]
    shared = _once(layout)
    if by is None:
        return [_Hypothesis("all", layout, np.ones(len(cells), dtype=bool), shared)]
    column = {"measure_type": "measure_types", "coarse_group": "coarse_groups"}[by]
    if column not in cells:
        raise errors.InvalidRequest(
            f"the cells lack {column}; make them with parstats.remedies.exposure"
        )
    named = cells[column].fillna("").str.split(";")
    values = sorted({name for names in named[_targeted(cells)] for name in names if name})
    if not values:
        raise errors.InsufficientData(f"no targeted cell tells its {column.replace('_', ' ')}")
    return [
        _Hypothesis(value, layout, np.array([value in names for names in named]), shared)
        for value in values
    ]


def _targeted(cells: pd.DataFrame) -> pd.Series:
    return cells["state"] == "targeted"


def _index_hypothesis(cells: pd.DataFrame, index: str) -> _Hypothesis:
    layout = panel_layout(cells[cells["index"] == index])
    return _Hypothesis(index, layout, np.ones(len(layout.cells), dtype=bool), _once(layout))


def _once(layout: Layout) -> Callable[[], Projections]:
    """Return the projections, made on first use and then kept."""
    cached: list[Projections] = []

    def projections() -> Projections:
        if not cached:
            cached.append(Projections.build(layout.blocks))
        return cached[0]

    return projections


@dataclass(frozen=True)
class _Row:
    """Result of one row: figures, and statistics of observed and drawn assignments."""

    figures: dict[str, Any]
    observed: float
    drawn: NDArray[np.float64]

    @classmethod
    def build(cls, hypothesis: _Hypothesis, n_draws: int, seed: int, ci_level: float) -> _Row:
        layout = hypothesis.layout
        treatment = layout.treatment(hypothesis.chosen)
        figures = _counts(layout, hypothesis.chosen, treatment)
        figures |= dataclasses.asdict(naive(layout, treatment))
        other_treatment = layout.treatment(~hypothesis.chosen)
        plain = hypothesis.projections()
        try:
            design = Design(
                plain.joined(other_treatment) if other_treatment.any() else plain, treatment
            )
        except errors.InsufficientData:
            return cls(figures, float("nan"), np.zeros(0))
        # The same seed, so rows of the same panel share their draws.
        reassignments = exchanges(layout.blocks.present, n_draws, np.random.default_rng(seed))
        drawn = design.draws(reassignments)
        tested = randomization_test(design, drawn, ci_level)
        assigned = _by_assignment(treatment, reassignments, plain.present)
        figures |= _figures(design, tested) | {"p_assignment": assigned}
        return cls(figures, observed_statistic(design), statistics(drawn.numerators, drawn.scores))


def _counts(
    layout: Layout, chosen: NDArray[np.bool_], treatment: NDArray[np.float64]
) -> dict[str, Any]:
    cells = layout.cells[_targeted(layout.cells) & chosen]
    plans = cells["plans"] if "plans" in cells else pd.Series(dtype="str")
    treated = (treatment > 0).any(axis=1)
    return {
        "n_plans": len({name for names in plans for name in names.split(";") if name}),
        "n_provinces": int(treated.sum()),
        "n_exchangeable": int((treated & exchangeable(layout.blocks.present)).sum()),
        "n_cells": len(cells),
        "n_compared": int(layout.blocks.estimation_sample.sum())
        - int(_targeted(layout.cells).sum()),
    }


def _figures(design: Design, tested: Inverted) -> dict[str, Any]:
    robust = cr2(design)
    return {
        "adjusted_association": design.estimate,
        "se": robust.se,
        "df": robust.df,
        "p_clustered": robust.p,
        "ci_low": tested.ci_low,
        "ci_high": tested.ci_high,
        "p": tested.p,
        # One targeted province leaves no degree of freedom; at least one is needed to tell.
        "mde": minimum_detectable_effect(
            tested.spread, max(robust.df, 1.0) if math.isfinite(robust.df) else 1.0
        ),
    }


def _by_assignment(
    treatment: NDArray[np.float64], exchanges: NDArray[np.int64], full_projection: Projection
) -> float:
    """Return the p-value when the provinces' treatments are exchanged."""
    real = np.arange(exchanges.shape[1])[None]
    observed_and_drawn = np.concatenate([real, exchanges[:_ASSIGNMENTS]])
    _, t = reassignment_statistics(
        full_projection.blocks, treatment, observed_and_drawn, projection=full_projection
    )
    return float((np.abs(t[:, 0]) >= abs(t[0, 0]) * (1 - 1e-9)).mean())


def _table(
    rows: list[_Hypothesis], results: list[_Row], by: By | None, n_draws: int
) -> pd.DataFrame:
    available = [number for number, row in enumerate(results) if len(row.drawn)]
    adjusted = np.full(len(results), np.nan)
    anything = (float("nan"), float("nan"))
    if available:
        observed = np.array([results[number].observed for number in available])
        drawn = np.stack([results[number].drawn for number in available], axis=1)
        adjusted[available] = romano_wolf(observed, drawn)
        anything = omnibus(observed, drawn)
    records = []
    for hypothesis, row, p in zip(rows, results, adjusted, strict=True):
        figures = row.figures
        verdict_name, reason = verdict(
            figures["n_provinces"],
            figures["n_exchangeable"],
            figures.get("mde", float("nan")),
            float(p),
        )
        records.append(
            figures
            | {
                "by": by or "all",
                "value": hypothesis.value,
                "p_adjusted": float(p),
                "naive": figures["before_after"],
                "naive_within": figures["within"],
                "omnibus_p": anything[0],
                "omnibus_p_all": anything[1],
                "n_draws": n_draws,
                "verdict": verdict_name,
                "reason": reason,
            }
        )
    return pd.DataFrame(records, columns=list(COLUMNS))
