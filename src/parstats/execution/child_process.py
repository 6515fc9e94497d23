"""A forked process that does one piece of work, and its watchdog."""

from __future__ import annotations

import atexit
import faulthandler
import gc
import importlib
import logging
import os
import pickle
import random
import resource
import signal
import sys
import tempfile
import threading
import time
import traceback
import warnings
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, Pipe, wait
from typing import Any, NoReturn, TextIO

from parstats import errors
from parstats.execution.heartbeat import listen
from parstats.execution.preload import IMPORTING

_PATIENCE = 0.1  # seconds between two looks at a process that says nothing
_FAREWELL = 5.0  # seconds a process may take to end after its last word
_GRACE = 2.0  # seconds more for one that minds its time itself and says where it ran out
Send = Callable[[Any], None]


class ChildDied(errors.ParstatsError):
    """A process ended before its work was done.

    ``detail`` is what it left behind, as where in C code it was.
    """

    detail = ""


class ChildSilent(ChildDied):
    """A process gave no sign of life for too long and was killed."""


class ParentGone(errors.ParstatsError):
    """The process that wanted the work done has ended."""


@dataclass(frozen=True)
class _Beat:
    """A sign of life, and where in its work the process is."""

    cell_label: str


class Child:
    """A process forked from this one.

    It leads a separate process group, so that what it starts ends with it. Nothing of this process
    runs at its end. `work` is given a function that sends an object, but None, to this process.
    `memory` is the bytes it may take on top of what it starts with; more raises MemoryError in it
    (Linux). `close` names file descriptors that are none of its business.
    """

    def __init__(
        self, work: Callable[[Send], None], *, memory: int | None = None, close: Sequence[int] = ()
    ) -> None:
        self._traces = tempfile.TemporaryFile()  # noqa: SIM115
        self._ear, mouth = Pipe(duplex=False)
        self.place = ""
        self.peak = 0
        self._status: int | None = None
        self._closed = False
        self.pid = fork()
        if self.pid == 0:
            _live(work, mouth, memory, (self._ear.fileno(), *close), self._traces)
        mouth.close()
        with suppress(OSError):  # it does the same; whoever comes first
            os.setpgid(self.pid, self.pid)

    def messages(
        self, timeout: float | None = None, also: Connection | None = None
    ) -> Iterator[Any]:
        """Yield the messages of the process, without heartbeats, until it ends well.

        Raises ChildDied if it ends in another way than by finishing its work; ChildSilent if it is
        silent for `timeout` seconds (it is killed two seconds later); ParentGone if `also` ended:
        nobody wants the work any more.
        """
        heard = time.monotonic()
        while True:
            readable = wait([self._ear, *([also] if also else [])], _PATIENCE)
            if self._ear in readable:
                try:
                    message = pickle.loads(self._ear.recv_bytes())
                except EOFError:
                    break
                heard = time.monotonic()
                if message is None:
                    self._end(_FAREWELL)
                    return
                if isinstance(message, _Beat):
                    self.place = message.cell_label
                else:
                    yield message
            elif also in readable:
                raise ParentGone("nobody waits for this work any more")
            elif timeout and time.monotonic() - heard > timeout + _GRACE:
                where = f" in {self.place}" if self.place else ""
                self.kill()
                raise self._mourned(
                    ChildSilent(f"timeout: no sign of life for {timeout:g} seconds{where}; killed")
                )
            elif self._has_ended() and not self._ear.poll():
                break
        self._end(_FAREWELL)
        raise self._mourned(ChildDied(self._obituary()))

    def kill(self) -> None:
        """Kill the process and all it started."""
        self._end(0)

    def close(self) -> None:
        """End the process and close its pipes."""
        self.kill()
        self._ear.close()
        self._traces.close()

    def __enter__(self) -> Child:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _has_ended(self, options: int = os.WNOHANG) -> bool:
        """Return whether the process has ended, and is not waited for any more."""
        if self._status is None:
            pid, status, usage = os.wait4(self.pid, options)
            if pid:
                self._status = status
                self.peak = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
        return self._status is not None

    def _end(self, patience: float) -> None:
        """Wait for the process to end, then kill it and what it started."""
        if self._closed:
            return
        until = time.monotonic() + patience
        pause = 0.0005
        while not self._has_ended() and time.monotonic() < until:
            time.sleep(pause)
            pause = min(2 * pause, 0.05)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        if self._status is None:
            with suppress(ProcessLookupError):  # its group may not have been its own yet
                os.kill(self.pid, signal.SIGKILL)
        self._has_ended(0)
        self._closed = True

    def _obituary(self) -> str:
        code = os.waitstatus_to_exitcode(self._status or 0)
        where = f" in {self.place}" if self.place else ""
        if code >= 0:
            return f"its process ended{where} with exit code {code} before it was done"
        name = signal.Signals(-code).name
        why = " (out of memory?)" if -code == signal.SIGKILL else ""
        return f"its process was killed{where} by signal {-code} ({name}){why}"

    def _mourned(self, error: ChildDied) -> ChildDied:
        self._traces.seek(0)
        traces = self._traces.read().decode("utf-8", "replace")
        error.detail = f"{error}\n{traces}" if traces else str(error)
        return error


