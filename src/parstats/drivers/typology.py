"""Typology: whether provinces fall into groups by the profile of their parts, and into which."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from parstats import errors
from parstats.arguments import check_integer, check_share
from parstats.drivers.score_matrix import Parts, build_parts, without_rest
from parstats.panel.subset_marks import keeps_subset
from parstats.stats import resampling_counts
from parstats.stats.principal_components import parallel_thresholds

Floats = NDArray[np.float64]
Groups = NDArray[np.int64]

# Components that groups are sought in: with more, 61 provinces are about as far from one another
# as from any centre. By judgement.
_MOST_COMPONENTS = 5
# Permutations behind the choice of the number of components, as of `parstats.drivers.structure`.
_N_PERMUTATIONS = 500
# Starts of k-means for the groups: with 100 and 61 provinces two in three seeds find the best of
# 400 starts for six groups, with 20 one in seven.
_N_STARTS = 200
# Starts behind the test, of the scores and of each draw of the null alike: thousands of fits have
# few, and a comparison is fair if both sides are as often short of the best.
_N_TEST_STARTS = 4
# Resamples behind the agreement of groups with themselves.
_N_RESAMPLES = 50


@dataclass(frozen=True)
class Typology:
    """Groups of units with like profiles, and whether there are any.

    Attributes
    ----------
    n_groups : int
        The groups found; 1 where the profiles are no more apart than those of one group.
    choice : pandas.DataFrame
        One row per number of groups that was tried, each with index, year: n_groups,
        silhouette (mean), agreement (adjusted Rand index of the groups with those of resamples,
        mean), is_chosen, and, the same in each row: best_silhouette (over all numbers of groups,
        with as few starts of k-means as those of the null), null_median, null_high (its alpha
        quantile from above), p, alpha, n_components, explained (share of the variance),
        n_provinces, n_units, coverage, n_draws.
    groups : pandas.DataFrame
        One row per unit: index, year, vintage, province, group (1 the largest), silhouette (of the
        unit; missing if there is one group), and component_1, component_2, ... (scores of the
        standardised parts).
    profiles : pandas.DataFrame
        One row per group and part: index, year, group, n_provinces, series, parent, mean (in
        standard deviations over all units, whose mean is 0).
    """

    n_groups: int
    choice: pd.DataFrame
    groups: pd.DataFrame
    profiles: pd.DataFrame


@keeps_subset
def typology(
    scores: pd.DataFrame,
    year: int,
    *,
    level: str | None = None,
    n_groups: int | None = None,
    most_groups: int = 6,
    alpha: float = 0.05,
    n_draws: int = 199,
    seed: int = 0,
) -> Typology:
    r"""Sort the provinces of a year into groups by the profile of their parts, if there are any.

    Parameters
    ----------
    scores : pandas.DataFrame of one index (`parstats.load_scores`)
    year : int
    level : str, optional; the parts; the lowest level that adds up to the score if not given
    n_groups : int, optional; so many groups, whether or not there is a sign of them
    most_groups : int; numbers of groups from 2 to this are tried
    alpha : float; p-value up to which more than one group is an answer
    n_draws, seed : int; draws of the null, and the seed

    Returns
    -------
    Typology

    Raises
    ------
    InsufficientCoverage: if under 90 % of the provinces are complete
    InvalidRequest: if there are not more provinces than `most_groups`, or a part is the same in all

    Notes
    -----
    The parts are standardised, and their first principal components taken: as many as exceed
    those of unrelated columns (parallel analysis), at least two, at most five. k-means, the best of
    200 starts, groups the units by these; the number of groups is that with the highest mean
    silhouette (Rousseeuw 1987, Journal of Computational and Applied Mathematics 20:53-65).

    k-means always finds groups, in one cloud of points too. So the highest silhouette over all
    numbers of groups is held against the same of `n_draws` samples of one normal cloud with the
    variances of the components, each with the same few starts; p is (1 + those at least as high) /
    (1 + draws). Above `alpha` the
    answer is one group. The test takes a cloud that is far from normal (a long tail) for groups
    more often than alpha says.

    Groups are descriptions of a year: a group is not a class of provinces, and a neighbouring
    province just across its border may be more alike than its centre.

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> typology(load_scores("PAPI"), 2024, n_draws=19).n_groups
    1
    """
    alpha, n_draws = check_share("alpha", alpha), check_integer("n_draws", n_draws, 1)
    most_groups = check_integer("most_groups", most_groups, 2)
    if n_groups is not None:
        n_groups = check_integer("n_groups", n_groups, 1)
        most_groups = max(most_groups, n_groups)
    parts = without_rest(build_parts(scores, year, level=level))
    standard = _standardised(parts, most_groups)
    coordinates, explained = _components(standard, seed)
    # Thousands of small fits: several threads take longer over them than one.
    with threadpool_limits(1):
        silhouettes, tried, agreement = _fits(coordinates, most_groups, seed)
        highest = _highest(coordinates, most_groups, seed)
        null = _null(coordinates.std(axis=0), len(coordinates), most_groups, n_draws, seed)
    best = max(silhouettes, key=lambda k: silhouettes[k])
    p_value = (1 + int((null >= highest - 1e-12).sum())) / (1 + n_draws)
    chosen = n_groups or (best if p_value <= alpha else 1)
    labels = _by_size(tried[chosen]) if chosen > 1 else np.ones(len(coordinates), dtype=np.int64)
    choice = pd.DataFrame(
        {
            "index": parts.index,
            "year": parts.year,
            "n_groups": list(silhouettes),
            "silhouette": list(silhouettes.values()),
            "agreement": agreement,
            "is_chosen": [k == chosen for k in silhouettes],
            "best_silhouette": highest,
            "null_median": float(np.median(null)),
            "null_high": float(np.quantile(null, 1 - alpha)),
            "p": p_value,
            "alpha": alpha,
            "n_components": coordinates.shape[1],
            "explained": explained,
            "n_provinces": len(parts.provinces),
            "n_units": parts.n_units,
            "coverage": len(parts.provinces) / parts.n_units,
            "n_draws": n_draws,
        }
    )
    return Typology(
        n_groups=chosen,
        choice=choice,
        groups=_members(parts, coordinates, labels),
        profiles=_profiles(parts, standard, labels),
    )


def _standardised(parts: Parts, most_groups: int) -> Floats:
    if len(parts.provinces) <= most_groups:
        raise errors.InvalidRequest(
            f"typology of {parts.index_year}: {len(parts.provinces)} units are too few for up to "
            f"{most_groups} groups; lower most_groups"
        )
    spread = parts.points.std(axis=0)
    same = [name for name, sd in zip(parts.series, spread, strict=True) if sd < 1e-9]
    if same:
        raise errors.InvalidRequest(
            f"typology of {parts.index_year}: {', '.join(same)} is the same in all units; take "
            "another level or year"
        )
    standard: Floats = (parts.points - parts.points.mean(axis=0)) / spread
    return standard


def _components(standard: Floats, seed: int) -> tuple[Floats, float]:
    """Return the units on the components that are kept, and the share of variance of these."""
    from sklearn.decomposition import PCA

    model = PCA(min(_MOST_COMPONENTS, *standard.shape))
    coordinates = model.fit_transform(standard)
    thresholds = parallel_thresholds(standard, n_draws=_N_PERMUTATIONS, seed=seed)
    eigenvalues = model.explained_variance_ * (len(standard) - 1) / len(standard)
    exceeds = eigenvalues > thresholds[: len(eigenvalues)]
    kept = len(exceeds) if exceeds.all() else int(exceeds.argmin())
    kept = min(max(2, kept), coordinates.shape[1])
    return coordinates[:, :kept], float(model.explained_variance_ratio_[:kept].sum())


def _fits(
    coordinates: Floats, most_groups: int, seed: int
) -> tuple[dict[int, float], dict[int, Groups], list[float]]:
    """Return silhouettes and groups by their number, and the groups' agreement."""
    from sklearn.metrics import silhouette_score

    tried = {k: _k_means(coordinates, k, seed) for k in range(2, most_groups + 1)}
    silhouettes = {k: float(silhouette_score(coordinates, labels)) for k, labels in tried.items()}
    agreement = [_agreement(coordinates, k, labels, seed) for k, labels in tried.items()]
    return silhouettes, tried, agreement


