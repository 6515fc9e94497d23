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


def links_of(document: Document) -> pd.DataFrame:
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
    links = links_of(document)
    found = [
        Linked(row, links["series"][block.records[0]], links["confidence"][block.records[0]])
        for block in document.blocks
        for row in block.rows
    ]
    return found + [Linked(row, "", 0.0) for row in document.missed]


def field_of(series: str) -> str:
    """The dimension a series belongs to; the series itself above that; each of several.

    Examples
    --------
    >>> field_of("papi.e_governance.internet_access"), field_of("par;sipas")
    ('papi.e_governance', 'par;sipas')
    """
    if ";" in series:
        return ";".join(map(field_of, series.split(";")))
    if not series:
        return ""
    parents = frameworks.series().set_index("series")["parent"]
    while frameworks.level_of(series) in {"criterion", "subcriterion"}:
        series = str(parents[series])
    return series


def reliability(documents: Sequence[Document]) -> list[str]:
    """How often links of each confidence are right, as to the series and as to its field."""
    found = [one for document in documents for one in linked_rows(document) if one.series]
    lines = []
    for low, high in ((0.5, 0.7), (0.7, 0.9), (0.9, 1.001)):
        held = [one for one in found if low <= one.confidence < high]
        if held:
            series = sum(one.series == one.row.series for one in held)
            field = sum(field_of(one.series) == field_of(one.row.series) for one in held)
            lines.append(
                f"confidence {low}-{min(high, 1)}: {len(held)} rows, series right "
                f"{series / len(held):.3f}, field right {field / len(held):.3f}"
            )
    return lines


def report(documents: Sequence[Document]) -> tuple[list[str], bool]:
    """Lines to print, and whether every goal is reached."""
    lines, reached = [], True
    lines.append(f"{'plan':22} {'basis':9} rows linked field|linked field|all series|all")
    for document in documents:
        found = linked_rows(document)
        for basis in ("stated", "inferred"):
            rows = [one for one in found if one.row.stated == (basis == "stated")]
            if rows:
                lines.append(f"{document.name:22} {basis:9} {_shares(rows)}")
    stated = [one for document in documents for one in linked_rows(document) if one.row.stated]
    linked = [one for one in stated if one.series]
    right = [one for one in linked if field_of(one.series) == field_of(one.row.series)]
    accuracy, share = len(right) / max(len(linked), 1), len(linked) / max(len(stated), 1)
    lines.append(
        f"stated rows of all: field right {accuracy:.3f} of linked (goal {FIELD_GOAL}), "
        f"linked {share:.3f} (goal {LINKED_GOAL})"
    )
    reached &= accuracy >= FIELD_GOAL and share >= LINKED_GOAL
    for document in documents:
        found = linked_rows(document)
        papi = {
            (one.row.first, one.row.series): one
            for one in found
            if one.row.series.startswith("papi.") and one.row.series.count(".") == 2
        }
        if papi:
            same = sum(
                one.series == one.row.series
                for one in found
                if one.row.series in {key[1] for key in papi}
            )
            asked = sum(1 for one in found if one.row.series in {key[1] for key in papi})
            distinct = len(
                {one.row.series for one in papi.values() if one.series == one.row.series}
            )
            lines.append(
                f"{document.name}: PAPI sub-dimensions right for {same} of {asked} rows, "
                f"{distinct} of {len({key[1] for key in papi})} sub-dimensions"
            )
            reached &= same == asked
        if document.plan.unit_level == "department":
            own = document.plan.indices
            links = links_of(document)
            inside = int(links["index"].isin(own).sum())
            ministry = int((links["index"] == "PAR INDEX").sum())
            lines.append(
                f"{document.name}: {inside} of {len(links)} records in the framework of "
                f"{' or '.join(own)}, {ministry} in the ministry's PAR INDEX; "
                f"{int((links['series'] != '').sum())} linked"
            )
            reached &= inside == len(links) and not ministry
    return lines, reached


def _shares(rows: Sequence[Linked]) -> str:
    linked = [one for one in rows if one.series]
    right = [one for one in linked if field_of(one.series) == field_of(one.row.series)]
    exact = [one for one in linked if one.series == one.row.series]
    of_linked = len(right) / len(linked) if linked else float("nan")
    return (
        f"{len(rows):4} {len(linked) / len(rows):6.3f} {of_linked:12.3f} "
        f"{len(right) / len(rows):9.3f} {len(exact) / len(rows):10.3f}"
    )
