"""Rows of a plan's table by the meaning of their cells; rows that a page cuts are joined."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from parstats.documents.document import Block, Cell, Span
from parstats.documents.paragraphs import without_bullet
from parstats.documents.phrases import key, named, starts, tidy
from parstats.plans.fields import deadlines
from parstats.plans.parse.table_header import QUARTER
from parstats.reference import csv_tables
from parstats.reference.editions import cached

_TICK = re.compile(r"^(?:[xX✓✔√vV●•*+]|có)$")
_UNIT = re.compile(r"\(\s*(?P<unit>%|điểm)\s*\)")
# A figure without a unit, "85", "Trên 85" or "≥ 85", and the words after it: "85 trở lên".
_BARE = re.compile(
    r"^(?P<figure>(?:(?:từ|trên|dưới|đạt|tối thiểu|ít nhất|tối đa|không dưới|không quá"
    r"|≥|≤|>=|<=|>|<)\s*)*\d{1,3}(?:[.,]\d{1,3})?)(?P<rest>(?:\s+trở\s+(?:lên|xuống))?)$",
    re.IGNORECASE,
)
_TIME = re.compile(r"^(?:\d|ngày|tháng|quý|năm|tuần|cuối|giữa|đầu)", re.IGNORECASE)
_TWICE = re.compile(r"(?<=\S)([;,:.(]);")  # a sign that was there before the one that joins


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a table: their roles and headers.

    `days` says which are for the first and the last day, `years` of which year a target is.
    """

    roles: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    days: tuple[str, ...] = ()
    years: tuple[int | None, ...] = ()


@dataclass
class Row:
    """A row of a table, its cells by meaning."""

    values: dict[str, list[str]]
    merged: set[str]
    span: Span
    texts: list[str]
    tells: bool
    across: bool = False
    issue_first: bool = False  # its criterion is the shortcoming
    no_lead: bool = False  # its table has no column for who leads
    targets: dict[int | None, list[str]] = field(default_factory=dict)  # by the year of a column

    def text(self, name: str) -> str:
        """Return the values of a column on one line; units below each other are separated."""
        parts = self.values.get(name, ())
        if name == "target" and len(self.targets) > 1:
            return "; ".join(
                f"Năm {year}: {text}" if year else text for year, text in self.target_parts
            )
        if name == "deadline":
            return deadlines.mended(" ".join(parts))
        if name not in ("lead", "support", "units") or len(parts) < 2:
            return " ".join(parts)
        joined = "; ".join(map(without_bullet, parts))
        return _TWICE.sub(r"\1", joined)

    def written(self, name: str) -> str:
        """Return the cells of a column word for word, paragraphs one after the other."""
        return " ".join(self.values.get(name, ()))

    @property
    def target_parts(self) -> tuple[tuple[int | None, str], ...]:
        """Years and cells of the columns of targets; none where no column names a year."""
        if not any(self.targets):
            return ()
        return tuple((year, " ".join(parts)) for year, parts in self.targets.items())

    @property
    def filled(self) -> list[str]:
        """Meanings that have text."""
        return [name for name, parts in self.values.items() if parts]


def is_total(row: Row) -> bool:
    """Return whether a row is a total; "công" is no "cộng": accents count."""
    named = tidy(row.text("criterion") or row.text("measure") or row.text("number")).casefold()
    if row.text("lead") or row.text("deadline"):
        return False
    return named in _totals() or any(
        " " in phrase and f"{named} ".startswith(f"{phrase} ") for phrase in _totals()
    )


@cached
def _totals() -> tuple[str, ...]:
    rows = csv_tables.rows("plan_words")
    return tuple(row["words"].casefold() for row in rows if row["kind"] == "total")


def row_of(block: Block, columns: Columns, *, tells: bool) -> Row | None:
    """Return a row by the roles of its columns; None if nothing is in it."""
    width = len(columns.roles)
    cells = [*block.cells[:width], *[Cell()] * (width - len(block.cells))]
    values: dict[str, list[str]] = {}
    dated: dict[int | None, list[str]] = {}
    merged = set()
    for table_cell, role, header, year in zip(
        cells, columns.roles, columns.headers, columns.years, strict=True
    ):
        n_before = len(values.setdefault(role, []))
        _extend(values[role], table_cell, role, header)
        if role == "target" and values[role][n_before:]:
            dated.setdefault(year, []).extend(values[role][n_before:])
        if table_cell.merged == "up" and role:
            merged.add(role)
    if any(columns.days):
        values["deadline"] = _first_to_last(cells, columns.days)
    if not any(values.values()) and not merged:
        return None
    texts = [table_cell.text for table_cell in block.cells if table_cell.text]
    if not texts:
        return None if not merged else Row(values, merged, block.span, texts, tells)
    # The title of a group stands in a cell merged over at least half of the row.
    across = sum(table_cell.merged == "left" for table_cell in cells) * 2 >= len(cells) - 1
    return Row(values, merged, block.span, texts, tells, across, targets=dated)