def _highest(coordinates: Floats, most_groups: int, seed: int) -> float:
    """Return the highest silhouette over all numbers of groups, with few starts."""
    from sklearn.metrics import silhouette_score

    return max(
        float(silhouette_score(coordinates, _k_means(coordinates, k, seed, _N_TEST_STARTS)))
        for k in range(2, most_groups + 1)
    )


def _k_means(coordinates: Floats, n_groups: int, seed: int, n_starts: int = _N_STARTS) -> Groups:
    from sklearn.cluster import KMeans

    model = KMeans(n_groups, n_init=n_starts, random_state=seed)
    labels: Groups = model.fit_predict(coordinates).astype(np.int64)
    return labels


def _null(spread: Floats, n: int, most_groups: int, n_draws: int, seed: int) -> Floats:
    """Return the highest silhouette of samples of one normal cloud, shape (draws,)."""
    rng = np.random.default_rng(seed)
    highest = np.empty(n_draws)
    for draw in range(n_draws):
        cloud = rng.normal(size=(n, len(spread))) * spread
        highest[draw] = _highest(cloud, most_groups, seed)
    return highest


def _agreement(coordinates: Floats, n_groups: int, labels: Groups, seed: int) -> float:
    """Return how well groups of resamples, carried over to all units, agree with the groups."""
    from sklearn.cluster import KMeans
    from sklearn.metrics import adjusted_rand_score

    counts = resampling_counts(len(coordinates), _N_RESAMPLES, seed).astype(np.int64)
    values = []
    for row in counts:
        sample = np.repeat(coordinates, row, axis=0)
        if len(np.unique(sample, axis=0)) >= n_groups:
            model = KMeans(n_groups, n_init=1, random_state=seed).fit(sample)
            values.append(adjusted_rand_score(labels, model.predict(coordinates)))
    return float(np.mean(values)) if values else np.nan


