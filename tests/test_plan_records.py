"""The hard cases of real plans, each in words of our own."""

from __future__ import annotations

from pathlib import Path

import pytest

from parstats.documents.plain_text import blocks
from parstats.plans import Plan, read
from parstats.plans.parse.plan_reader import assemble
from parstats.plans.register import tabulate

HEAD = "KẾ HOẠCH\n\nKhắc phục hạn chế Chỉ số CCHC năm 2023 của tỉnh Nghệ An\n\n"
COLUMNS = ("TT", "Tiêu chí", "Mục tiêu", "Giải pháp", "Chủ trì", "Phối hợp", "Thời gian")


def make_plan(text: str, *, head: str = HEAD) -> Plan:
    return assemble(blocks(head + text), "plan")


def rows(*cells: tuple[str, ...] | list[str]) -> str:
    """A table with a cell a line."""
    chunks = ["".join(f"\t{cell}\n" for cell in row) for row in (COLUMNS, *cells)]
    return "\n".join(chunks)


def fields(source: object, *names: str) -> tuple[object, ...]:
    return tuple(getattr(source, name) for name in names)


FULL = (
    "1",
    "TC 1.1. Báo cáo đúng hạn",
    "100% báo cáo",
    "Nhắc hạn",
    "Văn phòng",
    "Các phòng",
    "Năm 2024",
)
EMPTY = ("", "", "", "", "")


# Numbering and codes.


def test_an_item_cut_by_a_rule_and_footnotes_goes_on_after_them() -> None:
    plan = make_plan(
        "I. GIẢI PHÁP\n\n1. Mở thêm quầy tiếp nhận hồ sơ tại các xã ở xa trung tâm và\n\n---\n\n"
        "<sup>2</sup> Kế hoạch số 5/KH-SNV ngày 01/3/2024.\n\nbố trí người hướng "
        "dẫn<sup>2</sup>.\n\n"
        "**3.** Gọi điện xin lỗi người dân.\n"
    )
    first, second = plan.records
    assert first.measure.endswith("xa trung tâm và bố trí người hướng dẫn.")
    assert (first.span.line_start, first.span.line_end) == (7, 13)
    assert (first.number, second.number) == ("1", "3")


@pytest.mark.parametrize("hashes", ["##", "###", "####"])
def test_headings_of_any_printed_level_open_a_section(hashes: str) -> None:
    plan = make_plan(
        f"## I. GIẢI PHÁP\n\n1. Họp dân.\n\n{hashes} II. TỔ CHỨC THỰC HIỆN\n\n1. Báo cáo.\n"
    )
    assert [r.section.headings for r in plan.records] == [
        ("I. GIẢI PHÁP",),
        ("II. TỔ CHỨC THỰC HIỆN",),
    ]


def test_codes_that_restart_are_kept_with_their_section() -> None:
    text = (
        "Phụ lục 1\nGIẢI PHÁP KHẮC PHỤC CHỈ SỐ SIPAS\n\n\tTT\n\tTiêu chí\n\tGiải pháp\n\tChủ "
        "trì\n\n"
        "\tI\n\tCHÍNH SÁCH\n\n\t1\n\tTrách nhiệm giải trình\n\n\t1.1\n\tThông tin dễ "
        "hiểu\n\tPhát thanh\n\tSở A\n\n"
        "\tII\n\tDỊCH VỤ\n\n\t1\n\tThủ tục\n\n\t1.1\n\tNộp hồ sơ\n\tIn tờ hướng dẫn\n\tSở B\n"
    )
    actual = [(r.section.headings[1:], r.code, r.measure) for r in make_plan(text).records]
    assert actual == [
        (("I. CHÍNH SÁCH", "1. Trách nhiệm giải trình"), "1.1", "Phát thanh"),
        (("II. DỊCH VỤ", "1. Thủ tục"), "1.1", "In tờ hướng dẫn"),
    ]


def test_codes_are_taken_off_the_criterion_and_the_survey_flag_is_kept() -> None:
    cells = (
        "1",
        "TCTP 2.4. Văn bản khả thi (Điều tra XHH)",
        "",
        "Lấy ý kiến",
        "Sở A",
        "Sở B",
        "Quý I",
    )
    (record,) = make_plan(rows(cells)).records
    assert fields(record, "code", "criterion") == ("TCTP 2.4", "Văn bản khả thi (Điều tra XHH)")
    assert record.surveyed


