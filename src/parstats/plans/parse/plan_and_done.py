"""Tables of what was planned and what was done: rows that clearly fell short are shortcomings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from parstats.documents import goal_headers, header_roles
from parstats.documents.document import Block
from parstats.documents.phrases import key
from parstats.plans.fields.targets import number_value
from parstats.plans.parse.goal_table import header_of, unit_of
from parstats.plans.parse.table_header import is_count
from parstats.plans.records import Section, Shortcoming

_FIGURE = re.compile(
    r"^(?:(?:hạng|thứ|trên|từ|đạt|≥|>=|>|≤|<=)\s*)?(?P<value>\d{1,4}(?:[.,]\d{1,3})?)"
    r"\s*(?P<unit>%|điểm)?(?:\s*trở lên)?$",
    re.IGNORECASE,
)
# What should be low, as keys: more of it is no success.
_BAD = re.compile(
    r"\b(?:qua han|tre|cham|muon|khieu nai|to cao|ngheo|giam|ton dong|sai|vi pham|khong|chua"
    r"|that nghiep|thoi gian|chi phi|tai nan|phan anh|kien nghi|no dong|huy|loi)\b"
)


@dataclass
class PlanAndDone:
    """What a table says fell short, and the items of which it is not clear."""

    shortcomings: list[Shortcoming] = field(default_factory=list)
    unsure: list[str] = field(default_factory=list)


def read_plan_and_done(blocks: Sequence[Block], section: Section) -> PlanAndDone | None:
    """Read a table with one column of what was planned and one of what was done for each item.

    None if it is another table. A share, a score or a rank tells which way is better, unless the
    item is something bad; of other rows that differ it is not sure that they fell short.
    """
    headers, height = header_of(blocks)
    roles = goal_headers.goal_roles(headers)
    planned = [at for at, role in enumerate(roles) if role == "goal"]
    done = _done_columns(headers, roles, planned)
    if roles.count("item") != 1 or len(planned) != 1 or len(done) != 1:
        return None
    years = {tuple(header_roles.years_in(headers[at])) for at in (*planned, *done)}
    if len(years) > 1:
        return None
    unit = roles.index("measured") if "measured" in roles else None
    scored = "điểm" if key(headers[done[0]]).startswith("diem ") else ""  # "Điểm 2025"
    why = roles.index("cause") if roles.count("cause") == 1 else None
    table = PlanAndDone()
    for block in blocks[height:]:
        texts = [cell.text.strip() for cell in block.cells]
        if len(texts) != len(headers) or is_count(texts):
            continue
        item, aim, reached = texts[roles.index("item")], texts[planned[0]], texts[done[0]]
        if not item or item in (aim, reached) or not (aim and reached):
            continue
        stated = texts[unit] if unit is not None else scored
        short = _falls_short(item, stated, aim, reached)
        if short is None:
            table.unsure.append(item)
        elif short:
            unit_text = _row_unit(item, stated)
            pair = (_with_unit(reached, unit_text), _with_unit(aim, unit_text))
            cause = texts[why] if why is not None else ""
            table.shortcomings.append(Shortcoming(section, "", item, *pair, cause, block.span, ""))
    return table


def _done_columns(
    headers: Sequence[str], roles: Sequence[str], planned: Sequence[int]
) -> list[int]:
    """Return the columns of what was done: by their words, else of the year that was planned.

    >>> headers = ["Nội dung", "Điểm 2024", "Điểm 2025", "Mục tiêu 2025"]
    >>> _done_columns(headers, goal_headers.goal_roles(headers), [3])
    [2]
    """
    done = [
        at
        for at, role in enumerate(roles)
        if role == "reached" and goal_headers.is_done(headers[at])
    ]
    years = [header_roles.years_in(headers[at]) for at in planned]
    if done or len(years) != 1 or len(years[0]) != 1:
        return done
    return [
        at
        for at, role in enumerate(roles)
        if role == "year" and header_roles.years_in(headers[at]) == years[0]
    ]


def _falls_short(item: str, stated: str, aim: str, reached: str) -> bool | None:
    """Return whether less was reached than was planned; None where it is not sure.

    >>> _falls_short("Hồ sơ đúng hạn", "%", "80", "63"), _falls_short("Điểm PAPI", "", "4", "5")
    (True, False)
    >>> _falls_short("Xếp hạng PAPI", "", "15", "20"), _falls_short("Tỷ lệ trễ hạn", "%", "1", "2")
    (True, None)
    >>> _falls_short("Số lớp tập huấn", "lớp", "5", "3"), _falls_short("Hồ sơ", "", "80%", "63%")
    (None, True)
    """
    planned, done = _FIGURE.match(aim), _FIGURE.match(reached)
    if planned is None or done is None:
        return None
    units = {found["unit"].lower() for found in (planned, done) if found["unit"]}
    unit = units.pop() if len(units) == 1 else "" if units else _row_unit(item, stated)
    values = [number_value(found["value"], unit or "điểm") for found in (planned, done)]
    if values[0] == values[1]:
        return False
    if _BAD.search(key(item)) or unit not in ("%", "điểm", "hạng"):
        return None
    return values[1] > values[0] if unit == "hạng" else values[1] < values[0]


def _row_unit(item: str, stated: str) -> str:
    """Return the unit of the bare figures of a row, "" if it tells none."""
    unit = unit_of(item, stated)
    return unit or ("%" if re.search(r"\b(?:ty le|muc do hai long)\b", key(item)) else "")


def _with_unit(text: str, unit: str) -> str:
    """Return the figure of a cell with the unit that its row states.

    >>> _with_unit("63", "%"), _with_unit("63%", "%"), _with_unit("12", "hạng")
    ('63%', '63%', '12')
    """
    if not text[-1:].isdigit() or unit not in ("%", "điểm"):
        return text
    return f"{text}{unit}" if unit == "%" else f"{text} {unit}"
