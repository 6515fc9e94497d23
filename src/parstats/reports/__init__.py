"""Rendering notebooks in batch, in several formats, and the front page over the reports.

Only `catalogue` knows what the notebooks are about: it lists the project's own reports.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from parstats.reports.batch.jobs import Job, Result
    from parstats.reports.batch.manifest import verify
    from parstats.reports.batch.runner import render
    from parstats.reports.panel_export import export_panel
    from parstats.reports.site.front_page import Entry, write_site

_HOMES = {
    "Entry": "site.front_page",
    "Job": "batch.jobs",
    "Result": "batch.jobs",
    "export_panel": "panel_export",
    "render": "batch.runner",
    "verify": "batch.manifest",
    "write_site": "site.front_page",
}

__all__ = ["Entry", "Job", "Result", "export_panel", "render", "verify", "write_site"]


def __getattr__(name: str) -> Any:
    """Import a public name on access."""
    import importlib

    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
