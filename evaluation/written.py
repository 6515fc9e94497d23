"""Measures of no real plan, to which the model of types is fitted beside the coded ones.

Those of ``measure_types/written.csv`` were written for it; those of the invented plans belong to
other work. Sixty of these two people coded (``second_coding``); they stand once with the types of
each coder.
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
def _invented() -> tuple[dict[str, str], ...]:
    """Rows of the invented plans."""
    return tuple(rows(FOLDER / "invented_plans" / "measures.csv"))


@cache
def invented_measures() -> tuple[tuple[str, str, Types], ...]:
    """Measure, criterion and types of the invented plans, as they were coded first."""
    return tuple(
        (row["measure"], row["criterion_as_written"], frozenset(row["measure_types"].split(";")))
        for row in _invented()
    )


def invented_documents() -> tuple[str, ...]:
    """Document of each of the `invented_measures`."""
    return tuple(row["file"] for row in _invented())


@cache
def second_types() -> dict[int, Types]:
    """Types by a second coder, by the place of the measure among the `invented_measures`."""
    places = {(row["file"], row["order"]): place for place, row in enumerate(_invented())}
    return {
        places[row["file"], row["order"]]: frozenset(row["types"].split(";"))
        for row in rows(FOLDER / "second_coding" / "invented_plans.csv")
    }


def further_features(*, invented: bool, further: bool = True) -> tuple[list[Features], list[Types]]:
    """What is seen in the written measures, and in those of `invented` plans; and their types.

    The measures coded twice come last, with the types of the second coder.
    """
    measures = written_measures()
    if invented:
        twice = (
            (*invented_measures()[place][:2], types) for place, types in second_types().items()
        )
        measures += (*invented_measures(), *twice)
    seen = [features(text, criterion, further=further) for text, criterion, _ in measures]
    return seen, [types for *_, types in measures]
