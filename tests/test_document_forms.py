"""One table says the same in every form; what each form hides, splits or repeats is told apart."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path

import docx
import openpyxl
import pytest
from docx.oxml import parse_xml
from openpyxl.styles import Alignment

from parstats import documents
from parstats.documents import office
from parstats.documents.document import Block
from parstats.errors import InvalidData
from parstats.plans import read
from pdf_files import PdfFile
from plan_documents import UP, Document, Table

HEADER = ("TT", "Tiêu chí", "Mục tiêu", "Giải pháp", "Chủ trì", "Thời hạn")
ROWS = (
    ("1", "Hồ sơ đúng hẹn", "95%", "- Nhắc việc mỗi sáng\n- Xin lỗi", "Sở Nội vụ", "30/06/2024"),
    ("2", "Hồ sơ trực tuyến", "97,5%", "Mở điểm hỗ trợ ở bến xe", UP, "Quý III/2024"),
    ("3", "Kiểm tra công vụ", "", "Kiểm tra 12 xã", "Thanh tra tỉnh", "Thường xuyên"),
)
TITLE = ("UBND TỈNH AN GIANG", "KẾ HOẠCH", "Nâng cao Chỉ số PAR INDEX năm 2024")
PLAN = Document((*TITLE, "I. GIẢI PHÁP", Table(HEADER, ROWS, (30, 120, 70, 200, 100, 90))))
Measure = tuple[str, ...]


def measures(path: Path) -> list[Measure]:
    """What each measure of a plan says."""
    return [
        (r.number, r.criterion, r.target, r.measure, r.lead_unit, r.deadline)
        for r in read(path).records
    ]


def texts(path: Path) -> list[str | list[str]]:
    """The paragraphs of a document, and its rows as lists."""
    blocks = documents.read_text(path).blocks
    return [block.text or [cell.text for cell in block.cells] for block in blocks]


def workbook(path: Path) -> Path:
    """The plan as a workbook: title merged, an empty column at the left, numbers and dates."""
    book = openpyxl.Workbook()
    sheet = book.active
    for number, text in enumerate((*TITLE, "I. GIẢI PHÁP"), 1):
        sheet.cell(number, 2, text)
        sheet.merge_cells(start_row=number, start_column=2, end_row=number, end_column=7)
    for number, row in enumerate((HEADER, *ROWS), 6):
        for column, value in enumerate(row, 2):
            if value != UP:
                sheet.cell(number, column, value)
    for number, (share, form) in enumerate(((0.95, "0%"), (0.975, "0.0%")), 7):
        sheet.cell(number, 2, number - 6)
        sheet.cell(number, 4, share).number_format = form
    sheet.cell(7, 7, date(2024, 6, 30)).number_format = "mm-dd-yy"
    sheet.cell(7, 5).alignment = Alignment(wrap_text=True)
    sheet.merge_cells("F7:F8")
    sheet.cell(11, 2, "Ghi chú: số liệu của Sở Nội vụ.")
    book.save(path)
    return path


def page(path: Path) -> Path:
    """The plan as a web page between a menu and a footer, all in one form."""
    lines = ["<html><head><meta charset=utf-8><title>Trang</title></head><body><form>"]
    lines += ["<ul><li><a href=a>Trang chủ</a><li><a href=b>Giới thiệu</a></ul>"]
    lines += [f"<p>{text}</p>" for text in (*TITLE, "I. GIẢI PHÁP")]
    lines += ["<table><tr>" + "".join(f"<th>{text}</th>" for text in HEADER)]
    for number, row in enumerate(ROWS):
        cells = [text.replace("\n", "<br>") for text in row if text != UP]
        spans = [' rowspan="2"' if (number, at) == (0, 4) else "" for at in range(len(cells))]
        boxes = (f"<td{span}>{text}</td>" for span, text in zip(spans, cells, strict=True))
        lines.append("<tr>" + "".join(boxes))
    lines += ["</table><div class='site-footer'>Bản quyền: 4.812 lượt</div></form></body>"]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def converted(path: Path, form: str) -> Path:
    """A document in another form, made by LibreOffice."""
    if not office.program():
        pytest.skip("LibreOffice is not installed")
    profile = (path.parent / "profile").as_uri()
    command = [office.program(), f"-env:UserInstallation={profile}", "--headless"]
    command += ["--convert-to", form, "--outdir", str(path.parent), str(path)]
    subprocess.run(command, check=True, capture_output=True)
    return path.with_suffix(f".{form}")


@pytest.fixture
def expected(tmp_path: Path) -> list[Measure]:
    return measures(PLAN.write(tmp_path, "docx"))


def test_what_the_table_says(expected: list[Measure]) -> None:
    assert expected == [
        ("1", ROWS[0][1], "95%", "Nhắc việc mỗi sáng", "Sở Nội vụ", "30/06/2024"),
        ("1", ROWS[0][1], "95%", "Xin lỗi", "Sở Nội vụ", "30/06/2024"),
        ("2", ROWS[1][1], "97,5%", "Mở điểm hỗ trợ ở bến xe", "Sở Nội vụ", "Quý III/2024"),
        ("3", ROWS[2][1], "", "Kiểm tra 12 xã", "Thanh tra tỉnh", "Thường xuyên"),
    ]


@pytest.mark.parametrize("make", [workbook, page])
def test_workbook_and_web_page_say_the_same(
    make: Callable[[Path], Path], expected: list[Measure], tmp_path: Path
) -> None:
    ending = "xlsx" if make is workbook else "html"
    assert measures(make(tmp_path / f"plan.{ending}")) == expected


@pytest.mark.process
@pytest.mark.parametrize("form", ["xls", "ods", "odt", "doc", "rtf"])
def test_forms_of_libreoffice_say_the_same(
    form: str, expected: list[Measure], tmp_path: Path
) -> None:
    is_sheet = form in ("xls", "ods")
    source = workbook(tmp_path / "plan.xlsx") if is_sheet else PLAN.write(tmp_path, "docx")
    if form == "doc":  # LibreOffice writes no .doc of what python-docx made
        source = converted(source, "odt")
    assert measures(converted(source, form)) == expected


@pytest.mark.parametrize(("make", "lie"), [(workbook, ".xls"), (page, ".doc"), (page, ".xls")])
def test_a_file_is_read_as_what_it_is(
    make: Callable[[Path], Path], lie: str, expected: list[Measure], tmp_path: Path
) -> None:
    assert measures(make(tmp_path / f"plan{lie}")) == expected


def test_without_libreoffice_an_old_document_is_refused_with_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(office, "program", lambda: "")
    path = tmp_path / "plan.rtf"
    path.write_bytes(b"{\\rtf1 PAPI}")
    with pytest.raises(InvalidData, match=r"save it as \.docx, or install LibreOffice"):
        read(path)


# Workbooks.


def test_places_in_a_workbook_are_sheet_and_row(tmp_path: Path) -> None:
    record = read(workbook(tmp_path / "plan.xlsx")).records[-1]
    assert (record.span.page, record.span.line_start) == (1, 9)


def test_hidden_parts_and_unsaved_formulas_of_a_workbook_are_said(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(workbook(tmp_path / "plan.xlsx"))
    book.active.row_dimensions[9].hidden = True
    book.active["D10"] = "=1+1"
    book.create_sheet("Nháp")["A1"] = "x"
    book["Nháp"].sheet_state = "hidden"
    book.save(tmp_path / "plan.xlsx")
    plan = read(tmp_path / "plan.xlsx")
    assert [record.number for record in plan.records] == ["1", "1", "2"]
    notes = {note.key: note.fields["places"] for note in plan.notes if "places" in note.fields}
    assert notes == {"hidden_sheet": "Sheet, Nháp", "formula_sheet": "Sheet: D10"}


def test_the_name_of_a_sheet_tells_its_index(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for name in ("PAPI", "SIPAS"):
        sheet = book.create_sheet(name)
        sheet.append(["KẾ HOẠCH nâng cao Chỉ số PAPI, SIPAS tỉnh An Giang năm 2024"])
        sheet.append(["TT", "Tiêu chí", "Giải pháp", "Chủ trì", "Thời hạn"])
        sheet.append([1, "Y tế", f"Sửa trạm cho {name}", "Sở Y tế", "Quý I/2024"])
    book.save(tmp_path / "plan.xlsx")
    records = read(tmp_path / "plan.xlsx").records
    assert [record.section.index for record in records] == ["PAPI", "SIPAS"]


def test_a_table_whose_headers_are_not_understood_is_said(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(workbook(tmp_path / "plan.xlsx"))
    sheet = book.create_sheet("Khác")
    for row in (("STT", "Tiêu chí", "Zzz", "Sản phẩm", "Yyy"), *[("1", "a", "b", "c", "d")] * 3):
        sheet.append(row)
    book.save(tmp_path / "plan.xlsx")
    notes = {note.key: note.fields for note in read(tmp_path / "plan.xlsx").notes}
    assert notes["table_sheet"] == {"places": "2"}


# Word.

_BOX = (
    '<w:p xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><w:r>'
    "<mc:AlternateContent><mc:Choice>{0}</mc:Choice><mc:Fallback>{0}</mc:Fallback>"
    "</mc:AlternateContent></w:r></w:p>"
)


def test_a_text_box_of_word_is_read_once_and_in_its_place(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("Trước")
    content = "<w:txbxContent><w:p><w:r><w:t>SỞ Y TẾ</w:t></w:r></w:p></w:txbxContent>"
    document.element.body.insert(1, parse_xml(_BOX.format(content)))
    document.save(tmp_path / "plan.docx")
    assert texts(tmp_path / "plan.docx") == ["Trước", "SỞ Y TẾ"]


def test_symbols_of_word_are_bullets_and_hidden_words_are_left_out(tmp_path: Path) -> None:
    document = docx.Document()
    name = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    symbol = f'<w:r {name}><w:sym w:font="Symbol" w:char="F0B7"/></w:r>'
    paragraph = document.add_paragraph()
    paragraph._p.append(parse_xml(symbol))
    paragraph.add_run(" Đạt \u2265 80\u00a0% hồ\u00ad sơ")
    paragraph.add_run(" bản nháp").font.hidden = True
    document.save(tmp_path / "plan.docx")
    assert texts(tmp_path / "plan.docx") == ["• Đạt ≥ 80 % hồ sơ"]


# Bullets.


@pytest.mark.parametrize("sign", ["\uf0b7", "\uf0a7", "\uf0d8", "➢", "✓", "❖", "Ø", "o", "○"])
def test_signs_of_fonts_are_bullets(sign: str, tmp_path: Path) -> None:
    path = tmp_path / "plan.txt"
    path.write_text(f"Việc phải làm\n{sign} Mở lớp học\n{sign} Mời thầy giáo\n", encoding="utf-8")
    assert texts(path) == ["Việc phải làm", "• Mở lớp học", "• Mời thầy giáo"]


def test_a_word_that_begins_with_o_has_no_bullet(tmp_path: Path) -> None:
    path = tmp_path / "plan.txt"
    path.write_text("ong mật\no ép\nØrsted\n", encoding="utf-8")
    assert all("•" not in text and "+" not in text for text in texts(path))


# Text with blanks or bars between its columns.

LAYOUT = """\
   UBND TỈNH AN GIANG                 CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
    Số: 12/KH-UBND                         Độc lập - Tự do - Hạnh phúc

                                    KẾ HOẠCH
                      Nâng cao Chỉ số PAPI năm 2024
