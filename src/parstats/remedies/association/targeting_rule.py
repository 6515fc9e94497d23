"""The rule by which plans target, learned from the plans themselves."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# Targeted cells, and cells left aside, from which a rule can be learned. By judgement: ten for each
# of a handful of traits that matter.
_LEAST_CELLS = 50
#: What a plan may have looked at.
TRAITS: tuple[str, ...] = (
    *("baseline", "previous_change", "long_past", "region_baseline", "region_past"),
    *("similar_baseline", "similar_past"),
)
_PLAN = ["index", "vintage", "level", "province", "year"]
# The lowest of a province: as many as plans usually name; see `synthetic_plans`.
_LOWEST = 8


def log_odds(cells: pd.DataFrame) -> Floats | None:
    """Return the log odds that a plan would have targeted each cell; none if too few tell.

    A logistic regression of being targeted on `TRAITS`, the place that each takes among the
    province's series, and whether it is among the lowest eight, among the cells of plans that tell
    both what they target and what they leave aside. `cells` are of `parstats.remedies.exposure`.

    >>> import pandas as pd
    >>> log_odds(pd.DataFrame({"state": ["targeted"]})) is None
    True
    """
    states = cells["state"]
    if (states == "targeted").sum() < _LEAST_CELLS or (states == "not_targeted").sum() < (
        _LEAST_CELLS
    ):
        return None
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    plans = states.groupby([cells[name] for name in _PLAN])
    both = plans.transform(lambda plan: {"targeted", "not_targeted"} <= set(plan)).astype(bool)
    rows = (both & states.isin(["targeted", "not_targeted"])).to_numpy()
    traits = _traits(cells)
    rule = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1_000))
    rule.fit(traits[rows], (states == "targeted").to_numpy()[rows])
    return np.asarray(rule.decision_function(traits), dtype=np.float64)


def long_past(cells: pd.DataFrame) -> pd.Series:
    """Return the mean standing three to five years before, 0 where nothing is known.

    >>> long_past(pd.DataFrame({"lag_3": [1.0], "lag_4": [0.0], "lag_5": [None]})).tolist()
    [0.5]
    """
    return cells[["lag_3", "lag_4", "lag_5"]].astype("float64").mean(axis=1).fillna(0.0)


def _traits(cells: pd.DataFrame) -> Floats:
    table = cells.assign(long_past=long_past(cells))[list(TRAITS)].astype("float64").fillna(0.0)
    within = table.groupby([cells[name] for name in _PLAN])
    places = within.rank(method="average")
    return np.column_stack(
        [table, places / within.transform("size").to_numpy()[:, None], places <= _LOWEST]
    )
