"""Running many notebooks: each by itself, each output written atomically."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

from parstats import errors
from parstats.reports import formats
from parstats.reports.batch import cluster, local, notebook_parameters, outputs, versions
from parstats.reports.batch.jobs import Job, Result, RunConfig, RunResult
from parstats.reports.batch.manifest import Manifest

Progress = Callable[[Result], None]
# Share of a batch's time for writing its manifest, by judgement. Written for each report, it would
# make long batches cost more than their length; a short one has it after nearly every report.
_SHARE_OF_MANIFESTS = 0.02


def render(
    jobs: Sequence[Job],
    folder: str | Path,
    *,
    state: Mapping[str, Any],
    n_jobs: int = 1,
    resume: bool = False,
    timeout: int | None = 600,
    memory: int | None = None,
    fail_fast: bool = False,
    scheduler: str = "",
    prepare: Callable[[], None] | None = None,
    progress: Progress | None = None,
) -> list[Result]:
    """Run notebooks and write their pages; one failure never stops the rest unless asked to.

    Parameters
    ----------
    jobs : sequence of Job; what to run
    folder : str or pathlib.Path
        The output folder: new, empty, or made by this function before. Also a place of
        `parstats.reports.batch.outputs.output_path`.
    state : mapping
        What all jobs depend on besides notebook and parameters
        (`parstats.reports.batch.versions.current`).
        Kept in the manifest for each report and, with ``resume``, compared.
    n_jobs : int
    resume : bool; leave out jobs whose outputs are up to date
    timeout, memory : int, optional; seconds a single cell may take; bytes a single report may take
    fail_fast : bool; begin no further report once one has failed
    scheduler : str
        Address of a Dask scheduler whose workers run the notebooks; this machine if empty.
    prepare : callable, optional
        Called once before processes are forked, to look up what all reports look up; it may not
        compute with several threads.
    progress : callable, optional; called with each result as it comes

    Returns
    -------
    list of Result: one result per job, in the order of the jobs.

    Raises
    ------
    OutputRefused: if the folder is a file, holds files of others, or another batch is writing into
        it
    NotebookRefused: if a notebook has no parameters cell, or not the parameters of its jobs
    InvalidRequest: if two jobs would write the same file or one outside the folder, a parameter is
        no plain value, or `n_jobs` is below 1
    ToolMissing: if a form needs a package that is not installed
    """
    _check(jobs, n_jobs, state)
    folder = outputs.output_path(folder) if isinstance(folder, str) else folder
    Manifest.open(folder)  # refuses a folder of others before anything is made
    folder.mkdir(parents=True, exist_ok=True)
    run = cluster.run if scheduler else local.run
    config = RunConfig(n_jobs, timeout, memory, scheduler, state, prepare)
    with outputs.lock_output(folder):
        batch = _Batch(folder, state)
        for job in jobs:  # before anything is rendered or deleted
            for name in (*job.outputs().values(), log_path(Path(), job).as_posix()):
                outputs.inside(folder, name)
        todo, results = batch.split_jobs(jobs, resume)
        for result in results.values():
            _tell(progress, result)
        try:
            with closing(_stopping(run(todo, config), fail_fast)) as run_results:
                for run_result in run_results:
                    results[run_result.job.stem] = batch.take(run_result)
                    _tell(progress, results[run_result.job.stem])
            results |= {result.job.stem: result for result in batch.vanished(results)}
        finally:
            batch.manifest.write()
    return [results.get(job.stem, Result(job, "not run")) for job in jobs]


def _check(jobs: Sequence[Job], n_jobs: int, state: Mapping[str, Any]) -> None:
    if n_jobs < 1:
        raise errors.InvalidRequest(f"--jobs is {n_jobs}: expected at least 1")
    _check_plain("state", state)
    logs: dict[str, str] = {}
    for job in jobs:
        _check_stem(job.stem)
        _check_plain("parameter", job.parameters)
        log = log_path(Path(), job).as_posix()
        if log in logs:
            twice = job.stem if job.stem == logs[log] else log
            raise errors.InvalidRequest(f"two jobs would write {twice}: give each its own stem")
        logs[log] = job.stem
    formats.check(list(dict.fromkeys(form for job in jobs for form in job.forms)))
    notebook_parameters.check(jobs)


def _check_stem(stem: str) -> None:
    parts = PurePosixPath(stem).parts
    if not parts or parts[0] == "/" or ".." in parts or not stem.isprintable():
        raise errors.InvalidRequest(
            f"stem {stem!r} of a job: expected a path inside the output folder, as 'north/page'"
        )


def _check_plain(what: str, values: Mapping[str, Any]) -> None:
    """Refuse parameters that JSON cannot hold."""
    for name, value in values.items():
        try:
            json.dumps(value, sort_keys=True)
        except (TypeError, ValueError):
            raise errors.InvalidRequest(
                f"{what} {name!r} is of type {type(value).__name__}: expected text, a number, "
                "True or False, None, or a list or dictionary of these"
            ) from None


def _stopping(
    run_results: Iterator[RunResult], fail_fast: bool
) -> Generator[RunResult, None, None]:
    """Yield the results, up to the first failure if requested."""
    for run_result in run_results:
        yield run_result
        if fail_fast and run_result.produced.message:
            return


def _tell(progress: Progress | None, result: Result) -> None:
    if progress is not None:
        progress(result)


class _Batch:
    """An output folder while a batch is written into it."""

    def __init__(self, folder: Path, shared: Mapping[str, Any]) -> None:
        self.manifest = Manifest.open(folder)
        self.common = versions.hash_state(shared)
        self.manifest.states[self.common] = dict(shared)
        self.folder = folder
        self.write_manifest()

    def write_manifest(self) -> None:
        """Write the manifest, and note when it is to be written again."""
        begin = time.monotonic()
        self.manifest.write()
        end = time.monotonic()
        self.write_next = end + (end - begin) / _SHARE_OF_MANIFESTS

    def vanished(self, results: Mapping[str, Result]) -> list[Result]:
        """Return the results whose files somebody removed during the batch, as failures."""
        failures = []
        for result in results.values() if outputs.is_local(self.folder) else ():
            if gone := [n for n in result.hashes if not (self.folder / n).is_file()]:
                message = f"{gone[0]} was removed while the batch ran; run it again with --resume"
                failures.append(replace(result, status="failed", hashes={}, message=message))
                self._record(failures[-1], has_unfinished=False)
        return failures

    def split_jobs(self, jobs: Sequence[Job], resume: bool) -> tuple[list[Job], dict[str, Result]]:
        """Return the jobs to run, and results of those that are up to date, by stem."""
        todo, results = [], {}
        for job in jobs:
            key = job.key(self.common)
            if resume and self.manifest.is_current(job.stem, key, list(job.outputs().values())):
                outputs = self.manifest.reports[job.stem]["outputs"]
                results[job.stem] = Result(job, "current", outputs)
            else:
                todo.append(job)
        return todo, results

    def take(self, run_result: RunResult) -> Result:
        """Write the output of a job, and record it."""
        job, produced = run_result.job, run_result.produced
        hashes = {}
        for form, name in job.outputs().items():
            path = outputs.inside(self.folder, name)
            if form in produced.files:
                outputs.write(path, produced.files[form])
                hashes[name] = hashlib.sha256(produced.files[form]).hexdigest()
            else:
                path.unlink(missing_ok=True)
        result = Result(
            job,
            "failed" if produced.message else "done",
            hashes,
            produced.message,
            run_result.seconds,
            run_result.attempts,
            run_result.peak_memory,
            produced.n_figures,
        )
        self._log(run_result, result)
        self._record(result, bool(produced.unfinished))
        return result

    def _log(self, run_result: RunResult, result: Result) -> None:
        outputs.write(log_path(self.folder, result.job), _log_text(run_result, result).encode())
        page = unfinished_path(self.folder, result.job)
        if run_result.produced.unfinished:
            outputs.write(page, run_result.produced.unfinished)
        else:
            page.unlink(missing_ok=True)

    def _record(self, result: Result, has_unfinished: bool) -> None:
        """Take a result into the manifest, so that a run that is killed can be resumed."""
        job = result.job
        unfinished = unfinished_path(Path(), job).as_posix() if has_unfinished else ""
        report = {
            "status": result.status,
            "message": result.message,
            "unfinished": unfinished,
            "key": job.key(self.common),
            "state": self.common,
            "notebook": job.notebook.name,
            "parameters": dict(job.parameters),
            "unit": dict(job.unit),
            "title": job.title,
            "lang": job.lang,
            "figures": result.n_figures,
            "outputs": dict(result.hashes),
        }
        self.manifest.record(job.stem, report)
        if time.monotonic() >= self.write_next:
            self.write_manifest()


def log_path(folder: Path, job: Job) -> Path:
    """Return the path of a job's log: seconds, memory, stderr, traceback."""
    return folder / "logs" / f"{job.stem.replace('/', '-')}.log"


def unfinished_path(folder: Path, job: Job) -> Path:
    """Return the path of a failed job's page, up to the cell that raised."""
    return log_path(folder, job).with_suffix(".html")


def _log_text(run_result: RunResult, result: Result) -> str:
    memory = (
        ""
        if run_result.peak_memory is None
        else f", {run_result.peak_memory / 2**20:.0f} MB at the most"
    )
    lines = [
        f"{result.job.title}: {result.status}",
        f"{run_result.seconds:.2f} s, attempt {run_result.attempts}{memory}, "
        f"{result.n_figures} figures",
        run_result.produced.log,
        result.message,
        run_result.produced.detail,
    ]
    return "\n".join(line for line in lines if line) + "\n"
