"""Tables of PDF files: what is read from the layouts that ministries publish, what is refused."""

from __future__ import annotations

import csv
import unicodedata
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parstats.documents import pdf_tables
from parstats.documents.document import Grid
from parstats.documents.table_part import TablePart
from parstats.errors import InvalidData
from pdf_files import Merged, PdfFile, Turned

ROOT = Path(__file__).resolve().parent.parent
HEADER = ("TT", "Tỉnh, thành phố", "Chỉ số", "Xếp hạng")
WIDTHS = (40, 190, 80, 80)
Table = list[tuple[str, ...]]


def published_ranking() -> Table:
    """Number, province, total and rank of PAPI 2022 as a ministry would print them."""
    totals: dict[str, float] = defaultdict(float)
    with (ROOT / "data" / "raw" / "papi" / "papi_2022.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            totals[row["province_name"]] += float(row["score"])
    ranks = {name: rank for rank, name in enumerate(sorted(totals, key=totals.get)[::-1], 1)}
    return [
        (str(number), name, f"{totals[name]:.4f}".replace(".", ","), str(ranks[name]))
        for number, name in enumerate(totals, 1)
    ]


RANKING = published_ranking()


@pytest.fixture
def grids(tmp_path: Path) -> Callable[[PdfFile], list[Grid]]:
    """Writes a PDF and reads its tables."""
    return lambda file: pdf_tables.read(file.save(tmp_path / "ranking.pdf"), "ranking.pdf").tables


@pytest.fixture
def cells(grids: Callable[[PdfFile], list[Grid]]) -> Callable[[PdfFile], Table]:
    """Writes a PDF with one table and reads its cells."""

    def read(file: PdfFile) -> Table:
        (grid,) = grids(file)
        return [row.cells for row in grid.rows]

    return read


# Ruled tables.


@pytest.mark.parametrize("repeated", [True, False])
def test_a_ruled_ranking_on_three_pages_reads_back_without_loss(grids, repeated: bool) -> None:
    file = PdfFile().paragraph("Bảng 1. Chỉ số PAPI năm 2022 của 63 tỉnh, thành phố")
    (grid,) = grids(file.ruled([HEADER, *RANKING], WIDTHS, repeated=repeated, padding=7))
    assert [row.cells for row in grid.rows if row.cells != HEADER] == RANKING
    assert len(RANKING) == 63
    headers = [row.location for row in grid.rows if row.cells == HEADER]
    pages = [f"ranking.pdf, page {page}" for page in (1, 2, 3)]
    assert headers == (pages if repeated else pages[:1])
    assert list(dict.fromkeys(row.location for row in grid.rows)) == pages
    assert (grid.name, grid.sheet) == ("ranking.pdf", "")


def test_rows_are_numbered_from_1_on_each_page(grids) -> None:
    (grid,) = grids(PdfFile().ruled([HEADER, *RANKING], WIDTHS))
    numbers = defaultdict(list)
    for row in grid.rows:
        numbers[row.location].append(row.number)
    assert len(numbers) == 2
    assert all(sequence == list(range(1, len(sequence) + 1)) for sequence in numbers.values())


@pytest.mark.parametrize("style", ["ruled", "unruled"])
def test_the_last_rows_of_a_table_are_read_however_few(grids, style: str) -> None:
    on_last_page = []
    for count in range(37, 42):  # the page ends within
        table = [HEADER, *RANKING[:count]]
        options = {"repeated": False} if style == "ruled" else {"step": 20}
        (grid,) = grids(getattr(PdfFile(), style)(table, WIDTHS, **options))
        assert [row.cells for row in grid.rows] == table
        on_last_page.append(grid.rows[-1].number)
    assert {1, 2} < set(on_last_page)


def test_the_lines_of_a_cell_are_joined_by_blanks(cells) -> None:
    rows = [
        HEADER,
        ("1", "Bà Rịa -\nVũng Tàu", "42,1", "8"),
        ("2", "Thừa\nThiên\nHuế", "45,1", "2"),
    ]
    assert cells(PdfFile().ruled(rows, WIDTHS)) == [
        HEADER,
        ("1", "Bà Rịa - Vũng Tàu", "42,1", "8"),
        ("2", "Thừa Thiên Huế", "45,1", "2"),
    ]


def test_a_merged_header_stands_over_each_column_and_row_it_covers(cells) -> None:
    rows = [
        [Merged("TT", down=2), Merged("Tỉnh", down=2), Merged("Chỉ số", across=2)],
        ["2022", "2023"],
        ["1", "Hà Nội", "43,9", "44,1"],
        ["2", "Hà Giang", "44,2", "44,0"],
    ]
    assert cells(PdfFile().ruled(rows, WIDTHS, headings=2)) == [
        ("TT", "Tỉnh", "Chỉ số", "Chỉ số"),
        ("TT", "Tỉnh", "2022", "2023"),
        ("1", "Hà Nội", "43,9", "44,1"),
        ("2", "Hà Giang", "44,2", "44,0"),
    ]


def test_a_region_beside_several_provinces_stands_in_each_row(cells) -> None:
    rows = [
        ["Vùng", "Tỉnh", "Điểm"],
        [Merged("Đông Bắc", down=2), "Hà Giang", "41,2"],
        ["Cao Bằng", "40,7"],
        [Merged("Vùng Đồng bằng sông Hồng", across=3)],
        ["", "Hà Nội", "43,9"],
    ]
    assert cells(PdfFile().ruled(rows, (100, 150, 80)))[1:] == [
        ("Đông Bắc", "Hà Giang", "41,2"),
        ("Đông Bắc", "Cao Bằng", "40,7"),
        ("Vùng Đồng bằng sông Hồng",) * 3,
        ("", "Hà Nội", "43,9"),
    ]


def test_eight_fields_under_a_header_of_two_levels_are_read_on_every_page(cells) -> None:
    fields = [f"Nội dung {number}" for number in range(1, 9)]
    top = [Merged("TT", down=2), Merged("Tỉnh", down=2), Merged("Điểm", across=8)]
    scores = [f"{number},{number}5" for number in range(1, 9)]
    body = [(number, name, *scores) for number, name, *_ in RANKING]
    file = PdfFile(landscape=True).ruled([top, fields, *body], (30, 130, *[70] * 8), headings=2)
    assert cells(file) == [
        ("TT", "Tỉnh", *["Điểm"] * 8),
        ("TT", "Tỉnh", *fields),
        *body,
    ]


def test_text_that_leads_up_or_down_is_read_in_its_own_order(cells) -> None:
    header = [
        Turned("Thứ tự"),
        Turned("Tỉnh,\nthành phố"),
        Turned("Chỉ số", 270),
        Turned("Xếp hạng\nnăm 2022", 270),
    ]
    file = PdfFile().boxes([header, *RANKING[:3]], WIDTHS, [90, 16, 16, 16])
    assert cells(file) == [
        ("Thứ tự", "Tỉnh, thành phố", "Chỉ số", "Xếp hạng năm 2022"),
        *RANKING[:3],
    ]


def test_a_table_printed_sideways_is_read_upright(cells) -> None:
    for degrees in (90, 180, 270):
        file = PdfFile()
        with file.document.rotation(degrees, file.document.w / 2, file.document.h / 2):
            file.gap(200).boxes([HEADER, *RANKING[:5]], WIDTHS, [16] * 6)
        assert cells(file) == [HEADER, *RANKING[:5]]


def test_titles_notes_and_watermarks_are_no_part_of_a_table(cells) -> None:
    file = PdfFile().watermark("BẢN NHÁP").paragraph("Bảng 1. Chỉ số PAPI").paragraph("Điểm")
    file.ruled([HEADER, *RANKING[:20]], WIDTHS).paragraph("Nguồn: PAPI").paragraph("Trang 1")
    assert cells(file) == [HEADER, *RANKING[:20]]


def test_tables_on_one_page_are_grids_of_their_own_from_top_to_bottom(grids) -> None:
    first, second = [HEADER, *RANKING[:3]], [HEADER, *RANKING[3:5]]
    file = PdfFile().paragraph("Bảng 1").ruled(first, WIDTHS).gap(20)
    result = grids(file.paragraph("Bảng 2").ruled(second, WIDTHS))
    assert [[row.cells for row in grid.rows] for grid in result] == [first, second]
    assert [row.number for row in result[1].rows] == [1, 2, 3]


@pytest.mark.parametrize(
    ("widths", "tables"),
    [
        pytest.param(WIDTHS, 1, id="the same columns"),
        pytest.param((44, 186, 80, 80), 1, id="nearly the same columns"),
        pytest.param((40, 100, 170, 80), 2, id="columns of other widths"),
        pytest.param((40, 190, 160), 2, id="fewer columns"),
    ],
)
def test_a_table_goes_on_over_the_page_if_the_columns_agree(grids, widths, tables) -> None:
    rows = [cells[: len(widths)] for cells in RANKING[3:6]]
    file = PdfFile().ruled([HEADER, *RANKING[:3]], WIDTHS).page()
    assert len(grids(file.ruled(rows, widths))) == tables


def test_a_table_goes_on_over_a_page_with_another_margin_but_not_over_a_missing_page(grids) -> None:
    shifted = PdfFile().ruled([HEADER, *RANKING[:3]], WIDTHS).page()
    shifted.document.set_left_margin(60)
    assert len(grids(shifted.ruled(RANKING[3:6], WIDTHS))) == 1
    parted = PdfFile().ruled([HEADER, *RANKING[:3]], WIDTHS).page().paragraph("Phụ lục").page()
    assert len(grids(parted.ruled(RANKING[3:6], WIDTHS))) == 2


@pytest.mark.parametrize("repeated", [True, False])
def test_a_row_cut_by_the_end_of_the_page_is_joined(cells, repeated: bool) -> None:
    header = [("TT", "Tỉnh", "Điểm")]
    above = [*header, ("1", "Hà Nội", "43,9"), ("2", "Thừa Thiên", "45,1")]
    below = [*header * repeated, ("", "Huế", ""), ("3", "Cà Mau", "40,1")]
    widths = (40, 100, 60)
    file = PdfFile().boxes(above, widths, [16] * 3).page().boxes(below, widths, [16] * len(below))
    assert cells(file) == [
        *header,
        ("1", "Hà Nội", "43,9"),
        ("2", "Thừa Thiên Huế", "45,1"),
        *header * repeated,
        ("3", "Cà Mau", "40,1"),
    ]


@pytest.mark.parametrize("row", [("Huế", "", ""), ("", "Huế", "45,1"), ("", "", "45,1")])
def test_a_row_that_may_be_whole_is_left_as_it_is(cells, row: tuple[str, ...]) -> None:
    above = [("TT", "Tỉnh", "Điểm"), ("1", "Hà Nội", "43,9")]
    below = [row, ("3", "Cà Mau", "40,1")]
    file = PdfFile().boxes(above, (40, 100, 60), [16] * 2).page()
    assert cells(file.boxes(below, (40, 100, 60), [16] * 2)) == above + below


@pytest.mark.parametrize("drawn", [{"outer": False}, {"last_line": False}, {"twice": True}])
def test_outer_lines_may_be_missing_and_letters_printed_twice(cells, drawn) -> None:
    table = [HEADER, *RANKING[:6]]
    assert cells(PdfFile().boxes(table, WIDTHS, [16] * 7, **drawn)) == table


def test_rows_are_told_apart_where_only_the_columns_are_ruled(cells) -> None:
    columns = ["\n".join(column) for column in zip(*RANKING[:20], strict=True)]
    file = PdfFile().boxes([HEADER, columns], WIDTHS, [16, 240])
    assert cells(file) == [HEADER, *RANKING[:20]]


def test_a_header_set_a_little_apart_is_of_the_table(grids) -> None:
    document = PdfFile().boxes([HEADER], WIDTHS, [16]).gap(5)
    (grid,) = grids(document.boxes(RANKING[:4], WIDTHS, [16] * 4))
    assert [row.cells for row in grid.rows] == [HEADER, *RANKING[:4]]
    titled = PdfFile().boxes([HEADER, *RANKING[:2]], WIDTHS, [16] * 3).paragraph("Năm 2023")
    assert len(grids(titled.boxes([HEADER, *RANKING[:4]], WIDTHS, [16] * 5))) == 2


def test_a_header_of_three_lines_is_one_row(cells) -> None:
    header = ("Số\nthứ\ntự", "Tên\ncủa\ntỉnh", "Chỉ\nsố\nchung", "Xếp\nhạng\nnăm")
    result = cells(PdfFile().boxes([header, *RANKING[:3]], WIDTHS, [40, 16, 16, 16]))
    assert result[0] == ("Số thứ tự", "Tên của tỉnh", "Chỉ số chung", "Xếp hạng năm")
    assert result[1:] == RANKING[:3]


def test_boxes_that_do_not_quite_meet_are_rows_and_columns_all_the_same(grids) -> None:
    file = PdfFile()
    for row, texts in enumerate([HEADER, *RANKING[:5]]):
        for column, text in enumerate(texts):
            aside, lower = (4 if row else 0), (4 if column > 1 else 0)
            x, y = 60 + 90 * column + aside, 60 + 24 * row + lower
            file.document.rect(x, y, 90, 24)
            file.document.text(x + 6, y + 15, text)
    (grid,) = grids(file)
    assert [row.cells for row in grid.rows] == [HEADER, *RANKING[:5]]
    assert [row.number for row in grid.rows] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    "grey",
    [
        pytest.param(lambda number: True, id="all rows"),
        pytest.param(lambda number: number % 2 == 0, id="every second row"),
        pytest.param(lambda number: number < 2, id="the first two rows"),
    ],
)
@pytest.mark.parametrize("count", [38, 39, 62])  # with one or two rows on the next page
def test_shade_takes_the_place_of_lines(cells, grey, count: int) -> None:
    table = [HEADER, *RANKING[:count]]
    assert cells(PdfFile().shaded(table, WIDTHS, grey=grey)) == table


