"""The input of every driver: a checked matrix of complete provinces by parts, on one scale."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from parstats import errors
from parstats.panel import check_year, require_coverage, wide
from parstats.panel.coverage import index_in, needed
from parstats.panel.national_statistics import published_alternative
from parstats.panel.units import n_units, unit_column, vintage_in, with_vintage
from parstats.reference import frameworks
from parstats.reference import provinces as places
from parstats.reference.period_numbers import period_text
from parstats.schema import MAXIMUM_TOLERANCE, MINIMUM_TOLERANCE

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
    # Groups that the parts are in, by level from the top down to the parts' own; each of shape (p,)
    branches: tuple[tuple[str, NDArray[np.int64]], ...]

    @property
    def index_year(self) -> str:
        """The index and the year, quarter or month, as messages name them."""
        return f"{self.index} {period_text(self.year)}"

    @property
    def total(self) -> Floats:
        """Overall score of each province: the plain sum of its parts."""
        total: Floats = self.points.sum(axis=1)
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
    bool: whether `build_parts` has an answer: the parts add up to the overall score (not in SIPAS),
        and 90 % of the provinces have all of them.

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> has_parts(load_scores("PAPI"), 2024), has_parts(load_scores("SIPAS"), 2022)
    (True, False)
    """
    index = require_table(scores)
    level = lowest_level(index, check_year(scores, year))
    vintage = vintage_in(scores, year)
    rows = check_scores(scores[scores["year"] == year])
    if rows.empty or not frameworks.in_year(index, year, level)["cut"].all():
        return False
    complete = wide(rows, year, level=level, complete=True)
    return len(complete) >= needed(n_units(index, vintage))


def build_parts(
    scores: pd.DataFrame, year: int, *, level: str | None = None, region: str | None = None
) -> Parts:
    """Return the scores of the complete provinces of a year, part by part.

    The parts are of a level ("criterion" or "dimension", of an index of one's own also "part" and
    what is above); if none is given, of the lowest that adds up to the overall score:
    sub-dimensions of PAPI, fields of the PAR INDEX. The region is a code
    of `parstats.reference.provinces.REGIONS`; without one, the country. Raises InsufficientCoverage
    if fewer than 90 % of the provinces are complete, or a region has fewer than 10 of them;
    InvalidData as `check_scores`; InvalidRequest if the scores are no table of one index, or the
    parts do not add up to the overall score (SIPAS); UnknownChoice if the year, the level or the
    region does not exist.

    >>> from parstats.panel import load_scores
    >>> parts = build_parts(load_scores("PAPI"), 2024)
    >>> parts.points.shape, len(set(parts.parents))
    ((61, 28), 8)
    """
    index = require_table(scores)
    vintage = vintage_in(scores, check_year(scores, year))
    level = frameworks.check_level(level or lowest_level(index, year), _levels(index, year))
    rows = check_scores(scores[scores["year"] == year])
    matrix = wide(rows, year, level=level, complete=True) if len(rows) else pd.DataFrame()
    n_total = n_units(index, vintage)
    what = f"drivers of {index} {period_text(year)}"
    require_coverage(
        len(matrix),
        n_total,
        what,
        lambda: _absent(rows, index, year, level) or published_alternative(index, year),
    )
    _require_sum(index, year, level)
    if region is not None:
        matrix, n_total = _region_matrix(matrix, region, vintage, what)
    year_series = frameworks.in_year(index, year, level)
    weights = year_series["weight"].to_numpy(dtype=np.float64)
    return Parts(
        index=index,
        year=int(year),
        vintage=vintage,
        level=level,
        region=region or "",
        provinces=tuple(matrix.index),
        series=tuple(year_series["series"]),
        parents=tuple(year_series["parent"]),
        points=matrix.to_numpy(dtype=np.float64) * weights,
        low=year_series["min_points"].to_numpy(dtype=np.float64) * weights,
        high=year_series["max_points"].to_numpy(dtype=np.float64) * weights,
        weights=weights,
        n_units=n_total,
        branches=_branches(index, year, level),
    )


