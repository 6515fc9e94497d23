"""Matching of plans' measures with the cells they target."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import pandas as pd

from parstats import errors
from parstats.arguments import as_years, old_names
from parstats.reference import labels
from parstats.remedies.cells.changes import COLUMNS as CELL_COLUMNS
from parstats.remedies.cells.changes import outcomes
from parstats.remedies.cells.missing_outcomes import missing_outcomes
from parstats.remedies.cells.plan_listing import Measure, checked, groups, listings
from parstats.remedies.cells.plan_years import plan_years

#: What a cell can be, the strongest first where several plans speak of it.
STATES = ("targeted", "unknown", "maintained", "not_targeted", "background")
LIST_TYPES = ("remediate", "maintain", "general")
COLUMNS = {
    **CELL_COLUMNS,
    "state": "str",
    "plans": "str",
    "measure_types": "str",
    "coarse_groups": "str",
    "n_measures": "int64",
    "confidence": "float64",
    "date_unknown": "bool",
}
UNMATCHED_COLUMNS = {
    **dict.fromkeys(("plan", "row", "series", "index", "province"), "str"),
    **dict.fromkeys(("vintage", "year"), "Int64"),
    **dict.fromkeys(("reason", "reason_vi", "reason_en"), "str"),
}
_CELL_KEY = ["index", "vintage", "province", "year"]


class _CellState(NamedTuple):
    """State of one cell in one plan."""

    state: str
    plan: str
    measures: tuple[Measure, ...]
    date_unknown: bool


@old_names(formal="formal_only")
def exposure(
    scores: pd.DataFrame,
    measures: pd.DataFrame,
    plans: pd.DataFrame,
    *,
    lag: int | None = None,
    list_types: Sequence[str] = ("remediate",),
    formal_only: bool = True,
    years: int | Iterable[int] | None = None,
) -> pd.DataFrame:
    """Return every cell with an outcome and its state in the province's plans.

    A plan speaks at the level it names: one for a dimension meets the cell of the dimension, never
    those of its sub-dimensions.

    Parameters
    ----------
    scores : pandas.DataFrame of one index or several, all years (`parstats.load_scores`)
    measures, plans : pandas.DataFrame of `parstats.load_measures` and `parstats.load_plans`
    lag : int, optional
        Years from the plan's year to its outcome. Not given: the plan's own year if it is dated
        before 1 July of it, else the next one, also where the date is unknown to the month.
        Others are for robustness; negative ones look before the plan.
    list_types : sequence of {"remediate", "maintain", "general"}
        Lists that count as aiming at a series.
    formal_only : bool; count formal plans only: not articles, meetings, conferences
    years : int or iterable of int, optional; outcome years; all if not given

    Returns
    -------
    pandas.DataFrame: the cells of `changes` with

        - state: "targeted" (a plan lists the series in one of `list_types`); "maintained" (listed
          only to be kept up); "not_targeted" (a plan read in full, whose measures for the index are
          all linked, lists neither the series nor anything above or below it); "background" (no
          plan of the province for the index and year is known); else "unknown", also where the plan
          names nothing below the overall score. Where several plans speak of a cell: targeted,
          unknown, maintained, not_targeted, the first that one of them says.
        - plans: the plans that say so, parted by semicolons
        - measure_types, coarse_groups: of their measures for the series, parted by semicolons
        - n_measures: how many of these are known; 0 where only the series is known
        - confidence: the smallest of their links; as the coder gave it, else 1 where a person made
          or saw the link; 1 where there is none
        - date_unknown: the date of one of the plans is unknown to the month, so that its outcome
          year is assumed

    Raises
    ------
    InvalidRequest: if a column is missing, a row is duplicated, or a series is not of its index
    UnknownChoice: if an option, an index, a series or a type of measure does not exist

    Notes
    -----
    "not_targeted" is as far as the plan says: a plan of a department is a part of what the province
    does. "background" is not "without a plan": not found is not the same as not issued.

    Examples
    --------
    >>> from parstats.panel import load_measures, load_plans, load_scores
    >>> cells = exposure(load_scores("PAPI"), load_measures(), load_plans(), years=2024)
    >>> own = cells[(cells["plans"] == "bac-kan-2024-sct") & (cells["level"] == "criterion")]
    >>> own["state"].value_counts().to_dict()
    {'not_targeted': 17, 'targeted': 11}
    """
    _check_list_types(list_types)
    cells = outcomes(scores, years)
    plan_listings = listings(measures, plans)
    dated = plan_years(plans, lag=lag, formal_only=formal_only)
    counted = {
        plan_row["plan"]: plan_row for plan_row in dated[dated["reason"] == ""].to_dict("records")
    }
    positions = cells.groupby(_CELL_KEY, sort=False).indices
    names, at_year = cells["series"].to_numpy(), cells["year"].to_numpy()
    states_by_cell: dict[int, list[_CellState]] = {}
    for (plan, index), listing in plan_listings.items():
        if plan not in counted:
            continue
        plan_row = counted[plan]
        cell_key = (index, plan_row["vintage"], plan_row["province"], int(plan_row["year"]))
        for cell in positions.get(cell_key, ()):
            state, cell_measures = listing.state(names[cell], int(at_year[cell]), list_types)
            cell_states = _CellState(state, plan, cell_measures, bool(plan_row["date_unknown"]))
            states_by_cell.setdefault(int(cell), []).append(cell_states)
    return _with_states(cells, states_by_cell)


@old_names(formal="formal_only")
def unmatched_measures(
    scores: pd.DataFrame,
    measures: pd.DataFrame,
    plans: pd.DataFrame,
    *,
    lag: int | None = None,
    list_types: Sequence[str] = ("remediate",),
    formal_only: bool = True,
    years: int | Iterable[int] | None = None,
) -> pd.DataFrame:
    """Return every measure without a cell in `exposure`, and why.

    Parameters
    ----------
    scores, measures, plans, lag, list_types, formal_only, years
        As in `exposure`. The list a measure is in does not matter here: one of another list
        meets its cell all the same, and leaves it maintained or unknown.

    Returns
    -------
    pandas.DataFrame: one row per measure and series: plan, row, series, index, province, vintage,
        year (the outcome year; missing where the plan says none or is not there), reason (one of
        `parstats.remedies.cells.missing_outcomes.REASONS`), reason_vi, reason_en. Reasons of the
        plan come first: "no_plan" (the measure's plan is not among `plans`), "unit" (it is for the
        score of a department), "informal", "no_province", "no_year"; "other_year": the outcome year
        is not among `years`; the others are those of `missing_outcomes`.

    Raises
    ------
    InvalidRequest: if a column is missing, a row is duplicated, or a series is not of its index
    UnknownChoice: if an option, an index or a series does not exist

    Examples
    --------
    >>> from parstats.panel import load_measures, load_plans, load_scores
    >>> table = unmatched_measures(load_scores("PAPI"), load_measures(), load_plans())
    >>> table.loc[table["plan"] == "lao-cai-2021-ubnd", "reason"].unique().tolist()
    ['break', 'whole_index']
    """
    _check_list_types(list_types)
    dated = plan_years(plans, lag=lag, formal_only=formal_only)
    about = dated[["plan", "province", "vintage", "year", "reason"]]
    rows = checked(measures)[["plan", "row", "series", "index"]]
    table = rows.merge(about, on="plan", how="left", validate="many_to_one")
    table["reason"] = table["reason"].fillna("no_plan")
    table["province"] = table["province"].fillna("")
    open_ = table["reason"] == ""
    reasons = missing_outcomes(scores, table[open_].astype({"vintage": "int64", "year": "int64"}))
    outcome_years = as_years(years)
    if outcome_years is not None:
        other = ~table.loc[open_, "year"].isin(outcome_years) & ~reasons.isin(
            ["no_link", "whole_index"]
        )
        reasons = reasons.mask(other, "other_year")
    table.loc[open_, "reason"] = reasons
    table = table[table["reason"] != ""]
    for lang in labels.LANGUAGES:
        table[f"reason_{lang}"] = [labels.text(f"no_cell.{why}", lang) for why in table["reason"]]
    return table[list(UNMATCHED_COLUMNS)].astype(UNMATCHED_COLUMNS).reset_index(drop=True)


def _check_list_types(list_types: Sequence[str]) -> None:
    if isinstance(list_types, str) or not list_types:
        raise errors.InvalidRequest(
            f"list_types is {list_types!r}: expected one or more of {', '.join(LIST_TYPES)} in a "
            "list, as ['remediate']"
        )
    for list_type in list_types:
        if list_type not in LIST_TYPES:
            raise errors.UnknownChoice("list type", list_type, LIST_TYPES)


def _with_states(cells: pd.DataFrame, states_by_cell: dict[int, list[_CellState]]) -> pd.DataFrame:
    """Add the strongest state over the plans to the cells; background if there is none."""
    none = {
        **{"state": "background", "plans": "", "measure_types": "", "coarse_groups": ""},
        **{"n_measures": 0, "confidence": 1.0, "date_unknown": False},
    }
    columns = {name: [value] * len(cells) for name, value in none.items()}
    for cell, cell_states in states_by_cell.items():
        for name, value in _joined(cell_states).items():
            columns[name][cell] = value
    return cells.assign(**columns)[list(COLUMNS)].astype(COLUMNS)


def _joined(cell_states: list[_CellState]) -> dict[str, object]:
    state = min((cell_state.state for cell_state in cell_states), key=STATES.index)
    deciding = [cell_state for cell_state in cell_states if cell_state.state == state]
    cell_measures = [measure for cell_state in deciding for measure in cell_state.measures]
    types = sorted({name for measure in cell_measures for name in measure.types})
    return {
        "state": state,
        "plans": ";".join(sorted(cell_state.plan for cell_state in deciding)),
        "measure_types": ";".join(types),
        "coarse_groups": ";".join(sorted({groups()[name] for name in types})),
        "n_measures": sum(measure.seen for measure in cell_measures),
        "confidence": min((measure.confidence for measure in cell_measures), default=1.0),
        "date_unknown": any(cell_state.date_unknown for cell_state in deciding),
    }
