"""A model of standings over the years, fitted by moments, and panels drawn from it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls

from parstats import errors
from parstats.remedies.simulation.standing_panels import StandingPanel

Floats = NDArray[np.float64]

# Years apart whose products are used; of more years apart there are few pairs in 14 years.
_LAGS = range(1, 7)
# Persistence that is tried; outside of it lasting and passing parts cannot be told apart.
_PERSISTENCE = np.arange(0.30, 0.96, 0.05)


@dataclass(frozen=True)
class VarianceComponents:
    r"""Variances of what a standing is made of; they sum to about 1.

    .. math:: z_{pst} = \rho_{rs} + c_{ps} + k_p + u_{pst} + g_{rst} + m_{pt} + e_{pst}

    with lasting parts of region and series, of province and series, and of the province; u of
    province and series that fades by the share ``persistence`` a year; passing parts of region,
    series and year, of province and year; and noise.
    """

    region: float
    province_series: float
    province: float
    fading: float
    persistence: float
    region_year: float
    province_year: float
    noise: float

    def drawn(self, panel: StandingPanel, rng: np.random.Generator) -> Floats:
        """Draw standings of all years, missing where they are; by year of mean 0 and spread 1."""
        n_years, n_provinces, n_series = panel.standing.shape
        region = panel.layout.region
        regions = np.unique(region)
        at = np.searchsorted(regions, region)

        def normal(variance: float, *shape: int) -> Floats:
            return np.asarray(np.sqrt(variance) * rng.normal(size=shape), dtype=np.float64)

        lasting = (
            normal(self.region, len(regions), n_series)[at]
            + normal(self.province_series, n_provinces, n_series)
            + normal(self.province, n_provinces, 1)
        )
        passing = normal(self.region_year, n_years, len(regions), n_series)[:, at]
        passing = passing + normal(self.province_year, n_years, n_provinces, 1)
        fading = np.empty(panel.standing.shape)
        fading[0] = normal(self.fading, n_provinces, n_series)
        step = self.fading * (1 - self.persistence**2)
        for year in range(1, n_years):
            fading[year] = self.persistence * fading[year - 1] + normal(step, n_provinces, n_series)
        standing = lasting + passing + fading + normal(self.noise, *panel.standing.shape)
        standing -= standing.mean(axis=1, keepdims=True)
        standing /= standing.std(axis=1, keepdims=True)
        return np.where(np.isfinite(panel.standing), standing, np.nan)


def variance_components(panel: StandingPanel) -> VarianceComponents:
    """Fit the components to the products of standings, of two provinces, years or series.

    Provinces of one region share what is the region's; a province's series share what is the
    province's; what a series of a province keeps over the years lasts or fades. Raises
    InsufficientData with fewer than seven years, from which these cannot be told apart.

    >>> from parstats.panel import load_scores
    >>> from parstats.remedies import outcomes
    >>> from parstats.remedies.simulation.standing_panels import standing_panel
    >>> cells = outcomes(load_scores("PAPI"), [2018, 2024]).query("level == 'criterion'")
    >>> fitted = variance_components(standing_panel(cells))
    >>> 0 < fitted.region < 0.4, 0.1 < fitted.noise < 0.6
    (True, True)
    """
    z, n_years = panel.standing, len(panel.years)
    if n_years <= _LAGS[-1]:
        raise errors.InsufficientData(
            f"the cells reach over {n_years} years: seven are needed to draw panels; give more "
            "outcome years"
        )
    same_region = panel.layout.region[:, None] == panel.layout.region[None, :]
    np.fill_diagonal(same_region, False)
    lagged = range(len(_LAGS) + 1)
    among_provinces = np.array([_product(z, lag, same_region, "provinces") for lag in lagged])
    among_series = np.array([_product(z, lag, None, "series") for lag in lagged])
    own = np.array([_product(z, lag, None, "own") for lag in _LAGS])
    region = max(float(among_provinces[1:].mean()), 0.0)
    province = max(float(among_series[1:].mean()), 0.0)
    region_year = max(float(among_provinces[0]) - region, 0.0)
    province_year = max(float(among_series[0]) - province, 0.0)
    kept, fading, persistence = _lasting_and_fading(np.maximum(own - region - province, 0.0))
    parts = region + province + region_year + province_year + kept + fading
    return VarianceComponents(
        *(region, kept, province, fading, persistence, region_year, province_year),
        max(1.0 - parts, 0.0),
    )


def _product(z: Floats, lag: int, pairs: NDArray[np.bool_] | None, kind: str) -> float:
    """Return the mean product of standings so many years apart, over pairs of the kind."""
    early, late = z[: len(z) - lag], z[lag:]
    known = np.isfinite(early) & np.isfinite(late)
    first, second = np.where(known, early, 0.0), np.where(known, late, 0.0)
    if kind == "own":
        return float((first * second).sum() / known.sum())
    if kind == "provinces" and pairs is not None:
        total = sum(float((a @ b.T)[pairs].sum()) for a, b in zip(first, second, strict=True))
        rows = known.astype(np.float64)
        return total / sum(float((k @ k.T)[pairs].sum()) for k in rows)
    total = float((first.sum(axis=2) * second.sum(axis=2)).sum() - (first * second).sum())
    counts = known.sum(axis=2).astype(np.float64)
    return total / float((counts**2).sum() - known.sum())


def _lasting_and_fading(own: Floats) -> tuple[float, float, float]:
    """Split what is kept over the lags into a lasting part and one that fades at some rate."""
    lags = np.array(list(_LAGS), dtype=np.float64)
    fits = []
    for persistence in _PERSISTENCE:
        design = np.column_stack([np.ones(len(lags)), persistence**lags])
        parts, missed = nnls(design, own)
        fits.append((missed, float(parts[0]), float(parts[1]), float(persistence)))
    return min(fits)[1:]
