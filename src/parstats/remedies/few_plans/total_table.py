"""Types of measures, and the later change of the overall score and rank."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from parstats.arguments import check_integer, check_share
from parstats.plans.series_rows import parts
from parstats.reference import frameworks
from parstats.remedies.cells.plan_listing import checked
from parstats.remedies.few_plans.measure_table import ALL
from parstats.remedies.few_plans.placed_sets import PlacedSets, correlation
from parstats.remedies.few_plans.total_changes import Totals, province_years

_OUTCOMES = ("score", "rank")
COLUMNS = {
    **dict.fromkeys(("index", "value"), "str"),
    **dict.fromkeys(("n_plans", "n_provinces", "n_province_years"), "int64"),
    **{
        f"{name}_{figure}": "float64"
        for name in _OUTCOMES
        for figure in ("change", "difference", "ci_low", "ci_high", "correlation")
    },
    "n_draws": "int64",
}


def total_outcomes(
    plans: pd.DataFrame,
    measures: pd.DataFrame,
    scores: pd.DataFrame,
    printed: pd.DataFrame,
    index: str,
    *,
    formal_only: bool = True,
    n_draws: int = 1_999,
    seed: int = 0,
    ci_level: float = 0.95,
) -> pd.DataFrame:
    """Tabulate the change of the overall score and rank after plans with each type of measure.

    A measure counts whether it is for the whole index or for any part of it, and in whatever list.
    It describes the plans
    that were read; it is no estimate of what a type does, and has no p-value and no verdict.

    Parameters
    ----------
    plans, measures : pandas.DataFrame of `parstats.load_plans` and `parstats.load_measures`
    scores : pandas.DataFrame of the index, all years (`parstats.load_scores`)
    printed : pandas.DataFrame of `parstats.load_printed`
    index : str
    formal_only : bool; formal plans only: not articles, meetings, conferences
    n_draws, seed : int; number of draws behind the intervals, and seed
    ci_level : float; of the intervals

    Returns
    -------
    pandas.DataFrame: the row "all" of all province-years with plans whose totals compare, then one
        for each type of measure in any of these plans: index; value; n_plans; n_provinces;
        n_province_years; score_change and rank_change (means: in standard deviations of the
        provinces of a year; places gained); score_difference and rank_difference (less the mean,
        or the median, of the provinces that ranked within 5 places in the year before);
        score_ci_low and so on (of the differences: the same years placed on other provinces);
        score_correlation and rank_correlation (of having the type with the difference, over the
        province-years; missing where fewer than five are, or all or none have it); n_draws.

    Raises
    ------
    UnknownChoice, InvalidRequest: if there is no such index; if tables are not as described

    Notes
    -----
    Peers may have plans as well, read or not. Where a province and year has several plans, their
    types count together. The first and last provinces have peers on one side only, and come back
    towards them whatever they plan.

    Examples
    --------
    >>> from parstats.panel import load_measures, load_plans, load_printed, load_scores
    >>> tables = load_plans(), load_measures(), load_scores("PAPI"), load_printed()
    >>> table = total_outcomes(*tables, "PAPI", n_draws=99)
    >>> table["value"].iloc[0], int(table["n_province_years"].iloc[0]) >= 23
    ('all', True)
    """
    check_integer("n_draws", n_draws, 19)
    check_integer("seed", seed, 0)
    check_share("ci_level", ci_level)
    name = frameworks.check_index(index)
    rows = checked(measures)
    rows = rows[rows["index"] == name]
    cases, _ = province_years(plans, scores, printed, name, formal_only=formal_only)
    types = _types(cases, rows)
    placed, at = _placed(cases, Totals.build(scores, name), n_draws, seed, ci_level)
    every = np.ones(len(cases), dtype=bool)
    subsets = {ALL: every} | {
        value: np.array([value in own for own in types], dtype=bool)
        for value in sorted({value for own in types for value in own})
    }
    records = [
        _row(cases, own, placed, at) | {"index": name, "value": value, "n_draws": n_draws}
        for value, own in subsets.items()
    ]
    table = pd.DataFrame(records, columns=list(COLUMNS)).astype(COLUMNS)
    table.attrs["indices"] = [name]
    return table


def _types(cases: pd.DataFrame, measures: pd.DataFrame) -> list[set[str]]:
    """Return the types of measures in the plans of each province-year."""
    by_plan: dict[str, set[str]] = {}
    for plan, written in zip(measures["plan"], measures["measure_type"], strict=True):
        by_plan.setdefault(plan, set()).update(parts(str(written)))
    return [
        set().union(*(by_plan.get(plan, set()) for plan in names.split(";")))
        for names in cases["plans"]
    ]


def _placed(
    cases: pd.DataFrame, totals: Totals, n_draws: int, seed: int, ci_level: float
) -> tuple[dict[str, PlacedSets], tuple[np.ndarray, np.ndarray]]:
    """Return the differences of all provinces, and where the province-years lie in them."""
    keys = ["vintage", "before_year", "year"]
    columns = list(cases[keys].drop_duplicates().itertuples(index=False, name=None))
    changes = {key: totals.changes(*key) for key in columns}
    units = sorted({(key[0], code) for key, table in changes.items() for code in table.index})
    unit_at = {unit: at for at, unit in enumerate(units)}
    placed = {}
    for outcome in _OUTCOMES:
        array = np.full((len(units), len(columns)), np.nan)
        for column, key in enumerate(columns):
            values = changes[key][f"{outcome}_difference"]
            array[[unit_at[key[0], code] for code in values.index], column] = values
        vintage = np.array([unit[0] for unit in units])
        placed[outcome] = PlacedSets.draw(array, vintage, n_draws, seed, ci_level)
    own = zip(cases["vintage"], cases["province"], strict=True)
    rows = np.array([unit_at[unit] for unit in own], dtype=np.int64)
    case_keys = cases[keys].itertuples(index=False, name=None)
    return placed, (rows, np.array([columns.index(key) for key in case_keys], dtype=np.int64))


def _row(
    cases: pd.DataFrame,
    own: np.ndarray,
    placed: dict[str, PlacedSets],
    at: tuple[np.ndarray, np.ndarray],
) -> dict[str, Any]:
    part = cases[own]
    row: dict[str, Any] = {
        "n_plans": int(part["n_plans"].sum()),
        "n_provinces": len(part[["vintage", "province"]].drop_duplicates()),
        "n_province_years": len(part),
    }
    for outcome in _OUTCOMES:
        chosen = np.zeros(placed[outcome].residuals.shape, dtype=bool)
        chosen[at[0][own], at[1][own]] = True
        mean, low, high = placed[outcome].mean(chosen)
        differences = cases[f"{outcome}_difference"].to_numpy(dtype=np.float64)
        row |= {
            f"{outcome}_change": float(part[f"{outcome}_change"].mean()),
            f"{outcome}_difference": mean,
            f"{outcome}_ci_low": low,
            f"{outcome}_ci_high": high,
            f"{outcome}_correlation": correlation(own, differences),
        }
    return row
