"""Tables of scores and ranks in any layout: wide or long, from a workbook, a CSV or a PDF."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from parstats import errors, schema
from parstats.documents import header_roles, number_formats
from parstats.documents.document import Grid, Row
from parstats.errors import InvalidData, Problem
from parstats.ingest.score_tables import column_roles as told
from parstats.ingest.score_tables import (
    header_meaning,
    row_checks,
    series_names,
    table_layout,
    table_splitting,
    unit_checks,
)
from parstats.ingest.score_tables.column_roles import Column, Request
from parstats.ingest.score_tables.ingest_result import COLUMNS, ColumnRead, Ingested, empty_table
from parstats.reference import frameworks, provinces

# Figures that a message lists. By judgement: with the rows they fit a line.
_FEW = 3
# A figure that a sum over empty cells gives.
_ZERO = re.compile(r"0(?:[.,]0+)?")
_KEY = ["year", "vintage", "province", "series"]


def lay_outs(grid: Grid, request: Request) -> list[table_layout.Layout]:
    """Find provinces and header of each table of a grid."""
    vintage = _vintage(grid, request)
    layouts = [lay_out(table, request) for table in table_splitting.split_tables(grid, vintage)]
    return [layout for layout in layouts if layout is not None]


def _vintage(grid: Grid, request: Request) -> int:
    """Return the set of provinces to look for: that of the year; by its texts only the 64."""
    if request.year:
        return provinces.vintage_in_year(request.year)
    head = (text for row in grid.rows[:_HEAD] for text in row.cells)
    texts = (grid.sheet, *grid.captions, *grid.titles, *head)
    years = [year for text in texts for year in header_roles.figure_years(text)]
    return provinces.vintage_in_year(max(years)) if years and max(years) < _FIRST_63 else _USUAL


_USUAL = provinces.VINTAGE
_FIRST_63 = provinces.LAST_YEAR_64_PROVINCES + 1
# Rows that may name the year of a table. By judgement: titles and header have fewer.
_HEAD = 10


def lay_out(grid: Grid, request: Request) -> table_layout.Layout | None:
    """Find provinces and header of a grid; None if it names no provinces."""
    layout = table_layout.find(grid, _vintage(grid, request))
    if layout is None or (len(layout.rows) == 1 and len(layout.grid.rows) > 3):
        return None
    return layout


def read(layout: table_layout.Layout, request: Request) -> Ingested:
    """Read one table.

    Raises ColumnsToMap if a needed column cannot be recognised for certain; InvalidData if cells
    cannot be read (all are listed).
    """
    columns = told.tell(layout, request)
    reader = _Reader(layout, columns, request)
    table = reader.table()
    if reader.problems:
        raise InvalidData(sorted(reader.problems, key=lambda problem: problem.row or 0))
    return Ingested(
        table,
        "table of scores",
        tuple(
            ColumnRead(
                f"{layout.grid.name}, "
                + (
                    f"row {column.position + 1}"
                    if layout.turned
                    else f"column {told.column_letter(layout, column.position)}"
                ),
                column.header,
                column.meaning,
                column.how,
            )
            for column in columns
        ),
        tuple(
            f"{unmatched.row.location}, row {unmatched.row.number}: "
            f"{unmatched.why} ({_short(unmatched.row)})"
            for unmatched in layout.skipped_rows
            if unmatched.why != "a repeated header"
        ),
        (*(f"{name!r} read as {meant}" for name, meant in layout.likened), *reader.remarks),
    )


def _short(row: Row) -> str:
    text = " | ".join(text for text in row.cells if text)
    return text if len(text) <= 60 else text[:57] + "..."


@dataclass(frozen=True)
class _Entry:
    """One province and year of the table, as far as rows give it."""

    row: Row
    province: str
    year: int | None
    series: str


class _Reader:
    """Turns the rows of a table into figures, collecting what does not fit."""

    def __init__(
        self, layout: table_layout.Layout, columns: list[Column], request: Request
    ) -> None:
        self.found, self.columns, self.request = layout, columns, request
        self.problems: list[Problem] = []
        self.remarks: list[str] = []
        self._asked: set[str] = set()  # names of series that a person is asked about
        self._empty: list[Row] = []  # the row of each score that is missing
        self._unmatched: dict[tuple[str, int], Row] = {}  # the first row of each
        # Cells of uneven rows stand under other headers than theirs: nothing else is said of them.
        if uneven := row_checks.uneven_rows(layout):
            raise InvalidData(uneven)
        self.problems += unit_checks.old_provinces(layout)
        self._note_unknown()
        years = {column.year for column in self._role_columns("score", "total", "rank")}
        self.problems += unit_checks.wrong_year(layout, columns, request)
        self.problems += unit_checks.new_provinces(layout, years)
        self.problems += unit_checks.shifted_header(layout)
        self.problems += unit_checks.two_lists(layout)
        self.problems += row_checks.unheaded_figures(layout)
        figures = [column.position for column in self._role_columns("score", "total", "rank")]
        self.problems += row_checks.merged_figures(layout, figures)
        scores = [column.position for column in self._role_columns("score", "total")]
        self.problems += row_checks.repeated_rows(layout, scores)

    def table(self) -> pd.DataFrame:
        """Return scores and ranks, one row per province, year and series."""
        entries = self._entries()
        self._check_codes()
        scores = self._together(
            [self._scores(column, entries) for column in self._usable(entries, "score", "total")],
            "score",
        )
        ranks = self._together(
            [self._ranks(column, entries) for column in self._usable(entries, "rank")], "rank"
        )
        self._note_unmatched()
        self._note_missing()
        if self.problems:
            return empty_table()
        both = scores.merge(ranks, on=_KEY, how="outer") if len(ranks) else scores
        both = both if len(scores) else ranks.assign(score=float("nan"))
        if self.request.ranks == "ignore":
            both = both[both["score"].notna()].drop(columns=["rank", "n_ranked"], errors="ignore")
        for name in ("rank", "n_ranked"):
            both[name] = both[name].astype("Int64") if name in both else pd.NA
        names = {v: provinces.by_code(v) for v in provinces.VINTAGES}
        both["province_name"] = [
            names[vintage][code].names["vi"]
            for vintage, code in zip(both["vintage"], both["province"], strict=True)
        ]
        if not self.request.ranks:
            row_checks.ask_about_ranks(both, self.found.grid.name)
        return both.astype({"rank": "Int64", "n_ranked": "Int64"})[list(COLUMNS)]

    def _header(self, column: Column) -> str:
        return column.header or told.column_letter(self.found, column.position)

    def _role_columns(self, *roles: str) -> list[Column]:
        return [column for column in self.columns if column.role in roles]

    def _problem(self, row: Row, column: Column, actual: str, expected: str, remedy: str) -> None:
        header = self._header(column)
        self.problems.append(Problem(row.location, row.number, header, actual, expected, remedy))

    def _note_unknown(self) -> None:
        named = self.columns[self.found.province]
        for row in self.found.unknown:
            text = row.cells[self.found.province]
            self._problem(row, named, repr(text), *self._expected(text, self.found.vintage))

    def _entries(self) -> list[_Entry]:
        """Return the rows with their year and, in a long table, their series."""
        by_year, by_series = self._role_columns("year"), self._role_columns("series")
        entries = []
        for row, code in self.found.rows:
            year = self._year(row, by_year[0]) if by_year else None
            if by_year and (year is None or self.request.year not in (None, year)):
                continue
            series = self._series(row, by_series[0], year) if by_series else ""
            entries.append(_Entry(row, code, year, series))
        return entries

    def _year(self, row: Row, column: Column) -> int | None:
        years = header_roles.years_in(row.cells[column.position])
        if len(years) != 1:
            text = repr(row.cells[column.position])
            self._problem(row, column, text, "a year", "write it with four digits")
            return None
        return years[0]

    def _series(self, row: Row, column: Column, year: int | None) -> str:
        text = row.cells[column.position]
        for name, target in self.request.maps.items():
            if name.casefold() == text.casefold():
                return "" if target == "ignore" else target
        n_units = year or self.request.year or column.year
        meaning = header_meaning.header_meaning([text], self.request.index, n_units)
        if not meaning.series:
            near = ", ".join(meaning.candidates) or f"a series of {self.request.index}"
            remedy = f'say which: --map "{text}=SERIES", or =ignore'
            self._problem(row, column, repr(text), near, remedy)
        elif n_units is not None and self._is_unconfirmed(text, meaning.series, n_units):
            self._asked.add(text)
            expected = f"a name of {n_units}, whose criteria nobody has confirmed"
            remedy = f'say which: --map "{text}={meaning.series}", or =ignore'
            self._problem(row, column, repr(text), expected, remedy)
        return meaning.series

    def _is_unconfirmed(self, text: str, series: str, year: int) -> bool:
        """Return whether a year has last year's criteria only, and the text is no name of them."""
        if not self.request.asks_unconfirmed or text in self._asked:
            return False
        drafts = frameworks.unconfirmed_series(self.request.index, year)
        return series in drafts and not series_names.is_exact(text, series, year)

    def _check_codes(self) -> None:
        """Note codes that are another province's than the name of their row.

        A column in which most are is not one of codes of the statistics office, and left alone.
        """
        for column in self._role_columns("code"):
            if column.position == self.found.province:
                continue
            wrong = [row for row, _ in self.found.rows if not self._code_fits(row, column)]
            if len(wrong) > len(self.found.rows) / 2:
                if unit_checks.are_codes(self.found, column):
                    actual = f"codes of other provinces than the names in {len(wrong)} rows"
                    remedy = "the names or the codes are shifted: mend them"
                    self._problem(wrong[0], column, actual, "codes of the same rows", remedy)
                else:
                    self.remarks.append(f"column {column.header!r}: no GSO codes, left out")
                continue
            for row in wrong:
                name, text = row.cells[self.found.province], row.cells[column.position]
                code = table_layout.province_code(name, provinces.VINTAGE)
                expected = f"{code}, the code of that province"
                actual = f"{text} beside {name!r}"
                self._problem(row, column, actual, expected, "mend the code or the name")

    def _code_fits(self, row: Row, column: Column) -> bool:
        text = row.cells[column.position].removesuffix(".0")
        if not text:
            return True
        name = row.cells[self.found.province]
        return any(table_layout.province_code(name, v) == text.zfill(2) for v in self._vintages())

    def _vintages(self) -> set[int]:
        """Return the sets of provinces that the years of the table are about."""
        years = {column.year for column in self._role_columns("score", "total", "rank")} - {None}
        if self._role_columns("year") or not years:
            return set(provinces.VINTAGES) if self._role_columns("year") else {self.found.vintage}
        return {provinces.vintage_in_year(int(year or 0)) for year in years}

    def _scores(self, column: Column, entries: list[_Entry]) -> pd.DataFrame:
        self._empty += [entry.row for entry in entries if not self._is_filled(column, entry)]
        entries = [entry for entry in entries if self._is_filled(column, entry)]
        entries = self._without_empty_sums(column, entries)
        cells = [entry.row.cells[column.position] for entry in entries]
        frame = self._frame(column, entries)
        low, high = self._bounds(frame)
        percent = column.percent or column.in_percent
        reading = number_formats.read_numbers(
            cells,
            low=None if percent else low,
            high=100.0 if percent else high,
            decimal=self.request.decimal,
        )
        self._note_unreadable(column, entries, cells, reading.unreadable, "a number")
        for position in reading.ambiguous:
            self._problem(
                entries[position].row,
                column,
                repr(cells[position]),
                "a decimal mark that can be told from one of thousands",
                "say which it is: --decimal comma or --decimal point",
            )
        frame["score"] = list(reading.values)
        if self._has_ids(column, frame):
            return frame.drop(columns=["entry", "low", "high"])
        frame["score"] *= column.factor
        n_problems = len(self.problems)
        frame = self._from_percent(column, frame, reading.percent or column.in_percent)
        frame = frame.dropna(subset=["score"])
        if len(self.problems) == n_problems and not self._has_other_scale(column, frame):
            self._check_bounds(column, frame, entries)
            self._ask_about_strays(column, frame, entries)
        return frame.drop(columns=["entry", "low", "high"])

    def _usable(self, entries: list[_Entry], *roles: str) -> list[Column]:
        """Return the columns of figures whose years are known and hold their series."""
        series_table = frameworks.by_year().index
        usable = []
        for column in self._role_columns(*roles):
            filled = [entry for entry in entries if self._is_filled(column, entry)]
            cells = {self._cell(column, entry) for entry in filled}
            cells = {(series, year) for series, year in cells if series}
            if any(year is None for _, year in cells):
                self._missing_year()
                continue
            wrong = sorted((series, int(year or 0)) for series, year in cells - set(series_table))
            for series, year in wrong[:3]:
                self._report_absent(column, series, year)
            if not wrong:
                usable.append(column)
        return usable

    @staticmethod
    def _is_filled(column: Column, entry: _Entry) -> bool:
        return entry.row.cells[column.position].lower() not in number_formats.MISSING

    @staticmethod
    def _cell(column: Column, entry: _Entry) -> tuple[str, int | None]:
        """Return the series and year of a cell."""
        year = column.year if entry.year is None else entry.year
        return column.series or entry.series, year

    def _frame(self, column: Column, entries: list[_Entry]) -> pd.DataFrame:
        """Return the keys of the cells of a column, with the bounds of their scale."""
        series_table = frameworks.by_year()[["min_points", "max_points"]]
        nowhere = (float("nan"), float("nan"))
        rows = []
        for position, entry in enumerate(entries):
            series, year = self._cell(column, entry)
            low, high = series_table.loc[(series, year)] if series else nowhere
            vintage = provinces.vintage_in_year(year) if year else provinces.VINTAGE
            code = self._code(entry, vintage)
            rows.append((year, vintage, code, series, position, entry.row, low, high))
        return pd.DataFrame(rows, columns=[*_KEY, "entry", "from", "low", "high"]).astype(
            {"low": "float64", "high": "float64"}
        )

    def _missing_year(self) -> None:
        actual = "no year: not in a header, a column or a title, nor in the name of the sheet"
        header_years = told.table_years(self.found)
        if len(set(header_years.values())) > 1:
            actual = "other years in " + " and ".join(
                f"{where} ({year})" for where, year in header_years.items()
            )
        remedy = "say it: --year 2023"
        problem = Problem(
            self.found.grid.name, None, None, actual, "the year of the figures", remedy
        )
        if problem not in self.problems:
            self.problems.append(problem)

    def _report_absent(self, column: Column, series: str, year: int) -> None:
        index = self.request.index
        expected = f"a series that {index} held in {year}"
        remedy = f'check the year, or say what the column is: --map "{column.header}=SERIES"'
        if frameworks.framework_in_year(index, year) is None:
            first, last = frameworks.years(index)
            expected = f"a year of {index}, {first} to {last}"
            remedy = frameworks.unknown_year_remedy(index, year)
        self.problems.append(
            Problem(
                self.found.grid.name,
                None,
                self._header(column),
                f"{series} in {year}",
                expected,
                remedy,
            )
        )

    def _code(self, entry: _Entry, vintage: int) -> str:
        """Return the code of the province in the set of the year."""
        name = entry.row.cells[self.found.province]
        code = table_layout.province_code(name, vintage)
        if code is None and (name, vintage) not in self._unmatched:
            self._unmatched[name, vintage] = entry.row
        return code or ""

    def _note_unmatched(self) -> None:
        """Note names that are no province of the year; old names of merged ones together."""
        named = self.columns[self.found.province]
        merged: list[tuple[Row, str, int, str]] = []
        for (name, vintage), row in self._unmatched.items():
            try:
                provinces.match_province(name, vintage=vintage)
            except errors.MergedProvince as error:
                merged.append((row, name, vintage, error.candidates[0]))
                continue
            except errors.ProvinceNotMatched:
                pass
            self._problem(row, named, repr(name), *self._expected(name, vintage))
        if len(merged) == 1:
            row, name, vintage, _ = merged[0]
            self._problem(row, named, repr(name), *self._expected(name, vintage))
        elif merged:
            pairs = ", ".join(f"{name} (now {new})" for _, name, _, new in merged)
            self._problem(
                merged[0][0],
                named,
                f"{len(merged)} old names: {pairs}",
                "names of the provinces of that year",
                "check the year; figures of the old provinces are no figures of the new ones",
            )

    @staticmethod
    def _expected(name: str, vintage: int) -> tuple[str, str]:
        """Return what was expected in place of a name that is no province, and the remedy."""
        try:
            provinces.match_province(name, vintage=vintage)
        except errors.MergedProvince as error:
            remedy = f"it is part of {error.candidates[0]} since; check the year and the name"
            units = "34 provinces since July 2025" if vintage == 34 else "provinces of that year"
            return f"one of the {units}", remedy
        except errors.ProvinceNotMatched as error:
            if error.candidates:
                return "the name of a province", f"perhaps {' or '.join(error.candidates[:3])}"
        return "the name of a province", "mend the name, or take the row out"

    @staticmethod
    def _bounds(frame: pd.DataFrame) -> tuple[float | None, float | None]:
        low, high = frame["low"].min(), frame["high"].max()
        return (None if pd.isna(low) else float(low), 100.0 if pd.isna(high) else float(high))

    def _from_percent(self, column: Column, frame: pd.DataFrame, signs: bool) -> pd.DataFrame:
        """Turn percentages of a maximum into points, where that is certain."""
        has_maximum = (frame["high"] != 100) & frame["score"].notna()
        if not has_maximum.any() or not (signs or column.percent):
            return frame
        if (has_maximum & frame["high"].isna()).any():
            self._percent_problem(
                column,
                "percentages of a maximum that is not known",
                f"points, for the maximum of {column.series} was not published",
                f'leave the column out: --map "{column.header}=ignore"',
            )
            return frame
        if not column.percent and not frameworks.index_info(self.request.index).percent_of_maximum:
            called = told.map_name(self.found, column)
            self._percent_problem(
                column,
                f"percentages, but {self.request.index} publishes points",
                f"points, {frame['low'].min():.4g} to {frame['high'].max():.4g}",
                f'leave it out, --map "{called}=ignore", or say that they are percentages of the '
                f'maximum: "={column.series}%"',
            )
            return frame
        over = frame["score"] > frame["high"] + schema.MAXIMUM_TOLERANCE
        if not column.percent and not over.any():
            highest = frame["high"].max()
            self._percent_problem(
                column,
                f"a word or a sign of percent, and no figure above {highest:.4g}",
                f"either percentages of the maximum or points up to {highest:.4g}",
                f'say which: --map "{column.header}={column.series}%", or without the %',
            )
            return frame
        self.remarks.append(
            f"column {column.header!r}: percentages of the maximum, turned into points"
        )
        return frame.assign(score=frame["score"] * frame["high"] / 100)

    def _percent_problem(self, column: Column, actual: str, expected: str, remedy: str) -> None:
        name = self.found.grid.name
        self.problems.append(Problem(name, None, column.header, actual, expected, remedy))

    def _note_missing(self) -> None:
        """Say which provinces lack figures that others have."""
        rows = {row.number: row for row in self._empty}
        if rows and not self._role_columns("series"):
            listed = row_checks.row_numbers([rows[number] for number in sorted(rows)])
            what = f"{len(self._empty)} cells without a figure, in rows {listed}"
            self.remarks.append(f"{self.found.grid.name}: {what}")

    def _without_empty_sums(self, column: Column, entries: list[_Entry]) -> list[_Entry]:
        """Leave out totals of 0 in rows that have no other figure: sums over nothing."""
        others = [
            other
            for other in self._role_columns("score", "total", "rank")
            if other.position != column.position
        ]
        series = column.series
        if not others or "." in series:
            return entries
        empty = [
            entry
            for entry in entries
            if _ZERO.fullmatch(entry.row.cells[column.position])
            and not any(self._is_filled(other, entry) for other in others)
        ]
        if empty:
            rows = row_checks.row_numbers([entry.row for entry in empty])
            self.remarks.append(
                f"{empty[0].row.location}, rows {rows}: a total of 0 and no other figure: no data"
            )
        return [entry for entry in entries if entry not in empty]

    def _ask_about_strays(self, column: Column, frame: pd.DataFrame, entries: list[_Entry]) -> None:
        """Ask about figures that seem to have lost a digit."""
        if column.as_written:
            return
        called = told.map_name(self.found, column)
        # Many provinces may stand at the least or the most points.
        at_end = (frame["score"] <= frame["low"] + schema.MINIMUM_TOLERANCE) & (frame["low"] > 0)
        at_end |= frame["score"] >= frame["high"] - schema.MAXIMUM_TOLERANCE
        for (series, _), part in frame[~at_end].groupby(["series", "year"], sort=False):
            n_filled = row_checks.filled_down(part["score"].tolist())
            if n_filled >= row_checks.FILLED:
                self.problems.append(
                    Problem(
                        self.found.grid.name,
                        None,
                        self._header(column),
                        f"{n_filled} figures in a row that are the same, or one more each",
                        f"figures of {series}",
                        "was one filled down over others? mend it, or say that all are right: "
                        f'--map "{called}={series}*1"',
                    )
                )
            labels = row_checks.strays(part["score"])
            if not labels:
                continue
            rows = [entries[int(frame.at[label, "entry"])].row for label in labels]
            others = part["score"].drop(labels)
            values = ", ".join(f"{value:g}" for value in part.loc[labels[:_FEW], "score"])
            self._problem(
                rows[0],
                column,
                f"{values} (rows {row_checks.row_numbers(rows)}), and {others.min():g} to "
                f"{others.max():g} in the other rows",
                f"figures of {series} that are near each other",
                "has a figure lost a digit, or is a row shifted? mend it, or say that all are "
                f'right: --map "{called}={series}*1"',
            )

    def _has_ids(self, column: Column, frame: pd.DataFrame) -> bool:
        """Ask about a column whose figures are the numbers of a list or codes."""
        if column.how == "map" or not row_checks.looks_like_ids(frame["score"]):
            return False
        called = told.map_name(self.found, column)
        self.problems.append(
            Problem(
                self.found.grid.name,
                None,
                self._header(column),
                f"whole numbers from {frame['score'].min():g} to {frame['score'].max():g}, each "
                "once: ids, codes or ranks",
                f"scores of {column.series}",
                f'say what they are: --map "{called}=ignore", "={column.series}" or '
                f'"=rank:{column.series}"',
            )
        )
        return True

    def _has_other_scale(self, column: Column, frame: pd.DataFrame) -> bool:
        """Ask about figures that are on the scale of their series only by a factor."""
        factor = row_checks.scale_factor(frame)
        if column.factor != 1 or column.as_written or factor == 1:
            return False
        called, sign = told.map_name(self.found, column), "*" if factor > 1 else "/"
        size = factor if factor > 1 else 1 / factor
        low, high = frame["score"].min(), frame["score"].max()
        turned = f'"={column.series}{sign}{size:g}"'
        if factor < 1 and high <= 100:
            turned = f'"{called}={column.series}%" for percentages of the maximum, {turned}'
        else:
            turned = f'"{called}={column.series}{sign}{size:g}"'
        self.problems.append(
            Problem(
                self.found.grid.name,
                None,
                self._header(column),
                f"figures from {low:g} to {high:g}, all on another scale",
                f"{frame['low'].min():.4g} to {frame['high'].max():.4g} points of {column.series}",
                f'say how to turn them: --map {turned}, or "={column.series}*1" if they are right '
                "as they are",
            )
        )
        return True

    def _check_bounds(self, column: Column, frame: pd.DataFrame, entries: list[_Entry]) -> None:
        over = frame["score"] > frame["high"] + schema.MAXIMUM_TOLERANCE
        under = frame["score"] < frame["low"] - schema.MINIMUM_TOLERANCE
        # Of an index as a whole, nothing at all is a missing figure rather than a score.
        under |= (frame["score"] == 0) & ~frame["series"].str.contains(".", regex=False)
        for case in frame[over | under].itertuples():
            remedy = "check the figure and the column"
            if case.score == 0:
                remedy = "if it stands for a missing figure, leave the cell empty"
            if 2 * case.high < case.score <= 100:
                remedy = f'if it is a percentage: --map "{column.header}={column.series}%"'
            self._problem(
                entries[int(case.entry)].row,
                column,
                f"{case.score:g}",
                f"{case.low:.4g} to {case.high:.4g} points ({case.series}, {case.year})",
                remedy,
            )

    def _ranks(self, column: Column, entries: list[_Entry]) -> pd.DataFrame:
        entries = [entry for entry in entries if self._is_filled(column, entry)]
        cells = [entry.row.cells[column.position] for entry in entries]
        reading = number_formats.read_ranks(cells)
        self._note_unreadable(column, entries, cells, reading.unreadable, "a rank, as 12 or 12/63")
        frame = self._frame(column, entries)
        frame["rank"] = pd.array(list(reading.ranks), dtype="Int64")
        self._check_ranks(column, frame, entries)
        frame["n_ranked"] = pd.array(list(reading.n_units), dtype="Int64")
        return frame.dropna(subset=["rank"]).drop(columns=["entry", "low", "high"])

    def _note_unreadable(
        self,
        column: Column,
        entries: list[_Entry],
        cells: list[str],
        positions: Sequence[int],
        expected: str,
    ) -> None:
        """Note cells that are no figures; dates of a column, which Excel makes, are one problem."""
        dates = [at for at in positions if row_checks.is_date(cells[at])]
        if dates:
            first = entries[dates[0]].row
            rows = row_checks.row_numbers([entries[at].row for at in dates])
            self._problem(
                first,
                column,
                f"a date, {cells[dates[0]]}, and {len(dates)} in all (rows {rows})",
                expected,
                "Excel turned figures such as 5/63 or 12.5 into dates: format the column as text "
                "and type them again, or take the file as it was published",
            )
        for position in positions:
            if position not in dates:
                remedy = "write it alone" + (", or leave it empty" if "rank" in expected else "")
                self._problem(
                    entries[position].row, column, repr(cells[position]), expected, remedy
                )

    def _check_ranks(self, column: Column, frame: pd.DataFrame, entries: list[_Entry]) -> None:
        """Refuse ranks above the number of units that were ranked."""
        for case in frame.dropna(subset=["rank"]).itertuples():
            n_units = len(provinces.by_code(int(case.vintage)))
            if case.rank > n_units:
                remedy = "check the row: is a cell shifted, or a mark of a note read with it?"
                self._problem(
                    entries[int(case.entry)].row,
                    column,
                    f"rank {case.rank}",
                    f"1 to {n_units}, the number of units in {case.year}",
                    remedy,
                )

    def _together(self, parts: list[pd.DataFrame], what: str) -> pd.DataFrame:
        """Keep one row per cell; duplicates count once, contradictions are problems."""
        filled = [part for part in parts if len(part)]
        if not filled:
            return empty_table()[[*_KEY, what]]
        table = pd.concat(filled, ignore_index=True)
        positions = table.pop("from")
        table = table[(table["series"] != "") & (table["province"] != "")].drop_duplicates()
        first = table.drop_duplicates(_KEY).reset_index().set_index(_KEY)["index"]
        for case in table[table.duplicated(_KEY)].itertuples():
            before = positions[first.loc[(case.year, case.vintage, case.province, case.series)]]
            row = positions[case.Index]
            name = provinces.by_code(int(case.vintage))[case.province].names["vi"]
            self.problems.append(
                Problem(
                    row.location,
                    row.number,
                    None,
                    f"another {what} of {name} in {case.series} {case.year} than in row "
                    f"{before.number}",
                    f"one {what}",
                    "take one of the rows out, or mend the name",
                )
            )
        return table.astype({"year": "int64", "vintage": "int64"})
