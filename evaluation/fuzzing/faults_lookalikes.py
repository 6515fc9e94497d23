"""Faults of what looks like the right thing: other indices, lists of codes, periods."""

from __future__ import annotations

import random
from typing import Any

from parstats.reference import csv_tables

from .changes import WIDE, fault
from .faults_headers import DATED, beside, dated, like
from .tables import SHORT, Cell, Column, Table, Unfit, invented

PLATES = {
    "01": "29", "31": "15", "48": "43", "79": "50", "92": "65", "04": "11", "20": "12", "22": "14",
    "38": "36", "40": "37", "42": "38", "24": "98", "27": "99", "30": "34", "33": "89", "34": "17",
    "08": "22", "10": "24", "11": "27", "14": "26", "15": "21", "17": "28", "19": "20", "25": "19",
}  # fmt: skip
OTHERS = {
    "SIPAS": (
        "SIPAS giáo dục {}",
        "SIPAS y tế {}",
        "Chỉ số SIPAS cấp huyện {}",
        "Điểm SIPAS trong PAR INDEX {}",
        "SIPAS ngành đất đai {}",
        "Mức độ không hài lòng SIPAS {}",
        "Tỷ lệ không hài lòng (SIPAS {})",
        "SIPAS các Bộ {}",
    ),
    "PAR": (
        "PAR INDEX cấp huyện {}",
        "PAR INDEX các sở, ngành {}",
        "PAR INDEX các Bộ {}",
        "Tỷ lệ hoàn thành kế hoạch PAR INDEX {}",
        "Số điểm bị trừ PAR INDEX {}",
        "Điểm thưởng PAR INDEX {}",
        "Điểm mất PAR INDEX {}",
    ),
    "PCI": (
        "PCI Xanh {}",
        "PCI không trọng số {}",
        "PCI chưa gia quyền {}",
        "Green PCI {}",
        "PCI xanh (PGI) {}",
        "PCI gốc {}",
        "Unweighted PCI {}",
        "DDCI (PCI cấp huyện) {}",
        "PCI FDI {}",
    ),
    "PAPI": (
        "PAPI {} nội dung 6",
        "PAPI {} - Dịch vụ công",
        "PAPI trực tuyến {}",
        "PAPI cấp huyện {}",
        "PAPI {} không trọng số",
        "PAPI người di cư {}",
    ),
}


@fault(layouts=DATED)
def another_index_with_a_like_name(table: Table, rng: random.Random) -> None:
    """The figures are of another index, or of a part, whose name contains that of this one."""
    pattern = rng.choice(OTHERS[table.index])
    factor = rng.choice((0.98, 0.9))
    for column in table.of_kind("score"):
        column.header = pattern.format(column.year)
        column.cells = like(column, lambda value: round(value * factor, 2))
    table.columns = [column for column in table.columns if column.kind != "rank"]
    table.nothing_is_right()


@fault(layouts=DATED)
def another_index_with_a_like_name_beside(table: Table, rng: random.Random) -> None:
    """Beside the index stands another one, or a part, whose name contains its name."""
    column = rng.choice(table.of_kind("score"))
    text = rng.choice(OTHERS[table.index]).format(column.year)
    beside(table, column, text, like(column, lambda value: round(value * 0.9, 2)), rng)


@fault(layouts=("total",))
def part_of_a_year(table: Table, rng: random.Random) -> None:
    """The figures are of half a year or a quarter."""
    pattern = rng.choice(
        (
            "6 tháng đầu năm {}",
            "quý I/{}",
            "Quý 3 năm {}",
            "9 tháng {}",
            "H1 {}",
            "Q2 {}",
            "tháng 6/{}",
        )
    )
    for column in dated(table):
        column.header = f"{SHORT[table.index]} {pattern.format(column.year)}"
    table.nothing_is_right()


@fault(layouts=("total",))
def period_in_the_title(table: Table, rng: random.Random) -> None:
    """The title names a period, and no header a year."""
    pattern = rng.choice(
        (
            "{} giai đoạn {}-{}",
            "{} giai đoạn {} – {}",
            "So sánh {} năm {} và {}",
            "{} nhiệm kỳ {}-{}",
            "{}, {}-{}",
            "{} from {} to {}",
        )
    )
    for column in table.of_kind("score"):
        column.header = SHORT[table.index]
    start = table.year - 1
    table.above = [[pattern.format(SHORT[table.index], start, start + rng.choice((1, 4)))]]
    table.option_year = None
    table.nothing_is_right()


