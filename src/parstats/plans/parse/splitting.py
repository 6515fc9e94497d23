"""Splitting cells and items that ask for several things.

The rule. In a table, where the criterion is stated beside it, a cell is taken apart at its bullets,
or, if it has none, at its paragraphs; a bullet of the second order stays with the one above it, and
a lead-in that ends with a colon stays with what it leads to. In prose an item is taken apart at its
sentences, and at a semicolon after which a new deed begins, with a verb of
``reference/plan_words.csv``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from parstats.documents.numbering import marker
from parstats.documents.paragraphs import is_bullet, without_bullet
from parstats.documents.phrases import key, starts
from parstats.plans.fields.unit_phrases import leading_units

_SENTENCE = re.compile(
    r"(?<=[^\W\d_]{2}[.!])\s+(?=[^\W\d_a-zà-ỹđ])|(?<=[)\d%”\"][.!])\s+(?=[^\W\d_a-zà-ỹđ])"
)
_CLAUSE = re.compile(r"\s*;\s*")
# What a unit is in a measure that is told before: no deed of its own.
_ROLE = re.compile(
    r":?\s*(?:(?:có|chịu) trách nhiệm|là|làm|chủ trì|phối hợp|cùng|thực hiện|phụ trách|theo dõi"
    r"|đôn đốc|đầu mối|hướng dẫn|kiểm tra|giám sát|tổng hợp|tổ chức thực hiện|triển khai|tham mưu"
    r"|báo cáo)\b",
    re.IGNORECASE,
)
# Words of a part that can be a measure: verb and object. By judgement.
_SHORTEST = 4
_SAME_DOER = re.compile(r"^(?:có|chịu) trách nhiệm\b", re.IGNORECASE)


def split_cell(paragraphs: Sequence[str]) -> list[str]:
    """Split a cell into measures.

    >>> split_cell(["- Mở lớp;", "- Niêm yết lệ phí: tại", "+ trụ sở;", "+ cổng thông tin."])
    ['Mở lớp', 'Niêm yết lệ phí: tại + trụ sở; + cổng thông tin.']
    """
    listed = any(map(is_bullet, paragraphs))
    parts: list[str] = []
    leads_in = False
    counted = sum(map(_numbered, paragraphs)) > 1
    for position, paragraph in enumerate(paragraphs):
        sub = paragraph.startswith("+") and not paragraphs[0].startswith("+")
        loose = listed and not is_bullet(paragraph) and not _numbered(paragraph) and position > 0
        text = paragraph if sub else without_bullet(paragraph)
        if counted and (number := marker(text)):
            text = number.rest
        if parts and (leads_in or sub or loose):
            parts[-1] += f" {text}"
        else:
            parts.append(text)
        leads_in = paragraph.endswith(":")
    return [text.rstrip(" ;") if len(parts) > 1 else text for text in parts]


def _numbered(paragraph: str) -> bool:
    item_marker = marker(paragraph)
    return item_marker is not None and bool(item_marker.number)


def split_item(text: str) -> list[str]:
    """Split an item of prose into measures.

    >>> split_item("Rà soát thủ tục; công khai kết quả. Các phòng gửi báo cáo về Văn phòng.")
    ['Rà soát thủ tục', 'công khai kết quả.', 'Các phòng gửi báo cáo về Văn phòng.']
    >>> split_item("Kiểm tra các đơn vị: giờ giấc; trang phục; thái độ.")
    ['Kiểm tra các đơn vị: giờ giấc; trang phục; thái độ.']
    """
    parts: list[str] = []
    for sentence in _SENTENCE.split(text):
        if parts and (len(sentence.split()) < _SHORTEST or _SAME_DOER.match(sentence)):
            parts[-1] += f" {sentence}"
            continue
        parts += _clauses(sentence)
    return parts


def _clauses(sentence: str) -> list[str]:
    """Split a sentence where a new action begins, not in brackets or after a colon."""
    colon = sentence.find(":")
    clauses: list[str] = []
    at = counted = n_open = 0
    for mark in _CLAUSE.finditer(sentence):
        between, counted = sentence[counted : mark.start()], mark.start()
        n_open += between.count("(") - between.count(")")
        given = _is_given(sentence[mark.end() :])
        beyond = 0 <= colon < mark.start()
        if n_open > 0 or (beyond and not (given and leading_units(sentence[:colon]))):
            continue
        if not given and not _is_deed(sentence[mark.end() : mark.end() + 60]):
            continue
        clause = sentence[at : mark.start()]
        if len(clause.split()) >= _SHORTEST:
            clauses.append(clause)
            at = counted = mark.end()
            n_open = 0
    return [*clauses, sentence[at:]]


def _is_given(text: str) -> bool:
    """Return whether a clause names another unit and what that does, not only its role.

    >>> _is_given("Sở Y tế: sửa chữa 15 trạm"), _is_given("Sở Y tế nâng cấp 15 trạm")
    (True, True)
    >>> _is_given("Sở Y tế (chủ trì)"), _is_given("Sở Y tế chủ trì, phối hợp Sở Tài chính")
    (False, False)
    """
    units = leading_units(text)
    rest = text[len(units) :].strip()
    if not units or _ROLE.match(rest) or not (rest[:1] == ":" or rest[:1].islower()):
        return False
    return _is_deed(rest.lstrip(": "))


def _is_deed(text: str) -> bool:
    """Return whether a clause is a separate action, not the aim of the one before."""
    key_text = key(text[:60])
    return bool(starts(key_text, "verb")) and not starts(key_text, "verb", "aim")
