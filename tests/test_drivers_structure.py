"""The audit of an index: correlations, reliability, components, distributions."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler

from parstats.drivers.score_matrix import build_parts
from parstats.drivers.structure import Structure, structure
from parstats.drivers.structure import audit as audit_table
from parstats.errors import InvalidRequest
from parstats.stats import resampling_counts
from parstats.stats.correlations import midranks, pearson, resampled_matrices, spearman
from parstats.stats.kendall import kendall
from parstats.stats.principal_components import parallel_thresholds, principal_components
from parstats.stats.reliability import reliability, resampled_alpha

REFERENCE = Path(__file__).parent / "data" / "reference"


class Asem:
    """COINr's ASEM example: its inputs brought to its normalised indicators, and its figures."""

    def __init__(self) -> None:
        self.table = pd.read_csv(REFERENCE / "asem_audit.csv", dtype="str", keep_default_na=False)
        about = self.select("structure", "Indicator").pivot(
            index="row", columns="col", values="value"
        )
        self.indicators = self.select("structure", "Indicator")["row"].unique().tolist()
        self.parents = about["parent"].to_dict()
        raw = self.matrix("dataset", "Raw")
        values = raw[self.indicators].copy()
        for name, divisor in about["denominator"].dropna().items():
            values[name] /= raw[divisor]
        self.denominated = values
        group = self.select("unit_group").set_index("row")["value"]
        self.imputed = values.fillna(values.groupby(group).transform("mean"))
        self.treated = self._winsorised(self.imputed)
        directed = self.treated * about["direction"].astype(float)[self.indicators]
        low, high = directed.min(), directed.max()
        self.normalised = 100 * (directed - low) / (high - low)
        self.aggregated = self.matrix("dataset", "Aggregated")

    def select(self, section: str, case: str | None = None) -> pd.DataFrame:
        is_section = self.table["section"] == section
        return self.table[is_section if case is None else is_section & (self.table["case"] == case)]

    def matrix(self, section: str, case: str) -> pd.DataFrame:
        rows = self.select(section, case)
        return rows.pivot(index="row", columns="col", values="value").astype(float)

    def column(self, section: str, case: str) -> pd.Series:
        return self.select(section, case).set_index("row")["value"]

    def _winsorised(self, values: pd.DataFrame) -> pd.DataFrame:
        treated = values.copy()
        for name, points in self.column("treatment", "winsorise.nwin").astype(int).items():
            ordered = values[name].sort_values()
            if values[name].skew() > 0:
                treated[name] = values[name].clip(upper=ordered.iloc[-points - 1])
            else:
                treated[name] = values[name].clip(lower=ordered.iloc[points])
        return treated


@pytest.fixture(scope="module")
def asem() -> Asem:
    return Asem()


@pytest.fixture(scope="module")
def audit(asem: Asem) -> Structure:
    """Of the 49 normalised indicators, with COINr's index as their overall score."""
    total = asem.aggregated["Index"]
    return audit_table(asem.normalised, asem.parents, total=total, n_draws=20)


@pytest.fixture(scope="module")
def papi_audit(scores: pd.DataFrame) -> Structure:
    return structure(scores, 2024, n_draws=100)


# Against COINr.


@pytest.mark.parametrize(
    ("step", "case"),
    [("denominated", "Denominated"), ("treated", "Treated"), ("normalised", "Normalised")],
)
def test_means_and_deviations_equal_those_of_coinr(asem: Asem, step: str, case: str) -> None:
    values = getattr(asem, step).dropna(axis=1)
    table = audit_table(values, asem.parents, n_draws=2).distribution.set_index("series")
    expected = asem.matrix("dataset_summary", case).loc[values.columns]
    assert len(expected) == (31 if step == "denominated" else 49)
    assert table["mean"].to_numpy() == pytest.approx(expected["mean"].to_numpy(), rel=1e-10)
    assert table["sd"].to_numpy() == pytest.approx(expected["sd"].to_numpy(), rel=1e-10)


