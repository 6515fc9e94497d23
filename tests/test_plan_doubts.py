"""Measures in unlikely places, and links that are listed whatever their words."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import docx
import pytest

from parstats.plans import Plan, Tables, read, tabulate

Part = str | Sequence[Sequence[str]]
TITLE = ("KẾ HOẠCH", "Nâng cao Chỉ số PAPI tỉnh Nghệ An năm 2024")
LETTER = (
    "UBND TỈNH NGHỆ AN",
    "Số: 12/UBND-NC",
    "V/v nâng cao Chỉ số PAPI năm 2024",
    "Nghệ An, ngày 5 tháng 6 năm 2024",
    "Kính gửi: Các sở, ban, ngành; UBND các huyện",
)
DEEDS = ("niêm yết danh sách hộ nghèo tại trụ sở.", "rà soát thủ tục đất đai.")


def plan_of(tmp_path: Path, *parts: Part) -> Plan:
    document = docx.Document()
    for part in parts:
        if isinstance(part, str):
            document.add_paragraph(part)
            continue
        table = document.add_table(len(part), len(part[0]))
        for row, texts in zip(table.rows, part, strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text
    path = tmp_path / "plan.docx"
    document.save(str(path))
    return read(path)


def measures(plan: Plan) -> list[str]:
    return [record.measure for record in plan.records]


def reasons(tables: Tables, row: str) -> list[str]:
    review = tables.review
    return review.loc[(review["row"] == row) & (review["what"] == "series"), "why"].tolist()


# A column of remedies beside results.


@pytest.mark.parametrize("heading", ["I. KẾT QUẢ NĂM 2023", "I. TỒN TẠI, HẠN CHẾ"])
@pytest.mark.parametrize("column", ["Hướng xử lý", "Hướng khắc phục", "Hướng giải quyết"])
def test_remedies_beside_results_are_measures(tmp_path: Path, heading: str, column: str) -> None:
    table = (
        ("TT", "Tiêu chí", "Điểm tối đa", "Điểm đạt", column),
        ("1", "Danh sách hộ nghèo", "2,5", "1,8", DEEDS[0]),
        ("2", "Thủ tục đất đai", "2,5", "1,6", DEEDS[1]),
    )
    plan = plan_of(tmp_path, *TITLE, heading, table, "II. GIẢI PHÁP", "1. Tổ chức đối thoại.")
    assert measures(plan) == [*DEEDS, "Tổ chức đối thoại."]
    assert [case.records for case in plan.shortcomings] == [(0,), (1,)]


def test_remedies_beside_shortcomings_alone_are_measures(tmp_path: Path) -> None:
    table = (("Tồn tại", "Biện pháp xử lý"), ("Danh sách chưa công khai", DEEDS[0]))
    plan = plan_of(tmp_path, *TITLE, "I. TỒN TẠI", table, "II. GIẢI PHÁP", "1. Tổ chức đối thoại.")
    assert measures(plan) == [DEEDS[0], "Tổ chức đối thoại."]


def test_deeds_in_an_unknown_column_beside_results_are_said(tmp_path: Path) -> None:
    table = (
        ("TT", "Tiêu chí", "Điểm tối đa", "Điểm đạt", "Chỉ đạo thêm"),
        ("1", "Danh sách hộ nghèo", "2,5", "1,8", "Niêm yết công khai danh sách tại trụ sở"),
    )
    plan = plan_of(
        tmp_path, *TITLE, "I. KẾT QUẢ NĂM 2023", table, "II. GIẢI PHÁP", "1. Tổ chức đối thoại."
    )
    assert ("columns", "Chỉ đạo thêm") in [
        (note.key, note.fields.get("columns")) for note in plan.notes
    ]


# Letters.


@pytest.mark.parametrize(
    "opening",
    [
        "UBND tỉnh yêu cầu các đơn vị thực hiện những việc sau:",
        "Chủ tịch UBND tỉnh giao các cơ quan triển khai ngay một số nội dung sau đây:",
        "Đề nghị các đơn vị tập trung làm những việc cụ thể như sau:",
    ],
)
@pytest.mark.parametrize(
    "counted",
    [("Thứ nhất, ", "Thứ hai, "), ("Một là, ", "Hai là, "), ("Trước hết, ", "Tiếp theo, "), "--"],
)
def test_a_letter_lists_its_measures_in_words(
    tmp_path: Path, opening: str, counted: Sequence[str]
) -> None:
    lines = [f"{count} {deed}" for count, deed in zip(counted, DEEDS, strict=True)]
    plan = plan_of(tmp_path, *LETTER, opening, *lines, "Nơi nhận:")
    assert measures(plan) == list(DEEDS)


def test_a_letter_may_list_its_measures_in_one_paragraph(tmp_path: Path) -> None:
    text = f"UBND tỉnh yêu cầu thực hiện những việc sau: Thứ nhất, {DEEDS[0]} Thứ hai, {DEEDS[1]}"
    assert measures(plan_of(tmp_path, *LETTER, text, "Nơi nhận:")) == list(DEEDS)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_the_goal_of_a_letter_is_none_of_its_measures(tmp_path: Path, place: int) -> None:
    lines = [f"Thứ nhất, {DEEDS[0]}", f"Thứ hai, {DEEDS[1]}"]
    opening = "UBND tỉnh yêu cầu các đơn vị thực hiện những việc sau:"
    goal = "Mục tiêu: Chỉ số PAPI đạt trên 43 điểm."
    parts = [goal, opening, *lines] if place == 0 else [opening, *lines, goal]
    if place == 2:
        parts = [f"{opening.rstrip(':')} để Chỉ số PAPI đạt trên 43 điểm:", *lines]
    plan = plan_of(tmp_path, *LETTER, *parts, "Nơi nhận:")
    assert [record.target for record in plan.records] == ["", ""]
    assert [(goal.operator, goal.value) for goal in plan.goals] == [(">", 43.0)]


def test_a_target_below_measures_that_names_no_index_is_theirs(tmp_path: Path) -> None:
    lines = (f"1. {DEEDS[0]}", f"2. {DEEDS[1]}", "Chỉ tiêu: 100% hồ sơ đúng hạn.")
    plan = plan_of(tmp_path, *TITLE, "I. GIẢI PHÁP", *lines)
    assert [record.target for record in plan.records] == ["100% hồ sơ đúng hạn"] * 2


# Links that are listed.


def test_an_order_to_carry_the_plan_out_is_listed(tmp_path: Path) -> None:
    plan = plan_of(
        *(tmp_path, *TITLE, "I. GIẢI PHÁP CHUNG", "1. Tổ chức đối thoại với người dân."),
        *("II. TỔ CHỨC THỰC HIỆN", "1. Sở Nội vụ đôn đốc việc thực hiện Kế hoạch này."),
    )
    tables = tabulate(plan)
    assert tables.measures["confidence"].tolist() == [0.9, 0.79]
    assert (reasons(tables, "001"), reasons(tables, "002")) == ([], ["order"])


def test_a_row_without_a_measure_is_no_sure_link_to_the_index(tmp_path: Path) -> None:
    table = (
        ("TT", "Diễn giải", "Chủ trì", "Phối hợp", "Thời gian", "Chỉ số"),
        ("1", "Tổ chức hội nghị quán triệt", "Sở Nội vụ", "Sở Y tế", "Quý I/2024", "PAPI"),
    )
    tables = tabulate(plan_of(tmp_path, *TITLE, "I. NHIỆM VỤ CHUNG", table))
    assert tables.measures["confidence"].tolist() == [0.79]
    assert reasons(tables, "001") == ["index_alone"]


CRITERIA = (
    ("TT", "Tiêu chí", "Giải pháp", "Chủ trì", "Thời gian"),
    ("1", "Công bố thủ tục hành chính", "Rà soát, công bố thủ tục", "Sở Tư pháp", "Quý I/2024"),
)


@pytest.mark.parametrize(
    ("title", "doubts"),
    [
        ("Chỉ số cải cách hành chính của các sở, ban, ngành và UBND cấp huyện", ["own_index"]),
        ("Chỉ số CCHC các sở, ban, ngành, UBND quận, huyện", ["own_index"]),
        ("Chỉ số SIPAS của các cơ quan, đơn vị thuộc thành phố", ["own_index"]),
        ("Chỉ số cải cách hành chính thành phố Đà Nẵng", []),
    ],
)
def test_an_index_of_units_without_a_name_is_no_sure_link_to_the_ministrys(
    tmp_path: Path, title: str, doubts: list[str]
) -> None:
    head = ("ỦY BAN NHÂN DÂN THÀNH PHỐ ĐÀ NẴNG", "Số: 12/KH-UBND")
    place = "Đà Nẵng, ngày 5 tháng 6 năm 2024"
    named = f"Nâng cao {title} năm 2024"
    tables = tabulate(plan_of(tmp_path, *head, place, "KẾ HOẠCH", named, "I. GIẢI PHÁP", CRITERIA))
    assert bool(doubts) == (tables.measures["confidence"] < 0.8).all()
    assert reasons(tables, "001") == doubts


def test_the_official_name_of_sipas_is_no_index_of_units(tmp_path: Path) -> None:
    title = (
        "Nâng cao Chỉ số hài lòng của người dân, tổ chức đối với sự phục vụ của cơ quan hành "
        "chính nhà nước tỉnh Nghệ An năm 2024"
    )
    tables = tabulate(plan_of(tmp_path, "KẾ HOẠCH", title, "I. GIẢI PHÁP", CRITERIA))
    assert "own_index" not in tables.review["why"].tolist()
