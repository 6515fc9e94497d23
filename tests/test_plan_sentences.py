"""Who does what in running text, lists inside of a paragraph, and goals beside measures."""

from __future__ import annotations

import pytest

from parstats.documents.plain_text import blocks
from parstats.plans import Plan
from parstats.plans.fields import actors, agencies, unit_register
from parstats.plans.fields.deadlines import find, parse
from parstats.plans.parse.plan_reader import assemble
from parstats.plans.register import tabulate

HEAD = (
    "ỦY BAN NHÂN DÂN TỈNH LẠNG SƠN\n\nSố: 30/KH-UBND\n\nLạng Sơn, ngày 05 tháng 3 năm 2024\n\n"
    "KẾ HOẠCH\n\nNâng cao Chỉ số PAPI của tỉnh Lạng Sơn năm 2024\n\n"
)


def plan_of(*lines: str, head: str = HEAD) -> Plan:
    return assemble(blocks(head + "\n\n".join(lines)), "plan")


def told(*lines: str) -> list[tuple[str, str, str]]:
    """Who leads, who supports and by when, of each measure."""
    records = plan_of("I. NHIỆM VỤ, GIẢI PHÁP", *lines).records
    return [(record.lead_unit, record.support_unit, record.deadline) for record in records]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (
            "1. Giao Sở Y tế chủ trì, phối hợp với Ban Dân tộc dịch tờ rơi; xong trước 30/6/2024.",
            ("Sở Y tế", "Ban Dân tộc", "trước 30/6/2024"),
        ),
        (
            "1. Sở Tư pháp chủ trì, phối hợp Công ty cấp nước treo bảng giá trong quý II/2024.",
            ("Sở Tư pháp", "Công ty cấp nước", "trong quý II/2024"),
        ),
        (
            "1. Mở 04 lớp cho công chức; Sở Nội vụ chủ trì, phối hợp Trường Chính trị tỉnh.",
            ("Sở Nội vụ", "Trường Chính trị tỉnh", ""),
        ),
        (
            "1. Sở Kế hoạch và Đầu tư, Kho bạc Nhà nước tỉnh: giải ngân đủ vốn đầu tư công.",
            ("Sở Kế hoạch và Đầu tư, Kho bạc Nhà nước tỉnh", "", ""),
        ),
        (
            "1. Niêm yết mức phí tại quầy (Phòng LĐTBXH chủ trì; hoàn thành trước 30/6).",
            ("Phòng LĐTBXH", "", "trước 30/6"),
        ),
        (
            "1. Giảm đầu mối phòng trong các sở (Sở Nội vụ chủ trì, các sở, ban, ngành phối hợp).",
            ("Sở Nội vụ", "các sở, ban, ngành", ""),
        ),
        ("1. Giao Thanh tra tỉnh làm đầu mối tiếp nhận đơn.", ("Thanh tra tỉnh", "", "")),
        ("1. Ghép ba thủ tục (hộ kinh doanh, an toàn thực phẩm).", ("", "", "")),
    ],
)
def test_a_sentence_says_who_and_by_when(sentence: str, expected: tuple[str, str, str]) -> None:
    assert told(sentence) == [expected]


def test_brackets_that_say_who_leave_the_text_and_others_stay() -> None:
    plan = plan_of(
        "I. GIẢI PHÁP",
        "1. Công khai kết quả xử lý góp ý (UBND các xã, phường; hằng tháng).",
        "2. Ghép ba thủ tục (hộ kinh doanh, an toàn thực phẩm).",
    )
    assert [record.measure for record in plan.records] == [
        "Công khai kết quả xử lý góp ý.",
        "Ghép ba thủ tục (hộ kinh doanh, an toàn thực phẩm).",
    ]


def test_a_clause_that_says_only_by_when_is_no_measure() -> None:
    plan = plan_of("I. GIẢI PHÁP", "1. Soạn mẫu công khai ngân sách xã; áp dụng từ năm 2024.")
    assert [(record.measure, record.deadline) for record in plan.records] == [
        ("Soạn mẫu công khai ngân sách xã", "từ năm 2024")
    ]


