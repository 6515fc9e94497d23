"""The review list in words: one line for each thing to look at."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from parstats.plans.records import Note
from parstats.plans.row_sources import table_of
from parstats.reference import csv_tables, frameworks, labels

if TYPE_CHECKING:
    import pandas as pd

# A series, or type, and its confidence, and several of them parted by ";" as one.
_LINK = re.compile(r"([a-z_]+(?:\.[a-z_]+)*|[A-Z]+) (\d\.\d\d)")
# Letters of what was found that a message repeats. By judgement: about one line of a terminal.
_MAX_QUOTE_LENGTH = 90
_WITH_CANDIDATES = ("no_link", "unsure_link")


def review_lines(review: pd.DataFrame, lang: str) -> list[str]:
    """Return the notes for review as text, one line each."""
    lines = []
    for case in review.to_dict("records"):
        kind = {"targets": "target_row", "shortcomings": "shortcoming_row"}.get(
            table_of(case["row"]), "row" if case["row"] else "plan"
        )
        location = labels.text(f"review.{kind}", lang, **case)
        what = labels.text(f"review.what.{case['what']}", lang)
        why = reason(case, lang)
        lines.append(f"{location}: {what}: {why}")
    return lines


def reason(case: dict[str, Any], lang: str) -> str:
    """Return the reason of a note, with series by name."""
    if case["what"] == "note":
        return Note(case["why"], json.loads(case["found"])).as_text(lang)
    written_text = (
        case["found"]
        if len(case["found"]) <= _MAX_QUOTE_LENGTH
        else case["found"][:_MAX_QUOTE_LENGTH].rstrip() + "…"
    )
    key = (
        case["why"]
        if case["candidates"] or case["why"] not in _WITH_CANDIDATES
        else f"{case['why']}_alone"
    )
    fields = {"found": _named(written_text, lang), "candidates": _named(case["candidates"], lang)}
    return labels.text(f"review.why.{key}", lang, **fields)


def _named(text: str, lang: str) -> str:
    """Replace codes by names: "papi.services 0.41" by "Public service delivery (41 %)"."""
    table = frameworks.series()
    names = dict(zip(table["series"], table[f"short_{lang}"], strict=True))
    names |= {row["measure_type"]: row[f"label_{lang}"] for row in csv_tables.rows("measure_types")}
    return _LINK.sub(
        lambda match: (
            f"{names[match[1]]} ({float(match[2]):.0%})" if match[1] in names else match[0]
        ),
        text,
    )
