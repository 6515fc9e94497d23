"""A panel laid out as a block a province, and its two-way fixed effects projected out."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from parstats import errors

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Whole = NDArray[np.int64]

# Directions of the regressors with less than this share of the largest variance are redundant.
_REDUNDANT = 1e-10


@dataclass(frozen=True)
class Blocks:
    """Outcomes and covariates of every province, series and year.

    A position is a series in a year; a province that has no figure there is not present.

    Attributes
    ----------
    outcome : numpy.ndarray, shape (provinces, positions)
        What is explained; anything where not present.
    covariates : numpy.ndarray, shape (covariates, provinces, positions)
        Each gets a slope of its own in every series.
    present : numpy.ndarray of bool, shape (provinces, positions)
        Where outcome and covariates are known.
    kept : numpy.ndarray of bool, shape (provinces, positions)
        Where the treatment is known as well; only these enter the estimate.
    group : numpy.ndarray of int, shape (positions,)
        Year (and level) of a position: a province has an effect of its own in each.
    series : numpy.ndarray of int, shape (positions,)
        Series of a position, whose slopes it shares with the other years.

    Raises
    ------
    InvalidRequest
        If the shapes do not fit, a value that is present is not finite, or a cell is kept that is
        not present.

    Examples
    --------
    >>> import numpy as np
    >>> known = np.ones((4, 3), dtype=bool)
    >>> one = np.zeros(3, dtype=int)
    >>> Blocks(np.eye(4, 3), np.zeros((0, 4, 3)), known, known, one, np.arange(3)).outcome.shape
    (4, 3)
    """

    outcome: Floats
    covariates: Floats
    present: Flags
    kept: Flags
    group: Whole
    series: Whole

    def __post_init__(self) -> None:
        shape = self.outcome.shape
        shapes = (self.present.shape, self.kept.shape, self.covariates.shape[1:])
        ends = (self.group.shape, self.series.shape)
        if len(shape) != 2 or set(shapes) != {shape} or set(ends) != {shape[1:]}:
            raise errors.InvalidRequest(
                f"blocks of shapes {shape}, {shapes} and {ends}: expected provinces by positions"
            )
        if (self.kept & ~self.present).any():
            raise errors.InvalidRequest("a cell is kept that is not present")
        values = np.concatenate([self.outcome[None], self.covariates])
        if not np.isfinite(values[:, self.present]).all():
            raise errors.InvalidRequest(
                "an outcome or covariate that is present is missing or infinite"
            )


@dataclass(frozen=True)
class Projection:
    r"""What is left of a variable without fixed effects, slopes and other columns.

    Effects of province and group are taken out by subtracting means, those of the positions and the
    slopes of the series by least squares on what is left (Frisch-Waugh-Lovell).

    Parameters
    ----------
    blocks : Blocks
        The panel.
    rows : numpy.ndarray of bool, shape (provinces, positions)
        The cells that count.
    extra : numpy.ndarray, shape (columns, provinces, positions), optional
        Further regressors.

    Attributes
    ----------
    columns : numpy.ndarray, shape (provinces, positions, regressors)
        The regressors without means of province and group; 0 outside of the rows.
    inverse : numpy.ndarray, shape (regressors, regressors)
        Generalised inverse of their cross products.
    rank : int
        Number of parameters, the effects of province and group among them.

    Examples
    --------
    >>> import numpy as np
    >>> known = np.ones((4, 3), dtype=bool)
    >>> values = np.arange(12.0).reshape(4, 3)
    >>> one = np.zeros(3, dtype=int)
    >>> blocks = Blocks(values, np.zeros((0, 4, 3)), known, known, one, np.arange(3))
    >>> bool(abs(Projection(blocks, known).residual(values)).max() < 1e-12)
    True
    """

    blocks: Blocks
    rows: Flags
    extra: Floats | None = None
    columns: Floats = field(init=False, repr=False)
    inverse: Floats = field(init=False, repr=False)
    rank: int = field(init=False)

    def __post_init__(self) -> None:
        columns = self.demeaned(_regressors(self.blocks, self.extra))
        flat = columns.reshape(-1, columns.shape[-1])
        values, vectors = np.linalg.eigh(flat.T @ flat)
        used = values > _REDUNDANT * max(values[-1], 1e-300)
        inverse = (vectors[:, used] / values[used]) @ vectors[:, used].T
        means = sum(
            int(self.rows[:, self.blocks.group == group].any(axis=1).sum())
            for group in np.unique(self.blocks.group)
        )
        object.__setattr__(self, "columns", columns)
        object.__setattr__(self, "inverse", inverse)
        object.__setattr__(self, "rank", int(used.sum()) + means)

    def demeaned(self, values: Floats) -> Floats:
        """Values without the mean of their province and group; 0 outside of the rows.

        Parameters
        ----------
        values : numpy.ndarray, shape (provinces, positions) or (provinces, positions, columns)
            The values.
        """
        rows = self.rows[..., None] if values.ndim == 3 else self.rows
        left = np.where(rows, values, 0.0)
        for group in np.unique(self.blocks.group):
            of = self.blocks.group == group
            n = np.maximum(rows[:, of].sum(axis=1, keepdims=True), 1)
            left[:, of] -= np.where(rows[:, of], left[:, of].sum(axis=1, keepdims=True) / n, 0.0)
        return left

    def residual(self, values: Floats) -> Floats:
        """What the regressors do not explain of some values.

        Parameters
        ----------
        values : numpy.ndarray, shape (provinces, positions)
            The values; those outside of the rows do not count.
        """
        left = self.demeaned(values)
        flat = self.columns.reshape(-1, self.columns.shape[-1])
        explained = flat @ (self.inverse @ (flat.T @ left.ravel()))
        return left - explained.reshape(left.shape)


def _regressors(blocks: Blocks, extra: Floats | None) -> Floats:
    """A column a position, a column a series and covariate, and the further ones."""
    provinces, positions = blocks.outcome.shape
    _, series = np.unique(blocks.series, return_inverse=True)
    own = np.eye(series.max() + 1)[series]
    parts = [np.broadcast_to(np.eye(positions), (provinces, positions, positions))]
    known = np.where(blocks.present, blocks.covariates, 0.0)
    parts += [values[..., None] * own for values in known]
    if extra is not None:
        parts.append(np.moveaxis(extra, 0, -1))
    return np.concatenate(parts, axis=2)
