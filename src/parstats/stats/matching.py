"""Treated cells against the nearest others of the same pool, corrected for what still differs."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from parstats import errors
from parstats.arguments import check_share

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
IntArray = NDArray[np.int64]

# Distances that differ by less are the same: rounding.
_TIE = 1e-9
# Directions with less than this share of the largest variance have none.
_FLAT = 1e-10


@dataclass(frozen=True)
class Candidates:
    """Cells to match, one per entry of each array.

    Raises InvalidRequest if the lengths differ, a figure is missing, or a cell is both treated and
    a donor.
    """

    outcome: Floats  # what is compared; shape (n,)
    near: Floats  # what the nearest are near in; shape (n, covariates)
    further: Floats  # what else a difference is corrected for; shape (n, further covariates)
    pool: IntArray  # treated cells are compared with cells of the same pool only; shape (n,)
    family: IntArray  # pools of one family share slopes and the scale of distances; shape (n,)
    cluster: IntArray  # cells of one cluster may go together; shape (n,)
    # Cells to match, and cells to match them with; neither where a cell does not count; shape (n,)
    treated: Flags
    donor: Flags

    def __post_init__(self) -> None:
        observed_and_drawn = (
            self.near,
            self.further,
            self.pool,
            self.family,
            self.cluster,
            self.donor,
        )
        if {len(values) for values in (*observed_and_drawn, self.treated)} != {len(self.outcome)}:
            raise errors.InvalidRequest("the arrays of the cells are not of the same length")
        if (self.treated & self.donor).any():
            raise errors.InvalidRequest("a cell is both treated and to be matched with")
        if not np.isfinite(np.column_stack([self.outcome, self.covariates])).all():
            raise errors.InvalidRequest("an outcome or covariate is missing or infinite")

    @property
    def covariates(self) -> Floats:
        """All covariates that differences are corrected for, shape (n, all covariates)."""
        return np.column_stack([self.near, self.further])


@dataclass(frozen=True)
class Matches:
    """Treated cells and their donors."""

    # 1/N for each of the N treated cells that are matched, less for donors what they stand for:
    # they sum to zero within each pool; shape (n,)
    weights: Floats
    matched: Flags  # treated cells with a donor; shape (n,)
    # Mean distance of a matched cell to its donors, in standard deviations; else missing; shape
    # (n,)
    distances: Floats
    # Each matched cell, its donors and their shares.
    pairs: tuple[tuple[int, IntArray, Floats], ...]


@dataclass(frozen=True)
class Comparison:
    """Mean difference of treated cells from their nearest donors, with its uncertainty."""

    estimate: float  # mean difference; missing where nothing is matched
    # Standard error by cluster; missing where it cannot be estimated, as with one treated cluster.
    se: float
    df: float  # degrees of freedom of the t law: treated clusters less 1
    # By the t law; missing with the standard error.
    ci_low: float
    ci_high: float
    p: float


def nearest(cells: Candidates, n_neighbours: int, caliper: float | None = None) -> Matches:
    """Find the nearest donors of each treated cell.

    Where several donors are as far as the last of `n_neighbours` all of these count, where there
    are fewer those there are; `caliper` is the largest distance of a donor. Distances are
    Mahalanobis', by the covariance of what is to be near within the pools of a family; directions
    in which nothing varies do not count.

    >>> import numpy as np
    >>> one = np.zeros(4, dtype=int)
    >>> treated = np.array([True, False, False, False])
    >>> cells = Candidates(np.array([3.0, 1, 2, 9]), np.array([[0.0], [0.1], [-0.1], [5]]),
    ...                    np.zeros((4, 0)), one, one, np.arange(4), treated, ~treated)
    >>> nearest(cells, n_neighbours=2).weights.tolist()
    [1.0, -0.5, -0.5, 0.0]
    """
    from sklearn.neighbors import NearestNeighbors

    scaled = _scaled(cells)
    weights, distances = np.zeros(len(scaled)), np.full(len(scaled), np.nan)
    pairs = []
    for treated, donors in _pools(cells):
        search = NearestNeighbors(n_neighbors=len(donors), algorithm="kd_tree")
        far, which = search.fit(scaled[donors]).kneighbors(scaled[treated])
        last = far[:, min(n_neighbours, len(donors)) - 1]
        near = far <= (last * (1 + _TIE) + _TIE)[:, None]
        if caliper is not None:
            near &= far <= caliper * (1 + _TIE)
        n = near.sum(axis=1)
        donor_weights = np.divide(near, n[:, None], out=np.zeros(far.shape), where=n[:, None] > 0)
        np.subtract.at(weights, donors[which], donor_weights)
        distances[treated[n > 0]] = (donor_weights * far).sum(axis=1)[n > 0]
        pairs += [
            (int(treated[at]), donors[which[at][near[at]]], donor_weights[at][near[at]])
            for at in np.flatnonzero(n > 0)
        ]
    matched = np.isfinite(distances)
    weights[matched] = 1.0
    return Matches(weights / max(int(matched.sum()), 1), matched, distances, tuple(pairs))


def compared(cells: Candidates, matches: Matches, ci_level: float = 0.95) -> Comparison:
    r"""Return the mean difference of the matched cells from their donors.

    It is the difference in outcomes less what the difference in covariates that is left lets
    expect, by slopes of each family among all its donors, pools apart (Abadie and Imbens 2011, J.
    Bus. Econ. Stat. 29:1-11). `ci_level` is of the interval.

    The estimate is a linear form :math:`\sum_i \omega_i y_i` in the outcomes of treated cells and
    donors, the slopes counted in. Its variance is :math:`\sum_g (\sum_{i \in g} \omega_i e_i)^2`
    over clusters g, donors among them, with residuals e from the donors' regression, those of
    treated cells less the estimate. Residuals are enlarged for what the means they are taken from
    fit: by :math:`(1 - n_g/N)^{-1/2}` for the :math:`n_g` of N matched cells of a cluster, as CR2
    would for a mean, and by :math:`(1 - 1/n)^{-1/2}` for one of n donors of a pool.
    """
    check_share("ci_level", ci_level)
    if not matches.matched.any():
        return Comparison(*[math.nan] * 6)
    slopes, weights = _corrected(cells, matches.weights)
    residuals = _residuals(cells, slopes)
    estimate = float(matches.weights @ residuals)
    se = _standard_error(cells, matches, weights, residuals, estimate)
    df = float(len(np.unique(cells.cluster[matches.matched])) - 1)
    if not math.isfinite(se):
        return Comparison(estimate, math.nan, df, math.nan, math.nan, math.nan)
    reach = float(stats.t.ppf((1 + ci_level) / 2, df)) * se
    p = float(2 * stats.t.sf(abs(estimate) / se, df)) if se > 0 else float(estimate == 0)
    return Comparison(estimate, se, df, estimate - reach, estimate + reach, p)


def pair_differences(cells: Candidates, matches: Matches) -> Floats:
    """Return each treated cell's outcome less that of its donors, corrected; NaN where unmatched.

    Their mean over the matched cells is the estimate of `compared`.
    """
    slopes, _ = _corrected(cells, matches.weights)
    residuals = _residuals(cells, slopes)
    result = np.full(len(residuals), np.nan)
    for treated, donors, shares in matches.pairs:
        result[treated] = residuals[treated] - shares @ residuals[donors]
    return result


def _scaled(cells: Candidates) -> Floats:
    """Return the covariates whose Euclidean distances are Mahalanobis'."""
    counts = cells.treated | cells.donor
    centred = _demean(cells.near, cells.pool, counts)
    result = np.zeros(cells.near.shape)
    for family in np.unique(cells.family[counts]):
        in_family = counts & (cells.family == family)
        free = int(in_family.sum()) - len(np.unique(cells.pool[in_family]))
        covariance = centred[in_family].T @ centred[in_family] / max(free, 1)
        values, vectors = np.linalg.eigh(covariance)
        varies = values > _FLAT * max(float(values[-1]), 1e-300)
        result[in_family] = (
            cells.near[in_family]
            @ (vectors[:, varies] / np.sqrt(values[varies]))
            @ (vectors[:, varies].T)
        )
    return result


