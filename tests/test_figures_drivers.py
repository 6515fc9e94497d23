"""Figures of the drivers: what is drawn is what the table says, in both languages."""

from __future__ import annotations

import io
import re
import warnings

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.colors import to_hex
from PIL import Image

import parstats as ps
from parstats import errors
from parstats.figures import theme
from parstats.reference.labels import number, text

pytestmark = pytest.mark.usefixtures("figures_to_2024")

LANGUAGES = ("vi", "en")
SLIDE = (13.33, 7.5)


@pytest.fixture(scope="module")
def shares(scores):
    return ps.drivers.shares(scores, 2024, n_draws=50)


@pytest.fixture(scope="module")
def score_importance(scores):
    return ps.drivers.importance(scores, 2024, n_draws=0)


@pytest.fixture(scope="module")
def rank_importance(scores):
    return ps.drivers.importance(scores, 2024, outcome="rank", n_draws=0)


@pytest.fixture(scope="module")
def region_tables(scores):
    """The three tables for a region: more parts than provinces."""
    return (
        ps.drivers.shares(scores, 2024, region="MRD", n_draws=50),
        ps.drivers.importance(scores, 2024, region="MRD", n_draws=0),
        ps.drivers.importance(scores, 2024, outcome="rank", region="MRD", n_draws=0),
    )


@pytest.fixture(scope="module")
def placed(scores):
    return ps.drivers.rank_attribution(scores, "20", 2024)


@pytest.fixture(scope="module")
def moved(scores):
    """A change across a break of ranking, with scales that changed."""
    return ps.drivers.change_attribution(scores, "46", 2021, on_break="framework")


@pytest.fixture(scope="module")
def ranges(scores):
    return ps.drivers.robustness(scores, 2024, n_draws=200).ranks


@pytest.fixture(scope="module")
def sets(scores):
    return ps.drivers.rank_intervals(scores, 2024, se=0.3, n_draws=500)


@pytest.fixture(scope="module")
def totals(scores):
    rows = scores[scores["level"] == "index"]
    return rows.assign(rank_break=rows["year"] == 2021)


def series_name(series: str, lang: str) -> str:
    return ps.frameworks.series_name(series, lang, short=True)


def province(code: str, lang: str) -> str:
    return ps.provinces.by_code()[code].names[lang]


def chart_axes(chart: ps.charts.Chart):
    return chart.figure.axes[0]


def row_names(axes) -> list[str]:
    return [label.get_text() for label in axes.get_yticklabels()]


def scattered(axes) -> list[PathCollection]:
    return [part for part in axes.collections if type(part) is PathCollection]


def segments(axes) -> np.ndarray:
    """Start, end and height of the horizontal lines, in the order drawn."""
    (lines,) = (part for part in axes.collections if isinstance(part, LineCollection))
    return np.array([[*ends[:, 0], ends[0, 1]] for ends in lines.get_segments()])


def caption(chart: ps.charts.Chart) -> str:
    return chart.figure.get_supxlabel().replace("\n", " ")


def pixels(chart: ps.charts.Chart) -> np.ndarray:
    """The picture as it is written, in shades of grey."""
    return np.asarray(Image.open(io.BytesIO(chart._bytes(".png"))).convert("L")).astype(int)


def read(written: str, lang: str) -> float:
    plain = written.replace("\u2212", "-").replace("+", "")
    return float(plain.replace(".", "").replace(",", ".") if lang == "vi" else plain)


