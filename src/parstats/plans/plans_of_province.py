"""Plans of a province itself, beside those of what it became part of or was made from."""

from __future__ import annotations

from typing import Any

import pandas as pd

from parstats.reference import provinces
from parstats.reference.period_numbers import year_and_part


def own_plans(plans: pd.DataFrame, vintage: Any, province: str) -> pd.DataFrame:
    """Return the plans of a province itself, not those of what it became or was before.

    A province whose borders the mergers of 2025 left as they were is the same before and after.

    Parameters
    ----------
    plans : pandas.DataFrame of `parstats.load_plans`
    vintage, province : the set of provinces, and the code in it
        Of an index of one's own, whose vintage is empty or below zero, all plans are kept.

    Examples
    --------
    >>> from parstats.panel import load_plans
    >>> plans = load_plans("PAPI", province="Hậu Giang", vintage=63)
    >>> len(plans), len(own_plans(plans, 63, "93"))
    (1, 0)
    >>> plans = load_plans("PAPI", province="Cao Bằng", vintage=63)
    >>> own_plans(plans, 63, "04")["vintage"].tolist()
    [34]
    """
    if vintage is None or pd.isna(vintage) or vintage < 0:
        return plans
    wanted = _identity(int(vintage), province)
    same = [
        not pd.isna(number) and _identity(int(number), str(code)) == wanted
        for number, code in zip(plans["vintage"], plans["province"], strict=True)
    ]
    return plans[pd.Series(same, index=plans.index, dtype=bool)]


def own_plans_and_later(plans: pd.DataFrame, vintage: Any, province: str) -> pd.DataFrame:
    """Return the plans of a province itself and of what it became by a merger, not of those before.

    Parameters
    ----------
    plans : pandas.DataFrame of `parstats.load_plans` of the province
    vintage, province : the set of provinces, and the code in it

    Examples
    --------
    >>> from parstats.panel import load_plans
    >>> plans = load_plans("PAPI", province="Long An", vintage=63)
    >>> own_plans_and_later(plans, 63, "80")["plan"].tolist()
    ['long-an-2018-chu-tich', 'tay-ninh-2025-ubnd']
    """
    own = plans["plan"].isin(own_plans(plans, vintage, province)["plan"])
    is_later = (plans["vintage"] == 34) & (vintage == provinces.VINTAGE)
    return plans[own | is_later.fillna(False).astype(bool)]


def plans_until(plans: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return the plans that were there for the year after a baseline; later ones are left out.

    Parameters
    ----------
    plans : pandas.DataFrame of `parstats.load_plans`
        One without the year it is for is kept: nothing says that it came later.
    year : int; the baseline: the plan that answers it is for the year after

    Examples
    --------
    >>> from parstats.panel import load_plans
    >>> plans = load_plans("PAPI", province="Lào Cai")
    >>> plans_until(plans, 2019)["plan_year"].tolist()
    [2018, 2019, 2020]
    """
    last = year_and_part(int(year))[0] + 1
    return plans[plans["plan_year"].isna() | (plans["plan_year"] <= last).fillna(False)]


def plans_running(plans: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return the plans that are for the year after a baseline, or run on into it.

    >>> from parstats.panel import load_plans
    >>> plans = load_plans("PAPI", province="Hà Nội", vintage=63)
    >>> plans_running(plans_until(plans, 2023), 2023)["plan_year"].tolist()
    [2021, 2024]
    """
    wanted = year_and_part(int(year))[0] + 1
    ends = plans["until_year"] if "until_year" in plans else plans["plan_year"]
    last = ends.fillna(plans["plan_year"])
    runs = (plans["plan_year"] <= wanted) & (last >= wanted)
    return plans[runs.fillna(False).astype(bool)]


def measures_seen(measures: pd.DataFrame) -> pd.DataFrame:
    """Return the measures that were seen, without rows of which a title or a criterion alone was.

    >>> measures_seen(pd.DataFrame({"plan": ["a", "b"], "seen": ["title", "measure"]}))["plan"][1]
    'b'
    """
    return measures[measures["seen"] == "measure"] if "seen" in measures else measures


def extent_read(plans: pd.DataFrame, measures: pd.DataFrame, index: str) -> pd.Series:
    """Return how much of each plan was read for an index: "full", "partial" or "unseen".

    Unseen are the measures of a plan of which only the title is known, and of one seen in part
    whose rows for the index tell of no measure (`seen` is "title" or "criterion" in all of them).

    Parameters
    ----------
    plans, measures : pandas.DataFrame of `parstats.load_plans` and `parstats.load_measures`
    index : str

    Examples
    --------
    >>> from parstats.panel import load_measures, load_plans
    >>> plans, measures = load_plans("PAPI", province="Cao Bằng", vintage=63), load_measures()
    >>> extent_read(plans, measures, "PAPI").tolist(), extent_read(plans, measures, "SIPAS")[0]
    (['unseen'], 'partial')
    """
    if "completeness" not in plans:
        return pd.Series("full", index=plans.index, dtype=object)
    rows = measures[measures["index"] == index]
    hidden = set(rows["plan"]) - set(measures_seen(rows)["plan"])
    extent = plans["completeness"].astype(object)
    is_hidden = (extent == "partial") & plans["plan"].isin(hidden)
    return extent.mask((extent == "title_only") | is_hidden, "unseen")


def code_in_set(vintage: int, code: str, other: int) -> str | None:
    """Return the code that a province has in another set; None if it merged in between.

    >>> code_in_set(63, "10", 63), code_in_set(63, "20", 34), code_in_set(63, "10", 34)
    ('10', '20', None)
    """
    if vintage == other:
        return code
    if vintage < 0 or other < 0:
        return None
    wanted = _identity(vintage, code)
    same = [unit for unit in provinces.by_code(other) if _identity(other, unit) == wanted]
    return same[0] if same else None


def _identity(vintage: int, code: str) -> tuple[int, str]:
    """Return the set and code of a province; of one that did not merge, those it has now."""
    if vintage == provinces.VINTAGE and provinces.is_unchanged(vintage, code):
        return 34, provinces.successors().get(code, code)
    return vintage, code
