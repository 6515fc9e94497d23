"""Linear regression on panels: effects taken out, and standard errors by several conventions."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import statsmodels.api as sm
from numpy.typing import NDArray
from statsmodels.stats import sandwich_covariance

from parstats.arguments import check_integer

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

# Eigenvalues below belong to directions that are fitted exactly, or to rounding.
_FITTED = 1e-8
# What effects leave of a variable, as a share of its sum of squares, below which it is rounding.
_NOTHING = 1e-10
# Clusters below which two-point weights have too few patterns (Webb 2023, Can. J. Econ. 56:839).
_FEW_CLUSTERS = 12
_WEBB = np.sqrt([0.5, 1.0, 1.5])


@dataclass(frozen=True)
class PanelRegression:
    """Least squares with effects: all variables less what the effects fit of them.

    By the theorem of Frisch, Waugh and Lovell the slopes and residuals are those of the
    regression with a dummy for each effect.
    """

    outcome: Floats  # shape (n,)
    regressors: Floats  # shape (n, k)
    # Orthonormal columns that span the effects which cut across clusters, shape (n, q).
    basis: Floats
    n_effects: int  # dimensions that all effects take
    clusters: Codes  # from 0, shape (n,)
    slopes: Floats
    residuals: Floats
    inverse: Floats  # of the cross products of the regressors

    @property
    def df_residual(self) -> int:
        """Rows less effects and slopes."""
        return int(len(self.outcome) - self.n_effects - self.regressors.shape[1])

    @property
    def n_clusters(self) -> int:
        """Number of clusters."""
        return int(self.clusters.max()) + 1

    def sums(self, values: Floats) -> Floats:
        """Return the sum of the rows of each cluster."""
        totals = np.zeros((self.n_clusters, *values.shape[1:]))
        np.add.at(totals, self.clusters, values)
        return totals

    def less(self, column: int) -> PanelRegression:
        """Return the regression without one of its regressors: that with its slope held at zero."""
        kept = np.delete(self.regressors, column, axis=1)
        return _fitted(self.outcome, kept, self.basis, self.n_effects, self.clusters)


def regress(
    outcome: Floats,
    regressors: Floats,
    clusters: Codes,
    *,
    units: Codes | None = None,
    years: Codes | None = None,
) -> PanelRegression:
    """Regress an outcome on regressors with effects of units and years.

    `outcome` has shape (n,), `regressors` (n, k), `clusters` (n,): codes from 0 without gaps, as
    `units`, whose effects are taken out and each of which lies inside of one cluster, and `years`.
    Without units and years there is a constant. Panels may have holes: effects are taken out
    exactly.

    >>> import numpy as np
    >>> y = np.array([1.0, 2.0, 4.0, 3.0, 3.5, 7.0])
    >>> x = np.array([[0.0], [1.0], [1.0], [2.0], [3.0], [4.0]])
    >>> unit, year = np.repeat([0, 1], 3), np.tile([0, 1, 2], 2)
    >>> regress(y, x, unit, units=unit, years=year).slopes
    array([1.25])
    """
    columns = np.column_stack([outcome, regressors])
    dummies = np.ones((len(outcome), 1))
    if years is not None:
        dummies = np.eye(int(years.max()) + 1)[years]
    n_effects = 0
    if units is not None:
        columns, dummies = _less_means(columns, units), _less_means(dummies, units)
        n_effects = int(units.max()) + 1
    basis = _basis(dummies)
    columns = columns - basis @ (basis.T @ columns)
    return _fitted(columns[:, 0], columns[:, 1:], basis, n_effects + basis.shape[1], clusters)


def not_estimable(before: Floats, regression: PanelRegression) -> list[int]:
    """Return the regressors that have no slope: those which effects or earlier ones fit wholly.

    `before` are the regressors as they were before effects were taken out.

    >>> import numpy as np
    >>> x = np.array([[0.0, 5.0], [1.0, 5.0], [3.0, 5.0]])
    >>> not_estimable(x, regress(np.arange(3.0), x, np.arange(3)))
    [1]
    """
    rest, lost = regression.regressors.copy(), []
    size = np.square(before - before.mean(axis=0)).sum(axis=0)
    largest = np.square(before).sum(axis=0)
    for column in range(rest.shape[1]):
        length = float(rest[:, column] @ rest[:, column])
        if length <= _NOTHING * max(size[column], _NOTHING * largest[column]):
            lost.append(column)
            continue
        direction = rest[:, column] / np.sqrt(length)
        rest -= np.outer(direction, direction @ rest)
    return lost


def _less_means(values: Floats, units: Codes) -> Floats:
    sums = np.zeros((int(units.max()) + 1, values.shape[1]))
    np.add.at(sums, units, values)
    less: Floats = values - (sums / np.bincount(units)[:, None])[units]
    return less


def _basis(columns: Floats) -> Floats:
    left, values, _ = np.linalg.svd(columns, full_matrices=False)
    spanned: Floats = left[:, values > _FITTED * max(float(values[0]), 1.0)]
    return spanned


def _fitted(
    outcome: Floats, regressors: Floats, basis: Floats, n_effects: int, clusters: Codes
) -> PanelRegression:
    if not regressors.shape[1]:
        return PanelRegression(
            outcome,
            regressors,
            basis,
            n_effects,
            clusters,
            np.zeros(0),
            outcome,
            np.zeros((0, 0)),
        )
    with warnings.catch_warnings():  # `not_estimable` says which ones are
        warnings.simplefilter("ignore")
        fit = sm.OLS(outcome, regressors).fit()
    return PanelRegression(
        outcome,
        regressors,
        basis,
        n_effects,
        clusters,
        np.asarray(fit.params),
        np.asarray(fit.resid),
        np.asarray(fit.normalized_cov_params),
    )


@dataclass(frozen=True)
class Errors:
    """Standard errors of slopes, and the degrees of freedom of their t statistics."""

    se: Floats
    df: Floats


def clustered_errors(regression: PanelRegression) -> Errors:
    r"""Return standard errors by cluster, of the kind CR1.

    Residual degrees of freedom count all effects; times :math:`\frac{G}{G-1}\frac{n-1}{n}`. That is
    what linearmodels gives with ``cov_type="clustered", debiased=True, group_debias=True``. The t
    law has G - 1 degrees of freedom.

    >>> import numpy as np
    >>> y, x = np.array([1.0, 2.0, 4.0, 3.0, 3.5, 7.0]), np.arange(6.0)[:, None]
    >>> clustered_errors(regress(y, x, np.repeat([0, 1, 2], 2))).se.round(4)
    array([0.1066])
    """
    g = regression.n_clusters
    covariance = sandwich_covariance.cov_cluster(
        _results(regression), regression.clusters, use_correction=False
    )
    factor = _scale(regression) * _group_factor(regression.clusters)
    return Errors(_roots(covariance * factor), np.full(len(covariance), g - 1.0))


def two_way_errors(regression: PanelRegression, years: Codes) -> Errors:
    """Return standard errors by cluster and by year at once (Cameron, Gelbach and Miller 2011).

    As linearmodels gives them with ``debiased=True, group_debias=True``; the t law has the smaller
    number of the two less one degrees of freedom.

    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> unit, year = np.repeat(np.arange(12), 10), np.tile(np.arange(10), 12)
    >>> fit = regress(rng.normal(size=120), rng.normal(size=(120, 1)), unit)
    >>> two_way_errors(fit, year).se.round(3), two_way_errors(fit, year).df
    (array([0.071]), array([9.]))
    """
    both = np.unique(np.column_stack([regression.clusters, years]), axis=0, return_inverse=True)[1]
    results = _results(regression)
    total = np.zeros_like(regression.inverse)
    for groups, sign in ((regression.clusters, 1), (years, 1), (both.ravel(), -1)):
        part = sandwich_covariance.cov_cluster(results, groups, use_correction=False)
        total += sign * _group_factor(groups) * part
    least = min(regression.n_clusters, int(years.max()) + 1)
    return Errors(_roots(total * _scale(regression)), np.full(len(total), least - 1.0))


def driscoll_kraay_errors(regression: PanelRegression, years: Codes) -> Errors:
    r"""Return standard errors that allow for shocks which all units share and which last.

    Bartlett weights up to :math:`\lfloor 4 (T/100)^{2/9} \rfloor` lags of the sums of each year
    (Driscoll and Kraay 1998, Rev. Econ. Stat. 80:549-560), as linearmodels gives them with
    ``cov_type="kernel", debiased=True``; the t law has T - 1 degrees of freedom. `years` are codes
    from 0 in order.

    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> unit, year = np.repeat(np.arange(12), 10), np.tile(np.arange(10), 12)
    >>> fit = regress(rng.normal(size=120), rng.normal(size=(120, 1)), unit)
    >>> driscoll_kraay_errors(fit, year).se.round(3)
    array([0.091])
    """
    n_years = int(years.max()) + 1
    lags = int(4 * (n_years / 100) ** (2 / 9))
    covariance = sandwich_covariance.cov_nw_groupsum(
        _results(regression), lags, years, use_correction=0
    )
    return Errors(_roots(covariance * _scale(regression)), np.full(len(covariance), n_years - 1.0))


def _results(regression: PanelRegression) -> object:
    return sm.OLS(regression.outcome, regression.regressors).fit()


def _scale(regression: PanelRegression) -> float:
    return len(regression.outcome) / regression.df_residual


def _group_factor(groups: Codes) -> float:
    g, n = int(groups.max()) + 1, len(groups)
    return g / (g - 1) * (n - 1) / n


def _roots(covariance: Floats) -> Floats:
    """Return standard errors; NaN where two-way clustering leaves no positive variance."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        roots: Floats = np.sqrt(np.diag(covariance))
    return roots


