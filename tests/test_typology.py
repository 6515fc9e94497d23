"""Groups of provinces, and one group where there are none."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans
from sklearn.datasets import make_blobs
from sklearn.metrics import adjusted_rand_score

import parstats as ps
from parstats import errors
from parstats.drivers import typology


@pytest.fixture(scope="module")
def papi() -> pd.DataFrame:
    return ps.load_scores("PAPI", years=2024)


def with_points(papi: pd.DataFrame, points: np.ndarray) -> pd.DataFrame:
    """The sub-dimensions of 2024, with other points of the same provinces."""
    wide = ps.panel.wide(papi, 2024, level="criterion", complete=True)
    drawn = pd.DataFrame(1.3 + 0.1 * points[:, : wide.shape[1]], wide.index, wide.columns)
    long = drawn.stack().rename("drawn").reset_index()
    rows = papi[papi["level"] == "criterion"].merge(long, on=["province", "series"])
    return ps.panel.add_totals(rows.assign(score=rows.pop("drawn")))


def test_planted_groups_are_found(papi) -> None:
    points, truth = make_blobs(61, 28, centers=3, cluster_std=1.0, random_state=1)
    points = (points - points.mean(axis=0)) / points.std(axis=0)
    result = typology(with_points(papi, points), 2024, n_draws=99)
    assert result.n_groups == 3
    found = result.groups.set_index("province")["group"]
    wide = ps.panel.wide(papi, 2024, level="criterion", complete=True)
    assert adjusted_rand_score(found[wide.index], truth) == 1.0
    sizes = found.value_counts()
    assert sizes.loc[[1, 2, 3]].is_monotonic_decreasing
    best = result.choice.query("is_chosen").iloc[0]
    assert best["n_groups"] == 3
    assert best["agreement"] > 0.95
    assert best["p"] <= 0.05


@pytest.mark.slow
def test_one_cloud_is_one_group_but_for_a_few(papi) -> None:
    """Of 30 clouds that are no groups, correlated as parts are, few are taken for several."""
    rng = np.random.default_rng(3)
    several = 0
    for seed in range(30):
        common = rng.normal(size=(61, 1))
        points = 0.6 * common + 0.8 * rng.normal(size=(61, 28))
        result = typology(with_points(papi, points), 2024, n_draws=39, seed=seed)
        several += result.n_groups > 1
    assert several <= 5  # 99.5 % of a binomial of 30 and 0.05


def test_papi_of_2024_is_one_group(papi) -> None:
    result = typology(papi, 2024, n_draws=99)
    assert result.n_groups == 1
    assert set(result.groups["group"]) == {1}
    assert result.groups["silhouette"].isna().all()
    assert not result.choice["is_chosen"].any()
    row = result.choice.iloc[0]
    assert row["best_silhouette"] < row["null_high"]
    assert result.profiles["mean"].abs().max() < 1e-9


def test_groups_can_be_asked_for_all_the_same(papi) -> None:
    result = typology(papi, 2024, n_groups=3, n_draws=19)
    assert result.n_groups == 3
    assert result.choice["p"].iloc[0] > 0.05
    profile = result.profiles.drop_duplicates("group")
    assert profile["n_provinces"].sum() == 61
    weighted = result.profiles["mean"] * result.profiles["n_provinces"]
    assert weighted.groupby(result.profiles["series"]).sum().abs().max() < 1e-8


def test_the_same_seed_gives_the_same_groups(papi) -> None:
    first, again = (typology(papi, 2024, n_groups=4, n_draws=19, seed=5) for _ in range(2))
    pd.testing.assert_frame_equal(first.groups, again.groups)
    pd.testing.assert_frame_equal(first.choice, again.choice)


def test_bad_requests_are_named(papi) -> None:
    with pytest.raises(errors.InvalidRequest, match="too few for up to 70 groups"):
        typology(papi, 2024, most_groups=70)
    same = papi.assign(
        score=papi["score"].where(papi["series"] != "papi.environment.air_quality", 1.0)
    )
    criteria = ps.panel.add_totals(same[same["level"] == "criterion"])
    with pytest.raises(errors.InvalidRequest, match="air_quality is the same in all"):
        typology(criteria, 2024)
    with pytest.raises(errors.ParstatsError, match="n_groups is 0"):
        typology(papi, 2024, n_groups=0)


@pytest.mark.parametrize("n_groups", [3, 6])
def test_groups_are_those_of_many_starts(papi, n_groups) -> None:
    result = typology(papi, 2024, n_groups=n_groups, n_draws=9)
    columns = [name for name in result.groups if name.startswith("component_")]
    points, group = result.groups[columns], result.groups["group"]
    inertia = ((points - points.groupby(group).transform("mean")) ** 2).to_numpy().sum()
    best = KMeans(n_groups, n_init=400, random_state=7).fit(points.to_numpy()).inertia_
    assert inertia <= best * (1 + 1e-3)
