"""Checks of arguments: options, years as a person writes them, and tables."""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, NoReturn, ParamSpec, TypeVar

from parstats import errors

if TYPE_CHECKING:
    import pandas as pd

P = ParamSpec("P")
R = TypeVar("R")


def as_tuple(values: Any) -> tuple[Any, ...]:
    """Return the distinct values in order; a single value or text becomes a tuple of one.

    Examples
    --------
    >>> as_tuple(["z", "rank", "z"]), as_tuple("rank"), as_tuple(2024)
    (('z', 'rank'), ('rank',), (2024,))
    """
    if isinstance(values, str) or not isinstance(values, Iterable):
        return (values,)
    return tuple(dict.fromkeys(values))


def check_integer(name: str, value: Any, least: int) -> int:
    """Return the value if it is a whole number of at least `least`.

    Raises
    ------
    InvalidRequest
        If it is not.

    Examples
    --------
    >>> check_integer("n_draws", 200, 1)
    200
    >>> check_integer("seed", None, 0)
    Traceback (most recent call last):
    parstats.errors.InvalidRequest: seed is None: expected at least 0, a whole number
    """
    if isinstance(value, bool) or not isinstance(value, Integral) or value < least:
        raise errors.InvalidRequest(
            f"{name} is {value!r}: expected at least {least}, a whole number"
        )
    return int(value)


def check_share(name: str, value: Any) -> float:
    """Return the value if it lies between 0 and 1, neither included.

    Raises
    ------
    InvalidRequest
        If it does not.

    Examples
    --------
    >>> check_share("sens_level", 0.95)
    0.95
    >>> check_share("sens_level", 95)
    Traceback (most recent call last):
    parstats.errors.InvalidRequest: sens_level is 95: expected a share between 0 and 1, as 0.95
    """
    if isinstance(value, bool) or not isinstance(value, Real) or not 0 < float(value) < 1:
        raise errors.InvalidRequest(
            f"{name} is {value!r}: expected a share between 0 and 1, as 0.95"
        )
    return float(value)


def check_flag(name: str, value: Any) -> bool:
    """Return the value if it is True or False.

    Raises
    ------
    InvalidRequest
        If it is not, as the text "no", which would count as True.

    Examples
    --------
    >>> check_flag("adjust", False)
    False
    >>> check_flag("adjust", "no")
    Traceback (most recent call last):
    parstats.errors.InvalidRequest: adjust is 'no': expected True or False
    """
    # A flag out of a table is numpy's, which is no bool.
    if not isinstance(value, bool) and type(value).__name__ not in ("bool_", "bool"):
        raise errors.InvalidRequest(f"{name} is {_display_text(value)}: expected True or False")
    return bool(value)


def check_number(name: str, value: Any, otherwise: str = "") -> float:
    """Return the value if it is a number; `otherwise` names what else is allowed, for the message.

    Raises
    ------
    InvalidRequest
        If it is not.

    Examples
    --------
    >>> check_number("the weight of papi.services", 0.25)
    0.25
    >>> check_number("the weight of papi.services", "a quarter")
    Traceback (most recent call last):
    parstats.errors.InvalidRequest: the weight of papi.services is 'a quarter': expected a number
    """
    if isinstance(value, bool) or not isinstance(value, Real):
        expected = f"a number, {otherwise}" if otherwise else "a number"
        raise errors.InvalidRequest(f"{name} is {_display_text(value)}: expected {expected}")
    return float(value)


def _display_text(value: Any) -> str:
    """Return the value as text, or its type if the text is long."""
    text = repr(value)
    return text if len(text) < 40 else type(value).__name__


_PART = re.compile(r"(\d{4})(?:\s*[-–]\s*(\d{4}))?")


