"""The shortcomings of a plan as a table: series, figures, cause, and the measures that answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from parstats.plans.fields.targets import number_value
from parstats.plans.link.series_links import link
from parstats.plans.records import Record
from parstats.plans.series_rows import parts, single
from parstats.reference import frameworks

if TYPE_CHECKING:
    import pandas as pd

    from parstats.plans.records import Plan, Shortcoming

# Fields of a measure that a shortcoming has not.
_BLANK = dict.fromkeys(("number", "target", "lead_unit", "support_unit", "deadline", "product"), "")
_NUMBER = re.compile(r"(?<![\d.,])(\d+(?:[.,]\d+)*)\s*(%|[^\W\d_]+)?")
# Units that stand beside a figure; any other word behind it is only that it is no bare figure.
_UNITS = ("%", "điểm", "bậc", "ngày")


def shortcoming_rows(
    plan: Plan, rows: Sequence[str], measures: pd.DataFrame
) -> Iterator[dict[str, Any]]:
    """Yield a row of `parstats.schema.models.Shortcomings` for each shortcoming of a plan.

    `rows` are the numbers of the plan's records, `measures` its table of measures. A measure of the
    same row of a table answers it; where there is none, those of the plan that are linked to the
    series of the criterion, or to one under it, do.
    """
    linked = _links(plan)
    by_series: dict[str, list[str]] = {}
    for row, series in zip(measures["row"], measures["series"], strict=True):
        for name in parts(series):
            by_series.setdefault(name, []).append(row)
    for number, (case, named) in enumerate(zip(plan.shortcomings, linked, strict=True), 1):
        index, series = single(named["index"], named["series"])
        beside = [rows[position] for position in case.records]
        yield {
            "plan": plan.name,
            "number": number,
            "index": index,
            "series": series,
            "criterion_as_written": case.criterion,
            "code_as_written": case.code,
            "shortcoming_as_written": case.text,
            **_figures(case),
            "cause_as_written": case.cause,
            "measures": ";".join(beside or _answers(series, by_series)),
            "words": _words(case),
            "line": case.span.line_start,
            "page": case.span.page,
            "line_start": case.span.line_start,
            "line_end": case.span.line_end,
        }


def _words(case: Shortcoming) -> str:
    """Return the words of a shortcoming: its sentence, and the cells of its row."""
    figures = " / ".join(part for part in (case.achieved, case.threshold) if part)
    cells = ": ".join(part for part in (case.criterion, figures) if part)
    is_told = all(part in case.text for part in (case.criterion, case.achieved, case.threshold))
    return case.text if case.text and is_told else "; ".join(filter(None, (cells, case.text)))


def _answers(series: str, by_series: dict[str, list[str]]) -> list[str]:
    """Return the measures of a series and of those under it, in the order of the plan.

    >>> _answers("papi.services", {"papi.services.infrastructure": ["002"], "papi": ["001"]})
    ['002']
    """
    if not series:
        return []
    under, table = {series}, frameworks.series()
    for name, parent in zip(table["series"], table["parent"], strict=True):  # from above to below
        if parent in under:
            under.add(name)
    return sorted({row for name in under for row in by_series.get(name, ())})


def _links(plan: Plan) -> list[dict[str, Any]]:
    """Return index and series of each shortcoming, by the words of its criterion."""
    records = [
        Record(
            section=case.section,
            criterion=case.criterion,
            code=case.code,
            measure=case.criterion or case.text,
            text=case.text,
            span=case.span,
            surveyed=False,
            inherited=frozenset(),
            assumed=frozenset(),
            target_parts=(),
            **_BLANK,
        )
        for case in plan.shortcomings
    ]
    if not records:
        return []
    table = link(
        records,
        index=[code for code in plan.indices if code in frameworks.INDICES],
        year=plan.plan_year,
        unit_level=plan.unit_level,
        province=plan.province,
    )
    return list(table.to_dict("records"))


def _figures(case: Shortcoming) -> dict[str, Any]:
    achieved, unit = _number(case.achieved)
    threshold, other_unit = _number(case.threshold)
    return {
        "achieved_as_written": case.achieved,
        "threshold_as_written": case.threshold,
        "achieved": achieved,
        "threshold": threshold,
        "unit": unit or other_unit,
    }


def _number(written: str) -> tuple[float | None, str]:
    """Return the only number of a text and its unit; None where there is none, or several.

    >>> _number("1,25"), _number("đạt 63,63 %"), _number("3/5 xã"), _number("1.250 hồ sơ")
    ((1.25, ''), (63.63, '%'), (None, ''), (1250.0, ''))
    """
    matches = list(_NUMBER.finditer(written))
    if len(matches) != 1 or "/" in written:
        return None, ""
    figure, word = matches[0][1], (matches[0][2] or "").lower()
    if len(re.findall("[.,]", figure)) > 1:
        return None, ""
    # A bare figure of a column of points has at most a point's decimals, never thousands.
    return number_value(figure, word or "điểm"), word if word in _UNITS else ""
