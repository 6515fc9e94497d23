"""The form of a file, by its ending and its first bytes, before it is read."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NoReturn

from parstats.documents import limits
from parstats.documents.limits import refuse

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # Word and Excel 97-2003, and locked newer files
_PACKED = b"PK\x03\x04"
_PICTURES = (".jpg", ".jpeg", ".png", ".tif", ".tiff")
_TEXTS = (".txt", ".md", ".csv", ".tsv")
# The part without which a packed file is none of its form.
_MAIN_PARTS = {
    ".docx": "word/document.xml",
    ".xlsx": "xl/workbook.xml",
    ".xlsb": "xl/workbook.bin",
    ".ods": "content.xml",
}
# Pages may begin with a declaration and remarks; Word's archives like a letter.
_PAGE = re.compile(
    rb"(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*(?:<!doctype html|<html\b|<head\b|<body\b)"
    rb"|mime-version\s*:",
    re.DOTALL,
)


@dataclass(frozen=True)
class Purpose:
    """What a file is read for.

    Attributes
    ----------
    content : str; what the file should hold, as messages say it
    expected : str; its forms, as messages say them
    forms : mapping of str to str; forms by ending
    remedies : mapping of str to str; what to do with files of other endings
    remedy : str; what to do with all others
    """

    content: str
    expected: str
    forms: Mapping[str, str]
    remedies: Mapping[str, str]
    remedy: str


#: Documents read for their sentences and tables of measures.
PLAN = Purpose(
    "a plan document",
    ".docx, .doc, .odt, .rtf, .pdf, .xlsx, .xls, .ods, .html, .txt or .md",
    {
        **{ending: ending for ending in (".docx", ".pdf", ".txt", ".md", ".doc", ".rtf", ".odt")},
        **{ending: ending for ending in (".xlsx", ".xls", ".ods", ".html")},
        **dict.fromkeys((".htm", ".xhtml", ".mht", ".mhtml"), ".html"),
        **dict.fromkeys((".docm", ".dotx"), ".docx"),
        **dict.fromkeys((".xlsm", ".xltx"), ".xlsx"),
        ".text": ".txt",
        ".markdown": ".md",
    },
    {
        **dict.fromkeys((".xlsb", ".et"), "open it in Excel or LibreOffice and save it as .xlsx"),
        **dict.fromkeys((".pages", ".wps"), "open it in its program and save it as .docx"),
        **dict.fromkeys((".ppt", ".pptx", ".odp"), "save it as .pdf"),
        **dict.fromkeys((".zip", ".rar", ".7z"), "unpack it and name the documents in it"),
        **dict.fromkeys(
            _PICTURES,
            'read it with parstats plan --ocr (needs pip install "parstats[ocr]"), or make it text '
            "with OCR software first (ocrmypdf -l vie) and save it as .pdf",
        ),
    },
    "save it in one of these forms",
)
#: The form of pictures of pages, whatever their ending.
PICTURE = ".png"
#: The same where pages that are pictures are recognised.
SCANNED_PLAN = replace(PLAN, forms={**PLAN.forms, **dict.fromkeys(_PICTURES, PICTURE)})
#: Files read for tables of scores.
TABLE = Purpose(
    "a table",
    "a table as CSV, workbook or PDF",
    {
        **{ending: ending for ending in (".csv", ".tsv", ".xlsx", ".xls", ".xlsb", ".ods", ".pdf")},
        ".dta": ".dta",
        ".txt": ".csv",
        ".xlsm": ".xlsx",
    },
    {
        ".doc": "save it as PDF, or copy the table into a spreadsheet",
        ".docx": "copy the table into a spreadsheet and save it as .xlsx",
        ".html": "copy the table into a spreadsheet and save it as .xlsx",
        ".json": "save it as CSV",
        ".parquet": "save it as CSV",
    },
    "save it as .xlsx or as CSV",
)


def form_of(path: Path, name: str, purpose: Purpose) -> str:
    """Return the form of a file, as ".docx": what its ending says, if its first bytes agree.

    A plan under the ending of another form is read as what it is. Raises InvalidData if the file
    cannot be read, is too large, or cannot be what its ending says.
    """
    try:
        if path.is_dir():
            remedy = f"name the files in it, as {path}/*.docx"
            if purpose is TABLE:
                remedy = "name a file in it"
            refuse(name, "a folder", purpose.expected, remedy)
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(1024)
    except OSError as problem:
        refuse(name, problem.strerror or str(problem), "a readable file", "check the path")
    ending = path.suffix.lower()
    if size == 0:
        refuse(name, "an empty file", purpose.content, "fetch or save it again")
    form = purpose.forms.get(ending, "")
    if purpose is not TABLE and form:
        form = _true_form(path, name, form, head) or form
    _check_size(name, size, form)
    if head.startswith(_OLE):
        _check_old_office(path, name, ending, form, purpose)
    if not form:
        _refuse_ending(name, ending, purpose)
    _check_content(path, name, form, head, purpose)
    return form


def _true_form(path: Path, name: str, form: str, head: bytes) -> str:
    """Return the form that the content of a file shows; "" where it shows none."""
    if head.startswith(_PACKED):
        return _packed_form(path, name, form)
    if head.startswith(_OLE):
        content = path.read_bytes()
        streams = {".doc": "WordDocument", ".xls": "Workbook"}
        return next((e for e, n in streams.items() if n.encode("utf-16-le") in content), "")
    if b"%PDF-" in head:
        return ".pdf"
    # A text may begin with marks of a page: only files of programs are taken for one.
    return _marked_text(head) if form not in (".md", ".html") else ""


def _packed_form(path: Path, name: str, form: str) -> str:
    """Return the form of a packed file by the part that only files of this form have."""
    limits.check_package(path, name, form)
    with zipfile.ZipFile(path) as package:
        parts = package.namelist()
        kind = package.read("mimetype")[:99] if "mimetype" in parts else b""
    if kind.startswith(b"application/vnd.oasis.opendocument."):
        return {b"text": ".odt", b"spreadsheet": ".ods"}.get(kind.split(b".")[-1].strip(), "")
    return next((form for form, part in _MAIN_PARTS.items() if part in parts), "")


def _check_size(name: str, size: int, form: str) -> None:
    plain = form in (".txt", ".md")
    most = limits.LARGEST_PLAIN if plain else limits.LARGEST
    if size > most:
        actual, expected = f"{size / 2**20:.3g} MB", f"at most {most / 2**20:.3g} MB"
        remedy = "cut it to what counts" + ("" if plain else ", or save it without pictures")
        refuse(name, actual, expected, remedy)


def _check_old_office(path: Path, name: str, ending: str, form: str, purpose: Purpose) -> None:
    """Refuse a file of Office 97-2003 that is locked, damaged or, for a table, called otherwise."""
    if "EncryptedPackage".encode("utf-16-le") in path.read_bytes():
        remedy = "open it in Word or Excel with the password and save it without one"
        refuse(name, "a file locked with a password", "one that opens without", remedy)
    if purpose is not TABLE and not _true_form(path, name, form, _OLE):
        remedy = "open it in Word, Excel or LibreOffice and save it again"
        refuse(name, "a damaged file of Office 97-2003", "a whole one", remedy)
    if purpose is TABLE and form != ".xls":
        actual = f"an Excel 97-2003 workbook called {ending or 'so'}"
        refuse(name, actual, purpose.expected, f"call it {path.stem}.xls")


def _refuse_ending(name: str, ending: str, purpose: Purpose, under: str = "") -> NoReturn:
    actual = f"ending {ending!r}" if ending else "no ending"
    if under:
        actual = f"what belongs in a {ending} file under the ending {under!r}"
    refuse(name, actual, purpose.expected, purpose.remedies.get(ending, purpose.remedy))


def _check_content(path: Path, name: str, form: str, head: bytes, purpose: Purpose) -> None:
    """Refuse a file whose first bytes are those of another form."""
    if (other := _marked_text(head)) and form in (*_TEXTS, ".docx", ".xls"):
        _refuse_ending(name, other, purpose, under=path.suffix.lower())
    true_form = _by_content(head)
    packed = form in (*_MAIN_PARTS, ".odt")
    expected = {".pdf": ".pdf", ".xls": ".xls", ".doc": ".xls"}.get(form, ".zip" if packed else "")
    if true_form != expected and (true_form or expected):
        _refuse_other_content(path, name, form, true_form)
    if packed:
        limits.check_package(path, name, form, _MAIN_PARTS.get(form, "content.xml"))


def _by_content(head: bytes) -> str:
    """Return the form by the first bytes; "" for text or if unknown."""
    if b"%PDF-" in head:
        return ".pdf"
    if head.startswith(_OLE):
        return ".xls"
    return ".zip" if head.startswith(_PACKED) else ""


def _marked_text(head: bytes) -> str:
    """Return the ending that a text with marks of another form should have."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        start = start[2:].replace(b"\x00", b"").lstrip()
    if start.startswith(b"{\\rtf"):
        return ".rtf"
    return ".html" if _PAGE.match(start) else ""


def _refuse_other_content(path: Path, name: str, form: str, true_form: str) -> NoReturn:
    kinds = {
        ".zip": "a packed file such as .docx or .xlsx",
        ".pdf": "a PDF",
        ".xls": "an Excel 97-2003 workbook",
    }
    if true_form:
        ending = {".zip": ".docx" if form in (".txt", ".md") else ".xlsx"}.get(true_form, true_form)
        refuse(
            name,
            f"{kinds[true_form]} under the ending {path.suffix.lower()}",
            f"content as the ending says, {form}",
            f"call it {path.stem}{ending}, if that is what it is",
        )
    kind = {
        **dict.fromkeys((".docx", ".doc"), "Word document"),
        **{".pdf": "PDF", ".odt": "OpenDocument text", ".rtf": "document in RTF"},
    }.get(form, "workbook")
    refuse(name, f"no {kind}", f"a {kind}", "it may be cut off or a web page; fetch it again")
