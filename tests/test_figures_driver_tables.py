"""Printed tables of the drivers and of the quality of the data show what their tables hold."""

from __future__ import annotations

import re
from html import unescape
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

import parstats as ps
from parstats import errors
from parstats.figures.tables import data_quality, driver_results
from parstats.figures.tables.driver_results import sens_text
from parstats.panel.coverage import STATES
from parstats.reference.labels import number, text

pytestmark = pytest.mark.usefixtures("figures_to_2024")

LANGUAGES = ("vi", "en")


@pytest.fixture(scope="module")
def effects(scores):
    return ps.drivers.main_effects(scores, 2024, n_draws=30, n_permutations=20)


@pytest.fixture(scope="module")
def choices(scores):
    return ps.drivers.robustness(scores, 2024, n_draws=200).choices


@pytest.fixture(scope="module")
def audit(scores):
    return ps.drivers.structure(scores, 2024, n_draws=30)


@pytest.fixture(scope="module")
def lasting(scores):
    return ps.drivers.stability(scores, n_draws=30, sens_level=0.9)


@pytest.fixture(scope="module")
def everything():
    return ps.load_scores(None).query("unit_level == 'province'")


def series_name(series: str, lang: str) -> str:
    return ps.frameworks.series_name(series, lang, short=True)


