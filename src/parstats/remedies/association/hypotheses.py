"""What a row of estimates asks: which cells count as targeted, and what is held besides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from parstats import errors
from parstats.reference import frameworks
from parstats.remedies.association.panel_layout import Layout, Specification, panel_layout
from parstats.stats.randomization.panel_blocks import Floats, Projections

By = Literal["measure_type", "coarse_group", "index", "series", "dimension", "region"]
BY: tuple[str, ...] = get_args(By)
#: Columns of the cells that hold types of measures, parted by semicolons.
TYPE_COLUMNS = {"measure_type": "measure_types", "coarse_group": "coarse_groups"}
#: How a row was estimated: everything targeted as one; a part of the targeted cells, the others
#: held; a type, all other types held; a type against cells without any measure, others apart.
MODELS = ("all", "part", "joint", "one_at_a_time")


@dataclass(frozen=True)
class Hypothesis:
    """One row: the regressor whose coefficient is asked for, and what is held besides."""

    value: str
    model: str  # one of `MODELS`
    layout: Layout
    projections: Projections
    chosen: NDArray[np.bool_]  # the targeted cells the row is about; shape (cells,)
    regressor: Floats  # shape (provinces, positions)
    held: Floats  # further regressors; shape (provinces, positions, regressors)
    # Provinces with targeted cells the type is compared with; none where nothing is asked of it.
    n_without: int | None = None


def targeted(cells: pd.DataFrame) -> NDArray[np.bool_]:
    """Return which cells are targeted.

    >>> targeted(pd.DataFrame({"state": ["targeted", "unknown"]})).tolist()
    [True, False]
    """
    return np.asarray(cells["state"] == "targeted", dtype=np.bool_)


def everything(layout: Layout, projections: Projections) -> Hypothesis:
    """Ask for all targeted cells as one."""
    chosen = targeted(layout.cells)
    nothing = np.zeros((*layout.blocks.outcome.shape, 0))
    return Hypothesis("all", "all", layout, projections, chosen, layout.treatment(chosen), nothing)


def parts(layout: Layout, projections: Projections, by: By) -> list[Hypothesis]:
    """Ask for the targeted cells of each series, dimension or region, those of others held."""
    labels = part_labels(layout.cells, by)
    chosen = targeted(layout.cells)
    rows = []
    for value in sorted({label for label in labels[chosen] if label}):
        own = chosen & (labels == value)
        held = layout.treatment(chosen & ~own)[..., None]
        rows.append(
            Hypothesis(value, "part", layout, projections, own, layout.treatment(own), held)
        )
    if not rows:
        raise errors.InsufficientData(f"no targeted cell has a {by}")
    return rows


def part_labels(cells: pd.DataFrame, by: By) -> NDArray[np.object_]:
    """Return the index, series, dimension or region of each cell.

    >>> part_labels(pd.DataFrame({"series": ["papi.services"]}), "series").tolist()
    ['papi.services']
    """
    if by == "region":
        if "region" not in cells:
            raise errors.InvalidRequest(
                "the cells lack region; make them with parstats.remedies.exposure"
            )
        return np.asarray(cells["region"].fillna(""), dtype=object)
    if by in ("series", "index"):
        return np.asarray(cells[by], dtype=object)
    keys = cells[["series", "year", "level"]].drop_duplicates()
    parents = frameworks.by_year()["parent"]
    dimension = {
        (row.series, row.year): row.series
        if row.level == "dimension"
        else parents.get((row.series, row.year), "")
        for row in keys.itertuples()
    }
    pairs = zip(cells["series"], cells["year"], strict=True)
    return np.array([dimension[pair] for pair in pairs], dtype=object)


def by_index(cells: pd.DataFrame, specification: Specification) -> list[Hypothesis]:
    """Ask for each index by itself, each with a panel of its own."""
    rows = []
    for index in sorted(cells.loc[targeted(cells), "index"].unique()):
        layout = panel_layout(cells[cells["index"] == index], specification)
        row = everything(layout, Projections.build(layout.blocks))
        rows.append(
            Hypothesis(
                *(str(index), "part", layout, row.projections, row.chosen),
                *(row.regressor, row.held),
            )
        )
    return rows


def type_table(cells: pd.DataFrame, by: By) -> pd.DataFrame:
    """Return which cells have a measure of which type: one row a cell, one column a type.

    Only targeted cells have any. Raises InsufficientData where no targeted cell tells its type.

    >>> table = pd.DataFrame({"state": "targeted", "measure_types": ["COMM;STAFF", "COMM"]})
    >>> type_table(table, "measure_type").sum().to_dict()
    {'COMM': 2, 'STAFF': 1}
    """
    column = TYPE_COLUMNS[by]
    if column not in cells:
        raise errors.InvalidRequest(
            f"the cells lack {column}; make them with parstats.remedies.exposure"
        )
    named = cells[column].fillna("").where(targeted(cells), "")
    # Tables made by hand may have blanks beside the semicolons.
    table = named.str.replace(r"\s*;\s*", ";", regex=True).str.strip().str.get_dummies(";")
    table = table.astype(bool)
    table = table[[name for name in sorted(table) if name]]
    if table.empty or not table.shape[1]:
        raise errors.InsufficientData(f"no targeted cell tells its {column.replace('_', ' ')}")
    return table
