"""Every error of the package.

All of them subclass `ParstatsError`, so that one ``except parstats.ParstatsError`` catches
whatever the package refuses to do. Those that mean "the request itself is wrong" (an unknown
province, index, year, language, option) also subclass `InvalidRequest`; the command line ends
with 2 for these and with 1 for the others.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Self


class ParstatsError(Exception):
    """Base of every error that parstats raises on purpose.

    Each can be pickled, so that a process of a pool can hand it back: it is made anew from the
    arguments that it was made with, not from its message.
    """

    _arguments: tuple[tuple[Any, ...], dict[str, Any]]

    def __new__(cls, *args: Any, **options: Any) -> Self:
        """Keep the arguments, so that a copy can be made from them."""
        self = super().__new__(cls, *args, **options)
        self._arguments = args, options
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        args, options = self._arguments
        return partial(type(self), **options), args


class InvalidRequest(ParstatsError, ValueError):
    """The request does not exist or does not fit; nothing is wrong with the data."""


class UnknownChoice(InvalidRequest):
    """A value that is not among the allowed ones.

    Parameters
    ----------
    what : str
        What the value names, as "index" or "language".
    actual : object
        The value that was given.
    allowed : iterable
        The values that would have been accepted.
    remedy : str, optional
        What else can be done.

    Examples
    --------
    >>> print(UnknownChoice("language", "fr", ["vi", "en"]))
    unknown language 'fr': expected one of vi, en
    """

    max_listed = 20

    def __init__(
        self, what: str, actual: object, allowed: Iterable[object], remedy: str = ""
    ) -> None:
        self.what, self.found, self.allowed = what, actual, list(allowed)
        allowed_text = [str(value) for value in self.allowed]
        expected = f"expected one of {', '.join(allowed_text)}"
        if len(allowed_text) > self.max_listed:
            near = (
                difflib.get_close_matches(str(actual), allowed_text, n=5, cutoff=0.3)
                or allowed_text[:5]
            )
            expected = f"nearest of {len(allowed_text)}: {', '.join(near)}"
        message = f"unknown {what} {actual!r}: {expected}"
        super().__init__(f"{message}; {remedy}" if remedy else message)


class ProvinceNotMatched(InvalidRequest):
    """A text that could not be read as exactly one province.

    Attributes
    ----------
    name : str
        The text as given.
    candidates : list of str
        Names of the provinces that come nearest, best first.
    """

    def __init__(self, name: str, candidates: Sequence[str], message: str) -> None:
        self.name, self.candidates = name, list(candidates)
        super().__init__(message)


class UnknownProvince(ProvinceNotMatched):
    """No province is near enough to the text."""

    def __init__(self, name: str, candidates: Sequence[str], remark: str = "") -> None:
        near = f"; nearest: {', '.join(candidates)}" if candidates else ""
        near = f"; {remark}" if remark else near
        super().__init__(name, candidates, f"unknown province {name!r}{near}")


class UnknownUnit(ProvinceNotMatched):
    """No unit of an index of one's own has that code or name."""

    def __init__(self, name: str, index: str, candidates: Sequence[str]) -> None:
        near = f"nearest: {', '.join(candidates)}" if candidates else "none is like it"
        super().__init__(name, candidates, f"unknown unit {name!r} of {index}; {near}")


class AmbiguousProvince(ProvinceNotMatched):
    """The text fits more than one province, or is also the name of a smaller place."""

    def __init__(self, name: str, candidates: Sequence[str]) -> None:
        how = "be read in more than one way" if len(candidates) != 1 else "also be a city inside it"
        message = f"province {name!r} can {how}; write the full name: "
        super().__init__(name, candidates, message + " or ".join(candidates))


class MergedProvince(ProvinceNotMatched):
    """A province was named that had become part of another one by then."""

    def __init__(self, name: str, old: str, new: str, since: str) -> None:
        year = since.rpartition(" ")[2]
        years = f"to {int(year) - 1}" if year.isdecimal() else "before that"
        message = (
            f"province {name!r}: {old} became part of {new} in {since}; "
            f"name {new}, or ask for a year {years}"
        )
        super().__init__(name, [new], message)


