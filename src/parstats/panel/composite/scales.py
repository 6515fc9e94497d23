"""Putting indicators on the scale of an index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from parstats import errors
from parstats.arguments import check_number
from parstats.panel.composite.values_table import Values

NORMALISATIONS = ("none", "minmax", "bounds", "zscore", "rank")
_USUAL = {
    "minmax": (0.0, 100.0),
    "bounds": (0.0, 100.0),
    "zscore": (0.0, 1.0),
    "rank": (0.0, 100.0),
}
_DIRECTIONS = {1: 1, -1: -1, "1": 1, "-1": -1, "+1": 1, "higher": 1, "lower": -1}
_DIRECTIONS |= {"thuận": 1, "nghịch": -1}
# Least spread of an indicator, as a share of its size, that is not rounding.
_CONSTANT = 1e-12


@dataclass(frozen=True)
class Scaled:
    """Indicators on the scale of the index, more is better.

    ``low`` and ``high`` are the least and the most that each can have, NaN where there is no such
    bound; ``constants`` what the values were set against, for the definition of the index.
    """

    scores: pd.DataFrame
    low: dict[str, float]
    high: dict[str, float]
    constants: dict[str, list[list[float]]]


def read_directions(direction: Any, indicators: Sequence[str]) -> dict[str, int]:
    """Return 1 or -1 for each indicator: whether more or less is better.

    `direction` is one for all, or by indicator; what it does not name has 1. Raises UnknownChoice
    for other values or names.

    >>> read_directions({"a": "lower"}, ["a", "b"])
    {'a': -1, 'b': 1}
    """
    if not isinstance(direction, Mapping | str | int | float):
        raise errors.InvalidRequest(
            f"direction is {type(direction).__name__}: expected 1 or -1, or one of them by "
            "indicator, as a dict"
        )
    by_code = direction if isinstance(direction, Mapping) else dict.fromkeys(indicators, direction)
    signs = dict.fromkeys(indicators, 1)
    for code, value in by_code.items():
        if code not in signs:
            raise errors.UnknownChoice("indicator in direction", code, indicators)
        missing = value is None or (isinstance(value, float) and np.isnan(value))
        plain = value.strip().casefold() if isinstance(value, str) else value
        if not missing and plain not in _DIRECTIONS:
            raise errors.UnknownChoice(f"direction of {code}", value, (1, -1, "higher", "lower"))
        signs[code] = 1 if missing else _DIRECTIONS[plain]
    return signs


def read_scale(scale: Any, how: str) -> tuple[float, float]:
    """Return the two numbers of a scale: its ends, or mean and standard deviation of "zscore".

    >>> read_scale(None, "minmax"), read_scale((1, 100), "minmax")
    ((0.0, 100.0), (1.0, 100.0))
    """
    if how not in NORMALISATIONS:
        raise errors.UnknownChoice("normalisation", how, NORMALISATIONS)
    if scale is not None and how == "none":
        raise errors.InvalidRequest(
            f"scale is {scale!r}, but normalise='none' leaves the values as they are: leave one out"
        )
    if scale is None:
        return _USUAL.get(how, (np.nan, np.nan))
    if not isinstance(scale, Sequence) or isinstance(scale, str) or len(scale) != 2:
        raise errors.InvalidRequest(f"scale is {scale!r}: expected two numbers, as (0, 100)")
    first, second = (check_number("scale", number) for number in scale)
    wrong = second <= 0 if how == "zscore" else second <= first
    if wrong or not np.isfinite([first, second]).all():
        expected = "a mean and a deviation above 0" if how == "zscore" else "two ends, low to high"
        raise errors.InvalidRequest(f"scale is {scale!r}: expected {expected}")
    return first, second


def put_on_scale(
    values: Values,
    how: str,
    directions: Mapping[str, int],
    bounds: Mapping[str, tuple[float, float]],
    *,
    scale: tuple[float, float],
    each_period: bool,
) -> Scaled:
    """Return the indicators on the scale of the index.

    `how` is one of `NORMALISATIONS`; `bounds` gives the least and the most that an indicator can
    have (NaN where it is not said), before its direction is taken into account. With `each_period`
    every period is set against its own units, else against those of all periods. Raises InvalidData
    if a value lies outside its bounds, or an indicator does not vary and has to.
    """
    _check_bounds(values, bounds, required=how == "bounds")
    columns, low, high, constants = {}, {}, {}, {}
    groups = np.array(values.periods) if each_period else np.zeros(len(values.periods))
    for code in values.numbers:
        sign = directions[code]
        directed = values.numbers[code].to_numpy() * sign
        least, most = bounds.get(code, (np.nan, np.nan))
        ends = (least, most) if sign > 0 else (0.0 - most, 0.0 - least)
        column, against = np.full(len(directed), np.nan), []
        for group in np.unique(groups):
            rows = groups == group
            column[rows], pair = _scaled(directed[rows], how, ends, scale, values, code)
            against.append([float(number) for number in pair])
        columns[code], constants[code] = column, against
        low[code], high[code] = _ends(how, ends, scale)
    return Scaled(pd.DataFrame(columns), low, high, constants)


def _scaled(
    column: np.ndarray,
    how: str,
    ends: tuple[float, float],
    scale: tuple[float, float],
    values: Values,
    code: str,
) -> tuple[np.ndarray, tuple[float, float]]:
    """Return a column on the scale, and the two numbers that it was set against."""
    first, second = scale
    if how == "none":
        return column, (0.0, 1.0)
    if how == "bounds":
        return first + (column - ends[0]) / (ends[1] - ends[0]) * (second - first), ends
    present = column[~np.isnan(column)]
    if len(present) < 2 or np.ptp(present) <= _CONSTANT * max(1e-300, np.abs(present).max()):
        what = f"{present[0]:g} for all units" if len(present) else "no values"
        remedy = "leave it out, or use normalise='none' or 'bounds'"
        raise errors.InvalidData(
            [errors.Problem("values", None, code, what, f"values that differ, for {how}", remedy)]
        )
    if how == "minmax":
        least, most = float(present.min()), float(present.max())
        return first + (column - least) / (most - least) * (second - first), (least, most)
    if how == "zscore":
        mean, deviation = float(present.mean()), float(present.std(ddof=1))
        return first + (column - mean) / deviation * second, (mean, deviation)
    below = (present[None, :] < column[:, None]).sum(axis=1) / (len(present) - 1)
    return np.where(np.isnan(column), np.nan, first + below * (second - first)), (0.0, 1.0)


def _ends(how: str, ends: Sequence[float], scale: tuple[float, float]) -> tuple[float, float]:
    if how == "none":
        return float(ends[0]), float(ends[1])
    return (np.nan, np.nan) if how == "zscore" else scale


def _check_bounds(
    values: Values, bounds: Mapping[str, tuple[float, float]], *, required: bool
) -> None:
    problems = []
    for code in values.numbers:
        least, most = bounds.get(code, (np.nan, np.nan))
        if required and not (np.isfinite(least) and np.isfinite(most)):
            actual, remedy = "no least or no most value", "add min and max to the groups"
            problems.append(errors.Problem("groups", None, code, actual, "both", remedy))
        if least >= most:
            actual = f"min {least:g} and max {most:g}"
            problems.append(
                errors.Problem("groups", None, code, actual, "a max above min", "correct them")
            )
        numbers = values.numbers[code].to_numpy()
        for row in np.flatnonzero((numbers < least - 1e-9) | (numbers > most + 1e-9)):
            expected = f"{least:g} to {most:g}" if np.isfinite(least) else f"at most {most:g}"
            remedy = "correct it, or its min and max"
            problems.append(values.problem(int(row), code, f"{numbers[row]:g}", expected, remedy))
    if problems:
        raise errors.InvalidData(problems)