def _first_to_last(cells: Sequence[Cell], days: Sequence[str]) -> list[str]:
    """Return the deadline of a row with a first and a last day; the first is never the last."""
    first, last = (
        next((cell.text for cell, day in zip(cells, days, strict=True) if day == name), "")
        for name in ("start", "end")
    )
    begins = f"từ {first}" if _TIME.match(first) else first
    if first and last and _TIME.match(last):
        return [f"{begins} đến {last[:1].lower()}{last[1:]}"]
    return ["; ".join(filter(None, (begins, last)))] if first or last else []


def _extend(values: list[str], table_cell: Cell, role: str, header: str) -> None:
    """Add a cell to the values of a column; a tick under "Quý II" means that quarter.

    A bare number under "Mục tiêu (%)" or "Điểm phấn đấu" gets its unit from there.
    """
    unit = _header_unit(header)
    if role == "deadline" and _TICK.match(table_cell.text) and QUARTER.match(header):
        values[:] = [", ".join([*values, header])]
    elif role == "target" and unit and (bare := _BARE.match(table_cell.text)):
        values.append(f"{bare['figure']} {unit}{bare['rest']}")
    else:
        values.extend(table_cell.paragraphs)


def _header_unit(header: str) -> str:
    """Return the only unit a header names; "" if none or several."""
    match = _UNIT.search(header)
    if match:
        return match["unit"]
    header_unit = named(header, "header unit")
    return header_unit[0] if len(header_unit) == 1 else ""


def goes_on(above: Row, row: Row, *, broken: bool) -> bool:
    """Return whether a row continues the one above, cut by the end of the page.

    It has no number, and each of its texts is below text that may go on. At a page break a
    small letter shows it, or that nobody is named to do it; elsewhere one cell only may go on.
    """
    if row.text("number") or row.across or row.merged:
        return False
    filled = [name for name in row.filled if name]
    titled = filled == ["group"] and row.text("group")[0].isupper()  # a title of further rows
    if not filled or titled or any(not above.text(name) for name in filled):
        return False
    if not broken:
        return _goes_on_untold(above, row, filled)
    if any(row.text(name)[0].islower() for name in filled):
        return True
    if row.text("lead") or row.text("deadline"):
        return False
    return len(filled) == 1 or any(_is_cut(above.text(name), row.text(name)) for name in filled)


def _goes_on_untold(above: Row, row: Row, filled: Sequence[str]) -> bool:
    """Return whether a row continues the one above where no page end is told.

    One cell may; several if all of them go on in the middle of a sentence.
    """
    if len(filled) == 1:
        return _is_rest(above.text(filled[0]), row.text(filled[0]))
    return bool(row.text("measure")) and all(
        row.text(name)[0].islower() and above.text(name)[-1] not in ".;:" for name in filled
    )


def _is_rest(above: str, text: str) -> bool:
    """Return whether a text continues the one above; a capital and a deed begin a measure."""
    if text[0].islower():
        return True
    return above[-1] not in ".;:" and text[0] not in "-+•" and not starts(key(text), "verb")


def _is_cut(above: str, text: str) -> bool:
    """Return whether a text that begins with a capital continues a sentence."""
    first = text.split(maxsplit=1)[0]
    return above[-1] not in ".;:" and first.isupper() and len(first) > 1


def append(above: Row, row: Row) -> None:
    """Add the rest of a cut row to the part above it."""
    for name, parts in row.values.items():
        upper_values = above.values.setdefault(name, [])
        for position, part in enumerate(parts):
            if position == 0 and upper_values and part[0] not in "-+•":
                upper_values[-1] += f" {part}"
            else:
                upper_values.append(part)
    for year, parts in row.targets.items():
        above.targets.setdefault(year, []).extend(parts)
    above.texts += row.texts
    above.span = replace(above.span, line_end=row.span.line_end)
