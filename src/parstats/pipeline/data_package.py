"""Writing the processed tables and their Frictionless descriptor, whole at every moment.

The tables of a build lie in a folder named by their content, and the descriptor names their files.
It is replaced in one step once they are complete: whoever reads finds the old tables or the new.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pandas as pd

from parstats import errors, schema, storage

# Seconds for which leftovers and former tables stay. A day, by judgement: no build takes that long,
# and no reader that has opened the descriptor takes so long to read a table.
_GRACE = 24 * 3600


def write(tables: dict[str, pd.DataFrame], processed: Path, inputs: dict[str, Any]) -> None:
    """Write all tables into a folder of their own, then let the descriptor name them.

    `inputs` is what the tables were made from.
    """
    processed.mkdir(parents=True, exist_ok=True)
    former = _folder_in_use(processed)
    _clear_abandoned(processed, former)
    staging = Path(tempfile.mkdtemp(dir=processed, prefix=".building-"))
    try:
        staging.chmod(0o777 & ~storage.UMASK)
        for name, table in tables.items():
            storage.write_table(table, staging / f"{name}.parquet")
        hash_by_name = {name: storage.sha256(staging / f"{name}.parquet") for name in tables}
        content = hashlib.sha256("".join(hash_by_name.values()).encode()).hexdigest()
        folder = processed / f"tables-{content[:12]}"
        _move(staging, folder)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    descriptor = _descriptor(tables, folder.name, hash_by_name, inputs)
    storage.write_json(processed / storage.DESCRIPTOR, descriptor)
    if former not in ("", folder.name):
        with suppress(OSError):  # from now on it is a former one
            os.utime(processed / former)


def _move(staging: Path, folder: Path) -> None:
    """Move the tables to the folder of their content; files that are there already are the same."""
    try:
        staging.rename(folder)
    except OSError:
        for path in sorted(staging.iterdir()):
            path.replace(folder / path.name)


def _folder_in_use(processed: Path) -> str:
    """Return the name of the folder that the descriptor names; "" if there is none."""
    try:
        resources = storage.read_descriptor(processed)["resources"]
    except errors.DataNotBuilt:
        return ""
    return next((Path(item["path"]).parent.name for item in resources), "")


def _clear_abandoned(processed: Path, in_use: str) -> None:
    """Remove leftovers of killed builds, and tables that nobody reads any more."""
    patterns = [".building-*", ".part-*"]
    if in_use:  # version 0.1.0 put the tables beside the descriptor
        patterns += ["tables-*", *(f"{name}.parquet" for name in schema.TABLES)]
    for path in (path for pattern in patterns for path in processed.glob(pattern)):
        if path.name == in_use or time.time() - path.lstat().st_mtime <= _GRACE:
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            with suppress(OSError):  # open on Windows: the next build removes it
                path.unlink()


_FRICTIONLESS_TYPES = {"i": "integer", "I": "integer", "f": "number", "F": "number", "b": "boolean"}


def _descriptor(
    tables: dict[str, pd.DataFrame],
    folder: str,
    hash_by_name: dict[str, str],
    inputs: dict[str, Any],
) -> dict[str, Any]:
    resources = []
    for name, table in tables.items():
        model = schema.TABLES[name].to_schema()
        resources.append(
            {
                "name": name,
                "path": f"{folder}/{name}.parquet",
                "title": " ".join((schema.TABLES[name].__doc__ or "").split()),
                "format": "parquet",
                "mediatype": "application/vnd.apache.parquet",
                "hash": f"sha256:{hash_by_name[name]}",
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
