"""Plans and measures that no province has issued, in the form of the register."""

from __future__ import annotations

from typing import Any

import pandas as pd

from parstats.schema.models import Measures, Plans, Targets, validate

_PLAN: dict[str, Any] = {
    **{"plan": "a", "province": "20", "vintage": 63, "agency": "UBND tỉnh"},
    **{"agency_level": "province", "number": "", "date": "2024-03-01", "blanks": ""},
    **{"kind": "plan", "formal": True, "plan_year": 2024, "baseline_year": None},
    **{"until_year": None, "indices": "PAPI", "aims": "", "unit_level": "province"},
    **{"completeness": "full", "parent": "", "document": "", "source": "", "path": ""},
    **{"sha256": "", "n_pages": None, "reader_version": ""},
    **{"note_vi": "", "note_en": ""},
}
_TEXTS = (
    *("appendix", "section", "criterion_as_written", "code_as_written", "target_op"),
    *(
        "target_unit",
        "lead_unit",
        "support_unit",
        "deadline",
        "deadline_start",
        "deadline_end",
        "deadline_rule",
        "inherited",
        "label_vi",
    ),
    *("label_en", "text", "target_as_written", "lead_as_written", "support_as_written"),
    "result_as_written",
)
_MEASURE: dict[str, Any] = {
    **dict.fromkeys(_TEXTS, ""),
    **dict.fromkeys(("target_value", "page", "line_start", "line_end", "confidence"), None),
    **{"plan": "a", "row": "001", "index": "PAPI", "series": "papi.environment"},
    **{"series_basis": "stated", "surveyed": False, "list_type": "remediate"},
    **{"measure_type": "COMM", "seen": "measure", "coded_by": "hand"},
}
_TARGET: dict[str, Any] = {
    **{"plan": "a", "number": 1, "row": "", "index": "PAPI", "series": "papi"},
    **{"indicator_vi": "Điểm", "indicator_en": "Score", "year": 2024, "kind": "target"},
    **{"op": ">=", "value": 40.0, "unit": "điểm", "note_vi": "", "note_en": ""},
}
_INTEGERS = (
    *("plan_year", "baseline_year", "until_year", "page", "line_start", "line_end"),
    *("n_pages", "year", "rank", "n_ranked", "line"),
)
_REAL = ("target_value", "confidence", "value", "achieved")
_OTHER = {
    **{"vintage": "int64", "number": "int64", "formal": "bool", "surveyed": "bool"},
    "met": "boolean",
}


def plans(*rows: dict[str, Any]) -> pd.DataFrame:
    """Formal plans of Lạng Sơn for PAPI 2024, read in full, but for what each row says."""
    return validate("plans", _table(Plans, [{**_PLAN, **row} for row in rows]))


def measures(*rows: dict[str, Any]) -> pd.DataFrame:
    """Measures of plan a for PAPI's dimension environment, numbered, but for what each row says."""
    numbered = [{**_MEASURE, "row": f"{at:03d}", **row} for at, row in enumerate(rows, 1)]
    return validate("measures", _table(Measures, numbered))


def targets(*rows: dict[str, Any]) -> pd.DataFrame:
    """Targets of plan a for 40 points in PAPI 2024, numbered, but for what each row says."""
    numbered = [{**_TARGET, "number": at, **row} for at, row in enumerate(rows, 1)]
    return validate("targets", _table(Targets, numbered))


def _table(model: Any, rows: list[dict[str, Any]]) -> pd.DataFrame:
    columns = list(model.to_schema().columns)
    kinds = {name: _kind(name, model) for name in columns}
    return pd.DataFrame(rows, columns=columns).astype(kinds)


def _kind(name: str, model: Any) -> str:
    if name in _INTEGERS:
        return "Int64"
    if name in _REAL:
        return "float64"
    # The number of a plan is text, as 60/KH-UBND; targets are counted.
    return "str" if (model, name) == (Plans, "number") else _OTHER.get(name, "str")