def test_the_unit_of_a_heading_ends_with_the_next_item_of_its_depth() -> None:
    assert [
        lead
        for lead, _, _ in told(
            "3. Ủy ban nhân dân các huyện, thành phố:",
            "a) Niêm yết danh sách hộ nghèo.",
            "4. Giao Thanh tra tỉnh làm đầu mối tiếp nhận đơn.",
        )
    ] == ["Ủy ban nhân dân các huyện, thành phố", "Thanh tra tỉnh"]


@pytest.mark.parametrize(
    "paragraph",
    [
        "(1) Niêm yết hộ nghèo ở ấp. (2) Công khai thu chi ngân sách. (3) Tiếp dân định kỳ.",
        "Thứ nhất, niêm yết hộ nghèo; Thứ hai, công khai thu chi; Thứ ba, tiếp công dân định kỳ.",
        "Một là, niêm yết hộ nghèo; Hai là, công khai thu chi; Ba là, tiếp công dân định kỳ.",
        "Các việc sau: a) niêm yết hộ nghèo; b) công khai thu chi; c) tiếp công dân định kỳ.",
    ],
)
def test_a_list_inside_of_a_paragraph_is_several_measures(paragraph: str) -> None:
    assert len(told(paragraph)) == 3


def test_the_words_before_a_list_hold_for_all_its_items() -> None:
    assert told(
        "1. Hội Nông dân cùng Công an xã làm các việc: (1) đặt bể thu vỏ thuốc trước 30/9/2024; "
        "(2) xử phạt người đổ rác xuống rạch."
    ) == [("Hội Nông dân", "Công an xã", "trước 30/9/2024"), ("Hội Nông dân", "Công an xã", "")]


def test_numbers_of_notes_make_no_list() -> None:
    assert len(told("1. Nộp tờ khai theo mẫu (1) và bản sao theo mẫu (2) tại quầy.")) == 1


@pytest.mark.parametrize("ordinal", ["Thứ nhất,", "Thứ hai:", "Một là,", "Ba là:"])
def test_counting_words_open_items(ordinal: str) -> None:
    plan = plan_of("I. GIẢI PHÁP", f"{ordinal} hộp thư được mở vào thứ Sáu hằng tuần ở mỗi xã.")
    assert [record.measure for record in plan.records] == [
        "hộp thư được mở vào thứ Sáu hằng tuần ở mỗi xã."
    ]


def test_goals_and_requirements_are_no_measures_without_a_heading_of_measures() -> None:
    plan = plan_of(
        "1. Mục tiêu",
        "- Phấn đấu Chỉ số PAPI đạt 44 điểm.",
        "2. Yêu cầu",
        "- Triển khai đồng bộ, không hình thức.",
        "3. Công khai, minh bạch",
        "- Niêm yết danh sách hộ nghèo tại thôn.",
    )
    assert [record.measure for record in plan.records] == ["Niêm yết danh sách hộ nghèo tại thôn."]
    assert [goal.value for goal in plan.goals] == [44.0]


def test_numbers_with_a_dash_are_headings() -> None:
    plan = plan_of(
        "I- MỤC TIÊU", "- Đạt 44 điểm.", "II- GIẢI PHÁP", "1- Về thủ tục", "- Bỏ tờ khai."
    )
    assert [(r.section.headings, r.measure) for r in plan.records] == [
        (("II- GIẢI PHÁP", "1- Về thủ tục"), "Bỏ tờ khai.")
    ]


