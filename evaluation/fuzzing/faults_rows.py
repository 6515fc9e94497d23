"""Faults of rows and of the names in them."""

from __future__ import annotations

import random

from parstats.reference.provinces import by_code

from .changes import EVERY_LAYOUT, PARTS, WIDE, fault
from .tables import Cell, Column, Table, Unfit

CITIES = {
    "20": "Lạng Sơn",
    "04": "Cao Bằng",
    "10": "Lào Cai",
    "15": "Yên Bái",
    "19": "Thái Nguyên",
    "24": "Bắc Giang",
    "27": "Bắc Ninh",
    "30": "Hải Dương",
    "38": "Thanh Hóa",
    "51": "Quảng Ngãi",
    "83": "Bến Tre",
    "96": "Cà Mau",
}
REGION_ROWS = (
    "Trung bình vùng Đồng bằng sông Hồng",
    "Đồng bằng sông Hồng",
    "Trung du và miền núi phía Bắc",
    "Bắc Trung Bộ và Duyên hải miền Trung",
    "Tây Nguyên",
    "Đông Nam Bộ",
    "Đồng bằng sông Cửu Long",
    "5 thành phố trực thuộc Trung ương",
)


def shifted_scores(table: Table) -> list[int]:
    """Numbers of the columns after the names."""
    start = table.place(table.names) + 1
    return list(range(start, len(table.columns)))


def pick(table: Table, rng: random.Random, count: int = 1) -> list[int]:
    """Different rows of the body."""
    return rng.sample(range(len(table.codes)), count)


@fault(layouts=WIDE, forms=("csv", "xlsx"))
def columns_shifted_right_from_a_row_on(table: Table, rng: random.Random) -> None:
    """From a row on an empty cell comes before the figures, and the last one juts out."""
    start = rng.randrange(2, len(table.codes) - 2)
    count = rng.choice((1, 3, len(table.codes)))
    after = table.place(table.names) + 1

    def edit(rows: list[list[Cell]], first: int) -> None:
        for row in rows[first + start : first + min(start + count, len(table.codes))]:
            row.insert(after, None)

    table.edits.append(edit)


@fault(layouts=PARTS, forms=("csv", "xlsx"))
def columns_shifted_within_the_table(table: Table, rng: random.Random) -> None:
    """From a row on the figures stand one column to the right; the last one is lost."""
    start = rng.randrange(2, len(table.codes) - 2)
    if table.index == "PAPI":
        raise Unfit("all columns are alike")
    places = shifted_scores(table)
    for row in range(start, len(table.codes)):
        cells = [None, *(table.columns[place].cells[row] for place in places[:-1])]
        for place, cell in zip(places, cells, strict=True):
            table.columns[place].cells[row] = cell


@fault(layouts=("fields", "sub-indices"))
def columns_shifted_left_within_the_table(table: Table, rng: random.Random) -> None:
    """From a row on the figures stand one column to the left; the total is lost."""
    start = rng.randrange(2, len(table.codes) - 2)
    places = shifted_scores(table)
    for row in range(start, len(table.codes)):
        cells = [*(table.columns[place].cells[row] for place in places[1:]), None]
        for place, cell in zip(places, cells, strict=True):
            table.columns[place].cells[row] = cell


@fault(layouts=WIDE, forms=("csv",))
def cell_left_out_of_a_row(table: Table, rng: random.Random) -> None:
    """A row of a CSV file has a cell less than the header, somewhere in the middle."""
    places = shifted_scores(table)
    if len(places) < 2:
        raise Unfit("one figure")
    where, place = rng.choice(pick(table, rng, 3)), rng.choice(places[:-1])

    def edit(rows: list[list[Cell]], first: int) -> None:
        del rows[first + where][place]

    table.edits.append(edit)


@fault(layouts=WIDE, forms=("csv",))
def cell_too_many_in_a_row(table: Table, rng: random.Random) -> None:
    """A row has a cell more than the header: a separator within a name."""
    where, place = pick(table, rng)[0], table.place(table.names)

    def edit(rows: list[list[Cell]], first: int) -> None:
        row = rows[first + where]
        words = str(row[place]).split(" ")
        row[place : place + 1] = [words[0], " ".join(words[1:])]

    table.edits.append(edit)


@fault(forms=("csv",))
def separators_mixed(table: Table, rng: random.Random) -> None:
    """Some rows are parted by other signs."""
    table.quoted, table.mark = False, "."
    table.separator = ";"
    start = rng.randrange(3, len(table.codes))
    other = rng.choice((",", "\t", "|"))

    def edit(text: str) -> str:
        lines = text.split("\n")
        tail = [line.replace(";", other) for line in lines[-start:-1]]
        return "\n".join([*lines[:-start], *tail, ""])

    table.text_edits.append(edit)


