"""From published figures to processed tables: read, check, derive, write whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from parstats.pipeline.processed_tables import BuildResult, build, is_current, make_tables

__all__ = ["BuildResult", "build", "is_current", "make_tables"]


def __getattr__(name: str) -> Any:
    """Import pandas only to build: `fetch` works without it."""
    if name in __all__:
        from parstats.pipeline import processed_tables

        return getattr(processed_tables, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
