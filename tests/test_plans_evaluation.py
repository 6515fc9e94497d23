"""Links and types on real plans, against what was coded by hand.

The documents are no part of this project: these tests read the folder that ``PARSTATS_PLANS``
names and are skipped without it.
"""

from __future__ import annotations

import os

import pytest
from evaluation import classifying, linking
from evaluation.coded import CODED, REVIEWED, Block, Document, Row, _cuts, documents
from evaluation.training import fit

from parstats.reference import csv_tables

NEEDS = pytest.mark.skipif(
    not os.environ.get("PARSTATS_PLANS"),
    reason="PARSTATS_PLANS is not set: the plan documents are no part of the project",
)


@pytest.fixture(scope="module")
def coded() -> tuple[Document, ...]:
    return documents(CODED)


@NEEDS
def test_stated_fields_papi_and_the_department_reach_their_goals(
    coded: tuple[Document, ...],
) -> None:
    lines, reached = linking.report(coded)
    assert reached, "\n".join(lines)


@NEEDS
def test_every_coded_row_has_a_record(coded: tuple[Document, ...]) -> None:
    unmatched = sum(len(document.unmatched) for document in coded)
    rows = sum(len(document.rows) for document in coded)
    assert unmatched <= 0.02 * rows


@NEEDS
def test_surer_links_are_righter(coded: tuple[Document, ...]) -> None:
    both = (*coded, *documents(REVIEWED))
    linked = [entry for document in both for entry in linking.linked_rows(document) if entry.series]
    right = {True: [], False: []}
    for entry in linked:
        same = linking.series_field(entry.series) == linking.series_field(entry.row.series)
        right[entry.confidence >= 0.8].append(same)
    sure, unsure = (sum(right[which]) / len(right[which]) for which in (True, False))
    assert sure >= 0.95
    assert sure >= unsure


@NEEDS
def test_types_reach_their_goals_leaving_the_document_out(coded: tuple[Document, ...]) -> None:
    lines, reached = classifying.report(coded, nested=False)
    assert reached, "\n".join(lines)


@NEEDS
def test_the_shipped_model_is_the_fitted_one(coded: tuple[Document, ...]) -> None:
    fitted = fit(*classifying.all_training_features(coded, further=True)).table
    shipped = {
        (row["term"], row["type"]): float(row["weight"]) for row in csv_tables.rows("measure_model")
    }
    anew = dict(
        zip(zip(fitted["term"], fitted["type"], strict=True), fitted["weight"], strict=True)
    )
    assert anew == pytest.approx(shipped, abs=0.01), "run make train-measures"


# Rows and records of the same lines.


def test_runs_are_cut_where_the_words_change() -> None:
    like = [[1.0, 0.9, 0.0, 0.0], [0.0, 0.0, 1.0, 0.8]]
    assert _cuts(2, 4, lambda first, other: like[first][other]) == [(0, 2), (2, 4)]
    assert _cuts(1, 1, lambda first, other: 0.0) == [(0, 1)]


def test_a_block_has_the_types_of_all_its_rows() -> None:
    rows = tuple(
        Row(str(number), "", True, frozenset(types), (), 1, 1)
        for number, types in enumerate(({"COMM"}, {"COMM", "STAFF"}))
    )
    assert Block(rows, (0,)).types == {"COMM", "STAFF"}


def test_fields_of_series() -> None:
    assert linking.series_field("papi.services.infrastructure") == "papi.services"
    assert linking.series_field("sipas.policy") == "sipas.policy"
    assert linking.series_field("") == ""
