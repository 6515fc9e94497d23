"""Where a batch runs: forks of this process, kernels, or other machines."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import replace
from functools import partial
from multiprocessing import get_context

from parstats import errors, execution, storage
from parstats.reports import formats
from parstats.reports.batch.jobs import Job, Produced, RunConfig, RunResult
from parstats.reports.batch.preload_modules import NOTEBOOKS
from parstats.reports.batch.rendering import in_kernel, in_this_process

_KILLED = "its process was killed (out of memory?)"


def run(jobs: Sequence[Job], config: RunConfig) -> Iterator[RunResult]:
    """Run jobs on this machine; each comes back once, in the order in which they end.

    Raises InvalidRequest if a memory limit is asked for where processes cannot be forked.
    """
    if not jobs:
        return iter(())
    if execution.available():
        return in_forks(jobs, config)
    if config.memory is not None:
        raise errors.InvalidRequest(
            "--memory needs processes that fork, as on Linux: leave it out on this machine"
        )
    return _in_kernels(jobs, config)


def in_forks(jobs: Sequence[Job], config: RunConfig) -> Iterator[RunResult]:
    """Run jobs in forks of this process, with all modules imported."""
    _preload(jobs)
    if config.prepare is not None:
        config.prepare()
    work = partial(in_this_process, timeout=config.timeout)
    n_jobs = min(config.n_jobs, len(jobs))
    for outcome in execution.process_pool.run(
        jobs, work, n_jobs=n_jobs, timeout=config.timeout, memory=config.memory
    ):
        produced = outcome.result or Produced({}, outcome.error, outcome.detail)
        if config.memory is not None and _lacked_memory(produced.message):
            limit = (
                f" (it may take {config.memory / 2**20:.0f} MB more than at its start: --memory)"
            )
            produced = replace(produced, message=produced.message + limit)
        yield RunResult(
            outcome.item, produced, outcome.seconds, outcome.attempts, outcome.memory or None
        )


def _lacked_memory(message: str) -> bool:
    """Return whether a report may have failed for lack of memory."""
    return "MemoryError" in message or "was killed" in message


def _preload(jobs: Sequence[Job]) -> None:
    """Import modules and load data once before forking."""
    import nbformat

    execution.preload(NOTEBOOKS)
    for form, lang in sorted({(form, job.lang) for job in jobs for form in job.forms}):
        if form in ("html", "pdf"):
            formats.write("html", nbformat.v4.new_notebook(), formats.About("", lang))
    with suppress(errors.DataNotBuilt):  # the notebook that needs the tables will say so
        storage.read_all()


def _in_kernels(jobs: Sequence[Job], config: RunConfig) -> Iterator[RunResult]:
    from joblib import Parallel, delayed

    if config.n_jobs == 1 or len(jobs) == 1:
        for job in jobs:
            yield _timed(partial(in_kernel, job, config.timeout), job)
        return
    parallel = Parallel(n_jobs=min(config.n_jobs, len(jobs)), return_as="generator_unordered")
    pending_jobs = {job.stem: job for job in jobs}
    try:
        calls = (delayed(_kernel)(job, config.timeout) for job in jobs)
        for run_result in parallel(calls):
            del pending_jobs[run_result.job.stem]
            yield run_result
    except BrokenProcessPool:
        # A killed process takes the whole pool along; nobody knows whose it was. Each job that is
        # left gets a separate process, so that only the one to blame fails.
        for job in pending_jobs.values():
            yield _in_separate_process(job, config.timeout)


def _kernel(job: Job, timeout: int | None) -> RunResult:
    return _timed(partial(in_kernel, job, timeout), job)


def _in_separate_process(job: Job, timeout: int | None) -> RunResult:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        try:
            return pool.submit(_kernel, job, timeout).result()
        except BrokenProcessPool:
            return RunResult(job, Produced({}, _KILLED, _KILLED), 0.0, attempts=2)


def _timed(call: Callable[[], Produced], job: Job) -> RunResult:
    started = time.perf_counter()
    produced = call()
    return RunResult(job, produced, time.perf_counter() - started)
