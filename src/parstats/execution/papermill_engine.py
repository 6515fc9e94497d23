"""A papermill engine that runs notebooks in forked processes.

``papermill --engine parstats in.ipynb out.ipynb`` uses it for any notebook. papermill imports this
module whenever it starts, so that nothing else is imported until a notebook runs; the engine is
made when it is asked for, because IMPORTING papermill asks for it.
"""

from __future__ import annotations

import importlib
import re
import sys
from functools import cache
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING, Any

from parstats import execution
from parstats.execution.preload import IMPORTING, registered_modules

if TYPE_CHECKING:
    from papermill.engines import Engine, NotebookExecutionManager

    ForkedEngine: type[Engine]


def __getattr__(name: str) -> Any:
    if name != "ForkedEngine":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import papermill.engines  # noqa: F401 - the first time, it asks for the same name

    return _engine()


@cache
def _engine() -> type[Engine]:
    from papermill.engines import Engine

    class ForkedEngine(Engine):
        """Runs the cells in a process forked from this one, without a kernel."""

        @classmethod
        def execute_managed_notebook(
            cls, nb_man: NotebookExecutionManager, kernel_name: str, **options: Any
        ) -> Any:
            """Run the cells of a notebook; see `run`."""
            return run(nb_man, kernel_name, **options)

    return ForkedEngine


def run(
    nb_man: NotebookExecutionManager,
    kernel_name: str,
    log_output: bool = False,
    stdout_file: Any = None,
    stderr_file: Any = None,
    start_timeout: int = 60,
    execution_timeout: int | None = None,
    memory: int | None = None,
    **options: Any,
) -> Any:
    """Run the cells of a notebook that papermill manages in a forked process.

    The first notebook pays for the imports, further ones find them done. Where no process can be
    forked, or a notebook wants another kernel than this Python, papermill's own engine runs it.
    What cells print goes to the log (`log_output`) and to `stdout_file` and `stderr_file`, after
    each cell. `execution_timeout` is the seconds a cell may take; a kernel there is none to wait
    for here. `memory` is the bytes the notebook may take on top of what this process has (Linux,
    forked processes only). `options` are further ones of papermill's own engine. Returns the
    executed notebook.
    """
    with IMPORTING:  # threads may run notebooks side by side
        for name in _MODULES:
            importlib.import_module(name)
    from papermill.engines import NBClientEngine
    from papermill.log import logger

    reason = _why_not(nb_man.nb, kernel_name, options) if execution.available() else _NO_FORK
    if reason:
        logger.info(f"The notebook runs in a kernel of its own: {reason}")
        return NBClientEngine.execute_managed_notebook(
            nb_man,
            kernel_name,
            log_output=log_output,
            stdout_file=stdout_file,
            stderr_file=stderr_file,
            start_timeout=start_timeout,
            execution_timeout=execution_timeout,
            **options,
        )
    execution.preload(registered_modules(_imported_packages(nb_man.nb)))
    logger.info("Executing notebook in a forked process")
    following = execution.follow(
        nb_man.nb,
        timeout=execution_timeout or options.get("timeout"),
        memory=memory,
        options={name: value for name, value in options.items() if name in _options()},
    )
    return _manage(nb_man, following, _Log(nb_man, log_output, stdout_file, stderr_file))


# What this module imports while notebooks run.
_MODULES = ("jupyter_client.kernelspec", "nbclient.exceptions", "papermill.clientwrap")
_NO_FORK = "processes cannot be forked here"
_NOT_OURS = {"timeout", "startup_timeout", "kernel_name", "nb", "km", "extra_arguments"}


def _why_not(notebook: Any, kernel_name: str, options: dict[str, Any]) -> str:
    """Return the reason why a notebook cannot run here; empty if there is none."""
    if {"km", "kernel_manager_class"} & options.keys():
        return "it was given a kernel manager"
    if options.get("extra_arguments"):
        return "it was given arguments for a kernel"
    about = notebook.metadata
    language = about.get("kernelspec", {}).get("language") or about.get("language_info", {}).get(
        "name"
    )
    return _kernel_mismatch(kernel_name, language or "python")


