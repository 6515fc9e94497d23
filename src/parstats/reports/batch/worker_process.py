"""A process beside a cluster worker that forks reports.

A worker runs threads and cannot be forked safely; it hands each job to a separate process that
has imported everything and computes nothing: ``python -m parstats.reports.batch.worker_process``.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
from dataclasses import replace
from typing import IO, Any

from parstats.reports.batch import local, versions
from parstats.reports.batch.jobs import Job, Produced, RunConfig, RunResult

# Bytes that give the length of a message: 64 bits.
_LENGTH = 8
_thread = threading.local()


def run(job: Job, config: RunConfig) -> RunResult:
    """Run a job in the worker process of this thread, starting one if there is none.

    A worker process that dies is replaced once; if the next one dies too, the job has failed.
    """
    for attempt in (1, 2):
        try:
            return replace(_worker_process().run(job, config), attempts=attempt)
        except (EOFError, OSError) as error:
            _thread.worker = None
            why = f"the process beside its worker ended ({type(error).__name__}; out of memory?)"
    return RunResult(job, Produced({}, why, why), 0.0, attempts=2)


def _worker_process() -> WorkerProcess:
    process = getattr(_thread, "worker", None)
    if process is None:
        process = _thread.worker = WorkerProcess()
    return process


class WorkerProcess:
    """The process, as seen by the worker; it ends when the worker does."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "parstats.reports.batch.worker_process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def run(self, job: Job, config: RunConfig) -> RunResult:
        """Run a job there.

        Raises EOFError or OSError if the process ended.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        _write(self._process.stdin, (job, config))
        return _read(self._process.stdout)  # type: ignore[no-any-return]


def _write(stream: IO[bytes], what: object) -> None:
    content = pickle.dumps(what, pickle.HIGHEST_PROTOCOL)
    stream.write(len(content).to_bytes(_LENGTH, "big") + content)
    stream.flush()


def _read(stream: IO[bytes]) -> Any:
    length = stream.read(_LENGTH)
    if len(length) < _LENGTH:
        raise EOFError
    content = stream.read(int.from_bytes(length, "big"))
    return pickle.loads(content)


def _here(job: Job, config: RunConfig) -> RunResult:
    """Run a job, unless this machine would make a different page."""
    differences = versions.differences(config.state, versions.current())
    if differences:
        message = (
            f"this worker differs in {', '.join(differences)}: install the same versions there "
            "and run "
            "`parstats build` on the same raw files"
        )
        return RunResult(job, Produced({}, message, message), 0.0)
    return next(local.run([job], replace(config, n_jobs=1)))


def main() -> None:
    """Read jobs from standard input and write back results, until it ends."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # nothing that is printed may get between the answers
    while True:
        try:
            job, config = _read(sys.stdin.buffer)
        except EOFError:
            return
        _write(answers, _here(job, config))


if __name__ == "__main__":
    main()
