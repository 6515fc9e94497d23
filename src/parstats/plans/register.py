"""Tables of a read plan: plans, measures, targets, and notes for review."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

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
from parstats.plans.row_sources import Source, sources, table_of
from parstats.plans.series_rows import split_series, targeted_series
from parstats.plans.shortcoming_rows import shortcoming_rows
from parstats.plans.target_corrections import apply_to_table, current_row, without_measures
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
    is_of_target = plan_corrections["row"].map(table_of).ne("measures").astype("bool")
    beside = plan_corrections[is_of_target]
    measures, review, lost = tables.measures, tables.review, []
    for plan, cases in plan_corrections[~is_of_target].groupby("plan", sort=False):
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
    review, gone_targets = _settled_targets(review, beside, tables.sources)
    lost += gone_targets
    if lost:
        review = pd.concat([review, note_table(lost)], ignore_index=True)
    shortcomings = without_measures(tables.shortcomings, measures)
    return replace(
        tables,
        measures=measures,
        review=review.reset_index(drop=True),
        targets=apply_to_table(_retargeted(tables, measures), "targets", beside, tables.sources),
        shortcomings=apply_to_table(shortcomings, "shortcomings", beside, tables.sources),
        is_corrected=tables.is_corrected or not corrections.empty,
    )


# The target of a measure that has none: operator, value, unit.
_NO_TARGET = ("", "nan", "")
#: Column of the measures that a thing to look at is about.
_COLUMN_BY_CHECK = {"types": "measure_type", "target": "target_op"}


def _settled_targets(
    review: pd.DataFrame, beside: pd.DataFrame, sources: dict[str, dict[str, Source]]
) -> tuple[pd.DataFrame, list[tuple[object, ...]]]:
    """Return the review list without rows of targets and shortcomings that were corrected.

    And what to look at of those that are not in the document any more.
    """
    import pandas as pd

    done, lost = set(), []
    for case in beside.to_dict("records"):
        row = current_row(case, sources)
        if not case["fingerprint"] or row in sources.get(case["plan"], {}):
            done.add((case["plan"], row))
        else:
            lost.append(lost_row(case))
    settled = [(case.plan, case.row) in done for case in review.itertuples()]
    return review[~pd.Series(settled, index=review.index, dtype="bool")], lost


def own_targets(tables: Tables) -> dict[tuple[str, int], str]:
    """Return the measures whose own target a row of the targets is, by plan and number.

    Of several targets of a measure it is the first that is the same.
    """
    measures = {
        (case["plan"], case["row"]): _target(case, "target_")
        for case in tables.measures.to_dict("records")
    }
    own: dict[tuple[str, int], str] = {}
    taken: set[tuple[str, str]] = set()
    for case in tables.targets.to_dict("records"):
        measure = case["plan"], case["row"]
        if measure not in taken and _target(case, "") == measures.get(measure):
            taken.add(measure)
            own[case["plan"], case["number"]] = case["row"]
    return own


def _target(case: dict[str, Any], prefix: str) -> tuple[str, ...]:
    return tuple(str(case[f"{prefix}{column}"]) for column in ("op", "value", "unit"))


def _retargeted(tables: Tables, measures: pd.DataFrame) -> pd.DataFrame:
    """Update the targets after corrections of measures: a measure's own target goes with it."""
    import pandas as pd

    existing_rows = set(zip(measures["plan"], measures["row"], strict=True))
    owners = zip(tables.targets["plan"], tables.targets["row"], strict=True)
    is_retained = [not row or (plan, row) in existing_rows for plan, row in owners]
    # As a series: an empty list would choose no columns.
    table = tables.targets[pd.Series(is_retained, index=tables.targets.index, dtype="bool")].copy()
    own = {(plan, row): number for (plan, number), row in own_targets(tables).items()}
    human = measures[measures["coded_by"] == "human"]
    for case in human.to_dict("records"):
        is_corrected = (table["plan"] == case["plan"]) & (table["row"] == case["row"])
        for column, value in target_series(case).items():
            table.loc[is_corrected, column] = value
        first = is_corrected & (table["number"] == own.get((case["plan"], case["row"]), 0))
        for column in ("op", "value", "unit"):
            table.loc[first, column] = case[f"target_{column}"]
        if _target(case, "target_") == _NO_TARGET:
            table = table[~first]
    added = _added_targets(tables, human, own)
    return pd.concat([table, added], ignore_index=True) if len(added) else table


def _added_targets(
    tables: Tables, human: pd.DataFrame, own: Mapping[tuple[str, str], int]
) -> pd.DataFrame:
    """Return the targets that a person gave to measures without one of their own."""
    before = {
        (case["plan"], case["row"]): _target(case, "target_")
        for case in tables.measures.to_dict("records")
    }
    last = tables.targets.groupby("plan")["number"].max().to_dict()
    years = dict(zip(tables.plans["plan"], tables.plans["plan_year"], strict=True))
    rows = []
    for case in human.to_dict("records"):
        measure, target = (case["plan"], case["row"]), _target(case, "target_")
        if measure in own or target in (_NO_TARGET, before.get(measure)):
            continue
        last[case["plan"]] = last.get(case["plan"], 0) + 1
        rows.append(
            {
                **{"plan": case["plan"], "number": last[case["plan"]], "row": case["row"]},
                **target_series(case),
                "indicator_vi": case["criterion_as_written"] or case["text"],
                "year": years.get(case["plan"]),
                "kind": "target",
                **{column: case[f"target_{column}"] for column in ("op", "value", "unit")},
                "line": case["line_start"],
                **dict.fromkeys(("indicator_en", "note_vi", "note_en"), ""),
            }
        )
    return typed_table("targets", rows)
