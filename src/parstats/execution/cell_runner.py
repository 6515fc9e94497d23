"""Running the cells of a notebook in this process."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from parstats.execution.heartbeat import heartbeat


@dataclass(frozen=True)
class CellEvent:
    """Something that happened to a cell.

    A failed cell is not "done" as well; `index` is its place in the notebook, from 0.
    """

    kind: str
    index: int
    cell: NotebookNode


def run_cells(
    notebook: NotebookNode,
    *,
    on_cell: Callable[[CellEvent], None] | None = None,
    timeout: float | None = None,
    cwd: str | Path | None = None,
    options: Mapping[str, Any] | None = None,
) -> NotebookNode:
    """Run a notebook here, as a kernel and its client would.

    What the cells do to this process stays: call it in a separate process, as `execute` and the
    work of `process_pool.run` are. Outputs and timings are written into the notebook, which is
    returned. `on_cell` is called when a cell starts and when it ends. `timeout` is the seconds a
    cell may take: it interrupts Python, and the cell shows where; against code that never returns
    to Python there is the watchdog of `execute` and `process_pool.run`. `options` are traits of
    `nbclient.NotebookClient`, as ``allow_errors``.

    Raises CellExecutionError of nbclient if a cell raises that may not, CellTimeoutError if one
    takes too long. Every error from here has ``cell_index`` and ``exec_count``; the notebook has
    the outputs until then, the error among them.
    """
    if cwd is not None:
        os.chdir(cwd)
    with asyncio.Runner() as runner:
        # Not runner.run, which would take Ctrl-C away from the cells.
        running = _run(notebook, on_cell or _ignore, timeout, dict(options or {}))
        return runner.get_loop().run_until_complete(running)


def _ignore(event: CellEvent) -> None:
    """Ignore an event."""


async def _run(
    notebook: NotebookNode,
    on_cell: Callable[[CellEvent], None],
    timeout: float | None,
    options: dict[str, Any],
) -> NotebookNode:
    from nbclient import NotebookClient

    from parstats.execution.shell import Shell

    _prepare(notebook)
    client: Any = NotebookClient(notebook, **options)
    client.reset_execution_trackers()
    shell = Shell()
    client.kc = shell
    started = datetime.now(UTC)
    try:
        with shell:
            for index, cell in enumerate(notebook.cells):
                await _run_cell(client, index, cell, on_cell, timeout)
                shell.settle()
    finally:
        notebook.metadata["language_info"] = shell.language_info
        client.set_widgets_metadata()
        notebook.metadata.setdefault("papermill", NotebookNode())
        notebook.metadata.papermill.update(_times(started, any(map(_has_failed, notebook.cells))))
    return notebook


def _prepare(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        cell.metadata["papermill"] = NotebookNode(
            exception=None, start_time=None, end_time=None, duration=None, status="pending"
        )
        if cell.cell_type == "code":
            cell.execution_count, cell.outputs = None, []


async def _run_cell(
    client: Any,
    index: int,
    cell: NotebookNode,
    on_cell: Callable[[CellEvent], None],
    timeout: float | None,
) -> None:
    started, kind = datetime.now(UTC), "failed"
    heartbeat(f"cell {index + 1}")
    on_cell(CellEvent("start", index, cell))
    try:
        with _limited(timeout, cell):
            await client.async_execute_cell(cell, index)
        kind = "done"
    except Exception as error:
        vars(error).update(cell_index=index, exec_count=cell.get("execution_count"))
        raise
    finally:
        cell.metadata.papermill = NotebookNode(
            _times(started, kind == "failed"), status="failed" if kind == "failed" else "completed"
        )
        heartbeat(f"cell {index + 1}")
        on_cell(CellEvent(kind, index, cell))


def _has_failed(cell: NotebookNode) -> bool:
    return bool(cell.metadata.papermill["status"] == "failed")


def _times(started: datetime, failed: bool) -> dict[str, Any]:
    """Return the timings as papermill writes them."""
    ended = datetime.now(UTC)
    return {
        "exception": failed,
        "start_time": started.isoformat(),
        "end_time": ended.isoformat(),
        "duration": (ended - started).total_seconds(),
    }


@contextmanager
def _limited(seconds: float | None, cell: NotebookNode) -> Iterator[None]:
    """Raise in the code of a cell when its time is over."""
    if not seconds or seconds <= 0:
        yield
        return
    from nbclient.exceptions import CellTimeoutError

    late = []

    def ring(number: int, frame: Any) -> None:
        late.append(number)
        raise TimeoutError(f"the cell took longer than {seconds:g} seconds")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if late:
            about: Any = seconds  # typed as whole seconds, printed as they are
            raise CellTimeoutError.error_from_timeout_and_cell(
                "Cell execution timed out", about, cell
            )
