"""The model as a formula of statsmodels, for anyone who wants to run it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from parstats import errors
from parstats.remedies.association.hypotheses import TYPE_COLUMNS, By, targeted
from parstats.remedies.association.panel_layout import (
    COMPARED,
    Specification,
    history_names,
    panel_layout,
)
from parstats.remedies.association.type_model import TOGETHER, type_model
from parstats.stats.randomization.panel_blocks import Projections


class Equation(NamedTuple):
    """A formula of statsmodels and the table it is run on."""

    formula: str
    table: pd.DataFrame


def formula(
    cells: pd.DataFrame, *, by: By | None = None, specification: Specification = "history"
) -> Equation:
    """Return the model of `parstats.remedies.estimate` as a formula and a table.

    Parameters
    ----------
    cells, specification
        As in `parstats.remedies.estimate`.
    by : {"measure_type", "coarse_group"}, optional
        With all types of measures in; without them if not given.

    Returns
    -------
    Equation : named tuple of ``formula`` (str) and ``table`` (pandas.DataFrame)
        The coefficient of ``targeted`` is the association of being targeted; with types, those of
        the columns named after them are theirs. Standard errors by province are those of
        ``cov_type="cluster"`` with ``table["cluster"]``.

    Raises
    ------
    InvalidRequest, InsufficientData: as `parstats.remedies.estimate`; if every targeted cell has
        the same number of types, which a formula with "targeted" in it cannot hold

    Examples
    --------
    >>> import statsmodels.formula.api as smf
    >>> from parstats.panel import load_measures, load_plans, load_scores
    >>> from parstats.remedies import exposure
    >>> scores = load_scores("PAPI", years=range(2019, 2025))
    >>> cells = exposure(scores, load_measures("PAPI"), load_plans("PAPI"), years=2024)
    >>> equation = formula(cells, specification="baseline")
    >>> equation.formula.split(" + ")[:2]
    ['change ~ targeted', 'C(province_year)']
    >>> fitted = smf.ols(equation.formula, equation.table).fit()
    """
    if by is not None and by not in TYPE_COLUMNS:
        raise errors.UnknownChoice("by", by, tuple(TYPE_COLUMNS))
    layout = panel_layout(cells, specification)
    table = layout.cells.copy()
    panel = table["index"] + " " + table["level"] + " " + table["year"].astype(str)
    unit = table["vintage"].astype(str) + " " + table["province"]
    table = table.assign(
        targeted=targeted(table).astype(np.float64),
        panel=panel,
        cluster=unit,
        province_year=unit + " " + panel,
        series_year=table["series"] + " " + panel,
    )
    terms = ["targeted"]
    if by is not None:
        types = type_model(layout, Projections.build(layout.blocks), by)
        if types.same_number:
            raise errors.InvalidRequest(
                "every targeted cell has the same number of types, so 'targeted' is told by their "
                "sum: use parstats.remedies.estimate, which holds each against the mean of all"
            )
        for name, column in zip(types.names, types.columns.T, strict=True):
            term = name.replace(TOGETHER, "_")
            table[term] = column.astype(np.float64)
            terms.append(term)
    position = "C(series_year)" if specification != "regions" else "C(region):C(series_year)"
    terms += ["C(province_year)", position]
    terms += ["C(series):baseline", "C(series):previous_change"]
    for name in history_names(specification):
        unknown = table[name].isna()
        table[name] = table[name].fillna(0.0)
        terms.append(f"C(panel):{name}")
        if unknown.any():
            table[f"no_{name}"] = unknown.astype(np.float64)
            terms.append(f"C(panel):no_{name}")
    kept = table[table["state"].isin(COMPARED)].reset_index(drop=True)
    return Equation("change ~ " + " + ".join(terms), kept)
