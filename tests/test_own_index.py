"""An index of one's own: any units, any levels, through the panel and the drivers."""

from __future__ import annotations

import inspect
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import parstats as ps
from parstats import errors
from parstats.reference import definitions, frameworks

REFERENCE = Path(__file__).parent / "data" / "reference"

GROUPS = {"a": "X", "b": "X", "c": "Y", "d": "Y", "e": "Z", "f": "Z", "X": "P", "Y": "P", "Z": "Q"}
UNITS = [f"U{number:02d}" for number in range(24)]


def invented(seed: int = 0) -> pd.DataFrame:
    values = np.random.default_rng(seed).normal(50, 12, size=(len(UNITS), 6))
    return pd.DataFrame(values.round(3), columns=list("abcdef"), index=UNITS)


def small() -> pd.DataFrame:
    columns = {"a": [1.0, 2.0, 3.0], "b": [3.0, 1.0, 2.0], "c": [5.0, 6.0, 9.0]}
    return pd.DataFrame(columns, index=["u", "v", "w"])


@pytest.fixture(scope="module")
def two_years() -> pd.DataFrame:
    """Three levels below the index, two years, weights, one indicator where less is better."""
    return ps.index_from(
        {2023: invented(0), 2024: invented(0) + invented(1) / 10},
        groups=GROUPS,
        weights={"P": 2, "Q": 1, "a": 3, "b": 1},
        direction={"b": -1},
        units={code: f"Unit {code}" for code in UNITS},
        name="Invented",
    )


# Against COINr.

# As in docs/add-an-index.md, from files.
TEN_LINES = """\
values = pd.read_csv(folder / "values.csv", index_col="unit")
groups = pd.read_csv(folder / "groups.csv") if (folder / "groups.csv").exists() else None
scores = ps.index_from(values, groups=groups, name="Ten lines", year=2018)
ranking = ps.panel.ranks(scores, 2018)
shares = ps.drivers.shares(scores, 2018)
importance = ps.drivers.importance(scores, 2018, n_draws=0)
why = ps.drivers.rank_attribution(scores, ranking["province"].iloc[1], 2018)
steady = ps.drivers.robustness(scores, 2018, n_draws=200)
without = ps.drivers.leave_one_out(scores, 2018)
"""


def run_ten_lines(folder: Path) -> dict[str, pd.DataFrame]:
    assert TEN_LINES.count("\n") <= 10
    variables = {"pd": pd, "ps": ps, "folder": folder}
    exec(TEN_LINES, variables)
    return variables


@pytest.fixture(scope="module")
def asem(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pd.DataFrame]:
    folder = tmp_path_factory.mktemp("asem")
    for name in ("values", "groups"):
        (folder / f"{name}.csv").write_bytes((REFERENCE / f"asem_{name}.csv").read_bytes())
    return run_ten_lines(folder)


def as_series(code: str) -> str:
    return "ten_lines" if code == "Index" else f"ten_lines.{code.lower()}"


def test_scores_of_asem_equal_those_of_coinr_at_every_level(asem):
    audit = pd.read_csv(REFERENCE / "asem_audit.csv", dtype=str, keep_default_na=False)
    audit = audit[(audit["section"] == "dataset") & (audit["case"] == "Aggregated")]
    expected = audit.assign(series=audit["col"].map(as_series), value=audit["value"].astype(float))
    both = expected.merge(
        asem["scores"], left_on=["row", "series"], right_on=["province", "series"]
    )
    assert len(both) == len(expected) == 51 * 11
    # COINr's are printed to twelve digits.
    assert both["score"].to_numpy() == pytest.approx(both["value"].to_numpy(), rel=1e-10)
    assert set(both["level"]) == {"dimension", "part", "index"}


def test_ranks_of_asem_equal_those_of_coinr_at_every_level(asem):
    expected = pd.read_csv(REFERENCE / "asem_ranks.csv")
    expected["series"] = expected["code"].map(as_series)
    both = expected.merge(
        asem["scores"], left_on=["unit", "series"], right_on=["province", "series"]
    )
    assert len(both) == 51 * 11
    assert both["rank_x"].tolist() == both["rank_y"].tolist()
    assert asem["ranking"]["province"].head(5).tolist() == ["CHE", "NLD", "DNK", "NOR", "BEL"]


def test_final_weights_of_asem_are_coinr_s_weights_down_the_tree(asem):
    methods = pd.read_csv(REFERENCE / "asem_methods.csv", keep_default_na=False)
    weights = methods[methods["section"] == "nominal_weight"].set_index("row")["value"]
    table = frameworks.in_year("Ten lines", 2018, "criterion").set_index("code")["weight"]
    expected = weights[table.index].astype(float).to_numpy()
    assert table.to_numpy() == pytest.approx(expected, abs=1e-9)


def test_the_drivers_of_asem_work_on_two_sub_indices_eight_pillars_and_49_indicators(asem):
    assert len(asem["shares"]) == 49
    assert asem["shares"]["share"].sum() == pytest.approx(1)
    assert asem["shares"]["parent"].nunique() == 8
    assert asem["why"]["rank_part"].sum() == pytest.approx(
        asem["why"]["rank_reference"].iloc[0] - asem["why"]["rank"].iloc[0]
    )
    by_level = [
        len(ps.drivers.importance(asem["scores"], 2018, level=level, n_draws=0))
        for level in ("dimension", "part")
    ]
    assert by_level == [8, 2]


def test_the_same_ten_lines_do_an_index_of_one_level_without_weights(tmp_path):
    invented().rename_axis("unit").to_csv(tmp_path / "values.csv")
    results = run_ten_lines(tmp_path)
    values = invented()
    scaled = 100 * (values - values.min()) / (values.max() - values.min())
    expected = scaled.mean(axis=1).sort_values(ascending=False)
    assert results["ranking"]["province"].tolist() == expected.index.tolist()
    assert results["ranking"]["score"].to_numpy() == pytest.approx(expected.to_numpy())
    assert len(results["shares"]) == 6
    assert set(results["shares"]["parent"]) == {"ten_lines"}


# What comes out.


def test_the_total_is_the_weighted_sum_down_the_tree(two_years):
    values = pd.concat([invented(0), invented(0) + invented(1) / 10])
    values["b"] *= -1
    scaled = 100 * (values - values.min()) / (values.max() - values.min())
    x = (3 * scaled["a"] + scaled["b"]) / 4
    y, z = (scaled["c"] + scaled["d"]) / 2, (scaled["e"] + scaled["f"]) / 2
    total = (2 * (x + y) / 2 + z) / 3
    table = two_years[two_years["level"] == "index"].sort_values(["year", "province"])
    assert table["score"].to_numpy() == pytest.approx(total.to_numpy())
    parts = ps.drivers.shares(two_years, 2024, n_draws=10)
    assert parts.set_index("series")["sd"].notna().all()


