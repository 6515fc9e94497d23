"""What plans say fell short, in sentences and in columns of tables."""

from __future__ import annotations

from pathlib import Path

import docx
import pandas as pd
import pytest

from parstats.documents.document import Span
from parstats.documents.plain_text import blocks
from parstats.plans import Plan, Section, tabulate
from parstats.plans.parse.plan_reader import assemble, read
from parstats.plans.records import Shortcoming
from parstats.plans.register import Tables

HEAD = "KẾ HOẠCH\n\nKhắc phục hạn chế Chỉ số PAR INDEX năm 2023 của tỉnh Nghệ An\n\n"


def plan_of(*lines: str) -> Plan:
    return assemble(blocks(HEAD + "\n\n".join(lines)), "plan")


def table(*rows: str) -> str:
    """A table of a text with tabs."""
    return "\n".join("\t".join(cell.strip() for cell in row.split("|")) for row in rows)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (
            "Hồ sơ đúng hạn: 88,2%/95%.",
            ("Hồ sơ đúng hạn", "88,2%", "95%", ""),
        ),
        (
            "Tỷ lệ hồ sơ trực tuyến mới đạt 41,7%, quy định là 60%, do mạng yếu.",
            ("Tỷ lệ hồ sơ trực tuyến", "41,7%", "60%", "mạng yếu"),
        ),
        (
            "Mức độ hài lòng đạt 79,3%, thấp hơn mức 85% để có điểm tối đa.",
            ("Mức độ hài lòng", "79,3%", "85%", ""),
        ),
        # What was missed is what was to be reached.
        (
            "Hồ sơ nộp qua mạng: Chưa đạt 70% mà chỉ đạt 51,5%.",
            ("Hồ sơ nộp qua mạng", "51,5%", "70%", ""),
        ),
        ("Giảm đầu mối: Chưa bảo đảm 12%.", ("Giảm đầu mối", "", "12%", "")),
        (
            "Trả kết quả qua mạng chưa bằng các tỉnh, đạt 40%, yêu cầu từ 60% trở lên.",
            ("Trả kết quả qua mạng", "40%", "60%", ""),
        ),
        (
            "Chưa giảm đủ 12% đầu mối, mới giảm 7,5%.",
            ("giảm đủ 12% đầu mối", "7,5%", "12%", ""),
        ),
        (
            "Mức hài lòng về trang thiết bị đạt 78,1%, thấp hơn trung bình cả nước 3,2 điểm.",
            ("Mức hài lòng về trang thiết bị", "78,1%", "", ""),
        ),
        (
            "Tuyển dụng viên chức còn chậm so với kế hoạch.",
            ("Tuyển dụng viên chức", "", "", ""),
        ),
    ],
)
def test_a_sentence_tells_criterion_figures_and_cause(
    sentence: str, expected: tuple[str, str, str, str]
) -> None:
    plan = plan_of("I. TỒN TẠI, HẠN CHẾ", f"- {sentence}", "II. GIẢI PHÁP", "- Bỏ tờ khai giấy.")
    (case,) = plan.shortcomings
    assert (case.criterion, case.achieved, case.threshold, case.cause) == expected
    assert case.text == sentence
    assert [record.measure for record in plan.records] == ["Bỏ tờ khai giấy."]


def test_below_what_was_not_reached_figures_are_what_should_have_been() -> None:
    plan = plan_of(
        "I. TỒN TẠI, HẠN CHẾ",
        "1. Các tiêu chí chưa đạt:",
        "- Hồ sơ nộp qua mạng đạt từ 70% trở lên.",
        "- Thanh toán trực tuyến đạt 30%.",
        "- Chứng thực điện tử mới đạt 12%.",
        "2. Công tác khác",
        "- Điểm thưởng, điểm trừ của đơn vị.",
        "- Trả lời kiến nghị còn chậm, đạt 80%.",
        "II. GIẢI PHÁP",
        "- Bỏ tờ khai giấy.",
    )
    assert [(case.achieved, case.threshold) for case in plan.shortcomings] == [
        ("", "70%"),
        ("", "30%"),
        ("12%", ""),
        ("80%", ""),
    ]