def parse_years(years: int | str | Iterable[int | str] | None) -> list[int] | None:
    """Return years as a person names them, in order; None (all years) if there are none.

    Parameters
    ----------
    years : int, str or iterable of them, optional
        A year; years and spans of years with commas between, as text; or several of these, as a
        list or a range.

    Raises
    ------
    InvalidRequest
        If it is anything else or an empty list, or a span ends before it begins.

    Examples
    --------
    >>> parse_years("2018-2020, 2024"), parse_years(2024), parse_years("")
    ([2018, 2019, 2020, 2024], [2024], None)
    >>> parse_years(range(2022, 2025)), parse_years(["2018-2019", 2024])
    ([2022, 2023, 2024], [2018, 2019, 2024])
    """
    each: Any
    several = isinstance(years, Iterable) and not isinstance(years, str)
    named: set[int] = set()
    for each in years if several else (years,):  # type: ignore[union-attr]
        if each is None and not several:
            continue
        if isinstance(each, bool) or not isinstance(each, str | Integral):
            raise errors.InvalidRequest(
                f"years holds {each!r}: expected years, as 2024, [2018, 2024], range(2018, 2025) "
                'or "2018-2024"'
            )
        named |= _written_years(str(each).strip())
    if several and not named:
        raise errors.InvalidRequest("years is empty: name one or more, or leave it out for all")
    return sorted(named) or None


def _written_years(text: str) -> set[int]:
    years: set[int] = set()
    for part in text.split(",") if text else ():
        match = _PART.fullmatch(part.strip())
        first, last = (match[1], match[2] or match[1]) if match else ("1", "0")
        if int(last) < int(first):
            raise errors.InvalidRequest(
                f"years {text!r}: expected years and spans of years, as 2018-2024 or 2019,2023-2024"
            )
        years.update(range(int(first), int(last) + 1))
    return years


def require_columns(table: pd.DataFrame, columns: Sequence[str], name: str, source: str) -> None:
    """Refuse a table that lacks columns.

    Parameters
    ----------
    table : pandas.DataFrame
    columns : sequence of str
        Columns it must have.
    name, source : str
        What the table is called, and what gives such a one, for the message.

    Raises
    ------
    InvalidRequest
        If a column is missing; the message names it.

    Examples
    --------
    >>> import pandas as pd
    >>> require_columns(pd.DataFrame({"plan": []}), ["plan"], "plans", "load_plans")
    """
    missing = [column for column in columns if column not in table]
    if missing:
        raise errors.InvalidRequest(
            f"the table {name} has no column {', '.join(missing)}; "
            f"expected a table as {source} gives it"
        )


def require_unique(table: pd.DataFrame, keys: Sequence[str], name: str) -> None:
    """Refuse a table with duplicate rows, as two merged registers may have.

    Raises
    ------
    InvalidRequest
        If two rows agree in all `keys`; the message shows the first such case.

    Examples
    --------
    >>> import pandas as pd
    >>> require_unique(pd.DataFrame({"plan": ["a", "b"]}), ["plan"], "plans")
    """
    twice = table.loc[table.duplicated(list(keys)), list(keys)]
    if len(twice):
        actual = ", ".join(f"{key} {value!r}" for key, value in twice.iloc[0].items())
        raise errors.InvalidRequest(
            f"the table {name} has {len(twice)} rows that repeat another: {actual}; expected one "
            f"row each; keep one with drop_duplicates({list(keys)})"
        )


def as_years(years: int | str | Iterable[int | str] | None) -> set[int] | None:
    """Return the years that `parse_years` reads as a set; None for all.

    Examples
    --------
    >>> as_years(2024), as_years(None), as_years("2018-2020") == {2018, 2019, 2020}
    ({2024}, None, True)
    """
    parsed = parse_years(years)
    return None if parsed is None else set(parsed)


