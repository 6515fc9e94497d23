"""Figures in a page: SVG with real text, readable on a phone, described, without name clashes."""

from __future__ import annotations

import os
import re

import pandas as pd
import pytest
from lxml import etree

import parstats as ps
from parstats import errors
from parstats.figures.chart import Chart, drawn_as

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