def cr2_errors(regression: PanelRegression) -> Errors:
    r"""Return bias-reduced standard errors by cluster (CR2), with Satterthwaite degrees of freedom.

    Residuals of cluster g are multiplied by :math:`(I - H_{gg})^{-1/2}`, a symmetric generalised
    inverse root, with the identity as working model (Bell and McCaffrey 2002; Pustejovsky and
    Tipton 2018, J. Bus. Econ. Stat. 36:672-683), as clubSandwich does with ``vcov="CR2"``. Effects
    that lie inside clusters are taken out first, which changes nothing for that working model. NaN
    where the regressors fit a cluster's rows exactly. With one row a cluster this is HC2.

    >>> import numpy as np
    >>> y, x = np.array([1.0, 2.0, 4.0, 3.0, 3.5, 7.0]), np.arange(6.0)[:, None]
    >>> found = cr2_errors(regress(y, x, np.arange(6)))
    >>> found.se.round(4), found.df.round(2)
    (array([0.2859]), array([2.41]))
    """
    full, weighed = _hat_columns(regression), regression.regressors @ regression.inverse
    weights = np.zeros_like(weighed)
    for cluster in range(regression.n_clusters):
        rows = np.flatnonzero(regression.clusters == cluster)
        values, vectors = np.linalg.eigh(np.eye(len(rows)) - full[rows] @ full[rows].T)
        spared = values > _FITTED
        turned = vectors.T @ weighed[rows]
        roots = np.where(spared, 1 / np.sqrt(np.where(spared, values, 1.0)), 0.0)
        weights[rows] = vectors @ (roots[:, None] * turned)
        lost = np.abs(turned[~spared]).max(axis=0, initial=0.0)
        weights[rows] += np.where(lost > _FITTED * np.abs(weighed).max(axis=0), np.nan, 0.0)
    sums = regression.sums(weights * regression.residuals[:, None])
    se = np.sqrt(np.square(sums).sum(axis=0))
    df = np.array([_satterthwaite(regression, full, column) for column in weights.T])
    return Errors(se, df)