def test_the_table_is_one_of_scores_and_carries_its_definition(two_years):
    from parstats.schema import Scores

    columns = list(Scores.to_schema().columns)
    assert two_years.columns.tolist() == columns
    assert two_years["vintage"].isna().all()
    assert set(two_years["unit_level"]) == {"unit"}
    assert set(two_years["level"]) == {"criterion", "dimension", "part", "index"}
    assert two_years["framework"].str.fullmatch(r"INVENTED-[0-9a-f]{8}").all()
    assert not two_years.duplicated(["year", "province", "series"]).any()


DRIVERS: dict[str, Callable[[pd.DataFrame], object]] = {
    "shares": lambda t: ps.drivers.shares(t, 2024, n_draws=20),
    "importance": lambda t: ps.drivers.importance(t, 2024, n_draws=5),
    "dominance": lambda t: ps.drivers.dominance(t, 2024),
    "main_effects": lambda t: ps.drivers.main_effects(t, 2024, n_draws=5, n_permutations=5),
    "target_weights": lambda t: ps.drivers.target_weights(t, 2024),
    "structure": lambda t: ps.drivers.structure(t, 2024, n_draws=5),
    "leave_one_out": lambda t: ps.drivers.leave_one_out(t, 2024),
    "robustness": lambda t: ps.drivers.robustness(t, 2024, n_draws=50),
    "rank_attribution": lambda t: ps.drivers.rank_attribution(t, "Unit U03", 2024),
    "rank_attributions": lambda t: ps.drivers.rank_attributions(t, 2024, reference="previous"),
    "rank_intervals": lambda t: ps.drivers.rank_intervals(t, 2024, se=1.0, n_draws=500),
    "top_set": lambda t: ps.drivers.top_set(t, 2024, 3, se=1.0, n_draws=500),
    "change_attribution": lambda t: ps.drivers.change_attribution(t, "U03", 2024),
    "change_attributions": lambda t: ps.drivers.change_attributions(t, 2024),
    "relative_change": lambda t: ps.drivers.relative_change(t, "U03", 2024),
    "stability": lambda t: ps.drivers.stability(t, n_draws=5),
    "overview": lambda t: ps.drivers.overview(t, 2024, n_draws=5),
    "pooled_shares": lambda t: ps.drivers.pooled_shares(t, n_draws=5),
    "morans_i": lambda t: ps.drivers.morans_i(t, 2024, neighbours={"U01": ["U02"]}),
    "panel": lambda t: ps.drivers.panel(
        t, outcome="invented.a", regressors="invented.c", n_draws=9
    ),
    "rank_logit": lambda t: ps.drivers.rank_logit(t, 2024, regressors="invented.a"),
    "leads": lambda t: ps.drivers.leads(t, province_effects=False, n_draws=9),
    "outside": lambda t: ps.drivers.outside(
        t, pd.Series(range(len(UNITS)), UNITS, name="age"), year=2024, n_draws=9
    ),
    "typology": lambda t: ps.drivers.typology(t, 2024, most_groups=2, n_draws=2),
    "has_parts": lambda t: ps.drivers.has_parts(t, 2024),
    "has_pairs": ps.drivers.has_pairs,
    "has_structure": lambda t: ps.drivers.has_structure(t, 2024),
    "unknown_highest": lambda t: ps.drivers.unknown_highest(t, 2024),
    "available_normalisations": lambda t: ps.drivers.available_normalisations(t, 2024),
}
PANEL: dict[str, Callable[[pd.DataFrame], object]] = {
    "ranks": lambda t: ps.panel.ranks(t, 2024),
    "profile": lambda t: ps.panel.profile(t, "U03", 2024),
    "peers": lambda t: ps.panel.peers(t, "U03", 2024),
    "change": lambda t: ps.panel.change(t, 2024),
    "overall": lambda t: ps.panel.overall(t, "U03", 2024),
    "history": lambda t: ps.panel.history(t, "U03"),
    "coverage": ps.panel.coverage,
    "coverage_limits": ps.panel.coverage_limits,
    "averages": lambda t: ps.panel.averages(t, 2024),
    "standardise": lambda t: ps.panel.standardise(t, "z"),
    "usual_change": ps.panel.usual_change,
    "evidence": lambda t: ps.panel.evidence(t, ps.load_printed(), 2024),
    "wide": lambda t: ps.panel.wide(t, 2024, level="part"),
}


def test_no_function_of_the_drivers_is_left_out_here():
    # scikit-criteria, which mcdm needs, is an extra; three compare indices of
    # provinces, three need more years; the audit is of any table.
    several = {"across", "across_years", "comparable_indices"}
    several |= {"audit", "convergence", "predictive", "shares_without_noise"}
    assert {*DRIVERS, "mcdm", *several} == set(ps.drivers.__all__)


@pytest.mark.parametrize("name", [*DRIVERS, *PANEL])
def test_every_function_takes_the_table(two_years, name):
    result = {**DRIVERS, **PANEL}[name](two_years)
    if isinstance(result, pd.DataFrame):
        assert len(result)


def test_mcdm_takes_the_table(two_years):
    pytest.importorskip("skcriteria")
    assert len(ps.drivers.mcdm(two_years, 2024, methods="topsis", n_draws=2)) == len(UNITS)


@pytest.mark.parametrize("level", ["criterion", "dimension", "part"])
def test_attributions_add_up_at_every_level(two_years, level):
    table = ps.drivers.rank_attributions(two_years, 2024, level=level)
    first = table.drop_duplicates("province").set_index("province")
    sums = table.groupby("province")["rank_part"].sum()
    assert (first["rank_reference"] - first["rank"] - sums).abs().max() < 1e-9
    scores = table.groupby("province")["score"].sum()
    totals = ps.panel.ranks(two_years, 2024).set_index("province")["score"]
    assert scores.to_numpy() == pytest.approx(totals[scores.index].to_numpy())
    changed = ps.drivers.change_attribution(two_years, "U03", 2024, level=level)
    row = changed.iloc[0]
    assert changed["rank_part"].sum() == pytest.approx(row["rank_previous"] - row["rank"])
    shares = ps.drivers.shares(two_years, 2024, level=level, n_draws=5)
    assert shares["share"].sum() == pytest.approx(1)


def test_shares_are_those_of_weighted_scores(two_years):
    weights = frameworks.in_year("Invented", 2024, "criterion").set_index("series")["weight"]
    matrix = ps.panel.wide(two_years, 2024) * weights
    total = matrix.sum(axis=1)
    expected = matrix.apply(lambda column: np.cov(column, total, ddof=0)[0, 1] / total.var(ddof=0))
    table = ps.drivers.shares(two_years, 2024, n_draws=5).set_index("series")["share"]
    assert table[expected.index].to_numpy() == pytest.approx(expected.to_numpy())
    nominal = ps.drivers.main_effects(two_years, 2024, n_draws=5, n_permutations=5)
    nominal = nominal.set_index("series")["nominal"]
    assert nominal[weights.index].to_numpy() == pytest.approx(weights.to_numpy())


