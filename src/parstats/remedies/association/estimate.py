"""Adjusted association of being targeted with the change of a series."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from joblib import Parallel, cpu_count, delayed
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from parstats import errors
from parstats.arguments import check_integer, check_share, keeps_index, old_names
from parstats.remedies.association.before_after import expected_of_others, naive
from parstats.remedies.association.hypotheses import (
    BY,
    TYPE_COLUMNS,
    By,
    Hypothesis,
    by_index,
    everything,
    parts,
    targeted,
)
from parstats.remedies.association.panel_layout import Layout, Specification, panel_layout
from parstats.remedies.association.testing import Tested, decided, fitted, tested
from parstats.remedies.association.type_model import one_at_a_time, type_model
from parstats.remedies.association.verdict import direction, verdict
from parstats.remedies.cells.history import LAGS
from parstats.stats.randomization.design import Exchanges, exchangeable, exchanges
from parstats.stats.randomization.panel_blocks import Projection, Projections
from parstats.stats.randomization.reassignment import reassignment_statistics
from parstats.stats.randomization.step_down import omnibus, romano_wolf

COLUMNS: tuple[str, ...] = (
    *("by", "value", "model", "family", "adjusted_association", "direction", "se", "df", "ci_low"),
    *("ci_high", "p", "p_adjusted", "p_clustered", "p_assignment", "inference", "naive"),
    *("naive_within", "expected", "n_plans", "n_provinces", "n_without", "n_decisions"),
    *("n_exchangeable", "n_cells", "n_repeated", "n_compared", "history_share", "mde", "omnibus_p"),
    *("omnibus_p_all", "n_draws", "verdict", "reason"),
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
    specification: Specification = "history",
    separately: bool = False,
    n_draws: int = 1_999,
    seed: int = 0,
    ci_level: float = 0.95,
) -> pd.DataFrame:
    r"""Estimate the adjusted association of being targeted with the change in the series.

    Estimand: by how many standard deviations of the series and year the cells targeted in the plans
    we read changed more than like cells of provinces whose plans we have not read, and than what
    the same plans leave aside. It is an association under the assumptions below, not the effect of
    a plan; where unread plans target the same cells it is biased towards zero (`unobserved_plans`).

    .. math:: \Delta z_{pst} = \alpha_{pt} + \gamma_{st} + \beta_s z_{ps,t-1}
              + \delta_s \Delta z_{ps,t-1} + h_{pst}'\lambda_t + \tau D_{pst}
              + \sum_k \theta_k D_{pst} T_{k,pst} + \varepsilon_{pst}

    with :math:`\alpha` an effect of each province and year (and index and level), :math:`\gamma`
    one of each series and year, slopes of each series on the baseline and on the previous change,
    and slopes of each year on the history h: the standings three to five years before, the means of
    the region's other provinces, of the eight most similar ones and of the province's other series
    of the dimension, of the last year and of those before. So targeting what is low, what fell,
    what has long been low, or what is low in the region, in similar provinces or in all of a
    dimension, does not pass for an effect. Cells that are maintained or
    unknown do not enter. The types T enter only where they are asked for.

    Parameters
    ----------
    cells : pandas.DataFrame of `parstats.remedies.exposure`
    by : {"measure_type", "coarse_group", "index", "series", "dimension", "region"}, optional
        One row for all if not given. For types: first the row for all ("all"), then one for each
        type from the model with all of them: how much more cells with the type changed than
        targeted cells without it, the other types held. Types that the plans never tell apart are
        one row, their names with a plus between. For index, series, dimension and region: a row for
        the targeted cells of each, the other targeted cells held.
    specification : {"history", "regions", "baseline"}
        "regions": an effect of each region, series and year instead of the region's means;
        "baseline": no history, for comparison only, as it takes longer memory for an association.
    separately : bool
        Add, with types, a row for each type by itself against cells that nobody targets (``model``
        is "one_at_a_time"); types that come with the one that works share its figure.
    n_draws, seed : int; number of reassignments and seed
    ci_level : float; of the intervals

    Returns
    -------
    pandas.DataFrame
        by; value; model ("all", "part", "joint", "one_at_a_time"); family ("main" for the one row
        named in advance, that for all, else "exploratory"); adjusted_association (tau or theta, in
        standard deviations); direction ("better", "worse", "" where data are
        insufficient); se (CR2; missing where it cannot be
        estimated, as from one province); df; ci_low and ci_high; p; p_adjusted (Romano-Wolf over
        the exploratory rows of a model); p_clustered (t law with se and df); p_assignment (whole
        treatments exchanged instead of residuals, cells of unknown state taken as not targeted; for
        comparison, where all targeted cells are in the row); inference ("exchange": the
        randomization test and its inversion, clusters are provinces; "region_years": the t law with
        clusters of region and year, where at most half of the plans are decisions of their own);
        naive (mean before/after change: no estimate); naive_within (against the same province's
        other cells: no estimate); expected (mean change of cells not targeted that stood and had
        moved alike); n_plans; n_provinces; n_without
        (provinces with targeted cells that lack the type); n_decisions (distinct sets of series
        that provinces of a region target in a year); n_exchangeable (targeted provinces that can
        change places with another); n_cells (targeted); n_repeated (of these, targeted by a plan
        of an earlier year, too: what that left is in the figure); n_compared; history_share
        (targeted cells whose standings three to five years before are all known); mde (minimum
        detectable effect: power 80 %); omnibus_p and omnibus_p_all (whether there is anything in
        any row of the model, by the largest statistic and by all); n_draws; verdict and reason (see
        `parstats.remedies.association.verdict`).
        Where a row cannot be estimated its figures are missing and the reason says why.

    Raises
    ------
    InsufficientData, InvalidRequest: if no cell is targeted, or there is no cell; if cells or
        options are not as described

    Notes
    -----
    The default p-value is from a randomization test after Freedman and Lane (1983): residuals of
    the model without the asked coefficient are exchanged between provinces present in the same
    years, all years and series together; the statistic is the cluster-robust t (MacKinnon and Webb
    2020, J. Econom. 218:435-450). It assumes that, given what is held, the provinces' residuals are
    exchangeable. Its size, power and coverage on made-up plans are in ``docs/remedies.md``.

    Theta compares targeted cells with targeted cells, so it does not rest on why a series was
    targeted, only on why it got this type of measure. Where every targeted cell has the same number
    of types, as one each, the general level is not told from "targeted at all": a row then says by
    how much a type differs from the mean of all types.

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
    layout = panel_layout(cells, specification)
    if not targeted(layout.cells).any():
        raise errors.InsufficientData("no cell is targeted: there is nothing to estimate")
    # Thousands of small products: several threads take longer over them than one.
    with threadpool_limits(1, "blas"):
        rows = _hypotheses(layout, by, specification, separately)
        # Rows of one panel share their draws, and what was expected of like cells.
        layouts = {id(row.layout): row.layout for row in rows}
        drawn = {
            key: exchanges(used.blocks, n_draws, np.random.default_rng(seed))
            for key, used in layouts.items()
        }
        expected = {key: expected_of_others(used) for key, used in layouts.items()}
        calls = (
            delayed(_Row.build)(row, drawn[id(row.layout)], expected[id(row.layout)], ci_level)
            for row in rows
        )
        results = Parallel(n_jobs=min(_AT_ONCE, cpu_count()), prefer="threads")(calls)
    return _table(results, by, n_draws)


