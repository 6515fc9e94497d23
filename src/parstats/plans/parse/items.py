"""Items of running text: paragraphs by number or bullet, and lists inside of a paragraph."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from parstats.documents.document import Block, Span
from parstats.documents.numbering import (
    BULLET,
    FIGURE,
    LETTER,
    ROMAN,
    SMALL,
    TEXT,
    Marker,
    marker,
    number_depth,
)
from parstats.documents.phrases import key, starts
from parstats.plans.fields import actors, deadlines
from parstats.plans.fields.actors import Actors

# A heading that is told by capitals alone is not longer. By judgement.
_LONGEST = 60
# Words of one item of a list inside of a paragraph, at least. By judgement: verb and object.
_FEWEST = 3
_PART = re.compile(r"^(?i:phần|chương|mục)\s+(?:(?i:thứ)\s+\w+|[IVX]+|\d{1,2}|[A-Z])\b(?!\s*[\d/])")
_COUNTED = (
    ("nhất", "một"),
    ("hai", "hai"),
    ("ba", "ba"),
    ("tư", "bốn"),
    ("năm", "năm"),
    ("sáu", "sáu"),
    ("bảy", "bảy"),
    ("tám", "tám"),
    ("chín", "chín"),
    ("mười", "mười"),
)
_ORDINAL = re.compile(
    rf"^(?:thứ\s+(?P<nth>{'|'.join(nth for nth, _ in _COUNTED)}|bốn)"
    rf"|(?P<count>{'|'.join(count for _, count in _COUNTED)})\s+là"
    r"|trước hết|trước tiên|tiếp theo|sau cùng|cuối cùng)\s*[,:;]\s*(?=\S)",
    re.IGNORECASE,
)
# "I- MỤC TIÊU", "1- Đối với": the number and its sign stand together, unlike "2 - 3 lớp".
_DASHED = re.compile(r"^(?P<number>[IVX]{1,4}|[A-H]|\d{1,2})[-–]\s+(?=[^\W\d_])")
_INSIDE = (
    re.compile(rf"(?:^|(?<=[\s:;.,]))\((?P<number>\d{{1,2}})\)\s*(?=[^\W\d_]|{FIGURE})"),
    re.compile(
        r"(?:^|(?<=[.;:]\s))(?:[Tt]hứ\s+(?P<nth>\w+)\s*,|(?P<count>[^\W\d_]{2,4})\s+là\s*[,:])\s*"
    ),
    re.compile(rf"(?:^|(?<=[:;.]\s))(?P<letter>[a-eđg-i])\)\s*(?=[^\W\d_]|{FIGURE})"),
)


@dataclass(frozen=True, slots=True)
class Item:
    """A paragraph, or one of a list in it, without its number or bullet.

    `given` is what the words before a list inside of the paragraph say of all its items.
    """

    number: str
    depth: int
    text: str
    block: Block
    given: Actors = field(default_factory=Actors)

    @property
    def n_tokens(self) -> int:
        """How many words it has."""
        return len(self.text.split())


def items_of(blocks: Sequence[Block]) -> list[Item]:
    """Split paragraphs into items; "PHẦN II" and the line below form one heading."""
    items: list[Item] = []
    for block in blocks:
        above = items[-1] if items else None
        if above is not None and (_is_part_title(above, block.text) or _is_cut(above, block.text)):
            text = f"{above.text} {block.text}"
            joined_block = replace(above.block, text=text, span=joint_span([above.block, block]))
            items[-1] = replace(above, text=text, block=joined_block)
            continue
        items += _listed(_item(block))
    return items


def is_part(text: str) -> bool:
    """Return whether a line numbers a part of the document, as "PHẦN II".

    >>> is_part("PHẦN II"), is_part("Phần mềm một cửa")
    (True, False)
    """
    return _PART.match(text) is not None


def item_marker(text: str) -> Marker | None:
    """Parse number, bullet or counting word of a paragraph; None if there is none.

    >>> item_marker("Thứ hai, niêm yết phí").rest, item_marker("Một là: niêm yết phí").rest
    ('niêm yết phí', 'niêm yết phí')
    >>> item_marker("II- NHIỆM VỤ").number, item_marker("2 - 3 lớp") is None
    ('II', True)
    """
    ordinal = _ORDINAL.match(text)
    if ordinal:
        return Marker("", SMALL, text[ordinal.end() :].strip())
    dashed = _DASHED.match(text)
    if dashed:
        number = dashed["number"]
        return Marker(number, number_depth(number), text[dashed.end() :].strip())
    return marker(text)


def is_counted(item: Item) -> bool:
    """Return whether a paragraph begins with a counting word, or is of a list of them inside one.

    >>> text = "Thứ nhất, niêm yết phí"
    >>> is_counted(Item("", SMALL, "niêm yết phí", Block(Span(1, 1), text)))
    True
    """
    text = item.block.text
    return _ORDINAL.match(text) is not None or (item.text != text and bool(inside_list(text)[1]))


def inside_list(text: str) -> tuple[str, list[str]]:
    """Split a paragraph at the numbers in it: the words before the first, and each item.

    >>> inside_list("Sở Y tế: (1) niêm yết phí cấp xã; (2) lắp máy lấy số.")
    ('Sở Y tế:', ['niêm yết phí cấp xã;', 'lắp máy lấy số.'])
    >>> inside_list("Nộp mẫu (1) và mẫu (2).")
    ('Nộp mẫu (1) và mẫu (2).', [])
    """
    for pattern in _INSIDE:
        marks = list(pattern.finditer(text))
        if len(marks) < 2 or [_count(mark) for mark in marks] != list(range(1, len(marks) + 1)):
            continue
        ends = [*(mark.start() for mark in marks[1:]), len(text)]
        parts = [text[mark.end() : end].strip() for mark, end in zip(marks, ends, strict=True)]
        if all(len(part.split()) >= _FEWEST for part in parts):
            return text[: marks[0].start()].strip(), parts
    return text, []


def joint_span(blocks: Sequence[Block]) -> Span:
    """From the first to the last of several blocks."""
    return replace(blocks[0].span, line_end=blocks[-1].span.line_end)


def _count(mark: re.Match[str]) -> int:
    """Return which number of a list a mark is, 0 if none."""
    written = mark.groupdict()
    if written.get("number"):
        return int(written["number"])
    if written.get("letter"):
        return "abcdđeghi".find(written["letter"]) + 1
    nth, count = (written.get("nth") or "").lower(), (written.get("count") or "").lower()
    for number, words in enumerate(_COUNTED, 1):
        if nth == words[0] or count == words[1] or (number == 4 and nth == "bốn"):
            return number
    return 0


def _listed(item: Item) -> list[Item]:
    """Return an item, or the items of the list inside of it under the words before them."""
    before, parts = inside_list(item.block.text)
    if not parts or item.block.heading:
        return [item]
    depth = BULLET if item.depth == TEXT else max(item.depth + 1, SMALL)
    lead_in = item_marker(before)
    words = lead_in.rest if lead_in else before
    given = _given(words)
    items = [Item("", depth, part, item.block, given) for part in parts]
    if words and given == Actors():  # a heading, or a sentence of its own
        heading = replace(item.block, text=before)
        return [
            replace(item, text=words, block=heading),
            *(replace(i, depth=depth + 1) for i in items),
        ]
    return items


def _given(words: str) -> Actors:
    """Return who and when the words before a list say."""
    said = actors.sentence_actors(words.rstrip(" :"))
    after = re.split(r"\bgiao(?:\s+cho)?\s+", words.rstrip(" :"), maxsplit=1)
    if len(after) == 2:
        said = actors.sentence_actors(after[1])
    if not said.lead:
        return Actors()
    return replace(said, deadline=deadlines.find(words))


def _is_part_title(part: Item, line: str) -> bool:
    """Return whether a line in capitals is the title of the part numbered above."""
    bare = part.depth == LETTER and is_part(part.text) and part.n_tokens <= 3
    return bare and line.isupper() and not marker(line)


def _is_cut(above: Item, line: str) -> bool:
    """Return whether a line is what a label at the end of the line above waits for."""
    if not above.text.endswith(":") or item_marker(line) or len(line.split()) > 12:
        return False
    label = re.split(r"[.;]\s", above.text)[-1]
    if label == above.text and above.depth < TEXT:
        return False
    labelled = actors.labelled(f"{label} {line}")
    return labelled is not None and actors.labelled(line) is None


def _item(block: Block) -> Item:
    mark = item_marker(block.text)
    if mark is not None:
        return Item(mark.number, mark.depth, mark.rest, block)
    depth = TEXT
    if block.heading:
        depth = LETTER if block.heading <= 2 else ROMAN
    elif is_part(block.text):
        depth = LETTER
    elif block.text.isupper() and len(block.text.split()) <= _LONGEST and not _is_issuer(block):
        depth = ROMAN
    return Item("", depth, block.text, block)


def _is_issuer(block: Block) -> bool:
    """Return whether a line in capitals names the issuer, as above a decision."""
    return bool(starts(key(block.text), "issuer"))