def test_figures_and_tables_name_the_units_of_the_table(two_years):
    why = ps.drivers.rank_attribution(two_years, "U03", 2024)
    assert "Unit U03" in ps.charts.rank_attribution(why, lang="en").alt
    ranges = ps.drivers.robustness(two_years, 2024, n_draws=50).ranks
    labels = ps.charts.rank_ranges(ranges, lang="en").figure.axes[0].get_yticklabels()
    assert "Unit U03" in " ".join(label.get_text() for label in labels)
    near = ps.tables.peers(ps.panel.peers(two_years, "U03", 2024), "en")
    assert near.data["name"].str.startswith("Unit U").all()


def test_names_of_series_are_those_given_in_both_languages():
    ps.index_from(small(), names={"a": ("Đường", "Roads"), "b": "Bridges"}, name="Named", year=2024)
    assert frameworks.series_name("named.a", "vi") == "Đường"
    assert frameworks.series_name("named.a", "en") == "Roads"
    assert frameworks.series_name("named.b", "vi") == "Bridges"
    assert frameworks.series_name("named.c", "en") == "c"
    assert frameworks.series_name("named", "en") == "Named"


def test_branches_of_unlike_length_add_up_at_every_level():
    groups = {"a": "X", "b": "X", "X": "top", "c": "top"}
    weights = {"X": 3, "c": 1, "a": 1, "b": 1}
    scores = ps.index_from(small(), groups=groups, weights=weights, name="Uneven", year=2024)
    totals = ps.panel.ranks(scores, 2024).set_index("province")["score"]
    for level in ("criterion", "dimension"):
        table = frameworks.in_year("Uneven", 2024, level).set_index("series")["weight"]
        parts = ps.panel.wide(scores, 2024, level=level)[table.index] * table
        assert parts.sum(axis=1)[totals.index].to_numpy() == pytest.approx(totals.to_numpy())
    assert frameworks.series_name("uneven.c_1", "en") == frameworks.series_name("uneven.c", "en")


# Levels of weights.


def test_weights_are_drawn_at_the_levels_that_are_asked_for(two_years):
    from parstats.drivers.nominal_weights import drawn_weights, nominal_weights
    from parstats.drivers.score_matrix import build_parts

    parts = build_parts(two_years, 2024)
    nominal = nominal_weights(parts)
    assert nominal == pytest.approx(parts.weights)

    def draws(nested: object) -> np.ndarray:
        options = {"weight_spread": 0.25, "n_draws": 500, "seed": 1, "nominal": nominal}
        return drawn_weights(parts, "percent", nested=nested, **options)

    pillars = draws(["dimension"])
    inside = pillars[:, :2] / pillars[:, :2].sum(axis=1, keepdims=True)
    assert inside == pytest.approx(np.tile([0.75, 0.25], (500, 1)))  # a and b keep 3 to 1
    sub_indices = pillars[:, :4].sum(axis=1)
    assert sub_indices == pytest.approx(np.full(500, 2 / 3))  # P and Q keep 2 to 1
    assert np.ptp(pillars[:, :2].sum(axis=1)) > 0.05
    both = draws(["part", "dimension"])  # levels 3 and 2 of COINr
    assert np.ptp(both[:, :4].sum(axis=1)) > 0.05
    assert both.sum(axis=1) == pytest.approx(np.ones(500))


def test_noise_at_two_levels_is_that_of_coinr_written_as_a_loop():
    from parstats.stats.composites.weight_draws import percent_weights

    nominal = np.array([0.1, 0.3, 0.2, 0.4])
    pillars, subs = np.array([0, 0, 1, 2]), np.array([0, 0, 0, 1])
    branches = [(subs, True), (pillars, True), (np.arange(4), False)]
    result = percent_weights(nominal, 20_000, spread=0.25, branches=branches, seed=1)
    generator = np.random.default_rng(2)
    loop = []
    for _ in range(20_000):
        sub = np.array([0.6, 0.4]) * (1 + 0.25 * generator.uniform(-1, 1, 2))
        sub /= sub.sum()
        pillar = np.array([0.4, 0.2]) * (1 + 0.25 * generator.uniform(-1, 1, 2))
        pillar /= pillar.sum()
        loop.append([*(sub[0] * pillar[0] * np.array([0.25, 0.75])), sub[0] * pillar[1], sub[1]])
    expected = np.array(loop)
    assert result.mean(axis=0) == pytest.approx(expected.mean(axis=0), abs=2e-3)
    assert result.std(axis=0) == pytest.approx(expected.std(axis=0), rel=0.03)


def test_a_level_of_weights_that_the_index_does_not_have_is_refused(two_years):
    with pytest.raises(errors.UnknownChoice, match="level of weights of Invented 'part_2'"):
        ps.drivers.robustness(two_years, 2024, nested=["part_2"])


# Never silently wrong: definitions, processes, files.


def test_a_table_is_read_by_its_own_definition_though_the_name_was_given_again():
    first = ps.index_from(small(), weights={"a": 1, "b": 1, "c": 1}, name="Again", year=2024)
    before = ps.drivers.shares(first, 2024, n_draws=5)
    second = ps.index_from(small(), weights={"a": 8, "b": 1, "c": 1}, name="Again", year=2024)
    after = ps.drivers.shares(second, 2024, n_draws=5)
    assert set(first["framework"]) != set(second["framework"])
    assert before["share"].tolist() != after["share"].tolist()
    pd.testing.assert_frame_equal(ps.drivers.shares(first, 2024, n_draws=5), before)
    pd.testing.assert_frame_equal(ps.drivers.shares(second, 2024, n_draws=5), after)


@pytest.mark.parametrize(
    "changed",
    [
        {"weights": {"a": 2, "b": 1, "c": 1}},
        {"direction": -1},
        {"normalise": "zscore"},
        {"groups": {"a": "X", "b": "X", "c": "Y"}},
        {"scale": (1, 100)},
        {"units": ["u", "v", "w", "x"]},
        {"values": small() * [1, 1, 2]},
    ],
    ids=str,
)
def test_whatever_makes_scores_differ_makes_another_framework(changed):
    options = {"values": small(), "name": "Hashed", "year": 2024}
    first = ps.index_from(**options)
    other = ps.index_from(**{**options, **changed})
    assert set(first["framework"]) != set(other["framework"])
    mixed = pd.concat([first, other[other["province"] != "u"]], ignore_index=True)
    with pytest.raises(errors.InvalidRequest, match="another definition of that name"):
        ps.panel.ranks(mixed, 2024)
    assert set(ps.index_from(**options)["framework"]) == set(first["framework"])


def test_a_table_that_lost_its_definition_is_used_while_the_index_is_defined_alike():
    scores = ps.index_from(small(), name="Lost", year=2024)
    bare = scores.copy()
    bare.attrs = {}
    pd.testing.assert_frame_equal(ps.panel.ranks(bare, 2024), ps.panel.ranks(scores, 2024))
    ps.index_from(small() ** 2, name="Lost", year=2024)
    with pytest.raises(errors.InvalidRequest, match=r"LOST-.*give each definition a name"):
        ps.panel.ranks(bare, 2024)


