"""One plan in every form gives one table; what is no plan is refused in one line."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from fpdf import FPDF
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from parstats.documents import limits
from parstats.documents.document import Span
from parstats.errors import InvalidData
from parstats.plans import Plan, read
from pdf_files import PdfFile
from plan_documents import UP, Document, Group, Table, add_docx_table

WIDTHS = (35, 170, 120, 170, 90, 90, 75)
PLAN = Document(
    (
        "UBND TỈNH HÀ TĨNH",
        "SỞ GIAO THÔNG VẬN TẢI",
        "Số: 41/KH-SGTVT",
        "Hà Tĩnh, ngày 9 tháng 4 năm 2023",
        "KẾ HOẠCH",
        "Khắc phục hạn chế Chỉ số CCHC, Chỉ số PAPI năm 2022 và nâng cao kết quả năm 2023",
        "Căn cứ Kế hoạch số 77/KH-UBND ngày 01/02/2023 của UBND tỉnh Hà Tĩnh;",
        "I. MỤC ĐÍCH",
        "1. Cải thiện kết quả phục vụ người dân.",
        "II. NHIỆM VỤ, GIẢI PHÁP",
        "(Chi tiết tại Phụ lục kèm theo)",
        "III. TỔ CHỨC THỰC HIỆN",
        "1. Văn phòng Sở theo dõi, tổng hợp kết quả hằng quý.",
        "Nơi nhận:",
        "- Như trên;",
        "Phụ lục 1",
        "GIẢI PHÁP KHẮC PHỤC CHỈ SỐ CCHC",
        Table(
            (
                "STT",
                "Tiêu chí",
                "Chỉ tiêu năm 2023",
                "Giải pháp thực hiện",
                "Đơn vị chủ trì",
                "Đơn vị phối hợp",
                "Thời hạn",
            ),
            (
                Group("I", "CẢI CÁCH THỦ TỤC HÀNH CHÍNH"),
                (
                    "1",
                    "TC 3.1. Hồ sơ trả đúng hẹn",
                    "Từ 97,5% trở lên",
                    "- Giao ban hồ sơ mỗi sáng thứ Hai;\n- Nhắc việc bằng tin nhắn",
                    "Văn phòng Sở",
                    "Các phòng chuyên môn",
                    "Thường xuyên",
                ),
                ("2", "TC 3.2. Xin lỗi khi trễ hẹn", "100% hồ sơ trễ có thư", UP, UP, UP, UP),
                (
                    "3",
                    "TC 3.3. Nộp hồ sơ trực tuyến (Điều tra XHH)",
                    "Tối thiểu 80%",
                    "Mở điểm hỗ trợ nộp hồ sơ tại bến xe và trung tâm sát hạch lái xe để người "
                    "dân ở xa khỏi phải đi lại nhiều lần",
                    "Phòng Vận tải",
                    "Bưu điện tỉnh",
                    "Quý II/2023",
                ),
                Group("II", "TÀI CHÍNH CÔNG"),
                (
                    "1",
                    "TC 6.1. Giải ngân vốn đầu tư",
                    "Đạt 95%",
                    "Lập tiến độ giải ngân theo tháng cho từng dự án",
                    "Ban Quản lý dự án",
                    "Phòng Kế hoạch",
                    "Trước ngày 31/12/2023",
                ),
            ),
            WIDTHS,
        ),
        "Phụ lục 2",
        "GIẢI PHÁP DUY TRÌ CHỈ SỐ PAPI",
        Table(
            (
                "TT",
                "Nội dung thành phần",
                "Nhiệm vụ, giải pháp",
                "Kết quả",
                "Thời gian",
                "Cơ quan chủ trì",
            ),
            (
                Group("1", "Chỉ số nội dung “Công khai, minh bạch”"),
                (
                    "1.1",
                    "Quy hoạch đất đai",
                    "Niêm yết bản đồ hướng tuyến tại nhà văn hóa thôn",
                    "Ít nhất 02 lần/năm",
                    "Năm 2023",
                    "Phòng Quản lý hạ tầng",
                ),
                (
                    "1.2",
                    "Thu chi ngân sách",
                    "Đăng quyết toán duy tu đường lên cổng thông tin",
                    "100% dự án",
                    "Tháng 6/2023",
                    "Văn phòng Sở",
                ),
            ),
            (35, 140, 200, 120, 90, 130),
        ),
    )
)


HEAD = ("UBND TỈNH TUYÊN QUANG", "Số: 15/{}", "Tuyên Quang, ngày 6 tháng 3 năm 2024")
KEY_PLAN = (*(line.format("KH-UBND") for line in HEAD), "KẾ HOẠCH")
DEED = (
    "Lấy ý kiến người dân về kế hoạch sử dụng đất tại nhà văn hóa thôn, niêm yết bản đồ và bảng "
    "giá đất ở trụ sở xã suốt 30 ngày"
)
OTHER_PLANS = {
    "points": Document(
        (
            *KEY_PLAN,
            "Khắc phục hạn chế Chỉ số CCHC (PAR INDEX) năm 2023 của tỉnh Tuyên Quang",
            "I. NHIỆM VỤ, GIẢI PHÁP",
            Table(
                ("STT", "Tiêu chí", "Điểm tối đa", "Điểm đạt", "Giải pháp", "Chủ trì", "Thời hạn"),
                (
                    Group("I", "CÔNG TÁC CHỈ ĐẠO"),
                    ("1", "Kế hoạch", "2,0", "1,5", "Ban hành sớm", "Sở Nội vụ", "Tháng 01/2024"),
                    (
                        *("2", "Kiểm tra", "1,5", "1,0"),
                        *("- Kiểm tra 30% đơn vị;\n- Xử lý lỗi phát hiện", "Sở Nội vụ", UP),
                    ),
                    Group("II", "CẢI CÁCH THỂ CHẾ"),
                    ("3", "Văn bản", "1,0", "0,5", DEED, "Sở Tư pháp;\nSở Y tế", "Thường xuyên"),
                ),
                (35, 130, 70, 60, 220, 130, 100),
            ),
            "II. TỔ CHỨC THỰC HIỆN",
            "1. Sở Nội vụ đôn đốc, tổng hợp kết quả.",
        )
    ),
    "pages": Document(
        (
            *KEY_PLAN,
            "Nâng cao Chỉ số PAPI tỉnh Tuyên Quang năm 2024",
            "I. GIẢI PHÁP",
            Table(
                ("TT", "Nội dung", "Mục tiêu", "Giải pháp", "Chủ trì", "Phối hợp", "Thời gian"),
                [
                    row
                    for n, roman in enumerate(("I", "II", "III", "IV", "V", "VI", "VII", "VIII"), 1)
                    for row in (
                        Group(roman, f"CHỈ SỐ THỨ {n}"),
                        (
                            *(f"{n}.1", "Quy hoạch đất", f"Đạt {n},5 điểm", DEED),
                            *("Sở Nội vụ", "UBND các huyện, thị xã, thành phố", "Quý II/2024"),
                        ),
                        (
                            *(f"{n}.2", "Tri thức công dân", "1.500 lượt"),
                            *("- Phát tờ rơi;\n- Đối thoại ít nhất 02 lần/năm", UP, UP, UP),
                        ),
                        (
                            *(f"{n}.3", "Đường dây nóng", "≥ 80%", "Công khai số điện thoại"),
                            *("Thanh tra tỉnh", "Công an tỉnh", "Thường xuyên"),
                        ),
                    )
                ],
                (40, 130, 80, 220, 100, 120, 80),
            ),
        )
    ),
    "units": Document(
        (
            *KEY_PLAN,
            "Triển khai nâng cao Chỉ số PAPI tỉnh Tuyên Quang năm 2024",
            "I. NHIỆM VỤ",
            Table(
                ("TT", "Nội dung", "Nhiệm vụ", "Cơ quan, đơn vị thực hiện", "Thời gian"),
                (
                    (
                        *("1", "Tri thức", "Mở chuyên mục hỏi đáp"),
                        *("Sở Nội vụ chủ trì, phối hợp với Sở Y tế", "Quý I/2024"),
                    ),
                    (
                        *("2", "Y tế", "Khảo sát người bệnh"),
                        *("Chủ trì: Sở Y tế; Phối hợp: Công an tỉnh", "Quý II/2024"),
                    ),
                    (
                        *("3", "Giáo dục", "Công khai khoản thu"),
                        *("Chủ trì: Sở Giáo dục\nPhối hợp: UBND cấp huyện", "Tháng 8 - 9/2024"),
                    ),
                ),
                (35, 120, 200, 250, 110),
            ),
        )
    ),
    "decision": Document(
        (
            *(line.format("QĐ-UBND") for line in HEAD),
            "QUYẾT ĐỊNH",
            "Về việc ban hành Kế hoạch nâng cao Chỉ số PAPI tỉnh Tuyên Quang năm 2024",
            "QUYẾT ĐỊNH:",
            "Điều 1. Ban hành kèm theo Quyết định này kế hoạch nói trên.",
            "Nơi nhận:",
            "- Như Điều 1;",
            "KẾ HOẠCH",
            "Nâng cao Chỉ số PAPI tỉnh Tuyên Quang năm 2024",
            "(Ban hành kèm theo Quyết định số 15/QĐ-UBND ngày 06/3/2024 của UBND tỉnh)",
            "I. MỤC TIÊU",
            "Chỉ số PAPI đạt từ 43 điểm trở lên.",
            "II. GIẢI PHÁP",
            Table(
                ("TT", "Nội dung", "Giải pháp", "Chủ trì", "Thời gian"),
                (
                    ("1", "Y tế", "Sửa chữa trạm y tế xã", "Sở Y tế", "Năm 2024"),
                    ("2", "Môi trường", "Thu gom rác ở nông thôn", "UBND cấp xã", "Thường xuyên"),
                ),
                (35, 160, 260, 160, 100),
            ),
            "III. TỔ CHỨC THỰC HIỆN",
            "1. Giao Sở Nội vụ theo dõi, đôn đốc thực hiện.",
        )
    ),
}


def without_spans(plan: Plan) -> Plan:
    """A plan without what the form of its file decides."""
    nowhere = Span(0, 0)
    records = tuple(replace(record, span=nowhere, text="") for record in plan.records)
    goals = tuple(replace(goal, span=nowhere) for goal in plan.goals)
    told = tuple(replace(case, span=nowhere) for case in plan.shortcomings)
    return replace(plan, name="", records=records, goals=goals, shortcomings=told)


@pytest.mark.parametrize("form", ["pdf", "unruled", "tabs", "cells", "md"])
@pytest.mark.parametrize("kind", OTHER_PLANS)
def test_other_plans_read_the_same_too(kind: str, form: str, tmp_path: Path) -> None:
    expected = read(OTHER_PLANS[kind].write(tmp_path, "docx"))
    other = read(OTHER_PLANS[kind].write(tmp_path, form))
    assert without_spans(other) == without_spans(expected)
    assert len(expected.records) == {"points": 5, "pages": 32, "units": 3, "decision": 3}[kind]


@pytest.mark.parametrize("form", ["pdf", "unruled", "tabs", "cells", "md"])
def test_a_plan_reads_the_same_in_every_form(form: str, tmp_path: Path) -> None:
    expected = read(PLAN.write(tmp_path, "docx"))
    other = read(PLAN.write(tmp_path, form))
    assert without_spans(other) == without_spans(expected)


def test_what_the_plan_says(tmp_path: Path) -> None:
    plan = read(PLAN.write(tmp_path, "docx"))
    head = (plan.province, plan.agency, plan.number, plan.date, plan.plan_year, plan.baseline_year)
    assert head == ("42", "Sở Giao thông vận tải", "41/KH-SGTVT", "2023-04-09", 2023, 2022)
    assert plan.indices == ("PAPI", "PAR INDEX")
    assert (plan.unit_level, plan.list_type) == ("province", "remediate")
    actual = [
        (record.section.appendix, record.number, record.section.index, record.section.list_type)
        for record in plan.records
    ]
    assert actual == [
        ("", "1", "", "remediate"),
        ("1", "1", "PAR INDEX", "remediate"),
        ("1", "1", "PAR INDEX", "remediate"),
        ("1", "2", "PAR INDEX", "remediate"),
        ("1", "3", "PAR INDEX", "remediate"),
        ("1", "1", "PAR INDEX", "remediate"),
        ("2", "1.1", "PAPI", "maintain"),
        ("2", "1.2", "PAPI", "maintain"),
    ]
    late = plan.records[3]
    assert late.lead_unit == "Văn phòng Sở"
    assert late.inherited == {"measure", "lead_unit", "support_unit", "deadline"}
    assert [record.surveyed for record in plan.records].index(True) == 4


def test_places_are_pages_and_lines(tmp_path: Path) -> None:
    text = PLAN.write(tmp_path, "cells")
    lines = text.read_text(encoding="utf-8").split("\n")
    for record in read(text).records[1:]:
        first = lines[record.span.line_start - 1].strip()
        assert first == record.number
    pages = [record.span.page for record in read(PLAN.write(tmp_path, "pdf")).records]
    assert pages == sorted(pages)  # type: ignore[type-var]
    assert pages[0] == 1
    assert pages[-1] == 2


def test_a_pdf_table_goes_on_over_pages_under_its_repeated_header(tmp_path: Path) -> None:
    rows = [
        (f"{number}", f"Nội dung {number}", "Đối thoại với người dân", "Sở Y tế", "Năm 2024")
        for number in range(1, 61)
    ]
    header = ("TT", "Tiêu chí", "Giải pháp", "Chủ trì", "Thời gian")
    table = Table(header, rows, (40, 150, 250, 150, 100))
    document = Document(("KẾ HOẠCH", "Nâng cao Chỉ số PAPI năm 2024", table))
    for form in ("pdf", "unruled"):
        plan = read(document.write(tmp_path, form))
        assert [record.number for record in plan.records] == [row[0] for row in rows]
        assert max(record.span.page or 0 for record in plan.records) > 1


def test_footnotes_and_page_numbers_of_a_pdf_are_left_out(tmp_path: Path) -> None:
    file = PdfFile()
    for line in ("KẾ HOẠCH", "Nâng cao Chỉ số PAPI năm 2024", "I. GIẢI PHÁP"):
        file.paragraph(line).gap(4)
    file.paragraph("1. Trả lời kiến nghị của người dân trên cổng thông tin điện tử của tỉnh.")
    document = file.document
    document.set_y(-70)
    document.set_font("DejaVu", size=7)
    document.cell(text="1 Quyết định số 5/QĐ-STP ngày 02/01/2024 về quy chế.")
    document.set_xy(300, -55)
    document.cell(text="2")
    path = tmp_path / "plan.pdf"
    document.output(str(path))
    (record,) = read(path).records
    assert record.measure == "Trả lời kiến nghị của người dân trên cổng thông tin điện tử của tỉnh."


def small_end(tmp_path: Path, *lines: str, note: str = "") -> list[str]:
    """Measures of a PDF in 14 points whose last lines are set in 11, the last of all in `note`."""
    document = PdfFile().document
    for size, texts in ((14, SMALL_HEAD), (11, lines)):
        document.set_font("DejaVu", size=size)
        for text in texts:
            document.cell(0, 1.4 * size, text, new_x="LMARGIN", new_y="NEXT")
    if note:
        document.set_y(document.get_y() + 5)
        left, top = document.l_margin, document.get_y()
        if note == "rule":
            document.line(left, top, left + 140, top)
        document.set_xy(left, top + 3)
        if note == "mark":
            document.set_font("DejaVu", size=6)
            document.cell(document.get_string_width("1"), 8, "1")
            document.set_x(document.get_x() + 1)
        document.set_font("DejaVu", size=10)
        document.cell(text="Theo Quyết định số 5/QĐ-STP về quy chế.")
    path = tmp_path / "plan.pdf"
    document.output(str(path))
    return [record.measure for record in read(path).records]


SMALL_HEAD = (
    "KẾ HOẠCH",
    "Nâng cao Chỉ số PAPI năm 2024",
    "I. GIẢI PHÁP",
    *(f"1.{number}. Mở quầy hỗ trợ người cao tuổi tại xã." for number in range(1, 6)),
)
SMALL_ITEMS = (
    "2. Đăng lịch tiếp dân lên trang của xã.",
    "3. Lắp vòi nước uống tại bộ phận một cửa.",
)


@pytest.mark.parametrize("note", ["", "mark", "rule"])
def test_small_lines_are_text_but_for_a_footnote(note: str, tmp_path: Path) -> None:
    result = small_end(tmp_path, *SMALL_ITEMS, note=note)
    assert result[5:] == [item.partition(" ")[2] for item in SMALL_ITEMS]


def test_a_small_table_without_lines_at_the_end_of_a_page_is_read(tmp_path: Path) -> None:
    file = PdfFile()
    file.document.set_font("DejaVu", size=14)
    for line in (*SMALL_HEAD[:2], *["Thực hiện chỉ đạo về cải cách hành chính năm 2024."] * 6):
        file.paragraph(line).gap(6)
    file.document.set_font("DejaVu", size=11)
    rows = [
        ("TT", "Tiêu chí", "Giải pháp", "Chủ trì", "Thời hạn"),
        ("1", "Hộ nghèo", "Dán danh sách", "UBND xã", "Quý I"),
        ("2", "Nước sạch", "Thay đường ống", "Sở Xây dựng", "Quý II"),
    ]
    file.unruled(rows, (30, 110, 140, 110, 80))
    path = tmp_path / "plan.pdf"
    file.document.output(str(path))
    actual = [(record.criterion, record.measure, record.deadline) for record in read(path).records]
    assert actual == [(row[1], row[2], row[4]) for row in rows[1:]]


def test_small_numbers_in_a_pdf_are_no_marks_of_footnotes(tmp_path: Path) -> None:
    file = PdfFile()
    file.document.set_font("DejaVu", size=15)
    for line in (*SMALL_HEAD[:2], *["Thực hiện chỉ đạo về cải cách hành chính năm 2024."] * 9):
        file.paragraph(line)
    file.document.set_font("DejaVu", size=9)
    rows = [
        ("TT", "Tiêu chí", "Chỉ tiêu", "Giải pháp", "Chủ trì", "Thời hạn"),
        ("1", "Hộ nghèo", "98 %", "Dán danh sách tại 120 thôn", "UBND xã", "Tháng 6 năm 2024"),
    ]
    file.ruled(rows, (25, 90, 60, 150, 80, 95))
    path = tmp_path / "plan.pdf"
    file.document.output(str(path))
    (record,) = read(path).records
    assert (record.number, record.target) == ("1", "98 %")
    assert (record.measure, record.deadline) == (rows[1][3], rows[1][5])


# Word documents.


def docx_plan(tmp_path: Path, *parts: str | Table) -> Path:
    path = tmp_path / "plan.docx"
    document = docx.Document()
    for part in ("KẾ HOẠCH", "Nâng cao Chỉ số PAPI năm 2024", "I. GIẢI PHÁP", *parts):
        if isinstance(part, str):
            document.add_paragraph(part)
        else:
            add_docx_table(document, part)
    document.save(str(path))
    return path


def test_automatic_numbers_are_read(tmp_path: Path) -> None:
    document = docx.Document()
    for text in ("KẾ HOẠCH", "Nâng cao Chỉ số PAPI năm 2024", "I. GIẢI PHÁP"):
        document.add_paragraph(text)
    document.add_paragraph("Mở hòm thư góp ý.", style="List Bullet")
    document.add_paragraph("Công khai danh sách hộ nghèo.", style="List Number")
    document.add_paragraph("Niêm yết bảng giá đất.", style="List Number")
    path = tmp_path / "plan.docx"
    document.save(str(path))
    plan = read(path)
    assert [record.number for record in plan.records] == ["", "1", "2"]
    assert plan.records[0].measure == "Mở hòm thư góp ý."


def test_deleted_words_and_footnote_marks_are_no_text(tmp_path: Path) -> None:
    document = docx.Document()
    for text in ("KẾ HOẠCH", "Nâng cao Chỉ số PAPI năm 2024", "I. GIẢI PHÁP"):
        document.add_paragraph(text)
    paragraph = document.add_paragraph("1. Công khai ")
    run = paragraph.add_run("hằng năm")
    deleted = OxmlElement("w:del")
    deleted.set(qn("w:id"), "1")
    run._r.addprevious(deleted)
    deleted.append(run._r)
    paragraph.add_run("bảng giá đất")
    paragraph.add_run("3").font.superscript = True
    path = tmp_path / "plan.docx"
    document.save(str(path))
    assert read(path).records[0].measure == "Công khai bảng giá đất"


def test_a_table_within_a_frame_is_read(tmp_path: Path) -> None:
    document = docx.Document()
    for text in ("KẾ HOẠCH", "Nâng cao Chỉ số PAPI năm 2024"):
        document.add_paragraph(text)
    frame = document.add_table(rows=1, cols=1).cell(0, 0)
    rows = (("1", "Đối thoại với dân", "UBND xã", "Quý I"),)
    table = Table(("TT", "Nhiệm vụ", "Chủ trì", "Thời gian"), rows)
    inner = frame.add_table(rows=2, cols=4)
    for number, row in enumerate((table.header, rows[0])):
        for column, text in enumerate(row):
            inner.cell(number, column).text = text
    path = tmp_path / "plan.docx"
    document.save(str(path))
    (record,) = read(path).records
    assert (record.measure, record.lead_unit) == ("Đối thoại với dân", "UBND xã")


def test_where_a_document_tells_merged_cells_an_empty_one_is_empty(tmp_path: Path) -> None:
    rows = (
        ("1", "Họp dân", "UBND xã", "Thôn", "Quý I"),
        ("2", "Phát tờ rơi", UP, "", UP),
        ("3", "Treo áp phích", "Đoàn xã", "", ""),
    )
    header = ("TT", "Nhiệm vụ", "Chủ trì", "Phối hợp", "Thời gian")
    records = read(docx_plan(tmp_path, Table(header, rows))).records
    assert [record.lead_unit for record in records] == ["UBND xã", "UBND xã", "Đoàn xã"]
    assert [record.support_unit for record in records] == ["Thôn", "", ""]
    assert [record.deadline for record in records] == ["Quý I", "Quý I", ""]


def test_a_header_in_two_rows_names_the_columns(tmp_path: Path) -> None:
    document = docx.Document()
    for text in ("KẾ HOẠCH", "Nâng cao Chỉ số PAPI năm 2024"):
        document.add_paragraph(text)
    table = document.add_table(rows=3, cols=5)
    for column, text in enumerate(("Thời hạn", "Sản phẩm", "Nội dung nhiệm vụ", "", "")):
        table.cell(0, column).text = text
    table.cell(0, 3).merge(table.cell(0, 4)).text = "Phân công thực hiện"
    table.cell(1, 3).text, table.cell(1, 4).text = "Chủ trì", "Phối hợp"
    for column in range(3):
        table.cell(0, column).merge(table.cell(1, column))
    for column, text in enumerate(("Quý II", "Tờ trình", "Lập quy chế", "Sở A", "Sở B")):
        table.cell(2, column).text = text
    path = tmp_path / "plan.docx"
    document.save(str(path))
    (record,) = read(path).records
    assert (record.deadline, record.product) == ("Quý II", "Tờ trình")
    assert (record.measure, record.lead_unit, record.support_unit) == (
        "Lập quy chế",
        "Sở A",
        "Sở B",
    )


# What is refused.

NOT_A_PLAN = "expected a plan to improve PAPI, SIPAS, PAR INDEX or a like index"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
FORMS = ".docx, .doc, .odt, .rtf, .pdf, .xlsx, .xls, .ods, .html, .txt or .md"
BAD: dict[str, tuple[bytes, str]] = {
    "empty.txt": (
        b"",
        "found an empty file; expected a plan document; fetch or save it again",
    ),
    "blank.md": (
        b"\n   \n",
        "found an empty file; expected a plan document; fetch or save it again",
    ),
    "other-letters.txt": (
        b"K\xea ho\xe1ch",
        "found bytes that are no text in UTF-8 (from byte 2); expected a text in UTF-8; save it "
        "again with the encoding UTF-8",
    ),
    "cut.pdf": (
        b"%PDF-1.4\n1 0 obj",
        "found a damaged or cut off PDF; expected a whole one; fetch it again, or open it and "
        "print it to a new PDF",
    ),
    "page.pdf": (
        b"<html></html>",
        "found a web page without text; expected a plan document; open it in a browser and save "
        "it whole, or print it as .pdf",
    ),
    "really.docx": (
        b"%PDF-1.4",
        "found a damaged or cut off PDF; expected a whole one; fetch it again, or open it and "
        "print it to a new PDF",
    ),
    "old.doc": (
        OLE,
        "found a damaged file of Office 97-2003; expected a whole one; open it in Word, Excel or "
        "LibreOffice and save it again",
    ),
    "locked.docx": (
        OLE + "EncryptedPackage".encode("utf-16-le"),
        "found a file locked with a password; expected one that opens without; open it in Word "
        "or Excel with the password and save it without one",
    ),
    "table.xlsx": (
        b"PK\x03\x04",
        "found a damaged or cut off .xlsx; expected a whole one; fetch it or save it again",
    ),
    "sheet.ods": (
        b"no package",
        "found no workbook; expected a workbook; it may be cut off or a web page; fetch it again",
    ),
    "slides.pptx": (b"PK\x03\x04", f"found ending '.pptx'; expected {FORMS}; save it as .pdf"),
    "photo.jpg": (
        b"\xff\xd8",
        f"found ending '.jpg'; expected {FORMS}; read it with parstats plan --ocr (needs pip "
        'install "parstats[ocr]"), or make it text with OCR software first (ocrmypdf -l vie) and '
        "save it as .pdf",
    ),
    "noise.txt": (
        bytes([65, 184, 66, 1, 184, 10]) * 9,
        "found bytes that are no text in UTF-8 (from byte 2); expected a text in UTF-8; save it "
        "again with the encoding UTF-8",
    ),
    "poem.txt": (
        "Trăng lên đầu núi\nSương xuống cuối sông\n".encode(),
        "found no plan (it names no index and no administrative reform; no word of plans or "
        "measures; no table with columns of measures, units and deadlines, and no list of "
        f"measures under a heading such as NHIỆM VỤ, GIẢI PHÁP); {NOT_A_PLAN}; check that it is "
        "the right file",
    ),
    "report.txt": (
        "BÁO CÁO\nKết quả Chỉ số PAPI\nI. NHIỆM VỤ\n1. Tổng hợp ý kiến của người dân.\n".encode(),
        f"found no plan (its title says báo cáo); {NOT_A_PLAN}; check that it is the right file",
    ),
}


def refusal(path: Path) -> str:
    with pytest.raises(InvalidData) as caught:
        read(path)
    (problem,) = caught.value.problems
    line = str(problem)
    assert "\n" not in line
    assert line.startswith(f"{path}: ")
    return line.removeprefix(f"{path}: ")


@pytest.mark.parametrize("name", BAD)
def test_a_file_that_is_no_plan_document_is_refused_in_one_line(name: str, tmp_path: Path) -> None:
    content, message = BAD[name]
    path = tmp_path / name
    path.write_bytes(content)
    assert refusal(path) == message


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none.pdf").startswith("found No such file or directory")
    folder = tmp_path / "plans"
    folder.mkdir()
    assert refusal(folder).endswith(f"name the files in it, as {folder}/*.docx")


def test_a_scan_is_told_from_an_empty_pdf(tmp_path: Path) -> None:
    scan, blank = tmp_path / "scan.pdf", tmp_path / "blank.pdf"
    file = FPDF()
    file.add_page()
    file.image(Image.new("RGB", (60, 80), "gray"), 0, 0, 210, 297)
    file.output(str(scan))
    remedy = (
        'read it with parstats plan --ocr (needs pip install "parstats[ocr]"), or make it text '
        "with OCR software first (ocrmypdf -l vie in.pdf out.pdf)"
    )
    message = "found pictures of pages without text (a scan); expected a PDF with text"
    assert refusal(scan) == f"{message}; {remedy}"
    file = FPDF()
    file.add_page()
    file.output(str(blank))
    assert refusal(blank) == f"found no text; expected a PDF with text; {remedy}"


def test_a_locked_pdf_is_refused(tmp_path: Path) -> None:
    file = FPDF()
    file.add_page()
    file.set_font("helvetica")
    file.cell(text="plan")
    file.set_encryption("owner", "reader")
    path = tmp_path / "locked.pdf"
    file.output(str(path))
    assert refusal(path).startswith("found a file locked with a password")


def test_a_cut_off_word_document_is_refused(tmp_path: Path) -> None:
    content = docx_plan(tmp_path, "1. Đối thoại với người dân.").read_bytes()
    path = tmp_path / "cut.docx"
    path.write_bytes(content[: len(content) // 2])
    message = "found a damaged or cut off .docx; expected a whole one"
    assert refusal(path) == f"{message}; fetch it or save it again"


@pytest.mark.parametrize("megabytes", [20, 300])
def test_a_zip_bomb_is_refused_unopened(megabytes: int, tmp_path: Path) -> None:
    path = tmp_path / "bomb.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        with package.open("word/document.xml", "w") as part:
            for _ in range(megabytes):
                part.write(b" " * 2**20)
    assert path.stat().st_size < 2**20
    assert refusal(path).endswith("it is no document or a harmful one; do not open it")


def test_a_huge_file_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LARGEST", "LARGEST_PLAIN"):
        monkeypatch.setattr(limits, name, 2**20)
    remedy = "cut it to what counts"
    for name, further in (("huge.txt", ""), ("huge.pdf", ", or save it without pictures")):
        path = tmp_path / name
        path.write_bytes(b"a" * (3 * 2**20))
        assert refusal(path) == f"found 3 MB; expected at most 1 MB; {remedy}{further}"


def test_more_paragraphs_or_longer_ones_than_any_plan_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MOST_BLOCKS", 100)
    many, long = tmp_path / "many.txt", tmp_path / "long.txt"
    many.write_text("1. Đối thoại.\n" * 101, encoding="utf-8")
    long.write_text("Chỉ số PAPI " * 10_000, encoding="utf-8")
    message = "found 101 paragraphs and rows; expected at most 100"
    assert refusal(many) == f"{message}; cut it to the plan itself"
    message = "found a paragraph of 120,000 letters; expected at most 100,000"
    assert refusal(long) == f"{message}; save it with a line a paragraph"
    document = docx.Document()
    for _ in range(101):
        document.add_paragraph("Đối thoại.")
    document.save(str(tmp_path / "many.docx"))
    assert refusal(tmp_path / "many.docx").startswith("found 101 paragraphs and rows")


@pytest.mark.parametrize(
    ("lines", "writing"),
    [
        (["KÕ HO¹CH", "N©ng cao ChØ sè PAPI n¨m 2015", "1. C«ng khai hé nghÌo t¹i x·."], "TCVN3"),
        (["KEÁ HOAÏCH", "Naâng cao Chæ soá PAPI", "1. Coâng khai hoä ngheøo taïi xaõ."], "VNI"),
    ],
)
def test_letters_of_an_old_font_are_told_and_not_guessed(
    lines: list[str], writing: str, tmp_path: Path
) -> None:
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    docx_path, utf, old = tmp_path / "old.docx", tmp_path / "utf.txt", tmp_path / "old.txt"
    document.save(str(docx_path))
    utf.write_text("\n".join(lines), encoding="utf-8")
    old.write_text("\n".join(lines), encoding="cp1252")
    for path in (docx_path, utf, old):
        assert refusal(path).startswith(f"found text in the old writing {writing} (fonts such as")


def test_a_page_that_is_a_picture_is_named(tmp_path: Path) -> None:
    lines = ["KẾ HOẠCH", "Nâng cao Chỉ số PAPI năm 2024", "I. GIẢI PHÁP"]
    file = PdfFile()
    for line in [*lines, *(f"{n}. Đối thoại với người dân ở thôn {n}." for n in range(1, 20))]:
        file.paragraph(line)
    plan = read(file.page().picture().save(tmp_path / "plan.pdf"))
    assert len(plan.records) == 19
    assert [(note.key, note.fields) for note in plan.notes] == [("pictures", {"pages": "2"})]


def test_a_scan_with_a_line_about_its_signature_is_a_scan(tmp_path: Path) -> None:
    file = PdfFile().picture().page().picture().page()
    file.paragraph("Người ký: Văn phòng UBND tỉnh")
    assert refusal(file.save(tmp_path / "scan.pdf")).startswith("found pictures of pages")


LINES = st.lists(
    st.one_of(
        st.text(alphabet="abcđê IVX.,;:-+|()%\t0123456789ÀỘ", max_size=40),
        st.sampled_from(
            [
                "KẾ HOẠCH",
                "I. NHIỆM VỤ, GIẢI PHÁP",
                "1. Đối thoại về Chỉ số PAPI",
                "TT\tNhiệm vụ\tChủ trì\tThời gian",
                "\tTT",
                "\tNhiệm vụ",
                "\tChủ trì",
                "Phụ lục 1",
                "Nơi nhận:",
                "| TT | Nhiệm vụ | Chủ trì |",
                "\t",
                "",
            ]
        ),
    ),
    max_size=30,
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(LINES)
def test_any_text_is_read_or_refused(tmp_path: Path, lines: list[str]) -> None:
    """Nothing but a refusal is raised, and places lie within the text."""
    path = tmp_path / "any.txt"
    path.write_text("\n".join(lines), encoding="utf-8", newline="\n")
    try:
        plan = read(path)
    except InvalidData:
        return
    for record in plan.records:
        assert 1 <= record.span.line_start <= record.span.line_end <= len(lines)