def test_an_item_after_a_group_of_its_own_depth_is_not_under_it() -> None:
    text = "\n".join(
        [
            "STT\tNhiệm vụ\tTiến độ\tChủ trì",
            "I\tCHỈ ĐẠO ĐIỀU HÀNH\t\t",
            "1\tTuyên truyền\t\t",
            "1.1\tViết bài trên báo\tQuý I\tSở A",
            "2\tKhảo sát cán bộ\tQuý II\tSở B",
        ]
    )
    actual = [(r.number, r.section.headings) for r in make_plan(text).records]
    assert actual == [
        ("1.1", ("I. CHỈ ĐẠO ĐIỀU HÀNH", "1. Tuyên truyền")),
        ("2", ("I. CHỈ ĐẠO ĐIỀU HÀNH",)),
    ]


def test_number_and_title_of_a_group_in_one_cell() -> None:
    text = "STT\tNhiệm vụ\tTiến độ\tChủ trì\nI CẢI CÁCH THỂ CHẾ\t\t\t\n1\tRà soát\tQuý I\tSở A"
    (record,) = make_plan(text).records
    assert record.section.headings == ("I. CẢI CÁCH THỂ CHẾ",)


# Cells, merges, page breaks.


@pytest.mark.parametrize(
    ("second", "inherited"),
    [
        (
            ("2", "TC 1.2. Họp", "90%", "", "", "", ""),
            {"measure", "lead_unit", "support_unit", "deadline"},
        ),
        (
            ("2", "TC 1.2. Họp", "", "", "", "", ""),
            {"target", "measure", "lead_unit", "support_unit", "deadline"},
        ),
        (
            ("2", "TC 1.2. Họp", "90%", "Mời dân", "", "", ""),
            {"lead_unit", "support_unit", "deadline"},
        ),
        (("2", "TC 1.2. Họp", "90%", "Mời dân", "Sở A", "Sở B", ""), {"deadline"}),
        (("2", "TC 1.2. Họp", "90%", "Mời dân", "Sở A", "", "Quý I"), set()),
        (("2", "TC 1.2. Họp", "", "Mời dân", "Sở A", "Sở B", "Quý I"), set()),
        (
            ("", "", "95%", "Gọi điện", "", "", ""),
            {"number", "code", "criterion", "lead_unit", "support_unit", "deadline"},
        ),
        (
            ("", "", "", "Gọi điện", "Sở A", "Sở B", "Quý I"),
            {"number", "code", "criterion", "target"},
        ),
    ],
)
def test_empty_cells_that_inherit(second: tuple[str, ...], inherited: set[str]) -> None:
    first, record = make_plan(rows(FULL, second)).records
    assert record.inherited == inherited
    for name in inherited:
        assert getattr(record, name) == getattr(first, name)
    if "measure" not in inherited:
        assert record.measure == second[3]


def test_nothing_is_inherited_over_a_group() -> None:
    group = ("II", "CẢI CÁCH THỂ CHẾ")
    _, record = make_plan(
        rows(FULL, group, ("1", "TC 2.1. Văn bản", "", "Rà soát", "", "", ""))
    ).records
    assert record.inherited == frozenset()
    assert fields(record, "lead_unit", "deadline") == ("", "")


def test_what_was_inherited_is_inherited_on() -> None:
    last = make_plan(
        rows(FULL, ("2", "A", "", "B", *EMPTY[:3]), ("3", "C", "", "D", *EMPTY[:3]))
    ).records[-1]
    assert fields(last, "lead_unit", "deadline") == ("Văn phòng", "Năm 2024")


def test_an_inherited_measure_is_one_record_whatever_it_asks() -> None:
    listed = (*FULL[:3], "- Nhắc hạn;\n- Công khai tên đơn vị chậm", *FULL[4:])
    records = make_plan(rows(listed, ("2", "B", *EMPTY))).records
    assert [r.measure for r in records] == [
        "Nhắc hạn",
        "Công khai tên đơn vị chậm",
        "Nhắc hạn Công khai tên đơn vị chậm",
    ]


