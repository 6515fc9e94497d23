"""Stability: how well a ranking lasts for a year, and how far extremes regress to the mean."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from parstats import errors
from parstats.arguments import as_tuple, as_years, check_integer, check_share, old_names
from parstats.drivers.score_checks import check_scores, require_table
from parstats.drivers.score_matrix import LEAST_IN_REGION, Floats, resolve_region
from parstats.panel.coverage import check_year, needed
from parstats.panel.subset_marks import keeps_subset
from parstats.panel.units import (
    n_units,
    province_scores,
    unit_column,
    vintage_in,
    with_vintage,
)
from parstats.reference import frameworks
from parstats.reference import provinces as places
from parstats.reference.period_numbers import period_text
from parstats.stats import percentile_interval, resampling_counts
from parstats.stats.correlations import pearson, spearman
from parstats.stats.kendall import kendall
from parstats.stats.mean_reversion import expected_bounce

# Share of the provinces, the worst tenth: whom a measure is most often aimed at. By judgement; six
# of 63.
TAIL = 0.1

_FIGURES = (
    *("rank_correlation", "kendall", "pearson", "same_quartile", "stays_worst", "stays_best"),
    *("mean_reversion", "worst_baseline", "expected_bounce", "normal_bounce", "observed_bounce"),
)
_INTERVALS = ("rank_correlation", "reversion", "expected")
_BOUNDS = tuple(f"{name}_{end}" for name in _INTERVALS for end in ("sens_low", "sens_high"))
_COLUMNS = (
    *("index", "region", "series", "parent", "level", "year", "previous", "pooled", "n_pairs"),
    *("n_common", "n_units", "coverage", "is_estimable"),
    *("rank_correlation", "rank_correlation_sens_low", "rank_correlation_sens_high"),
    *("kendall", "pearson"),
    *("mean_reversion", "reversion_sens_low", "reversion_sens_high"),
    *("same_quartile", "stays_worst", "stays_best"),
    *("worst_baseline", "expected_bounce", "expected_sens_low", "expected_sens_high"),
    *("normal_bounce", "observed_bounce"),
    *("comparable", "ranking_break", "break_en", "break_vi", "sens_level", "n_draws"),
)


@dataclass(frozen=True)
class _Measured:
    """Figures of a series and pair of years, with the bootstrap draws of three of them."""

    figures: dict[str, float]
    draws: dict[str, Floats]


@dataclass(frozen=True)
class _Pair:
    """A series in two years.

    ``about`` holds the columns that describe it, ``common`` which units have both scores, and
    ``measured`` is None where these are too few.
    """

    about: dict[str, object]
    n_units: int
    common: NDArray[np.bool_]
    measured: _Measured | None

    @property
    def n(self) -> int:
        return int(self.common.sum())

    @property
    def poolable(self) -> bool:
        """Return whether the ranks of the two years measure the same and vary in both."""
        same = bool(self.about["comparable"]) and not self.about["ranking_break"]
        return same and self.measured is not None and np.isfinite(self.measured.figures["pearson"])


@old_names(draws="n_draws", interval="sens_level")
@keeps_subset
def stability(
    scores: pd.DataFrame,
    *,
    series: str | Iterable[str] | None = None,
    level: str | None = None,
    region: str | None = None,
    years: int | str | Iterable[int] | None = None,
    lag: int = 1,
    sens_level: float = 0.95,
    n_draws: int = 500,
    seed: int = 0,
) -> pd.DataFrame:
    r"""Compute how well each series keeps its order of provinces from year to year.

    Parameters
    ----------
    scores : pandas.DataFrame of one index (`parstats.load_scores`)
    series : str or iterable of str, optional; all of the scores, the overall one too, if not given
    level : str, optional; keep the series of one level: "index", "dimension", "criterion", ...
    region : str, optional
        Code or name of a region: the order among its provinces, 10 or more of them with both
        scores. Years of a set of provinces without such a region are left out.
    years : int, str or iterable of int, optional; years to keep, as "2018-2024"; all if not given
    lag : int; years between the two of a pair
    sens_level : float; share of the bootstrap draws inside the intervals
    n_draws, seed : int; bootstrap samples over provinces, and the seed

    Returns
    -------
    pandas.DataFrame: one row per series and pair of years that both hold it, in the order of the
        framework, then of the years; after the rows of a series one with ``pooled`` true and year
        and previous 0, unless none of its pairs can be pooled. Columns:

        - index, region (empty for the country), series, parent, level, year, previous, pooled,
          n_pairs (of years; 1, or as many as are pooled);
        - n_common (provinces with a score in both years; pooled: in any pair), n_units, coverage,
          is_estimable (whether 90 % are common; all figures are missing where not);
        - rank_correlation (Spearman), rank_correlation_sens_low, rank_correlation_sens_high,
          kendall (tau-b), pearson (of the scores: the slope of the later z score on the earlier);
        - mean_reversion (1 - pearson: share of its distance from the mean that a province is
          expected to lose), reversion_sens_low, reversion_sens_high;
        - same_quartile (share of the provinces that stay in their quarter of the ranking),
          stays_worst and stays_best (of those in the last, the first quarter);
        - worst_baseline (mean earlier z score of the worst tenth), expected_bounce (its change by
          the slope alone, in standard deviations) with expected_sens_low and expected_sens_high,
          normal_bounce (the same for the worst tenth of a normal distribution), observed_bounce
          (what the worst tenth did gain);
        - comparable (the series means the same in both years, whatever its scale), ranking_break
          (ranks of the two years are known to compare badly), break_en and break_vi (what happened,
          where not comparable), sens_level, n_draws.

    Raises
    ------
    InsufficientCoverage: if no pair of years has scores of 90 % of the provinces in both, or of a
        region of 10 of them
    InvalidData: if a score is not a number, is infinite or duplicated, or is of a province that
        does not exist
    InvalidRequest: if `lag` is below 1, or no two of the years are that far apart and of one set of
        provinces
    UnknownChoice: if a series, the level, the region or a year does not exist

    Notes
    -----
    Estimand: over the provinces with a score in both years, the Spearman and Pearson correlation of
    a series with itself `lag` years before. With scores standardised over these provinces in each
    year, the regression :math:`z_{it} = \rho z_{i,t-1} + e_{it}` has slope :math:`\rho` = pearson,
    and that of the change :math:`z_{it} - z_{i,t-1}` on the baseline has slope
    :math:`\rho - 1`, minus ``mean_reversion``. A province z below the mean is thus expected to gain
    :math:`(1-\rho)|z|` relative to the others when nothing is done about it (Galton's regression
    to the mean). ``expected_bounce`` is that at the mean baseline of the worst tenth (ties at the
    cut included); ``normal_bounce`` is :math:`(1-\rho)\varphi(c)/\Phi(c)`, :math:`\Phi(c)=0.1`
    (Barnett, van der Pols and Dobson 2005, International Journal of Epidemiology 34:215-220). Any
    gain observed after a measure for the worst is to be read against these, never against zero.

    Assumptions of that reading: the line is straight down to the worst provinces (compare
    ``expected_bounce`` with ``observed_bounce`` in years without a measure), and all provinces
    share one slope. The slope joins errors of measurement, which always revert, with real changes,
    of which some would have lasted; the two cannot be separated without standard errors. Gains are
    relative to the other provinces: a shift of all is taken out by standardising.

    Pooled figures are means of those of the pairs, weighted by provinces, over the pairs that are
    comparable, are no ranking break and have enough provinces. The provinces are a census:
    intervals are percentile bootstraps over provinces (ranked anew in every draw) and show
    sensitivity to which provinces are in. The same draw holds for all years, so that pooled
    intervals keep the years of a province together (cluster bootstrap). Pairs across the merger of
    63 provinces into 34 are left out.

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> table = stability(load_scores("PAPI"), series="papi", years=range(2020, 2025), n_draws=50)
    >>> table.set_index("year")["rank_correlation"].round(2).to_dict()
    {2021: 0.22, 2022: 0.8, 2023: 0.68, 2024: 0.69, 0: 0.69}
    """
    lag, sens_level = check_integer("lag", lag, 1), check_share("sens_level", sens_level)
    index = require_table(scores, allow_subset=True)
    rows = _select_series(province_scores(scores), index, series, level)
    code = "" if region is None else _resolve_region(rows, region, index)
    rows = check_scores(_rows_of_region(rows, code))
    pairs = _measured_pairs(rows, index, _pairs(rows, years, lag), code, n_draws, seed)
    if not any(pair.measured for pair in pairs):
        raise _too_few(pairs, index, code)
    table = pd.DataFrame(_rows(pairs, sens_level))
    return table.assign(index=index, region=code, sens_level=sens_level, n_draws=n_draws)[
        list(_COLUMNS)
    ]


def has_pairs(scores: pd.DataFrame, *, lag: int = 1) -> bool:
    """Return whether two years of one set of provinces are that far apart, as `stability` needs.

    Parameters
    ----------
    scores : pandas.DataFrame of one index (`parstats.load_scores`)
    lag : int; years between the two

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> has_pairs(load_scores("PAPI")), has_pairs(load_scores("PAPI", years=2024))
    (True, False)
    """
    years = {int(year) for year in scores["year"].unique()}
    return any(
        vintage_in(scores, year) == vintage_in(scores, year - lag)
        for year in years
        if year - lag in years
    )


def _select_series(
    scores: pd.DataFrame, index: str, series: str | Iterable[str] | None, level: str | None
) -> pd.DataFrame:
    if level is not None:
        scores = scores[scores["level"] == frameworks.check_level(level)]
    if series is not None:
        names = [frameworks.check_series(name, index) for name in as_tuple(series)]
        scores = scores[scores["series"].isin(names)]
    if scores.empty:
        raise errors.InvalidRequest(f"the scores of {index} hold none of the series asked for")
    return scores


def _resolve_region(rows: pd.DataFrame, region: str, index: str) -> str:
    """Return the code of a region of one of the sets of provinces of the scores."""
    vintages = [int(vintage) for vintage in with_vintage(rows)["vintage"].unique()]
    problems: list[errors.UnknownChoice] = []
    for vintage in vintages:
        try:
            return resolve_region(region, vintage, f"the stability of {index}")
        except errors.UnknownChoice as error:
            problems.append(error)
    raise problems[0]


def _rows_of_region(rows: pd.DataFrame, region: str) -> pd.DataFrame:
    """Return the scores of the provinces of a region; all of them without one."""
    if not region:
        return rows
    members = {
        (vintage, code)
        for vintage in rows["vintage"].unique()
        for code, province in places.by_code(int(vintage)).items()
        if province.region == region
    }
    pairs = pd.MultiIndex.from_frame(rows[["vintage", "province"]])
    return rows[pairs.isin(list(members))]


def _pairs(
    rows: pd.DataFrame, years: int | str | Iterable[int] | None, lag: int
) -> list[tuple[int, int]]:
    """Return the pairs (earlier, later) of one set of provinces."""
    year_series = {int(year) for year in rows["year"].unique()}
    named = as_years(years)
    selected_years = (
        year_series if named is None else {check_year(rows, each) for each in sorted(named)}
    )
    pairs = [(year - lag, year) for year in sorted(selected_years) if year - lag in selected_years]
    pairs = [pair for pair in pairs if vintage_in(rows, pair[0]) == vintage_in(rows, pair[1])]
    if not pairs:
        raise errors.InvalidRequest(
            f"no two of the years {', '.join(map(period_text, sorted(selected_years)))} are "
            f"{lag} apart and of the same set of provinces; pass more years, or another lag"
        )
    return pairs


def _measured_pairs(
    rows: pd.DataFrame,
    index: str,
    years: list[tuple[int, int]],
    region: str,
    n_draws: int,
    seed: int,
) -> list[_Pair]:
    unit = unit_column(index)
    units = sorted(rows[unit].unique())
    # One set of draws for all years: the years of a province stay together.
    counts = resampling_counts(len(units), n_draws, seed)
    matrices = {
        int(year): part.pivot(index=unit, columns="series", values="score").reindex(units)
        for year, part in rows[rows["year"].isin({y for both in years for y in both})].groupby(
            "year"
        )
    }
    pairs = []
    for previous, year in years:
        n_total, n_required = _n_needed(rows, index, year, region)
        for about in _common_series(index, matrices[previous], matrices[year], previous, year):
            then, now = (matrices[y][about["series"]].to_numpy(float) for y in (previous, year))
            common = np.isfinite(then) & np.isfinite(now)
            enough = common.sum() >= n_required
            measured = _measure(then[common], now[common], counts[:, common]) if enough else None
            pairs.append(_Pair(about, n_total, common, measured))
    return pairs


def _n_needed(rows: pd.DataFrame, index: str, year: int, region: str) -> tuple[int, int]:
    """Return the provinces of the country or a part of it, and how many must be common."""
    vintage = vintage_in(rows, year)
    n_total = n_units(index, vintage, rows, region=region)
    is_part = bool(region) or n_total < n_units(index, vintage)
    return n_total, max(needed(n_total), LEAST_IN_REGION if is_part else 0)


def _common_series(
    index: str, then: pd.DataFrame, now: pd.DataFrame, previous: int, year: int
) -> list[dict[str, object]]:
    """Return the properties of each series with scores in both years."""
    year_series = frameworks.in_year(index, year)
    year_series = year_series[year_series["series"].isin(then.columns.intersection(now.columns))]
    year_series = year_series.reset_index(drop=True)
    comparable = frameworks.comparable(year_series["series"], year, previous, "share_of_scale")
    breaks = frameworks.breaks_between(index, year, previous, affects="ranking")
    table = year_series[["series", "parent", "level", "position"]].assign(
        year=year, previous=previous, comparable=comparable, ranking_break=len(breaks) > 0
    )
    for name, break_text in frameworks.break_texts(year_series["series"], year, previous).items():
        table[name] = break_text.where(~comparable, "")
    common_series: list[dict[str, object]] = table.to_dict("records")
    return common_series


def _measure(then: Floats, now: Floats, counts: Floats) -> _Measured:
    slope = float(pearson(then, now)[0])
    first, last = _quarters(then), _quarters(now)
    worst = then <= np.sort(then)[max(1, round(TAIL * len(then))) - 1] + 1e-9
    baseline, after = (float(_standard(values)[worst].mean()) for values in (then, now))
    figures = {
        "rank_correlation": float(spearman(then, now)[0]),
        "kendall": float(kendall(then, now)[0]),
        "pearson": slope,
        "mean_reversion": 1 - slope,
        "same_quartile": float((first == last).mean()),
        "stays_worst": _share(last[first == 4] == 4),
        "stays_best": _share(last[first == 1] == 1),
        "worst_baseline": baseline,
        "expected_bounce": (slope - 1) * baseline,
        "normal_bounce": expected_bounce(slope, TAIL) if np.isfinite(slope) else np.nan,
        "observed_bounce": after - baseline,
    }
    reversion = 1 - pearson(then, now, counts)
    sampled = {
        "rank_correlation": spearman(then, now, counts),
        "reversion": reversion,
        "expected": -baseline * reversion,
    }
    return _Measured(figures, sampled)


def _standard(values: Floats) -> Floats:
    spread = values.std()
    standard: Floats = (values - values.mean()) / (spread if spread > 1e-9 else np.nan)
    return standard


def _quarters(values: Floats) -> NDArray[np.int64]:
    """Return the quarter of the ranking, 1 the best; ties share the best rank."""
    same = np.sort(np.round(values, 9))
    above = len(values) - np.searchsorted(same, np.round(values, 9), side="right")
    return np.minimum(4, 1 + 4 * above // len(values))


def _share(stayed: NDArray[np.bool_]) -> float:
    return float(stayed.mean()) if len(stayed) else float("nan")


def _too_few(pairs: list[_Pair], index: str, region: str) -> errors.ParstatsError:
    if not pairs:
        return errors.InvalidRequest(f"no series of {index} is held in both years of any pair")
    best = max(pairs, key=lambda pair: pair.n)
    where = f" in region {region}" if region else ""
    return errors.InsufficientCoverage(
        f"the stability of {index}{where}",
        n_complete=best.n,
        n_required=max(needed(best.n_units), LEAST_IN_REGION if region else 0),
        n_units=best.n_units,
        alternative="no pair of years has more" + (", so use the country" if region else ""),
    )


def _rows(pairs: list[_Pair], sens_level: float) -> list[dict[str, object]]:
    """Return one row per pair, series by series, and after those of a series its pooled one."""
    by_series: dict[str, list[_Pair]] = {}
    for pair in sorted(pairs, key=lambda pair: (pair.about["position"], pair.about["year"])):
        by_series.setdefault(str(pair.about["series"]), []).append(pair)
    rows = []
    for series_pairs in by_series.values():
        rows += [_row(pair, sens_level) for pair in series_pairs]
        poolable = [pair for pair in series_pairs if pair.poolable]
        if poolable:
            rows.append(_pooled(poolable, sens_level))
    return rows


def _row(pair: _Pair, sens_level: float) -> dict[str, object]:
    row: dict[str, object] = {**pair.about, "pooled": False, "n_pairs": 1}
    row |= {"n_common": pair.n, "n_units": pair.n_units, "coverage": pair.n / pair.n_units}
    row["is_estimable"] = pair.measured is not None
    if pair.measured is None:
        return {**row, **dict.fromkeys((*_FIGURES, *_BOUNDS), np.nan)}
    return {**row, **pair.measured.figures, **_bounds(pair.measured.draws, sens_level)}


def _pooled(pairs: list[_Pair], sens_level: float) -> dict[str, object]:
    """Return the means over the pairs, weighted by their provinces."""
    weights = np.array([pair.n for pair in pairs], dtype=np.float64)
    weights /= weights.sum()
    measured = [pair.measured for pair in pairs if pair.measured is not None]
    n = int(np.logical_or.reduce([pair.common for pair in pairs]).sum())
    n_units = pairs[-1].n_units
    row = {**pairs[-1].about, "year": 0, "previous": 0, "pooled": True, "n_pairs": len(pairs)}
    row |= {"n_common": n, "n_units": n_units, "coverage": n / n_units, "is_estimable": True}
    row |= {
        name: float(weights @ np.array([measured_pair.figures[name] for measured_pair in measured]))
        for name in _FIGURES
    }
    sampled = {
        name: weights @ np.stack([measured_pair.draws[name] for measured_pair in measured])
        for name in _INTERVALS
    }
    return {**row, **_bounds(sampled, sens_level)}


def _bounds(draws: dict[str, Floats], sens_level: float) -> dict[str, float]:
    bounds: dict[str, float] = {}
    for name, sampled in draws.items():
        low, high = percentile_interval(sampled, sens_level)
        bounds |= {f"{name}_sens_low": float(low), f"{name}_sens_high": float(high)}
    return bounds
