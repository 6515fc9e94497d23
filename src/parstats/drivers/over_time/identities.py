"""What is a sum by construction: which regressors make up an outcome, and which share parts."""

from __future__ import annotations

from collections.abc import Iterable

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


def overlapping(index: str, outcome: str, names: Iterable[str], year: int) -> frozenset[str]:
    """Return which series share parts with the outcome in a year.

    >>> sorted(overlapping("PAPI", "papi", ["papi.environment"], 2024))
    ['papi.environment']
    >>> sorted(overlapping("PAPI", "papi.services", ["papi.environment"], 2024))
    []
    """
    outcome_parts = lowest_parts(index, outcome, year)
    return frozenset(name for name in names if lowest_parts(index, name, year) & outcome_parts)


def refuse_identity(
    index: str, outcome: str, regressors: tuple[str, ...], years: Iterable[int]
) -> None:
    """Refuse regressors that make up the outcome of the same year.

    >>> dimensions = frameworks.in_year("PAPI", 2024, "dimension")["series"]
    >>> refuse_identity("PAPI", "papi", tuple(dimensions), [2024])
    Traceback (most recent call last):
    parstats.errors.InvalidRequest: papi 2024 is the sum of the regressors: ...
    """
    for year in years:
        table = set(frameworks.in_year(index, year)["series"])
        parts = [name for name in regressors if name in table]
        if outcome not in table or not parts:
            continue
        regressor_parts = frozenset().union(*(lowest_parts(index, name, year) for name in parts))
        if lowest_parts(index, outcome, year) <= regressor_parts:
            raise errors.InvalidRequest(
                f"{outcome} {period_text(int(year))} {_identity(index, parts, year)}"
            )


def _identity(index: str, parts: list[str], year: int) -> str:
    """Return what an outcome is of the parts that make it up, and what to ask instead."""
    table = frameworks.in_year(index, year).set_index("series")
    adds_up = frameworks.index_info(index).total == "sum" or bool(table.loc[parts, "cut"].all())
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