def test_cells_too_many_are_told_by_what_they_hold() -> None:
    surplus = (
        "1",
        "TC 1.1. Tự chủ",
        "",
        "",
        "100% đơn vị",
        "Giao quyền",
        "Sở A",
        "Sở B",
        "Năm 2024",
    )
    (record,) = make_plan(rows(surplus)).records
    assert fields(record, "target", "measure", "lead_unit") == ("100% đơn vị", "Giao quyền", "Sở A")


@pytest.mark.parametrize(
    "written",
    [
        "\t1\n\n\tĐất\n\tĐủ\n\tĐo\n\tSở A\n\tSở B\n\tQuý I\n",  # a blank line after the number
        "\t1\n\tĐất\n\tĐủ\n\t\nĐo\n\tSở A\n\tSở B\n\tQuý I\n",  # text on the line after the tab
        "\t1\n\tĐất\n\tĐủ\n\tĐo\n\n\tSở A\n\n\tSở B\n\n\tQuý\n I\n",  # blank lines between cells
        "\t\n\n1\n\tĐất\n\tĐủ\n\tĐo\n\tSở A\n\tSở B\n\tQuý I\n\n\n",  # a number without a tab
        "\t1\n\u00a0\n\tĐất\n\u00a0\n\tĐủ\n\t Đo\n\tSở A \n\tSở B\n\tQuý\u00a0I\n",  # hard blanks
    ],
)
def test_the_same_row_however_its_lines_are_broken(written: str) -> None:
    text = (
        rows(("I", "THỂ CHẾ")) + "\n" + written + "\n\t2\n\tX\n\t\n\tY\n\tSở C\n\tSở D\n\tQuý II\n"
    )
    first, second = make_plan(text).records
    names = ("number", "criterion", "target", "measure", "lead_unit", "support_unit", "deadline")
    assert fields(first, *names) == ("1", "Đất", "Đủ", "Đo", "Sở A", "Sở B", "Quý I")
    assert second.number == "2"


@pytest.mark.parametrize(
    "group", ["\t3\n\tKết quả\n", "\t3\n\tKết quả\n\t\u00a0\n\t\u00a0\n\t\u00a0\n"]
)
def test_a_row_with_a_title_only_is_a_group(group: str) -> None:
    text = rows(FULL) + "\n" + group + "\n\t3.1\n\tĐúng hẹn\n\t\n\tGọi điện\n\tSở A\n\t\n\tQuý I\n"
    record = make_plan(text).records[-1]
    assert record.section.headings[-1] == "3. Kết quả"
    assert record.criterion == "Đúng hẹn"


TABBED = "STT\tNhiệm vụ\tTiến độ\tChủ trì\tPhối hợp\tSản phẩm"


def test_a_row_cut_by_a_page_break_is_put_together() -> None:
    text = "\n".join(
        [
            TABBED,
            "1\tLập danh mục dịch vụ và\tQuý I\tSở A\tSở B\tDanh mục được",
            "",
            TABBED,
            "\tcông khai trên mạng\t\t\t\tphê duyệt",
            "2\tHọp dân\tQuý II\tSở A\tSở B\tBiên bản",
        ]
    )
    first, second = make_plan(text).records
    assert first.measure == "Lập danh mục dịch vụ và công khai trên mạng"
    assert first.product == "Danh mục được phê duyệt"
    assert (first.span.line_start, first.span.line_end) == (6, 9)
    assert second.measure == "Họp dân"


