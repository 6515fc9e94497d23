"""The input of every driver: a checked matrix of complete provinces by parts, on one scale."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from parstats import errors
from parstats.drivers.overall_weights import (
    OverallWeights,
    has_overall_weights,
    overall_weights,
)
from parstats.drivers.score_checks import check_scores, require_table
from parstats.panel import check_year, require_coverage, wide
from parstats.panel.coverage import needed
from parstats.panel.national_statistics import published_alternative
from parstats.panel.subset_marks import subset_in
from parstats.panel.units import n_units, unit_column, vintage_in
from parstats.reference import frameworks
from parstats.reference import provinces as places
from parstats.reference.period_numbers import period_text

Floats = NDArray[np.float64]

# Provinces of a region; drivers of fewer are refused. By judgement: shares and correlations of
# fewer hang on single provinces.
LEAST_IN_REGION = 10


@dataclass(frozen=True)
class Parts:
    """Scores of the complete provinces of a year, part by part."""

    index: str
    year: int
    vintage: int  # the set of provinces (63 or 34) that the codes are of
    # Level of the parts: "criterion" or "dimension"; code of the region, empty for the country.
    level: str
    region: str
    # Codes, in order: the rows; series, in the order of the framework: the columns.
    provinces: tuple[str, ...]
    series: tuple[str, ...]
    # Dimension of each series (the index itself, if the parts are dimensions).
    parents: tuple[str, ...]
    points: Floats  # points of the overall score, that is scores times weights; shape (n, p)
    # Lowest and highest possible points of each series; shape (p,)
    low: Floats
    high: Floats
    # What a point of each series' own scale counts in the overall score: 1 for a plain sum.
    weights: Floats
    n_units: int  # provinces that exist in the country or the region
    # Where the weights are from ("rules", "exact" or "fitted"; `parstats.drivers.overall_weights`),
    # and whether the last part is the rest that weighted parts leave of the overall score.
    basis: str
    has_rest: bool
    # Groups that the parts are in, by level from the top down to the parts' own; each of shape (p,)
    branches: tuple[tuple[str, NDArray[np.int64]], ...]
    # Overall scores as published, where the parts leave a rest that was taken out; shape (n,).
    overall: Floats | None = None
    subset: str = ""  # the part of the provinces or series that was asked for; empty for all

    @property
    def index_year(self) -> str:
        """The index and the year, quarter or month, as messages name them."""
        return f"{self.index} {period_text(self.year)}"

    @property
    def total(self) -> Floats:
        """Overall score of each province: the plain sum of its parts, and of a rest taken out."""
        total: Floats = self.points.sum(axis=1) if self.overall is None else self.overall
        return total

    @property
    def groups(self) -> NDArray[np.int64]:
        """Number of the dimension of each series, from 0 in order of the framework."""
        order = {parent: position for position, parent in enumerate(dict.fromkeys(self.parents))}
        return np.array([order[parent] for parent in self.parents], dtype=np.int64)

    def row(self, province: str) -> int:
        """Return the row of a province.

        Raises InvalidRequest if the province lacks a part of the score that year (or is of another
        region).
        """
        if unit_column(self.index) == "unit":
            return self._department_row(province)
        code = places.match_province(province, vintage=self.vintage)
        if code not in self.provinces:
            name = places.by_code(self.vintage)[code].names["vi"]
            name = name if name != code else "the unit"
            where = f" in region {self.region}" if self.region else ""
            where += f" ({self.subset})" if self.subset else ""
            raise errors.InvalidRequest(
                f"{name} ({code}) has no complete scores of {self.index_year}{where}; "
                f"complete are {len(self.provinces)} provinces; name one of these, or take another "
                "year"
            )
        return self.provinces.index(code)

    def _department_row(self, name: str) -> int:
        """Return the row of a department, which has its name for a code."""
        if name not in self.provinces:
            raise errors.UnknownChoice(f"department of {self.index}", name, self.provinces)
        return self.provinces.index(name)


def has_parts(scores: pd.DataFrame, year: int) -> bool:
    """Return whether drivers can be computed from the scores of a year.

    Parameters
    ----------
    scores : pandas.DataFrame of one index (`parstats.load_scores`)
    year : int

    Returns
    -------
    bool: whether `build_parts` has an answer and the overall scores differ: 90 % of the provinces
        have all parts, and these add up to the overall score, or there are enough overall scores to
        find their weights from.

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> has_parts(load_scores("PAPI"), 2024), has_parts(load_scores("SIPAS"), 2022)
    (True, False)
    """
    index = require_table(scores, allow_subset=True)
    level = lowest_level(index, check_year(scores, year))
    vintage = vintage_in(scores, year)
    rows = check_scores(scores[scores["year"] == year])
    if rows.empty:
        return False
    complete = wide(rows, year, level=level, complete=True)
    least = needed(n_units(index, vintage, scores))
    if len(complete) < least or not has_overall_weights(rows, complete, index, year, level):
        return False
    points = overall_weights(scores, complete, index, year, level).points(complete, index)
    # What is the same everywhere has no spread to divide.
    return len(points) >= least and bool(np.ptp(points.sum(axis=1)) > 1e-9)


def build_parts(
    scores: pd.DataFrame,
    year: int,
    *,
    level: str | None = None,
    region: str | None = None,
    like: Parts | None = None,
) -> Parts:
    """Return the scores of the complete provinces of a year, part by part.

    The parts are of a level ("criterion" or "dimension", of an index of one's own also "part" and
    what is above); if none is given, of the lowest that adds up to the overall score:
    sub-dimensions of PAPI, fields of the PAR INDEX. The region is a code of
    `parstats.reference.provinces.REGIONS` or a name; without one, the country. Where the parts do
    not add up to the overall score (SIPAS), they are weighted as the scores show, and what is left
    of it is a part of its own, the rest (`parstats.drivers.overall_weights`). `like` are
    the parts of another year that the year is compared with: of one framework both have one set of
    weights.

    Raises InsufficientCoverage if fewer than 90 % of the provinces are complete, or a region has
    fewer than 10 of them; InvalidData as `check_scores`; InvalidRequest if the scores are no table
    of one index, a level adds up by no rule (a geometric mean), or weights cannot be found;
    UnknownChoice if the year, the level or the region does not exist.

    >>> from parstats.panel import load_scores
    >>> parts = build_parts(load_scores("PAPI"), 2024)
    >>> parts.points.shape, len(set(parts.parents))
    ((61, 28), 8)
    """
    index = require_table(scores, allow_subset=True)
    vintage = vintage_in(scores, check_year(scores, year))
    level = frameworks.check_level(level or lowest_level(index, year), _levels(index, year))
    rows = check_scores(scores[scores["year"] == year])
    matrix = wide(rows, year, level=level, complete=True) if len(rows) else pd.DataFrame()
    n_total, subset = n_units(index, vintage, scores), subset_in(scores)
    what = f"drivers of {index} {period_text(year)}"
    require_coverage(
        len(matrix),
        n_total,
        what,
        lambda: _absent(rows, index, year, level) or published_alternative(index, year),
    )
    _require_sum(index, year, level)
    weighting = overall_weights(
        scores, matrix, index, year, level, like=_weights_to_keep(like, year, level)
    )
    points = weighting.points(matrix, index)
    # A rest is known of the provinces with an overall score, which may be fewer.
    require_coverage(len(points), n_total, what, lambda: published_alternative(index, year))
    region = None if region is None else resolve_region(region, vintage, what)
    if region is not None:
        n_total = n_units(index, vintage, scores, region=region)
        provinces_by_code = places.by_code(vintage)
        points = points[[provinces_by_code[code].region == region for code in points.index]]
    if region is not None or n_total < n_units(index, vintage):
        _require_enough(len(points), n_total, what, region)
    year_series = frameworks.in_year(index, year, level)
    year_series = year_series[year_series["series"].isin(matrix.columns)]
    has_rest = weighting.rest is not None
    # The rest has no scale: it is in points of the overall score, around what the parts leave.
    ends = (np.array([0.0]), np.array([1.0])) if has_rest else (np.array([]), np.array([]))
    low, high = (
        np.append(year_series[name].to_numpy(dtype=np.float64) * weighting.weights, ends[0])
        for name in ("min_points", "max_points")
    )
    return Parts(
        index=index,
        year=int(year),
        vintage=vintage,
        level=level,
        region=region or "",
        provinces=tuple(points.index),
        series=tuple(points.columns),
        parents=(*year_series["parent"], *([frameworks.top(index)] if has_rest else [])),
        points=points.to_numpy(dtype=np.float64),
        low=low,
        high=high,
        weights=np.append(weighting.weights, ends[1]),
        n_units=n_total,
        basis=weighting.basis,
        has_rest=has_rest,
        branches=tuple(
            (name, np.append(numbers, [numbers.max() + 1] * has_rest).astype(np.int64))
            for name, numbers in _branches(index, year, level, list(matrix.columns))
        ),
        subset=subset,
    )


def _weights_to_keep(like: Parts | None, year: int, level: str) -> OverallWeights | None:
    """Return the weights of other parts, if they are of the framework of a year."""
    if like is None or like.level != level:
        return None
    years = (year, like.year)
    now, then = (frameworks.framework_in_year(like.index, each) for each in years)
    if now != then:
        return None
    return OverallWeights(like.basis, like.weights[: len(like.weights) - like.has_rest])


def without_rest(parts: Parts) -> Parts:
    """Return parts without the rest, which no rule weighs; their overall scores stay.

    >>> from parstats.panel import load_scores
    >>> parts = build_parts(load_scores("PAPI"), 2024)
    >>> without_rest(parts) is parts
    True
    """
    if not parts.has_rest:
        return parts
    return replace(
        parts,
        series=parts.series[:-1],
        parents=parts.parents[:-1],
        points=parts.points[:, :-1],
        low=parts.low[:-1],
        high=parts.high[:-1],
        weights=parts.weights[:-1],
        has_rest=False,
        branches=tuple((level, numbers[:-1]) for level, numbers in parts.branches),
        overall=parts.total,
    )


def _levels(index: str, year: int) -> tuple[str, ...]:
    """Return the levels whose series may be the parts of an index."""
    if not is_defined_by_user(index):
        return ("criterion", "dimension")
    present = set(frameworks.in_year(index, year)["level"])
    return tuple(level for level in frameworks.LEVELS_UPWARDS if level in present)


def _branches(
    index: str, year: int, level: str, series: list[str]
) -> tuple[tuple[str, NDArray[np.int64]], ...]:
    """Return the number of the series above each part, level by level from the top down."""
    table = frameworks.in_year(index, year).set_index("series")
    codes = table.index[(table["level"] == level) & table.index.isin(series)].to_numpy()
    upwards = []
    while len(codes) and (table.loc[codes, "level"] != "index").all():
        numbers = pd.factorize(codes)[0].astype(np.int64)
        upwards.append((str(table.loc[codes[0], "level"]), numbers))
        codes = table.loc[codes, "parent"].to_numpy()
    return tuple(reversed(upwards))


def lowest_level(index: str, year: int) -> str:
    """Return the lowest level whose series add up to the overall score of an index.

    >>> lowest_level("PAPI", 2024), lowest_level("PAR INDEX", 2023)
    ('criterion', 'dimension')
    """
    for level in frameworks.LEVELS_UPWARDS if is_defined_by_user(index) else ("criterion",):
        cuts = frameworks.in_year(index, year, level)["cut"]
        if len(cuts) and cuts.all():
            return level
    return "dimension" if len(frameworks.in_year(index, year, "dimension")) else "criterion"


def is_defined_by_user(index: str) -> bool:
    """Return whether an index is one of the user's own, of any units and levels.

    >>> is_defined_by_user("PAPI")
    False
    """
    return frameworks.index_info(index).unit_level == "unit"


def _absent(rows: pd.DataFrame, index: str, year: int, level: str) -> str:
    """Return the remedy if some series of the level have no score at all, though others have."""
    year_series = frameworks.in_year(index, year, level)["series"]
    missing = year_series[~year_series.isin(rows["series"])].tolist()
    if not missing or len(missing) == len(year_series):
        return ""
    more = f" and {len(missing) - 5} more" if len(missing) > 5 else ""
    other = "dimension" if level == "criterion" else "criterion"
    adds_up = frameworks.index_info(index).total == "sum"
    instead = f", or use level={other!r}" if adds_up else ""
    return f"no province has a score of {', '.join(missing[:5])}{more}: add it{instead}"


def _require_sum(index: str, year: int, level: str) -> None:
    """Refuse a level of an index of one's own that a geometric mean lies above."""
    if not is_defined_by_user(index) or frameworks.in_year(index, year, level)["cut"].all():
        return
    raise errors.InvalidRequest(
        f"the {level} scores of {index} {period_text(year)} do not add up to its overall score, so "
        "they have no shares in it: a level above them is a geometric mean. Ranks, profiles, "
        "changes, coverage, drivers.stability and drivers.rank_intervals work all the same; for "
        f"the others take a level that adds up ({_additive_levels(index, year)}), or aggregate "
        "arithmetically"
    )


