"""Signs that begin an item of a list, in all forms of documents, and the two that they become.

Word's bullets are letters of the fonts Symbol, Wingdings and Courier New. Copied out of a PDF they
come as signs for private use, as numbers of a font ("(cid:129)") or as letters such as "Ø".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from parstats.documents.document import Block

#: Bullets as they are typed, which stay as they are.
TYPED = "-–—•▪●·*+"
# Signs of any other kind: shapes, arrows, ticks, stars.
_SHAPES = "▫■□◼◻◾◽∙⁃‣➢➣➤➔→⇒►▶▸✓✔✗✘☑❖◆◇★☆✦✧※§"
# Bullets of the second order in Word's list: a hollow one under a full one.
_HOLLOW = "○◦◯❍"
# U+F020 to U+F0FF are where Word puts the letters of fonts of symbols.
_PRIVATE = "\uf020-\uf0ff"
_CAPITALS = "".join(
    letter
    for letter in map(chr, (*range(0x41, 0x5B), *range(0xC0, 0x1B1), *range(0x1EA0, 0x1EFA)))
    if letter.isupper()
)
# Letters that Wingdings and Courier New draw as bullets; before a capital, as no word begins so.
_LETTERED = rf"[Øüvq]\s+(?=[{_CAPITALS}\d])"
_HOLLOW_MARK = rf"(?:[{_HOLLOW}]\s*|o\s+(?=[{_CAPITALS}\d]))"
_FULL_MARK = rf"(?:[{_SHAPES}{_PRIVATE}]\s*|\(cid:\d{{1,3}}\)\s+|{_LETTERED})"

#: A bullet at the beginning of a text, as the source of an expression.
MARK = rf"(?:[{re.escape(TYPED)}]\s*|{_FULL_MARK}|{_HOLLOW_MARK})(?=\S)"
#: A bullet of the second order, as the source of an expression.
SECOND_MARK = rf"(?:\+\s*|{_HOLLOW_MARK})(?=\S)"

_FULL = re.compile(rf"^{_FULL_MARK}(?=\S)")
_SECOND = re.compile(rf"^{_HOLLOW_MARK}(?=\S)")
_FIRST = re.compile(rf"^(?:[{re.escape(TYPED.replace('+', ''))}]\s*|{_FULL_MARK})(?=\S)")


def begins_bullet(letters: str) -> bool:
    r"""Return whether letters alone, as of a font of symbols, are a bullet.

    >>> begins_bullet("\uf0b7"), begins_bullet("a")
    (True, False)
    """
    return re.match(MARK, f"{letters} A") is not None


def with_typed_bullets(blocks: Sequence[Block]) -> tuple[Block, ...]:
    r"""Return blocks with "•" for every sign of a font, and "+" for those of the second order.

    Hollow bullets are of the second order where the document has full ones too.

    >>> from parstats.documents.document import Span
    >>> items = ("\uf0b7 Mở lớp", "o Mời thầy", "o đi")
    >>> [block.text for block in with_typed_bullets([Block(Span(1, 1), text) for text in items])]
    ['• Mở lớp', '+ Mời thầy', 'o đi']
    """
    texts = [text for block in blocks for text in _paragraphs(block)]
    second = "+ " if any(map(_FIRST.match, texts)) else "• "
    if not any(_FULL.match(text) or _SECOND.match(text) for text in texts):
        return tuple(blocks)

    def typed(text: str) -> str:
        return _SECOND.sub(second, _FULL.sub("• ", text))

    return tuple(
        replace(
            block,
            text=typed(block.text),
            cells=tuple(
                replace(cell, paragraphs=tuple(map(typed, cell.paragraphs))) for cell in block.cells
            ),
        )
        for block in blocks
    )


def _paragraphs(block: Block) -> Iterable[str]:
    return (block.text, *(text for cell in block.cells for text in cell.paragraphs))