@pytest.mark.parametrize(("step", "number"), [("imputed", 0), ("treated", 1)])
def test_skew_kurtosis_and_outliers_equal_those_of_coinr(
    asem: Asem, step: str, number: int
) -> None:
    values = getattr(asem, step)
    table = audit_table(values, asem.parents, n_draws=2).distribution.set_index("series")
    skew = asem.column("treatment", f"check_SkewKurt{number}.Skew").astype(float)
    kurtosis = asem.column("treatment", f"check_SkewKurt{number}.Kurt").astype(float)
    passed = asem.column("treatment", f"check_SkewKurt{number}.Pass")
    assert len(skew) == (15 if number else 49)
    assert table.loc[skew.index, "skew"].to_numpy() == pytest.approx(skew.to_numpy(), abs=1e-9)
    actual = table.loc[kurtosis.index, "kurtosis"].to_numpy()
    assert actual == pytest.approx(kurtosis.to_numpy(), abs=1e-9)
    assert (~table.loc[passed.index, "outliers"]).tolist() == (passed == "TRUE").tolist()
    assert set(passed) == ({"TRUE"} if number else {"TRUE", "FALSE"})


def test_correlations_of_indicators_with_the_index_equal_those_of_coinr(
    asem: Asem, audit: Structure
) -> None:
    expected = asem.select("corr_pearson", "ind_vs_index").set_index("col")["value"].astype(float)
    actual = audit.items[audit.items["scale"] == "index"].set_index("series")["item_total"]
    assert len(expected) == 49
    # The index is printed to 12 digits.
    assert actual[expected.index].to_numpy() == pytest.approx(expected.to_numpy(), abs=1e-10)


def test_correlations_of_pillars_equal_those_of_coinr(asem: Asem) -> None:
    levels = asem.select("structure", "Aggregate").pivot(index="row", columns="col", values="value")
    pillars = levels.index[levels["level"].astype(int) == 2].tolist()
    assert len(pillars) == 8
    values, total = asem.aggregated[pillars], asem.aggregated["Index"]
    audit = audit_table(values, levels["parent"].to_dict(), total=total, n_draws=20)
    expected = asem.matrix("corr_pearson", "pillar_vs_pillar")
    for pair in audit.correlations.itertuples():
        assert pair.pearson == pytest.approx(expected.loc[pair.series, pair.other], abs=1e-10)
        same = levels.loc[pair.series, "parent"] == levels.loc[pair.other, "parent"]
        assert pair.kind == ("within" if same else "between")
    with_index = audit.items[audit.items["scale"] == "index"].set_index("series")["item_total"]
    expected = (
        asem.select("corr_pearson", "pillar_vs_index").set_index("col")["value"].astype(float)
    )
    assert with_index.to_dict() == pytest.approx(expected.to_dict(), abs=1e-10)
    by_rank = (
        asem.select("corr_spearman", "pillar_vs_index").set_index("col")["value"].astype(float)
    )
    for name, value in by_rank.items():
        actual = spearman(values[name].to_numpy(), total[values.index].to_numpy())[0]
        assert actual == pytest.approx(value, abs=1e-10)


def test_components_of_every_pillar_equal_those_of_coinr(asem: Asem, audit: Structure) -> None:
    shares = asem.select("pca", "Normalised")
    assert shares["row"].nunique() == 8
    for pillar, group in shares.groupby("row"):
        actual = audit.components.loc[audit.components["scale"] == pillar, "explained"]
        assert actual.to_numpy() == pytest.approx(
            group["value"].astype(float).to_numpy(), abs=1e-11
        )
    first = audit.loadings[audit.loadings["component"] == 1].set_index(["scale", "series"])
    loadings = asem.select("pca_loading1_signfixed", "Normalised")
    assert len(loadings) == 49
    for row in loadings.itertuples():
        actual = first.loc[(row.col, row.row), "coefficient"]
        assert actual == pytest.approx(float(row.value), abs=1e-8)


