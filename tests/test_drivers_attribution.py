"""Rank and change attribution: exact values, against every order of entry and other packages."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parstats.drivers.change_attribution import change_attribution, change_attributions
from parstats.drivers.rank_attribution import rank_attribution, rank_attributions
from parstats.drivers.score_matrix import build_parts, rescaled
from parstats.errors import (
    BreakCrossed,
    InsufficientCoverage,
    InvalidRequest,
    UnknownChoice,
    VintageCrossed,
)
from parstats.panel import load_scores, ranks, standardise, to_vintage, wide
from parstats.reference import frameworks
from parstats.reference.provinces import by_code
from parstats.stats.shapley.owen import n_coalitions, owen_value
from parstats.stats.shapley.rank_games import (
    TwoYears,
    rank_change_parts,
    rank_parts,
    rival_parts,
    total_ranks,
)

YEARS = range(2012, 2025)
REFERENCE = Path(__file__).parent / "data" / "reference" / "papi2024_rank_shapley.csv"
BLOCKS = ["others", "framework", "entered_or_left"]

Game = Callable[[frozenset[int]], float]


def orders(groups: list[int]) -> Iterator[list[int]]:
    """All orders of the players that keep each group together."""
    members = [[j for j, label in enumerate(groups) if label == g] for g in sorted(set(groups))]
    for sequence in itertools.permutations(members):
        for chosen in itertools.product(*(itertools.permutations(group) for group in sequence)):
            yield [player for group in chosen for player in group]


def by_enumeration(groups: list[int], game: Game) -> list[float]:
    """Mean of what each player adds, over all those orders, one after the other."""
    worth = {
        frozenset(coalition): game(frozenset(coalition))
        for size in range(len(groups) + 1)
        for coalition in itertools.combinations(range(len(groups)), size)
    }
    added, count = [0.0] * len(groups), 0
    for order in orders(groups):
        count += 1
        for position, player in enumerate(order):
            before = frozenset(order[:position])
            added[player] += worth[before | {player}] - worth[before]
    return [value / count for value in added]


def tabled(game: Game) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    """A game in the form that `owen_value` asks for."""

    def worth(inside: np.ndarray, outside: np.ndarray) -> np.ndarray:
        return np.array(
            [[game(frozenset(np.flatnonzero(a | b).tolist())) for b in outside] for a in inside]
        )

    return worth


def rank_among(score: float, rivals: list[float]) -> int:
    return 1 + sum(round(rival, 9) > round(score, 9) for rival in rivals)


# The Owen value.


@pytest.mark.parametrize(
    "groups",
    [[0, 0, 1, 1, 2, 2], [0, 0, 0, 1, 2], [1, 0, 2, 1, 0], [7, 7, 7, 7], [0, 1, 2, 3], [5]],
)
def test_the_owen_value_is_the_mean_over_all_orders_that_keep_groups_together(
    groups: list[int],
) -> None:
    generator = np.random.default_rng(len(groups))
    drawn: dict[frozenset[int], float] = {}

    def game(coalition: frozenset[int]) -> float:
        return drawn.setdefault(coalition, generator.normal())

    values = owen_value(np.array(groups), tabled(game))
    assert values.tolist() == pytest.approx(by_enumeration(groups, game), abs=1e-12)


def test_with_one_group_or_groups_of_one_it_is_the_shapley_value() -> None:
    generator = np.random.default_rng(2)
    drawn: dict[frozenset[int], float] = {}

    def game(coalition: frozenset[int]) -> float:
        return drawn.setdefault(coalition, generator.normal())

    together = owen_value(np.zeros(5, dtype=np.int64), tabled(game))
    singles = owen_value(np.arange(5), tabled(game))
    assert together.tolist() == pytest.approx(singles.tolist(), abs=1e-12)


def test_what_each_adds_to_any_coalition_is_its_value() -> None:
    weights = [3.0, -1.0, 0.0, 2.5, 0.5]
    values = owen_value(
        np.array([0, 1, 0, 1, 1]), tabled(lambda coalition: sum(weights[j] for j in coalition))
    )
    assert values.tolist() == pytest.approx(weights, abs=1e-12)


def test_games_are_played_at_once_on_leading_axes() -> None:
    groups = np.array([0, 0, 1])
    squared, two = (
        tabled(lambda coalition: len(coalition) ** 2.0),
        tabled(lambda coalition: float(0 in coalition)),
    )
    both = owen_value(groups, lambda *flags: np.array([squared(*flags), two(*flags)]))
    assert both.tolist() == [owen_value(groups, squared).tolist(), owen_value(groups, two).tolist()]


def test_sixteen_thousand_coalitions_are_few_and_thirty_groups_of_one_too_many() -> None:
    assert n_coalitions(np.repeat(np.arange(8), 4)) == 8 * 2**7 * 2**4
    with pytest.raises(InvalidRequest, match=r"30 parts in 30 groups .* \(level='dimension'\)"):
        owen_value(np.arange(30), tabled(len))


# The game of the rank, on five units and up to three dimensions of two.

GROUPS = [0, 0, 1, 1, 2, 2]
# Few different values, so that many scores are tied; halves of 0.1 have no exact float.
points = st.lists(
    st.lists(st.integers(0, 6).map(lambda n: n * 0.1), min_size=6, max_size=6),
    min_size=5,
    max_size=5,
).map(np.array)


@settings(max_examples=40)
@given(points, st.lists(st.integers(0, 6).map(lambda n: n * 0.1), min_size=6, max_size=6))
def test_rank_parts_are_the_mean_over_all_orders_of_taking_over_the_own_scores(
    table: np.ndarray, reference: list[float]
) -> None:
    totals = [sum(row) for row in table.tolist()]
    result = rank_parts(table, np.arange(5), np.tile(reference, (5, 1)), np.array(GROUPS))
    for unit in range(5):
        rivals = totals[:unit] + totals[unit + 1 :]

        def game(
            coalition: frozenset[int], unit: int = unit, rivals: list[float] = rivals
        ) -> float:
            mixed = [table[unit, j] if j in coalition else reference[j] for j in range(6)]
            return -rank_among(sum(mixed), rivals)

        expected = by_enumeration(GROUPS, game)
        assert result.parts[unit].tolist() == pytest.approx(expected, abs=1e-12)
        assert result.rank[unit] == rank_among(totals[unit], rivals)
        assert result.rank_reference[unit] == rank_among(sum(reference), rivals)
        split = rival_parts(table, unit, np.array(reference), np.array(GROUPS))
        assert split.sum(axis=0).tolist() == pytest.approx(expected, abs=1e-12)
        above = np.round(totals, 9) > round(totals[unit], 9)
        above_reference = np.round(totals, 9) > round(sum(reference), 9)
        above_reference[unit] = False
        passed = above_reference.astype(int) - above
        assert split.sum(axis=1).tolist() == pytest.approx(passed.tolist(), abs=1e-12)


@settings(max_examples=40)
@given(points, st.permutations(range(5)), st.permutations(range(6)))
def test_rank_parts_follow_their_unit_and_part_in_whatever_order_these_stand(
    table: np.ndarray, units: list[int], parts: list[int]
) -> None:
    median, groups = np.median(table, axis=0), np.array(GROUPS)
    plain = rank_parts(table, np.arange(5), np.tile(median, (5, 1)), groups)
    moved = rank_parts(
        table[units][:, parts], np.arange(5), np.tile(median[parts], (5, 1)), groups[parts]
    )
    assert moved.parts == pytest.approx(plain.parts[units][:, parts], abs=1e-12)
    for unit in (10.0, 0.25):
        other = rank_parts(
            table * unit + 3, np.arange(5), np.tile(median * unit + 3, (5, 1)), groups
        )
        assert other.parts == pytest.approx(plain.parts, abs=1e-12)


@settings(max_examples=40)
@given(points)
def test_parts_alike_get_the_same_and_a_part_like_its_reference_gets_nothing(
    table: np.ndarray,
) -> None:
    table[:, 1] = table[:, 0]  # two parts of one dimension
    table[:, 4] = 0.3  # a constant
    median = np.tile(np.median(table, axis=0), (5, 1))
    parts = rank_parts(table, np.arange(5), median, np.array(GROUPS)).parts
    assert parts[:, 0] == pytest.approx(parts[:, 1], abs=1e-12)
    assert (parts[:, 4] == 0).all()


def test_ranks_of_sums_equal_to_nine_decimals_are_shared_whatever_the_order_of_addition() -> None:
    table = np.array([[0.1, 0.2, 0.3], [0.3, 0.2, 0.1], [0.6, 1e-11, 0.0], [0.6, 1e-8, 0.0]])
    assert total_ranks(table).tolist() == [2, 2, 2, 1]
    result = rank_parts(table, np.array([0]), table[[2]], np.array([0, 1, 1]))
    assert result.rank.tolist() == result.rank_reference.tolist() == [2]


@pytest.mark.parametrize("wrong", [np.nan, np.inf, 2e6])
def test_scores_that_are_missing_or_too_large_are_refused(wrong: float) -> None:
    with pytest.raises(InvalidRequest, match="none missing"):
        total_ranks(np.array([[1.0, wrong], [1.0, 2.0]]))


# The game of the change of rank, on five units: four own series, one ended, two new.


def change_by_enumeration(years: TwoYears, unit: int, groups: list[int]) -> list[float]:
    """Straight from the definition: who has which scores on which scale."""
    p = len(groups)

    def game(members: frozenset[int]) -> float:
        has_rivals, framework = p in members, p + 1 in members
        then, now = (
            (years.then_new, years.now_new) if framework else (years.then_old, years.now_old)
        )
        unshared = (years.begun if framework else years.ended).sum(axis=1)
        unit_score = (
            sum(now[unit, j] if j in members else then[unit, j] for j in range(p)) + unshared[unit]
        )
        field = (now if has_rivals else then).sum(axis=1) + unshared
        return -rank_among(unit_score, np.delete(field, unit).tolist())

    return by_enumeration([*groups, 90, 91], game)


@settings(max_examples=15)
@given(st.integers(0, 2**32 - 1))
def test_rank_change_parts_are_the_mean_over_all_orders_of_moving_from_year_to_year(
    seed: int,
) -> None:
    generator = np.random.default_rng(seed)
    then, now = generator.integers(0, 8, (2, 5, 4)) / 10
    scale = np.array([1.0, 0.75, 1.0, 4 / 3])  # the second and the last series changed scale
    years = TwoYears(
        then_old=then,
        now_old=now / scale,
        then_new=then * scale,
        now_new=now,
        ended=generator.integers(0, 8, (5, 1)) / 10,
        begun=generator.integers(0, 8, (5, 2)) / 10,
    )
    groups = [0, 0, 1, 1]
    result = rank_change_parts(years, np.arange(5), np.array(groups))
    for unit in range(5):
        expected = change_by_enumeration(years, unit, groups)
        assert result.parts[unit].tolist() == pytest.approx(expected, abs=1e-12)
    moved = (result.rank_reference - result.rank).tolist()
    assert result.parts.sum(axis=1).tolist() == pytest.approx(moved, abs=1e-12)
    back = TwoYears(
        years.now_new, years.then_new, years.now_old, years.then_old, years.begun, years.ended
    )
    swapped = rank_change_parts(back, np.arange(5), np.array(groups)).parts
    assert swapped == pytest.approx(-result.parts, abs=1e-12)


# Rank attribution of PAPI.


@pytest.mark.parametrize(
    ("year", "level"), [*((year, "criterion") for year in YEARS), (2014, "dimension")]
)
def test_parts_of_every_province_add_up_to_its_distance_from_the_reference(
    scores: pd.DataFrame, year: int, level: str
) -> None:
    for reference in ("median", "mean", "region", "Hà Nội"):
        table = rank_attributions(scores, year, reference=reference, level=level)
        groups = table.groupby("province")
        first = groups.first()
        distance = first["rank_reference"] - first["rank"]
        assert groups["rank_part"].sum().to_dict() == pytest.approx(distance.to_dict(), abs=1e-9)
        published = ranks(scores, year).set_index("province")["rank"]
        assert first["rank"].to_dict() == published.to_dict()
        matrix = wide(scores, year, level=level, complete=True)
        assert groups["score"].sum().to_dict() == pytest.approx(matrix.sum(axis=1).to_dict())
        assert (table["score_part"] == table["score"] - table["score_reference"]).all()
        assert (table.loc[table["score_part"] == 0, "rank_part"] == 0).all()
        assert set(table["n_ranked"]) == {len(matrix)}
        assert table["coverage"].tolist() == pytest.approx([len(matrix) / 63] * len(table))


@pytest.mark.parametrize("year", [2012, 2018, 2020, 2024])
def test_parts_of_sub_dimensions_add_up_to_the_part_of_their_dimension(
    scores: pd.DataFrame, year: int
) -> None:
    """The Owen value of a group is the Shapley value of the game between groups."""
    # Against a peer: the sum of medians is not the median of the sums.
    finer = rank_attributions(scores, year, reference="48")
    summed = finer.groupby(["province", "parent"])["rank_part"].sum()
    coarse = rank_attributions(scores, year, reference="48", level="dimension")
    expected = coarse.set_index(["province", "series"])["rank_part"]
    assert summed.to_dict() == pytest.approx(expected.to_dict(), abs=1e-9)


def test_parts_of_dimensions_equal_the_shapley_values_of_another_package(
    scores: pd.DataFrame,
) -> None:
    reference = pd.read_csv(REFERENCE, comment="#", dtype={"province": str}, index_col="province")
    assert reference.shape == (61, 8)
    table = rank_attributions(scores, 2024, level="dimension")
    parts = table.pivot(index="province", columns="series", values="rank_part")
    assert parts[reference.columns].to_numpy() == pytest.approx(reference.to_numpy(), abs=1e-9)


def test_one_province_gets_the_same_alone_and_among_all(scores: pd.DataFrame) -> None:
    for by in ("series", "rival"):
        attributions = rank_attributions(scores, 2024, reference="region", by=by)
        expected = attributions[attributions["province"] == "48"].reset_index(drop=True)
        actual = rank_attribution(scores, "Đà Nẵng", 2024, reference="region", by=by)
        pd.testing.assert_frame_equal(actual, expected)


def test_references_are_medians_means_and_rows_of_the_complete_provinces(
    scores: pd.DataFrame,
) -> None:
    matrix = wide(scores, 2024, complete=True)
    regions = pd.Series({code: by_code()[code].region for code in matrix.index})
    region_scores = matrix[regions == by_code()["20"].region]
    expected = {
        "median": (matrix.median(), 61, "median"),
        "mean": (matrix.mean(), 61, "mean"),
        "region": (region_scores.median(), len(region_scores), "region"),
        "hai phong": (matrix.loc["31"], 1, "31"),
        "previous": (wide(scores, 2023).loc["20"], 1, "previous"),
    }
    for reference, (points_, count, name) in expected.items():
        table = rank_attribution(scores, "20", 2024, reference=reference)
        assert table["series"].tolist() == matrix.columns.tolist()
        assert table["score_reference"].tolist() == pytest.approx(points_.tolist(), abs=1e-12)
        assert table["score"].tolist() == matrix.loc["20"].tolist()
        assert set(table["n_reference"]) == {count}
        assert set(table["reference"]) == {name}


def test_the_rank_of_a_reference_is_the_one_its_scores_would_have_in_place_of_the_province(
    scores: pd.DataFrame,
) -> None:
    order = ranks(scores, 2024).set_index("province")["rank"]
    best, middle, last = order.index[0], order.index[30], order.index[-1]
    above = rank_attribution(scores, middle, 2024, reference=best)
    below = rank_attribution(scores, middle, 2024, reference=last)
    itself = rank_attribution(scores, middle, 2024, reference=middle)
    assert set(above["rank_reference"]) == {1}
    assert set(below["rank_reference"]) == {60}  # one rival fewer above the last
    assert set(itself["rank_reference"]) == {order[middle]}
    assert (itself["rank_part"] == 0).all()


def test_a_single_different_part_carries_the_whole_distance(scores: pd.DataFrame) -> None:
    year = scores[(scores["year"] == 2024) & (scores["level"] == "criterion")].copy()
    name = "papi.services.public_health"
    twin = year.loc[year["province"] == "31"].set_index("series")["score"]
    is_target = year["province"] == "20"
    year.loc[is_target, "score"] = year.loc[is_target, "series"].map(twin)
    year.loc[is_target & (year["series"] == name), "score"] -= 1.0
    table = rank_attribution(year, "20", 2024, reference="31").set_index("series")
    assert (table.drop(name)["rank_part"] == 0).all()
    row = table.loc[name]
    assert row["rank_part"] == pytest.approx(row["rank_reference"] - row["rank"])
    assert row["rank_part"] < -3
    assert row["score_part"] == pytest.approx(-1.0)


def test_split_by_rival_says_who_is_passed_and_adds_up_to_the_parts(scores: pd.DataFrame) -> None:
    table = rank_attributions(scores, 2024, by="rival")
    attributions = rank_attributions(scores, 2024)
    assert len(table) == 61 * 60 * 28
    sums = table.groupby(["province", "series"])["rank_part"].sum().to_dict()
    parts = attributions.set_index(["province", "series"])["rank_part"].to_dict()
    assert sums == pytest.approx(parts, abs=1e-9)
    matrix = wide(scores, 2024, complete=True)
    totals = matrix.sum(axis=1).round(9)
    median = round(matrix.median().sum(), 9)
    for (unit, rival), value in table.groupby(["province", "rival"])["rank_part"].sum().items():
        passed = int(median < totals[rival]) - int(totals[unit] < totals[rival])
        assert value == pytest.approx(passed, abs=1e-9)
    lang_son = table[table["province"] == "20"]
    assert lang_son["rank_rival"].is_monotonic_increasing
    assert "20" not in set(lang_son["rival"])
    row = lang_son[
        (lang_son["rival"] == "31") & (lang_son["series"] == "papi.services.public_health")
    ].iloc[0]
    assert row["score_rival"] == matrix.loc["31", "papi.services.public_health"]
    assert row["score"] == matrix.loc["20", "papi.services.public_health"]
    assert row["rank_rival"] == ranks(scores, 2024).set_index("province").loc["31", "rank"]


def test_the_order_of_the_rows_does_not_matter_and_the_input_stays_as_it_was(
    scores: pd.DataFrame,
) -> None:
    pair = scores[scores["year"] >= 2023]
    shuffled = pair.sample(frac=1, random_state=5)
    before = shuffled.copy()
    pd.testing.assert_frame_equal(rank_attributions(shuffled, 2024), rank_attributions(pair, 2024))
    pd.testing.assert_frame_equal(
        change_attributions(shuffled, 2024), change_attributions(pair, 2024)
    )
    pd.testing.assert_frame_equal(shuffled, before)


def test_itself_the_year_before_leaves_out_provinces_that_were_not_complete(
    scores: pd.DataFrame,
) -> None:
    both = wide(scores, 2024, complete=True).index.intersection(
        wide(scores, 2023, complete=True).index
    )
    table = rank_attributions(scores, 2024, reference="previous")
    assert sorted(table["province"].unique()) == sorted(both)
    missing = sorted(set(wide(scores, 2024, complete=True).index) - set(both))[0]
    with pytest.raises(InvalidRequest, match=r"had no complete scores of PAPI in 2023; take"):
        rank_attribution(scores, missing, 2024, reference="previous")


@pytest.mark.parametrize("year", [2016, 2018, 2019, 2020, 2021, 2022])
def test_itself_the_year_before_is_refused_across_a_break(scores: pd.DataFrame, year: int) -> None:
    with pytest.raises(BreakCrossed, match="use change_attribution") as caught:
        rank_attribution(scores, "20", year, reference="previous")
    if year == 2021:
        assert "papi.services.law_and_order" in str(caught.value)
        assert "papi.procedures.construction_permits" in str(caught.value)  # ended
        assert "papi.procedures.certification" not in str(caught.value)  # only rescaled


def test_itself_the_year_before_stands_on_the_scale_of_this_year(
    scores: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No year of PAPI has a change of scale only, so the other breaks of 2021 are hidden."""
    monkeypatch.setattr(
        frameworks, "comparable", lambda names, *_: pd.Series(True, index=names.index)
    )
    table = rank_attribution(scores, "20", 2021, reference="previous").set_index("series")
    then = wide(scores, 2020).loc["20"]
    moved, unchanged = "papi.procedures.certification", "papi.services.public_health"
    share = (then[moved] - 0.25) / 2.25
    assert table.loc[moved, "score_reference"] == pytest.approx(1 / 3 + share * 3, abs=1e-9)
    assert table.loc[unchanged, "score_reference"] == then[unchanged]


