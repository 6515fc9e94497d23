"""Links and types on real plans, against what was coded by hand.

The documents are no part of this project: these tests read the folder that ``PARSTATS_PLANS``
names and are skipped without it. Those of the invented plans test their score, not the reader.
"""

from __future__ import annotations

import os
from dataclasses import replace

import pytest
from evaluation import classifying, invented, linking
from evaluation.__main__ import main
from evaluation.coded import CODED, REVIEWED, Block, Document, Row, _cuts, documents
from evaluation.invented_content import CELLS, FACTS, FOLDER, Content, read, truths
from evaluation.invented_scoring import plain, score
from evaluation.training import fit_cues
from evaluation.word_training import LEAST_WEIGHT, fit_words, shipped

from parstats.plans.classify.measure_types import TYPES
from parstats.reference import csv_tables, frameworks

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
    lines, reached = classifying.report(coded)
    assert reached, "\n".join(lines)


@NEEDS
def test_the_shipped_model_is_the_fitted_one(coded: tuple[Document, ...]) -> None:
    seen, types = classifying.training(coded)
    shipped_cues = {
        (row["term"], row["type"]): float(row["weight"]) for row in csv_tables.rows("measure_model")
    }
    cues = fit_cues(seen, types).table
    anew = dict(zip(zip(cues["term"], cues["type"], strict=True), cues["weight"], strict=True))
    # A weight that rounds to nothing may stand in one table and not in the other.
    blank = dict.fromkeys(anew | shipped_cues, 0.0)
    assert blank | anew == pytest.approx(blank | shipped_cues, abs=0.01), "run make train-measures"
    words = shipped(fit_words(seen, types))
    rows = csv_tables.rows("measure_words")
    assert words["term"].tolist() == [row["term"] for row in rows], "run make train-measures"
    for name in TYPES:
        weights = [float(row[name] or 0) for row in rows]
        # A weight on the edge of what is left out may stand in one and not in the other.
        assert words[name].fillna(0).tolist() == pytest.approx(weights, abs=LEAST_WEIGHT + 0.02)


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


# The score of the invented plans: what the author's tables say, against itself and with faults.


@pytest.fixture(scope="module")
def true_plans() -> dict[str, Content]:
    return {content.document: content for content in truths()}


@pytest.fixture
def table(true_plans: dict[str, Content]) -> Content:
    return true_plans["15-ca-mau-o-gop-2024.pdf"]


def _changed(content: Content, position: int, **fields: object) -> Content:
    measures = list(content.measures)
    measures[position] = replace(measures[position], **fields)
    return replace(content, measures=tuple(measures))


def _faults(true: Content, read: Content) -> set[str]:
    """What is compared and not all right."""
    result = score(true, read)
    return {name for name in result.totals if result.right[name] < result.totals[name]}


def test_the_invented_plans_are_those_of_their_readme(true_plans: dict[str, Content]) -> None:
    assert len(true_plans) == 30
    assert sum(len(content.measures) for content in true_plans.values()) == 303
    assert sum(len(content.shortcomings or ()) for content in true_plans.values()) == 62
    assert all((FOLDER / name).is_file() for name in true_plans)


def test_every_series_of_the_invented_plans_is_one_of_the_package(
    true_plans: dict[str, Content],
) -> None:
    known = set(frameworks.series()["series"])
    measures = [measure for content in true_plans.values() for measure in content.measures]
    assert all(measure.series | measure.series_by_measure <= known for measure in measures)


def test_what_the_author_says_is_all_right_against_itself(true_plans: dict[str, Content]) -> None:
    for content in true_plans.values():
        result = score(content, content)
        assert (result.found, result.false) == (len(content.measures), 0), content.document
        assert result.shortcomings_found == result.shortcomings
        assert result.right == pytest.approx(result.totals), content.document
        assert not result.wrong


def test_a_dropped_row_is_missed_and_all_it_has_is_wrong(table: Content) -> None:
    result = score(table, replace(table, measures=table.measures[:3] + table.measures[4:]))
    assert (result.true, result.found, result.false) == (11, 10, 0)
    assert result.share("measure") == pytest.approx(10 / 11)
    assert result.share("lead") == pytest.approx(10 / 11)


def test_a_row_that_is_none_is_false_and_spoils_no_other(table: Content) -> None:
    stranger = replace(table.measures[0], text="PHÓ CHỦ TỊCH đã ký tên, đóng dấu", place="end")
    result = score(table, replace(table, measures=(*table.measures, stranger)))
    assert (result.found, result.false) == (11, 1)
    assert result.right == pytest.approx(result.totals)


