"""Reference tables of the package: provinces, indices and their frameworks, breaks, labels.

They are CSV files beside this module, readable in a spreadsheet, and those in ``reference/`` of the
data folder, which are read on top (`parstats.reference.overlay`). Everything is text here; the
modules that own a table (`parstats.reference.provinces`, `parstats.reference.frameworks`,
`parstats.reference.labels`) give its columns their types.
"""

from __future__ import annotations

import csv
import difflib
from functools import cache
from importlib import resources
from string import Formatter

from parstats.errors import InvalidData, Problem
from parstats.reference import editions, framework_checks, overlay

NAMES = (
    "abbreviations",
    "aliases",
    "borders",
    "breaks",
    "criterion_synonyms",
    "fieldwork",
    "gaps",
    "grades",
    "indices",
    "labels",
    "link_confidence",
    "measure_groups",
    "measure_model",
    "measure_types",
    "measure_words",
    "mergers",
    "offices",
    "plan_units",
    "plan_words",
    "producers",
    "provinces",
    "public_data",
    "source_hosts",
    "source_pages",
    "unit_names",
    "unit_words",
    "units",
)


# What a value is that must be one of another table's.
_EXPECTED = {
    "provinces:province": "the code of one of the 63 provinces, as 20 (Lạng Sơn)",
    "indices:index": "the name of an index, as",
}


def framework_slugs() -> tuple[str, ...]:
    """Return the indices that have a file in ``frameworks/``, by the name of the file.

    >>> "papi" in framework_slugs()
    True
    """
    folder = resources.files(__package__).joinpath("frameworks")
    names = {f"frameworks/{entry.name}" for entry in folder.iterdir()}
    names |= {name for name in editions.overlay_files() if name.startswith("frameworks/")}
    return tuple(sorted(name.split("/")[1].removesuffix(".csv") for name in names))


@cache
def package_rows(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of a reference table of the package alone; none if it has no such table.

    >>> len(package_rows("frameworks/an-index-of-nobody"))
    0
    """
    path = resources.files(__package__).joinpath(f"{name}.csv")
    if name.startswith("frameworks/") and not path.is_file():
        return ()
    return tuple(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


@editions.cached
def rows(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of a reference table, as text, those of the data folder on top.

    `name` is one of `NAMES`, or a table in a folder, as "frameworks/papi". The dicts, by column
    name, are shared between callers: do not change them.

    Raises
    ------
    InvalidData: if a table of the data folder is damaged

    Examples
    --------
    >>> rows("provinces")[0]["name_vi"]
    'Hà Nội'
    """
    if not editions.overlay_files():
        return package_rows(name)
    overlay.check_files()
    table_columns = columns(name)
    user = overlay.read(name, table_columns, package_rows(name))
    if user is None:
        return package_rows(name)
    table = overlay.merged(name, package_rows(name), user, table_columns)
    problems = _unknown_values(name, user)
    if name == "labels":
        problems += _unknown_fields(user)
    if name.startswith("frameworks/"):
        problems += framework_checks.problems(user, table)
    if problems:
        raise InvalidData(problems)
    return table


def check_data_folder() -> None:
    """Refuse reference tables of the data folder in which anything is wrong.

    Raises
    ------
    InvalidData: with every problem of every file, each once

    Examples
    --------
    >>> check_data_folder()
    """
    problems: list[Problem] = []
    for name in editions.overlay_files():
        try:
            rows(name.removesuffix(".csv"))
        except InvalidData as error:
            problems += error.problems
    if problems:
        raise InvalidData(dict.fromkeys(problems))


def columns(name: str) -> tuple[str, ...]:
    """Return the columns of a table; a framework of one's own has those of the package's.

    >>> columns("labels")
    ('key', 'vi', 'en')
    """
    rows_with_header = package_rows(name)
    if rows_with_header:
        return tuple(rows_with_header[0])
    path = resources.files(__package__).joinpath(f"{name}.csv")
    if not path.is_file():
        return columns("frameworks/papi")
    return tuple(next(csv.reader(path.read_text(encoding="utf-8").splitlines())))


def _unknown_values(name: str, user: overlay.UserTable) -> list[Problem]:
    """List values of the data folder's rows that must be, and are not, those of another table."""
    rules = overlay.table_rules(name)
    problems = []
    for column, reference in rules.references.items() if rules else ():
        table, _, other = reference.partition(":")
        names = [f"frameworks/{slug}" for slug in framework_slugs()]
        tables = names if table == "frameworks" else [table]
        allowed = {row[other] for one in tables for row in rows(one)}
        for number, row in user.rows:
            if row[column] not in allowed:
                near = difflib.get_close_matches(row[column], allowed, n=3, cutoff=0)
                expected = _EXPECTED.get(reference, f"one of the {other} of {table}, as")
                expected += "" if table == "provinces" else f" {', '.join(near)}"
                problems.append(
                    user.problem(number, column, repr(row[column]), expected, "mend it")
                )
    return problems


def _unknown_fields(user: overlay.UserTable) -> list[Problem]:
    """List ``{fields}`` of texts that the package's text of that key is not filled in with."""
    package = {row["key"]: row for row in package_rows("labels")}
    problems = []
    for number, row in user.rows:
        allowed = set().union(*(_fields(text) for text in package.get(row["key"], {}).values()))
        for lang in ("vi", "en"):
            if row["key"] in package and (more := _fields(row[lang]) - allowed):
                expected = f"{{fields}} among {', '.join(sorted(allowed)) or 'none'}"
                actual = ", ".join(sorted(more))
                problems.append(user.problem(number, lang, actual, expected, "mend the text"))
    return problems


def _fields(text: str) -> set[str]:
    try:
        return {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError:  # a single bracket
        return {"{ or } alone"}
