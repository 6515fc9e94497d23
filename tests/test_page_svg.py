"""Figures in a page: SVG with real text, readable on a phone, described, without name clashes."""

from __future__ import annotations

import ast
import base64
import inspect
import io
import json
import os
import re

import lxml.html
import pandas as pd
import pytest
from lxml import etree
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from openpyxl import load_workbook

import parstats as ps
from parstats import errors
from parstats.figures.chart import Chart, drawn_as
from parstats.reference import frameworks, provinces
from parstats.reference.labels import number, text
from parstats.reports.formats import html, xlsx
from parstats.reports.formats.report_info import About

# Pixels that letters may have at least.
READABLE = 11


@pytest.fixture(scope="module")
def charts(scores: pd.DataFrame) -> dict[str, Chart]:
    profile = ps.panel.profile(scores, "20", 2024)
    shares = ps.drivers.shares(scores, 2024, n_draws=50)
    return {
        "profile": ps.charts.profile(profile, "20", "vi"),
        "history": ps.charts.history(ps.panel.history(scores, "20"), "20", "vi", year=2024),
        "movement": ps.charts.movement(
            ps.drivers.relative_change(scores, "20", 2024), "20", 2024, "vi"
        ),
        "shares": ps.charts.shares(shares, "vi"),
    }


def in_page(chart: Chart) -> tuple[str, dict[str, object]]:
    with drawn_as(["svg"]):
        bundle, about = chart._repr_mimebundle_()
    assert set(bundle) == {"image/svg+xml", "text/plain"}
    return bundle["image/svg+xml"], about["image/svg+xml"]


def test_letters_are_text_and_the_figure_says_what_it_shows(charts: dict[str, Chart]) -> None:
    svg, about = in_page(charts["profile"])
    root = etree.fromstring(svg)
    words = [text for text in root.itertext() if text.strip()]
    assert "Danh sách hộ nghèo" in words
    assert root.get("role") == "img"
    assert root.get("aria-label") == about["alt"] == charts["profile"].alt
    assert "Verdana" in svg
    assert "<!--" not in svg


def test_letters_have_eleven_pixels_on_the_narrowest_screen(charts: dict[str, Chart]) -> None:
    for name, chart in charts.items():
        root = etree.fromstring(in_page(chart)[0])
        narrowest = float(re.search(r"min-width:(\d+)px", root.get("style"))[1])
        scale = narrowest / float(root.get("viewBox").split()[2])
        sizes = re.findall(r"font-size: ([0-9.]+)px", etree.tostring(root, encoding="unicode"))
        assert min(map(float, sizes)) * scale >= READABLE, name


def test_no_two_figures_of_a_page_share_a_name_and_every_reference_is_met(
    charts: dict[str, Chart],
) -> None:
    names: list[str] = []
    for chart in charts.values():
        svg, _ = in_page(chart)
        mine = re.findall(r'\bid="([^"]+)"', svg)
        used = re.findall(r"url\(#([^)]+)\)", svg) + re.findall(r'href="#([^"]+)"', svg)
        assert set(used) == set(mine)
        names += mine
    assert len(names) == len(set(names))


def test_a_figure_made_again_gives_the_same_text(scores: pd.DataFrame) -> None:
    history = ps.panel.history(scores, "20")
    first, second = (
        in_page(ps.charts.history(history, "20", "vi", year=2024))[0] for _ in range(2)
    )
    assert first == second


def test_notebooks_get_png_and_pages_what_their_forms_need(charts: dict[str, Chart]) -> None:
    chart = charts["movement"]
    assert "PARSTATS_FIGURES" not in os.environ
    assert "image/png" in chart._repr_mimebundle_()[0]
    with drawn_as(["svg", "png"]):
        assert {"image/png", "image/svg+xml"} <= set(chart._repr_mimebundle_()[0])
    assert "PARSTATS_FIGURES" not in os.environ
    with pytest.raises(errors.UnknownChoice, match="kind of picture"), drawn_as(["gif"]):
        pass


def written(values: object, lang: str, decimals: int = 2) -> list[str]:
    return [number(float(value), lang, decimals) for value in values]  # type: ignore[attr-defined]


def test_what_a_figure_draws_is_a_table_in_words(charts: dict[str, Chart]) -> None:
    table = charts["profile"].table
    result = charts["profile"].data
    headings = [column.heading for column in table.columns]
    assert headings[:4] == ["Thành phần", "Điểm", "Điểm tối đa", "Bách phân vị"]
    displayed = table.displayed
    names = [frameworks.series_name(code, "vi", short=True) for code in result["series"]]
    assert displayed["series"].tolist() == names
    assert displayed["score"].tolist() == written(result["score"], "vi")
    assert table.source == charts["profile"].source


