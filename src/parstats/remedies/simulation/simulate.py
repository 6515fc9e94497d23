"""Size, power and coverage of an estimator on simulated plans."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd
from scipy import stats

from parstats import errors
from parstats.arguments import as_tuple, check_integer, check_number, check_share, old_names
from parstats.remedies.association.panel_layout import Layout, panel_layout
from parstats.remedies.simulation.dynamics import Drawn, Dynamics, fit
from parstats.remedies.simulation.synthetic_plans import Plans, Rule, draw_plans, usual_targets
from parstats.stats.randomization.design import Design, exchanges
from parstats.stats.randomization.panel_blocks import Blocks, Projections
from parstats.stats.randomization.significance import randomization_test

On = Literal["drawn", "real"]
ON: tuple[str, ...] = get_args(On)
#: Cells to estimate, p-value and ends of the interval.
Estimator = Callable[[pd.DataFrame], tuple[float, float, float, float]]
COLUMNS: tuple[str, ...] = (
    *("set", "estimate", "p", "ci_low", "ci_high", "naive", "naive_p", "naive_within"),
    *("naive_within_p", "n_provinces"),
)


@old_names(
    draws="n_draws",
    hidden="hidden_share",
    level="ci_level",
    on="outcomes",
    sets="n_sets",
    size="n_series",
)
def simulate(
    cells: pd.DataFrame,
    *,
    rule: Rule = "worst",
    n_plans: int = 12,
    effect: float = 0.0,
    hidden_share: float = 0.0,
    n_series: int | None = None,
    outcomes: On = "drawn",
    n_sets: int | Iterable[int] = 200,
    n_draws: int = 499,
    seed: int = 0,
    ci_level: float = 0.95,
    estimator: Estimator | None = None,
) -> pd.DataFrame:
    """Estimate the association for simulated plans with a known effect.

    Parameters
    ----------
    cells : pandas.DataFrame
        Result of `parstats.remedies.outcomes`, of one level; a column ``state`` is ignored.
    rule : {"random", "worst", "fell_most", "worst_rank"}
        What plans target: see `parstats.remedies.simulation.synthetic_plans.Plans`.
    n_plans : int; plans that are read
    n_series : int, optional
        Cells that each targets; eight if not given, and never more than half of its cells.
    effect : float; what a plan adds to the standing of its cells, in standard deviations
    hidden_share : float
        Share of the other provinces and years with a plan like these that is not read.
    outcomes : {"drawn", "real"}
        A panel drawn anew for each set of plans from dynamics fitted to the cells
        (`parstats.remedies.simulation.dynamics`), or the real one.
    n_sets : int or iterable of int
        Number of sets of plans, or the numbers of the sets, each with its seed.
    n_draws, seed : int; reassignments of each test; seed
    ci_level : float; of the intervals
    estimator : callable, optional
        Takes cells, gives estimate, p-value and both ends of its interval; the randomization test
        of `parstats.remedies.estimate` if not given.

    Returns
    -------
    pandas.DataFrame
        One row per set: set, estimate, p, ci_low, ci_high, naive (mean change of the targeted
        cells), naive_p (of a t test over the plans), naive_within (against the same provinces'
        other cells), naive_within_p, n_provinces (with a plan). `simulation_summary` sums them up.

    Raises
    ------
    InvalidRequest, InsufficientData: if an option is not as described; if there are too few cells

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> from parstats.remedies import outcomes
    >>> cells = outcomes(load_scores("PAPI"), [2020, 2023, 2024]).query("level == 'criterion'")
    >>> found = simulate(cells, n_plans=12, outcomes="real", n_sets=5, n_draws=99)
    >>> bool(found["naive"].mean() > 0.3), bool(abs(found["estimate"].mean()) < 0.2)
    (True, True)
    """
    if outcomes not in ON:
        raise errors.UnknownChoice("outcomes", outcomes, ON)
    check_number("effect", effect)
    check_share("ci_level", ci_level)
    check_integer("n_draws", n_draws, 19)
    layout = panel_layout(cells.assign(state="background"))
    if layout.positions["level"].nunique() > 1:
        raise errors.InvalidRequest("the cells are of several levels: choose one, as 'criterion'")
    n_targets = usual_targets(cells) if n_series is None else n_series
    panel = _Panel(fit(layout), outcomes, effect, n_draws, ci_level, estimator)
    numbers = (
        range(check_integer("n_sets", n_sets, 1)) if isinstance(n_sets, int) else as_tuple(n_sets)
    )
    records = []
    for set_number in numbers:
        rng = np.random.default_rng([check_integer("seed", seed, 0), set_number])
        plans = draw_plans(
            layout, rule, n_plans, rng, n_series=n_targets, hidden_share=hidden_share
        )
        records.append({"set": set_number} | panel.results(plans, rng))
    return pd.DataFrame(records, columns=list(COLUMNS))


@dataclass(frozen=True)
class _Panel:
    """What all sets of plans share."""

    dynamics: Dynamics
    outcomes: On
    effect: float
    n_draws: int
    ci_level: float
    estimator: Estimator | None

    def results(self, plans: Plans, rng: np.random.Generator) -> dict[str, float]:
        if self.outcomes == "drawn":
            drawn = self.dynamics.drawn(rng, plans.targeting, self.effect)
        else:
            drawn = self.dynamics.with_effect(plans.targeting, self.effect)
        treatment = np.where(plans.read, drawn.treatment, 0.0)
        layout = self.dynamics.layout
        if self.estimator is None:
            estimate, p, low, high = self._tested(drawn, treatment, rng)
        else:
            estimate, p, low, high = self.estimator(_as_cells(layout, drawn, treatment))
        figures = {"estimate": estimate, "p": p, "ci_low": low, "ci_high": high}
        return figures | _naive(layout, drawn, treatment)

    def _tested(
        self, drawn: Drawn, treatment: np.ndarray, rng: np.random.Generator
    ) -> tuple[float, float, float, float]:
        old = self.dynamics.layout.blocks
        blocks = Blocks(
            drawn.change,
            np.stack([drawn.baseline, drawn.previous_change]),
            old.present,
            old.present,
            old.group,
            old.series,
        )
        design = Design(Projections.build(blocks), treatment)
        draws = design.draws(exchanges(old.present, self.n_draws, rng))
        tested = randomization_test(design, draws, self.ci_level)
        return design.estimate, tested.p, tested.ci_low, tested.ci_high


def _as_cells(layout: Layout, drawn: Drawn, treatment: np.ndarray) -> pd.DataFrame:
    """Return a simulated panel as cells."""
    at = (layout.row, layout.column)
    targeted = treatment[at] > 0
    return layout.cells.assign(
        change=drawn.change[at],
        baseline=drawn.baseline[at],
        previous_change=drawn.previous_change[at],
        state=np.where(targeted, "targeted", "background"),
    )


def _naive(layout: Layout, drawn: Drawn, treatment: np.ndarray) -> dict[str, float]:
    """Return the mean changes of targeted cells, with plans as observations."""
    present, years = layout.blocks.present, layout.positions["year"].to_numpy()
    changed, within = [], []
    for year in np.unique(years):
        in_year = years == year
        targeted = treatment[:, in_year] > 0
        for row in np.flatnonzero(targeted.any(axis=1)):
            change = drawn.change[row, in_year]
            other = present[row, in_year] & ~targeted[row]
            changed.append(change[targeted[row]].mean())
            within.append(changed[-1] - change[other].mean() if other.any() else np.nan)
    finite = np.array(within)[np.isfinite(within)]
    return {
        "naive": float(np.mean(changed)),
        "naive_p": _t_test(np.array(changed)),
        "naive_within": float(finite.mean()) if len(finite) else float("nan"),
        "naive_within_p": _t_test(finite),
        "n_provinces": int((treatment > 0).any(axis=1).sum()),
    }


def _t_test(values: np.ndarray) -> float:
    return float(stats.ttest_1samp(values, 0.0).pvalue) if len(values) > 1 else float("nan")


@old_names(found="results", level="ci_level")
def simulation_summary(
    results: pd.DataFrame, *, effect: float = 0.0, ci_level: float = 0.95
) -> pd.Series:
    """Return the rejections, bias and coverage over sets of plans.

    Parameters
    ----------
    results : pandas.DataFrame of `simulate`
    effect : float; the effect that was planted
    ci_level : float; of the intervals; tests are at one less it

    Returns
    -------
    pandas.Series: sets, rejected (share of tests that reject no association: size without an
        effect, else power), rejected_mc_low and rejected_mc_high (99 % interval, Wilson), bias,
        bias_se, coverage, coverage_low, coverage_high, naive and naive_within (means),
        naive_rejected and naive_within_rejected.

    Examples
    --------
    >>> import pandas as pd
    >>> row = dict(set=0, estimate=0.1, p=0.4, ci_low=-0.1, ci_high=0.3, naive=0.5, naive_p=0.01,
    ...            naive_within=0.6, naive_within_p=0.01, n_provinces=12)
    >>> told = simulation_summary(pd.DataFrame([row, row | {"set": 1, "p": 0.01, "ci_low": 0.02}]))
    >>> float(told["rejected"]), float(told["coverage"]), round(float(told["bias"]), 2)
    (0.5, 0.5, 0.1)
    """
    alpha = 1 - check_share("ci_level", ci_level)
    n = len(results)
    if not n:
        raise errors.InsufficientData("there are no sets of plans to summarise")
    rejected = int((results["p"] <= alpha + 1e-12).sum())
    covered = int(((results["ci_low"] <= effect) & (effect <= results["ci_high"])).sum())
    ends = stats.binomtest(rejected, n).proportion_ci(0.99, method="wilson")
    inside = stats.binomtest(covered, n).proportion_ci(0.99, method="wilson")
    return pd.Series(
        {
            "sets": n,
            "rejected": rejected / n,
            "rejected_mc_low": float(ends.low),
            "rejected_mc_high": float(ends.high),
            "bias": float(results["estimate"].mean() - effect),
            "bias_se": float(results["estimate"].std(ddof=1) / np.sqrt(n)) if n > 1 else np.nan,
            "coverage": covered / n,
            "coverage_low": float(inside.low),
            "coverage_high": float(inside.high),
            "naive": float(results["naive"].mean()),
            "naive_rejected": float((results["naive_p"] <= alpha).mean()),
            "naive_within": float(results["naive_within"].mean()),
            "naive_within_rejected": float((results["naive_within_p"] <= alpha).mean()),
        }
    )
