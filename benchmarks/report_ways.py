"""Ways to make a report that `benchmarks.reports` times beside ours."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from types import CodeType
from typing import Any

import nbformat

from parstats.figures.chart import drawn_as
from parstats.reports import formats
from parstats.reports.batch.jobs import Job


def by_command_line(job: Job, out: Path) -> None:
    """The commands of papermill and nbconvert."""
    executed = out / "a.ipynb"
    parameters = [part for key, value in job.parameters.items() for part in _option(key, value)]
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    tools = Path(sys.executable).parent
    for command in (
        [tools / "papermill", "--no-progress-bar", job.notebook, executed, *parameters],
        [tools / "jupyter-nbconvert", "--to", "html", "--no-input", executed],
    ):
        subprocess.run(command, check=True, capture_output=True, env=environment)


def _option(name: str, value: Any) -> list[str]:
    return ["-p" if isinstance(value, int) else "-r", name, str(value)]


def by_loop(job: Job, out: Path) -> None:
    """Loop of papermill, a kernel each, then nbconvert's page, in this process."""
    import papermill
    from nbconvert import HTMLExporter

    executed = papermill.execute_notebook(
        str(job.notebook),
        str(out / f"{Path(job.stem).name}.ipynb"),
        parameters=dict(job.parameters),
        progress_bar=False,
    )
    body, _ = HTMLExporter(exclude_input=True).from_notebook_node(executed)
    (out / f"{Path(job.stem).name}.html").write_text(body, encoding="utf-8")


@cache
def _compiled(notebook: Path) -> list[tuple[CodeType, CodeType | None]]:
    """Each cell compiled: its statements, and the expression it ends on."""
    cells = nbformat.read(notebook, as_version=4).cells
    return [
        _halves(cell.source)
        for cell in cells
        if cell.cell_type == "code" and "parameters" not in cell.metadata.get("tags", [])
    ]


def _halves(source: str) -> tuple[CodeType, CodeType | None]:
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    body = compile(tree, "cell", "exec")
    return body, None if last is None else compile(ast.Expression(last.value), "cell", "eval")


def plainly(job: Job, out: Path) -> None:
    """The cells one after the other in this process; what they display becomes the page."""
    from IPython.core.displaypub import CapturingDisplayPublisher
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell.instance()
    shell.display_pub = CapturingDisplayPublisher()
    names: dict[str, Any] = dict(job.parameters)
    book = nbformat.v4.new_notebook()
    with drawn_as(["svg"]):
        for body, last in _compiled(job.notebook):
            shell.display_pub.outputs.clear()
            exec(body, names)
            value = None if last is None else eval(last, names)
            displayed = [(item["data"], item["metadata"]) for item in shell.display_pub.outputs]
            if value is not None:
                displayed.append(shell.display_formatter.format(value))
            outputs = [
                nbformat.v4.new_output("display_data", data=data, metadata=about)
                for data, about in displayed
            ]
            book.cells.append(nbformat.v4.new_code_cell(outputs=outputs))
    name = Path(job.stem).name
    (out / f"{name}.html").write_bytes(formats.write("html", book, job.about))
