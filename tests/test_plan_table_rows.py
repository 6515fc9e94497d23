"""Rows cut by pages, repeated headers, titles of groups that lead, cells word for word."""

from __future__ import annotations

from pathlib import Path

import pytest

from parstats.documents.plain_text import blocks
from parstats.plans import Plan, read
from parstats.plans.parse.plan_reader import assemble
from parstats.plans.register import tabulate

HEAD = "KẾ HOẠCH\n\nNâng cao Chỉ số PAR INDEX năm 2024 của tỉnh Lạng Sơn\n\n"
COLUMNS = "STT|Nhiệm vụ|Tiến độ|Chủ trì|Phối hợp|Kết quả"
FULL = "2|Kiểm tra tài sản công|Quý III/2024|Thanh tra tỉnh|Sở Tài chính|Báo cáo"


def plan_of(*rows: str) -> Plan:
    table = "\n".join("\t".join(cell.strip() for cell in row.split("|")) for row in rows)
    return assemble(blocks(HEAD + table), "plan")


@pytest.mark.parametrize(
    "rest",
    ["kinh phí từ nguồn NSNN", "các quy định có liên quan", "kết quả thực hiện", "công", "các Sở"],
)
def test_the_rest_of_a_row_is_no_second_header_and_no_total(rest: str) -> None:
    plan = plan_of(
        COLUMNS,
        "1|Chấp hành quy định về|Năm 2024|Sở Tài chính|Các sở|Đúng quy định về",
        COLUMNS,
        f"|{rest}||||{rest}",
        FULL,
    )
    first, second = plan.records
    assert first.measure == f"Chấp hành quy định về {rest}"
    assert first.product == f"Đúng quy định về {rest}"
    assert second.measure == "Kiểm tra tài sản công"


def test_a_row_cut_in_all_its_cells_goes_on() -> None:
    plan = plan_of(
        COLUMNS,
        "1|Rà soát danh mục thủ tục của|Quý|Trung tâm Phục vụ|UBND các|Danh mục",
        COLUMNS,
        "|Sở Nội vụ|II/2024|hành chính công tỉnh|huyện, thành phố|mới",
        FULL,
    )
    first = plan.records[0]
    assert (first.measure, first.deadline) == (
        "Rà soát danh mục thủ tục của Sở Nội vụ",
        "Quý II/2024",
    )
    assert first.lead_unit == "Trung tâm Phục vụ hành chính công tỉnh"
    assert first.support_unit == "UBND các huyện, thành phố"
    assert len(plan.records) == 2


def test_a_total_is_no_measure() -> None:
    assert len(plan_of(COLUMNS, FULL, "|Cộng||||", "|TỔNG CỘNG||||").records) == 1


def test_units_below_a_wide_cell_are_a_second_header() -> None:
    plan = plan_of(
        "TT|Nhiệm vụ|Đơn vị thực hiện||Thời gian",
        "||Chủ trì|Phối hợp|",
        "1|Mở lớp tập huấn|Sở Nội vụ|Các sở|Quý II",
    )
    (record,) = plan.records
    assert (record.lead_unit, record.support_unit) == ("Sở Nội vụ", "Các sở")


@pytest.mark.parametrize("title", ["SỞ NỘI VỤ|||", "I|SỞ NỘI VỤ||", "I|Sở Nội vụ||"])
def test_a_unit_that_is_the_title_of_a_group_leads(title: str) -> None:
    plan = plan_of(
        "TT|Việc phải làm|Sản phẩm|Hạn cuối",
        title,
        "1|Công khai lịch kiểm tra|Lịch|30/11/2024",
        "2|Rà hồ sơ vị trí việc làm|Đề án|Quý III/2024",
    )
    measures = tabulate(plan).measures
    assert set(measures["lead_unit"]) == {"Sở Nội vụ"}
    assert {name.upper() for name in measures["lead_as_written"]} == {"SỞ NỘI VỤ"}


def test_a_field_that_is_the_title_of_a_group_leads_nothing() -> None:
    plan = plan_of(
        "TT|Việc phải làm|Sản phẩm|Hạn cuối",
        "I|CẢI CÁCH THỂ CHẾ||",
        "1|Rà soát văn bản|Danh mục|30/11/2024",
    )
    assert [record.lead_unit for record in plan.records] == [""]


def test_a_cell_for_lead_and_support_is_kept_whole_beside_the_names() -> None:
    cell = "Chủ trì: Sở Nội vụ; phối hợp: Sở TT&TT"
    plan = plan_of(
        "TT|Nội dung|Giải pháp|Cơ quan thực hiện|Thời gian",
        f"1|Điều hành|Chấm điểm bằng phần mềm|{cell}|2024-2025",
    )
    row = tabulate(plan).measures.iloc[0]
    assert (row["lead_as_written"], row["support_as_written"]) == (cell, "")
    assert (row["lead_unit"], row["support_unit"]) == (
        "Sở Nội vụ",
        "Sở Thông tin và Truyền thông",
    )
    assert (row["deadline"], row["deadline_end"]) == ("2024-2025", "2025-12-31")


