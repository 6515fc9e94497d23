"""A pool of a few workers that runs each task in a fresh forked child."""

from __future__ import annotations

import os
import pickle
import signal
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, Pipe, wait
from typing import Any, NoReturn

from parstats import errors
from parstats.execution.child_process import Child, ChildDied, ParentGone, Send, fork

Work = Callable[[Any], Any]
_FAREWELL = 3.0  # seconds a worker may take to end its child and itself


@dataclass(frozen=True)
class Outcome:
    """Outcome of a task."""

    item: Any  # what it was done on
    result: Any = None  # what the work returned; None if it failed
    error: str = ""  # why it failed, in one line; empty if it did not
    detail: str = ""  # the whole story of the failure, as a traceback
    seconds: float = 0.0  # how long the last attempt took
    # How often it was tried; most bytes its process held, those shared with its parent included.
    attempts: int = 1
    memory: int = 0

    @property
    def failed(self) -> bool:
        """Whether there is no result."""
        return bool(self.error)


@dataclass(frozen=True)
class _Report:
    """Report of a worker on an attempt."""

    content: bytes = b""
    error: str = ""
    detail: str = ""
    again: bool = False
    seconds: float = 0.0
    memory: int = 0


def run(
    items: Sequence[Any],
    work: Work,
    *,
    n_jobs: int,
    timeout: float | None = None,
    memory: int | None = None,
    retries: int = 1,
) -> Iterator[Outcome]:
    """Run a function on each of many items, each in its own process.

    Workers are forked from this process once and fork a child for every item, so that the work
    finds what this process imported and leaves nothing to the next. Neither items nor work are
    pickled; results are. `work` is given an item, in a child, and its result is handed back; it
    calls `heartbeat` now and then (`run_cells` does, for each cell). `timeout` is the seconds a
    child may give no sign of life; it is killed two seconds later. `memory` is the bytes it may
    take on top of what this process has; more raises MemoryError in it (Linux). An item whose
    child, or worker, died or hung is tried again up to `retries` times; work that raises is not: it
    would raise again. Yields one Outcome an item, as they come.

    >>> from parstats import execution
    >>> outcomes = execution.process_pool.run([1, 2, 0], lambda n: 6 // n, n_jobs=2)
    >>> sorted((o.item, o.result, o.error) for o in outcomes)
    [(0, None, 'ZeroDivisionError: integer division or modulo by zero'), (1, 6, ''), (2, 3, '')]
    """
    if n_jobs < 1:
        raise errors.InvalidRequest(f"--jobs is {n_jobs}: expected at least 1")
    todo = deque((index, 1) for index in range(len(items)))
    crew = _Crew(items, work, min(n_jobs, len(items)), timeout, memory)
    try:
        while todo or crew.busy:
            crew.give(todo)
            for index, attempts, report in crew.reports():
                if report.again and attempts <= retries:
                    todo.append((index, attempts + 1))
                else:
                    yield _outcome(items[index], report, attempts)
    finally:
        crew.dismiss()


def _outcome(item: Any, report: _Report, attempts: int) -> Outcome:
    result, error, detail = None, report.error, report.detail
    if not error:
        try:
            result = pickle.loads(report.content)
        except Exception as problem:  # a class may refuse to be read, in whatever way
            error, detail = _error_summary(problem), traceback.format_exc()
    return Outcome(item, result, error, detail, report.seconds, attempts, report.memory)


@dataclass
class _Worker:
    """A worker, seen from the main process."""

    pid: int
    line: Connection
    task: tuple[int, int] | None = None
    child: int = 0
    since: float = 0.0


