"""Cells some years before or after the outcome year of a plan, and the losses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from parstats.reference import labels
from parstats.remedies.association.panel_layout import COMPARED
from parstats.remedies.cells.exposure import exposure, unmatched_measures
from parstats.remedies.cells.plan_years import plan_years

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
_AT = "@"
# What a measure lacks at any event time is no loss of one of them.
_NEVER = ("no_plan", "unit", "informal", "no_province", "no_year", "no_link", "whole_index")
_CELL = ["index", "vintage", "province", "series", "year"]


def event_cells(
    scores: pd.DataFrame,
    measures: pd.DataFrame,
    plans: pd.DataFrame,
    times: Iterable[int],
    *,
    list_types: Sequence[str] = ("remediate",),
    formal_only: bool = True,
) -> dict[int, pd.DataFrame]:
    """Return cells as `parstats.remedies.exposure`, some years from the outcome year.

    `times` are years from the primary outcome year of a plan, which is 0. By event time: all cells,
    with ``state`` as the plans say it of the year so much later or earlier, and ``overlapping``:
    the cell is targeted at that event time by one plan and at event time 0 by another. Those are
    "unknown", and so are cells to compare with that a plan is about at event time 0: what is
    measured there is not this event time alone. Raises InvalidRequest as
    `parstats.remedies.exposure`.

    >>> from parstats.panel import load_measures, load_plans, load_scores
    >>> scores = load_scores("PAPI", years=range(2018, 2025))
    >>> given = scores, load_measures("PAPI"), load_plans("PAPI")
    >>> before = event_cells(*given, [-1])[-1]
    >>> int(before["overlapping"].sum()), bool((before["state"] == "targeted").any())
    (0, True)
    """
    moved = _at_primary(plans, formal_only)
    result = {
        time: exposure(
            scores, measures, moved, lag=time, list_types=list_types, formal_only=formal_only
        )
        for time in sorted({0, *times})
    }
    plan_state = result[0]["state"]
    return {time: _mask_overlaps(result[time], plan_state, time) for time in times}


def _mask_overlaps(cells: pd.DataFrame, plan_state: pd.Series, time: int) -> pd.DataFrame:
    """Mask the cells that a plan targets at event time 0, which are the same rows."""
    if time == 0:
        return cells.assign(overlapping=False)
    targeted = cells["state"] == "targeted"
    overlapping = targeted & (plan_state == "targeted")
    mentioned = cells["state"].isin(COMPARED) & ~targeted & ~plan_state.isin(COMPARED[1:])
    unclear = overlapping | mentioned
    return cells.assign(state=cells["state"].mask(unclear, "unknown"), overlapping=overlapping)


def lost_cells(
    scores: pd.DataFrame,
    measures: pd.DataFrame,
    plans: pd.DataFrame,
    cells: dict[int, pd.DataFrame],
    *,
    list_types: Sequence[str] = ("remediate",),
    formal_only: bool = True,
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
    moved = _at_primary(plans, formal_only)
    aimed = measures[measures["list_type"].isin(list_types)]
    # Each plan once an event time, under a name with it: all is looked up in one go.
    copies = [
        (
            aimed.assign(plan=aimed["plan"] + f"{_AT}{time}"),
            moved.assign(plan=moved["plan"] + f"{_AT}{time}", plan_year=moved["plan_year"] + time),
        )
        for time in cells
    ]
    measure_copies, plan_copies = (
        pd.concat(tables, ignore_index=True) for tables in zip(*copies, strict=True)
    )
    table = unmatched_measures(
        scores, measure_copies, plan_copies, lag=0, list_types=list_types, formal_only=formal_only
    )
    missing = table[~table["reason"].isin(_NEVER)]
    missing = missing.assign(event_time=[int(name.rpartition(_AT)[2]) for name in missing["plan"]])
    twice = [
        time_cells.loc[time_cells["overlapping"]].assign(event_time=time, reason=OVERLAPPING)
        for time, time_cells in cells.items()
    ]
    columns = ["event_time", *_CELL, "reason"]
    kinds = {"event_time": "int64", "vintage": "int64", "year": "int64"}
    parts = [part[columns].astype(kinds) for part in (missing, *twice)]
    all_losses = pd.concat(parts, ignore_index=True).drop_duplicates(columns[:-1])
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


def _at_primary(plans: pd.DataFrame, formal_only: bool) -> pd.DataFrame:
    """Shift the plans to their primary outcome year, from which event times count."""
    return plans.assign(plan_year=plan_years(plans, formal_only=formal_only)["year"])
