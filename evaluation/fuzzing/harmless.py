"""Changes that must not matter."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable
from typing import Any

from openpyxl.utils import get_column_letter

from parstats.reference.labels import plain
from parstats.reference.provinces import by_code

from .changes import DRESSES, EVERY_LAYOUT, WIDE, harmless
from .tables import SHORT, Cell, Column, Table, Unfit, bundled, invented, series_name

NOTES = (
    "Ghi chú: Điểm làm tròn đến hai chữ số thập phân.",
    "Nguồn: Bộ Nội vụ",
    "Nguồn: papi.org.vn",
    "Source: the index's own site",
    "(*) Số liệu do địa phương báo cáo",
    "Người lập biểu",
)
MEANS = ("Trung bình", "Trung bình cả nước", "Cả nước", "Bình quân", "Mean", "National average")


def _texts(table: Table, change: Callable[[str], str]) -> None:
    table.above = [[change(str(cell)) for cell in row] for row in table.above]
    for column in table.columns:
        column.header = change(str(column.header))
        column.cells = [change(c) if isinstance(c, str) else c for c in column.cells]


def _figures(table: Table, change: Callable[[str], Cell]) -> None:
    for column in table.of_kind("score"):
        column.cells = [
            change(f"{c:.{table.decimals}f}".replace(".", table.mark))
            if isinstance(c, float)
            else c
            for c in column.cells
        ]


@harmless(dressed=False)
def title_rows_above(table: Table, rng: random.Random) -> None:
    """Lines of an office and a title stand above."""
    lines: list[list[Cell]] = [
        ["BỘ NỘI VỤ"],
        ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
        ["Độc lập - Tự do - Hạnh phúc"],
        ["PHỤ LỤC I"],
        [],
        ["BẢNG TỔNG HỢP KẾT QUẢ"],
    ]
    if table.form == "pdf":
        lines = [line for line in lines if line]
    table.above[:0] = rng.sample(lines, 3)


@harmless(dressed=False)
def notes_below(table: Table, rng: random.Random) -> None:
    """Notes, a source and a signature stand below."""
    if table.form != "pdf" and rng.random() < 0.5:
        table.below.append([])
    table.below += [[note] for note in rng.sample(NOTES, 2)]


@harmless(layouts=WIDE)
def mean_row(table: Table, rng: random.Random) -> None:
    """A row of means stands above or below the provinces."""
    table.insert(rng.choice((0, len(table.codes))), table.means(rng.choice(MEANS)))


@harmless(layouts=WIDE)
def region_rows_between_provinces(table: Table, rng: random.Random) -> None:
    """Headings of regions, without figures, stand between the provinces."""
    for label in rng.sample(
        ["Đồng bằng sông Hồng", "Tây Nguyên", "Đông Nam Bộ", "Đồng bằng sông Cửu Long"], 2
    ):
        table.insert(rng.randrange(len(table.codes)), table.blank(label))


@harmless(layouts=EVERY_LAYOUT, forms=("csv", "xlsx"))
def blank_rows(table: Table, rng: random.Random) -> None:
    """Blank rows stand between the provinces and above."""
    for _ in range(rng.randint(1, 5)):
        table.insert(rng.randrange(len(table.codes)), [None] * len(table.columns))
    if rng.random() < 0.5:
        table.above.append([])


@harmless(layouts=EVERY_LAYOUT, forms=("csv", "xlsx"))
def blank_columns(table: Table, rng: random.Random) -> None:
    """Blank columns stand between and after the others."""
    for _ in range(rng.randint(1, 3)):
        place = rng.randrange(len(table.columns) + 1)
        table.columns.insert(place, Column("other", None, [None] * len(table.codes)))


@harmless(layouts=EVERY_LAYOUT, forms=("xlsx",))
def hidden_empty_columns(table: Table, rng: random.Random) -> None:
    """Empty columns are hidden."""
    place = rng.randrange(len(table.columns) + 1)
    table.columns.insert(place, Column("other", None, [None] * len(table.codes)))

    def edit(book: Any, sheet: Any, first: int) -> None:
        sheet.column_dimensions[get_column_letter(place + 1)].hidden = True

    table.book_edits.append(edit)


@harmless(layouts=EVERY_LAYOUT)
def rows_in_another_order(table: Table, rng: random.Random) -> None:
    """Rows stand in any order."""
    order = rng.sample(range(len(table.codes)), len(table.codes))
    for column in table.columns:
        if column.kind != "number":
            column.cells = [column.cells[row] for row in order]
    table.codes = [table.codes[row] for row in order]


@harmless(layouts=("criteria", "fields", "sub-indices", "long"))
def columns_in_another_order(table: Table, rng: random.Random) -> None:
    """Columns stand in any order, but that a rank follows its score."""
    pairs: list[list[Column]] = []
    for column in table.columns:
        if column.kind == "rank" and pairs:
            pairs[-1].append(column)
        else:
            pairs.append([column])
    rng.shuffle(pairs)
    table.columns = [column for pair in pairs for column in pair]


@harmless(layouts=("fields", "sub-indices", "criteria", "parts"), dressed=False)
def heading_over_a_group(table: Table, rng: random.Random) -> None:
    """A merged heading stands over the columns of parts."""
    parts = [column for column in table.of_kind("score") if column.series != table.total]
    groups: list[Cell] = [None] * len(table.columns)
    start, end = table.place(parts[0]), table.place(parts[-1])
    if table.form == "pdf":
        raise Unfit("no merged cells in these")
    groups[start] = rng.choice(
        ("Điểm thành phần", "Kết quả các nội dung", "Chỉ số thành phần", "Trong đó", "Of which")
    )
    table.groups = groups

    def edit(book: Any, sheet: Any, first: int) -> None:
        row = first - 2
        sheet.merge_cells(start_row=row, end_row=row, start_column=start + 1, end_column=end + 1)

    table.book_edits.append(edit)


@harmless(layouts=("years",), forms=("csv", "xlsx"))
def years_over_scores_and_ranks(table: Table, rng: random.Random) -> None:
    """Years stand as headings over scores and ranks."""
    groups: list[Cell] = [None] * len(table.columns)
    for column in table.of_kind("score"):
        groups[table.place(column)] = rng.choice(("Năm {}", "{}")).format(column.year)
        column.header = rng.choice(("Điểm", f"{SHORT[table.index]}", "Chỉ số"))
    for column in table.columns:
        if column.kind == "rank":
            column.header = "Hạng"
    table.groups = groups
    table.option_series = table.total


@harmless(layouts=WIDE, forms=("csv", "xlsx"))
def header_repeated(table: Table, rng: random.Random) -> None:
    """The header stands again in the middle, as on each page of a print."""
    cells = [column.header for column in table.columns]
    table.insert(rng.randrange(1, len(table.codes)), cells)


@harmless(layouts=WIDE)
def numbers_of_columns_under_the_header(table: Table, rng: random.Random) -> None:
    """A row "(1) (2) (3)" stands under the header."""
    pattern = rng.choice(("({})", "[{}]", "{}"))
    cells: list[Cell] = [pattern.format(n) for n in range(1, len(table.columns) + 1)]
    table.insert(0, cells)


@harmless(layouts=WIDE, dressed=False)
def number_column(table: Table, rng: random.Random) -> None:
    """A column numbers the rows."""
    if any(column.kind == "number" for column in table.columns):
        raise Unfit("it is there")
    header = rng.choice(("TT", "STT", "#", "No.", "Số TT", "Thứ tự"))
    table.columns.insert(0, Column("number", header, [*range(1, len(table.codes) + 1)]))


@harmless(layouts=EVERY_LAYOUT)
def capitals(table: Table, rng: random.Random) -> None:
    """Texts are in capitals."""
    _texts(table, str.upper)


@harmless(layouts=EVERY_LAYOUT)
def no_diacritics(table: Table, rng: random.Random) -> None:
    """Names of provinces have no diacritics."""
    if table.language != "vi":
        raise Unfit("English")
    table.names.cells = [plain(str(cell)).title() for cell in table.names.cells]


@harmless(layouts=EVERY_LAYOUT, forms=("csv", "xlsx"))
def spaces_around_texts(table: Table, rng: random.Random) -> None:
    """Spaces stand before, after and doubled within texts."""
    _texts(table, lambda text: f"  {text.replace(' ', '  ')} ")


@harmless(layouts=EVERY_LAYOUT)
def spaces_that_do_not_break(table: Table, rng: random.Random) -> None:
    """Spaces are those that do not break, and some have no width."""
    space = rng.choice(("\u00a0", "\u202f", " \u200b"))
    _texts(table, lambda text: text.replace(" ", space))


@harmless(layouts=EVERY_LAYOUT)
def letters_and_tones_apart(table: Table, rng: random.Random) -> None:
    """Letters and their marks are several signs (NFD), as on a Mac."""
    _texts(table, lambda text: unicodedata.normalize("NFD", text))


@harmless(layouts=EVERY_LAYOUT, forms=("csv",))
def byte_order_mark(table: Table, rng: random.Random) -> None:
    """The file begins with a byte order mark."""
    table.encoding = "utf-8-sig"


@harmless(layouts=EVERY_LAYOUT, forms=("csv",))
def utf_16(table: Table, rng: random.Random) -> None:
    """The file is in UTF-16, as a spreadsheet saves "Unicode text"."""
    table.encoding, table.separator = "utf-16", "\t"


@harmless(layouts=EVERY_LAYOUT, forms=("csv",))
def lines_of_windows(table: Table, rng: random.Random) -> None:
    """Lines end as on Windows, and the last one does not end."""
    table.text_edits.append(lambda text: text.rstrip("\n").replace("\n", "\r\n"))


@harmless(layouts=EVERY_LAYOUT, forms=("csv",))
def separators_at_the_ends_of_lines(table: Table, rng: random.Random) -> None:
    """Each line ends with separators, as of empty columns."""
    more = table.separator * rng.randint(1, 4)
    table.text_edits.append(lambda text: text.replace("\n", f"{more}\n"))


@harmless(layouts=EVERY_LAYOUT, forms=("csv",))
def every_cell_quoted(table: Table, rng: random.Random) -> None:
    """All cells stand in quotation marks, with decimal commas."""
    table.quoted, table.mark = True, rng.choice(",.")


@harmless(layouts=EVERY_LAYOUT, forms=("xlsx",))
def figures_as_texts(table: Table, rng: random.Random) -> None:
    """A workbook holds its figures as texts."""
    table.mark = rng.choice(",.")
    _figures(table, lambda text: text)


@harmless(layouts=EVERY_LAYOUT)
def spaces_around_figures(table: Table, rng: random.Random) -> None:
    """Figures are texts with spaces around them."""
    space = rng.choice((" ", "\u00a0"))
    _figures(table, lambda text: f"{space}{text}{space}")


@harmless(ranks=True, layouts=("total", "years"), years=range(2011, 2025))
def ranks_out_of_63(table: Table, rng: random.Random) -> None:
    """Ranks are written "12/63"."""
    pattern = rng.choice(("{}/63", "{} / 63"))
    for column in table.of_kind("rank"):
        number = len(next(f for f in table.figures if f.year == column.year).scores[table.total])
        column.cells = [pattern.replace("63", str(number)).format(cell) for cell in column.cells]


@harmless(ranks=True, layouts=("total", "years"))
def ranks_with_noughts(table: Table, rng: random.Random) -> None:
    """Ranks are written "01", or as 1.0."""
    number = rng.random() < 0.5
    for column in table.of_kind("rank"):
        column.cells = [f"{cell:02d}" if number else f"{cell}.0" for cell in column.cells]
    if not number and table.form != "xlsx":
        raise Unfit("only in a workbook")


@harmless(layouts=("total", "years", "parts"), indices=("SIPAS", "PAR"))
def percent_signs(table: Table, rng: random.Random) -> None:
    """Figures of an index in percent have the sign."""
    _figures(table, lambda text: f"{text}{rng.choice(('%', ' %'))}")


@harmless(layouts=("total", "years", "parts"), indices=("SIPAS", "PAR"), forms=("xlsx",))
def shares_with_percent_format(table: Table, rng: random.Random) -> None:
    """A workbook holds shares and shows them as percentages."""
    places = [table.place(column) + 1 for column in table.of_kind("score")]
    for column in table.of_kind("score"):
        column.cells = [round(c / 100, 6) if isinstance(c, float) else c for c in column.cells]
    count = len(table.codes)

    def edit(book: Any, sheet: Any, first: int) -> None:
        for place in places:
            for row in range(first, first + count):
                sheet.cell(row, place).number_format = "0.00%"

    table.book_edits.append(edit)
    table.tolerance = 1e-6


@harmless(layouts=EVERY_LAYOUT, forms=("xlsx",))
def sheet_of_text_beside(table: Table, rng: random.Random) -> None:
    """Another sheet explains the table."""

    def edit(book: Any, sheet: Any, first: int) -> None:
        other = book.create_sheet("Ghi chú", rng.choice((0, 1)))
        for text in ("Thuyết minh", "Số liệu do Bộ Nội vụ công bố.", "Liên hệ: phòng CCHC"):
            other.append([text])

    table.book_edits.append(edit)


@harmless(layouts=EVERY_LAYOUT, forms=("xlsx",))
def empty_sheets(table: Table, rng: random.Random) -> None:
    """There are the two empty sheets of old workbooks."""

    def edit(book: Any, sheet: Any, first: int) -> None:
        book.create_sheet("Sheet2")
        book.create_sheet("Sheet3")

    table.book_edits.append(edit)


@harmless(layouts=WIDE, years=range(2011, 2025))
def full_names(table: Table, rng: random.Random) -> None:
    """Provinces have their full names: "Tỉnh Lạng Sơn", "TP. Hà Nội"."""
    if table.language != "vi":
        raise Unfit("English")
    by = by_code(63)
    full = [by[code].full_name for code in table.codes]
    short = rng.random() < 0.5
    table.names.cells = [
        name.replace("Thành phố ", "TP. ").replace("Tỉnh ", "") if short else name for name in full
    ]


@harmless(layouts=WIDE, years=range(2011, 2025))
def other_spellings(table: Table, rng: random.Random) -> None:
    """Provinces have other usual spellings."""
    others = {
        "Bà Rịa - Vũng Tàu": ("Bà Rịa-Vũng Tàu", "Bà Rịa – Vũng Tàu", "BR-VT", "Bà Rịa Vũng Tàu"),
        "Bà Rịa – Vũng Tàu": ("Bà Rịa-Vũng Tàu", "Bà Rịa - Vũng Tàu", "BR-VT"),
        "Thừa Thiên Huế": ("Thừa Thiên - Huế", "TT Huế", "T.T. Huế", "TT-Huế"),
        "Hồ Chí Minh": ("TP. Hồ Chí Minh", "TP.HCM", "TPHCM", "Tp. HCM", "TP Hồ Chí Minh"),
        "TP. Hồ Chí Minh": ("Hồ Chí Minh", "TP.HCM", "TPHCM", "Thành phố Hồ Chí Minh"),
        "Đắk Lắk": ("Đắc Lắc", "Đăk Lăk", "Daklak", "Dak Lak"),
        "Đắk Nông": ("Đắc Nông", "Đăk Nông", "Dak Nong"),
        "Hòa Bình": ("Hoà Bình",),
        "Thanh Hóa": ("Thanh Hoá",),
        "Khánh Hòa": ("Khánh Hoà",),
        "Bắc Kạn": ("Bắc Cạn",),
    }
    table.names.cells = [rng.choice(others.get(str(c), (str(c),))) for c in table.names.cells]


@harmless(layouts=WIDE, forms=("csv", "xlsx"), dressed=False)
def transposed(table: Table, rng: random.Random) -> None:
    """Provinces stand across, scores down."""

    def edit(rows: list[list[Cell]], first: int) -> None:
        top, body = rows[: len(table.above)], rows[len(table.above) :]
        width = max(len(row) for row in body)
        padded = [[*row, *[None] * (width - len(row))] for row in body]
        rows[:] = [*top, *([*cells] for cells in zip(*padded, strict=True))]

    table.columns = [column for column in table.columns if column.kind != "number"]
    table.edits.append(edit)


@harmless(layouts=("total",), forms=("csv", "xlsx"), dressed=False)
def two_halves_side_by_side(table: Table, rng: random.Random) -> None:
    """The second half of the provinces stands to the right of the first."""
    half = (len(table.codes) + 1) // 2

    def edit(rows: list[list[Cell]], first: int) -> None:
        body = rows[first : first + len(table.codes)]
        gap: list[Cell] = [None] if rng.random() < 0.5 else []
        head = list(rows[first - 1])
        rows[first - 1] = [*head, *gap, *head]
        for number in range(half):
            right = body[half + number] if half + number < len(body) else [None] * len(head)
            rows[first + number] = [*body[number], *gap, *right]
        del rows[first + half : first + len(body)]

    table.edits.append(edit)


@harmless(layouts=("total", "years", "parts"), forms=("pdf",), complete=True)
def pdf_over_several_pages(table: Table, rng: random.Random) -> None:
    """A table of all provinces runs over several pages of a PDF."""


@harmless(layouts=("parts",), forms=("csv", "xlsx"))
def rank_after_each_score(table: Table, rng: random.Random) -> None:
    """After each score stands its rank, under the same short header."""
    if any(column.kind == "rank" for column in table.columns):
        raise Unfit("ranks of the total")
    header = rng.choice(("Hạng", "Xếp hạng", "Rank"))
    for column in table.of_kind("score"):
        ranks = table.figures[-1].ranks[column.series]
        place = table.place(column) + 1
        cells: list[Cell] = [ranks[code] for code in table.codes]
        table.columns.insert(place, Column("rank", header, cells, column.series, column.year))
        table.shown_ranks |= {(column.year, code, column.series) for code in table.codes}


@harmless(layouts=WIDE)
def missing_figures_marked(table: Table, rng: random.Random) -> None:
    """Figures that were not published are dashes or blank, their ranks too."""
    mark = rng.choice((None, "-", "–", "...", "n/a", "NA", "x", "—", ".."))
    row = rng.randrange(len(table.codes))
    code = table.codes[row]
    for column in table.columns:
        if column.kind in ("score", "rank"):
            column.cells[row] = mark
    table.shown = {key for key in table.shown if key[1] != code}
    table.shown_ranks = {key for key in table.shown_ranks if key[1] != code}


@harmless(layouts=WIDE, forms=("csv", "xlsx"))
def column_of_codes(table: Table, rng: random.Random) -> None:
    """A column has the codes of the provinces."""
    header = rng.choice(("Mã tỉnh", "Mã", "Code", "Mã số"))
    as_number = rng.random() < 0.5
    cells: list[Cell] = [int(code) if as_number else code for code in table.codes]
    table.columns.insert(table.place(table.names), Column("code", header, cells))


@harmless(layouts=WIDE, forms=("csv", "xlsx"), dressed=False)
def column_of_regions(table: Table, rng: random.Random) -> None:
    """A column has the regions of the provinces."""
    regions = ["Tây Nguyên", "Đông Nam Bộ", "Đồng bằng sông Hồng"]
    cells: list[Cell] = [rng.choice(regions) for _ in table.codes]
    table.columns.insert(table.place(table.names), Column("other", "Vùng", cells))


@harmless(layouts=WIDE, forms=("csv", "xlsx"))
def column_of_notes(table: Table, rng: random.Random) -> None:
    """A last column has notes, mostly none."""
    cells: list[Cell] = [rng.choice((None, None, None, "TP trực thuộc TW")) for _ in table.codes]
    table.columns.append(Column("other", "Ghi chú", cells))


@harmless(layouts=("criteria", "fields", "sub-indices"))
def units_in_headers(table: Table, rng: random.Random) -> None:
    """Headers say the unit."""
    unit = rng.choice((" (điểm)", " (points)", " (đ)", "\n(điểm)"))
    if table.form == "csv":
        unit = unit.replace("\n", " ")
    for column in table.of_kind("score"):
        column.header = f"{column.header}{unit}"


@harmless(layouts=("criteria", "fields", "sub-indices"))
def numbers_before_headers(table: Table, rng: random.Random) -> None:
    """Headers of parts bear numbers."""
    pattern = rng.choice(("{0}. {1}", "({0}) {1}", "{0}) {1}", "{0} - {1}"))
    parts = [column for column in table.of_kind("score") if column.series != table.total]
    if table.layout == "criteria":
        raise Unfit("they have numbers of their own")
    for number, column in enumerate(parts, 1):
        column.header = pattern.format(number, column.header)


@harmless(layouts=("criteria", "fields", "sub-indices"), forms=("xlsx", "csv"))
def lines_broken_in_headers(table: Table, rng: random.Random) -> None:
    """Headers are broken in lines."""
    table.quoted = True
    for column in table.columns:
        column.header = str(column.header).replace(" ", "\n", 1)


@harmless(layouts=("criteria", "sub-indices", "fields"))
def both_languages_in_headers(table: Table, rng: random.Random) -> None:
    """Headers are in Vietnamese and English."""
    join = rng.choice((" / ", " (", "\n"))
    if table.form != "xlsx":
        join = " / "
    for column in table.of_kind("score"):
        if column.series != table.total:
            vi, en = (series_name(column.series, each, table.year) for each in ("vi", "en"))
            column.header = f"{vi}{join}{en}" + ")" * (join == " (")


@harmless(layouts=WIDE)
def numbers_before_names(table: Table, rng: random.Random) -> None:
    """Names bear the number of their row: "1. Hà Nội"."""
    pattern = rng.choice(("{}. {}", "{}) {}", "{} {}"))
    table.names.cells = [pattern.format(n, cell) for n, cell in enumerate(table.names.cells, 1)]


@harmless(layouts=WIDE, years=range(2011, 2025))
def english_spellings(table: Table, rng: random.Random) -> None:
    """Provinces have their usual English spellings."""
    if table.language != "en":
        raise Unfit("Vietnamese")
    others = {
        "Ha Noi": ("Hanoi", "Ha Noi City"),
        "Hai Phong": ("Haiphong", "Hai Phong City"),
        "Da Nang": ("Danang", "Da Nang City"),
        "Can Tho": ("Can Tho City", "Cantho"),
        "Ho Chi Minh City": ("HCMC", "TP. Ho Chi Minh", "Ho Chi Minh"),
        "HCMC": ("Ho Chi Minh City", "TP. Ho Chi Minh"),
        "Thua Thien Hue": ("Thua Thien-Hue", "TT-Hue"),
        "Ba Ria - Vung Tau": ("Ba Ria-Vung Tau", "BRVT", "Ba Ria Vung Tau"),
        "Dak Lak": ("Daklak", "Dac Lac"),
        "Dak Nong": ("Daknong", "Dac Nong"),
        "Bac Kan": ("Bac Can",),
    }
    table.names.cells = [rng.choice(others.get(str(c), (str(c),))) for c in table.names.cells]


@harmless(layouts=EVERY_LAYOUT, forms=("xlsx",))
def noise_of_computed_figures(table: Table, rng: random.Random) -> None:
    """Cells hold what a computer made of decimals: 87.33999999999999."""
    table.tolerance = 1e-6
    for column in table.of_kind("score"):
        column.cells = [c + 1e-14 * c if isinstance(c, float) else c for c in column.cells]


@harmless(layouts=("years",), ranks=False, forms=("csv", "xlsx"))
def years_alone_as_headers(table: Table, rng: random.Random) -> None:
    """Headers are years, as numbers or texts; the reader says the series."""
    pattern = rng.choice(("{}", "Năm {}"))
    number = table.form == "xlsx" and rng.random() < 0.5
    for column in table.of_kind("score"):
        column.header = column.year if number else pattern.format(column.year)
    table.option_series = table.total


@harmless(layouts=("total",), forms=("xlsx",), years=range(2019, 2024), dressed=False)
def sheet_for_each_year(table: Table, rng: random.Random) -> None:
    """Each year has its sheet, with the year in its name."""
    table.above, table.option_year = [], None
    pattern = rng.choice(("{}", "Năm {}", "SIPAS {}", "KQ {}"))
    pattern = pattern.replace("SIPAS", SHORT[table.index])
    for column in table.columns:
        column.header = str(column.header).replace(str(table.year), "").replace("năm", "").strip()
    table.sheet_name = pattern.format(table.year)
    before = invented(table.index, table.year - 1, rng)
    scores = before.scores[table.total]
    codes = [code for code in table.codes if code in scores]
    keep = ("name", "score", "rank")

    def edit(book: Any, sheet: Any, first: int) -> None:
        other = book.create_sheet(pattern.format(table.year - 1))
        other.append([column.header for column in table.columns if column.kind in keep])
        for code in codes:
            cells = {
                "name": table.names.cells[table.codes.index(code)],
                "score": scores[code],
                "rank": before.ranks[table.total][code],
            }
            other.append([cells[c.kind] for c in table.columns if c.kind in keep])

    table.book_edits.append(edit)
    for code in codes:
        key = (table.year - 1, code, table.total)
        table.scores[key], table.ranks[key] = scores[code], before.ranks[table.total][code]
        table.shown.add(key)


@harmless(layouts=EVERY_LAYOUT, forms=("csv",))
def line_that_names_the_separator(table: Table, rng: random.Random) -> None:
    """The first line says "sep=;", as spreadsheets understand it."""
    table.separator = rng.choice(",;")
    table.text_edits.append(lambda text: f"sep={table.separator}\n{text}")


@harmless(layouts=("total",), ranks=True, complete=True)
def best_ten_only(table: Table, rng: random.Random) -> None:
    """Only the ten best provinces are shown."""
    rank = table.of_kind("rank")[0]
    rows = sorted(range(len(table.codes)), key=lambda row: int(str(rank.cells[row])))[:10]
    for column in table.columns:
        cells = [column.cells[row] for row in rows]
        column.cells = [*range(1, 11)] if column.kind == "number" else cells
    table.codes = [table.codes[row] for row in rows]
    table.shown = {key for key in table.shown if key[1] in table.codes}
    table.shown_ranks = {key for key in table.shown_ranks if key[1] in table.codes}


@harmless(layouts=WIDE, dressed=False)
def title_that_names_the_office_and_its_act(table: Table, rng: random.Random) -> None:
    """The title bears the year, and a line below it the number of the act without a year."""
    if not table.title:
        raise Unfit("no title")
    lines: list[list[Cell]] = [["Phụ lục II"], [table.title.upper()], ["(Đơn vị tính: %)"]]
    table.above = lines[: 2 if table.index in ("PAPI", "PCI") else 3]


@harmless(layouts=("total", "years"), forms=("pdf",), years=range(2011, 2025), complete=True)
def names_of_a_pdf_over_two_lines(table: Table, rng: random.Random) -> None:
    """Long names take two lines."""
    table.names.cells = [
        str(c).replace(" - ", " -\n").replace("Thừa Thiên ", "Thừa Thiên\n")
        for c in table.names.cells
    ]


@harmless(layouts=("total", "years"), forms=("pdf",), complete=True)
def header_of_a_pdf_on_its_first_page_only(table: Table, rng: random.Random) -> None:
    """Pages after the first have no header."""
    table.repeated = False


@harmless(layouts=("total", "years"), forms=("pdf",), complete=True)
def numbers_of_pages(table: Table, rng: random.Random) -> None:
    """Pages bear their numbers."""
    table.footer = rng.choice(("{}", "Trang {}", "- {} -", "{}/3", "Page {}"))


@harmless(layouts=WIDE, forms=("csv", "xlsx"), dressed=False)
def table_away_from_the_corner(table: Table, rng: random.Random) -> None:
    """The table begins some rows and columns away from the corner."""
    right, down = rng.randint(1, 3), rng.randint(1, 4)

    def edit(rows: list[list[Cell]], first: int) -> None:
        for row in rows:
            row[:0] = [None] * right
        rows[:0] = [[] for _ in range(down)]

    if table.book_edits:
        raise Unfit("places are known")
    table.edits.append(edit)


@harmless(layouts=EVERY_LAYOUT, forms=("xlsx",))
def some_figures_as_texts(table: Table, rng: random.Random) -> None:
    """Some figures of a workbook are texts, the others numbers."""
    mark = rng.choice(",.")
    for column in table.of_kind("score"):
        column.cells = [
            f"{c:.{table.decimals}f}".replace(".", mark)
            if isinstance(c, float) and rng.random() < 0.2
            else c
            for c in column.cells
        ]


@harmless(layouts=WIDE)
def column_of_grades(table: Table, rng: random.Random) -> None:
    """A column sorts the provinces into groups."""
    words = rng.choice((("Tốt", "Khá", "Trung bình"), ("A", "B", "C"), ("Nhóm 1", "Nhóm 2")))
    header = rng.choice(("Xếp loại", "Nhóm", "Phân nhóm", "Group"))
    cells: list[Cell] = [rng.choice(words) for _ in table.codes]
    table.columns.append(Column("other", header, cells))


@harmless(layouts=("sub-indices", "fields"), forms=("csv", "xlsx"))
def second_line_of_headers_in_english(table: Table, rng: random.Random) -> None:
    """Under the Vietnamese header stands an English one."""
    if table.language != "vi":
        raise Unfit("English")
    english: dict[str, Cell] = {"name": "Province", "rank": "Rank", "number": "No."}
    english["other"] = "Region"
    cells: list[Cell] = [
        (
            SHORT[table.index]
            if column.series == table.total
            else series_name(column.series, "en", table.year)
        )
        if column.kind == "score"
        else english[column.kind]
        for column in table.columns
    ]
    table.insert(0, cells)


@harmless(layouts=("criteria",), ranks=False, years=(2011, 2012, 2013, 2015, 2016, 2023, 2024))
def totals_of_dimensions_beside(table: Table, rng: random.Random) -> None:
    """Before the parts of each dimension stands its total."""
    table.decimals = 4
    figures = bundled(table.year)
    for column in table.of_kind("score"):
        column.cells = [round(figures[column.series][code], 4) for code in table.codes]
        for code in table.codes:
            table.scores[table.year, code, column.series] = round(figures[column.series][code], 4)
    done: set[str] = set()
    for column in list(table.of_kind("score")):
        dimension = column.series.rsplit(".", 1)[0]
        if dimension in done or dimension not in figures:
            continue
        done.add(dimension)
        cells: list[Cell] = [round(figures[dimension][code], 4) for code in table.codes]
        name = series_name(dimension, table.language, table.year)
        header = rng.choice((name, f"{len(done)}. {name}", name.upper()))
        table.columns.insert(table.place(column), Column("score", header, cells, dimension))
        for code in table.codes:
            table.scores[table.year, code, dimension] = round(figures[dimension][code], 4)


@harmless(layouts=EVERY_LAYOUT, forms=("csv",))
def empty_lines_at_the_end(table: Table, rng: random.Random) -> None:
    """The file ends with empty lines."""
    more = rng.choice(("\n\n\n", table.separator * 2 + "\n", "  \n"))
    table.text_edits.append(lambda text: text + more)


@harmless(layouts=WIDE)
def sum_row(table: Table, rng: random.Random) -> None:
    """A row of sums stands below, labelled so."""
    label = rng.choice(("Tổng", "Tổng cộng", "Cộng", "Total", "Grand Total", "TỔNG SỐ"))
    cells: list[Cell] = [
        round(sum(c for c in column.cells if isinstance(c, float)), 2)
        if column.kind == "score"
        else label
        if column.kind == "name"
        else None
        for column in table.columns
    ]
    table.insert(len(table.codes), cells)


@harmless(layouts=("long",), forms=("xlsx",), indices=("SIPAS", "PAR", "PCI"))
def names_merged_over_years(table: Table, rng: random.Random) -> None:
    """In a long table the name of a province is merged over its years."""
    if len(table.figures) == 1:
        raise Unfit("one year")
    order = sorted(range(len(table.codes)), key=table.codes.__getitem__)
    for column in table.columns:
        column.cells = [column.cells[row] for row in order]
    table.codes = [table.codes[row] for row in order]
    table.columns.sort(key=lambda column: column.kind != "name")
    starts = [n for n, code in enumerate(table.codes) if n == 0 or code != table.codes[n - 1]]
    ends = [*starts[1:], len(table.codes)]

    def edit(book: Any, sheet: Any, first: int) -> None:
        for start, end in zip(starts, ends, strict=True):
            if end - start > 1:
                sheet.merge_cells(
                    start_row=first + start, end_row=first + end - 1, start_column=1, end_column=1
                )

    table.book_edits.append(edit)


@harmless(layouts=EVERY_LAYOUT, forms=("csv",))
def other_ending(table: Table, rng: random.Random) -> None:
    """The file ends in .tsv or .txt."""
    table.separator, table.suffix = rng.choice((("\t", "tsv"), ("\t", "txt"), (";", "txt")))


@harmless(layouts=WIDE, forms=("xlsx",), dressed=False)
def title_merged_over_the_table(table: Table, rng: random.Random) -> None:
    """The title is merged over all columns."""
    if not table.title:
        raise Unfit("no title")
    width = len(table.columns)

    def edit(book: Any, sheet: Any, first: int) -> None:
        sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=width)

    table.book_edits.append(edit)


DRESSES += ["title-rows-above", "notes-below", "number-column", "column-of-regions"]
