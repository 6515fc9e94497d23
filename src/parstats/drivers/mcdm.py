"""Ranks by multi-criteria decision methods of scikit-criteria."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd

from parstats import errors
from parstats.arguments import as_tuple, check_share, old_names
from parstats.drivers.nominal_weights import Law, drawn_weights, nominal_weights, require_highest
from parstats.drivers.score_matrix import Floats, Parts, build_parts, without_rest
from parstats.panel.subset_marks import keeps_subset
from parstats.stats.rank_rows import rank_rows

# Method: module and class in scikit-criteria, the figure it ranks by, whether more is better, and
# whether the method expects columns of length one (the others bring their own scale).
_METHODS: dict[str, tuple[str, str, str, bool, bool]] = {
    "topsis": ("topsis", "TOPSIS", "similarity", True, True),
    "vikor": ("vikor", "VIKOR", "q_k", False, False),
    "moora": ("moora", "RatioMOORA", "score", True, True),
    "edas": ("edas", "EDAS", "score", True, False),
}
METHODS = tuple(_METHODS)


@old_names(draws="n_draws", interval="range_level", spread="weight_spread")
@keeps_subset
def mcdm(
    scores: pd.DataFrame,
    year: int,
    *,
    methods: Sequence[str] = ("topsis", "vikor"),
    weights: Law = "dirichlet",
    weight_spread: float | None = 0.25,
    nested: bool | Sequence[str] = False,
    nominal: Mapping[str, float] | pd.Series | None = None,
    level: str | None = None,
    region: str | None = None,
    range_level: float = 0.9,
    n_draws: int = 200,
    seed: int = 0,
    progress: Callable[[float], None] | None = None,
) -> pd.DataFrame:
    r"""Return the ranks of the provinces by multi-criteria decision methods, over draws of weights.

    Parameters
    ----------
    scores : pandas.DataFrame of one index (`parstats.load_scores`)
    year : int
    methods : sequence of {"topsis", "vikor", "moora", "edas"}
    weights, weight_spread, nested, nominal, level, region, range_level
        As in `parstats.drivers.robustness`.
    n_draws, seed : int
        Draws of weights, and the seed. A draw and method takes scikit-criteria some 2.5 ms for 61
        provinces and 28 parts, so two methods and 200 draws take 1 s, and its import 2 s more; the
        methods of `robustness` take 0.003 ms.
    progress : callable, optional; called with the share done, from time to time

    Returns
    -------
    pandas.DataFrame: one row per method and province, in published order: index, year, region
        (empty for the country), vintage, method, province, rank (as published), rank_method (under
        nominal weights), shift (rank_method - rank), rank_median, rank_range_low, rank_range_high,
        mean_shift (absolute, over the draws), weights, spread, nested, range_level, n_draws,
        n_provinces, n_units, coverage.

    Raises
    ------
    InvalidRequest: if scikit-criteria is not installed, all parts are the same everywhere, or as
        `parstats.drivers.robustness`
    UnknownChoice: if a method or the year does not exist

    Notes
    -----
    Estimand: the rank of each complete province by each method, all parts in percent of the
    highest possible score and better when higher. TOPSIS (closeness to the best values found,
    Euclidean) and MOORA (ratio system) take columns of length one; VIKOR (half group utility, half
    individual regret; ranked by Q, not by its compromise set) and EDAS (distance from the average)
    bring their own scale (Hwang and Yoon 1981, Multiple Attribute Decision Making; Opricovic and
    Tzeng 2004, European Journal of Operational Research 156(2):445-455; Brauers and Zavadskas 2006,
    Control and Cybernetics 35(2):445-469; Keshavarz Ghorabaee et al. 2015, Informatica
    26(3):435-451). A weighted sum, product, Borda and Copeland are in `robustness`.
    scikit-criteria is the extra "mcdm".

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> mcdm(load_scores("PAPI"), 2024, methods=["oracle"])
    Traceback (most recent call last):
    parstats.errors.UnknownChoice: unknown method 'oracle': expected one of topsis, vikor, ...
    >>> table = mcdm(load_scores("PAPI"), 2024)  # doctest: +SKIP
    """
    chosen = as_tuple(methods)
    for name in chosen or ("none",):
        if name not in METHODS:
            raise errors.UnknownChoice("method", name, METHODS)
    range_level = check_share("range_level", range_level)
    package = _scikit_criteria()
    parts = without_rest(build_parts(scores, year, level=level, region=region))
    if (np.ptp(parts.points, axis=0) < 1e-9).all():
        raise errors.InvalidRequest(
            f"every part is the same in all provinces of {parts.index_year}: there is "
            "nothing to rank by; take another year"
        )
    nominal_by_series = nominal_weights(parts, nominal)
    drawn = drawn_weights(
        parts,
        weights,
        weight_spread=weight_spread,
        nested=nested,
        nominal=nominal_by_series,
        n_draws=n_draws,
        seed=seed,
    )
    remedy = "leave such series out of the index, or use parstats.drivers.robustness"
    percent = 100 * parts.points / require_highest(parts, remedy)
    observed_and_drawn = np.vstack([nominal_by_series, drawn])
    law = {
        "weights": weights,
        "spread": weight_spread,
        "nested": nested if isinstance(nested, bool) else ", ".join(as_tuple(nested)),
        "range_level": range_level,
    }
    tables = []
    for number, name in enumerate(chosen):
        ranks = rank_rows(_composites(package, name, percent, observed_and_drawn))
        tables.append(_table(parts, name, ranks, range_level).assign(**law))
        if progress is not None:
            progress((number + 1) / len(chosen))
    n = len(parts.provinces)
    return pd.concat(tables, ignore_index=True).assign(
        n_draws=n_draws, n_provinces=n, n_units=parts.n_units, coverage=n / parts.n_units
    )


def _scikit_criteria() -> ModuleType:
    try:
        return import_module("skcriteria")
    except ImportError as error:
        raise errors.InvalidRequest(
            "these methods come from scikit-criteria, which is not installed; "
            'run: pip install "parstats[mcdm]". robustness() has Borda and Copeland without it'
        ) from error


def _composites(package: ModuleType, name: str, values: Floats, weights: Floats) -> Floats:
    """Return the figure that the method ranks by, more is better, shape (draws, provinces)."""
    module, kind, figure, more, unit_columns = _METHODS[name]
    method: Any = getattr(import_module(f"skcriteria.agg.{module}"), kind)()
    put = values / np.sqrt((values**2).sum(axis=0)) if unit_columns else values
    objectives = [max] * values.shape[1]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a criterion that is the same everywhere
        estimates = [
            method.evaluate(package.mkdm(put, objectives, weights=row)).e_[figure]
            for row in weights
        ]
    composites: Floats = np.array(estimates, dtype=np.float64)
    return composites if more else -composites


def _table(
    parts: Parts, name: str, ranks: np.ndarray[Any, Any], range_level: float
) -> pd.DataFrame:
    published = rank_rows(parts.total[None, :])[0]
    nominal, drawn = ranks[0], ranks[1:]
    tail = (1 - range_level) / 2
    low, median, high = np.quantile(drawn, [tail, 0.5, 1 - tail], axis=0, method="inverted_cdf")
    table = pd.DataFrame(
        {
            "index": parts.index,
            "year": parts.year,
            "region": parts.region,
            "vintage": parts.vintage,
            "method": name,
            "province": parts.provinces,
            "rank": published,
            "rank_method": nominal,
            "shift": nominal - published,
            "rank_median": median.astype(np.int64),
            "rank_range_low": low.astype(np.int64),
            "rank_range_high": high.astype(np.int64),
            "mean_shift": np.abs(drawn - published).mean(axis=0),
        }
    )
    return table.sort_values(["rank", "province"]).reset_index(drop=True)
