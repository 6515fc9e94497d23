"""Figures and tables of the remedies: drawn as told, no estimate where there is too little data."""

from __future__ import annotations

import re
from html import unescape
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from IPython.display import Markdown
from matplotlib.collections import LineCollection, PathCollection, PolyCollection

import parstats as ps
from parstats import errors
from parstats.figures.table import Table
from parstats.figures.tables import plan_cases, remedy_estimates
from parstats.figures.text import remedy_notes
from parstats.figures.text.estimate_summary import (
    notes_on_rows,
    remarks,
    value_name,
    verdict_text,
)
from parstats.reference import csv_tables
from parstats.reference.labels import number, text
from parstats.remedies.association.verdict import LEAST_PROVINCES
from parstats.remedies.simulation.synthetic_plans import RULES

pytestmark = pytest.mark.usefixtures("figures_to_2024")

LANGUAGES = ("vi", "en")
NAN = float("nan")
#: Words that would make an association an effect.
CAUSAL = re.compile(r"\b(caused|impact|led to|thanks to|worked|nhờ|khiến|dẫn đến|hiệu quả)\b", re.I)

_ESTIMATE = {
    **{"by": "coarse_group", "value": "digital", "adjusted_association": 0.31},
    **{"ci_low": 0.12, "ci_high": 0.52, "naive": 0.71, "naive_within": 0.65, "expected": 0.44},
    **{"mde": 0.27, "n_plans": 24, "n_provinces": 21, "n_exchangeable": 19, "n_cells": 160},
    **{"n_compared": 4_518, "omnibus_p": 0.012, "omnibus_p_all": 0.02, "n_draws": 1_999},
    **{"verdict": "association", "reason": ""},
}
_NOTHING = {
    **{"value": "people", "adjusted_association": -0.02, "ci_low": -0.2, "ci_high": 0.17},
    **{"naive": -0.12, "expected": -0.15, "verdict": "no_association_detected"},
}
# What was computed from a single province is there, and must not be shown.
_FEW = {
    **{"value": "information", "adjusted_association": 0.88, "ci_low": 0.79, "ci_high": 0.97},
    **{"naive": 0.55, "expected": NAN, "mde": 3.83, "n_plans": 1, "n_provinces": 1},
    **{"n_exchangeable": 1, "n_cells": 9, "verdict": "insufficient_data"},
    **{"reason": "few_provinces"},
}
_GONE = {
    **dict.fromkeys(("adjusted_association", "ci_low", "ci_high", "mde", "omnibus_p"), NAN),
    **dict.fromkeys(("naive", "naive_within", "expected", "omnibus_p_all"), NAN),
    **dict.fromkeys(("n_plans", "n_provinces", "n_exchangeable", "n_cells", "n_compared"), 0),
    **{"verdict": "insufficient_data", "reason": "few_provinces"},
}
HIDDEN_FIGURES = ("0.88", "0,88", "0.79", "0,79", "0.97", "0,97", "3.83", "3,83")


def rows(*entries: dict) -> pd.DataFrame:
    return pd.DataFrame([{**_ESTIMATE, **entry} for entry in entries])


@pytest.fixture
def estimates() -> pd.DataFrame:
    return rows({}, _NOTHING, _FEW)


@pytest.fixture
def events() -> pd.DataFrame:
    bands = {"band_ci_low": -0.1, "band_ci_high": 0.7, "n_lost": 12}
    entries = [
        {**bands, "event_time": -1, **_GONE, "n_lost": 160},
        {**bands, "event_time": 0},
        {**bands, "event_time": 1, **_FEW, "n_lost": 140},
    ]
    return rows(*entries).drop(columns=["by", "value"])


@pytest.fixture
def rebounds() -> pd.DataFrame:
    entries = [("by_baseline", at, at - 2.5, 2.5 - at) for at in (1, 2, 3, 4)]
    entries.append(("lowest", 0, -1.0, 0.46))
    table = pd.DataFrame(entries, columns=["kind", "place", "baseline", "change"])
    low, high = table["change"] - 0.5, table["change"] + 0.4
    return table.assign(change_q25=low, change_q75=high, n_cells=1_200, n_provinces=63)


