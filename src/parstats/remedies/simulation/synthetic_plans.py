"""Simulated plans, drawn by a rule that says which series they target."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from parstats import errors
from parstats.arguments import check_integer, check_number
from parstats.remedies.cells.history import similar
from parstats.remedies.simulation.standing_panels import Flags, Floats, IntArray, StandingPanel

Rule = Literal[
    "random",
    "worst",
    "fell_most",
    "worst_rank",
    "long_low",
    "longer_low",
    "falling",
    "region_low",
    "region_copies",
    "similar_low",
    "same_series",
    "mixed",
    "siblings_low",
    "dimension_kept",
]
RULES: tuple[str, ...] = get_args(Rule)
#: Rules that are functions of the baseline and the previous change alone.
SHORT_MEMORY: tuple[str, ...] = ("random", "worst", "fell_most", "worst_rank")
# Rules that one plan of "mixed" may follow.
_SINGLE: tuple[str, ...] = (*SHORT_MEMORY[1:], "long_low", "falling", "region_low", "similar_low")
# Provinces that a plan of "similar_low" looks at; another number than the model's, by intention.
_N_LOOKED_AT = 5
# Cells that a plan targets: as many as the plans of the register name on average. By judgement.
USUAL_TARGETS = 8


@dataclass(frozen=True)
class Plans:
    """Simulated plans of some provinces and years, and hidden ones.

    Attributes
    ----------
    rule : {"random", "worst", "fell_most", "worst_rank", "long_low", "longer_low", "falling", \
"region_low", "region_copies", "similar_low", "same_series", "mixed", "siblings_low", \
"dimension_kept"}
        What a plan targets: any cells; those with the lowest standing; those that fell most; those
        of the worst rank; those with the lowest mean of four or five years; those with the steepest
        fall over five years; those in which the region stands lowest, for provinces by themselves
        or for all of the region; those in which the five most similar provinces stand lowest; the
        lowest of the first plan, every year again; each plan by another of the rules before; those
        whose other series of the dimension stand lowest; the lowest dimensions of the first plan,
        every year again.
    n_series : int; cells a plan targets
    read, hidden : numpy.ndarray of bool, shape (years, provinces)
        Where a province has a plan that is read, or one that is not.
    order : numpy.ndarray, shape (years, provinces, series)
        Random numbers, by which the rule "random" chooses and ties are broken.
    rules : numpy.ndarray of str, shape (years, provinces); the rule of each plan
    """

    rule: Rule
    n_series: int
    read: Flags
    hidden: Flags
    order: Floats
    rules: NDArray[np.str_]

    def targeting(self, panel: StandingPanel, at: int, standing: Floats, before: Flags) -> Flags:
        """Return the cells of a year that a plan, read or hidden, targets.

        `at` is the place of the year, `standing` what the plans know, shape (years, provinces,
        series), of which only the years before count; `before`, of the same shape, is what plans of
        earlier years target. Shape (provinces, series).
        """
        eligible = panel.eligible(at)
        planned = (self.read | self.hidden)[at][:, None] & eligible
        past = panel.past(at, standing)
        priority = np.full(eligible.shape, np.inf)
        for rule in np.unique(self.rules[at][planned.any(axis=1)]):
            rows = self.rules[at] == rule
            priority[rows] = _priority(str(rule), past, self.order[at], panel, before)[rows]
        priority = np.where(np.isfinite(priority), priority, np.inf)
        least = np.where(planned, priority, np.inf)
        first = np.lexsort((self.order[at], least), axis=1)[:, : self.n_series]
        chosen = np.zeros(least.shape, dtype=bool)
        np.put_along_axis(chosen, first, True, axis=1)
        result: Flags = chosen & planned
        return result


def _priority(
    rule: str, past: Floats, order: Floats, panel: StandingPanel, before: Flags
) -> Floats:
    """Return what a rule goes by, the first first; shape (provinces, series)."""
    last, region = past[0], panel.layout.region
    lowest: dict[str, Callable[[], Floats]] = {
        "random": lambda: order,
        "fell_most": lambda: last - past[1],
        "worst_rank": lambda: -_rank(last),
        "long_low": lambda: _mean(past[:4]),
        "longer_low": lambda: _mean(past[:5]),
        "falling": lambda: _slope(past),
        "region_low": lambda: _peer_mean(last, region[:, None] == region[None, :]),
        "region_copies": lambda: _peer_mean(last, region[:, None] == region[None, :]),
        "similar_low": lambda: _peer_mean(last, similar(last, last, _N_LOOKED_AT)),
        "same_series": lambda: _again(last, before),
        "siblings_low": lambda: _of_dimension(last, panel.dimension, leave_out=True),
        "dimension_kept": lambda: _again(
            _of_dimension(last, panel.dimension, leave_out=False), before
        ),
    }
    return np.asarray(lowest.get(rule, lambda: last)(), dtype=np.float64)


def _of_dimension(last: Floats, dimension: IntArray, *, leave_out: bool) -> Floats:
    """Return the mean of the province's series of the dimension, with or without the series."""
    same = (dimension[:, None] == dimension[None, :]) & (dimension >= 0)[:, None]
    peers = same & ~np.eye(len(dimension), dtype=bool) if leave_out else same
    return _peer_mean(last.T, peers).T


