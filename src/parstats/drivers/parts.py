"""The matrix that every driver starts from: complete provinces by parts of the overall score."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from parstats import errors, frameworks
from parstats import provinces as places
from parstats.drivers.sound import require_table, sound
from parstats.panel import check_year, require_coverage, wide
from parstats.panel.coverage import needed
from parstats.panel.published import instead
from parstats.panel.units import n_units, vintage_of

Floats = NDArray[np.float64]

# Fewer provinces than this say nothing of a region.
LEAST_IN_REGION = 10


@dataclass(frozen=True)
class Parts:
    """Scores of the complete provinces of a year, part by part.

    Attributes
    ----------
    index : str
        The index.
    year : int
        The year.
    vintage : int
        The set of provinces (63 or 34) that the codes are of.
    level : str
        Level of the parts: "criterion" or "dimension".
    region : str
        Code of the region, empty for the country.
    provinces : tuple of str
        Codes, in order: the rows.
    series : tuple of str
        Series, in the order of the framework: the columns.
    parents : tuple of str
        Dimension of each series (the index itself, if the parts are dimensions).
    points : ndarray, shape (n, p)
        Scores in points.
    low, high : ndarray, shape (p,)
        Lowest and highest possible score of each series.
    n_of : int
        Provinces that exist in the country or the region.
    """

    index: str
    year: int
    vintage: int
    level: str
    region: str
    provinces: tuple[str, ...]
    series: tuple[str, ...]
    parents: tuple[str, ...]
    points: Floats
    low: Floats
    high: Floats
    n_of: int

    @property
    def total(self) -> Floats:
        """Overall score of each province: the plain sum of its parts."""
        total: Floats = self.points.sum(axis=1)
        return total

    @property
    def groups(self) -> NDArray[np.int64]:
        """Number of the dimension of each series, from 0 in order of the framework."""
        order = {parent: place for place, parent in enumerate(dict.fromkeys(self.parents))}
        return np.array([order[parent] for parent in self.parents], dtype=np.int64)

    def row(self, province: str) -> int:
        """Place of a province among the rows.

        Raises
        ------
        InvalidRequest
            If the province lacks a part of the score that year (or is of another region).
        """
        code = places.match_province(province, vintage=self.vintage)
        if code not in self.provinces:
            name = places.by_code(self.vintage)[code].names["vi"]
            where = f" in region {self.region}" if self.region else ""
            raise errors.InvalidRequest(
                f"{name} ({code}) has no complete scores of {self.index} {self.year}{where}; "
                f"complete are {len(self.provinces)} provinces; name one of these, or take another "
                "year"
            )
        return self.provinces.index(code)


def has_parts(scores: pd.DataFrame, year: int) -> bool:
    """Whether the scores of a year carry drivers.

    Parameters
    ----------
    scores : pandas.DataFrame
        Scores of one index (`parstats.load_scores`).
    year : int
        The year.

    Returns
    -------
    bool
        Whether `parts_of` has an answer: the parts add up to the overall score (not in SIPAS), and
        90 % of the provinces have all of them.

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> has_parts(load_scores("PAPI"), 2024), has_parts(load_scores("SIPAS"), 2022)
    (True, False)
    """
    index = require_table(scores)
    level = lowest_level(index, check_year(scores, year))
    vintage = vintage_of(scores, year)
    rows = sound(scores[scores["year"] == year])
    if rows.empty or not frameworks.in_year(index, year, level)["cut"].all():
        return False
    complete = wide(rows, year, level=level, complete=True)
    return len(complete) >= needed(n_units(index, vintage))


def parts_of(
    scores: pd.DataFrame, year: int, *, level: str | None = None, region: str | None = None
) -> Parts:
    """Scores of the complete provinces of a year, part by part.

    Parameters
    ----------
    scores : pandas.DataFrame
        Scores of one index (`parstats.load_scores`).
    year : int
        The year.
    level : {"criterion", "dimension"}, optional
        The parts; the lowest level that adds up to the overall score if not given: sub-dimensions
        of PAPI, fields of the PAR INDEX.
    region : str, optional
        Code of a region (`parstats.provinces.REGIONS`); the country if not given.

    Raises
    ------
    InsufficientCoverage
        If fewer than 90 % of the provinces are complete, or a region has fewer than 10 of them.
    InvalidData
        If a score is no number, infinite, stands twice, or is of a province that does not exist.
    InvalidRequest
        If the scores are no table of one index, or the parts do not add up to the overall score
        (SIPAS).
    UnknownChoice
        If the year, the level or the region does not exist.

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> parts = parts_of(load_scores("PAPI"), 2024)
    >>> parts.points.shape, len(set(parts.parents))
    ((61, 28), 8)
    """
    index = require_table(scores)
    vintage = vintage_of(scores, check_year(scores, year))
    level = frameworks.check_level(level or lowest_level(index, year), ("criterion", "dimension"))
    rows = sound(scores[scores["year"] == year])
    matrix = wide(rows, year, level=level, complete=True) if len(rows) else pd.DataFrame()
    n_of = n_units(index, vintage)
    what = f"drivers of {index} {year}"
    require_coverage(
        len(matrix), n_of, what, lambda: _absent(rows, index, year, level) or instead(index, year)
    )
    _require_sum(index, year, level)
    if region is not None:
        matrix, n_of = _of_region(matrix, region, vintage, what)
    held = frameworks.in_year(index, year, level)
    return Parts(
        index=index,
        year=int(year),
        vintage=vintage,
        level=level,
        region=region or "",
        provinces=tuple(matrix.index),
        series=tuple(held["series"]),
        parents=tuple(held["parent"]),
        points=matrix.to_numpy(dtype=np.float64),
        low=held["min_points"].to_numpy(dtype=np.float64),
        high=held["max_points"].to_numpy(dtype=np.float64),
        n_of=n_of,
    )


def lowest_level(index: str, year: int) -> str:
    """Lowest level whose series add up to the overall score of an index.

    Examples
    --------
    >>> lowest_level("PAPI", 2024), lowest_level("PAR INDEX", 2023)
    ('criterion', 'dimension')
    """
    criteria = frameworks.in_year(index, year, "criterion")["cut"]
    return "criterion" if len(criteria) and criteria.all() else "dimension"


def _absent(rows: pd.DataFrame, index: str, year: int, level: str) -> str:
    """What to do if some series of the level have no score at all, though others have."""
    held = frameworks.in_year(index, year, level)["series"]
    lacking = held[~held.isin(rows["series"])].tolist()
    if not lacking or len(lacking) == len(held):
        return ""
    more = f" and {len(lacking) - 5} more" if len(lacking) > 5 else ""
    other = "dimension" if level == "criterion" else "criterion"
    return (
        f"no province has a score of {', '.join(lacking[:5])}{more}: add it, or use level={other!r}"
    )


def _require_sum(index: str, year: int, level: str) -> None:
    if not frameworks.in_year(index, year, level)["cut"].all():
        raise errors.InvalidRequest(
            f"the {level} scores of {index} {year} do not add up to its overall score, "
            "so they have no shares in it"
        )


def _of_region(
    matrix: pd.DataFrame, region: str, vintage: int, what: str
) -> tuple[pd.DataFrame, int]:
    known = places.by_code(vintage)
    regions = sorted({place.region for place in known.values()})
    if region not in regions:
        raise errors.UnknownChoice("region", region, regions)
    own = [code for code in matrix.index if known[code].region == region]
    of = sum(place.region == region for place in known.values())
    if len(own) < LEAST_IN_REGION:
        raise errors.InsufficientCoverage(
            f"{what} in region {region}",
            have=len(own),
            need=LEAST_IN_REGION,
            of=of,
            instead="use the country, or a larger region",
        )
    return matrix.loc[own], of