@pytest.mark.parametrize("between", ["\n", "\n\n"])
def test_a_cell_a_line_needs_no_tabs_where_empty_cells_are_empty_lines(between: str) -> None:
    cells = (
        *("STT", "Tiêu chí", "Điểm chuẩn", "Giải pháp", "Chủ trì", "Phối hợp", "Thời hạn"),
        *("I", "Cải cách thể chế", "10", "", "", "", ""),
        *("1.1", "Xử lý văn bản", "2", "Bãi bỏ văn bản cũ", "Sở Tư pháp", "", "Quý I"),
        *("", "", "", "Họp giao ban", "Sở Nội vụ", "Sở Y tế", "Quý II"),
        *("1.2", "Thư xin lỗi", "1", "Gửi thư", "Sở Y tế", "", "Quý III"),
    )
    after = "III. TỔ CHỨC THỰC HIỆN\n\n1. Báo cáo hằng quý.\n"
    plan = make_plan(f"II. GIẢI PHÁP\n\n{between.join(cells)}\n\n{after}")
    actual = [
        fields(record, "criterion", "measure", "lead_unit", "deadline") for record in plan.records
    ]
    assert actual == [
        ("Xử lý văn bản", "Bãi bỏ văn bản cũ", "Sở Tư pháp", "Quý I"),
        ("Xử lý văn bản", "Họp giao ban", "Sở Nội vụ", "Quý II"),
        ("Thư xin lỗi", "Gửi thư", "Sở Y tế", "Quý III"),
        ("", "Báo cáo hằng quý.", "", "hằng quý"),
    ]
    assert plan.records[0].section.headings[-1] == "I. Cải cách thể chế"


def test_the_rest_of_a_row_may_be_one_cell_only() -> None:
    text = "\n".join(
        [
            TABBED,
            "1\tHọp dân\tQuý I\tSở A\tSở B\tSổ ghi được",
            "",
            TABBED,
            "\t\t\t\t\tUBND xã xác nhận",
        ]
    )
    (record,) = make_plan(text).records
    assert record.product == "Sổ ghi được UBND xã xác nhận"


def test_a_second_record_at_the_top_of_a_page_stays_one() -> None:
    text = "\n".join(
        [
            TABBED,
            "1\tHọp dân\tQuý I\tSở A\tSở B\tBiên bản",
            "",
            TABBED,
            "\tPhát phiếu hỏi\tQuý II\tSở C\t\tPhiếu",
        ]
    )
    assert [r.measure for r in make_plan(text).records] == ["Họp dân", "Phát phiếu hỏi"]


def test_columns_are_told_by_their_headers_never_by_their_place() -> None:
    orders = [(0, 1, 2, 3, 4, 5, 6), (0, 6, 5, 4, 3, 2, 1), (6, 3, 1, 0, 5, 2, 4)]
    values = ("1", "Đất đai", "100% hồ sơ", "Rà soát", "Sở A", "Sở B", "Quý I")
    results = set()
    for order in orders:
        lines = ["\t".join(row[column] for column in order) for row in (COLUMNS, values)]
        (record,) = make_plan("\n".join(lines)).records
        results.add(
            fields(
                record, "criterion", "target", "measure", "lead_unit", "support_unit", "deadline"
            )
        )
    assert results == {values[1:]}


def test_one_column_for_both_units() -> None:
    text = (
        "STT\tNội dung\tCơ quan chủ trì, phối hợp\tThời hạn\n"
        "1\tIn sổ tay\tChủ trì: Sở A; Phối hợp: Sở B, Sở C\tQuý I\n"
    )
    (record,) = make_plan(text).records
    assert fields(record, "lead_unit", "support_unit") == ("Sở A", "Sở B, Sở C")


def test_appendices_have_their_own_columns() -> None:
    text = (
        "Phụ lục 1.\nDUY TRÌ CHỈ SỐ CCHC\n"
        + rows(FULL)
        + "\n\t\n\n\t\tPhụ lục II.\nKHẮC PHỤC CHỈ SỐ PAPI\n\n"
        "\tTT\n\tNội dung thành phần\n\tGiải pháp\n\tChủ trì\n\tPhối hợp\n\tThời gian\n\n"
        "\t1\n\tTham gia\n\tHọp dân\n\tSở A\n\tSở B\n\tQuý I\n"
    )
    first, second = make_plan(text).records
    assert fields(first.section, "appendix", "index", "list_type") == ("1", "PAR INDEX", "maintain")
    assert fields(second.section, "appendix", "index", "list_type") == ("2", "PAPI", "remediate")
    assert second.target == ""


def test_the_signature_and_the_receivers_are_no_measures() -> None:
    plan = make_plan(
        "I. GIẢI PHÁP\n\n1. Họp dân.\n\nNơi nhận:\n\n- Sở Nội vụ;\n- Lưu: VT.\n\nKT. GIÁM ĐỐC\n"
    )
    assert len(plan.records) == 1


