"""Manual corrections of targets and shortcomings: the tables that stand beside the measures."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from parstats.plans.corrections import DROPPED
from parstats.plans.row_sources import Source, row_name, table_of
from parstats.plans.series_rows import parts
from parstats.reference import frameworks

if TYPE_CHECKING:
    import pandas as pd

#: Columns of each table that a person may correct.
CORRECTABLE = {
    "targets": (
        *("series", "indicator_vi", "op", "value", "unit", "year", "achieved", "rank"),
        *("n_ranked", DROPPED),
    ),
    "shortcomings": (
        *("series", "criterion_as_written", "achieved", "threshold", "unit", "cause_as_written"),
        *("measures", DROPPED),
    ),
}
#: Columns of both that hold numbers, and those of whole ones.
NUMBERS = ("value", "achieved", "threshold")
INTEGERS = ("year", "rank", "n_ranked")
# What a target says; a row without any of it says nothing.
_SAID = ("op", "value", "unit", "achieved", "rank")
_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
    "=": operator.ge,  # a threshold is the least that was asked for
}


def apply_to_table(
    table: pd.DataFrame,
    name: str,
    overrides: pd.DataFrame,
    sources: Mapping[str, Mapping[str, Source]],
) -> pd.DataFrame:
    """Return the targets or shortcomings with the corrections of a person.

    Parameters
    ----------
    table : DataFrame; a table of the schema `name`
    name : str; "targets" or "shortcomings"
    overrides : DataFrame; columns of `parstats.plans.corrections.COLUMNS`, those of any table
    sources : mapping; by plan and row, of the document as it is read now

    Returns
    -------
    DataFrame: a copy. A corrected series brings its index along; whether a threshold was met is
        compared anew; a row that was dropped, or that says nothing any more, is left out.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"plan": ["p", "p"], "number": [1, 2], "unit": ["%", "bậc"]})
    >>> own = pd.DataFrame(
    ...     {"plan": "p", "row": ["s001", "s002"], "column": ["dropped", "unit"],
    ...      "value": ["true", "điểm"]}
    ... )
    >>> apply_to_table(table, "shortcomings", own, {}).values.tolist()
    [['p', 2, 'điểm']]
    """
    corrected = table.copy()
    names = [row_name(name, number) for number in corrected["number"]]
    keys = dict(zip(zip(corrected["plan"], names, strict=True), corrected.index, strict=True))
    changed: set[Any] = set()
    for case in overrides.to_dict("records"):
        at = keys.get((case["plan"], current_row(case, sources)))
        if table_of(case["row"]) != name or at is None or at not in corrected.index:
            continue
        if case["column"] == DROPPED:
            corrected = corrected.drop(index=at)
            continue
        corrected.loc[at, case["column"]] = _typed(case["column"], case["value"])
        changed.add(at)
        if case["column"] == "series" and case["value"]:
            corrected.loc[at, "index"] = _index_of(case["value"])
    changed &= set(corrected.index)
    if name == "targets":
        corrected = _consistent(corrected, changed)
    return corrected.reset_index(drop=True)


def current_row(case: Mapping[str, Any], sources: Mapping[str, Mapping[str, Source]]) -> str:
    """Return the row that a correction is of, as the document is read now; "" if it is gone."""
    mark = case.get("fingerprint") or ""
    if not mark:
        return str(case["row"])
    rows = sources.get(case["plan"], {})
    return next((row for row, source in rows.items() if source.mark == mark), "")


def without_measures(shortcomings: pd.DataFrame, measures: pd.DataFrame) -> pd.DataFrame:
    """Return the shortcomings without measures that are left out."""
    known = set(zip(measures["plan"], measures["row"], strict=True))
    kept = [
        ";".join(row for row in parts(rows) if (plan, row) in known)
        for plan, rows in zip(shortcomings["plan"], shortcomings["measures"], strict=True)
    ]
    return shortcomings.assign(measures=kept).astype({"measures": shortcomings["measures"].dtype})


def _typed(column: str, value: str) -> Any:
    import pandas as pd

    if column in NUMBERS:
        return float(value) if value else float("nan")
    if column in INTEGERS:
        return int(value) if value else pd.NA
    return value


def _index_of(series: str) -> str:
    table = frameworks.series()
    return str(dict(zip(table["series"], table["index"], strict=True)).get(series, ""))


def _consistent(targets: pd.DataFrame, changed: set[Any]) -> pd.DataFrame:
    """Compare corrected thresholds with what was achieved; leave rows out that say nothing."""
    import pandas as pd

    for at in sorted(changed):
        row = targets.loc[at]
        known = not pd.isna(row["value"]) and not pd.isna(row["achieved"])
        compare = _OPERATORS.get(row["op"])
        if row["kind"] == "threshold":
            is_met = compare is not None and known and compare(row["achieved"], row["value"])
            targets.loc[at, "met"] = is_met if compare is not None and known else pd.NA
    says = targets[list(_SAID)].replace("", None).notna().any(axis=1)
    return targets[says | ~targets.index.isin(changed)]
