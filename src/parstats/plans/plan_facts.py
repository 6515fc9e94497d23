"""What identifies a plan, as a person may correct it: province, issuer, number, date, years, ..."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from parstats import schema
from parstats.errors import ParstatsError
from parstats.reference import frameworks, provinces

if TYPE_CHECKING:
    import pandas as pd

    from parstats.plans.records import Plan, Record

#: Facts that a person may correct. In a list of corrections their row is empty.
FACTS = (
    *("province", "agency", "number", "date", "plan_year", "until_year", "baseline_year"),
    *("indices", "unit_level"),
)
_YEARS = ("plan_year", "until_year", "baseline_year")
_DAY = re.compile(r"^(\d{1,2})[/.-](\d{1,2})[/.-](20\d\d)$")
_ISO = re.compile(r"^20\d\d(-\d\d(-\d\d)?)?$")


class NoFact(ValueError):
    """A text that is no value of a fact; the message says what is expected."""


def fact_value(fact: str, written: str, vintage: int | None = None) -> str:
    """Return the value that a person wrote for a fact of a plan, as the tables hold it.

    Parameters
    ----------
    fact : str; one of `FACTS`
    written : str; "" for unknown
    vintage : int, optional; set of provinces that a name or code is read in

    Raises
    ------
    NoFact: if it is no value of the fact; the message says what is expected

    Examples
    --------
    >>> fact_value("province", "Lạng Sơn", 63), fact_value("date", "5/12/2017")
    ('20', '2017-12-05')
    >>> fact_value("indices", "PAPI; SIPAS"), fact_value("plan_year", "2024")
    ('PAPI;SIPAS', '2024')
    """
    text = " ".join(written.split())
    if not text or fact in ("agency", "number"):
        return text
    if fact == "province":
        return _province(text, vintage)
    if fact == "date":
        return _date(text)
    if fact in _YEARS:
        if not re.fullmatch(r"20\d\d", text):
            raise NoFact("a year, as 2024")
        return text
    if fact == "indices":
        return _indices(text)
    if text not in schema.PLAN_UNIT_LEVELS:
        raise NoFact(f"one of {', '.join(schema.PLAN_UNIT_LEVELS)}")
    return text


def _province(text: str, vintage: int | None) -> str:
    """Return the code of a province by a known spelling; a near one is proposed, never taken."""
    vintage = vintage or provinces.VINTAGE
    try:
        return provinces.match_province(text, vintage=vintage, threshold=100)
    except ParstatsError:
        near = ""
    try:
        code = provinces.match_province(text, vintage=vintage)
        near = f", perhaps {provinces.by_code(vintage)[code].names['vi']}"
    except ParstatsError:
        near = ", as Lạng Sơn"
    raise NoFact(f"the name of a province{near}")


def _date(text: str) -> str:
    day = _DAY.match(text)
    iso = f"{day[3]}-{int(day[2]):02d}-{int(day[1]):02d}" if day else text
    try:
        if not _ISO.match(iso):
            raise ValueError
        date.fromisoformat((iso + "-01-01")[:10])
    except ValueError:
        raise NoFact("a date, as 13/6/2024, 2024-06-13, or 2024-06 without its day") from None
    return iso


def _indices(text: str) -> str:
    named = [part.strip() for part in re.split(r"[;,]", text) if part.strip()]
    try:
        return ";".join(dict.fromkeys(frameworks.check_index(name) for name in named))
    except ParstatsError:
        expected = f"indices parted by ;, of {', '.join(frameworks.INDICES)}"
        raise NoFact(expected) from None


def with_facts(plan: Plan, corrections: pd.DataFrame) -> Plan:
    """Return a plan with the facts that a person corrected.

    `corrections` has the columns of `parstats.plans.corrections.COLUMNS`; what is of other plans or
    of measures is left out.
    """
    corrected = corrections[(corrections["plan"] == plan.name) & (corrections["row"] == "")]
    facts: dict[str, Any] = {}
    for fact, value in zip(corrected["column"], corrected["value"], strict=True):
        if fact in _YEARS:
            facts[fact] = int(value) if value else None
        elif fact == "indices":
            facts[fact] = tuple(part for part in value.split(";") if part)
        elif fact in FACTS:
            facts[fact] = value
    if "indices" in facts:
        facts["records"] = tuple(_of_indices(record, facts["indices"]) for record in plan.records)
    return replace(plan, **facts)


def _of_indices(record: Record, indices: tuple[str, ...]) -> Record:
    """Return a record whose section names an index of the plan, the only one or none."""
    if record.section.index in indices:
        return record
    only = indices[0] if len(indices) == 1 else ""
    return replace(record, section=replace(record.section, index=only))


def with_corrected_facts(plans: pd.DataFrame, corrections: pd.DataFrame) -> pd.DataFrame:
    """Return a table of plans with the facts that a person corrected; as `with_facts`."""
    table = plans.copy()
    corrected = corrections[(corrections["row"] == "") & corrections["column"].isin(FACTS)]
    for case in corrected.to_dict("records"):
        at, fact, value = table["plan"] == case["plan"], case["column"], case["value"]
        table.loc[at, fact] = (int(value) if value else None) if fact in _YEARS else value
        if fact == "date" and "vintage" in table:  # a code is of the provinces of the date
            table.loc[at, "vintage"] = vintage_of(value)
    return table


def vintage_of(day: str) -> int:
    """Return the set of provinces on a date: the 34 are there since July 2025.

    >>> vintage_of("2024-06-13"), vintage_of("2025-07"), vintage_of("")
    (63, 34, 63)
    """
    return 34 if day[:7] >= "2025-07" else provinces.VINTAGE
