"""What the columns of a plan's table hold, told by the words of their headers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from parstats import reference
from parstats.plans.text.words import holds, key

#: Meanings a column can have; the fields of a record are made from them.
ROLES = (
    "number",
    "criterion",
    "task",
    "target",
    "measure",
    "lead",
    "support",
    "units",
    "deadline",
    "product",
    "issue",
    "result",
    "note",
)

_LONGEST = 12  # words; a header says it shorter
_ACTORS = {"lead", "support", "units", "deadline", "target", "product"}
_DEEDS = {"criterion", "task", "measure"}
_YEAR = re.compile(r"\b(?:nam )?(?:19|20)\d\d\b")
_FILL = {"thuc", "hien", "cac", "va", "cua", "nam", "du", "kien", "can", "cho", "theo"}


@cache
def _headers() -> tuple[tuple[str, str], ...]:
    rows = [(key(row["header"]), row["role"]) for row in reference.rows("column_maps/plan_columns")]
    return tuple(sorted(rows, key=lambda row: -len(row[0])))


@cache
def role(header: str) -> str:
    """What a header says its column holds; "" if it is not known.

    Examples
    --------
    >>> role("Cơ quan chủ trì thực hiện"), role("Mục tiêu năm 2024"), role("Kết quả năm 2023")
    ('lead', 'target', 'result')
    """
    words = key(header)
    if not words or len(words.split()) > _LONGEST:
        return ""
    plain = " ".join(_YEAR.sub(" ", words).split())
    if plain != words and holds(words, "ket qua") and not holds(words, "du kien"):
        return "result"
    if holds(words, "chu tri") and holds(words, "phoi hop"):
        return "units"
    known = _headers()
    exact = next((meaning for phrase, meaning in known if phrase in (words, plain)), "")
    if exact:
        return exact
    inside = [(phrase, meaning) for phrase, meaning in known if holds(plain, phrase)]
    if not inside:
        return ""
    phrase, meaning = _telling(inside)
    left = [word for word in plain.replace(phrase, " ").split() if word not in _FILL]
    return meaning if len(left) <= max(3, len(phrase.split())) else ""


def _telling(inside: Sequence[tuple[str, str]]) -> tuple[str, str]:
    """Of several phrases in a header the one that says what the column is for.

    Who helps and who leads is said more exactly than that something is carried out.
    """
    for meaning in ("units", "support", "deadline"):
        for found in inside:
            if found[1] == meaning:
                return found
    return inside[0]


def roles(headers: Sequence[str]) -> tuple[str, ...]:
    """Meanings of the columns of a table; a task is the measure where no column is.

    Examples
    --------
    >>> roles(["STT", "Nhiệm vụ", "Tiến độ", "Đơn vị thực hiện"])
    ('number', 'measure', 'deadline', 'lead')
    >>> roles(["TT", "Nội dung", "Giải pháp", "Cơ quan phối hợp"])
    ('number', 'criterion', 'measure', 'support')
    """
    found = [role(header) for header in headers]
    for place, meaning in enumerate(found):
        if meaning == "task":
            if "measure" not in found:
                found[place] = "measure"
            elif "criterion" not in found:
                found[place] = "criterion"
    seen: set[str] = set()
    for place, meaning in enumerate(found):
        if meaning in seen and meaning in ("number", "lead", "support", "deadline"):
            found[place] = ""
        seen.add(meaning)
    return tuple(found)


def is_header(cells: Sequence[str]) -> bool:
    """Whether a row of cells names the columns of a table of measures.

    Examples
    --------
    >>> is_header(["TT", "Nhiệm vụ", "Chủ trì", "Thời gian"])
    True
    >>> is_header(["1", "Rà soát thủ tục", "Văn phòng Sở", "Thường xuyên"])
    False
    """
    filled = [cell for cell in cells if cell.strip()]
    found = [role(cell) for cell in filled]
    known = {meaning for meaning in found if meaning}
    if len(known) < 3 or len(known) * 2 < len(set(filled)):
        return False
    return bool(known & _DEEDS) and bool(known & _ACTORS)
