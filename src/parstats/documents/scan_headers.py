"""Headers of recognised tables: one that a stamp spoils is that of the table's other pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from parstats.documents import header_roles
from parstats.documents.document import Cell, Unread
from parstats.documents.table_part import TablePart

# Points by which a table may be shifted from page to page, and an edge be off then: paper lies
# differently in a scanner, and pages are levelled one by one. By judgement.
_SHIFTED, _WITHIN = 72.0, 12.0


def repeated_headers(tables: Sequence[Sequence[TablePart]]) -> list[list[TablePart]]:
    """Return tables with header cells that mean nothing taken from the same table elsewhere.

    It is the same table where its columns are as wide, and most of its header says the same.
    """
    parts = [part for page in tables for part in page if part.rows]
    return [[_with_header(part, parts) for part in page] for page in tables]


def _with_header(part: TablePart, parts: Sequence[TablePart]) -> TablePart:
    if not part.rows:
        return part
    header = part.rows[0]
    for other in parts:
        if other is part or not _is_same(part, other):
            continue
        header = tuple(
            replace(cell, paragraphs=known.paragraphs)
            if not _role(cell) and _role(known) and cell.merged == known.merged
            else cell
            for cell, known in zip(header, other.rows[0], strict=True)
        )
    return replace(part, rows=(header, *part.rows[1:]))


def _is_same(part: TablePart, other: TablePart) -> bool:
    if not part.has_same_edges(other, shifted=_SHIFTED, within=_WITHIN):
        return False
    roles = [(_role(a), _role(b)) for a, b in zip(part.rows[0], other.rows[0], strict=True)]
    return 2 * sum(bool(a) and a == b for a, b in roles) > len(roles)


def _role(cell: Cell) -> str:
    return header_roles.plan_role(cell.text) if cell.text else ""


def unknown_headers(page: int, tables: Sequence[TablePart]) -> Iterator[Unread]:
    """Yield the header cells of tables of measures that mean nothing: their column is not read."""
    for part in tables:
        texts = [cell.text for cell in part.rows[0] if not cell.merged] if part.rows else []
        if header_roles.is_plan_header(texts):
            for cell in part.rows[0]:
                if not cell.merged and not _role(cell):
                    place = f"page {page} (“{cell.text}”)"
                    yield Unread(place, "a column whose header is not understood", page, "column")
