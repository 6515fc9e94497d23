"""Measures from where a table was lost: their links are unsure, however well the words match."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from parstats.plans.doubtful_links import LISTED

if TYPE_CHECKING:
    import pandas as pd

    from parstats.plans.records import Plan, Record

# Notes on tables that were lost, and on those of scans that may have lost a column.
_BY_PAGE = ("table_page", "table_sheet", "header_page")
_PLACE = re.compile(r"\d+")


def listed_links(plan: Plan, links: pd.DataFrame) -> pd.DataFrame:
    """Return links with those of measures from a lost table listed for review.

    A measure is from there if it is on the page or sheet that the plan's notes name, as that of a
    lost table or, in a scan, of a header with fewer cells than the rows below; in forms
    without pages, if it comes after the line or paragraph that is the lost header. Words of several
    cells have run into each other there, so a confidence of 0.8 and more would not be true.
    """
    from_there = np.array([_is_lost(plan, record) for record in plan.records], dtype=bool)
    if not from_there.any():
        return links
    confidence = links["confidence"].mask(from_there, links["confidence"].clip(upper=LISTED))
    return links.assign(confidence=confidence, review=links["review"] | from_there)


def _is_lost(plan: Plan, record: Record) -> bool:
    for note in plan.notes:
        places = [int(place) for place in _PLACE.findall(note.fields.get("places", ""))]
        if note.key in _BY_PAGE and record.span.page in places:
            return True
        if note.key in ("table_line", "table_paragraph") and record.span.line_start >= min(places):
            return True
    return False
