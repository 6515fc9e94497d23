"""Rendering notebooks in batch, and the front page over what came of them.

Nothing here knows what a notebook is about, but for `parstats.reports.provincial`, `national` and
`release`, which list the jobs of the project's own reports. `engine` is for papermill itself,
which imports it whenever it starts: so nothing is imported here before it is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from parstats.reports.batch.jobs import Job, Result
    from parstats.reports.batch.manifest import verify
    from parstats.reports.batch.runner import render
    from parstats.reports.front.page import Entry, write_site

_HOMES = {
    "Entry": "front.page",
    "Job": "batch.jobs",
    "Result": "batch.jobs",
    "render": "batch.runner",
    "verify": "batch.manifest",
    "write_site": "front.page",
}

__all__ = ["Entry", "Job", "Result", "render", "verify", "write_site"]


def __getattr__(name: str) -> Any:
    """Import what is asked for."""
    import importlib

    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