def _pools(cells: Candidates) -> Iterator[tuple[IntArray, IntArray]]:
    """Yield the places of the treated cells and of the donors of each pool that has both."""
    order = np.argsort(cells.pool, kind="stable")
    ends = np.flatnonzero(np.diff(cells.pool[order])) + 1
    for members in np.split(order, ends):
        treated, donors = members[cells.treated[members]], members[cells.donor[members]]
        if len(treated) and len(donors):
            yield treated, donors


def _demean(values: Floats, pool: IntArray, rows: Flags) -> Floats:
    """Return the values less the mean of the rows of their pool; 0 where it has none."""
    _, at = np.unique(pool, return_inverse=True)
    n = np.bincount(at, weights=rows)
    columns = values[:, None] if values.ndim == 1 else values
    sums = np.stack(
        [np.bincount(at, weights=np.where(rows, column, 0.0)) for column in columns.T], 1
    )
    averages = sums / np.maximum(n, 1)[:, None]
    demeaned = np.where(n[at, None] > 0, columns - averages[at], 0.0)
    return demeaned.reshape(values.shape)


def _corrected(cells: Candidates, weights: Floats) -> tuple[Floats, Floats]:
    """Return the slopes of each cell's family, and the outcomes' weights given these."""
    centred = _demean(cells.covariates, cells.pool, cells.donor)
    outcome = _demean(cells.outcome, cells.pool, cells.donor)
    slopes, result = np.zeros(centred.shape), weights.copy()
    for family in np.unique(cells.family[cells.treated]):
        in_family = cells.family == family
        donors = in_family & cells.donor
        x = centred[donors]
        # With no residual to spare slopes would fit noise: the difference stays uncorrected.
        if len(x) - len(np.unique(cells.pool[donors])) <= x.shape[1]:
            continue
        inverse = np.linalg.pinv(x.T @ x, rcond=_FLAT, hermitian=True)
        slopes[in_family] = inverse @ (x.T @ outcome[donors])
        result[donors] -= x @ (inverse @ (weights[in_family] @ centred[in_family]))
    return slopes, result


