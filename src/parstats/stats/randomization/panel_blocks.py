"""A panel of blocks, one per province, with two-way fixed effects projected out."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from parstats import errors

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
IntArray = NDArray[np.int64]

# Directions of the regressors with less than this share of the largest variance are redundant.
_REDUNDANT = 1e-10


@dataclass(frozen=True)
class Blocks:
    """Outcomes and covariates of every province, series and year.

    A position is a series in a year; a province that has no figure there is not present. Raises
    InvalidRequest if the shapes do not fit, a value that is present is not finite, or a cell is
    kept that is not present.

    >>> import numpy as np
    >>> known = np.ones((4, 3), dtype=bool)
    >>> one = np.zeros(3, dtype=int)
    >>> Blocks(np.eye(4, 3), np.zeros((0, 4, 3)), known, known, one, np.arange(3)).outcome.shape
    (4, 3)
    """

    outcome: Floats  # what is explained; anything where not present; shape (provinces, positions)
    # Each gets a slope in every series; shape (covariates, provinces, positions)
    covariates: Floats
    present: Flags  # where outcome and covariates are known; shape (provinces, positions)
    # Where the treatment is known as well; only these enter the estimate; shape (provinces,
    # positions)
    estimation_sample: Flags
    # Year (and level) of a position: a province has an effect in each; shape
    # (positions,)
    group: IntArray
    # Series of a position, whose slopes it shares with the other years; shape (positions,)
    series: IntArray
    # Each gets a slope in every group instead; shape (covariates, provinces, positions)
    group_covariates: Floats = field(default_factory=lambda: np.zeros((0, 0, 0)))
    # Region of a province; if given, positions have an effect in each; shape (provinces,)
    regions: IntArray | None = None

    def __post_init__(self) -> None:
        shape = self.outcome.shape
        if not self.group_covariates.size:
            object.__setattr__(self, "group_covariates", np.zeros((0, *shape)))
        shapes = (
            *(self.present.shape, self.estimation_sample.shape),
            *(self.covariates.shape[1:], self.group_covariates.shape[1:]),
        )
        ends = (self.group.shape, self.series.shape)
        if len(shape) != 2 or set(shapes) != {shape} or set(ends) != {shape[1:]}:
            raise errors.InvalidRequest(
                f"blocks of shapes {shape}, {shapes} and {ends}: expected provinces by positions"
            )
        if (self.estimation_sample & ~self.present).any():
            raise errors.InvalidRequest("a cell is kept that is not present")
        values = np.concatenate([self.outcome[None], self.covariates, self.group_covariates])
        if not np.isfinite(values[:, self.present]).all():
            raise errors.InvalidRequest(
                "an outcome or covariate that is present is missing or infinite"
            )


@dataclass(frozen=True)
class Projection:
    r"""Residual maker of fixed effects and slopes.

    Effects of province and group are taken out by subtracting means, those of the positions and the
    slopes of the series by least squares on what is left (Frisch-Waugh-Lovell). `rows`, shape
    (provinces, positions), are the cells that count. ``columns``, shape (provinces, positions,
    regressors), are the regressors without means of province and group, 0 outside of the rows;
    ``inverse`` is the generalised inverse of their cross products; ``rank`` the number of
    parameters, the effects of province and group among them.

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
        """Return the same with more regressors.

        They have shape (provinces, positions) or (provinces, positions, regressors); what the
        others explain changes nothing.
        """
        stacked = further[..., None] if further.ndim == 2 else further
        size = np.square(self.demeaned(stacked)).sum(axis=(0, 1))
        # Each at the same length, so that what is redundant is judged alike for all.
        scaled = stacked / np.sqrt(np.where(size > 0, size, 1.0))
        residuals = np.stack(
            [self.residual(scaled[..., at]) for at in range(scaled.shape[-1])], axis=-1
        )
        flat = residuals.reshape(-1, residuals.shape[-1])
        values, vectors = np.linalg.eigh(flat.T @ flat)
        used = values > _REDUNDANT
        if not used.any():
            return self
        added = residuals @ vectors[:, used]
        n_own, n_added = len(self.inverse), int(used.sum())
        inverse = np.zeros((n_own + n_added, n_own + n_added))
        inverse[:n_own, :n_own] = self.inverse
        inverse[n_own:, n_own:] = np.diag(1 / values[used])
        columns = np.concatenate([self.columns, added], axis=2)
        return Projection(self.blocks, self.rows, columns, inverse, self.rank + n_added)

    def demeaned(self, values: Floats) -> Floats:
        """Return the values without the mean of their province and group; 0 outside of the rows.

        Shape (provinces, positions) or (provinces, positions, columns).
        """
        rows = self.rows[..., None] if values.ndim == 3 else self.rows
        centred = np.where(rows, values, 0.0)
        for group in np.unique(self.blocks.group):
            in_group = self.blocks.group == group
            n = np.maximum(rows[:, in_group].sum(axis=1, keepdims=True), 1)
            centred[:, in_group] -= np.where(
                rows[:, in_group], centred[:, in_group].sum(axis=1, keepdims=True) / n, 0.0
            )
        return centred

    def residual(self, values: Floats) -> Floats:
        """Return the residuals of some values on the regressors.

        Shape (provinces, positions); values outside of the rows do not count.
        """
        centred = self.demeaned(values)
        flat = self.columns.reshape(-1, self.columns.shape[-1])
        explained = flat @ (self.inverse @ (flat.T @ centred.ravel()))
        return centred - explained.reshape(centred.shape)


