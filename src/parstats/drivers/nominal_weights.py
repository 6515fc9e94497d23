"""Weights that the parts of an index are meant to have, and draws around them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
import pandas as pd

from parstats import errors
from parstats.arguments import as_tuple, check_integer, check_number
from parstats.drivers.score_matrix import (
    Floats,
    Parts,
    build_parts,
    is_defined_by_user,
    scale_widths,
    without_rest,
)
from parstats.stats.composites.weight_draws import Branches, dirichlet_weights, percent_weights

Law = Literal["dirichlet", "percent"]
LAWS = ("dirichlet", "percent")


def nominal_weights(parts: Parts, nominal: Mapping[str, float] | pd.Series | None = None) -> Floats:
    """Return the weight of each part, adding up to 1.

    Without `nominal` (weight by series) it is the share of each part in the highest possible score:
    the weights under which the mean of percents of the highest scores is the published order. Of an
    index of one's own they are its weights, multiplied down the tree.
    Raises InvalidRequest if weights are missing, negative or all zero, or the highest scores are
    unknown; UnknownChoice if a weight is of a series that the year does not have.

    >>> from parstats.drivers.score_matrix import build_parts
    >>> from parstats.panel import load_scores
    >>> nominal_weights(build_parts(load_scores("PAPI"), 2024, level="dimension"))
    array([0.125, 0.125, 0.125, 0.125, 0.125, 0.125, 0.125, 0.125])
    """
    if nominal is None and is_defined_by_user(parts.index):
        widths = scale_widths(parts)
        inside: Floats = widths / widths.sum()
        return inside
    if nominal is None:
        share: Floats = require_highest(parts) / parts.high.sum()
        return share
    if not isinstance(nominal, Mapping | pd.Series):
        raise errors.InvalidRequest(
            f"nominal is {type(nominal).__name__}: expected a weight by series, as a dict or a "
            "pandas.Series"
        )
    weight_by_series = {
        str(name): check_number(f"the nominal weight of {name}", weight)
        for name, weight in nominal.items()
    }
    for name in weight_by_series:
        if name not in parts.series:
            raise errors.UnknownChoice(f"series of {parts.index_year}", name, parts.series)
    missing = [name for name in parts.series if name not in weight_by_series]
    if missing:
        raise errors.InvalidRequest(
            f"no weight for {', '.join(missing[:5])}: every series of {parts.index_year} "
            "needs one, zero if it is not to count"
        )
    weights = np.array([weight_by_series[name] for name in parts.series])
    if not (np.isfinite(weights).all() and (weights >= 0).all() and weights.any()):
        named = zip(parts.series, weights, strict=True)
        wrong = [f"{name} {weight:g}" for name, weight in named if not 0 <= weight < np.inf]
        actual = f"found {', '.join(wrong[:5])}" if wrong else "all are zero"
        raise errors.InvalidRequest(
            f"weights must be finite, not negative, and not all zero: {actual}; correct them, zero "
            "for a series that is not to count"
        )
    normalised: Floats = weights / weights.sum()
    return normalised


_WITHOUT_POINTS = (
    "leave 'points' out of normalisation=, as ['min_max', 'z', 'rank'], and pass nominal= if the "
    "index is a published one"
)


def has_highest(parts: Parts) -> bool:
    """Return whether the highest possible score of every part is known and above zero."""
    return bool((np.where(parts.weights == 0, 1.0, parts.high) > 0).all())


def unknown_highest(
    scores: pd.DataFrame, year: int, *, level: str | None = None, region: str | None = None
) -> list[str]:
    """Return the parts whose highest possible score was not published, so that nobody weighs them.

    Without it the weight of a part by the rules is not known, which draws of weights, as those of
    `parstats.drivers.robustness`, need. An index of one's own says its weights.

    Parameters
    ----------
    scores, year, level, region : as in `parstats.drivers.shares`

    Returns
    -------
    list of str: series, in the order of the framework

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> unknown_highest(load_scores("PAPI"), 2024)
    []
    """
    parts = without_rest(build_parts(scores, year, level=level, region=region))
    if is_defined_by_user(parts.index):
        return []
    named = zip(parts.series, parts.high, strict=True)
    return [name for name, high in named if np.isnan(high)]


def require_highest(parts: Parts, remedy: str = _WITHOUT_POINTS) -> Floats:
    """Return the highest possible score of each part.

    Raises InvalidRequest, with the remedy, if some are unknown, or not above zero as of a penalty.
    """
    # A part without weight has no points at all: none of whatever the highest would be.
    highest: Floats = np.where(parts.weights == 0, 1.0, parts.high)
    if not (highest > 0).all():
        unknown = [name for name, high in zip(parts.series, highest, strict=True) if not high > 0]
        raise errors.InvalidRequest(
            f"the highest possible score of {', '.join(unknown[:5])} in {parts.index_year} "
            f"is not known, or not above 0; {remedy}"
        )
    return highest


def check_nested(parts: Parts, nested: bool | Sequence[str]) -> Branches | None:
    """Return the levels of the tree with whether their weights are drawn; None for the parts alone.

    `nested` is True for the dimensions and the parts inside each, or names the levels, as ("part",
    "dimension"): weights of the others stay as they are. Raises UnknownChoice for a level that the
    index does not have at or above its parts.

    >>> from parstats.drivers.score_matrix import build_parts
    >>> from parstats.panel import load_scores
    >>> parts = build_parts(load_scores("PAPI"), 2024)
    >>> [moves for _, moves in check_nested(parts, ["dimension"])]
    [True, False]
    """
    if isinstance(nested, bool | np.bool_):
        each = np.arange(len(parts.series))
        return [(parts.groups, True), (each, True)] if nested else None
    chosen, levels = as_tuple(nested), [level for level, _ in parts.branches]
    for level in chosen or ("none",):
        if level not in levels:
            raise errors.UnknownChoice(f"level of weights of {parts.index}", level, levels)
    return [(numbers, level in chosen) for level, numbers in parts.branches]


def drawn_weights(
    parts: Parts,
    law: str,
    *,
    weight_spread: float | None,
    nested: bool | Sequence[str],
    nominal: Floats,
    n_draws: int,
    seed: int,
) -> Floats:
    """Return the draws of weights around nominal ones, shape (draws, parts).

    Raises InvalidRequest if there are no draws or the spread does not fit the law, UnknownChoice if
    the law is unknown.
    """
    if law not in LAWS:
        raise errors.UnknownChoice("law of weights", law, LAWS)
    n_draws, seed = check_integer("n_draws", n_draws, 1), check_integer("seed", seed, 0)
    weight_spread = None if weight_spread is None else check_number("weight_spread", weight_spread)
    branches = check_nested(parts, nested)
    if law == "dirichlet":
        return dirichlet_weights(
            nominal, n_draws, spread=weight_spread, branches=branches, seed=seed
        )
    if weight_spread is None:
        raise errors.InvalidRequest("weights='percent' need a weight_spread, as 0.25 for 25 %")
    return percent_weights(nominal, n_draws, spread=weight_spread, branches=branches, seed=seed)
