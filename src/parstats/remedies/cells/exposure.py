"""Matching of plans' measures with the cells they target."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from parstats import errors
from parstats.arguments import as_years, old_names
from parstats.reference import labels
from parstats.remedies.cells.changes import COLUMNS as CELL_COLUMNS
from parstats.remedies.cells.changes import outcomes
from parstats.remedies.cells.missing_outcomes import missing_outcomes
from parstats.remedies.cells.plan_listing import Listing, Measure, checked, groups, listings
from parstats.remedies.cells.plan_years import IN_PLACE_OF_LAG, Timing, years_of_pairs

#: What a cell can be, the strongest first where several plans speak of it.
STATES = ("targeted", "unknown", "maintained", "not_targeted", "background")
LIST_TYPES = ("remediate", "maintain", "general")
COLUMNS = {
    **CELL_COLUMNS,
    "state": "str",
    "plans": "str",
    "issuer_level": "str",
    "measure_types": "str",
    "coarse_groups": "str",
    "n_measures": "int64",
    "dose": "float64",
    "confidence": "float64",
    "n_unlinked": "int64",
    "overlap": "float64",
    "date_unknown": "bool",
    "targeted_again": "bool",
}
UNMATCHED_COLUMNS = {
    **dict.fromkeys(("plan", "row", "series", "index", "province"), "str"),
    **dict.fromkeys(("vintage", "year"), "Int64"),
    **dict.fromkeys(("reason", "reason_vi", "reason_en"), "str"),
}
_CELL_KEY = ["index", "vintage", "province", "year"]
_MISSING = float("nan")
# What a plan of which only the name matters adds to a cell.
_UNSAID: dict[str, Any] = {"is_silent": False, "measures": (), "dose": _MISSING}


class _CellState(NamedTuple):
    """State of one cell in one plan."""

    state: str
    # Whether an office that speaks for itself alone leaves the series aside: the state is unknown
    # unless a plan of the province speaks of it.
    is_silent: bool
    plan: str
    issuer_level: str
    measures: tuple[Measure, ...]
    dose: float
    n_unlinked: int
    overlap: float
    date_unknown: bool


@old_names(formal="formal_only", lag=IN_PLACE_OF_LAG)
def exposure(
    scores: pd.DataFrame,
    measures: pd.DataFrame,
    plans: pd.DataFrame,
    *,
    event_time: int = 0,
    timing: Timing = "fieldwork",
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
    event_time : int
        Years from the outcome year. 0: every outcome year of a plan counts. Above 0: the change
        from the year before the plan's first outcome year to so many years after that. Below 0:
        the change so many years before it, which the plan cannot have moved.
    timing : {"fieldwork", "plan_year", "next_year"}
        How the first outcome year of a plan is found; see `plan_years`.
    list_types : sequence of {"remediate", "maintain", "general"}
        Lists that count as aiming at a series.
    formal_only : bool; count formal plans only: not articles, meetings, conferences
    years : int or iterable of int, optional; outcome years; all if not given

    Returns
    -------
    pandas.DataFrame: the cells of `outcomes` with

        - state: "targeted" (a plan lists the series in one of `list_types`); "maintained" (listed
          only to be kept up); "not_targeted" (a plan of the province's People's Committee or its
          head, read in full, lists neither the series nor anything above or below it);
          "background" (no plan of the province for the index and year is known); else "unknown",
          also where the plan names nothing below the overall score. Where several plans speak of a
          cell: targeted, unknown, maintained, not_targeted, the first that one of them says.
        - plans: the plans that say so, parted by semicolons; issuer_level: the levels of their
          agencies ("province", "party", "department", ...), "" where none is known
        - measure_types, coarse_groups: of their measures for the series, parted by semicolons
        - n_measures: how many of these are known; 0 where only the series is known
        - dose: the share of a plan's lead units that lead a measure for the series, the mean over
          the plans; 0 where it is not targeted; missing where no lead units are known
        - confidence: the smallest of their links; as the coder gave it, else 1 where a person made
          or saw the link; 1 where there is none
        - n_unlinked: for cells that are not targeted, measures of the province's plans that are
          linked to no series, and may be about this one (`unlinked_measures` says which to link
          first)
        - overlap: the share of the year's fieldwork that these plans were in force for, the mean
          over them; missing where a date is not known
        - date_unknown: the date of one of the plans is unknown to the month, so that its outcome
          year is assumed
        - targeted_again: with an event time, the series is targeted in another of the years from
          the cell's year to the outcome, so that the change is not of this event time alone

    Raises
    ------
    InvalidRequest: if a column is missing, a row is duplicated, or a series is not of its index
    UnknownChoice: if an option, an index, a series or a type of measure does not exist

    Notes
    -----
    "not_targeted" is as far as the plan says. A plan of a department, a district or the Party
    committee is a part of what the province does: what it names is targeted, and of the rest it
    says nothing: that is unknown, or what a plan of the province says. "background" is never
    "without a plan": not found is not the same as not issued.

    With an event time only the first outcome years of plans are looked at; cells of later years of
    a plan for several years are unknown, unless another plan says more.

    Examples
    --------
    >>> from parstats.panel import load_measures, load_plans, load_scores
    >>> cells = exposure(load_scores("PAPI"), load_measures(), load_plans(), years=2024)
    >>> own = cells[(cells["plans"] == "bac-kan-2024-sct") & (cells["level"] == "criterion")]
    >>> own.groupby(["state", "issuer_level"]).size().to_dict()
    {('targeted', 'department'): 11, ('unknown', 'department'): 17}
    """
    check_list_types(list_types)
    check_event_time(event_time)
    # A change over several years ends later, and is of the year that it begins in.
    spans: dict[str, Any] = {"horizon": event_time} if event_time > 0 else {}
    cells = outcomes(scores, years, **spans)
    plan_listings = listings(measures, plans)
    dated = years_of_pairs(plans, plan_listings, timing=timing, formal_only=formal_only)
    counted = dated[dated["reason"] == ""]
    positions = cells.groupby(_CELL_KEY, sort=False).indices
    names = cells["series"].to_numpy()
    states_by_cell: dict[int, list[_CellState]] = {}
    targeted_years: dict[tuple[Any, ...], set[int]] = {}
    for plan_row in counted.to_dict("records"):
        listing = plan_listings[plan_row["plan"], plan_row["index"]]
        place = tuple(plan_row[name] for name in _CELL_KEY[:-1])
        year, shift = int(plan_row["year"]), min(event_time, 0) if plan_row["first"] else 0
        for series in listing.aimed(list_types):
            targeted_years.setdefault((*place, series), set()).add(year)
        for cell in positions.get((*place, year + shift), ()):
            cell_state = _cell_state(plan_row, listing, names[cell], year + shift, list_types)
            if event_time and not plan_row["first"]:
                cell_state = cell_state._replace(state="unknown", **_UNSAID)
            states_by_cell.setdefault(int(cell), []).append(cell_state)
    table = _with_states(cells, states_by_cell)
    return table.assign(targeted_again=_again(table, targeted_years, event_time))[list(COLUMNS)]


