"""Errors: one family, with place, finding, expectation and remedy."""

from __future__ import annotations

import inspect
import pickle
import re

import pytest

from parstats import ParstatsError, errors
from parstats.errors import InvalidData, InvalidRequest, Problem

ERRORS = [
    value
    for _, value in inspect.getmembers(errors, inspect.isclass)
    if issubclass(value, Exception) and value.__module__ == errors.__name__
]


def test_one_except_catches_everything_the_package_refuses() -> None:
    assert len(ERRORS) >= 10
    assert all(issubclass(error, ParstatsError) for error in ERRORS)


def test_wrong_requests_are_also_value_errors_and_wrong_data_are_not() -> None:
    requests = {error.__name__ for error in ERRORS if issubclass(error, InvalidRequest)}
    assert requests == {
        "InvalidRequest",
        "UnknownChoice",
        "ProvinceNotMatched",
        "UnknownProvince",
        "UnknownUnit",
        "AmbiguousProvince",
        "MergedProvince",
        "OutputRefused",
        "NotebookRefused",
    }
    for error in ERRORS:
        assert issubclass(error, ValueError) == (error.__name__ in requests)


@pytest.mark.parametrize(
    ("row", "column", "location"),
    [
        (None, None, "a.csv"),
        (7, None, "a.csv, row 7"),
        (None, "n", "a.csv, column n"),
        (7, "n", "a.csv, row 7, column n"),
    ],
)
def test_a_problem_names_as_much_of_the_place_as_is_known(
    row: int | None, column: str | None, location: str
) -> None:
    assert str(Problem("a.csv", row, column, "x", "a number", "mend it")) == (
        f"{location}: found x; expected a number; mend it"
    )


def test_invalid_data_counts_all_and_shows_the_first_twenty() -> None:
    problems = [Problem("a.csv", row, None, "x", "y", "z") for row in range(2, 24)]
    single, many = InvalidData(problems[:1]), InvalidData(problems)
    assert str(single) == "1 problem found\na.csv, row 2: found x; expected y; z"
    assert many.problems == problems
    lines = str(many).splitlines()
    assert (lines[0], lines[20], lines[21]) == (
        "22 problems found",
        "a.csv, row 21: found x; expected y; z",
        "... and 2 more",
    )


def test_insufficient_coverage_says_what_can_be_used_instead() -> None:
    error = errors.InsufficientCoverage(
        "a mean", n_complete=2, n_required=57, n_units=63, alternative="name them"
    )
    assert str(error) == (
        "too few provinces for a mean: 2 of 63 have complete data, 57 are needed; name them"
    )
    assert (error.n_complete, error.n_required, error.n_units) == (2, 57, 63)


def error_examples() -> list[errors.ParstatsError]:
    """An instance of every error class of the package."""
    problem = errors.Problem("scores.csv", 3, "score", "x", "a number", "mend the cell")
    examples = []
    for cls in (*all_subclasses(errors.ParstatsError), errors.ParstatsError):
        args, options = [], {}
        for parameter in inspect.signature(cls).parameters.values():
            value = 1 if "int" in str(parameter.annotation) else f"the {parameter.name}"
            if "Problem" in str(parameter.annotation):
                value = [problem]
            elif re.search("Iterable|Sequence", str(parameter.annotation)):
                value = ["a", "b"]
            if parameter.kind is parameter.KEYWORD_ONLY:
                options[parameter.name] = value
            elif parameter.kind is parameter.POSITIONAL_OR_KEYWORD:
                args.append(value)
        examples.append(cls(*(args or ["a message"] * (not options)), **options))
    return examples


def all_subclasses(cls: type) -> list[type]:
    import parstats.execution.child_process  # noqa: F401 - defines errors of its own

    return [sub for child in cls.__subclasses__() for sub in (child, *all_subclasses(child))]


@pytest.mark.parametrize("error", error_examples(), ids=lambda error: type(error).__name__)
def test_every_error_can_be_sent_from_one_process_to_another(error):
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is type(error)
    assert str(copy) == str(error)
    assert vars(copy) == vars(error)