def test_a_name_that_reads_alike_takes_the_place_of_the_other():
    first = ps.index_from(small(), name="My place", year=2024)
    second = ps.index_from(small() ** 2, name="my-place", year=2024)
    assert ps.panel.ranks(first, 2024)["score"].tolist() != []
    assert ps.panel.ranks(second, 2024)["rank"].tolist() == [1, 2, 3]
    assert ps.panel.averages(first, 2024)["mean"].iloc[0] == pytest.approx(
        first[first["level"] == "index"]["score"].mean()
    )


def test_old_definitions_go_and_come_back_with_their_tables(monkeypatch):
    monkeypatch.setattr(definitions, "_MOST", 3)
    tables = [ps.index_from(small(), name=f"Many {number}", year=2024) for number in range(6)]
    assert len(definitions.all_definitions()) == 3
    for table in tables:
        assert len(ps.drivers.shares(table, 2024, n_draws=5)) == 3


SCRIPT = """
import sys, pandas as pd, parstats as ps
table = getattr(pd, sys.argv[1])(sys.argv[2])
try:
    print(ps.drivers.shares(table, 2024, n_draws=5)["share"].round(9).tolist())
except ps.ParstatsError as error:
    print(error)
"""


@pytest.mark.parametrize("form", ["pickle", "parquet", "csv"])
def test_another_process_reads_pickle_and_parquet_and_says_what_to_do_about_csv(tmp_path, form):
    scores = ps.index_from(small(), name="Elsewhere", year=2024)
    path = tmp_path / f"table.{form}"
    getattr(scores, f"to_{form}")(path)
    command = [sys.executable, "-c", SCRIPT, f"read_{form}", str(path)]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    if form == "csv":
        assert "'Elsewhere', which this process knows nothing of" in printed
        assert "parstats.index_from" in printed
        assert "parstats framework new" in printed
    else:
        expected = ps.drivers.shares(scores, 2024, n_draws=5)["share"].round(9).tolist()
        assert printed == str(expected)


def test_a_table_can_be_pickled_into_workers_of_a_pool():
    scores = ps.index_from(small(), name="Pooled", year=2024)
    copy = pickle.loads(pickle.dumps(scores))
    frameworks.undefine("Pooled")
    assert ps.panel.ranks(copy, 2024)["rank"].tolist() == [1, 2, 3]


# Scales and aggregation.


def test_z_scores_and_ranks_and_bounds_are_their_formulas():
    values = small()
    z = ps.index_from(values, normalise="zscore", scale=(10, 2), name="Z", year=2024)
    expected = (10 + 2 * (values - values.mean()) / values.std(ddof=1)).mean(axis=1)
    totals = z[z["level"] == "index"].set_index("province")["score"]
    assert totals.to_dict() == pytest.approx(expected.to_dict())
    rank = ps.index_from(values, normalise="rank", name="R", year=2024)
    totals = rank[rank["level"] == "index"].set_index("province")["score"]
    assert totals.to_dict() == pytest.approx(((values.rank() - 1) / 2 * 100).mean(axis=1).to_dict())
    bounds = pd.DataFrame({"code": list("abc"), "parent": "top", "min": 0, "max": [4, 5, 10]})
    fixed = ps.index_from(values, groups=bounds, normalise="bounds", name="B", year=2024)
    totals = fixed[fixed["level"] == "index"].set_index("province")["score"]
    expected = (100 * values / [4, 5, 10]).mean(axis=1)
    assert totals.to_dict() == pytest.approx(expected.to_dict())


def test_the_drivers_take_standard_scores_which_have_no_ends():
    scores = ps.index_from(invented(), normalise="zscore", groups=GROUPS, name="Zs", year=2024)
    table = ps.drivers.main_effects(scores, 2024, n_draws=5, n_permutations=5)
    assert table["nominal"].sum() == pytest.approx(1)
    assert ps.drivers.target_weights(scores, 2024)["nominal_needed"].notna().all()
    ways = {"normalisation": ["min_max", "z", "rank"]}
    assert len(ps.drivers.robustness(scores, 2024, n_draws=20, **ways).ranks) == len(UNITS)
    with pytest.raises(errors.InvalidRequest, match="leave 'points' out of normalisation"):
        ps.drivers.robustness(scores, 2024, n_draws=20)


def geometric(*ways: str) -> pd.DataFrame:
    options = {"scale": (1, 100), "groups": {"a": "X", "b": "X", "c": "Y"}, "year": 2024}
    return ps.index_from(small(), aggregate=list(ways), name="Geometric", **options)


def test_a_geometric_index_is_the_geometric_mean():
    values = small()
    scaled = 1 + 99 * (values - values.min()) / (values.max() - values.min())
    expected = np.sqrt(np.sqrt(scaled["a"] * scaled["b"]) * scaled["c"])
    scores = geometric("geometric", "geometric")
    totals = scores[scores["level"] == "index"].set_index("province")["score"]
    assert totals.to_dict() == pytest.approx(expected.to_dict())


def test_the_drivers_refuse_what_does_not_add_up_and_say_what_works():
    scores = geometric("arithmetic", "geometric")
    for name in ("shares", "importance", "leave_one_out", "robustness", "rank_attributions"):
        with pytest.raises(
            errors.InvalidRequest, match=r"geometric mean.*aggregate arithmetically"
        ):
            getattr(ps.drivers, name)(scores, 2024)
    assert not ps.drivers.has_parts(scores, 2024)
    assert ps.panel.ranks(scores, 2024)["rank"].tolist() == [1, 2, 3]
    assert len(ps.drivers.rank_intervals(scores, 2024, se=1.0, n_draws=100)) == 3
    assert len(ps.panel.profile(scores, "u", 2024)) == 3


def test_above_a_geometric_level_the_drivers_work_and_begin_there():
    scores = geometric("geometric", "arithmetic")
    table = ps.drivers.shares(scores, 2024, n_draws=5)
    assert set(table["series"]) == {"geometric.x", "geometric.y"}
    assert table["share"].sum() == pytest.approx(1)
    with pytest.raises(errors.InvalidRequest, match=r"take a level that adds up \(dimension\)"):
        ps.drivers.shares(scores, 2024, level="criterion")


# Missing values.


def with_gap() -> pd.DataFrame:
    values = invented()
    values.loc["U05", "c"] = np.nan
    return values


def test_a_unit_without_a_value_is_left_out_and_listed_if_that_is_asked_for():
    scores = ps.index_from(with_gap(), missing="leave_out", name="Left", year=2024)
    covered = ps.panel.coverage(scores).iloc[0]
    assert covered["incomplete"] == ["U05"]
    assert (covered["n_complete"], covered["n_units"]) == (23, 24)
    assert "U05" not in ps.panel.ranks(scores, 2024)["province"].tolist()
    assert ps.drivers.shares(scores, 2024, n_draws=5)["n_provinces"].iloc[0] == 23