def test_a_row_without_a_measure_is_a_shortcoming_only() -> None:
    plan = plan_of(
        table(
            "STT | Tiêu chí | Điểm tối đa | Điểm đạt | Lý do | Giải pháp | Chủ trì | Thời hạn",
            "1 | Kế hoạch CCHC | 1,5 | 1,25 | Làm sau hạn | Nhắc việc | Sở Nội vụ | Quý II/2024",
            "2 | Nhiệm vụ được giao | 1 | 0,75 | Quá hạn | | | ",
        )
    )
    assert [record.measure for record in plan.records] == ["Nhắc việc"]
    assert [
        (c.criterion, c.achieved, c.threshold, c.cause, c.records) for c in plan.shortcomings
    ] == [
        ("Kế hoạch CCHC", "1,25", "1,5", "Làm sau hạn", (0,)),
        ("Nhiệm vụ được giao", "0,75", "1", "Quá hạn", ()),
    ]


def test_a_row_that_reached_all_points_is_no_shortcoming() -> None:
    plan = plan_of(
        table(
            "STT | Tiêu chí | Điểm chuẩn | Điểm đạt được | Giải pháp | Chủ trì | Thời hạn",
            "1 | Kế hoạch | 1,5 | 1,5 | Duy trì lịch nhắc việc | Sở Nội vụ | Năm 2024",
            "2 | Báo cáo | 1 | 0,5 | Gửi đúng hạn | Sở Nội vụ | Năm 2024",
        )
    )
    assert [case.criterion for case in plan.shortcomings] == ["Báo cáo"]
    assert len(plan.records) == 2


def test_a_table_of_shortcomings_alone_holds_no_measures() -> None:
    plan = plan_of(
        "I. HẠN CHẾ",
        table(
            "STT | Chỉ số thành phần | Điểm 2023 | Điểm cần đạt | Nguyên nhân chủ yếu",
            "1 | Y tế công lập | 1,87 | 2,00 | Trạm thiếu bác sĩ",
            "2 | Chất lượng không khí | 1,96 | 2,05 | Bụi từ mỏ đá",
        ),
        "II. GIẢI PHÁP",
        "- Luân phiên bác sĩ về trạm y tế xã.",
    )
    assert len(plan.records) == 1
    assert [(c.criterion, c.cause) for c in plan.shortcomings] == [
        ("Y tế công lập", "Trạm thiếu bác sĩ"),
        ("Chất lượng không khí", "Bụi từ mỏ đá"),
    ]


def test_a_column_of_shortcomings_beside_one_of_criteria_gives_the_words() -> None:
    plan = plan_of(
        table(
            "Tồn tại, hạn chế | Kết quả 2022 | Trung vị cả nước | Nội dung | Giải pháp | Chủ trì",
            "Đợi lâu ở bệnh viện | 1,80 | 1,92 | Y tế công lập | Mở thêm phòng khám | Sở Y tế",
        )
    )
    (case,) = plan.shortcomings
    assert (case.text, case.criterion, case.achieved, case.threshold) == (
        "Đợi lâu ở bệnh viện",
        "Y tế công lập",
        "1,80",
        "1,92",
    )


@pytest.mark.parametrize(
    ("sentence", "n"),
    [
        ("Năm 2023, tỉnh đạt 42,85 điểm, xếp hạng 29/61 tỉnh, thành phố.", 0),
        ("Tỉnh Nghệ An đạt 84,1 điểm, đứng thứ 30 cả nước.", 0),
        ("Kết quả năm 2023: 84,1 điểm, xếp thứ 30/63.", 0),
        ("Tổng điểm 42,85 điểm, tụt 5 bậc, xếp hạng 29/61.", 1),
        ("Thành phần thủ tục hành chính đạt 6,1 điểm, thấp nhất vùng, đứng thứ 50/63.", 1),
        ("Tỷ lệ hồ sơ trực tuyến đạt 41,7%, quy định là 60%.", 1),
    ],
)
def test_the_result_of_the_whole_index_is_no_shortcoming(sentence: str, n: int) -> None:
    plan = plan_of("I. TỒN TẠI, HẠN CHẾ", f"- {sentence}", "II. GIẢI PHÁP", "- Bỏ tờ khai giấy.")
    assert len(plan.shortcomings) == n