def test_lines_matter_more_than_shade(cells) -> None:
    table = [HEADER, *RANKING[:5]]
    assert cells(PdfFile().boxes(table, WIDTHS, [20] * 6, inset=4)) == table


@pytest.mark.parametrize("style", ["ruled", "unruled"])
def test_letters_and_their_accents_are_put_together(cells, style: str) -> None:
    table = [HEADER, *RANKING[:10]]
    decomposed = [tuple(unicodedata.normalize("NFD", cell) for cell in row) for row in table]
    assert decomposed != table
    assert cells(getattr(PdfFile(), style)(decomposed, WIDTHS)) == table


# Unruled tables.


def test_unruled_columns_go_on_if_each_meets_its_own_only() -> None:
    def part(page: int, *columns: tuple[float, float]) -> TablePart:
        return TablePart(page, 50, 700, columns, (), ruled=False)

    first = part(1, (50, 60), (90, 200))
    assert first.goes_on_in(part(2, (45, 60), (90, 160)))
    assert not first.goes_on_in(part(2, (50, 100), (150, 200))), "the first meets both"
    assert not first.goes_on_in(part(2, (70, 80), (90, 200))), "the first meets none"
    assert not first.goes_on_in(part(3, (45, 60), (90, 160))), "there is a page between"


@pytest.mark.parametrize("align", ["", "RLRR", "CLCC", "CCRL"])
@pytest.mark.parametrize("step", [14, 24])
def test_an_unruled_ranking_reads_back_without_loss(cells, align: str, step: int) -> None:
    file = PdfFile().paragraph("Bảng 1. Chỉ số PAPI năm 2022 của các tỉnh, thành phố").gap(15)
    file.unruled([HEADER, *RANKING], WIDTHS, align=align, step=step)
    file.gap(15).paragraph("Nguồn: Chương trình PAPI, tính từ điểm các nội dung thành phần")
    assert cells(file) == [HEADER, *RANKING]


