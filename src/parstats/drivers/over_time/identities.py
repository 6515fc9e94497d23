"""What is a sum by construction: which regressors make up an outcome, and which share parts."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from parstats import errors
from parstats.reference import frameworks
from parstats.reference.period_numbers import period_text

#: With fewer provinces no standard error by province says anything. By judgement.
LEAST_PROVINCES = 5
#: R squared from which an outcome is a sum of the regressors, but for rounding.
SUM_OF_REGRESSORS = 1 - 1e-10


def lowest_parts(index: str, series: str, year: int) -> frozenset[str]:
    """Return the lowest series that a series is made of in a year: itself if it has no parts.

    >>> len(lowest_parts("PAPI", "papi", 2024)), len(lowest_parts("PAPI", "papi.environment", 2024))
    (28, 3)
    """
    table = frameworks.in_year(index, year)
    parents = dict(zip(table["series"], table["parent"], strict=True))
    inner = set(parents.values())
    below = {name for name in parents if name not in inner and _is_below(name, series, parents)}
    return frozenset(below or {series})


def _is_below(name: str, series: str, parents: dict[str, str]) -> bool:
    while name and name != series:
        name = parents.get(name, "")
    return name == series


def require_provinces(n_provinces: int, what: str) -> None:
    """Refuse fewer provinces than errors by province can be of.

    >>> require_provinces(63, "leads of PAPI")
    """
    if n_provinces < LEAST_PROVINCES:
        raise errors.InsufficientData(
            f"{what}: {n_provinces} units, {LEAST_PROVINCES} are needed for errors by unit"
        )


def overlapping(
    index: str, outcome: str, names: Iterable[str], years: Iterable[int]
) -> frozenset[str]:
    """Return which series share parts with the outcome in one of the years.

    >>> sorted(overlapping("PAPI", "papi.services", ["papi", "papi.environment"], [2024]))
    ['papi']
    """
    names, shared = tuple(names), set[str]()
    for year in years:
        outcome_parts = lowest_parts(index, outcome, year)
        shared |= {name for name in names if lowest_parts(index, name, year) & outcome_parts}
    return frozenset(shared)


def series_among(index: str, names: Iterable[str]) -> tuple[str, ...]:
    """Return those of the names that are series of the index.

    >>> series_among("PAPI", ["papi.environment", "grdp"])
    ('papi.environment',)
    """
    table = frameworks.series()
    known = set(table.loc[table["index"] == index, "series"])
    return tuple(name for name in names if name in known)


def refuse_identity(
    index: str, outcome: str, regressors: tuple[str, ...], years: Iterable[int]
) -> None:
    """Refuse regressors that make up the outcome of the same year, as sums or as what is left.

    A regressor that holds the outcome and more is none of these: others of its parts differ.

    >>> dimensions = frameworks.in_year("PAPI", 2024, "dimension")["series"]
    >>> refuse_identity("PAPI", "papi.services", ("papi",), [2024])
    >>> refuse_identity("PAPI", "papi", tuple(dimensions), [2024])
    Traceback (most recent call last):
    parstats.errors.InvalidRequest: papi 2024 is the sum of the regressors: ...
    """
    for year in years:
        table = set(frameworks.in_year(index, year)["series"])
        parts = [name for name in regressors if name in table]
        if outcome in table and parts and _makes_up(index, outcome, parts, year):
            raise errors.InvalidRequest(
                f"{outcome} {period_text(int(year))} {_identity(index, outcome, parts, year)}"
            )


def _makes_up(index: str, outcome: str, parts: list[str], year: int) -> bool:
    """Return whether sums and differences of the regressors hold just the parts of the outcome."""
    held = [lowest_parts(index, name, year) for name in (outcome, *parts)]
    lowest = sorted(frozenset().union(*held))
    members = np.array([[float(part in each) for each in held] for part in lowest])
    return bool(np.linalg.matrix_rank(members[:, 1:]) == np.linalg.matrix_rank(members))


def _identity(index: str, outcome: str, parts: list[str], year: int) -> str:
    """Return what an outcome is of the parts that make it up, and what to ask instead."""
    table = frameworks.in_year(index, year).set_index("series")
    adds_up = frameworks.index_info(index).total == "sum" or bool(table.loc[parts, "cut"].all())
    own = lowest_parts(index, outcome, year)
    if adds_up and not all(lowest_parts(index, name, year) <= own for name in parts):
        # Others may be among the regressors that have nothing to do with it.
        inside = frozenset().union(
            *(each for name in parts if (each := lowest_parts(index, name, year)) <= own)
        )
        if not own <= inside:
            return (
                "is what some of the regressors leave of another (a sum less its other parts): "
                "this is an identity, the coefficients (in points) are one and minus one whatever "
                "the data are; leave out the sum, or one of its parts"
            )
    if adds_up:
        return (
            "is the sum of the regressors: this is an identity, every coefficient (in points) is "
            "one whatever the data are. For how the parts make up the score see drivers.shares, "
            "its change drivers.change_attribution. Ask what is no identity: which parts lead next "
            "year's total (drivers.leads), which go with an outcome from outside "
            "(drivers.outside), or leave parts out"
        )
    return (
        "is made of the regressors by the rules of the index, though not as their plain sum (by "
        "weights, or as a geometric mean): this is an identity too, the coefficients tell of the "
        "rules and nothing of the data. Ask what is no identity: parts of an earlier year "
        "(lag=1), which parts go with an outcome from outside (drivers.outside), or leave parts out"
    )