def test_too_many_units_without_a_value_are_too_few_for_a_ranking():
    values = invented()
    values.loc[["U01", "U02", "U03"], "a"] = np.nan
    scores = ps.index_from(values, missing="leave_out", name="Few", year=2024)
    with pytest.raises(errors.InsufficientCoverage, match=r"21 of 24 .* 22 are needed"):
        ps.panel.ranks(scores, 2024)


def test_units_that_exist_without_values_count():
    scores = ps.index_from(small(), units=["u", "v", "w", "x"], name="Absent", year=2024)
    assert ps.panel.coverage(scores)["absent"].iloc[0] == ["x"]
    with pytest.raises(errors.InsufficientCoverage, match="3 of 4"):
        ps.panel.ranks(scores, 2024)


def test_units_that_came_or_went_are_told_of_with_a_way_out():
    quarters = {"2025-Q1": small(), "2025-Q2": small().drop(index="w") * 2}
    scores = ps.index_from(quarters, name="Merged")
    second = ps.panel.parse_period("2025-Q2")
    message = r"{} of Merged 2025-Q2.*: 2 of 3 have .*make an index for each span of time"
    with pytest.raises(errors.InsufficientCoverage, match=message.format("a ranking")):
        ps.panel.ranks(scores, second)
    with pytest.raises(errors.InsufficientCoverage, match=message.format("drivers")):
        ps.drivers.shares(scores, second)
    assert len(ps.panel.ranks(scores, second, provinces=["u", "v"])) == 2


def test_the_rest_of_its_group_carries_the_weight_of_a_missing_value():
    groups = {"a": "X", "b": "X", "c": "Y", "d": "Y", "e": "Y", "f": "Y"}
    values = with_gap()
    scores = ps.index_from(values, groups=groups, missing="group", name="Group", year=2024)
    scaled = 100 * (values - values.min()) / (values.max() - values.min())
    row = scaled.loc["U05"]
    expected = ((row["a"] + row["b"]) / 2 + row[["d", "e", "f"]].mean()) / 2
    unit = scores[scores["province"] == "U05"].set_index("series")
    assert unit.loc["group", "score"] == pytest.approx(expected)
    assert unit.loc["group.c", "score"] == pytest.approx(unit.loc["group.y", "score"])
    assert unit.loc["group.c", "origin"] == "derived"
    assert "stands in for a missing value" in unit.loc["group.c", "source"]
    assert ps.drivers.shares(scores, 2024, n_draws=5)["n_provinces"].iloc[0] == 24


# Periods.


def test_quarters_follow_each_other_across_the_end_of_a_year():
    quarters = {"2024-Q4": invented(0), "2025-Q1": invented(1), "2025-Q2": invented(2)}
    scores = ps.index_from(quarters, name="Quarterly")
    assert sorted(scores["period"].unique()) == ["2024-Q4", "2025-Q1", "2025-Q2"]
    first = ps.panel.parse_period("2025-Q1")
    changed = ps.panel.change(scores, first)
    assert changed["previous"].unique().tolist() == [ps.panel.parse_period("Quý IV/2024")]
    table = ps.drivers.change_attribution(scores, "U00", first)
    row = table.iloc[0]
    assert table["rank_part"].sum() == pytest.approx(row["rank_previous"] - row["rank"])
    assert ps.drivers.stability(scores, n_draws=5)["n_common"].max() == len(UNITS)


@pytest.mark.parametrize(
    "written", ["2025-07", "7/2025", "T7/2025", "Tháng 7/2025", "tháng 07 năm 2025"]
)
def test_a_month_is_read_as_officials_write_it(written):
    assert ps.panel.parse_period(written) == 12 * 2025 + 6


@pytest.mark.parametrize(
    "written", ["2025-Q3", "2025Q3", "Q3 2025", "Quý III/2025", "Quí 3/2025", "quý 3 năm 2025"]
)
def test_a_quarter_is_read_as_officials_write_it(written):
    assert ps.panel.parse_period(written) == 4 * 2025 + 2


@pytest.mark.parametrize("written", ["2025-13", "Q5/2025", "soon", "", None, "25"])
def test_what_is_no_period_is_refused(written):
    with pytest.raises(errors.InvalidRequest, match="is no period"):
        ps.panel.parse_period(written)


def test_a_period_is_written_so_that_it_is_read_again():
    for text, number in (("2025", 2025), ("2025-Q4", 8103), ("2025-01", 24300)):
        assert ps.panel.period_text(number) == text
        assert ps.panel.parse_period(text) == number


def test_periods_of_two_lengths_are_refused():
    values = pd.concat([small(), small()]).rename_axis("unit").reset_index()
    values["period"] = ["2025"] * 3 + ["2025-Q1"] * 3
    with pytest.raises(errors.InvalidRequest, match="quarters and years: expected periods of one"):
        ps.index_from(values)


def test_years_set_against_their_own_units_do_not_compare():
    years = {2023: invented(0), 2024: invented(1)}
    scores = ps.index_from(years, each_period=True, name="Each")
    assert not ps.panel.change(scores, 2024)["comparable"].any()
    by_year = scores[scores["level"] == "criterion"].groupby(["year", "series"])["score"]
    assert by_year.min().eq(0).all()
    assert by_year.max().eq(100).all()
    pooled = ps.index_from(years, name="Pooled years")
    assert ps.panel.change(pooled, 2024)["comparable"].all()


# The case of officials: points, bonus and penalty, criteria not assessed, grades.


def points_table() -> tuple[pd.DataFrame, pd.DataFrame]:
    groups = pd.DataFrame(
        {
            "code": ["plan", "inspect", "online", "late", "bonus", "penalty"],
            "parent": ["Steering", "Steering", "Service", "Service", "Extra", "Extra"],
            "max": [10, 20, 30, 40, 5, 10],
            "direction": [1, 1, 1, 1, 1, -1],
        }
    )
    values = pd.DataFrame(
        {
            "plan": [9, 8, 10],
            "inspect": [15, "Không đánh giá", 20],
            "online": [20, 24, 15],
            "late": [30, 36, 39],
            "bonus": [None, 2, 1],
            "penalty": [1, None, 3],
        },
        index=["Sở A", "Sở B", "Sở C"],
    )
    return values, groups


def points_index() -> pd.DataFrame:
    values, groups = points_table()
    options = {"missing": "index", "additions": ["bonus", "penalty"], "year": "Quý II/2025"}
    thresholds = {"Tốt": 85, "Khá": 70}
    return ps.index_from(
        values, groups=groups, normalise="none", aggregate="sum", grades=thresholds, **options
    )


