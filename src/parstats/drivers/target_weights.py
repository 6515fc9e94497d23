"""Weights that would give each part its intended importance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

import numpy as np
import pandas as pd

from parstats import errors
from parstats.arguments import check_number, old_names
from parstats.drivers.main_effects import require_spread, scale_weights
from parstats.drivers.score_matrix import Floats, Parts, build_parts, scale_widths, without_rest
from parstats.panel.subset_marks import keeps_subset
from parstats.stats.composites.weight_fitting import (
    fit_weights,
    importance_shares,
    linear_importance,
    smoothed_importance,
)
from parstats.stats.local_linear import correlation_ratios, smoother

Effect = Literal["linear", "local_linear"]
EFFECTS: tuple[str, ...] = get_args(Effect)
TARGETS = ("equal", "nominal")

# Rounds: bandwidths and weights are fitted in turn, until they stay. By judgement.
_ROUNDS = 10


@old_names(effect="curve")
@keeps_subset
def target_weights(
    scores: pd.DataFrame,
    year: int,
    target: Mapping[str, float] | pd.Series | str = "equal",
    *,
    curve: Effect = "linear",
    level: str | None = None,
    region: str | None = None,
) -> pd.DataFrame:
    r"""Fit weights that bring the main effect of each part to its intended importance.

    Parameters
    ----------
    scores : pandas.DataFrame of one index (`parstats.load_scores`)
    year : int
    target : {"equal", "nominal"}, mapping or pandas.Series
        Intended importance: the same for every series; as the width of its scale; or as given, one
        number of at least 0 for each series (only their proportions count).
    curve : {"linear", "local_linear"}; how main effects are measured; see `main_effects`
    level : {"criterion", "dimension"}, optional; by default the lowest that adds up to the score
    region : str, optional; code or name, of 10 complete provinces or more; else the country

    Returns
    -------
    pandas.DataFrame: one row per series, in the order of the framework: index, year, region,
        series, parent, effect, target (intended share of importance), importance (share of the sum
        of main effects with the points as they are), weight (to multiply its points with; mean 1),
        nominal and nominal_needed (weights on a common scale, before and after), importance_reached
        (with these weights), unmet (target less reached), correlation_reached (with the reweighted
        score), n_provinces, n_units, coverage.

    Raises
    ------
    InsufficientCoverage: if under 90 % of the provinces are complete, or under 10 of a region
    InvalidRequest: if the target misses a series or is negative, a series is the same in all
        provinces, or all have the same overall score
    UnknownChoice: if the target names a series that is not among the parts, or an option is unknown

    Notes
    -----
    Estimand: the weights, none negative, under which the main effects of the parts in the provinces
    of that year come nearest to the intended importance; nothing is estimated beyond these
    provinces. With :math:`y(w) = \sum_j w_j x_j` and main effects :math:`S_j(w)`, it minimises
    :math:`\sum_j (S_j(w)/\sum_k S_k(w) - t_j)^2` over :math:`w \ge 0` (Becker, Saisana, Paruolo and
    Vandecasteele 2017, Ecological Indicators 80:12-22). Every :math:`S_j(w)` is a ratio of two
    quadratic forms in w, so derivatives are exact. For linear main effects the solution without
    the sign restriction is :math:`w \propto D^{-1} R^{-1} \sqrt{t}` (R correlations, D standard
    deviations of the parts): where that is not negative, nothing is unmet.

    ``unmet`` is the point of the table: correlations between parts can make an intended importance
    unreachable with weights that are not negative (Paruolo, Saisana and Saltelli 2013). A part
    with weight 0 can still have importance, through the parts it moves with. Main effects are
    squares: a negative ``correlation_reached`` means that the part has its importance by pulling
    the score the other way. There may be several local optima; the best of two starts is
    returned. The weights fit this year's provinces and describe the index; they are no proposal.

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> table = target_weights(load_scores("PAPI"), 2024, level="dimension")
    >>> by = table.set_index("series")[["importance", "importance_reached", "weight"]].round(2)
    >>> by.loc[["papi.transparency", "papi.environment"]].values.tolist()
    [[0.23, 0.2, 0.0], [0.02, 0.06, 2.26]]
    """
    if curve not in EFFECTS:
        raise errors.UnknownChoice("curve", curve, EFFECTS)
    parts = without_rest(build_parts(scores, year, level=level, region=region))
    require_spread(parts)
    _check_parts_vary(parts)
    intended = _intended(parts, target)
    fitted = _fit(parts, intended, curve)
    now = importance_shares(_forms(parts, curve, np.ones(len(fitted))), np.ones(len(fitted)))
    reached = importance_shares(_forms(parts, curve, fitted), fitted)
    reweighted = parts.points @ fitted
    wide = fitted * scale_widths(parts)
    n = len(parts.provinces)
    return pd.DataFrame(
        {
            "index": parts.index,
            "year": parts.year,
            "region": parts.region,
            "series": parts.series,
            "parent": parts.parents,
            "effect": curve,
            "target": intended,
            "importance": now,
            "weight": fitted,
            "nominal": scale_weights(parts),
            "nominal_needed": wide / wide.sum(),
            "importance_reached": reached,
            "unmet": intended - reached,
            "correlation_reached": [np.corrcoef(part, reweighted)[0, 1] for part in parts.points.T],
            "n_provinces": n,
            "n_units": parts.n_units,
            "coverage": n / parts.n_units,
        }
    )


def _check_parts_vary(parts: Parts) -> None:
    still = [
        name
        for name, span in zip(parts.series, np.ptp(parts.points, axis=0), strict=True)
        if span <= 1e-9
    ]
    nothing = [name for name, weight in zip(parts.series, parts.weights, strict=True) if not weight]
    if nothing:
        raise errors.InvalidRequest(
            f"the weight found from the scores of {parts.index_year} is 0 of {', '.join(nothing)}: "
            "no target can be set for what counts nothing"
        )
    if still:
        instead = ": use level='dimension'" if parts.level == "criterion" else ""
        raise errors.InvalidRequest(
            f"the same score in all provinces in {parts.index_year}: {', '.join(still)}; "
            f"no weight gives importance to what does not vary{instead}"
        )


def _intended(parts: Parts, target: Mapping[str, float] | pd.Series | str) -> Floats:
    """Return the intended shares of importance, adding up to 1."""
    p = len(parts.series)
    if isinstance(target, str):
        if target not in TARGETS:
            raise errors.UnknownChoice("target", target, TARGETS)
        return np.full(p, 1 / p) if target == "equal" else scale_weights(parts)
    if not isinstance(target, Mapping | pd.Series):
        raise errors.InvalidRequest(
            f"target is {type(target).__name__}: expected one of {', '.join(TARGETS)}, or a number "
            "by series, as a dict or a pandas.Series"
        )
    target = dict(target.items())
    for name in target:
        if name not in parts.series:
            raise errors.UnknownChoice("series in the target", name, parts.series)
    absent = [name for name in parts.series if name not in target]
    if absent:
        raise errors.InvalidRequest(
            f"the target has no number for: {', '.join(absent)}; give one for each series, "
            "0 for no importance"
        )
    targets = np.array(
        [check_number(f"the target of {name}", target[name]) for name in parts.series]
    )
    if not (np.isfinite(targets).all() and (targets >= 0).all() and targets.sum() > 0):
        raise errors.InvalidRequest(
            "the target has a number that is negative or not finite, or only zeros: expected the "
            "intended importance of each series, 0 or more"
        )
    shares: Floats = targets / targets.sum()
    return shares


def _forms(parts: Parts, curve: str, weights: Floats) -> Floats:
    if curve == "linear":
        return linear_importance(parts.points)
    return smoothed_importance(parts.points, _smoothers(parts, _bandwidths(parts, weights)))


def _bandwidths(parts: Parts, weights: Floats) -> Floats:
    score = parts.points @ weights
    return np.array([correlation_ratios(part, score).bandwidth[0] for part in parts.points.T])


def _smoothers(parts: Parts, bandwidths: Floats) -> Floats:
    pairs = zip(parts.points.T, bandwidths, strict=True)
    return np.stack([smoother(part, float(bandwidth)) for part, bandwidth in pairs])


def _fit(parts: Parts, target: Floats, curve: str) -> Floats:
    correlation = np.atleast_2d(np.corrcoef(parts.points, rowvar=False))

    def fit(forms: Floats) -> Floats:
        return fit_weights(forms, target, correlation, parts.points.std(axis=0))

    best = fit(linear_importance(parts.points))
    if curve == "linear":
        return best
    least, weights = np.inf, best
    seen: set[tuple[float, ...]] = set()
    for _ in range(_ROUNDS):
        forms = _forms(parts, curve, weights)
        miss = float(((importance_shares(forms, weights) - target) ** 2).sum())
        if miss < least:
            best, least = weights, miss
        chosen = tuple(_bandwidths(parts, weights))
        if chosen in seen:
            break
        seen.add(chosen)
        weights = fit(forms)
    return best
