"""Cells some years before or after the outcome year of a plan, and the losses."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from parstats.reference import labels
from parstats.remedies.association.panel_layout import COMPARED
from parstats.remedies.cells.exposure import exposure, unmatched_measures

#: Reason of a loss that is not among `parstats.remedies.cells.missing_outcomes.REASONS`.
OVERLAPPING = "overlapping"
LOSS_COLUMNS: tuple[str, ...] = (
    "event_time",
    "reason",
    "reason_vi",
    "reason_en",
    "n_cells",
    "n_provinces",
)
# What a measure lacks at any event time is no loss of one of them.
_NEVER = (
    *("no_plan", "unit", "informal", "no_province", "no_year", "no_link", "whole_index"),
    *("years_reversed", "no_such_date", "no_indices", "issued_late"),
)
_CELL = ["index", "vintage", "province", "series", "year"]


def event_cells(
    scores: pd.DataFrame,
    measures: pd.DataFrame,
    plans: pd.DataFrame,
    times: Iterable[int],
    **options: Any,
) -> dict[int, pd.DataFrame]:
    """Return cells as `parstats.remedies.exposure`, by years from the outcome year.

    `options` are those of `exposure`. From the outcome year on, a cell is that of the plan's first
    outcome year, and its change ends so many years later; cells that are targeted again on the way
    stay, as to leave them out would choose by what the plan brought. Before it, cells are those of
    an earlier year; those that a plan of that year targets itself, or that another plan is about,
    are "unknown": what is measured there is not this event time alone. Column ``overlapping`` tells
    the former. Raises InvalidRequest as `parstats.remedies.exposure`.

    >>> from parstats.panel import load_measures, load_plans, load_scores
    >>> scores = load_scores("PAPI", years=range(2018, 2025))
    >>> given = scores, load_measures("PAPI"), load_plans("PAPI")
    >>> before = event_cells(*given, [-1])[-1]
    >>> int(before["overlapping"].sum()), bool((before["state"] == "targeted").any())
    (0, True)
    """
    primary = exposure(scores, measures, plans, **options)
    result = {}
    for time in times:
        cells = (
            primary if time == 0 else exposure(scores, measures, plans, event_time=time, **options)
        )
        result[time] = cells.assign(overlapping=False)
        if time < 0:
            result[time] = _mask_overlaps(cells, primary)
    return result


def _mask_overlaps(cells: pd.DataFrame, primary: pd.DataFrame) -> pd.DataFrame:
    """Mask the cells that a plan targets, or is about, in the year of the cell itself."""
    own = cells[_CELL].merge(primary[[*_CELL, "state"]], on=_CELL, how="left")
    plan_state = own["state"].fillna("background").to_numpy()
    targeted = cells["state"] == "targeted"
    overlapping = targeted & (plan_state == "targeted")
    compared = cells["state"].isin(COMPARED)
    mentioned = compared & ~targeted & ~pd.Series(plan_state, cells.index).isin(COMPARED[1:])
    state = cells["state"].mask(overlapping | mentioned, "unknown")
    return cells.assign(state=state, overlapping=overlapping)


def lost_cells(
    scores: pd.DataFrame,
    measures: pd.DataFrame,
    plans: pd.DataFrame,
    cells: dict[int, pd.DataFrame],
    **options: Any,
) -> pd.DataFrame:
    """Return targeted cells that are missing or not counted at an event time.

    `cells` is what `event_cells` gives for the same. One row per event time and cell: event_time,
    index, vintage, province, series, year, reason: a code of
    `parstats.remedies.cells.missing_outcomes.REASONS`, or "overlapping". Raises InvalidRequest as
    `parstats.remedies.exposure`.

    >>> from parstats.panel import load_measures, load_plans, load_scores
    >>> scores = load_scores("PAPI", years=range(2018, 2025))
    >>> given = scores, load_measures("PAPI"), load_plans("PAPI")
    >>> lost = lost_cells(*given, event_cells(*given, [0]))
    >>> "break" in set(lost["reason"])
    True
    """
    aimed = measures[measures["list_type"].isin(options.get("list_types", ("remediate",)))]
    parts = []
    for time, time_cells in cells.items():
        table = unmatched_measures(scores, aimed, plans, event_time=time, **options)
        missing = table[~table["reason"].isin(_NEVER)]
        twice = time_cells[time_cells["overlapping"]].assign(reason=OVERLAPPING)
        parts += [part.assign(event_time=time) for part in (missing, twice)]
    columns = ["event_time", *_CELL, "reason"]
    kinds = {"event_time": "int64", "vintage": "int64", "year": "int64"}
    all_losses = pd.concat([part[columns].astype(kinds) for part in parts], ignore_index=True)
    all_losses = all_losses.drop_duplicates(columns[:-1])
    return all_losses.sort_values(["event_time", "reason", *_CELL]).reset_index(drop=True)


def losses(lost: pd.DataFrame) -> pd.DataFrame:
    """Count the lost cells at each event time, by reason.

    Takes the result of `lost_cells`; one row per event time and reason: event_time, reason,
    reason_vi, reason_en, n_cells, n_provinces.

    >>> row = dict(event_time=1, index="PAPI", vintage=63, province="20", reason="beyond")
    >>> losses(pd.DataFrame([row]))["reason_en"].tolist()
    ['the outcome year has no scores yet']
    """
    records = [
        {
            "event_time": time,
            "reason": reason,
            **{f"reason_{lang}": _texts(str(reason), lang) for lang in labels.LANGUAGES},
            "n_cells": len(group),
            "n_provinces": len(group[["vintage", "province"]].drop_duplicates()),
        }
        for (time, reason), group in lost.groupby(["event_time", "reason"])
    ]
    return pd.DataFrame(records, columns=list(LOSS_COLUMNS))


def _texts(reason: str, lang: str) -> str:
    room = "event_study" if reason == OVERLAPPING else "no_cell"
    return labels.text(f"{room}.{reason}", lang)
