"""The header of a plan's table: how many rows it has, and what its columns mean."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

from parstats.documents import header_roles
from parstats.documents.document import Block, Cell
from parstats.documents.numbering import bare, is_number, marker
from parstats.documents.phrases import key
from parstats.plans.fields import agencies, deadlines

QUARTER = re.compile(r"^(?:quý|tháng)\b|^(?:q|t)\.?\s*(?:[IV]{1,3}|\d{1,2})\b", re.IGNORECASE)
# Keys of the headers of columns for the first and the last day.
_WHEN = r"(?:(?:thoi gian|thoi diem|thoi han|han|ngay|thang|quy|moc) )*"
_STARTS = re.compile(
    rf"^{_WHEN}(?:bat dau|khoi dau|khoi dong|khoi cong)(?: (?:thuc hien|trien khai|ngay))?$"
    r"|^(?:thoi gian |ngay )?tu(?: (?:ngay|thang))?$"
)
_ENDS = re.compile(
    rf"^{_WHEN}(?:ket thuc|hoan thanh|phai xong|xong|hoan tat)(?: (?:thuc hien|ngay))?$"
    r"|^(?:thoi gian |ngay )?den(?: (?:ngay|thang))?$"
)
# These mean the first day only beside a column for the last.
_STARTS_BESIDE = re.compile(
    r"^(?:thoi gian|thoi diem|ngay|thang) trien khai(?: thuc hien)?$|^(?:thoi diem|ngay) thuc hien$"
)
# "Từ" and "Đến" are headers only together.
_ONE_WORD = {"tu", "den"}
_YEAR = re.compile(r"^(?:nam )?20\d\d$")
# Words of a header that is not known. By judgement.
_FEW_WORDS = 5
_COUNT = re.compile(r"^\(?(?:\d{1,2}|[A-Z])\)?(?:\s*=.*)?$")


def header_height(blocks: Sequence[Block]) -> int:
    """Return how many of the first rows are the header of a table of measures; 0 if there is none.

    Cells of the second row stand under a cell over several columns, or beside cells over both rows.
    """
    texts = [table_cell.text for table_cell in blocks[0].cells]
    second = blocks[1] if len(blocks) > 1 and blocks[1].table == blocks[0].table else None
    # Many annexes have "Đơn vị thực hiện" over "Chủ trì" and "Phối hợp": two rows of header.
    if header_roles.is_plan_header(texts):
        return 2 if second is not None and is_second_header(blocks[0], second) else 1
    if second is None or len(second.cells) != len(texts) or not _is_under(blocks[0], second):
        return 0
    if header_roles.is_plan_header([table_cell.text for table_cell in second.cells]):
        return 0  # a header that is repeated under a group
    both = [
        below or above
        for above, below in zip(spread(blocks[0].cells), spread(second.cells), strict=True)
    ]
    return 2 if header_roles.is_plan_header(both) else 0


def has_header(blocks: Sequence[Block]) -> bool:
    """Return whether one of the rows names the columns of a table of measures."""
    return any(header_height(blocks[position : position + 2]) for position in range(len(blocks)))


def spread(cells: Sequence[Cell]) -> list[str]:
    """Return the texts of a header; one over several columns stands for each of them."""
    texts: list[str] = []
    for table_cell in cells:
        texts.append(texts[-1] if table_cell.merged == "left" and texts else table_cell.text)
    return texts


def _is_under(above: Block, block: Block) -> bool:
    """Return whether a row continues a header: merged with it, or under a wide cell."""
    return any(table_cell.merged == "up" for table_cell in block.cells) or any(
        table_cell.merged == "left" for table_cell in above.cells
    )


def is_second_header(above: Block, block: Block) -> bool:
    """Return whether a row is the second of a header: its cells stand under a wide or empty one.

    Neither the title of a group nor the rest of a row that a page cuts is one, whatever its words.
    """
    filled = [
        table_cell.text
        for table_cell in block.cells
        if table_cell.text and table_cell.merged != "up"
    ]
    if not filled or len(block.cells) != len(above.cells) or marker(filled[0]):
        return False
    if len(filled) == 1 or is_number(block.cells[0].text):
        return False
    under_empty = any(
        below.text and not over.text for over, below in zip(above.cells, block.cells, strict=True)
    )
    if not under_empty and not _is_under(above, block):
        return False
    unknown = [text for text in filled if not _names_column(text)]
    under_wide = {
        below.text
        for over, below in zip(spread(above.cells), block.cells, strict=True)
        if spread(above.cells).count(over) > 1
    }
    # One of several under a wide cell may be unknown: "Tổ theo dõi" beside "Chủ trì", "Phối hợp".
    known = len(filled) - len(unknown)
    few = len(unknown) == 1 and known > 1 and len(unknown[0].split()) <= _FEW_WORDS
    return not unknown or (few and unknown[0] in under_wide)


def _names_column(text: str) -> bool:
    """Return whether a text of a second row of a header names a column."""
    return bool(
        header_roles.plan_role(text) not in ("", "number")
        or deadlines.looks_like_deadline(text)
        or _STARTS.match(key(text))
        or _ENDS.match(key(text))
        or _YEAR.match(key(text))
    )


def by_quarter(
    roles: tuple[str, ...], headers: Sequence[str], labels: Sequence[str]
) -> tuple[str, ...]:
    """Read columns such as "Quý I" under "Thời gian" as the deadline."""
    return tuple(
        "deadline"
        if header_roles.plan_role(header) == "deadline" and label != header and QUARTER.match(label)
        else role
        for role, header, label in zip(roles, headers, labels, strict=True)
    )


def day_ends(labels: Sequence[str], headers: Sequence[str]) -> tuple[str, ...]:
    """Return "start" and "end" for columns of the first and the last day, "" for others.

    A column of time beside one for the first day is for the last. `headers` are those above the
    labels, or the same.

    >>> day_ends(["Nhiệm vụ", "Thời gian bắt đầu", "Thời hạn"], ["Nhiệm vụ", "", ""])
    ('', 'start', 'end')
    >>> day_ends(["Nhiệm vụ", "Thời gian hoàn thành"], ["", ""]), day_ends(["Từ"], ["Từ"])
    (('', ''), ('',))
    """
    keys = [key(label) for label in labels]
    ends = [at for at, text in enumerate(keys) if _ENDS.match(text)]
    starts = [at for at, text in enumerate(keys) if _STARTS.match(text)]
    if not starts and ends:
        starts = [at for at, text in enumerate(keys) if _STARTS_BESIDE.match(text)]
    if len(starts) != 1 or len(ends) > 1 or (keys[starts[0]] in _ONE_WORD and not ends):
        return ("",) * len(labels)
    if not ends:
        ends = [
            at
            for at, texts in enumerate(zip(labels, headers, strict=True))
            if at not in starts
            and any(header_roles.plan_role(text) == "deadline" for text in texts)
        ][:1]
    return tuple(
        "start" if at in starts else "end" if at in ends else "" for at in range(len(labels))
    )


def carries_on(block: Block, roles: Sequence[str]) -> bool:
    """Return whether a table without a header continues the table of measures before.

    It has as many columns, and what it holds fits at least one of them.
    """
    if not roles:
        return False
    if block.breaks:
        return True
    if len(block.cells) != len(roles):
        return False
    texts = [table_cell.text for table_cell in block.cells]
    by_role = dict(zip(reversed(roles), reversed(texts), strict=True))
    number = by_role.get("number", "")
    if number:
        return is_number(bare(number)) or not any(texts[1:])
    if sum(header_roles.plan_role(text) not in ("", "measure", "criterion") for text in texts) > 1:
        return False  # the header of another table
    who = any(agencies.looks_like_unit(by_role.get(name, "")) for name in ("lead", "units"))
    when = deadlines.looks_like_deadline(by_role.get("deadline", ""))
    return who or when or "number" in roles


def fitted(block: Block, roles: Sequence[str]) -> Block:
    """Fit a row with too many cells to the columns, as of a text with a cell on each line.

    Of its empty cells those are dropped without which the rest fits the columns best.
    """
    width, cells = len(roles), block.cells
    surplus = len(cells) - width
    if surplus <= 0 or block.tells_merges:
        return block
    empty = [position for position, table_cell in enumerate(cells) if not table_cell.text]
    # Of 12 empty cells at most 924 selections are tried; rows of plans have fewer.
    if len(empty) < surplus or len(empty) > 12:
        rest = tuple(text for table_cell in cells[width - 1 :] for text in table_cell.paragraphs)
        return replace(block, cells=(*cells[: width - 1], Cell(rest)))
    candidates = [
        tuple(table_cell for position, table_cell in enumerate(cells) if position not in dropped)
        for dropped in combinations(empty, surplus)
    ]
    return replace(block, cells=max(candidates, key=lambda cells: _fit(cells, roles)))


def _fit(cells: Sequence[Cell], roles: Sequence[str]) -> int:
    """Return how many filled cells look like what their column holds."""
    points = 0
    for table_cell, meaning in zip(cells, roles, strict=True):
        if not table_cell.text:
            continue
        unit, deadline = (
            agencies.looks_like_unit(table_cell.text),
            deadlines.looks_like_deadline(table_cell.text),
        )
        if meaning == "number":
            points += 2 if is_number(table_cell.text) else -2
        elif meaning in ("lead", "support", "units"):
            points += 2 if unit else -1
        elif meaning == "deadline":
            points += 2 if deadline else -1
        elif meaning:
            points += 1 if not (deadline or is_number(table_cell.text)) else -1
    return points


def is_count(texts: Sequence[str]) -> bool:
    """Return whether a row only counts the columns: (1) (2) (3)."""
    filled = [text for text in texts if text]
    # Official tables number their columns under the header; two such cells may be a real row.
    return len(filled) > 2 and all(map(_COUNT.match, filled))
