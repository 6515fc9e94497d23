"""All types of measures in one model, and which of them the plans tell apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from parstats.remedies.association.hypotheses import By, Hypothesis, targeted, type_table
from parstats.remedies.association.panel_layout import Layout
from parstats.stats.randomization.panel_blocks import Floats, Projection, Projections

# Share of a type's variation that the other types leave; below it they cannot be told apart. It is
# a variance inflation factor of 10, the usual rule of thumb (Kutner et al. 2004, chapter 10).
_TOLERANCE = 0.1
# A type keeps less of its cells' variation only if it is in all targeted cells, or in none.
_EXPLAINED = 1e-6
#: Stands between the names of types that cannot be told apart.
TOGETHER = "+"


@dataclass(frozen=True)
class TypeModel:
    """Types of measures that can be told apart, and their columns.

    ``names`` are types, or several with a plus between where they cannot be told apart; `columns`,
    shape (cells, types), is where they are; ``same_number`` says that every targeted cell has
    the same number of them, so that each is held against the mean of all.
    """

    layout: Layout
    projections: Projections
    names: tuple[str, ...]
    columns: NDArray[np.bool_]
    same_number: bool

    def hypotheses(self) -> list[Hypothesis]:
        """Ask for each type, with targeted at all and all other types held."""
        chosen = targeted(self.layout.cells)
        any_target = self.layout.treatment(chosen)
        arrays = np.stack(
            [self.layout.spread(column.astype(np.float64)) for column in self.columns.T], axis=-1
        )
        rows = []
        for at, name in enumerate(self.names):
            own, others = arrays[..., at], np.delete(arrays, at, axis=-1)
            if self.same_number and others.shape[-1]:
                # The deviation of one from the mean: what the others deviate by together is minus
                # it, shared alike; how they differ among themselves is held.
                own = own - others.mean(axis=-1)
                others = others[..., 1:] - others[..., :1]
            held = np.concatenate([any_target[..., None], others], axis=-1)
            rows.append(
                Hypothesis(
                    *(name, "joint", self.layout, self.projections, self.columns[:, at]),
                    *(own, held, self._n_without(at)),
                )
            )
        return rows

    def _n_without(self, at: int) -> int:
        """Return how many provinces have targeted cells without the type."""
        other = targeted(self.layout.cells) & ~self.columns[:, at]
        return len(np.unique(self.layout.row[other]))


def type_model(layout: Layout, projections: Projections, by: By) -> TypeModel:
    """Lay out the types of measures, those that cannot be told apart as one.

    Two are joined for as long as some type keeps less than a tenth of its variation when the others
    are held: that type and the one it goes with most closely. Raises as `type_table`.
    """
    table = type_table(layout.cells, by)
    aimed = targeted(layout.cells)
    names, columns = list(table.columns), table.to_numpy().copy()
    base = projections.estimation_sample.joined(layout.treatment(aimed))
    while len(names) > 1:
        pair = _inseparable(base, layout, columns, _same_number(columns[aimed]))
        if pair is None:
            break
        first, second = sorted(pair)
        names[first] = TOGETHER.join(sorted([*names[first].split(TOGETHER), names[second]]))
        columns[:, first] |= columns[:, second]
        del names[second]
        columns = np.delete(columns, second, axis=1)
    same_number = len(names) > 1 and _same_number(columns[aimed])
    return TypeModel(layout, projections, tuple(names), columns, same_number)


def _same_number(columns: NDArray[np.bool_]) -> bool:
    """Return whether every targeted cell has the same number of types: their sum is then known."""
    counts = columns.sum(axis=1)
    return bool(len(counts) and counts.min() == counts.max())


def _inseparable(
    base: Projection, layout: Layout, columns: NDArray[np.bool_], same_number: bool
) -> tuple[int, int] | None:
    """Return the type that the others explain best and the one it goes with; none if all differ.

    With the same number of types in each cell the last is left out, as the sum of all is known.
    """
    n = columns.shape[1] - int(same_number)
    residuals = np.stack(
        [
            base.residual(layout.spread(column.astype(np.float64))).ravel()
            for column in columns.T[:n]
        ]
    )
    cross = residuals @ residuals.T
    own = np.diag(cross).copy()
    # Of all or none of the targeted cells: there is nothing to tell it by, and it stands alone.
    varies = own > _EXPLAINED * np.maximum(columns[:, :n].sum(axis=0), 1)
    if varies.sum() < 2:
        return None
    at = np.flatnonzero(varies)
    scale = np.sqrt(own[at])
    correlation = cross[np.ix_(at, at)] / np.outer(scale, scale)
    left = 1 / np.maximum(np.diag(np.linalg.pinv(correlation, hermitian=True)), 1.0)
    # A direction without any variation has no inverse: its types are fully explained.
    values, vectors = np.linalg.eigh(correlation)
    left[(vectors[:, values < _EXPLAINED] ** 2).sum(axis=1) > _EXPLAINED] = 0.0
    worst = int(left.argmin())
    if left[worst] >= _TOLERANCE:
        return None
    near = np.abs(correlation[worst])
    near[worst] = -1.0
    return int(at[worst]), int(at[near.argmax()])


def one_at_a_time(layout: Layout, projections: Projections, by: By) -> list[Hypothesis]:
    """Ask for each type against cells that nobody targets, other targeted cells apart.

    Types that come with the one that works share its figure: see `TypeModel` for the answer.
    """
    table: pd.DataFrame = type_table(layout.cells, by)
    chosen = targeted(layout.cells)
    rows = []
    for name in table.columns:
        own = table[name].to_numpy()
        held: Floats = layout.treatment(chosen & ~own)[..., None]
        rows.append(
            Hypothesis(
                *(name, "one_at_a_time", layout, projections, own, layout.treatment(own), held)
            )
        )
    return rows