# Prose.


def test_labels_under_a_list_apply_to_all_of_it() -> None:
    plan = make_plan(
        "I. NỘI DUNG, GIẢI PHÁP\n\n1. Về hồ sơ trực tuyến.\n\na) Giải pháp.\n\n- Hỗ trợ tại xã.\n\n"
        "- Các phòng chuyên môn kiểm tra hồ sơ tồn (trước ngày 10/5/2024).\n\nb) Trách nhiệm "
        "thực hiện.\n\n"
        "- Đơn vị chủ trì: Văn phòng Sở.\n- Đơn vị phối hợp: Đoàn Thanh niên.\n\n2. Về thái độ.\n\n"
        "- Tập huấn giao tiếp.\n\n- Đơn vị chủ trì: Phòng Tổ chức.\n"
    )
    actual = [fields(r, "lead_unit", "support_unit", "deadline") for r in plan.records]
    assert actual == [
        ("Văn phòng Sở", "Đoàn Thanh niên", ""),
        ("Các phòng chuyên môn", "", "trước ngày 10/5/2024"),
        ("Phòng Tổ chức", "", ""),
    ]


def test_labels_under_each_item_apply_to_it_alone() -> None:
    plan = make_plan(
        "I. GIẢI PHÁP\n\n1. In tờ rơi.\n- Chủ trì: Sở A\n- Thời gian: Quý I\n\n2. Phát thanh.\n- "
        "Chủ trì: Sở B\n"
    )
    assert [fields(r, "lead_unit", "deadline") for r in plan.records] == [
        ("Sở A", "Quý I"),
        ("Sở B", ""),
    ]


def test_a_unit_as_a_heading_leads_what_stands_under_it() -> None:
    plan = make_plan(
        "I. TỔ CHỨC THỰC HIỆN\n\n1. Sở Nội vụ\n\n- Theo dõi tiến độ.\n\n2. UBND các huyện:\n\n- "
        "Họp dân.\n"
    )
    assert [r.lead_unit for r in plan.records] == ["Sở Nội vụ", "UBND các huyện"]


def test_purposes_and_shortcomings_are_no_measures() -> None:
    plan = make_plan(
        "I. MỤC ĐÍCH, YÊU CẦU\n\n1. Yêu cầu.\n\n- Bảo đảm tiến độ.\n\nII. TỒN TẠI, HẠN CHẾ\n\n"
        "1. Kết quả thực hiện nhiệm vụ.\n\n- Chưa họp dân.\n\nIII. GIẢI PHÁP KHẮC PHỤC TỒN "
        "TẠI\n\n1. Họp dân.\n"
    )
    assert [r.measure for r in plan.records] == ["Họp dân."]


def test_a_part_and_its_title_on_two_lines_are_one_heading() -> None:
    plan = make_plan("PHẦN I\nKẾT QUẢ\n\n1. Đã làm tốt.\n\nPHẦN II\nNHIỆM VỤ\n\n1. Họp dân.\n")
    (record,) = plan.records
    assert record.section.headings == ("PHẦN II NHIỆM VỤ",)


# Who, when, whose score.


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("Số: /KH-SNV\n\nCà Mau, ngày tháng 3 năm 2023", ("", "2023-03", True, True, "96")),
        (
            "Số: 8/KH-SNV\n\nCà Mau, ngày 02 tháng 3 năm 2023",
            ("8/KH-SNV", "2023-03-02", False, False, "96"),
        ),
        ("Số:....../KH-SNV\n\nCà Mau, ngày ... tháng ... năm 2023", ("", "2023", True, True, "96")),
    ],
)
def test_number_and_date_may_be_blank(lines: str, expected: tuple[object, ...]) -> None:
    cited = "Căn cứ Kế hoạch số 9/KH-UBND ngày 01/01/2020;"
    head = f"{lines}\n\nKẾ HOẠCH\n\nNâng cao Chỉ số PAPI\n\n{cited}\n\n"
    plan = make_plan("I. GIẢI PHÁP\n\n1. Họp dân.\n", head=head)
    actual = fields(plan, "number", "date", "blank_number", "blank_date", "province")
    assert actual == expected
    assert plan.plan_year == 2023


