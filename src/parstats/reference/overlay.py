"""Reference tables of one's own: the files in ``reference/`` of the data folder.

The folder is laid out as the package's ``reference/``, and its files are read on top of the
package's: a row whose key is that of a row of the package replaces it, any other row is appended.
`TABLES` says which tables may be there, which columns make their key, and which may be left out by
rows that are appended. Of a column that a file leaves out a replaced row keeps what the package
says, an appended one is empty; but a later year of a series keeps its highest and lowest points.
Tables that others were fitted to (weights, types of measures) and the mergers of provinces
are the package's alone.

A file is read as a spreadsheet saves it: UTF-8 with or without a mark at its start, commas,
semicolons or tabs between the cells. What is wrong with it is an `InvalidData` that names file, row
(as a spreadsheet numbers it) and column.
"""

from __future__ import annotations

import csv
import difflib
import io
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from parstats.errors import InvalidData, Problem
from parstats.reference import editions
from parstats.reference.period_numbers import period_of_text

Row = dict[str, str]

LEVELS = ("index", "part", "dimension", "criterion", "subcriterion", "bonus")
# Levels of an index of one's own, of any units, from its indicators up.
LEVELS_UPWARDS = ("criterion", "dimension", "part", "part_2", "part_3", "part_4")
REGIONS = ("RRD", "NMM", "NCC", "NC", "SCH", "CH", "SE", "MRD")
# Words for whether a person has confirmed a row, as a user writes them. Where none stands, nobody
# called the row a draft.
_CONFIRMED = {"no": "no", "không": "no", "yes": "yes", "có": "yes"}
# The years that a table may speak of: from before the first index (2005) to a slip of the pen.
_FIRST_YEAR, _LAST_YEAR = 1990, 2100
#: What the source of a row begins with as long as it is a draft.
TAKEN_OVER = "taken over from"


@dataclass(frozen=True)
class Table:
    """How a reference table of the data folder is read."""

    key: tuple[str, ...]
    optional: tuple[str, ...] = ()  # columns that may be left out or left empty
    blank: tuple[str, ...] = ()  # columns that must be there and may be empty
    years: tuple[str, ...] = ()
    integers: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    # Column whose values must be those of a column of another table: "table:column".
    references: Mapping[str, str] = field(default_factory=dict)
    verbatim: tuple[str, ...] = ()  # columns of which blanks at the ends are a part
    extra: tuple[str, ...] = ()  # columns that the package's table has not
    # Why rows can be replaced only, where they can.
    closed: str = ""


