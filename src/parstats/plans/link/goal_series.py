"""Linking of goals and printed results to an index or its dimension."""

from __future__ import annotations

from collections.abc import Sequence

from parstats.documents.document import Span
from parstats.plans.link.criterion_choice import TRUSTED
from parstats.plans.link.series_links import index_served, link
from parstats.plans.parse import letterhead
from parstats.plans.records import Plan, Record, Section
from parstats.reference import frameworks


def figure_series(plan: Plan, items: Sequence[str]) -> list[tuple[str, str]]:
    """Return the index and series each text names; both "" if none or several.

    The figures are goals or results of the plan; `items` says what each is about, as the plan says
    it.

    >>> plan = Plan("plan", province="20", plan_year=2024, indices=("PAPI",))
    >>> figure_series(plan, ["Chỉ số PAPI năm 2024", "Công khai, minh bạch", "Tỷ lệ hộ nghèo"])
    [('PAPI', 'papi'), ('PAPI', 'papi.transparency'), ('', '')]
    """
    links = link(
        [_as_record(item) for item in items],
        index=[code for code in plan.indices if code in frameworks.INDICES],
        year=plan.plan_year,
        unit_level=plan.unit_level,
        province=plan.province,
    )
    figures = []
    for item, linked in zip(items, links.to_dict("records"), strict=True):
        sure = linked["confidence"] >= TRUSTED and linked["basis"] == "criterion"
        if sure and linked["level"] in ("dimension", "bonus"):
            figures.append((linked["index"], linked["series"]))
        else:
            figures.append(_named_index(plan, item))
    return figures


def _as_record(item: str) -> Record:
    """Turn a figure's text into a record with it as criterion."""
    named = letterhead.indices(item, ())
    section = Section(index=named[0] if len(named) == 1 else "")
    blank = dict.fromkeys(("number", "code", "target", "measure", "lead_unit"), "")
    blank |= dict.fromkeys(("support_unit", "deadline", "product", "text"), "")
    return Record(
        section=section,
        criterion=item,
        surveyed=False,
        inherited=frozenset(),
        assumed=frozenset(),
        span=Span(1, 1),
        target_parts=(),
        **blank,
    )


def _named_index(plan: Plan, item: str) -> tuple[str, str]:
    """Return the one index that a text names, as a whole."""
    named = letterhead.indices(item, ())
    if len(named) != 1:
        return "", ""
    served = index_served(named[0], unit_level=plan.unit_level, province=plan.province)
    return (served, frameworks.top(served)) if served else ("", "")
