"""One zip with everything a run of reports was made of and made: for those who cite or repeat it.

The zip appears whole or not at all, and the same run gives the same bytes: entries are sorted and
without dates, and the executed notebooks in it are without timings.
"""

from __future__ import annotations

import hashlib
import json
import shlex
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from parstats import folders, storage
from parstats.figures.citation import citation
from parstats.figures.zip_dates import undated_entry
from parstats.panel import load_scores
from parstats.reference import frameworks
from parstats.reference.labels import text
from parstats.reference.period_numbers import period_of_text
from parstats.reports.batch import outputs, versions
from parstats.reports.batch.jobs import Job
from parstats.reports.batch.manifest import Manifest

NAME = "bundle.zip"
SUMS = "SHA256SUMS"
# Tables that are not about an index.
_COMMON = ("provinces", "mergers")
# Folders of published figures that pages of every index look at.
_PLANS = "plans"

Entries = Iterator[tuple[str, bytes]]


def write_bundle(folder: Path, jobs: Sequence[Job], command: Sequence[str]) -> Path:
    """Write the bundle of a run into its output folder, in place of an earlier one.

    It holds the pages and executed notebooks, the processed tables of the indices as CSV, the
    published figures that they were built from, the notebooks before they ran, parameters,
    versions, citations, how to run it again, and the SHA-256 of every file.

    Parameters
    ----------
    folder : pathlib.Path; the output folder, where all of the jobs are done
    jobs : sequence of Job; the reports of the run, each with the form ipynb
    command : sequence of str; the command that makes them, as a list of words

    Returns
    -------
    pathlib.Path: the zip; the manifest of the folder lists it.
    """
    manifest = Manifest.open(folder)
    path = folder / NAME
    if outputs.is_local(folder):
        storage.write_atomic(path, lambda part: _fill(part, manifest, jobs, command))
        digest = storage.sha256(path)
    else:
        with tempfile.TemporaryDirectory(prefix="parstats-") as temporary:
            part = Path(temporary, NAME)
            _fill(part, manifest, jobs, command)
            digest = storage.sha256(part)
            outputs.write(path, part.read_bytes())
    manifest.site[NAME] = digest
    manifest.write()
    return path


def remove_bundle(folder: Path) -> None:
    """Remove the bundle of an earlier run, so that it does not pass for one of this run."""
    manifest = Manifest.open(folder)
    if manifest.site.pop(NAME, None) is not None:
        (folder / NAME).unlink(missing_ok=True)
        manifest.write()


def _fill(path: Path, manifest: Manifest, jobs: Sequence[Job], command: Sequence[str]) -> None:
    """Write the entries one by one, then their sums."""
    sums = {}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in _entries(manifest, jobs, command):
            sums[name] = hashlib.sha256(content).hexdigest()
            archive.writestr(undated_entry(name), content)
        lines = "".join(f"{digest}  {name}\n" for name, digest in sorted(sums.items()))
        archive.writestr(undated_entry(SUMS), lines)


def _entries(manifest: Manifest, jobs: Sequence[Job], command: Sequence[str]) -> Entries:
    """Yield the files of the bundle: what it is, what it was made from, what was made."""
    lang = jobs[0].lang
    indices = _indices(jobs)
    yield from _about(jobs, indices, command, lang)
    yield from _tables(indices)
    yield from _inputs(jobs, indices)
    for notebook in sorted({job.notebook for job in jobs}):
        yield f"notebooks/{notebook.name}", notebook.read_bytes()
    stems = {job.stem for job in jobs}
    for stem in sorted(stems):
        for name in sorted(manifest.reports[stem]["outputs"]):
            content = (manifest.folder / name).read_bytes()
            yield f"reports/{name}", _untimed(content) if name.endswith(".ipynb") else content
    # The front page links to every report of the folder.
    if stems == set(manifest.reports):
        for name in sorted(set(manifest.site) - {NAME}):
            yield f"reports/{name}", (manifest.folder / name).read_bytes()


def _indices(jobs: Sequence[Job]) -> list[str]:
    """Return the indices that the pages of the jobs show figures of, their own first.

    A page about provinces sets the other indices of provinces beside its own.
    """
    named = list(dict.fromkeys(str(job.parameters["index"]) for job in jobs))
    if all(frameworks.index_info(name).unit_level == "unit" for name in named):
        return named
    present = set(load_scores(None)["index"])
    return list(
        dict.fromkeys([*named, *(name for name in frameworks.indices() if name in present)])
    )