def _additive_levels(index: str, year: int) -> str:
    table = frameworks.in_year(index, year)
    additive = table.groupby("level")["cut"].agg(lambda cuts: bool(cuts.ne("").all()))
    names = [level for level in frameworks.LEVELS_UPWARDS if additive.get(level, False)]
    return ", ".join(names) or "it has none"


def resolve_region(region: str, vintage: int, what: str) -> str:
    """Return the code of a region of a vintage, given by code or name; `what` is for the message.

    Raises UnknownChoice if there is no such region in that set of provinces; InvalidRequest if the
    units lie in no regions.

    >>> resolve_region("Đồng bằng sông Hồng", 63, "shares of PAPI 2024")
    'RRD'
    """
    if vintage < 0:
        raise errors.InvalidRequest(
            f"{what} in region {region}: its units lie in no regions; leave region out, or make an "
            "index of the units that you want to compare"
        )
    code = places.match_region(region)
    regions = sorted({province.region for province in places.by_code(vintage).values()})
    if code not in regions:
        raise errors.UnknownChoice(f"region of the {vintage} provinces", region, regions)
    return code


def _require_enough(n: int, n_total: int, what: str, region: str | None) -> None:
    """Refuse fewer provinces of a region or a subset than carry shares and correlations."""
    if n >= LEAST_IN_REGION:
        return
    where = f" in region {region}" if region else " of the provinces asked for"
    raise errors.InsufficientCoverage(
        f"{what}{where}",
        n_complete=n,
        n_required=LEAST_IN_REGION,
        n_units=n_total,
        alternative="use the country, or a larger region",
    )


