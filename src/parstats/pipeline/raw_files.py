"""Reading all raw files: each by the form its sidecar names, every fault collected."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from parstats.errors import InvalidData, Problem
from parstats.ingest import recognise, sidecar
from parstats.ingest.known_files import (
    press_figures,
    public_data,
    published_statistics,
    source_conflicts,
    tidy_scores,
)
from parstats.pipeline import plan_files
from parstats.reference import frameworks

# What each form of file yields, and how it is read.
READERS: dict[str, tuple[str, Callable[..., pd.DataFrame]]] = {
    "scores": ("scores", tidy_scores.read),
    "printed": ("printed", press_figures.read),
    "statistics": ("statistics", published_statistics.read),
    "conflicts": ("conflicts", source_conflicts.read),
    "vn-par-master": ("scores", public_data.read_par_master),
    "vn-sipas-provincial": ("scores", public_data.read_sipas_provincial),
    "vn-provinces-papi": ("scores", recognise.read_raw),
}


@dataclass(frozen=True)
class RawFile:
    """A raw file and its path."""

    index: str  # index of the folder it is in
    path: Path
    name: str  # the file as messages call it, as "raw/papi/papi_2024.csv"


def raw_files(raw: Path) -> list[RawFile]:
    """Return the raw data files, in order of index and name."""
    files = []
    for index in frameworks.INDICES:
        folder = raw / frameworks.slug(index)
        if folder.is_dir():
            files += [
                RawFile(index, path, f"{raw.name}/{path.relative_to(raw).as_posix()}")
                for path in plan_files.data_files(folder)
            ]
    return files


def read_all(raw: Path) -> dict[str, pd.DataFrame]:
    """Read and check every raw file.

    All rows of a sort together, by sort: scores, printed, statistics, conflicts; with the columns
    index, unit_level, kind (how the figures were obtained), accessed, file, base, replaces and row.
    A sort without rows is absent. Raises InvalidData with every problem found.
    """
    files = raw_files(raw)
    if not files:
        actual = f"no CSV file below {raw}"
        raise InvalidData([Problem(str(raw), None, None, actual, "raw figures", "add them")])
    problems = _strays(raw)
    read: dict[str, list[pd.DataFrame]] = {}
    replaced: dict[Path, list[Path]] = {}
    for file in files:
        try:
            about = sidecar.read(file.path, file.name)
        except InvalidData as error:
            problems += error.problems
            continue
        problems += _file_problems(file, about)
        replaced[file.path] = [file.path.with_name(older) for older in about.replaces]
        if about.form not in READERS:
            expected = f"one of {', '.join(READERS)}"
            remedy = f"correct the sidecar; files of plans are in {raw.name}/{plan_files.FOLDER}"
            sidecar_name = f"{file.name}.yml"
            problems.append(Problem(sidecar_name, None, "form", repr(about.form), expected, remedy))
            continue
        try:
            kind, table = _read(file, about)
            read.setdefault(kind, []).append(table)
        except InvalidData as error:
            problems += error.problems
    problems += _circles(files, replaced)
    if not problems and not any(_has_scores(*item) for item in read.items()):
        actual, remedy = "no scores", "add a file of scores"
        problems.append(Problem(raw.name, None, None, actual, "scores of provinces", remedy))
    if problems:
        raise InvalidData(problems)
    return {kind: pd.concat(tables, ignore_index=True) for kind, tables in read.items()}


def _has_scores(kind: str, tables: list[pd.DataFrame]) -> bool:
    """Return whether the file yields scores: printed ones count only without derived totals."""
    if kind != "printed":
        return kind == "scores"
    table = pd.concat(tables)
    summed = [name for name in frameworks.INDICES if frameworks.index_info(name).total == "sum"]
    is_printed_score = ~table["index"].isin(summed) & (table["scale"] == "points")
    return bool((is_printed_score & table["score_printed"].notna()).any())


def _read(file: RawFile, about: sidecar.Sidecar) -> tuple[str, pd.DataFrame]:
    kind, reader = READERS[about.form]
    table = reader(file.path, file.index, name=file.name)
    derived = table.pop("is_derived") if "is_derived" in table else pd.Series(False, table.index)
    return kind, table.assign(
        index=file.index,
        unit_level=frameworks.index_info(file.index).unit_level,
        kind=pd.Series(about.obtained, table.index).mask(derived, "derived"),
        accessed=about.date_accessed,
        replaces=";".join(about.replaces),
        file=file.name,
        base=file.path.name,
        row=table.index,
    )


def _file_problems(file: RawFile, about: sidecar.Sidecar) -> list[Problem]:
    problems = []
    try:
        sidecar.check_unchanged(file.path, file.name, about)
    except InvalidData as error:
        problems += error.problems
    if about.index and about.index != file.index:
        expected = f"{file.index}, whose folder it is in"
        remedy = "move both files to the folder of their index, or mend the sidecar"
        sidecar_name = f"{file.name}.yml"
        problems.append(Problem(sidecar_name, None, "index", repr(about.index), expected, remedy))
    for older in about.replaces:
        if not file.path.with_name(older).is_file():
            remedy = "name a file of this folder, or take it out"
            problems.append(
                Problem(
                    f"{file.name}.yml", None, "replaces", repr(older), "a file beside it", remedy
                )
            )
    return problems


def _circles(files: list[RawFile], replaced: dict[Path, list[Path]]) -> list[Problem]:
    """Find files that replace each other in a circle."""
    problems = []
    for file in files:
        reached: set[Path] = set()
        ahead = list(replaced.get(file.path, []))
        while ahead:
            older = ahead.pop()
            if older not in reached:
                reached.add(older)
                ahead += replaced.get(older, [])
        if file.path in reached:
            actual = "a file that replaces itself, at once or through others"
            expected = "newer files that replace older ones"
            remedy = "take one of the names out"
            problems.append(Problem(f"{file.name}.yml", None, "replaces", actual, expected, remedy))
    return problems


def _strays(raw: Path) -> list[Problem]:
    """Find files and folders among the raw ones that no reader uses."""
    problems = []
    folder_names = [*(frameworks.slug(index) for index in frameworks.INDICES), plan_files.FOLDER]
    for folder in sorted(path for path in raw.iterdir() if path.is_dir()):
        if folder.name not in folder_names:
            expected, remedy = f"folders named {', '.join(folder_names)}", "rename or remove it"
            name = f"{raw.name}/{folder.name}"
            problems.append(Problem(name, None, None, "an unknown folder", expected, remedy))
            continue
        for path in sorted(folder.iterdir()):
            ending, name = path.suffix.lower(), f"{raw.name}/{folder.name}/{path.name}"
            if path.name.startswith(".") or ending == ".md":
                continue
            if ending == ".csv":
                if not path.is_file():
                    actual, remedy = "no file (a folder, pipe or broken link)", "remove it"
                    problems.append(Problem(name, None, None, actual, "CSV files", remedy))
                continue
            if ending != ".yml":
                actual = "a file no reader takes"
                remedy = "turn it into a tidy CSV with `parstats ingest`, or remove it"
                problems.append(Problem(name, None, None, actual, "CSV files", remedy))
            elif not path.with_suffix("").is_file():
                actual, remedy = "a sidecar without its file", "restore the file, or remove both"
                expected = path.with_suffix("").name
                problems.append(Problem(name, None, None, actual, expected, remedy))
    return problems
