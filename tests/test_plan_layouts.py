"""Tables as provinces lay them out: what is a measure, what is not, who does it and by when."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import docx
import pytest

from parstats.plans import Plan, Record, read
from parstats.plans.fields.targets import extract_from_record

HEADER = ("TT", "Nội dung", "Giải pháp", "Chủ trì", "Thời gian")
Rows = Sequence[Sequence[str]]
Merge = tuple[int, int, int, int]  # first row and column, last row and column
Part = str | Rows | tuple[Rows, Sequence[Merge]]


def add_table(document: docx.document.Document, rows: Rows, merges: Sequence[Merge] = ()) -> None:
    table = document.add_table(rows=len(rows), cols=max(map(len, rows)))
    for index, row in enumerate(rows):
        for column, text in enumerate(row):
            first, *rest = text.split("\n")
            table.cell(index, column).text = first
            for line in rest:
                table.cell(index, column).add_paragraph(line)
    for top, left, bottom, right in merges:
        table.cell(top, left).merge(table.cell(bottom, right))


def read_records(tmp_path: Path, *parts: Part) -> list[Record]:
    return list(make_plan(tmp_path, *parts).records)


def make_plan(tmp_path: Path, *parts: Part) -> Plan:
    """A plan of these paragraphs and tables, under a heading for measures."""
    document = docx.Document()
    for text in ("KẾ HOẠCH", "Nâng cao Chỉ số PAPI tỉnh Nghệ An năm 2024", "I. GIẢI PHÁP"):
        document.add_paragraph(text)
    for part in parts:
        if isinstance(part, str):
            document.add_paragraph(part)
        elif isinstance(part, tuple) and isinstance(part[0], list):
            add_table(document, *part)
        else:
            add_table(document, part)
    path = tmp_path / "plan.docx"
    document.save(str(path))
    return read(path)


def fields(records: Sequence[Record], *names: str) -> list[tuple[str, ...]]:
    return [tuple(getattr(record, name) for name in names) for record in records]


# Columns.


def test_a_header_whose_first_row_alone_says_too_little(tmp_path: Path) -> None:
    rows = [
        ["TT", "Việc", "Phân công", "", "Ghi chú"],
        ["", "Nội dung", "Chủ trì", "Thời hạn", ""],
        ["1", "Mở sổ góp ý", "Sở Y tế", "Quý I", ""],
    ]
    merges = [(0, 0, 1, 0), (0, 2, 0, 3), (0, 4, 1, 4)]
    (record,) = read_records(tmp_path, (rows, merges))
    assert fields([record], "measure", "lead_unit", "deadline") == [
        ("Mở sổ góp ý", "Sở Y tế", "Quý I")
    ]


def test_a_tick_under_a_quarter_is_the_deadline(tmp_path: Path) -> None:
    rows = [
        ["TT", "Nhiệm vụ", "Chủ trì", "Thời gian thực hiện", "", ""],
        ["", "", "", "Quý I", "Quý II", "Quý III"],
        ["1", "Mở sổ góp ý", "Sở Y tế", "", "x", ""],
        ["2", "Kiểm tra trạm y tế", "Sở Y tế", "X", "", "X"],
    ]
    merges = [(0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 1, 2), (0, 3, 0, 5)]
    records = read_records(tmp_path, (rows, merges))
    assert [record.deadline for record in records] == ["Quý II", "Quý I, Quý III"]


def test_the_task_is_the_measure_and_the_topic_its_criterion(tmp_path: Path) -> None:
    rows = [
        ["TT", "Nội dung", "Nhiệm vụ", "Chủ trì", "Thời gian"],
        ["1", "Y tế công lập", "Khảo sát người bệnh", "Sở Y tế", "Quý I"],
    ]
    assert fields(read_records(tmp_path, rows), "criterion", "measure") == [
        ("Y tế công lập", "Khảo sát người bệnh")
    ]


def test_a_column_of_fields_left_of_the_criterion_is_a_heading(tmp_path: Path) -> None:
    rows = [
        ["Lĩnh vực", "Tiêu chí thành phần", "Giải pháp", "Chủ trì", "Thời gian"],
        ["Cải cách thể chế", "Xử lý văn bản", "Bãi bỏ văn bản", "Sở Tư pháp", "Quý I"],
        ["", "Thi hành pháp luật", "Lập kế hoạch theo dõi", "Sở Tư pháp", "Quý II"],
    ]
    records = read_records(tmp_path, (rows, [(1, 0, 2, 0)]))
    assert [record.criterion for record in records] == ["Xử lý văn bản", "Thi hành pháp luật"]
    assert {record.section.headings[-1] for record in records} == {"Cải cách thể chế"}


def test_what_falls_short_is_the_criterion_where_no_column_names_one(tmp_path: Path) -> None:
    rows = [
        ["Tồn tại, hạn chế", "Nguyên nhân", "Giải pháp", "Chủ trì", "Thời hạn"],
        ["Hồ sơ trễ hẹn", "Thiếu người", "Bố trí thêm công chức", "Sở Y tế", "Quý I"],
    ]
    (record,) = read_records(tmp_path, rows)
    assert record.criterion == "Hồ sơ trễ hẹn"


def test_the_unit_of_a_target_may_stand_in_its_header(tmp_path: Path) -> None:
    rows = [
        ["TT", "Tiêu chí", "Mục tiêu năm 2024 (%)", "Giải pháp", "Chủ trì"],
        ["1", "Đúng hẹn", "97,5", "Nhắc việc", "Sở Y tế"],
    ]
    (record,) = read_records(tmp_path, rows)
    (target,) = extract_from_record(record)
    assert (target.value, target.unit) == (97.5, "%")


@pytest.mark.parametrize(
    ("header", "unit"),
    [
        ("Điểm phấn đấu năm 2024", "điểm"),
        ("Tỷ lệ phấn đấu năm 2024", "%"),
        ("Mục tiêu (điểm, tỷ lệ)", ""),
    ],
)
def test_the_words_of_a_header_tell_the_unit_where_they_name_only_one(
    header: str, unit: str, tmp_path: Path
) -> None:
    rows = [["TT", "Tiêu chí", header, "Giải pháp", "Chủ trì"]]
    rows.append(["1", "Đúng hẹn", "1,30", "Nhắc việc", "Sở Y tế"])
    (record,) = read_records(tmp_path, rows)
    (target,) = extract_from_record(record)
    assert (target.value, target.unit) == (1.3, unit)


# Rows that are no measures.


@pytest.mark.parametrize(
    ("number", "name"), [("A", "QUẢN TRỊ ĐIỆN TỬ"), ("2", "QUẢN TRỊ ĐIỆN TỬ"), ("II", "Điện tử")]
)
def test_a_field_with_points_to_reach_is_a_heading_and_its_points_are_a_goal(
    number: str, name: str, tmp_path: Path
) -> None:
    rows = [
        ["TT", "Nội dung", "Điểm năm 2023", "Điểm phấn đấu", "Giải pháp", "Chủ trì", "Thời gian"],
        ["1", "Chất lượng nước", "0,60", "0,75", "Lắp đồng hồ nước", "Sở Xây dựng", "Quý I"],
        [number, name, "2,90", "3,30", "", "", ""],
        ["2.1", "Internet", "2,50", "2,75", "Kéo cáp quang về thôn", "VNPT", "Quý II"],
    ]
    plan = make_plan(tmp_path, rows)
    assert fields(plan.records, "criterion") == [("Chất lượng nước",), ("Internet",)]
    assert plan.records[1].section.headings[-1] == f"{number}. {name}"
    (goal,) = plan.goals
    assert (goal.item, goal.value, goal.unit, goal.year) == (name, 3.3, "điểm", 2024)


def test_a_criterion_with_a_target_of_its_own_stays_a_row(tmp_path: Path) -> None:
    rows = [
        ["TT", "Tiêu chí", "Chỉ tiêu", "Giải pháp", "Chủ trì", "Thời gian"],
        ["1", "Hồ sơ đúng hẹn", "98%", "", "", ""],
        ["2", "Hồ sơ trực tuyến", "80%", "Mở điểm hỗ trợ", "Sở Nội vụ", "Quý I"],
    ]
    assert fields(read_records(tmp_path, rows), "criterion", "target") == [
        ("Hồ sơ đúng hẹn", "98%"),
        ("Hồ sơ trực tuyến", "80%"),
    ]


def test_points_make_no_measure_of_a_field_or_of_a_total(tmp_path: Path) -> None:
    rows = [
        ["TT", "Tiêu chí", "Điểm tối đa", "Điểm đạt", "Giải pháp", "Chủ trì", "Thời gian"],
        ["1", "Cải cách thể chế", "10", "9,1", "", "", ""],
        ["1.2", "Xử lý văn bản", "1,0", "0,5", "Bãi bỏ văn bản", "Sở Tư pháp", "Quý I"],
        ["", "Tổng điểm", "100", "87,3", "", "", ""],
    ]
    (record,) = read_records(tmp_path, rows)
    assert (record.number, record.section.headings[-1]) == ("1.2", "1. Cải cách thể chế")


MEASURES = [[*HEADER], ["1", "Bầu cử", "Niêm yết danh sách", "UBND cấp xã", "Quý I"]]
OTHER_TABLES = {
    "costs": [
        ["TT", "Nội dung chi", "Số tiền", "Nguồn vốn", "Ghi chú"],
        ["1", "In tờ rơi", "50", "Ngân sách", ""],
    ],
    "members": [
        ["TT", "Họ và tên", "Chức vụ", "Nhiệm vụ", "Điện thoại"],
        ["1", "Trần Văn B", "Giám đốc", "Tổ trưởng", "0912"],
    ],
    "districts": [["Huyện", "Số phiếu", "Tỷ lệ", "Hạng", "Nhóm"], ["A Lưới", "9", "8", "7", "6"]],
    "targets": [
        ["TT", "Tiêu chí", "Chỉ tiêu", "Kết quả năm 2023", "Ghi chú"],
        ["1", "Đúng hẹn", "98%", "95%", ""],
    ],
}


@pytest.mark.parametrize("other", OTHER_TABLES)
def test_a_table_about_something_else_holds_no_measures(other: str, tmp_path: Path) -> None:
    records = read_records(
        tmp_path, OTHER_TABLES[other], "Như sau:", MEASURES, "Ngoài ra:", OTHER_TABLES[other]
    )
    assert fields(records, "measure", "lead_unit") == [("Niêm yết danh sách", "UBND cấp xã")]


def test_a_table_that_goes_on_needs_no_header(tmp_path: Path) -> None:
    more = [["2", "Họp dân", "Mời dân dự họp", "Trưởng thôn", "Quý II"]]
    records = read_records(tmp_path, MEASURES, "(tiếp theo)", more)
    assert fields(records, "number", "measure") == [
        ("1", "Niêm yết danh sách"),
        ("2", "Mời dân dự họp"),
    ]


def test_what_was_done_last_year_is_no_measure(tmp_path: Path) -> None:
    done = [
        ["TT", "Nhiệm vụ", "Đơn vị thực hiện", "Kết quả"],
        ["1", "Mua máy quét", "Sở Y tế", "Đã hoàn thành"],
    ]
    records = read_records(
        tmp_path, "II. ĐÁNH GIÁ KẾT QUẢ NĂM 2023", done, "III. NHIỆM VỤ NĂM 2024", MEASURES
    )
    assert [record.measure for record in records] == ["Niêm yết danh sách"]


def test_a_list_within_a_cell_is_part_of_its_measure(tmp_path: Path) -> None:
    document = docx.Document()
    for text in ("KẾ HOẠCH", "Nâng cao Chỉ số PAPI năm 2024"):
        document.add_paragraph(text)
    add_table(document, [[*HEADER], ["1", "Phí", "Công khai mức phí:", "Sở Y tế", "Quý I"]])
    inner = document.tables[0].cell(1, 2).add_table(rows=2, cols=2)
    for index, texts in enumerate((("Khai sinh", "0 đồng"), ("Kết hôn", "0 đồng"))):
        for column, text in enumerate(texts):
            inner.cell(index, column).text = text
    path = tmp_path / "plan.docx"
    document.save(str(path))
    (record,) = read(path).records
    assert "Khai sinh; 0 đồng" in record.measure


# Cells.


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("Sở Y tế chủ trì, phối hợp với Công an tỉnh", ("Sở Y tế", "Công an tỉnh")),
        ("Chủ trì: Sở Y tế; Phối hợp: Công an tỉnh", ("Sở Y tế", "Công an tỉnh")),
        ("- Chủ trì: Sở Y tế\n- Phối hợp: Công an tỉnh", ("Sở Y tế", "Công an tỉnh")),
        ("Cơ quan chủ trì: Sở Y tế\nCơ quan phối hợp: Công an tỉnh", ("Sở Y tế", "Công an tỉnh")),
        ("Chủ trì: Sở Y tế Phối hợp: Công an tỉnh", ("Sở Y tế", "Công an tỉnh")),
        ("Sở Y tế (chủ trì); Công an tỉnh (phối hợp)", ("Sở Y tế", "Công an tỉnh")),
        ("Sở Y tế\nCông an tỉnh", ("Sở Y tế; Công an tỉnh", "")),
        ("Sở Y tế", ("Sở Y tế", "")),
    ],
)
def test_one_cell_for_all_units(cell: str, expected: tuple[str, str], tmp_path: Path) -> None:
    rows = [["TT", "Nội dung", "Giải pháp", "Đơn vị thực hiện", "Thời gian"]]
    rows += [["1", "Bầu cử", "Niêm yết danh sách", cell, "Quý I"]]
    (record,) = read_records(tmp_path, rows)
    assert (record.lead_unit, record.support_unit) == expected


@pytest.mark.parametrize("sign", ["-nt-", "nt", "Như trên", "//"])
def test_a_ditto_stands_for_the_cell_above(sign: str, tmp_path: Path) -> None:
    records = read_records(tmp_path, [*MEASURES, ["2", "Họp dân", "Mời dân", sign, sign]])
    assert fields(records[1:], "lead_unit", "deadline") == [("UBND cấp xã", "Quý I")]
    assert records[1].inherited == {"lead_unit", "deadline"}


def test_a_dash_says_that_there_is_nothing(tmp_path: Path) -> None:
    records = read_records(tmp_path, [*MEASURES, ["2", "Họp dân", "Mời dân", "-", "Quý I"]])
    assert records[1].lead_unit == ""


@pytest.mark.parametrize(
    "cell", ["1. Lập danh mục\n2. Công khai danh mục", "(1) Lập danh mục;\n(2) Công khai danh mục"]
)
def test_a_counted_list_in_a_cell_is_several_measures(cell: str, tmp_path: Path) -> None:
    records = read_records(tmp_path, [[*HEADER], ["1", "Bầu cử", cell, "UBND cấp xã", "Quý I"]])
    assert [record.measure for record in records] == ["Lập danh mục", "Công khai danh mục"]