@pytest.mark.parametrize("step", [16, 18, 30])
def test_a_wrapped_name_in_an_unruled_table_is_one_text(cells, step: int) -> None:
    rows = [list(row) for row in RANKING[:9]]
    rows[2][1], rows[5][1], rows[8][1] = (
        "Thừa Thiên\nHuế",
        "Bà Rịa -\nVũng Tàu",
        "Bà Rịa -\nVũng\nTàu",
    )
    joined = [tuple(cell.replace("\n", " ") for cell in row) for row in rows]
    for last in ("Xếp\nhạng", "Xếp hạng"):
        header = ("TT", "Tỉnh,\nthành\nphố", "Chỉ số", last)
        assert cells(PdfFile().unruled([header, *rows], WIDTHS, step=step)) == [HEADER, *joined]


def test_a_name_that_goes_on_in_an_even_line_is_joined_if_it_had_no_room(cells) -> None:
    rows = [*RANKING[:4], ("5", "Bà Rịa - Vũng", "42,1", "8"), ("", "Tàu", "", ""), *RANKING[5:9]]
    result = cells(PdfFile().unruled([HEADER, *rows], WIDTHS))
    assert result[4:7] == [RANKING[3], ("5", "Bà Rịa - Vũng Tàu", "42,1", "8"), RANKING[5]]
    rows[5] = ("", "Vùng", "", "")
    rows[4] = ("5", "Huế", "42,1", "8")
    assert cells(PdfFile().unruled([HEADER, *rows], WIDTHS)) == [HEADER, *rows]


