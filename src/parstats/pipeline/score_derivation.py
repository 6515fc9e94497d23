"""Deriving the processed tables from the raw files."""

from __future__ import annotations

import numpy as np
import pandas as pd

from parstats import schema
from parstats.ingest import precedence
from parstats.panel.ranks import with_ranks
from parstats.panel.reshape import add_totals
from parstats.pipeline.plan_derivation import empty
from parstats.reference import csv_tables, frameworks, provinces

# In points. Printed totals are often sums of rounded dimensions, or cut off instead of rounded; the
# coarsest are printed to one decimal. All but a known slip lie within 0.03 of the computed sum.
PRINTED_TOLERANCE = 0.05

# How figures were obtained, as the origin of scores.
_ORIGINS = {"official": "printed", "compiled": "compiled", "press": "press", "derived": "derived"}
_DERIVED = ("derived", "inferred", "disputed")

_ABOUT = ["kind", "accessed", "file", "base", "replaces", "row"]


def derive(read: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Make the processed tables and check them.

    Those named in `parstats.schema.models.TABLES`, from the result of
    `parstats.pipeline.raw_files.read_all`. Raises InvalidData if a table breaks a rule;
    `PrintedOrderViolated` or `PartsDoNotAddUp` by name.
    """
    figures, overruled = precedence.resolve(_figures(read), "score")
    figures, unsummed = precedence.settle_sums(figures, frameworks.by_year(), schema.ADDS_UP_WITHIN)
    scores = _scores(figures)
    printed, contradicted = _printed(read, scores)
    scores["rank_printed"] = _looked_up(printed, scores, "rank_printed")
    tables = {
        "scores": scores,
        "series": frameworks.series(),
        "versions": frameworks.versions(),
        "provinces": _provinces(),
        "breaks": frameworks.breaks(),
        "gaps": frameworks.gaps(),
        "printed": printed.drop(columns="row"),
        "statistics": _statistics(read),
        "conflicts": _conflicts(read, [overruled, unsummed, contradicted]),
        "mergers": _mergers(),
    }
    for name, table in tables.items():
        schema.validate(name, table)
    schema.check_against_reference(scores, frameworks.by_year())
    schema.check_printed_order(printed, tables["conflicts"])
    rows = figures.set_index(precedence.CELL)["row"]
    keys = pd.MultiIndex.from_frame(scores[precedence.CELL])
    schema.check_parts_add_up(
        scores.assign(row=rows.reindex(keys).to_numpy()), frameworks.by_year()
    )
    return tables


def _figures(read: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Collect the scores of score files, and printed ones of published indices."""
    columns = [*precedence.CELL, "score", "n", "se", "source", *_ABOUT]
    parts = []
    if "scores" in read:
        parts.append(read["scores"].assign(source=read["scores"]["file"])[columns])
    if "printed" in read:
        printed = read["printed"]
        published = [name for name in frameworks.INDICES if _is_published(name)]
        keep = printed["index"].isin(published) & (printed["scale"] == "points")
        rows = printed[keep & printed["score_printed"].notna()]
        derived = rows["basis_score"].isin(_DERIVED)
        rows = rows.rename(columns={"score_printed": "score"}).assign(
            kind=rows["kind"].where(~derived, "derived"), n=pd.NA, se=float("nan")
        )
        parts.append(rows.assign(source=rows["file"])[columns])
    return pd.concat(parts, ignore_index=True).astype({"n": "Int64", "se": "float64"})


def _is_published(index: str) -> bool:
    return frameworks.index_info(index).total == "published"


def _scores(figures: pd.DataFrame) -> pd.DataFrame:
    figures = figures.assign(origin=figures["kind"].map(_ORIGINS))
    summed = ~figures["index"].map({name: _is_published(name) for name in frameworks.INDICES})
    totals = pd.concat([add_totals(figures[summed]), figures[~summed]], ignore_index=True)
    series_table = frameworks.by_year().reset_index()
    series_table = series_table[
        ["series", "year", "framework", "level", "position", "max_points", "min_points"]
    ]
    scores = totals.merge(series_table, on=["series", "year"], how="left", validate="many_to_one")
    scores = with_ranks(
        scores.rename(columns={"max_points": "max_score", "min_points": "min_score"})
    )
    derived = scores["source"].isna()
    scores["origin"] = scores["origin"].where(~derived, "derived")
    scores["source"] = scores["source"].where(~derived, "sum of sub-dimensions")
    scores["rank_printed"] = pd.array([pd.NA] * len(scores), dtype="Int64")
    scores["n"] = scores["n"].astype("Int64")
    scores["se"] = scores["se"].astype("float64")
    order = {name: position for position, name in enumerate(frameworks.INDICES)}
    scores = scores.assign(_order=scores["index"].map(order)).sort_values(
        ["_order", "year", "vintage", "province", "unit", "position"]
    )
    return scores[list(schema.Scores.to_schema().columns)].reset_index(drop=True)


def _looked_up(table: pd.DataFrame, scores: pd.DataFrame, column: str) -> pd.Series:
    keys = pd.MultiIndex.from_frame(scores[precedence.CELL])
    values = table.set_index(precedence.CELL)[column].reindex(keys)
    return pd.Series(values.array, index=scores.index, dtype="Int64")


def _printed(
    read: dict[str, pd.DataFrame], scores: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return printed figures beside the scores, and contradictions between printed ranks."""
    columns = [*schema.Printed.to_schema().columns, "row"]
    parts = [read["printed"]] if "printed" in read else []
    if "scores" in read:
        ranked = read["scores"][read["scores"]["rank_printed"].notna()]
        parts.append(
            ranked.rename(columns={"score": "score_printed"}).assign(
                scale="points",
                basis_score="printed",
                basis_rank="printed",
                source=ranked["file"],
                note_vi="",
                note_en="",
            )
        )
    parts = [part for part in parts if len(part)]
    if not parts:
        return empty("printed").assign(row=pd.Series(dtype="int64")), empty("conflicts")
    candidates = pd.concat(parts, ignore_index=True)
    printed, conflicts = precedence.resolve(candidates, "rank_printed")
    # Scores of published indices are compared where they become `scores`.
    summed = ~candidates["index"].map(_is_published) & candidates["score_printed"].notna()
    _, other_scores = precedence.resolve(candidates[summed], "score_printed")
    conflicts = pd.concat([part for part in (conflicts, other_scores) if len(part)] or [conflicts])
    computed = scores[[*precedence.CELL, "score", "rank", "n_ranked"]]
    table = printed.merge(computed, on=precedence.CELL, how="left", validate="one_to_one")
    agrees = (table["score_printed"] - table["score"]).abs() <= PRINTED_TOLERANCE
    both = table["score_printed"].notna() & table["score"].notna() & (table["scale"] == "points")
    table["score_agrees"] = agrees.astype("boolean").where(both)
    order = {name: position for position, name in enumerate(frameworks.INDICES)}
    table = table.assign(_order=table["index"].map(order)).sort_values(
        ["_order", "year", "series", "province", "unit"]
    )
    return table[columns].reset_index(drop=True), conflicts


def _statistics(read: dict[str, pd.DataFrame]) -> pd.DataFrame:
    if "statistics" not in read:
        return empty("statistics")
    columns = list(schema.Statistics.to_schema().columns)
    order = ["index", "year", "series", "statistic", "region"]
    return read["statistics"].sort_values(order)[columns].reset_index(drop=True)


def _conflicts(read: dict[str, pd.DataFrame], conflicts: list[pd.DataFrame]) -> pd.DataFrame:
    columns = list(schema.Conflicts.to_schema().columns)
    parts = [part for part in conflicts if len(part)]
    if "conflicts" in read:
        parts.append(read["conflicts"].assign(resolved_by="reading"))
    if not parts:
        return empty("conflicts")
    table = pd.concat(parts, ignore_index=True)
    order = ["index", "year", "province", "series", "statistic", "rejected"]
    return table.sort_values(order)[columns].reset_index(drop=True)


def _provinces() -> pd.DataFrame:
    return (
        pd.DataFrame(provinces.table_rows())
        .replace(
            {"population_2020_thousand": {"": np.nan}, "population_2021_thousand": {"": np.nan}}
        )
        .astype(
            {
                "vintage": "int64",
                "population_2020_thousand": "float64",
                "population_2021_thousand": "float64",
                "tile_row": "int64",
                "tile_column": "int64",
            }
        )
    )


def _mergers() -> pd.DataFrame:
    return pd.DataFrame(csv_tables.rows("mergers")).astype(
        {"n_members": "int64", "weight_2020": "float64", "weight_2021": "float64"}
    )