def test_a_wide_table_has_each_value_in_its_row_and_column(scores: pd.DataFrame) -> None:
    ranks = scores[(scores["series"] == "papi") & (scores["rank"].notna())].assign(rank_break=False)
    chart = ps.charts.bumps(ranks, "en")
    frame = chart.table.displayed.set_index("row")
    frame.columns = [column.heading for column in chart.table.columns[1:]]
    name = provinces.by_code()["20"].names["en"]
    own = ranks[ranks["province"] == "20"].set_index("year")["rank"]
    assert {int(year): int(frame.loc[name, year]) for year in frame} == own.astype(int).to_dict()
    assert len(frame) == ranks["province"].nunique()


def test_years_of_a_framework_end_with_the_figures(scores: pd.DataFrame) -> None:
    """A framework for years to come is drawn, and told, up to the last year with figures."""
    versions = ps.load_versions()
    assert versions["year_to"].max() > scores["year"].max()
    table = ps.charts.series_timeline(versions, scores, "en").table
    assert table.data["year_to"].max() == scores["year"].max()
    assert table.data["year_from"].min() == scores["year"].min()


def test_the_answer_counts_shares_as_the_table_has_them(scores: pd.DataFrame) -> None:
    shares = ps.drivers.shares(scores, 2024, n_draws=50)
    ordered = sorted(shares["share"], reverse=True)
    total, n = 0.0, 0
    while total < sum(ordered) / 2:
        total, n = total + ordered[n], n + 1
    said = ps.text.drivers_answer(shares, "en").data
    assert f"{n} of {len(shares)} sub-dimensions make up half" in said
    assert f"({100 * ordered[0]:.1f}%)" in said
    others = int(shares["tied_with_top"].sum()) - 1
    assert others < 1 or f" {others} others cannot be told apart" in f" {said}"


def test_page_and_workbook_hold_the_data_of_a_figure(charts: dict[str, Chart]) -> None:
    with drawn_as(["svg", "png"]):
        data, about = charts["shares"]._repr_mimebundle_()
    output = new_output("display_data", data=data, metadata=json.loads(json.dumps(about)))
    notebook = new_notebook(
        cells=[new_markdown_cell("# Title"), new_code_cell("", outputs=[output])]
    )
    expected = charts["shares"].table
    page = lxml.html.fromstring(html.page(notebook, About("Title", "vi")))
    (table,) = page.xpath("//details//table")
    rows = [[cell.text_content() for cell in row] for row in table.iter("tr")]
    shown = expected.displayed[[column.name for column in expected.columns]]
    assert rows == [[column.heading for column in expected.columns], *shown.to_numpy().tolist()]
    (link,) = page.xpath("//p[@class='ps-save']/a")
    saved = base64.b64decode(link.get("href").partition("base64,")[2]).decode("utf-8-sig")
    read = pd.read_csv(io.StringIO(saved))
    assert read["Tỷ trọng (%)"].to_numpy() == pytest.approx(
        100 * charts["shares"].data["share"].to_numpy(dtype=float)
    )
    assert set(read["Nguồn"]) == {charts["shares"].source}
    assert "CECODES" in charts["shares"].source
    book = load_workbook(io.BytesIO(xlsx.write(notebook, About("Title", "vi"))))
    assert [sheet.title for sheet in book.worksheets[1:]] == ["Hình Title"]
    cells = [row[1] for row in book.worksheets[1].iter_rows(min_row=2, values_only=True)]
    assert cells[: len(read)] == pytest.approx(read["Tỷ trọng (%)"].tolist())


def test_every_chart_says_what_it_draws() -> None:
    """A heading for each column that a chart names, in both languages."""
    for name in set(ps.charts.__all__) - {"Chart"}:
        source = inspect.getsource(inspect.unwrap(getattr(ps.charts, name)))
        call = ast.parse(source).body[0].decorator_list[-1]  # type: ignore[attr-defined]
        assert isinstance(call, ast.Call), name
        named = [node.value for node in ast.walk(call) if isinstance(node, ast.Constant)]
        columns = [value for value in named if isinstance(value, str)]
        assert columns, name
        if any(keyword.arg == "matrix" for keyword in call.keywords):
            columns = columns[:1]
        for column in columns:
            for lang in ("vi", "en"):
                assert text(f"figure_data.{column}", lang), (name, column)