def test_rescaled_scores_keep_their_share_of_the_scale(scores: pd.DataFrame) -> None:
    old, new = build_parts(scores, 2017), build_parts(scores, 2018)
    both = [name for name in new.series if name in old.series]
    values = np.stack([old.points[:, old.series.index(name)] for name in both], axis=1)
    moved = pd.DataFrame(rescaled(values, old, new, both), old.provinces, both)
    scale = frameworks.in_year("PAPI", 2018).set_index("series").loc[both]
    share = (moved - scale["min_points"]) / (scale["max_points"] - scale["min_points"])
    expected = standardise(scores[scores["year"] == 2017]).pivot(
        index="province", columns="series", values="value"
    )
    assert share.to_numpy() == pytest.approx(expected.loc[share.index, both].to_numpy(), abs=1e-12)
    back = rescaled(moved.to_numpy(), new, old, both)
    assert back == pytest.approx(values, abs=1e-12)


def test_wrong_requests_say_what_to_do(scores: pd.DataFrame) -> None:
    with pytest.raises(InvalidRequest) as caught:
        rank_attribution(scores, "20", 2024, reference="medain")
    assert str(caught.value).startswith(
        "unknown reference 'medain': expected one of median, mean, region, previous, or a province"
    )
    with pytest.raises(UnknownChoice, match="expected one of series, rival"):
        rank_attribution(scores, "20", 2024, by="province")
    with pytest.raises(UnknownChoice, match="unknown level 'part'"):
        rank_attribution(scores, "20", 2024, level="part")
    with pytest.raises(UnknownChoice, match="unknown year of PAPI 2010"):
        rank_attribution(scores, "20", 2011, reference="previous")
    absent = sorted(set(by_code()) - set(wide(scores, 2024).index))[0]
    for province, reference in ((absent, "median"), ("20", absent)):
        with pytest.raises(InvalidRequest, match="has no complete scores of PAPI 2024"):
            rank_attribution(scores, province, 2024, reference=reference)


