"""Reading plan documents of every form into blocks with their place."""

from __future__ import annotations

from pathlib import Path

from parstats.plans.documents.blocks import Block
from parstats.plans.documents.refusals import check

ENDINGS = (".docx", ".pdf", ".txt", ".md")


def read(path: Path) -> list[Block]:
    """Blocks of a document, in its order.

    Parameters
    ----------
    path : pathlib.Path
        A .docx, .pdf, .txt or .md file.

    Raises
    ------
    InvalidData
        If it is none of these, empty, locked, damaged, too large, or has no text.
    """
    form = check(path)
    if form == ".docx":
        from parstats.plans.documents.word import read as reader
    elif form == ".pdf":
        from parstats.plans.documents.pdf import read as reader
    else:
        from parstats.plans.documents.plain import read as reader
    return reader(path)