def _about(jobs: Sequence[Job], indices: list[str], command: Sequence[str], lang: str) -> Entries:
    years = {(str(job.parameters["index"]), job.parameters.get("year")) for job in jobs}
    # A report on the country that is given no year is about all of them.
    ordered = sorted(years, key=lambda pair: (pair[0], pair[1] is not None, str(pair[1])))
    beside = [(index, None) for index in indices if index not in {name for name, _ in years}]
    entries = [citation(index, _year(year), lang) for index, year in [*ordered, *beside]]
    state = versions.current()
    parameters = {
        "command": list(command),
        "reports": {
            job.stem: {"notebook": job.notebook.name, "parameters": dict(job.parameters)}
            for job in sorted(jobs, key=lambda job: job.stem)
        },
    }
    data_versions = {index: storage.data_version(frameworks.slug(index)) for index in indices}
    pins = [f"{name}=={number}\n" for name, number in state["versions"].items()]
    yield "CITATION.txt", "".join(f"{entry.as_text()}\n" for entry in entries).encode()
    yield "README.txt", _readme(jobs, command, state["versions"]["python"], lang).encode()
    yield "citation.bib", "".join(f"{entry.as_bibtex()}\n" for entry in entries).encode()
    yield "constraints.txt", "".join(p for p in pins if not p.startswith(_NO_PINS)).encode()
    yield "parameters.json", _json(parameters)
    yield "versions.json", _json({"data_versions": data_versions, **state})


# Python and the package itself are not installed from an index of packages by these versions.
_NO_PINS = ("python=", "parstats=")


def _readme(jobs: Sequence[Job], command: Sequence[str], python: str, lang: str) -> str:
    indices = ", ".join(dict.fromkeys(str(job.parameters["index"]) for job in jobs))
    version = storage.version()
    parts = ("reports", "tables", "data", "notebooks", "parameters", "versions", "citation", "sums")
    lines = [
        text("bundle.title", lang, indices=indices, version=version),
        "",
        *(text(f"bundle.{part}", lang) for part in parts),
        "",
        text("bundle.again", lang, version=version, python=python),
        "",
        f"    PARSTATS_DATA=data {shlex.join(command)}",
        "",
        text("bundle.same", lang),
    ]
    return "\n".join(lines) + "\n"


def _year(value: Any) -> int | None:
    """Return the year of a parameter, which may be a quarter or a month as text."""
    return period_of_text(value) if isinstance(value, str) else value


def _tables(indices: list[str]) -> Entries:
    """Yield the processed tables as CSV: of these indices, and those of provinces."""
    series = frameworks.series()
    series_of_indices = series.loc[series["index"].isin(indices), "series"]
    described = storage.read_descriptor(storage.data_folder().processed)["resources"]
    for name in sorted(item["name"] for item in described):
        table = storage.read_processed(name)
        if "index" in table:
            table = table[table["index"].isin(indices)]
        elif "indices" in table:
            table = table[_serves(table["indices"], indices)]
        elif "series" in table:
            table = table[table["series"].isin(series_of_indices)]
        elif name not in _COMMON:
            continue
        yield f"tables/{name}.csv", storage.csv_text(table).encode("utf-8-sig")


def _serves(lists: pd.Series, indices: list[str]) -> list[bool]:
    """Return which of the texts with semicolons between indices name one of them."""
    return [bool(set(words.split(";")) & set(indices)) for words in lists]


def _inputs(jobs: Sequence[Job], indices: list[str]) -> Entries:
    """Yield the published figures that the reports are made from, and the reference tables.

    Those of the indices and the plans. The folder ``data`` they are in is a data folder.
    """
    raw, reference = storage.data_folder().raw, folders.reference_folder()
    slugs = {_PLANS, *(frameworks.slug(index) for index in indices)}
    for name in storage.raw_hashes(raw):
        if name.partition("/")[0] in slugs:
            yield f"data/raw/{name}", (raw / name).read_bytes()
    if reference is not None:
        for name in sorted(storage.reference_hashes()):
            yield f"data/reference/{name}", (reference / name).read_bytes()


def _untimed(notebook: bytes) -> bytes:
    """Return an executed notebook without the times at which its cells ran."""
    content = json.loads(notebook)
    for about in [content["metadata"], *(cell["metadata"] for cell in content["cells"])]:
        about.pop("execution", None)
        for key in ("start_time", "end_time", "duration"):
            about.get("papermill", {}).pop(key, None)
    return _json(content)


def _json(content: Any) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()
