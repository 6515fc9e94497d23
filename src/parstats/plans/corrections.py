"""Manual corrections: cells of measures that override every other coding.

A correction names the plan, the row and the column. Where it was made on a document that is read
again, its fingerprint finds the measure even if the rows have moved.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING

from parstats.plans.plan_facts import FACTS
from parstats.reference import frameworks

if TYPE_CHECKING:
    import pandas as pd

    from parstats.plans.records import Record


COLUMNS = ("plan", "row", "column", "value", "reason", "coded_by", "date", "fingerprint")
#: Not a cell but the whole row: it is no measure. Its value is "true".
DROPPED = "dropped"
#: What a person may correct; the other columns give the position and origin of a row.
CORRECTABLE = (
    "index",
    "series",
    "series_basis",
    "list_type",
    "measure_type",
    "target_op",
    "target_value",
    "target_unit",
    "lead_unit",
    "support_unit",
    "deadline",
    "label_vi",
    "label_en",
    DROPPED,
)


def fingerprints(records: Sequence[Record]) -> tuple[str, ...]:
    """Return fingerprints of a plan's records, stable as long as their words are.

    The same words for the second time have another fingerprint; no word can be read from it.

    >>> from parstats.documents.document import Span
    >>> from parstats.plans.records import Record, Section
    >>> blank = Record(Section(), *[""] * 9, False, frozenset(), Span(1, 1), "")
    >>> first, second = fingerprints([blank, blank])
    >>> len(first), first == second
    (12, False)
    """
    seen: dict[str, int] = {}
    hashes = []
    for record in records:
        parts = (record.section.appendix, *record.section.headings[-1:], record.criterion)
        record_text = " ".join(
            " ".join((*parts, record.measure, record.target, record.product)).split()
        )
        seen[record_text] = seen.get(record_text, 0) + 1
        hashes.append(sha256(f"{record_text}#{seen[record_text]}".encode()).hexdigest()[:12])
    return tuple(hashes)


def apply_corrections(
    measures: pd.DataFrame, overrides: pd.DataFrame, rows: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """Return the measures with the corrections of a person.

    The measures have the columns plan, row, coded_by and those that are corrected; `overrides`
    those of `COLUMNS`, all text, one row per corrected cell; `rows` gives the row by fingerprint,
    for a document that was read again. Returns a copy: ``coded_by`` is "human" where something was
    corrected, a corrected series brings its index along and has no confidence of the machine, a row
    that is no measure is left out.

    >>> import pandas as pd
    >>> columns = ["plan", "row", "deadline", "coded_by"]
    >>> measures = pd.DataFrame([["p", "001", "2024", "machine"]], columns=columns)
    >>> own = pd.DataFrame([["p", "001", "deadline", "2025"]], columns=list(COLUMNS[:4]))
    >>> apply_corrections(measures, own).values.tolist()
    [['p', '001', '2025', 'human']]
    """
    table = measures.copy()
    for case in overrides[~is_fact(overrides)].to_dict("records"):
        row = (rows or {}).get(case.get("fingerprint") or "", case["row"])
        own = (table["plan"] == case["plan"]) & (table["row"] == row)
        value: object = case["value"]
        if case["column"] == DROPPED:
            table = table[~own]
            continue
        if case["column"] == "target_value":
            value = float(case["value"]) if case["value"] else float("nan")
        table.loc[own, case["column"]] = value
        table.loc[own, "coded_by"] = "human"
        if case["column"] == "series" and "index" in table:
            indices = frameworks.series().set_index("series")["index"]
            named = [indices[name] for name in str(value).split(";") if name in indices.index]
            if named:
                table.loc[own, "index"] = ";".join(dict.fromkeys(named))
            if "confidence" in table:
                table.loc[own, "confidence"] = float("nan")
    return table.reset_index(drop=True)


def is_fact(overrides: pd.DataFrame) -> pd.Series:
    """Return which corrections are of a plan itself: see `parstats.plans.plan_facts.FACTS`."""
    return (overrides["row"] == "") & overrides["column"].isin(FACTS)


def merged(older: pd.DataFrame, newer: pd.DataFrame) -> pd.DataFrame:
    """Merge two lists of corrections; the newer one of a cell wins.

    Both have the columns of `COLUMNS`.
    """
    import pandas as pd

    both = pd.concat([older, newer], ignore_index=True).reindex(columns=list(COLUMNS)).fillna("")
    key = both["fingerprint"].where(both["fingerprint"] != "", both["row"])
    keep = ~both.assign(_key=key).duplicated(["plan", "_key", "column"], keep="last")
    return both[keep].sort_values(["plan", "row", "column"], kind="stable").reset_index(drop=True)
