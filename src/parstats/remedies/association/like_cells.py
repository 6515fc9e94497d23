"""Change of like cells: a regression of the change on what was known before, without provinces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from parstats.remedies.cells.history import HISTORY

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

#: Explain the change with slopes of each series.
SERIES_COVARIATES = ("baseline", "previous_change")
# Directions of the columns with less than this share of the largest variance are redundant, as in
# `parstats.stats.randomization.panel_blocks`.
_REDUNDANT = 1e-10
_POSITION = ["index", "level", "year", "series"]


@dataclass(frozen=True)
class Slopes:
    r"""Slopes of the change on what was known before it.

    .. math:: \Delta z_{pst} - \overline{\Delta z}_{st} = (x_{pst} - \bar x_{st})'\beta_s
              + (h_{pst} - \bar h_{st})'\lambda_g

    with x the baseline and the previous change, slopes of each series, and h the history (0 where
    it is not known, beside an indicator that says so), slopes of each group of cells. There is no
    effect of a province and year: what a province did in all its series stays in the residual.
    """

    series: tuple[str, ...]  # that have slopes
    groups: tuple[str, ...]  # that have slopes
    coefficients: Floats

    @classmethod
    def fit(cls, cells: pd.DataFrame, groups: Sequence[str]) -> Slopes:
        """Fit by least squares to cells with a change; the groups have one name a cell."""
        names = tuple(sorted(set(cells["series"]))), tuple(sorted(set(groups)))
        positions = position_numbers(cells)
        x = centred(_design(cells, groups, *names), positions)
        y = centred(cells[["change"]].to_numpy(dtype=np.float64), positions)[:, 0]
        coefficients = np.zeros(x.shape[1])
        used = np.abs(x).max(axis=0, initial=0.0) > 0
        if used.any():
            coefficients[used] = _least_squares(x[:, used], y)
        return cls(*names, coefficients)

    def explained(self, cells: pd.DataFrame, groups: Sequence[str], reference: Flags) -> Floats:
        """Return what the slopes say of cells, from the mean of their series and year.

        The mean is over the cells of `reference`; missing where a series and year has none.
        """
        x = _design(cells, groups, self.series, self.groups)
        return centred(x, position_numbers(cells), reference) @ self.coefficients


def _least_squares(x: Floats, y: Floats) -> Floats:
    """Return the solution of least norm: what is redundant changes no prediction."""
    values, vectors = np.linalg.eigh(x.T @ x)
    used = values > _REDUNDANT * values[-1]
    return np.asarray((vectors[:, used] / values[used]) @ (vectors[:, used].T @ (x.T @ y)))


def expected_changes(cells: pd.DataFrame, reference: Flags) -> Floats:
    """Return the change that each cell would have like the cells of `reference`.

    The mean change of the reference cells of its series and year, and what baseline, previous
    change and history add, with slopes fitted to the reference cells; slopes of the history are of
    each year and level. Missing where a series and year has no reference cell. Cells are those of
    `parstats.remedies.exposure`, `reference` says of each whether it is one.

    >>> import pandas as pd
    >>> row = {"index": "PAPI", "level": "dimension", "year": 2024, "series": "papi.services"}
    >>> row |= {"baseline": 0.0, "previous_change": 0.0, **dict.fromkeys(HISTORY, 0.0)}
    >>> cells = pd.DataFrame([row | {"change": change} for change in (0.2, 0.4, 9.0)])
    >>> expected_changes(cells, np.array([True, True, False])).round(9).tolist()
    [0.3, 0.3, 0.3]
    """
    if not reference.any():
        return np.full(len(cells), np.nan)
    groups = by_year(cells)
    slopes = Slopes.fit(cells[reference], groups[reference].tolist())
    known = cells["series"].isin(slopes.series).to_numpy() & np.isin(groups, slopes.groups)
    expected = np.full(len(cells), np.nan)
    change = cells["change"].to_numpy(dtype=np.float64)[known]
    level = means(change[:, None], position_numbers(cells[known]), reference[known])[:, 0]
    explained = slopes.explained(cells[known], groups[known].tolist(), reference[known])
    expected[known] = level + explained
    return expected


def by_year(cells: pd.DataFrame) -> NDArray[np.object_]:
    """Return the group of each cell: its index, level and year."""
    names = cells["index"] + " " + cells["level"] + " " + cells["year"].astype(str)
    return np.asarray(names, dtype=object)


def position_numbers(cells: pd.DataFrame) -> NDArray[np.int64]:
    """Return a number for the index, level, year and series of each cell."""
    return np.asarray(cells.groupby(_POSITION, sort=False).ngroup(), dtype=np.int64)


def means(values: Floats, positions: NDArray[np.int64], reference: Flags) -> Floats:
    """Return the mean over the reference cells of a position, for every cell; missing if none."""
    n_positions = int(positions.max(initial=-1)) + 1
    counts = np.bincount(positions[reference], minlength=n_positions).astype(np.float64)
    sums = np.zeros((n_positions, values.shape[1]))
    np.add.at(sums, positions[reference], values[reference])
    missing = np.full(sums.shape, np.nan)
    averages = np.divide(sums, counts[:, None], out=missing, where=counts[:, None] > 0)
    return np.asarray(averages[positions], dtype=np.float64)


def centred(values: Floats, positions: NDArray[np.int64], reference: Flags | None = None) -> Floats:
    """Return values less the mean of their position, over all cells or those of `reference`."""
    counted = np.ones(len(values), dtype=bool) if reference is None else reference
    return values - means(values, positions, counted)


def _design(
    cells: pd.DataFrame, groups: Sequence[str], series_names: Sequence[str], names: Sequence[str]
) -> Floats:
    """Return a column for each series and covariate, and each group and part of the history."""
    of_series = np.asarray(cells["series"], dtype=object)[:, None] == np.array(
        list(series_names), dtype=object
    )
    of_group = np.asarray(groups, dtype=object)[:, None] == np.array(list(names), dtype=object)
    parts = [of_series * cells[[name]].to_numpy(dtype=np.float64) for name in SERIES_COVARIATES]
    for name in (name for name in HISTORY if name in cells):
        values = cells[[name]].to_numpy(dtype=np.float64)
        known = np.isfinite(values)
        parts += [of_group * np.where(known, values, 0.0), of_group * ~known]
    return np.concatenate(parts, axis=1).astype(np.float64)