def test_indices_that_do_not_add_up_or_are_known_in_part_are_refused(data_folder: Path) -> None:
    with pytest.raises(InsufficientCoverage):
        rank_attribution(load_scores("PAR INDEX"), "20", 2023)
    with pytest.raises(InsufficientCoverage):
        change_attribution(load_scores("PAR INDEX"), "20", 2023)


def test_a_region_of_two_is_no_reference(scores: pd.DataFrame) -> None:
    highlands = [code for code, province in by_code().items() if province.region == "CH"]
    subset = scores[(scores["year"] == 2019) & ~scores["province"].isin(highlands[2:])]
    assert len(rank_attributions(subset, 2019)) == 60 * 29
    with pytest.raises(InsufficientCoverage, match="the median of region CH in PAPI 2019: 2 of 5"):
        rank_attribution(subset, highlands[0], 2019, reference="region")
    elsewhere = rank_attribution(subset, "20", 2019, reference="region")
    assert len(elsewhere) == 29


# Change attribution of PAPI.


def total_change(scores: pd.DataFrame, year: int, previous: int) -> pd.Series:
    totals = scores[scores["series"] == "papi"].pivot(
        index="province", columns="year", values="score"
    )
    return (totals[year] - totals[previous]).dropna()


@pytest.mark.parametrize(
    ("year", "level", "on_break"),
    [
        *((year, "criterion", "series") for year in YEARS),
        *((year, "criterion", "framework") for year in (2016, 2018, 2019, 2020, 2021, 2022)),
        *((year, "dimension", "series") for year in (2015, 2018, 2021, 2024)),
    ],
)
def test_reasons_of_every_province_add_up_to_its_change_of_score_and_rank(
    scores: pd.DataFrame, year: int, level: str, on_break: str
) -> None:
    table = change_attributions(scores, year, level=level, on_break=on_break)
    groups = table.groupby("province")
    first = groups.first()
    now, then = (ranks(scores, which).set_index("province")["rank"] for which in (year, year - 1))
    assert sorted(first.index) == sorted(now.index.intersection(then.index))
    assert first["rank"].to_dict() == now[first.index].to_dict()
    assert first["rank_previous"].to_dict() == then[first.index].to_dict()
    moved = (first["rank_previous"] - first["rank"]).to_dict()
    assert groups["rank_part"].sum().to_dict() == pytest.approx(moved, abs=1e-9)
    change = total_change(scores, year, year - 1).to_dict()
    assert groups["score_part"].sum().to_dict() == pytest.approx(change, abs=1e-9)
    assert set(table["n_ranked"]) == {len(now)}
    assert set(table["n_ranked_previous"]) == {len(then)}
    assert set(table["n_common"]) == {len(first)}