def _hypotheses(
    layout: Layout, by: By | None, specification: Specification, separately: bool
) -> list[Hypothesis]:
    if by == "index":
        return by_index(layout.cells, specification)
    projections = Projections.build(layout.blocks)
    if by is None:
        return [everything(layout, projections)]
    if by not in TYPE_COLUMNS:
        return parts(layout, projections, by)
    rows = [everything(layout, projections), *type_model(layout, projections, by).hypotheses()]
    return rows + (one_at_a_time(layout, projections, by) if separately else [])


@dataclass(frozen=True)
class _Row:
    """Result of one row: counts and, where it can be estimated, the tested coefficient."""

    hypothesis: Hypothesis
    figures: dict[str, Any]
    tested: Tested | None

    @classmethod
    def build(
        cls,
        hypothesis: Hypothesis,
        drawn: Exchanges,
        expected: NDArray[np.float64],
        ci_level: float,
    ) -> _Row:
        layout = hypothesis.layout
        treatment = layout.treatment(hypothesis.chosen)
        figures = _counts(hypothesis, treatment)
        figures |= dataclasses.asdict(naive(layout, treatment, expected))
        design = fitted(hypothesis)
        if design is None:
            return cls(hypothesis, figures, None)
        result = tested(hypothesis, design, drawn, ci_level)
        figures |= result.figures
        if not hypothesis.held.shape[-1]:
            # Exchanging a part alone would take it from the plans it belongs to.
            figures["p_assignment"] = _by_assignment(
                treatment, drawn, hypothesis.projections.present
            )
        return cls(hypothesis, figures, result)