def check_event_time(event_time: int) -> None:
    """Refuse an event time that is no whole number of years.

    >>> check_event_time(-1)
    """
    if isinstance(event_time, bool) or not isinstance(event_time, int | np.integer):
        raise errors.UnknownChoice("event_time", event_time, (-2, -1, 0, 1, 2))


def _cell_state(
    plan_row: dict[str, Any], listing: Listing, series: str, year: int, list_types: Sequence[str]
) -> _CellState:
    state, series_measures = listing.state(series, year, list_types)
    is_aside = state == "not_targeted"
    is_silent = is_aside and not listing.is_of_province
    dose = listing.dose(series_measures)
    if is_aside and not is_silent and listing.lead_units:
        dose = 0.0
    return _CellState(
        state="unknown" if is_silent else state,
        is_silent=is_silent,
        plan=plan_row["plan"],
        issuer_level="" if pd.isna(plan_row["agency_level"]) else plan_row["agency_level"],
        measures=series_measures,
        dose=dose,
        n_unlinked=listing.n_unlinked if is_aside else 0,
        overlap=plan_row["overlap"],
        date_unknown=bool(plan_row["date_unknown"]),
    )


def _again(
    table: pd.DataFrame, targeted_years: dict[tuple[Any, ...], set[int]], event_time: int
) -> list[bool]:
    """Return whether a cell's series is targeted in the other years up to the outcome or plan."""
    # After the plan's year up to the outcome; or from the cell's year to before the plan's.
    others = range(1, event_time + 1) if event_time > 0 else range(-event_time)
    if not others:
        return [False] * len(table)
    keys = table[[*_CELL_KEY[:-1], "series", "year"]].itertuples(index=False, name=None)
    return [
        any(year + later in targeted_years.get(tuple(place), ()) for later in others)
        for *place, year in keys
    ]


