"""Simulated plans without an effect, drawn by a rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from parstats import errors
from parstats.arguments import check_integer, check_number
from parstats.remedies.association.panel_layout import Layout
from parstats.remedies.simulation.dynamics import Floats, IntArray

Rule = Literal["random", "worst", "fell_most", "worst_rank"]
RULES: tuple[str, ...] = get_args(Rule)


@dataclass(frozen=True)
class Plans:
    """Simulated plans of some provinces and years, and hidden ones.

    Attributes
    ----------
    rule : {"random", "worst", "fell_most", "worst_rank"}
        What a plan targets: any cells; those with the lowest standing, in standard deviations;
        those that fell most; those of the worst rank.
    n_series : int; cells a plan targets
    read, hidden : numpy.ndarray of bool, shape (provinces, positions)
        Where a province has a plan that is read, or one that is not.
    present : numpy.ndarray of bool, shape (provinces, positions); where there are cells
    order : numpy.ndarray, shape (provinces, positions)
        Random numbers, by which the rule "random" chooses and ties are broken.
    """

    rule: Rule
    n_series: int
    read: NDArray[np.bool_]
    hidden: NDArray[np.bool_]
    present: NDArray[np.bool_]
    order: Floats

    def targeting(self, positions: IntArray, baseline: Floats, previous: Floats) -> Floats:
        """Return the cells of a year that a plan, read or hidden, targets.

        1 where targeted, shape (provinces, positions of the year), as `baseline` and `previous`:
        what the plans know.
        """
        if self.rule == "random":
            priority = self.order[:, positions]
        elif self.rule == "worst":
            priority = baseline
        elif self.rule == "fell_most":
            priority = previous
        else:
            priority = _minus_rank(baseline, self.present[:, positions])
        planned = (self.read | self.hidden)[:, positions] & self.present[:, positions]
        least = np.where(planned, priority, np.inf)
        first = np.lexsort((self.order[:, positions], least), axis=1)[:, : self.n_series]
        chosen = np.zeros(least.shape)
        np.put_along_axis(chosen, first, 1.0, axis=1)
        return np.where(planned, chosen, 0.0)


def _minus_rank(baseline: Floats, present: NDArray[np.bool_]) -> Floats:
    """Return the ranks of the provinces in each series, the worst first."""
    available = np.where(present, baseline, -np.inf)
    above = (available[None, :, :] > available[:, None, :]).sum(axis=1)
    result: Floats = -above.astype(np.float64)
    return result


# Cells that a plan targets: as many as the plans of the register name on average. By judgement.
USUAL_TARGETS = 8


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
    layout: Layout,
    rule: Rule,
    n_plans: int,
    rng: np.random.Generator,
    *,
    n_series: int = USUAL_TARGETS,
    hidden_share: float = 0.0,
) -> Plans:
    """Simulate plans for random provinces and years.

    For `rule` see `Plans`. `n_plans` plans are read, each of another province or year, and each
    targets `n_series` cells; `hidden_share` of the other provinces and years have one which is not
    read. Raises InvalidRequest if an option is unknown or out of range, or there are fewer
    provinces and years than plans.

    >>> import numpy as np
    >>> from parstats.panel import load_scores
    >>> from parstats.remedies import outcomes
    >>> from parstats.remedies.association.panel_layout import panel_layout
    >>> layout = panel_layout(outcomes(load_scores("PAPI"), 2024).assign(state="background"))
    >>> plans = draw_plans(layout, "worst", 12, np.random.default_rng(0))
    >>> int(plans.read.any(axis=1).sum())
    12
    """
    if rule not in RULES:
        raise errors.UnknownChoice("rule", rule, RULES)
    check_integer("n_series", n_series, 1)
    if not 0 <= check_number("hidden_share", hidden_share, "from 0 to 1") <= 1:
        raise errors.InvalidRequest(
            f"hidden_share is {hidden_share}: expected a number from 0 to 1"
        )
    present = layout.blocks.present
    years = layout.positions["year"].to_numpy()
    available, code = np.unique(years, return_inverse=True)
    has = np.stack([present[:, code == at].any(axis=1) for at in range(len(available))], axis=1)
    pairs = np.argwhere(has)
    if check_integer("n_plans", n_plans, 1) > len(pairs):
        raise errors.InvalidRequest(
            f"n_plans is {n_plans}: the panel has only {len(pairs)} provinces and years"
        )
    mixed = pairs[rng.permutation(len(pairs))]
    n_hidden = round(hidden_share * (len(pairs) - n_plans))
    masks = []
    for selection in (mixed[:n_plans], mixed[n_plans : n_plans + n_hidden]):
        planned = np.zeros(has.shape, dtype=bool)
        planned[tuple(selection.T)] = True
        masks.append(planned[:, code] & present)
    return Plans(rule, n_series, masks[0], masks[1], present, rng.random(present.shape))
