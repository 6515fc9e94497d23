"""What a province's standing is likely to be a year later, from what provinces had before."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from parstats import errors
from parstats.advice.sound_scores import check_province, sound_scores
from parstats.advice.years_ahead import next_year_compares
from parstats.arguments import check_number
from parstats.panel.coverage import check_year, needed
from parstats.panel.standings import Breaks, standings
from parstats.panel.units import (
    n_units,
    province_scores,
    unit_column,
    vintage_in,
    with_published_vintage,
)
from parstats.reference import frameworks, provinces
from parstats.reference.period_numbers import period_text
from parstats.stats.reverting_panel import RevertingPanel, fit_reverting_panel

#: Features of a standing; those of years before a break, or of none, are zero.
FEATURES = (
    *("standing", "previous", "older", "standing_with_previous", "standing_with_older"),
    *("previous_with_older", "general"),
)
# Years before the previous one whose mean is "older": PAPI's runs of comparable years are 2 to 10.
_OLDER = (2, 3, 4)
# Pairs of years that a model is fitted to at least: of one, no year tells it from that year's luck.
LEAST_YEARS = 2
_COLUMNS = (
    *("index", "year", "vintage", "province", "series", "parent", "level", "score", "standing"),
    *("expected", "range_low", "range_high", "range_level", "expected_score", "score_low"),
    *("score_high", "shift", "comparable", "n_cells", "n_years"),
)


@dataclass(frozen=True)
class Transitions:
    """Standings of one index with what was known of each a year before, and after it.

    Attributes
    ----------
    cells : pandas.DataFrame
        A row per series, year and unit: the columns of `parstats.panel.standings`, `FEATURES`, and
        before, outcome and second_outcome (the standing one year before, one and two years after,
        in the same run; missing where there is none).
    series : tuple of str; the series, in the order of their numbers
    """

    cells: pd.DataFrame
    series: tuple[str, ...]

    def fit(self, before: int | None = None) -> RevertingPanel:
        """Fit the model to the outcomes of years before one; to all if none is given."""
        known = self.cells.dropna(subset=["outcome"])
        if before is not None:
            known = known[known["year"] + 1 < before]
        n_years = known["year"].nunique()
        if n_years < LEAST_YEARS:
            raise errors.InsufficientData(
                f"what standings were a year later is known of {n_years} pairs of years that "
                f"compare; {LEAST_YEARS} are needed: add earlier years, or take a later baseline"
            )
        return fit_reverting_panel(
            self.features(known), self.numbers(known), known["outcome"].to_numpy(), len(self.series)
        )

    def features(self, cells: pd.DataFrame) -> np.ndarray:
        """Return the features of some cells; shape (cells, features)."""
        features: np.ndarray = cells[list(FEATURES)].to_numpy(dtype=np.float64)
        return features

    def numbers(self, cells: pd.DataFrame) -> np.ndarray:
        """Return the number of the series of each cell."""
        number = {name: at for at, name in enumerate(self.series)}
        numbers: np.ndarray = cells["series"].map(number).to_numpy(dtype=np.int64)
        return numbers


def transitions(
    scores: pd.DataFrame,
    *,
    level: str | None = None,
    series: str | None = None,
    breaks: Breaks = "all",
) -> Transitions:
    """Return every standing with its past and what followed, years across a break left out.

    Parameters
    ----------
    scores : pandas.DataFrame of one index (`parstats.load_scores`)
    level, series, breaks : as in `parstats.panel.standings`

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> moves = transitions(load_scores("PAPI"), level="dimension")
    >>> len(moves.series), int(moves.cells["outcome"].notna().sum()) > 3000
    (8, True)
    """
    table = standings(scores, level=level, series=series, breaks=breaks)
    unit = unit_column(str(table["index"].iloc[0]))
    keys = ["series", "run", unit, "year"]
    by_cell = table.set_index(keys)["standing"]

    def at(lag: int) -> np.ndarray:
        wanted = pd.MultiIndex.from_frame(table[keys].assign(year=table["year"] - lag))
        values: np.ndarray = by_cell.reindex(wanted).to_numpy(dtype=np.float64)
        return values

    previous = at(1)
    older = _mean_of_known(np.stack([at(lag) for lag in _OLDER]))
    before = previous
    has_previous, has_older = np.isfinite(previous), np.isfinite(older)
    previous, older = np.nan_to_num(previous), np.nan_to_num(older)
    standing = table["standing"].to_numpy()
    cells = table.assign(
        previous=previous,
        older=older,
        standing_with_previous=standing * has_previous,
        standing_with_older=standing * has_older,
        previous_with_older=previous * has_older,
        general=table.groupby(["level", "year", "vintage", unit])["standing"].transform("mean"),
        before=before,
        outcome=at(-1),
        second_outcome=at(-2),
    )
    return Transitions(cells, tuple(dict.fromkeys(table["series"])))


def _mean_of_known(values: np.ndarray) -> np.ndarray:
    known = np.isfinite(values)
    counts = known.sum(axis=0)
    sums = np.where(known, values, 0.0).sum(axis=0)
    return np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)


def attainable(
    scores: pd.DataFrame,
    province: str | None = None,
    year: int | None = None,
    *,
    level: str | None = None,
    range_level: float = 0.8,
) -> pd.DataFrame:
    r"""Return the likely standing and score of provinces in each series a year later.

    Parameters
    ----------
    scores : pandas.DataFrame of one index (`parstats.load_scores`)
    province : str, optional; name or code; all provinces if not given
    year : int, optional; the baseline; the newest year if not given
    level : str, optional
        Of the series: "index", "dimension", "criterion"; all if not given, each with a model of its
        own.
    range_level : float; probability of the range

    Returns
    -------
    pandas.DataFrame: one row per province and series: index, year (the baseline), vintage,
        province, series, parent, level, score, standing; expected, range_low, range_high: standing
        of the year after, in standard deviations of the provinces; expected_score, score_low,
        score_high: the same in points, if mean and spread of the provinces stay; shift (points by
        which the mean of all usually moves from year to year: it comes on top, for all alike);
        comparable: whether the points of the year after compare, as far as its framework is known
        (where not, all these are as if the method had stayed); n_cells, n_years: what the model was
        fitted to.

    Raises
    ------
    InsufficientCoverage: if no series has scores of 90 % of the provinces in the year
    InsufficientData: if fewer than two pairs of years compare
    InvalidRequest: if the province has no scores in the year
    UnknownChoice: if the year has none

    Notes
    -----
    The model, its assumptions and its source are `parstats.stats.reverting_panel`'s: the standing
    reverts to the mean, the more the less it lasted; its distribution is that of past residuals.
    Targets for a score (`parstats.advice.check_targets`) are judged by this distribution, with the
    shift of the mean of all on top. Ranks are simulated from all parts at once
    (`parstats.advice.priorities`): another model, whose overall score may differ somewhat.
    Years on both sides of a break are no pair. Coverage in years that the model had not seen:
    ``python -m evaluation.advice``. Standings are relative: a province that stays as it is falls
    where others rise.

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> table = attainable(load_scores("PAPI"), "Lạng Sơn", 2024, level="dimension")
    >>> len(table), bool((table["expected"].abs() <= table["standing"].abs() + 0.5).all())
    (8, True)
    """
    if not 0 < check_number("range_level", range_level) < 1:
        raise errors.InvalidRequest(f"range_level is {range_level}: expected 0.8 or the like")
    index, scores = sound_scores(scores, year)
    baseline = int(scores["year"].max()) if year is None else check_year(scores, year)
    vintage = vintage_in(scores, baseline)
    code = (
        None
        if province is None
        else provinces.match_province(check_province(province), vintage=vintage)
    )
    past = province_scores(scores[scores["year"] <= baseline])
    present = past[past["year"] == baseline]["level"].unique()
    levels = [name for name in frameworks.LEVELS if name in present] if level is None else [level]
    tables, refused = [], None
    for name in levels:
        try:
            tables.append(_of_level(past, code, baseline, name, range_level))
        except (errors.InsufficientCoverage, errors.InsufficientData) as error:
            refused = refused or error
    tables = [table for table in tables if len(table)]
    if not tables and refused is not None:
        raise refused
    if not tables:
        _require_scores(past, index, baseline, vintage)
        raise errors.InvalidRequest(
            f"{province or 'no province'} has no scores of {index} {period_text(baseline)} that "
            "compare; take another year or province"
        )
    return with_published_vintage(pd.concat(tables, ignore_index=True))


def _require_scores(past: pd.DataFrame, index: str, year: int, vintage: int) -> None:
    """Refuse a year in which no series has scores of 90 % of the provinces."""
    counts = past[past["year"] == year].dropna(subset=["score"]).groupby("series").size()
    most, n = int(counts.max()) if len(counts) else 0, n_units(index, vintage)
    if most < needed(n):
        raise errors.InsufficientCoverage(
            f"what may follow {index} {period_text(year)}",
            n_complete=most,
            n_required=needed(n),
            n_units=n,
        )


def _of_level(
    scores: pd.DataFrame, code: str | None, baseline: int, level: str, range_level: float
) -> pd.DataFrame:
    """Return the forecasts of one level: its series share what they have in common."""
    moves = transitions(scores, level=level)
    unit = unit_column(str(moves.cells["index"].iloc[0]))
    now = moves.cells[moves.cells["year"] == baseline]
    if code is not None:
        now = now[now[unit] == code]
    if now.empty:
        return pd.DataFrame(columns=list(_COLUMNS))
    model = moves.fit()
    fitted = moves.cells[moves.cells["outcome"].notna()]
    low, high = model.interval(moves.features(now), moves.numbers(now), range_level)
    table = now.assign(
        expected=model.forecast(moves.features(now), moves.numbers(now)),
        range_low=low,
        range_high=high,
        range_level=range_level,
        n_cells=len(fitted),
        n_years=fitted["year"].nunique(),
        comparable=[
            next_year_compares(str(row["index"]), str(row["series"]), "score", baseline)
            for row in now[["index", "series"]].to_dict("records")
        ],
    )
    table = _with_points(table, moves.cells)
    return table.rename(columns={unit: "province"})[list(_COLUMNS)].reset_index(drop=True)


def _with_points(table: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """Add the forecasts in points, and how far the mean of all moves between years that compare."""
    by_year = cells.groupby(["series", "run", "year"])["score"]
    means = by_year.mean()
    moved = means.groupby(["series", "run"]).diff()
    shift = np.sqrt((moved**2).groupby("series").mean())
    last = cells["year"].max()
    mean = table["series"].map(means.xs(last, level="year").droplevel("run"))
    spread = table["series"].map(by_year.std(ddof=0).xs(last, level="year").droplevel("run"))
    return table.assign(
        shift=table["series"].map(shift),
        expected_score=mean + spread * table["expected"],
        score_low=mean + spread * table["range_low"],
        score_high=mean + spread * table["range_high"],
    )
