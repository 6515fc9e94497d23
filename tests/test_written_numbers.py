"""Numbers and ranks as people write them: read rightly, or not read at all."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parstats.documents.grid import clean
from parstats.documents.number_formats import MISSING, read_numbers, read_ranks
from parstats.errors import UnknownChoice

SURE = {
    # Vietnamese
    "87,11": 87.11,
    "1.234,56": 1234.56,
    "1.234,567": 1234.567,
    "1.234.567": 1234567,
    "1234,567": 1234.567,
    "0,123": 0.123,
    "01,234": 1.234,
    "1,2345": 1.2345,
    ",5": 0.5,
    # English
    "87.11": 87.11,
    "1,234.56": 1234.56,
    "1,234.567": 1234.567,
    "12,345,678": 12345678,
    "0.123": 0.123,
    ".5": 0.5,
    # Blanks and apostrophes between thousands
    "1 234,5": 1234.5,
    "1 234 567,891": 1234567.891,
    "1\u00a0234,5": 1234.5,
    "1\u2009234.5": 1234.5,
    "1\u202f234": 1234,
    "1'234.5": 1234.5,
    "1’234,567": 1234.567,
    # No mark at all
    "63": 63,
    "007": 7,
    # Signs
    "+2,5": 2.5,
    "-2,5": -2.5,
    "−2.5": -2.5,
    "–2,5": -2.5,
    # Percent signs and units
    "87,11%": 87.11,
    "87,11 %": 87.11,
    "87,11 điểm": 87.11,
    "87,11 ĐIỂM": 87.11,
    "1 point": 1,
    "8.5 points": 8.5,
    "8.5pts": 8.5,
    "87,11 phần trăm": 87.11,
    "87.11 percent": 87.11,
    # Footnote marks
    "87,11*": 87.11,
    "87,11 **": 87.11,
    "87,11†": 87.11,
    "87,11¹": 87.11,
    "10²": 10,
    "87,11 (1)": 87.11,
    "87,11[12]": 87.11,
    "87,11 (a)": 87.11,
    "87,11% *": 87.11,
    "87,11* %": 87.11,
    "87,11 điểm (1)": 87.11,
    "* 87,11": 87.11,
    "(1) 87,11": 87.11,
    "²87,11": 87.11,
    # As programs write numbers
    "1e-05": 1e-05,
    "8.7E1": 87,
    "1.5e+3": 1500,
    "2E3": 2000,
}

NOT_NUMBERS = [
    "Hà Nội",
    "(1)",
    "[2]",
    "(a)",
    "(2,5)",
    "(3)-1",
    "(4) - (3)",
    "(5)=(3)+(4)",
    "*",
    "²",
    "%",
    "điểm",
    "10⁻²",
    "87,11ᵃ",
    "87,11 a",
    "12(½)",
    "12 (123)",
    "87,11%%",
    "2,5 điểm phần trăm",
    "12.34.56",
    "12.05.2011",
    "1.234,567.8",
    "1,23.45",
    "0.123.456",
    "012.345,6",
    "0912 345 678",
    "1 234'567",
    "1 23",
    "87, 11",
    "87 ,11",
    "12.",
    "12,",
    ",",
    "1..5",
    "1 234.567.890",
    "1.234.5678",
    "+-5",
    "- 5",
    "2,5-",
    "1-2",
    "2011–2012",
    "12/63",
    "1e5,5",
    "1,5e3",
    "1e",
    "e5",
    "1e999",
    "9" * 400,
    "inf",
    "0x10",
    "1_000",
    "$5",
    "5 USD",
    "８７",
    "٨٧",
    "½",
    "²³",
    "Ⅻ",
]

ABSENT = [
    *("", " ", "-", "–", "—", "−", "--", "-/-", ".", "..", "...", "…"),
    *("n/a", "N/A", "#N/A", "na", "NaN", "NULL", "None", "x", "X"),
    *("không có", "Không có dữ liệu", "khong co so lieu", "KHÔNG CÓ SỐ LIỆU", "Chưa có"),
    *("Chưa công bố", "chua cong bo", "No data", "KXĐ", "kxd", "Không xếp hạng"),
]


@pytest.mark.parametrize(("cell", "value"), SURE.items())
def test_a_cell_with_one_reading_is_read_alone(cell: str, value: float) -> None:
    reading = read_numbers([cell])
    assert reading.values == (value,)
    assert reading.unreadable == reading.ambiguous == ()


@pytest.mark.parametrize("cell", NOT_NUMBERS)
def test_what_is_no_number_is_not_read(cell: str) -> None:
    for decimal in (None, ",", "."):
        reading = read_numbers(["5", cell], decimal=decimal)
        assert (reading.values, reading.unreadable) == ((5, None), (1,))
        assert reading.ambiguous == ()


@pytest.mark.parametrize("cell", ABSENT)
def test_a_mark_of_a_missing_figure_is_neither_read_nor_a_fault(cell: str) -> None:
    numbers, ranks = read_numbers([cell, "5"]), read_ranks([cell, "5"])
    assert (numbers.values, numbers.unreadable) == ((None, 5), ())
    assert (ranks.ranks, ranks.unreadable) == ((None, 5), ())


def test_missing_marks_are_in_lower_case() -> None:
    assert {mark.lower() for mark in MISSING} == MISSING


class TestDecimalMark:
    """Found once for the whole column."""

    @pytest.mark.parametrize("cell", ["3,456", "3.456", "12,345", "123.456", "-3,456", "3,456%"])
    def test_three_digits_after_one_mark_are_ambiguous(self, cell: str) -> None:
        reading = read_numbers(["12", cell])
        assert reading.values == (12, None)
        assert (reading.ambiguous, reading.unreadable, reading.decimal) == ((1,), (), "")

    @pytest.mark.parametrize(
        ("witness", "value"),
        [
            ("41,83", 3.456),
            ("0,123", 3.456),
            ("1234,567", 3.456),
            ("1.234,567", 3.456),
            ("1.234.567", 3.456),
            ("1 234,567", 3.456),
            ("41.83", 3456),
            ("1,234.567", 3456),
            ("1,234,567", 3456),
            ("1’234.567", 3456),
            ("8.712e1", 3456),
        ],
    )
    def test_any_cell_that_tells_it_decides_the_others(self, witness: str, value: float) -> None:
        for cells in (["3,456", witness], [witness, "3,456"]):
            reading = read_numbers(cells, low=-1, high=1)  # a witness outweighs the scale
            assert value in reading.values
            assert reading.ambiguous == ()
            assert reading.decimal == ("," if value < 4 else ".")

    @pytest.mark.parametrize("witness", ["12", "1 234", "1'234", "1e-05", "n/a", "Huế"])
    def test_a_cell_without_a_decimal_mark_tells_nothing(self, witness: str) -> None:
        reading = read_numbers([witness, "3,456"])
        assert (reading.ambiguous, reading.decimal) == ((1,), "")

    def test_the_scale_decides_if_one_reading_lies_on_it(self) -> None:
        assert read_numbers(["87,115", "3"], high=100).values == (87.115, 3)
        assert read_numbers(["87.115", "91.020"], low=0, high=100).decimal == "."
        people = read_numbers(["87,115", "91.020"], low=1000)
        assert people.values == (None, None), "one mark cannot part the thousands of both"
        assert read_numbers(["87,115"], low=1000).values == (87115,)

    def test_the_scale_decides_nothing_if_both_or_no_readings_lie_on_it(self) -> None:
        for bounds in ({"low": 0}, {"high": 1e6}, {"high": 1}, {"low": 100, "high": 1000}):
            assert read_numbers(["87,115"], **bounds).ambiguous == (0,)
        both_marks = read_numbers(["3,456", "3.456"], low=0, high=100)
        assert both_marks.ambiguous == (0, 1)
        reading = read_numbers(["87,115", "187,115"], low=0, high=100)
        assert reading.ambiguous == (0, 1)

    def test_a_value_off_the_scale_is_returned(self) -> None:
        assert read_numbers(["187,11", "87,115", "-5"], low=0, high=100).values == (
            187.11,
            87.115,
            -5,
        )

    def test_cells_that_contradict_each_other_leave_only_sure_cells(self) -> None:
        reading = read_numbers(["41,83", "41.83", "3,456", "3.456", "12"], low=0, high=100)
        assert reading.values == (41.83, 41.83, None, None, 12)
        assert (reading.ambiguous, reading.decimal) == ((2, 3), "")

    def test_a_given_mark_settles_everything(self) -> None:
        assert read_numbers(["3,456", "12"], high=100, decimal=".").values == (3456, 12)
        assert read_numbers(["3,456"], low=100, decimal=",").values == (3.456,)
        reading = read_numbers(["41.83", "41,83", "1e-05", "8.7E1"], decimal=",")
        assert reading.values == (None, 41.83, 1e-05, None)
        assert (reading.unreadable, reading.ambiguous) == ((0, 3), ())
        assert reading.decimal == ","

    def test_a_given_mark_is_a_comma_or_a_point(self) -> None:
        with pytest.raises(UnknownChoice, match="decimal mark ';'"):
            read_numbers(["1"], decimal=";")


class TestPercent:
    @pytest.mark.parametrize(
        ("cells", "percent"),
        [
            (["87,1%", "5 %"], True),
            (["87,1%", "5"], True),
            (["87,1%", "5", "6"], False),
            (["87,1%", "-", "Huế", ""], True),
            (["3,456%"], True),
            (["5 phần trăm", "6 percent"], True),
            (["5", "6 điểm"], False),
            (["-", "%"], False),
            ([], False),
        ],
    )
    def test_half_of_the_readable_cells_make_a_column_of_percentages(
        self, cells: list[str], percent: bool
    ) -> None:
        assert read_numbers(cells).percent is percent

    def test_a_percentage_is_not_divided(self) -> None:
        assert read_numbers(["87,1%"]).values == (87.1,)


RANKS = {
    "12": (12, None),
    "012": (12, None),
    "12/63": (12, 63),
    "12 / 63": (12, 63),
    "63/63": (63, 63),
    "hạng 12": (12, None),
    "Hạng 12/63": (12, 63),
    "HẠNG 12": (12, None),
    "hang 12": (12, None),
    "thứ 12": (12, None),
    "xếp thứ 12/63": (12, 63),
    "1st": (1, None),
    "2nd": (2, None),
    "23rd": (23, None),
    "11th": (11, None),
    "12TH": (12, None),
    "13th": (13, None),
    "#12": (12, None),
    "12 (63)": (12, 63),
    "12 (63)*": (12, 63),
    "12*": (12, None),
    "*12": (12, None),
    "12¹": (12, None),
    "12 [1]": (12, None),
    "12/63 (a)": (12, 63),
    "12.0": (12, None),
    "12,0": (12, None),
}


@pytest.mark.parametrize(("cell", "rank"), RANKS.items())
def test_a_written_rank_is_read(cell: str, rank: tuple[int, int | None]) -> None:
    reading = read_ranks([cell])
    assert (reading.ranks, reading.n_units, reading.unreadable) == ((rank[0],), (rank[1],), ())


@pytest.mark.parametrize(
    "cell",
    [
        *("0", "-1", "+1", "64/63", "12/0", "12 (5)", "(12)", "[12]", "12 (63) (1)", "12/5/2011"),
        *("12-15", "12–15", "3 hoặc 4", "3, 4", "=12", "12=", "đồng hạng 12", "khoảng 12"),
        *("XII", "Ⅻ", "１２", "12.5", "12,5", "12.000", "1,234", "12.", "1nd", "12st", "11st"),
        *("12 điểm", "12%", "Hà Nội", "hạng", "#", "/63", "12/", "12 63", "1" * 5000),
        "0" * 5000 + "1",
    ],
)
def test_a_tie_a_doubt_or_no_rank_is_not_read(cell: str) -> None:
    reading = read_ranks(["1", cell])
    assert (reading.ranks, reading.n_units, reading.unreadable) == ((1, None), (None, None), (1,))


@pytest.mark.parametrize(
    "cells",
    [
        ["1 (2)", "2 (3)", "3 (3)"],  # the year before
        ["1 (2)", "2 (1)"],  # so too
        ["1 (5)", "2 (6)"],  # so too
        ["1 (1)", "2", "3"],  # a footnote
        ["1 (3)", "2 (3)", "60"],  # a footnote to two
    ],
)
def test_round_brackets_that_cannot_hold_the_number_of_the_ranked_are_not_read(
    cells: list[str],
) -> None:
    reading = read_ranks(cells)
    assert reading.unreadable == tuple(n for n, cell in enumerate(cells) if "(" in cell)
    assert set(reading.n_units) == {None}


# --- What holds for every column -----------------------------------------------------------------

SEPARATORS = {"vi": (",", ".", " "), "en": (".", ",", "'")}
DECORATIONS = ["{}", "{}%", "{} %", "{}*", "{} (1)", "{}²", "† {}", "{} điểm", "‡{}%**", "{}(a)"]

amounts = st.builds(
    lambda digits, decimals: Decimal(digits).scaleb(-decimals),
    st.one_of(st.integers(-(10**9), 10**9), st.integers(-99_999, 99_999)),
    st.integers(0, 4),
)


@st.composite
def written_columns(draw: st.DrawFn) -> tuple[list[str], list[Decimal], str]:
    """Cells as one hand writes them, what they mean and the decimal mark."""
    decimal, *thousands = SEPARATORS[draw(st.sampled_from(["vi", "en"]))]
    mark = draw(st.sampled_from([*thousands, ""]))
    meant = draw(st.lists(amounts, max_size=8))
    if draw(st.booleans()):  # tables often give three decimals throughout
        meant = [amount.quantize(Decimal("0.001")) for amount in meant]
    cells = [
        draw(st.sampled_from(DECORATIONS)).format(
            f"{amount:,f}".replace(".", "D").replace(",", mark).replace("D", decimal)
        )
        for amount in meant
    ]
    return cells, meant, decimal


@given(written_columns(), st.booleans())
@settings(max_examples=400)
def test_a_column_of_one_hand_reads_back_or_is_ambiguous_but_never_wrong(
    column: tuple[list[str], list[Decimal], str], with_scale: bool
) -> None:
    cells, meant, decimal = column
    scale = {"low": min(meant), "high": max(meant)} if with_scale and meant else {}
    reading = read_numbers(cells, **{end: float(amount) for end, amount in scale.items()})
    assert reading.unreadable == ()
    assert reading.decimal in ("", decimal)
    for index, amount in enumerate(meant):
        expected = None if index in reading.ambiguous else float(amount)
        assert reading.values[index] == expected
    if any(amount.as_tuple().exponent in (-1, -2, -4) for amount in meant):
        assert reading.ambiguous == ()
    assert read_numbers(cells, decimal=decimal).values == tuple(map(float, meant))


like_numbers = st.text("0123456789.,.,  '’+-−–eE%*²()[]a/", max_size=12)
forms = st.sampled_from([*SURE, *NOT_NUMBERS, *ABSENT, "3,456", "3.456", "87,115", *RANKS])
any_cells = st.lists(st.one_of(like_numbers, forms, st.text()), max_size=8)
bounds = st.one_of(st.none(), st.floats())


@given(any_cells, bounds, bounds, st.sampled_from([None, ",", "."]))
@settings(max_examples=500)
@pytest.mark.slow
def test_every_cell_of_any_column_is_read_missing_ambiguous_or_unreadable(
    cells: list[str], low: float | None, high: float | None, decimal: str | None
) -> None:
    reading = read_numbers(cells, low=low, high=high, decimal=decimal)
    assert len(reading.values) == len(cells)
    assert not set(reading.unreadable) & set(reading.ambiguous)
    for index, (cell, value) in enumerate(zip(cells, reading.values, strict=True)):
        if value is not None:
            assert math.isfinite(value)
            assert any("0" <= char <= "9" for char in cell)
            assert index not in (*reading.unreadable, *reading.ambiguous)
        elif index not in (*reading.unreadable, *reading.ambiguous):
            assert clean(cell).lower() in MISSING
    if decimal:
        assert reading.ambiguous == ()


@given(any_cells, st.randoms(use_true_random=False))
@settings(max_examples=300)
def test_the_order_of_rows_changes_nothing(cells: list[str], chance) -> None:
    order = list(range(len(cells)))
    chance.shuffle(order)
    shuffled = [cells[index] for index in order]
    there, here = read_numbers(shuffled, high=100), read_numbers(cells, high=100)
    assert there.values == tuple(here.values[index] for index in order)
    assert {order[index] for index in there.unreadable} == set(here.unreadable)
    assert {order[index] for index in there.ambiguous} == set(here.ambiguous)
    assert (there.decimal, there.percent) == (here.decimal, here.percent)
    assert read_ranks(shuffled).ranks == tuple(read_ranks(cells).ranks[index] for index in order)


@given(any_cells)
@settings(max_examples=300)
def test_any_rank_that_is_read_is_one(cells: list[str]) -> None:
    reading = read_ranks(cells)
    assert len(reading.ranks) == len(reading.n_units) == len(cells)
    for rank, total in zip(reading.ranks, reading.n_units, strict=True):
        assert rank is None or 1 <= rank <= (total or rank)
        assert rank is not None or total is None


PIECES = ["*", "* ", "(1)", "(1) ", "²", "1", "1 ", "1,", "1 234", "0", "'", "-", "1e", "%"]


@pytest.mark.parametrize("piece", PIECES)
def test_a_very_long_cell_is_refused_without_delay(piece: str) -> None:
    for cell in (piece * 30_000 + "z", "5" + piece * 30_000 + "z"):
        assert read_numbers([cell]).unreadable == (0,)
        assert read_ranks([cell]).unreadable == (0,)
