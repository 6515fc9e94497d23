"""The executed notebook, to continue from in JupyterLab."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from parstats.reports.formats.report_info import About


def write(executed: NotebookNode, about: About) -> bytes:
    """Return the executed notebook in UTF-8; unlike the other forms it keeps its timings.

    `about` is not needed: the notebook is kept whole, in both languages.
    """
    import nbformat

    written: str = nbformat.writes(executed)
    return f"{written}\n".encode()
