"""What the figures, tables and sentences of a report show, checked against plain recomputation."""

from __future__ import annotations

import inspect
import io
import re

import numpy as np
import pandas as pd
import pytest
from PIL import Image

import parstats as ps
from parstats import errors
from parstats.errors import InsufficientData, InvalidRequest, UnknownProvince
from parstats.figures import theme

pytestmark = pytest.mark.usefixtures("figures_to_2024")

LANGUAGES = ("vi", "en")


def plain_text(display: object) -> str:
    """Text of an HTML or Markdown object without tags."""
    markup = display.html if hasattr(display, "html") else display.data
    return re.sub(r"<[^>]+>", " ", markup)


def table_cells(table: object) -> list[list[str]]:
    html = table.gt.as_raw_html()
    rows = re.findall(r"<tr>(.*?)</tr>", html, flags=re.S)
    return [re.findall(r"<td[^>]*>(.*?)</td>", row, flags=re.S) for row in rows]


def test_headline_says_group_score_rank_neighbours_and_change(scores):
    totals = scores[(scores["level"] == "index") & (scores["year"] == 2024)].set_index("province")
    before = scores[(scores["level"] == "index") & (scores["year"] == 2023)].set_index("province")
    score = totals.loc["20", "score"]
    close = int((abs(totals["score"] - score) <= 0.25).sum()) - 1
    then = 1 + int((before["score"] > before.loc["20", "score"]).sum())
    rank = 1 + int((totals["score"] > score).sum())

    text = plain_text(ps.text.headline(ps.panel.overall(scores, "20", 2024), "en"))

    assert f"{score:.2f}" in text
    assert f"{rank} / {len(totals)}" in text
    assert re.search(rf"points\s+{close}\s", text)
    assert f"rank {then} → {rank}" in text
    assert f"+{score - before.loc['20', 'score']:.2f}" in text
    assert "Highest group" in text
    assert text.index("Highest group") < text.index("Rank, computed from published scores")
    assert "PAPI publishes groups, not ranks" in text


def test_quartile_groups_are_equal_quarters_of_the_ranked_provinces(scores):
    standings = [ps.panel.overall(scores, code, 2019) for code in ps.provinces.by_code()]
    counts = pd.Series([s.quartile for s in standings]).value_counts().sort_index().tolist()
    assert counts == [16, 16, 16, 15]
    best = max(s.score for s in standings if s.quartile == 2)
    assert best < min(s.score for s in standings if s.quartile == 1)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_break_warning_stands_where_two_years_do_not_compare(scores, lang):
    crossing = ps.text.change_note(ps.panel.overall(scores, "46", 2021), lang)
    assert "2020" in plain_text(crossing)
    assert ("Thứ hạng" if lang == "vi" else "Ranking") in plain_text(crossing)
    assert ps.text.change_note(ps.panel.overall(scores, "46", 2024), lang) is None


@pytest.mark.parametrize(
    ("province", "year", "says"),
    [
        ("26", 2024, "has no PAPI results for 2024"),
        ("22", 2021, "has no PAPI results for 2021"),
        ("24", 2022, "lacks part of the PAPI results for 2022"),
        ("22", 2018, "lacks part of the PAPI results for 2018"),
    ],
)
def test_a_province_without_a_total_says_so(scores, province, year, says):
    standing = ps.panel.overall(scores, province, year)
    profile = ps.panel.profile(scores, province, year)
    note = ps.text.no_data_note(standing, ps.load_gaps(), profile, "en")
    assert says in plain_text(note)
    assert ("Missing:" in plain_text(note)) is (len(profile) > 0)
    reason = "press:" if (province, year) == ("24", 2022) else "we found no document that says why"
    assert reason in plain_text(note).lower()
    assert ps.text.headline(standing, "en") is None
    assert not ps.charts.position(ps.panel.ranks(scores, year), province, "en")


def test_movement_note_adds_up_and_names_both_rankings(scores):
    standing = ps.panel.overall(scores, "72", 2024)
    movement = ps.drivers.relative_change(scores, "72", 2024)
    text = plain_text(ps.text.movement_note(movement, standing, "en"))
    totals = scores[scores["level"] == "index"].pivot(
        index="province", columns="year", values="score"
    )
    both = totals[[2023, 2024]].dropna()
    gain = both.loc["72", 2024] - both.loc["72", 2023]
    mean = (both[2024] - both[2023]).mean()
    assert f"changed by +{gain:.2f}" in text
    assert f"changed by +{mean:.2f}" in text
    assert f"+{gain - mean:.2f} points" in text
    assert f"{len(both)} provinces" in text
    assert "from 60/61 to 2/61" in text


