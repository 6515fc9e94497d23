"""Size, power and coverage of an estimator on simulated plans."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd
from scipy import stats

from parstats import errors
from parstats.arguments import as_tuple, check_integer, check_number, check_share, old_names
from parstats.remedies.association.hypotheses import everything
from parstats.remedies.association.panel_layout import Layout, Specification
from parstats.remedies.association.testing import fitted, tested
from parstats.remedies.simulation.standing_panels import Floats, StandingPanel, standing_panel
from parstats.remedies.simulation.synthetic_plans import (
    USUAL_TARGETS,
    Rule,
    draw_plans,
    usual_targets,
)
from parstats.remedies.simulation.variance_components import (
    VarianceComponents,
    variance_components,
)
from parstats.stats.randomization.design import exchanges
from parstats.stats.randomization.panel_blocks import Projections

#: What is left of an effect in the year of the plan and after it: seven tenths a year, about what
#: the slopes on baseline and previous change let a lasting shock keep.
FADING: tuple[float, ...] = tuple(round(0.7**year, 6) for year in range(7))
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
    path: Sequence[float] = FADING,
    horizon: int = 0,
    specification: Specification = "history",
    estimator: Estimator | None = None,
) -> pd.DataFrame:
    """Estimate the association for simulated plans with a known effect.

    Parameters
    ----------
    cells : pandas.DataFrame
        Result of `parstats.remedies.outcomes`, of one level; a column ``state`` is ignored.
    rule : {"random", "worst", "fell_most", "worst_rank", "long_low", "longer_low", "falling", \
"region_low", "region_copies", "similar_low", "same_series", "mixed", "siblings_low", \
"dimension_kept"}
        What plans target: see `parstats.remedies.simulation.synthetic_plans.Plans`.
    n_plans : int; plans that are read
    n_series : int, optional
        Cells that each targets; eight if not given, and never more than half of its cells.
    effect : float; what a plan adds to the standing of its cells, in standard deviations
    hidden_share : float
        Share of the other provinces and years with a plan like these that is not read.
    outcomes : {"drawn", "real"}
        A panel drawn anew for each set of plans from variance components fitted to the cells
        (`parstats.remedies.simulation.variance_components`), or the real one.
    n_sets : int or iterable of int
        Number of sets of plans, or the numbers of the sets, each with its seed.
    n_draws, seed : int; reassignments of each test; seed
    ci_level : float; of the intervals
    path : sequence of float; what is left of the effect in the plan's year and those after it
    horizon : int; that of the cells, see `parstats.remedies.outcomes`
    specification : {"history", "regions", "baseline"}; as in `parstats.remedies.estimate`
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
    panel = standing_panel(cells, check_integer("horizon", horizon, 0))
    setting = SimulatedPlans(
        panel,
        variance_components(panel) if outcomes == "drawn" else None,
        *(rule, n_plans, effect, hidden_share),
        n_series=usual_targets(cells) if n_series is None else n_series,
        path=tuple(check_number("path", value) for value in path),
    )
    numbers = (
        range(check_integer("n_sets", n_sets, 1)) if isinstance(n_sets, int) else as_tuple(n_sets)
    )
    records = []
    for set_number in numbers:
        rng = np.random.default_rng([check_integer("seed", seed, 0), set_number])
        made = setting.made(rng)
        if estimator is None:
            layout = panel.made_layout(made.standing, made.read, specification)
            result = _tested(layout, n_draws, ci_level, rng)
        else:
            result = estimator(panel.cells(made.standing, made.read))
        figures = dict(zip(("estimate", "p", "ci_low", "ci_high"), result, strict=True))
        records.append({"set": set_number} | figures | _naive(panel, made))
    return pd.DataFrame(records, columns=list(COLUMNS))


@dataclass(frozen=True)
class MadePlans:
    """Standings with what plans added, and the cells that plans target."""

    standing: Floats  # shape (years, provinces, series)
    read: Floats  # 1 where a plan that is read targets the cell
    targeted: Floats  # 1 where any plan does