@pytest.mark.parametrize(("year", "previous"), [(2024, 2019), (2018, 2011), (2021, 2020)])
def test_backwards_every_reason_has_the_other_sign(
    scores: pd.DataFrame, year: int, previous: int
) -> None:
    forth = change_attributions(scores, year, previous)
    back = change_attributions(scores, previous, year)
    assert forth["series"].tolist() == back["series"].tolist()
    for column in ("score_part", "rank_part"):
        assert forth[column].isna().tolist() == back[column].isna().tolist()
        assert (forth[column] + back[column]).abs().max() < 1e-9


def test_provinces_entered_or_left_are_counted(scores: pd.DataFrame) -> None:
    """The ranks among the provinces of both years carry everything else."""
    table = change_attributions(scores, 2015)
    now, then = (ranks(scores, which).set_index("province")["rank"] for which in (2015, 2014))
    entered = set(now.index) - set(then.index)
    assert len(entered) == 2
    for row in table[table["kind"] == "entered_or_left"].itertuples():
        above = sum(now[code] < now[row.province] for code in entered)
        assert row.rank_part == -above
    common = sorted(set(now.index) & set(then.index))
    again = [
        ranks(scores, which, provinces=common).set_index("province")["rank"]
        for which in (2014, 2015)
    ]
    game = table[table["kind"] != "entered_or_left"].groupby("province")["rank_part"].sum()
    assert game.to_dict() == pytest.approx((again[0] - again[1])[game.index].to_dict(), abs=1e-9)