@pytest.mark.parametrize(
    ("written", "figure", "unit"),
    [
        ("1,25", 1.25, ""),
        ("0.875", 0.875, ""),
        ("đạt 63,63 %", 63.63, "%"),
        ("1.250 hồ sơ", 1250.0, ""),
        ("3/5 xã", None, ""),
        ("80% và 90%", None, ""),
        ("không", None, ""),
    ],
)
def test_figures_of_shortcomings(written: str, figure: float | None, unit: str) -> None:
    section = Section()
    case = Shortcoming(section, "", "Hồ sơ đúng hạn", written, "", "", Span(1, 1), "")
    plan = Plan("p", plan_year=2024, indices=("PAR INDEX",), shortcomings=(case,))
    row = tabulate(plan).shortcomings.iloc[0]
    assert (None if pd.isna(row["achieved"]) else row["achieved"], row["unit"]) == (figure, unit)


def test_what_no_measure_answers_is_listed() -> None:
    case = Shortcoming(Section(), "", "Hồ sơ đúng hạn", "0,75", "1", "", Span(4, 4), "")
    plan = Plan("p", plan_year=2024, indices=("PAR INDEX",), shortcomings=(case,))
    review = tabulate(plan).review
    (found,) = review.loc[review["what"] == "shortcoming", "found"]
    assert found == "Hồ sơ đúng hạn"


HEADER = "STT | Tiêu chí | Giải pháp | Chủ trì | Thời hạn"


def lacks(tables: Tables) -> list[str]:
    return tables.review.loc[tables.review["what"] == "shortcoming", "found"].tolist()


def test_a_measure_of_a_part_answers_a_shortcoming_of_its_dimension() -> None:
    tables = tabulate(
        plan_of(
            "I. TỒN TẠI, HẠN CHẾ",
            "- Cải cách thủ tục hành chính: 8,4/13 điểm.",
            "- Cải cách tài chính công: 5,4/10 điểm.",
            "II. GIẢI PHÁP",
            table(HEADER, "1 | Kết quả giải quyết hồ sơ TTHC | Nhắc việc | Sở Nội vụ | Quý II"),
        )
    )
    assert tables.measures["series"].str.startswith("par.procedures.").all()
    assert tables.shortcomings["series"].tolist() == ["par.procedures", "par.public_finance"]
    assert tables.shortcomings["measures"].tolist() == ["001", ""]
    assert lacks(tables) == ["Cải cách tài chính công: 5,4/10 điểm."]


def test_where_nothing_is_linked_it_is_not_known_what_answers() -> None:
    tables = tabulate(
        plan_of(
            "I. TỒN TẠI, HẠN CHẾ",
            "- Còn 03 nhiệm vụ quá hạn, do thiếu người.",
            "II. GIẢI PHÁP",
            "- Sở Xây dựng sơn lại tường rào.",
        )
    )
    assert tables.measures["series"].tolist() == tables.shortcomings["series"].tolist() == [""]
    assert lacks(tables) == []


def test_a_paragraph_of_causes_is_no_shortcoming_but_that_of_the_list_above() -> None:
    tables = tabulate(
        plan_of(
            "I. TỒN TẠI, HẠN CHẾ",
            "- Tỷ lệ thanh toán trực tuyến mới đạt 8,4%.",
            "- Còn 03 nhiệm vụ quá hạn, do thiếu người.",
            "* Nguyên nhân: Mạng ở xã còn yếu; cán bộ chưa quen.",
            "II. NHIỆM VỤ, GIẢI PHÁP",
            "1. Tập huấn thanh toán trực tuyến cho cán bộ xã.",
        )
    )
    causes = tables.shortcomings["cause_as_written"].tolist()
    assert causes == ["Mạng ở xã còn yếu; cán bộ chưa quen", "thiếu người"]


LATE = "1. Hồ sơ đúng hạn: 88,2%/95%."
ONLINE = "2. Hồ sơ trực tuyến mới đạt 20%, mục tiêu 60%."
STAFF = "Nguyên nhân chủ quan: cán bộ chưa quan tâm."
PHONES = "Nguyên nhân từ phía người dân: ít người có điện thoại."


