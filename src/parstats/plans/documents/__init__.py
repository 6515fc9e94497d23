"""Reading plan documents of every form into blocks with their place."""

from __future__ import annotations

from pathlib import Path

from parstats.plans.documents import legacy_letters, pdf, plain, word
from parstats.plans.documents.blocks import Block
from parstats.plans.documents.refusals import check, refuse_length, refuse_letters


def read(path: Path) -> list[Block]:
    """Return the blocks of a document, in its order.

    It is a .docx, .pdf, .txt or .md. Raises InvalidData if it is none of these, empty, locked,
    damaged, too large, has no text, or text in an old writing such as TCVN3.
    """
    form = check(path)
    reader = {".docx": word.read, ".pdf": pdf.read}.get(form, plain.read)
    blocks = reader(path)
    longest = max((len(text) for block in blocks for text in _texts(block)), default=0)
    refuse_length(path, len(blocks), longest)
    old = legacy_letters.detect_encoding(text for block in blocks for text in _texts(block) if text)
    if old:
        refuse_letters(path, old)
    return blocks


def _texts(block: Block) -> tuple[str, ...]:
    return (block.text, *(table_cell.text for table_cell in block.cells))
