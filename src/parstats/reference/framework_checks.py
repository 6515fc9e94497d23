"""Checks of a framework that the data folder changes: spans of years, and parts of parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from parstats.errors import Problem
from parstats.reference.overlay import Row, UserTable
from parstats.reference.period_numbers import period_of_text


def problems(user: UserTable, table: Sequence[Row]) -> list[Problem]:
    """List what is wrong with the rows of the data folder, once they are on top of the package's.

    Spans that end before they begin or overlap another one of their series, and parents that are
    no series of the framework in those years.
    """
    spans: dict[str, list[range]] = {}
    for row in table:
        spans.setdefault(row["series"], []).append(_span(row))
    parents = {row["series"]: row["parent"] for row in table}
    top = next((row["series"] for row in table if row["level"] == "index"), "")
    return [
        problem
        for number, row in user.rows
        for problem in (
            *_span_problems(user, number, row, spans),
            *_parent_problems(user, number, row, spans),
            *_top_problems(user, number, row, top, parents),
        )
    ]


def _span(row: Row) -> range:
    first, last = (period_of_text(row[name]) or 0 for name in ("year_from", "year_to"))
    return range(first, last + 1)


def _span_problems(
    user: UserTable, number: int, row: Row, spans: dict[str, list[range]]
) -> list[Problem]:
    span = _span(row)
    if not span:
        expected = f"{row['year_from']}, its year_from, or a later year"
        return [user.problem(number, "year_to", row["year_to"], expected, "mend it")]
    return [
        user.problem(
            number,
            "year_from",
            f"{row['series']} in {span[0]}-{span[-1]}, and also in {other[0]}-{other[-1]}",
            "spans of years of a series that do not overlap",
            "mend the years; if the package has the year by now, take the row out",
        )
        for other in spans[row["series"]]
        if other and other != span and other[0] <= span[-1] and span[0] <= other[-1]
    ]


def _parent_problems(
    user: UserTable, number: int, row: Row, spans: dict[str, list[range]]
) -> list[Problem]:
    parent = row["parent"]
    if not parent and row["level"] == "index":
        return []
    if not parent:
        expected = "the series it is a part of"
        return [user.problem(number, "parent", "nothing", expected, "name it")]
    if parent not in spans:
        remedy = "mend it, or add a row for it"
        expected = "a series of the same framework"
        return [user.problem(number, "parent", repr(parent), expected, remedy)]
    missing = [str(year) for year in _span(row) if not any(year in span for span in spans[parent])]
    if not missing:
        return []
    actual = f"{parent}, which has no row for {', '.join(missing)}"
    remedy = "add rows for these years, or mend the years"
    return [user.problem(number, "parent", actual, "a series of those years", remedy)]


def _top_problems(
    user: UserTable, number: int, row: Row, top: str, parents: Mapping[str, str]
) -> list[Problem]:
    """List a second overall score, and a series that is a part of itself."""
    series = row["series"]
    if row["level"] == "index" and series != top:
        remedy = "give it another level and a parent, or take it out"
        return [user.problem(number, "level", "index", f"index for {top} only", remedy)]
    if row["level"] == "index" and row["parent"]:
        actual, expected = repr(row["parent"]), "nothing: it is the overall score"
        return [user.problem(number, "parent", actual, expected, "leave it empty")]
    passed = {series}
    while (series := parents.get(series, "")) and series not in passed:
        passed.add(series)
    if series:
        actual = f"{row['parent']}, a part of {row['series']} itself"
        return [user.problem(number, "parent", actual, "the whole that it is a part of", "mend it")]
    return []