def causes_of(*lines: str) -> tuple[list[str], list[str]]:
    """Return the causes of the shortcomings, and those that are listed because of none."""
    plan = plan_of("I. TỒN TẠI, HẠN CHẾ", *lines, "II. NHIỆM VỤ, GIẢI PHÁP", "- Bỏ tờ khai giấy.")
    listed = [note.fields["columns"] for note in plan.notes if note.key == "cause_unplaced"]
    return [case.cause for case in plan.shortcomings], listed


@pytest.mark.parametrize(
    ("lines", "causes", "listed"),
    [
        ((LATE, STAFF), ["cán bộ chưa quan tâm"], []),
        (
            (LATE, STAFF, PHONES),
            ["cán bộ chưa quan tâm; ít người có điện thoại"],
            [],
        ),
        # Of the last item, or of both.
        (
            (LATE, ONLINE, STAFF, PHONES),
            ["", ""],
            ["cán bộ chưa quan tâm", "ít người có điện thoại"],
        ),
        ((LATE, STAFF, ONLINE), ["cán bộ chưa quan tâm", ""], []),
        (
            (LATE, STAFF, ONLINE, PHONES),
            ["cán bộ chưa quan tâm", "ít người có điện thoại"],
            [],
        ),
        # Nothing is left that has no cause, or nothing fell short.
        (("1. Hồ sơ đúng hạn: 88,2%/95%, do máy hỏng.", STAFF), ["máy hỏng"], [STAFF[22:-1]]),
        ((STAFF,), [], ["cán bộ chưa quan tâm"]),
    ],
)
def test_a_cause_below_an_item_is_taken_where_it_is_sure_and_listed_elsewhere(
    lines: tuple[str, ...], causes: list[str], listed: list[str]
) -> None:
    assert causes_of(*lines) == (causes, listed)


def test_the_heading_of_the_next_section_is_no_cause() -> None:
    causes, listed = causes_of("1. Về hồ sơ", f"a) {LATE[3:]}", "2. Nguyên nhân", STAFF)
    assert (causes, listed) == (["cán bộ chưa quan tâm"], [])


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (
            "Chỉ số thành phần Cải cách thể chế đạt 82,15%, chưa đạt mục tiêu 90%.",
            ("Chỉ số thành phần Cải cách thể chế", "82,15%", "90%"),
        ),
        (
            "Chỉ có 55,2% người dân hài lòng với dịch vụ y tế.",
            ("người dân hài lòng với dịch vụ y tế", "55,2%", ""),
        ),
        (
            "Giải ngân vốn đầu tư công đạt 78,3% kế hoạch (yêu cầu trên 95%).",
            ("Giải ngân vốn đầu tư công", "78,3%", "95%"),
        ),
        (
            "Cải cách thể chế đạt 82,15%, giảm 2,1% so với năm 2022.",
            ("Cải cách thể chế", "82,15%", ""),
        ),
        (
            "Tỷ lệ hồ sơ trễ hạn còn 3,2% (tăng 1,1% so với năm 2022).",
            ("Tỷ lệ hồ sơ trễ hạn", "3,2%", ""),
        ),
        ("Tỷ lệ hồ sơ trễ hạn tăng 1,1%.", ("Tỷ lệ hồ sơ trễ hạn", "tăng 1,1%", "")),
    ],
)
def test_words_before_a_figure_are_no_name_and_a_name_stays_whole(
    sentence: str, expected: tuple[str, str, str]
) -> None:
    (case,) = plan_of("I. TỒN TẠI, HẠN CHẾ", f"1. {sentence}").shortcomings
    assert (case.criterion, case.achieved, case.threshold) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Trách nhiệm giải trình thấp hơn bình quân cả nước 2 điểm.", []),
        ("Dịch vụ y tế đạt 55,2%, thấp hơn 4,8 điểm phần trăm.", [("result", 55.2, None, None)]),
        ("Còn 12/65 xã chưa bố trí đủ máy tính.", []),
        (
            "Số hóa hồ sơ từ 1,5 điểm năm 2022 xuống còn 0,8 điểm năm 2023.",
            [("result", 1.5, None, 2022), ("result", 0.8, None, 2023)],
        ),
        (
            "Khảo sát mất 1,2 điểm so với điểm tối đa 5 điểm.",
            [("threshold", 5.0, None, None)],
        ),
        ("Cải cách thể chế đạt 8,2 điểm, xếp thứ 12/65 đơn vị.", [("result", 8.2, 12, None)]),
    ],
)
def test_differences_and_shares_are_no_results(sentence: str, expected: list[object]) -> None:
    plan = plan_of("I. TỒN TẠI, HẠN CHẾ NĂM 2023", f"1. {sentence}")
    found = [
        (case.kind, case.value, case.rank, case.year if case.kind == "result" else None)
        for case in plan.figures
    ]
    assert found == expected


