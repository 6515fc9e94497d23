"""Plans of a province itself, beside those of what it became part of or was made from."""

from __future__ import annotations

from typing import Any

import pandas as pd

from parstats.reference import provinces


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
