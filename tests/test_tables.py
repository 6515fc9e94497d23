"""Printed tables keep their data: what they show, hold, hand to a notebook and write to files."""

from __future__ import annotations

import ast
import inspect
import json
import math
from decimal import Decimal

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.excel_display import excel_display

import parstats as ps
from parstats import errors
from parstats.figures import charts, tables
from parstats.figures.boxes import Card, Cards, Notice
from parstats.figures.column import (
    BRACKETED,
    COUNT,
    MEDIAN,
    PERCENT,
    SIGNED,
    count_column,
    number_column,
    text_column,
)
from parstats.figures.number_format import P_VALUE, NumberFormat, p_text
from parstats.figures.table import MIME_TYPE, Table
from parstats.reference.labels import number, text

pytestmark = pytest.mark.usefixtures("figures_to_2024")


@pytest.fixture
def table():
    data = pd.DataFrame(
        {
            "region": ["North", "South", "North"],
            "name": ["Lạng Sơn", "=1+1", "Cao Bằng"],
            "year": [2023, 2024, 2022],
            "mark": ["{} *", "{}", "{}"],
            "rank": pd.array([12, 3, None], dtype="Int64"),
            "n": pd.array([61, None, None], dtype="Int64"),
            "share": [0.12345, 0.865, float("nan")],
            "low": [-0.5, 0.25, float("nan")],
            "high": [0.5, 1234.5, float("nan")],
            "change": [0.125, float("nan"), float("nan")],
            "no_change": ["", "not comparable", ""],
            "printed": [Decimal("90.30"), Decimal(7), None],
            "unused": [1, 2, 3],
        }
    )
    columns = (
        text_column("name", "Province"),
        count_column("year", "Year", around="mark"),
        count_column("rank", "Rank", "rank", "n"),
        number_column("share", "Share", number=PERCENT),
        number_column("range", "Range", "low", "high"),
        number_column("change", "Change", number=SIGNED, instead="no_change"),
        number_column("printed", "Printed", number=NumberFormat(None)),
    )
    return Table("t", "en", data, columns, ("A note.", ""), "region")


def test_a_table_shows_its_data_in_the_words_of_its_language(table):
    rows = table.displayed.drop(columns="region").to_numpy().tolist()
    assert rows == [
        ["Lạng Sơn", "2023 *", "12/61", "12.3", "−0.50 – 0.50", "+0.13", "90.30"],
        ["Cao Bằng", "2022", "–", "–", "–", "–", "–"],
        ["=1+1", "2024", "3", "86.5", "0.25 – 1,234.50", "not comparable", "7"],
    ]


def test_the_data_are_typed_values_of_what_is_shown_with_groups_together(table):
    assert table.data["region"].tolist() == ["North", "North", "South"]
    assert table.data["share"].tolist()[::2] == [0.12345, 0.865]
    assert "unused" not in table.data
    assert table.notes == ("A note.",)


def test_a_notebook_holds_the_table_and_gives_it_back(table):
    bundle = table._repr_mimebundle_()
    again = Table.from_json(json.loads(json.dumps(bundle[MIME_TYPE])))
    assert again.gt._repr_html_() == bundle["text/html"] == table.gt._repr_html_()
    assert again.columns == table.columns
    assert again.as_json() == table.as_json()


def test_a_table_without_rows_is_false_and_left_out_of_pages(table, capsys):
    empty = Table("t", "en", table.data.head(0), table.columns)
    assert table
    assert not empty
    assert empty._repr_mimebundle_() == {"text/plain": text("table.empty", "en")}
    assert empty.gt.as_raw_html()
    ps.text.show(empty)
    ps.text.section("peers", "en", empty)
    assert capsys.readouterr().out == ""


def test_a_table_is_saved_as_csv_with_numbers_and_their_marks(table, tmp_path):
    table.save(tmp_path / "t.csv")
    frame = pd.read_csv(tmp_path / "t.csv")
    mark = text("form.mark_column", "en", column="Year")
    assert list(frame) == [
        "Group", "Province", "Year", mark, "Rank", "Rank (of)", "Share", "Range (from)",
        "Range (to)", "Change", "Printed",
    ]  # fmt: skip
    assert frame["Year"].tolist() == [2023, 2022, 2024]
    assert frame[mark].fillna("").tolist() == ["*", "", ""]
    assert frame["Share"].tolist()[::2] == [12.345, 86.5]
    assert frame["Change"].fillna("").tolist() == ["0.125", "", "not comparable"]


def test_a_table_is_saved_as_a_workbook_that_shows_what_the_page_shows(table, tmp_path):
    table.save(tmp_path / "t.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx").active
    shown = [
        [excel_display(cell.value, cell.number_format, "en") for cell in row]
        for row in sheet.iter_rows(min_row=2, max_row=4)
    ]
    assert shown == [
        ["North", "Lạng Sơn", "2023 *", "12", "61", "12.3", "−0.50", "0.50", "+0.13", "90.30"],
        ["North", "Cao Bằng", "2022", "", "", "", "", "", "", ""],
        ["South", "=1+1", "2024", "3", "", "86.5", "0.25", "1,234.50", "not comparable", "7"],
    ]
    assert sheet["B4"].data_type == "s"
    assert sheet["A6"].value == "A note."


