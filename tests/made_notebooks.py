"""Notebooks made by tests, and jobs to run them."""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from parstats.reports import Job

STATE = {"data": "a"}


def notebook(folder: Path, *cells: str, name: str = "made.ipynb") -> Path:
    parameters = new_code_cell("value = 1", metadata={"tags": ["parameters"]})
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    book = new_notebook(
        cells=[parameters, *(new_code_cell(cell) for cell in cells)],
        metadata={"kernelspec": kernel, "language_info": {"name": "python"}},
    )
    path = folder / name
    nbformat.write(book, path)
    return path


def job(path: Path, value: int, **more: object) -> Job:
    return Job(path, {"value": value}, f"made/{value}", f"Page {value}", "en", **more)
