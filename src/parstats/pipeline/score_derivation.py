"""Deriving the processed tables from the raw files."""

from __future__ import annotations

import re

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

_NUMBER = re.compile(r"-?\d+(\.\d+)?")

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
    printed, ranks_overruled, scores_overruled = _resolved_printed(candidates)
    # Scores of published indices are compared where they become `scores`.
    summed = ~scores_overruled["index"].map(_is_published).astype(bool)
    conflicts = [ranks_overruled, scores_overruled[summed]]
    conflicts = pd.concat([part for part in conflicts if len(part)] or [ranks_overruled])
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


def _resolved_printed(
    candidates: pd.DataFrame,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Keep one printed score and one printed rank a cell, each by the rule of precedence.

    The sources of a row are those of the files that score and rank are of, and then the pages of
    every other file that prints all of the row. Returns the rows, and the contradictions between
    ranks and between scores.
    """
    ranks, ranks_overruled = precedence.resolve(_by_basis(candidates, "rank"), "rank_printed")
    scores, scores_overruled = precedence.resolve(_by_basis(candidates, "score"), "score_printed")
    cell = precedence.CELL
    # Both have every cell once, so that they line up in the order of the cells.
    ranks, scores = (table.sort_values(cell, ignore_index=True) for table in (ranks, scores))
    about_rank = ["rank_printed", "n_ranked_printed", "basis_rank"]
    printed = scores.assign(**{column: ranks[column] for column in about_rank})
    preferred = printed[[*cell, "score_printed", "scale", "rank_printed"]]
    beside = candidates.merge(preferred, on=cell, suffixes=("", "_kept"))
    agrees = _agrees(beside, "score_printed", precedence.ROUNDING)
    agrees &= beside["score_printed"].isna() | (beside["scale"] == beside["scale_kept"])
    agrees &= _agrees(beside, "rank_printed", 0)
    pages = precedence.in_order(beside[agrees])[[*cell, "source"]]
    pages = pd.concat([scores[[*cell, "source"]], ranks[[*cell, "source"]], pages])
    cells = pages.groupby(cell, dropna=False)["source"].agg(_joined).reset_index()
    printed["source"] = cells.sort_values(cell)["source"].to_numpy()
    return printed, ranks_overruled, scores_overruled


def _by_basis(candidates: pd.DataFrame, what: str) -> pd.DataFrame:
    """Put figures that were not printed as such into the kind that comes last."""
    derived = candidates[f"basis_{what}"].isin(_DERIVED)
    return candidates.assign(kind=candidates["kind"].where(~derived, "derived"))


def _agrees(table: pd.DataFrame, column: str, within: float) -> pd.Series:
    """Return which rows print the figure that is kept; all where none is."""
    preferred = table[f"{column}_kept"]
    gap = (table[column] - preferred).abs()
    return (preferred.isna() | (gap <= within)).fillna(False).astype(bool)


def _joined(sources: pd.Series) -> str:
    """Join sources; addresses, which have no blanks, each once."""
    if not all("://" in source for source in sources):
        return str(sources.iloc[0])
    return " ".join(dict.fromkeys(" ".join(sources).split()))


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
    table = _once(pd.concat(parts, ignore_index=True))
    order = ["index", "year", "province", "series", "statistic", "rejected"]
    return table.sort_values(order)[columns].reset_index(drop=True)


def _once(conflicts: pd.DataFrame) -> pd.DataFrame:
    """List a contradiction once: what was read last stands before what the rule said.

    A row of a reader may reject several figures, with semicolons between.
    """
    accessed = conflicts.get("accessed", "")
    table = conflicts.assign(
        _by_rule=conflicts["resolved_by"] == "precedence",
        _accessed=accessed,
        _rejected=conflicts["rejected"].map(_figures_in),
    ).sort_values(["_by_rule", "_accessed"], ascending=[True, False], kind="stable")
    listed: dict[tuple[object, ...], set[str]] = {}
    first = []
    for row in table[[*precedence.CELL, "statistic", "_rejected"]].itertuples(index=False):
        earlier = listed.setdefault(tuple(row[:-1]), set())
        first.append(not row[-1] or not set(row[-1]) <= earlier)
        earlier.update(row[-1])
    return table[first].sort_index().drop(columns=["_by_rule", "_accessed", "_rejected"])


def _figures_in(rejected: str) -> list[str]:
    """Return the rejected figures, numbers written alike."""
    figures = filter(None, map(str.strip, rejected.split(";")))
    return [f"{float(figure):.10g}" if _NUMBER.fullmatch(figure) else figure for figure in figures]


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
