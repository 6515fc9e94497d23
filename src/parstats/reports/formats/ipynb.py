"""The executed notebook, to continue from in JupyterLab."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from parstats.reports.formats.report_info import About


def write(executed: NotebookNode, about: About) -> bytes:
    """Return the executed notebook in UTF-8; unlike the other forms it keeps its timings.

    The notebook is kept whole, in both languages; how to cite its figures stands in its metadata.
    """
    import nbformat

    metadata = {**executed.metadata, **({"source": about.source} if about.source else {})}
    written: str = nbformat.writes(nbformat.from_dict({**executed, "metadata": metadata}))
    return f"{written}\n".encode()
