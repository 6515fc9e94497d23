"""Running one job: executing its notebook and making its pages."""

from __future__ import annotations

import os
import re
import tempfile
import traceback
from collections.abc import Callable, Collection
from dataclasses import replace
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell, new_notebook

from parstats import execution
from parstats.figures.chart import drawn_as
from parstats.reference.labels import text
from parstats.reports import formats
from parstats.reports.batch import notebook_parameters
from parstats.reports.batch.jobs import Job, Produced

Execute = Callable[[NotebookNode], NotebookNode]
# Forms that are pages: their figures are SVG.
_PAGES = frozenset({"html", "pdf"})
# What represents a figure in plain text: ours, and matplotlib's own.
_FIGURES = ("Chart: ", "<Figure size")
# What a message of nbclient does not say.
_HELP = {
    "CellTimeoutError": " (--timeout gives a cell more)",
    "DeadKernelError": " (exit() in the notebook, or out of memory?)",
}


def produce(job: Job, execute: Execute) -> Produced:
    """Run a notebook and make its pages.

    `execute` runs the cells of a notebook in place and returns it; it raises if one of them does.
    What happens inside the notebook never raises here: it is a message in the result.
    """
    notebook = notebook_parameters.with_parameters(job.notebook, job.parameters)
    try:
        with drawn_as(_pictures(job.forms)):
            executed = execute(notebook)
        lost = lost_figures(executed)
        if lost:
            raise RuntimeError(f"{lost} of {lost + n_figures(executed)} figures came out as words")
        files = {form: formats.write(form, executed, job.about) for form in job.forms}
    except Exception as error:  # whatever a notebook may raise; the batch goes on
        return Produced(
            {},
            error_summary(error),
            plain(traceback.format_exc()),
            unfinished=_unfinished(job, notebook, error_summary(error)),
            log=log_text(notebook),
        )
    return Produced(files, n_figures=n_figures(executed), log=log_text(executed))


def _pictures(forms: Collection[str]) -> list[str]:
    """Return the kinds of picture that forms are made from.

    >>> _pictures(["html", "pdf"]), _pictures(["docx", "html"])
    (['svg'], ['svg', 'png'])
    """
    of_pages = _PAGES & set(forms)
    return [*(["svg"] if of_pages else []), *(["png"] if set(forms) - of_pages else [])]


def _unfinished(job: Job, notebook: NotebookNode, message: str) -> bytes:
    """Make the page of a failed job, which says so first; kept beside the logs."""
    reason = message.replace("`", "'")
    note = text("page.unfinished_note", job.lang, message=f"`{reason}`")
    title = text("page.unfinished", job.lang, title=job.title)
    displayed_rows = new_notebook(
        metadata=notebook.metadata, cells=[new_markdown_cell(f"> {note}")]
    )
    displayed_rows.cells += notebook.cells
    return formats.write(
        "html",
        displayed_rows,
        replace(job.about, title=title, links=job.links[:1], root="../", page=""),
    )


def in_kernel(job: Job, timeout: int | None) -> Produced:
    """Run a job through papermill with a separate kernel, where processes cannot be forked."""

    def execute(notebook: NotebookNode) -> NotebookNode:
        return _papermill(notebook, timeout)

    return produce(job, execute)


def in_this_process(job: Job, timeout: int | None) -> Produced:
    """Run a job in this process, which is a fork made for it."""

    def execute(notebook: NotebookNode) -> NotebookNode:
        return execution.run_cells(notebook, timeout=timeout)

    return produce(job, execute)


def _papermill(notebook: NotebookNode, timeout: int | None) -> NotebookNode:

    import nbformat
    import papermill

    # A backend inherited from the shell would silence inline figures of the notebook.
    os.environ.pop("MPLBACKEND", None)
    with tempfile.TemporaryDirectory(prefix="parstats-") as folder:
        input_notebook, written = Path(folder, "given.ipynb"), Path(folder, "written.ipynb")
        nbformat.write(notebook, input_notebook)
        try:
            executed: NotebookNode = papermill.execute_notebook(
                str(input_notebook),
                str(written),
                kernel_name="python3",
                progress_bar=False,
                log_output=False,
                execution_timeout=timeout,
                # Else each kernel warns on stderr that it listens on the local machine.
                extra_arguments=["--IPKernelApp.log_level=50"],
            )
        except Exception:
            if written.exists():  # so far as it came
                notebook.cells = nbformat.read(written, as_version=4).cells
            raise
        return executed


def n_figures(notebook: NotebookNode) -> int:
    """Return the pictures in the outputs of a notebook."""
    return sum(_is_picture(output) for output in _displayed(notebook))


def lost_figures(notebook: NotebookNode) -> int:
    """Return figures that were not drawn, only their text, as without a drawing backend."""
    return sum(
        "".join(output.data.get("text/plain", "")).startswith(_FIGURES) and not _is_picture(output)
        for output in _displayed(notebook)
    )


def _displayed(notebook: NotebookNode) -> list[NotebookNode]:
    code = (cell for cell in notebook.cells if cell.cell_type == "code")
    return [output for cell in code for output in cell.outputs if "data" in output]


def _is_picture(output: NotebookNode) -> bool:
    return any(kind.startswith("image/") for kind in output.data)


def log_text(notebook: NotebookNode) -> str:
    """Return the seconds of each cell that ran, and what it wrote to stderr."""
    lines = []
    for cell in notebook.cells:
        timing = cell.metadata.get("papermill", {})
        if cell.cell_type != "code" or timing.get("duration") is None:
            continue
        lines.append(f"cell [{cell.execution_count}]: {timing['duration']:.2f} s")
        for output in cell.outputs:
            if output.output_type == "stream" and output.name == "stderr":
                lines += [f"    {line}" for line in plain(output.text).splitlines()]
    return "\n".join(lines)


def error_summary(error: BaseException) -> str:
    """Return the reason of a failure: cell, error, and possible remedy."""
    name = getattr(error, "ename", None) or type(error).__name__
    value = getattr(error, "evalue", None)
    message_lines = plain(str(error if value is None else value)).strip().splitlines()
    cell = getattr(error, "exec_count", None) or getattr(error, "cell_index", None)
    cell_label = "" if cell is None else f"cell [{cell}]: "
    return f"{cell_label}{name}: {message_lines[0] if message_lines else ''}{_HELP.get(name, '')}"


def plain(output_text: str) -> str:
    r"""Return the text without the colour codes of a terminal.

    >>> plain("\x1b[0;31mValueError\x1b[0m: no")
    'ValueError: no'
    """
    return re.sub(r"\x1b\[[0-9;]*m", "", output_text)
