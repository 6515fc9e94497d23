"""Notebooks in processes forked from one that has imported everything.

A kernel starts an interpreter, imports and opens sockets for every notebook. Here one process
imports once (`preload`) and forks a child for each notebook; the cells run in the child, so that
nothing of one notebook reaches the next. `execute` runs one notebook, `process_pool.run` many
pieces of work, `run_cells` is what such work calls to run a notebook in its own process.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parstats.execution.heartbeat import heartbeat
from parstats.execution.preload import available, preload

if TYPE_CHECKING:
    from parstats.execution import process_pool
    from parstats.execution.cell_runner import CellEvent, run_cells
    from parstats.execution.executor import execute, follow

_HOMES = {
    "CellEvent": "cell_runner",
    "execute": "executor",
    "follow": "executor",
    "run_cells": "cell_runner",
}

__all__ = [
    "CellEvent",
    "available",
    "execute",
    "follow",
    "heartbeat",
    "preload",
    "process_pool",
    "run_cells",
]


def __getattr__(name: str) -> Any:
    """Import names that need POSIX or more than the standard library only on access."""
    import importlib

    if name == "process_pool":
        return importlib.import_module(f"{__name__}.process_pool")
    if name in _HOMES:
        return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
