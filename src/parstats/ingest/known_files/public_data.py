"""Public data sets of known layout: one row per unit and year, one column per figure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd

from parstats.errors import InvalidData, Problem
from parstats.ingest.known_files import csv_text, tidy_scores, typed_cells
from parstats.reference import frameworks

PAR_COLUMNS = (
    "year",
    "unit_type",
    "unit_code",
    "unit_name",
    "par_index",
    "par_rank",
    "ranked",
    "score_moha",
    "score_survey",
)
SIPAS_COLUMNS = (
    "year",
    "geo_code",
    "geo_name",
    "geo_short",
    "geo_system",
    "sipas_rank",
    "sipas_index",
)


def read_par_master(path: Path, index: str, *, name: str | None = None) -> pd.DataFrame:
    """Read the data set vn-par-master: overall scores, ranks and two parts of the PAR INDEX.

    The CSV has the columns `PAR_COLUMNS`; rows of ministries are left out. `name` is what messages
    call the file. Returns what `parstats.ingest.known_files.tidy_scores.read` does; raises
    InvalidData with every problem of the file.
    """
    name = name or str(path)
    table = csv_text.read(path, name, PAR_COLUMNS)
    table = table[table["unit_type"].str.casefold() == "province"]
    if table.empty:
        actual, remedy = "no row of a province", "check that this is vn-par-master"
        problem = Problem(name, None, "unit_type", actual, "the word province", remedy)
        raise InvalidData([problem])
    columns = {"province": "unit_code", "province_name": "unit_name"}
    parts = [
        _Figures("par_index", table, {**columns, "series": "par", "rank": "par_rank"}),
        *_parts(table, columns),
    ]
    return _together(parts, index, name)


def _parts(table: pd.DataFrame, columns: dict[str, str]) -> Iterator[_Figures]:
    """Return the two sources of points, each as its series in that year."""
    for column, candidates in (
        ("score_moha", ("par.part.results", "par.part.assessed")),
        ("score_survey", ("par.part.survey",)),
    ):
        year_series = {
            year: next((name for name in candidates if _holds(name, year)), "")
            for year in table["year"].unique()
        }
        for series in sorted(set(filter(None, year_series.values()))):
            rows = table[table["year"].map(year_series) == series]
            yield _Figures(column, rows, {**columns, "series": series})


def _holds(series: str, year: str) -> bool:
    return year.isdigit() and (series, int(year)) in frameworks.by_year().index


def read_sipas_provincial(path: Path, index: str, *, name: str | None = None) -> pd.DataFrame:
    """Read the data set vn-sipas-provincial: overall scores and ranks of SIPAS.

    The CSV has the columns `SIPAS_COLUMNS`; geo_system gives the set of provinces. `name` is what
    messages call the file. Returns what `parstats.ingest.known_files.tidy_scores.read` does; raises
    InvalidData with every problem of the file.
    """
    name = name or str(path)
    table = csv_text.read(path, name, SIPAS_COLUMNS)
    system = table["geo_system"].map(lambda value: "63" if "63" in value else "34")
    columns = {"province": "geo_code", "province_name": "geo_name", "series": "sipas"}
    figures = _Figures(
        "sipas_index", table.assign(vintage=system), {**columns, "rank": "sipas_rank"}
    )
    return _together([figures], index, name)


class _Figures:
    """One column of figures as a tidy table of text cells.

    `table` is the file as text, `score` its column of scores. `columns` are those of the tidy table
    by the column of the file they are taken from; "series" is the series itself.
    """

    def __init__(self, score: str, table: pd.DataFrame, columns: dict[str, str]) -> None:
        filled = ~table[score].str.lower().isin(typed_cells.MISSING)
        rows = table[filled]
        tidy = {"year": rows["year"], "score": rows[score]}
        if "vintage" in rows:
            tidy["vintage"] = rows["vintage"]
        for tidy_column, column in columns.items():
            tidy[tidy_column] = column if tidy_column == "series" else rows[column]
        self.table = pd.DataFrame(tidy, index=rows.index)
        self.names = {**columns, "score": score, "vintage": "geo_system"}
        self.names.pop("series")


def _together(parts: list[_Figures], index: str, name: str) -> pd.DataFrame:
    read, problems = [], []
    for part in parts:
        if part.table.empty:
            continue
        try:
            read.append(tidy_scores.read_table(part.table, index, name))
        except InvalidData as error:
            problems += [
                replace(problem, column=part.names.get(str(problem.column), problem.column))
                for problem in error.problems
            ]
    if problems:
        problems = list(dict.fromkeys(problems))
        raise InvalidData(sorted(problems, key=lambda codes: (codes.row or 0, codes.column or "")))
    if not read:
        codes, remedy = "no figures", "check the columns in the source"
        raise InvalidData([Problem(name, None, None, codes, "scores", remedy)])
    return pd.concat(read)
