"""Turning text cells into years, provinces, series and numbers, collecting what does not fit."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import suppress

import pandas as pd

from parstats import errors
from parstats.errors import Problem
from parstats.reference import frameworks, provinces
from parstats.reference.period_numbers import period_kind, period_text
from parstats.reference.periods import parse_period

_NUMBER = re.compile(r"^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$", re.ASCII)
_COMMA = re.compile(r"^([+-]?\d+),(\d+)$")
MISSING = {"", "-", "–", "na", "n/a", "nan", "null", "none", ".", "..", "…", "x"}


class Cells:
    """A text table and the problems found in it so far.

    `table` is what `parstats.ingest.known_files.csv_text.read` returns, `name` what messages call
    the file; ``problems`` has every cell that did not fit.
    """

    def __init__(self, table: pd.DataFrame, name: str) -> None:
        self.table, self.name = table, name
        self.problems: list[Problem] = []

    def stop(self) -> None:
        """Raise InvalidData with the problems by row, if there are any."""
        if self.problems:
            raise errors.InvalidData(sorted(self.problems, key=lambda problem: problem.row or 0))

    def report(
        self, wrong: pd.Series, column: str, expected: Callable[[int], tuple[str, str]]
    ) -> None:
        """Note a problem for each row where `wrong` is true.

        Given the row, `expected` tells what was expected there and what to do.
        """
        for row in wrong.index[wrong.to_numpy(dtype=bool)]:
            expectation, remedy = expected(int(row))
            actual = repr(self.table.at[row, column])
            self.problems.append(Problem(self.name, int(row), column, actual, expectation, remedy))

    def numbers(self, column: str, *, optional: bool = False) -> pd.Series:
        """Parse numbers with a decimal point; NaN where a cell does not fit."""
        text = self.table[column]
        good = text.str.match(_NUMBER)
        missing = text.str.lower().isin(MISSING)
        self.report(
            ~good & ~(missing if optional else pd.Series(False, index=text.index)),
            column,
            lambda row: ("a number with a decimal point", _number_remedy(text.at[row])),
        )
        return pd.to_numeric(text.where(good), errors="coerce").astype("float64")

    def integers(self, column: str, *, optional: bool = False) -> pd.Series:
        """Parse whole numbers; missing where a cell does not fit."""
        values = self.numbers(column, optional=optional)
        wrong = values.notna() & (values % 1 != 0)
        self.report(wrong, column, lambda _: ("a whole number", "write it without decimals"))
        return values.where(~wrong).astype("Int64")

    def years(self, index: str, column: str = "year") -> pd.Series:
        """Parse years (or quarters, or months) in which the index has a framework."""
        table = frameworks.by_year().reset_index()
        framework_years = sorted(table.loc[table["index"] == index, "year"].unique())
        kind = period_kind(framework_years[0])
        values = self.integers(column) if kind == "year" else self._periods(column, kind)
        wrong = values.notna() & ~values.isin(framework_years)
        first, last = map(period_text, (framework_years[0], framework_years[-1]))
        span = f"a {kind} of {index}, {first} to {last}"
        following = int(framework_years[-1]) + 1

        def expected(row: int) -> tuple[str, str]:
            if values[row] == following:
                command = frameworks.add_year_command(index, following)
                return span, f"mend the year, or add its criteria with `{command}`"
            path = f"reference/frameworks/{frameworks.slug(index)}.csv"
            return span, f"mend the year; a new year needs its series in {path} first"

        self.report(wrong, column, expected)
        return values.where(~wrong)

    def _periods(self, column: str, kind: str) -> pd.Series:
        """Parse quarters or months; missing where a cell is none."""
        text = self.table[column]
        numbers: dict[str, int | None] = {}
        for written in text.unique():
            with suppress(errors.InvalidRequest):
                numbers[written] = parse_period(written)
        values = text.map(numbers).astype("Int64")
        example = {"quarter": "2025-Q3", "month": "2025-07"}[kind]
        expected = f"a {kind}, as {example}"
        self.report(values.isna(), column, lambda _: (expected, "mend it"))
        return values

    def vintages(self, years: pd.Series, column: str = "vintage") -> pd.Series:
        """Return the vintage of each row: as the file says, else that of the year."""
        usual = years.map(provinces.vintage_in_year, na_action="ignore")
        usual = usual.fillna(provinces.VINTAGE).astype("int64")
        if column not in self.table:
            return usual
        text = self.table[column]
        wrong = ~text.isin(["", *map(str, provinces.VINTAGES)])
        self.report(wrong, column, lambda _: ("63, 34 or nothing", "mend the vintage"))
        return text.where(~wrong & (text != ""), usual.astype("str")).astype("int64")

    def provinces(self, vintages: pd.Series, column: str = "province") -> pd.Series:
        """Return the codes of provinces, from codes or names, each of the vintage of its row."""
        codes: dict[tuple[str, int], str | None] = {}
        faults: dict[tuple[str, int], errors.ProvinceNotMatched] = {}
        keys = pd.Series(
            list(zip(self.table[column], vintages, strict=True)), index=self.table.index
        )
        for name, vintage in keys.unique():
            try:
                codes[name, vintage] = provinces.match_province(name, vintage=vintage)
            except errors.ProvinceNotMatched as error:
                codes[name, vintage], faults[name, vintage] = None, error

        def expected(row: int) -> tuple[str, str]:
            near = faults[keys.at[row]].candidates
            vintage_note = " of the 34 since July 2025" if keys.at[row][1] == 34 else ""
            remedy = f"perhaps {' or '.join(near)}" if near else "see reference/provinces.csv"
            return f"the two-digit code or the name of one province{vintage_note}", remedy

        self.report(keys.isin(list(faults)), column, expected)
        return keys.map(codes)

    def names_agree(self, codes: pd.Series, vintages: pd.Series, column: str) -> None:
        """Note rows whose name column names another province than their code."""
        if column not in self.table:
            return
        named = self.provinces(vintages, column)
        wrong = codes.notna() & named.notna() & (named != codes)

        def expected(row: int) -> tuple[str, str]:
            provinces_by_code = provinces.by_code(int(vintages.at[row]))
            name = provinces_by_code[codes.at[row]].names["vi"]
            return f"{name}, the province with code {codes.at[row]}", "mend the code or the name"

        self.report(wrong, column, expected)

    def choices(self, column: str, allowed: Sequence[str]) -> pd.Series:
        """Parse cells that hold one of a few words; empty if there is no such column."""
        if column not in self.table:
            return pd.Series("", index=self.table.index, dtype="str")
        text = self.table[column]
        allowed_text = ", ".join(option for option in allowed if option)
        self.report(
            ~text.isin(list(allowed)),
            column,
            lambda _: (
                f"one of {allowed_text}" + (", or nothing" if "" in allowed else ""),
                "mend it",
            ),
        )
        return text

    def texts(self, column: str) -> pd.Series:
        """Return the cells as they are; empty if there is no such column."""
        if column in self.table:
            return self.table[column]
        return pd.Series("", index=self.table.index, dtype="str")

    def ranks(self) -> pd.DataFrame:
        """Return the columns rank_printed and n_ranked_printed; missing where the file has none."""
        table = pd.DataFrame(index=self.table.index)
        for column in ("rank", "n_ranked"):
            if column in self.table:
                table[f"{column}_printed"] = self.integers(column, optional=True)
            else:
                table[f"{column}_printed"] = pd.array([pd.NA] * len(table), dtype="Int64")
        low = (table["rank_printed"] < 1).fillna(False)
        over = (table["rank_printed"] > table["n_ranked_printed"]).fillna(False)
        self.report(low | over, "rank", lambda _: ("a rank from 1 to n_ranked", "check the source"))
        return table

    def no_repeats(self, key: pd.DataFrame, column: str, what: str) -> None:
        """Note rows whose key is already in an earlier row."""
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
    if text.lower() in MISSING:
        return "delete the row: a missing figure is an absent row"
    return "write the figure alone, as 1.41"
