"""Notes and tables of the drivers over the years: whole results, filtered ones, their wording."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest

import parstats as ps
from parstats import drivers, errors
from parstats.reference.labels import LANGUAGES, text

ENVIRONMENT = "papi.environment"


@pytest.fixture(scope="module")
def papi() -> pd.DataFrame:
    return ps.load_scores("PAPI")


@pytest.fixture(scope="module")
def results(papi) -> dict[str, Any]:
    """A result of every driver that gives several tables."""
    return {
        "leads": drivers.leads(papi, n_draws=19),
        "outside": drivers.outside(papi, ps.load_scores("PCI"), n_draws=19),
        "convergence": drivers.convergence(papi, n_draws=20),
        "typology": drivers.typology(papi, 2024, n_groups=3, n_draws=9),
        "overview": drivers.overview(papi, 2024, n_draws=20),
        "predictive": drivers.predictive(
            papi, level="dimension", methods="elastic_net", n_draws=20
        ),
        "structure": drivers.structure(papi, 2024, n_draws=20),
        "robustness": drivers.robustness(papi, 2024, n_draws=64),
    }


# Whole results.


@pytest.mark.parametrize(
    ("name", "driver", "part"),
    [
        ("text.leads_note", "leads", "parts"),
        ("tables.leads", "leads", "parts"),
        ("tables.outside", "outside", "parts"),
        ("text.catching_up_note", "convergence", "catching_up"),
        ("tables.catching_up", "convergence", "catching_up"),
        ("tables.spread_trends", "convergence", "trends"),
        ("text.groups_note", "typology", "choice"),
        ("tables.group_choice", "typology", "choice"),
        ("tables.group_members", "typology", "groups"),
        ("text.overview_note", "overview", "parts"),
        ("tables.overview", "overview", "parts"),
        ("text.forecast_note", "predictive", "performance"),
        ("tables.forecast_performance", "predictive", "performance"),
        ("tables.forecast_importance", "predictive", "importance"),
        ("tables.reliability", "structure", "reliability"),
        ("tables.opposed", "structure", "correlations"),
        ("tables.choices", "robustness", "choices"),
    ],
)
def test_a_whole_result_is_as_good_as_the_part_of_it(results, name, driver, part) -> None:
    room, function = name.split(".")
    make = getattr(getattr(ps, room), function)
    whole, named = (
        make(given, "en") for given in (results[driver], getattr(results[driver], part))
    )
    if room == "text":
        assert whole.data == named.data
        return
    assert whole.displayed.equals(named.displayed)
    # A whole result may also say what was left out.
    assert set(" ".join(named.notes).split(". ")) <= set(" ".join(whole.notes).split(". "))
    assert whole.source.startswith("Source: ")


def test_a_result_of_another_driver_is_refused_by_name(results) -> None:
    with pytest.raises(
        errors.InvalidRequest, match=r"expected the result of parstats.drivers.leads"
    ):
        ps.text.leads_note(results["typology"], "en")
    with pytest.raises(errors.InvalidRequest, match=r"the parts of parstats.drivers.outside"):
        ps.tables.outside(results["typology"], "en")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_regression_of_ranks_has_a_table_and_files(papi, lang, tmp_path) -> None:
    result = drivers.rank_logit(papi, 2024, regressors=ENVIRONMENT)
    table = ps.tables.panel(result, lang)
    assert table.data["odds"].tolist() == result.coefficients["odds"].tolist()
    assert table.displayed["name"].iloc[0].endswith(" *")
    notes = " ".join(table.notes)
    for key in ("panel.model.rank_logit", "panel.overlap_note", "panel.no_effect"):
        assert text(key, lang) in notes
    for ending in (".tex", ".csv"):
        (path,) = ps.reports.export_panel(result, tmp_path / f"ranks{ending}", lang=lang)
        assert path.exists()
    with pytest.raises(errors.InvalidRequest, match=r"no file for Stata; expected one of \.tex"):
        ps.reports.export_panel(result, tmp_path / "ranks.dta")


# Filtered and empty results.


def test_one_series_has_a_note_that_names_it_and_several_without_the_whole_are_refused(
    results,
) -> None:
    caught = results["convergence"].catching_up
    own = ps.text.catching_up_note(caught[caught["series"] == "papi"], "en").data
    row = caught.set_index("series").loc["papi"]
    assert own.startswith(f"{ps.frameworks.series_name('papi', 'en')}: ")
    assert f"{row['beta_ols']:.2f}".replace("-", "\N{MINUS SIGN}") in own
    with pytest.raises(errors.InvalidRequest, match="rows of single series and none over all"):
        ps.text.catching_up_note(caught[caught["series"] != ""], "en")


@pytest.mark.parametrize(
    ("name", "driver", "part"),
    [
        ("catching_up_note", "convergence", "catching_up"),
        ("forecast_note", "predictive", "performance"),
        ("groups_note", "typology", "choice"),
        ("leads_note", "leads", "parts"),
    ],
)
def test_a_table_without_rows_has_no_note(results, name, driver, part) -> None:
    with pytest.raises(errors.InvalidRequest, match=f"no rows; expected .*drivers.{driver}"):
        getattr(ps.text, name)(getattr(results[driver], part).head(0), "en")


def test_a_part_is_not_taken_for_the_overall_score(papi) -> None:
    table = drivers.morans_i(papi, 2024, n_permutations=19)
    with pytest.raises(errors.InvalidRequest, match="expected that of the overall score"):
        ps.text.neighbours_note(table.iloc[1:], "en")


# Wording.


@pytest.mark.parametrize("lang", LANGUAGES)
def test_whole_dimensions_have_no_dimension_of_their_own(papi, results, lang) -> None:
    whole = drivers.leads(papi, level="dimension", n_draws=19)
    note, table = ps.text.leads_note(whole, lang), ps.tables.leads(whole, lang)
    of_papi = ps.text.language(lang, "PAPI", "dimension")
    assert text("table.leads_whole_note", of_papi) in table.notes[0]
    assert "dimension's own" not in table.notes[0]
    assert "chỉ số nội dung chứa chỉ số nội dung" not in table.notes[0]
    parts = ps.text.language(lang, "PAPI")
    assert text("table.leads_note", parts) in ps.tables.leads(results["leads"], lang).notes[0]
    assert "the other dimensions" not in note.data


@pytest.mark.parametrize("lang", LANGUAGES)
def test_tables_of_parts_say_what_they_are_of_and_what_is_not_in(results, lang) -> None:
    led, beside = results["leads"], results["outside"]
    notes = ps.tables.leads(led.parts, lang).notes[0]
    assert "PAPI 2012–2024" in notes
    assert f" {led.parts['n_cells'].max()} " in notes
    assert f"2021 ({text('panel.reason.break_before', lang)})" in notes
    notes = ps.tables.outside(beside, lang).notes[0]
    assert "PAPI 2020" in notes
    assert "2020–2020" not in notes
    assert text("panel.reason.covariates", lang) in notes
    for name in beside.left_out["series"]:
        assert ps.frameworks.series_name(name, lang, short=True) in notes


@pytest.mark.parametrize("lang", LANGUAGES)
def test_lags_are_named_after_the_outcome_and_the_bias_is_said(papi, lang) -> None:
    options = {"outcome": "papi", "lag": 1, "breaks": "ranking", "n_draws": 0}
    own = drivers.panel(papi, regressors=["papi", ENVIRONMENT], **options)
    table = ps.tables.panel(own, lang)
    name = ps.frameworks.series_name("papi", lang)
    assert table.displayed["name"].iloc[0] == text("table.lagged_one", lang, name=name)
    assert text("panel.dynamic", lang) in " ".join(table.notes)
    assert text("panel.reason.break_lagged", lang) in " ".join(table.notes)
    others = {"outcome": "papi.services", "regressors": ENVIRONMENT}
    elsewhere = ps.tables.panel(drivers.panel(papi, **options | others), lang)
    assert text("panel.dynamic", lang) not in " ".join(elsewhere.notes)
    changes = drivers.panel(papi, regressors="papi", model="first_differences", **options)
    assert text("panel.dynamic_differences", lang) in " ".join(ps.tables.panel(changes, lang).notes)
    between = drivers.panel(papi, regressors="papi", model="between", **options)
    assert not between.fit["dynamic"].any()


def test_a_random_walk_of_noise_shows_the_bias_that_is_said() -> None:
    """Noise without memory: two-way gives about -1/T, differences about -0.5."""
    rng = np.random.default_rng(0)
    units = [f"unit {number}" for number in range(200)]
    tables = {
        year: pd.DataFrame(rng.normal(50, 5, (200, 2)), units, ["a", "b"])
        for year in range(2015, 2024)
    }
    scores = ps.index_from(tables, name="Noise")
    try:
        found = {
            model: drivers.panel(
                scores, outcome="noise.a", regressors="noise.a", lag=1, model=model, n_draws=0
            )
            for model in ("two_way", "first_differences")
        }
    finally:
        ps.frameworks.undefine("Noise")
    slopes = {model: each.coefficients["coefficient"].iloc[0] for model, each in found.items()}
    n_years = found["two_way"].fit["n_years"].iloc[0]
    assert slopes["two_way"] == pytest.approx(-1 / n_years, abs=0.06)
    assert slopes["first_differences"] == pytest.approx(-0.5, abs=0.06)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_years_that_were_not_foretold_are_not_said_to_be(results, lang) -> None:
    performance = results["predictive"].performance
    first, last, n_years = performance.iloc[0][["first", "last", "n_years"]]
    assert n_years < last - first + 1
    said = text("forecast.some_years", lang, n=n_years, span=f"{first}–{last}")
    assert said in ps.text.forecast_note(performance, lang).data
    assert said in " ".join(ps.tables.forecast_performance(performance, lang).notes)


# Units that are no provinces.


@pytest.fixture(scope="module")
def communes() -> Iterator[pd.DataFrame]:
    rng = np.random.default_rng(0)
    units = [f"Commune {number}" for number in range(40)]
    common = rng.normal(50, 6, 40)
    tables = {
        year: pd.DataFrame(common[:, None] + rng.normal(0, 4, (40, 4)), units, ["a", "b", "c", "d"])
        for year in range(2015, 2024)
    }
    scores = ps.index_from(tables, name="Communes")
    yield scores
    ps.frameworks.undefine("Communes")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_sentences_about_communes_speak_of_no_provinces(communes, lang) -> None:
    kinds = drivers.typology(communes, 2023, n_draws=9)
    foretold = drivers.predictive(communes, methods="elastic_net", n_draws=20)
    led = drivers.leads(communes, n_draws=19)
    regressed = drivers.panel(
        communes, outcome="communes.a", regressors="communes.b", lag=1, n_draws=19
    )
    said = [
        ps.text.groups_note(kinds, lang).data,
        ps.text.forecast_note(foretold, lang).data,
        ps.text.leads_note(led, lang).data,
        ps.text.catching_up_note(drivers.convergence(communes, n_draws=20), lang).data,
    ]
    for table in (
        ps.tables.group_choice(kinds, lang),
        ps.tables.forecast_performance(foretold, lang),
        ps.tables.leads(led, lang),
        ps.tables.panel(regressed, lang),
    ):
        said += [*table.notes, *(column.heading for column in table.columns)]
    words = {"en": ("province", "the country"), "vi": ("tỉnh", "địa phương", "cả nước")}[lang]
    wrong = [(word, each) for each in said for word in words if word in each.lower()]
    assert not wrong
    if lang == "vi":
        assert not [each for each in said if "kỳ" in each and " năm" in each]


# Shares over the years, and without noise.


@pytest.mark.parametrize("lang", LANGUAGES)
def test_shares_without_noise_are_in_their_table(papi, lang) -> None:
    without = drivers.shares_without_noise(papi, 2024, n_draws=20)
    table = ps.tables.shares(without, lang)
    assert table.data["share_without_noise"].tolist() == without["share_without_noise"].tolist()
    assert {"reliability", "without_noise"} <= set(table.displayed)
    assert text("table.without_noise_note", ps.text.language(lang, "PAPI")) in table.notes
    plain = ps.tables.shares(drivers.shares(papi, 2024, n_draws=20), lang)
    assert "without_noise" not in plain.displayed


@pytest.mark.parametrize("lang", LANGUAGES)
def test_shares_pooled_across_breaks_say_so(papi, lang) -> None:
    pooled = drivers.pooled_shares(papi, n_draws=9)
    (said,) = (note for note in ps.tables.pooled_shares(pooled, lang).notes if "2016" in note)
    assert all(str(year) in said for year in range(2018, 2023))
    within = drivers.pooled_shares(papi, years="2023-2024", n_draws=9)
    assert within["n_years"].eq(2).all()
    assert not [note for note in ps.tables.pooled_shares(within, lang).notes if "202" in note]


@pytest.mark.filterwarnings("error")
def test_shares_of_two_units_are_not_pooled() -> None:
    rng = np.random.default_rng(0)
    tables = {
        year: pd.DataFrame(rng.normal(50, 5, (2, 3)), ["U", "V"], list("abc"))
        for year in (2022, 2023)
    }
    scores = ps.index_from(tables, name="Two")
    try:
        with pytest.raises(errors.InsufficientData, match="2 units, 5 are needed"):
            drivers.pooled_shares(scores)
    finally:
        ps.frameworks.undefine("Two")


# What an overview lacks, what was asked for, where else to write.


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_overview_says_which_measures_are_not_in_it(papi, results, lang) -> None:
    region = drivers.overview(papi, 2024, region="RRD", n_draws=20)
    said = ps.text.overview_note(region, lang).data
    names = [text(f"measure.{name}.short", lang) for name in ("owen_score", "owen_rank")]
    of_papi = ps.text.language(lang, "PAPI")
    assert text("overview.no_regression", of_papi, names=", ".join(names), n=28) in said
    country = ps.text.overview_note(results["overview"], lang).data
    assert "Owen" not in country.splitlines()[-1]


@pytest.mark.parametrize("driver", [drivers.leads, drivers.predictive])
def test_scores_without_parts_are_told_what_they_hold(driver) -> None:
    with pytest.raises(
        errors.InvalidRequest, match=r"of the level 'dimension'.* the levels index;"
    ):
        driver(ps.load_scores("PCI"))


def test_a_table_of_a_regression_names_where_word_files_are_written(papi, tmp_path) -> None:
    result = drivers.rank_logit(papi, 2024, regressors=ENVIRONMENT)
    with pytest.raises(errors.UnknownChoice, match=r"reports\.export_panel"):
        ps.tables.panel(result, "en").save(tmp_path / "ranks.docx")


def test_years_may_be_written(papi) -> None:
    options = {"outcome": "papi.services", "regressors": ENVIRONMENT, "n_draws": 0}
    written = drivers.panel(papi, years="2021-2024", **options).coefficients
    pd.testing.assert_frame_equal(
        written, drivers.panel(papi, years=range(2021, 2025), **options).coefficients
    )
    with pytest.raises(errors.InvalidRequest, match="expected years and spans of years"):
        drivers.panel(papi, years="soon", **options)