class _Crew:
    """The workers of a run."""

    def __init__(
        self, items: Sequence[Any], work: Work, size: int, timeout: float | None, memory: int | None
    ) -> None:
        self._items, self._work = items, work
        self._timeout, self._memory = timeout, memory
        self._workers: list[_Worker] = []
        try:
            for _ in range(size):
                self._hire()
        except BaseException:
            self.dismiss()
            raise

    @property
    def busy(self) -> bool:
        """Whether a worker is busy."""
        return any(worker.task for worker in self._workers)

    def give(self, todo: deque[tuple[int, int]]) -> None:
        """Give tasks to idle workers."""
        for worker in list(self._workers):
            if todo and worker.task is None:
                worker.task, worker.child, worker.since = todo.popleft(), 0, time.monotonic()
                with suppress(OSError):  # it is dead: seen when its reports are read
                    worker.line.send(worker.task[0])

    def reports(self) -> Iterator[tuple[int, int, _Report]]:
        """Wait for reports and yield item, attempt and report."""
        lines = {worker.line: worker for worker in self._workers}
        for line in wait(list(lines)):
            worker = lines[line]  # type: ignore[index]
            try:
                message = worker.line.recv()
            except (EOFError, OSError):
                yield from self._replace(worker)
                continue
            if isinstance(message, int):
                worker.child = message
            elif worker.task is not None:
                task, worker.task = worker.task, None
                yield *task, message

    def dismiss(self) -> None:
        """End all workers and their children."""
        for worker in self._workers:
            worker.line.close()  # it sees that, ends its child and goes
        for worker in self._workers:
            self._bury(worker)
        self._workers.clear()

    def _hire(self) -> None:
        ours, theirs = Pipe()
        descriptors = [worker.line.fileno() for worker in self._workers]
        pid = fork()
        if pid == 0:
            _serve(
                theirs,
                (*descriptors, ours.fileno()),
                self._items,
                self._work,
                self._timeout,
                self._memory,
            )
        theirs.close()
        self._workers.append(_Worker(pid, ours))

    def _replace(self, worker: _Worker) -> Iterator[tuple[int, int, _Report]]:
        """Replace a worker that died and return its unfinished task."""
        self._workers.remove(worker)
        status = self._bury(worker)
        self._hire()
        if worker.task is not None:
            code = os.waitstatus_to_exitcode(status)
            ended = f"ended with exit code {code}"
            if code < 0:
                ended = f"was killed by signal {-code} (out of memory?)"
            error = f"the worker process that ran it {ended}"
            seconds = time.monotonic() - worker.since
            yield *worker.task, _Report(error=error, detail=error, again=True, seconds=seconds)

    @staticmethod
    def _bury(worker: _Worker) -> int:
        until = time.monotonic() + _FAREWELL
        pid, status = os.waitpid(worker.pid, os.WNOHANG)
        while not pid and time.monotonic() < until:
            time.sleep(0.002)
            pid, status = os.waitpid(worker.pid, os.WNOHANG)
        if not pid:
            os.kill(worker.pid, signal.SIGKILL)
            _, status = os.waitpid(worker.pid, 0)
        if worker.task is not None and worker.child:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(worker.child, signal.SIGKILL)
        worker.line.close()
        return status


def _serve(
    line: Connection,
    close: Sequence[int],
    items: Sequence[Any],
    work: Work,
    timeout: float | None,
    memory: int | None,
) -> NoReturn:
    """Run a worker: read an item, send a report, until the input ends."""
    try:
        for number in close:
            os.close(number)
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever employs it decides
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        while True:
            line.send(_attempt(items[line.recv()], work, line, timeout, memory))
    except (EOFError, OSError, ParentGone):
        os._exit(0)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(1)


def _attempt(
    item: Any, work: Work, line: Connection, timeout: float | None, memory: int | None
) -> _Report:
    """Run one item in a child process."""

    def task(send: Send) -> None:
        send(_done(work, item))

    started = time.monotonic()
    report = _Report()
    with Child(task, memory=memory, close=(line.fileno(),)) as child:
        line.send(child.pid)
        try:
            for message in child.messages(timeout, also=line):
                report = message
        except ChildDied as error:
            report = _Report(error=str(error), detail=error.detail, again=True)
    seconds = time.monotonic() - started
    return _Report(report.content, report.error, report.detail, report.again, seconds, child.peak)


def _done(work: Work, item: Any) -> _Report:
    """Run the function and pack its result or its error."""
    try:
        return _Report(pickle.dumps(work(item), pickle.HIGHEST_PROTOCOL))
    except Exception as error:  # whatever it is, it is the outcome of this item
        return _Report(error=_error_summary(error), detail=traceback.format_exc())


def _error_summary(error: BaseException) -> str:
    message_lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {message_lines[0]}" if message_lines else type(error).__name__
