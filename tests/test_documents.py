"""One reader for files of every form: what it returns, what it says it could not read, limits."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.styles import numbers

import binary_workbook
from parstats import documents
from parstats.documents import limits, pdf_pages
from parstats.documents.document import Document
from parstats.errors import InvalidData
from parstats.ingest.recognise import ingest
from pdf_files import Merged, PdfFile, Turned
from plan_documents import Document as PlanDocument
from plan_documents import Table

DATA = Path(__file__).parent / "data" / "documents"
SHEET = [
    ("TT", "Tỉnh, thành phố", "Chỉ số", "Xếp hạng"),
    ("1", "Hà Nội", "84.51", "20"),
    ("2", "Hà Giang", "82.5", "30"),
    ("3", "Quảng Ninh", "90.12", "1"),
]


def texts(document: Document) -> list[tuple[str, ...]]:
    (grid,) = document.tables
    return [row.cells for row in grid.rows]


# Workbooks.


@pytest.fixture
def workbook(tmp_path: Path) -> Callable[[str], Path]:
    """The same sheet in each form of workbook."""

    def of_form(ending: str) -> Path:
        if ending == ".xlsb":
            rows: list[list[str | float]] = [["Chỉ số SIPAS năm 2023"], list(SHEET[0])]
            rows += [[float(row[0]), row[1], float(row[2]), float(row[3])] for row in SHEET[1:]]
            return binary_workbook.write(tmp_path / "sipas_2023.xlsb", "Kết quả 2023", rows)
        return Path(shutil.copy(DATA / f"sipas_2023{ending}", tmp_path))

    return of_form


@pytest.mark.parametrize("ending", [".xlsx", ".xls", ".xlsb", ".ods"])
@pytest.mark.process
def test_every_form_of_workbook_is_read_alike(workbook, ending: str) -> None:
    document = documents.read_tables(workbook(ending))
    assert texts(document)[1:] == SHEET
    assert document.tables[0].sheet == "Kết quả 2023"
    assert document.form == ending
    scores = ingest(workbook(ending), "SIPAS").table
    assert scores[["province", "score", "rank"]].values.tolist() == [
        ["01", 84.51, 20],
        ["02", 82.5, 30],
        ["22", 90.12, 1],
    ]


@pytest.mark.parametrize(
    ("ending", "merges"), [(".xlsx", True), (".xls", True), (".xlsb", False), (".ods", False)]
)
@pytest.mark.process
def test_what_a_form_does_not_show_is_said(workbook, ending: str, merges: bool) -> None:
    document = documents.read_tables(workbook(ending))
    assert (document.not_shown == ()) == (ending == ".xlsx")
    assert ("merged cells" not in document.not_shown) == merges
    remarks = "\n".join(ingest(workbook(ending), "SIPAS").remarks)
    assert (f"not seen in a {ending} file: formats of numbers, hidden" in remarks) == (
        ending != ".xlsx"
    )


def test_cells_of_a_workbook_tell_their_number_format_and_span(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Tỉnh", "Tỷ lệ", ""])
    sheet.append(["Hà Nội", 0.845, 12])
    sheet["B2"].number_format = numbers.FORMAT_PERCENTAGE_00
    sheet.merge_cells("B1:C1")
    book.save(tmp_path / "a.xlsx")
    (grid,) = documents.read_tables(tmp_path / "a.xlsx").tables
    head, row = grid.rows
    assert head.cells == ("Tỉnh", "Tỷ lệ", "Tỷ lệ")
    assert (head.sources[1].n_columns, head.sources[1].n_rows) == (2, 1)
    assert head.sources[2] is head.sources[1]
    assert row.cells == ("Hà Nội", "84.5%", "12")
    assert row.sources[1].number_format == "0.00%"


def test_a_sheet_that_cannot_be_read_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "2023"
    for row in SHEET:
        book.active.append(row)
    other = book.create_sheet("Tổng hợp")
    other.append(["Tỉnh", "Điểm"])
    other["B2"] = "=SUM(C2:D2)"
    book.save(tmp_path / "sipas_2023.xlsx")
    document = documents.read_tables(tmp_path / "sipas_2023.xlsx")
    assert [grid.sheet for grid in document.tables] == ["2023"]
    (unread,) = document.unread
    assert (unread.place, unread.reason) == ("sheet Tổng hợp", "a formula without a saved value")
    remarks = ingest(tmp_path / "sipas_2023.xlsx", "SIPAS").remarks
    assert any("sheet Tổng hợp: not read (a formula without a saved value)" in r for r in remarks)


# PDF.


def test_cells_of_a_pdf_tell_their_place_size_and_span(tmp_path: Path) -> None:
    rows = [[Merged("Tỉnh", down=2), Merged("Chỉ số", across=2)], ["2022", "2023"]]
    rows += [["Hà Nội", "43,9", "44,1"]]
    path = PdfFile().ruled(rows, (200, 80, 80), headings=2).save(tmp_path / "a.pdf")
    (grid,) = documents.read_tables(path).tables
    province, index, again = grid.rows[0].sources
    assert (province.n_rows, province.n_columns) == (2, 1)
    assert (index.n_rows, index.n_columns) == (1, 2)
    assert again is index
    left, top, right, bottom = province.box
    assert right - left == pytest.approx(200, abs=1)
    assert bottom > top
    assert grid.rows[2].sources[1].size == pytest.approx(grid.rows[2].sources[2].size)


def test_a_turned_header_is_read_in_a_plan_as_in_a_table(tmp_path: Path) -> None:
    header = [Turned("Thứ tự"), Turned("Tỉnh"), Turned("Chỉ số", 270), "Hạng"]
    rows = [header, ["1", "Hà Nội", "43,9", "5"], ["2", "Hà Giang", "41,1", "9"]]
    path = PdfFile().boxes(rows, (60, 200, 60, 60), [60, 16, 16]).save(tmp_path / "a.pdf")
    expected = ("Thứ tự", "Tỉnh", "Chỉ số", "Hạng")
    assert documents.read_tables(path).tables[0].rows[0].cells == expected
    first = documents.read_text(path).blocks[0]
    assert tuple(cell.text for cell in first.cells) == expected


def test_raised_digits_are_notes_and_no_part_of_a_figure(tmp_path: Path) -> None:
    path = Path(shutil.copy(DATA / "raised_notes.pdf", tmp_path / "raised_notes.pdf"))
    (grid,) = documents.read_tables(path).tables
    assert [row.cells for row in grid.rows[1:]] == [
        ("1", "Hà Nội", "91,4", "9"),
        ("2", "Đà Nẵng", "86,9", "8"),
        ("3", "Quảng Ninh", "92,1", "1"),
        ("4", "Cần Thơ", "84", "20"),
    ]
    notes = [tuple(cell.notes for cell in row.sources[2:]) for row in grid.rows[1:]]
    assert notes == [((), ("1",)), (("(2)",), ("*",)), (("3",), ()), ((), ())]


def letter(text: str, x: float, top: float, size: float) -> dict[str, object]:
    return {"text": text, "x0": x, "x1": x + size / 2, "top": top, "bottom": top + size} | {
        "size": size, "height": size, "width": size / 2, "doctop": top, "upright": True,
        "matrix": (1, 0, 0, 1, x, top), "object_type": "char",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("small", "top", "size", "expected"),
    [
        ("1", 99, 10, ["91"]),
        ("1", 103, 10, ["911"]),
        ("1", 97, 12, ["911"]),
        ("a", 98, 8, ["91a"]),
    ],
    ids=["raised and smaller", "lowered", "raised but as large", "a letter"],
)
def test_a_mark_is_smaller_and_raised_and_a_digit(small, top, size, expected) -> None:
    from parstats.documents.pdf_words import words

    letters = [letter("9", 100, 100, 12), letter("1", 106, 100, 12), letter(small, 112, top, size)]
    assert ["".join(word["text"].split()) for word in words(letters)[0]] == expected


def test_a_square_metre_keeps_its_two() -> None:
    from parstats.documents.pdf_words import words

    letters = [letter("k", 100, 100, 12), letter("m", 106, 100, 12), letter("2", 112, 98, 8)]
    text_words, marks = words(letters)
    assert "".join(word["text"] for word in text_words) == "km2"
    assert not marks


def test_pages_that_are_pictures_are_unread_parts(tmp_path: Path) -> None:
    rows = [SHEET[0], *[(row[0], row[1], row[2], row[3]) for row in SHEET[1:]]]
    file = PdfFile().picture().page().ruled(rows, (40, 190, 80, 80))
    document = documents.read_tables(file.save(tmp_path / "a.pdf"))
    assert [(part.place, part.page) for part in document.unread] == [("page 1", 1)]
    assert texts(document) == rows


def test_letters_printed_twice_are_read_once_wherever_they_stand() -> None:
    for x in (50.0, 59.95, 60.05):
        once = letter("T", x, 20.04, 10)
        again = letter("T", x + 0.3, 19.96, 10)
        assert pdf_pages.printed_once([once, again]) == [once]
        assert len(pdf_pages.printed_once([once, letter("T", x + 1.2, 20, 10)])) == 2


# Limits, the same for all forms.


@pytest.mark.parametrize("form", ["pdf", "docx", "tabs", "md"])
def test_a_plan_is_a_document_with_blocks_in_every_form(tmp_path: Path, form: str) -> None:
    table = Table(
        ("TT", "Nhiệm vụ", "Chủ trì", "Thời gian"),
        [("1", "Rà soát", "Sở A", "Quý I")],
        (30, 200, 100, 100),
    )
    document = documents.read_text(PlanDocument(["KẾ HOẠCH", table]).write(tmp_path, form))
    rows = [tuple(cell.text for cell in block.cells) for block in document.blocks if block.cells]
    assert rows == [("TT", "Nhiệm vụ", "Chủ trì", "Thời gian"), ("1", "Rà soát", "Sở A", "Quý I")]
    assert not document.unread


def refusal(path: Path) -> str:
    with pytest.raises(InvalidData) as caught:
        documents.read_tables(path, path.name)
    (problem,) = caught.value.problems
    return str(problem)


@pytest.mark.parametrize("ending", [".xlsx", ".xls", ".ods", ".xlsb"])
@pytest.mark.process
def test_a_sheet_with_too_many_cells_is_refused(workbook, monkeypatch, ending: str) -> None:
    monkeypatch.setattr(limits, "MOST_CELLS", 10)
    assert "cells; expected at most 10" in refusal(workbook(ending))


def test_a_text_table_with_too_many_cells_is_refused(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(limits, "MOST_CELLS", 10)
    path = tmp_path / "a.csv"
    path.write_text("\n".join(map(";".join, SHEET)), encoding="utf-8")
    assert "found 16 cells; expected at most 10" in refusal(path)


def test_a_file_that_takes_too_long_is_refused_with_the_place(tmp_path: Path, monkeypatch) -> None:
    path = PdfFile().paragraph("Một").page().paragraph("Hai").save(tmp_path / "a.pdf")
    clock = iter(range(0, 10_000, 1000))
    monkeypatch.setattr(limits.time, "monotonic", lambda: float(next(clock)))
    assert refusal(path) == (
        "a.pdf: found 30 minutes of reading, up to page 2 of 2; expected a file that is read "
        "sooner; cut it to what counts"
    )


@pytest.mark.process
def test_a_cell_that_lies_far_away_does_not_end_the_process(tmp_path: Path, capfd) -> None:
    path = binary_workbook.write(tmp_path / "far.xlsb", "a", [["Tỉnh"]], far_cell=True)
    assert "its last cell lies so far away that it takes too much memory" in refusal(path)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("ending", [".xls", ".ods", ".xlsb", ".xlsx"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
@pytest.mark.process
def test_a_damaged_workbook_is_refused_in_one_line(workbook, ending: str, share: float) -> None:
    path = workbook(ending)
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    line = refusal(path)
    assert "\n" not in line
    assert line.startswith(path.name)


@pytest.mark.process
def test_bytes_flipped_anywhere_never_end_in_a_traceback(workbook) -> None:
    for ending in (".xls", ".xlsb", ".ods", ".xlsx"):
        path = workbook(ending)
        content = path.read_bytes()
        for position in range(600, len(content), max(len(content) // 6, 1)):
            damaged = bytearray(content)
            damaged[position] ^= 0xFF
            path.write_bytes(bytes(damaged))
            with contextlib.suppress(InvalidData):
                documents.read_tables(path)
