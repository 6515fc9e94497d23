"""Headers of tables of measures that a page, or a second row, cuts in two."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from parstats.plans import Plan, read
from pdf_files import Merged, PdfFile

WIDTHS = (30, 110, 145, 95, 85, 70)
ROWS = (
    ("1", "Công khai", "Niêm yết danh sách hộ nghèo", "Sở Nội vụ", "Sở Tài chính", "Quý II/2024"),
    ("2", "Thủ tục", "Rà soát thủ tục đất đai", "Sở Tư pháp", "UBND các xã", "Quý III/2024"),
)
Row = Sequence[str | Merged]


def over_two_pages(tmp_path: Path, upper: Row, *lower: Row) -> Plan:
    """A plan whose table has one row of header on the first page and the others on the next."""
    pdf = PdfFile()
    for text in ("KẾ HOẠCH", "Nâng cao Chỉ số PAPI tỉnh Nghệ An năm 2024", "I. GIẢI PHÁP"):
        pdf.paragraph(text)
    pdf.ruled([upper], WIDTHS)
    pdf.page().ruled([*lower, *ROWS], WIDTHS)
    return read(pdf.save(tmp_path / "plan.pdf"))


def told(plan: Plan) -> list[tuple[str, ...]]:
    return [(r.criterion, r.measure, r.lead_unit, r.support_unit, r.deadline) for r in plan.records]


@pytest.mark.parametrize(
    ("upper", "lower"),
    [
        (
            ("TT", "Tiêu chí", "Nhiệm vụ, giải", "Cơ quan", "Cơ quan phối", "Thời"),
            ("", "", "pháp", "chủ trì", "hợp", "gian"),
        ),
        (
            ("TT", "Tiêu chí", "Nhiệm vụ", "Chủ trì", "Cơ quan", "Thời hạn"),
            ("", "", "", "", "phối hợp", ""),
        ),
        (
            ("ST", "Nội", "Nhiệm", "Đơn", "Đơn", "Thời"),
            ("T", "dung", "vụ", "vị chủ trì", "vị phối hợp", "gian"),
        ),
        (
            ("TT", "Tiêu chí", "Nhiệm vụ", "Tổ chức thực", "Tổ chức thực", "Thời"),
            ("", "", "", "hiện (chủ trì)", "hiện (phối hợp)", "hạn"),
        ),
        (
            ("TT", "Tiêu chí", "Giải pháp", Merged("Đơn vị thực hiện", across=2), "Thời gian"),
            ("", "", "", "Chủ trì", "Phối hợp", ""),
        ),
        (
            ("TT", "Tiêu chí", "Giải", Merged("Đơn vị thực hiện", across=2), "Thời gian hoàn"),
            ("", "", "pháp", "Chủ trì", "Phối hợp", "thành"),
        ),
    ],
)
def test_a_header_that_a_page_cuts_is_one_header(tmp_path: Path, upper: Row, lower: Row) -> None:
    plan = over_two_pages(tmp_path, upper, lower)
    assert told(plan) == [row[1:] for row in ROWS]
    assert not plan.notes


def test_a_row_that_counts_columns_may_follow_the_cut_header(tmp_path: Path) -> None:
    upper = ("TT", "Tiêu chí", "Nhiệm", "Chủ trì", "Phối", "Thời hạn")
    count = tuple(f"({number})" for number in range(1, 7))
    plan = over_two_pages(tmp_path, upper, ("", "", "vụ", "", "hợp", ""), count)
    assert told(plan) == [row[1:] for row in ROWS]


def test_a_header_with_its_first_row_on_the_next_page_stays_whole(tmp_path: Path) -> None:
    header = ("TT", "Tiêu chí", "Giải pháp", "Chủ trì", "Phối hợp", "Thời gian")
    assert told(over_two_pages(tmp_path, header)) == [row[1:] for row in ROWS]
    assert told(over_two_pages(tmp_path, header, header)) == [row[1:] for row in ROWS]


def test_a_measure_under_a_header_is_no_part_of_it(tmp_path: Path) -> None:
    """Units such as "UBND các xã" have no words that a header could not have."""
    header = ("TT", "Tiêu chí", "Giải pháp", "Chủ trì", "Phối hợp", "Thời gian")
    first = ("", "Thể chế", "Kiểm tra", "UBND các xã", "Các sở, ngành", "Quý I")
    assert told(over_two_pages(tmp_path, header, first))[0] == first[1:]


def test_what_looks_like_the_rest_of_a_header_is_said(tmp_path: Path) -> None:
    header = ("TT", "Tiêu chí", "Giải pháp", "Chủ trì", "Phối hợp", "Thời gian")
    plan = over_two_pages(tmp_path, header, ("", "", "(làm gì)", "bộ phận nào", "", ""))
    assert [(note.key, note.fields["places"]) for note in plan.notes] == [("table_page", "2")]


def test_a_page_with_other_columns_than_its_header_is_said(tmp_path: Path) -> None:
    pdf = PdfFile()
    for text in ("KẾ HOẠCH", "Nâng cao Chỉ số PAPI tỉnh Nghệ An năm 2024", "I. GIẢI PHÁP"):
        pdf.paragraph(text)
    pdf.ruled([("TT", "Tiêu chí", "Giải pháp", "Đơn vị", "Thời gian")], (30, 110, 145, 180, 70))
    pdf.page().ruled(ROWS, WIDTHS)
    plan = read(pdf.save(tmp_path / "plan.pdf"))
    assert ("table_page", "2") in [(note.key, note.fields["places"]) for note in plan.notes]
