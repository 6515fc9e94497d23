"""One door for files of every form: read for their tables, or for their sentences."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from parstats.documents import (
    delimited_text,
    legacy_letters,
    missed_tables,
    office,
    open_document,
    plain_text,
    split_headers,
    spreadsheet,
    stata,
    web_page,
    word,
    workbook_sheets,
)
from parstats.documents.bullets import with_typed_bullets
from parstats.documents.document import Block, Document
from parstats.documents.file_forms import PICTURE, PLAN, SCANNED_PLAN, TABLE, form_of
from parstats.documents.limits import refuse, refuse_length

# What positions are called that are no pages and no paragraphs.
_UNITS = {".txt": "line", ".md": "line", **dict.fromkeys((".xlsx", ".xls", ".ods"), "row")}
# Forms that LibreOffice turns into .docx, as messages call them.
_CONVERTED = {".doc": "a Word 97-2003 document", ".rtf": "a document in RTF"}


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


def read_text(path: Path, *, ocr: bool = False) -> Document:
    """Return the paragraphs and rows of tables of a document, in its order.

    Parameters
    ----------
    path : pathlib.Path
        A .docx, .odt, .pdf, .xlsx, .xls, .ods, .html, .mht, .txt or .md; a .doc or .rtf where
        LibreOffice is installed; with `ocr` a .png, .jpg or .tif too
    ocr : bool
        Whether pages that are pictures are recognised (the extra "ocr"); some seconds each.

    Returns
    -------
    Document : its ``blocks``, and what could not be read

    Raises
    ------
    InvalidData: if it is none of these, empty, locked, damaged, too large, has no text, or text in
        an old writing such as TCVN3
    ToolMissing: if `ocr` is wanted and not installed
    """
    document = _read_form(path, form_of(path, str(path), SCANNED_PLAN if ocr else PLAN), ocr=ocr)
    blocks = split_headers.joined(with_typed_bullets(document.blocks))
    longest = max((len(text) for block in blocks for text in _texts(block)), default=0)
    refuse_length(path, len(blocks), longest)
    texts = (text for block in blocks for text in _texts(block) if text)
    if encoding := legacy_letters.detect_encoding(texts):
        legacy_letters.refuse_encoding(path, encoding)
    unit = _UNITS.get(document.form, "paragraph")
    # A page is told once, by its rules or by its words.
    places = (*missed_tables.unread(blocks, unit), *split_headers.unread(blocks, unit))
    unread = tuple(dict.fromkeys((*document.unread, *places)))
    return replace(document, blocks=blocks, unread=unread)


def _read_form(path: Path, form: str, *, ocr: bool) -> Document:
    """Return the blocks of a file of a form as its reader gives them."""
    if form in (".pdf", PICTURE):
        return _read_pages(path, form, ocr=ocr)
    if form in (".xlsx", ".xls"):
        return workbook_sheets.read(path, form)
    if form in (".odt", ".ods"):
        return open_document.read(path, form)
    if form == ".html":
        return web_page.read(path)
    if form in _CONVERTED:
        with office.as_docx(path, _CONVERTED[form]) as converted:
            return replace(word.read(converted), name=str(path), form=form)
    return word.read(path) if form == ".docx" else plain_text.read(path)


def _read_pages(path: Path, form: str, *, ocr: bool) -> Document:
    """Return the blocks of a PDF, or of a picture by way of one."""
    from parstats.documents import pdf_text, scan_file

    if form == ".pdf":
        return pdf_text.read(path, ocr=ocr)
    with scan_file.as_pdf(path) as pages:
        return replace(pdf_text.read(pages, ocr=ocr), name=str(path), form=path.suffix.lower())


def _texts(block: Block) -> tuple[str, ...]:
    return (block.text, *(table_cell.text for table_cell in block.cells))
