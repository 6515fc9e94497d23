"""Batches on other machines: joblib hands the jobs to the workers of a Dask scheduler."""

from __future__ import annotations

import importlib.util
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path
from typing import Any

from parstats import errors, storage
from parstats.reports.batch import worker_process
from parstats.reports.batch.jobs import Job, Produced, RunConfig, RunResult

_PATIENCE = "10s"  # for a scheduler to answer


@dataclass(frozen=True)
class Sent:
    """A job with its notebook, which need not be on the other machine."""

    job: Job
    notebook: bytes


def run(jobs: Sequence[Job], config: RunConfig) -> Iterator[RunResult]:
    """Run jobs on the workers of a Dask scheduler; each comes back once.

    What they give is sent back and written here, so workers need no access to the output folder. A
    worker that is lost on the way has its jobs run by another. Raises InvalidRequest if the
    scheduler of `config` cannot be reached, or what talks to it is not installed.
    """
    if importlib.util.find_spec("distributed") is None:
        raise errors.InvalidRequest(
            "--scheduler needs Dask on this machine and the others: pip install 'parstats[cluster]'"
        )
    from distributed import Client
    from joblib import Parallel, delayed, parallel_config

    try:
        client = Client(config.scheduler, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise errors.InvalidRequest(
            f"--scheduler {config.scheduler}: cannot be reached ({error}); start one with "
            "`dask scheduler` and workers with `dask worker ADDRESS`"
        ) from None
    _check_versions(client)
    pending_jobs = {job.stem: job for job in jobs}
    with client, parallel_config(backend="dask", client=client):
        calls = (delayed(run_there)(Sent(job, job.notebook.read_bytes()), config) for job in jobs)
        try:
            for run_result in Parallel(n_jobs=-1, return_as="generator_unordered")(calls):
                job = pending_jobs.pop(run_result.job.stem)
                yield replace(run_result, job=job)
        except Exception as error:  # a lost cluster, in whatever way, ends the batch, not the run
            message = f"lost by the cluster: {type(error).__name__}: {error}".splitlines()[0]
            for job in pending_jobs.values():
                yield RunResult(job, Produced({}, message, message), 0.0)


def _check_versions(client: Any) -> None:
    """Refuse workers with another parstats before anything is sent that they could not read."""
    here = storage.version()
    others = sorted(set(client.run(metadata.version, "parstats").values()) - {here})
    if others:
        client.close()
        raise errors.InvalidRequest(
            f"--scheduler: workers have parstats {', '.join(others)}, this machine has {here}: "
            "install the same version there"
        )


def run_there(sent: Sent, config: RunConfig) -> RunResult:
    """Run a job on a worker, with the notebook that was sent along."""
    with tempfile.TemporaryDirectory(prefix="parstats-") as folder:
        notebook = Path(folder, sent.job.notebook.name)
        notebook.write_bytes(sent.notebook)
        return worker_process.run(replace(sent.job, notebook=notebook), config)
