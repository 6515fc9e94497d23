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
        ("Không để xảy ra tình trạng nộp hồ sơ nhiều lần", [("=", 0.0, "")]),
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
        ("Điểm tối đa", "result"),
        ("Lý do trừ điểm", "issue"),
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
