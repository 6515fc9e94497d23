"""Decisions behind plans: provinces of a region that target the same series in a year took one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from parstats.remedies.association.panel_layout import Layout

# Two plans of a region and year are one decision from this likeness on: the share of their series
# that they have in common (Jaccard) on the way from what chance gives to all. By judgement: a
# copied plan with two of its eight of 28 series replaced still has 0.52.
_ALIKE = 0.5
# Where at most this share of the plans are decisions of their own, region and year are the cluster.
# By judgement; plans that answer to their own figures share far less.
_COPIED = 0.5


@dataclass(frozen=True)
class Decisions:
    """How many decisions stand behind a treatment, and the clusters that go with them."""

    n_province_years: int  # provinces and years with a targeted cell
    n_decisions: int
    clusters: NDArray[np.int64]  # region and year of each cell; shape (provinces, positions)

    @property
    def copied(self) -> bool:
        """Whether provinces mostly target what others of their region target."""
        return self.n_decisions <= _COPIED * self.n_province_years


def decisions(
    layout: Layout, treatment: NDArray[np.float64], chosen: NDArray[np.bool_]
) -> Decisions:
    """Count the decisions behind the chosen cells.

    `treatment`, shape (provinces, positions), is all that is targeted, of which `chosen` is a part;
    plans are compared by all they target. Provinces without a region decide for themselves.
    """
    years = layout.positions["year"].to_numpy()
    # A province without a region is one of its own.
    region = np.where(layout.region >= 0, layout.region, -1 - np.arange(len(layout.region)))
    n_province_years = n_decisions = 0
    for year in np.unique(years):
        targeted = treatment[:, years == year] > 0
        rows = np.flatnonzero(chosen[:, years == year].any(axis=1))
        available = layout.blocks.estimation_sample[:, years == year][rows].sum(axis=1)
        n_province_years += len(rows)
        n_decisions += _n_groups(targeted[rows], region[rows], available)
    clusters = _clusters(region, years)
    return Decisions(n_province_years, n_decisions, clusters)


def _n_groups(
    targeted: NDArray[np.bool_], region: NDArray[np.int64], available: NDArray[np.int64]
) -> int:
    """Return the number of groups of alike sets within regions.

    `available` is how many series each could have targeted.
    """
    if not len(targeted):
        return 0
    sets = targeted.astype(np.float64)
    common, size = sets @ sets.T, sets.sum(axis=1)
    total = size[:, None] + size[None, :]
    by_chance = np.outer(size, size) / np.maximum(available, 1)[:, None]
    share, chance = common / (total - common), by_chance / (total - by_chance)
    # What targets nearly everything is alike by chance: only the same set is the same decision.
    gained = np.divide(share - chance, 1 - chance, out=np.zeros(share.shape), where=chance < 1)
    alike = (gained >= _ALIKE) & (region[:, None] == region[None, :])
    np.fill_diagonal(alike, True)
    return int(connected_components(csr_array(alike), directed=False)[0])


def _clusters(region: NDArray[np.int64], years: NDArray[np.int64]) -> NDArray[np.int64]:
    _, at = np.unique(region, return_inverse=True)
    _, year_at = np.unique(years, return_inverse=True)
    return np.asarray(at[:, None] * (year_at.max() + 1) + year_at[None, :], dtype=np.int64)