def _levels(index: str, year: int) -> tuple[str, ...]:
    """Return the levels whose series may be the parts of an index."""
    if not is_defined_by_user(index):
        return ("criterion", "dimension")
    present = set(frameworks.in_year(index, year)["level"])
    return tuple(level for level in frameworks.LEVELS_UPWARDS if level in present)


def _branches(index: str, year: int, level: str) -> tuple[tuple[str, NDArray[np.int64]], ...]:
    """Return the number of the series above each part, level by level from the top down."""
    table = frameworks.in_year(index, year).set_index("series")
    codes = table.index[table["level"] == level].to_numpy()
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
    return (
        f"no province has a score of {', '.join(missing[:5])}{more}: add it, or use level={other!r}"
    )


def _require_sum(index: str, year: int, level: str) -> None:
    if not frameworks.in_year(index, year, level)["cut"].all():
        remedy = ""
        if is_defined_by_user(index):
            remedy = (
                ": a level above them is a geometric mean. Ranks, profiles, changes, coverage, "
                "drivers.stability and drivers.rank_intervals work all the same; for the others "
                f"take a level that adds up ({_additive_levels(index, year)}), or aggregate "
                "arithmetically"
            )
        raise errors.InvalidRequest(
            f"the {level} scores of {index} {period_text(year)} do not add up to its overall "
            f"score, so they have no shares in it{remedy}"
        )


def _additive_levels(index: str, year: int) -> str:
    table = frameworks.in_year(index, year)
    additive = table.groupby("level")["cut"].agg(lambda cuts: bool(cuts.ne("").all()))
    names = [level for level in frameworks.LEVELS_UPWARDS if additive.get(level, False)]
    return ", ".join(names) or "it has none"


def _region_matrix(
    matrix: pd.DataFrame, region: str, vintage: int, what: str
) -> tuple[pd.DataFrame, int]:
    if vintage < 0:
        raise errors.InvalidRequest(
            f"{what} in region {region}: its units lie in no regions; leave region out, or make an "
            "index of the units that you want to compare"
        )
    provinces_by_code = places.by_code(vintage)
    regions = sorted({province.region for province in provinces_by_code.values()})
    if region not in regions:
        raise errors.UnknownChoice("region", region, regions)
    region_codes = [code for code in matrix.index if provinces_by_code[code].region == region]
    n_units = sum(province.region == region for province in provinces_by_code.values())
    if len(region_codes) < LEAST_IN_REGION:
        raise errors.InsufficientCoverage(
            f"{what} in region {region}",
            n_complete=len(region_codes),
            n_required=LEAST_IN_REGION,
            n_units=n_units,
            alternative="use the country, or a larger region",
        )
    return matrix.loc[region_codes], n_units


_COLUMNS = ("index", "year", "vintage", "level", "series", "score")
# Points. No index has scores of this size; sums of larger ones lose the ninth decimal, to which
# ranks are compared.
_LARGEST = 1e6
# Places that a message names. By judgement: one line.
_NAMED = 3


def require_table(scores: pd.DataFrame) -> str:
    """Return the name of the index, if the scores are a table of one index from `load_scores`.

    Raises InvalidRequest if they are no table, lack a column, hold years that are no whole numbers,
    or are of no index or of several.

    >>> from parstats.panel import load_scores
    >>> require_table(load_scores("PAPI"))
    'PAPI'
    >>> require_table(load_scores("PAPI").drop(columns="score"))
    Traceback (most recent call last):
    parstats.errors.InvalidRequest: the table of scores lacks the column score; ...
    """
    if not isinstance(scores, pd.DataFrame):
        raise errors.InvalidRequest(
            f"scores is {type(scores).__name__}: expected the table that load_scores(index) gives"
        )
    missing = [name for name in _COLUMNS if name not in scores]
    if not missing:
        index = index_in(scores)
        missing = [name for name in (unit_column(index),) if name not in scores]
    if missing:
        raise errors.InvalidRequest(
            f"the table of scores lacks the column {', '.join(missing)}; pass it as "
            "load_scores(index) gives it"
        )
    if not pd.api.types.is_integer_dtype(scores["year"]):
        raise errors.InvalidRequest(
            f"the column year of the scores is {scores['year'].dtype}: expected whole numbers; "
            "scores.astype({'year': int}) turns text into them"
        )
    return index