def test_extremes_list_the_highest_and_lowest_percentiles(scores):
    profile = ps.panel.profile(scores, "20", 2024)
    cells = [row for row in table_cells(ps.tables.extremes(profile, "en")) if len(row) == 5]
    ordered = profile.sort_values("percentile", ascending=False, kind="stable")
    expected = [*ordered["percentile"].head(5), *ordered["percentile"].tail(5).iloc[::-1]]
    assert [row[2] for row in cells] == [f"{value:.0f}" for value in expected]
    first = ordered.iloc[0]
    assert cells[0][1] == f"{first['score']:.2f} / {first['max_score']:.2f}"
    assert cells[0][4] == f"{first['score_change']:+.2f}"


def test_extremes_do_not_print_a_change_across_a_break(scores):
    profile = ps.panel.profile(scores, "46", 2021)
    broken = profile[profile["comparable"].eq(False)]
    assert "papi.services.law_and_order" in set(broken["series"])
    assert broken["score_change"].isna().all()
    html = ps.tables.extremes(profile, "en", n_top=14).gt.as_raw_html()
    assert "measured differently" in html


def test_no_sub_dimension_is_both_strong_and_weak(scores):
    partial = ps.panel.profile(scores, "27", 2022).head(3)
    cells = [row for row in table_cells(ps.tables.extremes(partial, "en")) if len(row) == 5]
    assert len(cells) == 2
    assert cells[0][0] != cells[1][0]


def test_printed_totals_stand_beside_the_computed_ones():
    printed = ps.load_printed().query("index == 'PAPI'")
    text = ps.text.printed_note(printed, "60", "en").data
    assert "published score **44.51**, computed 44.15" in text
    assert "rank 12/63" not in text.split("2021")[0]
    assert ps.text.printed_note(printed, "20", "vi").data.count("\n- ") == 1
    nobody = printed[printed["province"] == "96"]
    assert nobody.empty
    assert ps.text.printed_note(printed, "96", "vi") is None


def test_notes_name_the_provinces_without_data(scores):
    standing = ps.panel.overall(scores, "20", 2024)
    text = ps.text.notes(standing, ps.panel.coverage(scores), "1.2.3", "vi").data
    assert "Vĩnh Phúc, Tiền Giang" in text
    assert "61 trong 63" in text
    assert "1.2.3" in text


@pytest.mark.parametrize(
    "year",
    [
        y if y in (2018, 2024) else pytest.param(y, marks=pytest.mark.slow)
        for y in [2011, 2012, 2014, 2018, 2019, 2021, 2022, 2024]
    ],
)
def test_every_province_has_whole_sentences_in_both_languages(scores, year):
    coverage = ps.panel.coverage(scores)
    gaps, printed = ps.load_gaps(), ps.load_printed().query("index == 'PAPI'")
    complete = ps.panel.complete_provinces(scores, year)
    # Of those with all figures a third a year, each time another.
    for code in (set(ps.provinces.by_code()) - set(complete)) | set(complete[year % 3 :: 3]):
        standing = ps.panel.overall(scores, code, year)
        profile = ps.panel.profile(scores, code, year)
        movement = (
            ps.drivers.relative_change(scores, code, year) if standing.previous else pd.DataFrame()
        )
        for lang in LANGUAGES:
            parts = [
                ps.text.title(standing, lang),
                ps.text.headline(standing, lang),
                ps.text.no_data_note(standing, gaps, profile, lang),
                ps.text.change_note(standing, lang),
                ps.text.close_note(standing, lang),
                ps.text.movement_note(movement, standing, lang),
                ps.text.printed_note(printed, code, lang),
                ps.text.notes(standing, coverage, "0", lang),
            ]
            text = " ".join(plain_text(part) for part in parts if part is not None)
            text = re.sub(r"\(https?:[^)]*\)", "", text)
            assert not re.search(r"\bnan\b|None|<NA>|[{}]", text), (code, year, lang, text)
            assert (standing.score is None) == (ps.text.headline(standing, lang) is None)


def drawn(scores: pd.DataFrame, code: str, year: int, lang: str) -> dict[str, ps.charts.Chart]:
    profile = ps.panel.profile(scores, code, year)
    movement = ps.drivers.relative_change(scores, code, year)
    charts = {
        "position": ps.charts.position(ps.panel.ranks(scores, year), code, lang),
        "history": ps.charts.history(ps.panel.history(scores, code), code, lang),
        "profile": ps.charts.profile(profile, code, lang),
        "movement": ps.charts.movement(movement, code, year, lang),
        "shares": ps.charts.shares(ps.drivers.shares(scores, year, n_draws=50), lang, n_top=14),
        "coverage": ps.charts.coverage(ps.panel.coverage(scores), lang),
        "timeline": ps.charts.series_timeline(ps.load_versions(), scores, lang),
    }
    return {name: chart for name, chart in charts.items() if chart}