def test_rows_name_what_ended_what_is_new_and_what_does_not_compare(scores: pd.DataFrame) -> None:
    table = change_attribution(scores, "20", 2018)
    assert table["kind"].tolist()[-3:] == BLOCKS
    assert table["series"].tolist()[-3:] == ["", "", ""]
    rows = table.set_index("series")
    now, then = wide(scores, 2018).loc["20"], wide(scores, 2017).loc["20"]
    ended, new = "papi.accountability.inspection_boards", "papi.environment.air_quality"
    assert rows.loc[[ended, new], "kind"].tolist() == ["framework", "framework"]
    assert rows.loc[ended, "score_part"] == -then[ended]
    assert rows.loc[new, "score_part"] == now[new]
    assert rows.loc[[ended, new], "rank_part"].isna().all()
    both = [name for name in now.index if name in then.index]
    assert sorted(table.loc[table["kind"] == "series", "series"]) == sorted(both)
    assert rows.loc[both, "score_part"].tolist() == pytest.approx((now - then)[both].tolist())
    assert not rows.loc[[ended, new, "papi.transparency.land_plans"], "comparable"].any()
    assert not rows.loc["papi.services.law_and_order", "comparable"]
    assert rows.loc["papi.services.public_health", "comparable"]
    assert rows.loc["papi.transparency.land_plans", "break_en"].startswith("Scale 0.33")
    blocks = table.tail(3)
    assert blocks["comparable"].tolist() == [False, False, True]
    assert blocks["score_part"].tolist() == pytest.approx([0.0, np.nan, 0.0], nan_ok=True)


