"""Running many notebooks: in parallel, each for itself, each output whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import re
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from parstats import errors, storage
from parstats.reports.jobs import Job, Result
from parstats.reports.manifest import Manifest

Progress = Callable[[Result], None]


def render(
    jobs: Sequence[Job],
    folder: Path,
    *,
    state: dict[str, Any],
    n_jobs: int = 1,
    resume: bool = False,
    timeout: int = 600,
    progress: Progress | None = None,
) -> list[Result]:
    """Run notebooks and write their pages; one failure never stops the rest.

    Parameters
    ----------
    jobs : sequence of Job
        What to run.
    folder : pathlib.Path
        The output folder: new, empty, or made by this function before.
    state : dict
        What all jobs depend on besides notebook and parameters (hashes of data and code, versions).
        Kept in the manifest for each report and, with ``resume``, compared.
    n_jobs : int
        Processes.
    resume : bool
        Leave out jobs whose outputs are up to date.
    timeout : int
        Seconds a single cell may take.
    progress : callable, optional
        Called with each result as it comes.

    Returns
    -------
    list of Result
        A result a job, in the order of the jobs.

    Raises
    ------
    OutputRefused
        If the folder is a file or holds files of others.
    InvalidRequest
        If two jobs have the same stem, or `n_jobs` is below 1.
    """
    _check(jobs, n_jobs)
    manifest = Manifest.open(folder)
    folder.mkdir(parents=True, exist_ok=True)
    common = state_hash(state)
    manifest.states[common] = state
    manifest.write()
    results: dict[str, Result] = {}
    todo = []
    for job in jobs:
        key = job.key(common)
        if resume and manifest.is_current(job.stem, key, list(job.outputs().values())):
            results[job.stem] = Result(job, "current", manifest.reports[job.stem]["outputs"])
            _tell(progress, results[job.stem])
        else:
            todo.append(job)
    for result in _run_all(todo, folder, n_jobs, timeout):
        results[result.job.stem] = result
        _record(manifest, result, common)
        _tell(progress, result)
    return [results[job.stem] for job in jobs]


def _check(jobs: Sequence[Job], n_jobs: int) -> None:
    if n_jobs < 1:
        raise errors.InvalidRequest(f"--jobs is {n_jobs}: expected at least 1")
    stems = [job.stem for job in jobs]
    twice = sorted({stem for stem in stems if stems.count(stem) > 1})
    if twice:
        raise errors.InvalidRequest(f"two jobs would write {twice[0]}")


def state_hash(state: dict[str, Any]) -> str:
    """Hash by which a manifest names what reports were made from."""
    return hashlib.sha256(json.dumps(state, sort_keys=True).encode()).hexdigest()


def _tell(progress: Progress | None, result: Result) -> None:
    if progress is not None:
        progress(result)


def _record(manifest: Manifest, result: Result, common: str) -> None:
    """Write a result into the manifest at once, so that a run that is killed can be resumed."""
    job = result.job
    log = log_of(manifest.folder, job)
    if result.status == "failed":
        storage.write_text(log, result.detail)
        for name in job.outputs().values():
            (manifest.folder / name).unlink(missing_ok=True)
    else:
        log.unlink(missing_ok=True)
    report = {
        "status": result.status,
        "message": result.message,
        "key": job.key(common),
        "state": common,
        "notebook": job.notebook.name,
        "parameters": dict(job.parameters),
        "title": job.title,
        "outputs": result.hashes,
    }
    manifest.record(job.stem, report)
    manifest.write()


def log_of(folder: Path, job: Job) -> Path:
    """Where the traceback of a failed job is kept."""
    return folder / "logs" / f"{job.stem.replace('/', '-')}.log"


def _run_all(jobs: list[Job], folder: Path, n_jobs: int, timeout: int) -> Iterator[Result]:
    if not jobs:
        return
    if n_jobs == 1 or len(jobs) == 1:
        for job in jobs:
            yield run_job(job, folder, timeout)
        return
    from joblib import Parallel, delayed

    parallel = Parallel(n_jobs=min(n_jobs, len(jobs)), return_as="generator_unordered")
    left = {job.stem: job for job in jobs}
    try:
        for result in parallel(delayed(run_job)(job, folder, timeout) for job in jobs):
            del left[result.job.stem]
            yield result
    except BrokenProcessPool:
        # A killed process takes the whole pool along; nobody knows whose it was. Each job that is
        # left gets a process of its own, so that only the one to blame fails.
        for job in left.values():
            yield _run_alone(job, folder, timeout)


def _run_alone(job: Job, folder: Path, timeout: int) -> Result:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        try:
            return pool.submit(run_job, job, folder, timeout).result()
        except BrokenProcessPool:
            message = "its process was killed (out of memory?)"
            return Result(job, "failed", message=message, detail=message)


def run_job(job: Job, folder: Path, timeout: int) -> Result:
    """Run one notebook through papermill and write its outputs.

    Parameters
    ----------
    job : Job
        What to run.
    folder : pathlib.Path
        The output folder.
    timeout : int
        Seconds a single cell may take.

    Returns
    -------
    Result
        Never raises for what happens inside the notebook: that is a failed result.
    """
    started = time.perf_counter()
    try:
        hashes = _execute(job, folder, timeout)
    except Exception as fault:  # whatever a notebook may raise; the batch goes on
        return Result(
            job,
            "failed",
            message=_one_line(fault),
            detail=_plain(traceback.format_exc()),
            seconds=time.perf_counter() - started,
        )
    return Result(job, "done", hashes, seconds=time.perf_counter() - started)


def _execute(job: Job, folder: Path, timeout: int) -> dict[str, str]:
    import nbformat
    import papermill

    from parstats.reports.page import to_html

    # A backend inherited from the shell would silence inline figures of the notebook.
    os.environ.pop("MPLBACKEND", None)
    executed = papermill.execute_notebook(
        str(job.notebook),
        None,
        parameters=dict(job.parameters),
        kernel_name="python3",
        progress_bar=False,
        log_output=False,
        execution_timeout=timeout,
        # Else each kernel warns on stderr that it listens on the local machine.
        extra_arguments=["--IPKernelApp.log_level=50"],
    )
    up = "../" * job.stem.count("/")
    hashes = {}
    for form, name in job.outputs().items():
        if form == "ipynb":
            content = nbformat.writes(executed)
        else:
            content = to_html(
                executed,
                title=job.title,
                lang=job.lang,
                home=job.home,
                home_href=f"{up}index.html",
            )
        storage.write_text(folder / name, content)
        hashes[name] = storage.sha256(folder / name)
    return hashes


def _one_line(fault: Exception) -> str:
    """The reason of a failure: for an error in a cell, which cell and which error."""
    name, value = getattr(fault, "ename", None), getattr(fault, "evalue", None)
    if name is not None:
        cell = getattr(fault, "exec_count", None) or getattr(fault, "cell_index", "?")
        return (
            f"cell [{cell}]: {name}: {_plain(str(value)).strip().splitlines()[0] if value else ''}"
        )
    words = _plain(str(fault)).strip().splitlines()
    return f"{type(fault).__name__}: {words[0] if words else ''}"


def _plain(words: str) -> str:
    """Text without the colour codes of a terminal."""
    return re.sub(r"\x1b\[[0-9;]*m", "", words)