@pytest.mark.parametrize(
    ("code", "year", "lang", "count"),
    [("20", 2024, "vi", 7), ("46", 2021, "en", 7), ("22", 2018, "vi", 5), ("26", 2024, "en", 4)],
)
def test_figures_are_drawn_within_their_page_and_described(scores, code, year, lang, count):
    charts = drawn(scores, code, year, lang)
    assert len(charts) == count
    for name, chart in charts.items():
        bundle, about = chart._repr_mimebundle_()
        assert about["image/png"]["alt"] == chart.alt
        assert len(chart.alt) > 20, name
        assert not re.search(r"nan|None|[{}]", chart.alt)
        assert chart.figure.get_size_inches()[0] == theme.WIDTH
        assert len(bundle["image/png"]) < 250_000


def test_nothing_is_cut_at_the_edge_of_a_figure(scores):
    for name, chart in drawn(scores, "66", 2021, "vi").items():
        buffer = io.BytesIO(chart._bytes(".png"))
        pixels = np.asarray(Image.open(buffer).convert("L")).astype(int)
        edge = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
        assert edge.min() > 200, name


def test_the_profile_figure_shows_each_percentile_where_it_belongs(scores):
    profile = ps.panel.profile(scores, "20", 2024)
    axes = ps.charts.profile(profile, "20", "en").figure.axes[0]
    names = [label.get_text() for label in axes.get_yticklabels()]
    dots = {
        names[round(float(y))]: float(x)
        for collection in axes.collections
        for x, y in np.asarray(collection.get_offsets())
        if hasattr(collection, "get_sizes") and collection.get_sizes()[0] > 40
    }
    expected = {
        ps.frameworks.series_name(row.series, "en", short=True): row.percentile
        for row in profile.itertuples()
    }
    assert dots == pytest.approx(expected)


def test_the_movement_figure_adds_up_to_its_title(scores):
    movement = ps.drivers.relative_change(scores, "72", 2024)
    axes = ps.charts.movement(movement, "72", 2024, "en").figure.axes[0]
    widths = [bar.get_width() for bar in axes.patches]
    total = movement["relative_change"].sum()
    assert sum(widths) == pytest.approx(total)
    assert f"{total:+.2f}" in axes.get_title(loc="left")


def test_a_line_of_the_history_never_crosses_a_break(scores):
    table = ps.panel.history(scores, "20")
    upper, lower = ps.charts.history(table, "20", "vi").figure.axes
    starts = table.loc[table["comparable_group"] != table["comparable_group"].shift(), "year"]
    segments = [line for line in upper.lines if line.get_color() == theme.PROVINCE]
    assert sum(len(line.get_xdata()) for line in segments) == table["score"].notna().sum()
    for line in segments:
        years = list(line.get_xdata())
        assert not set(years[1:]) & set(starts)
    for line in (line for line in lower.lines if line.get_color() == theme.PROVINCE):
        years = list(line.get_xdata())
        assert not (2020 in years and 2021 in years)


def test_the_same_figure_gives_the_same_bytes(scores, tmp_path):
    for ending in (".png", ".svg", ".pdf"):
        files = []
        for turn in (1, 2):
            chart = ps.charts.history(ps.panel.history(scores, "20"), "20", "vi")
            path = tmp_path / f"{turn}{ending}"
            chart.save(path)
            files.append(path.read_bytes())
        assert files[0] == files[1], ending


def test_a_figure_is_not_saved_under_an_unknown_ending(scores, tmp_path):
    chart = ps.charts.coverage(ps.panel.coverage(scores), "en")
    with pytest.raises(errors.UnknownChoice, match=r"unknown ending of a figure 'x.bmp'"):
        chart.save(tmp_path / "x.bmp")
    assert list(tmp_path.iterdir()) == []


def test_drawing_leaves_matplotlib_as_it_was(scores):
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    drawn(scores, "20", 2024, "vi")
    assert dict(mpl.rcParams) == before


def test_a_section_without_content_is_not_shown(capsys):
    ps.text.section("history", "en", None, None)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("year", "broken"), [(2018, True), (2021, True), (2023, False), (2024, False)]
)
def test_points_are_not_subtracted_across_a_break(scores, year, broken):
    standing = ps.panel.overall(scores, "20", year)
    movement = ps.drivers.relative_change(scores, "20", year)
    raw = f"{standing.change:+.2f}"
    relative = f"{movement['relative_change'].sum():+.2f}".replace("-", "−")
    headline = plain_text(ps.text.headline(standing, "en"))
    note = plain_text(ps.text.movement_note(movement, standing, "en"))
    assert (raw.replace("-", "−") in headline) is not broken
    assert ("not comparable, the measurement changed" in headline) is broken
    assert ("are not directly comparable" in note) is broken
    assert f"{relative} points" in note
    assert f"rank {standing.rank_previous} → {standing.rank}" in headline