@pytest.fixture
def placebos() -> pd.DataFrame:
    table = pd.DataFrame({"rule": RULES[:4], "naive": [0.02, 0.46, 0.41, -0.3]})
    table["naive_within"] = table["naive"] + 0.19
    rates = {"naive_rejected": 0.9, "naive_within_rejected": 1.0, "rejected": 0.06}
    ends = {
        "rejected_mc_low": 0.03,
        "rejected_mc_high": 0.11,
        "n_plans": 12,
        "sets": 200,
    }
    return table.assign(bias=[0.0, 0.01, -0.02, 0.03], n_series=8, **rates, **ends)


@pytest.fixture
def chances() -> pd.DataFrame:
    entries = [
        (effect, n, share, share - 0.1, min(share + 0.1, 1.0), 2.8 * 0.3 / n**0.5, 100)
        for effect, shares in ((0.2, (0.2, 0.5)), (0.3, (0.4, 0.8)), (0.5, (0.7, 0.99)))
        for n, share in zip((10, 40), shares, strict=True)
    ]
    names = ["effect", "n_plans", "power", "power_mc_low", "power_mc_high", "mde", "sets"]
    return pd.DataFrame(entries, columns=names).assign(n_series=8)


@pytest.fixture(scope="module")
def cases() -> ps.remedies.CaseStudies:
    inputs = ps.load_measures(), ps.load_plans(), ps.load_targets(), ps.load_printed()
    return ps.remedies.case_studies(ps.load_scores(None), *inputs)


@pytest.fixture(scope="module")
def plans() -> pd.DataFrame:
    return ps.load_plans()


def chart_axes(chart):
    return chart.figure.axes[0]


def caption(chart) -> str:
    return chart.figure.get_supxlabel().replace("\n", " ")


def points(axes, label: str) -> np.ndarray:
    """Where the marks of one name stand, in the order drawn."""
    marks = [part for part in axes.collections if type(part) is PathCollection]
    offsets = [part.get_offsets() for part in marks if part.get_label() == label]
    return np.concatenate(offsets) if offsets else np.zeros((0, 2))


def legend(chart) -> list[str]:
    return [label.get_text() for label in chart.figure.legends[0].get_texts()]