def require_drawable(
    table: pd.DataFrame, columns: Sequence[str], source: str, *, once: Sequence[str] = ()
) -> None:
    """Refuse a table without the columns, without rows, or with duplicates of a drawn row.

    Parameters
    ----------
    table : pandas.DataFrame
    columns : sequence of str
        Columns it must have.
    source : str
        What gives such a table, for the message.
    once : sequence of str
        Columns whose values together must be unique; not checked if empty.

    Raises
    ------
    InvalidRequest
        If it is not such a table.

    Examples
    --------
    >>> import pandas as pd
    >>> require_drawable(pd.DataFrame({"rank": [1]}), ["rank"], "panel.ranks")
    >>> require_drawable(pd.DataFrame({"rank": []}), ["rank"], "panel.ranks")
    Traceback (most recent call last):
    ...
    parstats.errors.InvalidRequest: nothing to draw: the table has no rows; expected panel.ranks
    """
    if not hasattr(table, "columns"):
        raise errors.InvalidRequest(
            f"cannot draw a {type(table).__name__}: expected {source}, a pandas.DataFrame"
        )
    missing = [name for name in columns if name not in table]
    if missing:
        raise errors.InvalidRequest(
            f"cannot draw: the table has no column {', '.join(missing)}; expected {source}"
        )
    if table.empty:
        raise errors.InvalidRequest(f"nothing to draw: the table has no rows; expected {source}")
    twice = table[table.duplicated(list(once))] if once else table.head(0)
    if len(twice):
        actual = ", ".join(f"{name} {twice[name].iloc[0]}" for name in once)
        raise errors.InvalidRequest(
            f"cannot draw: two rows for {actual}; expected one, as in {source}: "
            "keep the rows of one index, region and level"
        )


def keeps_index(function: Callable[P, R]) -> Callable[P, R]:
    """Let the result table of a function name the indices and the year that it is of.

    They are those of the table that the function is given first, and stand in the ``attrs`` of the
    result: ``indices`` and, if the function takes one, ``year``.

    >>> import pandas as pd
    >>> @keeps_index
    ... def heads(scores: pd.DataFrame, year: int) -> pd.DataFrame:
    ...     return scores[["score"]].head(1)
    >>> heads(pd.DataFrame({"index": ["PAPI"], "score": [45.0]}), 2024).attrs
    {'indices': ['PAPI'], 'year': 2024}
    """
    signature = inspect.signature(function)
    first = next(iter(signature.parameters))

    @functools.wraps(function)
    def marked(*args: P.args, **options: P.kwargs) -> R:
        result = function(*args, **options)
        arguments = signature.bind(*args, **options).arguments
        attributes: dict[str, Any] = result.attrs  # type: ignore[attr-defined]
        if "index" in arguments[first]:
            attributes["indices"] = [str(name) for name in arguments[first]["index"].unique()]
        if isinstance(arguments.get("year"), Integral):
            attributes["year"] = int(arguments["year"])
        return result

    return marked


def result_tables(result: Any) -> list[pd.DataFrame]:
    """Return the tables of a result that has several, in order; a table itself; none of others.

    Examples
    --------
    >>> import pandas as pd
    >>> [table.shape for table in result_tables(pd.DataFrame({"score": [1.0]}))]
    [(1, 1)]
    >>> result_tables("papi")
    []
    """
    import pandas as pd

    if isinstance(result, pd.DataFrame):
        return [result]
    if not is_dataclass(result) or isinstance(result, type):
        return []
    values = (getattr(result, item.name) for item in fields(result))
    return [value for value in values if isinstance(value, pd.DataFrame)]


def result_part(result: Any, columns: Iterable[str]) -> Any:
    """Return the first table of a result that has the columns; else what was given.

    Examples
    --------
    >>> from parstats.drivers.over_time.leads import Leads
    >>> import pandas as pd
    >>> parts = pd.DataFrame({"series": ["papi.services"], "p_adjusted": [0.2]})
    >>> result_part(Leads(parts, pd.DataFrame({"year": [2024]})), ["p_adjusted"]) is parts
    True
    """
    needed = set(columns)
    return next((table for table in result_tables(result) if needed <= set(table)), result)