def projected(blocks: Blocks, rows: Flags) -> Projection:
    """Make the projection for some cells of a panel.

    `rows`, shape (provinces, positions), are the cells that count.

    See `Projection`.
    """
    empty = Projection(blocks, rows, np.empty((*rows.shape, 0)), np.empty((0, 0)), 0)
    columns = empty.demeaned(_regressors(blocks))
    flat = columns.reshape(-1, columns.shape[-1])
    values, vectors = np.linalg.eigh(flat.T @ flat)
    used = values > _REDUNDANT * max(values[-1], 1e-300)
    inverse = (vectors[:, used] / values[used]) @ vectors[:, used].T
    n_fixed_effects = sum(
        int(rows[:, blocks.group == group].any(axis=1).sum()) for group in np.unique(blocks.group)
    )
    return Projection(blocks, rows, columns, inverse, int(used.sum()) + n_fixed_effects)


def _regressors(blocks: Blocks) -> Floats:
    """Return one column per position (and region), series and covariate, group and covariate."""
    parts = [
        _position_effects(blocks),
        *(_interacted(blocks, values, blocks.series) for values in blocks.covariates),
        *(_interacted(blocks, values, blocks.group) for values in blocks.group_covariates),
    ]
    return np.concatenate(parts, axis=2)


def _position_effects(blocks: Blocks) -> Floats:
    provinces, positions = blocks.outcome.shape
    every = np.eye(positions)
    if blocks.regions is None:
        return np.broadcast_to(every, (provinces, positions, positions))
    _, region = np.unique(blocks.regions, return_inverse=True)
    in_region = np.eye(region.max() + 1)[region]
    return np.einsum("pr,mn->pmrn", in_region, every).reshape(provinces, positions, -1)  # type: ignore[no-any-return]


def _interacted(blocks: Blocks, values: Floats, classes: IntArray) -> Floats:
    """Return a covariate in a column for each class of positions, 0 elsewhere."""
    _, number = np.unique(classes, return_inverse=True)
    known = np.where(blocks.present, values, 0.0)
    return np.asarray(known[..., None] * np.eye(number.max() + 1)[number])


@dataclass(frozen=True)
class Projections:
    """The projections of a panel, made once for all treatments.

    >>> import numpy as np
    >>> known = np.ones((4, 3), dtype=bool)
    >>> one = np.zeros(3, dtype=int)
    >>> blocks = Blocks(np.eye(4, 3), np.zeros((0, 4, 3)), known, known, one, np.arange(3))
    >>> Projections.build(blocks).estimation_sample.rank
    6
    """

    blocks: Blocks  # the panel
    # For the cells whose treatment is known, and for all that have figures.
    estimation_sample: Projection
    present: Projection

    @classmethod
    def build(cls, blocks: Blocks) -> Projections:
        """Compute the tables."""
        estimation_sample = projected(blocks, blocks.estimation_sample)
        if (blocks.estimation_sample == blocks.present).all():
            return cls(blocks, estimation_sample, estimation_sample)
        return cls(blocks, estimation_sample, projected(blocks, blocks.present))

    def joined(self, further: Floats) -> Projections:
        """Return the same with more regressors; see `Projection.joined`.

        They are 0 where the treatment is unknown.
        """
        estimation_sample = self.estimation_sample.joined(further)
        same = self.present is self.estimation_sample
        return Projections(
            self.blocks,
            estimation_sample,
            estimation_sample if same else self.present.joined(further),
        )
