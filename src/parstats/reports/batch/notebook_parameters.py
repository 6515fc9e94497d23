"""A notebook before it runs: its parameters checked and set."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from parstats import errors
from parstats.reports.batch.jobs import Job

_TAG = "parameters"


def check(jobs: Iterable[Job]) -> None:
    """Refuse jobs whose notebook cannot be read, or does not know their parameters.

    Raises NotebookRefused, naming the notebook, what was found and what was expected.
    """
    seen = set()
    for job in jobs:
        requested = (job.notebook, tuple(sorted(job.parameters)))
        if requested not in seen:
            seen.add(requested)
            available = parameter_names(job.notebook)
            for name in sorted(set(job.parameters) - set(available)):
                raise errors.NotebookRefused(
                    f"{job.notebook}: no parameter {name!r} in its cell tagged {_TAG!r}; "
                    f"it has {', '.join(available) or 'none'}"
                )


def parameter_names(notebook: Path) -> list[str]:
    """Return the names in the parameters cell of a notebook, in its order.

    Raises NotebookRefused if the notebook cannot be read, or has no such cell or several.
    """
    from papermill import inspect_notebook

    cells = [cell for cell in read(notebook).cells if _TAG in cell.metadata.get("tags", [])]
    if len(cells) != 1:
        actual = f"{len(cells)} cells are" if cells else "no cell is"
        raise errors.NotebookRefused(
            f"{notebook}: {actual} tagged {_TAG!r}, one is expected; in JupyterLab open the "
            "property inspector of the cell with the parameters and add the tag"
        )
    return list(inspect_notebook(str(notebook)))


def read(notebook: Path) -> NotebookNode:
    """Read a notebook file.

    Raises NotebookRefused if it is missing or is no notebook.
    """
    import nbformat

    try:
        node: NotebookNode = nbformat.reads(notebook.read_text(encoding="utf-8"), as_version=4)
    except OSError as problem:
        raise errors.NotebookRefused(
            f"{notebook}: cannot be read ({problem.strerror}); name a file ending in .ipynb"
        ) from None
    except (ValueError, nbformat.ValidationError):
        raise errors.NotebookRefused(
            f"{notebook}: not a notebook; expected a file saved by Jupyter, ending in .ipynb"
        ) from None
    return node


def with_parameters(notebook: Path, parameters: Mapping[str, Any]) -> NotebookNode:
    """Set the parameters of a notebook as papermill does, in a cell that has always the same id."""
    from papermill.iorw import load_notebook_node
    from papermill.parameterize import parameterize_notebook

    parameterized: NotebookNode = parameterize_notebook(
        load_notebook_node(str(notebook)), dict(parameters), kernel_name="python3"
    )
    for cell in parameterized.cells:
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell["id"] = "injected-parameters"
    return parameterized
