"""Rows of the targets of a plan: of its measures, of itself, and figures about the past."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from parstats.plans.link.goal_series import figure_series
from parstats.plans.series_rows import single

if TYPE_CHECKING:
    import pandas as pd

    from parstats.plans.fields import targets
    from parstats.plans.records import Figure, Plan

# "8/8 chỉ số nội dung", "100% tiêu chí", "5 lĩnh vực": how many parts of an index.
_PARTS = re.compile(
    r"(?<![\d.,/])(?P<of>\d{1,3}(?:,\d+)?)(?:\s*/\s*(?P<all>\d{1,3})|\s*%)?\s+(?:số\s+|các\s+)*"
    r"(?:chỉ số|nội dung|lĩnh vực|trục|tiêu chí|chỉ tiêu|thành phần)\b",
    re.IGNORECASE,
)


def measure_target_rows(
    plan: Plan, measures: pd.DataFrame, record_targets: Sequence[tuple[targets.Target, ...]]
) -> Iterator[dict[str, Any]]:
    """Yield every target of every measure; of one criterion the same target once."""
    seen: set[tuple[object, ...]] = set()
    for case, record, measure_targets in zip(
        measures.to_dict("records"), plan.records, record_targets, strict=True
    ):
        name = record.criterion or record.measure or record.product
        above = frozenset(seen)
        for aim in measure_targets:
            key = (case["series"], record.code, name, aim)
            if key in above:
                continue
            seen.add(key)
            yield {
                "plan": plan.name,
                "row": case["row"],
                **target_series(case),
                "indicator_vi": name,
                "indicator_en": "",
                "year": aim.year or plan.plan_year,
                "kind": "target",
                "op": aim.operator,
                "value": aim.value,
                "unit": aim.unit,
                "line": case["line_start"],
                "page": case["page"],
                "words": case["target_as_written"],
                "note_vi": "",
                "note_en": "",
            }


def _counts_parts(goal: Figure) -> bool:
    """Return whether a goal says of how many parts of an index something holds.

    It is no score of the index: "8/8 chỉ số nội dung PAPI tăng điểm".
    """
    for match in _PARTS.finditer(goal.text or goal.item):
        of, whole = float(match["of"].replace(",", ".")), match["all"]
        if goal.value == (round(100 * of / int(whole), 2) if whole and int(whole) else of):
            return True
    return False


def target_series(case: dict[str, Any]) -> dict[str, str]:
    """Return the index and series of a target."""
    index, series = single(case["index"], case["series"])
    return {"index": index, "series": series}


def goal_rows(plan: Plan) -> Iterator[dict[str, Any]]:
    """Yield the targets of the plan itself, of a section on goals."""
    named = figure_series(plan, [goal.item for goal in plan.goals])
    for goal, named_series in zip(plan.goals, named, strict=True):
        index, series = ("", "") if _counts_parts(goal) else named_series
        yield {
            "plan": plan.name,
            "row": "",
            "index": index,
            "series": series,
            "indicator_vi": goal.item,
            "indicator_en": "",
            "year": goal.year,
            "kind": "target",
            "op": goal.operator,
            "value": goal.value,
            "unit": goal.unit,
            "line": goal.span.line_start,
            "page": goal.span.page,
            "words": goal.text or goal.item,
            "note_vi": "",
            "note_en": "",
        }


def figure_rows(plan: Plan) -> Iterator[dict[str, Any]]:
    """Return the plan's printed results, each beside its threshold."""
    figures = _paired(plan.figures)
    named = figure_series(plan, [figure["item"] for figure in figures])
    for figure, (index, series) in zip(figures, named, strict=True):
        yield {
            "plan": plan.name,
            "row": "",
            "index": index,
            "series": series,
            "indicator_vi": figure["item"],
            "indicator_en": "",
            "year": figure["year"],
            "kind": figure["kind"],
            "op": figure["op"],
            "value": figure["value"],
            "unit": figure["unit"],
            "achieved": figure["achieved"],
            "met": figure["met"],
            "rank": figure["rank"],
            "n_ranked": figure["ranked"],
            "line": figure["line"],
            "page": figure["page"],
            "words": figure["words"],
            "note_vi": figure["grade"],
            "note_en": "",
        }


def _paired(figures: Sequence[Figure]) -> list[dict[str, Any]]:
    """Join result and threshold of the same item and year in one row."""
    rows: dict[tuple[str, int | None], dict[str, Any]] = {}
    paired_rows = []
    for figure in figures:
        row = {
            "item": figure.item,
            "year": figure.year,
            "kind": figure.kind,
            "op": figure.operator if figure.kind == "threshold" else "",
            "value": figure.value if figure.kind == "threshold" else None,
            "achieved": None if figure.kind == "threshold" else figure.value,
            "unit": figure.unit,
            "met": figure.met,
            "rank": figure.rank,
            "ranked": figure.ranked,
            "grade": figure.grade,
            "line": figure.span.line_start,
            "page": figure.span.page,
            "words": figure.text or figure.item,
        }
        other = rows.get((figure.item, figure.year)) if figure.item else None
        if other is None or figure.kind == "change" or other["kind"] == figure.kind:
            paired_rows.append(row)
            if figure.kind != "change":
                rows[figure.item, figure.year] = row
            continue
        other["kind"] = "threshold"
        for key in ("op", "value", "achieved", "met", "rank", "ranked", "grade"):
            if other[key] in (None, ""):
                other[key] = row[key]
    return paired_rows
