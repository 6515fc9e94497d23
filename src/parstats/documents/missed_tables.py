"""Signs of a table of measures that was not read as one: words of its header in running text.

Text copied out of a PDF, or read from a picture, loses the columns of a table. What is left cannot
be trusted, and a person is told where to look.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from parstats.documents import goal_headers, header_roles
from parstats.documents.document import Block, Unread
from parstats.documents.numbering import marker

_REASON = "what looks like a table of measures that was not read"
_GOALS_REASON = "what looks like a table of goals that was not read"
# Header words that make a table likely. By judgement: a sentence names two together, rarely three.
_FEWEST = 3
# Paragraphs that a header may be in, a cell each; words of a header on one line. By judgement.
_MOST_CELLS = 12
_MOST_WORDS = 30
_WORDS_OF_A_CELL = 6
# Paragraphs within which the columns of a page may stand one after the other.
_STRETCH = 60
# Rows and columns of a table whose header is not understood.
_ROWS, _COLUMNS = 3, 4
# Roles that only tables of measures have; those of scores have criteria, targets and results.
_DOERS = {"lead", "support", "units", "deadline"}
_OF_MEASURES = {"task", "measure", *_DOERS}


def unread(blocks: Sequence[Block], unit: str = "paragraph") -> tuple[Unread, ...]:
    """Return the places that look like tables of measures that were not read.

    `unit` is what messages call a position where there are no pages: "line", "paragraph".

    >>> from parstats.documents.document import Span
    >>> text = "STT Nhiệm vụ Cơ quan chủ trì Thời gian hoàn thành"
    >>> unread([Block(Span(7, 7, page=3), text)])[0].place
    'page 3'
    >>> unread([Block(Span(1, 1), "Nhiệm vụ và thời gian do cơ quan chủ trì đề xuất.")])
    ()
    """
    places: dict[str, Unread] = {}
    for block in (*_in_text(blocks), *_scattered(blocks), *_headless(blocks)):
        place = f"{unit} {block.span.line_start}"
        if block.span.page is not None:
            place = f"{'sheet' if unit == 'row' else 'page'} {block.span.page}"
        is_of_goals = bool(block.text) and goal_headers.is_header_line(block.text)
        reason, kind = (_GOALS_REASON, "goals") if is_of_goals else (_REASON, "table")
        places.setdefault(f"{kind} {place}", Unread(place, reason, block.span.page, kind=kind))
    return tuple(places.values())


def on_page(page: int) -> Unread:
    """Return the place of a page with a table that was not read.

    >>> on_page(3).place
    'page 3'
    """
    return Unread(f"page {page}", _REASON, page, kind="table")


def _in_text(blocks: Sequence[Block]) -> Iterator[Block]:
    """Yield paragraphs that are the header of a table, or the first of several that are."""
    for at, block in enumerate(blocks):
        if not block.text or _is_before_table(blocks, at):
            continue
        if (
            goal_headers.is_header_line(block.text)
            or _is_header_line(block.text)
            or _is_header_in_cells(blocks, at)
        ):
            yield block


def _scattered(blocks: Sequence[Block]) -> Iterator[Block]:
    """Yield the first of the header words that stand in lines of their own, columns between them.

    So a PDF comes out as text that is read column by column.
    """
    near: list[tuple[int, Block, str]] = []
    for at, block in enumerate(blocks):
        if block.cells:
            near = []
            continue
        roles = () if len(block.text.split()) > _WORDS_OF_A_CELL else _roles_of_line(block.text)
        if len(roles) != 1:
            continue
        near = [entry for entry in near if at - entry[0] <= _STRETCH]
        near.append((at, block, roles[0]))
        known = {role for *_, role in near}
        if len(known) >= _FEWEST and len(known & _DOERS) > 1:
            yield near[0][1]
            near = []


def _roles_of_line(text: str) -> tuple[str, ...]:
    is_label = text.endswith((":", ".", ";")) or marker(text) is not None
    return () if is_label else header_roles.roles_in_line(text)


def _is_before_table(blocks: Sequence[Block], at: int) -> bool:
    return any(block.cells for block in blocks[at + 1 : at + 3])


def _is_header_line(text: str) -> bool:
    """Return whether a line is made of header words, with bars or without."""
    if text.count("|") >= _FEWEST - 1:
        return header_roles.is_plan_header([part for part in text.split("|") if part.strip()])
    words = text.split()
    if len(words) > _MOST_WORDS or ":" in text or text.endswith((".", ";")):
        return False
    roles = header_roles.roles_in_line(text)
    return len(set(roles)) >= _FEWEST and _tells_measures(roles, numbered="number" in roles)


def _tells_measures(roles: Sequence[str], *, numbered: bool) -> bool:
    """Return whether roles are those of a table of measures.

    With the column of numbers one more is enough; without it a doer and a deed are.
    """
    known = _OF_MEASURES.intersection(roles)
    return len(known) >= (1 if numbered else 2)


def _is_header_in_cells(blocks: Sequence[Block], at: int) -> bool:
    """Return whether paragraphs from here on are the cells of a header, each its own."""
    texts: list[str] = []
    for block in blocks[at : at + _MOST_CELLS]:
        is_cell = block.text and len(block.text.split()) <= _WORDS_OF_A_CELL
        if not is_cell or not header_roles.plan_role(block.text):
            break
        texts.append(block.text)
    return len(texts) >= _FEWEST and header_roles.is_plan_header(texts)


def _headless(blocks: Sequence[Block]) -> Iterator[Block]:
    """Yield the first rows of tables whose header has words of measures and is not understood."""
    tables: dict[int, list[Block]] = {}
    for block in blocks:
        if block.cells:
            tables.setdefault(block.table, []).append(block)
    for rows in tables.values():
        first = rows[0]
        texts = [[cell.text for cell in row.cells if cell.text] for row in rows[:4]]
        if len(rows) < _ROWS or len(first.cells) < _COLUMNS:
            continue
        if any(map(header_roles.is_plan_header, texts)) or _is_over_two_rows(rows):
            continue
        if goal_headers.is_of_goals(texts[0]) or goal_headers.is_goal_header(texts[0]):
            continue
        roles = {role for text in texts[0] if (role := header_roles.plan_role(text))}
        if len(roles) >= _FEWEST and roles & (_OF_MEASURES | {"product"}) and "result" not in roles:
            yield first


def _is_over_two_rows(rows: Sequence[Block]) -> bool:
    """Return whether two rows together name the columns of a table of measures."""
    above, both = "", []
    for upper, lower in zip(rows[0].cells, rows[1].cells, strict=False):
        above = above if upper.merged == "left" else upper.text
        both.append(lower.text or above)
    return header_roles.is_plan_header(both)
