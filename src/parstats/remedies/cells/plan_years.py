"""Outcome years of plans, and which plans count."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date
from typing import Any, Literal, get_args

import pandas as pd

from parstats import errors
from parstats.arguments import old_names, require_columns, require_unique
from parstats.plans.series_rows import parts
from parstats.reference import provinces
from parstats.reference.fieldwork import share_covered

Timing = Literal["fieldwork", "plan_year", "next_year"]
TIMINGS: tuple[str, ...] = get_args(Timing)

_NEEDED = (
    *("plan", "province", "vintage", "date", "formal", "plan_year", "until_year", "indices"),
    *("unit_level", "agency_level", "completeness"),
)
_ADDED = {
    **{"index": "str", "year": "Int64", "overlap": "float64"},
    **{"first": "bool", "date_unknown": "bool", "reason": "str"},
}
# By judgement: a plan that comes when more than half of the fieldwork is over can show in a smaller
# part of the answers only.
_HALF = 0.5
# By judgement: of a date that says the month only, the middle, half a month off at most.
_MIDDLE_OF_MONTH = 15
# By judgement: before the first index (2005), and a slip of the pen.
_YEARS = range(1990, 2101)
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
#: What `exposure` takes in the place of ``lag`` of version 0.1: which outcome year a plan has, or
#: years from it.
IN_PLACE_OF_LAG = "timing or event_time"


@old_names(formal="formal_only", lag="timing")
def plan_years(
    plans: pd.DataFrame, *, timing: Timing = "fieldwork", formal_only: bool = True
) -> pd.DataFrame:
    """Return the outcome years of each plan and index, or why the plan does not count.

    The first outcome year of a plan is the first year it is for in which at least half of the
    fieldwork of the index lies after the day of issue (PAPI asks from August to November, the PAR
    INDEX grades the calendar year: `parstats.reference.fieldwork`), else the year after its last.
    A plan for several years counts in each from its first outcome year to the last year it is for.

    Parameters
    ----------
    plans : pandas.DataFrame of `parstats.load_plans`
    timing : {"fieldwork", "plan_year", "next_year"}
        How the first outcome year is found: by the rule above, or the plan's own year or the next
        one, whatever its date.
    formal_only : bool; count formal plans only: not articles, meetings, conferences

    Returns
    -------
    pandas.DataFrame: one row per plan, index and outcome year, in the order of the plans, with the
        columns of the plans and

        - index, year: the index; the outcome year, missing where none can be told
        - overlap: the share of the fieldwork of that year between the day of issue and 31 December
          of the plan's last year; 0 if the plan was over before; missing where the date is unknown
          to the month. A date that says the month only is taken as the 15th.
        - first: the first outcome year of the plan and index
        - date_unknown: the date is unknown to the month; by "fieldwork", the first outcome year is
          then assumed to be the one after the plan's own
        - reason: "" if the plan counts, else the first of these that holds, in a single row: "unit"
          (it is for the score of a department), "informal", "no_province", "no_year",
          "years_reversed" (it ends before it begins), "no_such_date", "no_indices" (it names no
          index), "issued_late" (it was issued after most of the fieldwork of all these years, and
          of the year after)

    Raises
    ------
    InvalidRequest, UnknownChoice: if a column is missing or a plan is duplicated; if there is no
        such timing

    Examples
    --------
    >>> from parstats.panel import load_plans
    >>> table = plan_years(load_plans()).set_index(["plan", "index"])
    >>> int(table.loc[("bac-kan-2024-sct", "PAPI"), "year"])
    2024
    >>> table.loc[("binh-thuan-2021-tinh-uy", "PAPI"), "year"].tolist()
    [2021, 2022, 2023, 2024, 2025]
    >>> table.loc[("khanh-hoa-2023-sct", "PAR KHANH HOA"), "reason"]
    'unit'
    """
    _check_plans(plans, timing)
    pairs = [
        (plan, index)
        for plan, indices in zip(plans["plan"], plans["indices"].fillna(""), strict=True)
        for index in dict.fromkeys(parts(indices)) or ("",)
    ]
    return years_of_pairs(plans, pairs, timing=timing, formal_only=formal_only)


def years_of_pairs(
    plans: pd.DataFrame,
    pairs: Iterable[tuple[str, str]],
    *,
    timing: str = "fieldwork",
    formal_only: bool = True,
) -> pd.DataFrame:
    """Return the rows of `plan_years` for pairs of a plan and an index.

    A measure may serve an index that its plan is not registered for. Raises as `plan_years`.

    >>> from parstats.panel import load_plans
    >>> rows = years_of_pairs(load_plans(), [("bac-kan-2024-sct", "PCI")])
    >>> rows[["index", "year", "reason"]].to_numpy().tolist()
    [['PCI', 2024, '']]
    """
    _check_plans(plans, timing)
    texts = dict.fromkeys(("province", "date", "agency_level"), "")
    rows = plans.fillna(texts)
    # A spreadsheet's date comes with an hour.
    records = rows.assign(date=rows["date"].astype("str").str[:10]).to_dict("records")
    plan_rows = {str(row["plan"]): (at, row) for at, row in enumerate(records)}
    found = [
        (plan_rows[plan][0], year_row)
        for plan, index in pairs
        if plan in plan_rows
        for year_row in _year_rows(plan_rows[plan][1], index, timing, formal_only)
    ]
    found.sort(key=lambda placed: placed[0])
    table = plans.iloc[[at for at, _ in found]].reset_index(drop=True)
    years = pd.DataFrame([year_row for _, year_row in found], columns=list(_ADDED)).astype(_ADDED)
    return table.drop(columns=[name for name in _ADDED if name in table]).join(years)


def _check_plans(plans: pd.DataFrame, timing: str) -> None:
    if timing not in TIMINGS:
        raise errors.UnknownChoice("timing", timing, TIMINGS)
    require_columns(plans, _NEEDED, "plans", "load_plans")
    require_unique(plans, ["plan"], "plans")


def _year_rows(
    plan: dict[str, Any], index: str, timing: str, formal_only: bool
) -> Iterator[dict[str, Any]]:
    """Return the added columns of a plan and index, one row for each outcome year."""
    date_unknown = not _is_to_the_month(plan["date"])
    row = {"index": index, "overlap": None, "first": True, "date_unknown": date_unknown}
    reason = _plan_reason(plan, formal_only)
    years: list[int] = []
    if not _year_reason(plan) and index:
        years = _outcome_years(plan, index, timing)
        reason = reason or ("" if years else "issued_late")
    reason = reason or ("" if index else "no_indices")
    if reason:
        year = years[0] if years else None
        yield row | {"year": year, "reason": reason}
        return
    issued, end = _issued(plan["date"]), date(_last_year(plan), 12, 31)
    for year in years:
        overlap = None if issued is None else share_covered(index, year, issued, end)
        yield row | {"year": year, "overlap": overlap, "first": year == years[0], "reason": ""}


def _outcome_years(plan: dict[str, Any], index: str, timing: str) -> list[int]:
    """Return the outcome years of a plan; none if it came too late for all of them."""
    own, last = int(plan["plan_year"]), _last_year(plan)
    if timing == "fieldwork":
        issued = _issued(plan["date"])
        candidates = range(own + (issued is None), last + 2)
        earliest = issued or _new_year(plan["date"])
        in_time = (year for year in candidates if share_covered(index, year, earliest) >= _HALF)
        first = next(in_time, None)
    else:
        first = own + (timing == "next_year")
    return [] if first is None else list(range(first, max(first, last) + 1))


def _last_year(plan: dict[str, Any]) -> int:
    return int(plan["plan_year"] if pd.isna(plan["until_year"]) else plan["until_year"])


def _plan_reason(plan: dict[str, Any], formal_only: bool) -> str:
    if plan["unit_level"] != "province":
        return "unit"
    if formal_only and not plan["formal"]:
        return "informal"
    if plan["province"] not in provinces.by_code(int(plan["vintage"])):
        return "no_province"
    return _year_reason(plan)


def _year_reason(plan: dict[str, Any]) -> str:
    """Return why the years or the date of a plan tell no outcome year."""
    if pd.isna(plan["plan_year"]) or int(plan["plan_year"]) not in _YEARS:
        return "no_year"
    if not int(plan["plan_year"]) <= _last_year(plan) <= _YEARS[-1]:
        return "years_reversed"
    is_date = not _is_to_the_month(plan["date"]) or _issued(plan["date"]) is not None
    return "" if is_date else "no_such_date"


def _new_year(text: str) -> date:
    """Return the first day of the year that a date says, the first day of all if it says none."""
    with suppress(ValueError):
        return date(int(text), 1, 1)
    return date.min


def _is_to_the_month(text: str) -> bool:
    return len(text) >= len("2024-06")


def _issued(text: str) -> date | None:
    """Return the day of issue, None where the date is unknown to the month or does not exist."""
    match = _DATE.fullmatch(text)
    if match is None or match[2] is None:
        return None
    with suppress(ValueError):
        return date(int(match[1]), int(match[2]), int(match[3] or _MIDDLE_OF_MONTH))
    return None