def test_a_department_scored_by_its_province_is_not_the_ministrys_index() -> None:
    head = (
        "Khánh Hòa, ngày 1 tháng 3 năm 2023\n\nKẾ HOẠCH\n\nKhắc phục hạn chế, nâng cao Chỉ số "
        "CCHC năm 2023\n\n"
        "Chỉ số CCHC của Sở năm 2022 đạt 70,5%, đứng thứ 15/20 trong khối sở.\n\n"
    )
    plan = make_plan("I. GIẢI PHÁP\n\n1. Họp giao ban.\n", head=head)
    assert fields(plan, "unit_level", "indices") == ("department", ("PAR KHANH HOA",))
    assert plan.records[0].section.index == "PAR KHANH HOA"
    other = make_plan(
        "I. GIẢI PHÁP\n\n1. Họp giao ban.\n", head=head.replace("Khánh Hòa", "Bến Tre")
    )
    assert other.indices == ("PAR BEN TRE",)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Khắc phục hạn chế Chỉ số PAPI", "remediate"),
        ("Tiếp tục duy trì Chỉ số PAPI", "maintain"),
        ("Duy trì và nâng cao Chỉ số PAPI", "general"),
        ("Duy trì, cải thiện Chỉ số PAPI", "general"),
        ("Khắc phục hạn chế, duy trì và nâng cao Chỉ số PAPI", "remediate"),
        ("Nâng cao Chỉ số PAPI", "general"),
    ],
)
def test_the_heading_says_what_a_list_is_for(title: str, expected: str) -> None:
    plan = make_plan("I. GIẢI PHÁP\n\n1. Họp dân.\n", head=f"KẾ HOẠCH\n\n{title}\n\n")
    assert plan.list_type == plan.records[0].section.list_type == expected


def issued_plan(issuer: str, title: str, locality: str = "Nghệ An", year: int = 2024) -> Plan:
    date = f"{locality}, ngày 3 tháng 4 năm {year}"
    head = f"{issuer}\n\nSố: 12/KH-UBND\n\n{date}\n\nKẾ HOẠCH\n\n{title}"
    return make_plan("I. GIẢI PHÁP\n\n1. Họp dân.\n", head=f"{head}\n\n")


@pytest.mark.parametrize(
    ("issuer", "title", "level"),
    [
        ("UBND HUYỆN MỘC CHÂU", "Nâng cao Chỉ số CCHC năm 2024", "district"),
        ("UBND THÀNH PHỐ VINH", "Nâng cao Chỉ số CCHC năm 2024", "district"),
        ("UBND TỈNH NGHỆ AN", "Nâng cao Chỉ số CCHC huyện Anh Sơn năm 2024", "district"),
        ("UBND HUYỆN MỘC CHÂU", "Nâng cao Chỉ số CCHC tỉnh Sơn La năm 2024", "province"),
        ("UBND HUYỆN MỘC CHÂU", "Nâng cao Chỉ số PAPI năm 2024", "province"),
        ("UBND TỈNH NGHỆ AN", "Nâng cao Chỉ số CCHC năm 2024", "province"),
        ("UBND THÀNH PHỐ HÀ NỘI", "Nâng cao Chỉ số CCHC năm 2024", "province"),
    ],
)
def test_a_district_means_its_own_score(issuer: str, title: str, level: str) -> None:
    assert issued_plan(issuer, title).unit_level == level


@pytest.mark.parametrize(
    ("issuer", "office"), [("SỞ Y TẾ", "Văn phòng Sở"), ("UBND TỈNH NGHỆ AN", "Văn phòng")]
)
def test_an_office_without_a_name_is_that_of_who_issued_the_plan(issuer: str, office: str) -> None:
    kind = "KH-SYT" if issuer.startswith("SỞ") else "KH-UBND"
    head = f"{issuer}\n\nSố: 12/{kind}\n\nNghệ An, ngày 3 tháng 4 năm 2024\n\nKẾ HOẠCH\n\n"
    row = ("1", "Hộ nghèo", "", "Dán danh sách", "Văn phòng", "", "Quý I")
    plan = make_plan(
        f"I. GIẢI PHÁP\n\n{rows(row)}", head=f"{head}Nâng cao Chỉ số PAPI năm 2024\n\n"
    )
    assert list(tabulate(plan).measures["lead_unit"]) == [office]


