"""Cells laid out as blocks: one row per province, one column per series and year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from parstats import errors
from parstats.remedies.cells.history import HISTORY, region_numbers
from parstats.stats.randomization.panel_blocks import Blocks

#: Covariates of the model: see `panel_layout`.
Specification = Literal["history", "regions", "baseline"]
SPECIFICATIONS: tuple[str, ...] = get_args(Specification)

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

    blocks: Blocks  # change, explained by the covariates of the specification
    provinces: pd.DataFrame  # vintage and province of each row of the arrays
    # Index, level, year and series of each column; the cells, in their order.
    positions: pd.DataFrame
    cells: pd.DataFrame
    # Number of the region of each province, -1 where there is none.
    region: NDArray[np.int64]
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


def panel_layout(cells: pd.DataFrame, specification: Specification = "history") -> Layout:
    """Lay cells out as blocks.

    They are the result of `parstats.remedies.exposure`. All specifications have the baseline and
    the previous change, with slopes by series. "history" adds, with slopes by year, the standings
    three to five years before, and the means of the region's other provinces, of the eight most
    similar ones, and of the province's other series of the dimension, of the last year and of those
    before; "regions" has an effect of each region,
    series and year instead of the region's means; "baseline" adds nothing. Where something of the
    history is not known it is 0 and an indicator with a slope by year says so.

    Raises InvalidRequest if a column is missing, a state is unknown, a figure is missing, or a cell
    is duplicated; InsufficientData if there is no cell; UnknownChoice for the specification.

    >>> import pandas as pd
    >>> row = dict(index="PAPI", level="dimension", year=2024, vintage=63, province="20",
    ...            series="papi.services", change=0.1, baseline=-1.0, previous_change=0.3,
    ...            state="background")
    >>> two = pd.DataFrame([row, row | {"province": "22"}])
    >>> panel_layout(two, "baseline").blocks.outcome.shape
    (2, 1)
    """
    _check(cells, specification)
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
    region = _regions(cells, row, len(provinces))
    blocks = Blocks(
        *(arrays[0], arrays[1:], present, estimation_sample, group, series),
        group_covariates=_history(cells, specification, shape, (row, column)),
        regions=region if specification == "regions" else None,
    )
    return Layout(blocks, provinces, positions, cells, region, row, column)


def history_names(specification: Specification) -> tuple[str, ...]:
    """Return the columns of the history that a specification uses.

    >>> history_names("baseline"), history_names("regions")[-2:]
    ((), ('sibling_baseline', 'sibling_past'))
    """
    if specification == "baseline":
        return ()
    left_out = ("region_baseline", "region_past") if specification == "regions" else ()
    return tuple(name for name in HISTORY if name not in left_out)


def _history(
    cells: pd.DataFrame,
    specification: Specification,
    shape: tuple[int, int],
    at: tuple[NDArray[np.int64], NDArray[np.int64]],
) -> NDArray[np.float64]:
    """Return the covariates with slopes by year, and indicators of those that are not known."""
    arrays = []
    for name in history_names(specification):
        values = cells[name].to_numpy(dtype=np.float64)
        known = np.isfinite(values)
        for column in (np.where(known, values, 0.0), (~known).astype(np.float64)):
            if column.any():
                array = np.zeros(shape)
                array[at] = column
                arrays.append(array)
    return np.stack(arrays) if arrays else np.zeros((0, *shape))


def _regions(cells: pd.DataFrame, row: NDArray[np.int64], n_provinces: int) -> NDArray[np.int64]:
    """Return the number of the region of each province."""
    names = np.full(n_provinces, "", dtype=object)
    if "region" in cells:
        names[row] = cells["region"].fillna("").to_numpy(dtype=object)
    return region_numbers(names.tolist())


def _numbers(cells: pd.DataFrame, available: pd.DataFrame) -> NDArray[np.int64]:
    """Return the row number of each cell's key among the known ones."""
    keys = {key: at for at, key in enumerate(available.itertuples(index=False, name=None))}
    return np.array([keys[key] for key in cells.itertuples(index=False, name=None)], dtype=np.int64)


def _check(cells: pd.DataFrame, specification: Specification) -> None:
    if specification not in SPECIFICATIONS:
        raise errors.UnknownChoice("specification", specification, SPECIFICATIONS)
    missing = [name for name in (*NEEDED, *history_names(specification)) if name not in cells]
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