@fault(forms=("csv",))
def quotation_mark_left_open(table: Table, rng: random.Random) -> None:
    """A quotation mark is opened before a name and never closed."""
    table.quoted = False
    name = str(table.names.cells[pick(table, rng)[0]])

    def edit(text: str) -> str:
        return text.replace(f"{table.separator}{name}", f'{table.separator}"{name}', 1).replace(
            f"\n{name}", f'\n"{name}', 1
        )

    table.text_edits.append(edit)


@fault(forms=("csv",), layouts=WIDE)
def line_broken_inside_a_row(table: Table, rng: random.Random) -> None:
    """A row is broken in two lines after one of its cells."""
    table.quoted = False
    where = pick(table, rng)[0]

    def edit(text: str) -> str:
        lines = text.split("\n")
        line = len(lines) - 1 - len(table.codes) + where - len(table.below)
        cells = lines[line].split(table.separator)
        cut = rng.randrange(1, len(cells)) if len(cells) > 1 else 1
        lines[line : line + 1] = [
            table.separator.join(cells[:cut]),
            table.separator.join(cells[cut:]),
        ]
        return "\n".join(lines)

    table.text_edits.append(edit)


@fault(layouts=WIDE)
def province_twice_with_other_figures(table: Table, rng: random.Random) -> None:
    """A province stands twice, with other figures; one of the rows may be of another one."""
    one, other = pick(table, rng, 2)
    table.names.cells[other] = table.names.cells[one]
    table.forget([table.codes[one], table.codes[other]])


@fault(layouts=WIDE)
def row_without_a_name(table: Table, rng: random.Random) -> None:
    """The name of a province is missing in its row."""
    row = pick(table, rng)[0]
    table.names.cells[row] = rng.choice((None, "", "-", "?"))
    table.forget([table.codes[row]])


@fault(layouts=("criteria", "fields", "sub-indices"), complete=True)
def row_copied_over_another(table: Table, rng: random.Random) -> None:
    """All figures of a province are also those of another one."""
    one, other = pick(table, rng, 2)
    for place in shifted_scores(table):
        table.columns[place].cells[other] = table.columns[place].cells[one]


@fault(layouts=("total",), ranks=True, complete=True)
def score_and_rank_copied_over_another(table: Table, rng: random.Random) -> None:
    """Score and rank of a province are also those of another one, whose rank is then missing."""
    one, other = pick(table, rng, 2)
    rank = table.of_kind("rank")[0]
    if abs(int(str(rank.cells[one])) - int(str(rank.cells[other]))) < 4:
        raise Unfit("neighbours")
    if int(str(rank.cells[other])) == max(int(str(cell)) for cell in rank.cells):
        # Without the last rank the rest is a ranking with a tie, and nothing contradicts it.
        raise Unfit("the last")
    for place in shifted_scores(table):
        table.columns[place].cells[other] = table.columns[place].cells[one]


def _with_codes(table: Table) -> Column:
    column = Column("code", "Mã tỉnh" if table.language == "vi" else "Code", list(table.codes))
    table.columns.insert(table.place(table.names), column)
    return column


@fault(layouts=WIDE, complete=True, forms=("csv", "xlsx"))
def names_against_codes(table: Table, rng: random.Random) -> None:
    """Names were sorted by themselves: they contradict the codes beside them."""
    _with_codes(table)
    table.names.cells.sort(key=str)
    if sum(a == b for a, b in zip(table.names.cells, _true_names(table), strict=True)) > 9:
        table.names.cells.reverse()


@fault(layouts=WIDE, forms=("csv", "xlsx"))
def names_one_row_below_their_codes(table: Table, rng: random.Random) -> None:
    """Names stand one row lower than the codes and figures."""
    _with_codes(table)
    cells = table.names.cells
    cells.insert(0, cells.pop())


def _true_names(table: Table) -> list[Cell]:
    names = by_code(63 if table.year <= 2024 else 34)
    return [names[code].names[table.language] for code in table.codes]


@fault(layouts=WIDE)
def sum_row_without_a_label(table: Table, rng: random.Random) -> None:
    """The row of sums has no label."""
    cells: list[Cell] = [
        round(sum(c for c in column.cells if isinstance(c, float)), 2)
        if column.kind == "score"
        else None
        for column in table.columns
    ]
    table.insert(len(table.codes), cells)


@fault(layouts=WIDE)
def sum_row_named_like_a_province(table: Table, rng: random.Random) -> None:
    """The row of sums has the name of the last province, filled down by a spreadsheet."""
    cells: list[Cell] = [
        round(sum(c for c in column.cells if isinstance(c, float)), 2)
        if column.kind == "score"
        else table.names.cells[-1]
        if column.kind == "name"
        else None
        for column in table.columns
    ]
    table.insert(len(table.codes), cells)


