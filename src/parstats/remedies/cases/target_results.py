"""Targets of plans beside the results of the baseline year and the plan year."""

from __future__ import annotations

from typing import Any

import pandas as pd

from parstats.arguments import require_columns
from parstats.plans.outcome_comparison import targets_met

_ADDED = {
    "baseline_year": "Int64",
    "baseline_result": "Float64",
    "baseline_threshold": "Float64",
    "baseline_met": "boolean",
    "to_gain": "Float64",
}
_NEEDED = ("plan", "number", "index", "series", "indicator_vi", "year", "kind", "value", "unit")


def target_results(
    targets: pd.DataFrame, plans: pd.DataFrame, scores: pd.DataFrame, printed: pd.DataFrame
) -> pd.DataFrame:
    """Return every target with the baseline result and the result reached.

    The tables are as `parstats.load_targets`, `load_plans`, `load_scores` and `load_printed` give
    them. One row per target of a plan, with the columns of `parstats.plans.targets_met`
    and baseline_year, baseline_result, baseline_threshold, baseline_met: what the same plan prints
    of the same indicator for an earlier year; to_gain: the target less that result. Where the plan
    prints none, or the words for the indicator differ, they are missing: a like name is not taken
    for the same indicator. Raises InvalidRequest if a column is missing.

    >>> from parstats.panel import load_plans, load_printed, load_scores, load_targets
    >>> tables = load_plans(), load_scores(None), load_printed()
    >>> table = target_results(load_targets(), *tables).set_index(["plan", "number"])
    >>> own = table.loc[("khanh-hoa-2023-sct", 3)]
    >>> float(own["value"]), float(own["baseline_result"]), bool(own["baseline_met"])
    (80.0, 63.63, False)
    """
    require_columns(targets, _NEEDED, "targets", "load_targets")
    table = targets_met(targets, plans, scores, printed)
    earlier = table[table["kind"].isin(["threshold", "result"])].to_dict("records")
    plan_targets = table[(table["kind"] == "target") & table["plan"].isin(plans["plan"])]
    baselines = [_baseline(target, earlier) for target in plan_targets.to_dict("records")]
    added = {
        name: pd.array([baseline[name] for baseline in baselines], dtype=kind)
        for name, kind in _ADDED.items()
    }
    return plan_targets.assign(**added).reset_index(drop=True)


def _baseline(target: dict[str, Any], earlier: list[dict[str, Any]]) -> dict[str, Any]:
    same = [
        candidate
        for candidate in earlier
        if all(candidate[key] == target[key] for key in ("plan", "series", "indicator_vi"))
        and pd.notna(candidate["year"])
        and (pd.isna(target["year"]) or candidate["year"] < target["year"])
    ]
    if not same:
        return dict.fromkeys(_ADDED, None)
    last = max(same, key=lambda candidate: candidate["year"])
    result = or_none(last["achieved"])
    has_value = result is not None and last["unit"] == target["unit"] and pd.notna(target["value"])
    return {
        "baseline_year": last["year"],
        "baseline_result": result,
        "baseline_threshold": or_none(last["value"]),
        "baseline_met": or_none(last["met"]),
        "to_gain": target["value"] - result if has_value else None,
    }


def or_none(value: Any) -> Any:
    """Return a value, None if it is missing."""
    return None if pd.isna(value) else value