# Names of units.


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("UBND các xã, phường, thị trấn", ("UBND các xã, phường, thị trấn",)),
        ("Sở Tài chính, UBND huyện, xã", ("Sở Tài chính", "UBND huyện, xã")),
        ("các sở, ban, ngành và UBND cấp xã", ("Các sở, ban, ngành", "UBND cấp xã")),
        ("Văn phòng HĐND và UBND huyện", ("Văn phòng HĐND và UBND huyện",)),
        ("UBND các xã, phường và đặc khu Lý Sơn", ("UBND các xã, phường và đặc khu Lý Sơn",)),
        ("Phòng Tổ chức, biên chế", ("Phòng Tổ chức, biên chế",)),
        ("VĂN PHÒNG ỦY BAN NHÂN DÂN TỈNH", ("Văn phòng UBND tỉnh",)),
        ("SỞ GIÁO DỤC VÀ ĐÀO TẠO", ("Sở Giáo dục và Đào tạo",)),
        ("TT PVHCC tỉnh", ("Trung tâm Phục vụ hành chính công tỉnh",)),
        (
            "Sở NN-PTNT, Sở KHĐT, BHXH tỉnh, UBMTTQ tỉnh",
            (
                "Sở Nông nghiệp và Phát triển nông thôn",
                "Sở Kế hoạch và Đầu tư",
                "Bảo hiểm xã hội tỉnh",
                "Ủy ban Mặt trận Tổ quốc tỉnh",
            ),
        ),
        ("Tổ công nghệ số  cộng đồng", ("Tổ công nghệ số cộng đồng",)),
    ],
)
def test_what_several_words_name_together_is_one_unit(cell: str, expected: tuple[str, ...]) -> None:
    assert agencies.units(cell, is_department=False) == expected


def test_units_that_had_ended_by_then_are_listed() -> None:
    later = HEAD.replace("tháng 3 năm 2024", "tháng 3 năm 2026").replace("năm 2024", "năm 2026")
    line = "1. UBND các huyện, thị xã niêm yết mức phí; Sở Thông tin và Truyền thông theo dõi."
    (note,) = [n for n in plan_of("I. GIẢI PHÁP", line, head=later).notes if "units" in n.fields]
    assert note.key == "units_out_of_time"
    assert "huyện" in note.fields["units"]
    assert not plan_of("I. GIẢI PHÁP", line).notes


def test_a_month_of_change_counts_for_neither_side() -> None:
    assert unit_register.out_of_time("Sở Tài nguyên và Môi trường", "2025-02-10") == ()
    assert unit_register.out_of_time("Sở Nông nghiệp và Môi trường", "2025-02-20") == ()
    assert unit_register.out_of_time("Sở Nông nghiệp và Môi trường", "2024") != ()


# Deadlines and targets of sentences.


@pytest.mark.parametrize(
    ("sentence", "deadline"),
    [
        ("mở lớp vào tháng 7 và tháng 9/2024", "tháng 7 và tháng 9/2024"),
        ("xóa phòng học tạm trong giai đoạn 2018-2020", "giai đoạn 2018-2020"),
        ("bình xét vào quý IV hằng năm", "quý IV hằng năm"),
        ("đến hết năm 2026 không còn cảnh nằm ghép", "đến hết năm 2026"),
        ("hộp thư mở vào thứ Sáu hằng tuần", ""),
        ("trả lời chậm nhất ngày 20 hằng tháng", "hằng tháng"),
        ("ban hành Kế hoạch khắc phục hạn chế trong năm 2022", ""),
    ],
)
def test_deadlines_in_sentences_are_kept_as_written(sentence: str, deadline: str) -> None:
    assert find(sentence) == deadline


@pytest.mark.parametrize(
    ("written", "end"),
    [
        ("Quý III và Quý IV/2024", "2024-12-31"),
        ("Trước 30/10", "2024-10-30"),
        ("6 tháng cuối năm", "2024-12-31"),
        ("giai đoạn 2021-2025", "2025-12-31"),
        ("2022-2023", "2023-12-31"),
        ("từ năm 2018", ""),
        ("từ tháng 8/2022", ""),
        ("quý IV hằng năm", ""),
        ("Trước năm học 2022-2023", ""),
        ("hằng năm", ""),
    ],
)
def test_ends_of_deadlines(written: str, end: str) -> None:
    assert parse(written, 2024).end == end


def test_a_bracket_is_not_taken_for_units_by_a_word_in_it() -> None:
    text = "Cấp phép theo mẫu mới (ban hành kèm theo Thông tư số 5)"
    assert actors.in_brackets(text)[0] == text


