"""Faults of ranks."""

from __future__ import annotations

import random

from .changes import fault
from .faults_headers import beside
from .tables import Cell, Column, Table, Unfit, invented

RANKED = ("total", "years")


def _rank(table: Table, rng: random.Random) -> Column:
    return rng.choice(table.of_kind("rank"))


@fault(layouts=RANKED, ranks=True)
def rank_above_the_number_of_units(table: Table, rng: random.Random) -> None:
    """A rank is higher than there are provinces."""
    column = _rank(table, rng)
    row = rng.randrange(len(column.cells))
    column.cells[row] = rng.choice((64, 65, 70, 99, 0, 163, "64/63", "0", "12/11"))


@fault(layouts=RANKED, ranks=True)
def ranks_reversed(table: Table, rng: random.Random) -> None:
    """The lowest score has rank 1."""
    for column in table.of_kind("rank"):
        column.cells = [64 - int(str(cell)) for cell in column.cells]


@fault(layouts=RANKED, ranks=True)
def ranks_of_another_year(table: Table, rng: random.Random) -> None:
    """Ranks are those of another year's scores."""
    for column in table.of_kind("rank"):
        others = invented(table.index, max(2013, column.year - 1), rng).ranks[table.total]
        if table.index == "PAPI" or not set(table.codes) <= set(others):
            raise Unfit("as in the year before")
        column.cells = [others[code] for code in table.codes]


@fault(layouts=RANKED, ranks=True)
def ranks_sorted_by_themselves(table: Table, rng: random.Random) -> None:
    """Ranks were sorted, and the rows were not."""
    for column in table.of_kind("rank"):
        cells = sorted(int(str(cell)) for cell in column.cells)
        if cells == column.cells:
            raise Unfit("sorted by rank")
        column.cells = list(cells)


@fault(layouts=RANKED, ranks=True)
def score_and_rank_swapped_in_a_row(table: Table, rng: random.Random) -> None:
    """In a row score and rank changed places."""
    rank = _rank(table, rng)
    score = next(column for column in table.of_kind("score") if column.year == rank.year)
    row = rng.randrange(len(table.codes))
    score.cells[row], rank.cells[row] = rank.cells[row], score.cells[row]


@fault(layouts=RANKED, ranks=True)
def two_ranks_swapped(table: Table, rng: random.Random) -> None:
    """Ranks of two provinces far from each other changed places."""
    column = _rank(table, rng)
    one, other = rng.sample(range(len(column.cells)), 2)
    if abs(int(str(column.cells[one])) - int(str(column.cells[other]))) < 5:
        raise Unfit("neighbours")
    column.cells[one], column.cells[other] = column.cells[other], column.cells[one]


@fault(layouts=RANKED, ranks=True)
def rank_with_decimals(table: Table, rng: random.Random) -> None:
    """A rank has decimals that mean something."""
    column = _rank(table, rng)
    row = rng.randrange(len(column.cells))
    column.cells[row] = f"{column.cells[row]}{table.mark}5"
    if table.form == "csv" and table.separator == ",":
        table.mark = "."


@fault(layouts=RANKED, ranks=True)
def ranks_in_words(table: Table, rng: random.Random) -> None:
    """Ranks are words, ordinals or groups."""
    words = rng.choice(
        (
            lambda n: {1: "Nhất", 2: "Nhì", 3: "Ba"}.get(n, str(n)),
            lambda n: f"{n}th",
            lambda n: f"thứ {n}",
            lambda n: f"{n}-{n + 2}",
            lambda n: f"{n}=",
            lambda n: "ABCD"[n // 16],
            lambda n: ["Tốt", "Khá", "Trung bình", "Thấp"][n // 16],
            lambda n: f"top {n - n % 10 + 10}",
            lambda n: f"hạng {n}",
            lambda n: f"{n} (↑2)",
            lambda n: f"{n} (+2)",
            lambda n: f"{n}▲3",
            lambda n: f"{n} ({n + 1})",
        )
    )
    for column in table.of_kind("rank"):
        column.cells = [words(int(str(cell))) for cell in column.cells]


@fault(layouts=("total",), ranks=None)
def rank_of_another_index_beside(table: Table, rng: random.Random) -> None:
    """Ranks in another index stand beside."""
    other = rng.choice(("SIPAS", "PAR INDEX", "PCI", "PAPI", "DTI"))
    if other.split(" ", maxsplit=1)[0] == table.index:
        raise Unfit(other)
    word = rng.choice(("Xếp hạng", "Hạng", "Thứ hạng"))
    cells: list[Cell] = (
        list(rng.sample(range(1, 64), len(table.codes))) if len(table.codes) <= 63 else []
    )
    beside(table, table.columns[-1], f"{word} {other}", cells, rng)


@fault(layouts=("total",), years=range(2011, 2025))
def rank_of_the_year_before_beside(table: Table, rng: random.Random) -> None:
    """Ranks of the year before stand beside, and their header says so."""
    year = table.year - 1
    word = rng.choice(("Xếp hạng {}", "Hạng năm {}", "Rank {}", "Hạng năm trước", "Previous rank"))
    cells: list[Cell] = list(rng.sample(range(1, 64), len(table.codes)))
    for code, cell in zip(table.codes, cells, strict=True):
        table.ranks[year, code, table.total] = int(str(cell))
    beside(table, table.columns[-1], word.format(year), cells, rng)


@fault(layouts=("total",))
def change_of_rank_beside(table: Table, rng: random.Random) -> None:
    """Changes of ranks, rises only, stand beside."""
    word = rng.choice(
        (
            "Tăng hạng",
            "Thay đổi thứ hạng",
            "Tăng/giảm hạng",
            "Rank change",
            "Hạng +/-",
            "Biến động hạng",
        )
    )
    cells: list[Cell] = [rng.randint(1, 20) for _ in table.codes]
    beside(table, table.columns[-1], word, cells, rng)


@fault(layouts=("total",))
def rank_in_the_region_beside(table: Table, rng: random.Random) -> None:
    """Ranks within the region stand beside, and their header says so."""
    word = rng.choice(
        (
            "Xếp hạng vùng",
            "Hạng trong vùng",
            "Rank in region",
            "Xếp hạng khu vực",
            "Xếp hạng trong cụm thi đua",
            "Hạng (vùng)",
            "Nhóm xếp hạng",
            "Regional rank",
        )
    )
    cells: list[Cell] = [rng.randint(1, 14) for _ in table.codes]
    beside(table, table.columns[-1], word, cells, rng)


@fault(layouts=RANKED, ranks=True)
def ranks_by_rounded_scores_missing(table: Table, rng: random.Random) -> None:
    """Some ranks are 0, dashes or missing; none may be made up."""
    column = _rank(table, rng)
    for row in rng.sample(range(len(column.cells)), 4):
        column.cells[row] = rng.choice((None, "-", "…", "x", "n/a", 0))


@fault(layouts=("total",), ranks=True)
def rank_out_of_another_number(table: Table, rng: random.Random) -> None:
    """Ranks say that they are out of another number of units than there are."""
    column = _rank(table, rng)
    if table.year == 2025 or max(int(str(cell)) for cell in column.cells) < 50:
        raise Unfit("few ranks")
    column.cells = [f"{cell}/34" for cell in column.cells]