def test_a_scale_of_the_asem_example_is_each_pillar_and_the_whole(audit: Structure) -> None:
    assert audit.reliability["scale"].tolist()[0] == "index"
    assert len(audit.reliability) == 9
    assert len(audit.items) == 98
    assert len(audit.correlations) == 49 * 48 / 2


# Reliability.


@pytest.mark.parametrize("year", [2019, 2024])
def test_alpha_equals_that_of_pingouin_whole_and_with_each_item_dropped(
    scores: pd.DataFrame, year: int
) -> None:
    expected = pd.read_csv(REFERENCE / "papi_cronbach_alpha.csv", keep_default_na=False)
    expected = expected[expected["year"] == year].set_index(["scale", "dropped"])["value"]
    audit = structure(scores, year, n_draws=20)
    for row in audit.reliability.itertuples():
        assert row.alpha == pytest.approx(expected[(row.scale, "")], abs=1e-10)
    items = audit.items.set_index(["scale", "series"])["alpha_dropped"]
    dropped = expected[expected.index.get_level_values(1) != ""]
    assert len(dropped) > 50
    actual = items[dropped.index].to_numpy()
    assert actual == pytest.approx(dropped.to_numpy(), abs=1e-10)


@given(p=st.integers(2, 8), seed=st.integers(0, 10_000))
@settings(max_examples=40)
def test_alpha_is_that_of_its_definition_whatever_the_order_and_unit(p: int, seed: int) -> None:
    generator = np.random.default_rng(seed)
    points = generator.normal(size=(30, p)) + generator.normal(size=(30, 1))
    result = reliability(points)
    items, total = points.var(axis=0).sum(), points.sum(axis=1).var()
    assert result.alpha == pytest.approx(p / (p - 1) * (1 - items / total))
    standard = (points - points.mean(axis=0)) / points.std(axis=0)
    assert result.alpha_standardised == pytest.approx(reliability(standard).alpha)
    moved = reliability(points[generator.permutation(30)] * 7 - 2)
    assert moved.alpha == pytest.approx(result.alpha)
    for j in range(p):
        rest = np.delete(points, j, axis=1).sum(axis=1)
        assert result.item_rest[j] == pytest.approx(np.corrcoef(points[:, j], rest)[0, 1])
    counts = resampling_counts(30, 2, seed)
    again = [reliability(np.repeat(points, c.astype(int), axis=0)).alpha for c in counts]
    assert resampled_alpha(points, counts) == pytest.approx(again)


def test_copies_are_perfectly_reliable_and_unrelated_items_not_at_all() -> None:
    column = np.random.default_rng(0).normal(size=(50, 1))
    assert reliability(np.hstack([column] * 4)).alpha == pytest.approx(1)
    unrelated = np.linalg.qr(np.random.default_rng(1).normal(size=(50, 4)))[0]
    assert abs(reliability(unrelated - unrelated.mean(axis=0)).alpha) < 0.2
    assert np.isnan(reliability(unrelated[:, :2]).alpha_dropped).all()


# Correlations.


def test_correlations_and_p_values_equal_those_of_scipy(scores: pd.DataFrame) -> None:
    audit = structure(scores, 2024, level="dimension", n_draws=20)
    parts = build_parts(scores, 2024, level="dimension")
    columns = dict(zip(parts.series, parts.points.T, strict=True))
    assert len(audit.correlations) == 28
    for pair in audit.correlations.itertuples():
        first, other = columns[pair.series], columns[pair.other]
        expected = scipy.stats.pearsonr(first, other)
        assert pair.pearson == pytest.approx(expected.statistic, abs=1e-12)
        assert pair.p == pytest.approx(expected.pvalue, abs=1e-12)
        by_rank = scipy.stats.spearmanr(first, other).statistic
        assert pair.spearman == pytest.approx(by_rank, abs=1e-12)
        concordance = scipy.stats.kendalltau(first, other).statistic
        assert pair.kendall == pytest.approx(concordance, abs=1e-12)
    adjusted = scipy.stats.false_discovery_control(audit.correlations["p"])
    assert audit.correlations["p_adjusted"].to_numpy() == pytest.approx(adjusted)


