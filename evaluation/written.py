"""Measures of no real plan, to which the model of types is fitted beside the coded ones.

Those of ``measure_types/written.csv`` were written for it; those of the invented plans belong to
other work, and the sixty that two people coded (``second_coding``) are left out.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

from evaluation.coded import ROOT
from parstats.plans.classify.measure_features import Features, features

FOLDER = ROOT / "evaluation"
Types = frozenset[str]


def rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def written_measures() -> tuple[tuple[str, str, Types], ...]:
    """Measure, criterion and types of what was written to fit the model."""
    return tuple(
        (row["measure"], row["criterion"], frozenset(row["types"].split(";")))
        for row in rows(FOLDER / "measure_types" / "written.csv")
    )


@cache
def _coded_once() -> tuple[dict[str, str], ...]:
    """Rows of the invented plans, without the sixty coded twice."""
    twice = {
        (row["file"], row["order"]) for row in rows(FOLDER / "second_coding" / "invented_plans.csv")
    }
    return tuple(
        row
        for row in rows(FOLDER / "invented_plans" / "measures.csv")
        if (row["file"], row["order"]) not in twice
    )


@cache
def invented_measures() -> tuple[tuple[str, str, Types], ...]:
    """Measure, criterion and types of the invented plans, without the sixty coded twice."""
    return tuple(
        (row["measure"], row["criterion_as_written"], frozenset(row["measure_types"].split(";")))
        for row in _coded_once()
    )


def invented_documents() -> tuple[str, ...]:
    """Document of each of the `invented_measures`."""
    return tuple(row["file"] for row in _coded_once())


def further_features(*, invented: bool, further: bool = True) -> tuple[list[Features], list[Types]]:
    """What is seen in the written measures, and in those of `invented` plans; and their types."""
    measures = written_measures() + (invented_measures() if invented else ())
    seen = [features(text, criterion, further=further) for text, criterion, _ in measures]
    return seen, [types for *_, types in measures]
