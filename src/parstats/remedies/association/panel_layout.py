"""Cells laid out as blocks: one row per province, one column per series and year."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from parstats import errors
from parstats.stats.randomization.panel_blocks import Blocks

STATES: tuple[str, ...] = ("targeted", "maintained", "not_targeted", "unknown", "background")
# Cells whose treatment is known, or taken as known: see `parstats.remedies.exposure`.
COMPARED: tuple[str, ...] = ("targeted", "not_targeted", "background")
NEEDED: tuple[str, ...] = (
    *("index", "level", "year", "vintage", "province", "series", "change", "baseline"),
    *("previous_change", "state"),
)


@dataclass(frozen=True)
class Layout:
    """Cells and the arrays made of them."""

    blocks: Blocks  # change, explained by baseline and previous change
    provinces: pd.DataFrame  # vintage and province of each row of the arrays
    # Index, level, year and series of each column; the cells, in their order.
    positions: pd.DataFrame
    cells: pd.DataFrame
    # Where each cell lies.
    row: NDArray[np.int64]
    column: NDArray[np.int64]

    def spread(self, values: pd.Series | NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the values of the cells as an array, 0 where there is no cell.

        `values` has one for each cell, in their order.
        """
        result = np.zeros(self.blocks.outcome.shape)
        result[self.row, self.column] = np.asarray(values, dtype=np.float64)
        return result

    def treatment(self, chosen: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Return 1 where a cell is targeted and chosen, else 0.

        `chosen` has one for each cell, in their order.
        """
        targeted = (self.cells["state"] == "targeted").to_numpy()
        return self.spread((targeted & chosen).astype(np.float64))


def panel_layout(cells: pd.DataFrame) -> Layout:
    """Lay cells out as blocks.

    They are the result of `parstats.remedies.exposure`. Raises InvalidRequest if a column is
    missing, a state is unknown, a figure is missing, or a cell is duplicated; InsufficientData if
    there is no cell.

    >>> import pandas as pd
    >>> row = dict(index="PAPI", level="dimension", year=2024, vintage=63, province="20",
    ...            series="papi.services", change=0.1, baseline=-1.0, previous_change=0.3,
    ...            state="background")
    >>> panel_layout(pd.DataFrame([row, row | {"province": "22"}])).blocks.outcome.shape
    (2, 1)
    """
    _check(cells)
    cells = cells.reset_index(drop=True)
    units = ["vintage", "province"]
    cell_columns = ["index", "level", "year", "series"]
    provinces = cells[units].drop_duplicates().sort_values(units).reset_index(drop=True)
    positions = (
        cells[cell_columns].drop_duplicates().sort_values(cell_columns).reset_index(drop=True)
    )
    row = _numbers(cells[units], provinces)
    column = _numbers(cells[cell_columns], positions)
    shape = (len(provinces), len(positions))
    if len(set(zip(row.tolist(), column.tolist(), strict=True))) < len(cells):
        twice = cells.loc[cells.duplicated([*units, *cell_columns])].iloc[0]
        raise errors.InvalidRequest(
            f"the cell of {twice['series']}, province {twice['province']}, {twice['year']} "
            "stands twice; give each once"
        )
    arrays = np.zeros((3, *shape))
    figures = ("change", "baseline", "previous_change")
    for array, name in zip(arrays, figures, strict=True):
        array[row, column] = cells[name]
    present, estimation_sample = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
    present[row, column] = True
    estimation_sample[row, column] = cells["state"].isin(COMPARED)
    group = positions.groupby(["index", "level", "year"], sort=False).ngroup().to_numpy()
    series = positions.groupby(["index", "series"], sort=False).ngroup().to_numpy()
    blocks = Blocks(arrays[0], arrays[1:], present, estimation_sample, group, series)
    return Layout(blocks, provinces, positions, cells, row, column)


def _numbers(cells: pd.DataFrame, available: pd.DataFrame) -> NDArray[np.int64]:
    """Return the row number of each cell's key among the known ones."""
    keys = {key: at for at, key in enumerate(available.itertuples(index=False, name=None))}
    return np.array([keys[key] for key in cells.itertuples(index=False, name=None)], dtype=np.int64)


def _check(cells: pd.DataFrame) -> None:
    missing = [name for name in NEEDED if name not in cells]
    if missing:
        raise errors.InvalidRequest(
            f"the cells lack {', '.join(missing)}; make them with parstats.remedies.exposure"
        )
    if cells.empty:
        raise errors.InsufficientData("there is no cell: no series has three years without a break")
    strange = sorted(set(cells["state"]) - set(STATES))
    if strange:
        raise errors.UnknownChoice("state", strange[0], STATES)
    figures = cells[["change", "baseline", "previous_change"]].to_numpy(dtype=np.float64)
    if not np.isfinite(figures).all():
        at = cells.iloc[int(np.flatnonzero(~np.isfinite(figures).all(axis=1))[0])]
        raise errors.InvalidRequest(
            f"the cell of {at['series']}, province {at['province']}, {at['year']} lacks its "
            "change, baseline or previous change; leave it out"
        )
