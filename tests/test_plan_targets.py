"""Targets of a plan in its tables: their years, and what is listed because it is not read."""

from __future__ import annotations

import pandas as pd
import pytest

from parstats.documents.document import Span
from parstats.plans import Tables, tabulate
from parstats.plans.records import Plan, Record, Section


def tables_of(target: str, product: str = "") -> Tables:
    section = Section(headings=("Chỉ số PAPI",), index="PAPI", list_type="remediate")
    record = Record(
        *(section, "1", "", "Danh sách hộ nghèo", target, "Niêm yết công khai danh sách", "Sở A"),
        *("", "", product, False, frozenset(), Span(7, 9), ""),
    )
    plan = Plan("plan", province="20", plan_year=2026, indices=("PAPI",), records=(record,))
    return tabulate(plan)


def doubts(tables: Tables) -> pd.DataFrame:
    return tables.review[tables.review["what"] == "target"]


def test_targets_of_two_years_are_two_rows_and_the_measure_has_that_of_the_plan() -> None:
    tables = tables_of("Năm 2025: 70%; năm 2026: 80%; năm 2030: 100%")
    rows = tables.targets[["year", "op", "value"]].to_numpy().tolist()
    assert rows == [[2025, "=", 70.0], [2026, "=", 80.0], [2030, "=", 100.0]]
    assert tables.measures["target_value"].tolist() == [80.0]
    assert doubts(tables).empty


@pytest.mark.parametrize("target", ["100% số xã; gấp 2 lần năm trước", "Đạt 95%, nhanh gấp 3 lần"])
def test_a_figure_that_is_in_no_target_is_listed(target: str) -> None:
    assert doubts(tables_of(target))["found"].tolist() == [target]


@pytest.mark.parametrize("target", ["Tăng từ 60% lên 75%", "Đạt 1,5/2,0 điểm", "2/3 số xã"])
def test_a_cell_that_is_read_in_full_is_not_listed(target: str) -> None:
    assert doubts(tables_of(target)).empty


@pytest.mark.parametrize(
    "target", ["95% (năm 2025: 71%)", "Đạt 95% (năm 2025 là 71%)", "95% (so với 71% năm 2024)"]
)
def test_a_figure_in_brackets_of_a_year_before_is_no_target(target: str) -> None:
    tables = tables_of(target)
    assert tables.targets[["year", "value"]].to_numpy().tolist() == [[2026, 95.0]]
    assert tables.measures["target_value"].tolist() == [95.0]
    assert tables.measures["target_as_written"].tolist() == [target]


def test_a_figure_in_brackets_of_a_later_year_is_a_target() -> None:
    rows = tables_of("95% (năm 2027: 98%)").targets[["year", "value"]].to_numpy().tolist()
    assert rows == [[2026, 95.0], [2027, 98.0]]


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("01 cổng, 1.500 lượt góp ý/năm", [("=", 1.0, "cổng"), ("=", 1500.0, "lượt góp ý/năm")]),
        ("Lắp 02 biển báo, 03 bảng tin", [("=", 2.0, "biển báo"), ("=", 3.0, "bảng tin")]),
        ("Mỗi xã 01 người", [("=", 1.0, "người")]),
        ("Mỗi quý 01 buổi", [("=", 1.0, "buổi/quý")]),
        ("Bổ sung 120 bác sĩ", [("=", 120.0, "bác sĩ")]),
        ("Từ 44,5 điểm", [(">=", 44.5, "điểm")]),
        ("Đạt từ 90% hồ sơ", [(">=", 90.0, "%")]),
        # Where something starts from is no target.
        ("Từ 03 ngày còn 01 ngày", [("=", 1.0, "ngày")]),
        ("Tăng từ 60% lên 75%", [("=", 75.0, "%")]),
    ],
)
def test_counts_and_least_figures_of_a_cell_are_targets(
    target: str, expected: list[tuple[str, float, str]]
) -> None:
    tables = tables_of(target)
    rows = tables.targets[["op", "value", "unit"]].itertuples(index=False, name=None)
    assert list(rows) == expected
    assert doubts(tables).empty


@pytest.mark.parametrize(
    ("target", "value"),
    [
        ("ít nhất 20 trường, 05 bệnh viện", 20.0),  # at least 5, or just 5
        ("93,1%/98%", 93.1),
        ("90%, 5 xã còn lại", 90.0),
    ],
)
def test_a_further_figure_of_which_it_is_not_sure_is_listed(target: str, value: float) -> None:
    tables = tables_of(target)
    assert tables.targets["value"].tolist() == [value]
    assert doubts(tables)["found"].tolist() == [target]


@pytest.mark.parametrize("target", ["Theo Nghị định 61, 02 hội nghị", "Tầng 1, 2 trụ sở"])
def test_a_count_behind_what_is_no_count_is_no_target(target: str) -> None:
    tables = tables_of(target)
    assert tables.targets.empty
    assert doubts(tables)["found"].tolist() == [target]


def test_further_figures_of_a_result_are_listed_too() -> None:
    product = "ít nhất 20 trường, 05 bệnh viện"
    tables = tables_of("", product)
    assert tables.targets["value"].tolist() == [20.0]
    assert doubts(tables)["found"].tolist() == [product]
