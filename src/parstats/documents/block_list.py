"""Paragraphs and tables of a document put down in their order, whatever form they come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from parstats.documents import goal_headers, header_roles
from parstats.documents.document import Block, Cell, Span
from parstats.documents.phrases import tidy

# Columns of a frame for a letterhead or a signature; tables of measures have more. By judgement.
_FRAME_COLUMNS = 3


@dataclass
class BlockList:
    """Blocks with running numbers as their position, which forms without pages and lines have."""

    blocks: list[Block] = field(default_factory=list)
    n_tables: int = 0

    def add_paragraph(self, text: str, heading: int = 0) -> None:
        """Add a paragraph, if it has words.

        >>> blocks = BlockList()
        >>> blocks.add_paragraph("I. NHIỆM VỤ")
        >>> blocks.blocks[0].span.line_start, blocks.blocks[0].text
        (1, 'I. NHIỆM VỤ')
        """
        text = tidy(text)
        if text:
            self.blocks.append(Block(self._span(), text=text, heading=heading))

    def add_table(self, rows: Sequence[tuple[Cell, ...]]) -> None:
        """Add the rows of a table that have words, all of one width, their merged cells known."""
        self.n_tables += 1
        width = max(map(len, rows), default=0)
        for row in rows:
            if any(cell.text for cell in row):
                cells = row + (Cell(),) * (width - len(row))
                block = Block(self._span(), cells=cells, table=self.n_tables, tells_merges=True)
                self.blocks.append(block)

    def _span(self) -> Span:
        number = len(self.blocks) + 1
        return Span(number, number)


def is_frame(rows: Sequence[tuple[Cell, ...]]) -> bool:
    """Return whether a table only sets text side by side, as a letterhead or a signature.

    >>> is_frame([(Cell(("UBND TỈNH",)), Cell(("CỘNG HÒA",)))])
    True
    """
    if any(header_roles.is_plan_header([cell.text for cell in row]) for row in rows):
        return False
    if rows and goal_headers.is_goal_header([cell.text for cell in rows[0]]):
        return False
    return max(map(len, rows), default=0) <= _FRAME_COLUMNS
