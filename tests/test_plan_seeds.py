"""Real plans, which are no part of this project: the folder that PARSTATS_PLANS names."""

from __future__ import annotations

import csv
import os
import sys
from collections import Counter
from pathlib import Path

import pytest

from parstats.plans import Plan, read

ROOT = Path(__file__).parents[1]
FOLDER = os.environ.get("PARSTATS_PLANS", "")
pytestmark = pytest.mark.skipif(
    not FOLDER, reason="PARSTATS_PLANS is not set: it names the folder of the real plan documents"
)


def plan(name: str) -> Plan:
    with (ROOT / "data/raw/plans/plans.csv").open(encoding="utf-8", newline="") as file:
        stems = {row["plan"]: row["document"] for row in csv.DictReader(file)}
    (path,) = Path(FOLDER).glob(f"{stems[name]}.*")
    return read(path)


def sources(document: Plan) -> Counter[str]:
    """Rows of tables and items of lists, by appendix."""
    return Counter(
        appendix
        for appendix, *_ in {
            (r.section.appendix, r.span.line_start, r.span.line_end) for r in document.records
        }
    )


def test_nineteen_numbered_items_in_prose() -> None:
    document = plan("lang-son-2022-sct")
    assert sources(document) == {"": 19}
    by_index = Counter(
        index for index, _ in {(r.section.index, r.span.line_start) for r in document.records}
    )
    assert by_index == {"SIPAS": 7, "PAR INDEX": 9, "": 3}
    numbers = [r.number for r in document.records if r.section.index == "PAR INDEX"]
    assert list(dict.fromkeys(numbers)) == ["1", "2", "3", "4", "5", "6", "7", "8", "10"]


def test_four_appendices_with_a_cell_a_line() -> None:
    document = plan("bac-kan-2024-sct")
    assert sources(document) == {"1": 21, "2": 19, "3": 26, "4": 11}
    inheriting = Counter(
        appendix
        for appendix, _ in {
            (r.section.appendix, r.span.line_start) for r in document.records if r.inherited
        }
    )
    assert inheriting == {"1": 6, "2": 5, "3": 10, "4": 4}
    listed = {r.section.appendix: (r.section.index, r.section.list_type) for r in document.records}
    assert listed == {
        "1": ("PAR INDEX", "maintain"),
        "2": ("PAR INDEX", "remediate"),
        "3": ("SIPAS", "remediate"),
        "4": ("PAPI", "remediate"),
    }
    surveyed = {r.span.line_start for r in document.records if r.surveyed}
    assert surveyed == {274, 286, 295, 304, 341, 350, 382, 391}


def test_bullets_of_a_department_with_its_figures() -> None:
    document = plan("khanh-hoa-2023-sct")
    assert document.unit_level == "department"
    assert {r.section.index for r in document.records} == {"PAR KHANH HOA"}
    first = document.figures[0]
    assert (first.value, first.rank, first.ranked, first.grade) == (83.47, 17, 21, "Khá")
    unmet = [f.value for f in document.figures if f.kind == "threshold" and f.met is False]
    assert unmet == [10.0, 80.0, 100.0, 15.0, 25.0]
    below = [f.value for f in document.figures if f.kind == "result" and f.met is False]
    assert below == [63.63, 70.69, 78.61, 84.56, 82.16]


def test_rows_between_tabs_over_pages() -> None:
    document = plan("lang-son-2024-sct")
    head = (
        document.province,
        document.number,
        document.date,
        document.plan_year,
        document.baseline_year,
    )
    assert head == ("20", "60/KH-SCT", "2024-06-13", 2024, None)
    assert len(document.records) == 47
    cut = [r for r in document.records if r.span.line_end > r.span.line_start]
    assert [(r.span.line_start, r.span.line_end) for r in cut] == [
        (14, 17),
        (26, 29),
        (34, 37),
        (44, 47),
        (87, 90),
    ]


def test_records_reach_the_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT))
    for name in [name for name in sys.modules if name.split(".")[0] == "evaluation"]:
        monkeypatch.delitem(sys.modules, name)
    from evaluation import records
    from evaluation.coded import documents

    lines, reached = records.report(documents())
    assert reached, "\n".join(lines)