def scale_widths(parts: Parts) -> Floats:
    """Return the width of the scale of each part in points: the weight that the rules give it.

    NaN where a scale is not published. Scores of an index of one's own that have no ends, as
    standard scores, are all on one scale, so that the width is what they count.

    >>> from parstats.panel import load_scores
    >>> scale_widths(build_parts(load_scores("PAPI"), 2024, level="dimension"))[:2]
    array([9., 9.])
    """
    spans: Floats = parts.high - parts.low
    unbounded = is_defined_by_user(parts.index) and not np.isfinite(spans).all()
    return parts.weights if unbounded else spans


def rescaled(points: Floats, source: Parts, target: Parts, series: list[str]) -> Floats:
    r"""Return the scores on the scale of another year, at the same share of the scale.

    The columns of `points` are `series`, which both years have; the result, of the same shape, is
    :math:`l' + (x-l)(h'-l')/(h-l)` where the scale l to h became l' to h', the score itself where
    the scale is the same, or was not published for both years.

    >>> from parstats.drivers.score_matrix import build_parts
    >>> from parstats.panel import load_scores
    >>> scores = load_scores("PAPI")
    >>> old, new = build_parts(scores, 2017), build_parts(scores, 2018)
    >>> rescaled(np.array([[1.0, 1.0]]), old, new,
    ...          ["papi.transparency.land_plans", "papi.services.public_health"])
    array([[0.75, 1.  ]])
    """
    low, high = _scale(source, series)
    new_low, new_high = _scale(target, series)
    available = ~np.isnan(low + high + new_low + new_high)
    other = available & ((low != new_low) | (high != new_high)) & (high > low)
    span = np.where(other, high - low, 1.0)
    share = (points - np.where(available, low, 0.0)) / span
    moved = np.where(available, new_low, 0.0) + share * np.where(available, new_high - new_low, 1.0)
    on_scale: Floats = np.where(other, moved, points)
    return on_scale


def _scale(parts: Parts, series: list[str]) -> tuple[Floats, Floats]:
    positions = [parts.series.index(name) for name in series]
    return parts.low[positions], parts.high[positions]