@fault(layouts=WIDE, complete=True, years=range(2011, 2025))
def codes_of_another_list_and_no_names(table: Table, rng: random.Random) -> None:
    """Provinces have codes of another list (of the PCI, running numbers), and no names."""
    rows = {row["province"]: row for row in csv_tables.rows("provinces") if row["vintage"] == "63"}
    which = rng.choice(("pci_code", "code_before_2004", "running"))
    codes = sorted(table.codes)
    table.columns = [column for column in table.columns if column.kind != "number"]
    column = table.names
    column.kind = "code"
    column.header = rng.choice(("Mã", "Mã tỉnh", "Mã số", "Code", "Mã PCI", "ID"))
    column.cells = [
        codes.index(code) + 1 if which == "running" else int(rows[code][which])
        for code in table.codes
    ]
    table.nothing_is_right()


@fault(layouts=WIDE, years=range(2011, 2025), forms=("csv", "xlsx"))
def number_plates_in_place_of_names(table: Table, rng: random.Random) -> None:
    """Provinces are told by the numbers of their plates, some of which are codes of others."""
    rows = [row for row, code in enumerate(table.codes) if code in PLATES]
    table.columns = [column for column in table.columns if column.kind != "number"]
    for column in table.columns:
        column.cells = [column.cells[row] for row in rows]
    table.codes = [table.codes[row] for row in rows]
    table.names.header = rng.choice(("Biển số", "Mã", "Mã vùng", "Code"))
    table.names.kind = "code"
    column = table.columns[[each.kind for each in table.columns].index("code")]
    column.cells = [PLATES[code] for code in table.codes]
    table.nothing_is_right()


@fault(layouts=("total", "sub-indices"), years=(2023, 2024), complete=True)
def old_and_new_names_beside(table: Table, rng: random.Random) -> None:
    """Beside the province stands the one that it is part of since 2025, under a like header."""
    merged = {row["province"]: row["province_2025"] for row in csv_tables.rows("mergers")}
    names = {
        row["province"]: row["name_vi"]
        for row in csv_tables.rows("provinces")
        if row["vintage"] == "34"
    }
    cells: list[Cell] = [names[merged[code]] for code in table.codes]
    header = rng.choice(("Tỉnh mới", "Tỉnh (sau sáp nhập)", "New province", "Sáp nhập thành"))
    if rng.random() < 0.4:
        table.names.header = "Tỉnh cũ"
    place = table.place(table.names) + rng.choice((0, 1))
    table.columns.insert(place, Column("other", header, cells))


@fault(layouts=WIDE, years=range(2011, 2025), complete=True)
def hue_without_thua_thien(table: Table, rng: random.Random) -> None:
    """Thừa Thiên Huế is called Huế, also the name of a city within it."""
    rows = [row for row, code in enumerate(table.codes) if code == "46"]
    if not rows:
        raise Unfit("Huế")
    table.names.cells[rows[0]] = rng.choice(("Huế", "Thành phố Huế", "TP. Huế", "Hue"))


@fault(layouts=WIDE)
def notes_after_names(table: Table, rng: random.Random) -> None:
    """Marks of notes, regions or types stand after names."""
    mark = rng.choice(
        ("1", " 1)", "¹", "*", " (*)", " (TP)", " [1]", " (ĐBSH)", " - vùng 1", "(2)")
    )
    for row in rng.sample(range(len(table.codes)), 4):
        table.names.cells[row] = f"{table.names.cells[row]}{mark}"


@fault(layouts=("long",))
def year_of_publication_in_a_column(table: Table, rng: random.Random) -> None:
    """The one column of years says when figures were published."""
    column = table.of_kind("year")[0]
    column.header = rng.choice(
        ("Năm công bố", "Year of publication", "Công bố năm", "Năm ban hành")
    )
    column.cells = [int(str(year)) + 1 for year in column.cells]


@fault(layouts=("long",), indices=("SIPAS", "PAR", "PCI"))
def long_table_of_several_indices(table: Table, rng: random.Random) -> None:
    """A long table holds several indices, told by a column."""
    score = table.of_kind("score")[0]
    years = [int(str(year)) for year in table.of_kind("year")[0].cells]
    other = rng.choice([index for index in ("SIPAS", "PAR", "PCI") if index != table.index])
    series = {"SIPAS": "sipas", "PAR": "par", "PCI": "pci"}[other]
    figures = {year: invented(other, year, rng) for year in set(years)}
    count = len(table.codes)
    others: list[Cell] = [
        figures[year].scores[series].get(code)
        for year, code in zip(years, table.codes, strict=True)
    ]
    table.columns = [column for column in table.columns if column.kind != "rank"]
    for column in table.columns:
        column.cells = [*column.cells, *(others if column is score else column.cells)]
    table.codes = table.codes * 2
    score.header = rng.choice(("Điểm", "Điểm số", "Giá trị", "Score", "Value"))
    names = (SHORT[table.index], SHORT[other])
    labels: list[Cell] = [name for name in names for _ in range(count)]
    header = rng.choice(("Chỉ số", "Index", "Chỉ tiêu", "Loại chỉ số", "Bộ chỉ số"))
    table.columns.insert(1, Column("other", header, labels))


