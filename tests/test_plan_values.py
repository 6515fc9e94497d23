"""Targets, deadlines and names of units in words of plans."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from parstats.documents import header_roles, numbering
from parstats.documents.phrases import key
from parstats.plans.fields import actors, agencies, deadlines, targets
from parstats.plans.fields.targets import Target, extract
from parstats.plans.parse import splitting

# Targets.


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("100% hồ sơ được số hóa", [("=", 100.0, "%")]),
        ("Đạt từ 80 % trở lên", [(">=", 80.0, "%")]),
        ("tối thiểu 92,5%", [(">=", 92.5, "%")]),
        ("Tỷ lệ hài lòng đạt trên 90%", [(">", 90.0, "%")]),
        ("không quá 5% hồ sơ trễ hạn", [("<=", 5.0, "%")]),
        ("dưới 2% hồ sơ bị trả lại", [("<", 2.0, "%")]),
        ("ít nhất 02 lần/năm", [(">=", 2.0, "lần/năm")]),
        ("Phấn đấu có ít nhất 03 sáng kiến được công nhận", [(">=", 3.0, "sáng kiến")]),
        ("Thực hiện đầy đủ 04 cuộc kiểm tra", [("=", 4.0, "cuộc")]),
        ("Chỉ số PAPI đạt 43,75 điểm trở lên", [(">=", 43.75, "điểm")]),
        ("tăng 05 bậc so với năm 2023", [("increase", 5.0, "bậc")]),
        ("giảm ít nhất 20% chi phí tuân thủ", [("decrease", 20.0, "%")]),
        ("đạt từ 60% đến 70%", [(">=", 60.0, "%"), ("<=", 70.0, "%")]),
        ("nằm trong nhóm 10 tỉnh dẫn đầu", [("<=", 10.0, "rank")]),
        ("thứ hạng từ 15 trở lên", [("<=", 15.0, "rank")]),
        (
            "100% văn bản ký số; tối thiểu 70% hồ sơ trực tuyến",
            [("=", 100.0, "%"), (">=", 70.0, "%")],
        ),
        ("không để người dân phải đi lại quá 1 lần", [("<=", 1.0, "lần")]),
        ("Không để xảy ra tình trạng nộp hồ sơ nhiều lần", []),
        ("Duy trì tỷ lệ chi trả không dùng tiền mặt", [("maintain", None, "")]),
        ("Phấn đấu giảm tỷ lệ hồ sơ trễ", [("decrease", None, "")]),
        ("nâng tỷ lệ văn bản điện tử", [("increase", None, "")]),
        ("Kết quả cao hơn năm 2022", [(">", None, "")]),
        ("Tăng từ 60% lên 75%", [("=", 75.0, "%")]),
        ("Từ 85% đến dưới 90%", [(">=", 85.0, "%"), ("<", 90.0, "%")]),
        ("Tăng từ 3-5 bậc", [("increase", 3.0, "bậc")]),
        ("Giảm xuống còn 2%", [("<=", 2.0, "%")]),
        ("đạt hoặc vượt 90%", [(">=", 90.0, "%")]),
        ("Ít nhất 1.500 hồ sơ", [(">=", 1500.0, "hồ sơ")]),
        ("Ít nhất hai lần/năm", [(">=", 2.0, "lần/năm")]),
        ("mỗi năm ít nhất 01 lần ở mỗi xã", [(">=", 1.0, "lần/năm")]),
        ("hằng quý tổ chức ít nhất 01 cuộc", [(">=", 1.0, "cuộc/quý")]),
        ("ít nhất 02 lần mỗi tháng", [(">=", 2.0, "lần/tháng")]),
        ("ít nhất 02 lần trong tháng 5", [(">=", 2.0, "lần")]),
        ("Phấn đấu 12/63 tỉnh, thành phố", [("<=", 12.0, "rank")]),
        ("Trong 10 tỉnh, thành phố dẫn đầu", [("<=", 10.0, "rank")]),
        # How far something rises or falls, and where to.
        ("Rút ngắn 30% thời gian", [("decrease", 30.0, "%")]),
        ("Cắt giảm tối thiểu 30% chi phí", [("decrease", 30.0, "%")]),
        ("rút ngắn từ 20-30% thời gian giải quyết", [("decrease", 20.0, "%")]),
        ("Rút ngắn 02 ngày làm việc", [("decrease", 2.0, "ngày làm việc")]),
        ("giảm thời gian giải quyết 30%", [("decrease", 30.0, "%")]),
        ("Rút ngắn thời gian giải quyết từ 30% trở lên", [("decrease", 30.0, "%")]),
        ("giảm thời gian giải quyết cho 100% hồ sơ", [("=", 100.0, "%")]),
        ("giảm tỷ lệ trễ hạn xuống dưới 2%", [("<", 2.0, "%")]),
        ("giảm còn dưới 3 ngày", [("<", 3.0, "ngày")]),
        ("tăng thêm 5 bậc", [("increase", 5.0, "bậc")]),
        ("Nâng hạng 5 bậc", [("increase", 5.0, "bậc")]),
        ("Tăng hơn 3 điểm so với năm 2023", [("increase", 3.0, "điểm")]),
        ("cao hơn năm 2024 từ 3 bậc trở lên", [("increase", 3.0, "bậc")]),
        ("nâng tỷ lệ hồ sơ trực tuyến thêm 5%", [("increase", 5.0, "%")]),
        ("Tăng lên 80%", [("=", 80.0, "%")]),
        ("nhỏ hơn 5%", [("<", 5.0, "%")]),
        ("tỷ lệ trễ hạn thấp hơn 3%", [("<", 3.0, "%")]),
        ("Không nhỏ hơn 90%", [(">=", 90.0, "%")]),
        ("đạt tối thiểu là 85 điểm", [(">=", 85.0, "điểm")]),
        # Shares in words and fractions.
        ("2/3 số xã có bộ phận một cửa", [("=", 66.67, "%")]),
        ("ít nhất 2/3 số xã đạt chuẩn", [(">=", 66.67, "%")]),
        ("trên hai phần ba số hộ", [(">", 66.67, "%")]),
        ("giảm một nửa số cuộc họp", [("decrease", 50.0, "%")]),
        ("Họp ngày 2/3 các sở", []),
    ],
)
def test_targets(text: str, expected: list[tuple[str, float | None, str]]) -> None:
    assert [(target.operator, target.value, target.unit) for target in extract(text)] == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("0,5 điểm", [("=", 0.5, "điểm")]),
        ("Đạt 1,5/2,0 điểm", [("=", 1.5, "điểm")]),
        ("85", [("=", 85.0, "")]),
        ("1.000 lượt", [("=", 1000.0, "lượt")]),
        ("02 hội nghị; 10 lớp", [("=", 2.0, "hội nghị"), ("=", 10.0, "lớp")]),
        ("Dưới 10 ngày", [("<", 10.0, "ngày")]),
        ("Theo Quyết định số 12", []),
    ],
)
def test_a_cell_of_targets_needs_no_word_before_its_number(
    cell: str, expected: list[tuple[str, float, str]]
) -> None:
    actual = extract(cell, cell=True)
    assert [(target.operator, target.value, target.unit) for target in actual] == expected


@pytest.mark.parametrize(
    "text",
    [
        "Thực hiện Nghị định số 61/2018/NĐ-CP ngày 23/4/2018",
        "Dịch vụ công mức độ 3, 4",
        "theo khoản 2 Điều 23 Luật Đất đai năm 2013",
        "Duy trì thực hiện tốt quy chế",
        "góp phần nâng cao chỉ số của tỉnh",
        "không phát sinh trong 03 năm",
        "Tiếp tục rà soát, đơn giản hóa thủ tục",
        "mô hình “15 phút tư vấn”",
        "Kế hoạch giai đoạn 2021-2025",
    ],
)
def test_numbers_that_are_no_targets(text: str) -> None:
    assert extract(text) == ()


def test_a_comparison_keeps_its_year() -> None:
    assert extract("tỷ lệ thanh toán cao hơn năm 2023") == (Target(">", None, "", 2023),)
    assert extract("Phấn đấu giảm tỷ lệ chi so với năm 2021")[0].base_year == 2021


@pytest.mark.parametrize(
    "text",
    [
        "Năm 2026: 80%; năm 2030: 100%",
        "Đến năm 2026 đạt 80%, đến năm 2030 đạt 100%",
        "80% (2026), 100% (2030)",
        "đạt 80% vào năm 2026 và 100% vào năm 2030",
    ],
)
def test_each_target_has_the_year_beside_it(text: str) -> None:
    assert [(target.value, target.year) for target in extract(text, cell=True)] == [
        (80.0, 2026),
        (100.0, 2030),
    ]


def test_a_year_that_is_compared_with_is_none_of_a_target() -> None:
    (target,) = extract("Tăng 5% so với năm 2023", cell=True)
    assert (target.year, target.base_year) == (None, 2023)


@given(st.text(max_size=120))
def test_any_text_gives_targets_in_order_and_none_twice(text: str) -> None:
    result = extract(text)
    assert len(set(result)) == len(result)
    assert all(target.operator in targets.OPERATORS for target in result)


@given(
    st.sampled_from(
        [("từ {} trở lên", ">="), ("tối thiểu {}", ">="), ("không quá {}", "<="), ("{}", "=")]
    ),
    st.integers(0, 100),
    st.integers(0, 9),
    st.sampled_from([",", "."]),
)
def test_decimals_are_read_with_comma_or_point(
    frame: tuple[str, str], integer: int, part: int, mark: str
) -> None:
    template, operator = frame
    (target,) = extract(f"Tỷ lệ {template.format(f'{integer}{mark}{part}%')}")
    assert target == Target(operator, integer + part / 10, "%")


# Deadlines.


@pytest.mark.parametrize(
    ("text", "kind", "start", "end"),
    [
        # Short forms, and what begins and has no end.
        ("Q3/2024", "period", "2024-07-01", "2024-09-30"),
        ("Q.III/2024", "period", "2024-07-01", "2024-09-30"),
        ("Q1-Q2/2025", "period", "2025-01-01", "2025-06-30"),
        ("Từ quý III năm 2026", "rule", "2026-07-01", ""),
        ("Kể từ Q3/2026", "rule", "2026-07-01", ""),
        ("Từ ngày 01/7/2026", "rule", "2026-07-01", ""),
        ("Bắt đầu từ tháng 9/2026", "rule", "2026-09-01", ""),
        ("Từ 9/2026", "rule", "2026-09-01", ""),
        ("Từ năm 2026 trở đi", "rule", "2026-01-01", ""),
        ("Sau ngày 30/6/2026", "rule", "2026-07-01", ""),
        ("Từ quý II đến quý IV/2026", "period", "2026-04-01", "2026-12-31"),
        ("Từ nay đến hết năm 2026", "period", "", "2026-12-31"),
        ("Từ quý I hằng năm", "rule", "", ""),
        ("Trước ngày 30/6/2024", "date", "", "2024-06-30"),
        ("15/9/2024", "date", "", "2024-09-15"),
        ("Trước 30/11", "date", "", "2024-11-30"),
        ("Năm 2023", "period", "2023-01-01", "2023-12-31"),
        ("Trong năm", "period", "2024-01-01", "2024-12-31"),
        ("Quý I", "period", "2024-01-01", "2024-03-31"),
        ("Quý II, III/2025", "period", "2025-04-01", "2025-09-30"),
        ("Tháng 3 - 5/2025", "period", "2025-03-01", "2025-05-31"),
        ("Tháng 02/2024", "period", "2024-02-01", "2024-02-29"),
        ("6 tháng cuối năm", "period", "2024-07-01", "2024-12-31"),
        ("2024 - 2026", "period", "2024-01-01", "2026-12-31"),
        ("Đến hết năm 2025", "period", "", "2025-12-31"),
        ("30/11", "date", "", "2024-11-30"),
        ("31.12.2024", "date", "", "2024-12-31"),
        ("Từ 01/4/2024 đến 30/6/2024", "period", "2024-04-01", "2024-06-30"),
        ("Đợt 1: 30/6/2024; đợt 2: 15/12/2024", "date", "", "2024-12-15"),
        ("Từ tháng 02 đến tháng 12/2024", "period", "2024-02-01", "2024-12-31"),
        ("06/2024", "period", "2024-06-01", "2024-06-30"),
        ("T6/2024", "period", "2024-06-01", "2024-06-30"),
        ("Q.II/2024", "period", "2024-04-01", "2024-06-30"),
        ("Quý 1, 3/2024", "period", "2024-01-01", "2024-09-30"),
        ("Trước tháng 6/2024", "period", "", "2024-05-31"),
        ("Trước Quý III/2024", "period", "", "2024-06-30"),
        ("Tuần 1 tháng 4/2024", "period", "2024-04-01", "2024-04-30"),
        ("Năm 2024 và các năm tiếp theo", "rule", "", ""),
        ("Ngày 25 hằng tháng", "rule", "", ""),
        ("Thường xuyên", "rule", "", ""),
        ("Theo kế hoạch của Bộ Tư pháp", "rule", "", ""),
        ("Khi có yêu cầu", "rule", "", ""),
        ("31/2/2024", "", "", ""),
        ("32/13/2024", "", "", ""),
        ("Trước 31/02/2024", "", "", ""),
        ("31/2/2024 hoặc 15/3/2024", "date", "", "2024-03-15"),
        ("", "", "", ""),
    ],
)
def test_deadlines(text: str, kind: str, start: str, end: str) -> None:
    result = deadlines.parse(text, 2024)
    assert (result.kind, result.start, result.end) == (kind, start, end)


@pytest.mark.parametrize(
    ("first", "other"),
    [
        ("Trong năm 2024", "Năm 2024"),
        ("thường  xuyên", "Thường xuyên."),
        ("Quý IV/2024", "Quý 4 năm 2024"),
    ],
)
def test_deadlines_that_say_the_same(first: str, other: str) -> None:
    assert deadlines.normalise(first, 2024) == deadlines.normalise(other, 2024)


@given(st.dates(datetime.date(2000, 1, 1), datetime.date(2099, 12, 31)))
def test_every_day_is_read_as_written_in_both_ways(day: datetime.date) -> None:
    for text in (
        f"Trước ngày {day.day}/{day.month}/{day.year}",
        f"ngày {day.day:02d} tháng {day.month:02d} năm {day.year}",
    ):
        assert deadlines.parse(text).end == day.isoformat()


@given(st.text(max_size=60), st.one_of(st.none(), st.integers(2000, 2100)))
def test_any_text_is_a_deadline_of_some_kind(text: str, year: int | None) -> None:
    result = deadlines.parse(text, year)
    assert result.kind in ("", "date", "period", "rule")
    assert not result.start or result.start <= result.end


# Units.


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Văn phòng", "Văn phòng Sở"),
        ("Văn phòng Sở Y tế", "Văn phòng Sở"),
        ("VP Sở", "Văn phòng Sở"),
        ("Văn phòng UBND tỉnh", "Văn phòng UBND tỉnh"),
        ("Thanh tra ", "Thanh tra Sở"),
        ("Thanh tra tỉnh", "Thanh tra tỉnh"),
        ("Các phòng thuộc sở", "Các phòng, đơn vị thuộc Sở"),
        ("các phòng chuyên môn, nghiệp vụ thuộc Sở", "Các phòng chuyên môn, nghiệp vụ thuộc Sở"),
        ("Các phòng, đơn vị thuộc và trực thuộc Sở", "Các phòng, đơn vị thuộc Sở"),
        ("Uỷ ban nhân dân huyện", "UBND huyện"),
        ("Trung tâm Khuyến công và XTTM", "Trung tâm Khuyến công và Xúc tiến Thương mại"),
        ("- Sở TT&TT;", "Sở Thông tin và Truyền thông"),
        ("Sở NN và PTNT", "Sở Nông nghiệp và Phát triển nông thôn"),
        ("Sở NNPTNT", "Sở Nông nghiệp và Phát triển nông thôn"),
        ("Sở LĐTBXH", "Sở Lao động - Thương binh và Xã hội"),
        ("Sở LĐ-TB và XH", "Sở Lao động - Thương binh và Xã hội"),
        ("Sở TTTT", "Sở Thông tin và Truyền thông"),
        ("CA tỉnh", "Công an tỉnh"),
    ],
)
def test_names_of_units(written: str, expected: str) -> None:
    assert agencies.normalise(written) == expected


def test_lists_of_units_are_taken_apart() -> None:
    assert agencies.units("Sở Nội vụ, Sở Tư pháp; các sở, ban, ngành") == (
        "Sở Nội vụ",
        "Sở Tư pháp",
        "Các sở, ban, ngành",
    )
    assert agencies.units("") == ()


@pytest.mark.parametrize(
    "written",
    ["VH,TT&DL", "VH, TT và DL", "VHTTDL", "Văn hóa, Thể thao và Du lịch"],
)
def test_a_comma_within_a_name_parts_no_units(written: str) -> None:
    result = agencies.units(f"Sở Y tế, Sở {written}, CA tỉnh")
    assert result == ("Sở Y tế", "Sở Văn hóa, Thể thao và Du lịch", "Công an tỉnh")


def test_an_office_is_the_departments_own_in_a_plan_of_a_department_only() -> None:
    named = "Văn phòng; Thanh tra; Các phòng chuyên môn thuộc sở"
    assert agencies.units(named)[:2] == ("Văn phòng Sở", "Thanh tra Sở")
    assert agencies.units(named, is_department=False) == tuple(named.split("; "))


@example("--")
@given(st.text(max_size=60))
def test_normalising_a_name_twice_changes_nothing(text: str) -> None:
    once = agencies.normalise(text)
    assert agencies.normalise(once) == once


def test_the_subject_of_a_sentence_leads() -> None:
    result = actors.sentence_actors(
        "Giao Sở Xây dựng chủ trì, phối hợp với UBND các huyện công khai quy hoạch."
    )
    assert (result.lead, result.support) == ("Sở Xây dựng", "UBND các huyện")
    assert (
        actors.sentence_actors("Trong quá trình thực hiện, các phòng báo cáo khó khăn.").lead
        == "các phòng"
    )
    assert actors.sentence_actors("Phòng, chống tham nhũng trong tuyển dụng.").lead == ""


# Columns, numbers, cuts.


@pytest.mark.parametrize(
    ("header", "role"),
    [
        ("STT", "number"),
        ("Lĩnh vực/ Tiêu chí/Tiêu chí thành phần", "criterion"),
        ("Mục tiêu năm 2025", "target"),
        ("Nhiệm vụ, giải pháp", "measure"),
        ("CƠ QUAN, ĐƠN VỊ CHỦ TRÌ THỰC HIỆN", "lead"),
        ("Cơ quan phối hợp thực hiện", "support"),
        ("Đơn vị chủ trì/phối hợp", "units"),
        ("Thời gian hoàn thành", "deadline"),
        ("Kết quả, sản phẩm dự kiến", "product"),
        ("Kết quả năm 2023", "result"),
        ("Ghi chú", "note"),
        ("CQ chủ trì", "lead"),
        ("Đơn vị", "lead"),
        ("Đơn vị tính", "note"),
        ("Sở, ngành chủ trì", "lead"),
        ("Chịu trách nhiệm chính", "lead"),
        ("Các cơ quan, đơn vị, địa phương phối hợp", "support"),
        ("Đơn vị cùng thực hiện", "support"),
        ("TG thực hiện", "deadline"),
        ("Lộ trình thực hiện", "deadline"),
        ("Điểm thẩm định", "result"),
        ("Điểm tối đa", "threshold"),
        ("Lý do trừ điểm", "cause"),
        ("Rà soát toàn bộ các thủ tục hành chính của ngành", ""),
        ("", ""),
    ],
)
def test_headers_say_what_their_column_holds(header: str, role: str) -> None:
    assert header_roles.plan_role(header) == role


@given(st.text(max_size=60))
def test_any_text_may_stand_in_a_header(text: str) -> None:
    assert header_roles.plan_role(text) in {*header_roles.PLAN_ROLES, ""}


def test_a_word_in_a_number_cell_is_no_number() -> None:
    assert [numbering.is_number(text) for text in ("12", "Mức", "100%", "2024", "1.2.3.4")] == [
        True,
        False,
        False,
        False,
        True,
    ]


@given(st.integers(1, 39))
def test_roman_numbers_are_counted(number: int) -> None:
    tens, ones = divmod(number, 10)
    written = "X" * tens + ["", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"][ones]
    assert numbering.roman_value(written) == number
    assert numbering.number_depth(written) == numbering.ROMAN


@given(
    st.lists(st.text(alphabet="aăâbcdđeêghi ;.:", min_size=1, max_size=30), min_size=1, max_size=5)
)
def test_cutting_an_item_loses_no_word(parts: list[str]) -> None:
    text = "; tăng cường ".join(parts)
    cut = " ".join(splitting.split_item(text))
    assert key(cut) == key(text)


# Units in brackets, after labels and after a dash.


@pytest.mark.parametrize(
    "cell",
    [
        "Sở Nội vụ (chủ trì), Sở Y tế (phối hợp)",
        "Sở Nội vụ (CT); Sở Y tế (PH)",
        "Sở Nội vụ (cơ quan chủ trì)\nSở Y tế (cơ quan phối hợp)",
        "Sở Nội vụ (chủ trì, phối hợp Sở Y tế)",
        "Đầu mối: Sở Nội vụ. Cùng thực hiện: Sở Y tế",
        "Đơn vị làm chính: Sở Nội vụ; Hỗ trợ: Sở Y tế",
        "Sở Nội vụ chủ trì; Sở Y tế phối hợp",
    ],
)
def test_a_cell_says_in_many_ways_who_leads_and_who_supports(cell: str) -> None:
    assert actors.split_units(cell) == ("Sở Nội vụ", "Sở Y tế")


@pytest.mark.parametrize(
    "text",
    [
        "Niêm yết lệ phí. Đầu mối: Sở Nội vụ. Cùng thực hiện: Sở Y tế.",
        "Niêm yết lệ phí. Sở Nội vụ (chủ trì), Sở Y tế (phối hợp).",
        "Niêm yết lệ phí; Sở Nội vụ (chủ trì), Sở Y tế (phối hợp)",
        "Niêm yết lệ phí: Sở Nội vụ (chủ trì), Sở Y tế (phối hợp).",
        "Niêm yết lệ phí - Sở Nội vụ (chủ trì), Sở Y tế (phối hợp).",
        "Niêm yết lệ phí. Trách nhiệm: Sở Nội vụ. Hỗ trợ: Sở Y tế.",
    ],
)
def test_units_at_the_end_of_a_measure(text: str) -> None:
    measure, said = actors.at_end(text)
    assert (measure.rstrip("."), said.lead, said.support) == (
        "Niêm yết lệ phí",
        "Sở Nội vụ",
        "Sở Y tế",
    )


def test_a_unit_after_a_dash_leads() -> None:
    assert actors.at_end("Niêm yết lệ phí tại trụ sở – Sở Nội vụ.")[1].lead == "Sở Nội vụ"


@pytest.mark.parametrize(
    "text",
    [
        "Gửi báo cáo về Sở Lao động - Thương binh và Xã hội",
        "Tham gia: tổ chức đối thoại với người dân",
        "Trách nhiệm: thực hiện đúng quy trình",
        "Ghép ba thủ tục (hộ kinh doanh), niêm yết (công khai)",
    ],
)
def test_what_only_looks_like_units_is_left_in_the_measure(text: str) -> None:
    assert actors.at_end(text) == (text, actors.Actors())
    assert actors.whole_line(text) is None


# Ranges of dates, and units without labels.


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("Tháng 5/2024 - 8/2024", "2024-05-01", "2024-08-31"),
        ("5/2024 - 8/2024", "2024-05-01", "2024-08-31"),
        ("5-8/2024", "2024-05-01", "2024-08-31"),
        ("03-17/8/2024", "2024-08-03", "2024-08-17"),
        ("Từ tháng 2 - tháng 11/2024", "2024-02-01", "2024-11-30"),
        ("Tháng 11 - tháng 2/2025", "2024-11-01", "2025-02-28"),
        ("Quý I-III/2024", "2024-01-01", "2024-09-30"),
        ("từ 02/4/2024 đến quý III/2024", "2024-04-02", "2024-09-30"),
        ("từ 02/4/2024 đến khi xong", "2024-04-02", ""),
        ("29/8/24", "", "2024-08-29"),
        ("29-8-2024", "", "2024-08-29"),
        ("Tháng 8/2024 - 5/2024", "", ""),
        ("trước ngày 15/10 hằng năm", "", ""),
        ("trước ngày 20 của tháng cuối quý", "", ""),
        ("2024: 60%; 2025: 75%", "", ""),
    ],
)
def test_two_times_are_a_period_and_what_recurs_has_no_day(text: str, start: str, end: str) -> None:
    read = deadlines.parse(text, 2024)
    assert (read.start, read.end) == (start, end)


@pytest.mark.parametrize("text", ["Tháng 8/2024 - 5/2024", "2024: 60%; 2025: 75%"])
def test_what_is_no_deadline_has_no_kind(text: str) -> None:
    assert deadlines.parse(text, 2024).kind == ""


@pytest.mark.parametrize(
    ("sentence", "deadline"),
    [
        ("Xã dán bảng giá trước ngày 15/10 hằng năm.", "trước ngày 15/10 hằng năm"),
        (
            "định kỳ gửi báo cáo trước ngày 18 của tháng cuối quý.",
            "trước ngày 18 của tháng cuối quý",
        ),
    ],
)
def test_a_day_that_recurs_is_found_whole(sentence: str, deadline: str) -> None:
    assert deadlines.find(sentence) == deadline


@pytest.mark.parametrize(
    ("cell", "lead", "support"),
    [
        ("Sở Y tế (phối hợp: Sở TT&TT)", "Sở Y tế", "Sở TT&TT"),
        ("Sở Y tế (phối hợp Hội Nông dân tỉnh)", "Sở Y tế", "Hội Nông dân tỉnh"),
        ("Sở Y tế, phối hợp với UBND cấp xã", "Sở Y tế", "UBND cấp xã"),
        ("Thanh tra tỉnh phối hợp Sở Y tế", "Thanh tra tỉnh", "Sở Y tế"),
        ("Sở Y tế (chủ trì), Công an tỉnh", "Sở Y tế", "Công an tỉnh"),
        ("Sở Y tế; Công an tỉnh phối hợp", "Sở Y tế", "Công an tỉnh"),
        ("Sở Y tế / Công an tỉnh", "Sở Y tế / Công an tỉnh", ""),
    ],
)
def test_who_leads_and_helps_in_one_cell(cell: str, lead: str, support: str) -> None:
    assert actors.split_units(cell) == (lead, support)


@pytest.mark.parametrize("sign", [" / ", "/", " + "])
def test_signs_between_units_part_them(sign: str) -> None:
    assert agencies.units(f"Sở Y tế{sign}Công an tỉnh") == ("Sở Y tế", "Công an tỉnh")


# What a target is compared with.


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("90% (so với 71% năm 2022)", [("=", 90.0, "%")]),
        ("Tăng 4% so với năm 2023 (71%)", [("increase", 4.0, "%")]),
        ("Đạt 90% (hiện nay 71%)", [("=", 90.0, "%")]),
        ("Tăng 0,3 điểm so với 2023", [("increase", 0.3, "điểm")]),
        ("trả lời trong 04 giờ làm việc", [("<=", 4.0, "giờ làm việc")]),
    ],
)
def test_a_base_is_no_target(text: str, expected: list[tuple[str, float, str]]) -> None:
    assert [(aim.operator, aim.value, aim.unit) for aim in extract(text, cell=True)] == expected
