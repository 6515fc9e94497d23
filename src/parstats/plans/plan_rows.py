"""Rows of a read plan and its measures, as its tables hold them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from parstats import schema, storage
from parstats.plans.fields import agencies, targets
from parstats.plans.fields.deadlines import dated
from parstats.plans.parse import issuer
from parstats.plans.plan_facts import vintage_of

if TYPE_CHECKING:
    import pandas as pd

    from parstats.plans.records import Plan

# Words of an agency's name that tell its level, the most telling first.
_LEVELS = (
    ("party", ("tỉnh ủy", "thành ủy", "huyện ủy", "đảng ủy", "ban cán sự đảng", "ban thường vụ")),
    ("department", ("sở ", "ban quản lý", "thanh tra tỉnh", "chi cục")),
    ("commune", ("ubnd xã ", "ubnd phường ", "ubnd thị trấn ", "ubnd đặc khu ")),
    ("district", ("huyện", "thị xã", "quận")),
    ("province", ("tỉnh", "thành phố", "ủy ban nhân dân", "ubnd")),
)


def plan_row(plan: Plan) -> dict[str, Any]:
    """Return what identifies a plan as its row of the table of plans."""
    blanks = [
        field for field, blank in (("number", plan.blank_number), ("day", plan.blank_date)) if blank
    ]
    return {
        "plan": plan.name,
        "province": plan.province,
        "vintage": vintage_of(plan.date),
        "agency": plan.agency,
        "agency_level": agency_level(plan.agency, plan.date),
        "number": plan.number,
        "date": plan.date,
        "blanks": ";".join(blanks),
        "kind": "plan",
        "formal": plan.is_plan,
        "plan_year": plan.plan_year,
        "baseline_year": plan.baseline_year,
        "until_year": plan.until_year or plan.plan_year,
        "indices": ";".join(plan.indices),
        "unit_level": plan.unit_level,
        "completeness": "full",
        "parent": "",
        "document": plan.name,
        "path": plan.path,
        "sha256": plan.sha256,
        "n_pages": plan.n_pages,
        "reader_version": storage.version(),
        "source": plan.name,
        "note_vi": "",
        "note_en": "",
    }


def agency_level(agency: str, date: str) -> str:
    """Return the level of an issuer by its name, "" if it tells none.

    >>> agency_level("Sở Nội vụ", "2024"), agency_level("UBND xã Long Hưng", "2024")
    ('department', 'commune')
    """
    if agency.startswith("UBND thành phố ") and issuer.is_district(agency, date):
        return "district"
    written_text = f"{agency.casefold()} "
    return next(
        (level for level, terms in _LEVELS if any(term in written_text for term in terms)), ""
    )


def measure_table(
    plan: Plan,
    rows: Sequence[str],
    links: pd.DataFrame,
    types: pd.DataFrame,
    record_targets: Sequence[tuple[targets.Target, ...]],
) -> pd.DataFrame:
    """Return the measures of a plan with their links, types and the first of their targets.

    `rows` number the records, `links` and `types` are of `parstats.plans.link` and `classify`.
    """
    by_record = types.groupby("record")["measure_type"].agg(";".join)
    result = []
    is_department = agency_level(plan.agency, plan.date) == "department"
    for position, (row, record, linked) in enumerate(
        zip(rows, plan.records, links.to_dict("records"), strict=True)
    ):
        aim = _first_target(record_targets[position], plan.plan_year)
        section = record.section
        result.append(
            {
                "plan": plan.name,
                "row": row,
                "index": linked["index"],
                "series": linked["series"],
                "series_basis": linked["dimension_basis"],
                "appendix": section.appendix,
                "section": " / ".join(section.headings),
                "criterion_as_written": record.criterion,
                "code_as_written": record.code or record.number,
                "surveyed": record.surveyed,
                "list_type": section.list_type,
                "measure_type": by_record.get(position, ""),
                "target_as_written": targets.as_written(record),
                "target_op": aim.operator,
                "target_value": aim.value,
                "target_unit": aim.unit,
                "lead_as_written": _as_written(record.lead_as_written, record.lead_unit),
                "lead_unit": "; ".join(
                    agencies.units(record.lead_unit, is_department=is_department)
                ),
                "support_as_written": _as_written(record.support_as_written, record.support_unit),
                "support_unit": "; ".join(
                    agencies.units(record.support_unit, is_department=is_department)
                ),
                "result_as_written": record.product,
                "deadline": record.deadline,
                "inherited": ";".join(sorted(record.inherited)),
                "label_vi": "",
                "label_en": "",
                "text": record.measure or record.product or record.text,
                "page": record.span.page,
                "line_start": record.span.line_start,
                "line_end": record.span.line_end,
                "seen": "measure",
                "coded_by": "machine",
                "confidence": linked["confidence"],
            }
        )
    table = typed_table("measures", result, check=False)
    return dated(table, {plan.name: plan.plan_year})


def _first_target(record_targets: Sequence[targets.Target], year: int | None) -> targets.Target:
    """Return the target of the plan's year, else the first that is not of a year before it."""
    of_year = [target for target in record_targets if year and target.year == year]
    undated = [target for target in record_targets if target.year is None]
    later = [target for target in record_targets if target.year and target.year > (year or 0)]
    return next(iter([*of_year, *undated, *later]), targets.Target("", None, ""))


def _as_written(cell: str | None, words: str) -> str:
    """Return a cell word for word, else the words of the sentence."""
    return words if cell is None else cell


def typed_table(name: str, rows: Sequence[dict[str, Any]], *, check: bool = True) -> pd.DataFrame:
    """Return the rows as a table of the schema."""
    import pandas as pd

    kinds = schema.TABLES[name].to_schema().dtypes
    table = pd.DataFrame(list(rows), columns=list(kinds))
    for column, kind in kinds.items():
        table[column] = table[column].astype(kind.type)
    return schema.validate(name, table) if check else table
