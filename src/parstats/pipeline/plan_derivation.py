"""Deriving the tables of plans, measures, targets and shortcomings from the coded facts."""

from __future__ import annotations

import pandas as pd

from parstats import schema
from parstats.plans.fields.deadlines import dated
from parstats.plans.series_rows import single, split_series, targeted_series
from parstats.reference import frameworks

_MEASURE = list(schema.Measures.to_schema().columns)
_TARGET = list(schema.Targets.to_schema().columns)
# What a machine's reading has and a person's coding need not have.
_OF_A_READING = {
    "plans": ("path", "sha256", "n_pages", "reader_version"),
    "measures": (
        *("target_as_written", "lead_as_written", "support_as_written", "result_as_written"),
        *("text", "page", "confidence"),
    ),
}


def derive(read: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Make the tables plans, measures, targets and shortcomings, and check them.

    `read` is the result of `parstats.pipeline.plan_files.read_all`; tables are empty if no plan is
    registered. Raises InvalidData if one breaks a rule of `parstats.schema.models`.
    """
    tables = {
        "plans": _plans(read.get("plans"), read.get("measures")),
        "measures": _measures(read.get("measures"), read.get("plans")),
        "targets": _targets(read),
        "shortcomings": _shortcomings(read.get("shortcomings")),
    }
    tables = {name: _typed(name, table) for name, table in tables.items()}
    for name, table in tables.items():
        schema.validate(name, table)
    return tables


def _typed(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """Return the columns with the types of the model, as a file would give them back."""
    kinds = schema.TABLES[name].to_schema().dtypes
    return table.astype({column: kind.type for column, kind in kinds.items()})


def empty(name: str) -> pd.DataFrame:
    """Return a table of `parstats.schema.models` without rows, its columns typed."""
    model = schema.TABLES[name].to_schema()
    return pd.DataFrame({name: pd.Series(dtype=kind.type) for name, kind in model.dtypes.items()})


def _plans(read: pd.DataFrame | None, measures: pd.DataFrame | None) -> pd.DataFrame:
    if read is None:
        return empty("plans")
    named = {} if measures is None else targeted_series(measures)
    read = _completed("plans", read.assign(aims=[named.get(plan, "") for plan in read["plan"]]))
    order = ["vintage", "province", "plan_year", "plan"]
    ordered = read.sort_values(order, ascending=[False, True, True, True])
    return ordered[list(schema.Plans.to_schema().columns)].reset_index(drop=True)


def _measures(read: pd.DataFrame | None, plans: pd.DataFrame | None) -> pd.DataFrame:
    """Return one row per measure, index and series."""
    if read is None:
        return empty("measures")
    years = {} if plans is None else dict(zip(plans["plan"], plans["plan_year"], strict=True))
    table = split_series(_completed("measures", dated(read, years).assign(seen=_seen(read))))
    return table.sort_values(["plan", "row"], kind="stable")[_MEASURE].reset_index(drop=True)


def _completed(name: str, read: pd.DataFrame) -> pd.DataFrame:
    """Add the columns of a reading where a coding left them out, empty."""
    blank = empty(name)
    missing = [column for column in _OF_A_READING[name] if column not in read]
    read = read.assign(**blank[missing].reindex(read.index).to_dict("series"))
    texts = [column for column in _OF_A_READING[name] if blank[column].dtype == "str"]
    return read.assign(**{column: read[column].fillna("") for column in texts})


def _seen(read: pd.DataFrame) -> pd.Series:
    """Return how much of a row was seen: the measure, the criterion, or only the title."""
    tops = {frameworks.top(index) for index in frameworks.INDICES}
    is_overall = read["series"].map(lambda names: set(names.split(";")) <= {*tops, ""})
    seen = is_overall.map({True: "title", False: "criterion"})
    # Of a reading the words are there, also where they tell no type.
    worded = read["text"].fillna("") != "" if "text" in read else False
    return seen.mask((read["measure_type"] != "") | worded, "measure")


def _targets(read: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the targets beside a measure, then those of the plan and printed results."""
    parts = []
    if "measures" in read:
        measure_targets = read["measures"][read["measures"]["target_op"] != ""]
        if "targets" in read and "row" in read["targets"]:
            # A machine's reading has all targets of a measure there, not only the first.
            listed = set(read["targets"].loc[read["targets"]["row"].fillna("") != "", "plan"])
            measure_targets = measure_targets[~measure_targets["plan"].isin(listed)]
        each = [
            single(*both)
            for both in zip(measure_targets["index"], measure_targets["series"], strict=True)
        ]
        years = read["plans"].set_index("plan")["plan_year"]
        measure_targets = measure_targets.assign(
            index=[index for index, _ in each],
            series=[series for _, series in each],
            year=measure_targets["plan"].map(years).astype("Int64"),
            kind="target",
            op=measure_targets["target_op"],
            value=measure_targets["target_value"],
            unit=measure_targets["target_unit"],
            line=measure_targets["line_start"],
            note_vi="",
            note_en="",
        )
        # A criterion with several measures has one target.
        keys = ["plan", "series", "indicator_vi", "op", "value", "unit"]
        parts.append(measure_targets.drop_duplicates(keys))
    if "targets" in read:
        rows = read["targets"]["row"].fillna("") if "row" in read["targets"] else ""
        parts.append(read["targets"].assign(row=rows))
    if not parts:
        return empty("targets")
    table = pd.concat(parts, ignore_index=True)
    for column, kind in (("met", "boolean"), ("rank", "Int64"), ("n_ranked", "Int64")):
        table[column] = table[column].astype(kind) if column in table else pd.NA
        table[column] = table[column].astype(kind)
    table["achieved"] = table["achieved"].astype("float64") if "achieved" in table else float("nan")
    # Those of measures first, in their order; then those of the plan and printed results.
    table = table.assign(_last=table["row"] == "").sort_values(
        ["plan", "_last", "row", "line"], kind="stable"
    )
    table["number"] = table.groupby("plan").cumcount() + 1
    return table[_TARGET].reset_index(drop=True)


def _shortcomings(read: pd.DataFrame | None) -> pd.DataFrame:
    if read is None:
        return empty("shortcomings")
    ordered = read.sort_values(["plan", "number"], kind="stable")
    return ordered[list(schema.Shortcomings.to_schema().columns)].reset_index(drop=True)