def test_a_phrase_over_several_unruled_columns_stands_in_each(cells) -> None:
    widths = (40, 150, 60, 60)
    top = [("", "", "Chỉ số của các năm", "")]
    rows = [("TT", "Tỉnh", "2022", "2023"), *((a, b, c, c) for a, b, c, _ in RANKING[:8])]
    file = PdfFile().unruled([("TT", "Tỉnh", "Chỉ số của các năm", "")], widths, step=20)
    assert cells(file.unruled(rows[1:], widths, step=20)) == [
        ("TT", "Tỉnh", "Chỉ số của các năm", "Chỉ số của các năm"),
        *rows[1:],
    ]
    heading = ("", "Vùng đồng bằng sông Hồng và đồng bằng sông Cửu Long", "", "")
    result = cells(PdfFile().unruled([*rows[:5], heading, *rows[5:]], widths, step=20))
    assert result[5] == ("", heading[1], heading[1], heading[1])
    assert result[:5] + result[6:] == rows
    assert cells(PdfFile().unruled([*top, *rows], widths, step=30)) == rows, "as a title"


def test_a_short_title_and_a_note_close_to_an_unruled_table_are_left_out(cells) -> None:
    file = PdfFile().paragraph("Bảng").gap(-2).unruled([HEADER, *RANKING[:9]], WIDTHS, step=24)
    assert cells(file.gap(-10).paragraph("Hết")) == [HEADER, *RANKING[:9]]