@old_names(formal="formal_only", lag=IN_PLACE_OF_LAG)
def unmatched_measures(
    scores: pd.DataFrame,
    measures: pd.DataFrame,
    plans: pd.DataFrame,
    *,
    event_time: int = 0,
    timing: Timing = "fieldwork",
    list_types: Sequence[str] = ("remediate",),
    formal_only: bool = True,
    years: int | Iterable[int] | None = None,
) -> pd.DataFrame:
    """Return every measure without a cell in `exposure`, and why.

    Parameters
    ----------
    scores, measures, plans, event_time, timing, list_types, formal_only, years
        As in `exposure`. The list a measure is in does not matter here: one of another list
        meets its cell all the same, and leaves it maintained or unknown.

    Returns
    -------
    pandas.DataFrame: one row per measure and series: plan, row, series, index, province, vintage,
        year (the first year of its cells; missing where the plan says none or is not there), reason
        (one of `parstats.remedies.cells.missing_outcomes.REASONS`), reason_vi, reason_en. Reasons
        of the plan come first: "no_plan" (the measure's plan is not among `plans`), then those of
        `plan_years`; "other_year": no outcome year is among `years`; the others are those of
        `missing_outcomes`. A measure of a plan for several years is here only if it has a cell in
        none of them, with the reason of the first.

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
    check_list_types(list_types)
    check_event_time(event_time)
    rows = checked(measures)[["plan", "row", "series", "index"]]
    pairs = dict.fromkeys(rows[["plan", "index"]].itertuples(index=False, name=None))
    dated = years_of_pairs(plans, pairs, timing=timing, formal_only=formal_only)
    if event_time:
        first = dated[dated["first"]]
        dated = first.assign(year=first["year"] + min(event_time, 0))
    about = dated[["plan", "index", "province", "vintage", "year", "reason"]]
    table = rows.assign(_at=range(len(rows))).merge(about, on=["plan", "index"], how="left")
    table["province"] = table["province"].fillna("")
    # A measure that names no index is linked to nothing, whatever its plan.
    unnamed = (table["index"] == "") & (table["reason"] == "no_indices")
    table["reason"] = table["reason"].fillna("no_plan").mask(unnamed, "no_link")
    open_ = table["reason"] == ""
    cases = table.loc[open_].astype({"vintage": "int64", "year": "int64"})
    reasons = missing_outcomes(scores, cases, horizon=max(event_time, 0))
    outcome_years = as_years(years)
    if outcome_years is not None:
        other = ~cases["year"].isin(outcome_years) & ~reasons.isin(["no_link", "whole_index"])
        reasons = reasons.mask(other, "other_year")
    table.loc[open_, "reason"] = reasons
    return _unmet(table)


def _unmet(table: pd.DataFrame) -> pd.DataFrame:
    """Return the first row of each measure that has a reason in every row, the reason in words.

    Of a measure with an outcome year among the years asked for, the first reason that is not that
    its year was not asked for.
    """
    is_met = (table["reason"] == "").groupby(table["_at"]).transform("any")
    unmet = table[~is_met]
    unmet = unmet.assign(_other=unmet["reason"] == "other_year")
    unmet = unmet.sort_values(["_at", "_other", "year"], kind="stable").drop_duplicates("_at")
    words = {
        f"reason_{lang}": [labels.text(f"no_cell.{why}", lang) for why in unmet["reason"]]
        for lang in labels.LANGUAGES
    }
    unmet = unmet.assign(**words)
    return unmet[list(UNMATCHED_COLUMNS)].astype(UNMATCHED_COLUMNS).reset_index(drop=True)


def check_list_types(list_types: Sequence[str]) -> None:
    """Refuse what is no sequence of kinds of lists.

    >>> check_list_types(["remediate", "general"])
    """
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
        **{"state": "background", "plans": "", "issuer_level": "", "measure_types": ""},
        **{"coarse_groups": "", "n_measures": 0, "dose": _MISSING, "confidence": 1.0},
        **{"n_unlinked": 0, "overlap": _MISSING, "date_unknown": False, "targeted_again": False},
    }
    columns = {name: [value] * len(cells) for name, value in none.items()}
    for cell, cell_states in states_by_cell.items():
        for name, value in _joined(cell_states).items():
            columns[name][cell] = value
    return cells.assign(**columns)[list(COLUMNS)].astype(COLUMNS)


def _joined(cell_states: list[_CellState]) -> dict[str, Any]:
    speaking = [cell_state for cell_state in cell_states if not cell_state.is_silent]
    state = min((cell_state.state for cell_state in speaking or cell_states), key=STATES.index)
    deciding = [cell_state for cell_state in speaking or cell_states if cell_state.state == state]
    # Of the silent ones too: what is not linked may be about this series.
    n_unlinked = sum(cell_state.n_unlinked for cell_state in cell_states)
    cell_measures = [measure for cell_state in deciding for measure in cell_state.measures]
    types = sorted({name for measure in cell_measures for name in measure.types})
    return {
        "state": state,
        "plans": ";".join(sorted({cell_state.plan for cell_state in deciding})),
        "issuer_level": ";".join(
            sorted({cell_state.issuer_level for cell_state in deciding} - {""})
        ),
        "measure_types": ";".join(types),
        "coarse_groups": ";".join(sorted({groups()[name] for name in types})),
        "n_measures": sum(measure.seen for measure in cell_measures),
        "dose": _mean([cell_state.dose for cell_state in deciding]),
        "confidence": min((measure.confidence for measure in cell_measures), default=1.0),
        "n_unlinked": n_unlinked if state == "not_targeted" else 0,
        "overlap": _mean([cell_state.overlap for cell_state in deciding]),
        "date_unknown": any(cell_state.date_unknown for cell_state in deciding),
    }


def _mean(values: list[float]) -> float:
    """Return the mean of the known values, missing if there are none."""
    known = [value for value in values if not pd.isna(value)]
    return sum(known) / len(known) if known else _MISSING
