"""Headers of tables of measures that the end of a page, or a second row, cuts in two.

The lower part is no row of the table: read as one it becomes a measure, and a column whose name it
ends is lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from parstats.documents import header_roles
from parstats.documents.document import Block, Cell, Unread
from parstats.documents.numbering import is_number
from parstats.documents.phrases import key

_REASON = "a header of a table that was not read"
# Words of the lower part of a header, in a cell. By judgement: "chịu trách nhiệm chủ trì".
_MOST_WORDS = 6
# Rows below its first that a header may have. By judgement.
_MOST_ROWS = 3
# Headers in a row from which it is one, cut or not. By judgement: a row of text has none.
_FEWEST = 3
# Columns of a frame for a signature below a table. By judgement.
_FRAME_COLUMNS = 3


def joined(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Return the blocks with the headers that are cut in two put together.

    >>> from parstats.documents.document import Span
    >>> def row(number, *texts):
    ...     cells = tuple(Cell((text,) if text else ()) for text in texts)
    ...     return Block(Span(number, number), cells=cells, table=1)
    >>> upper, lower = row(1, "TT", "Nhiệm vụ", "Cơ quan", "Thời"), row(2, "", "", "chủ trì", "hạn")
    >>> whole = joined([upper, lower])
    >>> [cell.text for block in whole for cell in block.cells]
    ['TT', 'Nhiệm vụ', 'Cơ quan chủ trì', 'Thời hạn']
    """
    whole: list[Block] = []
    at = 0
    while at < len(blocks):
        block = blocks[at]
        at += 1
        # Of most rows the next begins with a number: they are no headers.
        for _ in range(_MOST_ROWS):
            parts = _together(block, blocks[at]) if at < len(blocks) else ()
            if not parts:
                break
            at += 1
            block, *below = parts
            if below:
                whole.append(block)
                block = below[0]
                break
        whole.append(block)
    return tuple(whole)


def unread(blocks: Sequence[Block], unit: str = "paragraph") -> Iterator[Unread]:
    """Yield the places where a row at the head of a page looks like the rest of a header."""
    for above, block in pairwise(blocks):
        if not block.breaks or above.table != block.table:
            continue
        if _has_other_columns(above, block) or (_is_header(above) and _looks_cut(above, block)):
            page = block.span.page
            place = f"{unit} {block.span.line_start}" if page is None else f"page {page}"
            yield Unread(place, _REASON, page, kind="table")


def _together(above: Block, block: Block) -> tuple[Block, ...]:
    """Return a header and the row below as one; as two where cells stand under a wide one.

    Nothing if the row is no part of the header.
    """
    texts = [cell.text for cell in block.cells]
    upper = _widened(above, block)
    if not _may_end(above, block) or len(upper) != len(texts):
        return ()
    wide = {x for at, cell in enumerate(upper) for x in (at - 1, at) if cell.merged == "left"}
    ends = [text for at, text in enumerate(texts) if text and upper[at].text and at not in wide]
    # Two rows of header as they are need no joining.
    if not _is_rest(upper, block.cells, wide) or not (ends or len(upper) > len(above.cells)):
        return ()
    cells = [
        _longer(cell, below) if at not in wide else cell
        for at, (cell, below) in enumerate(zip(upper, block.cells, strict=True))
    ]
    under = [below if at in wide else Cell() for at, below in enumerate(block.cells)]
    both = [under[at].text or cell.text for at, cell in enumerate(cells)]
    if not header_roles.is_plan_header(both):
        return ()
    first = replace(above, cells=tuple(cells))
    if not any(cell.text for cell in under):
        span = replace(above.span, line_end=block.span.line_end)
        return (replace(first, span=span),)
    return first, replace(block, cells=tuple(under), breaks=False)


def _may_end(above: Block, block: Block) -> bool:
    """Return whether a row below another has a few words, no number, and is no header itself."""
    texts = [cell.text for cell in block.cells]
    if not above.cells or above.table != block.table or not any(texts) or is_number(texts[0]):
        return False
    return _longest(texts) <= _MOST_WORDS and not header_roles.is_plan_header(texts)


def _longest(texts: Sequence[str]) -> int:
    return max(len(text.split()) for text in texts)


def _widened(above: Block, block: Block) -> tuple[Cell, ...]:
    """Return the cells of a header, those over several columns of the row below spread over them.

    On a page of its own a cell over two columns is one column.
    """
    boxes = [cell.box for cell in block.cells]
    if len(above.cells) >= len(block.cells) or None in boxes:
        return above.cells
    cells: list[Cell] = []
    for upper in above.cells:
        if upper.box is None:
            return above.cells
        left, _, right, _ = upper.box
        n_under = sum(left < (box[0] + box[2]) / 2 < right for box in boxes if box is not None)
        cells += [upper, *[Cell(merged="left", box=upper.box)] * (n_under - 1)]
    return tuple(cells)


def _is_rest(upper: Sequence[Cell], lower: Sequence[Cell], wide: set[int]) -> bool:
    """Return whether every text of a row ends a header, or is one of its own under a wide cell."""
    for at, (cell, below) in enumerate(zip(upper, lower, strict=True)):
        if not below.text or below.merged:
            continue
        if at in wide or not cell.text:
            if header_roles.plan_role(below.text) in ("", "number"):
                return False
        elif not _ends(cell.text, below.text):
            return False
    return True


def _ends(upper: str, lower: str) -> bool:
    """Return whether two texts are one name of a column; what ends it has no capital."""
    is_end = lower[0].islower() or not lower[0].isalpha() or key(upper + lower) == "stt"
    return is_end and header_roles.is_column_name(f"{upper} {lower}")


def _longer(cell: Cell, below: Cell) -> Cell:
    """Return a cell with the text of the one below after its own."""
    if not below.text or below.merged:
        return cell
    return replace(cell, paragraphs=(f"{cell.text} {below.text}".strip(),))


def _is_header(block: Block) -> bool:
    texts = [cell.text for cell in block.cells]
    roles = {header_roles.plan_role(text) for text in texts} - {""}
    return header_roles.is_plan_header(texts) or len(roles) >= _FEWEST


def _looks_cut(above: Block, block: Block) -> bool:
    """Return whether a row has no number where others have one, and only ends of headers."""
    texts = [cell.text for cell in block.cells]
    filled = [text for text in texts if text]
    if not filled or header_roles.is_plan_header(texts) or texts[0]:
        return False
    numbered = header_roles.plan_role(above.cells[0].text) == "number"
    is_short = _longest(filled) <= _MOST_WORDS and len(filled) > 1
    return numbered and is_short and any(text[0].islower() for text in filled)


def _has_other_columns(above: Block, block: Block) -> bool:
    """Return whether a page of a table has other columns than its header."""
    texts = [cell.text for cell in block.cells]
    if not block.tells_merges or header_roles.is_plan_header(texts):
        return False
    return len(above.cells) != len(block.cells) and len(block.cells) > _FRAME_COLUMNS
