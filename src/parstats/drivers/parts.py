"""The matrix that every driver starts from: complete provinces by parts of the overall score."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from parstats import errors, frameworks
from parstats import provinces as places
from parstats.panel import check_year, index_of, require_coverage, wide
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
                f"complete are {len(self.provinces)} provinces"
            )
        return self.provinces.index(code)


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
    InvalidRequest
        If the parts do not add up to the overall score (SIPAS).
    UnknownChoice
        If the year, the level or the region does not exist.

    Examples
    --------
    >>> from parstats.panel import load_scores
    >>> parts = parts_of(load_scores("PAPI"), 2024)
    >>> parts.points.shape, len(set(parts.parents))
    ((61, 28), 8)
    """
    index = index_of(scores)
    vintage = vintage_of(scores, check_year(scores, year))
    level = frameworks.check_level(level or _lowest(index, year), ("criterion", "dimension"))
    matrix = wide(scores, year, level=level, complete=True)
    n_of = n_units(index, vintage)
    what = f"drivers of {index} {year}"
    require_coverage(len(matrix), n_of, what, instead(index, year))
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


def _lowest(index: str, year: int) -> str:
    """Lowest level whose series add up to the index."""
    criteria = frameworks.in_year(index, year, "criterion")["cut"]
    return "criterion" if len(criteria) and criteria.all() else "dimension"


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