@pytest.mark.parametrize(
    ("year", "locality", "province", "agency"),
    [
        (2024, "Thừa Thiên Huế", "46", "UBND tỉnh Thừa Thiên Huế"),
        (2025, "Huế", "46", "UBND thành phố Huế"),
        (2024, "Huế", "", "UBND"),
        (2024, "Hà Nội", "01", "UBND thành phố Hà Nội"),
    ],
)
def test_hue_has_its_new_name_since_2025(
    year: int, locality: str, province: str, agency: str
) -> None:
    plan = issued_plan("ỦY BAN NHÂN DÂN", "Nâng cao Chỉ số PAPI", locality, year)
    assert fields(plan, "province", "agency") == (province, agency)


def test_results_that_were_published_tell_the_baseline_year() -> None:
    body = "Sau khi Bộ Nội vụ công bố Chỉ số SIPAS năm 2022, tỉnh ban hành kế hoạch.\n\n"
    head = f"KẾ HOẠCH\n\nNâng cao Chỉ số SIPAS năm 2024\n\n{body}"
    assert make_plan("I. GIẢI PHÁP\n\n1. Họp dân.\n", head=head).baseline_year == 2022


def test_a_section_on_keeping_up_stands_within_a_plan_that_raises_too() -> None:
    plan = make_plan(
        "I. KHẮC PHỤC TIÊU CHÍ MẤT ĐIỂM\n\n1. Họp dân.\n\nII. DUY TRÌ TIÊU CHÍ ĐẠT ĐIỂM\n\n"
        "1. Phát tờ rơi.\n\nIII. NHIỆM VỤ KHÁC\n\n1. Mở quầy hỗ trợ.\n",
        head="KẾ HOẠCH\n\nDuy trì và nâng cao Chỉ số PAPI\n\n",
    )
    kinds = [record.section.list_type for record in plan.records]
    assert kinds == ["remediate", "maintain", "general"]


FIELDS = (
    "Kết quả giải quyết hồ sơ thủ tục hành chính",
    "Đánh giá cán bộ, công chức",
    "Theo dõi tình hình thi hành pháp luật",
    "Yêu cầu về chỉ tiêu biên chế",
)


@pytest.mark.parametrize("name", FIELDS)
def test_a_field_named_like_a_section_on_results_holds_measures(name: str) -> None:
    text = f"I. NHIỆM VỤ, GIẢI PHÁP\n\n1. {name}\n\n- Rà soát quy trình tại mỗi phòng.\n"
    plan = make_plan(text)
    assert [record.measure for record in plan.records] == ["Rà soát quy trình tại mỗi phòng."]
    assert plan.notes == ()


def test_deeds_under_a_heading_that_may_be_a_field_are_listed() -> None:
    text = (
        "I. MỤC ĐÍCH, YÊU CẦU\n\n- Nâng cao nhận thức của công chức.\n\n"
        "II. KẾT QUẢ GIẢI QUYẾT HỒ SƠ\n\n- Rà soát quy trình.\n- Hồ sơ trễ hẹn còn nhiều.\n\n"
        "III. NHIỆM VỤ, GIẢI PHÁP\n\n- Mở quầy hỗ trợ.\n"
    )
    (note,) = make_plan(text).notes
    assert fields(note, "key", "fields") == (
        "left_out",
        {"n": "1", "heading": "II. KẾT QUẢ GIẢI QUYẾT HỒ SƠ"},
    )
    for lang in ("vi", "en"):
        assert "II. KẾT QUẢ GIẢI QUYẾT HỒ SƠ" in note.as_text(lang)


