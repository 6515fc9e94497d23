"""Pictures and words that could mislead: where lines stop, which rank a page tells, which terms."""

from __future__ import annotations

import re
from itertools import pairwise

import numpy as np
import pytest
from matplotlib.colors import to_hex

import parstats as ps
from parstats.figures import theme
from parstats.reference.labels import IndexLanguage, text

pytestmark = pytest.mark.usefixtures("figures_to_2024")


def dashes(axes: object) -> list[float]:
    """Where an upright dashed line stands, from left to right."""
    lines = [line for line in axes.lines if line.get_linestyle() == "--" and len(line.get_xdata())]
    return sorted({float(line.get_xdata()[0]) for line in lines})


# Where lines and bars stop.


@pytest.mark.parametrize("index", ["PAPI", "SIPAS", "PAR INDEX", "PCI"])
def test_a_timeline_ends_and_begins_with_the_data(index: str) -> None:
    scores = ps.load_scores(index)
    first, last = scores["year"].min(), scores["year"].max()
    versions = ps.load_versions()
    assert versions["year_to"].max() > last or index == "PAPI"
    chart = ps.charts.series_timeline(versions, scores, "vi", index)
    axes = chart.figure.axes[0]
    ends = [bar.get_x() + bar.get_width() for bar in axes.patches]
    assert max(ends) == pytest.approx(last + 0.43)
    assert min(bar.get_x() for bar in axes.patches) >= first - 0.43 - 1e-9
    assert axes.get_xlim() == pytest.approx((first - 0.6, last + 0.6))
    assert f"{first}–{last}" in chart.alt
    assert len({to_hex(bar.get_facecolor()) for bar in axes.patches}) == 1


def test_a_timeline_of_an_index_without_scores_is_empty() -> None:
    papi = ps.load_scores("PAPI")
    assert not ps.charts.series_timeline(ps.load_versions(), papi, "vi", "SIPAS")


def test_history_and_lines_of_ranks_break_at_the_same_years() -> None:
    scores = ps.load_scores("PAPI", level="index")
    breaks = ps.frameworks.rank_breaks("PAPI")
    ranks = scores.assign(rank_break=scores["year"].isin(breaks))
    for code in ("20", "22", "01"):
        history = ps.charts.history(ps.panel.history(scores, code), code, "vi").figure.axes[1]
        lines = ps.charts.bumps(ranks, "vi", highlight=[code]).figure.axes[0]
        assert dashes(history) == dashes(lines) == [year - 0.5 for year in breaks]
        drawn = [
            {
                tuple(pair)
                for line in axes.lines
                if to_hex(line.get_color()) == theme.PROVINCE and line.get_linestyle() == "-"
                for pair in pairwise(
                    int(x)
                    for x, y in zip(line.get_xdata(), line.get_ydata(), strict=True)
                    if np.isfinite(y)
                )
                if pair[1] == pair[0] + 1
            }
            for axes in (history, lines)
        ]
        assert drawn[0] == drawn[1]
        assert not [pair for pair in drawn[0] if pair[1] in breaks]


@pytest.mark.parametrize("index", ["PAPI", "SIPAS", "PAR INDEX", "PCI"])
def test_ranks_break_where_the_framework_changes_or_the_ranking_does(index: str) -> None:
    recorded = ps.load_breaks().query("index == @index and affects == 'ranking'")["year"]
    first, last = ps.frameworks.years(index)
    changed = {
        year
        for year in range(first + 1, last + 1)
        if ps.frameworks.framework_in_year(index, year)
        != ps.frameworks.framework_in_year(index, year - 1)
    }
    assert set(ps.frameworks.rank_breaks(index)) == changed | set(recorded)


# One rank for one year.


@pytest.mark.parametrize("year", [2022, 2023, 2024])
def test_cards_tell_one_rank_for_one_year(year: int) -> None:
    scores = ps.load_scores("PAPI")
    differing = 0
    for code in ps.provinces.by_code():
        standing = ps.panel.overall(scores, code, year)
        cards = ps.text.headline(standing, "en")
        if cards is None:
            continue
        _, rank, _, change = cards.cards
        told = re.findall(r"rank (\d+) → (\d+)", change.note)
        if standing.rank_previous is not None:
            assert told == [(str(standing.rank_previous), str(rank.value))]
        differing += standing.rank != standing.rank_common
    assert differing


