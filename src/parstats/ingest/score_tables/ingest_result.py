"""The result of reading a file: a tidy table, and a report on the rest."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import pandas as pd

from parstats.ingest import absent_series
from parstats.reference import provinces

# Entries of each kind in the report: with all kinds it fills a screen of 40 lines.
_SHOWN = 6
_FEW_COLUMNS = 12
# A table that lacks more than this share of the provinces is one of some of them. By judgement.
_MOST_ABSENT = 0.25

# Columns by what they were read as.
_KINDS = {
    "province": "of provinces",
    "code": "of codes",
    "year": "of years",
    "series": "of names of series",
    "score": "of scores",
    "total": "of totals",
    "rank": "of ranks",
    "n_ranked": "of numbers of ranked provinces",
    "ignore": "to ignore",
}

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

    def report(self, *, verbose: bool = False) -> str:
        """Return the report as plain text: one screen of it, or with `verbose` all."""
        table = self.table
        lines = [f"recognised as: {self.form}", *self._columns_read(verbose=verbose)]
        unknown = [
            f"  {column.location}: {column.header!r}"
            for column in self.columns
            if not column.meaning
        ]
        sections = (
            ("not recognised, left out:", unknown),
            ("rows that are not of a province:", [f"  {row}" for row in self.skipped_rows]),
            ("", [f"note: {remark}" for remark in self.remarks]),
        )
        for title, entries in sections:
            if entries:
                shown = entries if verbose else entries[:_SHOWN]
                more = len(entries) - len(shown)
                lines += [title] if title else []
                lines += shown + ([f"  ... and {more} more (--verbose)"] if more else [])
        years = ", ".join(str(year) for year in sorted(table["year"].unique()))
        lines.append(
            f"{len(table)} rows: {table['province'].nunique()} provinces, "
            f"{table['series'].nunique()} series, years {years}"
        )
        return "\n".join([*lines, *self._absent(), *absent_series.remarks(table)])

    def _absent(self) -> list[str]:
        """Return a line for each year that lacks provinces, of tables that hold most of them."""
        lines = []
        for (year, vintage), rows in self.table.groupby(["year", "vintage"]):
            units = provinces.by_code(int(vintage))
            absent = sorted(units.keys() - set(rows["province"]))
            if absent and len(absent) <= _MOST_ABSENT * len(units):
                names = ", ".join(units[code].names["vi"] for code in absent)
                lines.append(f"{year}: no row of {names} ({len(units)} provinces)")
        return lines

    def _columns_read(self, *, verbose: bool) -> list[str]:
        """Return a line a column, or a line a table where there are many."""
        read = [column for column in self.columns if column.meaning]
        if verbose or len(read) <= _FEW_COLUMNS:
            return [
                f"  {column.location}: {column.header!r} -> {column.meaning}"
                + (f" (by {column.how})" if column.how not in ("", "name") else "")
                for column in read
            ]
        counts: dict[str, Counter[str]] = {}
        for column in read:
            place = column.location.rpartition(", ")[0]
            counts.setdefault(place, Counter())[column.meaning.partition(" ")[0]] += 1
        lines = [
            f"  {place}: " + ", ".join(_columns_of(what, n) for what, n in counter.items())
            for place, counter in counts.items()
        ]
        more = len(lines) - _FEW_COLUMNS
        return lines[:_FEW_COLUMNS] + ([f"  ... and {more} more (--verbose)"] if more > 0 else [])


def _columns_of(what: str, count: int) -> str:
    """Return how many columns there are of a kind.

    >>> _columns_of("province", 1), _columns_of("score", 28)
    ('1 column of provinces', '28 columns of scores')
    """
    return f"{count} {'column' if count == 1 else 'columns'} {_KINDS.get(what, f'of {what}')}"


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
