"""The same plan under several names: one file copied, one plan in two forms, or two versions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from parstats.documents.phrases import key

if TYPE_CHECKING:
    from parstats.plans.records import Plan
    from parstats.plans.register import Tables

# Share of the measures of the shorter of two plans that are word by word in the other. By
# judgement: plans of a province in two years share sentences, rarely half of them.
_LIKE = 0.5


@dataclass(frozen=True, slots=True)
class Copy:
    """A plan that is the same as, or much like, another one.

    Attributes
    ----------
    plan, of : str; names of the two plans; `of` is the one kept, the first by name
    kind : {"file", "plan", "version"}
        The same bytes; the same measures, years and facts in another file; a plan that has the
        facts (issuer, number, date) or most of the measures in common, but differs. Only the last
        stays.
    n_same, n_measures : int; measures in common, and those of `plan`
    """

    plan: str
    of: str
    kind: str
    n_same: int
    n_measures: int


def copies(plans: Sequence[Plan], tables: Sequence[Tables]) -> tuple[Copy, ...]:
    """Return which plans are the same as, or much like, an earlier one by name.

    Of a plan that is like several, the first by name is named.
    """
    marks = {
        plan.name: frozenset(table.fingerprints[plan.name])
        for plan, table in zip(plans, tables, strict=True)
    }
    by_name = {plan.name: plan for plan in plans}
    shared: Counter[tuple[str, str]] = Counter()
    holders: dict[str, list[str]] = {}
    for name in sorted(marks):
        for mark in marks[name]:
            holders.setdefault(mark, []).append(name)
    for sharing in holders.values():
        shared.update(combinations(sharing, 2))
    facts: dict[tuple[str, ...], list[str]] = {}
    for name in sorted(by_name):
        if all(_facts(by_name[name])):
            facts.setdefault(_facts(by_name[name]), []).append(name)
    pairs = {*shared, *(pair for same in facts.values() for pair in combinations(same, 2))}
    listed: dict[str, Copy] = {}
    for first, other in sorted(pairs):
        kind = _kind(by_name[first], by_name[other], marks, shared[first, other])
        if kind and other not in listed:
            counts = shared[first, other], len(marks[other])
            listed[other] = Copy(other, first, kind, *counts)
    return tuple(listed.values())


def _facts(plan: Plan) -> tuple[str, ...]:
    """Return what identifies a plan: province, issuer, number and date."""
    return plan.province, key(plan.agency), plan.number, plan.date


def _kind(first: Plan, other: Plan, marks: dict[str, frozenset[str]], n_same: int) -> str:
    if first.sha256 and first.sha256 == other.sha256:
        return "file"
    same_facts = _facts(first) == _facts(other)
    same_years = (first.plan_year, first.until_year) == (other.plan_year, other.until_year)
    if same_facts and same_years and marks[first.name] == marks[other.name]:
        return "plan"
    least = min(len(marks[first.name]), len(marks[other.name]))
    if (same_facts and all(_facts(first))) or (least and n_same >= _LIKE * least):
        return "version"
    return ""


def without_copies(
    plans: Sequence[Plan], tables: Sequence[Tables], same: Sequence[Copy]
) -> tuple[tuple[Plan, ...], tuple[Tables, ...]]:
    """Leave out plans that are in another file too; list these, and versions, for review."""
    from parstats.plans.register import with_notes

    notes: dict[str, list[tuple[str, dict[str, str]]]] = {}
    repeated: dict[str, list[str]] = {}
    for copy in same:
        if copy.kind == "version":
            counts = {"of": copy.of, "n": str(copy.n_same), "all": str(copy.n_measures)}
            notes.setdefault(copy.plan, []).append(("version", counts))
        else:
            repeated.setdefault(copy.of, []).append(copy.plan)
    for name, others in repeated.items():
        notes.setdefault(name, []).append(("copies", {"plans": ", ".join(others)}))
    gone = {name for others in repeated.values() for name in others}
    kept = [
        (plan, with_notes(table, plan.name, notes[plan.name]) if plan.name in notes else table)
        for plan, table in zip(plans, tables, strict=True)
        if plan.name not in gone
    ]
    return tuple(plan for plan, _ in kept), tuple(table for _, table in kept)