def test_the_same_table_gives_the_same_files_whole_or_not_at_all(table, tmp_path):
    for ending in ("csv", "xlsx", "html"):
        first, second = tmp_path / f"a.{ending}", tmp_path / f"b.{ending}"
        table.save(first)
        table.save(str(second))
        assert first.read_bytes() == second.read_bytes()
    with pytest.raises(errors.UnknownChoice, match=r"ending of a table 't\.pdf'.*\.xlsx"):
        table.save(tmp_path / "t.pdf")
    empty = Table("t", "en", table.data.head(0), table.columns)
    with pytest.raises(errors.InsufficientData, match="not written"):
        empty.save(tmp_path / "none.csv")
    assert not (tmp_path / "none.csv").exists()


FORMATS = (
    *(NumberFormat(decimals) for decimals in range(4)),
    *(COUNT, PERCENT, SIGNED, BRACKETED, MEDIAN, P_VALUE),
    NumberFormat(1, scale=100, trimmed=True, after=" %"),
    NumberFormat(2, sign=True, grouped=False, before="#0 "),
)


@given(
    st.one_of(
        st.floats(-1e7, 1e7, allow_nan=False),
        st.integers(-20_000, 20_000).map(lambda value: value / 8),
        st.integers(-99_999, 99_999).map(lambda value: value / 1000),
    ),
    st.sampled_from(FORMATS),
    st.sampled_from(["vi", "en"]),
)
def test_page_and_workbook_show_a_number_alike(value, form, lang):
    shown = excel_display(form.scaled(value), form.excel(value, lang), lang)
    assert shown == form.text(value, lang)


@pytest.mark.parametrize(
    ("value", "en", "vi"),
    [(0.0, "<0.001", "<\xa00,001"), (0.0009, "<0.001", "<\xa00,001"), (0.001, "0.001", "0,001")],
)
def test_no_p_value_is_nought(value, en, vi):
    for lang, expected in (("en", en), ("vi", vi)):
        assert P_VALUE.text(value, lang) == expected
        assert excel_display(value, P_VALUE.excel(value, lang), lang) == expected
        sign = "<" if value < 0.001 else "="
        assert p_text(value, lang) == f"{sign} {expected.lstrip('<').strip()}"


@given(st.integers(-10_000_000, 10_000_000), st.integers(0, 4))
def test_halves_are_rounded_away_from_zero(half, decimals):
    exact = Decimal(2 * half + 1) / 2 / 10**decimals
    away = (abs(2 * half + 1) + 1) // 2
    expected = f"{Decimal(away) / 10**decimals:,.{decimals}f}"
    assert number(float(exact), "en", decimals).lstrip("−") == expected


def test_a_number_without_bounds_is_words_in_a_workbook(tmp_path):
    data = pd.DataFrame({"ratio": [math.inf, 1.5]})
    table = Table("t", "en", data, (number_column("ratio", "Ratio"),))
    table.save(tmp_path / "t.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx").active
    assert [sheet["A2"].value, sheet["A3"].value] == ["∞", 1.5]
    again = Table.from_json(json.loads(json.dumps(table.as_json(), allow_nan=False)))
    assert again.data["ratio"].tolist() == [math.inf, 1.5]


def test_tables_of_results_hold_the_numbers_of_the_result(scores):
    profile = ps.panel.profile(scores, "20", 2024, level="dimension")
    table = ps.tables.dimensions(profile, "vi")
    assert table.data["score"].tolist() == profile["score"].tolist()
    assert table.displayed["score"].tolist() == [number(value, "vi") for value in profile["score"]]


def test_every_function_of_tables_gives_a_table():
    columns = {"count_column", "number_column", "text_column"}
    functions = [getattr(tables, name) for name in set(tables.__all__) - columns - {"target"}]
    returned = {
        inspect.signature(function).return_annotation
        for function in functions
        if not inspect.isclass(function)
    }
    assert returned == {"Table", "Table | Markdown"}


def test_charts_keep_the_table_that_they_were_drawn_from(scores):
    profile = ps.panel.profile(scores, "20", 2024)
    assert ps.charts.profile(profile, "20", "vi").data is profile
    assert ps.charts.profile(table=profile, province="20").data is profile
    nothing = profile.head(0)
    assert ps.charts.profile(nothing, "20").data is nothing
    for name in set(charts.__all__) - {"Chart"}:
        source = inspect.getsource(inspect.unwrap(getattr(charts, name)))
        decorators = ast.parse(source).body[0].decorator_list
        assert ast.unparse(decorators[-1]).startswith("keeps_data("), name


def test_cards_and_warnings_are_given_back_by_a_notebook():
    cards = Cards((Card("Rank", 12, "of <all>", COUNT), Card("Change", None, "–")), "vi", "A", "b")
    notice = Notice("Lead", "Text & more.", ("one", "two"))
    for box, kind in ((cards, Cards), (notice, Notice)):
        bundle = json.loads(json.dumps(box._repr_mimebundle_()))
        (mime,) = set(bundle) - {"text/html", "text/plain"}
        assert kind.from_json(bundle[mime]) == box
    assert "of &lt;all&gt;" in cards.html
    assert notice.html.count("<li>") == 2
