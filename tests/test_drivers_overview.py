"""The measures side by side, pooled over years, and without noise."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import parstats as ps
from parstats import drivers, errors
from parstats.drivers.overview import MEASURES
from parstats.reference import frameworks

LANGUAGES = ("vi", "en")


@pytest.fixture(scope="module")
def papi() -> pd.DataFrame:
    return ps.load_scores("PAPI")


@pytest.fixture(scope="module")
def result(papi):
    return drivers.overview(papi, 2024, with_lmg=False, n_draws=50)


# Side by side.


def test_each_measure_is_what_its_own_function_gives(papi, result) -> None:
    parts = result.parts.set_index("series")
    own = {
        "share": drivers.shares(papi, 2024, n_draws=2).set_index("series")["share"],
        "owen_score": drivers.importance(papi, 2024, n_draws=0).set_index("series")["owen"],
        "owen_rank": drivers.importance(papi, 2024, outcome="rank", n_draws=0).set_index("series")[
            "owen"
        ],
        "main_effect": drivers.main_effects(papi, 2024, n_draws=1, n_permutations=1).set_index(
            "series"
        )["local_linear"],
        "leave_one_out": drivers.leave_one_out(papi, 2024).series.set_index("series")["mean_shift"],
    }
    for name, values in own.items():
        assert parts[name].to_dict() == pytest.approx(values.to_dict())
        expected = values.rank(ascending=False, method="min").astype(int)
        assert parts[f"{name}_rank"].to_dict() == expected.to_dict()
    ranks = parts[[f"{name}_rank" for name in own]].astype(float)
    assert (parts["n_first"] == (ranks <= 10).sum(axis=1)).all()
    assert parts["agreed"].tolist() == (ranks <= 10).all(axis=1).tolist()


def test_the_measures_disagree_as_a_referee_found(result) -> None:
    """PAPI 2024: Spearman of share and Owen .62, of Owen and leaving out -.11."""
    table = result.measures.set_index("measure")
    assert table.loc["share", "owen_score"] == pytest.approx(0.62, abs=0.005)
    assert table.loc["owen_score", "leave_one_out"] == pytest.approx(-0.11, abs=0.005)
    assert table.loc["main_effect", "leave_one_out"] == pytest.approx(-0.15, abs=0.005)


def test_a_first_year_a_break_and_a_negative_share_are_flagged(papi, result) -> None:
    flags = drivers.overview(papi, 2019, n_draws=20).parts.set_index("series")["flags"]
    assert flags["papi.e_governance.e_responsiveness"] == "first_year; before_break"
    assert flags["papi.participation.civic_knowledge"] == "after_break"
    negative = result.parts.loc[result.parts["share"] < 0, "flags"]
    assert (negative == "negative_share").all()
    assert len(negative) == 1
    first = drivers.overview(papi, 2011, n_draws=20).parts["flags"]
    assert not first.str.contains("first_year").any()
    region = drivers.overview(papi, 2024, region="NMM", n_draws=20).parts
    assert region["flags"].str.contains("few_units").all()
    assert region[["owen_score", "owen_rank"]].isna().all().all()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_sentence_is_what_the_table_says(result, lang) -> None:
    note = ps.text.overview_note(result.parts, lang).data
    agreed = result.parts[result.parts["agreed"]]
    assert len(agreed) == 1
    for name in agreed["series"]:
        assert frameworks.series_name(name, lang, short=True) in note.splitlines()[0]
    for row in result.measures.itertuples():
        assert frameworks.series_name(row.first, lang, short=True) in note.splitlines()[1]
    tied = result.parts[result.parts["tied_with_top"]]
    assert str(len(tied) - 1) in note.splitlines()[2]
    gap = result.parts["leave_one_out_rank"] - result.parts["owen_score_rank"]
    most = result.parts.loc[gap.idxmax()]
    assert frameworks.series_name(most["series"], lang, short=True) in note.splitlines()[3]
    # The reason that is given: little spread and a high correlation, or the other way round.
    assert most["correlation"] > 0.6
    assert most["sd_rank"] > 20
    least = result.parts.loc[gap.idxmin()]
    assert least["correlation"] < 0.2
    assert least["sd_rank"] < 10


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_table_of_questions_has_every_measure(lang) -> None:
    table = ps.tables.questions(ps.text.language(lang, "PAPI"))
    assert len(table.data) == len(MEASURES)
    assert not table.data.eq("").any().any()
    shown = ps.tables.overview(drivers.overview(ps.load_scores("PAPI"), 2024).parts, lang)
    assert len(shown.data) == 14


def test_what_lacks_scales_has_no_main_effect_and_the_rest(papi) -> None:
    changed = papi[papi["year"] == 2024].copy()
    table = drivers.overview(changed, 2024, level="dimension", n_draws=20, with_lmg=True)
    assert "lmg" in table.parts
    assert table.parts["lmg"].sum() == pytest.approx(1)


# Ties that hang on no seed.


def test_ties_hang_on_neither_seed_nor_order(papi) -> None:
    for year in (2014, 2019, 2020, 2024):
        tied = [
            set(table.loc[table["tied_with_top"], "series"])
            for seed in range(3)
            for table in [drivers.shares(papi, year, n_draws=2, seed=seed)]
        ]
        shuffled = papi.sample(frac=1, random_state=1)
        table = drivers.shares(shuffled, year, n_draws=2)
        tied.append(set(table.loc[table["tied_with_top"], "series"]))
        assert all(each == tied[0] for each in tied)


def test_the_error_behind_a_tie_is_that_of_the_bootstrap(papi) -> None:
    wide = ps.panel.wide(papi, 2024, level="criterion", complete=True).to_numpy()

    def share(points):
        total = points.sum(axis=1)
        return np.cov(points.T, total)[-1, :-1] / total.var(ddof=1)

    observed = share(wide)
    top, other = observed.argsort()[-1], observed.argsort()[-8]
    rng = np.random.default_rng(0)
    drawn = [share(wide[rng.integers(0, len(wide), len(wide))]) for _ in range(2000)]
    gaps = np.array(drawn)[:, top] - np.array(drawn)[:, other]
    centred = wide - wide.mean(axis=0)
    total = centred.sum(axis=1)
    influence = (centred * total[:, None] - observed * total[:, None] ** 2) / total.var()
    behind = influence[:, top] - influence[:, other]
    assert np.sqrt((behind**2).sum()) / len(wide) == pytest.approx(gaps.std(), rel=0.1)


# Pooled over the years.


def test_pooled_shares_are_means_of_the_years(papi) -> None:
    table = drivers.pooled_shares(papi, years=[2022, 2023, 2024], n_draws=50).set_index("series")
    by_year = pd.concat(
        [
            drivers.shares(papi, y, n_draws=2).set_index("series")["share"]
            for y in (2022, 2023, 2024)
        ],
        axis=1,
    )
    assert table["share"].to_dict() == pytest.approx(by_year.mean(axis=1).to_dict())
    assert table["least"].to_dict() == pytest.approx(by_year.min(axis=1).to_dict())
    assert table["n_first"].sum() == 3
    assert ((table["sens_low"] < table["share"]) & (table["share"] < table["sens_high"])).all()


def test_years_without_coverage_are_left_out_unless_asked_for(papi) -> None:
    few = papi[(papi["year"] >= 2023) & ~((papi["year"] == 2023) & (papi["province"] > "40"))]
    table = drivers.pooled_shares(few, n_draws=20)
    assert table["n_years"].unique().tolist() == [1]
    with pytest.raises(errors.InsufficientCoverage):
        drivers.pooled_shares(few, years=[2023, 2024])
    with pytest.raises(errors.InsufficientCoverage):
        drivers.pooled_shares(few[few["year"] == 2023])


# Without noise.


def noisy(papi: pd.DataFrame, noise: dict[str, float], seed: int) -> pd.DataFrame:
    """PAPI 2021-2024 as if its true scores stayed those of 2021, with noise of known variance."""
    rng = np.random.default_rng(seed)
    rows = papi[(papi["level"] == "criterion") & papi["year"].between(2021, 2024)]
    true = rows[rows["year"] == 2021].set_index(["province", "series"])["score"]
    at = pd.MultiIndex.from_frame(rows[["province", "series"]])
    spread = rows["series"].map(noise).fillna(0.0)
    drawn = true.reindex(at).to_numpy() + spread * rng.normal(size=len(rows))
    table = ps.panel.add_totals(rows.assign(score=drawn).dropna(subset=["score"]))
    levels = frameworks.series().set_index("series")["level"]
    highest = frameworks.by_year()[["max_points", "min_points"]]
    table["level"] = table["series"].map(levels)
    keys = pd.MultiIndex.from_frame(table[["series", "year"]])
    for column, source in (("max_score", "max_points"), ("min_score", "min_points")):
        table[column] = highest[source].reindex(keys).to_numpy()
    return table


def test_planted_noise_is_taken_out(papi) -> None:
    name = "papi.transparency.land_plans"
    truth = drivers.shares(noisy(papi, {}, 0), 2024, n_draws=2).set_index("series")["share"]
    raw, clean = [], []
    for seed in range(24):
        table = noisy(papi, {name: 0.1}, seed)
        found = drivers.shares_without_noise(table, 2024, se={name: 0.1}, n_draws=2)
        found = found.set_index("series")
        raw.append(found.loc[name, "share"])
        clean.append(found.loc[name, "share_without_noise"])
        assert found["share_without_noise"].sum() == pytest.approx(1)
    assert np.mean(raw) > truth[name] + 0.001
    assert np.mean(clean) == pytest.approx(truth[name], abs=0.0012)


def test_noise_is_found_from_three_waves(papi) -> None:
    """A true spread of .13 and noise of .1: the reliability is about .63."""
    name = "papi.transparency.land_plans"
    found = [
        drivers.shares_without_noise(noisy(papi, {name: 0.1}, seed), 2024, n_draws=2)
        .set_index("series")
        .loc[name]
        for seed in range(4)
    ]
    assert np.mean([row["reliability"] for row in found]) == pytest.approx(0.63, abs=0.08)
    assert {row["reliability_from"] for row in found} == {"three_waves"}


def test_given_errors_are_taken_at_their_word(papi) -> None:
    name = "papi.e_governance.internet_access"
    found = drivers.shares_without_noise(papi, 2024, se={name: 0.1}, n_draws=2)
    row = found.set_index("series").loc[name]
    wide = ps.panel.wide(papi, 2024, level="criterion", complete=True)
    total = wide.sum(axis=1)
    noise = 0.1**2
    expected = (np.cov(wide[name], total, ddof=0)[0, 1] - noise) / (total.var(ddof=0) - noise)
    assert row["share_without_noise"] == pytest.approx(expected)
    assert row["reliability"] == pytest.approx(1 - noise / wide[name].var(ddof=0))
    assert found["reliability_from"].value_counts().to_dict() == {"": 27, "given": 1}


def test_bad_errors_are_named(papi) -> None:
    name = "papi.e_governance.internet_access"
    with pytest.raises(errors.InvalidRequest, match=r"is 9.0: expected a standard error from 0"):
        drivers.shares_without_noise(papi, 2024, se={name: 9.0})
    with pytest.raises(errors.InvalidRequest, match="is no part of PAPI"):
        drivers.shares_without_noise(papi, 2024, se={"papi": 0.1})
    with pytest.raises(errors.InsufficientData, match="no part has a reliability"):
        drivers.shares_without_noise(papi[papi["year"] == 2024], 2024)