def test_swapped_cells_are_found(table: Content) -> None:
    first = table.measures[0]
    swapped = {**first.cells, "lead": first.cells["support"], "support": first.cells["lead"]}
    assert first.cells["lead"] != first.cells["support"]
    assert {"lead", "support"} <= _faults(table, _changed(table, 0, cells=swapped))


def test_a_wrong_date_number_type_and_series_are_found(table: Content) -> None:
    wrong = {
        "deadline end": {"deadline_end": "1999-12-31"},
        "target value": {"targets": ((">=", 123456.0, "%"),)},
        "types": {"types": frozenset({"NONE"})},
        "series": {"series": frozenset({"pci"})},
    }
    for name, fields in wrong.items():
        assert name in _faults(table, _changed(table, 0, **fields))
    for name in FACTS:
        read = replace(table, facts={**table.facts, name: "?"})
        assert _faults(table, read) == {f"fact {name}"}


def test_cells_are_compared_as_written_but_for_blanks_bullets_and_the_last_sign() -> None:
    assert plain("- Đủ 03 lớp ;\n- Không  trễ hạn.") == plain("Đủ 03 lớp ; Không trễ hạn")
    assert plain("Cổng") != plain("Công")
    assert plain("VP UBND tỉnh") != plain("Văn phòng UBND tỉnh")


def test_pieces_of_one_place_are_joined_and_of_two_are_not(table: Content) -> None:
    first, *others = table.measures
    half = len(first.text.split()) // 2
    texts = [" ".join(first.text.split()[:half]), " ".join(first.text.split()[half:])]
    pieces = [replace(first, text=text) for text in texts]
    joined = score(table, replace(table, measures=(*pieces, *others)))
    assert (joined.found, joined.false, joined.in_pieces) == (11, 0, 1)
    assert joined.share("measure") == 1
    pieces[1] = replace(pieces[1], place="the next page")
    apart = score(table, replace(table, measures=(*pieces, *others)))
    assert apart.false >= 1
    assert apart.share("measure") < 1


def test_the_ministrys_series_are_never_right_for_an_index_of_its_own(
    true_plans: dict[str, Content],
) -> None:
    district = true_plans["06-dak-lak-huyen-cu-mgar-2023.docx"]
    assert score(district, district).own_linked == 0
    linked = _changed(district, 0, series=frozenset({"sipas.service"}))
    linked = replace(linked, facts={**linked.facts, "indices": "PAR INDEX;SIPAS"})
    assert score(district, linked).own_linked == 1
    assert {"series", "fact indices"} <= _faults(district, linked)


def test_a_refused_form_says_so_and_is_no_silent_failure(true_plans: dict[str, Content]) -> None:
    path = FOLDER / "22-tay-ninh-sipas-2019.xls"
    refused = Content(path.name, error="found ending '.xls'", supported=False)
    true = true_plans[path.name]
    case = invented.Result(true, refused, score(true, refused))
    assert not invented.silent(case)
    assert case.score.share(*CELLS) == 0
    assert any(
        path.name in line and "form not supported" in line for line in invented.report([case])
    )


def test_a_plan_read_badly_without_a_word_is_a_silent_failure(table: Content) -> None:
    few = replace(table, measures=table.measures[:3])
    assert invented.silent(invented.Result(table, few, score(table, few)))
    warned = replace(few, notes=("page 3 looks like a table that was not read",))
    assert not invented.silent(invented.Result(table, warned, score(table, warned)))
    assert not invented.silent(invented.Result(table, table, score(table, table)))


def test_a_document_is_read_as_the_command_reads_it() -> None:
    content = read(FOLDER / "02-nghe-an-par-2024.docx")
    assert content.facts["number"] == "9416/KH-UBND"
    assert content.measures
    assert not content.error


def test_without_the_real_documents_the_invented_ones_are_scored(
    table: Content, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("PARSTATS_PLANS", raising=False)
    few = replace(table, measures=table.measures[:3])
    case = invented.Result(table, few, score(table, few))
    monkeypatch.setattr(invented, "results", lambda: [case])
    assert main() == 0
    printed = capsys.readouterr()
    assert "MISSED; this does not fail yet" in printed.out
    assert "PARSTATS_PLANS is not set" in printed.err
    monkeypatch.setenv("PARSTATS_PLANS", "no such folder")
    assert main() == 2