def plain(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def cells(table) -> list[list[str]]:
    """Words of each row, without headings of groups."""
    body = table.gt.as_raw_html().split("<tbody")[1].split("</tbody>")[0]
    rows = re.findall(r"<tr.*?</tr>", body, re.S)
    parsed = [[plain(td) for td in re.findall(r"<td.*?</td>", row, re.S)] for row in rows]
    return [row for row in parsed if len(row) > 1]


def headings(table) -> list[str]:
    return [
        plain(th)
        for th in re.findall(r"<th class=\"gt_col_heading.*?</th>", table.gt.as_raw_html())
    ]


def foot(table) -> str:
    return plain(table.gt.as_raw_html().split("<tfoot")[1])


def span(low: float, high: float, lang: str, decimals: int = 2) -> str:
    return f"{number(low, lang, decimals)} – {number(high, lang, decimals)}"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("top", [None, 5])
def test_main_effects_show_weights_on_paper_and_in_effect(effects, lang, top):
    table = driver_results.main_effects(effects, lang, n_top=top)
    expected = [
        [
            series_name(row.series, lang),
            number(100 * row.nominal, lang, 1),
            number(100 * row.effective, lang, 1),
            number(row.ratio, lang, 1),
            number(row.linear, lang),
            number(row.local_linear, lang),
            span(row.sens_low, row.sens_high, lang),
            number(row.unique, lang),
        ]
        for row in effects.head(top or 99).itertuples()
    ]
    assert cells(table) == expected
    assert text("table.sensitivity_of", lang, share=95) in headings(table)
    cut = text("table.top_note", ps.text.language(lang, "PAPI"), n=5, p=len(effects))
    assert (cut in foot(table)) == (top == 5)
    assert ("61 trong 63" if lang == "vi" else "61 of 63") in foot(table)
    assert text("table.unique_missing", lang) not in foot(table)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_main_effects_of_a_region_say_why_there_is_no_unique_part(scores, lang):
    few = ps.drivers.main_effects(scores, 2024, region="MRD", n_draws=5, n_permutations=5)
    table = driver_results.main_effects(few, lang, n_top=3)
    assert [row[-1] for row in cells(table)] == ["–"] * 3
    assert text("table.unique_missing", lang) in foot(table)
    assert text("region.MRD", lang) in foot(table)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_choices_show_both_orders_with_their_error(choices, lang):
    table = driver_results.choices(choices, lang)
    expected = [
        [
            text(f"choice.{row.choice}", lang),
            number(100 * row.first_order, lang, 0),
            span(100 * row.first_mc_low, 100 * row.first_mc_high, lang, 0),
            number(100 * row.total, lang, 0),
            span(100 * row.total_mc_low, 100 * row.total_mc_high, lang, 0),
        ]
        for row in choices.itertuples()
    ]
    assert cells(table) == expected
    assert text("table.choices_note", lang, draws=200) in foot(table)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_choices_of_provinces_filled_in_stand_apart(choices, lang):
    both = pd.concat([choices, choices.assign(provinces="imputed", total=0.5)])
    html = driver_results.choices(both, lang).gt.as_raw_html()
    groups = [plain(th) for th in re.findall(r"<th class=\"gt_group_heading.*?</th>", html, re.S)]
    assert groups == [text("table.choices_complete", lang), text("table.choices_imputed", lang)]
    assert len(cells(driver_results.choices(both, lang))) == 2 * len(choices)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_reliability_shows_alpha_of_every_scale(audit, lang):
    expected = [
        [
            series_name(row.scale, lang),
            str(row.n_items),
            number(row.alpha, lang),
            span(row.sens_low, row.sens_high, lang),
            number(row.mean_correlation, lang),
        ]
        for row in audit.reliability.itertuples()
    ]
    table = driver_results.reliability(audit.reliability, lang)
    assert cells(table) == expected
    assert sens_text(audit.reliability.iloc[0], lang) in headings(table)
    # Where the table does not say which share its interval holds, no share is printed.
    silent = driver_results.reliability(audit.reliability.drop(columns="sens_level"), lang)
    assert text("table.sensitivity", lang) in headings(silent)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_opposed_pairs_come_strongest_first(audit, lang):
    pairs = audit.correlations.query("opposed").sort_values("pearson")
    assert len(pairs) > 2
    table = driver_results.opposed(audit.correlations, lang, n_top=2)
    expected = [
        [
            f"{series_name(row.series, lang)} – {series_name(row.other, lang)}",
            number(row.pearson, lang),
            span(row.sens_low, row.sens_high, lang),
        ]
        for row in pairs.head(2).itertuples()
    ]
    assert cells(table) == expected
    assert text("table.pairs_note", lang, n=2, p=len(pairs)) in foot(table)
    full_table = driver_results.opposed(audit.correlations, lang)
    assert len(cells(full_table)) == len(pairs)
    assert text("table.pairs_note", lang, n=len(pairs), p=len(pairs)) not in foot(full_table)
    assert not driver_results.opposed(audit.correlations.assign(opposed=False), lang)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_stability_shows_the_pooled_rows_least_stable_first(lasting, lang):
    pooled = lasting[lasting["pooled"]].sort_values("pearson", kind="stable")
    expected = [
        [
            series_name(row.series, lang),
            str(row.n_pairs),
            number(row.rank_correlation, lang),
            number(row.mean_reversion, lang),
            span(row.reversion_sens_low, row.reversion_sens_high, lang),
            number(row.expected_bounce, lang, sign=True),
        ]
        for row in pooled.head(7).itertuples()
    ]
    table = driver_results.stability(lasting, lang, n_top=7)
    assert cells(table) == expected
    assert text("table.sensitivity_of", lang, share=90) in headings(table)
    words = ps.text.language(lang, "PAPI")
    assert text("table.top_note", words, n=7, p=len(pooled)) in foot(table)
    assert len(cells(driver_results.stability(lasting, lang))) == len(pooled)


def test_an_interval_that_was_not_computed_is_a_dash(effects):
    bare = effects.head(1).assign(sens_low=np.nan, sens_high=np.nan)
    assert cells(driver_results.main_effects(bare, "vi"))[0][6] == "–"


def test_empty_and_wrong_tables_are_refused_by_name(effects, choices, audit, lasting):
    makers = [
        (driver_results.main_effects, effects),
        (driver_results.choices, choices),
        (driver_results.reliability, audit.reliability),
        (driver_results.opposed, audit.correlations),
        (driver_results.stability, lasting),
        (ps.tables.shares, effects.assign(share=0.1)),
    ]
    for make, table in makers[:-1]:
        with pytest.raises(errors.InvalidRequest, match="nothing to draw: the table has no rows"):
            make(table.head(0), "vi")
    for make, _ in makers:
        with pytest.raises(errors.InvalidRequest, match="has no column"):
            make(pd.DataFrame({"index": ["PAPI"]}), "en")
    with pytest.raises(errors.InvalidRequest, match="with pooled rows"):
        driver_results.stability(lasting[~lasting["pooled"]], "vi")
    with pytest.raises(errors.InvalidRequest, match="n_top"):
        driver_results.main_effects(effects, "vi", n_top=0)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_limits_say_what_each_year_carries(everything, lang):
    limits = ps.panel.coverage_limits(everything)
    rows = [
        (year, *rest)
        for years, *rest in cells(data_quality.limits(limits, lang))
        for year in _each_year(years)
    ]
    assert len(rows) == len(limits)
    for cell, row in zip(rows, limits.itertuples(), strict=True):
        year, complete, verdict, instead = cell
        assert (year, complete) == (row.year, f"{row.n_complete}/{row.n_units}")
        if row.carries_ranking:
            words = text("limits.without", lang, names="") if row.without_total else ""
            assert verdict.startswith(words or text("limits.yes", lang))
            assert instead == ""
            provinces = ps.provinces.by_code(row.vintage)
            assert all(provinces[code].names[lang] in verdict for code in row.without_total)
        else:
            assert verdict == text("limits.no", lang, need=row.needed)
            printed = [row.mean, row.max, row.min]
            assert all(number(v, lang) in instead for v in printed if pd.notna(v))
            assert instead


def _each_year(years):
    first, _, last = years.partition("–")
    return range(int(first), int(last or first) + 1)


def test_years_without_figures_are_in_no_row_of_the_limits(everything):
    limits = ps.panel.coverage_limits(everything).query("index == 'PAPI' and year <= 2013")
    limits = limits[limits["year"] != 2012]
    assert [row[0] for row in cells(data_quality.limits(limits, "en"))] == ["2011", "2013"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_conflicts_are_shown_one_by_one_with_their_reason(lang):
    conflicts = ps.load_conflicts()
    rows = cells(data_quality.conflicts(conflicts, lang))
    assert len(rows) == len(conflicts)
    by_index = [r for _, part in conflicts.groupby("index", sort=False) for r in part.itertuples()]
    for (year, province, _, accepted, rejected, why), row in zip(rows, by_index, strict=True):
        assert (year, why) == (str(row.year), plain(getattr(row, f"why_{lang}")))
        for displayed, written in ((accepted, row.kept), (rejected, row.rejected)):
            figure = written.replace(".", ",") if lang == "vi" else written
            assert displayed == (figure or "–")
        if row.province:
            assert province == ps.provinces.by_code(row.vintage)[row.province].names[lang]
    assert not data_quality.conflicts(conflicts.head(0), lang)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_map_of_the_data_colours_each_cell_by_its_state(everything, lang):
    table = ps.panel.availability(everything, ps.load_printed())
    chart = ps.charts.availability(table, lang)
    panels = chart.figure.axes
    assert [axes.get_title() or axes.get_title(loc="left") for axes in panels] == list(
        dict.fromkeys(table["index"])
    )
    names = [label.get_text() for label in panels[0].get_yticklabels()]
    codes = {p.names[lang]: code for code, p in ps.provinces.by_code(63).items()}
    assert sorted(names) == sorted(codes)
    regions = [ps.provinces.by_code()[codes[name]].region for name in names]
    assert len(list(dict.fromkeys(regions))) == 1 + sum(a != b for a, b in pairwise(regions))
    for axes, (_, part) in zip(panels, table.groupby("index", sort=False), strict=True):
        (mesh,) = axes.collections
        drawn = np.asarray(mesh.get_array()).reshape(63, -1)
        states = part.pivot(index="province", columns="year", values="state")
        expected = states.loc[[codes[name] for name in names]].map(STATES.index).to_numpy()
        assert (drawn == expected).all()
    legend = [entry.get_text() for entry in chart.figure.legends[0].get_texts()]
    assert legend == [text(f"availability.{state}", lang) for state in STATES[::-1]]
    share = round(100 * (table["state"][table["index"] == "PAPI"].isin(STATES[3:])).mean())
    assert f"PAPI {share}%" in chart.alt


def test_an_index_without_gaps_has_no_figure_of_gaps(scores):
    complete = ps.panel.coverage(scores[scores["year"] == 2019])
    assert not ps.charts.coverage(complete, "vi")
    with pytest.raises(errors.InvalidRequest, match="two rows for year 2019"):
        ps.charts.coverage(pd.concat([complete, complete]), "vi")


@pytest.mark.parametrize("index", ["PAPI", "SIPAS", "PAR INDEX"])
def test_years_of_the_timeline_do_not_overlap(index):
    chart = ps.charts.series_timeline(ps.load_versions(), ps.load_scores(index), "vi", index)
    chart.figure.canvas.draw()
    axes = chart.figure.axes[0]
    boxes = [label.get_window_extent() for label in axes.get_xticklabels()]
    assert len(boxes) > 5
    assert min(right.x0 - left.x1 for left, right in pairwise(boxes)) > 2


@pytest.mark.parametrize("lang", LANGUAGES)
def test_years_left_out_are_named(lang):
    assert "2014, 2021" in ps.text.omitted_years_note([2014, 2021], lang).data
    assert ps.text.omitted_years_note([], lang) is None
