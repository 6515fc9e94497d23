"""Outcome years of plans, and which plans count."""

from __future__ import annotations

from typing import Any

import pandas as pd

from parstats import errors
from parstats.arguments import old_names, require_columns, require_unique
from parstats.reference import provinces

_NEEDED = (
    *("plan", "province", "vintage", "date", "formal", "plan_year", "indices", "unit_level"),
    "completeness",
)
# Month, by judgement: a plan of July or later has half a year at most to show in the figures of its
# own year.
_LATE_MONTH = 7
# Year and month of an ISO date that says at least these.
_TO_THE_MONTH = len("2024-06")


@old_names(formal="formal_only")
def plan_years(
    plans: pd.DataFrame, *, lag: int | None = None, formal_only: bool = True
) -> pd.DataFrame:
    """Return the outcome year of each plan, or why the plan does not count.

    Parameters
    ----------
    plans : pandas.DataFrame of `parstats.load_plans`
    lag : int, optional
        Years from the plan's year to its outcome; negative ones look before the plan. Not given:
        the plan's own year if it is dated before 1 July of it, else the next one, also where the
        date is unknown to the month.
    formal_only : bool; count formal plans only: not articles, meetings, conferences

    Returns
    -------
    pandas.DataFrame: the plans in their order with ``year`` (outcome year, missing where the plan
        says none), ``date_unknown`` (the date is unknown to the month) and ``reason``: "" if the
        plan counts, else "unit" (it is for the score of a department), "informal", "no_province" or
        "no_year". A plan for several years counts once, in the first.

    Raises
    ------
    InvalidRequest, UnknownChoice: if a column is missing or a plan is duplicated; if the lag is not
        a whole number of years

    Examples
    --------
    >>> from parstats.panel import load_plans
    >>> table = plan_years(load_plans()).set_index("plan")
    >>> table.loc[["bac-kan-2024-sct", "lang-son-2022-sct"], "year"].tolist()
    [2024, 2023]
    >>> table.loc["khanh-hoa-2023-sct", "reason"]
    'unit'
    """
    if lag is not None and (isinstance(lag, bool) or not isinstance(lag, int)):
        raise errors.UnknownChoice("lag", lag, (None, 0, 1, 2))
    require_columns(plans, _NEEDED, "plans", "load_plans")
    require_unique(plans, ["plan"], "plans")
    rows = plans.assign(date=plans["date"].fillna("")).to_dict("records")
    years = [_outcome_year(row, lag) for row in rows]
    return plans.assign(
        year=pd.array(years, dtype="Int64"),
        date_unknown=[len(row["date"]) < _TO_THE_MONTH for row in rows],
        reason=pd.Series(
            [_reason(row, formal_only) for row in rows], index=plans.index, dtype="str"
        ),
    )


def _outcome_year(plan: dict[str, Any], lag: int | None) -> int | None:
    if pd.isna(plan["plan_year"]):
        return None
    year = int(plan["plan_year"])
    if lag is not None:
        return year + lag
    dated = plan["date"] if len(plan["date"]) >= _TO_THE_MONTH else ""
    return year if dated and dated[:_TO_THE_MONTH] < f"{year}-{_LATE_MONTH:02d}" else year + 1


def _reason(plan: dict[str, Any], formal_only: bool) -> str:
    if plan["unit_level"] != "province":
        return "unit"
    if formal_only and not plan["formal"]:
        return "informal"
    if plan["province"] not in provinces.by_code(int(plan["vintage"])):
        return "no_province"
    return "no_year" if pd.isna(plan["plan_year"]) else ""