@given(st.lists(st.integers(0, 6), min_size=4, max_size=25), st.integers(0, 1000))
def test_ranks_in_a_resample_are_those_of_the_repeated_units(values: list[int], seed: int) -> None:
    points = np.array(values, dtype=np.float64)
    assert midranks(points) == pytest.approx(scipy.stats.rankdata(points))
    counts = resampling_counts(len(points), 3, seed)
    for times, ranks in zip(counts, midranks(points, counts), strict=True):
        repeated = np.repeat(np.arange(len(points)), times.astype(int))
        assert ranks[repeated] == pytest.approx(scipy.stats.rankdata(points[repeated]))


def test_correlations_in_resamples_are_those_of_the_repeated_units() -> None:
    generator = np.random.default_rng(4)
    points = generator.normal(size=(20, 3)).round(1)
    counts = resampling_counts(20, 5, seed=2)
    matrices = resampled_matrices(points, counts)
    for draw, times in enumerate(counts):
        sample = np.repeat(points, times.astype(int), axis=0)
        assert matrices[draw] == pytest.approx(np.corrcoef(sample, rowvar=False))
        first, other = points[:, 0], points[:, 1]
        assert pearson(first, other, counts)[draw] == pytest.approx(matrices[draw, 0, 1])
        by_rank = scipy.stats.spearmanr(sample[:, 0], sample[:, 1]).statistic
        assert spearman(first, other, counts)[draw] == pytest.approx(by_rank)
        concordance = scipy.stats.kendalltau(sample[:, 0], sample[:, 1]).statistic
        assert kendall(first, other, counts)[draw] == pytest.approx(concordance)


def test_nothing_correlates_with_what_has_no_spread() -> None:
    assert np.isnan(pearson(np.ones(5), np.arange(5.0)))
    assert np.isnan(spearman(np.arange(5.0), np.ones(5)))
    assert np.isnan(kendall(np.arange(5.0), np.ones(5)))


def test_redundant_and_opposed_pairs_are_named() -> None:
    generator = np.random.default_rng(6)
    base = generator.normal(size=40)
    values = pd.DataFrame(
        {
            "a": base,
            "copy": base + generator.normal(scale=0.1, size=40),
            "against": -base + generator.normal(scale=0.5, size=40),
            "apart": generator.normal(size=40),
        }
    )
    parents = {"a": "x", "copy": "x", "against": "y", "apart": "y"}
    audit = audit_table(values, parents, n_draws=50)
    pairs = audit.correlations.set_index(["series", "other"])
    assert pairs.index[pairs["redundant"]].tolist() == [("a", "copy")]
    assert pairs.index[pairs["opposed"]].tolist() == [("a", "against"), ("copy", "against")]
    assert pairs.loc[("a", "copy"), "kind"] == "within"
    assert pairs.loc[("a", "apart"), "kind"] == "between"
    assert (pairs["sens_low"] < pairs["pearson"]).all()
    assert (pairs["pearson"] < pairs["sens_high"]).all()


# Components.


@given(p=st.integers(2, 6), seed=st.integers(0, 10_000))
@settings(max_examples=30)
def test_components_put_the_correlation_matrix_back_together(p: int, seed: int) -> None:
    points = np.random.default_rng(seed).normal(size=(25, p))
    components = principal_components(points)
    correlation = np.corrcoef(points, rowvar=False)
    assert components.loadings @ components.loadings.T == pytest.approx(correlation, abs=1e-10)
    assert components.explained.sum() == pytest.approx(1)
    assert (np.diff(components.eigenvalues) <= 1e-12).all()
    assert components.coefficients.T @ components.coefficients == pytest.approx(
        np.eye(p), abs=1e-10
    )
    standard = (points - points.mean(axis=0)) / points.std(axis=0)
    first = standard @ components.coefficients[:, 0]
    for j in range(p):
        expected = np.corrcoef(points[:, j], first)[0, 1]
        assert components.loadings[j, 0] == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(("n", "p"), [(40, 6), (6, 9)])