def _counts(hypothesis: Hypothesis, treatment: NDArray[np.float64]) -> dict[str, Any]:
    layout = hypothesis.layout
    cells = layout.cells[hypothesis.chosen]
    plans = cells["plans"] if "plans" in cells else pd.Series(dtype="str")
    treated = (treatment > 0).any(axis=1)
    lags = [f"lag_{lag}" for lag in LAGS]
    has_history = all(name in cells for name in lags) and len(cells)
    return {
        "n_plans": len({name for names in plans for name in names.split(";") if name}),
        "n_provinces": int(treated.sum()),
        "n_without": hypothesis.n_without,
        "n_decisions": decided(hypothesis).n_decisions,
        "n_exchangeable": int((treated & exchangeable(layout.blocks)).sum()),
        "n_cells": len(cells),
        "n_repeated": int(_repeated(layout.cells)[hypothesis.chosen].sum()),
        "n_compared": int(layout.blocks.estimation_sample.sum())
        - int(targeted(layout.cells).sum()),
        "history_share": float(cells[lags].notna().all(axis=1).mean()) if has_history else 0.0,
    }


def _repeated(cells: pd.DataFrame) -> NDArray[np.bool_]:
    """Return which targeted cells are of a series that a plan of an earlier year targets, too."""
    unit = [cells[name] for name in ("index", "vintage", "province", "series")]
    first = cells["year"].where(targeted(cells)).groupby(unit).transform("min")
    return np.asarray(targeted(cells) & (cells["year"] > first), dtype=np.bool_)


def _by_assignment(
    treatment: NDArray[np.float64], drawn: Exchanges, full_projection: Projection
) -> float:
    """Return the p-value when the provinces' treatments are exchanged."""
    real = np.arange(drawn.assignments.shape[1])[None]
    observed_and_drawn = np.concatenate([real, drawn.assignments[:_ASSIGNMENTS]])
    _, t = reassignment_statistics(
        full_projection.blocks, treatment, observed_and_drawn, projection=full_projection
    )
    return float((np.abs(t[:, 0]) >= abs(t[0, 0]) * (1 - 1e-9)).mean())


@dataclass(frozen=True)
class _Together:
    """P-values of the rows of one model for all of them at once."""

    adjusted: dict[str, float]
    omnibus: tuple[float, float]

    @classmethod
    def build(cls, rows: list[_Row]) -> _Together:
        available = [(row.hypothesis.value, row.tested) for row in rows if row.tested is not None]
        if not available:
            return cls({}, (math.nan, math.nan))
        observed = np.array([result.observed for _, result in available])
        drawn = np.stack([result.drawn for _, result in available], axis=1)
        adjusted = dict(
            zip([name for name, _ in available], romano_wolf(observed, drawn), strict=True)
        )
        for name, result in available:
            if result.copied:
                # Exchanges of provinces do not hold here: Bonferroni over the rows.
                adjusted[name] = min(1.0, float(result.figures["p"]) * len(available))
        return cls({name: float(p) for name, p in adjusted.items()}, omnibus(observed, drawn))


def _table(results: list[_Row], by: By | None, n_draws: int) -> pd.DataFrame:
    models = {row.hypothesis.model for row in results}
    together = {
        model: _Together.build([row for row in results if row.hypothesis.model == model])
        for model in models
    }
    records = [
        _record(row, together[row.hypothesis.model]) | {"by": by or "all", "n_draws": n_draws}
        for row in results
    ]
    table = pd.DataFrame(records, columns=list(COLUMNS))
    return table.astype({"n_without": "Int64"})


def _record(row: _Row, together: _Together) -> dict[str, Any]:
    figures, hypothesis = row.figures, row.hypothesis
    p = together.adjusted.get(hypothesis.value, math.nan)
    verdict_name, reason = verdict(
        *(figures["n_provinces"], figures["n_exchangeable"], figures.get("mde", math.nan), p),
        n_decisions=figures["n_decisions"],
        n_without=figures["n_without"],
    )
    return figures | {
        "value": hypothesis.value,
        "model": hypothesis.model,
        "family": "main" if hypothesis.model == "all" else "exploratory",
        "direction": direction(figures.get("adjusted_association", math.nan), verdict_name),
        "p_adjusted": p,
        "naive": figures["before_after"],
        "naive_within": figures["within"],
        "omnibus_p": together.omnibus[0],
        "omnibus_p_all": together.omnibus[1],
        "verdict": verdict_name,
        "reason": reason,
    }
