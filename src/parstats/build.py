"""From published figures to processed tables: read, check, derive, write whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from parstats import errors, frameworks, provinces, reference, schema, storage
from parstats.errors import InvalidData, Problem
from parstats.ingest import printed_totals, sidecar, tidy_scores
from parstats.panel.ranks import with_ranks
from parstats.panel.totals import add_totals

# In points. Printed totals are often sums of rounded dimensions, or cut off instead of rounded; the
# coarsest are printed to one decimal. All but a known slip lie within 0.03 of the computed sum.
PRINTED_TOLERANCE = 0.05

# How the figures of a file were obtained (its sidecar), as the origin of its scores.
_ORIGINS = {"official": "printed", "compiled": "compiled", "press": "press"}

# What the processed tables depend on: a new figure or page does not make them out of date.
_ROOMS = (
    "build.py",
    "errors.py",
    "frameworks.py",
    "ingest",
    "panel",
    "provinces.py",
    "reference",
    "schema.py",
    "storage.py",
)

_READERS = {"scores": tidy_scores.read, "printed": printed_totals.read}


@dataclass(frozen=True)
class Built:
    """What a build did.

    Attributes
    ----------
    folder : pathlib.Path
        Where the tables are.
    fresh : bool
        False if they were up to date already and nothing was written.
    rows : dict
        Rows by table.
    """

    folder: Path
    fresh: bool
    rows: dict[str, int]


def build(*, force: bool = False) -> Built:
    """Build the processed tables from the published figures.

    Every raw file is read and checked; if anything is wrong, all problems are raised together and
    the processed tables stay as they were. The same inputs give the same bytes.

    Parameters
    ----------
    force : bool
        Build even if the tables are up to date.

    Raises
    ------
    InvalidData
        With every problem in the raw files: file, row, column, found, expected, remedy.

    Examples
    --------
    >>> build().rows["provinces"]
    63
    """
    folder = storage.data_folder()
    inputs = _inputs(folder.raw)
    if not force and is_current(inputs):
        described = storage.read_descriptor(folder.processed)["resources"]
        rows = {item["name"]: int(item["rows"]) for item in described}
        return Built(folder.processed, False, rows)
    tables = make_tables(folder.raw)
    _write(tables, folder.processed, inputs)
    return Built(folder.processed, True, {name: len(table) for name, table in tables.items()})


def is_current(inputs: dict[str, Any] | None = None) -> bool:
    """Whether the processed tables were built from the present raw files by the present code."""
    folder = storage.data_folder()
    inputs = _inputs(folder.raw) if inputs is None else inputs
    try:
        descriptor = storage.read_descriptor(folder.processed)
    except errors.DataNotBuilt:
        return False
    if descriptor.get("parstats") != inputs:
        return False
    return all(
        (path := folder.processed / item["path"]).is_file()
        and f"sha256:{storage.sha256(path)}" == item["hash"]
        for item in descriptor["resources"]
    )


def raw_files(raw: Path) -> list[tuple[str, Path]]:
    """Raw data files with the index they belong to, in order."""
    found = []
    for index in frameworks.INDICES:
        folder = raw / frameworks.slug(index)
        if folder.is_dir():
            data = (path for path in folder.iterdir() if path.suffix.lower() == ".csv")
            found += [(index, path) for path in sorted(data)]
    return found


def _strays(raw: Path) -> list[Problem]:
    """Files and folders among the raw ones that no reader would look at."""
    problems = []
    known = [frameworks.slug(index) for index in frameworks.INDICES]
    for folder in sorted(path for path in raw.iterdir() if path.is_dir()):
        if folder.name not in known:
            expected, remedy = f"folders named {', '.join(known)}", "rename or remove it"
            name = f"{raw.name}/{folder.name}"
            problems.append(Problem(name, None, None, "an unknown folder", expected, remedy))
            continue
        for path in sorted(folder.iterdir()):
            ending, name = path.suffix.lower(), f"{raw.name}/{folder.name}/{path.name}"
            if path.name.startswith(".") or ending in (".csv", ".md"):
                continue
            if ending != ".yml":
                found, remedy = "a file no reader takes", "save it as a tidy CSV, or remove it"
                problems.append(Problem(name, None, None, found, "CSV files", remedy))
            elif not path.with_suffix("").is_file():
                found, remedy = "a sidecar without its file", "restore the file, or remove both"
                expected = path.with_suffix("").name
                problems.append(Problem(name, None, None, found, expected, remedy))
    return problems


def make_tables(raw: Path) -> dict[str, pd.DataFrame]:
    """Read and check all raw files and derive the processed tables, writing nothing.

    Parameters
    ----------
    raw : pathlib.Path
        The folder of raw files.

    Returns
    -------
    dict of pandas.DataFrame
        The tables named in `parstats.schema.TABLES`.

    Raises
    ------
    InvalidData
        With every problem found.
    """
    read: dict[str, list[pd.DataFrame]] = {form: [] for form in _READERS}
    problems = _strays(raw)
    files = raw_files(raw)
    if not files:
        found = f"no CSV file below {raw}"
        raise InvalidData([Problem(str(raw), None, None, found, "raw figures", "add them")])
    for index, path in files:
        name = f"{raw.name}/{path.relative_to(raw).as_posix()}"
        try:
            about = sidecar.read(path, name)
        except InvalidData as fault:
            problems += fault.problems
            about = None
        try:
            form = about.form if about else "scores"
            table = _READERS[form](path, index, name=name)
            read[form].append(
                table.assign(
                    index=index,
                    origin=_ORIGINS[about.obtained] if about else "",
                    file=name,
                    row=table.index,
                )
            )
        except InvalidData as fault:
            problems += fault.problems
        if about:
            try:
                sidecar.check_unchanged(path, name, about)
            except InvalidData as fault:
                problems += fault.problems
    for tables in read.values():
        problems += _repeated_across_files(tables)
    if not problems and not read["scores"]:
        found, remedy = "no scores, only printed totals", "add a file of scores"
        problems.append(Problem(raw.name, None, None, found, "scores of sub-dimensions", remedy))
    if problems:
        raise InvalidData(problems)
    return _derive(read)


def _repeated_across_files(read: list[pd.DataFrame]) -> list[Problem]:
    if not read:
        return []
    cells = pd.concat(read, ignore_index=True)
    keys = ["index", "year", "province", "series"]
    first = cells.drop_duplicates(keys).set_index(keys)[["file", "row"]]
    again = cells[cells.duplicated(keys) & ~cells.duplicated([*keys, "file"])]
    problems = []
    for cell in again.itertuples():
        file, row = first.loc[(cell.index, cell.year, cell.province, cell.series)]
        found = f"a second score of {cell.series}, {cell.province}, {cell.year}"
        problems.append(
            Problem(cell.file, cell.row, "series", found, f"one ({file}, row {row})", "keep one")
        )
    return problems


def _derive(read: dict[str, list[pd.DataFrame]]) -> dict[str, pd.DataFrame]:
    scores = _scores(pd.concat(read["scores"], ignore_index=True))
    printed = _printed(read["printed"], scores)
    ranked = printed.set_index(["index", "year", "province", "series"])["rank_printed"]
    keys = pd.MultiIndex.from_frame(scores[["index", "year", "province", "series"]])
    scores["rank_printed"] = ranked.reindex(keys).array.astype("Int64")
    places = pd.DataFrame(reference.rows("provinces")).astype(
        {
            "vintage": "int64",
            "population_2020_thousand": "float64",
            "population_2021_thousand": "float64",
            "tile_row": "int64",
            "tile_column": "int64",
        }
    )
    tables = {
        "scores": scores,
        "series": frameworks.series(),
        "versions": frameworks.versions(),
        "provinces": places,
        "breaks": frameworks.breaks(),
        "gaps": frameworks.gaps(),
        "printed": printed,
    }
    for name, table in tables.items():
        schema.validate(name, table)
    schema.check_against_reference(scores, frameworks.by_year())
    return tables


def _scores(criteria: pd.DataFrame) -> pd.DataFrame:
    criteria = criteria.assign(vintage=provinces.VINTAGE, unit_level="province", unit="")
    totals = add_totals(criteria)
    known = frameworks.by_year().reset_index()
    known = known[["series", "year", "framework", "level", "position", "max_points", "min_points"]]
    scores = totals.merge(known, on=["series", "year"], how="left", validate="many_to_one")
    scores = with_ranks(
        scores.rename(columns={"max_points": "max_score", "min_points": "min_score"})
    )
    derived = scores["level"] != "criterion"
    scores["origin"] = scores["origin"].where(~derived, "derived")
    scores["source"] = scores["file"].where(~derived, "sum of sub-dimensions")
    scores["rank_printed"] = pd.array([pd.NA] * len(scores), dtype="Int64")
    scores["n"] = scores["n"].astype("Int64")
    scores["se"] = scores["se"].astype("float64")
    scores = scores.sort_values(["index", "year", "province", "position"])
    return scores[list(schema.Scores.to_schema().columns)].reset_index(drop=True)


def _printed(read: list[pd.DataFrame], scores: pd.DataFrame) -> pd.DataFrame:
    columns = list(schema.Printed.to_schema().columns)
    if not read:
        types = {name: kind.type for name, kind in schema.Printed.to_schema().dtypes.items()}
        return pd.DataFrame({name: pd.Series(dtype=types[name]) for name in columns})
    printed = pd.concat(read, ignore_index=True).assign(vintage=provinces.VINTAGE)
    keys = ["index", "year", "vintage", "province", "series"]
    computed = scores[[*keys, "score", "rank", "n_ranked"]]
    table = printed.merge(computed, on=keys, how="left", validate="one_to_one")
    agrees = (table["score_printed"] - table["score"]).abs() <= PRINTED_TOLERANCE
    both = table["score_printed"].notna() & table["score"].notna()
    table["score_agrees"] = agrees.astype("boolean").where(both)
    return table.sort_values(["index", "year", "province"])[columns].reset_index(drop=True)


def _inputs(raw: Path) -> dict[str, Any]:
    """What the tables are made from: raw files, and the package with its reference tables."""
    files = [path for _, data in raw_files(raw) for path in (data, sidecar.path_of(data))]
    return {
        "version": storage.version(),
        "code": storage.code_hash(*_ROOMS),
        "raw": {
            path.relative_to(raw).as_posix(): storage.sha256(path)
            for path in files
            if path.is_file()
        },
    }


def _write(tables: dict[str, pd.DataFrame], processed: Path, inputs: dict[str, Any]) -> None:
    """Write all tables beside the old ones, then move them in; the descriptor goes last."""
    processed.mkdir(parents=True, exist_ok=True)
    _clear_abandoned(processed)
    staging = Path(tempfile.mkdtemp(dir=processed, prefix=".building-"))
    try:
        for name, table in tables.items():
            storage.write_table(table, staging / f"{name}.parquet")
        storage.write_json(staging / storage.DESCRIPTOR, _descriptor(tables, staging, inputs))
        for name in tables:
            (staging / f"{name}.parquet").replace(processed / f"{name}.parquet")
        (staging / storage.DESCRIPTOR).replace(processed / storage.DESCRIPTOR)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _clear_abandoned(processed: Path) -> None:
    """Remove what a build that was killed more than a day ago left behind."""
    for left in processed.glob(".building-*"):
        if time.time() - left.stat().st_mtime > 24 * 3600:
            shutil.rmtree(left, ignore_errors=True)


_FRICTIONLESS_TYPES = {"i": "integer", "I": "integer", "f": "number", "F": "number", "b": "boolean"}


def _descriptor(
    tables: dict[str, pd.DataFrame], staging: Path, inputs: dict[str, Any]
) -> dict[str, Any]:
    resources = []
    for name, table in tables.items():
        path = staging / f"{name}.parquet"
        model = schema.TABLES[name].to_schema()
        resources.append(
            {
                "name": name,
                "path": path.name,
                "title": " ".join((schema.TABLES[name].__doc__ or "").split()),
                "format": "parquet",
                "mediatype": "application/vnd.apache.parquet",
                "hash": f"sha256:{storage.sha256(path)}",
                "rows": len(table),
                "schema": {
                    "fields": [
                        {
                            "name": column,
                            "type": _field_type(table[column]),
                            "description": model.columns[column].description or "",
                        }
                        for column in table
                    ],
                    "primaryKey": list(model.unique or []) or _unique_column(model),
                },
            }
        )
    return {
        "name": "parstats",
        "title": "Provincial governance indices of Viet Nam, cleaned by parstats",
        "version": inputs["version"],
        "licenses": [{"name": "other-open", "title": "figures credited to their publishers"}],
        "sources": [{"title": f"data/raw/{file}"} for file in inputs["raw"]],
        "resources": resources,
        "parstats": inputs,
    }


def _unique_column(model: Any) -> list[str]:
    return [name for name, column in model.columns.items() if column.unique][:1]


def _field_type(column: pd.Series) -> str:
    if isinstance(column.dtype, pd.BooleanDtype):
        return "boolean"
    return _FRICTIONLESS_TYPES.get(column.dtype.kind, "string")