def fork() -> int:
    """Fork with `os.fork`, after flushing what would be written twice.

    Threads that only wait are no danger; the monitor of a progress bar is one.
    """
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    other_threads = [t for t in threading.enumerate() if t is not threading.current_thread()]
    with warnings.catch_warnings():
        if all(type(thread).__name__ == "TMonitor" for thread in other_threads):
            warnings.simplefilter("ignore", DeprecationWarning)
        with IMPORTING:
            return os.fork()


def _live(
    work: Callable[[Send], None],
    mouth: Connection,
    memory: int | None,
    close: Sequence[int],
    traces: Any,
) -> NoReturn:
    """Run the child from start to end."""
    code = 1
    try:
        os.setpgid(0, 0)
        for number in close:
            os.close(number)
        _forget_ancestors()
        faulthandler.enable(traces)
        _limit(memory)
        lock = threading.Lock()
        owner = os.getpid()

        def send(message: Any) -> None:
            content = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
            if os.getpid() == owner:  # what a cell forks has no say
                with lock:
                    mouth.send_bytes(content)

        listen(lambda cell_label: send(_Beat(cell_label)))
        work(send)
        atexit._run_exitfuncs()
        send(None)
        code = 0
    except BrokenPipeError:
        pass  # nobody listens any more
    except BaseException:
        traces.write(traceback.format_exc().encode("utf-8", "replace"))
        traces.flush()
    finally:
        os._exit(code)


def _forget_ancestors() -> None:
    """Reset handlers, exit functions and random states inherited from the parent."""
    gc.freeze()  # else every collection copies the pages of the parent
    atexit._clear()
    for finalizer in list(weakref.finalize._registry):  # type: ignore[attr-defined]
        finalizer.atexit = False
    atexit.register(weakref.finalize._exitfunc)  # type: ignore[attr-defined]
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number in (signal.SIGTERM, signal.SIGALRM, signal.SIGCHLD, signal.SIGUSR1):
        signal.signal(number, signal.SIG_DFL)
    warnings.showwarning = _show_warning
    logging.root.handlers.clear()
    logging.root.setLevel(logging.WARNING)
    random.seed()
    numbers = sys.modules.get("numpy.random")
    if numbers is not None:
        numbers.seed()
    _single_thread()


def _show_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """Print a warning, though an ancestor may have recorded its own."""
    where = file or sys.stderr
    where.write(warnings.formatwarning(message, category, filename, lineno, line))


def _single_thread() -> None:
    """Limit linear algebra that was loaded before the fork to one thread.

    The environment says nothing of that: it may have been set after the library was loaded.
    """
    if "numpy" in sys.modules:
        importlib.import_module("threadpoolctl").threadpool_limits(1)


def _limit(memory: int | None) -> None:
    """Limit the memory of this process to so many bytes more than it has."""
    if memory is None or not sys.platform.startswith("linux"):
        return
    with open("/proc/self/status", encoding="ascii", errors="replace") as status:  # noqa: PTH123
        process_memory = next(int(line.split()[1]) for line in status if line.startswith("VmData:"))
    most = process_memory * 1024 + memory
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    if hard != resource.RLIM_INFINITY:
        most = min(most, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (most, hard))
