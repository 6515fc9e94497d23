"""Tables of a read plan: plans, measures, targets, and notes for review."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from parstats import schema
from parstats.plans.classify import classifier
from parstats.plans.corrections import DROPPED, apply_corrections, fingerprints, is_fact
from parstats.plans.doubtful_links import with_doubts
from parstats.plans.fields import targets
from parstats.plans.fields.deadlines import dated
from parstats.plans.link.series_links import link
from parstats.plans.lost_tables import listed_links
from parstats.plans.plan_rows import measure_table, plan_row, typed_table
from parstats.plans.review_rows import (
    lost_row,
    note_table,
    review_table,
    unanswered_rows,
    unsure_rows,
)
from parstats.plans.row_sources import Source, sources
from parstats.plans.series_rows import split_series, targeted_series
from parstats.plans.shortcoming_rows import shortcoming_rows
from parstats.plans.target_rows import (
    figure_rows,
    goal_rows,
    measure_target_rows,
    target_series,
)
from parstats.reference import frameworks

if TYPE_CHECKING:
    import pandas as pd

    from parstats.plans.records import Plan


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
    shortcomings : pandas.DataFrame; see `parstats.schema.models.Shortcomings`
    sources : dict of dict
        Places and words of targets and shortcomings, by plan and row ("t001", "s001").
    is_corrected : bool; whether a person's corrections were applied
    """

    plans: pd.DataFrame
    measures: pd.DataFrame
    targets: pd.DataFrame
    review: pd.DataFrame
    fingerprints: dict[str, dict[str, str]]
    shortcomings: pd.DataFrame
    sources: dict[str, dict[str, Source]] = field(default_factory=dict)
    is_corrected: bool = False

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
    import pandas as pd

    links = link(
        plan.records,
        index=[code for code in plan.indices if code in frameworks.INDICES],
        year=plan.plan_year,
        unit_level=plan.unit_level,
        province=plan.province,
    )
    links = with_doubts(plan, listed_links(plan, links))
    guesses = classifier.classify_records(plan.records, links, floor=0.0)
    types = guesses[guesses["score"] >= classifier.FLOOR]
    record_targets = [
        targets.extract_from_record(record, plan.plan_year) for record in plan.records
    ]
    rows = [f"{number:03d}" for number in range(1, len(plan.records) + 1)]
    measures = measure_table(plan, rows, links, types, record_targets)
    shortcomings = list(shortcoming_rows(plan, rows, measures))
    target_rows = [
        *measure_target_rows(plan, measures, record_targets),
        *goal_rows(plan),
        *figure_rows(plan),
    ]
    marks = fingerprints(plan.records)
    numbered = [case | {"number": at} for at, case in enumerate(target_rows, 1)]
    return Tables(
        typed_table(
            "plans", [plan_row(plan) | {"aims": targeted_series(measures).get(plan.name, "")}]
        ),
        measures,
        typed_table("targets", numbered),
        pd.concat(
            [
                review_table(plan, rows, links, guesses, record_targets),
                note_table([*unsure_rows(plan), *unanswered_rows(shortcomings, measures)]),
            ],
            ignore_index=True,
        ),
        {plan.name: dict(zip(marks, rows, strict=True))},
        typed_table("shortcomings", shortcomings),
        {
            plan.name: sources("targets", numbered, dict(zip(rows, marks, strict=True)))
            | sources("shortcomings", shortcomings, {})
        },
    )


def together(parts: Iterable[Tables]) -> Tables:
    """Join the tables of several plans."""
    import pandas as pd

    all_tables = list(parts)
    names = ("plans", "measures", "targets", "review", "shortcomings")
    joined = {
        name: pd.concat([getattr(part, name) for part in all_tables], ignore_index=True)
        for name in names
    }
    fingerprints = {plan: rows for part in all_tables for plan, rows in part.fingerprints.items()}
    sources = {plan: rows for part in all_tables for plan, rows in part.sources.items()}
    is_corrected = any(part.is_corrected for part in all_tables)
    return Tables(**joined, fingerprints=fingerprints, sources=sources, is_corrected=is_corrected)


def with_notes(tables: Tables, plan: str, notes: Sequence[tuple[str, dict[str, str]]]) -> Tables:
    """Add notes on a plan to its review list: keys of ``review.note.*`` with their fields."""
    import pandas as pd

    rows = [
        (plan, "", None, None, "note", json.dumps(f, ensure_ascii=False), k, "") for k, f in notes
    ]
    return replace(tables, review=pd.concat([note_table(rows), tables.review], ignore_index=True))


def apply(tables: Tables, corrections: pd.DataFrame) -> Tables:
    """Apply corrections to the tables and drop the notes they settle.

    They have the columns of `parstats.plans.corrections.COLUMNS`; those of other plans are left
    out. ``review`` lists those whose measure is not in the document any more.
    """
    import pandas as pd

    plan_corrections = corrections[
        corrections["plan"].isin(tables.plans["plan"]) & ~is_fact(corrections)
    ]
    measures, review, lost = tables.measures, tables.review, []
    for plan, cases in plan_corrections.groupby("plan", sort=False):
        rows = tables.fingerprints.get(str(plan), {})
        marked = cases["fingerprint"] != ""
        gone = cases[marked & ~cases["fingerprint"].isin(list(rows))]
        lost += [lost_row(case) for case in gone.to_dict("records")]
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
        review = pd.concat([review, note_table(lost)], ignore_index=True)
    corrected = replace(tables, measures=measures, review=review.reset_index(drop=True))
    return replace(corrected, targets=_retargeted(corrected))


#: Column of the measures that a thing to look at is about.
_COLUMN_BY_CHECK = {"types": "measure_type", "target": "target_op"}


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
        for column, value in target_series(case).items():
            table.loc[is_corrected, column] = value
        first = is_corrected & ~table.loc[is_corrected].duplicated(["plan", "row"]).reindex(
            table.index, fill_value=True
        )
        for column in ("op", "value", "unit"):
            table.loc[first, column] = case[f"target_{column}"]
    return table