@fault(layouts=WIDE)
def mean_row_named_like_a_region(table: Table, rng: random.Random) -> None:
    """Rows of means of regions stand between the provinces."""
    for label in rng.sample(REGION_ROWS, 3):
        table.insert(rng.randrange(len(table.codes)), table.means(label))


@fault(layouts=WIDE)
def mean_row_of_a_region_named_after_a_province(table: Table, rng: random.Random) -> None:
    """The row of means of a region bears the name of a province."""
    label = rng.choice(
        (
            "Vùng Thủ đô Hà Nội",
            "Miền Trung (Đà Nẵng - Quảng Nam)",
            "Vùng TP. Hồ Chí Minh",
            "Cụm Hải Phòng",
            "Khu vực Cần Thơ và phụ cận",
            "Trung bình (không gồm Hà Nội)",
            "Cả nước trừ Hà Nội",
        )
    )
    table.insert(rng.choice((0, len(table.codes))), table.means(label))


@fault(layouts=WIDE, forms=("csv", "xlsx"))
def best_and_worst_rows_below(table: Table, rng: random.Random) -> None:
    """Below stand the mean, highest and lowest figures of each column, labelled by a province."""
    for label, choose in (("Cao nhất", max), ("Thấp nhất", min)):
        cells: list[Cell] = []
        for column in table.columns:
            values = [cell for cell in column.cells if isinstance(cell, float)]
            name = table.names.cells[0]
            text = rng.choice((label, f"{label} ({name})", f"{label}: {name}"))
            cells.append(
                text
                if column.kind == "name"
                else choose(values)
                if column.kind == "score" and values
                else None
            )
        table.below.append(cells)


@fault(layouts=("total", "years"), indices=("SIPAS", "PAR", "PCI"), years=range(2011, 2025))
def cities_in_place_of_provinces(table: Table, rng: random.Random) -> None:
    """Rows are cities within provinces, with the figures of city halls."""
    codes = rng.sample(list(CITIES), 8)
    table.codes[:] = codes
    for column in table.columns:
        if column.kind == "name":
            prefix = rng.choice(("Thành phố ", "TP. ", "TP ", "UBND thành phố "))
            column.cells = [f"{prefix}{CITIES[code]}" for code in codes]
        else:
            column.cells = column.cells[: len(codes)]
    table.language = "vi"
    table.nothing_is_right()


@fault(layouts=("total", "years"))
def departments_in_place_of_provinces(table: Table, rng: random.Random) -> None:
    """Rows are departments, districts or communes of provinces."""
    pattern = rng.choice(
        (
            "Sở Nội vụ {}",
            "Sở Tài chính tỉnh {}",
            "Cục Thuế {}",
            "Huyện Tân Phú, {}",
            "Đại học {}",
            "Báo {}",
            "Ban quản lý các KCN {}",
            "Công an tỉnh {}",
            "Điện lực {}",
            "VNPT {}",
            "Thị xã {}",
        )
    )
    table.names.cells = [pattern.format(cell) for cell in table.names.cells]
    table.nothing_is_right()


@fault(layouts=("total", "years"), indices=("PAR", "SIPAS"))
def districts_of_one_province(table: Table, rng: random.Random) -> None:
    """Each row is a district; the province is the same in all rows."""
    name = table.names.cells[0]
    districts: list[Cell] = [f"Huyện {chr(65 + n % 26)}{n}" for n in range(len(table.codes))]
    table.names.cells = [name] * len(table.codes)
    table.columns.append(Column("other", "Huyện", districts))
    table.nothing_is_right()


@fault(layouts=("total", "years"), indices=("PAR", "SIPAS"))
def ministries_in_place_of_provinces(table: Table, rng: random.Random) -> None:
    """Rows are ministries."""
    names = ("Nội vụ", "Tài chính", "Y tế", "Công Thương", "Tư pháp", "Xây dựng", "Ngoại giao")
    for column in table.columns:
        column.cells = column.cells[: len(names)]
    table.names.cells = [f"Bộ {name}" for name in names]
    del table.codes[len(names) :]
    table.nothing_is_right()


@fault(layouts=WIDE, years=range(2011, 2025))
def two_provinces_in_a_row(table: Table, rng: random.Random) -> None:
    """A row is about two provinces together."""
    one, other = pick(table, rng, 2)
    join = rng.choice((", ", " - ", " và ", "/", " + ", " & "))
    table.names.cells[one] = f"{table.names.cells[one]}{join}{table.names.cells[other]}"
    codes = [table.codes[one], table.codes[other]]
    table.names.cells[other] = "Khác"
    table.forget(codes)


