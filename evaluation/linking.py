"""How well criteria are linked to series, per document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from evaluation.coded import Document, Row
from parstats.plans.link.series_links import link
from parstats.reference import frameworks

FIELD_GOAL, LINKED_GOAL = 0.95, 0.9


@dataclass(frozen=True, slots=True)
class Linked:
    """A coded row and the link of its record."""

    row: Row
    series: str
    confidence: float


def document_links(document: Document) -> pd.DataFrame:
    """Links of all records of a document, as the package makes them."""
    plan = document.plan
    return link(
        plan.records,
        index=plan.indices,
        year=plan.plan_year,
        unit_level=plan.unit_level,
        province=plan.province,
    )


def linked_rows(document: Document) -> list[Linked]:
    """The link of every coded row; that of its first record where it was read as several."""
    links = document_links(document)
    entries = [
        Linked(row, links["series"][block.records[0]], links["confidence"][block.records[0]])
        for block in document.blocks
        for row in block.rows
    ]
    return entries + [Linked(row, "", 0.0) for row in document.unmatched]


def series_field(series: str) -> str:
    """The dimension a series belongs to; the series itself above that; each of several.

    Examples
    --------
    >>> series_field("papi.e_governance.internet_access"), field_of("par;sipas")
    ('papi.e_governance', 'par;sipas')
    """
    if ";" in series:
        return ";".join(map(series_field, series.split(";")))
    if not series:
        return ""
    parents = frameworks.series().set_index("series")["parent"]
    while frameworks.series_level(series) in {"criterion", "subcriterion"}:
        series = str(parents[series])
    return series


def reliability(documents: Sequence[Document]) -> list[str]:
    """How often links of each confidence are right, as to the series and as to its field."""
    linked = [entry for document in documents for entry in linked_rows(document) if entry.series]
    lines = []
    for low, high in ((0.5, 0.7), (0.7, 0.9), (0.9, 1.001)):
        members = [entry for entry in linked if low <= entry.confidence < high]
        if members:
            series = sum(entry.series == entry.row.series for entry in members)
            field = sum(
                series_field(entry.series) == series_field(entry.row.series) for entry in members
            )
            lines.append(
                f"confidence {low}-{min(high, 1)}: {len(members)} rows, series right "
                f"{series / len(members):.3f}, field right {field / len(members):.3f}"
            )
    return lines


def report(documents: Sequence[Document]) -> tuple[list[str], bool]:
    """Lines to print, and whether every goal is reached."""
    lines, reached = [], True
    lines.append(f"{'plan':22} {'basis':9} rows linked field|linked field|all series|all")
    for document in documents:
        entries = linked_rows(document)
        for basis in ("stated", "inferred"):
            rows = [entry for entry in entries if entry.row.stated == (basis == "stated")]
            if rows:
                lines.append(f"{document.name:22} {basis:9} {_shares(rows)}")
    stated = [
        entry for document in documents for entry in linked_rows(document) if entry.row.stated
    ]
    linked = [entry for entry in stated if entry.series]
    right = [
        entry for entry in linked if series_field(entry.series) == series_field(entry.row.series)
    ]
    accuracy, share = len(right) / max(len(linked), 1), len(linked) / max(len(stated), 1)
    lines.append(
        f"stated rows of all: field right {accuracy:.3f} of linked (goal {FIELD_GOAL}), "
        f"linked {share:.3f} (goal {LINKED_GOAL})"
    )
    reached &= accuracy >= FIELD_GOAL and share >= LINKED_GOAL
    for document in documents:
        entries = linked_rows(document)
        papi = {
            (entry.row.first, entry.row.series): entry
            for entry in entries
            if entry.row.series.startswith("papi.") and entry.row.series.count(".") == 2
        }
        if papi:
            same = sum(
                entry.series == entry.row.series
                for entry in entries
                if entry.row.series in {key[1] for key in papi}
            )
            total = sum(1 for entry in entries if entry.row.series in {key[1] for key in papi})
            distinct = len(
                {entry.row.series for entry in papi.values() if entry.series == entry.row.series}
            )
            lines.append(
                f"{document.name}: PAPI sub-dimensions right for {same} of {total} rows, "
                f"{distinct} of {len({key[1] for key in papi})} sub-dimensions"
            )
            reached &= same == total
        if document.plan.unit_level == "department":
            plan_indices = document.plan.indices
            links = document_links(document)
            inside = int(links["index"].isin(plan_indices).sum())
            ministry = int((links["index"] == "PAR INDEX").sum())
            lines.append(
                f"{document.name}: {inside} of {len(links)} records in the framework of "
                f"{' or '.join(plan_indices)}, {ministry} in the ministry's PAR INDEX; "
                f"{int((links['series'] != '').sum())} linked"
            )
            reached &= inside == len(links) and not ministry
    return lines, reached


def _shares(rows: Sequence[Linked]) -> str:
    linked = [entry for entry in rows if entry.series]
    right = [
        entry for entry in linked if series_field(entry.series) == series_field(entry.row.series)
    ]
    exact = [entry for entry in linked if entry.series == entry.row.series]
    field_accuracy = len(right) / len(linked) if linked else float("nan")
    return (
        f"{len(rows):4} {len(linked) / len(rows):6.3f} {field_accuracy:12.3f} "
        f"{len(right) / len(rows):9.3f} {len(exact) / len(rows):10.3f}"
    )
