"""Roles of the columns of a plan's table, by the words of their headers."""

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

# Words of a header; a longer cell is text of a row. By judgement.
_LONGEST = 12
_ACTORS = {"lead", "support", "units", "deadline", "target", "product"}
_DEEDS = {"task", "measure"}
_TOPICS = {"criterion", "topic"}  # tables of results have these as well
_DOERS = {"lead", "support", "units", "deadline"}
_YEAR = re.compile(r"\b(?:nam )?(?:19|20)\d\d\b")


@cache
def _headers(*, full_header: bool) -> tuple[tuple[str, str], ...]:
    """Phrases and their meanings, longest first; with `full_header` also whole headers."""
    rows = [
        (key(row["header"]), row["role"])
        for row in csv_tables.rows("column_maps/plan_columns")
        if full_header or not row["whole"]
    ]
    return tuple(sorted(rows, key=lambda row: -len(row[0])))


@lru_cache(maxsize=2**13)
def role(header: str) -> str:
    """Return the role of a column by its header; "" if unknown.

    >>> role("Cơ quan chủ trì thực hiện"), role("Mục tiêu năm 2024"), role("Kết quả năm 2023")
    ('lead', 'target', 'result')
    """
    key_text = key(header)
    if not key_text or len(key_text.split()) > _LONGEST:
        return ""
    plain = " ".join(_YEAR.sub(" ", key_text).split())
    if plain != key_text and holds(key_text, "ket qua") and not holds(key_text, "du kien"):
        return "result"
    if holds(key_text, "chu tri") and holds(key_text, "phoi hop"):
        return "units"
    phrase_meanings = _headers(full_header=True)
    exact = next(
        (meaning for phrase, meaning in phrase_meanings if phrase in (key_text, plain)), ""
    )
    if exact:
        return exact
    phrase_meanings = _headers(full_header=False)
    inside = [(phrase, meaning) for phrase, meaning in phrase_meanings if holds(plain, phrase)]
    if not inside:
        return ""
    phrase, meaning = _telling(inside)
    remaining = [
        token
        for token in plain.replace(phrase, " ").split()
        if token not in phrases("header filler")
    ]
    # By judgement: three words may qualify a phrase, more make it something else.
    return meaning if len(remaining) <= max(3, len(phrase.split())) else ""


def _telling(inside: Sequence[tuple[str, str]]) -> tuple[str, str]:
    """Return the phrase that decides the role among several in a header.

    Who helps and who leads is said more exactly than that something is carried out.
    """
    for meaning in ("units", "support", "deadline"):
        for header_roles in inside:
            if header_roles[1] == meaning:
                return header_roles
    return inside[0]


def roles(headers: Sequence[str]) -> tuple[str, ...]:
    """Return the meanings of the columns of a table.

    Where no column is for the measure, that of the tasks is, else that of the topics. Of several
    columns for the criterion the last is, and those left of it are groups.

    >>> roles(["STT", "Nhiệm vụ", "Tiến độ", "Đơn vị thực hiện"])
    ('number', 'measure', 'deadline', 'lead')
    >>> roles(["TT", "Nội dung", "Giải pháp", "Cơ quan phối hợp"])
    ('number', 'criterion', 'measure', 'support')
    """
    header_roles = [role(header) for header in headers]
    if "measure" not in header_roles:
        _rename_first(header_roles, ("task", "topic"), "measure")
    if "criterion" not in header_roles:
        _rename_first(header_roles, ("topic", "task"), "criterion")
    if "criterion" not in header_roles:
        _rename_first(header_roles, ("issue",), "criterion")
    for column in [at for at, meaning in enumerate(header_roles) if meaning == "criterion"][:-1]:
        header_roles[column] = "group" if headers[column] != headers[column + 1] else "criterion"
    seen: set[str] = set()
    for column, meaning in enumerate(header_roles):
        if meaning in seen and meaning in ("number", "lead", "support", "deadline"):
            header_roles[column] = ""
        seen.add(meaning)
    return tuple(header_roles)


def _rename_first(header_roles: list[str], olds: Sequence[str], new: str) -> None:
    """Rename the first meaning that is one of several, tried in their order."""
    for old in olds:
        if old in header_roles:
            header_roles[header_roles.index(old)] = new
            return


def names_doers(meanings: Sequence[str]) -> bool:
    """Return whether columns name actors or deadlines."""
    return not _DOERS.isdisjoint(meanings)


def is_header(cells: Sequence[str]) -> bool:
    """Return whether a row of cells names the columns of a table of measures.

    >>> is_header(["TT", "Nhiệm vụ", "Chủ trì", "Thời gian"])
    True
    >>> is_header(["1", "Rà soát thủ tục", "Văn phòng Sở", "Thường xuyên"])
    False
    >>> is_header(["TT", "Tiêu chí", "Chỉ tiêu", "Kết quả năm 2023"])
    False
    """
    filled = [cell for cell in cells if cell.strip()]
    header_roles = [role(cell) for cell in filled]
    meanings = {meaning for meaning in header_roles if meaning}
    if len(meanings) < 3 or len(meanings) * 2 < len(set(filled)):
        return False
    return bool(meanings & _DEEDS and meanings & _ACTORS) or bool(
        meanings & _TOPICS and meanings & _DOERS
    )
