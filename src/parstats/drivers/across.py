"""The indices side by side: how far they rank the provinces alike, and by which parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from parstats import errors
from parstats.arguments import as_tuple, check_flag, check_integer, check_share
from parstats.drivers.compared_scores import (
    ComparedIndex,
    comparable_indices,
    compared_index,
    index_tables,
    province_vintage,
)
from parstats.drivers.score_matrix import LEAST_IN_REGION
from parstats.panel.coverage import needed
from parstats.panel.ranks import rank_scores
from parstats.reference import frameworks
from parstats.reference import provinces as places
from parstats.stats import percentile_interval, resampling_counts
from parstats.stats.correlations import midranks, pearson
from parstats.stats.kendall import kendall, kendall_bounds, pair_shares

Floats = NDArray[np.float64]

# With fewer no p-value is below 5 %.
_LEAST_PERMUTATIONS = 19
# Two units are always in the same order or in the other.
_LEAST_UNITS = 3
# Points; scores are compared to nine decimals, as in `parstats.panel.ranks`.
_SAME = 1e-9


@dataclass(frozen=True)
class Across:
    """The indices of a year side by side.

    Every table has index_1, index_2, year, vintage and region (empty for the country) first.

    Attributes
    ----------
    pairs : pandas.DataFrame
        One row per pair of indices and region: spearman, spearman_sens_low, spearman_sens_high,
        kendall, kendall_sens_low, kendall_sens_high, concordant, discordant (shares of the pairs of
        units that both order alike, and the other way round); all missing where the pair is not
        comparable. kendall_least, kendall_greatest (the worst-case bounds, of tau-a), n_1, n_2
        (units with a score that can be compared), n_common, n_units, coverage (the smaller share),
        is_comparable, reason (why not: "few" where one covers under 90 % of the units, "no_spread"
        where all have the same score), sens_level, n_draws, n_published_1, n_published_2 (units
        with an overall score, whether or not what is left out of it is known).
    provinces : pandas.DataFrame
        One row per pair and unit with both scores, the largest difference first: province, score_1,
        score_2 (as compared; missing where what is left out of it is not known), rank_1, rank_2
        (among the units with both), difference (rank_1 less rank_2; these three missing where the
        pair is not comparable, and rows by published_1), published_1, published_2 (overall scores),
        national_rank_1, national_rank_2 (of these, computed or else printed), is_comparable,
        best_1, worst_1, best_2, worst_2 (the parts in which it stands highest and lowest; empty if
        they are not known).
    parts : pandas.DataFrame
        One row per part of the one and part of the other index: series_1, series_2, spearman, p,
        p_adjusted (family-wise, over all of the pair), n_common. None of a pair that is not
        comparable.
    """

    pairs: pd.DataFrame
    provinces: pd.DataFrame
    parts: pd.DataFrame


def across(
    scores: pd.DataFrame,
    year: int,
    *,
    index: str | None = None,
    indices: str | Sequence[str] | None = None,
    by_region: bool = False,
    sens_level: float = 0.95,
    n_draws: int = 2000,
    n_permutations: int = 999,
    seed: int = 0,
) -> Across:
    r"""Set the indices of a year side by side, pair by pair.

    Parameters
    ----------
    scores : pandas.DataFrame
        Scores of several indices (`parstats.load_scores` with None), of provinces.
    year : int
    index : str, optional; only the pairs of this index, which comes first in them
    indices : sequence of str, optional; those with scores of the year if not given
    by_region : bool; also within each region with 10 provinces or more
    sens_level : float; share of the bootstrap draws inside the intervals
    n_draws, n_permutations, seed : int
        Bootstrap samples over provinces, reassignments of the tests of parts, and the seed.

    Returns
    -------
    Across

    Raises
    ------
    InvalidRequest: if fewer than two indices have scores of provinces that year
    UnknownChoice: if an index does not exist
    VintageCrossed: if one index is about the 63 provinces that year and another about the 34

    Notes
    -----
    Estimand: Spearman's and Kendall's (tau-b) rank correlation of the overall scores, in the
    provinces of that year. The provinces are a census: the interval is no sampling error but the
    percentile bootstrap over provinces, and shows how far a coefficient hangs on which are in.
    Nothing is compared with itself: the PAR INDEX enters without SIPAS and without growth and
    investment (`parstats.drivers.compared_scores.LEFT_OUT`); where these are not known of a
    province, neither is its score here.

    Where one of the indices covers under 90 % of the units there is no coefficient: figures that
    get printed are more often those of the first and the last. What remains are the pairs of the
    units with both, and bounds of tau that hold whatever the missing scores are (Manski 2003,
    Partial Identification of Probability Distributions).

    Parts: the fields, components or dimensions of the one index and those of the other. ``p`` is of
    a permutation test, provinces of the one index shuffled; ``p_adjusted`` holds the chance of any
    false finding among all pairs of parts at its level (maximum statistic; Westfall and Young 1993,
    Resampling-Based Multiple Testing). Going together is no effect of the one on the other.

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> result = across(load_scores(None), 2023, n_draws=50)
    >>> row = result.pairs.iloc[0]
    >>> row["index_1"], row["index_2"], bool(row["is_comparable"])
    ('PAPI', 'SIPAS', False)
    """
    year, sens_level = check_integer("year", year, 1), check_share("sens_level", sens_level)
    by_region = check_flag("by_region", by_region)
    n_permutations = check_integer("n_permutations", n_permutations, _LEAST_PERMUTATIONS)
    tables = index_tables(scores, year, index, indices)
    vintages = {name: province_vintage(table, year) for name, table in tables.items()}
    if len(set(vintages.values())) > 1:
        raise errors.VintageCrossed(
            f"the scores of {year} are of one set of provinces in one index and of another in "
            f"another ({', '.join(f'{name} {v}' for name, v in vintages.items())}): compare "
            "indices of one set"
        )
    vintage = next(iter(vintages.values()))
    compared = {name: compared_index(table, year) for name, table in tables.items()}
    regions = ["", *_regions(vintage)] if by_region else [""]
    pairs, provinces, parts = [], [], []
    for one, two in combinations(tables, 2):
        if index is not None and one != next(iter(tables)):
            continue
        head = {"index_1": one, "index_2": two, "year": int(year), "vintage": vintage}
        first, second = compared[one], compared[two]
        for region in regions:
            units = _units(vintage, region)
            x, y = (each.scores[each.scores.index.isin(units)] for each in (first, second))
            row = _pair(x, y, len(units), sens_level, n_draws, seed)
            counts = {
                f"n_published_{number}": int(each.published.index.isin(units).sum())
                for number, each in ((1, first), (2, second))
            }
            pairs.append(head | {"region": region} | row | counts)
        whole = head | {"region": ""}
        provinces.append(_provinces(whole, first, second, len(_units(vintage, ""))))
        if pairs[-len(regions)]["is_comparable"]:
            together = _parts_together(whole, first.parts, second.parts, n_permutations, seed)
            parts += [] if together is None else [together]
    return Across(
        pd.DataFrame(pairs),
        pd.concat(provinces, ignore_index=True),
        pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=_PART_COLUMNS),
    )


def across_years(
    scores: pd.DataFrame,
    index: str | None = None,
    *,
    indices: str | Sequence[str] | None = None,
    sens_level: float = 0.95,
    n_draws: int = 2000,
    seed: int = 0,
) -> pd.DataFrame:
    """Return the pairs of `across` year by year.

    Years in which no two indices have scores of the same provinces are left out.

    Parameters
    ----------
    scores : pandas.DataFrame; scores of several indices
    index : str, optional; only the pairs of this index, which comes first in them
    indices : sequence of str, optional; all with scores if not given
    sens_level, n_draws, seed; as of `across`

    Returns
    -------
    pandas.DataFrame: the columns of `Across.pairs`, of the country; none without such years

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> pairs = across_years(load_scores(None), "PAPI", n_draws=20)
    >>> pairs.loc[pairs["is_comparable"], ["year", "index_2"]].to_numpy().tolist()
    [[2020, 'PCI']]
    """
    if indices is not None:
        named = [*as_tuple(indices), *([] if index is None else [index])]
        scores = scores[scores["index"].isin([frameworks.check_index(name) for name in named])]
    tables = []
    for year in sorted(map(int, scores["year"].unique())):
        names = comparable_indices(scores, year, index)
        if len(names) > 1:
            result = across(
                scores,
                year,
                index=index,
                indices=names,
                sens_level=sens_level,
                n_draws=n_draws,
                n_permutations=_LEAST_PERMUTATIONS,
                seed=seed,
            )
            tables.append(result.pairs)
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()


def _regions(vintage: int) -> list[str]:
    counts = pd.Series([each.region for each in places.by_code(vintage).values()]).value_counts()
    return [region for region in places.REGIONS if counts.get(region, 0) >= LEAST_IN_REGION]


def _units(vintage: int, region: str) -> list[str]:
    return [
        code
        for code, province in places.by_code(vintage).items()
        if not region or province.region == region
    ]


def _pair(
    first: pd.Series, second: pd.Series, n_units: int, sens_level: float, n_draws: int, seed: int
) -> dict[str, object]:
    """Return the coefficients of two indices over the units with both scores."""
    common = first.index.intersection(second.index)
    x, y = (each[common].to_numpy(dtype=np.float64) for each in (first, second))
    reason = _obstacle(first, second, n_units)
    row: dict[str, object] = {}
    counts = np.empty((0, 0)) if reason else resampling_counts(len(common), n_draws, seed)
    for name in ("spearman", "kendall"):
        value, low, high = np.nan, np.nan, np.nan
        if not reason:
            value = float(_coefficient(name, x, y)[0])
            low, high = _interval(_coefficient(name, x, y, counts), sens_level)
        row |= {name: value, f"{name}_sens_low": low, f"{name}_sens_high": high}
    alike, opposite = (np.nan, np.nan) if reason else pair_shares(x, y)
    least, greatest = kendall_bounds(x, y, n_units) if len(common) > 1 else (-1.0, 1.0)
    return row | {
        "concordant": alike,
        "discordant": opposite,
        "kendall_least": least,
        "kendall_greatest": greatest,
        "n_1": len(first),
        "n_2": len(second),
        "n_common": len(common),
        "n_units": n_units,
        "coverage": min(len(first), len(second)) / n_units,
        "is_comparable": not reason,
        "reason": reason,
        "sens_level": sens_level,
        "n_draws": n_draws,
    }


def _obstacle(first: pd.Series, second: pd.Series, n_units: int) -> str:
    """Return why two indices have no coefficient: "few" units, or "no_spread"; empty if they do."""
    common = first.index.intersection(second.index)
    if min(len(first), len(second)) < needed(n_units) or len(common) < _LEAST_UNITS:
        return "few"
    spread = min(np.ptp(each[common].to_numpy(float)) for each in (first, second))
    return "" if spread > _SAME else "no_spread"


def _coefficient(name: str, x: Floats, y: Floats, counts: Floats | None = None) -> Floats:
    if name == "kendall":
        return kendall(x, y, counts)
    return pearson(midranks(x, counts), midranks(y, counts), counts)


def _interval(draws: Floats, sens_level: float) -> tuple[float, float]:
    finite = draws[np.isfinite(draws)]
    if not len(finite):
        return np.nan, np.nan
    low, high = percentile_interval(finite[:, None], sens_level)
    return float(low[0]), float(high[0])


_PROVINCE_COLUMNS = (
    *("index_1", "index_2", "year", "vintage", "region", "province", "score_1", "score_2"),
    *("rank_1", "rank_2", "difference", "published_1", "published_2", "national_rank_1"),
    *("national_rank_2", "is_comparable", "best_1", "worst_1", "best_2", "worst_2"),
)


def _provinces(
    head: dict[str, object], first: ComparedIndex, second: ComparedIndex, n_units: int
) -> pd.DataFrame:
    """Return the units with both scores; their ranks only where the pair is comparable."""
    is_comparable = not _obstacle(first.scores, second.scores, n_units)
    one, two = (each.scores if is_comparable else each.published for each in (first, second))
    common = one.index.intersection(two.index)
    table = pd.DataFrame({"province": common}).assign(**head, is_comparable=is_comparable)
    for number, index in ((1, first), (2, second)):
        score = index.scores.reindex(common)
        ranks = rank_scores(score) if is_comparable else pd.Series(pd.NA, common)
        table[f"score_{number}"] = score.to_numpy()
        table[f"published_{number}"] = index.published.reindex(common).to_numpy()
        table[f"rank_{number}"] = ranks.astype("Int64").array
        table[f"national_rank_{number}"] = index.national_ranks.reindex(common).array
        standing = index.parts.rank(pct=True).reindex(common)
        table[f"best_{number}"] = _extreme_parts(standing)
        table[f"worst_{number}"] = _extreme_parts(-standing)
    table["difference"] = table["rank_1"] - table["rank_2"]
    order = table["difference"].abs() if is_comparable else table["published_1"]
    order = order.sort_values(ascending=False, kind="stable")
    return table.loc[order.index, list(_PROVINCE_COLUMNS)].reset_index(drop=True)


def _extreme_parts(standing: pd.DataFrame) -> list[str]:
    """Return the part in which each province stands highest; empty if its parts are not known."""
    rows = standing.to_numpy(dtype=np.float64)
    return ["" if np.isnan(row).all() else str(standing.columns[np.nanargmax(row)]) for row in rows]


_PART_COLUMNS = [
    *("index_1", "index_2", "year", "vintage", "region", "series_1", "series_2", "spearman", "p"),
    *("p_adjusted", "n_common"),
]


def _parts_together(
    head: dict[str, object],
    parts_1: pd.DataFrame,
    parts_2: pd.DataFrame,
    n_permutations: int,
    seed: int,
) -> pd.DataFrame | None:
    """Return the rank correlation of every part of the one with every part of the other index.

    None where the parts of one of them are known of too few units.
    """
    common = parts_1.index.intersection(parts_2.index)
    least = needed(len(places.by_code(int(str(head["vintage"])))))
    if min(len(parts_1), len(parts_2)) < least or parts_1.empty or parts_2.empty:
        return None
    x, y = (_standard_ranks(table.loc[common].to_numpy(float)) for table in (parts_1, parts_2))
    n = len(common)
    observed = x.T @ y / n
    rng = np.random.default_rng(seed)
    above = np.ones_like(observed)
    above_largest = np.ones_like(observed)
    for _ in range(n_permutations):
        drawn = np.abs(x.T @ y[rng.permutation(n)] / n)
        above += drawn >= np.abs(observed) - 1e-12
        above_largest += drawn.max() >= np.abs(observed) - 1e-12
    table = pd.DataFrame(
        {
            "series_1": np.repeat(parts_1.columns, observed.shape[1]),
            "series_2": np.tile(parts_2.columns, observed.shape[0]),
            "spearman": observed.ravel(),
            "p": (above / (n_permutations + 1)).ravel(),
            "p_adjusted": (above_largest / (n_permutations + 1)).ravel(),
            "n_common": n,
        }
    ).assign(**head)[_PART_COLUMNS]
    return table.sort_values("spearman", key=abs, ascending=False, ignore_index=True)


def _standard_ranks(points: Floats) -> Floats:
    ranks = np.column_stack([midranks(column) for column in points.T])
    centred = ranks - ranks.mean(axis=0)
    spread = centred.std(axis=0)
    standard: Floats = centred / np.where(spread > 0, spread, np.nan)
    return np.nan_to_num(standard)
