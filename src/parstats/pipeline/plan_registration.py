"""Registering plans that were read from documents: into the data folder, with their sidecars."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from parstats import errors, folders, storage
from parstats.documents.phrases import key
from parstats.errors import InvalidData, Problem
from parstats.ingest import sidecar
from parstats.ingest.known_files import csv_text
from parstats.pipeline import plan_files, processed_tables
from parstats.reference import frameworks, provinces

if TYPE_CHECKING:
    from parstats.plans.register import Tables

# What a plan must say to be registered: years and provinces decide which scores it stands beside.
_NEEDED = ("province", "plan_year", "indices")


@dataclass(frozen=True)
class Registered:
    """What `register_plans` wrote.

    Attributes
    ----------
    files : tuple of Path; tables and sidecars
    plans : tuple of str; names of the plans
    replaced : tuple of str; those that had been registered so before
    left_out : tuple of Problem
        Files of other registered plans that were changed since; those plans are in no table.
    alike : tuple of (str, str)
        Plans with province, number and date of another registered plan, and that plan's name: other
        measures of the same act, or the same plan twice.
    """

    files: tuple[Path, ...]
    plans: tuple[str, ...]
    replaced: tuple[str, ...] = ()
    left_out: tuple[Problem, ...] = ()
    alike: tuple[tuple[str, str], ...] = ()


def register_plans(tables: Tables, *, today: str | None = None) -> Registered:
    """Write plans, measures, targets and shortcomings into the data folder, and build its tables.

    A file a plan and table, each with a sidecar, in ``raw/plans``. All files appear, or none; a
    plan that was registered so before is replaced, unless a person changed its files. Other
    registered plans whose files were changed are left out of the tables and named.

    Parameters
    ----------
    tables : Tables; of `parstats.plans.tabulate`, corrected or not
    today : str, optional; ISO date for the sidecars

    Raises
    ------
    InvalidData: if a plan does not say province, year or index, its name is taken by another plan,
        it is registered under another name, its files were changed by hand, or the data folder
        cannot be built with it
    OutputRefused: if there is no data folder that can be written to

    Examples
    --------
    >>> import parstats as ps
    >>> from parstats.plans.records import Plan
    >>> register_plans(ps.plans.tabulate(Plan("ke-hoach")))
    Traceback (most recent call last):
    ...
    parstats.errors.InvalidData: 3 problems found
    ke-hoach, column province: found nothing; expected a value; ...
    """
    folder = _plans_folder()
    frameworks.check_data_folder()
    alike = _alike(tables.plans, folder)
    problems = [
        *_missing(tables.plans),
        *_taken(tables.plans["plan"], folder),
        *_registered_already(alike, tables.measures, folder),
    ]
    if problems:
        raise InvalidData(problems)
    content: dict[Path, str] = {}
    replaced = []
    for plan in tables.plans.to_dict("records"):
        paths = _paths(folder, str(plan["plan"]))
        if paths["plans"].exists():
            replaced.append(str(plan["plan"]))
        content |= _plan_content(plan, tables, paths, today or date.today().isoformat())
    changed = plan_files.changed_readings(folder.parent)
    old_paths = [path for name in replaced for path in _paths(folder, name).values()]
    _write_and_build(content, old_paths, tuple(changed))
    left_out = tuple(problem for problems in changed.values() for problem in problems)
    names = tuple(tables.plans["plan"])
    return Registered(tuple(content), names, tuple(replaced), left_out, alike)


def _plans_folder() -> Path:
    if folders.data_root() is None:
        raise errors.OutputRefused(
            "the data that came with the package cannot be added to: make a data folder with "
            "`parstats init DIR`, set PARSTATS_DATA to it, then run the command again"
        )
    return storage.data_folder().raw / plan_files.FOLDER


def _paths(folder: Path, plan: str) -> dict[str, Path]:
    return {form: folder / f"{plan}.{form}.csv" for form in plan_files.COLUMNS_READ}


def _missing(plans: pd.DataFrame) -> Iterator[Problem]:
    """Yield what a plan lacks that decides which scores it stands beside."""
    remedy = (
        "run the command with --review WORKBOOK.xlsx, fill it in on the sheet of plans, then run "
        "it with --apply WORKBOOK.xlsx --register"
    )
    for plan in plans.to_dict("records"):
        for column in _NEEDED:
            if pd.isna(plan[column]) or plan[column] == "":
                yield Problem(plan["plan"], None, column, "nothing", "a value", remedy)
        unknown = set(filter(None, str(plan["indices"]).split(";"))) - set(frameworks.INDICES)
        if unknown:
            found = ", ".join(sorted(unknown))
            expected = "an index that the data folder knows"
            other = (
                "a plan for an index that a district, commune or department has of its own stands "
                "beside no scores: keep its tables with -o and --plans instead"
            )
            yield Problem(plan["plan"], None, "indices", found, expected, other)
        years = [plan["baseline_year"], plan["plan_year"], plan["until_year"]]
        known = [int(year) for year in years if not pd.isna(year)]
        if known != sorted(known):
            found = ", ".join(map(str, known))
            expected = "the year it answers, its first and its last year in this order"
            yield Problem(plan["plan"], None, "plan_year", found, expected, remedy)


def _taken(names: pd.Series, folder: Path) -> Iterator[Problem]:
    """Yield names that another registered plan has, and files that a person changed."""
    new = [name for name in names if not _paths(folder, name)["plans"].exists()]
    registered = plan_files.plan_names(folder.parent) if new else {}
    for name in new:
        if name in registered:
            found, expected = f"a plan of that name in {registered[name]}", "a name of its own"
            remedy = "rename the document: the plan is called as its file"
            yield Problem(name, None, None, found, expected, remedy)
    for name in (name for name in names if name not in new):
        for path in (path for path in _paths(folder, name).values() if path.exists()):
            about = sidecar.read(path, f"raw/{folder.name}/{path.name}")
            if about.sha256 != storage.sha256(path) or not about.title.startswith(
                plan_files.WRITTEN_BY
            ):
                found, expected = (
                    "a file that was changed since",
                    f"it as {plan_files.WRITTEN_BY} wrote it",
                )
                remedy = "make your changes with --review and --apply instead, and delete the file"
                yield Problem(str(path), None, None, found, expected, remedy)


def _alike(plans: pd.DataFrame, folder: Path) -> tuple[tuple[str, str], ...]:
    """Return plans with the name of another registered one of their province, number and date."""
    others: dict[tuple[str, ...], str] = {}
    named = set(plans["plan"])
    for plan in plan_files.registered_plans(folder.parent):
        if plan["plan"] not in named:
            others[_act(plan)] = plan["plan"]
    acts = ((str(plan["plan"]), _act(plan)) for plan in plans.to_dict("records"))
    return tuple((name, others[act]) for name, act in acts if all(act) and act in others)


def _act(plan: Mapping[Any, Any]) -> tuple[str, ...]:
    """Return what tells an act from all others: province, number, date."""
    values = (plan[name] for name in ("province", "number", "date"))
    return tuple("" if pd.isna(value) else "".join(str(value).split()).upper() for value in values)


def _registered_already(
    alike: Sequence[tuple[str, str]], measures: pd.DataFrame, folder: Path
) -> Iterator[Problem]:
    """Yield plans that are registered under another name with at least half of their measures."""
    for name, other in alike:
        path = _paths(folder, other)["measures"]
        if not path.exists():
            continue
        registered = csv_text.read(path, path.name, ("plan",), plan_files.COLUMNS_READ["measures"])
        there = {key(str(words)) for words in registered.get("text", ())} - {""}
        words = {key(text) for text in measures.loc[measures["plan"] == name, "text"]} - {""}
        if 2 * len(words & there) >= min(len(words), len(there)) > 0:
            found = f"the plan that is registered as {other} (same province, number and date)"
            remedy = (
                f"call the document {other} to replace that reading, or delete the files of "
                f"{other} in {folder} first"
            )
            yield Problem(name, None, None, found, "a plan once, under one name", remedy)


def _plan_content(
    plan: Mapping[str, Any], tables: Tables, paths: Mapping[str, Path], today: str
) -> dict[Path, str]:
    """Return the files of a plan with their text: tables that have rows, and sidecars."""
    content: dict[Path, str] = {}
    measures = tables.measures
    is_corrected = bool(
        (measures.loc[measures["plan"] == plan["plan"], "coded_by"] == "human").any()
    )
    for form, path in paths.items():
        rows = _file_rows(getattr(tables, form), plan, plan_files.COLUMNS_READ[form])
        if rows.empty:
            continue
        content[path] = storage.csv_text(rows)
        about = {
            "title": f"{plan_files.WRITTEN_BY}: {form}, {plan['plan']}",
            "form": form,
            "producer": plan["agency"] or "not told in the document",
            "page": plan["path"] or plan["source"],
            "obtained": "official",
            "date_accessed": today,
            "licence": "none found",
            "sha256": sha256(content[path].encode()).hexdigest(),
        }
        if form == "measures":
            about["coded_by"] = "machine-reviewed" if is_corrected else "machine"
        content[sidecar.sidecar_path(path)] = "".join(
            f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in about.items()
        )
    return content


def _file_rows(
    table: pd.DataFrame, plan: Mapping[str, Any], columns: Sequence[str]
) -> pd.DataFrame:
    """Return the rows of a plan with the columns of a file, truth values as files write them."""
    rows = table[table["plan"] == plan["plan"]].reindex(columns=list(columns))
    if "province_name" in rows:
        rows = rows.assign(province_name=_province_name(plan))
    truth = rows.select_dtypes(["bool", "boolean"]).columns
    return rows.assign(**{name: rows[name].map({True: "true", False: "false"}) for name in truth})


def _province_name(plan: Mapping[str, Any]) -> str:
    named = provinces.by_code(int(plan["vintage"])).get(plan["province"])
    return named.names["vi"] if named else ""


def _write_and_build(
    content: Mapping[Path, str], replaced: list[Path], left_out: Sequence[str]
) -> None:
    """Write all files and build the tables without some plans, or leave everything as it was."""
    touched = {*content, *replaced, *(sidecar.sidecar_path(path) for path in replaced)}
    with storage.restored_on_error(touched):
        for path in touched - set(content):
            path.unlink(missing_ok=True)
        for path, text in content.items():
            storage.write_text(path, text)
        processed_tables.build(without=left_out)