def told(plan: Plan) -> list[tuple[str, str, str]]:
    return [(case.criterion, case.achieved, case.threshold) for case in plan.shortcomings]


@pytest.mark.parametrize("aim", ["Mục tiêu 2022", "Mục tiêu năm 2022", "Chỉ tiêu năm 2022"])
def test_results_beside_what_was_aimed_at_are_shortcomings_where_they_are_below(aim: str) -> None:
    plan = plan_of(
        "I. TỒN TẠI, HẠN CHẾ",
        table(
            f"STT | Chỉ số thành phần | {aim} | Kết quả năm 2022",
            "1 | Tỷ lệ hồ sơ đúng hạn | 98% | 95,1%",
            "2 | Tỷ lệ số hóa | 80% | 85%",
        ),
        "II. GIẢI PHÁP",
        table(HEADER, "1 | Kết quả giải quyết hồ sơ TTHC | Nhắc việc | Sở Nội vụ | Quý II"),
    )
    assert told(plan) == [("Tỷ lệ hồ sơ đúng hạn", "95,1%", "98%")]
    assert [record.measure for record in plan.records] == ["Nhắc việc"]


def test_points_of_two_years_under_one_header_are_those_of_the_last(tmp_path: Path) -> None:
    document = docx.Document()
    for line in ("KẾ HOẠCH", "Khắc phục hạn chế Chỉ số PAR INDEX năm 2024", "I. TỒN TẠI, HẠN CHẾ"):
        document.add_paragraph(line)
    rows = (
        ("STT", "Tiêu chí", "Điểm tối đa", "Điểm đạt", "", "Nguyên nhân"),
        ("", "", "", "Năm 2022", "Năm 2023", ""),
        ("1", "Rà soát văn bản", "1", "1", "0,5", "Làm chậm"),
        ("2", "Báo cáo kiểm tra", "0,5", "0,25", "0", "Gửi chậm"),
    )
    cells = document.add_table(rows=len(rows), cols=len(rows[0]))
    for row, texts in zip(cells.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    cells.cell(0, 3).merge(cells.cell(0, 4))
    document.add_paragraph("II. GIẢI PHÁP")
    document.add_paragraph("1. Tập huấn cho cán bộ xã.")
    document.save(str(tmp_path / "plan.docx"))
    plan = read(tmp_path / "plan.docx")
    assert told(plan) == [("Rà soát văn bản", "0,5", "1"), ("Báo cáo kiểm tra", "0", "0,5")]
    assert [record.measure for record in plan.records] == ["Tập huấn cho cán bộ xã."]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (
            "Hồ sơ đúng hạn chỉ đạt 92%, yêu cầu 95%; hồ sơ qua mạng đạt 45%, mục tiêu 60%.",
            [("Hồ sơ đúng hạn", "92%", "95%"), ("hồ sơ qua mạng", "45%", "60%")],
        ),
        (
            "Hồ sơ đúng hạn chỉ đạt 92%, hồ sơ qua mạng đạt 45%, mục tiêu 60%.",
            [("Hồ sơ đúng hạn", "92%", ""), ("hồ sơ qua mạng", "45%", "60%")],
        ),
        (
            "Hồ sơ đúng hạn: 88%/95%; hồ sơ qua mạng: 45%/60%.",
            [("Hồ sơ đúng hạn", "88%", "95%"), ("hồ sơ qua mạng", "45%", "60%")],
        ),
        (
            "Trả kết quả trễ hạn đạt 0,5/1 điểm, số hóa hồ sơ đạt 0,25/0,5 điểm.",
            [("Trả kết quả trễ hạn", "0,5", "1 điểm"), ("số hóa hồ sơ", "0,25", "0,5 điểm")],
        ),
        # The same criterion goes on: a limit, a comparison, a part.
        (
            "Hồ sơ đúng hạn mới đạt 92%, mức quy định đạt 95%, năm trước đạt 93%.",
            [("Hồ sơ đúng hạn", "", "")],
        ),
    ],
)
def test_each_criterion_of_a_sentence_has_its_own_figures(
    sentence: str, expected: list[tuple[str, str, str]]
) -> None:
    plan = plan_of("I. HẠN CHẾ", f"- {sentence}", "II. GIẢI PHÁP", "- Bỏ tờ khai giấy.")
    assert [(c.criterion, c.achieved, c.threshold) for c in plan.shortcomings] == expected
    second = [figure.item for figure in plan.figures if figure.value in (45.0, 60.0)]
    assert all(item == "hồ sơ qua mạng" for item in second)


