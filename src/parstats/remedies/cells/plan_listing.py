"""State of each series in a plan: to be raised, to be maintained, or not named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import pandas as pd

from parstats import errors
from parstats.arguments import require_columns, require_unique
from parstats.plans.series_rows import parts
from parstats.reference import csv_tables, frameworks, labels
from parstats.reference.editions import cached

NEEDED = (
    *("plan", "row", "index", "series", "list_type", "measure_type", "seen", "coded_by"),
    "confidence",
)
_TEXTS = ("index", "series", "measure_type", "lead_unit")
# Coders whose links a person has made or seen; they carry no confidence.
_BY_A_PERSON = ("hand", "human", "machine-reviewed")
# Level of the People's Committee of a province and of its head.
_OF_THE_PROVINCE = "province"


class Measure(NamedTuple):
    """The used fields of a measure."""

    # Its number in the plan; remediate, maintain or general.
    row: str
    list_type: str
    types: tuple[str, ...]  # fine measure types
    seen: bool  # whether the measure itself is known, not only the criterion
    confidence: float  # how sure its link to the series is
    lead_units: frozenset[str] = frozenset()  # who leads; empty if unknown


@dataclass(frozen=True)
class Listing:
    """The series of one index listed in one plan."""

    named: dict[str, tuple[Measure, ...]]  # measures by series, the overall score left out
    is_complete: bool  # whether the plan was read in full, so that what it does not name is known
    # Whether it is of the People's Committee of the province or its head: what the plan of another
    # office leaves aside, the province may do all the same.
    is_of_province: bool = True
    # Measures that are not linked to a series, of this index or of none: any may mean any series.
    n_unlinked: int = 0
    lead_units: frozenset[str] = frozenset()  # all that lead a measure of the plan

    def state(
        self, series: str, year: int, list_types: Iterable[str]
    ) -> tuple[str, tuple[Measure, ...]]:
        """Return the state of a series in the plan, and its measures.

        The framework of the year gives its parents and parts; `list_types` are the lists that count
        as aiming at it.

        >>> one = Measure("001", "remediate", ("COMM",), True, 1.0)
        >>> plan = Listing({"papi.environment": (one,)}, is_complete=True)
        >>> plan.state("papi.environment", 2024, ["remediate"])[0]
        'targeted'
        >>> plan.state("papi.services", 2024, ["remediate"])[0]
        'not_targeted'
        >>> plan.state("papi.environment.air_quality", 2024, ["remediate"])[0]
        'unknown'
        """
        series_measures = self.named.get(series, ())
        aimed = tuple(measure for measure in series_measures if measure.list_type in list_types)
        if aimed:
            return "targeted", aimed
        if series_measures:
            is_maintained = all(measure.list_type == "maintain" for measure in series_measures)
            return ("maintained" if is_maintained else "unknown"), series_measures
        is_unrelated = not any(_related(series, name, year) for name in self.named)
        return (
            "not_targeted" if self.named and self.is_complete and is_unrelated else "unknown"
        ), ()

    def aimed(self, list_types: Iterable[str]) -> list[str]:
        """Return the series with a measure in one of the lists.

        >>> one = Measure("001", "maintain", ("COMM",), True, 1.0)
        >>> Listing({"papi.services": (one,)}, True).aimed(["remediate"])
        []
        """
        lists = set(list_types)
        return [
            series
            for series, series_measures in self.named.items()
            if any(measure.list_type in lists for measure in series_measures)
        ]

    def dose(self, series_measures: Iterable[Measure]) -> float:
        """Return the share of the plan's lead units that lead one of the measures.

        Missing where the plan or the measures name none.

        >>> one = Measure("001", "remediate", ("COMM",), True, 1.0, frozenset({"so y te"}))
        >>> Listing({}, True, lead_units=frozenset({"so y te", "so noi vu"})).dose([one])
        0.5
        """
        leading = frozenset().union(*(measure.lead_units for measure in series_measures))
        return len(leading) / len(self.lead_units) if leading else float("nan")


def listings(measures: pd.DataFrame, plans: pd.DataFrame) -> dict[tuple[str, str], Listing]:
    """Return the listing of each plan and index.

    By plan and index, from the results of `parstats.load_measures` and `parstats.load_plans`; also
    for plans of which no measure is known. Raises as `checked`.

    >>> from parstats.panel import load_measures, load_plans
    >>> listing = listings(load_measures("PAPI"), load_plans("PAPI"))["bac-kan-2024-sct", "PAPI"]
    >>> len(listing.named), listing.is_complete, listing.n_unlinked
    (11, True, 0)
    """
    measures = checked(measures)
    require_columns(
        plans, ("plan", "indices", "completeness", "agency_level"), "plans", "load_plans"
    )
    named: dict[tuple[str, str], dict[str, list[Measure]]] = {}
    for plan, indices in zip(plans["plan"], plans["indices"].fillna(""), strict=True):
        for name in parts(indices):
            named[plan, frameworks.check_index(name)] = {}
    unlinked: Counter[tuple[str, str]] = Counter()
    lead_units: dict[str, set[str]] = {}
    for row in measures.to_dict("records"):
        key = (row["plan"], row["index"])
        series_measures = named.setdefault(key, {})
        measure = _measure(row)
        lead_units.setdefault(row["plan"], set()).update(measure.lead_units)
        if not row["series"]:
            unlinked[key] += 1
        elif frameworks.series_level(row["series"]) != "index":
            series_measures.setdefault(row["series"], []).append(measure)
    full = set(plans.loc[plans["completeness"] == "full", "plan"])
    of_province = set(plans.loc[plans["agency_level"] == _OF_THE_PROVINCE, "plan"])
    return {
        (plan, index): Listing(
            {series: tuple(series_measures) for series, series_measures in by_series.items()},
            is_complete=plan in full,
            is_of_province=plan in of_province,
            n_unlinked=unlinked[plan, index] + (unlinked[plan, ""] if index else 0),
            lead_units=frozenset(lead_units.get(plan, ())),
        )
        for (plan, index), by_series in named.items()
    }


def checked(measures: pd.DataFrame) -> pd.DataFrame:
    """Check that measures are distinct and their index, series and types exist.

    Raises InvalidRequest if a column is missing, a measure is duplicated, or a series is not of its
    index; UnknownChoice if there is no such index, series or type of measure.

    >>> from parstats.panel import load_measures
    >>> len(checked(load_measures("PAPI"))) == len(load_measures("PAPI"))
    True
    """
    require_columns(measures, NEEDED, "measures", "load_measures")
    # An empty cell of a spreadsheet comes in as a missing value.
    texts = [name for name in _TEXTS if name in measures]
    measures = measures.fillna(dict.fromkeys(texts, ""))
    require_unique(measures, ["plan", "row", "index", "series"], "measures")
    for index, series in set(zip(measures["index"], measures["series"], strict=True)):
        if series:
            frameworks.check_series(series, index)
        elif index:
            frameworks.check_index(index)
    return measures


@cache
def groups() -> dict[str, str]:
    """Return the coarse group of each fine type of measure.

    >>> groups()["COMM"]
    'information'
    """
    return {row["measure_type"]: row["coarse_group"] for row in csv_tables.rows("measure_types")}


def _measure(row: dict[str, object]) -> Measure:
    types = tuple(parts(str(row["measure_type"])))
    for type_name in types:
        if type_name not in groups():
            raise errors.UnknownChoice("type of measure", type_name, groups())
    return Measure(
        row=str(row["row"]),
        list_type=str(row["list_type"]),
        types=types,
        seen=row["seen"] == "measure",
        confidence=_confidence(row["confidence"], row["coded_by"]),
        # As "Sở Y tế" and "sở y tế " are one.
        lead_units=frozenset(map(labels.search_key, parts(str(row.get("lead_unit", ""))))),
    )


def _confidence(written_value: object, coded_by: object) -> float:
    """Return the given confidence; else 1 for a link checked by a person, 0 for a machine's."""
    if pd.notna(written_value):
        return float(written_value)  # type: ignore[arg-type]
    return 1.0 if coded_by in _BY_A_PERSON else 0.0


def _related(series: str, other: str, year: int) -> bool:
    """Return whether one of two series is above the other."""
    return series in above(other, year) or other in above(series, year)


@cached
def above(series: str, year: int) -> frozenset[str]:
    """Return the series that a series is part of in a year, the overall score left out.

    >>> sorted(above("papi.environment.air_quality", 2024))
    ['papi.environment']
    """
    parent = _parents(year).get(series, "") or _newest().get(series, "")
    if not parent or frameworks.series_level(parent) == "index":
        return frozenset()
    return above(parent, year) | {parent}


@cached
def _parents(year: int) -> dict[str, str]:
    table = frameworks.by_year()["parent"]
    return {name: parent for (name, version_year), parent in table.items() if version_year == year}


@cached
def _newest() -> dict[str, str]:
    table = frameworks.series()
    return dict(zip(table["series"], table["parent"], strict=True))