def test_a_score_is_points_over_what_the_unit_could_attain_plus_bonus_less_penalty():
    scores = points_index()
    totals = scores[scores["level"] == "index"].set_index("province")["score"]
    assert totals["Sở A"] == pytest.approx(9 + 15 + 20 + 30 - 1)
    assert totals["Sở B"] == pytest.approx(100 * (8 + 24 + 36) / 80 + 2)
    assert totals["Sở C"] == pytest.approx(84 + 1 - 3)
    unit = scores[scores["province"] == "Sở B"].set_index("series")
    assert unit.loc["my_index.inspect", "score"] == pytest.approx(20 * 68 / 80)
    assert unit.loc["my_index.inspect", "origin"] == "derived"


def test_what_was_not_assessed_neither_lifts_nor_lowers_a_unit():
    values, groups = points_table()
    without = values.drop(columns="inspect")
    scores = points_index()
    rest = groups[groups["code"] != "inspect"].assign(max=[12.5, 37.5, 50, 5, 10])
    scaled = without.astype(float) * [1.25, 1.25, 1.25, 1, 1]
    other = ps.index_from(
        scaled.fillna(0),
        groups=rest,
        normalise="none",
        aggregate="sum",
        name="Without",
        year="2025-Q2",
    )
    unit = scores["province"] == "Sở B"
    expected = other[(other["province"] == "Sở B") & (other["level"] == "index")]["score"].iloc[0]
    assert scores[unit & (scores["level"] == "index")]["score"].iloc[0] == pytest.approx(expected)


def test_penalties_are_points_that_the_drivers_add_up():
    scores = points_index()
    quarter = ps.panel.parse_period("2025-Q2")
    table = ps.drivers.rank_attribution(scores, "Sở C", quarter, reference="Sở A")
    by_series = table.set_index("series")["score_part"]
    assert by_series["my_index.penalty"] == pytest.approx(-2)
    assert by_series.sum() == pytest.approx(82 - 73)


def test_methods_that_need_a_highest_score_say_what_to_do_about_penalties():
    scores = points_index()
    quarter = int(scores["year"].iloc[0])
    message = r"score of my_index.penalty in My index 2025-Q2 is .* not above 0; leave 'points' out"
    with pytest.raises(errors.InvalidRequest, match=message):
        ps.drivers.robustness(scores, quarter, n_draws=20)
    ways = ps.drivers.available_normalisations(scores, quarter)
    assert ways == ("min_max", "z", "rank")
    assert len(ps.drivers.robustness(scores, quarter, n_draws=20, normalisation=ways).ranks) == 3
    pytest.importorskip("skcriteria")
    with pytest.raises(errors.InvalidRequest, match="not above 0; leave such series out of the in"):
        ps.drivers.mcdm(scores, quarter, n_draws=2)


def test_grades_are_those_of_the_index_or_of_other_thresholds():
    scores = points_index()
    quarter = int(scores["year"].iloc[0])
    table = ps.panel.grades(scores, quarter).set_index("province")["grade_vi"]
    assert table.to_dict() == {"Sở B": "Tốt", "Sở C": "Khá", "Sở A": "Khá"}
    other = ps.panel.grades(scores, quarter, {"A": 87, "B": 82}).set_index("province")["grade_en"]
    assert other.to_dict() == {"Sở B": "A", "Sở C": "B", "Sở A": ""}


def test_an_index_without_grades_says_so():
    scores = ps.index_from(small(), name="No grades", year=2024)
    with pytest.raises(errors.InvalidRequest, match="No grades has no grades; pass thresholds="):
        ps.panel.grades(scores, 2024)


# Properties.

NUMBERS = st.lists(
    st.lists(st.integers(0, 1000), min_size=4, max_size=4), min_size=4, max_size=9, unique_by=tuple
)
FEW = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def frame(rows: list[list[int]]) -> pd.DataFrame:
    values = pd.DataFrame(rows, columns=list("abcd"), dtype=float)
    values.iloc[0] = values.max() + 1  # no column is constant
    return values.set_axis([f"u{number}" for number in range(len(rows))], axis=0)


def totals_of(values: pd.DataFrame, **options: object) -> pd.Series:
    groups = {"a": "X", "b": "X", "c": "Y", "d": "Y"}
    scores = ps.index_from(values, groups=groups, name="Property", year=2024, **options)
    return scores[scores["level"] == "index"].set_index("province")["score"].sort_index()


@FEW
@given(NUMBERS, st.randoms(use_true_random=False))
def test_the_order_of_rows_and_columns_does_not_matter(rows, random):
    values = frame(rows)
    units, columns = list(values.index), list(values.columns)
    random.shuffle(units)
    random.shuffle(columns)
    pd.testing.assert_series_equal(totals_of(values), totals_of(values.loc[units, columns]))


@FEW
@given(NUMBERS, st.floats(0.01, 1000), st.floats(-1000, 1000))
def test_the_unit_of_an_indicator_does_not_matter_to_minmax_and_z(rows, factor, shift):
    values = frame(rows)
    other = values.assign(a=values["a"] * factor + shift)
    for how in ("minmax", "zscore"):
        first, second = totals_of(values, normalise=how), totals_of(other, normalise=how)
        assert second.to_numpy() == pytest.approx(first.to_numpy(), abs=1e-6)


@FEW
@given(NUMBERS, st.lists(st.floats(0.1, 9), min_size=6, max_size=6), st.floats(0.01, 100))
def test_only_the_proportions_of_weights_count_and_totals_are_brute_force(rows, weights, factor):
    values = frame(rows)
    by_code = dict(zip("abcdXY", weights, strict=True))
    result = totals_of(values, weights=by_code)
    scaled = {code: weight * factor for code, weight in by_code.items()}
    assert totals_of(values, weights=scaled).to_numpy() == pytest.approx(result.to_numpy())
    for unit in values.index:
        total = 0.0
        for group, members in (("X", "ab"), ("Y", "cd")):
            inside = 0.0
            for code in members:
                low, high = values[code].min(), values[code].max()
                inside += by_code[code] * 100 * (values.at[unit, code] - low) / (high - low)
            total += by_code[group] * inside / sum(by_code[code] for code in members)
        assert result[unit] == pytest.approx(total / (by_code["X"] + by_code["Y"]))


@FEW
@given(NUMBERS)
def test_turning_an_indicator_round_is_the_same_as_its_direction(rows):
    values = frame(rows)
    turned = values.assign(a=-values["a"])
    pd.testing.assert_series_equal(totals_of(turned), totals_of(values, direction={"a": -1}))


# Bad input.

THREE = {"a": "X", "b": "X", "c": "Y"}


def cell(value: object) -> pd.DataFrame:
    values = small().astype(object)
    values.loc["w", "c"] = value
    return values