def test_figures_that_nothing_tells_apart_are_left_empty_and_listed() -> None:
    plan = plan_of(
        "I. HẠN CHẾ",
        "- Hồ sơ qua mạng chưa nhiều: có nơi đạt 40%, nơi khác 55%.",
        "II. GIẢI PHÁP",
        "- Bỏ tờ khai giấy.",
    )
    assert [(c.achieved, c.threshold) for c in plan.shortcomings] == [("", "")]
    review = tabulate(plan).review
    assert len(review[review["why"] == "several_figures"]) == 1


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (
            "Chưa thực hiện tinh giản đủ 12% biên chế (mới giảm được 7,5%).",
            ("tinh giản đủ 12% biên chế", "7,5%", "12%"),
        ),
        ("Tổ chức bộ máy: chưa cắt giảm đủ 12%.", ("Tổ chức bộ máy", "", "12%")),
        (
            "Chưa triển khai thanh toán qua mạng đạt 30%.",
            ("Chưa triển khai thanh toán qua mạng", "", "30%"),
        ),
    ],
)
def test_what_was_not_done_in_full_is_the_threshold(
    sentence: str, expected: tuple[str, str, str]
) -> None:
    plan = plan_of("I. HẠN CHẾ", f"- {sentence}", "II. GIẢI PHÁP", "- Bỏ tờ khai giấy.")
    assert [(c.criterion, c.achieved, c.threshold) for c in plan.shortcomings] == [expected]
    assert plan.figures[0].kind == "threshold"


@pytest.mark.parametrize("header", ["Hạn chế", "Kết quả năm 2023", "Tồn tại, hạn chế năm 2023"])
def test_a_cell_beside_a_remedy_tells_what_was_reached_and_of_what(header: str) -> None:
    plan = plan_of(
        "I. GIẢI PHÁP",
        table(
            f"STT | Tiêu chí | {header} | Hướng khắc phục | Chủ trì",
            "1 | Hồ sơ qua mạng | mới đạt 52,4%/70% | Bỏ tờ khai giấy | Sở Nội vụ",
        ),
    )
    assert [(c.criterion, c.achieved, c.threshold) for c in plan.shortcomings] == [
        ("Hồ sơ qua mạng", "52,4%", "70%")
    ]
    assert len(plan.records) == 1


@pytest.mark.parametrize(
    "heading", ["II. NHIỆM VỤ CHỦ YẾU", "II. TỒN TẠI, HẠN CHẾ VÀ NGUYÊN NHÂN CHỦ YẾU"]
)
def test_a_heading_of_a_section_falls_short_of_nothing(heading: str) -> None:
    lines = ("I. KẾT QUẢ", "1. Hồ sơ đúng hạn chỉ đạt 92%, yêu cầu 95%.", heading)
    tasks = table("TT|Nhiệm vụ|Chủ trì|Thời hạn", "1|Mở thêm quầy|Sở Y tế|Quý II/2024")
    found = plan_of(*lines, tasks).shortcomings
    assert [case.criterion for case in found] == ["Hồ sơ đúng hạn"]


