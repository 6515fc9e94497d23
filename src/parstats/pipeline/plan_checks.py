"""What tables of plans and of measures say of each other and of themselves."""

from __future__ import annotations

import difflib

import pandas as pd

from parstats.errors import Problem

# Where a plan stands in no table, names that are at least so alike are proposed; the usual value of
# difflib.
_ALIKE = 0.6


def plans_not_listed(
    measures: pd.DataFrame, measures_name: str, plans: pd.DataFrame, plans_name: str
) -> list[Problem]:
    """Return a problem for each measure whose plan is not among the plans.

    Both tables are indexed by spreadsheet row, as `parstats.pipeline.user_plans.read_tables`
    returns them; the names are those of their files.

    >>> plans = pd.DataFrame({"plan": ["lang-son-2024"]}, index=[2])
    >>> measures = pd.DataFrame({"plan": ["lang-son-2024", "lang-son-2042"]}, index=[2, 3])
    >>> (problem,) = plans_not_listed(measures, "measures.csv", plans, "plans.csv")
    >>> print(problem)
    measures.csv, row 3, column plan: found 'lang-son-2042'; ...; perhaps lang-son-2024, ...
    """
    listed = sorted(set(plans["plan"]))
    problems = []
    for row, plan in measures.loc[~measures["plan"].isin(listed), "plan"].items():
        near = difflib.get_close_matches(plan, listed, n=1, cutoff=_ALIKE)
        remedy = f"{f'perhaps {near[0]}, or ' if near else ''}add the plan to {plans_name}"
        expected = f"the name of a plan in {plans_name}"
        problems.append(Problem(measures_name, int(str(row)), "plan", repr(plan), expected, remedy))
    return problems


def plans_without_measures(
    plans: pd.DataFrame, measures: pd.DataFrame, plans_name: str
) -> list[str]:
    """Return a remark that names the plans without any measure; nothing if there are none.

    >>> plans = pd.DataFrame({"plan": ["a", "b"]}, index=[2, 3])
    >>> plans_without_measures(plans, pd.DataFrame({"plan": ["a"]}), "plans.csv")
    ['plans.csv: no measure of these plans is given: b (row 3)']
    """
    lacking = plans.loc[~plans["plan"].isin(set(measures["plan"])), "plan"]
    if lacking.empty:
        return []
    named = ", ".join(f"{plan} (row {row})" for row, plan in lacking.items())
    return [f"{plans_name}: no measure of these plans is given: {named}"]


def listed_both_ways(measures: pd.DataFrame, measures_name: str) -> list[str]:
    """Return a remark for each series that a plan lists for remedy and to be kept up.

    >>> rows = {"plan": "a", "index": "PAPI", "series": "papi.services"}
    >>> table = pd.DataFrame([{**rows, "list_type": name} for name in ("maintain", "remediate")])
    >>> print(*listed_both_ways(table.set_axis([2, 3]), "measures.csv"))
    measures.csv, rows 2, 3: plan a lists papi.services both as maintain and as remediate; ...
    """
    named = measures[
        (measures["series"] != "") & measures["list_type"].isin(["maintain", "remediate"])
    ]
    lines = []
    for (plan, series), rows in named.groupby(["plan", "series"], sort=False):
        if rows["list_type"].nunique() > 1:
            numbers = ", ".join(map(str, rows.index))
            lines.append(
                f"{measures_name}, rows {numbers}: plan {plan} lists {series} both as maintain and "
                "as remediate; it counts as remediate"
            )
    return lines