BAD: dict[str, tuple[dict[str, object], str]] = {
    "unknown group": ({"groups": {**THREE, "q": "Z"}}, "column q: found neither a column of the"),
    "no group": ({"groups": {"a": "X", "b": "X"}}, "column c: found no group"),
    "circle": ({"groups": {**THREE, "X": "Y", "Y": "X"}}, "found a circle: X in Y in X"),
    "in itself": ({"groups": {**THREE, "X": "X"}}, "found a circle: X in X"),
    "indicator as group": (
        {"groups": {"a": "b", "b": "X", "c": "X"}},
        "column b: found b, which is both an indicator and a group; expected a code for each; give",
    ),
    "group twice": ({"groups": {"X": ["a", "b"], "Y": ["b", "c"]}}, "column b: found two rows"),
    "groups no table": ({"groups": ["X"]}, "groups is list: expected the group of each"),
    "groups without parent": ({"groups": pd.DataFrame({"q": [1]})}, "expected code and parent"),
    "weight missing": ({"weights": {"a": 1, "b": 2}}, "no weight for c, though others"),
    "weight negative": ({"weights": {"a": 1, "b": -2, "c": 1}}, "not negative.*found b -2"),
    "weights zero": ({"weights": dict.fromkeys("abc", 0)}, "not all zero: all are zero"),
    "weight text": ({"weights": {"a": "x"}}, "the weight of a is 'x': expected a number"),
    "weight unknown": ({"weights": {"q": 1}}, "unknown indicator or group in weights 'q'"),
    "weights no dict": ({"weights": [1, 2]}, "weights is list: expected a weight by"),
    "constant": ({"values": small().assign(b=4)}, "column b: found 4 for all units"),
    "one unit": ({"values": small().head(1)}, r"of 1 unit \(u\): an index compares at least two"),
    "missing": ({"values": cell(None)}, "row 4, column c: found no value for w.*leave_out"),
    "comma": ({"values": cell("9,5")}, "row 4, column c: found '9,5' for w.*write 9.5"),
    "thousands": ({"values": cell("1.500")}, "row 4, column c: found '1.500'.*write 1500 or 1.5"),
    "thousands with a comma": ({"values": cell("1,250")}, "found '1,250'.*write 1250 or 1.25"),
    "unit without its zeros": (
        {"values": small().set_axis([1, 2, 3]), "units": ["01", "2", "3"]},
        "row 2, column unit: found 1; expected 01, as the units are listed",
    ),
    "text": ({"values": cell("tốt")}, "row 4, column c: found 'tốt' for w"),
    "infinite": ({"values": cell(np.inf)}, "row 4, column c: found 'inf' for w"),
    "duplicate unit": (
        {"values": small().set_axis(["u", "u", "w"])},
        "row 3, column unit: found u again, as in row 2",
    ),
    "no unit": ({"values": small().set_axis(["u", None, "w"])}, "row 3, column unit: found no un"),
    "two columns": (
        {"values": small().set_axis(["a", "a", "c"], axis=1)},
        "row 1, column a: found two columns of that name",
    ),
    "codes alike": (
        {"values": small().set_axis(["GDP %", "GDP", "c"], axis=1)},
        "codes that differ in signs only: GDP %, GDP",
    ),
    "other units": ({"units": {"u": "U", "v": "V"}}, "column unit: found w; expected one of the 2"),
    "no table": ({"values": [1, 2]}, "values is list: expected a table of units"),
    "no rows": ({"values": small().head(0)}, "0 rows"),
    "no columns": ({"values": small()[[]]}, "the values have"),
    "no units": ({"values": small().reset_index(drop=True)}, "no column says which units"),
    "no year": ({"year": None}, "no column year or period says when"),
    "no such year": ({"year": "soon"}, "'soon' is no period"),
    "name taken": (
        {"name": "papi"},
        r"there is an index PAPI already \(the same name but for signs\)",
    ),
    "no name": ({"name": " "}, "expected a name with letters"),
    "scale": ({"scale": (5, 1)}, "scale is .5, 1.: expected two ends, low to high"),
    "normalise": ({"normalise": "best"}, "unknown normalisation 'best'"),
    "aggregate": ({"aggregate": "harmonic"}, "unknown aggregation 'harmonic'"),
    "aggregate levels": ({"aggregate": ["sum", "sum"]}, "one for each of index"),
    "direction": ({"direction": {"a": 2}}, "unknown direction of a 2"),
    "direction unknown": ({"direction": {"q": 1}}, "unknown indicator in direction 'q'"),
    "names unknown": ({"names": {"q": "x"}}, "unknown indicator or group in names 'q'"),
    "missing option": ({"missing": "zero"}, "unknown way with missing values 'zero'"),
    "no bounds": ({"normalise": "bounds"}, "column a: found no least or no most value"),
    "geometric zero": ({"aggregate": "geometric"}, "scores above zero, for the geometric mean"),
    "deep": (
        {"groups": {**dict.fromkeys("abc", "g1"), **{f"g{n}": f"g{n + 1}" for n in range(1, 8)}}},
        "levels below the index: expected at most 6",
    ),
    "grades": ({"grades": [80]}, "grades is list: expected the least score of each"),
    "grades beyond reach": ({"grades": {"A": 120}}, "but no unit can have more than 100: expected"),
    "additions": ({"additions": ["q"], "aggregate": "sum"}, "unknown indicator in additions 'q'"),
    "column of ranks": (
        {"values": small().assign(Rank=[3, 2, 1])},
        "row 1, column Rank: found the header 'Rank'; expected an indicator; delete the column",
    ),
    "column of totals": ({"values": small().assign(**{"Tổng điểm": [9, 9, 14]})}, "'Tổng điểm'"),
    "column of numbers": ({"values": small().assign(STT=[1, 2, 3])}, "column STT: found the head"),
    "row of totals": (
        {"values": small().set_axis(["u", "v", "Tổng cộng"])},
        "row 4, column unit: found 'Tổng cộng'; expected a unit; delete the row",
    ),
    "row of means": ({"values": small().set_axis(["u", "Trung bình", "w"])}, "row 3.*'Trung bình'"),
    "row of maxima": ({"values": small().set_axis(["Điểm tối đa", "v", "w"])}, "row 2.*'Điểm tối"),
    "two columns of units": (
        {"values": small().assign(**{"Mã": [1, 2, 3], "Đơn vị": ["u", "v", "w"]})},
        "columns Mã and Đơn vị both say which units.*delete the other",
    ),
    "two columns of periods": (
        {"values": small().assign(**{"Năm": 2025, "Quý": [1, 1, 1]}), "year": None},
        "columns Năm and Quý both say when.*join them, as 2025-Q3",
    ),
    "unit listed twice": (
        {"units": pd.DataFrame({"code": list("uvwu"), "name": list("UVWX")})},
        "units, row 5, column code: found u again",
    ),
    "listed unit without a code": (
        {"units": pd.DataFrame({"code": ["u", "v", "w", None], "name": list("UVWX")})},
        "units, row 5, column code: found no code",
    ),
    "groups without codes": (
        {"groups": pd.DataFrame({"q": list("abc"), "parent": "X"})},
        "the table of groups has the columns q, parent: expected code and parent",
    ),
    "several months": (
        {"year": "6 tháng đầu năm 2025"},
        "is no period.*name several months by the last quarter or month in them, as 2025-Q2",
    ),
    "columns of uneven length": (
        {"values": {"unit": ["u", "v"], "a": [1, 2, 3]}},
        "a dict that makes no table .*: expected columns of one length by name, or tables by year",
    ),
    "two rows of headers": (
        {"values": small().set_axis(pd.MultiIndex.from_product([["X"], list("abc")]), axis=1)},
        "the values have 2 rows of headers: expected one",
    ),
    "dates": (
        {"values": small().assign(c=pd.date_range("2024-01-01", periods=3))},
        "row 2, column c: found '2024-01-01' for u; expected a number",
    ),
    "a unit spelt twice": (
        {"values": small().set_axis(["Sở Y tế", "Sở Y Tế", "w"])},
        "row 3, column unit: found Sở Y Tế, elsewhere written Sở Y tế; expected one spelling",
    ),
    "directions in a list": ({"direction": [1, -1, 1]}, "direction is list: expected 1 or -1"),
    "group without a code": (
        {"groups": pd.DataFrame({"code": ["a", "b", None], "parent": "X"})},
        "groups, row 4, column code: found no code; expected the header of a column",
    ),
    "grade without a score": ({"grades": {"Tốt": np.nan}}, "the least score of each, the lowest"),
    "scale of values left as they are": (
        {"normalise": "none", "scale": (0, 10)},
        "normalise='none' leaves the values as they are: leave one out",
    ),
    "no scores at all": (
        {"values": small().assign(b=np.nan), "normalise": "none", "missing": "leave_out"},
        "no unit has an overall score, for want of values in b: leave these out",
    ),
    "unreadable name": ({"name": "a\0b"}, "expected a name with letters"),
    "beyond any size": ({"values": cell(1e300)}, "row 4, column c: found '1e.300' for w"),
    "name of another folder": ({"name": "Plans"}, "name is 'Plans': expected one that can name a"),
    "name of a device": ({"name": "CON"}, "name is 'CON': expected one that can name a folder"),
    "long name": ({"name": "tên " * 99}, "a name of 395 letters: expected .* at most 80 letters"),
    "additions to a mean": ({"additions": ["a"]}, "they need aggregate='sum'"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_refused_with_place_and_remedy(name):
    options, message = BAD[name]
    with pytest.raises(ps.ParstatsError, match=f"(?s){message}") as caught:
        ps.index_from(**{"values": small(), "year": 2024, "name": "Bad input", **options})
    assert pickle.loads(pickle.dumps(caught.value)).args == caught.value.args


def test_percentages_as_text_are_numbers_if_all_are_percentages():
    values = small().assign(c=["15%", "25 %", "3,5%"])
    scores = ps.index_from(values, name="Percents", year=2024, normalise="none")
    found = scores[scores["series"] == "percents.c"].set_index("province")["score"].to_dict()
    assert found == {"u": 15, "v": 25, "w": 3.5}
    values = small().assign(c=["15%", 25, "3,5%"])
    with pytest.raises(errors.InvalidData, match="write all cells of the column with a percent"):
        ps.index_from(values, name="Percents", year=2024, normalise="none")


def test_weights_may_be_percentages():
    def total(weights: dict[str, object]) -> list[float]:
        scores = ps.index_from(small(), name="Weights", year=2024, weights=weights)
        return scores[scores["level"] == "index"]["score"].tolist()

    assert total({"a": "60%", "b": "37,5 %", "c": "2.5%"}) == total({"a": 24, "b": 15, "c": 1})


def test_what_reads_like_a_total_counts_if_it_is_listed():
    values = small().rename(columns={"a": "Total"}).set_axis(["Total", "v", "w"])
    scores = ps.index_from(
        values,
        groups={"Total": "X", "b": "X", "c": "Y"},
        units={"Total": "Total S.A.", "v": "V", "w": "W"},
        name="Firms",
        year=2024,
    )
    assert len(ps.panel.ranks(scores, 2024)) == 3


def test_columns_that_the_table_of_groups_does_not_list_may_hold_anything():
    values = small().assign(STT=[1, 2, 3], note=["tốt", None, "-"])
    groups = pd.DataFrame(
        {"code": list("abc"), "parent": "X", "direction": ["thuận", None, "nghịch"]}
    )
    scores = ps.index_from(values, groups=groups, name="Listed", year=2024)
    totals = scores[scores["level"] == "index"].set_index("province")["score"]
    # a and c cancel out but for v; b is 100, 0, 50
    assert totals.to_dict() == pytest.approx({"u": 200 / 3, "v": 125 / 3, "w": 50})


def test_a_quarter_is_asked_for_by_its_number_and_messages_say_so():
    scores = ps.index_from({"2024-Q4": invented(0), "2025-Q1": invented(1)}, name="By number")
    for function in (ps.panel.ranks, ps.panel.change, ps.drivers.shares):
        with pytest.raises(errors.InvalidRequest, match=r"panel.parse_period\('2025-Q1'\) g"):
            function(scores, "2025-Q1")
        with pytest.raises(
            errors.UnknownChoice,
            match="unknown year of By number 2025: expected one of 2024-Q4, 2025",
        ):
            function(scores, 2025)


def test_a_unit_or_region_that_the_index_does_not_have_is_named(two_years):
    with pytest.raises(errors.UnknownUnit, match="unknown unit 'U3' of Invented; nearest: Unit"):
        ps.drivers.rank_attribution(two_years, "U3", 2024)
    with pytest.raises(errors.InvalidRequest, match="its units lie in no regions"):
        ps.drivers.shares(two_years, 2024, region="RRD")
    with pytest.raises(errors.InvalidRequest, match="lie in no regions; take another reference"):
        ps.drivers.rank_attribution(two_years, "U03", 2024, reference="region")
    with pytest.raises(errors.UnknownChoice, match="expected one of criterion, dimension, part"):
        ps.drivers.shares(two_years, 2024, level="part_2")


def test_a_name_that_fits_two_units_is_refused():
    scores = ps.index_from(
        small(), units={"u": "Tân An", "v": "Tân An", "w": "An"}, name="Twice", year=2024
    )
    with pytest.raises(errors.AmbiguousProvince, match="Tân An"):
        ps.panel.profile(scores, "Tân An", 2024)


def test_every_option_is_documented():
    parameters = inspect.signature(ps.index_from).parameters
    text = inspect.getdoc(ps.index_from) or ""
    assert [name for name in parameters if f"\n{name} : " not in text] == []


def test_an_index_of_a_process_is_no_part_of_what_build_writes(small_data):
    from parstats.pipeline.processed_tables import build

    scores = ps.index_from(small(), name="Not built", year=2024)
    small_data.put(
        "papi.csv", "year,province,series,score\n2011,20,papi.transparency.poverty_lists,2.1\n"
    )
    build()
    assert "Not built" not in set(ps.load_series()["index"])
    assert not ps.load_versions()["series"].str.startswith("not_built").any()
    assert len(ps.panel.ranks(scores, 2024)) == 3
