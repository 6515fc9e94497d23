"""The sheets of the review workbook on targets and shortcomings: their columns and cells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from parstats.plans.register import Tables, own_targets
from parstats.plans.review.review_sheet import choice_lists, clean_text
from parstats.plans.row_sources import row_name
from parstats.reference.labels import text


@dataclass(frozen=True)
class Column:
    """A column of a sheet: of the table where it can be corrected, else only to read."""

    key: str
    width: int  # in characters
    # How it is read: text, amount, unit, year, whole, series, operators, rows.
    reads: str = ""
    label: str = ""  # of its header, if not as the key

    def header(self, lang: str) -> str:
        """Return its header in a language."""
        return text(f"review.column.{self.label or self.key}", lang)


@dataclass(frozen=True)
class TargetSheet:
    """One of the sheets: the name of its table, and its columns."""

    table: str
    columns: tuple[Column, ...]

    @property
    def hidden(self) -> str:
        """Name of the hidden sheet with the cells as the reader had them."""
        return f"_parstats_{self.table}"

    @property
    def edited(self) -> tuple[Column, ...]:
        """The columns that can be corrected."""
        return tuple(column for column in self.columns if column.reads)

    def title(self, lang: str) -> str:
        """Return its name in a language."""
        return text(f"review.sheet.{self.table}", lang)


_FIRST = (Column("plan", 18), Column("row", 7), Column("place", 11))
CHECK = Column("check", 30)
_WORDS = (Column("words", 56), CHECK)
_UNIT = Column("unit", 12, "unit", "target_unit")
SHEETS = (
    TargetSheet(
        "targets",
        (
            *_FIRST,
            Column("measure", 10),
            Column("kind", 14),
            *_WORDS,
            Column("indicator_vi", 34, "text", "indicator"),
            Column("series", 40, "series"),
            Column("op", 12, "operators", "target_op"),
            Column("value", 9, "amount", "target_value"),
            _UNIT,
            Column("year", 8, "year"),
            Column("achieved", 10, "amount"),
            Column("rank", 8, "whole"),
            Column("n_ranked", 10, "whole"),
        ),
    ),
    TargetSheet(
        "shortcomings",
        (
            *_FIRST,
            *_WORDS,
            Column("criterion_as_written", 34, "text", "criterion"),
            Column("series", 40, "series"),
            Column("achieved", 10, "amount"),
            Column("threshold", 10, "amount"),
            _UNIT,
            Column("cause_as_written", 40, "text", "cause"),
            Column("measures", 26, "rows"),
        ),
    ),
)


@dataclass(frozen=True)
class Line:
    """A row of a sheet as the tables have it: its cells, its fingerprint, whose target it is."""

    plan: str
    row: str
    mark: str
    own: str  # the measure whose own target it is, "" if of none
    cells: dict[str, Any]


def lines(sheet: TargetSheet, tables: Tables, lang: str) -> Iterator[Line]:
    """Yield the rows of a sheet in the order of its table."""
    own = own_targets(tables) if sheet.table == "targets" else {}
    names = {code: label for label, code in choice_lists(lang)["series"].items()}
    operators = {code: label for label, code in choice_lists(lang)["operators"].items()}
    for case in getattr(tables, sheet.table).to_dict("records"):
        plan, row = case["plan"], row_name(sheet.table, case["number"])
        source = tables.sources.get(plan, {}).get(row)
        shown = {
            "row": row,
            "place": source.place if source else "",
            "words": source.text if source else "",
            "series": names.get(case["series"], case["series"]),
        }
        if sheet.table == "targets":
            shown["measure"] = case["row"]
            shown["kind"] = text(f"review.kind.{case['kind']}", lang)
            shown["op"] = operators.get(case["op"], case["op"])
        cells = {column.key: _shown((case | shown).get(column.key)) for column in sheet.columns}
        yield Line(
            plan, row, source.mark if source else "", own.get((plan, case["number"]), ""), cells
        )


def _shown(value: Any) -> Any:
    """Return a value as a cell shows it; None for an empty one."""
    import pandas as pd

    if isinstance(value, str):
        return clean_text(value) or None
    if value is None or pd.isna(value):
        return None
    return float(value) if isinstance(value, float) else int(value)