def check_scores(rows: pd.DataFrame) -> pd.DataFrame:
    """Check scores and return the rows with a score.

    The rows are of one index. Raises InvalidData if a score is no number, infinite or absurdly
    large, stands twice, or is of a province that does not exist; the message names the first places
    and what to do.

    >>> from parstats.panel import load_scores
    >>> scores = load_scores("PAPI", years=2024)
    >>> len(check_scores(scores)) == len(scores)
    True
    >>> check_scores(pd.concat([scores, scores]))
    Traceback (most recent call last):
    parstats.errors.InvalidData: 1 problem found
    scores, column score: found ... rows ...
    """
    numbers = pd.to_numeric(rows["score"], errors="coerce").astype("float64")
    problems = list(_problems(rows, numbers))
    if problems:
        raise errors.InvalidData(problems)
    has_score = numbers.notna()
    return (
        rows.assign(score=numbers)[has_score] if not has_score.all() else rows.assign(score=numbers)
    )


def _problems(rows: pd.DataFrame, numbers: pd.Series) -> Iterator[errors.Problem]:
    unit = unit_column(index_in(rows)) if len(rows) else "province"
    key_columns = ["year", "vintage", unit, "series"]
    problems = {
        "score": (
            (numbers.isna() & rows["score"].notna(), "no numbers", "numbers", "correct these"),
            (
                numbers.abs() > _LARGEST,
                "infinite or above a million points",
                "scores in points",
                "correct these",
            ),
            (
                _off_scale(rows, numbers),
                "off the scale of their series",
                "scores between the least and the most points of the series and year",
                "correct these, or divide them if they are on another scale",
            ),
            (
                rows.duplicated(key_columns) & numbers.notna(),
                "second scores of the same province, series and year",
                "one score each",
                "keep one: scores.drop_duplicates(...)",
            ),
        ),
        unit: ((_unknown(rows, unit), "no provinces", "codes of provinces", "see load_provinces"),),
    }
    for column, checks in problems.items():
        for wrong, what, expected, remedy in checks:
            if wrong.any():
                names = rows.loc[wrong, ["year", unit, "series"]].head(_NAMED)
                named = "; ".join(" ".join(map(str, row)) for row in names.itertuples(index=False))
                count = int(np.count_nonzero(wrong))
                more = ", ..." if count > _NAMED else ""
                actual = f"{count} rows that are {what} ({named}{more})"
                yield errors.Problem("scores", None, column, actual, expected, remedy)


def _off_scale(rows: pd.DataFrame, numbers: pd.Series) -> pd.Series:
    """Return the rows with a score below the least or above the most points of their series.

    These are in the table (min_score, max_score), or else those that are published.
    """
    if {"min_score", "max_score"} <= set(rows.columns):
        low, high = rows["min_score"], rows["max_score"]
    else:
        bounds = frameworks.by_year()[["min_points", "max_points"]]
        keys = pd.MultiIndex.from_arrays([rows["series"], rows["year"]])
        low, high = (bounds[name].reindex(keys).to_numpy() for name in bounds)
    under, over = numbers < low - MINIMUM_TOLERANCE, numbers > high + MAXIMUM_TOLERANCE
    return (under | over) & (numbers.abs() <= _LARGEST)


def _unknown(rows: pd.DataFrame, unit: str) -> pd.Series:
    """Return the rows of provinces that the vintage does not have."""
    if unit != "province":
        return pd.Series(False, index=rows.index)
    rows = with_vintage(rows)
    available = {(code, v) for v in rows["vintage"].unique() for code in places.by_code(int(v))}
    pairs = rows[["province", "vintage"]].drop_duplicates()
    strange = [row for row in pairs.itertuples(index=False, name=None) if row not in available]
    if not strange:
        return pd.Series(False, index=rows.index)
    wrong = pd.MultiIndex.from_frame(rows[["province", "vintage"]]).isin(strange)
    return pd.Series(wrong, index=rows.index)


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
