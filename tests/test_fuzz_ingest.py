"""Faulty tables are never read wrong, right ones in another dress without a question."""

from __future__ import annotations

import random

import pytest
from evaluation.fuzz_ingest import LEAST_SHARE, message, run, share_read_right
from evaluation.fuzzing.changes import CHANGES
from evaluation.fuzzing.files import write
from evaluation.fuzzing.judging import Case, judge, table_of

# At least one of each change.
N_CASES = max(200, len(CHANGES))


@pytest.fixture(scope="module")
def cases(data_folder: object) -> list[Case]:
    return list(run(N_CASES, 1, list(CHANGES)))


def test_every_change_is_tried(cases):
    assert {case.change.name for case in cases} == set(CHANGES)
    kinds = [change.kind for change in CHANGES.values()]
    assert kinds.count("fault") >= 60
    assert kinds.count("harmless") >= 20


def test_no_faulty_table_is_read_wrong(cases):
    assert [message(case) for case in cases if case.failed] == []


def test_harmless_changes_raise_no_question(cases):
    asked = [message(c) for c in cases if c.change.kind != "fault" and c.verdict != "right"]
    assert share_read_right(cases) >= LEAST_SHARE, "\n".join(asked)


def test_a_case_is_the_same_whenever_it_is_made(tmp_path):
    change = CHANGES["unchanged"]
    for number in range(5):
        one, other = (table_of(change, number, 7) for _ in range(2))
        assert (one.columns, one.scores, one.form) == (other.columns, other.scores, other.form)


def test_a_wrong_figure_is_seen(tmp_path):
    table = table_of(CHANGES["unchanged"], 0, 1)
    path = write(table, tmp_path)
    assert judge(table, path, all_needed=True)[0] == "right"
    key = random.Random(0).choice(sorted(table.shown))
    table.scores[key] += 0.01
    verdict, text = judge(table, path, all_needed=False)
    assert verdict == "wrong"
    assert text.startswith("1 wrong")


def test_a_figure_that_is_lacking_counts_for_harmless_changes_only(tmp_path):
    table = table_of(CHANGES["unchanged"], 0, 1)
    path = write(table, tmp_path)
    table.shown.add((1999, "01", table.total))
    assert judge(table, path, all_needed=True)[0] == "partial"
    assert judge(table, path, all_needed=False)[0] == "right"
