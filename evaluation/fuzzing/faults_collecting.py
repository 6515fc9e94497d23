"""Faults of tables collected by hand: pasted, filled down, summed up, converted."""

from __future__ import annotations

import random

from parstats.reference import csv_tables

from .changes import WIDE, fault
from .faults_figures import numbers
from .faults_headers import DATED, beside, dated, like
from .faults_rows import pick, shifted_scores
from .files import shown
from .tables import Cell, Table, Unfit, invented


@fault(layouts=WIDE, forms=("csv", "xlsx"))
def two_rows_in_one(table: Table, rng: random.Random) -> None:
    """A conversion put two rows into one: each cell has two lines."""
    row = rng.randrange(len(table.codes) - 1)
    for column in table.columns:
        one, other = (shown(column.cells[n], table) for n in (row, row + 1))
        column.cells[row] = f"{one}\n{other}"
        del column.cells[row + 1]
    del table.codes[row + 1]


@fault(layouts=WIDE)
def one_figure_filled_down(table: Table, rng: random.Random) -> None:
    """From a row on, one figure was filled down a column."""
    column = table.score_column(rng)
    start = rng.randrange(3, len(table.codes) // 2)
    for row in numbers(column):
        if row > start:
            column.cells[row] = column.cells[start]


@fault(layouts=("total", "years"), indices=("SIPAS", "PAR", "PCI"))
def figures_filled_as_a_series(table: Table, rng: random.Random) -> None:
    """A spreadsheet filled a column with steps of one: 61.34, 62.34, 63.34."""
    column = table.score_column(rng)
    start = 30.34 if len(table.codes) > 40 else 60.34
    column.cells = [round(start + row, 2) for row in range(len(table.codes))]
    for key in [key for key in table.scores if key[0] == column.year]:
        del table.scores[key]


@fault(layouts=WIDE)
def names_filled_as_a_series(table: Table, rng: random.Random) -> None:
    """A spreadsheet filled the names down: "Hà Nội", "Hà Nội 1", "Hà Nội 2"."""
    start = rng.randrange(len(table.codes) - 4)
    name = table.names.cells[start]
    pattern = rng.choice(("{} {}", "{}_{}", "{} ({})"))
    for step in (1, 2, 3):
        table.names.cells[start + step] = pattern.format(name, step)
    table.forget(table.codes[start : start + 4])


@fault(layouts=WIDE)
def row_of_blanks_of_a_pivot(table: Table, rng: random.Random) -> None:
    """A pivot table has a row for what has no name."""
    label = rng.choice(("(blank)", "(trống)", "(empty)", "#N/A", "NULL", "None", "nan"))
    table.insert(len(table.codes), table.means(label))


@fault(layouts=DATED)
def headers_of_a_pivot(table: Table, rng: random.Random) -> None:
    """Headers are those of a pivot table: "Average of SIPAS 2023"."""
    word = rng.choice(
        ("Average of {}", "Sum of {}", "Max of {}", "Trung bình của {}", "Count of {}")
    )
    for column in dated(table):
        column.header = word.format(column.header)
        if word.startswith(("Sum", "Count")):
            column.cells = like(column, lambda value: round(value * 0.9, 2))
    table.names.header = "Row Labels"
    if word.startswith(("Sum", "Count")):
        table.scores = {}


@fault(layouts=WIDE, years=range(2011, 2025))
def initials_in_place_of_names(table: Table, rng: random.Random) -> None:
    """Provinces are initials, some of which are those of several."""
    if table.language != "vi":
        raise Unfit("English")
    table.names.cells = [
        "".join(word[0] for word in str(cell).replace("- ", "").replace(".", " ").split())
        for cell in table.names.cells
    ]


@fault(layouts=DATED)
def letter_in_a_year(table: Table, rng: random.Random) -> None:
    """A letter stands in a year: "SIPAS 2O23"."""
    for column in dated(table):
        year = str(column.year)
        column.header = str(column.header).replace(year, f"2{rng.choice('Oo')}{year[2:]}")


@fault(layouts=DATED)
def revised_figures_beside(table: Table, rng: random.Random) -> None:
    """Beside the figures stand revised ones; which are meant is not said."""
    column = rng.choice(dated(table))
    word = rng.choice(("{} (điều chỉnh)", "{} revised", "{} (lần 2)", "{} mới", "{} sau phúc khảo"))
    cells = like(column, lambda value: round(value * 1.01, 2))
    beside(table, column, word.format(column.header), cells, rng)


@fault(layouts=DATED)
def provisional_and_final_figures(table: Table, rng: random.Random) -> None:
    """Two columns are the first and the second publication of the same figures."""
    column = rng.choice(dated(table))
    one, two = rng.choice((("lần 1", "lần 2"), ("sơ bộ", "chính thức"), ("draft", "final")))
    cells = like(column, lambda value: round(value * 0.99, 2))
    header = str(column.header)
    column.header = f"{header} ({two})"
    beside(table, column, f"{header} ({one})", cells, rng)


@fault(layouts=WIDE)
def a_row_twice(table: Table, rng: random.Random) -> None:
    """A row stands twice, with the same figures."""
    row = pick(table, rng)[0]
    table.insert(rng.randrange(len(table.codes)), table.row(row), table.codes[row])


@fault(layouts=("total", "years"), indices=("SIPAS", "PAR"), years=(2025,))
def old_members_beside_new_names(table: Table, rng: random.Random) -> None:
    """New provinces are named with those that they are made of."""
    if table.year != 2025:
        raise Unfit("before the mergers")
    old = {
        r["province"]: r["name_vi"] for r in csv_tables.rows("provinces") if r["vintage"] == "63"
    }
    members: dict[str, list[str]] = {}
    for row in csv_tables.rows("mergers"):
        members.setdefault(row["province_2025"], []).append(old[row["province"]])
    pattern = rng.choice(("{} ({})", "{} - {}", "{}\n({})"))
    join = rng.choice((" + ", ", ", " và "))
    table.names.cells = [
        pattern.format(name, join.join(members[code])) if len(members[code]) > 1 else name
        for name, code in zip(table.names.cells, table.codes, strict=True)
    ]


@fault(layouts=("total",), indices=("SIPAS", "PAR", "PCI"), complete=True, years=range(2018, 2025))
def years_as_rows_between(table: Table, rng: random.Random) -> None:
    """Rows "Năm 2023" and "Năm 2022" stand over the provinces of each year."""
    before = invented(table.index, table.year - 1, rng)
    scores, ranks = before.scores[table.total], before.ranks[table.total]
    if not set(table.codes) <= set(scores):
        raise Unfit("other provinces")
    for column in table.columns:
        column.header = str(column.header).replace(str(table.year), "").replace("năm", "").strip()
    table.above, table.option_year = [], None
    codes = list(table.codes)
    for row, code in enumerate(codes):
        cells: list[Cell] = [
            scores[code] if c.kind == "score" else ranks[code] if c.kind == "rank" else c.cells[row]
            for c in table.columns
        ]
        table.insert(len(table.codes), cells, code)
        key = (table.year - 1, code, table.total)
        table.scores[key], table.ranks[key] = scores[code], ranks[code]
    pattern = rng.choice(("Năm {}", "{}", "Kết quả năm {}"))
    table.insert(len(codes), table.blank(pattern.format(table.year - 1)))
    table.insert(0, table.blank(pattern.format(table.year)))


@fault(layouts=("fields",), forms=("csv", "xlsx"))
def figures_of_two_provinces_swapped_against_the_total(table: Table, rng: random.Random) -> None:
    """Parts of two provinces changed places, totals did not."""
    one, other = pick(table, rng, 2)
    total = table.place(next(c for c in table.of_kind("score") if c.series == table.total))
    a, b = (float(str(table.columns[total].cells[row])) for row in (one, other))
    if abs(a - b) < 3:
        raise Unfit("totals alike")
    for place in shifted_scores(table):
        column = table.columns[place]
        if column.kind == "score" and place != total:
            column.cells[one], column.cells[other] = column.cells[other], column.cells[one]


@fault(layouts=("total", "years"))
def title_in_the_column_of_names(table: Table, rng: random.Random) -> None:
    """The header of the names is missing, or is the title of the table."""
    table.names.header = rng.choice((None, "", "Kết quả", "Nội dung", "Chỉ tiêu", "Tên đơn vị"))
