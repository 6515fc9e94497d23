"""The time that the figures of an index and year speak of: a survey's fieldwork, or the year."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta
from typing import NamedTuple

from parstats.errors import InvalidData, Problem
from parstats.reference import csv_tables
from parstats.reference.editions import cached

_UNKNOWN = "no dates are known; the year itself is taken"


class Fieldwork(NamedTuple):
    """First and last day of what the figures of a year are about, and where that is from."""

    first: date
    last: date
    source: str

    @property
    def n_days(self) -> int:
        """Number of days, both ends included."""
        return (self.last - self.first).days + 1


def fieldwork(index: str, year: int) -> Fieldwork:
    """Return the days that the figures of an index and year are about.

    As ``reference/fieldwork.csv`` says: the interviews of a survey, else the year that is graded.
    A year that is not in the table has the days of the last year before it that is, the first one
    of all where there is none before; an index that is not in it has the calendar year.

    Examples
    --------
    >>> days = fieldwork("PAPI", 2024)
    >>> str(days.first), str(days.last), days.n_days
    ('2024-08-01', '2024-11-30', 122)
    >>> str(fieldwork("PAPI", 2031).first), str(fieldwork("PCI", 2020).last)
    ('2031-08-01', '2020-12-31')
    """
    by_year = _by_index().get(index)
    if not by_year:
        return Fieldwork(date(year, 1, 1), date(year, 12, 31), _UNKNOWN)
    nearest = max((known for known in by_year if known <= year), default=min(by_year))
    days = by_year[nearest]
    first, last = (_years_later(day, year - nearest) for day in (days.first, days.last))
    return days._replace(first=first, last=last)


def share_covered(index: str, year: int, first: date, last: date = date.max) -> float:
    """Return the share of the fieldwork of a year that lies from the one day to the other.

    Examples
    --------
    >>> round(share_covered("PAPI", 2024, date(2024, 9, 15)), 2)
    0.63
    >>> share_covered("PAR INDEX", 2024, date(2024, 1, 1), date(2023, 12, 31))
    0.0
    """
    days = fieldwork(index, year)
    begin, end = max(days.first, first), min(days.last, last)
    return max((end - begin).days + 1, 0) / days.n_days


def _years_later(day: date, years: int) -> date:
    with suppress(ValueError):
        return day.replace(year=day.year + years)
    # The 29th of February, in a year without.
    return (day - timedelta(days=1)).replace(year=day.year + years)


@cached
def _by_index() -> dict[str, dict[int, Fieldwork]]:
    table: dict[str, dict[int, Fieldwork]] = {}
    problems: list[Problem] = []
    for row in csv_tables.rows("fieldwork"):
        days = [_day(row[column]) for column in ("from", "to")]
        first, last = days
        if first is None or last is None or last < first:
            problems += _problems(row, days)
            continue
        source = row["source"]
        table.setdefault(row["index"], {})[int(row["year"])] = Fieldwork(first, last, source)
    if problems:
        raise InvalidData(problems)
    return table


def _problems(row: dict[str, str], days: list[date | None]) -> Iterator[Problem]:
    """Name the cells of a row that are no days, or the day that lies before the other."""
    place = f"reference/fieldwork.csv, {row['index']} {row['year']}"
    wrong = [column for column, day in zip(("from", "to"), days, strict=True) if day is None]
    for column in wrong or ["to"]:
        expected = "a day as 2024-08-01" if wrong else f"a day not before {row['from']}"
        yield Problem(place, None, column, repr(row[column]), expected, "mend it")


def _day(text: str) -> date | None:
    with suppress(ValueError):
        return date.fromisoformat(text)
    return None
