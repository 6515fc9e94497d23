"""Checks of what advice is asked about: a sound table of one index, and a province with a name."""

from __future__ import annotations

from typing import Any

import pandas as pd

from parstats import errors
from parstats.drivers.score_checks import check_scores, require_table
from parstats.drivers.score_matrix import Parts, build_parts
from parstats.panel.units import unit_column


def sound_scores(scores: Any, year: Any = None) -> tuple[str, pd.DataFrame]:
    """Return the index and the scores, if they are a sound table of one.

    Raises InvalidRequest if they are no such table or lack a column; InvalidData if a score stands
    twice, or one of the year asked about (the newest if none is given) is no number, off its scale
    or of a province that does not exist.

    >>> sound_scores([1])
    Traceback (most recent call last):
    parstats.errors.InvalidRequest: scores is list: expected the table that load_scores(...) gives
    """
    index = require_table(scores)
    known = scores[scores["score"].notna()]
    twice = known.duplicated(["year", "vintage", unit_column(index), "series"], keep=False)
    asked = known["year"] == (known["year"].max() if year is None else year)
    check_scores(known[twice | asked])
    return index, without_categories(scores)


def without_categories(scores: pd.DataFrame) -> pd.DataFrame:
    """Return scores whose columns of categories are plain, so that they compare with one another.

    >>> table = pd.DataFrame({"series": pd.Categorical(["papi"])})
    >>> without_categories(table)["series"].dtype
    dtype('O')
    """
    names = [name for name in scores if isinstance(scores[name].dtype, pd.CategoricalDtype)]
    return scores.astype(dict.fromkeys(names, "object")) if names else scores


def advised_parts(scores: pd.DataFrame, year: int, level: str | None = None) -> Parts:
    """Return the parts of a year, as `parstats.drivers.score_matrix.build_parts`.

    Too few provinces are said to be too few for advice.

    >>> from parstats.panel import load_scores
    >>> advised_parts(load_scores("SIPAS"), 2024)
    Traceback (most recent call last):
    parstats.errors.InsufficientCoverage: too few provinces for advice on SIPAS 2024: ...
    """
    try:
        return build_parts(scores, year, level=level)
    except errors.InsufficientCoverage as error:
        raise errors.InsufficientCoverage(
            error.result.replace("drivers of", "advice on"),
            n_complete=error.n_complete,
            n_required=error.n_required,
            n_units=error.n_units,
            alternative=error.alternative,
        ) from None


def check_province(province: Any) -> Any:
    """Return the name or code of a province, if it is one.

    >>> check_province(None)
    Traceback (most recent call last):
    parstats.errors.InvalidRequest: province is None: expected the name or code of one
    """
    if not isinstance(province, str | int) or isinstance(province, bool) or province == "":
        raise errors.InvalidRequest(f"province is {province!r}: expected the name or code of one")
    return province
