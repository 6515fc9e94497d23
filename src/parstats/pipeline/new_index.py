"""An index of one's own for good: from a table to the data folder."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from parstats import errors, folders, storage
from parstats.ingest import sidecar
from parstats.panel import coverage
from parstats.panel.composite.framework_rows import (
    LONGEST_NAME,
    check_name,
    is_device,
    name_taken,
    unattainable_grades,
)
from parstats.panel.composite.hierarchy import text_code
from parstats.panel.composite.index_scores import RELATIVE, score_index
from parstats.panel.composite.values_table import PERIOD_HEADERS, UNIT_HEADERS
from parstats.pipeline.index_table import IndexTable, read_index_table
from parstats.reference import csv_tables, definitions, editions, frameworks, labels, overlay
from parstats.reference.definitions import Definition
from parstats.reference.period_numbers import period_text

# Empty cells named in a remark.
_NAMED = 5
# Points by which sums of the same figures may differ.
_ROUNDING = 1e-9
_NUMBERS = ("max_points", "min_points", "weight")


@dataclass(frozen=True)
class NewIndex:
    """What `new_index` wrote: files of the data folder, and what they hold."""

    index: str
    files: tuple[Path, ...]
    n_units: int
    n_series: int
    periods: tuple[int, ...]
    # Units without an overall score, by period.
    incomplete: Mapping[int, list[str]]
    # What a person should look at.
    remarks: tuple[str, ...] = ()

    def report(self) -> tuple[str, ...]:
        """Return what was done, line by line.

        >>> NewIndex("A", (), 3, 4, (2025,), {}, ("sheets not read: Notes",)).report()
        ('A: 3 units, 4 series, 1 period', 'sheets not read: Notes')
        """
        n = len(self.periods)
        first = f"{self.index}: {self.n_units} units, {self.n_series} series, {n} period" + (
            "s" if n != 1 else ""
        )
        gaps = [
            f"{period_text(period)}: no overall score of {', '.join(units)}"
            for period, units in self.incomplete.items()
            if units
        ]
        return first, *gaps, *self.remarks


def new_index(
    name: str,
    table: Path,
    *,
    groups: Path | None = None,
    units: Path | None = None,
    publisher: str = "",
    replace: bool = False,
    **options: Any,
) -> NewIndex:
    """Write an index of one's own into the data folder, so that every process knows it.

    Its row of ``reference/indices.csv``, its framework, units and grades, and its scores with their
    sidecar in ``raw/``. All files appear, or none.

    Parameters
    ----------
    name : str
    table : pathlib.Path
        Units in rows, indicators in columns: the first sheet of a workbook, or a CSV file.
    groups, units : pathlib.Path, optional
        Files with the groups (code, parent, weight, direction, min, max, name) and the units (code,
        name); else the sheets called groups and units, where there are any.
    publisher : str; who grades, for notes; the name of the index if not given
    replace : bool; whether an index of that name that was made so before goes
    **options
        What `parstats.index_from` takes: year, normalise, scale, aggregate, missing, additions,
        grades, direction, each_period, unit.

    Returns
    -------
    NewIndex

    Raises
    ------
    InvalidRequest: if the name is taken, or an option does not fit
    InvalidData: with file, sheet, row and column of everything wrong in the tables
    OutputRefused: if there is no data folder that can be written to

    Examples
    --------
    >>> new_index("PAPI", Path("my-table.xlsx"))
    Traceback (most recent call last):
    ...
    parstats.errors.InvalidRequest: there is an index PAPI already: give yours another name
    """
    editions.refresh()
    frameworks.check_data_folder()
    registered = _registered_name(name)
    if registered and not (replace and frameworks.index_info(registered).unit_level == "unit"):
        remedy = "give yours another name"
        if frameworks.index_info(registered).unit_level == "unit":
            remedy += ", or replace it (--replace)"
        raise errors.InvalidRequest(f"{name_taken(name, registered)}: {remedy}")
    folder = _folder()
    tables = read_index_table(table, groups, units, options.get("unit"))
    scores, definition = _scores(name, registered, tables, options)
    content = _files(folder, definition, scores, table, publisher or name, registered)
    _write_all(content)
    editions.refresh()
    covered = coverage(scores)
    frameworks.undefine(definition.index)  # from now on it is read from the data folder
    return NewIndex(
        definition.index,
        tuple(content),
        len(definition.units),
        scores["series"].nunique(),
        tuple(sorted(int(year) for year in scores["year"].unique())),
        {
            int(row.year): sorted({*row.incomplete, *row.absent})
            for row in covered.itertuples(index=False)
        },
        (*_remarks(tables, definition, options), *_grade_remarks(definition, scores)),
    )


def _remarks(
    tables: IndexTable, definition: Definition, options: Mapping[str, Any]
) -> Iterator[str]:
    """Yield what of the tables no figure came from, and maxima that did not count."""
    used = {row["code"] for row in definition.framework}
    used |= {text_code(options.get(name)) for name in ("unit", "year")}
    named = (*UNIT_HEADERS, *PERIOD_HEADERS)
    codes = (text_code(column) for column in tables.values)
    unused = [code for code in codes if code not in used and code.casefold() not in named]
    if unused:
        yield f"columns left out, as the groups do not list them: {'; '.join(unused)}"
    if tables.other_sheets:
        yield f"sheets not read: {'; '.join(tables.other_sheets)}"
    for place in tables.places.values():
        if place.hidden:
            yield f"{place.name}: counted though hidden: {', '.join(place.hidden)}"
    additions = options.get("additions") or ()
    additions = [additions] if isinstance(additions, str) else additions
    empty = list(_empty_cells(tables, used - {text_code(code) for code in additions}))
    if empty:
        more = f" and {len(empty) - _NAMED} more" if len(empty) > _NAMED else ""
        yield (
            f"empty, and taken as not assessed: {'; '.join(empty[:_NAMED])}{more}; where that is "
            "meant, write 'không đánh giá'"
        )
    has_maxima = tables.groups is not None and "max" in tables.groups
    if has_maxima and (options.get("normalise") or "minmax") in RELATIVE:
        yield (
            "the groups state the most points, but units are scored against each other; for points "
            "that add up, use --normalise none --aggregate sum"
        )


def _grade_remarks(definition: Definition, scores: pd.DataFrame) -> Iterator[str]:
    """Yield grades that no unit can have, and units that have none."""
    if not definition.grades:
        return
    top = definition.framework[0]
    most = float(top["max_points"] or "nan")
    if above := unattainable_grades(definition.grades, most):
        listed = ", ".join(f"{row['name_vi']} ({row['at_least']})" for row in above)
        yield f"grades that no unit can reach, as it can have {most:.6g} at most: {listed}"
    lowest = definition.grades[-1]
    totals = scores[scores["series"] == top["series"]]
    below = totals[totals["score"] < float(lowest["at_least"]) - _ROUNDING]
    units = sorted(set(below["province"]))
    if units:
        more = f" and {len(units) - _NAMED} more" if len(units) > _NAMED else ""
        yield (
            f"without a grade, below the lowest ({lowest['name_vi']}, {lowest['at_least']}): "
            f"{', '.join(units[:_NAMED])}{more}; for a grade of theirs give one the least score 0"
        )


def _empty_cells(tables: IndexTable, codes: Collection[str]) -> Iterator[str]:
    """Yield the place of each cell of an indicator that holds nothing."""
    rows = tables.places["values"].rows
    for column in tables.values:
        if text_code(column) in codes:
            for position in np.flatnonzero(tables.values[column].isna()):
                yield f"row {rows[position]}, {column}"


def _registered_name(name: str) -> str:
    """Return the name of an index that the package or the data folder has, empty if none."""
    try:
        official = frameworks.index_info(name).name
    except errors.UnknownChoice:
        return ""
    return official if official in frameworks.indices() else ""


def _folder() -> Path:
    root = folders.data_root()
    if root is None:
        raise errors.OutputRefused(
            "the data that came with the package cannot be added to: make a data folder with "
            "`parstats init DIR`, set PARSTATS_DATA to it, then run the command again"
        )
    storage.data_folder()  # says what to do where the folder has no figures
    return root


def _scores(
    name: str, registered: str, tables: IndexTable, options: Mapping[str, Any]
) -> tuple[pd.DataFrame, Definition]:
    """Return the scores of the index and its definition; nothing is written yet."""
    chosen = {key: value for key, value in options.items() if value is not None}
    chosen.setdefault("grades", tables.grades)
    try:
        scores = score_index(
            check_name(name, registered),
            tables.values,
            groups=tables.groups,
            units=tables.units,
            **chosen,
        )
    except errors.InvalidData as error:
        raise tables.located(error) from error
    definition = definitions.definition_in_force(str(scores["index"].iloc[0]))
    assert definition is not None
    if problems := list(_unit_problems(tables, definition)):
        raise tables.located(errors.InvalidData(problems))
    return scores, definition


def _unit_problems(tables: IndexTable, definition: Definition) -> Iterator[errors.Problem]:
    """Yield units whose names no file can have."""
    table = "values" if tables.units is None else "units"
    for position, unit in enumerate(definition.units):
        row = None if tables.units is None else position + 2
        words = [labels.search_key(unit[name]).replace(" ", "-") for name in ("code", "name_vi")]
        if is_device("-".join(dict.fromkeys(filter(None, words)))):
            expected = "a name that files can have, on Windows too"
            remedy = "give the unit a longer name, in the table of units (--units)"
            yield errors.Problem(table, row, "name", repr(unit["name_vi"]), expected, remedy)
        for column in ("code", "name_vi", "name_en"):
            if len(unit[column]) > LONGEST_NAME:
                actual = f"{len(unit[column])} letters ({unit[column][:30]}...)"
                expected, remedy = f"at most {LONGEST_NAME}", "write a shorter name"
                yield errors.Problem(table, row, column.split("_")[0], actual, expected, remedy)
                break


def _files(
    folder: Path,
    definition: Definition,
    scores: pd.DataFrame,
    table: Path,
    publisher: str,
    registered: str,
) -> dict[Path, str]:
    """Return the content of every file to write, the row that makes the index known after it."""
    slug, reference = definition.about["slug"], folder / "reference"
    raw = folder / "raw" / slug / f"{slug}.csv"
    text = _raw_text(scores)
    about = {
        "title": f"{definition.index}, {table.name}",
        "index": definition.index,
        "form": "scores",
        "producer": publisher,
        "page": f"{table.name}, SHA-256 {storage.sha256(table)}",
        "obtained": "compiled",
        "date_accessed": date.today().isoformat(),
        "licence": "none stated",
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
    }
    index_row = definition.about | {"publisher_vi": publisher, "publisher_en": publisher}
    framework = [{**row, **_plain_numbers(row)} for row in definition.framework]
    units = [{"index": definition.index, **row} for row in definition.units]
    grades = [{"index": definition.index, **row} for row in definition.grades]
    content = {
        raw: text,
        sidecar.sidecar_path(raw): yaml.safe_dump(about, allow_unicode=True, sort_keys=False),
        reference / "frameworks" / f"{slug}.csv": _csv(
            framework, _columns(f"frameworks/{slug}", framework)
        ),
        reference / "indices.csv": _appended("indices", [index_row], registered, reference),
        reference / "units.csv": _appended("units", units, registered, reference),
    }
    if grades or (reference / "grades.csv").is_file():
        content[reference / "grades.csv"] = _appended("grades", grades, registered, reference)
    return content


def _plain_numbers(row: Mapping[str, str]) -> dict[str, str]:
    """Return the numbers of a row without an exponent, as reference tables have them."""
    return {
        name: np.format_float_positional(float(row[name]), trim="-") if row[name] else ""
        for name in _NUMBERS
    }


def _raw_text(scores: pd.DataFrame) -> str:
    table = scores[["year", "province", "series", "score"]].assign(
        year=scores["year"].map(period_text),
        score=[repr(float(score)) for score in scores["score"]],
        obtained=scores["origin"].where(scores["origin"] == "derived", ""),
    )
    return str(table.to_csv(index=False, lineterminator="\n"))


def _columns(name: str, rows: Sequence[Mapping[str, str]]) -> tuple[str, ...]:
    """Return the columns of a table, and those that only some rows have."""
    allowed = (*csv_tables.columns(name), *(overlay.table_rules(name) or overlay.Table(())).extra)
    used = {column for row in rows for column, value in row.items() if value}
    extra = (overlay.table_rules(name) or overlay.Table(())).extra
    return tuple(c for c in allowed if c not in extra or c in used)


def _appended(
    name: str, rows: Sequence[Mapping[str, str]], registered: str, reference: Path
) -> str:
    """Return a table of the data folder with rows added, those of the replaced index left out."""
    user = overlay.read(name, csv_tables.columns(name), csv_tables.package_rows(name))
    before = [row for _, row in user.rows if row["index"] != registered] if user else []
    both = [*before, *rows]
    columns = dict.fromkeys([*(before[0] if before else ()), *_columns(name, both)])
    return _csv(both, tuple(columns))


def _csv(rows: Iterable[Mapping[str, str]], columns: Sequence[str]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    # The mark at the start lets Excel read Vietnamese letters.
    return "\ufeff" + text.getvalue()


def _write_all(content: Mapping[Path, str]) -> None:
    """Write all files, or leave everything as it was."""
    with storage.restored_on_error(content):
        for path, text in content.items():
            storage.write_text(path, text)
