"""A data folder whose ``reference/`` a test writes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from parstats.reference import csv_tables, editions


class OwnReference:
    """The reference tables of a data folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.reference = folder / "reference"

    def write(self, name: str, content: str | bytes) -> Path:
        """Write a table as given; it is looked at before the next fact, as a command would."""
        path = self.reference / f"{name}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        editions.refresh()
        return path

    def rows(self, name: str, *rows: Mapping[str, str]) -> Path:
        """Write a table with these rows under the columns that they have."""
        columns = list(dict.fromkeys(column for row in rows for column in row))
        lines = [",".join(f'"{row.get(column, "")}"' for column in columns) for row in rows]
        return self.write(name, "\n".join([",".join(columns), *lines]) + "\n")


def package_row(name: str, **key: str) -> dict[str, str]:
    """The row of the package's table with these values."""
    (row,) = (row for row in csv_tables.package_rows(name) if key.items() <= row.items())
    return dict(row)
