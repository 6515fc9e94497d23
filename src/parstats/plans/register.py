"""Tables of a read plan: plans, measures, targets, and notes for review."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from parstats import schema
from parstats.plans.classify import classifier
from parstats.plans.corrections import DROPPED, apply_corrections, fingerprints
from parstats.plans.fields import agencies, targets
from parstats.plans.fields.deadlines import dated
from parstats.plans.link.goal_series import figure_series
from parstats.plans.link.series_links import NO_FRAMEWORK, link
from parstats.plans.records import Note
from parstats.plans.series_rows import parts, single, split_series, targeted_series
from parstats.reference import csv_tables, frameworks, labels, provinces

if TYPE_CHECKING:
    import pandas as pd

    from parstats.plans.records import Figure, Plan, Record


REVIEW_COLUMNS = ("plan", "row", "page", "line", "what", "found", "why", "candidates")
#: Score (0-1) of the best type below which a measure is listed for review: likelier wrong than
#: right.
SURE_TYPE = 0.5
# Probability below which a candidate is not named; as `parstats.plans.classify.classifier.FLOOR`.
_WORTH_NAMING = 0.05
# The 34 provinces are there since July 2025.
_MERGED_ON = "2025-07"
_DIGIT = re.compile(r"\d")
# A series, or type, and its confidence, and several of them parted by ";" as one.
_LINK = re.compile(r"([a-z_]+(?:\.[a-z_]+)*|[A-Z]+) (\d\.\d\d)")
# Letters of what was found that a message repeats. By judgement: about one line of a terminal.
_MAX_QUOTE_LENGTH = 90
_WITH_CANDIDATES = ("no_link", "unsure_link")
# Words of an agency's name that tell its level, the most telling first.
_LEVELS = (
    ("party", ("tỉnh ủy", "thành ủy", "đảng ủy")),
    ("department", ("sở ", "ban quản lý", "thanh tra tỉnh", "chi cục")),
    ("district", ("huyện", "thị xã", "quận", "phường", "xã ", "thị trấn")),
    ("province", ("tỉnh", "thành phố", "ủy ban nhân dân", "ubnd")),
)


@dataclass(frozen=True)
class Tables:
    """The tables that `parstats plan` writes.

    Attributes
    ----------
    plans, targets : pandas.DataFrame; see `parstats.schema.models.Plans` and `Targets`
    measures : pandas.DataFrame
        The columns of `parstats.schema.models.Measures`, one row per measure; ``text`` holds the
        words of the document. Of a measure that serves several series they are parted by
        semicolons.
    review : pandas.DataFrame
        One row per thing to look at: plan, row ("" for the plan itself), page, line, what (a key of
        the labels ``review.what.*``), found, why (of ``review.why.*``; of a note ``review.note.*``,
        found holding its fields), candidates.
    fingerprints : dict of dict
        Row by fingerprint, by plan; see `parstats.plans.corrections.fingerprints`.
    """

    plans: pd.DataFrame
    measures: pd.DataFrame
    targets: pd.DataFrame
    review: pd.DataFrame
    fingerprints: dict[str, dict[str, str]]

    def long(self) -> pd.DataFrame:
        """Return the measures with one series per row, checked against the schema."""
        table = split_series(self.measures)[list(self.measures)]
        return schema.validate("measures", table)


def tabulate(plan: Plan) -> Tables:
    """Link and classify the records of a plan and put all into tables.

    Parameters
    ----------
    plan : Plan; result of `parstats.plans.read`

    Returns
    -------
    Tables: of this plan. Rows are numbered "001", "002", ... in the order of the document.

    Examples
    --------
    >>> from parstats.documents.document import Span
    >>> from parstats.plans.records import Plan, Record, Section
    >>> section = Section(headings=("Chỉ số PAPI",), index="PAPI", list_type="remediate")
    >>> record = Record(
    ...     section, "1", "2.1", "Danh sách hộ nghèo", "100%", "Niêm yết công khai danh sách",
    ...     "Văn phòng", "", "Thường xuyên", "", False, frozenset(), Span(7, 9), "",
    ... )
    >>> plan = Plan("plan", province="20", plan_year=2024, indices=("PAPI",), records=(record,))
    >>> found = tabulate(plan).measures.iloc[0]
    >>> found["series"], found["measure_type"], found["target_value"], found["line_start"]
    ('papi.transparency.poverty_lists', 'DISCLOSE', np.float64(100.0), np.int64(7))
    """
    links = link(
        plan.records,
        index=[code for code in plan.indices if code in frameworks.INDICES],
        year=plan.plan_year,
        unit_level=plan.unit_level,
        province=plan.province,
    )
    guesses = classifier.classify_records(plan.records, links, floor=0.0)
    types = guesses[guesses["score"] >= classifier.FLOOR]
    record_targets = [targets.extract_from_record(record) for record in plan.records]
    rows = [f"{number:03d}" for number in range(1, len(plan.records) + 1)]
    measures = _measures(plan, rows, links, types, record_targets)
    target_rows = [*_targets(plan, measures, record_targets), *_goals(plan), *_figures(plan)]
    return Tables(
        _typed("plans", [_plan(plan) | {"aims": targeted_series(measures).get(plan.name, "")}]),
        measures,
        _typed("targets", [case | {"number": at} for at, case in enumerate(target_rows, 1)]),
        _review(plan, rows, links, guesses, record_targets),
        {plan.name: dict(zip(fingerprints(plan.records), rows, strict=True))},
    )


def together(parts: Iterable[Tables]) -> Tables:
    """Join the tables of several plans."""
    import pandas as pd

    all_tables = list(parts)
    names = ("plans", "measures", "targets", "review")
    joined = {
        name: pd.concat([getattr(part, name) for part in all_tables], ignore_index=True)
        for name in names
    }
    fingerprints = {plan: rows for part in all_tables for plan, rows in part.fingerprints.items()}
    return Tables(**joined, fingerprints=fingerprints)


def apply(tables: Tables, corrections: pd.DataFrame) -> Tables:
    """Apply corrections to the tables and drop the notes they settle.

    They have the columns of `parstats.plans.corrections.COLUMNS`; those of other plans are left
    out. ``review`` lists those whose measure is not in the document any more.
    """
    import pandas as pd

    plan_corrections = corrections[corrections["plan"].isin(tables.plans["plan"])]
    measures, review, lost = tables.measures, tables.review, []
    for plan, cases in plan_corrections.groupby("plan", sort=False):
        rows = tables.fingerprints.get(str(plan), {})
        marked = cases["fingerprint"] != ""
        gone = cases[marked & ~cases["fingerprint"].isin(list(rows))]
        lost += [_lost(case) for case in gone.to_dict("records")]
        retained = cases.drop(gone.index)
        measures = apply_corrections(measures, retained, rows)
        years = dict(zip(tables.plans["plan"], tables.plans["plan_year"], strict=True))
        measures = dated(measures, years)
        at = [
            rows.get(mark, row)
            for mark, row in zip(retained["fingerprint"], retained["row"], strict=True)
        ]
        done = set(zip(at, retained["column"].replace({"index": "series"}), strict=True))
        settled = [
            case.plan == plan
            and not done.isdisjoint(
                {(case.row, _COLUMN_BY_CHECK.get(case.what, case.what)), (case.row, DROPPED)}
            )
            for case in review.itertuples()
        ]
        review = review[~pd.Series(settled, index=review.index, dtype="bool")]
    if lost:
        review = pd.concat([review, _review_table(lost)], ignore_index=True)
    corrected = replace(tables, measures=measures, review=review.reset_index(drop=True))
    return replace(corrected, targets=_retargeted(corrected))


def review_lines(review: pd.DataFrame, lang: str) -> list[str]:
    """Return the notes for review as text, one line each."""
    lines = []
    for case in review.to_dict("records"):
        location = labels.text("review.row" if case["row"] else "review.plan", lang, **case)
        what = labels.text(f"review.what.{case['what']}", lang)
        why = reason(case, lang)
        lines.append(f"{location}: {what}: {why}")
    return lines


def reason(case: dict[str, Any], lang: str) -> str:
    """Return the reason of a note, with series by name."""
    if case["what"] == "note":
        return Note(case["why"], json.loads(case["found"])).as_text(lang)
    written_text = (
        case["found"]
        if len(case["found"]) <= _MAX_QUOTE_LENGTH
        else case["found"][:_MAX_QUOTE_LENGTH].rstrip() + "…"
    )
    key = (
        case["why"]
        if case["candidates"] or case["why"] not in _WITH_CANDIDATES
        else f"{case['why']}_alone"
    )
    fields = {"found": _named(written_text, lang), "candidates": _named(case["candidates"], lang)}
    return labels.text(f"review.why.{key}", lang, **fields)


def _named(text: str, lang: str) -> str:
    """Replace codes by names: "papi.services 0.41" by "Public service delivery (41 %)"."""
    table = frameworks.series()
    names = dict(zip(table["series"], table[f"short_{lang}"], strict=True))
    names |= {row["measure_type"]: row[f"label_{lang}"] for row in csv_tables.rows("measure_types")}
    return _LINK.sub(
        lambda match: (
            f"{names[match[1]]} ({float(match[2]):.0%})" if match[1] in names else match[0]
        ),
        text,
    )


#: Column of the measures that a thing to look at is about.
_COLUMN_BY_CHECK = {"types": "measure_type", "target": "target_op"}


def _typed(name: str, rows: Sequence[dict[str, Any]], *, check: bool = True) -> pd.DataFrame:
    """Return the rows as a table of the schema."""
    import pandas as pd

    kinds = schema.TABLES[name].to_schema().dtypes
    table = pd.DataFrame(list(rows), columns=list(kinds))
    for column, kind in kinds.items():
        table[column] = table[column].astype(kind.type)
    return schema.validate(name, table) if check else table


def _plan(plan: Plan) -> dict[str, Any]:
    blanks = [
        field for field, blank in (("number", plan.blank_number), ("day", plan.blank_date)) if blank
    ]
    return {
        "plan": plan.name,
        "province": plan.province,
        "vintage": 34 if plan.date[:7] >= _MERGED_ON else 63,
        "agency": plan.agency,
        "agency_level": _agency_level(plan.agency),
        "number": plan.number,
        "date": plan.date,
        "blanks": ";".join(blanks),
        "kind": "plan",
        "formal": plan.is_plan,
        "plan_year": plan.plan_year,
        "baseline_year": plan.baseline_year,
        "until_year": plan.plan_year,
        "indices": ";".join(plan.indices),
        "unit_level": plan.unit_level,
        "completeness": "full",
        "parent": "",
        "document": plan.name,
        "source": plan.name,
        "note_vi": "",
        "note_en": "",
    }


def _agency_level(agency: str) -> str:
    written_text = f"{agency.casefold()} "
    return next(
        (level for level, terms in _LEVELS if any(term in written_text for term in terms)), ""
    )


def _measures(
    plan: Plan,
    rows: Sequence[str],
    links: pd.DataFrame,
    types: pd.DataFrame,
    record_targets: Sequence[tuple[targets.Target, ...]],
) -> pd.DataFrame:
    by_record = types.groupby("record")["measure_type"].agg(";".join)
    result = []
    is_department = _agency_level(plan.agency) == "department"
    for position, (row, record, linked) in enumerate(
        zip(rows, plan.records, links.to_dict("records"), strict=True)
    ):
        aim = (
            record_targets[position][0]
            if record_targets[position]
            else targets.Target("", None, "")
        )
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
                "target_op": aim.operator,
                "target_value": aim.value,
                "target_unit": aim.unit,
                "lead_unit": "; ".join(
                    agencies.units(record.lead_unit, is_department=is_department)
                ),
                "support_unit": "; ".join(
                    agencies.units(record.support_unit, is_department=is_department)
                ),
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
    table = _typed("measures", result, check=False)
    return dated(table, {plan.name: plan.plan_year})


def _targets(
    plan: Plan, measures: pd.DataFrame, record_targets: Sequence[tuple[targets.Target, ...]]
) -> Iterator[dict[str, Any]]:
    """Yield every target of every measure; of one criterion the same target once."""
    seen: set[tuple[object, ...]] = set()
    for case, record, measure_targets in zip(
        measures.to_dict("records"), plan.records, record_targets, strict=True
    ):
        for aim in measure_targets:
            name = record.criterion or record.measure or record.product
            key = (case["series"], record.code, name, aim)
            if key in seen:
                continue
            seen.add(key)
            yield {
                "plan": plan.name,
                "row": case["row"],
                **_target_row(case),
                "indicator_vi": name,
                "indicator_en": "",
                "year": plan.plan_year,
                "kind": "target",
                "op": aim.operator,
                "value": aim.value,
                "unit": aim.unit,
                "line": case["line_start"],
                "note_vi": "",
                "note_en": "",
            }


def _target_row(case: dict[str, Any]) -> dict[str, str]:
    """Return the index and series of a target."""
    index, series = single(case["index"], case["series"])
    return {"index": index, "series": series}


def _goals(plan: Plan) -> Iterator[dict[str, Any]]:
    """Yield the targets of the plan itself, of a section on goals."""
    named = figure_series(plan, [goal.item for goal in plan.goals])
    for goal, (index, series) in zip(plan.goals, named, strict=True):
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
            "note_vi": "",
            "note_en": "",
        }


def _figures(plan: Plan) -> Iterator[dict[str, Any]]:
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


def _retargeted(tables: Tables) -> pd.DataFrame:
    """Update the targets after corrections: the first is that of the corrected row."""
    import pandas as pd

    existing_rows = set(zip(tables.measures["plan"], tables.measures["row"], strict=True))
    owners = zip(tables.targets["plan"], tables.targets["row"], strict=True)
    is_retained = [not row or (plan, row) in existing_rows for plan, row in owners]
    # As a series: an empty list would choose no columns.
    table = tables.targets[pd.Series(is_retained, index=tables.targets.index, dtype="bool")].copy()
    human = tables.measures[tables.measures["coded_by"] == "human"]
    for case in human.to_dict("records"):
        is_corrected = (table["plan"] == case["plan"]) & (table["row"] == case["row"])
        for column, value in _target_row(case).items():
            table.loc[is_corrected, column] = value
        first = is_corrected & ~table.loc[is_corrected].duplicated(["plan", "row"]).reindex(
            table.index, fill_value=True
        )
        for column in ("op", "value", "unit"):
            table.loc[first, column] = case[f"target_{column}"]
    return table


def _review(
    plan: Plan,
    rows: Sequence[str],
    links: pd.DataFrame,
    guesses: pd.DataFrame,
    record_targets: Sequence[tuple[targets.Target, ...]],
) -> pd.DataFrame:
    best = guesses.drop_duplicates("record").set_index("record").to_dict("index")
    units = [bool(record.lead_unit) for record in plan.records]
    expect_units = sum(units) * 2 > len(units)
    review_rows = [*_plan_doubts(plan), *_unread_by(plan, links)]
    for position, row in enumerate(rows):
        linked, record = links.iloc[position].to_dict(), plan.records[position]
        doubts = [
            *_link_doubts(linked, record),
            *_type_doubts(best.get(position)),
            *_cell_doubts(record, record_targets[position], expect_units and not units[position]),
        ]
        span = record.span
        for what, why, written_text, candidates in doubts:
            review_rows.append(
                (plan.name, row, span.page, span.line_start, what, written_text, why, candidates)
            )
    return _review_table(review_rows)


def _review_table(rows: Sequence[tuple[Any, ...]]) -> pd.DataFrame:
    import pandas as pd

    table = pd.DataFrame(list(rows), columns=list(REVIEW_COLUMNS))
    kinds = {"page": "Int64", "line": "Int64"}
    return table.astype({column: kinds.get(column, "str") for column in REVIEW_COLUMNS})


def _plan_doubts(plan: Plan) -> Iterator[tuple[Any, ...]]:
    missing = (
        ("province", not plan.province),
        ("plan_year", plan.plan_year is None),
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
    names = provinces.by_code(34 if plan.date[:7] >= _MERGED_ON else 63)
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
    elif best["told_by"] in ("criterion", "field"):
        yield "types", "type_of_criterion", guess, ""


def _cell_doubts(
    record: Record, record_targets: tuple[targets.Target, ...], no_unit: bool
) -> Iterator[tuple[str, str, str, str]]:
    if _DIGIT.search(record.target) and not record_targets:
        yield "target", "target_unread", record.target, ""
    if no_unit:
        yield "lead_unit", "no_unit", "", ""


def _lost(case: dict[str, Any]) -> tuple[Any, ...]:
    return (case["plan"], case["row"], None, None, case["column"], case["value"], "lost", "")