def _kernel_mismatch(name: str, language: str) -> str:
    """Return why an installed kernel or a notebook's language is not this Python."""
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    try:
        kernel_spec = KernelSpecManager().get_kernel_spec(name)
    except NoSuchKernel:
        return "" if language.lower() == "python" else f"its language is {language}"
    if kernel_spec.language.lower() != "python":
        return f"kernel {name} is for {kernel_spec.language}"
    program = kernel_spec.argv[0] if kernel_spec.argv else "python"
    if program in {"python", "python3"} or program == sys.executable:
        return ""
    available = which(program)
    same = available is not None and Path(available).parent == Path(sys.executable).parent
    return "" if same else f"kernel {name} is another Python, {program}"


def _options() -> set[str]:
    """Return the options of nbclient that need no kernel."""
    from nbclient import NotebookClient

    return set(NotebookClient.class_trait_names()) - _NOT_OURS


def _imported_packages(notebook: Any) -> set[str]:
    """Return the top-level packages that a notebook imports."""
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    return set(re.findall(r"^\s*(?:import|from)\s+(\w+)", code, flags=re.MULTILINE))


class _Log:
    """Output of cells for papermill: its log, and files."""

    def __init__(self, nb_man: Any, log_output: bool, stdout_file: Any, stderr_file: Any) -> None:
        from papermill.clientwrap import PapermillNotebookClient
        from papermill.log import logger

        self._wanted = bool(log_output or stdout_file or stderr_file)
        self._client = PapermillNotebookClient(
            nb_man,
            log=logger,
            log_output=log_output,
            stdout_file=stdout_file,
            stderr_file=stderr_file,
        )

    def tell(self, cell: Any) -> None:
        """Log the outputs of a cell."""
        for output in cell.get("outputs", ()) if self._wanted else ():
            if output.output_type in {"stream", "display_data", "execute_result"}:
                self._client.log_output_message(output)


def _manage(nb_man: Any, following: Any, log: _Log) -> Any:
    """Keep papermill's notebook up to date while it runs elsewhere."""
    from nbclient.exceptions import CellExecutionError

    running = None
    try:
        while True:
            event = next(following)
            cell = nb_man.nb.cells[event.index]
            if event.kind == "start":
                running = event.index
                nb_man.cell_start(cell, event.index)
                continue
            _take_over(cell, event.cell)
            log.tell(cell)
            if event.kind == "failed":
                nb_man.cell_exception(cell, cell_index=event.index)
            nb_man.cell_complete(cell, cell_index=event.index)
            running = None
    except StopIteration as end:
        _take_over_all(nb_man.nb, end.value)
    except CellExecutionError as error:  # papermill reads it from the outputs and raises its own
        _take_over_all(nb_man.nb, vars(error)["notebook"])
    finally:
        if running is not None:  # its process died or was killed
            nb_man.cell_complete(nb_man.nb.cells[running], cell_index=running)
    return nb_man.nb


def _take_over(cell: Any, executed: Any) -> None:
    """Copy the results of a run into a cell; its timings are papermill's."""
    for name in ("outputs", "execution_count"):
        if name in executed:
            cell[name] = executed[name]
    if "execution" in executed.metadata:
        cell.metadata["execution"] = executed.metadata["execution"]


def _take_over_all(notebook: Any, executed: Any) -> None:
    """Update all cells, since later ones may have changed what earlier ones display."""
    for cell, executed_cell in zip(notebook.cells, executed.cells, strict=True):
        _take_over(cell, executed_cell)
    for name in ("language_info", "widgets"):
        if name in executed.metadata:
            notebook.metadata[name] = executed.metadata[name]
