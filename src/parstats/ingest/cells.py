"""Turning text cells into years, provinces, series and numbers, collecting what does not fit."""

from __future__ import annotations

import re
from collections.abc import Callable

import pandas as pd

from parstats import errors, frameworks, provinces
from parstats.errors import Problem

_NUMBER = re.compile(r"^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$", re.ASCII)
_COMMA = re.compile(r"^([+-]?\d+),(\d+)$")
_MISSING = {"", "-", "–", "na", "n/a", "nan", "null", "none", ".", "..", "…", "x"}


class Cells:
    """A text table and the problems found in it so far.

    Parameters
    ----------
    table : pandas.DataFrame
        As `parstats.ingest.text_table.read` gives it.
    name : str
        The file as messages should call it.

    Attributes
    ----------
    problems : list of Problem
        Every cell that did not fit.
    """

    def __init__(self, table: pd.DataFrame, name: str) -> None:
        self.table, self.name = table, name
        self.problems: list[Problem] = []

    def report(
        self, wrong: pd.Series, column: str, expected: Callable[[int], tuple[str, str]]
    ) -> None:
        """Note a problem for each row where `wrong` is true.

        Parameters
        ----------
        wrong : pandas.Series of bool
            By row.
        column : str
            The column at fault.
        expected : callable
            Given the row, what was expected there and what to do.
        """
        for row in wrong.index[wrong.to_numpy(dtype=bool)]:
            wanted, remedy = expected(int(row))
            found = repr(self.table.at[row, column])
            self.problems.append(Problem(self.name, int(row), column, found, wanted, remedy))

    def numbers(self, column: str, *, optional: bool = False) -> pd.Series:
        """Numbers with a decimal point; not-a-number where a cell does not fit."""
        text = self.table[column]
        good = text.str.match(_NUMBER)
        missing = text.str.lower().isin(_MISSING)
        self.report(
            ~good & ~(missing if optional else pd.Series(False, index=text.index)),
            column,
            lambda row: ("a number with a decimal point", _number_remedy(text.at[row])),
        )
        return pd.to_numeric(text.where(good), errors="coerce").astype("float64")

    def whole_numbers(self, column: str, *, optional: bool = False) -> pd.Series:
        """Whole numbers, missing where a cell does not fit."""
        values = self.numbers(column, optional=optional)
        wrong = values.notna() & (values % 1 != 0)
        self.report(wrong, column, lambda _: ("a whole number", "write it without decimals"))
        return values.where(~wrong).astype("Int64")

    def years(self, index: str, column: str = "year") -> pd.Series:
        """Years in which the index was published."""
        values = self.whole_numbers(column)
        table = frameworks.by_year().reset_index()
        known = sorted(table.loc[table["index"] == index, "year"].unique())
        wrong = values.notna() & ~values.isin(known)
        span = f"a year of {index}, {known[0]} to {known[-1]}"
        remedy = "mend the year; a new year needs its series in reference/versions.csv first"
        self.report(wrong, column, lambda _: (span, remedy))
        return values.where(~wrong)

    def provinces(self, column: str = "province") -> pd.Series:
        """Codes of provinces, from codes or names."""
        codes: dict[str, str | None] = {}
        faults: dict[str, errors.ProvinceNotMatched] = {}
        for name in self.table[column].unique():
            try:
                codes[name] = provinces.match_province(name)
            except errors.ProvinceNotMatched as fault:
                codes[name], faults[name] = None, fault
        found = self.table[column].map(codes)

        def expected(row: int) -> tuple[str, str]:
            near = faults[self.table.at[row, column]].candidates
            remedy = f"perhaps {' or '.join(near)}" if near else "see reference/provinces.csv"
            return "the two-digit code or the name of one province", remedy

        self.report(self.table[column].isin(list(faults)), column, expected)
        return found

    def names_agree(self, codes: pd.Series, column: str) -> None:
        """Note rows whose name column names another province than their code."""
        if column not in self.table:
            return
        named = self.provinces(column)
        wrong = codes.notna() & named.notna() & (named != codes)

        def expected(row: int) -> tuple[str, str]:
            name = provinces.by_code()[codes.at[row]].names["vi"]
            return f"{name}, the province with code {codes.at[row]}", "mend the code or the name"

        self.report(wrong, column, expected)

    def no_repeats(self, key: pd.DataFrame, column: str, what: str) -> None:
        """Note rows whose key already stood in an earlier row."""
        complete = key.notna().all(axis=1)
        repeated = key[complete].duplicated(keep="first").reindex(key.index, fill_value=False)
        groups = key[complete].groupby(list(key.columns), sort=False)
        first = groups[key.columns[0]].transform(lambda cell: cell.index[0])
        self.report(
            repeated,
            column,
            lambda row: (f"one row for each {what}", f"it stands in row {first.at[row]} already"),
        )


def _number_remedy(text: str) -> str:
    comma = _COMMA.match(text)
    if comma:
        return f"write {comma[1]}.{comma[2]}, with a decimal point"
    if text.lower() in _MISSING:
        return "delete the row: a missing figure is an absent row"
    return "write the figure alone, as 1.41"
