"""Notebooks in processes forked from one that has imported everything.

A kernel starts an interpreter, imports and opens sockets for every notebook. Here one process
imports once (`preload`) and forks a child for each notebook; the cells run in the child, so that
nothing of one notebook reaches the next. `execute` runs one notebook, `pool.run` many pieces of
work, `run_cells` is what such work calls to run a notebook in its own process.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parstats.reports.forked.heart import heartbeat
from parstats.reports.forked.ready import available, preload

if TYPE_CHECKING:
    from parstats.reports.forked import pool
    from parstats.reports.forked.apart import execute, follow
    from parstats.reports.forked.cells import CellEvent, run_cells

_HOMES = {"CellEvent": "cells", "run_cells": "cells", "execute": "apart", "follow": "apart"}

__all__ = [
    "CellEvent",
    "available",
    "execute",
    "follow",
    "heartbeat",
    "pool",
    "preload",
    "run_cells",
]


def __getattr__(name: str) -> Any:
    """Import what needs more than the standard library, or POSIX, when it is asked for."""
    import importlib

    if name == "pool":
        return importlib.import_module(f"{__name__}.pool")
    if name in _HOMES:
        return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