def test_a_row_that_says_that_nothing_fell_short_is_no_shortcoming() -> None:
    header = "Tiêu chí|Điểm tối đa|Điểm đạt|Tồn tại, hạn chế|Giải pháp|Chủ trì"
    rows = ("Báo cáo|1|1|Không|Gửi đúng hạn|Sở A", "Hồ sơ|2|1,5|Không có|Mở quầy|Sở B")
    found = plan_of("II. GIẢI PHÁP", table(header, *rows)).shortcomings
    assert [(case.criterion, case.achieved, case.threshold) for case in found] == [
        ("Hồ sơ", "1,5", "2")
    ]


@pytest.mark.parametrize(
    ("header", "cell"),
    [
        ("Điểm chuẩn/Điểm đạt", "2/1,5"),
        ("Điểm đạt/Điểm tối đa", "1,5/2"),
        ("Điểm đạt/Điểm tối đa", "1,5/2 điểm"),
        ("Điểm đạt/Điểm tối đa", "1,5/2 (tăng 1%)"),
    ],
)
def test_of_two_points_in_one_cell_the_greater_is_the_most(header: str, cell: str) -> None:
    rows = (f"Hồ sơ|{cell}||Mở quầy|Sở B", "Báo cáo|1/1||Gửi đúng hạn|Sở A")
    first = f"Tiêu chí|{header}|Nguyên nhân|Giải pháp|Chủ trì"
    tables = tabulate(plan_of("II. GIẢI PHÁP", table(first, *rows)))
    assert tables.shortcomings[["achieved", "threshold"]].values.tolist() == [[1.5, 2]]


def test_a_named_part_of_a_criterion_has_its_own_figures() -> None:
    told = "Công khai giảm 0,22 điểm; trong đó “Tiếp cận thông tin” đạt 0,81 điểm."
    found = plan_of("I. TỒN TẠI, HẠN CHẾ", f"1. {told}").shortcomings
    assert [(case.criterion, case.achieved) for case in found] == [
        ("Công khai", "giảm 0,22 điểm"),
        ("“Tiếp cận thông tin”", "0,81 điểm"),
    ]


def test_a_result_beside_a_cited_act_is_listed() -> None:
    cited = "Căn cứ Quyết định số 12/QĐ-BNV về Chỉ số, tỉnh đạt 86,47 điểm, xếp thứ 41/63;"
    plan = plan_of(cited, "Căn cứ Nghị quyết số 76/NQ-CP;", "I. NHIỆM VỤ", "- Bỏ tờ khai giấy.")
    listed = [note.fields["columns"] for note in plan.notes if note.key == "cited_result"]
    assert (plan.figures, listed) == ((), [cited])


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        # By how much, since more was reached.
        ("Y tế đạt 1,9 điểm, thấp hơn mức trung bình cả nước 1,5 điểm.", ("1,9 điểm", "", False)),
        ("Y tế đạt 1,9 điểm, thấp hơn mục tiêu 0,5 điểm.", ("1,9 điểm", "", True)),
        ("Y tế đạt 1,9 điểm, thấp hơn mục tiêu 2,5 điểm.", ("1,9 điểm", "2,5 điểm", False)),
        # The average, or how far it is away.
        ("Y tế đạt 0,9 điểm, thấp hơn mức trung bình cả nước 1,5 điểm.", ("", "", True)),
        (
            "Y tế đạt 1,9 điểm, thấp hơn mức trung bình cả nước (2,05 điểm).",
            ("1,9 điểm", "2,05 điểm", False),
        ),
    ],
)
def test_points_below_an_average_are_its_level_or_the_distance(
    sentence: str, expected: tuple[str, str, bool]
) -> None:
    line = f"- Chỉ số {sentence}"
    (case,) = plan_of("I. HẠN CHẾ", line, "II. NHIỆM VỤ", "- Bỏ tờ khai giấy.").shortcomings
    assert (case.achieved, case.threshold, case.is_unsure) == expected