@dataclass(frozen=True)
class SimulatedPlans:
    """A setting: whose plans, by which rule, what they add, on which panel."""

    panel: StandingPanel
    components: VarianceComponents | None  # to draw panels from; the real one if none
    rule: Rule
    n_plans: int
    effect: float
    hidden_share: float = 0.0
    n_series: int = USUAL_TARGETS
    path: tuple[float, ...] = FADING

    def made(self, rng: np.random.Generator) -> MadePlans:
        """Draw plans (and a panel), and add their effect year by year."""
        panel = self.panel
        plans = draw_plans(
            *(panel, self.rule, self.n_plans, rng),
            n_series=self.n_series,
            hidden_share=self.hidden_share,
        )
        if self.components is None:
            standing = panel.standing.copy()
        else:
            standing = self.components.drawn(panel, rng)
        targeted = np.zeros(standing.shape, dtype=bool)
        for at in panel.outcome_years:
            targeted[at] = plans.targeting(panel, int(at), standing, targeted)
            for later, share in enumerate(self.path[: len(panel.years) - at]):
                standing[at + later] += self.effect * share * targeted[at]
        read = targeted & plans.read[:, :, None]
        return MadePlans(standing, read.astype(np.float64), targeted.astype(np.float64))


def made_up_cells(
    cells: pd.DataFrame,
    *,
    rule: Rule = "worst",
    n_plans: int = 40,
    effect: float = 0.0,
    seed: int = 0,
) -> pd.DataFrame:
    """Return real cells with made-up plans, all read in full, to try the functions on.

    >>> from parstats.panel import load_scores
    >>> from parstats.remedies import outcomes
    >>> cells = outcomes(load_scores("PAPI"), 2024).query("level == 'criterion'")
    >>> made_up_cells(cells)["state"].value_counts()["targeted"]
    np.int64(320)
    """
    panel = standing_panel(cells)
    setting = SimulatedPlans(panel, None, rule, n_plans, effect, n_series=usual_targets(cells))
    made = setting.made(np.random.default_rng(seed))
    table = panel.cells(made.standing, made.read)
    keys = [table[name] for name in ("province", "year")]
    planned = (table["state"] == "targeted").groupby(keys).transform("any")
    aside = planned & (table["state"] == "background")
    names = table["province"] + "-" + table["year"].astype(str)
    return table.assign(
        state=table["state"].mask(aside, "not_targeted"),
        plans=names.where(planned, ""),
        measure_types="",
        coarse_groups="",
    )


def _tested(
    layout: Layout, n_draws: int, ci_level: float, rng: np.random.Generator
) -> tuple[float, float, float, float]:
    """Estimate as `parstats.remedies.estimate` does, without its counts."""
    hypothesis = everything(layout, Projections.build(layout.blocks))
    design = fitted(hypothesis)
    if design is None:
        return (float("nan"),) * 4
    figures = tested(hypothesis, design, exchanges(layout.blocks, n_draws, rng), ci_level).figures
    return tuple(  # type: ignore[return-value]
        float(figures[name]) for name in ("adjusted_association", "p", "ci_low", "ci_high")
    )


def _naive(panel: StandingPanel, made: MadePlans) -> dict[str, float]:
    """Return the mean changes of targeted cells, with plans as observations."""
    changed, within = [], []
    for at in panel.outcome_years:
        change = made.standing[at + panel.horizon] - made.standing[at - 1]
        targeted, eligible = made.read[at] > 0, panel.eligible(int(at))
        for row in np.flatnonzero(targeted.any(axis=1)):
            other = eligible[row] & ~targeted[row]
            changed.append(change[row, targeted[row]].mean())
            within.append(changed[-1] - change[row, other].mean() if other.any() else np.nan)
    finite = np.array(within)[np.isfinite(within)]
    return {
        "naive": float(np.mean(changed)),
        "naive_p": _t_test(np.array(changed)),
        "naive_within": float(finite.mean()) if len(finite) else float("nan"),
        "naive_within_p": _t_test(finite),
        "n_provinces": int(made.read.any(axis=(0, 2)).sum()),
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
