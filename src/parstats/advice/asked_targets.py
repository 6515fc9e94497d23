"""What targets ask for: read from texts or from rows of plans, checked against the scale."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from parstats.arguments import require_columns
from parstats.plans.fields.index_targets import (
    IndexTarget,
    TargetRefused,
    of_target,
    read_index_target,
)
from parstats.plans.fields.targets import Target
from parstats.reference import frameworks


def asked_targets(
    index: str, targets: pd.DataFrame | str | Iterable[str], year: int
) -> list[dict[str, Any]]:
    """Return one row per target for the index: what is asked for, and why it cannot be checked.

    A typed target that cannot be read has its error as `refusal`.

    >>> [row["reason"] for row in asked_targets("PAPI", ["top 20", "PCI 65,5", "better"], 2024)]
    ['', 'other_index', 'unreadable']
    """
    if isinstance(targets, pd.DataFrame):
        needed_columns = ("plan", "number", "index", "series", "kind", "op", "value", "unit")
        require_columns(
            targets, [*needed_columns, "year"], "the table of targets", "load_targets(index)"
        )
        wanted = targets[(targets["index"] == index) & (targets["kind"] == "target")]
        return [_of_plan(index, row) for row in wanted.to_dict("records")]
    if not isinstance(targets, Iterable):
        raise TargetRefused(
            f"targets is {targets!r}: expected a text, several, or rows of load_targets(index)",
            "unreadable",
        )
    texts = [targets] if isinstance(targets, str) else list(targets)
    if not texts:
        raise TargetRefused('targets is empty: name one, such as "top 20"', "unreadable")
    return [_typed_or_refused(index, text, year) for text in texts]


def _typed_or_refused(index: str, text: Any, year: int) -> dict[str, Any]:
    try:
        return _typed(index, read_index_target(text, index), year)
    except TargetRefused as error:
        return {
            **{"plan": "", "number": None, "series": "", "target_vi": str(text)},
            **{"target_en": str(text), "measure": "", "value": None, "unit": ""},
            **{"target_year": None, "base_year": None, "of": None, **refusal_fields(error)},
            "refusal": error,
        }


def refusal_fields(error: TargetRefused) -> dict[str, str]:
    """Return why a target is none, as the columns of a checked target.

    >>> refusal_fields(TargetRefused("for PCI", "other_index", "PCI"))
    {'reason': 'other_index', 'detail': 'PCI'}
    """
    return {"reason": error.reason, "detail": error.detail}


def _typed(index: str, target: IndexTarget, year: int) -> dict[str, Any]:
    if target.index and target.index != index:
        raise TargetRefused(
            f"the target {target.text!r} is for {target.index}, the scores are of {index}; check "
            f"it with the scores of {target.index} (--index {target.index!r})",
            "other_index",
            target.index,
        )
    series = target.series or frameworks.top(index)
    frameworks.check_series(series, index)
    if target.unit == "%" and not _is_percent(index, series, frameworks.series_level(series)):
        raise TargetRefused(
            f"the target {target.text!r} is in per cent; {series} is scored in points: write the "
            "points",
            "percent",
        )
    row = {
        **{"plan": "", "number": None, "series": series, "reason": "", "detail": ""},
        **{"target_vi": target.text, "target_en": target.text, "refusal": None},
        **{"measure": target.measure, "value": target.value, "unit": target.unit},
        **{"target_year": target.year, "base_year": target.base_year, "of": target.of},
        "rises": target.rises,
    }
    _check_scale(row, index, year)
    return row


def _check_scale(row: Mapping[str, Any], index: str, year: int) -> None:
    """Refuse a score that the scale of the year asked about does not have."""
    if row["measure"] not in ("score", "score_change"):
        return
    asked = int(row["target_year"] or year + 1)
    scale = series_scale(index, str(row["series"]), min(asked, frameworks.years(index)[1]))
    if scale is None:  # not measured that year
        scale = series_scale(index, str(row["series"]), year)
    low, high = scale or (np.nan, np.nan)
    ends = f"{0 if np.isnan(low) else low:g} – {high:g}"
    if row["of"] is not None and row["of"] != high:
        raise TargetRefused(
            f"the target {row['target_vi']!r} is on a scale to {row['of']}; that of "
            f"{row['series']} ends at {high:g}",
            "scale",
            ends,
        )
    if row["measure"] == "score_change" and np.isfinite(low):
        low, high = -np.inf, high - low
    if row["value"] > high or row["value"] < low:
        bound = f"most {high:g}" if row["value"] > high else f"least {low:g}"
        raise TargetRefused(
            f"the target {row['target_vi']!r} is {row['value']:g} points; {row['series']} has at "
            f"{bound}. A decimal point or comma may be misplaced; write a rank as 'top 20'",
            "scale",
            ends,
        )


def series_scale(index: str, series: str, year: int) -> tuple[float, float] | None:
    """Return the least and the most points of a series in a year; None if it was not measured."""
    table = frameworks.in_year(index, year).set_index("series")
    if series not in table.index:
        return None
    return float(table["min_points"][series]), float(table["max_points"][series])


def _of_plan(index: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a target of a plan asks for, or why it is none that scores can tell of."""
    series, unit = str(row["series"]), str(row["unit"])
    value = None if pd.isna(row["value"]) else float(row["value"])
    level = frameworks.series_level(series) if series else ""
    asked = of_target(
        Target(str(row["op"]), value, unit), percent=_is_percent(index, series, level)
    )
    reason = ""
    if asked is None or level not in ("index", "dimension", "criterion"):
        known = value is not None or str(row["op"]) in ("increase", "decrease", "maintain")
        reason = "indicator" if known else "no_number"
    return {
        **{"plan": row["plan"], "number": row["number"], "series": series, "reason": reason},
        **{"target_vi": row["indicator_vi"], "target_en": row["indicator_en"]},
        **{"measure": asked[0] if asked else "", "value": asked[1] if asked else value},
        **{"unit": unit, "base_year": _base_year(asked, row)},
        **{"detail": "", "refusal": None, "of": None},
        "target_year": None if pd.isna(row["year"]) else int(row["year"]),
    }


def _base_year(asked: tuple[str, float] | None, row: Mapping[str, Any]) -> int | None:
    """Return the year that a change is counted from, where the plan says; of a level none."""
    base = row.get("base_year")
    if asked is None or not asked[0].endswith("_change") or base is None or pd.isna(base):
        return None
    return int(base)


def _is_percent(index: str, series: str, level: str) -> bool:
    """Return whether per cent are points of a series: of SIPAS, and of a total out of 100."""
    highest = frameworks.in_year(index, frameworks.years(index)[1]).set_index("series")
    return level == "index" and bool(highest["max_points"].get(series, np.nan) == 100)