def test_a_series_that_changed_its_meaning_can_be_counted_with_the_framework(
    scores: pd.DataFrame,
) -> None:
    default = change_attribution(scores, "20", 2020)
    separated = change_attribution(scores, "20", 2020, on_break="framework")
    name = "papi.e_governance.e_responsiveness"
    assert default.loc[default["series"] == name, "kind"].tolist() == ["series"]
    moved = separated[separated["series"] == name]
    assert moved["kind"].tolist() == ["framework"]
    assert moved["rank_part"].isna().all()
    assert (
        moved["score_part"].tolist()
        == default.loc[default["series"] == name, "score_part"].tolist()
    )
    by_kind = {
        which: table[table["series"] == ""].set_index("kind")["rank_part"]
        for which, table in (("series", default), ("apart", separated))
    }
    # It fell for everybody: as an own change it looks like a loss that the others make good.
    assert by_kind["series"]["framework"] == 0
    assert (
        default.loc[default["series"] == name, "rank_part"].item()
        < -5
        < 5
        < by_kind["series"]["others"]
    )
    assert abs(by_kind["apart"]["others"]) < 2.5
    comparable = separated.set_index("kind")["comparable"]
    assert comparable["others"]
    assert not comparable["framework"].any()


@pytest.mark.parametrize("year", [2013, 2014, 2017, 2023, 2024])
def test_without_a_change_of_framework_its_block_is_zero(scores: pd.DataFrame, year: int) -> None:
    table = change_attributions(scores, year)
    block = table[table["kind"] == "framework"]
    assert set(block["series"]) == {""}
    assert (block["rank_part"] == 0).all()
    assert (block["score_part"] == 0).all()
    assert table["comparable"].all()