def _hat_columns(regression: PanelRegression) -> Floats:
    """Return orthonormal columns whose projection is what regressors and effects fit."""
    values, vectors = np.linalg.eigh(regression.inverse)
    own = regression.regressors @ (vectors * np.sqrt(values))
    return np.column_stack([regression.basis, own])


def _satterthwaite(regression: PanelRegression, full: Floats, weights: Floats) -> float:
    pulled = regression.sums(full * weights[:, None])
    crossed = -pulled @ pulled.T
    crossed[np.diag_indices_from(crossed)] += regression.sums(weights**2)
    return float(np.trace(crossed) ** 2 / np.square(crossed).sum())


def wild_weights(n_clusters: int, n_draws: int, seed: int) -> Floats:
    """Return weights of clusters for the wild bootstrap, shape (draws, clusters).

    Rademacher's -1 and 1, with fewer than 12 clusters Webb's six points.

    >>> import numpy as np
    >>> np.unique(wild_weights(12, 50, 0)), len(np.unique(wild_weights(11, 50, 0)))
    (array([-1.,  1.]), 6)
    """
    generator = np.random.default_rng(check_integer("seed", seed, 0))
    shape = check_integer("n_draws", n_draws, 1), n_clusters
    points = np.concatenate([-_WEBB, _WEBB]) if n_clusters < _FEW_CLUSTERS else [-1.0, 1.0]
    drawn: Floats = generator.choice(points, size=shape)
    return drawn


