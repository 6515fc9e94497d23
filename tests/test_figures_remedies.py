"""Figures and tables of the remedies: drawn as told, no estimate where there is too little data."""

from __future__ import annotations

import re
from html import unescape
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from great_tables import GT
from IPython.display import Markdown
from matplotlib.collections import LineCollection, PathCollection, PolyCollection

import parstats as ps
from parstats import errors
from parstats.figures.tables import plan_cases, remedy_estimates
from parstats.figures.text import remedy_notes
from parstats.figures.text.estimate_summary import value_name, verdict_words
from parstats.reference import csv_tables
from parstats.reference.labels import number, text
from parstats.remedies.simulation.synthetic_plans import RULES

LANGUAGES = ("vi", "en")
NAN = float("nan")
#: Words that would make an association an effect.
CAUSAL = re.compile(r"\b(caused|impact|led to|thanks to|worked|nhờ|khiến|dẫn đến|hiệu quả)\b", re.I)

_TOLD = {
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


def rows(*said: dict) -> pd.DataFrame:
    return pd.DataFrame([{**_TOLD, **one} for one in said])


@pytest.fixture
def found() -> pd.DataFrame:
    return rows({}, _NOTHING, _FEW)


@pytest.fixture
def events() -> pd.DataFrame:
    bands = {"band_low": -0.1, "band_high": 0.7, "n_lost": 12}
    said = [
        {**bands, "event_time": -1, **_GONE, "n_lost": 160},
        {**bands, "event_time": 0},
        {**bands, "event_time": 1, **_FEW, "n_lost": 140},
    ]
    return rows(*said).drop(columns=["by", "value"])


@pytest.fixture
def rebounds() -> pd.DataFrame:
    said = [("by_baseline", at, at - 2.5, 2.5 - at) for at in (1, 2, 3, 4)]
    said.append(("lowest", 0, -1.0, 0.46))
    table = pd.DataFrame(said, columns=["kind", "place", "baseline", "change"])
    low, high = table["change"] - 0.5, table["change"] + 0.4
    return table.assign(change_low=low, change_high=high, n_cells=1_200, n_provinces=63)


@pytest.fixture
def placebos() -> pd.DataFrame:
    table = pd.DataFrame({"rule": RULES, "naive": [0.02, 0.46, 0.41, -0.3]})
    table["naive_within"] = table["naive"] + 0.19
    rates = {"naive_rejected": 0.9, "naive_within_rejected": 1.0, "rejected": 0.06}
    ends = {"rejected_low": 0.03, "rejected_high": 0.11, "n_plans": 12, "sets": 200}
    return table.assign(bias=[0.0, 0.01, -0.02, 0.03], **rates, **ends)


@pytest.fixture
def chances() -> pd.DataFrame:
    said = [
        (effect, n, share, share - 0.1, min(share + 0.1, 1.0), 2.8 * 0.3 / n**0.5, 100)
        for effect, shares in ((0.2, (0.2, 0.5)), (0.5, (0.7, 0.99)))
        for n, share in zip((10, 40), shares, strict=True)
    ]
    names = ["effect", "n_plans", "power", "power_low", "power_high", "mde", "sets"]
    return pd.DataFrame(said, columns=names)


@pytest.fixture(scope="module")
def cases() -> ps.remedies.CaseStudies:
    given = ps.load_measures(), ps.load_plans(), ps.load_targets(), ps.load_printed()
    return ps.remedies.case_studies(ps.load_scores(None), *given)


@pytest.fixture(scope="module")
def plans() -> pd.DataFrame:
    return ps.load_plans()


def axes_of(chart):
    return chart.figure.axes[0]


def caption(chart) -> str:
    return chart.figure.get_supxlabel().replace("\n", " ")


def points(axes, label: str) -> np.ndarray:
    """Where the marks of one name stand, in the order drawn."""
    marks = [part for part in axes.collections if type(part) is PathCollection]
    held = [part.get_offsets() for part in marks if part.get_label() == label]
    return np.concatenate(held) if held else np.zeros((0, 2))


def legend(chart) -> list[str]:
    return [words.get_text() for words in chart.figure.legends[0].get_texts()]


def plain(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def cells(table: GT) -> list[list[str]]:
    """Words of each row, without headings of groups."""
    body = table.as_raw_html().split("<tbody")[1].split("</tbody>")[0]
    made = re.findall(r"<tr.*?</tr>", body, re.S)
    held = [[plain(td) for td in re.findall(r"<td.*?</td>", row, re.S)] for row in made]
    return [row for row in held if len(row) > 1]


def words(shown: GT | Markdown) -> str:
    return plain(shown.as_raw_html() if isinstance(shown, GT) else str(shown.data))


# The forest.


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_forest_draws_what_the_table_tells_and_no_estimate_of_too_little_data(found, lang):
    chart = ps.charts.remedies_forest(found, lang)
    axes = axes_of(chart)
    share = text("figure.remedies_adjusted", lang, level="95")
    assert points(axes, share)[:, 0].tolist() == [0.31, -0.02]
    detectable = points(axes, text("figure.remedies_mde", lang))[:, 0]
    assert detectable.tolist() == [-0.27, 0.27, -0.27, 0.27]
    lines = [part for part in axes.collections if isinstance(part, LineCollection)]
    ends = [tuple(one[:, 0]) for part in lines for one in part.get_segments()]
    assert ends == [(0.12, 0.52), (-0.2, 0.17)]
    expected = points(axes, text("figure.remedies_expected", lang))[:, 0]
    assert expected.tolist() == [0.44, -0.15]
    # The naive figure of every row is there, hatched.
    bars = axes.patches
    assert [bar.get_width() for bar in bars] == [0.71, -0.12, 0.55]
    assert all(bar.get_hatch() for bar in bars)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_forest_says_verdicts_in_words_and_what_is_no_estimate(found, lang):
    chart = ps.charts.remedies_forest(found, lang)
    named = [" ".join(one.get_text().split()) for one in axes_of(chart).get_yticklabels()]
    assert named == [
        f"{value_name(row['by'], row['value'], lang)} {verdict_words(row, lang)}"
        for row in found.to_dict("records")
    ]
    assert text("figure.remedies_naive", lang) in legend(chart)
    assert legend(chart)[0] == text("figure.remedies_adjusted", lang, level="95")
    for count in ("24", "21", "160", number(4_518.0, lang, 0), number(1_999.0, lang, 0)):
        assert count in caption(chart)
    told = found.to_dict("records")
    assert all(verdict_words(row, lang) in chart.alt for row in told)
    assert number(0.31, lang, sign=True) in chart.alt
    assert not any(figure in chart.alt for figure in HIDDEN_FIGURES)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_forest_of_too_little_data_only_names_no_mark_of_an_estimate(lang):
    chart = ps.charts.remedies_forest(rows(_FEW), lang)
    assert legend(chart) == [text("figure.remedies_naive", lang)]
    assert not [part for part in axes_of(chart).collections if isinstance(part, LineCollection)]


def test_intervals_of_another_level_are_named_so(found):
    assert "90 %" in legend(ps.charts.remedies_forest(found, "en", level=0.9))[0]
    assert "90 %" in words(remedy_estimates.estimates(found, "en", level=0.9))


# Rebound and placebo.


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_rebound_draws_groups_and_the_lowest_cells(rebounds, lang):
    chart = ps.charts.rebound(rebounds.sample(frac=1, random_state=0), lang)
    groups = points(axes_of(chart), text("figure.rebound_mean", lang))
    assert groups.tolist() == [[-1.5, 1.5], [-0.5, 0.5], [0.5, -0.5], [1.5, -1.5]]
    lowest = points(axes_of(chart), text("figure.rebound_lowest_plain", lang))
    assert lowest.tolist() == [[-1.0, 0.46]]
    assert number(4_800.0, lang, 0) in caption(chart)
    for value in (1.5, -1.5, 0.46):
        assert number(value, lang, sign=True) in chart.alt


def test_the_rebound_refuses_a_table_without_the_lowest_cells(rebounds):
    with pytest.raises(errors.InvalidRequest, match="lowest"):
        ps.charts.rebound(rebounds[rebounds["kind"] != "lowest"], "en")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_placebo_sets_naive_against_adjusted_for_the_four_rules(placebos, lang):
    chart = ps.charts.placebo(placebos, lang)
    axes = axes_of(chart)
    rules = [one.get_text() for one in axes.get_yticklabels()]
    assert rules == [text(f"figure.placebo_rule.{rule}", lang) for rule in RULES]
    assert points(axes, text("figure.placebo_adjusted", lang))[:, 0].tolist() == [
        *(0.0, 0.01, -0.02, 0.03)
    ]
    widths = [bar.get_width() for bar in axes.patches]
    assert widths == placebos[["naive", "naive_within"]].to_numpy().ravel().tolist()
    assert len({bar.get_hatch() for bar in axes.patches}) == 2
    said = [one.get_text() for one in axes.texts]
    assert said == ["90 %", "100 %", "6 % (3–11)"] * 4
    assert "200" in caption(chart)
    assert "12" in caption(chart)


# Power.


@pytest.mark.parametrize("lang", LANGUAGES)
def test_power_draws_a_curve_an_effect_with_its_band(chances, lang):
    chart = ps.charts.power_curves(chances, lang)
    axes = axes_of(chart)
    curves = {
        line.get_label(): line.get_xydata() for line in axes.lines if line.get_marker() != "None"
    }
    assert list(curves) == legend(chart)
    first, second = curves.values()
    assert first == pytest.approx(np.array([[10, 20], [40, 50]]))
    assert second == pytest.approx(np.array([[10, 70], [40, 99]]))
    assert len([part for part in axes.collections if isinstance(part, PolyCollection)]) == 2
    for n in (10, 40):
        assert number(2.8 * 0.3 / n**0.5, lang) in caption(chart)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_needed_plans_say_where_they_lie_outside_of_those_tried(lang):
    needed = pd.DataFrame(
        {"effect": [0.2, 0.5], "plans_needed": [190, 31], "beyond": [True, False]}
    )
    table = remedy_estimates.needed_plans(needed, 100, lang)
    beyond = text("remedies.beyond", lang, n=190)
    assert cells(table) == [[number(0.2, lang), beyond], [number(0.5, lang), "31"]]
    assert "100" in words(table)


# Event study.


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_event_study_has_a_mark_only_where_there_is_enough(events, lang):
    chart = ps.charts.event_study(events, lang)
    axes = axes_of(chart)
    share = text("figure.remedies_adjusted", lang, level="95")
    assert points(axes, share).tolist() == [[0, 0.31]]
    assert [one.get_text() for one in axes.texts] == [text("verdict.insufficient_data", lang)] * 2
    assert [one.get_position()[0] for one in axes.texts] == [-1, 1]
    assert text("figure.event_mde", lang, mde=number(0.27, lang)) in caption(chart)
    assert "160" in caption(chart)
    assert not any(figure in caption(chart) + chart.alt for figure in HIDDEN_FIGURES)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_event_study_of_too_little_data_is_a_table_with_the_reasons(events, lang):
    few = events[events["verdict"] == "insufficient_data"]
    assert ps.charts.event_study(few, lang) is None
    held = cells(remedy_estimates.events(few, lang))
    told = few.to_dict("records")
    assert [row[-1] for row in held] == [verdict_words(row, lang) for row in told]
    # Columns of an estimate that no row has are left out.
    assert [row[:3] for row in held] == [["−1", "0 / 0 / 0", "160"], ["+1", "1 / 1 / 9", "140"]]


def test_events_stand_in_the_order_of_their_years(events):
    held = cells(remedy_estimates.events(events.iloc[::-1], "en"))
    assert [row[0] for row in held] == ["−1", "0", "+1"]
    assert held[1][1:4] == ["+0.31", "0.12 – 0.52", "0.27"]


def test_what_a_break_costs_is_counted_by_reason(scores):
    given = ps.load_measures("PAPI"), ps.load_plans("PAPI")
    lost = ps.remedies.event_losses(scores, *given, leads=1, lags=0)
    held = cells(remedy_estimates.losses(lost, "vi"))
    assert [row[1:] for row in held] == lost[["n_cells", "n_provinces"]].astype(str).values.tolist()
    assert text("remedies.at_time", "vi", time="−1") in words(remedy_estimates.losses(lost, "vi"))
    assert remedy_estimates.losses(lost.head(0), "vi") is None


# Tables.


@pytest.mark.parametrize("lang", LANGUAGES)
def test_estimates_stand_beside_the_naive_figure_in_brackets(found, lang):
    table = remedy_estimates.estimates(found, lang)
    held = cells(table)
    assert held[0] == [
        value_name("coarse_group", "digital", lang),
        f"({number(0.71, lang, sign=True)})",
        number(0.44, lang, sign=True),
        number(0.31, lang, sign=True),
        f"{number(0.12, lang)} – {number(0.52, lang)}",
        number(0.27, lang),
        "24 / 21 / 160",
        text("verdict.association", lang),
    ]
    assert held[2][2:6] == ["–"] * 4
    assert held[2][-1] == verdict_words(found.iloc[2].to_dict(), lang)
    assert number(0.012, lang, 3) in words(table)
    assert not any(figure in words(table) for figure in HIDDEN_FIGURES)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_table_of_too_little_data_only_has_no_columns_of_an_estimate(lang):
    few = rows(_FEW, {**_FEW, "value": "people"})
    held = cells(remedy_estimates.estimates(few, lang))
    assert [row[1:4] for row in held] == [
        [f"({number(0.55, lang, sign=True)})", "–", "1 / 1 / 9"]
    ] * 2
    shown = words(remedy_estimates.robustness(few.assign(variant=["primary", "lag_1"]), lang))
    assert text("remedies.interval", lang) not in shown
    assert text("remedies.adjusted", lang) not in shown


def test_there_is_no_test_of_anything_at_all_for_one_row_or_too_little_data(found):
    said = "Anything at all"
    one = rows({"by": "all", "value": "all"})
    few = rows(_FEW, {**_FEW, "value": "people"})
    assert said in words(remedy_estimates.estimates(found, "en"))
    assert said not in words(remedy_estimates.estimates(one, "en"))
    assert said not in words(remedy_estimates.estimates(few, "en"))
    # The p-value is that of the rows of types, not of the row of all beside them.
    both = pd.concat([one.assign(omnibus_p=0.777), found], ignore_index=True)
    assert "p = 0.012" in words(remedy_estimates.estimates(both, "en"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_robustness_names_each_choice_and_says_where_nothing_is_targeted(lang):
    table = rows({"variant": "primary"}, {"variant": "lag_2", **_GONE})
    held = cells(remedy_estimates.robustness(table, lang))
    assert [row[0] for row in held] == [
        text(f"remedies.variant.{variant}", lang) for variant in ("primary", "lag_2")
    ]
    assert held[1][1:6] == ["–"] * 5
    assert held[1][6] == "0 / 0 / 0"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_both_estimators_stand_side_by_side_and_say_whether_they_agree(lang):
    agreeing = {
        **{"adjusted_low": 0.12, "adjusted_high": 0.52, "adjusted_verdict": "association"},
        **{"matched_association": 0.28, "matched_low": 0.02, "matched_high": 0.54},
        **{"matched_verdict": "no_association_detected"},
        **{"adjusted_reason": "", "matched_reason": "", "agree": True},
    }
    few = {"adjusted_verdict": "insufficient_data", "adjusted_reason": "few_provinces"}
    few |= {"matched_verdict": "insufficient_data", "matched_reason": "few_provinces"}
    table = rows(agreeing, {**agreeing, **_FEW, **few, "agree": pd.NA})
    held = cells(remedy_estimates.both(table, lang))
    ends = f"{number(0.02, lang)} – {number(0.54, lang)}"
    said = text("verdict.no_association_detected", lang)
    assert held[0][3] == f"{number(0.28, lang, sign=True)} ({ends}): {said}"
    assert [row[4] for row in held] == [
        text(f"remedies.agree.{state}", lang) for state in ("yes", "unknown")
    ]
    assert held[1][2] == held[1][3] == verdict_words(_TOLD | _FEW, lang)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_hidden_plans_show_an_estimate_only_of_a_verdict(found, lang):
    table = pd.DataFrame(
        {
            **{"hidden_share": [0.0, 0.25, 1.0], "attenuation": [1.0, 0.9, 0.6]},
            **{"adjusted_association": [0.31, 0.34, 0.52], "ci_low": 0.1, "ci_high": 0.6},
        }
    )
    held = cells(remedy_estimates.hidden(table, found, lang))
    assert [row[:3] for row in held] == [
        ["0 %", "100 %", number(0.31, lang, sign=True)],
        ["25 %", "90 %", number(0.34, lang, sign=True)],
        ["100 %", "60 %", number(0.52, lang, sign=True)],
    ]
    few = remedy_estimates.hidden(table, rows(_FEW), lang)
    assert isinstance(few, Markdown)
    assert "10" in words(few)
    assert not re.search(r"0[.,]\d", words(few))
    assert words(remedy_estimates.hidden(None, found, lang)) == text(
        "remedies.hidden_unknown", lang
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_measures_that_met_no_cell_are_counted_by_reason(scores, lang):
    given = ps.load_measures("PAPI"), ps.load_plans("PAPI")
    missed = ps.remedies.left_out(scores, *given, years=[2023, 2024])
    met = ps.remedies.exposure(scores, *given, years=[2023, 2024])
    table = remedy_estimates.left_out(missed, met, lang)
    held = {row[0].lower(): int(row[1]) for row in cells(table)}
    told = missed[f"reason_{lang}"].str.lower().value_counts()
    assert held == told.to_dict()
    assert list(held.values()) == sorted(held.values(), reverse=True)
    assert str((met["state"] == "targeted").sum()) in words(table).split(cells(table)[-1][0])[1]
    assert remedy_estimates.left_out(missed.head(0), met, lang) is None


# Cases.


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_contrast_stands_beside_that_of_the_others_with_its_limits(cases, plans, lang):
    table = cases.contrasts
    shown = plan_cases.contrasts(table, plans, lang)
    held = cells(shown)
    assert len(held) == len(table)
    of_all = set.intersection(*(set(one.split(";")) for one in table["limits"]))
    assert of_all
    for row, told in zip(held, table.to_dict("records"), strict=True):
        assert row[0] == f"{told['n_targeted']} / {told['n_rest']}"
        assert row[1] == f"({number(told['contrast'], lang, sign=True)})"
        assert row[3] == number(told["adjusted"], lang, sign=True)
        for limit in told["limits"].split(";"):
            said = text(f"case_limit.{limit}", lang)
            assert (said in row[-1]) == (limit not in of_all)
            assert said in words(shown)
    assert plan_cases.contrasts(table.head(0), plans, lang) is None


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_rank_before_never_stands_without_that_of_the_others(cases, plans, lang):
    table = cases.standings[cases.standings["rank"].notna()]
    held = cells(plan_cases.standings(table, plans, lang))
    assert len(held) == len(table)
    alone = [row for row in held if row[3] == "–"]
    assert alone
    assert all(row[1] == "–" for row in alone)
    beside = [row for row in held if row[3] != "–"]
    assert beside
    assert all(row[1] != "–" for row in beside)
    assert [row[2] for row in held] == [str(rank) for rank in table["rank"]]


def test_limits_of_all_plans_are_said_once(cases, plans):
    table = cases.standings[cases.standings["rank"].notna()]
    shown = words(plan_cases.standings(table, plans, "en"))
    assert shown.count(text("case_limit.one_case", "en")) == 1
    assert shown.count(text("case_limit.department", "en")) == int(
        table["limits"].str.contains("department").sum()
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_card_names_the_missing_figure_and_what_supplies_it(cases, plans, lang):
    table = cases.missing
    shown = plan_cases.cards(table, plans, lang, top=7)
    held = cells(shown)
    assert [row[0] for row in held] == table[f"missing_{lang}"].head(7).tolist()
    assert all(row[1] for row in held)
    assert text("remedies.more", lang, n=len(table) - 7) in words(shown)
    assert plan_cases.cards(table.head(0), plans, lang) is None


def test_what_to_collect_counts_plans_not_rows(cases):
    table = cases.missing
    held = {row[0]: int(row[1]) for row in cells(plan_cases.to_collect(table, "en"))}
    assert held == {
        text(f"case_need.{need}", "en"): own["plan"].nunique()
        for need, own in table.groupby("need")
    }
    assert plan_cases.to_collect(table.head(0), "en") is None


# Sentences.


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_verdict_on_all_plans_comes_with_its_counts(found, lang):
    said = words(remedy_notes.verdict_note(rows(_FEW), lang))
    assert text("verdict.insufficient_data", lang)[1:] in said
    assert "9" in said
    assert "nan" not in said.lower()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_page_without_cells_says_what_it_would_take(lang):
    said = words(remedy_notes.no_cells_note("PAR INDEX", lang))
    assert "PAR INDEX" in said
    assert "57" in said
    assert "SIPAS" in words(remedy_notes.no_targeted_note("SIPAS", lang))
    with pytest.raises(errors.ParstatsError):
        remedy_notes.no_cells_note("HAPPINESS", lang)


# Everywhere.


def drawn(found, events, rebounds, placebos, chances, lang):
    return [
        ps.charts.remedies_forest(found, lang),
        ps.charts.event_study(events, lang),
        ps.charts.rebound(rebounds, lang),
        ps.charts.placebo(placebos, lang),
        ps.charts.power_curves(chances, lang),
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_figures_write_numbers_as_the_language_does_and_never_nan(
    found, events, rebounds, placebos, chances, lang
):
    wrong = "." if lang == "vi" else ","
    for chart in drawn(found, events, rebounds, placebos, chances, lang):
        chart.figure.canvas.draw()
        axes = axes_of(chart)
        ticks = [*axes.get_xticklabels(), *axes.get_yticklabels()]
        numbers = [one.get_text() for one in ticks if re.fullmatch(r"[−\d.,]+", one.get_text())]
        assert numbers
        assert not any(wrong in one for one in numbers)
        shown = f"{chart.alt} {caption(chart)}"
        assert not re.search(r"\bnan\b", shown, re.I)
        assert not CAUSAL.search(shown)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_words_of_a_figure_lie_over_each_other_or_outside(
    found, events, rebounds, placebos, chances, lang
):
    for chart in drawn(found, events, rebounds, placebos, chances, lang):
        canvas = chart.figure.canvas
        canvas.draw()
        axes = axes_of(chart)
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
        assert not [1 for one, other in combinations(boxes, 2) if one.overlaps(other)]


def test_labels_of_the_remedies_name_no_cause():
    ours = ("remedies.", "figure.remedies", "figure.placebo", "figure.rebound", "figure.power")
    held = [row for row in csv_tables.rows("labels") if row["key"].startswith(ours)]
    assert len(held) > 40
    assert not [row["key"] for row in held if CAUSAL.search(f"{row['vi']} {row['en']}")]


@pytest.mark.parametrize(
    "made",
    [
        ps.charts.remedies_forest,
        ps.charts.rebound,
        ps.charts.placebo,
        ps.charts.power_curves,
        ps.charts.event_study,
        remedy_estimates.estimates,
        remedy_estimates.robustness,
        remedy_estimates.both,
        remedy_estimates.events,
        remedy_notes.verdict_note,
    ],
)
def test_another_table_and_an_empty_one_are_refused_by_name(made, found):
    with pytest.raises(errors.InvalidRequest, match=r"parstats\.remedies\."):
        made(pd.DataFrame({"rank": [1]}), "en")
    whole = found.assign(variant="primary").head(0)
    with pytest.raises(errors.InvalidRequest):
        made(whole, "en")


def test_two_rows_of_one_name_are_refused(found):
    twice = pd.concat([found, found.head(1)])
    for made in (ps.charts.remedies_forest, remedy_estimates.estimates):
        with pytest.raises(errors.InvalidRequest, match="two rows for value digital"):
            made(twice, "en")