def two_years(scores: pd.DataFrame, year: int) -> pd.DataFrame:
    keep = scores["year"].isin([year, year - 1]) & (scores["level"] == "criterion")
    return scores[keep].copy()


def set_as_before(table: pd.DataFrame, year: int, who: Callable[[pd.Series], pd.Series]) -> None:
    """Give some provinces the scores of the year before again."""
    then = table[table["year"] == year - 1].set_index(["province", "series"])["score"]
    rows = (table["year"] == year) & who(table["province"])
    keys = pd.MultiIndex.from_frame(table.loc[rows, ["province", "series"]])
    table.loc[rows, "score"] = then.reindex(keys).to_numpy()


def test_where_only_the_province_moved_nothing_is_said_of_the_others(scores: pd.DataFrame) -> None:
    scenario = two_years(scores, 2017)
    set_as_before(scenario, 2017, lambda province: province != "20")
    table = change_attribution(scenario, "20", 2017)
    blocks = table[table["series"] == ""]
    assert (blocks["rank_part"] == 0).all()
    row = table.iloc[0]
    assert table["rank_part"].sum() == pytest.approx(row["rank_previous"] - row["rank"])
    assert row["rank_previous"] != row["rank"]


def test_where_only_the_others_moved_nothing_is_said_of_the_province(scores: pd.DataFrame) -> None:
    rest = two_years(scores, 2017)
    set_as_before(rest, 2017, lambda province: province == "20")
    table = change_attribution(rest, "20", 2017)
    assert (table.loc[table["kind"] != "others", "rank_part"] == 0).all()
    row = table.iloc[0]
    rival_part = table.loc[table["kind"] == "others", "rank_part"].item()
    assert rival_part == row["rank_previous"] - row["rank"] != 0