def test_components_are_those_of_the_correlation_matrix_that_have_a_variance(
    n: int, p: int
) -> None:
    """Against the eigenvalues that numpy finds; of 6 units 5 components have a variance."""
    points = np.random.default_rng(3).normal(size=(n, p))
    components = principal_components(points)
    expected = np.linalg.eigvalsh(np.corrcoef(points, rowvar=False))[::-1]
    k = len(components.eigenvalues)
    assert k == min(n - 1, p)
    assert components.eigenvalues == pytest.approx(expected[:k], abs=1e-10)
    assert expected[k:] == pytest.approx(np.zeros(p - k), abs=1e-10)
    assert components.explained.sum() == pytest.approx(1)


def test_parallel_analysis_finds_the_two_factors_that_made_the_data() -> None:
    generator = np.random.default_rng(2)
    factors = generator.normal(size=(60, 2))
    values = pd.DataFrame(
        np.repeat(factors, 4, axis=1) + generator.normal(scale=0.7, size=(60, 8)),
        columns=list("abcdefgh"),
    )
    audit = audit_table(values, dict.fromkeys(values, "one"), n_draws=200)
    assert audit.components["is_retained"].tolist() == [True] * 2 + [False] * 6
    noise = pd.DataFrame(generator.normal(size=(60, 8)), columns=list("abcdefgh"))
    none = audit_table(noise, dict.fromkeys(noise, "one"), n_draws=200)
    assert none.components["is_retained"].sum() <= 1
    assert none.components["threshold"].is_monotonic_decreasing


def test_thresholds_are_quantiles_over_shuffled_columns() -> None:
    """Against a loop of shuffles through scikit-learn, within Monte Carlo error."""
    points = np.random.default_rng(5).exponential(size=(40, 4))
    generator = np.random.default_rng(9)
    loop = []
    for _ in range(1500):
        shuffled = np.column_stack([generator.permutation(column) for column in points.T])
        pca = PCA().fit(StandardScaler().fit_transform(shuffled))
        loop.append(pca.explained_variance_ * 39 / 40)
    expected = np.quantile(loop, 0.95, axis=0)
    assert parallel_thresholds(points, 3000, seed=0) == pytest.approx(expected, abs=0.03)


# Distributions.


@pytest.mark.parametrize("year", [2011, 2018, 2024])
def test_moments_equal_those_of_pandas(scores: pd.DataFrame, year: int) -> None:
    values = pd.DataFrame(build_parts(scores, year).points)
    audit = audit_table(values, dict.fromkeys(map(str, values), "one"), n_draws=2)
    assert audit.distribution["skew"].to_numpy() == pytest.approx(values.skew(), abs=1e-8)
    assert audit.distribution["kurtosis"].to_numpy() == pytest.approx(values.kurt(), abs=1e-8)


def test_far_values_are_counted_and_named() -> None:
    values = pd.DataFrame(
        {"a": [1.0, 2, 3, 4, 5, 90], "b": [1.0, 1, 1, 1, 5, 9], "c": [2.0, 3, 4, 5, 6, 7]},
        index=list("uvwxyz"),
    )
    audit = audit_table(
        values,
        {"a": "one", "b": "one", "c": "one"},
        low=np.array([1.0, 0.0, 0.0]),
        high=np.array([100.0, 9.0, 9.0]),
        n_draws=5,
    )
    table = audit.distribution.set_index("series")
    assert table["far"].to_dict() == {"a": "z", "b": "", "c": ""}
    assert table["n_far"].to_dict() == {"a": 1, "b": 0, "c": 0}
    assert table["share_at_low"].to_dict() == pytest.approx({"a": 1 / 6, "b": 0, "c": 0})
    assert table["share_at_high"].to_dict() == pytest.approx({"a": 0, "b": 1 / 6, "c": 0})
    assert table["n_distinct"].to_dict() == {"a": 6, "b": 3, "c": 6}
    just = 3.5 + 3 * scipy.stats.median_abs_deviation(values["a"], scale="normal")
    for last, count in ((just - 1e-9, 0), (just + 1e-9, 1)):
        edge = values.assign(a=[*values["a"][:5], last])
        found = audit_table(edge, dict.fromkeys(edge, "one"), n_draws=2).distribution
        assert found.loc[0, "n_far"] == count


