"""The review list on one screen: each doubt where they are few, else how many of each kind."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from parstats.plans.review_lines import review_lines
from parstats.reference.labels import text

if TYPE_CHECKING:
    import pandas as pd

# Lines of a terminal, less the prompt and what the command says beside: 24 lines are the least
# that terminals open with.
_SCREEN = 18
# Plans that a line names; by judgement: what fits on a line beside the kind of doubt.
_NAMED = 3


def summary_lines(review: pd.DataFrame, lang: str) -> list[str]:
    """Return the notes for review as lines that fit one screen.

    Up to 18 notes stand one by one; of more, one line a kind says how many there are, in how many
    plans, and in which most. Kinds about whole documents come first.
    """
    if len(review) <= _SCREEN:
        return [text("review.look", lang, line=line) for line in review_lines(review, lang)]
    kinds = review.assign(
        of_plan=review["row"] == "",
        said=[_kind(what, why, found, lang) for what, why, found in _cases(review)],
    )
    counts = kinds.groupby(["of_plan", "said"], sort=False)["plan"].agg(["size", "nunique"])
    counts = counts.sort_values(["of_plan", "size"], ascending=False, kind="stable")
    lines = []
    for (of_plan, said), count in zip(counts.index, counts.to_dict("records"), strict=True):
        alike = kinds[(kinds["said"] == said) & (kinds["of_plan"] == of_plan)]
        plans = alike["plan"].value_counts()
        named = ", ".join(plans.index[:_NAMED]) + (" ..." if len(plans) > _NAMED else "")
        fields = {"n": count["size"], "plans": count["nunique"], "named": named}
        lines.append(text("review.group", lang, kind=said, **fields))
    more = len(lines) - _SCREEN
    if more > 0:
        left = int(counts["size"].iloc[_SCREEN:].sum())
        lines = [*lines[:_SCREEN], text("review.more_kinds", lang, n=more, doubts=left)]
    return [*lines, text("review.all_in_workbook", lang, n=len(review))]


def _cases(review: pd.DataFrame) -> zip[tuple[str, str, str]]:
    return zip(review["what"], review["why"], review["found"], strict=True)


def _kind(what: str, why: str, found: str, lang: str) -> str:
    """Name a kind of doubt, without what is of one measure or document alone."""
    if what == "note":
        blank = dict.fromkeys(json.loads(found), "…")
        return text(f"review.note.{why}", lang, **blank)
    said = text(f"review.why.{why}", lang, found="…", candidates="…")
    return f"{text(f'review.what.{what}', lang)}: {said}"