@fault(layouts=("total",), forms=("xlsx",), indices=("SIPAS", "PAR", "PCI"))
def sheet_of_another_index_beside(table: Table, rng: random.Random) -> None:
    """Another sheet has another index; headers say only "Điểm"."""
    other = rng.choice([index for index in ("SIPAS", "PAR", "PCI") if index != table.index])
    figures = invented(other, table.year, rng)
    series = {"SIPAS": "sipas", "PAR": "par", "PCI": "pci"}[other]
    header = rng.choice(("Điểm {}", "Điểm số năm {}", "Score {}")).format(table.year)
    table.columns = [column for column in table.columns if column.kind in ("name", "score")]
    table.of_kind("score")[0].header = header
    table.sheet_name = SHORT[table.index]
    table.option_series = table.total
    place = rng.choice((0, 1))

    def edit(book: Any, sheet: Any, first: int) -> None:
        sheet_of_other = book.create_sheet(SHORT[other], place)
        sheet_of_other.append([table.names.header, header])
        for code, name in zip(table.codes, table.names.cells, strict=True):
            sheet_of_other.append([name, figures.scores[series].get(code)])

    table.book_edits.append(edit)


@fault(layouts=("total",), forms=("xlsx",))
def two_sheets_of_the_same_year(table: Table, rng: random.Random) -> None:
    """Sheets are named after two years, and the titles in both say the same one."""
    if not table.title:
        raise Unfit("no title")
    table.sheet_name = str(table.year)

    def edit(book: Any, sheet: Any, first: int) -> None:
        old = book.create_sheet(str(table.year - 1))
        old.append([table.title])
        old.append([column.header for column in table.columns])
        for number in range(len(table.codes)):
            old.append(
                [round(c * 0.97, 2) if isinstance(c, float) else c for c in table.row(number)]
            )

    table.book_edits.append(edit)


@fault(layouts=("years",), ranks=False)
def last_year_unlabelled(table: Table, rng: random.Random) -> None:
    """The header of the newest year says no year."""
    last = table.of_kind("score")[-1]
    last.header = rng.choice((SHORT[table.index], f"{SHORT[table.index]} mới nhất", "Năm nay"))
    table.scores = {key: value for key, value in table.scores.items() if key[0] != last.year}
    table.ranks = {key: value for key, value in table.ranks.items() if key[0] != last.year}


@fault(layouts=("years",))
def one_year_twice(table: Table, rng: random.Random) -> None:
    """Two columns of different years bear the same year."""
    columns = table.of_kind("score")
    one, other = columns[0], columns[1]
    other.header = str(other.header).replace(str(other.year), str(one.year))
    years = (one.year, other.year)
    table.scores = {key: value for key, value in table.scores.items() if key[0] not in years}
    table.ranks = {key: value for key, value in table.ranks.items() if key[0] not in years}


@fault(layouts=("total",), ranks=True, complete=True)
def scores_sorted_by_themselves(table: Table, rng: random.Random) -> None:
    """Scores were sorted without their rows; ranks contradict them."""
    score = table.of_kind("score")[0]
    cells = sorted((float(str(cell)) for cell in score.cells), reverse=True)
    if cells == score.cells:
        raise Unfit("sorted by score")
    score.cells = list(cells)


@fault(layouts=("years",), ranks=True)
def ranks_of_two_years_swapped(table: Table, rng: random.Random) -> None:
    """The columns of ranks of two years changed places."""
    one, other = table.of_kind("rank")[:2]
    one.cells, other.cells = other.cells, one.cells


@fault(layouts=("criteria",), years=range(2018, 2025))
def criteria_of_different_maxima_swapped(table: Table, rng: random.Random) -> None:
    """Headers of a part with 3.33 points and one with 2.5 are swapped; figures exceed 2.5."""
    by = {column.series: column for column in table.of_kind("score")}
    small = by.get("papi.participation.village_elections")
    large = by.get("papi.procedures.certification")
    if small is None or large is None:
        raise Unfit("not there")
    if max(float(str(cell)) for cell in large.cells) <= 2.5:
        raise Unfit("not above the maximum")
    small.header, large.header = large.header, small.header
