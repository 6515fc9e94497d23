"""From published figures to processed tables: read, check, derive, write whole or not at all."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from parstats import errors, schema, storage
from parstats.advice.built_priorities import priority_tables
from parstats.pipeline import data_package, plan_derivation, plan_files
from parstats.pipeline.plan_derivation import empty
from parstats.pipeline.raw_files import read_all
from parstats.pipeline.score_derivation import derive
from parstats.reference import frameworks

# What the processed tables depend on: a new figure or page does not make them out of date.
ROOMS = (
    "advice",
    "arguments.py",
    "documents",
    "drivers",
    "errors.py",
    "folders.py",
    "formula_text.py",
    "ingest",
    "panel",
    "pipeline",
    "plans",
    "reference",
    "schema",
    "stats",
    "storage.py",
)


@dataclass(frozen=True)
class BuildResult:
    """Result of a build.

    ``is_new`` is False if the tables were up to date already and nothing was written; ``rows`` is
    the number of rows by table.
    """

    folder: Path
    is_new: bool
    rows: dict[str, int]


def build(*, force: bool = False, without: Collection[str] = ()) -> BuildResult:
    """Build the processed tables from the published figures.

    Reference tables of the data folder are looked at anew. Every raw file is read and checked; if
    anything is wrong, all problems are raised together and the processed tables stay as they were.
    The same inputs give the same bytes.

    Parameters
    ----------
    force : bool; build even if the tables are up to date
    without : collection of str
        Registered plans to leave out. The tables are then not up to date: the next build has all.

    Raises
    ------
    InvalidData: Lists every problem in the reference tables of the data folder or, if these are in
        order, in the raw files: file, row, column, found, expected, remedy

    Examples
    --------
    >>> build().rows["provinces"]
    161
    """
    folder = storage.data_folder()
    inputs = _inputs(folder.raw)
    if without:
        inputs["left_out"] = sorted(without)
    frameworks.check_data_folder()
    if not force and is_current(inputs):
        described = storage.read_descriptor(folder.processed)["resources"]
        rows = {item["name"]: int(item["rows"]) for item in described}
        return BuildResult(folder.processed, False, rows)
    tables = make_tables(folder.raw, without)
    data_package.write(tables, folder.processed, inputs)
    return BuildResult(folder.processed, True, {name: len(table) for name, table in tables.items()})


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


def make_tables(raw: Path, without: Collection[str] = ()) -> dict[str, pd.DataFrame]:
    """Read and check all raw files and derive the processed tables, writing nothing.

    The registered plans named in `without` are left out. The tables are those named in
    `parstats.schema.models.TABLES`. Raises InvalidData with every problem found.
    """
    problems: list[errors.Problem] = []
    read: dict[str, pd.DataFrame] = {}
    plans: dict[str, pd.DataFrame] = {}
    # Both folders are read before anything is said, so that every problem shows at once.
    plan_reader = partial(plan_files.read_all, without=without)
    for reader, into in ((read_all, read), (plan_reader, plans)):
        try:
            into.update(reader(raw))
        except errors.InvalidData as error:
            problems += error.problems
    if problems:
        raise errors.InvalidData(problems)
    # An index defined in this process only is none of the data folder's.
    with frameworks.without_definitions():
        tables = derive(read) | plan_derivation.derive(plans)
        advised = priority_tables(tables["scores"])
    advised = {name: table if len(table) else empty(name) for name, table in advised.items()}
    for name, table in advised.items():
        schema.validate(name, table)
    return tables | advised


def _inputs(raw: Path) -> dict[str, Any]:
    """Hash the inputs of the tables: raw files, the package, and the data folder's own tables."""
    return {
        "version": storage.version(),
        "code": storage.code_hash(*ROOMS),
        "raw": storage.raw_hashes(raw),
        "reference": storage.reference_hashes(),
    }