class OutputRefused(InvalidRequest):
    """A place that parstats will not write to, such as a folder with other files."""


class NotebookRefused(InvalidRequest):
    """A notebook that a batch cannot run: no parameters cell, or parameters it does not know."""


class ToolMissing(ParstatsError):
    """A program or package that an output needs is missing; the message says how to install it."""


class ToolFailed(ParstatsError):
    """A program that an output needs failed; the message quotes it."""


class DataNotBuilt(ParstatsError):
    """Processed tables are missing, damaged, or older than the published figures."""


class NoFigures(ParstatsError):
    """The package knows the index but has no figures of it."""


class InsufficientData(ParstatsError):
    """Too few cells, provinces or contrasts for what was asked."""


class InsufficientCoverage(ParstatsError):
    """Too few units have data for the result that was asked for.

    Parameters
    ----------
    result : str
        What was asked for, as "a ranking of PAPI 2024".
    n_complete, n_required, n_units : int
        Units with complete data, the least number that carries the result, and all units.
    alternative : str, optional
        What can be used in its place.

    Examples
    --------
    >>> numbers = dict(n_complete=22, n_required=57, n_units=63)
    >>> print(InsufficientCoverage("a ranking of PAR INDEX 2021", **numbers))
    too few provinces for a ranking of PAR INDEX 2021: 22 of 63 have complete data, 57 are needed
    """

    def __init__(
        self, result: str, *, n_complete: int, n_required: int, n_units: int, alternative: str = ""
    ) -> None:
        self.result, self.alternative = result, alternative
        self.n_complete, self.n_required, self.n_units = n_complete, n_required, n_units
        message = (
            f"too few provinces for {result}: {n_complete} of {n_units} have complete data, "
            f"{n_required} are needed"
        )
        super().__init__(message + (f"; {alternative}" if alternative else ""))


class VintageCrossed(ParstatsError):
    """Provinces of different vintages (63 and 34) were about to be compared or counted together."""


class BreakCrossed(ParstatsError):
    """Two years were compared over a change of what the scores mean or of their scale."""


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong with one place of an input file.

    Attributes
    ----------
    file : str
        The file, as the reader would write it.
    row : int or None
        Row as a spreadsheet numbers it: the header is row 1. None when the whole file is meant.
    column : str or None
        Header of the column, None when the whole row is meant.
    actual, expected, remedy : str
        What was found, what was expected, and the remedy.

    Examples
    --------
    >>> print(Problem("papi_2024.csv", 57, "score", "'1,41'", "a decimal point", "write 1.41"))
    papi_2024.csv, row 57, column score: found '1,41'; expected a decimal point; write 1.41
    """

    file: str
    row: int | None
    column: str | None
    actual: str
    expected: str
    remedy: str

    def __str__(self) -> str:
        location = self.file
        if self.row is not None:
            location += f", row {self.row}"
        if self.column is not None:
            location += f", column {self.column}"
        return f"{location}: found {self.actual}; expected {self.expected}; {self.remedy}"


class InvalidData(ParstatsError):
    """Input data that break a rule; every breach with its place and remedy.

    Attributes
    ----------
    problems : list of Problem
        Every breach found, in file and row order.
    """

    max_listed = 20

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        count = len(self.problems)
        lines = [f"{count} {'problem' if count == 1 else 'problems'} found"]
        lines += [str(problem) for problem in self.problems[: self.max_listed]]
        if count > self.max_listed:
            lines.append(f"... and {count - self.max_listed} more")
        super().__init__("\n".join(lines))


class PrintedOrderViolated(InvalidData):
    """Printed ranks that contradict printed scores of the same year."""


class PartsDoNotAddUp(InvalidData):
    """Published parts whose sum is not the published overall score."""


class ColumnsToMap(InvalidData):
    """Columns of a file that cannot be identified for certain; a person has to map them."""