# On PAPI.


def test_every_table_of_papi_says_its_year_and_coverage(papi_audit: Structure) -> None:
    sizes = {field.name: len(getattr(papi_audit, field.name)) for field in fields(papi_audit)}
    scale = [4, 4, 3, 4, 3, 4, 3, 3]
    assert sizes == {
        "correlations": 378,
        "reliability": 9,
        "items": 56,
        "components": 56,
        "loadings": 28 * 28 + sum(size**2 for size in scale),
        "distribution": 28,
    }
    for field in fields(papi_audit):
        table = getattr(papi_audit, field.name)
        assert set(table["year"]) == {2024}
        assert set(table["n_provinces"]) == {61}
        assert table["coverage"].iloc[0] == pytest.approx(61 / 63)
    within = papi_audit.correlations["kind"].value_counts()
    assert within["within"] == sum(size * (size - 1) // 2 for size in scale)


def test_intervals_of_alpha_hold_it_and_change_with_the_seed_only(
    scores: pd.DataFrame, papi_audit: Structure
) -> None:
    table = papi_audit.reliability
    assert (table["sens_low"] < table["alpha"]).all()
    assert (table["alpha"] < table["sens_high"]).all()
    shuffled = scores[scores["year"] == 2024].sample(frac=1, random_state=5)
    again = structure(shuffled, 2024, n_draws=100)
    pd.testing.assert_frame_equal(again.reliability, table)
    pd.testing.assert_frame_equal(again.components, papi_audit.components)
    other = structure(scores, 2024, n_draws=100, seed=1).reliability
    assert other["alpha"].equals(table["alpha"])
    assert not other["sens_low"].equals(table["sens_low"])


def test_water_quality_goes_against_the_rest_of_papi_2024(papi_audit: Structure) -> None:
    water = "papi.environment.water_quality"
    opposed = papi_audit.correlations[papi_audit.correlations["opposed"]]
    assert len(opposed) == 4
    assert (opposed[["series", "other"]] == water).any(axis=1).all()
    totals = papi_audit.items[papi_audit.items["scale"] == "papi"].set_index("series")
    assert totals["item_rest"].idxmin() == water
    assert totals.loc[water, "weakens"]


def test_a_table_that_cannot_be_audited_is_refused_with_the_reason() -> None:
    good = pd.DataFrame({"a": [1.0, 2, 3, 5], "b": [2.0, 1, 4, 3]})
    parents = {"a": "one", "b": "one"}
    assert len(audit_table(good, parents, n_draws=5).correlations) == 1
    cases = {
        "3 units and 2 items": (good.head(3), parents),
        "4 units and 1 items": (good[["a"]], parents),
        "no group is given for: b": (good, {"a": "one"}),
        "missing or infinite values in: a": (good.assign(a=[1, np.nan, 2, 3]), parents),
        "the same value everywhere in: b": (good.assign(b=1.0), parents),
    }
    for message, (values, case_parents) in cases.items():
        with pytest.raises(InvalidRequest, match=message):
            audit_table(values, case_parents)
    with pytest.raises(InvalidRequest, match="no overall score"):
        audit_table(good, parents, total=pd.Series([1.0, 2, 3]))


def test_a_series_that_is_the_same_everywhere_is_named(scores: pd.DataFrame) -> None:
    still = scores[scores["year"] == 2024].copy()
    name = "papi.services.infrastructure"
    still.loc[still["series"] == name, "score"] = 1.0
    with pytest.raises(InvalidRequest, match=f"the same value everywhere in: {name}"):
        structure(still, 2024)
