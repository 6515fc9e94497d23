"""How strong an unobserved reason for targeting would have to be, and spillover to siblings."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from parstats import errors
from parstats.arguments import as_tuple, check_integer, check_number, check_share
from parstats.remedies.association.hypotheses import Hypothesis, everything, part_labels, targeted
from parstats.remedies.association.panel_layout import Layout, panel_layout
from parstats.remedies.association.testing import fitted, tested
from parstats.remedies.cells.history import HISTORY
from parstats.stats.randomization.design import Design, exchanges
from parstats.stats.randomization.panel_blocks import Blocks, Floats, Projections
from parstats.stats.randomization.significance import observed_statistic, statistics

#: What an unobserved reason is compared with: the baseline and previous change, what lies three to
#: five years back, and the means of region and similar provinces.
BENCHMARKS: tuple[str, ...] = ("baseline", "past", "peers")
# Draws and the real one tie where they differ by less; as in `significance`.
_TIE = 1e-9


def confounding(
    cells: pd.DataFrame,
    strengths: Iterable[float] = (0.5, 1.0, 2.0),
    *,
    n_draws: int = 1_999,
    seed: int = 0,
    ci_level: float = 0.95,
) -> pd.DataFrame:
    r"""Return the association left if plans knew something the figures of the past do not show.

    Parameters
    ----------
    cells : pandas.DataFrame of `parstats.remedies.exposure`
    strengths : iterable of float
        How many times as strong as a benchmark the unobserved reason is, in what it explains both
        of being targeted and of the change.
    n_draws, seed, ci_level : as in `parstats.remedies.estimate`

    Returns
    -------
    pandas.DataFrame
        One row per benchmark and strength: benchmark ("baseline": baseline and previous change;
        "past": the standings three to five years before; "peers": the means of the region, of
        similar provinces and of the province's other series of the dimension), strength (k),
        targeting_share and change_share (what the benchmark explains of being targeted, and of the
        change, that nothing else does), bias (by how much an unobserved reason k times as strong
        could shift the estimate; missing where none that strong can exist), adjusted_association
        (less the bias, towards zero), p (of the randomization test that the association is no more
        than the bias), break_even (by how many standard deviations targeted series would have to
        have risen, or fallen, anyway for the interval to reach zero; 0 where it holds zero).

    Raises
    ------
    InsufficientData, InvalidRequest: as `parstats.remedies.estimate`

    Notes
    -----
    Cinelli and Hazlett (2020, J. R. Stat. Soc. B 82:39-67), formulas of their section 4.4, with a
    group of covariates for a benchmark: with :math:`R^2_D`, :math:`R^2_Y` its partial shares,

    .. math:: |bias| = \sqrt{R^2_{Y \sim Z|D,X} \frac{R^2_{D \sim Z|X}}{1 - R^2_{D \sim Z|X}}}
              \cdot \frac{sd(y^{\perp})}{sd(D^{\perp})}

    No figure of the past can show a reason that lies in the future: a plan for what would have
    risen anyway is taken for an association in full. ``break_even`` says how much that would be.

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> from parstats.remedies import outcomes
    >>> from parstats.remedies.simulation.simulate import made_up_cells
    >>> cells = made_up_cells(outcomes(load_scores("PAPI"), 2024).query("level == 'criterion'"))
    >>> confounding(cells, [1.0], n_draws=99)["benchmark"].tolist()
    ['baseline', 'past', 'peers']
    """
    times = [check_number("strengths", value, "above 0") for value in as_tuple(strengths)]
    if not times or min(times) <= 0:
        raise errors.InvalidRequest(f"strengths are {times}: expected numbers above 0")
    check_integer("n_draws", n_draws, 19)
    check_integer("seed", seed, 0)
    check_share("ci_level", ci_level)
    with threadpool_limits(1, "blas"):  # several threads would wait for each other
        return _table(cells, times, n_draws, seed, ci_level)


def _table(
    cells: pd.DataFrame, times: list[float], n_draws: int, seed: int, ci_level: float
) -> pd.DataFrame:
    row, design = _main(cells)
    drawn = exchanges(row.layout.blocks, n_draws, np.random.default_rng(seed))
    result = tested(row, design, drawn, ci_level)
    low, high = (float(result.figures[name]) for name in ("ci_low", "ci_high"))
    break_even = low if low > 0 else high if high < 0 else 0.0
    records = []
    for benchmark in BENCHMARKS:
        shares = _shares(row.layout, design, benchmark)
        for strength in times:
            bias = _bias(design, shares, strength)
            shift = math.copysign(bias, design.estimate) if math.isfinite(bias) else math.nan
            left = math.copysign(max(abs(design.estimate) - bias, 0.0), design.estimate)
            records.append(
                {
                    "benchmark": benchmark,
                    "strength": strength,
                    "targeting_share": shares.targeting,
                    "change_share": shares.change,
                    "bias": bias,
                    "adjusted_association": left if math.isfinite(bias) else math.nan,
                    "p": _p_at(design, result.draws, shift),
                    "break_even": abs(break_even),
                }
            )
    return pd.DataFrame(records)


def _main(cells: pd.DataFrame) -> tuple[Hypothesis, Design]:
    layout = panel_layout(cells)
    if not targeted(layout.cells).any():
        raise errors.InsufficientData("no cell is targeted: there is nothing to estimate")
    row = everything(layout, Projections.build(layout.blocks))
    design = fitted(row)
    if design is None:
        raise errors.InsufficientData(
            "within every province and year all known cells are targeted, or none: there is "
            "nothing to compare"
        )
    return row, design


@dataclass(frozen=True)
class _Shares:
    """What a benchmark explains that nothing else does (partial R squared)."""

    targeting: float
    change: float  # given being targeted


def _shares(layout: Layout, design: Design, benchmark: str) -> _Shares:
    without = Projections.build(_without(layout.blocks, layout, benchmark)).estimation_sample
    treatment, outcome = without.residual(design.treatment), without.residual(design.blocks.outcome)
    coefficient = float((treatment * outcome).sum() / (treatment**2).sum())
    unexplained = float(((outcome - coefficient * treatment) ** 2).sum())
    return _Shares(
        1 - design.information / float((treatment**2).sum()),
        1 - float((design.residuals**2).sum()) / unexplained,
    )


def _without(blocks: Blocks, layout: Layout, benchmark: str) -> Blocks:
    """Return the blocks without the covariates of a benchmark."""
    if benchmark == "baseline":
        return replace(blocks, covariates=blocks.covariates[:0])
    in_past = tuple(name for name in HISTORY if name.startswith("lag_"))
    dropped = in_past if benchmark == "past" else tuple(set(HISTORY) - set(in_past))
    emptied = layout.cells.assign(**dict.fromkeys(dropped, 0.0))
    return panel_layout(emptied).blocks


def _bias(design: Design, shares: _Shares, strength: float) -> float:
    """Return the largest bias of a confounder so strong; missing where none can be."""
    d, y = shares.targeting, shares.change
    of_treatment = strength * d / (1 - d)
    with_benchmark = strength * d**2 / ((1 - strength * d) * (1 - d)) if strength * d < 1 else 1.0
    if of_treatment >= 1 or with_benchmark >= 1:
        return math.nan
    eta = (math.sqrt(strength) + math.sqrt(with_benchmark)) / math.sqrt(1 - with_benchmark)
    of_change = min(eta**2 * y / (1 - y), 1.0)
    ratio = math.sqrt(float((design.residuals**2).sum()) / design.information)
    return math.sqrt(of_change * of_treatment / (1 - of_treatment)) * ratio


def _p_at(design: Design, draws: object, shift: float) -> float:
    """Return the p-value of the hypothesis that the association is the bias alone."""
    if not math.isfinite(shift) or abs(shift) >= abs(design.estimate):
        return 1.0 if math.isfinite(shift) else math.nan
    numerators = draws.numerators - shift * draws.treatment_numerators  # type: ignore[attr-defined]
    scores = draws.scores - shift * draws.treatment_scores  # type: ignore[attr-defined]
    drawn = np.abs(statistics(numerators, scores))
    observed = abs(observed_statistic(design, shift))
    return float((1 + (drawn >= observed * (1 - _TIE)).sum()) / (1 + len(drawn)))


def spillover(
    cells: pd.DataFrame, *, n_draws: int = 1_999, seed: int = 0, ci_level: float = 0.95
) -> pd.DataFrame:
    """Return whether series beside the targeted ones moved, and what that does to the estimate.

    A sibling is a series that is not targeted itself, of a dimension in which the province's plans
    target others that year. The model assumes that a plan for one series moves no other.

    Parameters
    ----------
    cells : pandas.DataFrame of `parstats.remedies.exposure`
    n_draws, seed, ci_level : as in `parstats.remedies.estimate`

    Returns
    -------
    pandas.DataFrame
        Two rows: value "siblings" (the association of being a sibling, targeted cells held) and
        "targeted" (that of being targeted, against cells that are neither); with
        adjusted_association, se, ci_low, ci_high, p, n_cells, n_provinces. A diagnostic: no row has
        a verdict. Figures are missing where nothing can be told.

    Raises
    ------
    InsufficientData, InvalidRequest: as `parstats.remedies.estimate`

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> from parstats.remedies import outcomes
    >>> from parstats.remedies.simulation.simulate import made_up_cells
    >>> cells = made_up_cells(outcomes(load_scores("PAPI"), 2024).query("level == 'criterion'"))
    >>> spillover(cells, n_draws=99)["value"].tolist()
    ['siblings', 'targeted']
    """
    check_integer("n_draws", n_draws, 19)
    layout = panel_layout(cells)
    if not targeted(layout.cells).any():
        raise errors.InsufficientData("no cell is targeted: there is nothing to estimate")
    projections = Projections.build(layout.blocks)
    drawn = exchanges(layout.blocks, n_draws, np.random.default_rng(seed))
    aimed, beside = targeted(layout.cells), siblings(layout.cells)
    arrays = {
        name: layout.spread(rows) for name, rows in (("siblings", beside), ("targeted", aimed))
    }
    records = []
    for name, rows, other in (("siblings", beside, "targeted"), ("targeted", aimed, "siblings")):
        row = Hypothesis(
            *(name, "part", layout, projections, rows, arrays[name], arrays[other][..., None])
        )
        design = fitted(row)
        figures = {} if design is None else tested(row, design, drawn, ci_level).figures
        records.append(
            {"value": name}
            | {
                key: figures.get(key, math.nan)
                for key in ("adjusted_association", "se", "ci_low", "ci_high", "p")
            }
            | {"n_cells": int(rows.sum()), "n_provinces": len(np.unique(layout.row[rows]))}
        )
    return pd.DataFrame(records)


def siblings(cells: pd.DataFrame) -> NDArray[np.bool_]:
    """Return which cells are compared, not targeted, and beside one that is in their dimension.

    >>> cells = pd.DataFrame({"index": "PAPI", "vintage": 63, "level": "criterion", "year": 2024,
    ...     "province": "20", "state": ["targeted", "not_targeted"],
    ...     "series": ["papi.environment.air_quality", "papi.environment.water_quality"]})
    >>> siblings(cells).tolist()
    [False, True]
    """
    dimension = pd.Series(part_labels(cells, "dimension"), index=cells.index)
    keys = [cells[name] for name in ("index", "vintage", "level", "province", "year")]
    aimed: pd.Series = cells["state"] == "targeted"
    near = aimed.groupby([*keys, dimension]).transform("any")
    own: Floats = (near & ~aimed & cells["state"].isin(["not_targeted", "background"])).to_numpy()
    return np.asarray(own, dtype=np.bool_)
