"""Advice to one province: what it would take to move its rank, and what others really achieved."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from parstats.advice.built_priorities import look_up, other_year, page_priorities
    from parstats.advice.changed_scores import WhatIf, what_if
    from parstats.advice.next_standings import attainable
    from parstats.advice.priority_result import Priorities
    from parstats.advice.priority_table import priorities
    from parstats.advice.rank_steps import RankSteps, next_rank
    from parstats.advice.target_checks import check_plans, check_targets

__all__ = [
    "Priorities",
    "RankSteps",
    "WhatIf",
    "attainable",
    "check_plans",
    "check_targets",
    "look_up",
    "next_rank",
    "other_year",
    "page_priorities",
    "priorities",
    "what_if",
]

_HOMES = {
    "Priorities": "priority_result",
    "RankSteps": "rank_steps",
    "WhatIf": "changed_scores",
    "attainable": "next_standings",
    "check_plans": "target_checks",
    "check_targets": "target_checks",
    "look_up": "built_priorities",
    "next_rank": "rank_steps",
    "other_year": "built_priorities",
    "page_priorities": "built_priorities",
    "priorities": "priority_table",
    "what_if": "changed_scores",
}


def __getattr__(name: str) -> object:
    """Import a public name on access."""
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(set(globals()) | set(__all__))