def test_a_rank_printed_in_the_press_stands_beside_the_rank_change(scores):
    movement = ps.drivers.relative_change(scores, "72", 2024)
    note = plain_text(ps.text.movement_note(movement, ps.panel.overall(scores, "72", 2024), "en"))
    assert "Rank published in the press for 2024: 2." in note


def test_every_bar_that_is_hatched_has_its_reason(scores):
    for year in (2016, 2018, 2019, 2020, 2021, 2022):
        table = ps.drivers.relative_change(scores, "20", year)
        broken = table[~table["comparable"]]
        assert len(broken)
        assert (broken[["break_en", "break_vi"]] != "").all(axis=None), year
    dimension = ps.panel.change(scores[scores["level"] == "dimension"], 2018)
    reasons = dimension.groupby("series")["break_en"].first()
    assert reasons["papi.transparency"].startswith("changed in: Access to information")


def test_remarks_on_printed_figures_are_shown(scores):
    printed = ps.load_printed().query("index == 'PAPI'")
    text = ps.text.printed_note(printed, "82", "vi").data
    assert "đáng ngờ: cùng năm, Kon Tum 41,62 điểm được xếp hạng 49" in text


def test_a_name_works_where_a_code_does(scores):
    history = ps.panel.history(scores, "Lạng Sơn")
    profile = ps.panel.profile(scores, "Lạng Sơn", 2024)
    movement = ps.drivers.relative_change(scores, "Lạng Sơn", 2024)
    ranking = ps.panel.ranks(scores, 2024)
    for name in ("Lạng Sơn", "lang son"):
        for by_name, by_code in (
            (ps.charts.history(history, name, "vi"), ps.charts.history(history, "20", "vi")),
            (ps.charts.profile(profile, name), ps.charts.profile(profile, "20")),
            (ps.charts.position(ranking, name, "vi"), ps.charts.position(ranking, "20", "vi")),
            (
                ps.charts.movement(movement, name, 2024, "vi"),
                ps.charts.movement(movement, "20", 2024, "vi"),
            ),
        ):
            assert by_name.alt == by_code.alt
    with pytest.raises(UnknownProvince):
        ps.charts.history(history, "Nowhere", "vi")
    for draw in (ps.charts.history, ps.charts.profile):
        table = history if draw is ps.charts.history else profile
        with pytest.raises(InvalidRequest, match="about province 20, not about Hà Nội"):
            draw(table, "Hà Nội", "vi")
    with pytest.raises(ps.ParstatsError):
        ps.charts.profile(profile, "vi", "20")  # the order of version 0.1


def table_functions():
    """Every public function of charts, tables and text that takes a result table."""
    for room in (ps.charts, ps.tables, ps.text):
        for name in room.__all__:
            function = getattr(room, name)
            if inspect.isfunction(function):
                parameters = inspect.signature(function).parameters.values()
                if any("DataFrame" in str(parameter.annotation) for parameter in parameters):
                    yield pytest.param(function, id=f"{room.__name__.rpartition('.')[2]}.{name}")


@pytest.mark.parametrize("function", table_functions())
def test_a_table_of_another_kind_is_refused_by_the_function_that_makes_the_right_one(
    scores, function
):
    arguments = {}
    for parameter in inspect.signature(function).parameters.values():
        if "DataFrame" in str(parameter.annotation):
            arguments[parameter.name] = pd.DataFrame({"x": [1.0]})
        elif parameter.default is parameter.empty:
            values = {"lang": "vi", "province": "Lạng Sơn", "year": 2024, "index": "PAPI", "n": 3}
            values["standing"] = ps.panel.overall(scores, "26", 2024)
            arguments[parameter.name] = values.get(parameter.name)
    with pytest.raises(ps.ParstatsError, match=r"parstats\.(\w+\.)?\w+|expected"):
        function(**arguments)


def test_a_chart_without_data_is_false_and_is_not_saved(scores, tmp_path):
    chart = ps.charts.profile(ps.panel.profile(scores, "26", 2024), "26", "en")
    assert not chart
    assert chart._repr_mimebundle_() == ({"text/plain": "There are no data for this figure."}, {})
    with pytest.raises(InsufficientData, match="no data for this figure"):
        chart.save(tmp_path / "profile.png")
    assert not list(tmp_path.iterdir())
