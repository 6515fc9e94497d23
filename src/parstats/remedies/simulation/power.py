"""Power by number of plans."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from scipy import stats

from parstats import errors
from parstats.arguments import as_tuple, check_integer, check_number, keeps_index, old_names
from parstats.remedies.simulation.simulate import On, simulate, simulation_summary
from parstats.remedies.simulation.synthetic_plans import Rule, usual_targets

_PLACEBO_RULES: tuple[Rule, ...] = (
    *("random", "worst", "fell_most", "worst_rank", "long_low", "region_low"),
)
COLUMNS: tuple[str, ...] = (
    "effect",
    "n_plans",
    "power",
    "power_mc_low",
    "power_mc_high",
    "spread",
    "mde",
    "sets",
)


@old_names(draws="n_draws", on="outcomes", sets="n_sets")
@keeps_index
def placebo(
    cells: pd.DataFrame,
    *,
    n_plans: int = 12,
    rules: Iterable[Rule] | None = None,
    n_sets: int = 200,
    n_draws: int = 199,
    seed: int = 0,
    outcomes: On = "real",
) -> pd.DataFrame:
    """Estimate the association of plans that do nothing, by the rule that chooses their cells.

    Parameters
    ----------
    cells : pandas.DataFrame of `parstats.remedies.outcomes`, of one level
    n_plans, n_sets, n_draws, seed, outcomes
        See `parstats.remedies.simulate`; on the real panel if not given.
    rules : iterable of str, optional
        If not given, the four that look back two years at most, and two with longer memory or an
        eye on the region: "random", "worst", "fell_most", "worst_rank", "long_low", "region_low".

    Returns
    -------
    pandas.DataFrame
        rule, n_plans and the columns of `parstats.remedies.simulation_summary`: how often the
        adjusted association and the naive comparisons are taken for something, and their means;
        n_series (cells that each plan targets).

    Notes
    -----
    On the real panel all sets share one draw of the years: the mean of the adjusted association
    over sets is not exactly zero.

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> from parstats.remedies import outcomes
    >>> cells = outcomes(load_scores("PAPI"), [2020, 2023, 2024]).query("level == 'criterion'")
    >>> told = placebo(cells, rules=["worst"], n_sets=5, n_draws=99).iloc[0]
    >>> bool(told["naive"] > 0.2), bool(abs(told["bias"]) < 0.2)
    (True, True)
    """
    selected_rules = as_tuple(_PLACEBO_RULES if rules is None else rules)
    records = []
    for rule in selected_rules:
        results = simulate(
            cells,
            rule=rule,
            n_plans=n_plans,
            n_sets=n_sets,
            n_draws=n_draws,
            seed=seed,
            outcomes=outcomes,
        )
        records.append({"rule": rule, "n_plans": n_plans} | simulation_summary(results).to_dict())
    return pd.DataFrame(records).assign(n_series=usual_targets(cells))


@old_names(draws="n_draws", sets="n_sets")
@keeps_index
def power(
    cells: pd.DataFrame,
    *,
    effects: Iterable[float] = (0.2, 0.3, 0.5),
    n_plans: Iterable[int] = (10, 20, 40, 80),
    rule: Rule = "worst",
    n_sets: int = 100,
    n_draws: int = 199,
    seed: int = 0,
) -> pd.DataFrame:
    """Compute the probability of finding an association, by number of plans.

    Parameters
    ----------
    cells : pandas.DataFrame of `parstats.remedies.outcomes`, of one level
    effects : iterable of float; in standard deviations, above 0
    n_plans : iterable of int
    rule : str; what plans target, as in `parstats.remedies.simulate`
    n_sets, n_draws, seed : int
        Sets of made-up plans for each number, reassignments of each test, seed.

    Returns
    -------
    pandas.DataFrame
        One row per effect and number of plans: effect, n_plans, power (share of sets that find it
        at 5 %), power_mc_low and power_mc_high (95 % interval, Wilson), spread (standard deviation
        of the estimate over sets), mde (minimum detectable effect: 2.80 times the spread), sets,
        n_series (cells that each plan targets).

    Raises
    ------
    InvalidRequest: if an option is out of range, as more plans than provinces and years

    Notes
    -----
    A planted effect adds itself to the estimate and to both ends of its interval, so the sets are
    drawn once without one, and an effect is found where the interval, moved by it, leaves out zero.

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> from parstats.remedies import outcomes
    >>> cells = outcomes(load_scores("PAPI"), [2023, 2024]).query("level == 'criterion'")
    >>> told = power(cells, effects=[0.2, 2.0], n_plans=[30], n_sets=10, n_draws=99)
    >>> told["power"].is_monotonic_increasing, float(told["power"].iloc[1])
    (True, 1.0)
    """
    sizes = [check_number("effects", value, "above 0") for value in as_tuple(effects)]
    if not sizes or min(sizes) <= 0:
        raise errors.InvalidRequest(f"effects are {sizes}: expected numbers above 0")
    counts = [check_integer("n_plans", value, 1) for value in as_tuple(n_plans)]
    records = []
    for count in counts:
        results = simulate(
            cells, rule=rule, n_plans=count, n_sets=n_sets, n_draws=n_draws, seed=seed
        )
        spread = float(results["estimate"].std(ddof=1)) if len(results) > 1 else np.nan
        for effect in sizes:
            seen = int(((results["ci_low"] + effect > 0) | (results["ci_high"] + effect < 0)).sum())
            ends = stats.binomtest(seen, len(results)).proportion_ci(0.95, method="wilson")
            records.append(
                (
                    effect,
                    count,
                    seen / len(results),
                    ends.low,
                    ends.high,
                    spread,
                    2.8 * spread,  # z(0.975) + z(0.8): found four times in five at the 5 % level
                    n_sets,
                )
            )
    table = pd.DataFrame(records, columns=list(COLUMNS)).assign(n_series=usual_targets(cells))
    return table.sort_values(["effect", "n_plans"]).reset_index(drop=True)


@old_names(share="power", told="power_results")
def required_plans(power_results: pd.DataFrame, *, power: float = 0.8) -> pd.DataFrame:
    """Return the number of plans needed for a given power.

    Parameters
    ----------
    power_results : pandas.DataFrame of `power`
    power : float

    Returns
    -------
    pandas.DataFrame: one row per effect: effect, plans_needed, beyond (whether the number lies
        outside of those tried, and is extended by the root of the number of plans), n_series.

    Notes
    -----
    The spread of the estimate falls with the root of the number of plans; its product with that
    root, averaged over the numbers tried, gives the number at which the effect is
    :math:`z_{0.975} + z_{power}` spreads.

    Examples
    --------
    >>> import pandas as pd
    >>> told = pd.DataFrame({"effect": 0.3, "n_plans": [25, 100], "spread": [0.2, 0.1]})
    >>> required_plans(told.assign(n_series=8))[["plans_needed", "beyond"]].values.tolist()
    [[88, False]]
    """
    factor = stats.norm.ppf(0.975) + stats.norm.ppf(power)
    records = []
    for effect, effect_rows in power_results.groupby("effect"):
        rooted = float((effect_rows["spread"] * np.sqrt(effect_rows["n_plans"])).mean())
        needed = int(np.ceil((factor * rooted / float(effect)) ** 2))
        beyond = not effect_rows["n_plans"].min() <= needed <= effect_rows["n_plans"].max()
        records.append({"effect": float(effect), "plans_needed": needed, "beyond": beyond})
    table = pd.DataFrame(records)
    return table.assign(n_series=power_results["n_series"].iloc[0]) if len(table) else table