_FRAMEWORK = Table(
    key=("series", "year_from"),
    optional=(
        *("cut", "code", "max_points", "min_points", "scored_by", "short_vi", "short_en", "source"),
        *("comparable_group", "comparable_group_share_of_scale", "comparable_group_strict", "note"),
        *("confirmed", "weight"),
    ),
    blank=("parent",),
    years=("year_from", "year_to"),
    numbers=("max_points", "min_points", "weight"),
    choices={
        "level": tuple(dict.fromkeys((*LEVELS, *LEVELS_UPWARDS))),
        "name_vi_origin": ("official", "translated by parstats"),
    },
    extra=("confirmed", "weight"),
)
#: The tables that may be in ``reference/`` of the data folder; frameworks go by their folder.
TABLES: dict[str, Table] = {
    "abbreviations": Table(key=("short",)),
    "aliases": Table(
        key=("alias", "province"),
        optional=("kind", "ambiguous", "until", "source", "note"),
        integers=("until",),
        choices={"ambiguous": ("0", "1")},
        references={"province": "provinces:province"},
    ),
    "breaks": Table(
        key=("index", "series", "year", "affects"),
        years=("year",),
        choices={
            "kind": ("official", "structural", "scale", "statistical"),
            "affects": ("level", "ranking"),
        },
        references={"index": "indices:index", "series": "frameworks:series"},
    ),
    "column_maps/plan_columns": Table(key=("role", "header"), optional=("whole",)),
    "column_maps/roles": Table(key=("role", "header")),
    "column_maps/spellings": Table(
        key=("series", "header"), references={"series": "frameworks:series"}
    ),
    "criterion_synonyms": Table(key=("series", "kind", "wording")),
    "fieldwork": Table(
        key=("index", "year"), years=("year",), references={"index": "indices:index"}
    ),
    "gaps": Table(
        key=("index", "year", "vintage", "province"),
        years=("year",),
        choices={"vintage": ("63", "34")},
        references={"index": "indices:index", "province": "provinces:province"},
    ),
    "indices": Table(
        key=("index",),
        optional=("n_units", "page", "percent_of_maximum", "surveys", "publishes_groups"),
        integers=("n_units",),
        choices={
            "unit_level": ("province", "department", "unit"),
            "total": ("sum", "published"),
            "coverage_level": LEVELS,
            "percent_of_maximum": ("0", "1"),
            "publishes_groups": ("0", "1"),
        },
    ),
    "labels": Table(
        key=("key",),
        blank=("vi", "en"),
        verbatim=("vi", "en"),
        closed="no page shows a text of another key",
    ),
    "offices": Table(key=("name",)),
    "plan_units": Table(key=("unit",), optional=("since", "until", "became", "note")),
    "plan_words": Table(key=("kind", "meaning", "words"), blank=("meaning",)),
    "producers": Table(key=("index", "name_en"), references={"index": "indices:index"}),
    "provinces": Table(
        key=("province", "vintage"),
        optional=(
            *("iso_3166_2", "pci_code", "code_before_2004", "population_2020_thousand"),
            *("population_2021_thousand", "source", "note"),
        ),
        integers=("tile_row", "tile_column"),
        numbers=("population_2020_thousand", "population_2021_thousand"),
        choices={"unit_class": ("province", "centrally-run city"), "region": REGIONS},
        closed="a new one needs more than this table",
    ),
    "grades": Table(
        key=("index", "at_least"), numbers=("at_least",), references={"index": "indices:index"}
    ),
    "source_hosts": Table(
        key=("host",),
        blank=("publisher_vi", "publisher_en"),
        choices={"kind": ("official", "press", "collection", "copy")},
    ),
    "source_pages": Table(
        key=("address",), optional=("title", "date", "publisher_vi", "publisher_en")
    ),
    "unit_words": Table(key=("lang", "word"), choices={"lang": ("vi", "en")}),
    "units": Table(key=("index", "code"), references={"index": "indices:index"}),
    "unit_names": Table(key=("kind", "short"), choices={"kind": ("short", "same")}),
}


def table_rules(name: str) -> Table | None:
    """Return how a table is read from the data folder, None if it is the package's alone.

    >>> table_rules("labels").key, table_rules("frameworks/papi").key, table_rules("mergers")
    (('key',), ('series', 'year_from'), None)
    """
    folder, _, slug = name.rpartition("/")
    return _FRAMEWORK if folder == "frameworks" and slug else TABLES.get(name)


@dataclass(frozen=True)
class UserTable:
    """The rows of a file in the data folder: where it is, and each row with its number."""

    path: Path
    rows: tuple[tuple[int, Row], ...]
    delimiter: str = ","

    def problem(
        self, number: int | None, column: str | None, actual: str, expected: str, remedy: str
    ) -> Problem:
        """Return a problem with one place of the file."""
        return Problem(str(self.path), number, column, actual, expected, remedy)


def check_files() -> None:
    """Refuse files in ``reference/`` of the data folder that no table is read from.

    Raises
    ------
    InvalidData: naming each such file
    """
    problems = []
    for name, path in editions.overlay_files().items():
        if path.suffix.lower() != ".csv":
            remedy = "save it as CSV (UTF-8), or move it out of the folder"
            problems.append(Problem(str(path), None, None, "no CSV file", "CSV files", remedy))
        elif table_rules(name.removesuffix(".csv")) is None:
            expected = f"one of frameworks/INDEX, {', '.join(TABLES)}, each with .csv"
            remedy = "rename the file, or move it out of the folder"
            problems.append(Problem(str(path), None, None, f"{name!r}", expected, remedy))
    if problems:
        raise InvalidData(problems)


