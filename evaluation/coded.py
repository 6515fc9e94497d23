"""Coded facts of real plans beside what the parser reads from the same documents.

The facts stand in ``data/raw/plans``; the documents are no part of this project. The folder that
``PARSTATS_PLANS`` names holds them, each under the name that ``plans.csv`` gives in "document".
"""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from parstats import plans
from parstats.plans.records import Plan, Record
from parstats.plans.spelling import plain_tokens

ROOT = Path(__file__).parents[1]
CODED = "measures_coded.csv"
REVIEWED = "measures_reviewed.csv"
VARIABLE = "PARSTATS_PLANS"


class NoDocuments(SystemExit):
    """The documents are not there; the message says what to do."""


def documents_folder() -> Path:
    """The folder of documents.

    Raises
    ------
    NoDocuments
        If ``PARSTATS_PLANS`` is not set, or names no folder.
    """
    named = os.environ.get(VARIABLE, "")
    if not named:
        raise NoDocuments(
            f"{VARIABLE} is not set: give the folder with the plan documents named in "
            f"data/raw/plans/plans.csv, as {VARIABLE}=FOLDER make evaluate-plans, or "
            "train-measures"
        )
    folder = Path(named)
    if not folder.is_dir():
        raise NoDocuments(f"{VARIABLE}: no folder {folder}; give the one with the plan documents")
    return folder


@dataclass(frozen=True, slots=True)
class Row:
    """What a person coded of one measure.

    Attributes
    ----------
    name : str
        Plan and number of the row.
    series : str
        Series it aims at; several, parted by a semicolon, where it serves several indices.
    stated : bool
        Whether a heading of the plan names the field, or the coder inferred it.
    types : frozenset of str
        Types of measure.
    terms : tuple of str
        Words of the labels, to tell the parts of one cell or item from each other.
    first, last : int
        Lines of the document.
    """

    name: str
    series: str
    stated: bool
    types: frozenset[str]
    terms: tuple[str, ...]
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Block:
    """Coded rows and records that are about the same piece of a document.

    One of the two is single: a measure that was coded once may be read as several records, and a
    record may hold what was coded as several measures.

    Attributes
    ----------
    rows : tuple of Row
        Coded rows.
    records : tuple of int
        Positions of the records of the plan.
    """

    rows: tuple[Row, ...]
    records: tuple[int, ...]

    @property
    def types(self) -> frozenset[str]:
        """Types that the block was given by the coder."""
        return frozenset().union(*(row.types for row in self.rows))


@dataclass(frozen=True, slots=True)
class Document:
    """A plan as read, and as coded.

    Attributes
    ----------
    name : str
        The plan.
    plan : Plan
        What the parser read.
    rows : tuple of Row
        What was coded.
    blocks : tuple of Block
        Which goes with which.
    unmatched : tuple of Row
        Coded rows without a record.
    """

    name: str
    plan: Plan
    rows: tuple[Row, ...]
    blocks: tuple[Block, ...]
    unmatched: tuple[Row, ...]


def _table(name: str) -> list[dict[str, str]]:
    path = ROOT / "data" / "raw" / "plans" / name
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _row(row: dict[str, str]) -> Row:
    labels = f"{row['criterion_as_written']} {row['label_vi']}"
    return Row(
        f"{row['plan']} {row['row']}",
        row["series"],
        row["series_basis"] == "stated",
        frozenset(filter(None, row["measure_type"].split(";"))),
        plain_tokens(labels),
        int(row["line_start"]),
        int(row["line_end"]),
    )


@cache
def documents(table: str = CODED) -> tuple[Document, ...]:
    """Every plan of a table of coded facts, with its document.

    Parameters
    ----------
    table : str
        `CODED`, or `REVIEWED` for what was extracted first and then corrected by a person.

    Raises
    ------
    NoDocuments
        If a document is not there.
    """
    folder = documents_folder()
    stems = {row["plan"]: row["document"] for row in _table("plans.csv") if row["document"]}
    by_plan: dict[str, list[Row]] = {}
    for row in _table(table):
        by_plan.setdefault(row["plan"], []).append(_row(row))
    coded_documents = []
    for name, rows in by_plan.items():
        paths = sorted(folder.glob(f"{stems[name]}.*"))
        if not paths:
            raise NoDocuments(f"{folder}: no document {stems[name]}.* (plan {name})")
        plan = plans.read(paths[0])
        blocks, unmatched = _aligned(rows, plan.records)
        coded_documents.append(Document(name, plan, tuple(rows), blocks, unmatched))
    return tuple(coded_documents)


def _aligned(
    rows: Sequence[Row], records: Sequence[Record]
) -> tuple[tuple[Block, ...], tuple[Row, ...]]:
    """Rows and records of the same lines, and within these by their words, in order."""
    line_spans: dict[tuple[int, int], list[Row]] = {}
    for row in rows:
        line_spans.setdefault((row.first, row.last), []).append(row)
    read: dict[tuple[int, int], list[int]] = {line_span: [] for line_span in line_spans}
    for position, record in enumerate(records):
        span = record.span
        overlap = {
            line_span: min(line_span[1], span.line_end) - max(line_span[0], span.line_start) + 1
            for line_span in line_spans
        }
        best = max(
            overlap,
            key=lambda line_span: (overlap[line_span], -abs(line_span[0] - span.line_start)),
        )
        if overlap[best] > 0:
            read[best].append(position)
    blocks: list[Block] = []
    unmatched: list[Row] = []
    for line_span, span_rows in line_spans.items():
        if read[line_span]:
            blocks += _pairs(span_rows, read[line_span], records)
        else:
            unmatched += span_rows
    return tuple(blocks), tuple(unmatched)


def _pairs(rows: list[Row], positions: list[int], records: Sequence[Record]) -> list[Block]:
    texts = [set(plain_tokens(records[position].measure)) for position in positions]
    fewer, more = sorted((len(rows), len(positions)))
    by_row = len(rows) <= len(positions)

    def like(index: int, other: int) -> float:
        row, text = (index, other) if by_row else (other, index)
        terms = set(rows[row].terms)
        return len(terms & texts[text]) / max(len(terms), 1)

    ends = _cuts(fewer, more, like)
    blocks = []
    for number, (start, end) in enumerate(ends):
        if by_row:
            blocks.append(Block((rows[number],), tuple(positions[start:end])))
        else:
            blocks.append(Block(tuple(rows[start:end]), (positions[number],)))
    return blocks


def _cuts(fewer: int, more: int, like: Callable[[int, int], float]) -> list[tuple[int, int]]:
    """Runs of the longer list for each of the shorter, in order, as alike as can be."""
    best: dict[tuple[int, int], tuple[float, int]] = {(0, 0): (0.0, 0)}
    for step in range(fewer):
        for end in range(step + 1, more - (fewer - step - 1) + 1):
            options = [
                (
                    best[step, start][0] + sum(like(step, other) for other in range(start, end)),
                    start,
                )
                for start in range(step, end)
                if (step, start) in best
            ]
            best[step + 1, end] = max(options)
    runs = []
    end = more
    for step in range(fewer, 0, -1):
        start = best[step, end][1]
        runs.append((start, end))
        end = start
    return runs[::-1]