def test_names_are_written_out_beside_the_words_of_the_cell() -> None:
    plan = plan_of(COLUMNS, "1|Mở lớp|Quý II|Sở TN&MT|UBND xã, phường|Đủ 03 lớp; 95% đạt")
    tables = tabulate(plan)
    row = tables.measures.iloc[0]
    assert (row["lead_as_written"], row["lead_unit"]) == ("Sở TN&MT", "Sở Tài nguyên và Môi trường")
    assert (row["support_as_written"], row["support_unit"]) == ("UBND xã, phường",) * 2
    assert row["result_as_written"] == "Đủ 03 lớp; 95% đạt"
    assert tables.targets["value"].tolist() == [3.0, 95.0]


def test_a_unit_above_rows_leads_whatever_index_each_row_names() -> None:
    plan = plan_of(
        "Chỉ số|Tiêu chí|Nội dung công việc|Cùng thực hiện|Xong trước",
        "Sở Nội vụ||||",
        "PAR INDEX|Công tác tuyên truyền|Thi viết cho học sinh|Sở GD&ĐT|30/11/2024",
        "SIPAS|Công chức|Ghi âm, chấm điểm ngẫu nhiên|UBND các huyện, thành, thị|Hằng tháng",
        "Sở Tư pháp||||",
        "PAR INDEX|Rà soát văn bản|Đối chiếu văn bản với luật mới|Các sở|Tháng 10/2024",
    )
    assert [(r.lead_unit, r.section.index) for r in plan.records] == [
        ("Sở Nội vụ", "PAR INDEX"),
        ("Sở Nội vụ", "SIPAS"),
        ("Sở Tư pháp", "PAR INDEX"),
    ]


def test_a_figure_that_is_asked_for_is_a_target_where_nothing_reached_stands_beside_it() -> None:
    plan = plan_of(
        "TT|Tiêu chí|Giải pháp|Mức cần đạt|Đơn vị làm chính|Hạn",
        "1|Hồ sơ trực tuyến|Bỏ các ô phải nhập lại|75%|Sở Nội vụ|Quý II",
    )
    (record,) = plan.records
    assert (record.target, record.lead_unit, record.deadline) == ("75%", "Sở Nội vụ", "Quý II")
    assert plan.shortcomings == ()


def web_page(tmp_path: Path, *rows: str) -> Plan:
    path = tmp_path / "plan.html"
    title = (
        "<h1>KẾ HOẠCH</h1><p>Nâng cao Chỉ số PAPI tỉnh Nghệ An năm 2024</p><h2>I. GIẢI PHÁP</h2>"
    )
    path.write_text(f"<html><body>{title}<table>{''.join(rows)}</table></body></html>", "utf-8")
    return read(path)


@pytest.mark.parametrize(
    ("first", "last"), [("Từ", "Đến"), ("Bắt đầu", "Kết thúc"), ("Từ ngày", "Đến ngày")]
)
def test_the_last_day_of_two_columns_is_the_deadline(tmp_path: Path, first: str, last: str) -> None:
    plan = web_page(
        tmp_path,
        "<tr><td rowspan=2>STT</td><td rowspan=2>Nhiệm vụ</td><td rowspan=2>Chủ trì</td>"
        "<td colspan=2>Thời gian</td></tr>",
        f"<tr><td>{first}</td><td>{last}</td></tr>",
        "<tr><td>1</td><td>Niêm yết bảng giá đất</td><td>Sở Tư pháp</td><td>01/4</td>"
        "<td>30/12/2024</td></tr>",
        "<tr><td>2</td><td>Mở lớp tập huấn</td><td>Sở Nội vụ</td><td>01/5/2024</td>"
        "<td>30/9/2024</td></tr>",
    )
    table = tabulate(plan).measures
    assert table["deadline"].tolist() == ["từ 01/4 đến 30/12/2024", "từ 01/5/2024 đến 30/9/2024"]
    assert table["deadline_end"].tolist() == ["2024-12-30", "2024-09-30"]
    assert table["lead_unit"].tolist() == ["Sở Tư pháp", "Sở Nội vụ"]


def test_a_column_whose_header_is_not_understood_is_listed(tmp_path: Path) -> None:
    plan = web_page(
        tmp_path,
        "<tr><td>STT</td><td>Nhiệm vụ</td><td>Chủ trì</td><td>Màu cờ</td><td>Ghi chú</td></tr>",
        "<tr><td>1</td><td>Niêm yết giá đất</td><td>Sở Tư pháp</td><td>đỏ</td><td>x</td></tr>",
    )
    (note,) = [note for note in plan.notes if note.key == "columns"]
    assert note.fields == {"columns": "Màu cờ"}


@pytest.mark.parametrize(
    ("header", "cell", "column"),
    [
        ("Ai làm", "Sở Tư pháp", "lead_unit"),
        ("Hỗ trợ", "Sở Tư pháp", "support_unit"),
        ("Ngày xong", "30/9/2024", "deadline"),
    ],
)
def test_headers_in_everyday_words(tmp_path: Path, header: str, cell: str, column: str) -> None:
    other = "Chủ trì" if column == "deadline" else "Thời gian"
    plan = web_page(
        tmp_path,
        f"<tr><td>STT</td><td>Giải pháp</td><td>{other}</td><td>{header}</td></tr>",
        f"<tr><td>1</td><td>Niêm yết giá đất</td><td>Sở Y tế</td><td>{cell}</td></tr>",
    )
    assert tabulate(plan).measures[column].iloc[0] == cell
