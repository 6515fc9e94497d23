"""What plans hold that was once read wrongly without a word: each kind of it, in small."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import Workbook

from parstats.documents import header_roles, numbering
from parstats.plans import Plan, read, tabulate
from parstats.plans.fields import actors, agencies, deadlines, targets
from parstats.plans.register import Tables

HEAD = (
    "UBND TỈNH NINH BÌNH",
    "Số: 44/KH-UBND",
    "Ninh Bình, ngày 11 tháng 4 năm 2024",
    "KẾ HOẠCH",
    "Nâng cao Chỉ số PAPI tỉnh Ninh Bình năm 2024",
)
COLUMNS = ("TT", "Tiêu chí", "Giải pháp", "Mục tiêu", "Chủ trì", "Phối hợp", "Thời hạn")
ROW = ("1", "Y tế công lập", "Thay ghế ở phòng chờ", "95%", "Sở Y tế", "Sở Tài chính", "Quý III")


def plan_of(tmp_path: Path, *lines: str, name: str = "plan.md") -> Plan:
    path = tmp_path / name
    path.write_text("\n\n".join((*HEAD, *lines)) + "\n", encoding="utf-8")
    return read(path)


def table(*rows: Sequence[str]) -> str:
    """A table of Markdown, its first row the header."""
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join((lines[0], "|" + "---|" * len(rows[0]), *lines[1:]))


def tabled(tmp_path: Path, *rows: Sequence[str]) -> Tables:
    return tabulate(plan_of(tmp_path, "I. NHIỆM VỤ, GIẢI PHÁP", table(*rows)))


def prose(tmp_path: Path, *lines: str) -> pd.DataFrame:
    return tabulate(plan_of(tmp_path, "I. NHIỆM VỤ, GIẢI PHÁP", *lines)).measures


def reasons(tables: Tables, row: str) -> list[str]:
    review = tables.review
    return review.loc[review["row"] == row, "why"].tolist()


def units(measures: pd.DataFrame) -> list[list[str]]:
    return measures[["lead_unit", "support_unit"]].values.tolist()


# Sheets and tables that vanish.


def workbook(path: Path, *sheets: Sequence[Sequence[str]]) -> Path:
    book = Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets, 1):
        sheet = book.create_sheet(f"Sheet{number}")
        for row in rows:
            sheet.append(list(row))
    book.save(path)
    return path


SECOND = ("1", "An ninh, trật tự", "Lắp đèn ở ngõ", "10 ngõ", "Công an tỉnh", "", "Quý IV/2024")


@pytest.mark.parametrize(
    "title",
    ["Biểu 2. Giải pháp", "Bảng 2: Việc cần làm", "KẾ HOẠCH (tiếp theo)", "Việc của các sở, ngành"],
)
def test_a_title_on_a_later_sheet_takes_no_earlier_sheet_away(tmp_path: Path, title: str) -> None:
    first = [[line] for line in HEAD] + [list(COLUMNS), list(ROW)]
    path = workbook(tmp_path / "plan.xlsx", first, [[title], COLUMNS, SECOND])
    plan = read(path)
    assert [record.measure for record in plan.records] == [ROW[2], SECOND[2]]
    assert plan.title.endswith("năm 2024")


def test_a_title_of_an_act_below_the_measures_takes_none_away(tmp_path: Path) -> None:
    first = [["Nâng cao Chỉ số PAPI tỉnh Ninh Bình năm 2024"], COLUMNS, ROW]
    path = workbook(tmp_path / "plan.xlsx", first, [["KẾ HOẠCH"], ["Phần hai"], COLUMNS, SECOND])
    assert [record.measure for record in read(path).records] == [ROW[2], SECOND[2]]


# Columns by their meaning.


def html_plan(tmp_path: Path, table_rows: str) -> Tables:
    head = "".join(f"<p>{line}</p>" for line in (*HEAD, "I. NHIỆM VỤ, GIẢI PHÁP"))
    path = tmp_path / "plan.html"
    path.write_text(
        f"<html><meta charset='utf-8'><body>{head}<table>{table_rows}</table></body></html>",
        encoding="utf-8",
    )
    return tabulate(read(path))


@pytest.mark.parametrize(
    "below",
    [
        ("Lãnh đạo phụ trách", "Cơ quan chủ trì", "Cơ quan phối hợp"),
        ("Cơ quan giám sát", "Chủ trì", "Phối hợp"),
        ("Chủ trì", "Phối hợp", "Chỉ đạo"),
        ("Tổ giúp việc chung", "Đơn vị chủ trì", "Đơn vị phối hợp"),
    ],
)
def test_three_units_under_one_heading_keep_their_roles(
    tmp_path: Path, below: tuple[str, ...]
) -> None:
    cells = {"chủ trì": "Sở Y tế", "phối hợp": "Sở Tài chính"}
    who = [
        next((unit for word, unit in cells.items() if word in name.lower()), "Ông Bùi Văn K")
        for name in below
    ]
    tables = html_plan(
        tmp_path,
        "<tr><td rowspan=2>TT</td><td rowspan=2>Tiêu chí</td><td rowspan=2>Giải pháp</td>"
        "<td colspan=3>Tổ chức thực hiện</td><td rowspan=2>Thời hạn</td></tr>"
        f"<tr>{''.join(f'<td>{name}</td>' for name in below)}</tr>"
        "<tr><td>1</td><td>Y tế công lập</td><td>Thay ghế ở phòng chờ</td>"
        f"{''.join(f'<td>{name}</td>' for name in who)}<td>Quý III/2024</td></tr>",
    )
    assert units(tables.measures) == [["Sở Y tế", "Sở Tài chính"]]
    assert any("columns" in why for why in tables.review["why"])  # the third column is named


@pytest.mark.parametrize(
    ("headers", "roles"),
    [
        (("Người chịu trách nhiệm", "Cơ quan thực hiện"), ("person", "lead")),
        (("Cá nhân phụ trách", "Đơn vị thực hiện", "Phối hợp"), ("person", "lead", "support")),
        (("Cơ quan thực hiện", "Đơn vị chủ trì"), ("support", "lead")),
        (("Đơn vị thực hiện", "Đơn vị chủ trì", "Phối hợp"), ("note", "lead", "support")),
        (("Người thực hiện", "Thời gian"), ("lead", "deadline")),
        (("Đơn vị theo dõi", "Đơn vị thực hiện"), ("oversight", "lead")),
    ],
)
def test_who_leads_is_told_by_the_header_and_not_by_its_place(
    headers: tuple[str, ...], roles: tuple[str, ...]
) -> None:
    assert header_roles.plan_roles(headers) == roles
    assert header_roles.plan_roles(headers[::-1]) == roles[::-1]


# Dates.


@pytest.mark.parametrize(
    ("cell", "written", "end"),
    [
        ("14/11/20<br>25", "14/11/2025", "2025-11-14"),
        ("Trước 14/11/202<br>5", "Trước 14/11/2025", "2025-11-14"),
        ("14/1<br>1/2025", "14/11/2025", "2025-11-14"),
        ("14/11/2<br>025", "14/11/2025", "2025-11-14"),
        ("1<br>4/11/2025", "14/11/2025", "2025-11-14"),
        ("Quý IV/20<br>25", "Quý IV/2025", "2025-12-31"),
        ("14/11/25", "14/11/25", "2025-11-14"),
    ],
)
def test_a_date_that_a_narrow_cell_breaks_is_one_date(
    tmp_path: Path, cell: str, written: str, end: str
) -> None:
    measures = tabled(tmp_path, COLUMNS, (*ROW[:-1], cell)).measures
    assert measures[["deadline", "deadline_end"]].values.tolist() == [[written, end]]


@pytest.mark.parametrize(
    ("cell", "listed"), [("14/11/2020", True), ("Quý I/2023", True), ("Quý IV/2024", False)]
)
def test_a_deadline_before_the_plan_is_listed(tmp_path: Path, cell: str, listed: bool) -> None:
    tables = tabled(tmp_path, COLUMNS, (*ROW[:-1], cell))
    assert ("deadline_before" in reasons(tables, "001")) is listed


def test_a_deadline_taken_over_from_the_row_above_is_listed(tmp_path: Path) -> None:
    second = ("2", "An ninh, trật tự", "Lắp đèn ở ngõ", "10 ngõ", "Công an tỉnh", "", "")
    tables = tabled(tmp_path, COLUMNS, ROW, second, ("3", *second[1:6], "nt"))
    assert tables.measures["deadline"].tolist() == ["Quý III"] * 3
    assert "from_above" in reasons(tables, "002")
    assert "from_above" not in reasons(tables, "003")  # the cell says so itself


def test_a_merged_deadline_is_not_listed(tmp_path: Path) -> None:
    header = "".join(f"<td>{name}</td>" for name in COLUMNS)
    first = "".join(f"<td>{cell}</td>" for cell in ROW[:-1])
    second = "".join(f"<td>{cell}</td>" for cell in SECOND[:-1])
    tables = html_plan(
        tmp_path,
        f"<tr>{header}</tr><tr>{first}<td rowspan=2>Quý III</td></tr><tr>{second}</tr>",
    )
    assert tables.measures["deadline"].tolist() == ["Quý III"] * 2
    assert "from_above" not in reasons(tables, "002")


def test_a_row_that_goes_on_without_a_header_is_no_measure(tmp_path: Path) -> None:
    header = "".join(f"<td>{name}</td>" for name in COLUMNS)
    first = ("1", "Y tế công lập", "Thay ghế ở phòng chờ của các", "95% trạm có", "Sở Y tế", "", "")
    rest = ("", "", "trạm y tế", "đủ ghế", "", "", "")
    cells = ["".join(f"<td>{cell}</td>" for cell in row) for row in (first, rest)]
    tables = html_plan(tmp_path, f"<tr>{header}</tr>" + "".join(f"<tr>{row}</tr>" for row in cells))
    assert tables.measures["text"].tolist() == ["Thay ghế ở phòng chờ của các trạm y tế"]


# Scores, places, points lost.


@pytest.mark.parametrize("written", ["84,37/100 điểm", "84.37/100 điểm", "84,37/100"])
def test_points_of_a_hundred_are_no_place(tmp_path: Path, written: str) -> None:
    plan = plan_of(
        tmp_path,
        "I. KẾT QUẢ NĂM 2023",
        f"1. Chỉ số CCHC của tỉnh đạt {written}, xếp thứ 30/63.",
        "II. NHIỆM VỤ, GIẢI PHÁP",
        "1. Sở Nội vụ mở lớp tập huấn.",
    )
    (figure,) = plan.figures
    assert (figure.value, figure.unit, figure.rank, figure.ranked) == (84.37, "điểm", 30, 63)


def test_a_result_above_the_first_heading_is_read(tmp_path: Path) -> None:
    plan = plan_of(
        tmp_path,
        "Năm 2023, tỉnh đạt 84,37/100 điểm, xếp thứ 30/63.",
        "I. NHIỆM VỤ, GIẢI PHÁP",
        "1. Sở Nội vụ mở lớp tập huấn.",
    )
    assert [(figure.value, figure.rank) for figure in plan.figures] == [(84.37, 30)]


SHORT = "I. TỒN TẠI, HẠN CHẾ"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "1. Tiêu chí “Sửa quy chế do cấp trên góp ý” đạt 0,5/1,5 điểm do chưa sửa kịp.",
            ("Tiêu chí “Sửa quy chế do cấp trên góp ý”", "0,5", "1,5 điểm", "chưa sửa kịp"),
        ),
        (
            "1. Sửa quy chế do cấp trên góp ý đạt 0,5/1,5 điểm.",
            ("Sửa quy chế do cấp trên góp ý", "0,5", "1,5 điểm", ""),
        ),
        (
            "1. Tiêu chí “Hồ sơ đúng hạn” bị trừ 0,4 điểm, nguyên nhân: đo đất chậm.",
            ("Tiêu chí “Hồ sơ đúng hạn”", "", "", "đo đất chậm"),
        ),
    ],
)
def test_cause_and_points_of_a_shortcoming(
    tmp_path: Path, line: str, expected: tuple[str, str, str, str]
) -> None:
    plan = plan_of(tmp_path, SHORT, line, "II. NHIỆM VỤ, GIẢI PHÁP", "1. Sở Nội vụ mở lớp.")
    (case,) = plan.shortcomings
    assert (case.criterion, case.achieved, case.threshold, case.cause) == expected
    assert 0.4 not in {figure.value for figure in plan.figures}


@pytest.mark.parametrize(
    ("goal", "year"),
    [
        ("Đến hết năm 2026, PAPI thuộc nhóm 12 tỉnh dẫn đầu.", 2026),
        ("Đến năm 2025, Chỉ số PAPI đạt 45,5 điểm, xếp thứ 18/63.", 2025),
        ("Chỉ số PAPI xếp thứ 18/63.", 2024),
    ],
)
def test_a_goal_is_of_the_year_its_line_names(tmp_path: Path, goal: str, year: int) -> None:
    plan = plan_of(
        tmp_path, "I. MỤC TIÊU", f"- {goal}", "II. NHIỆM VỤ, GIẢI PHÁP", "1. Sở Nội vụ mở lớp."
    )
    assert {aim.year for aim in plan.goals} == {year}


# Targets.


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("60 buổi nói chuyện/huyện", [(60.0, "buổi/huyện")]),
        ("40 lượt nhắc việc/xã", [(40.0, "lượt nhắc việc/xã")]),
        ("100% thôn; trả lời đúng hạn 100%", [(100.0, "%"), (100.0, "%")]),
        ("100% thôn (đạt 100%)", [(100.0, "%")]),
        ("04/04 nhà văn hóa", [(100.0, "%")]),
        ("Đạt 06/6 trạm y tế", [(100.0, "%")]),
        ("3/4 bệnh viện", [(75.0, "%")]),
        ("Trước ngày 5/5 hằng năm", []),
    ],
)
def test_targets_of_a_cell(cell: str, expected: list[tuple[float, str]]) -> None:
    read_targets = targets.extract(cell, cell=True)
    assert [(aim.value, aim.unit) for aim in read_targets] == expected


def test_equal_targets_of_a_measure_are_all_rows(tmp_path: Path) -> None:
    cell = "100% thôn; trả lời đúng hạn 100%"
    tables = tabled(tmp_path, COLUMNS, (*ROW[:3], cell, *ROW[4:]))
    assert tables.targets["value"].tolist() == [100.0, 100.0]


# Units.


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("Các sở: Y tế, Nội vụ và Công Thương", ["Sở Y tế", "Sở Nội vụ", "Sở Công Thương"]),
        ("Các sở Y tế, Nội vụ", ["Sở Y tế", "Sở Nội vụ"]),
        ("Sở Y tế, Công Thương; Công an tỉnh", ["Sở Y tế", "Sở Công Thương", "Công an tỉnh"]),
        ("UBND các huyện: Nho Quan, Kim Sơn", ["UBND huyện Nho Quan", "UBND huyện Kim Sơn"]),
        ("UBND huyện Nho Quan, Sở Y tế", ["UBND huyện Nho Quan", "Sở Y tế"]),
        ("UBND các xã, phường", ["UBND các xã, phường"]),
        ("Sở KH&CN, VNPT Ninh Bình", ["Sở Khoa học và Công nghệ", "VNPT Ninh Bình"]),
        ("Bưu điện tỉnh, Viettel Ninh Bình", ["Bưu điện tỉnh", "Viettel Ninh Bình"]),
        ("UBND CÁC XÃ, PHƯỜNG", ["UBND các xã, phường"]),
        ("Sở VH,TT&DL", ["Sở Văn hóa, Thể thao và Du lịch"]),
        ("Sở Y tế (đầu mối)", ["Sở Y tế"]),
        ("", []),
    ],
)
def test_units_after_one_kind_word_are_each_a_unit(cell: str, expected: list[str]) -> None:
    assert list(agencies.units(cell, is_department=False)) == expected


@pytest.mark.parametrize(
    ("sentence", "lead", "support"),
    [
        ("Sở Y tế: Chủ trì, phối hợp với Sở Nội vụ sửa quy chế.", "Sở Y tế", "Sở Nội vụ"),
        ("Sở Y tế chủ trì, Sở Nội vụ phối hợp sửa quy chế.", "Sở Y tế", "Sở Nội vụ"),
        ("Sở Y tế (chủ trì), Sở Nội vụ (phối hợp): sửa quy chế.", "Sở Y tế", "Sở Nội vụ"),
        ("Giao các Sở: Y tế, Nội vụ sửa quy chế.", "các Sở: Y tế, Nội vụ", ""),
        (
            "Yêu cầu Chủ tịch UBND các xã trực tiếp tiếp công dân.",
            "Chủ tịch UBND các xã",
            "",
        ),
        ("Sở Y tế chủ trì, rà soát phí tại Sở Nội vụ.", "Sở Y tế", ""),
    ],
)
def test_who_leads_and_supports_in_a_sentence(sentence: str, lead: str, support: str) -> None:
    said = actors.who(sentence)
    assert (said.lead, said.support) == (lead, support)


@pytest.mark.parametrize("number", ["", "2. "])
def test_an_opening_sentence_says_who_leads_the_list_below(tmp_path: Path, number: str) -> None:
    measures = prose(
        tmp_path,
        "1. Về y tế" if not number else "1. Sở Tư pháp mở lớp tập huấn cho xã.",
        f"{number}Sở Y tế chủ trì, phối hợp với Sở Nội vụ thực hiện các nhiệm vụ sau:",
        "a) Thay ghế ở phòng chờ của trạm;",
        "b) Niêm yết giá dịch vụ ở cổng.",
        "3. Về an ninh",
        "- Lắp đèn ở các ngõ tối.",
    )
    assert units(measures)[-3:] == [["Sở Y tế", "Sở Nội vụ"]] * 2 + [["", ""]]


def test_an_opening_sentence_ends_with_the_next_paragraph(tmp_path: Path) -> None:
    measures = prose(
        tmp_path,
        "1. Về y tế",
        "Sở Y tế chủ trì, phối hợp với Sở Nội vụ thực hiện các nhiệm vụ sau:",
        "a) Thay ghế ở phòng chờ của trạm;",
        "Lắp đèn ở các ngõ tối của phường.",
    )
    assert units(measures) == [["Sở Y tế", "Sở Nội vụ"], ["", ""]]


# A measure that begins with a figure after its number.


@pytest.mark.parametrize(
    "measure",
    [
        "1.2. 02 lớp tập huấn công chức một cửa được mở",
        "1.2. 100% thủ tục hành chính được công khai tại trụ sở",
        "1.2) 95,5% hồ sơ được trả đúng hạn",
        "1.2. 34/34 xã niêm yết bảng giá đất",
        "1.2. 1.500 hồ sơ tồn đọng được trả",
        "1.2.100% xã niêm yết bảng giá đất",
    ],
)
def test_a_numbered_measure_that_begins_with_a_figure_is_read(measure: str, tmp_path: Path) -> None:
    measures = prose(
        tmp_path,
        "1. Về thủ tục hành chính",
        "1.1. Sở Y tế thay ghế ở phòng chờ.",
        f"{measure}. Chủ trì: Sở Nội vụ.",
        "1.3. Sở Tư pháp rà soát văn bản.",
    )
    words = measure.removeprefix("1.2").lstrip(".) ")
    assert measures["text"].tolist()[1] == f"{words}."
    assert measures["lead_unit"].tolist() == ["Sở Y tế", "Sở Nội vụ", "Sở Tư pháp"]


def test_top_numbers_before_figures_are_numbers_of_measures(tmp_path: Path) -> None:
    measures = prose(
        tmp_path,
        "1. 100% xã niêm yết bảng giá đất tại trụ sở. Chủ trì: Sở Nội vụ.",
        "2. 02 lớp tập huấn công chức một cửa. Chủ trì: Sở Tư pháp.",
    )
    assert measures["lead_unit"].tolist() == ["Sở Nội vụ", "Sở Tư pháp"]


@pytest.mark.parametrize(
    "text",
    [
        *("1. 2", "1. 2.", "15. 3. 2025", "15.3 2025", "1.500 hồ sơ", "2.1 điểm", "8. 5 điểm"),
        *("2. 2024", "2. 2024 là năm đầu", "30. 6 và 31", "30. 6 tháng đầu năm"),
    ],
)
def test_a_figure_in_two_pieces_is_no_number_of_an_item(text: str) -> None:
    assert numbering.marker(text) is None


# Figures of targets.


def aims(text: str, *, cell: bool = False) -> list[tuple[str, float | None, str, int | None]]:
    read_targets = targets.extract(text, cell=cell)
    return [(aim.operator, aim.value, aim.unit, aim.year) for aim in read_targets]


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("SIPAS đạt tối thiểu 90% vào năm 2030.", 2030),
        ("PAR INDEX đạt trên 92% trong năm 2027.", 2027),
        ("Phấn đấu PAR INDEX đạt 90% vào cuối năm 2026.", 2026),
        ("SIPAS đạt 90%, vào năm 2028.", 2028),
        ("SIPAS đạt 90% đến 2030.", 2030),
        ("Đạt 90% hồ sơ được số hóa vào năm 2030.", 2030),
        ("Đạt 90% hồ sơ trực tuyến năm 2026, do Sở A làm.", 2026),
        ("Đạt 90% năm 2026;", 2026),
        ("Đạt 90% kế hoạch năm 2026", None),
        ("Đạt 90% của năm 2026", None),
        ("SIPAS tăng 5% so với năm 2024.", None),
        ("SIPAS đạt 90% trong giai đoạn 2026-2030.", None),
    ],
)
def test_a_goal_is_of_the_year_after_its_figure(text: str, year: int | None) -> None:
    assert [aim[3] for aim in aims(text)] == [year]


def test_each_figure_is_of_the_year_after_it() -> None:
    read_aims = aims("Số hóa 60% năm 2026, 80% năm 2027 và 100% năm 2028", cell=True)
    assert [aim[1::2] for aim in read_aims] == [(60, 2026), (80, 2027), (100, 2028)]
    assert [aim[1::2] for aim in aims("Từ 45% năm 2025 lên 90% năm 2026", cell=True)] == [
        (90, 2026)
    ]


@pytest.mark.parametrize(
    ("cell", "unit"),
    [
        ("40 điểm trường", "điểm trường"),
        ("03 điểm cầu", "điểm cầu"),
        ("05 điểm tiếp nhận hồ sơ", "điểm tiếp nhận"),
        ("Đạt 45 điểm", "điểm"),
        ("Đạt 45 điểm công khai", "điểm"),
        ("Tăng 2 điểm phần trăm", "điểm %"),
    ],
)
def test_places_are_no_points_of_a_score(cell: str, unit: str) -> None:
    assert [aim[2] for aim in aims(cell, cell=True)] == [unit]


def goals_of(tmp_path: Path, *goals: str) -> pd.DataFrame:
    lines = ("II. MỤC TIÊU", *(f"- {goal}" for goal in goals))
    measures = ("III. NHIỆM VỤ, GIẢI PHÁP", "1. Sở Y tế thay ghế ở phòng chờ.")
    table = tabulate(plan_of(tmp_path, *lines, *measures)).targets
    return table[table["row"] == ""]


def test_a_goal_takes_its_own_year_and_not_that_of_the_plan(tmp_path: Path) -> None:
    goals = goals_of(tmp_path, "SIPAS đạt tối thiểu 90% vào năm 2030.", "PAPI đạt 45 điểm.")
    assert goals[["year", "value"]].values.tolist() == [[2030, 90.0], [2024, 45.0]]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("34/34 tổ công nghệ số", ("=", 100.0, "%", None)),
        ("34/34", ("=", 100.0, "%", None)),
        ("63/63 xã", ("=", 100.0, "%", None)),
        ("17/34 xã", ("=", 50.0, "%", None)),
        ("20/34 tỉnh, thành phố", ("<=", 20.0, "rank", None)),
        ("12/63", ("<=", 12.0, "rank", None)),
        ("Xếp hạng 34/34", ("<=", 34.0, "rank", None)),
        ("+3%", ("increase", 3.0, "%", None)),
        ("+2 bậc", ("increase", 2.0, "bậc", None)),
        ("+5% so với năm 2024", ("increase", 5.0, "%", None)),
        ("+100% xã niêm yết", ("=", 100.0, "%", None)),
    ],
)
def test_fractions_of_all_and_plus_signs(
    cell: str, expected: tuple[str, float | None, str, int | None]
) -> None:
    assert aims(cell, cell=True) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Giảm tỷ lệ người dân đi lại từ 3 lần trở lên xuống dưới 5%.", [("<", 5.0, "%", None)]),
        ("Giảm số người đi lại từ 3 lần trở lên xuống dưới 5%.", [("<", 5.0, "%", None)]),
        ("Tỷ lệ hồ sơ trễ trên 5 ngày không quá 2%.", [("<=", 2.0, "%", None)]),
        (
            "Tỷ lệ hài lòng tăng 2 bậc, đạt 90%.",
            [("increase", 2.0, "bậc", None), ("=", 90.0, "%", None)],
        ),
    ],
)
def test_of_whom_a_share_is_is_no_target(
    text: str, expected: list[tuple[str, float | None, str, int | None]]
) -> None:
    assert aims(text) == expected


# Deadlines without a year are of the plan's.


@pytest.mark.parametrize(
    ("sentence", "written", "end"),
    [
        ("Số hóa 100% hồ sơ, hoàn thành quý II.", "quý II", "2025-06-30"),
        ("Rà soát văn bản, hoàn thành trong quý III.", "quý III", "2025-09-30"),
        ("Lập danh mục dịch vụ; xong tháng 6.", "tháng 6", "2025-06-30"),
        ("Rà soát văn bản trong quý III.", "trong quý III", "2025-09-30"),
        ("Mở 02 lớp, thời gian hoàn thành: quý II.", "quý II", "2025-06-30"),
        ("Sửa quy chế, hoàn thành trước tháng 10.", "trước tháng 10", "2025-09-30"),
        ("Sửa quy chế, hoàn thành Quí II.", "Quí II", "2025-06-30"),
        ("Sửa quy chế, xong trong quý I năm 2026.", "quý I năm 2026", "2026-03-31"),
        ("Thực hiện Kế hoạch quý II của tỉnh.", "", ""),
        ("Tổng hợp kết quả trong tháng.", "", ""),
        ("Đối thoại trong tháng 2 lần.", "", ""),
        ("Họp trong tháng 6 hằng năm.", "tháng 6 hằng năm", ""),
    ],
)
def test_a_sentence_without_a_year_has_its_deadline(sentence: str, written: str, end: str) -> None:
    assert (deadlines.find(sentence), deadlines.parse(written, 2025).end) == (written, end)


@pytest.mark.parametrize(
    ("cell", "start", "end"),
    [
        ("6 tháng đầu năm và cả năm", "2025-01-01", "2025-12-31"),
        ("6 tháng, 9 tháng, cả năm", "2025-01-01", "2025-12-31"),
        ("Quí II", "2025-04-01", "2025-06-30"),
        ("Quí I - Quí III", "2025-01-01", "2025-09-30"),
        ("Hết năm", "2025-01-01", "2025-12-31"),
        ("Đến hết năm", "", "2025-12-31"),
        ("Cuối năm", "2025-12-01", "2025-12-31"),
        ("Thường xuyên trong cả năm", "", ""),
        ("Hằng quý, cả năm", "", ""),
        ("Cuối năm học", "", ""),
    ],
)
def test_ends_of_the_year_of_the_plan(cell: str, start: str, end: str) -> None:
    read_deadline = deadlines.parse(cell, 2025)
    assert (read_deadline.start, read_deadline.end) == (start, end)


# Goals of two sentences, and units that go on in short.


@pytest.mark.parametrize("sign", [".", ";"])
def test_a_sentence_of_goals_on_something_else_has_not_the_index_above(
    sign: str, tmp_path: Path
) -> None:
    line = f"Chỉ số PAPI tăng 2 bậc, đạt từ 45 điểm trở lên{sign} Mức độ hài lòng đạt trên 90%."
    goals = goals_of(tmp_path, line, "SIPAS đạt 88%; mức độ hài lòng về đất đai đạt 85%.")
    assert goals[["index", "value"]].values.tolist() == [
        ["PAPI", 2.0],
        ["PAPI", 45.0],
        ["", 90.0],
        ["SIPAS", 88.0],
        ["SIPAS", 85.0],
    ]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("UBND các huyện, TP", ["UBND các huyện, TP"]),
        ("UBND các huyện, thị xã, TP", ["UBND các huyện, thị xã, TP"]),
        ("UBND các huyện, TX, TP", ["UBND các huyện, TX, TP"]),
        ("UBND xã, phường, TT", ["UBND xã, phường, TT"]),
        ("UBND TP", ["UBND TP"]),
        ("UBND các huyện, TP, Sở Y tế", ["UBND các huyện, TP", "Sở Y tế"]),
        ("UBND các huyện, TP Thanh Hóa", ["UBND các huyện", "TP Thanh Hóa"]),
        ("Trung tâm VH-TT&TT", ["Trung tâm VH-TT&TT"]),
        (
            "Sở TT&TT; Sở LĐ-TB&XH",
            ["Sở Thông tin và Truyền thông", "Sở Lao động - Thương binh và Xã hội"],
        ),
    ],
)
def test_units_that_go_on_in_short_are_one(cell: str, expected: list[str]) -> None:
    assert list(agencies.units(cell, is_department=False)) == expected


def test_each_index_of_a_line_has_its_own_score_and_rank(tmp_path: Path) -> None:
    told = (
        "Năm 2023 Chỉ số PAR INDEX đạt 87,91%, xếp thứ 28/63; Chỉ số SIPAS đạt 84,33%, xếp 22/63."
    )
    targets_read = tabulate(plan_of(tmp_path, told, "I. GIẢI PHÁP", table(COLUMNS, ROW))).targets
    results = targets_read[targets_read["kind"] == "result"]
    assert results[["index", "achieved", "rank", "year"]].values.tolist() == [
        ["PAR INDEX", 87.91, 28, 2023],
        ["SIPAS", 84.33, 22, 2023],
    ]


@pytest.mark.parametrize("cell", ["Quý 5/2024", "Quý VI/2024", "Quý 0/2024"])
def test_a_quarter_that_is_none_has_no_end_and_is_listed(tmp_path: Path, cell: str) -> None:
    tables = tabled(tmp_path, COLUMNS, (*ROW[:-1], cell))
    assert tables.measures[["deadline", "deadline_end"]].values.tolist() == [[cell, ""]]
    assert any(cell in found for found in tables.review["found"])


@pytest.mark.parametrize(
    ("cell", "unit", "deadline"),
    [
        ("Phòng Tổng hợp; hoàn thành Quý II", "Phòng Tổng hợp", "Quý II"),
        ("Văn phòng Sở - trước 01/7/2024", "Văn phòng Sở", "trước 01/7/2024"),
        ("Văn phòng Sở (hằng quý)", "Văn phòng Sở", "hằng quý"),
        ("Sở Y tế, xong trong tháng 9/2024", "Sở Y tế", "tháng 9/2024"),
        ("Sở Y tế, Sở Nội vụ", "Sở Y tế; Sở Nội vụ", ""),
    ],
)
def test_a_cell_of_units_may_say_by_when(
    tmp_path: Path, cell: str, unit: str, deadline: str
) -> None:
    measures = tabled(tmp_path, COLUMNS[:5], (*ROW[:4], cell)).measures
    assert measures[["lead_unit", "deadline"]].values.tolist() == [[unit, deadline]]


def test_a_column_of_times_leaves_the_cell_of_units_as_it_is(tmp_path: Path) -> None:
    row = (*ROW[:4], "Văn phòng Sở - trước 01/7/2024", "", "Quý IV")
    assert tabled(tmp_path, COLUMNS, row).measures["deadline"].tolist() == ["Quý IV"]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("85", ("=", "%")),
        ("Trên 85", (">", "%")),
        ("≥ 85", (">=", "%")),
        ("85 trở lên", (">=", "%")),
    ],
)
def test_the_unit_of_a_header_holds_for_figures_with_an_operator(
    tmp_path: Path, cell: str, expected: tuple[str, str]
) -> None:
    header = (*COLUMNS[:3], "Mục tiêu (%)", *COLUMNS[4:])
    read_rows = tabled(tmp_path, header, (*ROW[:3], cell, *ROW[4:])).targets
    assert list(read_rows[["op", "unit"]].itertuples(index=False, name=None)) == [expected]


def test_a_heading_says_in_brackets_who_leads_what_is_below(tmp_path: Path) -> None:
    lines = ("1. Hồ sơ đất đai (Sở Nội vụ chủ trì)", "- Mở thêm quầy tiếp nhận ở 05 xã;")
    below = ("2. Y tế công lập", "- Thay ghế ở phòng chờ của bệnh viện;")
    assert prose(tmp_path, *lines, *below)["lead_unit"].tolist() == ["Sở Nội vụ", ""]


def test_a_header_of_shortcomings_may_say_how_they_were_told(tmp_path: Path) -> None:
    header = ("STT", "Hạn chế qua khảo sát SIPAS 2023", "Nguyên nhân", *COLUMNS[2:])
    row = ("1", "Y tế công lập: ghế ngồi chờ chưa đủ", "Thiếu tiền", *ROW[2:])
    tables = tabled(tmp_path, header, row)
    assert tables.measures["criterion_as_written"].tolist() == [row[1]]
    assert tables.shortcomings["cause_as_written"].tolist() == ["Thiếu tiền"]


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("Ninh Bình, ngày 11/4/2024", "2024-04-11"),
        ("Ninh Bình, ngày 11-4-2024.", "2024-04-11"),
        ("Theo Nghị quyết số 76/NQ-CP, ngày 15/7/2021", ""),
        ("Nghị quyết số 76/NQ-CP, ngày 15/7/2021", ""),
    ],
)
def test_the_date_of_a_letterhead_may_be_in_figures(tmp_path: Path, line: str, date: str) -> None:
    head = [text for text in HEAD if ", ngày" not in text]
    path = tmp_path / "plan.md"
    body = ("I. NHIỆM VỤ, GIẢI PHÁP", table(COLUMNS, ROW))
    path.write_text("\n\n".join((*head[:-2], line, *head[-2:], *body)) + "\n", encoding="utf-8")
    assert read(path).date == date


def test_a_rank_in_brackets_that_is_compared_with_is_no_goal() -> None:
    text = "Chỉ số SIPAS tăng ít nhất 5 bậc so với năm 2025 (hạng 19/34)"
    assert aims(text) == [("increase", 5, "bậc", None)]
    assert aims("PAPI đạt 45 điểm (xếp hạng 12/34)")[-1] == ("<=", 12, "rank", None)


def test_the_number_of_a_programme_is_read(tmp_path: Path) -> None:
    path = tmp_path / "plan.md"
    head = ("UBND TỈNH NINH BÌNH", "Số: 9/CTr-UBND", *HEAD[-3:])
    body = ("I. NHIỆM VỤ, GIẢI PHÁP", table(COLUMNS, ROW))
    path.write_text("\n\n".join((*head, *body)) + "\n", encoding="utf-8")
    plan = read(path)
    assert (plan.number, plan.agency) == ("9/CTr-UBND", "UBND tỉnh Ninh Bình")