def _by_size(labels: Groups) -> Groups:
    """Return the groups numbered from 1, the largest first."""
    order = np.argsort(-np.bincount(labels), kind="stable")
    numbers = np.empty_like(order)
    numbers[order] = np.arange(1, len(order) + 1)
    return numbers[labels]


def _members(parts: Parts, coordinates: Floats, labels: Groups) -> pd.DataFrame:
    from sklearn.metrics import silhouette_samples

    several = len(np.unique(labels)) > 1
    table = pd.DataFrame(
        {
            "index": parts.index,
            "year": parts.year,
            "vintage": parts.vintage,
            "province": parts.provinces,
            "group": labels,
            "silhouette": silhouette_samples(coordinates, labels) if several else np.nan,
        }
    )
    for number in range(coordinates.shape[1]):
        table[f"component_{number + 1}"] = coordinates[:, number]
    return table.sort_values(["group", "province"], kind="stable", ignore_index=True)


def _profiles(parts: Parts, standard: Floats, labels: Groups) -> pd.DataFrame:
    tables = []
    for group in np.unique(labels):
        mean = standard[labels == group].mean(axis=0)
        tables.append(
            pd.DataFrame(
                {
                    "index": parts.index,
                    "year": parts.year,
                    "group": group,
                    "n_provinces": int((labels == group).sum()),
                    "series": parts.series,
                    "parent": parts.parents,
                    "mean": mean,
                }
            )
        )
    return pd.concat(tables, ignore_index=True)
