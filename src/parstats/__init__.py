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
    from parstats import advice, drivers, errors, panel, plans, remedies, reports, stats
    from parstats.arguments import refuse_old_parameters
    from parstats.errors import ParstatsError
    from parstats.figures import charts, interactive, tables, text
    from parstats.figures.citation import cite
    from parstats.figures.index_codebook import codebook
    from parstats.panel import (
        index_from,
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
        load_shortcomings,
        load_statistics,
        load_targets,
        load_versions,
        with_names,
    )
    from parstats.pipeline.processed_tables import build
    from parstats.pipeline.user_plans import plan_tables
    from parstats.reference import frameworks, labels, provinces
    from parstats.reference.provinces import match_province, match_provinces, match_region

# Public name -> the module or, after a colon, the function of a module that it stands for.
_PUBLIC = {
    "ParstatsError": "errors:ParstatsError",
    "advice": "advice",
    "build": "pipeline:build",
    "charts": "figures.charts",
    "cite": "figures.citation:cite",
    "codebook": "figures.index_codebook:codebook",
    "drivers": "drivers",
    "errors": "errors",
    "frameworks": "reference.frameworks",
    "index_from": "panel:index_from",
    "interactive": "figures.interactive",
    "labels": "reference.labels",
    "load_breaks": "panel:load_breaks",
    "load_conflicts": "panel:load_conflicts",
    "load_gaps": "panel:load_gaps",
    "load_measures": "panel:load_measures",
    "load_mergers": "panel:load_mergers",
    "load_plans": "panel:load_plans",
    "load_printed": "panel:load_printed",
    "load_provinces": "panel:load_provinces",
    "load_scores": "panel:load_scores",
    "load_series": "panel:load_series",
    "load_statistics": "panel:load_statistics",
    "load_shortcomings": "panel:load_shortcomings",
    "load_targets": "panel:load_targets",
    "load_versions": "panel:load_versions",
    "match_province": "reference.provinces:match_province",
    "match_provinces": "reference.provinces:match_provinces",
    "match_region": "reference.provinces:match_region",
    "panel": "panel",
    "plan_tables": "pipeline.user_plans:plan_tables",
    "plans": "plans",
    "provinces": "reference.provinces",
    "refuse_old_parameters": "arguments:refuse_old_parameters",
    "remedies": "remedies",
    "reports": "reports",
    "stats": "stats",
    "tables": "figures.tables",
    "text": "figures.text",
    "with_names": "panel:with_names",
}
# Names of version 0.1 that are gone: an error names the new one.
_RENAMED = {"figures": "charts, parstats.tables or parstats.text", "inference": "stats"}

__all__ = [*_PUBLIC, "__version__"]


def __getattr__(name: str) -> Any:
    if name in _PUBLIC:
        module, _, attribute = _PUBLIC[name].partition(":")
        value = importlib.import_module(f"parstats.{module}")
        return getattr(value, attribute) if attribute else value
    if name == "__version__":
        from parstats.storage import version

        return version()
    if name in _RENAMED:
        raise AttributeError(f"parstats.{name} of version 0.1 is now parstats.{_RENAMED[name]}")
    raise AttributeError(f"module 'parstats' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