def test_figures_a_little_lower_than_their_names_are_in_one_row_with_them(cells) -> None:
    file = PdfFile()
    for row, texts in enumerate([HEADER, *RANKING[:9]]):
        for column, text in enumerate(texts):
            file.document.text(60 + 100 * column, 60 + 15 * row + 3 * (column % 2), text)
    assert cells(file) == [HEADER, *RANKING[:9]]


def test_unruled_tables_with_a_gap_between_are_grids_of_their_own(grids) -> None:
    first, second = [HEADER, *RANKING[:5]], [row[1:] for row in (HEADER, *RANKING[5:9])]
    file = PdfFile().unruled(first, WIDTHS).gap(25).unruled(second, (100, 120, 100))
    assert [[row.cells for row in grid.rows] for grid in grids(file)] == [first, second]


def test_a_header_beside_the_figures_of_its_column_is_in_one_with_them(cells) -> None:
    file = PdfFile().unruled([HEADER], (40, 150, 130, 130), align="LLRR")
    file.unruled(RANKING[:10], (40, 150, 130, 130), align="LLLL")
    assert cells(file) == [HEADER, *RANKING[:10]]


def test_a_table_is_found_among_prose_and_letterhead(cells) -> None:
    file = PdfFile().unruled(
        [
            ("BỘ NỘI VỤ", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
            ("Số: 12/BC-BNV", "Độc lập - Tự do - Hạnh phúc"),
        ],
        (180, 300),
    )
    file.paragraph("Kết quả cho thấy các tỉnh đã có nhiều cố gắng trong năm vừa qua. " * 9)
    file.unruled([HEADER, *RANKING[:12]], WIDTHS)
    file.paragraph("Nhìn chung điểm của các tỉnh thay đổi không nhiều so với năm trước. " * 9)
    assert cells(file) == [HEADER, *RANKING[:12]]


NAME_PARTS = sorted({part for _, name, *_ in RANKING for part in name.split() if part.isalpha()})
CELL = st.lists(st.sampled_from(NAME_PARTS), min_size=1, max_size=3).map(" ".join) | st.integers(
    1, 9999
).map(str)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    width = draw(st.integers(2, 5))
    return draw(st.lists(st.tuples(*[CELL] * width), min_size=4, max_size=12))


@settings(max_examples=25)
@given(rows=tables(), style=st.sampled_from(["ruled", "unruled", "shaded"]))
@pytest.mark.slow
def test_any_table_reads_back_as_it_was_written(tmp_path_factory, rows: Table, style: str) -> None:
    path = tmp_path_factory.mktemp("any") / "any.pdf"
    getattr(PdfFile(landscape=True), style)(rows, [130] * len(rows[0])).save(path)
    (grid,) = pdf_tables.read(path, "any.pdf").tables
    assert [row.cells for row in grid.rows] == rows


# What is refused, and how it is said.


def refusal(path: Path) -> str:
    with pytest.raises(InvalidData) as caught:
        pdf_tables.read(path, path.name)
    (problem,) = caught.value.problems
    return str(problem)


PROSE = "Kết quả cho thấy các tỉnh đã có nhiều cố gắng trong năm vừa qua. " * 40
COLUMN = ("Kết quả cho thấy các tỉnh đã", "có nhiều cố gắng trong năm qua.")
TASK = "Rà soát các thủ tục hành chính của tỉnh"


@pytest.mark.parametrize(
    "file",
    [
        pytest.param(PdfFile().paragraph(PROSE), id="prose"),
        pytest.param(PdfFile().paragraph(PROSE, justified=True), id="justified prose"),
        pytest.param(PdfFile().unruled([COLUMN] * 30, (250, 250)), id="prose in two columns"),
        pytest.param(PdfFile().unruled([(f"{n}.", TASK) for n in range(9)], (30, 300)), id="list"),
        pytest.param(PdfFile().boxes([["Ghi chú"]], [200], [30]), id="one box"),
        pytest.param(PdfFile(), id="empty page"),
    ],
)
def test_a_file_without_table_is_refused(tmp_path: Path, file: PdfFile) -> None:
    assert refusal(file.save(tmp_path / "report.pdf")) == (
        "report.pdf: found no table; expected a table in rows and columns; check that it is the "
        "right file, or copy the table into a spreadsheet"
    )


def test_a_scan_is_refused_with_its_pages(tmp_path: Path) -> None:
    file = PdfFile().paragraph("Báo cáo").page().picture().page().picture()
    assert refusal(file.save(tmp_path / "scan.pdf")) == (
        "scan.pdf: found no table, and pictures without text on pages 2, 3 (a scan?); expected a "
        "table as text; make it text with OCR software first (ocrmypdf -l vie in.pdf out.pdf), or "
        "type the table into a spreadsheet"
    )


def test_a_picture_before_the_table_does_not_matter(cells) -> None:
    table = [HEADER, *RANKING[:3]]
    assert cells(PdfFile().picture().page().ruled(table, WIDTHS)) == table


def test_a_locked_file_is_refused(tmp_path: Path) -> None:
    file = PdfFile().ruled([HEADER, *RANKING], WIDTHS)
    assert refusal(file.save(tmp_path / "locked.pdf", password="PAPI")) == (
        "locked.pdf: found a file locked with a password; expected one that opens without; open it "
        "with the password and print it to a new PDF"
    )


def test_letters_without_meaning_are_refused(tmp_path: Path) -> None:
    path = PdfFile().ruled([HEADER, *RANKING], WIDTHS).save(tmp_path / "odd.pdf")
    content = path.read_bytes()
    for key in (b"/ToUnicode", b"/FontFile2"):  # what letters mean, and how they look
        assert key in content
        content = content.replace(key, b"/Nothing".ljust(len(key), b"0"))
    path.write_bytes(content)
    assert refusal(path) == (
        "odd.pdf: found letters that the file gives no meaning; expected text that can be copied "
        "out; make it text with OCR software first (ocrmypdf -l vie in.pdf out.pdf)"
    )


@pytest.mark.parametrize("content", [b"", b"<html>PAPI</html>", b"TT;Province\n1;Ha Noi\n"])
def test_another_kind_of_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "page.pdf"
    path.write_bytes(content)
    assert refusal(path) == (
        "page.pdf: found another kind of file; expected a PDF; give the PDF itself, not a page "
        "that leads to it"
    )


@pytest.mark.parametrize("part", [0.01, 0.3, 0.6, 0.98])
def test_a_damaged_file_is_refused(tmp_path: Path, part: float) -> None:
    path = PdfFile().ruled([HEADER, *RANKING], WIDTHS).save(tmp_path / "half.pdf")
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * part)])
    assert refusal(path) == (
        "half.pdf: found a damaged or cut off PDF; expected a whole one; fetch it again, or open "
        "it and print it to a new PDF"
    )


def test_a_slip_that_does_no_harm_makes_no_noise(tmp_path: Path, caplog, capfd) -> None:
    path = PdfFile().ruled([HEADER, *RANKING], WIDTHS).save(tmp_path / "slip.pdf")
    content = path.read_bytes()
    assert b"/FontBBox" in content
    path.write_bytes(content.replace(b"/FontBBox", b"/FontNone"))
    assert len(pdf_tables.read(path, "slip.pdf").tables) == 1
    assert not caplog.records
    assert capfd.readouterr() == ("", "")


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "no.pdf") == (
        "no.pdf: found No such file or directory; expected a readable file; check the path"
    )