# Importance.


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("top", [1, 14, 28, 99])
def test_importance_draws_three_measures_of_the_largest_shares(
    shares, score_importance, rank_importance, lang, top
):
    chart = ps.charts.importance(shares, score_importance, rank_importance, lang, n_top=top)
    axes = chart_axes(chart)
    top_series = shares["series"].head(top).tolist()
    expected = [
        100 * shares.set_index("series")["share"],
        100 * score_importance.set_index("series")["owen"] / score_importance["owen"].sum(),
        100 * rank_importance.set_index("series")["owen"] / rank_importance["owen"].sum(),
    ]
    assert row_names(axes) == [series_name(series, lang) for series in top_series]
    marks = scattered(axes)
    assert len(marks) == 3
    for drawn, values in zip(marks, expected, strict=True):
        points = np.column_stack([values.loc[top_series], range(len(top_series))])
        assert np.asarray(drawn.get_offsets()) == pytest.approx(points)
    low, high = axes.get_xlim()
    assert low < min(values.loc[top_series].min() for values in expected)
    assert high > max(values.loc[top_series].max() for values in expected)
    (legend,) = chart.figure.legends
    keys = ("share", "score", "rank")
    assert [label.get_text() for label in legend.get_texts()] == [
        text(f"figure.importance_{key}", lang) for key in keys
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_owen_values_of_too_few_provinces_are_hollow_and_the_caption_says_why(region_tables, lang):
    n, p = int(region_tables[1]["n_provinces"].iloc[0]), len(region_tables[1])
    assert n < p + 10
    chart = ps.charts.importance(*region_tables, lang)
    fills = [to_hex(mark.get_facecolor()[0]) for mark in scattered(chart_axes(chart))]
    rims = [to_hex(mark.get_edgecolor()[0]) for mark in scattered(chart_axes(chart))]
    assert fills == [theme.REGION, "#ffffff", "#ffffff"]
    assert rims == [theme.REGION, theme.PROVINCE, theme.INK]
    words = ps.text.language(lang, "PAPI")
    assert text("figure.not_enough", words, n=n, p=p, need=p + 10) in caption(chart)
    assert text("region.MRD", lang) in caption(chart)
    assert text("alt.importance_not_enough", words) in chart.alt


@pytest.mark.parametrize("lang", LANGUAGES)
def test_owen_values_of_enough_provinces_are_full(shares, score_importance, rank_importance, lang):
    chart = ps.charts.importance(shares, score_importance, rank_importance, lang)
    fills = [to_hex(mark.get_facecolor()[0]) for mark in scattered(chart_axes(chart))]
    assert fills == [theme.REGION, theme.PROVINCE, theme.INK]
    assert text("alt.importance_not_enough", ps.text.language(lang, "PAPI")) not in chart.alt
    assert ("61 trong 63" if lang == "vi" else "61 of 63") in caption(chart)
    hollow = "rỗng" if lang == "vi" else "ollow"
    assert hollow not in caption(chart)


def test_marks_are_hollow_by_what_the_table_says_alone(scores):
    level = {"level": "dimension", "region": "NMM", "n_draws": 0}
    table = ps.drivers.importance(scores, 2024, **level)
    assert not table["is_estimable"].any()
    forced = table.assign(is_estimable=True)
    rank = ps.drivers.importance(scores, 2024, outcome="rank", **level).assign(is_estimable=True)
    part = ps.drivers.shares(scores, 2024, level="dimension", region="NMM", n_draws=5)
    fills = [
        to_hex(mark.get_facecolor()[0])
        for mark in scattered(chart_axes(ps.charts.importance(part, forced, rank, "en")))
    ]
    assert fills == [theme.REGION, theme.PROVINCE, theme.INK]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_description_of_importance_names_what_comes_first_in_the_picture(
    shares, score_importance, rank_importance, lang
):
    least = rank_importance.set_index("series")["owen"].idxmax()
    reordered = pd.concat([shares[shares["series"] != least], shares[shares["series"] == least]])
    chart = ps.charts.importance(reordered, score_importance, rank_importance, lang, n_top=5)
    assert series_name(least, lang) not in chart.alt
    top_series = reordered["series"].head(5)
    first = rank_importance.set_index("series").loc[top_series, "owen"].idxmax()
    assert series_name(first, lang) in chart.alt


def test_importance_of_different_years_regions_or_outcomes_is_refused(
    shares, score_importance, rank_importance, region_tables
):
    draw = ps.charts.importance
    with pytest.raises(errors.InvalidRequest, match=r"PAPI 2024 MRD .* expected one index, year"):
        draw(shares, region_tables[1], rank_importance, "en")
    with pytest.raises(errors.InvalidRequest, match="expected one index, year, region"):
        draw(shares.assign(year=2023), score_importance, rank_importance, "vi")
    with pytest.raises(errors.InvalidRequest, match="explain rank and score; expected score and"):
        draw(shares, rank_importance, score_importance, "vi")
    with pytest.raises(errors.InvalidRequest, match="the same series"):
        draw(shares.iloc[1:], score_importance, rank_importance, "vi")
    with pytest.raises(errors.InvalidRequest, match="n_top"):
        draw(shares, score_importance, rank_importance, "vi", n_top=0)


# Shares, where tests/test_shown_values.py does not go.


@pytest.mark.parametrize("lang", LANGUAGES)
def test_shares_without_draws_have_no_bars_and_say_so(scores, lang):
    table = ps.drivers.shares(scores, 2024, n_draws=20)
    table[["sens_low", "sens_high"]] = np.nan
    chart = ps.charts.shares(table, lang)
    axes = chart_axes(chart)
    assert np.isfinite(axes.get_xlim()).all()
    assert text("figure.no_sensitivity", lang) in caption(chart)
    assert len(scattered(axes)[0].get_offsets()) == len(table)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_shares_say_interval_draws_and_coverage(shares, lang):
    note = caption(ps.charts.shares(shares, lang))
    assert "95% " in note
    assert " 50 " in note
    assert ("61 trong 63 địa phương" if lang == "vi" else "61 of 63 provinces") in note


def test_a_heat_map_of_two_regions_at_once_is_refused(shares, region_tables):
    both = pd.concat([shares, region_tables[0]])
    with pytest.raises(errors.InvalidRequest, match="keep the rows of one index, region and level"):
        ps.charts.share_trend(both, "vi")


# Rank attribution and change.


def read_steps(axes) -> list[tuple[str, float, float]]:
    """Name, start and gain of each bar, from the top."""
    names = row_names(axes)
    return [
        (names[round(bar.get_y() + bar.get_height() / 2)], bar.get_x(), -bar.get_width())
        for bar in axes.patches
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("reference", ["median", "region", "previous", "48"])
@pytest.mark.parametrize("code", ["20", "01"])
def test_the_waterfall_leads_from_the_reference_to_the_province(scores, code, reference, lang):
    table = ps.drivers.rank_attribution(scores, code, 2024, reference=reference)
    chart = ps.charts.rank_attribution(table, lang, n_top=6)
    axes = chart_axes(chart)
    steps = read_steps(axes)
    parts = {series_name(row.series, lang): row.rank_part for row in table.itertuples()}
    *named, (rest, _, remainder) = steps
    assert {name: gain for name, _, gain in named} == pytest.approx(
        {name: parts[name] for name, _, _ in named}
    )
    sizes = sorted(map(abs, parts.values()), reverse=True)
    assert sorted((abs(gain) for _, _, gain in named), reverse=True) == pytest.approx(sizes[:6])
    gains = [gain for _, _, gain in named]
    assert gains == sorted(gains, reverse=True)
    assert rest == text("figure.rest", ps.text.language(lang, "PAPI"), n=len(table) - 6)
    assert remainder == pytest.approx(sum(parts.values()) - sum(gains))
    row = table.iloc[0]
    level = row["rank_reference"]
    for _, start, gain in steps:
        assert start == pytest.approx(level)
        level -= gain
    assert level == pytest.approx(row["rank"])
    ends = [float(mark.get_offsets()[0][0]) for mark in scattered(axes)]
    assert ends == [row["rank_reference"], row["rank"]]
    assert row_names(axes)[-1] == province(code, lang)
    assert str(row["rank_reference"]) in chart.alt
    assert str(row["rank"]) in chart.alt


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_rank_of_a_peer_is_not_taken_for_the_rank_with_its_scores(scores, lang):
    table = ps.drivers.rank_attribution(scores, "20", 2024, reference="48")
    actual = scores.query("level == 'index' and year == 2024 and province == '48'")["rank"].item()
    assert table["rank_reference"].iloc[0] != actual
    chart = ps.charts.rank_attribution(table, lang)
    start = text("figure.scores_of_province", lang, name=province("48", lang))
    assert row_names(chart_axes(chart))[0] == start
    assert start in chart.alt
    assert text("figure.reference_note", lang, name=province("20", lang)) in caption(chart)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_steps_are_written_as_the_language_writes_numbers(placed, lang):
    axes = chart_axes(ps.charts.rank_attribution(placed, lang))
    written = [label.get_text() for label in axes.texts if label.get_text()[0] in "+\u2212"]
    gains = [gain for _, _, gain in read_steps(axes)]
    assert written == [number(gain, lang, 1, sign=True) for gain in gains]
    assert [read(label, lang) for label in written] == pytest.approx(gains, abs=0.05)


def test_the_largest_part_of_the_description_may_be_a_loss(scores):
    table = ps.drivers.rank_attribution(scores, "01", 2024, reference="previous")
    worst = table.loc[table["rank_part"].abs().idxmax()]
    assert worst["rank_part"] < 0
    alt = ps.charts.rank_attribution(table, "en").alt
    assert f"{series_name(worst['series'], 'en')} ({number(worst['rank_part'], 'en', 1)})" in alt


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_change_of_a_rank_adds_up_and_tells_of_the_break(moved, lang):
    chart = ps.charts.rank_change(moved, lang, n_top=5)
    axes = chart_axes(chart)
    row = moved.iloc[0]
    gains = {name: gain for name, _, gain in read_steps(axes)}
    assert sum(gains.values()) == pytest.approx(row["rank_previous"] - row["rank"])
    blocks = moved[moved["series"] == ""].set_index("kind")["rank_part"]
    for kind, part in blocks[blocks != 0].items():
        assert gains[text(f"block.{kind}", lang)] == pytest.approx(part)
    broken = text("figure.ranking_break", lang, previous=2020, year=2021)
    assert broken in caption(chart)
    assert broken in chart.alt
    assert row_names(axes)[0] == "2020"
    assert row_names(axes)[-1] == "2021"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_break_is_told_where_there_is_none(scores, lang):
    table = ps.drivers.change_attribution(scores, "20", 2024)
    chart = ps.charts.rank_change(table, lang)
    broken = text("figure.ranking_break", lang, previous=2023, year=2024)
    assert broken not in caption(chart) + chart.alt
    assert not any(bar.get_hatch() for bar in chart_axes(chart).patches)


def test_parts_whose_scale_changed_are_hatched(moved):
    chart = ps.charts.rank_change(moved, "en", n_top=99)
    names = row_names(chart_axes(chart))
    hatched = {
        names[round(bar.get_y() + bar.get_height() / 2)]
        for bar in chart_axes(chart).patches
        if bar.get_hatch()
    }
    rows = moved[(moved["series"] != "") & moved["rank_part"].notna()]
    expected = {series_name(series, "en") for series in rows.loc[~rows["comparable"], "series"]}
    assert hatched == expected != set()
    assert text("figure.hatched_note", "en") in caption(chart)
    few = ps.charts.rank_change(moved, "en", n_top=3)
    assert [bar.get_hatch() is not None for bar in chart_axes(few).patches][3]


def test_no_rank_below_one_is_written_on_the_scale(moved, scores):
    table = ps.drivers.rank_attribution(scores, "22", 2024)
    for chart in (ps.charts.rank_change(moved, "vi"), ps.charts.rank_attribution(table, "vi")):
        axes = chart_axes(chart)
        left, right = axes.get_xlim()
        assert left > right
        ticks = axes.get_xticks()
        assert len(ticks) > 2
        assert min(ticks) >= 1
        assert max(ticks) <= left


def test_a_change_of_nothing_is_drawn(placed):
    still = placed.assign(rank_part=0.0, rank_reference=placed["rank"])
    chart = ps.charts.rank_attribution(still, "vi")
    assert [label.get_text() for label in chart_axes(chart).texts].count("0,0") == 11
    losing = placed.assign(rank_part=-1.0, rank_reference=placed["rank"] - len(placed))
    steps = read_steps(chart_axes(ps.charts.rank_attribution(losing, "vi")))
    assert all(gain < 0 for _, _, gain in steps)


def test_only_a_table_of_one_province_by_series_makes_a_waterfall(scores, placed, moved):
    by_rival = ps.drivers.rank_attribution(scores, "20", 2024, by="rival")
    two = pd.concat([placed, ps.drivers.rank_attribution(scores, "01", 2024)])
    for table in (by_rival, two):
        with pytest.raises(errors.InvalidRequest, match=r"two rows for series .* by series"):
            ps.charts.rank_attribution(table, "en")
    with pytest.raises(errors.InvalidRequest, match="has no column reference"):
        ps.charts.rank_attribution(moved, "en")
    with pytest.raises(errors.InvalidRequest, match="two rows for kind series"):
        ps.charts.rank_change(pd.concat([moved, moved]), "en")


def test_a_province_that_lacks_a_year_has_no_change(scores):
    empty = ps.drivers.change_attribution(scores, "26", 2024)
    assert not ps.charts.rank_change(empty, "vi")
    standing = ps.panel.overall(scores, "26", 2024)
    note = ps.text.no_change_note(standing, "vi").data
    assert "Vĩnh Phúc" in note
    assert "2023" in note
    assert "2024" in note
    assert "Vinh Phuc" in ps.text.no_rank_note(standing, "en").data
    assert ps.text.no_rank_note(ps.panel.overall(scores, "20", 2024), "en") is None


# Rank ranges.


@pytest.mark.parametrize("lang", LANGUAGES)
def test_rank_ranges_draw_rank_median_and_both_ends(ranges, lang):
    chart = ps.charts.rank_ranges(ranges, lang, highlight="20")
    axes = chart_axes(chart)
    names = row_names(axes)
    drawn = ranges.set_index("province")
    codes = {province(code, lang): code for code in drawn.index}
    order = [codes[name] for name in names]
    assert sorted(order) == sorted(drawn.index)
    assert drawn.loc[order, "rank"].is_monotonic_increasing
    positions = np.arange(len(order))
    expected = drawn.loc[order, ["rank_range_low", "rank_range_high"]].to_numpy()
    assert segments(axes) == pytest.approx(np.column_stack([expected, positions]))
    medians, ranks = scattered(axes)
    for mark, column in ((medians, "rank_median"), (ranks, "rank")):
        assert np.asarray(mark.get_offsets()) == pytest.approx(
            np.column_stack([drawn.loc[order, column], positions])
        )
    bold = [label.get_text() for label in axes.get_yticklabels() if label.get_weight() == "bold"]
    assert bold == [province("20", lang)]
    assert [text_.get_text() for text_ in chart.figure.legends[0].get_texts()] == [
        text("figure.range_rank", lang),
        text("figure.range_robustness", lang, share=90),
        text("figure.range_median", lang),
    ]
    width = (drawn["rank_range_high"] - drawn["rank_range_low"]).median()
    assert number(width, lang, 0 if width % 1 == 0 else 1) in chart.alt
    assert "90%" in chart.alt
    assert " 200 " in caption(chart)


def test_ranges_tell_the_share_that_was_asked_for(scores):
    table = ps.drivers.robustness(scores, 2024, n_draws=100, range_level=0.5).ranks
    chart = ps.charts.rank_ranges(table, "en")
    assert "50%" in chart.alt
    assert "50% of the ranks" in [t.get_text() for t in chart.figure.legends[0].get_texts()]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_confidence_sets_are_called_so(sets, lang):
    chart = ps.charts.rank_ranges(sets, lang, kind="interval")
    labels = [label.get_text() for label in chart.figure.legends[0].get_texts()]
    assert labels == [
        text("figure.range_rank", lang),
        text("figure.range_interval", lang, share=95),
    ]
    assert text("figure.range_simultaneous", lang) in caption(chart)
    (ranks,) = scattered(chart_axes(chart))
    assert np.asarray(ranks.get_offsets())[:, 0].tolist() == sorted(sets["rank"])


def test_provinces_without_a_span_keep_their_rank_and_are_counted(sets):
    incomplete = sets.astype({"rank_ci_low": float, "rank_ci_high": float})
    incomplete.loc[incomplete.index[:3], ["rank_ci_low", "rank_ci_high"]] = np.nan
    chart = ps.charts.rank_ranges(incomplete, "vi", kind="interval")
    assert text("figure.range_partly", "vi", n=3) in caption(chart)
    assert len(scattered(chart_axes(chart))[-1].get_offsets()) == len(incomplete)
    none = incomplete.assign(rank_ci_low=np.nan, rank_ci_high=np.nan)
    chart = ps.charts.rank_ranges(none, "en", kind="interval")
    assert text("figure.range_none", "en") in caption(chart)
    assert chart.alt == text("alt.rank_alone", "en", n=len(none), first="Quang Ninh")
    assert len(chart.figure.legends[0].get_texts()) == 1


def test_tied_ranks_keep_one_row_each(ranges):
    tied = ranges.assign(rank=1)
    axes = chart_axes(ps.charts.rank_ranges(tied, "vi"))
    assert len(set(row_names(axes))) == len(tied)


def test_a_part_of_the_provinces_is_drawn_on_the_whole_scale(ranges):
    last = ranges.sort_values("rank").tail(3)
    axes = chart_axes(ps.charts.rank_ranges(last, "vi"))
    assert axes.get_xlim()[1] > last["rank_range_high"].max()
    assert len(row_names(axes)) == 3


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_province_without_a_rank_is_named_not_stressed(ranges, lang):
    chart = ps.charts.rank_ranges(ranges, lang, highlight="26")
    assert text("figure.unranked", lang, name=province("26", lang)) in caption(chart)


def test_wrong_ranges_are_refused(ranges):
    with pytest.raises(errors.UnknownChoice, match="kind of rank ranges 'x'"):
        ps.charts.rank_ranges(ranges, "vi", kind="x")
    with pytest.raises(errors.UnknownProvince, match="unknown province 'Nowhere'"):
        ps.charts.rank_ranges(ranges, "vi", highlight="Nowhere")
    with pytest.raises(
        errors.InvalidRequest, match="has no column rank_ci_low, rank_ci_high, ci_level"
    ):
        ps.charts.rank_ranges(ranges, "vi", kind="interval")
    with pytest.raises(errors.InvalidRequest, match="two rows for province"):
        ps.charts.rank_ranges(pd.concat([ranges, ranges]), "vi")


# Bumps.


def stressed(axes) -> dict[str, list[tuple[int, float]]]:
    """Points of the stressed lines by colour and line."""
    lines: dict[str, list[tuple[int, float]]] = {}
    for line in axes.lines:
        if line.get_linewidth() > 2:
            key = f"{line.get_color()} {line.get_linestyle()}"
            points = zip(line.get_xdata(), line.get_ydata(), strict=True)
            lines.setdefault(key, []).extend((x, y) for x, y in points if not np.isnan(y))
    return lines


@pytest.mark.parametrize("lang", LANGUAGES)
def test_bumps_draw_every_rank_of_the_stressed_provinces(totals, lang):
    codes = ["20", "46", "22"]
    chart = ps.charts.bumps(totals, lang, highlight=codes)
    axes = chart_axes(chart)
    drawn = list(stressed(axes).values())
    assert len(drawn) == 3
    for code, points in zip(codes, drawn, strict=True):
        rows = totals[(totals["province"] == code) & totals["rank"].notna()].sort_values("year")
        assert points == [(row.year, row.rank) for row in rows.itertuples(index=False)]
        first, last = rows.iloc[0], rows.iloc[-1]
        assert (
            text(
                "alt.bumps_one",
                lang,
                name=province(code, lang),
                first=first["year"],
                rank_first=first["rank"],
                last=last["year"],
                rank_last=last["rank"],
            )
            in chart.alt
        )
    top, bottom = axes.get_ylim()[1], axes.get_ylim()[0]
    assert bottom > totals["rank"].max()
    assert top < 1


def test_lines_of_ranks_stop_at_the_break_and_at_missing_years(totals):
    axes = chart_axes(ps.charts.bumps(totals, "vi", highlight=["22"]))
    for line in axes.lines:
        if line.get_linewidth() in (1.0, 2.2):
            years = set(line.get_xdata())
            assert not ({2020, 2021} <= years)
    cuts = [line.get_xdata()[0] for line in axes.lines if line.get_color() == theme.INK]
    assert cuts == [2020.5]
    lines = [line for line in axes.lines if line.get_linewidth() > 2]
    values = {x: y for line in lines for x, y in zip(*line.get_data(), strict=True)}
    assert np.isnan(values[2018])


def test_a_year_without_any_ranking_is_a_gap(totals):
    without = totals[totals["year"] != 2015]
    axes = chart_axes(ps.charts.bumps(without, "en", highlight=["20"]))
    values = {
        x: y
        for line in axes.lines
        if line.get_linewidth() > 2
        for x, y in zip(*line.get_data(), strict=True)
    }
    assert np.isnan(values[2015])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_older_rank_at_the_end_of_a_line_tells_its_year(totals, lang):
    latest = (
        totals[(totals["province"] == "26") & totals["rank"].notna()].sort_values("year").iloc[-1]
    )
    assert latest["year"] == 2023
    axes = chart_axes(ps.charts.bumps(totals, lang, highlight=["26", "20"]))
    written = [label.get_text() for label in axes.texts]
    assert f"{province('26', lang)} {latest['rank']} (2023)" in written
    assert f"{province('20', lang)} 12" in written


@pytest.mark.parametrize("ranks", [range(1, 16), range(25, 40), range(47, 62)])
def test_names_at_the_end_do_not_overlap_nor_leave_the_figure(totals, ranks):
    last = totals[(totals["year"] == 2024) & totals["rank"].isin(ranks)]
    chart = ps.charts.bumps(totals, "vi", highlight=last["province"].tolist())
    chart.figure.canvas.draw()
    names = chart_axes(chart).texts
    boxes = [label.get_window_extent() for label in names]
    assert len(boxes) == 15
    assert not [1 for i, a in enumerate(boxes) for b in boxes[:i] if a.overlaps(b)]
    frame = chart.figure.bbox
    assert all(box.x1 <= frame.x1 and box.y0 >= frame.y0 and box.y1 <= frame.y1 for box in boxes)
    heights = [label.xy[1] for label in names]
    assert min(heights) > 0.99
    assert max(heights) <= totals["rank"].max()


def test_stressed_lines_differ_in_more_than_colour_from_the_sixth_on(totals):
    codes = totals[totals["year"] == 2024].sort_values("rank")["province"].head(15).tolist()
    assert len(stressed(chart_axes(ps.charts.bumps(totals, "vi", highlight=codes)))) == 15


def test_the_three_first_of_the_last_year_are_stressed_unless_others_are_asked_for(totals):
    best = totals[(totals["year"] == 2024) & (totals["rank"] <= 3)]["province"]
    alt = ps.charts.bumps(totals, "en").alt
    assert len(best) == 3
    assert all(province(code, "en") in alt for code in best)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_province_without_any_rank_is_named_in_the_caption(totals, lang):
    subset = totals[(totals["province"] != "20") & (totals["year"] > 2021)]
    chart = ps.charts.bumps(subset, lang, highlight=["20"])
    assert text("figure.bumps_absent", lang, names=province("20", lang)) in caption(chart)
    assert text("note.none", lang) in chart.alt


def test_one_year_and_one_province_make_a_bump_chart(totals):
    single = totals[(totals["year"] == 2024) & (totals["province"] == "20")]
    assert list(stressed(chart_axes(ps.charts.bumps(single, "vi"))).values()) == [[(2024, 12)]]


def test_wrong_tables_of_ranks_are_refused(totals):
    with pytest.raises(errors.UnknownProvince, match="unknown province '99'"):
        ps.charts.bumps(totals, "vi", highlight=["99"])
    with pytest.raises(errors.InvalidRequest, match="two rows for year 2011, province 01"):
        ps.charts.bumps(pd.concat([totals, totals]), "vi")
    with pytest.raises(errors.InvalidRequest, match="no province has a rank"):
        ps.charts.bumps(totals.assign(rank=pd.NA), "vi")
    later = totals[totals["year"] == 2024].assign(year=2025, vintage=34)
    with pytest.raises(errors.VintageCrossed):
        ps.charts.bumps(pd.concat([totals, later]), "vi")
    with pytest.raises(errors.InvalidRequest, match="at most 15"):
        ps.charts.bumps(totals, "vi", highlight=totals["province"].unique()[:16])


# All of them.


@pytest.fixture(scope="module")
def charts(
    shares, score_importance, rank_importance, region_tables, placed, moved, ranges, sets, totals
):
    """How to draw each figure."""
    charts = ps.charts
    return {
        "shares": lambda lang: charts.shares(shares, lang, n_top=14),
        "trend": lambda lang: charts.share_trend(shares, lang),
        "importance": lambda lang: charts.importance(
            shares, score_importance, rank_importance, lang
        ),
        "region": lambda lang: charts.importance(*region_tables, lang, n_top=28),
        "attribution": lambda lang: charts.rank_attribution(placed, lang),
        "change": lambda lang: charts.rank_change(moved, lang),
        "ranges": lambda lang: charts.rank_ranges(ranges, lang, highlight="20"),
        "sets": lambda lang: charts.rank_ranges(sets, lang, kind="interval"),
        "bumps": lambda lang: charts.bumps(totals, lang, highlight=["20", "46", "22"]),
    }


DRAWN = (
    "shares",
    "trend",
    "importance",
    "region",
    "attribution",
    "change",
    "ranges",
    "sets",
    "bumps",
)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", DRAWN)
def test_figures_of_the_drivers_are_whole_described_and_captioned(charts, name, lang):
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        chart = charts[name](lang)
        grey = pixels(chart)
    edge = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    assert edge.min() > 200
    assert chart.figure.get_figwidth() == theme.WIDTH
    assert not re.search(r"nan|None|[{}]|<NA>", chart.alt + caption(chart))
    assert "PAPI" in caption(chart)
    assert ("công bố" in caption(chart)) or ("published" in caption(chart)) or name == "bumps"


@pytest.mark.parametrize("name", [name for name in DRAWN if name not in ("ranges", "sets")])
def test_figures_of_the_drivers_fit_a_slide(charts, name):
    assert_fits_a_slide(charts[name]("vi"))


@pytest.mark.slow
def test_ranges_of_all_provinces_fit_a_slide_in_two_columns(ranges):
    assert_fits_a_slide(ps.charts.rank_ranges(ranges, "vi", highlight="20", n_columns=2))


def assert_fits_a_slide(chart: ps.charts.Chart) -> None:
    """Nothing is cut, and rows stand further apart than their letters are high."""
    chart.figure.set_size_inches(*SLIDE)
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        grey = pixels(chart)
    edge = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    assert edge.min() > 200
    axes = chart_axes(chart)
    heights = axes.transData.transform([(0, tick) for tick in axes.get_yticks()])[:, 1]
    points = 72 / chart.figure.dpi * np.abs(np.diff(heights))
    assert points.min() > max(label.get_fontsize() for label in axes.get_yticklabels())


@pytest.mark.parametrize("columns", [2, 3])
def test_columns_of_ranges_share_the_provinces_and_the_scale(ranges, columns):
    single = chart_axes(ps.charts.rank_ranges(ranges, "vi"))
    chart = ps.charts.rank_ranges(ranges, "vi", highlight="20", n_columns=columns)
    panels = chart.figure.axes
    assert len(panels) == columns
    assert [name for axes in panels for name in row_names(axes)] == row_names(single)
    assert {axes.get_xlim() for axes in panels} == {single.get_xlim()}
    assert len({axes.get_ylim() for axes in panels}) == 1
    spans = np.concatenate([segments(axes)[:, :2] for axes in panels])
    assert spans == pytest.approx(segments(single)[:, :2])
    bold = [
        label.get_text()
        for axes in panels
        for label in axes.get_yticklabels()
        if label.get_weight() == "bold"
    ]
    assert bold == [province("20", "vi")]


@pytest.mark.parametrize("ending", [".png", ".svg"])
@pytest.mark.parametrize("name", DRAWN)
@pytest.mark.slow
def test_figures_of_the_drivers_have_the_same_bytes_each_time(charts, name, ending, tmp_path):
    written = []
    for turn in ("first", "second"):
        path = tmp_path / f"{turn}{ending}"
        charts[name]("vi").save(path)
        written.append(path.read_bytes())
    assert written[0] == written[1]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.slow
def test_long_names_leave_room_to_draw_in(
    shares, score_importance, rank_importance, placed, moved, lang, monkeypatch
):
    long = "Một nội dung có cái tên dài hơn mọi cái tên khác trong bộ chỉ số này rất nhiều lần"
    monkeypatch.setattr(ps.frameworks, "series_name", lambda *args, **options: long)
    charts = [
        ps.charts.importance(shares, score_importance, rank_importance, lang),
        ps.charts.shares(shares, lang),
        ps.charts.rank_attribution(placed, lang),
        ps.charts.rank_change(moved, lang),
    ]
    for chart in charts:
        chart.figure.canvas.draw()
        assert chart_axes(chart).get_window_extent().width > 0.35 * chart.figure.bbox.width


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_empty_or_a_wrong_table_is_refused_by_name(
    shares, score_importance, rank_importance, lang
):
    nothing = pd.DataFrame({"series": []})
    draws = [
        lambda t: ps.charts.shares(t, lang),
        lambda t: ps.charts.share_trend(t, lang),
        lambda t: ps.charts.importance(t, score_importance, rank_importance, lang),
        lambda t: ps.charts.importance(shares, t, rank_importance, lang),
        lambda t: ps.charts.importance(shares, score_importance, t, lang),
        lambda t: ps.charts.rank_attribution(t, lang),
        lambda t: ps.charts.rank_ranges(t, lang),
        lambda t: ps.charts.bumps(t, lang),
        lambda t: ps.charts.coverage(t, lang),
    ]
    for draw in draws:
        with pytest.raises(errors.InvalidRequest, match="cannot draw: the table has no column"):
            draw(nothing)
    empty = [
        (ps.charts.shares, shares),
        (ps.charts.share_trend, shares),
    ]
    for figure, table in empty:
        with pytest.raises(errors.InvalidRequest, match="nothing to draw: the table has no rows"):
            figure(table.head(0), lang)


def test_an_unknown_language_is_refused(shares):
    with pytest.raises(errors.UnknownChoice, match="language 'fr'"):
        ps.charts.shares(shares, "fr")
