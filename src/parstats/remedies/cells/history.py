"""What was known of a cell before its plan: longer memory, its region, and similar provinces."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from parstats.reference import frameworks, provinces

Floats = NDArray[np.float64]
IntArray = NDArray[np.int64]

#: Standings before the two that `baseline` and `previous_change` are made of.
LAGS = (3, 4, 5)
#: Columns of `with_history`, in the order of `history`.
HISTORY: tuple[str, ...] = (
    *(f"lag_{lag}" for lag in LAGS),
    "region_baseline",
    "region_past",
    "similar_baseline",
    "similar_past",
    "sibling_baseline",
    "sibling_past",
)
# Provinces that count as similar: eight of 62, by judgement; the simulations behind the model had
# the same number, and plans made after five similar provinces were met as well.
N_SIMILAR = 8
_CELL = ["index", "vintage", "level", "province", "series", "year"]


def history(past: Floats, region: IntArray, dimension: IntArray) -> Floats:
    """Return what the standings before a year hold for every province and series.

    `past`, shape (5, provinces, series), are the standings one to five years before, missing where
    there is none; `region`, shape (provinces,), and `dimension`, shape (series,), are a number for
    each region and dimension, below 0 for none. Shape (9, provinces, series), in the order of
    `HISTORY`: the standings three, four and five years before; the mean of the region's other
    provinces in the last year and over the four before it; the same of the eight provinces most
    alike in the two last years over all series; the same of the province's other series of the
    dimension. Missing where nothing is known.

    >>> past = np.arange(20.0).reshape(5, 4, 1)
    >>> history(past, np.array([0, 0, 0, -1]), np.array([0]))[3].ravel().tolist()
    [1.5, 1.0, 0.5, nan]
    """
    in_region = (region[:, None] == region[None, :]) & (region >= 0)[:, None]
    peers = [in_region & ~np.eye(len(region), dtype=bool), similar(past[0], past[1])]
    means = [_peer_mean(values, rows) for rows in peers for values in (past[:1], past[1:])]
    in_dimension = (dimension[:, None] == dimension[None, :]) & (dimension >= 0)[:, None]
    siblings = in_dimension & ~np.eye(len(dimension), dtype=bool)
    turned = past.transpose(0, 2, 1)
    means += [_peer_mean(values, siblings).T for values in (turned[:1], turned[1:])]
    return np.concatenate([past[2:], np.stack(means)])


def similar(last: Floats, before: Floats, n_similar: int = N_SIMILAR) -> NDArray[np.bool_]:
    """Return which provinces are most alike in the standings of two years, over all series.

    `last` and `before`, shape (provinces, series), are missing where there is no figure. Alike is
    the mean square difference over the figures that two provinces share, at least half of the
    series; a province without such a partner has none. Shape (provinces, provinces).

    >>> similar(np.array([[0.0], [0.1], [5.0]]), np.zeros((3, 1)), 1).tolist()
    [[False, True, False], [True, False, False], [False, True, False]]
    """
    profile = np.concatenate([last, before], axis=1)
    known = np.isfinite(profile)
    values = np.where(known, profile, 0.0)
    shared = known.astype(np.float64) @ known.T
    squares = (values**2) @ known.T
    total = squares + squares.T - 2 * values @ values.T
    # Half of the figures: by judgement, fewer may be alike by chance.
    enough = shared >= max(1.0, profile.shape[1] / 2)
    distance = np.divide(total, shared, out=np.full(total.shape, np.inf), where=enough)
    np.fill_diagonal(distance, np.inf)
    order = np.argsort(distance, axis=1, kind="stable")[:, :n_similar]
    result = np.zeros(distance.shape, dtype=bool)
    np.put_along_axis(result, order, True, axis=1)
    return np.asarray(result & np.isfinite(distance))


def _peer_mean(values: Floats, peers: NDArray[np.bool_]) -> Floats:
    """Return the mean of all figures of the peers of each province, over the years given."""
    known = np.isfinite(values)
    weights = peers.astype(np.float64)
    sums = weights @ np.where(known, values, 0.0).sum(axis=0)
    counts = weights @ known.sum(axis=0)
    means = np.divide(sums, counts, out=np.full(sums.shape, np.nan), where=counts > 0)
    return np.asarray(means, dtype=np.float64)


def with_history(cells: pd.DataFrame, standings: pd.DataFrame) -> pd.DataFrame:
    """Add ``region`` and the columns of `HISTORY` to cells.

    Parameters
    ----------
    cells : pandas.DataFrame with index, level, year, vintage, province, series
    standings : pandas.DataFrame
        Standings of `parstats.remedies.cells.changes.standing`, of all years there are. They may
        lie across a break: these columns only predict, they are no part of a change.

    Returns
    -------
    pandas.DataFrame: the cells in their order, with region (code; empty where there is none) and
        the columns of `HISTORY`, missing where nothing is known.

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> from parstats.remedies.cells.changes import outcomes
    >>> cells = outcomes(load_scores("PAPI"), 2024)
    >>> bool(cells["lag_4"].notna().all()), round(float(cells["region_baseline"].std()), 1)
    (True, 0.6)
    """
    parts = [
        _of_year(part, standings)
        for _, part in cells.groupby(["index", "vintage", "level", "year"], sort=False)
    ]
    if not parts:
        return cells.assign(region=pd.Series(dtype="str")).assign(
            **{name: pd.Series(dtype="float64") for name in HISTORY}
        )
    return pd.concat(parts).loc[cells.index]


def _of_year(cells: pd.DataFrame, standings: pd.DataFrame) -> pd.DataFrame:
    """Add the columns to the cells of one index, set of provinces, level and year."""
    first = cells.iloc[0]
    index, vintage, level, year = (first[name] for name in ("index", "vintage", "level", "year"))
    known = standings[
        (standings["index"] == index)
        & (standings["vintage"] == vintage)
        & (standings["level"] == level)
    ]
    codes = sorted(set(known["province"]) | set(cells["province"]))
    names = sorted(set(known["series"]) | set(cells["series"]))
    years = {year - lag: lag - 1 for lag in range(1, LAGS[-1] + 1)}
    rows = known[known["year"].isin(years)]
    past = np.full((len(years), len(codes), len(names)), np.nan)
    row_at, column_at = pd.Index(codes), pd.Index(names)
    past[
        rows["year"].map(years).to_numpy(dtype=np.int64),
        row_at.get_indexer(rows["province"]),
        column_at.get_indexer(rows["series"]),
    ] = rows["z"]
    regions = [provinces.by_code(int(vintage))[code].region for code in codes]
    dimensions = dimension_numbers(names, int(year)) if level == "criterion" else None
    none = np.full(len(names), -1)
    values = history(past, region_numbers(regions), none if dimensions is None else dimensions)
    at = row_at.get_indexer(cells["province"]), column_at.get_indexer(cells["series"])
    columns = {name: array[at] for name, array in zip(HISTORY, values, strict=True)}
    region = pd.Series(regions, dtype="str").to_numpy()[at[0]]
    return cells.assign(region=region, **columns)


def dimension_numbers(series: list[str], year: int) -> IntArray:
    """Return a number for the dimension of each series, -1 where it has none.

    >>> dimension_numbers(["papi.environment.air_quality", "papi.environment.water_quality"], 2024)
    array([0, 0])
    """
    by_year = frameworks.by_year()["parent"]
    newest = frameworks.series().set_index("series")["parent"]
    # A series that is not measured in the year has the dimension of other years.
    parents = [by_year.get((name, year), newest.get(name, "")) for name in series]
    return region_numbers([parent or "" for parent in parents])


def region_numbers(regions: list[str]) -> IntArray:
    """Return a number for each region, -1 where there is none.

    >>> region_numbers(["RRD", "", "NMM", "RRD"]).tolist()
    [1, -1, 0, 1]
    """
    available = sorted({region for region in regions if region})
    return np.array(
        [available.index(region) if region else -1 for region in regions], dtype=np.int64
    )
