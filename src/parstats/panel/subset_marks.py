"""The mark of a table that holds a part of the provinces or series, and what follows from it.

The column ``subset`` says what was asked for, clause by clause, as
"without provinces 01, 79; only series papi.services". Tables made from such a table carry it on.
"""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any, ParamSpec, TypeVar

import pandas as pd

from parstats import errors
from parstats.reference import provinces as places

P = ParamSpec("P")
R = TypeVar("R")

COLUMN = "subset"
#: What a clause can be about.
KINDS = ("provinces", "region", "series")
_CLAUSE = re.compile(f"(only|without) ({'|'.join(KINDS)}) (.+)")
_BETWEEN = ", "


def clause(is_only: bool, kind: str, names: list[str]) -> str:
    """Return what was asked for as a clause of the mark.

    >>> clause(False, "provinces", ["01", "79"])
    'without provinces 01, 79'
    """
    for name in names:
        if _BETWEEN in name or ";" in name:
            raise errors.InvalidRequest(
                f"{name!r} has a comma or a semicolon, which the mark of a subset cannot hold: "
                "rename the unit"
            )
    return f"{'only' if is_only else 'without'} {kind} {_BETWEEN.join(names)}"


def parse_subset(subset: str) -> list[tuple[bool, str, list[str]]]:
    """Return the clauses of a mark: whether only these are in, the kind, the codes.

    >>> parse_subset("only region RRD; without provinces 01, 79")
    [(True, 'region', ['RRD']), (False, 'provinces', ['01', '79'])]
    """
    clauses = []
    for written in subset.split("; ") if subset else ():
        match = _CLAUSE.fullmatch(written)
        if match is None:
            raise errors.InvalidRequest(
                f"the column {COLUMN} says {written!r}: expected what panel.only or panel.without "
                "write there; make the table anew with them"
            )
        clauses.append((match[1] == "only", match[2], match[3].split(_BETWEEN)))
    return clauses


def subset_in(scores: pd.DataFrame) -> str:
    """Return the mark of a table; empty if it holds all provinces and series.

    >>> subset_in(pd.DataFrame({"score": [1.0]}))
    ''
    """
    marks = scores[COLUMN].unique() if COLUMN in scores else []
    if len(marks) > 1:
        raise errors.InvalidRequest(
            f"the table joins subsets ({' | '.join(map(str, marks))}), which do not compare; "
            "keep one"
        )
    return str(marks[0]) if len(marks) else ""


def refuse_subset(scores: pd.DataFrame, result: str = "this function") -> None:
    """Refuse a table of a part of the provinces or series where a result is of all.

    >>> refuse_subset(pd.DataFrame({"subset": ["only region RRD"]}), "a history")
    Traceback (most recent call last):
    parstats.errors.InvalidRequest: a history takes all provinces and series, the table holds a ...
    """
    if COLUMN in scores and len(scores):
        raise errors.InvalidRequest(
            f"{result} takes all provinces and series, the table holds a part ({COLUMN}: "
            f"{subset_in(scores)}); pass the table of load_scores"
        )


def units_in_subset(subset: str, vintage: int) -> list[str]:
    """Return the codes of the units of a vintage that a mark leaves in, with a score or without.

    >>> len(units_in_subset("only region RRD; without provinces 01", 63))
    10
    """
    units = places.by_code(vintage)
    for is_only, kind, names in parse_subset(subset):
        if kind == "series":
            continue
        units = {
            code: unit
            for code, unit in units.items()
            if ((unit.region if kind == "region" else code) in names) == is_only
        }
    return list(units)


def keeps_subset(function: Callable[P, R]) -> Callable[P, R]:
    """Let the result tables of a function carry the mark of the table that it is given first.

    >>> @keeps_subset
    ... def heads(scores: pd.DataFrame) -> pd.DataFrame:
    ...     return scores[["year"]].head(1)
    >>> heads(pd.DataFrame({"year": [2024], "subset": ["only region RRD"]})).values.tolist()
    [[2024, 'only region RRD']]
    """
    first = next(iter(inspect.signature(function).parameters))

    @functools.wraps(function)
    def marked(*args: P.args, **options: P.kwargs) -> R:
        result = function(*args, **options)
        scores = args[0] if args else options.get(first)
        subset = subset_in(scores) if isinstance(scores, pd.DataFrame) else ""
        return _with_mark(result, subset) if subset else result

    return marked


def _with_mark(result: Any, subset: str) -> Any:
    """Return a table, or an object that holds some, with the mark."""
    if isinstance(result, pd.DataFrame):
        if COLUMN in result:
            return result
        before = [name for name in ("year", "region") if name in result]
        place = max((result.columns.get_loc(name) for name in before), default=-1)
        marked = result.copy()
        marked.insert(place + 1 if before else len(result.columns), COLUMN, subset)
        return marked
    if is_dataclass(result) and not isinstance(result, type):
        tables = {field.name: getattr(result, field.name) for field in fields(result)}
        return replace(
            result,
            **{
                name: _with_mark(table, subset)
                for name, table in tables.items()
                if isinstance(table, pd.DataFrame)
            },
        )
    return result
