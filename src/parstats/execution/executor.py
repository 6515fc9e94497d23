"""Running a notebook in a forked process."""

from __future__ import annotations

import copy
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from parstats.execution.cell_runner import CellEvent, run_cells
from parstats.execution.child_process import Child, ChildDied, ChildSilent, Send


@dataclass(frozen=True)
class _Ended:
    """Final message of the process: the notebook, and why it stopped early."""

    notebook: NotebookNode
    error: Exception | None
    about: dict[str, Any]


def execute(
    notebook: NotebookNode,
    *,
    timeout: float | None = None,
    memory: int | None = None,
    cwd: str | Path | None = None,
    options: Mapping[str, Any] | None = None,
) -> NotebookNode:
    """Run a notebook in a process forked from this one.

    The notebook given stays as it is; the executed one is returned. `timeout` is the seconds a cell
    may take: one that cannot be interrupted is killed two seconds later. `memory` is the bytes its
    process may take on top of what this process has; more raises MemoryError in the cell (Linux).
    `cwd` is where the cells work; `options` are traits of `nbclient.NotebookClient`, as
    ``allow_errors``.

    Raises the errors of nbclient: CellExecutionError if a cell raises that may not,
    CellTimeoutError if one takes too long, DeadKernelError if the process died. Each has the
    notebook with the outputs until then as ``notebook``, and ``cell_index``.

    >>> from nbformat.v4 import new_code_cell, new_notebook
    >>> from parstats import execution
    >>> executed = execution.execute(new_notebook(cells=[new_code_cell("6 * 7")]))
    >>> executed.cells[0].outputs[0].data["text/plain"]
    '42'
    """
    following = follow(notebook, timeout=timeout, memory=memory, cwd=cwd, options=options)
    while True:
        try:
            next(following)
        except StopIteration as end:
            executed: NotebookNode = end.value
            return executed


def follow(
    notebook: NotebookNode,
    *,
    timeout: float | None = None,
    memory: int | None = None,
    cwd: str | Path | None = None,
    options: Mapping[str, Any] | None = None,
) -> Generator[CellEvent, None, NotebookNode]:
    """Run a notebook as `execute` does and yield an event as each cell starts and ends.

    The executed notebook is what the generator returns.
    """
    available = copy.deepcopy(notebook)
    last = 0

    def work(send: Send) -> None:
        send(_run(available, send, timeout, cwd, options))

    try:
        with Child(work, memory=memory) as child:
            for message in child.messages(timeout):
                if isinstance(message, _Ended):
                    available = message.notebook
                    if message.error is not None:
                        raise _with_notebook(message.error, available, **message.about)
                else:
                    last = message.index
                    if message.kind != "start":
                        available.cells[last] = message.cell
                    yield message
    except ChildSilent as error:
        raise _with_notebook(
            _late(error, timeout, available.cells[last]), available, cell_index=last
        ) from error
    except ChildDied as error:
        raise _with_notebook(_dead(error), available, cell_index=last) from error
    return available


def _run(
    notebook: NotebookNode,
    send: Send,
    timeout: float | None,
    cwd: str | Path | None,
    options: Mapping[str, Any] | None,
) -> _Ended:
    """Run the notebook inside the process."""
    try:
        run_cells(notebook, on_cell=send, timeout=timeout, cwd=cwd, options=options)
    except Exception as error:  # whatever it is, it is raised again in the process that waits
        about = {name: getattr(error, name, None) for name in ("cell_index", "exec_count")}
        return _Ended(notebook, error, about)
    return _Ended(notebook, None, {})


def _late(failure: ChildSilent, timeout: Any, cell: NotebookNode) -> Exception:
    from nbclient.exceptions import CellTimeoutError

    error: Exception = CellTimeoutError.error_from_timeout_and_cell(str(failure), timeout, cell)
    return error


def _dead(failure: ChildDied) -> Exception:
    from nbclient.exceptions import DeadKernelError

    error: Exception = DeadKernelError(failure.detail)
    return error


def _with_notebook(error: Exception, notebook: NotebookNode, **about: Any) -> Exception:
    """Return the error with the notebook attached."""
    for name, value in {"notebook": notebook, **about}.items():
        setattr(error, name, value)
    return error
