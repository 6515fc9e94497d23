"""Writing the processed tables and their Frictionless descriptor, whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

import pandas as pd

from parstats import schema, storage


def write(tables: dict[str, pd.DataFrame], processed: Path, inputs: dict[str, Any]) -> None:
    """Write all tables beside the old ones, then move them in; the descriptor goes last.

    `inputs` is what the tables were made from.
    """
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
    """Remove leftovers of builds killed more than a day ago."""
    for abandoned_folder in processed.glob(".building-*"):
        # A day, by judgement: no build takes that long, so its process is gone.
        if time.time() - abandoned_folder.stat().st_mtime > 24 * 3600:
            shutil.rmtree(abandoned_folder, ignore_errors=True)


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
