"""What heads a table of goals: the columns for what is aimed at, for years, for what was reached.

Its words stand here alone: a table is told from a frame, from a table of measures that was lost,
and its columns are read, by the same ones.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from parstats.documents import header_roles
from parstats.documents.phrases import key

#: Roles of the columns that hold figures: goals, what was reached, either by its year alone.
FIGURES = ("goal", "reached", "year")
# Headers, as keys, of the column that names what is aimed at.
_ITEM = re.compile(
    r"^(?:ten |cac |noi dung |danh muc )*(?:chi tieu|muc tieu|chi so|tieu chi|linh vuc|noi dung)"
    r"(?: (?:thanh phan|cu the|chu yeu|noi dung|phan dau|danh gia|linh vuc|va|chi so|tieu chi))*$"
)
# An item that is called so is aimed at; "Chỉ số", "Nội dung" may be the head of any table.
_AIMED = re.compile(r"\b(?:chi tieu|muc tieu|phan dau)\b")
_OFFICE = (
    r"(?:co quan|don vi|dia phuong|to chuc|so|ban|nganh|so nganh|so ban nganh|ubnd|uy ban nhan dan"
    r"|huyen|quan|thi xa|thanh pho|xa|phuong|thi tran|dac khu|cap huyen|cap xa)"
)
# Of the column that names offices, where no other names what is aimed at.
_OFFICES = re.compile(
    rf"^(?:(?:ten|cac|khoi) )*{_OFFICE}(?: (?:{_OFFICE}|hanh chinh|truc thuoc|cap tinh|tinh))*$"
)
_MEASURED = re.compile(r"^(?:don vi(?: tinh| do)|dvt)$")
_NUMBER = re.compile(r"^(?:stt|tt|so tt|so thu tu|st t|s tt)$")
# What a column of a year holds that is no goal: what was reached, or how far that is.
_REACHED = re.compile(
    r"^th\b|\b(?:thuc hien|ket qua|hien trang|da dat|dat duoc|uoc|so sanh|so voi|tang giam|co so"
    r"|goc)\b"
)
# What was reached itself, of what a plan had set.
_DONE = re.compile(r"^th\b|\b(?:thuc hien|ket qua|da dat|dat duoc|uoc)\b")
_GOAL = re.compile(
    r"\b(?:muc tieu|chi tieu|ke hoach|kh|phan dau|den nam|den het nam|den|lo trinh)\b"
)
# Roles of columns of measures that words for goals or results do not change.
_BESIDE = {"support", "units", "deadline", "person", "oversight", "measure", "task"}
# The columns of a header in one line, the longest words first.
_ITEMS = ("chi tieu", "muc tieu", "chi so", "tieu chi", "noi dung")
_IN_LINE = re.compile(
    r"\b(?:(?:(?:den|het|muc tieu|chi tieu|ke hoach|kh|thuc hien|th|ket qua) )*(?:nam )?20\d\d"
    rf"|{'|'.join(_ITEMS)}|don vi tinh|don vi|dvt|stt|tt|ke hoach|thuc hien|ghi chu)\b"
)
# Words of a header; a longer cell is text of a row. By judgement.
_LONGEST = 12


def goal_roles(headers: Sequence[str]) -> tuple[str, ...]:
    """Return what the columns of a table hold, as one of goals.

    "number", "item" (what is aimed at), "office" (whose goals they are), "measured" (the unit of
    measurement), "goal", "reached" or "year" (which of them, its year alone does not say); of any
    other column its role in a table of measures, "" if unknown.

    >>> goal_roles(["TT", "Chỉ tiêu", "ĐVT", "Thực hiện 2025", "Năm 2026", "Cơ quan chủ trì"])
    ('number', 'item', 'measured', 'reached', 'year', 'lead')
    >>> goal_roles(["Đơn vị", "Chỉ tiêu SIPAS năm 2026 (%)"])
    ('office', 'goal')
    """
    roles = [_role(header) for header in headers]
    first = next((at for at, header in enumerate(headers) if _ITEM.match(key(header))), None)
    if first is not None:
        roles[first] = "item"
        return tuple("lead" if role == "office" else role for role in roles)
    offices = [at for at, role in enumerate(roles) if role == "office"]
    return tuple("lead" if at in offices[1:] else role for at, role in enumerate(roles))


def _role(header: str) -> str:
    words = key(header)
    if not words or len(words.split()) > _LONGEST:
        return ""
    for role, pattern in (("number", _NUMBER), ("measured", _MEASURED), ("office", _OFFICES)):
        if pattern.match(words):
            return role
    named = header_roles.plan_role(header)
    if named in _BESIDE or (named == "lead" and words != "thuc hien"):
        return named
    if _REACHED.search(words) or _GOAL.search(words):
        return "reached" if _REACHED.search(words) else "goal"
    return "year" if header_roles.years_in(header) else named


def is_aimed(header: str) -> bool:
    """Return whether a header says by itself that something is aimed at.

    >>> is_aimed("Chỉ tiêu cụ thể"), is_aimed("Nội dung")
    (True, False)
    """
    return _AIMED.search(key(header)) is not None


def is_done(header: str) -> bool:
    """Return whether a header says what was reached of a plan, not only where things stand.

    >>> is_done("Thực hiện"), is_done("Hiện trạng")
    (True, False)
    """
    return _DONE.search(key(header)) is not None


def is_goal_header(cells: Sequence[str]) -> bool:
    """Return whether a row names what is aimed at, or whose goals they are, figures, nothing else.

    >>> is_goal_header(["TT", "Chỉ tiêu", "Năm 2026"]), is_goal_header(["Chỉ tiêu", "Chủ trì"])
    (True, False)
    >>> is_goal_header(["Đơn vị", "Chỉ tiêu năm 2026 (%)"]), is_goal_header(["Sở Y tế", "Năm 2026"])
    (True, False)
    """
    filled = [cell for cell in cells if cell.strip()]
    roles = goal_roles(filled)
    known = {"number", "item", "office", "measured", *FIGURES}
    return names_figures(roles) and known.issuperset(roles)


def is_of_goals(cells: Sequence[str]) -> bool:
    """Return whether a header is that of a table of goals by year, whoever watches over them.

    >>> is_of_goals(["Chỉ tiêu", "Đơn vị", "Năm 2026", "Năm 2030", "Cơ quan chủ trì theo dõi"])
    True
    >>> is_of_goals(["Nhiệm vụ", "Chỉ tiêu", "Năm 2026", "Cơ quan chủ trì"])
    False
    """
    is_dated = any(header_roles.years_in(cell) for cell in cells)
    deeds = {"task", "measure"} & {header_roles.plan_role(cell) for cell in cells}
    return is_dated and any(map(is_aimed, cells)) and not deeds


def is_header_line(text: str) -> bool:
    """Return whether a line is made of the headers of a table of goals, its columns lost.

    Either what is aimed at and a year, beside another column, or two years.

    >>> is_header_line("STT Chỉ tiêu ĐVT Năm 2026 Năm 2030"), is_header_line("ĐVT 2026 2030")
    (True, True)
    >>> is_header_line("Chỉ tiêu năm 2026"), is_header_line("Mục tiêu năm 2026 và năm 2030:")
    (False, False)
    """
    if text.endswith((":", ".", ";")) or len(text.split()) > _LONGEST * 2:
        return False
    words = key(text)
    found = _IN_LINE.findall(words)
    rest = _IN_LINE.sub(" ", words).split()
    # Figures of the first row may go on.
    if not all(token.isdigit() or token == "%" for token in rest):
        return False
    years = {year for column in found for year in header_roles.years_in(column)}
    is_named = any(_AIMED.search(column) or column in _ITEMS for column in found)
    return len(years) > 1 or (bool(years) and is_named and len(found) > 2)


def names_figures(roles: Sequence[str]) -> bool:
    """Return whether columns say what is aimed at, or whose goals they are, and hold figures.

    >>> names_figures(goal_roles(["Tiêu chí", "Kế hoạch", "Thực hiện"]))
    True
    """
    return not {"item", "office"}.isdisjoint(roles) and not set(FIGURES).isdisjoint(roles)
