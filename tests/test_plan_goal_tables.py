"""Tables of goals: a row for what is aimed at, a column for each year."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import docx
import pytest

from parstats.documents.missed_tables import unread
from parstats.documents.plain_text import blocks
from parstats.plans.parse.plan_reader import assemble, read
from parstats.plans.records import Plan
from parstats.plans.target_rows import goal_rows

MEASURES = (
    ("STT", "Nội dung nhiệm vụ", "Cơ quan chủ trì", "Thời gian thực hiện"),
    ("1", "Công khai danh sách hộ nghèo tại trụ sở", "Sở Nội vụ", "Quý I/2026"),
    ("2", "Tổ chức đối thoại với người dân về đất đai", "Sở Tư pháp", "Quý II/2026"),
)
Rows = Sequence[Sequence[str]]


def plan_of(
    tmp_path: Path,
    rows: Rows,
    *,
    heading: str = "I. MỤC TIÊU",
    merged: Sequence[tuple[tuple[int, int], tuple[int, int]]] = (),
    title: str = "Nâng cao Chỉ số PAPI và Chỉ số SIPAS giai đoạn 2026 - 2030",
) -> Plan:
    """Write a plan with a table under a heading, before its table of measures, and read it."""
    document = docx.Document()
    for line in (
        "ỦY BAN NHÂN DÂN TỈNH LẠNG SƠN",
        "Số: 45/KH-UBND        Lạng Sơn, ngày 12 tháng 3 năm 2026",
        *("KẾ HOẠCH", title, heading),
    ):
        document.add_paragraph(line)
    _add_table(document, rows, merged)
    document.add_paragraph("II. NHIỆM VỤ, GIẢI PHÁP")
    _add_table(document, MEASURES)
    path = tmp_path / "plan.docx"
    document.save(str(path))
    plan = read(path)
    assert len(plan.records) == 2  # of the table of measures alone
    return plan


def _add_table(document, rows: Rows, merged=()) -> None:  # type: ignore[no-untyped-def]
    table = document.add_table(rows=len(rows), cols=len(rows[0]))
    table.style = "Table Grid"
    for cells, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(cells.cells, texts, strict=True):
            if text:
                cell.text = text
    for first, last in merged:
        table.cell(*first).merge(table.cell(*last))


def said(plan: Plan) -> list[tuple[str, str, float | None, str, int | None]]:
    return [(goal.item, goal.operator, goal.value, goal.unit, goal.year) for goal in plan.goals]


def noted(plan: Plan, key: str) -> str:
    return "; ".join(note.fields["columns"] for note in plan.notes if note.key == key)


def test_each_year_of_a_row_is_a_goal_and_earlier_years_are_none(tmp_path: Path) -> None:
    plan = plan_of(
        tmp_path,
        (
            ("STT", "Chỉ tiêu", "Đơn vị tính", "Năm 2025", "Năm 2026", "Đến năm 2030"),
            ("1", "Điểm Chỉ số PAPI", "Điểm", "44,5", "45,2", "47,5"),
            ("2", "Thứ hạng Chỉ số PAPI", "Hạng", "12", "10", "≤ 5"),
            ("3", "Công khai, minh bạch", "Điểm", "5,4", "-", "6,1"),
        ),
    )
    assert said(plan) == [
        ("Điểm Chỉ số PAPI", "=", 45.2, "điểm", 2026),
        ("Điểm Chỉ số PAPI", "=", 47.5, "điểm", 2030),
        ("Thứ hạng Chỉ số PAPI", "<=", 10.0, "rank", 2026),
        ("Thứ hạng Chỉ số PAPI", "<=", 5.0, "rank", 2030),
        ("Công khai, minh bạch", "=", 6.1, "điểm", 2030),
    ]
    assert noted(plan, "columns_aside") == "Năm 2025"
    assert [row["series"] for row in goal_rows(plan)] == [*["papi"] * 4, "papi.transparency"]


def test_years_under_a_wide_header_and_groups_that_name_the_index(tmp_path: Path) -> None:
    plan = plan_of(
        tmp_path,
        (
            ("TT", "Chỉ tiêu", "ĐVT", "Thực hiện 2025", "Mục tiêu", ""),
            ("", "", "", "", "2026", "2030"),
            ("I", "Chỉ số PAPI", "", "", "", ""),
            ("1", "Điểm số", "Điểm", "44,5", "45", "47"),
            ("2", "Xếp hạng", "Thứ hạng", "12", "11", "Top 7"),
            ("II", "Chỉ số SIPAS", "", "", "", ""),
            ("1", "Mức độ hài lòng", "%", "83", "85", "Trên 90"),
        ),
        merged=(((0, 4), (0, 5)), *(((0, at), (1, at)) for at in range(4))),
    )
    assert said(plan) == [
        ("Chỉ số PAPI: Điểm số", "=", 45.0, "điểm", 2026),
        ("Chỉ số PAPI: Điểm số", "=", 47.0, "điểm", 2030),
        ("Chỉ số PAPI: Xếp hạng", "<=", 11.0, "rank", 2026),
        ("Chỉ số PAPI: Xếp hạng", "<=", 7.0, "rank", 2030),
        ("Chỉ số SIPAS: Mức độ hài lòng", "=", 85.0, "%", 2026),
        ("Chỉ số SIPAS: Mức độ hài lòng", ">", 90.0, "%", 2030),
    ]
    assert [row["index"] for row in goal_rows(plan)] == [*["PAPI"] * 4, *["SIPAS"] * 2]


def test_a_cell_that_is_no_figure_is_listed_by_its_column(tmp_path: Path) -> None:
    plan = plan_of(
        tmp_path,
        (
            ("TT", "Chỉ tiêu", "Năm 2026", "Năm 2027"),
            ("1", "Xếp hạng Chỉ số PAPI", "10", "Tăng dần"),
        ),
    )
    assert said(plan) == [("Xếp hạng Chỉ số PAPI", "<=", 10.0, "rank", 2026)]
    assert noted(plan, "columns") == "Năm 2027"


def test_a_column_for_who_watches_over_goals_makes_them_no_lost_measures(tmp_path: Path) -> None:
    plan = plan_of(
        tmp_path,
        (
            ("TT", "Chỉ tiêu", "Đơn vị", "Năm 2026", "Đến năm 2030", "Cơ quan chủ trì theo dõi"),
            ("1", "Chỉ số PAPI", "Điểm", "45", "47", "Sở Nội vụ"),
            ("2", "Tỷ lệ hồ sơ đúng hạn", "%", "98", "100", "Sở Tư pháp"),
        ),
    )
    assert [goal[2] for goal in said(plan)] == [45.0, 47.0, 98.0, 100.0]
    assert not [note.key for note in plan.notes if note.key.startswith("table")]


@pytest.mark.parametrize(
    ("heading", "rows"),
    [
        (
            "I. KẾT QUẢ CHỈ SỐ PAPI GIAI ĐOẠN 2023 - 2025",
            (("Nội dung", "Năm 2024", "Năm 2025"), ("Tổng điểm", "44,1", "44,5")),
        ),
        (
            "I. MỤC TIÊU",
            (
                ("TT", "Chỉ tiêu", "Kinh phí năm 2026", "Kinh phí năm 2027"),
                ("1", "In tài liệu", "50", "60"),
            ),
        ),
        (
            "I. KINH PHÍ",
            (("TT", "Nội dung", "Năm 2026", "Năm 2027"), ("1", "Tập huấn", "200", "300")),
        ),
    ],
)
def test_results_and_money_are_no_goals(tmp_path: Path, heading: str, rows: Rows) -> None:
    assert said(plan_of(tmp_path, rows, heading=heading)) == []


def test_the_title_of_a_table_is_no_measure(tmp_path: Path) -> None:
    document = docx.Document()
    for line in (
        "ỦY BAN NHÂN DÂN TỈNH LẠNG SƠN",
        *("KẾ HOẠCH", "Nâng cao Chỉ số PAPI năm 2026", "II. NHIỆM VỤ, GIẢI PHÁP"),
    ):
        document.add_paragraph(line)
    document.add_paragraph("1. Chỉ tiêu cụ thể")
    _add_table(document, (("Chỉ tiêu", "Năm 2026"), ("Chỉ số PAPI", "Trên 45 điểm")))
    document.add_paragraph("2. Cải cách thể chế")
    _add_table(document, MEASURES)
    document.save(str(tmp_path / "plan.docx"))
    plan = read(tmp_path / "plan.docx")
    assert [record.number for record in plan.records] == ["1", "2"]
    assert {record.section.headings[-1] for record in plan.records} == {"2. Cải cách thể chế"}
    assert said(plan) == [("Chỉ số PAPI", ">", 45.0, "điểm", 2026)]


def test_kinds_of_figures_under_a_year_are_units(tmp_path: Path) -> None:
    plan = plan_of(
        tmp_path,
        (
            ("Chỉ số", "Năm 2026", "", "Năm 2027", ""),
            ("", "Điểm", "Thứ hạng", "Điểm", "Thứ hạng"),
            ("PAPI", "44,0", "20", "44,5", "Top 10"),
        ),
        merged=(((0, 1), (0, 2)), ((0, 3), (0, 4)), ((0, 0), (1, 0))),
    )
    assert said(plan) == [
        ("PAPI", "=", 44.0, "điểm", 2026),
        ("PAPI", "<=", 20.0, "rank", 2026),
        ("PAPI", "=", 44.5, "điểm", 2027),
        ("PAPI", "<=", 10.0, "rank", 2027),
    ]
    assert noted(plan, "columns") == ""


def test_a_column_of_units_of_measurement_leads_nothing(tmp_path: Path) -> None:
    plan = plan_of(
        tmp_path,
        (
            ("STT", "Tên chỉ số", "Đơn vị", "KH 2026", "Mục tiêu đến 2030"),
            ("1", "PAPI", "Hạng", "15", "Top 10"),
            ("2", "Tỷ lệ hồ sơ nộp trực tuyến", "%", "70", "100"),
            ("3", "Thời gian giải quyết", "%", "Giảm 30", "Giảm thêm 10"),
        ),
    )
    assert said(plan) == [
        ("PAPI", "<=", 15.0, "rank", 2026),
        ("PAPI", "<=", 10.0, "rank", 2030),
        ("Tỷ lệ hồ sơ nộp trực tuyến", "=", 70.0, "%", 2026),
        ("Tỷ lệ hồ sơ nộp trực tuyến", "=", 100.0, "%", 2030),
        ("Thời gian giải quyết", "decrease", 30.0, "%", 2026),
        ("Thời gian giải quyết", "decrease", 10.0, "%", 2030),
    ]


def test_a_group_of_papi_is_a_goal_and_any_other_group_is_listed(tmp_path: Path) -> None:
    plan = plan_of(
        tmp_path,
        (
            ("TT", "Chỉ số", "Mục tiêu năm 2026", ""),
            ("", "", "Điểm", "Nhóm"),
            ("1", "PAPI", "44", "Trung bình cao"),
            ("2", "SIPAS", "85", "Nhóm cao nhất"),
        ),
        merged=(((0, 2), (0, 3)), ((0, 0), (1, 0)), ((0, 1), (1, 1))),
    )
    assert said(plan) == [
        ("PAPI", "=", 44.0, "điểm", 2026),
        ("PAPI", "<=", 2.0, "nhóm", 2026),
        ("SIPAS", "=", 85.0, "điểm", 2026),
    ]
    assert noted(plan, "columns") == "Mục tiêu năm 2026 Nhóm"


def test_units_of_any_kind_stand_right_after_the_figure(tmp_path: Path) -> None:
    plan = plan_of(
        tmp_path,
        (
            ("TT", "Chỉ tiêu", "Đơn vị tính", "Năm 2026"),
            ("1", "Mức độ hài lòng", "%", "90 trở lên"),
            ("2", "Thời gian chờ bình quân", "phút", "≤ 15"),
        ),
    )
    assert said(plan) == [
        ("Mức độ hài lòng", ">=", 90.0, "%", 2026),
        ("Thời gian chờ bình quân", "<=", 15.0, "phút", 2026),
    ]


def test_words_that_only_look_like_ranks_points_or_money(tmp_path: Path) -> None:
    """ "Hàng năm" is no rank, "điểm giao dịch" no points, "lao động" no money."""
    plan = plan_of(
        tmp_path,
        (
            ("TT", "Chỉ tiêu", "Lao động năm 2024", "Chỉ tiêu hàng năm 2026"),
            ("1", "Số điểm giao dịch", "", "12"),
            ("2", "Chỉ số PAPI", "", "45 điểm"),
        ),
    )
    assert said(plan) == [
        ("Số điểm giao dịch", "=", 12.0, "", 2026),
        ("Chỉ số PAPI", "=", 45.0, "điểm", 2026),
    ]


def listed(plan: Plan, key: str) -> list[tuple[str, str]]:
    return [(n.fields["place"], n.fields["columns"]) for n in plan.notes if n.key == key]


@pytest.mark.parametrize(
    ("rows", "goals"),
    [
        (
            (
                ("Đơn vị", "Chỉ tiêu SIPAS năm 2026 (%)"),
                ("Sở Y tế", "85"),
                ("UBND huyện Cao Lộc", "88"),
            ),
            [],
        ),
        (
            (
                ("TT", "Cơ quan, địa phương", "Năm 2026", "Năm 2027"),
                ("1", "Phường Đông Kinh", "85%", "86%"),
            ),
            [],
        ),
        (
            (
                ("TT", "Nội dung", "Mục tiêu năm 2026"),
                ("1", "Chỉ số SIPAS của tỉnh", "85%"),
                ("2", "Sở Y tế", "88%"),
                ("3", "Xã Tân Thanh", "90%"),
            ),
            [("Chỉ số SIPAS của tỉnh", 85.0)],
        ),
        (
            (
                ("TT", "Chỉ tiêu", "Năm 2026"),
                ("I", "Công an tỉnh", ""),
                ("1", "Mức độ hài lòng", "88%"),
                ("II", "Chỉ số SIPAS", ""),
                ("2", "Mức độ hài lòng", "85%"),
            ),
            [("Chỉ số SIPAS: Mức độ hài lòng", 85.0)],
        ),
    ],
)
def test_goals_of_offices_are_listed_and_none_of_the_province(
    tmp_path: Path, rows: Rows, goals: list[tuple[str, float]]
) -> None:
    plan = plan_of(tmp_path, rows)
    assert [(goal.item, goal.value) for goal in plan.goals] == goals
    assert listed(plan, "goals_of_units") == [("6", "; ".join(rows[0]))]


def test_items_that_begin_like_an_office_are_goals(tmp_path: Path) -> None:
    items = ("Số xã tổ chức đối thoại", "Hội nghị CCHC", "Cơ quan đạt loại tốt", "Xã đạt chuẩn")
    rows = (("Chỉ tiêu", "Năm 2026"), *((item, "80%") for item in items))
    plan = plan_of(tmp_path, rows)
    assert [goal.item for goal in plan.goals] == list(items)
    assert not listed(plan, "goals_of_units")


@pytest.mark.parametrize(
    ("heading", "rows"),
    [
        (
            "I. MỤC TIÊU",
            (("TT", "Chỉ tiêu", "Kế hoạch", "Thực hiện"), ("1", "Mức độ hài lòng", "80%", "63%")),
        ),
        (
            "I. MỤC TIÊU",
            (("TT", "Chỉ tiêu", "Năm 2023", "Năm 2024"), ("1", "Mức độ hài lòng", "80%", "63%")),
        ),
        (
            "I. KẾT QUẢ",
            (("Chỉ số", "Năm 2023", "Năm 2024", "Năm 2025"), ("PAPI", "42,1", "43", "44")),
        ),
        ("I. KẾT QUẢ", (("Đơn vị", "Năm 2024", "Năm 2025"), ("Sở Y tế", "82%", "83%"))),
    ],
)
def test_what_was_planned_or_reached_before_is_no_goal_and_is_listed(
    tmp_path: Path, heading: str, rows: Rows
) -> None:
    plan = plan_of(tmp_path, rows, heading=heading)
    assert said(plan) == []
    assert listed(plan, "figures_unread") == [("6", "; ".join(rows[0]))]


def test_a_column_still_to_be_filled_makes_a_plan_no_past_one(tmp_path: Path) -> None:
    rows = (("Chỉ tiêu", "Kế hoạch năm 2026", "Thực hiện năm 2026"), ("PAPI", "45 điểm", ""))
    assert [goal[2] for goal in said(plan_of(tmp_path, rows))] == [45.0]


def test_of_planned_and_done_a_clear_loss_is_a_shortcoming_and_the_unclear_are_listed(
    tmp_path: Path,
) -> None:
    plan = plan_of(
        tmp_path,
        (
            ("TT", "Chỉ tiêu", "ĐVT", "Kế hoạch 2025", "Thực hiện 2025"),
            ("1", "Mức độ hài lòng", "%", "80", "63"),
            ("2", "Xếp hạng PAPI", "Hạng", "15", "20"),
            ("3", "Điểm PAPI", "Điểm", "43", "43,5"),
            ("4", "Tỷ lệ hồ sơ trễ hạn", "%", "1", "2"),
            ("5", "Lớp tập huấn", "lớp", "5", "3"),
        ),
        heading="I. KẾT QUẢ NĂM 2025",
    )
    assert said(plan) == []
    assert [(c.criterion, c.achieved, c.threshold) for c in plan.shortcomings] == [
        ("Mức độ hài lòng", "63%", "80%"),
        ("Xếp hạng PAPI", "20", "15"),
    ]
    assert listed(plan, "done_unsure") == [("6", "Tỷ lệ hồ sơ trễ hạn; Lớp tập huấn")]


@pytest.mark.parametrize("item", ["Chỉ tiêu", "Tiêu chí"])
def test_lead_and_deadline_of_goals_are_listed(tmp_path: Path, item: str) -> None:
    plan = plan_of(
        tmp_path,
        (
            ("TT", item, "Năm 2026", "Cơ quan chủ trì", "Thời hạn", "Màu cờ"),
            ("1", "Chỉ số PAPI", "45 điểm", "Sở Nội vụ", "Quý IV/2026", "K1"),
        ),
    )
    assert [goal[2] for goal in said(plan)] == [45.0]
    assert noted(plan, "columns_aside") == "Cơ quan chủ trì; Thời hạn"
    assert noted(plan, "columns") == "Màu cờ"


def test_so_many_of_all_is_a_share_and_a_range_is_listed(tmp_path: Path) -> None:
    plan = plan_of(
        tmp_path,
        (
            ("TT", "Chỉ tiêu", "Đơn vị", "Năm 2026", "Năm 2027"),
            ("1", "Xã công khai đủ danh sách", "Xã", "20/65", "15 - 20"),
        ),
    )
    assert said(plan) == [("Xã công khai đủ danh sách", "=", 30.77, "%", 2026)]
    assert noted(plan, "columns") == "Năm 2027"


def test_a_table_of_goals_that_lost_its_columns_is_listed() -> None:
    text = (
        "KẾ HOẠCH\n\nNâng cao Chỉ số PAPI năm 2026\n\nI. MỤC TIÊU\n\n"
        "STT Chỉ tiêu Đơn vị tính Năm 2026 Năm 2030\n\n1 Điểm số Điểm 45 47\n\n"
        "II. GIẢI PHÁP\n\n- Công khai danh sách hộ nghèo.\n"
    )
    (place,) = unread(blocks(text), "line")
    assert (place.kind, place.place) == ("goals", "line 7")
    assert unread(blocks(text.replace("STT Chỉ tiêu", "Các chỉ tiêu của tỉnh:")), "line") == ()


def test_a_header_repeated_on_the_next_page_is_no_goal(tmp_path: Path) -> None:
    header = ("TT", "Chỉ tiêu", "Năm 2026")
    rows = (header, ("1", "Chỉ số PAPI", "45 điểm"), header, ("2", "Chỉ số SIPAS", "85%"))
    plan = plan_of(tmp_path, rows)
    assert [goal[2] for goal in said(plan)] == [45.0, 85.0]
    assert noted(plan, "columns") == ""


BY_YEAR = (
    ("Chỉ số nội dung", "Năm 2024", "Năm 2025", "Tăng/giảm", "Mục tiêu năm 2026"),
    ("Công khai, minh bạch", "5,1", "5,3", "+0,2", "5,6"),
    ("Quản trị điện tử", "3,1", "2,9", "-0,2", "3,5"),
)


@pytest.mark.parametrize("heading", ["I. MỤC TIÊU", "I. KẾT QUẢ NĂM 2025"])
def test_a_column_that_is_aimed_at_after_years_of_results_holds_goals(
    tmp_path: Path, heading: str
) -> None:
    plan = plan_of(tmp_path, BY_YEAR, heading=heading)
    assert said(plan) == [
        ("Công khai, minh bạch", "=", 5.6, "", 2026),
        ("Quản trị điện tử", "=", 3.5, "", 2026),
    ]
    assert noted(plan, "columns_aside") == "Năm 2024; Năm 2025; Tăng/giảm"


def test_a_goal_of_a_year_of_results_is_none_any_more(tmp_path: Path) -> None:
    header = ("Chỉ số nội dung", "Năm 2025", "Năm 2026", "Tăng/giảm", "Mục tiêu năm 2026")
    plan = plan_of(tmp_path, (header, *BY_YEAR[1:]), heading="I. KẾT QUẢ NĂM 2026")
    assert said(plan) == []
    assert [(case.criterion, case.achieved) for case in plan.shortcomings] == []
    assert noted(plan, "done_unsure") == "Công khai, minh bạch; Quản trị điện tử"


def test_a_period_is_a_goal_of_its_last_year(tmp_path: Path) -> None:
    plan = plan_of(
        tmp_path,
        (
            ("Chỉ tiêu", "Đơn vị tính", "GĐ 2021-2025", "Năm 2026", "GĐ 2026-2030"),
            ("Điểm Chỉ số PAPI", "Điểm", "44,5", "45", "46"),
        ),
    )
    assert [(goal.value, goal.year) for goal in plan.goals] == [(45.0, 2026), (46.0, 2030)]
    assert noted(plan, "columns_aside") == "GĐ 2021-2025"


def test_scores_below_the_goal_of_their_year_are_shortcomings_with_their_cause(
    tmp_path: Path,
) -> None:
    plan = plan_of(
        tmp_path,
        (
            ("Nội dung", "Điểm 2024", "Điểm 2025", "Mục tiêu 2025", "Nguyên nhân"),
            ("Công khai, minh bạch", "5,1", "5,3", "5,6", "Niêm yết chậm"),
            ("Quản trị điện tử", "3,1", "3,6", "3,5", ""),
        ),
        heading="I. TỒN TẠI, HẠN CHẾ",
    )
    assert [(c.criterion, c.achieved, c.threshold, c.cause) for c in plan.shortcomings] == [
        ("Công khai, minh bạch", "5,3 điểm", "5,6 điểm", "Niêm yết chậm")
    ]


def test_how_many_parts_of_an_index_rise_is_no_score_of_it() -> None:
    lines = blocks(
        "KẾ HOẠCH\n\nNâng cao Chỉ số PAPI năm 2026 của tỉnh Nghệ An\n\nI. MỤC TIÊU\n\n"
        "- Chỉ số PAPI đạt 45 điểm, 8/8 chỉ số nội dung tăng điểm.\n\n"
        "- Ít nhất 5 chỉ số nội dung PAPI tăng điểm.\n\nII. NHIỆM VỤ\n\n- Bỏ tờ khai giấy."
    )
    rows = [(row["value"], row["series"]) for row in goal_rows(assemble(lines, "plan"))]
    assert rows == [(45.0, "papi"), (100.0, ""), (5.0, "")]