TT  Tiêu chí       Giải pháp                Chủ trì      Thời gian
1   Y tế công      Sửa mái trạm y tế        Sở Y tế      Quý I/2024
    lập            xã
2   Giáo dục bậc 1 Xây nhà vệ sinh          Sở Giáo dục  Năm 2024
                   cho học sinh             và Đào tạo
Kế hoạch này có hiệu lực từ ngày ký.
"""


def test_columns_kept_apart_by_blanks_are_a_table(tmp_path: Path) -> None:
    path = tmp_path / "plan.txt"
    path.write_text(LAYOUT, encoding="utf-8")
    assert texts(path)[:4] == [
        "UBND TỈNH AN GIANG",
        "Số: 12/KH-UBND",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
    ]
    assert texts(path)[-3:] == [
        ["1", "Y tế công lập", "Sửa mái trạm y tế xã", "Sở Y tế", "Quý I/2024"],
        [
            *("2", "Giáo dục bậc 1", "Xây nhà vệ sinh cho học sinh"),
            *("Sở Giáo dục và Đào tạo", "Năm 2024"),
        ],
        "Kế hoạch này có hiệu lực từ ngày ký.",
    ]


def test_a_row_whose_columns_run_into_each_other_is_said_not_guessed(tmp_path: Path) -> None:
    rows = "".join(
        f"{n}   Y tế           Sửa trạm                 Sở Y tế      Quý I\n" for n in range(3, 8)
    )
    mixed = (
        "8   Giáo dục tiểu học Xây nhà vệ sinh       Sở Giáo dục  Năm 2024\n"
        "                   cho học sinh\n"
    )
    path = tmp_path / "plan.txt"
    path.write_text(LAYOUT.replace("Kế hoạch này", f"{rows}{mixed}Kế hoạch này"), encoding="utf-8")
    document = documents.read_text(path)
    assert [part.place for part in document.unread] == ["line 16-17"]
    assert not any("tiểu học" in text for block in document.blocks for text in _all(block))


def _all(block: Block) -> list[str]:
    return [block.text, *(cell.text for cell in block.cells)]


@pytest.mark.parametrize(
    "lost",
    [
        "STT Tiêu chí Giải pháp Cơ quan chủ trì Thời gian\n1 Y tế Sửa trạm Sở Y tế Quý I\n",
        "Tiêu chí\nY tế\nGiải pháp\nSửa trạm\nChủ trì\nSở Y tế\nThời gian\nQuý I\n",
        "STT | Tiêu chí | Giải pháp | Chủ trì\n1 | Y tế Sửa trạm | Sở Y tế\n",
    ],
)
def test_a_table_lost_in_text_is_said(lost: str, tmp_path: Path) -> None:
    path = tmp_path / "plan.txt"
    path.write_text("KẾ HOẠCH nâng cao PAPI\n\n" + lost, encoding="utf-8")
    assert [part.kind for part in documents.read_text(path).unread] == ["table"]


def test_prose_that_names_units_and_dates_is_no_lost_table(tmp_path: Path) -> None:
    path = tmp_path / "plan.txt"
    path.write_text(
        "1. Sửa trạm y tế.\nCơ quan chủ trì: Sở Y tế. Phối hợp: UBND xã. Thời gian: Quý I.\n"
        "Các nhiệm vụ nêu rõ cơ quan chủ trì, cơ quan phối hợp và thời gian.\n",
        encoding="utf-8",
    )
    assert documents.read_text(path).unread == ()


# PDF.


def test_two_columns_of_a_pdf_are_read_one_after_the_other(tmp_path: Path) -> None:
    file = PdfFile()
    document = file.document
    left = [f"{n}. Câu thứ {n} của cột bên trái viết đủ dài" for n in range(1, 11)]
    right = [f"{n}. Câu thứ {n} của cột bên phải viết đủ dài" for n in range(11, 21)]
    document.set_font("DejaVu", size=9)
    for number, pair in enumerate(zip(left, right, strict=True)):
        for x, text in zip((50, 320), pair, strict=True):
            document.set_xy(x, 100 + 14 * number)
            document.cell(text=text)
    path = tmp_path / "plan.pdf"
    document.output(str(path))
    assert texts(path) == [*left, *right]


# Web pages.


def test_an_old_page_in_windows_1258_and_its_lists(tmp_path: Path) -> None:
    path = tmp_path / "plan.htm"
    text = "<html><body><ol start=2><li>Đô thị<ul><li>Sân</ul></ol><p style='display:none'>x</p>"
    path.write_bytes(text.replace("ị", "i\u0323").encode("cp1258"))
    assert texts(path) == ["2. Đô thị", "+ Sân"]


def test_an_archive_of_one_page_is_read(tmp_path: Path) -> None:
    shutil.copy(page(tmp_path / "plan.html"), tmp_path / "a.html")
    content = (tmp_path / "a.html").read_bytes()
    head = b"MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n"
    (tmp_path / "plan.doc").write_bytes(head + b"Content-Transfer-Encoding: 8bit\n\n" + content)
    assert len(read(tmp_path / "plan.doc").records) == 4
