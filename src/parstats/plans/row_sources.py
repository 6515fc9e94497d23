"""Targets and shortcomings of a plan: what a correction calls them, their place and their words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

#: First letter of the rows of a table, as corrections call them; measures have a number alone.
LETTERS = {"targets": "t", "shortcomings": "s"}


@dataclass(frozen=True, slots=True)
class Source:
    """Where a row comes from.

    `mark` is a fingerprint of its words, as `parstats.plans.corrections.fingerprints` gives of
    measures, `place` is "page:line" or "line", `text` the words as written.
    """

    mark: str
    place: str
    text: str


def row_name(table: str, number: int) -> str:
    """Return what a correction calls a row of targets or shortcomings, by its running number.

    >>> row_name("targets", 7), row_name("shortcomings", 12)
    ('t007', 's012')
    """
    return f"{LETTERS[table]}{number:03d}"


def table_of(row: str) -> str:
    """Return the table that a row named by a correction is of.

    >>> table_of("t007"), table_of("s012"), table_of("012"), table_of("")
    ('targets', 'shortcomings', 'measures', 'measures')
    """
    by_letter = {letter: table for table, letter in LETTERS.items()}
    return by_letter.get(row[:1], "measures") if row[1:].isdecimal() else "measures"


def sources(
    table: str, rows: Iterable[Mapping[str, Any]], marks: Mapping[str, str]
) -> dict[str, Source]:
    """Return the sources of the rows of a table of one plan, by what a correction calls them.

    The rows have number, words, page and line; `marks` are the fingerprints of measures by row:
    targets of one measure go with it. Of the same words the second has another fingerprint.

    >>> row = {"number": 1, "words": "đạt 45 điểm", "page": None, "line": 7, "row": ""}
    >>> found = sources("targets", [row, row | {"number": 2}], {})
    >>> found["t001"].place, found["t001"].mark == found["t002"].mark
    ('7', False)
    """
    seen: Counter[str] = Counter()
    found = {}
    for row in rows:
        words = " ".join(str(row["words"]).split())
        owner = marks.get(row.get("row", ""), "")
        told = f"{table} {owner} {'' if owner else words}"
        seen[told] += 1
        mark = sha256(f"{told}#{seen[told]}".encode()).hexdigest()[:12]
        page = row.get("page")
        place = f"{page}:{row['line']}" if page else str(row["line"] or "")
        found[row_name(table, row["number"])] = Source(mark, place, words)
    return found
