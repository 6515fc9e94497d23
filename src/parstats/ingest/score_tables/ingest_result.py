"""The result of reading a file: a tidy table, and a report on the rest."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

COLUMNS = ("year", "vintage", "province", "province_name", "series", "score", "rank", "n_ranked")


@dataclass(frozen=True)
class ColumnRead:
    """One column and how it was read.

    Attributes
    ----------
    location, header : str
        Grid and column, as "scores.xlsx, sheet 2011_PAPI, column C"; its header cells, joined.
    meaning : str; what it was read as; empty if it was not recognised
    how : str
        "name" (a known spelling), "likeness" (like one), "map" (as given), "title" (from the texts
        above the table) or "" (not recognised).
    """

    location: str
    header: str
    meaning: str
    how: str


@dataclass(frozen=True)
class Ingested:
    """A tidy table and a report of how it came about.

    Attributes
    ----------
    table : pandas.DataFrame; the columns `COLUMNS`
    form : str; what was recognised, as "official PAPI workbook"
    columns : tuple of ColumnRead; every column of every grid
    skipped_rows : tuple of str; rows that are not of a province, with the reason
    remarks : tuple of str; what a person should know, as names read by likeness
    """

    table: pd.DataFrame
    form: str
    columns: tuple[ColumnRead, ...] = ()
    skipped_rows: tuple[str, ...] = ()
    remarks: tuple[str, ...] = field(default=())

    def report(self) -> str:
        """Return the report as plain text."""
        table = self.table
        lines = [f"recognised as: {self.form}"]
        read = [column for column in self.columns if column.meaning]
        lines += [
            f"  {column.location}: {column.header!r} -> {column.meaning}"
            + (f" (by {column.how})" if column.how not in ("", "name") else "")
            for column in read
        ]
        unknown = [column for column in self.columns if not column.meaning]
        if unknown:
            lines.append("not recognised, left out:")
            lines += [f"  {column.location}: {column.header!r}" for column in unknown]
        if self.skipped_rows:
            lines.append("rows that are not of a province:")
            lines += [f"  {row}" for row in self.skipped_rows]
        lines += [f"note: {remark}" for remark in self.remarks]
        years = ", ".join(str(year) for year in sorted(table["year"].unique()))
        lines.append(
            f"{len(table)} rows: {table['province'].nunique()} provinces, "
            f"{table['series'].nunique()} series, years {years}"
        )
        return "\n".join(lines)


def empty_table() -> pd.DataFrame:
    """Return a tidy table without rows."""
    types = {
        "year": "int64",
        "vintage": "int64",
        "province": "str",
        "province_name": "str",
        "series": "str",
        "score": "float64",
        "rank": "Int64",
        "n_ranked": "Int64",
    }
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in types.items()})