def _residuals(cells: Candidates, slopes: Floats) -> Floats:
    """Return the outcomes less the prediction of the donors' regression."""
    centred = _demean(cells.covariates, cells.pool, cells.donor)
    outcome = _demean(cells.outcome, cells.pool, cells.donor)
    return np.asarray(outcome - (slopes * centred).sum(axis=1), dtype=np.float64)


def _standard_error(
    cells: Candidates, matches: Matches, weights: Floats, outcome_residuals: Floats, estimate: float
) -> float:
    """Return the root of the sum of squares by cluster; missing where residuals are zero."""
    matched = matches.matched
    _, cluster = np.unique(cells.cluster, return_inverse=True)
    _, pool = np.unique(cells.pool, return_inverse=True)
    matched_leverage = np.bincount(cluster, weights=matched)[cluster] / matched.sum()
    donor_leverage = 1 / np.maximum(np.bincount(pool, weights=cells.donor)[pool], 1)
    fitted = np.where(matched, matched_leverage, donor_leverage)
    counts = matched | (cells.donor & (np.abs(weights) > 0))
    if (fitted[counts] >= 1).any():
        return math.nan
    residuals = (outcome_residuals - np.where(matched, estimate, 0.0))[counts] / np.sqrt(
        1 - fitted[counts]
    )
    sums = np.bincount(cluster[counts], weights=weights[counts] * residuals)
    return float(np.sqrt((sums**2).sum()))
