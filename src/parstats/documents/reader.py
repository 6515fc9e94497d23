"""One door for files of every form: read for their tables, or for their sentences."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from parstats.documents import delimited_text, legacy_letters, plain_text, spreadsheet, stata, word
from parstats.documents.document import Block, Document
from parstats.documents.file_forms import PLAN, TABLE, form_of
from parstats.documents.limits import refuse, refuse_length


def read_tables(path: Path, name: str | None = None) -> Document:
    """Return the tables of a file as text, with the place of every row.

    Parameters
    ----------
    path : pathlib.Path
        A .csv, .tsv or .txt (comma, semicolon, tab or bar between the cells; UTF-8, UTF-16 or
        Windows-1258), .xlsx, .xlsm, .xls, .xlsb or .ods (each visible sheet is a grid), .dta or
        .pdf.
    name : str, optional; what messages call the file; the path if not given

    Returns
    -------
    Document : its ``tables``, each of at least one row

    Raises
    ------
    InvalidData: if it cannot be read as what its ending says, or holds nothing
    """
    name = name or str(path)
    form = form_of(path, name, TABLE)
    if form == ".pdf":
        from parstats.documents import pdf_tables

        document = pdf_tables.read(path, name)
    elif form in (".csv", ".tsv"):
        document = delimited_text.read(path, name)
    elif form == ".dta":
        document = stata.read(path, name)
    else:
        document = spreadsheet.read(path, name, form)
    filled = tuple(grid for grid in document.tables if grid.rows)
    if not filled:
        refuse(name, "nothing in it", TABLE.expected, "check the file")
    return replace(document, tables=filled)


def read_text(path: Path) -> Document:
    """Return the paragraphs and rows of tables of a document, in its order.

    Parameters
    ----------
    path : pathlib.Path; a .docx, .pdf, .txt or .md

    Returns
    -------
    Document : its ``blocks``, and what could not be read

    Raises
    ------
    InvalidData: if it is none of these, empty, locked, damaged, too large, has no text, or text in
        an old writing such as TCVN3
    """
    form = form_of(path, str(path), PLAN)
    if form == ".pdf":
        from parstats.documents import pdf_text

        document = pdf_text.read(path)
    else:
        document = word.read(path) if form == ".docx" else plain_text.read(path)
    blocks = document.blocks
    longest = max((len(text) for block in blocks for text in _texts(block)), default=0)
    refuse_length(path, len(blocks), longest)
    texts = (text for block in blocks for text in _texts(block) if text)
    if encoding := legacy_letters.detect_encoding(texts):
        legacy_letters.refuse_encoding(path, encoding)
    return document


def _texts(block: Block) -> tuple[str, ...]:
    return (block.text, *(table_cell.text for table_cell in block.cells))