def test_the_pair_of_provinces_present_in_both_years_is_in_the_note_in_its_own_words() -> None:
    scores = ps.load_scores("PAPI")
    standing = ps.panel.overall(scores, "20", 2024)
    assert (standing.rank, standing.rank_common) == (12, 10)
    moved = ps.drivers.relative_change(scores, "20", 2024)
    note = ps.text.movement_note(moved, standing, "vi").data
    assert "từ 21/61 thành 12/61" in note
    assert "Trong 59 địa phương có điểm cả hai năm" in note
    assert "thứ hạng từ 20 thành 10" in note


# What is put together.


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_what_is_put_together_is_grey(lang: str) -> None:
    scores = ps.load_scores("PAPI")
    attribution = ps.drivers.rank_attribution(scores, "20", 2024)
    steps = ps.charts.rank_attribution(attribution, lang).figure.axes[0].patches
    moved = ps.drivers.relative_change(scores, "91", 2024)
    bars = ps.charts.movement(moved, "91", 2024, lang).figure.axes[0].patches
    for patches in (steps, bars):
        colours = [to_hex(patch.get_facecolor()) for patch in patches]
        assert colours[-1] == theme.REST
        assert theme.REST not in colours[:-1]


# Terms.


@pytest.mark.parametrize(
    ("index", "level", "vi", "en"),
    [
        ("PAPI", None, "nội dung thành phần", "sub-dimensions"),
        ("PAPI", "dimension", "chỉ số nội dung", "dimensions"),
        ("PAR INDEX", None, "lĩnh vực", "fields"),
        ("PAR INDEX", "criterion", "tiêu chí", "criteria"),
        ("SIPAS", None, "nhóm tiêu chí", "groups of criteria"),
        ("SIPAS", "criterion", "tiêu chí thành phần", "component criteria"),
        ("PCI", None, "chỉ số thành phần", "sub-indices"),
    ],
)
def test_each_index_has_its_own_terms(index: str, level: str | None, vi: str, en: str) -> None:
    for lang, term in (("vi", vi), ("en", en)):
        words = ps.text.language(lang, index, level)
        assert words == lang
        assert text("table.top_note", words, n=3, p=8).endswith(f" {term}.")


def test_a_table_tells_the_index_that_its_terms_are_of() -> None:
    shares = ps.drivers.shares(ps.load_scores("PAPI"), 2024, n_draws=2)
    for lang in ("vi", IndexLanguage("vi", {"item": "lĩnh vực"})):
        assert "nội dung thành phần" in ps.charts.shares(shares, lang).alt


def test_without_an_index_the_words_are_common_ones() -> None:
    assert text("figure.rest", "vi", n=3) == "3 thành phần còn lại"
    assert text("figure.rest", "en", n=3) == "the other 3 parts"


def test_a_sum_of_ten_points_is_said_of_the_dimensions() -> None:
    scores = ps.load_scores("PAPI")
    standing = ps.panel.overall(scores, "20", 2024)
    for lang, sentence in (
        ("vi", "8 chỉ số nội dung, điểm mỗi chỉ số nội dung từ 1 đến 10"),
        ("en", "8 dimensions, each of which runs from 1 to 10"),
    ):
        assert sentence in ps.text.notes(standing, ps.panel.coverage(scores), "0", lang).data


# Data quality.


def test_what_is_all_but_complete_is_counted_and_not_drawn() -> None:
    scores, printed = ps.load_scores(None), ps.load_printed()
    table = ps.panel.availability(scores, printed)
    sparse = ps.panel.availability(scores, printed, least_missing=0.1)
    assert set(table["index"]) - set(sparse["index"]) == {"PAPI"}
    note = ps.text.availability_note(table, "vi").data
    assert "PAPI 2011–2024: 869 trong 882 ô" in note
    assert note.count(text("partial.biased", "vi")) == sparse["index"].nunique()


def test_a_table_of_limits_has_no_empty_column_and_does_not_contradict_itself() -> None:
    papi = ps.tables.limits(ps.panel.coverage_limits(ps.load_scores("PAPI")), "vi")
    assert text("table.instead", "vi") not in [column.heading for column in papi.columns]
    sipas = ps.tables.limits(ps.panel.coverage_limits(ps.load_scores("SIPAS")), "vi")
    assert text("table.instead", "vi") in [column.heading for column in sipas.columns]
    assert "Đủ; không" not in papi.gt.as_raw_html()