def wild_statistics(
    regression: PanelRegression, column: int, weights: Floats
) -> tuple[float, Floats]:
    r"""Return the t statistic of a slope, and those of the wild bootstrap under a slope of zero.

    The wild cluster restricted bootstrap (Cameron, Gelbach and Miller 2008, Rev. Econ. Stat.
    90:414-427): residuals of the regression without the regressor, those of a cluster times one
    weight; regressors stay as they are. `weights` have shape (draws, clusters). All sums over rows
    are made once, so that a draw costs a product of its weights with a matrix of clusters.

    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> unit = np.repeat(np.arange(20), 5)
    >>> fit = regress(rng.normal(size=100), rng.normal(size=(100, 2)), unit)
    >>> t, drawn = wild_statistics(fit, 0, wild_weights(20, 99, 0))
    >>> round(t, 2), drawn.shape
    (0.6, (99,))
    """
    restricted = regression.less(column)
    full = _hat_columns(regression)
    slope = regression.regressors @ regression.inverse[:, column]
    products = slope * restricted.residuals
    estimates = regression.sums(products)
    # Score of cluster h when the residuals of cluster g alone are drawn.
    scores = -regression.sums(full * restricted.residuals[:, None]) @ (
        regression.sums(full * slope[:, None]).T
    )
    scores[np.diag_indices_from(scores)] += estimates
    se = np.sqrt(np.square(weights @ scores).sum(axis=1))
    own = np.square(regression.sums(slope * regression.residuals)).sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        drawn: Floats = np.where(se > 0, (weights @ estimates) / se, 0.0)
    return float(regression.slopes[column] / np.sqrt(own)), drawn


def partial_r2(regression: PanelRegression, column: int) -> float:
    """Return the share of what the others leave of the outcome that a regressor fits.

    >>> import numpy as np
    >>> x = np.column_stack([np.arange(4.0), [0.0, 1.0, 0.0, 1.0]])
    >>> round(partial_r2(regress(x[:, 0] + 1, x, np.arange(4)), 0), 6)
    1.0
    """
    restricted = regression.less(column).residuals
    return float(1 - np.square(regression.residuals).sum() / np.square(restricted).sum())


def r2(regression: PanelRegression) -> float:
    """Return the share of what effects leave of the outcome that all regressors fit.

    1 if they leave nothing, as of an outcome that does not vary.

    >>> x = np.array([[0.0], [1.0], [2.0]])
    >>> round(r2(regress(np.array([1.0, 3.0, 2.0]), x, np.arange(3))), 9)
    0.25
    """
    total = float(np.square(regression.outcome).sum())
    return 1 - float(np.square(regression.residuals).sum()) / total if total > 0 else 1.0