def from_results(**sources: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Return the decorate a function of result tables: a table of another kind is refused by name.

    Parameters
    ----------
    **sources : str
        By parameter, the function that makes its table and the columns that are needed, as
        ``table="parstats.panel.history: year score rank"``. None is refused unless the annotation
        allows it. Of a result with several tables the one with these columns is taken.

    Examples
    --------
    >>> import pandas as pd
    >>> @from_results(table="parstats.panel.history: year score")
    ... def newest(table: pd.DataFrame) -> int:
    ...     return int(table["year"].max())
    >>> newest(pd.DataFrame({"score": [1.0]}))
    Traceback (most recent call last):
    parstats.errors.InvalidRequest: newest: the table has no column year; expected the result of
    parstats.panel.history
    """
    needed = {name: source.partition(": ")[::2] for name, source in sources.items()}

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        signature = inspect.signature(function)
        parameters = signature.parameters.values()
        required = {item.name for item in parameters if "None" not in str(item.annotation)}

        @functools.wraps(function)
        def checked(*args: P.args, **options: P.kwargs) -> R:
            import pandas as pd

            bound = signature.bind_partial(*args, **options)
            tables = bound.arguments
            # No rows and no columns: "there is nothing" to some functions, a wrong table to others.
            blank = False
            for name, (source, columns) in needed.items():
                table = tables.get(name)
                if table is None and name not in required:
                    continue
                if name in tables:
                    table = tables[name] = result_part(table, columns.split())
                problem = f"{name} is of type {type(table).__name__}"
                if isinstance(table, pd.DataFrame):
                    blank |= table.shape == (0, 0)
                    missing = [column for column in columns.split() if column not in table]
                    problem = f"the {name} has no column {', '.join(missing)}" if missing else ""
                if problem and not (isinstance(table, pd.DataFrame) and table.shape == (0, 0)):
                    raise errors.InvalidRequest(
                        f"{function.__name__}: {problem}; expected the result of {source}"
                    )
            try:
                return function(*bound.args, **bound.kwargs)
            except KeyError:
                if not blank:
                    raise
                makers = ", ".join(source for source, _ in needed.values())
                raise errors.InvalidRequest(
                    f"{function.__name__}: a table has no columns; expected the result of {makers}"
                ) from None

        return checked

    return decorate


def old_names(**new_names: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Decorate a function whose arguments were renamed: an old name is an error with the new one.

    Parameters
    ----------
    **new_names : str
        New name by old name. They can be read from the attribute ``old_names`` of the function.

    Examples
    --------
    >>> @old_names(draws="n_draws")
    ... def resample(n_draws: int) -> int:
    ...     return n_draws
    >>> resample(draws=9)
    Traceback (most recent call last):
    parstats.errors.InvalidRequest: resample: the argument draws is now called n_draws
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(function)
        def checked(*args: P.args, **options: P.kwargs) -> R:
            for old in options.keys() & new_names.keys():
                raise errors.InvalidRequest(
                    f"{function.__name__}: the argument {old} is now called {new_names[old]}"
                )
            return function(*args, **options)

        checked.old_names = new_names  # type: ignore[attr-defined]
        return checked

    return decorate


def old_functions(module: str, **new_names: str) -> Callable[[str], NoReturn]:
    """Make a ``__getattr__`` for a module: a function's old name is an error with the new one.

    Examples
    --------
    >>> from parstats import panel
    >>> panel.standing
    Traceback (most recent call last):
    AttributeError: parstats.panel.standing is now parstats.panel.overall
    """

    def refuse(name: str) -> NoReturn:
        if name in new_names:
            raise AttributeError(f"{module}.{name} is now {module}.{new_names[name]}")
        raise AttributeError(f"module {module!r} has no attribute {name!r}")

    return refuse


def refuse_old_parameters(namespace: Mapping[str, Any], **new_names: str) -> None:
    """Stop a notebook that was given a parameter by its old name.

    papermill only warns of a parameter that a notebook does not have, and the notebook would run
    with the default.

    Parameters
    ----------
    namespace : mapping
        The variables of the notebook: ``globals()``.
    **new_names : str
        New name by old name.

    Raises
    ------
    InvalidRequest
        If an old name is set.

    Examples
    --------
    >>> refuse_old_parameters({"draws": 99}, draws="n_draws")
    Traceback (most recent call last):
    parstats.errors.InvalidRequest: the parameter draws is now called n_draws
    """
    for old, new in new_names.items():
        if old in namespace:
            raise errors.InvalidRequest(f"the parameter {old} is now called {new}")
