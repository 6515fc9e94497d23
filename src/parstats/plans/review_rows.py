"""What a person should look at in a read plan, as rows of its review list."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from parstats.documents.phrases import key
from parstats.plans.classify import classifier
from parstats.plans.fields import deadlines, targets
from parstats.plans.link.series_links import NO_FRAMEWORK
from parstats.plans.plan_facts import vintage_of
from parstats.plans.row_sources import row_name
from parstats.plans.series_rows import parts
from parstats.reference import provinces

if TYPE_CHECKING:
    import pandas as pd

    from parstats.plans.records import Plan, Record

REVIEW_COLUMNS = ("plan", "row", "page", "line", "what", "found", "why", "candidates")
#: Score (0-1) of the best type below which a measure is listed for review. Of documents left out
#: of the fitting about two thirds of those below are right, and more than four fifths of those from
#: there to one half.
SURE_TYPE = classifier.THRESHOLD
# Probability below which a candidate is not named. By judgement: one of twenty.
_WORTH_NAMING = 0.05
# A result that is an amount: "05/05 bệnh viện", "Trong 04 giờ"; no number of an act.
_AMOUNT = re.compile(
    r"^\W*(?:(?:trong|đạt|từ|trên|dưới|đủ)\s+)?\d+(?:[.,/]\d+)?\s*(?:%|[^\W\d_])", re.I
)
_LETTER = re.compile(r"[^\W\d_]")
# Words that should have told who leads and who helps.
_ROLE = re.compile(r"\b(?:chủ trì|phối hợp)\b", re.IGNORECASE)
_DIGIT = re.compile(r"\d")


def review_table(
    plan: Plan,
    rows: Sequence[str],
    links: pd.DataFrame,
    guesses: pd.DataFrame,
    record_targets: Sequence[tuple[targets.Target, ...]],
) -> pd.DataFrame:
    """Return what to look at in a plan: its facts, then each measure.

    `guesses` are all types with their scores, those too low to be taken as well.
    """
    best = guesses.drop_duplicates("record").set_index("record").to_dict("index")
    units = [bool(record.lead_unit) for record in plan.records]
    expect_units = sum(units) * 2 > len(units)
    review_rows = [*_plan_doubts(plan), *_unread_by(plan, links)]
    for position, row in enumerate(rows):
        linked, record = links.iloc[position].to_dict(), plan.records[position]
        doubts = [
            *_link_doubts(linked, record),
            *_type_doubts(best.get(position)),
            *_cell_doubts(
                record,
                record_targets[position],
                expect_units and not units[position],
                plan.plan_year,
            ),
            *_deadline_doubts(record, plan),
        ]
        span = record.span
        for what, why, written_text, candidates in doubts:
            review_rows.append(
                (plan.name, row, span.page, span.line_start, what, written_text, why, candidates)
            )
    return note_table(review_rows)


def note_table(rows: Sequence[tuple[Any, ...]]) -> pd.DataFrame:
    """Return rows as a review list, with the columns `REVIEW_COLUMNS`."""
    import pandas as pd

    table = pd.DataFrame(list(rows), columns=list(REVIEW_COLUMNS))
    kinds = {"page": "Int64", "line": "Int64"}
    return table.astype({column: kinds.get(column, "str") for column in REVIEW_COLUMNS})


def _plan_doubts(plan: Plan) -> Iterator[tuple[Any, ...]]:
    missing = (
        ("province", not plan.province),
        ("agency", not plan.agency),
        ("number", not plan.number and not plan.blank_number),
        ("date", not plan.date),
        ("plan_year", plan.plan_year is None),
        ("baseline_year", plan.baseline_year is None),
        ("indices", not plan.indices),
    )
    for what, wrong in missing:
        if wrong:
            yield plan.name, "", None, None, what, "", "not_found", ""
    for note in plan.notes:
        written_text = json.dumps(dict(note.fields), ensure_ascii=False)
        yield plan.name, "", None, None, "note", written_text, note.key, ""


def _unread_by(plan: Plan, links: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    """Yield one note per index with unknown framework, not one per measure."""
    without = links["basis"].eq(NO_FRAMEWORK).to_numpy()
    sections = [record.section.index for record in plan.records]
    named = dict.fromkeys(
        index or "; ".join(plan.indices)
        for index, none in zip(sections, without, strict=True)
        if none
    )
    names = provinces.by_code(vintage_of(plan.date))
    for index in filter(None, named):
        why, written_text = "no_framework", index
        if plan.unit_level != "province" and index.startswith("PAR"):
            province = names.get(plan.province)
            written_text = province.names["vi"] if province else ""
            why = f"no_framework_{plan.unit_level}" + ("" if written_text else "_unnamed")
        yield plan.name, "", None, None, "indices", written_text, why, ""


def _link_doubts(linked: dict[str, Any], record: Record) -> Iterator[tuple[str, str, str, str]]:
    if linked["basis"] == NO_FRAMEWORK:
        return
    written_text = record.criterion or record.measure
    series_prefix = f"{linked['series']} "
    other_candidates = [
        candidate
        for candidate in parts(linked["candidates"])
        if not candidate.startswith(series_prefix)
    ]
    other_candidates = [
        candidate for candidate in other_candidates if float(candidate.split()[-1]) >= _WORTH_NAMING
    ]
    linked = linked | {"candidates": "; ".join(other_candidates)}
    if not linked["series"]:
        yield "series", "no_link", written_text, linked["candidates"]
    elif linked["review"]:
        link_ = f"{linked['series']} {linked['confidence']:.2f}"
        if linked["doubt"]:
            yield "series", linked["doubt"], link_, ""
            return
        yield "series", "unsure_link", link_, linked["candidates"]


def _type_doubts(best: dict[str, Any] | None) -> Iterator[tuple[str, str, str, str]]:
    if best is None:
        yield "types", "no_type", "", ""
        return
    guess = f"{best['measure_type']} {best['score']:.2f}"
    if best["score"] < classifier.FLOOR:
        yield "types", "guessed_type", guess, ""
    elif best["score"] < SURE_TYPE:
        yield "types", "unsure_type", guess, ""
    elif best["told_by"] == "context":
        yield "types", "type_of_criterion", guess, ""


def _cell_doubts(
    record: Record, record_targets: tuple[targets.Target, ...], no_unit: bool, year: int | None
) -> Iterator[tuple[str, str, str, str]]:
    unread = _DIGIT.search(record.target) and not record_targets
    if unread or targets.unread_figures(record.target):
        yield "target", "target_unread", record.target, ""
    elif not record.target and _product_unread(record, record_targets):
        yield "target", "target_unread", record.product, ""
    elif record_targets and year and all((aim.year or year) < year for aim in record_targets):
        yield "target", "target_before", record.target or targets.as_written(record), ""
    if no_unit:
        yield "lead_unit", "no_unit", "", ""
    for name, unit, cell in (
        ("lead_unit", record.lead_unit, record.lead_as_written),
        ("support_unit", record.support_unit, record.support_as_written),
    ):
        if _ROLE.search(unit) or (cell and not unit and _LETTER.search(cell) and not _is_no(cell)):
            yield name, "unit_unread", cell or unit, ""


def _product_unread(record: Record, record_targets: tuple[targets.Target, ...]) -> bool:
    """Return whether a result that stands for a target has figures which are in none."""
    if not record_targets:
        return _AMOUNT.match(record.product) is not None
    read = targets.extract(record.product, cell=True)
    return bool(read and targets.unread_figures(record.product))


def _deadline_doubts(record: Record, plan: Plan) -> Iterator[tuple[str, str, str, str]]:
    """Yield what is doubtful about a deadline: no day, before its plan, or taken from above."""
    if not record.deadline:
        return
    read = deadlines.parse(record.deadline, plan.plan_year)
    if not read.kind:
        yield "deadline", "deadline_unread", record.deadline, ""
        return
    issued = plan.date or str(plan.plan_year or "")
    if read.end and issued and read.end[: len(issued)] < issued:
        yield "deadline", "deadline_before", record.deadline, ""
    # A row with its own number is a measure of its own, which may have no deadline.
    if "deadline" in record.assumed and record.number and "number" not in record.inherited:
        yield "deadline", "from_above", record.deadline, ""


def _is_no(cell: str) -> bool:
    return key(cell) in ("khong", "khong co", "nt", "nhu tren")


def unanswered_rows(
    shortcomings: Sequence[dict[str, Any]], measures: pd.DataFrame
) -> Iterator[tuple[Any, ...]]:
    """Yield the shortcomings that no measure answers.

    Of one that is not linked to a series, and in a plan without a linked measure, it is not known.
    """
    linked = measures["series"].ne("").any()
    for case in shortcomings:
        row = row_name("shortcomings", case["number"])
        known = measures.empty or (linked and case["series"])
        if known and not case["measures"]:
            quoted = case["shortcoming_as_written"] or case["criterion_as_written"]
            location = (case["plan"], row, case["page"], case["line_start"])
            yield *location, "shortcoming", quoted, "no_measure_answers", ""


def unsure_rows(plan: Plan) -> Iterator[tuple[Any, ...]]:
    """Yield the shortcomings with several figures of which none was taken."""
    for number, case in enumerate(plan.shortcomings, 1):
        if case.is_unsure:
            span = case.span
            location = (plan.name, row_name("shortcomings", number), span.page, span.line_start)
            yield *location, "shortcoming", case.text or case.criterion, "several_figures", ""


def lost_row(case: dict[str, Any]) -> tuple[Any, ...]:
    """Return the row of a correction whose measure is not in the document any more."""
    return (case["plan"], case["row"], None, None, case["column"], case["value"], "lost", "")
