"""Columns of a plan's table that say more than their role: years, first and last day, an index."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from parstats.documents.plain_text import blocks
from parstats.plans import Plan, Tables, read, tabulate
from parstats.plans.parse.plan_reader import assemble

HEAD = "KẾ HOẠCH\n\nNâng cao {} năm 2024 của tỉnh Nghệ An\n\n"
DEED = "Dán bảng giá đất ở nhà văn hóa thôn"


def plan_of(*rows: str, index: str = "Chỉ số PAPI") -> Plan:
    table = "\n".join("\t".join(cell.strip() for cell in row.split("|")) for row in rows)
    return assemble(blocks(HEAD.format(index) + table), "plan")


def targets(tables: Tables) -> list[list[float]]:
    rows = tables.targets
    return rows[rows["row"] != ""][["year", "value"]].to_numpy().tolist()


def notes(tables: Tables, key: str) -> list[str]:
    return tables.review[tables.review["why"] == key]["found"].tolist()


def write_html(path: Path, header: str, *rows: str) -> Path:
    head = HEAD.format("Chỉ số PAPI").replace("\n\n", "</p><p>")
    body = "".join(f"<tr><td>{row.replace('|', '<td>')}</tr>" for row in rows)
    file = path / "plan.html"
    file.write_text(
        f"<html><head><meta charset=utf-8></head><body><p>{head}</p>"
        f"<table border=1>{header}{body}</table></body></html>",
        encoding="utf-8",
    )
    return file


# Years of columns of targets.


@pytest.mark.parametrize(
    ("headers", "cells", "expected"),
    [
        ("Mục tiêu năm 2024|Mục tiêu năm 2025", "61%|74%", [[2024, 61], [2025, 74]]),
        ("Chỉ tiêu năm 2025|Chỉ tiêu năm 2024", "74%|61%", [[2025, 74], [2024, 61]]),
        ("Chỉ tiêu năm 2023 (thực hiện)|Chỉ tiêu năm 2024", "52%|61%", [[2024, 61]]),
        ("Mức đạt năm 2024|Mức đạt năm 2023", "61%|52%", [[2024, 61]]),
        ("Thực hiện năm 2023|Kế hoạch năm 2024", "52%|61%", [[2024, 61]]),
    ],
)
def test_a_target_is_of_the_year_of_its_column(
    headers: str, cells: str, expected: list[list[int]]
) -> None:
    tables = tabulate(plan_of(f"STT|Nhiệm vụ|Chủ trì|{headers}", f"1|{DEED}|Sở Y tế|{cells}"))
    assert targets(tables) == expected
    assert tables.measures["target_value"].tolist() == [61]


def test_years_in_a_second_row_of_the_header(tmp_path: Path) -> None:
    header = (
        "<tr><th rowspan=2>TT<th rowspan=2>Nhiệm vụ<th colspan=2>Chỉ tiêu<th rowspan=2>Chủ trì</tr>"
        "<tr><th>2024<th>2025</tr>"
    )
    tables = tabulate(read(write_html(tmp_path, header, f"1|{DEED}|61%|74%|Sở Y tế")))
    assert len(tables.measures) == 1
    assert targets(tables) == [[2024, 61], [2025, 74]]


def test_a_target_of_a_year_before_is_not_the_measures_and_is_listed() -> None:
    plan = plan_of("STT|Nhiệm vụ|Chủ trì|Chỉ tiêu năm 2022", f"1|{DEED}|Sở Y tế|61%")
    tables = tabulate(plan)
    assert targets(tables) == [[2022, 61]]
    assert tables.measures["target_value"].isna().all()
    assert notes(tables, "target_before") == ["61%"]


def test_a_column_that_may_hold_targets_is_listed_where_it_has_no_units() -> None:
    header = "STT|Nhiệm vụ|Chủ trì|Mức hài lòng cần đạt"
    good = tabulate(plan_of(header, f"1|{DEED}|Sở Y tế|88,5%"))
    assert good.measures["target_value"].tolist() == [88.5]
    bare = tabulate(plan_of(header, f"1|{DEED}|Sở Y tế|cao"))
    assert bare.measures["target_as_written"].tolist() == [""]
    assert "Mức hài lòng cần đạt" in notes(bare, "columns")[0]


# First and last day.

DAYS = [
    ("Thời gian bắt đầu", "Thời gian kết thúc"),
    ("Ngày bắt đầu", "Ngày hoàn thành"),
    ("Bắt đầu", "Kết thúc"),
    ("Từ", "Đến"),
    ("Thời điểm triển khai", "Thời điểm hoàn thành"),
    ("Ngày bắt đầu", "Thời hạn"),
]


@pytest.mark.parametrize(("first", "last"), DAYS)
def test_first_and_last_day_are_a_period(first: str, last: str) -> None:
    plan = plan_of(
        f"STT|Nhiệm vụ|Chủ trì|{first}|{last}",
        f"1|{DEED}|Sở Y tế|02/4/2024|28/8/2024",
        f"2|{DEED} xa|Sở Tài chính||Quý I/2024",
        f"3|{DEED} gần|Sở Nội vụ|05/9/2024|",
    )
    ends = tabulate(plan).measures[["deadline_start", "deadline_end"]].to_numpy().tolist()
    assert ends == [["2024-04-02", "2024-08-28"], ["2024-01-01", "2024-03-31"], ["2024-09-05", ""]]
    assert plan.records[1].inherited == frozenset()


def test_a_first_day_alone_is_no_end() -> None:
    plan = plan_of("STT|Nhiệm vụ|Chủ trì|Thời gian bắt đầu", f"1|{DEED}|Sở Y tế|02/4/2024")
    case = tabulate(plan).measures.iloc[0]
    assert (case["deadline_start"], case["deadline_end"]) == ("2024-04-02", "")


# Who, which index, empty cells.


def test_chinh_under_a_common_header_leads(tmp_path: Path) -> None:
    header = (
        "<tr><th rowspan=2>TT<th rowspan=2>Nhiệm vụ<th colspan=2>Trách nhiệm"
        "<th rowspan=2>Hoàn thành</tr><tr><th>Chính<th>Phối hợp</tr>"
    )
    plan = read(write_html(tmp_path, header, f"1|{DEED}|Sở Y tế|Sở Nội vụ|30/9/2024"))
    (record,) = plan.records
    assert (record.lead_unit, record.support_unit) == ("Sở Y tế", "Sở Nội vụ")


def test_a_column_names_the_index_of_each_row() -> None:
    plan = plan_of(
        "STT|Chỉ số|Nhiệm vụ|Chủ trì",
        "1|SIPAS|Trả kết quả đúng hẹn ở bộ phận một cửa|Sở Y tế",
        "2|PAR INDEX|Giải ngân vốn đầu tư công đúng kế hoạch|Sở Tài chính",
        "3|PAPI, SIPAS|Tiếp nhận, xử lý phản ánh, kiến nghị của dân|Sở Nội vụ",
        index="các Chỉ số PAPI, SIPAS và PAR INDEX",
    )
    assert [record.section.index for record in plan.records] == ["SIPAS", "PAR INDEX", ""]
    indices = tabulate(plan).measures["index"].tolist()
    assert indices[:2] == ["SIPAS", "PAR INDEX"]
    assert indices[2] != "PAR INDEX"


@pytest.mark.parametrize("cell", ["Không", "Không có", "-", "Như mục 9"])
def test_what_names_no_unit_is_none(cell: str) -> None:
    header = "STT|Nhiệm vụ|Chủ trì|Phối hợp"
    tables = tabulate(plan_of(header, f"1|{DEED}|Sở Y tế|{cell}"))
    assert tables.measures["support_unit"].tolist() == [""]
    assert tables.measures["support_as_written"].tolist() == [cell]
    assert notes(tables, "unit_unread") == ([cell] if "mục" in cell else [])


def test_a_cell_may_point_to_another_row() -> None:
    plan = plan_of(
        "STT|Nhiệm vụ|Chủ trì|Phối hợp",
        f"1|{DEED}|Sở Y tế|Công an tỉnh",
        f"2|{DEED} xa|Sở Tài chính|Sở Nội vụ",
        f"3|{DEED} gần|Sở Xây dựng|Như mục 1",
    )
    assert plan.records[2].support_unit == "Công an tỉnh"
    assert plan.records[2].support_as_written == "Như mục 1"


def test_an_empty_cell_of_a_workbook_is_empty(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (
        ["KẾ HOẠCH NÂNG CAO CHỈ SỐ PAPI NĂM 2024 CỦA TỈNH NGHỆ AN"],
        ["STT", "Nhiệm vụ", "Chủ trì", "Thời hạn"],
        [1, DEED, "Sở Y tế", "30/6/2024"],
        [2, f"{DEED} xa", None, None],
        [3, f"{DEED} gần", "Sở Nội vụ", "31/8/2024"],
    ):
        book.active.append(row)
    book.save(tmp_path / "plan.xlsx")
    record = read(tmp_path / "plan.xlsx").records[1]
    assert (record.lead_unit, record.deadline, record.inherited) == ("", "", frozenset())


# Columns without a place.


@pytest.mark.parametrize("headers", ["Điểm năm 2022|Điểm năm 2023", "Điểm tự chấm|Điểm thẩm định"])
def test_of_two_results_the_last_or_the_official_is_taken(headers: str) -> None:
    plan = plan_of(
        f"STT|Tiêu chí|Điểm tối đa|{headers}|Nguyên nhân|Giải pháp|Chủ trì",
        "1|Giải ngân vốn đầu tư công|1,00|0,70|0,60|Thiếu vốn|Chuyển vốn dự án chậm|Sở Y tế",
        index="Chỉ số PAR INDEX",
    )
    tables = tabulate(plan)
    assert tables.shortcomings["achieved"].tolist() == [0.6]
    assert headers.split("|", maxsplit=1)[0] in notes(tables, "columns_aside")[0]


def test_columns_that_no_table_takes_are_listed() -> None:
    plan = plan_of(
        "STT|Nhiệm vụ|Kết quả năm 2022|Xếp hạng 2023|Chủ trì|Ghi chú",
        f"1|{DEED}|52%|45|Sở Y tế|Sở Nội vụ giúp",
    )
    (found,) = notes(tabulate(plan), "columns_aside")
    assert all(header in found for header in ("Kết quả năm 2022", "Xếp hạng 2023", "Ghi chú"))
