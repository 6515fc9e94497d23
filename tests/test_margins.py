"""Margins of figures: those of matplotlib's constrained layout, measured once."""

from __future__ import annotations

import copy
import io
from collections.abc import Callable

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

import parstats as ps
from parstats.figures import theme
from parstats.figures.chart import Chart, drawn_as
from parstats.figures.margins import Margins
from parstats.figures.page_svg import page_svg

LANGUAGES = ("vi", "en")
# How far axes may stand from where constrained layout has them, as a share of the figure.
MOVED = 0.01


@pytest.fixture(scope="module")
def makers(scores: pd.DataFrame) -> dict[str, Callable[[str], Chart]]:
    ranking = ps.panel.ranks(scores, 2024)
    history = ps.panel.history(scores, "20")
    profile = ps.panel.profile(scores, "20", 2024)
    movement = ps.drivers.relative_change(scores, "20", 2024)
    shares = ps.drivers.shares(scores, 2024, n_draws=30)
    trend = pd.concat([ps.drivers.shares(scores, year, n_draws=5) for year in (2022, 2023)])
    change = ps.drivers.change_attribution(scores, "20", 2024, level="dimension")
    both = pd.concat([scores, ps.load_scores("PCI")])
    pairs = ps.drivers.across(both, 2020, n_draws=20, n_permutations=19)
    available = ps.panel.availability(both, ps.load_printed())
    return {
        "position": lambda lang: ps.charts.position(ranking, "20", lang),
        "history": lambda lang: ps.charts.history(history, "20", lang, year=2024),
        "profile": lambda lang: ps.charts.profile(profile, "20", lang),
        "movement": lambda lang: ps.charts.movement(movement, "20", 2024, lang),
        "shares": lambda lang: ps.charts.shares(shares, lang, n_top=14),
        "trend": lambda lang: ps.charts.share_trend(trend, lang),
        "rank_change": lambda lang: ps.charts.rank_change(change, lang),
        "bumps": lambda lang: ps.charts.bumps(
            scores[scores["series"] == "papi"].assign(rank_break=False), lang, highlight=["20"]
        ),
        "rank_pairs": lambda lang: ps.charts.rank_pairs(pairs.provinces, lang),
        "availability": lambda lang: ps.charts.availability(available, lang),
    }


NAMES = (
    *("position", "history", "profile", "movement", "shares", "rank_change", "bumps"),
    *("rank_pairs", "availability"),
)


def positions(figure: Figure) -> np.ndarray:
    return np.array([axes.get_position().extents for axes in figure.axes])


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_axes_stand_where_constrained_layout_has_them(
    makers: dict[str, Callable[[str], Chart]], name: str, lang: str
) -> None:
    figure = makers[name](lang).figure
    other = copy.deepcopy(figure)
    with theme.style():
        figure.draw_without_rendering()
        ours = positions(figure)
        figure.draw_without_rendering()
        np.testing.assert_array_equal(positions(figure), ours)
        other.set_layout_engine("constrained")
        other.draw_without_rendering()
    np.testing.assert_allclose(ours, positions(other), atol=MOVED)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", [*NAMES, "trend"])
def test_no_word_of_a_figure_is_cut(
    makers: dict[str, Callable[[str], Chart]], name: str, lang: str
) -> None:
    figure = makers[name](lang).figure
    figure.set_dpi(200)
    with theme.style():
        figure.draw_without_rendering()
        boxes = [axes.get_tightbbox() for axes in figure.axes]
        words = [*figure.texts, *(w for legend in figure.legends for w in legend.get_texts())]
        boxes += [word.get_window_extent() for word in words]
    width, height = figure.bbox.size
    assert min(box.x0 for box in boxes) > -1
    assert min(box.y0 for box in boxes) > -1
    assert max(box.x1 for box in boxes) < width + 1
    assert max(box.y1 for box in boxes) < height + 1


def test_a_colour_bar_stands_beside_its_axes(makers: dict[str, Callable[[str], Chart]]) -> None:
    figure = makers["trend"]("en").figure
    with theme.style():
        figure.draw_without_rendering()
    axes, bar = figure.axes
    assert axes.get_position().x1 < bar.get_position().x0
    assert axes.get_position().width > 0.4


def test_a_page_has_what_matplotlib_would_write(makers: dict[str, Callable[[str], Chart]]) -> None:
    for name in ("position", "history", "bumps"):
        chart = makers[name]("vi")
        with drawn_as(["svg"]):
            in_page = chart._repr_mimebundle_()[0]["image/svg+xml"]
        assert isinstance(chart.figure.get_layout_engine(), Margins)
        buffer = io.BytesIO()
        with theme.style(), mpl.rc_context({"svg.fonttype": "none"}):
            chart.figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
        assert page_svg(buffer.getvalue(), chart.alt) == in_page


def test_labels_longer_than_the_figure_leave_the_axes_some_room() -> None:
    figure, axes = theme.canvas(2.0)
    axes.set_yticks([0], ["Tỉnh " * 40])
    figure.draw_without_rendering()
    x0, y0, x1, y1 = positions(figure)[0]
    assert 0 <= x0 < x1 <= 1
    assert 0 <= y0 < y1 <= 1
    assert x1 - x0 == pytest.approx(0.1)


def test_a_figure_without_axes_of_a_grid_stays_as_it_is() -> None:
    figure = Figure(layout=Margins())
    axes = figure.add_axes((0.3, 0.3, 0.2, 0.2))
    figure.draw_without_rendering()
    assert axes.get_position().bounds == pytest.approx((0.3, 0.3, 0.2, 0.2))