def _again(last: Floats, before: Flags) -> Floats:
    """Return the standing, series of an earlier plan of the province before all others."""
    lowest = np.nanmin(last) - 1.0
    result: Floats = np.where(before.any(axis=0) & np.isfinite(last), lowest, last)
    return result


def _mean(values: Floats) -> Floats:
    known = np.isfinite(values)
    n = known.sum(axis=0)
    sums = np.where(known, values, 0.0).sum(axis=0)
    return np.asarray(np.divide(sums, n, out=np.full(sums.shape, np.nan), where=n > 0))


def _slope(past: Floats) -> Floats:
    """Return the slope over the years that are known, two at least."""
    known = np.isfinite(past)
    time = -np.arange(len(past), dtype=np.float64)[:, None, None] * np.ones(past.shape)
    centre = _mean(np.where(known, time, np.nan))
    deviation = np.where(known, time - centre, 0.0)
    squares = (deviation**2).sum(axis=0)
    products = (deviation * np.where(known, past, 0.0)).sum(axis=0)
    slopes = np.divide(products, squares, out=np.full(squares.shape, np.nan), where=squares > 0)
    return np.asarray(slopes, dtype=np.float64)


def _rank(last: Floats) -> Floats:
    """Return the places of the provinces in each series, the first being 0."""
    values = np.where(np.isfinite(last), last, -np.inf)
    return np.asarray((values[None] > values[:, None]).sum(axis=1), dtype=np.float64)


def _peer_mean(last: Floats, peers: Flags) -> Floats:
    known = np.isfinite(last)
    n = peers.astype(np.float64) @ known
    sums = peers.astype(np.float64) @ np.where(known, last, 0.0)
    return np.asarray(np.divide(sums, n, out=np.full(sums.shape, np.nan), where=n > 0))


def usual_targets(cells: pd.DataFrame) -> int:
    """Return how many cells a made-up plan targets: eight, and never more than half of its cells.

    An index of few parts would else have no cell that a plan leaves alone.

    >>> import pandas as pd
    >>> cell = {"vintage": 63, "province": "20", "year": 2024}
    >>> usual_targets(pd.DataFrame([cell | {"series": str(n)} for n in range(9)]))
    4
    """
    per_plan = cells.groupby(["vintage", "province", "year"]).size()
    return int(min(USUAL_TARGETS, max(1, per_plan.median() // 2)))


def draw_plans(
    panel: StandingPanel,
    rule: Rule,
    n_plans: int,
    rng: np.random.Generator,
    *,
    n_series: int = USUAL_TARGETS,
    hidden_share: float = 0.0,
) -> Plans:
    """Simulate plans for random provinces and years.

    For `rule` see `Plans`. `n_plans` plans are read, each of another province or year
    ("same_series" and "dimension_kept" draw provinces with a plan in every year, "region_copies"
    regions and years with a plan of every province, until there are as many), and each targets
    `n_series` cells; `hidden_share` of the other provinces and years have one which is not read.
    Raises InvalidRequest if an option is unknown or out of range, or there are fewer provinces and
    years than plans.

    >>> from parstats.panel import load_scores
    >>> from parstats.remedies import outcomes
    >>> from parstats.remedies.simulation.standing_panels import standing_panel
    >>> cells = outcomes(load_scores("PAPI"), 2024).query("level == 'criterion'")
    >>> plans = draw_plans(standing_panel(cells), "worst", 12, np.random.default_rng(0))
    >>> int(plans.read.sum())
    12
    """
    if rule not in RULES:
        raise errors.UnknownChoice("rule", rule, RULES)
    check_integer("n_series", n_series, 1)
    if not 0 <= check_number("hidden_share", hidden_share, "from 0 to 1") <= 1:
        raise errors.InvalidRequest(
            f"hidden_share is {hidden_share}: expected a number from 0 to 1"
        )
    has = np.zeros(panel.standing.shape[:2], dtype=bool)
    for at in panel.outcome_years:
        has[at] = panel.eligible(at).any(axis=1)
    pairs = np.argwhere(has)
    if check_integer("n_plans", n_plans, 1) > len(pairs):
        raise errors.InvalidRequest(
            f"n_plans is {n_plans}: the panel has only {len(pairs)} provinces and years"
        )
    mixed = pairs[_plan_order(pairs, rule, panel, rng)]
    n_hidden = round(hidden_share * (len(pairs) - n_plans))
    masks = []
    for selection in (mixed[:n_plans], mixed[n_plans : n_plans + n_hidden]):
        planned = np.zeros(has.shape, dtype=bool)
        planned[tuple(selection.T)] = True
        masks.append(planned)
    rules = (
        rng.choice(_SINGLE, has.shape) if rule == "mixed" else np.full(has.shape, rule, dtype="U16")
    )
    order = rng.random(panel.standing.shape)
    return Plans(rule, n_series, masks[0], masks[1], order, rules)


def _plan_order(
    pairs: NDArray[np.int64], rule: str, panel: StandingPanel, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Return the order in which years and provinces get a plan."""
    chance = rng.random(len(pairs))
    if rule in ("same_series", "dimension_kept"):
        block = pairs[:, 1]
    elif rule == "region_copies":
        block = panel.layout.region[pairs[:, 1]] * len(panel.years) + pairs[:, 0]
    else:
        return np.argsort(chance)
    _, number = np.unique(block, return_inverse=True)
    return np.lexsort((chance, rng.permutation(number.max() + 1)[number]))