def test_where_only_the_framework_changed_it_carries_the_whole_change(
    scores: pd.DataFrame,
) -> None:
    """2018 again, but every series of both years keeps its share of scale."""
    table = two_years(scores, 2018)
    both = set(wide(scores, 2017).columns) & set(wide(scores, 2018).columns)
    old = table[table["year"] == 2017].set_index(["province", "series"])
    share = (old["score"] - old["min_score"]) / (old["max_score"] - old["min_score"])
    rows = (table["year"] == 2018) & table["series"].isin(both)
    now = table[rows]
    keys = pd.MultiIndex.from_frame(now[["province", "series"]])
    span = now["max_score"] - now["min_score"]
    table.loc[rows, "score"] = now["min_score"] + share.reindex(keys).to_numpy() * span
    changes = change_attributions(table, 2018)
    quiet = changes[(changes["kind"] == "series") | (changes["kind"] == "others")]
    assert (quiet["rank_part"] == 0).all()
    block = changes[(changes["kind"] == "framework") & (changes["series"] == "")].set_index(
        "province"
    )
    turnover = changes[changes["kind"] == "entered_or_left"].set_index("province")["rank_part"]
    change = block["rank_previous"] - block["rank"]
    assert (block["rank_part"] + turnover).to_dict() == pytest.approx(change.to_dict(), abs=1e-9)
    assert block["rank_part"].abs().max() > 5


def test_years_across_a_break_of_the_ranking_are_flagged(scores: pd.DataFrame) -> None:
    assert change_attribution(scores, "20", 2021)["ranking_break"].all()
    assert change_attribution(scores, "20", 2024, 2019)["ranking_break"].all()
    assert not change_attribution(scores, "20", 2024)["ranking_break"].any()


def test_one_province_changes_the_same_alone_and_among_all(scores: pd.DataFrame) -> None:
    changes = change_attributions(scores, 2018)
    expected = changes[changes["province"] == "31"].reset_index(drop=True)
    pd.testing.assert_frame_equal(change_attribution(scores, "Hải Phòng", 2018), expected)


def test_a_province_without_a_total_in_one_year_gets_an_empty_table_of_the_same_columns(
    scores: pd.DataFrame,
) -> None:
    full = change_attribution(scores, "20", 2024)
    now, then = (set(ranks(scores, which)["province"]) for which in (2024, 2023))
    for province in (min(now - then), min(then - now)):
        empty = change_attribution(scores, province, 2024)
        assert empty.empty
        assert empty.columns.tolist() == full.columns.tolist()
        assert empty.dtypes.astype(str).to_dict() == full.dtypes.astype(str).to_dict()


def test_wrong_years_and_choices_are_refused(scores: pd.DataFrame) -> None:
    with pytest.raises(InvalidRequest, match="cannot compare 2024 with itself"):
        change_attribution(scores, "20", 2024, 2024)
    with pytest.raises(
        InvalidRequest, match="no figures of the year before \\(2010\\), nor of any"
    ):
        change_attribution(scores, "20", 2011)
    with pytest.raises(UnknownChoice, match="expected one of series, framework"):
        change_attribution(scores, "20", 2024, on_break="blank")
    few = scores[~((scores["year"] == 2023) & (scores["province"] < "30"))]
    with pytest.raises(InsufficientCoverage, match="drivers of PAPI 2023"):
        change_attribution(few, "31", 2024)


def test_the_63_and_the_34_provinces_are_not_compared(scores: pd.DataFrame) -> None:
    old = scores[scores["year"] == 2023]
    new = to_vintage(scores[scores["year"] == 2024], 34)
    mixed = pd.concat([old, new], ignore_index=True)
    with pytest.raises(VintageCrossed, match="backcast"):
        change_attribution(mixed, "20", 2024)
    with pytest.raises(VintageCrossed, match="backcast"):
        rank_attribution(mixed, "20", 2024, reference="previous")