LABELS = (
    "Chủ trì: Sở Y tế. Phối hợp: Công an tỉnh. Thời gian: quý III/2024.",
    "Đơn vị chủ trì: Sở Y tế; đơn vị phối hợp: Công an tỉnh; thời gian hoàn thành: quý III/2024.",
    "Giao Sở Y tế chủ trì, phối hợp với Công an tỉnh, hoàn thành trong quý III/2024.",
    "Sở Y tế chủ trì, phối hợp Công an tỉnh thực hiện, hoàn thành quý III/2024.",
)


@pytest.mark.parametrize("label", LABELS)
def test_a_sentence_after_a_measure_that_says_who_and_when_is_no_measure(label: str) -> None:
    (record,) = make_plan(f"I. GIẢI PHÁP\n\n1. Xây dựng 02 trạm đo nước. {label}\n").records
    assert record.measure == "Xây dựng 02 trạm đo nước."
    assert fields(record, "lead_unit", "support_unit") == ("Sở Y tế", "Công an tỉnh")
    assert record.deadline.removeprefix("trong ") == "quý III/2024"


def test_a_sentence_that_says_what_its_unit_does_stays_a_measure() -> None:
    text = (
        "1. Xây dựng 02 trạm đo nước. Giao Sở Y tế chủ trì, phối hợp Công an tỉnh kiểm tra giếng."
    )
    records = make_plan(f"I. GIẢI PHÁP\n\n{text}\n").records
    assert [record.lead_unit for record in records] == ["", "Sở Y tế"]


# Results against thresholds.


def test_results_stand_against_their_thresholds() -> None:
    plan = make_plan(
        "I. KẾT QUẢ, HẠN CHẾ NĂM 2022\n\n1. Kết quả.\n\n- Chỉ số CCHC đạt 80,25%, xếp loại Khá, "
        "đứng thứ 12/19, "
        "tăng 1,5% và tăng 03 bậc so với năm 2021 (78,75% và 15/19).\n\n2. Hạn chế.\n\n"
        "- Tỷ lệ hồ sơ số hóa: Chưa đạt 60% mà chỉ đạt 41,5%.\n\n- Mức độ hài lòng: Quy định đạt "
        "từ 90%.\n\n"
        "+ Về thái độ: đạt 85,1%\n\n+ Về thời gian: đạt 92,3%\n\n3. Điểm thưởng.\n\n"
        "Các nội dung không đạt gồm:\n\n- Dịch vụ toàn trình đạt 100%.\n\n- Thanh toán đạt từ "
        "20% trở lên.\n\n"
        "II. GIẢI PHÁP\n\n1. Họp giao ban.\n"
    )
    actual = [
        fields(f, "kind", "operator", "value", "rank", "ranked", "year", "met")
        for f in plan.figures
    ]
    assert actual == [
        ("result", "=", 80.25, 12, 19, 2022, None),
        ("change", "=", 1.5, None, None, 2022, None),
        ("change", "=", 3.0, None, None, 2022, None),
        ("result", "=", 78.75, 15, 19, 2021, None),
        ("threshold", "=", 60.0, None, None, 2022, False),
        ("result", "=", 41.5, None, None, 2022, False),
        ("threshold", ">=", 90.0, None, None, 2022, None),
        ("result", "=", 85.1, None, None, 2022, False),
        ("result", "=", 92.3, None, None, 2022, True),
        ("threshold", "=", 100.0, None, None, 2022, False),
        ("threshold", ">=", 20.0, None, None, 2022, False),
    ]
    assert plan.figures[0].grade == "Khá"


def test_goals_are_kept_beside_the_measures() -> None:
    plan = make_plan(
        "I. MỤC TIÊU\n\n- Chỉ số PAPI đạt từ 43 điểm trở lên.\n\nII. GIẢI PHÁP\n\n1. Họp dân.\n"
    )
    (goal,) = plan.goals
    assert (goal.kind, goal.operator, goal.value, goal.unit) == ("target", ">=", 43.0, "điểm")
    assert len(plan.records) == 1


def test_a_list_without_any_heading_is_read(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    text = (
        "Về việc nâng cao Chỉ số PAPI\n\n1. Giao Sở Nội vụ theo dõi.\n\n2. UBND các xã họp dân.\n"
    )
    path.write_text(text, encoding="utf-8")
    assert [record.lead_unit for record in read(path).records] == ["Sở Nội vụ", "UBND các xã"]
