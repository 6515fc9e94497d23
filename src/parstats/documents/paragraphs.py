"""Lines of a cell joined to paragraphs, and the signs that begin an item of a list."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from parstats.documents import bullets
from parstats.documents.document import Cell
from parstats.documents.phrases import key, starts, tidy

_BULLET = re.compile(rf"^{bullets.MARK}")
_OPEN_END = re.compile(r"(?:[,(/&–-]|\b(?:và|của|với|về|cho|tại|do|các|theo))$", re.IGNORECASE)
# "Chủ trì: ..." begins a new line in a cell for all units.
_LABEL = re.compile(
    r"^(?:(?:cơ quan|đơn vị|phòng|ban)\s+)?(?:chủ trì|phối hợp)(?:\s+[^\W\d_]+){0,3}\s*:",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"^(?:\d{1,2}[.)]|\(\d{1,2}\)|[a-zđ]\))\s*(?=[^\W\d_a-zà-ỹđ])")
# Words of an agency's name ("Văn phòng Đoàn đại biểu Quốc hội và Hội đồng ..."). By judgement.
_LONGEST_UNIT = 9
_INLINE = re.compile(r"(?<=[^\s(]) +[-–] (?=[^\W\d_][^\W\d_])")


def cell(lines: Iterable[str]) -> Cell:
    """Make a cell from its lines, joining those that continue the line above.

    A line begins a paragraph if it has a bullet, or a capital after the end of a sentence, or if it
    begins with a deed and a capital, or with a unit under a unit. A row of bullets on one line is
    taken apart.

    >>> cell(["Mở rộng kênh ", "tiếp nhận;", "Trả lời trong 5 ngày"]).paragraphs
    ('Mở rộng kênh tiếp nhận;', 'Trả lời trong 5 ngày')
    >>> cell(["- Lập danh mục - Công khai danh mục"]).paragraphs
    ('- Lập danh mục', '- Công khai danh mục')
    >>> cell(["Sở Thông tin và", "Truyền thông", "Văn phòng", "UBND tỉnh"]).paragraphs
    ('Sở Thông tin và Truyền thông', 'Văn phòng UBND tỉnh')
    """
    paragraphs: list[str] = []
    for line in map(tidy, lines):
        if not line:
            continue
        if paragraphs and not _begins(line, paragraphs[-1]):
            paragraphs[-1] += f" {line}"
        else:
            paragraphs.append(line)
    return Cell(tuple(part for paragraph in paragraphs for part in _split_at_bullets(paragraph)))


def _begins(line: str, above: str) -> bool:
    if _BULLET.match(line):
        return True
    if _LABEL.match(line) or _COUNTED.match(line):
        return True
    if not line[0].isupper():
        return False
    if _is_unit(above) and starts(key(line), "unit", "start"):
        return True
    return above[-1] in ".;:" or (not _OPEN_END.search(above) and bool(starts(key(line), "verb")))


def _is_unit(text: str) -> bool:
    """Whether a text is the whole name of a unit, not only "Văn phòng" or a sentence about one."""
    key_text = key(without_bullet(text))
    named = starts(key_text, "unit", "start")
    if (
        not named
        or named == key_text
        or len(key_text.split()) > _LONGEST_UNIT
        or _OPEN_END.search(text)
    ):
        return False
    rest = key_text.split()[len(named.split()) :]
    small = [token for token in text.split() if token.islower()]
    return not any(starts(" ".join(rest[at:]), "verb") for at in range(len(rest))) or not small


def _split_at_bullets(paragraph: str) -> Sequence[str]:
    """Split a paragraph that is a list on one line at its bullets."""
    if not _BULLET.match(paragraph):
        return [paragraph]
    first, *rest = _INLINE.split(paragraph)
    if any(not part[0].isupper() and not part[0].isdigit() for part in rest):
        return [paragraph]
    return [first, *(f"- {part}" for part in rest)]


def is_bullet(paragraph: str) -> bool:
    """Return whether a paragraph begins with the sign of a list."""
    return _BULLET.match(paragraph) is not None


def without_bullet(paragraph: str) -> str:
    """Return a paragraph without the sign it begins with.

    >>> without_bullet("- Trả lời kiến nghị")
    'Trả lời kiến nghị'
    """
    return _BULLET.sub("", paragraph)