@fault(layouts=WIDE, years=range(2011, 2025))
def name_cut_off(table: Table, rng: random.Random) -> None:
    """A name is cut off, and several provinces begin so."""
    rows = [row for row, code in enumerate(table.codes) if code in ("48", "49", "51", "22", "02")]
    if not rows:
        raise Unfit("no such province")
    row = rng.choice(rows)
    words = str(table.names.cells[row]).split(" ")
    table.names.cells[row] = f"{words[0]} {words[1][0]}" + rng.choice(("", ".", "…", "..."))
    table.forget([table.codes[row]])


@fault(layouts=("total", "years"), indices=("SIPAS", "PAR"), years=(2025,))
def old_names_in_2025(table: Table, rng: random.Random) -> None:
    """Figures of 2025 are about the 63 provinces that there were until June."""
    old = by_code(63)
    if table.layout == "years":
        raise Unfit("2025 only")
    table.codes = list(old)
    for column in table.columns:
        values = [cell for cell in column.cells if cell is not None]
        if column.kind == "name":
            column.cells = [province.names[table.language] for province in old.values()]
        elif column.kind in ("number", "rank"):
            column.cells = (
                rng.sample(range(1, 64), 63) if column.kind == "rank" else [*range(1, 64)]
            )
        else:
            column.cells = [rng.choice(values) for _ in old]
    if any(column.kind == "rank" for column in table.columns):
        _sort_ranks(table)
    table.nothing_is_right()


def _sort_ranks(table: Table) -> None:
    score, rank = table.of_kind("score")[0], table.of_kind("rank")[0]
    order = sorted((float(str(cell)) for cell in score.cells), reverse=True)
    rank.cells = [1 + order.index(float(str(cell))) for cell in score.cells]


@fault(layouts=("total",), indices=("SIPAS", "PAR"), years=(2025,), ranks=True, complete=True)
def new_names_in_2023(table: Table, rng: random.Random) -> None:
    """Figures of the 34 provinces bear the year 2023, before there were any."""
    table.columns = [
        Column(
            each.kind,
            str(each.header).replace("2025", "2023"),
            each.cells,
            each.series,
            2023,
        )
        for each in table.columns
    ]
    table.above = [[str(cell).replace("2025", "2023") for cell in row] for row in table.above]
    if table.option_year:
        table.option_year = 2023
    rank = table.of_kind("rank")[0]
    rank.cells = [f"{cell}/34" for cell in rank.cells]
    table.nothing_is_right()


@fault(layouts=("total",), indices=("SIPAS", "PAR"), years=(2025,), complete=True)
def old_and_new_names_in_2025(table: Table, rng: random.Random) -> None:
    """Among the 34 provinces of 2025 stand some that are part of others now."""
    for code, name in rng.sample(
        [("02", "Hà Giang"), ("06", "Bắc Kạn"), ("70", "Bình Phước"), ("74", "Bình Dương")], 2
    ):
        cells = [
            name if column.kind == "name" else column.cells[0] if column.kind != "rank" else None
            for column in table.columns
        ]
        table.insert(rng.randrange(len(table.codes)), cells, code)


@fault(layouts=WIDE, years=range(2011, 2025))
def ha_tay_in_a_later_year(table: Table, rng: random.Random) -> None:
    """Hà Tây stands in place of Hà Nội, years after it became part of it."""
    rows = [row for row, code in enumerate(table.codes) if code == "01"]
    if not rows:
        raise Unfit("Hà Nội")
    table.names.cells[rows[0]] = "Hà Tây"
    table.forget(["01"])


@fault(layouts=("total",), forms=("csv", "xlsx"))
def two_years_under_each_other(table: Table, rng: random.Random) -> None:
    """Below the table stands that of another year, whose year nothing says."""
    header = [column.header for column in table.columns]
    rows = [table.row(number) for number in range(len(table.codes))]
    places = [table.place(column) for column in table.of_kind("score")]
    for row in rows:
        for place in places:
            row[place] = round(float(str(row[place])) * 0.97, 2)
    if rng.random() < 0.5:
        table.below.append([])
    if rng.random() < 0.7:
        text = rng.choice(("Bảng 2", "(tiếp theo)", "Kỳ trước", "Năm trước"))
        table.below.append([text])
    plain = [str(text).split("20", maxsplit=1)[0].strip() for text in header]
    if rng.random() < 0.7:
        table.below.append(list(plain))
    table.below += rows


@fault(layouts=EVERY_LAYOUT)
def name_of_another_place(table: Table, rng: random.Random) -> None:
    """Rows of places that are no provinces of Viet Nam stand between."""
    name = rng.choice(
        ("Sài Gòn - Gia Định", "Viêng Chăn", "Quảng Đông", "Hà Bắc", "Minh Hải", "Sông Bé")
    )
    row = rng.randrange(len(table.codes))
    table.insert(row, [name if c.kind == "name" else c.cells[0] for c in table.columns])
