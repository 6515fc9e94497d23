"""Remediation plans: official documents to records, targets and links to the series."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from parstats.documents.document import Span
    from parstats.plans.outcome_comparison import by_dimension, outcomes, targets_met
    from parstats.plans.parse.plan_reader import read
    from parstats.plans.records import Figure, Plan, Record, Section
    from parstats.plans.register import Tables, tabulate
    from parstats.plans.series_results import measure_results, weak_without_measures

__all__ = [
    "Figure",
    "Plan",
    "Record",
    "Section",
    "Span",
    "Tables",
    "by_dimension",
    "measure_results",
    "outcomes",
    "read",
    "tabulate",
    "targets_met",
    "weak_without_measures",
]

_HOMES = {
    "Figure": "records",
    "Plan": "records",
    "Record": "records",
    "Section": "records",
    "Span": "records",
    "Tables": "register",
    "by_dimension": "outcome_comparison",
    "measure_results": "series_results",
    "outcomes": "outcome_comparison",
    "read": "parse.plan_reader",
    "tabulate": "register",
    "targets_met": "outcome_comparison",
    "weak_without_measures": "series_results",
}


def __getattr__(name: str) -> object:
    """Import a public name on access."""
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(set(globals()) | set(__all__))
