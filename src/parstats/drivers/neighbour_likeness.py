"""Whether neighbouring provinces are alike: global Moran's I of the score and of its parts."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from parstats import errors
from parstats.arguments import check_integer, check_share
from parstats.drivers.score_matrix import Parts, build_parts, without_rest
from parstats.panel.subset_marks import keeps_subset
from parstats.reference import frameworks, provinces

Floats = NDArray[np.float64]

# Chance that an I of the detectable size is found, as of `parstats.stats.detectable_effect`.
_POWER = 0.8


@keeps_subset
def morans_i(
    scores: pd.DataFrame,
    year: int,
    *,
    level: str | None = None,
    neighbours: Mapping[str, Collection[str]] | None = None,
    alpha: float = 0.05,
    n_permutations: int = 999,
    seed: int = 0,
) -> pd.DataFrame:
    r"""Test whether neighbouring provinces have like scores, overall and part by part.

    Parameters
    ----------
    scores : pandas.DataFrame of one index (`parstats.load_scores`)
    year : int
    level : str, optional; the parts; the lowest level that adds up to the score if not given
    neighbours : mapping of str to codes, optional
        The neighbours of each unit. Borders on land (`parstats.provinces.neighbours`) if not given;
        needed for units that are no provinces.
    alpha : float; two-sided size that the detectable I is stated at
    n_permutations, seed : int; permutations of the units, and the seed

    Returns
    -------
    pandas.DataFrame: one row for the overall score, then one per part: index, year, series, parent,
        moran (I), expected (under no likeness, :math:`-1/(n-1)`), sd (over the permutations),
        detectable (the I that 80 % of samples would show at `alpha`), p (two-sided), p_adjusted
        (family-wise over the score and the parts; maximum statistic), n_provinces, n_borders (pairs
        of complete provinces that are neighbours), n_units, coverage, n_permutations.

    Raises
    ------
    InsufficientCoverage: if under 90 % of the provinces are complete
    InvalidRequest: if the units are no provinces and `neighbours` is not given; if it names a unit
        that there is not, or no two complete units are neighbours; if all have the same score

    Notes
    -----
    With :math:`z` the deviations from the mean and :math:`w_{ij} = 1/k_i` for each of the
    :math:`k_i` neighbours of unit i that are complete,
    :math:`I = (n/\sum_{ij} w_{ij}) \sum_{ij} w_{ij} z_i z_j / \sum_i z_i^2` (Moran 1950, Biometrika
    37(1/2):17-23; Cliff and Ord 1981, Spatial Processes). The permutation test shuffles the scores
    over the units. I above its expectation: neighbours are alike. That says nothing of why: regions
    share an income, a history, and the teams that carry out a survey.

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> table = morans_i(load_scores("PAPI"), 2024, n_permutations=199).set_index("series")
    >>> table.loc[["papi", "papi.services.infrastructure"], "moran"].round(2).tolist()
    [0.14, 0.52]
    """
    alpha = check_share("alpha", alpha)
    n_permutations = check_integer("n_permutations", n_permutations, 19)
    parts = without_rest(build_parts(scores, year, level=level))
    weights = _weights(parts, neighbours)
    top = frameworks.top(parts.index)
    values = np.column_stack([parts.total, parts.points])
    series, parents = [top, *parts.series], ["", *parts.parents]
    spread = values.std(axis=0)
    if spread[0] < 1e-9:
        raise errors.InvalidRequest(
            f"all units have the same overall score in {parts.index_year}: none are alike"
        )
    varied = spread > 1e-9
    standard = (values[:, varied] - values[:, varied].mean(axis=0)) / spread[varied]
    observed, permuted = _permuted(standard, weights, n_permutations, seed)
    expected, sd = -1 / (len(standard) - 1), permuted.std(axis=0)
    distance, drawn = np.abs(observed - expected), np.abs(permuted - expected)
    p = (1 + (drawn >= distance - 1e-12).sum(axis=0)) / (1 + n_permutations)
    largest = (drawn / sd).max(axis=1)
    above = (largest[:, None] >= distance / sd - 1e-12).sum(axis=0)
    quantiles = stats.norm.ppf(1 - alpha / 2) + stats.norm.ppf(_POWER)
    table = pd.DataFrame(
        {
            "index": parts.index,
            "year": parts.year,
            "series": [name for name, keep in zip(series, varied, strict=True) if keep],
            "parent": [name for name, keep in zip(parents, varied, strict=True) if keep],
            "moran": observed,
            "expected": expected,
            "sd": sd,
            "detectable": expected + quantiles * sd,
            "p": p,
            "p_adjusted": (1 + above) / (1 + n_permutations),
        }
    )
    return table.assign(
        n_provinces=len(parts.provinces),
        n_borders=int(((weights + weights.T) > 0).sum() // 2),
        n_units=parts.n_units,
        coverage=len(parts.provinces) / parts.n_units,
        n_permutations=n_permutations,
    )


def _weights(parts: Parts, neighbours: Mapping[str, Collection[str]] | None) -> Floats:
    """Return the weights of each complete unit's complete neighbours; rows add up to 1 or 0."""
    if neighbours is None:
        if frameworks.index_info(parts.index).unit_level != "province":
            raise errors.InvalidRequest(
                f"{parts.index} grades no provinces: pass neighbours={{unit: [units]}}"
            )
        neighbours = provinces.neighbours(parts.vintage)
    place = {code: number for number, code in enumerate(parts.provinces)}
    adjacent = np.zeros((len(place), len(place)))
    known = set(neighbours) | place.keys()
    for code, others in neighbours.items():
        unknown = [other for other in (code, *others) if other not in known]
        if unknown:
            raise errors.InvalidRequest(
                f"neighbours of {code}: {', '.join(unknown)} is no unit of {parts.index_year}"
            )
        for other in others:
            if code in place and other in place:
                adjacent[place[code], place[other]] = 1
    if not adjacent.any():
        raise errors.InvalidRequest(
            f"no two complete units of {parts.index_year} are neighbours: check the codes"
        )
    counts = adjacent.sum(axis=1, keepdims=True)
    weights: Floats = np.divide(adjacent, counts, out=adjacent.copy(), where=counts > 0)
    return weights


def _permuted(
    standard: Floats, weights: Floats, n_permutations: int, seed: int
) -> tuple[Floats, Floats]:
    """Return I of each column, and of each with its units shuffled, shape (permutations, p)."""
    scale = weights.sum()

    def statistic(columns: Floats) -> Floats:
        result: Floats = (columns * (weights @ columns)).sum(axis=0) / scale
        return result

    rng = np.random.default_rng(seed)
    # Of a standardised column the sum of squares is n, which cancels the n of the formula.
    drawn = [statistic(standard[rng.permutation(len(standard))]) for _ in range(n_permutations)]
    return statistic(standard), np.array(drawn)