def plain(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def cells(table: Table) -> list[list[str]]:
    """Words of each row, without headings of groups."""
    body = table.gt.as_raw_html().split("<tbody")[1].split("</tbody>")[0]
    markup_rows = re.findall(r"<tr.*?</tr>", body, re.S)
    parsed = [[plain(td) for td in re.findall(r"<td.*?</td>", row, re.S)] for row in markup_rows]
    return [row for row in parsed if len(row) > 1]


def plain_text(output: Table | Markdown) -> str:
    return plain(output.gt.as_raw_html() if isinstance(output, Table) else str(output.data))


# The forest.


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_forest_draws_what_the_table_tells_and_no_estimate_of_too_little_data(estimates, lang):
    chart = ps.charts.remedies_forest(estimates, lang)
    axes = chart_axes(chart)
    share = text("figure.remedies_adjusted", lang, level="95")
    assert points(axes, share)[:, 0].tolist() == [0.31, -0.02]
    detectable = points(axes, text("figure.remedies_mde", lang))[:, 0]
    assert detectable.tolist() == [-0.27, 0.27, -0.27, 0.27]
    lines = [part for part in axes.collections if isinstance(part, LineCollection)]
    ends = [tuple(segment[:, 0]) for part in lines for segment in part.get_segments()]
    assert ends == [(0.12, 0.52), (-0.2, 0.17)]
    expected = points(axes, text("figure.remedies_expected", lang))[:, 0]
    assert expected.tolist() == [0.44, -0.15]
    # The naive figure of every row is there, hatched.
    bars = axes.patches
    assert [bar.get_width() for bar in bars] == [0.71, -0.12, 0.55]
    assert all(bar.get_hatch() for bar in bars)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_forest_says_verdicts_in_words_and_what_is_no_estimate(estimates, lang):
    chart = ps.charts.remedies_forest(estimates, lang)
    named = [" ".join(label.get_text().split()) for label in chart_axes(chart).get_yticklabels()]
    assert named == [
        f"{value_name(row['by'], row['value'], lang)} {verdict_text(row, lang)}"
        for row in estimates.to_dict("records")
    ]
    assert text("figure.remedies_naive", lang) in legend(chart)
    assert legend(chart)[0] == text("figure.remedies_adjusted", lang, level="95")
    for count in ("24", "21", "160", number(4_518.0, lang, 0), number(1_999.0, lang, 0)):
        assert count in caption(chart)
    records = estimates.to_dict("records")
    assert all(verdict_text(row, lang) in chart.alt for row in records)
    assert number(0.31, lang, sign=True) in chart.alt
    assert not any(figure in chart.alt for figure in HIDDEN_FIGURES)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_forest_of_too_little_data_only_names_no_mark_of_an_estimate(lang):
    chart = ps.charts.remedies_forest(rows(_FEW), lang)
    assert legend(chart) == [text("figure.remedies_naive", lang)]
    assert not [part for part in chart_axes(chart).collections if isinstance(part, LineCollection)]


def test_intervals_of_another_level_are_named_so(estimates):
    assert "90%" in legend(ps.charts.remedies_forest(estimates, "en", ci_level=0.9))[0]
    assert "90%" in plain_text(remedy_estimates.estimates(estimates, "en", ci_level=0.9))


# Rebound and placebo.


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_rebound_draws_groups_and_the_lowest_cells(rebounds, lang):
    chart = ps.charts.mean_reversion(rebounds.sample(frac=1, random_state=0), lang)
    groups = points(chart_axes(chart), text("figure.rebound_mean", lang))
    assert groups.tolist() == [[-1.5, 1.5], [-0.5, 0.5], [0.5, -0.5], [1.5, -1.5]]
    lowest = points(chart_axes(chart), text("figure.rebound_lowest_plain", lang))
    assert lowest.tolist() == [[-1.0, 0.46]]
    assert number(4_800.0, lang, 0) in caption(chart)
    for value in (1.5, -1.5, 0.46):
        assert number(value, lang, sign=True) in chart.alt


def test_the_rebound_refuses_a_table_without_the_lowest_cells(rebounds):
    with pytest.raises(errors.InvalidRequest, match="lowest"):
        ps.charts.mean_reversion(rebounds[rebounds["kind"] != "lowest"], "en")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_placebo_sets_naive_against_adjusted_for_the_four_rules(placebos, lang):
    chart = ps.charts.placebo(placebos, lang)
    axes = chart_axes(chart)
    rules = [label.get_text() for label in axes.get_yticklabels()]
    assert rules == [text(f"figure.placebo_rule.{rule}", lang) for rule in RULES[:4]]
    assert points(axes, text("figure.placebo_adjusted", lang))[:, 0].tolist() == [
        *(0.0, 0.01, -0.02, 0.03)
    ]
    widths = [bar.get_width() for bar in axes.patches]
    assert widths == placebos[["naive", "naive_within"]].to_numpy().ravel().tolist()
    assert len({bar.get_hatch() for bar in axes.patches}) == 2
    texts = [label.get_text() for label in axes.texts]
    assert texts == ["90%", "100%", "6% (3–11)"] * 4
    assert "200" in caption(chart)
    assert "12" in caption(chart)


# Power.


@pytest.mark.parametrize("lang", LANGUAGES)
def test_power_draws_a_curve_an_effect_with_its_band(chances, lang):
    chart = ps.charts.power_curves(chances, lang)
    axes = chart_axes(chart)
    curves = {
        line.get_label(): line.get_xydata() for line in axes.lines if line.get_marker() != "None"
    }
    assert list(curves) == legend(chart)
    first, second, third = curves.values()
    assert first == pytest.approx(np.array([[10, 20], [40, 50]]))
    assert second == pytest.approx(np.array([[10, 40], [40, 80]]))
    assert third == pytest.approx(np.array([[10, 70], [40, 99]]))
    assert len([part for part in axes.collections if isinstance(part, PolyCollection)]) == 3
    for n in (10, 40):
        assert number(2.8 * 0.3 / n**0.5, lang) in caption(chart)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_needed_plans_say_where_they_lie_outside_of_those_tried(lang):
    needed = pd.DataFrame(
        {"effect": [0.2, 0.5], "plans_needed": [190, 31], "beyond": [True, False], "n_series": 8}
    )
    table = remedy_estimates.needed_plans(needed, 100, lang)
    beyond = text("remedies.beyond", lang, n=190)
    assert cells(table) == [[number(0.2, lang), beyond], [number(0.5, lang), "31"]]
    assert "100" in plain_text(table)


# Event study.


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_event_study_has_a_mark_only_where_there_is_enough(events, lang):
    chart = ps.charts.event_study(events, lang)
    axes = chart_axes(chart)
    share = text("figure.remedies_adjusted", lang, level="95")
    assert points(axes, share).tolist() == [[0, 0.31]]
    assert [note.get_text() for note in axes.texts] == [text("verdict.insufficient_data", lang)] * 2
    assert [note.get_position()[0] for note in axes.texts] == [-1, 1]
    assert text("figure.event_mde", lang, mde=number(0.27, lang)) in caption(chart)
    assert "160" in caption(chart)
    assert not any(figure in caption(chart) + chart.alt for figure in HIDDEN_FIGURES)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_event_study_of_too_little_data_is_a_table_with_the_reasons(events, lang):
    few = events[events["verdict"] == "insufficient_data"]
    assert not ps.charts.event_study(few, lang)
    actual = cells(remedy_estimates.event_study(few, lang))
    records = few.to_dict("records")
    assert [row[-1] for row in actual] == [verdict_text(row, lang) for row in records]
    # Columns of an estimate that no row has are left out.
    assert [row[:3] for row in actual] == [["−1", "0 / 0 / 0", "160"], ["+1", "1 / 1 / 9", "140"]]


def test_events_stand_in_the_order_of_their_years(events):
    actual = cells(remedy_estimates.event_study(events.iloc[::-1], "en"))
    assert [row[0] for row in actual] == ["−1", "0", "+1"]
    assert actual[1][1:4] == ["+0.31", "0.12 – 0.52", "0.27"]


def test_what_a_break_costs_is_counted_by_reason(scores):
    inputs = ps.load_measures("PAPI"), ps.load_plans("PAPI")
    lost = ps.remedies.event_losses(scores, *inputs, leads=1, lags=0)
    actual = cells(remedy_estimates.losses(lost, "vi"))
    assert [row[1:] for row in actual] == lost[["n_cells", "n_provinces"]].astype(
        str
    ).values.tolist()
    assert text("remedies.at_time", "vi", time="−1") in plain_text(
        remedy_estimates.losses(lost, "vi")
    )
    assert not remedy_estimates.losses(lost.head(0), "vi")


# Tables.


@pytest.mark.parametrize("lang", LANGUAGES)
def test_estimates_stand_beside_the_naive_figure_in_brackets(estimates, lang):
    table = remedy_estimates.estimates(estimates, lang)
    actual = cells(table)
    assert actual[0] == [
        value_name("coarse_group", "digital", lang),
        f"({number(0.71, lang, sign=True)})",
        number(0.44, lang, sign=True),
        number(0.31, lang, sign=True),
        f"{number(0.12, lang)} – {number(0.52, lang)}",
        number(0.27, lang),
        "24 / 21 / 160",
        text("verdict.association", lang),
    ]
    assert actual[2][2:6] == ["–"] * 4
    assert actual[2][-1] == verdict_text(estimates.iloc[2].to_dict(), lang)
    assert number(0.012, lang, 3) in plain_text(table)
    assert not any(figure in plain_text(table) for figure in HIDDEN_FIGURES)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_table_of_too_little_data_only_has_no_columns_of_an_estimate(lang):
    few = rows(_FEW, {**_FEW, "value": "people"})
    actual = cells(remedy_estimates.estimates(few, lang))
    assert [row[1:4] for row in actual] == [
        [f"({number(0.55, lang, sign=True)})", "–", "1 / 1 / 9"]
    ] * 2
    page = plain_text(
        remedy_estimates.robustness(few.assign(variant=["primary", "next_year"]), lang)
    )
    assert text("remedies.interval", lang) not in page
    assert text("remedies.adjusted", lang) not in page


def test_there_is_no_test_of_anything_at_all_for_one_row_or_too_little_data(estimates):
    phrase = "Joint test of all rows"
    single = rows({"by": "all", "value": "all"})
    few = rows(_FEW, {**_FEW, "value": "people"})
    assert phrase in plain_text(remedy_estimates.estimates(estimates, "en"))
    assert phrase not in plain_text(remedy_estimates.estimates(single, "en"))
    assert phrase not in plain_text(remedy_estimates.estimates(few, "en"))
    # The p-value is that of the rows of types, not of the row of all beside them.
    both = pd.concat([single.assign(omnibus_p=0.777), estimates], ignore_index=True)
    assert "p = 0.012" in plain_text(remedy_estimates.estimates(both, "en"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_robustness_names_each_choice_and_says_where_nothing_is_targeted(lang):
    table = rows({"variant": "primary"}, {"variant": "regions", **_GONE})
    actual = cells(remedy_estimates.robustness(table, lang))
    assert [row[0] for row in actual] == [
        text(f"remedies.variant.{variant}", lang) for variant in ("primary", "regions")
    ]
    assert actual[1][1:6] == ["–"] * 5
    assert actual[1][6] == "0 / 0 / 0"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_both_estimators_stand_side_by_side_and_say_whether_they_agree(lang):
    agreeing = {
        **{"adjusted_ci_low": 0.12, "adjusted_ci_high": 0.52, "adjusted_verdict": "association"},
        **{"matched_association": 0.28, "matched_ci_low": 0.02, "matched_ci_high": 0.54},
        **{"matched_verdict": "no_association_detected"},
        **{"adjusted_reason": "", "matched_reason": "", "agree": True},
    }
    few = {"adjusted_verdict": "insufficient_data", "adjusted_reason": "few_provinces"}
    few |= {"matched_verdict": "insufficient_data", "matched_reason": "few_provinces"}
    table = rows(agreeing, {**agreeing, **_FEW, **few, "agree": pd.NA})
    actual = cells(remedy_estimates.compare_estimators(table, lang))
    ends = f"{number(0.02, lang)} – {number(0.54, lang)}"
    verdict = text("verdict.no_association_detected", lang)
    assert actual[0][3] == f"{number(0.28, lang, sign=True)} ({ends}): {verdict}"
    assert [row[4] for row in actual] == [
        text(f"remedies.agree.{state}", lang) for state in ("yes", "unknown")
    ]
    assert actual[1][2] == actual[1][3] == verdict_text(_ESTIMATE | _FEW, lang)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_hidden_plans_show_an_estimate_only_of_a_verdict(estimates, lang):
    table = pd.DataFrame(
        {
            **{"unobserved_share": [0.0, 0.25, 1.0], "attenuation": [1.0, 0.9, 0.6]},
            **{"adjusted_association": [0.31, 0.34, 0.52], "ci_low": 0.1, "ci_high": 0.6},
        }
    )
    actual = cells(remedy_estimates.unobserved_plans(table, estimates, lang))
    assert [row[:3] for row in actual] == [
        ["0%", "100%", number(0.31, lang, sign=True)],
        ["25%", "90%", number(0.34, lang, sign=True)],
        ["100%", "60%", number(0.52, lang, sign=True)],
    ]
    few = remedy_estimates.unobserved_plans(table, rows(_FEW), lang)
    assert isinstance(few, Markdown)
    assert str(LEAST_PROVINCES) in plain_text(few)
    assert not re.search(r"0[.,]\d", plain_text(few))
    assert plain_text(remedy_estimates.unobserved_plans(None, estimates, lang)) == text(
        "remedies.hidden_unknown", lang
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_measures_that_met_no_cell_are_counted_by_reason(scores, lang):
    inputs = ps.load_measures("PAPI"), ps.load_plans("PAPI")
    excluded = ps.remedies.unmatched_measures(scores, *inputs, years=[2023, 2024])
    met = ps.remedies.exposure(scores, *inputs, years=[2023, 2024])
    table = remedy_estimates.unmatched_measures(excluded, met, lang)
    actual = {row[0].lower(): int(row[1]) for row in cells(table)}
    expected = excluded[f"reason_{lang}"].str.lower().value_counts()
    assert actual == expected.to_dict()
    assert list(actual.values()) == sorted(actual.values(), reverse=True)
    assert (
        str((met["state"] == "targeted").sum()) in plain_text(table).split(cells(table)[-1][0])[1]
    )
    assert not remedy_estimates.unmatched_measures(excluded.head(0), met, lang)


# Cases.


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_contrast_stands_beside_that_of_the_others_with_its_limits(cases, plans, lang):
    table = cases.contrasts
    output = plan_cases.contrasts(table, plans, lang)
    actual = cells(output)
    assert len(actual) == len(table)
    common = set.intersection(*(set(entry.split(";")) for entry in table["limits"]))
    assert common
    for row, record in zip(actual, table.to_dict("records"), strict=True):
        assert row[0] == f"{record['n_targeted']} / {record['n_rest']}"
        assert row[1] == f"({number(record['contrast'], lang, sign=True)})"
        assert row[3] == number(record["adjusted"], lang, sign=True)
        for limit in record["limits"].split(";"):
            phrase = text(f"case_limit.{limit}", lang)
            assert (phrase in row[-1]) == (limit not in common)
            assert phrase in plain_text(output)
    assert not plan_cases.contrasts(table.head(0), plans, lang)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_rank_before_never_stands_without_that_of_the_others(cases, plans, lang):
    table = cases.standings[cases.standings["rank"].notna()]
    actual = cells(plan_cases.standings(table, plans, lang))
    assert len(actual) == len(table)
    unranked = [row for row in actual if row[3] == "–"]
    assert unranked
    assert all(row[1] == "–" for row in unranked)
    beside = [row for row in actual if row[3] != "–"]
    assert beside
    assert all(row[1] != "–" for row in beside)
    assert [row[2] for row in actual] == [str(rank) for rank in table["rank"]]


def test_limits_of_all_plans_are_said_once(cases, plans):
    table = cases.standings[cases.standings["rank"].notna()]
    page = plain_text(plan_cases.standings(table, plans, "en"))
    assert page.count(text("case_limit.one_case", "en")) == 1
    assert page.count(text("case_limit.department", "en")) == int(
        table["limits"].str.contains("department").sum()
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_card_names_the_missing_figure_and_what_supplies_it(cases, plans, lang):
    table = cases.missing
    output = plan_cases.cards(table, plans, lang, n_top=7)
    actual = cells(output)
    assert [row[0] for row in actual] == table[f"missing_{lang}"].head(7).tolist()
    assert all(row[1] for row in actual)
    assert text("remedies.more", lang, n=len(table) - 7) in plain_text(output)
    assert not plan_cases.cards(table.head(0), plans, lang)


def test_what_to_collect_counts_plans_not_rows(cases):
    table = cases.missing
    actual = {row[0]: int(row[1]) for row in cells(plan_cases.missing_figures(table, "en"))}
    assert actual == {
        text(f"case_need.{need}", "en"): group["plan"].nunique()
        for need, group in table.groupby("need")
    }
    assert not plan_cases.missing_figures(table.head(0), "en")


# Sentences.


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_verdict_on_all_plans_comes_with_its_counts(estimates, lang):
    note = plain_text(remedy_notes.verdict_note(rows(_FEW), lang))
    assert text("verdict.insufficient_data", lang)[1:] in note
    assert "9" in note
    assert "nan" not in note.lower()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_page_without_cells_says_what_it_would_take(lang):
    note = plain_text(remedy_notes.no_cells_note("PAR INDEX", lang))
    assert "PAR INDEX" in note
    assert "57" in note
    assert "SIPAS" in plain_text(remedy_notes.no_targeted_note("SIPAS", lang))
    with pytest.raises(errors.ParstatsError):
        remedy_notes.no_cells_note("HAPPINESS", lang)


# Everywhere.


def drawn(estimates, events, rebounds, placebos, chances, lang):
    return [
        ps.charts.remedies_forest(estimates, lang),
        ps.charts.event_study(events, lang),
        ps.charts.mean_reversion(rebounds, lang),
        ps.charts.placebo(placebos, lang),
        ps.charts.power_curves(chances, lang),
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_figures_write_numbers_as_the_language_does_and_never_nan(
    estimates, events, rebounds, placebos, chances, lang
):
    wrong = "." if lang == "vi" else ","
    for chart in drawn(estimates, events, rebounds, placebos, chances, lang):
        chart.figure.canvas.draw()
        axes = chart_axes(chart)
        ticks = [*axes.get_xticklabels(), *axes.get_yticklabels()]
        numbers = [
            label.get_text() for label in ticks if re.fullmatch(r"[−\d.,]+", label.get_text())
        ]
        assert numbers
        assert not any(wrong in label for label in numbers)
        content = f"{chart.alt} {caption(chart)}"
        assert not re.search(r"\bnan\b", content, re.I)
        assert not CAUSAL.search(content)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_words_of_a_figure_lie_over_each_other_or_outside(
    estimates, events, rebounds, placebos, chances, lang
):
    for chart in drawn(estimates, events, rebounds, placebos, chances, lang):
        canvas = chart.figure.canvas
        canvas.draw()
        axes = chart_axes(chart)
        parts = [axes.xaxis.label, axes.yaxis.label, *chart.figure.legends[0].get_texts()]
        for axis in (axes.xaxis, axes.yaxis):
            # Ticks beyond the ends of an axis have words too, which nobody sees.
            low, high = sorted(axis.get_view_interval())
            parts += [
                tick.label1 for tick in axis.get_major_ticks() if low <= tick.get_loc() <= high
            ]
        boxes = [part.get_window_extent() for part in parts if part.get_text()]
        width, height = canvas.get_width_height()
        for box in boxes:
            assert box.x0 >= -1
            assert box.y0 >= -1
            assert box.x1 <= width + 1
            assert box.y1 <= height + 1
        assert not [1 for first, other in combinations(boxes, 2) if first.overlaps(other)]


def test_labels_of_the_remedies_name_no_cause():
    ours = ("remedies.", "figure.remedies", "figure.placebo", "figure.rebound", "figure.power")
    entries = [row for row in csv_tables.rows("labels") if row["key"].startswith(ours)]
    assert len(entries) > 40
    assert not [row["key"] for row in entries if CAUSAL.search(f"{row['vi']} {row['en']}")]


@pytest.mark.parametrize(
    "draw",
    [
        ps.charts.remedies_forest,
        ps.charts.mean_reversion,
        ps.charts.placebo,
        ps.charts.power_curves,
        ps.charts.event_study,
        remedy_estimates.estimates,
        remedy_estimates.robustness,
        remedy_estimates.compare_estimators,
        remedy_estimates.event_study,
        remedy_notes.verdict_note,
    ],
)
def test_another_table_and_an_empty_one_are_refused_by_name(draw, estimates):
    with pytest.raises(errors.InvalidRequest, match=r"parstats\.remedies\."):
        draw(pd.DataFrame({"rank": [1]}), "en")
    empty = estimates.assign(variant="primary").head(0)
    with pytest.raises(errors.InvalidRequest):
        draw(empty, "en")


def test_two_rows_of_one_name_are_refused(estimates):
    twice = pd.concat([estimates, estimates.head(1)])
    for draw in (ps.charts.remedies_forest, remedy_estimates.estimates):
        with pytest.raises(errors.InvalidRequest, match="two rows for value digital"):
            draw(twice, "en")


def repeated_rows(**other: object) -> pd.DataFrame:
    """Two rows, the second with too little data."""
    rows = {
        **{"model": ["all", "joint"], "verdict": ["association", "insufficient_data"]},
        **{"n_cells": [40, 8], "n_repeated": [0, 8], "omnibus_p": [0.2, float("nan")]},
        **{"n_compared": 99, "n_draws": 199},
    }
    return pd.DataFrame(rows | other)


def test_earlier_targets_are_remarked_on_only_where_a_figure_is_shown() -> None:
    note = text("remedies.repeated_note", "en")
    assert note not in notes_on_rows(repeated_rows(), "en")
    assert note not in notes_on_rows(repeated_rows(n_cells=0, n_repeated=0), "en")
    assert note in notes_on_rows(repeated_rows(n_repeated=[10, 0]), "en")


def test_the_omnibus_test_is_told_of_rows_that_are_shown() -> None:
    said = "Joint test of all rows"
    assert not any(said in line for line in remarks(repeated_rows(), "en"))
    shown = repeated_rows(model="joint", omnibus_p=[0.2, float("nan")])
    (line,) = [line for line in remarks(shown, "en") if said in line]
    assert "0.2" in line
