"""parstats: Viet Nam's provincial governance indices, cleaned, compared and reported.

Nothing heavy is imported until it is used: ``import parstats`` loads neither pandas nor
matplotlib.

Examples
--------
>>> import parstats as ps
>>> ps.match_provinces(["TP.HCM", "Dak Lak", "BR-VT"])
['79', '66', '77']
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from parstats import (
        build,
        drivers,
        errors,
        figures,
        frameworks,
        inference,
        labels,
        panel,
        plans,
        provinces,
        remedies,
        reports,
    )
    from parstats.errors import ParstatsError
    from parstats.panel import (
        load_breaks,
        load_conflicts,
        load_gaps,
        load_measures,
        load_mergers,
        load_plans,
        load_printed,
        load_provinces,
        load_scores,
        load_series,
        load_statistics,
        load_targets,
        load_versions,
    )
    from parstats.provinces import match_province, match_provinces

_MODULES = (
    "build",
    "drivers",
    "errors",
    "figures",
    "frameworks",
    "inference",
    "labels",
    "panel",
    "plans",
    "provinces",
    "remedies",
    "reports",
)
_NAMES = {
    "ParstatsError": "errors",
    "load_breaks": "panel",
    "load_conflicts": "panel",
    "load_gaps": "panel",
    "load_measures": "panel",
    "load_mergers": "panel",
    "load_plans": "panel",
    "load_printed": "panel",
    "load_provinces": "panel",
    "load_scores": "panel",
    "load_series": "panel",
    "load_statistics": "panel",
    "load_targets": "panel",
    "load_versions": "panel",
    "match_province": "provinces",
    "match_provinces": "provinces",
}

__all__ = [
    *_MODULES,
    *_NAMES,
    "__version__",
]


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return importlib.import_module(f"parstats.{name}")
    if name in _NAMES:
        return getattr(importlib.import_module(f"parstats.{_NAMES[name]}"), name)
    if name == "__version__":
        from parstats.storage import version

        return version()
    raise AttributeError(f"module 'parstats' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
