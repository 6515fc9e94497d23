"""Options that many estimators share, and how a wrong one is refused."""

from __future__ import annotations

from collections.abc import Iterable
from numbers import Integral, Real
from typing import Any

from parstats import errors


def several(values: Any) -> tuple[Any, ...]:
    """Each of some values once, in their order; a single value or text is a tuple of one.

    Examples
    --------
    >>> several(["z", "rank", "z"]), several("rank"), several(2024)
    (('z', 'rank'), ('rank',), (2024,))
    """
    if isinstance(values, str) or not isinstance(values, Iterable):
        return (values,)
    return tuple(dict.fromkeys(values))


def whole_number(name: str, value: Any, least: int) -> int:
    """Return the value if it is a whole number of at least `least`.

    Raises
    ------
    InvalidRequest
        If it is not.

    Examples
    --------
    >>> whole_number("draws", 200, 1)
    200
    >>> whole_number("seed", None, 0)
    Traceback (most recent call last):
    parstats.errors.InvalidRequest: seed is None: expected at least 0, a whole number
    """
    if isinstance(value, bool) or not isinstance(value, Integral) or value < least:
        raise errors.InvalidRequest(
            f"{name} is {value!r}: expected at least {least}, a whole number"
        )
    return int(value)


def share(name: str, value: Any) -> float:
    """Return the value if it lies between 0 and 1, neither included.

    Raises
    ------
    InvalidRequest
        If it does not.

    Examples
    --------
    >>> share("interval", 0.95)
    0.95
    >>> share("interval", 95)
    Traceback (most recent call last):
    parstats.errors.InvalidRequest: interval is 95: expected a share between 0 and 1, as 0.95
    """
    if isinstance(value, bool) or not isinstance(value, Real) or not 0 < float(value) < 1:
        raise errors.InvalidRequest(
            f"{name} is {value!r}: expected a share between 0 and 1, as 0.95"
        )
    return float(value)


def number(name: str, value: Any, otherwise: str = "") -> float:
    """Return the value if it is a number; `otherwise` says what else would have done.

    Raises
    ------
    InvalidRequest
        If it is not.

    Examples
    --------
    >>> number("the weight of papi.services", 0.25)
    0.25
    >>> number("the weight of papi.services", "a quarter")
    Traceback (most recent call last):
    parstats.errors.InvalidRequest: the weight of papi.services is 'a quarter': expected a number
    """
    if isinstance(value, bool) or not isinstance(value, Real):
        expected = f"a number, {otherwise}" if otherwise else "a number"
        raise errors.InvalidRequest(f"{name} is {_shown(value)}: expected {expected}")
    return float(value)


def _shown(value: Any) -> str:
    """The value, if it is short, else what it is."""
    text = repr(value)
    return text if len(text) < 40 else type(value).__name__
