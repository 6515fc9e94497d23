"""Charts, printed tables and sentences made from result tables; nothing is computed here."""

from __future__ import annotations

import importlib
import importlib.util
from typing import NoReturn


def __getattr__(name: str) -> NoReturn:
    """Say where a function of version 0.1 is now."""
    # The import system asks for a module that is not loaded yet before it loads it.
    if not name.startswith("_") and importlib.util.find_spec(f"{__name__}.{name}") is None:
        for room in ("charts", "tables", "text"):
            if name in importlib.import_module(f"{__name__}.{room}").__all__:
                raise AttributeError(f"parstats.figures.{name} is now parstats.{room}.{name}")
    raise AttributeError(f"module 'parstats.figures' has no attribute {name!r}")
