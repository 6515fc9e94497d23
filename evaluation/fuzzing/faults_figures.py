"""Faults of figures: scales, marks, damage."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime

from .changes import PARTS, WIDE, fault
from .tables import Cell, Column, Table, Unfit


def numbers(column: Column) -> list[int]:
    """Rows of a column with a figure."""
    return [row for row, cell in enumerate(column.cells) if isinstance(cell, float)]


def _each(table: Table, change: Callable[[float], Cell]) -> None:
    for column in table.of_kind("score"):
        for row in numbers(column):
            column.cells[row] = change(float(str(column.cells[row])))


def _some(table: Table, rng: random.Random, change: Callable[[float], Cell], most: int = 4) -> None:
    column = table.score_column(rng)
    rows = numbers(column)
    for row in rng.sample(rows, min(len(rows), rng.randint(1, most))):
        column.cells[row] = change(float(str(column.cells[row])))


def _text(table: Table, value: float) -> str:
    return f"{value:.{table.decimals}f}".replace(".", table.mark)


def _to_text(table: Table) -> None:
    """Show figures as text in a workbook too."""
    _each(table, lambda value: _text(table, value))


@fault(layouts=("total", "years", "sub-indices", "criteria", "fields", "parts"))
def scale_times_ten(table: Table, rng: random.Random) -> None:
    """All figures are ten times too high."""
    _each(table, lambda value: round(10 * value, 2))


@fault(layouts=("total", "years", "parts"), indices=("SIPAS", "PAR", "PCI"))
def scale_out_of_ten(table: Table, rng: random.Random) -> None:
    """Percentages are shown on a scale of ten."""
    _each(table, lambda value: round(value / 10, 3))
    table.decimals = 3


@fault(layouts=("criteria",))
def points_divided_by_ten(table: Table, rng: random.Random) -> None:
    """Points of the PAPI are a tenth of what they should be, less than the lowest score."""
    _each(table, lambda value: round(value / 10, 4))
    table.decimals = 4


@fault(layouts=("total", "years", "parts"), indices=("SIPAS", "PAR", "PCI"))
def shares_without_percent_format(table: Table, rng: random.Random) -> None:
    """Percentages are shares from 0 to 1, and nothing says so."""
    _each(table, lambda value: round(value / 100, 4))
    table.decimals = 4


@fault(layouts=("total", "years", "parts"), indices=("SIPAS", "PAR"))
def per_mille(table: Table, rng: random.Random) -> None:
    """Percentages are shown per mille, with the sign."""
    _each(table, lambda value: f"{10 * value:.1f}‰".replace(".", table.mark))


@fault(layouts=PARTS)
def one_column_in_percent_of_its_maximum(table: Table, rng: random.Random) -> None:
    """One part is shown in percent of its maximum, above that maximum."""
    column = rng.choice([each for each in table.of_kind("score") if each.series != table.total])
    most = 16.5 if table.index == "PAR" else 10.0 if table.index == "PCI" else 3.34
    for row in numbers(column):
        column.cells[row] = round(100 * float(str(column.cells[row])) / most + 20, 2)


@fault()
def decimal_point_lost_in_one_cell(table: Table, rng: random.Random) -> None:
    """A figure or some have lost their decimal mark: 8734 for 87.34."""
    _some(table, rng, lambda value: round(value * 10**table.decimals))


@fault()
def decimal_point_lost_everywhere(table: Table, rng: random.Random) -> None:
    """No figure has a decimal mark any more."""
    _each(table, lambda value: round(value * 10**table.decimals))


@fault()
def minus_sign_added(table: Table, rng: random.Random) -> None:
    """A dash before a figure reads as a minus."""
    sign = rng.choice("-−–")
    _some(table, rng, lambda value: f"{sign}{_text(table, value)}")


@fault()
def letter_in_a_figure(table: Table, rng: random.Random) -> None:
    """The letters O and l stand for 0 and 1, as an eye or a scanner takes them."""
    old, new = rng.choice((("0", "O"), ("1", "l"), ("1", "I"), ("5", "S"), ("8", "B"), ("0", "o")))
    column = table.score_column(rng)
    rows = [row for row in numbers(column) if old in _text(table, float(str(column.cells[row])))]
    if not rows:
        raise Unfit(old)
    for row in rows[:3]:
        text = _text(table, float(str(column.cells[row])))
        column.cells[row] = text.replace(old, new, 1)


@fault()
def unit_glued_to_a_figure(table: Table, rng: random.Random) -> None:
    """A word stands with the figure: "87.34 điểm"."""
    word = rng.choice((" điểm", "đ", " points", "pts", " đ."))
    _some(table, rng, lambda value: f"{_text(table, value)}{word}")


@fault()
def footnote_sign_after_a_figure(table: Table, rng: random.Random) -> None:
    """Signs of footnotes after figures."""
    mark = rng.choice(("*", " *", " (a)", " 1)", " (1)", "¹", "²", " [2]", "**", "†", "ᵃ", " a"))
    _some(table, rng, lambda value: f"{_text(table, value)}{mark}")


@fault()
def footnote_digit_glued_to_a_figure(table: Table, rng: random.Random) -> None:
    """A note "1)" is glued to a figure: "87.341)"."""
    mark = rng.choice(("1)", "2)", "(1)", "[1]", "^1", "*1"))
    _some(table, rng, lambda value: f"{_text(table, value)}{mark}")


@fault(forms=("pdf",), layouts=("total", "years"), indices=("SIPAS", "PAR", "PCI"))
def pdf_raised_digit_after_a_score(table: Table, rng: random.Random) -> None:
    """Small raised digits after scores in a PDF."""
    column = table.place(table.score_column(rng))
    for row in rng.sample(range(len(table.codes)), 4):
        table.raised[row, column] = rng.choice("1234")


@fault(forms=("pdf",), layouts=("total", "years"), ranks=True)
def pdf_raised_digit_after_a_rank(table: Table, rng: random.Random) -> None:
    """Small raised digits after ranks in a PDF."""
    column = table.place(rng.choice(table.of_kind("rank")))
    for row in rng.sample(range(len(table.codes)), 4):
        table.raised[row, column] = rng.choice("123")


@fault(forms=("pdf",), layouts=("total", "years"))
def pdf_raised_digit_after_a_year(table: Table, rng: random.Random) -> None:
    """A small raised digit after the year of a header, and after names."""
    table.raised[-1, table.place(table.score_column(rng))] = "1"
    for row in rng.sample(range(len(table.codes)), 3):
        table.raised[row, table.place(table.names)] = "2"


@fault()
def decimal_marks_mixed(table: Table, rng: random.Random) -> None:
    """Some figures have a decimal comma, others a decimal point."""
    if table.form == "csv" and table.separator == ",":
        table.separator = ";"
    for column in table.of_kind("score"):
        for row in numbers(column):
            text = f"{float(str(column.cells[row])):.{table.decimals}f}"
            column.cells[row] = text.replace(".", rng.choice(",."))


@fault(layouts=("criteria",))
def three_decimals_like_thousands(table: Table, rng: random.Random) -> None:
    """Figures with three decimals and commas read as thousands: 1,734."""
    table.decimals = 3
    mark = rng.choice(",.")
    if table.form == "csv":
        table.separator = ";"
    for column in table.of_kind("score"):
        for row in numbers(column):
            value = round(float(str(column.cells[row])), 2)
            column.cells[row] = f"{value:.3f}".replace(".", mark)
    table.scores = {key: round(value, 2) for key, value in table.scores.items()}


@fault(forms=("csv",), layouts=WIDE)
def decimal_commas_without_quotes(table: Table, rng: random.Random) -> None:
    """Decimal commas in a file whose cells are parted by commas."""
    table.separator, table.mark, table.quoted = ",", ",", False
    table.text_edits.append(lambda text: text.replace('"', ""))


@fault(forms=("xlsx",))
def figures_became_dates(table: Table, rng: random.Random) -> None:
    """A workbook made days of figures: 8.12 is the 8th of December."""
    _some(table, rng, lambda value: datetime(2024, 1 + int(value) % 12, 1 + int(value * 100) % 28))


@fault(forms=("csv",))
def figures_became_texts_of_dates(table: Table, rng: random.Random) -> None:
    """A workbook made days of figures, and wrote them: "12-Aug"."""
    month = rng.choice(("Jan", "Aug", "Thg8", "08", "08/2024"))
    _some(table, rng, lambda value: f"{1 + int(value) % 28:02d}-{month}")


@fault(forms=("xlsx",))
def figures_became_numbers_of_days(table: Table, rng: random.Random) -> None:
    """Days that became figures again: 45512."""
    _some(table, rng, lambda value: 45000 + int(value * 10) % 600)


@fault(forms=("xlsx",), layouts=("total", "criteria", "fields", "parts"))
def percent_format_on_points(table: Table, rng: random.Random) -> None:
    """Cells with points have the format of percentages: 87.34 is shown as 8734 %."""
    places = [table.place(column) + 1 for column in table.of_kind("score")]
    count = len(table.codes)

    def edit(book: object, sheet: object, first: int) -> None:
        for place in places:
            for row in range(first, first + count):
                sheet.cell(row, place).number_format = "0.00%"  # type: ignore[attr-defined]

    table.book_edits.append(edit)


@fault(forms=("xlsx",))
def formulas_without_values(table: Table, rng: random.Random) -> None:
    """Cells hold formulas that were never computed."""
    _some(table, rng, lambda value: f"={value}+0", most=20)


@fault()
def error_values(table: Table, rng: random.Random) -> None:
    """Cells show errors of a spreadsheet."""
    error = rng.choice(("#REF!", "#N/A", "#DIV/0!", "#VALUE!", "####", "#NAME?"))
    _some(table, rng, lambda value: error)


@fault()
def powers_of_ten(table: Table, rng: random.Random) -> None:
    """Figures as a spreadsheet writes long ones: 8.734E+01."""
    _some(table, rng, lambda value: f"{value:.{table.decimals + 1}E}")


@fault(forms=("csv", "xlsx"))
def other_digits(table: Table, rng: random.Random) -> None:
    """Wide digits, as a keyboard of East Asia types them."""
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    _some(table, rng, lambda value: _text(table, value).translate(wide))


@fault()
def spaces_inside_a_figure(table: Table, rng: random.Random) -> None:
    """Spaces within figures: "87 .34", "87. 34", "8 7.34"."""

    def spaced(value: float) -> str:
        text = _text(table, value)
        place = rng.randrange(1, len(text))
        return f"{text[:place]} {text[place:]}"

    _some(table, rng, spaced)


@fault()
def two_figures_in_a_cell(table: Table, rng: random.Random) -> None:
    """A cell holds the old and the new figure."""
    join = rng.choice((" ", "\n", " / ", " → ", "; ", " (", " - "))
    if table.form == "csv":
        join = join.replace("\n", " ")

    def two(value: float) -> str:
        return f"{_text(table, value)}{join}{_text(table, value * 0.97)}" + ")" * (join == " (")

    _some(table, rng, two)


@fault()
def interval_after_a_figure(table: Table, rng: random.Random) -> None:
    """Figures with their margins: "87.34 ± 1.20"."""
    pattern = rng.choice(("{0} ± {1}", "{0} (±{1})", "{0} [{1}; {2}]", "{0}±{1}", "{0} ({1}-{2})"))
    _some(
        table,
        rng,
        lambda value: pattern.format(
            _text(table, value), _text(table, value * 0.98), _text(table, value * 1.02)
        ),
        most=60,
    )


@fault()
def bands_for_figures(table: Table, rng: random.Random) -> None:
    """Bands in place of figures: "80-90", "từ 80 đến 90"."""
    pattern = rng.choice(("{0}-{1}", "{0}–{1}", "từ {0} đến {1}", "{0} to {1}", "{0}~{1}"))
    _some(
        table,
        rng,
        lambda value: pattern.format(int(value), int(value) + 1),
        most=60,
    )


@fault()
def about_and_limits(table: Table, rng: random.Random) -> None:
    """Figures that are about, below or above: "~87", ">90", "<80"."""
    sign = rng.choice(("~", "≈", "<", ">", "≥", "≤", "khoảng ", "trên ", "dưới ", "gần ", "c. "))
    _some(table, rng, lambda value: f"{sign}{round(value + 0.6)}")


@fault(layouts=("criteria", "sub-indices"))
def nought_for_a_missing_figure(table: Table, rng: random.Random) -> None:
    """0 stands where nothing was measured, below the lowest score there can be."""
    nought: Cell = rng.choice((0, 0.0, "0", "0.00"))
    column = rng.choice([each for each in table.of_kind("score") if each.series != table.total])
    for row in rng.sample(range(len(table.codes)), 2):
        column.cells[row] = nought


@fault()
def code_for_a_missing_figure(table: Table, rng: random.Random) -> None:
    """999, -99 and the like stand where nothing was measured."""
    code = rng.choice((999, -99, -1, 9999, "999.00", -9))
    _some(table, rng, lambda value: code)


@fault(layouts=PARTS, complete=True)
def digits_changed_round_against_the_sum(table: Table, rng: random.Random) -> None:
    """Digits of a part changed places, and the sum of the parts is no longer the total."""
    if table.index == "PCI":
        raise Unfit("weighted")
    if table.index == "PAPI" and not any(each.series == table.total for each in table.columns):
        raise Unfit("no total")
    column = rng.choice([each for each in table.of_kind("score") if each.series != table.total])
    rows = []
    for row in numbers(column):
        value = float(str(column.cells[row]))
        points, _, rest = f"{value:.2f}".partition(".")
        changed = float(f"{points}.{rest[::-1]}")
        if abs(changed - value) > 0.3:
            rows.append((row, changed))
    if not rows:
        raise Unfit("palindromes")
    row, changed = rng.choice(rows)
    column.cells[row] = changed


@fault(ranks=True, complete=True, layouts=("total", "years"))
def digits_changed_round_against_the_rank(table: Table, rng: random.Random) -> None:
    """Digits of a score changed places, and the rank contradicts it: 78.34 for 87.34."""
    column = table.score_column(rng)
    rank = next(each for each in table.of_kind("rank") if each.year == column.year)
    rows = [
        row
        for row in numbers(column)
        if abs(int(str(column.cells[row])[0]) - int(str(column.cells[row])[1])) >= 1
        and isinstance(rank.cells[row], int)
    ]
    changed = {
        row: float(str(column.cells[row])[1::-1] + str(column.cells[row])[2:]) for row in rows
    }
    order = [float(str(column.cells[row])) for row in numbers(column)]
    fits = [
        row
        for row in rows
        if abs(sum(o > changed[row] for o in order) + 1 - int(str(rank.cells[row]))) > 3
        and changed[row] <= 100
    ]
    if not fits:
        raise Unfit("no digits to change")
    row = rng.choice(fits)
    column.cells[row] = changed[row]


@fault()
def out_of_the_maximum(table: Table, rng: random.Random) -> None:
    """Figures with what they are out of: "87.34/100"."""
    most = {"PAPI": "2.5", "PCI": "10", "PAR": "100", "SIPAS": "100"}[table.index]
    if table.layout in ("total", "years", "long"):
        most = {"PAPI": "80", "PCI": "100"}.get(table.index, "100")
    if table.layout == "long":
        raise Unfit("several maxima")
    join = rng.choice(("/", " / ", " trên ", " of "))
    _some(table, rng, lambda value: f"{_text(table, value)}{join}{most}", most=60)


@fault(forms=("csv",))
def formulas_as_text_of_a_csv(table: Table, rng: random.Random) -> None:
    """Figures and names are written as formulas of a spreadsheet: ="87.34"."""
    _each(table, lambda value: f'="{_text(table, value)}"')


@fault()
def apostrophe_before_a_figure(table: Table, rng: random.Random) -> None:
    """An apostrophe, which makes a text in a spreadsheet, stands before figures."""
    _some(table, rng, lambda value: f"'{_text(table, value)}", most=60)


@fault(layouts=("total", "years", "sub-indices", "parts"), indices=("SIPAS", "PAR", "PCI"))
def one_digit_before_the_mark_lost(table: Table, rng: random.Random) -> None:
    """All figures of some rows are a tenth: 8.734 for 87.34, among others that are right."""
    columns = [column for column in table.of_kind("score") if column.series == table.total]
    column = rng.choice(columns)
    for row in rng.sample(numbers(column), 2):
        text = f"{float(str(column.cells[row])) / 10:.3f}".replace(".", table.mark)
        column.cells[row] = text if table.form != "xlsx" else float(text.replace(",", "."))


@fault(layouts=("years",), indices=("SIPAS", "PAR"))
def one_year_on_another_scale(table: Table, rng: random.Random) -> None:
    """One of the years is in shares or out of ten, the others in percent."""
    column = rng.choice(table.of_kind("score"))
    factor = rng.choice((10, 100))
    for row in numbers(column):
        column.cells[row] = f"{float(str(column.cells[row])) / factor:.4f}".replace(".", table.mark)