def read(name: str, columns: Sequence[str], package_rows: Sequence[Row] = ()) -> UserTable | None:
    """Return the rows of a table of the data folder, each cell checked; None if there is no file.

    Columns that the file leaves out have what the package says, where it says anything.

    Parameters
    ----------
    name : str; the table, as "labels" or "frameworks/papi"
    columns : sequence of str; the columns of the package's table
    package_rows : sequence of dict; the package's rows of it

    Raises
    ------
    InvalidData: with every problem of the file
    """
    path = editions.overlay_files().get(f"{name}.csv")
    rules = table_rules(name)
    if path is None or rules is None:
        return None
    header, cells, delimiter = _cells(path)
    table = UserTable(path, tuple(_rows(path, header, cells)), delimiter)
    package = {_key(row, rules): row for row in package_rows}
    problems = _header_problems(table, header, columns, rules, package)
    if problems:
        raise InvalidData(problems)
    for _, row in table.rows:
        row |= {key: cell.strip() for key, cell in row.items() if key not in rules.verbatim}
        if "confirmed" in row:
            row["confirmed"] = _CONFIRMED.get(row["confirmed"].lower(), row["confirmed"])
    problems = []
    for number, row in table.rows:
        problems += _row_problems(table, number, row, rules)
    problems += _repeated(table, rules)
    if problems:
        raise InvalidData(problems)
    for _, row in table.rows:
        kept = package.get(_key(row, rules)) or _earlier_points(row, package_rows, name)
        row.update({**kept, **row})
    return table


def _key(row: Mapping[str, str], rules: Table) -> tuple[str, ...]:
    return tuple(row.get(column, "").strip() for column in rules.key)


def _earlier_points(row: Row, package_rows: Sequence[Row], name: str) -> Row:
    """Return the highest and lowest points of the last row of a series before a new one."""
    if not name.startswith("frameworks/"):
        return {}
    earlier = [
        before
        for before in package_rows
        if before["series"] == row["series"] and before["year_from"] < row["year_from"]
    ]
    last = max(earlier, key=lambda before: before["year_from"], default={})
    return {column: last[column] for column in ("max_points", "min_points") if last}


def merged(
    name: str, package_rows: Sequence[Row], user: UserTable, columns: Sequence[str]
) -> tuple[Row, ...]:
    """Return the rows of the package with those of the data folder on top.

    Raises
    ------
    InvalidData: if a row is new in a table whose rows can be replaced only
    """
    rules = table_rules(name)
    assert rules is not None
    rows = {tuple(row[column] for column in rules.key): row for row in package_rows}
    problems = []
    for number, row in user.rows:
        key = tuple(row[column] for column in rules.key)
        if rules.closed and key not in rows:
            actual = " ".join(key)
            expected = f"the {' and '.join(rules.key)} of a row of the package"
            # By judgement: five keys fit a line.
            spellings = [" ".join(known) for known in rows]
            if near := difflib.get_close_matches(actual, spellings, n=5, cutoff=0.5):
                expected += f" (nearest: {', '.join(near)})"
            remedy = f"mend it, or take the row out: {rules.closed}"
            problems.append(user.problem(number, rules.key[0], repr(actual), expected, remedy))
        rows[key] = {**rows.get(key, dict.fromkeys(columns, "")), **row}
    if problems:
        raise InvalidData(problems)
    return tuple(rows.values())


def _cells(path: Path) -> tuple[list[str], list[list[str]], str]:
    """Return the header and the further rows of a file, and the mark between its cells."""
    content = path.read_bytes()
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = unicodedata.normalize("NFC", content.decode(encoding))
    except UnicodeDecodeError:
        remedy = "save it as CSV UTF-8"
        problem = Problem(str(path), None, None, "letters that are no UTF-8", "UTF-8", remedy)
        raise InvalidData([problem]) from None
    first_line = text.partition("\n")[0]
    delimiter = max(",;\t|", key=first_line.count)
    if delimiter == "|":
        expected = "commas, semicolons or tabs between the cells"
        remedy = "save it with one of them"
        raise InvalidData([Problem(str(path), 1, None, "cells parted by '|'", expected, remedy)])
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        problem = Problem(str(path), None, None, str(error), "a CSV file", "save it anew")
        raise InvalidData([problem]) from None
    return ([cell.strip() for cell in rows[0]], rows[1:], delimiter) if rows else ([], [], ",")


