"""When one cell or one item asks for several things.

The rule. In a table, where the criterion is stated beside it, a cell is taken apart at its bullets,
or, if it has none, at its paragraphs; a bullet of the second order stays with the one above it, and
a lead-in that ends with a colon stays with what it leads to. In prose an item is taken apart at its
sentences, and at a semicolon after which a new deed begins, with a verb of
``reference/plan_words.csv``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from parstats.plans.documents.blocks import is_bullet, without_bullet
from parstats.plans.text.numbering import marker
from parstats.plans.text.words import key, starts

_SENTENCE = re.compile(
    r"(?<=[^\W\d_]{2}[.!])\s+(?=[^\W\d_a-zà-ỹđ])|(?<=[)\d%”\"][.!])\s+(?=[^\W\d_a-zà-ỹđ])"
)
_CLAUSE = re.compile(r"\s*;\s*")
_SHORTEST = 4  # words
_SAME_DOER = re.compile(r"^(?:có|chịu) trách nhiệm\b", re.IGNORECASE)


def of_cell(paragraphs: Sequence[str]) -> list[str]:
    """The measures of a cell.

    Examples
    --------
    >>> of_cell(["- Mở lớp tập huấn;", "- Niêm yết lệ phí: tại", "+ trụ sở;", "+ cổng thông tin."])
    ['Mở lớp tập huấn', 'Niêm yết lệ phí: tại + trụ sở; + cổng thông tin.']
    """
    listed = any(map(is_bullet, paragraphs))
    found: list[str] = []
    leads_in = False
    counted = sum(map(_numbered, paragraphs)) > 1
    for place, paragraph in enumerate(paragraphs):
        sub = paragraph.startswith("+") and not paragraphs[0].startswith("+")
        loose = listed and not is_bullet(paragraph) and not _numbered(paragraph) and place > 0
        text = paragraph if sub else without_bullet(paragraph)
        if counted and (number := marker(text)):
            text = number.rest
        if found and (leads_in or sub or loose):
            found[-1] += f" {text}"
        else:
            found.append(text)
        leads_in = paragraph.endswith(":")
    return [text.rstrip(" ;") if len(found) > 1 else text for text in found]


def _numbered(paragraph: str) -> bool:
    found = marker(paragraph)
    return found is not None and bool(found.number)


def of_item(text: str) -> list[str]:
    """The measures of an item of prose.

    Examples
    --------
    >>> of_item("Rà soát thủ tục; công khai kết quả. Các phòng gửi báo cáo về Văn phòng.")
    ['Rà soát thủ tục', 'công khai kết quả.', 'Các phòng gửi báo cáo về Văn phòng.']
    >>> of_item("Kiểm tra các đơn vị: giờ giấc; trang phục; thái độ.")
    ['Kiểm tra các đơn vị: giờ giấc; trang phục; thái độ.']
    """
    found: list[str] = []
    for sentence in _SENTENCE.split(text):
        if found and (len(sentence.split()) < _SHORTEST or _SAME_DOER.match(sentence)):
            found[-1] += f" {sentence}"
            continue
        found += _clauses(sentence)
    return found


def _clauses(sentence: str) -> list[str]:
    """A sentence taken apart where a new deed begins, not inside brackets or after a colon."""
    colon = sentence.find(":")
    clauses: list[str] = []
    begun = at = 0
    for mark in _CLAUSE.finditer(sentence):
        before = sentence[begun : mark.start()]
        if 0 <= colon < mark.start() or before.count("(") > before.count(")"):
            continue
        rest = sentence[mark.end() :]
        if _is_deed(rest) and len(before.split()) >= _SHORTEST:
            clauses.append(sentence[at : mark.start()])
            begun = at = mark.end()
    return [*clauses, sentence[at:]]


def _is_deed(text: str) -> bool:
    """Whether a clause asks for something of its own, not how far the one before should get."""
    words = key(text[:60])
    return bool(starts(words, "verb")) and not starts(words, "verb", "aim")