def test_a_criterion_that_begins_like_a_unit_leads_nothing() -> None:
    lines = (
        "1. Công chức trực tiếp giải quyết công việc",
        "a) Tổ chức cho công chức tập tiếp dân ở quầy.",
        "b) Luân chuyển công chức bị phản ánh đúng.",
    )
    assert [lead for lead, _, _ in told(*lines)] == ["", ""]


def test_a_line_that_says_who_leads_wins_over_the_heading_above() -> None:
    lines = (
        "1. Sở Nội vụ",
        "a) Tổ chức cho công chức tập tiếp dân ở quầy.",
        "Cơ quan chủ trì: Sở Tư pháp. Cơ quan phối hợp: UBND các xã. Thời gian: tháng 10/2024.",
    )
    assert told(*lines) == [("Sở Tư pháp", "UBND các xã", "tháng 10/2024")]


@pytest.mark.parametrize(
    ("sentence", "deadline"),
    [
        ("Rà soát quy chế từ 01/5/2024 đến 30/9/2024.", "từ 01/5/2024 đến 30/9/2024"),
        ("Nộp báo cáo trước ngày 20-11-2024.", "trước ngày 20-11-2024"),
        ("Ban hành quy chế, xong trước 20.11.2024.", "trước 20.11.2024"),
    ],
)
def test_ranges_and_other_signs_between_day_and_month(sentence: str, deadline: str) -> None:
    assert find(sentence) == deadline
    assert parse(deadline).end in ("2024-09-30", "2024-11-20")


@pytest.mark.parametrize("written", ["31/9/2024", "tháng 13/2024", "Trong tháng 14 năm 2024"])
def test_a_day_or_month_that_is_none_has_no_date_and_is_listed(written: str) -> None:
    assert parse(written, 2024).kind == ""
    table = "STT\tNhiệm vụ\tTiến độ\tChủ trì\n" + f"1\tNiêm yết giá đất\t{written}\tSở Tư pháp"
    review = tabulate(plan_of(table)).review
    assert review.loc[review["why"] == "deadline_unread", "found"].tolist() == [written]


@pytest.mark.parametrize("unit", ["UBND các quận, huyện", "Các sở, ban, ngành", "UBND các xã"])
def test_a_unit_before_a_colon_does_and_is_no_goal(unit: str) -> None:
    plan = plan_of(
        "I. NHIỆM VỤ, GIẢI PHÁP",
        "1. Công khai, minh bạch",
        "a) Sở Tài chính: niêm yết dự toán ngân sách tại trụ sở.",
        f"b) {unit}: công khai bảng giá đất tại 100% xã.",
    )
    assert [record.lead_unit for record in plan.records] == ["Sở Tài chính", unit]
    assert not plan.goals


# Units of lists under a unit.


def test_who_helps_the_unit_above_and_a_second_unit_after_a_semicolon() -> None:
    lines = (
        "KẾ HOẠCH\n\nNâng cao Chỉ số PAPI năm 2024 của tỉnh Nghệ An\n\nI. NHIỆM VỤ, GIẢI PHÁP",
        "1. Sở Y tế:",
        "- Chủ trì, phối hợp với Sở Tư pháp tập huấn quy tắc ứng xử cho nhân viên y tế.",
        "- Phối hợp với Công an tỉnh kiểm tra an ninh bệnh viện.",
        "2. Các đơn vị:",
        "- Sở Nội vụ: tập huấn 40 trưởng thôn; Sở GD&ĐT: sửa chữa 12 trường mầm non.",
        "3. Đài Phát thanh và Truyền hình tỉnh mở chuyên mục hỏi đáp về đất đai.",
    )
    plan = assemble(blocks("\n\n".join(lines)), "plan")
    assert [(record.lead_unit, record.support_unit) for record in plan.records] == [
        ("Sở Y tế", "Sở Tư pháp"),
        ("Sở Y tế", "Công an tỉnh"),
        ("Sở Nội vụ", ""),
        ("Sở GD&ĐT", ""),
        ("Đài Phát thanh và Truyền hình tỉnh", ""),
    ]