def _rows(path: Path, header: list[str], cells: Iterable[list[str]]) -> Iterable[tuple[int, Row]]:
    """Yield the rows that hold anything, by their numbers in a spreadsheet."""
    for number, row in enumerate(cells, start=2):
        if not any(map(str.strip, row)):
            continue
        if len(row) != len(header):
            actual, expected = f"{len(row)} cells", f"{len(header)}, as the header has"
            remedy = "put a text with a comma into quotes, or fill in the row"
            raise InvalidData([Problem(str(path), number, None, actual, expected, remedy)])
        yield number, dict(zip(header, row, strict=True))


def _header_problems(
    table: UserTable,
    header: list[str],
    columns: Sequence[str],
    rules: Table,
    package: Mapping[tuple[str, ...], Row],
) -> list[Problem]:
    """List columns that are missing, unknown, or there twice.

    Rows that replace one of the package's need the columns of the key alone.
    """
    allowed = (*columns, *rules.extra)
    appended = [number for number, row in table.rows if _key(row, rules) not in package]
    replaces_only = bool(table.rows) and not appended
    needed = [
        name
        for name in columns
        if name in rules.key or not (replaces_only or name in rules.optional)
    ]
    problems = []
    for name in dict.fromkeys(header):
        if name not in allowed:
            remedy = "take the column out, or mend its name"
            expected = f"columns among {', '.join(allowed)}"
            actual = f"a column {name!r}" if name else "a column without a name"
            problems.append(table.problem(1, name or None, actual, expected, remedy))
        elif header.count(name) > 1:
            problems.append(
                table.problem(1, name, "the column twice", "it once", "take one of them out")
            )
    for name in needed:
        if name not in header:
            new = f", for the row {appended[0]} that the package does not have" if appended else ""
            expected = f"the columns {', '.join(needed)}{new}"
            problems.append(table.problem(1, name, "no such column", expected, "add the column"))
    return problems


def _row_problems(table: UserTable, number: int, row: Row, rules: Table) -> list[Problem]:
    """List the cells of a row that are no values of their columns."""
    problems = []

    def refuse(column: str, expected: str, remedy: str) -> None:
        actual = repr(row[column]) if row[column] else "nothing"
        problems.append(table.problem(number, column, actual, expected, remedy))

    checks: list[tuple[Iterable[str], Callable[[str], bool], str]] = [
        (rules.years, _is_period, f"a year from {_FIRST_YEAR} to {_LAST_YEAR}"),
        (rules.integers, _is_integer, "a whole number"),
        (rules.numbers, _is_number, "a number with a decimal point"),
        (("confirmed",), lambda value: value in ("yes", "no"), "yes or no"),
    ]
    for column, value in row.items():
        if not value:
            if column not in (*rules.optional, *rules.blank):
                refuse(column, "a value", "fill it in")
            continue
        for names, is_valid, expected in checks:
            if column in names and not is_valid(value):
                refuse(column, expected, "mend it")
        if column in rules.choices and value not in rules.choices[column]:
            refuse(column, f"one of {', '.join(rules.choices[column])}", "mend it")
    source, confirmed = row.get("source", ""), row.get("confirmed", "")
    is_draft = source.startswith(TAKEN_OVER) and confirmed != "no"
    if is_draft or (confirmed == "yes" and not source):
        remedy = "name it, or write no into the column confirmed"
        refuse("source", "the document by which the row was confirmed", remedy)
    return problems


def _is_integer(value: str) -> bool:
    # No number of these tables has more digits.
    return value.isascii() and value.isdecimal() and len(value) <= 6


def _is_period(value: str) -> bool:
    """Return whether a text is a year, or a quarter or month of one, as an own index may count."""
    return period_of_text(value) is not None and _FIRST_YEAR <= int(value[:4]) <= _LAST_YEAR


def _is_number(value: str) -> bool:
    digits = value.removeprefix("-").replace(".", "", 1)
    return digits.isdecimal() and digits.isascii() and len(digits) <= 20


def _repeated(table: UserTable, rules: Table) -> list[Problem]:
    """List rows whose key is that of a row before."""
    problems = []
    first_numbers: dict[tuple[str, ...], int] = {}
    for number, row in table.rows:
        key = tuple(row[column] for column in rules.key)
        first = first_numbers.setdefault(key, number)
        if first != number:
            actual = f"{' '.join(filter(None, key))!r} again, as in row {first}"
            expected = f"one row for each {' and '.join(rules.key)}"
            problems.append(
                table.problem(number, rules.key[0], actual, expected, "take one of them out")
            )
    return problems
