"""Standings of all years behind a set of cells, and cells made of standings again."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from parstats import errors
from parstats.remedies.association.panel_layout import Layout, Specification, panel_layout
from parstats.remedies.cells.history import HISTORY, LAGS, dimension_numbers, history

Floats = NDArray[np.float64]
IntArray = NDArray[np.int64]
Flags = NDArray[np.bool_]

#: Years before an outcome year that a plan can look back to.
N_PAST = LAGS[-1]


@dataclass(frozen=True)
class StandingPanel:
    """Standings by year, province and series, and the cells they are the standings of."""

    layout: Layout  # of the cells, all in the background; specification "history"
    years: IntArray  # running, from five years before the first outcome year
    standing: Floats  # shape (years, provinces, series); missing where not known
    series: IntArray  # series of each position of the layout; shape (positions,)
    year_at: IntArray  # place of each position's year among the years; shape (positions,)
    dimension: IntArray  # number of the dimension of each series; shape (series,)
    horizon: int = 0  # years from a cell's year to the end of its change

    @property
    def outcome_years(self) -> IntArray:
        """Places, among the years, of those with cells."""
        return np.unique(self.year_at)

    def past(self, at: int, standing: Floats) -> Floats:
        """Return the standings one to five years before a year, shape (5, provinces, series)."""
        return standing[at - 1 : at - 1 - N_PAST : -1] if at > N_PAST else standing[at - 1 :: -1]

    def eligible(self, at: int) -> Flags:
        """Return which provinces and series have a cell in a year."""
        result = np.zeros(self.standing.shape[1:], dtype=bool)
        positions = np.flatnonzero(self.year_at == at)
        result[:, self.series[positions]] = self.layout.blocks.present[:, positions]
        return result

    def positioned(self, by_year: Floats) -> Floats:
        """Return values by year, province and series as an array of the layout; missing are 0."""
        values = by_year[self.year_at, :, self.series].T
        return np.where(self.layout.blocks.present, np.nan_to_num(values), 0.0)

    def cells(self, standing: Floats, treatment: Floats) -> pd.DataFrame:
        """Return the cells of other standings, those treated as targeted, all else background.

        Both have the shape of the panel's standings.
        """
        moved = {"z": -self.horizon, "baseline": 1, "earlier": 2}
        arrays = {name: self.positioned(_moved(standing, by)) for name, by in moved.items()}
        past = np.full((len(HISTORY), *standing.shape), np.nan)
        for at in self.outcome_years:
            past[:, at] = history(self.past(at, standing), self.layout.region, self.dimension)
        rows, columns = self.layout.row, self.layout.column
        values = past[:, self.year_at[columns], rows, self.series[columns]]
        targeted = self.positioned(treatment)[rows, columns] > 0
        return self.layout.cells.assign(
            change=(arrays["z"] - arrays["baseline"])[rows, columns],
            baseline=arrays["baseline"][rows, columns],
            previous_change=(arrays["baseline"] - arrays["earlier"])[rows, columns],
            state=np.where(targeted, "targeted", "background"),
            **dict(zip(HISTORY, values, strict=True)),
        )

    def made_layout(
        self, standing: Floats, treatment: Floats, specification: Specification = "history"
    ) -> Layout:
        """Lay out the cells of other standings; see `cells`."""
        return panel_layout(self.cells(standing, treatment), specification)


def _moved(standing: Floats, by: int) -> Floats:
    """Return the standings under the year so much later, missing at the end that is left."""
    result = np.full(standing.shape, np.nan)
    if by > 0:
        result[by:] = standing[:-by]
    else:
        result[: len(standing) + by] = standing[-by:]
    return result


def standing_panel(cells: pd.DataFrame, horizon: int = 0) -> StandingPanel:
    """Put together the standings that cells were made of.

    `cells` are of `parstats.remedies.outcomes` with that horizon, of one index, set of provinces
    and level. Raises
    InvalidRequest if they are of several, or lack their history.

    >>> from parstats.panel import load_scores
    >>> from parstats.remedies import outcomes
    >>> cells = outcomes(load_scores("PAPI"), 2024).query("level == 'criterion'")
    >>> standing_panel(cells).years.tolist()
    [2019, 2020, 2021, 2022, 2023, 2024]
    """
    for name in ("index", "vintage", "level"):
        if name in cells and cells[name].nunique() > 1:
            raise errors.InvalidRequest(
                f"the cells are of several {name}s: choose one, as cells[cells['{name}'] == "
                f"{cells[name].iloc[0]!r}]"
            )
    layout = panel_layout(cells.assign(state="background"), "history")
    cells, positions = layout.cells, layout.positions
    first, last = int(cells["year"].min()), int(cells["year"].max())
    years = np.arange(first - N_PAST, last + horizon + 1)
    names = pd.Index(sorted(positions["series"].unique()))
    standing = np.full((len(years), len(layout.provinces), len(names)), np.nan)
    at, column = cells["year"].to_numpy() - years[0], names.get_indexer(cells["series"])
    baseline = cells["baseline"].to_numpy(dtype=np.float64)
    known = [
        (-horizon, baseline + cells["change"].to_numpy(dtype=np.float64)),
        (1, baseline),
        (2, baseline - cells["previous_change"].to_numpy(dtype=np.float64)),
        *((lag, cells[f"lag_{lag}"].to_numpy(dtype=np.float64)) for lag in LAGS),
    ]
    for lag, values in reversed(known):
        seen = np.isfinite(values)
        standing[at[seen] - lag, layout.row[seen], column[seen]] = values[seen]
    return StandingPanel(
        layout,
        years,
        standing,
        names.get_indexer(positions["series"]),
        positions["year"].to_numpy() - years[0],
        dimension_numbers(list(names), last),
        horizon,
    )


def with_missing(panel: StandingPanel, share: float, rng: np.random.Generator) -> StandingPanel:
    """Return the panel without a random share of its cells.

    >>> from parstats.panel import load_scores
    >>> from parstats.remedies import outcomes
    >>> cells = outcomes(load_scores("PAPI"), 2024).query("level == 'criterion'")
    >>> panel = standing_panel(cells)
    >>> fewer = with_missing(panel, 0.1, np.random.default_rng(0))
    >>> len(fewer.layout.cells) < len(panel.layout.cells)
    True
    """
    kept = rng.random(len(panel.layout.cells)) >= share
    layout = panel_layout(panel.layout.cells[kept], "history")
    if len(layout.provinces) < len(panel.layout.provinces) or len(layout.positions) < len(
        panel.layout.positions
    ):
        raise errors.InsufficientData(f"a share of {share} missing leaves provinces without cells")
    return replace(panel, layout=layout)
