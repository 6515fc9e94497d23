"""Charts in files of a given resolution and heading, and in axes of another figure."""

from __future__ import annotations

import inspect
import itertools
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from matplotlib.figure import Figure
from PIL import Image

import parstats as ps
from parstats.errors import InvalidRequest
from parstats.figures.chart import SINGLE_PLOTS


@pytest.fixture(scope="module")
def shares(scores: pd.DataFrame) -> pd.DataFrame:
    return ps.drivers.shares(scores, 2024, level="dimension", n_draws=20)


@pytest.fixture(scope="module")
def legend(scores: pd.DataFrame, shares: pd.DataFrame) -> ps.charts.Chart:
    """A chart with a legend outside its axes."""
    of_score, of_rank = (
        ps.drivers.importance(scores, 2024, outcome=outcome, level="dimension", n_draws=0)
        for outcome in ("score", "rank")
    )
    return ps.charts.importance(shares, of_score, of_rank, "en")


def test_dots_to_the_inch_are_those_asked_for(tmp_path: Path, shares: pd.DataFrame) -> None:
    chart = ps.charts.shares(shares, "vi")
    width, height = chart.figure.get_size_inches()
    for dpi in (36, 150, 300):
        chart.save(tmp_path / "a.png", dpi=dpi)
        with Image.open(tmp_path / "a.png") as picture:
            assert picture.size == pytest.approx((width * dpi, height * dpi), abs=1)
            assert picture.info["dpi"] == pytest.approx((dpi, dpi), abs=0.5)
    assert tuple(chart.figure.get_size_inches()) == (width, height)
    assert chart.figure.dpi == Figure().dpi


def test_a_heading_stands_above_the_drawing_of_the_file_only(
    tmp_path: Path, legend: ps.charts.Chart
) -> None:
    before = [text.get_text() for text in legend.figure.texts]
    size = tuple(legend.figure.get_size_inches())
    title = "What makes provinces differ: a heading of more than one line on a page of this width"
    for name in ("a.png", "b.png"):
        legend.save(tmp_path / name, title=title)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    with Image.open(tmp_path / "a.png") as picture:
        picture.load()
        assert picture.text["Title"] == title
        assert picture.text["Description"] == legend.alt
        assert picture.text["Source"] == legend.source
        assert picture.height > 200 * size[1] + 60
    assert [text.get_text() for text in legend.figure.texts] == before
    assert tuple(legend.figure.get_size_inches()) == size
    legend.save(tmp_path / "a.svg", title="A heading")
    content = (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert "<dc:title>A heading</dc:title>" in content
    legend.save(tmp_path / "a.pdf", title="A heading")
    assert b"/Title (A heading)" in (tmp_path / "a.pdf").read_bytes()


def test_a_heading_covers_nothing(legend: ps.charts.Chart) -> None:
    from parstats.figures.chart import _headed

    headed = _headed(legend.figure, "A heading", 100)
    headed.draw_without_rendering()
    boxes = [headed.texts[-1].get_window_extent(), headed.legends[0].get_window_extent()]
    boxes.append(headed.axes[0].get_window_extent())
    assert headed.texts[-1].get_text() == "A heading"
    for above, below in itertools.pairwise(boxes):
        assert above.y0 >= below.y1 - 1
    assert boxes[0].y1 <= headed.bbox.height


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("a.pdf", {"dpi": 300}),
        ("a.svg", {"dpi": 300}),
        ("a.png", {"dpi": 5000}),
        ("a.png", {"dpi": 10}),
        ("a.png", {"dpi": "300"}),
        ("a.png", {"title": 7}),
    ],
)
def test_wrong_files_are_refused_and_not_written(
    tmp_path: Path, shares: pd.DataFrame, name: str, options: dict[str, Any]
) -> None:
    with pytest.raises(InvalidRequest, match="expected"):
        ps.charts.shares(shares, "vi").save(tmp_path / name, **options)
    assert not list(tmp_path.iterdir())


def single_plots(scores: pd.DataFrame, shares: pd.DataFrame) -> dict[str, Any]:
    totals = scores[scores["series"] == "papi"].assign(rank_break=False)
    moved = ps.drivers.relative_change(scores, "20", 2024)
    both = pd.concat([scores, ps.load_scores("PCI")])
    pairs = ps.drivers.across(both, 2020, n_draws=20, n_permutations=19).pairs
    return {
        "agreement": lambda **k: ps.charts.agreement(pairs, "vi", **k),
        "bumps": lambda **k: ps.charts.bumps(totals, "vi", **k),
        "movement": lambda **k: ps.charts.movement(moved, "20", 2024, "vi", **k),
        "position": lambda **k: ps.charts.position(ps.panel.ranks(scores, 2024), "20", "vi", **k),
        "rank_attribution": lambda **k: ps.charts.rank_attribution(
            ps.drivers.rank_attribution(scores, "20", 2024, level="dimension"), "vi", **k
        ),
        "rank_change": lambda **k: ps.charts.rank_change(
            ps.drivers.change_attribution(scores, "20", 2024, level="dimension"), "vi", **k
        ),
        "series_timeline": lambda **k: ps.charts.series_timeline(
            ps.load_versions(), scores, "vi", **k
        ),
        "shares": lambda **k: ps.charts.shares(shares, "vi", **k),
    }


def test_charts_of_one_plot_are_drawn_into_axes_of_another_figure(
    scores: pd.DataFrame, shares: pd.DataFrame
) -> None:
    draw = single_plots(scores, shares)
    assert set(draw) == set(SINGLE_PLOTS)
    for name, chart_of in draw.items():
        figure = Figure(figsize=(11, 5), layout="constrained")
        left, right = figure.subplots(1, 2)
        chart = chart_of(ax=right)
        assert chart.figure is figure
        assert len(figure.axes) == 2
        assert not left.has_data()
        assert right.has_data()
        assert not figure.get_supxlabel(), name
        assert tuple(figure.get_size_inches()) == (11, 5)
        alone = chart_of()
        assert chart.alt == alone.alt
        written = " ".join(alone.figure.get_supxlabel().split())
        assert " ".join(chart.source.split()) == written


def test_other_charts_say_which_take_axes(
    legend: ps.charts.Chart, shares: pd.DataFrame, scores: pd.DataFrame
) -> None:
    axes = Figure().subplots()
    several = set(ps.charts.__all__) - {"Chart", *SINGLE_PLOTS}
    for name in several:
        assert "ax" not in inspect.signature(getattr(ps.charts, name)).parameters
    with pytest.raises(InvalidRequest, match=r"charts.share_trend has several .* one of agreement"):
        ps.charts.share_trend(shares, "vi", ax=axes)
    with pytest.raises(InvalidRequest, match=re.escape("ax is of type ndarray: expected one pair")):
        ps.charts.shares(shares, "vi", ax=Figure().subplots(1, 2))
