"""A panel laid out as a block a province, and its two-way fixed effects projected out."""

from __future__ import annotations

from dataclasses import dataclass

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
    r"""What is left of a variable without fixed effects and slopes.

    Effects of province and group are taken out by subtracting means, those of the positions and the
    slopes of the series by least squares on what is left (Frisch-Waugh-Lovell).

    Parameters
    ----------
    blocks : Blocks
        The panel.
    rows : numpy.ndarray of bool, shape (provinces, positions)
        The cells that count.

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
    >>> bool(abs(projected(blocks, known).residual(values)).max() < 1e-12)
    True
    """

    blocks: Blocks
    rows: Flags
    columns: Floats
    inverse: Floats
    rank: int

    def joined(self, further: Floats) -> Projection:
        """The same with one more regressor.

        Parameters
        ----------
        further : numpy.ndarray, shape (provinces, positions)
            Its values; nothing changes if the others explain it.
        """
        own = self.residual(further)
        squares = float((own**2).sum())
        if squares <= _REDUNDANT * float((self.demeaned(further) ** 2).sum()):
            return self
        size = len(self.inverse)
        inverse = np.zeros((size + 1, size + 1))
        inverse[:size, :size], inverse[size, size] = self.inverse, 1 / squares
        columns = np.concatenate([self.columns, own[..., None]], axis=2)
        return Projection(self.blocks, self.rows, columns, inverse, self.rank + 1)

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


def projected(blocks: Blocks, rows: Flags) -> Projection:
    """Make the projection for some cells of a panel.

    Parameters
    ----------
    blocks : Blocks
        The panel.
    rows : numpy.ndarray of bool, shape (provinces, positions)
        The cells that count.

    Examples
    --------
    See `Projection`.
    """
    empty = Projection(blocks, rows, np.empty((*rows.shape, 0)), np.empty((0, 0)), 0)
    columns = empty.demeaned(_regressors(blocks))
    flat = columns.reshape(-1, columns.shape[-1])
    values, vectors = np.linalg.eigh(flat.T @ flat)
    used = values > _REDUNDANT * max(values[-1], 1e-300)
    inverse = (vectors[:, used] / values[used]) @ vectors[:, used].T
    means = sum(
        int(rows[:, blocks.group == group].any(axis=1).sum()) for group in np.unique(blocks.group)
    )
    return Projection(blocks, rows, columns, inverse, int(used.sum()) + means)


def _regressors(blocks: Blocks) -> Floats:
    """A column a position, and a column a series and covariate."""
    provinces, positions = blocks.outcome.shape
    _, series = np.unique(blocks.series, return_inverse=True)
    own = np.eye(series.max() + 1)[series]
    parts = [np.broadcast_to(np.eye(positions), (provinces, positions, positions))]
    known = np.where(blocks.present, blocks.covariates, 0.0)
    parts += [values[..., None] * own for values in known]
    return np.concatenate(parts, axis=2)


@dataclass(frozen=True)
class Projections:
    """The projections of a panel, made once for all treatments.

    Attributes
    ----------
    blocks : Blocks
        The panel.
    kept, present : Projection
        For the cells whose treatment is known, and for all that have figures.

    Examples
    --------
    >>> import numpy as np
    >>> known = np.ones((4, 3), dtype=bool)
    >>> one = np.zeros(3, dtype=int)
    >>> blocks = Blocks(np.eye(4, 3), np.zeros((0, 4, 3)), known, known, one, np.arange(3))
    >>> Projections.of(blocks).kept.rank
    6
    """

    blocks: Blocks
    kept: Projection
    present: Projection

    @classmethod
    def of(cls, blocks: Blocks) -> Projections:
        """Make them.

        Parameters
        ----------
        blocks : Blocks
            The panel.
        """
        kept = projected(blocks, blocks.kept)
        if (blocks.kept == blocks.present).all():
            return cls(blocks, kept, kept)
        return cls(blocks, kept, projected(blocks, blocks.present))

    def joined(self, further: Floats) -> Projections:
        """The same with one more regressor; see `Projection.joined`.

        Parameters
        ----------
        further : numpy.ndarray, shape (provinces, positions)
            Its values; 0 where the treatment is not known.
        """
        kept = self.kept.joined(further)
        same = self.present is self.kept
        return Projections(self.blocks, kept, kept if same else self.present.joined(further))
