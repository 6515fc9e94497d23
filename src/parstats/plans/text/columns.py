"""What the columns of a plan's table hold, told by the words of their headers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache

from parstats.plans.text.words import holds, key, phrases
from parstats.reference import csv_tables

#: Meanings a column can have; the fields of a record are made from them.
ROLES = (
    "number",
    "criterion",
    "group",
    "topic",
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
_DEEDS = {"task", "measure"}
_TOPICS = {"criterion", "topic"}  # these stand in tables of results as well
_DOERS = {"lead", "support", "units", "deadline"}
_YEAR = re.compile(r"\b(?:nam )?(?:19|20)\d\d\b")


@cache
def _headers(*, whole: bool) -> tuple[tuple[str, str], ...]:
    """Phrases and their meanings, longest first; with `whole` those too that fill their header."""
    rows = [
        (key(row["header"]), row["role"])
        for row in csv_tables.rows("column_maps/plan_columns")
        if whole or not row["whole"]
    ]
    return tuple(sorted(rows, key=lambda row: -len(row[0])))


@lru_cache(maxsize=2**13)
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
    known = _headers(whole=True)
    exact = next((meaning for phrase, meaning in known if phrase in (words, plain)), "")
    if exact:
        return exact
    known = _headers(whole=False)
    inside = [(phrase, meaning) for phrase, meaning in known if holds(plain, phrase)]
    if not inside:
        return ""
    phrase, meaning = _telling(inside)
    left = [
        word for word in plain.replace(phrase, " ").split() if word not in phrases("header filler")
    ]
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
    """Meanings of the columns of a table.

    Where no column is for the measure, that of the tasks is, else that of the topics. Of several
    columns for the criterion the last is, and those left of it are groups.

    Examples
    --------
    >>> roles(["STT", "Nhiệm vụ", "Tiến độ", "Đơn vị thực hiện"])
    ('number', 'measure', 'deadline', 'lead')
    >>> roles(["TT", "Nội dung", "Giải pháp", "Cơ quan phối hợp"])
    ('number', 'criterion', 'measure', 'support')
    """
    found = [role(header) for header in headers]
    if "measure" not in found:
        _rename_first(found, ("task", "topic"), "measure")
    if "criterion" not in found:
        _rename_first(found, ("topic", "task"), "criterion")
    if "criterion" not in found:
        _rename_first(found, ("issue",), "criterion")
    for place in [at for at, meaning in enumerate(found) if meaning == "criterion"][:-1]:
        found[place] = "group" if headers[place] != headers[place + 1] else "criterion"
    seen: set[str] = set()
    for place, meaning in enumerate(found):
        if meaning in seen and meaning in ("number", "lead", "support", "deadline"):
            found[place] = ""
        seen.add(meaning)
    return tuple(found)


def _rename_first(found: list[str], olds: Sequence[str], new: str) -> None:
    """Rename the first meaning that is one of several, tried in their order."""
    for old in olds:
        if old in found:
            found[found.index(old)] = new
            return


def names_doers(meanings: Sequence[str]) -> bool:
    """Whether columns say who does something, or by when."""
    return not _DOERS.isdisjoint(meanings)


def is_header(cells: Sequence[str]) -> bool:
    """Whether a row of cells names the columns of a table of measures.

    Examples
    --------
    >>> is_header(["TT", "Nhiệm vụ", "Chủ trì", "Thời gian"])
    True
    >>> is_header(["1", "Rà soát thủ tục", "Văn phòng Sở", "Thường xuyên"])
    False
    >>> is_header(["TT", "Tiêu chí", "Chỉ tiêu", "Kết quả năm 2023"])
    False
    """
    filled = [cell for cell in cells if cell.strip()]
    found = [role(cell) for cell in filled]
    known = {meaning for meaning in found if meaning}
    if len(known) < 3 or len(known) * 2 < len(set(filled)):
        return False
    return bool(known & _DEEDS and known & _ACTORS) or bool(known & _TOPICS and known & _DOERS)
